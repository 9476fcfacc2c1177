/*
 * outside.c - has the kernel tell what bridges learn (port_outside.bpf.h), and
 * what they knew before that. Called by load.c when the programs come, and by
 * port.c for each port.
 */
#include "bpf/internal.h"

#include <string.h>

#include <bpf/bpf.h>

#define PIN_UPDATE "vmnet_fdb_update_link"

/* The last one is what fills the map: without the others it would get old. */
static const struct {
	dp_prog prog;
	const char *tracepoint, *pin;
} watches[] = {
	{ DP_PROG_FDB_DELETE, "fdb_delete", "vmnet_fdb_delete_link" },
	{ DP_PROG_FDB_ADD, "br_fdb_add", "vmnet_fdb_add_link" },
	{ DP_PROG_FDB_EXTERN, "br_fdb_external_learn_add",
	  "vmnet_fdb_extern_link" },
	{ DP_PROG_FDB_UPDATE, "br_fdb_update", PIN_UPDATE },
};

void
dp_outside_watch (const datapath *d)
{
	for (guint i = 0; i < G_N_ELEMENTS (watches); i++)
		if (!dp_trace (d, watches[i].prog, watches[i].tracepoint,
			       watches[i].pin, NULL))
			return;
}

static gboolean
is_watching (const datapath *d)
{
	g_autofree char *pin = dp_pin_path (d->pin_dir, DP_FOLDER_PROGS,
					    PIN_UPDATE);

	return g_file_test (pin, G_FILE_TEST_EXISTS);
}

void
dp_outside_forget (datapath *d, const struct dp_station *s)
{
	bpf_map_delete_elem (d->maps[DP_MAP_OUTSIDE], s);
}

/* ---- what was learned before ---- */

static const kn_port_vlans *
vlans_of (const GPtrArray *all, int ifindex)
{
	for (guint i = 0; all && i < all->len; i++) {
		const kn_port_vlans *v = all->pdata[i];

		if (v->ifindex == ifindex)
			return v;
	}
	return NULL;
}

/* As `way_by` has it. FALSE: not by us. */
static gboolean
way_by (datapath *d, const kn_fdb *f, const GPtrArray *vlans,
	struct dp_station *s, struct dp_outside *o)
{
	const kn_port_vlans *v = vlans_of (vlans, f->ifindex);
	struct dp_port ours;

	if (f->is_static || f->is_local || f->ifindex >= DP_NEAR_PORTS ||
	    dp_port_read (d, f->ifindex, &ours) ||
	    (f->vlan && (!v || !vmnet_vlans_has (&v->member, f->vlan))))
		return FALSE;
	*o = (struct dp_outside) { .to = f->ifindex, .vid = f->vlan };
	if (f->vlan && !vmnet_vlans_has (&v->untagged, f->vlan))
		o->tag = f->vlan;
	s->vlan = f->vlan && v->pvid == f->vlan ? 0 : f->vlan;
	memcpy (s->mac, f->mac, sizeof s->mac);
	return TRUE;
}

static gboolean
is_among (const GPtrArray *fdbs, const kn_fdb *f)
{
	for (guint i = 0; i < fdbs->len; i++) {
		const kn_fdb *g = fdbs->pdata[i];

		if (g->ifindex == f->ifindex && g->vlan == f->vlan &&
		    memcmp (g->mac, f->mac, sizeof f->mac) == 0)
			return TRUE;
	}
	return FALSE;
}

/* What was told in between stays. */
static void
learn (datapath *d, kn *k, const GPtrArray *fdbs, const GPtrArray *vlans)
{
	int map = d->maps[DP_MAP_OUTSIDE];

	for (guint i = 0; i < fdbs->len; i++) {
		const kn_fdb *f = fdbs->pdata[i];
		g_autoptr (kn_link) l = NULL;
		struct dp_station s = { 0 };
		struct dp_outside o;

		if (!way_by (d, f, vlans, &s, &o))
			continue;
		l = kn_link_get_index (k, f->ifindex, NULL);
		s.vswitch = l ? l->master : 0;
		if (s.vswitch)
			bpf_map_update_elem (map, &s, &o, BPF_NOEXIST);
	}
}

/* One that went while it was written: nobody will tell of that again. */
static void
unlearn (datapath *d, const GPtrArray *fdbs)
{
	struct dp_station s, next;
	struct dp_outside o;
	gboolean more = bpf_map_get_next_key (d->maps[DP_MAP_OUTSIDE], NULL,
					      &next) == 0;

	while (more) {
		kn_fdb f = { 0 };

		s = next;
		more = bpf_map_get_next_key (d->maps[DP_MAP_OUTSIDE], &s,
					     &next) == 0;
		if (bpf_map_lookup_elem (d->maps[DP_MAP_OUTSIDE], &s, &o) != 0)
			continue;
		f.ifindex = o.to;
		f.vlan = o.vid;
		memcpy (f.mac, s.mac, sizeof f.mac);
		if (fdbs == NULL || !is_among (fdbs, &f))
			dp_outside_forget (d, &s);
	}
}

void
dp_outside_at_home (datapath *d, kn *k)
{
	guint64 cookie = kn_netns_cookie (k), there = 0;
	g_autoptr (GPtrArray) vlans = NULL, before = NULL, after = NULL;
	guint32 zero = 0;

	if (cookie == 0 || d->home == cookie)
		return;
	d->home = cookie;
	bpf_map_lookup_elem (d->maps[DP_MAP_HOME], &zero, &there);
	if (there == cookie || !is_watching (d) ||
	    bpf_map_update_elem (d->maps[DP_MAP_HOME], &zero, &cookie,
				 BPF_ANY) != 0)
		return;
	vlans = kn_port_vlans_all (k, NULL);
	before = kn_fdbs (k, NULL);
	if (before)
		learn (d, k, before, vlans);
	after = kn_fdbs (k, NULL);
	unlearn (d, after);
}
