# vlan.sh - what VLAN commands say and refuse. On a kernel whose bridges know no
# VLANs: an error that names the option, and nothing changes. Real frames in VLANs:
# tests/vm/vlan.test.sh.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
ok "a switch and two VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-VMSwitch -Name lan -SwitchType Private
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2'
view() { lab -c "Get-VMNetworkAdapterVlan $*" | sed 's/ *$//;/^$/d'; }
is "the published view" "$(view)" \
"VMName VMNetworkAdapterName Mode     VlanList
------ -------------------- ----     --------
       sw0                  Untagged
web1   Network Adapter      Untagged
web2   Network Adapter      Untagged"
is "of the host" "$(view '-ManagementOS | Select-Object -ExpandProperty VMNetworkAdapterName')" "sw0"
is "of an object" "$(lab -c 'Get-VM web2 | Get-VMNetworkAdapter | Get-VMNetworkAdapterVlan | ForEach-Object { $_.ParentAdapter.VMName }')" "web2"
not_ok "a VM that is not there" lab -c 'Get-VMNetworkAdapterVlan -VMName nobody'
like "is named" "$(cat "$T_TMP/err")" "no VM 'nobody'"

# COMMAND|what it says
store=$(cat "$T_TMP/state/store.json")
while IFS='|' read -r command says; do
  not_ok "$command is refused" lab -c "Set-VMNetworkAdapterVlan $command"
  like "and says why" "$(cat "$T_TMP/err")" "$says"
done <<'L'
-VMName web1|nothing to do: give -Access -VlanId N
-VMName web1 -Access|-Access needs -VlanId
-VMName web1 -Access -VlanId 0|-VlanId 0 is no VLAN; give 1 to 4094
-VMName web1 -Access -VlanId 4095|'4095' was given, accepted is a whole number from 0 to 4094
-VMName web1 -Access -Trunk -VlanId 4|-Access, -Trunk and -Untagged exclude each other
-VMName web1 -Untagged -VlanId 4|-Untagged takes no VLAN
-VMName web1 -Trunk -VlanId 4|-VlanId is of -Access
-VMName web1 -Access -VlanId 4 -NativeVlanId 5|are of -Trunk
-VMName web1 -Trunk|-Trunk needs -AllowedVlanIdList
-VMName web1 -Trunk -AllowedVlanIdList 10-9|'10-9' is no VLAN and no range of them
-VMName web1 -Isolated -PrimaryVlanId 4 -SecondaryVlanId 5|not built here yet .private VLANs come later
-VMName web1 -VMNetworkAdapterName none -Untagged|named 'none'
L
is "none of them changed anything" "$(cat "$T_TMP/state/store.json")" "$store"

# Off its switch an adapter may have any VLAN.
ok "a VLAN for who is not connected" lab -c '
Set-VMNetworkAdapterVlan -VMName web2 -Trunk -AllowedVlanIdList 30,10-12 -NativeVlanId 5'
is "is kept" "$(view '-VMName web2' | tail -1)" "web2   Network Adapter      Trunk 5,10-12,30"
is "as published" "$(lab -c '$v = Get-VMNetworkAdapterVlan -VMName web2; "$($v.OperationMode) $($v.AllowedVlanIdList) $($v.AllowedVlanIdList.Count) $($v.NativeVlanId)"')" "Trunk 10 11 12 30 4 5"
ok "one value of it changes" lab -c 'Set-VMNetworkAdapterVlan -VMName web2 -NativeVlanId 0'
ok "by object, by position" lab -c '
Set-VMNetworkAdapterVlan (Get-VMNetworkAdapter -VMName web2) -NativeVlanId 0
Set-VMNetworkAdapterVlan (Get-VM web2) -NativeVlanId 0
Get-VMNetworkAdapter -VMName web2 | Set-VMNetworkAdapterVlan -NativeVlanId 0'
is "the others stay" "$(lab -c '(Get-VMNetworkAdapter -VMName web2).VlanSetting.VlanList')" "0,10-12,30"
like "in the dump" "$(lab netsh dump)" "Set-VMNetworkAdapterVlan -VMName web2 -VMNetworkAdapterName 'Network Adapter' -Trunk -AllowedVlanIdList '10-12,30' -NativeVlanId 0"

