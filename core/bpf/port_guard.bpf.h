/*
 * port_guard.bpf.h - what a VM may not send whatever its ACL says: from another
 * MAC address, as a DHCP server, as a router, as a neighbour that it is not,
 * from more addresses or more often to all than it may.
 */
#ifndef VMNET_BPF_PORT_GUARD_H
#define VMNET_BPF_PORT_GUARD_H

#include "port_maps.bpf.h"
#include "port_parse.bpf.h"
#include "records.h"

#define MAX_HEADERS 6		/* of IPv6 before TCP, UDP or ICMPv6 */
#define MAX_OPTIONS 4		/* of neighbour discovery */
#define MAX_TRIES 8		/* while other processors count, too */

enum { ICMP = 1, UDP = 17, ICMPV6 = 58 };
enum { ROUTER_ADVERTISEMENT = 134, SOLICITATION, ADVERTISEMENT, REDIRECT };
enum { ICMP_REDIRECT_HOST = 5, ICMP_ROUTER_ADVERTISEMENT = 9 };
enum { DHCP_SERVER = 67, DHCPV6_SERVER = 547 };

/* What is above IP. */
struct upper {
	__u32 protocol;
	__u32 at;		/* offset of its header */
	__u32 later;		/* a fragment that has no such header */
};

struct arp {
	__be16 hardware, protocol;
	__u8 hardware_length, protocol_length;
	__be16 operation;
	__u8 mac[ETH_ALEN];	/* the sender's */
	__u8 ip[4];
} __attribute__ ((packed));

static __always_inline int
spoofed (const struct frame *f, const struct dp_port *p)
{
	return !(p->flags & DP_PORT_SPOOFING) &&
		!same_mac (f->eth.h_source, p->mac);
}

/* Is it of an adapter that the guest may team with this one? */
STAGE int
is_of_partner (const struct frame *f, __u32 slot)
{
	const struct dp_partners *t =
		bpf_map_lookup_elem (&partners, &slot);
	__u64 mac = 0;

	if (!f || !t)
		return 0;
	__builtin_memcpy (&mac, f->eth.h_source, ETH_ALEN);
	for (int i = 0; mac && i < DP_PARTNERS; i++)
		if (t->mac[i] == mac)
			return 1;
	return 0;
}

static __always_inline int
find_upper_ipv4 (struct __sk_buff *skb, const struct frame *f,
		 struct upper *u)
{
	__be16 fragment;

	if (bpf_skb_load_bytes (skb, f->l3 + 6, &fragment, sizeof fragment))
		return 0;
	u->later = (fragment & bpf_htons (0x1fff)) != 0;
	return 1;
}

/* Length of one of IPv6's headers; 0: it is none that others follow. */
static __always_inline __u32
header_length (__u32 protocol, const __u8 *h)
{
	switch (protocol) {
	case 0: case 43: case 60: case 135:
		return (h[1] + 1) * 8;
	case 44:
		return 8;
	case 51:
		return (h[1] + 2) * 4;
	default:
		return 0;
	}
}

static __always_inline int
find_upper_ipv6 (struct __sk_buff *skb, struct upper *u)
{
	__u8 h[4];

	for (int i = 0; i < MAX_HEADERS; i++) {
		__u32 length;

		if (bpf_skb_load_bytes (skb, u->at, h, sizeof h))
			return u->protocol == 59;
		length = header_length (u->protocol, h);
		if (!length)
			return 1;
		if (u->protocol == 44 && (h[2] | (h[3] & 0xf8))) {
			u->later = 1;
			return 1;
		}
		u->protocol = h[0];
		u->at += length;
	}
	return 0;
}

/* Zero: it is out of sight, behind more headers than an honest frame has. */
STAGE int
find_upper (struct __sk_buff *skb, const struct frame *f, struct upper *u)
{
	if (!f || !u)
		return 0;
	u->protocol = f->l4_protocol;
	u->at = f->l3 + f->header;
	u->later = 0;
	return f->family == DP_IPV4 ? find_upper_ipv4 (skb, f, u)
		: find_upper_ipv6 (skb, u);
}

static __always_inline int
is_dhcp_server (struct __sk_buff *skb, const struct frame *f,
		const struct upper *u)
{
	__be16 port;

	if (u->protocol != UDP)
		return 0;
	if (bpf_skb_load_bytes (skb, u->at, &port, sizeof port))
		return 1;
	return port == bpf_htons (f->family == DP_IPV4 ? DHCP_SERVER
				  : DHCPV6_SERVER);
}

