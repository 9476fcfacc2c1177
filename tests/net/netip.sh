# netip.sh - routes, settings of IP, name servers, interfaces up, down and under
# other names: what the cmdlets say is what ip says; a transaction that fails
# takes all of it back; restore makes it again; what others made stays.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
run() { lab -NonInteractive -c "$1" 2>"$T_TMP/err"; }
fails() { not_ok "$1" run "$2"; like "$1: why" "$(cat "$T_TMP/err")" "$3"; }
route() { hostns ip route show "$1" | sed 's/ *$//'; }
route6() { hostns ip -6 route show "$1" | sed 's/ *$//'; }
up() { hostns ip -o link show "$1" | grep -q '[<,]UP[,>]'; }
down() { ! up "$1"; }
state() { hostns ip -o addr show scope global; hostns ip route; hostns ip -6 route
  hostns ip -o link show | sed 's/ state .*//'
  cat "/etc/netns/vmnetsh-$T_LAB/resolv.conf" 2>/dev/null; }
ok "a switch with an address" run 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.20 -PrefixLength 24
New-NetIPAddress -InterfaceAlias pnic1 -IPAddress 198.51.100.2 -PrefixLength 24'

# ---- routes ----
like "a route by a router" "$(run 'New-NetRoute -DestinationPrefix 203.0.113.0/24 -InterfaceAlias "vEthernet (sw0)" -NextHop 192.0.2.1 -RouteMetric 50')" \
  "203.0.113.0/24 +192.0.2.1 +50 vEthernet"
is "so ip says" "$(route 203.0.113.0/24)" \
  "203.0.113.0/24 via 192.0.2.1 dev ve-sw0 proto static metric 50"
ok "again: nothing changes" run 'New-NetRoute 203.0.113.0/24 "vEthernet (sw0)" -NextHop 192.0.2.1 -RouteMetric 50'
fails "with another metric" 'New-NetRoute 203.0.113.0/24 "vEthernet (sw0)" -NextHop 192.0.2.1 -RouteMetric 51' \
  "exists.*Set-NetRoute -RouteMetric"
ok "IPv6, on the link" run 'New-NetRoute -DestinationPrefix 2001:DB8:7::/48 -InterfaceAlias pnic1 -NextHop ::'
like "so ip says" "$(route6 2001:db8:7::/48)" "dev pnic1 proto static metric 1024"
is "a row for each, by destination" \
  "$(run '(Get-NetRoute -DestinationPrefix 203.0.113.0/24).NextHop; @(Get-NetRoute -InterfaceAlias pnic1 -AddressFamily IPv6).Count; (Get-NetRoute 192.0.2.0/24).Protocol')" \
  $'192.0.2.1\n1\nLocal'
is "-WhatIf says it" "$(run 'Set-NetRoute -DestinationPrefix 203.0.113.0/24 -RouteMetric 60 -WhatIf')" \
  $'What if: remove route 203.0.113.0/24 by 192.0.2.1 from ve-sw0\nWhat if: add route 203.0.113.0/24 by 192.0.2.1 through ve-sw0'
like "another metric" "$(run 'Get-NetRoute 203.0.113.0/24 | Set-NetRoute -RouteMetric 60 -PassThru')" " 60 vEthernet"
like "so ip says" "$(route 203.0.113.0/24)" "metric 60"
ping_it() { lab -c 'New-VM -Name web1 -SwitchName sw0; Invoke-Command -VMName web1 { New-NetIPAddress -InterfaceAlias eth0 -IPAddress 192.0.2.30 -PrefixLength 24 | Out-Null; New-NetRoute 0.0.0.0/0 eth0 -NextHop 192.0.2.1 -ErrorAction Stop | Out-Null; ip route; ping -c1 -W2 192.0.2.1; Get-NetRoute 0.0.0.0/0 | Remove-NetRoute -Confirm:$false; ip route }'; }
like "inside a VM, and taken away there" "$(ping_it)" \
  "default via 192.0.2.1.*192.0.2.0/24.* 1 received.*192.0.2.0/24"
fails "a router that is not on the link" \
  'New-NetRoute 203.0.113.128/25 pnic1 -NextHop 10.9.9.9' "route 203.0.113.128/25.*(gateway|unreachable)"
fails "host bits" 'New-NetRoute 203.0.113.1/24 pnic1' "bits are set behind the prefix"
fails "mixed IP versions" 'New-NetRoute 203.0.113.0/25 pnic1 -NextHop ::1' "other IP version"
hostns ip route add 10.77.0.0/16 dev pnic1
fails "someone else's stays" 'Remove-NetRoute -DestinationPrefix 10.77.0.0/16 -Confirm:$false' \
  "foreign.*ip route del 10.77.0.0/16"
like "it does" "$(route 10.77.0.0/16)" "dev pnic1"
hostns ip route del 10.77.0.0/16 dev pnic1
fails "never all" 'Remove-NetRoute -Confirm:$false' "never takes every route"

like "an uplink stands for the host's adapter" \
  "$(run 'New-NetRoute 203.0.113.192/26 pnic0')" "203.0.113.192/26.*vEthernet"
