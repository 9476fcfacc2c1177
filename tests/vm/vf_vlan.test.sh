# vf_vlan.test.sh - the VLAN of an adapter changes while its virtual function
# carries the traffic: access, another one, untagged, both ways, to functions, to
# software ports and to the outside, whose frames are seen on the wire.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf0 ] || { echo "1..0 # SKIP runs in tests/vm/run"; exit 0; }
modprobe -q 8021q || { echo "1..0 # SKIP no 8021q here"; exit 0; }
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
goes_by() { vm "$1" sed -n 's/^Currently Active Slave: //p' /proc/net/bonding/eth0 | grep -qx "$2"; }
pings() { ip netns exec "vmnetsh-$T_LAB-$1" ping -q -n -c 1 -W 1 "$2"; }
shut() { ! ip netns exec "vmnetsh-$T_LAB-$1" ping -q -n -c 2 -i 0.2 -W 1 "$2"; }
switches() { lab -c '(Get-VMNetworkAdapter web1).IovSwitchOvers'; }

# a: two functions; s: software port; who is in which VLAN: 1 in 10, 2 in 20, 0 in none
ok "functions and software ports in VLAN 10, in 20 and in none" lab -c 'Add-LabAdapter pf0; Add-LabAdapter wire0 -Outside
New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -AllowManagementOS $false
foreach ($v in "web1", "a0", "a1", "a2", "s0", "s1", "s2") { New-VM $v -SwitchName sw0 }
foreach ($v in "web1", "a0", "a1", "a2") { Set-VMNetworkAdapter $v -IovWeight 50 }
Set-VMNetworkAdapterVlan -VMName a1, s1 -Access -VlanId 10
Set-VMNetworkAdapterVlan -VMName a2, s2 -Access -VlanId 20'
n=11
for v in web1 a0 a1 a2 s0 s1 s2; do vm $v ip addr add 10.9.0.$n/24 dev eth0; n=$((n+1)); done
for v in 10 20; do
  outside ip link add link lent0 name out$v type vlan id $v
  outside ip addr add 10.9.0.2$v/24 dev out$v; outside ip link set out$v up
  # One network in each VLAN: the right interface is chosen by who asks.
  outside ip rule add from 10.9.0.2$v lookup $v; outside ip route add 10.9.0.0/24 dev out$v table $v
done
outside ip addr add 10.9.0.200/24 dev lan0
outside ip rule add from 10.9.0.200 lookup 99; outside ip route add 10.9.0.0/24 dev lan0 table 99
outside sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.lan0.rp_filter=0 net.ipv4.conf.out10.rp_filter=0 net.ipv4.conf.out20.rp_filter=0
for v in web1 a0 a1 a2; do ok "$v goes by its function" wait_until 20 goes_by $v eth0v; done
declare -A ip=([a0]=10.9.0.12 [a1]=10.9.0.13 [a2]=10.9.0.14 [s0]=10.9.0.15 [s1]=10.9.0.16 [s2]=10.9.0.17)
out_of() { case $1 in 0) echo 10.9.0.200 ;; *) echo 10.9.0.2${1}0 ;; esac; }
# From outside with the address of that VLAN.
from_out() { outside ping -q -n -c 1 -W 1 -I "$(out_of "$1")" 10.9.0.11; }
# is_in N OTHER WHEN: web1 is with those of N, both ways, and not with OTHER's.
is_in() { local n=$1 o=$2 when=$3
  ok "$when: to a function" wait_until 20 pings vm-web1 "${ip[a$n]}"
  ok "$when: from a function" wait_until 20 pings "vm-a$n" 10.9.0.11
  ok "$when: to a software port" wait_until 20 pings vm-web1 "${ip[s$n]}"
  ok "$when: from a software port" wait_until 20 pings "vm-s$n" 10.9.0.11
  ok "$when: to the outside" wait_until 20 pings vm-web1 "$(out_of "$n")"
  ok "$when: from the outside" wait_until 20 from_out "$n"
  vm web1 ip neigh flush all
  ok "$when: not to a function elsewhere" shut vm-web1 "${ip[a$o]}"
  ok "$when: nor from a software port there" shut "vm-s$o" 10.9.0.11; }
