/*
 * list.c - arrays: made, filled, read and put in order. Called by everything
 * in shell/.
 */
#include "value_private.h"

sh_value *
sh_array (void)
{
	sh_value *v = value_new (SH_ARRAY);

	v->list = g_ptr_array_new ();
	return v;
}

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

void
sh_array_insert (sh_value *array, guint at, sh_value *item)
{
	g_ptr_array_insert (array->list, (int) MIN (at, array->list->len),
			    item);
}

void
sh_array_cut (sh_value *array, guint length)
{
	while (array->list->len > length)
		sh_unref (g_ptr_array_steal_index (array->list,
						   array->list->len - 1));
}

void
sh_array_drop (sh_value *array, guint at)
{
	if (at < array->list->len)
		sh_unref (g_ptr_array_steal_index (array->list, at));
}

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
