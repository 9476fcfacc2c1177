/*
 * qos_class.c - which HTB classes a model asks for on an uplink, and which of
 * them the kernel has. Called by qos.c.
 */
#include <errno.h>

#include "plan/qos.h"
#include "plan/shape.h"

/* More classes than that are read together: one question each is dearer. */
#define FEW 16

gboolean
qos_goes_by (gconstpointer user, const vmnet_adapter *a)
{
	const qos_uplink *u = user;

	return u->s && model_is_on (u->s, a) &&
		(!u->s->teaming || team_choose (&u->t, a) == u->number);
}

static plan_sums
sums_on (const vmnet_model *m, const qos_uplink *u)
{
	plan_sums sums = { 0 };
	gboolean strict;

	if (u->s) {
		sums = plan_sums_of (m, u->s, qos_goes_by, u);
		sums.squeeze = u->s->teaming;
	}
	sums.nic = u->nic;
	sums.taken = shape_taken (m, u->nic, &strict);
	return sums;
}

static guint64
largest_floor (const vmnet_model *m, const qos_uplink *u,
	       const plan_sums *sums, guint64 link)
{
	guint64 most = 0;
	plan_rate r;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (qos_goes_by (u, a) && qos_asks (u->s, a) &&
		    plan_share (sums, u->s, link, a, &r, NULL))
			most = MAX (most, r.floor);
	}
	return most;
}

/*
 * An adapter that has a cap and no floor belongs to everything else, and needs
 * a class only for the cap: the default flow's floor is shared equally among
 * them and the rest, so that none of them starves beside another.
 */
static guint
capped_only (const vmnet_model *m, const qos_uplink *u)
{
	guint n = 0;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		n += qos_goes_by (u, a) && qos_asks (u->s, a) &&
			!qos_asks_floor (u->s, a);
	}
	return n;
}

static void
want (GArray *out, kn_class c, const vmnet_adapter *a, const char *name)
{
	qos_want w = { c, a, name };

	g_array_append_val (out, w);
}

/* The default flow's, whose part policies share; and all of these. */
static void
want_shape (GArray *out, const vmnet_model *m, const qos_uplink *u,
	    const plan_sums *sums, guint64 link, plan_rate *r, guint64 *most)
{
	g_autoptr (GArray) shape = NULL;
	gboolean strict;
	kn_class rest;

	if (u->s && vmnet_switch_bw_mode (u->s) == VMNET_BW_NONE &&
	    shape_wanted (m, u->nic))
		r->floor = link / 100 * (100 - sums->taken);
	shape = shape_classes (m, u->nic, link, capped_only (m, u), &r->floor,
			       most);
	shape_taken (m, u->nic, &strict);
	rest = qos_class (QOS_DEFAULT, r, *most);
	if (strict)
		shape_yield (&rest);
	want (out, rest, NULL, "everything else");
	for (guint i = 0; i < shape->len; i++) {
		const shape_class *s = &g_array_index (shape, shape_class, i);

		want (out, s->c, NULL, s->name);
	}
}

GArray *
qos_classes (const vmnet_model *m, const qos_uplink *u, guint64 link,
	     GError **error)
{
	g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (qos_want));
	plan_sums sums = sums_on (m, u);
	guint64 most = largest_floor (m, u, &sums, link), rest;
	plan_rate r = { .link = link, .floor = link };

	want (out, qos_class (QOS_LINK, &r, link), NULL, "the link");
	if (!plan_share (&sums, u->s, link, NULL, &r, error))
		return NULL;
	want_shape (out, m, u, &sums, link, &r, &most);
	rest = r.floor;
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (!qos_goes_by (u, a) || !qos_asks (u->s, a))
			continue;
		if (!plan_share (&sums, u->s, link, a, &r, error))
			return NULL;
		if (r.floor == 0)
			r.floor = rest;
		want (out, qos_class (PLAN_CLASS (a->slot), &r, most), a,
		      NULL);
	}
	return g_steal_pointer (&out);
}

