/*
 * watch.h - what the agent does when something happens to the pairs of
 * virtual function and software NIC: it takes the better way, and gives back
 * what has come again. Used by agent.c.
 */
#ifndef VMNET_AGENT_WATCH_H
#define VMNET_AGENT_WATCH_H

#include "host.h"

typedef struct watch watch;

watch *watch_new (vmnet_host *h);
void watch_free (watch *w);
/* Reads the store again: which pairs there are. */
void watch_reload (watch *w);
/* Are there any, or meters, so that the agent has to stay? */
gboolean watch_has_work (const watch *w);

#endif
