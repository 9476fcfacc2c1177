/*
 * sriov.c - virtual functions of physical interfaces: Get-, Enable-, Disable-
 * and Set-NetAdapterSriov, Get-NetAdapterSriovVf, Get-NetAdapterVPort. Listed
 * in table.c.
 */
#include "domain.h"

HANDLER (get_netadaptersriov);

static const sh_param get_netadaptersriov_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	NIC_HIDDEN (NULL),
	NIC_DESCRIPTION,
	NIC_NAME (0),
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netadaptersriov = {
	"Get-NetAdapterSriov", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadaptersriov_params), &vmnet_noun_sriov,
	"Shows which interfaces have SR-IOV, and if not, why",
	"Get-NetAdapterSriov -Name pnic0 | Format-List Name, *Support*",
	"Interfaces without SR-IOV are listed too: SriovSupportReasons tells "
	"what is missing, where that was read, and what helps.",
	NULL, get_netadaptersriov, NULL,
};

static gboolean
get_netadaptersriov (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_sriov,
					       error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", dom_nic_described, error);
}

/* ---- changes ---- */

HANDLER (enable_netadaptersriov);
HANDLER (disable_netadaptersriov);
HANDLER (set_netadaptersriov);

static gboolean
change_sriov (sh_call *call, const vmnet_sriov_change *c, GError **error)
{
	g_autoptr (GPtrArray) nics = dom_nics (call, error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (nics == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < nics->len; i++) {
		if (!vmnet_sriov_set (txn, nics->pdata[i], c, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_sriov,
						     nics->pdata[i]));
	}
	return TRUE;
}

#define SRIOV_INPUT \
	{ "InputObject", &sh_type_cim_sriov, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject", \
	  "interfaces, as objects of Get-NetAdapterSriov or Get-NetAdapter" }

/* Enable- and Disable- take the same. */
static const sh_param switch_sriov_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	NIC_HIDDEN ("ByName,ByInstanceID"),
	SRIOV_INPUT,
	NIC_DESCRIPTION,
	NIC_NAME (SH_MANDATORY),
	NIC_NO_RESTART,
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_enable_netadaptersriov = {
	"Enable-NetAdapterSriov", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (switch_sriov_params), &vmnet_noun_sriov,
	"Lets VM adapters have virtual functions of an interface again",
	"Get-NetAdapterSriov | Where-Object MaxVFs -gt 0 | "
	"Enable-NetAdapterSriov",
	"Virtual functions are made when a switch with -EnableIov has the "
	"interface. One that has no SR-IOV is refused with every reason.",
	NULL, enable_netadaptersriov, NULL,
};

static gboolean
enable_netadaptersriov (sh_call *call, GError **error)
{
	gboolean on = TRUE;
	vmnet_sriov_change c = { .enabled = &on };

	return change_sriov (call, &c, error);
}

const sh_cmdlet cmdlet_disable_netadaptersriov = {
	"Disable-NetAdapterSriov", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (switch_sriov_params), &vmnet_noun_sriov,
	"Takes the virtual functions of an interface from its VM adapters",
	"Disable-NetAdapterSriov -Name pnic0 -WhatIf",
	"The VMs go on by their software adapters.",
	NULL, disable_netadaptersriov, NULL,
};

static gboolean
disable_netadaptersriov (sh_call *call, GError **error)
{
	gboolean on = FALSE;
	vmnet_sriov_change c = { .enabled = &on };

	return change_sriov (call, &c, error);
}

static const sh_param set_netadaptersriov_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Enabled", &sh_type_bool, 0, 0, NULL, NULL,
	  "$true: VM adapters may have virtual functions; $false: none" },
	NIC_HIDDEN ("ByName,ByInstanceID"),
	SRIOV_INPUT,
	NIC_DESCRIPTION,
	NIC_NAME (SH_MANDATORY),
	NIC_NO_RESTART,
	{ "NumVFs", &sh_type_uint32, 0, 0, "Vf", NULL,
	  "how many virtual functions to make; 0: all that the card has" },
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_set_netadaptersriov = {
	"Set-NetAdapterSriov", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (set_netadaptersriov_params), &vmnet_noun_sriov,
	"Chooses how many virtual functions an interface has",
	"Get-NetAdapterSriov | Where-Object MaxVFs -gt 3 | "
	"Set-NetAdapterSriov -NumVFs 4",
	"Another number takes all virtual functions away for a moment: their "
	"VMs go on by their software adapters meanwhile.",
	NULL, set_netadaptersriov, NULL,
};

static gboolean
set_netadaptersriov (sh_call *call, GError **error)
{
	gboolean on = sh_arg_on (call, "Enabled");
	vmnet_sriov_change c = {
		.enabled = sh_given (call, "Enabled") ? &on : NULL,
		.num_vfs = sh_arg_opt (call, "NumVFs"),
	};

	return change_sriov (call, &c, error);
}

/* ---- virtual functions and ports ---- */

HANDLER (get_netadaptersriovvf);
HANDLER (get_netadaptervport);

/* Is the number in `field` among those that `param` wants? */
static gboolean
number_wanted (sh_call *call, const char *param, const vmnet_row *row,
	       const char *field)
{
	g_autofree char *text = dom_field (row, field);

	return dom_wanted (sh_arg (call, param), text ? text : "");
}

/* An interface without virtual functions has no rows: names are checked
 * against the interfaces. */
static gboolean
emit_of_nics (sh_call *call, const vmnet_noun *noun, dom_keep keep,
	      GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);
	g_autoptr (GPtrArray) nics = NULL;
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	sh_value *wanted = sh_arg (call, "Name");

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *nic = dom_field (rows->pdata[i], "Name");

		if (dom_wanted (wanted, nic) && keep (call, rows->pdata[i]))
			sh_emit_row (call, vmnet_row_ref (rows->pdata[i]));
	}
	nics = rows != NULL ? dom_rows (call, &vmnet_noun_nic, error) : NULL;
	for (guint i = 0; nics != NULL && i < nics->len; i++)
		g_ptr_array_add (names, ((vmnet_row *) nics->pdata[i])->key);
	return nics != NULL
	       && dom_check ("network adapter", wanted, names, error);
}

