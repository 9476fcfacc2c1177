/*
 * port_parse.bpf.h - how far a frame is looked into: tags are skipped, the IP
 * header is found. The first stage of port.bpf.c; all others read `frame`.
 */
#ifndef VMNET_BPF_PORT_PARSE_H
#define VMNET_BPF_PORT_PARSE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "records.h"

#define MAX_TAGS 2		/* the one in the metadata included */

/* The frame as far as it was looked into. */
struct frame {
	struct ethhdr eth;
	__u32 l3;		/* offset of the IP header */
	__u32 header;		/* its length */
	__u32 l4_protocol;
	__u32 family;		/* DP_IPV4, DP_IPV6; 0: neither */
	__u32 malformed;	/* says that it is IP, but is not */
};

struct vlan_tag {
	__be16 tci;
	__be16 protocol;
};

static __always_inline int
is_tag (__be16 protocol)
{
	return protocol == bpf_htons (ETH_P_8021Q) ||
		protocol == bpf_htons (ETH_P_8021AD);
}

/* Skips inline tags; the outermost one is mostly in the metadata already. */
static __always_inline __be16
skip_tags (struct __sk_buff *skb, struct frame *f)
{
	__be16 protocol = f->eth.h_proto;
	int tags = skb->vlan_present ? 1 : 0;
	struct vlan_tag tag;

	f->l3 = ETH_HLEN;
	for (; tags < MAX_TAGS && is_tag (protocol); tags++) {
		if (bpf_skb_load_bytes (skb, f->l3, &tag, sizeof tag))
			return 0;
		protocol = tag.protocol;
		f->l3 += sizeof tag;
	}
	return protocol;
}

static __always_inline void
parse_ipv4 (struct __sk_buff *skb, struct frame *f)
{
	__u8 h[20];

	f->family = DP_IPV4;
	f->malformed = 1;
	if (bpf_skb_load_bytes (skb, f->l3, h, sizeof h))
		return;
	f->header = (h[0] & 0xf) * 4;
	f->l4_protocol = h[9];
	f->malformed = h[0] >> 4 != 4 || f->header < sizeof h ||
		f->l3 + f->header > skb->len;
}

static __always_inline void
parse_ipv6 (struct __sk_buff *skb, struct frame *f)
{
	__u8 h[40];

	f->family = DP_IPV6;
	f->malformed = 1;
	if (bpf_skb_load_bytes (skb, f->l3, h, sizeof h))
		return;
	f->header = sizeof h;
	f->l4_protocol = h[6];
	f->malformed = h[0] >> 4 != 6;
}

/* Zero: there is not even an Ethernet header. */
static __always_inline int
parse (struct __sk_buff *skb, struct frame *f)
{
	__be16 protocol;

	if (bpf_skb_load_bytes (skb, 0, &f->eth, sizeof f->eth))
		return 0;
	protocol = skip_tags (skb, f);
	if (protocol == bpf_htons (ETH_P_IP))
		parse_ipv4 (skb, f);
	else if (protocol == bpf_htons (ETH_P_IPV6))
		parse_ipv6 (skb, f);
	return 1;
}

#endif
