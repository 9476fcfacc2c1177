/*
 * dns_filter.bpf.c - an extension as an example, and one to use: filter. Drops
 * what VMs ask name servers (UDP port 53) about names of a list, and counts how
 * often. The list is the map `dns_names`. A key is a name as questions have it,
 * in lower case, zeros behind it: each label with its length before it. Of
 * example.com:
 *
 *	bpftool map update pinned MAPS/dns_names key hex 07 65 78 61 6d 70 \
 *		6c 65 03 63 6f 6d 00 … (64 bytes) value hex 00 00 00 00 00 00 00 00
 *
 * where MAPS is what Get-VMSwitchExtension shows in that field.
 */
#include "vmnet_extension.h"

#define DNS_PORT 53
#define DNS_HEADER 12
#define UDP_HEADER 8
#define NAME 64			/* bytes of a name that is looked for */
#define QUESTION 5		/* the shortest: no name, type, class */

VMNET_EXTENSION (VMNET_FILTER, "6d0f4f8e-5f0a-4c53-9d0e-0a2b8f7a1c02",
		 "DNS filter", "vmnetsh", "1.0");

struct dns_name {
	__u8 byte[NAME];
};

struct {
	__uint (type, BPF_MAP_TYPE_HASH);
	__uint (max_entries, 65536);
	__uint (map_flags, BPF_F_NO_PREALLOC);
	__type (key, struct dns_name);
	__type (value, __u64);	/* questions that were dropped */
} dns_names SEC (".maps");

/* As much of it as the frame has; FALSE: there is no question. */
static __always_inline int
load_name (struct __sk_buff *skb, __u32 at, struct dns_name *name)
{
	__u64 n = skb->len;

	if (n <= at)
		return 0;
	n -= at;
	if (n > NAME)
		n = NAME;
	/*
	 * Verifiers before 6.8 want to see in this very register that it is
	 * not zero, and not by a comparison with that.
	 */
	asm volatile ("" : "+r" (n));
	return n >= QUESTION && !bpf_skb_load_bytes (skb, at, name, n);
}

/* A label's length is below 64: it is no letter. */
static __always_inline void
lower_and_end (struct dns_name *name)
{
	__u8 inside = 0xff;

	for (int i = 0; i < NAME; i++) {
		__u8 c = name->byte[i];

		inside &= c ? 0xff : 0;
		c |= (__u8) (c - 'A') < 26 ? 0x20 : 0;
		name->byte[i] = c & inside;
	}
}

VMNET_FRAME (skb)
{
	struct dns_name name = { 0 };
	struct vmnet_transport t;
	__u64 *dropped;
	__u8 flags;

	if (!VMNET_OUTBOUND (skb) || !vmnet_transport (skb, &t) ||
	    t.protocol != 17 || t.destination != DNS_PORT)
		return VMNET_PASS;
	if (bpf_skb_load_bytes (skb, t.offset + UDP_HEADER + 2, &flags, 1) ||
	    flags & 0x80 ||
	    !load_name (skb, t.offset + UDP_HEADER + DNS_HEADER, &name))
		return VMNET_PASS;
	lower_and_end (&name);
	dropped = bpf_map_lookup_elem (&dns_names, &name);
	if (!dropped)
		return VMNET_PASS;
	__sync_fetch_and_add (dropped, 1);
	return VMNET_DROP;
}

char LICENSE[] SEC ("license") = "GPL";
