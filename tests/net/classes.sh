# classes.sh - what a statement reads of HTB on the uplink: the classes that it
# changes, the link's and the default's, and all of them only where these are
# not what was asked for before. A restore reads all.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
ok "a switch with twenty floors" lab -Transaction -c '
Set-LabAdapter pnic0 -LinkSpeed 1Gbps
New-VMSwitch sw0 -NetAdapterName pnic0 -MinimumBandwidthMode Absolute -AllowManagementOS $false
1..20 | % { New-VM "w$_" -SwitchName sw0; Set-VMNetworkAdapter "w$_" -MinimumBandwidthAbsolute 10Mbps }'
classes() { hostns tc class show dev pnic0 | sort | grep -o 'htb 1:[0-9a-f]* .*rate [^ ]* ceil [^ ]*'; }
has() { classes | grep -q "htb 1:$1 .*rate $2 "; }
all=$(classes)
is "link, default and twenty classes" "$(wc -l <<<"$all")" 22
# Adapters are numbered in order: 1:(0x10 + slot).
first=$(classes | grep -o 'htb 1:[0-9a-f]*' | cut -d: -f2 | awk 'length > 1' | sort | head -1)
ok "one is changed" lab -c 'Set-VMNetworkAdapter w20 -MinimumBandwidthAbsolute 20Mbps'
is "one more has another rate" "$(diff <(echo "$all") <(classes) | grep -c '^>.*rate 20Mbit')" 1
ok "it is changed back" lab -c 'Set-VMNetworkAdapter w20 -MinimumBandwidthAbsolute 10Mbps'
is "then all is as before" "$(classes)" "$all"
# Somebody takes one away: its own statement gives it again, so does restore.
hostns tc class del dev pnic0 classid "1:$first"
is "one is missing" "$(classes | wc -l)" 21
ok "its statement" lab -c 'Set-VMNetworkAdapter w1 -MinimumBandwidthAbsolute 30Mbps'
ok "gives it again" has "$first" 30Mbit
ok "and back" lab -c 'Set-VMNetworkAdapter w1 -MinimumBandwidthAbsolute 10Mbps'
is "all is as before" "$(classes)" "$all"
hostns tc class del dev pnic0 classid "1:$first"
lab restore >/dev/null
is "restore likewise" "$(classes)" "$all"
# Where the link's class is another one, everything is looked at.
hostns tc class del dev pnic0 classid "1:$first"
hostns tc class change dev pnic0 parent 1: classid 1:1 htb rate 500mbit ceil 500mbit
ok "a statement about another" lab -c 'Set-VMNetworkAdapter w20 -MinimumBandwidthAbsolute 20Mbps'
ok "mends the first one too" has "$first" 10Mbit
ok "and the link" has 1 1Gbit
# Gone with its VM; and with the last floor all of it.
ok "one goes" lab -c 'Remove-VM w1 -Force'
not_ok "with its class" has "$first" 10Mbit
ok "all go" lab -c '2..20 | % { Set-VMNetworkAdapter "w$_" -MinimumBandwidthAbsolute 0 }'
is "no class is left" "$(classes)" ""
done_testing
