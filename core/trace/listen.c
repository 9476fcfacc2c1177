/*
 * listen.c - the ears of a trace: a libpcap handle for each direction of each
 * point, and the data path's drops. Points come and go with the model and the
 * links. Called by capture.c.
 */
#include <glib-unix.h>
#include <string.h>
#include <time.h>

#include "lab/lab.h"
#include "trace/internal.h"

/* Memory of the rings of all handles together, and of one. */
#define RINGS (256 * 1024 * 1024)
#define RING_MAX (16 * 1024 * 1024)
#define RING_MIN (512 * 1024)
/* Handles that are being opened at once. */
#define OPENERS 16

static gint64
clock_ns (clockid_t id)
{
	struct timespec t;

	clock_gettime (id, &t);
	return t.tv_sec * TRACE_NS + t.tv_nsec;
}

gint64
trace_now (void)
{
	return clock_ns (CLOCK_REALTIME);
}

/* Drops carry monotonic time, frames real time. */
static void
sample_offset (capture *c)
{
	gint64 before = clock_ns (CLOCK_MONOTONIC);
	gint64 real = clock_ns (CLOCK_REALTIME);
	gint64 after = clock_ns (CLOCK_MONOTONIC);

	c->offset = real - (before + after) / 2;
}

/* ---- one point ---------------------------------------------------------- */

static void
on_frame (gint64 time, guint32 length, guint32 captured, const guint8 *data,
	  gpointer user)
{
	side *s = user;

	hold_packet (s->point->c->hold, s->held, time, length, captured, data);
}

/* Its figures stay; the handle goes to the caller. */
static stream *
side_stop (side *s)
{
	stream *old = s->stream;
	guint64 kept, lost;

	g_clear_handle_id (&s->watch, g_source_remove);
	s->stream = NULL;
	if (old == NULL)
		return NULL;
	stream_counts (old, &kept, &lost);
	s->kept += kept;
	s->lost += lost;
	return old;
}

static void
point_close (point *p)
{
	stream_close (side_stop (&p->in));
	stream_close (side_stop (&p->out));
	if (p->ifindex)
		g_hash_table_remove (p->c->by_ifindex,
				     GINT_TO_POINTER (p->ifindex));
	p->ifindex = 0;
}

/* The next look at the links opens a point again whose link came back. */
static gboolean
on_readable (int fd, GIOCondition condition, gpointer user)
{
	side *s = user;

	if (stream_read (s->stream) && condition == G_IO_IN) {
		capture_pass_on (s->point->c);
		return G_SOURCE_CONTINUE;
	}
	s->watch = 0;
	point_close (s->point);
	return G_SOURCE_REMOVE;
}

/* On a thread of the pool. */
static void
side_open (gpointer data, gpointer user)
{
	side *s = data;
	const capture *c = s->point->c;
	const stream_spec spec = {
		.link = s->point->spec->link, .outgoing = s->outgoing,
		.filter = c->filter, .snaplen = c->snaplen,
		.ring = c->ring_size,
	};

	g_clear_error (&s->problem);
	s->stream = stream_open (&spec, on_frame, s, &s->problem);
}

static void
side_watch (side *s)
{
	s->watch = g_unix_fd_add (stream_fd (s->stream),
				  G_IO_IN | G_IO_ERR | G_IO_HUP, on_readable,
				  s);
}

/* The VM queues of an uplink, by the MAC that they are for. */
static void
read_queues (point *p)
{
	g_autoptr (GPtrArray) queues = NULL;
	datapath *dp = host_datapath_if_there (p->c->host);

	g_clear_pointer (&p->queues, g_hash_table_unref);
	if (dp && p->spec->uplink && p->ifindex)
		queues = datapath_queues (dp, p->c->host->nl, p->ifindex,
					  NULL);
	if (queues == NULL || queues->len == 0)
		return;
	p->queues = g_hash_table_new_full (g_int64_hash, g_int64_equal,
					   g_free, NULL);
	for (guint i = 0; i < queues->len; i++) {
		const datapath_queue_stats *q = queues->pdata[i];
		gint64 *mac = g_new0 (gint64, 1);

		memcpy (mac, q->mac, 6);
		g_hash_table_insert (p->queues, mac,
				     GUINT_TO_POINTER (q->slot));
	}
}

/*
 * After both sides were tried. A link that is not there, or not up, is no
 * failure: it is tried again.
 */
static gboolean
point_opened (point *p, int ifindex, GError **error)
{
	GError *why = p->in.problem ? p->in.problem : p->out.problem;

	if (why == NULL) {
		side_watch (&p->in);
		side_watch (&p->out);
		p->ifindex = ifindex;
		g_hash_table_insert (p->c->by_ifindex,
				     GINT_TO_POINTER (ifindex), p);
		read_queues (p);
		return TRUE;
	}
	point_close (p);
	if (g_error_matches (why, VMNET_ERROR, VMNET_ERROR_NOT_FOUND))
		return TRUE;
	if (error)
		*error = g_error_copy (why);
	return FALSE;
}

