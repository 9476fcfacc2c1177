#!/usr/bin/env bash
# session.sh - changes that touch the adapter by which the administrator is
# connected take themselves back unless he says that he still gets here: at a
# terminal he is asked, a script is warned, and a shell that is cut off needs
# not live for it. A host in a namespace of its own, with a real TCP session.
. "$(dirname "$0")/../lib.sh"
need_root
command -v iperf3 >/dev/null || { echo "1..0 # SKIP needs iperf3 as the other end"; exit 0; }
[ "${1-}" = inside ] || exec unshare -mn --propagation private -- "$0" inside
mount -t tmpfs tmpfs /run && mount -t bpf bpf /sys/fs/bpf && mount -t sysfs sysfs /sys 2>/dev/null
mount -t bpf bpf /sys/fs/bpf 2>/dev/null
STATE=$T_TMP/state
vm() { "$VMNETSH" --state "$STATE" "$@" </dev/null; }
ip link set lo up
mkdir -p /run/netns
ip netns add far && at_exit "ip netns del far"
ip link add nic0 type veth peer name far0 netns far
ip link add nic1 type veth peer name far1 netns far
ip addr add 198.51.100.1/24 dev nic0; ip link set nic0 up; ip link set nic1 up
ip -n far addr add 198.51.100.9/24 dev far0; ip -n far link set far0 up; ip -n far link set far1 up
ip -n far link set lo up
# The session: someone listens there, we are connected; "cport" is whose it is.
ip netns exec far iperf3 -s -p 2222 >/dev/null 2>&1 & at_exit "kill $!"
ok "who is afar listens" wait_until 10 bash -c "ip netns exec far ss -tln | grep -q 2222"
exec 9<>/dev/tcp/198.51.100.9/2222
port=$(ss -tnH dst 198.51.100.9 | awk '{ sub(/.*:/, "", $4); print $4; exit }')
export SSH_CONNECTION="198.51.100.9 2222 198.51.100.1 $port"
has() { ip -o addr show dev "$1" 2>/dev/null | grep -q "198.51.100.1/24"; }
reaches() { ping -q -c1 -W1 198.51.100.9; }
waits() { vm netsh show pending | grep -q 'unconfirmed:'; }

# ---- what does not touch it is as ever ----
like "a switch on another adapter" "$(vm -c 'New-VMSwitch sw1 -NetAdapterName nic1 -AllowManagementOS $false' 2>&1)" "sw1"
not_ok "nothing waits" waits
is "a VM on it" "$(vm -c 'New-VM w1 -SwitchName sw1 | Out-Null' 2>&1)" ""
not_ok "nor then" waits

