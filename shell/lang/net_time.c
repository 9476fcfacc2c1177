/*
 * net_time.c - [datetime] and [timespan]: objects whose place in time stands
 * in a hidden property; their parts, methods and arithmetic.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dotnet.h"

#define US "\001us"
#define SECOND ((gint64) G_USEC_PER_SEC)
#define DAY (86400 * SECOND)
#define TICKS_1970 G_GINT64_CONSTANT (621355968000000000)
#define LEAST (-62135596800 * SECOND)	/* the year 1 */
#define MOST (253402300799 * SECOND)	/* the year 9999 */

static GDateTime *
local (gint64 us)
{
	g_autoptr (GDateTime) utc = NULL;
	g_autoptr (GDateTime) whole = g_date_time_new_from_unix_utc (
		us >= 0 || us % SECOND == 0 ? us / SECOND : us / SECOND - 1);
	gint64 rest = ((us % SECOND) + SECOND) % SECOND;

	utc = whole ? g_date_time_add (whole, rest) : NULL;
	return utc ? g_date_time_to_local (utc) : NULL;
}

static gint64
us_of (GDateTime *t)
{
	return g_date_time_to_unix (t) * SECOND
		+ g_date_time_get_microsecond (t);
}

static void
set_int (sh_value *v, const char *name, gint64 i)
{
	sh_set (v, name, sh_int (i));
}

sh_value *
net_span (gint64 us)
{
	sh_value *v = sh_object ("TimeSpan");
	double seconds;

	/* No longer than its ticks can be counted. */
	us = CLAMP (us, -(G_MAXINT64 / 10), G_MAXINT64 / 10);
	seconds = (double) us / SECOND;

	set_int (v, "Days", us / DAY);
	set_int (v, "Hours", us / (3600 * SECOND) % 24);
	set_int (v, "Minutes", us / (60 * SECOND) % 60);
	set_int (v, "Seconds", us / SECOND % 60);
	set_int (v, "Milliseconds", us / 1000 % 1000);
	set_int (v, "Ticks", us * 10);
	sh_set (v, "TotalDays", sh_double (seconds / 86400));
	sh_set (v, "TotalHours", sh_double (seconds / 3600));
	sh_set (v, "TotalMinutes", sh_double (seconds / 60));
	sh_set (v, "TotalSeconds", sh_double (seconds));
	sh_set (v, "TotalMilliseconds", sh_double ((double) us / 1000));
	set_int (v, US, us);
	sh_set (v, "\001text", sh_string_take (net_span_format (v, "c")));
	return v;
}

sh_value *
net_date (gint64 us)
{
	static const char *const days[] = {
		"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
		"Friday", "Saturday",
	};
	int day;
	g_autoptr (GDateTime) t = us < LEAST || us > MOST ? NULL : local (us);
	sh_value *v;

	if (t == NULL)
		return NULL;
	v = sh_object ("DateTime");
	set_int (v, "Year", g_date_time_get_year (t));
	set_int (v, "Month", g_date_time_get_month (t));
	set_int (v, "Day", g_date_time_get_day_of_month (t));
	set_int (v, "Hour", g_date_time_get_hour (t));
	set_int (v, "Minute", g_date_time_get_minute (t));
	set_int (v, "Second", g_date_time_get_second (t));
	set_int (v, "Millisecond", g_date_time_get_microsecond (t) / 1000);
	day = g_date_time_get_day_of_week (t) % 7;
	sh_set (v, "DayOfWeek", enum_make ("DayOfWeek", days[day], day,
					   FALSE));
	set_int (v, "DayOfYear", g_date_time_get_day_of_year (t));
	set_int (v, "Ticks", TICKS_1970 + (us
		 + g_date_time_get_utc_offset (t)) * 10);
	set_int (v, "Unix", g_date_time_to_unix (t));
	set_int (v, US, us);
	sh_set (v, "\001text", sh_string_take (
		net_date_format (us, "MM/dd/yyyy HH:mm:ss")));
	return v;
}

static gboolean
is_kind (const sh_value *v, const char *type, gint64 *us)
{
	sh_value *at;

	if (sh_value_kind (v) != SH_OBJECT
	    || strcmp (sh_type_name (v), type) != 0)
		return FALSE;
	at = sh_peek (v, US);
	return at != NULL && sh_to_int (at, us);
}

gboolean
net_is_date (const sh_value *v, gint64 *us)
{
	return is_kind (v, "DateTime", us);
}

