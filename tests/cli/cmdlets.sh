# cmdlets.sh - what the cmdlets of the virtual network do in a lab: objects
# through the pipeline, wildcards, what is handed on, messages, VMs.
. "$TESTS_DIR/lib.sh"
need_root
use_lab

run() { lab -NonInteractive -c "$1" 2>"$T_TMP/err"; }
# A line fails, and its message says …
fails() {
  local what=$1 want=$3; T_N=$((T_N+1))
  if run "$2" >"$T_TMP/out"; then echo "not ok $T_N - $what"; return; fi
  if grep -qF -- "$want" "$T_TMP/err"; then echo "ok $T_N - $what"; return; fi
  echo "not ok $T_N - $what"; sed 's/^/# /' "$T_TMP/err"
}

run 'New-VMSwitch sw0 -NetAdapterName pnic0 -AllowManagementOS $true' >/dev/null
run 'New-VM web1 -SwitchName sw0; New-VM db1 -SwitchName sw0' >/dev/null

# ---- names ----
is "a wildcard" "$(run '(Get-VM w*).Name')" web1
is "a wildcard that matches nothing gives nothing" "$(run 'Get-VM x*')" ""
fails "a plain name must be there" 'Get-VM nope' "there is 'web1', 'db1'"
fails "of an adapter too" 'Set-VMNetworkAdapter web1 -Name x -VmqWeight 1' \
  "of VM 'web1' named 'x'"
fails "an unknown parameter" 'Get-VM -Nam3 x' "near it: -Name"
fails "a word that is not accepted" 'Get-VMSwitch -SwitchType Extern4l' \
  "Private, Internal, External"
fails "published, not built" 'Get-VM -ComputerName h2' "not built here yet"
fails "a published cmdlet" 'Get-NetAdapterIPsecOffload' \
  "Get-NetAdapterIPsecOffload (NetAdapter): published, but not built here yet"
fails "its parameters are checked" 'New-NetQosPolicy p -DSCPActoin 3' \
  "near it: -DSCPAction"
fails "its values too" 'New-NetLbfoTeam t -TeamMembers pnic1 -TeamingMode X' \
  "one of Static, SwitchIndependent, Lacp"
fails "and what it needs" 'New-NetLbfoTeam t' "needs -TeamMembers"
fails "with objects through the pipeline" \
  'Get-NetAdapter pnic1 | Get-NetAdapterIPsecOffload' "not built here yet"
ok "a switch goes to its place as an object" run \
  'Connect-VMNetworkAdapter web1 "Network Adapter" (Get-VMSwitch sw0) -WhatIf'
fails "a switch of two uplinks" 'New-VMSwitch t -NetAdapterName pnic0,pnic1 -EnableEmbeddedTeaming $false' \
  "'pnic0' belongs to switch 'sw0' already"

# ---- pipelines ----
is "VMs to adapters" \
  "$(run 'Get-VM | Get-VMNetworkAdapter | ForEach-Object { $_.VMName }' | sort | paste -sd' ')" \
  "db1 web1"
is "names to adapters" "$(run "('web1' | Get-VMNetworkAdapter).Name")" \
  "Network Adapter"
is "an object through three changes" "$(run '
  $a = Get-VM db1 | Add-VMNetworkAdapter -Name Two -Passthru |
    Set-VMNetworkAdapter -MaximumBandwidth 5Mbps -Passthru |
    Rename-VMNetworkAdapter -NewName Three -Passthru
  "$($a.Name) $($a.BandwidthSetting.MaximumBandwidth)"')" "Three 5000000"
ok "objects are removed" run 'Get-VMNetworkAdapter db1 Three | Remove-VMNetworkAdapter'
is "and gone" "$(run '(Get-VMNetworkAdapter db1).Name')" "Network Adapter"
is "an identifier" "$(run '(Get-VM -Id (Get-VM web1).Id).Name')" web1

run 'Disconnect-VMNetworkAdapter db1'
ok "a VM and a switch by position" run 'Connect-VMNetworkAdapter db1 sw0'
ok "with a name between them" run \
  'Connect-VMNetworkAdapter db1 "Network Adapter" sw0'
is "are connected" "$(run '(Get-VMNetworkAdapter db1).SwitchName')" sw0

# ---- common parameters ----
is "-OutVariable" "$(run 'Get-VM -OutVariable v | Out-Null; $v.Count')" 2
is "-ErrorVariable" \
  "$(run 'Get-VM x1 -ev e -ea SilentlyContinue; Get-VM x2 -ev +e -ea Ignore; $e.Count')" 2
is "-PipelineVariable" \
  "$(run 'Get-VM web1 -pv p | Get-VMNetworkAdapter | ForEach-Object { $p.Name }')" \
  web1
run 'Set-VMSwitch sw0 -Notes x; New-VMSwitch v -SwitchType Private -Verbose' >/dev/null
like "-Verbose says the steps" "$(cat "$T_TMP/err")" "VERBOSE: create bridge v"
run 'Remove-VMSwitch v -Force'

