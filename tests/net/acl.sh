# acl.sh - ACLs between two VMs of one switch, which do not take the bridge:
# entries of one and of both sides, families, tags, fragments, what is refused,
# and Test-VMNetworkAdapterAcl's explanation against what frames really do.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
reaches() { vm web1 ping -q -c1 -W1 "$@" >/dev/null; }
says() { local re=$1; shift; "$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" -c "$*" >"$T_TMP/says" 2>&1
  local rc=$?; like "refused: $* ($re)" "$rc $(tr '\n' ' ' <"$T_TMP/says")" "^1 .*$re"; }
explain() { lab -OutputFormat Csv -c "Test-VMNetworkAdapterAcl $* | Select-Object Verdict, EntryId, Reason, InForce" | tail -n +2 | tr -d '"'; }
entries() { lab -OutputFormat Csv -c 'Get-VMNetworkAdapterAcl -VMName web1 | Select-Object EntryId' | tail -n +2 | wc -l; }

ok "a switch, two VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0
New-VM -Name web1 -SwitchName sw0
New-VM -Name db1 -SwitchName sw0'
n=1
for v in web1 db1; do
  vm $v ip addr add 192.0.2.1$n/24 dev eth0
  vm $v ip addr add 2001:db8::1$n/64 dev eth0 nodad
  n=$((n+1))
done
reaches_first() { reaches 192.0.2.12 && reaches 2001:db8::12; }
ok "they reach each other" wait_until 10 reaches_first

# Past the bridge: its end of the way is not needed. (By hand: not for us.)
port=$(lab -OutputFormat Csv -c 'Get-VMNetworkAdapter -VMName db1 | Select-Object InterfaceName' | tail -1 | tr -d '"')
mac=$(vm db1 cat /sys/class/net/eth0/address)
vm web1 ip neigh replace 192.0.2.12 lladdr "$mac" dev eth0 nud permanent
vm db1 ip neigh replace 192.0.2.11 lladdr "$(vm web1 cat /sys/class/net/eth0/address)" dev eth0 nud permanent
hostns bridge fdb del "$mac" dev "$port" master
ok "straight, without the bridge's help" reaches 192.0.2.12
hostns bridge fdb replace "$mac" dev "$port" master static sticky

# ---- both sides in one entry
ok "web1 may not reach db1 from one address" lab -c "
Add-VMNetworkAdapterAcl -VMName web1 -LocalIPAddress 192.0.2.11 -RemoteIPAddress 192.0.2.0/24 -Direction Outbound -Action Deny
Add-VMNetworkAdapterAcl -VMName web1 -LocalIPAddress 192.0.2.11 -RemoteIPAddress 192.0.2.1 -Direction Outbound -Action Allow"
not_ok "it does not" reaches 192.0.2.12
ok "the exception holds" reaches 192.0.2.1
vm web1 ip addr add 192.0.2.31/24 dev eth0
ok "from another address it does" reaches -I 192.0.2.31 192.0.2.12
like "explained" "$(explain -VMName web1 -LocalIPAddress 192.0.2.11 -RemoteIPAddress 192.0.2.12 -Direction Outbound)" '^Deny,1,no other entry names it.*,Yes$'
like "explained, with the loser" "$(explain -VMName web1 -LocalIPAddress 192.0.2.11 -RemoteIPAddress 192.0.2.1 -Direction Outbound)" '^Allow,2,its prefix is as long as that of entry 1, Deny Outbound Local 192.0.2.11 Remote 192.0.2.0/24, whose other side is shorter,Yes$'
like "what was not given is not looked at" "$(explain -VMName web1 -RemoteIPAddress 192.0.2.12 -Direction Outbound)" '^Allow,,no entry names it: it passes; 2 not looked at.*,Yes$'
is "the dump has them" "$(lab netsh dump 2>/dev/null | grep -c "LocalIPAddress '192.0.2.11' -RemoteIPAddress")" 2
ok "they go as they came" lab -c "
Remove-VMNetworkAdapterAcl -VMName web1 -LocalIPAddress 192.0.2.11 -RemoteIPAddress 192.0.2.0/24 -Direction Outbound -Action Deny
Get-VMNetworkAdapterAcl -VMName web1 | Remove-VMNetworkAdapterAcl"
is "none is left" "$(entries)" 0
ok "and frames pass again" reaches 192.0.2.12

