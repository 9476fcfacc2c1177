#Requires -Modules Hyper-V
<#
.SYNOPSIS
    Sets up the host: one external switch that VMs and the host share.
.EXAMPLE
    .\host_setup.ps1 -SwitchName Converged -Adapter pnic0 -Networks .\networks.csv
#>
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory = $true)]
    [ValidateNotNullOrEmpty()]
    [string]$SwitchName,

    [Parameter(Mandatory = $true)]
    [string]$Adapter,

    [string]$Networks,

    [switch]$Force
)

$ErrorActionPreference = 'Stop'
Import-Module Hyper-V, NetAdapter -ErrorAction SilentlyContinue

function Write-Log {
    param ([string]$Message, [ValidateSet('INFO', 'WARN')][string]$Level = 'INFO')
    $stamp = Get-Date -Format 'yyyy-MM-dd HH:mm:ss'
    Write-Host ("[{0}] {1,-4} {2}" -f $stamp, $Level, $Message)
}

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object Security.Principal.WindowsPrincipal($identity)
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw 'Run this as administrator.'
}

$os = Get-CimInstance -ClassName Win32_OperatingSystem
Write-Log "$($os.Caption), build $((Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion').CurrentBuildNumber)"
Install-WindowsFeature -Name Hyper-V -IncludeManagementTools 3> $null | Out-Null

$nic = Get-NetAdapter -Name $Adapter
Write-Log ("uplink {0}: {1}, {2}" -f $nic.Name, $nic.Status, $nic.MacAddress)

$existing = Get-VMSwitch -Name $SwitchName -ErrorAction SilentlyContinue
if ($existing -and $Force) {
    Remove-VMSwitch -Name $SwitchName -Force
    $existing = $null
}
if (-not $existing) {
    $params = @{
        Name                 = $SwitchName
        NetAdapterName       = $Adapter
        AllowManagementOS    = $false
        MinimumBandwidthMode = 'Weight'
        Notes                = "made by $env:USER"
    }
    New-VMSwitch @params | Out-Null
    Write-Log "switch '$SwitchName' made"
} else {
    Write-Log "switch '$SwitchName' is there" -Level WARN
}

foreach ($row in (Import-Csv -Path $Networks)) {
    $have = Get-VMNetworkAdapter -ManagementOS | Where-Object { $_.Name -eq $row.Name }
    if (-not $have) {
        Add-VMNetworkAdapter -ManagementOS -Name $row.Name -SwitchName $SwitchName
    }
    Set-VMNetworkAdapter -ManagementOS -Name $row.Name -MinimumBandwidthWeight ([int]$row.Weight)
    $alias = "vEthernet ($($row.Name))"
    if (-not (Get-NetIPAddress -InterfaceAlias $alias -ErrorAction SilentlyContinue |
            Where-Object IPAddress -eq $row.Address)) {
        New-NetIPAddress -InterfaceAlias $alias -IPAddress $row.Address -PrefixLength $row.Prefix | Out-Null
    }
    Write-Log "$alias has $($row.Address)/$($row.Prefix), weight $($row.Weight)"
}

$sum = (Import-Csv $Networks | Measure-Object -Property Weight -Sum).Sum
if ($sum -gt 100) { Write-Warning "the weights add up to $sum" }
Get-VMNetworkAdapter -ManagementOS | Sort-Object Name |
    Select-Object Name, SwitchName, @{ n = 'Weight'; e = { $_.BandwidthSetting.MinimumBandwidthWeight } } |
    Format-Table -AutoSize
exit 0
