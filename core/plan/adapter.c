/*
 * adapter.c - the part of a plan that makes adapters (the pair of a namespaced
 * VM or of the host, the tap of any other VM), and connects their ports to
 * bridges. Called by plan.c.
 */
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "lab/lab.h"
#include "model/partners.h"
#include "plan/belongings.h"
#include "plan/step.h"

/* What makes one adapter, and makes it again when its removal is undone. */
typedef struct {
	char *port;		/* at the bridge */
	char *end;		/* the host's own end; NULL: a VM's */
	char *vm;		/* whose namespace has the end; or NULL */
	char *alias;
	guint8 mac[6];
	char *vm_end;		/* its name inside the VM, when removed */
	belongings had;		/* of the end, when removed */
} spec;

static void
spec_free (gpointer data)
{
	spec *a = data;

	g_free (a->port);
	g_free (a->end);
	g_free (a->vm);
	g_free (a->alias);
	g_free (a->vm_end);
	belongings_clear (&a->had);
	g_free (a);
}

static void
quiet (const char *link)
{
	g_autofree char *key =
		g_strdup_printf ("ipv6/conf/%s/disable_ipv6", link);

	/* A port speaks for its VM only; the host has nothing to say on it. */
	sysctl_net_write (key, "1", NULL);
}

static char *
free_name (kn *vm)
{
	for (guint i = 0;; i++) {
		g_autofree char *name = g_strdup_printf ("eth%u", i);

		if (kn_ifindex (vm, name) == 0)
			return g_steal_pointer (&name);
	}
}

/* The port's own address is never used; the adapter's with fe in front tells
 * in every listing whose port it is. */
static void
port_mac (const spec *a, guint8 mac[6])
{
	memcpy (mac, a->mac, 6);
	mac[0] = 0xfe;
}

static gboolean
make_in_vm (plan *p, const spec *a, GError **error)
{
	int ns = lab_vm_netns (p->h->lab, a->vm, error);
	g_autoptr (kn) vm = NULL;
	g_autofree char *end = NULL;
	guint8 mac[6];
	gboolean ok;

	if (ns < 0)
		return FALSE;
	vm = kn_open (ns, error);
	if (a->vm_end)
		end = g_strdup (a->vm_end);
	else if (vm)
		end = free_name (vm);
	port_mac (a, mac);
	ok = vm && kn_veth_add (p->h->nl, a->port, mac, end, a->mac, ns, 1,
				error) &&
		lab_link_quiet (ns, end, error) &&
		kn_link_set_up (vm, end, TRUE, error);
	if (ok)
		belongings_give (vm, end, &a->had);
	close (ns);
	return ok;
}

static gboolean
make_of_host (plan *p, const spec *a, GError **error)
{
	kn *k = p->h->nl;
	guint8 mac[6];

	port_mac (a, mac);
	if (!kn_veth_add (k, a->port, mac, a->end, a->mac, -1, 1, error) ||
	    !kn_link_set_alias (k, a->end, a->alias, error) ||
	    !kn_link_add_altname (k, a->end, a->alias, error) ||
	    !kn_link_set_up (k, a->end, TRUE, error))
		return FALSE;
	belongings_give (k, a->end, &a->had);
	return TRUE;
}

static gboolean
make_tap (plan *p, const spec *a, GError **error)
{
	g_autofree char *name = names_tap (a->mac);

	return kn_tap_add (p->h->nl, a->port, NULL, error) &&
		kn_link_add_altname (p->h->nl, a->port, name, error);
}

static gboolean
make_port (plan *p, const spec *a, GError **error)
{
	gboolean ok;
	int i;

	if (a->vm)
		ok = make_in_vm (p, a, error);
	else if (a->end)
		ok = make_of_host (p, a, error);
	else
		ok = make_tap (p, a, error);
	if (!ok)
		return FALSE;
	quiet (a->port);
	i = kn_ifindex (p->h->nl, a->port);
	/* While the port is still down: on one that is up the kernel waits
	 * for all processors to notice. */
	return ((!a->vm && datapath_has_lane (p->h->nl, i)) ||
		kn_clsact_ensure (p->h->nl, i, error)) &&
		kn_link_set_alias (p->h->nl, a->port, a->alias, error);
}

static gboolean
pair_make (plan *p, step *s, GError **error)
{
	const spec *a = s->data;
	gboolean foreign = kn_ifindex (p->h->nl, a->port) != 0;

	if (make_port (p, a, error))
		return TRUE;
	/* Half of it may be there; what existed before is not ours. */
	if (!foreign)
		kn_link_del (p->h->nl, a->port, NULL);
	return FALSE;
}

