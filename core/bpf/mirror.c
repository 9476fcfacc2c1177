/*
 * mirror.c - see mirror.h. The programs are port_mirror.bpf.h and
 * port_uplink.bpf.h.
 */
#include "bpf/mirror.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "bpf/internal.h"
#include "bpf/mirror_records.h"

G_STATIC_ASSERT (DATAPATH_MIRROR_PORTS == DP_MIRROR_PORTS);
G_STATIC_ASSERT (DATAPATH_MIRROR_PREFIXES == DP_MIRROR_PREFIXES);
G_STATIC_ASSERT (sizeof (vmnet_vlans) ==
		 sizeof ((struct dp_mirror_port *) 0)->vlans);

#define NS 1000000000ULL
#define BURST_BYTES 65536	/* a GSO frame; and not less than */
#define BURST_TIME (NS / 100)

guint32
datapath_mirror_uplink (int ifindex)
{
	return DP_MIRROR_UPLINK (ifindex);
}

/* ---- a source ---- */

static void
prefixes_to (struct dp_prefixes *to, const datapath_prefixes *from)
{
	to->n = MIN (from->n, DP_MIRROR_PREFIXES);
	for (guint i = 0; i < to->n; i++) {
		const datapath_prefix *p = &from->p[i];
		guint8 mask[16] = { 0 };

		for (guint bit = 0; bit < p->prefix; bit++)
			mask[bit / 8] |= 0x80 >> bit % 8;
		to->p[i].family = p->family == VMNET_ADDR_IPV6 ? DP_IPV6
			: DP_IPV4;
		memcpy (to->p[i].addr, p->addr, sizeof p->addr);
		memcpy (to->p[i].mask, mask, sizeof mask);
	}
}

static void
prefixes_from (datapath_prefixes *to, const struct dp_prefixes *from)
{
	to->n = from->n;
	for (guint i = 0; i < to->n; i++) {
		datapath_prefix *p = &to->p[i];

		p->family = from->p[i].family == DP_IPV6 ? VMNET_ADDR_IPV6
			: VMNET_ADDR_IPV4;
		memcpy (p->addr, from->p[i].addr, sizeof p->addr);
		for (guint j = 0; j < 4; j++)
			p->prefix += __builtin_popcount
				(from->p[i].mask[j]);
	}
}

gboolean
datapath_mirror_set (datapath *d, guint32 source, const datapath_mirror *m,
		     GError **error)
{
	int map = d->maps[DP_MAP_MIRRORS];
	struct dp_mirror v = { 0 };

	if (m == NULL)
		return bpf_map_delete_elem (map, &source) == 0 ||
			errno == ENOENT ||
			dp_fail (error, errno, "end mirroring of source %#x",
				 source);
	v.vswitch = m->vswitch;
	v.tunnel = m->tunnel;
	v.snap = m->snap;
	v.vlan = m->vlan;
	v.rate = m->rate;
	if (m->rate) {
		v.cost = (8 * NS << DP_COST_SHIFT) / m->rate;
		v.burst = MAX (BURST_TIME,
			       v.cost * BURST_BYTES >> DP_COST_SHIFT);
	}
	if (m->tunnel && (source & ~DP_MIRROR_UPLINK (0)) <= 0xffff)
		v.tag = DP_COPY_TAG (g_random_int_range (1, DP_COPY_TAG_IDS),
				     source);
	prefixes_to (&v.local, &m->local);
	prefixes_to (&v.remote, &m->remote);
	return dp_percpu_ensure (d, DP_MAP_COPIES, source,
				 sizeof (struct dp_copies), error) &&
		(bpf_map_update_elem (map, &source, &v, BPF_ANY) == 0 ||
		 dp_fail (error, errno, "set mirroring of source %#x",
			  source));
}

gboolean
datapath_mirror_get (datapath *d, guint32 source, datapath_mirror *out)
{
	struct dp_mirror v;

	memset (out, 0, sizeof *out);
	if (bpf_map_lookup_elem (d->maps[DP_MAP_MIRRORS], &source, &v) != 0)
		return FALSE;
	out->vswitch = v.vswitch;
	out->tunnel = v.tunnel;
	out->snap = v.snap;
	out->vlan = v.vlan;
	out->rate = v.rate;
	prefixes_from (&out->local, &v.local);
	prefixes_from (&out->remote, &v.remote);
	return TRUE;
}

static gboolean
prefixes_equal (const datapath_prefixes *a, const datapath_prefixes *b)
{
	if (a->n != b->n)
		return FALSE;
	for (guint i = 0; i < a->n; i++)
		if (a->p[i].family != b->p[i].family ||
		    a->p[i].prefix != b->p[i].prefix ||
		    memcmp (a->p[i].addr, b->p[i].addr, 16) != 0)
			return FALSE;
	return TRUE;
}

