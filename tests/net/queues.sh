# queues.sh - VM queues: frames for two VMs are processed on two processors, by
# kernel threads that ps sees, and Get-NetAdapterVmqQueue says the same.
. "$TESTS_DIR/lib.sh"
need_root
use_lab
[ "$(nproc)" -ge 2 ] || { echo "1..0 # SKIP one processor only"; exit 0; }
BLAST=$(dirname "$VMNETSH")/tests/tool/udpblast
SENDERS=

ok "two VMs with a queue each" lab -c '
New-VMSwitch -Name sw0 -NetAdapterName pnic0 -AllowManagementOS $false
New-VM -Name web1 -SwitchName sw0
New-VM -Name web2 -SwitchName sw0
Enable-NetAdapterVmq -Name pnic0'
for i in 1 2; do
  ip -n "vmnetsh-$T_LAB-vm-web$i" addr add 192.0.2.1$i/24 dev eth0
  ip netns exec "vmnetsh-$T_LAB-vm-web$i" ping -q -c1 -W2 192.0.2.1 >/dev/null || echo "# web$i does not reach the outside"
done

# "VM THREAD PROCESSOR PROCESSORTIME LOAD PACKETS DROPS", one line a queue.
queues() { lab -OutputFormat Csv -c 'Get-NetAdapterVmqQueue -Name pnic0 |
    Select-Object VmFriendlyName, ThreadId, Processor, ProcessorTime, Load, Packets, Drops' |
  tr -d '"' | awk -F, '/^web/ { sub("0:", "", $3); $1 = $1; print }' | sort; }
first=$(queues)
cpus=$(awk '{ print $3 }' <<<"$first" | sort -u | wc -l)
is "on two processors" "$cpus" 2
while read -r vm pid cpu _; do
  like "$vm: ps knows the thread, bound to processor $cpu" \
    "$(ps -o comm= -p "$pid") $(taskset -pc "$pid" 2>/dev/null | sed 's/.*: //')" "^cpumap/$cpu/.* $cpu\$"
done <<<"$first"

# The VMs drop what comes, so that threads do not wait for programs.
for i in 1 2; do
  ip netns exec "vmnetsh-$T_LAB-outside" "$BLAST" -t 30 -s 200 -r 120e6 192.0.2.1$i 9 >/dev/null &
  SENDERS+=" $!"
done
at_exit "kill $SENDERS"
flows() { awk '$6 < 1000 { bad = 1 } END { exit bad }' <<<"$(queues)"; }
ok "frames for both are steered" wait_until 10 flows

# Nanoseconds that the scheduler has given to both threads, and now.
ns() { local pid out=; for pid in $PIDS; do read -r t _ <"/proc/$pid/schedstat"; out+="$t "; done; echo "$out${EPOCHREALTIME/[.,]/}"; }
PIDS=$(awk '{ print $2 }' <<<"$first" | paste -sd' ')
# One shell takes N looks, each over 0.1 s; its own time is measured from
# outside: load and processor time against the scheduler's figures.
LOOKS=15
look() {
  local before after
  before=$(ns)
  lab -OutputFormat Csv -c 'foreach ($i in 1..'$LOOKS') { Get-NetAdapterVmqQueue -Name pnic0 |
    Select-Object VmFriendlyName, ProcessorTime, Load, Drops }' | tr -d '"' | grep ^web >"$T_TMP/looks"
  after=$(ns)
  # "LOAD(ours) LOAD(scheduler)" of each VM, then "TIME TIME" likewise.
  awk -F, -v b="$before" -v a="$after" '
    { n[$1]++; load[$1] += $3; if (!($1 in t0)) t0[$1] = $2; t1[$1] = $2 }
    END { split(b, x, " "); split(a, y, " "); us = y[3] - x[3]
      for (i = 1; i <= 2; i++) { v = "web" i
        printf "%.2f %.2f ", load[v] / n[v], (y[i] - x[i]) / us / 10 } }' "$T_TMP/looks"
}
agree() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(b >= 1 && a > b * 0.9 && a < b * 1.1) }'; }
for try in 1 2 3 4; do
  r=$(look); echo "# load of web1 and web2, ours and the scheduler's (%): $r"
  set -- $r
  agree "$1" "$2" && agree "$3" "$4" && break
done
ok "web1: the load agrees within 10 %" agree "$1" "$2"
ok "web2: the load agrees within 10 %" agree "$3" "$4"

# ps counts whole seconds: as many of them as make 10 % visible take long, so
# its figure is taken where it is fine: stat, in ticks.
TICK=$(getconf CLK_TCK)
stat_time() { awk -v t="$TICK" '{ sub(/.*\) /, ""); print ($12 + $13) / t }' "/proc/$1/stat"; }
enough() { local pid; for pid in $PIDS; do awk -v s="$(stat_time "$pid")" 'BEGIN { exit !(s >= 1) }' || return 1; done; }
ok "each thread has worked for a second" wait_until 20 enough
kill $SENDERS; wait $SENDERS 2>/dev/null
now=$(queues)
while read -r vm pid cpu time load packets drops; do
  s=$(stat_time "$pid")
  ok "$vm: ProcessorTime $time s is what ps has ($s s)" agree "$time" "$s"
  p=$(ps -o cputimes= -p "$pid")
  ok "$vm: in the whole seconds of ps, too ($p s)" awk -v a="$time" -v b="$p" 'BEGIN { exit !(a >= b && a < b + 1.1) }'
  is "$vm: its thread ran on its processor" "$(awk '{ sub(/.*\) /, ""); print $37 }' "/proc/$pid/stat")" "$cpu"
done <<<"$now"
ok "no queue is left when VMQ is off" lab -c 'Disable-NetAdapterVmq -Name pnic0'
gone() { ! ps -o pid= -p "${PIDS// /,}" | grep -q .; }
ok "nor a thread" wait_until 10 gone
done_testing
