# card.test.sh - what the emulated card does, on which all other tests with
# virtual functions rest: VFs are made, programmed by the PF, reach each other
# through the card's own switch, the PF, the wire and another card's VFs; what
# this card refuses is refused.
. "$TESTS_DIR/lib.sh"
need_root
[ -e /sys/class/net/pf1 ] || { echo "1..0 # SKIP runs in tests/vm/run --cards 2"; exit 0; }
pf0=/sys/class/net/pf0/device pf1=/sys/class/net/pf1/device

in_ns() { ip netns exec "$T_LAB-$1" "${@:2}"; }
# A namespace with an interface of this machine, which comes up as eth0.
give() { local ns=$T_LAB-$1 link=$2 host=$3
  ip netns add "$ns"; at_exit "ip netns del $ns"
  ip link set "$link" netns "$ns" name eth0
  at_exit "in_ns $1 ip link set eth0 netns 1 name $link"
  in_ns "$1" ip addr add "10.7.0.$host/24" dev eth0; in_ns "$1" ip link set eth0 up; }
pings() { in_ns "$1" ping -q -n -c 1 -W 1 "10.7.0.$2"; }
reaches() { wait_until 10 pings "$1" "$2"; }
# The interface of a VF, by PF and number, once its driver has made it.
vf_net() { local d; for d in "$1/virtfn$2"/net/*; do [ -e "$d" ] && echo "${d##*/}"; done; }
vf_bound() { [ -n "$(vf_net "$1" "$2")" ]; }
# bind PF NUMBER: by hand, which works only while autoprobe is on.
bind() { local a; a=$(readlink "$1/virtfn$2"); echo "${a##*/}" >/sys/bus/pci/drivers/igbvf/bind &&
    wait_until 10 vf_bound "$1" "$2"; }
# What the PF has noted for a VF: vf_field 0 rate.max_tx
vf_field() { ip -j link show pf0 | jq -r ".[0].vfinfo_list[$1].$2"; }
carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }
says() { local what=$1 want=$2; shift 2; not_ok "$what is refused" "$@"; like "with the reason" "$(cat "$T_TMP/err")" "$want"; }
write() { echo "$2" >"$1"; }

# A PF that is down, or came up this instant, tells its VFs' driver nothing: it
# then takes a random MAC, and the card will not change it later.
ip link set pf0 up; ip link set pf1 up
ok "the PFs have a link" wait_until 20 eval 'carrier pf0 && carrier pf1'
is "the card has room for 7 VFs" "$(cat "$pf0/sriov_totalvfs")" 7
at_exit "echo 0 >$pf0/sriov_numvfs; echo 0 >$pf1/sriov_numvfs"
echo 0 >"$pf0/sriov_drivers_autoprobe"; echo 0 >"$pf1/sriov_drivers_autoprobe"
ok "three are made" write "$pf0/sriov_numvfs" 3
is "and named" "$(find "$pf0/" -maxdepth 1 -name 'virtfn*' | wc -l)" 3
is "without a driver, as asked" "$(vf_net "$pf0" 0)" ""
ok "one on the other card" write "$pf1/sriov_numvfs" 1
says "another number, while there are some," "busy" write "$pf0/sriov_numvfs" 4

ok "the PF gives a VF its MAC" ip link set pf0 vf 0 mac 02:15:5d:07:00:01
ip link set pf0 vf 1 mac 02:15:5d:07:00:02; ip link set pf1 vf 0 mac 02:15:5d:07:00:04
not_ok "no driver binds while autoprobe is off" bind "$pf0" 0
echo 1 >"$pf0/sriov_drivers_autoprobe"; echo 1 >"$pf1/sriov_drivers_autoprobe"
ok "the driver binds" eval 'bind "$pf0" 0 && bind "$pf0" 1 && bind "$pf1" 0'
is "the VF has taken the MAC" "$(cat "/sys/class/net/$(vf_net "$pf0" 0)/address")" 02:15:5d:07:00:01
give a "$(vf_net "$pf0" 0)" 1; give b "$(vf_net "$pf0" 1)" 2; give c "$(vf_net "$pf1" 0)" 4
give w wire0 3
ok "VF to VF, in the card" reaches a 2
ok "VF to the wire" reaches a 3
ok "the wire to a VF" reaches w 2
ok "VF to a VF of the other card" reaches b 4
ip addr add 10.7.0.5/24 dev pf0; at_exit "ip addr flush dev pf0"
ok "VF to its PF" reaches a 5
says "a MAC other than the PF's wish" "Cannot assign" in_ns a ip link set eth0 address 02:15:5d:07:00:77

ok "the PF gives a VF a rate" ip link set pf0 vf 0 rate 50
is "and has noted it" "$(vf_field 0 rate.max_tx)" 50
says "a least rate" "Invalid argument" ip link set pf0 vf 0 min_tx_rate 10
says "a link state" "not supported" ip link set pf0 vf 0 state disable
says "a VF that is not there" "Invalid argument" ip link set pf0 vf 3 mac 02:15:5d:07:00:03
for flag in spoofchk trust; do
  ok "$flag off" ip link set pf0 vf 0 $flag off; is "is noted" "$(vf_field 0 $flag)" false
  ok "$flag on" ip link set pf0 vf 0 $flag on; is "is noted" "$(vf_field 0 $flag)" true
done

ok "the PF puts a VF into a VLAN" ip link set pf0 vf 1 vlan 10
is "and has noted it" "$(vf_field 1 vlan_list[0].vlan)" 10
not_ok "the others no longer reach it" pings a 2
in_ns w ip addr flush dev eth0
in_ns w ip link add link eth0 name eth0.10 type vlan id 10
in_ns w ip addr add 10.7.0.3/24 dev eth0.10; in_ns w ip link set eth0.10 up
ok "it is in that VLAN on the wire" reaches b 3
not_ok "where the others are not" pings a 3

ip link set pf0 down
ok "a PF that goes down takes its VFs' link" wait_until 10 eval '[ "$(in_ns a cat /sys/class/net/eth0/carrier)" = 0 ]'
ip link set pf0 up
ok "and brings it back" wait_until 20 eval '[ "$(in_ns a cat /sys/class/net/eth0/carrier)" = 1 ]'

ok "they can be taken away" write "$pf0/sriov_numvfs" 0
not_ok "wherever they are" in_ns a ip link show eth0
says "more than the card has" "out of range" write "$pf0/sriov_numvfs" 8
done_testing
