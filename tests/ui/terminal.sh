#!/bin/bash
# The dashboard at a real terminal (tmux): keys, help, resizing, suspending,
# and a terminal that is as before on every way out.
. "$TESTS_DIR/lib.sh"
command -v tmux >/dev/null || { echo "1..0 # SKIP needs tmux"; exit 0; }
PROG=${UI_FAKE:-$(dirname "$VMNETSH")/tests/unit/ui_fake_main}

tm() { tmux -L "vmnetsh-ui-$$" -f /dev/null "$@"; }
at_exit "tmux -L vmnetsh-ui-$$ kill-server"
unset TMUX
export LC_ALL=C.UTF-8
tm new-session -d -x 80 -y 24 -s t "env PS1='prompt> ' bash --norc --noprofile"
tm set -g default-terminal screen-256color >/dev/null
tm set -g window-size manual >/dev/null 2>&1

screen() { tm capture-pane -p -t t; }
keys() { tm send-keys -t t "$@"; }
shows() { screen | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }
var() { tm display-message -p -t t "#{$1}"; }
main_screen() { [ "$(var alternate_on)" = 0 ] && [ "$(var cursor_flag)" = 1 ]; }
pid() { pgrep -P "$(var pane_pid)" ui_fake_main; }
start() {
  keys "$*$PROG ports 12 8" Enter
  wait_until 10 shows "web1" && wait_until 10 shows "q Quit"
}
# Back at the prompt, with echo, line editing, cursor and what was there.
restored() {
  wait_until 10 main_screen && wait_until 5 shows "marker-before" || return 1
  keys "stty -a | tr ' ;' '\\n\\n' | grep -cxE 'icanon|echo|isig|opost'" Enter
  wait_until 5 eval 'screen | grep -qx 4'
}
fresh() {
  keys C-c; keys "clear; echo marker-\$((0))before | tr -d 0" Enter
  wait_until 5 shows "marker-before"
}

wait_until 10 shows "prompt>"
fresh
ok "starts and draws the ports" start
ok "the marker is hidden while it runs" shows_not marker-before
ok "the cursor is hidden" [ "$(var cursor_flag)" = 0 ]
keys 2; ok "2 shows the queues" wait_until 5 shows "VM QUEUE"
keys Tab; ok "Tab shows the traces" wait_until 5 shows "tracing for"
keys 1; ok "1 shows the ports" wait_until 5 shows "FLOOR IS"
keys '?'; ok "? shows the help" wait_until 5 shows "previous view"
keys Escape; ok "Esc closes it" wait_until 5 shows_not "previous view"
keys / ; keys -l build; keys Enter
ok "a filter leaves the rows that match" wait_until 5 shows "/build: 1 of 12"
keys Escape; ok "Esc clears the filter" wait_until 5 shows_not "of 12"
keys p; ok "p holds the picture" wait_until 5 shows PAUSED
keys p; ok "p goes on" wait_until 5 shows_not PAUSED

fits() { local n; n=$(screen | sed -n "$1p"); [[ $n == q\ Quit* ]]; }
tm resize-window -t t -x 132 -y 40
ok "grows with the terminal" wait_until 5 fits 40
tm resize-window -t t -x 40 -y 10
ok "shrinks with it" wait_until 5 fits 10
for i in 1 2 3 4 5 6 7 8 9 10; do
  tm resize-window -t t -x $((i * 13)) -y $((i * 4))
  tm resize-window -t t -x $((i % 3 + 1)) -y 1
done
tm resize-window -t t -x 80 -y 24
ok "survives a storm of sizes down to 1 x 1" wait_until 5 fits 24
ok "and draws everything again" wait_until 5 shows "web1"

keys C-z
ok "Ctrl-Z gives the terminal back" wait_until 5 shows "Stopped"
ok "with its cursor" main_screen
keys fg Enter
ok "fg brings it back" wait_until 5 fits 24
keys q
ok "q leaves the terminal as it was" restored
for s in TERM INT HUP ABRT SEGV; do
  fresh; start; kill -$s "$(pid)"
  ok "SIG$s leaves the terminal as it was" restored
done

fresh; start NO_COLOR=1\ 
ok "NO_COLOR: no colours" \
  eval '! tm capture-pane -e -p -t t | grep -qE "\[([0-9]+;)*[34][0-8][;m]"'
keys q; wait_until 5 main_screen
fresh; start TERM=vt100\ 
ok "a vt100 will do" fits 24
keys q; ok "and is given back" wait_until 5 shows "prompt>"
fresh
keys "TERM=no-such $PROG ports 1 1" Enter
ok "an unknown terminal is an error that names the way out" \
  wait_until 5 shows "is not known here"
fresh
keys "LC_ALL=C $PROG ports 12 8" Enter
wait_until 10 shows "web1"
ok "the C locale gets ASCII" eval 'screen | grep -q "ADAPTER^"'
ok "and nothing else" eval '! screen | LC_ALL=C grep -q "[^ -~]"'
keys q; wait_until 5 main_screen
done_testing
