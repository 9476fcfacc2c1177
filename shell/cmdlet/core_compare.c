/*
 * core_compare.c - Compare-Object: what one list has and the other has not.
 */
#include <string.h>

#include "../format/format.h"
#include "core.h"

CORE_HANDLER (compare_process);
CORE_HANDLER (compare_end);

static const sh_param compare_params[] = {
	{ "ReferenceObject", &sh_type_object, SH_MANDATORY | SH_LIST, 1, NULL,
	  NULL, "the list to compare with" },
	{ "DifferenceObject", &sh_type_object, SH_MANDATORY | SH_LIST
	  | SH_PIPE_VALUE, 2, NULL, NULL, "the list to compare" },
	{ "Property", &sh_type_object, SH_LIST, 3, NULL, NULL,
	  "properties to compare by; the objects themselves without it" },
	{ "IncludeEqual", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "what both have too" },
	{ "ExcludeDifferent", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only what both have" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the objects themselves" },
	{ "CaseSensitive", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "A and a are not the same" },
	{ "SyncWindow", &sh_type_int32, 0, 0, NULL, NULL,
	  "accepted: the order does not count" },
};

const sh_cmdlet cmdlet_compare_object =
	CORE_CMDLET ("Compare-Object", "compare,diff", compare_params,
		     "What one list has and the other has not",
		     "Compare-Object (1, 2) (2, 3)", NULL, compare_process,
		     compare_end);

/* The same text, the same object. Owned. */
static char *
key_of (sh_call *call, sh_value *item, GPtrArray *columns)
{
	gboolean cs = sh_arg_on (call, "CaseSensitive");
	GString *key = g_string_new (NULL);

	for (guint i = 0; i < columns->len; i++) {
		g_autoptr (sh_value) v = sh_column_value (
			sh_call_interp (call), columns->pdata[i], item);
		g_autofree char *t = sh_to_text (v);

		g_string_append_printf (key, "%s\037", t);
	}
	if (columns->len == 0) {
		g_autofree char *t = sh_value_kind (item) == SH_OBJECT
			? sh_json (sh_call_interp (call), item, 3, TRUE)
			: sh_to_text (item);

		g_string_append (key, t);
	}
	if (!cs) {
		g_autofree char *low = g_utf8_strdown (key->str, -1);

		g_string_assign (key, low);
	}
	return g_string_free (key, FALSE);
}

static void
emit_side (sh_call *call, sh_value *item, GPtrArray *columns,
	   const char *side)
{
	sh_value *out;

	if (sh_arg_on (call, "PassThru")) {
		sh_emit (call, sh_ref (item));
		return;
	}
	out = sh_object ("PSCustomObject");
	for (guint i = 0; i < columns->len; i++) {
		sh_column *c = columns->pdata[i];

		sh_set (out, c->heading, sh_column_value (
			sh_call_interp (call), c, item));
	}
	if (columns->len == 0)
		sh_set (out, "InputObject", sh_ref (item));
	sh_set (out, "SideIndicator", sh_string (side));
	sh_emit (call, out);
}

static gboolean
compare_process (sh_call *call, GError **error)
{
	sh_value *v = sh_arg (call, "DifferenceObject");
	GPtrArray *all = core_gathered (call);

	for (guint i = 0; v && i < sh_array_length (v); i++)
		g_ptr_array_add (all, sh_ref (sh_array_get (v, i)));
	return TRUE;
}

/* How many of each key the reference has that nothing has met yet. */
static GHashTable *
count_reference (sh_call *call, const sh_value *list, GPtrArray *columns)
{
	GHashTable *count = g_hash_table_new_full (g_str_hash, g_str_equal,
						   g_free, NULL);

	for (guint i = 0; i < sh_array_length (list)
	     && !sh_interrupted (sh_call_interp (call)); i++) {
		char *key = key_of (call, sh_array_get (list, i), columns);
		guint n = GPOINTER_TO_UINT (g_hash_table_lookup (count, key));

		g_hash_table_insert (count, key, GUINT_TO_POINTER (n + 1));
	}
	return count;
}

/* One of that key less; FALSE: there is none left. */
static gboolean
take_one (GHashTable *count, const char *key)
{
	guint n = GPOINTER_TO_UINT (g_hash_table_lookup (count, key));

	if (n > 0)
		g_hash_table_insert (count, g_strdup (key),
				     GUINT_TO_POINTER (n - 1));
	return n > 0;
}

static gboolean
compare_end (sh_call *call, GError **error)
{
	sh_value *list = sh_arg (call, "ReferenceObject");
	sh_value *property = sh_arg (call, "Property");
	GPtrArray *all = core_gathered (call);
	g_autoptr (GPtrArray) columns = property
		? sh_columns (sh_call_interp (call), property, all, FALSE)
		: g_ptr_array_new ();
	g_autoptr (GHashTable) count = count_reference (call, list, columns);
	gboolean equal = sh_arg_on (call, "IncludeEqual")
		|| sh_arg_on (call, "ExcludeDifferent");
	gboolean different = !sh_arg_on (call, "ExcludeDifferent");
	g_autoptr (GPtrArray) more = g_ptr_array_new ();

	for (guint i = 0; i < all->len; i++) {
		g_autofree char *key = key_of (call, all->pdata[i], columns);
		gboolean both = take_one (count, key);

		if (sh_interrupted_error (sh_call_interp (call), error))
			return FALSE;
		if (both && equal)
			emit_side (call, all->pdata[i], columns, "==");
		else if (!both)
			g_ptr_array_add (more, all->pdata[i]);
	}
	for (guint i = 0; different && i < more->len; i++)
		emit_side (call, more->pdata[i], columns, "=>");
	for (guint i = 0; different && i < sh_array_length (list); i++) {
		g_autofree char *key = key_of (call, sh_array_get (list, i),
					       columns);

		if (sh_interrupted_error (sh_call_interp (call), error))
			return FALSE;
		if (take_one (count, key))
			emit_side (call, sh_array_get (list, i), columns,
				   "<=");
	}
	return TRUE;
}
