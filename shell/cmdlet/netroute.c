/*
 * netroute.c - New-, Get-, Set- and Remove-NetRoute: routes through the host's
 * interfaces, or a VM's inside Invoke-Command. Listed in table.c.
 */
#include "netip.h"

#include <string.h>

HANDLER (new_netroute);

#define NO_LIFE "lifetimes come later: routes stay"

static const sh_param new_netroute_params[] = {
	{ "DestinationPrefix", &sh_type_ip, SH_MANDATORY | SH_PIPE_NAME, 1,
	  NULL, NULL, "where it leads: 10.0.0.0/8; 0.0.0.0/0 and ::/0 are the "
	  "default routes" },
	{ "InterfaceAlias", &sh_type_interface_name,
	  SH_MANDATORY | SH_PIPE_NAME, 2, "ifAlias", "ByInterfaceAlias",
	  "name of the interface, or of the host's adapter" },
	{ "InterfaceIndex", &sh_type_uint32, SH_MANDATORY | SH_PIPE_NAME, 0,
	  "ifIndex", "ByInterfaceIndex", "number of the interface" },
	{ "AddressFamily", &sh_type_address_family, SH_PIPE_NAME, 0, NULL,
	  NULL, "IPv4 or IPv6; must agree with the prefix" },
	{ "NextHop", &sh_type_ip, SH_PIPE_NAME, 0, NULL, NULL,
	  "router on the way; without it, or 0.0.0.0 or ::, the destination "
	  "is on the link" },
	{ "RouteMetric", &sh_type_uint16, SH_PIPE_NAME, 0, NULL, NULL,
	  "the lower one is taken; the kernel's own: 0 of IPv4, 1024 of "
	  "IPv6" },
	{ "Protocol", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "routes of ours are NetMgmt" },
	{ "Publish", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "announcing routes to others comes later: radvd does" },
	{ "PreferredLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	{ "ValidLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_new_netroute = {
	"New-NetRoute", "NetTCPIP", NULL, SH_CHANGES, "ByInterfaceAlias",
	PARAMS (new_netroute_params), &vmnet_noun_route,
	"Makes a route through an interface",
	"New-NetRoute -DestinationPrefix 203.0.113.0/24 -InterfaceAlias pnic1",
	"It is kept, and made again at boot. Metrics are those of ip-route: "
	"Linux has none of interfaces to add.",
	NULL, new_netroute, NULL,
};

static gboolean
is_none (const char *next_hop)
{
	return next_hop == NULL || strcmp (next_hop, "0.0.0.0") == 0
	       || strcmp (next_hop, "::") == 0;
}

static gboolean
family_ok (sh_call *call, const char *prefix, GError **error)
{
	const char *family = sh_arg_text (call, "AddressFamily");

	if (family == NULL
	    || (strcmp (family, "IPv6") == 0) == (strchr (prefix, ':') != NULL))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "New-NetRoute: '%s' is not an %s prefix", prefix, family);
	return FALSE;
}

/* The row's key as core writes it: prefix, '>', next hop, '%', number. */
static char *
row_key (sh_call *call, const vmnet_route *r, GError **error)
{
	g_autofree char *index = netip_index_of_ip (call, r->interface, error);
	gboolean six = strchr (r->destination, ':') != NULL;
	vmnet_acl to = { 0 };
	g_autofree char *plain = NULL;

	if (!vmnet_acl_parse (r->destination, FALSE, &to, error))
		return NULL;
	plain = vmnet_acl_address (&to);
	return g_strdup_printf ("%s%s>%s%%%s", plain,
				strchr (plain, '/') ? "" : six ? "/128" : "/32",
				!is_none (r->next_hop) ? r->next_hop
				: six ? "::" : "0.0.0.0", index ? index : "");
}

static gboolean
new_netroute (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autofree char *interface = NULL;
	g_autofree char *key = NULL;
	vmnet_route r = { 0 };

	r.destination = (char *) sh_arg_text (call, "DestinationPrefix");
	if (txn == NULL || !family_ok (call, r.destination, error))
		return FALSE;
	interface = netip_interface (call, error);
	if (interface == NULL)
		return FALSE;
	r.interface = interface;
	r.next_hop = (char *) sh_arg_text (call, "NextHop");
	r.metric = sh_arg_opt (call, "RouteMetric");
	if (is_none (r.next_hop))
		r.next_hop = NULL;
	if (!vmnet_route_add (txn, &r, error))
		return FALSE;
	key = row_key (call, &r, error);
	if (key != NULL)
		sh_emit (call, sh_row_later (&vmnet_noun_route, key));
	return key != NULL;
}

/* ---- reads ---- */

HANDLER (get_netroute);

/* Each is the name of the field that it compares with. */
#define ROUTE_CHOICE(in) \
	{ "DestinationPrefix", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, \
	  NULL, in, "only these destinations; * stands for any" }, \
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0, \
	  "ifIndex", in, "only through interfaces with these numbers" }, \
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME, \
	  0, "ifAlias", in, "only through these interfaces" }, \
	{ "NextHop", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0, NULL, in, \
	  "only by these routers; * stands for any" }, \
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME, \
	  0, NULL, in, "only IPv4, or only IPv6" }

