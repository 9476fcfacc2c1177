/*
 * pipeline.c - pipelines: stages are found and bound, objects stream through
 * them one by one, and the outermost one ends the statement's transaction.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../cmdlet/params.h"
#include "../format/format.h"
#include "interp.h"

typedef struct {
	sh_interp *in;
	node *n;		/* N_COMMAND; NULL: the expression */
	const sh_cmdlet *cmdlet;
	sh_call *call;
	call *fn;		/* a function, script or block */
	program *prog;
	char *action;		/* what a failure does */
	sink input;		/* where the stage before writes */
	sink file;		/* of > FILE */
	GPtrArray *to_file;
	sink *to;
	GError *broken;		/* from behind, while a handler ran */
	/* Everything runs where the pipeline stands, also when it is called
	 * from within a function that is a stage before. */
	scope *scope;
	script *script;
} stage;

/* ---- one stage ---- */

static void
on_emit (sh_value *v, gpointer user)
{
	stage *s = user;

	if (s->broken != NULL)
		sh_unref (v);
	else
		emit_one (s->in, s->to, v, &s->broken);
}

/* An error of a handler: reported here, or climbing on. */
static gboolean
settle (stage *s, gboolean ok, GError *e, GError **error)
{
	if (s->broken != NULL) {
		g_clear_error (&e);
		g_propagate_error (error, g_steal_pointer (&s->broken));
		return FALSE;
	}
	if (ok)
		return TRUE;
	if (s->n != NULL)
		mark_bad (s->in, s->n);
	if (error_is_flow (e)) {
		g_propagate_error (error, e);
		return FALSE;
	}
	if (g_ascii_strcasecmp (s->action, "Stop") == 0
	    || g_ascii_strcasecmp (s->action, "Inquire") == 0) {
		throw_error (s->in, e, error);
		return FALSE;
	}
	if (s->call != NULL)
		sh_call_note (s->call, "ErrorVariable",
			      error_record (s->in, e));
	report (s->in, e, s->action);
	g_error_free (e);
	return TRUE;
}

static gboolean
run_handler (stage *s, gboolean (*f) (sh_call *call, GError **error),
	     GError **error)
{
	GError *e = NULL;
	gboolean quiet = s->in->quiet, ok;

	if (f == NULL)
		return TRUE;
	g_clear_pointer (&s->in->bad_script, script_unref);
	for (guint i = 0; s->n->kids != NULL && i < s->n->kids->len; i++) {
		node *r = s->n->kids->pdata[i];

		s->in->quiet |= r->kind == N_REDIRECT && r->op != '1';
	}
	ok = f (s->call, &e);
	ok = settle (s, ok, e, error);
	s->in->quiet = quiet;
	return ok;
}

static gboolean
stage_item (stage *s, sh_value *v, GError **error)
{
	g_autoptr (sh_value) item = v;
	GError *e = NULL;

	if (s->fn != NULL)
		return call_input (s->fn, g_steal_pointer (&item), s->to,
				   error);
	if (s->prog != NULL) {
		program_input (s->prog, item);
		return TRUE;
	}
	g_clear_pointer (&s->in->bad_script, script_unref);
	if (!sh_bind_input (s->call, item, &e))
		return settle (s, FALSE, e, error);
	return run_handler (s, s->cmdlet->process, error);
}

/* The stage before has an object for this one. */
static void
stage_feed (sh_value *v, gpointer user)
{
	stage *s = user;
	scope *scope_before = s->in->now;
	script *script_before = s->in->script;
	GError *e = NULL;

	s->in->now = s->scope;
	s->in->script = s->script;
	if (!stage_item (s, v, &e)) {
		s->input.stopped = TRUE;
		if (g_error_matches (e, SH_ERROR, SH_ERROR_STOP))
			g_error_free (e);
		else
			s->input.error = e;
	}
	s->in->now = scope_before;
	s->in->script = script_before;
}

static gboolean
stage_begin (stage *s, GError **error)
{
	if (s->fn != NULL)
		return call_begin (s->fn, s->to, error);
	if (s->call != NULL)
		return run_handler (s, s->cmdlet->begin, error);
	return TRUE;
}

/* The first stage has no input: it runs once. */
static gboolean
stage_once (stage *s, GError **error)
{
	g_autoptr (sh_value) none = NULL;

	if (s->call != NULL)
		return run_handler (s, s->cmdlet->process, error);
	if (s->fn == NULL || s->fn->body->b == NULL)
		return TRUE;
	none = sh_null ();
	return call_input (s->fn, g_steal_pointer (&none), s->to, error);
}

