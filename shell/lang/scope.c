/*
 * scope.c - variables: a chain of scopes, $global: and $script:, $env: and
 * the names that are always there.
 */
#include <string.h>
#include <unistd.h>

#include "interp.h"

/* Variables are found by the address of their name in lower case: the tree
 * holds it, so that a loop neither folds nor compares text. */
const char *
var_key (const char *name)
{
	char small[64];
	g_autofree char *low = NULL;
	gsize i = 0;

	while (i < sizeof small - 1 && (name[i] & 0x80) == 0 && name[i]) {
		small[i] = g_ascii_tolower (name[i]);
		i++;
	}
	small[i] = '\0';
	if (name[i] == '\0')
		return g_intern_string (strcmp (small, "psitem") == 0
					? "_" : small);
	low = g_utf8_strdown (name, -1);
	return g_intern_string (low);
}

static void
variable_free (gpointer p)
{
	variable *x = p;

	sh_unref (x->v);
	g_free (x->type);
	g_free (x);
}

scope *
scope_new (scope *parent)
{
	scope *s = g_new0 (scope, 1);

	s->refs = 1;
	s->parent = parent ? scope_ref (parent) : NULL;
	s->vars = g_hash_table_new_full (NULL, NULL, NULL, variable_free);
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
		g_free (s->command);
		g_free (s);
		s = parent;
	}
}

/* The variable of this very scope, made when it is not there. */
static variable *
scope_variable (scope *s, const char *key)
{
	variable *x = g_hash_table_lookup (s->vars, key);

	if (x == NULL) {
		x = g_new0 (variable, 1);
		x->v = sh_null ();
		g_hash_table_insert (s->vars, (gpointer) key, x);
	}
	return x;
}

void
scope_set_key (scope *s, const char *key, sh_value *v)
{
	variable *x = scope_variable (s, key);

	sh_unref (x->v);
	x->v = v;
}

void
scope_set (scope *s, const char *name, sh_value *v)
{
	scope_set_key (s, var_key (name), v);
}

void
scope_set_typed (scope *s, const char *name, const char *type, sh_value *v)
{
	variable *x = scope_variable (s, var_key (name));

	sh_unref (x->v);
	x->v = v;
	g_free (x->type);
	x->type = g_strdup (type);
}

/* What a closure keeps: the variables that are local here, as they are. */
scope *
scope_snapshot (sh_interp *in)
{
	scope *out = scope_new (in->global);

	for (scope *s = in->now; s != NULL; s = s->parent) {
		GHashTableIter it;
		gpointer key, x;

		if (s == in->global && s != in->now)
			break;
		g_hash_table_iter_init (&it, s->vars);
		while (g_hash_table_iter_next (&it, &key, &x))
			if (g_hash_table_lookup (out->vars, key) == NULL)
				scope_set_key (out, key, sh_ref (
					((variable *) x)->v));
	}
	return out;
}

static scope *
script_scope (sh_interp *in)
{
	scope *s = in->now;

	while (s->parent != NULL && !s->is_script)
		s = s->parent;
	return s;
}

/* "1:name" is that of the scope that this one was called by. */
static scope *
numbered_scope (sh_interp *in, const char **name)
{
	char *end;
	guint64 up = g_ascii_strtoull (*name, &end, 10);
	scope *s = in->now;

	if (*end != ':' || end[1] == '\0')
		return NULL;
	*name = end + 1;
	while (up-- > 0 && s->parent != NULL)
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
	if (g_ascii_isdigit (**name))
		return numbered_scope (in, name);
	for (gsize i = 0; i < G_N_ELEMENTS (local); i++)
		if (g_ascii_strncasecmp (*name, local[i],
					 strlen (local[i])) == 0) {
			*name += strlen (local[i]);
			break;
		}
	return NULL;
}

/* $MyInvocation: of the function, or of the script. */
static sh_value *
invocation (sh_interp *in)
{
	sh_value *v = sh_object ("InvocationInfo");
	sh_value *what = sh_object ("CommandInfo");
	g_autoptr (sh_value) path = var_get (in, "PSCommandPath");
	scope *s = in->now;
	gboolean file;

	while (s->command == NULL && s->parent != NULL)
		s = s->parent;
	file = path && sh_text (path) && *sh_text (path) != '\0';
	sh_set (what, "Name", s->command ? sh_string (s->command)
		: file ? sh_string_take (g_path_get_basename (
			sh_text (path))) : sh_string (""));
	sh_set (what, "Path", file && !s->command ? sh_ref (path)
		: sh_null ());
	sh_set (what, "Definition", file ? sh_ref (path) : sh_null ());
	sh_set (what, "Source", file ? sh_ref (path) : sh_null ());
	sh_set (v, "MyCommand", what);
	sh_set (v, "InvocationName", sh_string (s->command));
	sh_set (v, "ScriptName", file ? sh_ref (path) : sh_null ());
	sh_set (v, "PSCommandPath", file ? sh_ref (path) : sh_null ());
	sh_set (v, "Line", sh_string (""));
	return v;
}