MAC=$(vm web1 cat /sys/class/net/eth0/address)
on_wire() { ip netns exec "vmnetsh-$T_LAB-outside" tcpdump -n -l -e -i lent0 -c 1 "ether src $MAC and $2" >"$T_TMP/tag" 2>"$T_TMP/tag.err" & local t=$!
  at_exit "kill $t"; wait_until 20 grep -q listening "$T_TMP/tag.err"
  vm web1 ping -q -n -c 1 -W 1 "$1" >/dev/null; wait_until 10 test -s "$T_TMP/tag"; }
card_vlan() { hostns ip -j link show pf0 | jq -r --arg m "$MAC" '.[0].vfinfo_list[] | select(.address == $m) | .vlan_list[0].vlan // 0'; }

is_in 0 1 "untagged"
before=$(switches)
ip netns exec "vmnetsh-$T_LAB-vm-web1" iperf3 -s -D --pidfile "$T_TMP/server.pid" >/dev/null
at_exit "kill \$(tr -d '\\0' <'$T_TMP/server.pid')"
ok "into VLAN 10" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 10'
is "which the card is told" "$(card_vlan)" 10
is_in 1 0 "VLAN 10"
ok "its frames have the tag on the wire" on_wire 10.9.0.210 'vlan 10'
ok "TCP in it, from another function" vm a1 iperf3 -c 10.9.0.11 -t 1
ok "and back to a software port" vm s1 iperf3 -c 10.9.0.11 -t 1 -R
ok "into VLAN 20" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 20'
is "which the card is told " "$(card_vlan)" 20
is_in 2 1 "VLAN 20"
ok "with its tag" on_wire 10.9.0.220 'vlan 20'
is "still by its function" "$(lab -c '(Get-VMNetworkAdapter web1).NetworkPath')" VirtualFunction
ok "restore finds nothing to do" test -z "$(lab restore)"
ok "untagged again" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Untagged'
is "which the card is told, too" "$(card_vlan)" 0
is_in 0 2 "untagged again"
ok "without a tag" on_wire 10.9.0.200 'not vlan'

# ---- by software, in a VLAN that changed while the function carried it
ok "VLAN 10 once more" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 10'
vm web1 ip link set eth0v down
ok "without its function by software" wait_until 10 goes_by web1 eth0s
is_in 1 0 "by software in VLAN 10"
ok "into VLAN 20 meanwhile" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 20'
is_in 2 1 "by software in VLAN 20"
vm web1 ip link set eth0v up
ok "its function is back" wait_until 20 goes_by web1 eth0v
is_in 2 1 "by its function in VLAN 20"
ok "a trunk goes by software" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Trunk -AllowedVlanIdList "10,20" -NativeVlanId 0'
ok "which carries it" wait_until 10 goes_by web1 eth0s
ok "and untagged by its function again" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Untagged'
ok "it is back" wait_until 20 goes_by web1 eth0v
is_in 0 2 "untagged at last"

# ---- more adapters than the card's filter has places (igb: 16, two for each)
ok "six VMs more" lab -c '1..6 | ForEach-Object { New-VM "z$_" -SwitchName sw0 }'
echo "# the filter of pf0 has $(hostns bridge fdb show dev pf0 | grep -c self) entries"
vm z6 ip addr add 10.9.0.99/24 dev eth0
ok "a function reaches the last" wait_until 20 pings vm-web1 10.9.0.99
ok "the outside, too" wait_until 20 outside ping -q -n -c 1 -W 1 -I 10.9.0.200 10.9.0.99
ok "one of them asks for a function" lab -c 'Set-VMNetworkAdapter z6 -IovWeight 50; Set-VMNetworkAdapter a1 -IovWeight 0'
ok "and has it" wait_until 20 goes_by z6 eth0v
ok "it is reached" wait_until 20 pings vm-web1 10.9.0.99
echo "# $(( $(switches) - before )) changes of the way in all"
ok "the switch goes, and its functions" lab -c 'Remove-VMSwitch sw0 -Force'
done_testing
