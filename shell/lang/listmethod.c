/*
 * listmethod.c - the methods of lists. Called by method.c.
 */
#include "method.h"

static sh_value *
list_add (const method_args *m)
{
	sh_array_add (m->v, sh_ref (arg (m, 0)));
	return sh_void ();
}

static sh_value *
list_add_range (const method_args *m)
{
	sh_value *more = arg (m, 0);

	for (guint i = 0, n = sh_array_length (more); i < n; i++)
		sh_array_add (m->v, sh_ref (sh_array_get (more, i)));
	return sh_void ();
}

static gint64
list_find (const method_args *m)
{
	for (guint i = 0; i < sh_array_length (m->v); i++)
		if (sh_equal (sh_array_get (m->v, i), arg (m, 0), TRUE))
			return i;
	return -1;
}

static sh_value *
list_contains (const method_args *m)
{
	return sh_bool (list_find (m) >= 0);
}

static sh_value *
list_index (const method_args *m)
{
	return sh_int (list_find (m));
}

static sh_value *
list_remove (const method_args *m)
{
	gint64 at = list_find (m);

	if (at >= 0)
		sh_array_drop (m->v, (guint) at);
	return sh_void ();
}

static sh_value *
list_insert (const method_args *m)
{
	gint64 at;

	if (!sh_to_int (arg (m, 0), &at) || at < 0
	    || at > sh_array_length (m->v))
		return fail_at (m->in, m->n, m->error, "Insert: the place is "
				"outside of the list");
	sh_array_insert (m->v, (guint) at, sh_ref (arg (m, 1)));
	return sh_void ();
}

static sh_value *
list_reverse (const method_args *m)
{
	sh_array_reverse (m->v);
	return sh_void ();
}

static sh_value *
list_sort (const method_args *m)
{
	return sh_array_sort (m->v, m->in, m->error) ? sh_void () : NULL;
}

static sh_value *
list_remove_at (const method_args *m)
{
	gint64 at;

	if (!sh_to_int (arg (m, 0), &at) || at < 0
	    || at >= sh_array_length (m->v))
		return fail_at (m->in, m->n, m->error, "RemoveAt: the place "
				"is outside of the list");
	sh_array_drop (m->v, (guint) at);
	return sh_void ();
}

sh_value *
any_clear (const method_args *m)
{
	sh_clear (m->v);
	return sh_void ();
}

sh_value *
any_copy (const method_args *m)
{
	return sh_copy (m->v);
}

void
method_keep (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

static sh_value *
each (const method_args *m, gboolean filter)
{
	g_autoptr (sh_value) out = sh_array ();
	sh_block *b = sh_block_get (arg (m, 0));

	if (b == NULL)
		return fail_at (m->in, m->n, m->error, "a script block is "
				"expected: { … }");
	for (guint i = 0; i < sh_array_length (m->v); i++) {
		sh_value *item = sh_array_get (m->v, i);
		g_autoptr (sh_value) got = sh_array ();

		if (!sh_block_call (m->in, b, item, NULL, method_keep,
				    filter ? got : out, m->error))
			return NULL;
		if (filter && sh_truth (got))
			sh_array_add (out, sh_ref (item));
	}
	return g_steal_pointer (&out);
}

sh_value *
list_foreach (const method_args *m)
{
	return each (m, FALSE);
}

sh_value *
list_where (const method_args *m)
{
	return each (m, TRUE);
}

const method list_methods[] = {
	{ "Add", 1, list_add }, { "AddRange", 1, list_add_range },
	{ "Contains", 1, list_contains }, { "IndexOf", 1, list_index },
	{ "Remove", 1, list_remove }, { "RemoveAt", 1, list_remove_at },
	{ "Clear", 0, any_clear }, { "ToArray", 0, any_copy },
	{ "Clone", 0, any_copy }, { "ForEach", 1, list_foreach },
	{ "Where", 1, list_where }, { "Insert", 2, list_insert },
	{ "Reverse", 0, list_reverse }, { "Sort", 0, list_sort },
	{ "GetEnumerator", 0, any_copy },
};

const gsize n_list_methods = G_N_ELEMENTS (list_methods);
