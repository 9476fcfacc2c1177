#Requires -Modules NetQos, DcbQos, NetAdapter
<#
.SYNOPSIS
    DCB for storage: SMB Direct in a class of its own, lossless where the card
    can, cluster traffic before the rest.
.EXAMPLE
    .\qos_dcb.ps1 -Adapter pnic0,pnic1 -Percent 50
#>
[CmdletBinding()]
param (
    [Parameter(Mandatory = $true)]
    [string[]]$Adapter,
    [ValidateRange(1, 99)]
    [int]$Percent = 50,
    [int]$Port = 445,
    [switch]$Remove
)

$ErrorActionPreference = 'Stop'
function Write-Log {
    param ([string]$Message, [ValidateSet('INFO', 'WARN')][string]$Level = 'INFO')
    Write-Host ("{0,-4} {1}" -f $Level, $Message)
}

Install-WindowsFeature -Name Data-Center-Bridging -IncludeManagementTools 3> $null | Out-Null

# From a clean sheet, so that the script may run again.
Get-NetQosPolicy | Where-Object { 'SMB', 'Cluster', 'DEFAULT' -contains $_.Name } |
    Remove-NetQosPolicy -Confirm:$false
Get-NetQosTrafficClass | Where-Object { $_.Name -ne '[Default]' } |
    Remove-NetQosTrafficClass -Confirm:$false
if ($Remove) {
    Disable-NetQosFlowControl -Priority 0, 1, 2, 3, 4, 5, 6, 7
    Disable-NetAdapterQos -Name $Adapter
    Write-Log 'removed'
    exit 0
}

New-NetQosPolicy 'SMB' -NetDirectPortMatchCondition $Port -PriorityValue8021Action 3 | Out-Null
New-NetQosPolicy 'Cluster' -Cluster -PriorityValue8021Action 7 | Out-Null
New-NetQosPolicy 'DEFAULT' -Default -PriorityValue8021Action 0 -DSCPAction 10 | Out-Null

Enable-NetQosFlowControl -Priority 3
Disable-NetQosFlowControl -Priority 0, 1, 2, 4, 5, 6, 7

New-NetQosTrafficClass 'SMB' -Priority 3 -BandwidthPercentage $Percent -Algorithm ETS | Out-Null
New-NetQosTrafficClass 'Cluster' -Priority 7 -BandwidthPercentage 1 -Algorithm ETS | Out-Null

Set-NetQosDcbxSetting -Willing $false -Confirm:$false
foreach ($a in $Adapter) {
    Enable-NetAdapterQos -Name $a
    $q = Get-NetAdapterQos -Name $a
    Write-Log "$a`: $($q.OperationalTrafficClasses.Count) classes, $($q.Capabilities)"
    if ($q.OperationalFlowControl -match 'not in force') {
        Write-Log "$a`: flow control is $($q.OperationalFlowControl)" WARN
    }
}
Get-NetQosTrafficClass | Format-Table -AutoSize Name, Algorithm, BandwidthPercentage, Priority
foreach ($p in Get-NetQosPolicy) {
    Write-Log "policy $($p.Name): priority $($p.PriorityValue) on $($p.ActiveOn -join ',')"
}
