/*
 * core_content.c - what files hold: Get-Content, Set-Content, Add-Content,
 * Clear-Content and Tee-Object.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../format/format.h"
#include "core.h"

#define READ_LIMIT (256u << 20)	/* of text, as everywhere */

static gboolean
read_into (sh_call *call, int fd, GString *out, GError **error)
{
	char buffer[65536];
	gssize n;

	while ((n = read (fd, buffer, sizeof buffer)) != 0) {
		if (sh_interrupted_error (sh_call_interp (call), error))
			return FALSE;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME, "%s",
				     g_strerror (errno));
			return FALSE;
		}
		g_string_append_len (out, buffer, n);
		if (out->len > READ_LIMIT) {
			g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
				     "it is too long: %u MB are the limit",
				     READ_LIMIT >> 20);
			return FALSE;
		}
	}
	return TRUE;
}

char *
core_read_file (sh_call *call, const char *path, GError **error)
{
	GString *out = g_string_new (NULL);
	int fd = open (path, O_RDONLY | O_CLOEXEC);
	gboolean ok = FALSE;

	if (fd < 0)
		g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND,
			     "cannot open '%s': %s", path, g_strerror (errno));
	else
		ok = read_into (call, fd, out, error);
	if (fd >= 0 && !ok && !sh_interrupted (sh_call_interp (call)))
		g_prefix_error (error, "cannot read '%s': ", path);
	if (fd >= 0)
		close (fd);
	return g_string_free (out, !ok);
}

gboolean
core_write_file (const char *path, const char *mode, const char *text,
		 GError **error)
{
	FILE *f = fopen (path, mode);
	gboolean ok = f != NULL && fputs (text, f) >= 0;
	int why = errno;

	if (f != NULL && fclose (f) != 0 && ok) {
		ok = FALSE;
		why = errno;
	}
	if (!ok)
		g_set_error (error, SH_ERROR, SH_ERROR_IO,
			     "cannot write '%s': %s", path, g_strerror (why));
	return ok;
}

static gboolean get_content (sh_call *call, GError **error);
static gboolean set_content (sh_call *call, GError **error);

static const sh_param get_content_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "files to read" },
	{ "Raw", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the whole file is one text" },
	{ "TotalCount", &sh_type_int32, 0, 0, "First,Head", NULL,
	  "how many lines from the start" },
	{ "Tail", &sh_type_int32, 0, 0, "Last", NULL,
	  "how many lines from the end" },
	{ "Encoding", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: files are UTF-8" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
	{ "ReadCount", &sh_type_int64, 0, 0, NULL, NULL,
	  "accepted: lines come one by one" },
};

const sh_cmdlet cmdlet_get_content =
	CORE_CMDLET ("Get-Content", "gc,cat,type", get_content_params,
		     "Reads files line by line",
		     "Get-Content /proc/version", NULL, get_content, NULL);

/* Where the last `n` lines begin. The end of the last line begins no other. */
static const char *
tail_of (const char *text, guint64 n)
{
	const char *p = text + strlen (text);

	if (p > text && p[-1] == '\n')
		p--;
	for (; p > text; p--)
		if (p[-1] == '\n' && n-- <= 1)
			return p;
	return text;
}

static void
emit_lines (sh_call *call, const char *text)
{
	vmnet_opt first = sh_arg_opt (call, "TotalCount");
	vmnet_opt last = sh_arg_opt (call, "Tail");
	guint64 left = first.set ? first.value : G_MAXUINT64;
	const char *end, *p = text;

	if (last.set)
		p = last.value ? tail_of (text, last.value) : "";
	for (; *p != '\0' && left > 0; left--) {
		gsize n;

		end = p + strcspn (p, "\n");
		n = (gsize) (end - p);
		n -= n > 0 && p[n - 1] == '\r';
		sh_emit (call, sh_string_take (g_utf8_make_valid (
			p, (gssize) n)));
		p = *end ? end + 1 : end;
		if (sh_interrupted (sh_call_interp (call)))
			return;
	}
}

static gboolean
get_content (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *text = NULL;
		g_autofree char *path = core_path (sh_text (sh_array_get (
			paths, i)));

		text = core_read_file (call, path, error);
		if (text == NULL)
			return FALSE;
		if (sh_arg_on (call, "Raw"))
			sh_emit (call, sh_string_take (
				g_utf8_make_valid (text, -1)));
		else
			emit_lines (call, text);
	}
	return TRUE;
}

