/*
 * uplink.c - addresses, routes and MAC move between a physical adapter and the
 * host adapter that stands for it, as -AllowManagementOS means it. While that
 * one has the adapter's MAC, the adapter itself has it with the bit of local
 * administration turned over. Called by plan.c and adapter.c.
 */
#include <string.h>

#include "plan/step.h"

/* ---- MAC ---- */

/*
 * The host adapter that has the uplink's MAC address, whatever its name now:
 * the one whose address was neither given nor made by names_derive_mac. Where
 * the uplink's own looks like those, the one that is named as its switch.
 */
static const vmnet_adapter *
stand_in_of (const vmnet_model *m, const vmnet_switch *s)
{
	static const guint8 derived[3] = { 0x00, 0x15, 0x5d };

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (a->vm == NULL && model_name_equal (a->vswitch, s->name) &&
		    !a->mac_static && memcmp (a->mac, derived, 3) != 0)
			return a;
	}
	return model_default_host_adapter (m, s);
}

const vmnet_adapter *
plan_stand_in (const vmnet_model *m, const char *nic)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		if (vmnet_switch_has_member (s, nic))
			return stand_in_of (m, s);
	}
	return NULL;
}

static void
swapped (const guint8 mac[6], guint8 out[6])
{
	memcpy (out, mac, 6);
	out[0] ^= 2;
}

void
plan_original_mac (const vmnet_model *m, const kn_link *nic, guint8 mac[6])
{
	const vmnet_adapter *a = plan_stand_in (m, nic->name);
	guint8 lent[6];

	if (a == NULL)
		return;
	swapped (a->mac, lent);
	if (memcmp (lent, nic->mac, 6) == 0)
		memcpy (mac, a->mac, 6);
}

static gboolean
stands_as_before (const plan *p, const char *nic)
{
	const vmnet_adapter *a = plan_stand_in (p->base, nic);
	const vmnet_adapter *b = plan_stand_in (p->desired, nic);

	return a && b ? memcmp (a->mac, b->mac, 6) == 0 : a == b;
}

static void
set_mac (plan *p, const char *nic, gboolean lend)
{
	const vmnet_adapter *host = plan_stand_in (p->desired, nic);
	kn_link *l = (kn_link *) plan_link (p, nic);
	guint8 own[6], want[6];

	if (l == NULL)
		return;
	memcpy (own, l->mac, 6);
	plan_original_mac (p->leftover, l, own);
	plan_original_mac (p->base, l, own);
	memcpy (want, own, 6);
	if (host && memcmp (host->mac, own, 6) == 0)
		swapped (own, want);
	if (memcmp (want, l->mac, 6) == 0 ||
	    lend != (memcmp (want, own, 6) != 0))
		return;
	step_link_mac (p, nic, want, l->mac);
	memcpy (l->mac, want, 6);	/* what comes after sees it */
}

static void
set_macs (plan *p, const vmnet_model *m, gboolean lend)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		if (s->uplink && (p->all || !stands_as_before (p, s->uplink)))
			set_mac (p, s->uplink, lend);
	}
}

gboolean
plan_uplinks_lend (plan *p, GError **error)
{
	set_macs (p, p->desired, TRUE);
	return TRUE;
}

gboolean
plan_uplinks_return (plan *p, GError **error)
{
	set_macs (p, p->leftover, FALSE);
	set_macs (p, p->base, FALSE);
	return TRUE;
}

/* ---- addresses and routes ---- */

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

/* Those that were given to `alias` by its own name stay with it. */
static void
without_stored (const vmnet_model *m, const char *alias, GPtrArray *addrs,
		GPtrArray *routes)
{
	for (guint i = addrs->len; i-- > 0;)
		if (plan_address_stored (m, alias, addrs->pdata[i]))
			g_ptr_array_remove_index (addrs, i);
	/* Routes live by an address. */
	for (guint i = routes->len; i-- > 0;)
		if (addrs->len == 0 ||
		    plan_route_stored (m, alias, routes->pdata[i]))
			g_ptr_array_remove_index (routes, i);
}

gboolean
step_move_addresses (plan *p, const vmnet_model *stored,
		     const char *alias, const char *from, const char *to,
		     GError **error)
{
	g_autoptr (GPtrArray) addrs = plan_addrs_of (p, from, error);
	g_autoptr (GPtrArray) routes = NULL;
	step *s;
	move *m;

	if (addrs == NULL || !(routes = plan_routes_of (p, from, error)))
		return FALSE;
	if (alias)
		without_stored (stored, alias, addrs, routes);
	if (addrs->len == 0 && routes->len == 0)
		return TRUE;
	s = plan_step (p, move_apply, move_undo,
		       "move %u addresses and %u routes from %s to %s",
		       addrs->len, routes->len, from, to);
	step_cuts (s, from);
	m = g_new0 (move, 1);
	m->addrs = g_steal_pointer (&addrs);
	m->routes = g_steal_pointer (&routes);
	s->link = g_strdup (from);
	s->arg = g_strdup (to);
	s->data = m;
	s->data_free = move_free;
	return TRUE;
}
