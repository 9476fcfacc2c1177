/*
 * port_forward.bpf.h - the fast path: a frame to another adapter of the same
 * switch is decided for the receiver's port where it is sent, and handed to
 * that port straight; the bridge sees nothing of it. What it does not know
 * (groups, unknown addresses, tags, frames above the receiver's MTU) takes
 * the bridge, which is always right.
 *
 * The receiver's own program runs once more on the frame's way out, and counts
 * it; that the frame is through already is said by tc_index and, since a machine
 * behind an uplink might know how to set that, by a note of this processor.
 * Into another namespace a frame goes past that, counted by the sender's.
 */
#ifndef VMNET_BPF_PORT_FORWARD_H
#define VMNET_BPF_PORT_FORWARD_H

#include <linux/pkt_cls.h>

#include "port_acl.bpf.h"
#include "port_count.bpf.h"
#include "port_kernel.bpf.h"
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

/* Is anybody looking at the ports? */
static __always_inline int
is_traced (void)
{
	__u32 zero = 0;
	const struct dp_reader *r = bpf_map_lookup_elem (&reader, &zero);

	return r && r->open;
}

/* Past the port's own device, so no capture there sees the frame. */
static __always_inline int
goes_inside (const struct dp_port *q)
{
	return q->flags & DP_PORT_PEER && !is_traced ();
}

/* By the port's own interface, whose program counts it. */
static __always_inline int
hand_over (struct __sk_buff *skb, const struct dp_port *q, __u32 to,
	   const struct decision *d)
{
	__u32 zero = 0;
	struct dp_handed *n = bpf_map_lookup_elem (&handed, &zero);

	if (n) {
		n->to = to;
		n->slot = q->slot;
		n->size = d->size;
		n->meter = d->found.meter;
	}
	skb->tc_index = DATAPATH_MARK_DECIDED;
	return bpf_redirect (to, 0);
}

/* ---- at the receiver ---- */

#define LINK_STARTED (1 << 0)	/* enum netdev_state_t */
#define LINK_NO_CARRIER (1 << 2)

/*
 * Will the kernel drop whatever this interface is to send? The bridge knows and
 * sends it nothing; a redirect does not ask. A tap has no carrier while nobody
 * has it open.
 */
static __always_inline int
is_down (struct __sk_buff *skb)
{
	const struct sk_buff *s = (const void *) skb;
	const struct net_device *dev = NULL;
	unsigned long state = LINK_STARTED;

	if (bpf_core_read (&dev, sizeof dev, &s->dev) ||
	    bpf_core_read (&state, sizeof state, &dev->state))
		return 0;
	return (state & (LINK_STARTED | LINK_NO_CARRIER)) != LINK_STARTED;
}

/* Asked once in a jiffy for the port that this processor hands frames to: the
 * question costs a twentieth of the way between two taps. */
static __always_inline int
takes_none (struct __sk_buff *skb, struct dp_handed *n, __u32 ifindex)
{
	__u32 now = (__u32) bpf_jiffies64 () ^ ifindex * 0x9e3779b1;

	if (n->asked == now)
		return 0;
	if (is_down (skb))
		return 1;
	n->asked = now;
	return 0;
}

/* What was decided where it was sent is counted here, where it arrives. */
static __always_inline int
arrive (struct __sk_buff *skb, struct dp_handed *n, __u32 ifindex)
{
	struct drop_note note = {
		.slot = n->slot, .ifindex = ifindex, .direction = DP_IN,
		.reason = takes_none (skb, n, ifindex)
			? DATAPATH_DROP_LINK_DOWN : 0,
		.length = n->size.bytes,
	};

	count_frame (n->slot, DP_IN, note.reason, &n->size);
	if (note.reason) {
		record (skb, &note);
		return TC_ACT_SHOT;
	}
	if (n->meter)
		count_meter (n->meter, &n->size);
	return TC_ACT_UNSPEC;
}

/* Is the frame one that was handed over here? TC_ACT_OK: no. */
static __always_inline int
was_handed_over (struct __sk_buff *skb, __u32 ifindex)
{
	__u32 zero = 0, to;
	struct dp_handed *n;

	if (skb->tc_index != DATAPATH_MARK_DECIDED)
		return TC_ACT_OK;
	skb->tc_index = 0;
	n = bpf_map_lookup_elem (&handed, &zero);
	if (!n)
		return TC_ACT_OK;
	to = n->to;
	n->to = 0;
	return to == ifindex ? arrive (skb, n, ifindex) : TC_ACT_OK;
}

#endif
