# sriov.test.sh - real virtual functions under vmnetsh: made with the switch,
# given by weight, each with a software adapter behind it; every way between
# VF, software port and outside; what the card does and what it refuses; the
# pair falls over and comes back.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf0 ] || { echo "1..0 # SKIP runs in tests/vm/run"; exit 0; }
use_lab
FALLS=${FALLS-100}

vm() { ip netns exec "vmnetsh-$T_LAB-vm-$1" "${@:2}"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
# The way of a VM's pair as the kernel has it: eth0v or eth0s.
way() { vm "$1" sed -n 's/^Currently Active Slave: //p' /proc/net/bonding/eth0; }
goes_by() { [ "$(way "$1")" = "$2" ]; }
field() { lab -c "(Get-VMNetworkAdapter -VMName $1).$2"; }
pings() { vm "$1" ping -q -n -c 1 -W 1 "$2"; }
reaches() { wait_until 10 pings "$1" "$2"; }
pf_vf() { hostns ip -j link show pf0 | jq -r ".[0].vfinfo_list[$1].$2"; }
vf_count() { cat "/run/vmnetsh/lab-$T_LAB/sys/class/net/pf0/device/sriov_numvfs"; }

ok "the lab borrows the card and the wire" \
  lab -c 'Add-LabAdapter pf0; Add-LabAdapter wire0 -Outside'
lab -c 'Set-NetAdapterSriov pf0 -NumVFs 9' 2>"$T_TMP/err"
lab -c 'New-VMSwitch big -NetAdapterName pf0 -EnableIov $true -IovVfCount 9' 2>"$T_TMP/err"
like "more functions than the card has are refused" "$(cat "$T_TMP/err")" "the card has 7"
is "and none is made" "$(vf_count)" 0
ok "a switch with SR-IOV and two functions" lab -c \
  'New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -IovVfCount 2 -AllowManagementOS $false'
is "two are made" "$(vf_count)" 2
is "its bandwidth mode is None" "$(lab -c '(Get-VMSwitch sw0).BandwidthReservationMode')" None
lab -c 'New-VMSwitch sw0 -NetAdapterName pf0 -AllowManagementOS $false' 2>"$T_TMP/err"
like "it is never converted" "$(cat "$T_TMP/err")" "never be converted"

lab -c 'New-VM web1 -SwitchName sw0; New-VM web2 -SwitchName sw0
  New-VM web3 -SwitchName sw0; New-VM db1 -SwitchName sw0' >/dev/null
n=11
for v in web1 web2 web3 db1; do
  lab -c "Invoke-Command -VMName $v { New-NetIPAddress -InterfaceAlias eth0 -IPAddress 192.0.2.$n -PrefixLength 24 }" >/dev/null
  n=$((n+1))
done
ok "web1 asks for a function" lab -c 'Set-VMNetworkAdapter -VMName web1 -IovWeight 50'
ok "so does web2" lab -c 'Set-VMNetworkAdapter -VMName web2 -IovWeight 50'
ok "web1 has it" wait_until 10 goes_by web1 eth0v
ok "web2 too" wait_until 10 goes_by web2 eth0v
is "its addresses are where they were" "$(vm web1 ip -br -4 addr show eth0 | awk '{print $3}')" 192.0.2.11/24
is "the card has its MAC" "$(pf_vf 0 address)" "$(vm web1 cat /sys/class/net/eth0/address)"
is "the view says so" "$(field web1 NetworkPath)" VirtualFunction

for a in web1:192.0.2.12:"VF to VF" web1:192.0.2.14:"VF to software port" web1:192.0.2.1:"VF to outside" \
  db1:192.0.2.11:"software port to VF" db1:192.0.2.1:"software port to outside"; do
  IFS=: read -r from to what <<<"$a"
  ok "$what" reaches "$from" "$to"
done
from_outside() { outside ping -q -n -c 1 -W 1 "$1"; }
ok "outside to VF" wait_until 10 from_outside 192.0.2.11
ok "outside to software port" wait_until 10 from_outside 192.0.2.14

# ---- throughput, both ways: figures for the reader ----
iperf() { # iperf SERVER-VM ADDRESS CLIENT-VM [-R]
  vm "$1" iperf3 -s -1 -D --pidfile "$T_TMP/iperf.pid" >/dev/null
  wait_until 10 eval "vm $1 ss -tln | grep -q :5201"
  vm "$3" iperf3 -c "$2" -t 2 -J "${@:4}" >"$T_TMP/iperf.json"
}
mbits() { jq -r '.end.sum_received.bits_per_second / 1e6 | floor' "$T_TMP/iperf.json"; }
for a in "web2 192.0.2.12 web1:VF to VF" "db1 192.0.2.14 web1:VF to software port"; do
  read -r server address client <<<"${a%%:*}"
  for dir in "" -R; do
    # shellcheck disable=SC2086
    ok "iperf3 ${a#*:} $dir" iperf "$server" "$address" "$client" $dir
    echo "# ${a#*:} $dir: $(mbits) Mbit/s"
  done
done

# ---- when they are few ----
lab -c 'Set-VMNetworkAdapter -VMName web3 -IovWeight 50' >"$T_TMP/all" 2>&1
like "all are taken: told" "$(cat "$T_TMP/all")" "all 2 virtual functions of pf0 are in use"
is "and the software adapter carries it" "$(field web3 NetworkPath)" Software
ok "it works" reaches web3 192.0.2.1
ok "a heavier one goes first" lab -c 'Set-VMNetworkAdapter -VMName web3 -IovWeight 90'
ok "it has a function now" wait_until 10 goes_by web3 eth0v
is "the younger of the others has none" "$(field web2 NetworkPath)" Software
ok "and works" reaches web2 192.0.2.11
ok "it gives back" lab -c 'Set-VMNetworkAdapter -VMName web3 -IovWeight 0'
ok "and the other has one again" wait_until 10 goes_by web2 eth0v
is "without a bond of no use" "$(vm web3 ip -br link show type bond)" ""
ok "its address has stayed" reaches web3 192.0.2.11

# ---- what the card does ----
ok "a cap is the card's" lab -c 'Set-VMNetworkAdapter -VMName web1 -IovPolicy Bypass -MaximumBandwidth 50Mbps'
is "it has it" "$(pf_vf 0 rate.max_tx)" 50
iperf web2 192.0.2.12 web1
echo "# with a cap of 50 Mbit/s: $(mbits) Mbit/s"
like "it says who keeps what: this card notes it alone" "$(field web1 PolicyEnforcement)" "cap: not enforced"
ok "no cap" lab -c 'Set-VMNetworkAdapter -VMName web1 -IovPolicy Keep -MaximumBandwidth 0'
is "is none in the card" "$(pf_vf 0 rate.max_tx)" 0
ok "a VLAN is the card's" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Access -VlanId 10'
is "the card has it" "$(pf_vf 0 vlan_list[0].vlan)" 10
not_ok "web2 is in another one" pings web2 192.0.2.11
ok "web2 in the same" lab -c 'Set-VMNetworkAdapterVlan -VMName web2 -Access -VlanId 10'
ok "VF to VF in a VLAN" reaches web2 192.0.2.11
outside ip link add link lent0 name v10 type vlan id 10
outside ip link set v10 up; outside ip addr add 192.0.2.99/24 dev v10
ok "untagged again" lab -c 'Set-VMNetworkAdapterVlan -VMName web1 -Untagged; Set-VMNetworkAdapterVlan -VMName web2 -Untagged'
outside ip link del v10
ok "all is as before" reaches web1 192.0.2.12

# ---- policy that the card does not keep ----
ok "an entry takes the way by software" lab -c \
  'Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.14 -Direction Both -Action Deny'
is "at once" "$(way web1)" eth0s
not_ok "and is kept" pings web1 192.0.2.14
like "the view says why" "$(field web1 IovReasons)" "would bypass its policy"
lab -c 'Set-VMNetworkAdapter -VMName web1 -IovPolicy Bypass' >"$T_TMP/all" 2>&1
like "bypassing is told" "$(cat "$T_TMP/all")" "not enforced"
ok "the function carries it" wait_until 10 goes_by web1 eth0v
like "and who keeps what" "$(field web1 PolicyEnforcement)" "ACL: not enforced"
ok "the entry goes" lab -c 'Set-VMNetworkAdapter -VMName web1 -IovPolicy Keep
  Remove-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.14 -Direction Both -Action Deny'
ok "the function is back" wait_until 10 goes_by web1 eth0v

# ---- the card goes, its driver goes ----
address() { local l; l=$(readlink "/run/vmnetsh/lab-$T_LAB/sys/class/net/pf0/device/virtfn0"); echo "${l##*/}"; }
address >/sys/bus/pci/drivers/igbvf/unbind
ok "without its driver: by software" wait_until 10 goes_by web1 eth0s
ok "it works" reaches web1 192.0.2.1
address >/sys/bus/pci/drivers/igbvf/bind
ok "the driver is back: so is the function" wait_until 20 goes_by web1 eth0v
hostns ip link set pf0 down
ok "without its card: by software" wait_until 10 goes_by web1 eth0s
ok "VM to VM works" reaches web1 192.0.2.14
hostns ip link set pf0 up
ok "the card is back" wait_until 20 goes_by web1 eth0v
ok "and so is the outside" reaches web1 192.0.2.1

# ---- a hundred fall-overs ----
# longest_gap FILE: of `ping -i 0.02 -D`, in packets that were lost in a row.
longest_gap() { sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$1" |
  awk 'NR > 1 && $1 - p - 1 > m { m = $1 - p - 1 } { p = $1; n++ } END { print m + 0, n + 0, p + 0 }'; }
before=$(field web1 IovSwitchOvers)
# Not by vm(): the pid has to be that of ping, not of a shell around it.
ip netns exec "vmnetsh-$T_LAB-vm-db1" ping -n -D -i 0.02 192.0.2.11 >"$T_TMP/ping" & ping=$!
at_exit "kill $ping"
bad=0
for ((i = 0; i < FALLS / 2; i++)); do
  vm web1 ip link set eth0v down; wait_until 10 goes_by web1 eth0s || bad=$((bad+1))
  vm web1 ip link set eth0v up; wait_until 10 goes_by web1 eth0v || bad=$((bad+1))
done
kill $ping
is "$FALLS fall-overs, each came to pass" $bad 0
read -r gap got sent <<<"$(longest_gap "$T_TMP/ping")"
echo "# $FALLS fall-overs: $((sent-got)) of $sent pings lost, longest gap $gap pings of 20 ms"
ok "no gap is as long as a second" test "$gap" -lt 50
ok "they are counted" test $(($(field web1 IovSwitchOvers) - before)) -ge $((FALLS * 9 / 10))

# ---- restore, removal ----
is "nothing to restore" "$(lab restore)" ""
ok "the dump has it all" eval 'lab -c "netsh dump" | grep -q -- "-IovWeight 50"'
ok "the switch goes" lab -c 'Remove-VMSwitch sw0 -Force'
is "and its functions" "$(vf_count)" 0
is "the VM has its software adapter alone" "$(vm web1 ip -br link show type bond)" ""
ok "the lab goes" lab --destroy
ok "its adapters are the machine's, by name, at once" test -e /sys/class/net/pf0 -a -e /sys/class/net/wire0
done_testing
