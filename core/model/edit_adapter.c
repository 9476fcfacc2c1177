/*
 * edit_adapter.c - changes of network adapters, a VM's or the host's. Called
 * by plan/txn.c, and by the edits of switches and VMs.
 */
#include "model/pool.h"

#include <string.h>

#include "model/check.h"
#include "model/guards.h"
#include "model/mirror.h"
#include "model/partners.h"

#define DEFAULT_NAME "Network Adapter"
#define VMQ_WEIGHT 100

vmnet_adapter *
model_adapter_append (vmnet_model *m, const char *vm, const char *name,
		      const char *vswitch)
{
	vmnet_adapter *a = g_new0 (vmnet_adapter, 1);

	a->vm = g_strdup (vm);
	a->name = g_strdup (name);
	a->vswitch = g_strdup (vswitch);
	a->vmq_weight = VMQ_WEIGHT;
	a->slot = m->next_slot++;
	a->acls = g_ptr_array_new_with_free_func (g_free);
	a->extacls = g_ptr_array_new_with_free_func (g_free);
	names_derive_mac (m, a);
	g_ptr_array_add (m->adapters, a);
	return a;
}

void
model_adapter_drop (vmnet_model *m, vmnet_adapter *a)
{
	g_autofree char *alias = names_alias (a);

	if (a->vm == NULL)
		model_interface_drop (m, alias);
	g_ptr_array_remove (m->adapters, a);
}

void
model_adapter_rename_to (vmnet_model *m, vmnet_adapter *a,
			 const char *new_name)
{
	g_autofree char *old = names_alias (a);
	g_autofree char *alias = NULL;

	g_free (a->name);
	a->name = g_strdup (new_name);
	alias = names_alias (a);
	if (a->vm == NULL)
		model_interface_rename (m, old, alias);
}

/* ---- settings ---- */

static gboolean
mac_ok (const vmnet_model *m, const vmnet_adapter *mine, const char *object,
	const guint8 *mac, GError **error)
{
	static const guint8 zero[6];
	g_autofree char *text = vmnet_mac_format (mac, '-');

	if ((mac[0] & 1) || memcmp (mac, zero, sizeof zero) == 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: %s is no address for one adapter (group or "
			     "zero); give one with an even first byte",
			     object, text);
		return FALSE;
	}
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);
		g_autofree char *other = NULL;

		if (a == mine || memcmp (a->mac, mac, 6) != 0)
			continue;
		other = check_adapter_text (a->vm, a->name);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: %s has the MAC address %s already; give "
			     "another", object, other, text);
		return FALSE;
	}
	return TRUE;
}

static void
set_opt (vmnet_opt *to, vmnet_opt from)
{
	if (!from.set)
		return;
	to->set = from.value != 0;
	to->value = from.value;
}

static gboolean
weight_ok (const char *object, const char *parameter, vmnet_opt weight,
	   GError **error)
{
	if (!weight.set || weight.value <= 100)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: -%s %" G_GUINT64_FORMAT " is out of range; give 0 "
		     "to 100", object, parameter, weight.value);
	return FALSE;
}

static gboolean
bandwidth_ok (const char *object, const vmnet_switch *sw,
	      const vmnet_adapter *a, const vmnet_adapter_change *c,
	      GError **error)
{
	vmnet_opt absolute = a->min_absolute, weight = a->min_weight;
	vmnet_opt max = a->max;

	set_opt (&absolute, c->min_absolute);
	set_opt (&weight, c->min_weight);
	set_opt (&max, c->max);
	if (!check_rate (object, "MinimumBandwidthAbsolute", absolute, error)
	    || !weight_ok (object, "MinimumBandwidthWeight", weight, error)
	    || !check_rate (object, "MaximumBandwidth", max, error)
	    || !check_floors (object, sw, absolute, weight, error))
		return FALSE;
	if (!absolute.set || !max.set || absolute.value <= max.value)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: the floor of %" G_GUINT64_FORMAT " bits per second "
		     "is above the cap of %" G_GUINT64_FORMAT "; lower "
		     "-MinimumBandwidthAbsolute or raise -MaximumBandwidth",
		     object, absolute.value, max.value);
	return FALSE;
}

static gboolean
iov_ok (const char *object, const vmnet_adapter *a,
	const vmnet_adapter_change *c, GError **error)
{
	if (!weight_ok (object, "IovWeight", c->iov_weight, error))
		return FALSE;
	if (c->iov_weight.set && c->iov_weight.value > 0 && a->vm == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: the host's own adapters have no virtual "
			     "function: the card's physical function carries "
			     "them; -IovWeight is for VMs", object);
		return FALSE;
	}
	if (!c->iov_queue_pairs.set
	    || c->iov_queue_pairs.value <= G_MAXUINT16)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: -IovQueuePairsRequested %" G_GUINT64_FORMAT
		     " is out of range; give 1 to %d, or 0 for the driver's "
		     "own", object, c->iov_queue_pairs.value, G_MAXUINT16);
	return FALSE;
}

