/*
 * netipinterface.c - Get- and Set-NetIPInterface: settings of IPv4 and IPv6 on
 * the host's interfaces. Listed in table.c.
 */
#include "netip.h"

#include <string.h>

#define ETHERNET_HEADER 14	/* that *JumboPacket counts */

HANDLER (get_netipinterface);
HANDLER (set_netipinterface);

static const sh_param get_netipinterface_params[] = {
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias", NULL, "names of interfaces; * and ? stand for any" },
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0,
	  "ifIndex", NULL, "numbers of interfaces" },
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, NULL, "only IPv4, or only IPv6" },
	{ "Forwarding", &sh_type_enabled, SH_LIST | SH_PIPE_NAME, 0, NULL,
	  NULL, "only those that hand packets for others on, or not" },
	{ "Dhcp", &sh_type_enabled, SH_LIST | SH_PIPE_NAME, 0, NULL, NULL,
	  "only those with an address that was given for a time, or not" },
	{ "ConnectionState", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0, NULL,
	  NULL, "only Connected, or only Disconnected ones" },
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_get_netipinterface = {
	"Get-NetIPInterface", "NetTCPIP", NULL, 0, NULL,
	PARAMS (get_netipinterface_params), &vmnet_noun_ipinterface,
	"Shows the settings of IP on interfaces",
	"Get-NetIPInterface -InterfaceAlias pnic0",
	"Linux has no metric of an interface: routes have theirs.",
	NULL, get_netipinterface, NULL,
};

static gboolean
ip_wanted (sh_call *call, const vmnet_row *row)
{
	static const char *const by[] = {
		"InterfaceIndex", "AddressFamily", "Forwarding", "Dhcp",
		"ConnectionState", NULL,
	};

	return netip_wanted (call, row, by);
}

static gboolean
get_netipinterface (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows =
		dom_rows (call, &vmnet_noun_ipinterface, error);

	return rows != NULL
	       && dom_emit (call, rows, "InterfaceAlias",
			    sh_arg (call, "InterfaceAlias"),
			    "network adapter", ip_wanted, error);
}

/* ---- changes ---- */

#define NOT_HERE(name, type, text) \
	{ name, type, SH_NOT_YET, 0, NULL, NULL, text }

