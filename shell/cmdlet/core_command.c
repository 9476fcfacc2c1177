/*
 * core_command.c - Get-Command: cmdlets, functions, aliases and programs as
 * objects, with their parameters. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

#include "core.h"
#include "params.h"
#include "usage.h"

HANDLER (get_command);

static const sh_param get_command_params[] = {
	{ "Name", &sh_type_cmdlet_name, SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  NULL, "names of commands; * and ? stand for any" },
	{ "Verb", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "only cmdlets of these verbs: Get, Set" },
	{ "Noun", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "only cmdlets of these nouns: VMSwitch" },
	{ "Module", &sh_type_string, SH_LIST, 0, "PSSnapin", NULL,
	  "only cmdlets of these modules: Hyper-V, NetAdapter, vmnetsh" },
	{ "CommandType", &sh_type_string, SH_LIST, 0, "Type", NULL,
	  "Cmdlet, Function, Alias or Application" },
	{ "Syntax", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only how they are called, as text" },
	{ "All", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: all are shown" },
};

const sh_cmdlet cmdlet_get_command = {
	"Get-Command", "Microsoft.PowerShell.Core", "gcm", 0, NULL,
	PARAMS (get_command_params), NULL,
	"Lists commands: cmdlets, functions, aliases, programs",
	"Get-Command -Noun VMSwitch",
	".Parameters has a parameter's Name, Type, Aliases, Position, "
	"Mandatory, AcceptedValues and ParameterSets.", NULL, get_command,
	NULL,
};

/* "a,b" as a list; NULL: an empty one. */
static sh_value *
words (const char *text)
{
	g_auto (GStrv) parts = g_strsplit (text ? text : "", ",", -1);
	sh_value *out = sh_array ();

	for (char **p = parts; *p != NULL; p++)
		if (**p != '\0')
			sh_array_add (out, sh_string (*p));
	return out;
}

static sh_value *
parameter (const sh_param *p)
{
	sh_value *v = sh_object ("ParameterMetadata");
	sh_value *type = sh_object ("RuntimeType");
	sh_value *accepted = sh_array ();
	g_autofree char *name = p->flags & SH_LIST
		&& !(p->flags & SH_SWITCH)
		? g_strconcat (p->type->name, "[]", NULL)
		: g_strdup (p->type->name);

	for (guint i = 0; p->type->accepted && p->type->accepted[i]; i++)
		sh_array_add (accepted, sh_string (p->type->accepted[i]));
	sh_set (type, "Name", sh_string (name));
	sh_set (type, "\001text", sh_string (name));
	sh_set (v, "Name", sh_string (p->name));
	sh_set (v, "Type", sh_string (name));
	sh_set (v, "ParameterType", type);
	sh_set (v, "Aliases", words (p->aliases));
	sh_set (v, "Position", p->position ? sh_int (p->position)
		: sh_string ("Named"));
	sh_set (v, "Mandatory", sh_bool ((p->flags & SH_MANDATORY) != 0));
	sh_set (v, "AcceptedValues", accepted);
	sh_set (v, "ParameterSets", words (p->sets));
	sh_set (v, "SwitchParameter", sh_bool ((p->flags & SH_SWITCH) != 0));
	sh_set (v, "ValueFromPipeline", sh_bool (
		(p->flags & SH_PIPE_VALUE) != 0));
	sh_set (v, "ValueFromPipelineByPropertyName", sh_bool (
		(p->flags & SH_PIPE_NAME) != 0));
	sh_set (v, "NotYet", sh_bool ((p->flags & SH_NOT_YET) != 0));
	sh_set (v, "HelpMessage", sh_string (p->text));
	sh_set (v, "\001text", sh_string (p->name));
	return v;
}

static sh_value *
parameters (const sh_cmdlet *c)
{
	sh_value *out = sh_object ("ParameterList");
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++)
		sh_set (out, p->name, parameter (p));
	return out;
}

static char *
syntax (const sh_cmdlet *c)
{
	g_autoptr (GPtrArray) sets = sh_cmdlet_sets (c);
	GString *out = g_string_new (NULL);

	for (guint i = 0; i < MAX (sets->len, 1); i++) {
		g_autofree char *line = sh_usage (c, sets->len
						  ? sets->pdata[i] : NULL);

		g_string_append_printf (out, "%s%s", i ? "\n" : "", line);
	}
	return g_string_free (out, FALSE);
}

