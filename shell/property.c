/*
 * property.c - the properties of objects and hash tables, and rows of core
 * with what a script has set on them. Called by everything in shell/.
 */
#include "value_private.h"

#include <string.h>

static guint
fold_hash (gconstpointer key)
{
	guint h = 5381;

	for (const char *s = key; *s != '\0'; s++)
		h = h * 33 + (guchar) g_ascii_tolower (*s);
	return h;
}

static gboolean
fold_equal (gconstpointer a, gconstpointer b)
{
	return g_ascii_strcasecmp (a, b) == 0;
}

props *
props_new (const char *type)
{
	props *p = g_new0 (props, 1);

	p->list = g_ptr_array_new ();
	p->type = g_strdup (type);
	return p;
}

void
props_free (props *p, GPtrArray *work)
{
	if (p == NULL)
		return;
	for (guint i = 0; i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		if (e == NULL)
			continue;
		value_drop_later (e->v, work);
		value_drop_later (e->as, work);
		g_free (e->key);
		g_free (e);
	}
	g_ptr_array_unref (p->list);
	if (p->index != NULL)
		g_hash_table_unref (p->index);
	g_free (p->type);
	g_free (p);
}

void
rowref_free (rowref *r, GPtrArray *work)
{
	if (r->row != NULL)
		vmnet_row_unref (r->row);
	props_free (r->extra, work);
	g_free (r->key);
	g_free (r);
}

/* ---- properties ---- */

#define FEW 8			/* properties that are found without an index */

static gboolean
same_key (const props *p, const char *a, const char *b)
{
	return p->exact ? strcmp (a, b) == 0 : fold_equal (a, b);
}

static prop *
find (const props *p, const char *name)
{
	if (p->index != NULL)
		return g_hash_table_lookup (p->index, name);
	for (guint i = 0; i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		if (e != NULL && same_key (p, e->key, name))
			return e;
	}
	return NULL;
}

static prop *
append (props *p, const char *name)
{
	prop *e = g_new0 (prop, 1);

	e->key = g_strdup (name);
	e->place = p->list->len;
	g_ptr_array_add (p->list, e);
	if (p->index == NULL && p->list->len > FEW) {
		p->index = p->exact
			? g_hash_table_new (g_str_hash, g_str_equal)
			: g_hash_table_new (fold_hash, fold_equal);
		for (guint i = 0; i + 1 < p->list->len; i++) {
			prop *o = p->list->pdata[i];

			if (o != NULL)
				g_hash_table_insert (p->index, o->key, o);
		}
	}
	if (p->index != NULL)
		g_hash_table_insert (p->index, e->key, e);
	return e;
}

/* Many holes: the rest moves together. */
static void
close_holes (props *p)
{
	guint to = 0;

	if (p->holes < 16 || p->holes < p->list->len / 2)
		return;
	for (guint i = 0; i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		if (e == NULL)
			continue;
		e->place = to;
		p->list->pdata[to++] = e;
	}
	g_ptr_array_set_size (p->list, (int) to);
	p->holes = 0;
}

static props *
props_of (const sh_value *v)
{
	if (v->kind == SH_HASH || v->kind == SH_OBJECT)
		return v->p;
	return v->kind == SH_ROW ? v->r->extra : NULL;
}

sh_value *
sh_peek (const sh_value *v, const char *name)
{
	props *p = props_of (v);
	prop *e = p ? find (p, name) : NULL;

	return e ? e->v : NULL;
}

sh_value *
sh_get (const sh_value *v, const char *name)
{
	sh_value *own = sh_peek (v, name);
	vmnet_value core = { 0 };
	const vmnet_field *f;
	vmnet_row *row;
	sh_value *out;

	if (own != NULL)
		return sh_ref (own);
	if (v->kind != SH_ROW)
		return NULL;
	f = vmnet_noun_field (v->r->noun, name);
	row = f ? sh_row_get (v) : NULL;
	if (f == NULL)
		return NULL;
	if (row == NULL)
		return sh_null ();
	f->get (row, &core);
	out = sh_from_core (&core);
	vmnet_value_clear (&core);
	return out;
}

void
sh_set (sh_value *v, const char *name, sh_value *item)
{
	props *p;
	prop *e;

	if (v->kind == SH_ROW && v->r->extra == NULL)
		v->r->extra = props_new (NULL);
	p = props_of (v);
	if (p == NULL) {
		sh_unref (item);
		g_return_if_reached ();
	}
	e = find (p, name);
	if (e == NULL)
		e = append (p, name);
	sh_unref (e->v);
	e->v = item;
}

void
sh_set_key (sh_value *hash, const sh_value *key, sh_value *item)
{
	g_autofree char *name = sh_to_text (key);
	prop *e;

	sh_set (hash, name, item);
	if (key->kind == SH_STRING)
		return;
	e = find (hash->p, name);
	if (e->as == NULL)
		e->as = sh_ref ((sh_value *) key);
}

