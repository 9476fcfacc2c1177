# lbfo.test.sh - teams of the host (NetLbfo) on a kernel with bonding: what it is
# told in each mode, fail-over, LACP against another bond, a switch on a team,
# VLANs, another name, undo, restore, dump and removal.
. "$TESTS_DIR/lib.sh"
need_root
modprobe -q bonding max_bonds=0 || { echo "1..0 # SKIP no bonding here"; exit 0; }
modprobe -q 8021q || { echo "1..0 # SKIP no 8021q here"; exit 0; }
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
team() { lab -c "\$t = Get-NetLbfoTeam $1; \"$2\""; }
told() { team Team1 '$($t.TeamingMode) $($t.BondMode) $($t.HashPolicy)'; }
member() { lab -c "\$m = Get-NetLbfoTeamMember $1; \"\$(\$m.OperationalStatus) \$(\$m.FailureReason)\""; }
is_member() { [ "$(member "$1")" = "$2" ]; }
is_team() { [ "$(team Team1 '$($t.Status)')" = "$1" ]; }
bond() { hostns ip -j -d link show Team1 | jq -r ".[0].linkinfo.info_data | $1"; }
slaves() { hostns ip -j link show master Team1 2>/dev/null | jq -r '.[].ifname' | sort | paste -sd' '; }
pings() { "$@" ping -q -n -c1 -W1 192.0.2.1 >/dev/null; }
state() { hostns ip -j -d link | jq -S 'map({ifname, master, altnames, address, kind: .linkinfo.info_kind, mode: .linkinfo.info_data.mode, up: (.flags | index("UP"))})'
  hostns ip -br addr show scope global; cat "$T_TMP/state/store.json" 2>/dev/null; }
lab -c 'Get-VM' >/dev/null
hostns ip addr add 192.0.2.50/24 dev pnic0 2>/dev/null
M0=$(hostns cat /sys/class/net/pnic0/address) M1=$(hostns cat /sys/class/net/pnic1/address)

# ---- made, and nothing by -WhatIf
state >"$T_TMP/before"
like "what it would do" "$(lab -c 'New-NetLbfoTeam -Name Team1 -TeamMembers pnic* -Confirm:$false -WhatIf')" \
  "create bond Team1 for team 'Team1' \(balance-tlb, by load\).*move 1 addresses.*pnic0 to Team1.*make pnic0 a member of bond Team1.*make pnic1 a member"
state >"$T_TMP/after"; ok "is not done" diff "$T_TMP/before" "$T_TMP/after"
not_ok "a step that fails" lab -c 'New-NetLbfoTeam Team1 pnic0, pnic1 -TeamNicName lo'
like "is told with the kernel's words" "$(cat "$T_TMP/err")" "alternative name 'lo'.*File exists"
state >"$T_TMP/after"; ok "and all before it is undone" diff "$T_TMP/before" "$T_TMP/after"
ok "a team" lab -c 'New-NetLbfoTeam -Name Team1 -TeamMembers pnic0,pnic1 -Confirm:$false'
is "of what was asked" "$(told)" "SwitchIndependent balance-tlb load"
is "as ip has it" "$(bond '"\(.mode) \(.tlb_dynamic_lb)"') $(slaves)" "balance-tlb 1 pnic0 pnic1"
is "with the address of its first member" "$(hostns cat /sys/class/net/Team1/address)" "$M0"
ok "the host's address moved there" wait_until 30 pings hostns
is "its interface has its name" "$(lab -c '$n = Get-NetLbfoTeamNic; "$($n.Name) $($n.Primary) $($n.Default) $($n.InterfaceName)"')" "Team1 True True Team1"
ok "both members carry" wait_until 30 is_team Up
is "told so" "$(member pnic0) $(member pnic1)" "Active NoFailure Active NoFailure"
is "their links' speed" "$(lab -c '(Get-NetLbfoTeamMember pnic0).TransmitLinkSpeed -gt 0')" True
is "nothing is left to do" "$(lab restore)" ""
ok "the same again changes nothing" lab -c 'New-NetLbfoTeam -Name Team1 -TeamMembers pnic1,pnic0'
not_ok "another one of that name is refused" lab -c 'New-NetLbfoTeam -Name Team1 -TeamMembers pnic1'
like "with what differs" "$(cat "$T_TMP/err")" "exists with pnic0, pnic1"

