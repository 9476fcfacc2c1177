# sriov_read.test.sh - what is shown of real virtual functions: switch, card,
# each function and its port, against what iproute2 and sysfs say; the reasons
# of cards that can and of adapters that cannot. With --iommu also a guest that
# holds one through VFIO.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf1/device/sriov_totalvfs ] || { echo "1..0 # SKIP runs in tests/vm/run --cards 2"; exit 0; }
use_lab
at_exit 'echo 0 >/sys/class/net/pf1/device/sriov_numvfs'
val() { lab -c "$1" 2>"$T_TMP/val" || cat "$T_TMP/val"; }
# What a program in the lab's sysfs sees of a VF of pf0.
vf_address() { hostns readlink "/sys/class/net/pf0/device/virtfn$1" | sed 's|.*/||'; }
vf_told() { hostns ip -j link show pf0 | jq -r ".[0].vfinfo_list[$1] | $2"; }
vf() { val "\$f = Get-NetAdapterSriovVf pf0 -FunctionID $1; \"$2\""; }
ips() { ip netns exec "vmnetsh-$T_LAB-vm-web1" ip "$@"; }
# The VF's interface inside web1, found by its PCI address.
inside() { ips -j -d -s link | jq -r ".[] | select(.parentdev == \"$(vf_address 0)\") | $1"; }

# ---- one VM with a virtual function of seven
lab -c 'Add-LabAdapter -Name pf0'
ok "a switch and a VM with a weight" lab -c '
  New-VMSwitch s -NetAdapterName pf0 -EnableIov $true -AllowManagementOS $false
  New-VM web1 -SwitchName s
  Set-VMNetworkAdapter -VMName web1 -IovWeight 50'
is "the switch's fields" "$(val '$s = Get-VMSwitch s; "$($s.IovEnabled) $($s.IovSupport) $($s.IovVirtualFunctionCount) $($s.IovVirtualFunctionsInUse) $($s.IovQueuePairCount) $($s.IovQueuePairsInUse)"')" "True True 7 1 7 1"
is "the card's" "$(val '$n = Get-NetAdapterSriov pf0; "$($n.Enabled) $($n.SriovSupport) $($n.SwitchName) $($n.NumVFs) $($n.MaxVFs) $($n.VFsInUse) $($n.PciAddress)"')" \
  "True Supported s 7 7 1 $(basename "$(hostns readlink /sys/class/net/pf0/device)")"
is "a row for each function" "$(val '(Get-NetAdapterSriovVf pf0).FunctionID -join ","')" "0,1,2,3,4,5,6"
# shellcheck disable=SC2016 # the shell's own variables
is "whose the first is" "$(vf 0 '$($f.VmFriendlyName) $($f.VMNetworkAdapterName) $($f.InUse) $($f.VPortID)')" "web1 Network Adapter True 1"
is "by the VM's number too" "$(val '(Get-NetAdapterSriovVf pf0 -Id 0).VmID -eq (Get-VM web1).Id')" True
is "where it is" "$(vf 0 '$($f.PciAddress) $($f.DriverName)')" "$(vf_address 0) igbvf"
is "its interface, inside the VM" "$(vf 0 '$($f.InterfaceName)')" "$(inside .ifname)"
is "which is not to be seen from here" "$(hostns ip -j -d link | jq -r ".[] | select(.parentdev == \"$(vf_address 0)\") | .ifname")" ""
is "its address" "$(vf 0 '$($f.MacAddress)' | tr -d - | tr A-F a-f)" "$(vf_told 0 .address | tr -d :)"
is "and that is the adapter's" "$(vf 0 '$($f.MacAddress)' | tr -d -)" "$(val '(Get-VMNetworkAdapter -VMName web1).MacAddress')"
is "nobody has the second" "$(vf 1 '$($f.VmFriendlyName)$($f.MacAddress)$($f.ReceivedBytes) $($f.InUse)')" " False"
is "nothing is in the way" "$(vf 0 '$(@($f.Reasons).Count)')" 0

