/*
 * orders.h - what a transaction's VMs are told once it is committed and its lock
 * given back: libvirt's hook wants that, and none of it can be taken back.
 */
#ifndef VMNET_PLAN_ORDERS_H
#define VMNET_PLAN_ORDERS_H

#include "move/guest.h"
#include "plan/txn.h"

typedef struct {
	vmnet_power what;
	const char *vm;
	const guest *to;	/* whom; NULL: a lab's VM, or none runs yet */
	guint seconds;		/* to wait for its end */
	gboolean force;		/* and then its power is cut */
} order;

/* Copies it. */
void orders_add (vmnet_txn *t, const order *o);
/* Does the VM run once they are given? `now` when none of them says so. */
gboolean orders_running (const vmnet_txn *t, const char *vm, gboolean now);
guint orders_count (const vmnet_txn *t);
/* Only the first `n` of them stay. */
void orders_cut (vmnet_txn *t, guint n);
/* Adds a line for each to the steps, strings. */
void orders_describe (const vmnet_txn *t, GPtrArray *steps);
/* Gives them, in order; FALSE: the one that failed, and none after it. */
gboolean orders_give (vmnet_txn *t, GError **error);

#endif
