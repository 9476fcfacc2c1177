/*
 * balance.c - the part of a plan that lets the members of a team share the flows
 * of its adapters, where a switch has -LoadBalancingAlgorithm Dynamic. Called by
 * plan.c.
 */
#include <string.h>

#include "model/document.h"
#include "plan/team.h"

typedef struct {
	datapath_lane old[VMNET_TEAM_MAX], now[VMNET_TEAM_MAX];
	guint n_old, n_now;
} lanes_data;

static gboolean
tell (plan *p, const char *bridge, const datapath_lane *lanes, guint n,
      GError **error)
{
	datapath *d = host_datapath (p->h, error);
	int ifindex = kn_ifindex (p->h->nl, bridge);

	if (d && n == 0)
		datapath_lanes_clear (d, ifindex);
	return d && (n == 0 ||
		     datapath_lanes_set (d, ifindex, lanes, n, error));
}

static gboolean
lanes_apply (plan *p, step *s, GError **error)
{
	const lanes_data *x = s->data;

	return tell (p, s->link, x->now, x->n_now, error);
}

static void
lanes_undo (plan *p, step *s)
{
	const lanes_data *x = s->data;

	tell (p, s->link, x->old, x->n_old, NULL);
}

static const kn_link *
link_of (gpointer user, const char *nic)
{
	return plan_link (user, nic);
}

/* "pnic0 1000000000 bit/s, pnic1 without a link"; owned. */
static char *
lanes_text (plan *p, const team *t, const lanes_data *x)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < t->n; i++)
		for (guint j = 0; j < x->n_now; j++) {
			const datapath_lane *l = &x->now[j];

			if (l->ifindex != (guint32) t->members[i].ifindex)
				continue;
			g_string_append_printf (s, "%s%s", s->len ? ", " : "",
						t->members[i].nic);
			if (!l->up)
				g_string_append (s, " without a link");
			else if (l->speed)
				g_string_append_printf (
					s, " %" G_GUINT64_FORMAT " bit/s",
					l->speed);
		}
	return g_string_free (s, FALSE);
}

static void
spread (plan *p, const vmnet_switch *s)
{
	datapath *d = host_datapath_if_there (p->h);
	g_autofree char *bridge = names_bridge (s), *text = NULL;
	const kn_link *b = plan_link (p, bridge);
	g_autofree lanes_data *x = g_new0 (lanes_data, 1);
	step *t;
	team m;

	plan_team_look (p, s, &m);
	if (d && b)
		x->n_old = datapath_lanes_get (d, b->ifindex, x->old);
	x->n_now = team_lanes (p->h, &m, link_of, p, x->now);
	if (x->n_now == 0 ||
	    datapath_lanes_same (x->old, x->n_old, x->now, x->n_now))
		return;
	text = lanes_text (p, &m, x);
	t = plan_step (p, lanes_apply, lanes_undo, "spread flows over the team "
		       "of switch '%s': %s", s->name, text);
	t->link = g_steal_pointer (&bridge);
	t->data = g_steal_pointer (&x);
	t->data_free = g_free;
}

static void
gather (plan *p, const vmnet_switch *s)
{
	datapath *d = host_datapath_if_there (p->h);
	g_autofree char *bridge = names_bridge (s);
	const kn_link *b = d ? plan_link (p, bridge) : NULL;
	g_autofree lanes_data *x = g_new0 (lanes_data, 1);
	step *t;

	if (b == NULL)
		return;
	x->n_old = datapath_lanes_get (d, b->ifindex, x->old);
	if (x->n_old == 0)
		return;
	t = plan_step (p, lanes_apply, lanes_undo, "spread no flows over the "
		       "team of switch '%s'", s->name);
	t->link = g_steal_pointer (&bridge);
	t->data = g_steal_pointer (&x);
	t->data_free = g_free;
}

/* Also of a switch that nobody touched: an address of a member may have been
 * lent to the host's adapter. */
gboolean
plan_balance_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];

		if (s->teaming && s->spreads)
			spread (p, s);
		else if (s->teaming && plan_switch_touched (p, s))
			gather (p, s);
	}
	return TRUE;
}

static void
gather_gone (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const vmnet_switch *now = vmnet_model_switch (p->desired,
							      s->name);

		if (s->spreads && (plan_switch_gone (p, s) ||
				   (now && !now->teaming)))
			gather (p, s);
	}
}

gboolean
plan_balance_remove (plan *p, GError **error)
{
	gather_gone (p, p->base);
	gather_gone (p, p->leftover);
	return TRUE;
}
