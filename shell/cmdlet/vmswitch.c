/*
 * vmswitch.c - the cmdlets of virtual switches: New-, Get-, Set-, Remove- and
 * Rename-VMSwitch. Listed in table.c.
 */
#include "respool.h"

#include <string.h>

HANDLER (new_vmswitch);

static const sh_param new_vmswitch_params[] = {
	{ "AllowManagementOS", &sh_type_bool, 0, 0, NULL,
	  "NetAdapterName,NetAdapterInterfaceDescription",
	  "the host gets an adapter on the switch and keeps its network" },
	{ "CimSession", &sh_type_cim_session,
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, NULL, NULL, REMOTE_TEXT },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_PIPE_NAME | SH_NOT_YET,
	  0, "PSComputerName", NULL, REMOTE_TEXT },
	{ "Credential", &sh_type_credential,
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, NULL, NULL,
	  "who to be on another host: remote hosts come later" },
	{ "EnableEmbeddedTeaming", &sh_type_bool, 0, 0, NULL, NULL,
	  "a team of interfaces as uplink, for ever; several names mean it" },
	{ "EnableIov", &sh_type_bool, 0, 0, NULL, NULL,
	  "SR-IOV; only here, at creation, and for ever" },
	{ "EnablePacketDirect", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "a Windows data path: Linux has none of that name" },
	{ "IovVfCount", &sh_type_uint32, 0, 0, NULL,
	  "NetAdapterName,NetAdapterInterfaceDescription",
	  "virtual functions to make; without it all that the card has" },
	{ "MinimumBandwidthMode", &sh_type_bw_mode, 0, 0, NULL, NULL,
	  "how floors are given: by weight, in bit/s, or not at all" },
	{ "Name", &sh_type_string, SH_MANDATORY, 1, "SwitchName", NULL,
	  "name of the new switch" },
	{ "NetAdapterInterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "InterfaceDescription",
	  "NetAdapterInterfaceDescription",
	  "uplink by its description, as Get-NetAdapter shows it" },
	{ "NetAdapterName", &sh_type_nic_name,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "InterfaceAlias",
	  "NetAdapterName",
	  "uplink: name of the physical interface (External switch); of a "
	  "team, several" },
	{ "Notes", &sh_type_string, 0, 0, NULL, NULL,
	  "free text, kept with the switch" },
	{ "SwitchType", &sh_type_new_switch_kind, SH_MANDATORY, 0, NULL,
	  "SwitchType", "Internal (VMs and host) or Private (VMs only)" },
};

const sh_cmdlet cmdlet_new_vmswitch = {
	"New-VMSwitch", "Hyper-V", NULL, SH_CHANGES, "NetAdapterName",
	PARAMS (new_vmswitch_params), &vmnet_noun_switch,
	"Makes a virtual switch: External (with an uplink), Internal (VMs "
	"and host) or Private (VMs only)",
	"New-VMSwitch -Name sw1 -NetAdapterName pnic1 "
	"-AllowManagementOS $true",
	"The switch is a kernel bridge of its name. With -AllowManagementOS "
	"the addresses and routes of the uplink move to the host's adapter "
	"'vEthernet (NAME)'. The host gets one unless "
	"-AllowManagementOS $false is given, as on Windows.",
	NULL, new_vmswitch, NULL,
};

static vmnet_bw_mode
bw_mode (const char *word)
{
	if (g_strcmp0 (word, "Weight") == 0)
		return VMNET_BW_WEIGHT;
	if (g_strcmp0 (word, "Absolute") == 0)
		return VMNET_BW_ABSOLUTE;
	if (g_strcmp0 (word, "None") == 0)
		return VMNET_BW_NONE;
	return VMNET_BW_DEFAULT;
}

static vmnet_switch_type
switch_type (const char *word)
{
	if (strcmp (word, "Internal") == 0)
		return VMNET_SWITCH_INTERNAL;
	if (strcmp (word, "Private") == 0)
		return VMNET_SWITCH_PRIVATE;
	return VMNET_SWITCH_EXTERNAL;
}

