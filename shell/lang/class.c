/*
 * class.c - classes and enumerations of scripts: made, their objects, methods
 * and static members. An object holds the names of its class and the bases.
 */
#include <string.h>

#include "dotnet.h"

#define BASES "\001bases"

typedef struct {
	script *from;
	node *def;		/* N_CLASS */
	sh_value *statics;	/* hash; of an enumeration: its words */
} class;

void
class_free (gpointer p)
{
	class *c = p;

	script_unref (c->from);
	sh_unref (c->statics);
	g_free (c);
}

static class *
find (sh_interp *in, const char *name)
{
	g_autofree char *low = g_utf8_strdown (name, -1);

	return g_hash_table_lookup (in->classes, low);
}

static class *
base_of (sh_interp *in, const class *c)
{
	return c->def->type ? find (in, c->def->type) : NULL;
}

static guint
member_count (const class *c)
{
	return c->def->kids ? c->def->kids->len : 0;
}

static node *
member_at (const class *c, guint i)
{
	return c->def->kids->pdata[i];
}

/* ---- definitions ---- */

static gboolean
define_words (sh_interp *in, class *c, GError **error)
{
	gint64 next = 0;

	for (guint i = 0; i < member_count (c); i++) {
		node *m = member_at (c, i);
		g_autoptr (sh_value) v = m->a ? eval (in, m->a, error) : NULL;

		if (m->a != NULL && v == NULL)
			return FALSE;
		if (v != NULL && !sh_to_int (v, &next)) {
			fail_at (in, m, error, "a whole number is expected "
				 "behind =");
			return FALSE;
		}
		sh_set (c->statics, m->text, enum_make (
			c->def->text, m->text, next, c->def->match_case));
		next = next < G_MAXINT64 ? next + 1 : next;
	}
	return TRUE;
}

/* What a property holds before anybody sets it. */
static sh_value *
initial (sh_interp *in, node *m, GError **error)
{
	g_autofree char *type = m->type ? type_fold (m->type) : NULL;
	g_autoptr (sh_value) v = NULL;

	if (m->a != NULL) {
		v = eval_statement (in, m->a, error);
		if (v == NULL || type == NULL)
			return g_steal_pointer (&v);
		return cast (in, m, type, v, error);
	}
	if (type == NULL)
		return sh_null ();
	if (strcmp (type, "boolean") == 0)
		return sh_bool (FALSE);
	if (strstr (type, "int") != NULL && !g_str_has_suffix (type, "[]"))
		return sh_int (0);
	return sh_null ();
}

static gboolean
define_statics (sh_interp *in, class *c, GError **error)
{
	for (guint i = 0; i < member_count (c); i++) {
		node *m = member_at (c, i);
		sh_value *v;

		if (m->kind != N_PARAM || !m->flag)
			continue;
		v = initial (in, m, error);
		if (v == NULL)
			return FALSE;
		sh_set (c->statics, m->text, v);
	}
	return TRUE;
}

gboolean
exec_class (sh_interp *in, node *n, GError **error)
{
	class *c = g_new0 (class, 1);

	c->from = script_ref (in->script);
	c->def = n;
	c->statics = sh_hash ();
	if (n->type != NULL && find (in, n->type) == NULL) {
		class_free (c);
		fail_at (in, n, error, "the class '%s' is not known", n->type);
		return FALSE;
	}
	g_hash_table_insert (in->classes, g_utf8_strdown (n->text, -1), c);
	return n->flag ? define_words (in, c, error)
		: define_statics (in, c, error);
}

/* ---- objects ---- */

static sh_value *
run_method (sh_interp *in, const class *c, node *m, sh_value *self,
	    const sh_value *args, GError **error)
{
	g_autoptr (GArray) list = g_array_new (FALSE, TRUE,
					       sizeof (sh_arg_in));
	g_autoptr (sh_value) got = NULL;
	call *k;
	gboolean ok;

	for (guint i = 0; i < sh_array_length (args); i++) {
		sh_arg_in a = { 0 };

		a.value = sh_array_get (args, i);
		g_array_append_val (list, a);
	}
	k = call_new (in, c->from, m->a, in->global, TRUE, list, m->text,
		      error);
	if (k == NULL)
		return NULL;
	if (self != NULL)
		scope_set (k->scope, "this", sh_ref (self));
	ok = call_method (k, &got, error);
	call_free (k);
	if (!ok)
		return NULL;
	if (got == NULL || m->type == NULL
	    || g_ascii_strcasecmp (m->type, "void") == 0)
		return sh_void ();
	return cast (in, m, m->type, got, error);
}

