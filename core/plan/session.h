/*
 * session.h - changes that may cut off whoever makes them: see session.c.
 */
#ifndef VMNET_PLAN_SESSION_H
#define VMNET_PLAN_SESSION_H

#include "plan/plan.h"

/*
 * The remote session that this process was called from, as a text that names
 * it; owned. NULL: there is none, it does not pass here (a lab's shell, a guest
 * of ours), or nothing that the plan does can cut it.
 */
char *session_cut (plan *p);
/* It by itself, whatever is planned. */
char *session_of (const vmnet_host *h);

#endif
