/*
 * listmethod.c - the methods of arrays and of the lists of .NET that keep an
 * order: ArrayList and List. Called by method.c.
 */
#include "method.h"

sh_value *
list_convert (const method_args *m, sh_value *item)
{
	const char *of = sh_list_of (m->v);
	GError *e = NULL;
	sh_value *out;

	if (of == NULL || *of == '\0')
		return sh_ref (item);
	out = cast (m->in, m->n, of, item, &e);
	if (out != NULL)
		return out;
	/* What the type's name says nothing about is taken as it is. */
	if (!g_error_matches (e, SH_ERROR, SH_ERROR_CAST)) {
		g_error_free (e);
		return sh_ref (item);
	}
	g_propagate_error (m->error, e);
	return NULL;
}

static sh_value *
fixed_size (const method_args *m)
{
	return fail_at (m->in, m->n, m->error, "an array has a fixed size; += "
			"makes a longer one, and [System.Collections."
			"ArrayList]@(…) a list that grows and shrinks");
}

static sh_value *
list_add (const method_args *m)
{
	sh_value *item = list_convert (m, arg (m, 0));

	if (item == NULL)
		return NULL;
	sh_array_add (m->v, item);
	return sh_list_kind_of (m->v) == SH_L_ARRAYLIST
		? sh_int ((gint64) sh_array_length (m->v) - 1) : sh_void ();
}

static gboolean
insert_all (const method_args *m, guint at, sh_value *more)
{
	g_autoptr (sh_value) all = sh_copy (more);

	for (guint i = 0, n = sh_array_length (all); i < n; i++) {
		sh_value *item = list_convert (m, sh_array_get (all, i));

		if (item == NULL)
			return FALSE;
		sh_array_insert (m->v, at + i, item);
	}
	return TRUE;
}

static sh_value *
list_add_range (const method_args *m)
{
	return insert_all (m, sh_array_length (m->v), arg (m, 0)) ? sh_void ()
		: NULL;
}

static gint64
list_find (const method_args *m, gboolean last)
{
	g_autoptr (GError) ignored = NULL;
	method_args quiet = *m;
	g_autoptr (sh_value) want = NULL;
	guint n = sh_array_length (m->v);

	quiet.error = &ignored;
	want = list_convert (&quiet, arg (m, 0));
	for (guint i = 0; want != NULL && i < n; i++) {
		guint at = last ? n - 1 - i : i;

		if (sh_equal (sh_array_get (m->v, at), want, TRUE))
			return at;
	}
	return -1;
}

static sh_value *
list_contains (const method_args *m)
{
	return sh_bool (list_find (m, FALSE) >= 0);
}

static sh_value *
list_index (const method_args *m)
{
	return sh_int (list_find (m, FALSE));
}

static sh_value *
list_last_index (const method_args *m)
{
	return sh_int (list_find (m, TRUE));
}

static sh_value *
list_remove (const method_args *m)
{
	gint64 at = list_find (m, FALSE);

	if (at >= 0)
		sh_array_drop (m->v, (guint) at);
	return sh_list_kind_of (m->v) == SH_L_LIST ? sh_bool (at >= 0)
		: sh_void ();
}

/* A place from 0 up to and with `most`; FALSE with error. */
static gboolean
place_given (const method_args *m, guint i, guint most, guint *out)
{
	gint64 at;

	if (sh_to_int (arg (m, i), &at) && at >= 0 && at <= most) {
		*out = (guint) at;
		return TRUE;
	}
	fail_at (m->in, m->n, m->error, "the place is outside of the list, "
		 "which has %u elements", sh_array_length (m->v));
	return FALSE;
}

/* A place and a length that the list has. */
static gboolean
range_given (const method_args *m, guint *at, guint *count)
{
	guint n = sh_array_length (m->v);

	return place_given (m, 0, n, at)
		&& place_given (m, 1, n - *at, count);
}

static sh_value *
list_insert (const method_args *m)
{
	sh_value *item;
	guint at;

	if (!place_given (m, 0, sh_array_length (m->v), &at))
		return NULL;
	item = list_convert (m, arg (m, 1));
	if (item == NULL)
		return NULL;
	sh_array_insert (m->v, at, item);
	return sh_void ();
}

static sh_value *
list_insert_range (const method_args *m)
{
	guint at;

	return place_given (m, 0, sh_array_length (m->v), &at)
		&& insert_all (m, at, arg (m, 1)) ? sh_void () : NULL;
}

static sh_value *
list_remove_at (const method_args *m)
{
	guint n = sh_array_length (m->v), at;

	if (n == 0)
		return fail_at (m->in, m->n, m->error, "the list is empty");
	if (!place_given (m, 0, n - 1, &at))
		return NULL;
	sh_array_drop (m->v, at);
	return sh_void ();
}

static sh_value *
list_remove_range (const method_args *m)
{
	guint at, count;

	if (!range_given (m, &at, &count))
		return NULL;
	while (count-- > 0)
		sh_array_drop (m->v, at);
	return sh_void ();
}

