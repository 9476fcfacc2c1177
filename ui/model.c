/*
 * model.c - samples become histories; see model.h.
 */
#include "model.h"

#include <math.h>

#define NEW_TICKS 5		/* a row counts as new for so long */
#define PRUNE_EVERY 64		/* ticks between looks for dead tracks */

ui_model *
ui_model_new (void)
{
	ui_model *m = g_new0 (ui_model, 1);

	for (int i = 0; i < UI_N_TRACKS; i++)
		m->tracks[i] = g_hash_table_new_full (g_str_hash, g_str_equal,
						      g_free, g_free);
	m->passed = g_queue_new ();
	m->drops = g_queue_new ();
	m->cost = NAN;
	return m;
}

void
ui_model_free (ui_model *m)
{
	if (m == NULL)
		return;
	for (int i = 0; i < UI_N_TRACKS; i++)
		g_hash_table_unref (m->tracks[i]);
	g_queue_free_full (m->passed,
			   (GDestroyNotify) vmnet_trace_packet_free);
	g_queue_free_full (m->drops,
			   (GDestroyNotify) vmnet_trace_packet_free);
	ui_sample_unref (m->sample);
	ui_sample_unref (m->shown);
	g_free (m->problem);
	g_free (m);
}

static ui_track *
track_for (ui_model *m, ui_tracks which, const char *key)
{
	ui_track *t = g_hash_table_lookup (m->tracks[which], key);

	if (t == NULL) {
		t = g_new0 (ui_track, 1);
		t->born = m->tick;
		g_hash_table_insert (m->tracks[which], g_strdup (key), t);
	}
	t->seen = m->tick;
	return t;
}

static void
push (ui_model *m, ui_tracks which, const char *key, double out, double in)
{
	ui_track *t = track_for (m, which, key);

	ui_series_push (&t->out, m->tick, out);
	ui_series_push (&t->in, m->tick, in);
}

static void
count_floor (ui_model *m, const ui_port *p)
{
	ui_track *t = track_for (m, UI_TRACK_PORT, p->key);

	switch (ui_port_floor (p)) {
	case UI_FLOOR_MET:
		t->floor_met++;
		break;
	case UI_FLOOR_MISSED:
		t->floor_missed++;
		break;
	case UI_FLOOR_NONE:
	case UI_FLOOR_UNKNOWN:
	case UI_FLOOR_IDLE:
		break;
	}
}

/* A processor's load is the sum of its queues'. */
static void
push_processors (ui_model *m)
{
	const ui_sample *s = m->sample;
	g_autofree double *load = g_new0 (double, s->processors + 1);

	for (guint i = 0; i < s->queues->len; i++) {
		const ui_queue *q = &g_array_index (s->queues, ui_queue, i);

		if (q->cpu >= 0 && q->cpu < s->processors)
			load[(guint) q->cpu] += q->load;
	}
	for (guint i = 0; i < s->processors; i++) {
		char key[16];

		g_snprintf (key, sizeof key, "%u", i);
		push (m, UI_TRACK_CPU, key, load[i], NAN);
	}
}

static void
push_rows (ui_model *m)
{
	const ui_sample *s = m->sample;

	for (guint i = 0; i < s->switches->len; i++) {
		const ui_switch *sw = &g_array_index (s->switches, ui_switch,
						      i);

		push (m, UI_TRACK_SWITCH, sw->key, sw->out, sw->in);
	}
	for (guint i = 0; i < s->ports->len; i++) {
		const ui_port *p = &g_array_index (s->ports, ui_port, i);

		push (m, UI_TRACK_PORT, p->key, p->out, p->in);
		count_floor (m, p);
	}
	for (guint i = 0; i < s->queues->len; i++) {
		const ui_queue *q = &g_array_index (s->queues, ui_queue, i);

		push (m, UI_TRACK_QUEUE, q->key, q->load, q->pps);
	}
	push_processors (m);
}

/* Per second between two counters; NAN where they are not of one run. */
static double
per_second (guint64 now, guint64 then, gint64 us)
{
	return us > 0 && now >= then
		? (double) (now - then) * G_USEC_PER_SEC / us : NAN;
}

static void
push_trace (ui_model *m, const ui_sample *before)
{
	const ui_sample *s = m->sample;
	double packets = NAN, drops = NAN;

	if (before && s->trace.running && before->trace.running
	    && s->trace.started == before->trace.started) {
		gint64 us = s->time - before->time;

		packets = per_second (s->trace.packets, before->trace.packets,
				      us);
		drops = per_second (s->trace.drops, before->trace.drops, us);
	}
	ui_series_push (&m->trace_packets, m->tick, packets);
	ui_series_push (&m->trace_drops, m->tick, drops);
}

