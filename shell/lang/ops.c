/*
 * ops.c - arithmetic, logic and the operators that build values: + - * / %,
 * -and, -band, -f, -join, .. and their unary forms.
 */
#include <math.h>
#include <string.h>

#include "dotnet.h"

typedef struct {
	gboolean is_int;
	gint64 i;
	double d;
} number;

static gboolean
to_number (const sh_value *v, number *out)
{
	sh_number n;

	switch (sh_value_kind (v)) {
	case SH_DOUBLE:
		out->is_int = FALSE;
		return sh_to_double (v, &out->d);
	case SH_STRING:
		if (sh_is_char (v)) {
			out->is_int = TRUE;
			out->i = g_utf8_get_char (sh_text (v));
			out->d = (double) out->i;
			return TRUE;
		}
		if (*sh_text (v) != '\0') {
			if (!sh_number_parse (sh_text (v), &n))
				return FALSE;
			*out = (number) { n.is_int, n.i, n.d };
			if (n.is_int)
				out->d = (double) n.i;
			return TRUE;
		}
		break;
	default:
		break;
	}
	out->is_int = sh_to_int (v, &out->i);
	return out->is_int && sh_to_double (v, &out->d);
}

static gboolean
check_list (sh_interp *in, const node *n, guint64 length, GError **error)
{
	if (length <= LIST_LIMIT)
		return TRUE;
	fail_at (in, n, error, "the list is too long: %u elements are the "
		 "limit", LIST_LIMIT);
	return FALSE;
}

static sh_value *
divide (sh_interp *in, node *n, number a, number b, GError **error)
{
	if (b.d == 0 && a.is_int && b.is_int)
		return fail_as (in, n, SH_ERROR_DIVIDE, error,
				"division by zero");
	/* -1 is apart: the smallest number has no positive twin. */
	if (a.is_int && b.is_int && b.i != -1 && a.i % b.i == 0)
		return sh_int (a.i / b.i);
	return sh_double (a.d / b.d);
}

static sh_value *
modulo (sh_interp *in, node *n, number a, number b, GError **error)
{
	if (!a.is_int || !b.is_int)
		return sh_double (fmod (a.d, b.d));
	if (b.i == 0)
		return fail_as (in, n, SH_ERROR_DIVIDE, error,
				"division by zero");
	return sh_int (b.i == -1 ? 0 : a.i % b.i);
}

static sh_value *
calculate (sh_interp *in, node *n, node_op op, number a, number b,
	   GError **error)
{
	gboolean whole = a.is_int && b.is_int;
	gint64 r;

	switch (op) {
	case OP_ADD:
		if (whole && !__builtin_add_overflow (a.i, b.i, &r))
			return sh_int (r);
		return sh_double (a.d + b.d);
	case OP_SUB:
		if (whole && !__builtin_sub_overflow (a.i, b.i, &r))
			return sh_int (r);
		return sh_double (a.d - b.d);
	case OP_MUL:
		if (whole && !__builtin_mul_overflow (a.i, b.i, &r))
			return sh_int (r);
		return sh_double (a.d * b.d);
	case OP_DIV:
		return divide (in, n, a, b, error);
	default:
		return modulo (in, n, a, b, error);
	}
}

static const char *
op_sign (node_op op)
{
	switch (op) {
	case OP_ADD:
		return "+";
	case OP_SUB:
		return "-";
	case OP_MUL:
		return "*";
	case OP_DIV:
		return "/";
	default:
		return "%";
	}
}

static sh_value *
arithmetic (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	    GError **error)
{
	number x = { 0 }, y = { 0 };
	const sh_value *bad = NULL;
	g_autofree char *text = NULL;

	if (sh_value_kind (a) == SH_OBJECT) {
		gboolean found;
		sh_value *v = net_arithmetic (in, n, op, a, b, &found, error);

		if (found)
			return v;
	}
	if (!to_number (a, &x))
		bad = a;
	else if (!to_number (b, &y))
		bad = b;
	if (bad == NULL) {
		if (x.is_int)
			x.d = (double) x.i;
		if (y.is_int)
			y.d = (double) y.i;
		return calculate (in, n, op, x, y, error);
	}
	text = sh_to_text (bad);
	return fail_at (in, n, error, "%s needs numbers: '%s' (%s) is none",
			op_sign (op), text, sh_type_name (bad));
}

static sh_value *
concat (sh_interp *in, node *n, const sh_value *a, const sh_value *b,
	GError **error)
{
	g_autofree char *x = sh_to_text (a), *y = sh_to_text (b);

	if (!text_fits (in, n, strlen (x) + strlen (y), error))
		return NULL;
	return sh_string_take (g_strconcat (x, y, NULL));
}

