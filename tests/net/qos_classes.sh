# qos_classes.sh - traffic classes by software on a shaped link, on real frames:
# the shares of ETS, Strict before them, the cap and the weight of a policy, beside
# the floor of a VM; what is refused; flow control, DCBX and NetAdapterQos say what
# is in force and what is not; store, dump, undo and the end.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
says() { local re=$1; shift; lab -c "$*" >"$T_TMP/says" 2>&1
  local rc=$?; like "refused: $* ($re)" "$rc $(tr '\n' ' ' <"$T_TMP/says")" "^1 .*$re"; }
classes() { hostns tc class show dev "$1" | sort; }
# Bytes that left by each class: "1:2 N 1:3 N …"
look() { tc -n "vmnetsh-$T_LAB" -s class show dev pnic0 |
  awk '/^class htb/ { c = $3 } / Sent / { printf "%s %s ", c, $2 } END { print "at", t }' t="${EPOCHREALTIME/[.,]/}"; }
# rate CLASS…: Mbit/s of each while the background sends (two seconds of it)
rate() { local a b; a=$(look); sleep 2; b=$(look)
  echo "$a $b" "$@" | awk -v n=$# '{ half = (NF - n) / 2
    for (i = 1; i < half; i += 2) { x[$i] = $(i+1); y[$i] = $(half + i + 1) }
    t = (y["at"] - x["at"]) / 8
    for (i = NF - n + 1; i <= NF; i++) printf "%.1f ", (y[$i] - x[$i]) / t }'; }
holds() { awk -v r="$1" "BEGIN { split(r, m, \" \"); exit !($2) }"; }
# share WHAT CONDITION CLASS…: a busy machine is asked more than once
share() { local what=$1 cond=$2 try r; shift 2
  for try in 1 2 3 4 5 6 7 8; do r=$(rate "$@"); echo "# $what (Mbit/s of $*): $r"
    holds "$r" "$cond" && break; done
  ok "$what" holds "$r" "$cond"; }
PIDS=()
at_exit 'kill ${PIDS[@]}'
quiet() { kill "${PIDS[@]}" 2>/dev/null; wait "${PIDS[@]}" 2>/dev/null; PIDS=(); }
udp() { ip netns exec "vmnetsh-$T_LAB" "$BLAST" -t 120 192.0.2.1 "$1" >/dev/null 2>&1 & PIDS+=($!); }
tcp() { ip netns exec "vmnetsh-$T_LAB" bash -c 'exec cat /dev/zero >/dev/tcp/192.0.2.1/9' 2>/dev/null & PIDS+=($!); }

ok "a switch on a link of 100 Mbit/s" lab -c '
Set-LabAdapter -Name pnic0 -LinkSpeed 100Mbps
New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $true -MinimumBandwidthMode Weight
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.10 -PrefixLength 24
New-VM web1 -SwitchName sw0'
ip -n "vmnetsh-$T_LAB-vm-web1" addr add 192.0.2.11/24 dev eth0
reaches() { hostns ping -q -c1 -W1 192.0.2.1; }
ok "it reaches the outside" wait_until 10 reaches

# ---- classes
ok "as published" lab -c 'New-NetQosPolicy SMB -NetDirectPortMatchCondition 9 -PriorityValue8021Action 3
New-NetQosTrafficClass SMB -Priority 3 -BandwidthPercentage 60 -Algorithm ETS'
is "not enabled: not in force" "$(lab -c '(Get-NetQosTrafficClass SMB).ActiveOn.Count'; classes pnic0)" 0
like "-WhatIf" "$(lab -c 'Enable-NetAdapterQos pnic0 -WhatIf')" 'class 1:3 on pnic0 for SMB: at least 60000000, at most 100000000'
ok "enabled" lab -c 'Enable-NetAdapterQos pnic0'
is "classes of the kernel" "$(classes pnic0 | grep -o 'htb 1:[^ ]* .*rate [^ ]*' | sed 's/ parent.*rate/ rate/;s/ root.*rate/ rate/')" \
  $'htb 1:1 rate 100Mbit\nhtb 1:2 rate 40Mbit\nhtb 1:3 rate 60Mbit'
