/*
 * loop.c - while, do, for, foreach, switch and try.
 */
#include <string.h>

#include "interp.h"

gboolean
loop_takes (sh_interp *in, node *loop, GError **error, gboolean *leave)
{
	gboolean is_break;

	if (*error == NULL || (*error)->domain != SH_ERROR)
		return FALSE;
	is_break = (*error)->code == FLOW_BREAK;
	if (!is_break && (*error)->code != FLOW_CONTINUE)
		return FALSE;
	if (in->label != NULL
	    && (loop->label == NULL
		|| g_ascii_strcasecmp (in->label, loop->label) != 0))
		return FALSE;
	g_clear_error (error);
	*leave = is_break;
	return TRUE;
}

/* FALSE: the loop ends; with *error, because something failed. */
static gboolean
run_body (sh_interp *in, node *loop, node *body, sink *out, GError **error)
{
	GError *e = NULL;
	gboolean leave = FALSE;

	/* An empty body would never come to where Ctrl-C is seen. */
	if (sh_interrupted (in))
		g_set_error (&e, SH_ERROR, SH_ERROR_INTERRUPTED,
			     "interrupted");
	else if (exec_statements (in, body, out, &e))
		return TRUE;
	if (loop_takes (in, loop, &e, &leave))
		return !leave;
	g_propagate_error (error, e);
	return FALSE;
}

static gboolean
truth_of (sh_interp *in, node *n, gboolean *hit, GError **error)
{
	g_autoptr (sh_value) v = NULL;

	*hit = TRUE;
	if (n == NULL)
		return TRUE;
	v = eval_statement (in, n, error);
	if (v != NULL)
		*hit = sh_truth (v);
	return v != NULL;
}

static void
loop_while (sh_interp *in, node *n, sink *out, GError **error)
{
	gboolean hit;

	while (truth_of (in, n->a, &hit, error) && hit)
		if (!run_body (in, n, n->b, out, error))
			return;
}

static void
loop_do (sh_interp *in, node *n, sink *out, GError **error)
{
	gboolean hit;

	do {
		if (!run_body (in, n, n->a, out, error))
			return;
	} while (truth_of (in, n->b, &hit, error) && hit != n->flag);
}

static void
loop_for (sh_interp *in, node *n, sink *out, GError **error)
{
	sink nowhere = *out;
	gboolean hit;

	if (n->a != NULL && !exec (in, n->a, &nowhere, error))
		return;
	while (truth_of (in, n->b, &hit, error) && hit) {
		if (!run_body (in, n, n->d, out, error))
			return;
		if (n->c != NULL && !exec (in, n->c, out, error))
			return;
	}
}

static void
loop_foreach (sh_interp *in, node *n, sink *out, GError **error)
{
	g_autoptr (sh_value) all = eval_statement (in, n->a, error);

	for (guint i = 0; all != NULL && i < sh_array_length (all); i++) {
		if (n->key != NULL)
			scope_set_key (in->now, n->key,
				       sh_ref (sh_array_get (all, i)));
		else
			var_set (in, n->text, sh_ref (sh_array_get (all, i)));
		if (!run_body (in, n, n->b, out, error))
			return;
	}
}

gboolean
exec_loop (sh_interp *in, node *n, sink *out, GError **error)
{
	GError *e = NULL;

	switch (n->kind) {
	case N_WHILE:
		loop_while (in, n, out, &e);
		break;
	case N_DO:
		loop_do (in, n, out, &e);
		break;
	case N_FOR:
		loop_for (in, n, out, &e);
		break;
	default:
		loop_foreach (in, n, out, &e);
		break;
	}
	if (e == NULL)
		return TRUE;
	g_propagate_error (error, e);
	return FALSE;
}

/* ---- switch ---- */

static gboolean
switch_hits (sh_interp *in, node *n, node *label, sh_value *item,
	     gboolean *hit, GError **error)
{
	g_autoptr (sh_value) v = NULL;
	g_autofree char *text = sh_to_text (item), *want = NULL;
	gboolean cs = (n->op & SWITCH_CASE) != 0;
	sh_value *groups = NULL;

	if (label->kind == N_BLOCK) {
		v = collect (in, label->a->c ? label->a->c : label->a->b,
			     FALSE, error);
		*hit = v != NULL && sh_truth (v);
		return v != NULL;
	}
	v = eval (in, label, error);
	if (v == NULL)
		return FALSE;
	want = sh_to_text (v);
	if (n->op & SWITCH_WILDCARD)
		*hit = sh_like (text, want, cs);
	else if (!(n->op & SWITCH_REGEX))
		*hit = sh_equal (item, v, cs);
	else if (!regex_test (in, label, text, want, cs, &groups, hit, error))
		return FALSE;
	if (groups != NULL)
		var_set (in, "Matches", groups);
	return TRUE;
}

