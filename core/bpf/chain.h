/*
 * chain.h - the extensions of a switch at work: a bridge that has any has a
 * pair of port programs of its own, with them in it. Called by
 * plan/extension.c and view/extension.c.
 */
#ifndef VMNET_BPF_CHAIN_H
#define VMNET_BPF_CHAIN_H

#include "bpf/datapath.h"

/*
 * Programs for the ports of `bridge` that ask `list` (vmnet_switchext *, with
 * their files), in that order; empty: the bridge has none any more. Ports take
 * them when they are set (datapath_port.extended = bridge), and have their old
 * ones till then. An extension that was there already, from the same file,
 * keeps its maps. All of it is pinned and belongs to the kernel. On failure it
 * is as before.
 */
gboolean datapath_chain_set (datapath *d, int bridge, const GPtrArray *list,
			     GError **error);
/*
 * Whom the programs ask, in that order: vmnet_switchext * with name, type and
 * digest, owned; empty: there are none.
 */
GPtrArray *datapath_chain_get (datapath *d, int bridge);
/* Do they ask just these, and are they of this build? */
gboolean datapath_chain_is (datapath *d, int bridge, const GPtrArray *list);
/* Bridges (guint) that have a chain. */
GArray *datapath_chains (datapath *d);
/* The folder of the maps that an extension has there; owned; NULL: none. */
char *datapath_chain_maps (datapath *d, int bridge, guint64 digest);

#endif
