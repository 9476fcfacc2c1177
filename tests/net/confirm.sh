# confirm.sh - ip, bridge, tc and bpftool say from outside what our own
# commands say: switches, ports, addresses, forwarding, rates, programs.
. "$TESTS_DIR/lib.sh"
need_root
command -v jq >/dev/null || { echo "1..0 # SKIP jq is missing"; exit 0; }
use_lab
json() { lab -OutputFormat Json -c "$1"; }
mac() { sed -E 's/-//g; s/(..)\B/\1:/g' <<<"${1,,}"; }

ok "two switches, VMs, rates, queues, a spoofer" lab -c '
Set-LabAdapter -Name pnic0 -LinkSpeed 1Gbps
New-VMSwitch -Name "my lan" -NetAdapterName pnic0 -AllowManagementOS $true -MinimumBandwidthMode Absolute
New-VMSwitch -Name priv -SwitchType Private
New-VM -Name web1 -SwitchName "my lan"
New-VM -Name web2 -SwitchName "my lan"
New-VM -Name quiet -SwitchName priv
Add-VMNetworkAdapter -VMName quiet -Name spare
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 120Mbps -MaximumBandwidth 300Mbps
Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 40Mbps -MacAddressSpoofing On
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Deny
Enable-NetAdapterVmq -Name pnic0'

# ---- switches and ports ----
json 'Get-VMSwitch | Select-Object Name, InterfaceName, NetAdapterName' >"$T_TMP/switches"
json 'Get-VMNetworkAdapter -All | Select-Object VMName, Name, SwitchName, InterfaceName, MacAddress, MacAddressSpoofing' >"$T_TMP/adapters"
is "every switch is a bridge, its name is the alias" \
  "$(hostns ip -j -d link show type bridge | jq -r '.[] | "\(.ifname) \(.ifalias)"' | sort)" \
  "$(jq -r '.[] | "\(.InterfaceName) \(.Name)"' "$T_TMP/switches" | sort)"
# "INTERFACE SWITCH" of all ports; the uplink is one of them.
is "every connected adapter is a port of its switch's bridge" \
  "$(hostns ip -j -d link | jq -r '.[] | select(.linkinfo.info_slave_kind == "bridge") | "\(.ifname) \(.master)"' | sort)" \
  "$(jq -rn --slurpfile s "$T_TMP/switches" --slurpfile a "$T_TMP/adapters" '
    ($s[0] | map({(.Name): .InterfaceName}) | add) as $b |
    ($a[0][] | select(.SwitchName != "") | "\(.InterfaceName) \($b[.SwitchName])"),
    ($s[0][] | select(.NetAdapterName) | "\(.NetAdapterName) \(.InterfaceName)")' | sort)"
is "the port's alias is the adapter" \
  "$(hostns ip -j link show dev vp2 | jq -r '.[0].ifalias')" "web1/Network Adapter"
for vm in web1 web2 quiet; do
  want=$(jq -r --arg v $vm '.[] | select(.VMName == $v and .Name == "Network Adapter") | .MacAddress' "$T_TMP/adapters")
  is "$vm has the MAC address that we show" \
    "$(ip -n "vmnetsh-$T_LAB-vm-$vm" -j link show dev eth0 | jq -r '.[0].address')" "$(mac "$want")"
done
is "the host's adapter: alias and alternative name" \
  "$(hostns ip -j link show "vEthernet (my lan)" | jq -r '.[0] | "\(.ifalias)|\(.altnames[0])"')" \
  "vEthernet (my lan)|vEthernet (my lan)"
is "the bridge's own address is pinned" \
  "$(hostns ip -j -d link show type bridge | jq -r '.[].linkinfo.info_data.bridge_id' | cut -d. -f2 | sort)" \
  "$(hostns ip -j -d link show type bridge | jq -r '.[].address' | sed 's/\b0//g' | sort)"

# ---- forwarding ----
for port in $(jq -r '.[] | select(.SwitchName != "") | "\(.InterfaceName):\(.MacAddressSpoofing)"' "$T_TMP/adapters"); do
  on=false; [ "${port#*:}" = On ] && on=true
  is "learning and flooding at ${port%:*}, spoofing ${port#*:}" \
    "$(hostns bridge -j -d link show dev "${port%:*}" | jq -r '.[0] | "\(.learning) \(.flood)"')" "$on $on"
done
is "learning and flooding at the uplink" \
  "$(hostns bridge -j -d link show dev pnic0 | jq -r '.[0] | "\(.learning) \(.flood)"')" "true true"
# (a bridge that knows VLANs has it a second time, in its VLAN 1)
is "a static forwarding entry for each adapter, no other" \
  "$(hostns bridge -j fdb | jq -r '.[] | select(.state == "static") | "\(.ifname) \(.mac)"' | sort -u)" \
  "$(jq -r '.[] | select(.SwitchName != "") | "\(.InterfaceName) \(.MacAddress)"' "$T_TMP/adapters" |
    while read -r port m; do echo "$port $(mac "$m")"; done | sort)"

