/*
 * pipeline.c - pipelines: objects stream through the stages one by one, and
 * the outermost pipeline ends the statement's transaction. start.c finds and
 * binds what a stage runs.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../format/format.h"
#include "stage.h"

/* ---- one stage ---- */

void
stage_on_emit (sh_value *v, gpointer user)
{
	stage *s = user;

	if (s->broken != NULL)
		sh_unref (v);
	else
		emit_one (s->in, s->to, v, &s->broken);
}

static void
tee_emit (sh_value *v, gpointer user)
{
	stage *s = user;

	sh_array_add (s->seen, sh_ref (v));
	emit_one (s->in, s->tee_to, v, s->tee.error ? NULL : &s->tee.error);
}

/* The list that the variable of the name holds from now on; new reference. */
static sh_value *
variable_list (stage *s, const char *name)
{
	sh_value *list = sh_list_new (SH_L_ARRAYLIST, NULL, FALSE);
	g_autoptr (sh_value) old = *name == '+'
		? var_get (s->in, name + 1) : NULL;

	for (guint i = 0; old != NULL && i < sh_array_length (old); i++)
		sh_array_add (list, sh_ref (sh_array_get (old, i)));
	scope_set (s->scope, name + (*name == '+'), sh_ref (list));
	return list;
}

/* -ErrorVariable, -OutVariable and their like of a function. */
static void
stage_variables (stage *s)
{
	static const char streams[] = { '2', '3', '6' };

	for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
		if (s->fn->variables[i] != NULL) {
			s->frame.kept[streams[i] - '2'] = variable_list (
				s, s->fn->variables[i]);
			s->redirects = TRUE;
		}
	if (s->fn->variables[3] == NULL)
		return;
	s->seen = variable_list (s, s->fn->variables[3]);
	s->tee = (sink) { tee_emit, s, FALSE, NULL, FALSE };
	s->tee_to = s->to;
	s->to = &s->tee;
}

/* While the stage runs its redirections are those in force. */
static stream_frame *
stage_enter (stage *s)
{
	stream_frame *before = s->in->streams;

	s->in->streams = s->redirects ? &s->frame : s->frame.outer;
	return before;
}

static gboolean
stage_leave (stage *s, stream_frame *before, gboolean ok, GError **error)
{
	s->in->streams = before;
	if (s->frame.broken == NULL)
		return ok;
	if (!ok)
		g_clear_error (error);
	g_propagate_error (error, g_steal_pointer (&s->frame.broken));
	return FALSE;
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
	gboolean ok;

	if (f == NULL)
		return TRUE;
	/* Its arguments may be no whole. */
	if (sh_interrupted_error (s->in, error))
		return FALSE;
	g_clear_pointer (&s->in->bad_script, script_unref);
	ok = f (s->call, &e);
	return settle (s, ok, e, error);
}

static gboolean
stage_take (stage *s, sh_value *v, GError **error)
{
	g_autoptr (sh_value) item = v;
	GError *e = NULL;

	if (s->skipped)
		return TRUE;
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

static gboolean
stage_item (stage *s, sh_value *v, GError **error)
{
	stream_frame *before = stage_enter (s);

	return stage_leave (s, before, stage_take (s, v, error), error);
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
	stream_frame *before = stage_enter (s);
	gboolean ok = TRUE;

	if (s->fn != NULL)
		ok = call_begin (s->fn, s->to, error);
	else if (s->call != NULL)
		ok = run_handler (s, s->cmdlet->begin, error);
	return stage_leave (s, before, ok, error);
}

/* The first stage has no input: it runs once. */
static gboolean
stage_once (stage *s, GError **error)
{
	stream_frame *before = stage_enter (s);
	gboolean ok = s->call
		? run_handler (s, s->cmdlet->process, error)
		: s->fn == NULL || call_once (s->fn, s->to, error);

	return stage_leave (s, before, ok, error);
}

static gboolean
end_of (stage *s, GError **error)
{
	if (s->fn != NULL)
		return call_end (s->fn, s->to, error);
	if (s->prog != NULL) {
		/* It may look at what the statement has made. */
		if (!sh_commit (s->in, error))
			return FALSE;
		return program_run (s->prog, s->to, error);
	}
	return s->skipped || run_handler (s, s->cmdlet->end, error);
}

static gboolean
stage_end (stage *s, GError **error)
{
	stream_frame *before = stage_enter (s);

	return stage_leave (s, before, end_of (s, error), error);
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
	g_clear_error (&s->tee.error);
	g_clear_pointer (&s->seen, sh_unref);
	streams_close (&s->frame);
	g_clear_pointer (&s->scope, scope_unref);
	g_clear_pointer (&s->script, script_unref);
	if (s->to_file != NULL)
		g_ptr_array_unref (s->to_file);
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

		if (r->kind != N_REDIRECT || r->a == NULL
		    || (r->op != '1' && r->op != '*'))
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

		if (r->kind == N_REDIRECT && r->a != NULL
		    && (r->op == '1' || r->op == '*')
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
		s->redirects = streams_redirects (s->n);
		s->frame.outer = in->streams;
		s->frame.n = s->n;
		s->frame.to = s->to;
		ok = stage_start (s, i + skip > 0, &e)
			&& (!s->redirects || s->prog != NULL
			    || streams_open (in, &s->frame, &e));
		if (ok && s->fn != NULL)
			stage_variables (s);
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

/* What ends the statement was said by a command whose errors go elsewhere: it
 * is told there and not once more. Inside of try it is the catch's. */
static void
tell_redirected (sh_interp *in, node *n, sink *out, const GError *e)
{
	stream_frame f = { .outer = in->streams, .to = out };

	if (e == NULL || error_is_flow (e) || in->try_depth > 0)
		return;
	for (guint i = n->kids->len; i-- > 0;) {
		f.n = n->kids->pdata[i];
		if (f.n->kind == N_COMMAND && streams_redirects (f.n))
			break;
		f.n = NULL;
	}
	if (f.n == NULL || !streams_open (in, &f, NULL))
		return;
	in->streams = &f;
	if (streams_send (in, '2', error_record (in, e)))
		in->told = e;
	in->streams = f.outer;
	streams_close (&f);
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
	if (!ok)
		tell_redirected (in, n, out, e);
	if (e != NULL)
		g_propagate_error (error, e);
	return ok;
}
