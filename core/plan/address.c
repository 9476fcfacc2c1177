/*
 * address.c - the part of a plan that gives addresses and default routes to
 * the host's interfaces (New-NetIPAddress). Called by plan.c.
 */
#include <arpa/inet.h>
#include <string.h>

#include "plan/step.h"

typedef struct {
	kn_addr addr;
	kn_route route;
	gboolean gateway;
} address_data;

/* "vEthernet (sw0)" is the interface of that host adapter; so is the uplink
 * that it stands for: an address there would be out of reach. Owned. */
static char *
interface_of (const vmnet_model *m, const char *name)
{
	const vmnet_adapter *host = plan_stand_in (m, name);

	if (host)
		return names_host_adapter (host);
	for (guint i = 0; m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *alias = NULL;

		if (a->vm)
			continue;
		alias = names_alias (a);
		if (g_ascii_strcasecmp (alias, name) == 0)
			return names_host_adapter (a);
	}
	return g_strdup (name);
}

static void
parse (const vmnet_ipaddress *a, address_data *out)
{
	gboolean six = strchr (a->address, ':') != NULL;

	out->addr.family = out->route.family = six ? AF_INET6 : AF_INET;
	out->addr.prefix = a->prefix;
	inet_pton (out->addr.family, a->address, out->addr.addr);
	out->gateway = a->gateway != NULL;
	if (a->gateway)
		inet_pton (out->addr.family, a->gateway, out->route.gateway);
	out->route.has_gateway = out->gateway;
	out->route.table = 254;		/* main */
	out->route.protocol = 4;	/* static */
	out->route.type = 1;		/* unicast */
}

static gboolean
same_addr (const kn_addr *a, const kn_addr *b)
{
	return a->family == b->family && a->prefix == b->prefix &&
		memcmp (a->addr, b->addr, a->family == AF_INET ? 4 : 16) == 0;
}

gboolean
plan_address_stored (const vmnet_model *m, const char *interface,
		     const kn_addr *addr)
{
	for (guint i = 0; m && i < m->addresses->len; i++) {
		const vmnet_ipaddress *a = m->addresses->pdata[i];
		address_data d = { 0 };

		parse (a, &d);
		if (model_name_equal (a->interface, interface) &&
		    same_addr (&d.addr, addr))
			return TRUE;
	}
	return FALSE;
}

gboolean
plan_route_stored (const vmnet_model *m, const char *interface,
		   const kn_route *route)
{
	for (guint i = 0; m && i < m->addresses->len; i++) {
		const vmnet_ipaddress *a = m->addresses->pdata[i];
		address_data d = { 0 };

		parse (a, &d);
		if (model_name_equal (a->interface, interface) && d.gateway &&
		    route->has_gateway && route->prefix == 0 &&
		    route->family == d.route.family &&
		    memcmp (route->gateway, d.route.gateway, 16) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
address_apply (plan *p, step *s, GError **error)
{
	address_data *x = s->data;

	if (!kn_addr_ensure (p->h->nl, s->link, &x->addr, error))
		return FALSE;
	if (!x->gateway)
		return TRUE;
	x->route.ifindex = kn_ifindex (p->h->nl, s->link);
	if (kn_route_ensure (p->h->nl, &x->route, error))
		return TRUE;
	kn_addr_del (p->h->nl, s->link, &x->addr, NULL);
	return FALSE;
}

static gboolean
address_drop (plan *p, step *s, GError **error)
{
	address_data *x = s->data;

	if (x->gateway) {
		x->route.ifindex = kn_ifindex (p->h->nl, s->link);
		kn_route_del (p->h->nl, &x->route, NULL);
	}
	return kn_addr_del (p->h->nl, s->link, &x->addr, error);
}

static void
address_apply_undo (plan *p, step *s)
{
	address_drop (p, s, NULL);
}

static void
address_drop_undo (plan *p, step *s)
{
	address_apply (p, s, NULL);
}

static gboolean
is_there (plan *p, const char *link, const kn_addr *want)
{
	g_autoptr (GPtrArray) all = plan_addrs_of (p, link, NULL);

	for (guint i = 0; all && i < all->len; i++)
		if (same_addr (all->pdata[i], want))
			return TRUE;
	return FALSE;
}

static void
step_address (plan *p, const vmnet_ipaddress *a, const char *link,
	      const address_data *d, gboolean add)
{
	step *s = plan_step (p, add ? address_apply : address_drop,
			     add ? address_apply_undo : address_drop_undo,
			     "%s address %s/%u %s %s", add ? "add" : "remove",
			     a->address, a->prefix, add ? "to" : "from", link);

	s->link = g_strdup (link);
	s->data = g_memdup2 (d, sizeof *d);
	s->data_free = g_free;
}

static gboolean
listed (const vmnet_model *m, const vmnet_ipaddress *a)
{
	for (guint i = 0; m && i < m->addresses->len; i++) {
		const vmnet_ipaddress *b = m->addresses->pdata[i];

		if (g_ascii_strcasecmp (a->interface, b->interface) == 0 &&
		    strcmp (a->address, b->address) == 0 &&
		    a->prefix == b->prefix &&
		    g_strcmp0 (a->gateway, b->gateway) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
remove_gone (plan *p)
{
	for (guint i = 0; p->base && i < p->base->addresses->len; i++) {
		const vmnet_ipaddress *a = p->base->addresses->pdata[i];
		g_autofree char *link = interface_of (p->base, a->interface);
		address_data d = { 0 };

		if (listed (p->desired, a) || !plan_link (p, link))
			continue;
		parse (a, &d);
		if (is_there (p, link, &d.addr))
			step_address (p, a, link, &d, FALSE);
	}
}

gboolean
plan_addresses_build (plan *p, GError **error)
{
	remove_gone (p);
	for (guint i = 0; i < p->desired->addresses->len; i++) {
		const vmnet_ipaddress *a = p->desired->addresses->pdata[i];
		g_autofree char *link = interface_of (p->desired, a->interface);
		address_data d = { 0 };

		if (!p->all && listed (p->base, a))
			continue;
		parse (a, &d);
		if (!is_there (p, link, &d.addr))
			step_address (p, a, link, &d, TRUE);
	}
	return TRUE;
}
