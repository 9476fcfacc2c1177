# help.sh - every cmdlet and topic has its help page, and every example of
# every page runs in a lab behind the set-up that about_vmnetsh names. What a
# page says that an example prints is compared: … there is any text, and a line
# of it alone any lines that follow.
. "$TESTS_DIR/lib.sh"
need_root
use_lab

sh() { "$VMNETSH" --state "$T_TMP/nostate" -c "$1"; }
sh 'Get-Command | ForEach-Object { "$($_.Name)|$($_.Synopsis)" }' \
  >"$T_TMP/commands"
mapfile -t names < <(cut -d'|' -f1 "$T_TMP/commands")
[ ${#names[@]} -gt 230 ]; is "the table has the cmdlets" $? 0
mapfile -t topics < <(sh 'Get-Help about_*' | cut -d' ' -f1)

# ---- pages ----
# All pages in one go: "@ NAME" before each; a file for each page's headings.
sh 'Get-Command | ForEach-Object { "@ $($_.Name)"; Get-Help $_.Name }' |
  awk -v dir="$T_TMP" '/^@ /{ f = dir "/" $2 ".page"; next } { print > f }'
page_whole() {
  local part
  for part in NAME SYNOPSIS SYNTAX EXAMPLE; do
    grep -qx "$part" "$T_TMP/$1.page" || { echo "no $part" >&2; return 1; }
  done
}
for n in "${names[@]}"; do ok "page of $n" page_whole "$n"; done
is "a page has its description, examples, notes and what is related" \
  "$(grep -xE '[A-Z]+' "$T_TMP/New-VMSwitch.page" | paste -sd' ')" \
  "NAME SYNOPSIS SYNTAX DESCRIPTION PARAMETERS OUTPUT EXAMPLE NOTES RELATED"
like "one that is not built says so" \
  "$(cat "$T_TMP/Get-NetEventSession.page")" "not built here yet"

like "NAME -? is its page" "$(sh 'New-VMSwitch -?')" "New-VMSwitch"
like "one parameter" "$(sh 'Get-Help New-VMSwitch -Parameter EnableIov')" \
  "EnableIov <Boolean>"
for t in units language floors metering sriov vmq traces transactions \
  exit_codes coming_from_hyper_v; do
  like "topic about_$t" "${topics[*]}" "about_$t"
done
like "a topic" "$(sh 'Get-Help about_units')" "frame check sequence"
not_ok "an unknown name fails" sh 'Get-Help New-VMSwich'
like "and names the nearest" "$(cat "$T_TMP/err")" "New-VMSwitch"

# ---- man pages ----
man_dir=$(dirname "$VMNETSH")/help/man
built=$(grep -vc '(not built here yet)$' "$T_TMP/commands")
is "a man page for each cmdlet that is built" \
  "$(find "$man_dir" -name '*.8' | wc -l)" "$built"
is "and for each topic" "$(find "$man_dir" -name '*.7' | wc -l)" \
  "${#topics[@]}"
like "it names itself for man's index" "$(cat "$man_dir/Get-VMSwitch.8")" \
  'Get-VMSwitch \\- Shows'

# ---- what has no words fails the build ----
src=$TESTS_DIR/../shell/cmdlet
mkdir "$T_TMP/data"
cp "$src"/{table.c,domain.h,core.h,published.awk,published_sets.tsv} \
  "$src"/published.t{xt,sv} "$T_TMP/data"
entries() { (cd "$T_TMP/data" && awk -f published.awk table.c domain.h core.h \
  published.txt published_sets.tsv published.tsv); }
ok "all published cmdlets have words" entries
sed -i '/^-MaxNumberOfBuffers:/d' "$T_TMP/data/published.txt"
not_ok "one parameter without them fails" entries
like "and is named" "$(cat "$T_TMP/err")" "no text of .* -MaxNumberOfBuffers"
echo '&cmdlet_get_neteventsession' >>"$T_TMP/data/domain.h"
is "a real entry takes the place of the generated one" \
  "$(entries 2>/dev/null | grep -c '"Get-NetEventSession"')" 0
printf '= Get-VM\nRelated: Get-VM\n' >"$T_TMP/page"
not_ok "a page that says nothing fails" \
  awk -f "$TESTS_DIR/../help/pages.awk" "$T_TMP/page"

# ---- examples ----
# The extensions that come with vmnetsh, as if it were installed.
EXTENSIONS=$(dirname "$VMNETSH")/core/bpf/extension
set_up() {
  install -D -m 644 -t "$T_TMP/state/extensions" "$EXTENSIONS"/*.o
  lab -c 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true'
  lab -c 'New-VM -Name web1 -SwitchName sw0'
  lab -c 'netsh dump' >"$T_TMP/dump"
} >/dev/null
# The next example finds what the first one found.
set_up_again() {
  lab -c 'netsh dump' | cmp -s - "$T_TMP/dump" && return
  lab --destroy >/dev/null; rm -rf "$T_TMP/state"; set_up
}
# same WANT GOT: line by line, blanks as one, without empty lines.
same() {
  awk '
    function plain(s) { gsub(/[ \t]+/, " ", s); sub(/^ /, "", s)
                        sub(/ $/, "", s); return s }
    { s = plain($0) } s == "" { next }
    FNR == NR { want[++n] = s; next }
    rest || want[m + 1] == "…" { rest = 1; next }
    { m++; w = want[m]; gsub(/[][\\.^$*+?(){}|\/]/, "\\\\&", w)
      gsub(/…/, ".*", w)
      if (m > n || s !~ "^" w "$") {
        print "# got:  " s; print "# want: " want[m]; bad = 1 } }
    END { if (m < n && want[m + 1] != "…") { print "# missing: " want[m + 1]; bad = 1 }
          exit bad }' "$1" "$2"
}
# The examples in a text: NAME.N.run, .out (what it prints), .why (not tried).
examples() {
  awk -v base="$T_TMP/$1" -v topic="$2" '
    function begin() { open = 1; k++; out = 0 }
    /^$/ { open = 0; next }
    /^    vmnetsh> / { if (!open) begin()
                       print substr($0, 14) > (base "." k ".run"); next }
    !open || topic { open = 0; next }
    /^    \(not tried: / { print substr($0, 17) > (base "." k ".why"); next }
    { print substr($0, 5) > (base "." k ".out") }'
}
run_example() {
  local f=$1 got=$T_TMP/got
  set_up_again
  lab -NonInteractive -c "$(cat "$f.run")" >"$got" || return
  [ ! -e "$f.out" ] || same "$f.out" "$got"
}
run_examples() {
  local f
  for f in "$T_TMP/$1".*.run; do
    f=${f%.run}; what="example ${f##*.} of $1"
    if [ -e "$f.why" ]; then skip "$what" "$(cat "$f.why")"
    else ok "$what" run_example "$f"; fi
  done
}

printf '%s\n' 'Name  …' 'sw0 Up' … >"$T_TMP/want"
printf '%s\n' 'Name Status' '' 'sw0  Up' more >"$T_TMP/got1"
printf '%s\n' 'Name Status' '' 'sw0  Down' >"$T_TMP/got2"
ok "an output that fits" same "$T_TMP/want" "$T_TMP/got1"
not_ok "one that differs" same "$T_TMP/want" "$T_TMP/got2"
not_ok "one that is not there" same "$T_TMP/want" /dev/null

set_up
while IFS='|' read -r n text; do
  if [[ $text == *"(not built here yet)" ]]; then
    like "$n has no example because it is not built" \
      "$(cat "$T_TMP/$n.page")" "not built here yet"
    continue
  fi
  sed -n '/^EXAMPLE$/,$p' "$T_TMP/$n.page" | sed '1d;/^[A-Z][A-Z]*$/,$d' |
    examples "$n" ''
  run_examples "$n"
done <"$T_TMP/commands"
for t in "${topics[@]}"; do
  sh "Get-Help $t" | examples "$t" 1
  [ ! -e "$T_TMP/$t.1.run" ] || run_examples "$t"
done
done_testing
