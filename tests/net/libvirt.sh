# libvirt.sh - libvirt's hook as libvirt calls it (its arguments, the guest's XML
# on standard input), and Move-VM of a guest of libvirt. There is no libvirt here:
# a script does what it does on both hosts when a guest migrates, with QEMU itself,
# which holds the taps, and the hook. The hosts are network and mount namespaces.
. "$TESTS_DIR/lib.sh"
. "$TESTS_DIR/vm/lib.sh"
need_root
command -v "$VM_QEMU" >/dev/null || { echo "1..0 # SKIP no $VM_QEMU"; exit 0; }
[ -w /dev/net/tun ] || { echo "1..0 # SKIP no /dev/net/tun"; exit 0; }
for h in a b; do
  unshare -n -m sleep 10000 & echo $! >"$T_TMP/$h.pid"; at_exit "kill $!"
  wait_until 10 eval '[ "$(readlink /proc/$!/ns/net)" != "$(readlink /proc/self/ns/net)" ]'
done
at() { nsenter -t "$(cat "$T_TMP/$1.pid")" -n -m -- "${@:2}"; }
on() { at "$1" "$VMNETSH" --state "$T_TMP/state-$1" -NonInteractive "${@:2}"; }
# Meters keep an agent on each, and that its namespaces.
at_exit 'for h in a b; do kill "$(at $h cut -d" " -f1 /run/vmnetsh/host/agent.lock)"; done'
for h in a b; do
  at $h sh -c 'mount -t sysfs sys /sys; mount -t bpf bpf /sys/fs/bpf; mount -t tmpfs run /run
    ip link set lo up; ip link add pnic0 type veth peer name wire0; ip link set pnic0 up; ip link set wire0 up'
