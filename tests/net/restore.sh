# restore.sh - everything that was made is there again in a new, empty lab
# host; dump prints a script that rebuilds it and changes nothing when it is
# run again.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -MinimumBandwidthMode Absolute -AllowManagementOS $true
New-VMSwitch -Name inner -SwitchType Internal
New-VMSwitch -Name "alone here" -SwitchType Private -Notes "it'"''"'s private"
New-VM -Name web1 -SwitchName sw0
New-VM -Name "web two" -SwitchName "alone here"
Add-VMNetworkAdapter -VMName "web two" -Name second -SwitchName sw0
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 100000000 -MaximumBandwidth 200000000
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Deny
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress ANY -Direction Outbound -Action Meter
Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny -Direction Inbound -LocalPort 22 -Protocol TCP -Weight 7
Enable-NetAdapterVmq -Name pnic0
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.77 -PrefixLength 24
' >"$T_TMP/made" 2>&1 || sed 's/^/# /' "$T_TMP/made"

# What ip, bridge and tc say, without the numbers that the kernel chooses.
state() {
  hostns ip -o link | sed -E 's/^[0-9]+: //; s/@[^:]*:/:/; s/ qlen.*link\/ether/ link\/ether/; s/ link-netns(id)? [^ \\]*//; s/prog\/xdp id [0-9]*/prog\/xdp/' | sort
  hostns bridge fdb | grep -E 'static|permanent' | grep -v ' self' | sort
  hostns ip -o -4 addr | awk '{print $2, $4}' | sort
  hostns tc class show dev pnic0 | sort
  hostns tc filter show dev vp1 ingress | sed 's/ id [0-9]*//; s/tag.*//'
}
before=$(state); dump=$(lab netsh dump)
is "restore of what is there takes no step" "$(lab restore)" ""
like "the dump has the switch" "$dump" "New-VMSwitch .*sw0"
"$VMNETSH" --lab=$T_LAB --destroy
ok "restore in an empty lab" lab restore
after=$(state)
is "everything is there again" "$after" "$before"
is "the dump is the same" "$(lab netsh dump)" "$dump"

# The dump as a script: in a second lab with a store of its own.
printf '%s\n' "$dump" >"$T_TMP/dump.ps1"
ok "the dump runs on what is there" lab "$T_TMP/dump.ps1"
is "and changes nothing" "$(lab netsh dump)" "$dump"
other() { "$VMNETSH" "--lab=$T_LAB-b" --state "$T_TMP/other" "$@"; }
at_exit "'$VMNETSH' --lab=$T_LAB-b --destroy"
ok "the dump runs on an empty host" other "$T_TMP/dump.ps1"
is "and rebuilds it" "$(other netsh dump)" "$dump"

# A switch whose adapter is not there: the rest is restored, and it when it comes.
late() { hostns ip link add late0 address 02:00:00:00:00:77 type veth peer name late0-wire address 02:00:00:00:00:78; hostns ip link set late0-wire up; }
late
lab -c 'New-VMSwitch late -NetAdapterName late0 -AllowManagementOS $true; New-VM web9 -SwitchName late
  Set-VMNetworkAdapter web9 -MaximumBandwidth 50Mbps
  New-NetIPAddress -InterfaceAlias "vEthernet (late)" -IPAddress 198.51.100.9 -PrefixLength 24' >/dev/null
state9() { state; hostns ip -o link show late0 | grep -o 'master [^ ]*'; hostns tc class show dev late0 | sort; }
before=$(state9); dump=$(lab netsh dump)
"$VMNETSH" --lab=$T_LAB --destroy
not_ok "an adapter is missing: restore says so by its status" lab restore
like "by name" "$(cat "$T_TMP/err")" "^switch 'late': its network adapter late0 is not there"
like "the other switch is there" "$(hostns ip -o link show pnic0)" "master sw0"
like "so is what the missing one's VMs need" "$(hostns ip -o link show | grep 'alias web9')" "master late"
is "nothing is forgotten" "$(lab netsh dump)" "$dump"
ok "other work goes on meanwhile" lab -c 'Set-VMNetworkAdapter web1 -MaximumBandwidth 150000000; Set-VMNetworkAdapter web1 -MaximumBandwidth 200000000'
not_ok "and again" lab restore
is "with nothing to do" "$(cat "$T_TMP/out")" ""
late
same9() { [ "$(state9)" = "$before" ]; }
ok "the adapter appears: the agent restores all of it" wait_until 20 same9
is "everything is as before" "$(state9)" "$before"
ok "restore finds nothing more to do" lab restore
is "nothing" "$(cat "$T_TMP/out")" ""
done_testing
