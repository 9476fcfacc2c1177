/*
 * setvmnetworkadapter.c - Set-, Connect- and Disconnect-VMNetworkAdapter.
 * Listed in table.c.
 */
#include "domain.h"
#include "mirroring.h"

#include <string.h>

HANDLER (set_vmnetworkadapter);

static const sh_param set_vmnetworkadapter_params[] = {
	{ "AllowTeaming", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: the guest may team it with its other adapters that have it On" },
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "DeviceNaming", &sh_type_on_off, SH_NOT_YET, 0, NULL, NULL,
	  "hand the adapter's name to the guest" },
	{ "DhcpGuard", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: drop what a DHCP server in the VM says" },
	{ "DynamicIPAddressLimit", &sh_type_uint32, 0, 0, NULL, NULL,
	  "IP addresses that the VM may use, 1 to 32; 0: any number" },
	{ "DynamicMacAddress", &sh_type_switch, SH_SWITCH, 0, NULL,
	  "VMName,ResourceObject,VMObject",
	  "a MAC address derived from the adapter's identity" },
	{ "FixSpeed10G", &sh_type_on_off, SH_NOT_YET, 0, NULL, NULL,
	  "speed shown to the guest: a Windows matter" },
	{ "IPsecOffloadMaximumSecurityAssociation", &sh_type_uint32, SH_NOT_YET,
	  0, NULL, NULL, "IPsec offload comes later" },
	{ "IeeePriorityTag", &sh_type_on_off, SH_NOT_YET, 0, NULL, NULL,
	  "trust of the VM's 802.1p tags: it comes later" },
	{ "IovInterruptModeration", &sh_type_iov_moderation, 0, 0, NULL, NULL,
	  "how long the virtual function waits before it interrupts" },
	{ "IovPolicy", &sh_type_iov_policy, 0, 0, NULL, NULL,
	  "Keep: policy that a virtual function cannot keep holds the adapter "
	  "on its software NIC; Bypass: it goes unenforced" },
	{ "IovQueuePairsRequested", &sh_type_uint32, 0, 0, NULL, NULL,
	  "queue pairs of the virtual function; 0: the driver's own number" },
	{ "IovWeight", &sh_type_weight, 0, 0, NULL, NULL,
	  "claim to a virtual function, 0 to 100; 0: none" },
	{ "MacAddressSpoofing", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: the VM may send from other MAC addresses too" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "MandatoryFeatureId", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL,
	  NULL, "extension features that must be there: they come later" },
	{ "MaximumBandwidth", &sh_type_bits, 0, 0, NULL, NULL,
	  "cap in bit/s; 0 takes it away" },
	{ "MinimumBandwidthAbsolute", &sh_type_bits, 0, 0, NULL, NULL,
	  "floor in bit/s, on a switch of mode Absolute; 0 takes it away" },
	{ "MinimumBandwidthWeight", &sh_type_weight, 0, 0, NULL, NULL,
	  "share of the uplink, 0 to 100; 0 takes it away" },
	MIRROR_PARAMS,
	{ "Name", &sh_type_adapter_name, 0, 0, "VMNetworkAdapterName",
	  "VMName,ManagementOS,VMObject",
	  "name of the adapter; without it all of the VM" },
	{ "NeighborGuard", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: drop ARP and neighbour discovery of the VM that names another's "
	  "MAC address" },
	{ "NotMonitoredInCluster", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "clusters come later" },
	{ "PacketDirectModerationCount", &sh_type_uint32, SH_NOT_YET, 0, NULL,
	  NULL, "a Windows data path: Linux has none of that name" },
	{ "PacketDirectModerationInterval", &sh_type_uint32, SH_NOT_YET, 0,
	  NULL, NULL, "a Windows data path: Linux has none of that name" },
	{ "PacketDirectNumProcs", &sh_type_uint32, SH_NOT_YET, 0, NULL, NULL,
	  "a Windows data path: Linux has none of that name" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "PortMirroring", &sh_type_mirroring, 0, 0, NULL, NULL,
	  "Source: copy what it sends and receives to every Destination of its "
	  "switch" },
	{ "ResourcePoolName", &sh_type_pool_name, 0, 0, NULL, NULL,
	  "resource pool to put it into; Primordial: out of any other" },
	{ "RouterGuard", &sh_type_on_off, 0, 0, NULL, NULL,
	  "On: drop router advertisements and redirects of the VM" },
	{ "StaticMacAddress", &sh_type_mac, 0, 0, NULL,
	  "VMName,ResourceObject,VMObject",
	  "MAC address that stays: 00155D010203" },
	{ "StormLimit", &sh_type_uint32, 0, 0, NULL, NULL,
	  "broadcasts and multicasts that the VM may send in a second; 0: any "
	  "number" },
	{ "TestReplicaPoolName", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "replicas come later" },
	{ "TestReplicaSwitchName", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "replicas come later" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL, "VMObject",
	  "the VM, as an object of Get-VM" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL,
	  "VMName", "name of the VM; * and ? stand for any" },
	{ "VMNetworkAdapter", &sh_type_vmnic_base, SH_MANDATORY | SH_PIPE_VALUE,
	  1, NULL, "ResourceObject",
	  "the adapter, as an object of Get-VMNetworkAdapter" },
	{ "VirtualSubnetId", &sh_type_uint32, SH_NOT_YET, 0, NULL, NULL,
	  "network virtualization comes later" },
	{ "VmmqEnabled", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "several queues for the adapter: VMMQ comes later" },
	{ "VmmqQueuePairs", &sh_type_uint32, SH_NOT_YET, 0, NULL, NULL,
	  "queue pairs of the adapter: VMMQ comes later" },
	{ "VmqWeight", &sh_type_weight, 0, 0, NULL, NULL,
	  "claim to a queue of its own, 0 to 100; 0: none" },
	{ "VrssEnabled", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "vRSS comes later" },
};

const sh_cmdlet cmdlet_set_vmnetworkadapter = {
	"Set-VMNetworkAdapter", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (set_vmnetworkadapter_params), &vmnet_noun_adapter,
	"Changes network adapters: MAC address, floor, cap, queue, spoofing",
	"Set-VMNetworkAdapter -VMName web1 -MaximumBandwidth 100Mbps "
	"-MacAddressSpoofing On",
	"Rates are bits per second. 100MB is PowerShell's number 104857600; "
	"'100Mbps' is 100000000.",
	NULL, set_vmnetworkadapter, NULL,
};

/* What the parsed words of a change stand in while it is made. */
typedef struct {
	guint8 mac[6];
	gboolean spoofing, teaming, bypass;
	vmnet_moderation moderation;
	mirror_words mirror;
} change_words;

static void
change_words_clear (change_words *w)
{
	mirror_words_clear (&w->mirror);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (change_words, change_words_clear)

static void
iov_change_of (sh_call *call, vmnet_adapter_change *c, change_words *w)
{
	const char *moderation = sh_arg_text (call, "IovInterruptModeration");
	const char *policy = sh_arg_text (call, "IovPolicy");

	c->iov_weight = sh_arg_opt (call, "IovWeight");
	c->iov_queue_pairs = sh_arg_opt (call, "IovQueuePairsRequested");
	/* The words stand in the order of vmnet_moderation. */
	for (guint i = 0; moderation; i++)
		if (strcmp (sh_type_iov_moderation.accepted[i],
			    moderation) == 0) {
			w->moderation = i;
			c->iov_moderation = &w->moderation;
			break;
		}
	w->bypass = g_strcmp0 (policy, "Bypass") == 0;
	c->iov_bypass = policy ? &w->bypass : NULL;
}

/* Parameters are named as the guards. */
static void
guards_of (sh_call *call, vmnet_opt *guards)
{
	for (guint i = 0; i < VMNET_GUARDS; i++) {
		const char *name = vmnet_guards[i].parameter, *text;

		if (!vmnet_guards[i].on_off) {
			guards[i] = sh_arg_opt (call, name);
			continue;
		}
		text = sh_arg_text (call, name);
		guards[i].set = text != NULL;
		guards[i].value = g_strcmp0 (text, "On") == 0;
	}
}

/* NULL: it was not given. */
static const gboolean *
on_off (sh_call *call, const char *name, gboolean *out)
{
	const char *text = sh_arg_text (call, name);

	*out = g_strcmp0 (text, "On") == 0;
	return text ? out : NULL;
}

static gboolean
change_of (sh_call *call, vmnet_adapter_change *c, change_words *w,
	   GError **error)
{
	const char *text = sh_arg_text (call, "StaticMacAddress");

	c->mac_dynamic = sh_arg_on (call, "DynamicMacAddress");
	if (text != NULL && c->mac_dynamic) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "Set-VMNetworkAdapter: -StaticMacAddress and "
			     "-DynamicMacAddress exclude each other");
		return FALSE;
	}
	if (text != NULL && !vmnet_mac_parse (text, w->mac, error))
		return FALSE;
	c->mac = text ? w->mac : NULL;
	c->spoofing = on_off (call, "MacAddressSpoofing", &w->spoofing);
	c->teaming = on_off (call, "AllowTeaming", &w->teaming);
	c->min_absolute = sh_arg_opt (call, "MinimumBandwidthAbsolute");
	c->min_weight = sh_arg_opt (call, "MinimumBandwidthWeight");
	c->max = sh_arg_opt (call, "MaximumBandwidth");
	c->vmq_weight = sh_arg_opt (call, "VmqWeight");
	c->pool = sh_arg_text (call, "ResourcePoolName");
	guards_of (call, c->guards);
	mirror_of_call (call, &c->mirror, &w->mirror);
	iov_change_of (call, c, w);
	return TRUE;
}

