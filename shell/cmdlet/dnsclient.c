/*
 * dnsclient.c - Get- and Set-DnsClientServerAddress: the name servers of the
 * host's interfaces. Listed in table.c.
 */
#include "netip.h"

#include <string.h>

HANDLER (get_dnsclientserveraddress);
HANDLER (set_dnsclientserveraddress);

static const sh_param get_dns_params[] = {
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias", NULL, "names of interfaces; * and ? stand for any" },
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0,
	  "ifIndex", NULL, "numbers of interfaces" },
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, NULL, "only IPv4, or only IPv6" },
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_get_dnsclientserveraddress = {
	"Get-DnsClientServerAddress", "DnsClient", NULL, 0, NULL,
	PARAMS (get_dns_params), &vmnet_noun_dns,
	"Shows the name servers of interfaces",
	"Get-DnsClientServerAddress -AddressFamily IPv4",
	"An interface without servers of its own has those of the system; "
	"Source tells.",
	NULL, get_dnsclientserveraddress, NULL,
};

static gboolean
dns_wanted (sh_call *call, const vmnet_row *row)
{
	static const char *const by[] = {
		"InterfaceIndex", "AddressFamily", NULL,
	};

	return netip_wanted (call, row, by);
}

static gboolean
get_dnsclientserveraddress (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_dns, error);

	return rows != NULL
	       && dom_emit (call, rows, "InterfaceAlias",
			    sh_arg (call, "InterfaceAlias"),
			    "network adapter", dns_wanted, error);
}

/* ---- changes ---- */

static const sh_param set_dns_params[] = {
	{ "InterfaceAlias", &sh_type_interface_name,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1, "ifAlias", "ByAlias",
	  "names of interfaces; * and ? stand for any" },
	{ "InterfaceIndex", &sh_type_uint32,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifIndex", "ByIndex",
	  "numbers of interfaces" },
	{ "InputObject", &sh_type_cim_ipinterface,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-DnsClientServerAddress" },
	{ "ServerAddresses", &sh_type_ip, SH_LIST | SH_PIPE_NAME, 2,
	  "Addresses", NULL, "name servers, the first one is asked first" },
	{ "ResetServerAddresses", &sh_type_switch, SH_SWITCH, 0,
	  "ResetAddresses", NULL, "takes away what was given" },
	{ "Validate", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "asking the servers first comes later" },
	NETIP_PASS_THRU,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_set_dnsclientserveraddress = {
	"Set-DnsClientServerAddress", "DnsClient", NULL, SH_CHANGES,
	"ByAlias", PARAMS (set_dns_params), &vmnet_noun_dns,
	"Gives interfaces name servers",
	"Set-DnsClientServerAddress -InterfaceAlias pnic0 "
	"-ServerAddresses 192.0.2.1",
	"Where systemd-resolved runs it is told; else the file resolv.conf is "
	"written, which has servers for all interfaces. A lab and its VMs have "
	"files of their own.",
	NULL, set_dnsclientserveraddress, NULL,
};

static gboolean
either (sh_call *call, GError **error)
{
	if (sh_given (call, "ServerAddresses")
	    != sh_arg_on (call, "ResetServerAddresses"))
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-DnsClientServerAddress needs -ServerAddresses, or "
		     "-ResetServerAddresses");
	return FALSE;
}

/* Both rows of the interface: the servers are of both IP versions. */
static void
pass_thru (sh_call *call, const char *interface)
{
	static const char *const families[] = { "IPv4", "IPv6" };

	for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
		g_autofree char *key = g_strdup_printf ("%s/%s", interface,
							families[i]);

		sh_emit (call, sh_row_later (&vmnet_noun_dns, key));
	}
}

static gboolean
set_all (sh_call *call, vmnet_txn *txn, const GPtrArray *interfaces,
	 const char *const *servers, GError **error)
{
	for (guint i = 0; i < interfaces->len; i++) {
		if (!vmnet_dns_set (txn, interfaces->pdata[i], servers, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			pass_thru (call, interfaces->pdata[i]);
	}
	return TRUE;
}

static gboolean
set_dnsclientserveraddress (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *given = sh_arg (call, "ServerAddresses");
	g_autoptr (GPtrArray) interfaces = NULL;
	g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
	g_auto (GStrv) servers = NULL;

	if (txn == NULL || !either (call, error))
		return FALSE;
	interfaces = netip_interfaces (call, error);
	if (interfaces == NULL)
		return FALSE;
	for (guint i = 0; given != NULL && i < sh_array_length (given); i++)
		g_strv_builder_add (list, sh_text (sh_array_get (given, i)));
	servers = g_strv_builder_end (list);
	return set_all (call, txn, interfaces, (const char *const *) servers,
			error);
}
