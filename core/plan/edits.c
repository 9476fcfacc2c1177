/*
 * edits.c - the public edits: the model's own rules (model/edit.h) and what
 * only a look at this host can tell (does that adapter exist, has it SR-IOV,
 * what have the meters counted).
 */
#include <string.h>

#include "iov/assign.h"
#include "model/check.h"
#include "model/edit.h"
#include "model/lbfo.h"
#include "plan/step.h"
#include "plan/txn.h"

gboolean
txn_nic_exists (vmnet_host *h, const char *what, const char *nic,
	       GError **error)
{
	g_autofree char *names = NULL;

	if (kn_ifindex (h->nl, nic))
		return TRUE;
	names = plan_nic_names (h->nl);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "%s: there is no network adapter '%s'; there are: %s",
		     what, nic, names);
	return FALSE;
}

gboolean
txn_nics_exist (vmnet_host *h, const char *what, const char *const *nics,
		GError **error)
{
	for (; *nics; nics++)
		if (!txn_nic_exists (h, what, *nics, error))
			return FALSE;
	return TRUE;
}

gboolean
txn_iov_possible (vmnet_host *h, const char *what, const char *nic,
	      const char *out, GError **error)
{
	g_autoptr (GPtrArray) why = vmnet_iov_reasons (h, nic);
	g_autoptr (GString) text = g_string_new (NULL);

	if (why->len == 0)
		return TRUE;
	for (guint i = 0; i < why->len; i++)
		g_string_append_printf (text, "\n  %u. %s", i + 1,
					(char *) why->pdata[i]);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "%s: SR-IOV cannot be enabled on %s:%s\n%s", what, nic,
		     text->str, out);
	return FALSE;
}

/* The host adapter that stands for the uplink has the uplink's address, so
 * that leases, neighbours and filters outside keep knowing this host. What it
 * had from one that it stands for no more goes back. */
void
txn_adopt_mac (vmnet_txn *t, const char *name)
{
	const vmnet_switch *s = vmnet_model_switch (t->model, name);
	const vmnet_switch *o = vmnet_model_switch (t->base, name);
	const char *was = o && model_default_host_adapter (t->base, o)
		? o->uplink : NULL;
	vmnet_adapter *a = s ? model_default_host_adapter (t->model, s) : NULL;
	g_autoptr (kn_link) l = NULL;

	if (!a || a->mac_static || g_strcmp0 (s->uplink, was) == 0)
		return;
	if (s->uplink == NULL) {
		names_derive_mac (t->model, a);
		return;
	}
	/* One that was renamed has it. */
	if (plan_stand_in (t->model, s->uplink) != a)
		return;
	l = kn_link_get (t->host->nl, s->uplink, NULL);
	if (l == NULL)
		return;
	memcpy (a->mac, l->mac, 6);
	plan_original_mac (t->base, l, a->mac);
}

/* All of them, or none: a function could not be had on the others. */
static gboolean
cards_can (vmnet_txn *t, const vmnet_switch_spec *s, const char *what,
	   GError **error)
{
	static const char out[] = "create it without -EnableIov (it can never "
		"be converted later), or mend these first";

	if (!txn_iov_possible (t->host, what, s->uplink, out, error))
		return FALSE;
	for (guint i = 0; s->others && s->others[i]; i++)
		if (!txn_iov_possible (t->host, what, s->others[i], out, error))
			return FALSE;
	return TRUE;
}

void
txn_iov_made (vmnet_txn *t, const char *name, const vmnet_switch *was)
{
	vmnet_switch *sw = vmnet_model_switch (t->model, name);
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++)
		if (!(was && vmnet_switch_has_member (was, nic)) &&
		    sysfs_sriov_count (t->host->sysfs_root, nic) == 0)
			model_iov_set_ours (sw, nic, TRUE);
}

/* The kernel's name of what is to be the uplink; owned. A team of ours need not
 * be there yet, and may be known by its interface's name. */
static char *
uplink_named (vmnet_txn *t, const char *what, const char *nic, GError **error)
{
	char *own = lbfo_interface (t->model, nic);

	if (own || !txn_nic_exists (t->host, what, nic, error))
		return own;
	return g_strdup (nic);
}

