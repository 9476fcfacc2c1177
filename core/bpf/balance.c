/*
 * balance.c - see balance.h.
 */
#include "bpf/balance.h"
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#define SPEED_UNKNOWN 10000000000ULL
#define SECOND_NS 1000000000ULL

G_STATIC_ASSERT (DP_LANES == VMNET_TEAM_MAX);

/* ns for 1 << DP_COST_UNIT bytes. */
static guint32
cost_of (guint64 speed)
{
	guint64 bits = 8ULL << DP_COST_UNIT;

	return MAX (1, bits * SECOND_NS / (speed ? speed : SPEED_UNKNOWN));
}

/* As fine as the cost is: what is written is found again. */
static gboolean
same_speed (guint64 a, guint64 b)
{
	return cost_of (a) == cost_of (b);
}

static guint64
speed_of (guint32 cost)
{
	return (8ULL << DP_COST_UNIT) * SECOND_NS / MAX (cost, 1);
}

static struct dp_team_mac
own_mac (guint32 vswitch, const guint8 mac[6])
{
	struct dp_team_mac key = { .vswitch = vswitch };

	memcpy (key.mac, mac, sizeof key.mac);
	return key;
}

/* What comes back from outside with it is an echo. An adapter's stays that
 * adapter's. */
static gboolean
learn_mac (datapath *d, guint32 vswitch, const guint8 mac[6])
{
	struct dp_team_mac key = own_mac (vswitch, mac);
	guint32 own = DP_TEAM_OWN;

	return bpf_map_update_elem (d->maps[DP_MAP_TEAM_MACS], &key, &own,
				    BPF_NOEXIST) == 0 || errno == EEXIST;
}

static void
forget_mac (datapath *d, guint32 vswitch, const guint8 mac[6])
{
	struct dp_team_mac key = own_mac (vswitch, mac);
	guint32 whose;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_MACS], &key,
				 &whose) == 0 && whose == DP_TEAM_OWN)
		bpf_map_delete_elem (d->maps[DP_MAP_TEAM_MACS], &key);
}

/* What it has carried stays known. */
static gboolean
set_cost (datapath *d, guint32 ifindex, guint64 speed)
{
	struct dp_load l = { 0 };

	bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_LOADS], &ifindex, &l);
	if (l.cost == cost_of (speed))
		return TRUE;
	l.cost = cost_of (speed);
	return bpf_map_update_elem (d->maps[DP_MAP_TEAM_LOADS], &ifindex, &l,
				    BPF_ANY) == 0;
}

static gboolean
has_lane (const struct dp_lanes *t, const struct dp_lane *lane)
{
	for (guint i = 0; i < t->n; i++)
		if (t->lane[i].ifindex == lane->ifindex &&
		    memcmp (t->lane[i].mac, lane->mac, 6) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
has_member (const struct dp_lanes *t, guint32 ifindex)
{
	for (guint i = 0; i < t->n; i++)
		if (t->lane[i].ifindex == ifindex)
			return TRUE;
	return FALSE;
}

/* Those of `was` that are not in `now`. */
static void
forget (datapath *d, guint32 vswitch, const struct dp_lanes *was,
	const struct dp_lanes *now)
{
	for (guint i = 0; i < was->n && i < DP_LANES; i++) {
		guint32 ifindex = was->lane[i].ifindex;

		if (!has_lane (now, &was->lane[i]))
			forget_mac (d, vswitch, was->lane[i].mac);
		if (!has_member (now, ifindex))
			bpf_map_delete_elem (d->maps[DP_MAP_TEAM_LOADS],
					     &ifindex);
	}
}

static gboolean
ensure_flows (datapath *d, guint32 vswitch)
{
	g_autofree struct dp_flows *none = g_new0 (struct dp_flows, 1);

	return bpf_map_update_elem (d->maps[DP_MAP_TEAM_FLOWS], &vswitch,
				    none, BPF_NOEXIST) == 0 || errno == EEXIST;
}

gboolean
datapath_lanes_set (datapath *d, guint32 vswitch, const datapath_lane *lanes,
		    guint n, GError **error)
{
	struct dp_lanes now = { .n = MIN (n, DP_LANES) }, was = { 0 };
	gboolean ok = ensure_flows (d, vswitch);

	bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_LANES], &vswitch, &was);
	for (guint i = 0; ok && i < now.n; i++) {
		now.lane[i].ifindex = lanes[i].ifindex;
		now.lane[i].up = lanes[i].up ? 1 : 0;
		memcpy (now.lane[i].mac, lanes[i].mac, 6);
		ok = learn_mac (d, vswitch, lanes[i].mac) &&
			set_cost (d, lanes[i].ifindex, lanes[i].speed);
	}
	if (!ok || bpf_map_update_elem (d->maps[DP_MAP_TEAM_LANES], &vswitch,
					&now, BPF_ANY) != 0)
		return dp_fail (error, errno, "spread flows over the team of "
				"bridge %u", vswitch);
	forget (d, vswitch, &was, &now);
	return TRUE;
}

guint
datapath_lanes_get (datapath *d, guint32 vswitch,
		    datapath_lane lanes[VMNET_TEAM_MAX])
{
	struct dp_lanes t;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_LANES], &vswitch,
				 &t) != 0)
		return 0;
	for (guint i = 0; i < t.n && i < DP_LANES; i++) {
		guint32 ifindex = t.lane[i].ifindex;
		struct dp_load l = { 0 };

		bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_LOADS], &ifindex,
				     &l);
		lanes[i] = (datapath_lane) {
			.ifindex = ifindex, .up = t.lane[i].up,
			.speed = speed_of (l.cost),
		};
		memcpy (lanes[i].mac, t.lane[i].mac, 6);
	}
	return t.n;
}

gboolean
datapath_lanes_same (const datapath_lane *a, guint na, const datapath_lane *b,
		     guint nb)
{
	for (guint i = 0; na == nb && i < na; i++)
		if (a[i].ifindex != b[i].ifindex || !a[i].up != !b[i].up ||
		    memcmp (a[i].mac, b[i].mac, 6) != 0 ||
		    !same_speed (a[i].speed, b[i].speed))
			return FALSE;
	return na == nb;
}

void
datapath_lanes_clear (datapath *d, guint32 vswitch)
{
	struct dp_lanes was, none = { 0 };

	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_LANES], &vswitch,
				 &was) != 0)
		return;
	bpf_map_delete_elem (d->maps[DP_MAP_TEAM_LANES], &vswitch);
	bpf_map_delete_elem (d->maps[DP_MAP_TEAM_FLOWS], &vswitch);
	forget (d, vswitch, &was, &none);
}

static guint64
now_ns (void)
{
	struct timespec t;

	clock_gettime (CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

gboolean
datapath_balance_get (datapath *d, guint32 vswitch, datapath_balance *out)
{
	g_autofree struct dp_flows *f = g_new (struct dp_flows, 1);
	guint64 since = now_ns () - SECOND_NS;
	struct dp_lanes t;

	memset (out, 0, sizeof *out);
	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_LANES], &vswitch,
				 &t) != 0 ||
	    bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_FLOWS], &vswitch,
				 f) != 0)
		return FALSE;
	out->moved = f->moved;
	out->n = MIN (t.n, DP_LANES);
	for (guint i = 0; i < out->n; i++) {
		out->lanes[i].ifindex = t.lane[i].ifindex;
		for (guint j = 0; j < DP_BUCKETS; j++)
			out->lanes[i].flows += f->bucket[j].last > since &&
				f->bucket[j].member == t.lane[i].ifindex;
	}
	return TRUE;
}
