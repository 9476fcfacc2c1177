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
	gboolean learns, learned;	/* does the port learn, and did it */
	gboolean flooded;
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
roam (plan *p, const step *s, gboolean on, gboolean learns,
      GError **error)
{
	const roam_data *d = s->data;
	kn *k = p->h->nl;

	if (!kn_port_set (k, s->link, learns, d->flooded, error))
		return FALSE;
	/* That of a pair is where it is led to. */
	if (!d->now && !d->was)
		return TRUE;
	return on ? kn_fdb_ensure_roaming (k, s->link, s->mac, error)
		: kn_fdb_ensure (k, s->link, s->mac, error);
}

static gboolean
roam_apply (plan *p, step *s, GError **error)
{
	const roam_data *d = s->data;

	return roam (p, s, d->now, d->learns, error);
}

static void
roam_undo (plan *p, step *s)
{
	const roam_data *d = s->data;

	roam (p, s, d->was, d->learned, NULL);
}

static void
step_roam (plan *p, const vmnet_adapter *a, const char *port,
	   const kn_link *l, gboolean now, gboolean was)
{
	g_autofree char *mac = vmnet_mac_format (a->mac, ':');
	step *s = now == was && !now
		? plan_step (p, roam_apply, roam_undo, "let port %s learn %s", port,
			     partners_learn (p->desired, a)
			     ? "MAC addresses" : "nothing")
		: now
		? plan_step (p, roam_apply, roam_undo,
			     "let %s move from port %s to its team's", mac,
			     port)
		: plan_step (p, roam_apply, roam_undo,
			     "keep %s at port %s", mac, port);
	roam_data *d = g_new0 (roam_data, 1);

	d->now = now;
	d->was = was;
	d->learns = partners_learn (p->desired, a);
	d->learned = l && l->port_learning;
	d->flooded = a->spoofing;
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

/* Somebody else may have set it; or what the plan does before will. */
static gboolean
learns_wrongly (const plan *p, const vmnet_adapter *a, const kn_link *l)
{
	gboolean want = partners_learn (p->desired, a);

	return l && l->master &&
		(l->port_learning != want ||
		 (l->port_flood != a->spoofing && want != a->spoofing));
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
		step_roam (p, a, port, l, TRUE, was);
	else if (!now && plan_switch_of (p->desired, a) &&
		 (was || learns_wrongly (p, a, l)))
		step_roam (p, a, port, l, FALSE, was);
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
