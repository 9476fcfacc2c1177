1..2147483647 | Out-Null; $a = , 1; try { while ($true) { $a += $a } } catch { 'end' }
