/*
 * partners.c - the part of a plan that lets the addresses of a guest's team
 * move between its ports: the bridge's entries are not sticky, and the ports
 * learn. Called by plan.c, after ports and VLANs are what they will be.
 */
#include <string.h>

#include "model/partners.h"
#include "plan/step.h"

typedef struct {
	gboolean now, was;	/* does it roam */
	gboolean learns;	/* for another reason */
} roam_data;

gboolean
plan_partners_touched (const plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	const vmnet_model *m = o && p->base &&
		g_hash_table_lookup (p->base_slots,
				     GUINT_TO_POINTER (o->slot)) == o
		? p->base : p->leftover;
	vmnet_partners now, was;

	if (!a->teaming || !o || !m)
		return FALSE;
	partners_of (p->desired, a, &now);
	partners_of (m, o, &was);
	return !partners_equal (&now, &was);
}

static gboolean
roam (plan *p, const step *s, gboolean on, GError **error)
{
	const roam_data *d = s->data;
	kn *k = p->h->nl;

	if (!kn_port_set (k, s->link, d->learns || on, d->learns, error))
		return FALSE;
	return on ? kn_fdb_ensure_roaming (k, s->link, s->mac, error)
		: kn_fdb_ensure (k, s->link, s->mac, error);
}

static gboolean
roam_apply (plan *p, step *s, GError **error)
{
	return roam (p, s, ((roam_data *) s->data)->now, error);
}

static void
roam_undo (plan *p, step *s)
{
	roam (p, s, ((roam_data *) s->data)->was, NULL);
}

static void
step_roam (plan *p, const vmnet_adapter *a, const char *port, gboolean now,
	   gboolean was)
{
	g_autofree char *mac = vmnet_mac_format (a->mac, ':');
	step *s = now
		? plan_step (p, roam_apply, roam_undo,
			     "let %s move from port %s to its team's", mac,
			     port)
		: plan_step (p, roam_apply, roam_undo,
			     "keep %s at port %s", mac, port);
	roam_data *d = g_new0 (roam_data, 1);

	d->now = now;
	d->was = was;
	d->learns = a->spoofing;
	s->link = g_strdup (port);
	memcpy (s->mac, a->mac, 6);
	s->data = d;
	s->data_free = g_free;
}

/* Is there an entry that may move, wherever it is now? */
static gboolean
entry_roams (plan *p, const guint8 mac[6])
{
	g_autoptr (GPtrArray) all = kn_fdbs (p->h->nl, NULL);
	gboolean found = FALSE;

	for (guint i = 0; all && i < all->len; i++) {
		const kn_fdb *f = all->pdata[i];

		if (!f->is_static || memcmp (f->mac, mac, 6) != 0)
			continue;
		if (f->is_sticky)
			return FALSE;
		found = TRUE;
	}
	return found;
}

/* What the plan does before makes a sticky entry. */
static gboolean
is_made_anew (plan *p, const vmnet_adapter *a, const vmnet_adapter *o,
	      const kn_link *l)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);
	g_autofree char *bridge = names_bridge (s);
	const kn_link *b = plan_link (p, bridge);

	return l == NULL || b == NULL || l->master != b->ifindex ||
		(o && (memcmp (o->mac, a->mac, 6) != 0 ||
		       !model_vlan_equal (&o->vlan, &a->vlan) ||
		       !o->spoofing != !a->spoofing));
}

/* Somebody else may have set it. */
static gboolean
learns_for_nothing (const vmnet_adapter *a, const kn_link *l)
{
	return l && l->master && l->port_flood == a->spoofing &&
		l->port_learning != a->spoofing;
}

static void
build_one (plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	gboolean now = partners_roam (p->desired, a);
	gboolean was = o && p->base && partners_roam (p->base, o);
	g_autofree char *port = names_port (a);
	const kn_link *l = plan_link (p, port);

	if (now && (!was || is_made_anew (p, a, o, l) || !l->port_learning ||
		    plan_partners_touched (p, a) || !entry_roams (p, a->mac)))
		step_roam (p, a, port, TRUE, was);
	else if (!now && plan_switch_of (p->desired, a) &&
		 (was || learns_for_nothing (a, l)))
		step_roam (p, a, port, FALSE, was);
}

gboolean
plan_partners_build (plan *p, GError **error)
{
	(void) error;
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (plan_adapter_touched (p, a) ||
		    plan_partners_touched (p, a))
			build_one (p, a);
	}
	return TRUE;
}
