/*
 * core_variable.c - variables and aliases by name: Get-, Set-, New-, Clear-
 * and Remove-Variable, Get-Alias.
 */
#include <string.h>

#include "core.h"

CORE_HANDLER (get_variable);

static gboolean
name_wanted (const sh_call *call, const char *name)
{
	sh_value *names = sh_arg (call, "Name");

	for (guint i = 0; names && i < sh_array_length (names); i++)
		if (sh_like (name, sh_text (sh_array_get (names, i)), FALSE))
			return TRUE;
	return names == NULL;
}

static const sh_param variable_params[] = {
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "variables to show; wildcards too" },
	{ "ValueOnly", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the values without the names" },
	{ "Scope", &sh_type_string, 0, 0, NULL, NULL,
	  "Global, Script, Local, or how many calls up: 1" },
};

const sh_cmdlet cmdlet_get_variable =
	CORE_CMDLET ("Get-Variable", "gv", variable_params,
		     "Shows variables", "Get-Variable Error*", NULL,
		     get_variable, NULL);

/* "Global" and "x": "global:x"; owned. */
static char *
scoped (sh_call *call, const char *name)
{
	const char *where = sh_arg_text (call, "Scope");

	if (where == NULL || strchr (name, ':') != NULL)
		return g_strdup (name);
	return g_strconcat (where, ":", name, NULL);
}

static gboolean
get_variable (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_auto (GStrv) names = sh_var_names (in);

	for (char **n = names; *n != NULL; n++) {
		g_autofree char *name = scoped (call, *n);
		sh_value *v = name_wanted (call, *n) ? sh_var_get (in, name)
			: NULL;
		sh_value *out;

		if (v == NULL)
			continue;
		if (sh_arg_on (call, "ValueOnly")) {
			sh_emit (call, v);
			continue;
		}
		out = sh_object ("PSVariable");
		sh_set (out, "Name", sh_string (*n));
		sh_set (out, "Value", v);
		sh_emit (call, out);
	}
	return TRUE;
}

/* ---- Set-, New-, Clear-, Remove-Variable ---- */

CORE_HANDLER (set_variable);
CORE_HANDLER (clear_variable);
CORE_HANDLER (remove_variable);

static const sh_param set_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL,
	  "its name without the $" },
	{ "Value", &sh_type_object, SH_PIPE_VALUE, 2, NULL, NULL,
	  "what it holds from now on" },
	{ "Scope", &sh_type_string, 0, 0, NULL, NULL,
	  "Global, Script, Local, or how many calls up: 1" },
	{ "Option", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "ReadOnly or Constant: no assignment from here on" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also when it is read only" },
	{ "Description", &sh_type_string, 0, 0, NULL, NULL, "accepted" },
	{ "Visibility", &sh_type_string, 0, 0, NULL, NULL, "accepted" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand the variable on" },
};

const sh_cmdlet cmdlet_set_variable =
	CORE_CMDLET ("Set-Variable", "sv,set", set_params,
		     "Gives a variable a value",
		     "Set-Variable -Name limit -Value 5", NULL, set_variable,
		     NULL);

const sh_cmdlet cmdlet_new_variable =
	CORE_CMDLET ("New-Variable", "nv", set_params,
		     "Makes a variable", "New-Variable -Name limit -Value 5",
		     NULL, set_variable, NULL);

static gboolean
fail_protected (const char *name, GError **error)
{
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME, "$%s is read only; "
		     "-Force takes it anyway", name);
	return FALSE;
}

