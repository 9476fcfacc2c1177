# The first session: a switch, three VMs, a floor and a cap, an ACL that
# meters and denies, VM queues, a trace. Run it in the lab:
#   vmnetsh --lab=demo help/first-session.ps1
# or type its lines at the prompt of `vmnetsh --lab`.

"--- The wire has 200 Mbit/s; a switch on it, with three VMs"
Set-LabAdapter -Name pnic0 -LinkSpeed 200Mbps
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -MinimumBandwidthMode Absolute -AllowManagementOS $true
New-VM -Name web1 -SwitchName sw0 | Out-Null
New-VM -Name web2 -SwitchName sw0 | Out-Null
New-VM -Name db1 -SwitchName sw0 | Out-Null
New-NetIPAddress -InterfaceAlias "vEthernet (sw0)" -IPAddress 192.0.2.10 -PrefixLength 24 | Out-Null
$address = @{ web1 = "192.0.2.11"; web2 = "192.0.2.12"; db1 = "192.0.2.13" }
foreach ($vm in "web1", "web2", "db1") {
    Invoke-Command -VMName $vm -ArgumentList $address[$vm] -ScriptBlock {
        param($ip)
        New-NetIPAddress -InterfaceAlias eth0 -IPAddress $ip -PrefixLength 24 | Out-Null
    }
}

"--- Floors for web1 and web2, a cap for web2"
Set-VMNetworkAdapter -VMName web1 -MinimumBandwidthAbsolute 120Mbps
Set-VMNetworkAdapter -VMName web2 -MinimumBandwidthAbsolute 40Mbps -MaximumBandwidth 150Mbps

"--- Port ACLs: web1 is metered, db1 does not hear web2"
Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.0/24 -Direction Both -Action Meter
Add-VMNetworkAdapterAcl -VMName db1 -RemoteIPAddress 192.0.2.12 -Direction Inbound -Action Deny
Enable-NetAdapterVmq -Name pnic0
Get-VMNetworkAdapter -All
Get-VMNetworkAdapterAcl -VMName web1, db1

"--- A trace over switch and wire while web1 sends 100 frames and web2 is denied"
netsh trace start capturetype=both tracefile=/tmp/vmnetsh-first-session.pcapng
Invoke-Command -VMName web1 -ScriptBlock { ping -q -c 1 -W 2 192.0.2.1 }
$before = (Get-VMNetworkAdapterAcl -VMName web1 | Where-Object Direction -eq Outbound).MeteredBytes
# 100 UDP datagrams of 1000 bytes: frames of 14 + 20 + 8 + 1000 bytes
Invoke-Command -VMName web1 -ScriptBlock { bash -c 'for i in {1..100}; do printf %01000d 0 > /dev/udp/192.0.2.1/9; done' }
$after = (Get-VMNetworkAdapterAcl -VMName web1 | Where-Object Direction -eq Outbound).MeteredBytes
"sent: $(100 * 1042) bytes, metered: $($after - $before) bytes"
Invoke-Command -VMName web2 -ScriptBlock { ping -q -c 1 -W 1 192.0.2.13 }
netsh trace stop
tshark -r /tmp/vmnetsh-first-session.pcapng -Y frame.comment -T fields -e frame.interface_name -e ip.src -e ip.dst -e frame.comment 2>$null

"--- Floors under congestion: both send as fast as they can"
foreach ($vm in "web1", "web2") {
    Invoke-Command -VMName $vm -ScriptBlock { bash -c 'for i in 1 2 3 4; do timeout 5 cat /dev/zero > /dev/tcp/192.0.2.1/9 & done' }
}
Start-Sleep -Seconds 1
Get-VMNetworkAdapterBandwidth -SampleInterval 2
Start-Sleep -Seconds 2

"--- VM queues: the outside machine sends to two VMs"
Invoke-Command -VMName outside -ScriptBlock {
    bash -c 'for ip in 11 12; do timeout 4 bash -c "while :; do printf %01000d 0; done > /dev/udp/192.0.2.$ip/9" >/dev/null 2>&1 & done'
}
Start-Sleep -Seconds 1
Get-NetAdapterVmqQueue -Name pnic0

"--- Who sent how much"
Enable-VMResourceMetering -VMName web1
Measure-VM -Name web1 | Select-Object -ExpandProperty NetworkMeteredTrafficReport
