/*
 * table.c - columns, order, filter and cursor of a view's list; see table.h.
 */
#include "config.h"	/* strverscmp is not in C11 */

#include "table.h"

#include <math.h>
#include <string.h>

#define GAP 1			/* blanks between columns */

void
ui_table_init (ui_table *t, const ui_table_class *class)
{
	*t = (ui_table) { .class = class, .sort = class->sort,
			  .invert = class->invert, .follow = class->follow,
			  .page = 1 };
	t->rows = g_ptr_array_new ();
}

void
ui_table_clear (ui_table *t)
{
	g_free (t->selected);
	g_free (t->filter);
	g_ptr_array_unref (t->rows);
	ui_sample_unref (t->of);
}

static gboolean
matches (const ui_table *t, gconstpointer row)
{
	const char *texts[4];
	guint n = t->class->texts (row, texts);

	for (guint i = 0; i < n; i++) {
		g_autofree char *folded = texts[i]
			? g_utf8_casefold (texts[i], -1) : NULL;

		if (folded && strstr (folded, t->filter))
			return TRUE;
	}
	return FALSE;
}

typedef struct { const ui_table *t; const ui_context *x; } order;

static int
compare_labels (const ui_context *x, const ui_column *col, gconstpointer a,
		gconstpointer b)
{
	const char *la = col->label (x, a), *lb = col->label (x, b);

	return strverscmp (la ? la : "", lb ? lb : "");
}

/* What is not known comes last, whichever way the order runs. */
static int
compare_numbers (double a, double b, gboolean rising)
{
	if (isnan (a) || isnan (b))
		return (isnan (a) != 0) - (isnan (b) != 0);
	return rising ? (a > b) - (a < b) : (a < b) - (a > b);
}

/* Texts rise and figures fall at first; equal ones go by the first column. */
static int
compare (gconstpointer pa, gconstpointer pb, gpointer data)
{
	const order *o = data;
	gconstpointer a = *(gconstpointer *) pa, b = *(gconstpointer *) pb;
	const ui_column *cols = o->t->class->columns;
	const ui_column *col = &cols[o->t->sort];
	int r;

	if (col->number) {
		r = compare_numbers (col->number (o->x, a),
				     col->number (o->x, b), o->t->invert);
		if (r != 0)
			return r;
		return cols[0].label ? compare_labels (o->x, &cols[0], a, b)
				     : 0;
	}
	r = compare_labels (o->x, col, a, b);
	return o->t->invert ? -r : r;
}

static void
filter_rows (ui_table *t, GPtrArray *rows)
{
	guint kept = 0;

	t->total = rows->len;
	if (t->filter == NULL)
		return;
	for (guint i = 0; i < rows->len; i++)
		if (matches (t, g_ptr_array_index (rows, i)))
			rows->pdata[kept++] = rows->pdata[i];
	g_ptr_array_set_size (rows, kept);
}

static void
remember (ui_table *t)
{
	gconstpointer row = ui_table_selected (t);
	char buf[32];

	if (row == NULL)
		return;
	g_free (t->selected);
	t->selected = g_strdup (t->class->key (row, buf));
}

/* The row of that key; where it has gone, the one that took its place. */
static void
find_selected (ui_table *t)
{
	char buf[32];

	if (t->follow) {
		t->cursor = (int) t->rows->len - 1;
		return;
	}
	for (guint i = 0; t->selected && i < t->rows->len; i++) {
		gconstpointer row = g_ptr_array_index (t->rows, i);

		if (strcmp (t->class->key (row, buf), t->selected) == 0) {
			t->cursor = i;
			return;
		}
	}
}

static void
clamp (ui_table *t)
{
	int n = (int) t->rows->len;

	t->cursor = CLAMP (t->cursor, 0, MAX (n - 1, 0));
	t->top = MIN (t->top, t->cursor);
	t->top = MAX (t->top, t->cursor - t->page + 1);
	t->top = CLAMP (t->top, 0, MAX (n - t->page, 0));
	remember (t);
}

void
ui_table_arrange (ui_table *t, const ui_context *x, GPtrArray *rows, int h)
{
	order o = { t, x };
	ui_sample *shown = x->m->shown;

	filter_rows (t, rows);
	g_ptr_array_sort_with_data (rows, compare, &o);
	g_ptr_array_unref (t->rows);
	t->rows = rows;
	if (shown)
		ui_sample_ref (shown);
	ui_sample_unref (t->of);
	t->of = shown;
	t->page = MAX (h - 1, 1);
	find_selected (t);
	clamp (t);
}

