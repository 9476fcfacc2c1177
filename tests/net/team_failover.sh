# team_failover.sh - a member of a team loses its link: its adapters go by the
# other one, with their floors and caps, and are back when the link is. How long
# nobody could be reached is measured and printed.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
mac() { vm "$1" cat /sys/class/net/eth0/address; }
learned() { out bridge fdb show br lan0 | grep -i "^$1 dev $2"; }
using() { lab -c "(Get-VMSwitchTeamMember -NetAdapterName $1).AdaptersInUse -join '; '"; }
uses() { [ "$(using "$1")" = "$2" ]; }
class() { tc -n "vmnetsh-$T_LAB" class show dev "$1" | grep -c "class htb $2 "; }
has_class() { [ "$(class "$1" "$2")" = 1 ]; }

ok "a team of two, three VMs, a cap and a floor" lab -c '
Set-LabAdapter -Name pnic0 -LinkSpeed 200Mbps
Set-LabAdapter -Name pnic1 -LinkSpeed 100Mbps
New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -AllowManagementOS $true -MinimumBandwidthMode Absolute
New-VM -Name web1 -SwitchName set0
New-VM -Name web2 -SwitchName set0
New-VM -Name web3 -SwitchName set0
Set-VMNetworkAdapter -VMName web1 -MaximumBandwidth 50Mbps
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 40000000
Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 150000000
Set-VMNetworkAdapterTeamMapping -VMName web3 -PhysicalNetAdapterName pnic1 -DisableFailover On'
for i in 1 2 3; do vm web$i ip addr add 192.0.2.1$i/24 dev eth0; vm web$i ping -q -c1 -W2 192.0.2.1 >/dev/null; done
is "who goes by which" "$(using pnic0; using pnic1)" \
"vEthernet (set0); web2/Network Adapter
web1/Network Adapter; web3/Network Adapter"
# Slots: the host's adapter 1, web1 2, web2 3, web3 4.
is "classes stand where their adapters go" "$(class pnic0 1:12) $(class pnic0 1:13) $(class pnic1 1:12) $(class pnic1 1:13)" "0 1 1 0"
like "the dashboard has the sum of the links" "$(lab dashboard -Once)" 'set0 +External +pnic0,… +300M'
sent() { tc -n "vmnetsh-$T_LAB" -s class show dev "$1" classid "$2" | awk '/Sent/ { print $4 }'; }
# Whatever member the bridge learned the other end on.
is "frames are in the class of their adapter" "$(($(sent pnic1 1:12) > 0)) $(($(sent pnic0 1:13) > 0))" "1 1"
not_ok "a floor that its member cannot keep" lab -c 'Set-VMNetworkAdapter -VMName web1 -MaximumBandwidth 0 -MinimumBandwidthAbsolute 120000000'
like "is refused with the member's name" "$(cat "$T_TMP/err")" 'pnic1 has 100000000 bit/s'
is "what was asked stands beside what the kernel has" \
  "$(lab -OutputFormat Csv -c 'Get-VMNetworkAdapterBandwidth -VMName web2 | Select-Object MinimumBandwidth, ProgrammedMinimum' | tail -1)" '"150000000","150000000"'

# Two on one member of 100 Mbit/s, one on the other with a cap: all at once.
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
ok "two floors on one member" lab -c '
Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 0
Set-VMNetworkAdapter -VMName web1 -MaximumBandwidth 0 -MinimumBandwidthAbsolute 60000000
Set-VMNetworkAdapter -VMName web3 -MinimumBandwidthAbsolute 20000000
Set-VMNetworkAdapter -VMName web2 -MaximumBandwidth 50Mbps'
for try in 1 2 3 4 5; do
  pids=
  # No function here: the pid must be that of the program, to end it.
  for i in 1 2 3; do ip netns exec "vmnetsh-$T_LAB-vm-web$i" "$BLAST" -t 20 192.0.2.1 9 >/dev/null & pids+=" $!"; done
  r=$(lab -c '(Get-VMNetworkAdapterBandwidth -VMName web* -SampleInterval 2).MeasuredBandwidth -join " "')
  kill $pids; wait $pids 2>/dev/null
  echo "# web1, web2, web3 (bit/s): $r"
  read -r r1 r2 r3 <<<"${r//[^0-9 ]/}"
  [ "$r1" -ge 58200000 ] && [ "$r3" -ge 19400000 ] && [ $((r1+r3)) -ge 90000000 ] && break
done
ok "each has its floor, and the link is full" test "$r1" -ge 58200000 -a "$r3" -ge 19400000 -a $((r1+r3)) -ge 90000000
ok "neither has more than the link" test $((r1+r3)) -le 103000000
ok "the cap on the other is kept" test "$r2" -le 52500000
ok "as it was" lab -c '
Set-VMNetworkAdapter -VMName web3 -MinimumBandwidthAbsolute 0
Set-VMNetworkAdapter -VMName web1 -MaximumBandwidth 50Mbps -MinimumBandwidthAbsolute 40000000
Set-VMNetworkAdapter -VMName web2 -MaximumBandwidth 0
Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 150000000'

# gap VM COMMAND…: milliseconds without an answer, of a ping every 10 ms.
gap() { local v=$1 p n; shift
  ip netns exec "vmnetsh-$T_LAB-vm-$v" ping -D -i 0.01 -c 300 -W 1 192.0.2.1 >"$T_TMP/ping" & p=$!
  wait_until 5 grep -q 'icmp_seq=20 ' "$T_TMP/ping"
  "$@"
  wait $p
  awk '/bytes from/ { gsub (/[][]/, "", $1); if (last && $1 - last > most) most = $1 - last
      last = $1; split ($6, seq, "="); end = (300 - seq[2]) / 100 }
    END { printf "%d\n", (end > most ? end : most) * 1000 }' "$T_TMP/ping"; }