/* ---- what there is ---- */

/* What was asked for before, where nothing but models decides on it. */
static GArray *
classes_before (plan *p, const qos_uplink *u, guint64 link)
{
	const vmnet_switch *o = u->s ? plan_old_switch (p, u->s) : NULL;
	qos_uplink before = { .s = o, .nic = u->nic, .number = u->number };

	if (p->all || p->base == NULL || o == NULL || u->s->teaming ||
	    o->teaming || g_strcmp0 (o->uplink, u->s->uplink) != 0 ||
	    !qos_nic_shaped (p->base, u->nic))
		return NULL;
	return qos_classes (p->base, &before, link, NULL);
}

GHashTable *
qos_by_handle (const GArray *list)
{
	GHashTable *out = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < list->len; i++) {
		qos_want *w = &g_array_index (list, qos_want, i);

		g_hash_table_insert (out, GUINT_TO_POINTER (w->c.handle),
				     w);
	}
	return out;
}

/* Handles of what differs in the two; at most FEW + 1 of them. */
static GArray *
differences (const GArray *old, const GArray *now)
{
	g_autoptr (GHashTable) were = qos_by_handle (old);
	g_autoptr (GHashTable) are = qos_by_handle (now);
	GArray *out = g_array_new (FALSE, FALSE, sizeof (guint32));

	for (guint i = 0; i < now->len && out->len <= FEW; i++) {
		const kn_class *c = &g_array_index (now, qos_want, i).c;
		const qos_want *o = g_hash_table_lookup
			(were, GUINT_TO_POINTER (c->handle));

		if (o == NULL || o->c.parent != c->parent ||
		    !qos_class_same (&o->c, c))
			g_array_append_val (out, c->handle);
	}
	for (guint i = 0; i < old->len && out->len <= FEW; i++) {
		const kn_class *c = &g_array_index (old, qos_want, i).c;

		if (!g_hash_table_contains (are, GUINT_TO_POINTER (c->handle)))
			g_array_append_val (out, c->handle);
	}
	return out;
}

/* Are the classes that depend on all others what they are thought to be? */
static gboolean
as_thought (plan *p, int ifindex, const GArray *old)
{
	for (guint i = 0; i < 2; i++) {
		const kn_class *c = &g_array_index (old, qos_want, i).c;
		g_autofree kn_class *k = kn_class_get (p->h->nl, ifindex,
						       c->handle, NULL);

		if (k == NULL || !qos_class_same (k, c))
			return FALSE;
	}
	return TRUE;
}

GPtrArray *
qos_have (plan *p, const qos_uplink *u, guint64 link, int ifindex,
	  const GArray *now, GError **error)
{
	g_autoptr (GArray) old = classes_before (p, u, link);
	g_autoptr (GArray) ask = old ? differences (old, now) : NULL;
	g_autoptr (GHashTable) asked = g_hash_table_new (NULL, NULL);
	g_autoptr (GPtrArray) out = NULL;

	if (ask == NULL || ask->len > FEW || !as_thought (p, ifindex, old))
		return kn_classes (p->h->nl, ifindex, error);
	out = g_ptr_array_new_with_free_func (g_free);
	for (guint i = 0; i < ask->len; i++) {
		guint32 handle = g_array_index (ask, guint32, i);
		kn_class *k = kn_class_get (p->h->nl, ifindex, handle, NULL);

		if (k)
			g_ptr_array_add (out, k);
		else if (!kn_failed_with (p->h->nl, ENOENT))
			return kn_classes (p->h->nl, ifindex, error);
		g_hash_table_add (asked, GUINT_TO_POINTER (handle));
	}
	for (guint i = 0; i < old->len; i++) {
		const kn_class *c = &g_array_index (old, qos_want, i).c;

		if (!g_hash_table_contains (asked,
					    GUINT_TO_POINTER (c->handle)))
			g_ptr_array_add (out, g_memdup2 (c, sizeof *c));
	}
	return g_steal_pointer (&out);
}
