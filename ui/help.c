/*
 * help.c - the help overlay, written from the key table, the views and the
 * columns of the view that is shown. Called by app.c.
 */
#include <string.h>

#include "app.h"

#define LABEL_W 15
#define BOX_W 72

typedef struct { const char *label, *text; gboolean head; } line;

static void
add (GArray *lines, const char *label, const char *text, gboolean head)
{
	line l = { label, text, head };

	g_array_append_val (lines, l);
}

/* All lines of the overlay; labels of views live in `labels`. */
static GArray *
collect (const ui_view *view, GStringChunk *labels)
{
	GArray *lines = g_array_new (FALSE, TRUE, sizeof (line));
	char key[8];

	add (lines, "Views", "", TRUE);
	for (int i = 0; ui_views[i]; i++) {
		g_snprintf (key, sizeof key, "%c", ui_views[i]->key);
		add (lines, g_string_chunk_insert (labels, key),
		     ui_views[i]->text, FALSE);
	}
	add (lines, "Keys", "", TRUE);
	for (int i = 0; i < ui_n_keys; i++)
		add (lines, ui_keys[i].label, ui_keys[i].text, FALSE);
	add (lines, "Columns", "", TRUE);
	for (guint i = 0; i < view->table->n_columns; i++)
		if (*view->table->columns[i].title)
			add (lines, view->table->columns[i].title,
			     view->table->columns[i].text, FALSE);
	return lines;
}

int
ui_help_lines (const ui_view *view)
{
	GStringChunk *labels = g_string_chunk_new (64);
	GArray *lines = collect (view, labels);
	int n = lines->len;

	g_array_unref (lines);
	g_string_chunk_free (labels);
	return n;
}

static void
draw_frame (ui_canvas *c, ui_rect r)
{
	int right = r.x + r.w - 1, low = r.y + r.h - 1;

	ui_fill (c, r, UI_NORMAL, ' ');
	ui_rule (c, r.x, r.y, r.w, "Help");
	ui_rule (c, r.x, low, r.w, NULL);
	for (int y = r.y + 1; y < low; y++) {
		ui_put_glyph (c, r.x, y, UI_RULE, UI_G_VLINE);
		ui_put_glyph (c, right, y, UI_RULE, UI_G_VLINE);
	}
	ui_put_glyph (c, r.x, r.y, UI_RULE, UI_G_CORNER_TL);
	ui_put_glyph (c, right, r.y, UI_RULE, UI_G_CORNER_TR);
	ui_put_glyph (c, r.x, low, UI_RULE, UI_G_CORNER_BL);
	ui_put_glyph (c, right, low, UI_RULE, UI_G_CORNER_BR);
}

static void
draw_line (ui_canvas *c, ui_rect r, int y, const line *l)
{
	if (l->head) {
		ui_put (c, r.x + 2, y, r.w - 4, UI_STRONG, l->label);
		return;
	}
	ui_put (c, r.x + 3, y, MIN (LABEL_W, r.w - 4), UI_KEY, l->label);
	ui_put (c, r.x + 4 + LABEL_W, y, r.w - 6 - LABEL_W, UI_NORMAL,
		l->text);
}

/* The line at the bottom stays free for the keys. */
void
ui_help_draw (const ui_view *view, int top, ui_canvas *c)
{
	GStringChunk *labels = g_string_chunk_new (64);
	GArray *lines = collect (view, labels);
	int w = MIN (BOX_W, c->w), h = MIN ((int) lines->len + 2, c->h - 1);
	ui_rect r = { (c->w - w) / 2, MAX ((c->h - 1 - h) / 2, 0), w, h };

	if (h >= 3 && w >= 3) {
		draw_frame (c, r);
		for (int i = 0; i < h - 2; i++)
			if (top + i < (int) lines->len)
				draw_line (c, r, r.y + 1 + i,
					   &g_array_index (lines, line,
							   top + i));
		if (top + h - 2 < (int) lines->len)
			ui_put_glyph (c, r.x + w - 3, r.y + h - 1, UI_KEY,
				      UI_G_DOWN);
	}
	g_array_unref (lines);
	g_string_chunk_free (labels);
}
