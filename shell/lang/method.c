/*
 * method.c - methods of hash tables, numbers, blocks and objects, and
 * those that every value has.
 */
#include <string.h>

#include "method.h"

/* ---- hash tables ---- */

static sh_value *
hash_add (const method_args *m)
{
	g_autofree char *key = sh_to_text (arg (m, 0));

	if (sh_has (m->v, key))
		return fail_at (m->in, m->n, m->error, "the key '%s' is there "
				"already", key);
	sh_set_key (m->v, arg (m, 0), sh_ref (arg (m, 1)));
	return sh_void ();
}

static sh_value *
hash_has (const method_args *m)
{
	g_autofree char *key = sh_to_text (arg (m, 0));

	return sh_bool (sh_has (m->v, key));
}

static sh_value *
hash_has_value (const method_args *m)
{
	g_auto (GStrv) names = sh_properties (m->v);

	for (char **k = names; *k != NULL; k++) {
		g_autoptr (sh_value) v = sh_get (m->v, *k);

		if (sh_equal (v, arg (m, 0), TRUE))
			return sh_bool (TRUE);
	}
	return sh_bool (FALSE);
}

static sh_value *
hash_remove (const method_args *m)
{
	g_autofree char *key = sh_to_text (arg (m, 0));

	if (strcmp (sh_type_name (m->v), "Dictionary`2") == 0)
		return sh_bool (sh_remove (m->v, key));
	sh_remove (m->v, key);
	return sh_void ();
}

/* Dictionary.TryGetValue (key, [ref]$x) */
static sh_value *
hash_try (const method_args *m)
{
	g_autofree char *key = sh_to_text (arg (m, 0));

	return give_ref (m, arg (m, 1), sh_get (m->v, key));
}

static gboolean
is_ordered (const method_args *m, gint64 *at)
{
	if (strcmp (sh_type_name (m->v), "OrderedDictionary") != 0) {
		fail_at (m->in, m->n, m->error, "only [ordered]@{ } has places");
		return FALSE;
	}
	if (sh_to_int (arg (m, 0), at) && *at >= 0
	    && *at <= sh_property_count (m->v))
		return TRUE;
	fail_at (m->in, m->n, m->error, "the place is outside of the table, "
		 "which has %u entries", sh_property_count (m->v));
	return FALSE;
}

/* [ordered]@{ }.Insert (place, key, value) */
static sh_value *
hash_insert (const method_args *m)
{
	g_autofree char *key = sh_to_text (arg (m, 1));
	gint64 at;

	if (!is_ordered (m, &at))
		return NULL;
	if (sh_has (m->v, key))
		return fail_at (m->in, m->n, m->error, "the key '%s' is there "
				"already", key);
	sh_insert_nth (m->v, (guint) at, key, sh_ref (arg (m, 2)));
	return sh_void ();
}

static sh_value *
hash_remove_at (const method_args *m)
{
	gint64 at;

	if (!is_ordered (m, &at))
		return NULL;
	return sh_remove_nth (m->v, (guint) at) ? sh_void ()
		: fail_at (m->in, m->n, m->error, "there is no such place");
}

static sh_value *
hash_entries (const method_args *m)
{
	sh_value *out = sh_array ();
	g_autoptr (sh_value) keys = sh_hash_part (m->v, FALSE);
	g_autoptr (sh_value) values = sh_hash_part (m->v, TRUE);

	for (guint i = 0; i < sh_array_length (keys); i++) {
		sh_value *e = sh_object ("DictionaryEntry");

		sh_set (e, "Name", sh_ref (sh_array_get (keys, i)));
		sh_set (e, "Key", sh_ref (sh_array_get (keys, i)));
		sh_set (e, "Value", sh_ref (sh_array_get (values, i)));
		sh_array_add (out, e);
	}
	return out;
}

static const method hash_methods[] = {
	{ "Add", 2, hash_add }, { "ContainsKey", 1, hash_has },
	{ "Contains", 1, hash_has }, { "ContainsValue", 1, hash_has_value },
	{ "Remove", 1, hash_remove }, { "Clear", 0, any_clear },
	{ "TryGetValue", 2, hash_try }, { "Insert", 3, hash_insert },
	{ "RemoveAt", 1, hash_remove_at },
	{ "GetEnumerator", 0, hash_entries }, { "Clone", 0, any_copy },
};

/* ---- every value ---- */

