# scripts.sh - scripts of the kinds that administrators have (host set-up,
# SR-IOV set-up, SET teaming, VMQ tuning, metering report, NAT network, lab builder, DCB) run end
# to end.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
S=$TESTS_DIR/data/scripts
cp -r "$S" "$T_TMP/scripts"
run() { lab "$T_TMP/scripts/$1" "${@:2}" 2>"$T_TMP/err"; }

out=$(run lab_builder.ps1); is "the lab builder ends well" $? 0
like "it made two VMs" "$out" 'made 2: labapp1, labdata1'
like "and they reach each other" "$out" 'the first reaches the second: True'
like "one has two adapters" "$out" 'labapp1: 2'
out=$(run lab_builder.ps1)
like "again it makes none" "$out" 'made 0: '
like "the cap of its role is there" \
  "$(lab -c "(Get-VMNetworkAdapter -VMName labdata1).BandwidthSetting.MaximumBandwidth")" 209715200
like "and the entry" "$(lab -c 'Get-VMNetworkAdapterAcl -VMName labapp1')" 203.0.113.0/24

out=$(run metering_report.ps1 -OutFile "$T_TMP/report" -VMName 'lab*')
is "the report ends well" $? 0
like "metering begins" "$out" 'metering of labapp1 begins now'
lab -c 'Invoke-Command -VMName labapp1 { Test-Connection 10.9.0.2 -Count 2 -Quiet }' >/dev/null
out=$(run metering_report.ps1 -OutFile "$T_TMP/report" -VMName 'lab*')
is "again" $? 0
like "it has lines of the VM" "$(cat "$T_TMP/report")" '^labapp1;.*;(In|Out)bound;[0-9.]+'
like "and a table" "$out" 'VM +Lines +Total'
like "the transcript has it too" "$(cat "$T_TMP/report.log")" 'Lines'

out=$(run host_setup.ps1 -SwitchName Converged -Adapter pnic0 -Networks "$S/networks.csv")
is "the host is set up" $? 0
like "three adapters with weights" "$out" 'Storage +Converged +40'
like "their addresses are the kernel's" "$(hostns ip -o address)" '10\.8\.2\.5/24'
out=$(run host_setup.ps1 -SwitchName Converged -Adapter pnic0 -Networks "$S/networks.csv")
is "again" $? 0
like "it tells that the switch is there" "$out" "WARN switch 'Converged' is there"

out=$(run vmq_tuning.ps1 -Pattern pnic0); is "queues are tuned" $? 0
like "pnic0 has them" "$out" '"pnic0","True",'
run vmq_tuning.ps1 -Pattern nosuch >/dev/null; is "exit 1 reaches the caller" $? 1

lab -c 'New-NetIPAddress -InterfaceAlias pnic1 -IPAddress 192.0.2.21 -PrefixLength 24' >/dev/null
nat() { run nat_network.ps1 -Network 192.168.7.0/24 -Uplink pnic1 -DnsServer 192.0.2.1 "$@"; }
out=$(nat); is "the NAT network is set up" $? 0
if grep -q CONFIG_NF_TABLES "$T_TMP/err"; then skip "its NAT" "this kernel has no nftables"
else
  like "with its NAT" "$out" 'NAT NatSwitch-nat of 192.168.7.0/24: True'
  lab -c 'New-VM natvm -SwitchName NatSwitch; Invoke-Command -VMName natvm { New-NetIPAddress -InterfaceAlias eth0 -IPAddress 192.168.7.9 -PrefixLength 24 -DefaultGateway 192.168.7.1 }' >/dev/null
  like "a VM goes out" "$(lab -c 'Invoke-Command -VMName natvm { ping -c1 -W2 192.0.2.1 }')" ' 1 received'
fi
like "and name servers" "$out" 'name servers of pnic1: 192.0.2.1'
like "coalescing is off" "$(hostns ethtool -k pnic1 2>/dev/null || echo 'generic-receive-offload: off')" 'generic-receive-offload: off'
out=$(nat); is "again" $? 0
like "it tells what is there" "$out" 'NAT NatSwitch-nat is there'
out=$(nat -Remove); is "it is taken away" "$? $out" "0 removed"
is "all of it, and the VM is off" \
  "$(lab -c '@(Get-NetNat).Count; @(Get-VMSwitch NatSwitch -ErrorAction SilentlyContinue).Count; (Get-VM natvm).State' | paste -sd' ')" "0 0 Off"
lab -c 'Remove-NetIPAddress -IPAddress 192.0.2.21 -Confirm:$false' >/dev/null

out=$(run sriov_setup.ps1); is "SR-IOV set-up falls back" $? 0
like "with the reason" "$out" 'SR-IOV cannot be enabled on pnic1'
like "and the switch is there" "$(lab -c '(Get-VMSwitch Sriov).IovEnabled')" False

