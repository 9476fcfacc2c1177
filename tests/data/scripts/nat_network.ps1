#Requires -RunAsAdministrator
#Requires -Modules Hyper-V
<#
.SYNOPSIS
    An internal switch whose VMs go out with the host's address.
.EXAMPLE
    .\nat_network.ps1 -Network 192.168.7.0/24 -Uplink pnic0 -DnsServer 192.0.2.1
    .\nat_network.ps1 -Remove
#>
param (
    [string]$SwitchName = 'NatSwitch',

    [ValidatePattern('^\d+\.\d+\.\d+\.0/\d+$')]
    [string]$Network = '192.168.7.0/24',

    [string]$Uplink,
    [string[]]$DnsServer = @(),
    [hashtable[]]$Routes = @(),
    [switch]$Remove
)

$ErrorActionPreference = 'Stop'
$natName = "$SwitchName-nat"
$alias = "vEthernet ($SwitchName)"

if ($Remove) {
    Get-VMNetworkAdapter -All | Where-Object { $_.SwitchName -eq $SwitchName -and $_.VMName } |
        ForEach-Object VMName | Sort-Object -Unique | ForEach-Object { Stop-VM -Name $_ -TurnOff -Force }
    Get-NetNat -Name $natName -ErrorAction SilentlyContinue | Remove-NetNat -Confirm:$false
    foreach ($r in $Routes) {
        Remove-NetRoute -DestinationPrefix $r.DestinationPrefix -Confirm:$false -ErrorAction SilentlyContinue
    }
    if ($Uplink) { Set-DnsClientServerAddress -InterfaceAlias $Uplink -ResetServerAddresses }
    Remove-VMSwitch -Name $SwitchName -Force
    Write-Output 'removed'
    return
}

$prefix, [int]$bits = $Network -split '/'
$gateway = $prefix -replace '\.0$', '.1'

if (-not (Get-VMSwitch -Name $SwitchName -ErrorAction SilentlyContinue)) {
    New-VMSwitch -Name $SwitchName -SwitchType Internal | Out-Null
    Write-Output "switch $SwitchName made"
}
$ifIndex = (Get-NetAdapter -Name $alias).ifIndex
Set-NetIPInterface -InterfaceIndex $ifIndex -AddressFamily IPv4 -Dhcp Disabled
if ((Get-NetIPAddress -InterfaceIndex $ifIndex -AddressFamily IPv4).IPAddress -notcontains $gateway) {
    New-NetIPAddress -IPAddress $gateway -PrefixLength $bits -InterfaceIndex $ifIndex | Out-Null
    Write-Output "gateway $gateway/$bits on $alias"
}

$nat = Get-NetNat | Where-Object { $_.InternalIPInterfaceAddressPrefix -eq $Network }
if ($nat) {
    Write-Output "NAT $($nat.Name) is there"
} else {
    $nat = New-NetNat -Name $natName -InternalIPInterfaceAddressPrefix $Network
    Write-Output ('NAT {0} of {1}: {2}' -f $nat.Name, $nat.InternalIPInterfaceAddressPrefix, $nat.Active)
}

foreach ($r in $Routes) {
    if (-not (Get-NetRoute -DestinationPrefix $r.DestinationPrefix -ErrorAction SilentlyContinue)) {
        New-NetRoute @r | Out-Null
    }
    $have = Get-NetRoute -DestinationPrefix $r.DestinationPrefix
    Write-Output "route $($have.DestinationPrefix) by $($have.NextHop), metric $($have.RouteMetric)"
}

if ($Uplink) {
    if ($DnsServer.Count) { Set-DnsClientServerAddress -InterfaceAlias $Uplink -ServerAddresses $DnsServer }
    $dns = (Get-DnsClientServerAddress -InterfaceAlias $Uplink -AddressFamily IPv4).ServerAddresses
    Write-Output "name servers of ${Uplink}: $($dns -join ', ')"
    # Segments put together are none that can be routed on.
    Get-NetAdapterRsc -Name $Uplink | Where-Object IPv4Enabled | Disable-NetAdapterRsc
    $rss = Get-NetAdapterRss -Name $Uplink -ErrorAction SilentlyContinue
    if ($rss -and $rss.NumberOfReceiveQueues -lt $rss.MaxReceiveQueues) { Enable-NetAdapterRss -Name $Uplink }
}

Get-NetIPInterface -InterfaceIndex $ifIndex |
    Format-Table InterfaceAlias, AddressFamily, Forwarding, Dhcp -AutoSize