static sh_value *
append (sh_interp *in, node *n, const sh_value *a, sh_value *b,
	GError **error)
{
	sh_value *out;

	if (!check_list (in, n, (guint64) sh_array_length (a)
			 + sh_array_length (b), error))
		return NULL;
	out = sh_copy (a);
	if (sh_value_kind (b) != SH_ARRAY)
		sh_array_add (out, sh_ref (b));
	else
		for (guint i = 0; i < sh_array_length (b); i++)
			sh_array_add (out, sh_ref (sh_array_get (b, i)));
	return out;
}

static sh_value *
merge (sh_interp *in, node *n, const sh_value *a, const sh_value *b,
       GError **error)
{
	g_autoptr (sh_value) out = sh_copy (a);
	g_auto (GStrv) names = sh_properties (b);

	for (char **k = names; *k != NULL; k++) {
		if (sh_has (out, *k))
			return fail_at (in, n, error, "the key '%s' is in "
					"both hash tables", *k);
		sh_set (out, *k, sh_get (b, *k));
	}
	return g_steal_pointer (&out);
}

static sh_value *
add (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	gboolean found;
	sh_value *v;

	switch (sh_value_kind (a)) {
	case SH_NULL:
		return sh_ref (b);
	case SH_STRING:
		if (sh_is_char (a) && sh_value_kind (b) == SH_INT)
			break;
		return concat (in, n, a, b, error);
	case SH_ARRAY:
		return append (in, n, a, b, error);
	case SH_HASH:
		if (sh_value_kind (b) == SH_HASH)
			return merge (in, n, a, b, error);
		break;
	case SH_OBJECT:
		v = net_arithmetic (in, n, OP_ADD, a, b, &found, error);
		if (found)
			return v;
		/* fall through */
	case SH_ROW:
	case SH_BLOCK:
		return fail_at (in, n, error, "a %s has no +; put the first "
				"one into an array: @(…) + …",
				sh_type_name (a));
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
		break;
	}
	return arithmetic (in, n, OP_ADD, a, b, error);
}

/* 'ab' * 3, (1, 2) * 2 */
static sh_value *
multiply (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	gboolean text = sh_value_kind (a) == SH_STRING;
	gint64 times;
	sh_value *out;

	if (!text && sh_value_kind (a) != SH_ARRAY)
		return arithmetic (in, n, OP_MUL, a, b, error);
	if (!sh_to_int (b, &times) || times < 0 || times > 10000000)
		return fail_at (in, n, error, "* needs a whole number from 0 "
				"to 10000000 behind it here");
	if (text) {
		gsize length = strlen (sh_text (a));
		GString *s;

		if (!text_fits (in, n, length * (guint64) times, error))
			return NULL;
		s = g_string_sized_new (length * (gsize) times + 1);
		for (gint64 i = 0; i < times; i++)
			g_string_append_len (s, sh_text (a), (gssize) length);
		return sh_string_take (g_string_free (s, FALSE));
	}
	if (!check_list (in, n, sh_array_length (a) * (guint64) times, error))
		return NULL;
	out = sh_array ();
	for (gint64 i = 0; i < times; i++)
		for (guint k = 0; k < sh_array_length (a); k++)
			sh_array_add (out, sh_ref (sh_array_get (a, k)));
	return out;
}

static sh_value *
bits (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
      GError **error)
{
	gint64 x, y, r;

	if (!sh_to_int (a, &x) || !sh_to_int (b, &y))
		return fail_at (in, n, error, "whole numbers expected");
	if (sh_value_kind (a) == SH_OBJECT && enum_number (a, &r)) {
		r = op == OP_BAND ? x & y : op == OP_BOR ? x | y : x ^ y;
		if (op == OP_BAND || op == OP_BOR || op == OP_BXOR)
			return enum_result (in, a, r);
	}
	switch (op) {
	case OP_BAND:
		return sh_int (x & y);
	case OP_BOR:
		return sh_int (x | y);
	case OP_BXOR:
		return sh_int (x ^ y);
	case OP_SHL:
		return sh_int ((gint64) ((guint64) x << (y & 63)));
	default:
		return sh_int (x >> (y & 63));
	}
}

static gboolean
is_letter (const sh_value *v)
{
	const char *s = sh_text (v);

	return s && g_utf8_strlen (s, -1) == 1 && !g_ascii_isdigit (*s);
}

/* 'a'..'e' */
static sh_value *
letters (const sh_value *a, const sh_value *b)
{
	gint64 from = g_utf8_get_char (sh_text (a));
	gint64 to = g_utf8_get_char (sh_text (b)), step = from <= to ? 1 : -1;
	sh_value *out = sh_array ();

	for (gint64 i = from; i != to + step; i += step)
		if (g_unichar_validate ((gunichar) i))
			sh_array_add (out, sh_char ((gunichar) i));
	return out;
}

