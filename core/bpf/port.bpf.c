/*
 * port.bpf.c - what happens to a frame on a port. vmnet_out is on clsact
 * ingress (the VM sends), vmnet_in on egress. Attached by port.c to many ports;
 * what differs between them is in maps.
 *
 * A frame goes through stages, each in a file of its own: it is parsed once;
 * then `decide` asks guards and the ACL, in this order, and the first that
 * drops it names the reason; then it is counted, or recorded as dropped. What
 * a stage needs to know of a port is in dp_port, by `flags` where it is but
 * yes or no.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "port_maps.bpf.h"
#include "port_parse.bpf.h"
#include "port_guard.bpf.h"
#include "port_acl.bpf.h"
#include "port_measure.bpf.h"
#include "port_count.bpf.h"

/*
 * Whether a frame passes one port in one direction; 0: it does. Guards come
 * first: an ACL does not allow what they forbid. A further stage takes its
 * place in this row.
 */
static __always_inline __u32
decide (struct __sk_buff *skb, struct frame *f, const struct dp_port *p,
	int dir, struct decision *d)
{
	__u32 reason = guard (f, p, dir);

	if (!reason)
		reason = judge (skb, f, p->slot, dir, d);
	return reason;
}

/* Decided and counted; what drops the frame is recorded, too. */
static __always_inline __u32
pass (struct __sk_buff *skb, struct frame *f, const struct dp_port *p,
      __u32 ifindex, int dir)
{
	struct decision d = { 0 };
	struct dp_count c;
	__u32 reason = decide (skb, f, p, dir, &d);

	measure (skb, f, &c);
	count (p->slot, dir, reason, d.meter, &c);
	if (reason)
		record (skb, p->slot, ifindex, dir, reason,
			reason == DATAPATH_DROP_ACL ? d.acl : 0, &c);
	return reason;
}

static __always_inline int
port (struct __sk_buff *skb, int dir)
{
	__u32 ifindex = skb->ifindex;
	const struct dp_port *p = bpf_map_lookup_elem (&ports, &ifindex);
	struct frame f = { 0 };

	if (!p)
		return TC_ACT_UNSPEC;
	if (!parse (skb, &f) || pass (skb, &f, p, ifindex, dir))
		return TC_ACT_SHOT;
	if (dir == DP_OUT && p->classid)
		skb->priority = p->classid;
	/* Not OK: filters of others behind ours have their say. */
	return TC_ACT_UNSPEC;
}

SEC ("tc")
int
vmnet_out (struct __sk_buff *skb)
{
	return port (skb, DP_OUT);
}

SEC ("tc")
int
vmnet_in (struct __sk_buff *skb)
{
	return port (skb, DP_IN);
}

char LICENSE[] SEC ("license") = "GPL";
