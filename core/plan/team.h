/*
 * team.h - what the files of plan/ share about teams.
 */
#ifndef VMNET_PLAN_TEAM_H
#define VMNET_PLAN_TEAM_H

#include "plan/step.h"
#include "team/team.h"

/* The team of `s` with the links as they are when the plan is made. */
void plan_team_look (plan *p, const vmnet_switch *s, team *out);
/* Before a member joins the bridge, after it has joined, after it has left.
 * Nothing is done where the switch has no team. */
void plan_team_join (plan *p, const vmnet_switch *s, const char *nic,
		     const char *bridge);
void plan_team_joined (plan *p, const vmnet_switch *s, const char *nic,
		       const char *bridge);
void plan_team_left (plan *p, const char *nic);
/*
 * Do the flows of an adapter go by all members? Where the switch spreads them,
 * but for one that is mapped to a member, and for one with a floor or a cap:
 * these stand on one link.
 */
gboolean plan_team_spreads (const vmnet_switch *s, const vmnet_adapter *a);

#endif
