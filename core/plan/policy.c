/*
 * policy.c - the part of a plan that tells the data path what each port is:
 * its BPF programs and its ACL. Called by plan.c.
 */
#include <string.h>

#include "model/guards.h"
#include "model/partners.h"
#include "plan/handover.h"
#include "plan/qos.h"
#include "plan/step.h"

G_STATIC_ASSERT (DATAPATH_PARTNERS == VMNET_PARTNERS);

typedef struct {
	datapath_port now, old;
	gboolean had;
	gboolean in_vm;		/* its end is, or may be, in a namespace */
} port_data;

/* Takes `l`. */
static gboolean
end_is_elsewhere (kn_link *l)
{
	gboolean is = l && g_strcmp0 (l->kind, "veth") == 0 &&
		l->link_netnsid >= 0;

	kn_link_free (l);
	return is;
}

static gboolean
port_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	port_data *x = s->data;
	int ifindex = kn_ifindex (p->h->nl, s->link);

	/* The bridge, and an end in a namespace, may be made by this plan. */
	x->now.vswitch = s->arg ? kn_ifindex (p->h->nl, s->arg) : 0;
	x->now.extended = s->old ? kn_ifindex (p->h->nl, s->old) : 0;
	x->now.peer = x->in_vm &&
		end_is_elsewhere (kn_link_get (p->h->nl, s->link, NULL));
	return d && datapath_port_set (d, p->h->nl, ifindex, &x->now, error);
}

static void
port_undo (plan *p, step *s)
{
	datapath *d = host_datapath (p->h, NULL);
	port_data *x = s->data;
	int ifindex = kn_ifindex (p->h->nl, s->link);

	if (d == NULL || ifindex == 0)
		return;
	plan_extensions_back (p, x->now.extended);
	if (x->had)
		datapath_port_set (d, p->h->nl, ifindex, &x->old, NULL);
	else
		datapath_port_clear (d, p->h->nl, ifindex, NULL);
}

/* A frame's mark is no slot. */
G_STATIC_ASSERT (MODEL_SLOT_MAX <= DATAPATH_SLOT_MAX);

static gboolean
ports_equal (const datapath_port *a, const datapath_port *b)
{
	return a->slot == b->slot && memcmp (a->mac, b->mac, 6) == 0 &&
		!a->spoofing == !b->spoofing && a->classid == b->classid &&
		guards_equal (a->guards, b->guards) &&
		a->n_partners == b->n_partners &&
		memcmp (a->partners, b->partners, a->n_partners * 6) == 0 &&
		a->vswitch == b->vswitch && a->vlan == b->vlan &&
		a->extended == b->extended &&
		!a->source == !b->source && !a->host == !b->host;
}

/*
 * The bridge whose other ports reach this one straight; NULL: frames take the
 * bridge. A trunk's are told apart there; an adapter with a virtual function,
 * or with partners, is where the bridge's table says that it is at the moment.
 * Owned.
 */
static char *
straight_bridge (plan *p, const vmnet_adapter *a)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);

	if (s == NULL || a->vlan.mode == VMNET_VLAN_TRUNK || a->teaming ||
	    (s->iov && a->iov_weight))
		return NULL;
	return names_bridge (s);
}

/*
 * The bridge whose extensions are asked about the port's frames; NULL: none.
 * `changes`: by others than before, whatever programs the port has. Owned.
 */
static char *
extending_bridge (plan *p, const vmnet_adapter *a, gboolean *changes)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);

	*changes = FALSE;
	return s && plan_is_extended (p, s, changes) ? names_bridge (s) : NULL;
}

static void
put_partners (plan *p, const vmnet_adapter *a, datapath_port *out)
{
	vmnet_partners t;

	partners_of (p->desired, a, &t);
	out->n_partners = t.n;
	memcpy (out->partners, t.mac, sizeof out->partners);
}

