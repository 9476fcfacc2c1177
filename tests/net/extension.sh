# extension.sh - extensions of a switch in the lab: the two examples on real
# frames, frames that go on while one comes and goes, a shell that is killed
# while it enables one, objects that are refused, missing, or newer.
. "$TESTS_DIR/lib.sh"
need_root
for p in bpftool jq; do command -v $p >/dev/null || { echo "1..0 # SKIP $p is missing"; exit 0; }; done
use_lab
export ASAN_OPTIONS=detect_leaks=0	# it cannot work under ptrace
BUILD=$(dirname "$VMNETSH") BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
MINE=$T_TMP/state/extensions
install -D -m 644 -t "$MINE" "$BUILD"/core/bpf/extension/*.o
put() { local f; for f; do install -m 644 -t "$MINE" "$BUILD/tests/extension/$f.o"; done; }
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
field() { lab -c "(Get-VMSwitchExtension $1 $2).$3"; }
drops() { lab -c "(Get-VMNetworkAdapter web1).Drops.$1"; }
chain() { lab -c 'Get-VMSwitchExtension sw0 | Where-Object Running | Sort-Object Order | ForEach-Object { $_.Name }' | paste -sd,; }
enabled() { lab -c 'Get-VMSwitchExtension sw0 | Where-Object Enabled | ForEach-Object { $_.Name }' | sort | paste -sd,; }
says() { local re=$1; shift; lab -c "$*" >"$T_TMP/says" 2>&1
  local rc=$?; like "refused: $* ($re)" "$rc $(tr '\n' ' ' <"$T_TMP/says")" "^1 .*$re"; }
# rate OUTBOUND PORT: "FRAMES BYTES" of the switch's map
rate() { bpftool -j map dump pinned "$(field sw0 "'Port rate counter'" Maps)/port_rates" | jq -r --argjson out "$1" --argjson port "$2" \
  '[.[].formatted | select(.key.port == $port and .key.outbound == $out) | .values[].value] | "\(map(.frames) | add) \(map(.bytes) | add)"'; }
udp_in() { vm "$1" awk '$1 == "Udp:" && !n { for (i = 2; i <= NF; i++) h[i] = $i; n = 1; next }
  $1 == "Udp:" { for (i in h) if (h[i] == "InDatagrams" || h[i] == "NoPorts") s += $i; print s; exit }' /proc/net/snmp; }

ok "a switch, two VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0
New-VM -Name web1 -SwitchName sw0
New-VM -Name db1 -SwitchName sw0'
n=1
for v in web1 db1; do
  vm $v ip addr add 192.0.2.1$n/24 dev eth0; vm $v ip -6 addr add "2001:db8::1$n/64" dev eth0 nodad
  n=$((n+1))
done
reaches() { vm web1 ping -q -c1 -W1 "$@" >/dev/null; }
ok "they reach each other" wait_until 10 reaches 192.0.2.12
is "two are installed" "$(lab -c 'Get-VMSystemSwitchExtension | ForEach-Object { "$($_.Name) $($_.ExtensionType)" }')" "DNS filter Filter
Port rate counter Capture"
is "none is enabled" "$(enabled)" ""

# ---- the rate counter: what was sent is what it counted
ok "the rate counter is enabled" lab -c "Enable-VMSwitchExtension 'Port rate counter' sw0"
is "and runs" "$(chain)" "Port rate counter"
like "again: so it is already" "$(lab -c "Enable-VMSwitchExtension 'port rate counter' sw0" 2>&1)" "enabled already; nothing changes"
ok "500 frames of 200 bytes" vm web1 "$BLAST" -n 500 -s 200 192.0.2.12 777
counted() { [ "$(rate 1 777)" = "$1" ] && [ "$(rate 0 777)" = "$1" ]; }
ok "counted once where they were sent, once where they came" wait_until 5 counted "500 100000"
ok "300 of IPv6" vm web1 "$BLAST" -n 300 -s 300 2001:db8::12 778
counted6() { [ "$(rate 1 778) $(rate 0 778)" = "300 90000 300 90000" ]; }
ok "likewise" wait_until 5 counted6

# ---- the DNS filter
ok "the DNS filter is enabled beside it" lab -c "Enable-VMSwitchExtension 'DNS filter' sw0"
is "capture is asked first, then the filter" "$(chain)" "Port rate counter,DNS filter"
is "what was counted stays" "$(rate 1 777)" "500 100000"
hex() { printf %s "$1" | od -An -v -tx1 | tr -d '\n'; }
# label A label B: a name as questions have it, in hex
name() { local l out=; for l; do out+=$(printf ' %02x' ${#l})$(hex "$l"); done; echo "$out 00"; }
list() { local key; key=$(name "$@"); set -- $key
  while [ $# -lt 64 ]; do set -- "$@" 00; done
  bpftool map update pinned "$(field sw0 "'DNS filter'" Maps)/dns_names" key hex "$@" value hex 00 00 00 00 00 00 00 00; }
ok "bad.example is listed" list bad example
ask() { local q; q=$(printf '\\x%s' 12 34 01 00 00 01 00 00 00 00 00 00 $(name "$@") 00 01 00 01)
  vm web1 bash -c "printf '$q' >/dev/udp/192.0.2.12/53"; }
before=$(udp_in db1)
ask good example; ask bad example; ask BAD Example; ask www bad example; ask bad example org
ok "three of five questions arrive" wait_until 5 eval '[ $(($(udp_in db1) - before)) = 3 ]'
is "the two that are listed were dropped" "$(drops Extension)" 2
is "the reasons add up" "$(drops Total)" "$(lab -c '$d = (Get-VMNetworkAdapter web1).Drops; $d.Acl + $d.ExtendedAcl + $d.Malformed + $d.MacAddressSpoofing + $d.DhcpGuard + $d.RouterGuard + $d.NeighborGuard + $d.DynamicIPAddressLimit + $d.StormLimit + $d.Extension + $d.LinkDown')"
is "the name says how often" "$(bpftool -j map dump pinned "$(field sw0 "'DNS filter'" Maps)/dns_names" | jq '[.[].formatted.value] | add')" 2
ok "all else goes on" reaches 192.0.2.12

# ---- dump, WhatIf, off
like "the dump has both, in their order" "$(lab -c 'netsh dump' | tr '\n' ' ')" "Enable-VMSwitchExtension -Name 'Port rate counter' -VMSwitchName sw0 Enable-VMSwitchExtension -Name 'DNS filter' -VMSwitchName sw0"
lab -c 'netsh dump' >"$T_TMP/dump.ps1"
ok "the dump runs again" lab -NonInteractive "$T_TMP/dump.ps1"
is "restore of what is there takes no step" "$(lab restore)" ""
like "-WhatIf says what it would do" "$(lab -c "Disable-VMSwitchExtension 'DNS filter' sw0 -WhatIf" | tr '\n' ' ')" "link 'Port rate counter' into port programs of switch 'sw0'.*port vp2"
is "and does not" "$(chain)" "Port rate counter,DNS filter"
ok "the filter is disabled" lab -c "Disable-VMSwitchExtension 'DNS filter' sw0"
before=$(udp_in db1)
ask bad example
ok "its question arrives" wait_until 5 eval '[ $(($(udp_in db1) - before)) = 1 ]'

# ---- under load: not a frame is lost
before=$(udp_in db1)
rounds=0
for i in 1 2 3; do
  ip netns exec "vmnetsh-$T_LAB-vm-web1" "$BLAST" -n 60000 -s 100 -r 40000000 192.0.2.12 9 >/dev/null & load=$!
  lab -c "Enable-VMSwitchExtension 'DNS filter' sw0 | Out-Null; Disable-VMSwitchExtension 'DNS filter' sw0" >/dev/null && rounds=$((rounds+1))
  wait $load
done
is "on and off three times under load" $rounds 3
ok "each of 180,000 frames arrived" wait_until 5 eval '[ $(($(udp_in db1) - before)) -ge 180000 ]'
is "and none was dropped" "$(drops Extension)" 2

# ---- order, one forwarder, what is no extension
put capture filter filter2 forward forward2
ok "three at once, as they are named" lab -c "Enable-VMSwitchExtension 'Try forwarding','Try filter 2','Try filter' sw0"
is "by type, then as they were enabled" "$(chain)" "Port rate counter,Try filter 2,Try filter,Try forwarding"
says "it has a forwarding extension, 'Try forwarding'" "Enable-VMSwitchExtension 'Try forwarding 2' sw0"
ok "off by the pipeline" lab -c "Get-VMSwitchExtension sw0 -Name Try* | Disable-VMSwitchExtension"
is "one is left" "$(chain)" "Port rate counter"
like "off once more: so it is" "$(lab -c "Disable-VMSwitchExtension 'Try filter' sw0" 2>&1)" "not enabled; nothing changes"
says "switch 'sw0': there is no extension 'Nothing'; there are: .*into .*/extensions" "Enable-VMSwitchExtension Nothing sw0"
says "there is no extension 'Nothing'" "Disable-VMSwitchExtension Nothing sw0"
says "no switch 'sw9'" "Enable-VMSwitchExtension 'DNS filter' sw9"
put nothing tc
says "no description" "Enable-VMSwitchExtension nothing.o sw0"
says 'wrong type: section "tc"' "Enable-VMSwitchExtension 'Try too much' sw0"
rm "$MINE/tc.o"
for f in writes marks calls loops; do
  put $f
  says "(verifier refuses it|map others)" "Enable-VMSwitchExtension 'Try too much' sw0"
  rm "$MINE/$f.o"
