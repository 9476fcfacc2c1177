/*
 * vf_rate.c - what virtual functions carry over time. The card's own counters
 * of a function count, where it has any; else those of the function's own
 * adapter, in the host or in its VM; else nobody knows.
 */
#include <string.h>

#include "view/vf.h"

#define LOOK_US 250000		/* for who asks without a view before */

typedef struct {
	gint64 at;		/* µs */
	guint64 sent, received;	/* bytes, by the VM */
} reading;

const kn_counters *
view_vf_counters (vmnet_view *v, view_vf *f)
{
	static const kn_counters none;
	const kn_vf *told = &f->f->told;
	const kn_link *l;

	/* The kernel shows zeros for a card that counts nothing. */
	if (told->has_counters &&
	    memcmp (&told->counters, &none, sizeof none) != 0)
		return &told->counters;
	l = view_vf_link (v, f);
	return l ? &l->counters : NULL;
}

static void
note (vmnet_view *v, view_vf *f, gpointer out)
{
	const kn_counters *c = view_vf_counters (v, f);
	reading *n;

	if (c == NULL || f->f->address == NULL)
		return;
	n = g_new0 (reading, 1);
	n->at = g_get_monotonic_time ();
	n->sent = c->tx_bytes;
	n->received = c->rx_bytes;
	g_hash_table_insert (out, g_strdup (f->f->address), n);
}

/* PCI address -> reading, of all functions of the host. */
static GHashTable *
read_all (vmnet_view *v)
{
	GHashTable *out = g_hash_table_new_full (g_str_hash, g_str_equal,
						 g_free, g_free);

	for (guint i = 0; v->links && i < v->links->len; i++) {
		const kn_link *l = v->links->pdata[i];

		if (l->num_vf)
			view_vf_each (v, l->name, note, out);
	}
	return out;
}

void
view_vf_read (vmnet_view *v)
{
	v->vf_bytes = read_all (v);
}

/* Between this view and the one before; else between two looks, which are
 * taken once for all functions. FALSE: it is not known. */
gboolean
view_vf_rate (vmnet_view *v, const char *address, view_rate *out)
{
	const GHashTable *first = v->before ? v->before->vf_bytes : NULL;
	const reading *a, *b;

	if (first == NULL) {
		if (v->vf_bytes == NULL)
			view_vf_read (v);
		if (v->vf_first == NULL && g_hash_table_size (v->vf_bytes)) {
			g_usleep (LOOK_US);
			v->vf_first = v->vf_bytes;
			v->vf_bytes = read_all (v);
		}
		first = v->vf_first;
	}
	a = first ? g_hash_table_lookup ((GHashTable *) first, address) : NULL;
	b = v->vf_bytes ? g_hash_table_lookup (v->vf_bytes, address) : NULL;
	/* A driver that began anew counts from zero. */
	if (!a || !b || b->at <= a->at || b->sent < a->sent ||
	    b->received < a->received)
		return FALSE;
	out->seconds = (b->at - a->at) / 1e6;
	out->sent = (b->sent - a->sent) * 8 / out->seconds;
	out->received = (b->received - a->received) * 8 / out->seconds;
	return TRUE;
}
