/*
 * vlan.c - the part of a plan that keeps VLANs apart: which ones each port is
 * in, and whether the bridge looks at them at all. Called by plan.c; adapter.c
 * asks for what a port that joins a bridge is to be in.
 *
 * A bridge filters while an adapter of its switch has a VLAN, and only then: a
 * switch without VLANs has no look-up for each frame to pay for, and works on
 * kernels that cannot filter. Inside a bridge that filters every frame is in
 * some VLAN; those of adapters without one are in a VLAN that nobody uses
 * (`plain`) and leave without a tag. New ports are put there by the kernel from
 * the start (KN_DEFAULT_PVID), so that nothing is lost when filtering begins.
 */
#include <string.h>

#include "plan/step.h"
#include "plan/vlan.h"

/* A port that goes over from one state to another. */
typedef struct {
	kn_port_vlans from, to;
} change;

static guint16
default_pvid (const kn_link *bridge)
{
	return bridge ? bridge->default_pvid : KN_DEFAULT_PVID;
}

static guint16
plain_of (const switch_vlans *s, const kn_link *bridge)
{
	return s ? s->plain : default_pvid (bridge);
}

/* ---- steps ---- */

static gboolean
go (kn *k, const step *s, const kn_port_vlans *from, const kn_port_vlans *to,
    GError **error)
{
	vmnet_vlans gone = from->member;

	for (guint i = 0; i < G_N_ELEMENTS (gone.bits); i++)
		gone.bits[i] &= ~to->member.bits[i];
	/* First what comes: a VLAN that stays loses nothing. */
	if (!kn_port_vlans_add (k, s->link, to, error) ||
	    (s->arg && !kn_fdb_ensure (k, s->arg, s->mac, error)))
		return FALSE;
	for (guint16 v = 1; s->arg && v <= VMNET_VLAN_MAX; v++)
		if (vmnet_vlans_has (&gone, v))
			kn_fdb_del_vlan (k, s->arg, s->mac, v, NULL);
	return kn_port_vlans_del (k, s->link, &gone, error);
}

static void
port_undo (plan *p, step *s)
{
	const change *c = s->data;

	go (p->h->nl, s, &c->to, &c->from, NULL);
}

static gboolean
port_apply (plan *p, step *s, GError **error)
{
	const change *c = s->data;

	if (go (p->h->nl, s, &c->from, &c->to, error))
		return TRUE;
	port_undo (p, s);
	return FALSE;
}

static char *
vlans_text (const kn_port_vlans *v, guint16 plain)
{
	g_autofree char *own = v->pvid == plain ? g_strdup ("none")
		: g_strdup_printf ("%u", v->pvid);
	g_autofree char *list = NULL;
	vmnet_vlans tagged = v->member;

	for (guint i = 0; i < G_N_ELEMENTS (tagged.bits); i++)
		tagged.bits[i] &= ~v->untagged.bits[i];
	list = vmnet_vlans_text (&tagged);
	return g_strdup_printf ("untagged %s, tagged %s", own,
				*list ? list : "none");
}

/* What the port has now, as far as planned. */
static kn_port_vlans *
now_of (plan *p, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) all = NULL;
	kn_port_vlans *v;

	if (p->port_vlans == NULL) {
		all = kn_port_vlans_all (p->h->nl, error);
		if (all == NULL)
			return NULL;
		p->port_vlans = g_hash_table_new_full (NULL, NULL, NULL,
						       g_free);
		g_ptr_array_set_free_func (all, NULL);
		for (guint i = 0; i < all->len; i++) {
			v = all->pdata[i];
			g_hash_table_insert (p->port_vlans,
					     GINT_TO_POINTER (v->ifindex), v);
		}
	}
	v = g_hash_table_lookup (p->port_vlans, GINT_TO_POINTER (ifindex));
	if (v == NULL) {
		v = g_new0 (kn_port_vlans, 1);
		v->ifindex = ifindex;
		g_hash_table_insert (p->port_vlans, GINT_TO_POINTER (ifindex),
				     v);
	}
	return v;
}

