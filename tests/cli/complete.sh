# complete.sh - what `vmnetsh complete LINE [POINT]` offers.
. "$TESTS_DIR/lib.sh"

complete() { "$VMNETSH" --state "$T_TMP/state" complete "$@" | cut -f1; }

like "cmdlets" "$(complete 'New-VMS')" "New-VMSwitch"
like "parameters" "$(complete 'New-VMSwitch -Swi')" "-SwitchType"
is "accepted words" "$(complete 'New-VMSwitch x -SwitchType ' | sort | paste -sd' ')" \
  "Internal Private"
like "at a place in the line" "$(complete 'New-VMS -Name x' 7)" "New-VMSwitch"
like "properties" "$(complete 'Get-VMSwitch | Select-Object Sw')" "SwitchType"
like "netsh's contexts" "$(complete 'netsh vmsw')" "vmswitch"
like "and their tags" "$(complete 'netsh vmswitch add swi')" "switchtype="
is "netsh's modes" "$(complete 'netsh set mode ' | paste -sd' ')" "offline online"
like "processors" "$(complete 'Set-NetAdapterVmq x -BaseProcessorNumber ')" "0"
mkdir "$T_TMP/f"; touch "$T_TMP/f/one.ps1" "$T_TMP/f/two words"
is "paths" "$(complete "$T_TMP/f/o")" "$T_TMP/f/one.ps1"
is "quoted where they must be" "$(complete "Get-Content $T_TMP/f/t")" "'$T_TMP/f/two words'"
is "folders to go on in" "$(complete "Get-Content -Path $T_TMP/f")" "$T_TMP/f/"
like "netsh" "$(complete 'netsh trace start capt')" "capturetype=both"
like "a cmdlet that is not built says so" \
  "$("$VMNETSH" --state "$T_TMP/state" complete 'New-NetEventS')" "not built"
like "and completes" "$(complete 'New-NetLbfoTeam t -TeamingMode S')" \
  "SwitchIndependent"
is "nothing in a comment" "$(complete '# New-VMS')" ""
like "each with its help" \
  "$("$VMNETSH" --state "$T_TMP/state" complete 'New-VMSwitch -EnableIov')" \
  "SR-IOV"
done_testing
