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
} datapath_drop_reason;

/* Room for more without a new layout; 0 stands for frames that passed. */
#define DATAPATH_REASONS 16

#endif
