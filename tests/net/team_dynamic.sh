# team_dynamic.sh - -LoadBalancingAlgorithm Dynamic on real packets: what a VM
# sends goes by both members, flow by flow, in order and once; the switch outside
# sees its address on one port only; a busy member gives flows away; floors, caps
# and mappings hold; a lost link costs no more than with HyperVPort.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
mac() { vm "$1" cat /sys/class/net/eth0/address; }
team() { lab -c "(Get-VMSwitchTeam set0).$1"; }
member() { lab -c "(Get-VMSwitchTeamMember -NetAdapterName $1).$2"; }
wires() { out cat /sys/class/net/wire0/statistics/rx_packets /sys/class/net/wire1/statistics/rx_packets | paste -sd' '; }
since() { set -- $1 $2; echo "$(($3-$1)) $(($4-$2))"; }
learned() { out bridge fdb show br lan0 | grep -i "^$1 dev wire" | awk '{ print $3 }'; }
arp() { out ip neigh show 192.0.2.1$1 dev lan0 | awk '{ print $3 }'; }
home() { lab -c "(Get-VMSwitchTeamMember | Where-Object { \$_.AdaptersInUse -contains '$1/Network Adapter' }).NetAdapterName"; }
at_home() { [ "$(home "$1")" = "$2" ]; }
# sends VM ADDRESS: 80 frames of 16 flows; by wire.
sends() { local a; a=$(wires)
  for p in $(seq 5001 5016); do vm "$1" "$BLAST" -n 5 -b "$2" -p "$p" 192.0.2.1 9 >/dev/null; done
  since "$a" "$(wires)"; }

ok "a team of two, two VMs" lab -c '
Set-LabAdapter -Name pnic0 -LinkSpeed 200Mbps
Set-LabAdapter -Name pnic1 -LinkSpeed 200Mbps
New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -AllowManagementOS $false -MinimumBandwidthMode Absolute
New-VM -Name web1 -SwitchName set0; New-VM -Name web2 -SwitchName set0'
for i in 1 2; do vm web$i ip addr add 192.0.2.1$i/24 dev eth0; vm web$i ping -q -c1 -W2 192.0.2.1 >/dev/null; done
is "first, each by its member" "$(team LoadBalancingAlgorithm; team LoadBalancingInUse)" "HyperVPort
HyperVPort"
what=$(lab -c 'Set-VMSwitchTeam set0 -LoadBalancingAlgorithm Dynamic -WhatIf')
like "what would be done" "$what" "spread flows over the team of switch 'set0': pnic0 200000000 bit/s, pnic1 200000000 bit/s.*let 'web1/Network Adapter' go by member pnic0 of the team, its flows by all"
is "and was not" "$(team LoadBalancingInUse)" HyperVPort
gap() { local v=$1 p; shift
  ip netns exec "vmnetsh-$T_LAB-vm-$v" ping -D -i 0.01 -c 300 -W 1 192.0.2.1 >"$T_TMP/ping" & p=$!
  wait_until 5 grep -q 'icmp_seq=20 ' "$T_TMP/ping"
  "$@"
  wait $p
  awk '/bytes from/ { gsub (/[][]/, "", $1); if (last && $1 - last > most) most = $1 - last
      last = $1; split ($6, seq, "="); end = (300 - seq[2]) / 100 }
    END { printf "%d\n", (end > most ? end : most) * 1000 }' "$T_TMP/ping"; }
before=$(gap web1 out ip link set wire0 down)
echo "# HyperVPort: web1 had no answer for $before ms when its member lost the link"
out ip link set wire0 up
ok "it is back" wait_until 10 at_home web1 pnic0
ok "Dynamic" lab -c 'Set-VMSwitchTeam set0 -LoadBalancingAlgorithm Dynamic'
is "asked and told" "$(team LoadBalancingAlgorithm; team LoadBalancingInUse; team 'NotSpread.Count')" "Dynamic
Dynamic
0"
is "restore has nothing to do" "$(lab restore)" ""

# ---- many flows of one VM, all at once: both ways, in order, once, one address
M1=$(mac web1)
mem0=$(hostns cat /sys/class/net/pnic0/address) mem1=$(hostns cat /sys/class/net/pnic1/address)
flows() { # flows SECONDS RATE: 16 flows of web1; what came is in $T_TMP/came
  local pids= p
  ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -l -o -n $((16 * ${3:-400})) -t $(($1+6)) 7777 >"$T_TMP/came" & listener=$!
  wait_until 5 grep -q listening "$T_TMP/came"
  for p in $(seq 5001 5016); do
    ip netns exec "vmnetsh-$T_LAB-vm-web1" "$BLAST" -n "${3:-400}" -t "$1" -s 600 -r "$2" -b 192.0.2.11 -p "$p" 192.0.2.1 7777 >/dev/null & pids+=" $!"
  done
  # shellcheck disable=SC2086
  wait $pids; wait $listener; }
