/*
 * nicqos.c - Enable-, Disable-, Get- and Set-NetAdapterQos: where the host's
 * traffic classes are in force. Listed in table.c.
 */
#include "netcard.h"

HANDLER (get_nicqos);
HANDLER (set_nicqos);
HANDLER (enable_nicqos);
HANDLER (disable_nicqos);

static const sh_param read_params[] = { NIC_READ_PARAMS };
static const sh_param change_params[] = { NIC_CHANGE_PARAMS };
static const sh_param set_params[] = {
	NIC_CHANGE_PARAMS,
	{ "Enabled", &sh_type_bool, SH_PIPE_NAME, 0, NULL, NULL, "on or off" },
};

const sh_cmdlet cmdlet_get_netadapterqos = {
	"Get-NetAdapterQos", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_nic_qos,
	"Shows what physical adapters make of the host's traffic classes",
	"Get-NetAdapterQos -Name pnic0",
	NULL, NULL, get_nicqos, NULL,
};

static gboolean
get_nicqos (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic_qos,
					       error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", dom_nic_described, error);
}

#define NICQOS(id, verb, params, does, run, example) \
	const sh_cmdlet cmdlet_##id##_netadapterqos = { \
		verb "-NetAdapterQos", "NetAdapter", NULL, SH_CHANGES, \
		"ByName", PARAMS (params), &vmnet_noun_nic_qos, does, \
		verb "-NetAdapterQos -Name pnic1" example, \
		"It is kept over a boot. Classes are made by software (HTB), " \
		"before any queue of the card.", NULL, run, NULL, \
	};

NICQOS (set, "Set", set_params,
	"Puts the host's traffic classes into force on adapters, or ends that",
	set_nicqos, " -Enabled $true")
NICQOS (enable, "Enable", change_params,
	"Puts the host's traffic classes into force on adapters",
	enable_nicqos, "")
NICQOS (disable, "Disable", change_params,
	"Ends the host's traffic classes on adapters", disable_nicqos, "")

static gboolean
change (sh_call *call, gboolean on, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = txn ? dom_nics (call, error) : NULL;

	for (guint i = 0; nics != NULL && i < nics->len; i++) {
		if (!vmnet_dcb_set_enabled (txn, nics->pdata[i], on, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_nic_qos,
						     nics->pdata[i]));
	}
	return nics != NULL;
}

static gboolean
enable_nicqos (sh_call *call, GError **error)
{
	return change (call, TRUE, error);
}

static gboolean
disable_nicqos (sh_call *call, GError **error)
{
	return change (call, FALSE, error);
}

static gboolean
set_nicqos (sh_call *call, GError **error)
{
	if (sh_given (call, "Enabled"))
		return change (call, sh_arg_on (call, "Enabled"), error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-NetAdapterQos needs -Enabled");
	return FALSE;
}
