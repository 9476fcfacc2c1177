# lab.sh - the lab through its door, the command line: entered, found again as
# it was, seen by ip too, refused without privilege, destroyed to the last file.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
run=/run/vmnetsh/lab-$T_LAB

is "an empty lab has no VM" "$(lab -c 'Get-VM')" ""
like "ip finds its host" "$(hostns ip -br link)" "pnic0.*pnic1"
like "and its outside machine" "$(ip netns exec "vmnetsh-$T_LAB-outside" ip -br addr show lan0)" "192.0.2.1/24 2001:db8::1/64"
like "its own sysfs" "$(ls "$run/sys/class/net" | tr '\n' ' ')" "lo pnic0 pnic1"

ok "a switch and a VM" lab -c '
New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name "web 1 ä" -SwitchName sw0'
like "a VM's name may be any text" "$(lab -c 'Invoke-Command -VMName "web 1 ä" { ip -br link; ls /sys/class/net }')" "eth0.*eth0"
ok "from the VM to the outside machine, IPv4 and IPv6" lab -c '
Invoke-Command -VMName "web 1 ä" {
  ip addr add 192.0.2.50/24 dev eth0
  ip addr add 2001:db8::50/64 dev eth0
  ping -q -c1 -W2 192.0.2.1
  ping -q -c1 -W2 2001:db8::1
}
if ($LASTEXITCODE -ne 0) { exit 1 }'

read -r sink _ <"$run/outside.pid"
lab -c 'Get-VM' >/dev/null
is "entering again keeps the sink" "$(cut -d' ' -f1 "$run/outside.pid")" "$sink"
kill -9 "$sink"
wait_until 5 sh -c "! grep -qs 'State:.[^Z]' /proc/$sink/status"
lab -c 'Get-VM' >/dev/null
ok "a killed sink is started again" test "$(cut -d' ' -f1 "$run/outside.pid")" != "$sink"
like "the VM is still there" "$(lab -c 'Get-VM')" "web 1 ä"

lab -c 'Set-LabAdapter -Name pnic0 -LinkSpeed 200Mbps'
like "a speed is shown" "$(lab -c 'Get-NetAdapter pnic0')" "200 Mbps"
like "and enforced outside, both ways" "$(tc -n "vmnetsh-$T_LAB-outside" qdisc show)" "tbf.*wire0.*200Mbit.*tbf.*ifb0.*200Mbit"
err=$(lab -c 'Set-LabAdapter -Name eth7 -LinkSpeed 1Gbps' 2>&1); rc=$?
like "an unknown adapter: those there are" "$rc $err" "^1 .*eth7.*pnic0"
err=$(lab -c 'Set-LabAdapter -Name pnic0 -LinkSpeed 5' 2>&1); rc=$?
like "a speed out of range: the range" "$rc $err" "^1 .*1 Mbit/s to 100 Gbit/s"

err=$("$VMNETSH" --lab=a-vm-b -c 'Get-VM' 2>&1); rc=$?
like "a name that two labs would share" "$rc $err" "^[12] .*a-vm-b"
err=$("$VMNETSH" --lab='no/such' -c 'Get-VM' 2>&1); rc=$?
like "a name that is no file name" "$rc $err" "^[12] .*letters, digits"
if command -v setpriv >/dev/null; then
  cp "$VMNETSH" "$T_TMP/vmnetsh"; chmod 755 "$T_TMP" "$T_TMP/vmnetsh"
  err=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$T_TMP/vmnetsh" --lab=$T_LAB -c 'Get-VM' 2>&1); rc=$?
  like "without privilege: exit 3, what is missing" "$rc $err" "^3 .*CAP_SYS_ADMIN"
else
  skip "without privilege: exit 3" "setpriv is missing"
fi

ip netns exec "vmnetsh-$T_LAB" sleep 60 & guest=$!
wait_until 5 sh -c "[ \"\$(ip netns identify $guest)\" = vmnetsh-$T_LAB ]"
err=$("$VMNETSH" --lab=$T_LAB --destroy 2>&1); rc=$?
like "destroy names who is inside" "$rc $err" "^1 .*sleep \(pid $guest\)"
like "and has touched nothing" "$(lab -c 'Get-VM')" "web 1 ä"
kill $guest; wait $guest 2>/dev/null

# As the system starts one: by its path, and the file replaced since then.
cp "$VMNETSH" "$T_TMP/of-yesterday"
"$T_TMP/of-yesterday" --lab=$T_LAB --state "$T_TMP/state" agent >/dev/null 2>&1 & agent=$!; at_exit "kill $agent"
wait_until 10 test -S "$run/agent.sock"
rm "$T_TMP/of-yesterday"
read -r sink _ <"$run/outside.pid"
ok "destroy, whichever program the agent was" "$VMNETSH" --lab=$T_LAB --destroy
is "no namespace is left" "$(ip netns | grep -c "vmnetsh-$T_LAB\b")" 0
is "no mount" "$(grep -c "lab-$T_LAB\b" /proc/mounts)" 0
is "no folder, pin or lock" "$(ls -d "$run" "$run.lock" "/sys/fs/bpf/vmnetsh/lab-$T_LAB" "/var/lib/vmnetsh/lab-$T_LAB" 2>/dev/null)" ""
not_ok "no agent" grep -qs 'State:.[^Z]' "/proc/$agent/status"
not_ok "no sink" grep -qs 'State:.[^Z]' "/proc/$sink/status"
ok "the given state folder stays" test -f "$T_TMP/state/store.json"
err=$("$VMNETSH" --lab=$T_LAB --destroy 2>&1); rc=$?
like "destroying what is not there" "$rc $err" "^1 .*no lab '$T_LAB'"
done_testing