static gboolean
new_vmswitch (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = dom_uplinks (call, error);
	vmnet_switch_spec spec = { 0 };
	gboolean external;

	if (txn == NULL || nics == NULL)
		return FALSE;
	external = nics->len > 1;
	spec.name = sh_arg_text (call, "Name");
	spec.notes = sh_arg_text (call, "Notes");
	spec.uplink = nics->pdata[0];
	if (nics->len > 2)
		spec.others = (const char *const *) nics->pdata + 1;
	/* Published: several interfaces are a team, said or not. */
	spec.teaming = sh_given (call, "EnableEmbeddedTeaming")
		? sh_arg_on (call, "EnableEmbeddedTeaming")
		: spec.others != NULL;
	spec.type = external ? VMNET_SWITCH_EXTERNAL
			     : switch_type (sh_arg_text (call, "SwitchType"));
	spec.bw_mode = bw_mode (sh_arg_text (call, "MinimumBandwidthMode"));
	spec.iov = sh_arg_on (call, "EnableIov");
	spec.iov_vfs = sh_arg_opt (call, "IovVfCount");
	/* Published default: the host keeps its network. An Internal switch
	 * is one that the host is on. */
	spec.allow_management_os =
		spec.type == VMNET_SWITCH_INTERNAL
		|| (external && (!sh_given (call, "AllowManagementOS")
				 || sh_arg_on (call, "AllowManagementOS")));
	if (!vmnet_switch_add (txn, &spec, error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_switch, spec.name));
	return TRUE;
}

HANDLER (get_vmswitch);

static const sh_param get_vmswitch_params[] = {
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, NULL,
	  NULL, REMOTE_TEXT },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL, NULL,
	  REMOTE_TEXT },
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL,
	  NULL, "who to be on another host: remote hosts come later" },
	{ "Id", &sh_type_guid, SH_LIST | SH_PIPE_VALUE | SH_PIPE_NAME, 1,
	  "SwitchId", "Id", "identifiers, as Get-VMSwitch shows" },
	{ "Name", &sh_type_switch_name, 0, 1, "SwitchName", "Name",
	  "names of switches; * and ? stand for any" },
	{ "ResourcePoolName", &sh_type_pool_name, SH_LIST, 2, NULL, NULL,
	  "only switches in these resource pools" },
	{ "SwitchType", &sh_type_switch_kind, SH_LIST, 0, NULL, NULL,
	  "only switches of these types" },
};

const sh_cmdlet cmdlet_get_vmswitch = {
	"Get-VMSwitch", "Hyper-V", NULL, 0, "Name",
	PARAMS (get_vmswitch_params), &vmnet_noun_switch,
	"Shows virtual switches",
	"Get-VMSwitch -Name sw* -SwitchType External",
	NULL, NULL, get_vmswitch, NULL,
};

/* Is the switch in one of the pools of -ResourcePoolName? */
static gboolean
pool_wanted (sh_call *call, const vmnet_row *row)
{
	sh_value *wanted = sh_arg (call, "ResourcePoolName");
	const vmnet_field *f = vmnet_noun_field (row->noun,
						 "ResourcePoolName");
	vmnet_value pools = { 0 };
	gboolean yes = wanted == NULL;

	f->get (row, &pools);
	for (guint i = 0; !yes && i < pools.list->len; i++)
		yes = dom_wanted (wanted, ((vmnet_value *)
					   pools.list->pdata[i])->s);
	vmnet_value_clear (&pools);
	return yes;
}

static gboolean
type_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *type = dom_field (row, "SwitchType");

	return dom_wanted (sh_arg (call, "SwitchType"), type ? type : "")
	       && pool_wanted (call, row)
	       && dom_id_wanted (call, row);
}

static gboolean
get_vmswitch (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows =
		dom_rows (call, &vmnet_noun_switch, error);

	return rows != NULL && respool_known (call, error)
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "switch", type_wanted, error);
}

HANDLER (set_vmswitch);

