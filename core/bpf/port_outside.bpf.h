/*
 * port_outside.bpf.h - the fast path to addresses that are no adapter's of ours:
 * what the bridge has learned at an uplink is sent there straight, past the
 * bridge. The uplink's own programs, its shaper, its team and its captures see
 * the frame as they see one from the bridge: with the sender's slot, class, and
 * tag.
 *
 * It is the bridge that learns, ages and moves addresses; the kernel tells each
 * change of its table by a tracepoint, and `outside` has what it told. So nothing
 * is asked for a frame that comes in, and what the bridge forgets (it was
 * silent for long, its link is down, someone removed it) is forgotten here at
 * that moment. What is not there takes the bridge.
 *
 * The bridge stays right in what its table does not say: whether the sender's
 * port may send at all, or to anybody (isolated, locked), spanning tree, someone
 * who listens or filters at the bridge itself, a VLAN that is not the one of the
 * entry. That is asked once in a jiffy for each port.
 *
 * Addresses that somebody wrote into the table are left to the bridge, as are
 * frames with a tag (trunks) or another source than the adapter's own, adapters
 * with a virtual function, and those whose guest may team them.
 */
#ifndef VMNET_BPF_PORT_OUTSIDE_H
#define VMNET_BPF_PORT_OUTSIDE_H

#include <linux/if_bridge.h>
#include <linux/pkt_cls.h>

#include "port_filter.bpf.h"
#include "port_forward.bpf.h"
#include "port_kernel.bpf.h"
#include "port_maps.bpf.h"
#include "port_parse.bpf.h"

#define MAX_VLANS 128		/* of a port, that are looked through */

/* The network namespace that the ports are in: others have bridges, too. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} home SEC(".maps");

/* Not one that grows: those are not for programs of tracepoints. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, DP_OUTSIDE);
	__type(key, struct dp_station);
	__type(value, struct dp_outside);
} outside SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, DP_AGREED);
	__type(key, __u32);
	__type(value, struct dp_agreed);
} agreed SEC(".maps");

/* ---- at the port of the sender ---- */

static __always_inline const struct net_bridge_port *
port_of_bridge (struct __sk_buff *skb)
{
	const struct sk_buff *s = (const void *) skb;

	return (const void *) BPF_CORE_READ (s, dev, rx_handler_data);
}

static __always_inline __u32
pvid_of (const struct net_bridge_port *p)
{
	if (!bpf_core_field_exists (p->vlgrp))
		return 0;
	return BPF_CORE_READ (p, vlgrp, pvid);
}

static __always_inline int
filters_vlans (const struct net_bridge *br)
{
	return BPF_CORE_READ (br, options) >> BROPT_VLAN_ENABLED & 1;
}

/* Would the bridge take a frame without a tag here, for that VLAN? */
STAGE int
bridge_takes (struct __sk_buff *skb, __u32 vswitch, __u32 vid)
{
	const struct net_bridge_port *p = port_of_bridge (skb);
	const struct net_bridge *br = BPF_CORE_READ (p, br);

	return br && BPF_CORE_READ (p, dev, ifindex) == (int) skb->ifindex &&
		BPF_CORE_READ (br, dev, ifindex) == (int) vswitch &&
		BPF_CORE_READ (p, state) == BR_STATE_FORWARDING &&
		!(BPF_CORE_READ (p, flags) & (BR_ISOLATED | BR_PORT_LOCKED)) &&
		BPF_CORE_READ (br, stp_enabled) == BR_NO_STP &&
		!(BPF_CORE_READ (br, dev, flags) & LINK_LISTENS) &&
		vid == (filters_vlans (br) ? pvid_of (p) : 0);
}

static __always_inline int
bridge_agrees (struct __sk_buff *skb, const struct dp_port *p, __u32 vid)
{
	__u32 here = skb->ifindex, place = here % DP_AGREED;
	struct dp_agreed *a = bpf_map_lookup_elem (&agreed, &place);
	__u64 who = (__u64) vid << 32 | here, now = bpf_jiffies64 ();

	if (!a)
		return 0;
	if (a->when == now && a->who == who)
		return 1;
	if (!bridge_takes (skb, p->vswitch, vid) || is_filtered (skb))
		return 0;
	a->when = now;
	a->who = who;
	return 1;
}

