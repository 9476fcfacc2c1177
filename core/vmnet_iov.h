/*
 * vmnet_iov.h - the part of vmnet.h about SR-IOV. It is included there.
 */
#ifndef VMNET_IOV_PUBLIC_H
#define VMNET_IOV_PUBLIC_H

#include "vmnet.h"

G_BEGIN_DECLS

typedef struct {			/* NULL or unset: leave as it is */
	const gboolean *enabled;
	vmnet_opt num_vfs;		/* value 0: all that the card has */
} vmnet_sriov_change;

gboolean vmnet_sriov_set (vmnet_txn *txn, const char *nic,
			  const vmnet_sriov_change *c, GError **error);

/*
 * Every reason why `nic` has no SR-IOV, each in one line: "NAME: what is wrong
 * (PATH: what was read): remedy."; empty: it has. Strings owned. What only
 * keeps a virtual function from a guest of QEMU stands there too when there
 * is none at all, and in IovSupportReasons in any case.
 */
GPtrArray *vmnet_iov_reasons (vmnet_host *host, const char *nic);

/*
 * What there is to say about SR-IOV of this adapter once the transaction is
 * committed: why it has no virtual function, which policy that one bypasses.
 * Sentences, owned; empty: nothing, or nothing was asked.
 */
GPtrArray *vmnet_iov_notes (vmnet_txn *txn, const char *vm,
			    const char *adapter);

/*
 * Members have left the team of `sw` in this transaction: who has a virtual
 * function of theirs, and how he goes on. Sentences, owned; empty: nobody has.
 */
GPtrArray *vmnet_iov_leave_notes (vmnet_txn *txn, const char *sw);

G_END_DECLS

extern const vmnet_noun vmnet_noun_sriov;	/* NetAdapterSriov */
extern const vmnet_noun vmnet_noun_vf;		/* NetAdapterSriovVf */
extern const vmnet_noun vmnet_noun_vport;	/* NetAdapterVPort */

#endif
