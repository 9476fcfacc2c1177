/*
 * team.c - the part of a plan that makes the physical adapters of a switch a
 * team: their programs, their bridge ports' flags, and the member that each
 * adapter of the switch goes by. Called by plan.c and switch.c.
 */
#include <net/if.h>
#include <string.h>

#include "model/document.h"
#include "move/announce.h"
#include "plan/qos.h"
#include "plan/team.h"

/* ---- members ---- */

typedef struct {
	datapath_member old;
	gboolean had;
} member_data;

static gboolean
member_put (plan *p, const char *nic, const datapath_member *m,
	    GError **error)
{
	datapath *d = host_datapath (p->h, error);
	int ifindex = kn_ifindex (p->h->nl, nic);

	return d && datapath_member_set (d, p->h->nl, ifindex, m, error);
}

static gboolean
member_apply (plan *p, step *s, GError **error)
{
	datapath_member m = {
		.vswitch = kn_ifindex (p->h->nl, s->arg), .receives = s->on,
	};

	return member_put (p, s->link, &m, error);
}

static gboolean
member_clear (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);

	return d && datapath_member_clear (d, p->h->nl, kn_ifindex (
		p->h->nl, s->link), error);
}

static void
member_undo (plan *p, step *s)
{
	member_data *x = s->data;

	if (x->had)
		member_put (p, s->link, &x->old, NULL);
	else
		member_clear (p, s, NULL);
}

static void
member_clear_undo (plan *p, step *s)
{
	member_data *x = s->data;

	member_put (p, s->link, &x->old, NULL);
}

static gboolean
flags_apply (plan *p, step *s, GError **error)
{
	return kn_port_set_member (p->h->nl, s->link, s->n[0], s->n[1], error);
}

static void
flags_undo (plan *p, step *s)
{
	/* A port that has just joined leaves by its own undo. */
	kn_port_set_member (p->h->nl, s->link, s->n[2], s->n[3], NULL);
}

static void
step_flags (plan *p, const kn_link *l, const char *nic, gboolean receives)
{
	step *s = plan_step (p, flags_apply, flags_undo, "port %s: nothing to "
			     "other members of the team, %s", nic, receives
			     ? "flooded" : "not flooded");

	s->link = g_strdup (nic);
	s->n[0] = 1;
	s->n[1] = receives;
	s->n[2] = l->master && l->port_isolated;
	s->n[3] = l->master ? l->port_flood : 1;
}

static const kn_link *
link_of (gpointer user, const char *nic)
{
	return plan_link (user, nic);
}

void
plan_team_look (plan *p, const vmnet_switch *s, team *out)
{
	team_look (out, s, link_of, p);
	/* What the plan sets up is taken to have its link then; where it has
	 * not, the agent hears of it. */
	for (guint i = 0; i < out->n; i++) {
		const kn_link *l = plan_link (p, out->members[i].nic);

		if (l && !(l->flags & IFF_UP) &&
		    !plan_model_is_down (p->desired, l->name))
			out->members[i].up = TRUE;
	}
}

static gboolean
is_receiver (plan *p, const vmnet_switch *s, const char *nic)
{
	team t;

	plan_team_look (p, s, &t);
	return strcmp (t.members[team_receiver (&t)].nic, nic) == 0;
}

void
plan_team_join (plan *p, const vmnet_switch *s, const char *nic,
		const char *bridge)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, nic), *b = plan_link (p, bridge);
	gboolean receives = s->teaming && is_receiver (p, s, nic);
	member_data *x;
	step *t;

	if (!s->teaming)
		return;
	x = g_new0 (member_data, 1);
	x->had = d && datapath_member_get (d, p->h->nl, l->ifindex, &x->old);
	if (x->had && b && x->old.vswitch == (guint32) b->ifindex &&
	    !x->old.receives == !receives) {
		g_free (x);
		return;
	}
	t = plan_step (p, member_apply, member_undo, "make %s a member of the "
		       "team of switch '%s'%s", nic, s->name,
		       receives ? ", which takes broadcasts" : "");
	t->link = g_strdup (nic);
	step_cuts (t, nic);
	t->arg = g_strdup (bridge);
	t->on = receives;
	t->data = x;
	t->data_free = g_free;
}

void
plan_team_joined (plan *p, const vmnet_switch *s, const char *nic,
		  const char *bridge)
{
	const kn_link *l = plan_link (p, nic), *b = plan_link (p, bridge);
	gboolean receives = s->teaming && is_receiver (p, s, nic);
	gboolean joined = b && l->master == b->ifindex;

	if (s->teaming && (!joined || !l->port_isolated ||
			   !l->port_flood != !receives))
		step_flags (p, l, nic, receives);
}

