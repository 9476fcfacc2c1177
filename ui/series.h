/*
 * series.h - the history of one figure: a ring of samples by tick. A tick is
 * one sampling of the dashboard; ticks without a value are gaps and stay
 * gaps. Filled by model.c, drawn by graph.c.
 */
#ifndef UI_SERIES_H
#define UI_SERIES_H

#include <glib.h>

#define UI_HISTORY 600		/* ten minutes at one sample a second */

typedef struct {
	guint64 newest;		/* tick of the newest value; 0: none yet */
	float v[UI_HISTORY];	/* NAN: gap */
} ui_series;

/* `tick` starts at 1 and grows; a value for a tick not above the newest
 * replaces the newest. NAN: not known. */
void ui_series_push (ui_series *s, guint64 tick, double value);
/* NAN where it is not known, too old, or yet to come. */
double ui_series_at (const ui_series *s, guint64 tick);
/* Over the last n ticks up to `tick`; NAN when there is none. */
double ui_series_max (const ui_series *s, guint64 tick, guint n);
double ui_series_mean (const ui_series *s, guint64 tick, guint n);

#endif
