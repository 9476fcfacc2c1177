/*
 * follow.h - what a team does when a link goes or comes, without a plan and
 * without the host's lock: the adapters go by another member at once, always as
 * team.h says of what there is at that moment. Called by the agent.
 */
#ifndef VMNET_TEAM_FOLLOW_H
#define VMNET_TEAM_FOLLOW_H

#include "team/team.h"

/*
 * Every team of `m`. Who has moved is announced on the member that he goes by
 * now: the switches outside learn it there. TRUE: something has changed.
 */
gboolean team_follow (vmnet_host *h, const vmnet_model *m);

#endif
