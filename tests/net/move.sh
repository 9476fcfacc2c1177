# move.sh - a lab's VM goes to another lab of this machine and back: what runs
# in it goes on, its policy and its meters' totals are there; what cannot be
# is refused, and whatever fails leaves it where it was.
. "$TESTS_DIR/lib.sh"
need_root
A=${T_LAB}a B=${T_LAB}b
on() { local l=$1; shift; "$VMNETSH" "--lab=$l" --state "$T_TMP/$l" "$@"; }
for l in "$A" "$B"; do at_exit "'$VMNETSH' --lab=$l --state '$T_TMP/$l' --destroy"; done
# Both ends with stores of their own: as a host that is reached by ssh.
cat >"$T_TMP/ssh" <<EOF
#!/bin/sh
lab=\$1; shift 2
exec "\${MOVE_VMNETSH:-$VMNETSH}" --lab="\$lab" --state "$T_TMP/\$lab" "\$@"
EOF
chmod +x "$T_TMP/ssh"
export VMNETSH_SSH="$T_TMP/ssh"
run() { on "$1" -NonInteractive -c "$2" 2>"$T_TMP/err"; }
vm_netns() { ls /run/netns | grep -x "vmnetsh-$T_LAB[ab]-vm-web1"; }
vm() { ip netns exec "$(vm_netns)" "$@"; }
outside() { ip netns exec "vmnetsh-$A-outside" "$@"; }
# In the background, and ended with the test: the program is the very process.
background() { ip netns exec "$@" <&0 & at_exit "kill $!"; }
fails() {
  local what=$1 host=$2 line=$3 want=$4; T_N=$((T_N+1))
  if run "$host" "$line" >"$T_TMP/out"; then echo "not ok $T_N - $what"; return; fi
  if grep -qF -- "$want" "$T_TMP/err"; then echo "ok $T_N - $what"; return; fi
  echo "not ok $T_N - $what"; sed 's/^/# /' "$T_TMP/err"
}

# Without what other programs of this machine run.
vms() { run "$1" '(Get-VM | Where-Object Kind -eq Namespace).Name' | paste -sd' '; }

# ---- two hosts on one wire ----
run "$A" 'New-VMSwitch sw0 -NetAdapterName pnic0; New-VM web1 -SwitchName sw0; New-VM stay -SwitchName sw0' >/dev/null
run "$B" 'New-VM x1' >/dev/null
far() { ip netns exec "vmnetsh-$B-outside" ip "$@"; }
far addr flush dev lan0
far link set lan0 address 02:76:6d:6e:02:99
far link set wire0 address 02:76:6d:6e:01:91
ip netns exec "vmnetsh-$B" ip link set pnic0 address 02:76:6d:6e:00:91
outside ip link add tob type veth peer name toa netns "vmnetsh-$B-outside"
outside ip link set tob master lan0 up
far link set toa master lan0 up
run "$B" 'New-VMSwitch lan -NetAdapterName pnic0' >/dev/null
vm ip addr add 192.0.2.11/24 dev eth0
vm ip addr add 2001:db8::11/64 dev eth0
run "$A" 'Set-VMNetworkAdapter web1 -MaximumBandwidth 50Mbps -VmqWeight 7
  Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 192.0.2.0/24 -Direction Both -Action Meter
  Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 203.0.113.0/24 -Direction Both -Action Deny
  Enable-VMResourceMetering web1'
ok "the VM answers on its first host" outside ping -q -c3 -i0.05 -W2 192.0.2.11

