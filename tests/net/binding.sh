# binding.sh - what is bound to an interface, its MAC address, settings that go
# back to what they were, what others gave it; where a card is.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
run() { lab -NonInteractive -c "$1" 2>"$T_TMP/err"; }
fails() { not_ok "$1" run "$2"; like "$1: why" "$(cat "$T_TMP/err")" "$3"; }
off() { hostns cat "/proc/sys/net/ipv6/conf/$1/disable_ipv6"; }
mac() { hostns ip -o link show "$1" | sed 's/.*ether \([^ ]*\).*/\1/'; }
addrs() { hostns ip -6 -o addr show dev "$1" scope global | awk '{print $4}' | sort | paste -sd' '; }
routes() { hostns ip -6 route show dev "$1" | grep -c 2001:db8:77; }
ok "a host" run 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias pnic1 -IPAddress 2001:db8:5::1 -PrefixLength 64'

# ---- bindings ----
bound() { run "Get-NetAdapterBinding $1 | Where-Object Enabled | ForEach-Object ComponentID" | paste -sd' '; }
is "an interface alone" "$(bound pnic1)" "ms_tcpip ms_tcpip6"
is "an uplink" "$(run '(Get-NetAdapterBinding pnic0 -ComponentID vms_pp).Enabled')" True
is "by its shown name" "$(run '(Get-NetAdapterBinding pnic1 -DisplayName *Version?6*).ComponentID')" ms_tcpip6
hostns ip addr add 2001:db8:77::7/64 dev pnic1 nodad
hostns ip route add 2001:db8:77:1::/64 via 2001:db8:77::1 dev pnic1
n0=$(routes pnic1)
ok "IPv6 off" run 'Disable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6'
is "so the kernel says" "$(off pnic1)" 1
is "so it is shown" "$(bound pnic1)" ms_tcpip
is "no address is there" "$(addrs pnic1)" ""
ok "again" run 'Disable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6'
fails "no address of it can be given" 'New-NetIPAddress -InterfaceAlias pnic1 -IPAddress 2001:db8:5::2 -PrefixLength 64' "Enable-NetAdapterBinding"
ok "restore does without" lab restore
is "it finds nothing to do" "$(cat "$T_TMP/out")" ""
dump=$(lab netsh dump)
like "the dump says it" "$dump" "Disable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6"
ok "on" run 'Set-NetAdapterBinding pnic1 -ComponentID ms_tcpip6 -Enabled $true'
is "so the kernel says" "$(off pnic1)" 0
is "ours and the other's address are there again" "$(addrs pnic1)" "2001:db8:5::1/64 2001:db8:77::7/64"
is "and its routes" "$(routes pnic1)" "$n0"
ok "objects" run 'Get-NetAdapterBinding pnic1 -ComponentID ms_tcpip6 | Disable-NetAdapterBinding'
is "off" "$(off pnic1)" 1
ok "and on" run 'Get-NetAdapterBinding pnic1 -ComponentID ms_tcpip6 | Enable-NetAdapterBinding'
ok "of the host's adapter" run 'Disable-NetAdapterBinding "vEthernet (sw0)" -ComponentID ms_tcpip6'
is "by its name in ip" "$(off ve-sw0)" 1
ok "is on" run 'Enable-NetAdapterBinding "vEthernet (sw0)" -ComponentID ms_tcpip6'
like "-WhatIf says the step" "$(run 'Disable-NetAdapterBinding pnic1 -ComponentID ms_tcpip6 -WhatIf')" "take IPv6 off interface pnic1"
fails "IPv4" 'Disable-NetAdapterBinding pnic1 -ComponentID ms_tcpip' "Remove-NetIPAddress"
fails "a switch" 'Disable-NetAdapterBinding pnic0 -ComponentID vms_pp' "Remove-VMSwitch"
fails "no switch" 'Enable-NetAdapterBinding pnic1 -ComponentID vms_pp' "New-VMSwitch"
ok "what is so already" run 'Enable-NetAdapterBinding pnic0 -ComponentID vms_pp'
fails "what Linux has not" 'Disable-NetAdapterBinding pnic1 -ComponentID ms_server' "Samba"
fails "what nobody has" 'Get-NetAdapterBinding pnic1 -ComponentID ms_nope' "there are 'ms_tcpip'"
fails "no component" 'Disable-NetAdapterBinding pnic1' "ComponentID"
fails "no such interface" 'Disable-NetAdapterBinding nope0 -ComponentID ms_tcpip6' "nope0"

