/*
 * port.bpf.c - what happens to a frame on a port. vmnet_out is on clsact
 * ingress (the VM sends), vmnet_in on egress. Attached by port.c to many ports;
 * what differs between them is in maps.
 *
 * A frame goes through stages, each in a file of its own: it is parsed once;
 * then `decide` asks guards, the ACLs and the switch's extensions, in this order,
 * and the first that drops it names the reason; then it is counted, or recorded as dropped. Where
 * the sender's program knows the receiver, it does all this for both ports
 * (`forward`). What passed a source of mirroring is copied there. What a stage needs to know of a port is in dp_port, by `flags`
 * where it is but yes or no.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "port_maps.bpf.h"
#include "port_parse.bpf.h"
#include "port_guard.bpf.h"
#include "port_acl.bpf.h"
#include "port_ext.bpf.h"
#include "port_measure.bpf.h"
#include "port_count.bpf.h"
#include "port_forward.bpf.h"
#include "port_outside.bpf.h"
#include "port_mirror.bpf.h"
#include "team.bpf.h"
#include "port_extension.bpf.h"

/*
 * Whether a frame passes one port in one direction; 0: it does. Guards come
 * first: an ACL does not allow what they forbid. A further stage takes its
 * place in this row.
 */
static __always_inline __u32
decide (struct __sk_buff *skb, const struct frame *f, const struct dp_port *p,
	__u32 ifindex, int dir, const struct dp_count *size,
	struct decision *d)
{
	__u32 reason = guard (skb, f, p, dir, size->packets);

	if (!reason)
		reason = judge (f, p->slot, dir, d);
	if (!reason)
		reason = judge_ext (skb, f, p, dir, size, &d->found.acl);
	if (!reason && p->flags & DP_PORT_EXTENDED) {
		struct asked a = {
			.ifindex = ifindex, .dir = dir,
			.bytes = size->bytes, .packets = size->packets,
		};

		reason = extend (skb, f, p, &a);
		d->chosen = a.to;
	}
	return reason;
}

/*
 * Decided and counted; what drops the frame is recorded, too. `later`: what
 * passes is counted when it arrives.
 */
static __always_inline __u32
pass (struct __sk_buff *skb, const struct frame *f, const struct dp_port *p,
      __u32 ifindex, int dir, int later, struct decision *d)
{
	struct dp_count *c = &d->size;
	__u32 reason;

	measure (skb, f, c);
	reason = decide (skb, f, p, ifindex, dir, c, d);
	if (reason || !later)
		count_frame (p->slot, dir, reason, c);
	if (!reason && !later && d->found.meter)
		count_meter (d->found.meter, c);
	if (!reason && p->flags & DP_PORT_SOURCE)
		mirror (skb, f, c, p->slot, dir);
	if (reason) {
		struct drop_note note = {
			.slot = p->slot, .ifindex = ifindex,
			.direction = dir, .reason = reason,
			.acl = reason == DATAPATH_DROP_ACL ||
				reason == DATAPATH_DROP_EXTENDED_ACL
				? d->found.acl : 0,
			.length = c->bytes,
		};

		record (skb, &note);
	}
	return reason;
}

/* From the sender's port to the receiver's, outside, or to the bridge. */
static __always_inline int
forward (struct __sk_buff *skb, const struct frame *f,
	 const struct dp_port *p, const struct decision *sent)
{
	struct decision d = UNDECIDED;
	const struct dp_port *q = NULL;
	int straight = goes_straight (skb, f, p);
	__u32 to = 0;

	if (sent->chosen)
		q = find_port (to = sent->chosen);
	else if (straight)
		q = receiver (f, p, sent, &to);
	if (q && reaches (skb, to)) {
		int inside = goes_inside (q);

		if (pass (skb, f, q, to, DP_IN, !inside, &d))
			return TC_ACT_SHOT;
		return inside ? bpf_redirect_peer (to, 0)
			: hand_over (skb, q, to, &d);
	}
	/* The port left at this moment: nobody else's is the frame. */
	if (sent->chosen)
		return TC_ACT_SHOT;
	if (p->classid)
		skb->priority = p->classid;
	if (skb->tc_index != DATAPATH_MARK_COPY_AWAY) {
		tell_team (skb, f, p);
		if (straight && !q)
			return go_out (skb, f, p);
	}
	/* Not OK: filters of others behind ours have their say. */
	return TC_ACT_UNSPEC;
}

SEC ("tc")
int
vmnet_out (struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	const struct dp_port *p = find_port (ifindex);
	struct decision d = UNDECIDED;
	struct frame f = { 0 };

	if (!p)
		return TC_ACT_UNSPEC;
	/*
	 * Whatever a guest makes of it, it is ours from here on. The host does
	 * not lie: a copy in a tunnel stays known as one.
	 */
	if (!(p->flags & DP_PORT_HOST &&
	      skb->tc_index == DATAPATH_MARK_COPY_AWAY))
		skb->tc_index = 0;
	if (!parse (skb, &f) || pass (skb, &f, p, ifindex, DP_OUT, 0, &d))
		return TC_ACT_SHOT;
	return forward (skb, &f, p, &d);
}

SEC ("tc")
int
vmnet_in (struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	struct decision d = UNDECIDED;
	const struct dp_port *p;
	struct frame f = { 0 };
	int r = was_handed_over (skb, ifindex);

	if (r != TC_ACT_OK)
		return r;
	if (skb->tc_index == DATAPATH_MARK_COPY) {
		r = receive_copy (skb, ifindex);
		if (r != TC_ACT_OK)
			return r;
	}
	p = find_port (ifindex);
	if (!p)
		return TC_ACT_UNSPEC;
	if (!parse (skb, &f) || pass (skb, &f, p, ifindex, DP_IN, 0, &d))
		return TC_ACT_SHOT;
	return TC_ACT_UNSPEC;
}

#include "port_uplink.bpf.h"
#include "port_qos.bpf.h"

char LICENSE[] SEC ("license") = "GPL";
