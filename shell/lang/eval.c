/*
 * eval.c - expressions to values.
 */
#include <string.h>

#include "interp.h"

/* An array in a text is joined with $OFS. */
static char *
expanded (sh_interp *in, const sh_value *v)
{
	g_autoptr (GString) out = NULL;
	g_autofree char *with = NULL;
	sh_value *ofs = sh_value_kind (v) == SH_ARRAY
		? var_peek (in, var_key ("OFS")) : NULL;

	if (ofs == NULL || g_strcmp0 (sh_text (ofs), " ") == 0)
		return sh_to_text (v);
	out = g_string_new (NULL);
	with = sh_to_text (ofs);
	for (guint i = 0; i < sh_array_length (v); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (v, i));

		g_string_append_printf (out, "%s%s", i ? with : "", t);
	}
	return g_strdup (out->str);
}

static sh_value *
eval_expand (sh_interp *in, node *n, GError **error)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; n->kids != NULL && i < n->kids->len; i++) {
		g_autoptr (sh_value) v = eval (in, n->kids->pdata[i], error);
		g_autofree char *text = NULL;

		if (v == NULL) {
			g_string_free (s, TRUE);
			return NULL;
		}
		text = expanded (in, v);
		g_string_append (s, text);
		if (!text_fits (in, n, s->len, error)) {
			g_string_free (s, TRUE);
			return NULL;
		}
	}
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
eval_variable (sh_interp *in, node *n)
{
	sh_value *v;

	if (n->value != NULL)
		return sh_ref (n->value);
	if (n->key != NULL) {
		v = var_peek (in, n->key);
		return v ? sh_ref (v) : sh_null ();
	}
	v = var_get (in, n->text);
	return v ? v : sh_null ();
}

sh_value *
eval_args (sh_interp *in, GPtrArray *kids, GError **error)
{
	g_autoptr (sh_value) list = sh_array ();

	for (guint i = 0; kids != NULL && i < kids->len; i++) {
		sh_value *v = eval (in, kids->pdata[i], error);

		if (v == NULL)
			return NULL;
		sh_array_add (list, v);
	}
	return g_steal_pointer (&list);
}

static void
collect_one (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

sh_value *
collect (sh_interp *in, node *n, gboolean always_array, GError **error)
{
	g_autoptr (sh_value) list = sh_array ();
	sink out = { collect_one, list, FALSE, NULL, FALSE };

	if (!exec (in, n, &out, error))
		return NULL;
	if (always_array || sh_array_length (list) > 1)
		return g_steal_pointer (&list);
	if (sh_array_length (list) == 0)
		return sh_null ();
	return sh_ref (sh_array_get (list, 0));
}

static sh_value *
eval_single (sh_interp *in, node *n, GError **error)
{
	sh_value *v;

	if (in->pipe_depth++ == 0)
		in->txn_failed = FALSE;
	v = eval (in, n, error);
	in->pipe_depth--;
	if (in->pipe_depth == 0
	    && !finish_txn (in, v != NULL, v ? error : NULL))
		g_clear_pointer (&v, sh_unref);
	return v;
}

sh_value *
eval_statement (sh_interp *in, node *n, GError **error)
{
	node *first = n->kind == N_PIPELINE ? n->kids->pdata[0] : NULL;

	if (first != NULL && n->kids->len == 1 && first->kind != N_COMMAND)
		return eval_single (in, first, error);
	if (n->kind == N_ASSIGN)
		return exec_assign (in, n, error)
			? eval (in, n->a, error) : NULL;
	return collect (in, n, FALSE, error);
}

static sh_value *
eval_hash (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) h = sh_hash ();

	for (guint i = 0; n->kids != NULL && i + 1 < n->kids->len; i += 2) {
		g_autoptr (sh_value) key = eval (in, n->kids->pdata[i],
						 error);
		g_autofree char *text = NULL;
		sh_value *v;

		if (key == NULL)
			return NULL;
		text = sh_to_text (key);
		if (sh_has (h, text))
			return fail_at (in, n->kids->pdata[i], error,
					"the key '%s' stands twice in this "
					"hash table", text);
		v = eval_statement (in, n->kids->pdata[i + 1], error);
		if (v == NULL)
			return NULL;
		sh_set_key (h, key, v);
	}
	return g_steal_pointer (&h);
}

sh_value *
block_of (script *from, node *body, guint at, guint end)
{
	sh_block *b = g_new0 (sh_block, 1);

	b->refs = 1;
	b->from = script_ref (from);
	b->body = body;
	b->at = at;
	b->end = MAX (at, end);
	return sh_block_value (b);
}

static sh_value *
eval_block (sh_interp *in, node *n)
{
	return block_of (in->script, n->a, n->at + 1,
			 n->end > n->at ? n->end - 1 : n->at);
}

void
sh_block_unref (sh_block *b)
{
	if (b == NULL || --b->refs > 0)
		return;
	script_unref (b->from);
	scope_unref (b->closure);
	g_free (b);
}

char *
sh_block_text (const sh_block *b)
{
	return g_strndup (b->from->text + b->at, b->end - b->at);
}

/* The name behind "using:" where `n` is that, inside `b`; or NULL. */
static const char *
using_name (const sh_block *b, const node *n)
{
	gboolean names = n->kind == N_VAR
			 || (n->kind == N_ARG && n->flag & ARG_SPLAT);

	if (!names || n->text == NULL || n->at < b->at || n->at >= b->end
	    || g_ascii_strncasecmp (n->text, "using:", 6) != 0)
		return NULL;
	return n->text + 6;
}

