# help.sh - every cmdlet and topic has its help page, and every example of
# every page runs in a lab behind the set-up that about_vmnetsh names.
. "$TESTS_DIR/lib.sh"
need_root
use_lab

sh() { "$VMNETSH" --state "$T_TMP/nostate" -c "$1"; }
mapfile -t names < <(sh 'Get-Command | Select-Object -ExpandProperty Name')
[ ${#names[@]} -gt 36 ]; is "the table has the cmdlets" $? 0

page_whole() {
  local page; page=$(sh "Get-Help $1") || return 1
  for part in NAME SYNOPSIS SYNTAX EXAMPLE; do
    grep -qx "$part" <<<"$page" || { echo "no $part" >&2; return 1; }
  done
}
for n in "${names[@]}"; do ok "page of $n" page_whole "$n"; done

like "NAME -? is its page" "$(sh 'New-VMSwitch -?')" "New-VMSwitch"
like "one parameter" "$(sh 'Get-Help New-VMSwitch -Parameter EnableIov')" \
  "EnableIov <Boolean>"
like "topics are listed" "$(sh 'Get-Help about_*')" "about_units"
like "a topic" "$(sh 'Get-Help about_units')" "frame check sequence"
not_ok "an unknown name fails" sh 'Get-Help New-VMSwich'
like "and names the nearest" "$(cat "$T_TMP/err")" "New-VMSwitch"

ok "set-up: a switch" lab -c \
  'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true'
ok "set-up: a VM" lab -c 'New-VM -Name web1 -SwitchName sw0'
for n in "${names[@]}"; do
  example=$(sh "Get-Help $n -Examples" | sed -n 's/^    vmnetsh> //p')
  if [ -z "$example" ]; then
    like "$n has no example because it is not built" "$(sh "Get-Help $n")" \
      "not built here yet"
    continue
  fi
  # A question fails where nobody can answer.
  expect=ok; [ "$n" = Read-Host ] && expect=not_ok
  $expect "example of $n" lab -NonInteractive -c "$example"
done
done_testing