static gboolean
vlan_ok (const char *object, const vmnet_vlan *v, GError **error)
{
	g_autofree char *list = NULL;
	gboolean access = v && v->mode == VMNET_VLAN_ACCESS;
	guint id;

	if (v == NULL || v->mode == VMNET_VLAN_UNTAGGED)
		return TRUE;
	id = access ? v->access : v->native;
	if (id > VMNET_VLAN_MAX || (access && id == 0)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: -%s %u is no VLAN; give %u to %u", object,
			     access ? "VlanId" : "NativeVlanId", id,
			     access ? 1 : 0, VMNET_VLAN_MAX);
		return FALSE;
	}
	if (access)
		return TRUE;
	list = vmnet_vlan_list (v->allowed, error);
	if (list == NULL)
		g_prefix_error (error, "%s: -AllowedVlanIdList: ", object);
	return list != NULL;
}

/* Primordial: in no pool of its own. */
static gboolean
pool_ok (const vmnet_model *m, const char *object, const vmnet_adapter *a,
	 const char *pool, GError **error)
{
	if (pool == NULL || (a->vm == NULL && pool_is_all (pool)))
		return TRUE;
	if (a->vm == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: the host's own adapters belong to no "
			     "resource pool; -ResourcePoolName is for VMs",
			     object);
		return FALSE;
	}
	return pool_is_all (pool) || check_pool (m, pool, error);
}

/* `a` as it is, or as it is about to be made (NULL MAC owner: none yet). */
static gboolean
change_ok (const vmnet_model *m, const vmnet_adapter *a,
	   const char *vswitch, const vmnet_adapter_change *c, GError **error)
{
	g_autofree char *object = check_adapter_text (a->vm, a->name);
	const vmnet_switch *sw = vswitch ? vmnet_model_switch (m, vswitch)
					 : NULL;

	if (c->mac && c->mac_dynamic) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: give -StaticMacAddress or "
			     "-DynamicMacAddress, not both", object);
		return FALSE;
	}
	if (c->mac && !mac_ok (m, a, object, c->mac, error))
		return FALSE;
	return weight_ok (object, "VmqWeight", c->vmq_weight, error)
	       && guards_ok (object, c->guards, error)
	       && mirror_ok (object, &a->mirror, &c->mirror, error)
	       && mirror_room (m, a, vswitch, c->mirror.mode ? *c->mirror.mode
			       : a->mirror.mode, error)
	       && (!c->teaming || !*c->teaming
		   || partners_ok (m, a, object, error))
	       && iov_ok (object, a, c, error)
	       && vlan_ok (object, c->vlan, error)
	       && pool_ok (m, object, a, c->pool, error)
	       && bandwidth_ok (object, sw, a, c, error);
}

static void
change_apply (const vmnet_model *m, vmnet_adapter *a,
	      const vmnet_adapter_change *c)
{
	if (c->mac) {
		memcpy (a->mac, c->mac, sizeof a->mac);
		a->mac_static = TRUE;
	}
	if (c->mac_dynamic && a->mac_static) {
		a->mac_static = FALSE;
		names_derive_mac (m, a);
	}
	if (c->spoofing)
		a->spoofing = *c->spoofing;
	if (c->teaming)
		a->teaming = *c->teaming;
	guards_apply (a->guards, c->guards);
	mirror_apply (&a->mirror, &c->mirror);
	set_opt (&a->min_absolute, c->min_absolute);
	set_opt (&a->min_weight, c->min_weight);
	set_opt (&a->max, c->max);
	if (c->vmq_weight.set)
		a->vmq_weight = c->vmq_weight.value;
	if (c->iov_weight.set)
		a->iov_weight = c->iov_weight.value;
	set_opt (&a->iov_queue_pairs, c->iov_queue_pairs);
	if (c->iov_moderation)
		a->iov_moderation = *c->iov_moderation;
	if (c->iov_bypass)
		a->iov_bypass = *c->iov_bypass;
	if (c->vlan)
		model_vlan_copy (&a->vlan, c->vlan);
	if (c->pool) {
		g_free (a->pool);
		a->pool = pool_is_all (c->pool) ? NULL
			: g_strdup (vmnet_model_pool (m, c->pool)->name);
	}
}