static void
build_port (plan *p, const vmnet_adapter *a, const char *port,
	    const char *alias)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, port);
	/* Who arrives has its policy before it joins: not straight yet. */
	g_autofree char *bridge = plan_arrives (p, a) ? NULL
		: straight_bridge (p, a);
	const kn_link *b = bridge ? plan_link (p, bridge) : NULL;
	gboolean relinked;
	g_autofree char *extending = extending_bridge (p, a, &relinked);
	const kn_link *e = extending ? plan_link (p, extending) : NULL;
	port_data *x = g_new0 (port_data, 1);
	step *s;

	x->now.vlan = model_vlan_untagged (&a->vlan);
	x->now.vswitch = b ? b->ifindex : 0;
	x->now.extended = e ? e->ifindex : 0;
	x->now.slot = a->slot;
	memcpy (x->now.mac, a->mac, 6);
	x->now.spoofing = a->spoofing;
	memcpy (x->now.guards, a->guards, sizeof x->now.guards);
	put_partners (p, a, &x->now);
	/* A tap is not asked: that makes the kernel settle its carrier. */
	x->in_vm = plan_uses_vm_netns (p, a);
	x->now.source = a->mirror.mode == VMNET_MIRROR_SOURCE;
	x->now.host = a->vm == NULL;
	x->now.classid = qos_classid (p, a);
	x->had = d && l && datapath_port_get (d, p->h->nl, l->ifindex, &x->old);
	if (x->had && !bridge == !b && !extending == !e && !relinked &&
	    ports_equal (&x->now, &x->old)) {
		g_free (x);
		return;
	}
	s = plan_step (p, port_apply, port_undo,
		       "attach the BPF programs of '%s' to port %s%s%s%s", alias,
		       port, x->now.classid ? " with a class of its own" : "",
		       guards_on (a->guards) ? ", guarded" : "",
		       x->now.source ? ", mirrored" : "");
	p->waits |= !x->had || relinked ||
		x->now.extended != x->old.extended;
	s->link = g_strdup (port);
	s->arg = g_steal_pointer (&bridge);
	s->old = g_steal_pointer (&extending);
	s->data = x;
	s->data_free = g_free;
}

gboolean
plan_policy_straight (plan *p, const char *port)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, port);
	datapath_port have;

	return d && l && datapath_port_get (d, p->h->nl, l->ifindex, &have) &&
		have.vswitch;
}

gboolean
plan_policy_move (plan *p, const char *port, const char *bridge,
		  GError **error)
{
	datapath *d = host_datapath_if_there (p->h);
	kn *k = p->h->nl;

	return d == NULL ||
		datapath_port_move (d, kn_ifindex (k, port),
				    bridge ? kn_ifindex (k, bridge) : 0,
				    error);
}

/* The two lists of a port, which are put into force in the same way. */
typedef struct {
	const char *what;
	gsize offset;		/* of the GPtrArray * in vmnet_adapter */
	gsize entry;		/* bytes of one */
	gboolean (*set) (datapath *d, guint32 slot, const GPtrArray *entries,
			 GError **error);
	guint64 (*in_force) (datapath *d, guint32 slot);
	guint64 (*digest) (const GPtrArray *entries);
} acl_kind;

static const acl_kind kinds[] = {
	{ "ACL", G_STRUCT_OFFSET (vmnet_adapter, acls), sizeof (vmnet_acl),
	  datapath_acl_set, datapath_acl_get_digest, datapath_acl_digest },
	{ "extended ACL", G_STRUCT_OFFSET (vmnet_adapter, extacls),
	  sizeof (vmnet_extacl), datapath_ext_set, datapath_ext_get_digest,
	  datapath_ext_digest },
};

typedef struct {
	const acl_kind *kind;
	GPtrArray *now, *old;	/* entries, shallow copies */
} acl_data;

static void
acl_data_free (gpointer data)
{
	acl_data *x = data;

	g_ptr_array_unref (x->now);
	g_ptr_array_unref (x->old);
	g_free (x);
}

/* `a` NULL: none. */
static GPtrArray *
copy_entries (const acl_kind *kind, const vmnet_adapter *a)
{
	const GPtrArray *from = a ? G_STRUCT_MEMBER (GPtrArray *, a,
						     kind->offset) : NULL;
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; from && i < from->len; i++)
		g_ptr_array_add (out, g_memdup2 (from->pdata[i],
						 kind->entry));
	return out;
}

static acl_data *
acl_data_new (const acl_kind *kind, const vmnet_adapter *now,
	      const vmnet_adapter *old)
{
	acl_data *x = g_new0 (acl_data, 1);

	x->kind = kind;
	x->now = copy_entries (kind, now);
	x->old = copy_entries (kind, old);
	return x;
}

