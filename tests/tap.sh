# shellcheck shell=bash
# tap.sh - sourced by what runs tests: prints what they say as one TAP stream,
# results numbered anew, a test that ends badly or without a plan as a failure.
# TESTS_AGAIN=1 (bootstrap check): what a test fails is marked "# TODO unsteady" and
# the test is run once more, which decides; tests/summary counts and names them.
TAP_N=0 TAP_STATUS=$(mktemp)

# tap_once PREFIX MARK COMMAND…: fails when the test did. In the shell, because
# Debian's awk holds its input back until a test ends.
tap_once() {
  local prefix=$1 mark=$2 line status want='' seen=0 bad=0; shift 2
  while IFS= read -r line; do
    if [[ $line =~ ^(not )?ok\ *[0-9]*\ *-?\ *(.*) ]]; then
      seen=$((seen + 1)) TAP_N=$((TAP_N + 1))
      # cmocka before 1.1.6 says "not ok" of a test that was skipped.
      if [ -z "${BASH_REMATCH[1]}" ] || [[ $line = *'# SKIP'* ]]; then echo "ok $TAP_N - $prefix${BASH_REMATCH[2]}"
      elif [[ $line = *'# TODO'* ]]; then echo "not ok $TAP_N - $prefix${BASH_REMATCH[2]}"
      else bad=1; echo "not ok $TAP_N - $prefix${BASH_REMATCH[2]}$mark"; fi
    elif [[ $line =~ ^1\.\.0\ *#?\ *(.*) ]]; then
      want=1 seen=$((seen + 1)) TAP_N=$((TAP_N + 1)) line=${BASH_REMATCH[1]}
      [[ $line = SKIP* ]] || line=SKIP
      echo "ok $TAP_N - ${prefix%: } # $line"
    elif [[ $line =~ ^1\.\.([0-9]+) ]]; then want=${BASH_REMATCH[1]}
    else echo "# ${line#\# }"; fi
  done < <("$@" 2>&1; echo $? >"$TAP_STATUS")
  status=$(cat "$TAP_STATUS")
  if [ "$seen" != "$want" ] || { [ "$status" != 0 ] && [ $bad = 0 ]; }; then
    bad=1 TAP_N=$((TAP_N + 1))
    echo "not ok $TAP_N - ${prefix}exit status $status, $seen of ${want:-?} results$mark"
  fi
  return $bad
}

tap_test() {
  local prefix=$1; shift
  [ -n "${TESTS_AGAIN-}" ] || { tap_once "$prefix" '' "$@"; return; }
  tap_once "$prefix" ' # TODO unsteady' "$@" || tap_once "$prefix" '' "$@"
}

tap_end() { echo "1..$TAP_N"; rm -f "$TAP_STATUS"; }
