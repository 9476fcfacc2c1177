/*
 * app.c - the dashboard without a terminal; see app.h.
 */
#include "app.h"

#include <math.h>
#include <string.h>

#define MIN_INTERVAL 0.1
#define MAX_INTERVAL 60.0
#define MAX_FILTER 64		/* characters */

static const ui_view *
shown_view (const ui_app *a)
{
	return ui_views[a->view];
}

static ui_table *
shown_table (ui_app *a)
{
	return &a->tables[a->view];
}

/* Between the bar on top and the line at the bottom. */
static ui_rect
body (const ui_app *a)
{
	int bottom = a->h >= 3 && !a->batch ? 1 : 0;

	return (ui_rect) { 0, 1, a->w, MAX (a->h - 1 - bottom, 0) };
}

static void
arrange (ui_app *a)
{
	const ui_view *v = shown_view (a);

	ui_table_arrange (shown_table (a), &a->x, v->rows (&a->x),
			  v->area (&a->x, body (a)).h);
}

ui_app *
ui_app_new (ui_source *source, const ui_view *first, double interval)
{
	ui_app *a = g_new0 (ui_app, 1);

	a->model = ui_model_new ();
	a->source = source;
	a->x = (ui_context) { .m = a->model, .detail = TRUE };
	a->interval = CLAMP (interval, MIN_INTERVAL, MAX_INTERVAL);
	for (int i = 0; ui_views[i]; i++) {
		ui_table_init (&a->tables[i], ui_views[i]->table);
		if (ui_views[i] == first)
			a->view = i;
	}
	ui_app_resize (a, 80, 24);
	return a;
}

void
ui_app_free (ui_app *a)
{
	if (a == NULL)
		return;
	for (int i = 0; i < UI_N_VIEWS; i++)
		ui_table_clear (&a->tables[i]);
	if (a->typing)
		g_string_free (a->typing, TRUE);
	ui_model_free (a->model);
	ui_source_free (a->source);
	g_free (a);
}

void
ui_app_resize (ui_app *a, int w, int h)
{
	a->w = MAX (w, 1);
	a->h = MAX (h, 1);
	arrange (a);
}

void
ui_app_sample (ui_app *a)
{
	ui_model_take (a->model, a->source, a->interval);
	arrange (a);
}

/* ---- keys ---- */

static void
end_typing (ui_app *a)
{
	g_string_free (a->typing, TRUE);
	a->typing = NULL;
}

static void
erase_last (GString *s)
{
	if (s->len > 0)
		g_string_truncate (s, g_utf8_find_prev_char (s->str, s->str
				   + s->len) - s->str);
}

/* The rows follow every letter; Esc takes the filter away again. */
static void
key_typing (ui_app *a, int key)
{
	ui_action action = ui_key_action (key);

	if (key == UI_KEY_ENTER || key == '\n' || key == '\r') {
		end_typing (a);
		return;
	}
	if (key == UI_KEY_BACKSPACE || key == 0x7f || key == '\b') {
		erase_last (a->typing);
	} else if (action == UI_DO_ESCAPE || key == UI_CTRL ('c')) {
		end_typing (a);
		ui_table_set_filter (shown_table (a), NULL);
		return;
	} else if (key >= ' ' && key < UI_KEY_UP
		   && g_unichar_isprint (key)
		   && g_utf8_strlen (a->typing->str, -1) < MAX_FILTER) {
		g_string_append_unichar (a->typing, key);
	}
	ui_table_set_filter (shown_table (a), a->typing->str);
}

static void
key_help (ui_app *a, ui_action action)
{
	int most = MAX (ui_help_lines (shown_view (a)) - (a->h - 3), 0);

	if (action == UI_DO_UP)
		a->help_top--;
	else if (action == UI_DO_DOWN)
		a->help_top++;
	else if (action == UI_DO_PAGE_UP)
		a->help_top -= a->h / 2;
	else if (action == UI_DO_PAGE_DOWN)
		a->help_top += a->h / 2;
	else
		a->help = FALSE;
	a->help_top = CLAMP (a->help_top, 0, most);
}

static void
show_view (ui_app *a, int i)
{
	a->view = (i + UI_N_VIEWS) % UI_N_VIEWS;
}

static void
escape (ui_app *a)
{
	ui_table_set_filter (shown_table (a), NULL);
}

