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
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also interfaces of ours that are hidden otherwise" },
	{ "InterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID",
	  "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "Name", &sh_type_nic_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias", "ByName",
	  "names of interfaces; * and ? stand for any" },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
};

const sh_cmdlet cmdlet_get_netadaptervmq = {
	"Get-NetAdapterVmq", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadaptervmq_params), &vmnet_noun_vmq,
	"Shows whether interfaces give VM adapters queues of their own",
	"Get-NetAdapterVmq -Name pnic0",
	NULL, NULL, get_netadaptervmq, NULL,
};

static gboolean
description_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *text = dom_field (row, "InterfaceDescription");

	return dom_wanted (sh_arg (call, "InterfaceDescription"),
			   text ? text : "");
}

static gboolean
get_netadaptervmq (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_vmq, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", description_wanted, error);
}

/* ---- changes ---- */

HANDLER (enable_netadaptervmq);
HANDLER (disable_netadaptervmq);
HANDLER (set_netadaptervmq);

/* The interfaces that the call is about, from rows, names or descriptions. */
static GPtrArray *
nics_of (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
	sh_value *objects = sh_arg (call, "InputObject");
	sh_value *names = sh_arg (call, "Name");
	g_autoptr (GPtrArray) rows = NULL;

	for (guint i = 0; objects && i < sh_array_length (objects); i++)
		g_ptr_array_add (out, g_strdup (sh_row_key (
			sh_array_get (objects, i))));
	if (objects != NULL)
		return g_steal_pointer (&out);
	rows = dom_rows (call, &vmnet_noun_nic, error);
	if (rows == NULL)
		return NULL;
	for (guint i = 0; i < rows->len; i++) {
		char *name = dom_field (rows->pdata[i], "Name");

		if (name == NULL)
			continue;
		g_ptr_array_add (all, name);
		if (dom_wanted (names, name)
		    && description_wanted (call, rows->pdata[i]))
			g_ptr_array_add (out, g_strdup (name));
	}
	if (!dom_check ("network adapter", names, all, error))
		return NULL;
	return g_steal_pointer (&out);
}

static gboolean
change_vmq (sh_call *call, const vmnet_vmq_change *c, GError **error)
{
	g_autoptr (GPtrArray) nics = nics_of (call, error);
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
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL,
	  "ByName,ByInstanceID",
	  "also interfaces of ours that are hidden otherwise" },
	{ "InputObject", &sh_type_cim_vmq,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "interfaces, as objects of Get-NetAdapterVmq or Get-NetAdapter" },
	{ "InterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID",
	  "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "Name", &sh_type_nic_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias", "ByName",
	  "names of interfaces; * and ? stand for any" },
	{ "NoRestart", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted; the change never restarts the interface" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
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
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
	{ "BaseProcessorGroup", &sh_type_uint16, SH_NOT_YET, 0, "BaseG", NULL,
	  "processor groups: Linux has none; 0 only in spirit" },
	{ "BaseProcessorNumber", &sh_type_processor, 0, 0, "BaseN", NULL,
	  "first processor that may serve a queue" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "Enabled", &sh_type_bool, 0, 0, NULL, NULL,
	  "$true: queues for VM adapters; $false: none" },
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL,
	  "ByName,ByInstanceID",
	  "also interfaces of ours that are hidden otherwise" },
	{ "InputObject", &sh_type_cim_vmq,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "interfaces, as objects of Get-NetAdapterVmq or Get-NetAdapter" },
	{ "InterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID",
	  "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "MaxProcessorNumber", &sh_type_processor, 0, 0, "MaxN", NULL,
	  "last processor that may serve a queue" },
	{ "MaxProcessors", &sh_type_uint32, 0, 0, "Max", NULL,
	  "how many processors may serve queues" },
	{ "Name", &sh_type_nic_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias", "ByName",
	  "names of interfaces; * and ? stand for any" },
	{ "NoRestart", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted; the change never restarts the interface" },
	{ "NumaNode", &sh_type_uint16, SH_NOT_YET, 0, "NumaN", NULL,
	  "preferred NUMA node of the queues" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
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
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "Id", &sh_type_uint32, SH_LIST, 0, NULL, NULL,
	  "only queues with these numbers" },
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also interfaces of ours that are hidden otherwise" },
	{ "InterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID",
	  "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "Name", &sh_type_nic_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias", "ByName",
	  "names of interfaces; * and ? stand for any" },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
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
		   || description_wanted (call, row));
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
