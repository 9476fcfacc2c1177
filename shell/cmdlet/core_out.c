/*
 * core_out.c - Out-* and Write-*, Read-Host.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../format/format.h"
#include "core.h"

/* ---- Out-* ---- */

static gboolean out_null (sh_call *call, GError **error);
static gboolean out_string (sh_call *call, GError **error);
static gboolean out_host (sh_call *call, GError **error);
static gboolean out_file (sh_call *call, GError **error);

static const sh_param null_params[] = {
	CORE_INPUT ("objects to drop"),
};

const sh_cmdlet cmdlet_out_null =
	CORE_CMDLET ("Out-Null", NULL, null_params,
		     "Drops what comes", "1..3 | Out-Null", NULL, out_null,
		     NULL);

static gboolean
out_null (sh_call *call, GError **error)
{
	return TRUE;
}

static const sh_param string_params[] = {
	{ "Stream", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "each line is a text of its own" },
	{ "Width", &sh_type_int32, 0, 0, NULL, NULL,
	  "cells of a line; without it nothing is cut" },
	CORE_INPUT ("objects to make text of"),
};

const sh_cmdlet cmdlet_out_string =
	CORE_CMDLET ("Out-String", NULL, string_params,
		     "Objects as the text that the terminal would show",
		     "Get-VM | Out-String -Width 80", NULL, core_gather,
		     out_string);

static gboolean
out_string (sh_call *call, GError **error)
{
	vmnet_opt width = sh_arg_opt (call, "Width");
	char *text = sh_format (sh_call_interp (call), core_gathered (call),
				width.set ? (guint) width.value : 0);
	g_auto (GStrv) lines = NULL;

	if (!sh_arg_on (call, "Stream")) {
		sh_emit (call, sh_string_take (text));
		return TRUE;
	}
	lines = g_strsplit (text, "\n", -1);
	g_free (text);
	for (char **l = lines; *l != NULL; l++)
		if (l[1] != NULL || **l != '\0')
			sh_emit (call, sh_string (*l));
	return TRUE;
}

static const sh_param host_params[] = {
	CORE_INPUT ("objects to show"),
};

const sh_cmdlet cmdlet_out_host =
	CORE_CMDLET ("Out-Host", "oh", host_params,
		     "Shows objects at the terminal, whatever catches the rest",
		     "Get-VM | Out-Host", NULL, core_gather, out_host);

static gboolean
out_host (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_autofree char *text = sh_format (in, core_gathered (call),
					   sh_interp_options (in)->width);

	sh_say (in, text);
	return TRUE;
}