/* The method of that name: with as many parameters as arguments before any
 * other. */
static node *
find_method (const class *c, const char *name, gboolean is_static, guint args)
{
	node *any = NULL;

	for (guint i = 0; i < member_count (c); i++) {
		node *m = member_at (c, i);

		if (m->kind != N_FUNCTION || !!m->flag != is_static
		    || g_ascii_strcasecmp (m->text, name) != 0)
			continue;
		if ((m->a->kids ? m->a->kids->len : 0) == args)
			return m;
		any = m;
	}
	return any;
}

static gboolean construct (sh_interp *in, node *n, const class *c,
			   sh_value *self, const sh_value *args,
			   GError **error);

static gboolean
construct_base (sh_interp *in, node *n, const class *c, node *maker,
		sh_value *self, const sh_value *args, GError **error)
{
	const class *base = base_of (in, c);
	g_autoptr (sh_value) given = NULL;
	scope *before = in->now;

	if (base == NULL)
		return TRUE;
	if (maker != NULL && maker->b != NULL) {
		/* Its arguments see the constructor's parameters. */
		in->now = scope_new (in->global);
		for (guint i = 0; maker->a->kids
		     && i < maker->a->kids->len; i++) {
			node *p = maker->a->kids->pdata[i];
			sh_value *v = sh_array_get (args, i);

			scope_set (in->now, p->text, v ? sh_ref (v)
				   : sh_null ());
		}
		given = eval_args (in, maker->b->kids, error);
		scope_unref (in->now);
		in->now = before;
		if (given == NULL)
			return FALSE;
	} else {
		given = sh_array ();
	}
	return construct (in, n, base, self, given, error);
}

static gboolean
construct (sh_interp *in, node *n, const class *c, sh_value *self,
	   const sh_value *args, GError **error)
{
	node *maker = find_method (c, c->def->text, FALSE,
				   sh_array_length (args));
	g_autoptr (sh_value) none = NULL;

	if (!construct_base (in, n, c, maker, self, args, error))
		return FALSE;
	for (guint i = 0; i < member_count (c); i++) {
		node *m = member_at (c, i);
		sh_value *v;

		if (m->kind != N_PARAM || m->flag)
			continue;
		v = initial (in, m, error);
		if (v == NULL)
			return FALSE;
		sh_set (self, m->text, v);
	}
	if (maker == NULL && sh_array_length (args) > 0) {
		fail_at (in, n, error, "[%s]::new takes no arguments",
			 c->def->text);
		return FALSE;
	}
	none = maker ? run_method (in, c, maker, self, args, error)
		: sh_null ();
	return none != NULL;
}

sh_value *
class_new (sh_interp *in, node *n, const char *type, const sh_value *args,
	   gboolean *found, GError **error)
{
	const class *c = find (in, type);
	g_autoptr (sh_value) v = NULL;
	sh_value *bases;

	*found = c != NULL && !c->def->flag;
	if (!*found)
		return NULL;
	v = sh_object (c->def->text);
	bases = sh_array ();
	for (const class *b = c; b != NULL; b = base_of (in, b))
		sh_array_add (bases, sh_string (b->def->text));
	sh_set (v, BASES, bases);
	sh_set (v, "\001text", sh_string (c->def->text));
	return construct (in, n, c, v, args, error) ? g_steal_pointer (&v)
		: NULL;
}

/* The class that ( [Base]$this ) names; `c` where it is something else. */
static const class *
class_cast_of (sh_interp *in, const node *paren, const class *c)
{
	const node *p = paren->a;
	const class *base = NULL;

	if (p != NULL && p->kind == N_PIPELINE && p->kids->len == 1)
		p = p->kids->pdata[0];
	if (p != NULL && p->kind == N_CAST)
		base = find (in, p->text);
	return base ? base : c;
}

