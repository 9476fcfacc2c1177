/*
 * compare.c - equality and order of values, wildcards, -contains and -in. An
 * array on the left is filtered instead of compared.
 */
#include <string.h>

#include "dotnet.h"

static int
compare_text (const char *a, const char *b, gboolean cs)
{
	g_autofree char *x = NULL, *y = NULL;

	int r;

	if (cs && strcmp (a, b) == 0)
		return 0;
	x = g_utf8_casefold (a, -1);
	y = g_utf8_casefold (b, -1);
	r = strcmp (x, y);
	/* Case decides between words that are else the same: a A b B. */
	return r != 0 || !cs ? r : -strcmp (a, b);
}

static gboolean
is_number (const sh_value *v)
{
	sh_kind k = sh_value_kind (v);

	return k == SH_INT || k == SH_DOUBLE;
}

/* FALSE: the right one is no number. */
static gboolean
compare_numbers (const sh_value *a, const sh_value *b, int *out)
{
	gint64 i = 0, j = 0;
	double x = 0, y = 0;

	if (sh_value_kind (a) == SH_INT && sh_value_kind (b) == SH_INT) {
		sh_to_int (a, &i);
		sh_to_int (b, &j);
		*out = (i > j) - (i < j);
		return TRUE;
	}
	if (!sh_to_double (a, &x) || !sh_to_double (b, &y))
		return FALSE;
	*out = (x > y) - (x < y);
	return TRUE;
}

int
sh_compare (const sh_value *a, const sh_value *b, gboolean match_case)
{
	g_autofree char *x = NULL, *y = NULL;
	int r;

	if (sh_value_kind (a) == SH_NULL || sh_value_kind (b) == SH_NULL)
		return (sh_value_kind (a) != SH_NULL)
			- (sh_value_kind (b) != SH_NULL);
	if (is_number (a) && compare_numbers (a, b, &r))
		return r;
	if (net_compare (a, b, &r))
		return r;
	if (sh_value_kind (a) == SH_BOOL)
		return (int) sh_truth (a) - (int) sh_truth (b);
	x = sh_to_text (a);
	y = sh_to_text (b);
	return compare_text (x, y, match_case);
}

gboolean
sh_equal (const sh_value *a, const sh_value *b, gboolean cs)
{
	sh_kind x = sh_value_kind (a), y = sh_value_kind (b);
	int r;

	if (a == b)
		return TRUE;
	if (x == SH_NULL || y == SH_NULL)
		return x == y;
	if (x == SH_OBJECT && net_compare (a, b, &r))
		return r == 0;
	if (x == SH_BLOCK || x == SH_HASH || x == SH_OBJECT)
		return y == SH_STRING && sh_compare (a, b, cs) == 0;
	if (x == SH_ROW && y == SH_ROW)
		return sh_row_noun (a) == sh_row_noun (b)
			&& g_strcmp0 (sh_row_key (a), sh_row_key (b)) == 0;
	return sh_compare (a, b, cs) == 0;
}

/* ---- wildcards ---- */

/* At `[`: does the set take `c`? `*end` stands behind the `]`. */
static gboolean
set_takes (const char *p, gunichar c, const char **end)
{
	gboolean hit = FALSE;
	const char *q = g_utf8_next_char (p);

	while (*q != '\0' && *q != ']') {
		gunichar from = g_utf8_get_char (q), to = from;

		q = g_utf8_next_char (q);
		if (*q == '-' && q[1] != ']' && q[1] != '\0') {
			to = g_utf8_get_char (q + 1);
			q = g_utf8_next_char (q + 1);
		}
		hit |= c >= from && c <= to;
	}
	*end = *q == ']' ? q + 1 : NULL;
	return hit;
}

/* One character of the pattern against one of the text; NULL: no match. */
static const char *
match_one (const char *p, gunichar c)
{
	const char *end;

	if (*p == '?')
		return p + 1;
	if (*p == '[') {
		gboolean hit = set_takes (p, c, &end);

		if (end != NULL)
			return hit ? end : NULL;
	}
	if (*p == '`' && p[1] != '\0')
		p++;
	return g_utf8_get_char (p) == c ? g_utf8_next_char (p) : NULL;
}

