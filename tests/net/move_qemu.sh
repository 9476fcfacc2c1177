# move_qemu.sh - a real guest of QEMU, booted from a stock kernel, goes from
# one host to another while somebody pings it: its taps are ours on both, its
# policy and its totals go along. The hosts are network and mount namespaces
# with uplinks to one outside machine.
. "$TESTS_DIR/lib.sh"
. "$TESTS_DIR/vm/lib.sh"
need_root
missing=$(vm_missing | paste -sd,)
[ -z "$missing" ] || { echo "1..0 # SKIP missing (tests/vm/prepare fetches it): $missing"; exit 0; }
[ -w /dev/net/tun ] || { echo "1..0 # SKIP no /dev/net/tun"; exit 0; }
K=$VM_CACHE/new

# ---- hosts: "out", "a", "b" ----
new_host() {
  unshare -n -m sleep 10000 & echo $! >"$T_TMP/$1.pid"; at_exit "kill $!"
  wait_until 10 eval '[ "$(readlink /proc/$(cat "$T_TMP/'"$1"'.pid")/ns/net)" != "$(readlink /proc/self/ns/net)" ]'
  at "$1" sh -c 'mount -t sysfs sys /sys; mount -t bpf bpf /sys/fs/bpf; mount -t tmpfs run /run; ip link set lo up'
}
at() { nsenter -t "$(cat "$T_TMP/$1.pid")" -n -m -- "${@:2}"; }
on() { at "$1" "$VMNETSH" --state "$T_TMP/state-$1" -NonInteractive "${@:2}"; }
run() { on "$1" -c "$2" 2>"$T_TMP/err"; }
for h in out a b; do new_host $h; done
# Meters keep an agent on each, and that its namespaces.
at_exit 'for h in a b; do kill "$(at $h cut -d" " -f1 /run/vmnetsh/host/agent.lock)"; done'
at out ip link add lan type bridge
at out ip addr add 192.0.2.1/24 dev lan
at out ip link set lan up
for h in a b; do
  at out ip link add "to-$h" type veth peer name pnic0 netns "$(cat "$T_TMP/$h.pid")"
  at out ip link set "to-$h" master lan up
  at $h ip link set pnic0 up
done
cat >"$T_TMP/ssh" <<EOF
#!/bin/sh
host=\$1; shift 2
exec nsenter -t "\$(cat "$T_TMP/\$host.pid")" -n -m -- "$VMNETSH" --state "$T_TMP/state-\$host" "\$@"
EOF
chmod +x "$T_TMP/ssh"
export VMNETSH_SSH="$T_TMP/ssh"

# ---- a guest ----
root=$T_TMP/root
vm_guest_root "$root" new virtio_pci virtio_net
cat >"$root/init" <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
while read -r m; do $b insmod $m; done </modules
$b ip link set eth0 up; $b ip addr add 192.0.2.11/24 dev eth0
while :; do
  $b awk '/^Ip: [0-9]/ {print "seen", $4, $11}' /proc/net/snmp >/dev/console
  $b sleep 0.5
done
INIT
chmod +x "$root/init"
(cd "$root" && find . | "$VM_CACHE/busybox" cpio -o -H newc 2>/dev/null) >"$T_TMP/initramfs"
run a 'New-VMSwitch sw0 -NetAdapterName pnic0; New-VM -Name web1 -SwitchName sw0
  Set-VMNetworkAdapter web1 -MaximumBandwidth 50Mbps
  Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 192.0.2.0/24 -Direction Both -Action Meter
  Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 192.0.2.77/32 -Direction Both -Action Deny' >/dev/null
run b 'New-VM other; New-VMSwitch sw0 -NetAdapterName pnic0' >/dev/null
at out ip addr add 192.0.2.77/24 dev lan
tap_of() { at "$1" ip -o link show type tun | sed -n '/alias web1/s/^[0-9]*: \([^:@]*\).*/\1/p'; }
tap=$(tap_of a)
mac=$(run a '(Get-VMNetworkAdapter web1).MacAddress' | sed 's/../&:/g; s/:$//')
at a "$VM_QEMU" -name web1 -machine q35 -accel tcg -cpu max -m 192 -nodefaults -no-user-config \
  -display none -kernel "$K/vmlinuz" -initrd "$T_TMP/initramfs" \
  -append 'console=ttyS0 loglevel=4 panic=-1' -serial file:/run/web1.log \
  -netdev "tap,id=n0,ifname=$tap,script=no,downscript=no,queues=2,vhost=off" \
  -device "virtio-net-pci,netdev=n0,mac=$mac,mq=on,vectors=6" \
  -qmp unix:/run/web1.qmp,server=on,wait=off -pidfile /run/web1.pid \
  </dev/null >"$T_TMP/qemu" 2>&1 &