static const sh_param file_params[] = {
	{ "FilePath", &sh_type_string, SH_MANDATORY, 1, "Path,LiteralPath",
	  NULL, "file to write" },
	{ "Append", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "add to what the file has" },
	{ "NoClobber", &sh_type_switch, SH_SWITCH, 0, "NoOverwrite", NULL,
	  "fail when the file is there" },
	{ "Width", &sh_type_int32, 0, 0, NULL, NULL,
	  "cells of a line; without it nothing is cut" },
	{ "Encoding", &sh_type_string, 0, 2, NULL, NULL,
	  "accepted: files are UTF-8" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
	CORE_INPUT ("objects to write"),
};

const sh_cmdlet cmdlet_out_file =
	CORE_CMDLET ("Out-File", NULL, file_params,
		     "Writes objects to a file as the terminal would show them",
		     "Get-VM | Out-File /tmp/vms.txt", NULL, core_gather,
		     out_file);

static gboolean
out_file (sh_call *call, GError **error)
{
	const char *path = sh_arg_text (call, "FilePath");
	vmnet_opt width = sh_arg_opt (call, "Width");
	g_autofree char *text = sh_format (sh_call_interp (call),
					   core_gathered (call), width.set
					   ? (guint) width.value : 0);
	g_autofree char *mode = g_strdup (sh_arg_on (call, "Append") ? "ae"
					  : sh_arg_on (call, "NoClobber")
					  ? "wxe" : "we");

	return !sh_interrupted_error (sh_call_interp (call), error)
		&& core_write_file (path, mode, text, error);
}

/* ---- Write-* ---- */

static gboolean write_host (sh_call *call, GError **error);
static gboolean write_output (sh_call *call, GError **error);
static gboolean write_warning (sh_call *call, GError **error);
static gboolean write_verbose (sh_call *call, GError **error);
static gboolean write_error (sh_call *call, GError **error);

static const char *const colours[] = {
	"Black", "DarkRed", "DarkGreen", "DarkYellow", "DarkBlue",
	"DarkMagenta", "DarkCyan", "Gray", "DarkGray", "Red", "Green",
	"Yellow", "Blue", "Magenta", "Cyan", "White", NULL,
};

static const sh_param write_host_params[] = {
	{ "Object", &sh_type_object, SH_PIPE_VALUE | SH_REST | SH_LIST, 1,
	  NULL, NULL, "what to write; several with a blank between" },
	{ "NoNewline", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "stay in the line" },
	{ "Separator", &sh_type_string, 0, 0, NULL, NULL,
	  "text between several, a blank without it" },
	{ "ForegroundColor", &sh_type_string, 0, 0, NULL, NULL,
	  "colour of the text at a terminal" },
	{ "BackgroundColor", &sh_type_string, 0, 0, NULL, NULL,
	  "colour behind the text at a terminal" },
};

const sh_cmdlet cmdlet_write_host =
	CORE_CMDLET ("Write-Host", NULL, write_host_params,
		     "Writes text to the terminal, past the pipeline",
		     "Write-Host 'ready' -ForegroundColor Green", NULL,
		     write_host, NULL);

static gboolean
append_colour (sh_call *call, const char *param, int normal, int bright,
	       GString *out, GError **error)
{
	const char *name = sh_arg_text (call, param);
	g_autofree char *all = NULL;

	if (name == NULL)
		return TRUE;
	for (int i = 0; colours[i] != NULL; i++) {
		if (g_ascii_strcasecmp (colours[i], name) != 0)
			continue;
		if (sh_interp_options (sh_call_interp (call))->colour)
			g_string_append_printf (out, "\033[%dm", i < 8
						? normal + i : bright + i - 8);
		return TRUE;
	}
	all = g_strjoinv (", ", (char **) colours);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "-%s: '%s' was given, "
		     "accepted is one of: %s", param, name, all);
	return FALSE;
}

static void
append_objects (const sh_value *v, const char *between, GString *out)
{
	for (guint i = 0; v != NULL && i < sh_array_length (v); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (v, i));

		g_string_append_printf (out, "%s%s", i ? between : "", t);
	}
}

static gboolean
write_host (sh_call *call, GError **error)
{
	g_autoptr (GString) out = g_string_new (NULL);
	const char *between = sh_arg_text (call, "Separator");
	gsize colour;

	if (!append_colour (call, "ForegroundColor", 30, 90, out, error)
	    || !append_colour (call, "BackgroundColor", 40, 100, out, error))
		return FALSE;
	colour = out->len;
	append_objects (sh_arg (call, "Object"), between ? between : " ",
			out);
	sh_stream_keep (sh_call_interp (call), '6', out->str + colour);
	if (sh_stream (sh_call_interp (call), '6', out->str + colour))
		return TRUE;
	if (colour > 0)
		g_string_append (out, "\033[m");
	if (!sh_arg_on (call, "NoNewline"))
		g_string_append_c (out, '\n');
	sh_say (sh_call_interp (call), out->str);
	return TRUE;
}

static const sh_param write_output_params[] = {
	{ "InputObject", &sh_type_object,
	  SH_PIPE_VALUE | SH_REST | SH_LIST, 1, NULL, NULL,
	  "what to hand on" },
	{ "NoEnumerate", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "a list goes on as one object" },
};

const sh_cmdlet cmdlet_write_output =
	CORE_CMDLET ("Write-Output", "echo,write", write_output_params,
		     "Hands objects on to the pipeline",
		     "Write-Output 1 2 3", NULL, write_output, NULL);