gboolean
sh_like (const char *text, const char *pattern, gboolean match_case)
{
	g_autofree char *low_t = match_case ? NULL : g_utf8_strdown (text, -1);
	g_autofree char *low_p = match_case ? NULL
		: g_utf8_strdown (pattern, -1);
	const char *t = match_case ? text : low_t;
	const char *p = match_case ? pattern : low_p;
	const char *star = NULL, *back = NULL;

	while (*t != '\0') {
		const char *next;

		if (*p == '*') {
			star = ++p;
			back = t;
			continue;
		}
		next = *p ? match_one (p, g_utf8_get_char (t)) : NULL;
		if (next != NULL) {
			p = next;
			t = g_utf8_next_char (t);
		} else if (star != NULL) {
			p = star;
			t = back = g_utf8_next_char (back);
		} else {
			return FALSE;
		}
	}
	while (*p == '*')
		p++;
	return *p == '\0';
}

gboolean
sh_has_wildcard (const char *pattern)
{
	return strpbrk (pattern, "*?[") != NULL;
}

/* ---- operators ---- */

/* NULL: Ctrl-C. */
static sh_value *
contains (sh_interp *in, const sh_value *list, const sh_value *item,
	  gboolean cs, gboolean found, GError **error)
{
	for (guint i = 0; i < sh_array_length (list); i++) {
		if (sh_equal (sh_array_get (list, i), item, cs))
			return sh_bool (found);
		if (sh_interrupted_error (in, error))
			return NULL;
	}
	return sh_bool (!found);
}

static gboolean
ordered (node_op op, int r)
{
	switch (op) {
	case OP_GT:
		return r > 0;
	case OP_GE:
		return r >= 0;
	case OP_LT:
		return r < 0;
	default:
		return r <= 0;
	}
}

static gboolean
test_like (const sh_value *a, const sh_value *b, gboolean cs)
{
	g_autofree char *x = sh_to_text (a), *y = sh_to_text (b);

	return sh_like (x, y, cs);
}

static gboolean
test_order (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	    gboolean *hit, GError **error)
{
	g_autoptr (sh_value) zero = sh_int (0);
	g_autofree char *text = NULL;
	int r;

	if (sh_value_kind (a) == SH_NULL && is_number (b))
		a = zero;
	if (is_number (a) && !compare_numbers (a, b, &r)) {
		text = sh_to_text (b);
		fail_at (in, n, error, "'%s' (%s) is no number to compare "
			 "with", text, sh_type_name (b));
		return FALSE;
	}
	*hit = ordered (op, sh_compare (a, b, n->match_case));
	return TRUE;
}

static gboolean
test (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
      gboolean *hit, GError **error)
{
	gboolean cs = n->match_case;

	switch (op) {
	case OP_EQ:
		*hit = sh_equal (a, b, cs);
		return TRUE;
	case OP_NE:
		*hit = !sh_equal (a, b, cs);
		return TRUE;
	case OP_LIKE:
		*hit = test_like (a, b, cs);
		return TRUE;
	case OP_NOTLIKE:
		*hit = !test_like (a, b, cs);
		return TRUE;
	default:
		return test_order (in, n, op, a, b, hit, error);
	}
}

sh_value *
op_compare (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	    GError **error)
{
	g_autoptr (sh_value) out = NULL;
	gboolean cs = n->match_case, hit = FALSE;

	switch (op) {
	case OP_CONTAINS:
	case OP_NOTCONTAINS:
		return contains (in, a, b, cs, op == OP_CONTAINS, error);
	case OP_IN:
	case OP_NOTIN:
		return contains (in, b, a, cs, op == OP_IN, error);
	default:
		break;
	}
	if (sh_value_kind (a) != SH_ARRAY)
		return test (in, n, op, a, b, &hit, error)
			? sh_bool (hit) : NULL;
	out = sh_array ();
	for (guint i = 0; i < sh_array_length (a); i++) {
		sh_value *item = sh_array_get (a, i);

		if (!test (in, n, op, item, b, &hit, error)
		    || sh_interrupted_error (in, error))
			return NULL;
		if (hit)
			sh_array_add (out, sh_ref (item));
	}
	return g_steal_pointer (&out);
}