g=$(gap web1 out ip link set wire1 down)
echo "# web1 had no answer for $g ms when its member lost the link"
ok "in well under a second" test "$g" -lt 1000
[[ $(cat "$T_TMP/ping") != *DUP* ]]; is "no answer came twice" $? 0
ok "web1 goes by the other" uses pnic0 "vEthernet (set0); web1/Network Adapter; web2/Network Adapter"
is "who is to stay, stays" "$(using pnic1)" "web3/Network Adapter"
not_ok "and reaches nobody" vm web3 ping -q -c1 -W1 192.0.2.1
ok "but the VMs of this host" vm web3 ping -q -c1 -W2 192.0.2.11
is "the team says so" "$(lab -c '(Get-VMSwitchTeamMember -NetAdapterName pnic1).LinkState; (Get-VMSwitch set0).Status')" \
"Down
1 of 2 members have a link"
is "the mapping, too" "$(lab -c '$t = Get-VMNetworkAdapterTeamMapping -VMName web3; "$($t.NetAdapterNameInUse) $($t.LinkState) $($t.DisableFailover)"')" "pnic1 Down On"
ok "its floor and cap follow" wait_until 10 has_class pnic0 1:12
is "and are gone where it was" "$(class pnic1 1:12)" 0
ok "any edit is still possible" lab -c 'Set-VMSwitch set0 -Notes x'

g=$(gap web1 out ip link set wire1 up)
echo "# web1 had no answer for $g ms when the link was back"
ok "in well under a second" test "$g" -lt 1000
ok "it is back" wait_until 10 uses pnic1 "web1/Network Adapter; web3/Network Adapter"
ok "the outside knows" wait_until 10 learned "$(mac web1)" wire1
ok "who stayed reaches everybody again" vm web3 ping -q -c2 -i0.1 -W2 192.0.2.1
ok "floors are back" wait_until 10 has_class pnic1 1:12

# The member that takes what is for everybody goes: another one takes it.
g=$(gap web2 out ip link set wire0 down)
echo "# web2 had no answer for $g ms when the first member lost the link"
ok "in well under a second" test "$g" -lt 1000
is "the other takes broadcasts" "$(lab -c '(Get-VMSwitchTeamMember).TakesBroadcasts -join " "')" "False True"
out ip neigh flush dev lan0
ok "a VM is found by a broadcast" out ping -q -c2 -i0.1 -W2 192.0.2.13
was=$(vm web3 cat /sys/class/net/eth0/statistics/rx_packets)
vm web1 ping -b -c1 -W1 192.0.2.255 >/dev/null 2>&1
is "a VM's broadcast still comes once" $(($(vm web3 cat /sys/class/net/eth0/statistics/rx_packets)-was)) 1
# Both floors on 100 Mbit/s: they shrink, and nothing fails.
ok "what does not fit shrinks" wait_until 10 has_class pnic1 1:13
ok "restore does not fail by it" lab restore
out ip link set wire0 up
ok "all is as before" wait_until 10 uses pnic0 "vEthernet (set0); web2/Network Adapter"
ok "with the floor" wait_until 10 has_class pnic0 1:13

# What changes nothing in the kernel now is known to the agent as well.
ok "web1 is mapped where it is" lab -c 'Set-VMNetworkAdapterTeamMapping -VMName web1 -PhysicalNetAdapterName pnic1'
ok "and is to stay" lab -c 'Set-VMNetworkAdapterTeamMapping -VMName web1 -PhysicalNetAdapterName pnic1 -DisableFailover On'
out ip link set wire1 down
ok "its member has no link" wait_until 10 sh -c "! ip netns exec vmnetsh-$T_LAB ip link show pnic1 | grep -q LOWER_UP"
not_ok "it has no network outside" vm web1 ping -q -c3 -i0.2 -W1 192.0.2.1
is "and goes by no other" "$(lab -c '(Get-VMNetworkAdapterTeamMapping -VMName web1).NetAdapterNameInUse')" pnic1
ok "it may go again" lab -c 'Set-VMNetworkAdapterTeamMapping -VMName web1 -PhysicalNetAdapterName pnic1'
ok "and does" uses pnic0 "vEthernet (set0); web1/Network Adapter; web2/Network Adapter"
ok "without its mapping" lab -c 'Remove-VMNetworkAdapterTeamMapping -VMName web1'
out ip link set wire1 up
ok "all is as before once more" wait_until 10 uses pnic1 "web1/Network Adapter; web3/Network Adapter"

# No agent, and a restore instead.
ok "the agent ends" kill "$(cut -d' ' -f1 "/run/vmnetsh/lab-$T_LAB/agent.lock")"
out ip link set wire1 down
ok "a restore does the same" wait_until 10 sh -c "'$VMNETSH' --lab=$T_LAB --state '$T_TMP/state' restore >/dev/null; ! ip netns exec vmnetsh-$T_LAB tc class show dev pnic1 | grep -q 'htb 1:12 '"
ok "web1 goes by the other" uses pnic0 "vEthernet (set0); web1/Network Adapter; web2/Network Adapter"
out ip link set wire1 up
ok "and the agent that it started has it back" wait_until 10 uses pnic1 "web1/Network Adapter; web3/Network Adapter"
done_testing
