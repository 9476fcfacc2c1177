# nat.sh - New-NetNat: a VM behind an Internal switch reaches the machine
# outside, which sees the host's address; off again it does not; a transaction
# that fails takes it back; restore makes it again; others' tables stay.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
run() { lab -NonInteractive -c "$1" 2>"$T_TMP/err"; }
fails() { not_ok "$1" run "$2"; like "$1: why" "$(cat "$T_TMP/err")" "$3"; }
forwarding() { hostns cat /proc/sys/net/ipv4/conf/all/forwarding; }
inside() { lab -NonInteractive -c "Invoke-Command -VMName web1 { $1 }"; }
reaches() { inside 'ping -c1 -W2 192.0.2.1' | grep -q ' 1 received'; }
ok "a switch to the outside, one inside" run '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.20 -PrefixLength 24
New-VMSwitch -Name lan -SwitchType Internal
New-NetIPAddress -InterfaceAlias "vEthernet (lan)" -IPAddress 192.168.7.1 -PrefixLength 24
New-VM web1 -SwitchName lan'
inside 'New-NetIPAddress -InterfaceAlias eth0 -IPAddress 192.168.7.2 -PrefixLength 24 -DefaultGateway 192.168.7.1' >/dev/null
not_ok "without, the outside is out of reach" reaches
was=$(forwarding)
if ! run 'New-NetNat -Name lan -InternalIPInterfaceAddressPrefix 192.168.7.0/24' >"$T_TMP/nat" &&
  grep -q CONFIG_NF_TABLES "$T_TMP/err"; then
  skip "translation of addresses" "$(tail -1 "$T_TMP/err")"; done_testing; exit 0
fi
like "New-NetNat" "$(cat "$T_TMP/nat")" "Active +: True"
ok "it is within reach" reaches
is "this host forwards" "$(forwarding)" 1
if command -v nft >/dev/null; then
  like "so nft says" "$(hostns nft list table ip vmnetsh)" "192.168.7.0/24 masquerade"
else skip "so nft says" "nft is missing"; fi
ok "again: nothing changes" run 'New-NetNat -Name lan -InternalIPInterfaceAddressPrefix 192.168.7.0/24'
fails "another network" 'New-NetNat -Name lan -InternalIPInterfaceAddressPrefix 192.168.9.0/24' "exists for 192.168.7.0/24"
fails "one that overlaps" 'New-NetNat -Name b -InternalIPInterfaceAddressPrefix 192.168.0.0/16' "overlaps 192.168.7.0/24 of NAT 'lan'"
fails "IPv6" 'New-NetNat -Name b -InternalIPInterfaceAddressPrefix 2001:db8::/64' "not IPv4"
is "restore has nothing to do" "$(lab restore)" ""
ok "a switch that comes later is looked after" run 'New-VMSwitch -Name later -SwitchType Private'
is "restore has nothing to do, either" "$(lab restore)" ""
printf '%s\n' 'New-NetNat -Name b -InternalIPInterfaceAddressPrefix 192.168.9.0/24' \
  'Remove-NetNat -Name lan -Confirm:$false' 'New-NetRoute 203.0.113.64/26 pnic1 -NextHop 10.9.9.9' >"$T_TMP/all.ps1"
not_ok "a transaction that fails" lab -Transaction "$T_TMP/all.ps1"
is "has changed nothing" "$(run '(Get-NetNat | Where-Object Active).Name')" lan
ok "it goes on" reaches
if command -v nft >/dev/null; then
  hostns nft add table ip someone; hostns nft delete table ip vmnetsh
  is "what is gone is told" "$(run '(Get-NetNat lan).Active')" False
  ok "restore makes it again" lab restore
  ok "it is within reach again" reaches
  like "another's table stays" "$(hostns nft list tables)" "table ip someone"
else skip "restore" "nft is missing"; fi
like "the dump has it" "$(lab netsh dump)" "New-NetNat -Name lan -InternalIPInterfaceAddressPrefix '192.168.7.0/24'"
ok "it ends" run 'Get-NetNat | Remove-NetNat -Confirm:$false'
is "forwarding is as it was" "$(forwarding)" "$was"
not_ok "the outside is out of reach" reaches
done_testing
