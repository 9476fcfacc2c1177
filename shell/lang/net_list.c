/*
 * net_list.c - the collections of .NET by their types' names: made by ::new,
 * New-Object and casts. Called by dotnet.c and cast.c.
 */
#include <string.h>

#include "dotnet.h"

static const struct {
	const char *name;
	gboolean generic;
	sh_list_kind kind;
} lists[] = {
	{ "arraylist", FALSE, SH_L_ARRAYLIST }, { "list", TRUE, SH_L_LIST },
	{ "collection", TRUE, SH_L_LIST }, { "hashset", TRUE, SH_L_SET },
	{ "queue", FALSE, SH_L_QUEUE }, { "queue", TRUE, SH_L_QUEUE },
	{ "stack", FALSE, SH_L_STACK }, { "stack", TRUE, SH_L_STACK },
};

/* Behind "collections.generic." and its like, which `using` may have cut. */
static const char *
bare_name (const char *low)
{
	static const char *const spaces[] = {
		"collections.generic.", "collections.objectmodel.",
		"collections.concurrent.", "collections.specialized.",
		"collections.",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (spaces); i++)
		if (g_str_has_prefix (low, spaces[i]))
			return low + strlen (spaces[i]);
	return low;
}

/* "list[int]" is that one of "list", of "int32". */
static gboolean
is_generic (const char *bare, const char *name, char **of)
{
	gsize n = strlen (name);
	g_autofree char *inner = NULL;

	if (!g_str_has_prefix (bare, name) || bare[n] != '['
	    || !g_str_has_suffix (bare, "]") || strcmp (bare + n, "[]") == 0)
		return FALSE;
	inner = g_strndup (bare + n + 1, strlen (bare + n) - 2);
	*of = type_fold (g_strstrip (inner));
	return TRUE;
}

gboolean
net_list_type (const char *low, sh_list_kind *kind, char **of)
{
	const char *bare = bare_name (low);

	*of = NULL;
	for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
		*kind = lists[i].kind;
		if (lists[i].generic ? is_generic (bare, lists[i].name, of)
		    : strcmp (bare, lists[i].name) == 0)
			return TRUE;
	}
	return FALSE;
}

static sh_value *
fill (sh_interp *in, node *n, sh_value *list, sh_value *from, GError **error)
{
	g_autoptr (sh_value) out = list;
	const char *of = sh_list_of (list);

	for (guint i = 0; i < sh_array_length (from); i++) {
		sh_value *item = sh_array_get (from, i);
		GError *e = NULL;
		sh_value *v = of ? cast (in, n, of, item, &e) : sh_ref (item);

		if (v == NULL && g_error_matches (e, SH_ERROR,
						  SH_ERROR_CAST)) {
			g_propagate_error (error, e);
			return NULL;
		}
		g_clear_error (&e);
		sh_array_add (out, v ? v : sh_ref (item));
		if (sh_interrupted_error (in, error))
			return NULL;
	}
	return g_steal_pointer (&out);
}

sh_value *
net_list_cast (sh_interp *in, node *n, const char *low, sh_value *v,
	       gboolean *known, GError **error)
{
	g_autofree char *of = NULL;
	sh_list_kind kind;

	*known = net_list_type (low, &kind, &of);
	if (!*known)
		return NULL;
	/* What is such a list already stays the same object. */
	if (sh_list_kind_of (v) == kind
	    && g_strcmp0 (sh_list_of (v), of) == 0)
		return sh_ref (v);
	return fill (in, n, sh_list_new (kind, of, FALSE), v, error);
}

/* [StringComparer]::OrdinalIgnoreCase and its like among the arguments. */
static gboolean
without_case (const net_call *c)
{
	for (guint i = 0; i < sh_array_length (c->args); i++) {
		g_autofree char *text = net_arg (c, i)
			&& sh_value_kind (net_arg (c, i)) == SH_OBJECT
			? net_text (c, i) : NULL;

		if (text != NULL && g_str_has_suffix (text, "IgnoreCase"))
			return TRUE;
	}
	return FALSE;
}

static sh_value *
dictionary_new (const net_call *c)
{
	sh_value *first = net_arg (c, 0), *out;
	g_autoptr (sh_value) keys = NULL, values = NULL;

	out = sh_hash_typed ("Dictionary`2", !without_case (c));
	if (first == NULL || sh_value_kind (first) != SH_HASH)
		return out;
	keys = sh_hash_part (first, FALSE);
	values = sh_hash_part (first, TRUE);
	for (guint i = 0; i < sh_array_length (keys); i++)
		sh_set_key (out, sh_array_get (keys, i),
			    sh_ref (sh_array_get (values, i)));
	return out;
}

sh_value *
net_list_new (const net_call *c, const char *low, gboolean *found)
{
	const char *bare = bare_name (low);
	sh_value *first = net_arg (c, 0);
	g_autofree char *of = NULL, *pair = NULL;
	sh_list_kind kind;
	sh_value *out;

	*found = TRUE;
	if (net_list_type (low, &kind, &of)) {
		out = sh_list_new (kind, of, without_case (c));
		return first && sh_value_kind (first) == SH_ARRAY
			? fill (c->in, c->n, out, first, c->error) : out;
	}
	if (strcmp (bare, "hashtable") == 0)
		return first && sh_value_kind (first) == SH_HASH
			? sh_copy (first) : sh_hash ();
	if (strcmp (bare, "ordereddictionary") == 0)
		return sh_hash_ordered ();
	if (is_generic (bare, "dictionary", &pair)
	    || is_generic (bare, "concurrentdictionary", &pair))
		return dictionary_new (c);
	*found = FALSE;
	return NULL;
}
