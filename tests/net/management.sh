# management.sh - -AllowManagementOS: addresses, routes and MAC of the physical
# adapter go to the host's adapter and come back, and a TCP connection of the
# host through it goes on all the while.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
OUT=vmnetsh-$T_LAB-outside

lab -c 'Get-VMSwitch' >/dev/null
read -r MAC <"/run/vmnetsh/lab-$T_LAB/sys/class/net/pnic0/address"
hostns ip addr add 192.0.2.50/24 brd + dev pnic0
hostns ip addr add 192.0.2.51/24 brd + dev pnic0
hostns ip addr add 2001:db8::50/64 dev pnic0 nodad
hostns ip route add default via 192.0.2.1 dev pnic0
hostns ip route add 198.51.100.0/24 via 192.0.2.1 dev pnic0 metric 50 src 192.0.2.51
hostns ip route add 203.0.113.0/24 dev pnic0 scope link mtu lock 1400
hostns ip -6 route add default via 2001:db8::1 dev pnic0 metric 77
# The order of routes of one prefix is no setting.
net() {
  hostns ip -o addr show dev "$1" scope global |
    sed -E 's/^[0-9]+: [^ ]+ +//; s/ *\\.*//; s/ (pnic0|ve-[a-z0-9]+)(:[0-9]+)?$//' | sort
  hostns ip route show dev "$1" | sort
  hostns ip -6 route show dev "$1" | grep -v 'fe80::/64\|multicast' | sort; }
before=$(net pnic0)

# Its descriptor 3 is the connection; a write that fails ends it with 1.
cat >"$T_TMP/talk" <<'S'
exec 3<>"/dev/tcp/192.0.2.1/9" || exit 1
while [ ! -e "$1/stop" ]; do printf 'still here\n' >&3 || exit 1; read -rt 0.01 <> <(:); done
exit 0
S
hostns bash "$T_TMP/talk" "$T_TMP" 2>"$T_TMP/talk.err" & TALK=$!
at_exit "touch '$T_TMP/stop'; wait $TALK"
acked() { ip netns exec "vmnetsh-$T_LAB" ss -tinH dst 192.0.2.1 | sed -nE 's/.*bytes_acked:([0-9]+).*/\1/p' | head -n 1; }
more_than() { [ "$(acked)" -gt "$1" ]; }
# The connection goes on: bytes of now are acknowledged by the other end.
goes_on() { local at; at=$(acked); [ -n "$at" ] && wait_until 10 more_than "$at"; }
ok "a connection through pnic0" wait_until 5 more_than 10
peer=$(hostns ss -tnH dst 192.0.2.1 | awk '{ print $4 }')

ok "a switch with the host's adapter" lab -c 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true'
is "addresses and routes moved" "$(net "vEthernet (sw0)")" "$before"
is "the physical adapter has none" "$(net pnic0)" ""
host=$(hostns ip -br link show "vEthernet (sw0)" | awk '{ print $3 }')
is "the MAC address moved" "$host" "$MAC"
is "the physical adapter has another" "$(hostns ip -br link show pnic0 | grep -ci "$MAC")" 0
ok "the connection survived the creation" goes_on
ok "IPv6 works" hostns ping -q -c1 -W2 2001:db8::1
ok "the default route works" hostns ping -q -c1 -W2 -I 192.0.2.51 192.0.2.1

ok "the host lets go of the switch" lab -c 'Set-VMSwitch -Name sw0 -AllowManagementOS $false'
is "its adapter is gone" "$(hostns ip -o link show 2>/dev/null | grep -c 'vEthernet')" 0
ok "and takes it again" lab -c 'Set-VMSwitch -Name sw0 -AllowManagementOS $true'
is "what it had is there again" "$(net "vEthernet (sw0)")" "$before"
is "with its MAC address" "$(hostns ip -br link show "vEthernet (sw0)" | awk '{ print $3 }')" "$MAC"
ok "and the connection goes on" goes_on
ok "the switch gets another name" lab -c 'Rename-VMSwitch -Name sw0 -NewName lan'
is "its host adapter, too" "$(hostns ip -o link show "vEthernet (lan)" | grep -c 'alias vEthernet (lan)')" 1
ok "which has all it had" goes_on

ok "the switch is removed" lab -c 'Remove-VMSwitch -Name lan -Force'
is "addresses and routes are back" "$(net pnic0)" "$before"
is "so is the MAC address" "$(hostns ip -br link show pnic0 | awk '{ print $3 }')" "$MAC"
ok "the connection survived the removal" goes_on
is "it is the same connection" "$(hostns ss -tnH dst 192.0.2.1 | awk '{ print $4 }')" "$peer"
touch "$T_TMP/stop"; wait $TALK
is "no write failed" "$? $(cat "$T_TMP/talk.err")" "0 "

# Without the host: what the adapter has waits for the end of the switch.
ok "a switch that the host has no part in" lab -c 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false'
is "leaves the MAC address alone" "$(hostns ip -br link show pnic0 | awk '{ print $3 }')" "$MAC"
ok "is removed" lab -c 'Remove-VMSwitch -Name sw0 -Force'
is "the host has its addresses and routes again" "$(net pnic0)" "$before"

# Renamed, it is still the one that has what the uplink had.
ok "the host's adapter gets a name of its own" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
Rename-VMNetworkAdapter -ManagementOS -Name sw0 -NewName mgmt'
is "and keeps what it has" "$(net "vEthernet (mgmt)")" "$before"
ok "a second one beside it" lab -c 'Set-VMSwitch -Name sw0 -AllowManagementOS $true'
is "no MAC address is there twice" "$(hostns ip -br link | awk '$1 !~ /^vp/ && /^(ve|pnic0)/ { print $3 }' | sort | uniq -d)" ""
is "and the renamed one has what it had" "$(net "vEthernet (mgmt)")" "$before"
ok "its switch goes" lab -c 'Remove-VMSwitch -Name sw0 -Force'
is "addresses and routes are back from there, too" "$(net pnic0)" "$before"
is "and the MAC address" "$(hostns ip -br link show pnic0 | awk '{ print $3 }')" "$MAC"

# An address of ours goes with its adapter; the host's own ones do not.
ok "an address of our own" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 10.9.0.1 -PrefixLength 24'
ok "the adapter goes" lab -c 'Set-VMSwitch -Name sw0 -AllowManagementOS $false'
is "and its address with it" "$(net pnic0)" "$before"
ok "the adapter comes and the switch goes" lab -c 'Set-VMSwitch -Name sw0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 10.9.0.1 -PrefixLength 24
Remove-VMSwitch -Name sw0 -Force'
is "with its address" "$(net pnic0)" "$before"

# A name that is taken by something else on the way: everything is as before.
hostns ip link add ve-sw0 type dummy 2>/dev/null || hostns ip link add ve-sw0 type bridge
not_ok "a foreign interface with the adapter's name is refused" lab -c 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true'
is "and the host has kept its addresses and routes" "$(net pnic0)" "$before"
is "and its MAC address" "$(hostns ip -br link show pnic0 | awk '{ print $3 }')" "$MAC"
done_testing
