/*
 * identity.c - see identity.h.
 */
#include "move/identity.h"

#include <string.h>

#include "model/check.h"

/* ---- export ---- */

static gboolean
uses_switch (const vmnet_model *m, const vmnet_switch *s)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (model_name_equal (a->vswitch, s->name))
			return TRUE;
	}
	return FALSE;
}

/* Leaves the VM, its adapters, and the switches that they name. */
static void
keep_only (vmnet_model *m, const vmnet_vm *v)
{
	for (guint i = m->adapters->len; i-- > 0;) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (!model_name_equal (a->vm, v->name))
			g_ptr_array_remove_index (m->adapters, i);
	}
	for (guint i = m->switches->len; i-- > 0;)
		if (!uses_switch (m, m->switches->pdata[i]))
			g_ptr_array_remove_index (m->switches, i);
	for (guint i = m->vms->len; i-- > 0;)
		if (m->vms->pdata[i] != v)
			g_ptr_array_remove_index (m->vms, i);
	g_ptr_array_set_size (m->nics, 0);
	g_ptr_array_set_size (m->addresses, 0);
	g_ptr_array_set_size (m->pools, 0);
}

static void
fold (vmnet_acl *acl, model_count_func count, gpointer user)
{
	guint64 bytes = 0, packets = 0;

	count (acl->id, &bytes, &packets, user);
	model_meter_total (acl, &bytes, &packets);
	acl->carried_bytes = bytes;
	acl->carried_packets = packets;
	acl->base_bytes = acl->base_packets = 0;
}

static void
fold_meters (vmnet_model *m, model_count_func count, gpointer user)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		for (guint j = 0; j < a->acls->len; j++) {
			vmnet_acl *acl = a->acls->pdata[j];

			if (acl->action == VMNET_ACL_METER)
				fold (acl, count, user);
		}
	}
}

char *
identity_export (const vmnet_model *m, const char *vm, model_count_func count,
		 gpointer user, GError **error)
{
	g_autoptr (vmnet_model) own = model_copy (m);
	const vmnet_vm *v = check_vm (own, vm, error);

	if (v == NULL)
		return NULL;
	keep_only (own, v);
	fold_meters (own, count, user);
	return store_to_text (own);
}

/* ---- import ---- */

vmnet_model *
identity_parse (const char *text, GError **error)
{
	g_autoptr (vmnet_model) m = store_from_text (text, -1, "of the VM that "
						     "comes", error);

	if (m == NULL)
		return NULL;
	if (m->vms->len == 1)
		return g_steal_pointer (&m);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "read the document of the VM that comes: it tells of %u "
		     "VMs, not of one", m->vms->len);
	return NULL;
}

/* What the switch `name` of the other host is called here; owned. */
static char *
switch_here (const char *name, const char *const *switches)
{
	gsize n = strlen (name);

	for (gsize i = 0; switches && switches[i]; i++) {
		const char *equals = strchr (switches[i], '=');

		if (equals == NULL)
			return g_strdup (switches[i]);
		if ((gsize) (equals - switches[i]) == n &&
		    g_ascii_strncasecmp (switches[i], name, n) == 0)
			return g_strdup (equals + 1);
	}
	return g_strdup (name);
}

static gboolean
mac_free (const vmnet_model *m, const vmnet_adapter *a, GError **error)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *b = m->adapters->pdata[i];
		g_autofree char *mac = NULL, *mine = NULL, *other = NULL;

		if (memcmp (a->mac, b->mac, 6) != 0 ||
		    (model_name_equal (a->vm, b->vm) &&
		     model_name_equal (a->name, b->name)))
			continue;
		mac = vmnet_mac_format (a->mac, '-');
		mine = check_adapter_text (a->vm, a->name);
		other = check_adapter_text (b->vm, b->name);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "%s: %s has the MAC address %s there; give one "
			     "of them another with Set-VMNetworkAdapter "
			     "-StaticMacAddress", mine, other, mac);
		return FALSE;
	}
	return TRUE;
}

/* The switch that the adapter gets here, by its name here. */
static gboolean
adapter_fits (const vmnet_model *m, const vmnet_adapter *a, GError **error)
{
	g_autofree char *what = check_adapter_text (a->vm, a->name);
	const vmnet_switch *s = NULL;

	if (a->vswitch && !(s = check_switch (m, a->vswitch, error))) {
		g_prefix_error (error, "%s: ", what);
		return FALSE;
	}
	return check_floors (what, s, a->min_absolute, a->min_weight, error)
		&& mac_free (m, a, error);
}

