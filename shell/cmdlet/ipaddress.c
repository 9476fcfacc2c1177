/*
 * ipaddress.c - New-, Get- and Remove-NetIPAddress: addresses of the host's
 * interfaces, or of a VM's inside Invoke-Command. Listed in table.c.
 */
#include "domain.h"

#include <gio/gio.h>
#include <string.h>

#define NO_LIFE "lifetimes come later: addresses stay"

HANDLER (new_netipaddress);

static const sh_param new_netipaddress_params[] = {
	{ "IPAddress", &sh_type_ip, SH_MANDATORY | SH_PIPE_NAME, 1,
	  "LocalAddress", NULL, "the address: 192.0.2.5, 2001:db8::5" },
	{ "InterfaceAlias", &sh_type_interface_name,
	  SH_MANDATORY | SH_PIPE_NAME, 0, "ifAlias", "ByInterfaceAlias",
	  "name of the interface, or of the host's adapter" },
	{ "InterfaceIndex", &sh_type_uint32, SH_MANDATORY | SH_PIPE_NAME, 0,
	  "ifIndex", "ByInterfaceIndex", "number of the interface" },
	{ "PrefixLength", &sh_type_byte, SH_PIPE_NAME, 0, NULL, NULL,
	  "bits of the network: 24; without it the address alone" },
	{ "DefaultGateway", &sh_type_ip, SH_PIPE_NAME, 0, "NextHop", NULL,
	  "router of a default route through this interface" },
	{ "AddressFamily", &sh_type_address_family, SH_PIPE_NAME, 0, NULL,
	  NULL, "IPv4 or IPv6; must agree with the address" },
	{ "Type", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "Anycast comes later: addresses are Unicast" },
	{ "PreferredLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	{ "ValidLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	{ "SkipAsSource", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "choice of source addresses comes later" },
	{ "PolicyStore", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "there is one store" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
};

const sh_cmdlet cmdlet_new_netipaddress = {
	"New-NetIPAddress", "NetTCPIP", NULL, SH_CHANGES, "ByInterfaceAlias",
	PARAMS (new_netipaddress_params), &vmnet_noun_ipaddress,
	"Gives an interface an address",
	"New-NetIPAddress -InterfaceAlias 'vEthernet (sw0)' "
	"-IPAddress 198.51.100.5 -PrefixLength 24",
	"Inside Invoke-Command -VMName the interface is the VM's.",
	NULL, new_netipaddress, NULL,
};

/* The interface's name, from -InterfaceAlias or -InterfaceIndex; owned. */
static char *
interface_of (sh_call *call, GError **error)
{
	const char *alias = sh_arg_text (call, "InterfaceAlias");
	g_autoptr (GPtrArray) rows = NULL;
	g_autofree char *wanted = NULL;

	if (alias != NULL)
		return g_strdup (alias);
	wanted = sh_to_text (sh_arg (call, "InterfaceIndex"));
	rows = dom_rows (call, &vmnet_noun_nic, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *index = dom_field (rows->pdata[i], "ifIndex");

		if (g_strcmp0 (index, wanted) == 0)
			return dom_field (rows->pdata[i], "Name");
	}
	if (rows != NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "there is no interface with number %s; "
			     "Get-NetAdapter shows them", wanted);
	return NULL;
}

static gboolean
prefix_of (sh_call *call, const char *address, guint8 *prefix,
	   GError **error)
{
	vmnet_opt given = sh_arg_opt (call, "PrefixLength");
	const char *family = sh_arg_text (call, "AddressFamily");
	gboolean v6 = strchr (address, ':') != NULL;
	guint max = v6 ? 128 : 32;

	if (family != NULL && (strcmp (family, "IPv6") == 0) != v6) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "New-NetIPAddress: '%s' is not an %s address",
			     address, family);
		return FALSE;
	}
	if (given.set && given.value > max) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "New-NetIPAddress -PrefixLength: '%u' was given, "
			     "accepted is 0 to %u for '%s'",
			     (guint) given.value, max, address);
		return FALSE;
	}
	*prefix = (guint8) (given.set ? given.value : max);
	return TRUE;
}

/* The row's key as core writes it: address, '%', number of the interface. */
static char *
row_key (sh_call *call, const char *interface, const char *address,
	 GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic, error);
	g_autoptr (GInetAddress) inet =
		g_inet_address_new_from_string (address);
	g_autofree char *plain = inet ? g_inet_address_to_string (inet)
				      : g_strdup (address);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *name = dom_field (rows->pdata[i], "Name");
		g_autofree char *kernel = dom_field (rows->pdata[i],
						     "InterfaceName");
		g_autofree char *index = dom_field (rows->pdata[i], "ifIndex");

		if (g_strcmp0 (name, interface) == 0
		    || g_strcmp0 (kernel, interface) == 0)
			return g_strdup_printf ("%s%%%s", plain, index);
	}
	return rows ? g_strdup (plain) : NULL;
}

static gboolean
new_netipaddress (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *address = sh_arg_text (call, "IPAddress");
	g_autofree char *interface = NULL;
	g_autofree char *key = NULL;
	vmnet_ipaddress a = { 0 };

	if (txn == NULL || !prefix_of (call, address, &a.prefix, error))
		return FALSE;
	interface = interface_of (call, error);
	if (interface == NULL)
		return FALSE;
	a.interface = interface;
	a.address = (char *) address;
	a.gateway = (char *) sh_arg_text (call, "DefaultGateway");
	if (!vmnet_address_add (txn, &a, error))
		return FALSE;
	key = row_key (call, interface, address, error);
	if (key != NULL)
		sh_emit (call, sh_row_later (&vmnet_noun_ipaddress, key));
	return key != NULL;
}

