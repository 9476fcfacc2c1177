/*
 * graph.h - bars, sparklines and column graphs on a canvas, with eighths of a
 * cell in UTF-8 and with plain characters in ASCII. Called by the views.
 */
#ifndef UI_GRAPH_H
#define UI_GRAPH_H

#include "canvas.h"
#include "series.h"

/* A filled part of a bar: `fraction` 0..1 of w columns; the rest is track. */
void ui_bar (ui_canvas *c, int x, int y, int w, ui_style style,
	     double fraction);

/* Marks on a bar; each NAN where there is none. All in the same unit. */
typedef struct {
	double measured;
	double floor;			/* programmed */
	double floor_asked;		/* where it is another one */
	double cap;
	double full;			/* the value of the bar's right end */
} ui_gauge;

/* A bar of what is measured with the marks of floor and cap on it. */
void ui_gauge_draw (ui_canvas *c, int x, int y, int w, ui_style style,
		    const ui_gauge *g);

/* The last w ticks up to `tick`, newest on the right; gaps are blank. `full`
 * is the value of a whole cell; NAN: the highest that is shown. */
void ui_spark (ui_canvas *c, int x, int y, int w, ui_style style,
	       const ui_series *s, guint64 tick, double full);
/* The same over several rows. `line`, or NAN: a level drawn across. */
void ui_graph (ui_canvas *c, ui_rect r, ui_style style, const ui_series *s,
	       guint64 tick, double full, double line);
/* A cell of w columns coloured by load (0..100 %); NAN: empty. */
void ui_heat (ui_canvas *c, int x, int y, int w, double percent);
ui_style ui_heat_style (double percent);

#endif
