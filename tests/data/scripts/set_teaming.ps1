#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Converged networking on a SET team: one switch on all adapters that match,
    host adapters for management and storage, each storage adapter on a member of
    its own.
.EXAMPLE
    .\set_teaming.ps1 -Pattern 'pnic*' -StorageNetworks 10.7.1, 10.7.2 -HostNumber 5
#>
[CmdletBinding()]
param (
    [string]$SwitchName = 'SETswitch',
    [string]$Pattern = '*',
    [string[]]$StorageNetworks = @('10.7.1', '10.7.2'),
    [ValidateRange(1, 254)]
    [int]$HostNumber = 5,
    [ValidateSet('HyperVPort', 'Dynamic')]
    [string]$Algorithm = 'HyperVPort',
    [switch]$Remove
)

$ErrorActionPreference = 'Stop'

function Get-TeamCandidate {
    param ([Parameter(Mandatory)][string]$Like)
    Get-NetAdapter -Physical |
        Where-Object { $_.Name -like $Like -and $_.Status -eq 'Up' } |
        Sort-Object -Property Name
}

if ($Remove) {
    Get-VMSwitch -Name $SwitchName -ErrorAction SilentlyContinue | Remove-VMSwitch -Force
    return
}

$nics = @(Get-TeamCandidate -Like $Pattern)
if ($nics.Count -lt 2) {
    Write-Warning "a team needs two adapters, '$Pattern' gives $($nics.Count)"
    exit 2
}
$speeds = @($nics | Select-Object -ExpandProperty LinkSpeed -Unique)
if ($speeds.Count -gt 1) { Write-Warning "members differ in speed: $($speeds -join ', ')" }

# 1. The switch. A first member, then the others, as for a host that is at work.
$switch = Get-VMSwitch -Name $SwitchName -ErrorAction SilentlyContinue
if ($null -eq $switch) {
    $switch = New-VMSwitch -Name $SwitchName -NetAdapterName $nics[0].Name `
        -EnableEmbeddedTeaming $true -AllowManagementOS $false -MinimumBandwidthMode Weight
    Write-Host "switch $($switch.Name): teaming $($switch.EmbeddedTeamingEnabled)"
}
foreach ($nic in $nics) {
    $team = Get-VMSwitchTeam -Name $SwitchName
    if ($team.NetAdapterName -notcontains $nic.Name) {
        Add-VMSwitchTeamMember -SwitchName $SwitchName -NetAdapterName $nic.Name
        Write-Host "member $($nic.Name) joined"
    }
}
Set-VMSwitchTeam -Name $SwitchName -LoadBalancingAlgorithm $Algorithm -TeamingMode SwitchIndependent

# 2. Management, with a share of the link.
if (-not (Get-VMNetworkAdapter -ManagementOS | Where-Object Name -EQ 'Management')) {
    Add-VMNetworkAdapter -ManagementOS -Name 'Management' -SwitchName $SwitchName
}
Set-VMNetworkAdapter -ManagementOS -Name 'Management' -MinimumBandwidthWeight 10

# 3. Storage: SMB1 on the first member, SMB2 on the second, …
for ($i = 0; $i -lt $StorageNetworks.Count; $i++) {
    $name = 'SMB{0}' -f ($i + 1)
    $member = $nics[$i % $nics.Count].Name
    if (-not (Get-VMNetworkAdapter -ManagementOS -Name $name -ErrorAction SilentlyContinue)) {
        Add-VMNetworkAdapter -ManagementOS -SwitchName $SwitchName -Name $name
    }
    Set-VMNetworkAdapterTeamMapping -ManagementOS -VMNetworkAdapterName $name -PhysicalNetAdapterName $member
    $address = '{0}.{1}' -f $StorageNetworks[$i], $HostNumber
    if (-not (Get-NetIPAddress -IPAddress $address -ErrorAction SilentlyContinue)) {
        New-NetIPAddress -InterfaceAlias "vEthernet ($name)" -IPAddress $address -PrefixLength 24 | Out-Null
    }
}

# 4. What has come of it.
$bad = 0
foreach ($map in Get-VMNetworkAdapterTeamMapping -ManagementOS -SwitchName $SwitchName) {
    $is = if ($map.NetAdapterNameInUse -eq $map.NetAdapterName) { 'ok' } else { $bad++; 'elsewhere' }
    Write-Output ("{0,-6} {1,-8} {2}" -f $map.VMNetworkAdapterName, $map.NetAdapterName, $is)
}
Get-VMSwitchTeam -Name $SwitchName | Format-List Name, TeamingMode, LoadBalancingAlgorithm, NetAdapterInterfaceDescription
exit $bad
