/*
 * mirror.c - the part of a plan about port mirroring: who is a source and what
 * of it is copied, who of a switch gets copies, and the programs of an uplink
 * that is a source. Called by plan.c. A port's own program learns that it is a
 * source in policy.c, tunnels are made in tunnel.c. A team is a source as a
 * whole, known by its bridge; its members' programs ask for it by themselves.
 */
#include "plan/mirror.h"

#include <string.h>

#include "bpf/mirror.h"
#include "model/check.h"

GArray *
mirror_sources (const vmnet_model *m)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (mirror_source));

	for (guint i = 0; m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		mirror_source s = { a, NULL, &a->mirror };

		if (a->mirror.mode != VMNET_MIRROR_SOURCE)
			continue;
		s.vswitch = plan_switch_of (m, a);
		g_array_append_val (out, s);
	}
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *sw = m->switches->pdata[i];
		mirror_source s = { NULL, sw, &sw->mirror };

		if (sw->uplink && sw->mirror.mode == VMNET_MIRROR_SOURCE)
			g_array_append_val (out, s);
	}
	return out;
}

char *
mirror_source_text (const mirror_source *s)
{
	if (s->adapter)
		return check_adapter_text (s->adapter->vm, s->adapter->name);
	return g_strdup_printf ("external port of switch '%s'",
				s->vswitch->name);
}

/* Is anything mirrored at all? Nearly always not. */
static gboolean
mirrors (const vmnet_model *m)
{
	for (guint i = 0; m && i < m->adapters->len; i++)
		if (((vmnet_adapter *) m->adapters->pdata[i])->mirror.mode)
			return TRUE;
	for (guint i = 0; m && i < m->switches->len; i++)
		if (((vmnet_switch *) m->switches->pdata[i])->mirror.mode)
			return TRUE;
	return FALSE;
}

static gboolean
concerns (const plan *p)
{
	return mirrors (p->base) || mirrors (p->leftover) ||
		mirrors (p->desired);
}

/* ---- the destinations of a switch ---- */

typedef struct {
	char *names[DATAPATH_MIRROR_PORTS];	/* of ports; owned */
	datapath_mirror_port now[DATAPATH_MIRROR_PORTS];
	datapath_mirror_port old[DATAPATH_MIRROR_PORTS];
	guint n, n_old;
} group;

static void
group_free (gpointer data)
{
	group *g = data;

	for (guint i = 0; i < g->n; i++)
		g_free (g->names[i]);
	g_free (g);
}

static void
add_port (group *g, plan *p, const vmnet_adapter *a)
{
	datapath_mirror_port *x = &g->now[g->n];
	const kn_link *l;

	g->names[g->n] = names_port (a);
	l = plan_link (p, g->names[g->n]);
	x->ifindex = l ? l->ifindex : 0;
	x->trunk = a->vlan.mode == VMNET_VLAN_TRUNK;
	x->untagged = model_vlan_untagged (&a->vlan);
	if (x->trunk && a->vlan.allowed)
		model_vlans_add_list (&x->vlans, a->vlan.allowed);
	g->n++;
}

/* What the switch is to have; `s` NULL: nothing, it goes. */
static group *
group_of (plan *p, const vmnet_switch *s)
{
	group *g = g_new0 (group, 1);

	for (guint i = 0; s && i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (a->mirror.mode == VMNET_MIRROR_DESTINATION &&
		    g->n < DATAPATH_MIRROR_PORTS &&
		    model_name_equal (a->vswitch, s->name))
			add_port (g, p, a);
	}
	return g;
}

static gboolean
group_set (plan *p, const char *bridge, const datapath_mirror_port *ports,
	   guint n, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	int ifindex = kn_ifindex (p->h->nl, bridge);

	return d && (!ifindex || datapath_mirror_ports_set (d, ifindex, ports,
							    n, error));
}

