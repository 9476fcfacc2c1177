# confirm_within.sh - a commit that takes itself back unless it is confirmed:
# when its time is over, when the shell was killed, after a boot, at once; what
# is confirmed stays, and nothing else is changed meanwhile.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
there() { lab -c "@(Get-VMSwitch $1 -ErrorAction SilentlyContinue).Count"; }
gone() { [ "$(there "$1")" = 0 ]; }

ok "a switch with a VM that is metered" lab -c '
New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM web1 -SwitchName sw0
Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 192.0.2.1 -Direction Outbound -Action Meter
Invoke-Command -VMName web1 { New-NetIPAddress -InterfaceAlias eth0 -IPAddress 192.0.2.11 -PrefixLength 24 }'
ok "it pings" lab -c 'Invoke-Command -VMName web1 { ping -q -c3 -i0.2 192.0.2.1 }'
dump=$(lab netsh dump)
measured() { lab -c '(Measure-VM web1).NetworkMeteredTrafficReport | ForEach-Object { $_.TotalTraffic }' 2>/dev/null
  lab -c 'Get-VMNetworkAdapterAcl web1 | Where-Object Action -eq Meter | ForEach-Object { "$($_.MeteredBytes) $($_.MeteredMegabytes)" }'; }
kernel() { hostns ip -o link | sed 's/^[0-9]*: //; s/ qlen.*link/ link/'; hostns bridge fdb | grep static | sort; }
before=$(kernel); counted=$(measured)
like "which is counted" "$counted" '[1-9]'

# ---- its time is over ----
out=$(lab -Transaction -ConfirmWithin 2 -c 'New-VMSwitch other -SwitchType Private; Remove-VM web1 -Force' 2>&1)
is "a transaction that takes itself back" $? 0
like "which says till when" "$out" 'taken back at [0-9:]+ unless Confirm-VMNetworkChange'
ok "it is taken back" wait_until 15 gone other
same() { [ "$(lab netsh dump)" = "$dump" ]; }
ok "all of it" wait_until 5 same
is "in the kernel, too" "$(kernel)" "$before"
is "and what was counted is there" "$(measured)" "$counted"
like "then there is nothing to confirm" "$(lab -c Confirm-VMNetworkChange 2>&1)" 'nothing waits to be confirmed'

# ---- confirmed ----
ok "another one" lab -Transaction -ConfirmWithin 300 -c 'New-VMSwitch other -SwitchType Private'
like "meanwhile nothing else is changed" "$(lab -c 'New-VMSwitch third -SwitchType Private' 2>&1)" 'is taken back at .* unless it is confirmed; Confirm-VMNetworkChange keeps it'
is "really nothing" "$(there third)" 0
like "netsh says how long" "$(lab netsh show pending)" 'unconfirmed: the last commit is taken back in [0-9]+ s'
is "restore has nothing to do" "$(lab restore)" ""
ok "confirmed" lab -c Confirm-VMNetworkChange
ok "then others are made" lab -c 'New-VMSwitch third -SwitchType Private'
is "and it stays" "$(there other)" 1

# ---- taken back at once; netsh ----
ok "in netsh" lab -c '
netsh set mode offline
Remove-VMSwitch other -Force
netsh commit confirmwithin=300
netsh set mode online'
is "it is gone" "$(there other)" 0
ok "and back at once" lab netsh revert
is "it is there" "$(there other)" 1
like "twice there is nothing" "$(lab netsh revert 2>&1)" 'nothing waits'

# ---- the shell is killed ----
cat >"$T_TMP/killed.ps1" <<'PS'
netsh set mode offline
Remove-VMSwitch other -Force
netsh commit -ConfirmWithin 3
'committed'
Start-Sleep 600
PS
"$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" "$T_TMP/killed.ps1" >"$T_TMP/killed.out" 2>&1 &
pid=$!
ok "a shell commits" wait_until 10 grep -q committed "$T_TMP/killed.out"
kill -9 "$pid"; wait "$pid" 2>/dev/null
is "and is killed: it is gone" "$(there other)" 0
back() { [ "$(there other)" = 1 ]; }
ok "and comes back" wait_until 15 back

# ---- a boot ----
dump=$(lab netsh dump)
ok "one for an hour" lab -Transaction -ConfirmWithin 3600 -c 'Remove-VMSwitch other -Force; Remove-VM web1 -Force'
until=$T_TMP/state/unconfirmed/until
ok "is noted with the boot" grep -q "^boot=$(cat /proc/sys/kernel/random/boot_id)" "$until"
sed -i 's/^boot=.*/boot=00000000-0000-0000-0000-000000000000/' "$until"
ok "the host boots" "$VMNETSH" --lab=$T_LAB --state "$T_TMP/state" --destroy
ok "after another boot it is restored" lab restore
is "once" "$(lab restore)" ""
is "as it was before" "$(lab netsh dump)" "$dump"

# ---- bad input ----
for bad in 0 -5 abc 86401 ''; do
  lab -Transaction -ConfirmWithin "$bad" -c 'New-VMSwitch bad -SwitchType Private' >/dev/null 2>&1
  is "'$bad' is refused" "$? $(there bad)" "2 0"
done
like "netsh says why" "$(lab netsh commit -ConfirmWithin never 2>&1)" 'give seconds, 1 to 86400'
like "and what there is" "$(lab netsh commit now 2>&1)" 'usage: netsh commit \[-ConfirmWithin SECONDS\]'
lab -ConfirmWithin 5 -c '1' >/dev/null 2>&1; is "without -Transaction it is refused" $? 2
done_testing
