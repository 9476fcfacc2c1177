/*
 * metering.c - Enable-, Disable- and Reset-VMResourceMetering, Measure-VM.
 * Listed in table.c.
 */
#include "respool.h"

HANDLER (enable_metering);
HANDLER (disable_metering);
HANDLER (reset_metering);

static const sh_param metering_params[] = {
	{ "CimSession", &sh_type_cim_session,
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, NULL, "VMName,ResourcePool",
	  REMOTE_TEXT },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL,
	  "VMName,ResourcePool", REMOTE_TEXT },
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL,
	  "VMName,ResourcePool",
	  "who to be on another host: remote hosts come later" },
	{ "ResourcePoolName", &sh_type_pool_name,
	  SH_MANDATORY | SH_PIPE_VALUE | SH_PIPE_NAME, 1, "Name",
	  "ResourcePool", "name of a resource pool; * and ? stand for any" },
	{ "ResourcePoolType", &sh_type_pool, SH_PIPE_NAME, 2, NULL,
	  "ResourcePool", "Ethernet: a pool of network adapters" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST, 1, NULL, "VMName",
	  "names of VMs; * and ? stand for any" },
};

const sh_cmdlet cmdlet_enable_vmresourcemetering = {
	"Enable-VMResourceMetering", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (metering_params), NULL,
	"Starts to measure what VMs, or pools of adapters, send and receive",
	"Enable-VMResourceMetering -VMName web1",
	"Adapters without meter entries of their own are metered to and from "
	"everywhere (0.0.0.0/0 and ::/0).",
	NULL, enable_metering, NULL,
};

typedef gboolean (*metering_edit) (vmnet_txn *txn, const char *vm,
				   GError **error);

static gboolean
for_each_vm (sh_call *call, metering_edit edit, GError **error)
{
	g_autoptr (GPtrArray) names = dom_vms (
		call, sh_arg (call, "VM"), sh_arg (call, "VMName"), error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (names == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		if (!edit (txn, names->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean
for_each_pool (sh_call *call, metering_edit edit, GError **error)
{
	g_autoptr (GPtrArray) names =
		respool_type_ok (call, error)
		? respool_names (call, "ResourcePoolName", error) : NULL;
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (names == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		if (!edit (txn, names->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean
for_each (sh_call *call, metering_edit of_vm, metering_edit of_pool,
	  GError **error)
{
	return sh_given (call, "ResourcePoolName")
	       ? for_each_pool (call, of_pool, error)
	       : for_each_vm (call, of_vm, error);
}

static gboolean
pool_on (vmnet_txn *txn, const char *pool, GError **error)
{
	return vmnet_pool_set_metering (txn, pool, TRUE, error);
}

static gboolean
pool_off (vmnet_txn *txn, const char *pool, GError **error)
{
	return vmnet_pool_set_metering (txn, pool, FALSE, error);
}

static gboolean
metering_on (vmnet_txn *txn, const char *vm, GError **error)
{
	return vmnet_vm_set_metering (txn, vm, TRUE, error);
}

static gboolean
metering_off (vmnet_txn *txn, const char *vm, GError **error)
{
	return vmnet_vm_set_metering (txn, vm, FALSE, error);
}

static gboolean
enable_metering (sh_call *call, GError **error)
{
	return for_each (call, metering_on, pool_on, error);
}

const sh_cmdlet cmdlet_disable_vmresourcemetering = {
	"Disable-VMResourceMetering", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (metering_params), NULL,
	"Ends the measuring of VMs; what was measured stays "
	"(Hyper-V deletes it)",
	"Disable-VMResourceMetering -VMName web1; "
	"Enable-VMResourceMetering -VMName web1",
	NULL, NULL, disable_metering, NULL,
};

static gboolean
disable_metering (sh_call *call, GError **error)
{
	return for_each (call, metering_off, pool_off, error);
}

const sh_cmdlet cmdlet_reset_vmresourcemetering = {
	"Reset-VMResourceMetering", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (metering_params), NULL,
	"Starts the figures of VMs at zero again",
	"Enable-VMResourceMetering -VMName web1; "
	"Reset-VMResourceMetering -VMName web1",
	NULL, NULL, reset_metering, NULL,
};

static gboolean
reset_metering (sh_call *call, GError **error)
{
	return for_each (call, vmnet_vm_reset_metering,
			 vmnet_pool_reset_metering, error);
}

HANDLER (measure_vm);

static const sh_param measure_vm_params[] = {
	REMOTE_PARAMS ("Name"),
	{ "Name", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "VMName", "Name", "names of VMs; * and ? stand for any" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
};

const sh_cmdlet cmdlet_measure_vm = {
	"Measure-VM", "Hyper-V", NULL, 0, "Name",
	PARAMS (measure_vm_params), &vmnet_noun_measure,
	"Shows what was measured of VMs since metering began or was reset",
	"Enable-VMResourceMetering -VMName web1; Measure-VM -Name web1",
	"Bytes are those of Ethernet frames without FCS; see about_units.",
	NULL, measure_vm, NULL,
};

/* VMs that exist but are not metered have no row: that is said, not shown as
 * zero. */
static gboolean
measure_one (sh_call *call, const GPtrArray *rows, const char *vm,
	     GError **error)
{
	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		if (g_ascii_strcasecmp (row->key, vm) != 0)
			continue;
		if (!dom_field_on (row, "ResourceMeteringEnabled"))
			break;
		sh_emit_row (call, vmnet_row_ref (row));
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "VM '%s' is not metered; Enable-VMResourceMetering "
		     "-VMName '%s' starts it", vm, vm);
	return FALSE;
}

static gboolean
measure_names (sh_call *call, const GPtrArray *rows, GError **error)
{
	sh_value *names = sh_arg (call, "Name");
	g_autoptr (GPtrArray) vms = dom_rows (call, &vmnet_noun_vm, error);
	g_autoptr (GPtrArray) known = g_ptr_array_new ();

	if (vms == NULL)
		return FALSE;
	for (guint i = 0; i < vms->len; i++)
		g_ptr_array_add (known, ((vmnet_row *) vms->pdata[i])->key);
	if (!dom_check ("VM", names, known, error))
		return FALSE;
	for (guint i = 0; i < sh_array_length (names); i++) {
		const char *name = sh_text (sh_array_get (names, i));
		gboolean plain = !dom_is_pattern (name);

		for (guint k = 0; k < known->len; k++)
			if (dom_like (name, known->pdata[k])
			    && !measure_one (call, rows, known->pdata[k],
					     plain ? error : NULL) && plain)
				return FALSE;
	}
	return TRUE;
}

static gboolean
measure_vm (sh_call *call, GError **error)
{
	sh_value *vms = sh_arg (call, "VM");
	g_autoptr (GPtrArray) rows =
		dom_rows (call, &vmnet_noun_measure, error);

	if (rows == NULL)
		return FALSE;
	if (vms == NULL)
		return measure_names (call, rows, error);
	for (guint i = 0; i < sh_array_length (vms); i++)
		if (!measure_one (call, rows,
				  sh_row_key (sh_array_get (vms, i)), error))
			return FALSE;
	return TRUE;
}