static gboolean
group_apply (plan *p, step *s, GError **error)
{
	datapath_mirror_port there[DATAPATH_MIRROR_PORTS];
	group *g = s->data;
	guint n = 0;

	for (guint i = 0; i < g->n; i++) {
		there[n] = g->now[i];
		there[n].ifindex = kn_ifindex (p->h->nl, g->names[i]);
		n += there[n].ifindex != 0;
	}
	return group_set (p, s->link, there, n, error);
}

static void
group_undo (plan *p, step *s)
{
	group *g = s->data;

	group_set (p, s->link, g->old, g->n_old, NULL);
}

static guint
present (plan *p, const char *bridge, datapath_mirror_port *out)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, bridge);

	return d && l ? datapath_mirror_ports_get (d, l->ifindex, out) : 0;
}

static gboolean
same_port (const datapath_mirror_port *a, const datapath_mirror_port *b)
{
	return a->ifindex == b->ifindex && a->untagged == b->untagged &&
		!a->trunk == !b->trunk &&
		memcmp (&a->vlans, &b->vlans, sizeof a->vlans) == 0;
}

static gboolean
has_port (const group *g, int ifindex)
{
	for (guint i = 0; i < g->n; i++)
		if (g->now[i].ifindex == ifindex)
			return TRUE;
	return FALSE;
}

/* Of those that are there, the ones that stay. */
static guint
staying (const group *g, const datapath_mirror_port *have, guint n,
	 datapath_mirror_port *out)
{
	guint kept = 0;

	for (guint i = 0; i < n; i++)
		if (has_port (g, have[i].ifindex))
			out[kept++] = have[i];
	return kept;
}

static void
group_step (plan *p, const char *bridge, group *g)
{
	step *s = plan_step (p, group_apply, group_undo,
			     "copies on bridge %s go to %u mirroring "
			     "destinations", bridge, g->n);

	s->link = g_strdup (bridge);
	s->data = g;
	s->data_free = group_free;
}

/* Before a port goes, nothing is sent there any more. */
static void
shrink (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		g_autofree char *bridge = names_bridge (s);
		group *g = group_of (p, plan_switch_gone (p, s) ? NULL : s);
		group *less = g_new0 (group, 1);

		less->n_old = present (p, bridge, less->old);
		less->n = staying (g, less->old, less->n_old, less->now);
		for (guint j = 0; j < less->n; j++)
			for (guint k = 0; k < g->n; k++)
				if (g->now[k].ifindex == less->now[j].ifindex)
					less->names[j] =
						g_strdup (g->names[k]);
		group_free (g);
		if (less->n < less->n_old)
			group_step (p, bridge, less);
		else
			group_free (less);
	}
}

gboolean
plan_mirror_remove (plan *p, GError **error)
{
	if (concerns (p)) {
		shrink (p, p->base);
		shrink (p, p->leftover);
	}
	return TRUE;
}

static gboolean
group_same (const group *g)
{
	if (g->n != g->n_old)
		return FALSE;
	for (guint i = 0; i < g->n; i++)
		if (g->now[i].ifindex == 0 ||
		    !same_port (&g->now[i], &g->old[i]))
			return FALSE;
	return TRUE;
}

static void
build_group (plan *p, const vmnet_switch *s)
{
	g_autofree char *bridge = names_bridge (s);
	group *g = group_of (p, s);
	datapath_mirror_port have[DATAPATH_MIRROR_PORTS];
	guint n = present (p, bridge, have);

	g->n_old = staying (g, have, n, g->old);
	if (group_same (g))
		group_free (g);
	else
		group_step (p, bridge, g);
}

/* ---- sources ---- */

typedef struct {
	datapath_mirror now, old;
	char *old_tunnel;	/* its name: made anew, it has another number */
	gboolean had, had_uplink;
} source_data;

static void
source_data_free (gpointer data)
{
	source_data *x = data;

	g_free (x->old_tunnel);
	g_free (x);
}

