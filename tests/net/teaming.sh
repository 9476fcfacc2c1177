# teaming.sh - a guest that teams two adapters goes on by one with the address of
# the other (-AllowTeaming On for both): what it sends passes, what is for the
# address follows it, and nobody else's address does either.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
field() { lab -c "(Get-VMNetworkAdapter -VMName web1 -Name '$1').$2"; }
answers() { vm db1 ping -q -n -c 1 -W 1 192.0.2.11; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
silent() { ! vm db1 ping -q -n -c 3 -i 0.2 -W 1 192.0.2.11 >/dev/null; }
# The port where the switch looks for an address: static entries alone.
led() { hostns bridge fdb | awk -v m="$1" '$1 == m && /static/ { print $3 }' | sort -u; }
# The team goes from eth$1 to eth$2 as a bond does that keeps its address.
fails_over() { vm web1 ip link set "eth$1" down; vm web1 ip addr flush dev "eth$1"
  vm web1 ip link set "eth$2" down; vm web1 ip link set "eth$2" address "$M0"; vm web1 ip link set "eth$2" up
  vm web1 ip addr add 192.0.2.11/24 dev "eth$2"; tells "$2"; }
# As a bond does: tell everybody.
tells() { vm web1 arping -q -c 1 -U -I "eth$1" 192.0.2.11 2>/dev/null || vm web1 ping -q -n -c 1 -W 1 192.0.2.12 >/dev/null; }

ok "a VM with two adapters, and another" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name web1 -SwitchName sw0; New-VM -Name db1 -SwitchName sw0
Add-VMNetworkAdapter -VMName web1 -Name second -SwitchName sw0'
vm db1 ip addr add 192.0.2.12/24 dev eth0
vm web1 ip addr add 192.0.2.11/24 dev eth0
M0=$(vm web1 cat /sys/class/net/eth0/address) M1=$(vm web1 cat /sys/class/net/eth1/address)
P0=$(field 'Network Adapter' InterfaceName) P1=$(field second InterfaceName)
is "Off, unless it is asked for" "$(field second AllowTeaming)" Off
ok "db1 reaches it" wait_until 10 answers

fails_over 0 1
ok "without leave the team's other adapter is deaf and dumb" silent
ok "its frames are counted as from another's address" test "$(field second Drops.MacAddressSpoofing)" -ge 1
ok "one adapter alone is no team" lab -c "Set-VMNetworkAdapter -VMName web1 -Name second -AllowTeaming On"
tells 1
ok "still nothing" silent
is "the plan says what it would do" "$(lab -c "Set-VMNetworkAdapter -VMName web1 -Name 'Network Adapter' -AllowTeaming On -WhatIf" | grep -c "let ${M0^^} move from port $P0 to its team's")" 1
is "and did not" "$(field 'Network Adapter' AllowTeaming)" Off
before=$(field second Drops.MacAddressSpoofing)
ok "both of them" lab -c "Set-VMNetworkAdapter -VMName web1 -Name 'Network Adapter' -AllowTeaming On"
is "shown" "$(field 'Network Adapter' AllowTeaming) $(field second AllowTeaming)" "On On"
tells 1
ok "it goes on by the other adapter" wait_until 10 answers
is "where the switch now looks for it" "$(led "$M0")" "$P1"
from_outside() { outside ping -q -n -c 1 -W 1 192.0.2.11; }
ok "the outside reaches it there" wait_until 10 from_outside
is "nothing more was dropped" "$(field second Drops.MacAddressSpoofing)" "$before"
is "the port is not flooded" "$(hostns bridge -d link show dev "$P1" | grep -o ' flood o[nf]*\|learning o[nf]*' | xargs)" "learning on flood off"
is "restore has nothing to do" "$(lab restore)" ""
is "and left it there" "$(led "$M0")" "$P1"

# ---- no other address but the team's
vm web1 ip link set eth1 down; vm web1 ip link set eth1 address 02:00:00:00:00:77; vm web1 ip link set eth1 up
vm web1 ip addr replace 192.0.2.11/24 dev eth1; tells 1
ok "an address that is nobody's does not pass" silent
ok "and is counted" test "$(field second Drops.MacAddressSpoofing)" -gt "$before"
DB=$(vm db1 cat /sys/class/net/eth0/address)
vm web1 ip link set eth1 down; vm web1 ip link set eth1 address "$DB"; vm web1 ip link set eth1 up
vm web1 ip addr replace 192.0.2.11/24 dev eth1; tells 1
is "nor does another VM's, whose place stays" "$(led "$DB")" "$(lab -c '(Get-VMNetworkAdapter db1).InterfaceName')"
vm web1 ip link set eth1 down; vm web1 ip link set eth1 address "$M1"; vm web1 ip link set eth1 up
vm web1 ip addr flush dev eth1

# ---- and back
vm web1 ip link set eth0 up; vm web1 ip addr add 192.0.2.11/24 dev eth0; tells 0
ok "back by its first adapter" wait_until 10 answers
is "the switch follows" "$(led "$M0")" "$P0"
ok "with the neighbour guard, too" lab -c 'Set-VMNetworkAdapter -VMName web1 -NeighborGuard On'
fails_over 0 1
ok "it goes over" wait_until 10 answers
is "nobody lied" "$(field second Drops.NeighborGuard)" 0

# ---- changes meanwhile
ok "a cap, no guard" lab -c 'Set-VMNetworkAdapter -VMName web1 -NeighborGuard Off; Set-VMNetworkAdapter -VMName web1 -Name second -MaximumBandwidth 500Mbps'
ok "leave the team where it is" wait_until 10 answers
like "the dump has it" "$(lab netsh dump)" "Set-VMNetworkAdapter -VMName 'web1' -Name 'second' .*-AllowTeaming On|Set-VMNetworkAdapter -VMName web1 -Name second .*-AllowTeaming On"
lab netsh dump >"$T_TMP/dump.ps1"
ok "which runs on what is there" lab "$T_TMP/dump.ps1"
ok "the second adapter goes" lab -c 'Remove-VMNetworkAdapter -VMName web1 -Name second'
is "the address has its place again" "$(led "$M0")" "$P0"
vm web1 ip link set eth0 up; vm web1 ip addr add 192.0.2.11/24 dev eth0
ok "and answers there" wait_until 10 answers

# ---- over two switches, as teams for fail-over mostly are
ok "a second switch" lab -c '
New-VMSwitch -Name sw1 -SwitchType Private
Add-VMNetworkAdapter -VMName web1 -Name other -SwitchName sw1
Add-VMNetworkAdapter -VMName db1 -Name other -SwitchName sw1
Set-VMNetworkAdapter -VMName web1 -AllowTeaming On'
fails_over 0 1
vm db1 ip addr flush dev eth0; vm db1 ip addr add 192.0.2.12/24 dev eth1
tells 1
ok "the address is found behind the other switch" wait_until 10 answers
not_ok "On or Off, nothing else" lab -c 'Set-VMNetworkAdapter -VMName web1 -AllowTeaming Perhaps'

# ---- Off
vm web1 ip link set eth1 down; vm web1 ip link set eth1 address 02:00:00:00:00:78
vm web1 ip link set eth1 up; vm web1 ip addr flush dev eth1
ok "Off for all" lab -c 'Set-VMNetworkAdapter -VMName web1 -AllowTeaming Off'
like "its place is fixed" "$(hostns bridge fdb show dev "$P0" | grep "^$M0")" sticky
is "and its port learns nothing" "$(hostns bridge -d link show dev "$P0" | grep -o 'learning o[nf]*')" "learning off"
lab -c "1..7 | ForEach-Object { Add-VMNetworkAdapter -VMName db1 -Name \"n\$_\" -SwitchName sw1 }" >/dev/null 2>&1
ok "eight adapters can be a team" lab -c 'Get-VMNetworkAdapter -VMName db1 | Select-Object -First 8 | Set-VMNetworkAdapter -AllowTeaming On'
not_ok "nine cannot" lab -c 'Set-VMNetworkAdapter -VMName db1 -AllowTeaming On'
like "which is said" "$(cat "$T_TMP/err")" "8 others of the same VM|at most 7 can"
done_testing
