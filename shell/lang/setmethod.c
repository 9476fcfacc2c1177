/*
 * setmethod.c - the methods of HashSet, Queue and Stack. Called by method.c.
 */
#include "method.h"

/* ---- sets ---- */

static sh_value *
set_add (const method_args *m)
{
	sh_value *item = list_convert (m, arg (m, 0));

	return item ? sh_bool (sh_set_add (m->v, item)) : NULL;
}

/* What is asked for as the set has it; NULL: it cannot be in there. */
static sh_value *
wanted (const method_args *m)
{
	g_autoptr (GError) ignored = NULL;
	method_args quiet = *m;

	quiet.error = &ignored;
	return list_convert (&quiet, arg (m, 0));
}

static sh_value *
set_contains (const method_args *m)
{
	g_autoptr (sh_value) item = wanted (m);

	return sh_bool (item && sh_set_has (m->v, item));
}

static sh_value *
set_remove (const method_args *m)
{
	g_autoptr (sh_value) item = wanted (m);

	return sh_bool (item && sh_set_remove (m->v, item));
}

/* The argument as a set of the same kind; NULL with error. */
static sh_value *
other_set (const method_args *m)
{
	g_autoptr (sh_value) out = sh_list_like (m->v);

	for (guint i = 0; i < sh_array_length (arg (m, 0)); i++) {
		sh_value *item = list_convert (m, sh_array_get (arg (m, 0),
								i));

		if (item == NULL)
			return NULL;
		sh_set_add (out, item);
	}
	return g_steal_pointer (&out);
}

static sh_value *
set_union (const method_args *m)
{
	g_autoptr (sh_value) other = other_set (m);

	for (guint i = 0; other && i < sh_array_length (other); i++)
		sh_set_add (m->v, sh_ref (sh_array_get (other, i)));
	return other ? sh_void () : NULL;
}

/* Keeps those that the other set has, or those that it has not. */
static sh_value *
set_keep (const method_args *m, gboolean shared)
{
	g_autoptr (sh_value) other = other_set (m), old = NULL;

	if (other == NULL)
		return NULL;
	old = sh_copy (m->v);
	for (guint i = 0; i < sh_array_length (old); i++)
		if (sh_set_has (other, sh_array_get (old, i)) != shared)
			sh_set_remove (m->v, sh_array_get (old, i));
	return sh_void ();
}

static sh_value *
set_intersect (const method_args *m)
{
	return set_keep (m, TRUE);
}

static sh_value *
set_except (const method_args *m)
{
	return set_keep (m, FALSE);
}

static sh_value *
set_symmetric (const method_args *m)
{
	g_autoptr (sh_value) other = other_set (m);

	for (guint i = 0; other && i < sh_array_length (other); i++) {
		sh_value *item = sh_array_get (other, i);

		if (!sh_set_remove (m->v, item))
			sh_set_add (m->v, sh_ref (item));
	}
	return other ? sh_void () : NULL;
}

/* How many of `a` are in `b`. */
static guint
common (const sh_value *a, const sh_value *b)
{
	guint n = 0;

	for (guint i = 0; i < sh_array_length (a); i++)
		n += sh_set_has (b, sh_array_get (a, i)) ? 1 : 0;
	return n;
}

typedef struct {
	guint own, others, both;
} set_counts;

static gboolean
count_both (const method_args *m, set_counts *c)
{
	g_autoptr (sh_value) other = other_set (m);

	if (other == NULL)
		return FALSE;
	c->own = sh_array_length (m->v);
	c->others = sh_array_length (other);
	c->both = common (m->v, other);
	return TRUE;
}

static sh_value *
set_overlaps (const method_args *m)
{
	set_counts c;

	return count_both (m, &c) ? sh_bool (c.both > 0) : NULL;
}

static sh_value *
set_equals (const method_args *m)
{
	set_counts c;

	return count_both (m, &c) ? sh_bool (c.both == c.own
					     && c.both == c.others) : NULL;
}

static sh_value *
set_subset (const method_args *m)
{
	set_counts c;

	return count_both (m, &c) ? sh_bool (c.both == c.own) : NULL;
}

static sh_value *
set_superset (const method_args *m)
{
	set_counts c;

	return count_both (m, &c) ? sh_bool (c.both == c.others) : NULL;
}