static gboolean
is_fixed (const sh_value *options)
{
	for (guint i = 0; options && i < sh_array_length (options); i++) {
		const char *o = sh_text (sh_array_get (options, i));

		if (g_ascii_strcasecmp (o, "ReadOnly") == 0
		    || g_ascii_strcasecmp (o, "Constant") == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
set_variable (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	sh_value *v = sh_arg (call, "Value");
	g_autofree char *name = scoped (call, sh_arg_text (call, "Name"));

	if (sh_var_protected (in, name) && !sh_arg_on (call, "Force"))
		return fail_protected (name, error);
	sh_var_set (in, name, v ? sh_ref (v) : sh_null ());
	if (is_fixed (sh_arg (call, "Option")))
		sh_var_protect (in, name);
	if (sh_arg_on (call, "PassThru")) {
		sh_value *out = sh_object ("PSVariable");

		sh_set (out, "Name", sh_string (name));
		sh_set (out, "Value", v ? sh_ref (v) : sh_null ());
		sh_emit (call, out);
	}
	return TRUE;
}

static const sh_param names_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  NULL, NULL, "variables; wildcards too" },
	{ "Scope", &sh_type_string, 0, 0, NULL, NULL,
	  "Global, Script or Local" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also those that are read only" },
};

const sh_cmdlet cmdlet_clear_variable =
	CORE_CMDLET ("Clear-Variable", "clv", names_params,
		     "Takes a variable's value away",
		     "$limit = 5; Clear-Variable limit", NULL,
		     clear_variable, NULL);

const sh_cmdlet cmdlet_remove_variable =
	CORE_CMDLET ("Remove-Variable", "rv", names_params,
		     "Takes a variable away",
		     "$limit = 5; Remove-Variable limit", NULL,
		     remove_variable, NULL);

static gboolean
each_variable (sh_call *call, gboolean keep, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_auto (GStrv) names = sh_var_names (in);

	for (char **n = names; *n != NULL; n++) {
		g_autofree char *name = scoped (call, *n);

		if (!name_wanted (call, *n))
			continue;
		if (sh_var_protected (in, *n) && !sh_arg_on (call, "Force"))
			return fail_protected (*n, error);
		if (keep)
			sh_var_set (in, name, sh_null ());
		else
			sh_var_remove (in, name);
	}
	return TRUE;
}

static gboolean
clear_variable (sh_call *call, GError **error)
{
	return each_variable (call, TRUE, error);
}

static gboolean
remove_variable (sh_call *call, GError **error)
{
	return each_variable (call, FALSE, error);
}

/* ---- Get-Alias ---- */

CORE_HANDLER (get_alias);

static const sh_param get_alias_params[] = {
	{ "Name", &sh_type_string, SH_LIST | SH_PIPE_VALUE, 1, NULL, NULL,
	  "only these aliases; wildcards too" },
	{ "Definition", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "only aliases of these commands; wildcards too" },
	{ "Scope", &sh_type_string, 0, 0, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_get_alias =
	CORE_CMDLET ("Get-Alias", "gal", get_alias_params,
		     "Lists the other names of commands",
		     "Get-Alias -Definition Where-Object", NULL, get_alias,
		     NULL);

sh_value *
core_alias_object (const char *name, const char *command)
{
	sh_value *out = sh_object ("AliasInfo");

	sh_set (out, "CommandType", sh_string ("Alias"));
	sh_set (out, "Name", sh_string (name));
	sh_set (out, "Definition", sh_string (command));
	sh_set (out, "ResolvedCommand", sh_string (command));
	sh_set (out, "ResolvedCommandName", sh_string (command));
	sh_set (out, "DisplayName", sh_string_take (g_strdup_printf (
		"%s -> %s", name, command)));
	sh_set (out, "\001text", sh_string (name));
	return out;
}

static gboolean
definition_wanted (sh_call *call, const char *command)
{
	sh_value *list = sh_arg (call, "Definition");

	for (guint i = 0; list && i < sh_array_length (list); i++)
		if (sh_like (command, sh_text (sh_array_get (list, i)), FALSE))
			return TRUE;
	return list == NULL;
}

static void
offer_alias (sh_call *call, const char *name, const char *command, guint *n)
{
	if (!name_wanted (call, name) || !definition_wanted (call, command))
		return;
	(*n)++;
	sh_emit (call, core_alias_object (name, command));
}

static gboolean
get_alias (sh_call *call, GError **error)
{
	g_autoptr (sh_value) own = sh_aliases (sh_call_interp (call));
	g_auto (GStrv) names = sh_properties (own);
	sh_value *asked = sh_arg (call, "Name");
	guint n = 0;

	for (char **a = names; *a != NULL; a++) {
		g_autoptr (sh_value) to = sh_get (own, *a);

		offer_alias (call, *a, sh_text (to), &n);
	}
	for (guint i = 0; sh_cmdlets[i] != NULL; i++) {
		g_auto (GStrv) list = g_strsplit (sh_cmdlets[i]->aliases
			? sh_cmdlets[i]->aliases : "", ",", -1);

		for (char **a = list; *a != NULL; a++)
			if (!sh_has_member (own, *a) && **a != '\0')
				offer_alias (call, *a, sh_cmdlets[i]->name,
					     &n);
	}
	if (n > 0 || asked == NULL
	    || sh_has_wildcard (sh_text (sh_array_get (asked, 0))))
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND, "there is no alias "
		     "'%s'", sh_text (sh_array_get (asked, 0)));
	return FALSE;
}
