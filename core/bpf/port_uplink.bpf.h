/*
 * port_uplink.bpf.h - programs of interfaces that are no ports of an adapter:
 * an uplink while it is a source of mirroring (vmnet_uplink_in on clsact
 * ingress, behind any VM queue; _out on egress, before any shaper), and a
 * tunnel that takes copies to another machine (vmnet_tunnel on egress). The
 * last part of port.bpf.c.
 */
#ifndef VMNET_BPF_PORT_UPLINK_H
#define VMNET_BPF_PORT_UPLINK_H

#include "port_measure.bpf.h"
#include "port_mirror.bpf.h"

static __always_inline int
mirror_uplink (struct __sk_buff *skb, __u32 dir)
{
	struct dp_count size = { 0 };
	struct frame f = { 0 };

	if (!parse (skb, &f))
		return TC_ACT_UNSPEC;
	measure (skb, &f, &size);
	mirror (skb, &f, &size, DP_MIRROR_UPLINK (skb->ifindex), dir);
	return TC_ACT_UNSPEC;
}

SEC ("tc")
int
vmnet_uplink_in (struct __sk_buff *skb)
{
	/* What a machine on the wire makes of it says nothing. */
	skb->tc_index = 0;
	return mirror_uplink (skb, DP_IN);
}

SEC ("tc")
int
vmnet_uplink_out (struct __sk_buff *skb)
{
	return mirror_uplink (skb, DP_OUT);
}

static __always_inline __u32
tag_of_copy (void)
{
	__u32 zero = 0;
	const struct dp_copy *copy = bpf_map_lookup_elem (&copying, &zero);

	return copy ? copy->known : 0;
}

/*
 * Only copies go that way. Whose they are is said where a frame that is sent has
 * the time to send it at, which such an early one never is.
 */
SEC ("tc")
int
vmnet_tunnel (struct __sk_buff *skb)
{
	int r = receive_copy (skb, skb->ifindex);

	if (r != TC_ACT_UNSPEC)
		return TC_ACT_SHOT;
	skb->tc_index = DATAPATH_MARK_COPY_AWAY;
	/* Neither the class nor the routing mark of what was copied. */
	skb->priority = 0;
	skb->mark = 0;
	skb->tstamp = tag_of_copy ();
	return TC_ACT_UNSPEC;
}

/*
 * kfree_skb (skb, …): the kernel drops a frame, here a copy that was in the
 * tunnel: its next hop is not known and more wait for it than may, nobody answers
 * there, a queue is full. In another network namespace there is no time in it.
 */
SEC ("raw_tracepoint/kfree_skb")
int
vmnet_copy_lost (struct bpf_raw_tracepoint_args *ctx)
{
	const struct sk_buff *s = (const void *) ctx->args[0];
	const struct dp_mirror *m;
	struct dp_copies *n;
	__u16 mark = 0;
	__s64 tag = 0;
	__u32 source;

	if (bpf_core_read (&mark, sizeof mark, &s->tc_index) ||
	    mark != DATAPATH_MARK_COPY_AWAY ||
	    bpf_core_read (&tag, sizeof tag, &s->tstamp) || !tag ||
	    tag >> 32)
		return 0;
	source = DP_COPY_TAG_SOURCE ((__u32) tag);
	m = bpf_map_lookup_elem (&mirrors, &source);
	n = bpf_map_lookup_elem (&copies, &source);
	if (m && n && m->tag == tag)
		n->fate[DP_COPY_AWAY].packets++;
	return 0;
}

#endif
