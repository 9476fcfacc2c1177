# team.sh - Switch Embedded Teaming on real packets: two members whose other ends
# are ports of one learning switch outside. Every frame arrives once, nothing
# turns in a circle, each adapter goes by its member and by no other.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
field() { lab -c "(Get-VMSwitchTeamMember -NetAdapterName $1).$2"; }
# Frames that came: to a VM; by the two wires; what the outside machine got.
came() { vm "$1" cat /sys/class/net/eth0/statistics/rx_packets; }
wires() { out cat /sys/class/net/wire0/statistics/rx_packets /sys/class/net/wire1/statistics/rx_packets | paste -sd' '; }
lan() { out cat /sys/class/net/lan0/statistics/rx_packets; }
# since "A B" "C D": what there was more.
since() { set -- $1 $2; echo "$(($3-$1)) $(($4-$2))"; }
learned() { out bridge fdb show br lan0 | grep -i "^$1 dev wire" | awk '{ print $3 }'; }
mac() { vm "$1" cat /sys/class/net/eth0/address; }

ok "a team of two, three VMs" lab -c '
New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -EnableEmbeddedTeaming $true -AllowManagementOS $false
New-VM web1 -SwitchName set0
New-VM web2 -SwitchName set0
New-VM web3 -SwitchName set0'
is "it says so" "$(lab -c '$s = Get-VMSwitch set0; "$($s.EmbeddedTeamingEnabled) $($s.NetAdapterInterfaceDescriptions.Count) $($s.Status)"')" "True 2 Ok"
is "as published" "$(lab -c '$t = Get-VMSwitchTeam set0; "$($t.TeamingMode) $($t.LoadBalancingAlgorithm) $($t.NetAdapterName)"')" \
  "SwitchIndependent HyperVPort pnic0 pnic1"
is "the adapters are dealt out" "$(field pnic0 AdaptersInUse; field pnic1 AdaptersInUse)" \
"web1/Network Adapter
web3/Network Adapter
web2/Network Adapter"
ok "nothing is left to do" lab restore
is "indeed nothing" "$(lab restore)" ""
like "iproute2 sees the members" "$(hostns bridge -d link show dev pnic1)" 'master set0 .*flood off.*isolated on'

for i in 1 2 3; do vm web$i ip addr add 192.0.2.1$i/24 dev eth0; done
# VM|its wire
while read -r v wire; do
  vm "$v" ping -q -c1 -W2 192.0.2.1 >/dev/null
  a=$(wires); r=$(vm "$v" ping -c5 -i0.05 -W2 192.0.2.1)
  like "$v reaches the outside" "$r" '5 packets transmitted, 5 received, 0% packet loss'
  [[ $r != *DUP* && $r != *duplicates* ]]; is "$v has no answer twice" $? 0
  is "$v goes by $wire alone" "$(since "$a" "$(wires)")" "$([ "$wire" = wire0 ] && echo "5 0" || echo "0 5")"
  is "the switch outside learned it there" "$(learned "$(mac "$v")")" "$wire"
done <<'L'
web1 wire0
web2 wire1
web3 wire0
L
like "VMs of two members reach each other" "$(vm web1 ping -c2 -i0.05 -W2 192.0.2.12)" ' 2 received'

# one BROADCASTER: each VM's and the outside's new frames, and those by wire.
once() { local b=$1 v; shift
  local -A was; for v in web1 web2 web3; do was[$v]=$(came $v); done; was[lan]=$(lan)
  "$b" "$@" >/dev/null 2>&1
  read -rt 0.2 <> <(:) || :   # what would come twice comes within this
  for v in web1 web2 web3; do printf '%s ' $(($(came $v)-was[$v])); done; echo $(($(lan)-was[lan])); }
is "a VM's broadcast comes once to all others" "$(once vm web2 ping -b -c1 -W1 192.0.2.255)" "1 0 1 1"
is "another member's, too" "$(once vm web1 ping -b -c1 -W1 192.0.2.255)" "0 1 1 1"
is "one from outside comes once to each" "$(once out ping -b -c1 -W1 192.0.2.255)" "1 1 1 0"
a=$(wires)
vm web2 ip neigh replace 192.0.2.99 lladdr 02:00:00:00:00:99 dev eth0
is "unicast that nobody knows goes out once" "$(once vm web2 ping -c1 -W1 192.0.2.99; since "$a" "$(wires)")" "0 0 0 0
0 1"
m=$(mac web2); vm web2 ping -q -c1 192.0.2.1 >/dev/null
out bridge fdb del "$m" dev wire1 master
is "unicast that the outside floods comes once" "$(once out ping -c1 -W1 192.0.2.12)" "0 1 0 1"
like "and the other member let it go" "$(field pnic0 OtherMemberPackets)" '^[1-9]'
like "echoes were dropped" "$(field pnic0 EchoPackets) $(field pnic1 EchoPackets)" '^[1-9][0-9]* [1-9]'

