# jobs.sh - script blocks in a shell beside this one, and on another host over
# ssh, for which a program of the test stands.
. "$TESTS_DIR/lib.sh"
sh() { "$VMNETSH" --state "$T_TMP/state" -NoProfile -c "$1" 2>"$T_TMP/err"; }

like "objects come back" "$(sh '$x = 2; $j = Start-Job { param ($n) [pscustomobject]@{ N = $n * $using:x } } -ArgumentList 21; $j | Wait-Job | Out-Null; (Receive-Job $j).N')" '^42$'
like "a job that fails" "$(sh 'Start-Job -Name f { throw "bad" } | Wait-Job | % State; Receive-Job -Name f')" Failed
like "its error is told" "$(cat "$T_TMP/err")" bad
is "one that is stopped" "$(sh 'Start-Job { Start-Sleep 1000 } | Stop-Job; (Get-Job).State; Get-Job | Remove-Job; @(Get-Job).Count')" $'Stopped\n0'
is "its object follows" "$(sh '$k = Start-Job { 1 }; foreach ($i in 1..3000) { if ($k.State -ne "Running") { break }; Start-Sleep -Milliseconds 20 }; $k.State')" Completed
not_ok "one that runs is not removed" sh '$ErrorActionPreference = "Stop"; Start-Job { Start-Sleep 1000 } | Remove-Job'

cat >"$T_TMP/ssh" <<'S'
#!/bin/sh
echo "$*" >"$SSH_SAID"
while [ "$1" != -- ]; do shift; done
shift 3
exec "$VMNETSH" "$@"
S
chmod +x "$T_TMP/ssh"
export VMNETSH_SSH=$T_TMP/ssh SSH_SAID=$T_TMP/said VMNETSH
is "a block on another host" "$(sh '$x = 5; Invoke-Command -ComputerName hostb { param ($a) $using:x + $a } -ArgumentList 3')" 8
like "ssh was asked" "$(cat "$T_TMP/said")" '^-oBatchMode=yes -- hostb vmnetsh '
sh 'Invoke-Command -HostName h -Credential (Get-Credential admin) { 1 }' >/dev/null
like "as that user" "$(cat "$T_TMP/said")" '-l admin -- h '
rm "$T_TMP/said"
is "localhost needs no ssh" "$(sh 'Invoke-Command -ComputerName localhost { "here" }'; ls "$T_TMP/said" 2>/dev/null)" here
not_ok "its status is an error here" sh 'Invoke-Command -ComputerName b { exit 4 }'
like "with the number" "$(cat "$T_TMP/err")" 'status 4'
done_testing
