/*
 * edit_vm.c - changes of virtual machines and of their metering. Called by
 * plan/txn.c.
 */
#include "model/pool.h"

#include "model/check.h"

#define WHAT "virtual machine"

gboolean
model_vm_add (vmnet_model *m, const char *name, gboolean namespaced,
	      GError **error)
{
	vmnet_vm *v;

	if (!check_name (WHAT, name, error))
		return FALSE;
	if (namespaced && model_name_equal (name, "outside"))
		return check_invalid (error, WHAT, name, "this is the name of "
				      "the lab's outside machine; give "
				      "another");
	if (vmnet_model_vm (m, name))
		return TRUE;
	v = g_new0 (vmnet_vm, 1);
	v->name = g_strdup (name);
	v->namespaced = namespaced;
	g_ptr_array_add (m->vms, v);
	return TRUE;
}

gboolean
model_vm_remove (vmnet_model *m, const char *name, GError **error)
{
	vmnet_vm *v = check_vm (m, name, error);

	if (v == NULL)
		return FALSE;
	for (guint i = m->adapters->len; i-- > 0;) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vm, v->name))
			model_adapter_drop (m, a);
	}
	g_ptr_array_remove (m->vms, v);
	return TRUE;
}

/* ---- on and off ---- */

gboolean
model_vm_set_off (vmnet_model *m, const char *name, gboolean off,
		  GError **error)
{
	vmnet_vm *v = check_vm (m, name, error);

	if (v)
		v->off = off;
	return v != NULL;
}

/* ---- metering ---- */

/* The four entries that count everything: the i-th one. */
#define METERS 4
static vmnet_acl
default_meter (guint i)
{
	vmnet_acl acl = {
		.direction = i & 1 ? VMNET_OUTBOUND : VMNET_INBOUND,
		.action = VMNET_ACL_METER,
		.family = i & 2 ? VMNET_ADDR_IPV6 : VMNET_ADDR_IPV4,
	};

	return acl;
}

static gboolean
has_meter (const vmnet_adapter *a, const vmnet_acl *meter)
{
	for (guint i = 0; i < a->acls->len; i++) {
		const vmnet_acl *acl = g_ptr_array_index (a->acls, i);

		if (acl->action == VMNET_ACL_METER
		    && model_acl_same_key (acl, meter))
			return TRUE;
	}
	return FALSE;
}

static guint
count_meters (const vmnet_adapter *a)
{
	guint n = 0;

	for (guint i = 0; i < a->acls->len; i++) {
		const vmnet_acl *acl = g_ptr_array_index (a->acls, i);

		n += acl->action == VMNET_ACL_METER;
	}
	return n;
}

/* Meter entries other than none, and other than exactly the four. */
static gboolean
meters_by_itself (const vmnet_adapter *a)
{
	guint n = count_meters (a);

	if (n == 0)
		return FALSE;
	for (guint i = 0; n == METERS && i < METERS; i++) {
		vmnet_acl meter = default_meter (i);

		if (!has_meter (a, &meter))
			return TRUE;
	}
	return n != METERS;
}

static gboolean
vm_meters_by_itself (const vmnet_model *m, const char *vm)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vm, vm) && meters_by_itself (a))
			return TRUE;
	}
	return FALSE;
}

static void
add_default_meters (vmnet_model *m, vmnet_adapter *a)
{
	if (count_meters (a) > 0)
		return;
	for (guint i = 0; i < METERS; i++) {
		vmnet_acl meter = default_meter (i);

		model_acl_append (m, a, &meter);
	}
}

void
model_meter_new_adapter (vmnet_model *m, vmnet_adapter *a)
{
	const vmnet_vm *v = a->vm ? vmnet_model_vm (m, a->vm) : NULL;

	if (v && (v->metering || pool_meters (m, a)))
		model_meter_adapter (m, a);
}

void
model_meter_adapter (vmnet_model *m, vmnet_adapter *a)
{
	if (!vm_meters_by_itself (m, a->vm))
		add_default_meters (m, a);
}

gboolean
model_vm_set_metering (vmnet_model *m, const char *name, gboolean on,
		       GError **error)
{
	vmnet_vm *v = check_vm (m, name, error);

	if (v == NULL)
		return FALSE;
	if (!on || v->metering) {
		v->metering = on;
		return TRUE;
	}
	v->metering = TRUE;
	if (v->metering_since == 0)
		v->metering_since = g_get_real_time ();
	if (vm_meters_by_itself (m, v->name))
		return TRUE;
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vm, v->name))
			add_default_meters (m, a);
	}
	return TRUE;
}

void
model_meter_total (const vmnet_acl *acl, guint64 *bytes, guint64 *packets)
{
	if (*bytes >= acl->base_bytes && *packets >= acl->base_packets) {
		*bytes -= acl->base_bytes;
		*packets -= acl->base_packets;
	}
	*bytes += acl->carried_bytes;
	*packets += acl->carried_packets;
}

static void
reset_adapter (vmnet_adapter *a, model_count_func count, gpointer user)
{
	for (guint i = 0; i < a->acls->len; i++) {
		vmnet_acl *acl = g_ptr_array_index (a->acls, i);

		if (acl->action != VMNET_ACL_METER)
			continue;
		count (acl->id, &acl->base_bytes, &acl->base_packets, user);
		acl->carried_bytes = acl->carried_packets = 0;
	}
}

static void
began_anew (vmnet_acl *acl, model_count_func count, gpointer user)
{
	guint64 bytes, packets;

	if (acl->base_bytes == 0 && acl->base_packets == 0)
		return;
	count (acl->id, &bytes, &packets, user);
	if (bytes < acl->base_bytes || packets < acl->base_packets)
		acl->base_bytes = acl->base_packets = 0;
}

void
model_meters_began_anew (vmnet_model *m, model_count_func count,
			 gpointer user)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		for (guint j = 0; j < a->acls->len; j++)
			began_anew (g_ptr_array_index (a->acls, j), count,
				    user);
	}
}

gboolean
model_vm_reset_metering (vmnet_model *m, const char *name,
			 model_count_func count, gpointer user,
			 GError **error)
{
	vmnet_vm *v = check_vm (m, name, error);

	if (v == NULL)
		return FALSE;
	if (!v->metering)
		return check_invalid (error, WHAT, v->name, "its metering is "
				      "not on, so there is nothing to reset; "
				      "turn it on with "
				      "Enable-VMResourceMetering");
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vm, v->name))
			reset_adapter (a, count, user);
	}
	v->metering_since = g_get_real_time ();
	return TRUE;
}
