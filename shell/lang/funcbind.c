/*
 * funcbind.c - binds arguments and pipeline objects to the parameters of
 * functions, scripts and script blocks. Called by invoke.c.
 */
#include <string.h>

#include "funcbind.h"

static gboolean
is_switch (const node *p)
{
	return p->type != NULL
		&& (g_ascii_strcasecmp (p->type, "switch") == 0
		    || g_ascii_strcasecmp (p->type, "switchparameter") == 0);
}

static gboolean
alias_matches (sh_interp *in, const node *p, const char *name)
{
	for (guint i = 0; p->kids != NULL && i < p->kids->len; i++) {
		node *a = p->kids->pdata[i];

		if (g_ascii_strcasecmp (a->text, "Alias") != 0)
			continue;
		for (guint k = 0; a->kids != NULL && k < a->kids->len; k++) {
			node *arg = a->kids->pdata[k];
			g_autoptr (sh_value) v = arg->a
				? eval (in, arg->a, NULL) : NULL;

			if (v && sh_text (v)
			    && g_ascii_strcasecmp (sh_text (v), name) == 0)
				return TRUE;
		}
	}
	return FALSE;
}

/* By name, alias or unique prefix; -1: none, -2: several. */
static int
find_param (const binding *b, const char *name)
{
	int found = -1;
	gsize n = strlen (name);

	for (guint i = 0; i < param_count (b); i++)
		if (g_ascii_strcasecmp (param_at (b, i)->text, name) == 0
		    || alias_matches (b->in, param_at (b, i), name))
			return (int) i;
	for (guint i = 0; i < param_count (b); i++)
		if (g_ascii_strncasecmp (param_at (b, i)->text, name, n) == 0)
			found = found == -1 ? (int) i : -2;
	return found;
}

static gboolean
fail_missing (const char *name, const node *p, GError **error)
{
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "%s: -%s is missing",
		     name, p->text);
	return FALSE;
}

static sh_value *
plain_number (sh_value *v)
{
	gint64 i = 0;

	if (sh_value_kind (v) != SH_INT || sh_value_written (v) == NULL)
		return sh_ref (v);
	sh_to_int (v, &i);
	return sh_int (i);
}

sh_value *
param_value (sh_interp *in, const char *name, node *p, sh_value *given,
	     GError **error)
{
	g_autoptr (sh_value) v = plain_number (given);

	if (p->type != NULL) {
		g_autoptr (GError) e = NULL;
		sh_value *typed = cast (in, p, p->type, given, &e);

		if (typed == NULL) {
			g_clear_pointer (&in->bad_script, script_unref);
			g_set_error (error, SH_ERROR, SH_ERROR_BIND,
				     "%s -%s: %s", name, p->text, e->message);
			return NULL;
		}
		sh_unref (v);
		v = typed;
	}
	return param_check (in, name, p, v, error) ? g_steal_pointer (&v)
						   : NULL;
}

static gboolean
set_param (binding *b, guint i, sh_value *given, GError **error)
{
	node *p = param_at (b, i);
	sh_value *v = param_value (b->in, b->name, p, given, error);

	if (v == NULL)
		return FALSE;
	b->given[i] = TRUE;
	sh_set (b->bound, p->text, sh_ref (v));
	scope_set (b->to, p->text, v);
	return TRUE;
}

static gboolean
fail_unknown (const binding *b, const sh_arg_in *a, int found, GError **error)
{
	g_autoptr (GString) all = g_string_new (NULL);

	for (guint i = 0; i < param_count (b); i++)
		g_string_append_printf (all, "%s-%s", i ? ", " : "",
					param_at (b, i)->text);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, found == -2
		     ? "%s: -%s fits several parameters; it takes %s"
		     : "%s has no parameter -%s; it takes %s", b->name,
		     a->name, all->len ? all->str : "none");
	return FALSE;
}

/* A named argument and maybe the one behind it; *used: how many. */
static gboolean
bind_named (binding *b, const GArray *args, guint at, guint *used,
	    GError **error)
{
	sh_arg_in *a = &g_array_index (args, sh_arg_in, at);
	sh_arg_in *next = at + 1 < args->len
		? &g_array_index (args, sh_arg_in, at + 1) : NULL;
	int i = find_param (b, a->name);
	const common_param *common = i < 0 ? common_find (a->name) : NULL;
	g_autoptr (sh_value) yes = sh_bool (TRUE);

	*used = 1;
	if (next != NULL && (next->name != NULL || next->value == NULL))
		next = NULL;
	if (i < 0 && common != NULL) {
		gboolean ahead = a->value == NULL && next
			&& common_takes (common);

		*used += ahead;
		common_set (b->c, common, a->value ? a->value
			    : ahead ? next->value : yes);
		return TRUE;
	}
	if (i < 0)
		return fail_unknown (b, a, i, error);
	if (a->value != NULL)
		return set_param (b, (guint) i, a->value, error);
	if (is_switch (param_at (b, (guint) i)))
		return set_param (b, (guint) i, yes, error);
	if (next == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND, "%s -%s: a value "
			     "is missing", b->name, param_at (b, (guint) i)
			     ->text);
		return FALSE;
	}
	*used = 2;
	return set_param (b, (guint) i, next->value, error);
}

