$s = 'x' * 1000; try { while ($true) { $s += $s } } catch { 'end' }
