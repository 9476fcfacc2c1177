/*
 * dcbset.c - priority flow control and DCBX of the host (Enable-, Disable-, Get-
 * and Set-NetQosFlowControl, Get- and Set-NetQosDcbxSetting), and Switch- of
 * these and of traffic classes. Listed in table.c.
 */
#include <string.h>

#include "domain.h"

/* ---- flow control ---- */

HANDLER (get_flow);
HANDLER (set_flow);
HANDLER (enable_flow);
HANDLER (disable_flow);

#define FLOW_NOTE "It is kept; without DCB in a card it is in force on none, " \
	"as Get-NetAdapterQos says."

static const sh_param get_flow_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	DCB_ONE_NIC (2),
	{ "Priority", &sh_type_byte, SH_LIST, 1, NULL, NULL,
	  "only these priorities, 0 to 7" },
	NIC_THROTTLE,
};

static const sh_param flow_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "InputObject", &sh_type_cim_flow,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosFlowControl" },
	DCB_ONE_NIC (2),
	NIC_PASS_THRU,
	{ "Priority", &sh_type_byte, SH_LIST, 1, NULL, "ByIfAlias,ByIfIndex",
	  "priorities, 0 to 7; without it all" },
	NIC_THROTTLE,
};

static const sh_param set_flow_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Enabled", &sh_type_bool, SH_PIPE_NAME, 0, NULL, NULL, "on or off" },
	{ "InputObject", &sh_type_cim_flow,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosFlowControl" },
	DCB_ONE_NIC (2),
	NIC_PASS_THRU,
	{ "Priority", &sh_type_byte, SH_LIST, 1, NULL, "ByIfAlias,ByIfIndex",
	  "priorities, 0 to 7; without it all" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netqosflowcontrol = {
	"Get-NetQosFlowControl", "DcbQos", NULL, 0, "ByIfAlias",
	PARAMS (get_flow_params), &vmnet_noun_flow,
	"Shows which priorities are to have flow control",
	"Get-NetQosFlowControl -Priority 3", NULL, NULL, get_flow, NULL,
};

const sh_cmdlet cmdlet_enable_netqosflowcontrol = {
	"Enable-NetQosFlowControl", "DcbQos", NULL, SH_CHANGES, "ByIfAlias",
	PARAMS (flow_params), NULL, "Asks for flow control of priorities",
	"Enable-NetQosFlowControl -Priority 3", FLOW_NOTE, NULL, enable_flow,
	NULL,
};

const sh_cmdlet cmdlet_disable_netqosflowcontrol = {
	"Disable-NetQosFlowControl", "DcbQos", NULL, SH_CHANGES, "ByIfAlias",
	PARAMS (flow_params), NULL, "Asks for no flow control of priorities",
	"Disable-NetQosFlowControl -Priority 0,1,2,4,5,6,7", NULL, NULL,
	disable_flow, NULL,
};

const sh_cmdlet cmdlet_set_netqosflowcontrol = {
	"Set-NetQosFlowControl", "DcbQos", NULL, SH_CHANGES, "ByIfAlias",
	PARAMS (set_flow_params), NULL,
	"Asks for flow control of priorities, or for none",
	"Set-NetQosFlowControl -Priority 3 -Enabled $true", FLOW_NOTE, NULL,
	set_flow, NULL,
};

static gboolean
get_flow (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_flow, error);

	return rows && dom_emit (call, rows, "Priority",
				 sh_arg (call, "Priority"), "priority", NULL,
				 error);
}

/* Those of -Priority, or of -InputObject; 0 with error. */
static guint32
chosen (sh_call *call, GError **error)
{
	sh_value *objects = sh_arg (call, "InputObject");
	vmnet_opt given = { 0 };
	guint32 out = 0;

	if (objects == NULL && sh_arg (call, "Priority") == NULL)
		return 0xff;
	for (guint i = 0; objects && i < sh_array_length (objects); i++)
		out |= 1u << g_ascii_strtoull (sh_row_key (
			sh_array_get (objects, i)), NULL, 10);
	return dcb_priorities (call, &given, error) ? out | given.value : 0;
}

static gboolean
change_flow (sh_call *call, gboolean on, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	guint32 which = txn ? chosen (call, error) : 0;

	if (which == 0 || !vmnet_dcb_set_flow (txn, on ? which : 0,
					       on ? 0 : which, error))
		return FALSE;
	for (guint i = 0; sh_arg_on (call, "PassThru") &&
	     i < VMNET_PRIORITIES; i++) {
		g_autofree char *key = g_strdup_printf ("%u", i);

		if (which & 1u << i)
			sh_emit (call, sh_row_later (&vmnet_noun_flow, key));
	}
	return TRUE;
}

static gboolean
enable_flow (sh_call *call, GError **error)
{
	return change_flow (call, TRUE, error);
}

static gboolean
disable_flow (sh_call *call, GError **error)
{
	return change_flow (call, FALSE, error);
}

static gboolean
set_flow (sh_call *call, GError **error)
{
	if (sh_given (call, "Enabled"))
		return change_flow (call, sh_arg_on (call, "Enabled"), error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-NetQosFlowControl needs -Enabled");
	return FALSE;
}

/* ---- DCBX ---- */

HANDLER (get_dcbx);
HANDLER (set_dcbx);

static const sh_param get_dcbx_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	DCB_ONE_NIC (1),
	NIC_THROTTLE,
};

static const sh_param set_dcbx_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "InputObject", &sh_type_cim_dcbx,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosDcbxSetting" },
	DCB_ONE_NIC (1),
	NIC_PASS_THRU,
	NIC_THROTTLE,
	{ "Willing", &sh_type_bool, SH_MANDATORY | SH_PIPE_NAME, 0, NULL, NULL,
	  "may the network set DCB" },
};