# ---- up and down: what others gave ----
ok "down" run 'Disable-NetAdapter pnic1 -Confirm:$false'
is "the kernel has forgotten it" "$(routes pnic1)" 0
ok "up" run 'Enable-NetAdapter pnic1'
is "it is there again" "$(addrs pnic1) $(routes pnic1)" "2001:db8:5::1/64 2001:db8:77::7/64 $n0"
hostns ip addr del 2001:db8:77::7/64 dev pnic1
hostns ip -6 route flush 2001:db8:77:1::/64
ok "down and up" run 'Disable-NetAdapter pnic1 -Confirm:$false; Enable-NetAdapter pnic1'
is "what they took away stays away" "$(addrs pnic1)" "2001:db8:5::1/64"

# ---- MAC ----
first=$(mac pnic1)
ok "a MAC address" run 'Set-NetAdapter pnic1 -MacAddress 02-00-5e-00-53-01 -Confirm:$false'
is "so ip says" "$(mac pnic1)" 02:00:5e:00:53:01
is "so its settings say" "$(run '(Get-NetAdapterAdvancedProperty pnic1 -RegistryKeyword NetworkAddress).RegistryValue')" 02005E005301
hostns ip link set pnic1 address 02:00:5e:00:53:99
ok "restore sets it again" lab restore
is "so ip says again" "$(mac pnic1)" 02:00:5e:00:53:01
like "the dump says it" "$(lab netsh dump)" "Set-NetAdapter -Name pnic1 -MacAddress '02-00-5E-00-53-01'"
ok "back" run 'Reset-NetAdapterAdvancedProperty pnic1 -DisplayName "Network Address"'
is "to the first" "$(mac pnic1)" "$first"
ok "nothing is kept" lab restore
is "nothing to do" "$(cat "$T_TMP/out")" ""
fails "a group's" 'Set-NetAdapter pnic1 -MacAddress 01-00-5e-00-53-01' "even first byte"
fails "an uplink whose adapter has it" 'Set-NetAdapter pnic0 -MacAddress 02-00-5e-00-53-02' "vEthernet \(sw0\)"
ok "that one's" run 'Set-NetAdapter "vEthernet (sw0)" -MacAddress 02-00-5e-00-53-02'
is "so ip says of it" "$(mac ve-sw0)" 02:00:5e:00:53:02
lab netsh dump >"$T_TMP/dump.ps1"
ok "the dump runs again" lab "$T_TMP/dump.ps1"
is "and changes nothing" "$(lab netsh dump)" "$(cat "$T_TMP/dump.ps1")"
fails "a VLAN of it" 'Set-NetAdapter pnic1 -VlanID 5' "Set-VMNetworkAdapterVlan"
fails "nothing" 'Set-NetAdapter pnic1' "MacAddress"

# ---- settings that go back ----
mtu() { hostns ip -o link show pnic1 | sed 's/.* mtu \([0-9]*\) .*/\1/'; }
ok "a longer frame by New-" run 'New-NetAdapterAdvancedProperty pnic1 -RegistryKeyword *JumboPacket -RegistryValue 4014'
is "is set" "$(mtu)" 4000
ok "by Set-" run 'Set-NetAdapterAdvancedProperty pnic1 -RegistryKeyword *JumboPacket -RegistryValue 9014'
ok "and away" run 'Remove-NetAdapterAdvancedProperty pnic1 -RegistryKeyword *JumboPacket'
is "is as it was at first" "$(mtu)" 1500
ok "again" run 'Remove-NetAdapterAdvancedProperty pnic1 -RegistryKeyword *JumboPacket'
is "changes nothing" "$(mtu)" 1500
fails "a keyword that no driver has" 'New-NetAdapterAdvancedProperty pnic1 -RegistryKeyword *Nope -RegistryValue 1' "no keyword"
fails "none of that name" 'Reset-NetAdapterAdvancedProperty pnic1 -DisplayName Nope' "no setting"
fails "a binding is no setting" 'New-NetAdapterAdvancedProperty pnic1 -RegistryKeyword ms_tcpip6 -RegistryValue 0' "no keyword"

# ---- cards ----
is "no card, no row" "$(run '@(Get-NetAdapterHardwareInfo).Count')" 0
fails "named, it is an error" 'Get-NetAdapterHardwareInfo pnic0' "no PCI device \(veth\)"
fails "RDMA too" 'Get-NetAdapterRdma pnic0' "RDMA"
fails "to enable it" 'Enable-NetAdapterRdma pnic0' "RDMA"
ok "to disable it is no change" run 'Disable-NetAdapterRdma pnic0'
fails "an interface that is not there" 'Get-NetAdapterHardwareInfo nope0' "nope0"
done_testing
