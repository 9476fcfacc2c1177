/*
 * ipaddress.c - New-, Get-, Set- and Remove-NetIPAddress: addresses of the
 * host's interfaces, or of a VM's inside Invoke-Command. Listed in table.c.
 */
#include "netip.h"

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
	NETIP_REMOTE_PARAMS,
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
	g_autofree char *index = netip_index_of_ip (call, interface, error);
	g_autoptr (GInetAddress) inet =
		g_inet_address_new_from_string (address);
	g_autofree char *plain = inet ? g_inet_address_to_string (inet)
				      : g_strdup (address);

	if (index == NULL)
		return error && *error ? NULL : g_strdup (plain);
	return g_strdup_printf ("%s%%%s", plain, index);
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
	interface = netip_interface (call, error);
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
	NETIP_REMOTE_PARAMS,
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
		"AddressFamily", "PrefixLength", NULL,
	};

	return netip_wanted (call, row, by);
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
	NETIP_REMOTE_PARAMS,
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

typedef gboolean (*address_change) (sh_call *call, vmnet_txn *txn,
				    vmnet_row *row, GError **error);

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
is_chosen (sh_call *call, const vmnet_row *row)
{
	static const char *const by[] = {
		"IPAddress", "InterfaceAlias", "InterfaceIndex",
		"AddressFamily", NULL,
	};

	return netip_wanted (call, row, by);
}

static gboolean
change_matching (sh_call *call, vmnet_txn *txn, address_change f,
		 GError **error)
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
		if (is_chosen (call, rows->pdata[i])
		    && !f (call, txn, rows->pdata[i], error))
			return FALSE;
	return TRUE;
}

/* An address that this very statement gives is not there to be read yet. */
static gboolean
change_object (sh_call *call, vmnet_txn *txn, sh_value *object,
	       address_change f, GError **error)
{
	vmnet_row *row = sh_row_get (object);

	if (row != NULL)
		return f (call, txn, row, error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "address '%s' is not there; what one statement gives "
		     "another one can change", sh_row_key (object));
	return FALSE;
}

static gboolean
change (sh_call *call, address_change f, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");

	if (txn == NULL)
		return FALSE;
	if (objects == NULL && !sh_given (call, "IPAddress")
	    && !sh_given (call, "InterfaceAlias")
	    && !sh_given (call, "InterfaceIndex")) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s needs -IPAddress, -InterfaceAlias or "
			     "-InterfaceIndex: it never takes every address "
			     "of the host", sh_call_cmdlet (call)->name);
		return FALSE;
	}
	if (objects == NULL)
		return change_matching (call, txn, f, error);
	for (guint i = 0; i < sh_array_length (objects); i++)
		if (!change_object (call, txn, sh_array_get (objects, i), f,
				    error))
			return FALSE;
	return TRUE;
}

/* Of what matches, only those with a network of that many bits. */
static gboolean
remove_one (sh_call *call, vmnet_txn *txn, vmnet_row *row, GError **error)
{
	g_autofree char *prefix = dom_field (row, "PrefixLength");

	return !dom_wanted (sh_arg (call, "PrefixLength"), prefix)
	       || remove_address (call, txn, row, error);
}

static gboolean
remove_netipaddress (sh_call *call, GError **error)
{
	return change (call, remove_one, error);
}

/* ---- another length of the prefix ---- */

HANDLER (set_netipaddress);

static const sh_param set_netipaddress_params[] = {
	{ "IPAddress", &sh_type_ip, SH_LIST | SH_PIPE_NAME, 1,
	  "LocalAddress", "ByName", "the addresses; * stands for any" },
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME,
	  0, "ifAlias", "ByName", "only of these interfaces" },
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0,
	  "ifIndex", "ByName", "only of interfaces with these numbers" },
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME,
	  0, NULL, "ByName", "only IPv4, or only IPv6" },
	{ "InputObject", &sh_type_cim_address,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "addresses, as objects of Get-NetIPAddress" },
	{ "PrefixLength", &sh_type_byte, 0, 0, NULL, NULL,
	  "bits of the network: 24" },
	{ "PreferredLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	{ "ValidLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	{ "SkipAsSource", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "choice of source addresses comes later" },
	NETIP_PASS_THRU,
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_set_netipaddress = {
	"Set-NetIPAddress", "NetTCPIP", NULL, SH_CHANGES, "ByName",
	PARAMS (set_netipaddress_params), &vmnet_noun_ipaddress,
	"Gives addresses another length of their prefix",
	"New-NetIPAddress -InterfaceAlias 'vEthernet (sw0)' "
	"-IPAddress 198.51.100.7 -PrefixLength 32; "
	"Set-NetIPAddress -IPAddress 198.51.100.7 -PrefixLength 24",
	"Linux takes the address away and gives it again with the other "
	"length; its default route goes along.",
	NULL, set_netipaddress, NULL,
};

static gboolean
set_one (sh_call *call, vmnet_txn *txn, vmnet_row *row, GError **error)
{
	g_autofree char *interface = dom_field (row, "InterfaceAlias");
	g_autofree char *address = dom_field (row, "IPAddress");
	vmnet_opt prefix = sh_arg_opt (call, "PrefixLength");

	if (!vmnet_address_set (txn, interface, address, (guint) prefix.value,
				error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (&vmnet_noun_ipaddress, row->key));
	return TRUE;
}

static gboolean
set_netipaddress (sh_call *call, GError **error)
{
	if (sh_given (call, "PrefixLength"))
		return change (call, set_one, error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-NetIPAddress needs -PrefixLength");
	return FALSE;
}
