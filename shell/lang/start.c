/*
 * start.c - what a stage of a pipeline runs: a function, cmdlet, script,
 * block or program, found by its name and bound to its arguments.
 */
#include <stdio.h>
#include <string.h>

#include "../cmdlet/params.h"
#include "../cmdlet/windows.h"
#include "stage.h"

static gboolean
fail_command (sh_interp *in, node *n, const char *name, GError **error)
{
	g_autoptr (GPtrArray) all = g_ptr_array_new ();
	g_autofree char *near = NULL;
	GHashTableIter it;
	gpointer key;

	for (guint i = 0; sh_cmdlets[i] != NULL; i++)
		g_ptr_array_add (all, (gpointer) sh_cmdlets[i]->name);
	g_hash_table_iter_init (&it, in->functions);
	while (g_hash_table_iter_next (&it, &key, NULL))
		g_ptr_array_add (all, key);
	g_ptr_array_add (all, NULL);
	near = sh_nearest (name, (const char *const *) all->pdata);
	fail_as (in, n, SH_ERROR_NO_COMMAND, error, "'%s' is no cmdlet, function or program%s%s",
		 name, near ? "; near it: " : "", near ? near : "");
	return FALSE;
}

/* A command of Windows: skipped with a warning, or an error. */
static gboolean
start_windows (stage *s, const sh_windows *w, GError **error)
{
	g_autofree char *line = NULL;

	if (!w->skipped) {
		fail_at (s->in, s->n, error, "%s: Windows alone has it: %s "
			 "(Get-Help about_windows_only)", w->name, w->text);
		return FALSE;
	}
	s->skipped = TRUE;
	line = g_strdup_printf ("%s: skipped, Windows alone has it: %s",
				w->name, w->text);
	s->in->streams = &s->frame;
	sh_warning (s->in, line);
	s->in->streams = s->frame.outer;
	return TRUE;
}

/* Hyper-V\Get-VM is Get-VM. */
static const char *
without_module (const char *name)
{
	const char *cut = strrchr (name, '\\');

	if (cut == NULL || strchr (name, '/') || *name == '.' || !cut[1]
	    || g_str_has_suffix (name, ".ps1"))
		return name;
	return cut + 1;
}

static gboolean
start_script_file (stage *s, const char *path, gboolean dot, GArray *args,
		   GError **error)
{
	g_autofree char *text = NULL, *plain = g_strdelimit (
		g_strdup (path), "\\", '/');
	g_autofree char *full = g_canonicalize_filename (plain, NULL);
	g_autofree char *dir = g_path_get_dirname (full);
	g_autoptr (script) sc = NULL;
	GError *e = NULL;

	if (!g_file_get_contents (plain, &text, NULL, &e)) {
		fail_at (s->in, s->n, error, "%s", e->message);
		g_error_free (e);
		return FALSE;
	}
	sc = script_parse (text, plain, error);
	if (sc == NULL)
		return FALSE;
	s->fn = call_new (s->in, sc, sc->root, NULL, !dot, args, path, error);
	if (s->fn == NULL)
		return FALSE;
	s->fn->scope->is_script |= !dot;
	scope_set (s->fn->scope, "PSScriptRoot", sh_string (dir));
	scope_set (s->fn->scope, "PSCommandPath", sh_string (full));
	return TRUE;
}

static void
note_common (stage *s)
{
	const sh_cmdlet *c = s->cmdlet;
	sh_interp *in = s->in;
	const char *word = NULL;
	g_autoptr (sh_value) prefers = NULL;

	if (!(c->flags & SH_RAW)) {
		word = sh_arg_text (s->call, "ErrorAction");
		in->verbose |= sh_arg_on (s->call, "Verbose");
	}
	s->action = g_strdup (word ? word : error_action (in));
	if (!(c->flags & (SH_CHANGES | SH_DESTRUCTIVE)))
		return;
	prefers = var_get (in, "WhatIfPreference");
	in->whatif |= sh_given (s->call, "WhatIf")
		? sh_arg_on (s->call, "WhatIf")
		: prefers != NULL && sh_truth (prefers);
	if (sh_given (s->call, "Confirm") && !sh_arg_on (s->call, "Confirm"))
		in->unguarded = TRUE;
	if (sh_given (s->call, "Confirm"))
		in->ask |= sh_arg_on (s->call, "Confirm");
	else if ((c->flags & SH_DESTRUCTIVE) && in->o.interactive)
		in->ask |= sh_param_index (c, "Force") < 0
			|| !sh_arg_on (s->call, "Force");
}

