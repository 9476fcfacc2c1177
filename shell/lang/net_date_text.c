/*
 * net_date_text.c - dates and spans of time as text, and read from it: the
 * formats of Get-Date -Format, ToString and -f.
 */
#include <stdio.h>
#include <string.h>

#include "dotnet.h"

static const struct {
	const char *letters, *format;
} parts[] = {
	{ "yyyy", "%Y" }, { "yy", "%y" }, { "MMMM", "%B" }, { "MMM", "%b" },
	{ "MM", "%m" }, { "M", "%-m" }, { "dddd", "%A" }, { "ddd", "%a" },
	{ "dd", "%d" }, { "d", "%-d" }, { "HH", "%H" }, { "H", "%-H" },
	{ "hh", "%I" }, { "h", "%-I" }, { "mm", "%M" }, { "m", "%-M" },
	{ "ss", "%S" }, { "s", "%-S" }, { "tt", "%p" }, { "zzz", "%:z" },
	{ "K", "%:z" },
};

/* The formats of one letter. */
static const struct {
	char letter;
	const char *format;
} standard[] = {
	{ 'd', "MM/dd/yyyy" }, { 'D', "dddd, dd MMMM yyyy" },
	{ 't', "HH:mm" }, { 'T', "HH:mm:ss" },
	{ 'f', "dddd, dd MMMM yyyy HH:mm" },
	{ 'F', "dddd, dd MMMM yyyy HH:mm:ss" },
	{ 'g', "MM/dd/yyyy HH:mm" }, { 'G', "MM/dd/yyyy HH:mm:ss" },
	{ 's', "yyyy-MM-ddTHH:mm:ss" }, { 'u', "yyyy-MM-dd HH:mm:ssZ" },
	{ 'o', "yyyy-MM-ddTHH:mm:ss.fffffffzzz" },
	{ 'O', "yyyy-MM-ddTHH:mm:ss.fffffffzzz" },
	{ 'M', "MMMM dd" }, { 'm', "MMMM dd" }, { 'y', "yyyy MMMM" },
	{ 'Y', "yyyy MMMM" }, { 'R', "ddd, dd MMM yyyy HH:mm:ss" },
};

static const char *
whole_format (const char *format)
{
	if (format[0] == '\0' || format[1] != '\0')
		return format;
	for (gsize i = 0; i < G_N_ELEMENTS (standard); i++)
		if (standard[i].letter == *format)
			return standard[i].format;
	return format;
}

/* Quoted text and fractions; returns what was taken. */
static gsize
take_literal (const char *p, int us, GString *out)
{
	gsize n = strspn (p, "f");
	const char *close;

	if (n > 0) {
		g_autofree char *digits = g_strdup_printf ("%06d0", us);

		g_string_append_len (out, digits, (gssize) MIN (n, 7));
		return n;
	}
	if (*p == '\\' && p[1] != '\0') {
		g_string_append_c (out, p[1]);
		return 2;
	}
	if (*p != '\'' && *p != '"')
		return 0;
	close = strchr (p + 1, *p);
	n = close ? (gsize) (close - p) - 1 : strlen (p + 1);
	g_string_append_len (out, p + 1, (gssize) n);
	return n + 1 + (close != NULL);
}

static const char *
part_at (const char *p, gsize *length)
{
	for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
		*length = strlen (parts[i].letters);
		if (strncmp (p, parts[i].letters, *length) == 0)
			return parts[i].format;
	}
	*length = 1;
	return NULL;
}

char *
net_date_format (gint64 us, const char *format)
{
	g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (
		us / G_USEC_PER_SEC);
	g_autoptr (GDateTime) t = utc ? g_date_time_to_local (utc) : NULL;
	GString *out;

	if (t == NULL)
		return NULL;
	out = g_string_new (NULL);
	for (const char *p = whole_format (format); *p != '\0'; ) {
		gsize n = take_literal (p, (int) (us % G_USEC_PER_SEC), out);
		const char *spec = n ? NULL : part_at (p, &n);
		g_autofree char *text = spec ? g_date_time_format (t, spec)
			: NULL;

		if (text != NULL)
			g_string_append (out, text);
		else if (n == 1 && spec == NULL)
			g_string_append_c (out, *p);
		p += n;
	}
	return g_string_free (out, FALSE);
}

/* "hh\:mm\:ss", "c": [d.]hh:mm:ss[.fffffff] */
char *
net_span_format (const sh_value *v, const char *format)
{
	static const struct { const char *letters, *name; } of[] = {
		{ "dd", "Days" }, { "d", "Days" }, { "hh", "Hours" },
		{ "h", "Hours" }, { "mm", "Minutes" }, { "m", "Minutes" },
		{ "ss", "Seconds" }, { "s", "Seconds" },
	};
	GString *out = g_string_new (NULL);
	gint64 us = 0, days, left;

	net_is_span (v, &us);
	left = ABS (us);
	days = left / G_USEC_PER_SEC / 86400;
	if (format[1] == '\0') {
		g_string_append (out, us < 0 ? "-" : "");
		if (days > 0)
			g_string_append_printf (out, "%" G_GINT64_FORMAT ".",
						days);
		left = left / G_USEC_PER_SEC % 86400;
		g_string_append_printf (out, "%02d:%02d:%02d",
					(int) (left / 3600),
					(int) (left / 60 % 60),
					(int) (left % 60));
		if (us % G_USEC_PER_SEC != 0)
			g_string_append_printf (out, ".%06d0", (int) ABS (
				us % G_USEC_PER_SEC));
		return g_string_free (out, FALSE);
	}
	for (const char *p = format; *p != '\0'; ) {
		gsize n = take_literal (p, (int) ABS (us % G_USEC_PER_SEC),
					out), i = 0;

		while (n == 0 && i < G_N_ELEMENTS (of)
		       && !g_str_has_prefix (p, of[i].letters))
			i++;
		if (n == 0 && i < G_N_ELEMENTS (of)) {
			gint64 value = 0;

			n = strlen (of[i].letters);
			sh_to_int (sh_peek (v, of[i].name), &value);
			g_string_append_printf (out, "%0*d", (int) n,
						(int) ABS (value));
		} else if (n == 0) {
			g_string_append_c (out, *p);
			n = 1;
		}
		p += n;
	}
	return g_string_free (out, FALSE);
}

