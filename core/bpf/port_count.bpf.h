/*
 * port_count.bpf.h - the last stage: a frame is counted, and a dropped one
 * recorded for whoever traces.
 */
#ifndef VMNET_BPF_PORT_COUNT_H
#define VMNET_BPF_PORT_COUNT_H

#include "port_maps.bpf.h"

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

static __always_inline void
record (struct __sk_buff *skb, __u32 slot, __u32 ifindex, int dir,
	__u32 reason, __u32 acl_id, const struct dp_count *c)
{
	__u64 n = skb->len;
	__u32 zero = 0;
	const struct dp_reader *open = bpf_map_lookup_elem (&reader, &zero);
	struct dp_drop *r;

	if (!open || !open->open)
		return;
	r = bpf_ringbuf_reserve (&drops, sizeof *r, 0);
	if (!r) {
		lost ();
		return;
	}
	r->time = bpf_ktime_get_ns ();
	r->ifindex = ifindex;
	r->slot = slot;
	r->direction = dir;
	r->reason = reason;
	r->acl = acl_id;
	r->length = c->bytes;
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
}

#endif
