/*
 * port_forward.bpf.h - the fast path: a frame to another adapter of the same
 * switch is decided for the receiver's port where it is sent, and handed to
 * that port straight; the bridge sees nothing of it. What it does not know
 * (groups, unknown addresses, tags, frames above the receiver's MTU) takes
 * the bridge, which is always right.
 *
 * The receiver's own program runs once more on the frame's way out; that the
 * frame is through already is said by tc_index and, since a machine behind an
 * uplink might know how to set that, by a note of this processor.
 */
#ifndef VMNET_BPF_PORT_FORWARD_H
#define VMNET_BPF_PORT_FORWARD_H

#include <linux/pkt_cls.h>

#include "port_acl.bpf.h"
#include "port_maps.bpf.h"
#include "port_parse.bpf.h"

/*
 * May the frame go straight? A source address that is not the adapter's own
 * must be seen by the bridge, which learns it.
 */
static __always_inline int
goes_straight (struct __sk_buff *skb, const struct frame *f,
	       const struct dp_port *p)
{
	return p->vswitch && !skb->vlan_present && !is_tag (f->eth.h_proto) &&
		!(f->eth.h_dest[0] & 1) && same_mac (f->eth.h_source, p->mac);
}

/* The ifindex of the port that has the frame's destination; 0: not known. */
static __always_inline __u32
station (const struct frame *f, const struct dp_port *p)
{
	struct dp_station key = { .vswitch = p->vswitch, .vlan = p->vlan };
	__u32 *to;

	__builtin_memcpy (key.mac, f->eth.h_dest, ETH_ALEN);
	to = bpf_map_lookup_elem (&stations, &key);
	return to ? *to : 0;
}

static __always_inline const struct dp_port *
port_if_its (const struct frame *f, const struct dp_port *p, __u32 to)
{
	const struct dp_port *q = to ? find_port (to) : NULL;

	if (!q || q == p || q->vswitch != p->vswitch || q->vlan != p->vlan ||
	    !same_mac (f->eth.h_dest, q->mac))
		return NULL;
	return q;
}

/*
 * The receiver's port; NULL: the bridge knows better. Where the last frame
 * between the two addresses went is kept with the sender's verdict.
 */
static __always_inline const struct dp_port *
receiver (const struct frame *f, const struct dp_port *p,
	  const struct decision *d, __u32 *to)
{
	struct dp_verdict *kept;
	const struct dp_port *q;

	*to = d->to;
	q = port_if_its (f, p, *to);
	if (q)
		return q;
	*to = station (f, p);
	q = port_if_its (f, p, *to);
	if (!q || d->place == NOT_KEPT)
		return q;
	kept = kept_at (d->place);
	if (kept)
		kept->to = *to;
	return q;
}

/* Is the frame not too long for the port's interface, if that is there? */
static __always_inline int
reaches (struct __sk_buff *skb, __u32 to)
{
	__u32 mtu = 0;

	/* No interface has a smaller MTU; asking costs 20 ns. */
	if (skb->len <= ETH_HLEN + ETH_MIN_MTU)
		return 1;
	return bpf_check_mtu (skb, to, &mtu, 0, 0) == 0;
}

static __always_inline void
note (__u32 to)
{
	__u32 zero = 0;
	__u32 *n = bpf_map_lookup_elem (&handed, &zero);

	if (n)
		*n = to;
}

/* Is anybody looking at the ports? */
static __always_inline int
is_traced (void)
{
	__u32 zero = 0;
	const struct dp_reader *r = bpf_map_lookup_elem (&reader, &zero);

	return r && r->open;
}

static __always_inline int
hand_over (struct __sk_buff *skb, const struct dp_port *q, __u32 to)
{
	/* Past the port's own device, so no capture there sees the frame. */
	if (q->flags & DP_PORT_PEER && !is_traced ())
		return bpf_redirect_peer (to, 0);
	note (to);
	skb->tc_index = DATAPATH_MARK_DECIDED;
	return bpf_redirect (to, 0);
}

/* At the receiver: is the frame one that was handed over here? */
static __always_inline int
was_handed_over (struct __sk_buff *skb, __u32 ifindex)
{
	__u32 zero = 0, here;
	__u32 *n;

	if (skb->tc_index != DATAPATH_MARK_DECIDED)
		return 0;
	skb->tc_index = 0;
	n = bpf_map_lookup_elem (&handed, &zero);
	if (!n)
		return 0;
	here = *n == ifindex;
	*n = 0;
	return here;
}

#endif