/* VLANs that someone else gave to the port stay; `ours`: what may go. */
static void
keep_foreign (kn_port_vlans *to, const kn_port_vlans *now,
	      const vmnet_vlans *ours)
{
	for (guint i = 0; i < G_N_ELEMENTS (ours->bits); i++) {
		guint64 kept = now->member.bits[i] & ~ours->bits[i] &
			~to->member.bits[i];

		to->member.bits[i] |= kept;
		to->untagged.bits[i] |= kept & now->untagged.bits[i];
	}
}

static step *
step_port (plan *p, const char *port, kn_port_vlans *now,
	   const kn_port_vlans *to, guint16 plain)
{
	g_autofree char *text = vlans_text (to, plain);
	change *c;
	step *s;

	if (now->pvid == to->pvid &&
	    memcmp (&now->member, &to->member, sizeof to->member) == 0 &&
	    memcmp (&now->untagged, &to->untagged, sizeof to->untagged) == 0)
		return NULL;
	s = plan_step (p, port_apply, port_undo, "set VLANs of port %s to %s",
		       port, text);
	s->link = g_strdup (port);
	step_cuts (s, port);
	c = g_new0 (change, 1);
	c->from = *now;
	c->to = *to;
	s->data = c;
	s->data_free = g_free;
	now->pvid = to->pvid;
	now->member = to->member;
	now->untagged = to->untagged;
	return s;
}

static gboolean
filter_apply (plan *p, step *s, GError **error)
{
	return kn_bridge_set_filtering (p->h->nl, s->link, s->on, error);
}

static void
filter_undo (plan *p, step *s)
{
	kn_bridge_set_filtering (p->h->nl, s->link, !s->on, NULL);
}

static void
step_filter (plan *p, const char *bridge, gboolean on)
{
	step *s = plan_step (p, filter_apply, filter_undo,
			     "%s VLANs on bridge %s",
			     on ? "filter" : "stop filtering", bridge);

	s->link = g_strdup (bridge);
	step_cuts (s, bridge);
	s->on = on;
}

/* ---- one switch ---- */

/* A switch as it is to be, and as it was in the models before. */
typedef struct {
	const vmnet_switch *sw, *base, *leftover;
	const switch_vlans *want, *was, *left;
	const char *bridge;
	const kn_link *b;	/* NULL: it will be made */
	guint16 plain;
} site;

static gboolean
at_bridge (const site *s, const kn_link *l)
{
	return l && s->b && l->master == s->b->ifindex;
}

static void
add_set (vmnet_vlans *to, const vmnet_vlans *more)
{
	for (guint i = 0; i < G_N_ELEMENTS (to->bits); i++)
		to->bits[i] |= more->bits[i];
}

/* The ways in which ports without a VLAN may have been numbered. */
static vmnet_vlans
plain_numbers (const site *s)
{
	vmnet_vlans v = { 0 };

	vmnet_vlans_add (&v, default_pvid (s->b));
	if (s->was)
		vmnet_vlans_add (&v, s->was->plain);
	if (s->left)
		vmnet_vlans_add (&v, s->left->plain);
	return v;
}

static void
add_old (vmnet_vlans *ours, GHashTable *slots, const vmnet_adapter *a)
{
	const vmnet_adapter *o = slots ? g_hash_table_lookup
		(slots, GUINT_TO_POINTER (a->slot)) : NULL;
	kn_port_vlans v = { 0 };

	if (o == NULL)
		return;
	v = vlans_of_adapter (&o->vlan, 0);
	add_set (ours, &v.member);
}

static const char *
member_with (plan *p, const vmnet_switch *s, int ifindex)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++) {
		const kn_link *l = plan_link (p, nic);

		if (l && l->ifindex == ifindex)
			return nic;
	}
	return NULL;
}

