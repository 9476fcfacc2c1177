/*
 * funcbind.c - binds arguments and pipeline objects to the parameters of
 * functions, scripts and script blocks. Called by invoke.c.
 */
#include <string.h>

#include "interp.h"

typedef struct {
	sh_interp *in;
	node *body;
	const char *name;	/* of the function, for messages */
	scope *to;
	sh_value *bound;	/* $PSBoundParameters */
	sh_value *rest;		/* $args */
	gboolean *given;
} binding;

static guint
param_count (const binding *b)
{
	return b->body->kids ? b->body->kids->len : 0;
}

static node *
param_at (const binding *b, guint i)
{
	return b->body->kids->pdata[i];
}

/* The argument of an attribute: [Parameter(Position = 1)]. */
static node *
attribute_arg (const node *p, const char *attribute, const char *name)
{
	for (guint i = 0; p->kids != NULL && i < p->kids->len; i++) {
		node *a = p->kids->pdata[i];

		if (g_ascii_strcasecmp (a->text, attribute) != 0)
			continue;
		for (guint k = 0; a->kids != NULL && k < a->kids->len; k++) {
			node *arg = a->kids->pdata[k];

			if (g_strcmp0 (name, "") == 0 && arg->text == NULL)
				return arg;
			if (arg->text != NULL
			    && g_ascii_strcasecmp (arg->text, name) == 0)
				return arg;
		}
	}
	return NULL;
}

/* [Parameter(Mandatory)] and [Parameter(Mandatory = $true)]. */
static gboolean
attribute_on (sh_interp *in, const node *p, const char *name)
{
	node *arg = attribute_arg (p, "Parameter", name);
	g_autoptr (sh_value) v = NULL;

	if (arg == NULL || arg->a == NULL)
		return arg != NULL;
	v = eval (in, arg->a, NULL);
	return v != NULL && sh_truth (v);
}

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
is_common (const char *name)
{
	static const char *const common[] = {
		"ErrorAction", "ea", "Verbose", "vb", "Debug", "WhatIf",
		"Confirm", "WarningAction", "wa",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (common); i++)
		if (g_ascii_strcasecmp (name, common[i]) == 0)
			return TRUE;
	return FALSE;
}

static void
set_common (binding *b, const char *name, sh_value *v)
{
	if (g_ascii_strcasecmp (name, "ErrorAction") == 0
	    || g_ascii_strcasecmp (name, "ea") == 0)
		scope_set (b->to, "ErrorActionPreference", v);
	else if (g_ascii_strcasecmp (name, "WhatIf") == 0)
		scope_set (b->to, "WhatIfPreference", v);
	else if (g_ascii_strcasecmp (name, "Verbose") == 0)
		scope_set (b->to, "VerbosePreference",
			   sh_string (sh_truth (v) ? "Continue"
				      : "SilentlyContinue")), sh_unref (v);
	else
		sh_unref (v);
}

static gboolean
takes_value (const char *name)
{
	return strpbrk (name, "aA") != NULL
		&& (g_ascii_strncasecmp (name, "e", 1) == 0
		    || g_ascii_strncasecmp (name, "w", 1) == 0)
		&& g_ascii_strcasecmp (name, "WhatIf") != 0;
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
	g_autoptr (sh_value) yes = sh_bool (TRUE);

	*used = 1;
	if (next != NULL && (next->name != NULL || next->value == NULL))
		next = NULL;
	if (i < 0 && is_common (a->name)) {
		gboolean ahead = a->value == NULL && next
			&& takes_value (a->name);

		*used += ahead;
		set_common (b, a->name, sh_ref (a->value ? a->value
						: ahead ? next->value : yes));
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

/* Positional values go to the parameters that are still free, in order. */
static gboolean
bind_positions (binding *b, const GArray *plain, GError **error)
{
	guint i = 0;

	for (guint k = 0; k < plain->len; k++) {
		sh_value *v = g_array_index (plain, sh_value *, k);

		while (i < param_count (b)
		       && (b->given[i] || is_switch (param_at (b, i))))
			i++;
		if (i == param_count (b))
			sh_array_add (b->rest, sh_ref (v));
		else if (!set_param (b, i++, v, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
bind_all (binding *b, const GArray *args, GError **error)
{
	g_autoptr (GArray) plain = g_array_new (FALSE, FALSE,
						sizeof (sh_value *));
	guint used = 1;

	for (guint i = 0; args != NULL && i < args->len; i += used) {
		sh_arg_in *a = &g_array_index (args, sh_arg_in, i);

		used = 1;
		if (a->name == NULL)
			g_array_append_val (plain, a->value);
		else if (param_count (b) == 0 && !is_common (a->name))
			sh_array_add (b->rest, sh_string_take (
				g_strconcat ("-", a->name, NULL)));
		else if (!bind_named (b, args, i, &used, error))
			return FALSE;
	}
	return bind_positions (b, plain, error);
}

/* ---- parameter sets ---- */

/* The text of an attribute's argument; owned, or NULL. */
static char *
attribute_text (sh_interp *in, const node *p, const char *attribute,
		const char *name)
{
	node *arg = p ? attribute_arg (p, attribute, name) : NULL;
	g_autoptr (sh_value) v = arg && arg->a ? eval (in, arg->a, NULL)
		: NULL;

	return v ? sh_to_text (v) : NULL;
}

static char *
set_of (const binding *b, guint i)
{
	return attribute_text (b->in, param_at (b, i), "Parameter",
			       "ParameterSetName");
}

/* The set of the first parameter given that has one. */
static char *
choose_set (const binding *b)
{
	char *set;

	for (guint i = 0; i < param_count (b); i++) {
		set = b->given[i] ? set_of (b, i) : NULL;
		if (set != NULL)
			return set;
	}
	set = attribute_text (b->in, b->body->d, "CmdletBinding",
			      "DefaultParameterSetName");
	return set ? set : g_strdup ("__AllParameterSets");
}

static gboolean
in_set (const binding *b, guint i, const char *set)
{
	g_autofree char *own = set_of (b, i);

	return own == NULL || g_ascii_strcasecmp (own, set) == 0;
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
		piped.mandatory = attribute_on (b->in, p, "Mandatory")
			&& in_set (b, i, set);
		if (piped.mandatory && !piped.by_value && !piped.by_name)
			return fail_missing (b->name, p, error);
		if (p->a != NULL)
			piped.without = eval (b->in, p->a, error);
		else
			piped.without = is_switch (p) ? sh_bool (FALSE)
						      : sh_null ();
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
	binding b = { c->in, c->body, name, c->scope, bound, rest, given };
	scope *before = c->in->now;
	g_autofree char *set = NULL;
	sh_value *cmdlet;
	gboolean ok;

	ok = bind_all (&b, args, error);
	scope_set (c->scope, "args", g_steal_pointer (&rest));
	scope_set (c->scope, "PSBoundParameters", g_steal_pointer (&bound));
	if (n > 0 || c->body->d != NULL) {
		set = choose_set (&b);
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