sh_value *
op_range (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	gint64 from, to, step;
	sh_value *out;

	if (is_letter (a) && is_letter (b))
		return letters (a, b);
	if (!sh_to_int (a, &from) || !sh_to_int (b, &to))
		return fail_at (in, n, error, "a range needs whole numbers: "
				"1..10");
	if (from < G_MININT32 || from > G_MAXINT32 || to < G_MININT32
	    || to > G_MAXINT32 || ABS (to - from) >= (gint64) LIST_LIMIT)
		return fail_at (in, n, error, "the range is too long: %u "
				"elements are the limit", LIST_LIMIT);
	out = sh_array ();
	step = from <= to ? 1 : -1;
	for (gint64 i = from; i != to + step; i += step) {
		sh_array_add (out, sh_int (i));
		if (sh_interrupted_error (in, error)) {
			sh_unref (out);
			return NULL;
		}
	}
	return out;
}

static sh_value *
join (sh_interp *in, node *n, const sh_value *list, const char *with,
      GError **error)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < sh_array_length (list); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (list, i));

		g_string_append (s, i ? with : "");
		g_string_append (s, t);
		if (text_fits (in, n, s->len, error)
		    && !sh_interrupted_error (in, error))
			continue;
		g_string_free (s, TRUE);
		return NULL;
	}
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
op_join (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	g_autofree char *with = sh_to_text (b);

	return join (in, n, a, with, error);
}

static sh_value *
op_format (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	g_autofree char *format = sh_to_text (a);
	char *text = format_text (in, n, format, b, error);

	return text ? sh_string_take (text) : NULL;
}

static sh_value *
op_type (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	 GError **error)
{
	g_autofree char *type = sh_to_text (b);
	g_autoptr (GError) ignored = NULL;
	sh_value *v;

	if (op == OP_IS)
		return sh_bool (is_type (a, type));
	if (op == OP_ISNOT)
		return sh_bool (!is_type (a, type));
	v = cast (in, n, type, a, &ignored);
	g_clear_pointer (&in->bad_script, script_unref);
	return v ? v : sh_null ();
}

sh_value *
binary (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	GError **error)
{
	switch (op) {
	case OP_ADD:
		return add (in, n, a, b, error);
	case OP_MUL:
		return multiply (in, n, a, b, error);
	case OP_SUB:
	case OP_DIV:
	case OP_MOD:
		return arithmetic (in, n, op, a, b, error);
	case OP_AND:
	case OP_OR:
		return sh_bool (sh_truth (b));
	case OP_XOR:
		return sh_bool (sh_truth (a) != sh_truth (b));
	case OP_BAND:
	case OP_BOR:
	case OP_BXOR:
	case OP_SHL:
	case OP_SHR:
		return bits (in, n, op, a, b, error);
	case OP_RANGE:
		return op_range (in, n, a, b, error);
	case OP_FORMAT:
		return op_format (in, n, a, b, error);
	case OP_JOIN:
		return op_join (in, n, a, b, error);
	case OP_SPLIT:
		return op_split (in, n, a, b, error);
	case OP_MATCH:
	case OP_NOTMATCH:
		return op_match (in, n, op, a, b, error);
	case OP_REPLACE:
		return op_replace (in, n, a, b, error);
	case OP_IS:
	case OP_ISNOT:
	case OP_AS:
		return op_type (in, n, op, a, b, error);
	default:
		return op_compare (in, n, op, a, b, error);
	}
}

static sh_value *
split_blanks (const sh_value *v)
{
	sh_value *out = sh_array ();

	for (guint i = 0; i < sh_array_length (v); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (v, i));
		g_auto (GStrv) words = g_strsplit_set (t, " \t\r\n", -1);

		for (char **w = words; *w != NULL; w++)
			if (**w != '\0')
				sh_array_add (out, sh_string (*w));
	}
	return out;
}

sh_value *
unary (sh_interp *in, node *n, sh_value *a, GError **error)
{
	g_autoptr (sh_value) zero = sh_int (0);
	gint64 i;

	switch ((node_op) n->op) {
	case OP_NOT:
		return sh_bool (!sh_truth (a));
	case OP_MINUS:
		return arithmetic (in, n, OP_SUB, zero, a, error);
	case OP_PLUS:
		return arithmetic (in, n, OP_ADD, zero, a, error);
	case OP_JOIN:
		return join (in, n, a, "", error);
	case OP_SPLIT:
		return split_blanks (a);
	default:
		if (sh_to_int (a, &i))
			return sh_int (~i);
		return fail_at (in, n, error, "-bnot needs a whole number");
	}
}

sh_value *
sh_operate (sh_interp *in, const char *op, sh_value *a, sh_value *b,
	    GError **error)
{
	node n = { .kind = N_BINARY };
	sh_value *v;

	n.op = (int) op_by_name (op, &n.match_case);
	if (n.op == OP_NONE)
		return fail_at (in, NULL, error, "there is no operator -%s",
				op);
	v = binary (in, &n, (node_op) n.op, a, b, error);
	/* The node stands in no source: the caller knows the place. */
	if (v == NULL)
		g_clear_pointer (&in->bad_script, script_unref);
	return v;
}
