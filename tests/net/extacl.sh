# extacl.sh - extended ACLs on real traffic: the greatest weight decides, a
# stateful entry lets answers through and nothing else, its idle time ends a
# connection, changes are in force at once and after a restore, drops are
# counted by reason, and bad input changes nothing.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
# A connection that is made and closed: tcp WHO ADDRESS PORT
tcp() { "$1" ${VM:-} timeout 2 bash -c "exec 3<>/dev/tcp/$2/$3" 2>/dev/null; }
from_vm() { VM=web1 tcp vm "$@"; }
from_neighbour() { VM=web2 tcp vm "$@"; }
from_outside() { tcp outside "$@"; }
serve() {
  ip netns exec "vmnetsh-$T_LAB-vm-web1" iperf3 -s -p "$1" >/dev/null 2>&1 &
  inside+=($!)
  wait_until 5 vm web1 bash -c "ss -Hltn | grep -q ':$1 '"
}
inside=()	# what runs in the VM: no function's, whose pid is a shell's
end_inside() { kill "${inside[@]}"; wait "${inside[@]}"; inside=(); } 2>/dev/null
at_exit end_inside
entries() { lab -OutputFormat Csv -c 'Get-VMNetworkAdapterExtendedAcl | Select-Object Direction, Action, Weight' | tail -n +2 | tr -d '"'; }
connections() { lab -c "@(Get-VMNetworkAdapterConnection web1 | Where-Object $1).Count"; }

ok "a switch and a VM" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2 -SwitchName sw0'
vm web2 ip addr add 192.0.2.12/24 dev eth0
vm web1 ip addr add 192.0.2.11/24 dev eth0
vm web1 ip addr add 2001:db8::11/64 dev eth0 nodad
ok "the VM reaches the outside" wait_until 5 vm web1 ping -q -c1 -W1 192.0.2.1
ok "by IPv6, too" wait_until 5 vm web1 ping -q -c1 -W1 2001:db8::1
serve 5201; serve 5202
ok "without entries the outside reaches the VM" from_outside 192.0.2.11 5201

# ---- weight decides, ports, protocols ----
ok "deny all inbound, allow one port above it" lab -c '
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny -Direction Inbound -Weight 1
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Inbound -LocalPort 5201 -Protocol TCP -Weight 10'
ok "the allowed port answers" from_outside 192.0.2.11 5201
not_ok "another does not" from_outside 192.0.2.11 5202
ok "a neighbour on the switch reaches it, too" from_neighbour 192.0.2.11 5201
not_ok "and not the other" from_neighbour 192.0.2.11 5202
not_ok "nor does a ping" outside ping -q -c1 -W1 192.0.2.11
not_ok "stateless: the answers to the VM's own ping do not come" \
  vm web1 ping -q -c1 -W1 192.0.2.1
ok "of greater weight: deny that port from the outside machine" lab -c '
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny -Direction Inbound -RemoteIPAddress 192.0.2.0/28 -LocalPort 5000-5210 -Protocol TCP -Weight 11'
not_ok "now it does not answer" from_outside 192.0.2.11 5201
ok "the greater weight goes" lab -c '
Remove-VMNetworkAdapterExtendedAcl -VMName web1 -Direction Inbound -Weight 11'
ok "and it answers again" from_outside 192.0.2.11 5201

# ---- stateful: answers only ----
ok "stateful: TCP and pings of the VM, both families" lab -c '
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Outbound -Protocol TCP -Weight 5 -Stateful $true
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Outbound -Protocol ICMP -Weight 6 -Stateful $true
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Outbound -Protocol ICMPv6 -Weight 7 -Stateful $true
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Inbound -Protocol ICMPv6 -RemoteIPAddress fe80::/10 -Weight 8
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Inbound -Protocol ICMPv6 -LocalIPAddress ff00::/8 -Weight 9'
ok "the VM's ping is answered" vm web1 ping -q -c1 -W2 192.0.2.1
ok "by IPv6, too" vm web1 ping -q -c1 -W2 2001:db8::1
ok "its TCP connection, too" from_vm 192.0.2.1 9
not_ok "a ping from outside is still refused" outside ping -q -c1 -W1 192.0.2.11
not_ok "another port, too" from_outside 192.0.2.11 5202
is "the connection to port 9 is shown, opened by the VM" \
  "$(connections '{ $_.Protocol -eq "TCP" -and $_.RemotePort -eq 9 -and $_.Direction -eq "Outbound" -and $_.RemoteAddress -eq "192.0.2.1" }')" 1
like "with frames both ways, and the weight of its entry" \
  "$(lab -OutputFormat Csv -c 'Get-VMNetworkAdapterConnection web1 | Where-Object RemotePort -eq 9 | Select-Object PacketsSent, PacketsReceived, Weight, IdleSessionTimeout' | tail -1)" \
  '^"?[3-9]"?,"?[2-9]"?,"?5"?,"?300"?'
is "what outside tried made none" "$(connections '{ $_.Direction -eq "Inbound" }')" 0

