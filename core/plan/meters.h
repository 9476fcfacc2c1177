/*
 * meters.h - what meters have counted, kept beside the store: the counters
 * stand in maps of the kernel, which a boot and a new layout of the maps take
 * away. Called by plan/txn.c and by the agent.
 */
#ifndef VMNET_PLAN_METERS_H
#define VMNET_PLAN_METERS_H

#include "host.h"

/* How often the agent saves: what a power cut takes is not more than that. */
#define METERS_SAVE_SECONDS 60

/* Is there a Meter entry at all? */
gboolean meters_any (const vmnet_model *m);
/* Writes state_dir/meters. Does nothing where there are no counters, or while
 * the figures of earlier ones wait there for the next commit. */
gboolean meters_save (vmnet_host *h, GError **error);
/*
 * The counters that `m` counts on are gone: what was saved of them becomes
 * what the meters carry. FALSE: they are not, and `m` is as before.
 */
gboolean meters_take (vmnet_host *h, vmnet_model *m);

#endif