static sh_value *
constant (sh_interp *in, const char *key)
{
	if (strcmp (key, "true") == 0 || strcmp (key, "false") == 0)
		return sh_bool (*key == 't');
	if (strcmp (key, "null") == 0)
		return sh_null ();
	if (strcmp (key, "?") == 0)
		return sh_bool (in->last_ok);
	if (strcmp (key, "myinvocation") == 0)
		return invocation (in);
	if (strcmp (key, "pid") == 0)
		return sh_int (getpid ());
	if (strcmp (key, "home") == 0)
		return sh_string (g_get_home_dir ());
	if (strcmp (key, "pwd") == 0)
		return sh_string_take (g_get_current_dir ());
	return NULL;
}

gboolean
var_is_constant (const char *key)
{
	static const char *const names[] = {
		"true", "false", "null", "?", "pid", "home", "pwd",
		"myinvocation",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
		if (strcmp (key, names[i]) == 0)
			return TRUE;
	return FALSE;
}

sh_value *
var_peek (sh_interp *in, const char *key)
{
	for (scope *s = in->now; s != NULL; s = s->parent) {
		variable *x = g_hash_table_lookup (s->vars, key);

		if (x != NULL)
			return x->v;
	}
	return NULL;
}

sh_value *
var_get (sh_interp *in, const char *name)
{
	const char *key;
	variable *x;
	scope *s;
	sh_value *v;

	if (g_ascii_strncasecmp (name, "env:", 4) == 0) {
		const char *text = g_getenv (name + 4);

		return text ? sh_string (text) : NULL;
	}
	if (g_ascii_strncasecmp (name, "function:", 9) == 0)
		return function_block (in, name + 9);
	s = named_scope (in, &name);
	key = var_key (name);
	v = s ? NULL : constant (in, key);
	if (v != NULL)
		return v;
	for (s = s ? s : in->now; s != NULL; s = s->parent) {
		x = g_hash_table_lookup (s->vars, key);
		if (x != NULL)
			return sh_ref (x->v);
	}
	return NULL;
}

static void
env_set (const char *name, sh_value *v)
{
	g_autofree char *text = sh_to_text (v);

	if (sh_value_kind (v) == SH_NULL)
		g_unsetenv (name);
	else
		g_setenv (name, text, TRUE);
	sh_unref (v);
}

void
var_set (sh_interp *in, const char *name, sh_value *v)
{
	scope *s;

	if (g_ascii_strncasecmp (name, "env:", 4) == 0) {
		env_set (name + 4, v);
		return;
	}
	s = named_scope (in, &name);
	scope_set (s ? s : in->now, name, v);
}

/* The value as the variable's type wants it; NULL: it is refused. */
static sh_value *
constrained (sh_interp *in, const node *n, const variable *x, sh_value *v,
	     GError **error)
{
	g_autoptr (sh_value) given = v;

	if (x->read_only)
		return fail_at (in, n, error, "$%s is read only; "
				"Remove-Variable -Force takes it away",
				n->text);
	if (x->type == NULL)
		return g_steal_pointer (&given);
	return cast (in, (node *) n, x->type, given, error);
}

gboolean
var_assign (sh_interp *in, const node *n, const char *type, sh_value *v,
	    GError **error)
{
	const char *name = n->text;
	variable *x;
	scope *s = in->now;

	if (n->key == NULL) {
		if (g_ascii_strncasecmp (name, "env:", 4) == 0) {
			env_set (name + 4, v);
			return TRUE;
		}
		s = named_scope (in, &name);
		s = s ? s : in->now;
	} else if (n->value != NULL) {
		sh_unref (v);	/* $null = … */
		return TRUE;
	}
	x = scope_variable (s, n->key ? n->key : var_key (name));
	if (type != NULL) {
		g_free (x->type);
		x->type = g_strdup (type);
	} else if (x->type != NULL || x->read_only) {
		v = constrained (in, n, x, v, error);
	}
	if (v == NULL)
		return FALSE;
	sh_unref (x->v);
	x->v = v;
	return TRUE;
}

void
var_set_found (sh_interp *in, const char *name, sh_value *v)
{
	const char *key = var_key (name);

	/* A reference leads out of the function that got it: of two with that
	 * name the outer one is meant. */
	for (scope *s = in->now->parent ? in->now->parent : in->now;
	     s != NULL; s = s->parent)
		if (g_hash_table_contains (s->vars, key)) {
			scope_set_key (s, key, v);
			return;
		}
	var_set (in, name, v);
}

gboolean
sh_var_remove (sh_interp *in, const char *name)
{
	scope *s = named_scope (in, &name);
	const char *key = var_key (name);

	for (s = s ? s : in->now; s != NULL; s = s->parent)
		if (g_hash_table_remove (s->vars, key))
			return TRUE;
	return FALSE;
}

void
sh_var_protect (sh_interp *in, const char *name)
{
	scope *s = named_scope (in, &name);

	scope_variable (s ? s : in->now, var_key (name))->read_only = TRUE;
}

gboolean
sh_var_protected (sh_interp *in, const char *name)
{
	const char *key = var_key (name);

	for (scope *s = in->now; s != NULL; s = s->parent) {
		variable *x = g_hash_table_lookup (s->vars, key);

		if (x != NULL)
			return x->read_only;
	}
	return FALSE;
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
