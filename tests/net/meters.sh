# meters.sh - the promise of meters: the bytes counted equal the bytes sent, to
# the byte: IPv4 and IPv6, both directions, while the ACL is replaced again and
# again under traffic. Bytes are whole frames without FCS.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
N=6000 RATE=24e6 PORT=4444

ok "a switch, a VM, meters for both families" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name web1 -SwitchName sw0
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/24 -Direction Both -Action Meter
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 2001:db8::/64 -Direction Both -Action Meter'
vm web1 ip addr add 192.0.2.11/24 dev eth0
vm web1 ip addr add 2001:db8::11/64 dev eth0
vm web1 ping -q -c1 -W2 192.0.2.1 >/dev/null || echo "# no IPv4"
vm web1 ping -q -c1 -W2 2001:db8::1 >/dev/null || echo "# no IPv6"

# "bytes packets" of the meter of prefix $1 in direction $2.
meter() { lab -OutputFormat Csv -c 'Get-VMNetworkAdapterAcl -VMName web1 |
    Select-Object Direction, RemoteAddress, Action, MeteredBytes, MeteredPackets' | tr -d '"' |
  awk -F, -v p="$1" -v d="$2" '$1 == d && $2 == p && $3 == "Meter" { print $4, $5 }'; }
diff_of() { awk -v a="$1" -v b="$2" 'BEGIN { split(a, x); split(b, y);
  printf "%d %d\n", y[1]-x[1], y[2]-x[2] }'; }

# Other entries come and go, in one statement each, as long as $1 runs.
n_replaced=0
replace_while() {
  while kill -0 $1 2>/dev/null; do
    lab -c 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/28,2001:db8::/96 -Direction Both -Action Allow' || echo "# not added"
    lab -c 'Remove-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/28,2001:db8::/96 -Direction Both -Action Allow' || echo "# not removed"
    n_replaced=$((n_replaced+2))
  done
}

# outbound PREFIX ADDRESS SIZE WHAT
outbound() {
  local before after
  before=$(meter "$1" Outbound)
  vm web1 "$BLAST" -n $N -s $3 -r $RATE "$2" 9 >"$T_TMP/sent" & local p=$!
  replace_while $p; wait $p
  after=$(meter "$1" Outbound)
  is "$4: bytes and frames to the byte" "$(diff_of "$before" "$after")" "$((N*$3)) $N"
}
inbound() {
  local before after p
  before=$(meter "$1" Inbound)
  vm web1 "$BLAST" -l -n $N -t 20 $PORT >"$T_TMP/got" & local l=$!
  wait_until 5 grep -q listening "$T_TMP/got"
  outside "$BLAST" -n $N -s $3 -r $RATE "$2" $PORT >"$T_TMP/sent" & p=$!
  replace_while $p; wait $p $l
  after=$(meter "$1" Inbound)
  is "$4: bytes and frames to the byte" "$(diff_of "$before" "$after")" "$((N*$3)) $N"
  like "$4: the VM got them all" "$(cat "$T_TMP/got")" "packets=$N bytes=$((N*$3)) "
}
outbound 192.0.2.0/24 192.0.2.1 700 "IPv4 outbound"
outbound 2001:db8::/64 2001:db8::1 1514 "IPv6 outbound"
inbound 192.0.2.0/24 192.0.2.11 1514 "IPv4 inbound"
inbound 2001:db8::/64 2001:db8::11 200 "IPv6 inbound"
ok "the ACL was replaced $n_replaced times meanwhile" test $n_replaced -ge 8

# A denied frame is no metered one.
before=$(meter 192.0.2.0/24 Outbound)
ok "deny the outside machine" lab -c 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.1 -Direction Outbound -Action Deny'
vm web1 "$BLAST" -n 50 -s 300 192.0.2.1 9 >/dev/null
is "what is denied is not metered" "$(meter 192.0.2.0/24 Outbound)" "$before"
done_testing