# A VM with MAC addresses of its own behind its adapter.
ok "a VM may bring addresses along" lab -c 'Set-VMNetworkAdapter -VMName web2 -MacAddressSpoofing On'
vm web2 ip link add m0 link eth0 type macvlan mode bridge
vm web2 ip addr add 192.0.2.22/24 dev m0; vm web2 ip link set m0 up
a=$(wires); r=$(vm web2 ping -I m0 -c3 -i0.05 -W2 192.0.2.1)
like "who is behind it reaches the outside" "$r" ' 3 received, 0% packet loss'
is "by its member" "$(since "$a" "$(wires)" | awk '{ print $1, ($2 > 0) }')" "0 1"
was=$(vm web2 cat /sys/class/net/m0/statistics/rx_packets)
vm web2 ping -I m0 -b -c1 -W1 192.0.2.255 >/dev/null 2>&1
is "its own broadcast does not come back" $(($(vm web2 cat /sys/class/net/m0/statistics/rx_packets)-was)) 0
vm web2 ip link del m0
ok "no more" lab -c 'Set-VMNetworkAdapter -VMName web2 -MacAddressSpoofing Off'

# ---- mappings ----
ok "web2 is mapped to the other member" lab -c 'Set-VMNetworkAdapterTeamMapping -VMName web2 -PhysicalNetAdapterName pnic0'
is "the outside was told before it said a word" "$(learned "$m")" wire0
a=$(wires); vm web2 ping -q -c3 -i0.05 192.0.2.1 >/dev/null
is "it goes by that one" "$(since "$a" "$(wires)")" "3 0"
is "shown as asked and as it is" "$(lab -c '$t = Get-VMNetworkAdapterTeamMapping -VMName web2; "$($t.NetAdapterName) $($t.NetAdapterNameInUse) $($t.DisableFailover)"')" "pnic0 pnic0 Off"
is "the others make room" "$(field pnic1 AdaptersInUse)" "web3/Network Adapter"
is "who was not mapped has no mapping" "$(lab -c '@(Get-VMNetworkAdapterTeamMapping -VMName web1).Count')" 0
lab netsh dump >"$T_TMP/dump"
like "the dump has the team" "$(cat "$T_TMP/dump")" 'New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -EnableEmbeddedTeaming .true'
like "and the mapping" "$(cat "$T_TMP/dump")" "Set-VMNetworkAdapterTeamMapping -VMName web2 -VMNetworkAdapterName 'Network Adapter' -PhysicalNetAdapterName pnic0"
ok "it can be run again" lab "$T_TMP/dump"
is "and changes nothing" "$(lab netsh dump)" "$(cat "$T_TMP/dump")"
ok "the mapping goes" lab -c 'Remove-VMNetworkAdapterTeamMapping -VMName web2'
is "evenly again" "$(lab -c '(Get-VMSwitchTeamMember).AdaptersInUse.Count')" 3

# ---- members go and come ----
what=$(lab -c 'Remove-VMSwitchTeamMember set0 -NetAdapterName pnic1 -WhatIf')
like "what would be done" "$what" "disconnect pnic1 from its bridge.*pnic1 is no member of a team.*let 'web3/Network Adapter' go by member pnic0"
ok "a member leaves" lab -c 'Remove-VMSwitchTeamMember set0 -NetAdapterName pnic1'
for i in 1 2 3; do like "web$i goes on" "$(vm web$i ping -c2 -i0.05 -W2 192.0.2.1)" ' 2 received'; done
is "it is free" "$(hostns ip -o link show pnic1 | grep -c master; hostns tc filter show dev pnic1 egress)" 0
ok "it comes back" lab -c 'Add-VMSwitchTeamMember -VMSwitchName set0 -NetAdapterName pnic1'
is "two members, evenly" "$(lab -c '(Get-VMSwitchTeamMember) | ForEach-Object { @($_.AdaptersInUse).Count } | Sort-Object')" $'1\n2'
hostns tc filter del dev pnic1 egress; hostns ip link set pnic0 nomaster
not_ok "what is missing is seen" test "$(lab -c '(Get-VMSwitch set0).Status')" = Ok
ok "restore mends it" lab restore
is "whole again" "$(lab -c '(Get-VMSwitch set0).Status'; lab restore)" Ok
is "without duplicates" "$(once vm web2 ping -b -c1 -W1 192.0.2.255)" "1 0 1 1"

