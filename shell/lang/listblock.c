/*
 * listblock.c - the methods of lists that ask a script block: Find and its
 * like of List, Sort with a comparison, ForEach and Where of everything.
 * Called by method.c.
 */
#include <string.h>

#include "method.h"

void
method_keep (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

sh_block *
list_block_given (const method_args *m)
{
	sh_block *b = sh_block_get (arg (m, 0));

	if (b == NULL)
		fail_at (m->in, m->n, m->error, "a script block is expected: "
			 "{ … }");
	return b;
}

gboolean
list_ask (const method_args *m, sh_block *b, sh_value *item, gboolean *yes)
{
	g_autoptr (sh_value) got = sh_array (), args = sh_array ();

	sh_array_add (args, sh_ref (item));
	if (!sh_block_call (m->in, b, item, args, method_keep, got, m->error))
		return FALSE;
	*yes = sh_truth (got);
	return TRUE;
}

/* The places whose elements the block accepts; NULL with error. */
static GArray *
matches (const method_args *m)
{
	sh_block *b = list_block_given (m);
	g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (guint));

	if (b == NULL)
		return NULL;
	for (guint i = 0; i < sh_array_length (m->v); i++) {
		g_autoptr (sh_value) item = sh_ref (sh_array_get (m->v, i));
		gboolean yes;

		if (!list_ask (m, b, item, &yes))
			return NULL;
		if (yes)
			g_array_append_val (out, i);
	}
	return g_steal_pointer (&out);
}

static guint
match_at (const GArray *found, guint i)
{
	return g_array_index (found, guint, i);
}

static sh_value *
element_of (const method_args *m, gint64 at)
{
	sh_value *v = at < 0 ? NULL : sh_array_get (m->v, (guint) at);

	return v ? sh_ref (v) : sh_null ();
}

static sh_value *
list_find_all (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);
	sh_value *out;

	if (found == NULL)
		return NULL;
	out = sh_list_new (SH_L_LIST, sh_list_of (m->v), FALSE);
	for (guint i = 0; i < found->len; i++)
		sh_array_add (out, element_of (m, match_at (found, i)));
	return out;
}

static sh_value *
list_find_first (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);

	return found ? element_of (m, found->len ? (gint64) match_at (found, 0)
				   : -1)
		: NULL;
}

static sh_value *
list_find_last (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);

	return found ? element_of (m, found->len
				   ? (gint64) match_at (found, found->len - 1)
				   : -1)
		: NULL;
}

static sh_value *
list_find_index (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);

	return found ? sh_int (found->len ? (gint64) match_at (found, 0)
				   : -1) : NULL;
}

static sh_value *
list_exists (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);

	return found ? sh_bool (found->len > 0) : NULL;
}

static sh_value *
list_true_for_all (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);

	return found ? sh_bool (found->len == sh_array_length (m->v)) : NULL;
}

static sh_value *
list_remove_all (const method_args *m)
{
	g_autoptr (GArray) found = matches (m);

	if (found == NULL)
		return NULL;
	for (guint i = found->len; i-- > 0;)
		sh_array_drop (m->v, match_at (found, i));
	return sh_int (found->len);
}

typedef struct {
	const method_args *m;
	sh_block *b;
	GError *e;
} comparison;

static int
by_block (gconstpointer a, gconstpointer b, gpointer user)
{
	comparison *c = user;
	g_autoptr (sh_value) got = sh_array (), args = sh_array ();
	gint64 i = 0;

	sh_array_add (args, sh_ref ((sh_value *) a));
	sh_array_add (args, sh_ref ((sh_value *) b));
	if (c->e == NULL
	    && sh_block_call (c->m->in, c->b, NULL, args, method_keep, got,
			      &c->e)
	    && sh_array_length (got) > 0)
		sh_to_int (sh_array_get (got, 0), &i);
	return (i > 0) - (i < 0);
}

/* The block sees the list as it was. */
static sh_value *
sort_by_block (const method_args *m, sh_block *b)
{
	comparison c = { m, b, NULL };
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);

	for (guint i = 0; i < sh_array_length (m->v); i++)
		g_ptr_array_add (all, sh_ref (sh_array_get (m->v, i)));
	if (!sh_sort (m->in, all, by_block, &c, m->error)) {
		g_clear_error (&c.e);
		return NULL;
	}
	if (c.e != NULL) {
		g_propagate_error (m->error, c.e);
		return NULL;
	}
	sh_clear (m->v);
	for (guint i = 0; i < all->len; i++)
		sh_array_add (m->v, sh_ref (all->pdata[i]));
	return sh_void ();
}

sh_value *
list_sort (const method_args *m)
{
	sh_block *b = arg (m, 0) ? sh_block_get (arg (m, 0)) : NULL;

	if (b != NULL)
		return sort_by_block (m, b);
	return sh_array_sort (m->v, m->in, m->error) ? sh_void () : NULL;
}

/* ---- .ForEach (…) and .Where (…) of everything ---- */

/* .ForEach ('Name', …): the property or method of each. */
static sh_value *
named (const method_args *m, sh_value *item, const char *name)
{
	g_autoptr (sh_value) rest = NULL;

	if (sh_has_member (item, name))
		return member_get (item, name);
	rest = sh_array ();
	for (guint i = 1; i < sh_array_length (m->args); i++)
		sh_array_add (rest, sh_ref (arg (m, i)));
	return method_call (m->in, m->n, item, name, rest, m->error);
}

