/*
 * exec.c - statements: blocks, conditions, loops, and how they are left.
 */
#include <string.h>

#include "interp.h"

gboolean
emit_one (sh_interp *in, sink *out, sh_value *v, GError **error)
{
	if (sh_interrupted_error (in, error)) {
		sh_unref (v);
		return FALSE;
	}
	if (!out->stopped) {
		sh_value_attach (v, in);
		out->f (v, out->user);
	} else {
		sh_unref (v);
	}
	if (out->error != NULL) {
		g_propagate_error (error, g_steal_pointer (&out->error));
		return FALSE;
	}
	if (!out->stopped)
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_STOP, "no more is wanted");
	return FALSE;
}

gboolean
emit_each (sh_interp *in, sink *out, sh_value *v, GError **error)
{
	g_autoptr (sh_value) all = v;

	if (sh_value_kind (v) != SH_ARRAY)
		return sh_is_void (v)
			|| emit_one (in, out, g_steal_pointer (&all), error);
	for (guint i = 0; i < sh_array_length (v); i++)
		if (!emit_one (in, out, sh_ref (sh_array_get (v, i)), error))
			return FALSE;
	return TRUE;
}

/* ---- blocks ---- */

/* Does the script go on behind a statement that failed with `e`? */
static gboolean
goes_on (sh_interp *in, const GError *e)
{
	return !error_is_flow (e) && in->try_depth == 0
		&& g_ascii_strcasecmp (error_action (in), "Stop") != 0;
}

gboolean
exec_statements (sh_interp *in, node *n, sink *out, GError **error)
{
	for (guint i = 0; n->kids != NULL && i < n->kids->len; i++) {
		g_autoptr (GError) e = NULL;
		gboolean ok = exec (in, n->kids->pdata[i], out, &e);
		gboolean taken = FALSE;

		if (!ok && n->flag) {
			ok = exec_trap (in, n, g_steal_pointer (&e), out,
					&taken, &e);
			if (ok && taken)
				continue;
		}

		if (!ok && !goes_on (in, e)) {
			g_propagate_error (error, g_steal_pointer (&e));
			return FALSE;
		}
		if (!ok)
			report (in, e, error_action (in));
		if (out == in->top && in->pipe_depth == 0)
			flush_pending (in);
	}
	return TRUE;
}

static gboolean
condition (sh_interp *in, node *n, gboolean *hit, GError **error)
{
	g_autoptr (sh_value) v = eval_statement (in, n, error);

	if (v == NULL)
		return FALSE;
	*hit = sh_truth (v);
	return TRUE;
}

static gboolean
exec_if (sh_interp *in, node *n, sink *out, GError **error)
{
	for (guint i = 0; i + 1 < n->kids->len; i += 2) {
		gboolean hit;

		if (!condition (in, n->kids->pdata[i], &hit, error))
			return FALSE;
		if (hit)
			return exec_statements (in, n->kids->pdata[i + 1],
						out, error);
	}
	return n->b == NULL || exec_statements (in, n->b, out, error);
}

/* ---- leaving ---- */

static gboolean
leave_loop (sh_interp *in, node *n, GError **error)
{
	g_free (in->label);
	in->label = g_strdup (n->text);
	g_set_error (error, SH_ERROR, n->kind == N_BREAK ? FLOW_BREAK
		     : FLOW_CONTINUE, "%s stands outside of a loop",
		     n->kind == N_BREAK ? "break" : "continue");
	return FALSE;
}

static gboolean
exec_return (sh_interp *in, node *n, sink *out, GError **error)
{
	if (in->in_method && n->a != NULL) {
		sh_value *v = eval_statement (in, n->a, error);

		if (v == NULL)
			return FALSE;
		sh_unref (in->returned);
		in->returned = v;
	} else if (n->a != NULL && !exec (in, n->a, out, error)) {
		return FALSE;
	}
	g_set_error (error, SH_ERROR, FLOW_RETURN, "return");
	return FALSE;
}