static gboolean
write_output (sh_call *call, GError **error)
{
	sh_value *v = sh_arg (call, "InputObject");

	for (guint i = 0; v != NULL && i < sh_array_length (v); i++) {
		sh_value *item = sh_array_get (v, i);

		if (sh_arg_on (call, "NoEnumerate"))
			sh_emit (call, sh_ref (item));
		else
			core_emit_each (call, sh_ref (item));
	}
	return TRUE;
}

static const sh_param message_params[] = {
	{ "Message", &sh_type_object, SH_MANDATORY | SH_PIPE_VALUE, 1,
	  "Msg,Exception", NULL, "text" },
};

const sh_cmdlet cmdlet_write_warning =
	CORE_CMDLET ("Write-Warning", NULL, message_params,
		     "Writes a warning to standard error",
		     "Write-Warning 'no uplink'", NULL, write_warning, NULL);

static gboolean
write_warning (sh_call *call, GError **error)
{
	g_autofree char *text = sh_to_text (sh_arg (call, "Message"));
	sh_warn (call, "%s", text);
	return TRUE;
}

const sh_cmdlet cmdlet_write_verbose =
	CORE_CMDLET ("Write-Verbose", NULL, message_params,
		     "Writes text that only -Verbose shows",
		     "Write-Verbose 'looking' -Verbose", NULL, write_verbose,
		     NULL);

static gboolean
write_verbose (sh_call *call, GError **error)
{
	g_autofree char *text = sh_to_text (sh_arg (call, "Message"));
	g_autofree char *line = g_strconcat ("VERBOSE: ", text, "\n", NULL);
	g_autoptr (sh_value) v = sh_var_get (sh_call_interp (call),
					     "VerbosePreference");
	gboolean on = v && sh_text (v)
		&& g_ascii_strcasecmp (sh_text (v), "Continue") == 0;

	if (sh_given (call, "Verbose"))
		on = sh_arg_on (call, "Verbose");
	if (on && !sh_stream (sh_call_interp (call), '4', text))
		sh_complain (sh_call_interp (call), line);
	return TRUE;
}

static const sh_param write_error_params[] = {
	{ "Message", &sh_type_object, SH_PIPE_VALUE, 1, "Msg", NULL, "text" },
	{ "Exception", &sh_type_object, 0, 0, NULL, NULL,
	  "exception that it carries" },
	{ "ErrorRecord", &sh_type_object, 0, 0, NULL, NULL,
	  "$_ of a catch" },
	{ "Category", &sh_type_string, 0, 0, NULL, NULL,
	  "kind of error: ObjectNotFound, InvalidArgument, …" },
	{ "ErrorId", &sh_type_string, 0, 0, NULL, NULL,
	  "what FullyQualifiedErrorId shall be" },
	{ "TargetObject", &sh_type_object, 0, 0, NULL, NULL,
	  "what the error is about" },
	{ "RecommendedAction", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted" },
};

const sh_cmdlet cmdlet_write_error =
	CORE_CMDLET ("Write-Error", NULL, write_error_params,
		     "Reports an error; the script goes on unless told to stop",
		     "Write-Error 'no such VM' -ErrorAction SilentlyContinue",
		     NULL, write_error, NULL);

/* What the parameters say of the error beside its text. */
static void
give_record (sh_call *call, const char *text)
{
	sh_interp *in = sh_call_interp (call);
	sh_value *record = sh_error_new (in, text), *info;
	sh_value *exception = sh_arg (call, "Exception");
	sh_value *target = sh_arg (call, "TargetObject");
	const char *category = sh_arg_text (call, "Category");
	const char *id = sh_arg_text (call, "ErrorId");

	if (exception != NULL)
		sh_set (record, "Exception", sh_ref (exception));
	if (target != NULL)
		sh_set (record, "TargetObject", sh_ref (target));
	if (id != NULL)
		sh_set (record, "FullyQualifiedErrorId", sh_string (id));
	if (category != NULL) {
		info = sh_object ("ErrorCategoryInfo");
		sh_set (info, "Category", sh_string (category));
		sh_set (info, "Reason", sh_string ("WriteErrorException"));
		sh_set (info, "\001text", sh_string (category));
		sh_set (record, "CategoryInfo", info);
	}
	sh_error_give (in, record);
}

static gboolean
write_error (sh_call *call, GError **error)
{
	sh_value *about = sh_arg (call, "Message");
	g_autofree char *text = NULL;

	if (about == NULL)
		about = sh_arg (call, "Exception");
	if (about == NULL)
		about = sh_arg (call, "ErrorRecord");
	if (about == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND, "Write-Error "
			     "needs -Message, -Exception or -ErrorRecord");
		return FALSE;
	}
	text = sh_to_text (about);
	give_record (call, text);
	g_set_error_literal (error, SH_ERROR, SH_ERROR_RUNTIME, text);
	return FALSE;
}