sh_value *
class_call (sh_interp *in, node *n, sh_value *self, const char *name,
	    const sh_value *args, gboolean *found, GError **error)
{
	const class *c = sh_value_kind (self) == SH_OBJECT
		&& sh_peek (self, BASES) ? find (in, sh_type_name (self))
		: NULL;

	/* ([Base]$this).Name () is the base's. */
	if (c != NULL && n != NULL && n->kind == N_METHOD
	    && n->a->kind == N_PAREN)
		c = class_cast_of (in, n->a, c);
	*found = FALSE;
	for (; c != NULL; c = base_of (in, c)) {
		node *m = find_method (c, name, FALSE,
				       sh_array_length (args));

		if (m == NULL)
			continue;
		*found = TRUE;
		return run_method (in, c, m, self, args, error);
	}
	return NULL;
}

sh_value *
class_static (sh_interp *in, node *n, const char *type, const char *name,
	      const sh_value *args, gboolean *found, GError **error)
{
	if (g_ascii_strcasecmp (name, "new") == 0)
		return class_new (in, n, type, args, found, error);
	*found = FALSE;
	for (const class *c = find (in, type); c; c = base_of (in, c)) {
		node *m = find_method (c, name, TRUE, sh_array_length (args));

		if (m == NULL)
			continue;
		*found = TRUE;
		return run_method (in, c, m, NULL, args, error);
	}
	return NULL;
}

sh_value *
class_static_get (sh_interp *in, const char *type, const char *name)
{
	const class *c = find (in, type);
	sh_value *v = c ? sh_peek (c->statics, name) : NULL;

	return v ? sh_ref (v) : NULL;
}

gboolean
class_static_set (sh_interp *in, const char *type, const char *name,
		  sh_value *v)
{
	const class *c = find (in, type);

	if (c == NULL || c->def->flag || sh_peek (c->statics, name) == NULL) {
		sh_unref (v);
		return FALSE;
	}
	sh_set (c->statics, name, v);
	return TRUE;
}

sh_value *
class_enum_words (sh_interp *in, const char *type)
{
	const class *c = find (in, type);

	return c && c->def->flag ? sh_ref (c->statics) : NULL;
}

static sh_value *
from_hash (sh_interp *in, node *n, const char *type, sh_value *v,
	   GError **error)
{
	g_autoptr (sh_value) none = sh_array ();
	g_auto (GStrv) names = sh_properties (v);
	gboolean found;
	g_autoptr (sh_value) out = class_new (in, n, type, none, &found,
					      error);

	for (char **k = names; out != NULL && *k != NULL; k++)
		if (!member_set (in, n, out, *k, sh_get (v, *k), error))
			return NULL;
	return g_steal_pointer (&out);
}

sh_value *
class_cast (sh_interp *in, node *n, const char *type, sh_value *v,
	    gboolean *known, GError **error)
{
	const class *c = find (in, type);
	g_autofree char *text = NULL;

	*known = c != NULL;
	if (c == NULL)
		return NULL;
	if (is_type (v, type) || sh_value_kind (v) == SH_NULL)
		return sh_ref (v);
	if (c->def->flag)
		return enum_cast (in, n, type, v, known, error);
	if (sh_value_kind (v) == SH_HASH)
		return from_hash (in, n, type, v, error);
	text = sh_to_text (v);
	return fail_as (in, n, SH_ERROR_CAST, error, "'%s' (%s) is no %s",
			text, sh_type_name (v), c->def->text);
}

const char *
class_property_type (sh_interp *in, const sh_value *v, const char *name)
{
	const class *c = sh_peek (v, BASES) ? find (in, sh_type_name (v))
		: NULL;

	for (; c != NULL; c = base_of (in, c))
		for (guint i = 0; i < member_count (c); i++) {
			node *m = member_at (c, i);

			if (m->kind == N_PARAM && !m->flag
			    && g_ascii_strcasecmp (m->text, name) == 0)
				return m->type;
		}
	return NULL;
}

gboolean
class_is (const sh_value *v, const char *type)
{
	sh_value *bases = sh_value_kind (v) == SH_OBJECT
		? sh_peek (v, BASES) : NULL;

	for (guint i = 0; bases && i < sh_array_length (bases); i++)
		if (g_ascii_strcasecmp (sh_text (sh_array_get (bases, i)),
					type) == 0)
			return TRUE;
	return FALSE;
}
