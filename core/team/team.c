/*
 * team.c - see team.h.
 */
#include "team/team.h"

#include <net/if.h>
#include <string.h>

#include "plan/plan.h"

void
team_look (team *t, const vmnet_switch *sw, team_link_func link,
	   gpointer user)
{
	const char *nic;

	memset (t, 0, sizeof *t);
	t->sw = sw;
	while (t->n < VMNET_TEAM_MAX &&
	       (nic = vmnet_switch_member (sw, t->n))) {
		const kn_link *l = link (user, nic);
		team_member *m = &t->members[t->n++];

		m->nic = nic;
		m->ifindex = l ? l->ifindex : 0;
		m->up = l && l->flags & IFF_UP && l->carrier;
	}
}

guint
team_receiver (const team *t)
{
	for (guint i = 0; i < t->n; i++)
		if (t->members[i].up)
			return i;
	return 0;
}

static guint
home_of (const team *t, const vmnet_adapter *a)
{
	const char *nic = model_team_member (t->sw, a);

	for (guint i = 0; nic && i < t->n; i++)
		if (strcmp (t->members[i].nic, nic) == 0)
			return i;
	return 0;
}

guint
team_choose (const team *t, const vmnet_adapter *a)
{
	guint home = home_of (t, a), up = 0, n;

	for (guint i = 0; i < t->n; i++)
		up += t->members[i].up;
	if (t->members[home].up || up == 0 ||
	    (a->team_stays && g_strcmp0 (a->team_mapping,
					 t->members[home].nic) == 0))
		return home;
	n = a->slot % up;
	for (guint i = 0; i < t->n; i++)
		if (t->members[i].up && n-- == 0)
			return i;
	return home;
}

gboolean
team_by_card (datapath *d, const vmnet_adapter *a)
{
	datapath_way way;

	return datapath_way_get (d, a->slot, &way) &&
		datapath_card_get (d, way.vswitch, a->mac);
}

guint
team_lanes (vmnet_host *h, const team *t, team_link_func link, gpointer user,
	    datapath_lane lanes[VMNET_TEAM_MAX])
{
	guint n = 0;

	for (guint i = 0; i < t->n; i++) {
		const kn_link *l = link (user, t->members[i].nic);

		if (l == NULL)
			continue;
		lanes[n] = (datapath_lane) {
			.ifindex = l->ifindex, .up = t->members[i].up,
			.speed = plan_link_speed (h, l->name),
		};
		memcpy (lanes[n++].mac, l->mac, 6);
	}
	return n;
}
