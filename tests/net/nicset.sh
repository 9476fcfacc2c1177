# nicset.sh - settings of an interface's driver: what the cmdlets say is what
# ip and ethtool say; a statement that fails takes them back; restore sets them
# again; what a driver has not is refused.
. "$TESTS_DIR/lib.sh"
need_root
command -v ethtool >/dev/null || { echo "1..0 # SKIP ethtool is missing"; exit 0; }
use_lab
run() { lab -NonInteractive -c "$1" 2>"$T_TMP/err"; }
feature() { hostns ethtool -k pnic0 | sed -n "s/^[[:space:]]*$1: \([a-z]*\).*/\1/p"; }
mtu() { hostns ip -o link show pnic0 | sed 's/.* mtu \([0-9]*\) .*/\1/'; }
fails() { not_ok "$1" run "$2"; like "$1: why" "$(cat "$T_TMP/err")" "$3"; }
run 'Get-NetAdapter' >/dev/null

# ---- reads agree with ethtool and ip ----
on_off() { [ "$1" = on ] && echo True || echo False; }
is "segmentation of TCP" "$(run '(Get-NetAdapterLso pnic0).IPv4Enabled')" \
  "$(on_off "$(feature tx-tcp-segmentation)")"
is "of UDP" "$(run '(Get-NetAdapterUso pnic0).IPv4Enabled')" \
  "$(on_off "$(feature tx-udp-segmentation)")"
is "the longest frame is the MTU and its header" \
  "$(run '(Get-NetAdapterAdvancedProperty pnic0 -RegistryKeyword *JumboPacket).DisplayValue')" \
  $(($(mtu) + 14))
is "bytes" "$(run '(Get-NetAdapterStatistics pnic1).ReceivedBytes')" \
  "$(hostns ip -j -s link show pnic1 | sed 's/.*"rx":{"bytes":\([0-9]*\).*/\1/')"

# ---- changes ----
ok "segmentation off for IPv4" run 'Disable-NetAdapterLso pnic0 -IPv4'
is "so the driver says" "$(feature tx-tcp-segmentation)" off
is "and not for IPv6" "$(feature tx-tcp6-segmentation)" on
ok "an object through the pipeline" run \
  'Get-NetAdapterLso pnic0 | Enable-NetAdapterLso'
is "is on again" "$(feature tx-tcp-segmentation)" on
ok "checksums off" run 'Disable-NetAdapterChecksumOffload pnic0'
is "both directions" "$(feature tx-checksum-ip-generic) $(feature rx-checksumming)" \
  "off off"
is "shown for each protocol" \
  "$(run '(Get-NetAdapterChecksumOffload pnic0).UdpIPv6Enabled')" Disabled
ok "on" run 'Enable-NetAdapterChecksumOffload pnic0'
ok "coalescing" run 'Enable-NetAdapterRsc pnic0'
is "where the card has none, the kernel's" \
  "$(feature generic-receive-offload) $(run '(Get-NetAdapterRsc pnic0).Carrier')" \
  "on rx-gro"
like "-PassThru hands on what is there then" \
  "$(run 'Set-NetAdapterAdvancedProperty pnic0 -DisplayName "Jumbo Packet" -DisplayValue 4014 -PassThru')" \
  "Jumbo Packet +4014"
is "so ip says" "$(mtu)" 4000
is "-WhatIf says it" \
  "$(run 'Set-NetAdapterAdvancedProperty pnic0 -RegistryKeyword *JumboPacket -RegistryValue 9014 -WhatIf')" \
  "What if: set *JumboPacket of pnic0 to 9014"
is "and does nothing" "$(mtu)" 4000

# ---- the same by value; receive queues ----
ok "by value" run 'Set-NetAdapterLso pnic1 -IPv4Enabled $false -IPv6Enabled $true'
nic1() { hostns ethtool -k pnic1 | sed -n "s/^[[:space:]]*$1: \([a-z]*\).*/\1/p"; }
is "so the driver says" "$(nic1 tx-tcp-segmentation) $(nic1 tx-tcp6-segmentation)" "off on"
ok "checksums of one direction" run 'Set-NetAdapterChecksumOffload pnic1 -TcpIPv4Enabled RxEnabled -UdpIPv4Enabled RxEnabled'
is "so the driver says, too" "$(nic1 tx-checksum-ip-generic) $(nic1 rx-checksumming)" "off on"
fails "protocols that differ" 'Set-NetAdapterChecksumOffload pnic1 -TcpIPv4Enabled RxEnabled -UdpIPv4Enabled Disabled' \
  "no switch for each protocol"
fails "one IP version of two" 'Set-NetAdapterUso pnic1 -IPv4Enabled $false' "one switch for IPv4 and IPv6"
fails "nothing to set" 'Set-NetAdapterRsc pnic1' "needs -IPv4Enabled"
ok "all on" run 'Set-NetAdapterChecksumOffload pnic1 -IpIPv4Enabled RxTxEnabled; Set-NetAdapterLso pnic1 -IPv4Enabled $true'
queues() { hostns ethtool -l pnic1 | sed -n '/^Current/,$s/^RX:[[:space:]]*//p'; }
is "receive queues" "$(run '(Get-NetAdapterRss pnic1).NumberOfReceiveQueues')" "$(queues)"
most=$(run '(Get-NetAdapterRss pnic1).MaxReceiveQueues')
ok "fewer" run 'Set-NetAdapterRss pnic1 -NumberOfReceiveQueues 2'
is "so ethtool says" "$(queues)" 2
ok "one" run 'Disable-NetAdapterRss pnic1'
is "so ethtool says, too" "$(queues) $(run '(Get-NetAdapterRss pnic1).Enabled')" "1 False"
fails "more than there are" "Set-NetAdapterRss pnic1 -NumberOfReceiveQueues $((most+1))" "give at most $most"
fails "whose processors" 'Set-NetAdapterRss pnic1 -BaseProcessorNumber 1' "irqbalance"
ok "all" run 'Enable-NetAdapterRss pnic1'
is "as many as it can have" "$(queues)" "$most"

# ---- kept, taken back ----
hostns ip link set pnic0 mtu 1500
ok "restore" lab restore
is "sets it again" "$(mtu)" 4000
like "the dump has it" "$(run 'netsh dump')" "JumboPacket.* -RegistryValue 4014"
fails "more than the device takes" \
  'Set-NetAdapterAdvancedProperty pnic* -RegistryKeyword *LsoV2IPv4,*JumboPacket -RegistryValue 99999999' \
  "enabled|unsigned|maximum|out of|bounds"
is "a failure leaves all as it was" "$(mtu) $(feature tx-tcp-segmentation)" \
  "4000 on"
fails "one that fails at the end takes back what came before" \
  'Disable-NetAdapterUso pnic0; Set-NetAdapterAdvancedProperty pnic0 -RegistryKeyword *JumboPacket -RegistryValue 80000000' \
  "maximum"

# ---- refused ----
fails "one IP version where Linux has one switch" \
  'Disable-NetAdapterUso pnic0 -IPv4' "one switch for IPv4 and IPv6"
fails "one protocol" 'Disable-NetAdapterChecksumOffload pnic0 -TcpIPv4' \
  "no switch for each protocol"
fails "a setting that it has not" \
  'Set-NetAdapterAdvancedProperty pnic0 -RegistryKeyword *PMARPOffload -RegistryValue 0' \
  "Get-NetAdapterAdvancedProperty lists"
fails "no such interface" 'Disable-NetAdapterLso nope' "there is"
done_testing
