/*
 * vmq.c - the queues of VM adapters on physical interfaces: Get-, Enable-,
 * Disable- and Set-NetAdapterVmq, Get-NetAdapterVmqQueue. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

/* Between the two looks that make a load; long enough for ticks of 4 ms. */
#define LOAD_SECONDS 0.1

HANDLER (get_netadaptervmq);

static const sh_param get_netadaptervmq_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	NIC_HIDDEN (NULL),
	NIC_DESCRIPTION,
	NIC_NAME (0),
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netadaptervmq = {
	"Get-NetAdapterVmq", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadaptervmq_params), &vmnet_noun_vmq,
	"Shows whether interfaces give VM adapters queues of their own",
	"Get-NetAdapterVmq -Name pnic0",
	NULL, NULL, get_netadaptervmq, NULL,
};

static gboolean
get_netadaptervmq (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_vmq, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", dom_nic_described, error);
}

/* ---- changes ---- */

HANDLER (enable_netadaptervmq);
HANDLER (disable_netadaptervmq);
HANDLER (set_netadaptervmq);

static gboolean
change_vmq (sh_call *call, const vmnet_vmq_change *c, GError **error)
{
	g_autoptr (GPtrArray) nics = dom_nics (call, error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (nics == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < nics->len; i++) {
		if (!vmnet_vmq_set (txn, nics->pdata[i], c, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_vmq,
						     nics->pdata[i]));
	}
	return TRUE;
}

/* Enable- and Disable- take the same. */
static const sh_param switch_vmq_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	NIC_HIDDEN ("ByName,ByInstanceID"),
	{ "InputObject", &sh_type_cim_vmq,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "interfaces, as objects of Get-NetAdapterVmq or Get-NetAdapter" },
	NIC_DESCRIPTION,
	NIC_NAME (SH_MANDATORY),
	NIC_NO_RESTART,
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_enable_netadaptervmq = {
	"Enable-NetAdapterVmq", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (switch_vmq_params), &vmnet_noun_vmq,
	"Gives the VM adapters behind an interface queues of their own",
	"Enable-NetAdapterVmq -Name pnic0",
	"Each VM adapter with -VmqWeight above 0 gets a software queue on a "
	"processor of its own (XDP and cpumap).",
	NULL, enable_netadaptervmq, NULL,
};

static gboolean
enable_netadaptervmq (sh_call *call, GError **error)
{
	gboolean on = TRUE;
	vmnet_vmq_change c = { .enabled = &on };

	return change_vmq (call, &c, error);
}

const sh_cmdlet cmdlet_disable_netadaptervmq = {
	"Disable-NetAdapterVmq", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (switch_vmq_params), &vmnet_noun_vmq,
	"Takes the queues of VM adapters away from an interface",
	"Disable-NetAdapterVmq -Name pnic0; Enable-NetAdapterVmq -Name pnic0",
	NULL, NULL, disable_netadaptervmq, NULL,
};

static gboolean
disable_netadaptervmq (sh_call *call, GError **error)
{
	gboolean on = FALSE;
	vmnet_vmq_change c = { .enabled = &on };

	return change_vmq (call, &c, error);
}

static const sh_param set_netadaptervmq_params[] = {
	NIC_AS_JOB,
	{ "BaseProcessorGroup", &sh_type_uint16, SH_NOT_YET, 0, "BaseG", NULL,
	  "processor groups: Linux has none; 0 only in spirit" },
	{ "BaseProcessorNumber", &sh_type_processor, 0, 0, "BaseN", NULL,
	  "first processor that may serve a queue" },
	NIC_CIM_SESSION,
	{ "Enabled", &sh_type_bool, 0, 0, NULL, NULL,
	  "$true: queues for VM adapters; $false: none" },
	NIC_HIDDEN ("ByName,ByInstanceID"),
	{ "InputObject", &sh_type_cim_vmq,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "interfaces, as objects of Get-NetAdapterVmq or Get-NetAdapter" },
	NIC_DESCRIPTION,
	{ "MaxProcessorNumber", &sh_type_processor, 0, 0, "MaxN", NULL,
	  "last processor that may serve a queue" },
	{ "MaxProcessors", &sh_type_uint32, 0, 0, "Max", NULL,
	  "how many processors may serve queues" },
	NIC_NAME (SH_MANDATORY),
	NIC_NO_RESTART,
	{ "NumaNode", &sh_type_uint16, SH_NOT_YET, 0, "NumaN", NULL,
	  "preferred NUMA node of the queues" },
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_set_netadaptervmq = {
	"Set-NetAdapterVmq", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (set_netadaptervmq_params), &vmnet_noun_vmq,
	"Chooses the processors that serve the queues of VM adapters",
	"Set-NetAdapterVmq -Name pnic0 -BaseProcessorNumber 0 "
	"-MaxProcessors 1",
	NULL, NULL, set_netadaptervmq, NULL,
};

static gboolean
set_netadaptervmq (sh_call *call, GError **error)
{
	gboolean on = sh_arg_on (call, "Enabled");
	vmnet_vmq_change c = {
		.enabled = sh_given (call, "Enabled") ? &on : NULL,
		.base_processor = sh_arg_opt (call, "BaseProcessorNumber"),
		.max_processor = sh_arg_opt (call, "MaxProcessorNumber"),
		.max_processors = sh_arg_opt (call, "MaxProcessors"),
	};

	return change_vmq (call, &c, error);
}

/* ---- queues ---- */

HANDLER (get_netadaptervmqqueue);

static const sh_param get_netadaptervmqqueue_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Id", &sh_type_uint32, SH_LIST, 0, NULL, NULL,
	  "only queues with these numbers" },
	NIC_HIDDEN (NULL),
	NIC_DESCRIPTION,
	NIC_NAME (0),
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netadaptervmqqueue = {
	"Get-NetAdapterVmqQueue", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadaptervmqqueue_params), &vmnet_noun_queue,
	"Shows the queues of VM adapters, their processors and their load",
	"Get-NetAdapterVmqQueue -Name pnic0",
	"Load is the processor time of the queue over a tenth of a second, "
	"in percent of one processor.",
	NULL, get_netadaptervmqqueue, NULL,
};

static gboolean
queue_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *id = dom_field (row, "QueueID");

	return dom_wanted (sh_arg (call, "Id"), id ? id : "")
	       && (!sh_given (call, "InterfaceDescription")
		   || dom_nic_described (call, row));
}

/* A queue's row carries its interface's name: without a queue there is none,
 * so the names are checked against the interfaces. */
static gboolean
get_netadaptervmqqueue (sh_call *call, GError **error)
{
	g_autoptr (vmnet_view) view = dom_measure (call, &vmnet_noun_queue,
						   LOAD_SECONDS, error);
	g_autoptr (GPtrArray) rows = NULL;
	g_autoptr (GPtrArray) nics = NULL;
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	sh_value *wanted = sh_arg (call, "Name");

	if (view == NULL)
		return FALSE;
	rows = vmnet_view_rows (view, &vmnet_noun_queue);
	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		const char *hash = strchr (row->key, '#');
		g_autofree char *nic =
			g_strndup (row->key, hash ? (gsize) (hash - row->key)
						  : strlen (row->key));

		if (dom_wanted (wanted, nic) && queue_wanted (call, row))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	nics = dom_rows (call, &vmnet_noun_nic, error);
	for (guint i = 0; nics != NULL && i < nics->len; i++)
		g_ptr_array_add (names, ((vmnet_row *) nics->pdata[i])->key);
	return nics != NULL
	       && dom_check ("network adapter", wanted, names, error);
}
