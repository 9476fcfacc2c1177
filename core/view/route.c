/*
 * route.c - the rows of NetRoute: the main table, of whoever made them.
 */
#include <arpa/inet.h>
#include <string.h>

#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; v->routes && i < v->routes->len; i++) {
		const kn_route *r = v->routes->pdata[i];
		char to[INET6_ADDRSTRLEN], by[INET6_ADDRSTRLEN];

		if (r->ifindex == 0)
			continue;
		inet_ntop (r->family, r->dst, to, sizeof to);
		inet_ntop (r->family, r->gateway, by, sizeof by);
		view_add (out, v, &vmnet_noun_route,
			  g_strdup_printf ("%s/%u>%s%%%d", to, r->prefix, by,
					   r->ifindex), r, NULL, NULL);
	}
}

static const kn_route *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
put_address (vmnet_value *v, int family, const guint8 *addr)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop (family, addr, text, sizeof text);
	put_text (v, text);
}

static void
get_destination (const vmnet_row *r, vmnet_value *v)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop (of (r)->family, of (r)->dst, text, sizeof text);
	put_take (v, g_strdup_printf ("%s/%u", text, of (r)->prefix));
}

/* "0.0.0.0" and "::" where there is none, as published. */
static void
get_next_hop (const vmnet_row *r, vmnet_value *v)
{
	put_address (v, of (r)->family, of (r)->gateway);
}

static void
get_metric (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->metric);
}

static void
get_index (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->ifindex);
}

static void
get_alias (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_alias (r->view, of (r)->ifindex));
}

static void
get_family (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->family == AF_INET ? "IPv4" : "IPv6");
}

/* Who made it: numbers of rtnetlink(7) and of programs that registered. */
static void
get_protocol (const vmnet_row *r, vmnet_value *v)
{
	switch (of (r)->protocol) {
	case 2:
		put_text (v, "Local");
		return;
	case 9:
		put_text (v, "RouterDiscovery");
		return;
	case 16:
		put_text (v, "Dhcp");
		return;
	default:
		put_text (v, "NetMgmt");
	}
}

static void
get_source (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->has_source)
		put_address (v, of (r)->family, of (r)->source);
}

static const vmnet_field fields[] = {
	{ "ifIndex", VMNET_T_INT, VMNET_U_NONE, 1,
	  "the kernel's number of the interface", get_index, NULL },
	{ "DestinationPrefix", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "where it leads", get_destination, NULL },
	{ "NextHop", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "router on the way; 0.0.0.0 or ::, none: it is on the link",
	  get_next_hop, NULL },
	{ "RouteMetric", VMNET_T_INT, VMNET_U_NONE, 4,
	  "the lower one is taken", get_metric, NULL },
	{ "InterfaceAlias", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "network adapter that it goes through", get_alias, NULL },
	{ "Protocol", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "who made it: Local (with an address), NetMgmt (someone), "
	  "RouterDiscovery, Dhcp", get_protocol, NULL },
	{ "InterfaceIndex", VMNET_T_INT, VMNET_U_NONE, 0,
	  "the same as ifIndex", get_index, NULL },
	{ "ifAlias", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the same as InterfaceAlias", get_alias, NULL },
	{ "AddressFamily", VMNET_T_STRING, VMNET_U_NONE, 0, "IPv4 or IPv6",
	  get_family, NULL },
	{ "PreferredSource", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "address that packets get as their source", get_source, NULL },
};

const vmnet_noun vmnet_noun_route = {
	.name = "NetRoute",
	.text = "a route of the host",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS | VMNET_S_ROUTES,
	.rows = rows,
};
