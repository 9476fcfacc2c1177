/*
 * capture.c - see capture.h. Everything happens on one thread: the handles'
 * file descriptors wake it, and a tick of 50 ms hands out what has been held
 * long enough. A packet is written once: a drop that the tap saw too is joined
 * to it in the hold.
 */
#include "trace/capture.h"

#include <string.h>

#include "trace/internal.h"

#define TICK 50			/* ms */
#define TICKS_PER_SECOND (1000 / TICK)
#define HOLD (200 * TRACE_MS)
#define HOLD_BYTES (64 * 1024 * 1024)
/* What is on the way when a trace is stopped: one block's time, and a bit. */
#define LAST_READS 7
#define LAST_WAIT 10000		/* µs, before each */
#define MIN_FILE 4096		/* bytes */

/* ---- writing ------------------------------------------------------------ */

/*
 * Why it was dropped; one reference. An ACL's id is never used again, so its
 * text stays. One that is not in the model was made a moment ago, or is gone
 * again.
 */
static GRefString *
verdict_of (capture *c, const held *r)
{
	gboolean acl = r->reason == DATAPATH_DROP_ACL ||
		r->reason == DATAPATH_DROP_EXTENDED_ACL;
	gpointer key = GSIZE_TO_POINTER (acl ? (gsize) r->acl + 16
					     : r->reason);
	GRefString *verdict = g_hash_table_lookup (c->verdicts, key);
	g_autofree char *text = NULL;

	if (verdict)
		return g_ref_string_acquire (verdict);
	listen_rescan (c);
	text = points_verdict (c->model, r->reason, r->acl);
	if (text) {
		verdict = g_ref_string_new (text);
		g_hash_table_insert (c->verdicts, key, verdict);
		return g_ref_string_acquire (verdict);
	}
	text = g_strdup_printf ("ACL %u, removed since", r->acl);
	return g_ref_string_new (text);
}

/* The VM queue of the uplink that the frame came in by; -1: none. */
static gint64
queue_of (const side *s, const held *r)
{
	gint64 mac = 0;
	gpointer queue;

	if (s->outgoing || s->point->queues == NULL || r->captured < 6)
		return -1;
	memcpy (&mac, r->data, 6);
	if (g_hash_table_lookup_extended (s->point->queues, &mac, NULL,
					  &queue))
		return GPOINTER_TO_UINT (queue);
	return -1;
}

static guint64
id_of (capture *c, const side *s, const held *r)
{
	const ids_packet p = {
		.time = r->time, .length = r->length,
		.captured = r->captured, .data = r->data,
	};

	return s->outgoing ? ids_leave (c->ids, &p) : ids_enter (c->ids, &p);
}

static void
show (capture *c, const side *s, const held *r, GRefString *verdict,
      gboolean inbound)
{
	const ring_packet p = {
		.time = r->time, .point = s->point->name,
		.verdict = verdict, .inbound = inbound,
		.length = r->length, .captured = r->captured,
		.data = r->data,
	};

	ring_add (c->tail, &p);
}

static void
write_with (capture *c, const side *s, const held *r, GRefString *verdict)
{
	gboolean inbound = s->outgoing != s->point->spec->uplink;
	g_autofree char *comment = NULL;
	const pcapng_packet p = {
		.interface = s->point->id, .time = r->time,
		.captured = r->captured, .length = r->length,
		.data = r->data, .id = id_of (c, s, r),
		.queue = queue_of (s, r),
		.direction = inbound ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
		.dropped = verdict != NULL,
		.comment = verdict ? comment = g_strconcat (
			"dropped: ", verdict, NULL) : NULL,
	};

	if (!pcapng_write (c->out, &p, &c->failure))
		return;
	c->packets++;
	c->bytes += r->length;
	c->dropped += verdict != NULL;
	show (c, s, r, verdict, inbound);
}

/* A record that has been held long enough. */
static void
write_record (const held *r, gpointer owner, gpointer user)
{
	capture *c = user;
	GRefString *verdict = NULL;

	if (c->failure)
		return;
	if (r->reason)
		verdict = verdict_of (c, r);
	if (c->failure == NULL)
		write_with (c, owner, r, verdict);
	g_clear_pointer (&verdict, g_ref_string_release);
}

/* ---- the end ------------------------------------------------------------ */

static void
write_statistics (capture *c)
{
	guint64 kept, lost;

	for (guint i = 0; i < c->points->len; i++) {
		const point *p = c->points->pdata[i];

		listen_counts (p, &kept, &lost);
		if (p->declared
		    && !pcapng_statistics (c->out, p->id, trace_now (),
					   kept + lost, lost, NULL))
			return;
	}
}

static void
end (capture *c)
{
	listen_stop (c);
	g_clear_handle_id (&c->tick, g_source_remove);
	write_statistics (c);
	pcapng_close (c->out, c->failure ? NULL : &c->failure);
	c->out = NULL;
}