static const sh_param set_netipinterface_params[] = {
	{ "InterfaceAlias", &sh_type_interface_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias", "ByName", "names of interfaces; * and ? stand for any" },
	{ "InterfaceIndex", &sh_type_uint32, SH_LIST | SH_PIPE_NAME, 0,
	  "ifIndex", "ByName", "numbers of interfaces" },
	{ "AddressFamily", &sh_type_address_family, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, "ByName", "IPv4 or IPv6; without it those of the two that "
	  "have such a setting" },
	{ "InputObject", &sh_type_cim_ipinterface,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetIPInterface" },
	{ "Forwarding", &sh_type_enabled, 0, 0, NULL, NULL,
	  "are packets for others handed on" },
	{ "NlMtuBytes", &sh_type_uint32, 0, 0, "NlMtu", NULL,
	  "bytes of the longest packet; of IPv4 that of the interface" },
	{ "DadTransmits", &sh_type_uint32, 0, 0, NULL, NULL,
	  "how often an IPv6 address is asked for before it is used" },
	{ "RouterDiscovery", &sh_type_enabled, 0, 0, NULL, NULL,
	  "are routers' announcements taken (IPv6)" },
	{ "IgnoreDefaultRoutes", &sh_type_enabled, 0, 0, NULL, NULL,
	  "are default routes in them left alone (IPv6)" },
	{ "CurrentHopLimit", &sh_type_uint32, 0, 0, NULL, NULL,
	  "hops that a packet may take (IPv6)" },
	{ "BaseReachableTimeMs", &sh_type_uint32, 0, 0, "BaseReachableTime",
	  NULL, "ms that a neighbour counts as reachable" },
	{ "RetransmitTimeMs", &sh_type_uint32, 0, 0, "RetransmitTime", NULL,
	  "ms between two questions for a neighbour" },
	{ "Dhcp", &sh_type_enabled, 0, 0, NULL, NULL,
	  "Disabled is so unless a client runs; clients are not ours" },
	NOT_HERE ("InterfaceMetric", &sh_type_uint32, "Linux has no metric of "
		  "an interface: give New-NetRoute -RouteMetric"),
	NOT_HERE ("AutomaticMetric", &sh_type_enabled, "Linux has no metric "
		  "of an interface: give New-NetRoute -RouteMetric"),
	NOT_HERE ("NeighborDiscoverySupported", &sh_type_string,
		  "the interface's kind decides it"),
	NOT_HERE ("NeighborUnreachabilityDetection", &sh_type_enabled,
		  "Linux has no switch for it"),
	NOT_HERE ("ReachableTime", &sh_type_uint32,
		  "give -BaseReachableTimeMs"),
	NOT_HERE ("DadRetransmitTimeMs", &sh_type_uint32,
		  "give -RetransmitTimeMs"),
	NOT_HERE ("ManagedAddressConfiguration", &sh_type_enabled,
		  "DHCPv6 clients are not ours"),
	NOT_HERE ("OtherStatefulConfiguration", &sh_type_enabled,
		  "DHCPv6 clients are not ours"),
	NOT_HERE ("Advertising", &sh_type_enabled,
		  "announcing prefixes is radvd's"),
	NOT_HERE ("AdvertiseDefaultRoute", &sh_type_enabled,
		  "announcing routes is radvd's"),
	NOT_HERE ("AdvertisedRouterLifetime", &sh_type_object,
		  "announcing routes is radvd's"),
	NOT_HERE ("EcnMarking", &sh_type_string,
		  "Linux has it for the whole host (net.ipv4.tcp_ecn)"),
	NOT_HERE ("WeakHostSend", &sh_type_enabled,
		  "Linux has a weak host model throughout"),
	NOT_HERE ("WeakHostReceive", &sh_type_enabled,
		  "Linux has a weak host model throughout"),
	NOT_HERE ("ForceArpNdWolPattern", &sh_type_enabled,
		  "waking by packets is ethtool's"),
	NOT_HERE ("DirectedMacWolPattern", &sh_type_enabled,
		  "waking by packets is ethtool's"),
	NOT_HERE ("ClampMss", &sh_type_enabled, "clamping comes later"),
	NETIP_PASS_THRU,
	NETIP_STORE,
	NETIP_REMOTE_PARAMS,
};

const sh_cmdlet cmdlet_set_netipinterface = {
	"Set-NetIPInterface", "NetTCPIP", NULL, SH_CHANGES, "ByName",
	PARAMS (set_netipinterface_params), &vmnet_noun_ipinterface,
	"Changes settings of IP on interfaces",
	"Set-NetIPInterface -InterfaceAlias pnic0 -AddressFamily IPv4 "
	"-Forwarding Enabled",
	"It is kept, and set again at boot. What Linux has for one IP version "
	"alone is refused for the other.",
	NULL, set_netipinterface, NULL,
};

static gboolean
has_carrier (vmnet_ip_setting s, gboolean v6)
{
	return s == VMNET_IP_MTU
	       || (v6 ? vmnet_ip_settings[s].v6 : vmnet_ip_settings[s].v4);
}

static guint64
number_of (const sh_value *v, gboolean on_off)
{
	gint64 number = 0;

	if (on_off)
		return strcmp (sh_text (v), "Enabled") == 0;
	sh_to_int (v, &number);
	return (guint64) number;
}

static gboolean
set_one (sh_call *call, vmnet_txn *txn, const char *interface, gboolean v6,
	 GError **error)
{
	for (guint i = 0; i < VMNET_IP_SETTINGS; i++) {
		const sh_value *v = sh_arg (call, vmnet_ip_settings[i].name);
		guint64 value;

		if (v == NULL || (!sh_given (call, "AddressFamily")
				  && !has_carrier (i, v6)))
			continue;
		value = number_of (v, vmnet_ip_settings[i].on_off);
		if (i == VMNET_IP_MTU && !v6) {
			if (!vmnet_nic_set (txn, interface, VMNET_NIC_JUMBO,
					    value + ETHERNET_HEADER, error))
				return FALSE;
		} else if (!vmnet_ip_set (txn, interface, v6, i, value,
					  error)) {
			return FALSE;
		}
	}
	return TRUE;
}

/* -Dhcp: leases are those of a client, which is none of ours. */
static gboolean
dhcp_ok (sh_call *call, const char *interface, GError **error)
{
	const char *dhcp = sh_arg_text (call, "Dhcp");
	vmnet_host *host = sh_host (sh_call_interp (call));
	gboolean on = dhcp && strcmp (dhcp, "Enabled") == 0;

	if (dhcp == NULL || on == vmnet_ip_is_dynamic (host, interface))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED, on
		     ? "interface '%s': no DHCP client gave it an address; "
		       "start one: systemd-networkd, NetworkManager, dhcpcd"
		     : "interface '%s': a DHCP client gave it its address; "
		       "stop that: systemd-networkd, NetworkManager, dhcpcd",
		     interface);
	return FALSE;
}

static gboolean
family_wanted (sh_call *call, sh_value *object, gboolean v6)
{
	const char *family = v6 ? "IPv6" : "IPv4";

	if (object == NULL)
		return dom_wanted (sh_arg (call, "AddressFamily"), family);
	return g_str_has_suffix (sh_row_key (object), family);
}

static gboolean
set_interface (sh_call *call, vmnet_txn *txn, const char *interface,
	       sh_value *object, GError **error)
{
	if (!dhcp_ok (call, interface, error))
		return FALSE;
	for (gboolean v6 = FALSE; v6 <= TRUE; v6++) {
		g_autofree char *key = g_strdup_printf ("%s/%s", interface,
							v6 ? "IPv6" : "IPv4");

		if (!family_wanted (call, object, v6))
			continue;
		if (!set_one (call, txn, interface, v6, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_ipinterface,
						     key));
	}
	return TRUE;
}

static gboolean
set_netipinterface (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");
	g_autoptr (GPtrArray) all = NULL;

	if (txn == NULL)
		return FALSE;
	if (objects == NULL && !sh_given (call, "InterfaceAlias")
	    && !sh_given (call, "InterfaceIndex")) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "Set-NetIPInterface needs -InterfaceAlias or "
			     "-InterfaceIndex: it never changes every "
			     "interface; -InterfaceAlias * does");
		return FALSE;
	}
	all = netip_interfaces (call, error);
	for (guint i = 0; all != NULL && i < all->len; i++)
		if (!set_interface (call, txn, all->pdata[i],
				    objects ? sh_array_get (objects, i) : NULL,
				    error))
			return FALSE;
	return all != NULL;
}
