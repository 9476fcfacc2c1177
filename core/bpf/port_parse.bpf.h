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

/*
 * A stage that the verifier looks at once and by itself, whoever calls it from
 * however many branches: without that, each branch of a stage is gone through
 * again behind each branch of those before it. Its caller knows nothing of what
 * it leaves behind, so numbers from it are bounded anew where they are used.
 * Linux 5.15 wants such a function to be global, its arguments to be numbers,
 * the context or pointers to a struct; those may be NULL as far as it knows.
 */
#define STAGE __attribute__ ((noinline))

#define MAX_TAGS 2		/* the one in the metadata included */
#define VLAN_ID 0xfff		/* of a tag's TCI */
#define IPV4_HLEN 20
#define IPV6_HLEN 40
/* All that any stage reads of an ordinary frame. */
#define LOOK (ETH_HLEN + MAX_TAGS * 4 + IPV6_HLEN)

/* The frame as far as it was looked into. */
struct frame {
	__u32 src[4], dst[4];	/* of IPv4, the first word */
	__u32 l3;		/* offset of the IP header */
	__u32 header;		/* its length */
	__u32 l4_protocol;
	__u32 family;		/* DP_IPV4, DP_IPV6; 0: neither */
	__u32 protocol;		/* behind the tags; big-endian */
	__u32 malformed;	/* says that it is IP, but is not */
	struct ethhdr eth;
} __attribute__ ((aligned (8)));

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

/* Skips inline tags; `had`: the outermost one is in the metadata already. */
static __always_inline __be16
skip_tags (const __u8 *data, const __u8 *end, int had, struct frame *f)
{
	__be16 protocol = f->eth.h_proto;

	f->l3 = ETH_HLEN;
	for (int i = 0; i < MAX_TAGS - had && is_tag (protocol); i++) {
		const struct vlan_tag *tag = (const void *) (data + ETH_HLEN +
			i * sizeof *tag);

		if ((const __u8 *) (tag + 1) > end)
			return 0;
		protocol = tag->protocol;
		f->l3 += sizeof *tag;
	}
	return protocol;
}

static __always_inline void
parse_ipv4 (const __u8 *h, const __u8 *end, __u32 len, struct frame *f)
{
	f->family = DP_IPV4;
	f->malformed = 1;
	if (h + IPV4_HLEN > end)
		return;
	f->header = (h[0] & 0xf) * 4;
	f->l4_protocol = h[9];
	f->malformed = h[0] >> 4 != 4 || f->header < IPV4_HLEN ||
		f->l3 + f->header > len;
	__builtin_memcpy (f->src, h + 12, 4);
	__builtin_memcpy (f->dst, h + 16, 4);
}

static __always_inline void
parse_ipv6 (const __u8 *h, const __u8 *end, struct frame *f)
{
	f->family = DP_IPV6;
	f->malformed = 1;
	if (h + IPV6_HLEN > end)
		return;
	f->header = IPV6_HLEN;
	f->l4_protocol = h[6];
	f->malformed = h[0] >> 4 != 6;
	__builtin_memcpy (f->src, h + 8, 16);
	__builtin_memcpy (f->dst, h + 24, 16);
}

static __always_inline int
same_mac (const __u8 *x, const __u8 *y)
{
	const __u16 *a = (const __u16 *) x, *b = (const __u16 *) y;

	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) == 0;
}

/* Headers that lie in a page of their own come to where they can be read. */
static __always_inline void
gather (struct __sk_buff *skb)
{
	__u32 here = skb->data_end - skb->data, want = skb->len;

	if (want > LOOK)
		want = LOOK;
	if (here < want)
		bpf_skb_pull_data (skb, want);
}

/* Zero: there is not even an Ethernet header. */
STAGE int
parse (struct __sk_buff *skb, struct frame *f)
{
	const __u8 *data, *end;
	__be16 protocol;

	if (!f)
		return 0;
	gather (skb);
	data = (const __u8 *) (long) skb->data;
	end = (const __u8 *) (long) skb->data_end;
	if (data + ETH_HLEN > end)
		return 0;
	__builtin_memcpy (&f->eth, data, ETH_HLEN);
	protocol = skip_tags (data, end, skb->vlan_present ? 1 : 0,
			      f);
	if (f->l3 > ETH_HLEN + MAX_TAGS * 4)
		return 0;
	f->protocol = protocol;
	if (protocol == bpf_htons (ETH_P_IP))
		parse_ipv4 (data + f->l3, end, skb->len, f);
	else if (protocol == bpf_htons (ETH_P_IPV6))
		parse_ipv6 (data + f->l3, end, f);
	return 1;
}

#endif
