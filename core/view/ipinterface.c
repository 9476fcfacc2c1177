/*
 * ipinterface.c - the rows of NetIPInterface and of DnsClientServerAddress:
 * one for each interface and IP version.
 */
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <string.h>

#include "kernel/resolver.h"
#include "plan/step.h"
#include "view/view.h"

typedef struct {
	view_nic nic;		/* first: getters of adapters read it */
	gboolean v6;
	const resolver_entry *dns;	/* its own; or NULL */
} ipinterface;

static const ipinterface *
of (const vmnet_row *r)
{
	return r->told;
}

static const char *
link_name (const vmnet_row *r)
{
	return of (r)->nic.link->name;
}

static ipinterface *
add_row (vmnet_view *v, GPtrArray *out, const vmnet_noun *noun,
	 const vmnet_row *nic, gboolean v6)
{
	ipinterface *n = g_new0 (ipinterface, 1);

	n->nic = *(const view_nic *) nic->told;
	n->v6 = v6;
	view_add (out, v, noun, g_strdup_printf ("%s/%s", nic->key,
						 v6 ? "IPv6" : "IPv4"),
		  NULL, n, g_free);
	return n;
}

static GPtrArray *
nics (vmnet_view *v)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);

	view_add_nics (v, out, &vmnet_noun_nic, NULL);
	return out;
}

static void
ip_rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) all = nics (v);

	for (guint i = 0; i < all->len; i++)
		for (gboolean v6 = FALSE; v6 <= TRUE; v6++)
			add_row (v, out, &vmnet_noun_ipinterface,
				 all->pdata[i], v6);
}

static void
get_alias (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_alias (r->view, of (r)->nic.link->ifindex));
}

static void
get_index (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->nic.link->ifindex);
}

static void
get_family (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->v6 ? "IPv6" : "IPv4");
}

static gboolean
read_setting (const vmnet_row *r, vmnet_ip_setting s, guint64 *out)
{
	const vmnet_ip_setting_info *info = &vmnet_ip_settings[s];
	const char *path = of (r)->v6 ? info->v6 : info->v4;

	if (path == NULL || !kn_sysctl_get (r->view->h->nl, path,
					    link_name (r), out))
		return FALSE;
	if (info->on_off)
		*out = info->inverse ? !*out : *out != 0;
	return TRUE;
}

static void
put_setting (const vmnet_row *r, vmnet_ip_setting s, vmnet_value *v)
{
	guint64 value;

	if (!read_setting (r, s, &value))
		return;
	if (vmnet_ip_settings[s].on_off)
		put_text (v, value ? "Enabled" : "Disabled");
	else
		put_int (v, (gint64) value);
}

#define GETTER(fn, setting) \
	static void \
	fn (const vmnet_row *r, vmnet_value *v) \
	{ \
		put_setting (r, setting, v); \
	}

GETTER (get_forwarding, VMNET_IP_FORWARDING)
GETTER (get_dad, VMNET_IP_DAD_TRANSMITS)
GETTER (get_discovery, VMNET_IP_ROUTER_DISCOVERY)
GETTER (get_ignore, VMNET_IP_IGNORE_DEFAULT_ROUTES)
GETTER (get_hop_limit, VMNET_IP_HOP_LIMIT)
GETTER (get_reachable, VMNET_IP_REACHABLE)
GETTER (get_retransmit, VMNET_IP_RETRANSMIT)

static void
get_mtu (const vmnet_row *r, vmnet_value *v)
{
	guint64 value;

	if (read_setting (r, VMNET_IP_MTU, &value))
		put_int (v, (gint64) value);
	else
		put_int (v, of (r)->nic.link->mtu);
}

/* Given for a time: by a lease, or a router's prefix. */
static void
get_dhcp (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *all = r->view->addrs;
	int family = of (r)->v6 ? AF_INET6 : AF_INET;
	gboolean dynamic = FALSE;

	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->ifindex == of (r)->nic.link->ifindex &&
		    a->family == family && !(a->flags & IFA_F_PERMANENT))
			dynamic = TRUE;
	}
	put_text (v, dynamic ? "Enabled" : "Disabled");
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = of (r)->nic.link;

	put_text (v, l->flags & IFF_UP && l->carrier ? "Connected"
		  : "Disconnected");
}

