/*
 * edits.c - the public edits: the model's own rules (model/edit.h) and what
 * only a look at this host can tell (does that adapter exist, has it SR-IOV,
 * what have the meters counted).
 */
#include <arpa/inet.h>
#include <string.h>

#include "iov/assign.h"
#include "model/edit.h"
#include "plan/step.h"
#include "plan/txn.h"

static gboolean
uplink_exists (vmnet_host *h, const char *what, const char *nic,
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

/* `what` is refused where `nic` cannot have SR-IOV; `out`: the way out. */
static gboolean
iov_possible (vmnet_host *h, const char *what, const char *nic,
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
static void
adopt_mac (vmnet_txn *t, const char *name)
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

gboolean
vmnet_switch_add (vmnet_txn *t, const vmnet_switch_spec *s, GError **error)
{
	g_autofree char *what = g_strdup_printf ("switch '%s'", s->name);
	gboolean is_new;

	if (s->uplink && !uplink_exists (t->host, what, s->uplink, error))
		return FALSE;
	if (s->iov && s->uplink && !vmnet_model_switch (t->model, s->name) &&
	    !iov_possible (t->host, what, s->uplink, "create it without "
			   "-EnableIov (it can never be converted later), or "
			   "mend these first", error))
		return FALSE;
	is_new = !vmnet_model_switch (t->model, s->name);
	if (!model_switch_add (t->model, s, error))
		return FALSE;
	if (is_new && s->iov)
		vmnet_model_switch (t->model, s->name)->iov_made =
			sysfs_sriov_count (t->host->sysfs_root, s->uplink) == 0;
	adopt_mac (t, s->name);
	return TRUE;
}

gboolean
vmnet_switch_set (vmnet_txn *t, const char *name,
		  const vmnet_switch_change *c, GError **error)
{
	g_autofree char *what = g_strdup_printf ("switch '%s'", name);

	if (c->uplink && !uplink_exists (t->host, what, c->uplink, error))
		return FALSE;
	if (!model_switch_set (t->model, name, c, error))
		return FALSE;
	adopt_mac (t, name);
	return TRUE;
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
vmnet_acl_remove (vmnet_txn *t, const char *vm, const char *adapter,
		  const vmnet_acl *acl, GError **error)
{
	return model_acl_remove (t->model, vm, adapter, acl, error);
}

gboolean
vmnet_vmq_set (vmnet_txn *t, const char *nic, const vmnet_vmq_change *c,
	       GError **error)
{
	return uplink_exists (t->host, "VM queues", nic, error) &&
		model_vmq_set (t->model, nic, c, error);
}

gboolean
vmnet_nic_set (vmnet_txn *t, const char *nic, vmnet_nic_setting setting,
	       guint64 value, GError **error)
{
	const char *keyword = vmnet_nic_settings[setting].keyword;
	kn_card now;

	if (!uplink_exists (t->host, "settings", nic, error))
		return FALSE;
	kn_card_read (t->host->nl, nic, &now);
	if (!now.value[setting].set
	    || (now.fixed[setting] && now.value[setting].value != value)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "network adapter '%s': its driver %s %s; "
			     "Get-NetAdapterAdvancedProperty lists what can be "
			     "set", nic, now.value[setting].set
			     ? "cannot change" : "has no", keyword);
		return FALSE;
	}
	if (now.max[setting] && value > now.max[setting]) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "network adapter '%s': %s %" G_GUINT64_FORMAT
			     " is above what its driver takes; give at most "
			     "%u", nic, keyword, value, now.max[setting]);
		return FALSE;
	}
	model_nic_set (t->model, nic, setting, value);
	return TRUE;
}

gboolean
vmnet_sriov_set (vmnet_txn *t, const char *nic, const vmnet_sriov_change *c,
		 GError **error)
{
	g_autofree char *what = g_strdup_printf ("network adapter '%s'", nic);
	gboolean wants = (c->enabled && *c->enabled) ||
		(c->num_vfs.set && c->num_vfs.value);

	return uplink_exists (t->host, what, nic, error) &&
		(!wants || iov_possible (t->host, what, nic, "mend these "
					 "first", error)) &&
		model_sriov_set (t->model, nic, c, error);
}