is "the default one has the rest" "$(lab -c '$d = (Get-NetQosTrafficClass)[0]; "$($d.Name) $($d.BandwidthPercentage) $($d.Priority)"')" '[Default] 40 0-2,4-7'
like "told" "$(lab -c '(Get-NetAdapterQos pnic0).OperationalTrafficClasses')" '1 SMB: ETS 60%, priorities 3, told 60 Mbps'
udp 5001
tcp
share "TCP of SMB has its share beside a flood" 'm[1] >= 57 && m[1] + m[2] <= 105' 1:3 1:2
quiet
tcp
share "alone it has the whole link" 'm[1] >= 90' 1:3
quiet

# ---- a policy's cap and weight
ok "a cap in the class" lab -c 'New-NetQosPolicy slow -IPDstPortMatchCondition 5003 -ThrottleRateActionBitsPerSecond 10000000 -PriorityValue8021Action 3'
like "is a class below that" "$(classes pnic0)" 'htb 1:ff01 parent 1:3 .* ceil 10Mbit'
like "whose rest has one, too" "$(classes pnic0)" 'htb 1:fe01 parent 1:3 '
udp 5003; udp 5001
share "the cap is kept, within 2 percent" 'm[1] >= 9.5 && m[1] <= 10.2' 1:ff01
tcp
share "and the class keeps its share" 'm[1] >= 57' 1:3
quiet
ok "without the cap" lab -c 'Set-NetQosPolicy slow -ThrottleRateActionBitsPerSecond 0'
not_ok "no class below is left" grep -q 'parent 1:3' <(classes pnic0)
ok "a weight" lab -c 'Set-NetQosPolicy slow -PriorityValue8021Action -1 -MinBandwidthWeightAction 75'
like "is its part of the default class" "$(classes pnic0)" 'htb 1:ff01 parent 1:1 prio 1 rate 30Mbit'
udp 5003; udp 5001; tcp
share "it has that" 'm[1] >= 28.5 && m[2] >= 57' 1:ff01 1:3
quiet
ok "gone" lab -c 'Remove-NetQosPolicy slow -Confirm:$false'

# ---- the floor of a VM
ok "a weight for the VM" lab -c 'Set-VMNetworkAdapter web1 -MinimumBandwidthWeight 3'
is "is of what the classes leave" "$(lab -c '(Get-VMNetworkAdapterBandwidth web1).MinimumBandwidth')" 30000000
udp 5001; tcp
ip netns exec "vmnetsh-$T_LAB-vm-web1" "$BLAST" -t 120 192.0.2.1 9 >/dev/null 2>&1 & PIDS+=($!)
slot=$(hostns tc class show dev pnic0 | grep -o '1:1[1-9] ' | tr -d ' ')
share "VM, class and the rest have theirs" 'm[1] >= 28.5 && m[2] >= 57 && m[3] >= 9' "$slot" 1:3 1:2
quiet

# ---- Strict
ok "Strict" lab -c 'New-NetQosPolicy urgent -IPDstPortMatchCondition 5002 -PriorityValue8021Action 3
Set-NetQosTrafficClass SMB -Algorithm Strict'
like "goes first" "$(classes pnic0)" 'htb 1:2 parent 1:1 prio 1 .*htb 1:3 parent 1:1 prio 0 '
udp 5001; udp 5002
share "before the default class" 'm[1] >= 95' 1:3 1:2
quiet
ok "ETS again" lab -c 'Remove-NetQosPolicy urgent -Confirm:$false; Set-NetQosTrafficClass SMB -Algorithm ETS -BandwidthPercentage 50'

