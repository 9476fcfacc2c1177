/*
 * txn.h - a transaction: the lock, what the store holds, and the copy that is
 * being edited. The edits themselves are model/edit.h; txn.c binds them to
 * the public functions.
 */
#ifndef VMNET_TXN_H
#define VMNET_TXN_H

#include "host.h"
#include "model/model.h"
#include "plan/handover.h"

struct vmnet_txn {
	vmnet_host *host;
	vmnet_model *base;	/* what the store holds */
	vmnet_model *leftover;	/* of a commit that was cut off; or NULL */
	vmnet_model *model;	/* being edited */
	vmnet_model *metered;	/* the base, with what its meters carry since
				 * their counters are gone; or NULL */
	vmnet_model *mark;	/* what it was at the last mark; or NULL */
	vmnet_model *shown;	/* what its last view shows; or NULL */
	/* What its views have read of the kernel, which does not change by
	 * what is only edited; see view.c. */
	struct {
		gint64 links_at, guests_at;
		GPtrArray *links, *guests;
	} seen;
	const plan_handover *leaving;	/* a VM that moves away; or NULL */
	GPtrArray *missing;	/* vmnet_restore's; or NULL */
	guint within;		/* seconds to be confirmed in; 0: it is */
	guint guard;		/* the same where it cuts the caller's own
				 * session; 0: never */
	char *session;		/* which one, when it did; or NULL */
	gboolean waits;		/* what it does is yet to be confirmed */
	gboolean reverts;	/* it takes back what was not */
	GPtrArray *orders;	/* orders.c's; or NULL */
	guint orders_marked;	/* how many there were at the last mark */
	int lock;
};

/* To add to what the store is taken to hold: a copy of the transaction's own. */
vmnet_model *txn_own_base (vmnet_txn *t);
/* FALSE with VMNET_ERROR_NOT_FOUND, which begins with `what`. */
gboolean txn_nic_exists (vmnet_host *h, const char *what, const char *nic,
			 GError **error);
gboolean txn_nics_exist (vmnet_host *h, const char *what,
			 const char *const *nics, GError **error);
/* After an edit of switch `name`: its host adapter has the address of the
 * first physical adapter, or of none any more. */
void txn_adopt_mac (vmnet_txn *t, const char *name);
/* `what` is refused where `nic` cannot have SR-IOV; `out`: the way out. */
gboolean txn_iov_possible (vmnet_host *h, const char *what, const char *nic,
			   const char *out, GError **error);
/* The functions that the cards of the switch are going to have are ours, but of
 * those that have some already; `was`, or NULL: the switch as it was, whose
 * cards stay what they are. */
void txn_iov_made (vmnet_txn *t, const char *name, const vmnet_switch *was);
/* A meter as the data path has it; `user`: datapath, or NULL: zero. */
void txn_read_counter (guint32 acl, guint64 *bytes, guint64 *packets,
		       gpointer user);

#endif