void
plan_team_left (plan *p, const char *nic)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, nic);
	member_data x = { .had = TRUE };
	step *t;

	if (!d || !l || !datapath_member_get (d, p->h->nl, l->ifindex,
					      &x.old))
		return;
	t = plan_step (p, member_clear, member_clear_undo,
		       "%s is no member of a team any more", nic);
	t->link = g_strdup (nic);
	step_cuts (t, nic);
	t->data = g_memdup2 (&x, sizeof x);
	t->data_free = g_free;
}

/* ---- the ways of adapters ---- */

gboolean
plan_team_spreads (const vmnet_switch *s, const vmnet_adapter *a)
{
	return s->teaming && s->spreads && !qos_asks (s, a) &&
		!(a->team_mapping &&
		  vmnet_switch_has_member (s, a->team_mapping));
}

typedef struct {
	vmnet_adapter *adapter;	/* a copy; NULL: none to announce */
	datapath_way old;
	gboolean had;
} way_data;

static void
way_data_free (gpointer data)
{
	way_data *x = data;

	model_adapter_free (x->adapter);
	g_free (x);
}

static gboolean
way_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	way_data *x = s->data;
	datapath_way way = {
		.member = kn_ifindex (p->h->nl, s->link),
		.vswitch = kn_ifindex (p->h->nl, s->arg),
		.spread = s->on,
	};

	memcpy (way.mac, s->mac, sizeof way.mac);
	if (d == NULL || !datapath_way_set (d, s->n[0], &way, error))
		return FALSE;
	/* It was elsewhere: the switches outside are to know. */
	if (x->had && x->old.member != way.member &&
	    !team_by_card (d, x->adapter))
		announce_adapter (p->h, x->adapter, way.member);
	return TRUE;
}

static void
way_undo (plan *p, step *s)
{
	datapath *d = host_datapath (p->h, NULL);
	way_data *x = s->data;

	if (d && x->had)
		datapath_way_set (d, s->n[0], &x->old, NULL);
	else if (d)
		datapath_way_clear (d, s->n[0]);
}

static gboolean
way_drop (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);

	if (d)
		datapath_way_clear (d, s->n[0]);
	return d != NULL;
}

static void
step_way (plan *p, const team *t, const vmnet_adapter *a)
{
	const team_member *m = &t->members[team_choose (t, a)];
	datapath *d = host_datapath_if_there (p->h);
	g_autofree char *bridge = names_bridge (t->sw), *alias = NULL;
	const kn_link *b = plan_link (p, bridge);
	gboolean spread = plan_team_spreads (t->sw, a);
	way_data *x;
	step *s;

	if (m->ifindex == 0)
		return;
	x = g_new0 (way_data, 1);
	x->had = d && datapath_way_get (d, a->slot, &x->old);
	if (x->had && b && x->old.vswitch == (guint32) b->ifindex &&
	    x->old.member == (guint32) m->ifindex &&
	    !x->old.spread == !spread &&
	    memcmp (x->old.mac, a->mac, 6) == 0) {
		g_free (x);
		return;
	}
	alias = names_alias (a);
	s = plan_step (p, way_apply, way_undo, "let '%s' go by member %s of "
		       "the team%s", alias, m->nic, !spread ? "" :
		       ", its flows by all");
	s->on = spread;
	x->adapter = model_adapter_copy (a, NULL);
	s->link = g_strdup (m->nic);
	s->arg = g_steal_pointer (&bridge);
	memcpy (s->mac, a->mac, 6);
	s->n[0] = a->slot;
	s->data = x;
	s->data_free = way_data_free;
}

static void
build_ways (plan *p, const vmnet_switch *sw)
{
	gboolean all = plan_switch_touched (p, sw);
	team t;

	plan_team_look (p, sw, &t);
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (model_is_on (sw, a) &&
		    (all || plan_adapter_touched (p, a)))
			step_way (p, &t, a);
	}
}

gboolean
plan_team_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];

		if (s->teaming)
			build_ways (p, s);
	}
	return TRUE;
}

static gboolean
on_team (const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_switch *s = a ? plan_switch_of (m, a) : NULL;

	return s && s->teaming;
}

static void
remove_of (plan *p, const vmnet_model *m)
{
	datapath *d = host_datapath_if_there (p->h);

	for (guint i = 0; d && m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *alias = NULL;
		way_data *x;
		step *s;

		if (!on_team (m, a) ||
		    on_team (p->desired, g_hash_table_lookup (
				     p->desired_slots,
				     GUINT_TO_POINTER (a->slot))))
			continue;
		x = g_new0 (way_data, 1);
		x->had = datapath_way_get (d, a->slot, &x->old);
		if (!x->had) {
			g_free (x);
			continue;
		}
		alias = names_alias (a);
		s = plan_step (p, way_drop, way_undo,
			       "'%s' goes by no member of a team any more",
			       alias);
		s->n[0] = a->slot;
		s->data = x;
		s->data_free = way_data_free;
	}
}

gboolean
plan_team_remove (plan *p, GError **error)
{
	remove_of (p, p->base);
	remove_of (p, p->leftover);
	return TRUE;
}
