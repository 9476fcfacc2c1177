/*
 * document_check.c - do the names and numbers of what was read fit to each
 * other? Called by document_read.c and journal.c.
 */
#include "model/reader.h"

/* The names of a list; one that is there twice is an error. */
static GHashTable *
names_of (reader *r, const char *list, const GPtrArray *items)
{
	GHashTable *t = g_hash_table_new (model_name_hash, model_name_same);

	r->list = list;
	for (guint i = 0; i < items->len; i++) {
		/* the name is the first member of both structures */
		char *name = *(char **) g_ptr_array_index (items, i);

		r->index = i;
		if (!g_hash_table_add (t, name))
			read_bad (r, "name", "'%s' is there twice", name);
	}
	return t;
}

static void
check_adapter_names (reader *r, const vmnet_model *m)
{
	g_autoptr (GHashTable) seen = g_hash_table_new_full (
		model_name_hash, model_name_same, g_free, NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		r->index = i;
		if (!g_hash_table_add (seen,
				       names_alias (m->adapters->pdata[i])))
			read_bad (r, "name", "the VM has it twice");
	}
}

static void
check_number (reader *r, const vmnet_model *m, GHashTable *seen,
	      const char *key, guint32 id)
{
	if (id >= m->next_acl || !g_hash_table_add (seen,
						    GUINT_TO_POINTER (id)))
		read_bad (r, key, "the number %u is there twice or not below "
			  "next_acl", id);
}

/* Entries of both kinds share their numbers. */
static void
check_acl_numbers (reader *r, const vmnet_model *m)
{
	g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		r->index = i;
		for (guint j = 0; j < a->acls->len; j++)
			check_number (r, m, seen, "acls",
				      ((vmnet_acl *) a->acls->pdata[j])->id);
		for (guint j = 0; j < a->extacls->len; j++)
			check_number (r, m, seen, "extended_acls",
				      ((vmnet_extacl *)
				       a->extacls->pdata[j])->id);
	}
}

/* Names of other objects, and numbers that must be there once only. */
void
reader_check (reader *r, const vmnet_model *m)
{
	g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
	g_autoptr (GHashTable) vms = names_of (r, "vms", m->vms);
	g_autoptr (GHashTable) switches = names_of (r, "switches",
						    m->switches);

	r->list = "adapters";
	check_adapter_names (r, m);
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		r->index = i;
		if (a->vm && !g_hash_table_contains (vms, a->vm))
			read_bad (r, "vm", "there is no '%s' in vms", a->vm);
		if (a->vswitch && !g_hash_table_contains (switches,
							  a->vswitch))
			read_bad (r, "switch", "there is no '%s' in switches",
				  a->vswitch);
		if (!g_hash_table_add (seen, GUINT_TO_POINTER (a->slot)))
			read_bad (r, "slot", "%u is there twice", a->slot);
	}
	check_acl_numbers (r, m);
}

gboolean
document_check (const vmnet_model *m, const char *file, GError **error)
{
	reader r = { file, NULL, 0, NULL, NULL };

	reader_check (&r, m);
	if (r.error == NULL)
		return TRUE;
	g_propagate_error (error, r.error);
	return FALSE;
}
