# mirror.sh - port mirroring in the lab: what the destination sees is compared
# with what was sent, frame for frame; its counters know nothing of it; filter,
# cut, rate limit and the lost copies add up; the SPAN recipe as it is
# published; VXLAN to the outside machine; loops are refused; ports come and go
# under load; store, dump and undo know it.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
field() { local a=$1; shift; lab -c "Get-VMNetworkAdapter -VMName $a | ForEach-Object { $* }"; }
mirrored() { field web1 "\$_.Mirroring.$1"; }
says() { local re=$1; shift; lab -c "$*" >"$T_TMP/says" 2>&1
  local rc=$?; like "refused: $* ($re)" "$rc $(tr '\n' ' ' <"$T_TMP/says")" "^1 .*$re"; }
# watch VM FILTER: what it sees from now on goes to $T_TMP/seen.pcap. Not by
# vm(): the pid has to be the program's, not a shell's around it.
watch() { rm -f "$T_TMP/tcpdump"
  ip netns exec "vmnetsh-$T_LAB-vm-$1" timeout 30 tcpdump -i eth0 -n -s 2000 -B 8192 -U --immediate-mode -w "$T_TMP/seen.pcap" "$2" 2>"$T_TMP/tcpdump" & WATCH=$!
  wait_until 10 grep -q listening "$T_TMP/tcpdump"; }
count() { tcpdump -n -r "$T_TMP/seen.pcap" "$@" 2>/dev/null | wc -l; }
has() { [ "$(count)" -ge "$1" ]; }
# seen N: N frames were seen, and, once all is quiet, not one more
seen() { wait_until 5 has "$1"; vm web1 ping -q -c1 -W1 192.0.2.12 >/dev/null
  kill "$WATCH" 2>/dev/null; wait "$WATCH" 2>/dev/null; [ "$(count)" -eq "$1" ] ||
  { echo "seen $(count), not $1" >&2; return 1; }; }
# send [-n N] …: datagrams of web1 to db1
send() { vm web1 "$BLAST" "$@" -b 192.0.2.11 192.0.2.12 9 >/dev/null; }

ok "a switch, three VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0
"web1", "db1", "mon" | ForEach-Object { New-VM -Name $_ -SwitchName sw0 }'
n=1
for v in web1 db1 mon; do vm $v ip addr add 192.0.2.1$n/24 dev eth0; n=$((n+1)); done
reaches() { vm web1 ping -q -c1 -W1 "$@" >/dev/null; }
ok "they reach each other" wait_until 10 reaches 192.0.2.12
ok "and the outside" wait_until 10 reaches 192.0.2.1
is "nothing is mirrored" "$(field '*' '$_.PortMirroringMode')" $'None\nNone\nNone'

# ---- a source and a destination
ok "-WhatIf changes nothing" lab -c 'Set-VMNetworkAdapter web1 -PortMirroring Source -WhatIf'
is "so it is none" "$(field web1 '$_.PortMirroringMode')" None
ok "as typed" lab -c '
Set-VMNetworkAdapter web1 -PortMirroring Source
Set-VMNetworkAdapter mon -PortMirroring Destination'
is "it is shown" "$(field '*' '$_.PortMirroringMode')" $'Source\nNone\nDestination'
is "and marked in the default table" "$(field '*' '"$($_.Status)"')" $'Ok Mirrored\nOk\nOk Monitor'
is "at the switch" "$(lab -c '(Get-VMSwitch sw0).MirroredPorts')" $'Source: web1/Network Adapter\nDestination: mon/Network Adapter'
like "in the dashboard" "$(lab dashboard -Once 2>/dev/null)" 'M> web1'
before=$(field mon '$_.PacketsReceived')
ok "watched" watch mon 'udp port 9'
ok "100 datagrams" send -n 100 -s 100
ok "each is seen once" seen 100
ok "watched" watch mon icmp
ok "there and back" vm web1 ping -q -c10 -i0.05 -W1 192.0.2.12
ok "both directions, each once (and the ping after)" seen 22
is "from both" "$(count 'src 192.0.2.12')" 11
ok "watched" watch mon icmp
ok "to the outside, too" vm web1 ping -q -c10 -i0.05 -W1 192.0.2.1
ok "by the bridge" seen 22
# 144 copies; IPv6 may say a word of its own meanwhile.
ok "the destination's counters know nothing of it" test $(($(field mon '$_.PacketsReceived') - before)) -lt 5
ok "but its source's do" test "$(mirrored CopiedPackets)" -ge 144
is "none is lost" "$(mirrored Lost)" 0

