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
done_testing
