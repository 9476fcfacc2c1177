$h = @{}; $h.h = $h; "$h"; $h | ConvertTo-Json; $a = @(1); $a[0] = $a; "$a"; $a | ConvertTo-Json; $o = [pscustomobject]@{ o = 1 }; $o.o = $o; "$o"; $o; $o | ConvertTo-Json; $o | Out-String