static const sh_param get_netadaptersriovvf_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "FunctionID", &sh_type_uint16, SH_LIST, 0, "VfID,Id", NULL,
	  "only virtual functions with these numbers, from 0" },
	NIC_HIDDEN (NULL),
	NIC_DESCRIPTION,
	NIC_NAME (0),
	{ "SwitchID", &sh_type_uint32, SH_LIST, 0, NULL, NULL,
	  "only those of these switches within the card: there is one, 0" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netadaptersriovvf = {
	"Get-NetAdapterSriovVf", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadaptersriovvf_params), &vmnet_noun_vf,
	"Shows virtual functions: whose they are, what the card does for "
	"them, what they have carried",
	"Get-NetAdapterSriovVf -Name pnic0",
	"One whose interface has moved into a VM is listed all the same. "
	"Reasons tells what is in the way of the VM that has it.",
	NULL, get_netadaptersriovvf, NULL,
};

static gboolean
vf_wanted (sh_call *call, const vmnet_row *row)
{
	return dom_nic_described (call, row)
	       && number_wanted (call, "FunctionID", row, "FunctionID")
	       && number_wanted (call, "SwitchID", row, "SwitchID");
}

static gboolean
get_netadaptersriovvf (sh_call *call, GError **error)
{
	return emit_of_nics (call, &vmnet_noun_vf, vf_wanted, error);
}

static const sh_param get_netadaptervport_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "FunctionID", &sh_type_uint16, SH_LIST, 0, "VfID", NULL,
	  "only ports of virtual functions with these numbers, from 0" },
	NIC_HIDDEN (NULL),
	NIC_DESCRIPTION,
	NIC_NAME (0),
	{ "PhysicalFunction", &sh_type_switch, SH_SWITCH, 0, "PF", NULL,
	  "only the cards' own ports" },
	{ "SwitchID", &sh_type_uint32, SH_LIST, 0, NULL, NULL,
	  "only those of these switches within the card: there is one, 0" },
	NIC_THROTTLE,
	{ "VPortID", &sh_type_uint32, SH_LIST, 0, "Id", NULL,
	  "only ports with these numbers; 0 is the card's own" },
};

const sh_cmdlet cmdlet_get_netadaptervport = {
	"Get-NetAdapterVPort", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadaptervport_params), &vmnet_noun_vport,
	"Shows the ports of the switch within a card",
	"Get-NetAdapterVPort -Name pnic0",
	NULL, NULL, get_netadaptervport, NULL,
};

static gboolean
vport_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *function = dom_field (row, "FID");

	if (sh_arg_on (call, "PhysicalFunction")
	    && g_strcmp0 (function, "PF") != 0)
		return FALSE;
	return dom_nic_described (call, row)
	       && number_wanted (call, "FunctionID", row, "FID")
	       && number_wanted (call, "SwitchID", row, "SwitchID")
	       && number_wanted (call, "VPortID", row, "ID");
}

static gboolean
get_netadaptervport (sh_call *call, GError **error)
{
	return emit_of_nics (call, &vmnet_noun_vport, vport_wanted, error);
}
