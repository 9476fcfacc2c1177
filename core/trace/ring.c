/* ring.c - see ring.h. */
#include "trace/ring.h"

#include <string.h>

#include "trace/decode.h"

#define KEPT 128		/* bytes of a frame: enough to decode */

typedef struct {
	gint64 time;
	GRefString *point, *verdict;
	gboolean inbound;
	guint32 length, captured;
	guint8 data[KEPT];
} entry;

struct ring {
	guint size;
	guint64 serial;		/* of the newest; 0: nothing yet */
	entry entries[];
};

ring *
ring_new (guint packets)
{
	ring *r = g_malloc0 (sizeof (ring) + packets * sizeof (entry));

	r->size = packets;
	return r;
}

static void
entry_clear (entry *e)
{
	g_clear_pointer (&e->point, g_ref_string_release);
	g_clear_pointer (&e->verdict, g_ref_string_release);
}

void
ring_free (ring *r)
{
	if (r == NULL)
		return;
	for (guint i = 0; i < r->size; i++)
		entry_clear (&r->entries[i]);
	g_free (r);
}

void
ring_add (ring *r, const ring_packet *p)
{
	entry *e = &r->entries[++r->serial % r->size];

	entry_clear (e);
	e->time = p->time;
	e->point = g_ref_string_acquire (p->point);
	if (p->verdict)
		e->verdict = g_ref_string_acquire (p->verdict);
	e->inbound = p->inbound;
	e->length = p->length;
	e->captured = MIN (p->captured, KEPT);
	memcpy (e->data, p->data, e->captured);
}

static vmnet_trace_packet *
decode_entry (const entry *e, guint64 serial)
{
	vmnet_trace_packet *p = g_new0 (vmnet_trace_packet, 1);

	p->time = e->time / 1000;
	p->point = g_strdup (e->point);
	p->verdict = g_strdup (e->verdict);
	p->summary = decode_frame (e->data, e->captured);
	p->length = e->length;
	p->inbound = e->inbound;
	p->serial = serial;
	return p;
}

GPtrArray *
ring_tail (const ring *r, guint64 serial, guint max)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_trace_packet_free);
	guint64 n = MIN (MIN (max, r->size), r->serial);

	if (serial <= r->serial)
		n = MIN (n, r->serial - serial);
	for (guint64 i = r->serial - n + 1; i <= r->serial; i++)
		g_ptr_array_add (out, decode_entry (&r->entries[i % r->size],
						    i));
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
