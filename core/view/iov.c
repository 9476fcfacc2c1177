/*
 * iov.c - SR-IOV of an adapter as the rows of a view tell it: asked once, for
 * every field that shows it.
 */
#include "iov/iov.h"
#include "view/view.h"

static void
reasons_free (gpointer reasons)
{
	g_ptr_array_unref (reasons);
}

static const GPtrArray *
reasons_of (vmnet_view *v, const char *nic)
{
	const char *key = nic ? nic : "";
	GPtrArray *all;

	if (v->iov == NULL)
		v->iov = g_hash_table_new_full (g_str_hash, g_str_equal,
						g_free, reasons_free);
	all = g_hash_table_lookup (v->iov, key);
	if (all == NULL) {
		all = iov_reasons (v->h->sysfs_root, nic, -1);
		g_hash_table_insert (v->iov, g_strdup (key), all);
	}
	return all;
}

gboolean
view_iov_can (vmnet_view *v, const char *nic)
{
	return !iov_stops (reasons_of (v, nic), IOV_STOPS_VFS);
}

void
view_iov_put_reasons (vmnet_view *v, const char *nic, vmnet_value *out)
{
	g_autoptr (GPtrArray) lines = iov_lines (reasons_of (v, nic), ~0U);

	put_list (out);
	for (guint i = 0; i < lines->len; i++)
		put_list_add (out, g_strdup (lines->pdata[i]));
}
