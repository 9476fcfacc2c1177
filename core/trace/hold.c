/*
 * hold.c - see hold.h. Each source is a queue in chunks of memory; a heap of
 * sources, ordered by the time of their oldest record, merges them. The drops
 * are one more source. A drop is joined when the time of release comes within
 * WINDOW of it: everything that it could be joined to has arrived by then.
 */
#include "trace/hold.h"

#include <string.h>

#define CHUNK (64 * 1024)
/* A packet waits at most this long between the tap and the program, ns. */
#define WINDOW (20 * 1000 * 1000)
/* What the two clocks may differ by, ns. */
#define SLACK (1000 * 1000)
/* Looked at for one drop at most: lost packets must not cost more. */
#define MAX_LOOKS 1024

typedef struct chunk chunk;
struct chunk {
	chunk *next;
	gsize size, used, live;	/* live: records not yet released */
	guint8 data[];
};

struct hold_source {
	gpointer owner;
	held *oldest, *newest;
	chunk *first, *last;
	held *cursor;		/* newest one not after the last drop */
	gint index;		/* in the heap; -1: empty */
};

struct hold {
	hold_func func;
	gpointer user;
	gsize bytes;
	GPtrArray *sources;
	GPtrArray *heap;	/* hold_source *, the oldest first */
	hold_source *drops;
	held *next_drop;	/* the first that was not joined yet */
};

/* ---- the heap ----------------------------------------------------------- */

static hold_source *
at (hold *h, gint i)
{
	return h->heap->pdata[i];
}

static void
place (hold *h, gint i, hold_source *s)
{
	h->heap->pdata[i] = s;
	s->index = i;
}

static gboolean
before (const hold_source *a, const hold_source *b)
{
	return a->oldest->time < b->oldest->time;
}

static void
sift_up (hold *h, gint i)
{
	hold_source *s = at (h, i);

	while (i > 0 && before (s, at (h, (i - 1) / 2))) {
		place (h, i, at (h, (i - 1) / 2));
		i = (i - 1) / 2;
	}
	place (h, i, s);
}

static void
sift_down (hold *h, gint i)
{
	hold_source *s = at (h, i);
	gint n = h->heap->len, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && before (at (h, child + 1), at (h, child)))
			child++;
		if (!before (at (h, child), s))
			break;
		place (h, i, at (h, child));
		i = child;
	}
	place (h, i, s);
}

/* The root's oldest record has gone. */
static void
root_changed (hold *h)
{
	hold_source *s = at (h, 0), *last;

	if (s->oldest == NULL) {
		last = at (h, h->heap->len - 1);
		g_ptr_array_set_size (h->heap, h->heap->len - 1);
		s->index = -1;
		if (last == s)
			return;
		place (h, 0, last);
	}
	sift_down (h, 0);
}

/* ---- records ------------------------------------------------------------ */

static guint8 *
chunk_room (hold *h, hold_source *s, gsize n)
{
	chunk *c = s->last;
	gsize size = MAX (n, CHUNK - sizeof (chunk));

	if (c == NULL || c->size - c->used < n) {
		c = g_malloc (sizeof (chunk) + size);
		*c = (chunk) { .size = size };
		h->bytes += size;
		if (s->last)
			s->last->next = c;
		else
			s->first = c;
		s->last = c;
	}
	c->used += n;
	c->live++;
	return c->data + c->used - n;
}

static held *
append (hold *h, hold_source *s, gint64 time, guint32 length,
	guint32 captured, const guint8 *data)
{
	gsize size = (sizeof (held) + captured + 7) & ~(gsize) 7;
	held *r = (held *) chunk_room (h, s, size);

	*r = (held) {
		.older = s->newest, .source = s, .time = time,
		.length = length, .captured = captured,
	};
	if (captured > 0)
		memcpy (r->data, data, captured);
	if (s->newest)
		s->newest->newer = r;
	else
		s->oldest = r;
	s->newest = r;
	if (s->index < 0) {
		g_ptr_array_add (h->heap, s);
		sift_up (h, h->heap->len - 1);
	}
	return r;
}

