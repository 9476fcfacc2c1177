# power.sh - Start- and Stop-VM: a VM of the lab loses its links and its
# programs; a guest of QEMU is ended by its monitor.
. "$TESTS_DIR/lib.sh"
need_root
if [ "${1-}" != inside ]; then
  use_lab
  run() { lab -NonInteractive -c "$1" 2>"$T_TMP/err"; }
  fails() { not_ok "$1" run "$2"; like "$1: why" "$(cat "$T_TMP/err")" "$3"; }
  port() { hostns ip -o link show vp2 | grep -o 'state [A-Z]*'; }
  run 'New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $true; New-VM web1 -SwitchName sw0; New-VM web2 -SwitchName sw0' >/dev/null
  V=vmnetsh-$T_LAB-vm-web1
  VMNETSH_LAB_VM=web1 ip netns exec "$V" sleep 1000 & at_exit "kill $!"
  in_vm() { ip netns pids "$V" | grep -q .; }
  wait_until 5 in_vm
  is "what it would do" "$(run 'Stop-VM web1 -WhatIf' | sed 's/ vp[0-9]*/ PORT/')" \
    $'What if: set link PORT down\nWhat if: end what runs in VM \'web1\''
  like "stopped" "$(run 'Stop-VM web1 -Passthru')" "web1 +Off"
  is "its link is down" "$(port)" "state DOWN"
  not_ok "what ran in it has ended" in_vm
  fails "nothing can be run in it" 'Invoke-Command -VMName web1 { 1 }' "it is off; Start-VM"
  is "the other one runs" "$(run '(Get-VM web2).State')" Running
  is "restore leaves it off" "$(lab restore)" ""
  like "the dump says so" "$(lab netsh dump)" "Stop-VM -Name web1"
  ok "policy may change meanwhile" run 'Set-VMNetworkAdapter -VMName web1 -MaximumBandwidth 50Mbps; Connect-VMNetworkAdapter -VMName web1 -SwitchName sw0'
  is "it is still down" "$(port)" "state DOWN"
  like "started" "$(run 'Get-VM web1 | Start-VM -Passthru')" "web1 +Running"
  is "its link is up" "$(port)" "state UP"
  ok "something runs in it" run 'Invoke-Command -VMName web1 { ip link }'
  ip netns exec "$V" sleep 1000 & at_exit "kill $!"
  wait_until 5 in_vm
  fails "someone else's program is left alone" 'Stop-VM web1' "in use by sleep"
  is "and the link is up again" "$(port)" "state UP"
  command -v qemu-system-x86_64 >/dev/null && [ -w /dev/net/tun ] || {
    skip "a guest of QEMU" "no QEMU, or no /dev/net/tun"; done_testing; exit; }
  T_INSIDE=$T_N unshare -n -m "$BASH" "$0" inside | tee "$T_TMP/inside"
  T_N=$((T_N + $(grep -cE '^(not )?ok ' "$T_TMP/inside")))
  done_testing
  exit
fi

# ---- a guest of QEMU, on a host that is no lab ----
T_N=$T_INSIDE
mount -t tmpfs tmpfs /run
mount -t bpf bpf /sys/fs/bpf
host() { "$VMNETSH" --state "$T_TMP/real" -NonInteractive -c "$1" 2>"$T_TMP/err"; }
host 'New-VMSwitch sw0 -SwitchType Private; New-VM k1 -SwitchName sw0; New-VM k2' >/dev/null
start() {
  qemu-system-x86_64 -machine none -nodefaults -display none -S -name guest=k1 \
    -netdev tap,id=n,ifname=vp1,script=no,downscript=no,queues=2 "$@" 2>"$T_TMP/qemu" &
  Q=$!; at_exit "kill $Q"
}
runs() { [ "$(host '(Get-VM k1).State')" = Running ]; }
start -qmp "unix:$T_TMP/qmp,server=on,wait=off"
ok "a guest runs" wait_until 20 runs
not_ok "one that does not run cannot be started without libvirt" env VMNETSH_VIRSH=/nonexistent/virsh "$VMNETSH" --state "$T_TMP/real" -c 'Start-VM k2'
like "and says who can" "$(cat "$T_TMP/err")" "VM 'k2': libvirt's virsh cannot be asked"
ok "one that runs is fine" host 'Start-VM k1'
is "what it would do" "$(host 'Stop-VM k1 -TurnOff -WhatIf')" "What if: end the guest of VM 'k1'"
not_ok "one that does not run cannot be paused" host 'Suspend-VM k2'
like "and says so" "$(cat "$T_TMP/err")" "VM 'k2' does not run; Start-VM starts it"
ok "it may run" host 'Resume-VM k1'
is "so it does" "$(host '(Get-VM k1).State')" Running
is "what pausing it would do" "$(host 'Suspend-VM k1 -WhatIf')" "What if: pause the guest of VM 'k1'"
like "paused" "$(host 'Suspend-VM k1 -Passthru')" "k1 +Paused"
ok "and resumed" host 'Get-VM k1 | Resume-VM'
is "it goes on" "$(host '(Get-VM k1).State')" Running
ok "reset" host 'Restart-VM k1 -Force'
is "that is the same process" "$(host '(Get-VM k1).ProcessId')" "$Q"
not_ok "QEMU asks no guest to reboot" host 'Restart-VM k1 -Type Reboot'
like "and says what it can" "$(cat "$T_TMP/err")" "VM 'k1': QEMU without libvirt asks no guest to reboot"
not_ok "nor saves one" host 'Save-VM k1'
ok "asked to shut down, and not waited for" host 'Stop-VM k1 -Timeout 0'
not_ok "it has no system that could" host 'Stop-VM k1 -Timeout 1'
like "and says how long it was waited for" "$(cat "$T_TMP/err")" "VM 'k1': its guest was asked to shut down and runs after 1 s"
"$VMNETSH" --state "$T_TMP/real" -c 'Stop-VM k1' 2>"$T_TMP/waited" & pid=$!
waits() { [ -e /proc/$pid/fdinfo ] && grep -qs "^Pid:.*$Q" /proc/$pid/fdinfo/*; }
ok "it is waited for" wait_until 20 waits
kill -INT $pid; wait $pid
not_ok "till Ctrl-C" test $? = 0
like "which leaves it as it is" "$(cat "$T_TMP/waited")" "interrupted; its guest was asked to shut down, and may still do it"
is "running" "$(host '(Get-VM k1).State')" Running
ok "turned off, when asking does not help" host 'Stop-VM k1 -Force -Timeout 1'
wait $Q
is "by itself, in peace" $? 0
is "it is off" "$(host '(Get-VM k1).State')" Off
start -qmp "unix:$T_TMP/qmp,server=on,wait=off"
ok "it runs once more" wait_until 20 runs
ok "ended" host 'Stop-VM k1 -TurnOff'
is "when the command does" "$(host '(Get-VM k1).State')" Off
start
ok "one without a monitor" wait_until 20 runs
not_ok "cannot be asked" host 'Stop-VM k1'
like "and says how it could" "$(cat "$T_TMP/err")" "-qmp unix:"
kill $Q