# ---- a connection in progress when entries change ----
mkfifo "$T_TMP/stay"
ip netns exec "vmnetsh-$T_LAB-vm-web1" bash -c "exec 3<>/dev/tcp/192.0.2.1/9; echo open; while read -r l; do echo \$l >&3; echo sent \$?; done" <"$T_TMP/stay" >"$T_TMP/stayed" 2>&1 &
inside+=($!)
exec 4>"$T_TMP/stay"
ok "a connection stays open" wait_until 5 grep -q open "$T_TMP/stayed"
stay_port=$(vm web1 ss -Htn state established dst 192.0.2.1:9 | awk '{ sub(/.*:/, "", $3); print $3 }')
queued() { vm web1 ss -Htn dst 192.0.2.1:9 | awk -v p=":$stay_port\$" '$4 ~ p { print $3 }'; }
received() { lab -c "(Get-VMNetworkAdapterConnection web1 | Where-Object LocalPort -eq $stay_port).PacketsReceived"; }
sent_all() { [ "$(queued)" = 0 ]; }
ok "another entry comes" lab -c '
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny -Direction Outbound -RemotePort 25 -Protocol TCP -Weight 100'
before=$(received); echo one >&4
ok "data on the open connection is acknowledged" wait_until 5 sent_all
more() { [ "$(received)" -gt "$before" ]; }
ok "by answers that were let through" wait_until 5 more
ok "its own entry goes" lab -c '
Remove-VMNetworkAdapterExtendedAcl -VMName web1 -Direction Outbound -Weight 5'
echo two >&4
queue_stays() { [ "$(queued)" -gt 0 ]; }
ok "nothing is acknowledged any more" wait_until 5 queue_stays
is "and the connection is shown no more" \
  "$(connections "{ \$_.LocalPort -eq $stay_port }")" 0
ok "the entry comes again, with another time" lab -c '
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Outbound -Protocol TCP -Weight 5 -Stateful $true -IdleSessionTimeout 3600'
ok "and the data arrives" wait_until 20 sent_all

# ---- the idle time ----
ok "an idle time of one second for pings" lab -c '
Remove-VMNetworkAdapterExtendedAcl -VMName web1 -Direction Outbound -Weight 6
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Outbound -Protocol ICMP -Weight 6 -Stateful $true -IdleSessionTimeout 1'
ok "the VM's ping is answered" vm web1 ping -q -c1 -W2 192.0.2.1
no_icmp() { [ "$(connections '{ $_.Protocol -eq "ICMP" }')" = 0 ]; }
ok "the connection ends by itself" wait_until 10 no_icmp
is "that of an hour does not" "$(connections "{ \$_.LocalPort -eq $stay_port }")" 1

# ---- explained, and what is explained happens ----
explain() { lab -OutputFormat Csv -c "Test-VMNetworkAdapterAcl web1 $* | Select-Object Verdict, ExtendedEntryId, InForce, Reason" | tail -n +2 | tr -d '"'; }
id_of() { lab -c "(Get-VMNetworkAdapterExtendedAcl web1 | Where-Object { \$_.Direction -eq '$1' -and \$_.Weight -eq $2 }).EntryId"; }
R='-RemoteIPAddress 192.0.2.1'
like "the port that answers is allowed by its entry" \
  "$(explain $R -Direction Inbound -Protocol TCP -LocalPort 5201)" "^Allow,$(id_of Inbound 10),Yes,"
like "another is denied by that of everything; answers are not" \
  "$(explain $R -Direction Inbound -Protocol TCP -LocalPort 5202)" "^Deny,$(id_of Inbound 1),Yes,.*an answer within a connection"
like "without a port it says what was not given" \
  "$(explain $R -Direction Inbound -Protocol TCP)" "^Deny,$(id_of Inbound 1),Yes,.* but 1 of greater weight asks for an address, protocol, port or isolation that was not given"
like "outbound, the entry by port" \
  "$(explain $R -Direction Outbound -Protocol TCP -RemotePort 25)" "^Deny,$(id_of Outbound 100),Yes,"
like "no entry of that protocol" \
  "$(explain $R -Direction Outbound -Protocol UDP -RemotePort 25)" '^Allow,,Yes,.*no extended entry surely matches'
like "a port without a protocol is refused" \
  "$(lab -c "Test-VMNetworkAdapterAcl web1 $R -Direction Inbound -LocalPort 5" 2>&1)" 'a port wants a protocol with ports'
like "and more than one port" \
  "$(lab -c "Test-VMNetworkAdapterAcl web1 $R -Direction Inbound -Protocol TCP -LocalPort 5-6" 2>&1)" 'more than one port'

# ---- drops by reason; traces name the entry ----
drops() { lab -c '(Get-VMNetworkAdapter web1).Drops.ExtendedAcl'; }
before=$(drops)
outside ping -q -c3 -i0.2 -W1 192.0.2.11 >/dev/null
is "three refused pings are three drops by the extended ACL" "$(($(drops) - before))" 3

