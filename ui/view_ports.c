/*
 * view_ports.c - the view of adapters: rates, and each floor and cap as
 * asked, as programmed (read back) and as measured. In views.c's list.
 */
#include <math.h>

#include "view.h"

#define DETAIL_H 7

/* ---- columns ---- */

#define PORT(row) ((const ui_port *) (row))

static const char *
port_label (const ui_context *x, gconstpointer row)
{
	return PORT (row)->label;
}

static const char *
port_switch (const ui_context *x, gconstpointer row)
{
	return PORT (row)->vswitch;
}

static double
port_in (const ui_context *x, gconstpointer row)
{
	return PORT (row)->in;
}

static double
port_out (const ui_context *x, gconstpointer row)
{
	return PORT (row)->out;
}

static double
port_pps (const ui_context *x, gconstpointer row)
{
	return PORT (row)->in_pps + PORT (row)->out_pps;
}

static double
port_drops (const ui_context *x, gconstpointer row)
{
	return PORT (row)->in_dropped + PORT (row)->out_dropped;
}

static double
port_floor (const ui_context *x, gconstpointer row)
{
	return PORT (row)->asked_floor;
}

static double
port_cap (const ui_context *x, gconstpointer row)
{
	return PORT (row)->asked_cap;
}

static double
port_state (const ui_context *x, gconstpointer row)
{
	return ui_port_floor (row);
}

static const ui_track *
port_track (const ui_context *x, gconstpointer row)
{
	return ui_model_track (x->m, UI_TRACK_PORT, PORT (row)->key);
}

static const char *
port_key (gconstpointer row, char buf[32])
{
	return PORT (row)->key;
}

static guint
port_texts (gconstpointer row, const char *out[4])
{
	const ui_port *p = row;

	out[0] = p->key;
	out[1] = p->label;
	out[2] = p->vswitch;
	out[3] = p->mac;
	return 4;
}

static void
draw_spark (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	const ui_track *track = port_track (x, row);

	if (track)
		ui_spark (c, at.x, at.y, at.w, UI_ACCENT, &track->out,
			  x->m->shown_tick, NAN);
}

/* The kernel counts in bytes, and a share is rounded. */
static gboolean
agree (double asked, double told)
{
	return fabs (asked - told) <= asked * 0.005;
}

/* One figure while asked and programmed agree; else the programmed one,
 * marked. What was not asked for is no promise, whatever the kernel has. */
static void
draw_promise (const ui_context *x, ui_canvas *c, ui_rect at, double asked,
	      double told)
{
	ui_text t;

	if (isnan (asked)) {
		ui_put_glyph (c, at.x + at.w - 1, at.y, UI_TRACK, UI_G_DASH);
		return;
	}
	t = ui_format_rate (isnan (told) ? asked : told, x->bytes);
	if (!agree (asked, told)) {
		ui_put_glyph (c, at.x, at.y, UI_BAD, UI_G_DIFFERS);
		ui_put_right (c, at.x + 1, at.y, at.w - 1, UI_BAD, t.s);
	} else {
		ui_put_right (c, at.x, at.y, at.w, UI_NORMAL, t.s);
	}
}

static void
draw_floor (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	draw_promise (x, c, at, PORT (row)->asked_floor,
		      PORT (row)->told_floor);
}

static void
draw_cap (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	  gconstpointer row)
{
	draw_promise (x, c, at, PORT (row)->asked_cap, PORT (row)->told_cap);
}

static const ui_switch *
switch_of (const ui_context *x, const ui_port *p)
{
	const GArray *all = x->m->shown->switches;

	for (guint i = 0; p->vswitch && i < all->len; i++) {
		const ui_switch *sw = &g_array_index (all, ui_switch, i);

		if (g_strcmp0 (sw->name, p->vswitch) == 0)
			return sw;
	}
	return NULL;
}

static ui_style
floor_style (ui_floor_state state)
{
	switch (state) {
	case UI_FLOOR_MET:
		return UI_GOOD;
	case UI_FLOOR_MISSED:
		return UI_BAD;
	case UI_FLOOR_UNKNOWN:
		return UI_WARN;
	case UI_FLOOR_NONE:
	case UI_FLOOR_IDLE:
		break;
	}
	return UI_ACCENT;
}

/* The right end is the adapter's cap; without one its uplink's speed; without
 * that the most that was seen. */
static double
gauge_full (const ui_context *x, const ui_port *p)
{
	const ui_switch *sw = switch_of (x, p);
	const ui_track *track = port_track (x, p);
	double cap = port_cap (x, p);

	if (cap > 0)
		return cap;
	if (sw && sw->link > 0)
		return sw->link;
	return track ? ui_series_max (&track->out, x->m->shown_tick,
				      UI_HISTORY) : NAN;
}

