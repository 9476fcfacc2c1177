/*
 * target.h - the host that a VM comes to, while it comes: shared by target.c
 * and target_guest.c (QEMU over here).
 */
#ifndef VMNET_MOVE_TARGET_H
#define VMNET_MOVE_TARGET_H

#include "move/peer.h"
#include "plan/txn.h"

typedef struct {
	vmnet_host *h;
	vmnet_txn *txn;		/* from the offer until the VM is taken */
	char *vm;
	char *kind;
	char *lab;		/* of the other host; NULL: none */
	GStrv switches;
	GStrv ports;		/* "ADAPTER=PORT" over there */
	gboolean took;
	/* Of a guest: */
	char *socket;		/* where its memory arrives; NULL: not yet */
	char *qmp;		/* its monitor; NULL: it has none */
} target;

/* FALSE, with an error of VMNET_ERROR. */
gboolean target_refuse (GError **error, vmnet_error code, const char *format,
			...) G_GNUC_PRINTF (3, 4);

/* Starts QEMU as it was told; it waits for its memory. */
gboolean target_start_guest (target *t, JsonObject *in, JsonObject *out,
			     GError **error);
/* Waits until it runs. */
gboolean target_guest_runs (target *t, GError **error);
/* Was it started here, and does it run by now? */
gboolean target_guest_is_running (const target *t);
/* Ends it, if it was started here. */
void target_end_guest (target *t);

#endif