# ---- bytes are those that were sent
ok "watched" watch mon 'udp port 9'
rm -f "$T_TMP/tcpdump2"
ip netns exec "vmnetsh-$T_LAB-vm-db1" timeout 30 tcpdump -p -i eth0 -n -s 2000 -B 8192 -U --immediate-mode -w "$T_TMP/db1.pcap" 'udp port 9' 2>"$T_TMP/tcpdump2" & other=$!
ok "at both ends" wait_until 10 grep -q listening "$T_TMP/tcpdump2"
send -n 50 -s 777
ok "seen" seen 50
arrived() { local n; n=$(tcpdump -n -r "$T_TMP/db1.pcap" 2>/dev/null | wc -l); echo "$n"; [ "$n" -eq 50 ]; }
wait_until 5 arrived; ok "arrived" arrived
kill "$other"; wait "$other" 2>/dev/null
is "copies are what arrived, byte for byte" \
  "$(tcpdump -n -t -XX -r "$T_TMP/seen.pcap" 2>/dev/null | md5sum)" \
  "$(tcpdump -n -t -XX -r "$T_TMP/db1.pcap" 2>/dev/null | md5sum)"

# ---- two sources copy a frame between them twice; the policy of a destination
ok "db1 is one, too; mon may receive nothing" lab -c '
Set-VMNetworkAdapter db1 -PortMirroring Source
Add-VMNetworkAdapterAcl -VMName mon -RemoteIPAddress ANY -Direction Both -Action Deny'
ok "watched" watch mon 'udp port 9'
send -n 20
ok "each is seen twice" seen 40
ok "as before" lab -c '
Set-VMNetworkAdapter db1 -PortMirroring None
Remove-VMNetworkAdapterAcl -VMName mon -RemoteIPAddress ANY -Direction Both -Action Deny'
is "nothing was dropped at mon" "$(field mon '$_.Drops.Total')" 0

# ---- what is copied
ok "only what is for 192.0.2.12, cut" lab -c 'Set-VMNetworkAdapter web1 -MirrorRemoteIPAddress 192.0.2.12, 2001:db8::/32 -MirrorSnapLength 128'
ok "watched" watch mon 'udp port 9 or icmp[0] == 8 or icmp[0] == 0'
reaches 192.0.2.1
send -n 10 -s 500
ok "others are not (but the ping after)" seen 12
is "cut" "$(tcpdump -n -e -r "$T_TMP/seen.pcap" 'udp port 9' 2>/dev/null | grep -c 'length 128')" 10
is "it is shown" "$(field web1 '"$($_.Mirroring.RemoteIPAddress) $($_.Mirroring.SnapLength)"')" "192.0.2.12 2001:db8::/32 128"
ok "all, whole, at 1 Mbit/s" lab -c 'Set-VMNetworkAdapter web1 -MirrorRemoteIPAddress ANY -MirrorSnapLength 0 -MirrorRateLimit 1Mbps'
# What passes its port and is neither copied nor lost.
rest() { field web1 '$_.PacketsSent + $_.PacketsReceived - $_.Mirroring.CopiedPackets - $_.Mirroring.Lost'; }
rest=$(rest); copied=$(mirrored CopiedPackets); lost=$(mirrored LostRateLimit)
ok "watched" watch mon ''
send -n 400 -s 1000
wait_until 3 has 60
is "copied and lost are all that passed" "$(rest)" "$rest"
ok "most are lost" test $(($(mirrored LostRateLimit) - lost)) -ge 200
copied=$(($(mirrored CopiedPackets) - copied))
kill "$WATCH" 2>/dev/null; wait "$WATCH" 2>/dev/null
ok "and what was copied is seen" test "$(count "host 192.0.2.11")" -ge $((copied - 5)) -a "$(count "host 192.0.2.11")" -le $((copied + 5))

