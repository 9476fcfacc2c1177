/*
 * edit_acl.c - changes of the ACL entries of an adapter. Called by plan/txn.c
 * and, for the entries that count everything, by edit_vm.c.
 */
#include "model/edit.h"

#include "model/check.h"

void
model_acl_append (vmnet_model *m, vmnet_adapter *a, const vmnet_acl *acl)
{
	vmnet_acl *own = g_memdup2 (acl, sizeof *acl);

	own->id = m->next_acl++;
	own->base_bytes = own->base_packets = 0;
	own->carried_bytes = own->carried_packets = 0;
	g_ptr_array_add (a->acls, own);
}

/* "Inbound Deny Remote 10.0.0.0/8" */
static char *
entry_text (const vmnet_acl *acl)
{
	g_autofree char *addresses = vmnet_acl_text (acl);

	return g_strdup_printf ("%s %s %s",
				model_direction_text (acl->direction),
				model_action_text (acl->action), addresses);
}

static gboolean
refuse (GError **error, vmnet_error code, const vmnet_adapter *a,
	const vmnet_acl *acl, const char *why)
{
	g_autofree char *object = check_adapter_text (a->vm, a->name);
	g_autofree char *entry = entry_text (acl);

	g_set_error (error, VMNET_ERROR, code, "%s: ACL entry %s: %s", object,
		     entry, why);
	return FALSE;
}

/* Allow and Deny for the same address contradict each other. */
static gboolean
contradicts (const vmnet_acl *a, const vmnet_acl *b)
{
	return a->action != VMNET_ACL_METER && b->action != VMNET_ACL_METER
	       && a->action != b->action;
}

gboolean
model_acl_add (vmnet_model *m, const char *vm, const char *adapter,
	       const vmnet_acl *acl, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, adapter, error);

	if (a == NULL)
		return FALSE;
	for (guint i = a->acls->len; i-- > 0;) {
		const vmnet_acl *old = g_ptr_array_index (a->acls, i);

		if (!model_acl_same_key (old, acl))
			continue;
		if (old->action == acl->action)
			return TRUE;
		if (contradicts (old, acl))
			return refuse (error, VMNET_ERROR_EXISTS, a, old,
				       "exists and says the opposite; remove "
				       "it with Remove-VMNetworkAdapterAcl");
	}
	if (a->acls->len >= MODEL_ACLS_MAX)
		return refuse (error, VMNET_ERROR_INVALID, a, acl,
			       "an adapter has at most "
			       G_STRINGIFY (MODEL_ACLS_MAX)
			       " entries; join some into shorter prefixes");
	model_acl_append (m, a, acl);
	return TRUE;
}

static void
acl_not_found (const vmnet_adapter *a, const vmnet_acl *acl, GError **error)
{
	g_autoptr (GString) s = g_string_new ("no such entry; there ");

	g_string_append (s, a->acls->len == 0 ? "is none" :
			 a->acls->len == 1 ? "is " : "are ");
	for (guint i = 0; i < a->acls->len && i < 10; i++) {
		g_autofree char *entry = entry_text (a->acls->pdata[i]);

		g_string_append_printf (s, "%s'%s'", i ? ", " : "", entry);
	}
	if (a->acls->len > 10)
		g_string_append_printf (s, " and %u more", a->acls->len - 10);
	refuse (error, VMNET_ERROR_NOT_FOUND, a, acl, s->str);
}

gboolean
model_acl_remove (vmnet_model *m, const char *vm, const char *adapter,
		  const vmnet_acl *acl, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, adapter, error);

	if (a == NULL)
		return FALSE;
	for (guint i = a->acls->len; i-- > 0;) {
		const vmnet_acl *old = g_ptr_array_index (a->acls, i);

		if (old->action != acl->action
		    || !model_acl_same_key (old, acl))
			continue;
		g_ptr_array_remove_index (a->acls, i);
		return TRUE;
	}
	acl_not_found (a, acl, error);
	return FALSE;
}
