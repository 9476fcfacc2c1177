/*
 * ids.h - numbers packets, so that the same packet has the same number at each
 * point of a switch: it enters at one and leaves, unchanged, at others soon
 * after. Called by capture.c in order of time.
 */
#ifndef VMNET_TRACE_IDS_H
#define VMNET_TRACE_IDS_H

#include "vmnet.h"

typedef struct ids ids;

typedef struct {
	gint64 time;		/* ns */
	guint32 length, captured;
	const guint8 *data;
} ids_packet;

ids *ids_new (void);
void ids_free (ids *t);
/* A new number for a packet that enters. */
guint64 ids_enter (ids *t, const ids_packet *p);
/* The number of a packet that leaves; 0: was not seen to enter. */
guint64 ids_leave (const ids *t, const ids_packet *p);

#endif
