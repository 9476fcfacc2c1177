/*
 * source.h - the host that a VM leaves, while it leaves: shared by source.c,
 * source_guest.c (QEMU over here) and source_libvirt.c.
 */
#ifndef VMNET_MOVE_SOURCE_H
#define VMNET_MOVE_SOURCE_H

#include "move/peer.h"
#include "plan/txn.h"

typedef struct {
	vmnet_host *h;
	const vmnet_move *m;
	vmnet_txn *txn;
	peer *peer;
	char *lab;		/* the other host's; NULL: it is none */
	GHashTable *ports;	/* slot -> name of the port there, owned */
} source;

/* The VM's document, with the meters' totals as they are now; owned. */
char *source_export (const source *s, GError **error);
/* Says it to the other host with the document. */
gboolean source_send (source *s, const char *verb, GError **error);
/* A guest of QEMU: after the offer. */
gboolean source_move_guest (source *s, GPtrArray *steps, GError **error);
/* The same for one of libvirt's, which goes by that name there. */
gboolean source_move_libvirt (source *s, const char *name, GPtrArray *steps,
			      GError **error);
/* Takes a guest away here, with what its meters have counted to the end. */
gboolean source_forget_guest (source *s, GError **error);

#endif
