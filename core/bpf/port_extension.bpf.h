/*
 * port_extension.bpf.h - the extensions of a switch: what third parties'
 * programs say of a frame. A switch that has any has port programs of its own,
 * in which each takes the place of one of the functions below (link.c), and
 * which know the switch and the extensions' types as constants. What a program
 * is told of the frame stands in skb->cb; what it may see and do is in
 * extension/vmnet_extension.h.
 */
#ifndef VMNET_BPF_PORT_EXTENSION_H
#define VMNET_BPF_PORT_EXTENSION_H

#include "extension/vmnet_extension.h"
#include "port_forward.bpf.h"
#include "port_maps.bpf.h"
#include "port_parse.bpf.h"

/* The compiler must not know what it returns: it will be another function. */
#define PLACE(n) \
	STAGE int \
	extension_##n (struct __sk_buff *skb) \
	{ \
		volatile int said = VMNET_PASS; \
\
		return skb ? said : VMNET_PASS; \
	}
PLACE (0) PLACE (1) PLACE (2) PLACE (3)
PLACE (4) PLACE (5) PLACE (6) PLACE (7)

/* What extensions are asked about, and what one of them chose. */
struct asked {
	__u32 ifindex;		/* of the port */
	__u32 dir;
	__u32 bytes, packets;
	__u32 to;		/* ifindex of another port; 0: none chosen */
};

/* A number that link.c puts there. */
static __always_inline __u64
types_of_extensions (void)
{
	__u64 n;

	asm volatile ("%0 = " DP_TEXT (DP_LINK_TYPES) " ll" : "=r" (n));
	return n;
}

static __always_inline __u64
ifindex_of_switch (void)
{
	__u64 n;

	asm volatile ("%0 = " DP_TEXT (DP_LINK_SWITCH) " ll" : "=r" (n));
	return n;
}

/* Each time: one may write there, and the next one must not read that. */
static __always_inline void
tell (struct __sk_buff *skb, const struct frame *f, const struct asked *a)
{
	__u32 ip = f->malformed ? 0 : f->family;

	skb->cb[0] = (a->dir == DP_OUT) | (ip ? (f->l4_protocol & 0xff) << 8 |
		(ip == DP_IPV4 ? 4 : 6) << 16 | f->l3 << 24 : 0);
	skb->cb[1] = ifindex_of_switch ();
	skb->cb[2] = a->ifindex;
	skb->cb[3] = a->bytes;
	skb->cb[4] = (a->packets > 0xffff ? 0xffff : a->packets) |
		(ip ? f->l3 + f->header : 0) << 16;
}

/* Is it a port that the frame may go to, whatever its address? */
static __always_inline int
may_go_to (struct __sk_buff *skb, const struct frame *f,
	   const struct dp_port *p, __u32 to)
{
	const struct dp_port *q = find_port (to);

	return q && q != p && p->vswitch && q->vswitch == p->vswitch &&
		q->vlan == p->vlan && !skb->vlan_present &&
		!is_tag (f->eth.h_proto) && reaches (skb, to);
}

/* What it comes to that an extension of that type has said so. */
STAGE int
heed (struct __sk_buff *skb, const struct frame *f, const struct dp_port *p,
      struct asked *a, __u64 type_said)
{
	__u32 type = type_said >> 32, said = type_said;

	if (!f || !p || !a || type == VMNET_CAPTURE)
		return 0;
	if (said == VMNET_DROP)
		return DATAPATH_DROP_EXTENSION;
	if (type != VMNET_FORWARDING || a->dir != DP_OUT ||
	    !(said & VMNET_TO (0)))
		return 0;
	a->to = said & ~VMNET_TO (0);
	return may_go_to (skb, f, p, a->to) ? 0 : DATAPATH_DROP_EXTENSION;
}

#define ASK(n) do { \
	__u64 type = types >> (n) * 8 & 0xff; \
	__u32 reason; \
\
	if (!type) \
		return 0; \
	tell (skb, f, a); \
	type = type << 32 | (__u32) extension_##n (skb); \
	reason = heed (skb, f, p, a, type); \
	if (reason) \
		return reason; \
} while (0)

/* Returns why the frame is dropped; 0: it goes on. */
STAGE int
extend (struct __sk_buff *skb, const struct frame *f, const struct dp_port *p,
	struct asked *a)
{
	__u64 types = types_of_extensions ();

	if (!f || !p || !a)
		return 0;
	ASK (0);
	ASK (1);
	ASK (2);
	ASK (3);
	ASK (4);
	ASK (5);
	ASK (6);
	ASK (7);
	return 0;
}

#endif