/* Has it [CmdletBinding()], or a parameter with [Parameter()]? */
static gboolean
is_advanced (const binding *b)
{
	if (b->body->d != NULL && attribute_named (b->body->d,
						   "CmdletBinding"))
		return TRUE;
	for (guint i = 0; i < param_count (b); i++)
		if (attribute_named (param_at (b, i), "Parameter"))
			return TRUE;
	return FALSE;
}

/* The number that the attribute says; -1: none. */
static gint64
position_of (const binding *b, guint i)
{
	node *arg = attribute_arg (param_at (b, i), "Parameter", "Position");
	g_autoptr (sh_value) v = arg && arg->a ? eval (b->in, arg->a, NULL)
		: NULL;
	gint64 at;

	return v != NULL && sh_to_int (v, &at) ? at : -1;
}

/* The parameters that take values by their place, in order: by the numbers
 * where there are any, else as they are written. Those that take the rest are
 * none. */
static GArray *
positions (const binding *b)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (guint));
	g_autofree gint64 *at = g_new (gint64, param_count (b) + 1);
	gboolean numbered = FALSE;

	for (guint i = 0; i < param_count (b); i++) {
		at[i] = param_at (b, i)->kids ? position_of (b, i) : -1;
		numbered |= at[i] >= 0;
	}
	for (guint i = 0; i < param_count (b); i++) {
		guint to = out->len;

		if (is_switch (param_at (b, i)) || (numbered && at[i] < 0)
		    || attribute_on (b->in, param_at (b, i),
				     "ValueFromRemainingArguments"))
			continue;
		while (numbered && to > 0
		       && at[g_array_index (out, guint, to - 1)] > at[i])
			to--;
		g_array_insert_val (out, to, i);
	}
	return out;
}

/* What no parameter has taken goes to the one that takes the rest, to $args
 * of a simple function, or is an error. */
static gboolean
bind_rest (binding *b, GError **error)
{
	g_autofree char *text = NULL;

	for (guint i = 0; i < param_count (b); i++)
		if (!b->given[i] && sh_array_length (b->rest) > 0
		    && attribute_on (b->in, param_at (b, i),
				     "ValueFromRemainingArguments")) {
			g_autoptr (sh_value) all = sh_copy (b->rest);

			sh_array_cut (b->rest, 0);
			return set_param (b, i, all, error);
		}
	if (sh_array_length (b->rest) == 0 || !is_advanced (b))
		return TRUE;
	text = sh_to_text (sh_array_get (b->rest, 0));
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "%s takes no further "
		     "value by its place: '%s' is too many", b->name, text);
	return FALSE;
}

/* Positional values go to the parameters that are still free, in order. */
static gboolean
bind_positions (binding *b, const GArray *plain, GError **error)
{
	g_autoptr (GArray) places = plain->len ? positions (b) : NULL;
	guint at = 0;

	for (guint k = 0; k < plain->len; k++) {
		sh_value *v = g_array_index (plain, sh_value *, k);

		while (at < places->len
		       && b->given[g_array_index (places, guint, at)])
			at++;
		if (at == places->len)
			sh_array_add (b->rest, sh_ref (v));
		else if (!set_param (b, g_array_index (places, guint, at), v,
				     error))
			return FALSE;
	}
	return bind_rest (b, error);
}

/* Without parameters: all of it is $args, in order. @args makes names of the
 * names again. */
static void
bind_args (binding *b, const sh_arg_in *a)
{
	if (a->name != NULL) {
		g_autofree char *name = g_strconcat ("-", a->name, NULL);

		sh_array_add (b->rest, sh_text_of (SH_T_PARAM, name));
	}
	if (a->value != NULL)
		sh_array_add (b->rest, sh_ref (a->value));
}

static gboolean
bind_all (binding *b, const GArray *args, GError **error)
{
	g_autoptr (GArray) plain = g_array_new (FALSE, FALSE,
						sizeof (sh_value *));
	gboolean none = param_count (b) == 0;
	guint used = 1;

	for (guint i = 0; args != NULL && i < args->len; i += used) {
		sh_arg_in *a = &g_array_index (args, sh_arg_in, i);

		used = 1;
		if (none && (a->name == NULL
			     || common_find (a->name) == NULL))
			bind_args (b, a);
		else if (a->name == NULL)
			g_array_append_val (plain, a->value);
		else if (!bind_named (b, args, i, &used, error))
			return FALSE;
	}
	return bind_positions (b, plain, error);
}

/* What a parameter is that nobody gives: its default as its type, or the
 * type's nothing. */
