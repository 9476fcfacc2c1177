# vlan.test.sh - VLANs on real frames, in a lab on a kernel whose bridges know
# them: access, trunk, native VLAN, isolation, tags on the uplink, a host adapter
# in a VLAN, changes under traffic, removal, restore, ACLs and meters.
. "$TESTS_DIR/lib.sh"
need_root
modprobe -q 8021q || { echo "1..0 # SKIP no 8021q here"; exit 0; }
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
vlans() { hostns bridge vlan show dev "$1" | awk 'NR > 1 {
    v = $1 == "'"$1"'" ? $2 : $1; printf "%s%s%s", n++ ? "," : "", v, /Untagged/ ? "u" : "" }'; }
# listen FILE NETNS ARGUMENTS…: tcpdump, back when it listens; its pid is $sniffer.
listen() { local file=$1 netns=vmnetsh-$T_LAB-$2; shift 2
  ip netns exec "$netns" tcpdump -n -l -e "$@" >"$file" 2>"$file.err" & sniffer=$!
  at_exit "kill $sniffer"; wait_until 20 grep -q listening "$file.err"; }
# reaches VM ADDRESS [INTERFACE]: at last; shut: not at all (three tries).
reaches() { wait_until 20 vm "$1" ping -q -n -c 1 -W 1 ${3:+-I "$3"} "$2"; }
shut() { vm "$1" ip neigh flush all; ! vm "$1" ping -q -n -c 3 -i 0.3 -W 1 ${3:+-I "$3"} "$2" >/dev/null; }

ok "a switch and five VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 10.9.0.100 -PrefixLength 24
foreach ($v in "a1", "a2", "b", "u1", "u2", "t") { New-VM -Name $v -SwitchName sw0 }'
n=0; for v in a1 a2 b u1 u2 t; do n=$((n+1)); vm $v ip addr add 10.9.0.$n/24 dev eth0; done
A1=10.9.0.1 A2=10.9.0.2 B=10.9.0.3 U1=10.9.0.4 U2=10.9.0.5 T=10.9.0.6 OUT=10.9.0.200
outside ip addr add $OUT/24 dev lan0
for v in 10 20 22; do
  outside ip link add link wire0 name out$v type vlan id $v
  outside ip addr add 10.9.$v.200/24 dev out$v; outside ip link set out$v up
done
state() { hostns bridge vlan; hostns bridge fdb | grep -E 'static|permanent' | sort
  hostns ip -d link show sw0 | grep -o 'vlan_filtering [01]'; }
before=$(state)
ok "without VLANs everyone is in one network" reaches a1 $B
is "and the bridge looks at no VLAN" "$(hostns ip -d link show sw0 | grep -o 'vlan_filtering [01]')" "vlan_filtering 0"

# ---- access
# A frame lost by u1 and u2, who have no VLAN, would be seen here.
vm u1 ping -q -n -i 0.02 -c 400 $U2 >"$T_TMP/ping" 2>&1 & pinger=$!
ok "a1, a2 into VLAN 10, b into 20" lab -c '
Set-VMNetworkAdapterVlan -VMName a1, a2 -Access -VlanId 10
Set-VMNetworkAdapterVlan -VMName b -Access -VlanId 20'
wait $pinger
like "no frame of those without a VLAN is lost meanwhile" "$(cat "$T_TMP/ping")" "400 received"
ok "within a VLAN" reaches a1 $A2
ok "not to another VLAN" shut a1 $B
ok "not from another VLAN" shut b $A1
ok "not to those without one" shut a1 $U1
ok "those without one among each other" reaches u1 $U2
ok "to the outside without a tag" reaches u1 $OUT
ok "and from there" wait_until 20 outside ping -q -n -c 1 -W 1 $U1
ok "a VLAN does not see the untagged outside" shut a1 $OUT
A1_MAC=$(vm a1 cat /sys/class/net/eth0/address)
listen "$T_TMP/leak" vm-u1 -i eth0 ether src "$A1_MAC"
leak=$sniffer
listen "$T_TMP/heard" vm-a2 -i eth0 -c 1 ether src "$A1_MAC" and ether broadcast
vm a1 ip neigh flush all
vm a1 ping -q -n -b -c 20 -i 0.05 -W 1 10.9.0.255 >/dev/null 2>&1; vm a1 ping -q -n -c 1 -W 1 10.9.0.77 >/dev/null
like "a2 hears a1's broadcasts" "$(wait_until 20 test -s "$T_TMP/heard"; cat "$T_TMP/heard")" "$A1_MAC > ff:ff:ff:ff:ff:ff"
reaches u2 $U1; kill $leak; wait $leak
is "they do not leave their VLAN" "$(cat "$T_TMP/leak")" ""
is "the ports" "$(vlans vp2) $(vlans vp4) $(vlans vp5)" "10u 20u 4094u"
is "the uplink carries just what is used" "$(vlans pnic0)" "10,20,4094u"

