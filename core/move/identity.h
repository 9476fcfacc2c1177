/*
 * identity.h - one VM's whole identity as a document of its own: the VM, its
 * adapters with everything that was asked of them, and the totals of its
 * meters. Written and read as the store is, so that whatever the store holds
 * of a VM moves with it. Called by source.c (export) and target.c (import).
 */
#ifndef VMNET_MOVE_IDENTITY_H
#define VMNET_MOVE_IDENTITY_H

#include "model/edit.h"

/*
 * The document; owned. `count` tells what each meter has counted here: that
 * becomes a part of what the entry has carried.
 */
char *identity_export (const vmnet_model *m, const char *vm,
		       model_count_func count, gpointer user, GError **error);
/* Reads one; exactly one VM is in it. Owned by the caller (model_free). */
vmnet_model *identity_parse (const char *text, GError **error);

/*
 * Puts the VM of `from` into `m`, under new slots and entry numbers; where it
 * is there already (it was announced before), slots stay, and so do the
 * numbers of entries that say the same, so that their counters go on.
 * `switches`: "there=here" pairs, or one name alone for all; NULL: the names
 * are the same. Checked first; on failure `m` is as before.
 */
gboolean identity_import (vmnet_model *m, const vmnet_model *from,
			  const char *const *switches, GError **error);
/* All its adapters disconnected: known, and not yet in use. */
void identity_disconnect (vmnet_model *m, const char *vm);

#endif
