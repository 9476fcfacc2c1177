# What each VM sent and received, as CSV and as a table.
param (
    [Parameter(Mandatory)] [string]$OutFile,
    [string[]]$VMName = '*',
    [switch]$Reset
)

begin {
    class Line {
        [string]$VM
        [string]$Remote
        [string]$Direction
        [double]$MB
        Line([object]$vm, [object]$r) {
            $this.VM = $vm
            $this.Remote = $r.RemoteAddress
            $this.Direction = $r.Direction
            $this.MB = $r.TotalTraffic
        }
        [string] ToLine() { return '{0};{1};{2};{3:N3}' -f $this.VM, $this.Remote, $this.Direction, $this.MB }
    }

    Start-Transcript -Path "$OutFile.log" | Out-Null
    $lines = New-Object System.Collections.ArrayList
    $failed = 0
}
process {
    foreach ($vm in (Get-VM -Name $VMName | Sort-Object Name)) {
        if (-not $vm.ResourceMeteringEnabled) {
            Enable-VMResourceMetering -VMName $vm.Name
            Write-Host "metering of $($vm.Name) begins now"
        }
        try {
            $m = Measure-VM -VMName $vm.Name -ErrorAction Stop
            foreach ($r in $m.NetworkMeteredTrafficReport) {
                [void]$lines.Add([Line]::new($vm.Name, $r))
            }
        } catch {
            $failed++
            Write-Warning "$($vm.Name): $($_.Exception.Message)"
        }
        if ($Reset) { Reset-VMResourceMetering -VMName $vm.Name }
    }
}
end {
    $lines | ForEach-Object { $_.ToLine() } | Out-File -FilePath $OutFile -Encoding utf8
    $lines | Group-Object VM | ForEach-Object {
        [pscustomobject]@{
            VM    = $_.Name
            Lines = $_.Count
            Total = [math]::Round(($_.Group | Measure-Object MB -Sum).Sum, 3)
        }
    } | Format-Table -AutoSize
    Stop-Transcript | Out-Null
    exit $failed
}