/* Drops are few and what one looks for: passed packets do not push them out. */
static void
keep_packets (ui_model *m, ui_raw *raw)
{
	guint n = raw->packets ? raw->packets->len : 0;

	if (n > 0)
		g_ptr_array_set_free_func (raw->packets, NULL);
	for (guint i = 0; i < n; i++) {
		vmnet_trace_packet *p = g_ptr_array_index (raw->packets, i);

		GQueue *q = p->verdict ? m->drops : m->passed;

		m->serial = p->serial;
		g_queue_push_tail (q, p);
		if (q->length > UI_PACKETS)
			vmnet_trace_packet_free (g_queue_pop_head (q));
	}
}

/* Those of an earlier trace, whose serials are no longer comparable. */
static void
forget_packets (ui_model *m)
{
	g_queue_clear_full (m->passed,
			    (GDestroyNotify) vmnet_trace_packet_free);
	g_queue_clear_full (m->drops,
			    (GDestroyNotify) vmnet_trace_packet_free);
	m->serial = 0;
}

static gboolean
is_dead (gpointer key, gpointer track, gpointer model)
{
	const ui_model *m = model;

	return ((ui_track *) track)->seen + UI_HISTORY < m->tick;
}

static void
prune (ui_model *m)
{
	for (int i = 0; i < UI_N_TRACKS; i++)
		g_hash_table_foreach_remove (m->tracks[i], is_dead, m);
}

/* One tick, and one more for each sample that should have been and was not. */
static void
advance (ui_model *m, gint64 time, double interval)
{
	double late = m->last ? (time - m->last) / (interval * 1e6) : 1;

	m->tick += (guint64) CLAMP (lround (late), 1, UI_HISTORY);
	m->last = time;
}

static void
show (ui_model *m)
{
	if (m->paused || m->sample == NULL)
		return;
	ui_sample_unref (m->shown);
	m->shown = ui_sample_ref (m->sample);
	m->shown_tick = m->tick;
	m->shown_serial = m->serial;
}

static void
accept (ui_model *m, ui_raw *raw, double interval)
{
	g_autoptr (ui_sample) before = g_steal_pointer (&m->sample);

	advance (m, raw->time, interval);
	m->samples++;
	m->sample = ui_sample_new (raw, before);
	if (before && m->sample->trace.running
	    && before->trace.started != m->sample->trace.started)
		forget_packets (m);
	if (before && m->sample->time > before->time)
		m->cost = 100.0 * (m->sample->own_cpu - before->own_cpu)
			/ (m->sample->time - before->time);
	push_rows (m);
	push_trace (m, before);
	keep_packets (m, raw);
	if (m->tick % PRUNE_EVERY == 0)
		prune (m);
}

void
ui_model_take (ui_model *m, ui_source *source, double interval)
{
	g_auto (ui_raw) raw = { 0 };
	g_autoptr (GError) error = NULL;

	g_clear_pointer (&m->problem, g_free);
	if (source->take (source, m->serial, &raw, &error)) {
		accept (m, &raw, interval);
	} else {
		m->problem = g_strdup (error ? error->message
					     : "nothing could be sampled");
		m->samples = 0;
	}
	show (m);
}

void
ui_model_pause (ui_model *m, gboolean paused)
{
	m->paused = paused;
	show (m);
}

const ui_track *
ui_model_track (const ui_model *m, ui_tracks which, const char *key)
{
	return key ? g_hash_table_lookup (m->tracks[which], key) : NULL;
}

gboolean
ui_model_is_new (const ui_model *m, const ui_track *t)
{
	return t && t->born > 1 && m->shown_tick >= t->born
		&& m->shown_tick - t->born < NEW_TICKS;
}

ui_figure
ui_model_figure (const ui_model *m, const ui_track *t, double v)
{
	gboolean first = t == NULL || t->born == m->shown_tick;

	if (isnan (v))
		return (ui_figure) { first ? UI_FIRST : UI_NONE, v };
	return (ui_figure) { m->problem && !m->paused ? UI_STALE : UI_KNOWN,
			     v };
}

ui_floor_state
ui_port_floor (const ui_port *p)
{
	static const struct { const char *text; ui_floor_state state; }
	states[] = {
		{ "met", UI_FLOOR_MET },
		{ "not met", UI_FLOOR_MISSED },
		{ "idle", UI_FLOOR_IDLE },
	};

	if (!(p->asked_floor > 0))
		return UI_FLOOR_NONE;
	for (guint i = 0; i < G_N_ELEMENTS (states); i++)
		if (g_strcmp0 (p->floor_met, states[i].text) == 0)
			return states[i].state;
	return UI_FLOOR_UNKNOWN;
}