at_exit "for h in a b; do at \$h sh -c 'kill \$(cat /run/web1.pid)'; done"
answers() { at out ping -q -c1 -W1 192.0.2.11; }
ok "the guest boots and answers through its tap" wait_until 90 answers
sed 's/^/# /' "$T_TMP/qemu"
denied() { ! at out ping -q -c2 -i0.1 -W1 -I 192.0.2.77 192.0.2.11; }
ok "its deny entry is in force" denied
meters() { run "$1" '(Get-VMNetworkAdapterAcl web1 | Where-Object Action -eq Meter).MeteredPackets' | paste -sd' '; }
# The guest says on its console what it has seen of IPv4: all of it metered.
seen() { at "$1" tail -n1 /run/web1.log | tr -d '\r' | awk '$1 == "seen" {print $2, $3}'; }
same() { read -r in out <<<"$(meters "$1")"; read -r gin gout <<<"$(seen "$1")"; [ "$out" = "${gout-}" ]; }
ok "what it sent is metered" wait_until 20 same a
# A ping that came before its queues were ready is metered and was never seen.
unseen=$((in-gin))

# ---- what is checked ----
like "-WhatIf" "$(run a 'Move-VM web1 b -WhatIf')" "send the memory of 'web1' to host 'b' while it runs"
knows() { run "$1" 'netsh dump' | grep -c 'New-VM .*web1'; }
is "changed nothing there" "$(knows b)" 0
ok "the guest still answers" answers

# ---- what fails on the way leaves it here ----
sed '/^exec/i [ $# = 1 ] || exit 1	# the memory does not get through' "$T_TMP/ssh" >"$T_TMP/ssh2"
sed '/^exec/i sleep 0.3 \&\& [ $# = 1 ] || exec timeout 0.4 cat >/dev/null' "$T_TMP/ssh" >"$T_TMP/ssh3"
chmod +x "$T_TMP/ssh2" "$T_TMP/ssh3"
for way in ssh2 ssh3; do
  not_ok "the memory's way breaks ($way): no move" env VMNETSH_SSH="$T_TMP/$way" \
    nsenter -t "$(cat "$T_TMP/a.pid")" -n -m -- "$VMNETSH" --state "$T_TMP/state-a" -c 'Move-VM web1 b'
  like "with the reason" "$(cat "$T_TMP/err")" "migration has failed|migrate|getfd"
  ok "the guest goes on here" answers
  is "nothing of it is there" "$(knows b) $(tap_of b)" "0 "
  not_ok "no QEMU either" at b sh -c 'kill -0 $(cat /run/web1.pid)'
done

# ---- it goes ----
nsenter -t "$(cat "$T_TMP/out.pid")" -n -- ping -D -i 0.01 -W 2 192.0.2.11 >"$T_TMP/ping" & pinger=$!
at_exit "kill $pinger"
wait_until 20 grep -q 'icmp_seq=20 ' "$T_TMP/ping"
ok "it moves" on a -c 'Move-VM web1 b'
last=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$T_TMP/ping" | tail -1)
ok "the guest answers there" wait_until 20 grep -q "icmp_seq=$((last+50)) " "$T_TMP/ping"
kill -INT $pinger; wait $pinger
read -r sent got < <(awk '/packets transmitted/ {print $1, $4}' "$T_TMP/ping")
awk -v lost=$((sent-got)) '/icmp_seq/ {t=substr($1,2)+0; if (p && t-p>m) m=t-p; p=t}
  END {printf "# longest gap %.0f ms, %d pings lost\n", m*1000, lost}' "$T_TMP/ping"
like "it is a process of the other host" "$(at b sh -c 'cat /proc/$(cat /run/web1.pid)/cmdline' | tr '\0' ' ')" "ifname=$(tap_of b),.*-incoming unix:"
ok "under another name of its tap" test "$(tap_of b)" != "$tap"
not_ok "and none of the first host" at a sh -c 'kill -0 $(cat /run/web1.pid)'
is "the VM is known there" "$(knows b)" 1
is "and here no more" "$(knows a)" 0
is "no tap is left here" "$(at a ip -o link show type tun | wc -l)" 0
is "nothing is shaped here" "$(at a tc qdisc show dev pnic0 | grep -c htb)" 0
like "its cap is in force there" "$(at b tc class show dev pnic0)" "class htb .*ceil 50Mbit"
ok "its deny entry too" denied
# Inbound, what came while it stood still is metered and was never seen.
ok "the total that it sent is that of both hosts" wait_until 20 same b
echo "# metered in $in out $out, the guest saw $gin and $gout ($unseen unseen at boot); pings $sent, answers $got"
unseen=$((in-gin-unseen))
ok "what it received too" eval '[ $unseen -ge 0 ] && [ $unseen -le $((sent-got)) ]'
is "restore has nothing to do there" "$(on b restore)" ""
is "nor here" "$(on a restore)" ""
done_testing