/* Functions of a card as they will be: some may not have been made yet. */
static GPtrArray *
functions_then (vmnet_txn *t, const vmnet_switch *s)
{
	g_autoptr (GPtrArray) now = iov_functions (t->host, s->uplink, NULL);
	guint want;

	if (now && (now->len > 0 ||
		    !iov_count_wanted (t->host, t->model, s->uplink, &want,
				       NULL)))
		return g_steal_pointer (&now);
	return iov_functions_new (now ? want : 0);
}

static void
add_notes (vmnet_txn *t, const vmnet_switch *s, const vmnet_adapter *a,
	   GPtrArray *out)
{
	g_autoptr (GPtrArray) functions = functions_then (t, s);
	g_autoptr (GPtrArray) claims =
		iov_claims (t->host, t->model, s, functions);
	const iov_claim *c = iov_claim_of (claims, a);
	g_autofree char *bypassed = iov_bypassed (a);

	if (c && c->why)
		g_ptr_array_add (out, g_strdup_printf (
			"no virtual function, the software NIC carries it: %s",
			c->why));
	else if (c && bypassed)
		g_ptr_array_add (out, g_strdup_printf (
			"the virtual function bypasses the switch; not "
			"enforced while it carries the traffic: %s",
			bypassed));
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

static gboolean
is_host_adapter (const vmnet_model *m, const char *interface)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *alias = a->vm ? NULL : names_alias (a);

		if (alias && g_ascii_strcasecmp (alias, interface) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
vmnet_address_add (vmnet_txn *t, const vmnet_ipaddress *a, GError **error)
{
	g_autofree char *what = g_strdup_printf ("address %s", a->address);

	if (!is_host_adapter (t->model, a->interface) &&
	    !uplink_exists (t->host, what, a->interface, error))
		return FALSE;
	return model_address_add (t->model, a, error);
}

/* The prefix of the interface's address as the kernel has it; -1: it has no
 * such address. */
static int
kernel_prefix (vmnet_host *h, const char *interface, const char *address)
{
	g_autoptr (GPtrArray) all = kn_addrs (h->nl, NULL);
	int index = kn_ifindex (h->nl, interface);
	int family = strchr (address, ':') ? AF_INET6 : AF_INET;
	guint8 want[16] = { 0 };

	if (inet_pton (family, address, want) != 1)
		return -1;
	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->ifindex == index && a->family == family &&
		    memcmp (a->addr, want, family == AF_INET ? 4 : 16) == 0)
			return a->prefix;
	}
	return -1;
}

static gboolean
address_known (const vmnet_model *m, const char *interface,
	       const char *address)
{
	for (guint i = 0; i < m->addresses->len; i++) {
		const vmnet_ipaddress *a = m->addresses->pdata[i];

		if (g_ascii_strcasecmp (a->interface, interface) == 0 &&
		    strcmp (a->address, address) == 0)
			return TRUE;
	}
	return FALSE;
}

/* An address that someone else gave: in a VM it is taken for one of ours, so
 * that the plan finds it gone; on a host it is left alone. */
gboolean
vmnet_address_remove (vmnet_txn *t, const char *interface,
		      const char *address, GError **error)
{
	int prefix = -1;

	if (!address_known (t->model, interface, address))
		prefix = kernel_prefix (t->host, interface, address);
	if (prefix < 0)
		return model_address_remove (t->model, interface, address,
					     error);
	if (t->host->guest) {
		vmnet_ipaddress a = { 0 };

		a.interface = (char *) interface;
		a.address = (char *) address;
		a.prefix = (guint8) prefix;
		return model_address_add (txn_own_base (t), &a, error);
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "address '%s': foreign, '%s' has it from elsewhere; "
		     "'ip address del %s/%d dev %s' takes it away", address,
		     interface, address, prefix, interface);
	return FALSE;
}

char *
vmnet_dump (vmnet_host *h, GError **error)
{
	g_autoptr (vmnet_model) m = host_model (h, error);

	return m ? model_dump (m) : NULL;
}
