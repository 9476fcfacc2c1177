/*
 * port_measure.bpf.h - how many bytes and frames a frame is on the wire.
 */
#ifndef VMNET_BPF_PORT_MEASURE_H
#define VMNET_BPF_PORT_MEASURE_H

#include "port_parse.bpf.h"

#define MAX_EXTENSIONS 4
#define GSO_BY_FRAGS 0xffff

/* Hop-by-hop, routing and destination options before TCP or UDP. */
static __always_inline __u32
skip_extensions (struct __sk_buff *skb, const struct frame *f, __u32 *l4)
{
	__u32 protocol = f->l4_protocol;
	__u8 h[2];

	for (int i = 0; i < MAX_EXTENSIONS; i++) {
		if (protocol != 0 && protocol != 43 && protocol != 60)
			break;
		if (bpf_skb_load_bytes (skb, *l4, h, sizeof h))
			return 0;
		protocol = h[0];
		*l4 += (h[1] + 1) * 8;
	}
	return protocol;
}

/* Bytes that each segment of a GSO frame repeats; 0: not known. */
static __always_inline __u32
repeated_header (struct __sk_buff *skb, const struct frame *f)
{
	__u32 l4 = f->l3 + f->header, protocol = f->l4_protocol;
	__u8 offset;

	if (f->family == 0 || f->malformed)
		return 0;
	if (f->family == DP_IPV6)
		protocol = skip_extensions (skb, f, &l4);
	if (protocol == 17)
		return l4 + 8;
	if (protocol != 6 || bpf_skb_load_bytes (skb, l4 + 12, &offset, 1))
		return 0;
	return l4 + (offset >> 4) * 4;
}

static __always_inline __u32
tag_length (const struct __sk_buff *skb)
{
	return skb->vlan_present ? 4 : 0;
}

/* A GSO frame as all its segments; one that it does not know stays one. */
STAGE int
measure_segments (struct __sk_buff *skb, const struct frame *f,
		  struct dp_count *c)
{
	__u32 len = skb->len, size = skb->gso_size, header, segments;

	if (!f || !c)
		return 0;
	header = repeated_header (skb, f);
	if (header == 0 || header >= len)
		return 0;
	segments = (len - header + size - 1) / size;
	c->packets = segments;
	c->bytes += (__u64) (segments - 1) * (header + tag_length (skb));
	return 0;
}

/* As the frames leave, with their tag. */
static __always_inline void
measure (struct __sk_buff *skb, const struct frame *f, struct dp_count *c)
{
	__u32 size = skb->gso_size;

	c->bytes = skb->len + tag_length (skb);
	c->packets = 1;
	if (size != 0 && size != GSO_BY_FRAGS)
		measure_segments (skb, f, c);
}

#endif