static sh_value *
list_get_range (const method_args *m)
{
	guint at, count;
	sh_value *out;

	if (!range_given (m, &at, &count))
		return NULL;
	out = sh_list_like (m->v);
	for (guint i = 0; i < count; i++)
		sh_array_add (out, sh_ref (sh_array_get (m->v, at + i)));
	return out;
}

static sh_value *
list_reverse (const method_args *m)
{
	sh_array_reverse (m->v);
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

sh_value *
list_clone (const method_args *m)
{
	sh_value *out = sh_list_like (m->v);

	/* A stack is filled from its bottom. */
	for (guint n = sh_array_length (m->v), i = 0; i < n; i++)
		sh_array_add (out, sh_ref (sh_array_get (
			m->v, sh_list_kind_of (m->v) == SH_L_STACK ? n - 1 - i
			: i)));
	return out;
}

/* ---- arrays ---- */

static sh_value *
array_bound (const method_args *m)
{
	return sh_int ((gint64) sh_array_length (m->v) - 1);
}

static sh_value *
array_zero (const method_args *m)
{
	return sh_int (0);
}

static sh_value *
array_length (const method_args *m)
{
	return sh_int (sh_array_length (m->v));
}

static sh_value *
array_value (const method_args *m)
{
	guint n = sh_array_length (m->v), at;

	if (n == 0)
		return fail_at (m->in, m->n, m->error, "the array is empty");
	return place_given (m, 0, n - 1, &at)
		? sh_ref (sh_array_get (m->v, at)) : NULL;
}

static sh_value *
array_set_value (const method_args *m)
{
	guint n = sh_array_length (m->v), at;

	if (n == 0)
		return fail_at (m->in, m->n, m->error, "the array is empty");
	if (!place_given (m, 1, n - 1, &at))
		return NULL;
	sh_array_set (m->v, at, sh_ref (arg (m, 0)));
	return sh_void ();
}

static sh_value *
array_clear (const method_args *m)
{
	for (guint i = 0; i < sh_array_length (m->v); i++)
		sh_array_set (m->v, i, sh_null ());
	return sh_void ();
}

static const method array_methods[] = {
	{ "Add", 1, fixed_size }, { "Remove", 1, fixed_size },
	{ "Insert", 2, fixed_size }, { "RemoveAt", 1, fixed_size },
	{ "Contains", 1, list_contains }, { "IndexOf", 1, list_index },
	{ "Clone", 0, any_copy }, { "GetEnumerator", 0, any_copy },
	{ "GetUpperBound", 1, array_bound }, { "GetLowerBound", 1, array_zero },
	{ "GetLength", 1, array_length }, { "GetValue", 1, array_value },
	{ "SetValue", 2, array_set_value }, { "Clear", 0, array_clear },
	{ "ForEach", 1, list_foreach }, { "Where", 1, list_where },
};

static const method grow_methods[] = {
	{ "Add", 1, list_add }, { "AddRange", 1, list_add_range },
	{ "Contains", 1, list_contains }, { "IndexOf", 1, list_index },
	{ "LastIndexOf", 1, list_last_index },
	{ "Remove", 1, list_remove }, { "RemoveAt", 1, list_remove_at },
	{ "RemoveRange", 2, list_remove_range },
	{ "Clear", 0, any_clear }, { "ToArray", 0, any_copy },
	{ "Clone", 0, list_clone }, { "GetRange", 2, list_get_range },
	{ "Insert", 2, list_insert }, { "InsertRange", 2, list_insert_range },
	{ "Reverse", 0, list_reverse }, { "Sort", 0, list_sort },
	{ "GetEnumerator", 0, any_copy },
	{ "ForEach", 1, list_foreach }, { "Where", 1, list_where },
};

typedef struct {
	const method *list;
	const gsize *n;
} table;

static const gsize n_array = G_N_ELEMENTS (array_methods);
static const gsize n_grow = G_N_ELEMENTS (grow_methods);

static const table tables[][2] = {
	[SH_L_ARRAY] = { { array_methods, &n_array } },
	[SH_L_ARRAYLIST] = { { grow_methods, &n_grow } },
	[SH_L_LIST] = { { grow_methods, &n_grow },
		      { list_block_methods, &n_list_block_methods } },
	[SH_L_SET] = { { set_methods, &n_set_methods } },
	[SH_L_QUEUE] = { { queue_methods, &n_queue_methods } },
	[SH_L_STACK] = { { stack_methods, &n_stack_methods } },
};

sh_value *
list_method (const method_args *m, const char *name, gboolean *found)
{
	const table *t = tables[sh_list_kind_of (m->v)];
	sh_value *r = NULL;

	for (guint i = 0; i < 2 && t[i].list != NULL && !*found; i++)
		r = try_methods (t[i].list, *t[i].n, name, m, found);
	return r;
}

void
list_method_names (const sh_value *v, GPtrArray *out)
{
	const table *t = tables[sh_list_kind_of (v)];

	for (guint i = 0; i < 2 && t[i].list != NULL; i++)
		for (gsize k = 0; k < *t[i].n; k++)
			g_ptr_array_add (out, g_strdup (t[i].list[k].name));
}