/* The end inside a VM by its MAC address. */
static char *
end_in_vm (kn *vm, const guint8 mac[6], int *ifindex)
{
	g_autoptr (GPtrArray) all = kn_links (vm, NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_link *l = all->pdata[i];

		if (memcmp (l->mac, mac, 6) == 0 && !(l->flags & IFF_LOOPBACK)) {
			*ifindex = l->ifindex;
			return g_strdup (l->name);
		}
	}
	return NULL;
}

static gboolean
pair_drop (plan *p, step *s, GError **error)
{
	spec *a = s->data;

	if (a->vm) {
		int ns = lab_vm_netns (p->h->lab, a->vm, NULL), ifindex = 0;
		g_autoptr (kn) vm = ns >= 0 ? kn_open (ns, NULL) : NULL;
		g_autofree char *end =
			vm ? end_in_vm (vm, a->mac, &ifindex) : NULL;

		if (end)
			belongings_note (vm, ifindex, &a->had);
		g_free (a->vm_end);
		a->vm_end = g_steal_pointer (&end);
		if (ns >= 0)
			close (ns);
	} else if (a->end) {
		belongings_note (p->h->nl,
				 kn_ifindex (p->h->nl, a->end), &a->had);
	}
	return p->ports_going > 1
		? kn_link_set_group (p->h->nl, a->port, p->going, error)
		: kn_link_del (p->h->nl, a->port, error);
}

static void
pair_make_undo (plan *p, step *s)
{
	kn_link_del (p->h->nl, ((spec *) s->data)->port, NULL);
}

static void
pair_drop_undo (plan *p, step *s)
{
	const spec *a = s->data;

	if (kn_ifindex (p->h->nl, a->port))
		kn_link_set_group (p->h->nl, a->port, 0, NULL);
	else
		pair_make (p, s, NULL);
}

static gboolean
all_drop (plan *p, step *s, GError **error)
{
	return kn_links_del_group (p->h->nl, p->going, error);
}

/* Each has its step, by which it comes back; but they go together. */
static void
remove_ports (plan *p)
{
	if (p->ports_going < 2)
		return;
	do
		p->going = g_random_int ();
	while (p->going == 0);
	plan_step (p, all_drop, NULL, "delete these %u ports at once",
		   p->ports_going);
}

static spec *
spec_of (const plan *p, const vmnet_adapter *a)
{
	spec *n = g_new0 (spec, 1);

	n->port = names_port (a);
	n->alias = names_alias (a);
	if (a->vm == NULL)
		n->end = names_host_adapter (a);
	else if (plan_uses_vm_netns (p, a))
		n->vm = g_strdup (a->vm);
	memcpy (n->mac, a->mac, 6);
	return n;
}

static void
add_pair (plan *p, const vmnet_adapter *a)
{
	g_autofree char *alias = names_alias (a), *port = names_port (a);
	step *s = plan_step (p, pair_make, pair_make_undo,
			     "create adapter '%s' with port %s", alias, port);

	s->data = spec_of (p, a);
	s->data_free = spec_free;
}

static void
remove_pair (plan *p, const vmnet_adapter *a)
{
	g_autofree char *alias = names_alias (a), *port = names_port (a);
	step *s = plan_step (p, pair_drop, pair_drop_undo,
			     "remove adapter '%s' with port %s", alias, port);

	p->ports_going++;
	step_cuts (s, port);
	s->data = spec_of (p, a);
	s->data_free = spec_free;
}

static gboolean
join (plan *p, step *s, GError **error)
{
	kn *k = p->h->nl;

	return kn_link_set_master (k, s->link, s->arg, error) &&
		kn_port_set (k, s->link, s->n[0], s->on, error) &&
		plan_vlans_join (p, s, error) &&
		kn_fdb_ensure (k, s->link, s->mac, error) &&
		kn_link_set_up (k, s->link, TRUE, error);
}

static gboolean
leave (plan *p, step *s, GError **error)
{
	/* Down: the VM sees its cable pulled. */
	return plan_policy_move (p, s->link, NULL, error) &&
		kn_link_set_master (p->h->nl, s->link, NULL, error) &&
		kn_link_set_up (p->h->nl, s->link, FALSE, error);
}

static void
join_undo (plan *p, step *s)
{
	leave (p, s, NULL);
}

static void
leave_undo (plan *p, step *s)
{
	join (p, s, NULL);
	if (s->was)
		plan_policy_move (p, s->link, s->arg, NULL);
}