# ---- what is checked before ----
before=$(on "$A" netsh dump)
fails "no such VM" "$A" "Move-VM nope $B" "'web1'"
fails "the same host" "$A" "Move-VM web1 $A" "already"
fails "no switch of that name" "$A" "Move-VM web1 $B" "'sw0': no such virtual switch"
run "$B" 'New-VM web1' >/dev/null
fails "a VM of that name" "$A" "Move-VM web1 $B -DestinationSwitch lan" "there is one of this name already"
run "$B" 'Remove-VM web1 -Force; New-VM twin -SwitchName lan' >/dev/null
mac=$(run "$A" '(Get-VMNetworkAdapter web1).MacAddress')
run "$B" "Set-VMNetworkAdapter twin -StaticMacAddress $mac"
fails "an adapter with its MAC address" "$A" "Move-VM web1 $B -DestinationSwitch lan" "has the MAC address"
run "$B" 'Remove-VM twin -Force'
fails "no host" "$A" "Move-VM web1 -DestinationHost -oProxyCommand=x" "no name of a host"
VMNETSH_SSH=false fails "a host that cannot be reached" "$A" "Move-VM web1 $B" "reach host '$B'"
VMNETSH_SSH= fails "without a transport, in a lab: only labs" "$A" "Move-VM web1 nowhere" "another lab"
MOVE_VMNETSH="$T_TMP/old" fails "a host without vmnetsh" "$A" "Move-VM web1 $B" "old"
fails "disks are QEMU's" "$A" "Move-VM web1 $B -IncludeStorage" "disks lie where both hosts reach them"
run "$A" 'Set-VMNetworkAdapter web1 -IovWeight 50'
run "$A" "Move-VM web1 $B -DestinationSwitch lan -WhatIf" >/dev/null
like "no SR-IOV there: told, and no obstacle" "$(cat "$T_TMP/err")" "host '$B': adapter 'web1/Network Adapter' has no virtual function there: switch 'lan' has no SR-IOV"
run "$A" 'Set-VMNetworkAdapter web1 -IovWeight 0'
like "-WhatIf says the steps" "$(run "$A" "Move-VM web1 $B -DestinationSwitch sw0=lan -WhatIf")" \
  "give port vp2 of 'web1/Network Adapter' to host '$B'"
is "nothing was changed here" "$(on "$A" netsh dump)" "$before"
is "nor there" "$(vms "$B")" x1

# ---- it goes, and what runs in it goes on ----
# What the VM itself has counted of IPv4: it is on no other network.
seen() { vm nstat -asz IpInReceives IpOutRequests | awk '/^IpIn/ {i=$2} /^IpOut/ {o=$2} END {print i, o}'; }
meters() { run "$1" '(Get-VMNetworkAdapterAcl web1 | Where-Object Address -like "Remote 192.0.2.*").MeteredPackets' | paste -sd' '; }
read -r in0 out0 <<<"$(seen)"
is "meters count what the VM has seen" "$(meters "$A")" "$in0 $out0"
background "$(vm_netns)" sleep 1000; sleeper=$!
ns=$(vm readlink /proc/self/ns/net)
# A connection that must survive, from the VM to the outside machine's sink.
mkfifo "$T_TMP/say"; exec 7<>"$T_TMP/say"
# shellcheck disable=SC2016
background "$(vm_netns)" "$BASH" -c 'exec 3<>/dev/tcp/192.0.2.1/9; while read -r l; do echo "$l" >&3; done' <"$T_TMP/say"
# Its other port, and how many bytes have come out at the other end.
came() { outside ss -Htin state established 'sport = :9' | tr '\n' ' ' | sed -n 's/.*192.0.2.11:\([0-9]*\) .*bytes_received:\([0-9]*\).*/\1 \2/p'; }
comes() { [ "$(came)" = "$port $1" ]; }
echo one >&7
wait_until 10 eval '[[ $(came) == *" 4" ]]'
port=$(came); port=${port% *}
pinging() { background "vmnetsh-$A-outside" ping -D -i 0.01 -W 2 192.0.2.11 >"$T_TMP/ping"; pinger=$!
  wait_until 10 grep -q 'icmp_seq=20 ' "$T_TMP/ping"; }
