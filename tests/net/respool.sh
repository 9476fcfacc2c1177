# respool.sh - pools of network adapters: what they have counted only grows, to
# the byte, whoever comes, goes, is reset, removed or renamed, over a boot; and
# which switches their adapters go to.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
run() { lab -NonInteractive -c "$1"; }
fails() { not_ok "$1" run "$2"; like "$1: says so" "$(cat "$T_TMP/err")" "$3"; }

ok "a host" run '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VMSwitch -Name sw1 -SwitchType Private
New-VMSwitch -Name sw2 -SwitchType Private
New-VM -Name web1 -SwitchName sw0
New-VM -Name db1 -SwitchName sw0'
for v in web1 db1; do
  n=vmnetsh-$T_LAB-vm-$v
  ip netns exec "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  ip -n "$n" addr add 192.0.2.$([ $v = web1 ] && echo 11 || echo 12)/24 dev eth0
done
# VM FRAMES: so many of 98 bytes there, and as many back.
send() { ip netns exec "vmnetsh-$T_LAB-vm-$1" ping -q -c"$2" -i0.01 -W2 192.0.2.1 >/dev/null; }
# Bytes of IPv4 from the VMs of a pool, in frames of 98.
frames() { run "(Measure-VMResourcePool '$1').NetworkMeteredTrafficReport |
  Where-Object { \$_.Direction -eq 'Outbound' -and \$_.RemoteAddress -eq '0.0.0.0/0' } |
  ForEach-Object { \$_.TotalBytes / 98 }"; }
send web1 1; send db1 1

# ---- pools ----
ok "pools above each other" run '
New-VMResourcePool -Name all -ResourcePoolType Ethernet
New-VMResourcePool part Ethernet all
Set-VMNetworkAdapter web1 -ResourcePoolName part'
is "an adapter's" "$(run '(Get-VMNetworkAdapter web1).PoolName; (Get-VMNetworkAdapter db1).PoolName' | paste -sd' ')" "part Primordial"
is "those of a pool are those below it too" "$(run '(Get-VMResourcePool all).VMNetworkAdapters')" "web1/Network Adapter"
is "the parents" "$(run '(Get-VMResourcePool part).ParentName')" all
ok "the same again" run 'New-VMResourcePool part Ethernet all'
fails "with another parent" 'New-VMResourcePool part Ethernet' "exists with the parent 'all'"
fails "a circle" 'Set-VMResourcePool all Ethernet part' "cannot be its parent"
fails "a parent that is not there" 'New-VMResourcePool x Ethernet nope' "'nope': no such resource pool"
fails "a pool that is not there" 'Set-VMNetworkAdapter web1 -ResourcePoolName nope' "no such resource pool"
fails "Primordial is not made" 'New-VMResourcePool primordial Ethernet' "always there"
fails "nor removed" 'Remove-VMResourcePool Primordial Ethernet' "always there"
fails "nor renamed" 'Rename-VMResourcePool Primordial Ethernet x' "always there"
fails "one that somebody belongs to" 'Remove-VMResourcePool part Ethernet' "adapter 'web1/Network Adapter'"
fails "or a pool" 'Remove-VMResourcePool all Ethernet' "pool 'part'"
fails "a pool of memory" 'New-VMResourcePool m Memory' "not built here"
fails "the host's adapters" 'Add-VMNetworkAdapter -ManagementOS -Name m -SwitchName sw1' "Private"
fails "not metered, no figures" 'Measure-VMResourcePool part' "Enable-VMResourceMetering"
fails "nothing to reset" 'Reset-VMResourceMetering -ResourcePoolName Primordial' "metering is not on"
is "which makes no object of it" "$(grep -c Primordial "$T_TMP/state/store.json")" 0

# ---- figures ----
ok "metered" run 'Enable-VMResourceMetering -ResourcePoolName part -ResourcePoolType Ethernet
Enable-VMResourceMetering -ResourcePoolName all; Get-VMResourcePool Primordial | Enable-VMResourceMetering'
is "nothing of before" "$(frames part) $(frames all) $(frames Primordial)" "0 0 0"
send web1 3; send db1 2
is "each its own, and all all" "$(frames part) $(frames all) $(frames Primordial)" "3 3 5"
ok "one comes" run 'Set-VMNetworkAdapter db1 -ResourcePoolName part'
is "without what it had counted" "$(frames part) $(frames all) $(frames Primordial)" "3 3 5"
send db1 4
is "it counts there now" "$(frames part) $(frames all) $(frames Primordial)" "7 7 9"
ok "one goes" run 'Set-VMNetworkAdapter web1 -ResourcePoolName Primordial'
send web1 5
is "what it counted there stays" "$(frames part) $(frames all) $(frames Primordial)" "7 7 14"
ok "a VM begins at zero" run 'Enable-VMResourceMetering db1; Reset-VMResourceMetering db1'
send db1 1
is "the pool does not" "$(frames part) $(frames Primordial)" "8 15"
ok "the pool does" run 'Reset-VMResourceMetering -ResourcePoolName part'
send db1 2
is "and the others do not" "$(frames part) $(frames all) $(run '(Measure-VM db1).NetworkOutbound * 1000000 / 98')" "2 10 3"
ok "another name" run 'Rename-VMResourcePool part Ethernet sales'
is "with its figures, and who is in it" "$(frames sales) $(run '(Get-VMNetworkAdapter db1).PoolName')" "2 sales"
ok "a VM is removed" run 'Remove-VM db1 -Force'
is "what it counted stays" "$(frames sales) $(frames all) $(frames Primordial)" "2 10 17"
ok "a new adapter in a metered pool" run 'New-VM -Name app1 -SwitchName sw0; Set-VMNetworkAdapter app1 -ResourcePoolName sales'
is "is metered" "$(run '@(Get-VMNetworkAdapterAcl app1 | Where-Object Action -eq Meter).Count')" 4
ok "disabled" run 'Disable-VMResourceMetering -ResourcePoolName sales; Enable-VMResourceMetering -ResourcePoolName sales'
is "the figures stay" "$(frames sales)" 2
is "sums are those of the lines" "$(run '$m = Measure-VMResourcePool all
  $m.NetworkOutbound -eq (($m.NetworkMeteredTrafficReport | Where-Object Direction -eq Outbound | Measure-Object TotalBytes -Sum).Sum / 1000000)')" True

# ---- a boot ----
send web1 1
dump=$(lab netsh dump)
ok "the maps are gone" "$VMNETSH" --lab=$T_LAB --state "$T_TMP/state" --destroy
ok "restore" lab restore
is "all is as before" "$(frames sales) $(frames all) $(frames Primordial)" "2 10 18"
is "the dump too" "$(lab netsh dump)" "$dump"

# ---- switches ----
fails "not one that the parent lacks" 'Add-VMSwitch sw1 sales' "not in its parent pool 'all'"
ok "in both" run 'Get-VMSwitch | Where-Object Name -ne sw0 | Add-VMSwitch -ResourcePoolName all; Add-VMSwitch sw1,sw2 -ResourcePoolName sales'
is "they are listed" "$(run '(Get-VMSwitch -ResourcePoolName sales).Name' | paste -sd' ')" "sw1 sw2"
fails "of a pool that is not there" 'Get-VMSwitch -ResourcePoolName nope' "no resource pool 'nope'"
ok "an adapter chooses" run 'Connect-VMNetworkAdapter app1 -UseAutomaticConnection'
is "the first of two that are empty" "$(run '(Get-VMNetworkAdapter app1).SwitchName')" sw1
ok "another" run 'New-VM app2; Set-VMNetworkAdapter app2 -ResourcePoolName sales
Get-VMNetworkAdapter app2 | Connect-VMNetworkAdapter -UseAutomaticConnection'
is "that with fewer" "$(run '(Get-VMNetworkAdapter app2).SwitchName')" sw2
ok "again" run 'Connect-VMNetworkAdapter app2 -UseAutomaticConnection'
is "it stays where it is" "$(run '(Get-VMNetworkAdapter app2).SwitchName')" sw2
fails "not out of the parent alone" 'Remove-VMSwitch sw1 -ResourcePoolName all -Force' "below it"
ok "out of the pool" run 'Remove-VMSwitch sw1 -ResourcePoolName sales -Force'
is "the switch is there" "$(run '(Get-VMSwitch sw1).Name')" sw1
ok "a switch that goes leaves its pools" run 'Remove-VMSwitch sw2 -Force'
is "all of them" "$(run '@((Get-VMResourcePool sales).SwitchName).Count; (Get-VMResourcePool all).SwitchName' | paste -sd' ')" "0 sw1"
fails "no switch to choose" 'Connect-VMNetworkAdapter app2 -UseAutomaticConnection' "no switch in it"
like "-WhatIf" "$(run 'New-VMResourcePool w Ethernet -WhatIf')" "What if"

# ---- the dump ----
lab netsh dump >"$T_TMP/dump.ps1"
other() { "$VMNETSH" "--lab=$T_LAB-b" --state "$T_TMP/other" "$@"; }
at_exit "'$VMNETSH' --lab=$T_LAB-b --state '$T_TMP/other' --destroy"
ok "runs on what is there" lab "$T_TMP/dump.ps1"
ok "runs on an empty host" other "$T_TMP/dump.ps1"
is "and rebuilds it" "$(other netsh dump)" "$(cat "$T_TMP/dump.ps1")"
done_testing
