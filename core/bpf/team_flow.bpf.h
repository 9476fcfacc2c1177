/*
 * team_flow.bpf.h - -LoadBalancingAlgorithm Dynamic: what an adapter of a team
 * sends is spread over the members, flow by flow, and balanced by what each has
 * to carry. Part of team.bpf.h; told by balance.c.
 *
 * What comes to an adapter comes by its own member, where the switches outside
 * have learned its address; so no other member may show them that address.
 * There a frame has the member's own for its source. Who asks for addresses, and
 * says what his is (ARP, neighbour discovery), and whatever is for many, goes by
 * the adapter's own member and is left as it is: that is where others learn it.
 *
 * A flow changes its member where it has paused for longer than anything of it
 * can be on its way, so that nothing is overtaken: by the load that it was seen
 * to make, from the member that has more to do to the one with least, if that
 * makes them more even. One without a pause stays, unless its member loses its
 * link.
 */
#ifndef VMNET_BPF_TEAM_FLOW_H
#define VMNET_BPF_TEAM_FLOW_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "port_guard.bpf.h"
#include "port_parse.bpf.h"

#define ND_FIRST 133		/* router solicitation */
#define ND_LAST 137		/* redirect */
#define IPV4_FRAGMENT 0x3fff	/* more of them, or not the first */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_lanes);
} team_lanes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_load);
} team_loads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_flows);
} team_flows SEC(".maps");

/* ---- loads ---- */

static __always_inline __u64
faded (__u64 amount, __u64 epochs)
{
	return epochs < 32 ? amount >> epochs : 0;
}

static __always_inline __u64
wire_time (const struct dp_load *l, __u64 bytes)
{
	return bytes * l->cost >> DP_COST_UNIT;
}

/* What a member sends is its load, whosever it is. */
static __always_inline void
burden (const struct __sk_buff *skb, __u32 here)
{
	struct dp_load *l = bpf_map_lookup_elem (&team_loads, &here);
	__u64 now, epoch, time;

	if (!l)
		return;
	now = bpf_ktime_get_ns ();
	epoch = now >> DP_EPOCH_SHIFT;
	time = wire_time (l, skb->len);
	if (l->epoch != epoch) {
		l->busy = faded (l->busy, epoch - l->epoch);
		l->epoch = epoch;
	}
	__sync_fetch_and_add (&l->busy, time);
	l->until = (l->until > now ? l->until : now) + time;
	if (l->until > now + DP_WAIT_MOST)
		l->until = now + DP_WAIT_MOST;
}

static __always_inline __u64
load_of (const struct dp_load *l, __u64 now)
{
	return faded (l->busy, (now >> DP_EPOCH_SHIFT) - l->epoch);
}

/* How long what was given to the member may take until it is on the wire. */
static __always_inline __u64
wait_of (__u32 member, __u64 now)
{
	const struct dp_load *l = bpf_map_lookup_elem (&team_loads, &member);

	return l && l->until > now ? l->until - now : 0;
}

/* ---- which flow ---- */

static __always_inline __u32
mixed (__u32 h, __u32 word)
{
	h = (h ^ word) * 0x9e3779b1;
	return h ^ h >> 15;
}

/* Who says or asks where an address is. */
static __always_inline int
is_neighbour (struct __sk_buff *skb, const struct frame *f)
{
	__u8 type = 0;

	return f->family == DP_IPV6 && f->l4_protocol == ICMPV6 &&
		(bpf_skb_load_bytes (skb, f->l3 + IPV6_HLEN, &type, 1) < 0 ||
		 (type >= ND_FIRST && type <= ND_LAST));
}

/* All pieces of a packet are of one flow; only the first one has ports. */
static __always_inline int
is_piece (struct __sk_buff *skb, const struct frame *f)
{
	__be16 fragment = 0;

	return f->family == DP_IPV4 &&
		(bpf_skb_load_bytes (skb, f->l3 + 6, &fragment, 2) < 0 ||
		 fragment & bpf_htons (IPV4_FRAGMENT));
}

static __always_inline int
has_ports (const struct frame *f)
{
	return f->l4_protocol == IPPROTO_TCP || f->l4_protocol == IPPROTO_UDP ||
		f->l4_protocol == IPPROTO_SCTP;
}

static __always_inline __u32
hash_of (struct __sk_buff *skb, const struct frame *f)
{
	__u32 h = f->l4_protocol, ports = 0;

	for (int i = 0; i < 4; i++)
		h = mixed (mixed (h, f->src[i]), f->dst[i]);
	if (has_ports (f) && !is_piece (skb, f))
		bpf_skb_load_bytes (skb, f->l3 + f->header, &ports, 4);
	return mixed (mixed (h, ports), ports >> 16);
}

/* ---- which member ---- */

struct choice {
	__u64 now;
	__u32 hash;
	__u32 was;		/* where the flow went before; 0: nowhere */
	__u64 load;		/* that it makes, bytes */
};

/* Is it a member that has its link? */
static __always_inline int
is_lane (const struct dp_lanes *t, __u32 member)
{
	for (__u32 i = 0; i < DP_LANES && i < t->n; i++)
		if (t->lane[i].ifindex == member)
			return t->lane[i].up;
	return 0;
}