static const sh_param set_vmswitch_params[] = {
	{ "AllowManagementOS", &sh_type_bool, 0, 0, NULL, NULL,
	  "give the host an adapter on the switch, or take it away" },
	{ "CimSession", &sh_type_cim_session,
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, NULL,
	  "SwitchName_SwitchType,"
	  "SwitchName_NetAdapterInterfaceDescription,"
	  "SwitchName_NetAdapterName,SwitchObject_SwitchType,"
	  "SwitchObject_NetAdapterInterfaceDescription,"
	  "SwitchObject_NetAdapterName",
	  REMOTE_TEXT },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0,
	  "PSComputerName", NULL, REMOTE_TEXT },
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL,
	  NULL, "who to be on another host: remote hosts come later" },
	{ "DefaultFlowMinimumBandwidthAbsolute", &sh_type_bits, 0, 0, NULL,
	  NULL, "floor of all traffic without one of its own, bit/s" },
	{ "DefaultFlowMinimumBandwidthWeight", &sh_type_flow_weight, 0, 0, NULL,
	  NULL, "weight of all traffic without one of its own, 0 to 100" },
	{ "DefaultQueueVmmqEnabled", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "several queues for the default queue: VMMQ comes later" },
	{ "DefaultQueueVmmqQueuePairs", &sh_type_uint32, SH_NOT_YET, 0, NULL,
	  NULL, "queue pairs of the default queue: VMMQ comes later" },
	{ "DefaultQueueVrssEnabled", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "vRSS of the default queue: it comes later" },
	{ "Extensions", &sh_type_extension, SH_LIST | SH_NOT_YET, 0, NULL, NULL,
	  "switch extensions: there are none on Linux yet" },
	{ "Name", &sh_type_switch_name, SH_MANDATORY | SH_LIST, 1, "SwitchName",
	  "SwitchName_SwitchType,"
	  "SwitchName_NetAdapterInterfaceDescription,"
	  "SwitchName_NetAdapterName",
	  "names of switches; * and ? stand for any" },
	{ "NetAdapterInterfaceDescription", &sh_type_string, SH_MANDATORY, 2,
	  NULL,
	  "SwitchName_NetAdapterInterfaceDescription,"
	  "SwitchObject_NetAdapterInterfaceDescription",
	  "new uplink by its description, as Get-NetAdapter shows it" },
	{ "NetAdapterName", &sh_type_nic_name, SH_MANDATORY | SH_PIPE_NAME, 2,
	  "InterfaceAlias",
	  "SwitchName_NetAdapterName,SwitchObject_NetAdapterName",
	  "new uplink: name of the physical interface (makes it External)" },
	{ "Notes", &sh_type_string, 0, 0, NULL, NULL,
	  "free text, kept with the switch" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "SwitchType", &sh_type_switch_kind, 0, 0, NULL,
	  "SwitchName_SwitchType,SwitchObject_SwitchType",
	  "Internal or Private: the uplink is let go" },
	{ "VMSwitch", &sh_type_vmswitch, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE,
	  1, NULL,
	  "SwitchObject_SwitchType,"
	  "SwitchObject_NetAdapterInterfaceDescription,"
	  "SwitchObject_NetAdapterName",
	  "switches, as objects of Get-VMSwitch" },
};

const sh_cmdlet cmdlet_set_vmswitch = {
	"Set-VMSwitch", "Hyper-V", NULL, SH_CHANGES, "SwitchName_SwitchType",
	PARAMS (set_vmswitch_params), &vmnet_noun_switch,
	"Changes a virtual switch: notes, uplink, type, the host's adapter, "
	"the floor of all other traffic",
	"Set-VMSwitch -Name sw0 -Notes 'the first one' -Passthru",
	"SR-IOV is given at creation and cannot be changed here.",
	NULL, set_vmswitch, NULL,
};

static gboolean
set_one_switch (sh_call *call, vmnet_txn *txn, const char *name,
		const char *uplink, GError **error)
{
	gboolean host = sh_arg_on (call, "AllowManagementOS");
	const char *word = sh_arg_text (call, "SwitchType");
	vmnet_switch_type type = word ? switch_type (word)
				      : VMNET_SWITCH_EXTERNAL;
	vmnet_switch_change c = {
		.notes = sh_arg_text (call, "Notes"),
		.type = word || uplink ? &type : NULL,
		.uplink = uplink,
		.allow_management_os =
			sh_given (call, "AllowManagementOS") ? &host : NULL,
		.default_flow_absolute = sh_arg_opt (
			call, "DefaultFlowMinimumBandwidthAbsolute"),
		.default_flow_weight = sh_arg_opt (
			call, "DefaultFlowMinimumBandwidthWeight"),
	};

	if (!vmnet_switch_set (txn, name, &c, error))
		return FALSE;
	if (sh_arg_on (call, "Passthru"))
		sh_emit (call, sh_row_later (&vmnet_noun_switch, name));
	return TRUE;
}