HANDLER (get_netipaddress);

static const sh_param get_netipaddress_params[] = {
	{ "IPAddress", &sh_type_ip, SH_LIST | SH_PIPE_NAME, 1,
	  "LocalAddress", NULL, "only these addresses; * stands for any" },
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME,
	  0, "ifAlias", NULL, "only of these interfaces" },
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0,
	  "ifIndex", NULL, "only of interfaces with these numbers" },
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME,
	  0, NULL, NULL, "only IPv4, or only IPv6" },
	{ "PrefixLength", &sh_type_byte, SH_LIST | SH_PIPE_NAME, 0, NULL,
	  NULL, "only with a network of that many bits" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
};

const sh_cmdlet cmdlet_get_netipaddress = {
	"Get-NetIPAddress", "NetTCPIP", NULL, 0, NULL,
	PARAMS (get_netipaddress_params), &vmnet_noun_ipaddress,
	"Shows the addresses of interfaces",
	"Get-NetIPAddress -AddressFamily IPv4",
	NULL, NULL, get_netipaddress, NULL,
};

/* Each parameter is the name of the field that it compares with. */
static gboolean
address_wanted (sh_call *call, const vmnet_row *row)
{
	static const char *const by[] = {
		"IPAddress", "InterfaceAlias", "InterfaceIndex",
		"AddressFamily", "PrefixLength",
	};

	for (guint i = 0; i < G_N_ELEMENTS (by); i++) {
		g_autofree char *text = dom_field (row, by[i]);

		if (!dom_wanted (sh_arg (call, by[i]), text ? text : ""))
			return FALSE;
	}
	return TRUE;
}

static gboolean
get_netipaddress (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows =
		dom_rows (call, &vmnet_noun_ipaddress, error);

	return rows != NULL
	       && dom_emit (call, rows, "IPAddress",
			    sh_arg (call, "IPAddress"), "address",
			    address_wanted, error);
}

HANDLER (remove_netipaddress);

static const sh_param remove_netipaddress_params[] = {
	{ "IPAddress", &sh_type_ip, SH_LIST | SH_PIPE_NAME, 1,
	  "LocalAddress", "ByName", "the addresses; * stands for any" },
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME,
	  0, "ifAlias", "ByName", "only of these interfaces" },
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0,
	  "ifIndex", "ByName", "only of interfaces with these numbers" },
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME,
	  0, NULL, "ByName", "only IPv4, or only IPv6" },
	{ "PrefixLength", &sh_type_byte, SH_LIST | SH_PIPE_NAME, 0, NULL,
	  "ByName", "only with a network of that many bits" },
	{ "InputObject", &sh_type_cim_address,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "InputObject",
	  "addresses, as objects of Get-NetIPAddress" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was removed" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
};

const sh_cmdlet cmdlet_remove_netipaddress = {
	"Remove-NetIPAddress", "NetTCPIP", NULL,
	SH_CHANGES | SH_DESTRUCTIVE, "ByName",
	PARAMS (remove_netipaddress_params), NULL,
	"Takes addresses away from interfaces",
	"New-NetIPAddress -InterfaceAlias 'vEthernet (sw0)' "
	"-IPAddress 198.51.100.9; "
	"Remove-NetIPAddress -IPAddress 198.51.100.9 -Confirm:$false",
	NULL, NULL, remove_netipaddress, NULL,
};

static gboolean
remove_address (sh_call *call, vmnet_txn *txn, vmnet_row *row,
		GError **error)
{
	g_autofree char *interface = dom_field (row, "InterfaceAlias");
	g_autofree char *address = dom_field (row, "IPAddress");

	if (!vmnet_address_remove (txn, interface, address, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit_row (call, vmnet_row_ref (row));
	return TRUE;
}

static gboolean
remove_matching (sh_call *call, vmnet_txn *txn, GError **error)
{
	g_autoptr (GPtrArray) rows =
		dom_rows (call, &vmnet_noun_ipaddress, error);
	sh_value *wanted = sh_arg (call, "IPAddress");
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		char *address = dom_field (rows->pdata[i], "IPAddress");

		if (address != NULL)
			g_ptr_array_add (all, address);
	}
	if (!dom_check ("address", wanted, all, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (address_wanted (call, rows->pdata[i])
		    && !remove_address (call, txn, rows->pdata[i], error))
			return FALSE;
	return TRUE;
}

/* An address that this very statement gives is not there to be read yet. */
static gboolean
remove_object (sh_call *call, vmnet_txn *txn, sh_value *object,
	       GError **error)
{
	vmnet_row *row = sh_row_get (object);

	if (row != NULL)
		return remove_address (call, txn, row, error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "address '%s' is not there; what one statement gives "
		     "another one can remove", sh_row_key (object));
	return FALSE;
}

static gboolean
remove_netipaddress (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");

	if (txn == NULL)
		return FALSE;
	if (objects == NULL && !sh_given (call, "IPAddress")
	    && !sh_given (call, "InterfaceAlias")
	    && !sh_given (call, "InterfaceIndex")) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "Remove-NetIPAddress needs -IPAddress, "
			     "-InterfaceAlias or -InterfaceIndex: it never "
			     "takes every address of the host");
		return FALSE;
	}
	if (objects == NULL)
		return remove_matching (call, txn, error);
	for (guint i = 0; i < sh_array_length (objects); i++)
		if (!remove_object (call, txn, sh_array_get (objects, i),
				    error))
			return FALSE;
	return TRUE;
}
