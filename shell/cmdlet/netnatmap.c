/*
 * netnatmap.c - Add-, Get- and Remove-NetNatStaticMapping: ports of this host
 * that lead to a network inside. Listed in table.c.
 */
#include <string.h>

#include "netip.h"

HANDLER (add_map);
HANDLER (get_map);
HANDLER (remove_map);

static const sh_param add_params[] = {
	{ "NatName", &sh_type_string, SH_MANDATORY | SH_PIPE_NAME, 1, "Name",
	  NULL, "name of the NAT" },
	{ "Protocol", &sh_type_nat_protocol, SH_MANDATORY, 0, NULL, NULL,
	  "TCP or UDP" },
	{ "ExternalIPAddress", &sh_type_ip, SH_MANDATORY, 0, NULL, NULL,
	  "address of this host; 0.0.0.0: any of them" },
	{ "ExternalPort", &sh_type_uint16, SH_MANDATORY, 0, NULL, NULL,
	  "port of this host" },
	{ "InternalIPAddress", &sh_type_ip, SH_MANDATORY, 0, NULL, NULL,
	  "address inside that it leads to" },
	{ "InternalPort", &sh_type_uint16, 0, 0, NULL, NULL,
	  "port inside; without it the same number" },
	{ "RemoteExternalIPAddressPrefix", &sh_type_ip, 0, 0, NULL, NULL,
	  "who outside may use it; without it all" },
	{ "InternalRoutingDomainId", &sh_type_guid, SH_NOT_YET, 0, NULL, NULL,
	  "there is one routing domain" },
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_add_netnatstaticmapping = {
	"Add-NetNatStaticMapping", "NetNat", NULL, SH_CHANGES, NULL,
	PARAMS (add_params), &vmnet_noun_natmap,
	"Leads a port of this host to a network inside",
	"New-NetNat -Name lan -InternalIPInterfaceAddressPrefix "
	"192.168.7.0/24; Add-NetNatStaticMapping -NatName lan -Protocol TCP "
	"-ExternalIPAddress 0.0.0.0 -ExternalPort 8080 -InternalIPAddress "
	"192.168.7.2 -InternalPort 80",
	"The rule is one of nftables, in a table 'vmnetsh' of its own. What "
	"this host itself sends is not led there.",
	NULL, add_map, NULL,
};

static void
take (char *to, gsize size, sh_call *call, const char *parameter)
{
	const char *text = sh_arg_text (call, parameter);

	g_strlcpy (to, text ? text : "", size);
}

static gboolean
add_map (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	vmnet_natmap p = {
		.udp = strcmp (sh_arg_text (call, "Protocol"), "UDP") == 0,
		.external_port = (guint16)
			sh_arg_opt (call, "ExternalPort").value,
		.internal_port = (guint16)
			sh_arg_opt (call, "InternalPort").value,
	};
	g_autofree char *key = NULL;

	take (p.external, sizeof p.external, call, "ExternalIPAddress");
	take (p.internal, sizeof p.internal, call, "InternalIPAddress");
	take (p.remote, sizeof p.remote, call,
	      "RemoteExternalIPAddressPrefix");
	if (txn == NULL || !vmnet_natmap_add (
		    txn, sh_arg_text (call, "NatName"), &p, error))
		return FALSE;
	key = g_strdup_printf ("%u", p.id);
	sh_emit (call, sh_row_later (&vmnet_noun_natmap, key));
	return TRUE;
}

#define WHICH \
	{ "NatName", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0, NULL, \
	  "ByName", "only those of these NATs; * and ? stand for any" }, \
	{ "StaticMappingID", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 1, NULL, \
	  "ByName", "only those of these numbers" }

static const sh_param get_params[] = { WHICH, NETIP_REMOTE_PARAMS };

const sh_cmdlet cmdlet_get_netnatstaticmapping = {
	"Get-NetNatStaticMapping", "NetNat", NULL, 0, "ByName",
	PARAMS (get_params), &vmnet_noun_natmap,
	"Shows the ports of this host that lead inside",
	"Get-NetNatStaticMapping",
	NULL, NULL, get_map, NULL,
};

static gboolean
wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *nat = dom_field (row, "NatName");
	sh_value *ids = sh_arg (call, "StaticMappingID");
	gboolean yes = ids == NULL;

	for (guint i = 0; ids && i < sh_array_length (ids); i++) {
		g_autofree char *id = sh_to_text (sh_array_get (ids, i));

		yes |= strcmp (id, row->key) == 0;
	}
	return yes && dom_wanted (sh_arg (call, "NatName"), nat);
}

static gboolean
get_map (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_natmap,
					       error);

	for (guint i = 0; rows != NULL && i < rows->len; i++)
		if (wanted (call, rows->pdata[i]))
			sh_emit_row (call, vmnet_row_ref (rows->pdata[i]));
	return rows != NULL;
}

static const sh_param remove_params[] = {
	WHICH,
	{ "InputObject", &sh_type_cim_natmap,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetNatStaticMapping" },
	NETIP_PASS_THRU,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_remove_netnatstaticmapping = {
	"Remove-NetNatStaticMapping", "NetNat", NULL,
	SH_CHANGES | SH_DESTRUCTIVE, "ByName",
	PARAMS (remove_params), NULL,
	"Leads ports of this host inside no more",
	"Remove-NetNatStaticMapping -NatName none* -Confirm:$false",
	"Connections that there are go on until they end.",
	NULL, remove_map, NULL,
};

static gboolean
remove_map (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");
	g_autoptr (GPtrArray) rows = txn ? dom_rows (
		call, &vmnet_noun_natmap, error) : NULL;

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		if (objects ? !dom_is_object (objects, row) : !wanted (call, row))
			continue;
		if (!vmnet_natmap_remove (txn, (guint32) g_ascii_strtoull (
				row->key, NULL, 10), error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return rows != NULL;
}
