#!/bin/bash
# The dashboard over a lab with traffic: what it shows is what is there.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
vm() { ip netns exec "vmnetsh-$T_LAB-vm-$1" "${@:2}"; }
once() { lab dashboard -Once -View "$1" -Width "${2:-132}" -Height "${3:-30}"; }

cat >"$T_TMP/setup.ps1" <<'PS'
Set-LabAdapter -Name pnic0 -LinkSpeed 200Mbps
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true -MinimumBandwidthMode Absolute
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2 -SwitchName sw0
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 120000000
Set-VMNetworkAdapter -VMName web2 -MaximumBandwidth 50000000
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.77 -Direction Outbound -Action Deny
Enable-NetAdapterVmq -Name pnic0
PS
ok "a lab with a switch, two VMs, a floor, a cap, an ACL and VM queues" \
  lab -NonInteractive -File "$T_TMP/setup.ps1"
lab netsh trace start capturetype=both "tracefile=$T_TMP/t.pcapng" >/dev/null 2>&1
at_exit "'$VMNETSH' --lab=$T_LAB --state '$T_TMP/state' netsh trace stop"
for i in 1 2; do
  vm web$i ip addr add 192.0.2.1$i/24 dev eth0; vm web$i ip link set eth0 up
done
vm web1 ip neigh replace 192.0.2.77 lladdr 02:00:00:00:00:77 dev eth0
wait_until 10 vm web1 ping -c1 -W1 192.0.2.1

# Not by a function: $! must be the ping that the clean-up ends.
NS=vmnetsh-$T_LAB-vm-web1
ip netns exec "$NS" ping -q -i 0.01 -s 1000 192.0.2.1 >/dev/null 2>&1 & P1=$!
ip netns exec "$NS" ping -q -i 0.05 192.0.2.77 >/dev/null 2>&1 & P2=$!
at_exit "kill $P1 $P2; wait $P1 $P2"
# What the VM's own interface counts, in kbit/s, against the frame's figure.
sent() { vm web1 cat /proc/net/dev | awk '/eth0/ { print $10 }'; }
frame_has() { once ports >"$T_TMP/ports"; grep -qE "$1" "$T_TMP/ports"; }
rate_agrees() {
  local t0 t1 n0 n1
  t0=$(date +%s%N) n0=$(sent)
  frame_has '^ web1 +sw0 +[0-9]+k +[0-9]+k ' || return 1
  t1=$(date +%s%N) n1=$(sent)
  awk -v b=$((n1 - n0)) -v ns=$((t1 - t0)) '$1 == "web1" {
    want = b * 8e6 / ns; got = $4 + 0
    exit !(want > 50 && got > want * 0.8 && got < want * 1.25) }' "$T_TMP/ports"
}
ok "the adapter's rate is what its interface counts" wait_until 20 rate_agrees
ok "its floor as asked, programmed and measured" \
  grep -qE '^ web1 .* 120M .* idle' "$T_TMP/ports"
ok "a cap" grep -qE '^ web2 .* 50\.0M' "$T_TMP/ports"
ok "the uplink, its speed and the sum of its floors" \
  grep -qE '^ sw0 +External +pnic0 +200M .* 120M .* 60%' "$T_TMP/ports"
ok "drops are counted" frame_has '^ web1 .* [1-9][0-9.k]*$'
once queues >"$T_TMP/queues"
ok "a queue for each VM, with its processor" \
  [ "$(grep -cE '^ web[12] +pnic0 .* [0-9.<]+%' "$T_TMP/queues")" = 2 ]
traced() { once traces >"$T_TMP/traces"; grep -E "$1" "$T_TMP/traces"; }
ok "the trace shows packets at the port" traced 'web1/Network Adapter.*ICMP'
ok "and at the uplink" traced 'pnic0.*ICMP'
ok "a drop shows its verdict" traced 'web1/Network Adapter.*✗.*ACL'

for size in 40x10 80x24 132x40 1x1; do
  w=${size%x*} h=${size#*x}
  is "$size: so many lines" "$(once ports "$w" "$h" | wc -l)" "$h"
  is "$size: none is longer" "$(once queues "$w" "$h" |
    wc -L | awk -v w="$w" '{ print ($1 > w) }')" 0
done
not_ok "a view that is not there" once nothing
like "is an error that names those that are" "$(cat "$T_TMP/err")" \
  "ports, queues, traces"
is "TERM=dumb: one frame as text" "$(TERM=dumb script -qec \
  "'$VMNETSH' --lab=$T_LAB --state '$T_TMP/state' dashboard" /dev/null |
  grep -c ADAPTER)" 1

if command -v tmux >/dev/null; then
  tm() { tmux -L "vmnetsh-live-$$" -f /dev/null "$@"; }
  at_exit "tmux -L vmnetsh-live-$$ kill-server"
  shows() { tm capture-pane -p -t t | grep -qE -- "$1"; }
  tm new-session -d -x 110 -y 30 -s t "env -u TMUX LC_ALL=C.UTF-8 '$VMNETSH' \
    --lab=$T_LAB --state '$T_TMP/state' dashboard; echo status=\$?; cat"
  ok "live: rates" wait_until 15 shows '^ web1 +sw0 +[0-9]{2,}[0-9.]*k'
  tm send-keys -t t 2; ok "live: queues" wait_until 5 shows '^ web2 +pnic0'
  tm send-keys -t t 3; ok "live: packets" wait_until 5 shows 'ICMP'
  tm send-keys -t t x; ok "live: drops only" wait_until 5 shows 'drops only'
  ok "live: a drop is listed" wait_until 5 shows '✗.*ACL'
  lab -c 'Remove-VM -Name web2 -Force' >/dev/null 2>&1
  tm send-keys -t t x 1
  ok "live: a VM that goes away goes from the list" wait_until 10 \
    eval '! shows "^ web2 "'
  tm send-keys -t t q; ok "live: q ends it" wait_until 5 shows 'status=0'
else
  skip "live at a terminal" "needs tmux"
fi
done_testing