out timeout -s INT 20 tcpdump -nn -e -l -i lan0 "ether host $M1 or arp or udp port 7777" >"$T_TMP/seen" 2>/dev/null & tap=$!
a=$(wires); flows 4 1000000
w=$(since "$a" "$(wires)"); echo "# by wire0 and wire1: $w; $(tail -1 "$T_TMP/came")"
like "all arrived, none late, none twice" "$(cat "$T_TMP/came")" "packets=6400 .*senders=16 late=0"
ok "both members carried them" test "${w% *}" -gt 640 -a "${w#* }" -gt 640
is "the switch outside has one port for its address" "$(learned "$M1")" wire0
is "who went by the other member had that one's address" "$(learned "$mem1")" wire1
is "ARP says what it said" "$(arp 1)" "$M1"
kill -INT $tap 2>/dev/null; wait $tap 2>/dev/null
is "no frame had any other source" "$(awk '/ > 192.0.2.1.7777/ { print $2 }' "$T_TMP/seen" | sort -u | tr '\n' ' ')" \
  "$(printf '%s\n' "$M1" "$mem1" | sort | tr '\n' ' ')"
is "ARP itself comes from the VM" "$(awk '/ARP/ && /192.0.2.11/ && / > / { print $2 }' "$T_TMP/seen" | grep -vi "$(out cat /sys/class/net/lan0/address)" | sort -u | grep -vix "$M1")" ""
like "answers find the VM" "$(vm web1 ping -q -c20 -i0.02 -W2 192.0.2.1)" '20 received, 0% packet loss'
vm web1 ip -6 addr add 2001:db8::11/64 dev eth0 nodad
r=$(vm web1 ping -6 -c10 -i0.05 -W2 2001:db8::1)
like "IPv6, too" "$r" ' 10 received, 0% packet loss'
is "neighbour discovery by its own address" "$(out ip -6 neigh show 2001:db8::11 dev lan0 | awk '{ print $3 }')" "$M1"
like "counted" "$(member pnic0 SentPackets) $(member pnic1 SentPackets)" '^[1-9][0-9]+ [1-9]'

# What is unicast to nobody is flooded outside, and comes back by the other
# member with its own address: nothing of that gets in.
vm web1 ip neigh replace 192.0.2.99 lladdr 02:00:00:00:00:99 dev eth0
was=$(vm web2 cat /sys/class/net/eth0/statistics/rx_packets)
for p in $(seq 6001 6008); do vm web1 "$BLAST" -n 2 -b 192.0.2.11 -p "$p" 192.0.2.99 9 >/dev/null; done
like "what came back was dropped" "$(member pnic0 EchoPackets) $(member pnic1 EchoPackets)" '[1-9]'
is "and reached no VM" $(($(vm web2 cat /sys/class/net/eth0/statistics/rx_packets)-was)) 0
is "nor does this switch learn a member's address" "$(hostns bridge fdb show br set0 | grep -i "^$mem1" | grep -vc permanent)" 0

# ---- pieces of one packet stay together
like "pieces arrive" "$(vm web1 ping -q -c5 -i0.1 -W2 -s 6000 192.0.2.1)" ' 5 received, 0% packet loss'

# ---- a busy member gives flows away
# web2 is mapped to pnic0 and fills it; the flows of web1 pause, and go.
ok "one is mapped" lab -c 'Set-VMNetworkAdapterTeamMapping -VMName web2 -PhysicalNetAdapterName pnic0'
is "and is not spread" "$(team NotSpread)" "web2/Network Adapter: mapped to a member"
is "it goes by its member alone" "$(sends web2 192.0.2.12)" "80 0"
is "with its own address" "$(learned "$(mac web2)")" wire0
moved=$(team FlowsMoved)
ip netns exec "vmnetsh-$T_LAB-vm-web2" "$BLAST" -t 120 -r 150000000 192.0.2.1 9 >/dev/null & busy=$!
by1() { a=$(wires); flows 1 200000 20; w=$(since "$a" "$(wires)")
  echo "# 320 frames of 16 flows, by the other member: ${w#* }"
  [ "${w#* }" -ge 300 ]; }
ok "all flows of the others go by the other member" wait_until 30 by1
like "in order" "$(cat "$T_TMP/came")" 'late=0'
kill $busy 2>/dev/null; wait $busy 2>/dev/null
echo "# flows moved: $moved, then $(team FlowsMoved)"
ok "counted as moved" test "$(team FlowsMoved)" -gt "$moved"
ok "no mapping any more" lab -c 'Remove-VMNetworkAdapterTeamMapping -VMName web2'
is "spread again" "$(team 'NotSpread.Count')" 0

