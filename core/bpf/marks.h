/*
 * marks.h - what the port programs say in a frame's tc_index while it is on its
 * way through this machine: the slot of the adapter that sent it, for a team's
 * members (team.bpf.h), or a mark, which no slot is. Included by the programs
 * and, through datapath.h, by all who give slots.
 */
#ifndef VMNET_BPF_MARKS_H
#define VMNET_BPF_MARKS_H

#define DATAPATH_SLOT_MAX 0xfeff

enum {
	DATAPATH_MARK_COPY = DATAPATH_SLOT_MAX + 1,	/* of a mirror */
	DATAPATH_MARK_COPY_AWAY,	/* in a tunnel to another machine */
	DATAPATH_MARK_DECIDED,		/* handed to its receiver's port */
};

#endif
