/*
 * help.c - Get-Help: what the table knows. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

#include "params.h"
#include "usage.h"
#include "windows.h"

HANDLER (get_help);

static const sh_param get_help_params[] = {
	{ "Name", &sh_type_cmdlet_name, SH_PIPE_NAME, 1, NULL, NULL,
	  "a cmdlet, an about_ topic, or a pattern; without it the list" },
	{ "Parameter", &sh_type_string, 0, 0, NULL, "Parameters",
	  "only this parameter; * stands for any" },
	{ "Examples", &sh_type_switch, SH_SWITCH, 0, NULL, "Examples",
	  "only the example" },
	{ "Full", &sh_type_switch, SH_SWITCH, 0, NULL, "AllUsersView",
	  "everything, which is what is shown anyway" },
	{ "Detailed", &sh_type_switch, SH_SWITCH, 0, NULL, "DetailedView",
	  "everything, which is what is shown anyway" },
	{ "Online", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL,
	  "Online", "help is here: it needs no network" },
};

const sh_cmdlet cmdlet_get_help = {
	"Get-Help", "Microsoft.PowerShell.Core", "help,man", 0,
	"AllUsersView", PARAMS (get_help_params), NULL,
	"Shows what a cmdlet does, its parameters and what it hands on",
	"Get-Help New-VMSwitch",
	"NAME -? does the same. Topics: Get-Help about_*.",
	NULL, get_help, NULL,
};

/* One string for each line: they can be filtered as any output. */
static void
emit_text (sh_call *call, const char *text)
{
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

	for (char **l = lines; *l != NULL; l++)
		if (**l != '\0' || l[1] != NULL)
			sh_emit (call, sh_string (*l));
}

static guint
list_matching (sh_call *call, const char *pattern)
{
	guint n = 0;

	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++)
		if (dom_like (pattern, (*c)->name)) {
			sh_emit (call, sh_string_take (g_strdup_printf (
				"%-31s %s", (*c)->name, (*c)->text)));
			n++;
		}
	for (const sh_about *a = sh_abouts; a->name != NULL; a++)
		if (dom_like (pattern, a->name)) {
			g_autofree char *first = g_strndup (
				a->text, strcspn (a->text, "\n"));

			sh_emit (call, sh_string_take (g_strdup_printf (
				"%-31s %s", a->name, first)));
			n++;
		}
	if (dom_like (pattern, "about_windows_only")) {
		sh_emit (call, sh_string ("about_windows_only              "
			"commands that Windows alone has"));
		n++;
	}
	return n;
}

static gboolean
help_params (sh_call *call, const sh_cmdlet *c, const char *pattern,
	     GError **error)
{
	guint n = 0;

	for (gsize i = 0; i < c->n_params; i++) {
		g_autofree char *text = NULL;

		if (!dom_like (pattern, c->params[i].name))
			continue;
		text = sh_help_param (&c->params[i]);
		emit_text (call, text);
		n++;
	}
	/* The error names the nearest ones. */
	return n > 0 || dom_is_pattern (pattern)
	       || sh_param_find (c, pattern, error) != NULL;
}

static gboolean
help_cmdlet (sh_call *call, const sh_cmdlet *c, GError **error)
{
	g_autofree char *text = NULL;

	if (sh_given (call, "Parameter"))
		return help_params (call, c, sh_arg_text (call, "Parameter"),
				    error);
	text = sh_arg_on (call, "Examples") ? sh_help_examples (c)
					    : sh_help_page (c);
	emit_text (call, text);
	return TRUE;
}

static gboolean
fail_no_help (const char *name, GError **error)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autofree char *near = NULL;

	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++)
		g_ptr_array_add (names, (gpointer) (*c)->name);
	for (const sh_about *a = sh_abouts; a->name != NULL; a++)
		g_ptr_array_add (names, (gpointer) a->name);
	g_ptr_array_add (names, NULL);
	near = sh_nearest (name, (const char *const *) names->pdata);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no cmdlet or topic '%s'; %s%s", name,
		     near ? "near it: " : "Get-Help lists them",
		     near ? near : "");
	return FALSE;
}

static gboolean
get_help (sh_call *call, GError **error)
{
	const char *name = sh_arg_text (call, "Name");
	const sh_cmdlet *c;

	if (name == NULL)
		name = "*";
	if (g_ascii_strcasecmp (name, "about_windows_only") == 0) {
		g_autofree char *topic = sh_windows_topic ();

		emit_text (call, topic);
		return TRUE;
	}
	c = sh_cmdlet_find (name);
	if (c != NULL)
		return help_cmdlet (call, c, error);
	for (const sh_about *a = sh_abouts; a->name != NULL; a++)
		if (g_ascii_strcasecmp (a->name, name) == 0) {
			emit_text (call, a->text);
			return TRUE;
		}
	if (list_matching (call, name) > 0 || dom_is_pattern (name))
		return TRUE;
	return fail_no_help (name, error);
}