# ---- restore ----
lab netsh dump >"$T_TMP/dump"; there=$(entries)
exec 4>&-; end_inside
ok "the lab's host goes" "$VMNETSH" "--lab=$T_LAB" --destroy
ok "restore in an empty lab" lab restore
is "the same entries" "$(entries)" "$there"
is "the same dump" "$(lab netsh dump)" "$(cat "$T_TMP/dump")"
vm web1 ip addr add 192.0.2.11/24 dev eth0
serve 5201; serve 5202
reached() { from_outside 192.0.2.11 5201; }
ok "the allowed port answers" wait_until 10 reached
not_ok "another does not" from_outside 192.0.2.11 5202
ok "the dump runs on what is there" lab "$T_TMP/dump"
is "and changes nothing" "$(entries)" "$there"

# ---- bad input ----
refused() { local what=$1 cmd=$2 want=$3 out
  out=$(lab -c "$cmd" 2>&1); like "$what" "$? $out" "^1 .*$want"
  is "$what: nothing changed" "$(entries)" "$there"; }
refused "mixed families" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound 10.0.0.1 2001:db8::1 -Weight 50' 'one address is IPv4 and the other IPv6'
refused "host bits" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -RemoteIPAddress 10.0.0.1/8 -Weight 50' '10\.0\.0\.0/8'
refused "a range that ends before it begins" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -LocalPort 90-80 -Protocol TCP -Weight 50' 'write 80-90'
refused "no port" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -LocalPort 65536 -Protocol TCP -Weight 50' "port '65536'"
refused "a port of ICMP" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -LocalPort 80 -Protocol ICMP -Weight 50' 'have ports'
refused "no protocol" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -Protocol TPC -Weight 50' "protocol 'TPC'"
refused "the weight is taken" 'Add-VMNetworkAdapterExtendedAcl web1 Allow Inbound -Weight 1' 'exists \(asked: Inbound Allow'
refused "a weight below zero" 'Add-VMNetworkAdapterExtendedAcl web1 Allow Inbound -Weight -1' 'below zero'
refused "stateful Deny" 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -Weight 50 -Stateful $true' 'no answers'
refused "an idle time alone" 'Add-VMNetworkAdapterExtendedAcl web1 Allow Inbound -Weight 50 -IdleSessionTimeout 5' 'Stateful'
refused "no such entry" 'Remove-VMNetworkAdapterExtendedAcl web1 -Direction Inbound -Weight 77' 'there are weights 1, 10'
refused "half of a statement" 'Add-VMNetworkAdapterExtendedAcl web1,nobody Deny Outbound -Weight 50' 'nobody'
like "what is there already is told, and no error" \
  "$(lab -c 'Add-VMNetworkAdapterExtendedAcl web1 Deny Inbound -Weight 1' 2>&1; echo $?)" 'is there already; nothing changes.*0$'
like "so is an isolation that the adapter is not in" \
  "$(lab -c 'Add-VMNetworkAdapterExtendedAcl web1 Deny Outbound -Weight 51 -RemotePort 9 -Protocol TCP -IsolationID 7' 2>&1)" "'web1/.*' is not in VLAN 7: the entry matches only frames that carry its tag"
like "and one that can be none" \
  "$(lab -c 'Add-VMNetworkAdapterExtendedAcl web1 Deny Outbound -Weight 53 -RemotePort 9 -Protocol TCP -IsolationID 5001' 2>&1)" 'IsolationID 5001 is no VLAN.*matches no frame'
ok "the VM is in none: neither matches" from_vm 192.0.2.1 9
X="$R -Direction Outbound -Protocol TCP -RemotePort 9"
like "which is explained, too" "$(explain $X)" "^Allow,$(id_of Outbound 5),Yes,"
like "in VLAN 7 the entry would" "$(explain $X -IsolationID 7)" "^Deny,$(id_of Outbound 51),Yes,"
like "no frame is in VLAN 4095" "$(lab -c "Test-VMNetworkAdapterAcl web1 $X -IsolationID 4095" 2>&1)" 'not in the range 0 to 4094'
like "entries of the other ACL that are there are told, too" \
  "$(lab -c 'Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 10.9.0.0/16,10.8.0.0/16 -Direction Both -Action Deny; Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 10.9.0.0/16 -Direction Both -Action Deny' 2>&1)" \
  'has this entry already'

# ---- SR-IOV ----
like "an entry on an adapter that waits for a virtual function: told" \
  "$(lab -c 'Set-VMNetworkAdapter web1 -IovWeight 50 -WarningAction SilentlyContinue
Add-VMNetworkAdapterExtendedAcl web1 Deny Outbound -Weight 52 -RemotePort 26 -Protocol TCP' 2>&1)" 'WARNING.*no virtual function'
like "an ACL entry, too" \
  "$(lab -c 'Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 10.7.0.0/16 -Direction Both -Action Deny' 2>&1)" 'WARNING.*no virtual function'
like "and one that goes" \
  "$(lab -c 'Remove-VMNetworkAdapterAcl web1 -RemoteIPAddress 10.7.0.0/16 -Direction Both -Action Deny' 2>&1)" 'WARNING.*no virtual function'

ok "all go, by objects" lab -c '
Get-VMNetworkAdapterExtendedAcl web1 | Remove-VMNetworkAdapterExtendedAcl'
is "there is none" "$(entries)" ""
ok "and everything passes" from_outside 192.0.2.11 5202
done_testing
