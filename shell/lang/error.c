/*
 * error.c - errors of a run: where they happened, as records for $_ and
 * $Error, printed once.
 */
#include <string.h>

#include "interp.h"

#define ERRORS_KEPT 256

void
mark_bad (sh_interp *in, const node *n)
{
	if (in->bad_script != NULL || in->script == NULL)
		return;
	in->bad_script = script_ref (in->script);
	in->bad_at = n->at;
}

static sh_value *
fail_with (sh_interp *in, const node *n, sh_error code, GError **error,
	   const char *text)
{
	g_clear_pointer (&in->bad_script, script_unref);
	if (n != NULL)
		mark_bad (in, n);
	g_set_error_literal (error, SH_ERROR, (int) code, text);
	return NULL;
}

sh_value *
fail_at (sh_interp *in, const node *n, GError **error, const char *format, ...)
{
	va_list args;
	g_autofree char *text = NULL;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	return fail_with (in, n, SH_ERROR_RUNTIME, error, text);
}

sh_value *
fail_as (sh_interp *in, const node *n, sh_error code, GError **error,
	 const char *format, ...)
{
	va_list args;
	g_autofree char *text = NULL;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	return fail_with (in, n, code, error, text);
}

gboolean
text_fits (sh_interp *in, const node *n, guint64 length, GError **error)
{
	if (sh_interrupted_error (in, error))
		return FALSE;
	if (length <= TEXT_LIMIT)
		return TRUE;
	fail_at (in, n, error, "the text is too long: %u MB are the limit",
		 TEXT_LIMIT >> 20);
	return FALSE;
}

/* ---- what an error is to catch, -ErrorVariable and $Error ---- */

#define MANAGEMENT "System.Management.Automation."

static const struct {
	int code;
	const char *type, *category, *id;	/* id NULL: the message */
} codes[] = {
	{ SH_ERROR_SYNTAX, MANAGEMENT "ParseException", "ParserError", NULL },
	{ SH_ERROR_INCOMPLETE, MANAGEMENT "ParseException", "ParserError",
	  NULL },
	{ SH_ERROR_BIND, MANAGEMENT "ParameterBindingException",
	  "InvalidArgument", "ParameterBindingException" },
	{ SH_ERROR_RUNTIME, MANAGEMENT "RuntimeException", "OperationStopped",
	  NULL },
	{ SH_ERROR_NO_COMMAND, MANAGEMENT "CommandNotFoundException",
	  "ObjectNotFound", "CommandNotFoundException" },
	{ SH_ERROR_NOT_FOUND, MANAGEMENT "ItemNotFoundException",
	  "ObjectNotFound", "PathNotFound" },
	{ SH_ERROR_DIVIDE, "System.DivideByZeroException", "NotSpecified",
	  "RuntimeException" },
	{ SH_ERROR_CAST, MANAGEMENT "PSInvalidCastException",
	  "InvalidArgument", "InvalidCast" },
	{ SH_ERROR_IO, "System.IO.IOException", "WriteError", "IOException" },
};

static const struct {
	vmnet_error code;
	const char *type, *category;
} core_codes[] = {
	{ VMNET_ERROR_INVALID, "System.ArgumentException", "InvalidArgument" },
	{ VMNET_ERROR_NOT_FOUND, MANAGEMENT "ItemNotFoundException",
	  "ObjectNotFound" },
	{ VMNET_ERROR_EXISTS, "System.ArgumentException", "ResourceExists" },
	{ VMNET_ERROR_PERMISSION, "System.UnauthorizedAccessException",
	  "PermissionDenied" },
	{ VMNET_ERROR_UNSUPPORTED, "System.NotSupportedException",
	  "NotImplemented" },
	{ VMNET_ERROR_NOT_YET, "System.NotImplementedException",
	  "NotImplemented" },
	{ VMNET_ERROR_BUSY, "System.InvalidOperationException",
	  "ResourceBusy" },
};

/* What else a catch may name: an exception and the one it is based on. */
static const char *const bases[][2] = {
	{ "dividebyzeroexception", "arithmeticexception" },
	{ "management.automation.itemnotfoundexception",
	  "management.automation.sessionstateexception" },
	{ "io.filenotfoundexception", "io.ioexception" },
	{ "io.directorynotfoundexception", "io.ioexception" },
	{ "argumentnullexception", "argumentexception" },
	{ "argumentoutofrangeexception", "argumentexception" },
	{ "management.automation.psinvalidcastexception",
	  "invalidcastexception" },
};