# ---- the host's own adapter, another name, an adapter that is switched off ----
hostns ip addr add 192.0.2.70/24 dev pnic1
ok "the host comes to the team" lab -c 'Set-VMSwitch set0 -AllowManagementOS $true'
like "with the address of a member" "$(hostns ip -o -4 addr show dev ve-set0)" '192.0.2.70/24'
like "it reaches the outside" "$(hostns ping -c2 -i0.05 -W2 192.0.2.1)" '2 received, 0% packet loss'
like "and a VM" "$(hostns ping -c2 -i0.05 -W2 192.0.2.12)" '2 received, 0% packet loss'
is "a broadcast of its own comes once" "$(once hostns ping -b -c1 -W1 -I ve-set0 192.0.2.255)" "1 1 1 1"
ok "a member gets another name" lab -c 'Rename-NetAdapter -Name pnic1 -NewName up1'
is "the team knows it by that" "$(lab -c '(Get-VMSwitchTeam).NetAdapterName -join " "; (Get-VMSwitch set0).Status')" $'pnic0 up1\nOk'
for i in 1 2 3; do like "web$i goes on" "$(vm web$i ping -c2 -i0.05 -W2 192.0.2.1)" ' 2 received'; done
ok "its old name again" lab -c 'Rename-NetAdapter -Name up1 -NewName pnic1'
ok "a member is switched off" lab -c 'Disable-NetAdapter -Name pnic0 -Confirm:$false'
all_by_pnic1() { [ "$(lab -c '@((Get-VMSwitchTeamMember -NetAdapterName pnic1).AdaptersInUse).Count')" = 4 ]; }
ok "all go by the other" wait_until 10 all_by_pnic1
for i in 1 2 3; do like "web$i goes on" "$(vm web$i ping -c2 -i0.05 -W2 192.0.2.1)" ' 2 received'; done
ok "restore leaves it so" lab restore
like "indeed" "$(hostns ip -o link show pnic0)" 'state DOWN'
ok "and on again" lab -c 'Enable-NetAdapter -Name pnic0'
ok "the host leaves" lab -c 'Set-VMSwitch set0 -AllowManagementOS $false'

# ---- what is refused ----
lab -c 'New-VMSwitch -Name lan -SwitchType Private; New-VM off -SwitchName lan' >/dev/null
store=$(cat "$T_TMP/state/store.json")
while IFS='|' read -r command says; do
  not_ok "$command" lab -c "$command"
  like "says why" "$(cat "$T_TMP/err")" "$says"
done <<'L'
New-VMSwitch set1 -NetAdapterName pnic0, pnic1|'pnic0' belongs to switch 'set0' already
New-VMSwitch set1 -NetAdapterName pnic7, pnic8|no network adapter 'pnic8'
New-VMSwitch set1 -NetAdapterName lo, lo|'lo' is there twice
New-VMSwitch set1 -NetAdapterName lo, lo -EnableEmbeddedTeaming $false|several network adapters are a team
New-VMSwitch set1 -SwitchType Private -EnableEmbeddedTeaming $true|goes with -NetAdapterName
Set-VMSwitch set0 -NetAdapterName pnic1|change that with Set-VMSwitchTeam
Set-VMSwitchTeam lan -NetAdapterName pnic1|made without -EnableEmbeddedTeaming
Remove-VMSwitchTeamMember set0 -NetAdapterName pnic0, pnic1|a team has 1 to 8
Remove-VMSwitchTeamMember set0 -NetAdapterName lo|'lo' is no member
Add-VMSwitchTeamMember set0|give -NetAdapterName
Set-VMNetworkAdapterTeamMapping -VMName web1 -PhysicalNetAdapterName lo|no member of the team
Set-VMNetworkAdapterTeamMapping -VMName off -PhysicalNetAdapterName pnic1|'lan' has no team
L
is "none of them changed anything" "$(cat "$T_TMP/state/store.json")" "$store"
ok "the switch goes" lab -c 'Remove-VMSwitch set0 -Force'
is "its members are free" "$(hostns ip -o link show | grep -c 'pnic.*master')" 0
done_testing