# ---- what the card was told, by whomever
hostns ip link set pf0 vf 2 vlan 10
hostns ip link set pf0 vf 2 spoofchk off
hostns ip link set pf0 vf 2 trust on
hostns ip link set pf0 vf 2 max_tx_rate 50
is "VLAN, checks, trust, rate, as ip has them" \
  "$(vf 2 '$($f.VlanID) $($f.SpoofCheck) $($f.Trust) $($f.MaximumBandwidth)')" \
  "$(vf_told 2 '"\(.vlan_list[0].vlan) \(.spoofchk) \(.trust) \(.rate.max_tx)000000"' | sed 's/false/False/; s/true/True/')"
is "which is what was said" "$(vf 2 '$($f.VlanID) $($f.SpoofCheck) $($f.Trust) $($f.MaximumBandwidth)')" "10 False True 50000000"
is "and of another nothing" "$(vf 3 '$($f.VlanID) $($f.SpoofCheck) $($f.Trust) $($f.MaximumBandwidth) $($f.LinkState)')" " True False  Auto"
ips addr add 198.51.100.1/24 dev eth0
wait_until 10 eval '[ "$(inside .operstate)" = UP ]'
ips neigh add 198.51.100.2 lladdr 02:00:00:00:00:02 dev eth0
ip netns exec "vmnetsh-$T_LAB-vm-web1" ping -q -c 20 -i 0.01 -W 0.1 198.51.100.2 >/dev/null
ips neigh del 198.51.100.2 dev eth0
# Frames that the VM sends by itself come between the readings: these hold them.
low=$(inside .stats64.tx.packets); got=$(vf 0 '$($f.SentPackets)'); high=$(inside .stats64.tx.packets)
ok "frames sent: $low <= $got <= $high, at least 20" test "$low" -le "$got" -a "$got" -le "$high" -a "$got" -ge 20

# ---- which are shown
is "by number" "$(val '(Get-NetAdapterSriovVf -FunctionID 1,3).FunctionID -join ","')" "1,3"
is "by switch: there is one" "$(val '"$(@(Get-NetAdapterSriovVf -SwitchID 0).Count) $(@(Get-NetAdapterSriovVf -SwitchID 1).Count)"')" "7 0"
is "by name" "$(val '"$(@(Get-NetAdapterSriovVf -Name pf*).Count) $(@(Get-NetAdapterSriovVf -Name pnic0).Count)"')" "7 0"
not_ok "an adapter that is not there" lab -c 'Get-NetAdapterSriovVf -Name pf7'
is "ports: the card's own and one each" "$(val '(Get-NetAdapterVPort pf0).ID -join ","')" "0,1,2,3,4,5,6,7"
is "the card's own" "$(val '$p = Get-NetAdapterVPort pf0 -PF; "$($p.ID) $($p.FID) $($p.State)"')" "0 PF Activated"
is "a function's" "$(val '$p = Get-NetAdapterVPort pf0 -FunctionID 0; "$($p.ID) $($p.State) $($p.ITR) $($p.QPairs)"')" "1 Activated Default $(inside .num_rx_queues)"
is "its VLAN" "$(val '(Get-NetAdapterVPort pf0 -VPortID 3).VID')" 10

# ---- as many as were asked for
ok "one alone" lab -c 'Set-NetAdapterSriov pf0 -NumVFs 1'
counts() { val '$n = Get-NetAdapterSriov pf0; "$($n.NumVFs) $($n.RequestedVFs) $($n.VFsInUse)"'; }
ok "the VM has it again" wait_until 20 eval '[ "$(counts)" = "1 1 1" ]'
is "is made" "$(hostns cat /sys/class/net/pf0/device/sriov_numvfs) $(counts)" "1 1 1 1"
like "all are taken, which is no lack of support" "$(val '$s = Get-VMSwitch s; "$($s.IovSupport) $($s.IovSupportReasons)"')" \
  "^True .*AllVfsTaken: all 1 virtual functions of pf0 belong to VMs \(/sys/class/net/pf0/device/sriov_numvfs: 1\)"
not_ok "more than the card has" lab -c 'Set-NetAdapterSriov pf0 -NumVFs 8'
like "is refused with its number" "$(cat "$T_TMP/err")" "has 7"
is "switched off" "$(val 'Disable-NetAdapterSriov pf0 -PassThru | ForEach-Object { "$($_.Enabled) $($_.SriovSupport)" }')" "False SwitchedOff"
ok "there is none" wait_until 20 eval '[ "$(counts)" = "0 1 0" ]'
is "on again" "$(val 'Enable-NetAdapterSriov pf0 -PassThru | ForEach-Object { "$($_.Enabled) $($_.SriovSupport)" }')" "True Supported"
ok "the VM has" wait_until 20 eval '[ "$(counts)" = "1 1 1" ]'

