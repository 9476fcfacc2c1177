/*
 * hold.h - holds the records of all capture points for a short time, so that
 * they come out merged by time and a drop can be joined to the packet that the
 * capture saw before the program dropped it. Plain data: no kernel, no clock.
 * Called by capture.c.
 */
#ifndef VMNET_TRACE_HOLD_H
#define VMNET_TRACE_HOLD_H

#include "vmnet.h"

typedef struct hold hold;
/* One stream of records in order of time: a point and a direction. */
typedef struct hold_source hold_source;

typedef struct held held;
struct held {
	held *older, *newer;	/* within its source */
	hold_source *source;	/* where it was seen, or dropped unseen */
	gint64 time;		/* ns since the epoch */
	guint32 length, captured;
	guint32 reason, acl;	/* of the drop; 0: it passed */
	gboolean seen;		/* a drop whose packet the capture saw */
	gboolean joined;	/* and a packet stands for it now */
	guint8 data[];
};

/* Takes over a record that has been held long enough; valid in the call. */
typedef void (*hold_func) (const held *r, gpointer owner, gpointer user);

hold *hold_new (hold_func func, gpointer user);
void hold_free (hold *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (hold, hold_free)
/* Lives as long as `h`. `owner` is handed to the function. */
hold_source *hold_source_new (hold *h, gpointer owner);

/* A packet that the capture saw. */
void hold_packet (hold *h, hold_source *s, gint64 time, guint32 length,
		  guint32 captured, const guint8 *data);

typedef struct {
	gint64 time;
	guint32 length, captured;
	const guint8 *data;
	guint32 reason, acl;	/* reason: not 0 */
	gboolean seen;		/* the capture sees it too, a little before */
} hold_drop;

/*
 * A dropped packet. One that was `seen` is joined to the nearest packet of `s`
 * of that length and those first bytes; when there is none it comes out by
 * itself.
 */
void hold_add_drop (hold *h, hold_source *s, const hold_drop *d);

/* Hands out, oldest first, everything up to `until`. */
void hold_release (hold *h, gint64 until);
/* Hands out the oldest until no more than `bytes` are held. */
void hold_trim (hold *h, gsize bytes);
gsize hold_bytes (const hold *h);

#endif