static void
side_init (point *p, side *s, gboolean outgoing)
{
	s->point = p;
	s->outgoing = outgoing;
	s->held = hold_source_new (p->c->hold, s);
}

static point *
point_new (capture *c, point_spec *spec)
{
	point *p = g_new0 (point, 1);

	p->c = c;
	p->spec = spec;
	p->name = g_intern_string (spec->name);
	side_init (p, &p->in, FALSE);
	side_init (p, &p->out, TRUE);
	return p;
}

static void
point_free (gpointer data)
{
	point *p = data;

	point_close (p);
	g_clear_error (&p->in.problem);
	g_clear_error (&p->out.problem);
	point_spec_free (p->spec);
	g_clear_pointer (&p->queues, g_hash_table_unref);
	g_free (p);
}

static gboolean
point_declare (point *p, GError **error)
{
	vmnet_host *h = p->c->host;
	pcapng_interface i = {
		.name = p->spec->name, .description = p->spec->description,
		.filter = p->c->filter, .snaplen = p->c->snaplen,
	};

	if (p->declared || p->ifindex == 0)
		return TRUE;
	if (h->lab)
		i.speed = lab_speed (h->run_dir, p->spec->link);
	if (i.speed == 0)
		i.speed = kn_link_speed (h->nl, p->spec->link);
	p->declared = pcapng_add_interface (p->c->out, &i, &p->id, error);
	return p->declared;
}

void
listen_counts (const point *p, guint64 *kept, guint64 *lost)
{
	const side *sides[] = { &p->in, &p->out };
	guint64 k, l;

	*kept = *lost = 0;
	for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
		*kept += sides[i]->kept;
		*lost += sides[i]->lost;
		if (sides[i]->stream == NULL)
			continue;
		stream_counts (sides[i]->stream, &k, &l);
		*kept += k;
		*lost += l;
	}
}

/* ---- drops -------------------------------------------------------------- */

static gboolean
filter_passes (const capture *c, const datapath_drop *d)
{
	const struct pcap_pkthdr h = {
		.caplen = d->captured, .len = d->length,
	};

	return !c->has_code || pcap_offline_filter (&c->code, &h, d->data);
}

/*
 * Taps are before the program on the way in and behind it on the way out: what
 * a VM sends was seen, what is sent to a VM was not.
 */
static void
on_drop (const datapath_drop *d, void *user)
{
	capture *c = user;
	gpointer key = GINT_TO_POINTER (d->ifindex);
	point *p = g_hash_table_lookup (c->by_ifindex, key);
	const hold_drop drop = {
		.time = d->time + c->offset, .length = d->length,
		.captured = MIN (d->captured, c->snaplen), .data = d->data,
		.reason = d->reason, .acl = d->acl, .seen = !d->inbound,
	};

	if (p == NULL) {
		listen_rescan (c);
		p = g_hash_table_lookup (c->by_ifindex, key);
	}
	if (p && filter_passes (c, d))
		hold_add_drop (c->hold, d->inbound ? p->out.held : p->in.held,
			       &drop);
}

static gboolean
on_drops (int fd, GIOCondition condition, gpointer user)
{
	capture *c = user;

	sample_offset (c);
	datapath_drops_consume (c->drops);
	return G_SOURCE_CONTINUE;
}

/* The data path appears with the first port that is configured. */
static gboolean
drops_open (capture *c, GError **error)
{
	datapath *dp;

	if (c->drops || !(c->capture & VMNET_CAPTURE_VMSWITCH))
		return TRUE;
	dp = host_datapath_if_there (c->host);
	if (dp == NULL)
		return TRUE;
	c->drops = datapath_drops_open (dp, on_drop, c, error);
	if (c->drops == NULL)
		return FALSE;
	c->drops_watch = g_unix_fd_add_full (
		G_PRIORITY_HIGH, datapath_drops_fd (c->drops), G_IO_IN,
		on_drops, c, NULL);
	return TRUE;
}

static void
drops_close (capture *c)
{
	g_clear_handle_id (&c->drops_watch, g_source_remove);
	if (c->drops)
		c->drops_lost = datapath_drops_lost (c->drops);
	g_clear_pointer (&c->drops, datapath_drops_close);
}

/* ---- which points ------------------------------------------------------- */

static gboolean
store_changed (capture *c)
{
	g_autofree char *path = g_build_filename (c->state_dir,
						  "store.json", NULL);
	struct stat st = { 0 };

	if (stat (path, &st) < 0)
		memset (&st, 0, sizeof st);
	if (c->model && st.st_ino == c->store.st_ino
	    && st.st_size == c->store.st_size
	    && st.st_mtim.tv_sec == c->store.st_mtim.tv_sec
	    && st.st_mtim.tv_nsec == c->store.st_mtim.tv_nsec)
		return FALSE;
	c->store = st;
	return TRUE;
}

static gboolean
model_read (capture *c, GError **error)
{
	vmnet_model *m = store_load (c->state_dir, error);

	if (m == NULL)
		return FALSE;
	model_free (c->model);
	c->model = m;
	return TRUE;
}

