/*
 * port_count.bpf.h - the last stage: a frame is counted, and a dropped one
 * recorded for whoever traces.
 */
#ifndef VMNET_BPF_PORT_COUNT_H
#define VMNET_BPF_PORT_COUNT_H

#include "port_maps.bpf.h"
#include "port_parse.bpf.h"

static __always_inline void
add (struct dp_count *to, const struct dp_count *c)
{
	to->bytes += c->bytes;
	to->packets += c->packets;
}

static __always_inline void
count_frame (__u32 slot, int dir, __u32 reason, const struct dp_count *c)
{
	struct dp_passed *p;
	struct dp_totals *t;

	if (!reason && slot < DP_NEAR_SLOTS) {
		p = bpf_map_lookup_elem (&passed, &slot);
		if (p)
			add (&p->frames[dir], c);
		return;
	}
	t = bpf_map_lookup_elem (&totals, &slot);
	if (t && reason < DATAPATH_REASONS)
		add (&t->frames[dir][reason], c);
}

static __always_inline void
count_meter (__u32 meter, const struct dp_count *c)
{
	struct dp_count *m;

	if (meter < DP_NEAR_METERS)
		m = bpf_map_lookup_elem (&near_meters, &meter);
	else
		m = bpf_map_lookup_elem (&meters, &meter);
	if (m)
		add (m, c);
}

static __always_inline void
lost (void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem (&drops_lost, &zero);

	if (n)
		*n += 1;
}

struct drop_note {
	__u32 slot;
	__u32 ifindex;
	__u32 direction;
	__u32 reason;
	__u32 acl;
	__u32 length;
};

STAGE int
record (struct __sk_buff *skb, const struct drop_note *note)
{
	__u64 n = skb->len;
	__u32 zero = 0;
	const struct dp_reader *open = bpf_map_lookup_elem (&reader, &zero);
	struct dp_drop *r;

	if (!open || !open->open || !note)
		return 0;
	r = bpf_ringbuf_reserve (&drops, sizeof *r, 0);
	if (!r) {
		lost ();
		return 0;
	}
	r->time = bpf_ktime_get_ns ();
	r->ifindex = note->ifindex;
	r->slot = note->slot;
	r->direction = note->direction;
	r->reason = note->reason;
	r->acl = note->acl;
	r->length = note->length;
	r->pad = 0;
	if (n > DP_CAPTURE)
		n = DP_CAPTURE;
	/*
	 * Verifiers before 6.8 want to see that the length is not zero, in
	 * the register that is passed: the compiler may not touch it between.
	 */
	asm volatile ("" : "+r" (n));
	if (n < ETH_HLEN || bpf_skb_load_bytes (skb, 0, r->data, n))
		n = 0;
	r->captured = n;
	bpf_ringbuf_submit (r, 0);
	return 0;
}

#endif
