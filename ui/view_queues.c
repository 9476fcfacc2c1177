/*
 * view_queues.c - the view of VM queues: which processor serves which queue,
 * how loaded each is, and what each processor carries. In views.c's list.
 */
#include <math.h>

#include "view.h"

#define DETAIL_H 5
#define PANEL_CELL 36		/* least columns of a processor's bar */
#define STRIP_LABEL 12

#define QUEUE(row) ((const ui_queue *) (row))

/* ---- columns ---- */

static const char *
queue_vm (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->vm ? QUEUE (row)->vm : QUEUE (row)->key;
}

static const char *
queue_nic (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->nic;
}

static const char *
queue_mac (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->mac;
}

static double
queue_id (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->id;
}

static double
queue_load (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->load;
}

static double
queue_pps (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->pps;
}

static double
queue_drops (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->drops;
}

static double
queue_cpu (const ui_context *x, gconstpointer row)
{
	return QUEUE (row)->cpu;
}

static const char *
queue_key (gconstpointer row, char buf[32])
{
	return QUEUE (row)->key;
}

static const ui_track *
queue_track (const ui_context *x, gconstpointer row)
{
	return ui_model_track (x->m, UI_TRACK_QUEUE, QUEUE (row)->key);
}

static guint
queue_texts (gconstpointer row, const char *out[4])
{
	out[0] = QUEUE (row)->vm;
	out[1] = QUEUE (row)->nic;
	out[2] = QUEUE (row)->mac;
	return 3;
}

static void
draw_id (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	 gconstpointer row)
{
	if (!isnan (QUEUE (row)->id))
		ui_putf (c, at.x, at.y, at.w, UI_NORMAL, "%*.0f", at.w,
			 QUEUE (row)->id);
}

static void
draw_load (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	   gconstpointer row)
{
	const ui_track *track = queue_track (x, row);

	ui_put_figure (c, at, UI_NORMAL,
		       ui_model_figure (x->m, track, QUEUE (row)->load),
		       UI_COL_PERCENT, FALSE);
}

static void
draw_spark (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	const ui_track *track = queue_track (x, row);

	if (track)
		ui_spark (c, at.x, at.y, at.w, UI_ACCENT, &track->out,
			  x->m->shown_tick, 100);
}

static void
draw_drops (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	    gconstpointer row)
{
	double n = QUEUE (row)->drops;

	ui_put_figure (c, at, n > 0 ? UI_WARN : UI_NORMAL,
		       ui_model_figure (x->m, queue_track (x, row), n),
		       UI_COL_COUNT, FALSE);
}

/* Width of a processor's cell: with figures while there is room. */
static int
grid_cell (const ui_context *x, int w)
{
	int n = x->m->shown ? MAX ((int) x->m->shown->processors, 1) : 1;

	return w >= 5 * n ? 5 : w >= 3 * n ? 3 : w >= 2 * n ? 2 : 1;
}

static void
draw_grid (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	   gconstpointer row)
{
	const ui_queue *q = row;
	int cell = grid_cell (x, at.w), n = x->m->shown->processors;

	for (int i = t->left; i < n; i++) {
		int cx = at.x + (i - t->left) * cell;
		double load = i == q->cpu ? isnan (q->load) ? 0 : q->load
			: NAN;

		if (cx + cell > at.x + at.w)
			break;
		ui_heat (c, cx, at.y, cell > 1 ? cell - 1 : 1, load);
	}
}

/* Numbers as often as there is room for them. */
static void
draw_grid_title (const ui_context *x, const ui_table *t, ui_canvas *c,
		 ui_rect at)
{
	int cell = grid_cell (x, at.w);
	int n = x->m->shown ? (int) x->m->shown->processors : 0;
	int step = cell >= 3 ? 1 : cell == 2 ? 2 : 5;

	if (t->left > 0)
		ui_put_glyph (c, at.x - 1, at.y, UI_HEAD, UI_G_IN);
	for (int i = t->left; i < n; i++) {
		int cx = at.x + (i - t->left) * cell;

		if (cx + cell > at.x + at.w)
			break;
		if (cell >= 3)
			ui_putf (c, cx, at.y, cell - 1, UI_HEAD, "%*d",
				 cell - 1, i);
		else if (i % step == 0)
			ui_putf (c, cx, at.y, MIN (step * cell,
						   at.x + at.w - cx),
				 UI_HEAD, "%d", i);
	}
}