static __always_inline int
is_router (struct __sk_buff *skb, const struct frame *f,
	   const struct upper *u)
{
	int v4 = f->family == DP_IPV4;
	__u8 type;

	if (u->protocol != (v4 ? ICMP : ICMPV6))
		return 0;
	if (bpf_skb_load_bytes (skb, u->at, &type, 1))
		return 1;
	if (v4)
		return type == ICMP_ROUTER_ADVERTISEMENT ||
			type == ICMP_REDIRECT_HOST;
	return type == ROUTER_ADVERTISEMENT || type == REDIRECT;
}

/* Does it name another MAC address for its sender than it comes from? */
static __always_inline int
lies_in_arp (struct __sk_buff *skb, const struct frame *f)
{
	struct arp a;

	return bpf_skb_load_bytes (skb, f->l3, &a, sizeof a) ||
		a.hardware != bpf_htons (1) ||
		a.protocol != bpf_htons (ETH_P_IP) ||
		a.hardware_length != ETH_ALEN || a.protocol_length != 4 ||
		!same_mac (a.mac, f->eth.h_source);
}

/* Likewise: the option of a solicitation is 1, of an advertisement 2. */
STAGE int
lies_as_neighbor (struct __sk_buff *skb, const struct frame *f,
		  const struct upper *u)
{
	struct { __u8 type, length, mac[ETH_ALEN]; } o;
	__u32 at, end, want;
	__be16 payload;
	__u8 type;

	if (!f || !u || u->protocol != ICMPV6 || f->family != DP_IPV6)
		return 0;
	if (bpf_skb_load_bytes (skb, u->at, &type, 1) ||
	    bpf_skb_load_bytes (skb, f->l3 + 4, &payload, sizeof payload))
		return 1;
	if (type != SOLICITATION && type != ADVERTISEMENT)
		return 0;
	want = type == SOLICITATION ? 1 : 2;
	at = u->at + 24;
	end = f->l3 + IPV6_HLEN + bpf_ntohs (payload);
	for (int i = 0; i < MAX_OPTIONS; i++) {
		if (at + sizeof o > end)
			return 0;
		if (bpf_skb_load_bytes (skb, at, &o, sizeof o) || !o.length)
			return 1;
		if (o.type == want && !same_mac (o.mac, f->eth.h_source))
			return 1;
		at += o.length * 8;
	}
	return 1;
}

/* ---- the addresses of a VM ---- */

/* Those that say nothing of who it is do not count: any, and link-local. */
static __always_inline int
counts (const __u32 *addr)
{
	if (!addr[0] && !addr[1] && addr[2] == bpf_htonl (0xffff))
		return addr[3] != 0;
	return (addr[0] | addr[1] | addr[2] | addr[3]) &&
		(addr[0] & bpf_htonl (0xffc00000)) != bpf_htonl (0xfe800000);
}

static __always_inline int
same_address (const __u32 *a, const __u32 *b)
{
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
		(a[3] ^ b[3])) == 0;
}

/* Another processor may have looked at the clock later. */
static __always_inline __s64
idle (const struct dp_address *place, __u64 now)
{
	return now - place->used;
}

STAGE int
has_place (const struct dp_address *a, __u32 slot, __u32 limit)
{
	struct dp_addresses *all = bpf_map_lookup_elem (&addresses, &slot);
	__u64 now = bpf_ktime_get_coarse_ns ();

	if (!all || !a)
		return 0;
	for (__u32 i = 0; i < DP_ADDRESSES && i < limit; i++) {
		struct dp_address *place = &all->place[i];

		if (!place->used || !same_address (place->addr, a->addr))
			continue;
		/* Not each time: the processors share it. */
		if (idle (place, now) > DP_ADDRESS_IDLE / 100)
			place->used = now;
		return 1;
	}
	return 0;
}

STAGE int
takes_place (const struct dp_address *a, __u32 slot, __u32 limit)
{
	struct dp_addresses *all = bpf_map_lookup_elem (&addresses, &slot);
	__u64 now = bpf_ktime_get_coarse_ns ();

	if (!all || !a)
		return 1;
	for (__u32 i = 0; i < DP_ADDRESSES && i < limit; i++) {
		struct dp_address *place = &all->place[i];

		if (place->used && idle (place, now) <= DP_ADDRESS_IDLE)
			continue;
		__builtin_memcpy (place->addr, a->addr, sizeof a->addr);
		place->used = now;
		return 1;
	}
	return 0;
}

static __always_inline int
is_one_too_many (const struct dp_address *a, const struct dp_port *p)
{
	return counts (a->addr) && !has_place (a, p->slot, p->addresses) &&
		!takes_place (a, p->slot, p->addresses);
}

static __always_inline void
address_ipv4 (struct dp_address *a, __u32 ip)
{
	a->addr[2] = bpf_htonl (0xffff);
	a->addr[3] = ip;
}