static sh_value *
set_remove_where (const method_args *m)
{
	g_autoptr (sh_value) old = sh_copy (m->v);
	sh_block *b = list_block_given (m);
	guint n = 0;

	for (guint i = 0; i < sh_array_length (old); i++) {
		gboolean yes;

		if (b == NULL || !list_ask (m, b, sh_array_get (old, i), &yes))
			return NULL;
		if (yes)
			n += sh_set_remove (m->v, sh_array_get (old, i))
				? 1 : 0;
	}
	return b ? sh_int (n) : NULL;
}

const method set_methods[] = {
	{ "Add", 1, set_add }, { "Contains", 1, set_contains },
	{ "Remove", 1, set_remove }, { "Clear", 0, any_clear },
	{ "UnionWith", 1, set_union }, { "IntersectWith", 1, set_intersect },
	{ "ExceptWith", 1, set_except },
	{ "SymmetricExceptWith", 1, set_symmetric },
	{ "Overlaps", 1, set_overlaps }, { "SetEquals", 1, set_equals },
	{ "IsSubsetOf", 1, set_subset }, { "IsSupersetOf", 1, set_superset },
	{ "RemoveWhere", 1, set_remove_where },
	{ "ToArray", 0, any_copy }, { "GetEnumerator", 0, any_copy },
	{ "ForEach", 1, list_foreach }, { "Where", 1, list_where },
};

const gsize n_set_methods = G_N_ELEMENTS (set_methods);

/* ---- queues and stacks ---- */

static sh_value *
put (const method_args *m)
{
	sh_value *item = list_convert (m, arg (m, 0));

	if (item == NULL)
		return NULL;
	sh_array_add (m->v, item);
	return sh_void ();
}

static sh_value *
empty (const method_args *m)
{
	return fail_at (m->in, m->n, m->error, "the %s is empty; its Count "
			"tells it before", sh_list_kind_of (m->v) == SH_L_QUEUE
			? "queue" : "stack");
}

static sh_value *
take (const method_args *m)
{
	sh_value *v = sh_list_take (m->v);

	return v ? v : empty (m);
}

static sh_value *
look (const method_args *m)
{
	sh_value *v = sh_array_get (m->v, 0);

	return v ? sh_ref (v) : empty (m);
}

sh_value *
give_ref (const method_args *m, sh_value *ref, sh_value *v)
{
	gboolean there = v != NULL;

	if (sh_value_kind (ref) == SH_OBJECT)
		member_set (m->in, m->n, ref, "Value", v ? v : sh_null (),
			    NULL);
	else
		sh_unref (v);
	return sh_bool (there);
}

static sh_value *
try_take (const method_args *m)
{
	return give_ref (m, arg (m, 0), sh_list_take (m->v));
}

static sh_value *
try_look (const method_args *m)
{
	sh_value *v = sh_array_get (m->v, 0);

	return give_ref (m, arg (m, 0), v ? sh_ref (v) : NULL);
}

static sh_value *
list_contains (const method_args *m)
{
	g_autoptr (sh_value) want = wanted (m);

	for (guint i = 0; want && i < sh_array_length (m->v); i++)
		if (sh_equal (sh_array_get (m->v, i), want, TRUE))
			return sh_bool (TRUE);
	return sh_bool (FALSE);
}

#define COMMON \
	{ "Peek", 0, look }, { "TryPeek", 1, try_look }, \
	{ "Contains", 1, list_contains }, { "Clear", 0, any_clear }, \
	{ "ToArray", 0, any_copy }, { "Clone", 0, list_clone }, \
	{ "GetEnumerator", 0, any_copy }, \
	{ "ForEach", 1, list_foreach }, { "Where", 1, list_where }

const method queue_methods[] = {
	{ "Enqueue", 1, put }, { "Dequeue", 0, take },
	{ "TryDequeue", 1, try_take }, COMMON,
};

const method stack_methods[] = {
	{ "Push", 1, put }, { "Pop", 0, take }, { "TryPop", 1, try_take },
	COMMON,
};

const gsize n_queue_methods = G_N_ELEMENTS (queue_methods);
const gsize n_stack_methods = G_N_ELEMENTS (stack_methods);