static sh_value *
default_of (binding *b, node *p, GError **error)
{
	g_autofree char *type = p->type ? type_fold (p->type) : NULL;
	g_autoptr (sh_value) v = NULL;

	if (is_switch (p) && p->a == NULL)
		return sh_bool (FALSE);
	v = p->a ? eval (b->in, p->a, error) : sh_null ();
	if (v == NULL || type == NULL || g_str_has_suffix (type, "[]"))
		return g_steal_pointer (&v);
	if (p->a == NULL && strcmp (type, "string") != 0
	    && strcmp (type, "boolean") != 0 && strcmp (type, "double") != 0
	    && (strstr (type, "int") == NULL || strchr (type, '.')))
		return g_steal_pointer (&v);
	if (sh_value_kind (v) == SH_NULL && p->a != NULL
	    && strcmp (type, "string") != 0)
		return g_steal_pointer (&v);
	return cast (b->in, p, type, v, error);
}

/* The parameters that were not given: from the pipeline, or their default. */
static gboolean
fill_rest (binding *b, call *c, const char *set, GError **error)
{
	for (guint i = 0; i < param_count (b); i++) {
		node *p = param_at (b, i);
		call_piped piped = { p, NULL, FALSE, FALSE, FALSE };

		if (b->given[i])
			continue;
		piped.by_value = attribute_on (b->in, p, "ValueFromPipeline");
		piped.by_name = attribute_on (b->in, p,
			"ValueFromPipelineByPropertyName");
		if (p->kids != NULL && set != NULL
		    && !param_in_set (b, i, set, &piped.mandatory))
			piped.mandatory = FALSE;
		if (piped.mandatory && !piped.by_value && !piped.by_name)
			return fail_missing (b->name, p, error);
		piped.without = default_of (b, p, error);
		if (piped.without == NULL)
			return FALSE;
		scope_set (b->to, p->text, sh_ref (piped.without));
		if (piped.by_value || piped.by_name)
			g_array_append_val (c->piped, piped);
		else
			sh_unref (piped.without);
	}
	return TRUE;
}

/* ---- from the pipeline ---- */

/* The property of that name, or of an alias's. New reference or NULL. */
static sh_value *
property_for (sh_interp *in, const node *p, sh_value *item)
{
	g_auto (GStrv) names = sh_properties (item);

	for (char **n = names; n != NULL && *n != NULL; n++)
		if (g_ascii_strcasecmp (*n, p->text) == 0
		    || alias_matches (in, p, *n))
			return sh_get (item, *n);
	return NULL;
}

/* A property of the object's goes before the object itself. */
gboolean
bind_item (call *c, sh_value *item, GError **error)
{
	for (guint i = 0; i < c->piped->len; i++) {
		call_piped *x = &g_array_index (c->piped, call_piped, i);
		g_autoptr (sh_value) got = x->by_name
			? property_for (c->in, x->param, item) : NULL;
		sh_value *v;

		if (got == NULL && x->by_value)
			got = sh_ref (item);
		if (got == NULL && x->mandatory)
			return fail_missing (c->name, x->param, error);
		v = got ? param_value (c->in, c->name, x->param, got, error)
			: sh_ref (x->without);
		if (v == NULL)
			return FALSE;
		scope_set (c->scope, x->param->text, v);
	}
	return TRUE;
}

/* Nothing comes by the pipeline: what only it could bring is missing. */
gboolean
bind_no_item (call *c, GError **error)
{
	for (guint i = 0; i < c->piped->len; i++) {
		call_piped *x = &g_array_index (c->piped, call_piped, i);

		if (x->mandatory)
			return fail_missing (c->name, x->param, error);
	}
	return TRUE;
}

gboolean
bind_call (call *c, const GArray *args, const char *name, GError **error)
{
	g_autoptr (sh_value) bound = sh_hash ();
	g_autoptr (sh_value) rest = sh_array ();
	guint n = c->body->kids ? c->body->kids->len : 0;
	g_autofree gboolean *given = g_new0 (gboolean, n + 1);
	binding b = { c->in, c->body, name, c->scope, bound, rest, given, c };
	scope *before = c->in->now;
	g_autofree char *set = NULL;
	sh_value *cmdlet;
	gboolean ok;

	ok = bind_all (&b, args, error);
	scope_set (c->scope, "args", g_steal_pointer (&rest));
	scope_set (c->scope, "PSBoundParameters", g_steal_pointer (&bound));
	if (ok && (n > 0 || c->body->d != NULL)) {
		set = param_choose_set (&b, error);
		ok = set != NULL;
	}
	if (set != NULL) {
		cmdlet = sh_object ("PSCmdlet");
		sh_set (cmdlet, "ParameterSetName", sh_string (set));
		scope_set (c->scope, "PSCmdlet", cmdlet);
	}
	/* A default may read the parameters before it. */
	c->in->now = c->scope;
	ok = ok && fill_rest (&b, c, set, error);
	c->in->now = before;
	return ok;
}