void
ui_table_move (ui_table *t, int by)
{
	t->cursor += CLAMP (by, -(int) t->rows->len, (int) t->rows->len);
	t->follow = t->class->follow && t->sort == t->class->sort
		&& t->invert == t->class->invert
		&& t->cursor >= (int) t->rows->len - 1;
	clamp (t);
}

void
ui_table_scroll (ui_table *t, int by)
{
	t->left = CLAMP (t->left + by, 0, 4096);
}

void
ui_table_sort_next (ui_table *t, int by)
{
	int n = (int) t->class->n_columns;
	const ui_column *col;

	do {
		t->sort = (t->sort + by + n) % n;
		col = &t->class->columns[t->sort];
	} while (col->number == NULL && col->label == NULL);
	t->invert = t->sort == t->class->sort && t->class->invert;
	t->follow = FALSE;
}

void
ui_table_set_filter (ui_table *t, const char *text)
{
	g_free (t->filter);
	t->filter = text && *text ? g_utf8_casefold (text, -1) : NULL;
}

gconstpointer
ui_table_selected (const ui_table *t)
{
	if (t->cursor < 0 || t->cursor >= (int) t->rows->len)
		return NULL;
	return g_ptr_array_index (t->rows, t->cursor);
}

/* Takes columns away, highest rank first, until their least widths fit. */
static int
drop_columns (const ui_table *t, int w, gboolean used[])
{
	const ui_column *cols = t->class->columns;
	int need = -GAP;

	for (guint i = 0; i < t->class->n_columns; i++) {
		used[i] = TRUE;
		need += cols[i].min + GAP;
	}
	while (need > w) {
		int worst = -1;

		for (guint i = 0; i < t->class->n_columns; i++)
			if (used[i] && cols[i].rank > 0
			    && (worst < 0 || cols[i].rank > cols[worst].rank))
				worst = i;
		if (worst < 0)
			break;
		used[worst] = FALSE;
		need -= cols[worst].min + GAP;
	}
	return need;
}

ui_fit
ui_table_fit (const ui_table *t, int x, int w)
{
	const ui_column *cols = t->class->columns;
	gboolean used[UI_MAX_COLUMNS] = { FALSE };
	ui_fit f = { { 0 }, { 0 } };
	int spare = w - drop_columns (t, w, used);

	for (guint i = 0; i < t->class->n_columns; i++)
		f.w[i] = used[i] ? cols[i].min : 0;
	/* One column of the screen at a time, so that the growth is even. */
	for (gboolean grown = TRUE; spare > 0 && grown;) {
		grown = FALSE;
		for (guint i = 0; i < t->class->n_columns; i++)
			if (used[i] && spare > 0 && f.w[i] < cols[i].max)
				f.w[i]++, spare--, grown = TRUE;
	}
	for (guint i = 0; i < t->class->n_columns; i++) {
		f.x[i] = x;
		if (used[i])
			x += f.w[i] + GAP;
	}
	return f;
}

void
ui_put_figure (ui_canvas *c, ui_rect at, ui_style style, ui_figure f,
	       ui_column_kind kind, gboolean bytes)
{
	ui_text t;

	switch (f.state) {
	case UI_NONE:
	case UI_FIRST:
		ui_put_glyph (c, at.x + at.w - 1, at.y, UI_TRACK,
			      f.state == UI_NONE ? UI_G_DASH : UI_G_ELLIPSIS);
		return;
	case UI_STALE:
		style = UI_DIM;
		break;
	case UI_KNOWN:
		if (f.v == 0 && style != UI_BAD)
			style = UI_DIM;
		break;
	}
	t = kind == UI_COL_RATE ? ui_format_rate (f.v, bytes)
		: kind == UI_COL_PERCENT ? ui_format_percent (f.v)
		: ui_format_count (f.v);
	ui_put_right (c, at.x, at.y, at.w, style, t.s);
}

static gboolean
is_right (const ui_column *col)
{
	return col->right || col->kind == UI_COL_RATE
		|| col->kind == UI_COL_COUNT || col->kind == UI_COL_PERCENT;
}

