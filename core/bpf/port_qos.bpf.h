/*
 * port_qos.bpf.h - vmnet_qos, on clsact egress of a physical adapter, behind
 * what teams and mirroring have there: which QoS policy a frame of the host's
 * own satisfies, and what that does to it. A VM's frames are its own. Part of
 * port.bpf.c; qos.c tells it the policies.
 */
#ifndef VMNET_BPF_PORT_QOS_H
#define VMNET_BPF_PORT_QOS_H

#include "port_count.bpf.h"
#include "port_flow.bpf.h"
#include "port_maps.bpf.h"
#include "port_measure.bpf.h"
#include "qos_records.h"

#define QOS_ROCE_PORT 4791	/* RoCE version 2: UDP */
#define QOS_ROCE_TYPE 0x8915	/* version 1 */
#define PCP_SHIFT 13
#define PCP_MASK 0xe000

/* Values of a hash are replaced atomically; an array's are not. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_qos_set);
} qos_set SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_QOS_NICS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_qos_nic);
} qos_nics SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, DP_QOS_COUNTERS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_count);
} qos_counts SEC(".maps");

/* What policies ask about. */
struct qos_frame {
	__u32 src[4], dst[4];
	__u32 family, protocol, type, user;
	__u32 has_user;
	__u32 has_ports, sport, dport;	/* host order */
};

static __always_inline int
qos_addr (const __u32 *addr, const __u32 *want, const __u32 *mask)
{
	return (((addr[0] ^ want[0]) & mask[0]) |
		((addr[1] ^ want[1]) & mask[1]) |
		((addr[2] ^ want[2]) & mask[2]) |
		((addr[3] ^ want[3]) & mask[3])) == 0;
}

static __always_inline int
qos_protocol (const struct dp_qos_policy *p, const struct qos_frame *f)
{
	__u32 wanted = p->flags & (DP_QOS_TCP | DP_QOS_UDP);

	return !wanted || (wanted & DP_QOS_TCP && f->protocol == FLOW_TCP) ||
		(wanted & DP_QOS_UDP && f->protocol == FLOW_UDP);
}

static __always_inline int
qos_ports (const struct dp_qos_policy *p, const struct qos_frame *f)
{
	__u32 flags = p->flags;

	if (!(flags & (DP_QOS_PORT | DP_QOS_SPORT | DP_QOS_DPORT)))
		return 1;
	return f->has_ports &&
		(!(flags & DP_QOS_PORT) || f->sport == p->port ||
		 f->dport == p->port) &&
		(!(flags & DP_QOS_SPORT) || (f->sport >= p->sport[0] &&
					     f->sport <= p->sport[1])) &&
		(!(flags & DP_QOS_DPORT) || (f->dport >= p->dport[0] &&
					     f->dport <= p->dport[1]));
}

static __always_inline int
qos_rdma (const struct dp_qos_policy *p, const struct qos_frame *f)
{
	if (f->type == QOS_ROCE_TYPE)
		return 1;
	if (!f->has_ports)
		return 0;
	if (f->protocol == FLOW_UDP)
		return f->dport == QOS_ROCE_PORT;
	return f->protocol == FLOW_TCP &&
		(f->sport == p->port || f->dport == p->port);
}

STAGE int
qos_matches (const struct dp_qos_policy *p, const struct qos_frame *f)
{
	__u32 flags;

	if (!p || !f)
		return 0;
	flags = p->flags;
	if (flags & DP_QOS_TYPE)
		return f->type == p->type;
	if (flags & DP_QOS_RDMA)
		return qos_rdma (p, f);
	if (p->family && p->family != f->family)
		return 0;
	if (flags & DP_QOS_SRC && !qos_addr (f->src, p->src, p->src_mask))
		return 0;
	if (flags & DP_QOS_DST && !qos_addr (f->dst, p->dst, p->dst_mask))
		return 0;
	if (flags & DP_QOS_USER && (!f->has_user || f->user != p->user))
		return 0;
	return qos_protocol (p, f) && qos_ports (p, f);
}

/* Headers that end too soon: no ports, and what is known counts. */
STAGE int
qos_look (struct __sk_buff *skb, const struct frame *f, struct qos_frame *q)
{
	struct flow w = { 0 };

	if (!f || !q)
		return 0;
	q->type = bpf_ntohs (f->protocol);
	/* Without a socket the helper says what is nobody's number, too. */
	q->has_user = skb->sk != 0;
	q->user = bpf_get_socket_uid (skb);
	if (!f->family || f->malformed)
		return 0;
	q->family = f->family;
	__builtin_memcpy (q->src, f->src, sizeof q->src);
	__builtin_memcpy (q->dst, f->dst, sizeof q->dst);
	if (read_flow (skb, f, &w, 1))
		return 0;
	q->protocol = w.key.protocol;
	q->has_ports = w.has_ports;
	q->sport = bpf_ntohs (w.key.local_port);
	q->dport = bpf_ntohs (w.key.remote_port);
	return 0;
}

/* ---- what is done ---- */