/*
 * The port that the bridge forwards the address to, whatever its VLAN: that of
 * its card, while a virtual function carries the adapter.
 */
static const char *
home_of (plan *p, const site *s, const guint8 mac[6], const char *port)
{
	const char *nic;

	if (s->sw->iov && p->fdbs == NULL)
		p->fdbs = kn_fdbs (p->h->nl, NULL);
	for (guint i = 0; s->sw->iov && p->fdbs && i < p->fdbs->len; i++) {
		const kn_fdb *f = p->fdbs->pdata[i];

		if (f->vlan == 0 && f->is_static &&
		    memcmp (f->mac, mac, 6) == 0 &&
		    (nic = member_with (p, s->sw, f->ifindex)))
			return nic;
	}
	return port;
}

static gboolean
build_port (plan *p, const site *s, const vmnet_adapter *a, GError **error)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	g_autofree char *port = names_port (a);
	const kn_link *l = plan_link (p, port);
	vmnet_vlans ours = plain_numbers (s);
	kn_port_vlans *now, to;
	step *t;

	/* One that joins brings its VLANs along. */
	if (!at_bridge (s, l))
		return TRUE;
	now = now_of (p, l->ifindex, error);
	if (now == NULL)
		return FALSE;
	add_old (&ours, p->base_slots, a);
	add_old (&ours, p->leftover_slots, a);
	to = vlans_of_adapter (&a->vlan, s->plain);
	keep_foreign (&to, now, &ours);
	t = step_port (p, port, now, &to, s->plain);
	if (t == NULL)
		return TRUE;
	/* Its MAC address changes later, if it does. */
	memcpy (t->mac, o ? o->mac : a->mac, 6);
	t->arg = g_strdup (home_of (p, s, t->mac, port));
	return TRUE;
}

static gboolean
build_uplink (plan *p, const site *s, const char *nic, GError **error)
{
	const kn_link *l = plan_link (p, nic);
	kn_port_vlans to = vlans_of_uplink (s->want, s->plain);
	kn_port_vlans *now, joined = { 0 };
	vmnet_vlans ours = plain_numbers (s);

	if (l == NULL)
		return TRUE;
	now = now_of (p, l->ifindex, error);
	if (now == NULL)
		return FALSE;
	if (!at_bridge (s, l)) {
		/* It joins before this. */
		vlans_untagged (&joined, default_pvid (s->b));
		*now = joined;
		now->ifindex = l->ifindex;
	}
	if (s->was)
		add_set (&ours, &s->was->all);
	if (s->left)
		add_set (&ours, &s->left->all);
	keep_foreign (&to, now, &ours);
	step_port (p, nic, now, &to, s->plain);
	return TRUE;
}

static gboolean
build_uplinks (plan *p, const site *s, GError **error)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s->sw, i)); i++)
		if (!build_uplink (p, s, nic, error))
			return FALSE;
	return TRUE;
}

static gboolean
same_use (const switch_vlans *a, const switch_vlans *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->plain == b->plain &&
		memcmp (&a->all, &b->all, sizeof a->all) == 0;
}

/* Must every port be looked at, or only those whose own VLAN changes? */
static gboolean
look_at_all (const plan *p, const site *s)
{
	return p->all || !s->base || !same_use (s->want, s->was) ||
		g_strcmp0 (s->base->uplink, s->sw->uplink) != 0 ||
		!model_same_others (s->base, s->sw);
}

static gboolean
changed (const plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);

	return !o || !model_vlan_equal (&o->vlan, &a->vlan);
}