/* ---- read ---- */

typedef struct {
	int year, month, day, hour, minute, zone;
	double second;
	gboolean has_zone;
} moment;

static gboolean
moment_us (const moment *m, gint64 *us)
{
	g_autoptr (GTimeZone) zone = m->has_zone
		? g_time_zone_new_offset (m->zone) : g_time_zone_new_local ();
	g_autoptr (GDateTime) t = g_date_time_new (
		zone, m->year, m->month, m->day, m->hour, m->minute,
		m->second);

	if (t == NULL)
		return FALSE;
	*us = g_date_time_to_unix (t) * G_USEC_PER_SEC
		+ g_date_time_get_microsecond (t);
	return TRUE;
}

/* "Z", "+02:00" */
static gboolean
read_zone (const char **p, moment *m)
{
	int hours, minutes, n = 0;

	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		m->has_zone = TRUE;
		return TRUE;
	}
	if (**p != '+' && **p != '-')
		return FALSE;
	if (sscanf (*p + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2)
		return FALSE;
	m->zone = (hours * 3600 + minutes * 60) * (**p == '-' ? -1 : 1);
	m->has_zone = TRUE;
	*p += 1 + n;
	return TRUE;
}

/* "13:05", "13:05:09.25", "1:05 PM" */
static gboolean
read_time (const char **p, moment *m)
{
	int n = 0;
	char *end;

	if (sscanf (*p, "%2d:%2d%n", &m->hour, &m->minute, &n) != 2)
		return FALSE;
	*p += n;
	if (**p == ':') {
		m->second = g_ascii_strtod (*p + 1, &end);
		*p = end;
	}
	while (**p == ' ')
		(*p)++;
	if (g_ascii_strncasecmp (*p, "PM", 2) == 0)
		m->hour = m->hour % 12 + 12;
	else if (g_ascii_strncasecmp (*p, "AM", 2) == 0)
		m->hour %= 12;
	else
		return TRUE;
	*p += 2;
	return TRUE;
}

static gboolean
read_day (const char **p, moment *m)
{
	int n = 0;

	/* The year is first where it has four digits. */
	if (strspn (*p, "0123456789") < 3
	    && sscanf (*p, "%2d/%2d/%4d%n", &m->month, &m->day, &m->year, &n)
	    == 3) {
		*p += n;
		return TRUE;
	}
	if (sscanf (*p, "%4d-%2d-%2d%n", &m->year, &m->month, &m->day, &n)
	    == 3 || sscanf (*p, "%4d/%2d/%2d%n", &m->year, &m->month, &m->day,
			    &n) == 3)
		*p += n;
	return n > 0;
}

gboolean
net_date_parse (const char *text, gint64 *us)
{
	g_autofree char *plain = g_strstrip (g_strdup (text));
	const char *p = plain;
	g_autoptr (GDateTime) now = g_date_time_new_now_local ();
	moment m = { .year = g_date_time_get_year (now),
		     .month = g_date_time_get_month (now),
		     .day = g_date_time_get_day_of_month (now) };
	gboolean day = read_day (&p, &m);

	if (day && (*p == 'T' || *p == ' '))
		p++;
	else if (day && *p != '\0')
		return FALSE;
	while (*p == ' ')
		p++;
	if (*p != '\0' && !read_time (&p, &m))
		return FALSE;
	read_zone (&p, &m);
	return *p == '\0' && (day || p != plain) && moment_us (&m, us);
}

/* One part of a known form; FALSE: the text does not fit. */
static gboolean
read_part (const char *spec, const char **p, moment *m)
{
	int digits = spec[1] == 'Y' ? 4 : 2, n = 0, value = 0;

	while (n < digits && g_ascii_isdigit ((*p)[n]))
		value = value * 10 + ((*p)[n++] - '0');
	if (n == 0)
		return FALSE;
	*p += n;
	switch (spec[strlen (spec) - 1]) {
	case 'Y':
		m->year = value;
		return TRUE;
	case 'y':
		m->year = 2000 + value;
		return TRUE;
	case 'm':
		m->month = value;
		return TRUE;
	case 'd':
		m->day = value;
		return TRUE;
	case 'H':
	case 'I':
		m->hour = value;
		return TRUE;
	case 'M':
		m->minute = value;
		return TRUE;
	case 'S':
		m->second = value;
		return TRUE;
	default:
		return FALSE;
	}
}

gboolean
net_date_parse_exact (const char *text, const char *format, gint64 *us)
{
	moment m = { .year = 1, .month = 1, .day = 1 };
	const char *t = text;

	for (const char *p = whole_format (format); *p != '\0'; ) {
		gsize n;
		const char *spec = part_at (p, &n);

		if (spec != NULL ? !read_part (spec, &t, &m) : *t++ != *p)
			return FALSE;
		p += n;
	}
	return *t == '\0' && moment_us (&m, us);
}
