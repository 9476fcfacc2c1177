/*
 * equal.c - are two models the same? Asked by every commit, so it walks the
 * structures and does not write them out. Called by plan/txn.c.
 */
#include "model/document.h"

#include <string.h>

#include "model/guards.h"
#include "model/mirror.h"

static gboolean
same_text (const char *a, const char *b)
{
	return g_strcmp0 (a, b) == 0;
}

static gboolean
same_bool (gboolean a, gboolean b)
{
	return !a == !b;
}

gboolean
model_opt_same (vmnet_opt a, vmnet_opt b)
{
	return same_bool (a.set, b.set) && (!a.set || a.value == b.value);
}

gboolean
model_list_same (const GPtrArray *a, const GPtrArray *b, model_same_func same)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (!same (a->pdata[i], b->pdata[i]))
			return FALSE;
	return TRUE;
}

gboolean
model_names_same (char *const *a, char *const *b)
{
	guint i = 0;

	for (; a && b && a[i] && b[i]; i++)
		if (strcmp (a[i], b[i]) != 0)
			return FALSE;
	return !(a && a[i]) == !(b && b[i]);
}

gboolean
model_switch_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_switch *a = pa, *b = pb;

	return same_text (a->name, b->name) && same_text (a->notes, b->notes)
	       && a->type == b->type && same_text (a->uplink, b->uplink)
	       && model_same_others (a, b)
	       && same_bool (a->teaming, b->teaming)
	       && same_bool (a->spreads, b->spreads)
	       && a->bw_mode == b->bw_mode
	       && model_opt_same (a->default_flow_absolute,
			    b->default_flow_absolute)
	       && model_opt_same (a->default_flow_weight, b->default_flow_weight)
	       && same_bool (a->iov, b->iov)
	       && model_names_same (a->iov_made, b->iov_made)
	       && model_names_same (a->extensions, b->extensions)
	       && mirror_equal (&a->mirror, &b->mirror);
}

gboolean
model_vm_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_vm *a = pa, *b = pb;

	return same_text (a->name, b->name)
	       && same_bool (a->namespaced, b->namespaced)
	       && same_bool (a->metering, b->metering)
	       && a->metering_since == b->metering_since
	       && same_bool (a->off, b->off);
}

static gboolean
same_acl (gconstpointer pa, gconstpointer pb)
{
	const vmnet_acl *a = pa, *b = pb;

	/* Nearly always; what is between the members may differ. */
	if (memcmp (a, b, sizeof *a) == 0)
		return TRUE;
	return a->id == b->id && a->action == b->action
	       && model_acl_same_key (a, b)
	       && a->base_bytes == b->base_bytes
	       && a->base_packets == b->base_packets
	       && a->carried_bytes == b->carried_bytes
	       && a->carried_packets == b->carried_packets;
}

gboolean
model_adapter_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_adapter *a = pa, *b = pb;

	return same_text (a->vm, b->vm) && same_text (a->name, b->name)
	       && same_text (a->vswitch, b->vswitch)
	       && same_text (a->pool, b->pool)
	       && memcmp (a->mac, b->mac, sizeof a->mac) == 0
	       && same_bool (a->mac_static, b->mac_static)
	       && same_bool (a->spoofing, b->spoofing)
	       && same_bool (a->teaming, b->teaming)
	       && guards_equal (a->guards, b->guards)
	       && mirror_equal (&a->mirror, &b->mirror)
	       && model_opt_same (a->min_absolute, b->min_absolute)
	       && model_opt_same (a->min_weight, b->min_weight)
	       && model_opt_same (a->max, b->max)
	       && a->vmq_weight == b->vmq_weight && a->slot == b->slot
	       && a->iov_weight == b->iov_weight
	       && model_opt_same (a->iov_queue_pairs, b->iov_queue_pairs)
	       && a->iov_moderation == b->iov_moderation
	       && same_bool (a->iov_bypass, b->iov_bypass)
	       && model_vlan_equal (&a->vlan, &b->vlan)
	       && model_team_same (a, b)
	       && model_list_same (a->acls, b->acls, same_acl)
	       && model_extacls_same (a->extacls, b->extacls);
}

gboolean
model_nic_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_nic *a = pa, *b = pb;

	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++)
		if (!model_opt_same (a->settings[i], b->settings[i])
		    || !model_opt_same (a->first[i], b->first[i]))
			return FALSE;
	return same_text (a->name, b->name) && same_bool (a->vmq, b->vmq)
	       && model_opt_same (a->base_processor, b->base_processor)
	       && model_opt_same (a->max_processor, b->max_processor)
	       && model_opt_same (a->max_processors, b->max_processors)
	       && same_bool (a->sriov_off, b->sriov_off)
	       && model_opt_same (a->num_vfs, b->num_vfs)
	       && model_opt_same (a->up, b->up) && a->restarts == b->restarts
	       && same_text (a->first_name, b->first_name)
	       && same_text (a->last_name, b->last_name);
}

gboolean
model_address_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_ipaddress *a = pa, *b = pb;

	return same_text (a->interface, b->interface)
	       && same_text (a->address, b->address)
	       && a->prefix == b->prefix
	       && same_text (a->gateway, b->gateway);
}

gboolean
model_route_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_route *a = pa, *b = pb;

	return same_text (a->interface, b->interface)
	       && same_text (a->destination, b->destination)
	       && same_text (a->next_hop, b->next_hop)
	       && model_opt_same (a->metric, b->metric);
}

gboolean
model_ipinterface_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_ipinterface *a = pa, *b = pb;

	for (guint i = 0; i < VMNET_IP_SETTINGS; i++)
		if (!model_opt_same (a->settings[i], b->settings[i]))
			return FALSE;
	return same_text (a->interface, b->interface)
	       && same_bool (a->v6, b->v6);
}

gboolean
model_dns_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_dns *a = pa, *b = pb;

	return same_text (a->interface, b->interface)
	       && same_text (a->servers, b->servers);
}

gboolean
model_nat_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_nat *a = pa, *b = pb;

	return same_text (a->name, b->name) && same_text (a->inside, b->inside)
	       && same_bool (a->forwards, b->forwards)
	       && g_strv_equal ((const char *const *) a->maps,
				(const char *const *) b->maps);
}

gboolean
model_pool_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_pool *a = pa, *b = pb;

	return same_text (a->name, b->name)
	       && g_strv_equal ((const char *const *) a->parents,
				(const char *const *) b->parents)
	       && g_strv_equal ((const char *const *) a->switches,
				(const char *const *) b->switches)
	       && same_bool (a->metering, b->metering)
	       && a->metering_since == b->metering_since
	       && model_list_same (a->past, b->past, same_acl);
}

gboolean
model_equal (const vmnet_model *a, const vmnet_model *b)
{
	if (a->next_acl != b->next_acl || a->next_slot != b->next_slot)
		return FALSE;
	for (guint i = 0; i < MODEL_LISTS; i++)
		if (!model_list_same (model_list_of (a, i), model_list_of (b, i),
				model_lists[i].same))
			return FALSE;
	return TRUE;
}
