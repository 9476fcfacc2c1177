/*
 * mirror.h - inside plan/: what the files about port mirroring share.
 */
#ifndef VMNET_PLAN_MIRROR_H
#define VMNET_PLAN_MIRROR_H

#include "plan/step.h"

/* A source of the model: an adapter's port, or the uplink of a switch. */
typedef struct {
	const vmnet_adapter *adapter;	/* NULL: the uplink */
	const vmnet_switch *vswitch;	/* NULL: not connected */
	const vmnet_mirror *mirror;
} mirror_source;

/* All sources of `m` (or NULL): an array of mirror_source; g_array_unref. */
GArray *mirror_sources (const vmnet_model *m);
/* "network adapter 'web1/x'", "external port of switch 'sw0'"; owned. */
char *mirror_source_text (const mirror_source *s);

/*
 * mirror_loop.c: FALSE where copies of a source for another machine would leave
 * by what is mirrored itself, or would come back here. `strict`: also where
 * there is no way to that machine.
 */
gboolean mirror_loops_ok (plan *p, gboolean strict, GError **error);

/* tunnel.c: makes those that sources need; later takes the others away. */
gboolean plan_tunnels_build (plan *p, GError **error);
void plan_tunnels_remove (plan *p);

#endif
