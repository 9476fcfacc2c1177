# transaction.sh - many statements, one transaction: -Transaction and netsh's
# offline mode. All of it or nothing; reads see what waits; others can read.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
links() { hostns ip -o link | sed -E 's/^[0-9]+: //; s/@[^:]*//' | cut -d: -f1 | sort; }
names() { lab -c 'Get-VM | Select-Object -ExpandProperty Name' | tr '\n' ' '; }
lab -c 'Get-VMSwitch' >/dev/null
clean=$(links)

cat >"$T_TMP/good.ps1" <<'X'
New-VMSwitch -Name sw0 -SwitchType Private | Out-Null
function two { New-VM v1 -SwitchName sw0 | Out-Null; New-VM v2 -SwitchName sw0 | Out-Null }
two
"waits: $(@(Get-VM).Count) VMs, in the kernel: $(Test-Path /sys/class/net/vp1)"
try { Set-VMNetworkAdapter -VMName nosuch -MaximumBandwidth 1Mbps } catch { "caught" }
Get-VMSwitch nosuch -ErrorAction SilentlyContinue
X
is "a script that is one transaction" "$(lab -Transaction "$T_TMP/good.ps1" 2>&1)" $'waits: 2 VMs, in the kernel: False\ncaught'
is "all of it is there" "$(names)" "v1 v2 "
ok "and in the kernel" hostns ip link show vp2
ok "nothing waits on disk" test ! -e "$T_TMP/state/journal"
before=$(links) store=$(cat "$T_TMP/state/store.json")

cat >"$T_TMP/bad.ps1" <<'X'
New-VM v3 -SwitchName sw0 | Out-Null
Remove-VM v1 -Force
New-VM v4 -SwitchName nosuch
New-VM v5 -SwitchName sw0
X
lab -Transaction "$T_TMP/bad.ps1" >"$T_TMP/o" 2>&1; is "an error ends it" $? 1
like "the message names the line" "$(cat "$T_TMP/o")" 'bad.ps1:3:1: .*nosuch.*undone as a whole'
is "the kernel is as it was" "$(links)" "$before"
is "and the store" "$(cat "$T_TMP/state/store.json")" "$store"
lab -Transaction -c 'New-VM v6 -SwitchName sw0 | Out-Null; exit 4' >/dev/null 2>&1
is "exit with a status undoes it, too" "$? $(names)" "4 v1 v2 "
lab -Transaction -c 'New-VM v7 | Out-Null; exit 0' 
is "exit 0 keeps it" "$? $(names)" "0 v1 v2 v7 "
hostns ip link add vp4 type bridge
lab -Transaction -c 'New-VM v8 -SwitchName sw0 | Out-Null; Remove-VM v7 -Force; Add-VMNetworkAdapter v2 -SwitchName sw0' >"$T_TMP/o" 2>&1
is "what the kernel refuses at the end undoes all" "$? $(names)" "1 v1 v2 v7 "
hostns ip link del vp4
is "and leaves no interface" "$(links)" "$(printf '%s\nvp3\n' "$before" | sort)"

# One that is killed in the middle, after commits of their own: these stay.
cat >"$T_TMP/killed.ps1" <<X
New-VM k1 | Out-Null
New-VM k2 | Out-Null
kill -9 \$PID
New-VM k3 | Out-Null
X
lab "$T_TMP/killed.ps1" >/dev/null 2>&1
is "statements before a kill are committed" "$(names)" "v1 v2 v7 k1 k2 "
ok "a reader reads them from the journal" test -e "$T_TMP/state/journal"
ok "the next commit" lab -c 'Remove-VM k1 -Force'
ok "writes the document" test ! -e "$T_TMP/state/journal"
is "with all of it" "$(names)" "v1 v2 v7 k2 "
printf '+{"version":1,"gen' >"$T_TMP/state/journal"
is "a line that was cut off is none" "$(names)" "v1 v2 v7 k2 "
ok "and is no harm" lab -c 'Remove-VM k2 -Force'
printf '+{"version":1,"generation":900,"next_acl":1,"next_slot":9}\n=\n' >"$T_TMP/state/journal"
not_ok "a journal of another store is an error" lab -c 'Get-VM'
like "that names the file" "$(cat "$T_TMP/err")" 'journal.*does not follow'
rm "$T_TMP/state/journal"
done_testing
