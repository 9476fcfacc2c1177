# qos.sh - QoS policies of the host's own traffic in the lab: what leaves, seen by
# tcpdump at the outside machine, carries DSCP and priority; counters tell of it;
# a VM's frames are left alone; store, dump, undo, restore and -WhatIf know it.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
says() { local re=$1; shift; lab -c "$*" >"$T_TMP/says" 2>&1
  local rc=$?; like "refused: $* ($re)" "$rc $(tr '\n' ' ' <"$T_TMP/says")" "^1 .*$re"; }
# watch FILTER: what comes in at the outside machine's wire0 from now on
watch() { : >"$T_TMP/tcpdump"
  ip netns exec "vmnetsh-$T_LAB-outside" timeout 30 tcpdump -i wire0 -n -e -v -l -Q in "$1" >"$T_TMP/seen" 2>"$T_TMP/tcpdump" & WATCH=$!
  wait_until 10 grep -q listening "$T_TMP/tcpdump"; }
seen() { wait_until 5 grep -q "$1" "$T_TMP/seen"; local rc=$?
  kill "$WATCH" 2>/dev/null; wait "$WATCH" 2>/dev/null; cat "$T_TMP/seen"; return $rc; }
syn() { hostns bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null; }
udp() { hostns bash -c "echo x >/dev/udp/$1/$2"; }
matched() { lab -c "(Get-NetQosPolicy '$1').MatchedPackets"; }

ok "a switch with a host adapter, and a VM" lab -c '
New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.10 -PrefixLength 24
New-VM web1 -SwitchName sw0'
vm web1 ip addr add 192.0.2.11/24 dev eth0
reaches() { hostns ping -q -c1 -W1 192.0.2.1; }
ok "it reaches the outside" wait_until 10 reaches

# ---- ports and prefixes, -WhatIf
like "-WhatIf says what it would do" "$(lab -c 'New-NetQosPolicy SMB -SMB -DSCPAction 26 -WhatIf')" \
  'meet the QoS policies SMB.*classify what pnic0 sends'
is "and does nothing" "$(lab -c '@(Get-NetQosPolicy).Count'; hostns tc filter show dev pnic0 egress)" 0
ok "as published" lab -c 'New-NetQosPolicy -Name SMB -SMB -PriorityValue8021Action 3 -DSCPAction 26
New-NetQosPolicy rest -Default -DSCPAction 8 -Precedence 255
New-NetQosPolicy dns -IPProtocolMatchCondition UDP -IPDstPortMatchCondition 53 -DSCPAction 46
New-NetQosPolicy six -IPDstPrefixMatchCondition 2001:db8::/64 -DSCPAction 12'
is "again changes nothing" "$(lab -c 'New-NetQosPolicy SMB -SMB -PriorityValue8021Action 3 -DSCPAction 26 | Out-Null; @(Get-NetQosPolicy).Count')" 4
is "in force on both adapters" "$(lab -c '(Get-NetQosPolicy SMB).ActiveOn -join ","')" pnic0,pnic1
ok "watched" watch 'tcp port 445'
syn 192.0.2.1 445
like "SMB has its DSCP" "$(seen 'Flags .S')" 'tos 0x68'
is "and is counted" "$(matched SMB)" 1
ok "watched" watch 'udp port 53'
udp 192.0.2.1 53
like "DNS has its own" "$(seen 192.0.2.1)" 'tos 0xb8'
ok "watched" watch icmp
reaches >/dev/null
like "all else has that of -Default, whatever its precedence" "$(seen 'echo request')" 'tos 0x20'
ok "watched" watch icmp
vm web1 ping -q -c1 -W1 192.0.2.1 >/dev/null
like "a VM's frames are its own" "$(seen 'echo request')" 'tos 0x0,'
hostns ip addr add 2001:db8::10/64 dev ve-sw0 nodad
ok "watched" watch 'udp port 7777'
hostns bash -c 'echo x >/dev/udp/2001:db8::1/7777'
like "IPv6" "$(seen '2001:db8::1')" 'class 0x30'

