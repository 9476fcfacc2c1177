/*
 * stored.c - what a transaction would store where it does nothing to the kernel:
 * the commands by which the two models differ, as the dump has them. Asked by
 * -WhatIf and -Confirm.
 */
#include <string.h>

#include "model/model.h"
#include "plan/txn.h"

#define MOST 20			/* lines that are told */

/* How often each line is there. */
static GHashTable *
counted (char *const *lines)
{
	GHashTable *t = g_hash_table_new (g_str_hash, g_str_equal);

	for (; *lines; lines++) {
		gpointer n = g_hash_table_lookup (t, *lines);

		g_hash_table_insert (t, *lines, GUINT_TO_POINTER (
			GPOINTER_TO_UINT (n) + 1));
	}
	return t;
}

static gboolean
take (GHashTable *from, const char *line)
{
	guint n = GPOINTER_TO_UINT (g_hash_table_lookup (from, line));

	if (n > 0)
		g_hash_table_insert (from, (gpointer) line,
				     GUINT_TO_POINTER (n - 1));
	return n > 0;
}

static void
add_lines_without (GPtrArray *out, char *const *lines, char *const *but,
		   const char *how)
{
	g_autoptr (GHashTable) there = counted (but);

	for (; *lines; lines++)
		if (**lines && **lines != '#' && !take (there, *lines))
			g_ptr_array_add (out, g_strdup_printf ("%s: %s", how,
							       *lines));
}

static void
shorten (GPtrArray *list)
{
	guint more = list->len > MOST ? list->len - MOST : 0;

	if (more == 0)
		return;
	g_ptr_array_set_size (list, MOST);
	g_ptr_array_add (list, g_strdup_printf ("and %u more of these", more));
}

GPtrArray *
vmnet_txn_stored (vmnet_txn *t)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autofree char *was = model_dump (t->base);
	g_autofree char *now = model_dump (t->model);
	g_auto (GStrv) before = g_strsplit (was, "\n", -1);
	g_auto (GStrv) after = g_strsplit (now, "\n", -1);

	if (!vmnet_txn_pending (t))
		return out;
	add_lines_without (out, before, after, "store no more");
	add_lines_without (out, after, before, "store");
	if (out->len == 0)
		g_ptr_array_add (out, g_strdup ("store what counters begin "
			"with, or an order: no command says it"));
	shorten (out);
	return out;
}