# ---- tags on the wire
vm a1 ip addr add 10.9.10.1/24 dev eth0
listen "$T_TMP/tag" outside -i wire0 -c 1 'vlan 10 and icmp[0] = 8'
ok "a1 to the outside's VLAN 10" reaches a1 10.9.10.200
wait_until 20 test -s "$T_TMP/tag"
like "with the tag on the wire" "$(cat "$T_TMP/tag")" "vlan 10,.* 10.9.10.1 > 10.9.10.200: ICMP echo request"
vm a1 ip addr add 10.9.22.1/24 dev eth0
ok "not to a VLAN that nobody has" shut a1 10.9.22.200

# ---- trunk
t_link() { vm t ip link add link eth0 name eth0.$1 type vlan id $1
  vm t ip addr add 10.9.$1.6/24 dev eth0.$1; vm t ip link set eth0.$1 up; }
ok "t is a trunk of 10 and 20, 30 its native one" lab -c \
  'Set-VMNetworkAdapterVlan -VMName t -Trunk -AllowedVlanIdList "20,10" -NativeVlanId 30'
vm b ip addr add 10.9.20.3/24 dev eth0
vm a2 ip addr add 10.9.10.2/24 dev eth0
for v in 10 20 22; do t_link $v; done
is "the trunk's port" "$(vlans vp7)" "10,20,30u"
ok "a tagged frame comes to VLAN 10" reaches t 10.9.10.1 eth0.10
ok "and to VLAN 20" reaches t 10.9.20.3 eth0.20
ok "from VLAN 10 to the trunk" reaches a1 10.9.10.6
ok "VLAN 22 is not allowed" shut t 10.9.22.200 eth0.22
ok "untagged, it is not in VLAN 10" shut t $A1 eth0
ok "nor where there is no VLAN" shut t $U1 eth0
ok "b goes to VLAN 30" lab -c 'Set-VMNetworkAdapterIsolation -VMName b -IsolationMode Vlan -DefaultIsolationID 30'
ok "which is the trunk's native one" reaches t $B eth0
ok "VLAN 20 has lost it" shut t 10.9.20.3 eth0.20
view=$(lab -OutputFormat Csv -c 'Get-VMNetworkAdapterVlan | Select-Object VMName, OperationMode, VlanList, ProgrammedVlanList' | tr -d '"')
like "asked and programmed, access" "$view" "a1,Access,10,10"$'\r?\n'
like "asked and programmed, trunk" "$(lab -c '(Get-VMNetworkAdapter -VMName t).VlanSetting | Select-Object OperationMode, NativeVlanId, AllowedVlanIdListString, ProgrammedVlanList | ConvertTo-Json -Compress')" \
  '\{"OperationMode":"Trunk","NativeVlanId":30,"AllowedVlanIdListString":"10,20","ProgrammedVlanList":"30,10,20"\}'

# ---- policy counts tagged frames
ok "a meter on the trunk" lab -c 'Add-VMNetworkAdapterAcl -VMName t -RemoteIPAddress 10.9.10.1 -Direction Outbound -Action Meter'
vm t ping -q -n -c 7 -i 0.1 -W 5 -I eth0.10 10.9.10.1 >"$T_TMP/out"
like "the pings came back" "$(cat "$T_TMP/out")" "7 received"
# 14 Ethernet, 4 tag, 20 IP, 8 ICMP, 56
is "it counts tagged frames, and their tags" "$(lab -OutputFormat Csv -c 'Get-VMNetworkAdapterAcl -VMName t | Select-Object MeteredPackets, MeteredBytes' | tr -d '"\r' | tail -1)" "7,$((7 * 102))"
ok "deny a1" lab -c 'Add-VMNetworkAdapterAcl -VMName t -RemoteIPAddress 10.9.10.1 -Direction Outbound -Action Deny'
ok "a tagged frame is denied, too" shut t 10.9.10.1 eth0.10
ok "others are not" reaches t 10.9.10.2 eth0.10
ok "allow a1" lab -c 'Remove-VMNetworkAdapterAcl -VMName t -RemoteIPAddress 10.9.10.1 -Direction Outbound -Action Deny'

# ---- isolation ids of extended entries: the tag, the native VLAN, the access VLAN
ok "t denies what it sends in VLAN 10, and in 30" lab -c '
Add-VMNetworkAdapterExtendedAcl t Deny Outbound -Protocol ICMP -Weight 1 -IsolationID 10
Add-VMNetworkAdapterExtendedAcl t Deny Outbound -Protocol ICMP -Weight 2 -IsolationID 30'
ok "a frame with that tag is denied" shut t 10.9.10.1 eth0.10
ok "one without a tag is in the native VLAN" shut t $B eth0
vm t ip addr add 10.9.20.6/32 dev eth0.20 2>/dev/null
ok "b goes to VLAN 20" lab -c 'Set-VMNetworkAdapterVlan -VMName b -Access -VlanId 20'
ok "another tag is not" reaches t 10.9.20.3 eth0.20
like "explained without the tag: two entries ask for it" \
  "$(lab -c '(Test-VMNetworkAdapterAcl t -RemoteIPAddress 10.9.10.1 -Direction Outbound -Protocol ICMP).Reason' | tr '\n' ' ')" '2 of greater weight ask for .*isolation'
