# Builds the VMs that a JSON file describes; running it again changes nothing.
param ([string]$Config = "$PSScriptRoot\lab.json", [switch]$Remove)

$lab = Get-Content -Path $Config -Raw | ConvertFrom-Json
$switch = $lab.Switch

filter Get-Missing { param ($Have) if ($Have -notcontains $_.Name) { $_ } }

function New-LabVM {
    param ([Parameter(Mandatory, ValueFromPipeline)] $Vm, [string]$Switch)
    process {
        Write-Progress -Activity 'Lab' -Status $Vm.Name
        New-VM -Name $Vm.Name -SwitchName $Switch | Out-Null
        foreach ($extra in @($Vm.Adapters)) {
            Add-VMNetworkAdapter -VMName $Vm.Name -Name $extra -SwitchName $Switch
        }
        switch -Regex ($Vm.Role) {
            '^web' { $rate = 100MB }
            '^db' { $rate = 200MB }
            default { $rate = 0 }
        }
        if ($rate) { Set-VMNetworkAdapter -VMName $Vm.Name -Name 'Network Adapter' -MaximumBandwidth $rate }
        foreach ($d in $Vm.Deny) {
            Add-VMNetworkAdapterAcl -VMName $Vm.Name -RemoteIPAddress $d -Direction Both -Action Deny
        }
        $Vm.Name
    }
}

if ($Remove) {
    Get-VM | Where-Object { $_.Name -in $lab.VMs.Name } | Remove-VM -Force
    Get-VMSwitch -Name $switch -ErrorAction SilentlyContinue | Remove-VMSwitch -Force
    return 'removed'
}
if (!(Get-VMSwitch | ? Name -eq $switch)) {
    New-VMSwitch -Name $switch -SwitchType Internal | Out-Null
}
$have = @((Get-VM).Name)
$made = @($lab.VMs | Get-Missing -Have $have | New-LabVM -Switch $switch)
"made $($made.Count): $($made -join ', ')"

$n = 1
foreach ($vm in $lab.VMs) {
    $address = '10.9.0.{0}' -f $n++
    Invoke-Command -VMName $vm.Name -ScriptBlock {
        param ($ip)
        if (-not (Get-NetIPAddress | Where-Object IPAddress -eq $ip)) {
            New-NetIPAddress -InterfaceAlias eth0 -IPAddress $ip -PrefixLength 24 | Out-Null
        }
    } -ArgumentList $address
}
$ping = Invoke-Command -VMName $lab.VMs[0].Name -ScriptBlock { Test-Connection 10.9.0.2 -Count 1 -Quiet }
"the first reaches the second: $ping"
Get-VMNetworkAdapter -VMName * | Group-Object VMName | Sort-Object Name | ForEach-Object { '{0}: {1}' -f $_.Name, $_.Count }