done
is "nothing changed by all that" "$(chain) $(enabled)" "Port rate counter Port rate counter"
chmod 666 "$MINE/filter.o"
says "others than root may write" "Enable-VMSwitchExtension filter.o sw0"
chmod 644 "$MINE/filter.o"

# ---- a newer file, a missing one
before=$(rate 1 777)
cp "$MINE/filter.o" "$T_TMP/old.o"
ok "a filter on" lab -c "Enable-VMSwitchExtension 'Try filter' sw0"
rm "$MINE/filter.o"
lab restore >"$T_TMP/out" 2>&1; rc=$?
like "one whose file is missing is named" "$rc $(cat "$T_TMP/out")" "^1 .*switch 'sw0': its frames pass without extension 'Try filter'"
is "the rest goes on" "$(chain)" "Port rate counter"
is "with what it counted" "$(rate 1 777)" "$before"
like "it is shown as asked for, and why it does not run" "$(lab -c "Get-VMSwitchExtension sw0 'Try filter' | ForEach-Object { \"\$(\$_.Enabled) \$(\$_.Running) \$(\$_.Problem)\" }")" "True False it is not installed any more"
install -m 644 "$T_TMP/old.o" "$MINE/filter.o"
ok "it is back" lab restore
is "and asked again" "$(chain)" "Port rate counter,Try filter"
lab -c "Disable-VMSwitchExtension 'Try filter' sw0" >/dev/null