static void
step_join (plan *p, const vmnet_adapter *a, const char *port,
	   const char *bridge)
{
	g_autofree char *mac = vmnet_mac_format (a->mac, ':');
	step *s = plan_step (p, join, join_undo,
			     "connect port %s to bridge %s for %s", port,
			     bridge, mac);

	s->link = g_strdup (port);
	step_cuts (s, port);
	s->arg = g_strdup (bridge);
	s->on = a->spoofing;
	s->n[0] = partners_learn (p->desired, a);
	memcpy (s->mac, a->mac, 6);
	s->data = plan_vlans_of (p, p->desired, a, bridge);
	s->data_free = g_free;
}

/* `m`: the model that `old` is of. */
static void
step_leave (plan *p, const vmnet_model *m, const vmnet_adapter *old,
	    const char *port, const char *bridge)
{
	step *s = plan_step (p, leave, leave_undo,
			     "disconnect port %s from bridge %s", port,
			     bridge);

	s->link = g_strdup (port);
	step_cuts (s, port);
	s->arg = g_strdup (bridge);
	s->on = old->spoofing;
	s->n[0] = partners_learn (m, old);
	s->was = plan_policy_straight (p, port);
	memcpy (s->mac, old->mac, 6);
	s->data = plan_vlans_of (p, m, old, bridge);
	s->data_free = g_free;
}

/* The bridge of adapter `a` in model `m`; NULL: not connected. Owned. */
static char *
bridge_of (const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_switch *s = m ? plan_switch_of (m, a) : NULL;

	return s ? names_bridge (s) : NULL;
}

/* A host adapter goes, or stands for an uplink no more: that one gets back
 * what it gave, but for what was given to the host adapter itself. */
static gboolean
give_back (plan *p, const vmnet_model *m, const vmnet_adapter *a,
	   GError **error)
{
	const vmnet_switch *s = plan_switch_of (m, a);
	const vmnet_adapter *now = g_hash_table_lookup
		(p->desired_slots, GUINT_TO_POINTER (a->slot));
	const vmnet_switch *on = now ? plan_switch_of (p->desired, now) : NULL;
	g_autofree char *end = NULL, *alias = NULL;

	if (a->vm || !s || !s->uplink || plan_stand_in (m, s->uplink) != a ||
	    (on && on->uplink))
		return TRUE;
	end = names_host_adapter (a);
	alias = names_alias (a);
	if (!plan_link (p, s->uplink) || !plan_link (p, end))
		return TRUE;
	return step_move_addresses (p, m, alias, end, s->uplink, error);
}

static gboolean
remove_of (plan *p, const vmnet_model *m, GError **error)
{
	for (guint i = 0; m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *port = NULL, *have = NULL, *end = NULL;

		/* Nearly all, nearly always. */
		if (a->vm && !plan_adapter_gone (p, a))
			continue;
		port = names_port (a);
		end = a->vm ? NULL : names_host_adapter (a);
		if (end && !give_back (p, m, a, error))
			return FALSE;
		if (!plan_adapter_gone (p, a) || !plan_link (p, port))
			continue;
		have = bridge_of (m, a);
		if (have && plan_link (p, port)->master)
			step_leave (p, m, a, port, have);
		plan_policy_clear (p, a, port);
		if (!plan_hand_over_port (p, a, port))
			remove_pair (p, a);
		plan_link_renamed (p, port, NULL);
		if (end)
			plan_link_renamed (p, end, NULL);
	}
	return TRUE;
}

static void
leave_old_switch (plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	g_autofree char *port = names_port (a);
	g_autofree char *want = bridge_of (p->desired, a);
	g_autofree char *have = o ? bridge_of (p->base, o) : NULL;
	const kn_link *l = plan_link (p, port);
	const vmnet_switch *was, *now;

	if (!l || !l->master || !have || g_strcmp0 (want, have) == 0)
		return;
	/* A switch that is only renamed keeps its ports. */
	was = plan_switch_of (p->base, o);
	now = plan_switch_of (p->desired, a);
	if (was && now && plan_old_switch (p, now) == was)
		return;
	step_leave (p, p->base, o, port, have);
	((kn_link *) l)->master = 0;
	((kn_link *) l)->flags &= ~IFF_UP;
}

gboolean
plan_adapters_remove (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (!plan_adapter_touched (p, a))
			continue;
		leave_old_switch (p, a);
		plan_port_names_free (p, a);
	}
	if (!remove_of (p, p->base, error) ||
	    !remove_of (p, p->leftover, error))
		return FALSE;
	remove_ports (p);
	return TRUE;
}