# ---- the receiver's entries, where the sender sends
ok "db1 takes nothing from web1 but IPv6" lab -c "
Add-VMNetworkAdapterAcl -VMName db1 -RemoteIPAddress 192.0.2.11 -Direction Inbound -Action Deny
Add-VMNetworkAdapterAcl -VMName db1 -RemoteIPAddress 2001:db8::/32 -Direction Inbound -Action Meter"
not_ok "no IPv4" reaches 192.0.2.12
ok "IPv6" reaches 2001:db8::12
ok "IPv6 in fragments" reaches -s 4000 2001:db8::12
ok "web1's MAC address with every IPv4 address" lab -c "
Get-VMNetworkAdapterAcl -VMName db1 | Remove-VMNetworkAdapterAcl
Add-VMNetworkAdapterAcl -VMName db1 -LocalIPAddress ANY -RemoteMacAddress $(vm web1 cat /sys/class/net/eth0/address | tr -d :) -Direction Inbound -Action Deny
Add-VMNetworkAdapterAcl -VMName db1 -LocalIPAddress 2001:db8::12 -RemoteMacAddress $(vm web1 cat /sys/class/net/eth0/address | tr -d :) -Direction Inbound -Action Allow"
not_ok "no IPv4" reaches 192.0.2.12
ok "IPv6, by the longer local prefix" reaches 2001:db8::12

# ---- the host's own adapter
ok "the host takes nothing from db1" lab -c "
New-NetIPAddress -InterfaceAlias 'vEthernet (sw0)' -IPAddress 192.0.2.5 -PrefixLength 24 | Out-Null
Add-VMNetworkAdapterAcl -ManagementOS -RemoteIPAddress 192.0.2.12 -Direction Inbound -Action Deny"
not_ok "db1 does not reach it" vm db1 ping -q -c1 -W1 192.0.2.5
ok "web1 does" vm web1 ping -q -c1 -W1 192.0.2.5
like "explained" "$(explain -ManagementOS -RemoteIPAddress 192.0.2.12 -Direction Inbound)" '^Deny,[0-9]+,no other entry names it,Yes$'

# ---- refused, and nothing half applied
before=$(entries)
says 'no frame is from IPv4' Add-VMNetworkAdapterAcl -VMName web1 -LocalIPAddress 192.0.2.11 -RemoteIPAddress 10.0.0.0/8,2001:db8::1 -Direction Both -Action Deny
says 'bits are set behind the prefix' Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8,10.0.0.1/8 -Direction Both -Action Deny
says 'one address of each side' Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.1 -RemoteMacAddress 02155d000001 -Direction Both -Action Deny
says 'needs an address' Add-VMNetworkAdapterAcl -VMName web1 -Direction Both -Action Deny
says 'no such entry' Remove-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.9.9.9 -Direction Both -Action Deny
says 'is a prefix' Test-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Both
says 'no frame is from IPv4' Test-VMNetworkAdapterAcl -VMName web1 -LocalIPAddress 10.0.0.1 -RemoteIPAddress ::1 -Direction Both
says 'there is no such adapter' Test-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName nix -RemoteIPAddress 10.0.0.1 -Direction Both
is "nothing of it is there" "$(entries)" "$before"
ok "one entry" lab -c 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Inbound -Action Deny'
says 'exists and says the opposite' Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Inbound -Action Allow
like "once more: no change, and said so" "$(lab -c 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Inbound -Action Deny' 2>&1)" 'has this entry already'
is "it is there once" "$(entries)" $((before+1))
done_testing