const sh_cmdlet cmdlet_get_netqosdcbxsetting = {
	"Get-NetQosDcbxSetting", "DcbQos", NULL, 0, "ByIfAlias",
	PARAMS (get_dcbx_params), &vmnet_noun_dcbx,
	"Shows whether the network may set DCB, and who would listen",
	"Get-NetQosDcbxSetting", NULL, NULL, get_dcbx, NULL,
};

const sh_cmdlet cmdlet_set_netqosdcbxsetting = {
	"Set-NetQosDcbxSetting", "DcbQos", NULL, SH_CHANGES, "ByIfAlias",
	PARAMS (set_dcbx_params), NULL,
	"Says whether the network may set DCB",
	"Set-NetQosDcbxSetting -Willing $false -Confirm:$false",
	"Nothing of vmnetsh listens for the network's settings; agents of "
	"others that do are named.", NULL, set_dcbx, NULL,
};

static gboolean
get_dcbx (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_dcbx, error);

	for (guint i = 0; rows && i < rows->len; i++)
		sh_emit_row (call, vmnet_row_ref (rows->pdata[i]));
	return rows != NULL;
}

static gboolean
set_dcbx (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (txn == NULL || !vmnet_dcb_set_willing (
		    txn, sh_arg_on (call, "Willing"), error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (&vmnet_noun_dcbx, "Global"));
	return TRUE;
}

/* ---- of the host, or of an adapter ---- */

HANDLER (switch_set);

static const sh_param switch_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "InterfaceAlias", &sh_type_interface_name,
	  SH_MANDATORY | SH_PIPE_NAME, 2, "IfAlias", "ByIfAlias",
	  "the adapter" },
	{ "InterfaceIndex", &sh_type_uint32,
	  SH_MANDATORY | SH_PIPE_NAME | SH_NOT_YET, 2, "IfIndex", "ByIfIndex",
	  "the adapter by its number" },
	{ "PolicySet", &sh_type_policy_set, SH_MANDATORY | SH_PIPE_NAME, 1,
	  NULL, NULL, "Global: as the host; AdapterSpecific: of its own" },
	NIC_THROTTLE,
};

#define SWITCH(id, noun, what) \
	const sh_cmdlet cmdlet_switch_##id = { \
		"Switch-" noun, "DcbQos", NULL, SH_CHANGES, "ByIfAlias", \
		PARAMS (switch_params), NULL, \
		"Says whether an adapter follows the host's " what, \
		"Switch-" noun " -PolicySet Global -InterfaceAlias pnic0", \
		"Every adapter follows the host's; others come later.", NULL, \
		switch_set, NULL, \
	};

SWITCH (netqostrafficclass, "NetQosTrafficClass", "traffic classes")
SWITCH (netqosflowcontrol, "NetQosFlowControl", "flow control")
SWITCH (netqosdcbxsetting, "NetQosDcbxSetting", "DCBX")

static gboolean
switch_set (sh_call *call, GError **error)
{
	const char *nic = sh_arg_text (call, "InterfaceAlias");
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic_qos,
					       error);
	gboolean found = FALSE;

	for (guint i = 0; rows && i < rows->len; i++)
		found |= g_ascii_strcasecmp (((vmnet_row *) rows->pdata[i])
					     ->key, nic) == 0;
	if (rows == NULL || !sh_txn (sh_call_interp (call), error))
		return FALSE;
	if (!found)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "there is no physical adapter '%s'; "
			     "Get-NetAdapterQos lists them", nic);
	else if (strcmp (sh_arg_text (call, "PolicySet"), "Global") == 0)
		return TRUE;
	else
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
			     "%s -PolicySet AdapterSpecific: published, but "
			     "not built here yet: '%s' follows the host's",
			     sh_call_cmdlet (call)->name, nic);
	return FALSE;
}
