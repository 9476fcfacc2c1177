/*
 * team.h - which member of its team each adapter goes by at the moment: decided
 * from the links' state, here and nowhere else. Callers: plan/ (what is to be),
 * follow.c (a link has gone or come), view/.
 */
#ifndef VMNET_TEAM_TEAM_H
#define VMNET_TEAM_TEAM_H

#include "bpf/balance.h"
#include "host.h"
#include "model/model.h"

typedef struct {
	const char *nic;	/* the switch's */
	int ifindex;		/* 0: it is not there */
	gboolean up;		/* has its link */
} team_member;

typedef struct {
	const vmnet_switch *sw;
	guint n;
	team_member members[VMNET_TEAM_MAX];
} team;

/* Asked for each member; NULL: it is not there. Not owned. */
typedef const kn_link *(*team_link_func) (gpointer user, const char *nic);

/* Overwrites `t`; `sw` has a team and outlives it. */
void team_look (team *t, const vmnet_switch *sw, team_link_func link,
		gpointer user);
/*
 * The member that takes broadcasts, multicasts and what is for nobody here: the
 * first one that has its link; the first one where none has.
 */
guint team_receiver (const team *t);
/*
 * The member that adapter `a` of that switch goes by: the one it belongs to
 * while that has its link, or where it is to stay; else one of the others, by
 * its number, so that they are dealt out evenly.
 */
guint team_choose (const team *t, const vmnet_adapter *a);
/* Does a virtual function carry the adapter? Its software one is in reserve then,
 * and outside it is where its card is. */
gboolean team_by_card (datapath *d, const vmnet_adapter *a);
/* Its members as flows see them that are spread; those that are there. How many
 * they are. */
guint team_lanes (vmnet_host *h, const team *t, team_link_func link,
		  gpointer user, datapath_lane lanes[VMNET_TEAM_MAX]);

#endif
