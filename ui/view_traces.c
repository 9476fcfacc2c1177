/*
 * view_traces.c - the view of the running trace: what it has captured, and
 * its packets and drops as they come. In views.c's list.
 */
#include <math.h>
#include <string.h>

#include "view.h"

#define HEADER_H 4

#define PACKET(row) ((const vmnet_trace_packet *) (row))

/* ---- columns ---- */

static double
packet_serial (const ui_context *x, gconstpointer row)
{
	return PACKET (row)->serial;
}

static const char *
packet_point (const ui_context *x, gconstpointer row)
{
	return PACKET (row)->point;
}

static double
packet_length (const ui_context *x, gconstpointer row)
{
	return PACKET (row)->length;
}

static const char *
packet_summary (const ui_context *x, gconstpointer row)
{
	return PACKET (row)->summary;
}

static const char *
packet_key (gconstpointer row, char buf[32])
{
	g_snprintf (buf, 32, "%" G_GUINT64_FORMAT, PACKET (row)->serial);
	return buf;
}

static guint
packet_texts (gconstpointer row, const char *out[4])
{
	out[0] = PACKET (row)->point;
	out[1] = PACKET (row)->summary;
	out[2] = PACKET (row)->verdict;
	return 3;
}

static ui_style
packet_style (const ui_context *x, gconstpointer row)
{
	return PACKET (row)->verdict ? UI_BAD : UI_NORMAL;
}

static void
draw_time (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	   gconstpointer row)
{
	gint64 us = PACKET (row)->time;
	g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (
		us / G_USEC_PER_SEC);
	g_autofree char *text = when ? g_date_time_format (when, "%H:%M:%S")
				     : NULL;

	if (text)
		ui_putf (c, at.x, at.y, at.w, UI_DIM, "%.8s.%06d", text,
			 (int) (us % G_USEC_PER_SEC));
}

static void
draw_direction (const ui_context *x, const ui_table *t, ui_canvas *c,
		ui_rect at, gconstpointer row)
{
	if (PACKET (row)->verdict)
		ui_put_glyph (c, at.x, at.y, UI_BAD, UI_G_CROSS);
	else if (PACKET (row)->inbound)
		ui_put_glyph (c, at.x, at.y, UI_ACCENT2, UI_G_IN);
	else
		ui_put_glyph (c, at.x, at.y, UI_ACCENT, UI_G_OUT);
}

static void
draw_length (const ui_context *x, const ui_table *t, ui_canvas *c,
	     ui_rect at, gconstpointer row)
{
	ui_putf (c, at.x, at.y, at.w, UI_DIM, "%*u", at.w,
		 PACKET (row)->length);
}

/* Why it was dropped stands first: it must survive a narrow screen. */
static void
draw_packet (const ui_context *x, const ui_table *t, ui_canvas *c,
	     ui_rect at, gconstpointer row)
{
	const vmnet_trace_packet *p = row;
	int end = at.x + at.w;

	if (p->verdict) {
		at.x += ui_put (c, at.x, at.y, at.w, UI_BAD, p->verdict);
		at.x += ui_put (c, at.x, at.y, end - at.x, UI_DIM, " | ");
	}
	ui_put (c, at.x, at.y, end - at.x, p->verdict ? UI_DIM : UI_NORMAL,
		p->summary);
}

static const ui_column columns[] = {
	{ .title = "TIME", .kind = UI_COL_DRAWN, .min = 15, .max = 15,
	  .rank = 3, .number = packet_serial, .draw = draw_time,
	  .text = "when it was captured, to the microsecond" },
	{ .title = "POINT", .kind = UI_COL_TEXT, .min = 8, .max = 28,
	  .label = packet_point, .style = UI_STRONG,
	  .text = "the VM's port or the physical adapter where it was seen" },
	{ .title = "", .kind = UI_COL_DRAWN, .min = 1, .max = 1, .rank = 1,
	  .draw = draw_direction,
	  .text = "to the VM or host, from it, or dropped" },
	{ .title = "BYTES", .kind = UI_COL_DRAWN, .right = TRUE, .min = 5,
	  .max = 5, .rank = 4, .number = packet_length, .draw = draw_length,
	  .text = "length of the frame" },
	{ .title = "PACKET", .kind = UI_COL_DRAWN, .min = 14, .max = 1024,
	  .label = packet_summary, .draw = draw_packet,
	  .text = "why it was dropped, if it was, and what it was" },
};

static const ui_table_class table = {
	.columns = columns, .n_columns = G_N_ELEMENTS (columns),
	.invert = TRUE, .follow = TRUE,
	.empty = "no packets yet",
	.key = packet_key, .texts = packet_texts, .row_style = packet_style,
};

/* ---- the trace on top ---- */

static int
header_height (ui_rect body)
{
	return body.h >= 8 ? HEADER_H : body.h >= 4 ? 1 : 0;
}