static point *
find_point (capture *c, const point_spec *spec)
{
	for (guint i = 0; i < c->points->len; i++) {
		point *p = c->points->pdata[i];

		if (g_str_equal (p->spec->link, spec->link)
		    && g_str_equal (p->spec->name, spec->name))
			return p;
	}
	return NULL;
}

/*
 * New points; those that are no longer wanted close. One that was renamed is
 * a new one: the file cannot change a name.
 */
static gboolean
points_follow (capture *c, GError **error)
{
	g_autoptr (GPtrArray) wanted = NULL, links = NULL;
	g_autoptr (GHashTable) keep = g_hash_table_new (NULL, NULL);
	point *p;

	links = kn_links (c->host->nl, error);
	if (links == NULL)
		return FALSE;
	wanted = points_wanted (c->model, links, c->capture,
				c->host->lab != NULL);
	c->ring_size = CLAMP (RINGS / 2 / MAX (wanted->len, 1), RING_MIN,
			      RING_MAX);
	g_ptr_array_set_free_func (wanted, NULL);
	for (guint i = 0; i < wanted->len; i++) {
		p = find_point (c, wanted->pdata[i]);
		if (p) {
			point_spec_free (wanted->pdata[i]);
		} else {
			p = point_new (c, wanted->pdata[i]);
			g_ptr_array_add (c->points, p);
		}
		g_hash_table_add (keep, p);
	}
	for (guint i = 0; i < c->points->len; i++) {
		p = c->points->pdata[i];
		p->wanted = g_hash_table_contains (keep, p);
		if (!p->wanted)
			point_close (p);
		else if (p->ifindex)
			read_queues (p);
	}
	return TRUE;
}

/*
 * Tries all of them; the error is the first one's. Opening a handle waits for
 * the kernel, again and again, so that is done side by side.
 */
static gboolean
points_open (capture *c, GError **error)
{
	GThreadPool *pool = g_thread_pool_new (side_open, NULL, OPENERS,
					       FALSE, NULL);
	g_autofree int *ifindex = g_new0 (int, c->points->len);
	gboolean ok = TRUE;

	for (guint i = 0; i < c->points->len; i++) {
		point *p = c->points->pdata[i];

		if (!p->wanted || p->ifindex)
			continue;
		ifindex[i] = kn_ifindex (c->host->nl, p->spec->link);
		if (ifindex[i] == 0)
			continue;
		g_thread_pool_push (pool, &p->in, NULL);
		g_thread_pool_push (pool, &p->out, NULL);
	}
	g_thread_pool_free (pool, FALSE, TRUE);
	for (guint i = 0; i < c->points->len; i++)
		if (ifindex[i]
		    && !point_opened (c->points->pdata[i], ifindex[i],
				      ok ? error : NULL))
			ok = FALSE;
	return ok;
}

gboolean
listen_start (capture *c, GError **error)
{
	c->points = g_ptr_array_new_with_free_func (point_free);
	c->by_ifindex = g_hash_table_new (NULL, NULL);
	sample_offset (c);
	store_changed (c);
	return model_read (c, error) && points_follow (c, error)
		&& points_open (c, error) && drops_open (c, error);
}

/* What fails here is tried again with the next look. */
void
listen_rescan (capture *c)
{
	if (c->scanned == c->ticks)
		return;
	c->scanned = c->ticks;
	if (store_changed (c) && model_read (c, NULL))
		points_follow (c, NULL);
	points_open (c, NULL);
	drops_open (c, NULL);
	if (c->out && c->failure == NULL)
		listen_declare (c, &c->failure);
}

gboolean
listen_declare (capture *c, GError **error)
{
	for (guint i = 0; i < c->points->len; i++)
		if (!point_declare (c->points->pdata[i], error))
			return FALSE;
	return TRUE;
}

static void
side_read (side *s)
{
	if (s->stream && !stream_read (s->stream))
		point_close (s->point);
}

void
listen_read (capture *c)
{
	for (guint i = 0; i < c->points->len; i++) {
		point *p = c->points->pdata[i];

		side_read (&p->in);
		side_read (&p->out);
	}
	if (c->drops)
		on_drops (-1, G_IO_IN, c);
}

/* ---- the end ------------------------------------------------------------ */

static gpointer
close_streams (gpointer streams)
{
	g_ptr_array_unref (streams);
	return NULL;
}

/* Closing a handle waits for the kernel too, and nobody for it. */
void
listen_stop (capture *c)
{
	GPtrArray *streams = g_ptr_array_new_with_free_func (
		(GDestroyNotify) stream_close);

	for (guint i = 0; i < c->points->len; i++) {
		point *p = c->points->pdata[i];

		g_ptr_array_add (streams, side_stop (&p->in));
		g_ptr_array_add (streams, side_stop (&p->out));
		point_close (p);
	}
	drops_close (c);
	g_thread_unref (g_thread_new ("close", close_streams, streams));
}

void
listen_free (capture *c)
{
	drops_close (c);
	g_clear_pointer (&c->points, g_ptr_array_unref);
	g_clear_pointer (&c->by_ifindex, g_hash_table_unref);
	model_free (c->model);
}