# ---- modes and algorithms: ARGUMENTS|asked, told, spread by
while IFS='|' read -r args want; do
  ok "Set-NetLbfoTeam $args" lab -c "Set-NetLbfoTeam Team1 $args"
  is "is told" "$(told)" "$want"
  is "with both members" "$(slaves)" "pnic0 pnic1"
  is "and the address" "$(hostns cat /sys/class/net/Team1/address) $(hostns ip -br -4 addr show Team1 | awk '{ print $3 }')" "$M0 192.0.2.50/24"
done <<'L'
-LoadBalancingAlgorithm TransportPorts|SwitchIndependent balance-tlb layer3+4
-TeamingMode Static|Static balance-xor layer3+4
-LoadBalancingAlgorithm IPAddresses|Static balance-xor layer2+3
-LoadBalancingAlgorithm MacAddresses|Static balance-xor layer2
-LoadBalancingAlgorithm HyperVPort|Static balance-xor vlan+srcmac
-TeamingMode SwitchIndependent|SwitchIndependent active-backup 
-TeamingMode Lacp -LacpTimer Fast|Lacp 802.3ad vlan+srcmac
L
is "LACP each second" "$(bond .ad_lacp_rate) $(team Team1 '$($t.LacpTimer) $($t.LacpTimerInUse)')" "fast Fast Fast"
ok "nobody answers LACP" wait_until 30 is_member pnic1 "Failed LacpNegotiationIssue"
out ip link add lacp0 type bond mode 802.3ad lacp_rate fast miimon 100
for w in wire0 wire1; do out ip link set $w down; out ip link set $w nomaster; out ip link set $w down; out ip link set $w master lacp0; done
out ip link set lacp0 master lan0; out ip link set lacp0 up
ok "the other end does: both members are in" wait_until 60 is_member pnic0 "Active NoFailure"
ok "the second, too" wait_until 60 is_member pnic1 "Active NoFailure"
is "who answers" "$(team Team1 '$($t.LacpPartner)' | tr '[:upper:]-' '[:lower:]:')" "$(out cat /sys/class/net/lacp0/address)"
ok "frames pass" wait_until 30 pings hostns
not_ok "no standby member there" lab -c 'Set-NetLbfoTeamMember pnic1 -AdministrativeMode Standby'
like "and why" "$(cat "$T_TMP/err")" "goes with -TeamingMode SwitchIndependent, not Lacp"

# ---- a switch on it
ok "a switch on the team, two VMs, a floor" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName Team1 -AllowManagementOS $true -MinimumBandwidthMode Absolute
New-VM web1 -SwitchName sw0; New-VM web2 -SwitchName sw0
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 100Mbps'
for i in 1 2; do vm web$i ip addr add 192.0.2.6$i/24 dev eth0; ok "web$i reaches the outside" wait_until 30 pings vm web$i; done
ok "the host too" wait_until 30 pings hostns
is "the floor stands on the team" "$(lab -c '(Get-VMNetworkAdapterBandwidth -VMName web1).ProgrammedMinimum')" 100000000
like "by the kernel's class" "$(hostns tc class show dev Team1)" "rate 100Mbit"
like "each broadcast comes once" "$(vm web1 ping -c4 -i0.2 -W2 192.0.2.1)" ' 4 received, 0% packet loss'
is "nothing is left to do" "$(lab restore)" ""
out ip link set wire0 down
ok "a member loses its link" wait_until 30 is_member pnic0 "Failed PhysicalMediaDisconnected"
is "which the team tells" "$(team Team1 '$($t.Status)')" Degraded
ok "VMs go by the other one" wait_until 30 pings vm web1
out ip link set wire0 up
ok "and back" wait_until 60 is_team Up
ok "a VM in a VLAN of the team" lab -c 'Set-VMNetworkAdapterVlan -VMName web2 -Access -VlanId 7'
out ip link add lan0.7 link lan0 type vlan id 7; out ip addr add 10.7.0.1/24 dev lan0.7; out ip link set lan0.7 up
vm web2 ip addr add 10.7.0.2/24 dev eth0
ok "reaches it outside" wait_until 30 vm web2 ping -q -c1 -W1 10.7.0.1
not_ok "the team stays under it" lab -c 'Remove-NetLbfoTeam Team1 -Confirm:$false'
like "and who has it" "$(cat "$T_TMP/err")" "switch 'sw0' has Team1 as its network adapter"
not_ok "a member is no switch's" lab -c 'New-VMSwitch bad -NetAdapterName pnic1 -AllowManagementOS $false'
like "it is the team's" "$(cat "$T_TMP/err")" "pnic1 is a member of team 'Team1'; give it the team"

