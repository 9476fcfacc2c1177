# guest.test.sh - QEMU with a virtual function by vfio-pci and the software adapter
# behind it, started with what Get-VMNetworkAdapter says (QemuArguments). QEMU
# hides the function of a failover pair until the guest's virtio driver asks for it,
# so what vfio does is seen once without the pair. QEMU is stopped before its
# guest's first instruction: emulated within an emulated machine a stock kernel
# needs some eight minutes to its init.
. "$TESTS_DIR/lib.sh"
. "$TESTS_DIR/vm/lib.sh"
need_root
[ -e /sys/class/net/pf0 ] && [ -n "$(ls /sys/class/iommu 2>/dev/null)" ] ||
  { echo "1..0 # SKIP runs in tests/vm/run --iommu"; exit 0; }
modprobe -a vfio-pci tun bridge
on() { "$VMNETSH" --state "$T_TMP/state" -NonInteractive "$@"; }
field() { on -c "(Get-VMNetworkAdapter -VMName g1).$1"; }
vf() { on -c "(Get-NetAdapterSriovVf pf0 | Where-Object FunctionID -eq 0).$1"; }

ok "a switch with functions, a guest that asks for one" on -c '
New-VMSwitch sw0 -NetAdapterName pf0 -EnableIov $true -IovVfCount 2 -AllowManagementOS $false
New-VM g1 -SwitchName sw0; Set-VMNetworkAdapter g1 -IovWeight 50'
at_exit "'$VMNETSH' --state '$T_TMP/state' -c 'Remove-VMSwitch sw0 -Force'"
is "the function is vfio's" "$(vf DriverName)" vfio-pci
is "nobody has it yet" "$(vf ProcessId) $(field NetworkPath)" " Software"
args=$(field QemuArguments)
echo "# QemuArguments: $args"
# qemu NAME ARGUMENTS…: stopped, its monitor reads from descriptor 7.
qemu() { local name=$1; shift
  mkfifo "$T_TMP/$name.in"
  $VM_QEMU -S -name g1 -display none -nodefaults -no-user-config -machine q35 -accel tcg -m 64 \
    -monitor stdio "$@" <"$T_TMP/$name.in" >"$T_TMP/$name.out" 2>&1 & qemu=$!
  at_exit "kill $qemu"; exec 7>"$T_TMP/$name.in"; }
asks() { echo "$2" >&7; wait_until 60 grep -q "$3" "$T_TMP/$1.out"; }

# shellcheck disable=SC2086
qemu pair $args
ok "QEMU takes the arguments" asks pair "info qtree" "dev: pcie-root-port, id \"slot-"
ok "its virtio adapter is one of a pair" grep -q "failover = true" "$T_TMP/pair.out"
not_ok "whose function is hidden until the guest asks" grep -q "dev: vfio-pci" "$T_TMP/pair.out"
echo quit >&7; exec 7>&-; wait $qemu
grep -v "^ \|^(qemu)\|^bus\|^QEMU" "$T_TMP/pair.out" | sed 's/^/# qemu: /' | head -5

# shellcheck disable=SC2086
qemu alone $(sed 's/,failover=on//; s/,failover_pair_id=[^ ]*//' <<<"$args")
ok "without the pair vfio-pci is there at once" asks alone "info qtree" "dev: vfio-pci"
is "the host sees who has it" "$(vf ProcessId) $(vf VmFriendlyName)" "$qemu g1"
like "and what its guest lacks" "$(vf Reasons)" "GuestNoFailover: .*no failover=on"
like "it cannot be taken away now" "$(on -c 'Set-VMNetworkAdapter g1 -IovWeight 0' 2>&1)" "is in use by the guest; take it out there first"
ok "restore leads the address by the card" eval 'on restore; [ "$(field NetworkPath)" = VirtualFunction ]'
echo quit >&7; exec 7>&-; wait $qemu
is "it has gone with QEMU" "$(vf ProcessId)" ""
ok "and is given back" on -c 'Set-VMNetworkAdapter g1 -IovWeight 0'
done_testing
