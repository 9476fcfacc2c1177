#!/bin/bash
# trace_lab.sh - netsh trace in a lab, from the command line to tshark: what an
# ACL denies and what it lets pass, seen by a user.
. "$TESTS_DIR/lib.sh"
need_root
command -v tshark >/dev/null || { echo "1..0 # SKIP needs tshark"; exit 0; }
use_lab
mkdir "$T_TMP/work" && cd "$T_TMP/work" || exit 1

ok "a switch and two VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2 -SwitchName sw0
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.12 -Direction Outbound -Action Deny
Add-VMNetworkAdapterAcl -VMName web2 -RemoteIPAddress 192.0.2.1 -Direction Inbound -Action Deny'
inside() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-$vm" "$@"; }
for i in 1 2; do
  inside vm-web$i ip addr add 192.0.2.1$i/24 dev eth0
  inside vm-web$i ip addr add 2001:db8::1$i/64 dev eth0 nodad
done
ping1() { inside "$1" ping -c 1 -W 1 "$2"; }
wait_until 10 ping1 vm-web1 2001:db8::1

ok "start" lab netsh trace start capturetype=both tracefile=t.pcapng
cp "$T_TMP/out" started
like "says where to" "$(cat started)" "$T_TMP/work/t.pcapng"
not_ok "a second trace is refused" lab netsh trace start capturetype=both tracefile=u.pcapng
like "and names the first" "$(cat "$T_TMP/err")" "one runs already, to '$T_TMP/work/t.pcapng'"
ok "passes: web1 to the outside" ping1 vm-web1 192.0.2.1
not_ok "denied on its way out" ping1 vm-web1 192.0.2.12
ok "the same by IPv6" ping1 vm-web1 2001:db8::1
not_ok "denied on its way in" ping1 outside 192.0.2.12
shows() { lab dashboard -Once -View traces -Width 160 -Height 60 | grep -q "$1"; }
ok "the dashboard shows the drop" wait_until 10 shows "ACL [0-9]* Deny Outbound Remote 192.0.2.12"
drops() { lab netsh trace show status | grep -q "Drops recorded: *$1"; }
ok "and the status counts both" wait_until 10 drops 2
ok "stop" lab netsh trace stop
like "nothing was lost" "$(cat "$T_TMP/out")" "Lost by capture: +0"

fields() { tshark -r t.pcapng "$@" 2>/dev/null; }
points() { fields -Y "$1" -T fields -e frame.interface_name | sort | paste -sd,; }
is "passed: at the port and at the uplink" "$(points 'icmp.type == 8 && ip.dst == 192.0.2.1')" "pnic0,web1/Network Adapter"
is "passed, IPv6: the same" "$(points 'icmpv6.type == 128')" "pnic0,web1/Network Adapter"
is "denied on its way out: at the port only" "$(points 'ip.src == 192.0.2.11 && ip.dst == 192.0.2.12')" "web1/Network Adapter"
is "denied on its way in: at the uplink and the port" "$(points 'icmp.type == 8 && ip.src == 192.0.2.1')" "pnic0,web2/Network Adapter"
comment() { fields -Y "$1" -T fields -e frame.verdict.ebpf_tc -e frame.comment | grep .dropped; }
like "verdict and entry of the first" "$(comment 'ip.src == 192.0.2.11 && ip.dst == 192.0.2.12')" $'^2\tdropped: ACL [0-9]+ Deny Outbound Remote 192.0.2.12$'
like "verdict and entry of the second" "$(comment 'icmp.type == 8 && ip.src == 192.0.2.1')" $'^2\tdropped: ACL [0-9]+ Deny Inbound Remote 192.0.2.1$'

# ---- the shell's death
"$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" -c 'netsh trace start capturetype=physical tracefile=k.pcapng; Start-Sleep 600' >started 2>&1 & SHELL_PID=$!
ok "a shell starts one" wait_until 20 grep -q k.pcapng started
kill -9 $SHELL_PID; wait $SHELL_PID 2>/dev/null
ok "outlives the shell" ping1 vm-web1 192.0.2.1
ok "stops from another one" lab netsh trace stop
is "has what came after" "$(tshark -r k.pcapng -Y icmp -T fields -e icmp.type 2>/dev/null | xargs)" "8 0"
not_ok "a second stop has nothing to stop" lab netsh trace stop
not_ok "a bad filter" lab netsh trace start capturetype=both tracefile=b.pcapng protocol=nonsense
not_ok "makes no file" test -e b.pcapng
not_ok "a folder that is not there" lab netsh trace start capturetype=both tracefile=no/such/t.pcapng
like "is named" "$(cat "$T_TMP/err")" "create trace file '$T_TMP/work/no/such/t.pcapng': No such file or directory"
done_testing
