# team_vlan.test.sh - VLANs on a team: frames leave by the member of their adapter,
# with their tag, and come once. Needs a kernel whose bridges know VLANs.
. "$TESTS_DIR/lib.sh"
need_root
modprobe -q 8021q || { echo "1..0 # SKIP no 8021q here"; exit 0; }
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
wires() { out cat /sys/class/net/wire0/statistics/rx_packets /sys/class/net/wire1/statistics/rx_packets | paste -sd' '; }
# IP broadcasts: the interface outside has things of its own to say.
came() { vm "$1" awk '/^IpExt/ { if (at) print $at
  for (i = 2; i <= NF; i++) if ($i == "InBcastPkts") at = i }' /proc/net/netstat; }
# since "A B" "C D": what there was more.
since() { set -- $1 $2; echo "$(($3-$1)) $(($4-$2))"; }

ok "a team of two, two VMs in VLAN 10" lab -c '
New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -AllowManagementOS $false
New-VM -Name web1 -SwitchName set0
New-VM -Name web2 -SwitchName set0
Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 10
Set-VMNetworkAdapterVlan -VMName web2 -Access -VlanId 10'
out ip link add lan0.10 link lan0 type vlan id 10
out ip addr add 10.5.0.1/24 dev lan0.10; out ip link set lan0.10 up
while read -r v address by; do
  vm "$v" ip addr add "$address/24" dev eth0
  vm "$v" ping -q -c1 -W2 10.5.0.1 >/dev/null
  a=$(wires); r=$(vm "$v" ping -c3 -i0.1 -W2 10.5.0.1)
  like "$v reaches the VLAN outside" "$r" '3 received, 0% packet loss'
  [[ $r != *DUP* ]]; is "and no answer comes twice" $? 0
  is "by its member alone" "$(since "$a" "$(wires)")" "$by"
done <<'L'
web1 10.5.0.11 3 0
web2 10.5.0.12 0 3
L
like "they reach each other" "$(vm web1 ping -c2 -i0.1 -W2 10.5.0.12)" '2 received'
a=$(came web2); vm web1 ping -b -c1 -W1 10.5.0.255 >/dev/null 2>&1
is "a broadcast of the VLAN comes once" $(($(came web2)-a)) 1
is "nothing is left to do" "$(lab restore)" ""

# ---- flows of a VLAN by both members, tag and all
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
M1=$(vm web1 cat /sys/class/net/eth0/address)
ok "Dynamic" lab -c 'Set-VMSwitchTeam set0 -LoadBalancingAlgorithm Dynamic'
ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -l -o -n 1600 -t 30 7777 >"$T_TMP/came" & listener=$!
at_exit "kill $listener 2>/dev/null"
wait_until 10 grep -q listening "$T_TMP/came"
a=$(wires); pids=
for p in $(seq 5001 5016); do
  ip netns exec "vmnetsh-$T_LAB-vm-web1" "$BLAST" -n 100 -t 20 -s 600 -r 200000 -b 10.5.0.11 -p "$p" 10.5.0.1 7777 >/dev/null & pids+=" $!"; done
# shellcheck disable=SC2086
wait $pids; wait $listener
w=$(since "$a" "$(wires)"); echo "# by wire0 and wire1: $w; $(tail -1 "$T_TMP/came")"
# An emulated machine's processors wait for each other: their order is no
# statement about the team's here.
like "all arrive in their VLAN" "$(cat "$T_TMP/came")" "packets=1600 .*senders=16"
ok "by both members" test "${w% *}" -gt 160 -a "${w#* }" -gt 160
is "the switch outside has one port for the VM's address" "$(out bridge fdb show br lan0 | grep -i "^$M1 dev wire" | awk '{ print $3 }' | sort -u)" wire0
like "answers find it" "$(vm web1 ping -q -c5 -i0.1 -W2 10.5.0.1)" '5 received, 0% packet loss'
is "nothing is left to do" "$(lab restore)" ""
ok "a member leaves" lab -c 'Remove-VMSwitchTeamMember set0 -NetAdapterName pnic1'
like "the VLAN goes on" "$(vm web2 ping -c2 -i0.1 -W2 10.5.0.1)" '2 received'
done_testing