# ---- adapters that cannot
host() { "$VMNETSH" --state "$T_TMP/host" "$@"; }
reasons() { host -c "(Get-NetAdapterSriov $1).SriovSupportReasons" | grep -v 'only guests of QEMU'; }
is "a card of the machine itself" "$(reasons pf1)" ""
like "what is no PCI device" "$(reasons wire0)" "^NotPci: wire0 is on the bus virtio .*subsystem: virtio\)"
echo 2 >/sys/class/net/pf1/device/sriov_numvfs
first() { local d; for d in /sys/class/net/pf1/device/virtfn0/net/*; do [ -e "$d" ] && echo "${d##*/}"; done; }
wait_until 10 eval '[ -n "$(first)" ]' || { echo "$(basename "$(readlink /sys/class/net/pf1/device/virtfn0)")" >/sys/bus/pci/drivers_probe; wait_until 10 eval '[ -n "$(first)" ]'; }
not_ok "a virtual function is no card" host -c "New-VMSwitch v -NetAdapterName $(first) -EnableIov \$true"
like "and says whose it is" "$(cat "$T_TMP/err")" "IsVirtualFunction.*/sys/class/net/$(first)/device/physfn: $(basename "$(readlink /sys/class/net/pf1/device)")"
is "nor listed as one" "$(host -c "(Get-NetAdapterSriov).Name -join ','" | grep -c "$(first)")" 0
is "another's functions: one is there, none in use" "$(host -c '$n = Get-NetAdapterSriov pf1; "$($n.NumVFs) $($n.VFsInUse)"')" "2 0"
driver=$(basename "$(readlink /sys/class/net/pf1/device/driver)")
is "the driver is the card's" "$(host -c '(Get-NetAdapterSriov pf1).DriverName')" "$driver"

# ---- the IOMMU
iommu=$(host -c '(Get-VMHost).IovSupportReasons' | grep 'Iommu')
if [ -z "$(ls /sys/kernel/iommu_groups)" ]; then
  like "no IOMMU is told, with the firmware's tables" "$iommu" "^FirmwareNoIommu: .*/sys/firmware/acpi/tables: no DMAR, no IVRS\).*only guests of QEMU and libvirt"
  is "and is no lack of SR-IOV" "$(host -c '(Get-VMHost).IovSupport')" True
  skip "a guest that holds one" "runs in tests/vm/run --iommu --cards 2"
else
  is "the IOMMU is no reason" "$iommu" ""
  modprobe vfio-pci
  a=$(basename "$(readlink /sys/class/net/pf1/device/virtfn0)")
  [ ! -e "/sys/bus/pci/devices/$a/driver" ] || echo "$a" >"/sys/bus/pci/devices/$a/driver/unbind"
  echo vfio-pci >"/sys/bus/pci/devices/$a/driver_override"; echo "$a" >/sys/bus/pci/drivers_probe
  group=$(basename "$(readlink "/sys/bus/pci/devices/$a/iommu_group")")
  one() { host -c "\$f = Get-NetAdapterSriovVf pf1 -FunctionID 0; \"$1\""; }
  is "on vfio-pci" "$(one '$($f.DriverName) $($f.IommuGroup) $($f.InterfaceName)$($f.VmFriendlyName)')" "vfio-pci $group "
  bash -c 'exec 5<>"$0"; read -rt 600 <> <(:)' "/dev/vfio/$group" -name guest=web9 & pid=$!
  at_exit "kill $pid"
  held() { [ "$(one '$($f.VmFriendlyName)')" = web9 ]; }
  ok "the guest that holds it" wait_until 10 held
  is "its process" "$(one '$($f.ProcessId) $($f.InUse)')" "$pid True"
  like "what that guest lacks" "$(one '$($f.Reasons)')" "GuestNoDriver: .*guest 'web9'.*/sys/bus/pci/devices/$a/config: bus master off.*GuestNoFailover: .*/proc/$pid/cmdline: no failover=on"
  kill $pid
  ok "gone, it is free" wait_until 10 eval "[ -z \"\$(one '\$(\$f.ProcessId)')\" ]"
fi
done_testing
