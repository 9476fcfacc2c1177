# prompt.sh - the prompt at a real terminal (tmux): Tab, ?, lines that go on,
# Ctrl-C, history over two shells, the status of exit.
. "$TESTS_DIR/lib.sh"
need_root
command -v tmux >/dev/null || { echo "1..0 # SKIP needs tmux"; exit 0; }
use_lab

tm() { tmux -L "vmnetsh-prompt-$$" -f /dev/null "$@"; }
at_exit "tmux -L vmnetsh-prompt-$$ kill-server"
unset TMUX
export LC_ALL=C.UTF-8
tm new-session -d -x 100 -y 40 -s t "env XDG_STATE_HOME=$T_TMP/xdg PS1='outer> ' bash --norc --noprofile"
keys() { tm send-keys -t t "$@"; }
shows() { tm capture-pane -p -J -t t | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }
# The last line that is not empty.
line() { tm capture-pane -p -J -t t | grep -v '^ *$' | tail -1; }
line_is() { [ "$(line | sed 's/ *$//')" = "$1" ]; }
P="vmnetsh($T_LAB)>"
start() {
  keys "clear; '$VMNETSH' --lab=$T_LAB --state '$T_TMP/state'" Enter
  wait_until 20 line_is "$P"
}
fresh() { keys C-u; keys C-l; wait_until 5 line_is "$P"; }

lab -c 'New-VMSwitch -Name sw0 -SwitchType Private; New-VM -Name web1 -SwitchName sw0' >/dev/null
wait_until 10 shows "outer>"
ok "the prompt names the lab" start
keys 'New-VMS' Tab
ok "Tab completes a cmdlet" wait_until 5 line_is "$P New-VMSwitch"
keys 'x -SwitchT' Tab; keys 'pri' Tab
ok "and parameter and word" \
  wait_until 5 line_is "$P New-VMSwitch x -SwitchType Private"
fresh; keys 'Get-VMNetworkAdapter we' Tab; keys 'Net' Tab
ok "and live names, quoted" \
  wait_until 5 line_is "$P Get-VMNetworkAdapter web1 'Network Adapter'"
fresh; keys 'New-VMSwitch -Net' '?'
ok "? shows what may come" wait_until 5 shows "uplink: name of the physical"
ok "and leaves the line" wait_until 5 line_is "$P New-VMSwitch -Net"
# to N: the cursor behind the N-th character.
to() { local i; keys C-a; for ((i = 0; i < $1; i++)); do keys Right; done; }
fresh; keys 'Get-VMSwi -Name sw0'; to 9; keys Tab
ok "Tab in the middle of a line completes the word there" \
  wait_until 5 line_is "$P Get-VMSwitch -Name sw0"
fresh; keys 'New-VMSwitch x -SwitchTintern'; to 23; keys 'ype '
ok "what is typed there pushes the rest on" \
  wait_until 5 line_is "$P New-VMSwitch x -SwitchType intern"
keys End Tab
ok "and the end is completed" wait_until 5 line_is "$P New-VMSwitch x -SwitchType Internal"
fresh; keys 'New-VMSwitch -NetAda pnic0'; to 17; keys '?'
ok "? in the middle of a word tells what it may be" wait_until 5 shows "uplink: name of the physical"
ok "and leaves the line whole" wait_until 5 line_is "$P New-VMSwitch -NetAda pnic0"
keys 'X'
ok "with the cursor where it was" wait_until 5 line_is "$P New-VMSwitch -NetXAda pnic0"
fresh; keys "Get-VM | ? Name -eq 'web1' | Select-Object Na" Tab Enter
ok "? behind a pipe is Where-Object" wait_until 5 shows "----"
fresh; keys 'if ($true) {' Enter
ok "a line that goes on" wait_until 5 line_is ">>"
keys "'a' + 'b' }" Enter
ok "runs when it is whole" wait_until 5 shows "ab"
fresh; keys 'Get-VM (' Enter; wait_until 5 line_is ">>"; keys C-c
ok "Ctrl-C drops the lines" wait_until 5 line_is "$P"
fresh; keys 'Write-Host ("it " + "runs"); Start-Sleep 600' Enter
wait_until 20 shows "it runs"; keys C-c
ok "Ctrl-C ends a statement, not the shell" wait_until 20 line_is "$P"
ok "and says so" wait_until 5 shows "interrupted"
fresh; keys 'Start-Sleep 600' Enter C-c
ok "one that comes at once is not lost" wait_until 20 line_is "$P"
fresh; keys '"again-$(6*7)"' Enter; wait_until 5 shows again-42
fresh; keys 'Invoke-History' Enter
ok "Invoke-History runs the last line again" wait_until 5 shows "again-42"
ok "and shows it" shows '"again-$(6*7)"'
fresh; keys 'Get-History | Where-Object CommandLine -like *Start-Sleep* | Select-Object -Last 1 Id, ExecutionStatus | Format-List' Enter
ok "Get-History knows how a line ended" wait_until 5 shows "ExecutionStatus : Failed"
fresh; keys 'Clear-History; "left-$(@(Get-History).Count)"' Enter
ok "Clear-History forgets" wait_until 5 shows "left-0"
fresh; keys '"marker-$(40+2)"' Enter; wait_until 5 shows marker-42
keys 'exit 7' Enter
ok "exit ends it" wait_until 5 line_is "outer>"
keys 'echo status-$?' Enter
ok "with its status" wait_until 5 shows "status-7"
start; keys Up Up
ok "the history is there again" wait_until 5 line_is "$P \"marker-\$(40+2)\""
fresh; keys C-d
ok "Ctrl-D ends it" wait_until 5 line_is "outer>"
done_testing
