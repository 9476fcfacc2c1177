/*
 * txn.h - a transaction: the lock, what the store holds, and the copy that is
 * being edited. The edits themselves are model/edit.h; txn.c binds them to
 * the public functions.
 */
#ifndef VMNET_TXN_H
#define VMNET_TXN_H

#include "host.h"
#include "model/model.h"

struct vmnet_txn {
	vmnet_host *host;
	vmnet_model *base;	/* what the store holds */
	vmnet_model *leftover;	/* of a commit that was cut off; or NULL */
	vmnet_model *model;	/* being edited */
	int lock;
};

/* A meter as the data path has it; `user`: datapath, or NULL: zero. */
void txn_read_counter (guint32 acl, guint64 *bytes, guint64 *packets,
		       gpointer user);

#endif
