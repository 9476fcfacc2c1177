/*
 * value.c - the values of the language: made, counted, filled and taken
 * apart. Conversions between kinds are in convert.c. Called by everything in
 * shell/.
 */
#include "value.h"

#include <string.h>

#include "lang/private.h"

typedef struct {
	char *key;
	sh_value *v;
} prop;

typedef struct {
	GPtrArray *list;	/* prop *, in order */
	GHashTable *index;	/* key without case -> prop * (not owned) */
	char *type;		/* SH_OBJECT */
} props;

typedef struct {
	const vmnet_noun *noun;
	char *key;
	vmnet_row *row;
	sh_interp *in;		/* a later row's; NULL until it was emitted */
	guint epoch;
	gboolean later;
	props *extra;		/* what a script has set on it; or NULL */
} rowref;

struct sh_value {
	sh_kind kind;
	int refs;
	union {
		gboolean b;
		gint64 i;
		double d;
		char *s;
		GPtrArray *list;
		props *p;
		rowref *r;
		sh_block *block;
	};
	char *written;		/* SH_INT of an argument; or NULL */
};

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

static props *
props_new (const char *type)
{
	props *p = g_new0 (props, 1);

	p->list = g_ptr_array_new ();
	p->index = g_hash_table_new (fold_hash, fold_equal);
	p->type = g_strdup (type);
	return p;
}

/* What dies with `v` is put on `work` and not freed from here: a deep nest
 * must not become a deep stack. */
static void
drop_later (sh_value *v, GPtrArray *work)
{
	if (v != NULL && --v->refs == 0)
		g_ptr_array_add (work, v);
}

static void
props_free (props *p, GPtrArray *work)
{
	if (p == NULL)
		return;
	for (guint i = 0; i < p->list->len; i++) {
		prop *e = p->list->pdata[i];

		drop_later (e->v, work);
		g_free (e->key);
		g_free (e);
	}
	g_ptr_array_unref (p->list);
	g_hash_table_unref (p->index);
	g_free (p->type);
	g_free (p);
}

static void
rowref_free (rowref *r, GPtrArray *work)
{
	if (r->row != NULL)
		vmnet_row_unref (r->row);
	props_free (r->extra, work);
	g_free (r->key);
	g_free (r);
}

static void
free_one (sh_value *v, GPtrArray *work)
{
	switch (v->kind) {
	case SH_NULL:
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
		break;
	case SH_STRING:
		g_free (v->s);
		break;
	case SH_ARRAY:
		for (guint i = 0; i < v->list->len; i++)
			drop_later (v->list->pdata[i], work);
		g_ptr_array_unref (v->list);
		break;
	case SH_HASH:
	case SH_OBJECT:
		props_free (v->p, work);
		break;
	case SH_ROW:
		rowref_free (v->r, work);
		break;
	case SH_BLOCK:
		sh_block_unref (v->block);
		break;
	}
	g_free (v->written);
	g_free (v);
}

sh_value *
sh_ref (sh_value *v)
{
	v->refs++;
	return v;
}

void
sh_unref (sh_value *v)
{
	g_autoptr (GPtrArray) work = NULL;

	if (v == NULL || --v->refs > 0)
		return;
	work = g_ptr_array_new ();
	free_one (v, work);
	while (work->len > 0)
		free_one (g_ptr_array_steal_index_fast (work, work->len - 1),
			  work);
}

static sh_value *
value_new (sh_kind kind)
{
	sh_value *v = g_new0 (sh_value, 1);

	v->kind = kind;
	v->refs = 1;
	return v;
}

sh_kind
sh_value_kind (const sh_value *v)
{
	return v->kind;
}

sh_value *
sh_null (void)
{
	return value_new (SH_NULL);
}

sh_value *
sh_bool (gboolean b)
{
	sh_value *v = value_new (SH_BOOL);

	v->b = b != 0;
	return v;
}

sh_value *
sh_int (gint64 i)
{
	sh_value *v = value_new (SH_INT);

	v->i = i;
	return v;
}

sh_value *
sh_int_written (gint64 i, const char *text)
{
	sh_value *v = sh_int (i);
	g_autofree char *plain = g_strdup_printf ("%" G_GINT64_FORMAT, i);

	if (strcmp (plain, text) != 0)
		v->written = g_strdup (text);
	return v;
}

sh_value *
sh_double (double d)
{
	sh_value *v = value_new (SH_DOUBLE);

	v->d = d;
	return v;
}

sh_value *
sh_string (const char *s)
{
	return sh_string_take (g_strdup (s ? s : ""));
}

sh_value *
sh_string_take (char *s)
{
	sh_value *v = value_new (SH_STRING);

	v->s = s;
	return v;
}

sh_value *
sh_array (void)
{
	sh_value *v = value_new (SH_ARRAY);

	v->list = g_ptr_array_new ();
	return v;
}

sh_value *
sh_hash (void)
{
	sh_value *v = value_new (SH_HASH);

	v->p = props_new (NULL);
	return v;
}

sh_value *
sh_object (const char *type_name)
{
	sh_value *v = value_new (SH_OBJECT);

	v->p = props_new (type_name);
	return v;
}

sh_value *
sh_row (vmnet_row *row)
{
	sh_value *v = value_new (SH_ROW);

	v->r = g_new0 (rowref, 1);
	v->r->noun = row->noun;
	v->r->key = g_strdup (row->key);
	v->r->row = vmnet_row_ref (row);
	return v;
}

sh_value *
sh_row_later (const vmnet_noun *noun, const char *key)
{
	sh_value *v = value_new (SH_ROW);

	v->r = g_new0 (rowref, 1);
	v->r->noun = noun;
	v->r->key = g_strdup (key);
	v->r->later = TRUE;
	return v;
}