done
cat >"$T_TMP/ssh" <<END
#!/bin/sh
host=\$1; shift 2
exec nsenter -t "\$(cat "$T_TMP/\$host.pid")" -n -m -- "$VMNETSH" --state "$T_TMP/state-\$host" "\$@"
END
# hook HOST GUEST OPERATION …: as libvirt of that host calls it.
hook() {
  VMNETSH_STATE=$T_TMP/state-$1 at "$1" "$TESTS_DIR/../help/libvirt-hook" "${@:2}"
}
# domain TAP MAC: the XML that libvirt has of a guest.
domain() {
  cat <<END
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web1</name>
  <!-- its <target dev='$1'/> is vmnetsh's -->
  <description>R&amp;D &lt;one&gt;</description>
  <devices>
    <disk type='file' device='disk'><target dev='vda' bus='virtio'/></disk>
    <interface type='ethernet'>
      <mac address='$2'/>
      <target dev='$1' managed='no'/>
      <model type='virtio'/>
      <driver name='vhost' queues='2'/>
    </interface>
    <interface type='bridge'><mac address='52:54:00:00:00:99'/><source bridge='br7'/><target dev='vnet7'/></interface>
  </devices>
</domain>
END
}
tap_in() { grep -o "<target dev='v[^']*' managed='no'" | sed "s/[^']*'\([^']*\)'.*/\1/"; }
# guest HOST TAP …: QEMU as libvirt starts it; its pid in HOST.guest.
guest() {
  local host=$1; shift
  nsenter -t "$(cat "$T_TMP/$host.pid")" -n -m -- "$VM_QEMU" -name guest=web1,debug-threads=on -machine none -nodefaults -display none -S \
    -chardev "socket,id=charmonitor,path=/run/monitor,server=on,wait=off" \
    -mon chardev=charmonitor,id=monitor,mode=control \
    -netdev "tap,id=n0,ifname=$1,script=no,downscript=no,queues=2,vhost=off" \
    </dev/null >"$T_TMP/qemu-$host" 2>&1 &
  echo $! >"$T_TMP/$host.guest"
}
holds() { grep -qs "iff:.*$2\$" /proc/"$(cat "$T_TMP/$1.guest")"/fdinfo/*; }
at_exit 'for h in a b; do kill $(cat "$T_TMP/$h.guest"); done'

on a -c 'New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false; New-VM web1 -SwitchName sw0
  Set-VMNetworkAdapter web1 -MaximumBandwidth 50Mbps
  Add-VMNetworkAdapterAcl web1 -RemoteIPAddress ANY -Direction Both -Action Meter' >/dev/null
on b -c 'New-VM other; New-VM more; New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false' >/dev/null
tap_of() { at "$1" ip -o link show type tun | sed -n '/alias web1/s/^[0-9]*: \([^:@]*\).*/\1/p'; }
tap=$(tap_of a)
mac=$(on a -c '(Get-VMNetworkAdapter web1).MacAddress' | sed 's/../&:/g; s/:$//' | tr A-F a-f)
meters() { on "$1" -c '@(Get-VMNetworkAdapterAcl web1 | Where-Object Action -eq Meter).Count'; }
meters=$(meters a)

# ---- it starts here ----
at a ip link del "$tap"
domain "$tap" "$mac" >"$T_TMP/xml"
ok "libvirt prepares a guest" hook a web1 prepare begin - <"$T_TMP/xml"
is "of whose XML the hook says nothing" "$(cat "$T_TMP/out")" ""
is "its tap is there again" "$(tap_of a)" "$tap"
sed "s/ queues='2'//" "$T_TMP/xml" >"$T_TMP/one"
not_ok "one whose XML asks for one queue is refused" hook a web1 prepare begin - <"$T_TMP/one"
like "with the way out" "$(cat "$T_TMP/err")" "<driver queues='2'/>"
lasting=tap$(tr -d : <<<"$mac")
is "it has a lasting name" "$(at a cat "/sys/class/net/$tap/ifindex")" "$(at a ip -o link show "$lasting" | cut -d: -f1)"
like "which LibvirtXml tells" "$(on a -c '(Get-VMNetworkAdapter web1).LibvirtXml')" "<mac address='${mac^^}'/><target dev='$lasting' managed='no'/>.*<driver queues='2'/></interface>"
ok "it starts" hook a web1 start begin - <"$T_TMP/xml"
guest a "$tap"
ok "and holds it" wait_until 20 holds a "$tap"
sed 's/^/# /' "$T_TMP/qemu-a"
ok "it has started" hook a web1 started begin - <"$T_TMP/xml"
like "Get-VM knows it" "$(on a -c 'Get-VM web1 | Format-List')" web1

# ---- what comes alone is refused ----
not_ok "migrated without Move-VM it is refused over there" hook b web1 migrate begin - <"$T_TMP/xml"
like "by name and with the way out" "$(cat "$T_TMP/err")" "$mac.*'Move-VM web1'"
is "with nothing for XML" "$(cat "$T_TMP/out")" ""
ok "a guest that has nothing of ours is left alone" hook b other2 migrate begin - < <(sed '/ethernet/,/\/interface/d' "$T_TMP/xml")
is "as it is" "$(cat "$T_TMP/out")" ""
echo '<domain><devices>' >"$T_TMP/cut"
not_ok "XML that is not whole is refused" hook b web1 migrate begin - <"$T_TMP/cut"
like "and says so" "$(cat "$T_TMP/err")" "read the guest's XML"
ok "what ends needs nothing" hook a web2 release end - <"$T_TMP/xml"

# ---- libvirt's part, on both hosts ----
{ echo "T_TMP=$T_TMP TESTS_DIR=$TESTS_DIR VM_QEMU=$VM_QEMU VMNETSH=$VMNETSH; export VMNETSH"
  declare -f at hook guest holds tap_in wait_until
  cat <<'END'
if [ "$*" = "list --all --persistent --name" ]; then printf 'other2\nweb1\n\n'; exit; fi
echo "$*" >"$T_TMP/asked"
step() { hook "$@" - <"$T_TMP/there" || exit 1; }
hook b web1 migrate begin - <"$T_TMP/xml" >"$T_TMP/there" 2>"$T_TMP/why" || { cat "$T_TMP/why" >&2; exit 1; }
[ -s "$T_TMP/there" ] || cp "$T_TMP/xml" "$T_TMP/there"
step b web1 prepare begin; step b web1 start begin
tap=$(tap_in <"$T_TMP/there")
nsenter -t "$(cat "$T_TMP/b.pid")" -n ip -o link show "$tap" >"$T_TMP/before"
guest b "$tap"
wait_until 10 holds b "$tap"
step b web1 started begin
if [ -e "$T_TMP/fail" ]; then
  kill "$(cat "$T_TMP/b.guest")"
  step b web1 stopped end; step b web1 release end
  echo "error: operation failed: migration job: canceled" >&2
  exit 1
fi
gone() { ! kill -0 "$(cat "$T_TMP/a.guest")"; }
kill "$(cat "$T_TMP/a.guest")"; wait_until 20 gone
step a web1 stopped end; step a web1 release end
END
} >"$T_TMP/virsh"
chmod +x "$T_TMP/ssh" "$T_TMP/virsh"
export VMNETSH_SSH="$T_TMP/ssh" VMNETSH_VIRSH="bash $T_TMP/virsh"
knows() { on "$1" -c 'netsh dump' | grep -c 'New-VM .*web1'; }

like "-WhatIf tells what virsh is asked" "$(on a -c 'Move-VM web1 b -WhatIf')" "migrate --live --domain web1 --desturi qemu\+ssh://b/system --persistent --undefinesource"
is "and asks nothing" "$(ls "$T_TMP/asked" 2>/dev/null)$(knows b)" 0
touch "$T_TMP/fail"
not_ok "libvirt cannot move it" on a -c 'Move-VM web1 b'
like "says what libvirt says" "$(cat "$T_TMP/err")" "migration job: canceled"
is "nothing of it is there" "$(knows b) $(tap_of b)" "0 "
ok "it runs on here" holds a "$tap"
like "with its cap" "$(at a tc class show dev pnic0)" "ceil 50Mbit"
VMNETSH_VIRSH=/nonexistent/virsh not_ok "no virsh: no move" on a -c 'Move-VM web1 b'
like "says so" "$(cat "$T_TMP/err")" "virsh cannot be asked"
is "nothing of it is there then" "$(knows b) $(tap_of b)" "0 "

rm "$T_TMP/fail"
ok "it moves" on a -c 'Move-VM web1 b'
sed 's/^/# /' "$T_TMP/out" "$T_TMP/qemu-b"
there=$(tap_of b)
not_ok "its tap has another name there" test "$there" = "$tap"
is "which the hook has put into its XML, where it stands for the tap" "$(cat "$T_TMP/there")" \
  "$(sed -E "s/target dev='$tap' managed/target dev='$there' managed/; /<!--/!s#<([^ >]+)([^>]*)/>#<\1\2></\1>#g" "$T_TMP/xml")"
ok "it holds that one" holds b "$there"
like "unconnected till it was there" "$(cat "$T_TMP/before"; grep -c master "$T_TMP/before")" $'\n0$'
like "connected now" "$(at b ip -o link show "$there")" "master sw0"
like "its cap is in force there" "$(at b tc class show dev pnic0)" "ceil 50Mbit"
is "its meters too" "$(meters b)" "$meters"
is "it is known there alone" "$(knows a) $(knows b)" "0 1"
is "no tap is left here" "$(tap_of a)" ""
is "restore has nothing to do there" "$(on b restore)" ""
ok "libvirt starts again there" hook b web1 reconnect begin - <"$T_TMP/there"
sed "s/target dev='$there'/target dev='$lasting'/" "$T_TMP/there" >"$T_TMP/named"
ok "with its lasting name it is the same" hook b web1 migrate begin - <"$T_TMP/named"
is "and stays" "$(cat "$T_TMP/out")" ""

# ---- started and stopped by virsh ----
# Its part: the guest's hook, which wants the lock, and QEMU; it runs on host b.
{ sed '/^if/,$d' "$T_TMP/virsh"
  cat <<'END'
case $* in
"list --all --persistent --name") printf 'web1\n\n' ;;
"start web1") hook b web1 prepare begin - <"$T_TMP/there" && guest b "$(tap_in <"$T_TMP/there")"
  wait_until 10 holds b "$(tap_in <"$T_TMP/there")" ;;
