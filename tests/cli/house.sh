# house.sh - the rules of the house that a program can see: who includes what,
# what core never calls, how long a file may be. (That every word has
# its text is in tests/unit/test_cmdlets.c.)
. "$TESTS_DIR/lib.sh"
cd "$TESTS_DIR/.." || exit 1

# none WHAT LINES: there are none.
none() { is "$1" "$2" ""; }
# but FILE…: of the lines FILE:…, those of other files.
but() { local f re=; for f; do re+="|$f"; done; grep -vE "^(${re#|})(:|$)"; }
sources() { find "$@" -name '*.[ch]' ! -name '*.skel.h' -print0; }
grep_in() { local re=$1; shift; sources "$@" | xargs -0 grep -nE "$re"; }

# ---- who includes what
rooms=$(cd core && ls -d */ | tr -d / | paste -sd'|')
none "shell and ui know of core its public header alone" "$(
  grep_in "#include \"(core/|($rooms)/|host\.h|.*/core/)" shell ui |
  grep -v '#include "core/vmnet.h"')"
none "core knows neither shell nor ui" "$(
  grep_in '#include "(\.\./)*(shell|ui|cmdlet|lang|format|edit)/' core)"
none "core/bpf alone includes libbpf" "$(
  grep_in '#include <bpf/' core shell ui | but 'core/bpf/[a-z_./]+')"
none "edit.c alone includes libedit" "$(
  grep_in '#include <(histedit|editline/.*)\.h>' core shell ui |
  but shell/edit/edit.c)"
none "ui alone includes curses" "$(
  grep_in '#include <.*curses\.h>' core shell)"

# ---- what core never does
none "core neither prints nor ends the program" "$(
  grep_in '(^|[^a-zA-Z0-9_"])(printf|puts|putchar|perror|exit|abort|g_print|g_printerr) \(' core |
  grep -vE ':[0-9]+:[[:space:]]*(/?\*|//)')"
none "netlink.c alone opens netlink sockets" "$(
  grep_in 'AF_NETLINK|nl_socket_alloc|nl_connect|genl_connect' core shell ui |
  but core/kernel/netlink.c)"
none "core/kernel alone reads /proc/PID" "$(
  grep_in '"/proc/%|"/proc"' core shell ui | but 'core/kernel/[a-z_.]+')"

# ---- files
none "no file is longer than 600 lines" "$(
  sources core shell ui tests | xargs -0 wc -l |
  awk '$1 > 600 && $2 != "total"')"
none "nothing waits to be done" "$(grep_in 'TODO|FIXME' core shell ui)"
done_testing