static gboolean
set_vmswitch (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) names = dom_switches (
		call, sh_arg (call, "VMSwitch"), sh_arg (call, "Name"), error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = dom_uplinks (call, error);

	if (names == NULL || txn == NULL || nics == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		if (!set_one_switch (call, txn, names->pdata[i],
				     nics->pdata[0], error))
			return FALSE;
	return TRUE;
}

HANDLER (remove_vmswitch);

static const sh_param remove_vmswitch_params[] = {
	REMOTE_PARAMS ("Name"),
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "do not ask" },
	{ "Name", &sh_type_switch_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE,
	  1, "SwitchName", "Name", "names of switches; * and ? stand for any" },
	{ "ResourcePoolName", &sh_type_pool_name, SH_LIST, 2, NULL, NULL,
	  "take the switch out of these resource pools; it stays" },
	{ "VMSwitch", &sh_type_vmswitch, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE,
	  1, NULL, "SwitchObject", "switches, as objects of Get-VMSwitch" },
};

const sh_cmdlet cmdlet_remove_vmswitch = {
	"Remove-VMSwitch", "Hyper-V", NULL, SH_CHANGES | SH_DESTRUCTIVE,
	"Name", PARAMS (remove_vmswitch_params), NULL,
	"Removes a virtual switch; its adapters stay, disconnected",
	"New-VMSwitch -Name gone -SwitchType Private; "
	"Remove-VMSwitch -Name gone -Force",
	NULL, NULL, remove_vmswitch, NULL,
};

static gboolean
remove_vmswitch (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) names = dom_switches (
		call, sh_arg (call, "VMSwitch"), sh_arg (call, "Name"), error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (names == NULL || txn == NULL)
		return FALSE;
	if (sh_given (call, "ResourcePoolName"))
		return respool_each_switch (call, txn, names,
					    vmnet_pool_remove_switch, error);
	for (guint i = 0; i < names->len; i++)
		if (!vmnet_switch_remove (txn, names->pdata[i], error))
			return FALSE;
	return TRUE;
}

HANDLER (rename_vmswitch);

static const sh_param rename_vmswitch_params[] = {
	REMOTE_PARAMS ("SwitchName"),
	{ "Name", &sh_type_switch_name, SH_MANDATORY | SH_PIPE_VALUE, 1,
	  "SwitchName", "SwitchName", "name of the switch" },
	{ "NewName", &sh_type_string, SH_MANDATORY, 3, NULL, NULL,
	  "the name that it gets" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "VMSwitch", &sh_type_vmswitch, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL,
	  "SwitchObject", "the switch, as an object of Get-VMSwitch" },
};

const sh_cmdlet cmdlet_rename_vmswitch = {
	"Rename-VMSwitch", "Hyper-V", NULL, SH_CHANGES, "SwitchName",
	PARAMS (rename_vmswitch_params), &vmnet_noun_switch,
	"Gives a virtual switch another name",
	"New-VMSwitch -Name old -SwitchType Private; "
	"Rename-VMSwitch -Name old -NewName new; "
	"Remove-VMSwitch -Name new -Force",
	"The host's adapter that bears the switch's name is renamed with it.",
	NULL, rename_vmswitch, NULL,
};

static gboolean
rename_vmswitch (sh_call *call, GError **error)
{
	sh_value *row = sh_arg (call, "VMSwitch");
	const char *name = row ? sh_row_key (row) : sh_arg_text (call, "Name");
	const char *to = sh_arg_text (call, "NewName");
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (txn == NULL || !vmnet_switch_rename (txn, name, to, error))
		return FALSE;
	if (sh_arg_on (call, "Passthru"))
		sh_emit (call, sh_row_later (&vmnet_noun_switch, to));
	return TRUE;
}
