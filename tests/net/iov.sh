# iov.sh - SR-IOV where it cannot be: New-VMSwitch refuses with every reason
# that Get-VMSwitch knows, changes nothing; and a switch that was made without
# it is never converted. (Real virtual functions: the VM lab.)
. "$TESTS_DIR/lib.sh"
need_root
use_lab
links() { hostns ip -br link | sort; }
lab -c 'Get-VMSwitch' >/dev/null
before=$(links)
err=$(lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic1 -EnableIov $true' 2>&1); rc=$?
like "refused: the switch and the adapter" "$rc $err" "^1 .*switch 'iov'.*pnic1"
like "the way out" "$err" "without -EnableIov"
is "nothing was made" "$(links)" "$before"
is "nor stored" "$(lab -c '@(Get-VMSwitch).Count')" 0

not_ok "nor is it made of several" lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic0, pnic1 -EnableIov $true'
like "each of them has to have it" "$(cat "$T_TMP/err")" "switch 'iov': SR-IOV cannot be enabled on pnic0:"
is "and nothing is there" "$(links)" "$before"
ok "a switch without it" lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic1 -AllowManagementOS $false'
is "says so" "$(lab -c '$s = Get-VMSwitch iov; "$($s.IovEnabled) $($s.IovSupport)"')" "False False"
lab -c '(Get-VMSwitch iov).IovSupportReasons' >"$T_TMP/reasons"
ok "there is a reason" test -s "$T_TMP/reasons"
n=0 missing=
while read -r reason; do
  n=$((n+1)); grep -qF -- "  $n. $reason" <<<"$err" || missing+="$reason;"
done <"$T_TMP/reasons"
is "all $n reasons stood in the refusal, numbered" "$missing" ""
is "and no other" "$(grep -cE '^  [0-9]+\. ' <<<"$err")" "$n"
like "pnic1 is no PCI device" "$err" "pnic1 is a virtual adapter"

# The names of the reasons, worked out again from the machine's own files.
config=$(zcat /proc/config.gz 2>/dev/null || cat "/boot/config-$(uname -r)" 2>/dev/null)
lacks() { [ -n "$config" ] && ! grep -q "^$1=[ym]" <<<"$config"; }
want=NotPci
! lacks CONFIG_PCI_IOV || want+=" KernelNoPciIov"
if [ -z "$(ls /sys/class/iommu /sys/kernel/iommu_groups 2>/dev/null | grep -v :)" ]; then
  if [ -n "$(ls /sys/firmware/acpi/tables 2>/dev/null)" ] && ! ls /sys/firmware/acpi/tables | grep -qE '^(DMAR|IVRS|IORT|VIOT)$'; then want+=" FirmwareNoIommu"
  else want+=" [A-Za-z]*Iommu[A-Za-z]*"; fi
fi
[ -e /sys/bus/pci/drivers/vfio-pci ] || ! lacks CONFIG_VFIO_PCI || want+=" KernelNoVfio"
like "exactly what this machine lacks" "$(sed 's/:.*//' "$T_TMP/reasons" | paste -sd' ' -)" "^$want$"
like "where it was read and the way out" "$(head -1 "$T_TMP/reasons")" '\(/sys/class/net/pnic1/device: missing\): use a PCI Express adapter with SR-IOV\.$'
is "Get-NetAdapterSriov says the same" "$(lab -c '(Get-NetAdapterSriov pnic1).SriovSupportReasons')" "$(cat "$T_TMP/reasons")"
is "in the published words, or ours" "$(lab -c '$n = Get-NetAdapterSriov pnic1; "$($n.Enabled) $($n.SriovSupport) $($n.SwitchName) $($n.NumVFs) $($n.MaxVFs)"')" "False NotPci iov 0 0"
is "no functions, no queue pairs" "$(lab -c '$s = Get-VMSwitch iov; "$($s.IovVirtualFunctionCount) $($s.IovVirtualFunctionsInUse) $($s.IovQueuePairCount) $($s.IovQueuePairsInUse)"')" "0 0 0 0"
is "nor rows" "$(lab -c '@(Get-NetAdapterSriovVf pnic1).Count + @(Get-NetAdapterVPort pnic1).Count')" 0
like "the host: no adapter of it" "$(lab -c '$h = Get-VMHost; $h.IovSupport; $h.IovSupportReasons' | head -2 | paste -sd' ' -)" "^False NoCapableAdapter: .*SriovSupportReasons"
is "its processors and memory" "$(lab -c '$h = Get-VMHost; "$($h.LogicalProcessorCount) $($h.MemoryCapacity / 1024)"')" "$(nproc) $(awk '/MemTotal/ { print $2 }' /proc/meminfo)"
not_ok "it cannot be switched on" lab -c 'Enable-NetAdapterSriov -Name pnic1'
is "for the same reasons" "$(sed -n 's/^  [0-9]*\. //p' "$T_TMP/err")" "$(cat "$T_TMP/reasons")"
is "but off" "$(lab -c 'Disable-NetAdapterSriov pnic1 -PassThru | ForEach-Object { $_.SriovSupportReasons }' | tail -1 | cut -d: -f1)" SwitchedOff
like "which a dump keeps" "$(lab -c 'netsh dump' 2>/dev/null || lab netsh dump)" "Disable-NetAdapterSriov -Name pnic1"
ok "and On again is what was stored" lab -c 'Set-NetAdapterSriov pnic1 -NumVFs 0'

store=$(cat "$T_TMP/state/store.json")
not_ok "it cannot be converted by making it again" lab -c 'New-VMSwitch -Name iov -NetAdapterName pnic1 -AllowManagementOS $false -EnableIov $true'
like "and is told why, and the way" "$(cat "$T_TMP/err")" "never be converted.*Remove-VMSwitch"
not_ok "nor by Set-VMSwitch" lab -c 'Set-VMSwitch -Name iov -EnableIov $true'
is "it is what it was" "$(lab -c '(Get-VMSwitch iov).IovEnabled') $(cat "$T_TMP/state/store.json")" "False $store"
done_testing
