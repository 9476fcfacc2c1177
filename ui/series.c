/*
 * series.c - rings of samples with gaps; see series.h.
 */
#include "series.h"

#include <math.h>

void
ui_series_push (ui_series *s, guint64 tick, double value)
{
	guint64 from = s->newest + 1;

	if (s->newest == 0 || tick > s->newest + UI_HISTORY)
		from = tick >= UI_HISTORY ? tick - UI_HISTORY + 1 : 0;
	if (tick < s->newest)
		tick = s->newest;
	for (guint64 t = from; t < tick; t++)
		s->v[t % UI_HISTORY] = NAN;
	s->v[tick % UI_HISTORY] = (float) value;
	s->newest = tick;
}

double
ui_series_at (const ui_series *s, guint64 tick)
{
	if (s->newest == 0 || tick > s->newest || tick == 0
	    || s->newest - tick >= UI_HISTORY)
		return NAN;
	return s->v[tick % UI_HISTORY];
}

double
ui_series_max (const ui_series *s, guint64 tick, guint n)
{
	double max = NAN;

	for (guint i = 0; i < n && i < tick; i++) {
		double v = ui_series_at (s, tick - i);

		if (!isnan (v) && !(v <= max))
			max = v;
	}
	return max;
}

double
ui_series_mean (const ui_series *s, guint64 tick, guint n)
{
	double sum = 0;
	guint known = 0;

	for (guint i = 0; i < n && i < tick; i++) {
		double v = ui_series_at (s, tick - i);

		if (!isnan (v))
			sum += v, known++;
	}
	return known ? sum / known : NAN;
}
