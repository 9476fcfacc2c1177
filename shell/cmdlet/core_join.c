/*
 * core_join.c - Join-String, Get-Unique and New-Guid.
 */
#include <string.h>

#include "../lang/private.h"
#include "core.h"

/* ---- Join-String ---- */

CORE_HANDLER (join_string_end);

static const sh_param join_params[] = {
	{ "Property", &sh_type_object, 0, 1, NULL, NULL,
	  "property to join, or a block that makes the text of each" },
	{ "Separator", &sh_type_string, 0, 2, NULL, NULL,
	  "text between two; $OFS or nothing without it" },
	{ "OutputPrefix", &sh_type_string, 0, 0, "op", NULL,
	  "text before all of it" },
	{ "OutputSuffix", &sh_type_string, 0, 0, "os", NULL,
	  "text behind all of it" },
	{ "SingleQuote", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "each in '…'" },
	{ "DoubleQuote", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "each in \"…\"" },
	{ "FormatString", &sh_type_string, 0, 0, NULL, NULL,
	  "each as '{0:D2}' and its like say" },
	{ "UseCulture", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "a comma between two, as lists are written" },
	CORE_INPUT ("objects to join"),
};

const sh_cmdlet cmdlet_join_string =
	CORE_CMDLET ("Join-String", NULL, join_params,
		     "Makes one text of objects",
		     "Get-VM | Join-String -Property Name -Separator ', '",
		     NULL, core_gather, join_string_end);

static void
keep (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

/* What is joined of an object; new reference. NULL with error. */
static sh_value *
part_of (sh_call *call, sh_value *item, GError **error)
{
	sh_value *by = sh_arg (call, "Property");
	g_autoptr (sh_value) got = NULL;
	g_autofree char *name = NULL;

	if (by == NULL)
		return sh_ref (item);
	if (sh_block_get (by) == NULL) {
		name = sh_to_text (by);
		return sh_member (item, name);
	}
	got = sh_array ();
	return sh_block_call (sh_call_interp (call), sh_block_get (by), item,
			      NULL, keep, got, error)
		? g_steal_pointer (&got) : NULL;
}

/* Owned; NULL with error. */
static char *
text_of (sh_call *call, sh_value *item, GError **error)
{
	const char *format = sh_arg_text (call, "FormatString");
	g_autoptr (sh_value) part = part_of (call, item, error);
	g_autofree char *text = NULL;

	if (part == NULL)
		return NULL;
	if (format != NULL) {
		g_autoptr (sh_value) how = sh_string (format);
		g_autoptr (sh_value) made = sh_operate (
			sh_call_interp (call), "f", how, part, error);

		return made ? sh_to_text (made) : NULL;
	}
	text = sh_to_text (part);
	if (sh_arg_on (call, "SingleQuote"))
		return g_strdup_printf ("'%s'", text);
	if (sh_arg_on (call, "DoubleQuote"))
		return g_strdup_printf ("\"%s\"", text);
	return g_steal_pointer (&text);
}

/* Owned. */
static char *
separator (sh_call *call)
{
	const char *given = sh_arg_text (call, "Separator");
	g_autoptr (sh_value) ofs = given ? NULL
		: sh_var_get (sh_call_interp (call), "OFS");

	if (given == NULL && sh_arg_on (call, "UseCulture"))
		return g_strdup (",");
	/* A blank is what it is when nobody has set it. */
	if (given == NULL && ofs && g_strcmp0 (sh_text (ofs), " ") != 0)
		return sh_to_text (ofs);
	return g_strdup (given);
}

static gboolean
join_string_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	const char *before = sh_arg_text (call, "OutputPrefix");
	const char *behind = sh_arg_text (call, "OutputSuffix");
	g_autofree char *between = separator (call);
	g_autoptr (GString) out = g_string_new (before);

	for (guint i = 0; i < all->len; i++) {
		g_autofree char *text = text_of (call, all->pdata[i], error);

		if (text == NULL
		    || sh_interrupted_error (sh_call_interp (call), error))
			return FALSE;
		g_string_append_printf (out, "%s%s",
					i && between ? between : "", text);
	}
	g_string_append (out, behind ? behind : "");
	sh_emit (call, sh_string (out->str));
	return TRUE;
}

/* ---- Get-Unique ---- */

CORE_HANDLER (get_unique);

static const sh_param unique_params[] = {
	{ "AsString", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "compare their text" },
	{ "OnType", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "one of each type in a row" },
	{ "CaseInsensitive", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "A and a are the same" },
	CORE_INPUT ("objects in order"),
};

const sh_cmdlet cmdlet_get_unique =
	CORE_CMDLET ("Get-Unique", "gu", unique_params,
		     "Of the same in a row only the first",
		     "1, 1, 2, 1 | Sort-Object | Get-Unique", NULL, get_unique,
		     NULL);

static gboolean
same (sh_call *call, const sh_value *a, const sh_value *b)
{
	gboolean match_case = !sh_arg_on (call, "CaseInsensitive");
	g_autofree char *x = NULL, *y = NULL;
	g_autoptr (sh_value) u = NULL, v = NULL;

	if (sh_arg_on (call, "OnType"))
		return strcmp (sh_type_name (a), sh_type_name (b)) == 0;
	if (!sh_arg_on (call, "AsString"))
		return sh_compare (a, b, match_case) == 0;
	x = sh_to_text (a);
	y = sh_to_text (b);
	u = sh_string (x);
	v = sh_string (y);
	return sh_compare (u, v, match_case) == 0;
}

static void
unref_last (gpointer p)
{
	sh_unref (p);
}

static gboolean
get_unique (sh_call *call, GError **error)
{
	sh_value *item = core_input (call), *last = sh_call_data (call);

	if (item == NULL || (last != NULL && same (call, last, item)))
		return TRUE;
	sh_call_set_data (call, sh_ref (item), unref_last);
	sh_emit (call, sh_ref (item));
	return TRUE;
}

/* ---- New-Guid ---- */

CORE_HANDLER (new_guid);

const sh_cmdlet cmdlet_new_guid =
	CORE_PLAIN ("New-Guid", NULL, "An identifier that nobody else has",
		    "(New-Guid).Guid", new_guid);

static gboolean
new_guid (sh_call *call, GError **error)
{
	g_autofree char *text = g_uuid_string_random ();

	sh_emit (call, sh_text_of (SH_T_GUID, text));
	return TRUE;
}
