/*
 * format.c - figures as short text; see format.h.
 */
#include "format.h"

#include <math.h>

static ui_text
text (const char *format, ...) G_GNUC_PRINTF (1, 2);

static ui_text
text (const char *format, ...)
{
	ui_text t;
	va_list ap;

	va_start (ap, format);
	g_vsnprintf (t.s, sizeof t.s, format, ap);
	va_end (ap);
	return t;
}

ui_text
ui_format_count (double v)
{
	static const char multiples[] = " kMGTPE";
	int m = 0;

	if (isnan (v))
		return text ("-");
	if (v < 0)
		v = 0;
	if (v < 999.5)
		return v < 9.95 && v != floor (v) ? text ("%.1f", v)
						  : text ("%.0f", v);
	/* The bounds are those of the printed digits: 999.6k is 1.00M. */
	while (m < 6 && v >= 999.5)
		v /= 1000, m++;
	if (v >= 999.5)
		return text (">999%c", multiples[m]);
	return text ("%.*f%c", v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v,
		     multiples[m]);
}

ui_text
ui_format_rate (double bits, gboolean bytes)
{
	return ui_format_count (bytes ? bits / 8 : bits);
}

ui_text
ui_format_percent (double v)
{
	if (isnan (v))
		return text ("-");
	if (v > 0 && v < 0.05)
		return text ("<0.1%%");
	if (v > 9999)
		return text (">9999%%");
	return v > 0 && v < 9.95 ? text ("%.1f%%", v) : text ("%.0f%%", v);
}

ui_text
ui_format_duration (gint64 s)
{
	if (s < 0)
		s = 0;
	if (s >= 100 * 3600)
		return text ("%dd %02dh", (int) MIN (s / 86400, 99999),
			     (int) (s / 3600 % 24));
	if (s >= 3600)
		return text ("%d:%02d:%02d", (int) (s / 3600),
			     (int) (s / 60 % 60), (int) (s % 60));
	return text ("%d:%02d", (int) (s / 60), (int) (s % 60));
}