static gboolean write_debug (sh_call *call, GError **error);

static const sh_param information_params[] = {
	{ "MessageData", &sh_type_object, SH_MANDATORY | SH_PIPE_VALUE, 1,
	  "Msg,Message", NULL, "text" },
	{ "Tags", &sh_type_string, SH_LIST, 2, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_write_information =
	CORE_CMDLET ("Write-Information", NULL, information_params,
		     "Writes text that $InformationPreference shows",
		     "Write-Information 'looking'", NULL, write_debug, NULL);

static const sh_param debug_params[] = {
	{ "Message", &sh_type_object, SH_MANDATORY | SH_PIPE_VALUE, 1,
	  "Msg", NULL, "text" },
};

const sh_cmdlet cmdlet_write_debug =
	CORE_CMDLET ("Write-Debug", NULL, debug_params,
		     "Writes text that $DebugPreference shows",
		     "Write-Debug 'looking'", NULL, write_debug, NULL);

static gboolean
write_debug (sh_call *call, GError **error)
{
	gboolean debug = sh_call_cmdlet (call) == &cmdlet_write_debug;
	g_autoptr (sh_value) v = sh_var_get (
		sh_call_interp (call), debug ? "DebugPreference"
		: "InformationPreference");
	g_autofree char *text = sh_to_text (sh_arg (call, debug ? "Message"
						    : "MessageData"));
	g_autofree char *line = g_strconcat (debug ? "DEBUG: " : "", text,
					     "\n", NULL);

	/* What is for information only is there for who asks for it. */
	if (!debug)
		sh_stream_keep (sh_call_interp (call), '6', text);
	if (!debug && sh_stream (sh_call_interp (call), '6', text))
		return TRUE;
	if (v == NULL || !sh_text (v)
	    || g_ascii_strcasecmp (sh_text (v), "Continue") != 0
	    || (debug && sh_stream (sh_call_interp (call), '5', text)))
		return TRUE;
	if (debug)
		sh_complain (sh_call_interp (call), line);
	else
		sh_say (sh_call_interp (call), line);
	return TRUE;
}

/* ---- Read-Host ---- */

static gboolean read_host (sh_call *call, GError **error);

static const sh_param read_params[] = {
	{ "Prompt", &sh_type_object, 0, 1, NULL, NULL, "text of the question" },
	{ "AsSecureString", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "what is typed becomes a secure string" },
};

const sh_cmdlet cmdlet_read_host =
	CORE_CMDLET ("Read-Host", NULL, read_params,
		     "Asks for a line at the terminal; fails without one",
		     "try { Read-Host 'Name' } catch { 'nobody there' }",
		     NULL, read_host, NULL);

static gboolean
read_host (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	sh_value *prompt = sh_arg (call, "Prompt");
	g_autoptr (GString) line = g_string_new (NULL);
	char c;

	if (!sh_interp_options (in)->interactive) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "Read-Host: there is no terminal to ask at");
		return FALSE;
	}
	if (prompt != NULL) {
		g_autofree char *text = sh_to_text (prompt);
		g_autofree char *ask = g_strconcat (text, ": ", NULL);

		sh_say (in, ask);
	}
	while (!sh_interrupted (in)) {
		gssize n = read (STDIN_FILENO, &c, 1);

		if (n == 0 || (n > 0 && c == '\n'))
			break;
		if (n > 0)
			g_string_append_c (line, c);
		else if (errno != EINTR)
			break;
	}
	sh_emit (call, sh_string_take (g_utf8_make_valid (line->str, -1)));
	return TRUE;
}
