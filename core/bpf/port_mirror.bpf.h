/*
 * port_mirror.bpf.h - copies of what a source sends and receives, for the
 * destinations of its switch and for a tunnel to another machine. A frame is
 * copied where it has passed the source's policy; of two sources each copies
 * it. A destination gets what its own VLANs let it see: as any other port, with
 * a tag or without.
 *
 * A copy is sent while the source's program runs, so that a note of this
 * processor says at the destination's program that it is one: it passes there
 * without being judged, counted or copied. A copy on its way to another machine
 * is known by tc_index until it leaves this one, and is copied no more: there
 * are no loops, whatever the routes are.
 */
#ifndef VMNET_BPF_PORT_MIRROR_H
#define VMNET_BPF_PORT_MIRROR_H

#include <linux/pkt_cls.h>

#include "mirror_records.h"
#include "port_count.bpf.h"
#include "port_maps.bpf.h"
#include "port_parse.bpf.h"

#define PAY_TRIES 8		/* while other processors pay, too */

/* ---- which frames ---- */

STAGE int
is_among (const struct dp_prefixes *all, const struct frame *f, __u32 source)
{
	if (!all || !f || !all->n)
		return 1;
	for (__u32 i = 0; i < DP_MIRROR_PREFIXES && i < all->n; i++) {
		const struct dp_prefix *p = &all->p[i];
		const __u32 *a = source ? f->src : f->dst;

		if (p->family == f->family &&
		    ((a[0] & p->mask[0]) == p->addr[0]) &&
		    ((a[1] & p->mask[1]) == p->addr[1]) &&
		    ((a[2] & p->mask[2]) == p->addr[2]) &&
		    ((a[3] & p->mask[3]) == p->addr[3]))
			return 1;
	}
	return 0;
}

/* ---- the rate limit ---- */

/* What a copy costs is owed from now on, and never more than the burst. */
STAGE int
pays (struct dp_mirror *m, __u32 bytes)
{
	__u64 now = bpf_ktime_get_ns (), was, from, cost;

	if (!m || !m->cost)
		return 1;
	cost = m->cost * bytes >> DP_COST_SHIFT;
	for (int i = 0; i < PAY_TRIES; i++) {
		was = *(volatile __u64 *) &m->paid;
		from = was > now ? was : now;
		if (from - now + cost > m->burst)
			return 0;
		if (__sync_val_compare_and_swap (&m->paid, was,
						 from + cost) == was)
			return 1;
	}
	return 0;
}

/* ---- one copy ---- */

/* What the destination sees of it, without the tag. */
static __always_inline __u32
copied_bytes (const struct dp_mirror *m, const struct dp_count *size)
{
	__u64 bytes = size->bytes, most = m->snap;

	return m->snap && bytes > most ? most : bytes;
}

static __always_inline __u32
hand_out (struct __sk_buff *skb, const struct dp_copy *as)
{
	__u32 zero = 0, was = skb->tc_index, fate = DP_COPY_SENT;
	struct dp_copy *copy = bpf_map_lookup_elem (&copying, &zero);

	if (!copy)
		return DP_COPY_REFUSED;
	*copy = *as;
	skb->tc_index = DATAPATH_MARK_COPY;
	if (bpf_clone_redirect (skb, as->to, 0))
		fate = copy->uncut ? DP_COPY_UNCUT : DP_COPY_REFUSED;
	skb->tc_index = was;
	copy->to = 0;
	return fate;
}

STAGE int
copy_to (struct __sk_buff *skb, struct dp_mirror *m,
	 const struct dp_count *size, const struct dp_copy *as, __u32 source)
{
	struct dp_copies *n;
	__u32 fate;

	if (!m || !size || !as)
		return 0;
	if (pays (m, copied_bytes (m, size)))
		fate = hand_out (skb, as);
	else
		fate = DP_COPY_LIMITED;
	n = bpf_map_lookup_elem (&copies, &source);
	if (n && fate < DP_COPY_FATES)
		add (&n->fate[fate], size);
	return 0;
}

/* The VLAN of the frame on its switch. */
static __always_inline __u32
vlan_of (const struct __sk_buff *skb, const struct dp_mirror *m)
{
	__u32 vlan = skb->vlan_present ? skb->vlan_tci & VLAN_ID : 0;

	return vlan ? vlan : m->vlan;
}

/* Zero: the port is not in the frame's VLAN. */
static __always_inline int
fits (const struct __sk_buff *skb, const struct dp_mirror_port *port,
      __u32 vlan, struct dp_copy *as)
{
	int there = skb->vlan_present ? 1 : 0;

	if (vlan == port->untagged) {
		as->untag = there;
		return 1;
	}
	if (!port->trunk || !(port->vlans[vlan >> 6 & 63] >> (vlan & 63) & 1))
		return 0;
	as->tag = there ? 0 : vlan;
	return 1;
}

/* What passed a source in direction `dir` (DP_IN, DP_OUT). */
STAGE int
mirror (struct __sk_buff *skb, const struct frame *f,
	const struct dp_count *size, __u32 source, __u32 dir)
{
	struct dp_mirror *m = bpf_map_lookup_elem (&mirrors, &source);
	const struct dp_mirror_ports *all;
	struct dp_copy as = { 0 };
	__u32 vlan;

	if (!m || !f || !size ||
	    skb->tc_index == DATAPATH_MARK_COPY_AWAY ||
	    !is_among (&m->local, f, dir == DP_OUT) ||
	    !is_among (&m->remote, f, dir == DP_IN))
		return 0;
	vlan = vlan_of (skb, m);
	as.snap = m->snap;
	as.known = m->tag;
	if (m->tunnel) {
		as.to = m->tunnel;
		as.tag = skb->vlan_present ? 0 : vlan;
		copy_to (skb, m, size, &as, source);
	}
	all = bpf_map_lookup_elem (&mirror_ports, &m->vswitch);
	for (__u32 i = 0; all && i < DP_MIRROR_PORTS && i < all->n; i++) {
		as.to = all->port[i].ifindex;
		as.tag = as.untag = 0;
		if (fits (skb, &all->port[i], vlan, &as))
			copy_to (skb, m, size, &as, source);
	}
	return 0;
}

/* ---- at the destination ---- */

/* Is the frame a copy for this interface? It becomes what was asked for. */
STAGE int
receive_copy (struct __sk_buff *skb, __u32 ifindex)
{
	__u32 zero = 0, snap;
	struct dp_copy *copy = bpf_map_lookup_elem (&copying, &zero);

	if (skb->tc_index != DATAPATH_MARK_COPY || !copy ||
	    copy->to != ifindex)
		return TC_ACT_OK;
	copy->to = 0;
	snap = copy->snap;
	skb->tc_index = 0;
	if (copy->untag)
		bpf_skb_vlan_pop (skb);
	if (copy->tag)
		bpf_skb_vlan_push (skb, bpf_htons (ETH_P_8021Q), copy->tag);
	if (snap && skb->len > snap && bpf_skb_change_tail (skb, snap, 0)) {
		copy->uncut = 1;
		return TC_ACT_SHOT;
	}
	/* As a frame that was handed over: filters of others have their say. */
	return TC_ACT_UNSPEC;
}

#endif