# ---- what is refused, and what is told of the rest
says 'add up to 101 percent; lower one of them by at least 1' New-NetQosTrafficClass more ETS 4 -BandwidthPercentage 51
says 'priority 3 belongs to' New-NetQosTrafficClass more ETS 3 -BandwidthPercentage 1
says 'out of range; give 0 to 7' New-NetQosTrafficClass more ETS 8 -BandwidthPercentage 1
says 'ETS has a -BandwidthPercentage' New-NetQosTrafficClass more ETS 4
says 'Strict goes before all shares' New-NetQosTrafficClass more Strict 4 -BandwidthPercentage 5
says 'what the others leave|that the others leave' "Set-NetQosTrafficClass '[[]Default]' -BandwidthPercentage 5; New-NetQosTrafficClass '[Default]' ETS 4 -BandwidthPercentage 5"
says 'no physical adapter' Switch-NetQosFlowControl Global nosuch
says 'not built here yet' Switch-NetQosTrafficClass AdapterSpecific pnic0
ok "flow control" lab -c 'Enable-NetQosFlowControl -Priority 3,4; Get-NetQosFlowControl -Priority 4 | Disable-NetQosFlowControl'
is "is kept" "$(lab -c '(Get-NetQosFlowControl | Where-Object Enabled).Priority')" 3
like "and not in force" "$(lab -c '(Get-NetAdapterQos pnic0).OperationalFlowControl')" 'not in force \(asked: priorities 3\): its driver has no DCB'
ok "not willing" lab -c 'Set-NetQosDcbxSetting -Willing $false -Confirm:$false'
is "is told" "$(lab -c '(Get-NetQosDcbxSetting).Willing')" False
cp /bin/sleep "$T_TMP/lldpad"
ip netns exec "vmnetsh-$T_LAB" "$T_TMP/lldpad" 60 & PIDS+=($!)
named() { lab -c '(Get-NetAdapterQos pnic0).Reasons' | grep -q "lldpad (pid"; }
ok "an agent of others is named" wait_until 5 named
quiet

# ---- store, restore, undo, the end
before=$(lab netsh dump)
like "dump" "$before" 'New-NetQosTrafficClass -Name SMB -Algorithm ETS -BandwidthPercentage 50 -Priority 3.*Enable-NetAdapterQos -Name pnic0.*Enable-NetQosFlowControl -Priority 3.*Set-NetQosDcbxSetting -Willing \$false -Confirm:\$false'
have=$(classes pnic0)
hostns tc qdisc del dev pnic0 root
ok "restore" lab restore
is "makes them again" "$(classes pnic0)" "$have"
hostns tc qdisc replace dev pnic1 root handle 7: tbf rate 1gbit burst 64kb limit 64kb
says 'root qdisc .tbf. that is not ours' Enable-NetAdapterQos pnic0,pnic1
hostns tc qdisc del dev pnic1 root
is "a change that fails leaves them" "$(classes pnic0)" "$have"
like "-WhatIf of the end" "$(lab -c 'Disable-NetAdapterQos pnic0 -WhatIf')" 'remove class 1:3 from pnic0'
is "-WhatIf leaves them" "$(classes pnic0)" "$have"
ok "off" lab -c 'Disable-NetAdapterQos pnic0'
not_ok "the class is gone" grep -q 'htb 1:3 ' <(classes pnic0)
ok "the VM's floor is still there" grep -q "htb $slot " <(classes pnic0)
ok "on, and the switch goes" lab -c 'Enable-NetAdapterQos pnic0; Remove-VM web1 -Force; Remove-VMSwitch sw0 -Force'
is "the class stays with the adapter" "$(lab -c '(Get-NetQosTrafficClass SMB).ActiveOn')" pnic0
ok "all go" lab -c 'Remove-NetQosTrafficClass -Confirm:$false; Remove-NetQosPolicy -Confirm:$false'
is "nothing is left" "$(classes pnic0; hostns tc filter show dev pnic0 egress)" ''
done_testing
