/*
 * isolation.c - Get- and Set-VMNetworkAdapterIsolation: adapters that a VLAN keeps
 * apart, as scripts for converged hosts say it. Listed in table.c.
 */
#include "domain.h"

/* All that there are: a stack that tags for many tenants. */
#define ALL_VLANS "1-4094"

HANDLER (get_vmnetworkadapterisolation);
HANDLER (set_vmnetworkadapterisolation);

static const sh_param get_vmnetworkadapterisolation_params[] = {
	OWNED_READ_PARAMS,
};

const sh_cmdlet cmdlet_get_vmnetworkadapterisolation = {
	"Get-VMNetworkAdapterIsolation", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadapterisolation_params), &vmnet_noun_isolation,
	"Shows what keeps network adapters apart",
	"Get-VMNetworkAdapterIsolation -VMName web1",
	NULL,
	NULL, get_vmnetworkadapterisolation, NULL,
};

static const sh_param set_vmnetworkadapterisolation_params[] = {
	{ "AllowUntaggedTraffic", &sh_type_bool, 0, 0, NULL, NULL,
	  "$true: frames without a tag pass, in the VLAN -DefaultIsolationID" },
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "DefaultIsolationID", &sh_type_int32, 0, 0, NULL, NULL,
	  "VLAN of frames without a tag, 1 to 4094; 0: none" },
	{ "IsolationMode", &sh_type_isolation_mode, 0, 0, NULL, NULL,
	  "Vlan, or None: no more than Set-VMNetworkAdapterVlan asks for; "
	  "virtual subnets are not built yet" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "MultiTenantStack", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: frames of every VLAN pass with their tag" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	OWNER_PARAMS (SH_MANDATORY),
};

const sh_cmdlet cmdlet_set_vmnetworkadapterisolation = {
	"Set-VMNetworkAdapterIsolation", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (set_vmnetworkadapterisolation_params), &vmnet_noun_isolation,
	"Keeps network adapters apart by a VLAN",
	/* Runs on every kernel; the page has the others. */
	"Set-VMNetworkAdapterIsolation -VMName web1 -IsolationMode None",
	"The same as Set-VMNetworkAdapterVlan -Access, or with "
	"-MultiTenantStack On -Trunk of all VLANs; which of the two commands "
	"came last holds.",
	NULL, set_vmnetworkadapterisolation, NULL,
};

static gboolean
get_vmnetworkadapterisolation (sh_call *call, GError **error)
{
	return dom_emit_settings (call, &vmnet_noun_isolation, error);
}

static gboolean
refuse (GError **error, int code, const char *text)
{
	g_set_error (error, VMNET_ERROR, code,
		     "Set-VMNetworkAdapterIsolation: %s", text);
	return FALSE;
}

/* What the call as a whole may not ask for. */
static gboolean
check (sh_call *call, const char *mode, GError **error)
{
	gboolean has_id = sh_given (call, "DefaultIsolationID");
	gint64 id = 0;

	if (mode && g_str_has_suffix (mode, "VirtualSubnet"))
		return refuse (error, VMNET_ERROR_NOT_YET, "virtual subnets "
			       "are not built here yet; -IsolationMode Vlan "
			       "is");
	if (sh_given (call, "AllowUntaggedTraffic") &&
	    !sh_arg_on (call, "AllowUntaggedTraffic"))
		return refuse (error, VMNET_ERROR_NOT_YET,
			       "-AllowUntaggedTraffic $false is not built here "
			       "yet: frames without a tag are in the VLAN of "
			       "-DefaultIsolationID");
	if (has_id && (!sh_to_int (sh_arg (call, "DefaultIsolationID"), &id) ||
		       id < 0 || id > VMNET_VLAN_MAX))
		return refuse (error, VMNET_ERROR_INVALID,
			       "-DefaultIsolationID is a VLAN, 1 to 4094, or 0 "
			       "for none");
	if (!mode && !has_id && !sh_given (call, "MultiTenantStack") &&
	    !sh_given (call, "AllowUntaggedTraffic"))
		return refuse (error, VMNET_ERROR_INVALID, "nothing to do: "
			       "give -IsolationMode Vlan -DefaultIsolationID N, "
			       "or -IsolationMode None");
	return TRUE;
}

/* What is not given stays as the adapter `a` (or NULL) has it. FALSE: it is not
 * isolated, and is not to be. */
static gboolean
isolation_of (sh_call *call, const char *mode, const vmnet_adapter *a,
	      vmnet_vlan *v)
{
	vmnet_opt id = sh_arg_opt (call, "DefaultIsolationID");
	const char *multi = sh_arg_text (call, "MultiTenantStack");
	gboolean was = a && a->vlan.isolation;
	guint16 untagged = was ? a->vlan.mode == VMNET_VLAN_TRUNK
		? a->vlan.native : a->vlan.access : 0;
	gboolean trunk = was && a->vlan.mode == VMNET_VLAN_TRUNK;

	*v = (vmnet_vlan) { .mode = VMNET_VLAN_UNTAGGED };
	if (!was && g_strcmp0 (mode, "Vlan") != 0)
		return FALSE;
	if (g_strcmp0 (mode, "None") == 0)
		return TRUE;
	v->isolation = TRUE;
	if (id.set)
		untagged = (guint16) id.value;
	if (multi)
		trunk = g_ascii_strcasecmp (multi, "On") == 0;
	if (trunk) {
		v->mode = VMNET_VLAN_TRUNK;
		v->native = untagged;
		v->allowed = (char *) ALL_VLANS;
	} else if (untagged) {
		v->mode = VMNET_VLAN_ACCESS;
		v->access = untagged;
	}
	return TRUE;
}

static gboolean
not_isolated (sh_call *call, const char *mode, const dom_adapter *a,
	      GError **error)
{
	if (g_strcmp0 (mode, "None") == 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "'%s/%s' is in no isolation mode; give -IsolationMode "
		     "Vlan with it", a->vm ? a->vm : "host", a->name);
	return FALSE;
}

static gboolean
set_one (sh_call *call, vmnet_txn *txn, const char *mode, const dom_adapter *a,
	 GError **error)
{
	vmnet_vlan v;
	vmnet_adapter_change c = { .vlan = &v };
	g_autofree char *key = dom_adapter_key (a);

	if (isolation_of (call, mode, vmnet_model_adapter (
			  vmnet_txn_model (txn), a->vm, a->name), &v)
	    ? !vmnet_adapter_set (txn, a->vm, a->name, &c, error)
	    : !not_isolated (call, mode, a, error))
		return FALSE;
	if (sh_arg_on (call, "Passthru"))
		sh_emit (call, sh_row_later (&vmnet_noun_isolation, key));
	return TRUE;
}

static gboolean
set_vmnetworkadapterisolation (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *mode = sh_arg_text (call, "IsolationMode");
	g_autoptr (GPtrArray) list = txn && check (call, mode, error)
		? dom_adapters (call, "VMNetworkAdapterName", error) : NULL;

	for (guint i = 0; list && i < list->len; i++)
		if (!set_one (call, txn, mode, list->pdata[i], error))
			return FALSE;
	return list != NULL;
}