static void
draw_title (const ui_table *t, const ui_context *x, ui_canvas *c, int i,
	    ui_rect at)
{
	const ui_column *col = &t->class->columns[i];
	gboolean on = i == t->sort;
	ui_style style = on ? UI_HEAD_SORT : UI_HEAD;
	gboolean rising = (col->number == NULL) != t->invert;
	int n;

	if (col->draw_title) {
		col->draw_title (x, t, c, at);
		return;
	}
	n = MIN (ui_text_width (col->title) + on, at.w);
	if (is_right (col))
		at.x += at.w - n;
	ui_put (c, at.x, at.y, n - on, style, col->title);
	if (on)
		ui_put_glyph (c, at.x + n - 1, at.y, style,
			      rising ? UI_G_UP : UI_G_DOWN);
}

static void
draw_cell (const ui_table *t, const ui_context *x, ui_canvas *c, int i,
	   ui_rect at, gconstpointer row)
{
	const ui_column *col = &t->class->columns[i];
	ui_style style = t->class->row_style
		? t->class->row_style (x, row) : UI_NORMAL;
	const ui_track *track;

	if (style == UI_NORMAL)
		style = col->style;
	if (col->kind == UI_COL_DRAWN) {
		col->draw (x, t, c, at, row);
	} else if (col->kind == UI_COL_TEXT) {
		ui_put (c, at.x, at.y, at.w, style, col->label (x, row));
	} else {
		track = t->class->track ? t->class->track (x, row) : NULL;
		ui_put_figure (c, at, style,
			       ui_model_figure (x->m, track,
						col->number (x, row)),
			       col->kind, x->bytes);
	}
}

static void
draw_row (const ui_table *t, const ui_context *x, ui_canvas *c, ui_rect at,
	  const ui_fit *f, int i)
{
	gconstpointer row = g_ptr_array_index (t->rows, i);
	const ui_track *track = t->class->track ? t->class->track (x, row)
						: NULL;

	for (guint k = 0; k < t->class->n_columns; k++)
		if (f->w[k] > 0)
			draw_cell (t, x, c, k,
				   (ui_rect) { f->x[k], at.y, f->w[k], 1 },
				   row);
	if (ui_model_is_new (x->m, track))
		ui_put_glyph (c, at.x, at.y, UI_GOOD, UI_G_NEW);
	if (i == t->cursor)
		ui_select (c, at.x, at.y, at.w);
}

static void
draw_scroll_bar (const ui_table *t, ui_canvas *c, int x, int y, int h)
{
	int n = (int) t->rows->len, size = MAX (h * h / n, 1);
	int at = n > h ? t->top * (h - size) / (n - h) : 0;

	for (int i = 0; i < h; i++)
		ui_put_char (c, x, y + i,
			     i >= at && i < at + size ? UI_RULE : UI_TRACK,
			     i >= at && i < at + size
			     ? (c->ascii ? '#' : 0x2588)
			     : ui_glyph_char (c, UI_G_VLINE));
}

static void
draw_empty (const ui_table *t, ui_canvas *c, ui_rect area)
{
	const char *text = t->filter && t->total > 0
		? "nothing matches the filter (Esc clears it)"
		: t->class->empty;

	ui_put (c, area.x + 2, area.y + 1 + (area.h > 4), area.w - 2, UI_DIM,
		text);
}

void
ui_table_draw (const ui_table *t, const ui_context *x, ui_canvas *c,
	       ui_rect area)
{
	gboolean bar = (int) t->rows->len > area.h - 1 && area.w > 20;
	int w = area.w - (bar ? 2 : 0);
	ui_fit f = ui_table_fit (t, area.x + 1, w - 1);

	if (area.h < 1)
		return;
	ui_fill (c, (ui_rect) { area.x, area.y, area.w, 1 }, UI_HEAD, ' ');
	for (guint i = 0; i < t->class->n_columns; i++)
		if (f.w[i] > 0)
			draw_title (t, x, c, i,
				    (ui_rect) { f.x[i], area.y, f.w[i], 1 });
	for (int i = 0; i < area.h - 1; i++)
		if (t->top + i < (int) t->rows->len)
			draw_row (t, x, c, (ui_rect) { area.x, area.y + 1 + i,
						       w, 1 },
				  &f, t->top + i);
	if (bar && area.h > 1)
		draw_scroll_bar (t, c, area.x + area.w - 1, area.y + 1,
				 area.h - 1);
	if (t->rows->len == 0)
		draw_empty (t, c, area);
}
