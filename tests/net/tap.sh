# tap.sh - a host that is no lab: its VMs have persistent taps, its uplink
# comes back whole. All of it in a network namespace that ends with the test.
. "$TESTS_DIR/lib.sh"
need_root
if [ "${1-}" != inside ]; then
  unshare -n -m "$BASH" "$0" inside
  exit
fi
mount -t tmpfs tmpfs /run
mount -t bpf bpf /sys/fs/bpf
ip link add pnic9 address 02:00:00:00:00:09 type veth peer name other9
ip link set pnic9 up
ip link set other9 up
ip addr add 198.51.100.7/24 dev pnic9
state() { ip -o link | sed 's/^[0-9]*: //; s/ qlen.*link/ link/'; ip -o -4 addr | awk '{print $2, $4}'; tc qdisc show dev pnic9; }
host() { "$VMNETSH" --state "$T_TMP/real" "$@"; }
before=$(state)

ok "a switch with the host on it" host -c 'New-VMSwitch -Name sw0 -NetAdapterName pnic9 -AllowManagementOS $true'
ok "a VM that is only a name" host -c 'New-VM -Name k1 -SwitchName sw0; Set-VMNetworkAdapter -VMName k1 -MaximumBandwidth 50Mbps'
like "its tap is persistent, with many queues" "$(ip -d -o link show vp2)" 'tap .*vnet_hdr on multi_queue .*persist on'
mac=$(host -c '(Get-VMNetworkAdapter k1).MacAddress'); lasting=tap${mac,,}
like "it is opened by a name that lasts" "$(host -c '(Get-VMNetworkAdapter k1).QemuArguments')" "ifname=$lasting,.*queues=2 .*mac=00:15:5D:"
is "which is its, too" "$(ip -o link show "$lasting" | cut -d: -f2)" " vp2"
ip link property del dev vp2 altname "$lasting"
like "restore gives it" "$(host restore)" "add alternative name '$lasting' of vp2"
like "it is a port of the bridge" "$(ip -o link show vp2)" 'master sw0'
like "frames to its address go there" "$(bridge fdb show dev vp2)" '00:15:5d:.* static'
calm() { [ "$(cat /sys/kernel/rcu_expedited 2>/dev/null || echo 0)" = 0 ]; }
ok "the kernel hurries no more" wait_until 60 calm	# other hosts' vmnetsh may work
# A kernel without tcx has the programs among the classifiers.
older() { [ "$(printf '%s\n6.6\n' "$(uname -r)" | sort -V | head -1)" != 6.6 ]; }
classifiers() { tc qdisc show dev "$1" | grep -c clsact; }
is "a tap has no classifiers that nobody needs" "$(classifiers vp2)" "$(older && echo 1 || echo 0)"
is "nor has the host's port" "$(classifiers vp1)" "$(older && echo 1 || echo 0)"
like "its cap is in force" "$(tc class show dev pnic9)" '1:12 .*ceil 50Mbit'
like "the address is the host adapter's" "$(ip -4 -o addr show ve-sw0)" '198.51.100.7/24'
ip link del vp2
like "restore makes a tap that was lost" "$(host restore)" 'create adapter .k1/Network Adapter.'
is "and then has nothing to do" "$(host restore)" ""
ok "another address of a VM" host -c 'Set-VMNetworkAdapter -VMName k1 -StaticMacAddress 00155D0A0B0C'
like "frames to that one go there" "$(bridge fdb show dev vp2)" '00:15:5d:0a:0b:0c .*static'
is "the lasting name follows" "$(ip -o link show tap00155d0a0b0c | cut -d: -f2)$(ip link show "$lasting" 2>&1)" " vp2Device \"$lasting\" does not exist."
# Nobody has the tap open: what the host sends there is no frame that passed.
ip neigh add 198.51.100.50 lladdr 00:15:5d:0a:0b:0c dev ve-sw0 nud permanent
port() { host -c "(Get-VMNetworkAdapter k1).$1"; }
passed=$(port PacketsReceived)
not_ok "nobody answers" ping -q -n -c 5 -i 0.1 -W 1 198.51.100.50
is "each frame is counted as lost at the port" "$(port Drops.LinkDown)" 5
is "and none as passed" "$(port PacketsReceived)" "$passed"
is "the reasons add up" "$(port Drops.Total)" "$(host -c '(Get-VMNetworkAdapter k1).DroppedInbound + (Get-VMNetworkAdapter k1).DroppedOutbound')"
ok "three VMs" host -Transaction -c '1..3 | ForEach-Object { New-VM -Name "m$_" -SwitchName sw0 }'
ok "two of them" host -c 'Set-VMNetworkAdapter m1 -StaticMacAddress 00155D0A0C01; Set-VMNetworkAdapter m2 -StaticMacAddress 00155D0A0C02'
named() { ip -o link show "tap00155d0a0c0$1" | cut -d: -f2; }
was="$(named 1)$(named 2)"
ok "exchange their addresses in one transaction" host -Transaction -c 'Set-VMNetworkAdapter m1 -StaticMacAddress 00155D0A0C03
  Set-VMNetworkAdapter m2 -StaticMacAddress 00155D0A0C01; Set-VMNetworkAdapter m1 -StaticMacAddress 00155D0A0C02'
is "and the names that last" "$(named 2)$(named 1)" "$was"
is "restore has nothing to do with it" "$(host restore)" ""
ok "two adapters of the host exchange their names" host -Transaction -c 'Add-VMNetworkAdapter -ManagementOS -Name a -SwitchName sw0; Add-VMNetworkAdapter -ManagementOS -Name b -SwitchName sw0'
was=$(host -c '(Get-VMNetworkAdapter -ManagementOS a).MacAddress')
ok "in one transaction" host -Transaction -c 'Rename-VMNetworkAdapter -ManagementOS -Name a -NewName c
  Rename-VMNetworkAdapter -ManagementOS -Name b -NewName a; Rename-VMNetworkAdapter -ManagementOS -Name c -NewName b'
is "it is the same adapter" "$(host -c '(Get-VMNetworkAdapter -ManagementOS b).MacAddress')" "$was"
like "by its name" "$(ip -o link show 'vEthernet (b)')" "$(sed 's/../&:/g; s/:$//' <<<"${was,,}")"
is "restore has nothing to do with that either" "$(host restore)" ""
ok "they go" host -c 'Remove-VMNetworkAdapter -ManagementOS -Name a; Remove-VMNetworkAdapter -ManagementOS -Name b'
ip link add bystander type bridge
ok "go at once" host -Transaction -c 'Get-VM m* | Remove-VM -Force'
is "all of them, and nobody else" "$(ip -o link | grep -cE ' (vp[3-5]|bystander):')" 1
ip link del bystander
ok "all is removed" host -c 'Remove-VM -Name k1 -Force; Remove-VMSwitch -Name sw0 -Force'
is "the host is as it was before" "$(state)" "$before"
done_testing