static void
set_interval (ui_app *a, double by)
{
	a->interval = CLAMP (round (a->interval * by * 10) / 10,
			     MIN_INTERVAL, MAX_INTERVAL);
}

static gboolean
key_moves (ui_app *a, ui_action action)
{
	ui_table *t = shown_table (a);

	if (action == UI_DO_UP)
		ui_table_move (t, -1);
	else if (action == UI_DO_DOWN)
		ui_table_move (t, 1);
	else if (action == UI_DO_PAGE_UP)
		ui_table_move (t, -t->page);
	else if (action == UI_DO_PAGE_DOWN)
		ui_table_move (t, t->page);
	else if (action == UI_DO_FIRST)
		ui_table_move (t, -G_MAXINT / 2);
	else if (action == UI_DO_LAST)
		ui_table_move (t, G_MAXINT / 2);
	else if (action == UI_DO_LEFT)
		ui_table_scroll (t, -1);
	else if (action == UI_DO_RIGHT)
		ui_table_scroll (t, 1);
	else
		return FALSE;
	return TRUE;
}

static ui_app_wish
act (ui_app *a, ui_action action)
{
	switch (action) {
	case UI_DO_QUIT:
		return UI_APP_QUIT;
	case UI_DO_REDRAW:
		return UI_APP_REDRAW;
	case UI_DO_SUSPEND:
		return UI_APP_SUSPEND;
	case UI_DO_HELP:
		a->help = TRUE;
		a->help_top = 0;
		break;
	case UI_DO_ESCAPE:
		escape (a);
		break;
	case UI_DO_NEXT_VIEW:
	case UI_DO_PREVIOUS_VIEW:
		show_view (a, a->view + (action == UI_DO_NEXT_VIEW ? 1 : -1));
		break;
	case UI_DO_SORT_LEFT:
	case UI_DO_SORT_RIGHT:
		ui_table_sort_next (shown_table (a),
				    action == UI_DO_SORT_RIGHT ? 1 : -1);
		break;
	case UI_DO_INVERT:
		shown_table (a)->invert = !shown_table (a)->invert;
		break;
	case UI_DO_FILTER:
		a->typing = g_string_new (shown_table (a)->filter);
		break;
	case UI_DO_DETAIL:
		a->x.detail = !a->x.detail;
		break;
	case UI_DO_PAUSE:
		ui_model_pause (a->model, !a->model->paused);
		break;
	case UI_DO_FASTER:
	case UI_DO_SLOWER:
		set_interval (a, action == UI_DO_FASTER ? 0.5 : 2);
		break;
	case UI_DO_BYTES:
		a->x.bytes = !a->x.bytes;
		break;
	case UI_DO_DROPS_ONLY:
		a->x.drops_only = !a->x.drops_only;
		break;
	case UI_DO_UP:
	case UI_DO_DOWN:
	case UI_DO_LEFT:
	case UI_DO_RIGHT:
	case UI_DO_PAGE_UP:
	case UI_DO_PAGE_DOWN:
	case UI_DO_FIRST:
	case UI_DO_LAST:
		key_moves (a, action);
		break;
	case UI_DO_NOTHING:
		break;
	}
	return UI_APP_STAY;
}

ui_app_wish
ui_app_key (ui_app *a, int key)
{
	ui_action action = ui_key_action (key);
	ui_app_wish wish = UI_APP_STAY;

	if (a->typing) {
		key_typing (a, key);
	} else if (a->help && action != UI_DO_QUIT
		   && action != UI_DO_SUSPEND) {
		key_help (a, action);
	} else {
		for (int i = 0; ui_views[i]; i++)
			if (ui_views[i]->key == key)
				show_view (a, i);
		wish = act (a, action);
	}
	arrange (a);
	return wish;
}

/* ---- the frame ---- */

/*
 * What is particular about the picture: paused, filtered, how fresh, how dear.
 * The parts, dearest first: the last ones go where there is no room.
 */
