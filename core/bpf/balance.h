/*
 * balance.h - -LoadBalancingAlgorithm Dynamic: the members of a team that share
 * the flows of its adapters (team_flow.bpf.h). Called by plan/, core/team and
 * view/.
 */
#ifndef VMNET_BPF_BALANCE_H
#define VMNET_BPF_BALANCE_H

#include "bpf/datapath.h"

/* A member as flows see it. */
typedef struct {
	guint32 ifindex;
	guint8 mac[6];		/* its own, which no adapter has */
	gboolean up;
	guint64 speed;		/* bit/s; 0: not known, counts as 10 Gbit/s */
} datapath_lane;

/*
 * The lanes of the team of bridge `vswitch`, at most VMNET_TEAM_MAX, replaced as
 * a whole; flows stay where they are as long as that one is up. Idempotent.
 */
gboolean datapath_lanes_set (datapath *d, guint32 vswitch,
			     const datapath_lane *lanes, guint n,
			     GError **error);
/* How many there are; 0: each adapter has its member. */
guint datapath_lanes_get (datapath *d, guint32 vswitch,
			  datapath_lane lanes[VMNET_TEAM_MAX]);
gboolean datapath_lanes_same (const datapath_lane *a, guint na,
			      const datapath_lane *b, guint nb);
void datapath_lanes_clear (datapath *d, guint32 vswitch);

/* What was measured. */
typedef struct {
	guint64 moved;		/* flows that went to another, since it began */
	guint n;
	struct {
		guint32 ifindex;
		guint flows;	/* that sent by it within a second */
	} lanes[VMNET_TEAM_MAX];
} datapath_balance;

/* FALSE: there are no lanes. */
gboolean datapath_balance_get (datapath *d, guint32 vswitch,
			       datapath_balance *out);

#endif
