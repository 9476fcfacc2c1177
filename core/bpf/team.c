/*
 * team.c - tells the team programs (team.bpf.h) which physical adapters are
 * members, and by which of them each adapter goes. Called by plan/, core/team
 * and view/.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

/* ---- members ---- */

static gboolean
member_read (datapath *d, guint32 ifindex, datapath_member *out)
{
	struct dp_member m;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_MEMBERS], &ifindex,
				 &m) != 0)
		return FALSE;
	out->vswitch = m.vswitch;
	out->receives = m.receives;
	return TRUE;
}

gboolean
datapath_member_get (datapath *d, kn *k, int ifindex, datapath_member *out)
{
	return member_read (d, ifindex, out) &&
		dp_hook_has (d, k, ifindex, DP_PROG_TEAM_IN) &&
		dp_hook_has (d, k, ifindex, DP_PROG_TEAM_OUT);
}

static gboolean
attach (datapath *d, kn *k, int ifindex, GError **error)
{
	return dp_hook_put (d, k, ifindex, DP_PROG_TEAM_IN, error) &&
		dp_hook_put (d, k, ifindex, DP_PROG_TEAM_OUT, error);
}

gboolean
datapath_member_set (datapath *d, kn *k, int ifindex,
		     const datapath_member *m, GError **error)
{
	struct dp_member now = { m->vswitch, m->receives ? 1 : 0 };
	datapath_member was;
	guint32 key = ifindex;

	if (!dp_percpu_ensure (d, DP_MAP_TEAM_COUNTS, key,
			       sizeof (struct dp_member_count), error))
		return FALSE;
	if (bpf_map_update_elem (d->maps[DP_MAP_TEAM_MEMBERS], &key, &now,
				 BPF_ANY) != 0)
		return dp_fail (error, errno, "make interface %d a member of "
				"a team", ifindex);
	/* Where only the one that receives changes, they are there. */
	if (datapath_member_get (d, k, ifindex, &was) ||
	    attach (d, k, ifindex, error))
		return TRUE;
	datapath_member_clear (d, k, ifindex, NULL);
	return FALSE;
}

gboolean
datapath_member_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 key = ifindex;

	if (!dp_hook_clear (d, k, ifindex, DP_PROG_TEAM_IN, error) ||
	    !dp_hook_clear (d, k, ifindex, DP_PROG_TEAM_OUT, error))
		return FALSE;
	bpf_map_delete_elem (d->maps[DP_MAP_TEAM_MEMBERS], &key);
	bpf_map_delete_elem (d->maps[DP_MAP_TEAM_COUNTS], &key);
	return TRUE;
}

static datapath_count
count_of (const struct dp_count *c)
{
	datapath_count out = { .bytes = c->bytes, .packets = c->packets };

	return out;
}

gboolean
datapath_member_counts (datapath *d, int ifindex, datapath_member_count *out)
{
	struct dp_member_count c;
	gboolean there = dp_percpu_sum (d, DP_MAP_TEAM_COUNTS, ifindex,
					(guint64 *) &c, sizeof c / 8);

	out->sent = count_of (&c.sent);
	out->received = count_of (&c.received);
	out->echoes = count_of (&c.echoes);
	out->others = count_of (&c.others);
	return there;
}

/* ---- ways ---- */

static struct dp_team_mac
mac_key (const struct dp_way *w)
{
	struct dp_team_mac key = { .vswitch = w->vswitch };

	memcpy (key.mac, w->mac, sizeof key.mac);
	return key;
}

/* One that another slot has taken over stays that one's. */
static void
forget_mac (datapath *d, guint32 slot, const struct dp_way *w)
{
	struct dp_team_mac key = mac_key (w);
	guint32 whose;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_MACS], &key,
				 &whose) == 0 && whose == slot)
		bpf_map_delete_elem (d->maps[DP_MAP_TEAM_MACS], &key);
}

static gboolean
way_read (datapath *d, guint32 slot, struct dp_way *out)
{
	return bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_PORTS], &slot,
				    out) == 0;
}

gboolean
datapath_way_get (datapath *d, guint32 slot, datapath_way *out)
{
	struct dp_way w;
	struct dp_team_mac key;
	guint32 whose;

	if (!way_read (d, slot, &w))
		return FALSE;
	key = mac_key (&w);
	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_MACS], &key,
				 &whose) != 0 || whose != slot)
		return FALSE;
	out->member = w.member;
	out->vswitch = w.vswitch;
	memcpy (out->mac, w.mac, sizeof out->mac);
	out->spread = w.spread;
	return TRUE;
}

gboolean
datapath_way_set (datapath *d, guint32 slot, const datapath_way *way,
		  GError **error)
{
	struct dp_way w = { .member = way->member, .vswitch = way->vswitch,
			    .spread = way->spread ? 1 : 0 };
	struct dp_way was;
	struct dp_team_mac key, old;

	memcpy (w.mac, way->mac, sizeof w.mac);
	key = mac_key (&w);
	if (way_read (d, slot, &was)) {
		old = mac_key (&was);
		if (memcmp (&old, &key, sizeof key) != 0)
			forget_mac (d, slot, &was);
	}
	if (bpf_map_update_elem (d->maps[DP_MAP_TEAM_PORTS], &slot, &w,
				 BPF_ANY) != 0 ||
	    bpf_map_update_elem (d->maps[DP_MAP_TEAM_MACS], &key, &slot,
				 BPF_ANY) != 0)
		return dp_fail (error, errno, "bind slot %u to a member of "
				"its team", slot);
	return TRUE;
}

void
datapath_way_clear (datapath *d, guint32 slot)
{
	struct dp_way was;

	if (!way_read (d, slot, &was))
		return;
	forget_mac (d, slot, &was);
	bpf_map_delete_elem (d->maps[DP_MAP_TEAM_PORTS], &slot);
}
