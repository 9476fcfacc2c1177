/*
 * vmnetworkadapter.c - Add-, Get-, Remove- and Rename-VMNetworkAdapter.
 * Listed in table.c. Settings: setvmnetworkadapter.c.
 */
#include "domain.h"

#include <string.h>

HANDLER (add_vmnetworkadapter);

static const sh_param add_vmnetworkadapter_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "DeviceNaming", &sh_type_on_off, SH_NOT_YET, 0, NULL, NULL,
	  "hand the adapter's name to the guest" },
	{ "DynamicMacAddress", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "a MAC address derived from the adapter's identity" },
	{ "IsLegacy", &sh_type_bool, SH_NOT_YET, 0, NULL, "VMName,VMObject",
	  "an emulated card: QEMU's matter, not the network's" },
	{ "ManagementOS", &sh_type_switch, SH_SWITCH, 0, NULL, "ManagementOS",
	  "an adapter of the host instead of a VM's" },
	{ "Name", &sh_type_string, 0, 0, "VMNetworkAdapterName", NULL,
	  "name of the new adapter; without it Network Adapter" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "ResourcePoolName", &sh_type_pool_name, 0, 0, NULL,
	  "VMName,VMObject", "resource pool to put it into" },
	{ "StaticMacAddress", &sh_type_mac, 0, 0, NULL, NULL,
	  "MAC address that stays: 00155D010203" },
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, NULL,
	  "switch to connect it to; without it disconnected" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  NULL, "VMName", "names of VMs; * and ? stand for any" },
};

const sh_cmdlet cmdlet_add_vmnetworkadapter = {
	"Add-VMNetworkAdapter", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (add_vmnetworkadapter_params), &vmnet_noun_adapter,
	"Gives a VM, or the host, one more network adapter",
	"Add-VMNetworkAdapter -VMName web1 -Name Backup -SwitchName sw0 "
	"-Passthru",
	"In the lab the adapter appears in the VM as eth0, eth1, … at once; "
	"on a real host it is a persistent tap for QEMU.",
	NULL, add_vmnetworkadapter, NULL,
};

/* The only switch there is: what the host's new adapter goes to when none is
 * named. */
static const char *
only_switch (const vmnet_model *m, GError **error)
{
	if (m->switches->len == 1)
		return ((vmnet_switch *) m->switches->pdata[0])->name;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "Add-VMNetworkAdapter -ManagementOS needs -SwitchName: "
		     "there are %u switches", m->switches->len);
	return NULL;
}

static gboolean
mac_change (sh_call *call, guint8 mac[6], vmnet_adapter_change *c,
	    GError **error)
{
	const char *text = sh_arg_text (call, "StaticMacAddress");

	c->mac_dynamic = sh_arg_on (call, "DynamicMacAddress");
	if (text == NULL)
		return TRUE;
	if (c->mac_dynamic) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: -StaticMacAddress and -DynamicMacAddress "
			     "exclude each other",
			     sh_call_cmdlet (call)->name);
		return FALSE;
	}
	if (!vmnet_mac_parse (text, mac, error))
		return FALSE;
	c->mac = mac;
	return TRUE;
}

static gboolean
add_one_adapter (sh_call *call, vmnet_txn *txn, const char *vm,
		 const char *vswitch, GError **error)
{
	vmnet_adapter_change c = { 0 };
	const char *name;
	guint8 mac[6];

	if (!mac_change (call, mac, &c, error))
		return FALSE;
	c.pool = sh_arg_text (call, "ResourcePoolName");
	name = vmnet_adapter_add (txn, vm, sh_arg_text (call, "Name"), vswitch,
				  &c, error);
	if (name == NULL)
		return FALSE;
	if (sh_arg_on (call, "Passthru"))
		dom_emit_adapter (call, vm, name);
	return TRUE;
}

static gboolean
add_vmnetworkadapter (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *vswitch = sh_arg_text (call, "SwitchName");
	g_autoptr (GPtrArray) vms = NULL;

	if (txn == NULL)
		return FALSE;
	if (sh_arg_on (call, "ManagementOS")) {
		if (vswitch == NULL)
			vswitch = only_switch (vmnet_txn_model (txn), error);
		return vswitch != NULL
		       && add_one_adapter (call, txn, NULL, vswitch, error);
	}
	vms = dom_vms (call, sh_arg (call, "VM"), sh_arg (call, "VMName"),
		       error);
	if (vms == NULL)
		return FALSE;
	for (guint i = 0; i < vms->len; i++)
		if (!add_one_adapter (call, txn, vms->pdata[i], vswitch,
				      error))
			return FALSE;
	return TRUE;
}

HANDLER (get_vmnetworkadapter);

static const sh_param get_vmnetworkadapter_params[] = {
	{ "All", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL, "All",
	  "every adapter, of VMs and of the host" },
	REMOTE_PARAMS ("VMName,ManagementOS,All"),
	{ "IsLegacy", &sh_type_bool, SH_NOT_YET, 0, NULL, "VMName,VMObject",
	  "only emulated cards: QEMU's matter, not the network's" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Name", &sh_type_adapter_name, 0, 2, "VMNetworkAdapterName", NULL,
	  "name of the adapter; * and ? stand for any" },
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, "ManagementOS",
	  "only the host's adapters on this switch" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  NULL, "VMName", "names of VMs; * and ? stand for any" },
	{ "VMSnapshot", &sh_type_snapshot,
	  SH_MANDATORY | SH_PIPE_VALUE | SH_NOT_YET, 1, "VMCheckpoint",
	  "VMSnapshot", "snapshots hold no network here" },
};

