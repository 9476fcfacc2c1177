# shellcheck shell=bash
# lib.sh - what tests/vm/run and tests/vm/prepare both know.

# Root's default is the system's cache folder, so that one download serves all
# build trees of a machine.
VM_CACHE=${VMNETSH_VM_CACHE:-${XDG_CACHE_HOME:-/var/cache}/vmnetsh-vm}
VM_QEMU=qemu-system-x86_64

# The igb card with virtual functions came with QEMU 8.2 (8.0 has it without VLANs).
vm_qemu_missing() {
  local v
  v=$($VM_QEMU --version 2>/dev/null | sed -n '1s/.*version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  # shellcheck disable=SC2086
  set -- $v
  [ $# = 2 ] && { [ "$1" -gt 8 ] || { [ "$1" = 8 ] && [ "$2" -ge 2 ]; }; } || echo "QEMU >= 8.2"
}

# Prints what is missing for the VM tests, one name a line; nothing when all is there.
vm_missing() {
  local k
  vm_qemu_missing
  command -v modprobe >/dev/null || [ -x /sbin/modprobe ] || echo kmod
  for k in old new; do
    [ -e "$VM_CACHE/$k/ready" ] || echo "the $k kernel in $VM_CACHE"
  done
  [ -s "$VM_CACHE/accel" ] || echo "the choice of an accelerator in $VM_CACHE"
}

# Only tests/net/libvirtd.sh wants it.
vm_libvirt_missing() { [ -e "$VM_CACHE/libvirt/ready" ] || echo "libvirt in $VM_CACHE"; }

# Whether /dev/kvm runs code, not only opens: nested, it may create a machine
# that never executes, or abort. Asks it to boot a kernel up to its first word.
vm_kvm_works() {
  local word
  [ -w /dev/kvm ] || return 1
  read -r -n 1 word < <(timeout 5 $VM_QEMU -accel kvm -cpu max -machine q35 -m 256 \
    -nodefaults -no-user-config -display none -no-reboot -serial stdio \
    -kernel "$VM_CACHE/old/vmlinuz" -append 'console=ttyS0 earlyprintk=ttyS0 panic=-1' \
    </dev/null 2>/dev/null) && [ -n "$word" ]
}

# vm_guest_root FOLDER KERNEL MODULE…: the files of a guest's initramfs but for its
# /init: busybox, and the modules with all that they need, listed in /modules in
# the order in which they load.
vm_guest_root() {
  local root=$1 k=$VM_CACHE/$2 m; shift 2
  mkdir -p "$root"/{bin,mod,proc,sys,dev}
  cp "$VM_CACHE/busybox" "$root/bin/"
  for m; do modprobe -d "$k" -S "$(cat "$k/version")" --show-depends "$m"; done |
    sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$1]++' |
    while read -r m; do
      cp "$m" "$root/mod/"; m=$root/mod/${m##*/}
      case $m in *.xz) unxz "$m" ;; *.zst) unzstd -q --rm "$m" ;; *.gz) gunzip "$m" ;; esac
      m=${m##*/}; echo "/mod/${m%%.ko*}.ko"
    done >"$root/modules"
}