# ---- an interface of a VLAN
out ip link add lan0.42 link lan0 type vlan id 42; out ip addr add 10.42.0.1/24 dev lan0.42; out ip link set lan0.42 up
ok "VLAN 42 on the team" lab -c 'Add-NetLbfoTeamNic Team1 -VlanID 42 -Confirm:$false'
like "as ip has it" "$(hostns ip -d link show Team1.42)" 'altname Team1 - VLAN 42|vlan protocol 802.1Q id 42'
is "found by its name" "$(hostns ip -o link show 'Team1 - VLAN 42' | awk '{ print $2 }')" "Team1.42@Team1:"
ok "with an address" lab -c 'New-NetIPAddress -InterfaceAlias "Team1 - VLAN 42" -IPAddress 10.42.0.9 -PrefixLength 24'
ok "reaches its VLAN" wait_until 30 hostns ping -q -c1 -W1 10.42.0.1
is "nothing is left to do" "$(lab restore)" ""

# ---- what is gone comes back
lab -c 'netsh dump' >"$T_TMP/dump"
hostns ip link del Team1
ok "restore after the bond vanished" lab restore
is "with both members" "$(slaves)" "pnic0 pnic1"
for who in "vm web1" "hostns"; do
  # shellcheck disable=SC2086
  ok "$who reaches the outside" wait_until 60 pings $who; done
ok "so does its VLAN" wait_until 30 hostns ping -q -c1 -W1 10.42.0.1
is "nothing is left to do" "$(lab restore)" ""
lab -c 'netsh dump' | diff "$T_TMP/dump" - >"$T_TMP/diff"; is "the dump is the same" "$(cat "$T_TMP/diff")" ""
ok "it runs where all is there" lab "$T_TMP/dump"

# ---- another name, under the switch
B=$(hostns cat /sys/class/net/Team1/ifindex)
ok "renamed" lab -c 'Rename-NetLbfoTeam Team1 Uplink'
is "the very bond" "$(hostns cat /sys/class/net/Uplink/ifindex)" "$B"
like "is the switch's, and found as before" "$(hostns ip link show Team1)" 'Uplink:.* master sw0 '
is "the VLAN goes along" "$(lab -c '(Get-NetLbfoTeamNic -Name "Team1 - VLAN 42").InterfaceName')" Uplink.42
ok "VMs reach the outside" wait_until 60 pings vm web1
ok "its VLAN does" wait_until 30 hostns ping -q -c1 -W1 10.42.0.1
is "nothing is left to do" "$(lab restore)" ""
ok "and back" lab -c 'Rename-NetLbfoTeam Uplink Team1'
ok "VMs reach the outside again" wait_until 60 pings vm web1

