/*
 * route.c - the part of a plan that makes routes (New-NetRoute). Called by
 * plan.c: what goes before the addresses, what comes behind them.
 */
#include <arpa/inet.h>
#include <string.h>

#include "model/edit.h"
#include "plan/step.h"

#define LINK_SCOPE 253
#define IPV6_METRIC 1024	/* of a route without one */

void
plan_route_parse (const vmnet_route *r, kn_route *out)
{
	g_auto (GStrv) parts = g_strsplit (r->destination, "/", 2);
	gboolean six = strchr (r->destination, ':') != NULL;

	*out = (kn_route) { 0 };
	out->family = six ? AF_INET6 : AF_INET;
	inet_pton (out->family, parts[0], out->dst);
	out->prefix = (guint8) g_ascii_strtoull (parts[1] ? parts[1] : "", NULL,
						 10);
	out->has_gateway = r->next_hop != NULL;
	if (r->next_hop)
		inet_pton (out->family, r->next_hop, out->gateway);
	out->metric = r->metric.set ? (guint32) r->metric.value
		: six ? IPV6_METRIC : 0;
	out->table = 254;		/* main */
	out->protocol = 4;		/* static */
	out->type = 1;			/* unicast */
	out->scope = six || r->next_hop ? 0 : LINK_SCOPE;
}

gboolean
plan_route_is (const kn_route *a, const kn_route *b)
{
	return a->family == b->family && a->prefix == b->prefix &&
		a->metric == b->metric &&
		!a->has_gateway == !b->has_gateway &&
		memcmp (a->dst, b->dst, 16) == 0 &&
		memcmp (a->gateway, b->gateway, 16) == 0;
}

static gboolean
route_apply (plan *p, step *s, GError **error)
{
	kn_route *r = s->data;

	r->ifindex = kn_ifindex (p->h->nl, s->link);
	return s->on ? kn_route_ensure (p->h->nl, r, error)
		: kn_route_del (p->h->nl, r, error);
}

static void
route_undo (plan *p, step *s)
{
	s->on = !s->on;
	route_apply (p, s, NULL);
	s->on = !s->on;
}

static void
step_route (plan *p, const vmnet_route *r, const char *link, gboolean add)
{
	step *s = plan_step (p, route_apply, route_undo,
			     "%s route %s%s%s %s %s", add ? "add" : "remove",
			     r->destination, r->next_hop ? " by " : "",
			     r->next_hop ? r->next_hop : "",
			     add ? "through" : "from", link);

	s->link = g_strdup (link);
	if (!add)
		step_cuts (s, link);
	s->on = add;
	s->data = g_new0 (kn_route, 1);
	s->data_free = g_free;
	plan_route_parse (r, s->data);
}

static gboolean
is_there (plan *p, const char *link, const vmnet_route *r)
{
	g_autoptr (GPtrArray) all = plan_routes_of (p, link, NULL);
	kn_route want;

	plan_route_parse (r, &want);
	for (guint i = 0; all && i < all->len; i++)
		if (plan_route_is (all->pdata[i], &want))
			return TRUE;
	return FALSE;
}

static gboolean
listed (const vmnet_model *m, const vmnet_route *r)
{
	const vmnet_route *o = m ? model_route_find (m, r->interface,
						     r->destination,
						     r->next_hop) : NULL;

	return o && !o->metric.set == !r->metric.set &&
		o->metric.value == r->metric.value;
}

gboolean
plan_routes_remove (plan *p, GError **error)
{
	for (guint i = 0; p->base && i < p->base->routes->len; i++) {
		const vmnet_route *r = p->base->routes->pdata[i];
		g_autofree char *link = plan_interface (p->base, r->interface);

		/* They go with an interface that goes. */
		if (!listed (p->desired, r) &&
		    plan_interface_stays (p, r->interface) &&
		    is_there (p, link, r))
			step_route (p, r, link, FALSE);
	}
	return TRUE;
}

gboolean
plan_routes_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->routes->len; i++) {
		const vmnet_route *r = p->desired->routes->pdata[i];
		g_autofree char *link = plan_interface (p->desired,
							r->interface);

		if (plan_model_is_down (p->desired, r->interface) ||
		    (strchr (r->destination, ':') &&
		     plan_model_no_ipv6 (p->desired, r->interface)) ||
		    (!p->all && listed (p->base, r) &&
		     !plan_forgets (p, link)))
			continue;
		if (plan_forgets (p, link) || !is_there (p, link, r))
			step_route (p, r, link, TRUE);
	}
	return TRUE;
}
