/*
 * follow.c - see follow.h.
 */
#include "team/follow.h"

#include <string.h>

#include "move/announce.h"

static const kn_link *
find_link (gpointer user, const char *nic)
{
	const GPtrArray *links = user;

	for (guint i = 0; i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (strcmp (l->name, nic) == 0)
			return l;
	}
	return NULL;
}

/* A member that is not connected is a restore's business. */
static gboolean
follow_member (vmnet_host *h, datapath *d, const team_member *m,
	       gboolean receives)
{
	datapath_member now;

	if (m->ifindex == 0 ||
	    !datapath_member_get (d, h->nl, m->ifindex, &now) ||
	    !now.receives == !receives)
		return FALSE;
	now.receives = receives;
	return datapath_member_set (d, h->nl, m->ifindex, &now, NULL) &&
		kn_port_set_member (h->nl, m->nic, TRUE, receives, NULL);
}

static gboolean
follow_adapter (datapath *d, const team *t, const vmnet_adapter *a)
{
	const team_member *m = &t->members[team_choose (t, a)];
	datapath_way way;

	if (m->ifindex == 0 || !datapath_way_get (d, a->slot, &way) ||
	    way.member == (guint32) m->ifindex)
		return FALSE;
	way.member = m->ifindex;
	return datapath_way_set (d, a->slot, &way, NULL);
}

/* As with members: where there are none, a restore makes them. */
static gboolean
follow_lanes (vmnet_host *h, datapath *d, const team *t, GPtrArray *links)
{
	datapath_lane have[VMNET_TEAM_MAX], want[VMNET_TEAM_MAX];
	g_autofree char *name = names_bridge (t->sw);
	const kn_link *bridge = find_link (links, name);
	guint n_have, n_want;

	if (!t->sw->spreads || bridge == NULL)
		return FALSE;
	n_have = datapath_lanes_get (d, bridge->ifindex, have);
	n_want = team_lanes (h, t, find_link, links, want);
	return n_have && !datapath_lanes_same (have, n_have, want, n_want) &&
		datapath_lanes_set (d, bridge->ifindex, want, n_want, NULL);
}

static gboolean
follow_one (vmnet_host *h, datapath *d, const vmnet_model *m, const team *t,
	    GPtrArray *links)
{
	g_autoptr (GPtrArray) moved = g_ptr_array_new ();
	guint receiver = team_receiver (t);
	gboolean changed = follow_lanes (h, d, t, links);

	/* The ways first: they are what cannot wait. */
	for (guint i = 0; i < m->adapters->len; i++)
		if (model_is_on (t->sw, m->adapters->pdata[i]) &&
		    follow_adapter (d, t, m->adapters->pdata[i]))
			g_ptr_array_add (moved, m->adapters->pdata[i]);
	/* Nobody receives for a moment, rather than two: no frame twice. */
	for (guint i = 0; i < t->n; i++)
		if (i != receiver)
			changed |= follow_member (h, d, &t->members[i],
						  FALSE);
	changed |= follow_member (h, d, &t->members[receiver], TRUE);
	for (guint i = 0; i < moved->len; i++)
		if (!team_by_card (d, moved->pdata[i]))
			announce_adapter (h, moved->pdata[i], t->members[
			team_choose (t, moved->pdata[i])].ifindex);
	return changed || moved->len > 0;
}

gboolean
team_follow (vmnet_host *h, const vmnet_model *m)
{
	datapath *d = host_datapath_if_there (h);
	g_autoptr (GPtrArray) links = NULL;
	gboolean changed = FALSE;
	team t;

	for (guint i = 0; d && i < m->switches->len; i++) {
		const vmnet_switch *sw = m->switches->pdata[i];

		if (!sw->teaming)
			continue;
		if (links == NULL && !(links = kn_links (h->nl, NULL)))
			return changed;
		team_look (&t, sw, find_link, links);
		changed |= follow_one (h, d, m, &t, links);
	}
	return changed;
}
