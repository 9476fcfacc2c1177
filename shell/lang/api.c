/*
 * api.c - what cmdlets ask of the language beside its values: dates, objects
 * of .NET types, text to run, names of methods and aliases, the transcript.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "dotnet.h"

sh_value *
sh_date (gint64 us)
{
	sh_value *v = net_date (us);

	return v ? v : sh_null ();
}

sh_value *
sh_span (gint64 us)
{
	return net_span (us);
}

gboolean
sh_date_us (const sh_value *v, gint64 *us)
{
	return net_to_date (v, us);
}

char *
sh_date_text (gint64 us, const char *format)
{
	return net_date_format (us, format);
}

sh_value *
sh_matches (sh_interp *in, const char *text, const char *pattern,
	    GError **error)
{
	g_autoptr (sh_value) args = sh_array (), made = NULL;
	sh_value *v;

	made = net_regex (in, NULL, pattern, TRUE, error);
	if (made == NULL)
		return NULL;
	sh_array_add (args, sh_string (text));
	v = method_call (in, NULL, made, "Matches", args, error);
	if (v == NULL)
		g_clear_pointer (&in->bad_script, script_unref);
	return v;
}

sh_value *
sh_make (sh_interp *in, const char *type, const sh_value *args,
	 GError **error)
{
	g_autoptr (sh_value) none = sh_array ();
	gboolean found;
	sh_value *v = net_new (in, NULL, type, args ? (sh_value *) args
			       : none, &found, error);

	if (v == NULL && found)
		g_clear_pointer (&in->bad_script, script_unref);
	if (found)
		return v;
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "-TypeName: there is no "
		     "type '%s' here that can be made; there are PSObject, "
		     "System.Collections.ArrayList, Hashtable, exceptions, "
		     "StringBuilder, PSCredential and the script's classes",
		     type);
	return NULL;
}

gboolean
sh_run_text (sh_interp *in, const char *text, sh_emit_func emit,
	     gpointer user, GError **error)
{
	g_autoptr (script) s = script_parse (text, NULL, error);
	sink out = { emit, user, FALSE, NULL, FALSE };
	script *before = in->script;
	gboolean ok;
	node *part;

	if (s == NULL)
		return FALSE;
	if (in->call_depth >= CALL_DEPTH) {
		fail_at (in, NULL, error, "calls are nested too deeply: %d "
			 "are the limit", CALL_DEPTH);
		return FALSE;
	}
	part = s->root->c ? s->root->c : s->root->b;
	in->script = s;
	in->call_depth++;
	ok = part == NULL || exec_statements (in, part, &out, error);
	in->call_depth--;
	in->script = before;
	return ok;
}

static void
drop (sh_value *v, gpointer user)
{
	sh_unref (v);
}

gboolean
sh_source (sh_interp *in, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr (GError) e = NULL;

	if (g_file_get_contents (path, &text, NULL, &e))
		return sh_run_text (in, text, drop, NULL, error);
	g_set_error_literal (error, SH_ERROR, SH_ERROR_NOT_FOUND, e->message);
	return FALSE;
}

sh_value *
sh_aliases (sh_interp *in)
{
	sh_value *out = sh_hash ();
	GHashTableIter it;
	gpointer name, command;

	g_hash_table_iter_init (&it, in->aliases);
	while (g_hash_table_iter_next (&it, &name, &command))
		sh_set (out, name, sh_string (command));
	return out;
}

char **
sh_function_names (sh_interp *in)
{
	GPtrArray *out = g_ptr_array_new ();
	GHashTableIter it;
	gpointer f;

	g_hash_table_iter_init (&it, in->functions);
	while (g_hash_table_iter_next (&it, NULL, &f))
		g_ptr_array_add (out, g_strdup (((function *) f)->def->text));
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_free (out, FALSE);
}

/* The parameters of a function: name, type. */
sh_value *
sh_function_params (sh_interp *in, const char *name)
{
	g_autofree char *low = g_utf8_strdown (name, -1);
	function *f = g_hash_table_lookup (in->functions, low);
	sh_value *out = sh_object ("ParameterList");

	for (guint i = 0; f && f->def->a->kids
	     && i < f->def->a->kids->len; i++) {
		const node *p = f->def->a->kids->pdata[i];

		sh_value *v = sh_object ("ParameterMetadata");

		sh_set (v, "Name", sh_string (p->text));
		sh_set (v, "Type", sh_string (p->type ? p->type : "Object"));
		sh_set (v, "ParameterType", type_object (p->type ? p->type
							 : "Object"));
		sh_set (out, p->text, v);
	}
	return out;
}

gboolean
sh_has_function (sh_interp *in, const char *name)
{
	g_autofree char *low = g_utf8_strdown (name, -1);

	return g_hash_table_contains (in->functions, low);
}

char *
sh_program (const char *name)
{
	return program_find (name);
}

GPtrArray *
sh_jobs (sh_interp *in, GDestroyNotify free_func)
{
	if (in->jobs == NULL)
		in->jobs = g_ptr_array_new_with_free_func (free_func);
	return in->jobs;
}

/* ---- what the prompt has run ---- */

#define LINES 4096		/* as PowerShell keeps */

static void
line_free (gpointer data)
{
	sh_line *l = data;

	g_free (l->text);
	g_free (l);
}

GPtrArray *
sh_lines (sh_interp *in)
{
	if (in->lines == NULL)
		in->lines = g_ptr_array_new_with_free_func (line_free);
	return in->lines;
}

void
sh_line_add (sh_interp *in, const char *text, gint64 began, gint64 ended,
	     gboolean ok)
{
	GPtrArray *all = sh_lines (in);
	sh_line *l;
	g_autofree char *plain = g_strstrip (g_strdup (text));

	if (*plain == '\0')
		return;
	l = g_new0 (sh_line, 1);
	*l = (sh_line) { ++in->n_lines, g_steal_pointer (&plain), began,
			 ended, ok };
	g_ptr_array_add (all, l);
	if (all->len > LINES)
		g_ptr_array_remove_index (all, 0);
}

/* ---- the transcript ---- */

gboolean
sh_transcript_start (sh_interp *in, const char *path, gboolean append,
		     GError **error)
{
	int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC
		       | (append ? O_APPEND : O_TRUNC), 0666);

	if (fd < 0) {
		g_set_error (error, SH_ERROR, SH_ERROR_IO,
			     "cannot write '%s': %s", path,
			     g_strerror (errno));
		return FALSE;
	}
	sh_transcript_stop (in);
	in->transcript = fd;
	in->transcript_path = g_strdup (path);
	return TRUE;
}

char *
sh_transcript_stop (sh_interp *in)
{
	char *path = g_steal_pointer (&in->transcript_path);

	if (path != NULL) {
		flush_pending (in);
		close (in->transcript);
	}
	return path;
}
