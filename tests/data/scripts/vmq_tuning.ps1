<# Spreads the queues of the adapters over the processors of the host. #>
[CmdletBinding()]
param ([string]$Pattern = '*', [int]$ReserveCores = 0)

$cpu = @(Get-WmiObject -Class Win32_Processor)
$logical = ($cpu | Measure-Object -Property NumberOfLogicalProcessors -Sum).Sum
$cores = ($cpu | Measure-Object -Property NumberOfCores -Sum).Sum
$ht = $logical -gt $cores
Write-Host "$logical logical processors, $cores cores, hyper-threading: $ht"

$nics = @(Get-NetAdapterVmq | Where-Object { $_.Name -like $Pattern })
if ($nics.Count -eq 0) { Write-Error "no adapter fits $Pattern"; exit 1 }

$step = if ($ht) { 2 } else { 1 }
$base = [math]::Min($ReserveCores * $step, $logical - 1)
$share = [math]::Max(1, [math]::Floor(($logical - $base) / $nics.Count))
$i = 0
foreach ($n in $nics) {
    $from = [int][math]::Min($base + $i * $share, $logical - 1)
    $set = @{
        Name                = $n.Name
        BaseProcessorNumber = $from
        MaxProcessors       = [int]$share
        Enabled             = $true
    }
    Set-NetAdapterVmq @set -ErrorAction Continue
    '{0,-8} base {1,2} processors {2}' -f $n.Name, $from, $share
    $i++
}
Get-NetAdapterVmq | Where-Object Name -Like $Pattern |
    Select-Object Name, Enabled, @{ l = 'Processors'; e = { $_.MaxProcessors } } |
    Sort-Object -Property Name |
    ConvertTo-Csv -NoTypeInformation
