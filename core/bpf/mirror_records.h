/*
 * mirror_records.h - what the port programs and mirror.c share of port
 * mirroring. Included by records.h's readers; belongs to DP_LAYOUT, too.
 */
#ifndef VMNET_BPF_MIRROR_RECORDS_H
#define VMNET_BPF_MIRROR_RECORDS_H

#include "records.h"

#define DP_MIRROR_PORTS 8	/* destinations of one switch */
#define DP_MIRROR_PREFIXES 8	/* of one side of a filter */

/* Key of `mirrors` and `copies`: a port's slot, or this for an uplink. */
#define DP_MIRROR_UPLINK(ifindex) (1u << 31 | (__u32) (ifindex))

struct dp_prefix {
	__u32 addr[4], mask[4];
	__u32 family;		/* DP_IPV4, DP_IPV6 */
	__u32 pad;
};

struct dp_prefixes {
	__u32 n;		/* 0: any address */
	__u32 pad;
	struct dp_prefix p[DP_MIRROR_PREFIXES];
};

/*
 * By what a copy is known that is dropped in a tunnel: the source's number, and
 * one of its own at random, for the kernel tells this host's programs of those of
 * labs, too. Less than 2^32 ns after the boot, as a time.
 */
#define DP_COPY_TAG(id, source) \
	((__u32) (id) << 17 | ((source) >> 31) << 16 | ((source) & 0xffff))
#define DP_COPY_TAG_SOURCE(tag) \
	(((tag) >> 16 & 1) << 31 | ((tag) & 0xffff))
#define DP_COPY_TAG_IDS (1 << 15)

/* Value of `mirrors`: what becomes of the frames of a source. */
struct dp_mirror {
	__u32 vswitch;		/* ifindex; its destinations get copies */
	__u32 tunnel;		/* ifindex of the one away from here; or 0 */
	__u32 snap;		/* bytes of a copy; 0: all */
	__u32 vlan;		/* of frames without a tag; 0: none */
	__u32 tag;		/* DP_COPY_TAG; 0: not to be known again */
	__u32 pad;
	__u64 rate;		/* bit/s that was asked for; told, not used */
	__u64 cost;		/* ns for a byte, << DP_COST_SHIFT; 0: free */
	__u64 burst;		/* ns that may be owed */
	__u64 paid;		/* ns, CLOCK_MONOTONIC: copies are until then */
	struct dp_prefixes local, remote;
};
#define DP_COST_SHIFT 16

/* Value of `mirror_ports`, by ifindex of the bridge: the destinations. */
struct dp_mirror_port {
	__u32 ifindex;
	__u16 untagged;		/* VLAN of frames without a tag; 0: none */
	__u16 trunk;		/* takes `vlans`, too */
	__u64 vlans[64];	/* bits */
};

struct dp_mirror_ports {
	__u32 n;
	__u32 pad;
	struct dp_mirror_port port[DP_MIRROR_PORTS];
};

/* Value of `copies`, by source: what became of each copy. */
enum {
	DP_COPY_SENT,
	DP_COPY_LIMITED,	/* above the rate limit */
	DP_COPY_UNCUT,		/* could not be made as short as asked */
	DP_COPY_REFUSED,	/* by the destination's queue or interface */
	DP_COPY_AWAY,		/* behind the tunnel; among the sent, too */
	DP_COPY_FATES
};

struct dp_copies {
	struct dp_count fate[DP_COPY_FATES];
};

/* The copy that this processor sends at the moment; `to` 0: none. */
struct dp_copy {
	__u32 to;
	__u32 known;		/* dp_mirror.tag */
	__u32 snap;
	__u16 tag;		/* VLAN to be added; 0: none */
	__u8 untag;
	__u8 uncut;		/* the destination says so */
};

#endif
