/*
 * vmnet_pool.h - resource pools of network adapters: who belongs to whom, for
 * accounting, and which switches adapters of a pool are connected to. A part
 * of vmnet.h, which includes it.
 */
#ifndef VMNET_POOL_H
#define VMNET_POOL_H

/* The pool that is always there, and that every adapter of a VM belongs to. */
#define VMNET_POOL_ALL "Primordial"

typedef struct {
	char *name;
	/* NULL-terminated; none: Primordial is above it alone. What belongs to
	 * a pool belongs to those above it, too. */
	char **parents;
	char **switches;	/* NULL-terminated names */
	gboolean metering;	/* Enable-VMResourceMetering */
	gint64 metering_since;	/* µs since the epoch; 0: never */
	/*
	 * vmnet_acl *, one for each direction and pair of addresses: what is to
	 * be added to the meters of the adapters that are in the pool now
	 * (carried: those that have left), and taken away (base: what they had
	 * counted before they came, or before the last reset).
	 */
	GPtrArray *past;
} vmnet_pool;

/* NULL: there is no such one; also of Primordial before it was ever metered. */
vmnet_pool *vmnet_model_pool (const vmnet_model *m, const char *name);

/* `parents`: NULL or empty: Primordial alone. One that is there with the same
 * parents: nothing changes. */
gboolean vmnet_pool_add (vmnet_txn *txn, const char *name,
			 const char *const *parents, GError **error);
gboolean vmnet_pool_set_parents (vmnet_txn *txn, const char *name,
				 const char *const *parents, GError **error);
gboolean vmnet_pool_rename (vmnet_txn *txn, const char *name,
			    const char *new_name, GError **error);
/* Refused while adapters or other pools belong to it. */
gboolean vmnet_pool_remove (vmnet_txn *txn, const char *name, GError **error);
gboolean vmnet_pool_add_switch (vmnet_txn *txn, const char *name,
				const char *vswitch, GError **error);
gboolean vmnet_pool_remove_switch (vmnet_txn *txn, const char *name,
				   const char *vswitch, GError **error);
/* Is the switch in the pool? All are in Primordial. */
gboolean vmnet_pool_has_switch (const vmnet_model *m, const char *name,
				const char *vswitch);
gboolean vmnet_pool_set_metering (vmnet_txn *txn, const char *name,
				  gboolean on, GError **error);
gboolean vmnet_pool_reset_metering (vmnet_txn *txn, const char *name,
				    GError **error);

/*
 * Connects an adapter to a switch of its pool: to the one that it is on where
 * that is in the pool, else to that with the fewest adapters.
 */
gboolean vmnet_adapter_connect_by_pool (vmnet_txn *txn, const char *vm,
					const char *name, GError **error);

extern const vmnet_noun vmnet_noun_pool;	/* VMResourcePool */
extern const vmnet_noun vmnet_noun_pool_measure;	/* …MeteringReport… */

#endif