/* By the hash alone; 0: none has its link. */
static __always_inline __u32
pick (const struct dp_lanes *t, __u32 hash)
{
	__u32 up = 0, n;

	for (__u32 i = 0; i < DP_LANES && i < t->n; i++)
		up += t->lane[i].up;
	if (!up)
		return 0;
	n = (hash >> 16) % up;
	for (__u32 i = 0; i < DP_LANES && i < t->n; i++)
		if (t->lane[i].up && n-- == 0)
			return t->lane[i].ifindex;
	return 0;
}

/* The one that has least to do. */
static __always_inline __u32
idlest (const struct dp_lanes *t, __u64 now)
{
	__u64 least = ~0ULL, load;
	__u32 best = 0;

	for (__u32 i = 0; i < DP_LANES && i < t->n; i++) {
		__u32 member = t->lane[i].ifindex;
		const struct dp_load *l;

		if (!t->lane[i].up)
			continue;
		l = bpf_map_lookup_elem (&team_loads, &member);
		load = l ? load_of (l, now) : 0;
		if (load < least) {
			least = load;
			best = member;
		}
	}
	return best;
}

/* From one to the other where that makes them more even; its load comes along,
 * so that the next one does not do the same. */
static __always_inline int
moves (__u32 from, __u32 to, const struct choice *c)
{
	struct dp_load *a = bpf_map_lookup_elem (&team_loads, &from);
	struct dp_load *b = bpf_map_lookup_elem (&team_loads, &to);
	__u64 x, y, out, in;

	if (!a || !b || from == to)
		return 0;
	x = load_of (a, c->now);
	y = load_of (b, c->now);
	out = wire_time (a, c->load);
	in = wire_time (b, c->load);
	if (y + in + DP_LOAD_MARGIN >= x)
		return 0;
	if (a->busy > out)
		__sync_fetch_and_add (&a->busy, -out);
	__sync_fetch_and_add (&b->busy, in);
	return 1;
}

/* For a flow that may go where it likes. */
STAGE int
choose (const struct dp_lanes *t, const struct choice *c)
{
	__u32 from, to;

	if (!t || !c)
		return 0;
	from = is_lane (t, c->was) ? c->was : pick (t, c->hash);
	to = idlest (t, c->now);
	return moves (from, to, c) ? to : from;
}

/* The member by which this frame of the flow goes; 0: the adapter's own. */
static __always_inline __u32
lane_of_flow (struct __sk_buff *skb, const struct dp_lanes *t, __u32 vswitch,
	      __u32 hash)
{
	struct dp_flows *all = bpf_map_lookup_elem (&team_flows, &vswitch);
	struct choice c = { .now = bpf_ktime_get_ns (), .hash = hash };
	struct dp_bucket *b;
	__u32 epoch = c.now >> DP_EPOCH_SHIFT;

	if (!all)
		return 0;
	b = &all->bucket[hash & (DP_BUCKETS - 1)];
	c.was = b->member;
	if (b->epoch != epoch) {
		b->load = faded (b->load, epoch - b->epoch);
		b->epoch = epoch;
	}
	c.load = b->load;
	if (!is_lane (t, c.was) ||
	    c.now - b->last > DP_FLOWLET_GAP + wait_of (c.was, c.now)) {
		b->member = choose (t, &c);
		if (c.was && b->member != c.was)
			__sync_fetch_and_add (&all->moved, 1);
	}
	b->last = c.now;
	b->load += skb->len;
	return b->member;
}

static __always_inline const struct dp_lane *
lane_with (const struct dp_lanes *t, __u32 member)
{
	for (__u32 i = 0; i < DP_LANES && i < t->n; i++)
		if (t->lane[i].ifindex == member)
			return &t->lane[i];
	return 0;
}

/* The member that this frame of an adapter goes by; 0: its own. */
static __always_inline const struct dp_lane *
lane_of (struct __sk_buff *skb, const struct dp_way *way)
{
	__u32 vswitch = way->vswitch, member;
	const struct dp_lanes *t = bpf_map_lookup_elem (&team_lanes, &vswitch);
	struct frame f = { 0 };

	if (!t || !parse (skb, &f) || !f.family || f.malformed ||
	    f.eth.h_dest[0] & 1 || !same_mac (f.eth.h_source, way->mac) ||
	    is_neighbour (skb, &f))
		return 0;
	member = lane_of_flow (skb, t, vswitch, hash_of (skb, &f));
	return member && member != way->member ? lane_with (t, member) : 0;
}

/* The member by which a frame goes of an adapter whose flows are spread; it is
 * made fit for that one. 0: it cannot. */
STAGE int
send_flow (struct __sk_buff *skb, const struct dp_way *way)
{
	const struct dp_lane *lane;
	__u32 to;

	if (!way)
		return 0;
	to = way->member;
	lane = lane_of (skb, way);
	if (lane) {
		to = lane->ifindex;
		if (bpf_skb_store_bytes (skb, ETH_ALEN, lane->mac, ETH_ALEN,
					 0) < 0)
			return 0;
	}
	/* Where it goes it is not asked again. */
	skb->tc_index = 0;
	return to;
}

#endif