gboolean
net_is_span (const sh_value *v, gint64 *us)
{
	return is_kind (v, "TimeSpan", us);
}

/* "[-][d.]hh:mm[:ss[.fff]]"; a number alone is days. */
gboolean
net_span_parse (const char *text, gint64 *us)
{
	g_autofree char *plain = g_strstrip (g_strdup (text));
	gboolean minus = *plain == '-';
	const char *p = plain + minus;
	int days = 0, hours = 0, minutes = 0, n = 0;
	double seconds = 0;
	char *end;

	if (sscanf (p, "%d.%d:%d%n", &days, &hours, &minutes, &n) == 3 && n)
		p += n;
	else if (days = 0, sscanf (p, "%d:%d%n", &hours, &minutes, &n) == 2)
		p += n;
	else if (hours = 0, sscanf (p, "%d%n", &days, &n) == 1 && !p[n])
		p += n;
	else
		return FALSE;
	if (*p == ':') {
		seconds = g_ascii_strtod (p + 1, &end);
		if (end == p + 1)
			return FALSE;
		p = end;
	}
	if (*p != '\0' || hours < 0 || hours > 23 || minutes < 0
	    || minutes > 59 || !(seconds >= 0 && seconds < 60) || days < 0
	    || days > 10000000)
		return FALSE;
	*us = days * DAY + (hours * 3600 + minutes * 60) * SECOND
		+ llrint (seconds * SECOND);
	if (minus)
		*us = -*us;
	return TRUE;
}

gboolean
net_to_span (const sh_value *v, gint64 *us)
{
	if (net_is_span (v, us))
		return TRUE;
	if (sh_value_kind (v) == SH_INT && sh_to_int (v, us)) {
		*us /= 10;	/* ticks */
		return TRUE;
	}
	return sh_text (v) != NULL && net_span_parse (sh_text (v), us);
}

gboolean
net_to_date (const sh_value *v, gint64 *us)
{
	if (net_is_date (v, us))
		return TRUE;
	if (sh_value_kind (v) == SH_INT && sh_to_int (v, us)) {
		g_autoptr (GDateTime) t = NULL;

		*us = (*us - TICKS_1970) / 10;
		t = *us < LEAST || *us > MOST ? NULL : local (*us);
		if (t != NULL)
			*us -= g_date_time_get_utc_offset (t);
		return t != NULL;
	}
	return sh_text (v) != NULL && net_date_parse (sh_text (v), us);
}

/* ---- static members ---- */

static sh_value *
date_of (const net_call *c, gint64 us)
{
	sh_value *v = net_date (us);

	return v ? v : net_fail (c, "there is no such date");
}

static sh_value *
date_parse (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);
	gint64 us;

	if (net_date_parse (text, &us))
		return date_of (c, us);
	return net_fail (c, "'%s' is no date", text);
}

static sh_value *
date_parse_exact (const net_call *c)
{
	g_autofree char *text = net_text (c, 0), *format = net_text (c, 1);
	gint64 us;

	if (net_date_parse_exact (text, format, &us))
		return date_of (c, us);
	return net_fail (c, "'%s' is no date of the form '%s'", text, format);
}

static sh_value *
date_new (const net_call *c)
{
	g_autoptr (GDateTime) t = NULL;
	gint64 us;

	if (sh_array_length (c->args) == 1 && net_to_date (net_arg (c, 0),
							   &us))
		return date_of (c, us);
	t = g_date_time_new_local ((int) net_int (c, 0, 1),
				   (int) net_int (c, 1, 1),
				   (int) net_int (c, 2, 1),
				   (int) net_int (c, 3, 0),
				   (int) net_int (c, 4, 0),
				   (double) net_int (c, 5, 0));
	return t ? date_of (c, us_of (t)) : net_fail (c, "there is no such "
						      "date");
}

static sh_value *
days_in_month (const net_call *c)
{
	gint64 year = net_int (c, 0, 0), month = net_int (c, 1, 0);

	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return net_fail (c, "there is no such month");
	return sh_int (g_date_get_days_in_month ((GDateMonth) month,
						 (GDateYear) year));
}

static sh_value *
span_new (const net_call *c)
{
	guint n = sh_array_length (c->args);
	gint64 days = n > 3 ? net_int (c, 0, 0) : 0, us;
	guint at = n > 3;

	if (n == 1)
		return net_to_span (net_arg (c, 0), &us) ? net_span (us)
			: net_fail (c, "this is no span of time");
	return net_span (days * DAY + (net_int (c, at, 0) * 3600
			 + net_int (c, at + 1, 0) * 60
			 + net_int (c, at + 2, 0)) * SECOND
			 + net_int (c, at + 3, 0) * 1000);
}