static gboolean
end_mac (plan *p, step *s, GError **error)
{
	const spec *a = s->data;
	const guint8 *from = s->on ? s->mac : s->old_mac;
	const guint8 *to = s->on ? s->old_mac : s->mac;
	g_autoptr (kn) vm = NULL;
	g_autofree char *end = NULL;
	int ns, ifindex;

	if (a->end)
		return kn_link_set_mac (p->h->nl, a->end, to, error);
	if (!a->vm)
		return TRUE;	/* a tap: its guest carries the address */
	ns = lab_vm_netns (p->h->lab, a->vm, error);
	if (ns < 0)
		return FALSE;
	vm = kn_open (ns, error);
	end = vm ? end_in_vm (vm, from, &ifindex) : NULL;
	close (ns);
	if (vm == NULL)
		return FALSE;
	if (end)
		return kn_link_set_mac (vm, end, to, error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "no interface inside VM '%s' has the adapter's old MAC "
		     "address", a->vm);
	return FALSE;
}

static void
end_mac_undo (plan *p, step *s)
{
	s->on = TRUE;		/* the other way round */
	end_mac (p, s, NULL);
}

static void
change_mac (plan *p, const vmnet_adapter *o, const vmnet_adapter *a,
	    const char *port, gboolean connected)
{
	g_autofree char *alias = names_alias (a);
	g_autofree char *mac = vmnet_mac_format (a->mac, ':');
	step *s = plan_step (p, end_mac, end_mac_undo,
			     "set MAC address of '%s' to %s", alias, mac);

	step_cuts (s, port);
	s->data = spec_of (p, a);
	s->data_free = spec_free;
	memcpy (s->mac, a->mac, 6);
	memcpy (s->old_mac, o->mac, 6);
	if (!connected)
		return;
	step_fdb_forget (p, port, o->mac);
	step_fdb (p, port, a->mac);
}

/* An interface that no store tells of: ours only when it says so itself. */
static gboolean
is_ours (const vmnet_adapter *a, const kn_link *l, GError **error)
{
	g_autofree char *alias = names_alias (a);

	if (g_strcmp0 (l->alias, alias) == 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "adapter '%s': an interface %s exists already and is not "
		     "ours; rename or remove it first", alias, l->name);
	return FALSE;
}

/* What the uplink has would be out of reach there: the host adapter that
 * stands for it has it from now on. */
static gboolean
take_over (plan *p, const vmnet_adapter *a, GError **error)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);
	g_autofree char *end = NULL;
	const char *nic;

	if (!s || !s->uplink || plan_stand_in (p->desired, s->uplink) != a)
		return TRUE;
	end = names_host_adapter (a);
	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++)
		if (!step_move_addresses (p, NULL, NULL, nic, end, error))
			return FALSE;
	return TRUE;
}

/* An uplink that joins with the address of the adapter that stands for it
 * makes the bridge forget where that one is. */
static gboolean
is_forgotten (plan *p, const vmnet_adapter *a)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);
	const kn_link *l = s && s->uplink ? plan_link (p, s->uplink) : NULL;

	return l && l->master == 0 &&
		plan_stand_in (p->desired, s->uplink) == a;
}

static gboolean
build_one (plan *p, const vmnet_adapter *a, GError **error)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	g_autofree char *port = names_port (a);
	g_autofree char *bridge = bridge_of (p->desired, a);
	const kn_link *l = plan_link (p, port);
	const kn_link *b = bridge ? plan_link (p, bridge) : NULL;

	if (l && !o && !is_ours (a, l, error))
		return FALSE;
	if (l == NULL) {
		add_pair (p, a);
	} else if (o) {
		plan_port_names (p, o, a, port, l);
		if (memcmp (o->mac, a->mac, 6) != 0)
			change_mac (p, o, a, port, l->master != 0);
	}
	if (bridge && (!l || !b || l->master != b->ifindex))
		step_join (p, a, port, bridge);
	/* What learns without being flooded: see partners.c. */
	else if (bridge && l->port_flood != a->spoofing)
		step_port_flags (p, port, a->spoofing, l);
	else if (bridge && is_forgotten (p, a))
		step_fdb (p, port, a->mac);
	return a->vm || take_over (p, a, error);
}

gboolean
plan_adapters_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (plan_adapter_touched (p, a) && !build_one (p, a, error))
			return FALSE;
	}
	return TRUE;
}