# ---- the same as an isolation mode
isolation() { lab -c '$i = Get-VMNetworkAdapterIsolation -VMName web2; "$($i.IsolationMode) $($i.DefaultIsolationID) $($i.MultiTenantStack) $($i.VlanSetting.OperationMode) $($i.VlanSetting.VlanList)"'; }
is "it has none" "$(isolation)" "None 0 Off Trunk 0,10-12,30"
ok "None leaves the VLANs as they are" lab -c 'Set-VMNetworkAdapterIsolation -VMName web2 -IsolationMode None'
is "really" "$(isolation)" "None 0 Off Trunk 0,10-12,30"
ok "by a VLAN" lab -c 'Set-VMNetworkAdapterIsolation -VMName web2 -IsolationMode Vlan -DefaultIsolationID 711 -AllowUntaggedTraffic $true'
is "that is access to it" "$(isolation)" "Vlan 711 Off Access 711"
is "of the adapter" "$(lab -c '(Get-VMNetworkAdapter web2).IsolationSetting.DefaultIsolationID')" 711
like "in the dump" "$(lab netsh dump)" "Set-VMNetworkAdapterIsolation -VMName web2 -VMNetworkAdapterName 'Network Adapter' -IsolationMode Vlan -DefaultIsolationID 711 -MultiTenantStack Off"
ok "for many tenants" lab -c 'Get-VM web2 | Set-VMNetworkAdapterIsolation -MultiTenantStack On'
is "that is a trunk of all" "$(isolation)" "Vlan 711 On Trunk 711,1-4094"
ok "None takes it back" lab -c 'Set-VMNetworkAdapterIsolation -VMName web2 -IsolationMode None'
is "all of it" "$(isolation)" "None 0 Off Untagged "
ok "Vlan without a number" lab -c 'Set-VMNetworkAdapterIsolation -VMName web2 -IsolationMode Vlan'
is "is a mode without one" "$(isolation)" "Vlan 0 Off Untagged "
ok "the other command" lab -c 'Set-VMNetworkAdapterVlan -VMName web2 -Access -VlanId 7'
is "holds when it comes last" "$(isolation)" "None 0 Off Access 7"
store=$(cat "$T_TMP/state/store.json")
while IFS='|' read -r command says; do
  not_ok "isolation: $command is refused" lab -c "Set-VMNetworkAdapterIsolation $command"
  like "and says why" "$(cat "$T_TMP/err")" "$says"
done <<'L'
-VMName web2|nothing to do: give -IsolationMode Vlan
-VMName web2 -IsolationMode Vlan -DefaultIsolationID 4095|is a VLAN, 1 to 4094
-VMName web2 -IsolationMode Vlan -DefaultIsolationID -1|is a VLAN, 1 to 4094
-VMName web2 -DefaultIsolationID 5|'web2/Network Adapter' is in no isolation mode; give -IsolationMode Vlan with it
-VMName web2 -IsolationMode NativeVirtualSubnet|virtual subnets are not built here yet
-VMName web2 -IsolationMode Vlan -AllowUntaggedTraffic $false|is not built here yet
L
is "none of them changed anything in the store" "$(cat "$T_TMP/state/store.json")" "$store"

if hostns ip -d link show sw0 | grep -q vlan_default_pvid; then
  skip "a kernel without VLANs in bridges" "this one has them"
  done_testing; exit
fi
# Without timers, and without what the kernel notices later: carrier, state.
state() { hostns ip -o -d link | sed 's/<[^>]*>//; s/ state [A-Z]*//; s/timer *[0-9.]*//g'
  hostns bridge fdb | grep -E 'static|permanent' | sort; cat "$T_TMP/state/store.json"; }
state >"$T_TMP/before"
while IFS='|' read -r command object; do
  not_ok "$command" lab -c "$command"
  like "names the option" "$(cat "$T_TMP/err")" "$object.*CONFIG_BRIDGE_VLAN_FILTERING"
  state >"$T_TMP/after"
  ok "nothing has changed" diff "$T_TMP/before" "$T_TMP/after"
done <<'L'
Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 10|switch 'sw0'
Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 10 -WhatIf|switch 'sw0'
Set-VMNetworkAdapterVlan -ManagementOS -Trunk -AllowedVlanIdList 10 -NativeVlanId 0|switch 'sw0'
Connect-VMNetworkAdapter -VMName web2 -SwitchName lan|switch 'lan'
L
done_testing