static sh_value *
span_parse (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);
	gint64 us;

	if (net_span_parse (text, &us))
		return net_span (us);
	return net_fail (c, "'%s' is no span of time", text);
}

static sh_value *
span_from (const net_call *c, double unit)
{
	double us = net_number (c, 0) * unit;

	if (!(fabs (us) < 9e17))
		return net_fail (c, "the span of time is too long");
	return net_span (llrint (us));
}

#define SPAN_FROM(name, unit) \
	static sh_value * \
	name (const net_call *c) \
	{ \
		return span_from (c, unit); \
	}

SPAN_FROM (from_days, (double) DAY)
SPAN_FROM (from_hours, 3600.0 * SECOND)
SPAN_FROM (from_minutes, 60.0 * SECOND)
SPAN_FROM (from_seconds, (double) SECOND)
SPAN_FROM (from_milliseconds, 1000.0)

/* A clock that runs: its Elapsed is read when it is asked for. */
static sh_value *
stopwatch_start (const net_call *c)
{
	sh_value *v = sh_object ("Stopwatch");

	set_int (v, "\001from", g_get_monotonic_time ());
	return v;
}

const net_method net_time_statics[] = {
	{ "datetime", "Parse", 1, date_parse },
	{ "datetime", "ParseExact", 2, date_parse_exact },
	{ "datetime", "new", 1, date_new },
	{ "datetime", "DaysInMonth", 2, days_in_month },
	{ "timespan", "new", 1, span_new },
	{ "timespan", "Parse", 1, span_parse },
	{ "timespan", "FromDays", 1, from_days },
	{ "timespan", "FromHours", 1, from_hours },
	{ "timespan", "FromMinutes", 1, from_minutes },
	{ "timespan", "FromSeconds", 1, from_seconds },
	{ "timespan", "FromMilliseconds", 1, from_milliseconds },
	{ "diagnostics.stopwatch", "StartNew", 0, stopwatch_start },
	{ "diagnostics.stopwatch", "new", 0, stopwatch_start },
	{ NULL, NULL, 0, NULL },
};

/* ---- methods ---- */

static gint64
self_us (const net_call *c)
{
	gint64 us = 0;

	sh_to_int (sh_peek (c->self, US), &us);
	return us;
}

static sh_value *
add_us (const net_call *c, double unit)
{
	double more = net_number (c, 0) * unit;

	if (!(fabs (more) < 4e17))
		return net_fail (c, "there is no such date");
	return date_of (c, self_us (c) + llrint (more));
}

#define ADD(name, unit) \
	static sh_value * \
	name (const net_call *c) \
	{ \
		return add_us (c, unit); \
	}

ADD (add_days, (double) DAY)
ADD (add_hours, 3600.0 * SECOND)
ADD (add_minutes, 60.0 * SECOND)
ADD (add_seconds, (double) SECOND)
ADD (add_milliseconds, 1000.0)

static sh_value *
add_months (const net_call *c)
{
	gint64 months = CLAMP (net_int (c, 0, 0), -120000, 120000);
	g_autoptr (GDateTime) t = local (self_us (c));
	g_autoptr (GDateTime) then = t ? g_date_time_add_months (
		t, (int) months) : NULL;

	return then ? date_of (c, us_of (then))
		: net_fail (c, "there is no such date");
}

static sh_value *
add_years (const net_call *c)
{
	gint64 years = CLAMP (net_int (c, 0, 0), -10000, 10000);
	g_autoptr (GDateTime) t = local (self_us (c));
	g_autoptr (GDateTime) then = t ? g_date_time_add_years (
		t, (int) years) : NULL;

	return then ? date_of (c, us_of (then))
		: net_fail (c, "there is no such date");
}

static sh_value *
date_plus (const net_call *c)
{
	gint64 us;

	if (!net_to_span (net_arg (c, 0), &us))
		return net_fail (c, "this is no span of time");
	return net_is_date (c->self, &(gint64) { 0 })
		? date_of (c, self_us (c) + us) : net_span (self_us (c) + us);
}

static sh_value *
date_minus (const net_call *c)
{
	gint64 us;

	if (net_is_date (c->self, &us)
	    && net_is_date (net_arg (c, 0), &us))
		return net_span (self_us (c) - us);
	if (!net_to_span (net_arg (c, 0), &us))
		return net_fail (c, "this is no span of time");
	return net_is_date (c->self, &(gint64) { 0 })
		? date_of (c, self_us (c) - us) : net_span (self_us (c) - us);
}