# ---- entries ----
is "ANY and Both are four rows" "$(run '
  (Add-VMNetworkAdapterAcl web1 -RemoteIPAddress ANY -Direction Both `
    -Action Meter -Passthru).Count')" 4
ok "rows remove their entries" run 'Get-VM web1 | Get-VMNetworkAdapterAcl | Remove-VMNetworkAdapterAcl'
is "none is left" "$(run '@(Get-VMNetworkAdapterAcl).Count')" 0
fails "IPv4 and IPv6 in one" \
  'Add-VMNetworkAdapterAcl web1 -RemoteIPAddress ::/0 -LocalIPAddress 10.0.0.1 -Direction Both -Action Deny' \
  "no frame is from IPv4"
fails "host bits" \
  'Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 10.0.0.1/8 -Direction Both -Action Deny' \
  "10.0.0.0/8"
is "nothing was changed" "$(run '@(Get-VMNetworkAdapterAcl).Count')" 0

# ---- inside VMs ----
ok "an address in a VM" run 'Invoke-Command -VMName web1 { New-NetIPAddress -InterfaceAlias eth0 -IPAddress 192.0.2.11 -PrefixLength 24 }'
like "seen from outside the shell" \
  "$(ip -n "vmnetsh-$T_LAB-vm-web1" -br addr show eth0)" 192.0.2.11/24
run 'Add-VMNetworkAdapterAcl web1 -RemoteIPAddress 192.0.2.0/24 -Direction Both -Action Meter'
ok "a VM reaches the outside" run \
  'Invoke-Command -VMName web1 { ping -q -c2 -i0.2 -W2 192.0.2.1 }'
is "and its meters count the frames" \
  "$(run '(Get-VMNetworkAdapterAcl web1).MeteredBytes' | paste -sd' ')" \
  "196 196"
is "metering sums them" \
  "$(run 'Enable-VMResourceMetering web1; ((Measure-VM web1).NetworkMeteredTrafficReport).TotalBytes' | paste -sd' ')" \
  "196 196"
fails "no metering, no figures" 'Measure-VM db1' "Enable-VMResourceMetering"
is "arguments" \
  "$(run 'Invoke-Command -VMName web1 { param($x, $y) "$x-$y" } -ArgumentList "it'"''"'s", 5')" \
  "it''s-5"
is "lines are strings" \
  "$(run '(Invoke-Command -VMName web1 { 1; 2; 3 } | Select-Object -Last 1).Length')" 1
fails "a status" 'Invoke-Command -VMName web1 { exit 7 }' "status 7"
is "is kept" "$(run 'Invoke-Command -VMName web1 { exit 7 }; $LASTEXITCODE')" 7
is "and here" "$(run 'Invoke-Command { param($a) "here $a" } -ArgumentList 4')" \
  "here 4"
ok "nothing is left of the shells in VMs" eval \
  'mkdir "$T_TMP/tmp"; TMPDIR=$T_TMP/tmp run "Invoke-Command -VMName web1 { New-NetIPAddress 192.0.2.77 -InterfaceAlias eth0 }" && rmdir "$T_TMP/tmp"'
is "\$using: is the value here" "$(run '
  $x = "it'"''"'s"; $l = 1, 2; $h = @{ a = "b"; n = $null }; $v = Get-VM web1
  Invoke-Command -VMName web1 { param($p)
    "$using:x $($using:l.Count) $($using:h.a) $($using:v.Name) $p" } -Args z')" \
  "it''s 2 b web1 z"
is "without arguments" "$(run '$x = 5
  Invoke-Command -VMName web1 { "x$using:x" }')" x5
fails "\$using: of nothing" 'Invoke-Command -VMName web1 { $using:nope }' \
  "there is no variable 'nope' here"
ok "an address of an earlier call is removed" run 'Invoke-Command -VMName web1 {
  Remove-NetIPAddress -IPAddress 192.0.2.77 -Confirm:$false }'
not_ok "and gone" eval \
  'ip -n "vmnetsh-$T_LAB-vm-web1" addr show eth0 | grep -F 192.0.2.77'
ip -n "vmnetsh-$T_LAB-vm-web1" addr add 198.51.100.7/25 dev eth0
ok "one of the VM's own too" run 'Invoke-Command -VMName web1 {
  Get-NetIPAddress 198.51.100.7 | Remove-NetIPAddress -Confirm:$false }'
hostns ip addr add 198.51.100.8/24 dev pnic1
fails "on the host it is named as foreign" \
  'Remove-NetIPAddress 198.51.100.8 -Confirm:$false' "foreign, 'pnic1' has it"
fails "no such VM" 'Invoke-Command -VMName nope { 1 }' "there is 'web1'"

# ---- queues, rates, netsh ----
is "an interface through the pipeline" \
  "$(run '(Get-NetAdapter pnic0 | Enable-NetAdapterVmq -PassThru).Enabled')" \
  True
is "a queue for each VM adapter" \
  "$(run '(Get-NetAdapterVmqQueue pnic0).VmFriendlyName' | sort | paste -sd' ')" \
  "db1 web1"
fails "a processor that is not there" \
  'Set-NetAdapterVmq pnic0 -BaseProcessorNumber 250' "accepted is a whole number"
is "asked and programmed" "$(run '
  Set-VMNetworkAdapter web1 -MaximumBandwidth 20Mbps
  $b = Get-VMNetworkAdapterBandwidth web1 -SampleInterval 0.05
  "$($b.MaximumBandwidth) $($b.ProgrammedMaximum)"')" "20000000 20000000"
fails "netsh with words cut short in a script" 'netsh tr sh st' "no command"
fails "a context by its name" 'netsh int ip show config' "netsh interface"
fails "a tag" 'netsh trace start capturetype=all' "physical, vmswitch or both"
run 'netsh dump' >"$T_TMP/dump.ps1"
ok "the dump runs again" lab -NonInteractive "$T_TMP/dump.ps1"
is "and changes nothing" "$(run 'netsh dump')" "$(cat "$T_TMP/dump.ps1")"

# ---- destruction ----
like "-WhatIf says the steps" \
  "$(run 'Remove-VMSwitch sw0 -WhatIf')" "remove bridge sw0"
is "and takes none" "$(run '(Get-VMSwitch).Name')" sw0
ok "-Force" run 'Remove-VM * -Force; Remove-VMSwitch * -Force'
is "all gone" "$(run '@(Get-VMSwitch).Count + @(Get-VM).Count')" 0
done_testing
