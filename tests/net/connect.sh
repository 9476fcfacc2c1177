# connect.sh - who reaches whom through External, Internal and Private switches,
# IPv4 and IPv6; foreign MAC addresses; cables that are pulled; names that
# change under traffic.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }

ok "a switch of each type, two VMs on each" lab -c '
New-VMSwitch -Name ext -NetAdapterName pnic0 -AllowManagementOS $true
New-VMSwitch -Name int -SwitchType Internal
New-VMSwitch -Name priv -SwitchType Private
foreach ($s in "ext", "int", "priv") { foreach ($i in 1, 2) { New-VM -Name "$s$i" -SwitchName $s } }
New-NetIPAddress -InterfaceAlias "vEthernet (ext)" -IPAddress 192.0.2.10 -PrefixLength 24
New-NetIPAddress -InterfaceAlias "vEthernet (int)" -IPAddress 10.2.0.10 -PrefixLength 24'
# Network 1 is the outside machine's; all have IPv6 addresses of one prefix, so
# that nothing but the switches keeps them apart.
hostns ip addr add 2001:db8::10/64 dev "vEthernet (ext)" nodad
give() { vm "$1" ip addr add "$2/24" dev eth0; vm "$1" ip addr add "$3/64" dev eth0 nodad; }
give ext1 192.0.2.11 2001:db8::11; give ext2 192.0.2.12 2001:db8::12
give int1 10.2.0.11 2001:db8::21; give int2 10.2.0.12 2001:db8::22
give priv1 10.3.0.11 2001:db8::31; give priv2 10.3.0.12 2001:db8::32
hostns ip addr add 2001:db8:2::10/64 dev "vEthernet (int)" nodad
vm int1 ip addr add 2001:db8:2::11/64 dev eth0 nodad

# reach WHAT FROM(host, outside, VM) ADDRESS…
from() { case $1 in host) shift; hostns "$@" ;; outside) outside "${@:2}" ;; *) vm "$@" ;; esac; }
# (more than once: a neighbour just given up on a slow machine is an error at once)
reach() { local a; for a in "${@:3}"; do
  ok "$1: $2 to $a" wait_until 10 from "$2" ping -q -c1 -W3 "$a"; done; }
# All at once, for what fails takes its second.
apart() {
  local a p=() bad=
  for a in "${@:3}"; do from "$2" ping -q -c1 -W1 "$a" >/dev/null 2>&1 & p+=("$!:$a"); done
  for a in "${p[@]}"; do wait "${a%%:*}" && bad+=" ${a#*:}"; done
  is "$1: $2 is apart from ${*:3}" "$bad" ""
}
reach External ext1 192.0.2.12 2001:db8::12 192.0.2.1 2001:db8::1 192.0.2.10 2001:db8::10
reach External outside 192.0.2.11 2001:db8::12
reach External host 192.0.2.1 2001:db8::1 192.0.2.12 2001:db8::11
reach Internal int1 10.2.0.12 2001:db8::22 10.2.0.10 2001:db8:2::10
reach Internal host 10.2.0.11 2001:db8:2::11
apart Internal int1 2001:db8::1 2001:db8::11 2001:db8::31
reach Private priv1 10.3.0.12 2001:db8::32
apart Private priv1 2001:db8::1 2001:db8::10 2001:db8::12 2001:db8::22

# ---- foreign MAC addresses ----
drops() { lab -c '(Get-VMNetworkAdapter -VMName ext1).DroppedOutbound'; }
mac=$(vm ext1 cat /sys/class/net/eth0/address)
before=$(drops)
vm ext1 ip link set eth0 address 02:00:00:00:99:01
apart "MacAddressSpoofing Off, a foreign MAC address" ext1 192.0.2.1 192.0.2.12 2001:db8::1
ok "its frames are counted as drops" test "$(drops)" -gt "${before:-0}"
ok "spoofing On" lab -c 'Set-VMNetworkAdapter -VMName ext1 -MacAddressSpoofing On'
reach "MacAddressSpoofing On" ext1 192.0.2.1 192.0.2.12 2001:db8::1
reach "MacAddressSpoofing On" outside 192.0.2.11
ok "spoofing Off" lab -c 'Set-VMNetworkAdapter -VMName ext1 -MacAddressSpoofing Off'
apart "Off again" ext1 192.0.2.1 2001:db8::12
vm ext1 ip link set eth0 address "$mac"
reach "its own MAC address again" ext1 192.0.2.1 2001:db8::12

# ---- cables ----
carrier() { vm "$1" cat /sys/class/net/eth0/carrier 2>/dev/null; }
carrier_is() { [ "$(carrier "$1")" = "$2" ]; }
is "connected: carrier" "$(carrier ext2)" 1
ok "disconnect" lab -c 'Disconnect-VMNetworkAdapter -VMName ext2'
ok "the VM sees its cable pulled" wait_until 5 carrier_is ext2 0
like "as ip says" "$(vm ext2 ip -br link show eth0)" "NO-CARRIER"
ok "connect" lab -c 'Connect-VMNetworkAdapter -VMName ext2 -SwitchName ext'
ok "it has carrier again" wait_until 5 carrier_is ext2 1
vm ext2 ip -6 addr replace 2001:db8::12/64 dev eth0 nodad
reach "connected again" ext2 192.0.2.1 2001:db8::11
lab -c 'New-VM -Name bare' >/dev/null
is "an adapter that never was connected has none" "$(carrier bare)" 0
ok "from one switch to another" lab -c 'Connect-VMNetworkAdapter -VMName priv2 -SwitchName int'
wait_until 5 carrier_is priv2 1
vm priv2 ip -6 addr replace 2001:db8::32/64 dev eth0 nodad
reach "moved" priv2 2001:db8::22
apart "moved" priv1 2001:db8::32

# ---- names, under traffic: 5 ms between packets, none may be lost ----
port=$(lab -c '(Get-VMNetworkAdapter -VMName ext1).InterfaceName')
count() { cat "/run/vmnetsh/lab-$T_LAB/sys/class/net/$port/statistics/rx_packets"; }
flow() { [ "$(count)" -gt "$1" ]; }
under_traffic() {
  local what=$1 p q; shift
  ip netns exec "vmnetsh-$T_LAB-vm-ext1" ping -q -i 0.005 -w 10 192.0.2.1 >"$T_TMP/p" & p=$!
  ip netns exec "vmnetsh-$T_LAB-outside" ping -q -i 0.005 -w 10 2001:db8::12 >"$T_TMP/q" & q=$!
  wait_until 5 flow $(($(count) + 20))
  ok "$what" "$@"
  wait_until 5 flow $(($(count) + 20))
  kill -INT $p $q; wait $p $q
  # The last request may still be on its way when ping is ended.
  is "$what: nothing is lost" "$(cat "$T_TMP/p" "$T_TMP/q" | awk '/transmitted/ { print ($1 - $4 <= 1) }' | paste -sd' ')" "1 1"
}
under_traffic "Rename-VMSwitch" lab -c 'Rename-VMSwitch -Name ext -NewName "the outside"'
is "its adapters follow" "$(lab -c '(Get-VMNetworkAdapter -VMName ext1).SwitchName')" "the outside"
under_traffic "Rename-VMNetworkAdapter" lab -c 'Rename-VMNetworkAdapter -VMName ext1 -Name "Network Adapter" -NewName front'
is "the port says so" "$(hostns ip -o link | grep -c 'alias ext1/front')" 1
reach "the host under the new name" host 192.0.2.1
done_testing
