# guards.sh - a guarded VM in the lab: what it may not send does not arrive, is
# counted under its own reason, and the reasons add up; what it may, arrives.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
vm() { local vm=$1; shift; ip netns exec "vmnetsh-$T_LAB-vm-$vm" "$@"; }
field() { lab -c "Get-VMNetworkAdapter -VMName web1 | ForEach-Object { $* }"; }
drops() { field "\$_.Drops.$1"; }
says() { local re=$1; shift; lab -c "$*" >"$T_TMP/says" 2>&1
  local rc=$?; like "refused: $* ($re)" "$rc $(tr '\n' ' ' <"$T_TMP/says")" "^1 .*$re"; }
# send PORT: a datagram of web1 to db1 from that port
send() { vm web1 "$BLAST" -n 1 -b 192.0.2.11 -p "$1" 192.0.2.12 9; }
# seen N FILTER COMMAND…: does db1 see N frames like that?
seen() { local n=$1 filter=$2; shift 2
  rm -f "$T_TMP/tcpdump"
  # Not by vm(): the pid has to be the program's, not a shell's around it.
  ip netns exec "vmnetsh-$T_LAB-vm-db1" timeout 10 tcpdump -p -i eth0 -n -l -U --immediate-mode "$filter" >"$T_TMP/seen" 2>"$T_TMP/tcpdump" & local pid=$!
  wait_until 10 grep -q listening "$T_TMP/tcpdump" || return 1
  "$@"
  wait_until 5 has_lines "$n"; local rc=$?
  kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null
  return $rc; }
has_lines() { [ "$(wc -l <"$T_TMP/seen")" -ge "$1" ]; }

ok "a switch, two VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0
New-VM -Name web1 -SwitchName sw0
New-VM -Name db1 -SwitchName sw0'
n=1
for v in web1 db1; do
  vm $v ip addr add 192.0.2.1$n/24 broadcast 192.0.2.255 dev eth0
  n=$((n+1))
done
reaches() { vm web1 ping -q -c1 -W1 "$@" >/dev/null; }
ok "they reach each other" wait_until 10 reaches 192.0.2.12
is "nothing is guarded" "$(field '"$($_.DhcpGuard) $($_.RouterGuard) $($_.NeighborGuard) $($_.StormLimit) $($_.DynamicIPAddressLimit)"')" "Off Off Off 0 0"
is "nothing was dropped" "$(drops Total)" 0

# ---- DHCP
ok "without a guard web1 may answer as a DHCP server" seen 1 'udp src port 67' send 67
ok "all guards on" lab -c 'Set-VMNetworkAdapter web1 -DhcpGuard On -RouterGuard On -NeighborGuard On -StormLimit 1000 -DynamicIPAddressLimit 1'
is "they are shown" "$(field '"$($_.DhcpGuard) $($_.RouterGuard) $($_.NeighborGuard) $($_.StormLimit) $($_.DynamicIPAddressLimit)"')" "On On On 1000 1"
like "the dump has them" "$(lab -c "netsh dump")" "DhcpGuard On -RouterGuard On -NeighborGuard On -StormLimit 1000 -DynamicIPAddressLimit 1"
both() { send 67; send 68; }
ok "it sees what comes from another port" seen 1 'udp port 67 or udp port 68' both
is "and that alone" "$(grep -c '\.67 >' "$T_TMP/seen")" 0
is "counted" "$(drops DhcpGuard)" 1
ok "db1 is still reached" reaches 192.0.2.12
not_ok "as a second address it is not" vm web1 sh -c 'ip addr add 192.0.2.55/32 dev eth0; ping -q -c1 -W1 -I 192.0.2.55 192.0.2.12 >/dev/null'
ok "counted as more than its limit" test "$(drops DynamicIPAddressLimit)" -ge 1
vm web1 ip addr del 192.0.2.55/32 dev eth0
ok "its first address is still its own" reaches 192.0.2.12

# ---- storms: of 500 frames five may pass in each second that they take
ok "a low limit" lab -c 'Set-VMNetworkAdapter web1 -StormLimit 5'
before=$(drops StormLimit)
start=$EPOCHREALTIME
vm web1 "$BLAST" -n 500 -s 100 192.0.2.255 9 >/dev/null
ok "most of a storm is dropped" test "$(($(drops StormLimit) - before))" -ge $((500 - 5 * (${EPOCHREALTIME/.*} - ${start/.*} + 2)))
ok "what is for one is not" reaches 192.0.2.12

# ---- by reason, and in all
total=$(drops Total)
ok "the reasons add up" test "$total" -eq "$(field '$d = $_.Drops; $d.Acl + $d.ExtendedAcl + $d.Malformed + $d.MacAddressSpoofing + $d.DhcpGuard + $d.RouterGuard + $d.NeighborGuard + $d.DynamicIPAddressLimit + $d.StormLimit + $d.Extension')"
is "to the port's drops" "$(field '$_.DroppedInbound + $_.DroppedOutbound')" "$total"
ok "they are there in JSON" lab -OutputFormat Json -c '(Get-VMNetworkAdapter web1).Drops'
like "each piece of policy says who keeps it" "$(field '$_.PolicyEnforcement -join ", "')" "DHCP guard: software"

# ---- off again, refusals
ok "guards off" lab -c 'Set-VMNetworkAdapter web1 -DhcpGuard Off -RouterGuard Off -NeighborGuard Off -StormLimit 0 -DynamicIPAddressLimit 0'
ok "web1 may answer again" seen 1 'udp src port 67' send 67
is "what was counted stays" "$(drops DhcpGuard)" 1
says "DynamicIPAddressLimit 33 is out of range; give 1 to 32" Set-VMNetworkAdapter web1 -DynamicIPAddressLimit 33
says "DhcpGuard" Set-VMNetworkAdapter web1 -DhcpGuard Perhaps
says "StormLimit" Set-VMNetworkAdapter web1 -StormLimit -1
done_testing