static const char *const chosen_by[] = {
	"DestinationPrefix", "InterfaceIndex", "InterfaceAlias", "NextHop",
	"AddressFamily", NULL,
};

static const sh_param get_netroute_params[] = {
	ROUTE_CHOICE (NULL),
	{ "RouteMetric", &sh_type_uint16, SH_LIST | SH_PIPE_NAME, 0, NULL,
	  NULL, "only with these metrics" },
	{ "Protocol", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0, NULL, NULL,
	  "only those that were made so: Local, NetMgmt" },
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_get_netroute = {
	"Get-NetRoute", "NetTCPIP", NULL, 0, NULL,
	PARAMS (get_netroute_params), &vmnet_noun_route,
	"Shows the routes of the host",
	"Get-NetRoute -AddressFamily IPv4",
	"Those of the main table, of whoever made them.",
	NULL, get_netroute, NULL,
};

static gboolean
route_wanted (sh_call *call, const vmnet_row *row)
{
	static const char *const more[] = { "RouteMetric", "Protocol", NULL };

	return netip_wanted (call, row, chosen_by)
	       && netip_wanted (call, row, more);
}

static gboolean
get_netroute (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_route, error);

	return rows != NULL
	       && dom_emit (call, rows, "DestinationPrefix",
			    sh_arg (call, "DestinationPrefix"), "route",
			    route_wanted, error);
}

/* ---- changes ---- */

HANDLER (set_netroute);
HANDLER (remove_netroute);