static void
chunk_done (hold *h, hold_source *s)
{
	chunk *c = s->first;

	if (--c->live > 0)
		return;
	s->first = c->next;
	if (s->first == NULL)
		s->last = NULL;
	h->bytes -= c->size;
	g_free (c);
}

/* Takes the oldest record out of its source and frees it. */
static void
remove_oldest (hold *h, hold_source *s)
{
	held *r = s->oldest;

	s->oldest = r->newer;
	if (s->oldest)
		s->oldest->older = NULL;
	else
		s->newest = NULL;
	if (s->cursor == r)
		s->cursor = NULL;
	if (h->next_drop == r)
		h->next_drop = r->newer;
	chunk_done (h, s);
}

void
hold_packet (hold *h, hold_source *s, gint64 time, guint32 length,
	     guint32 captured, const guint8 *data)
{
	append (h, s, time, length, captured, data);
}

void
hold_add_drop (hold *h, hold_source *s, const hold_drop *d)
{
	held *r = append (h, h->drops, d->time, d->length, d->captured,
			  d->data);

	r->source = s;
	r->reason = d->reason;
	r->acl = d->acl;
	r->seen = d->seen;
	if (h->next_drop == NULL)
		h->next_drop = r;
}

/* ---- joining ------------------------------------------------------------ */

static gboolean
same_packet (const held *packet, const held *drop)
{
	return packet->reason == 0 && packet->length == drop->length
		&& memcmp (packet->data, drop->data,
			   MIN (packet->captured, drop->captured)) == 0;
}

/* The newest record of the drop's source that is not after the drop. */
static held *
cursor_to (hold_source *s, gint64 time)
{
	held *r = s->cursor ? s->cursor : s->oldest;

	while (r && r->newer && r->newer->time <= time)
		r = r->newer;
	s->cursor = r;
	return r;
}

static void
join (held *drop)
{
	held *r = cursor_to (drop->source, drop->time + SLACK);

	for (guint i = 0; r && i < MAX_LOOKS; i++, r = r->older) {
		if (r->time < drop->time - WINDOW)
			return;
		if (r->time <= drop->time + SLACK && same_packet (r, drop)) {
			r->reason = drop->reason;
			r->acl = drop->acl;
			drop->joined = TRUE;
			return;
		}
	}
}

static void
join_until (hold *h, gint64 time)
{
	for (; h->next_drop && h->next_drop->time <= time;
	     h->next_drop = h->next_drop->newer)
		if (h->next_drop->seen)
			join (h->next_drop);
}

/* ---- releasing ---------------------------------------------------------- */

static void
release_oldest (hold *h)
{
	hold_source *s = at (h, 0);
	held *r = s->oldest;

	join_until (h, r->time + WINDOW);
	if (!r->joined)
		h->func (r, r->source->owner, h->user);
	remove_oldest (h, s);
	root_changed (h);
}

void
hold_release (hold *h, gint64 until)
{
	while (h->heap->len > 0 && at (h, 0)->oldest->time <= until)
		release_oldest (h);
}

void
hold_trim (hold *h, gsize bytes)
{
	while (h->heap->len > 0 && h->bytes > bytes)
		release_oldest (h);
}

gsize
hold_bytes (const hold *h)
{
	return h->bytes;
}

/* ---- life --------------------------------------------------------------- */

static void
source_free (gpointer data)
{
	hold_source *s = data;
	chunk *next;

	for (chunk *c = s->first; c; c = next) {
		next = c->next;
		g_free (c);
	}
	g_free (s);
}

hold_source *
hold_source_new (hold *h, gpointer owner)
{
	hold_source *s = g_new0 (hold_source, 1);

	s->owner = owner;
	s->index = -1;
	g_ptr_array_add (h->sources, s);
	return s;
}

hold *
hold_new (hold_func func, gpointer user)
{
	hold *h = g_new0 (hold, 1);

	h->func = func;
	h->user = user;
	h->sources = g_ptr_array_new_with_free_func (source_free);
	h->heap = g_ptr_array_new ();
	h->drops = hold_source_new (h, NULL);
	return h;
}

void
hold_free (hold *h)
{
	if (h == NULL)
		return;
	g_ptr_array_unref (h->sources);
	g_ptr_array_unref (h->heap);
	g_free (h);
}
