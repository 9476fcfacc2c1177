# libvirtd.sh - libvirt itself, on two hosts that are network and mount namespaces:
# a guest is defined with what Get-VMNetworkAdapter says, started, moved there and
# back with its definition, and stopped. The guest is a machine without an operating
# system; libvirt is unpacked by tests/vm/prepare, nothing of it is installed.
. "$TESTS_DIR/lib.sh"
. "$TESTS_DIR/vm/lib.sh"
need_root
L=$VM_CACHE/libvirt
[ -e "$L/ready" ] || { echo "1..0 # SKIP no libvirt; tests/vm/prepare unpacks it"; exit 0; }
command -v "$VM_QEMU" >/dev/null || { echo "1..0 # SKIP no $VM_QEMU"; exit 0; }
[ -w /dev/net/tun ] || { echo "1..0 # SKIP no /dev/net/tun"; exit 0; }
grep -q overlay /proc/filesystems || { echo "1..0 # SKIP no overlayfs"; exit 0; }

own_net() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
for h in a b; do
  unshare -n -m -u sleep 10000 & echo $! >"$T_TMP/$h.pid"; at_exit "kill $!"
  wait_until 10 own_net $!
done
at() { nsenter -t "$(cat "$T_TMP/$1.pid")" -n -m -u -- "${@:2}"; }
on() { at "$1" env VMNETSH_SSH="$T_TMP/bin/ssh" VMNETSH_VIRSH="env PATH=$T_TMP/bin:$PATH virsh" \
  "$VMNETSH" --state "$T_TMP/state-$1" -NonInteractive "${@:2}"; }
virsh() { at "$1" virsh -q -c qemu:///system "${@:2}"; }
mkdir "$T_TMP/bin"
# As virsh and vmnetsh call it: options, the host, a command for its shell.
cat >"$T_TMP/bin/ssh" <<END
#!/bin/bash
while [ "\${1#-}" != "\$1" ]; do case \$1 in -o | -e | -l | -p | -i) shift 2 ;; --) shift; break ;; *) shift ;; esac; done
host=\$1; shift
[ "\$1" != -- ] || shift
# vmnetsh's own words begin with its name.
case \$1 in vmnetsh) shift; set -- "$VMNETSH" --state "$T_TMP/state-\$host" "\$@" ;; esac
exec nsenter -t "\$(cat "$T_TMP/\$host.pid")" -n -m -u -- /bin/sh -c "\$*"
END
chmod +x "$T_TMP/bin/ssh"

# host NAME ADDRESS: a machine with libvirt on it.
host() {
  mkdir -p "$T_TMP/etc-$1/hooks/qemu.d"
  printf 'user = "root"\ngroup = "root"\nsecurity_driver = "none"\nnamespaces = []\ncgroup_controllers = []\n' \
    >"$T_TMP/etc-$1/qemu.conf"
  printf 'host_uuid = "%s"\n' "$(cat /proc/sys/kernel/random/uuid)" >"$T_TMP/etc-$1/libvirtd.conf"
  printf '#!/bin/sh\nVMNETSH=%s VMNETSH_STATE=%s exec %s "$@"\n' "$VMNETSH" "$T_TMP/state-$1" \
    "$TESTS_DIR/../help/libvirt-hook" >"$T_TMP/etc-$1/hooks/qemu.d/vmnetsh"
  chmod +x "$T_TMP/etc-$1/hooks/qemu.d/vmnetsh"
  printf '127.0.0.1 localhost\n198.51.100.1 a\n198.51.100.2 b\n' >"$T_TMP/hosts"
  # Its installation would make that user.
  { cat /etc/passwd; echo 'libvirt-qemu:x:64055:64055::/:/bin/false'; } >"$T_TMP/passwd"
  { cat /etc/group; echo 'libvirt-qemu:x:64055:'; } >"$T_TMP/group"
  at "$1" sh -ec "hostname $1
    mount -t overlay overlay -o 'lowerdir=$L/usr:/usr' /usr
    mount -t overlay overlay -o 'lowerdir=$L/etc:/etc' /etc
    for f in hosts passwd group; do mount --bind '$T_TMP'/\$f /etc/\$f; done
    mount --bind '$T_TMP/etc-$1' /etc/libvirt
    for d in /run /var/lib /var/cache /var/log; do mount -t tmpfs tmpfs \$d; done
    mount -t sysfs sys /sys; mount -t bpf bpf /sys/fs/bpf
    ip link set lo up; ip link add pnic0 type veth peer name wire0; ip link set pnic0 up; ip link set wire0 up
    ip link set m0 up; ip addr add $2/24 dev m0"
  nsenter -t "$(cat "$T_TMP/$1.pid")" -n -m -u -- virtlogd >"$T_TMP/virtlogd-$1" 2>&1 & at_exit "kill $!"
  nsenter -t "$(cat "$T_TMP/$1.pid")" -n -m -u -- libvirtd >"$T_TMP/libvirtd-$1" 2>&1 & at_exit "kill $!"
  wait_until 60 answers "$1"
}
answers() { virsh "$1" version >/dev/null 2>&1; }
nsenter -t "$(cat "$T_TMP/a.pid")" -n ip link add m0 type veth peer name m0 netns "$(cat "$T_TMP/b.pid")"
ok "libvirt runs here" host a 198.51.100.1
ok "and there" host b 198.51.100.2
answers a && answers b || { sed 's/^/# /' "$T_TMP"/libvirtd-[ab]; done_testing; exit; }
at_exit 'for h in a b; do virsh $h destroy web1; done'