#define ROUTE_OBJECTS \
	{ "InputObject", &sh_type_cim_route, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject", \
	  "routes, as objects of Get-NetRoute" }

static const sh_param set_netroute_params[] = {
	ROUTE_CHOICE ("ByName"),
	ROUTE_OBJECTS,
	{ "RouteMetric", &sh_type_uint16, SH_PIPE_NAME, 0, NULL, NULL,
	  "the lower one is taken" },
	{ "Publish", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "announcing routes to others comes later: radvd does" },
	{ "PreferredLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	{ "ValidLifetime", &sh_type_object, SH_NOT_YET, 0, NULL, NULL,
	  NO_LIFE },
	NETIP_PASS_THRU,
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_set_netroute = {
	"Set-NetRoute", "NetTCPIP", NULL, SH_CHANGES, "ByName",
	PARAMS (set_netroute_params), &vmnet_noun_route,
	"Gives routes another metric",
	"New-NetRoute -DestinationPrefix 203.0.113.0/24 -InterfaceAlias pnic1; "
	"Set-NetRoute -DestinationPrefix 203.0.113.0/24 -RouteMetric 50",
	NULL, NULL, set_netroute, NULL,
};

static const sh_param remove_netroute_params[] = {
	ROUTE_CHOICE ("ByName"),
	ROUTE_OBJECTS,
	NETIP_PASS_THRU,
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_remove_netroute = {
	"Remove-NetRoute", "NetTCPIP", NULL, SH_CHANGES | SH_DESTRUCTIVE,
	"ByName", PARAMS (remove_netroute_params), NULL,
	"Takes routes away",
	"New-NetRoute -DestinationPrefix 203.0.113.0/24 -InterfaceAlias pnic1; "
	"Remove-NetRoute -DestinationPrefix 203.0.113.0/24 -Confirm:$false",
	NULL, NULL, remove_netroute, NULL,
};

typedef gboolean (*route_change) (sh_call *call, vmnet_txn *txn,
				  vmnet_row *row, const vmnet_route *r,
				  GError **error);

static gboolean
change_row (sh_call *call, vmnet_txn *txn, vmnet_row *row, route_change f,
	    GError **error)
{
	g_autofree char *interface = dom_field (row, "InterfaceAlias");
	g_autofree char *to = dom_field (row, "DestinationPrefix");
	g_autofree char *by = dom_field (row, "NextHop");
	vmnet_route r = { interface, to, is_none (by) ? NULL : by, { 0 } };

	return f (call, txn, row, &r, error);
}

static gboolean
change_objects (sh_call *call, vmnet_txn *txn, sh_value *objects,
		route_change f, GError **error)
{
	for (guint i = 0; i < sh_array_length (objects); i++) {
		sh_value *object = sh_array_get (objects, i);
		vmnet_row *row = sh_row_get (object);

		if (row == NULL) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
				     "route '%s' is not there; what one "
				     "statement makes another one can change",
				     sh_row_key (object));
			return FALSE;
		}
		if (!change_row (call, txn, row, f, error))
			return FALSE;
	}
	return TRUE;
}

/* The kernel's own go with the address that they came with. */
static gboolean
is_own (const vmnet_row *row)
{
	g_autofree char *protocol = dom_field (row, "Protocol");

	return g_strcmp0 (protocol, "Local") != 0;
}

static gboolean
change_matching (sh_call *call, vmnet_txn *txn, route_change f,
		 GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_route, error);
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (is_own (rows->pdata[i]))
			g_ptr_array_add (all, dom_field (
				rows->pdata[i], "DestinationPrefix"));
	if (!dom_check ("route", sh_arg (call, "DestinationPrefix"), all,
			error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (is_own (rows->pdata[i])
		    && netip_wanted (call, rows->pdata[i], chosen_by)
		    && !change_row (call, txn, rows->pdata[i], f, error))
			return FALSE;
	return TRUE;
}

static gboolean
change (sh_call *call, route_change f, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");

	if (txn == NULL)
		return FALSE;
	if (objects != NULL)
		return change_objects (call, txn, objects, f, error);
	if (sh_given (call, "DestinationPrefix") || sh_given (call, "NextHop")
	    || sh_given (call, "InterfaceAlias")
	    || sh_given (call, "InterfaceIndex"))
		return change_matching (call, txn, f, error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s needs -DestinationPrefix, -NextHop, -InterfaceAlias "
		     "or -InterfaceIndex: it never takes every route of the "
		     "host", sh_call_cmdlet (call)->name);
	return FALSE;
}

static gboolean
set_one (sh_call *call, vmnet_txn *txn, vmnet_row *row, const vmnet_route *r,
	 GError **error)
{
	vmnet_route own = *r;

	own.metric = sh_arg_opt (call, "RouteMetric");
	if (!vmnet_route_set (txn, &own, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (&vmnet_noun_route, row->key));
	return TRUE;
}

static gboolean
set_netroute (sh_call *call, GError **error)
{
	if (sh_given (call, "RouteMetric"))
		return change (call, set_one, error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-NetRoute needs -RouteMetric");
	return FALSE;
}

static gboolean
remove_one (sh_call *call, vmnet_txn *txn, vmnet_row *row,
	    const vmnet_route *r, GError **error)
{
	if (!vmnet_route_remove (txn, r->interface, r->destination,
				 r->next_hop, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit_row (call, vmnet_row_ref (row));
	return TRUE;
}

static gboolean
remove_netroute (sh_call *call, GError **error)
{
	return change (call, remove_one, error);
}
