# prompt_netsh.sh - netsh at a real terminal: contexts and their prompts, words
# cut short, Tab and ? in half a word, changes that wait.
. "$TESTS_DIR/lib.sh"
. "$TESTS_DIR/ui/prompt_lib.sh"
N="vmnetsh($T_LAB)"
lab -c 'Get-VMSwitch' >/dev/null
terminal 40
ok "the prompt" start
keys 'netsh' Enter
ok "netsh alone enters it" wait_until 5 line_is "$N netsh>"
keys 'tr' Enter
ok "a context, cut short" wait_until 5 line_is "$N trace>"
keys 'sh st' Enter
ok "a command, cut short" wait_until 5 shows "Status:             Not running"
fresh "$N trace>"; keys '?'
ok "? lists the context" wait_until 5 shows "stop   end the trace"
ok "and nothing else" shows_not "New-VMSwitch"
fresh "$N trace>"; keys 'sta'; keys '?'
ok "? in half a word" wait_until 5 shows "capture into a pcapng file"
ok "leaves the line" wait_until 5 line_is "$N trace> sta"
keys Tab; keys 'capturet' Tab; keys 'vm' Tab
ok "Tab completes words and tags" wait_until 5 line_is "$N trace> start capturetype=vmswitch"
fresh "$N trace>"; keys '..' Enter
ok ".. goes up" wait_until 5 line_is "$N netsh>"
keys 'vmsw' Enter; wait_until 5 line_is "$N vmswitch>"
keys 'add name=sw0 swi' Tab; keys 'pri' Tab
ok "the tags are the cmdlet's parameters" wait_until 5 line_is "$N vmswitch> add name=sw0 switchtype=Private"
keys Enter; fresh "$N vmswitch>"; keys 'show' Enter
ok "and so is the handler" wait_until 10 shows "sw0  Private"
fresh "$N vmswitch>"; keys 'Get-VMSw' Tab; keys '| select na' Tab Enter
ok "an ordinary command goes, too" wait_until 5 shows "----"
fresh "$N vmswitch>"; keys 'set mode off' Enter
ok "the prompt tells the mode" wait_until 5 line_is "$N vmswitch (offline)>"
keys 'delete sw0 force=yes' Enter
ok "and that changes wait" wait_until 5 line_is "$N vmswitch (offline, pending)>"
is "in the kernel nothing has changed" "$(hostns ip -br link show sw0 | cut -d' ' -f1)" "sw0"
is "others see it as it is" "$(lab -c '(Get-VMSwitch).Name')" "sw0"
fresh "$N vmswitch (offline, pending)>"; keys 'show pending' Enter
ok "show tells the steps" wait_until 5 shows "remove bridge sw0"
keys 'set mode online' Enter
ok "online is refused" wait_until 5 shows "commit makes them, abort drops them"
keys 'add name=sw0 switchtype=Nonsense' Enter
ok "a statement that fails takes back its own only" wait_until 5 line_is "$N vmswitch (offline, pending)>"
keys 'abort' Enter
ok "abort drops them" wait_until 5 line_is "$N vmswitch (offline)>"
keys 'add name=sw1 switchtype=private' Enter; wait_until 5 line_is "$N vmswitch (offline, pending)>"
lab -c 'Set-VMSwitch sw0 -Notes other' >/dev/null
keys 'commit' Enter
ok "a commit on top of someone else's is refused" wait_until 10 shows "someone else has changed"
keys 'abort' Enter; wait_until 5 line_is "$N vmswitch (offline)>"
keys 'add name=sw1 switchtype=private' Enter; wait_until 5 line_is "$N vmswitch (offline, pending)>"
keys 'commit' Enter
ok "commit makes them" wait_until 10 line_is "$N vmswitch (offline)>"
is "in the kernel" "$(hostns ip -br link show sw1 | cut -d' ' -f1)" "sw1"
keys 'set mode on' Enter; wait_until 5 line_is "$N vmswitch>"
keys 'alias s vmswitch show' Enter; fresh "$N vmswitch>"; keys '..' Enter; wait_until 5 line_is "$N netsh>"
fresh "$N netsh>"; keys 's' Enter
ok "an alias" wait_until 5 shows "sw1  Private"
keys 'exec nosuch.txt' Enter
ok "exec of what is not there" wait_until 5 shows "No such file"
keys 'bye' Enter
ok "bye leaves it" wait_until 5 line_is "$P"
keys C-d; wait_until 5 line_is "outer>"
done_testing