gboolean
model_adapter_set (vmnet_model *m, const char *vm, const char *name,
		   const vmnet_adapter_change *c, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, name, error);

	if (a == NULL || !change_ok (m, a, a->vswitch, c, error))
		return FALSE;
	change_apply (m, a, c);
	if (c->pool)
		model_meter_new_adapter (m, a);
	return TRUE;
}

/* ---- there already? ---- */

static void
differs_opt (GString *s, const char *field, vmnet_opt is, vmnet_opt asked)
{
	if (!asked.set || asked.value == (is.set ? is.value : 0))
		return;
	g_string_append_printf (s, "%s%s %" G_GUINT64_FORMAT " (asked: %"
				G_GUINT64_FORMAT ")", s->len ? ", " : "",
				field, is.set ? is.value : 0, asked.value);
}

static void
differs_on (GString *s, const char *field, gboolean is, const gboolean *asked)
{
	if (asked && !*asked != !is)
		g_string_append_printf (s, "%s%s %s", s->len ? ", " : "",
					field, is ? "On" : "Off");
}

static void
differs_mac (GString *s, const vmnet_adapter *a,
	     const vmnet_adapter_change *c)
{
	g_autofree char *is = vmnet_mac_format (a->mac, '-');
	g_autofree char *asked = NULL;

	if (c->mac && (!a->mac_static || memcmp (a->mac, c->mac, 6) != 0)) {
		asked = vmnet_mac_format (c->mac, '-');
		g_string_append_printf (s, "%sMacAddress %s %s (asked: %s)",
					s->len ? ", " : "", is,
					a->mac_static ? "static" : "dynamic",
					asked);
	}
	if (c->mac_dynamic && a->mac_static)
		g_string_append_printf (s, "%sMacAddress %s static (asked: "
					"dynamic)", s->len ? ", " : "", is);
}

static void
differs_vlan (GString *s, const vmnet_vlan *is, const vmnet_vlan *asked)
{
	g_autofree char *a = model_vlan_text (is), *b = NULL;
	vmnet_vlan same = { 0 };

	if (asked == NULL)
		return;
	model_vlan_copy (&same, asked);
	b = model_vlan_text (&same);
	if (!model_vlan_equal (is, &same))
		g_string_append_printf (s, "%sVLAN %s (asked: %s)",
					s->len ? ", " : "", a, b);
	g_free (same.allowed);
}

static gboolean
adapter_same (const vmnet_adapter *a, const char *vswitch,
	      const vmnet_adapter_change *c, GError **error)
{
	g_autoptr (GString) s = g_string_new (NULL);
	g_autofree char *object = check_adapter_text (a->vm, a->name);
	vmnet_opt vmq = { TRUE, a->vmq_weight };

	if (!model_name_equal (a->vswitch, vswitch))
		g_string_append_printf (s, "SwitchName '%s' (asked: '%s')",
					a->vswitch ? a->vswitch : "",
					vswitch ? vswitch : "");
	differs_mac (s, a, c);
	differs_on (s, "MacAddressSpoofing", a->spoofing, c->spoofing);
	differs_on (s, "AllowTeaming", a->teaming, c->teaming);
	guards_differ (s, a->guards, c->guards);
	mirror_differ (s, &a->mirror, &c->mirror);
	differs_opt (s, "MinimumBandwidthAbsolute", a->min_absolute,
		     c->min_absolute);
	differs_opt (s, "MinimumBandwidthWeight", a->min_weight,
		     c->min_weight);
	differs_opt (s, "MaximumBandwidth", a->max, c->max);
	differs_opt (s, "VmqWeight", vmq, c->vmq_weight);
	differs_vlan (s, &a->vlan, c->vlan);
	if (c->pool && !model_name_equal (a->pool ? a->pool : VMNET_POOL_ALL,
					  c->pool))
		g_string_append_printf (s, "%sPoolName '%s'",
					s->len ? ", " : "",
					a->pool ? a->pool : VMNET_POOL_ALL);
	if (s->len == 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "%s: exists with %s; change it with "
		     "Set-VMNetworkAdapter or Connect-VMNetworkAdapter",
		     object, s->str);
	return FALSE;
}

/* ---- add, connect, rename, remove ---- */

/* May an adapter of `vm` be connected to `vswitch`? */
static gboolean
connection_ok (const vmnet_model *m, const char *vm, const char *name,
	       const char *vswitch, GError **error)
{
	const vmnet_switch *sw;

	if (vswitch == NULL && vm)
		return TRUE;
	if (vswitch == NULL)
		return check_invalid (error, "host adapter", name,
				      "a host adapter is connected always; "
				      "give -SwitchName");
	sw = check_switch (m, vswitch, error);
	if (sw == NULL)
		return FALSE;
	if (vm == NULL && sw->type == VMNET_SWITCH_PRIVATE)
		return check_invalid (error, "host adapter", name,
				      "switch '%s' is Private and has no "
				      "host adapters; change it with "
				      "Set-VMSwitch -SwitchType Internal",
				      sw->name);
	return TRUE;
}