static gboolean
build_ports (plan *p, const site *s, GError **error)
{
	gboolean all = look_at_all (p, s);

	if (all && !build_uplinks (p, s, error))
		return FALSE;
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (a->vswitch && model_name_equal (a->vswitch, s->sw->name) &&
		    (all || changed (p, a)) && !build_port (p, s, a, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
build_switch (plan *p, const site *s, GError **error)
{
	gboolean filters = s->b && s->b->vlan_filtering;

	if (s->b && !s->b->has_vlans) {
		if (s->want == NULL)
			return TRUE;
		kn_bridge_lacks_vlans (p->h->nl, s->bridge, error);
		g_prefix_error (error, "switch '%s': ", s->sw->name);
		return FALSE;
	}
	if (!build_ports (p, s, error))
		return FALSE;
	/* All at once, and before a port joins. */
	if (s->want && !filters)
		step_filter (p, s->bridge, TRUE);
	if (!s->want && filters)
		step_filter (p, s->bridge, FALSE);
	return TRUE;
}

gboolean
plan_vlans_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *sw = p->desired->switches->pdata[i];
		g_autofree char *bridge = names_bridge (sw);
		site s = { .sw = sw, .bridge = bridge };

		s.base = plan_old_switch (p, sw);
		s.leftover = p->leftover ?
			vmnet_model_switch (p->leftover, sw->name) : NULL;
		s.want = vlans_used_on (p, sw);
		s.was = vlans_used_on (p, s.base);
		s.left = vlans_used_on (p, s.leftover);
		if (!s.want && !s.was && !s.left)
			continue;
		s.b = plan_link (p, bridge);
		s.plain = plain_of (s.want, s.b);
		if (!build_switch (p, &s, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- what goes ---- */

/* One that is in the bridge and leaves it. */
static gboolean
strip_uplink (plan *p, const char *nic, const kn_link *b, GError **error)
{
	const kn_link *l = plan_link (p, nic);
	kn_port_vlans *has, to = { 0 };

	if (l == NULL || l->master != b->ifindex)
		return TRUE;
	has = now_of (p, l->ifindex, error);
	if (has == NULL)
		return FALSE;
	vlans_untagged (&to, b->default_pvid);
	step_port (p, nic, has, &to, b->default_pvid);
	return TRUE;
}

/*
 * Bridge and uplink are bare again before they part: so that an undo, which
 * joins them again, gives them back what they had.
 */
static gboolean
remove_one (plan *p, const vmnet_switch *sw, GError **error)
{
	const vmnet_switch *now = vmnet_model_switch (p->desired, sw->name);
	gboolean gone = plan_switch_gone (p, sw);
	g_autofree char *bridge = names_bridge (sw);
	const kn_link *b = plan_link (p, bridge);
	const char *nic;

	if (b == NULL || !b->has_vlans)
		return TRUE;
	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++)
		if ((now ? !vmnet_switch_has_member (now, nic) : gone) &&
		    !strip_uplink (p, nic, b, error))
			return FALSE;
	if (gone && b->vlan_filtering) {
		step_filter (p, bridge, FALSE);
		((kn_link *) b)->vlan_filtering = FALSE;
	}
	return TRUE;
}

gboolean
plan_vlans_remove (plan *p, GError **error)
{
	GHashTableIter i;
	gpointer sw;

	g_hash_table_iter_init (&i, p->vlans);
	while (g_hash_table_iter_next (&i, &sw, NULL))
		if (vmnet_model_switch (p->desired,
					((vmnet_switch *) sw)->name) != sw &&
		    !remove_one (p, sw, error))
			return FALSE;
	return TRUE;
}

/* ---- a port that joins ---- */

gpointer
plan_vlans_of (plan *p, const vmnet_model *m, const vmnet_adapter *a,
	       const char *bridge)
{
	const switch_vlans *s = vlans_used_on (p, plan_switch_of (m, a));
	change *c;

	if (s == NULL)
		return NULL;
	c = g_new0 (change, 1);
	vlans_untagged (&c->from, default_pvid (plan_link (p, bridge)));
	c->to = vlans_of_adapter (&a->vlan, s->plain);
	return c;
}

gboolean
plan_vlans_join (plan *p, const step *s, GError **error)
{
	const change *c = s->data;
	step bare = { .link = s->link };

	return c == NULL || go (p->h->nl, &bare, &c->from, &c->to, error);
}