sh_value *
sh_hash_part (const sh_value *v, gboolean values)
{
	sh_value *out = sh_array ();
	props *p = props_of (v);

	for (guint i = 0; p != NULL && i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		if (e == NULL)
			continue;
		if (values)
			sh_array_add (out, sh_ref (e->v));
		else
			sh_array_add (out, e->as ? sh_ref (e->as)
				      : sh_string (e->key));
	}
	return out;
}

sh_value *
sh_nth (const sh_value *v, guint at)
{
	props *p = props_of (v);

	for (guint i = 0; p != NULL && i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		if (e != NULL && at-- == 0)
			return e->v;
	}
	return NULL;
}

void
sh_insert_nth (sh_value *hash, guint at, const char *key, sh_value *item)
{
	props *p = hash->p;
	prop *e;
	guint to = 0;

	sh_set (hash, key, item);
	e = g_ptr_array_steal_index (p->list, p->list->len - 1);
	/* Places without holes, and the new one among them. */
	for (guint i = 0; i < p->list->len; i++)
		if (p->list->pdata[i] != NULL)
			p->list->pdata[to++] = p->list->pdata[i];
	g_ptr_array_set_size (p->list, (int) to);
	p->holes = 0;
	g_ptr_array_insert (p->list, (int) MIN (at, to), e);
	for (guint i = 0; i < p->list->len; i++)
		((prop *) p->list->pdata[i])->place = i;
}

gboolean
sh_remove_nth (sh_value *hash, guint at)
{
	props *p = hash->p;

	for (guint i = 0; i < p->list->len; i++) {
		prop *e = p->list->pdata[i];
		g_autofree char *key = e ? g_strdup (e->key) : NULL;

		if (e != NULL && at-- == 0)
			return sh_remove (hash, key);
	}
	return FALSE;
}

gboolean
sh_has (const sh_value *v, const char *name)
{
	if (sh_peek (v, name) != NULL)
		return TRUE;
	return v->kind == SH_ROW && vmnet_noun_field (v->r->noun, name);
}

gboolean
sh_remove (sh_value *v, const char *name)
{
	props *p = props_of (v);
	prop *e = p ? find (p, name) : NULL;

	if (e == NULL)
		return FALSE;
	if (p->index != NULL)
		g_hash_table_remove (p->index, name);
	p->list->pdata[e->place] = NULL;
	p->holes++;
	close_holes (p);
	sh_unref (e->v);
	sh_unref (e->as);
	g_free (e->key);
	g_free (e);
	return TRUE;
}

void
sh_clear (sh_value *v)
{
	g_auto (GStrv) names = sh_properties (v);

	if (v->kind == SH_ARRAY)
		sh_array_cut (v, 0);
	for (char **n = names; *n != NULL; n++)
		sh_remove (v, *n);
}

guint
sh_property_count (const sh_value *v)
{
	props *p = props_of (v);

	return p ? p->list->len - p->holes : 0;
}

char **
sh_properties (const sh_value *v)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new ();
	props *p = props_of (v);

	if (v->kind == SH_ROW)
		for (gsize i = 0; i < v->r->noun->n_fields; i++)
			g_ptr_array_add (out, g_strdup (
				v->r->noun->fields[i].name));
	for (guint i = 0; p != NULL && i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		if (e != NULL && e->key[0] != '\001'
		    && (v->kind != SH_ROW
			|| !vmnet_noun_field (v->r->noun, e->key)))
			g_ptr_array_add (out, g_strdup (e->key));
	}
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_steal (out, NULL);
}

/* ---- rows ---- */

const vmnet_noun *
sh_row_noun (const sh_value *v)
{
	return v->kind == SH_ROW ? v->r->noun : NULL;
}

const char *
sh_row_key (const sh_value *v)
{
	return v->kind == SH_ROW ? v->r->key : NULL;
}

void
sh_value_attach (sh_value *v, sh_interp *in)
{
	if (v->kind == SH_ROW && v->r->later && v->r->in == NULL)
		v->r->in = in;
	if (v->kind == SH_ARRAY)
		for (guint i = 0, n = sh_array_length (v); i < n; i++)
			if (sh_value_kind (sh_array_get (v, i)) == SH_ROW)
				sh_value_attach (sh_array_get (v, i), in);
}

vmnet_row *
sh_row_get (const sh_value *v)
{
	rowref *r = v->kind == SH_ROW ? v->r : NULL;
	vmnet_view *view;
	guint epoch;

	if (r == NULL || !r->later || r->in == NULL)
		return r ? r->row : NULL;
	epoch = sh_interp_epoch (r->in);
	if (r->row != NULL && r->epoch == epoch)
		return r->row;
	view = sh_view (r->in, r->noun->sections, NULL);
	if (view == NULL)
		return r->row;
	g_clear_pointer (&r->row, vmnet_row_unref);
	r->row = vmnet_view_row (view, r->noun, r->key);
	r->epoch = epoch;
	/* Committed: what was read now stays, as any other row does. */
	if (r->row != NULL && !sh_interp_in_txn (r->in))
		r->later = FALSE;
	return r->row;
}
