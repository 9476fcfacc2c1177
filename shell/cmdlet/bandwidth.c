/*
 * bandwidth.c - Get-VMNetworkAdapterBandwidth, ours: floors and caps as asked,
 * as the kernel has them, and as measured. Listed in table.c.
 */
#include "domain.h"

#define DEFAULT_SECONDS 0.25

HANDLER (get_bandwidth);

static const sh_param get_bandwidth_params[] = {
	{ "VMName", &sh_type_vm_name, SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMName", "names of VMs; * and ? stand for any" },
	{ "VMNetworkAdapter", &sh_type_vmnic_base,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "ResourceObject",
	  "adapters, as objects of Get-VMNetworkAdapter" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Name", &sh_type_adapter_name, 0, 2, "VMNetworkAdapterName",
	  "VMName,VMObject,ManagementOS",
	  "name of the adapter; * and ? stand for any" },
	{ "SampleInterval", &sh_type_seconds, 0, 0, NULL, NULL,
	  "seconds between the two looks that make a rate; 0.25" },
};

const sh_cmdlet cmdlet_get_vmnetworkadapterbandwidth = {
	"Get-VMNetworkAdapterBandwidth", "vmnetsh", NULL, 0, "VMName",
	PARAMS (get_bandwidth_params), &vmnet_noun_bandwidth,
	"Shows floors and caps: asked, programmed (read back), measured",
	"Get-VMNetworkAdapterBandwidth -VMName web1 -SampleInterval 0.5",
	"Rates are bits per second of frames without FCS.",
	NULL, get_bandwidth, NULL,
};

static gboolean
bandwidth_wanted (sh_call *call, const vmnet_row *row)
{
	g_autoptr (dom_adapter) a = dom_adapter_from_key (row->key);

	if (sh_given (call, "VMNetworkAdapter"))
		return dom_row_among (sh_arg (call, "VMNetworkAdapter"),
				  row->key);
	if (!dom_wanted (sh_arg (call, "Name"), a->name))
		return FALSE;
	if (sh_arg_on (call, "ManagementOS"))
		return a->vm == NULL;
	if (sh_given (call, "VM"))
		return a->vm && dom_row_among (sh_arg (call, "VM"), a->vm);
	if (sh_given (call, "VMName"))
		return a->vm && dom_wanted (sh_arg (call, "VMName"), a->vm);
	return TRUE;
}

static gboolean
get_bandwidth (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;
	g_autoptr (GPtrArray) vms = NULL;
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autoptr (vmnet_view) view = NULL;
	double seconds = DEFAULT_SECONDS;

	vms = dom_rows (call, &vmnet_noun_vm, error);
	for (guint i = 0; vms != NULL && i < vms->len; i++)
		g_ptr_array_add (names, ((vmnet_row *) vms->pdata[i])->key);
	if (vms == NULL
	    || !dom_check ("VM", sh_arg (call, "VMName"), names, error))
		return FALSE;
	if (sh_given (call, "SampleInterval"))
		sh_to_double (sh_arg (call, "SampleInterval"), &seconds);
	view = dom_measure (call, &vmnet_noun_bandwidth, seconds, error);
	if (view == NULL)
		return FALSE;
	rows = vmnet_view_rows (view, &vmnet_noun_bandwidth);
	for (guint i = 0; i < rows->len; i++)
		if (bandwidth_wanted (call, rows->pdata[i]))
			sh_emit_row (call, vmnet_row_ref (rows->pdata[i]));
	return TRUE;
}
