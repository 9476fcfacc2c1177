/*
 * dcbqos.c - New-, Get-, Set- and Remove-NetQosTrafficClass: which priorities
 * share a link, and how. Listed in table.c.
 */
#include <string.h>

#include "domain.h"

HANDLER (new_class);
HANDLER (get_class);
HANDLER (set_class);
HANDLER (remove_class);

static gboolean
is_strict (sh_call *call)
{
	return g_strcmp0 (sh_arg_text (call, "Algorithm"), "Strict") == 0;
}

static const sh_param new_params[] = {
	{ "Algorithm", &sh_type_traffic_algorithm, SH_MANDATORY, 2, "tsa",
	  NULL, "ETS: a share of the link; Strict: before all shares" },
	NIC_AS_JOB,
	{ "BandwidthPercentage", &sh_type_byte, 0, 0, "Bandwidth,bw", NULL,
	  "share of the link, 1 to 100; ETS has one" },
	NIC_CIM_SESSION,
	DCB_ONE_NIC (0),
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL, "its name" },
	{ "Priority", &sh_type_byte, SH_MANDATORY | SH_LIST, 3, "p,pri", NULL,
	  "priorities, 0 to 7" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_new_netqostrafficclass = {
	"New-NetQosTrafficClass", "DcbQos", NULL, SH_CHANGES, "ByIfAlias",
	PARAMS (new_params), &vmnet_noun_traffic,
	"Makes a traffic class: priorities that have a share of a link",
	"New-NetQosTrafficClass -Name SMB -Priority 3 -Algorithm ETS "
	"-BandwidthPercentage 50",
	"It is in force on adapters with Enable-NetAdapterQos, as a class of "
	"HTB (tc -s class show dev pnic0).",
	NULL, new_class, NULL,
};

static gboolean
new_class (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name = sh_arg_text (call, "Name");
	vmnet_traffic_class c = {
		.name = (char *) name, .strict = is_strict (call),
		.bandwidth = sh_arg_opt (call, "BandwidthPercentage").value,
	};
	vmnet_opt set = { 0 };

	if (txn == NULL || !dcb_priorities (call, &set, error))
		return FALSE;
	c.priorities = set.value;
	if (!vmnet_traffic_add (txn, &c, error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_traffic, name));
	return TRUE;
}

static const sh_param get_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	DCB_ONE_NIC (2),
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "names of classes; * and ? stand for any" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netqostrafficclass = {
	"Get-NetQosTrafficClass", "DcbQos", NULL, 0, "ByIfAlias",
	PARAMS (get_params), &vmnet_noun_traffic,
	"Shows traffic classes",
	"Get-NetQosTrafficClass",
	NULL, NULL, get_class, NULL,
};

static gboolean
get_class (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_traffic,
					       error);

	return rows && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
				 "traffic class", NULL, error);
}

/* The default class is nobody's to choose. */
static GPtrArray *
chosen (sh_call *call, GError **error)
{
	return dom_chosen (call, &vmnet_noun_traffic, "traffic class", error);
}

static const sh_param set_params[] = {
	{ "Algorithm", &sh_type_traffic_algorithm, SH_PIPE_NAME, 0, "tsa",
	  NULL, "ETS: a share of the link; Strict: before all shares" },
	NIC_AS_JOB,
	{ "BandwidthPercentage", &sh_type_byte, SH_PIPE_NAME, 0,
	  "Bandwidth,bw", NULL, "share of the link, 1 to 100; ETS has one" },
	NIC_CIM_SESSION,
	{ "InputObject", &sh_type_cim_traffic,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosTrafficClass" },
	DCB_ONE_NIC (2),
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, "ByIfAlias,ByIfIndex",
	  "names of classes; * and ? stand for any" },
	NIC_PASS_THRU,
	{ "Priority", &sh_type_byte, SH_LIST | SH_PIPE_NAME, 0, "p,pri", NULL,
	  "priorities, 0 to 7, instead of those it has" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_set_netqostrafficclass = {
	"Set-NetQosTrafficClass", "DcbQos", NULL, SH_CHANGES, "ByIfAlias",
	PARAMS (set_params), NULL,
	"Changes traffic classes",
	"New-NetQosTrafficClass backup ETS 1 -BandwidthPercentage 10; "
	"Set-NetQosTrafficClass backup -BandwidthPercentage 20",
	"The default class has what the others leave, and follows by itself.",
	NULL, set_class, NULL,
};

static gboolean
set_class (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	gboolean strict = is_strict (call);
	vmnet_traffic_change c = {
		.strict = sh_given (call, "Algorithm") ? &strict : NULL,
		.bandwidth = sh_arg_opt (call, "BandwidthPercentage"),
	};
	g_autoptr (GPtrArray) rows = NULL;

	if (txn == NULL || !dcb_priorities (call, &c.priorities, error) ||
	    !(rows = chosen (call, error)))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		const char *name = ((vmnet_row *) rows->pdata[i])->key;

		if (!vmnet_traffic_set (txn, name, &c, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_traffic,
						     name));
	}
	return TRUE;
}

static const sh_param remove_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "InputObject", &sh_type_cim_traffic,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosTrafficClass" },
	DCB_ONE_NIC (2),
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, "ByIfAlias,ByIfIndex",
	  "names of classes; * and ? stand for any; without it all" },
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_remove_netqostrafficclass = {
	"Remove-NetQosTrafficClass", "DcbQos", NULL,
	SH_CHANGES | SH_DESTRUCTIVE, "ByIfAlias", PARAMS (remove_params), NULL,
	"Removes traffic classes",
	"Remove-NetQosTrafficClass -Name none* -Confirm:$false",
	"Their priorities and their share go to the default class.",
	NULL, remove_class, NULL,
};

static gboolean
remove_class (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = txn ? chosen (call, error) : NULL;

	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		if (!vmnet_traffic_remove (txn, row->key, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return rows != NULL;
}
