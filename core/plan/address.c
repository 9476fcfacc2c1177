/*
 * address.c - the part of a plan that gives addresses and default routes to
 * the host's interfaces (New-NetIPAddress). Called by plan.c.
 */
#include <arpa/inet.h>
#include <string.h>

#include "plan/belongings.h"
#include "plan/step.h"

typedef struct {
	kn_addr addr;
	kn_route route;
	gboolean gateway;
	belongings had;		/* of the interface, before it went */
} address_data;

char *
plan_interface (const vmnet_model *m, const char *name)
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

gboolean
plan_interface_stays (plan *p, const char *name)
{
	g_autofree char *was = plan_interface (p->base, name);
	g_autofree char *is = plan_interface (p->desired, name);

	return strcmp (was, is) == 0 && plan_link (p, is);
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
	for (guint i = 0; m && i < m->routes->len; i++) {
		const vmnet_route *r = m->routes->pdata[i];
		kn_route own;

		plan_route_parse (r, &own);
		if (model_name_equal (r->interface, interface) &&
		    plan_route_is (&own, route))
			return TRUE;
	}
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

/* With the last IPv4 address of an interface the kernel takes its routes, those
 * of others too. */
static gboolean
address_drop (plan *p, step *s, GError **error)
{
	address_data *x = s->data;

	belongings_note (p->h->nl, kn_ifindex (p->h->nl, s->link), &x->had);
	if (x->gateway) {
		x->route.ifindex = kn_ifindex (p->h->nl, s->link);
		kn_route_del (p->h->nl, &x->route, NULL);
	}
	return kn_addr_del (p->h->nl, s->link, &x->addr, error);
}

/* The same address with another length: IPv4 has both for a moment, so that
 * what lives by it lives on; IPv6 cannot. */
static gboolean
length_set (plan *p, step *s, guint from, guint to, GError **error)
{
	address_data *x = s->data;
	kn *k = p->h->nl;
	kn_addr old = x->addr, new = x->addr;

	old.prefix = (guint8) from;
	new.prefix = (guint8) to;
	if (x->addr.family == AF_INET)
		return kn_addr_ensure (k, s->link, &new, error) &&
			kn_addr_del (k, s->link, &old, error);
	if (!kn_addr_del (k, s->link, &old, error))
		return FALSE;
	if (kn_addr_ensure (k, s->link, &new, error))
		return TRUE;
	kn_addr_ensure (k, s->link, &old, NULL);
	return FALSE;
}

enum { LENGTH, OLD_LENGTH };

static gboolean
length_apply (plan *p, step *s, GError **error)
{
	return length_set (p, s, (guint) s->n[OLD_LENGTH],
			   (guint) s->n[LENGTH], error);
}

static void
length_undo (plan *p, step *s)
{
	length_set (p, s, (guint) s->n[LENGTH], (guint) s->n[OLD_LENGTH],
		    NULL);
}

static void
address_apply_undo (plan *p, step *s)
{
	address_drop (p, s, NULL);
}

static void
address_drop_undo (plan *p, step *s)
{
	address_data *x = s->data;

	belongings_give (p->h->nl, s->link, &x->had);
}

static void
address_data_free (gpointer data)
{
	address_data *x = data;

	belongings_clear (&x->had);
	g_free (x);
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
	if (!add)
		step_cuts (s, link);
	s->data = g_memdup2 (d, sizeof *d);
	s->data_free = address_data_free;
}

/* What is given to it with another length, and else the same. */
static const vmnet_ipaddress *
same_but_length (const vmnet_model *m, const vmnet_ipaddress *a)
{
	for (guint i = 0; m && i < m->addresses->len; i++) {
		const vmnet_ipaddress *b = m->addresses->pdata[i];

		if (model_name_equal (a->interface, b->interface) &&
		    strcmp (a->address, b->address) == 0 &&
		    a->prefix != b->prefix &&
		    g_strcmp0 (a->gateway, b->gateway) == 0)
			return b;
	}
	return NULL;
}

static void
step_length (plan *p, const vmnet_ipaddress *a, guint old, const char *link)
{
	step *s = plan_step (p, length_apply, length_undo,
			     "make address %s/%u of %s a /%u", a->address,
			     old, link, a->prefix);
	address_data *x = g_new0 (address_data, 1);

	parse (a, x);
	s->link = g_strdup (link);
	step_cuts (s, link);
	s->n[LENGTH] = a->prefix;
	s->n[OLD_LENGTH] = old;
	s->data = x;
	s->data_free = address_data_free;
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

/* Does the plan take every IPv4 address of the link away? */
static gboolean
last_goes (plan *p, const vmnet_ipaddress *gone, const char *link)
{
	g_autoptr (GPtrArray) all = plan_addrs_of (p, link, NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->family == AF_INET &&
		    (!plan_address_stored (p->base, gone->interface, a) ||
		     plan_address_stored (p->desired, gone->interface, a)))
			return FALSE;
	}
	return TRUE;
}

static void
remove_gone (plan *p)
{
	for (guint i = 0; p->base && i < p->base->addresses->len; i++) {
		const vmnet_ipaddress *a = p->base->addresses->pdata[i];
		g_autofree char *link = plan_interface (p->base, a->interface);
		address_data d = { 0 };

		if (listed (p->desired, a) || !plan_link (p, link) ||
		    same_but_length (p->desired, a))
			continue;
		parse (a, &d);
		if (!is_there (p, link, &d.addr))
			continue;
		step_address (p, a, link, &d, FALSE);
		if (d.addr.family == AF_INET && last_goes (p, a, link))
			g_hash_table_add (p->forgets, g_strdup (link));
	}
}

gboolean
plan_addresses_build (plan *p, GError **error)
{
	remove_gone (p);
	for (guint i = 0; i < p->desired->addresses->len; i++) {
		const vmnet_ipaddress *a = p->desired->addresses->pdata[i];
		g_autofree char *link = plan_interface (p->desired, a->interface);
		const vmnet_ipaddress *old = same_but_length (p->base, a);
		address_data d = { 0 };

		if ((!p->all && listed (p->base, a) &&
		     !plan_forgets (p, link)) ||
		    (strchr (a->address, ':') &&
		     plan_model_no_ipv6 (p->desired, a->interface)))
			continue;
		parse (old && !listed (p->desired, old) ? old : a, &d);
		if (old && is_there (p, link, &d.addr)) {
			step_length (p, a, old->prefix, link);
			continue;
		}
		parse (a, &d);
		if (plan_forgets (p, link) || !is_there (p, link, &d.addr))
			step_address (p, a, link, &d, TRUE);
	}
	return TRUE;
}