void
capture_finish (capture *c)
{
	gint64 until = trace_now ();

	if (c->out == NULL)
		return;
	for (guint i = 0; i < LAST_READS && c->failure == NULL; i++) {
		g_usleep (LAST_WAIT);
		listen_read (c);
	}
	hold_release (c->hold, until);
	end (c);
}

void
capture_pass_on (capture *c)
{
	hold_release (c->hold, trace_now () - HOLD);
	hold_trim (c->hold, HOLD_BYTES);
}

static gboolean
on_tick (gpointer user)
{
	capture *c = user;

	capture_pass_on (c);
	if (++c->ticks % TICKS_PER_SECOND == 0) {
		listen_rescan (c);
		if (c->failure == NULL)
			pcapng_flush (c->out, &c->failure);
	}
	if (c->failure == NULL)
		return G_SOURCE_CONTINUE;
	c->tick = 0;
	end (c);
	return G_SOURCE_REMOVE;
}

/* ---- the begin ---------------------------------------------------------- */

static gboolean
check_spec (const vmnet_trace_spec *spec, GError **error)
{
	const unsigned all = VMNET_CAPTURE_PHYSICAL | VMNET_CAPTURE_VMSWITCH;

	if (spec->file == NULL || *spec->file == '\0')
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "start trace: no file is named");
	else if (spec->capture == 0 || spec->capture & ~all)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "start trace: capture type %u is not physical, "
			     "vmswitch or both", spec->capture);
	else if (spec->max_bytes > 0 && spec->max_bytes < MIN_FILE)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "start trace: a file of at most %" G_GUINT64_FORMAT
			     " bytes; it takes at least %d", spec->max_bytes,
			     MIN_FILE);
	else
		return TRUE;
	return FALSE;
}

static gboolean
prepare_filter (capture *c, const char *filter, GError **error)
{
	if (filter == NULL || *filter == '\0')
		return TRUE;
	c->filter = g_strdup (filter);
	c->has_code = stream_compile (filter, c->snaplen, &c->code, error);
	return c->has_code;
}

static capture *
capture_new (vmnet_host *host, const char *state_dir,
	     const vmnet_trace_spec *spec, ring *tail)
{
	capture *c = g_new0 (capture, 1);

	c->host = host;
	c->state_dir = g_strdup (state_dir);
	c->tail = tail;
	c->file = g_strdup (spec->file);
	c->capture = spec->capture;
	c->snaplen = STREAM_SNAPLEN;
	if (spec->snaplen > 0 && spec->snaplen < STREAM_SNAPLEN)
		c->snaplen = spec->snaplen;
	c->hold = hold_new (write_record, c);
	c->ids = ids_new ();
	c->verdicts = g_hash_table_new_full (
		NULL, NULL, NULL, (GDestroyNotify) g_ref_string_release);
	c->started = trace_now ();
	return c;
}

capture *
capture_start (vmnet_host *host, const char *state_dir,
	       const vmnet_trace_spec *spec, ring *tail, GError **error)
{
	capture *c;

	if (!check_spec (spec, error))
		return NULL;
	c = capture_new (host, state_dir, spec, tail);
	if (!prepare_filter (c, spec->filter, error)
	    || !listen_start (c, error))
		goto fail;
	c->out = pcapng_create (spec->file, spec->max_bytes, error);
	if (c->out == NULL || !listen_declare (c, error)
	    || !pcapng_flush (c->out, error))
		goto fail;
	c->tick = g_timeout_add (TICK, on_tick, c);
	return c;
fail:
	capture_free (c);
	return NULL;
}

void
capture_free (capture *c)
{
	if (c == NULL)
		return;
	if (c->out)
		end (c);
	listen_free (c);
	hold_free (c->hold);
	ids_free (c->ids);
	g_hash_table_unref (c->verdicts);
	g_clear_error (&c->failure);
	if (c->has_code)
		pcap_freecode (&c->code);
	g_free (c->state_dir);
	g_free (c->file);
	g_free (c->filter);
	g_free (c);
}

gboolean
capture_running (const capture *c)
{
	return c->out != NULL && c->failure == NULL;
}

void
capture_status (capture *c, vmnet_trace_status *out)
{
	guint64 kept, lost;

	*out = (vmnet_trace_status) {
		.running = capture_running (c),
		.file = g_strdup (c->file), .capture = c->capture,
		.ended = c->failure ? g_strdup (c->failure->message) : NULL,
		.packets = c->packets, .bytes = c->bytes,
		.drops = c->dropped, .started = c->started / 1000,
		.lost = c->drops ? datapath_drops_lost (c->drops)
				 : c->drops_lost,
	};
	for (guint i = 0; i < c->points->len; i++) {
		listen_counts (c->points->pdata[i], &kept, &lost);
		out->lost += lost;
	}
}

void
vmnet_trace_status_clear (vmnet_trace_status *s)
{
	g_free (s->file);
	g_free (s->ended);
	memset (s, 0, sizeof *s);
}