static const ui_column columns[] = {
	{ .title = "VM QUEUE", .kind = UI_COL_TEXT, .min = 10, .max = 24,
	  .label = queue_vm, .style = UI_STRONG,
	  .text = "the VM that the queue serves" },
	{ .title = "NIC", .kind = UI_COL_TEXT, .min = 6, .max = 10, .rank = 6,
	  .label = queue_nic, .text = "the physical adapter it belongs to" },
	{ .title = "ID", .kind = UI_COL_DRAWN, .right = TRUE, .min = 3,
	  .max = 4, .rank = 5,
	  .number = queue_id, .draw = draw_id, .text = "the queue's number" },
	{ .title = "MAC", .kind = UI_COL_TEXT, .min = 17, .max = 17,
	  .rank = 8, .label = queue_mac,
	  .text = "frames to this address are put into it" },
	{ .title = "PKT/S", .kind = UI_COL_COUNT, .min = 6, .max = 6,
	  .rank = 2, .number = queue_pps, .text = "packets a second" },
	{ .title = "DROPS", .kind = UI_COL_DRAWN, .right = TRUE, .min = 6,
	  .max = 6, .rank = 4, .number = queue_drops, .draw = draw_drops,
	  .text = "frames dropped because the queue was full" },
	{ .title = "LOAD", .kind = UI_COL_DRAWN, .right = TRUE, .min = 5,
	  .max = 5,
	  .number = queue_load, .draw = draw_load,
	  .text = "of its processor, spent on this queue" },
	{ .title = "HISTORY", .kind = UI_COL_DRAWN, .min = 6, .max = 14,
	  .rank = 7, .draw = draw_spark,
	  .text = "load over the last samples; a full cell is 100 %" },
	{ .title = "PROCESSOR", .kind = UI_COL_DRAWN, .min = 24, .max = 1024,
	  .number = queue_cpu, .draw = draw_grid,
	  .draw_title = draw_grid_title,
	  .text = "one column each; the cell is the load that it carries" },
};

static const ui_table_class table = {
	.columns = columns, .n_columns = G_N_ELEMENTS (columns),
	.empty = "no VM queues: Enable-NetAdapterVmq makes some",
	.key = queue_key, .track = queue_track, .texts = queue_texts,
};

/* ---- processors on top ---- */

static int
panel_columns (int w)
{
	return MAX (w / PANEL_CELL, 1);
}

/* A bar for each processor while that takes a third; else one strip. */
static gboolean
panel_has_bars (const ui_context *x, ui_rect body)
{
	int n = x->m->shown ? (int) x->m->shown->processors : 0;
	int per_line = panel_columns (body.w);

	return (n + per_line - 1) / per_line <= body.h / 3;
}

static int
panel_height (const ui_context *x, ui_rect body)
{
	int n = x->m->shown ? (int) x->m->shown->processors : 0;
	int per_line = panel_columns (body.w);

	if (body.h < 10 || n == 0)
		return 0;
	return 2 + (panel_has_bars (x, body)
		    ? (n + per_line - 1) / per_line : 1);
}

static const ui_track *
cpu_track (const ui_context *x, int cpu)
{
	char key[16];

	g_snprintf (key, sizeof key, "%d", cpu);
	return ui_model_track (x->m, UI_TRACK_CPU, key);
}

static double
cpu_load (const ui_context *x, int cpu)
{
	const ui_track *t = cpu_track (x, cpu);

	return t ? ui_series_at (&t->out, x->m->shown_tick) : NAN;
}

static void
draw_cpu (const ui_context *x, ui_canvas *c, ui_rect at, int cpu)
{
	const ui_track *t = cpu_track (x, cpu);
	double load = cpu_load (x, cpu);
	ui_style style = load >= 80 ? UI_BAD : load >= 50 ? UI_WARN : UI_GOOD;
	int spark = MIN (at.w / 3, 20), bar = at.w - spark - 15;

	ui_putf (c, at.x, at.y, 6, UI_DIM, "cpu%d", cpu);
	ui_bar (c, at.x + 6, at.y, bar, style, load / 100);
	ui_put_figure (c, (ui_rect) { at.x + 6 + bar, at.y, 6, 1 }, style,
		       ui_model_figure (x->m, t, load), UI_COL_PERCENT,
		       FALSE);
	if (t)
		ui_spark (c, at.x + bar + 13, at.y, spark, UI_ACCENT, &t->out,
			  x->m->shown_tick, 100);
}

static void
draw_strip (const ui_context *x, ui_canvas *c, ui_rect at)
{
	int n = x->m->shown->processors;

	ui_putf (c, at.x, at.y, STRIP_LABEL, UI_DIM, "cpu 0..%d", n - 1);
	for (int i = 0; i < n && i < at.w - STRIP_LABEL; i++)
		ui_heat (c, at.x + STRIP_LABEL + i, at.y, 1, cpu_load (x, i));
}