/* [guid].ToString ('B') and its like; owned. */
static char *
guid_text (const char *text, char spec)
{
	if (g_ascii_tolower (spec) == 'b')
		return g_strconcat ("{", text, "}", NULL);
	if (g_ascii_tolower (spec) == 'p')
		return g_strconcat ("(", text, ")", NULL);
	if (g_ascii_tolower (spec) == 'n') {
		g_auto (GStrv) parts = g_strsplit (text, "-", -1);

		return g_strjoinv ("", parts);
	}
	return g_strdup (text);
}

static sh_value *
any_text (const method_args *m)
{
	g_autofree char *spec = arg (m, 0) ? sh_to_text (arg (m, 0)) : NULL;
	char *text = sh_text_kind_of (m->v) == SH_T_GUID && spec
		? guid_text (sh_text (m->v), *spec)
		: spec ? format_number (m->v, spec) : NULL;

	return sh_string_take (text ? text : sh_to_text (m->v));
}

static sh_value *
any_type (const method_args *m)
{
	return type_object (sh_type_name (m->v));
}

static sh_value *
any_equals (const method_args *m)
{
	return sh_bool (sh_equal (m->v, arg (m, 0), TRUE));
}

static sh_value *
any_compare (const method_args *m)
{
	return sh_int (sh_compare (m->v, arg (m, 0), TRUE));
}

static sh_value *
block_invoke (const method_args *m)
{
	g_autoptr (sh_value) out = sh_array ();
	sh_block *b = sh_block_get (m->v);

	if (b == NULL)
		return fail_at (m->in, m->n, m->error, "a %s cannot be "
				"invoked", sh_type_name (m->v));
	if (!sh_block_call (m->in, b, NULL, m->args, method_keep, out, m->error))
		return NULL;
	return g_steal_pointer (&out);
}

static sh_value *
block_closure (const method_args *m)
{
	sh_block *b = sh_block_get (m->v), *with;
	sh_value *out;

	if (b == NULL)
		return fail_at (m->in, m->n, m->error, "a %s has no closure",
				sh_type_name (m->v));
	out = block_of (b->from, b->body, b->at, b->end);
	with = sh_block_get (out);
	with->closure = scope_snapshot (m->in);
	return out;
}

static sh_value *
any_itself (const method_args *m)
{
	return sh_ref (m->v);
}

/* $PSCmdlet.ShouldProcess (target, operation): with -WhatIf it says what would
 * be done, and the function does not do it. */
static sh_value *
should_process (const method_args *m)
{
	g_autoptr (sh_value) whatif = var_get (m->in, "WhatIfPreference");
	g_autofree char *target = sh_to_text (arg (m, 0));
	g_autofree char *operation = arg (m, 1) ? sh_to_text (arg (m, 1))
						: NULL;
	g_autofree char *line = NULL;

	if (whatif == NULL || !sh_truth (whatif))
		return sh_bool (TRUE);
	line = operation
		? g_strdup_printf ("What if: %s: %s\n", operation, target)
		: g_strdup_printf ("What if: %s\n", target);
	sh_say (m->in, line);
	return sh_bool (FALSE);
}

static sh_value *
any_has_flag (const method_args *m)
{
	return enum_has_flag (m->in, m->n, m->v, arg (m, 0), m->error);
}

static const method any_methods[] = {
	{ "ToString", 0, any_text }, { "GetType", 0, any_type },
	{ "Equals", 1, any_equals }, { "CompareTo", 1, any_compare },
	{ "Invoke", 0, block_invoke }, { "GetNewClosure", 0, block_closure },
	{ "Dispose", 0, any_itself },
	{ "ForEach", 1, list_foreach }, { "Where", 1, list_where },
	{ "ShouldProcess", 1, should_process },
	{ "HasFlag", 1, any_has_flag },
};

sh_value *
try_methods (const method *list, gsize count, const char *name,
	     const method_args *m, gboolean *found)
{
	for (gsize i = 0; i < count; i++) {
		if (g_ascii_strcasecmp (list[i].name, name) != 0)
			continue;
		*found = TRUE;
		if (sh_array_length (m->args) >= list[i].least)
			return list[i].run (m);
		return fail_at (m->in, m->n, m->error, "%s needs %u "
				"arguments, %u were given", list[i].name,
				list[i].least, sh_array_length (m->args));
	}
	return NULL;
}