static gboolean
set_vmnetworkadapter (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) list = dom_adapters (call, "Name", error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	vmnet_adapter_change c = { 0 };
	g_auto (change_words) words = { .mirror = { 0 } };

	if (list == NULL || txn == NULL
	    || !change_of (call, &c, &words, error))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		if (!vmnet_adapter_set (txn, a->vm, a->name, &c, error))
			return FALSE;
		dom_iov_notes (call, txn, a->vm, a->name);
		if (sh_arg_on (call, "Passthru"))
			dom_emit_adapter (call, a->vm, a->name);
	}
	return TRUE;
}

HANDLER (connect_vmnetworkadapter);

static const sh_param connect_vmnetworkadapter_params[] = {
	REMOTE_PARAMS ("Name_SwitchName,Name_UseAutomaticConnection"),
	{ "Name", &sh_type_adapter_name, SH_LIST, 2, "VMNetworkAdapterName",
	  "Name_SwitchName,Name_SwitchObject,Name_UseAutomaticConnection",
	  "names of the adapters; without it all of the VM" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "SwitchName", &sh_type_switch_name, SH_MANDATORY, 2, NULL,
	  "Name_SwitchName,Object_SwitchName", "name of the switch" },
	{ "UseAutomaticConnection", &sh_type_switch,
	  SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "Object_UseAutomaticConnection,Name_UseAutomaticConnection",
	  "to a switch of its resource pool, that with the fewest adapters" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST, 1, NULL,
	  "Name_SwitchName,Name_SwitchObject,Name_UseAutomaticConnection",
	  "names of VMs; * and ? stand for any" },
	{ "VMNetworkAdapter", &sh_type_vmnic,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "Object_SwitchName,Object_SwitchObject,Object_UseAutomaticConnection",
	  "adapters, as objects of Get-VMNetworkAdapter" },
	{ "VMSwitch", &sh_type_vmswitch, SH_MANDATORY | SH_PIPE_VALUE, 3, NULL,
	  "Object_SwitchObject,Name_SwitchObject",
	  "the switch, as an object of Get-VMSwitch" },
};

