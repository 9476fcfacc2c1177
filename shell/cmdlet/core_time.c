/*
 * core_time.c - time and chance: Start-Sleep, Get-Date, New-TimeSpan,
 * Measure-Command, Get-Random.
 */
#include <poll.h>
#include <string.h>

#include "core.h"

static gboolean start_sleep (sh_call *call, GError **error);
static gboolean get_date (sh_call *call, GError **error);

static const sh_param sleep_params[] = {
	{ "Seconds", &sh_type_double, 0, 1, "s", NULL, "how long, in seconds" },
	{ "Milliseconds", &sh_type_int32, 0, 0, "ms", NULL,
	  "how long, in milliseconds" },
};

const sh_cmdlet cmdlet_start_sleep =
	CORE_CMDLET ("Start-Sleep", "sleep", sleep_params,
		     "Waits; Ctrl-C ends it", "Start-Sleep -Milliseconds 10",
		     NULL, start_sleep, NULL);

static gboolean
start_sleep (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	vmnet_opt ms = sh_arg_opt (call, "Milliseconds");
	sh_value *s = sh_arg (call, "Seconds");
	gint64 until = g_get_monotonic_time (), left;
	double seconds = 0;

	if (s != NULL)
		sh_to_double (s, &seconds);
	until += (gint64) (CLAMP (seconds, 0, 1e9) * G_USEC_PER_SEC);
	until += ms.set ? (gint64) ms.value * 1000 : 0;
	/* Nobody is kept out of the store while this one sleeps. */
	if (!sh_commit (in, error))
		return FALSE;
	while ((left = until - g_get_monotonic_time ()) > 0
	       && !sh_interrupted (in))
		poll (NULL, 0, (int) MIN (left / 1000 + 1, 1000));
	core_jobs_look (call);
	return TRUE;
}

static const sh_param date_params[] = {
	{ "Date", &sh_type_object, SH_PIPE_VALUE, 1, "LastWriteTime", NULL,
	  "the date to show; now without it" },
	{ "Year", &sh_type_int32, 0, 0, NULL, NULL, "year instead of its own" },
	{ "Month", &sh_type_int32, 0, 0, NULL, NULL,
	  "month instead of its own, 1 to 12" },
	{ "Day", &sh_type_int32, 0, 0, NULL, NULL,
	  "day of the month instead of its own" },
	{ "Hour", &sh_type_int32, 0, 0, NULL, NULL,
	  "hour instead of its own, 0 to 23" },
	{ "Minute", &sh_type_int32, 0, 0, NULL, NULL,
	  "minute instead of its own" },
	{ "Second", &sh_type_int32, 0, 0, NULL, NULL,
	  "second instead of its own" },
	{ "Format", &sh_type_string, 0, 0, NULL, NULL,
	  "yyyy-MM-dd HH:mm:ss and its like: text instead of an object" },
	{ "UFormat", &sh_type_string, 0, 0, NULL, NULL,
	  "%Y-%m-%d and its like: text instead of an object" },
};

const sh_cmdlet cmdlet_get_date =
	CORE_CMDLET ("Get-Date", NULL, date_params, "The time, here and now",
		     "Get-Date -Format 'yyyy-MM-dd HH:mm'", NULL, get_date,
		     NULL);

/* The date that -Date and the parts name; now without them. */
static gboolean
date_asked (sh_call *call, gint64 *us, GError **error)
{
	static const char *const names[] = { "Year", "Month", "Day", "Hour",
		"Minute", "Second" };
	sh_value *given = sh_arg (call, "Date");
	sh_value *at = given ? sh_ref (given) : sh_date (g_get_real_time ());
	g_autoptr (sh_value) from = at;
	g_autoptr (GDateTime) t = NULL;
	gint64 part[6] = { 0 };

	if (!sh_date_us (from, us)) {
		g_autofree char *text = sh_to_text (from);

		g_set_error (error, SH_ERROR, SH_ERROR_BIND, "-Date: '%s' was "
			     "given, accepted is a date: 2024-05-06 07:08",
			     text);
		return FALSE;
	}
	from = sh_date (*us);
	sh_unref (at);
	for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
		g_autoptr (sh_value) own = sh_get (from, names[i]);
		vmnet_opt asked = sh_arg_opt (call, names[i]);

		sh_to_int (own, &part[i]);
		part[i] = asked.set ? (gint64) asked.value : part[i];
	}
	t = g_date_time_new_local ((int) part[0], (int) part[1],
				   (int) part[2], (int) part[3],
				   (int) part[4], (double) part[5]);
	if (t == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "Get-Date: there is no such date");
		return FALSE;
	}
	/* Milliseconds stay where nothing but the time itself was asked. */
	*us = g_date_time_to_unix (t) * G_USEC_PER_SEC
		+ *us % G_USEC_PER_SEC;
	return TRUE;
}

static gboolean
get_date (sh_call *call, GError **error)
{
	g_autoptr (GDateTime) now = NULL;
	gint64 us;
	const char *format = sh_arg_text (call, "Format");
	const char *unix_format = sh_arg_text (call, "UFormat");
	char *text;

	if (!date_asked (call, &us, error))
		return FALSE;
	if (format != NULL) {
		sh_emit (call, sh_string_take (sh_date_text (us, format)));
		return TRUE;
	}
	if (unix_format == NULL) {
		sh_emit (call, sh_date (us));
		return TRUE;
	}
	now = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);
	unix_format += *unix_format == '+';
	text = g_date_time_format (now, unix_format);
	if (text == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "-UFormat: '%s' is no date format", unix_format);
		return FALSE;
	}
	sh_emit (call, sh_string_take (text));
	return TRUE;
}