static sh_value *
command_object (const char *kind, const char *name, const char *source)
{
	sh_value *o = sh_object ("CommandInfo");

	sh_set (o, "CommandType", sh_string (kind));
	sh_set (o, "Name", sh_string (name));
	sh_set (o, "Source", sh_string (source));
	sh_set (o, "\001name", sh_string (name));
	sh_set (o, "\001view", sh_string ("CommandType,Name,Source,"
					  "Synopsis"));
	return o;
}

static sh_value *
cmdlet_object (const sh_cmdlet *c, gboolean whole)
{
	sh_value *o = command_object ("Cmdlet", c->name, c->module);
	const char *dash = strchr (c->name, '-');

	sh_set (o, "Synopsis", sh_string (c->text));
	if (!whole)
		return o;
	sh_set (o, "ModuleName", sh_string (c->module));
	sh_set (o, "Verb", sh_string_take (g_strndup (
		c->name, dash ? (gsize) (dash - c->name) : 0)));
	sh_set (o, "Noun", sh_string (dash ? dash + 1 : c->name));
	sh_set (o, "Definition", sh_string_take (syntax (c)));
	sh_set (o, "Parameters", parameters (c));
	return o;
}

static gboolean
command_wanted (sh_call *call, const sh_cmdlet *c)
{
	const char *dash = strchr (c->name, '-');
	g_autofree char *verb = dash ? g_strndup (c->name, (gsize) (
						  dash - c->name))
				     : g_strdup ("");

	return dom_wanted (sh_arg (call, "Name"), c->name)
	       && dom_wanted (sh_arg (call, "Verb"), verb)
	       && dom_wanted (sh_arg (call, "Noun"), dash ? dash + 1 : "")
	       && dom_wanted (sh_arg (call, "Module"), c->module);
}

static gboolean
kind_wanted (sh_call *call, const char *kind)
{
	sh_value *kinds = sh_arg (call, "CommandType");

	return dom_wanted (kinds, kind) || dom_wanted (kinds, "All");
}

static void
emit_command (sh_call *call, const sh_cmdlet *c)
{
	if (sh_arg_on (call, "Syntax"))
		sh_emit (call, sh_string_take (syntax (c)));
	else
		sh_emit (call, cmdlet_object (c, sh_given (call, "Name")));
}

/* Functions and, by their plain name, aliases and programs. */
static gboolean
emit_others (sh_call *call, const char *name, gboolean exact)
{
	sh_interp *in = sh_call_interp (call);
	g_auto (GStrv) functions = sh_function_names (in);
	g_autofree char *program = NULL;
	const sh_cmdlet *c = exact ? sh_cmdlet_find (name) : NULL;
	gboolean any = FALSE;

	for (char **f = functions; *f != NULL; f++) {
		sh_value *o;

		if (!kind_wanted (call, "Function") || !dom_like (name, *f))
			continue;
		o = command_object ("Function", *f, "");
		sh_set (o, "Parameters", sh_function_params (in, *f));
		sh_emit (call, o);
		any = TRUE;
	}
	if (any || !exact)
		return any;
	if (c != NULL && kind_wanted (call, "Alias")) {
		sh_emit (call, core_alias_object (name, c->name));
		return TRUE;
	}
	program = sh_program (name);
	if (program != NULL && kind_wanted (call, "Application")) {
		sh_emit (call, command_object ("Application", name, program));
		return TRUE;
	}
	return FALSE;
}

static gboolean
emit_named (sh_call *call, const char *name, GError **error)
{
	gboolean exact = !dom_is_pattern (name), any = FALSE;
	const char *plain = strrchr (name, '\\') ? strrchr (name, '\\') + 1
		: name;
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autoptr (sh_value) wanted = sh_string (plain);

	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++) {
		g_ptr_array_add (names, (gpointer) (*c)->name);
		if (!dom_like (plain, (*c)->name)
		    || !kind_wanted (call, "Cmdlet")
		    || !command_wanted (call, *c))
			continue;
		emit_command (call, *c);
		any = TRUE;
	}
	any |= !sh_given (call, "Module") && !sh_given (call, "Verb")
		&& !sh_given (call, "Noun")
		&& emit_others (call, plain, exact && !any);
	return any || !exact || dom_check ("command", wanted, names, error);
}

static gboolean
get_command (sh_call *call, GError **error)
{
	sh_value *asked = sh_arg (call, "Name");

	for (guint i = 0; asked && i < sh_array_length (asked); i++)
		if (!emit_named (call, sh_text (sh_array_get (asked, i)),
				 error))
			return FALSE;
	for (const sh_cmdlet *const *c = sh_cmdlets; asked == NULL
	     && *c != NULL; c++)
		if (kind_wanted (call, "Cmdlet") && command_wanted (call, *c))
			emit_command (call, *c);
	return TRUE;
}
