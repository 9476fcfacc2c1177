# team_span.sh - the published SPAN recipe on the external port of a team: what
# any member sends or takes is copied once, as it is on the wire, also when its
# adapter goes by another member; store, dump, boot and the switch's end know it.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
copied() { lab -c '(Get-VMSwitch set0).Mirroring.CopiedPackets'; }
watch() { rm -f "$T_TMP/tcpdump"
  ip netns exec "vmnetsh-$T_LAB-vm-mon" timeout 60 tcpdump -i eth0 -n -e -B 8192 -U --immediate-mode -w "$T_TMP/seen.pcap" "$1" 2>"$T_TMP/tcpdump" & WATCH=$!
  wait_until 10 grep -q listening "$T_TMP/tcpdump"; }
count() { tcpdump -n -r "$T_TMP/seen.pcap" "$@" 2>/dev/null | wc -l; }
has() { [ "$(count)" -ge "$1" ]; }
at() { [ "$(lab -c "(Get-VMSwitchTeamMember -NetAdapterName $1).AdaptersInUse.Count")" = "$2" ]; }

ok "a team of two, three VMs" lab -c '
New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -EnableEmbeddedTeaming $true -AllowManagementOS $false
"web1", "web2", "mon" | ForEach-Object { New-VM -Name $_ -SwitchName set0 }'
for i in 1 2; do vm web$i ip addr add 192.0.2.1$i/24 dev eth0; vm web$i ping -q -c1 -W2 192.0.2.1 >/dev/null; done
ok "the published recipe" lab -c '
$f = Get-VMSystemSwitchExtensionPortFeature -FeatureName "Ethernet Switch Port Security Settings"
$f.SettingData.MonitorMode = 2
Add-VMSwitchExtensionPortFeature -ExternalPort -SwitchName set0 -VMSwitchExtensionFeature $f
Set-VMNetworkAdapter mon -PortMirroring Destination'
is "marked" "$(lab -c '(Get-VMSwitch set0).Status')" "Ok (uplink mirrored)"
is "read back" "$(lab -c '(Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName set0).SettingData.MonitorMode')" 2
is "restore has nothing to do" "$(lab restore)" ""

ok "watched" watch 'icmp and not host 192.0.2.99'
a=$(copied)
for i in 1 2; do vm web$i ping -q -c10 -i0.05 -W1 192.0.2.1 >/dev/null; done
vm web1 ping -q -c10 -i0.05 -W1 192.0.2.12 >/dev/null
ok "of both members each direction once, of what stays inside nothing" wait_until 5 has 40
kill "$WATCH"; wait "$WATCH" 2>/dev/null
is "exactly" "$(count) $(count 'src 192.0.2.1') $(count 'host 192.0.2.11') $(count 'host 192.0.2.12')" "40 20 20 20"
ok "counted" test "$(($(copied) - a))" -ge 40
is "none was lost" "$(lab -c '(Get-VMSwitch set0).Mirroring.Lost')" 0
# A broadcast: the switch outside floods it back to the other member.
ok "watched" watch 'icmp'
vm web1 ping -b -c1 -W1 192.0.2.255 >/dev/null 2>&1
wait_until 5 has 1
# The one that mon is sent as any VM, and the copy.
is "what comes back to the other member is no frame of the port" "$(count 'icmp[icmptype] = icmp-echo and src 192.0.2.11 and dst 192.0.2.255')" 2
kill "$WATCH"; wait "$WATCH" 2>/dev/null

# ---- fail-over
out ip link set wire1 down
ok "all go by one member" wait_until 10 at pnic0 3
ok "watched" watch 'icmp'
for i in 1 2; do vm web$i ping -q -c10 -i0.05 -W1 192.0.2.1 >/dev/null; done
ok "copied there" wait_until 5 has 40
kill "$WATCH"; wait "$WATCH" 2>/dev/null
is "once" "$(count)" 40
out ip link set wire1 up
ok "back" wait_until 10 at pnic1 1

# ---- flows
ok "Dynamic" lab -c 'Set-VMSwitchTeam set0 -LoadBalancingAlgorithm Dynamic'
ok "watched" watch 'udp dst port 9'
for p in $(seq 5001 5016); do vm web1 "$BLAST" -n 5 -b 192.0.2.11 -p "$p" 192.0.2.1 9 >/dev/null; done
ok "all flows are copied" wait_until 5 has 80
kill "$WATCH"; wait "$WATCH" 2>/dev/null
is "once" "$(count)" 80
mem1=$(hostns cat /sys/class/net/pnic1/address)
ok "as they are on the wire" test "$(count "ether src $mem1")" -gt 5

# ---- kept
lab netsh dump >"$T_TMP/dump.ps1"
like "the dump is the recipe" "$(cat "$T_TMP/dump.ps1")" 'SettingData.MonitorMode = 2'
ok "which runs here" lab "$T_TMP/dump.ps1"
is "and changes nothing" "$(lab netsh dump)" "$(cat "$T_TMP/dump.ps1")"
agent=$(cut -d' ' -f1 "/run/vmnetsh/lab-$T_LAB/agent.lock"); kill "$agent"
ok "the agent ends" wait_until 5 sh -c "! kill -0 $agent 2>/dev/null"
hostns ip link del set0; hostns tc qdisc del dev pnic0 clsact; hostns tc qdisc del dev pnic1 clsact
rm -rf "/sys/fs/bpf/vmnetsh/lab-$T_LAB"
ok "as after a boot, restore" lab restore
ok "watched" watch 'icmp'
for i in 1 2; do vm web$i ping -q -c10 -i0.05 -W1 192.0.2.1 >/dev/null; done
ok "copies again" wait_until 5 has 40
kill "$WATCH"; wait "$WATCH" 2>/dev/null

# ---- a limit is that of all members together
ok "a limit, and no other" lab -c '
$f = Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName set0
$f.SettingData.MirrorRateLimit = 1000000
Set-VMSwitchExtensionPortFeature -VMSwitchExtensionFeature $f -ExternalPort -SwitchName set0'
a=$(copied) begin=$EPOCHREALTIME pids=
for p in 5001 5002 5003 5004 5005 5006 5007 5008; do
  ip netns exec "vmnetsh-$T_LAB-vm-web1" "$BLAST" -t 2 -s 1000 -r 1000000 -b 192.0.2.11 -p "$p" 192.0.2.1 9 >/dev/null & pids+=" $!"; done
# shellcheck disable=SC2086
wait $pids; n=$(($(copied) - a))
most=$(awk "BEGIN { print int((${EPOCHREALTIME/,/.} - ${begin/,/.}) * 125 * 1.1 + 60) }")
echo "# $n copies of 1000 bytes, at 1 Mbit/s at most $most"
ok "each has its part of it" test "$n" -ge 150 -a "$n" -le "$most"

# ---- off
ok "off" lab -c '
$f = Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName set0
$f.SettingData.MirrorRateLimit = 0
$f.SettingData.MonitorMode = 0
Set-VMSwitchExtensionPortFeature -VMSwitchExtensionFeature $f -ExternalPort -SwitchName set0'
is "nothing is mirrored" "$(lab -c '(Get-VMSwitch set0).Status')" Ok
ok "watched" watch 'icmp'
a=$(copied)
vm web1 ping -q -c5 -i0.05 -W1 192.0.2.1 >/dev/null
is "and nothing seen" "$(count) $(copied)" "0 $a"
kill "$WATCH"; wait "$WATCH" 2>/dev/null
is "nothing is left to do" "$(lab restore)" ""
ok "the switch goes" lab -c 'Remove-VMSwitch set0 -Force'
done_testing
