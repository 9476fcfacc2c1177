/*
 * common.c - the parameters that every function has: -ErrorAction, -Verbose,
 * -OutVariable and their like. Called by funcbind.c.
 */
#include "interp.h"

typedef enum {
	C_ERROR_ACTION, C_WARNING_ACTION, C_INFORMATION_ACTION, C_VERBOSE,
	C_DEBUG, C_WHATIF, C_CONFIRM, C_ERROR_VARIABLE, C_WARNING_VARIABLE,
	C_INFORMATION_VARIABLE, C_OUT_VARIABLE, C_IGNORED,
} common_kind;

struct common_param {
	const char *name, *alias;
	common_kind kind;
	gboolean takes;		/* a value */
};

static const common_param commons[] = {
	{ "ErrorAction", "ea", C_ERROR_ACTION, TRUE },
	{ "WarningAction", "wa", C_WARNING_ACTION, TRUE },
	{ "InformationAction", "infa", C_INFORMATION_ACTION, TRUE },
	{ "Verbose", "vb", C_VERBOSE, FALSE },
	{ "Debug", "db", C_DEBUG, FALSE },
	{ "WhatIf", "wi", C_WHATIF, FALSE },
	{ "Confirm", "cf", C_CONFIRM, FALSE },
	{ "ErrorVariable", "ev", C_ERROR_VARIABLE, TRUE },
	{ "WarningVariable", "wv", C_WARNING_VARIABLE, TRUE },
	{ "InformationVariable", "iv", C_INFORMATION_VARIABLE, TRUE },
	{ "OutVariable", "ov", C_OUT_VARIABLE, TRUE },
	{ "OutBuffer", "ob", C_IGNORED, TRUE },
	{ "ProgressAction", "proga", C_IGNORED, TRUE },
};

const common_param *
common_find (const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS (commons); i++)
		if (g_ascii_strcasecmp (name, commons[i].name) == 0
		    || g_ascii_strcasecmp (name, commons[i].alias) == 0)
			return &commons[i];
	return NULL;
}

gboolean
common_takes (const common_param *p)
{
	return p->takes;
}

/* A preference of the function's own scope. */
static void
prefer (call *c, const char *name, const sh_value *v)
{
	const char *word = sh_action_word (v);

	if (word != NULL)
		scope_set (c->scope, name, sh_string (word));
	else
		scope_set (c->scope, name, sh_ref ((sh_value *) v));
}

void
common_set (call *c, const common_param *p, const sh_value *v)
{
	g_autoptr (sh_value) shown = sh_string (
		sh_truth (v) ? "Continue" : "SilentlyContinue");

	switch (p->kind) {
	case C_ERROR_ACTION:
		prefer (c, "ErrorActionPreference", v);
		break;
	case C_WARNING_ACTION:
		prefer (c, "WarningPreference", v);
		break;
	case C_INFORMATION_ACTION:
		prefer (c, "InformationPreference", v);
		break;
	case C_VERBOSE:
		prefer (c, "VerbosePreference", shown);
		break;
	case C_DEBUG:
		prefer (c, "DebugPreference", shown);
		break;
	case C_WHATIF:
		scope_set (c->scope, "WhatIfPreference", sh_ref ((sh_value *) v));
		break;
	case C_ERROR_VARIABLE:
	case C_WARNING_VARIABLE:
	case C_INFORMATION_VARIABLE:
	case C_OUT_VARIABLE:
		g_free (c->variables[p->kind - C_ERROR_VARIABLE]);
		c->variables[p->kind - C_ERROR_VARIABLE] = sh_to_text (v);
		break;
	case C_CONFIRM:
	case C_IGNORED:
		break;
	}
}