static gboolean
same_name (gconstpointer a, gconstpointer b)
{
	return g_ascii_strcasecmp (a, b) == 0;
}

char **
sh_block_using (const sh_block *b)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new ();

	for (guint i = 0; i < b->from->nodes->len; i++) {
		const char *name = using_name (b, b->from->nodes->pdata[i]);

		if (name != NULL
		    && !g_ptr_array_find_with_equal_func (out, name,
							  same_name, NULL))
			g_ptr_array_add (out, g_strdup (name));
	}
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_free (g_steal_pointer (&out), FALSE);
}

/* A chain a + b + c … leans to the left: it is folded in a loop, so that a
 * long one needs no deep stack. */
static sh_value *
eval_chain (sh_interp *in, node *n, GError **error)
{
	g_autoptr (GPtrArray) spine = g_ptr_array_new ();
	g_autoptr (sh_value) left = NULL;

	for (; n->kind == N_BINARY; n = n->a)
		g_ptr_array_add (spine, n);
	left = eval (in, n, error);
	while (left != NULL && spine->len > 0) {
		node *op = g_ptr_array_steal_index (spine, spine->len - 1);
		g_autoptr (sh_value) a = g_steal_pointer (&left);
		g_autoptr (sh_value) b = NULL;
		gboolean known = (op->op == OP_AND && !sh_truth (a))
			|| (op->op == OP_OR && sh_truth (a));

		if (known) {
			left = sh_bool (op->op == OP_OR);
			continue;
		}
		b = eval (in, op->b, error);
		if (b == NULL)
			return NULL;
		left = binary (in, op, (node_op) op->op, a, b, error);
	}
	return g_steal_pointer (&left);
}

static sh_value *
eval_binary (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) a = NULL, b = NULL;

	if (n->a->kind == N_BINARY)
		return eval_chain (in, n, error);
	a = eval (in, n->a, error);
	if (a == NULL)
		return NULL;
	if ((n->op == OP_AND && !sh_truth (a))
	    || (n->op == OP_OR && sh_truth (a)))
		return sh_bool (n->op == OP_OR);
	b = eval (in, n->b, error);
	return b ? binary (in, n, (node_op) n->op, a, b, error) : NULL;
}

static sh_value *
eval_name (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = eval (in, n, error);

	if (v == NULL)
		return NULL;
	return sh_string_take (sh_to_text (v));
}

static sh_value *
eval_member (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = NULL, name = NULL;

	if (n->kind == N_MEMBER) {
		v = eval (in, n->a, error);
		if (v == NULL)
			return NULL;
	}
	name = eval_name (in, n->b, error);
	if (name == NULL)
		return NULL;
	if (n->kind == N_STATIC)
		return static_get (in, n, n->text, sh_text (name), error);
	return member_get (v, sh_text (name));
}

static sh_value *
eval_method (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = NULL, name = NULL, args = NULL;

	if (n->kind == N_METHOD) {
		v = eval (in, n->a, error);
		if (v == NULL)
			return NULL;
	}
	name = eval_name (in, n->b, error);
	args = name ? eval_args (in, n->kids, error) : NULL;
	if (args == NULL)
		return NULL;
	if (n->kind == N_METHOD)
		return method_call (in, n, v, sh_text (name), args, error);
	return static_call (in, n, n->text, sh_text (name), args, error);
}

static sh_value *
eval_index (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = eval (in, n->a, error);
	g_autoptr (sh_value) i = v ? eval (in, n->b, error) : NULL;

	return i ? index_get (in, n, v, i, error) : NULL;
}

/* [ordered]@{} keeps order anyway; [pscustomobject]@{} is an object. */
static sh_value *
eval_cast (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = eval (in, n->a, error);

	return v ? cast (in, n, n->text, v, error) : NULL;
}

static sh_value *
eval_unary (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) v = eval (in, n->a, error);

	return v ? unary (in, n, v, error) : NULL;
}

static sh_value *
eval_node (sh_interp *in, node *n, GError **error)
{
	switch (n->kind) {
	case N_CONST:
		return sh_ref (n->value);
	case N_EXPAND:
		return eval_expand (in, n, error);
	case N_VAR:
		return eval_variable (in, n);
	case N_LIST:
		return eval_args (in, n->kids, error);
	case N_ARRAY:
		return collect (in, n->a, TRUE, error);
	case N_SUBEXPR:
		return collect (in, n->a, FALSE, error);
	case N_PAREN:
		return eval_statement (in, n->a, error);
	case N_HASH:
		return eval_hash (in, n, error);
	case N_BLOCK:
		return eval_block (in, n);
	case N_MEMBER:
	case N_STATIC:
		return eval_member (in, n, error);
	case N_METHOD:
	case N_STATIC_CALL:
		return eval_method (in, n, error);
	case N_INDEX:
		return eval_index (in, n, error);
	case N_CAST:
		return eval_cast (in, n, error);
	case N_TYPE:
		return type_object (n->text);
	case N_UNARY:
		return eval_unary (in, n, error);
	case N_BINARY:
		return eval_binary (in, n, error);
	case N_STEP:
		return eval_step (in, n, error);
	default:
		return collect (in, n, FALSE, error);
	}
}

sh_value *
eval (sh_interp *in, node *n, GError **error)
{
	sh_value *v;

	if (in->eval_depth >= EVAL_DEPTH)
		return fail_at (in, n, error, "nested too deeply: %d levels "
				"are the limit", EVAL_DEPTH);
	in->eval_depth++;
	v = eval_node (in, n, error);
	in->eval_depth--;
	return v;
}
