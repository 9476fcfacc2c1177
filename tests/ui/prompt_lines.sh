# prompt_lines.sh - many lines at a real terminal: paste that stops at the first
# error, the pager, a history without secrets, Tab for what is live.
. "$TESTS_DIR/lib.sh"
. "$TESTS_DIR/ui/prompt_lib.sh"
lab -c 'New-VMSwitch -Name sw0 -SwitchType Private; New-VM web1 -SwitchName sw0; New-VM "two words"' >/dev/null
mkdir "$T_TMP/files"; touch "$T_TMP/files/first.ps1"
terminal 24
ok "the prompt" start

# ---- paste ----
paste $'$a = 1\nif ($a) {\n  "in " + "a block"\n}\n"half a '
ok "a paste runs line by line" wait_until 5 shows "in a block"
ok "what has no end yet is in the line" wait_until 5 line_is "$P \"half a"
fresh; paste 'no new line'
ok "a paste without a new line runs nothing" wait_until 5 line_is "$P no new line"
fresh
paste "$(for i in $(seq 1000); do [ $i = 700 ] && echo 'Get-VM nosuch' || echo "\$n = $i"; done; echo)
"
ok "a paste of a thousand lines stops at the first error" wait_until 30 shows "stopped behind line 700 of what was pasted"
fresh; keys '"n is $n"' Enter
ok "behind it nothing has run" wait_until 5 shows "n is 699"

# ---- pager ----
fresh; keys '1..10' Enter
ok "a short output has no pager" wait_until 5 shows "10"
ok "nor a question" shows_not "-- more"
fresh; keys '1..100' Enter
ok "a long one stops at a page" wait_until 5 shows "-- more"
ok "which is the first" shows 23
keys Space
ok "space goes on" wait_until 5 shows 46
keys Enter
ok "Enter by a line" wait_until 5 shows 47
ok "by one" shows_not 48
keys q
ok "q ends the statement" wait_until 5 line_is "$P"
fresh; keys 'foreach ($i in 1..100) { $i }; "never"' Enter; wait_until 5 shows "-- more"
keys C-c
ok "and so does Ctrl-C" wait_until 5 line_is "$P"
ok "with all of it" shows_not "never"
fresh; keys '1..100' Enter; wait_until 5 shows "-- more"; keys G
ok "G prints the rest" wait_until 5 shows 100
ok "and then the prompt" wait_until 5 line_is "$P"

# ---- Tab ----
fresh; keys 'Remove-VM tw' Tab
ok "a live name, quoted" wait_until 5 line_is "$P Remove-VM 'two words'"
fresh; keys "$T_TMP/files/fi" Tab
ok "a path" wait_until 5 line_is "$P $T_TMP/files/first.ps1"
fresh; keys 'Set-NetAdapterVmq pnic0 -BaseProcessorN' Tab '?'
ok "processors" wait_until 5 shows "processor"
fresh; keys 'Get-VM | Where-Object { $_.Resou' Tab
ok "a property in a block" wait_until 5 line_is "$P Get-VM | Where-Object { \$_.ResourceMeteringEnabled"
fresh; keys 'Get-VM | Sort-Object Sta' Tab
ok "a property of Sort-Object" wait_until 5 line_is "$P Get-VM | Sort-Object State"
fresh; keys '$marked = 1' Enter; fresh; keys '$mar' Tab
ok "a variable" wait_until 5 line_is "$P \$marked"
fresh; keys 'Get-VMSwich' Enter
ok "a typing error is told what is near" wait_until 5 shows "near it: Get-VMSwitch"

# ---- history ----
fresh; keys '"again"' Enter; wait_until 5 shows again; keys '"again"' Enter
keys '$password = 1' Enter; keys ' "blank"' Enter; keys '"last"' Enter; wait_until 5 shows last
keys 'exit' Enter; wait_until 5 line_is "outer>"
is "no secrets, no blanks, none twice" "$(grep -c 'password\|blank' "$T_TMP/xdg/vmnetsh/history") $(grep -c again "$T_TMP/xdg/vmnetsh/history")" "0 1"
is "for the user alone" "$(stat -c %a "$T_TMP/xdg/vmnetsh/history")" 600
start; keys C-r; keys 'n is'
ok "Ctrl-R finds a line of another shell" wait_until 5 shows '"n is $n"'
keys C-c; wait_until 5 line_is "$P"; keys 'exit' Enter; wait_until 5 line_is "outer>"

# ---- other shells ----
keys "bash --norc --noprofile" Enter; keys "PS1='inner> '; PATH=$(dirname "$VMNETSH"):\$PATH; . '$TESTS_DIR/../shell/edit/bash/vmnetsh'; clear" Enter
wait_until 5 line_is "inner>"
keys 'vmnetsh netsh trace sta' Tab
ok "bash completes netsh" wait_until 10 line_is "inner> vmnetsh netsh trace start"
keys C-u; keys 'vmnetsh dashb' Tab
ok "and the program's own words" wait_until 10 line_is "inner> vmnetsh dashboard"
keys C-u; keys "vmnetsh -c 'Get-VM | & { 1 }; New-VMSwitch -Swi" Tab
ok "a quoted statement keeps what stands before" wait_until 10 line_is "inner> vmnetsh -c 'Get-VM | & { 1 }; New-VMSwitch -SwitchType"
keys C-u; keys 'exit' Enter
if command -v zsh >/dev/null; then
  keys "PATH=$(dirname "$VMNETSH"):\$PATH ZDOTDIR=$T_TMP zsh -f" Enter
  keys "PS1='inner> '; fpath=('$TESTS_DIR/../shell/edit/zsh' \$fpath); autoload -Uz compinit; compinit -u -d '$T_TMP/dump'; clear" Enter
  wait_until 10 line_is "inner>"
  keys 'vmnetsh netsh trace sta' Tab
  ok "zsh completes netsh" wait_until 10 line_is "inner> vmnetsh netsh trace start"
  keys C-u; keys "vmnetsh -c 'Get-VM | & { 1 }; New-VMSwitch -Swi" Tab
  ok "and a quoted statement" wait_until 10 line_is "inner> vmnetsh -c 'Get-VM | & { 1 }; New-VMSwitch -SwitchType'"
  keys C-u; keys 'vmnetsh dashb' Tab
  ok "and the program's own words" wait_until 10 line_is "inner> vmnetsh dashboard"
else skip "zsh" "is not installed"; fi
done_testing
