# iov.sh - SR-IOV where it cannot be: New-VMSwitch refuses with every reason
# that Get-VMSwitch knows, changes nothing; and a switch that was made without
# it is never converted. (Real virtual functions: the VM lab.)
. "$TESTS_DIR/lib.sh"
need_root
use_lab
links() { hostns ip -br link | sort; }
lab -c 'Get-VMSwitch' >/dev/null
before=$(links)
err=$(lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic1 -EnableIov $true' 2>&1); rc=$?
like "refused: the switch and the adapter" "$rc $err" "^1 .*switch 'iov'.*pnic1"
like "the way out" "$err" "without -EnableIov"
is "nothing was made" "$(links)" "$before"
is "nor stored" "$(lab -c '@(Get-VMSwitch).Count')" 0

ok "a switch without it" lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic1 -AllowManagementOS $false'
is "says so" "$(lab -c '$s = Get-VMSwitch iov; "$($s.IovEnabled) $($s.IovSupport)"')" "False False"
lab -c '(Get-VMSwitch iov).IovSupportReasons' >"$T_TMP/reasons"
ok "there is a reason" test -s "$T_TMP/reasons"
n=0 missing=
while read -r reason; do
  n=$((n+1)); grep -qF -- "  $n. $reason" <<<"$err" || missing+="$reason;"
done <"$T_TMP/reasons"
is "all $n reasons stood in the refusal, numbered" "$missing" ""
is "and no other" "$(grep -cE '^  [0-9]+\. ' <<<"$err")" "$n"
like "pnic1 is no PCI device" "$err" "pnic1 is a virtual adapter"

store=$(cat "$T_TMP/state/store.json")
not_ok "it cannot be converted by making it again" lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic1 -AllowManagementOS $false -EnableIov $true'
like "and is told why, and the way" "$(cat "$T_TMP/err")" "never be converted.*Remove-VMSwitch"
not_ok "nor by Set-VMSwitch" lab -c 'Set-VMSwitch -Name iov -EnableIov $true'
is "it is what it was" "$(lab -c '(Get-VMSwitch iov).IovEnabled') $(cat "$T_TMP/state/store.json")" "False $store"
done_testing
