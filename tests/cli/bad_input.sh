# bad_input.sh - whatever is wrong is said clearly, with the way out, and
# changes nothing in the kernel or the store.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
lab -c 'New-VMSwitch -Name sw0 -NetAdapterName pnic0 -MinimumBandwidthMode Absolute; New-VM -Name web1 -SwitchName sw0' >/dev/null

state() { hostns ip -o link | sed 's/ qlen.*//'; hostns bridge fdb | grep 'static\|permanent'; hostns tc qdisc; sed 's/"generation".*//' "$T_TMP/state/store.json"; }
before=$(state)

# says STATUS REGEX SCRIPT
says() { local want=$1 re=$2 script=$3 err rc=0
  err=$(lab -c "$script" 2>&1 >/dev/null) || rc=$?
  T_N=$((T_N+1))
  if [ $rc = "$want" ] && [[ $err =~ $re ]]; then echo "ok $T_N - $script"
  else echo "not ok $T_N - $script"; printf '# status %s, want %s\n# said: %s\n# want: %s\n' $rc "$want" "${err//$'\n'/$'\n# '}" "$re"; fi; }

says 1 'New-VMSwitch' 'New-VMSwich -Name x'
says 1 'Get-NetAdapterIPsecOffload .NetAdapter.: published, but not built' 'Get-NetAdapterIPsecOffload'
says 1 'NetAdapterName' 'New-VMSwitch -Name x -NetAdapterNam pnic1 -NetAdaptorName pnic1'
says 1 'External|Internal|Private' 'New-VMSwitch -Name x -SwitchType Foreign'
says 1 'pnic1' 'New-VMSwitch -Name x -NetAdapterName pnic7'
says 1 'pnic0' 'New-VMSwitch -Name x -NetAdapterName pnic0'
says 1 'sw0' 'New-VM -Name web2 -SwitchName sw9'
says 1 'web1' 'Set-VMNetworkAdapter -VMName web9 -MaximumBandwidth 1000000'
says 1 'Network Adapter' 'Set-VMNetworkAdapter -VMName web1 -Name nic9 -MaximumBandwidth 1000000'
says 1 'Allow, Deny, Meter' 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Drop'
says 1 '10\.0\.0\.0/8' 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.1/8 -Direction Both -Action Deny'
says 1 '10\.0\.0\.300' 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.300 -Direction Both -Action Deny'
says 1 'Direction' 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Action Deny'
says 1 'Weight|Absolute' 'Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthWeight 10'
says 1 '99999999999' 'Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 99999999999'
says 1 'SR-IOV|EnableIov' 'New-VMSwitch -Name iov -NetAdapterName pnic1 -EnableIov $true'
says 1 'trace' 'netsh trace stop'
says 1 'not.*(here|yet|built)' 'Set-VMNetworkAdapter -VMName web1 -FixSpeed10G On'
says 1 'is said of a source' 'Set-VMNetworkAdapter -VMName web1 -PortMirroring Destination -MirrorSnapLength 128'
says 2 ':1:[0-9]+|1:[0-9]+' 'Get-VMSwitch | '
says 2 '1:[0-9]+' 'New-VM -Name "open'
says 2 '' 'if ($true) { New-VM -Name late }}'
is "nothing has changed" "$(state)" "$before"

rc=0; "$VMNETSH" --no-such-option >/dev/null 2>&1 || rc=$?
is "a wrong option is status 2" $rc 2
rc=0; "$VMNETSH" --lab='a b' -c 1 >/dev/null 2>&1 || rc=$?
is "a wrong lab name is status 1" $rc 1
chmod 755 "$T_TMP"
rc=0; err=$(setpriv --reuid 65534 --clear-groups "$VMNETSH" --state "$T_TMP/none" -c 'New-VMSwitch -Name x -SwitchType Private' 2>&1) || rc=$?
is "without privilege: status 3" $rc 3
like "and what is missing" "$err" 'root|privilege|CAP_|[Pp]ermission'
ok "reads work without privilege" setpriv --reuid 65534 --clear-groups "$VMNETSH" --state "$T_TMP/none" -c 'Get-NetAdapter | Out-Null; Get-VMSwitch'
done_testing
