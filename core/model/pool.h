/*
 * pool.h - who belongs to which resource pool, and what a pool has counted.
 * Callers: edit_*.c, plan/txn.c, view/pool.c.
 */
#ifndef VMNET_MODEL_POOL_H
#define VMNET_MODEL_POOL_H

#include "model/edit.h"

gboolean pool_is_all (const char *name);	/* Primordial */
/* Is pool `name` that pool, or below it? */
gboolean pool_is_below (const vmnet_model *m, const char *name,
			const char *pool);
/* Does the adapter belong to the pool, or to one below it? The host's own
 * adapters belong to none. */
gboolean pool_has (const vmnet_model *m, const char *pool,
		   const vmnet_adapter *a);
/* Is the adapter in a pool that is metered? */
gboolean pool_meters (const vmnet_model *m, const vmnet_adapter *a);

/*
 * What the pool has counted, one vmnet_acl * for each direction and pair of
 * addresses, the figures in carried_bytes and carried_packets; owned. `count`
 * reads the counter of an entry.
 */
GPtrArray *pool_counted (const vmnet_model *m, const vmnet_pool *p,
			 model_count_func count, gpointer user);
/* Zero from now on. */
void pool_begin (const vmnet_model *m, vmnet_pool *p, model_count_func count,
		 gpointer user);
/*
 * Before a commit: in `m`, that was made of `old`, adapters and entries have
 * come to metered pools and gone, and meters were reset. What the pools have
 * counted does not change by that.
 */
void pool_settle (const vmnet_model *old, vmnet_model *m,
		  model_count_func count, gpointer user);

#endif