pinged() { local last; last=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$T_TMP/ping" | tail -1)
  wait_until 20 grep -q "icmp_seq=$((last+30)) " "$T_TMP/ping"; kill -INT $pinger; wait $pinger 2>/dev/null
  awk -v what="$1" '/icmp_seq/ {t=substr($1,2)+0; if (p && t-p>m) m=t-p; p=t}
    /packets transmitted/ {lost=$1-$4} END {printf "# %s: longest gap %.0f ms, %d pings lost\n", what, m*1000, lost}' "$T_TMP/ping"; }
pinging
like "it moves" "$(run "$A" "Move-VM web1 -DestinationHost $B -DestinationSwitch sw0=lan -Passthru | Format-List" || cat "$T_TMP/err")" "ComputerName : $B"
pinged "to the other host"
is "it is there" "$(vms "$B")" "x1 web1"
is "and gone here" "$(vms "$A")" stay
is "it is the very namespace" "$(vm readlink /proc/self/ns/net)" "$ns"
ok "what ran in it runs on" kill -0 $sleeper
echo two >&7
ok "its connection goes on" wait_until 10 comes 8
read -r in1 out1 <<<"$(seen)"
is "the meters' totals are those of both hosts" "$(meters "$B")" "$in1 $out1"
ok "there were more since" test "$in1" -gt "$in0"
like "its deny entry is in force there" \
  "$(run "$B" '(Get-VMNetworkAdapterAcl web1 | Where-Object Action -eq Deny).Address' | paste -sd' ')" "203.0.113.0/24"
vm ip route add 203.0.113.0/24 dev eth0
vm ip neigh add 203.0.113.9 lladdr 02:00:00:00:00:09 dev eth0
dropped() { run "$B" '(Get-VMNetworkAdapter web1).DroppedOutbound'; }
d0=$(dropped); vm ping -q -c2 -i0.05 -W0.1 203.0.113.9 >/dev/null
is "and drops" "$(dropped)" $((d0+2))
denied=2
is "its cap too" "$(run "$B" '$b = Get-VMNetworkAdapterBandwidth web1 -SampleInterval 0.05; "$($b.MaximumBandwidth) $($b.ProgrammedMaximum)"')" "50000000 50000000"
is "its weight of queues" "$(run "$B" '(Get-VMNetworkAdapter web1).VmqWeight')" 7
is "its address" "$(run "$B" '(Get-VMNetworkAdapter web1).MacAddress')" "$mac"
is "nothing of it is shaped on the first host" "$(ip netns exec "vmnetsh-$A" tc qdisc show dev pnic0 | grep -c htb)" 0
is "restore has nothing to do there" "$(on "$B" restore)" ""
is "nor here" "$(on "$A" restore)" ""

# ---- and back ----
fails "the switch there has another name" "$B" "Move-VM web1 $A" "'lan': no such virtual switch"
pinging
ok "it comes back" run "$B" "Move-VM web1 $A -DestinationSwitch sw0"
pinged "and back"
echo three >&7
ok "its connection still goes on" wait_until 10 comes 14
read -r in2 out2 <<<"$(seen)"
is "the totals have all of it" "$(meters "$A")" "$in2 $((out2-denied))"
ok "a reset begins at zero" run "$A" 'Reset-VMResourceMetering web1'
is "also what was carried" "$(meters "$A")" "0 0"
is "it is as it was before it went" "$(on "$A" netsh dump | sort)" "$(sort <<<"$before")"

# ---- whatever fails leaves it where it was ----
run "$A" 'Set-VMNetworkAdapter web1 -MinimumBandwidthWeight 5'
run "$B" 'Set-LabAdapter pnic0 -LinkSpeed 100Mbps; New-VMSwitch abs -NetAdapterName pnic1 -MinimumBandwidthMode Absolute' >/dev/null
fails "a floor that the switch there does not have" "$A" "Move-VM web1 $B -DestinationSwitch abs" "MinimumBandwidthWeight"
# The other end ends after its offer, before its commit, after it: at every
# call of these. What strace kills cannot undo anything itself.
if command -v strace >/dev/null; then
  cat >"$T_TMP/ssh" <<EOF
#!/bin/sh
lab=\$1; shift 2
ASAN_OPTIONS=detect_leaks=0 exec strace -f -qq -o /dev/null -e trace=\$CUT -e inject=\$CUT:signal=KILL:when=\$WHEN \
  "$VMNETSH" --lab="\$lab" --state "$T_TMP/\$lab" "\$@"
EOF
  here() { outside ping -q -c1 -W2 192.0.2.11 >/dev/null && [ "$(ip netns list | grep -c "^vmnetsh-$A-vm-web1")" = 1 ]; }
  cut=0 bad=0 CUT=sendmsg,fsync,bpf,write,rename; export CUT WHEN
  for ((WHEN=8; WHEN<400; WHEN+=3)); do
    run "$A" "Move-VM web1 $B -DestinationSwitch lan" && break
    cut=$((cut+1))
    here || { bad=$((bad+1)); echo "# cut at $WHEN: not here"; }
    on "$B" restore >/dev/null 2>&1
    run "$B" 'Remove-VM web1 -Force' >/dev/null
  done
  ok "the other end was cut off at $cut places" test $cut -gt 10
  is "the VM runs on here after each" $bad 0
fi
kill $sleeper
done_testing
