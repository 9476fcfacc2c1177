# rate.test.sh - a cap of an adapter with a virtual function: asked, told and
# measured. The emulated card takes one and does not keep it, so that the software
# adapter carries and keeps it (-IovPolicy Keep), or it is told and shown to be
# exceeded (Bypass).
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf0 ] || { echo "1..0 # SKIP runs in tests/vm/run"; exit 0; }
use_lab
CAP=5	# little, so that a machine in emulation fills it
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
goes_by() { vm web1 sed -n 's/^Currently Active Slave: //p' /proc/net/bonding/eth0 | grep -qx "$1"; }
field() { lab -c "(Get-VMNetworkAdapter web1).$1"; }
listens() { outside ss -tln | grep -q :5201; }
# send SECONDS: web1 to the outside, by TCP; on_wire: in frames, in Mbit/s
send() {
  outside iperf3 -s -1 -D --pidfile "$T_TMP/iperf.pid" >/dev/null
  wait_until 20 listens
  ip netns exec "vmnetsh-$T_LAB-vm-web1" iperf3 -c 192.0.2.1 -t "$1" -O 1 -J >"$T_TMP/iperf.json" & sender=$!
  at_exit "kill $sender"; }
on_wire() { jq -r '.end.sum_received.bits_per_second * 1514 / 1448 / 1e6 | floor' "$T_TMP/iperf.json"; }
# shows CAP_KEPT: so does Get-VMNetworkAdapterBandwidth of more than 1 Mbit/s
shows() {
  lab -OutputFormat Json -c 'Get-VMNetworkAdapterBandwidth | Where-Object VMName -eq web1 | Select-Object MaximumBandwidth, ProgrammedMaximum, MeasuredBandwidth, CapKept' >"$T_TMP/shown"
  [ "$(jq --arg k "$1" '.[0]? // . | .CapKept == $k and .MeasuredBandwidth > 1e6' "$T_TMP/shown")" = true ]; }

ok "a VM that asks for a function" lab -c 'Add-LabAdapter pf0; Add-LabAdapter wire0 -Outside
  New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -IovVfCount 1 -AllowManagementOS $false
  New-VM web1 -SwitchName sw0; Set-VMNetworkAdapter web1 -IovWeight 50'
vm web1 ip addr add 192.0.2.11/24 dev eth0
ok "has it" wait_until 10 goes_by eth0v
ok "and reaches the outside" wait_until 10 vm web1 ping -q -n -c 1 -W 1 192.0.2.1

# ---- Keep
lab -c "Set-VMNetworkAdapter web1 -MaximumBandwidth ${CAP}Mbps" >"$T_TMP/all" 2>&1
like "a cap that the card would not keep" "$(cat "$T_TMP/all")" "bypass its policy \(cap: its card is known not to keep one\): the software adapter keeps it; -IovPolicy Bypass"
ok "goes by software" wait_until 10 goes_by eth0s
like "which is told to keep it" "$(field PolicyEnforcement)" "cap: software"
send 8
ok "it is shown to be kept" wait_until 20 shows kept
wait $sender
echo "# Keep, a cap of $CAP Mbit/s: $(on_wire) Mbit/s on the wire; shown: $(jq -c . "$T_TMP/shown")"
ok "the cap is in force" test "$(on_wire)" -ge $((CAP / 2)) -a "$(on_wire)" -le $((CAP * 105 / 100))
is "asked, told, kept" "$(jq -r '.[0]? // . | "\(.MaximumBandwidth) \(.ProgrammedMaximum) \(.CapKept)"' "$T_TMP/shown")" "${CAP}000000 ${CAP}000000 kept"

# ---- Bypass
lab -c 'Set-VMNetworkAdapter web1 -IovPolicy Bypass' >"$T_TMP/all" 2>&1
like "told as not enforced" "$(cat "$T_TMP/all")" "not enforced while it carries the traffic: cap: its card is known not to keep one"
ok "goes by its function" wait_until 20 goes_by eth0v
is "the card has the cap" "$(hostns ip -j link show pf0 | jq -r '.[0].vfinfo_list[0].rate.max_tx')" $CAP
like "which enforces nothing" "$(field PolicyEnforcement)" "cap: not enforced"
send 20
ok "it is shown to be exceeded" wait_until 20 shows exceeded
lab -c '(Get-VMNetworkAdapter web1).IovSettings' >"$T_TMP/settings"
lab -OutputFormat Json -c 'Get-NetAdapterSriovVf pf0 | Select-Object FunctionID, MaximumBandwidth, MeasuredBandwidth, MeasuredInbound' >"$T_TMP/vf"
wait $sender
echo "# Bypass: $(on_wire) Mbit/s on the wire; shown: $(jq -c . "$T_TMP/shown") $(jq -c . "$T_TMP/vf")"
sed 's/^/# /' "$T_TMP/settings"
ok "more passes than the card was told" test "$(on_wire)" -gt $((CAP * 2))
is "asked, told, exceeded" "$(jq -r '.[0]? // . | "\(.MaximumBandwidth) \(.ProgrammedMaximum) \(.CapKept)"' "$T_TMP/shown")" "${CAP}000000 ${CAP}000000 exceeded"
near() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b / 5 && a < b * 5) }'; }	# one second against twenty
ok "what is measured is what is sent" near "$(jq '.[0]? // . | .MeasuredBandwidth / 1e6' "$T_TMP/shown")" "$(on_wire)"
is "at the function, too" "$(jq --argjson c $CAP '.[0]? // . | .MeasuredBandwidth > $c * 1.05e6' "$T_TMP/vf")" true
like "all side by side" "$(cat "$T_TMP/settings")" "cap: asked ${CAP}000000 bit/s, told $CAP Mbit/s, measured [0-9.]+ Mbps, not kept: QEMU"
is "who sends nothing is measured so" "$(lab -OutputFormat Json -c 'Get-NetAdapterSriovVf pf0 | Select-Object MeasuredBandwidth' | jq '.[0]? // . | .MeasuredBandwidth < 1e5')" true
ok "no cap: by the function in any case" lab -c 'Set-VMNetworkAdapter web1 -IovPolicy Keep -MaximumBandwidth 0'
ok "it goes by it" wait_until 10 goes_by eth0v
is "and the card has none" "$(hostns ip -j link show pf0 | jq -r '.[0].vfinfo_list[0].rate.max_tx')" 0
ok "the switch goes, and its functions" lab -c 'Remove-VMSwitch sw0 -Force'
done_testing