ok "and is found by that" run 'Set-NetRoute 203.0.113.192/26 -RouteMetric 7; Get-NetRoute 203.0.113.192/26 | Remove-NetRoute -Confirm:$false'
is "it is gone" "$(route 203.0.113.192/26)" ""

# ---- another length of an address ----
like "another length" "$(run 'Set-NetIPAddress -IPAddress 192.0.2.20 -PrefixLength 25 -PassThru')" "192.0.2.20 +25 "
like "so ip says" "$(hostns ip -o -4 addr show ve-sw0)" "192.0.2.20/25"
like "its routes live on" "$(route 203.0.113.0/24)" "via 192.0.2.1 dev ve-sw0"
ok "and back" run 'Set-NetIPAddress -IPAddress 192.0.2.20 -PrefixLength 24'
fails "too long" 'Set-NetIPAddress -IPAddress 192.0.2.20 -PrefixLength 33' "1 to 32"
fails "an address that a route needs" 'Remove-NetIPAddress -IPAddress 192.0.2.20 -Confirm:$false' \
  "route 203.0.113.0/24"
like "stays, with it" "$(hostns ip -o -4 addr show ve-sw0) $(route 203.0.113.0/24)" "192.0.2.20/24.*metric 60"

# ---- settings of IP ----
conf() { hostns cat "/proc/sys/net/$1"; }
ok "forwarding" run 'Set-NetIPInterface -InterfaceAlias pnic1 -AddressFamily IPv4 -Forwarding Enabled'
is "of IPv4 alone" "$(conf ipv4/conf/pnic1/forwarding) $(conf ipv6/conf/pnic1/forwarding)" "1 0"
is "read back" "$(run '(Get-NetIPInterface pnic1 -AddressFamily IPv4).Forwarding')" Enabled
ok "several" run 'Set-NetIPInterface pnic1 -AddressFamily IPv6 -RouterDiscovery Disabled -DadTransmits 3 -CurrentHopLimit 33 -NlMtuBytes 1400 -IgnoreDefaultRoutes Enabled'
is "so the kernel says" \
  "$(for f in accept_ra dad_transmits hop_limit mtu accept_ra_defrtr; do conf "ipv6/conf/pnic1/$f"; done | paste -sd' ')" "0 3 33 1400 0"
ok "of IPv4 the interface's own" run 'Set-NetIPInterface pnic1 -AddressFamily IPv4 -NlMtuBytes 1450'
like "so ip says" "$(hostns ip link show pnic1)" "mtu 1450"
fails "what one version has not" 'Set-NetIPInterface pnic1 -AddressFamily IPv4 -DadTransmits 1' "Linux has no -DadTransmits of IPv4"
fails "what Linux has not" 'Set-NetIPInterface pnic1 -InterfaceMetric 5' "RouteMetric"
ok "no client runs" run 'Set-NetIPInterface pnic1 -Dhcp Disabled'
fails "clients are not ours" 'Set-NetIPInterface pnic1 -Dhcp Enabled' "no DHCP client"

# ---- name servers ----
R=/etc/netns/vmnetsh-$T_LAB/resolv.conf
machine=$(cat /etc/resolv.conf)
is "first those of the machine" "$(run '(Get-DnsClientServerAddress pnic1 -AddressFamily IPv4).Source')" System
ok "name servers" run 'Set-DnsClientServerAddress -InterfaceAlias pnic1 -ServerAddresses 192.0.2.53,2001:db8::53'
is "are what programs in the lab see" "$(hostns cat /etc/resolv.conf | head -3)" \
  $'# vmnetsh pnic1\nnameserver 192.0.2.53\nnameserver 2001:db8::53'
is "and no others" "$(hostns grep -c '^nameserver' /etc/resolv.conf)" 2
is "read back" "$(run '(Get-DnsClientServerAddress pnic1 -AddressFamily IPv6).ServerAddresses')" 2001:db8::53
is "the machine's own is as it was" "$(cat /etc/resolv.conf)" "$machine"
ok "in a VM" lab -c 'Invoke-Command -VMName web1 { Set-DnsClientServerAddress eth0 192.0.2.54 }'
is "it has a file of its own" "$(lab -c 'Invoke-Command -VMName web1 { cat /etc/resolv.conf }' | head -2)" \
  $'# vmnetsh eth0\nnameserver 192.0.2.54'
is "and the machine as it was" "$(cat /etc/resolv.conf)" "$machine"
fails "no address" 'Set-DnsClientServerAddress pnic1 -ServerAddresses here' "neither IPv4 nor IPv6"
ok "reset" run 'Set-DnsClientServerAddress pnic1 -ResetServerAddresses'
is "gives back what was there" "$(cat "$R")" "$machine"
ok "and again, for what follows" run 'Set-DnsClientServerAddress pnic1 192.0.2.53'

# ---- up and down ----
ok "down" run 'Disable-NetAdapter -Name pnic1 -Confirm:$false'
ok "it is" down pnic1
is "shown" "$(run '(Get-NetAdapter pnic1).Status')" Disabled
fails "a restart of what is down" 'Restart-NetAdapter pnic1' "disabled"
ok "up" run 'Enable-NetAdapter -Name pnic1'
ok "it is" up pnic1
like "with its route and its address" "$(route6 2001:db8:7::/48) $(hostns ip -o -4 addr show pnic1)" \
  "dev pnic1.*198.51.100.2/24"
