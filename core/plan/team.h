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

#endif
