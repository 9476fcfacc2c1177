/*
 * core_history.c - Get-, Invoke- and Clear-History: what was typed at this
 * prompt. A script, or -c, has none, as in PowerShell.
 */
#include <string.h>

#include "core.h"

CORE_HANDLER (get_history);
CORE_HANDLER (invoke_history);
CORE_HANDLER (clear_history);

static const sh_param get_params[] = {
	{ "Id", &sh_type_int64, SH_LIST | SH_PIPE_VALUE, 1, NULL, NULL,
	  "numbers of lines" },
	{ "Count", &sh_type_int32, 0, 2, NULL, NULL,
	  "only the last ones, that many" },
};

const sh_cmdlet cmdlet_get_history =
	CORE_CMDLET ("Get-History", "h,history,ghy", get_params,
		     "Shows the lines that were run at this prompt",
		     "Get-History -Count 5", NULL, get_history, NULL);

static sh_value *
line_object (const sh_line *l)
{
	sh_value *out = sh_object ("HistoryInfo");

	sh_set (out, "Id", sh_int (l->id));
	sh_set (out, "CommandLine", sh_string (l->text));
	sh_set (out, "ExecutionStatus", sh_string (l->ok ? "Completed"
						   : "Failed"));
	sh_set (out, "StartExecutionTime", sh_date (l->began));
	sh_set (out, "EndExecutionTime", sh_date (l->ended));
	sh_set (out, "Duration", sh_span (l->ended - l->began));
	sh_set (out, "\001view", sh_string ("Id,CommandLine"));
	return out;
}

static const sh_line *
line_of (sh_call *call, gint64 id, GError **error)
{
	const GPtrArray *all = sh_lines (sh_call_interp (call));

	for (guint i = 0; i < all->len; i++) {
		const sh_line *l = all->pdata[i];

		if (l->id == id)
			return l;
	}
	g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND,
		     "there is no line %" G_GINT64_FORMAT " in the history; "
		     "Get-History lists them", id);
	return NULL;
}

static gboolean
get_by_id (sh_call *call, GError **error)
{
	sh_value *ids = sh_arg (call, "Id");

	for (guint i = 0; i < sh_array_length (ids); i++) {
		const sh_line *l;
		gint64 id = 0;

		sh_to_int (sh_array_get (ids, i), &id);
		l = line_of (call, id, error);
		if (l == NULL)
			return FALSE;
		sh_emit (call, line_object (l));
	}
	return TRUE;
}

static gboolean
get_history (sh_call *call, GError **error)
{
	const GPtrArray *all = sh_lines (sh_call_interp (call));
	vmnet_opt count = sh_arg_opt (call, "Count");
	guint first = 0;

	if (sh_given (call, "Id"))
		return get_by_id (call, error);
	if (count.set && count.value < all->len)
		first = all->len - (guint) count.value;
	for (guint i = first; i < all->len; i++)
		sh_emit (call, line_object (all->pdata[i]));
	return TRUE;
}

static const sh_param invoke_params[] = {
	{ "Id", &sh_type_string, SH_PIPE_NAME, 1, NULL, NULL,
	  "number of a line, or how it begins; without it the last one" },
};

const sh_cmdlet cmdlet_invoke_history =
	CORE_CMDLET ("Invoke-History", "r,ihy", invoke_params,
		     "Runs a line of the history again", "Invoke-History 2",
		     NULL, invoke_history, NULL);

/* The last line that begins so. */
static const sh_line *
line_like (const GPtrArray *all, const char *text, GError **error)
{
	for (guint i = all->len; i-- > 0;) {
		const sh_line *l = all->pdata[i];

		if (g_ascii_strncasecmp (l->text, text, strlen (text)) == 0)
			return l;
	}
	g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND,
		     "no line of the history begins with '%s'; Get-History "
		     "lists them", text);
	return NULL;
}

static const sh_line *
wanted_line (sh_call *call, GError **error)
{
	const GPtrArray *all = sh_lines (sh_call_interp (call));
	const char *id = sh_arg_text (call, "Id");
	guint64 number;

	if (id == NULL)
		return line_like (all, "", error);
	if (g_ascii_string_to_unsigned (id, 10, 0, G_MAXINT32, &number, NULL))
		return line_of (call, (gint64) number, error);
	return line_like (all, id, error);
}

static void
hand_on (sh_value *v, gpointer call)
{
	sh_emit (call, v);
}

static gboolean
invoke_history (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	const sh_line *l = wanted_line (call, error);
	g_autofree char *text = l ? g_strdup (l->text) : NULL;
	g_autofree char *shown = l ? g_strconcat (l->text, "\n", NULL) : NULL;

	if (text == NULL)
		return FALSE;
	sh_say (in, shown);
	return sh_run_text (in, text, hand_on, call, error);
}

static const sh_param clear_params[] = {
	{ "Id", &sh_type_int32, SH_LIST, 1, NULL, NULL, "numbers of lines" },
	{ "Count", &sh_type_int32, 0, 2, NULL, NULL,
	  "only the first ones, that many" },
	{ "CommandLine", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "lines; * and ? stand for any" },
	{ "Newest", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "with -Count: the last ones instead" },
};

const sh_cmdlet cmdlet_clear_history =
	CORE_CMDLET ("Clear-History", "clhy", clear_params,
		     "Forgets lines of the history", "Clear-History",
		     NULL, clear_history, NULL);

static gboolean
is_listed (const sh_value *ids, guint id)
{
	for (guint i = 0; i < sh_array_length (ids); i++) {
		gint64 n = 0;

		sh_to_int (sh_array_get (ids, i), &n);
		if (n == id)
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_named (const sh_value *patterns, const char *text)
{
	for (guint i = 0; i < sh_array_length (patterns); i++)
		if (sh_like (text, sh_text (sh_array_get (patterns, i)), FALSE))
			return TRUE;
	return FALSE;
}

static gboolean
clear_history (sh_call *call, GError **error)
{
	GPtrArray *all = sh_lines (sh_call_interp (call));
	sh_value *ids = sh_arg (call, "Id");
	sh_value *lines = sh_arg (call, "CommandLine");
	vmnet_opt count = sh_arg_opt (call, "Count");
	guint n = count.set ? (guint) MIN (count.value, all->len) : all->len;
	guint first = sh_arg_on (call, "Newest") ? all->len - n : 0;

	for (guint i = first + n; i-- > first;) {
		const sh_line *l = all->pdata[i];

		if ((ids == NULL || is_listed (ids, l->id))
		    && (lines == NULL || is_named (lines, l->text)))
			g_ptr_array_remove_index (all, i);
	}
	return TRUE;
}