"shutdown web1" | "suspend web1" | "resume web1" | "reset web1") echo "$1" >"$T_TMP/told"
  [ "$1" != shutdown ] || exec bash "$0" destroy web1 ;;
"reboot web1") echo "error: failed to get domain" >&2; exit 1 ;;
"domstate web1") kill -0 "$(cat "$T_TMP/b.guest")" 2>/dev/null && echo running || echo "shut off" ;;
"destroy web1" | "managedsave web1") echo "$1" >"$T_TMP/told"; kill "$(cat "$T_TMP/b.guest")"
  gone() { ! kill -0 "$(cat "$T_TMP/b.guest")"; }; wait_until 20 gone; hook b web1 stopped end - <"$T_TMP/there" ;;
*) echo "error: failed to get domain" >&2; exit 1 ;;
esac
END
} >"$T_TMP/virsh-b"
export VMNETSH_VIRSH="bash $T_TMP/virsh-b"
state() { on b -c '(Get-VM web1).State'; }
is "it runs" "$(state)" Running
is "what would be asked" "$(on b -c 'Stop-VM web1 -TurnOff -WhatIf')" "What if: virsh destroy web1"
ok "Stop-VM asks libvirt" on b -c 'Stop-VM web1 -TurnOff'
is "to destroy it" "$(cat "$T_TMP/told") $(state)" "destroy Off"
ok "one that is off is fine" on b -c 'Stop-VM web1'
ok "Start-VM asks it to start" on b -c 'Start-VM web1'
is "it runs again" "$(state)" Running
for c in 'Suspend-VM web1|suspend' 'Resume-VM web1|resume' 'Restart-VM web1 -Force|reset'; do
  ok "${c%|*}" on b -c "${c%|*}"
  is "asks libvirt" "$(cat "$T_TMP/told")" "${c#*|}"
done
ok "stopped and started in one transaction" on b -Transaction -c 'Stop-VM web1; Start-VM web1'
is "it runs" "$(state)" Running
ok "it is saved" on b -c 'Save-VM web1'
is "as libvirt does it" "$(cat "$T_TMP/told") $(state)" "managedsave Off"
not_ok "a refusal" on b -c 'New-VM web9; Start-VM web9'
like "says that libvirt has none" "$(cat "$T_TMP/err")" "web9.: libvirt has no guest of that name.*QemuArguments"
not_ok "-Save and -TurnOff" on b -c 'Stop-VM web1 -Save -TurnOff'
like "exclude each other" "$(cat "$T_TMP/err")" "exclude each other"
ok "it is started" on b -c 'Start-VM web1'
not_ok "virsh fails" on b -c 'Restart-VM web1 -Type Reboot'
like "with what it says" "$(cat "$T_TMP/err")" "failed to get domain"
ok "moved once more, its XML stays as it is" hook b web1 migrate begin - <"$T_TMP/there"
is "nothing printed" "$(cat "$T_TMP/out")" ""
done_testing
