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

sh_value *
fail_at (sh_interp *in, const node *n, GError **error, const char *format, ...)
{
	va_list args;
	g_autofree char *text = NULL;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	g_clear_pointer (&in->bad_script, script_unref);
	if (n != NULL)
		mark_bad (in, n);
	g_set_error_literal (error, SH_ERROR, SH_ERROR_RUNTIME, text);
	return NULL;
}

gboolean
error_is_flow (const GError *e)
{
	if (e->domain != SH_ERROR)
		return FALSE;
	switch (e->code) {
	case SH_ERROR_SYNTAX:
	case SH_ERROR_INCOMPLETE:
	case SH_ERROR_BIND:
	case SH_ERROR_RUNTIME:
		return FALSE;
	default:
		return TRUE;
	}
}

const char *
error_action (sh_interp *in)
{
	g_autoptr (sh_value) v = var_get (in, "ErrorActionPreference");
	static const char *const known[] = {
		"Stop", "SilentlyContinue", "Ignore", "Inquire",
	};

	for (gsize i = 0; v && i < G_N_ELEMENTS (known); i++)
		if (g_ascii_strcasecmp (sh_text (v) ? sh_text (v) : "",
					known[i]) == 0)
			return known[i];
	return "Continue";
}

static const char *
category (const GError *e)
{
	if (e->domain != VMNET_ERROR)
		return e->code == SH_ERROR_BIND ? "InvalidArgument"
			: "OperationStopped";
	switch ((vmnet_error) e->code) {
	case VMNET_ERROR_INVALID:
		return "InvalidArgument";
	case VMNET_ERROR_NOT_FOUND:
		return "ObjectNotFound";
	case VMNET_ERROR_EXISTS:
		return "ResourceExists";
	case VMNET_ERROR_PERMISSION:
		return "PermissionDenied";
	case VMNET_ERROR_UNSUPPORTED:
	case VMNET_ERROR_NOT_YET:
		return "NotImplemented";
	case VMNET_ERROR_BUSY:
		return "ResourceBusy";
	case VMNET_ERROR_FAILED:
		return "NotSpecified";
	}
	return "NotSpecified";
}

sh_value *
error_record (sh_interp *in, const GError *e)
{
	sh_value *record, *exception, *where;
	sh_pos pos = { 0, 0 };
	g_autofree char *at = NULL;

	if (g_error_matches (e, SH_ERROR, SH_ERROR_THROWN) && in->thrown)
		return sh_ref (in->thrown);
	if (in->bad_script != NULL) {
		pos = script_pos (in->bad_script, in->bad_at);
		at = script_where (in->bad_script, in->bad_at);
	}
	record = sh_object ("ErrorRecord");
	exception = sh_object ("System.Exception");
	sh_set (exception, "Message", sh_string (e->message));
	sh_set (exception, "\001text", sh_string (e->message));
	sh_set (record, "Exception", exception);
	sh_set (record, "TargetObject", sh_null ());
	sh_set (record, "CategoryInfo", sh_string (category (e)));
	sh_set (record, "FullyQualifiedErrorId", sh_string (e->message));
	where = sh_object ("InvocationInfo");
	sh_set (where, "ScriptName", sh_string (
		in->bad_script && in->bad_script->name
		? in->bad_script->name : ""));
	sh_set (where, "ScriptLineNumber", sh_int (pos.line));
	sh_set (where, "OffsetInLine", sh_int (pos.column));
	sh_set (record, "InvocationInfo", where);
	sh_set (record, "ScriptStackTrace", sh_string (at));
	sh_set (record, "\001text", sh_string (e->message));
	return record;
}

static void
remember (sh_interp *in, const sh_value *record)
{
	g_autoptr (sh_value) old = var_get (in, "Error");
	sh_value *list = sh_array ();

	sh_array_add (list, sh_ref ((sh_value *) record));
	for (guint i = 0; old && i + 1 < ERRORS_KEPT
	     && i < sh_array_length (old); i++)
		sh_array_add (list, sh_ref (sh_array_get (old, i)));
	scope_set (in->global, "Error", list);
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
	g_autoptr (sh_value) kind = sh_get (record, "CategoryInfo");
	gboolean silent = g_ascii_strcasecmp (action, "SilentlyContinue") == 0;

	g_clear_pointer (&in->bad_script, script_unref);
	in->last_ok = FALSE;
	if (g_ascii_strcasecmp (action, "Ignore") == 0)
		return;
	remember (in, record);
	if (silent)
		return;
	in->failed = TRUE;
	in->txn_failed = TRUE;
	if (kind && g_strcmp0 (sh_text (kind), "PermissionDenied") == 0)
		in->denied = TRUE;
	if (!in->quiet)
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