/* FALSE with error; *leave: break was met. */
static gboolean
switch_item (sh_interp *in, node *n, sh_value *item, sink *out,
	     gboolean *leave, GError **error)
{
	gboolean any = FALSE;
	guint count = n->kids ? n->kids->len : 0;

	for (guint i = 0; i <= count; i += 2) {
		node *body = i < count ? n->kids->pdata[i + 1]
			: any ? NULL : n->b;
		gboolean hit = i >= count;
		GError *e = NULL;

		if (i < count && !switch_hits (in, n, n->kids->pdata[i], item,
					       &hit, error))
			return FALSE;
		any |= hit;
		if (!hit || body == NULL
		    || exec_statements (in, body, out, &e))
			continue;
		if (loop_takes (in, n, &e, leave))
			return TRUE;
		g_propagate_error (error, e);
		return FALSE;
	}
	return TRUE;
}

gboolean
exec_switch (sh_interp *in, node *n, sink *out, GError **error)
{
	g_autoptr (sh_value) all = eval_statement (in, n->a, error);
	g_autoptr (sh_value) before = var_get (in, "_");
	gboolean leave = FALSE, ok = all != NULL;
	gboolean is_null;

	if (all == NULL)
		return FALSE;
	is_null = sh_value_kind (all) == SH_NULL;
	for (guint i = 0; ok && !leave
	     && i < (is_null ? 1 : sh_array_length (all)); i++) {
		sh_value *item = is_null ? all : sh_array_get (all, i);

		var_set (in, "_", sh_ref (item));
		ok = !sh_interrupted_error (in, error)
			&& switch_item (in, n, item, out, &leave, error);
	}
	var_set (in, "_", before ? g_steal_pointer (&before) : sh_null ());
	return ok;
}

/* ---- try ---- */

static gboolean
catch_takes (const node *c, const sh_value *record)
{
	g_autoptr (sh_value) exception = sh_get (record, "Exception");

	for (guint i = 0; c->kids != NULL && i < c->kids->len; i++) {
		const node *type = c->kids->pdata[i];

		if (exception_is (exception ? sh_type_name (exception)
				  : "Exception", type->text))
			return TRUE;
	}
	return c->kids == NULL;
}

static gboolean
run_catch (sh_interp *in, node *c, sh_value *record, sink *out,
	   GError **error)
{
	g_autoptr (sh_value) before = var_get (in, "_");
	gboolean ok;

	var_set (in, "_", sh_ref (record));
	ok = exec_statements (in, c->a, out, error);
	var_set (in, "_", before ? g_steal_pointer (&before) : sh_null ());
	return ok;
}

static gboolean
may_be_caught (const GError *e)
{
	return !error_is_flow (e)
		|| g_error_matches (e, SH_ERROR, SH_ERROR_THROWN);
}

static gboolean
run_catches (sh_interp *in, node *n, GError *e, sink *out, GError **error)
{
	g_autoptr (sh_value) record = error_record (in, e);

	for (guint i = 0; n->kids != NULL && i < n->kids->len; i++) {
		node *c = n->kids->pdata[i];

		if (!catch_takes (c, record))
			continue;
		g_error_free (e);
		error_remember (in, record);
		g_clear_pointer (&in->bad_script, script_unref);
		return run_catch (in, c, record, out, error);
	}
	g_propagate_error (error, e);
	return FALSE;
}

gboolean
exec_trap (sh_interp *in, node *n, GError *e, sink *out, gboolean *taken,
	   GError **error)
{
	g_autoptr (sh_value) record = may_be_caught (e)
		? error_record (in, e) : NULL;
	GError *left = NULL;

	for (guint i = 0; record != NULL && i < n->kids->len; i++) {
		node *t = n->kids->pdata[i];
		gboolean ok;

		if (t->kind != N_TRAP || !catch_takes (t->kids->pdata[0],
						       record))
			continue;
		*taken = TRUE;
		ok = run_catch (in, t->kids->pdata[0], record, out, &left);
		if (g_error_matches (left, SH_ERROR, FLOW_CONTINUE)) {
			g_error_free (left);
			g_error_free (e);
			return TRUE;
		}
		if (ok)		/* it is told, and the script goes on */
			report (in, e, error_action (in));
		else if (g_error_matches (left, SH_ERROR, FLOW_BREAK))
			g_propagate_error (error, g_steal_pointer (&e));
		else
			g_propagate_error (error, g_steal_pointer (&left));
		g_clear_error (&left);
		g_clear_error (&e);
		return ok;
	}
	g_propagate_error (error, e);
	return FALSE;
}

gboolean
exec_try (sh_interp *in, node *n, sink *out, GError **error)
{
	GError *e = NULL;
	gboolean ok;

	in->try_depth++;
	ok = exec_statements (in, n->a, out, &e);
	in->try_depth--;
	if (n->b != NULL && sh_interrupted (in)) {
		/* From here on the error carries it, so that finally runs. */
		ok = FALSE;
		g_clear_error (&e);
		g_set_error (&e, SH_ERROR, SH_ERROR_INTERRUPTED,
			     "interrupted");
		*in->o.interrupt = 0;
	}
	if (!ok && may_be_caught (e)) {
		GError *caught = g_steal_pointer (&e);

		ok = run_catches (in, n, caught, out, &e);
	}
	/* finally runs whatever came before, also on the way out. */
	if (n->b != NULL && !exec_statements (in, n->b, out,
					      e ? NULL : &e))
		ok = FALSE;
	if (e != NULL)
		g_propagate_error (error, e);
	return ok && e == NULL;
}
