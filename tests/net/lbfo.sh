# lbfo.sh - teams of the host where the kernel has no bonds, or nobody asks it:
# the answer names what is missing, nothing has changed; mistakes are told.
# What a kernel with bonds does: tests/vm/lbfo.test.sh.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
lab -c 'Get-VM' >/dev/null
state() { hostns ip -o link; hostns ip -br addr show scope global; cat "$T_TMP/state/store.json" 2>/dev/null; }
lab -c 'New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false' >/dev/null
state >"$T_TMP/before"
refused() { # refused WHAT LINE WORDS
  not_ok "$1" lab -c "$2"
  like "$1: told" "$(tr '\n' ' ' <"$T_TMP/err")" "$3"
  state >"$T_TMP/after"; ok "$1: nothing has changed" diff "$T_TMP/before" "$T_TMP/after"; }
if hostns ip link add probe0 type bond 2>/dev/null; then
  hostns ip link del probe0
  skip "a kernel without bonds" "this one has them"
else
  lacks="team 'Team1': this kernel has no links of kind 'bond', nor a module for them.*CONFIG_BONDING"
  refused "a kernel without bonds" 'New-NetLbfoTeam -Name Team1 -TeamMembers pnic1 -Confirm:$false' "$lacks"
  refused "asked with -WhatIf" 'New-NetLbfoTeam Team1 pnic1 -TeamingMode Lacp -LacpTimer Fast -WhatIf' "$lacks"
fi
refused "no such member" 'New-NetLbfoTeam Team1 nope' "there is no network adapter 'nope'; there are: .*pnic1"
refused "no adapter like it" 'New-NetLbfoTeam Team1 nope*' "no physical network adapter is like 'nope\*'"
refused "a switch's adapter" 'New-NetLbfoTeam Team1 pnic0' "pnic0 is the network adapter of switch 'sw0'"
refused "a switch's name" 'New-NetLbfoTeam sw0 pnic1' "switch 'sw0' has the interface name sw0"
refused "a timer without LACP" 'New-NetLbfoTeam Team1 pnic1 -TeamingMode Static -LacpTimer Fast' "-LacpTimer Fast goes with -TeamingMode Lacp"
refused "a team that is not there" 'Set-NetLbfoTeam Team1 -TeamingMode Static' "there is no team 'Team1'"
refused "nor its members" 'Get-NetLbfoTeamMember -Team Team1' "there is no team 'Team1'"
refused "nor its interfaces" 'Add-NetLbfoTeamNic Team1 42' "there is no team 'Team1'; New-NetLbfoTeam makes one"
refused "no VLAN" 'Add-NetLbfoTeamNic Team1 4095' "-VlanID 4095 is out of range; give 1 to 4094"
refused "two wishes" 'Set-NetLbfoTeamNic x -VlanID 4 -Default' "give -VlanID or -Default, not both"
is "none are listed" "$(lab -c 'Get-NetLbfoTeam; Get-NetLbfoTeamMember; Get-NetLbfoTeamNic')" ""
is "none are removed" "$(lab -c 'Remove-NetLbfoTeam T* -Confirm:$false')" ""

# A foreign bridge's port is no team's.
hostns ip link add br9 type bridge; hostns ip link set pnic1 master br9
not_ok "a bridge's port is no uplink" lab -c 'New-VMSwitch sw1 -NetAdapterName pnic1 -AllowManagementOS $false'
like "and whose it is" "$(cat "$T_TMP/err")" "network adapter pnic1 is a port of br9 already"
hostns ip link del br9
done_testing
