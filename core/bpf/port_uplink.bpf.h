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

/* Only copies go that way. */
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
	return TC_ACT_UNSPEC;
}

#endif
