/* ring.c - see ring.h. */
#include "trace/ring.h"

#include <string.h>

#include "trace/decode.h"

#define KEPT 96		/* bytes of a frame: enough to decode */

#define DROPS 1024		/* of them kept */

typedef struct {
	guint64 serial;		/* 0: nothing here yet */
	gint64 time;
	const char *point;
	GRefString *verdict;
	gboolean inbound;
	guint32 length, captured;
	guint8 data[KEPT];
} entry;

typedef struct {
	guint size;
	guint64 added;
	entry *entries;
} half;

struct ring {
	guint64 serial;		/* of the newest; 0: nothing yet */
	half passed, drops;
};

static void
half_init (half *h, guint size)
{
	h->size = size;
	h->entries = g_new0 (entry, size);
}

ring *
ring_new (guint packets)
{
	ring *r = g_new0 (ring, 1);

	half_init (&r->passed, packets);
	half_init (&r->drops, DROPS);
	return r;
}

static void
entry_clear (entry *e)
{
	g_clear_pointer (&e->verdict, g_ref_string_release);
}

static void
half_clear (half *h)
{
	for (guint i = 0; i < h->size; i++)
		entry_clear (&h->entries[i]);
	g_free (h->entries);
}

void
ring_free (ring *r)
{
	if (r == NULL)
		return;
	half_clear (&r->passed);
	half_clear (&r->drops);
	g_free (r);
}

void
ring_add (ring *r, const ring_packet *p)
{
	half *h = p->verdict ? &r->drops : &r->passed;
	entry *e = &h->entries[h->added++ % h->size];

	entry_clear (e);
	e->serial = ++r->serial;
	e->time = p->time;
	e->point = p->point;
	if (p->verdict)
		e->verdict = g_ref_string_acquire (p->verdict);
	e->inbound = p->inbound;
	e->length = p->length;
	e->captured = MIN (p->captured, KEPT);
	memcpy (e->data, p->data, e->captured);
}

static vmnet_trace_packet *
decode_entry (const entry *e)
{
	vmnet_trace_packet *p = g_new0 (vmnet_trace_packet, 1);

	p->time = e->time / 1000;
	p->point = g_strdup (e->point);
	p->verdict = g_strdup (e->verdict);
	p->summary = decode_frame (e->data, e->captured);
	p->length = e->length;
	p->inbound = e->inbound;
	p->serial = e->serial;
	return p;
}

/* How many of the half are after `serial`, at most `max`. */
static guint64
count_after (const half *h, guint64 serial, guint64 max)
{
	guint64 n = 0, kept = MIN (h->added, h->size);

	max = MIN (max, kept);
	while (n < max
	       && h->entries[(h->added - 1 - n) % h->size].serial > serial)
		n++;
	return n;
}

/* The n-th newest of the half, from 1. */
static const entry *
newest (const half *h, guint64 n)
{
	return &h->entries[(h->added - n) % h->size];
}

GPtrArray *
ring_tail (const ring *r, guint64 serial, guint max)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_trace_packet_free);
	guint64 drops, passed;

	if (serial > r->serial)
		serial = 0;
	passed = count_after (&r->passed, serial, max);
	drops = count_after (&r->drops, serial,
			     MAX (max - passed, max - max / 2));
	passed = MIN (passed, max - drops);
	while (drops + passed > 0) {
		const entry *d = drops ? newest (&r->drops, drops) : NULL;
		const entry *p = passed ? newest (&r->passed, passed) : NULL;

		if (p == NULL || (d && d->serial < p->serial)) {
			g_ptr_array_add (out, decode_entry (d));
			drops--;
		} else {
			g_ptr_array_add (out, decode_entry (p));
			passed--;
		}
	}
	return out;
}

void
vmnet_trace_packet_free (vmnet_trace_packet *p)
{
	if (p == NULL)
		return;
	g_free (p->point);
	g_free (p->summary);
	g_free (p->verdict);
	g_free (p);
}