static sh_value *
date_text (const net_call *c)
{
	g_autofree char *format = net_text (c, 0);
	char *text = net_date_format (self_us (c), *format ? format : "G");

	return text ? sh_string_take (text)
		: net_fail (c, "'%s' is no date format", format);
}

#define DATE_TEXT(name, format) \
	static sh_value * \
	name (const net_call *c) \
	{ \
		return sh_string_take (net_date_format (self_us (c), \
							format)); \
	}

DATE_TEXT (short_date, "d")
DATE_TEXT (long_date, "D")
DATE_TEXT (short_time, "t")
DATE_TEXT (long_time, "T")

static sh_value *
span_text (const net_call *c)
{
	g_autofree char *format = net_text (c, 0);

	return sh_string_take (net_span_format (c->self, *format ? format
						: "c"));
}

static sh_value *
itself (const net_call *c)
{
	return sh_ref (c->self);
}

static sh_value *
stopwatch_stop (const net_call *c)
{
	gint64 from = 0;

	sh_to_int (sh_peek (c->self, "\001from"), &from);
	set_int (c->self, "\001ran", g_get_monotonic_time () - from);
	return sh_void ();
}

static sh_value *
stopwatch_restart (const net_call *c)
{
	set_int (c->self, "\001from", g_get_monotonic_time ());
	sh_remove (c->self, "\001ran");
	return sh_void ();
}

const net_method net_time_methods[] = {
	{ "datetime", "AddDays", 1, add_days },
	{ "datetime", "AddHours", 1, add_hours },
	{ "datetime", "AddMinutes", 1, add_minutes },
	{ "datetime", "AddSeconds", 1, add_seconds },
	{ "datetime", "AddMilliseconds", 1, add_milliseconds },
	{ "datetime", "AddMonths", 1, add_months },
	{ "datetime", "AddYears", 1, add_years },
	{ "datetime", "Add", 1, date_plus },
	{ "datetime", "Subtract", 1, date_minus },
	{ "datetime", "ToString", 0, date_text },
	{ "datetime", "ToShortDateString", 0, short_date },
	{ "datetime", "ToLongDateString", 0, long_date },
	{ "datetime", "ToShortTimeString", 0, short_time },
	{ "datetime", "ToLongTimeString", 0, long_time },
	{ "datetime", "ToUniversalTime", 0, itself },
	{ "datetime", "ToLocalTime", 0, itself },
	{ "timespan", "Add", 1, date_plus },
	{ "timespan", "Subtract", 1, date_minus },
	{ "timespan", "ToString", 0, span_text },
	{ "stopwatch", "Stop", 0, stopwatch_stop },
	{ "stopwatch", "Start", 0, itself },
	{ "stopwatch", "Restart", 0, stopwatch_restart },
	{ NULL, NULL, 0, NULL },
};

/* ---- arithmetic ---- */

static sh_value *
span_arithmetic (sh_interp *in, node *n, node_op op, gint64 x, sh_value *b,
		 GError **error)
{
	gint64 y;
	double d;

	if (op == OP_MUL || op == OP_DIV) {
		if (!sh_to_double (b, &d) || (op == OP_DIV && d == 0))
			return fail_at (in, n, error, "a span of time takes a "
					"number here");
		return net_span (llrint (op == OP_MUL ? (double) x * d
					 : (double) x / d));
	}
	if (!net_to_span (b, &y) || op == OP_MOD)
		return fail_at (in, n, error, "a span of time takes another "
				"one here");
	return net_span (op == OP_ADD ? x + y : x - y);
}

sh_value *
net_arithmetic (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
		gboolean *found, GError **error)
{
	gint64 x, y;
	sh_value *v;

	*found = TRUE;
	if (net_is_span (a, &x))
		return span_arithmetic (in, n, op, x, b, error);
	*found = net_is_date (a, &x);
	if (!*found)
		return NULL;
	if (op == OP_SUB && !net_is_span (b, &y) && net_to_date (b, &y))
		return net_span (x - y);
	if ((op != OP_ADD && op != OP_SUB) || !net_to_span (b, &y))
		return fail_at (in, n, error, "a date takes a span of time "
				"here");
	v = net_date (op == OP_ADD ? x + y : x - y);
	return v ? v : fail_at (in, n, error, "there is no such date");
}
