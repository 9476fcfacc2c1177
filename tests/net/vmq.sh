# vmq.sh - the promise of VM queues: traffic to two VMs is processed on two
# processors, in threads that ps shows too; what Get-NetAdapterVmqQueue says of
# their processor time agrees with ps within 10 %; without VMQ there are none.
. "$TESTS_DIR/lib.sh"
need_root
[ "$(nproc)" -ge 2 ] || { echo "1..0 # SKIP needs two processors"; exit 0; }
use_lab
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
N=60000

ok "a switch with VM queues, two VMs" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2 -SwitchName sw0
Enable-NetAdapterVmq -Name pnic0'
for i in 1 2; do
  ip netns exec "vmnetsh-$T_LAB-vm-web$i" ip addr add 192.0.2.1$i/24 dev eth0
  ip netns exec "vmnetsh-$T_LAB-vm-web$i" ping -q -c1 -W2 192.0.2.1 >/dev/null || echo "# web$i does not reach the outside"
done

# "CPU THREAD SECONDS PACKETS" of the queue of VM $1.
queue() { lab -OutputFormat Csv -c 'Get-NetAdapterVmqQueue -Name pnic0 |
    Select-Object VmFriendlyName, Processor, ThreadId, ProcessorTime, Packets' | tr -d '"' |
  awk -F, -v vm="$1" '$1 == vm { sub(/.*:/, "", $2); print $2, $3, $4, $5 }'; }
# Processor time of a thread in seconds, finer than ps prints it, from where ps
# has it (clock ticks of utime and stime).
thread_time() { sed 's/.*) //' "/proc/$1/stat" |
  awk -v hz="$(getconf CLK_TCK)" '{ printf "%.3f\n", ($12 + $13) / hz }'; }

read -r cpu1 tid1 time1 packets1 <<<"$(queue web1)"
read -r cpu2 tid2 time2 packets2 <<<"$(queue web2)"
echo "# web1: processor $cpu1, thread $tid1; web2: processor $cpu2, thread $tid2"
ok "the queues are on two processors" test "$cpu1" != "$cpu2"
like "web1's thread, as ps names it" "$(ps -o comm= -p "$tid1")" "^cpumap/$cpu1/"
like "web2's thread, as ps names it" "$(ps -o comm= -p "$tid2")" "^cpumap/$cpu2/"
a1=$(thread_time $tid1) a2=$(thread_time $tid2)
for i in 1 2; do
  ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -n $N -s 300 -r 60e6 192.0.2.1$i 9 >/dev/null &
done
wait
read -r _ _ end1 got1 <<<"$(queue web1)"
read -r _ _ end2 got2 <<<"$(queue web2)"
b1=$(thread_time $tid1) b2=$(thread_time $tid2)
is "all frames to web1 went through its queue" $((got1-packets1)) $N
is "all frames to web2 went through its queue" $((got2-packets2)) $N
# Two ticks of 10 ms are what ps's own clock leaves open.
agrees() { awk -v x="$1" -v a="$2" -v b="$3" 'BEGIN { d = x - (b - a); if (d < 0) d = -d
  exit !(b > a && d <= 0.1 * (b - a) + 0.02) }'; }
for i in 1 2; do
  eval "ours=\$(echo \"\$end$i \$time$i\" | awk '{ print \$1 - \$2 }'); a=\$a$i b=\$b$i"
  echo "# web$i: $ours s, ps $a to $b"
  ok "processor time of web$i's queue agrees with ps" agrees "$ours" "$a" "$b"
done

ok "without VMQ" lab -c 'Disable-NetAdapterVmq -Name pnic0'
is "there is no queue" "$(queue web1)" ""
ok "and no thread" wait_until 5 sh -c "! kill -0 $tid1 && ! kill -0 $tid2"
ok "the VM is still reached" ip netns exec "vmnetsh-$T_LAB-outside" ping -q -c1 -W2 192.0.2.11
done_testing
