#!/bin/bash
# trace.sh - a unified trace over two ports and an uplink, with real packets
# and our programs. In mount and network namespaces of its own, so that its
# run folder, pins and links are nobody else's.
: "${TRACE_TOOL:=$PWD/trace_tool}"
if [ -z "${TRACE_INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "1..0 # SKIP needs root"; exit 0; }
  command -v tshark >/dev/null || { echo "1..0 # SKIP needs tshark"; exit 0; }
  export TRACE_TOOL TRACE_INSIDE=1
  exec unshare -mn bash "$0"
fi
. "$TESTS_DIR/lib.sh"
mkdir -p /run/netns /run/vmnetsh
for d in /run/netns /run/vmnetsh; do mount -t tmpfs none $d; done
mount -t sysfs none /sys && mount -t bpf none /sys/fs/bpf

tool() { "$TRACE_TOOL" --state "$T_TMP/state" "$@"; }
agent_pid() { local p; read -r p _ </run/vmnetsh/host/agent.lock && kill -0 "$p" && echo "$p"; } 2>/dev/null
end_agent() { local p; p=$(agent_pid) && [ -n "$p" ] && kill $p; }
at_exit end_agent

# ---- two VMs and an outside machine on one bridge
vm() { # vm NAMESPACE PORT MAC ADDRESS
  ip netns add $1
  ip link add $2 type veth peer name eth0 netns $1
  ip netns exec $1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  ip -n $1 link set eth0 address $3
  ip -n $1 addr add $4/24 dev eth0
  ip -n $1 link set eth0 up
  ip -n $1 link set lo up
  ip link set $2 master br0 up
}
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
vm web1 vp1 02:00:00:00:00:01 10.9.0.1
vm web2 vp2 02:00:00:00:00:02 10.9.0.2
vm outside pnic0 02:00:00:00:00:99 10.9.0.8
ip -n outside addr add 10.9.0.7/24 dev eth0
ip -n outside addr add 10.9.0.9/24 dev eth0
ok "programs on both ports" tool setup 2

inside() { local ns=$1; shift; ip netns exec "$ns" "$@"; }
ping1() { inside "$1" ping -c 1 -W 1 -I "$2" "$3"; }
# The neighbours are known before, so that only the pings are traced.
for ns in web1 web2; do ping1 $ns eth0 10.9.0.7; done >/dev/null
ping1 outside 10.9.0.7 10.9.0.1 >/dev/null
for ns in web1 web2; do
  inside $ns ip neigh replace 10.9.0.8 lladdr 02:00:00:00:00:99 dev eth0
done
inside outside ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0

# ---- errors
is "no trace, no agent" "$(tool status)" "$(printf 'running 0\nfile \nended \npackets 0\nbytes 0\ndrops 0\nlost 0')"
not_ok "stop without a trace" tool stop
like "says so" "$(cat "$T_TMP/err")" "none is running"
not_ok "a bad filter" tool start "$T_TMP/x.pcapng" 3 "tcp prot 80"
like "in libpcap's words" "$(cat "$T_TMP/err")" "^1: capture filter 'tcp prot 80': .*syntax error"
not_ok "a folder that is not there" tool start "$T_TMP/no/x.pcapng" 3
like "is named" "$(cat "$T_TMP/err")" "^2: create trace file '$T_TMP/no/x.pcapng': No such file"
not_ok "a capture type of nothing" tool start "$T_TMP/x.pcapng" 0
not_ok "no file was made" test -e "$T_TMP/x.pcapng"

# ---- a trace
cd "$T_TMP" || exit 1
ok "start, with a relative file" tool start t.pcapng 3 icmp
AGENT=$(agent_pid)
not_ok "a second one is refused" tool start other.pcapng 3
like "and names the first" "$(cat "$T_TMP/err")" "^3: start trace: one runs already, to '$T_TMP/t.pcapng'"
ok "a passed packet" ping1 web1 eth0 10.9.0.7
not_ok "one denied on its way out" ping1 web1 eth0 10.9.0.8
not_ok "one denied on its way in" ping1 outside 10.9.0.9 10.9.0.2
lines() { [ "$(tool tail | wc -l)" -ge $1 ]; }
ok "all of them come to the live view" wait_until 5 lines 7
tool tail >tail.txt
like "live: the drop says why" "$(cat tail.txt)" "web1/Network Adapter.out.98.IPv4 10.9.0.1 > 10.9.0.8 ICMP echo request id [0-9]+ seq 1.ACL 7 Deny Outbound Remote 10.9.0.8"
last=$(tail -1 tail.txt); last=${last%%|*}
is "live: nothing after the last serial" "$(tool tail $last)" ""
ok "stop" tool stop
cp out stop.txt
like "its figures" "$(cat stop.txt)" "running 0.*packets 7.*bytes 686.*drops 2.*lost 0"
is "the agent goes on" "$(agent_pid)" "$AGENT"

fields() { tshark -r t.pcapng "$@" 2>/dev/null; }
at_point() { fields -Y "frame.interface_name == \"$1\" && $2" -T fields -e frame.packet_flags_direction; }
W1="web1/Network Adapter" W2="web2/Network Adapter"
IN=0x00000001 OUT=0x00000002
is "passed request: once at the port" "$(at_point "$W1" 'icmp.type == 8 && ip.dst == 10.9.0.7')" $OUT
is "passed request: once at the uplink" "$(at_point pnic0 'icmp.type == 8 && ip.dst == 10.9.0.7')" $OUT
is "its answer: in at the uplink" "$(at_point pnic0 'icmp.type == 0')" $IN
is "its answer: in at the port" "$(at_point "$W1" 'icmp.type == 0')" $IN
is "comments name the entries" "$(fields -Y frame.comment -T fields -e frame.interface_name -e frame.verdict.ebpf_tc -e frame.comment)" \
"$(printf '%s\t2\t%s\n' "$W1" "dropped: ACL 7 Deny Outbound Remote 10.9.0.8" "$W2" "dropped: ACL 8 Deny Inbound Remote 10.9.0.8/29")"
is "denied on its way out: only at the port" "$(fields -Y 'ip.dst == 10.9.0.8' -T fields -e frame.interface_name)" "$W1"
is "denied on its way in: at the uplink, then at the port" "$(fields -Y 'ip.src == 10.9.0.9' -T fields -e frame.interface_name)" "$(printf 'pnic0\n%s' "$W2")"
is "one packet has one number" "$(fields -Y icmp -T fields -e frame.packet_id | sort | uniq -c | awk '{print $1}' | sort -n | xargs)" "1 2 2 2"
ok "the file is in order of time" bash -c "fields() { tshark -r t.pcapng -T fields -e frame.time_epoch 2>/dev/null; }; fields | sort -c"
like "capinfos reads it too" "$(capinfos t.pcapng 2>/dev/null)" "Number of packets: +7.*Number of interfaces in file: 3.*Name = web1/Network Adapter"

# ---- what else may happen
ok "with a filter" tool start f.pcapng 3 "host 10.9.0.7"
ping1 web1 eth0 10.9.0.8 >/dev/null
ping1 web2 eth0 10.9.0.7 >/dev/null
wait_until 5 lines 11
tool stop >stop.txt
like "holds for the drops too" "$(cat stop.txt)" "packets 4.*drops 0"

tool start k.pcapng 3 & CLIENT=$!
kill -9 $CLIENT 2>/dev/null; wait $CLIENT 2>/dev/null
tool start k.pcapng 3 2>/dev/null
running() { tool status | grep -q "running $1"; }
ok "the client's death leaves the trace" running 1
vm web3 vp3 02:00:00:00:00:03 10.9.0.3
tool setup 3 queue
new_point() { ping1 web3 eth0 10.9.0.7; tool tail | grep -q web3; }
ok "a port that appears is added" wait_until 5 new_point
ok "a ping through a VM queue" ping1 web1 eth0 10.9.0.7
kill -TERM $AGENT
dead() { ! kill -0 $1; }
ok "SIGTERM ends the agent" wait_until 5 dead $AGENT
like "and finishes the file" "$(tshark -r k.pcapng -Y "icmp && frame.interface_name contains web3" -T fields -e icmp.type 2>/dev/null | xargs)" "8 0"
is "frames of a VM queue name it" "$(tshark -r k.pcapng -Y "frame.interface_name == pnic0 && ip.dst == 10.9.0.1" -T fields -e frame.interface_queue -e frame.packet_flags_direction 2>/dev/null)" "$(printf '1\t%s' $IN)"
not_ok "its socket is gone" test -e /run/vmnetsh/host/agent.sock

ok "a limit" tool start l.pcapng 2 "" 5000
inside web2 ping -q -f -c 100 10.9.0.7 >/dev/null
ok "ends the trace" wait_until 5 running 0
like "says why" "$(tool status)" "ended trace file '$T_TMP/l.pcapng' reached its limit of 5000 bytes"
ok "the file can be read" tshark -r l.pcapng
ok "its end is told once" tool stop
not_ok "and then there is none" tool stop

AGENT=$(agent_pid); kill -9 $AGENT; wait_until 5 dead $AGENT
ok "a stale socket is replaced" tool start s.pcapng 3
for text in 'x' '[]' '{}' '{"do": 7}' '{"do": "trace-start"}' '{"do": "trace-tail", "serial": -1, "max": -1}'; do
  like "answers to $text" "$(tool raw "$text"$'\n')" '^\{.*"ok"'
done
ok "and goes on" running 1
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
chmod 755 "$T_TMP"
not_ok "others may not ask" as_nobody "$TRACE_TOOL" --state "$T_TMP/state" status
like "and are told so" "$(cat "$T_TMP/err")" "^4: connect to /run/vmnetsh/host/agent.sock: Permission denied"
tool stop >/dev/null

other() { "$TRACE_TOOL" --state "$T_TMP/other" "$@"; }
other setup 1
ok "the store is that of who asks" other start o.pcapng 3
other stop >/dev/null
like "not the agent's" "$(capinfos o.pcapng 2>/dev/null)" "Number of interfaces in file: 2"
tool setup 2

mkdir small; mount -t tmpfs -o size=64k none small
ok "a small disk" tool start small/d.pcapng 2
inside web2 ping -q -f -c 1000 10.9.0.7 >/dev/null
ok "a full disk ends the trace" wait_until 5 running 0
like "says why" "$(tool status)" "ended write trace file '$T_TMP/small/d.pcapng': No space left on device"
ok "what is there can be read" tshark -r small/d.pcapng
umount small

# ---- no agent, no privilege
AGENT=$(agent_pid); kill $AGENT; wait_until 5 dead $AGENT
rm -r /run/vmnetsh/host
not_ok "who may not capture" as_nobody "$TRACE_TOOL" --state "$T_TMP/state" start "$T_TMP/x" 3
like "is told by the agent" "$(cat "$T_TMP/err")" "^4: capture on vp1: .*not permitted"
AGENT=$(agent_pid); kill $AGENT; wait_until 5 dead $AGENT
rm -r /run/vmnetsh/host
chmod 755 /run/vmnetsh
not_ok "who may not start one" as_nobody "$TRACE_TOOL" --state "$T_TMP/state" start "$T_TMP/x" 3
like "is told why" "$(cat "$T_TMP/err")" "^4: create /run/vmnetsh/host: Permission denied"
done_testing
