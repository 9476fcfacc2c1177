# iov_set.test.sh - SR-IOV on a switch over two cards: functions of both, each
# adapter's of the card that its software adapter goes by; every way between the
# functions of one card, of the other, software ports and outside; a card loses
# its link, and has it again; a member leaves and joins.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf1 ] || { echo "1..0 # SKIP runs in tests/vm/run --cards 2"; exit 0; }
use_lab
vm() { ip netns exec "vmnetsh-$T_LAB-vm-$1" "${@:2}"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
field() { lab -c "(Get-VMNetworkAdapter -VMName $1).$2"; }
card() { field "$1" IovVirtualFunction | cut -d' ' -f1; }
of_card() { [ "$(card "$1")" = "$2" ]; }
way() { vm "$1" sed -n 's/^Currently Active Slave: //p' /proc/net/bonding/eth0; }
goes_by() { [ "$(way "$1")" = "$2" ]; }
pinged() { "$@" ping -q -n -c 1 -W 1 "$TO"; }
count() { cat "/run/vmnetsh/lab-$T_LAB/sys/class/net/$1/device/sriov_numvfs"; }
sums() { lab -c "\$s = Get-VMSwitch set0; \"\$(\$s.IovVirtualFunctionCount) \$(\$s.IovVirtualFunctionsInUse)\""; }
nothing_to_restore() { [ -z "$(lab restore)" ]; }
# Each from everywhere, and everywhere from each.
ADDRESS=(web1:11 web2:12 web3:13 web4:14 db1:15)
all_reach() { local a b
  for a in "${ADDRESS[@]}"; do
    for b in "${ADDRESS[@]}" out:1; do
      [ "$a" = "$b" ] || TO=192.0.2.${b#*:} wait_until 20 pinged vm "${a%:*}" || { echo "# ${a%:*} does not reach ${b%:*}"; return 1; }
    done
    TO=192.0.2.${a#*:} wait_until 20 pinged outside || { echo "# the outside does not reach ${a%:*}"; return 1; }
  done; }

lab -c 'Add-LabAdapter pf0; Add-LabAdapter pf1; Add-LabAdapter wire0 -Outside' >/dev/null
like "-WhatIf tells both cards" "$(lab -c 'New-VMSwitch set0 -NetAdapterName pf0, pf1 -EnableEmbeddedTeaming $true -EnableIov $true -IovVfCount 2 -AllowManagementOS $false -WhatIf' | paste -sd' ' -)" \
  "make 2 virtual functions of pf0.*make 2 virtual functions of pf1"
is "and makes none" "$(count pf0) $(count pf1)" "0 0"
ok "a switch with SR-IOV over two cards" lab -c \
  'New-VMSwitch set0 -NetAdapterName pf0, pf1 -EnableEmbeddedTeaming $true -EnableIov $true -IovVfCount 2 -AllowManagementOS $false'
is "two functions of each" "$(count pf0) $(count pf1)" "2 2"
is "the switch shows their sum" "$(sums)" "4 0"
is "and what it is" "$(lab -c '$s = Get-VMSwitch set0; "$($s.IovEnabled) $($s.IovSupport) $($s.EmbeddedTeamingEnabled) $($s.BandwidthReservationMode)"')" "True True True None"
lab -c 'foreach ($v in "web1", "web2", "web3", "web4", "db1") { New-VM $v -SwitchName set0 }
  Set-VMNetworkAdapterTeamMapping -VMName web3 -PhysicalNetAdapterName pf1' >/dev/null
for a in "${ADDRESS[@]}"; do vm "${a%:*}" ip addr add "192.0.2.${a#*:}/24" dev eth0; done
ok "four ask for one" lab -c '"web1", "web2", "web3", "web4" | ForEach-Object { Set-VMNetworkAdapter -VMName $_ -IovWeight 50 }'
for v in web1 web2 web3 web4; do ok "$v has it" wait_until 20 goes_by $v eth0v; done
ok "web3 of the card that it is mapped to" wait_until 20 of_card web3 pf1
even() { [ "$(for v in web1 web2 web3 web4; do card $v; done | sort | uniq -c | awk '{ print $1 $2 }' | paste -sd' ' -)" = "2pf0 2pf1" ]; }
ok "two of each card" wait_until 20 even
is "the switch counts them" "$(sums)" "4 4"
is "each card has its own" "$(lab -c '"$(@(Get-NetAdapterSriovVf pf0 | Where-Object InUse).Count) $(@(Get-NetAdapterSriovVf pf1 | Where-Object InUse).Count)"')" "2 2"
ok "everybody reaches everybody, and the outside" all_reach
ok "nothing is left to do" wait_until 30 nothing_to_restore
lab -c 'Set-NetAdapterSriov pf1 -NumVFs 9' 2>"$T_TMP/err"
like "more than a card has are refused" "$(cat "$T_TMP/err")" "pf1.*the card has 7"
is "and nothing changes" "$(count pf0) $(count pf1) $(sums)" "2 2 4 4"

# ---- what the cards do, whichever it is
ON0=$(for v in web1 web2 web4; do [ "$(card $v)" != pf0 ] || echo $v; done | paste -sd' ' -)
read -r FIRST SECOND <<<"$ON0"
told() { hostns ip -j link show "$1" | jq -r --arg m "$2" ".[0].vfinfo_list[] | select(.address == \$m) | .$3"; }
mac() { vm "$1" cat /sys/class/net/eth0/address; }
ok "a VLAN for functions of both" lab -c "Set-VMNetworkAdapterVlan -VMName $FIRST -Access -VlanId 10
  Set-VMNetworkAdapterVlan -VMName web3 -Access -VlanId 10"
is "each card has it" "$(told pf0 "$(mac "$FIRST")" vlan_list[0].vlan) $(told pf1 "$(mac web3)" vlan_list[0].vlan)" "10 10"
TO=192.0.2.13
ok "they reach each other in it" wait_until 20 pinged vm "$FIRST"
not_ok "another one does not" pinged vm "$SECOND"
ok "one more, by software" lab -c 'Set-VMNetworkAdapterVlan -VMName db1 -Access -VlanId 10'
ok "reaches that of the one card" wait_until 20 pinged vm db1
TO=192.0.2.15 ok "and is reached from that of the other" wait_until 20 pinged vm "$FIRST"
ok "untagged again, a cap" lab -c "\"$FIRST\", \"web3\", \"db1\" | ForEach-Object { Set-VMNetworkAdapterVlan -VMName \$_ -Untagged }
  Set-VMNetworkAdapter -VMName web3 -IovPolicy Bypass -MaximumBandwidth 50Mbps"
is "is told to its card" "$(told pf1 "$(mac web3)" rate.max_tx)" 50
lab -c 'Set-VMNetworkAdapter -VMName web3 -IovPolicy Keep -MaximumBandwidth 0' >/dev/null
ok "one that brings addresses of its own" lab -c "Set-VMNetworkAdapter -VMName $SECOND -MacAddressSpoofing On"
ok "goes by software" wait_until 20 goes_by "$SECOND" eth0s
like "which is told" "$(field "$SECOND" IovReasons)" "switch over several cards"
ok "no more, and it has its function" lab -c "Set-VMNetworkAdapter -VMName $SECOND -MacAddressSpoofing Off"
ok "again" wait_until 20 goes_by "$SECOND" eth0v

# ---- a card loses its link, and one function of the other is free
link() { echo "set_link w$1 $2" >"$VM_MONITOR"; }
one_went() { [ "$(card "$FIRST") $(card "$SECOND")" = "pf1 pf0" ] && goes_by "$FIRST" eth0v; }
both_back() { of_card "$FIRST" pf0 && of_card "$SECOND" pf0 && goes_by "$FIRST" eth0v && goes_by "$SECOND" eth0v; }
ok "web3 gives back" lab -c 'Set-VMNetworkAdapter -VMName web3 -IovWeight 0'
before=$(field "$SECOND" IovSwitchOvers)
link 0 off
ok "without a link: by software" wait_until 20 goes_by "$SECOND" eth0s
TO=192.0.2.1; ok "which goes by the other card" wait_until 20 pinged vm "$SECOND"
ok "the older one gets its free function" wait_until 30 one_went
like "why is shown" "$(field "$SECOND" IovLastReason)" "^pf0 has no link"
is "and where they go" "$(field "$FIRST" NetworkPath) $(field "$SECOND" NetworkPath)" "VirtualFunction Software"
ok "everybody reaches everybody, and the outside" all_reach
link 0 on
ok "the link is back, and so are they" wait_until 40 both_back
ok "it is counted" test "$(field "$SECOND" IovSwitchOvers)" -ge $((before+2))
ok "everybody reaches everybody" all_reach
ok "web3 asks again" lab -c 'Set-VMNetworkAdapter -VMName web3 -IovWeight 50'
ok "and has one" wait_until 20 goes_by web3 eth0v

# ---- members leave and join
all_by() { local v; for v in web1 web2 web3 web4; do goes_by $v eth0v || return 1; done; }
lab -c 'Remove-VMSwitchTeamMember set0 -NetAdapterName pf0' >"$T_TMP/all" 2>&1
like "a member leaves: who had its functions is told" "$(tr '\n' ' ' <"$T_TMP/all")" "'$FIRST/Network Adapter': its virtual function of pf0 goes with that, the software NIC carries it: all 2 virtual functions of pf1"
is "they are gone, those of the other are not" "$(count pf0) $(count pf1) $(sums)" "0 2 2 2"
is "its card takes nobody's frames any more" "$(hostns bridge fdb show dev pf0 | grep -ci 00:15:5d)" 0
ok "they go by software" wait_until 20 goes_by "$SECOND" eth0s
ok "everybody reaches everybody" all_reach
ok "it joins" lab -c 'Add-VMSwitchTeamMember set0 -NetAdapterName pf0'
is "and makes as many as before" "$(count pf0)" 2
ok "all have theirs again" wait_until 40 all_by
ok "two of each card" wait_until 40 even
ok "everybody reaches everybody" all_reach
ok "Disable-NetAdapter moves them, too" lab -c 'Set-VMNetworkAdapter -VMName web3 -IovWeight 0; Disable-NetAdapter pf0 -Confirm:$false'
one_more() { [ "$(for v in web1 web2 web4; do card $v; done | grep -c pf1)" = 2 ]; }
ok "one goes by the free one" wait_until 30 one_more
ok "and back" lab -c 'Enable-NetAdapter pf0; Set-VMNetworkAdapter -VMName web3 -IovWeight 50'
ok "all have theirs" wait_until 40 all_by
ok "nothing is left to do" wait_until 30 nothing_to_restore

# ---- a boot, a dump, the end
hostns ip link del set0
for c in pf0 pf1; do echo 0 >"/run/vmnetsh/lab-$T_LAB/sys/class/net/$c/device/sriov_numvfs"; done
ok "as after a boot: restored" lab restore
is "functions of both" "$(count pf0) $(count pf1)" "2 2"
ok "all have theirs" wait_until 40 all_by
ok "everybody reaches everybody" all_reach
lab netsh dump >"$T_TMP/dump"
like "the dump has it" "$(cat "$T_TMP/dump")" "New-VMSwitch -Name set0 -NetAdapterName pf1, pf0 -EnableEmbeddedTeaming .true .*-EnableIov .true"
ok "the switch goes" lab -c 'Remove-VMSwitch set0 -Force'
is "and the functions of both" "$(count pf0) $(count pf1)" "0 0"
is "the VMs have their software adapters alone" "$(vm web1 ip -br link show type bond)" ""
done_testing
