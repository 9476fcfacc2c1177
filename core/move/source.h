/*
 * source.h - the host that a VM leaves, while it leaves: shared by source.c
 * and source_guest.c (QEMU over here).
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

#endif