const sh_cmdlet cmdlet_get_vmnetworkadapter = {
	"Get-VMNetworkAdapter", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadapter_params), &vmnet_noun_adapter,
	"Shows the network adapters of VMs and of the host",
	"Get-VMNetworkAdapter -VMName web1",
	NULL, NULL, get_vmnetworkadapter, NULL,
};

/* Does the row belong to the VMs, or the host, that the call names? */
static gboolean
owner_wanted (sh_call *call, const vmnet_row *row)
{
	g_autoptr (dom_adapter) a = dom_adapter_from_key (row->key);
	sh_value *vms = sh_arg (call, "VM");

	if (sh_arg_on (call, "All"))
		return TRUE;
	if (sh_arg_on (call, "ManagementOS")) {
		g_autofree char *sw = dom_field (row, "SwitchName");

		return a->vm == NULL
		       && dom_wanted (sh_arg (call, "SwitchName"),
				      sw ? sw : "");
	}
	for (guint i = 0; vms != NULL && i < sh_array_length (vms); i++)
		if (a->vm && g_ascii_strcasecmp (
			    a->vm, sh_row_key (sh_array_get (vms, i))) == 0)
			return TRUE;
	return vms == NULL && a->vm != NULL
	       && dom_wanted (sh_arg (call, "VMName"), a->vm);
}

/* Plain names of VMs that do not exist are an error of their own. */
static gboolean
check_vm_names (sh_call *call, const sh_value *names, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;
	g_autoptr (GPtrArray) all = g_ptr_array_new ();

	if (names == NULL)
		return TRUE;
	rows = dom_rows (call, &vmnet_noun_vm, error);
	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		g_ptr_array_add (all, ((vmnet_row *) rows->pdata[i])->key);
	return dom_check ("VM", names, all, error);
}

static gboolean
get_vmnetworkadapter (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows =
		dom_rows (call, &vmnet_noun_adapter, error);
	g_autoptr (GPtrArray) mine = g_ptr_array_new ();

	if (rows == NULL
	    || !check_vm_names (call, sh_arg (call, "VMName"), error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (owner_wanted (call, rows->pdata[i]))
			g_ptr_array_add (mine, rows->pdata[i]);
	return dom_emit (call, mine, "Name", sh_arg (call, "Name"),
			 "network adapter", NULL, error);
}

HANDLER (remove_vmnetworkadapter);

static const sh_param remove_vmnetworkadapter_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Name", &sh_type_adapter_name, 0, 0, "VMNetworkAdapterName",
	  "VMName,ManagementOS,VMObject",
	  "name of the adapter; without it all of the VM" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, "ManagementOS",
	  "only the host's adapters on this switch" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  NULL, "VMName", "names of VMs; * and ? stand for any" },
	{ "VMNetworkAdapter", &sh_type_vmnic_base,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "ResourceObject",
	  "adapters, as objects of Get-VMNetworkAdapter" },
};

const sh_cmdlet cmdlet_remove_vmnetworkadapter = {
	"Remove-VMNetworkAdapter", "Hyper-V", NULL,
	SH_CHANGES, "VMName",
	PARAMS (remove_vmnetworkadapter_params), &vmnet_noun_adapter,
	"Takes network adapters away from a VM or from the host",
	"Add-VMNetworkAdapter -VMName web1 -Name Gone; "
	"Remove-VMNetworkAdapter -VMName web1 -Name Gone",
	"The adapter's policy (floors, entries, meters) goes with it.",
	NULL, remove_vmnetworkadapter, NULL,
};

static gboolean
on_switch (const vmnet_model *m, const dom_adapter *a, const char *vswitch)
{
	const vmnet_adapter *found = vmnet_model_adapter (m, a->vm, a->name);

	return vswitch == NULL
	       || (found && found->vswitch
		   && g_ascii_strcasecmp (found->vswitch, vswitch) == 0);
}

static gboolean
remove_vmnetworkadapter (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) list = dom_adapters (call, "Name", error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *vswitch = sh_arg_text (call, "SwitchName");

	if (list == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		if (!on_switch (vmnet_txn_model (txn), a, vswitch))
			continue;
		if (!vmnet_adapter_remove (txn, a->vm, a->name, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			dom_emit_adapter (call, a->vm, a->name);
	}
	return TRUE;
}

HANDLER (rename_vmnetworkadapter);

static const sh_param rename_vmnetworkadapter_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Name", &sh_type_adapter_name, 0, 2, "VMNetworkAdapterName",
	  "VMName,ManagementOS,VMObject",
	  "name of the adapter; may be left out where there is but one" },
	{ "NewName", &sh_type_string, SH_MANDATORY, 3, NULL, NULL,
	  "the name that it gets" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST, 1, NULL, "VMName",
	  "names of VMs; * and ? stand for any" },
	{ "VMNetworkAdapter", &sh_type_vmnic_base,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "ResourceObject",
	  "adapters, as objects of Get-VMNetworkAdapter" },
};

const sh_cmdlet cmdlet_rename_vmnetworkadapter = {
	"Rename-VMNetworkAdapter", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (rename_vmnetworkadapter_params), &vmnet_noun_adapter,
	"Gives a network adapter another name; its policy stays with it",
	"Add-VMNetworkAdapter -VMName web1 -Name Old; "
	"Rename-VMNetworkAdapter -VMName web1 -Name Old -NewName New; "
	"Remove-VMNetworkAdapter -VMName web1 -Name New",
	NULL, NULL, rename_vmnetworkadapter, NULL,
};

static gboolean
rename_vmnetworkadapter (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) list = dom_adapters (call, "Name", error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *to = sh_arg_text (call, "NewName");

	if (list == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		if (!vmnet_adapter_rename (txn, a->vm, a->name, to, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			dom_emit_adapter (call, a->vm, to);
	}
	return TRUE;
}