/* A method that an array has not is one of its elements. */
static sh_value *
call_each (sh_interp *in, node *n, sh_value *v, const char *name,
	   sh_value *args, GError **error)
{
	g_autoptr (sh_value) out = sh_array ();

	for (guint i = 0; i < sh_array_length (v); i++) {
		sh_value *r = method_call (in, n, sh_array_get (v, i), name,
					   args, error);

		if (r == NULL)
			return NULL;
		sh_array_add (out, r);
	}
	return g_steal_pointer (&out);
}

static sh_value *
script_member (sh_interp *in, node *n, sh_value *v, const char *name,
	       sh_value *args, GError **error)
{
	g_autoptr (sh_value) own = sh_get (v, name);
	method_args m = { in, n, own, args, error };
	g_autoptr (sh_value) before = NULL;
	sh_value *out;

	if (own == NULL || sh_block_get (own) == NULL)
		return NULL;
	before = var_get (in, "this");
	scope_set (in->now, "this", sh_ref (v));
	out = block_invoke (&m);
	scope_set (in->now, "this", before ? g_steal_pointer (&before)
		   : sh_null ());
	if (out != NULL && sh_array_length (out) == 1) {
		sh_value *one = sh_ref (sh_array_get (out, 0));

		sh_unref (out);
		return one;
	}
	return out;
}

sh_value *
method_call (sh_interp *in, node *n, sh_value *v, const char *name,
	     sh_value *args, GError **error)
{
	method_args m = { in, n, v, args, error };
	sh_kind k = sh_value_kind (v);
	gboolean found = FALSE;
	GError *e = NULL;
	sh_value *r = NULL;

	m.error = &e;
	if (k == SH_NULL)
		return fail_at (in, n, error, "$null has no method %s", name);
	if (k == SH_ARRAY)
		r = list_method (&m, name, &found);
	else if (k == SH_HASH)
		r = try_methods (hash_methods, G_N_ELEMENTS (hash_methods),
				 name, &m, &found);
	else if (sh_text_kind_of (v) == SH_T_GUID
		 && g_ascii_strcasecmp (name, "ToString") == 0)
		return any_text (&(method_args) { in, n, v, args, error });
	else if (k == SH_STRING)
		r = string_method (in, n, sh_text (v), name, args, &e);
	if (k == SH_OBJECT)
		r = class_call (in, n, v, name, args, &found, &e);
	if (r == NULL && e == NULL && !found) {
		net_call c = { in, n, v, args, &e };

		r = net_method_call (&c, name, &found);
	}
	if (r == NULL && e == NULL && !found)
		r = script_member (in, n, v, name, args, &e);
	if (r == NULL && e == NULL && !found
	    && (k != SH_ARRAY || g_ascii_strcasecmp (name, "GetType") == 0))
		r = try_methods (any_methods, G_N_ELEMENTS (any_methods),
				 name, &m, &found);
	if (r == NULL && e == NULL && k == SH_ARRAY
	    && sh_array_length (v) > 0)
		return call_each (in, n, v, name, args, error);
	if (r == NULL && e == NULL)
		return k == SH_ARRAY
			? fail_at (in, n, error, "an empty list has no method "
				   "%s, and no element that may have it", name)
			: fail_at (in, n, error, "a %s has no method %s",
				   sh_type_name (v), name);
	if (e != NULL)
		g_propagate_error (error, e);
	return r;
}

static void
add_names (const method *list, gsize n, GPtrArray *out)
{
	for (gsize i = 0; i < n; i++)
		g_ptr_array_add (out, g_strdup (list[i].name));
}

char **
sh_method_names (const sh_value *v)
{
	GPtrArray *out = g_ptr_array_new ();

	switch (sh_value_kind (v)) {
	case SH_STRING:
		string_method_names (out);
		break;
	case SH_ARRAY:
		list_method_names (v, out);
		break;
	case SH_HASH:
		add_names (hash_methods, G_N_ELEMENTS (hash_methods), out);
		break;
	case SH_OBJECT:
	case SH_ROW:
	case SH_BLOCK:
	case SH_NULL:
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
		net_method_names (v, out);
		g_ptr_array_add (out, g_strdup ("ToString"));
		g_ptr_array_add (out, g_strdup ("GetType"));
		break;
	}
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_free (out, FALSE);
}

sh_value *
sh_invoke (sh_interp *in, sh_value *object, const char *name, sh_value *args,
	   GError **error)
{
	g_autoptr (sh_value) none = sh_array ();
	sh_value *v = method_call (in, NULL, object, name, args ? args : none,
				   error);

	if (v == NULL)
		g_clear_pointer (&in->bad_script, script_unref);
	return v;
}
