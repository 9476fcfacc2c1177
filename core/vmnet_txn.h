/*
 * vmnet_txn.h - the part of vmnet.h about transactions: lock, copy, commit, and
 * commits that take themselves back. Included by vmnet.h; nobody includes it
 * alone.
 */
#ifndef VMNET_TXN_PUBLIC_H
#define VMNET_TXN_PUBLIC_H

#include "vmnet.h"

G_BEGIN_DECLS

/* Takes the host's lock (waits up to five seconds, then VMNET_ERROR_BUSY),
 * reads the store and copies it. Free without commit = abort. */
vmnet_txn *vmnet_txn_begin (vmnet_host *host, GError **error);
void vmnet_txn_free (vmnet_txn *txn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_txn, vmnet_txn_free)
const vmnet_model *vmnet_txn_model (const vmnet_txn *txn);

/* Others may commit while someone thinks; then its commit is _BUSY. */
void vmnet_txn_unlock (vmnet_txn *txn);
gboolean vmnet_txn_pending (const vmnet_txn *txn);	/* any edit at all? */
/* Remembers the edits so far; back: forgets those made since. */
void vmnet_txn_mark (vmnet_txn *txn);
void vmnet_txn_back (vmnet_txn *txn);

/* What a commit would do, one line of text for each step, in order; empty
 * when the kernel would not change. Free with g_ptr_array_unref. */
GPtrArray *vmnet_txn_describe (vmnet_txn *txn, GError **error);
/*
 * What a commit would store, likewise: the commands that the dump would have more
 * ("store: …") or less ("store no more: …"), the first 20. For commits that do
 * nothing else.
 */
GPtrArray *vmnet_txn_stored (vmnet_txn *txn);
/* Plans, applies and stores. On failure every applied step has been undone,
 * the store is as before, and the message names object, attempt, the kernel's
 * words and the way out; after more edits it may be tried again. */
gboolean vmnet_txn_commit (vmnet_txn *txn, GError **error);
/*
 * The same; but after 1 to VMNET_CONFIRM_MAX seconds it is taken back, whatever
 * has become of this process, unless vmnet_confirm comes before. Till then
 * other commits fail with VMNET_ERROR_BUSY.
 */
#define VMNET_CONFIRM_MAX 86400
gboolean vmnet_txn_commit_within (vmnet_txn *txn, guint seconds,
				  GError **error);
/*
 * From now on a commit of it that touches the adapter by which the caller's own
 * remote session comes is such a one by itself, after `seconds` (0: none is).
 * What that session commits meanwhile belongs to it. Not in a lab.
 */
void vmnet_txn_guard (vmnet_txn *txn, guint seconds);
/* The session, "CLIENT PORT SERVER PORT", that the last commit touched and that
 * is to be confirmed for it; NULL: none. Not owned. */
const char *vmnet_txn_guarded (const vmnet_txn *txn);
/* What waits is kept, or taken back now. VMNET_ERROR_NOT_FOUND: nothing does. */
gboolean vmnet_confirm (vmnet_host *host, GError **error);
gboolean vmnet_revert (vmnet_host *host, GError **error);
/* Does anything wait, or is its time over (then the agent, or restore, takes it
 * back)? `left`: seconds; `until`: Unix time. */
typedef enum { VMNET_UNCONFIRMED_NONE, VMNET_UNCONFIRMED_WAITS,
	       VMNET_UNCONFIRMED_OVER } vmnet_unconfirmed;
vmnet_unconfirmed vmnet_unconfirmed_now (const vmnet_host *host, gint64 *left,
					 gint64 *until);

G_END_DECLS

#endif