# ---- the tag, and the user: of what leaves by an adapter itself
ok "an address on the second adapter" lab -c 'New-NetIPAddress -InterfaceAlias pnic1 -IPAddress 198.51.100.2 -PrefixLength 24'
hostns ip neigh replace 198.51.100.1 lladdr 02:00:00:00:00:01 dev pnic1
ok "a policy of a user" lab -c 'New-NetQosPolicy who -UserMatchCondition nobody -DSCPAction 11 -Precedence 200'
before=$(matched who)
hostns bash -c 'echo x >/dev/udp/198.51.100.1/7000'
is "not of root's" "$(matched who)" "$before"
vm web1 ping -q -c1 -W1 192.0.2.1 >/dev/null
reaches >/dev/null
is "nor of what has no socket" "$(matched who)" "$before"
hostns setpriv --reuid nobody --clear-groups bash -c 'echo x >/dev/udp/198.51.100.1/7000'
is "of nobody's" "$(matched who)" $((before + 1))
says "has no user 'nosuch'" New-NetQosPolicy bad -UserMatchCondition nosuch -DSCPAction 1

# ---- changes
ok "another DSCP" lab -c 'Set-NetQosPolicy SMB -DSCPAction 34'
is "the counter goes on" "$(matched SMB)" 1
ok "watched" watch 'tcp port 445'
syn 192.0.2.1 445
like "the new one" "$(seen 'Flags .S')" 'tos 0x88'
is "no action any more" "$(lab -c 'Set-NetQosPolicy SMB -DSCPAction -1; (Get-NetQosPolicy SMB).DSCPValue')" ''
is "by pipeline" "$(lab -c 'Get-NetQosPolicy dns | Set-NetQosPolicy -DSCPAction 40; (Get-NetQosPolicy dns).DSCPValue')" 40

# ---- what is refused, with nothing changed
state=$(lab -c 'Get-NetQosPolicy | ConvertTo-Json')
says 'out of range; give 0 to 63' New-NetQosPolicy bad -SMB -DSCPAction 64
says 'out of range; give 0 to 255' New-NetQosPolicy bad -SMB -DSCPAction 6 -Precedence 256
says 'exists and says something else' New-NetQosPolicy SMB -NFS -DSCPAction 1
says 'goes with -IPDstPortEndMatchCondition' New-NetQosPolicy bad -IPDstPortStartMatchCondition 5
says 'ends before it begins' New-NetQosPolicy bad -IPDstPortStartMatchCondition 5 -IPDstPortEndMatchCondition 4
says 'not of one IP version' New-NetQosPolicy bad -IPDstPrefixMatchCondition 10.0.0.0/8 -IPSrcPrefixMatchCondition '::/0'
says 'Linux has no network profiles' New-NetQosPolicy bad -SMB -NetworkProfile Domain
says 'kept on this host alone' New-NetQosPolicy bad -SMB -PolicyStore 'GPO:x'
says 'a frame does not tell' New-NetQosPolicy bad -AppPathNameMatchCondition x.exe -DSCPAction 1
says 'no QoS policy' Set-NetQosPolicy nosuch -DSCPAction 1
says 'stands alone' Set-NetQosPolicy SMB -IPPortMatchCondition 5
is "nothing has changed" "$(lab -c 'Get-NetQosPolicy | ConvertTo-Json')" "$state"

# ---- store, restore, undo, others' programs, the end
lab -c 'dump' >/dev/null 2>&1
like "dump" "$(lab netsh dump)" 'New-NetQosPolicy -Name SMB -SMB -PriorityValue8021Action 3 '
hostns tc filter del dev pnic0 egress
is "gone behind our back: not in force there" "$(lab -c '(Get-NetQosPolicy SMB).ActiveOn -join ","')" pnic1
ok "restore" lab restore
is "it is there again" "$(lab -c '(Get-NetQosPolicy SMB).ActiveOn -join ","')" pnic0,pnic1
is "one that is not kept is undone" "$(lab -c 'Remove-NetQosPolicy SMB -Confirm:$false; New-VM "" -ErrorAction Stop' >/dev/null 2>&1; lab -c '@(Get-NetQosPolicy SMB -ErrorAction SilentlyContinue).Count')" 0
ok "the switch goes" lab -c 'Remove-VMSwitch sw0 -Force'
is "the policies stay with the adapter" "$(lab -c '(Get-NetQosPolicy dns).ActiveOn -join ","')" pnic0,pnic1
ok "all go" lab -c 'Get-NetQosPolicy | Remove-NetQosPolicy -Confirm:$false'
is "no classifier is left" "$(hostns tc filter show dev pnic0 egress; hostns tc filter show dev pnic1 egress; hostns tc qdisc show dev pnic1 | grep clsact)" ''
done_testing