/* The binder puts the place at the end of its message; here it is wanted as
 * a place. */
static void
take_place (stage *s, GError *e)
{
	char *cut = strrchr (e->message, '(');
	int line, column;

	if (cut == NULL
	    || sscanf (cut, "(line %d, column %d)", &line, &column) != 2
	    || line < 1 || line > (int) s->in->script->lines->len)
		return;
	for (guint i = 0; s->n->kids != NULL && i < s->n->kids->len; i++) {
		node *arg = s->n->kids->pdata[i];
		sh_pos pos = script_pos (s->in->script, arg->at);

		if (pos.line == line && pos.column == column)
			mark_bad (s->in, arg);
	}
	if (s->in->bad_script == NULL)
		return;
	*cut = '\0';
	g_strchomp (e->message);
}

static gboolean
start_cmdlet (stage *s, const sh_cmdlet *c, GArray *args, gboolean piped,
	      GError **error)
{
	GError *e = NULL;

	g_clear_pointer (&s->in->bad_script, script_unref);
	s->call = sh_bind (s->in, c, (sh_arg_in *) (gpointer) args->data,
			   args->len, piped, &e);
	if (s->call == NULL) {
		take_place (s, e);
		mark_bad (s->in, s->n);
		g_propagate_error (error, e);
		return FALSE;
	}
	s->cmdlet = sh_call_cmdlet (s->call);
	sh_call_on_emit (s->call, stage_on_emit, s);
	note_common (s);
	return TRUE;
}

static gboolean
start_named (stage *s, const char *name, GArray *args, gboolean piped,
	     GError **error)
{
	sh_interp *in = s->in;
	g_autofree char *low = g_utf8_strdown (name, -1);
	const char *alias = g_hash_table_lookup (in->aliases, low);
	g_autofree char *real = g_utf8_strdown (alias ? alias : name, -1);
	function *f = g_hash_table_lookup (in->functions, real);
	const sh_cmdlet *c;
	g_autofree char *path = NULL;

	name = alias ? alias : name;
	if (f != NULL) {
		s->fn = call_new (in, f->from, f->def->a, NULL, TRUE, args,
				  f->def->text, error);
		if (s->fn == NULL)
			mark_bad (in, s->n);
		else
			s->fn->scope->command = g_strdup (f->def->text);
		return s->fn != NULL;
	}
	c = sh_cmdlet_find (without_module (name));
	if (c != NULL)
		return start_cmdlet (s, c, args, piped, error);
	if (g_str_has_suffix (real, ".ps1"))
		return start_script_file (s, name, s->n->op == '.', args,
					  error);
	path = program_find (name);
	if (path == NULL && sh_windows_find (without_module (name)) != NULL)
		return start_windows (s, sh_windows_find (
			without_module (name)), error);
	if (path == NULL)
		return fail_command (in, s->n, name, error);
	s->prog = program_new (in, path, args, s->n, error);
	return s->prog != NULL;
}

gboolean
stage_start (stage *s, gboolean piped, GError **error)
{
	g_autoptr (sh_value) what = eval (s->in, s->n->a, error);
	g_autoptr (GArray) args = what
		? eval_command_args (s->in, s->n, error) : NULL;
	g_autofree char *name = NULL;
	sh_block *b;

	if (args == NULL)
		return FALSE;
	b = sh_block_get (what);
	if (b != NULL && s->n->op != 0) {
		s->fn = call_new (s->in, b->from, b->body, b->closure,
				  s->n->op == '&', args, "the script block", error);
		if (s->fn == NULL)
			mark_bad (s->in, s->n);
		return s->fn != NULL;
	}
	name = sh_to_text (what);
	return start_named (s, name, args, piped, error);
}
