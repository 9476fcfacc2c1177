/*
 * convert.c - a value as truth, number or text, by PowerShell's rules; the
 * syntax of numbers (which the lexer uses too); values of core as values.
 */
#include <math.h>
#include <string.h>

#include "lang/private.h"
#include "value.h"

static const struct { const char *suffix; guint shift; } multipliers[] = {
	{ "kb", 10 }, { "mb", 20 }, { "gb", 30 }, { "tb", 40 }, { "pb", 50 },
};

static gboolean
scan_hex (const char *s, sh_number *out)
{
	char *end;

	if (s[0] != '0' || (s[1] | 0x20) != 'x' || !g_ascii_isxdigit (s[2]))
		return FALSE;
	out->is_int = TRUE;
	out->i = (gint64) g_ascii_strtoull (s + 2, &end, 16);
	out->d = (double) out->i;
	out->length = (gsize) (end - s);
	return TRUE;
}

static const char *
scan_digits (const char *p)
{
	while (g_ascii_isdigit (*p))
		p++;
	return p;
}

/* The end of "12", "12.5", ".5", "1e3"; `real` when it has a fraction. */
static const char *
scan_decimal (const char *s, gboolean *real)
{
	const char *p = scan_digits (s);
	const char *e;

	/* "1..5" is a range, not 1. and .5 */
	if (*p == '.' && g_ascii_isdigit (p[1])) {
		p = scan_digits (p + 1);
		*real = TRUE;
	}
	if (p == s)
		return s;
	if ((*p | 0x20) == 'e') {
		e = p + 1 + (p[1] == '-' || p[1] == '+');
		if (g_ascii_isdigit (*e)) {
			p = scan_digits (e);
			*real = TRUE;
		}
	}
	return p;
}

static void
scan_suffix (const char *s, sh_number *out)
{
	const char *p = s + out->length;

	if ((*p | 0x20) == 'l' && out->is_int) {
		p++;
	} else if ((*p | 0x20) == 'd' && out->is_int
		   && !g_ascii_isalnum (p[1])) {
		p++;
	}
	for (gsize i = 0; i < G_N_ELEMENTS (multipliers); i++) {
		gint64 m = G_GINT64_CONSTANT (1) << multipliers[i].shift;

		if (g_ascii_strncasecmp (p, multipliers[i].suffix, 2) != 0)
			continue;
		out->d *= (double) m;
		if (!out->is_int || __builtin_mul_overflow (out->i, m,
							    &out->i))
			out->is_int = !out->is_int
				&& fabs (out->d) < 9e18
				&& out->d == floor (out->d)
				&& (out->i = (gint64) out->d, TRUE);
		p += 2;
		break;
	}
	out->length = (gsize) (p - s);
}

gboolean
sh_number_scan (const char *s, sh_number *out)
{
	gboolean real = FALSE;
	const char *end;
	char *stop;

	memset (out, 0, sizeof *out);
	if (!scan_hex (s, out)) {
		g_autofree char *digits = NULL;

		end = scan_decimal (s, &real);
		if (end == s)
			return FALSE;
		digits = g_strndup (s, (gsize) (end - s));
		out->d = g_ascii_strtod (digits, &stop);
		out->is_int = !real && fabs (out->d) < 9.2e18;
		if (out->is_int)
			out->i = g_ascii_strtoll (digits, &stop, 10);
		out->length = (gsize) (end - s);
	}
	scan_suffix (s, out);
	return TRUE;
}

gboolean
sh_number_parse (const char *s, sh_number *out)
{
	gboolean minus;

	while (g_ascii_isspace (*s))
		s++;
	minus = *s == '-';
	s += *s == '-' || *s == '+';
	if (!sh_number_scan (s, out))
		return FALSE;
	s += out->length;
	while (g_ascii_isspace (*s))
		s++;
	if (minus) {
		out->i = -out->i;
		out->d = -out->d;
	}
	return *s == '\0';
}

gboolean
sh_truth (const sh_value *v)
{
	gint64 i = 0;
	double d = 0;

	switch (sh_value_kind (v)) {
	case SH_NULL:
		return FALSE;
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
		sh_value_raw (v, &i, &d);
		return i != 0 || d != 0;
	case SH_STRING:
		return *sh_text (v) != '\0';
	case SH_ARRAY:
		if (sh_array_length (v) == 1)
			return sh_truth (sh_array_get (v, 0));
		return sh_array_length (v) > 1;
	case SH_HASH:
	case SH_OBJECT:
	case SH_ROW:
	case SH_BLOCK:
		return TRUE;
	}
	g_return_val_if_reached (FALSE);
}

gboolean
sh_to_double (const sh_value *v, double *out)
{
	sh_number n;
	gint64 i = 0;

	switch (sh_value_kind (v)) {
	case SH_NULL:
		*out = 0;
		return TRUE;
	case SH_BOOL:
	case SH_INT:
		sh_value_raw (v, &i, out);
		*out = (double) i;
		return TRUE;
	case SH_DOUBLE:
		return sh_value_raw (v, &i, out);
	case SH_STRING:
		if (*sh_text (v) == '\0') {
			*out = 0;
			return TRUE;
		}
		if (!sh_number_parse (sh_text (v), &n))
			return FALSE;
		*out = n.is_int ? (double) n.i : n.d;
		return TRUE;
	case SH_ARRAY:
		return sh_array_length (v) == 1
			&& sh_to_double (sh_array_get (v, 0), out);
	case SH_OBJECT:		/* an enumeration's word */
		return sh_peek (v, "\001value") != NULL
			&& sh_to_double (sh_peek (v, "\001value"), out);
	case SH_HASH:
	case SH_ROW:
	case SH_BLOCK:
		return FALSE;
	}
	g_return_val_if_reached (FALSE);
}

