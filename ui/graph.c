/*
 * graph.c - bars, sparklines and column graphs; see graph.h.
 */
#include "graph.h"

#include <math.h>

#include "format.h"

#define EIGHTHS 8

/* Left n eighths of a cell, n 0..8. */
static gunichar
left_part (const ui_canvas *c, int n)
{
	if (c->ascii)
		return n >= 5 ? '=' : n > 0 ? '-' : ' ';
	return n == 0 ? ' ' : (gunichar) (0x2590 - n);
}

/* Lower n eighths of a cell, n 0..8. */
static gunichar
lower_part (const ui_canvas *c, int n)
{
	static const char levels[] = " _.:-=+*#";

	if (c->ascii)
		return (gunichar) levels[n];
	return n == 0 ? ' ' : (gunichar) (0x2580 + n);
}

void
ui_bar (ui_canvas *c, int x, int y, int w, ui_style style, double fraction)
{
	int parts;

	if (isnan (fraction))
		fraction = 0;
	parts = (int) lround (CLAMP (fraction, 0, 1) * w * EIGHTHS);
	if (parts == 0 && fraction > 0)
		parts = 1;
	for (int i = 0; i < w; i++, parts -= EIGHTHS) {
		int n = CLAMP (parts, 0, EIGHTHS);

		if (n == 0)
			ui_put_glyph (c, x + i, y, UI_TRACK, UI_G_TRACK);
		else
			ui_put_char (c, x + i, y, style, left_part (c, n));
	}
}

static void
gauge_mark (ui_canvas *c, int x, int y, int w, ui_style style, ui_glyph g,
	    double fraction)
{
	if (isnan (fraction) || fraction < 0 || fraction > 1 || w < 1)
		return;
	ui_put_glyph (c, x + MIN ((int) (fraction * w), w - 1), y, style, g);
}

void
ui_gauge_draw (ui_canvas *c, int x, int y, int w, ui_style style,
	       const ui_gauge *g)
{
	double full = g->full > 0 ? g->full : NAN;

	ui_bar (c, x, y, w, style, g->measured / full);
	gauge_mark (c, x, y, w, UI_STRONG, UI_G_CAP, g->cap / full);
	gauge_mark (c, x, y, w, UI_BAD, UI_G_FLOOR_ASKED,
		    g->floor_asked / full);
	gauge_mark (c, x, y, w, UI_STRONG, UI_G_FLOOR, g->floor / full);
}

/* In UTF-8 a cell is never quite full: rows below one another stay apart. */
void
ui_spark (ui_canvas *c, int x, int y, int w, ui_style style,
	  const ui_series *s, guint64 tick, double full)
{
	int most = c->ascii ? EIGHTHS : EIGHTHS - 1;

	if (w < 1)
		return;
	if (isnan (full))
		full = ui_series_max (s, tick, w);
	for (int i = 0; i < w; i++) {
		guint64 back = w - 1 - i;
		double v = back < tick ? ui_series_at (s, tick - back) : NAN;
		int n = 1;

		if (isnan (v))
			continue;
		if (v > 0 && full > 0)
			n = 2 + (int) (MIN (v / full, 1) * (most - 1.001));
		ui_put_char (c, x + i, y, n == 1 ? UI_TRACK : style,
			     lower_part (c, n));
	}
}

/* One column of a graph: `parts` eighths from the bottom up. */
static void
graph_column (ui_canvas *c, ui_rect r, int x, ui_style style, int parts)
{
	for (int y = r.y + r.h - 1; y >= r.y && parts > 0; y--) {
		ui_put_char (c, x, y, style,
			     lower_part (c, MIN (parts, EIGHTHS)));
		parts -= EIGHTHS;
	}
}

void
ui_graph (ui_canvas *c, ui_rect r, ui_style style, const ui_series *s,
	  guint64 tick, double full, double line)
{
	if (isnan (full))
		full = ui_series_max (s, tick, r.w);
	if (line <= full && line > 0)
		for (int i = 0; i < r.w; i++)
			ui_put_glyph (c, r.x + i,
				      r.y + r.h - 1
				      - (int) (line / full * (r.h - 0.01)),
				      UI_RULE, UI_G_DASH);
	for (int i = 0; i < r.w; i++) {
		guint64 back = r.w - 1 - i;
		double v = back < tick ? ui_series_at (s, tick - back) : NAN;
		double part = v > 0 && full > 0 ? MIN (v / full, 1) : 0;

		if (isnan (v))
			continue;
		if (part == 0)
			ui_put_char (c, r.x + i, r.y + r.h - 1, UI_TRACK,
				     lower_part (c, 1));
		graph_column (c, r, r.x + i, style,
			      (int) ceil (part * r.h * EIGHTHS));
	}
}

ui_style
ui_heat_style (double percent)
{
	static const double bounds[] = { 5, 25, 50, 80 };
	int i = 0;

	while (i < 4 && percent >= bounds[i])
		i++;
	return UI_HEAT0 + i;
}

/*
 * The figure is drawn where it fits, so that the grid says the same without
 * colours; narrow cells are shaded.
 */
void
ui_heat (ui_canvas *c, int x, int y, int w, double percent)
{
	static const gunichar shades[] = { 0x2591, 0x2591, 0x2592, 0x2593,
					   0x2588 };
	static const char ascii[] = "-=+*#";
	ui_style style = ui_heat_style (percent);
	ui_text t = ui_format_percent (percent);

	if (isnan (percent)) {
		ui_put_glyph (c, x + w / 2, y, UI_TRACK, UI_G_DOT);
		return;
	}
	if (w >= 4) {
		ui_fill (c, (ui_rect) { x, y, w, 1 }, style, ' ');
		ui_put_right (c, x, y, w, style, t.s);
		return;
	}
	if (w >= 2) {
		ui_putf (c, x, y, w, style, "%*d", w,
			 (int) CLAMP (lround (percent), 0, w > 2 ? 999 : 99));
		return;
	}
	ui_put_char (c, x, y, style,
		     c->ascii ? (gunichar) ascii[style - UI_HEAT0]
			      : shades[style - UI_HEAT0]);
}
