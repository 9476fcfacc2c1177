# move.test.sh - a lab's VM with a virtual function goes to another host with a
# card of its own, to one that is out of functions, where its software adapter
# takes over, and back, where the function returns. Both cards are on one wire.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf1 ] || { echo "1..0 # SKIP runs in tests/vm/run --cards 2"; exit 0; }
A=${T_LAB}a B=${T_LAB}b
on() { local l=$1; shift; "$VMNETSH" "--lab=$l" --state "$T_TMP/$l" -NonInteractive "$@"; }
for l in "$A" "$B"; do at_exit "'$VMNETSH' --lab=$l --state '$T_TMP/$l' --destroy"; done
cat >"$T_TMP/ssh" <<EOF
#!/bin/sh
lab=\$1; shift 2
exec "$VMNETSH" --lab="\$lab" --state "$T_TMP/\$lab" "\$@"
EOF
chmod +x "$T_TMP/ssh"
export VMNETSH_SSH="$T_TMP/ssh"

outside() { ip netns exec "vmnetsh-$A-outside" "$@"; }
netns() { basename "$(ls -d /run/netns/vmnetsh-"$T_LAB"[ab]-vm-web1)"; }
vm() { ip netns exec "$(netns)" "$@"; }
goes_by() { vm sed -n 's/^Currently Active Slave: //p' /proc/net/bonding/eth0 | grep -qx "$1"; }
answers() { outside ping -q -n -c 1 -W 1 192.0.2.11; }
functions() { ip netns exec "vmnetsh-$1" ip -j link show "$2" | jq -r '.[0].vfinfo_list[].address' | grep -c "$mac"; }

ok "two hosts, a card each" on "$A" -c 'Add-LabAdapter pf0; Add-LabAdapter wire0 -Outside
  New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -IovVfCount 2 -AllowManagementOS $false'
ok "the other has one function" on "$B" -c 'Add-LabAdapter pf1
  New-VMSwitch sw0 -NetAdapterName pf1 -EnableIov $true -IovVfCount 1 -AllowManagementOS $false
  New-VM hog -SwitchName sw0'
on "$A" -c 'New-VM web1 -SwitchName sw0' >/dev/null
vm ip addr add 192.0.2.11/24 dev eth0
ok "a VM with a function" on "$A" -c 'Set-VMNetworkAdapter web1 -IovWeight 50'
ok "goes by it" wait_until 10 goes_by eth0v
ok "and answers" wait_until 10 answers
mac=$(vm cat /sys/class/net/eth0/address)
ip netns exec "$(netns)" sleep 10000 & sleeper=$!
at_exit "kill $sleeper"

# moves WHAT FROM TO: under ping, and says how long nothing came.
moves() {
  ip netns exec "vmnetsh-$A-outside" ping -n -D -i 0.02 -W 2 192.0.2.11 >"$T_TMP/ping" & local pinger=$!
  wait_until 20 grep -q 'icmp_seq=20 ' "$T_TMP/ping"
  ok "$1" on "$2" -c "Move-VM web1 $3" ; cp "$T_TMP/err" "$T_TMP/told"
  local last; last=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$T_TMP/ping" | tail -1)
  ok "it answers there" wait_until 30 grep -q "icmp_seq=$((last+50)) " "$T_TMP/ping"
  kill -INT $pinger; wait $pinger
  awk -v what="$1" '/icmp_seq/ {t=substr($1,2)+0; if (p && t-p>m) m=t-p; p=t}
    /packets transmitted/ {lost=$1-$4} END {printf "# %s: longest gap %.0f ms, %d pings lost\n", what, m*1000, lost}' "$T_TMP/ping"
}
moves "to a host with a card" "$A" "$B"
is "nothing was missing there" "$(cat "$T_TMP/told")" ""
ok "it goes by a function of that one" wait_until 20 goes_by eth0v
is "which has its address" "$(functions "$B" pf1) $(functions "$A" pf0)" "1 0"
moves "and back" "$B" "$A"
ok "by a function again" wait_until 20 goes_by eth0v
is "of this card" "$(functions "$B" pf1) $(functions "$A" pf0)" "0 1"

on "$B" -c 'Set-VMNetworkAdapter hog -IovWeight 90'
moves "to one that is out of functions" "$A" "$B"
like "which was told" "$(cat "$T_TMP/told")" "has no virtual function there: .*its software network adapter carries it"
ok "its software adapter carries it" goes_by eth0s
is "no function has its address" "$(functions "$B" pf1) $(functions "$A" pf0)" "0 0"
moves "home" "$B" "$A"
ok "the function returns" wait_until 20 goes_by eth0v
ok "what ran in it all the time runs" kill -0 $sleeper
is "in it" "$(readlink "/proc/$sleeper/ns/net")" "$(vm readlink /proc/self/ns/net)"
done_testing
