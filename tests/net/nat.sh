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
# ---- ports that lead inside ----
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
# EXTERNAL-ADDRESS EXTERNAL-PORT INTERNAL-PORT: do five datagrams arrive?
leads() {
  local l
  : >"$T_TMP/got"
  ip netns exec "vmnetsh-$T_LAB-vm-web1" "$BLAST" -l -n 5 -t 4 "$3" >"$T_TMP/got" & l=$!
  wait_until 5 grep -q listening "$T_TMP/got"
  ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -n 5 -s 200 "$1" "$2" >/dev/null
  wait $l
  grep -q 'packets=5 ' "$T_TMP/got"
}
ok "a port of any address" run 'Add-NetNatStaticMapping -NatName lan -Protocol UDP -ExternalIPAddress 0.0.0.0 -ExternalPort 4444 -InternalIPAddress 192.168.7.2 -InternalPort 5555'
is "is in force" "$(run '(Get-NetNatStaticMapping).Active')" True
ok "leads inside" leads 192.0.2.20 4444 5555
ok "the same again changes nothing" run 'Add-NetNatStaticMapping lan -Protocol UDP -ExternalIPAddress 0.0.0.0 -ExternalPort 4444 -InternalIPAddress 192.168.7.2 -InternalPort 5555'
fails "it leads to one place" 'Add-NetNatStaticMapping lan -Protocol UDP -ExternalIPAddress 0.0.0.0 -ExternalPort 4444 -InternalIPAddress 192.168.7.3' "goes to 192.168.7.2:5555 already"
fails "not elsewhere" 'Add-NetNatStaticMapping lan -Protocol UDP -ExternalIPAddress 0.0.0.0 -ExternalPort 4445 -InternalIPAddress 192.0.2.1' "not in its network"
ok "for some, to one address" run 'Add-NetNatStaticMapping lan -Protocol UDP -ExternalIPAddress 192.0.2.20 -ExternalPort 4446 -InternalIPAddress 192.168.7.2 -RemoteExternalIPAddressPrefix 192.0.2.0/28'
ok "leads inside, too" leads 192.0.2.20 4446 4446
ok "for others" run 'Add-NetNatStaticMapping lan -Protocol UDP -ExternalIPAddress 192.0.2.20 -ExternalPort 4447 -InternalIPAddress 192.168.7.2 -RemoteExternalIPAddressPrefix 203.0.113.0/24'
not_ok "it does not" leads 192.0.2.20 4447 4447
is "restore has nothing to do with them" "$(lab restore)" ""
like "the dump has them" "$(lab netsh dump)" "Add-NetNatStaticMapping -NatName lan -Protocol UDP -ExternalIPAddress '192.0.2.20' -ExternalPort 4446"
ok "by number" run 'Get-NetNatStaticMapping -StaticMappingID 1 | Remove-NetNatStaticMapping -Confirm:$false'
is "one is gone" "$(run '(Get-NetNatStaticMapping).ExternalPort' | paste -sd' ')" "4446 4447"
not_ok "it leads inside no more" leads 192.0.2.20 4444 5555
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