# ---- rates ----
# bit/s as tc has them: rate and ceil are bytes in JSON, words in its text.
tc_rate() { hostns tc class show dev pnic0 classid "$1" |
  sed -E 's/.* rate ([^ ]+) ceil ([^ ]+) .*/\1 \2/' | numfmt_tc; }
numfmt_tc() { sed -E 's/([0-9])Gbit/\1000000000/g; s/([0-9])Mbit/\1000000/g; s/([0-9])Kbit/\1000/g; s/bit//g'; }
json 'Get-VMNetworkAdapterBandwidth | Where-Object VMName | Select-Object VMName, ProgrammedMinimum, ProgrammedMaximum' >"$T_TMP/rates"
is "HTB: the link" "$(tc_rate 1:1)" "1000000000 1000000000"
for vm in web1:1:12 web2:1:13; do
  is "HTB: what was programmed for ${vm%%:*}" "$(tc_rate "${vm#*:}")" \
    "$(jq -r --arg v "${vm%%:*}" '.[] | select(.VMName == $v) | "\(.ProgrammedMinimum) \(.ProgrammedMaximum // 1000000000)"' "$T_TMP/rates")"
done
is "HTB: floors and default flow are no more than the link" \
  "$(hostns tc class show dev pnic0 | sed -nE 's/.*parent 1:1 .* rate ([^ ]+) .*/\1/p' | numfmt_tc | awk '{ s += $1 } END { print (s <= 1e9) }')" 1

# ---- programs and maps ----
# A port that is not connected has its policy, too. Those of the host's own
# adapters may hang where bpftool before 7.3 does not look (test_bpf_hook does).
bpftool_sees() {
  hostns bpftool net >"$T_TMP/bpfnet"
  sed -nE 's/^(vp[0-9]+)\([0-9]+\) clsact\/(in|e)gress (vmnet_(in|out)) .*/\1 \2 \3/p' "$T_TMP/bpfnet" | sort; }
if command -v bpftool >/dev/null && bpftool version >/dev/null 2>&1; then
  is "bpftool: both programs at the port of every VM" "$(bpftool_sees | grep -v ^vp1)" \
    "$(jq -r '.[] | select(.InterfaceName != "vp1") | .InterfaceName | "\(.) e vmnet_in", "\(.) in vmnet_out"' "$T_TMP/adapters" | sort)"
  like "bpftool: the queue program at the uplink" "$(cat "$T_TMP/bpfnet")" 'pnic0\([0-9]+\) driver id'
  # One program is loaded and attached to all.
  is "bpftool: loaded once" "$(grep -o 'vmnet_out id [0-9]*' "$T_TMP/bpfnet" | sort -u | wc -l)" 1
  id=$(sed -n 's/.*vmnet_out id \([0-9]*\).*/\1/p' "$T_TMP/bpfnet" | head -n 1)
  is "tc names the same program" \
    "$(hostns tc filter show dev vp2 ingress | sed -nE 's/.* id ([0-9]+) .*/\1/p')" "$id"
  is "it is pinned" "$(bpftool -j prog show pinned "$(ls "/sys/fs/bpf/vmnetsh/lab-$T_LAB/programs/"*out* 2>/dev/null | head -n 1)" | jq -r .id)" "$id"
  # What a port's programs are told: slot, class, may other MACs pass.
  told() { bpftool -j map dump pinned "/sys/fs/bpf/vmnetsh/lab-$T_LAB/maps/ports" |
    jq -r --arg i "$(hostns cat "/sys/class/net/$1/ifindex")" '.[].formatted // . |
      if type == "array" then .[] else . end | select(.key == ($i | tonumber)) |
      "\(.value.slot) \(.value.classid) \(.value.spoofing)"'; }
  is "bpftool: web1's port has slot 2 and class 1:12" "$(told vp2 | cut -d' ' -f1,2)" "2 $((0x10012))"
  is "bpftool: web2's port has slot 3, class 1:13" "$(told vp3 | cut -d' ' -f1,2)" "3 $((0x10013))"
else
  skip "bpftool sees the programs" "bpftool is missing"
fi

# ---- and nothing is left ----
ok "all is removed" lab -c 'Get-VM | Remove-VM -Force; Get-VMSwitch | Remove-VMSwitch -Force'
is "ip sees the bare machine" "$(hostns ip -j link | jq -r '.[].ifname' | sort | paste -sd' ')" "lo pnic0 pnic1"
is "tc sees no shaper" "$(hostns tc qdisc show dev pnic0 | grep -c 'htb\|clsact')" 0
is "no forwarding entry, no program" "$(hostns bridge fdb | grep -c static; hostns ip -d link show pnic0 | grep -c prog/xdp)" $'0\n0'
done_testing