gboolean
datapath_mirror_equal (const datapath_mirror *a, const datapath_mirror *b)
{
	return a->vswitch == b->vswitch && a->tunnel == b->tunnel &&
		a->snap == b->snap && a->rate == b->rate &&
		a->vlan == b->vlan &&
		prefixes_equal (&a->local, &b->local) &&
		prefixes_equal (&a->remote, &b->remote);
}

/* ---- destinations ---- */

gboolean
datapath_mirror_ports_set (datapath *d, guint32 vswitch,
			   const datapath_mirror_port *ports, guint n,
			   GError **error)
{
	int map = d->maps[DP_MAP_MIRROR_PORTS];
	struct dp_mirror_ports v = { .n = MIN (n, DP_MIRROR_PORTS) };

	for (guint i = 0; i < v.n; i++) {
		v.port[i].ifindex = ports[i].ifindex;
		v.port[i].untagged = ports[i].untagged;
		v.port[i].trunk = ports[i].trunk != FALSE;
		memcpy (v.port[i].vlans, ports[i].vlans.bits,
			sizeof v.port[i].vlans);
	}
	if (n == 0 && (bpf_map_delete_elem (map, &vswitch) == 0 ||
		       errno == ENOENT))
		return TRUE;
	if (n && bpf_map_update_elem (map, &vswitch, &v, BPF_ANY) == 0)
		return TRUE;
	return dp_fail (error, errno, "set the %u mirroring destinations of "
			"bridge %u", n, vswitch);
}

guint
datapath_mirror_ports_get (datapath *d, guint32 vswitch,
			   datapath_mirror_port *out)
{
	struct dp_mirror_ports v;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_MIRROR_PORTS], &vswitch,
				 &v) != 0)
		return 0;
	for (guint i = 0; i < v.n; i++) {
		out[i].ifindex = v.port[i].ifindex;
		out[i].untagged = v.port[i].untagged;
		out[i].trunk = v.port[i].trunk;
		memcpy (out[i].vlans.bits, v.port[i].vlans,
			sizeof v.port[i].vlans);
	}
	return v.n;
}

/* ---- uplinks and tunnels ---- */

static gboolean
uplink_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	return dp_hook_clear (d, k, ifindex, DP_PROG_UPLINK_IN, error) &&
		dp_hook_clear (d, k, ifindex, DP_PROG_UPLINK_OUT, error) &&
		dp_hook_tidy (k, ifindex, error);
}

gboolean
datapath_uplink_set (datapath *d, kn *k, int ifindex, gboolean on,
		     GError **error)
{
	if (!on)
		return uplink_clear (d, k, ifindex, error);
	if (dp_hook_put (d, k, ifindex, DP_PROG_UPLINK_IN, error) &&
	    dp_hook_put (d, k, ifindex, DP_PROG_UPLINK_OUT, error))
		return TRUE;
	uplink_clear (d, k, ifindex, NULL);
	return FALSE;
}

gboolean
datapath_uplink_get (datapath *d, kn *k, int ifindex)
{
	return dp_hook_has (d, k, ifindex, DP_PROG_UPLINK_IN) &&
		dp_hook_has (d, k, ifindex, DP_PROG_UPLINK_OUT);
}

gboolean
datapath_tunnel_set (datapath *d, kn *k, int ifindex, GError **error)
{
	return dp_trace (d, DP_PROG_COPY_LOST, "kfree_skb", DP_PIN_LOST,
			 error) &&
		dp_hook_put (d, k, ifindex, DP_PROG_TUNNEL, error);
}

gboolean
datapath_tunnel_get (datapath *d, kn *k, int ifindex)
{
	return dp_hook_has (d, k, ifindex, DP_PROG_TUNNEL);
}

/* ---- counters ---- */

static datapath_count
count_of (const struct dp_copies *c, guint fate)
{
	return (datapath_count) { c->fate[fate].bytes,
		c->fate[fate].packets };
}

gboolean
datapath_copies_get (datapath *d, guint32 source, datapath_copies *out)
{
	struct dp_copies c;
	gboolean there = dp_percpu_sum (d, DP_MAP_COPIES, source,
					(guint64 *) &c,
					sizeof c / sizeof (guint64));

	out->sent = count_of (&c, DP_COPY_SENT);
	out->limited = count_of (&c, DP_COPY_LIMITED);
	out->uncut = count_of (&c, DP_COPY_UNCUT);
	out->refused = count_of (&c, DP_COPY_REFUSED);
	out->away = MIN (c.fate[DP_COPY_AWAY].packets,
			 out->sent.packets);
	return there;
}

void
dp_mirror_forget (datapath *d, guint32 source)
{
	bpf_map_delete_elem (d->maps[DP_MAP_MIRRORS], &source);
	bpf_map_delete_elem (d->maps[DP_MAP_COPIES], &source);
}