/* ---- New-TimeSpan ---- */

CORE_HANDLER (new_timespan);

static const sh_param span_params[] = {
	{ "Start", &sh_type_object, 0, 1, "LastWriteTime", NULL,
	  "date from which; now without it" },
	{ "End", &sh_type_object, 0, 2, NULL, NULL,
	  "date until which; now without it" },
	{ "Days", &sh_type_int64, 0, 0, NULL, NULL, "days" },
	{ "Hours", &sh_type_int64, 0, 0, NULL, NULL, "hours" },
	{ "Minutes", &sh_type_int64, 0, 0, NULL, NULL, "minutes" },
	{ "Seconds", &sh_type_int64, 0, 0, NULL, NULL, "seconds" },
	{ "Milliseconds", &sh_type_int64, 0, 0, NULL, NULL, "milliseconds" },
};

const sh_cmdlet cmdlet_new_timespan =
	CORE_CMDLET ("New-TimeSpan", NULL, span_params,
		     "A span of time: between two dates, or so long",
		     "(New-TimeSpan -Minutes 90).TotalHours", NULL,
		     new_timespan, NULL);

static gint64
span_part (sh_call *call, const char *name, gint64 unit)
{
	sh_value *v = sh_arg (call, name);
	gint64 n = 0;

	if (v != NULL)
		sh_to_int (v, &n);
	return CLAMP (n, -100000000, 100000000) * unit;
}

static gboolean
new_timespan (sh_call *call, GError **error)
{
	sh_value *start = sh_arg (call, "Start"), *end = sh_arg (call, "End");
	gint64 second = G_USEC_PER_SEC, a = g_get_real_time (), b = a;

	if (start == NULL && end == NULL) {
		sh_emit (call, sh_span (
			span_part (call, "Days", 86400 * second)
			+ span_part (call, "Hours", 3600 * second)
			+ span_part (call, "Minutes", 60 * second)
			+ span_part (call, "Seconds", second)
			+ span_part (call, "Milliseconds", 1000)));
		return TRUE;
	}
	if ((start && !sh_date_us (start, &a))
	    || (end && !sh_date_us (end, &b))) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND, "New-TimeSpan: "
			     "-Start and -End take a date: 2024-05-06 07:08");
		return FALSE;
	}
	sh_emit (call, sh_span (b - a));
	return TRUE;
}

/* ---- Measure-Command ---- */

CORE_HANDLER (measure_command);

static const sh_param measure_params[] = {
	{ "Expression", &sh_type_block, SH_MANDATORY, 1, NULL, NULL,
	  "what to run" },
	CORE_INPUT ("what $_ is in it"),
};

const sh_cmdlet cmdlet_measure_command =
	CORE_CMDLET ("Measure-Command", NULL, measure_params,
		     "How long a script block takes",
		     "(Measure-Command { Get-VM }).TotalMilliseconds", NULL,
		     measure_command, NULL);

static void
drop (sh_value *v, gpointer user)
{
	sh_unref (v);
}

static gboolean
measure_command (sh_call *call, GError **error)
{
	gint64 from = g_get_monotonic_time ();

	if (!sh_block_call (sh_call_interp (call), sh_block_get (
		    sh_arg (call, "Expression")), core_input (call), NULL,
		    drop, NULL, error))
		return FALSE;
	sh_emit (call, sh_span (g_get_monotonic_time () - from));
	return TRUE;
}

/* ---- Get-Random ---- */

CORE_HANDLER (get_random);

static const sh_param random_params[] = {
	{ "Maximum", &sh_type_int64, 0, 1, NULL, NULL,
	  "below this one; 2147483647 without it" },
	{ "Minimum", &sh_type_int64, 0, 0, NULL, NULL, "not below this one" },
	{ "Count", &sh_type_int32, 0, 0, NULL, NULL,
	  "how many of the objects" },
	{ "SetSeed", &sh_type_int32, 0, 0, NULL, NULL,
	  "the same seed gives the same numbers" },
	CORE_INPUT ("objects to draw from"),
};

const sh_cmdlet cmdlet_get_random =
	CORE_CMDLET ("Get-Random", NULL, random_params,
		     "A number or some of the objects, by chance",
		     "Get-Random -Minimum 1 -Maximum 7", NULL, core_gather,
		     get_random);

static gboolean
get_random (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	vmnet_opt count = sh_arg_opt (call, "Count");
	vmnet_opt seed = sh_arg_opt (call, "SetSeed");
	sh_value *least = sh_arg (call, "Minimum");
	sh_value *most = sh_arg (call, "Maximum");
	guint n = MIN (count.set ? (guint) count.value : 1, all->len);
	gint64 a = 0, b = G_MAXINT32;

	if (seed.set)
		g_random_set_seed ((guint32) seed.value);
	for (guint i = 0; i < n; i++) {
		guint k = i + g_random_int () % (all->len - i);
		gpointer x = all->pdata[i];

		all->pdata[i] = all->pdata[k];
		all->pdata[k] = x;
		sh_emit (call, sh_ref (all->pdata[i]));
	}
	if (all->len > 0)
		return TRUE;
	if ((least && !sh_to_int (least, &a)) || (most && !sh_to_int (
		most, &b)) || a >= b) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "Get-Random: -Minimum must be below -Maximum");
		return FALSE;
	}
	sh_emit (call, sh_int (a + (gint64) (g_random_double ()
					     * (double) (b - a))));
	return TRUE;
}
