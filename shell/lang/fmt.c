/*
 * fmt.c - the composite format of -f and the number formats of ToString:
 * {0}, {1,-8}, {0:N2}, {0:D4}, {0:X}, {0:P1}, {0:0.00}, {0:#,##0}.
 */
#include <math.h>
#include <string.h>

#include "dotnet.h"

/* "1234567.5" with a comma at each thousand. */
static char *
group_digits (const char *plain)
{
	GString *s = g_string_new (NULL);
	gsize sign = *plain == '-', n = strspn (plain + sign, "0123456789");

	g_string_append_len (s, plain, (gssize) sign);
	for (gsize i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			g_string_append_c (s, ',');
		g_string_append_c (s, plain[sign + i]);
	}
	g_string_append (s, plain + sign + n);
	return g_string_free (s, FALSE);
}

/* Half goes away from zero, as .NET's formats do. */
static char *
fixed (double d, int digits)
{
	char buffer[512], format[16];
	double scale = pow (10, digits);

	if (fabs (d) < 1e15 / scale)
		d = round (d * scale) / scale;
	if (d == 0)
		d = 0;	/* not -0 */
	g_snprintf (format, sizeof format, "%%.%df", digits);
	return g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, d));
}

static char *
whole (const sh_value *v, char kind, int digits)
{
	gint64 i = 0;

	if (!sh_to_int (v, &i))
		return NULL;
	if (kind == 'D')
		return g_strdup_printf ("%s%0*" G_GINT64_MODIFIER "u",
					i < 0 ? "-" : "", MAX (digits, 1),
					i < 0 ? 0 - (guint64) i : (guint64) i);
	if (kind == 'x')
		return g_strdup_printf ("%0*" G_GINT64_MODIFIER "x",
					MAX (digits, 1), (guint64) i);
	return g_strdup_printf ("%0*" G_GINT64_MODIFIER "X", MAX (digits, 1),
				(guint64) i);
}

static char *
standard (const sh_value *v, char kind, int digits)
{
	g_autofree char *plain = NULL, *grouped = NULL;
	double d = 0;

	if (strchr ("DdXx", kind))
		return whole (v, kind == 'd' ? 'D' : kind, digits);
	if (!sh_to_double (v, &d))
		return NULL;
	switch (g_ascii_toupper (kind)) {
	case 'F':
		return fixed (d, digits < 0 ? 2 : digits);
	case 'N':
		plain = fixed (d, digits < 0 ? 2 : digits);
		return group_digits (plain);
	case 'P':
		plain = fixed (d * 100, digits < 0 ? 2 : digits);
		grouped = group_digits (plain);
		return g_strconcat (grouped, "%", NULL);
	case 'E':
		return g_strdup_printf (kind == 'E' ? "%.*E" : "%.*e",
					digits < 0 ? 6 : digits, d);
	default:
		return sh_to_text (v);
	}
}

/* "0.00", "#,##0.#", "000": zeros are always there, # only when needed. */
static char *
custom (double d, const char *spec)
{
	const char *dot = strchr (spec, '.');
	int least = 0, most = 0, before = 0;
	g_autofree char *plain = NULL;
	GString *s;
	gsize point;

	for (const char *p = spec; *p != '\0' && (!dot || p < dot); p++)
		before += *p == '0';
	for (const char *p = dot ? dot + 1 : ""; *p == '0' || *p == '#'; p++) {
		most++;
		least = *p == '0' ? most : least;
	}
	s = g_string_new (NULL);
	plain = fixed (fabs (d), most);
	g_string_append (s, plain);
	point = strcspn (s->str, ".");
	while (most > least && s->str[s->len - 1] == '0') {
		g_string_truncate (s, s->len - 1);
		most--;
	}
	if (s->str[s->len - 1] == '.')
		g_string_truncate (s, s->len - 1);
	for (; (int) point < before; point++)
		g_string_prepend_c (s, '0');
	if (d < 0)
		g_string_prepend_c (s, '-');
	plain = (g_free (plain), g_string_free (s, FALSE));
	return memchr (spec, ',', dot ? (gsize) (dot - spec) : strlen (spec))
		? group_digits (plain) : g_steal_pointer (&plain);
}

char *
format_number (const sh_value *v, const char *spec)
{
	sh_kind k = sh_value_kind (v);
	double d = 0;
	char *end;
	long digits = -1;

	if (k != SH_INT && k != SH_DOUBLE)
		return NULL;
	if (g_ascii_isalpha (*spec)) {
		if (spec[1] != '\0')
			digits = strtol (spec + 1, &end, 10);
		if (spec[1] != '\0' && digits > 999)
			return NULL;
		if (spec[1] == '\0' || (*end == '\0' && digits >= 0))
			return standard (v, *spec, (int) MIN (digits, 99));
	}
	if (strpbrk (spec, "0#") == NULL || !sh_to_double (v, &d))
		return NULL;
	return custom (d, spec);
}

/* A number, date or span by its format; NULL: it is none. */
char *
format_spec (const sh_value *v, const char *spec)
{
	gint64 us;

	if (net_is_date (v, &us))
		return net_date_format (us, spec);
	if (net_is_span (v, &us))
		return net_span_format (v, spec);
	return format_number (v, spec);
}

char *
sh_spec_text (const sh_value *v, const char *spec)
{
	return format_spec (v, spec);
}

static void
pad (GString *out, const char *text, long width)
{
	glong have = g_utf8_strlen (text, -1), fill = ABS (width) - have;

	if (width < 0)
		g_string_append (out, text);
	for (glong i = 0; i < fill; i++)
		g_string_append_c (out, ' ');
	if (width >= 0)
		g_string_append (out, text);
}

/* At `{`; returns the place behind `}`, or NULL. */
static const char *
format_item (const char *p, const sh_value *args, GString *out)
{
	const char *close = strchr (p, '}');
	g_autofree char *spec = NULL, *text = NULL;
	char *end;
	long index, width = 0;
	sh_value *v;

	if (close == NULL || !g_ascii_isdigit (p[1]))
		return NULL;
	index = strtol (p + 1, &end, 10);
	if (*end == ',')
		width = strtol (end + 1, &end, 10);
	if (*end != '}' && *end != ':')
		return NULL;
	if (*end == ':')
		spec = g_strndup (end + 1, (gsize) (close - end - 1));
	if (spec != NULL && g_ascii_isalpha (*spec)
	    && g_ascii_strtoull (spec + 1, NULL, 10) > 999)
		return NULL;
	v = index > 100000 ? NULL : sh_array_get (args, (guint) index);
	if (v == NULL || ABS (width) > 10000)
		return NULL;
	text = spec ? format_spec (v, spec) : NULL;
	if (text == NULL)
		text = sh_to_text (v);
	pad (out, text, width);
	return close + 1;
}

char *
format_text (sh_interp *in, node *n, const char *format, const sh_value *args,
	     GError **error)
{
	g_autoptr (GString) out = g_string_new (NULL);
	char *text;

	for (const char *p = format; *p != '\0'; ) {
		if ((*p == '{' || *p == '}') && p[1] == *p) {
			g_string_append_c (out, *p);
			p += 2;
		} else if (*p == '{') {
			const char *next = format_item (p, args, out);

			if (next == NULL) {
				fail_at (in, n, error, "-f: '%s' asks for "
					 "what is not there at character %d; "
					 "%u values were given", format,
					 (int) (p - format) + 1,
					 sh_array_length (args));
				return NULL;
			}
			p = next;
		} else {
			g_string_append_c (out, *p++);
		}
	}
	text = g_strdup (out->str);
	return text;
}
