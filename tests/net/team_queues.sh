# team_queues.sh - VM queues of a team: each VM has its queue on the member that
# it goes by, and takes it along, with its counters, when that one loses its link.
. "$TESTS_DIR/lib.sh"
need_root
[ "$(nproc)" -ge 2 ] || { echo "1..0 # SKIP needs two processors"; exit 0; }
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
out() { ip netns exec "vmnetsh-$T_LAB-outside" "$@"; }
# queues NIC: who has one there; queue VM: its adapter, thread, frames.
queues() { lab -c "(Get-NetAdapterVmqQueue -Name $1).VmFriendlyName | Sort-Object" | paste -sd' '; }
queue() { lab -c "Get-NetAdapterVmqQueue | Where-Object VmFriendlyName -eq $1 | ForEach-Object { \"\$(\$_.Name) \$(\$_.ThreadId) \$(\$_.Packets)\" }"; }
has() { [ "$(queues "$1")" = "$2" ]; }
sends() { out "$BLAST" -n "$2" -s 300 -r 20e6 "192.0.2.1$1" 9 >/dev/null; }

ok "a team with queues, three VMs" lab -c '
New-VMSwitch -Name set0 -NetAdapterName pnic0, pnic1 -EnableEmbeddedTeaming $true -AllowManagementOS $false
"web1", "web2", "web3" | ForEach-Object { New-VM -Name $_ -SwitchName set0 }
Enable-NetAdapterVmq -Name pnic0, pnic1'
for i in 1 2 3; do vm web$i ip addr add 192.0.2.1$i/24 dev eth0; vm web$i ping -q -c1 -W2 192.0.2.1 >/dev/null; done
is "each where it goes by" "$(queues pnic0); $(queues pnic1)" "web1 web3; web2"
sends 2 1000
read -r nic _ packets <<<"$(queue web2)"
ok "web2's frames went through its queue" test "$nic" = pnic1 -a "$packets" -ge 1000

out ip link set wire1 down
ok "its member loses the link: the queue goes along" wait_until 10 has pnic0 "web1 web2 web3"
is "and is at one place only" "$(queues pnic1)" ""
read -r _ _ packets2 <<<"$(queue web2)"
ok "with its counters" test "$packets2" -ge "$packets"
is "in use" "$(lab -c '(Get-VMNetworkAdapter web2).VmqUsage')" 1
vm web2 ping -q -c1 -W2 192.0.2.1 >/dev/null
sends 2 1000
read -r _ _ packets3 <<<"$(queue web2)"
is "its frames go through it there" "$((packets3 - packets2 >= 1000))" 1
is "restore has nothing to do" "$(lab restore)" ""

out ip link set wire1 up
ok "the link is back, and the queue" wait_until 10 has pnic1 web2
is "the others stayed" "$(queues pnic0)" "web1 web3"
read -r _ _ packets4 <<<"$(queue web2)"
ok "with its counters, again" test "$packets4" -ge "$packets3"
is "restore has nothing to do" "$(lab restore)" ""

# Both lose one, and get one.
ok "mapped crosswise" lab -c '
Set-VMNetworkAdapterTeamMapping -VMName web1 -PhysicalNetAdapterName pnic1
Set-VMNetworkAdapterTeamMapping -VMName web2 -PhysicalNetAdapterName pnic0
Set-VMNetworkAdapterTeamMapping -VMName web3 -PhysicalNetAdapterName pnic0'
is "the queues are where the VMs are" "$(queues pnic0); $(queues pnic1)" "web2 web3; web1"
read -r _ _ packets5 <<<"$(queue web2)"
ok "counters and all" test "$packets5" -ge "$packets4"
is "restore has nothing to do" "$(lab restore)" ""
ok "a member without queues" lab -c 'Disable-NetAdapterVmq -Name pnic0'
is "has none, and takes none" "$(queues pnic0); $(queues pnic1)" "; web1"
is "which the adapter says" "$(lab -c '(Get-VMNetworkAdapter web1, web2).VmqUsage -join " "')" "1 0"
ok "the switch goes" lab -c 'Remove-VMSwitch set0 -Force'
done_testing