sh_value *
sh_block_value (sh_block *b)
{
	sh_value *v = value_new (SH_BLOCK);

	v->block = b;
	return v;
}

const char *
sh_text (const sh_value *v)
{
	return v->kind == SH_STRING ? v->s : NULL;
}

gboolean
sh_value_raw (const sh_value *v, gint64 *i, double *d)
{
	if (v->kind == SH_INT)
		*i = v->i;
	else if (v->kind == SH_BOOL)
		*i = v->b;
	else if (v->kind == SH_DOUBLE)
		*d = v->d;
	else
		return FALSE;
	return TRUE;
}

const char *
sh_value_written (const sh_value *v)
{
	return v->written;
}

/* ---- arrays ---- */

guint
sh_array_length (const sh_value *v)
{
	if (v->kind == SH_ARRAY)
		return v->list->len;
	return v->kind != SH_NULL;
}

sh_value *
sh_array_get (const sh_value *v, guint i)
{
	if (i >= sh_array_length (v))
		return NULL;
	return v->kind == SH_ARRAY ? v->list->pdata[i] : (sh_value *) v;
}

void
sh_array_add (sh_value *array, sh_value *item)
{
	g_return_if_fail (array->kind == SH_ARRAY);
	g_ptr_array_add (array->list, item);
}

gboolean
sh_array_set (sh_value *array, guint i, sh_value *item)
{
	if (array->kind != SH_ARRAY || i >= array->list->len) {
		sh_unref (item);
		return FALSE;
	}
	sh_unref (array->list->pdata[i]);
	array->list->pdata[i] = item;
	return TRUE;
}

sh_value *
sh_copy (const sh_value *v)
{
	sh_value *out;

	if (v->kind == SH_ARRAY) {
		out = sh_array ();
		for (guint i = 0; i < v->list->len; i++)
			sh_array_add (out, sh_ref (v->list->pdata[i]));
		return out;
	}
	if (v->kind != SH_HASH && v->kind != SH_OBJECT)
		return sh_ref ((sh_value *) v);
	out = v->kind == SH_HASH ? sh_hash () : sh_object (v->p->type);
	for (guint i = 0; i < v->p->list->len; i++) {
		prop *e = v->p->list->pdata[i];

		sh_set (out, e->key, sh_ref (e->v));
	}
	return out;
}

/* ---- properties ---- */

static props *
props_of (const sh_value *v)
{
	if (v->kind == SH_HASH || v->kind == SH_OBJECT)
		return v->p;
	return v->kind == SH_ROW ? v->r->extra : NULL;
}

sh_value *
sh_get (const sh_value *v, const char *name)
{
	props *p = props_of (v);
	prop *e = p ? g_hash_table_lookup (p->index, name) : NULL;
	vmnet_value core = { 0 };
	const vmnet_field *f;
	vmnet_row *row;
	sh_value *out;

	if (e != NULL)
		return sh_ref (e->v);
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
	e = g_hash_table_lookup (p->index, name);
	if (e != NULL) {
		sh_unref (e->v);
		e->v = item;
		return;
	}
	e = g_new (prop, 1);
	e->key = g_strdup (name);
	e->v = item;
	g_ptr_array_add (p->list, e);
	g_hash_table_insert (p->index, e->key, e);
}

gboolean
sh_has (const sh_value *v, const char *name)
{
	props *p = props_of (v);

	if (p != NULL && g_hash_table_contains (p->index, name))
		return TRUE;
	return v->kind == SH_ROW && vmnet_noun_field (v->r->noun, name);
}

gboolean
sh_remove (sh_value *v, const char *name)
{
	props *p = props_of (v);
	prop *e = p ? g_hash_table_lookup (p->index, name) : NULL;

	if (e == NULL)
		return FALSE;
	g_hash_table_remove (p->index, name);
	g_ptr_array_remove (p->list, e);
	sh_unref (e->v);
	g_free (e->key);
	g_free (e);
	return TRUE;
}

void
sh_clear (sh_value *v)
{
	g_auto (GStrv) names = sh_properties (v);

	if (v->kind == SH_ARRAY)
		while (v->list->len > 0)
			sh_unref (g_ptr_array_steal_index_fast (
					  v->list, v->list->len - 1));
	for (char **n = names; *n != NULL; n++)
		sh_remove (v, *n);
}

guint
sh_property_count (const sh_value *v)
{
	props *p = props_of (v);

	return p ? p->list->len : 0;
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

		if (e->key[0] != '\001'
		    && (v->kind != SH_ROW
			|| !vmnet_noun_field (v->r->noun, e->key)))
			g_ptr_array_add (out, g_strdup (e->key));
	}
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_steal (out, NULL);
}

const char *
sh_type_name (const sh_value *v)
{
	switch (v->kind) {
	case SH_NULL:
		return "Null";
	case SH_BOOL:
		return "Boolean";
	case SH_INT:
		return v->i >= G_MININT32 && v->i <= G_MAXINT32
			? "Int32" : "Int64";
	case SH_DOUBLE:
		return "Double";
	case SH_STRING:
		return "String";
	case SH_ARRAY:
		return "Object[]";
	case SH_HASH:
		return "Hashtable";
	case SH_OBJECT:
		return v->p->type ? v->p->type : "PSCustomObject";
	case SH_ROW:
		return v->r->noun->name;
	case SH_BLOCK:
		return "ScriptBlock";
	}
	g_return_val_if_reached ("Object");
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
		for (guint i = 0; i < v->list->len; i++)
			if (sh_value_kind (v->list->pdata[i]) == SH_ROW)
				sh_value_attach (v->list->pdata[i], in);
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

sh_block *
sh_block_get (const sh_value *v)
{
	return v->kind == SH_BLOCK ? v->block : NULL;
}
