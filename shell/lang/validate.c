/*
 * validate.c - what the [Validate…] attributes of a function's parameter ask
 * of its value. Called by funcbind.c for each value that is bound.
 */
#include "interp.h"

typedef struct {
	sh_interp *in;
	const char *name;	/* of the function */
	const node *param;
} place;

/* The attribute's arguments without a name, in order. NULL with error. */
static sh_value *
arguments (const place *at, const node *a, GError **error)
{
	g_autoptr (sh_value) all = sh_array ();

	for (guint i = 0; a->kids != NULL && i < a->kids->len; i++) {
		const node *arg = a->kids->pdata[i];
		sh_value *v;

		if (arg->text != NULL && arg->a != NULL)
			continue;	/* ErrorMessage = '…' and its like */
		v = arg->a ? eval (at->in, arg->a, error)
			   : sh_string (arg->text);
		if (v == NULL)
			return NULL;
		sh_array_add (all, v);
	}
	return g_steal_pointer (&all);
}

static gboolean
refuse (const place *at, const sh_value *v, GError **error,
	const char *wanted)
{
	g_autofree char *text = sh_to_text (v);

	fail_at (at->in, NULL, error, "%s -%s: '%s' was given, accepted is %s",
		 at->name, at->param->text, text, wanted);
	return FALSE;
}

static gboolean
check_set (const place *at, const sh_value *list, const sh_value *v,
	   GError **error)
{
	g_autofree char *text = sh_to_text (list);
	g_autofree char *wanted = g_strconcat ("one of: ", text, NULL);

	for (guint i = 0; i < sh_array_length (list); i++)
		if (sh_equal (sh_array_get (list, i), v, FALSE))
			return TRUE;
	return refuse (at, v, error, wanted);
}

static gboolean
check_range (const place *at, const sh_value *list, const sh_value *v,
	     GError **error)
{
	sh_value *low = sh_array_get (list, 0);
	sh_value *high = sh_array_get (list, 1);
	g_autofree char *from = NULL, *to = NULL, *wanted = NULL;

	if (sh_array_length (list) < 2
	    || (sh_compare (v, low, FALSE) >= 0
		&& sh_compare (v, high, FALSE) <= 0))
		return TRUE;
	from = sh_to_text (low);
	to = sh_to_text (high);
	wanted = g_strdup_printf ("%s to %s", from, to);
	return refuse (at, v, error, wanted);
}

static gboolean
check_length (const place *at, const sh_value *list, const sh_value *v,
	      GError **error)
{
	g_autofree char *text = sh_to_text (v);
	g_autofree char *wanted = NULL;
	gint64 low = 0, high = 0, n = g_utf8_strlen (text, -1);

	if (sh_array_length (list) < 2
	    || !sh_to_int (sh_array_get (list, 0), &low)
	    || !sh_to_int (sh_array_get (list, 1), &high)
	    || (n >= low && n <= high))
		return TRUE;
	wanted = g_strdup_printf ("text of %" G_GINT64_FORMAT " to %"
				  G_GINT64_FORMAT " letters", low, high);
	return refuse (at, v, error, wanted);
}

static gboolean
check_pattern (const place *at, const sh_value *list, const sh_value *v,
	       GError **error)
{
	g_autofree char *text = sh_to_text (v);
	g_autofree char *pattern = NULL, *wanted = NULL;
	gboolean hit = FALSE;

	if (sh_array_length (list) == 0)
		return TRUE;
	pattern = sh_to_text (sh_array_get (list, 0));
	if (!regex_test (at->in, NULL, text, pattern, FALSE, NULL, &hit,
			 error))
		return FALSE;
	wanted = g_strdup_printf ("text that matches '%s'", pattern);
	return hit || refuse (at, v, error, wanted);
}

static void
keep_truth (sh_value *v, gpointer user)
{
	*(gboolean *) user = sh_truth (v);
	sh_unref (v);
}

static gboolean
check_script (const place *at, const sh_value *list, const sh_value *v,
	      GError **error)
{
	sh_block *b = sh_block_get (sh_array_get (list, 0));
	g_autofree char *text = b ? sh_block_text (b) : NULL;
	g_autofree char *wanted = g_strconcat ("what makes this true: ", text,
					       NULL);
	gboolean hit = FALSE;

	if (b != NULL && !sh_block_call (at->in, b, (sh_value *) v, NULL,
					 keep_truth, &hit, error))
		return FALSE;
	return b == NULL || hit || refuse (at, v, error, wanted);
}

static gboolean
is_nothing (const sh_value *v)
{
	return sh_array_length (v) == 0
	       || (sh_text (v) != NULL && *sh_text (v) == '\0');
}

static gboolean
check_something (const place *at, const sh_value *list, const sh_value *v,
		 GError **error)
{
	return !is_nothing (v) || refuse (at, v, error, "not nothing");
}

static gboolean
check_not_null (const place *at, const sh_value *list, const sh_value *v,
		GError **error)
{
	return sh_value_kind (v) != SH_NULL
		|| refuse (at, v, error, "not nothing");
}

static gboolean
check_count (const place *at, const sh_value *list, const sh_value *v,
	     GError **error)
{
	gint64 low, high, n = sh_array_length (v);
	g_autofree char *wanted = NULL;

	if (sh_array_length (list) < 2
	    || !sh_to_int (sh_array_get (list, 0), &low)
	    || !sh_to_int (sh_array_get (list, 1), &high)
	    || (n >= low && n <= high))
		return TRUE;
	wanted = g_strdup_printf ("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
				  " of them", low, high);
	return refuse (at, v, error, wanted);
}

typedef gboolean (*check) (const place *at, const sh_value *list,
			   const sh_value *v, GError **error);

static check
check_for (const char *attribute)
{
	static const struct {
		const char *name;
		check f;
	} known[] = {
		{ "ValidateSet", check_set },
		{ "ValidateRange", check_range },
		{ "ValidateLength", check_length },
		{ "ValidatePattern", check_pattern },
		{ "ValidateScript", check_script },
		{ "ValidateNotNullOrEmpty", check_something },
		{ "ValidateNotNullOrWhiteSpace", check_something },
		{ "ValidateNotNull", check_not_null },
		{ "ValidateCount", check_count },
	};

	for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
		if (g_ascii_strcasecmp (attribute, known[i].name) == 0)
			return known[i].f;
	return NULL;
}

/* Of a list each element is asked; an empty one is asked itself. */
static gboolean
check_all (const place *at, check f, const sh_value *list, const sh_value *v,
	   GError **error)
{
	if (f == check_count || sh_value_kind (v) != SH_ARRAY
	    || sh_array_length (v) == 0)
		return f (at, list, v, error);
	for (guint i = 0; i < sh_array_length (v); i++)
		if (!f (at, list, sh_array_get (v, i), error))
			return FALSE;
	return TRUE;
}

gboolean
param_check (sh_interp *in, const char *name, node *p, const sh_value *v,
	     GError **error)
{
	place at = { in, name, p };

	for (guint i = 0; p->kids != NULL && i < p->kids->len; i++) {
		const node *a = p->kids->pdata[i];
		check f = check_for (a->text);
		g_autoptr (sh_value) list = f ? arguments (&at, a, error)
					      : NULL;

		if (f != NULL && (list == NULL
				  || !check_all (&at, f, list, v, error)))
			return FALSE;
	}
	return TRUE;
}