static gboolean
for_one (const method_args *m, sh_value *item, sh_value *out)
{
	sh_value *with = arg (m, 0), *v;
	sh_block *b = sh_block_get (with);

	if (b != NULL)
		return sh_block_call (m->in, b, item, NULL, method_keep, out,
				      m->error);
	if (strcmp (sh_type_name (with), "RuntimeType") == 0) {
		g_autofree char *type = sh_to_text (with);

		v = cast (m->in, m->n, type, item, m->error);
	} else if (sh_text (with) != NULL) {
		v = named (m, item, sh_text (with));
	} else {
		v = fail_at (m->in, m->n, m->error, "a script block, a type "
			     "or a member's name is expected");
	}
	if (v == NULL)
		return FALSE;
	if (sh_is_void (v))
		sh_unref (v);
	else
		sh_array_add (out, v);
	return TRUE;
}

sh_value *
list_foreach (const method_args *m)
{
	g_autoptr (sh_value) out = sh_array ();

	for (guint i = 0; i < sh_array_length (m->v); i++) {
		g_autoptr (sh_value) item = sh_ref (sh_array_get (m->v, i));

		if (!for_one (m, item, out))
			return NULL;
	}
	return g_steal_pointer (&out);
}

typedef enum {
	WHERE_DEFAULT, WHERE_FIRST, WHERE_LAST, WHERE_SKIP_UNTIL, WHERE_UNTIL,
	WHERE_SPLIT,
} where_mode;

static gboolean
where_mode_given (const method_args *m, where_mode *out)
{
	static const char *const words[] = {
		"Default", "First", "Last", "SkipUntil", "Until", "Split",
	};
	g_autofree char *word = arg (m, 1) ? sh_to_text (arg (m, 1)) : NULL;

	*out = WHERE_DEFAULT;
	if (word == NULL)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS (words); i++)
		if (g_ascii_strcasecmp (words[i], word) == 0) {
			*out = (where_mode) i;
			return TRUE;
		}
	fail_at (m->in, m->n, m->error, "'%s' was given, accepted is one of: "
		 "Default First Last SkipUntil Until Split", word);
	return FALSE;
}

typedef struct {
	where_mode mode;
	guint most;		/* G_MAXUINT: all */
	gboolean passed;	/* Until, SkipUntil: one was accepted */
	sh_value *yes, *no;
} where_state;

/* FALSE: no more is needed. */
static gboolean
where_take (where_state *w, sh_value *item, gboolean yes)
{
	w->passed |= yes;
	switch (w->mode) {
	case WHERE_DEFAULT:
	case WHERE_FIRST:
	case WHERE_LAST:
	case WHERE_SPLIT:
		if (yes)
			sh_array_add (w->yes, sh_ref (item));
		else if (w->mode == WHERE_SPLIT)
			sh_array_add (w->no, sh_ref (item));
		break;
	case WHERE_SKIP_UNTIL:
		if (w->passed)
			sh_array_add (w->yes, sh_ref (item));
		break;
	case WHERE_UNTIL:
		if (w->passed)
			return FALSE;
		sh_array_add (w->yes, sh_ref (item));
		break;
	}
	return w->mode == WHERE_LAST || w->mode == WHERE_SPLIT
		|| sh_array_length (w->yes) < w->most;
}

static gboolean
where_all (const method_args *m, where_state *w)
{
	sh_block *b = list_block_given (m);

	if (b == NULL)
		return FALSE;
	for (guint i = 0; i < sh_array_length (m->v); i++) {
		g_autoptr (sh_value) item = sh_ref (sh_array_get (m->v, i));
		gboolean yes = w->passed && w->mode == WHERE_SKIP_UNTIL;

		if (!yes && !list_ask (m, b, item, &yes))
			return FALSE;
		if (!where_take (w, item, yes))
			break;
	}
	return TRUE;
}

sh_value *
list_where (const method_args *m)
{
	g_autoptr (sh_value) yes = sh_array (), no = sh_array ();
	where_state w = { .yes = yes, .no = no };
	gint64 most = 0;
	sh_value *both;

	if (!where_mode_given (m, &w.mode))
		return NULL;
	if (arg (m, 2) != NULL)
		sh_to_int (arg (m, 2), &most);
	if (most <= 0 && (w.mode == WHERE_FIRST || w.mode == WHERE_LAST))
		most = 1;
	w.most = most > 0 && most < G_MAXUINT ? (guint) most : G_MAXUINT;
	if (!where_all (m, &w))
		return NULL;
	if (w.mode == WHERE_LAST)
		while (sh_array_length (yes) > w.most)
			sh_array_drop (yes, 0);
	if (w.mode != WHERE_SPLIT)
		return g_steal_pointer (&yes);
	both = sh_array ();
	sh_array_add (both, g_steal_pointer (&yes));
	sh_array_add (both, g_steal_pointer (&no));
	return both;
}

const method list_block_methods[] = {
	{ "Find", 1, list_find_first }, { "FindAll", 1, list_find_all },
	{ "FindLast", 1, list_find_last },
	{ "FindIndex", 1, list_find_index }, { "Exists", 1, list_exists },
	{ "TrueForAll", 1, list_true_for_all },
	{ "RemoveAll", 1, list_remove_all },
};

const gsize n_list_block_methods = G_N_ELEMENTS (list_block_methods);
