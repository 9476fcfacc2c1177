# dump.sh - what a dump cannot say with one command: adapters that were
# renamed or removed, quotes in names, metering. Run on the same host it
# changes nothing, not even the store; on an empty one it rebuilds.
. "$TESTS_DIR/lib.sh" || exit 1
need_root
use_lab
ok "a host with odd corners" lab -c '
New-VMSwitch -Name "sw 0" -NetAdapterName pnic0 -AllowManagementOS $false -Notes "it'"''"'s ’ours’"
Add-VMNetworkAdapter -ManagementOS -Name backup -SwitchName "sw 0"
New-VMSwitch -Name lan -SwitchType Internal
Rename-VMNetworkAdapter -ManagementOS -Name lan -NewName mgmt
New-VM -Name web1 -SwitchName "sw 0"
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthWeight 30 -StaticMacAddress 00-15-5D-00-00-42 -MacAddressSpoofing On -AllowTeaming On -VmqWeight 0
Add-VMNetworkAdapterAcl -VMName web1 -RemoteMacAddress 02-00-00-00-00-01 -Direction Inbound -Action Deny
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow -Direction Inbound -LocalIPAddress 2001:db8::/32 -LocalPort 80-90 -Protocol TCP -Weight 10 -Stateful $true -IdleSessionTimeout 77
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny -Direction Outbound -RemoteIPAddress 10.0.0.0/8 -RemotePort 53 -Protocol 17 -Weight 2147483647 -IsolationID 5
New-VM -Name "bob'"''"'s vm"
Rename-VMNetworkAdapter -VMName "bob'"''"'s vm" -Name "Network Adapter" -NewName front
Connect-VMNetworkAdapter -VMName "bob'"''"'s vm" -Name front -SwitchName lan
New-VM -Name bare
Remove-VMNetworkAdapter -VMName bare -Name "Network Adapter"
Enable-VMResourceMetering -VMName web1
New-NetIPAddress -InterfaceAlias "vEthernet (mgmt)" -IPAddress 10.7.0.1 -PrefixLength 24'
lab netsh dump >"$T_TMP/dump.ps1"
cp "$T_TMP/state/store.json" "$T_TMP/store.json"
ok "the dump runs on the same host" lab "$T_TMP/dump.ps1"
ok "and the store is the same, to the byte" \
  cmp "$T_TMP/store.json" "$T_TMP/state/store.json"
other() { "$VMNETSH" "--lab=$T_LAB-b" --state "$T_TMP/other" "$@"; }
at_exit "'$VMNETSH' --lab=$T_LAB-b --state '$T_TMP/other' --destroy"
ok "the dump runs on an empty host" other "$T_TMP/dump.ps1"
is "and rebuilds it" "$(other netsh dump)" "$(cat "$T_TMP/dump.ps1")"
is "with the adapters that there were, and no other" \
  "$(other -OutputFormat Csv -c 'Get-VMNetworkAdapter -All | Select-Object VMName, Name, SwitchName')" \
  "$(lab -OutputFormat Csv -c 'Get-VMNetworkAdapter -All | Select-Object VMName, Name, SwitchName')"

# Reads work without privilege; what is not known is nothing, not zero.
chmod 755 "$T_TMP" "$T_TMP/state"
cp "$VMNETSH" "$T_TMP/vmnetsh"
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups \
  "$T_TMP/vmnetsh" --state "$T_TMP/state" "$@"; }
ok "every Get- works without privilege" nobody -c '
Get-VMSwitch; Get-VM; Get-VMNetworkAdapter -All; Get-VMNetworkAdapterAcl
Get-VMNetworkAdapterExtendedAcl; Get-VMNetworkAdapterConnection
Get-VMNetworkAdapterBandwidth; Measure-VM web1; Get-NetAdapter
Get-NetAdapterVmq; Get-NetAdapterVmqQueue; Get-NetIPAddress'
is "traffic that cannot be read is not zero" \
  "$(nobody -c '(Measure-VM web1).NetworkInbound')" ""
not_ok "a change is refused" nobody -c 'New-VM x'
nobody -c 'New-VM x' >/dev/null 2>"$T_TMP/err"
is "with status 3" $? 3
like "and the way out" "$(cat "$T_TMP/err")" "--state"

# Meters are reset, the host is booted (its counters are gone): they count on.
ping_out() { lab -c "Invoke-Command -VMName web1 -ScriptBlock {
  ip addr replace 192.0.2.50/24 dev eth0; ip neigh replace 192.0.2.1 lladdr 02:00:00:00:00:99 dev eth0
  ping -q -c$1 -i0.2 -W1 192.0.2.1 }" >/dev/null; }
sent() { lab -c '(Get-VMNetworkAdapterAcl web1 | Where-Object { $_.Direction -eq "Outbound" -and $_.RemoteAddress -eq "0.0.0.0/0" }).MeteredBytes'; }
ping_out 3
is "three frames of 98 bytes" "$(sent)" 294
ok "reset" lab -c 'Reset-VMResourceMetering web1'
is "counts from there" "$(sent)" 0
"$VMNETSH" "--lab=$T_LAB" --destroy
ok "restore in a new host" lab restore
ping_out 1
is "one frame is one frame" "$(sent)" 98
ping_out 4
is "and four more are five" "$(sent)" 490
done_testing
