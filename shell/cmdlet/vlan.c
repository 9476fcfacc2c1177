/*
 * vlan.c - Get- and Set-VMNetworkAdapterVlan: the VLANs of network adapters.
 * Listed in table.c.
 */
#include "domain.h"

HANDLER (get_vmnetworkadaptervlan);

static const sh_param get_vmnetworkadaptervlan_params[] = {
	OWNED_READ_PARAMS,
};

const sh_cmdlet cmdlet_get_vmnetworkadaptervlan = {
	"Get-VMNetworkAdapterVlan", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadaptervlan_params), &vmnet_noun_vlan,
	"Shows the VLANs of network adapters",
	"Get-VMNetworkAdapterVlan -VMName web1",
	NULL,
	NULL, get_vmnetworkadaptervlan, NULL,
};

static gboolean
get_vmnetworkadaptervlan (sh_call *call, GError **error)
{
	return dom_emit_settings (call, &vmnet_noun_vlan, error);
}

HANDLER (set_vmnetworkadaptervlan);

#define PRIVATE_TEXT "private VLANs come later"

static const sh_param set_vmnetworkadaptervlan_params[] = {
	{ "Access", &sh_type_switch, SH_SWITCH, 0, "a", NULL,
	  "the adapter is in -VlanId and knows nothing of tags" },
	{ "AllowedVlanIdList", &sh_type_vlan_list, 0, 0, NULL, NULL,
	  "with -Trunk: VLANs whose frames pass with their tag: '10,20-30'" },
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "Community", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, "c", NULL,
	  PRIVATE_TEXT },
	{ "Isolated", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, "i", NULL,
	  PRIVATE_TEXT },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "NativeVlanId", &sh_type_vlan, 0, 0, NULL, NULL,
	  "with -Trunk: VLAN of frames without a tag; 0: none, they stay so" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "PrimaryVlanId", &sh_type_vlan, SH_NOT_YET, 0, NULL, NULL,
	  PRIVATE_TEXT },
	{ "Promiscuous", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, "p", NULL,
	  PRIVATE_TEXT },
	{ "SecondaryVlanId", &sh_type_vlan, SH_NOT_YET, 0, NULL, NULL,
	  PRIVATE_TEXT },
	{ "SecondaryVlanIdList", &sh_type_vlan_list, SH_NOT_YET, 0, NULL, NULL,
	  PRIVATE_TEXT },
	{ "Trunk", &sh_type_switch, SH_SWITCH, 0, "t", NULL,
	  "the adapter sends and gets tags, of -AllowedVlanIdList" },
	{ "Untagged", &sh_type_switch, SH_SWITCH, 0, "u", NULL,
	  "no VLAN: frames pass without a tag; so is every new adapter" },
	OWNER_PARAMS (SH_MANDATORY),
	{ "VlanId", &sh_type_vlan, 0, 0, "AccessVlanId", NULL,
	  "with -Access: the VLAN, 1 to 4094" },
};

const sh_cmdlet cmdlet_set_vmnetworkadaptervlan = {
	"Set-VMNetworkAdapterVlan", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (set_vmnetworkadaptervlan_params), &vmnet_noun_vlan,
	"Puts network adapters into a VLAN, or lets them have several",
	/* Runs on every kernel; the page has the others. */
	"Set-VMNetworkAdapterVlan -VMName web1 -Untagged",
	"Needs a kernel with CONFIG_BRIDGE_VLAN_FILTERING. One number that no "
	"adapter uses (4094, or the last free one) stands for no VLAN inside "
	"the bridge; a trunk of all 4094 does without it.",
	NULL, set_vmnetworkadaptervlan, NULL,
};

static gboolean
refuse (GError **error, const char *text)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "Set-VMNetworkAdapterVlan: %s", text);
	return FALSE;
}

/* The mode that is asked for; without one, that which the values belong to. */
static gboolean
mode_of (sh_call *call, vmnet_vlan_mode *mode, GError **error)
{
	gboolean access = sh_arg_on (call, "Access");
	gboolean trunk = sh_arg_on (call, "Trunk");
	gboolean untagged = sh_arg_on (call, "Untagged");
	gboolean id = sh_given (call, "VlanId");
	gboolean list = sh_given (call, "AllowedVlanIdList")
			|| sh_given (call, "NativeVlanId");

	if (access + trunk + untagged > 1)
		return refuse (error, "-Access, -Trunk and -Untagged exclude "
			       "each other");
	if (access + trunk + untagged + id + list == 0)
		return refuse (error, "nothing to do: give -Access -VlanId N, "
			       "-Trunk -AllowedVlanIdList LIST, or -Untagged");
	if (untagged && (id || list))
		return refuse (error, "-Untagged takes no VLAN");
	if ((access || id) && list)
		return refuse (error, "-AllowedVlanIdList and -NativeVlanId "
			       "are of -Trunk, not of -Access with -VlanId");
	if (trunk && id)
		return refuse (error, "-VlanId is of -Access; -Trunk takes "
			       "-AllowedVlanIdList and -NativeVlanId");
	*mode = untagged ? VMNET_VLAN_UNTAGGED
		: access || id ? VMNET_VLAN_ACCESS : VMNET_VLAN_TRUNK;
	return TRUE;
}

/* What is not given stays as the adapter `a` (or NULL) has it. */
static gboolean
vlan_of (sh_call *call, vmnet_vlan_mode mode, const vmnet_adapter *a,
	 vmnet_vlan *v, GError **error)
{
	vmnet_opt id = sh_arg_opt (call, "VlanId");
	vmnet_opt native = sh_arg_opt (call, "NativeVlanId");
	const char *list = sh_arg_text (call, "AllowedVlanIdList");

	*v = (vmnet_vlan) { .mode = mode };
	if (a != NULL && a->vlan.mode == mode)
		*v = a->vlan;
	v->isolation = FALSE;
	if (id.set)
		v->access = (guint16) id.value;
	if (native.set)
		v->native = (guint16) native.value;
	if (list != NULL)
		v->allowed = (char *) list;
	if (mode == VMNET_VLAN_ACCESS && !id.set && v->access == 0)
		return refuse (error, "-Access needs -VlanId");
	if (mode == VMNET_VLAN_TRUNK && v->allowed == NULL)
		return refuse (error, "-Trunk needs -AllowedVlanIdList");
	return TRUE;
}

static void
emit_vlan (sh_call *call, const dom_adapter *a)
{
	g_autofree char *key = dom_adapter_key (a);

	sh_emit (call, sh_row_later (&vmnet_noun_vlan, key));
}

static gboolean
set_vmnetworkadaptervlan (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) list = NULL;
	vmnet_vlan_mode mode;
	vmnet_vlan v;
	vmnet_adapter_change c = { .vlan = &v };

	if (txn == NULL || !mode_of (call, &mode, error))
		return FALSE;
	list = dom_adapters (call, "VMNetworkAdapterName", error);
	for (guint i = 0; list != NULL && i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];
		const vmnet_adapter *is = vmnet_model_adapter (
			vmnet_txn_model (txn), a->vm, a->name);

		if (!vlan_of (call, mode, is, &v, error)
		    || !vmnet_adapter_set (txn, a->vm, a->name, &c, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			emit_vlan (call, a);
	}
	return list != NULL;
}