static gboolean
stage_end (stage *s, GError **error)
{
	if (s->fn != NULL)
		return call_end (s->fn, s->to, error);
	if (s->prog != NULL) {
		/* It may look at what the statement has made. */
		if (!sh_commit (s->in, error))
			return FALSE;
		return program_run (s->prog, s->to, error);
	}
	return run_handler (s, s->cmdlet->end, error);
}

static void
stage_clear (gpointer p)
{
	stage *s = p;

	sh_call_free (s->call);
	call_free (s->fn);
	program_free (s->prog);
	g_free (s->action);
	g_clear_error (&s->broken);
	g_clear_error (&s->input.error);
	g_clear_error (&s->file.error);
	g_clear_pointer (&s->scope, scope_unref);
	g_clear_pointer (&s->script, script_unref);
	if (s->to_file != NULL)
		g_ptr_array_unref (s->to_file);
}

/* ---- a command's name ---- */

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
	fail_at (in, n, error, "'%s' is no cmdlet, function or program%s%s",
		 name, near ? "; near it: " : "", near ? near : "");
	return FALSE;
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
	g_autofree char *text = NULL, *full = g_canonicalize_filename (path,
								       NULL);
	g_autofree char *dir = g_path_get_dirname (full);
	g_autoptr (script) sc = NULL;
	GError *e = NULL;

	if (!g_file_get_contents (path, &text, NULL, &e)) {
		fail_at (s->in, s->n, error, "%s", e->message);
		g_error_free (e);
		return FALSE;
	}
	sc = script_parse (text, path, error);
	if (sc == NULL)
		return FALSE;
	s->fn = call_new (s->in, sc, sc->root, !dot, args, path, error);
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
	for (node *n = s->n; n->kids != NULL; n = NULL) {
		for (guint i = 0; i < n->kids->len; i++) {
			node *arg = n->kids->pdata[i];
			sh_pos pos = script_pos (s->in->script, arg->at);

			if (pos.line == line && pos.column == column)
				mark_bad (s->in, arg);
		}
		break;
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
	sh_call_on_emit (s->call, on_emit, s);
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
		s->fn = call_new (in, f->from, f->def->a, TRUE, args,
				  f->def->text, error);
		if (s->fn == NULL)
			mark_bad (in, s->n);
		return s->fn != NULL;
	}
	c = sh_cmdlet_find (without_module (name));
	if (c != NULL)
		return start_cmdlet (s, c, args, piped, error);
	if (g_str_has_suffix (real, ".ps1"))
		return start_script_file (s, name, s->n->op == '.', args,
					  error);
	path = program_find (name);
	if (path == NULL)
		return fail_command (in, s->n, name, error);
	s->prog = program_new (in, path, args, s->n, error);
	return s->prog != NULL;
}

static gboolean
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
		s->fn = call_new (s->in, b->from, b->body, s->n->op == '&',
				  args, "the script block", error);
		if (s->fn == NULL)
			mark_bad (s->in, s->n);
		return s->fn != NULL;
	}
	name = sh_to_text (what);
	return start_named (s, name, args, piped, error);
}

/* ---- > FILE ---- */

static void
keep (sh_value *v, gpointer user)
{
	g_ptr_array_add (user, v);
}

static gboolean
redirect_open (stage *s)
{
	for (guint i = 0; s->n->kids != NULL && i < s->n->kids->len; i++) {
		node *r = s->n->kids->pdata[i];

		if (r->kind != N_REDIRECT || r->op == '2' || r->a == NULL)
			continue;
		s->to_file = g_ptr_array_new_with_free_func (
			(GDestroyNotify) sh_unref);
		s->file = (sink) { keep, s->to_file, FALSE, NULL, FALSE };
		s->to = &s->file;
	}
	return TRUE;
}

static gboolean
redirect_write (stage *s, node *r, GError **error)
{
	g_autoptr (sh_value) name = eval (s->in, r->a, error);
	g_autofree char *path = name ? sh_to_text (name) : NULL;
	g_autofree char *text = NULL;
	int fd;
	gboolean ok;

	if (name == NULL || sh_value_kind (name) == SH_NULL)
		return name != NULL;
	text = sh_format (s->in, s->to_file, 0);
	fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC
		   | (r->flag ? O_APPEND : O_TRUNC), 0666);
	ok = fd >= 0 && write (fd, text, strlen (text)) >= 0;
	if (!ok)
		fail_at (s->in, r, error, "cannot write '%s': %m", path);
	if (fd >= 0)
		close (fd);
	return ok;
}

