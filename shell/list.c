/*
 * list.c - arrays, and the lists of .NET that are arrays of a kind: made,
 * filled, read and put in order. Called by everything in shell/.
 */
#include "value_private.h"

#include <string.h>

sh_value *
sh_array (void)
{
	sh_value *v = value_new (SH_ARRAY);

	v->list = g_ptr_array_new ();
	return v;
}

sh_value *
sh_list_new (sh_list_kind kind, const char *of, gboolean fold)
{
	sh_value *v = sh_array ();

	if (kind == SH_L_ARRAY)
		return v;
	v->more = g_new0 (list_more, 1);
	v->more->kind = kind;
	v->more->of = g_strdup (of);
	v->more->fold = fold;
	if (kind == SH_L_SET)
		v->more->index = g_hash_table_new_full (g_str_hash,
							g_str_equal, g_free,
							NULL);
	return v;
}

sh_value *
sh_list_like (const sh_value *v)
{
	list_more *m = v->kind == SH_ARRAY ? v->more : NULL;

	return m ? sh_list_new (m->kind, m->of, m->fold) : sh_array ();
}

void
list_more_free (list_more *m)
{
	if (m == NULL)
		return;
	g_clear_pointer (&m->index, g_hash_table_unref);
	g_free (m->of);
	g_free (m);
}

sh_list_kind
sh_list_kind_of (const sh_value *v)
{
	return v->kind == SH_ARRAY && v->more ? v->more->kind : SH_L_ARRAY;
}

const char *
sh_list_of (const sh_value *v)
{
	return v->kind == SH_ARRAY && v->more ? v->more->of : NULL;
}

const char *
list_type_name (const sh_value *v)
{
	gboolean generic = sh_list_of (v) != NULL;

	switch (sh_list_kind_of (v)) {
	case SH_L_ARRAY:
		return "Object[]";
	case SH_L_ARRAYLIST:
		return "ArrayList";
	case SH_L_LIST:
		return "List`1";
	case SH_L_SET:
		return "HashSet`1";
	case SH_L_QUEUE:
		return generic ? "Queue`1" : "Queue";
	case SH_L_STACK:
		return generic ? "Stack`1" : "Stack";
	}
	g_return_val_if_reached ("Object[]");
}

/* ---- read ---- */

guint
sh_array_length (const sh_value *v)
{
	if (v->kind == SH_ARRAY)
		return v->list->len - (v->more ? v->more->head : 0);
	return v->kind != SH_NULL;
}

/* Where element `i`, which there is, stands. */
static guint
place (const sh_value *v, guint i)
{
	if (v->more == NULL)
		return i;
	return v->more->kind == SH_L_STACK ? v->list->len - 1 - i
		: v->more->head + i;
}

sh_value *
sh_array_get (const sh_value *v, guint i)
{
	if (i >= sh_array_length (v))
		return NULL;
	return v->kind == SH_ARRAY ? v->list->pdata[place (v, i)]
		: (sh_value *) v;
}

/* ---- sets ---- */

static char *
set_key (const sh_value *set, const sh_value *item)
{
	g_autofree char *text = NULL;

	switch (item->kind) {
	case SH_STRING:
		text = set->more->fold ? g_utf8_casefold (item->s, -1)
			: g_strdup (item->s);
		return g_strconcat ("s", text, NULL);
	case SH_NULL:
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
		text = sh_to_text (item);
		return g_strconcat ("n", text, NULL);
	case SH_ROW:
		return g_strdup_printf ("r%p %s", (const void *) item->r->noun,
					item->r->key);
	case SH_ARRAY:
	case SH_HASH:
	case SH_OBJECT:
	case SH_BLOCK:
		text = item->kind == SH_OBJECT && sh_peek (item, "\001text")
			? sh_to_text (item) : NULL;
		return text ? g_strdup_printf ("o%s %s", sh_type_name (item),
					       text)
			: g_strdup_printf ("p%p", (const void *) item);
	}
	g_return_val_if_reached (g_strdup (""));
}

