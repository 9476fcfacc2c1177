/*
 * netnat.c - New-, Get- and Remove-NetNat: networks inside that leave with this
 * host's address. Listed in table.c.
 */
#include "netip.h"

HANDLER (new_netnat);
HANDLER (get_netnat);
HANDLER (remove_netnat);

static const sh_param new_netnat_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL,
	  "name of the new NAT" },
	{ "InternalIPInterfaceAddressPrefix", &sh_type_ip, SH_MANDATORY, 0,
	  NULL, NULL, "network inside: 192.168.7.0/24" },
	{ "ExternalIPInterfaceAddressPrefix", &sh_type_ip, SH_NOT_YET, 0,
	  NULL, NULL, "packets leave with the address of the interface that "
	  "they leave by" },
	{ "InternalRoutingDomainId", &sh_type_guid, SH_NOT_YET, 0, NULL, NULL,
	  "there is one routing domain" },
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_new_netnat = {
	"New-NetNat", "NetNat", NULL, SH_CHANGES, NULL,
	PARAMS (new_netnat_params), &vmnet_noun_nat,
	"Lets a network inside leave with this host's address",
	"New-NetNat -Name lan -InternalIPInterfaceAddressPrefix "
	"192.168.7.0/24",
	"The rule is one of nftables, in a table 'vmnetsh' of its own; the "
	"host's forwarding of IPv4 is switched on with the first NAT, and off "
	"with the last where it was off. IPv6 needs none.",
	NULL, new_netnat, NULL,
};

static gboolean
new_netnat (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name = sh_arg_text (call, "Name");

	if (txn == NULL
	    || !vmnet_nat_add (txn, name, sh_arg_text (
		    call, "InternalIPInterfaceAddressPrefix"), error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_nat, name));
	return TRUE;
}

static const sh_param get_netnat_params[] = {
	{ "Name", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, NULL, NULL,
	  "names; * and ? stand for any" },
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_get_netnat = {
	"Get-NetNat", "NetNat", NULL, 0, NULL,
	PARAMS (get_netnat_params), &vmnet_noun_nat,
	"Shows the networks whose addresses are translated",
	"Get-NetNat",
	"Rules that others made in nftables are not listed.",
	NULL, get_netnat, NULL,
};

static gboolean
get_netnat (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nat, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"), "NAT",
			    NULL, error);
}

static const sh_param remove_netnat_params[] = {
	{ "Name", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, NULL, "ByName",
	  "names; * and ? stand for any; without it all" },
	{ "InputObject", &sh_type_cim_nat,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetNat" },
	NETIP_PASS_THRU,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_remove_netnat = {
	"Remove-NetNat", "NetNat", NULL, SH_CHANGES | SH_DESTRUCTIVE, "ByName",
	PARAMS (remove_netnat_params), NULL,
	"Ends the translation of networks' addresses",
	"New-NetNat -Name lan -InternalIPInterfaceAddressPrefix "
	"192.168.7.0/24; Remove-NetNat -Name lan -Confirm:$false",
	"Connections that there are go on until they end.",
	NULL, remove_netnat, NULL,
};

static gboolean
remove_one (sh_call *call, vmnet_txn *txn, vmnet_row *row, GError **error)
{
	if (!vmnet_nat_remove (txn, row->key, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit_row (call, vmnet_row_ref (row));
	return TRUE;
}

static gboolean
remove_rows (sh_call *call, vmnet_txn *txn, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nat, error);
	g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
	sh_value *wanted = sh_arg (call, "Name");

	for (guint i = 0; rows != NULL && i < rows->len; i++)
		g_ptr_array_add (names, dom_field (rows->pdata[i], "Name"));
	if (rows == NULL || !dom_check ("NAT", wanted, names, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (dom_wanted (wanted, names->pdata[i])
		    && !remove_one (call, txn, rows->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean
remove_netnat (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");

	if (txn == NULL)
		return FALSE;
	if (objects == NULL)
		return remove_rows (call, txn, error);
	for (guint i = 0; i < sh_array_length (objects); i++)
		if (!vmnet_nat_remove (txn, sh_row_key (
			sh_array_get (objects, i)), error))
			return FALSE;
	return TRUE;
}