static gboolean
acl_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	acl_data *x = s->data;

	return d && x->kind->set (d, s->n[0], x->now, error);
}

static void
acl_undo (plan *p, step *s)
{
	datapath *d = host_datapath (p->h, NULL);
	acl_data *x = s->data;

	if (d)
		x->kind->set (d, s->n[0], x->old, NULL);
}

static void
build_acl (plan *p, const acl_kind *kind, const vmnet_adapter *a,
	   const char *alias)
{
	const GPtrArray *entries = G_STRUCT_MEMBER (GPtrArray *, a,
						    kind->offset);
	datapath *d = host_datapath_if_there (p->h);
	step *s;

	if (d ? kind->in_force (d, a->slot) == kind->digest (entries)
	    : entries->len == 0)
		return;
	s = plan_step (p, acl_apply, acl_undo,
		       "put %s of '%s' into force: %u entries", kind->what,
		       alias, entries->len);
	if (a->vm == NULL)
		s->cuts = names_port (a);
	s->n[0] = a->slot;
	s->data = acl_data_new (kind, a, plan_old_adapter (p, a));
	s->data_free = acl_data_free;
}

/* An ACL of an adapter that goes. */
static void
clear_acl (plan *p, const acl_kind *kind, const vmnet_adapter *a,
	   const char *alias, guint32 slot)
{
	datapath *d = host_datapath_if_there (p->h);
	step *s;

	if (kind->in_force (d, slot) == 0)
		return;
	s = plan_step (p, acl_apply, acl_undo, "take %s of '%s' out of force",
		       kind->what, alias);
	s->n[0] = slot;
	s->data = acl_data_new (kind, NULL, a);
	s->data_free = acl_data_free;
}

static gboolean
clear_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);

	return d && datapath_port_clear (d, p->h->nl, kn_ifindex (
		p->h->nl, s->link), error);
}

static void
clear_undo (plan *p, step *s)
{
	datapath *d = host_datapath (p->h, NULL);
	int ifindex = kn_ifindex (p->h->nl, s->link);

	if (d && ifindex)
		datapath_port_set (d, p->h->nl, ifindex, s->data, NULL);
}

void
plan_policy_clear (plan *p, const vmnet_adapter *a, const char *port)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, port);
	g_autofree char *alias = NULL;
	datapath_port have;
	step *s;

	if (!d || !l || !datapath_port_get (d, p->h->nl, l->ifindex, &have))
		return;
	alias = names_alias (a);
	s = plan_step (p, clear_apply, clear_undo,
		       "detach the BPF programs of '%s' from port %s", alias,
		       port);
	p->waits = TRUE;
	s->link = g_strdup (port);
	s->data = g_memdup2 (&have, sizeof have);
	s->data_free = g_free;
	for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
		clear_acl (p, &kinds[i], a, alias, have.slot);
}

static void
build_adapter (plan *p, const vmnet_adapter *a)
{
	g_autofree char *port = names_port (a), *alias = names_alias (a);

	for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
		build_acl (p, &kinds[i], a, alias);
	build_port (p, a, port, alias);
}

gboolean
plan_policy_arrive (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->adapters->len; i++)
		if (plan_arrives (p, p->desired->adapters->pdata[i]))
			build_adapter (p, p->desired->adapters->pdata[i]);
	return TRUE;
}

static gboolean
straight_apply (plan *p, step *s, GError **error)
{
	return plan_policy_move (p, s->link, s->arg, error);
}

static void
straight_undo (plan *p, step *s)
{
	plan_policy_move (p, s->link, NULL, NULL);
}

static void
build_straight (plan *p, const vmnet_adapter *a)
{
	char *bridge = straight_bridge (p, a);
	g_autofree char *port = names_port (a);
	step *s;

	if (bridge == NULL)
		return;
	s = plan_step (p, straight_apply, straight_undo,
		       "let its neighbours reach port %s past the bridge",
		       port);
	s->link = g_steal_pointer (&port);
	s->arg = bridge;
}

gboolean
plan_policy_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		/* A class comes and goes with what its neighbours ask. */
		if (plan_arrives (p, a))
			build_straight (p, a);
		else if (plan_adapter_touched (p, a) || qos_touched (p, a) ||
			 plan_partners_touched (p, a))
			build_adapter (p, a);
	}
	return TRUE;
}