# ---- SwitchIndependent under a switch: one carries
out ip link del lacp0
for w in wire0 wire1; do out ip link set $w master lan0; out ip link set $w up; done
ok "SwitchIndependent" lab -c 'Set-NetLbfoTeam Team1 -TeamingMode SwitchIndependent -LoadBalancingAlgorithm Dynamic'
is "one carries under a switch" "$(told)" "SwitchIndependent active-backup "
ok "VMs reach the outside" wait_until 60 pings vm web1
r=$(vm web1 ping -c4 -i0.2 -W2 192.0.2.1)
[[ $r == *' 4 received'* && $r != *DUP* ]]; is "and no answer comes twice" $? 0
ok "a standby member" lab -c 'Set-NetLbfoTeamMember pnic0 -AdministrativeMode Standby'
ok "waits" wait_until 30 is_member pnic0 "Standby NoFailure"
is "the other one is preferred" "$(bond .primary) $(member pnic1)" "pnic1 Active NoFailure"
out ip link set wire1 down
ok "it takes over" wait_until 30 is_member pnic0 "Active NoFailure"
ok "VMs go by it" wait_until 30 pings vm web1
out ip link set wire1 up
ok "until the other one is back" wait_until 30 is_member pnic0 "Standby NoFailure"
is "nothing is left to do" "$(lab restore)" ""
like "the dump says so" "$(lab -c 'netsh dump')" "Set-NetLbfoTeamMember -Name pnic0 -Team Team1 -AdministrativeMode Standby"

# ---- gone
ok "the VLAN's interface" lab -c 'Remove-NetLbfoTeamNic -Team Team1 -VlanID 42 -Confirm:$false'
not_ok "is gone" hostns ip link show Team1.42
ok "the switch" lab -c 'Remove-VMSwitch sw0 -Force'
ok "the host's address is the team's" wait_until 30 pings hostns
ok "a member" lab -c 'Remove-NetLbfoTeamMember -Name pnic1 -Team Team1 -Confirm:$false'
is "is free, up, with its own address" "$(hostns ip -br link show pnic1 | awk '{ print $3 }') $(hostns cat /sys/class/net/pnic1/master 2>&1 | wc -l) $(hostns ip -o link show pnic1 | grep -c '[<,]UP[,>]')" "$M1 1 1"
ok "and back in it" lab -c 'Add-NetLbfoTeamMember pnic1 Team1'
ok "the team" lab -c 'Get-NetLbfoTeam | Remove-NetLbfoTeam -Confirm:$false'
is "is gone, its members are free" "$(hostns ip -br link show type bond)$(hostns ip -j link | jq -r '.[] | select(.ifname | startswith("pnic")) | "\(.ifname) \(.address) \(.master // "free")"' | sort)" \
"pnic0 $M0 free
pnic1 $M1 free"
ok "the host's address is back" wait_until 30 pings hostns
is "where it was" "$(hostns ip -br -4 addr show pnic0 | awk '{ print $3 }')" 192.0.2.50/24
is "nothing is left to do" "$(lab restore)" ""

# ---- what others made
hostns ip link add foreign0 type bond; hostns ip link set pnic1 down; hostns ip link set pnic1 master foreign0
not_ok "a member of another's bond is no switch's" lab -c 'New-VMSwitch bad -NetAdapterName pnic1 -AllowManagementOS $false'
like "it is told as that" "$(cat "$T_TMP/err")" "pnic1 is a member of the team foreign0 \(bond\); give the switch the team"
not_ok "nor a team's" lab -c 'New-NetLbfoTeam Team1 pnic1'
like "told, too" "$(cat "$T_TMP/err")" "pnic1 belongs to foreign0 \(bond\) already"
not_ok "a switch's team has no team in it" lab -c 'New-VMSwitch bad -NetAdapterName foreign0 -EnableEmbeddedTeaming $true -AllowManagementOS $false'
like "told by name" "$(cat "$T_TMP/err")" "foreign0 is a team of the host's \(bond\).*has physical network adapters"
not_ok "a name that is taken" lab -c 'New-NetLbfoTeam foreign0 pnic0'
like "is not ours" "$(cat "$T_TMP/err")" "foreign0 \(bond\) exists already and is not ours"
done_testing
