/*
 * teammapping.c - Get-, Set- and Remove-VMNetworkAdapterTeamMapping: which
 * member of its switch's team a network adapter goes by. Listed in table.c.
 */
#include "domain.h"

#define MAPPING_SWITCH \
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, "ManagementOS", \
	  "only the host's adapters on that switch" }
#define MAPPING_OWNERS \
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL, \
	  "VMObject", "a VM, as an object of Get-VM" }, \
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL, \
	  "VMName", "name of the VM; * and ? stand for any" }, \
	{ "VMNetworkAdapter", &sh_type_vmnic_base, \
	  SH_MANDATORY | SH_PIPE_VALUE, 1, NULL, "ResourceObject", \
	  "an adapter, as an object of Get-VMNetworkAdapter" }
#define MAPPING_MANAGEMENT \
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL, \
	  "ManagementOS", "the host's own adapters instead of a VM's" }
#define MAPPING_NAME(name, alias) \
	{ name, &sh_type_adapter_name, 0, 0, alias, \
	  "VMName,ManagementOS,VMObject", \
	  "name of the adapter; without it all of the VM" }
#define MAPPING_PASSTHRU(text) \
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, text }

/* Is the adapter on the switch that -SwitchName names? */
static const vmnet_adapter *
model_adapter (sh_call *call, const dom_adapter *a)
{
	const vmnet_model *m = dom_model (call, NULL);

	return m ? vmnet_model_adapter (m, a->vm, a->name) : NULL;
}

static gboolean
on_switch (sh_call *call, const dom_adapter *a)
{
	const vmnet_adapter *x = model_adapter (call, a);

	return x != NULL && (!sh_given (call, "SwitchName")
			     || (x->vswitch != NULL && dom_wanted (
				     sh_arg (call, "SwitchName"),
				     x->vswitch)));
}

/* The adapters that the call is about; NULL: an error. */
static GPtrArray *
adapters_meant (sh_call *call, const char *name_param, GError **error)
{
	GPtrArray *list = dom_adapters (call, name_param, error);

	for (guint i = list ? list->len : 0; i-- > 0;)
		if (!on_switch (call, list->pdata[i]))
			g_ptr_array_remove_index (list, i);
	return list;
}

static void
emit_mapping (sh_call *call, const dom_adapter *a)
{
	g_autofree char *key = dom_adapter_key (a);

	sh_emit (call, sh_row_later (&vmnet_noun_team_mapping, key));
}

HANDLER (get_vmnetworkadapterteammapping);

static const sh_param get_vmnetworkadapterteammapping_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	MAPPING_MANAGEMENT,
	MAPPING_NAME ("Name", "VMNetworkAdapterName"),
	MAPPING_PASSTHRU ("accepted; a read hands on what it reads"),
	MAPPING_SWITCH,
	MAPPING_OWNERS,
};

const sh_cmdlet cmdlet_get_vmnetworkadapterteammapping = {
	"Get-VMNetworkAdapterTeamMapping", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadapterteammapping_params),
	&vmnet_noun_team_mapping,
	"Shows which member of its team a network adapter was mapped to, and "
	"which it goes by",
	"Get-VMNetworkAdapterTeamMapping -VMName web1",
	"Who was not mapped is not among these: Get-VMSwitchTeamMember shows "
	"by which member each adapter goes.",
	NULL, get_vmnetworkadapterteammapping, NULL,
};

static gboolean
is_mapped (sh_call *call, const dom_adapter *a)
{
	const vmnet_adapter *x = model_adapter (call, a);

	return x != NULL && x->team_mapping != NULL;
}

static gboolean
get_vmnetworkadapterteammapping (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) list = adapters_meant (call, "Name", error);

	for (guint i = 0; list != NULL && i < list->len; i++)
		if (is_mapped (call, list->pdata[i]))
			emit_mapping (call, list->pdata[i]);
	return list != NULL;
}

HANDLER (set_vmnetworkadapterteammapping);

static const sh_param set_vmnetworkadapterteammapping_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "DisableFailover", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: without a link of that member the adapter has none" },
	MAPPING_MANAGEMENT,
	MAPPING_PASSTHRU ("hand on what was changed"),
	{ "PhysicalNetAdapterName", &sh_type_nic_name, SH_MANDATORY, 0, NULL,
	  NULL, "the member of the switch's team that it goes by" },
	MAPPING_SWITCH,
	MAPPING_OWNERS,
	MAPPING_NAME ("VMNetworkAdapterName", NULL),
};

const sh_cmdlet cmdlet_set_vmnetworkadapterteammapping = {
	"Set-VMNetworkAdapterTeamMapping", "Hyper-V", NULL, SH_CHANGES,
	"VMName", PARAMS (set_vmnetworkadapterteammapping_params),
	&vmnet_noun_team_mapping,
	"Ties a network adapter to a member of its switch's team",
	"New-VMSwitch -Name swt -NetAdapterName pnic1 "
	"-EnableEmbeddedTeaming $true; "
	"Set-VMNetworkAdapterTeamMapping -ManagementOS "
	"-VMNetworkAdapterName swt -PhysicalNetAdapterName pnic1; "
	"Remove-VMSwitch -Name swt -Force",
	"While that member has no link, the adapter goes by another one, and "
	"back when it has; with -DisableFailover On it stays.",
	NULL, set_vmnetworkadapterteammapping, NULL,
};

static gboolean
set_vmnetworkadapterteammapping (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *nic = sh_arg_text (call, "PhysicalNetAdapterName");
	gboolean stays = g_strcmp0 (sh_arg_text (call, "DisableFailover"),
				    "On") == 0;
	g_autoptr (GPtrArray) list = txn == NULL ? NULL
		: adapters_meant (call, "VMNetworkAdapterName", error);

	for (guint i = 0; list != NULL && i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		if (!vmnet_team_map (txn, a->vm, a->name, nic, stays, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			emit_mapping (call, a);
	}
	return list != NULL;
}

HANDLER (remove_vmnetworkadapterteammapping);

static const sh_param remove_vmnetworkadapterteammapping_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	MAPPING_MANAGEMENT,
	MAPPING_NAME ("Name", "VMNetworkAdapterName"),
	MAPPING_PASSTHRU ("hand on the adapter"),
	MAPPING_SWITCH,
	MAPPING_OWNERS,
};

const sh_cmdlet cmdlet_remove_vmnetworkadapterteammapping = {
	"Remove-VMNetworkAdapterTeamMapping", "Hyper-V", NULL, SH_CHANGES,
	"VMName", PARAMS (remove_vmnetworkadapterteammapping_params),
	&vmnet_noun_adapter,
	"Lets a network adapter go by whichever member of the team has room",
	"Remove-VMNetworkAdapterTeamMapping -VMName web1",
	NULL, NULL, remove_vmnetworkadapterteammapping, NULL,
};

static gboolean
remove_vmnetworkadapterteammapping (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) list = txn == NULL ? NULL
		: adapters_meant (call, "Name", error);

	for (guint i = 0; list != NULL && i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		if (!vmnet_team_map (txn, a->vm, a->name, NULL, FALSE, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			dom_emit_adapter (call, a->vm, a->name);
	}
	return list != NULL;
}