static void
draw_gauge (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	const ui_port *p = row;
	ui_gauge g = {
		.measured = isnan (p->measured) ? p->out : p->measured,
		.floor = p->asked_floor > 0 ? p->told_floor : NAN,
		.floor_asked = agree (p->asked_floor, p->told_floor)
			? NAN : p->asked_floor,
		.cap = p->asked_cap > 0 ? p->told_cap : NAN,
		.full = gauge_full (x, p),
	};

	ui_gauge_draw (c, at.x, at.y, at.w, floor_style (ui_port_floor (p)),
		       &g);
}

static const char *
state_text (ui_floor_state state)
{
	switch (state) {
	case UI_FLOOR_MET:
		return "met";
	case UI_FLOOR_MISSED:
		return "not met";
	case UI_FLOOR_UNKNOWN:
		return "unknown";
	case UI_FLOOR_IDLE:
		return "idle";
	case UI_FLOOR_NONE:
		break;
	}
	return NULL;
}

static void
draw_state (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	ui_floor_state state = ui_port_floor (row);
	ui_style style = floor_style (state);

	if (state_text (state) == NULL)
		ui_put_glyph (c, at.x, at.y, UI_TRACK, UI_G_DASH);
	else
		ui_put (c, at.x, at.y, at.w,
			style == UI_ACCENT ? UI_DIM : style,
			state_text (state));
}

static void
draw_drops (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	double n = port_drops (x, row);

	ui_put_figure (c, at, n > 0 ? UI_WARN : UI_NORMAL,
		       ui_model_figure (x->m, port_track (x, row), n),
		       UI_COL_COUNT, FALSE);
}

static const ui_column columns[] = {
	{ .title = "ADAPTER", .kind = UI_COL_TEXT, .min = 12, .max = 36,
	  .label = port_label, .style = UI_STRONG,
	  .text = "the VM; M> its frames are copied, M< it gets the copies" },
	{ .title = "SWITCH", .kind = UI_COL_TEXT, .min = 6, .max = 16,
	  .rank = 8, .label = port_switch,
	  .text = "the virtual switch that it is connected to" },
	{ .title = "IN", .kind = UI_COL_RATE, .min = 6, .max = 7, .rank = 2,
	  .number = port_in, .text = "to the VM, a second" },
	{ .title = "OUT", .kind = UI_COL_RATE, .min = 6, .max = 7,
	  .number = port_out, .text = "from the VM, a second" },
	{ .title = "HISTORY", .kind = UI_COL_DRAWN, .min = 7, .max = 40,
	  .rank = 5, .draw = draw_spark,
	  .text = "outbound over the last samples; blank: not sampled" },
	{ .title = "PKT/S", .kind = UI_COL_COUNT, .min = 6, .max = 6,
	  .rank = 7, .number = port_pps,
	  .text = "packets a second, both directions" },
	{ .title = "FLOOR", .kind = UI_COL_DRAWN, .right = TRUE, .min = 6,
	  .max = 7, .rank = 4, .number = port_floor, .draw = draw_floor,
	  .text = "minimum bandwidth as programmed; marked: not as asked" },
	{ .title = "FLOOR-CAP", .kind = UI_COL_DRAWN, .min = 10,
	  .max = 32, .rank = 3, .draw = draw_gauge,
	  .text = "through the uplink, floor marked, up to cap or link" },
	{ .title = "CAP", .kind = UI_COL_DRAWN, .right = TRUE, .min = 6,
	  .max = 7, .rank = 6,
	  .number = port_cap, .draw = draw_cap,
	  .text = "maximum bandwidth as programmed; marked: not as asked" },
	{ .title = "FLOOR IS", .kind = UI_COL_DRAWN, .min = 8, .max = 8,
	  .rank = 1, .number = port_state, .draw = draw_state,
	  .text = "met, not met, or idle: it wants less than its floor" },
	{ .title = "DROPS", .kind = UI_COL_DRAWN, .right = TRUE, .min = 6,
	  .max = 6, .rank = 9, .number = port_drops, .draw = draw_drops,
	  .text = "frames dropped at the port since it was made" },
};

static const ui_table_class table = {
	.columns = columns, .n_columns = G_N_ELEMENTS (columns),
	.empty = "no adapters: New-VM and Add-VMNetworkAdapter make some",
	.key = port_key, .track = port_track, .texts = port_texts,
};

/* ---- the selected adapter below ---- */

static int
detail_height (const ui_context *x, ui_rect body)
{
	return x->detail && body.h >= 20 ? DETAIL_H : 0;
}

static void
detail_rate (const ui_context *x, ui_canvas *c, int at, int y, double v)
{
	if (!isnan (v))
		ui_put_right (c, at, y, 8, UI_NORMAL,
			      ui_format_rate (v, x->bytes).s);
	else
		ui_put_glyph (c, at + 7, y, UI_TRACK, UI_G_DASH);
}

static void
detail_pair (ui_canvas *c, int at, int y, const char *name, double out,
	     double in)
{
	ui_put (c, at, y, 12, UI_DIM, name);
	ui_put_right (c, at + 34, y, 8, UI_NORMAL, ui_format_count (out).s);
	ui_put_right (c, at + 42, y, 8, UI_NORMAL, ui_format_count (in).s);
}

