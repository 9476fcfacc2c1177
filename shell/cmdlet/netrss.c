/*
 * netrss.c - Get-, Set-, Enable- and Disable-NetAdapterRss: receive queues of
 * the host's interfaces. Listed in table.c.
 */
#include "netcard.h"

static const sh_param read_params[] = { NIC_READ_PARAMS };

HANDLER (get_netadapterrss);

const sh_cmdlet cmdlet_get_netadapterrss = {
	"Get-NetAdapterRss", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_rss,
	"Shows the receive queues of interfaces",
	"Get-NetAdapterRss -Name pnic0",
	"An interface whose driver has no queues to change is not listed. "
	"Which processor serves a queue is the interrupt's affinity: "
	"irqbalance chooses it. Queues of VM adapters: Get-NetAdapterVmqQueue.",
	NULL, get_netadapterrss, NULL,
};

static gboolean
get_netadapterrss (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_rss, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", dom_nic_described, error);
}

/* ---- changes ---- */

HANDLER (set_netadapterrss);
HANDLER (enable_netadapterrss);
HANDLER (disable_netadapterrss);

#define AFFINITY "which processor serves a queue is irqbalance's choice; VM " \
	"queues have theirs, Set-NetAdapterVmq"

static const sh_param change_params[] = { NIC_CHANGE_PARAMS };
static const sh_param set_params[] = {
	NIC_CHANGE_PARAMS,
	{ "NumberOfReceiveQueues", &sh_type_uint32, 0, 0, NULL, NULL,
	  "how many, 1 to what the driver can have" },
	{ "Enabled", &sh_type_bool, 0, 0, NULL, NULL,
	  "more than one queue: as many as it can have, or one" },
	{ "Profile", &sh_type_rss_profile, SH_NOT_YET, 0, NULL, NULL,
	  AFFINITY },
	{ "BaseProcessorGroup", &sh_type_uint16, SH_NOT_YET, 0, "BaseG", NULL,
	  AFFINITY },
	{ "BaseProcessorNumber", &sh_type_byte, SH_NOT_YET, 0, "BaseN", NULL,
	  AFFINITY },
	{ "MaxProcessorGroup", &sh_type_uint16, SH_NOT_YET, 0, "MaxG", NULL,
	  AFFINITY },
	{ "MaxProcessorNumber", &sh_type_byte, SH_NOT_YET, 0, "MaxN", NULL,
	  AFFINITY },
	{ "MaxProcessors", &sh_type_uint32, SH_NOT_YET, 0, "Max", NULL,
	  AFFINITY },
	{ "NumaNode", &sh_type_uint16, SH_NOT_YET, 0, NULL, NULL, AFFINITY },
};

#define RSS(id, verb, params, does, run, example) \
	const sh_cmdlet cmdlet_##id = { \
		verb "-NetAdapterRss", "NetAdapter", NULL, SH_CHANGES, \
		"ByName", PARAMS (params), &vmnet_noun_rss, does, \
		verb "-NetAdapterRss -Name pnic1" example, \
		"It is kept, and set again at boot. The keyword is " \
		"*NumRssQueues of Set-NetAdapterAdvancedProperty.", NULL, run, \
		NULL, \
	};

RSS (set_netadapterrss, "Set", set_params,
     "Says how many receive queues interfaces have", set_netadapterrss,
     " -NumberOfReceiveQueues 4")
RSS (enable_netadapterrss, "Enable", change_params,
     "Gives interfaces all the receive queues that they can have",
     enable_netadapterrss, "")
RSS (disable_netadapterrss, "Disable", change_params,
     "Leaves interfaces one receive queue", disable_netadapterrss, "")

/* The most that the driver can have; 0 with error: it has none to change. */
static guint64
most_of (sh_call *call, const char *nic, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_rss, error);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		g_autofree char *most = dom_field (row, "MaxReceiveQueues");

		if (g_ascii_strcasecmp (row->key, nic) == 0)
			return g_ascii_strtoull (most, NULL, 10);
	}
	if (rows != NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "network adapter '%s': its driver has no receive "
			     "queues to change; Get-NetAdapterRss lists those "
			     "that have", nic);
	return 0;
}

/* `queues` 0: all that it can have. */
static gboolean
change (sh_call *call, guint64 queues, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = txn ? dom_nics (call, error) : NULL;

	for (guint i = 0; nics != NULL && i < nics->len; i++) {
		guint64 most = most_of (call, nics->pdata[i], error);

		if (most == 0
		    || !vmnet_nic_set (txn, nics->pdata[i],
				       VMNET_NIC_RSS_QUEUES,
				       queues ? queues : most, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_rss,
						     nics->pdata[i]));
	}
	return nics != NULL;
}

static gboolean
set_netadapterrss (sh_call *call, GError **error)
{
	vmnet_opt queues = sh_arg_opt (call, "NumberOfReceiveQueues");

	if (queues.set == sh_given (call, "Enabled")) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "Set-NetAdapterRss needs -NumberOfReceiveQueues, "
			     "or -Enabled");
		return FALSE;
	}
	if (queues.set && queues.value == 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "Set-NetAdapterRss -NumberOfReceiveQueues 0: an "
			     "interface has one at least");
		return FALSE;
	}
	if (queues.set)
		return change (call, queues.value, error);
	return change (call, sh_arg_on (call, "Enabled") ? 0 : 1, error);
}

static gboolean
enable_netadapterrss (sh_call *call, GError **error)
{
	return change (call, 0, error);
}

static gboolean
disable_netadapterrss (sh_call *call, GError **error)
{
	return change (call, 1, error);
}
