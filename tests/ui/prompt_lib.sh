# prompt_lib.sh - sourced by the tests of the prompt behind lib.sh: a shell in a
# terminal (tmux) and what it shows.
need_root
command -v tmux >/dev/null || { echo "1..0 # SKIP needs tmux"; exit 0; }
use_lab
tm() { tmux -L "vmnetsh-prompt-$$" -f /dev/null "$@"; }
at_exit "tmux -L vmnetsh-prompt-$$ kill-server"
unset TMUX
export LC_ALL=C.UTF-8
# terminal ROWS: a terminal with a shell that knows nothing of the user's.
terminal() {
  tm new-session -d -x 100 -y "$1" -s t "env XDG_STATE_HOME=$T_TMP/xdg PS1='outer> ' bash --norc --noprofile"
  wait_until 10 shows "outer>"; }
keys() { tm send-keys -t t "$@"; }
screen() { tm capture-pane -p -J -t t; }
shows() { screen | grep -qF -- "$1"; }
shows_not() { ! shows "$1"; }
# The last line that is not empty.
line() { screen | grep -v '^ *$' | tail -1; }
line_is() { [ "$(line | sed 's/ *$//')" = "$1" ]; }
P="vmnetsh($T_LAB)>"
start() {
  keys "clear; '$VMNETSH' --lab=$T_LAB --state '$T_TMP/state' -NoLogo" Enter
  wait_until 20 line_is "$P"; }
# fresh [PROMPT]: an empty line on an empty screen
fresh() { keys C-u; keys C-l; wait_until 5 line_is "${1-$P}"; }
# paste TEXT: as a terminal does that brackets what is pasted
paste() { tm set-buffer -b p -- "$1"; tm paste-buffer -p -b p -t t; }
