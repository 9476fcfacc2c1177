/*
 * ring.h - the last few thousand packets of the trace, kept in memory for the
 * live view, and the last drops apart, so that a stream of packets that pass
 * does not push out what one looks for. Filled by capture.c for every packet,
 * so it only copies; decoded when someone asks.
 */
#ifndef VMNET_TRACE_RING_H
#define VMNET_TRACE_RING_H

#include "vmnet.h"

typedef struct ring ring;

ring *ring_new (guint packets);
void ring_free (ring *r);

typedef struct {
	gint64 time;		/* ns since the epoch */
	const char *point;	/* interned: g_intern_string */
	GRefString *verdict;	/* NULL: passed */
	gboolean inbound;
	guint32 length, captured;
	const guint8 *data;
} ring_packet;

/* Copies; takes a reference to the verdict. */
void ring_add (ring *r, const ring_packet *p);
/*
 * New array of vmnet_trace_packet *: the newest ones after `serial`, oldest
 * first, at most `max`; up to half of them drops, however many packets passed
 * since. A serial of the future is one of an earlier agent and
 * counts as 0.
 */
GPtrArray *ring_tail (const ring *r, guint64 serial, guint max);

#endif