lab -c 'Remove-VMSwitch Sriov, Converged -Force' >/dev/null
out=$(run set_teaming.ps1 -Pattern 'pnic*'); is "a team is set up" $? 0
like "member by member" "$out" 'switch SETswitch: teaming True.member pnic1 joined'
like "storage on a member each" "$out" 'SMB1   pnic0    ok.SMB2   pnic1    ok'
like "as published" "$out" 'LoadBalancingAlgorithm +: HyperVPort'
lan() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
lan ip addr add 10.7.1.1/24 dev lan0; lan ip addr add 10.7.2.1/24 dev lan0
sent() { lan cat /sys/class/net/wire0/statistics/rx_packets /sys/class/net/wire1/statistics/rx_packets | paste -sd' '; }
hostns ping -q -c1 -W2 10.7.1.1 >/dev/null; hostns ping -q -c1 -W2 10.7.2.1 >/dev/null
read -r a b <<<"$(sent)"; hostns ping -q -c3 -i0.1 -W2 10.7.1.1 >/dev/null; read -r c d <<<"$(sent)"
is "SMB1 goes by the first" "$((c-a)) $((d-b))" "3 0"
hostns ping -q -c3 -i0.1 -W2 10.7.2.1 >/dev/null; read -r a b <<<"$(sent)"
is "SMB2 by the second" "$((a-c)) $((b-d))" "0 3"
out=$(run set_teaming.ps1 -Pattern 'pnic*'); is "again" "$? $(grep -c joined <<<"$out")" "0 0"
out=$(run set_teaming.ps1 -Pattern 'pnic*' -Algorithm Dynamic); is "flows are spread" $? 0
like "as published" "$out" 'LoadBalancingAlgorithm +: Dynamic'
run set_teaming.ps1 -Pattern nosuch >/dev/null; is "one that has no adapters tells" $? 2
run set_teaming.ps1 -Remove; is "it is taken away" "$? $(lab -c '@(Get-VMSwitchTeam).Count')" "0 0"

out=$(run lab_builder.ps1 -Remove); like "the lab is taken away" "$out" removed
is "all of it" "$(lab -c '@(Get-VM lab*).Count')" 0

# DCB: the host's own traffic, by a host adapter on a shaped link
lab -c 'Get-VMSwitch | Remove-VMSwitch -Force
New-VMSwitch Storage -NetAdapterName pnic0 -AllowManagementOS $true
New-NetIPAddress -InterfaceAlias "vEthernet (Storage)" -IPAddress 192.0.2.10 -PrefixLength 24' >/dev/null
dcb() { run qos_dcb.ps1 -Adapter pnic0 -Port 9 "$@"; }
lab -c 'Set-LabAdapter -Name pnic0 -LinkSpeed 100Mbps' >/dev/null
out=$(dcb); is "DCB is set up" $? 0
like "three classes, by software" "$out" 'INFO pnic0: 3 classes, software'
like "flow control is not in force, and it says so" "$out" 'WARN pnic0: flow control is not in force \(asked: priorities 3\)'
like "as a table" "$out" 'SMB +ETS +50 3'
like "the kernel has them" "$(hostns tc class show dev pnic0)" 'htb 1:3 parent 1:1 .*rate 50Mbit'
like "policies are in force" "$out" 'policy SMB: priority 3 on pnic0'
ip netns exec "vmnetsh-$T_LAB-outside" timeout 20 tcpdump -i wire0 -n -v -l -Q in 'udp port 7777' >"$T_TMP/seen" 2>"$T_TMP/tcpdump" & WATCH=$!
wait_until 10 grep -q listening "$T_TMP/tcpdump"
hostns bash -c 'echo x >/dev/udp/192.0.2.1/7777'
ok "the rest's DSCP is seen outside" wait_until 5 grep -q 'tos 0x28' "$T_TMP/seen"
kill $WATCH; wait $WATCH 2>/dev/null
# The share of SMB's TCP beside a flood; the figures are qos_classes.sh's business.
ip netns exec "vmnetsh-$T_LAB" "$(dirname "$VMNETSH")/tests/tool/udpblast" -t 60 192.0.2.1 5001 >/dev/null 2>&1 & P1=$!
ip netns exec "vmnetsh-$T_LAB" bash -c 'exec cat /dev/zero >/dev/tcp/192.0.2.1/9' 2>/dev/null & P2=$!
sent() { tc -n "vmnetsh-$T_LAB" -s class show dev pnic0 | awk -v c="$1" '/^class/ { k = $3 } / Sent / && k == c { print $2 }'; }
fair() { local a b x y; a=$(sent 1:3); x=$(sent 1:2); read -rt 1 <> <(:); b=$(sent 1:3); y=$(sent 1:2)
  [ $((100 * (b - a))) -ge $((47 * (b - a + y - x))) ] && [ $((b - a)) -gt 3000000 ]; }
ok "TCP of SMB has its half" wait_until 30 fair
kill $P1 $P2; wait $P1 $P2 2>/dev/null
out=$(dcb); is "again" $? 0
out=$(dcb -Remove); is "it is taken away" "$? $out" "0 INFO removed"
is "all of it" "$(hostns tc class show dev pnic0 | grep -c 'htb 1:3 ')" 0
done_testing
