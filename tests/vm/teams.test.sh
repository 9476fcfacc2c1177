# teams.test.sh - SR-IOV and teams: of the host's, refused with the way out; of a
# guest's, two functions in a bond that keeps its address, which goes on when one
# of them loses its link, and which nothing of ours takes apart.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf1 ] || { echo "1..0 # SKIP runs in tests/vm/run --cards 2"; exit 0; }
use_lab
modprobe -q -a bonding team team_mode_activebackup
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
outside() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
active() { vm web1 sed -n 's/^Currently Active Slave: //p' "/proc/net/bonding/$1"; }
is_active() { [ "$(active "$1")" = "$2" ]; }
field() { lab -c "(Get-VMNetworkAdapter -VMName web1 -Name '$1').$2"; }
pf_vf() { hostns ip -j link show pf0 | jq -r --arg m "$1" ".[0].vfinfo_list[] | select(.address == \$m) | .$2" | head -1; }
lab -c 'Add-LabAdapter pf0; Add-LabAdapter pf1; Add-LabAdapter wire0 -Outside' >/dev/null

# ---- teams of the host
refused() { # refused WHAT ADAPTER WORDS
  not_ok "$1" lab -c "New-VMSwitch bad -NetAdapterName $2 -EnableIov \$true -AllowManagementOS \$false"
  sed 's/^/# /' "$T_TMP/err"
  like "told what is wrong and what to do" "$(tr '\n' ' ' <"$T_TMP/err")" "$3.*in no team.*AllowTeaming On"
  is "nothing was made" "$(hostns ip -br link show type bridge; cat "/run/vmnetsh/lab-$T_LAB/sys/class/net/pf0/device/sriov_numvfs")" 0; }
for kind in bond team; do
  hostns ip link add up0 type $kind 2>/dev/null || { skip "a switch on a $kind" "no $kind here"; continue; }
  hostns ip link set pf0 down; hostns ip link set pf0 master up0
  refused "a switch on a $kind" up0 "HostTeam: up0 is a team of the host's, .*/sys/class/net/up0/lower_\*: $kind of pf0"
  refused "or on a member" pf0 "HostTeam: pf0 is in a team of the host's, .*/sys/class/net/pf0/master: up0, a $kind"
  is "the adapter says so" "$(lab -c '(Get-NetAdapterSriov pf0).SriovSupport')" HostTeam
  not_ok "nor is it switched on there" lab -c 'Enable-NetAdapterSriov pf0'
  hostns ip link del up0
done
is "out of the team there is nothing against it" "$(lab -c '(Get-NetAdapterSriov pf0).SriovSupport')" Supported
hostns ip link set pf0 up

# ---- a team of a guest
ok "two adapters that may be teamed, each with a function" lab -c '
New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -IovVfCount 4 -AllowManagementOS $false
New-VM web1 -SwitchName sw0; New-VM db1 -SwitchName sw0; New-VM fs1 -SwitchName sw0
Add-VMNetworkAdapter -VMName web1 -Name second -SwitchName sw0
Set-VMNetworkAdapter -VMName db1 -IovWeight 50'
M0=$(vm web1 cat /sys/class/net/eth0/address) M1=$(vm web1 cat /sys/class/net/eth1/address)
lab -c 'Set-VMNetworkAdapter -VMName web1 -IovWeight 50 -AllowTeaming On' >"$T_TMP/all" 2>&1
like "what the card cannot keep is told" "$(cat "$T_TMP/all")" "frames from any address may pass, not from those of the team"
ok "the first by its function" wait_until 10 is_active eth0 eth0v
ok "the second too" wait_until 10 is_active eth1 eth1v
is "the card checks no source of it, and trusts it" "$(pf_vf "$M0" spoofchk) $(pf_vf "$M0" trust)" "false true"
like "which is shown" "$(field second PolicyEnforcement)" "MAC address guard of its team: not enforced"
vm db1 ip addr add 192.0.2.12/24 dev eth0; vm fs1 ip addr add 192.0.2.13/24 dev eth0
ok "a bond of the guest's own" vm web1 sh -ec 'ip link add bond0 type bond mode active-backup miimon 20
  ip link set eth0 down; ip link set eth1 down; ip link set eth0 master bond0; ip link set eth1 master bond0
  ip link set bond0 up; ip addr add 192.0.2.11/24 dev bond0'
is "has one address for both" "$(vm web1 cat /sys/class/net/eth1/address /sys/class/net/bond0/address | sort -u)" "$M0"
ok "goes by the first" wait_until 20 is_active bond0 eth0
pinged() { "$@" ping -q -n -c 1 -W 1 192.0.2.11; }
all_reach() { local from
  for from in "vm db1:another function" "vm fs1:a software port" "outside:the outside"; do
    # shellcheck disable=SC2086
    ok "$1: ${from#*:} reaches it" wait_until 20 pinged ${from%%:*}
  done; }
all_reach "by the first function"
lab restore >"$T_TMP/all" 2>&1
is "what the guest made of it is left alone" "$(cat "$T_TMP/all")" ""
is "each has its function yet" "$(field 'Network Adapter' NetworkPath) $(field second NetworkPath)" "VirtualFunction VirtualFunction"
is "whosever address it has" "$(lab -c '(Get-NetAdapterSriovVf pf0 | Where-Object VmFriendlyName -eq web1).Count')" 2

ip netns exec "vmnetsh-$T_LAB-vm-db1" ping -n -D -i 0.02 192.0.2.11 >"$T_TMP/ping" & ping=$!
at_exit "kill $ping"
wait_until 20 grep -q 'icmp_seq=20 ' "$T_TMP/ping"
vm web1 ip link set eth0 down
ok "without the first, by the second" wait_until 20 is_active bond0 eth1
all_reach "by the second function"
kill -INT $ping; wait $ping
awk '/icmp_seq/ {t=substr($1,2)+0; if (p && t-p>m) m=t-p; p=t} END {printf "# longest gap of the team: %.0f ms\n", m*1000}' "$T_TMP/ping"
is "nothing to restore" "$(lab restore)" ""
is "the second is carried by its function" "$(field second NetworkPath)" VirtualFunction
ok "a VLAN for both" lab -c 'Set-VMNetworkAdapterVlan -VMName web1, fs1, db1 -Access -VlanId 10'
ok "is the team's, too" wait_until 20 pinged vm db1
ok "none" lab -c 'Set-VMNetworkAdapterVlan -VMName web1, fs1, db1 -Untagged'
all_reach "untagged again"
vm web1 ip link set eth0 up
ok "the first is back" wait_until 20 vm web1 ip link set bond0 type bond active_slave eth0
all_reach "by the first again"

# ---- no team any more
vm web1 ip link del bond0
ok "Off" lab -c 'Set-VMNetworkAdapter -VMName web1 -AllowTeaming Off'
is "the card checks again, and trusts no more" "$(pf_vf "$M0" spoofchk) $(pf_vf "$M0" trust) $(pf_vf "$M1" spoofchk) $(pf_vf "$M1" trust)" "true false true false"
ok "by its function" wait_until 20 is_active eth0 eth0v
is "nothing to restore" "$(lab restore)" ""
ok "the switch goes, and its functions" lab -c 'Remove-VMSwitch sw0 -Force'
done_testing