/* An entry of `old` that says the same; NULL: there is none. */
static const vmnet_acl *
same_entry (const vmnet_adapter *old, const vmnet_acl *acl)
{
	for (guint i = 0; old && i < old->acls->len; i++) {
		const vmnet_acl *o = old->acls->pdata[i];

		if (o->action == acl->action && model_acl_same_key (o, acl))
			return o;
	}
	return NULL;
}

static void
number_acls (vmnet_model *m, const vmnet_adapter *old, vmnet_adapter *a)
{
	for (guint i = 0; i < a->acls->len; i++) {
		vmnet_acl *acl = a->acls->pdata[i];
		const vmnet_acl *o = same_entry (old, acl);

		acl->id = o ? o->id : m->next_acl++;
		acl->base_bytes = o ? o->base_bytes : 0;
		acl->base_packets = o ? o->base_packets : 0;
	}
}

static guint32
extacl_number (vmnet_model *m, const vmnet_adapter *old,
	       const vmnet_extacl *e)
{
	for (guint i = 0; old && i < old->extacls->len; i++) {
		const vmnet_extacl *o = old->extacls->pdata[i];

		if (vmnet_extacl_equal (o, e))
			return o->id;
	}
	return m->next_acl++;
}

static void
number_extacls (vmnet_model *m, const vmnet_adapter *old, vmnet_adapter *a)
{
	for (guint i = 0; i < a->extacls->len; i++) {
		vmnet_extacl *e = a->extacls->pdata[i];

		e->id = extacl_number (m, old, e);
	}
}

static void
drop_adapters (vmnet_model *m, const char *vm)
{
	for (guint i = m->adapters->len; i-- > 0;) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (model_name_equal (a->vm, vm))
			g_ptr_array_remove_index (m->adapters, i);
	}
}

/* `own`: a copy of the document, whose adapters go over into `m`. */
static void
take_adapters (vmnet_model *m, vmnet_model *own)
{
	const vmnet_vm *v = own->vms->pdata[0];

	for (guint i = 0; i < own->adapters->len; i++) {
		vmnet_adapter *a = own->adapters->pdata[i];
		const vmnet_adapter *old =
			vmnet_model_adapter (m, a->vm, a->name);

		a->slot = old ? old->slot : m->next_slot++;
		number_acls (m, old, a);
		number_extacls (m, old, a);
	}
	drop_adapters (m, v->name);
	while (own->adapters->len)
		g_ptr_array_add (m->adapters,
				 g_ptr_array_steal_index (own->adapters, 0));
}

static void
take_vm (vmnet_model *m, vmnet_model *own)
{
	vmnet_vm *v = g_ptr_array_steal_index (own->vms, 0);
	vmnet_vm *old = vmnet_model_vm (m, v->name);

	if (old)
		g_ptr_array_remove (m->vms, old);
	g_ptr_array_add (m->vms, v);
}

gboolean
identity_import (vmnet_model *m, const vmnet_model *from,
		 const char *const *switches, GError **error)
{
	g_autoptr (vmnet_model) own = model_copy (from);

	if (m->next_slot + own->adapters->len > MODEL_SLOT_MAX) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "no numbers are left for %u more adapters",
			     own->adapters->len);
		return FALSE;
	}
	for (guint i = 0; i < own->adapters->len; i++) {
		vmnet_adapter *a = own->adapters->pdata[i];
		g_autofree char *there = a->vswitch;

		a->vswitch = there ? switch_here (there, switches) : NULL;
		/* It can be without one that is not here. */
		if (a->pool && !vmnet_model_pool (m, a->pool))
			g_clear_pointer (&a->pool, g_free);
		if (!adapter_fits (m, a, error))
			return FALSE;
	}
	take_adapters (m, own);
	take_vm (m, own);
	return TRUE;
}

void
identity_disconnect (vmnet_model *m, const char *vm)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = m->adapters->pdata[i];

		if (model_name_equal (a->vm, vm))
			g_clear_pointer (&a->vswitch, g_free);
	}
}