is "with it, the one that decides, which the kernel says, too" \
  "$(lab -OutputFormat Csv -c 'Test-VMNetworkAdapterAcl t -RemoteIPAddress 10.9.10.1 -Direction Outbound -Protocol ICMP -IsolationID 30 | Select-Object Verdict, InForce' | tail -1 | tr -d '"\r')" "Deny,Yes"
ok "a1 takes nothing from VLAN 10" lab -c '
Get-VMNetworkAdapterExtendedAcl t | Remove-VMNetworkAdapterExtendedAcl
Add-VMNetworkAdapterExtendedAcl a1 Deny Inbound -Protocol ICMP -Weight 1 -IsolationID 10'
ok "where it is: from the trunk" shut t 10.9.10.1 eth0.10
ok "and from its neighbour, straight" shut a2 $A1
ok "of VLAN 20 it is" lab -c '
Remove-VMNetworkAdapterExtendedAcl a1 -Direction Inbound -Weight 1
Add-VMNetworkAdapterExtendedAcl a1 Deny Inbound -Protocol ICMP -Weight 1 -IsolationID 20 -WarningAction SilentlyContinue'
ok "so all reach it" reaches a2 $A1
ok "it takes answers in its VLAN only" lab -c '
Remove-VMNetworkAdapterExtendedAcl a1 -Direction Inbound -Weight 1
Add-VMNetworkAdapterExtendedAcl a1 Deny Inbound -Protocol ICMP -Weight 1
Add-VMNetworkAdapterExtendedAcl a1 Allow Outbound -Protocol ICMP -Weight 1 -Stateful $true -IsolationID 10'
ok "which come" reaches a1 10.9.10.6
ok "others do not reach it" shut a2 $A1
ok "all may again" lab -c 'Get-VMNetworkAdapterExtendedAcl a1 | Remove-VMNetworkAdapterExtendedAcl
Set-VMNetworkAdapterVlan -VMName b -Access -VlanId 30'

# ---- change under traffic: who stays loses nothing
vm a1 ping -q -n -i 0.02 -c 400 $A2 >"$T_TMP/ping" 2>&1 & pinger=$!
lab -c '
Set-VMNetworkAdapterVlan -VMName t -Trunk -AllowedVlanIdList "10-40" -NativeVlanId 0
Set-VMNetworkAdapterVlan -VMName u2 -Access -VlanId 4094
Set-VMNetworkAdapterVlan -VMName u2 -Untagged
Set-VMNetworkAdapterVlan -VMName t -AllowedVlanIdList "10,20"' >"$T_TMP/out" 2>&1
is "four changes" "$(cat "$T_TMP/out")" ""
wait $pinger
like "meanwhile VLAN 10 has lost nothing" "$(cat "$T_TMP/ping")" "400 received"
ok "the trunk without a native VLAN" reaches t $U1 eth0

# ---- the host
ok "the host adapter into VLAN 10" lab -c 'Set-VMNetworkAdapterVlan -ManagementOS -Access -VlanId 10'
ok "it reaches VLAN 10" wait_until 20 hostns ping -q -n -c 1 -W 1 $A1
not_ok "and nobody else" hostns ping -q -n -c 3 -i 0.3 -W 1 $U1
ok "back" lab -c 'Set-VMNetworkAdapterVlan -ManagementOS -VMNetworkAdapterName sw0 -Untagged'
ok "it reaches those without a VLAN" wait_until 20 hostns ping -q -n -c 1 -W 1 $U1

# ---- disconnect, connect; reboot
ok "a2 off and on" lab -c 'Disconnect-VMNetworkAdapter -VMName a2; Connect-VMNetworkAdapter -VMName a2 -SwitchName sw0'
ok "its VLAN came back with it" reaches a1 $A2
ok "and no other" shut a2 $U1
is "restore takes no step" "$(lab restore)" ""
vlan_state=$(hostns bridge vlan); dump=$(lab netsh dump)
like "the dump has VLANs" "$dump" "Set-VMNetworkAdapterVlan -VMName t .*-Trunk -AllowedVlanIdList '10,20' -NativeVlanId 0"
"$VMNETSH" --lab=$T_LAB --destroy
ok "restore on a host that was booted" lab restore
is "the same VLANs are there" "$(hostns bridge vlan)" "$vlan_state"
n=0; for v in a1 a2 b u1 u2 t; do n=$((n+1)); vm $v ip addr add 10.9.0.$n/24 dev eth0; done
ok "they work" reaches a1 $A2
ok "and keep apart" shut a1 $U1
printf '%s\n' "$dump" >"$T_TMP/dump.ps1"
ok "the dump runs on what is there" lab "$T_TMP/dump.ps1"
is "and changes nothing" "$(lab netsh dump)" "$dump"

# ---- gone
ok "all VLANs away" lab -c 'Get-VM | Set-VMNetworkAdapterVlan -Untagged'
is "as if there had never been any" "$(state)" "$before"
ok "one network again" reaches a1 $B
done_testing