gboolean
vmnet_switch_add (vmnet_txn *t, const vmnet_switch_spec *given,
		  GError **error)
{
	g_autofree char *what = g_strdup_printf ("switch '%s'", given->name);
	g_autofree char *uplink = NULL;
	vmnet_switch_spec named = *given;
	const vmnet_switch_spec *s = &named;
	gboolean is_new;

	if (s->others && !txn_nics_exist (t->host, what, s->others, error))
		return FALSE;
	if (s->uplink && !(uplink = uplink_named (t, what, s->uplink, error)))
		return FALSE;
	named.uplink = uplink;
	is_new = !vmnet_model_switch (t->model, s->name);
	if (is_new && s->iov && s->uplink && !cards_can (t, s, what, error))
		return FALSE;
	if (!model_switch_add (t->model, s, error))
		return FALSE;
	if (is_new && s->iov)
		txn_iov_made (t, s->name, NULL);
	txn_adopt_mac (t, s->name);
	return TRUE;
}

gboolean
vmnet_switch_set (vmnet_txn *t, const char *name,
		  const vmnet_switch_change *c, GError **error)
{
	g_autofree char *what = g_strdup_printf ("switch '%s'", name);
	const vmnet_switch *sw = vmnet_model_switch (t->model, name);
	g_autofree char *uplink = sw ? g_strdup (sw->uplink) : NULL;
	const vmnet_switch was = { .uplink = uplink };
	g_autofree char *now = NULL;
	vmnet_switch_change named = *c;

	if (c->uplink && !(now = uplink_named (t, what, c->uplink, error)))
		return FALSE;
	named.uplink = now;
	if (!model_switch_set (t->model, name, &named, error))
		return FALSE;
	if (sw->iov && g_strcmp0 (sw->uplink, uplink) != 0) {
		model_iov_set_ours ((vmnet_switch *) sw, uplink, FALSE);
		txn_iov_made (t, name, &was);
	}
	txn_adopt_mac (t, name);
	return TRUE;
}

gboolean
vmnet_switch_mirror (vmnet_txn *t, const char *name,
		     const vmnet_mirror_change *c, GError **error)
{
	return model_switch_mirror (t->model, name, c, error);
}

gboolean
vmnet_switch_rename (vmnet_txn *t, const char *name, const char *new_name,
		     GError **error)
{
	return model_switch_rename (t->model, name, new_name, error);
}

gboolean
vmnet_switch_remove (vmnet_txn *t, const char *name, GError **error)
{
	return model_switch_remove (t->model, name, error);
}

gboolean
vmnet_vm_add (vmnet_txn *t, const char *name, GError **error)
{
	return model_vm_add (t->model, name, t->host->lab != NULL, error);
}

gboolean
vmnet_vm_remove (vmnet_txn *t, const char *name, GError **error)
{
	return model_vm_remove (t->model, name, error);
}

gboolean
vmnet_vm_set_metering (vmnet_txn *t, const char *name, gboolean on,
		       GError **error)
{
	return model_vm_set_metering (t->model, name, on, error);
}

void
txn_read_counter (guint32 acl, guint64 *bytes, guint64 *packets,
		  gpointer user)
{
	datapath_count c = { 0 };

	if (user)
		datapath_meter_get (user, acl, &c);
	*bytes = c.bytes;
	*packets = c.packets;
}

gboolean
vmnet_vm_reset_metering (vmnet_txn *t, const char *name, GError **error)
{
	return model_vm_reset_metering (t->model, name, txn_read_counter,
					host_datapath_if_there (t->host),
					error);
}

const char *
vmnet_adapter_add (vmnet_txn *t, const char *vm, const char *name,
		   const char *vswitch, const vmnet_adapter_change *c,
		   GError **error)
{
	return model_adapter_add (t->model, vm, name, vswitch, c, error);
}

gboolean
vmnet_adapter_set (vmnet_txn *t, const char *vm, const char *name,
		   const vmnet_adapter_change *c, GError **error)
{
	return model_adapter_set (t->model, vm, name, c, error);
}

gboolean
vmnet_adapter_connect (vmnet_txn *t, const char *vm, const char *name,
		       const char *vswitch, GError **error)
{
	return model_adapter_connect (t->model, vm, name, vswitch, error);
}

