# tune.test.sh - queue pairs and interrupt moderation of a virtual function: what
# was asked, what its driver (igbvf) was told, what it has. A driver that refuses
# says so; a cap that an emulated card does not keep is not said to be kept.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf0 ] || { echo "1..0 # SKIP runs in tests/vm/run"; exit 0; }
use_lab
vm() { ip netns exec "vmnetsh-$T_LAB-vm-web1" "$@"; }
settings() { lab -c '(Get-VMNetworkAdapter web1).IovSettings'; }
usecs() { vm ethtool -c eth0v | sed -n 's/^rx-usecs:[[:space:]]*//p'; }
set_to() { lab -c "Set-VMNetworkAdapter web1 -IovInterruptModeration $1"; }

cat /sys/class/net/pf0/device/subsystem_vendor | sed 's/^/# subsystem vendor /'
ok "a VM with a function" lab -c 'Add-LabAdapter pf0
  New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -IovVfCount 1 -AllowManagementOS $false
  New-VM web1 -SwitchName sw0
  Set-VMNetworkAdapter web1 -IovWeight 50 -IovQueuePairsRequested 4 -IovInterruptModeration Medium -MaximumBandwidth 50Mbps -IovPolicy Bypass'
own=3
said=$(settings); sed 's/^/# /' <<<"$said"
is "its driver waits as long" "$(usecs)" 50
like "asked, told and measured are shown" "$said" "interrupt moderation: asked 50 us, told 50 us, measured 50 us"
like "more queue pairs than its driver has are refused by name" "$said" "queue pairs: asked 4, told nothing, measured 1: .*(eth0v|vf0|driver)"
is "what was refused is not tried again and again" "$(lab restore)" ""
like "the cap was told, and is not kept" "$said" "cap: asked 50000000 bit/s, told 50 Mbit/s, measured [0-9.]+ [a-z]*bps, not kept: "
like "so it is not said to be" "$(lab -c '(Get-VMNetworkAdapter web1).PolicyEnforcement')" "cap: not enforced"
ok "by the load" set_to Adaptive
is "as igbvf does it" "$(usecs)" 3
ok "not at all" set_to Off
like "what the card can is off" "$(settings)" "interrupt moderation: asked 0 us, told 0 us, measured 0 us"
ok "the driver's own" set_to Default
is "is there again" "$(usecs)" $own
is "restore has nothing to do" "$(lab restore)" ""
ok "a new function of the same card" lab -c 'Set-VMNetworkAdapter web1 -IovInterruptModeration High
  Set-VMNetworkAdapter web1 -IovWeight 0; Set-VMNetworkAdapter web1 -IovWeight 50'
is "is told as well" "$(usecs)" 125
ok "the switch goes, and its functions" lab -c 'Remove-VMSwitch sw0 -Force'
done_testing