# domain INTERFACE: the guest.
domain() {
  cat >"$T_TMP/web1.xml" <<END
<domain type='qemu'><name>web1</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features><cpu mode='custom' match='exact'><model>qemu64</model></cpu>
<devices><emulator>$(command -v "$VM_QEMU")</emulator>$1<memballoon model='none'/></devices></domain>
END
  virsh a define "$T_TMP/web1.xml"
}
state() { echo "$(virsh "$1" list --all --name | tr -d ' \n'):$(on "$1" -c 'Get-VM web* | ForEach-Object State')"; }
port() { at "$1" ip -o link show "$lasting" | cut -d: -f2 | tr -d ' '; }

on a -c 'New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false; New-VM web1 -SwitchName sw0
  Set-VMNetworkAdapter web1 -MaximumBandwidth 50Mbps' >/dev/null
on b -c 'New-VM other; New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false' >/dev/null
xml=$(on a -c '(Get-VMNetworkAdapter web1).LibvirtXml')
lasting=$(grep -o 'tap[0-9a-f]*' <<<"$xml")
domain "${xml/ queues=\'2\'/}" >/dev/null
not_ok "with one queue it does not start" on a -c 'Start-VM web1'
like "and libvirt tells why" "$(cat "$T_TMP/err")" "VM .web1.: .*guest .web1.: its interface tap.*<driver queues=.2./>"
virsh a undefine web1 >/dev/null
ok "it is defined with LibvirtXml" domain "$xml"
is "what would be asked" "$(on a -c 'Start-VM web1 -WhatIf')" "What if: virsh start web1"
ok "it starts" on a -c 'Start-VM web1'
is "and runs" "$(state a)" web1:Running
is "with its link" "$(on a -c '(Get-VMNetworkAdapter web1).Status')" Ok

ok "it moves" on a -c 'Move-VM web1 b'
sed 's/^/# /' "$T_TMP/out"
is "with its definition" "$(state a) $(state b)" ": web1:Running"
not_ok "its port has another name there" test "$(port b)" = vp1
like "and its cap" "$(at b tc class show dev pnic0)" "ceil 50Mbit"
ok "it is paused" on b -c 'Suspend-VM web1'
is "and is seen so" "$(state b)" web1:Paused
ok "it goes on" on b -c 'Resume-VM web1'
is "and is seen so, too" "$(state b)" web1:Running
pid=$(on b -c '(Get-VM web1).ProcessId')
ok "it is reset" on b -c 'Restart-VM web1 -Force'
is "by the same process" "$(on b -c '(Get-VM web1).ProcessId')" "$pid"
ok "asked to shut down and started, in one transaction" on b -Transaction -c 'Stop-VM web1 -Force -Timeout 1; Start-VM web1'
sed 's/^/# /' "$T_TMP/err"
is "it runs" "$(state b)" web1:Running
not_ok "by another" test "$(on b -c '(Get-VM web1).ProcessId')" = "$pid"
ok "its power is cut" on b -c 'Stop-VM web1 -TurnOff'
is "there" "$(state b)" web1:Off
ok "it starts there" on b -c 'Start-VM web1'
ok "it moves back" on b -c 'Move-VM web1 a'
is "with its definition" "$(state a) $(state b)" "web1:Running :"
ok "it is saved" on a -c 'Stop-VM web1 -Save'
is "and does not run" "$(state a)" web1:Saved
ok "it goes on" on a -c 'Start-VM web1'
is "here" "$(state a)" web1:Running
virsh a undefine web1 --managed-save >/dev/null
not_ok "one that libvirt does not keep" on a -c 'Stop-VM web1 -TurnOff; Start-VM web1'
like "is not started" "$(cat "$T_TMP/err")" "libvirt has no guest of that name"
done_testing