static gboolean set_content_end (sh_call *call, GError **error);

static const sh_param set_content_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY, 1, "LiteralPath", NULL,
	  "file to write" },
	{ "Value", &sh_type_object, SH_LIST | SH_PIPE_VALUE, 2, NULL, NULL,
	  "lines of the file" },
	{ "NoNewline", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "no end of line behind each" },
	{ "Encoding", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: files are UTF-8" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_set_content =
	CORE_CMDLET ("Set-Content", NULL, set_content_params,
		     "Writes a file; what it had is gone",
		     "Set-Content /tmp/note.txt 'one', 'two'", NULL,
		     set_content, set_content_end);

const sh_cmdlet cmdlet_add_content =
	CORE_CMDLET ("Add-Content", "ac", set_content_params,
		     "Adds lines to a file",
		     "Add-Content /tmp/note.txt 'three'", NULL, set_content,
		     set_content_end);

static gboolean
set_content (sh_call *call, GError **error)
{
	sh_value *v = sh_arg (call, "Value");
	GPtrArray *all = core_gathered (call);

	for (guint i = 0; v != NULL && i < sh_array_length (v); i++)
		g_ptr_array_add (all, sh_ref (sh_array_get (v, i)));
	return TRUE;
}

static gboolean
set_content_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	g_autoptr (GString) s = g_string_new (NULL);
	g_autofree char *path = NULL;

	for (guint i = 0; i < all->len; i++) {
		g_autofree char *t = sh_to_text (all->pdata[i]);

		g_string_append (s, t);
		if (!sh_arg_on (call, "NoNewline"))
			g_string_append_c (s, '\n');
	}
	path = core_path (sh_arg_text (call, "Path"));
	return core_write_file (path, sh_call_cmdlet (call)
				== &cmdlet_add_content ? "ae" : "we", s->str,
				error);
}

/* ---- Clear-Content ---- */

CORE_HANDLER (clear_content);

static const sh_param clear_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "files that shall be empty" },
};

const sh_cmdlet cmdlet_clear_content =
	CORE_CMDLET ("Clear-Content", "clc", clear_params,
		     "Empties files", "Set-Content /tmp/n.txt x; "
		     "Clear-Content /tmp/n.txt", NULL, clear_content, NULL);

static gboolean
clear_content (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *path = core_path (sh_text (sh_array_get (
			paths, i)));

		if (!core_write_file (path, "we", "", error))
			return FALSE;
	}
	return TRUE;
}

/* ---- Tee-Object ---- */

CORE_HANDLER (tee_process);
CORE_HANDLER (tee_end);

static const sh_param tee_params[] = {
	{ "FilePath", &sh_type_string, 0, 1, "Path,LiteralPath", NULL,
	  "file that gets what the terminal would show" },
	{ "Variable", &sh_type_string, 0, 0, NULL, NULL,
	  "variable that gets the objects" },
	{ "Append", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "add to what the file has" },
	CORE_INPUT ("objects to keep and hand on"),
};

const sh_cmdlet cmdlet_tee_object =
	CORE_CMDLET ("Tee-Object", "tee", tee_params,
		     "Hands objects on and keeps them in a file or variable",
		     "Get-VM | Tee-Object -Variable vms", NULL, tee_process,
		     tee_end);

static gboolean
tee_process (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);

	if (item == NULL)
		return TRUE;
	g_ptr_array_add (core_gathered (call), sh_ref (item));
	sh_emit (call, sh_ref (item));
	return TRUE;
}

static gboolean
tee_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	const char *name = sh_arg_text (call, "Variable");
	g_autofree char *path = NULL, *text = NULL;
	sh_value *list;

	if (name != NULL) {
		list = sh_array ();
		for (guint i = 0; i < all->len; i++)
			sh_array_add (list, sh_ref (all->pdata[i]));
		sh_var_set (sh_call_interp (call), name, list);
	}
	if (!sh_given (call, "FilePath"))
		return TRUE;
	path = core_path (sh_arg_text (call, "FilePath"));
	text = sh_format (sh_call_interp (call), all, 0);
	return core_write_file (path, sh_arg_on (call, "Append") ? "ae"
				: "we", text, error);
}
