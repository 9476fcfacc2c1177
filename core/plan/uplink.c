/*
 * uplink.c - addresses, routes and MAC move between a physical adapter and the
 * host adapter that stands for it, as -AllowManagementOS means it. Used by
 * adapter.c and switch.c.
 */
#include <string.h>

#include "plan/step.h"

typedef struct {
	GPtrArray *addrs, *routes;
} move;

static void
move_free (gpointer data)
{
	move *m = data;

	g_ptr_array_unref (m->addrs);
	g_ptr_array_unref (m->routes);
	g_free (m);
}

/* Gives what was noted to `to`; what `from` still has of it is taken away. */
static gboolean
move_to (plan *p, const move *m, const char *from, const char *to,
	 GError **error)
{
	kn *k = p->h->nl;
	int ifindex = kn_ifindex (k, to);

	/* IPv6 routes do not end with the address that they came with. */
	for (guint i = 0; i < m->routes->len; i++) {
		kn_route r = *(const kn_route *) m->routes->pdata[i];

		r.ifindex = kn_ifindex (k, from);
		if (r.ifindex)
			kn_route_del (k, &r, NULL);
	}
	for (guint i = 0; i < m->addrs->len; i++) {
		if (kn_ifindex (k, from))
			kn_addr_del (k, from, m->addrs->pdata[i], NULL);
		if (!kn_addr_ensure (k, to, m->addrs->pdata[i], error))
			return FALSE;
	}
	for (guint i = 0; i < m->routes->len; i++) {
		kn_route r = *(const kn_route *) m->routes->pdata[i];

		r.ifindex = ifindex;
		if (!kn_route_ensure (k, &r, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
move_apply (plan *p, step *s, GError **error)
{
	if (move_to (p, s->data, s->link, s->arg, error))
		return TRUE;
	move_to (p, s->data, s->arg, s->link, NULL);
	return FALSE;
}

static void
move_undo (plan *p, step *s)
{
	move_to (p, s->data, s->arg, s->link, NULL);
}

gboolean
step_move_addresses (plan *p, const char *from, const char *to, GError **error)
{
	g_autoptr (GPtrArray) addrs = plan_addrs_of (p, from, error);
	g_autoptr (GPtrArray) routes = NULL;
	step *s;
	move *m;

	if (addrs == NULL || !(routes = plan_routes_of (p, from, error)))
		return FALSE;
	if (addrs->len == 0 && routes->len == 0)
		return TRUE;
	s = plan_step (p, move_apply, move_undo,
		       "move %u addresses and %u routes from %s to %s",
		       addrs->len, routes->len, from, to);
	m = g_new0 (move, 1);
	m->addrs = g_steal_pointer (&addrs);
	m->routes = g_steal_pointer (&routes);
	s->link = g_strdup (from);
	s->arg = g_strdup (to);
	s->data = m;
	s->data_free = move_free;
	return TRUE;
}
