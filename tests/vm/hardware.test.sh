# hardware.test.sh - Get-NetAdapterHardwareInfo of real cards, against sysfs and
# lspci; their MAC address and bindings; RDMA that they have not.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf1/device/sriov_totalvfs ] || { echo "1..0 # SKIP runs in tests/vm/run --cards 2"; exit 0; }
use_lab
val() { lab -c "$1" 2>"$T_TMP/val" || cat "$T_TMP/val"; }
lab -c 'Add-LabAdapter -Name pf0' >/dev/null
info() { val "\$h = Get-NetAdapterHardwareInfo pf0; \"$1\""; }
dev=$(hostns readlink -f /sys/class/net/pf0/device)
address=${dev##*/}
say() { hostns cat "$dev/$1" 2>/dev/null; }
is "its address" "$(info '$($h.LocationInformationString)')" "$address"
is "by its parts" "$(info '$($h.Segment.ToString("x4")):$($h.Bus.ToString("x2")):$($h.Device.ToString("x2")).$($h.Function)')" "$address"
is "vendor and model" "$(info '$($h.PciID)')" "$(say vendor | cut -c3-):$(say device | cut -c3-)"
node=$(say numa_node)
is "its node, or none where the machine tells of none" "$(info '$($h.NumaNode)')" "$([ "$node" -ge 0 ] && echo "$node")"
speed=$(say max_link_speed) width=$(say max_link_width)
is "the link at most" "$(info '$($h.PciExpressMaxLinkSpeed) x$($h.PciExpressMaxLinkWidth)')" "${speed%% PCIe*} x$width"
speed=$(say current_link_speed) width=$(say current_link_width)
case $speed in *GT/s*) speed=${speed%% PCIe*} ;; *) speed= ;; esac
[ "$width" = 0 ] && width=
is "the link now" "$(info '$($h.PcieLinkSpeed) x$($h.PcieLinkWidth)')" "$speed x$width"
is "the functions that it can make" "$(info '$($h.SriovSupport) $($h.NumVFs)')" "True $(say sriov_totalvfs)"
is "its interrupts" "$(info '$($h.MsiXInterruptSupport) $($h.MsiXEnabled)')" "True True"
if command -v lspci >/dev/null; then
  is "as many as lspci counts" "$(info '$($h.NumMsixTableEntries)')" \
    "$(lspci -vvs "$address" | sed -n 's/.*MSI-X: Enable[+-] Count=\([0-9]*\).*/\1/p')"
else is "ten of them: it is an 82576" "$(info '$($h.NumMsixTableEntries)')" 10; fi
is "one row for each card" "$(val '@(Get-NetAdapterHardwareInfo).Count')" 1
like "a stand-in is none" "$(val 'Get-NetAdapterHardwareInfo pnic0')" "no PCI device"
like "RDMA: why not" "$(val 'Enable-NetAdapterRdma pf0')" "RDMA"
mac() { hostns ip -o link show pf0 | sed 's/.*ether \([^ ]*\).*/\1/'; }
first=$(mac)
ok "another MAC address" lab -c 'Set-NetAdapter pf0 -MacAddress 02-00-5e-00-53-01'
is "which the card has" "$(mac)" 02:00:5e:00:53:01
ok "its first" lab -c 'Reset-NetAdapterAdvancedProperty pf0 -DisplayName "Network Address"'
is "which it was made with" "$(mac)" "$first"
ok "without IPv6" lab -c 'Disable-NetAdapterBinding pf0 -ComponentID ms_tcpip6'
is "so the kernel says" "$(hostns cat /proc/sys/net/ipv6/conf/pf0/disable_ipv6)" 1
done_testing