static GPtrArray *
status_parts (const ui_app *a)
{
	const ui_model *m = a->model;
	const ui_table *t = &a->tables[a->view];
	GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GDateTime) when = m->shown
		? g_date_time_new_from_unix_local (m->shown->wall
						   / G_USEC_PER_SEC) : NULL;

	if (m->paused)
		g_ptr_array_add (parts, g_strdup ("PAUSED"));
	if (t->filter)
		g_ptr_array_add (parts, g_strdup_printf (
			"/%s: %u of %u", t->filter, t->rows->len, t->total));
	if (a->x.drops_only)
		g_ptr_array_add (parts, g_strdup ("drops only"));
	if (when)
		g_ptr_array_add (parts, g_date_time_format (when,
							    "%H:%M:%S"));
	g_ptr_array_add (parts, g_strdup (a->x.bytes ? "byte/s" : "bit/s"));
	if (!a->batch)
		g_ptr_array_add (parts, g_strdup_printf ("every %g s",
							 a->interval));
	if (!isnan (m->cost) && !a->batch)
		g_ptr_array_add (parts, g_strdup_printf (
			"own cpu %s", ui_format_percent (m->cost).s));
	return parts;
}

static void
draw_status (const ui_app *a, ui_canvas *c, int from)
{
	g_autoptr (GPtrArray) parts = status_parts (a);
	int x = a->w - 1;

	for (guint i = 0; i < parts->len; i++) {
		const char *part = g_ptr_array_index (parts, i);
		int n = ui_text_width (part);

		if (x - n < from)
			break;
		ui_put (c, x - n, 0, n, UI_TITLE, part);
		x -= n + 2;
	}
}

static void
draw_title (const ui_app *a, ui_canvas *c)
{
	int x = 1;

	ui_fill (c, (ui_rect) { 0, 0, a->w, 1 }, UI_TITLE, ' ');
	if (a->w >= 70) {
		x += ui_put (c, x, 0, a->w - x, UI_TITLE, "vmnetsh") + 1;
		x += ui_put (c, x, 0, MIN (a->w - x, 24), UI_TITLE,
			     a->source->title) + 2;
	}
	for (int i = 0; ui_views[i]; i++)
		x += ui_putf (c, x, 0, a->w - x, i == a->view ? UI_TITLE_ON
			      : UI_TITLE, " %c %s ", ui_views[i]->key,
			      ui_views[i]->title) + 1;
	draw_status (a, c, x);
}

static void
draw_bottom (const ui_app *a, ui_canvas *c)
{
	const char *problem = a->model->problem;
	int x = 0, y = a->h - 1;

	if (a->typing) {
		x = ui_put (c, 0, y, a->w, UI_KEY, "/");
		x += ui_put (c, x, y, a->w - x - 1, UI_STRONG,
			     a->typing->str);
		ui_put_char (c, x, y, UI_NORMAL | UI_SELECTED, ' ');
		return;
	}
	if (problem) {
		x = ui_put (c, 0, y, a->w, UI_BAD, "not sampled: ");
		ui_put (c, x, y, a->w - x, UI_BAD, problem);
		return;
	}
	/* From the end of the table: the way out must always be seen. */
	for (int i = ui_n_keys - 1; i >= 0; i--) {
		const ui_key *k = &ui_keys[i];

		if (k->brief == NULL)
			continue;
		if (x + ui_text_width (k->brief_key)
		    + ui_text_width (k->brief) + 1 > a->w)
			break;
		x += ui_put (c, x, y, a->w - x, UI_KEY, k->brief_key) + 1;
		x += ui_put (c, x, y, a->w - x, UI_NORMAL, k->brief) + 2;
	}
}

static void
draw_waiting (const ui_app *a, ui_canvas *c, ui_rect r)
{
	const char *problem = a->model->problem;

	ui_put (c, r.x + 2, r.y + r.h / 2, r.w - 2, problem ? UI_BAD : UI_DIM,
		problem ? problem : "sampling ...");
}

void
ui_app_draw (const ui_app *a, ui_canvas *c)
{
	const ui_view *v = shown_view (a);
	const ui_table *t = &a->tables[a->view];
	ui_rect r = body (a);

	ui_canvas_clear (c);
	draw_title (a, c);
	if (a->model->shown == NULL) {
		draw_waiting (a, c, r);
	} else {
		v->draw (&a->x, t, c, r);
		ui_table_draw (t, &a->x, c, v->area (&a->x, r));
	}
	if (a->help)
		ui_help_draw (v, a->help_top, c);
	if (a->h >= 3 && !a->batch)
		draw_bottom (a, c);
}