hostns ip route add 10.78.0.0/16 via 192.0.2.1
ok "restart" run 'Restart-NetAdapter "vEthernet (sw0)"'
like "all routes are there, whoever made them" "$(route 203.0.113.0/24) $(route 10.78.0.0/16)" \
  "via 192.0.2.1.*via 192.0.2.1"
hostns ip route del 10.78.0.0/16

# ---- another name ----
fails "a name with a space" 'Rename-NetAdapter pnic0 "my card"' "1 to 15 bytes"
fails "a name that is taken" 'Rename-NetAdapter pnic0 pnic1' "another interface"
fails "the host's adapter" 'Rename-NetAdapter "vEthernet (sw0)" x' "Rename-VMNetworkAdapter"
is "what it would do" "$(run 'Rename-NetAdapter pnic0 uplink0 -WhatIf')" "What if: rename interface pnic0 to uplink0"
like "another name" "$(run 'Rename-NetAdapter pnic0 uplink0 -PassThru')" "uplink0 .*Up"
ok "so ip says" up uplink0
is "the switch goes along" "$(run '(Get-VMSwitch sw0).NetAdapterName')" uplink0
like "the way out is the same" "$(route 203.0.113.0/24)" "via 192.0.2.1 dev ve-sw0"
hostns ip link property del dev uplink0 altname pnic0
hostns ip link set uplink0 down; hostns ip link set uplink0 name pnic0; hostns ip link set pnic0 up
ok "a boot gives it the first one; restore" lab restore
ok "renames it" up uplink0
ok "and back" run 'Rename-NetAdapter uplink0 pnic0'
is "it is" "$(hostns ip -o link show pnic0 | cut -d' ' -f2 | sed 's/@.*//')" pnic0
ok "there and back" run 'Rename-NetAdapter pnic1 spare0; Rename-NetAdapter spare0 pnic1'
is "it is, too" "$(hostns ip -o link show pnic1 | cut -d' ' -f2 | sed 's/@.*//')" pnic1

# ---- one transaction ----
state >"$T_TMP/before"
fails "all of it, and then what fails" 'New-NetRoute 203.0.113.0/26 pnic1
Set-NetIPInterface pnic1 -AddressFamily IPv4 -Forwarding Disabled
Set-DnsClientServerAddress pnic1 192.0.2.99
Restart-NetAdapter pnic1; Rename-NetAdapter pnic0 other0
New-NetRoute 203.0.113.64/26 pnic1 -NextHop 10.9.9.9' "10.9.9.9|203.0.113.64"
printf '%s\n' 'Set-DnsClientServerAddress pnic1 192.0.2.99' \
  'New-NetRoute 203.0.113.0/26 pnic1' 'Disable-NetAdapter "vEthernet (sw0)" -Confirm:$false' \
  'Rename-NetAdapter pnic0 other0' 'Set-NetIPInterface pnic1 -AddressFamily IPv6 -CurrentHopLimit 44' \
  'New-NetRoute 203.0.113.64/26 pnic1 -NextHop 10.9.9.9' >"$T_TMP/all.ps1"
run 'Remove-NetRoute 203.0.113.0/26 -Confirm:$false; Set-DnsClientServerAddress pnic1 192.0.2.53; Set-NetIPInterface pnic1 -AddressFamily IPv4 -Forwarding Enabled; Rename-NetAdapter other0 pnic0' >/dev/null
state >"$T_TMP/before"
not_ok "a transaction that fails at its end" lab -Transaction "$T_TMP/all.ps1"
state >"$T_TMP/after"
ok "has changed nothing" diff "$T_TMP/before" "$T_TMP/after"
is "nor a setting" "$(conf ipv6/conf/pnic1/hop_limit)" 33

# ---- kept ----
lab netsh dump >"$T_TMP/dump.ps1"
cp "$T_TMP/state/store.json" "$T_TMP/store.json"
ok "the dump runs on the same host" lab "$T_TMP/dump.ps1"
ok "and the store is the same" cmp "$T_TMP/store.json" "$T_TMP/state/store.json"
hostns ip route flush 203.0.113.0/24; hostns ip link set pnic1 mtu 1500
rm "$R"; hostns sh -c 'echo 64 >/proc/sys/net/ipv6/conf/pnic1/hop_limit'
ok "restore" lab restore
is "makes all of it again" \
  "$(route 203.0.113.0/24 | grep -c via) $(conf ipv6/conf/pnic1/hop_limit) $(grep -c 192.0.2.53 "$R")" "1 33 1"
ok "the switch goes" run 'Remove-VMSwitch sw0 -Force'
is "and what was given to its adapter" "$(run '@(Get-NetRoute 203.0.113.*).Count; netsh dump' | grep -c 'sw0')" 0
"$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" --destroy
not_ok "a lab that is destroyed leaves no file" test -e "/etc/netns/vmnetsh-$T_LAB"
done_testing
