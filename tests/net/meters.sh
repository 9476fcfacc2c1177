# meters.sh - the promise of meters: the bytes counted equal the bytes sent, to
# the byte: IPv4 and IPv6, both directions, while the ACL is replaced again and
# again under traffic. Bytes are whole frames without FCS.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
N=6000 RATE=24e6 PORT=4444

ok "a switch, a VM, meters for both families" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name web1 -SwitchName sw0
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/24 -Direction Both -Action Meter
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 2001:db8::/64 -Direction Both -Action Meter'
vm web1 ip addr add 192.0.2.11/24 dev eth0
vm web1 ip addr add 2001:db8::11/64 dev eth0
vm web1 ping -q -c1 -W2 192.0.2.1 >/dev/null || echo "# no IPv4"
vm web1 ping -q -c1 -W2 2001:db8::1 >/dev/null || echo "# no IPv6"

# "bytes packets" of the meter of prefix $1 in direction $2.
meter() { lab -OutputFormat Csv -c 'Get-VMNetworkAdapterAcl -VMName web1 |
    Select-Object Direction, RemoteAddress, Action, MeteredBytes, MeteredPackets' | tr -d '"' |
  awk -F, -v p="$1" -v d="$2" '$1 == d && $2 == p && $3 == "Meter" { print $4, $5 }'; }
diff_of() { awk -v a="$1" -v b="$2" 'BEGIN { split(a, x); split(b, y);
  printf "%d %d\n", y[1]-x[1], y[2]-x[2] }'; }

# Other entries come and go, in one statement each, as long as $1 runs.
n_replaced=0
replace_while() {
  while kill -0 $1 2>/dev/null; do
    lab -c 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/28,2001:db8::/96 -Direction Both -Action Allow' || echo "# not added"
    lab -c 'Remove-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/28,2001:db8::/96 -Direction Both -Action Allow' || echo "# not removed"
    n_replaced=$((n_replaced+2))
  done
}

# outbound PREFIX ADDRESS SIZE WHAT
outbound() {
  local before after
  before=$(meter "$1" Outbound)
  vm web1 "$BLAST" -n $N -s $3 -r $RATE "$2" 9 >"$T_TMP/sent" & local p=$!
  replace_while $p; wait $p
  after=$(meter "$1" Outbound)
  is "$4: bytes and frames to the byte" "$(diff_of "$before" "$after")" "$((N*$3)) $N"
}
inbound() {
  local before after p
  before=$(meter "$1" Inbound)
  vm web1 "$BLAST" -l -n $N -t 20 $PORT >"$T_TMP/got" & local l=$!
  wait_until 5 grep -q listening "$T_TMP/got"
  outside "$BLAST" -n $N -s $3 -r $RATE "$2" $PORT >"$T_TMP/sent" & p=$!
  replace_while $p; wait $p $l
  after=$(meter "$1" Inbound)
  is "$4: bytes and frames to the byte" "$(diff_of "$before" "$after")" "$((N*$3)) $N"
  like "$4: the VM got them all" "$(cat "$T_TMP/got")" "packets=$N bytes=$((N*$3)) "
}
outbound 192.0.2.0/24 192.0.2.1 700 "IPv4 outbound"
outbound 2001:db8::/64 2001:db8::1 1514 "IPv6 outbound"
inbound 192.0.2.0/24 192.0.2.11 1514 "IPv4 inbound"
inbound 2001:db8::/64 2001:db8::11 200 "IPv6 inbound"
ok "the ACL was replaced $n_replaced times meanwhile" test $n_replaced -ge 8

# A denied frame is no metered one.
before=$(meter 192.0.2.0/24 Outbound)
ok "deny the outside machine" lab -c 'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.1 -Direction Outbound -Action Deny'
vm web1 "$BLAST" -n 50 -s 300 192.0.2.1 9 >/dev/null
is "what is denied is not metered" "$(meter 192.0.2.0/24 Outbound)" "$before"

# ---- disjoint ranges are the port, under load in both directions ----
ok "a VM with meters over halves of both families" lab -c '
New-VM -Name db1 -SwitchName sw0
Add-VMNetworkAdapterAcl -VMName db1 -RemoteIPAddress 0.0.0.0/1,128.0.0.0/1,::/1,8000::/1 -Direction Both -Action Meter
Enable-VMResourceMetering -VMName db1'
vm db1 ip addr add 192.0.2.12/24 dev eth0
vm db1 ip addr add 2001:db8::12/64 dev eth0 nodad
gate=$(outside ip -o route get 192.0.2.12 | sed 's/.* dev \([^ ]*\).*/\1/')
in_db1=$(vm db1 ip -o link show eth0 | sed 's/.*ether \([^ ]*\).*/\1/')
out_mac=$(outside ip -o link show "$gate" | sed 's/.*ether \([^ ]*\).*/\1/')
# Neighbours that are known for ever: no ARP, which is of no range.
for a in 192.0.2.1 2001:db8::1; do vm db1 ip neigh replace $a lladdr $out_mac dev eth0 nud permanent; done
for a in 192.0.2.12 2001:db8::12; do outside ip neigh replace $a lladdr $in_db1 dev "$gate" nud permanent; done
# "in out in-packets out-packets" of the port, and the same of its meters.
port() { lab -OutputFormat Csv -c 'Get-VMNetworkAdapter db1 | Select-Object BytesReceived, BytesSent, PacketsReceived, PacketsSent' | tr -d '"\r' | tail -1 | tr , ' '; }
sums() { lab -OutputFormat Csv -c '(Measure-VM db1).NetworkMeteredTrafficReport | Select-Object Direction, TotalBytes, TotalPackets' | tr -d '"\r' |
  awk -F, '$1 == "Inbound" { ib += $2; ip += $3 } $1 == "Outbound" { ob += $2; op += $3 } END { print ib+0, ob+0, ip+0, op+0 }'; }