static const char *
capture_text (unsigned capture)
{
	switch (capture & (VMNET_CAPTURE_PHYSICAL | VMNET_CAPTURE_VMSWITCH)) {
	case VMNET_CAPTURE_PHYSICAL:
		return "physical";
	case VMNET_CAPTURE_VMSWITCH:
		return "vmswitch";
	case 0:
		return "nothing";
	}
	return "both";
}

static void
draw_state (const ui_context *x, ui_canvas *c, ui_rect at)
{
	const ui_sample *s = x->m->shown;
	const vmnet_trace_status *t = &s->trace;
	int p = at.x + 1, end = at.x + at.w;

	if (!s->trace_known || !t->running) {
		ui_put_glyph (c, p, at.y, UI_DIM, UI_G_BULLET);
		ui_put (c, p + 2, at.y, end - p - 2, UI_NORMAL,
			s->trace_problem ? s->trace_problem
			: "no trace is running");
		return;
	}
	ui_put_glyph (c, p, at.y, UI_GOOD, UI_G_BULLET);
	p += 2 + ui_put (c, p + 2, at.y, end - p - 2, UI_GOOD, "tracing ");
	p = ui_pair (c, p, at.y, end, "for", UI_NORMAL, ui_format_duration (
		(s->wall - t->started) / G_USEC_PER_SEC).s);
	p = ui_pair (c, p, at.y, end, "capture", UI_NORMAL,
		     capture_text (t->capture));
	ui_put (c, p, at.y, end - p, UI_STRONG, t->file);
}

static int
draw_count (ui_canvas *c, int p, int y, int end, const char *name,
	    guint64 n, ui_style style)
{
	return ui_pair (c, p, y, end, name, n > 0 ? style : UI_NORMAL,
			ui_format_count (n).s);
}

static void
draw_counts (const ui_context *x, ui_canvas *c, ui_rect at)
{
	const vmnet_trace_status *t = &x->m->shown->trace;
	int p = at.x + 3, end = at.x + at.w;

	if (!t->running) {
		ui_put (c, p, at.y, end - p, UI_DIM, "start one: netsh trace "
			"start capturetype=both tracefile=FILE");
		return;
	}
	p = draw_count (c, p, at.y, end, "packets", t->packets, UI_STRONG);
	p = draw_count (c, p, at.y, end, "bytes", t->bytes, UI_STRONG);
	p = draw_count (c, p, at.y, end, "drops", t->drops, UI_BAD);
	draw_count (c, p, at.y, end, "not captured", t->lost, UI_WARN);
}

static int
draw_rate (const ui_context *x, ui_canvas *c, int p, int y, int w,
	   const char *name, const ui_series *s, ui_style style)
{
	double v = ui_series_at (s, x->m->shown_tick);
	int n = ui_text_width (name);

	ui_put (c, p, y, n, UI_DIM, name);
	ui_put_figure (c, (ui_rect) { p + n, y, 6, 1 }, style,
		       ui_model_figure (x->m, NULL, v), UI_COL_COUNT, FALSE);
	ui_spark (c, p + n + 7, y, w - n - 8, style, s, x->m->shown_tick,
		  NAN);
	return p + w;
}

static void
draw_rates (const ui_context *x, ui_canvas *c, ui_rect at)
{
	int w = (at.w - 4) / 2, p = at.x + 3;

	if (!x->m->shown->trace.running)
		return;
	p = draw_rate (x, c, p, at.y, w, "packets/s", &x->m->trace_packets,
		       UI_ACCENT);
	draw_rate (x, c, p, at.y, w, "drops/s", &x->m->trace_drops, UI_BAD);
}

/* ---- the view ---- */

static void
add_rows (const ui_context *x, GPtrArray *rows, const GQueue *packets)
{
	for (GList *l = packets->head; l; l = l->next)
		if (PACKET (l->data)->serial <= x->m->shown_serial)
			g_ptr_array_add (rows, l->data);
}

/* The table sorts them by serial, and so drops among what passed. */
static GPtrArray *
packet_rows (const ui_context *x)
{
	GPtrArray *rows = g_ptr_array_new ();

	add_rows (x, rows, x->m->drops);
	if (!x->drops_only)
		add_rows (x, rows, x->m->passed);
	return rows;
}

static ui_rect
area (const ui_context *x, ui_rect body)
{
	int head = header_height (body);

	return (ui_rect) { body.x, body.y + head, body.w, body.h - head };
}

static void
draw (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect body)
{
	int head = header_height (body);

	if (head > 0)
		draw_state (x, c, body);
	body.y++;
	if (head >= HEADER_H) {
		draw_counts (x, c, body);
		body.y++;
		draw_rates (x, c, body);
	}
}

const ui_view ui_view_traces = {
	.name = "traces", .title = "Traces", .key = '3',
	.text = "the running trace: packets and drops as they come",
	.table = &table, .rows = packet_rows, .area = area, .draw = draw,
};