static const vmnet_field ip_fields[] = {
	{ "ifIndex", VMNET_T_INT, VMNET_U_NONE, 1,
	  "the kernel's number of the interface", get_index, NULL },
	{ "InterfaceAlias", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "name of the network adapter", get_alias, NULL },
	{ "AddressFamily", VMNET_T_STRING, VMNET_U_NONE, 3, "IPv4 or IPv6",
	  get_family, NULL },
	{ "NlMtu", VMNET_T_INT, VMNET_U_BYTES, 4,
	  "longest packet", get_mtu, "NlMtu(Bytes)" },
	{ "Forwarding", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "are packets for others handed on", get_forwarding, NULL },
	{ "Dhcp", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "has it an address that was given for a time", get_dhcp, NULL },
	{ "ConnectionState", VMNET_T_STRING, VMNET_U_NONE, 7,
	  "is it up, with a carrier", get_state, NULL },
	{ "InterfaceIndex", VMNET_T_INT, VMNET_U_NONE, 0,
	  "the same as ifIndex", get_index, NULL },
	{ "DadTransmits", VMNET_T_INT, VMNET_U_NONE, 0,
	  "how often an IPv6 address is asked for before it is used", get_dad,
	  NULL },
	{ "RouterDiscovery", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "are routers' announcements taken (IPv6)", get_discovery, NULL },
	{ "IgnoreDefaultRoutes", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "are default routes in them left alone (IPv6)", get_ignore, NULL },
	{ "CurrentHopLimit", VMNET_T_INT, VMNET_U_NONE, 0,
	  "hops that a packet may take (IPv6)", get_hop_limit, NULL },
	{ "BaseReachableTime", VMNET_T_INT, VMNET_U_NONE, 0,
	  "ms that a neighbour counts as reachable", get_reachable, NULL },
	{ "RetransmitTime", VMNET_T_INT, VMNET_U_NONE, 0,
	  "ms between two questions for a neighbour", get_retransmit, NULL },
};

const vmnet_noun vmnet_noun_ipinterface = {
	.name = "NetIPInterface",
	.text = "IPv4 or IPv6 of one of the host's network adapters",
	.fields = ip_fields,
	.n_fields = G_N_ELEMENTS (ip_fields),
	.sections = VMNET_S_LINKS | VMNET_S_ADDRS,
	.rows = ip_rows,
};

/* ---- DnsClientServerAddress ---- */

static GPtrArray *
read_entries (vmnet_view *v)
{
	g_autofree char *path = NULL, *text = NULL;

	if (plan_by_resolved (v->h))
		return resolver_ask (NULL, NULL);
	path = plan_resolver_file (v->h);
	text = plan_resolver_text (v->h, path, NULL);
	return text ? resolver_parse (text) : NULL;
}

static void
dns_rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) all = nics (v);

	if (v->resolvers == NULL && (v->resolvers = read_entries (v)) == NULL)
		v->resolvers = resolver_entries ();
	for (guint i = 0; i < all->len; i++)
		for (gboolean v6 = FALSE; v6 <= TRUE; v6++) {
			ipinterface *n = add_row (v, out, &vmnet_noun_dns,
						  all->pdata[i], v6);

			n->dns = resolver_of (v->resolvers,
					      n->nic.link->name);
		}
}

/* Those of the system where the interface has none of its own. */
static void
get_servers (const vmnet_row *r, vmnet_value *v)
{
	const resolver_entry *e = of (r)->dns;

	put_list (v);
	if (e == NULL || e->servers->len == 0)
		e = resolver_of (r->view->resolvers, NULL);
	for (guint i = 0; e && i < e->servers->len; i++) {
		const char *s = e->servers->pdata[i];

		if ((strchr (s, ':') != NULL) == (of (r)->v6 != 0))
			put_list_add (v, g_strdup (s));
	}
}

static void
get_own (const vmnet_row *r, vmnet_value *v)
{
	const resolver_entry *e = of (r)->dns;

	put_text (v, e && e->servers->len ? "Interface" : "System");
}

static const vmnet_field dns_fields[] = {
	{ "InterfaceAlias", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "name of the network adapter", get_alias, NULL },
	{ "InterfaceIndex", VMNET_T_INT, VMNET_U_NONE, 2,
	  "the kernel's number of the interface", get_index, NULL },
	{ "AddressFamily", VMNET_T_STRING, VMNET_U_NONE, 3, "IPv4 or IPv6",
	  get_family, NULL },
	{ "ServerAddresses", VMNET_T_LIST, VMNET_U_NONE, 4,
	  "name servers that are asked, in that order", get_servers, NULL },
	{ "Source", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "Interface: it has them of its own; System: they are the host's",
	  get_own, NULL },
};

const vmnet_noun vmnet_noun_dns = {
	.name = "DnsClientServerAddress",
	.text = "the name servers of one of the host's network adapters",
	.fields = dns_fields,
	.n_fields = G_N_ELEMENTS (dns_fields),
	.sections = VMNET_S_LINKS,
	.rows = dns_rows,
};