# ---- the store, a dump
dump=$(lab -c 'netsh dump')
like "the dump has it" "$dump" 'PortMirroring Source -MirrorRateLimit 1000000'
like "and the destination" "$dump" 'VMName mon .*-PortMirroring Destination'
ok "restore" lab restore
is "finds nothing to do" "$(lab restore)" ""
ok "no longer" lab -c 'Set-VMNetworkAdapter web1 -MirrorRateLimit 0; Set-VMNetworkAdapter * -PortMirroring None'
is "nothing is mirrored" "$(lab -c '(Get-VMSwitch sw0).MirroredPorts')" ""
ok "watched" watch mon 'udp port 9'
send -n 20
ok "and nothing seen" seen 0

# ---- the uplink: the recipe
ok "the published recipe" lab -c '
$f = Get-VMSystemSwitchExtensionPortFeature -FeatureName "Ethernet Switch Port Security Settings"
$f.SettingData.MonitorMode = 2
Add-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0 -VMSwitchExtensionFeature $f
Set-VMNetworkAdapter mon -PortMirroring Destination'
is "marked" "$(lab -c '(Get-VMSwitch sw0).Status')" "Ok (uplink mirrored)"
ok "watched" watch mon icmp
ok "to the outside" vm web1 ping -q -c10 -i0.05 -W1 192.0.2.1
ok "each direction once, and nothing of what stays inside" seen 20
is "from outside" "$(count 'src 192.0.2.1')" 10
is "counted" "$(lab -c '(Get-VMSwitch sw0).Mirroring.Lost')" 0
is "read back" "$(lab -c '(Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0).SettingData.MonitorMode')" 2
like "the dump is the recipe" "$(lab -c 'netsh dump')" 'SettingData.MonitorMode = 2'
lab -c 'netsh dump' >"$T_TMP/dump.ps1"
ok "which runs here" lab "$T_TMP/dump.ps1"
is "and changes nothing" "$(lab -c 'netsh dump')" "$(cat "$T_TMP/dump.ps1")"
ok "floors on the way out do not matter" lab -c 'Set-VMNetworkAdapter web1 -MinimumBandwidthWeight 10'
ok "watched" watch mon icmp
ok "to the outside" vm web1 ping -q -c10 -i0.05 -W1 192.0.2.1
ok "each direction once" seen 20
ok "by its identifier, off" lab -c '
$f = Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0 -FeatureId 776e0ba7-94a1-41c8-8f28-951f524251b5
$f.SettingData.MonitorMode = 0
Set-VMSwitchExtensionPortFeature -VMSwitchExtensionFeature $f -ExternalPort -SwitchName sw0'
not_ok "the uplink has no program of ours any more" sh -c "ip netns exec 'vmnetsh-$T_LAB' tc filter show dev pnic0 ingress | grep vmnet"
ok "watched" watch mon icmp
reaches 192.0.2.1
ok "nothing is seen" seen 0
says "not built here yet" 'Get-VMSystemSwitchExtensionPortFeature -FeatureId 9940cd46-8b06-43bb-b9d5-93d50381fd56'
says "there is no such feature" 'Get-VMSystemSwitchExtensionPortFeature -FeatureName Nothing'
says "accepted is 0 .None., 1 .Destination. or 2 .Source." '$f = Get-VMSystemSwitchExtensionPortFeature; $f.SettingData.MonitorMode = 7; Add-VMSwitchExtensionPortFeature -VMName web1 -VMSwitchExtensionFeature $f'
says "cannot be a mirroring destination" '$f = Get-VMSystemSwitchExtensionPortFeature; $f.SettingData.MonitorMode = 1; Add-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0 -VMSwitchExtensionFeature $f'
ok "a port of a VM by a feature" lab -c '$f = Get-VMSystemSwitchExtensionPortFeature; $f.SettingData.MonitorMode = 2; $f.SettingData.EnableDhcpGuard = $true; Add-VMSwitchExtensionPortFeature -VMName web1 -VMSwitchExtensionFeature $f'
is "has both" "$(field web1 '"$($_.PortMirroringMode) $($_.DhcpGuard)"')" "Source On"
ok "and none" lab -c 'Get-VMSwitchExtensionPortFeature -VMName web1 | Remove-VMSwitchExtensionPortFeature'
is "again" "$(field web1 '"$($_.PortMirroringMode) $($_.DhcpGuard)"')" "None Off"

