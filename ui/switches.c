/*
 * switches.c - the switches with the load of their uplinks, and the sum of
 * their floors against the link. Drawn above the list of the ports view.
 */
#include <math.h>

#include "view.h"

#define MAX_SWITCHES 4

#define SWITCH(row) ((const ui_switch *) (row))

static const char *
switch_name (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->label;
}

static const char *
switch_type (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->type;
}

static const char *
switch_uplink (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->uplink;
}

static double
switch_link (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->link;
}

static double
switch_in (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->in;
}

static double
switch_out (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->out;
}

static double
switch_floors (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->uplink ? SWITCH (row)->floors : NAN;
}

static double
switch_ports (const ui_context *x, gconstpointer row)
{
	return SWITCH (row)->ports;
}

static const ui_track *
switch_track (const ui_context *x, gconstpointer row)
{
	return ui_model_track (x->m, UI_TRACK_SWITCH, SWITCH (row)->key);
}

static void
draw_share (ui_canvas *c, ui_rect at, double part, double link)
{
	double share = part / link;
	ui_style style = share > 0.9 ? UI_BAD : share > 0.7 ? UI_WARN
		: UI_ACCENT;

	if (!(link > 0) || isnan (part))
		return;
	if (at.w > 8) {
		ui_bar (c, at.x, at.y, at.w - 5, style, share);
		at = (ui_rect) { at.x + at.w - 4, at.y, 4, 1 };
	}
	ui_put_right (c, at.x, at.y, at.w, style,
		      ui_format_percent (100 * share).s);
}

static void
draw_load (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	   gconstpointer row)
{
	const ui_switch *sw = row;
	double most = isnan (sw->in) || sw->out > sw->in ? sw->out : sw->in;

	draw_share (c, at, most, sw->link);
}

static void
draw_floors (const ui_context *x, const ui_table *t, ui_canvas *c, ui_rect at,
	     gconstpointer row)
{
	draw_share (c, at, SWITCH (row)->floors, SWITCH (row)->link);
}

static const ui_column switch_columns[] = {
	{ .title = "SWITCH", .kind = UI_COL_TEXT, .min = 12, .max = 36,
	  .label = switch_name, .style = UI_STRONG },
	{ .title = "TYPE", .kind = UI_COL_TEXT, .min = 8, .max = 8, .rank = 7,
	  .label = switch_type },
	{ .title = "UPLINK", .kind = UI_COL_TEXT, .min = 6, .max = 15,
	  .rank = 6, .label = switch_uplink },
	{ .title = "LINK", .kind = UI_COL_RATE, .min = 6, .max = 7, .rank = 5,
	  .number = switch_link },
	{ .title = "IN", .kind = UI_COL_RATE, .min = 6, .max = 7, .rank = 2,
	  .number = switch_in },
	{ .title = "OUT", .kind = UI_COL_RATE, .min = 6, .max = 7,
	  .number = switch_out },
	{ .title = "LOAD", .kind = UI_COL_DRAWN, .min = 8, .max = 24,
	  .rank = 1, .draw = draw_load },
	{ .title = "FLOORS", .kind = UI_COL_RATE, .min = 6, .max = 7,
	  .rank = 3, .number = switch_floors },
	{ .title = "OF LINK", .kind = UI_COL_DRAWN, .min = 8, .max = 20,
	  .rank = 4, .draw = draw_floors },
	{ .title = "PORTS", .kind = UI_COL_COUNT, .min = 5, .max = 5,
	  .rank = 8, .number = switch_ports },
};

static const ui_table_class switch_table = {
	.columns = switch_columns, .n_columns = G_N_ELEMENTS (switch_columns),
	.sort = -1, .empty = "no switches: New-VMSwitch makes one",
	.track = switch_track,
};

int
ui_switches_height (const ui_context *x, ui_rect body)
{
	int n = x->m->shown ? (int) x->m->shown->switches->len : 0;

	if (body.h < 10)
		return 0;
	return 1 + CLAMP (n, 1, MIN (MAX_SWITCHES, body.h / 5)) + 1;
}

void
ui_switches_draw (const ui_context *x, ui_canvas *c, ui_rect at)
{
	const GArray *all = x->m->shown->switches;
	int room = at.h - 2;
	ui_table t;

	ui_table_init (&t, &switch_table);
	t.cursor = -1;
	for (int i = 0; i < (int) all->len && i < room; i++)
		g_ptr_array_add (t.rows, &g_array_index (all, ui_switch, i));
	ui_table_draw (&t, x, c, (ui_rect) { at.x, at.y, at.w, at.h - 1 });
	if ((int) all->len > room)
		ui_putf (c, at.x + 1, at.y + at.h - 1, at.w - 1, UI_DIM,
			 "and %d more switches", (int) all->len - room);
	ui_table_clear (&t);
}