static gboolean
exec_exit (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = NULL;
	gint64 code = 0;

	if (n->a != NULL) {
		v = eval_statement (in, n->a, error);
		if (v == NULL)
			return FALSE;
		if (!sh_to_int (v, &code)) {
			fail_at (in, n, error, "exit takes a number");
			return FALSE;
		}
	}
	in->exit_code = (int) (code & 0xff);
	g_set_error (error, SH_ERROR, SH_ERROR_EXIT, "exit");
	return FALSE;
}

static gboolean
exec_throw (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = NULL;
	g_autofree char *text = NULL;
	GError *e = NULL;

	if (n->a != NULL)
		v = eval_statement (in, n->a, error);
	else
		v = var_get (in, "_");
	if (v == NULL && n->a != NULL)
		return FALSE;
	g_clear_pointer (&in->bad_script, script_unref);
	mark_bad (in, n);
	text = v ? sh_to_text (v) : g_strdup ("ScriptHalted");
	g_set_error_literal (&e, SH_ERROR, SH_ERROR_RUNTIME, text);
	if (v != NULL && g_strcmp0 (sh_type_name (v), "ErrorRecord") == 0) {
		sh_unref (in->thrown);
		in->thrown = sh_ref (v);
		e->code = SH_ERROR_THROWN;
		g_propagate_error (error, e);
		return FALSE;
	}
	throw_error (in, e, error);
	if (v != NULL && is_exception (v))
		sh_set (in->thrown, "Exception", sh_ref (v));
	else if (v != NULL)
		sh_set (in->thrown, "TargetObject", sh_ref (v));
	return FALSE;
}

sh_value *
function_block (sh_interp *in, const char *name)
{
	g_autofree char *low = g_utf8_strdown (name, -1);
	function *f = g_hash_table_lookup (in->functions, low);

	guint end = f ? f->def->a->end : 0;

	/* Without the brace, as any block's text. */
	if (f != NULL && end > 0 && f->from->text[end - 1] == '}')
		end--;
	return f ? block_of (f->from, f->def->a, f->def->a->at, end) : NULL;
}

static gboolean
exec_function (sh_interp *in, node *n)
{
	function *f = g_new0 (function, 1);

	f->from = script_ref (in->script);
	f->def = n;
	g_hash_table_insert (in->functions, g_utf8_strdown (n->text, -1), f);
	return TRUE;
}

static gboolean
exec_node (sh_interp *in, node *n, sink *out, GError **error)
{
	switch (n->kind) {
	case N_STATEMENTS:
		return exec_statements (in, n, out, error);
	case N_PIPELINE:
		return run_pipeline (in, n, out, error);
	case N_ASSIGN:
		return exec_assign (in, n, error);
	case N_IF:
		return exec_if (in, n, out, error);
	case N_WHILE:
	case N_DO:
	case N_FOR:
	case N_FOREACH:
		return exec_loop (in, n, out, error);
	case N_SWITCH:
		return exec_switch (in, n, out, error);
	case N_TRY:
		return exec_try (in, n, out, error);
	case N_FUNCTION:
		return exec_function (in, n);
	case N_CLASS:
		return exec_class (in, n, error);
	case N_TRAP:
		return TRUE;
	case N_BREAK:
	case N_CONTINUE:
		return leave_loop (in, n, error);
	case N_RETURN:
		return exec_return (in, n, out, error);
	case N_EXIT:
		return exec_exit (in, n, error);
	case N_THROW:
		return exec_throw (in, n, error);
	default:
		fail_at (in, n, error, "this is no statement");
		return FALSE;
	}
}

gboolean
exec (sh_interp *in, node *n, sink *out, GError **error)
{
	gboolean ok;

	if (sh_interrupted (in)) {
		g_set_error (error, SH_ERROR, SH_ERROR_INTERRUPTED,
			     "interrupted");
		return FALSE;
	}
	if (in->eval_depth >= EVAL_DEPTH) {
		fail_at (in, n, error, "nested too deeply: %d levels are the "
			 "limit", EVAL_DEPTH);
		return FALSE;
	}
	in->eval_depth++;
	ok = exec_node (in, n, out, error);
	in->eval_depth--;
	return ok;
}
