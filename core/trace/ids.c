/*
 * ids.c - see ids.h. A table of the last packets by a hash of their length and
 * first bytes; a newer one takes the place of an older one.
 */
#include "trace/ids.h"

#include <string.h>

#define SLOTS 65536
#define COMPARED 96		/* bytes */
/* The longest wait in an uplink's queue, ns. */
#define AGE G_GINT64_CONSTANT (1000000000)

struct ids {
	guint64 last;
	struct {
		guint64 hash, id;
		gint64 time;
	} slots[SLOTS];
};

/* Multiply and fold (as in wyhash and its kin): fast, and good enough to tell
 * a second's packets apart. */
static guint64
mix (guint64 a, guint64 b)
{
	a = (a ^ b) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
	return a ^ a >> 32;
}

static guint64
packet_hash (const ids_packet *p)
{
	gsize n = MIN (p->captured, COMPARED), i;
	guint64 h = mix (p->length, n), word;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy (&word, p->data + i, 8);
		h = mix (h, word);
	}
	if (i < n) {
		word = 0;
		memcpy (&word, p->data + i, n - i);
		h = mix (h, word);
	}
	return h;
}

ids *
ids_new (void)
{
	return g_new0 (ids, 1);
}

void
ids_free (ids *t)
{
	g_free (t);
}

guint64
ids_enter (ids *t, const ids_packet *p)
{
	guint64 h = packet_hash (p);
	guint i = h % SLOTS;

	t->slots[i].hash = h;
	t->slots[i].time = p->time;
	return t->slots[i].id = ++t->last;
}

guint64
ids_leave (const ids *t, const ids_packet *p)
{
	guint64 h = packet_hash (p);
	guint i = h % SLOTS;

	if (t->slots[i].hash != h || p->time - t->slots[i].time > AGE)
		return 0;
	return t->slots[i].id;
}
