/*
 * assign.c - assignments to variables, properties, indexes and lists of them;
 * ++ and --.
 */
#include "interp.h"

static gboolean
assign_index (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autoptr (sh_value) item = v;
	g_autoptr (sh_value) object = eval (in, n->a, error);
	g_autoptr (sh_value) index = object ? eval (in, n->b, error) : NULL;
	g_autofree char *key = NULL;
	gint64 i;

	if (index == NULL)
		return FALSE;
	if (sh_value_kind (object) == SH_HASH
	    || sh_value_kind (object) == SH_OBJECT) {
		key = sh_to_text (index);
		sh_set (object, key, g_steal_pointer (&item));
		return TRUE;
	}
	if (sh_value_kind (object) != SH_ARRAY || !sh_to_int (index, &i)) {
		fail_at (in, n, error, "a %s takes no assignment by index",
			 sh_type_name (object));
		return FALSE;
	}
	i += i < 0 ? sh_array_length (object) : 0;
	if (i >= 0 && i < sh_array_length (object))
		return sh_array_set (object, (guint) i,
				     g_steal_pointer (&item));
	fail_at (in, n, error, "index %" G_GINT64_FORMAT " is outside of the "
		 "array, which has %u elements", i, sh_array_length (object));
	return FALSE;
}

static gboolean
assign_member (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autoptr (sh_value) object = eval (in, n->a, error);
	g_autoptr (sh_value) name = object ? eval (in, n->b, error) : NULL;
	g_autofree char *text = NULL;

	if (name == NULL) {
		sh_unref (v);
		return FALSE;
	}
	text = sh_to_text (name);
	return member_set (in, n, object, text, v, error);
}

/* $a, $b = 1, 2, 3: the last one takes the rest. */
static gboolean
assign_list (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autoptr (sh_value) all = v;
	guint count = sh_array_length (all), last = n->kids->len - 1;

	for (guint i = 0; i <= last; i++) {
		sh_value *item = i < count
			? sh_ref (sh_array_get (all, i)) : sh_null ();

		if (i == last && count > last + 1) {
			sh_unref (item);
			item = sh_array ();
			for (guint k = i; k < count; k++)
				sh_array_add (item, sh_ref (
					sh_array_get (all, k)));
		}
		if (!assign_to (in, n->kids->pdata[i], item, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
assign_static (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autoptr (sh_value) name = eval (in, n->b, error);
	g_autofree char *text = name ? sh_to_text (name) : NULL;

	if (name == NULL) {
		sh_unref (v);
		return FALSE;
	}
	if (class_static_set (in, n->text, text, v))
		return TRUE;
	fail_at (in, n, error, "[%s]::%s cannot be set", n->text, text);
	return FALSE;
}

gboolean
assign_to (sh_interp *in, node *target, sh_value *v, GError **error)
{
	g_autoptr (sh_value) given = NULL;

	switch (target->kind) {
	case N_VAR:
		return var_assign (in, target, NULL, v, error);
	case N_MEMBER:
		return assign_member (in, target, v, error);
	case N_INDEX:
		return assign_index (in, target, v, error);
	case N_STATIC:
		return assign_static (in, target, v, error);
	case N_LIST:
		return assign_list (in, target, v, error);
	case N_CAST:
		given = v;
		v = cast (in, target, target->text, given, error);
		if (v != NULL && target->a->kind == N_VAR)
			return var_assign (in, target->a, target->text, v,
					   error);
		return v ? assign_to (in, target->a, v, error) : FALSE;
	default:
		sh_unref (v);
		fail_at (in, target, error, "this cannot be assigned to");
		return FALSE;
	}
}

/* $text += … and $list += … where nobody else has the value: in its place, so
 * that a loop that gathers does not copy it again and again. */
static gboolean
append_in_place (sh_interp *in, const node *n, sh_value *more)
{
	variable *x = n->op == OP_ADD && n->a->kind == N_VAR && n->a->key
		? g_hash_table_lookup (in->now->vars, n->a->key) : NULL;
	g_autofree char *text = NULL;
	sh_kind k;

	if (x == NULL || x->type != NULL || x->read_only
	    || sh_is_shared (x->v) || x->v == more)
		return FALSE;
	k = sh_value_kind (x->v);
	if (k == SH_STRING && sh_text_kind_of (x->v) == SH_T_PLAIN) {
		text = sh_to_text (more);
		return sh_text_append (x->v, text);
	}
	if (k != SH_ARRAY || sh_list_kind_of (x->v) != SH_L_ARRAY || (guint64) sh_array_length (x->v)
	    + sh_array_length (more) > LIST_LIMIT)
		return FALSE;
	if (sh_value_kind (more) != SH_ARRAY)
		sh_array_add (x->v, sh_ref (more));
	else
		for (guint i = 0; i < sh_array_length (more); i++)
			sh_array_add (x->v, sh_ref (sh_array_get (more, i)));
	return TRUE;
}

gboolean
exec_assign (sh_interp *in, node *n, GError **error)
{
	sh_value *v = eval_statement (in, n->b, error);

	if (v == NULL)
		return FALSE;
	if (sh_interrupted_error (in, error)) {
		sh_unref (v);	/* it may be no whole */
		return FALSE;
	}
	if (append_in_place (in, n, v)) {
		sh_unref (v);
		return TRUE;
	}
	if (n->op != OP_EQ) {
		g_autoptr (sh_value) right = v;
		g_autoptr (sh_value) left = eval (in, n->a, error);

		v = left ? binary (in, n, (node_op) n->op, left, right, error)
			: NULL;
		if (v == NULL)
			return FALSE;
	}
	/* A number that came as an argument is a plain number from here. */
	if (sh_value_kind (v) == SH_INT && sh_value_written (v) != NULL) {
		g_autoptr (sh_value) written = v;
		gint64 i = 0;

		sh_to_int (written, &i);
		v = sh_int (i);
	}
	return assign_to (in, n->a, v, error);
}

sh_value *
eval_step (sh_interp *in, node *n, GError **error)
{
	g_autoptr (sh_value) old = eval (in, n->a, error);
	g_autoptr (sh_value) one = sh_int (1);
	g_autoptr (sh_value) zero = sh_int (0);
	sh_value *new_value, *from = old;

	if (old == NULL)
		return NULL;
	if (sh_value_kind (old) == SH_NULL)
		from = zero;
	new_value = binary (in, n, (node_op) n->op, from, one, error);
	if (new_value == NULL)
		return NULL;
	if (!assign_to (in, n->a, sh_ref (new_value), error)) {
		sh_unref (new_value);
		return NULL;
	}
	if (n->flag)
		return new_value;
	sh_unref (new_value);
	return sh_ref (from);
}