minus() { awk -v a="$1" -v b="$2" 'BEGIN { n = split(a, x); split(b, y); for (i = 1; i <= n; i++) printf "%d%s", y[i]-x[i], i < n ? " " : "\n" }'; }
p0=$(port) s0=$(sums)
pids=()
for n in 1 2; do
  ip netns exec "vmnetsh-$T_LAB-vm-db1" "$BLAST" -l -n $N -t 20 $((4500+n)) >"$T_TMP/got$n" & pids+=($!)
done
wait_until 5 eval 'grep -q listening "$T_TMP/got1" && grep -q listening "$T_TMP/got2"'
ip netns exec "vmnetsh-$T_LAB-vm-db1" "$BLAST" -n $N -s 1000 -r $RATE 192.0.2.1 9 >/dev/null & pids+=($!)
ip netns exec "vmnetsh-$T_LAB-vm-db1" "$BLAST" -n $N -s 300 -r $RATE 2001:db8::1 9 >/dev/null & pids+=($!)
ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -n $N -s 700 -r $RATE 192.0.2.12 4501 >/dev/null & pids+=($!)
ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -n $N -s 200 -r $RATE 2001:db8::12 4502 >/dev/null & pids+=($!)
wait "${pids[@]}"
port_now=$(minus "$p0" "$(port)") sums_now=$(minus "$s0" "$(sums)")
is "the meters' sum is what the port passed, bytes and frames" "$sums_now" "$port_now"
is "and that is what was sent, but for the kernels' own few" \
  "$(awk -v s="$sums_now" -v n=$N 'BEGIN { split(s, x); print (x[1] >= n*900 && x[1] < n*900+5000), (x[2] >= n*1300 && x[2] < n*1300+5000) }')" "1 1"

# ---- a report is the same in every form ----
report='(Measure-VM db1).NetworkMeteredTrafficReport | Select-Object RemoteAddress, Direction, TotalBytes, TotalPackets'
lab -c "$report | Format-Table" | awk 'NR > 2 && NF { print $1, $2, $3, $4 }' >"$T_TMP/table"
lab -OutputFormat Csv -c "$report" | tr -d '"\r' | tail -n +2 | tr , ' ' >"$T_TMP/csv"
lab -OutputFormat Json -c "$report" | tr -d '\n' | sed 's/}/}\n/g' |
  sed -nE 's/.*"RemoteAddress" *: *"([^"]*)".*"Direction" *: *"([^"]*)".*"TotalBytes" *: *([0-9]+).*"TotalPackets" *: *([0-9]+).*/\1 \2 \3 \4/p' >"$T_TMP/json"
is "there are eight lines" "$(wc -l <"$T_TMP/table")" 8
ok "the table is the CSV" diff "$T_TMP/table" "$T_TMP/csv"
ok "the JSON too" diff "$T_TMP/csv" "$T_TMP/json"

# ---- what is not measured is nothing ----
is "processor, memory and disk are empty, not zero" \
  "$(lab -c '$m = Measure-VM db1; foreach ($n in "AvgCPU", "AvgRAM", "MaxRAM", "TotalDisk") { $null -eq $m.$n }' | sort -u)" True

# ---- totals are those of the identity ----
kept() { lab -c '(Measure-VM db1).NetworkMeteredTrafficReport | Where-Object { $_.RemoteAddress -eq "128.0.0.0/1" -and $_.Direction -eq "Outbound" } | ForEach-Object { $_.TotalBytes }'; }
index() { hostns ip -o link show | sed -n 's/^\([0-9]*\):.*alias db1.*/\1/p'; }
before=$(kept) index0=$(index)
ok "a VM that was off" lab -c 'Stop-VM db1 -Force; Start-VM db1'
is "has its totals" "$(kept)" "$before"
hostns ip link del "$(lab -c '(Get-VMNetworkAdapter db1).InterfaceName')"
ok "its port is taken away and made again" lab restore
ok "with another index" [ "$(index)" != "$index0" ]
is "it has its totals" "$(kept)" "$before"
ok "disabling" lab -c 'Disable-VMResourceMetering db1; Enable-VMResourceMetering db1'
is "keeps them" "$(kept)" "$before"
agent() { cut -d' ' -f1 "/run/vmnetsh/lab-$T_LAB/agent.lock"; }
ok "an agent looks after them" wait_until 5 eval 'kill -0 $(agent)'
ok "a boot: the maps are gone" "$VMNETSH" --lab=$T_LAB --state "$T_TMP/state" --destroy
ok "restore" lab restore
is "and the totals are there" "$(kept)" "$before"
ok "restore again" lab restore
is "once" "$(kept)" "$before"
ok "reset" lab -c 'Reset-VMResourceMetering db1'
is "is zero" "$(kept)" 0
done_testing