static char *
free_name (const vmnet_model *m, const char *vm)
{
	char *name = g_strdup (DEFAULT_NAME);

	for (guint n = 2; vmnet_model_adapter (m, vm, name); n++) {
		g_free (name);
		name = g_strdup_printf (DEFAULT_NAME " %u", n);
	}
	return name;
}

static gboolean
new_adapter_ok (const vmnet_model *m, const char *vm, const char *name,
		const char *vswitch, const vmnet_adapter_change *c,
		GError **error)
{
	const vmnet_adapter like = { .vm = (char *) vm, .name = (char *) name };

	if (!check_name ("network adapter", name, error)
	    || !connection_ok (m, vm, name, vswitch, error))
		return FALSE;
	if (m->next_slot > MODEL_SLOT_MAX)
		return check_invalid (error, "network adapter", name,
				      "all %u slots were used since the "
				      "store was made; write the model with "
				      "netsh dump and run it with an empty "
				      "store", MODEL_SLOT_MAX);
	return change_ok (m, &like, vswitch, c, error);
}

const char *
model_adapter_add (vmnet_model *m, const char *vm, const char *name,
		   const char *vswitch, const vmnet_adapter_change *c,
		   GError **error)
{
	static const vmnet_adapter_change nothing;
	const vmnet_vm *v = vm ? check_vm (m, vm, error) : NULL;
	g_autofree char *made = NULL;
	vmnet_adapter *a;

	if (vm && v == NULL)
		return NULL;
	if (c == NULL)
		c = &nothing;
	if (name == NULL)
		name = made = free_name (m, vm);
	a = vmnet_model_adapter (m, vm, name);
	if (a)
		return adapter_same (a, vswitch, c, error) ? a->name : NULL;
	if (!new_adapter_ok (m, vm, name, vswitch, c, error))
		return NULL;
	if (vswitch)
		vswitch = vmnet_model_switch (m, vswitch)->name;
	a = model_adapter_append (m, v ? v->name : NULL, name, vswitch);
	change_apply (m, a, c);
	model_meter_new_adapter (m, a);
	return a->name;
}

gboolean
model_adapter_connect (vmnet_model *m, const char *vm, const char *name,
		       const char *vswitch, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, name, error);
	const vmnet_switch *sw = NULL;
	g_autofree char *object = NULL;

	if (a == NULL
	    || !connection_ok (m, a->vm, a->name, vswitch, error))
		return FALSE;
	if (vswitch)
		sw = vmnet_model_switch (m, vswitch);
	object = check_adapter_text (a->vm, a->name);
	if (!check_floors (object, sw, a->min_absolute, a->min_weight, error)
	    || !mirror_room (m, a, sw ? sw->name : NULL, a->mirror.mode,
			     error))
		return FALSE;
	g_free (a->vswitch);
	a->vswitch = sw ? g_strdup (sw->name) : NULL;
	return TRUE;
}

gboolean
model_adapter_rename (vmnet_model *m, const char *vm, const char *name,
		      const char *new_name, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, name, error);
	const vmnet_adapter *other = vmnet_model_adapter (m, vm, new_name);
	g_autofree char *object = NULL;

	if (a == NULL || !check_name ("network adapter", new_name, error))
		return FALSE;
	if (other && other != a) {
		object = check_adapter_text (a->vm, a->name);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "rename %s to '%s': an adapter has that name "
			     "already; give another", object, new_name);
		return FALSE;
	}
	model_adapter_rename_to (m, a, new_name);
	return TRUE;
}

gboolean
model_adapter_remove (vmnet_model *m, const char *vm, const char *name,
		      GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, name, error);
	const vmnet_switch *sw;

	if (a == NULL)
		return FALSE;
	sw = a->vm == NULL ? vmnet_model_switch (m, a->vswitch) : NULL;
	if (sw && sw->type == VMNET_SWITCH_INTERNAL
	    && model_host_adapters (m, sw) == 1)
		return check_invalid (error, "host adapter", a->name, "it is "
				      "the last one of the Internal switch "
				      "'%s'; make the switch Private with "
				      "Set-VMSwitch -SwitchType Private",
				      sw->name);
	model_adapter_drop (m, a);
	return TRUE;
}
