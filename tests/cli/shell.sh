#!/bin/bash
# shell.sh - the command line contract: doors, exit status, places of errors,
# one transaction for a statement.
. "${TESTS_DIR:?}/lib.sh"
need_root
use_lab

cat >"$T_TMP/a.ps1" <<'PS'
param([string]$Name = 'sw', [int]$Count = 1)
New-VMSwitch -Name $Name -SwitchType Private | Out-Null
1..$Count | ForEach-Object { New-VM "$Name-vm$_" -SwitchName $Name } | Out-Null
(Get-VM "$Name-*").Name
PS
printf '1\n  Get-VMSwitch nowhere\n' >"$T_TMP/b.ps1"
printf '1\nif (\n' >"$T_TMP/c.ps1"

is "a script with arguments" "$(lab "$T_TMP/a.ps1" -Name abc -Count 2)" \
	$'abc-vm1\nabc-vm2'
is "-File" "$(lab -NoProfile -ExecutionPolicy Bypass -File "$T_TMP/a.ps1" x)" \
	x-vm1
is "-Command" "$(lab -Command '(Get-VMSwitch abc).Name')" abc
is "standard input" "$(echo '(Get-VMSwitch abc).Name' | lab)" abc
is "JSON is one document" "$(lab -OutputFormat Json -c \
	'Get-VMSwitch abc | select Name, SwitchType; 1' | tr -d ' \n')" \
	'[{"Name":"abc","SwitchType":"Private"},1]'
is "CSV" "$(lab -OutputFormat Csv -c 'Get-VMSwitch abc | select Name')" \
	$'"Name"\n"abc"'

lab "$T_TMP/b.ps1" >"$T_TMP/o" 2>"$T_TMP/e"; is "a failure is status 1" $? 1
like "with file, line and column" "$(cat "$T_TMP/e")" "b.ps1:2:3: there is no switch"
is "and what was before it stays" "$(cat "$T_TMP/o")" 1
lab "$T_TMP/c.ps1" >"$T_TMP/o" 2>"$T_TMP/e"; is "syntax is status 2" $? 2
like "with its place" "$(head -1 "$T_TMP/e")" "c.ps1:[23]:[0-9]+: "
is "and nothing has run" "$(cat "$T_TMP/o")" ""
lab -c 'exit 9'; is "exit N" $? 9
"$VMNETSH" --bogus 2>/dev/null; is "usage is status 2" $? 2
ok "--help needs no lab" "$VMNETSH" --help
like "--version" "$("$VMNETSH" --version)" '^vmnetsh [0-9]'
not_ok "a script that is not there" lab /nowhere.ps1

is "-WhatIf prints the plan" "$(lab -c 'New-VMSwitch -Name w -SwitchType Private -WhatIf' | grep -c '^What if: ')" \
	"$(lab -c 'New-VMSwitch -Name w -SwitchType Private -WhatIf' | wc -l)"
is "and changes nothing" "$(lab -c '@(Get-VMSwitch w* -ErrorAction Ignore).Count')" 0
not_ok "one of three fails" lab -c '"t1", "t2", "a/b" | % { New-VM $_ }'
is "so none is made" "$(lab -c '@(Get-VM t? -ErrorAction Ignore).Count')" 0
ok "caught, the others are" lab -c \
	'"t1", "a/b", "t2" | % { try { New-VM $_ -ErrorAction Stop } catch { } }'
is "both of them" "$(lab -c '@(Get-VM t?).Count')" 2
is "a function commits each of its statements" "$(lab -c '
function f { New-VM in1 | Out-Null; Invoke-Command -VMName in1 { hostname >$null; "ran" } }
f')" ran
not_ok "-Confirm without a terminal fails" lab -NonInteractive -c \
	'Remove-VM t1 -Confirm'
is "and does nothing" "$(lab -c '@(Get-VM t1).Count')" 1
like "-Verbose tells the steps" "$(lab -c 'Remove-VM t1 -Verbose' 2>&1)" \
	"VERBOSE: .*t1"
is "no colour into a file" "$(lab -c 'throw 1' 2>&1 | tr -d -c '\033')" ""
is "2>&1 makes an object of a cmdlet's error" "$(lab -c \
	'$x = Get-VMSwitch nowhere 2>&1; "got: $x"' 2>/dev/null | cut -c1-25)" \
	"got: there is no switch '"
lab -c "Get-VMSwitch nowhere 2> '$T_TMP/errors'" 2>"$T_TMP/e"
is "2> FILE takes it" "$(cut -c1-20 "$T_TMP/errors"; cat "$T_TMP/e")" \
	"there is no switch '"
like "a type that is not here says so" "$(lab -c '[drawing.color]"Red"' 2>&1)" \
	"is not known"
lab -c '1; Get-VMSwitch' >/dev/full 2>"$T_TMP/e"; is "a full disk is status 1" $? 1
like "and says so" "$(cat "$T_TMP/e")" "write the results: No space left"
{ printf '\377\376'; printf '"wide"' | iconv -t UTF-16LE; } >"$T_TMP/w.ps1"
is "a script in UTF-16" "$(lab "$T_TMP/w.ps1")" wide
like "a sort of what is no list says so" "$(lab -c '[array]::Sort("ab")' 2>&1)" \
	"Sort needs a list: a String is none"
like "a file without an end is not read for ever" \
	"$(lab -c 'Get-Content /dev/zero' 2>&1)" "it is too long: 256 MB"
# Ctrl-C: sent when the statement says that it runs.
stopped() { # text: what it prints goes to $T_TMP/o and $T_TMP/e
	: >"$T_TMP/o"
	(trap - INT; exec setsid "$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" \
		-c "$1") >"$T_TMP/o" 2>"$T_TMP/e" &
	local pid=$!
	wait_until 20 grep -q running "$T_TMP/o"
	kill -INT $pid; wait $pid; }
stopped 'try { Write-Host running; Start-Sleep 100 } finally { Write-Host fin }; 1'
is "Ctrl-C is status 1" $? 1
is "finally runs, and nothing more" "$(paste -sd' ' "$T_TMP/o")" "running fin"
is "it says so" "$(cat "$T_TMP/e")" interrupted
lab -c 'New-VM i1' >/dev/null
stopped 'Invoke-Command -VMName i1 { "running"; Start-Sleep 100; "on" }; 1'
is "it reaches a VM" "$? $(paste -sd' ' "$T_TMP/o")" "1 running"
lab -c '1..1000000' | head -1 >"$T_TMP/o"
is "a reader that goes away is no trouble" "$(cat "$T_TMP/o")" 1
done_testing