gboolean
vmnet_adapter_rename (vmnet_txn *t, const char *vm, const char *name,
		      const char *new_name, GError **error)
{
	return model_adapter_rename (t->model, vm, name, new_name, error);
}

gboolean
vmnet_adapter_remove (vmnet_txn *t, const char *vm, const char *name,
		      GError **error)
{
	return model_adapter_remove (t->model, vm, name, error);
}

gboolean
vmnet_acl_add (vmnet_txn *t, const char *vm, const char *adapter,
	       const vmnet_acl *acl, GError **error)
{
	return model_acl_add (t->model, vm, adapter, acl, error);
}

gboolean
vmnet_extacl_add (vmnet_txn *t, const char *vm, const char *adapter,
		  const vmnet_extacl *e, GError **error)
{
	return model_extacl_add (t->model, vm, adapter, e, error);
}

gboolean
vmnet_extacl_remove (vmnet_txn *t, const char *vm, const char *adapter,
		     vmnet_direction direction, guint32 weight, GError **error)
{
	return model_extacl_remove (t->model, vm, adapter, direction, weight,
				    error);
}

gboolean
vmnet_acl_remove (vmnet_txn *t, const char *vm, const char *adapter,
		  const vmnet_acl *acl, GError **error)
{
	return model_acl_remove (t->model, vm, adapter, acl, error);
}

gboolean
vmnet_vmq_set (vmnet_txn *t, const char *nic, const vmnet_vmq_change *c,
	       GError **error)
{
	return txn_nic_exists (t->host, "VM queues", nic, error) &&
		model_vmq_set (t->model, nic, c, error);
}

gboolean
vmnet_sriov_set (vmnet_txn *t, const char *nic, const vmnet_sriov_change *c,
		 GError **error)
{
	g_autofree char *what = g_strdup_printf ("network adapter '%s'", nic);
	gboolean wants = (c->enabled && *c->enabled) ||
		(c->num_vfs.set && c->num_vfs.value);

	return txn_nic_exists (t->host, what, nic, error) &&
		(!wants || txn_iov_possible (t->host, what, nic, "mend these "
					 "first", error)) &&
		model_sriov_set (t->model, nic, c, error);
}

static void
add_notes (vmnet_txn *t, const vmnet_switch *s, const vmnet_adapter *a,
	   GPtrArray *out)
{
	g_autoptr (GPtrArray) cards = iov_cards (t->host, t->model, s, NULL);
	g_autoptr (GPtrArray) claims = cards
		? iov_claims (t->host, t->model, s, cards) : NULL;
	const iov_claim *c = iov_claim_of (claims, a);
	g_autofree char *bypassed =
		iov_bypassed_by (t->host, s, a);

	if (c && c->why)
		g_ptr_array_add (out, g_strdup_printf (
			"no virtual function, the software NIC carries it: %s",
			c->why));
	else if (c && bypassed)
		g_ptr_array_add (out, g_strdup_printf (
			"the virtual function bypasses the switch; not "
			"enforced while it carries the traffic: %s",
			bypassed));
	if (c && !c->why && a->teaming && !a->spoofing)
		g_ptr_array_add (out, g_strdup (
			"-AllowTeaming On: while the virtual function carries "
			"the traffic, frames from any address may pass, not "
			"from those of the team alone; a card cannot tell "
			"them"));
}

GPtrArray *
vmnet_iov_notes (vmnet_txn *t, const char *vm, const char *adapter)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	const vmnet_adapter *a = vmnet_model_adapter (t->model, vm, adapter);
	const vmnet_switch *s;

	if (a == NULL || a->vm == NULL || a->iov_weight == 0)
		return out;
	s = plan_switch_of (t->model, a);
	if (s && s->iov && s->uplink)
		add_notes (t, s, a, out);
	else if (s)
		g_ptr_array_add (out, g_strdup_printf (
			"no virtual function: switch '%s' was made without "
			"-EnableIov $true, and cannot be converted; make "
			"another switch and connect it there", s->name));
	return out;
}

char *
vmnet_dump (vmnet_host *h, GError **error)
{
	g_autoptr (vmnet_model) m = host_model (h, error);

	return m ? model_dump (m) : NULL;
}