/* Interfaces that are yet to be made are 0. */
static guint32
index_of (plan *p, const char *name)
{
	const kn_link *l = plan_link (p, name);

	return l ? l->ifindex : 0;
}

static void
filter_of (const char *list, datapath_prefixes *out)
{
	g_auto (GStrv) parts = g_strsplit (list ? list : "", ",", -1);

	for (guint i = 0; parts[i] && i < DATAPATH_MIRROR_PREFIXES; i++) {
		datapath_prefix *x = &out->p[out->n];
		vmnet_acl acl = { 0 };

		if (!vmnet_acl_parse (parts[i], FALSE, &acl, NULL))
			continue;
		x->family = acl.family;
		x->prefix = acl.prefix;
		memcpy (x->addr, acl.addr, sizeof x->addr);
		out->n++;
	}
}

static datapath_mirror
settings_of (const mirror_source *s)
{
	const vmnet_adapter *a = s->adapter;
	datapath_mirror m = { .snap = s->mirror->snap,
		.rate = s->mirror->rate };

	if (a)
		m.vlan = model_vlan_untagged (&a->vlan);
	filter_of (s->mirror->local, &m.local);
	filter_of (s->mirror->remote, &m.remote);
	return m;
}

/* The interface that a switch is a source by; owned. */
static char *
external (const vmnet_switch *s)
{
	return s->teaming ? names_bridge (s) : g_strdup (s->uplink);
}

/* s->n[0]: the source where it is a port, else 0 and s->link the uplink; s->on:
 * which gets programs. */
static guint32
source_number (plan *p, const step *s)
{
	int ifindex;

	if (s->link == NULL)
		return s->n[0];
	ifindex = kn_ifindex (p->h->nl, s->link);
	return ifindex ? datapath_mirror_uplink (ifindex) : 0;
}

static gboolean
put (plan *p, const step *s, const datapath_mirror *m, gboolean programs,
     GError **error)
{
	datapath *d = host_datapath (p->h, error);
	kn *k = p->h->nl;
	guint32 number = source_number (p, s);

	if (d == NULL)
		return FALSE;
	return number == 0 ||
		(datapath_mirror_set (d, number, m, error) &&
		 (!s->on || datapath_uplink_set (d, k, kn_ifindex (
			k, s->link), programs, error)));
}

static gboolean
source_apply (plan *p, step *s, GError **error)
{
	source_data *x = s->data;
	kn *k = p->h->nl;

	if (!p->all && !mirror_loops_ok (p, TRUE, error))
		return FALSE;
	x->now.vswitch = s->arg ? kn_ifindex (k, s->arg) : 0;
	x->now.tunnel = s->old ? kn_ifindex (k, s->old) : 0;
	return put (p, s, &x->now, TRUE, error);
}

static gboolean
source_end (plan *p, step *s, GError **error)
{
	return put (p, s, NULL, FALSE, error);
}

static void
source_undo (plan *p, step *s)
{
	source_data *x = s->data;

	if (x->old_tunnel)
		x->old.tunnel = kn_ifindex (p->h->nl, x->old_tunnel);
	put (p, s, x->had ? &x->old : NULL, x->had_uplink, NULL);
}

static gboolean
same_external (const vmnet_switch *a, const vmnet_switch *b)
{
	g_autofree char *x = external (a), *y = external (b);

	return strcmp (x, y) == 0;
}

/* The source that is the same port, or uplink; NULL: none is. */
static const mirror_source *
same_source (const mirror_source *s, const GArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		const mirror_source *t = &g_array_index (all, mirror_source,
							 i);

		if (s->adapter ? t->adapter &&
		    s->adapter->slot == t->adapter->slot : !t->adapter &&
		    same_external (s->vswitch, t->vswitch))
			return t;
	}
	return NULL;
}

/* The tunnel that it has had till now; owned, or NULL. */
static char *
tunnel_before (plan *p, const mirror_source *s)
{
	g_autoptr (GArray) was = mirror_sources (p->base);
	const mirror_source *o = same_source (s, was);

	return o && o->mirror->to ? names_tunnel (o->mirror) : NULL;
}