# ---- floors and caps stand on one link
ok "a floor" lab -c 'Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 50000000'
is "keeps it on its member" "$(team NotSpread)" "web2/Network Adapter: a floor or a cap stands on one link"
is "indeed" "$(sends web2 192.0.2.12)" "$([ "$(home web2)" = pnic0 ] && echo "80 0" || echo "0 80")"
ok "a cap" lab -c 'Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 0; Set-VMNetworkAdapter -VMName web2 -MaximumBandwidth 50Mbps'
is "as well" "$(team NotSpread)" "web2/Network Adapter: a floor or a cap stands on one link"
ok "neither" lab -c 'Set-VMNetworkAdapter -VMName web2 -MaximumBandwidth 0'

# ---- a link is lost
own=$(home web1)
for w in 0 1; do
  g=$(gap web1 out ip link set wire$w down)
  echo "# web1 had no answer for $g ms when pnic$w lost the link"
  ok "no longer than with HyperVPort, and a breath" test "$g" -lt $((before + 150))
  [[ $(cat "$T_TMP/ping") != *DUP* ]]; is "no answer came twice" $? 0
  flows 2 500000 100
  like "all flows go by the other" "$(cat "$T_TMP/came")" "packets=1600 .*late=0"
  out ip link set wire$w up
  ok "the link is back" wait_until 10 at_home web1 "$own"
done
a=$(wires); flows 2 500000 100; w=$(since "$a" "$(wires)")
ok "both carry flows again" test "${w% *}" -ge 100 -a "${w#* }" -ge 100
like "each is counted while it lasts" "$(lab -c '(Get-VMSwitchTeamMember).Flows -join " "')" '^[0-9]+ [0-9]+$'

# ---- the host, whose adapter has a member's address
ok "the host comes to the team" lab -c 'Set-VMSwitch set0 -AllowManagementOS $true'
hostns ip addr add 192.0.2.70/24 dev ve-set0
host=$(hostns cat /sys/class/net/ve-set0/address)
is "that address is now the host's alone" "$host" "$mem0"
hostns ping -q -c2 -i0.05 192.0.2.1 >/dev/null; home=$(learned "$host")
flows 3 500000 100; for p in $(seq 5001 5016); do hostns "$BLAST" -n 5 -b 192.0.2.70 -p "$p" 192.0.2.1 9 >/dev/null; done
is "and stays where it was learned" "$(learned "$host")" "$home"
ok "the host leaves" lab -c 'Set-VMSwitch set0 -AllowManagementOS $false'
is "restore has nothing to do" "$(lab restore)" ""

# ---- kept
lab netsh dump >"$T_TMP/dump"
like "the dump has it" "$(cat "$T_TMP/dump")" 'Set-VMSwitchTeam -Name set0 -LoadBalancingAlgorithm Dynamic'
ok "it can be run again" lab "$T_TMP/dump"
is "and changes nothing" "$(lab netsh dump)" "$(cat "$T_TMP/dump")"
ok "a switch of another name" lab -c 'Rename-VMSwitch set0 -NewName set1'
is "spreads as before" "$(lab -c '$t = Get-VMSwitchTeam set1; "$($t.LoadBalancingAlgorithm) $($t.LoadBalancingInUse)"; (Get-VMSwitch set1).Status'; lab restore)" "Dynamic Dynamic
Ok"
ok "its old one" lab -c 'Rename-VMSwitch set1 -NewName set0'
# As after a boot: agent, bridge, programs and all they knew are gone.
agent=$(cut -d' ' -f1 "/run/vmnetsh/lab-$T_LAB/agent.lock"); kill "$agent"
ok "the agent ends" wait_until 5 sh -c "! kill -0 $agent 2>/dev/null"
hostns ip link del set0; hostns tc qdisc del dev pnic0 clsact; hostns tc qdisc del dev pnic1 clsact
rm -rf "/sys/fs/bpf/vmnetsh/lab-$T_LAB"
ok "restore brings it back" lab restore
is "spread" "$(team LoadBalancingInUse; lab restore)" Dynamic
for i in 1 2; do vm web$i ping -q -c1 -W2 192.0.2.1 >/dev/null; done
a=$(wires); flows 3 1000000; w=$(since "$a" "$(wires)")
like "in order" "$(cat "$T_TMP/came")" "packets=6400 .*late=0"
ok "by both" test "${w% *}" -gt 640 -a "${w#* }" -gt 640

ok "HyperVPort again" lab -c 'Set-VMSwitchTeam set0 -LoadBalancingAlgorithm HyperVPort'
is "told" "$(team LoadBalancingInUse; team FlowsMoved)" HyperVPort
a=$(wires); flows 3 1000000; w=$(since "$a" "$(wires)")
ok "by its member alone" test $((${w% *} < 10 || ${w#* } < 10)) = 1
not_ok "a switch without a team" lab -c 'New-VMSwitch lan -SwitchType Private; Set-VMSwitchTeam lan -LoadBalancingAlgorithm Dynamic'
like "is told so" "$(cat "$T_TMP/err")" 'has no team'
done_testing