static gboolean
redirect_close (stage *s, GError **error)
{
	for (guint i = 0; s->to_file != NULL && i < s->n->kids->len; i++) {
		node *r = s->n->kids->pdata[i];

		if (r->kind == N_REDIRECT && r->op != '2' && r->a != NULL
		    && !redirect_write (s, r, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the whole ---- */

static gboolean
drive_expression (sh_interp *in, node *first, sink *to, GError **error)
{
	sh_value *v = eval (in, first, error);

	if (v == NULL)
		return FALSE;
	if (first->kind == N_STEP) {
		sh_unref (v);	/* $i++ as a statement says nothing */
		return TRUE;
	}
	return emit_each (in, to, v, error);
}

/* TRUE also when the reader behind wants no more: that is no failure here. */
static gboolean
absorb_stop (const sink *out, gboolean ok, GError **error)
{
	if (ok || out->stopped
	    || !g_error_matches (*error, SH_ERROR, SH_ERROR_STOP))
		return ok;
	g_clear_error (error);
	return TRUE;
}

static gboolean
drive (sh_interp *in, node *n, stage *stages, guint count, sink *out,
       GError **error)
{
	node *first = n->kids->pdata[0];
	gboolean ok = TRUE;

	for (guint i = 0; ok && i < count; i++)
		ok = stage_begin (&stages[i], error);
	if (ok && first->kind != N_COMMAND)
		ok = drive_expression (in, first, count ? &stages[0].input
				       : out, error);
	else if (ok)
		ok = stage_once (&stages[0], error);
	ok = absorb_stop (out, ok, error);
	for (guint i = 0; ok && i < count; i++) {
		ok = stage_end (&stages[i], error);
		ok = absorb_stop (out, ok, error)
			&& redirect_close (&stages[i], error);
	}
	return ok;
}

static gboolean
run_stages (sh_interp *in, node *n, sink *out, GError **error)
{
	node *head = n->kids->pdata[0];
	guint skip = head->kind != N_COMMAND, count = n->kids->len - skip;
	g_autofree stage *stages = g_new0 (stage, count + 1);
	gboolean ok = TRUE;
	GError *e = NULL;

	for (guint i = 0; ok && i < count; i++) {
		stage *s = &stages[i];

		s->in = in;
		s->n = n->kids->pdata[i + skip];
		s->scope = scope_ref (in->now);
		s->script = script_ref (in->script);
		s->input.f = stage_feed;
		s->input.user = s;
		s->to = i + 1 < count ? &stages[i + 1].input : out;
		redirect_open (s);
		ok = stage_start (s, i + skip > 0, &e);
	}
	/* What the arguments saw of $? was the statement before. */
	in->last_ok = ok && count > 0 ? TRUE : in->last_ok;
	ok = ok && drive (in, n, stages, count, out, &e);
	in->last_ok = ok && count == 0 ? TRUE : in->last_ok;
	for (guint i = 0; i < count; i++)
		stage_clear (&stages[i]);
	if (!ok && !error_is_flow (e))
		mark_bad (in, n);
	if (e != NULL)
		g_propagate_error (error, e);
	return ok;
}

/* Left on purpose, by break or return: what was done stays done. */
static gboolean
left_well (const GError *e)
{
	return e->domain == SH_ERROR
		&& (e->code >= FLOW_BREAK || e->code == SH_ERROR_EXIT
		    || e->code == SH_ERROR_STOP);
}

gboolean
run_pipeline (sh_interp *in, node *n, sink *out, GError **error)
{
	GError *e = NULL;
	gboolean ok, good;

	if (in->pipe_depth++ == 0)
		in->txn_failed = FALSE;
	ok = run_stages (in, n, out, &e);
	if (--in->pipe_depth == 0) {
		good = ok || left_well (e);
		if (good && !finish_txn (in, TRUE, ok ? &e : NULL)) {
			g_clear_pointer (&in->bad_script, script_unref);
			mark_bad (in, n);
			ok = FALSE;
		} else if (!good) {
			finish_txn (in, FALSE, NULL);
		}
	}
	if (e != NULL)
		g_propagate_error (error, e);
	return ok;
}
