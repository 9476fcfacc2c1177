/*
 * agent.h - what the rest of core tells the agent. Called by plan/txn.c.
 */
#ifndef VMNET_AGENT_H
#define VMNET_AGENT_H

#include "host.h"

/*
 * The store has changed: an agent that runs reads it again; `needed`: one is
 * started where there is none. Best effort, and nothing inside the agent.
 */
void agent_reload (vmnet_host *h, gboolean needed);

#endif