gboolean
sh_set_add (sh_value *set, sh_value *item)
{
	char *key = set_key (set, item);

	if (g_hash_table_contains (set->more->index, key)) {
		g_free (key);
		sh_unref (item);
		return FALSE;
	}
	g_hash_table_insert (set->more->index, key,
			     GUINT_TO_POINTER (set->list->len));
	g_ptr_array_add (set->list, item);
	return TRUE;
}

gboolean
sh_set_has (const sh_value *set, const sh_value *item)
{
	g_autofree char *key = set_key (set, item);

	return g_hash_table_contains (set->more->index, key);
}

gboolean
sh_set_remove (sh_value *set, const sh_value *item)
{
	g_autofree char *key = set_key (set, item);
	gpointer at;
	guint i;

	if (!g_hash_table_lookup_extended (set->more->index, key, NULL, &at))
		return FALSE;
	i = GPOINTER_TO_UINT (at);
	g_hash_table_remove (set->more->index, key);
	/* The last one takes its place: a set has no order. */
	sh_unref (g_ptr_array_steal_index_fast (set->list, i));
	if (i < set->list->len)
		g_hash_table_insert (set->more->index,
				     set_key (set, set->list->pdata[i]), at);
	return TRUE;
}

/* ---- filled and emptied ---- */

void
sh_array_add (sh_value *array, sh_value *item)
{
	g_return_if_fail (array->kind == SH_ARRAY);
	if (array->more != NULL && array->more->kind == SH_L_SET)
		sh_set_add (array, item);
	else
		g_ptr_array_add (array->list, item);
}

gboolean
sh_array_set (sh_value *array, guint i, sh_value *item)
{
	if (array->kind != SH_ARRAY || i >= sh_array_length (array)
	    || (array->more && array->more->kind == SH_L_SET)) {
		sh_unref (item);
		return FALSE;
	}
	i = place (array, i);
	sh_unref (array->list->pdata[i]);
	array->list->pdata[i] = item;
	return TRUE;
}

/* What follows works on the places themselves. */
static void
close_head (sh_value *v)
{
	if (v->more == NULL || v->more->head == 0)
		return;
	/* They are empty: nothing is freed. */
	g_ptr_array_remove_range (v->list, 0, v->more->head);
	v->more->head = 0;
}

sh_value *
sh_list_take (sh_value *list)
{
	sh_value *out = sh_array_get (list, 0);
	list_more *m = list->more;

	if (out == NULL)
		return NULL;
	if (m == NULL || m->kind != SH_L_QUEUE)
		return g_ptr_array_steal_index (list->list, place (list, 0));
	list->list->pdata[m->head++] = NULL;
	if (m->head > 16 && m->head > list->list->len / 2)
		close_head (list);
	return out;
}

void
sh_array_insert (sh_value *array, guint at, sh_value *item)
{
	close_head (array);
	g_ptr_array_insert (array->list, (int) MIN (at, array->list->len),
			    item);
}

void
sh_array_cut (sh_value *array, guint length)
{
	close_head (array);
	if (array->more != NULL && array->more->kind == SH_L_SET && length == 0)
		g_hash_table_remove_all (array->more->index);
	while (array->list->len > length)
		sh_unref (g_ptr_array_steal_index (array->list,
						   array->list->len - 1));
}

void
sh_array_drop (sh_value *array, guint at)
{
	close_head (array);
	if (at < array->list->len)
		sh_unref (g_ptr_array_steal_index (array->list, at));
}

/* ---- order ---- */

void
sh_array_reverse (sh_value *array)
{
	gpointer *p = array->list->pdata;

	for (guint i = 0, k = array->list->len; i + 1 < k; i++) {
		gpointer x = p[i];

		p[i] = p[--k];
		p[k] = x;
	}
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user G_GNUC_UNUSED)
{
	return sh_compare (a, b, FALSE);
}

gboolean
sh_array_sort (sh_value *array, sh_interp *in, GError **error)
{
	return sh_sort (in, array->list, compare_items, NULL, error);
}
