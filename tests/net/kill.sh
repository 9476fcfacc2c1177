# kill.sh - kill -9 of the shell at every system call that changes something
# while New-VMSwitch runs: the next command works, and restore leaves kernel
# and store in agreement.
. "$TESTS_DIR/lib.sh"
need_root
command -v strace >/dev/null || { echo "1..0 # SKIP strace is missing"; exit 0; }
use_lab
export ASAN_OPTIONS=detect_leaks=0	# it cannot work under ptrace
CALLS=sendto,sendmsg,fsync,rename,renameat,renameat2,bpf,write
CMD='New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $true'

links() { hostns ip -o link | sed -E 's/^[0-9]+: //; s/@[^:]*//' | cut -d: -f1 | sort; }
lab -c 'Get-VMSwitch' >/dev/null
# The data path is loaded once; what is loaded then stays.
lab -c "$CMD" >/dev/null; lab -c 'Remove-VMSwitch sw0 -Force'
clean=$(links)

agree() { # the store's switches are the kernel's bridges
  [ "$(lab -OutputFormat Csv -c 'Get-VMSwitch | Select-Object Name' | tail -n +2 | tr -d '"')" = \
    "$(hostns ip -o link show type bridge | sed -E 's/^[0-9]+: ([^:@]*).*/\1/')" ]; }

n=0 killed=0 bad_next=0 bad_restore=0 bad_left=0
while n=$((n+1)); [ $n -lt 400 ]; do
  strace -f -qq -o /dev/null -e trace=$CALLS -e inject=$CALLS:signal=KILL:when=$n \
    "$VMNETSH" "--lab=$T_LAB" --state "$T_TMP/state" -c "$CMD" >/dev/null 2>&1 && break
  killed=$((killed+1))
  if [ $((n % 2)) = 0 ]; then
    lab restore >/dev/null 2>"$T_TMP/err" && agree || { bad_restore=$((bad_restore+1)); sed "s/^/# $n: /" "$T_TMP/err"; }
  fi
  lab -c "$CMD" >/dev/null 2>"$T_TMP/err" && agree || { bad_next=$((bad_next+1)); sed "s/^/# $n: /" "$T_TMP/err"; }
  lab -c 'Remove-VMSwitch sw0 -Force' >/dev/null 2>&1
  [ "$(links)" = "$clean" ] || bad_left=$((bad_left+1))
done
ok "the command was cut off at $killed places" test $killed -gt 10
is "the next command works after each" $bad_next 0
is "restore repairs after each" $bad_restore 0
is "nothing is left behind" $bad_left 0
done_testing
