# parallel.sh - two shells at once on one host: one lock, no lost update. Each
# runs 50 statements; they meet in the same VM's ACL and in the same switch.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
lab -c 'New-VMSwitch -Name sw0 -SwitchType Internal; New-VM -Name web1 -SwitchName sw0' >/dev/null
generation() { sed -nE 's/.*"generation" *: *([0-9]+).*/\1/p' "$T_TMP/state/store.json"; }

# Statements of shell $1 (a or b): 40 entries, 5 adapters, 5 of them set.
script() {
  local n=1 i; [ "$1" = b ] && n=2
  for i in {1..40}; do
    echo "Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName \"Network Adapter\" -RemoteIPAddress 10.$n.$i.0/24 -Direction Outbound -Action Deny"
  done
  for i in {1..5}; do
    echo "Add-VMNetworkAdapter -VMName web1 -Name $1$i -SwitchName sw0"
    echo "Set-VMNetworkAdapter -VMName web1 -Name $1$i -VmqWeight $i"
  done
}
for s in a b; do script $s >"$T_TMP/$s.ps1"; done
before=$(generation)
lab "$T_TMP/a.ps1" >"$T_TMP/a.out" 2>&1 & a=$!
lab "$T_TMP/b.ps1" >"$T_TMP/b.out" 2>&1 & b=$!
wait $a; ra=$?; wait $b; rb=$?
is "both end well" "$ra $rb $(cat "$T_TMP/a.out" "$T_TMP/b.out" | grep -v '^Add-' | head -n 3)" "0 0 "
is "every statement was one change of the store" "$(($(generation) - before))" 100
is "the store has all 80 entries" "$(lab -c '@(Get-VMNetworkAdapterAcl -VMName web1 | Where-Object Action -eq Deny).Count')" 80
is "and all adapters with their settings" \
  "$(lab -c 'Get-VMNetworkAdapter -VMName web1 | Where-Object Name -ne "Network Adapter" | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.VmqWeight)" }' | paste -sd' ')" \
  "a1 1 a2 2 a3 3 a4 4 a5 5 b1 1 b2 2 b3 3 b4 4 b5 5"
is "the kernel has their ports" "$(hostns ip -o link show type veth | grep -c 'master sw0')" 12
is "and agrees with the store: nothing to repair" "$(lab restore)" ""
slots=$(hostns ip -o link show type veth | sed -nE 's/.*: (vp[0-9]+)@.*master sw0.*/\1/p' | sort -u | wc -l)
is "no slot was given twice" "$slots" 12
done_testing