static source_data *
source_data_new (plan *p, const mirror_source *s)
{
	datapath *d = host_datapath_if_there (p->h);
	source_data *x = g_new0 (source_data, 1);
	g_autofree char *link = s->adapter ? NULL : external (s->vswitch);
	guint32 uplink = link ? index_of (p, link) : 0;

	if (d == NULL || (!s->adapter && uplink == 0))
		return x;
	x->had = datapath_mirror_get (d, s->adapter ? s->adapter->slot
		: datapath_mirror_uplink (uplink), &x->old);
	if (x->old.tunnel)
		x->old_tunnel = tunnel_before (p, s);
	x->had_uplink = uplink && (s->vswitch->teaming ||
				   datapath_uplink_get (d, p->h->nl, uplink));
	return x;
}

static step *
source_step (plan *p, const mirror_source *s, source_data *x, gboolean on)
{
	g_autofree char *text = mirror_source_text (s);
	step *t = plan_step (p, on ? source_apply : source_end, source_undo,
			     "%s to copy what passes the %s",
			     on ? "begin" : "cease", text);

	t->n[0] = s->adapter ? s->adapter->slot : 0;
	t->link = s->adapter ? NULL : external (s->vswitch);
	t->on = !s->adapter && !s->vswitch->teaming;
	t->data = x;
	t->data_free = source_data_free;
	return t;
}

static void
build_source (plan *p, const mirror_source *s)
{
	g_autofree char *bridge = s->vswitch ? names_bridge (s->vswitch)
		: NULL;
	g_autofree char *tunnel = s->mirror->to ? names_tunnel (s->mirror)
		: NULL;
	source_data *x;
	step *t;

	/* An uplink that is not there is missed by its switch. */
	if (!s->adapter && !s->vswitch->teaming &&
	    index_of (p, s->vswitch->uplink) == 0)
		return;
	x = source_data_new (p, s);
	x->now = settings_of (s);
	x->now.vswitch = bridge ? index_of (p, bridge) : 0;
	x->now.tunnel = tunnel ? index_of (p, tunnel) : 0;
	if (x->had && (s->adapter || x->had_uplink) &&
	    !bridge == !x->now.vswitch && !tunnel == !x->now.tunnel &&
	    datapath_mirror_equal (&x->now, &x->old)) {
		source_data_free (x);
		return;
	}
	t = source_step (p, s, x, TRUE);
	t->arg = g_steal_pointer (&bridge);
	t->old = g_steal_pointer (&tunnel);
}

static void
end_sources (plan *p, const vmnet_model *m, const GArray *now)
{
	g_autoptr (GArray) was = mirror_sources (m);

	for (guint i = 0; i < was->len; i++) {
		const mirror_source *s = &g_array_index (was, mirror_source,
							 i);
		source_data *x;

		if (same_source (s, now))
			continue;
		x = source_data_new (p, s);
		if (x->had || (x->had_uplink && !s->vswitch->teaming))
			source_step (p, s, x, FALSE);
		else
			source_data_free (x);
	}
}

gboolean
plan_mirror_build (plan *p, GError **error)
{
	g_autoptr (GArray) now = NULL;

	if (!concerns (p))
		return TRUE;
	if (!p->all && !mirror_loops_ok (p, FALSE, error))
		return FALSE;
	now = mirror_sources (p->desired);
	if (!plan_tunnels_build (p, error))
		return FALSE;
	for (guint i = 0; i < p->desired->switches->len; i++)
		build_group (p, p->desired->switches->pdata[i]);
	for (guint i = 0; i < now->len; i++)
		build_source (p, &g_array_index (now, mirror_source, i));
	end_sources (p, p->base, now);
	end_sources (p, p->leftover, now);
	plan_tunnels_remove (p);
	return TRUE;
}
