/*
 * port_flow.bpf.h - to which connection a frame belongs: protocol, ports and
 * VLAN, seen from the VM, the same for both directions. Used by port_ext.bpf.h.
 */
#ifndef VMNET_BPF_PORT_FLOW_H
#define VMNET_BPF_PORT_FLOW_H

#include "port_parse.bpf.h"

#define FLOW_EXTENSIONS 6	/* a frame with more is dropped as malformed */

#define FLOW_ICMP 1
#define FLOW_TCP 6
#define FLOW_UDP 17
#define FLOW_ICMP6 58
#define FLOW_SCTP 132
#define FLOW_UDPLITE 136

#define FLOW_FIN 1
#define FLOW_SYN 2
#define FLOW_RST 4
#define FLOW_ACK 16

struct flow {
	struct dp_conn_key key;	/* ports: of ICMP the echo's id */
	__u8 has_ports;		/* that an entry can name */
	__u8 opens, answers;	/* what it can do to a connection */
	__u8 tcp_flags;
};

/*
 * The VLAN that the frame is in, as the bridge has it: that of an 802.1Q tag,
 * else the port's own. A tag of VLAN 0 is for the priority only.
 */
static __always_inline __u16
vlan_of_frame (struct __sk_buff *skb, const struct frame *f, __u32 untagged)
{
	__be16 tci = 0;
	__u16 vlan = 0;

	if (skb->vlan_present) {
		if (skb->vlan_proto == bpf_htons (ETH_P_8021Q))
			vlan = skb->vlan_tci & VLAN_ID;
	} else if (f->eth.h_proto == bpf_htons (ETH_P_8021Q)) {
		if (!bpf_skb_load_bytes (skb, ETH_HLEN, &tci, sizeof tci))
			vlan = bpf_ntohs (tci) & VLAN_ID;
	}
	return vlan ? vlan : untagged;
}

/* The upper protocol's offset; its number in *protocol. Zero: too deep. */
static __always_inline __u32
skip_to_upper (struct __sk_buff *skb, const struct frame *f, __u32 *protocol,
	       __u32 *later)
{
	__u32 at = f->l3 + f->header;
	__u8 h[4];

	for (int i = 0; i <= FLOW_EXTENSIONS; i++) {
		__u32 p = *protocol;

		/* Behind its header a later fragment has no other one. */
		if (*later || (p != 0 && p != 43 && p != 44 && p != 51 &&
			       p != 60))
			return at;
		if (i == FLOW_EXTENSIONS ||
		    bpf_skb_load_bytes (skb, at, h, sizeof h))
			return 0;
		*protocol = h[0];
		if (p == 44) {
			*later = h[2] | (h[3] & 0xf8);
			at += 8;
		} else if (p == 51) {
			at += (h[1] + 2) * 4;
		} else {
			at += (h[1] + 1) * 8;
		}
	}
	return 0;
}

static __always_inline int
read_ports (struct __sk_buff *skb, __u32 at, int outbound, struct flow *w)
{
	__u16 ports[2];

	if (bpf_skb_load_bytes (skb, at, ports, sizeof ports))
		return -1;
	w->key.local_port = outbound ? ports[0] : ports[1];
	w->key.remote_port = outbound ? ports[1] : ports[0];
	w->has_ports = 1;
	if (w->key.protocol == FLOW_TCP)
		/* A first fragment may end before them. */
		bpf_skb_load_bytes (skb, at + 13, &w->tcp_flags, 1);
	return 0;
}

/* Only an echo has answers. */
static __always_inline int
read_icmp (struct __sk_buff *skb, __u32 at, int v6, struct flow *w)
{
	__u8 h[6];

	w->opens = w->answers = 0;
	if (bpf_skb_load_bytes (skb, at, h, 1))
		return -1;
	if (bpf_skb_load_bytes (skb, at, h, sizeof h))
		return 0;
	w->opens = h[0] == (v6 ? 128 : 8);
	w->answers = h[0] == (v6 ? 129 : 0);
	__builtin_memcpy (&w->key.local_port, h + 4, 2);
	w->key.remote_port = w->key.local_port;
	return 0;
}

static __always_inline void
read_addresses (const struct frame *f, int outbound, struct dp_conn_key *k)
{
	__builtin_memcpy (k->local, outbound ? f->src : f->dst, 16);
	__builtin_memcpy (k->remote, outbound ? f->dst : f->src, 16);
}

/*
 * Fills `w`, which is all zero but for slot and VLAN. The frame is IP and not
 * malformed. Returns 0, or -1: its headers end too soon or not soon enough.
 */
static __always_inline int
read_flow (struct __sk_buff *skb, const struct frame *f, struct flow *w,
	   int outbound)
{
	__u32 protocol = f->l4_protocol, later = 0, at;
	__u16 offset = 0;

	w->key.family = f->family;
	read_addresses (f, outbound, &w->key);
	at = f->l3 + f->header;
	if (f->family == DP_IPV6)
		at = skip_to_upper (skb, f, &protocol, &later);
	else if (bpf_skb_load_bytes (skb, f->l3 + 6, &offset, 2))
		return -1;
	if (bpf_ntohs (offset) & 0x1fff)
		later = 1;
	w->key.protocol = protocol;
	if (at == 0)
		return -1;
	if (later)
		return 0;
	w->opens = w->answers = 1;
	if (protocol == FLOW_TCP || protocol == FLOW_UDP ||
	    protocol == FLOW_SCTP || protocol == FLOW_UDPLITE)
		return read_ports (skb, at, outbound, w);
	if (protocol == (f->family == DP_IPV6 ? FLOW_ICMP6 : FLOW_ICMP))
		return read_icmp (skb, at, f->family == DP_IPV6, w);
	return 0;
}

#endif