gboolean
error_is_flow (const GError *e)
{
	if (e->domain != SH_ERROR)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
		if (codes[i].code == e->code)
			return FALSE;
	return TRUE;
}

sh_value *
exception_new (const char *type, const char *message)
{
	sh_value *v = sh_object (type);

	sh_set (v, "Message", sh_string (message));
	sh_set (v, "InnerException", sh_null ());
	sh_set (v, "HResult", sh_int (-2146233087));
	sh_set (v, "\001exception", sh_bool (TRUE));
	sh_set (v, "\001text", sh_string (message));
	return v;
}

gboolean
is_exception (const sh_value *v)
{
	return sh_value_kind (v) == SH_OBJECT
		&& sh_peek (v, "\001exception") != NULL;
}

gboolean
exception_is (const char *have, const char *want)
{
	g_autofree char *x = type_fold (have), *y = type_fold (want);

	if (strcmp (y, "exception") == 0 || strcmp (x, y) == 0
	    || strcmp (y, "systemexception") == 0)
		return TRUE;
	/* Most of what goes wrong in a script is based on that. */
	if (g_str_has_suffix (y, ".runtimeexception"))
		return g_str_has_prefix (x, "management.automation.");
	for (gsize i = 0; i < G_N_ELEMENTS (bases); i++)
		if (strcmp (x, bases[i][0]) == 0
		    && strcmp (y, bases[i][1]) == 0)
			return TRUE;
	/* [ArgumentException] without its namespace. */
	return g_str_has_suffix (x, y) && x[strlen (x) - strlen (y) - 1] == '.';
}

const char *
sh_action_word (const sh_value *v)
{
	/* By their numbers: -ErrorAction 0. */
	static const char *const known[] = {
		"SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore",
	};
	g_autofree char *text = sh_to_text (v);
	gint64 at;

	for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
		if (g_ascii_strcasecmp (text, known[i]) == 0)
			return known[i];
	return sh_value_kind (v) != SH_NULL && *text && sh_to_int (v, &at)
		&& at >= 0 && at < (gint64) G_N_ELEMENTS (known) ? known[at]
		: NULL;
}

const char *
error_action (sh_interp *in)
{
	g_autoptr (sh_value) v = var_get (in, "ErrorActionPreference");
	const char *word = v ? sh_action_word (v) : NULL;

	return word ? word : "Continue";
}

static void
kind_of (const GError *e, const char **type, const char **category,
	 const char **id)
{
	*type = MANAGEMENT "RuntimeException";
	*category = "NotSpecified";
	*id = NULL;
	for (gsize i = 0; e->domain == SH_ERROR && i < G_N_ELEMENTS (codes);
	     i++)
		if (codes[i].code == e->code) {
			*type = codes[i].type;
			*category = codes[i].category;
			*id = codes[i].id;
		}
	for (gsize i = 0; e->domain == VMNET_ERROR
	     && i < G_N_ELEMENTS (core_codes); i++)
		if ((int) core_codes[i].code == e->code) {
			*type = core_codes[i].type;
			*category = core_codes[i].category;
		}
}

/* Where it happened: $_.InvocationInfo. */
static sh_value *
invocation (sh_interp *in)
{
	sh_value *where = sh_object ("InvocationInfo");
	const script *s = in->bad_script;
	sh_pos pos = { 0, 0 };
	g_autofree char *line = NULL, *at = NULL;

	if (s != NULL) {
		pos = script_pos (s, in->bad_at);
		line = script_line (s, in->bad_at);
		at = script_where (s, in->bad_at);
	}
	sh_set (where, "ScriptName", sh_string (s && s->name ? s->name : ""));
	sh_set (where, "ScriptLineNumber", sh_int (pos.line));
	sh_set (where, "OffsetInLine", sh_int (pos.column));
	sh_set (where, "Line", sh_string (line));
	sh_set (where, "PositionMessage", sh_string_take (
		g_strdup_printf ("At %s", at ? at : "")));
	return where;
}

