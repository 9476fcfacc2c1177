/*
 * net_math.c - the rest of [math], and [string]::Compare and its like. What is
 * used most is static.c's.
 */
#include <math.h>
#include <string.h>

#include "dotnet.h"

#define MATH(name, f) \
	static sh_value * \
	name (const net_call *c) \
	{ \
		return sh_double (f (net_number (c, 0))); \
	}

MATH (math_exp, exp)
MATH (math_sin, sin)
MATH (math_cos, cos)
MATH (math_tan, tan)
MATH (math_asin, asin)
MATH (math_acos, acos)
MATH (math_atan, atan)
MATH (math_cbrt, cbrt)
MATH (math_log2, log2)

static sh_value *
math_atan2 (const net_call *c)
{
	return sh_double (atan2 (net_number (c, 0), net_number (c, 1)));
}

static sh_value *
math_clamp (const net_call *c)
{
	double v = net_number (c, 0);

	if (net_number (c, 1) > net_number (c, 2))
		return net_fail (c, "Clamp: the least is above the most");
	return sh_ref (net_arg (c, v < net_number (c, 1) ? 1
				: v > net_number (c, 2) ? 2 : 0));
}

static sh_value *
math_multiply (const net_call *c)
{
	gint64 r;

	if (__builtin_mul_overflow (net_int (c, 0, 0), net_int (c, 1, 0), &r))
		return sh_double (net_number (c, 0) * net_number (c, 1));
	return sh_int (r);
}

/* [math]::DivRem (a, b, [ref]$rest); without the [ref]: both. */
static sh_value *
math_divide (const net_call *c)
{
	gint64 a = net_int (c, 0, 0), b = net_int (c, 1, 0);
	sh_value *ref = net_arg (c, 2), *both;

	if (b == 0)
		return fail_as (c->in, c->n, SH_ERROR_DIVIDE, c->error,
				"division by zero");
	if (b == -1)
		b = a == G_MININT64 ? 1 : b;	/* it has no twin */
	if (ref != NULL) {
		if (sh_value_kind (ref) == SH_OBJECT)
			member_set (c->in, c->n, ref, "Value",
				    sh_int (a % b), NULL);
		return sh_int (a / b);
	}
	both = sh_array ();
	sh_array_add (both, sh_int (a / b));
	sh_array_add (both, sh_int (a % b));
	return both;
}

static gboolean
ignores_case (const net_call *c, guint i)
{
	g_autofree char *how = net_text (c, i);

	return g_str_has_suffix (how, "IgnoreCase")
		|| strcmp (how, "True") == 0;
}

static sh_value *
string_compare (const net_call *c)
{
	g_autofree char *a = net_text (c, 0), *b = net_text (c, 1);
	g_autoptr (sh_value) x = sh_string (a), y = sh_string (b);
	int r = sh_compare (x, y, !ignores_case (c, 2));

	return sh_int ((r > 0) - (r < 0));
}

static sh_value *
string_equals (const net_call *c)
{
	g_autofree char *a = net_text (c, 0), *b = net_text (c, 1);
	g_autoptr (sh_value) x = sh_string (a), y = sh_string (b);

	return sh_bool (sh_compare (x, y, !ignores_case (c, 2)) == 0);
}

/* [string]::new ('-', 20), [string]::new ($chars) */
static sh_value *
string_new (const net_call *c)
{
	sh_value *first = net_arg (c, 0);
	g_autofree char *one = net_text (c, 0);
	gint64 times = net_int (c, 1, 1);
	GString *out;

	if (times < 0 || !text_fits (c->in, c->n, strlen (one)
				     * (guint64) times, c->error))
		return times < 0 ? net_fail (c, "a text cannot be shorter "
					     "than nothing") : NULL;
	out = g_string_new (NULL);
	for (guint i = 0; sh_value_kind (first) == SH_ARRAY
	     && i < sh_array_length (first); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (first, i));

		g_string_append (out, t);
	}
	for (gint64 i = 0; sh_value_kind (first) != SH_ARRAY && i < times; i++)
		g_string_append (out, one);
	return sh_string_take (g_string_free (out, FALSE));
}

const net_method net_math_statics[] = {
	{ "math", "Exp", 1, math_exp }, { "math", "Sin", 1, math_sin },
	{ "math", "Cos", 1, math_cos }, { "math", "Tan", 1, math_tan },
	{ "math", "Asin", 1, math_asin }, { "math", "Acos", 1, math_acos },
	{ "math", "Atan", 1, math_atan }, { "math", "Atan2", 2, math_atan2 },
	{ "math", "Cbrt", 1, math_cbrt }, { "math", "Log2", 1, math_log2 },
	{ "math", "Clamp", 3, math_clamp },
	{ "math", "BigMul", 2, math_multiply },
	{ "math", "DivRem", 2, math_divide },
	{ "string", "Compare", 2, string_compare },
	{ "string", "CompareOrdinal", 2, string_compare },
	{ "string", "Equals", 2, string_equals },
	{ "string", "new", 1, string_new },
	{ NULL, NULL, 0, NULL },
};
