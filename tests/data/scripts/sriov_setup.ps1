# Makes a switch with SR-IOV where the machine can, one without where not.
param ([string]$Name = 'Sriov', [string[]]$Adapters = @('pnic1'), [int]$Weight = 50)

Set-StrictMode -Version Latest
$result = [ordered]@{ Switch = $Name; Sriov = $false; Reasons = @() }

foreach ($a in $Adapters) {
    $nic = Get-NetAdapter -Name $a -ErrorAction SilentlyContinue
    if ($null -eq $nic) { Write-Warning "$a is not there"; continue }
    try {
        New-VMSwitch -Name $Name -NetAdapterName $a -EnableIov $true -ErrorAction Stop | Out-Null
        $result.Sriov = $true
    }
    catch [System.Management.Automation.CommandNotFoundException] {
        throw
    }
    catch {
        $result.Reasons += $_.Exception.Message
        Write-Verbose "no SR-IOV on ${a}: $_"
        New-VMSwitch -Name $Name -NetAdapterName $a -AllowManagementOS $false | Out-Null
    }
    finally {
        $result.Adapter = $a
    }
    break
}
if ($result.Sriov) {
    Get-VM | Get-VMNetworkAdapter | Where-Object { $_.SwitchName -eq $Name } |
        Set-VMNetworkAdapter -IovWeight $Weight
}
$result.Reasons = @($result.Reasons)
[pscustomobject]$result | ConvertTo-Json -Depth 3