gboolean
sh_to_int (const sh_value *v, gint64 *out)
{
	sh_number n;
	double d = 0;

	if (sh_value_kind (v) == SH_INT)
		return sh_value_raw (v, out, &d);
	if (sh_value_kind (v) == SH_STRING
	    && sh_number_parse (sh_text (v), &n) && n.is_int) {
		*out = n.i;
		return TRUE;
	}
	if (!sh_to_double (v, &d) || !(fabs (d) < 9.2e18))
		return FALSE;
	*out = (gint64) rint (d);	/* half goes to even, as there */
	return TRUE;
}

char *
sh_double_text (double d)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	if (isnan (d))
		return g_strdup ("NaN");
	if (isinf (d))
		return g_strdup (d > 0 ? "∞" : "-∞");
	g_ascii_formatd (buffer, sizeof buffer, "%.15g", d);
	for (char *p = buffer; *p != '\0'; p++)
		if (*p == 'e')
			*p = 'E';
	return g_strdup (buffer);
}

char *
sh_int_text (const sh_value *v)
{
	gint64 i = 0;
	double d;

	sh_value_raw (v, &i, &d);
	return g_strdup_printf ("%" G_GINT64_FORMAT, i);
}

static char *
object_text (const sh_value *v)
{
	g_autoptr (sh_value) text = sh_get (v, "\001text");
	g_auto (GStrv) names = NULL;
	GString *s;

	if (text == NULL)
		text = sh_get (v, "\001name");
	if (text != NULL)
		return sh_to_text (text);
	if (g_ascii_strcasecmp (sh_type_name (v), "PSCustomObject") != 0)
		return g_strdup (sh_type_name (v));
	s = g_string_new ("@{");
	names = sh_properties (v);
	for (char **n = names; *n != NULL; n++) {
		g_autoptr (sh_value) item = sh_get (v, *n);
		sh_kind k = sh_value_kind (item);
		g_autofree char *t = k == SH_OBJECT || k == SH_HASH
			? g_strdup (sh_type_name (item)) : sh_to_text (item);

		g_string_append_printf (s, "%s%s=%s", n == names ? "" : "; ",
					*n, t);
	}
	g_string_append_c (s, '}');
	return g_string_free (s, FALSE);
}

static char *
row_text (const sh_value *v)
{
	g_autoptr (sh_value) name = sh_get (v, "Name");

	if (name != NULL && sh_value_kind (name) == SH_STRING)
		return g_strdup (sh_text (name));
	return g_strdup (sh_row_key (v));
}

static char *
array_text (const sh_value *v)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < sh_array_length (v)
	     && !sh_values_interrupted (); i++) {
		const sh_value *item = sh_array_get (v, i);
		g_autofree char *t = sh_value_kind (item) == SH_ARRAY
			? g_strdup ("System.Object[]") : sh_to_text (item);

		g_string_append_printf (s, "%s%s", i ? " " : "", t);
	}
	return g_string_free (s, FALSE);
}

char *
sh_to_text (const sh_value *v)
{
	gint64 i = 0;
	double d = 0;

	switch (sh_value_kind (v)) {
	case SH_NULL:
		return g_strdup ("");
	case SH_BOOL:
		return g_strdup (sh_truth (v) ? "True" : "False");
	case SH_INT:
		if (sh_value_written (v) != NULL)
			return g_strdup (sh_value_written (v));
		return sh_int_text (v);
	case SH_DOUBLE:
		sh_value_raw (v, &i, &d);
		return sh_double_text (d);
	case SH_STRING:
		return g_strdup (sh_text (v));
	case SH_ARRAY:
		return array_text (v);
	case SH_HASH:
		return g_strdup ("System.Collections.Hashtable");
	case SH_OBJECT:
		return object_text (v);
	case SH_ROW:
		return row_text (v);
	case SH_BLOCK:
		return sh_block_text (sh_block_get (v));
	}
	g_return_val_if_reached (g_strdup (""));
}

/* ---- from core ---- */

static sh_value *
list_from_core (const GPtrArray *list)
{
	sh_value *a = sh_array ();

	for (guint i = 0; i < list->len; i++)
		sh_array_add (a, sh_from_core (list->pdata[i]));
	return a;
}

sh_value *
sh_from_core (const vmnet_value *v)
{
	switch (v->type) {
	case VMNET_T_NONE:
		return sh_null ();
	case VMNET_T_BOOL:
		return sh_bool (v->b);
	case VMNET_T_INT:
		return sh_int (v->i);
	case VMNET_T_DOUBLE:
		return sh_double (v->d);
	case VMNET_T_STRING:
		return v->s ? sh_string (v->s) : sh_null ();
	case VMNET_T_LIST:
		return list_from_core (v->list);
	case VMNET_T_RECORD:
		return sh_row (v->row);
	}
	g_return_val_if_reached (sh_null ());
}