/* Queues, and how even the load is: 1.0 is even. */
static void
draw_balance (const ui_context *x, ui_canvas *c, ui_rect at)
{
	const ui_sample *s = x->m->shown;
	double sum = 0, max = 0;
	int used = 0, end = at.x + at.w, p = at.x + 1;
	char text[48];

	for (guint i = 0; i < s->processors; i++) {
		double load = cpu_load (x, i);

		sum += isnan (load) ? 0 : load;
		max = load > max ? load : max;
		used += load > 0;
	}
	g_snprintf (text, sizeof text, "%u", s->queues->len);
	p = ui_pair (c, p, at.y, end, "VM queues", UI_STRONG, text);
	g_snprintf (text, sizeof text, "%d of %u", used, s->processors);
	p = ui_pair (c, p, at.y, end, "busy processors", UI_STRONG, text);
	p = ui_pair (c, p, at.y, end, "highest load", UI_STRONG,
		     ui_format_percent (max).s);
	if (sum <= 0)
		return;
	g_snprintf (text, sizeof text, "%.2f", max * s->processors / sum);
	ui_pair (c, p, at.y, end, "highest/mean", UI_STRONG, text);
}

static void
draw_panel (const ui_context *x, ui_canvas *c, ui_rect at, gboolean bars)
{
	int n = x->m->shown->processors, per_line = panel_columns (at.w);
	int w = at.w / per_line;

	draw_balance (x, c, at);
	if (!bars) {
		draw_strip (x, c, (ui_rect) { at.x + 1, at.y + 1, at.w - 2,
					      1 });
		return;
	}
	for (int i = 0; i < n; i++)
		draw_cpu (x, c, (ui_rect) { at.x + 1 + i % per_line * w,
					    at.y + 1 + i / per_line, w - 2,
					    1 }, i);
}

/* ---- the selected queue below ---- */

static int
detail_height (const ui_context *x, ui_rect body)
{
	return x->detail && body.h >= 20 ? DETAIL_H : 0;
}

static void
draw_detail (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at)
{
	const ui_queue *q = ui_table_selected (t);
	const ui_track *track = q ? queue_track (x, q) : NULL;
	g_autofree char *title = NULL;
	int end = at.x + at.w, p = at.x + 1;
	guint n = at.w - 2;

	if (track == NULL)
		return;
	title = g_strjoin ("  ", q->key, q->vm ? q->vm : "", q->mac ? q->mac
			   : "", NULL);
	ui_rule (c, at.x, at.y, at.w, title);
	ui_graph (c, (ui_rect) { at.x + 1, at.y + 1, n, at.h - 2 }, UI_ACCENT,
		  &track->out, x->m->shown_tick, NAN, NAN);
	p = ui_pair (c, p, at.y + at.h - 1, end, "load: mean", UI_NORMAL,
		     ui_format_percent (ui_series_mean (
			     &track->out, x->m->shown_tick, n)).s);
	p = ui_pair (c, p, at.y + at.h - 1, end, "highest", UI_NORMAL,
		     ui_format_percent (ui_series_max (
			     &track->out, x->m->shown_tick, n)).s);
	p = ui_pair (c, p, at.y + at.h - 1, end, "packets", UI_NORMAL,
		     ui_format_count (q->packets).s);
	ui_pair (c, p, at.y + at.h - 1, end, "dropped",
		 q->drops > 0 ? UI_WARN : UI_NORMAL,
		 ui_format_count (q->drops).s);
}

/* ---- the view ---- */

static GPtrArray *
queue_rows (const ui_context *x)
{
	GPtrArray *rows = g_ptr_array_new ();
	const GArray *all = x->m->shown ? x->m->shown->queues : NULL;

	for (guint i = 0; all && i < all->len; i++)
		g_ptr_array_add (rows, &g_array_index (all, ui_queue, i));
	return rows;
}

static ui_rect
area (const ui_context *x, ui_rect body)
{
	int head = panel_height (x, body), tail = detail_height (x, body);

	return (ui_rect) { body.x, body.y + head, body.w,
			   body.h - head - tail };
}

static void
draw (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect body)
{
	int head = panel_height (x, body), tail = detail_height (x, body);

	if (head > 0)
		draw_panel (x, c, (ui_rect) { body.x, body.y, body.w, head },
			    panel_has_bars (x, body));
	if (tail > 0)
		draw_detail (x, t, c, (ui_rect) { body.x,
						  body.y + body.h - tail,
						  body.w, tail });
}

const ui_view ui_view_queues = {
	.name = "queues", .title = "Queues", .key = '2',
	.text = "VM queues by processor, with the load of each",
	.table = &table, .rows = queue_rows, .area = area, .draw = draw,
};
