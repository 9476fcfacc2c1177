/*
 * reasons.h - why a port's programs drop a frame. Included by the programs and,
 * through datapath.h, by all who read drops.
 */
#ifndef VMNET_BPF_REASONS_H
#define VMNET_BPF_REASONS_H

/* Index of the counters, too: a number that was in use keeps its meaning. */
typedef enum {
	DATAPATH_DROP_ACL = 1,		/* `acl` names the entry */
	DATAPATH_DROP_MAC_SPOOFING,
	DATAPATH_DROP_MALFORMED,
	DATAPATH_DROP_EXTENDED_ACL,	/* `acl` names the entry, too */
	DATAPATH_DROP_DHCP_GUARD,
	DATAPATH_DROP_ROUTER_GUARD,
	DATAPATH_DROP_NEIGHBOR_GUARD,
	DATAPATH_DROP_ADDRESS_LIMIT,
	DATAPATH_DROP_STORM_LIMIT,
	DATAPATH_DROP_EXTENSION,
	DATAPATH_DROP_LINK_DOWN,
} datapath_drop_reason;

/* Room for more without a new layout; 0 stands for frames that passed. */
#define DATAPATH_REASONS 16

#endif