/* Whom an advertisement speaks of, whoever sends it. */
static __always_inline int
advertised (struct __sk_buff *skb, const struct frame *f,
	    const struct upper *u, struct dp_address *a)
{
	__u8 type;

	return f->family == DP_IPV6 && u->protocol == ICMPV6 && !u->later &&
		!bpf_skb_load_bytes (skb, u->at, &type, 1) &&
		type == ADVERTISEMENT &&
		!bpf_skb_load_bytes (skb, u->at + 8, a->addr,
				     sizeof a->addr);
}

STAGE int
exceeds_addresses (struct __sk_buff *skb, const struct frame *f,
		   const struct dp_port *p, const struct upper *u)
{
	struct dp_address a = { 0 };
	struct arp arp;

	if (!f || !p || !u)
		return 0;
	if (f->protocol == bpf_htons (ETH_P_ARP)) {
		if (bpf_skb_load_bytes (skb, f->l3, &arp, sizeof arp))
			return 0;
		__builtin_memcpy (&a.addr[3], arp.ip, sizeof arp.ip);
		address_ipv4 (&a, a.addr[3]);
	} else if (f->family == DP_IPV4) {
		address_ipv4 (&a, f->src[0]);
	} else if (f->family == DP_IPV6) {
		__builtin_memcpy (a.addr, f->src, sizeof a.addr);
	}
	return is_one_too_many (&a, p) ||
		(advertised (skb, f, u, &a) && is_one_too_many (&a, p));
}

/* ---- to all ---- */

STAGE int
storms_over (const struct frame *f, const struct dp_port *p, __u32 frames)
{
	__u32 now = bpf_ktime_get_coarse_ns () / 1000000000, slot;
	__u64 *storm, was;

	if (!f || !p || !p->storm || !(f->eth.h_dest[0] & 1))
		return 0;
	slot = p->slot;
	storm = bpf_map_lookup_elem (&storms, &slot);
	if (!storm)
		return 0;
	for (int i = 0; i < MAX_TRIES; i++) {
		__u32 n = frames;

		was = *(volatile __u64 *) storm;
		if (DP_STORM_SECOND (was) == now)
			n += (__u32) was;
		if (n > p->storm)
			return 1;
		if (__sync_val_compare_and_swap (storm, was,
						 DP_STORM (now, n)) == was)
			return 0;
	}
	return 1;
}

/* ---- all of them ---- */

static __always_inline __u32
guard_servers (struct __sk_buff *skb, const struct frame *f,
	       const struct dp_port *p, const struct upper *u, int seen)
{
	if (u->later)
		return 0;
	if (p->flags & DP_PORT_DHCP_GUARD &&
	    (!seen || is_dhcp_server (skb, f, u)))
		return DATAPATH_DROP_DHCP_GUARD;
	if (p->flags & DP_PORT_ROUTER_GUARD &&
	    (!seen || is_router (skb, f, u)))
		return DATAPATH_DROP_ROUTER_GUARD;
	if (p->flags & DP_PORT_NEIGHBOR_GUARD &&
	    (!seen || lies_as_neighbor (skb, f, u)))
		return DATAPATH_DROP_NEIGHBOR_GUARD;
	return 0;
}

STAGE int
guard_more (struct __sk_buff *skb, const struct frame *f,
	    const struct dp_port *p, __u32 frames)
{
	struct upper u = { 0 };
	__u32 reason = 0;

	if (!f || !p)
		return 0;
	if (f->family && !f->malformed)
		reason = guard_servers (skb, f, p, &u,
					find_upper (skb, f, &u));
	else if (p->flags & DP_PORT_NEIGHBOR_GUARD &&
		 f->protocol == bpf_htons (ETH_P_ARP) && lies_in_arp (skb, f))
		reason = DATAPATH_DROP_NEIGHBOR_GUARD;
	if (reason)
		return reason;
	if (p->addresses && !f->malformed && exceeds_addresses (skb, f, p, &u))
		return DATAPATH_DROP_ADDRESS_LIMIT;
	return storms_over (f, p, frames) ? DATAPATH_DROP_STORM_LIMIT : 0;
}

/* Returns why the frame is dropped; 0: it goes on. */
static __always_inline __u32
guard (struct __sk_buff *skb, const struct frame *f, const struct dp_port *p,
       int dir, __u32 frames)
{
	if (dir != DP_OUT)
		return 0;
	if (spoofed (f, p) && !(p->flags & DP_PORT_PARTNERS &&
				is_of_partner (f, p->slot)))
		return DATAPATH_DROP_MAC_SPOOFING;
	return p->flags & DP_PORT_GUARDED ? guard_more (skb, f, p, frames) : 0;
}

#endif
