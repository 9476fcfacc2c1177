# lib.sh - sourced by the shell tests. TAP out; waits for conditions with a
# deadline; cleans up last in, first out; a skip says why and is counted.
# Usage: ok "what" command…; not_ok "what" command…; skip "what" "why"; done_testing
set -u
: "${VMNETSH:?}" "${TESTS_DIR:?}"
T_N=0
T_TMP=$(mktemp -d)
T_LAB=t$$
T_CLEAN=(); T_CLEAN+=("rm -rf '$T_TMP'")
t_cleanup() { local i; for ((i=${#T_CLEAN[@]}-1; i>=0; i--)); do eval "${T_CLEAN[i]}" >/dev/null 2>&1; done; }
trap t_cleanup EXIT
trap 'exit 1' INT TERM
at_exit() { T_CLEAN+=("$1"); }

# A lab of this test's own, with a state folder of its own.
lab() { "$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" "$@"; }
use_lab() { at_exit "'$VMNETSH' --lab=$T_LAB --state '$T_TMP/state' --destroy"; }
# The lab host's own iproute2: hostns ip link …
hostns() { ip netns exec "vmnetsh-$T_LAB" "$@"; }

ok() { local what=$1; shift; T_N=$((T_N+1))
  if "$@" >"$T_TMP/out" 2>"$T_TMP/err"; then echo "ok $T_N - $what"
  else echo "not ok $T_N - $what"; sed 's/^/# /' "$T_TMP/out" "$T_TMP/err"; fi; }
not_ok() { local what=$1; shift; T_N=$((T_N+1))
  if "$@" >"$T_TMP/out" 2>"$T_TMP/err"; then echo "not ok $T_N - $what"; sed 's/^/# /' "$T_TMP/out" "$T_TMP/err"
  else echo "ok $T_N - $what"; fi; }
is() { local what=$1 got=$2 want=$3; T_N=$((T_N+1))
  if [ "$got" = "$want" ]; then echo "ok $T_N - $what"
  else echo "not ok $T_N - $what"; printf '# got:  %s\n# want: %s\n' "${got//$'\n'/$'\n# '}" "${want//$'\n'/$'\n# '}"; fi; }
like() { local what=$1 got=$2 want=$3; T_N=$((T_N+1))
  if [[ $got =~ $want ]]; then echo "ok $T_N - $what"
  else echo "not ok $T_N - $what"; printf '# got:  %s\n# want: %s\n' "${got//$'\n'/$'\n# '}" "$want"; fi; }
skip() { T_N=$((T_N+1)); echo "ok $T_N - $1 # SKIP $2"; }
done_testing() { echo "1..$T_N"; }
# wait_until SECONDS command…: true as soon as the command is.
wait_until() { local end=$((SECONDS+$1)); shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || return 1; read -rt 0.05 <> <(:) || :; done; }
need_root() { [ "$(id -u)" = 0 ] || { echo "1..0 # SKIP needs root"; exit 0; }; }
