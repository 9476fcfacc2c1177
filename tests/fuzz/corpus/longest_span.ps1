"$([timespan][long]::MinValue)"; $d = [timespan]::new([long]::MinValue); $d - [timespan][long]::MaxValue; ([timespan][long]::MinValue).ToString('d\.hh')
$b = '1' + [long]::MinValue; $b -= [datetime]'2024-01-01'; [timespan]'1.00:00:00' * 1e300; [timespan]'01:00:00' / 1e-300
