/*
 * team.bpf.h - Switch Embedded Teaming. The members of a team are ports of the
 * switch's bridge; vmnet_team_out is on clsact egress of each, vmnet_team_in on
 * ingress. Attached by team.c.
 *
 * Out: the port's program has said in tc_index whose frame it is; whatever
 * member the bridge sends it to, it leaves by the one that its adapter has at
 * the moment, or by whichever team_flow.bpf.h says. To everybody the bridge
 * sends through one member only, so there is one copy. In: unicast is taken by the member of the adapter that it is
 * for, anything else by one for all; what comes from an adapter of this very
 * switch has been outside and is dropped. From member to member goes nothing.
 */
#ifndef VMNET_BPF_TEAM_H
#define VMNET_BPF_TEAM_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "port_maps.bpf.h"
#include "port_measure.bpf.h"
#include "port_mirror.bpf.h"
#include "port_parse.bpf.h"
#include "team_card.bpf.h"
#include "team_flow.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_member);
} team_members SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_way);
} team_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct dp_team_mac);
	__type(value, __u32);
} team_macs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, DP_GUESTS);
	__type(key, struct dp_team_mac);
	__type(value, struct dp_guest);
} team_guests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_member_count);
} team_counts SEC(".maps");

/* At the port of the sender: whose frame it is, for the member's program. */
static __always_inline void
tell_team (struct __sk_buff *skb, const struct frame *f,
	   const struct dp_port *p)
{
	struct dp_guest guest = { .slot = p->slot };
	struct dp_team_mac key = { 0 };
	const struct dp_way *way;
	__u32 slot = p->slot;

	skb->tc_index = slot;
	if (!(p->flags & DP_PORT_SPOOFING) ||
	    same_mac (f->eth.h_source, p->mac))
		return;
	way = bpf_map_lookup_elem (&team_ports, &slot);
	if (!way)
		return;
	key.vswitch = way->vswitch;
	__builtin_memcpy (key.mac, f->eth.h_source, ETH_ALEN);
	guest.used = bpf_ktime_get_ns ();
	bpf_map_update_elem (&team_guests, &key, &guest, BPF_ANY);
}

/*
 * The slot whose address this is on the switch; 0: nobody's. `known`: how long
 * an address counts that a guest has brought, ns.
 */
static __always_inline __u32
team_owner (__u32 vswitch, const __u8 *mac, __u64 known)
{
	struct dp_team_mac key = { .vswitch = vswitch };
	const struct dp_guest *g;
	const __u32 *slot;

	__builtin_memcpy (key.mac, mac, ETH_ALEN);
	slot = bpf_map_lookup_elem (&team_macs, &key);
	if (slot)
		return *slot;
	g = bpf_map_lookup_elem (&team_guests, &key);
	return g && bpf_ktime_get_ns () - g->used < known ? g->slot : 0;
}

static __always_inline const struct dp_way *
way_of (__u32 slot)
{
	return slot ? bpf_map_lookup_elem (&team_ports, &slot) : 0;
}

static __always_inline void
count_at (struct dp_count *c, const struct __sk_buff *skb)
{
	c->packets += skb->gso_segs ? skb->gso_segs : 1;
	c->bytes += skb->len;
}

/*
 * What passes the external port, whose source is the team, known by its bridge:
 * each frame once, by whatever member, as it is on the wire.
 */
STAGE int
mirror_team (struct __sk_buff *skb, __u32 vswitch, __u32 dir)
{
	__u32 source = DP_MIRROR_UPLINK (vswitch);
	struct dp_count size = { 0 };
	struct frame f = { 0 };

	if (!bpf_map_lookup_elem (&mirrors, &source) || !parse (skb, &f))
		return 0;
	measure (skb, &f, &size);
	return mirror (skb, &f, &size, source, dir);
}

SEC ("tc")
int
vmnet_team_out (struct __sk_buff *skb)
{
	__u32 here = skb->ifindex, from = skb->ingress_ifindex;
	const struct dp_way *way = way_of (skb->tc_index);
	const struct dp_member *m;
	struct dp_member_count *c;
	__u32 to = here;

	m = bpf_map_lookup_elem (&team_members, &here);
	if (way && !(m && goes_to_card (skb, m->vswitch, here)))
		to = way->spread ? send_flow (skb, way) : way->member;
	if (!to)
		return TC_ACT_SHOT;
	if (to != here)
		return bpf_redirect (to, 0);
	if (!way && from && bpf_map_lookup_elem (&team_members, &from))
		return TC_ACT_SHOT;
	c = bpf_map_lookup_elem (&team_counts, &here);
	if (c)
		count_at (&c->sent, skb);
	burden (skb, here);
	if (m)
		mirror_team (skb, m->vswitch, DP_OUT);
	return TC_ACT_UNSPEC;
}

/* 01:80:c2:00:00:01 to 0f: from one device to the next (LLDP, LACP). */
static __always_inline int
is_of_link (const __u8 *mac)
{
	return mac[0] == 1 && mac[1] == 0x80 && mac[2] == 0xc2 && !mac[3] &&
		!mac[4] && mac[5] && mac[5] < 16;
}

/* Is it this member that takes the frame? `card`: of whoever has sent it. */
static __always_inline int
takes (const struct dp_member *m, __u32 here, const __u8 *to, __u32 card)
{
	const struct dp_way *way = 0;

	/* It has come by no wire. */
	if (!(to[0] & 1) && card == here)
		return 1;
	if (!(to[0] & 1))
		way = way_of (team_owner (m->vswitch, to, DP_GUEST_KNOWN));
	return way ? way->member == here : m->receives;
}

SEC ("tc")
int
vmnet_team_in (struct __sk_buff *skb)
{
	__u32 here = skb->ifindex;
	const struct dp_member *m = bpf_map_lookup_elem (&team_members, &here);
	struct dp_member_count *c;
	struct ethhdr eth;
	__u32 card;

	/* Not of an adapter here, whoever has set it before. */
	skb->tc_index = 0;
	if (!m || bpf_skb_load_bytes (skb, 0, &eth, sizeof eth) < 0 ||
	    is_of_link (eth.h_dest))
		return TC_ACT_UNSPEC;
	c = bpf_map_lookup_elem (&team_counts, &here);
	card = card_of (m->vswitch, eth.h_source);
	if (!card && team_owner (m->vswitch, eth.h_source, DP_GUEST_ECHO)) {
		if (c)
			count_at (&c->echoes, skb);
		return TC_ACT_SHOT;
	}
	if (!takes (m, here, eth.h_dest, card)) {
		if (c)
			count_at (&c->others, skb);
		return TC_ACT_SHOT;
	}
	if (c)
		count_at (&c->received, skb);
	mirror_team (skb, m->vswitch, DP_IN);
	return TC_ACT_UNSPEC;
}

#endif
