# whatif.sh - -WhatIf of every command that changes something prints the steps
# of the plan, and neither kernel nor store is changed.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
install -D -m 644 -t "$T_TMP/state/extensions" "$(dirname "$VMNETSH")"/core/bpf/extension/*.o
ok "something of everything" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true -MinimumBandwidthMode Absolute
New-VMSwitch -Name lan -SwitchType Internal
Enable-VMSwitchExtension -Name "Port rate counter" -VMSwitchName sw0
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2
New-VMResourcePool -Name pool1 -ResourcePoolType Ethernet
New-VMResourcePool -Name pool2 -ResourcePoolType Ethernet
Add-VMNetworkAdapter -VMName web1 -Name second -SwitchName lan
Set-VMNetworkAdapter -VMName web1 -Name "Network Adapter" -MinimumBandwidthAbsolute 100Mbps
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Deny
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny -Direction Inbound -LocalPort 22 -Protocol TCP -Weight 7
Enable-VMResourceMetering -VMName web1
Set-VMNetworkAdapter -VMName web1 -Name second -PortMirroring Source
Set-VMNetworkAdapter -VMName web2 -PortMirroring Destination
Enable-NetAdapterVmq -Name pnic0
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.77 -PrefixLength 24
New-NetRoute -DestinationPrefix 203.0.113.64/26 -InterfaceAlias pnic1
New-NetNat -Name other -InternalIPInterfaceAddressPrefix 192.168.8.0/24'

# A team, for those that need one: two wires of its own.
for i in 0 1; do hostns ip link add ta$i type veth peer tb$i; hostns ip link set tb$i up; done
ok "a team" lab -c '
New-VMSwitch -Name set0 -NetAdapterName ta0, ta1 -AllowManagementOS $false
New-VM -Name teamed -SwitchName set0
Set-VMNetworkAdapterTeamMapping -VMName teamed -PhysicalNetAdapterName ta1'

# Another host, for what goes there.
export OTHER=${T_LAB}o
at_exit "'$VMNETSH' --lab=$OTHER --destroy; rm -rf /var/lib/vmnetsh/lab-$OTHER"
"$VMNETSH" "--lab=$OTHER" -c 'Get-VM' >/dev/null

PINS=/sys/fs/bpf/vmnetsh/lab-$T_LAB/maps
printf '%s\n' 'link show' 'addr show scope global' 'route show' \
  >"$T_TMP/ip.batch"
for m in acl ext ports chains mirrors mirror_ports team_members team_ports vmq_macs vmq_queues; do
  echo "map dump pinned $PINS/$m"
done >"$T_TMP/bpf.batch"
for slot in 1 2 3 4 5 6 7 8; do
  echo "map lookup pinned $PINS/acl_state key hex 0$slot 00 00 00"
  echo "map lookup pinned $PINS/ext_state key hex 0$slot 00 00 00"
done >>"$T_TMP/bpf.batch"
# Configuration, without counters, timers and what a bridge learns.
state() {
  local n
  for n in "vmnetsh-$T_LAB" "vmnetsh-$T_LAB-vm-web1" "vmnetsh-$T_LAB-vm-web2"; do
    ip -n "$n" -o -batch "$T_TMP/ip.batch"; ip -n "$n" -6 route
  done
  hostns bridge -d -o link; hostns bridge fdb | grep -E 'static|permanent' | sort
  tc -n "vmnetsh-$T_LAB" qdisc; tc -n "vmnetsh-$T_LAB" class show dev pnic0
  tc -n "vmnetsh-$T_LAB-outside" qdisc
  ls /run/netns | grep "vmnetsh-$T_LAB"
  if command -v bpftool >/dev/null; then
    hostns bpftool net
    bpftool batch file "$T_TMP/bpf.batch" 2>&1	# hostns has its own /sys
  fi
  cat "$T_TMP/state/store.json"; ls -I meters "$T_TMP/state" "$T_TMP/state/pending" 2>/dev/null
}
state >"$T_TMP/before"

# One line a command; what -WhatIf must say among its steps follows the bar.
n=0 commands=
while IFS='|' read -r line want; do
  n=$((n+1)); commands+=" ${line%% *}"
  out=$(lab -NonInteractive -c "$line -WhatIf" 2>&1 </dev/null); rc=$?
  like "$line: the steps" "$rc $out" "^0 What if: .*$want"
  state >"$T_TMP/after"
  ok "$line: nothing has changed" diff "$T_TMP/before" "$T_TMP/after"
done <<'L'
New-VMSwitch -Name new -NetAdapterName pnic1 -AllowManagementOS $true|create bridge
New-VMSwitch -Name new -SwitchType Private|create bridge
New-VMSwitch -Name new -NetAdapterName pnic1, tb0|make tb0 a member of the team of switch 'new'
Set-VMSwitchTeam -Name set0 -NetAdapterName ta0|let 'teamed/Network Adapter' go by member ta0
Add-VMSwitchTeamMember -VMSwitchName set0 -NetAdapterName pnic1|connect pnic1 to bridge set0
Remove-VMSwitchTeamMember -VMSwitchName set0 -NetAdapterName ta1|ta1 is no member of a team any more
Set-VMNetworkAdapterTeamMapping -VMName teamed -PhysicalNetAdapterName ta0|let 'teamed/Network Adapter' go by member ta0
Remove-VMNetworkAdapterTeamMapping -VMName teamed|let 'teamed/Network Adapter' go by member ta0
Set-VMSwitch -Name sw0 -AllowManagementOS $false|remove adapter
Rename-VMSwitch -Name sw0 -NewName other|rename link
Remove-VMSwitch -Name sw0 -Force|remove bridge
Enable-VMSwitchExtension -Name 'DNS filter' -VMSwitchName sw0|link 'Port rate counter', 'DNS filter' into port programs
Disable-VMSwitchExtension -Name 'Port rate counter' -VMSwitchName sw0|unload the switch's extensions
New-VM -Name web3 -SwitchName sw0|web3
Remove-VM -Name web1 -Force|web1
Move-VM -Name web2 -DestinationHost $env:OTHER|give VM 'web2'
Add-VMNetworkAdapter -VMName web2 -Name third -SwitchName lan|third
Add-VMNetworkAdapter -ManagementOS -Name mgmt -SwitchName lan|mgmt
Set-VMNetworkAdapter -VMName web1 -Name "Network Adapter" -MaximumBandwidth 500Mbps|class
Set-VMNetworkAdapter -VMName web1 -Name second -MacAddressSpoofing On|learn
Set-VMNetworkAdapter -VMName web1 -AllowTeaming On|move from port
Rename-VMNetworkAdapter -VMName web1 -Name second -NewName 2nd|2nd
Remove-VMNetworkAdapter -VMName web1 -Name second|remove adapter
Set-VMNetworkAdapterVlan -VMName web1 -Untagged|nothing would change
Set-VMNetworkAdapterIsolation -VMName web1 -IsolationMode None|nothing would change
Connect-VMNetworkAdapter -VMName web2 -SwitchName sw0|connect
New-VMResourcePool -Name pool3 -ResourcePoolType Ethernet|store: New-VMResourcePool -Name pool3 -ResourcePoolType Ethernet$
Set-VMResourcePool -Name pool1 -ResourcePoolType Ethernet -ParentName pool2|store no more: New-VMResourcePool -Name pool1 .*store: New-VMResourcePool -Name pool1 .*-ParentName pool2
Rename-VMResourcePool -Name pool1 -ResourcePoolType Ethernet -NewName pool3|store no more: .*pool1.*store: .*pool3
Remove-VMResourcePool -Name pool1 -ResourcePoolType Ethernet|store no more: New-VMResourcePool -Name pool1
Disconnect-VMNetworkAdapter -VMName web1|disconnect
Add-VMNetworkAdapterAcl -VMName web2 -RemoteIPAddress ANY -Direction Both -Action Deny|web2
Remove-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Deny|web1
Add-VMNetworkAdapterExtendedAcl -VMName web2 -Action Deny -Direction Inbound -Weight 1|put extended ACL of 'web2
Remove-VMNetworkAdapterExtendedAcl -VMName web1 -Direction Inbound -Weight 7|put extended ACL of 'web1.*: 0 entries
Set-VMNetworkAdapter -VMName web1 -PortMirroring Source -MirrorDestinationAddress 192.0.2.9|create Vxlan tunnel
Set-VMSwitchExtensionPortFeature -VMName web1 -VMNetworkAdapterName second -VMSwitchExtensionFeature (Get-VMSystemSwitchExtensionPortFeature)|cease to copy
Add-VMSwitchExtensionPortFeature -VMName web1 -VMNetworkAdapterName "Network Adapter" -VMSwitchExtensionFeature (Get-VMSwitchExtensionPortFeature web1)|begin to copy
Remove-VMSwitchExtensionPortFeature -VMName web1 -VMNetworkAdapterName second -VMSwitchExtensionFeature (Get-VMSystemSwitchExtensionPortFeature)|cease to copy
Enable-VMResourceMetering -VMName web2|
Disable-VMResourceMetering -VMName web1|
Reset-VMResourceMetering -VMName web1|
Enable-NetAdapterVmq -Name pnic1|
Disable-NetAdapterVmq -Name pnic0|
Set-NetAdapterVmq -Name pnic0 -BaseProcessorNumber 1|
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.78 -PrefixLength 24|add address
Remove-NetIPAddress -IPAddress 192.0.2.77|remove address
Confirm-VMNetworkChange|nothing waits
Undo-VMNetworkChange|nothing waits
Set-LabAdapter -Name pnic0 -LinkSpeed 100Mbps|pnic0
Add-LabAdapter -Name nowhere0|nowhere0
Disable-NetAdapterSriov -Name pnic0|
Enable-NetAdapterChecksumOffload -Name pnic0|
Disable-NetAdapterChecksumOffload -Name pnic0|
Enable-NetAdapterLso -Name pnic0|
Disable-NetAdapterLso -Name pnic0|
Enable-NetAdapterRsc -Name pnic0|
Disable-NetAdapterRsc -Name pnic0|
Enable-NetAdapterUso -Name pnic0|
Disable-NetAdapterUso -Name pnic0|
Set-NetAdapterAdvancedProperty -Name pnic0 -RegistryKeyword *JumboPacket -RegistryValue 9014|
Remove-Item -Path /nonexistent-vmnetsh|
Set-NetIPAddress -IPAddress 192.0.2.77 -PrefixLength 25|make address
New-NetRoute -DestinationPrefix 203.0.113.0/24 -InterfaceAlias pnic1|add route
Set-NetRoute -DestinationPrefix 203.0.113.64/26 -RouteMetric 5|remove route
Remove-NetRoute -DestinationPrefix 203.0.113.64/26|remove route
Set-NetIPInterface -InterfaceAlias pnic1 -Forwarding Enabled|set Forwarding
Set-DnsClientServerAddress -InterfaceAlias pnic1 -ServerAddresses 192.0.2.53|set name servers
New-NetNat -Name lan -InternalIPInterfaceAddressPrefix 192.168.7.0/24|translate addresses of .*lan
Add-NetNatStaticMapping -NatName other -Protocol TCP -ExternalIPAddress 0.0.0.0 -ExternalPort 80 -InternalIPAddress 192.168.8.2|translate addresses
Remove-NetNatStaticMapping -NatName none*|nothing would change
New-NetQosPolicy -Name smb2 -SMB -DSCPAction 9|QoS policies smb2
Set-NetQosPolicy -Name none*|nothing would change
Remove-NetQosPolicy -Name none*|nothing would change
New-NetQosTrafficClass -Name SMB -Priority 3 -Algorithm ETS -BandwidthPercentage 50|store: New-NetQosTrafficClass
Set-NetQosTrafficClass -Name none*|nothing would change
Remove-NetQosTrafficClass -Name none*|nothing would change
Switch-NetQosTrafficClass -PolicySet Global -InterfaceAlias pnic0|nothing would change
Switch-NetQosFlowControl -PolicySet Global -InterfaceAlias pnic0|nothing would change
Switch-NetQosDcbxSetting -PolicySet Global -InterfaceAlias pnic0|nothing would change
Enable-NetQosFlowControl -Priority 3|store: Enable-NetQosFlowControl
Disable-NetQosFlowControl -Priority 3|nothing would change
Set-NetQosFlowControl -Priority 3 -Enabled $true|store: Enable-NetQosFlowControl
Set-NetQosDcbxSetting -Willing $false|store: Set-NetQosDcbxSetting
Enable-NetAdapterQos -Name pnic0|store: Enable-NetAdapterQos
Disable-NetAdapterQos -Name pnic0|store: Disable-NetAdapterQos
Set-NetAdapterQos -Name pnic0 -Enabled $true|store: Enable-NetAdapterQos
Remove-NetNat -Name other|translate addresses of no network
Set-NetAdapterLso -Name pnic1 -IPv4Enabled $false|set
Set-NetAdapterUso -Name pnic1 -IPv4Enabled $false -IPv6Enabled $false|set
Set-NetAdapterRsc -Name pnic1 -IPv4Enabled $true -IPv6Enabled $true|
Set-NetAdapterChecksumOffload -Name pnic1 -IpIPv4Enabled Disabled|set
Set-NetAdapterRss -Name pnic1 -NumberOfReceiveQueues 2|set .NumRssQueues
Disable-NetAdapterRss -Name pnic1|set .NumRssQueues
Enable-NetAdapterRss -Name pnic1|
Stop-VM -Name web1|end what runs in VM .web1
Start-VM -Name web1|nothing would change
Restart-VM -Name web1|end what runs in VM .web1
Enable-NetAdapter -Name pnic1|store: Enable-NetAdapter -Name pnic1
Disable-NetAdapter -Name pnic1|take interface pnic1 down
Restart-NetAdapter -Name pnic1|restart interface
Set-NetAdapter -Name pnic1 -MacAddress 02-00-5E-00-53-01|set NetworkAddress of pnic1 to 02:00:5E:00:53:01
Enable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6|store: Enable-NetAdapterBinding
Disable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6|take IPv6 off interface pnic1
Set-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6 -Enabled $false|take IPv6 off interface pnic1
Enable-NetAdapterRdma -Name none*|nothing would change
Disable-NetAdapterRdma -Name pnic1|nothing would change
Set-NetAdapterRdma -Name pnic1 -Enabled $false|nothing would change
New-NetAdapterAdvancedProperty -Name pnic1 -RegistryKeyword *JumboPacket -RegistryValue 4014|set [*]JumboPacket of pnic1 to 4014
Remove-NetAdapterAdvancedProperty -Name pnic1 -RegistryKeyword *JumboPacket|nothing would change
Reset-NetAdapterAdvancedProperty -Name pnic1 -DisplayName Jumbo*|nothing would change
Rename-NetAdapter -Name pnic1 -NewName spare0|rename interface
L
ok "without -WhatIf" lab -c 'Add-VMNetworkAdapterAcl -VMName web2 -RemoteIPAddress ANY -Direction Both -Action Deny'
state >"$T_TMP/after"
like "the look would have seen it, in kernel and store" \
  "$(diff "$T_TMP/before" "$T_TMP/after" | tr -d ' ')" '"value":.*"generation"'
# Of the table: whatever has -WhatIf is above, but what needs a card with SR-IOV, a
# guest (power.sh, libvirt.sh), or bonding (tests/vm/lbfo.test.sh).
commands+=' Enable-NetAdapterSriov Set-NetAdapterSriov Save-VM Suspend-VM Resume-VM'
for v in New Set Rename Remove; do commands+=" $v-NetLbfoTeam"; done
for v in Add Set Remove; do commands+=" $v-NetLbfoTeamMember $v-NetLbfoTeamNic"; done
is "no command with -WhatIf is missing here" \
  "$("$VMNETSH" -c 'foreach ($c in Get-Command) { "COMMAND $($c.Name)"; Get-Help $c.Name }' |
    awk -v above="$commands " '$1 == "COMMAND" { c = $2 }         /not built/ { c = "" }
         /\[-WhatIf\]/ && c != "" && !index (above, " " c " ") { print c }')" ""
ok "the check sees the table" test "$("$VMNETSH" -c 'Get-Help Remove-VM' | grep -c 'WhatIf')" -ge 1
done_testing
