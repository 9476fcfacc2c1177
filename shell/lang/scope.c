/*
 * scope.c - variables: a chain of scopes, $global: and $script:, $env: and
 * the names that are always there.
 */
#include <string.h>
#include <unistd.h>

#include "interp.h"

scope *
scope_new (scope *parent)
{
	scope *s = g_new0 (scope, 1);

	s->refs = 1;
	s->parent = parent ? scope_ref (parent) : NULL;
	s->vars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					 (GDestroyNotify) sh_unref);
	return s;
}

scope *
scope_ref (scope *s)
{
	s->refs++;
	return s;
}

void
scope_unref (scope *s)
{
	while (s != NULL && --s->refs == 0) {
		scope *parent = s->parent;

		g_hash_table_unref (s->vars);
		g_free (s);
		s = parent;
	}
}

void
scope_set (scope *s, const char *name, sh_value *v)
{
	g_hash_table_insert (s->vars, g_utf8_strdown (name, -1), v);
}

static scope *
script_scope (sh_interp *in)
{
	scope *s = in->now;

	while (s->parent != NULL && !s->is_script)
		s = s->parent;
	return s;
}

/* "script:x": the scope it names; `name` then stands behind the colon. */
static scope *
named_scope (sh_interp *in, const char **name)
{
	static const char *const local[] = {
		"local:", "private:", "using:", "variable:",
	};

	if (g_ascii_strncasecmp (*name, "global:", 7) == 0) {
		*name += 7;
		return in->global;
	}
	if (g_ascii_strncasecmp (*name, "script:", 7) == 0) {
		*name += 7;
		return script_scope (in);
	}
	for (gsize i = 0; i < G_N_ELEMENTS (local); i++)
		if (g_ascii_strncasecmp (*name, local[i],
					 strlen (local[i])) == 0) {
			*name += strlen (local[i]);
			break;
		}
	return NULL;
}

static sh_value *
constant (sh_interp *in, const char *low)
{
	if (strcmp (low, "true") == 0 || strcmp (low, "false") == 0)
		return sh_bool (*low == 't');
	if (strcmp (low, "null") == 0)
		return sh_null ();
	if (strcmp (low, "?") == 0)
		return sh_bool (in->last_ok);
	if (strcmp (low, "pid") == 0)
		return sh_int (getpid ());
	if (strcmp (low, "home") == 0)
		return sh_string (g_get_home_dir ());
	if (strcmp (low, "pwd") == 0)
		return sh_string_take (g_get_current_dir ());
	return NULL;
}

sh_value *
var_get (sh_interp *in, const char *name)
{
	g_autofree char *low = NULL;
	scope *s;
	sh_value *v;

	if (g_ascii_strncasecmp (name, "env:", 4) == 0) {
		const char *text = g_getenv (name + 4);

		return text ? sh_string (text) : NULL;
	}
	s = named_scope (in, &name);
	low = g_utf8_strdown (name, -1);
	if (strcmp (low, "psitem") == 0)
		strcpy (low, "_");
	v = s ? NULL : constant (in, low);
	if (v != NULL)
		return v;
	for (s = s ? s : in->now; s != NULL; s = s->parent) {
		v = g_hash_table_lookup (s->vars, low);
		if (v != NULL)
			return sh_ref (v);
	}
	return NULL;
}

void
var_set (sh_interp *in, const char *name, sh_value *v)
{
	scope *s;

	if (g_ascii_strncasecmp (name, "env:", 4) == 0) {
		g_autofree char *text = sh_to_text (v);

		if (sh_value_kind (v) == SH_NULL)
			g_unsetenv (name + 4);
		else
			g_setenv (name + 4, text, TRUE);
		sh_unref (v);
		return;
	}
	s = named_scope (in, &name);
	scope_set (s ? s : in->now, name, v);
}

sh_value *
sh_var_get (sh_interp *in, const char *name)
{
	return var_get (in, name);
}

void
sh_var_set (sh_interp *in, const char *name, sh_value *v)
{
	var_set (in, name, v);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
	return strcmp (*(char *const *) a, *(char *const *) b);
}

char **
sh_var_names (sh_interp *in)
{
	static const char *const always[] = {
		"true", "false", "null", "?", "PID", "HOME", "PWD",
	};
	g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash,
							g_str_equal);
	GPtrArray *out = g_ptr_array_new ();

	for (gsize i = 0; i < G_N_ELEMENTS (always); i++)
		g_ptr_array_add (out, g_strdup (always[i]));
	for (scope *s = in->now; s != NULL; s = s->parent) {
		GHashTableIter it;
		gpointer name;

		g_hash_table_iter_init (&it, s->vars);
		while (g_hash_table_iter_next (&it, &name, NULL))
			if (g_hash_table_add (seen, name))
				g_ptr_array_add (out, g_strdup (name));
	}
	g_ptr_array_sort (out, by_name);
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_free (out, FALSE);
}
