/*
 * value.c - the values of the language: made, counted and taken apart. Lists
 * are in list.c, properties and rows in property.c, conversions between kinds
 * in convert.c. Called by everything in shell/.
 */
#include "value_private.h"

#include <signal.h>
#include <string.h>

static void
free_plain (sh_value *v)
{
	if (v->kind == SH_STRING)
		g_free (v->s);
	else if (v->kind == SH_INT)
		g_free (v->written);
	g_free (v);
}

/* Millions at once: what nothing hangs on does not go by the list. */
void
value_drop_later (sh_value *v, GPtrArray *work)
{
	if (v == NULL || --v->refs > 0)
		return;
	if (v->kind <= SH_STRING)
		free_plain (v);
	else
		g_ptr_array_add (work, v);
}

static void
free_one (sh_value *v, GPtrArray *work)
{
	switch (v->kind) {
	case SH_NULL:
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
	case SH_STRING:
		free_plain (v);
		return;
	case SH_ARRAY:
		for (guint i = 0; i < v->list->len; i++)
			value_drop_later (v->list->pdata[i], work);
		g_ptr_array_unref (v->list);
		list_more_free (v->more);
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
	g_free (v);
}

sh_value *
sh_ref (sh_value *v)
{
	v->refs++;
	return v;
}

/* The one state that values share. A million of objects takes a while to free:
 * what dies after Ctrl-C waits here, so that the prompt does not. */
static struct {
	GPtrArray *list;
	const volatile sig_atomic_t *interrupted;
} later;

void
sh_values_interrupt (const volatile sig_atomic_t *flag)
{
	later.interrupted = flag;
	if (later.list == NULL)
		later.list = g_ptr_array_new ();
}

gboolean
sh_values_interrupted (void)
{
	return later.interrupted != NULL && *later.interrupted;
}

gboolean
sh_values_sweep (guint count)
{
	if (later.list == NULL)
		return FALSE;
	for (; count > 0 && later.list->len > 0; count--)
		free_one (g_ptr_array_steal_index_fast (later.list,
							later.list->len - 1),
			  later.list);
	return later.list->len > 0;
}

void
sh_unref (sh_value *v)
{
	g_autoptr (GPtrArray) work = NULL;

	if (v == NULL || --v->refs > 0)
		return;
	if (v->kind <= SH_STRING) {
		free_plain (v);		/* nothing hangs on it */
		return;
	}
	if (sh_values_interrupted ()) {
		g_ptr_array_add (later.list, v);
		return;
	}
	work = g_ptr_array_new ();
	free_one (v, work);
	while (work->len > 0 && !sh_values_interrupted ())
		free_one (g_ptr_array_steal_index_fast (work, work->len - 1),
			  work);
	if (work->len > 0)
		g_ptr_array_extend (later.list, work, NULL, NULL);
}

sh_value *
value_new (sh_kind kind)
{
	sh_value *v = g_new0 (sh_value, 1);

	if (later.list != NULL && later.list->len > 0
	    && !sh_values_interrupted ())
		sh_values_sweep (2);	/* it must not grow for ever */
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
sh_void (void)
{
	sh_value *v = sh_null ();

	v->special = TRUE;
	return v;
}

gboolean
sh_is_void (const sh_value *v)
{
	return v->kind == SH_NULL && v->special;
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
sh_char (gunichar c)
{
	char text[8] = "";

	g_unichar_to_utf8 (c, text);
	return sh_text_of (SH_T_CHAR, text);
}

gboolean
sh_is_char (const sh_value *v)
{
	return v->kind == SH_STRING && v->special == SH_T_CHAR;
}

sh_value *
sh_text_of (sh_text_kind kind, const char *text)
{
	sh_value *v = sh_string (text);

	v->special = (int) kind;
	return v;
}

sh_text_kind
sh_text_kind_of (const sh_value *v)
{
	return v->kind == SH_STRING ? (sh_text_kind) v->special : SH_T_PLAIN;
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
sh_hash (void)
{
	sh_value *v = value_new (SH_HASH);

	v->p = props_new (NULL);
	return v;
}

sh_value *
sh_hash_typed (const char *type, gboolean exact)
{
	sh_value *v = sh_hash ();

	v->p->type = g_strdup (type);
	v->p->exact = exact;
	return v;
}

sh_value *
sh_hash_ordered (void)
{
	return sh_hash_typed ("OrderedDictionary", FALSE);
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
	return v->kind == SH_INT ? v->written : NULL;
}

gboolean
sh_is_shared (const sh_value *v)
{
	return v->refs > 1;
}

gboolean
sh_text_append (sh_value *v, const char *more)
{
	gsize n = strlen (more), length = v->grown.room ? v->grown.length
		: strlen (v->s);

	if (length + n > TEXT_LIMIT)
		return FALSE;
	if (length + n >= v->grown.room) {
		v->grown.room = (guint32) MIN ((length + n) * 2 + 16,
					       TEXT_LIMIT + 1);
		v->s = g_realloc (v->s, v->grown.room);
	}
	memcpy (v->s + length, more, n + 1);
	v->grown.length = (guint32) (length + n);
	return TRUE;
}

sh_value *
sh_copy (const sh_value *v)
{
	sh_value *out;

	if (v->kind == SH_ARRAY) {
		out = sh_array ();
		for (guint i = 0, n = sh_array_length (v); i < n; i++)
			sh_array_add (out, sh_ref (sh_array_get (v, i)));
		return out;
	}
	if (v->kind != SH_HASH && v->kind != SH_OBJECT)
		return sh_ref ((sh_value *) v);
	out = v->kind == SH_HASH ? sh_hash () : sh_object (NULL);
	g_free (out->p->type);
	out->p->type = g_strdup (v->p->type);
	out->p->exact = v->p->exact;
	for (guint i = 0; i < v->p->list->len; i++) {
		prop *e = v->p->list->pdata[i];

		if (e == NULL)
			continue;
		sh_set (out, e->key, sh_ref (e->v));
	}
	return out;
}

const char *
sh_type_name (const sh_value *v)
{
	/* By sh_text_kind. */
	static const char *const texts[] = {
		"String", "Char", "String", "Guid", "IPAddress",
	};

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
		return texts[v->special];
	case SH_ARRAY:
		return list_type_name (v);
	case SH_HASH:
		return v->p->type ? v->p->type : "Hashtable";
	case SH_OBJECT:
		return v->p->type ? v->p->type : "PSCustomObject";
	case SH_ROW:
		return v->r->noun->name;
	case SH_BLOCK:
		return "ScriptBlock";
	}
	g_return_val_if_reached ("Object");
}

sh_block *
sh_block_get (const sh_value *v)
{
	return v->kind == SH_BLOCK ? v->block : NULL;
}