static void
draw_promises (const ui_context *x, ui_canvas *c, int at, int y,
	       const ui_port *p)
{
	static const char *const heads[] = { "FLOOR", "CAP", "UPLINK", "OUT",
					     "IN" };
	ui_floor_state state = ui_port_floor (p);

	for (int i = 0; i < 5; i++)
		ui_put_right (c, at + 10 + 8 * i, y, 8, UI_DIM, heads[i]);
	ui_put (c, at, y + 1, 12, UI_DIM, "asked");
	detail_rate (x, c, at + 10, y + 1, p->asked_floor);
	detail_rate (x, c, at + 18, y + 1, p->asked_cap);
	ui_put (c, at, y + 2, 12, UI_DIM, "programmed");
	detail_rate (x, c, at + 10, y + 2, p->told_floor);
	detail_rate (x, c, at + 18, y + 2, p->told_cap);
	ui_put (c, at, y + 3, 12, UI_DIM, "measured");
	ui_put_right (c, at + 10, y + 3, 8, floor_style (state),
		      state_text (state));
	detail_rate (x, c, at + 26, y + 3, p->measured);
	detail_rate (x, c, at + 34, y + 3, p->out);
	detail_rate (x, c, at + 42, y + 3, p->in);
	detail_pair (c, at, y + 4, "packets/s", p->out_pps, p->in_pps);
	detail_pair (c, at, y + 5, "dropped", p->out_dropped, p->in_dropped);
}

/* With how often the floor was kept while it was wanted. */
static void
draw_summary (const ui_context *x, ui_canvas *c, ui_rect at,
	      const ui_track *t)
{
	guint64 tick = x->m->shown_tick, n = t->floor_met + t->floor_missed;
	int p = at.x, end = at.x + at.w;
	double mean = ui_series_mean (&t->out, tick, at.w);
	double highest = ui_series_max (&t->out, tick, at.w);

	p = ui_pair (c, p, at.y, end, "out: mean", UI_NORMAL,
		     ui_format_rate (mean, x->bytes).s);
	p = ui_pair (c, p, at.y, end, "highest", UI_NORMAL,
		     ui_format_rate (highest, x->bytes).s);
	if (n > 0)
		ui_pair (c, p, at.y, end, "floor met",
			 t->floor_missed ? UI_WARN : UI_GOOD,
			 ui_format_percent (100.0 * t->floor_met / n).s);
}

static void
draw_history (const ui_context *x, ui_canvas *c, ui_rect at,
	      const ui_port *p)
{
	const ui_track *t = port_track (x, p);
	double floor = p->asked_floor > 0 ? p->told_floor : NAN;

	if (t == NULL || at.w < 10)
		return;
	ui_graph (c, (ui_rect) { at.x, at.y, at.w, at.h - 1 }, UI_ACCENT,
		  &t->out, x->m->shown_tick, NAN, floor);
	draw_summary (x, c, (ui_rect) { at.x, at.y + at.h - 1, at.w, 1 }, t);
}

static void
draw_detail (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at)
{
	const ui_port *p = ui_table_selected (t);
	g_autofree char *title = NULL;

	if (p == NULL)
		return;
	title = g_strjoin ("  ", p->key, p->vswitch ? p->vswitch
			   : "not connected", p->interface ? p->interface
			   : "", p->mac ? p->mac : "", NULL);
	ui_rule (c, at.x, at.y, at.w, title);
	draw_promises (x, c, at.x + 1, at.y + 1, p);
	draw_history (x, c, (ui_rect) { at.x + 54, at.y + 1, at.w - 55,
					at.h - 1 }, p);
}

/* ---- the view ---- */

static GPtrArray *
port_rows (const ui_context *x)
{
	GPtrArray *rows = g_ptr_array_new ();
	const GArray *all = x->m->shown ? x->m->shown->ports : NULL;

	for (guint i = 0; all && i < all->len; i++)
		g_ptr_array_add (rows, &g_array_index (all, ui_port, i));
	return rows;
}

static ui_rect
area (const ui_context *x, ui_rect body)
{
	int head = ui_switches_height (x, body), tail = detail_height (x, body);

	return (ui_rect) { body.x, body.y + head, body.w,
			   body.h - head - tail };
}

static void
draw (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect body)
{
	int head = ui_switches_height (x, body), tail = detail_height (x, body);

	if (head > 0)
		ui_switches_draw (x, c, (ui_rect) { body.x, body.y, body.w,
						    head });
	if (tail > 0)
		draw_detail (x, t, c, (ui_rect) { body.x,
						  body.y + body.h - tail,
						  body.w, tail });
}

const ui_view ui_view_ports = {
	.name = "ports", .title = "Ports", .key = '1',
	.text = "adapters: rates, floors and caps as asked, told, measured",
	.table = &table, .rows = port_rows, .area = area, .draw = draw,
};