static __always_inline void
qos_dscp4 (struct __sk_buff *skb, __u32 l3, __u8 dscp)
{
	__u8 h[2], was;
	__u16 from, to;

	if (bpf_skb_load_bytes (skb, l3, h, sizeof h))
		return;
	was = h[1];
	__builtin_memcpy (&from, h, sizeof from);
	h[1] = dscp << 2 | (was & 3);
	if (h[1] == was)
		return;
	__builtin_memcpy (&to, h, sizeof to);
	bpf_l3_csum_replace (skb, l3 + 10, from, to, sizeof to);
	bpf_skb_store_bytes (skb, l3 + 1, &h[1], 1, 0);
}

static __always_inline void
qos_dscp6 (struct __sk_buff *skb, __u32 l3, __u8 dscp)
{
	__u8 h[2], tc;

	if (bpf_skb_load_bytes (skb, l3, h, sizeof h))
		return;
	tc = dscp << 2 | (h[1] >> 4 & 3);
	h[0] = (h[0] & 0xf0) | tc >> 4;
	h[1] = (h[1] & 0xf) | tc << 4;
	bpf_skb_store_bytes (skb, l3, h, sizeof h, 0);
}

/* The congestion bits stay. */
STAGE int
qos_set_dscp (struct __sk_buff *skb, const struct frame *f, __u32 dscp)
{
	if (!f || f->malformed)
		return 0;
	if (f->family == DP_IPV4)
		qos_dscp4 (skb, f->l3, dscp);
	else if (f->family == DP_IPV6)
		qos_dscp6 (skb, f->l3, dscp);
	return 0;
}

/* In the outermost tag, where there is one. */
STAGE int
qos_set_pcp (struct __sk_buff *skb, const struct frame *f, __u32 priority)
{
	__u32 tci = skb->vlan_tci, pcp = priority << PCP_SHIFT & PCP_MASK;
	__be16 tag;

	if (!f)
		return 0;
	if (skb->vlan_present) {
		if ((tci & PCP_MASK) == pcp)
			return 0;
		tag = skb->vlan_proto;
		tci = (tci & ~PCP_MASK) | pcp;
		if (!bpf_skb_vlan_pop (skb))
			bpf_skb_vlan_push (skb, tag, tci);
		return 0;
	}
	if (!is_tag (f->eth.h_proto) ||
	    bpf_skb_load_bytes (skb, ETH_HLEN, &tag, sizeof tag))
		return 0;
	tag = (tag & ~bpf_htons (PCP_MASK)) | bpf_htons (pcp);
	bpf_skb_store_bytes (skb, ETH_HLEN, &tag, sizeof tag, 0);
	return 0;
}

/* An adapter's own class stays where its priority has none. */
static __always_inline void
qos_set_class (struct __sk_buff *skb, const struct dp_qos_nic *nic,
	       const struct dp_qos_policy *p)
{
	__u32 to = p->classid, priority = p->priority;

	if (!nic->shaped) {
		if (p->flags & DP_QOS_SET_PRIORITY)
			skb->priority = priority;
		return;
	}
	if (!to && p->flags & DP_QOS_SET_PRIORITY &&
	    priority < DP_QOS_PRIORITIES)
		to = nic->classid[priority];
	if (to)
		skb->priority = to;
}

/* Not a VM's, and not passed on for somebody else. */
static __always_inline int
is_hosts_own (const struct __sk_buff *skb)
{
	__u32 from = skb->ingress_ifindex;
	const struct dp_port *p;

	if (!from)
		return 1;
	p = find_port (from);
	return p && p->flags & DP_PORT_HOST;
}

STAGE int
qos_apply (struct __sk_buff *skb, const struct frame *f,
	   const struct dp_qos_policy *p)
{
	__u32 here = skb->ifindex, id;
	const struct dp_qos_nic *nic = bpf_map_lookup_elem (&qos_nics, &here);
	struct dp_count size = { 0 }, *count;

	if (!nic || !f || !p)
		return 0;
	id = p->id;
	measure (skb, f, &size);
	count = bpf_map_lookup_elem (&qos_counts, &id);
	if (count)
		add (count, &size);
	qos_set_class (skb, nic, p);
	if (p->flags & DP_QOS_SET_DSCP)
		qos_set_dscp (skb, f, p->dscp);
	if (p->flags & DP_QOS_SET_PRIORITY)
		qos_set_pcp (skb, f, p->priority);
	return 0;
}

SEC ("tc")
int
vmnet_qos (struct __sk_buff *skb)
{
	const struct dp_qos_set *set;
	struct qos_frame q = { 0 };
	struct frame f = { 0 };
	__u32 zero = 0;

	if (!is_hosts_own (skb) || !parse (skb, &f))
		return TC_ACT_UNSPEC;
	set = bpf_map_lookup_elem (&qos_set, &zero);
	if (!set)
		return TC_ACT_UNSPEC;
	qos_look (skb, &f, &q);
	for (__u32 i = 0; i < DP_QOS_POLICIES && i < set->n; i++) {
		if (!qos_matches (&set->at[i], &q))
			continue;
		qos_apply (skb, &f, &set->at[i]);
		break;
	}
	return TC_ACT_UNSPEC;
}

#endif
