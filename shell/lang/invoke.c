/*
 * invoke.c - runs functions, scripts and script blocks: a scope, the bound
 * parameters, begin, process for each object, end.
 */
#include "interp.h"

typedef struct {
	scope *scope;
	script *script;
	int pipe_depth, try_depth;
	gboolean in_method;
} place;

/* Everything inside runs in the call's scope, and its statements are
 * transactions of their own as long as the caller's has changed nothing. */
static gboolean
enter (call *c, place *p, GError **error)
{
	sh_interp *in = c->in;

	if (in->call_depth >= CALL_DEPTH) {
		fail_at (in, NULL, error, "calls are nested too deeply: %d "
			 "are the limit", CALL_DEPTH);
		return FALSE;
	}
	*p = (place) { in->now, in->script, in->pipe_depth, in->try_depth,
		       in->in_method };
	in->in_method = FALSE;
	in->call_depth++;
	in->now = c->scope;
	in->script = c->from;
	if (!statement_changes (in))
		in->pipe_depth = 0;
	return TRUE;
}

static gboolean
leave (call *c, const place *p, gboolean ok, GError **error)
{
	sh_interp *in = c->in;

	in->call_depth--;
	in->now = p->scope;
	in->script = p->script;
	in->pipe_depth = p->pipe_depth;
	in->in_method = p->in_method;
	if (ok || !g_error_matches (*error, SH_ERROR, FLOW_RETURN))
		return ok;
	g_clear_error (error);
	return TRUE;
}

static gboolean
run_part (call *c, node *part, sink *out, GError **error)
{
	GError *e = NULL;
	place p;
	gboolean ok;

	if (part == NULL)
		return TRUE;
	if (!enter (c, &p, error))
		return FALSE;
	ok = exec_statements (c->in, part, out, &e);
	ok = leave (c, &p, ok, &e);
	if (!ok)
		g_propagate_error (error, e);
	return ok;
}

static void
drop (sh_value *v, gpointer user)
{
	sh_unref (v);
}

gboolean
call_method (call *c, sh_value **got, GError **error)
{
	sink nowhere = { drop, NULL, FALSE, NULL, FALSE };
	GError *e = NULL;
	place p;
	gboolean ok;

	if (c->body->c == NULL)
		return TRUE;
	if (!enter (c, &p, error))
		return FALSE;
	c->in->in_method = TRUE;
	g_clear_pointer (&c->in->returned, sh_unref);
	ok = exec_statements (c->in, c->body->c, &nowhere, &e);
	*got = g_steal_pointer (&c->in->returned);
	ok = leave (c, &p, ok, &e);
	if (!ok) {
		g_clear_pointer (got, sh_unref);
		g_propagate_error (error, e);
	}
	return ok;
}

static void
piped_clear (gpointer p)
{
	sh_unref (((call_piped *) p)->without);
}

call *
call_new (sh_interp *in, script *from, node *body, scope *parent,
	  gboolean own_scope, const GArray *args, const char *name,
	  GError **error)
{
	call *c = g_new0 (call, 1);

	c->in = in;
	c->from = script_ref (from);
	c->body = body;
	c->scope = own_scope ? scope_new (parent ? parent : in->now)
		: scope_ref (in->now);
	c->input = sh_array ();
	c->name = g_strdup (name);
	c->piped = g_array_new (FALSE, FALSE, sizeof (call_piped));
	g_array_set_clear_func (c->piped, piped_clear);
	if (bind_call (c, args, name, error))
		return c;
	call_free (c);
	return NULL;
}

void
call_free (call *c)
{
	if (c == NULL)
		return;
	script_unref (c->from);
	scope_unref (c->scope);
	sh_unref (c->input);
	g_array_unref (c->piped);
	for (gsize i = 0; i < G_N_ELEMENTS (c->variables); i++)
		g_free (c->variables[i]);
	g_free (c->name);
	g_free (c);
}

gboolean
call_begin (call *c, sink *out, GError **error)
{
	return run_part (c, c->body->a, out, error);
}

gboolean
call_input (call *c, sh_value *item, sink *out, GError **error)
{
	gboolean ok;

	if (c->body->b == NULL) {
		sh_array_add (c->input, item);
		return TRUE;
	}
	scope_set (c->scope, "_", sh_ref (item));
	ok = bind_item (c, item, error)
		&& run_part (c, c->body->b, out, error);
	sh_unref (item);
	return ok;
}

gboolean
call_once (call *c, sink *out, GError **error)
{
	return bind_no_item (c, error)
		&& run_part (c, c->body->b, out, error);
}

gboolean
call_end (call *c, sink *out, GError **error)
{
	guint n = sh_array_length (c->input);

	scope_set (c->scope, "input", sh_ref (c->input));
	/* A function without process sees the last object, as published. */
	if (n > 0 && !bind_item (c, sh_array_get (c->input, n - 1), error))
		return FALSE;
	return run_part (c, c->body->c, out, error);
}

/* A block without parameters, where it stands: its return ends it alone. */
static gboolean
block_body (sh_interp *in, sh_block *b, sink *out, GError **error)
{
	node *part = b->body->b ? b->body->b : b->body->c;
	script *script_before = in->script;
	gboolean method_before = in->in_method, ok;
	GError *e = NULL;

	in->script = b->from;
	in->in_method = FALSE;
	ok = part == NULL || exec_statements (in, part, out, &e);
	in->in_method = method_before;
	in->script = script_before;
	if (!ok && g_error_matches (e, SH_ERROR, FLOW_RETURN)) {
		g_error_free (e);
		return TRUE;
	}
	if (!ok)
		g_propagate_error (error, e);
	return ok;
}

gboolean
sh_block_call (sh_interp *in, sh_block *b, sh_value *item,
	       const sh_value *args, sh_emit_func emit, gpointer user,
	       GError **error)
{
	sh_value *current = item ? var_peek (in, in->underscore) : NULL;
	g_autoptr (sh_value) before = current ? sh_ref (current) : NULL;
	g_autoptr (GArray) list = NULL;
	sink out = { emit, user, FALSE, NULL, FALSE };
	call *c = NULL;
	gboolean ok = TRUE;

	if (item != NULL)
		scope_set_key (in->now, in->underscore, sh_ref (item));
	if (args == NULL && b->body->kids == NULL && b->closure == NULL) {
		ok = block_body (in, b, &out, error);
	} else {
		list = g_array_new (FALSE, TRUE, sizeof (sh_arg_in));
		for (guint i = 0; args && i < sh_array_length (args); i++) {
			sh_arg_in a = { 0 };

			a.value = sh_array_get (args, i);
			g_array_append_val (list, a);
		}
		c = call_new (in, b->from, b->body, b->closure, TRUE, list,
			      "the script block", error);
		ok = c != NULL && call_begin (c, &out, error)
			&& call_end (c, &out, error);
		call_free (c);
	}
	if (item != NULL)
		scope_set_key (in->now, in->underscore, before
			       ? g_steal_pointer (&before) : sh_null ());
	return ok;
}
