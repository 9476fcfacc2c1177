/*
 * orders.h - what libvirt is asked to do with its guests once a transaction is
 * committed and its lock given back: libvirt's hook wants that.
 */
#ifndef VMNET_PLAN_ORDERS_H
#define VMNET_PLAN_ORDERS_H

#include "plan/txn.h"

/* "virsh VERB GUEST" for the VM `vm`, which has that name there. */
void orders_add (vmnet_txn *t, const char *vm, const char *verb,
		 const char *guest);
guint orders_count (const vmnet_txn *t);
/* Only the first `n` of them stay. */
void orders_cut (vmnet_txn *t, guint n);
/* Adds a line for each to the steps, strings. */
void orders_describe (const vmnet_txn *t, GPtrArray *steps);
/* Gives them, in order; FALSE: the one that failed, and none after it. */
gboolean orders_give (vmnet_txn *t, GError **error);

#endif