/* As the bridge sends it. TC_ACT_UNSPEC: the bridge knows better. */
STAGE int
go_out (struct __sk_buff *skb, const struct frame *f, const struct dp_port *p)
{
	struct dp_station key = { 0 };
	const struct dp_outside *o;
	__u32 to, tag;

	if (!f || !p)
		return TC_ACT_UNSPEC;
	key.vswitch = p->vswitch;
	key.vlan = p->vlan;
	__builtin_memcpy (key.mac, f->eth.h_dest, ETH_ALEN);
	o = bpf_map_lookup_elem (&outside, &key);
	if (!o || !reaches (skb, o->to) || !bridge_agrees (skb, p, o->vid))
		return TC_ACT_UNSPEC;
	to = o->to;
	tag = o->tag;
	if (tag && bpf_skb_vlan_push (skb, bpf_htons (ETH_P_8021Q), tag))
		return TC_ACT_UNSPEC;
	return bpf_redirect (to, 0);
}

/* ---- what the kernel tells of the bridge's table: which addresses ---- */

/* FALSE: another namespace's. */
static __always_inline int
is_at_home (const struct net_device *dev)
{
	__u32 zero = 0;
	const __u64 *cookie = bpf_map_lookup_elem (&home, &zero);

	return cookie && *cookie &&
		BPF_CORE_READ (dev, nd_net.net, net_cookie) == *cookie;
}

static __always_inline int
read_mac (struct dp_station *key, const void *from)
{
	return bpf_probe_read_kernel (key->mac, sizeof key->mac, from) == 0;
}

/* As VLAN 0 stands what the uplink has without a tag. */
STAGE int
forget (const struct dp_station *s, __u32 vid)
{
	const struct dp_outside *o;
	struct dp_station key;

	if (!s)
		return 0;
	/* Linux 6.1 takes no other's memory for a key. */
	key = *s;
	key.vlan = vid;
	bpf_map_delete_elem (&outside, &key);
	if (!vid)
		return 0;
	key.vlan = 0;
	o = bpf_map_lookup_elem (&outside, &key);
	if (o && o->vid == vid)
		bpf_map_delete_elem (&outside, &key);
	return 0;
}

/* ---- the VLANs of a port of the bridge ---- */

/* The list's head: where it begins and ends. NULL: none are told apart. */
static __always_inline const struct list_head *
vlans_of (const struct net_bridge_port *p)
{
	const struct net_bridge_vlan_group *g = NULL;

	if (bpf_core_field_exists (p->vlgrp) &&
	    bpf_core_field_exists (struct net_bridge_vlan, vlist))
		g = BPF_CORE_READ (p, vlgrp);
	return g ? __builtin_preserve_access_index (&g->vlan_list) : NULL;
}

static __always_inline const struct net_bridge_vlan *
vlan_at (const struct list_head *at)
{
	return (const void *) ((const char *) at -
		bpf_core_field_offset (struct net_bridge_vlan, vlist));
}

/* The flags that the port has for a VLAN; -1: it is not seen to be in it. */
static __always_inline int
vlan_flags (const struct net_bridge_port *p, __u32 vid)
{
	const struct list_head *end = vlans_of (p), *at;

	if (!end)
		return -1;
	at = BPF_CORE_READ (end, next);
	for (int i = 0; i < MAX_VLANS && at && at != end; i++) {
		if (BPF_CORE_READ (vlan_at (at), vid) == vid)
			return BPF_CORE_READ (vlan_at (at), flags);
		at = BPF_CORE_READ (at, next);
	}
	return -1;
}

/* ---- what is told ---- */

/* How frames of a VLAN leave by the port: FALSE: not by us. */
static __always_inline int
way_by (const struct net_bridge_port *p, __u32 vid, struct dp_outside *o)
{
	__u32 to = BPF_CORE_READ (p, dev, ifindex);
	const struct dp_port *ours = bpf_map_lookup_elem (&ports, &to);
	int flags;

	/* An adapter's port is no way out. */
	if (!ours || ours->slot || BPF_CORE_READ (p, flags) & BR_PORT_LOCKED)
		return 0;
	o->to = to;
	o->vid = vid;
	if (!vid)
		return 1;
	flags = vlan_flags (p, vid);
	if (flags < 0 ||
	    BPF_CORE_READ (p, br, vlan_proto) != bpf_htons (ETH_P_8021Q))
		return 0;
	o->tag = flags & BRIDGE_VLAN_INFO_UNTAGGED ? 0 : vid;
	return 1;
}

