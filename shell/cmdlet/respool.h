/*
 * respool.h - what the cmdlets share that name resource pools: respool.c,
 * metering.c, vmswitch.c.
 */
#ifndef SH_RESPOOL_H
#define SH_RESPOOL_H

#include "domain.h"

/* FALSE: -ResourcePoolType names one that is not of the network. */
gboolean respool_type_ok (sh_call *call, GError **error);
/* The pools that the parameter names, all where it is not given; owned. */
GPtrArray *respool_names (sh_call *call, const char *parameter,
			  GError **error);
/* FALSE: -ResourcePoolName names a pool that is not there. For reads. */
gboolean respool_known (sh_call *call, GError **error);
typedef gboolean (*respool_switch_func) (vmnet_txn *txn, const char *pool,
					 const char *vswitch, GError **error);
/* For each switch (char *) and each pool of -ResourcePoolName. */
gboolean respool_each_switch (sh_call *call, vmnet_txn *txn,
			      const GPtrArray *switches,
			      respool_switch_func func, GError **error);

#endif