# ---- to another machine
ok "the host has an address" lab -c 'New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.50 -PrefixLength 24'
lost=$(mirrored Lost)
ok "VXLAN to the outside" lab -c 'Set-VMNetworkAdapter web1 -PortMirroring Source -MirrorDestinationAddress 192.0.2.1 -MirrorSessionId 100'
tunnel=$(hostns ip -br link show type vxlan | cut -d' ' -f1 | cut -d@ -f1)
like "a tunnel for it" "$tunnel" '^mirror'
ok "decapsulated there" outside ip link add vx0 type vxlan id 100 dstport 4789 local 192.0.2.1 nolearning
outside ip link set vx0 up mtu 9000
ip netns exec "vmnetsh-$T_LAB-outside" timeout 30 tcpdump -i vx0 -n -s 2000 -B 8192 -U --immediate-mode -w "$T_TMP/seen.pcap" 'udp port 9' 2>"$T_TMP/tcpdump" & WATCH=$!
ok "watched there" wait_until 10 sh -c "grep -q 'listening on vx0' '$T_TMP/tcpdump'"
hostns ping -q -c1 -W1 192.0.2.1 >/dev/null
send -n 100 -s 1500
ok "each once, too long for one packet or not" seen 100
is "as long as they were" "$(tcpdump -n -e -r "$T_TMP/seen.pcap" 2>/dev/null | grep -c 'length 1500:')" 100
is "none is lost" "$(mirrored Lost)" "$lost"
is "it is shown" "$(mirrored 'Destinations -join ", "')" "mon/Network Adapter, 192.0.2.1 (Vxlan 100)"
says "is a source itself" 'Set-VMNetworkAdapter -ManagementOS -Name sw0 -PortMirroring Source'
says "external port of switch 'sw0', which is a source itself" '$f = Get-VMSystemSwitchExtensionPortFeature; $f.SettingData.MonitorMode = 2; Add-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0 -VMSwitchExtensionFeature $f'
is "and stays as it was" "$(lab -c '(Get-VMSwitch sw0).PortMirroringMode; (Get-VMNetworkAdapter -ManagementOS).PortMirroringMode')" $'None\nNone'
says "is an address of this host" 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress 192.0.2.50'
says "no IP address" 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress nowhere'
says "out of range" 'Set-VMNetworkAdapter web1 -MirrorSessionId 99999999'
says "IPv4" 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress 2001:db8::9 -MirrorEncapsulation Erspan'
says "out of range" 'Set-VMNetworkAdapter web1 -MirrorSnapLength 10'
says "give -PortMirroring Source" 'Set-VMNetworkAdapter db1 -MirrorSnapLength 200'
says "at most 8" "Set-VMNetworkAdapter web1 -MirrorRemoteIPAddress $(printf '10.0.0.%d,' {1..9} | sed 's/,$//')"
if lab -c 'Set-VMNetworkAdapter web1 -MirrorEncapsulation Erspan' >"$T_TMP/says" 2>&1; then
  like "ERSPAN, where the kernel has it" "$(hostns ip -d link show type erspan)" "erspan remote 192.0.2.1"
  outside ip link add er0 type erspan seq key 100 local 192.0.2.1 remote 192.0.2.50 erspan_ver 1
  outside ip link set er0 up
  ip netns exec "vmnetsh-$T_LAB-outside" timeout 30 tcpdump -i er0 -n -s 2000 -B 8192 -U --immediate-mode -w "$T_TMP/seen.pcap" 'udp port 9' 2>"$T_TMP/tcpdump" & WATCH=$!
  ok "decapsulated there" wait_until 10 sh -c "grep -q 'listening on er0' '$T_TMP/tcpdump'"
  send -n 50 -s 300
  ok "each once" seen 50
  is "as long as they were" "$(tcpdump -n -e -r "$T_TMP/seen.pcap" 2>/dev/null | grep -c 'length 300:')" 50
  lab -c 'Set-VMNetworkAdapter web1 -MirrorEncapsulation Vxlan'