/* (bridge, port, address, VLAN, …): an address is new, or at another port. */
SEC ("raw_tracepoint/br_fdb_update")
int
vmnet_fdb_update (struct bpf_raw_tracepoint_args *ctx)
{
	const struct net_bridge *br = (const void *) ctx->args[0];
	const struct net_bridge_port *p = (const void *) ctx->args[1];
	struct dp_station key = { 0 };
	struct dp_outside o = { 0 };
	__u32 vid = ctx->args[3] & VLAN_ID;

	if (!is_at_home (BPF_CORE_READ (br, dev)) ||
	    !read_mac (&key, (const void *) ctx->args[2]))
		return 0;
	key.vswitch = BPF_CORE_READ (br, dev, ifindex);
	forget (&key, vid);
	if (!p || !way_by (p, vid, &o))
		return 0;
	key.vlan = pvid_of (p) == vid ? 0 : vid;
	bpf_map_update_elem (&outside, &key, &o, BPF_ANY);
	return 0;
}

/* (bridge, entry): it goes, by whomever. */
SEC ("raw_tracepoint/fdb_delete")
int
vmnet_fdb_delete (struct bpf_raw_tracepoint_args *ctx)
{
	const struct net_bridge *br = (const void *) ctx->args[0];
	const struct net_bridge_fdb_entry *e = (const void *) ctx->args[1];
	struct dp_station key = { 0 };

	if (!is_at_home (BPF_CORE_READ (br, dev)) ||
	    !read_mac (&key, __builtin_preserve_access_index
		       (&e->key.addr.addr)))
		return 0;
	key.vswitch = BPF_CORE_READ (br, dev, ifindex);
	forget (&key, BPF_CORE_READ (e, key.vlan_id));
	return 0;
}

static long
forget_mac (void *map, const void *key, void *value, void *mac)
{
	const struct dp_station *s = key;

	(void) value;
	if (same_mac (s->mac, mac))
		bpf_map_delete_elem (map, key);
	return 0;
}

/* In all VLANs of the port, as the bridge does with an address that is written
 * without one. FALSE: they are too many. */
static __always_inline int
forget_all (const struct dp_station *key, const struct net_bridge_port *p)
{
	const struct list_head *end = vlans_of (p), *at;

	if (!end)
		return 1;
	at = BPF_CORE_READ (end, next);
	for (int i = 0; i < MAX_VLANS && at && at != end; i++) {
		forget (key, BPF_CORE_READ (vlan_at (at), vid));
		at = BPF_CORE_READ (at, next);
	}
	return at == end;
}

/* (request, device, address, VLAN, …): someone is about to write an address. */
SEC ("raw_tracepoint/br_fdb_add")
int
vmnet_fdb_add (struct bpf_raw_tracepoint_args *ctx)
{
	const struct net_device *dev = (const void *) ctx->args[1];
	const struct net_bridge_port *p = BPF_CORE_READ (dev, rx_handler_data);
	__u32 vid = ctx->args[3] & VLAN_ID;
	struct dp_station key = { 0 };

	if (!is_at_home (dev) || !read_mac (&key, (const void *) ctx->args[2]))
		return 0;
	if (p && BPF_CORE_READ (p, dev) == dev) {
		key.vswitch = BPF_CORE_READ (p, br, dev, ifindex);
		forget (&key, vid);
		if (vid || forget_all (&key, p))
			return 0;
	}
	bpf_for_each_map_elem (&outside, forget_mac, key.mac, 0);
	return 0;
}

/* (bridge, port, address, VLAN): a driver has. */
SEC ("raw_tracepoint/br_fdb_external_learn_add")
int
vmnet_fdb_extern (struct bpf_raw_tracepoint_args *ctx)
{
	const struct net_bridge *br = (const void *) ctx->args[0];
	struct dp_station key = { 0 };

	if (!is_at_home (BPF_CORE_READ (br, dev)) ||
	    !read_mac (&key, (const void *) ctx->args[2]))
		return 0;
	key.vswitch = BPF_CORE_READ (br, dev, ifindex);
	forget (&key, ctx->args[3] & VLAN_ID);
	return 0;
}

#endif