# ---- a script: a warning, and it goes on ----
out=$(vm -c '$ConfirmWithinPreference = 4
New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null
New-VM w0 -SwitchName sw0 | Out-Null
"on"' 2>&1)
like "a switch on that adapter warns" "$out" "WARNING: this change touches the adapter that carries your session \(198.51.100.9 2222 198.51.100.1 $port\): .* is taken back at [0-9:]+ unless Confirm-VMNetworkChange"
like "and the script goes on" "$out" "on$"
is "with one warning" "$(grep -c WARNING <<<"$out")" 1
is "all of it is there" "$(vm -c '@(Get-VM w0).Count')" 1
ok "the session's address is at the host adapter" has "vEthernet (sw0)"
ok "it is taken back" wait_until 20 has nic0
gone() { [ "$(vm -c '@(Get-VMSwitch sw0 -ErrorAction Ignore).Count + @(Get-VM w0 -ErrorAction Ignore).Count')" = 0 ]; }
ok "with what followed" wait_until 10 gone
ok "and he gets here" wait_until 10 reaches

# ---- others do not go on ----
ok "warned again" vm -c '$ConfirmWithinPreference = 300; New-VMSwitch sw0 -NetAdapterName nic0'
like "someone else waits" "$(SSH_CONNECTION= vm -c 'New-VM w2' 2>&1)" "taken back at .* unless it is confirmed"
ok "confirmed" vm -c 'Confirm-VMNetworkChange'
not_ok "nothing waits" waits
ok "it is kept" has "vEthernet (sw0)"

# ---- by way of the switch ----
like "a VLAN of the host adapter, or none here" "$(vm -c 'Set-VMNetworkAdapterVlan -ManagementOS -VMNetworkAdapterName sw0 -Access -VlanId 7' 2>&1)" "WARNING.*session|VLAN"
vm -c 'Undo-VMNetworkChange' >/dev/null 2>&1
like "its ACL" "$(vm -c 'Add-VMNetworkAdapterAcl -ManagementOS -VMNetworkAdapterName sw0 -RemoteIPAddress 203.0.113.0/24 -Direction Both -Action Deny' 2>&1)" "WARNING.*session"
ok "undone" vm -c 'Undo-VMNetworkChange'
is "a VM on that switch touches nothing" "$(vm -c 'New-VM w3 -SwitchName sw0 | Out-Null; Set-VMNetworkAdapter w3 -MinimumBandwidthWeight 5; Remove-VM w3 -Force' 2>&1)" ""
not_ok "nothing waits then" waits

# ---- who wants no question ----
is "-Confirm:\$false says so" "$(vm -c 'Remove-VMSwitch sw0 -Confirm:$false' 2>&1)" ""
not_ok "and nothing waits" waits
ok "he gets here" wait_until 10 reaches
is "a preference of 0 likewise" "$(vm -c '$ConfirmWithinPreference = 0; New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null' 2>&1)" ""
not_ok "nothing waits" waits
like "-Force answers its own question only" "$(vm -c 'Remove-VMSwitch sw0 -Force' 2>&1)" "WARNING.*session"
ok "kept" vm -c Confirm-VMNetworkChange

# ---- a transaction ----
like "of many statements" "$(vm -Transaction -c 'New-VMSwitch sw0 -NetAdapterName nic0' 2>&1)" "WARNING.*session"
ok "undone" vm -c Undo-VMNetworkChange
ok "the address is back" has nic0

# ---- a session that is gone, and a lab, have none ----
is "a connection that is not there is none" "$(SSH_CONNECTION="198.51.100.9 2222 198.51.100.1 1" vm -c 'New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null; Remove-VMSwitch sw0 -Force' 2>&1)" ""
is "sudo hides it, not from us" "$(vm -c 'exit 0'; env bash -c 'env -u SSH_CONNECTION "$@" 2>&1; :' - "$VMNETSH" --state "$STATE" -c 'New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null' </dev/null | grep -c 'WARNING.*session')" 1
ok "undone" vm -c Undo-VMNetworkChange

# ---- at a terminal ----
if command -v tmux >/dev/null; then
  export TERM=xterm-256color LC_ALL=C.UTF-8 XDG_STATE_HOME=$T_TMP/xdg; unset TMUX
  tm() { tmux -S "$T_TMP/tmux" -f /dev/null "$@"; }
  at_exit "tmux -S '$T_TMP/tmux' kill-server"
  tm new-session -d -x 120 -y 30 -s t "'$VMNETSH' --state '$STATE' -NoLogo"
  shows() { tm capture-pane -p -J -t t | grep -qF -- "$1"; }
  type_() { tm send-keys -t t "$1" Enter; }
  ok "a prompt" wait_until 20 shows "vmnetsh>"
  type_ 'New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null'
  ok "he is asked" wait_until 20 shows "Keep it? [y/n]"
  ok "with the session's name" shows "(198.51.100.9 2222 198.51.100.1 $port)"
  type_ n
  ok "no: it is taken back" wait_until 20 shows "not kept: the change is taken back"
  ok "at once" has nic0
  tm send-keys -t t C-l
  type_ 'New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null'
  ok "asked again" wait_until 20 shows "Keep it? [y/n]"
  type_ y
  ok "yes: it is kept" wait_until 20 bash -c "! '$VMNETSH' --state '$STATE' netsh show pending | grep -q unconfirmed"
  ok "there" has "vEthernet (sw0)"
  type_ 'Remove-VMSwitch sw0 -Force -Confirm:$false; $ConfirmWithinPreference = 3; Clear-Host'
  ok "away" wait_until 20 has nic0
  type_ 'New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null'
  ok "asked" wait_until 20 shows "Keep it? [y/n]"
  ok "no answer in time" wait_until 20 shows "no answer in time"
  ok "it is back" wait_until 20 has nic0
  # The shell dies while it asks.
  type_ '$ConfirmWithinPreference = 5; "pid=$PID"; New-VMSwitch sw0 -NetAdapterName nic0 | Out-Null'
  ok "there for now" wait_until 20 has "vEthernet (sw0)"
  ok "asked" wait_until 20 shows "pid="
  kill -9 "$(tm capture-pane -p -J -t t | sed -n 's/^pid=//p' | tail -1)"
  ok "its death takes nothing away from the timer" wait_until 30 has nic0
else skip "at a terminal" "needs tmux"; fi
vm -Transaction -c 'Get-VM | Remove-VM -Force; Get-VMSwitch | Remove-VMSwitch -Force' >/dev/null 2>&1
done_testing