# ---- a switch that is renamed, another one, one that goes
ok "renamed" lab -c 'Rename-VMSwitch sw0 -NewName lan; Rename-VMSwitch lan -NewName sw0'
is "it keeps them" "$(chain)" "Port rate counter"
ok "another switch with another extension" lab -c "New-VMSwitch -Name sw1 -SwitchType Internal; Enable-VMSwitchExtension 'DNS filter' sw1"
is "each has its own" "$(chain) $(lab -c '(Get-VMSwitchExtension sw1 | Where-Object Running).Name')" "Port rate counter DNS filter"
ok "a VM moves there" lab -c 'Connect-VMNetworkAdapter -VMName db1 -SwitchName sw1'
ok "and back" lab -c 'Connect-VMNetworkAdapter -VMName db1 -SwitchName sw0'
ok "it is reached" wait_until 10 reaches 192.0.2.12
pins() { ls "/sys/fs/bpf/vmnetsh/lab-$T_LAB" | grep -Ev '^(maps|programs)$'; }
ok "the other switch goes" lab -c 'Remove-VMSwitch sw1 -Force'
is "with all that was pinned for it" "$(pins | wc -l)" 2

# ---- kill -9 of the shell that enables one
if command -v strace >/dev/null; then
  CALLS=bpf,rename,mkdir,unlink,rmdir,sendmsg,fsync,write
  CMD="Enable-VMSwitchExtension 'DNS filter' sw0"
  agree() { [ "$(chain)" = "Port rate counter$1" ] && [ "$(enabled | tr , '\n' | wc -l)" = "$2" ] && reaches 192.0.2.12; }
  n=1 killed=0 bad=0
  while [ $n -lt 2000 ]; do
    strace -f -qq -o /dev/null -e trace=$CALLS -e inject=$CALLS:signal=KILL:when=$n \
      "$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" -c "$CMD" >/dev/null 2>&1 && break
    killed=$((killed+1))
    reaches 192.0.2.12 || { bad=$((bad+1)); echo "# $n: web1 does not reach db1"; }
    lab restore >/dev/null 2>"$T_TMP/err" && { agree "" 1 || agree ",DNS filter" 2; } ||
      { bad=$((bad+1)); sed "s/^/# $n: /" "$T_TMP/err"; echo "# $n: $(chain) / $(enabled)"; }
    lab -c "Disable-VMSwitchExtension 'DNS filter' sw0" >/dev/null 2>&1
    n=$((n+9))
  done
  ok "it was killed at $killed places" test $killed -gt 5
  is "and frames went on, and restore repaired it, after each" $bad 0
else
  skip "a shell that is killed" "strace is missing"
fi
ok "all off" lab -c 'Disable-VMSwitchExtension *'
is "nothing is left" "$(pins)" ""
ok "frames go on" reaches 192.0.2.12
done_testing
