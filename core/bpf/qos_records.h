/*
 * qos_records.h - what the classifier of physical adapters (port_qos.bpf.h) and
 * qos.c share. A change of any struct here needs a new DP_LAYOUT.
 */
#ifndef VMNET_BPF_QOS_RECORDS_H
#define VMNET_BPF_QOS_RECORDS_H

#include "records.h"

#define DP_QOS_POLICIES 64	/* of one host */
#define DP_QOS_COUNTERS 4096	/* of policies, and of those that were */
#define DP_QOS_NICS 1024
#define DP_QOS_PRIORITIES 8

/* What a policy asks of a frame, and what it does to it. */
enum {
	DP_QOS_TCP = 1 << 0,	/* of these two, one of those that are set */
	DP_QOS_UDP = 1 << 1,
	DP_QOS_SRC = 1 << 2,	/* addresses */
	DP_QOS_DST = 1 << 3,
	DP_QOS_PORT = 1 << 4,	/* either port */
	DP_QOS_SPORT = 1 << 5,
	DP_QOS_DPORT = 1 << 6,
	DP_QOS_USER = 1 << 7,	/* of the socket */
	DP_QOS_TYPE = 1 << 8,	/* of the Ethernet frame */
	DP_QOS_RDMA = 1 << 9,	/* RoCE of any port, or TCP of `port` */
	DP_QOS_SET_DSCP = 1 << 10,
	DP_QOS_SET_PRIORITY = 1 << 11,
};

struct dp_qos_policy {
	__u32 id;		/* of its counter */
	__u32 flags;
	__u32 classid;		/* its own, where the adapter is shaped */
	__u32 user;
	__u32 family;		/* DP_IPV4, DP_IPV6; 0: either */
	__u16 type;		/* host order, as the ports */
	__u16 port;
	__u16 sport[2], dport[2];	/* first and last */
	__u8 dscp;
	__u8 priority;
	__u8 pad[2];
	__u32 src[4], src_mask[4];
	__u32 dst[4], dst_mask[4];
};

/* The only element of `qos_set`, replaced as a whole; the first policy that a
 * frame satisfies is its own. */
struct dp_qos_set {
	__u32 n;
	__u32 pad;
	struct dp_qos_policy at[DP_QOS_POLICIES];
};

/* Value of `qos_nics`, by ifindex. */
struct dp_qos_nic {
	__u32 shaped;		/* its HTB has the classes below */
	__u32 classid[DP_QOS_PRIORITIES];	/* 0: the default flow's */
};

#endif