const sh_cmdlet cmdlet_connect_vmnetworkadapter = {
	"Connect-VMNetworkAdapter", "Hyper-V", NULL, SH_CHANGES,
	"Name_SwitchName", PARAMS (connect_vmnetworkadapter_params),
	&vmnet_noun_adapter,
	"Connects network adapters of a VM to a switch",
	"Connect-VMNetworkAdapter -VMName web1 -SwitchName sw0",
	NULL, NULL, connect_vmnetworkadapter, NULL,
};

static gboolean
connect_one (vmnet_txn *txn, const dom_adapter *a, const char *vswitch,
	     gboolean automatic, GError **error)
{
	return automatic
	       ? vmnet_adapter_connect_by_pool (txn, a->vm, a->name, error)
	       : vmnet_adapter_connect (txn, a->vm, a->name, vswitch, error);
}

static gboolean
connect_all (sh_call *call, const char *vswitch, gboolean automatic,
	     GError **error)
{
	g_autoptr (GPtrArray) list = dom_adapters (call, "Name", error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (list == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		if (!connect_one (txn, a, vswitch, automatic, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			dom_emit_adapter (call, a->vm, a->name);
	}
	return TRUE;
}

static gboolean
connect_vmnetworkadapter (sh_call *call, GError **error)
{
	sh_value *row = sh_arg (call, "VMSwitch");

	return connect_all (call, row ? sh_row_key (row)
				      : sh_arg_text (call, "SwitchName"),
			    sh_arg_on (call, "UseAutomaticConnection"), error);
}

HANDLER (disconnect_vmnetworkadapter);

static const sh_param disconnect_vmnetworkadapter_params[] = {
	REMOTE_PARAMS ("Name"),
	{ "Name", &sh_type_adapter_name, SH_LIST, 2, "VMNetworkAdapterName",
	  "Name", "names of the adapters; without it all of the VM" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST, 1, NULL, "Name",
	  "names of VMs; * and ? stand for any" },
	{ "VMNetworkAdapter", &sh_type_vmnic,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "Obj",
	  "adapters, as objects of Get-VMNetworkAdapter" },
};

const sh_cmdlet cmdlet_disconnect_vmnetworkadapter = {
	"Disconnect-VMNetworkAdapter", "Hyper-V", NULL, SH_CHANGES, "Name",
	PARAMS (disconnect_vmnetworkadapter_params), &vmnet_noun_adapter,
	"Takes network adapters of a VM off their switch; policy stays",
	"Disconnect-VMNetworkAdapter -VMName web1; "
	"Connect-VMNetworkAdapter -VMName web1 -SwitchName sw0",
	NULL, NULL, disconnect_vmnetworkadapter, NULL,
};

static gboolean
disconnect_vmnetworkadapter (sh_call *call, GError **error)
{
	return connect_all (call, NULL, FALSE, error);
}