else like "no ERSPAN, and it names the option" "$(tr '\n' ' ' <"$T_TMP/says")" CONFIG_NET_IPGRE; fi
is "it is as it was" "$(mirrored Encapsulation)" Vxlan
says "VXLAN's network 100 already.*-MirrorSessionId" 'Set-VMNetworkAdapter db1 -PortMirroring Source -MirrorDestinationAddress 192.0.2.98 -MirrorSessionId 100'
tunnel() { hostns ip -d link show type vxlan | grep -o 'id 100 remote [0-9.]*'; }
ok "another machine, the same network" lab -c 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress 192.0.2.98'
is "has the only tunnel" "$(tunnel)" "id 100 remote 192.0.2.98"
ok "back to the first" lab -c 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress 192.0.2.1'
is "it has a tunnel again" "$(tunnel)" "id 100 remote 192.0.2.1"
# Nobody has that address: copies wait for an answer, more are dropped at once.
ok "to one who is not there" lab -c 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress 192.0.2.99 -MirrorSessionId 101'
sums() { field web1 '"$($_.PacketsSent + $_.PacketsReceived) $($_.Mirroring.CopiedPackets) $($_.Mirroring.LostOnTheWay) $($_.Mirroring.LostQueue)"'; }
read -r passed copied away queue <<<"$(sums)"
send -n 300 -s 300
all_lost() { read -r p c a q <<<"$(sums)"; [ $((a - away)) -eq $((p - passed)) ] && [ $((a - away)) -ge 300 ]; }
ok "each copy is counted as lost on the way" wait_until 20 all_lost
is "and not as copied, but that for mon" "$((c - copied)) $((q - queue))" "$((p - passed)) 0"
ok "to nobody else" lab -c 'Set-VMNetworkAdapter web1 -MirrorDestinationAddress None'
is "the tunnel is gone" "$(hostns ip -br link show type vxlan)" ""

# ---- they go while packets run
flood() { ip netns exec "vmnetsh-$T_LAB-vm-web1" timeout 200 "$BLAST" -n 100000000 -s 100 -b 192.0.2.11 192.0.2.12 9 >/dev/null 2>&1 & FLOOD=$!; }
flood
copied=$(mirrored CopiedPackets)
runs() { [ "$(mirrored CopiedPackets)" -gt "$copied" ]; }
ok "copies run" wait_until 5 runs
refused=$(mirrored LostQueue)
ok "the destination leaves" lab -c 'Disconnect-VMNetworkAdapter mon'
is "nothing was lost by that" "$(mirrored LostQueue)" "$refused"
ok "and comes back" lab -c 'Connect-VMNetworkAdapter mon -SwitchName sw0'
copied=$(mirrored CopiedPackets)
ok "copies run again" wait_until 5 runs
ok "it is removed" lab -c 'Remove-VM mon -Force'
copied=$(mirrored CopiedPackets)
ok "the source goes on" reaches 192.0.2.12
ok "the source is none" lab -c 'Set-VMNetworkAdapter web1 -PortMirroring None; Set-VMNetworkAdapter web1 -PortMirroring Source; Set-VMNetworkAdapter web1 -PortMirroring None'
ok "still reached" reaches 192.0.2.12
kill "$FLOOD" 2>/dev/null; wait "$FLOOD" 2>/dev/null

# ---- nine destinations
ok "eight adapters get copies" lab -c '1..8 | ForEach-Object { Add-VMNetworkAdapter -VMName db1 -Name "m$_" -SwitchName sw0; Set-VMNetworkAdapter -VMName db1 -Name "m$_" -PortMirroring Destination }'
says "has 8 mirroring destinations already" 'Set-VMNetworkAdapter -VMName db1 -Name "Network Adapter" -PortMirroring Destination'
done_testing