sh_value *
record_new (sh_interp *in, sh_value *exception, const char *category,
	    const char *id)
{
	g_autofree char *at = in->bad_script
		? script_where (in->bad_script, in->bad_at) : NULL;
	g_autofree char *text = sh_to_text (exception);
	sh_value *record = sh_object ("ErrorRecord");
	sh_value *info = sh_object ("ErrorCategoryInfo");

	sh_set (info, "Category", sh_string (category));
	sh_set (info, "Reason", sh_string (sh_type_name (exception)));
	sh_set (info, "\001text", sh_string (category));
	sh_set (record, "Exception", exception);
	sh_set (record, "TargetObject", sh_null ());
	sh_set (record, "CategoryInfo", info);
	sh_set (record, "FullyQualifiedErrorId", sh_string (id ? id : text));
	sh_set (record, "ErrorDetails", sh_null ());
	sh_set (record, "InvocationInfo", invocation (in));
	sh_set (record, "ScriptStackTrace", sh_string (at));
	sh_set (record, "\001text", sh_string (text));
	return record;
}

sh_value *
sh_error_new (sh_interp *in, const char *message)
{
	return record_new (in, exception_new (MANAGEMENT "RuntimeException",
					      message), "NotSpecified", NULL);
}

void
sh_error_give (sh_interp *in, sh_value *record)
{
	sh_unref (in->given);
	in->given = record;
}

sh_value *
error_record (sh_interp *in, const GError *e)
{
	const char *type, *category, *id;

	if (g_error_matches (e, SH_ERROR, SH_ERROR_THROWN) && in->thrown)
		return sh_ref (in->thrown);
	if (in->given != NULL) {
		g_autofree char *text = sh_to_text (in->given);

		if (strcmp (text, e->message) == 0) {
			sh_set (in->given, "InvocationInfo", invocation (in));
			if (in->bad_script != NULL)
				sh_set (in->given, "ScriptStackTrace",
					sh_string_take (script_where (
						in->bad_script, in->bad_at)));
			return sh_ref (in->given);
		}
		g_clear_pointer (&in->given, sh_unref);
	}
	kind_of (e, &type, &category, &id);
	return record_new (in, exception_new (type, e->message), category,
			   id);
}

/* The newest first, in the list that $Error is. */
void
error_remember (sh_interp *in, const sh_value *record)
{
	sh_value *list = var_peek (in, var_key ("Error"));

	if (list == NULL || sh_value_kind (list) != SH_ARRAY) {
		list = sh_list_new (SH_L_ARRAYLIST, NULL, FALSE);
		scope_set (in->global, "Error", list);
	}
	if (sh_array_get (list, 0) != record)
		sh_array_insert (list, 0, sh_ref ((sh_value *) record));
	sh_array_cut (list, ERRORS_KEPT);
}

static void
print_error (sh_interp *in, const sh_value *record)
{
	g_autoptr (sh_value) at = sh_get (record, "ScriptStackTrace");
	g_autofree char *where = at ? sh_to_text (at) : g_strdup ("");
	g_autofree char *what = sh_to_text (record);
	g_autofree char *line = NULL;

	line = g_strdup_printf ("%s%s%s%s%s\n",
				in->o.colour ? "\033[31m" : "",
				where, *where ? ": " : "", what,
				in->o.colour ? "\033[m" : "");
	sh_complain (in, line);
}

void
report (sh_interp *in, const GError *e, const char *action)
{
	g_autoptr (sh_value) record = error_record (in, e);
	g_autoptr (sh_value) info = sh_get (record, "CategoryInfo");
	g_autofree char *kind = info ? sh_to_text (info) : NULL;
	gboolean silent = g_ascii_strcasecmp (action, "SilentlyContinue") == 0;

	g_clear_pointer (&in->bad_script, script_unref);
	in->last_ok = FALSE;
	streams_keep (in, '2', record);
	if (g_ascii_strcasecmp (action, "Ignore") == 0)
		return;
	error_remember (in, record);
	if (silent)
		return;
	in->failed = TRUE;
	in->txn_failed = TRUE;
	if (g_strcmp0 (kind, "PermissionDenied") == 0)
		in->denied = TRUE;
	if (e == in->told)
		in->told = NULL;
	else if (!streams_send (in, '2', sh_ref (record)))
		print_error (in, record);
}

void
throw_error (sh_interp *in, GError *e, GError **error)
{
	sh_value *record = error_record (in, e);

	sh_unref (in->thrown);
	in->thrown = record;
	g_set_error_literal (error, SH_ERROR, SH_ERROR_THROWN, e->message);
	g_error_free (e);
}
