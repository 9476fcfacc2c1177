/*
 * switch.c - the part of a plan that makes and removes bridges and connects
 * uplinks. Called by plan.c.
 */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "plan/team.h"

static gboolean
bridge_make (plan *p, step *s, GError **error)
{
	kn *k = p->h->nl;
	g_autofree char *key = NULL;

	if (!kn_bridge_add (k, s->link, s->mac, error))
		return FALSE;
	/* The host speaks through its own adapters, never through the bridge
	 * itself: without this the bridge would answer for fe80:: too. */
	key = g_strdup_printf ("ipv6/conf/%s/disable_ipv6", s->link);
	sysctl_net_write (key, "1", NULL);
	if (kn_link_set_alias (k, s->link, s->arg, error) &&
	    kn_link_set_up (k, s->link, TRUE, error))
		return TRUE;
	kn_link_del (k, s->link, NULL);
	return FALSE;
}

static void
bridge_make_undo (plan *p, step *s)
{
	bridge_make (p, s, NULL);
}

static gboolean
bridge_drop (plan *p, step *s, GError **error)
{
	return kn_link_del (p->h->nl, s->link, error);
}

static void
bridge_drop_undo (plan *p, step *s)
{
	bridge_drop (p, s, NULL);
}

/* The bridge's own MAC must not follow its ports: derived from the name. */
static void
bridge_mac (const vmnet_model *m, const vmnet_switch *s, guint8 mac[6])
{
	vmnet_adapter own = { .vm = (char *) "switch", .name = s->name };

	names_derive_mac (m, &own);
	memcpy (mac, own.mac, 6);
}

static void
add_bridge (plan *p, const vmnet_switch *s, const char *name)
{
	step *t = plan_step (p, bridge_make, bridge_drop_undo,
			     "create bridge %s for switch '%s'", name, s->name);

	t->link = g_strdup (name);
	t->arg = g_strdup (s->name);
	bridge_mac (p->desired, s, t->mac);
}

static void
remove_bridge (plan *p, const vmnet_switch *s, const kn_link *l)
{
	step *t = plan_step (p, bridge_drop, bridge_make_undo,
			     "remove bridge %s of switch '%s'", l->name,
			     s->name);

	t->link = g_strdup (l->name);
	step_cuts (t, l->name);
	t->arg = g_strdup (l->alias ? l->alias : s->name);
	memcpy (t->mac, l->mac, 6);
}

static void
drop_link_local (kn *k, const char *link)
{
	g_autoptr (GPtrArray) all = kn_addrs (k, NULL);
	int ifindex = kn_ifindex (k, link);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		/* 253: link scope */
		if (a->ifindex == ifindex && a->family == AF_INET6 &&
		    a->scope == 253)
			kn_addr_del (k, link, a, NULL);
	}
}

static void
ipv6_mode (const char *link, const char *mode)
{
	g_autofree char *key =
		g_strdup_printf ("ipv6/conf/%s/addr_gen_mode", link);

	/* A kernel without IPv6 has nothing to switch off. */
	if (mode)
		sysctl_net_write (key, mode, NULL);
}

static gboolean
ipv6_apply (plan *p, step *s, GError **error)
{
	ipv6_mode (s->link, s->arg);
	if (!s->on)
		drop_link_local (p->h->nl, s->link);
	return TRUE;
}

static void
ipv6_undo (plan *p, step *s)
{
	ipv6_mode (s->link, s->old);
}

/*
 * An uplink makes no IPv6 address of its own: the host adapter has the same.
 * IPv6 is not disabled on it, which would take the administrator's addresses,
 * too; they are to be there again when the switch is gone.
 */
static void
step_ipv6 (plan *p, const char *link, gboolean on)
{
	g_autofree char *key =
		g_strdup_printf ("ipv6/conf/%s/addr_gen_mode",
				 on ? "default" : link);
	step *s = plan_step (p, ipv6_apply, ipv6_undo,
			     "%s link-local IPv6 addresses on %s",
			     on ? "allow" : "stop", link);

	s->link = g_strdup (link);
	s->on = on;
	s->arg = on ? sysctl_net_read (key) : g_strdup ("1");
	s->old = on ? g_strdup ("1") : sysctl_net_read (key);
}

static gboolean
is_team (const kn_link *l)
{
	return l->bond.told || g_strcmp0 (l->kind, "team") == 0;
}

static gboolean
team_of_teams (const vmnet_switch *s, const kn_link *l, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "switch '%s': %s is a team of the host's (%s), and a team "
		     "of a switch has physical network adapters; make the "
		     "switch without -EnableEmbeddedTeaming, or give it the "
		     "team's members", s->name, l->name, l->kind);
	return FALSE;
}

/* It belongs to something else: what, and the way out. */
static gboolean
taken (plan *p, const vmnet_switch *s, const kn_link *l, GError **error)
{
	g_autoptr (kn_link) m = kn_link_get_index (p->h->nl, l->master, NULL);

	if (m && is_team (m))
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "switch '%s': network adapter %s is a member of "
			     "the team %s (%s); give the switch the team "
			     "(-NetAdapterName %s), or take it out there first "
			     "(ip link set %s nomaster)", s->name, l->name,
			     m->name, m->kind, m->name, l->name);
	else
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "switch '%s': network adapter %s is a port of %s "
			     "already; take it out there first (ip link set "
			     "%s nomaster)", s->name, l->name,
			     m ? m->name : "another bridge", l->name);
	return FALSE;
}

static gboolean
no_such_uplink (plan *p, const vmnet_switch *s, const char *nic,
		GError **error)
{
	g_autofree char *names = plan_nic_names (p->h->nl);

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "switch '%s': there is no network adapter '%s'; there "
		     "are: %s", s->name, nic, names);
	return FALSE;
}

/* Was it so before? Then its device was lost, or is yet to come: the rest of
 * what is stored must not fail by that, and the agent hears when it comes. */
static gboolean
lost_uplink (plan *p, const vmnet_switch *s, const char *nic)
{
	const vmnet_switch *o = p->all ? plan_old_switch (p, s) : NULL;

	if (o == NULL || !vmnet_switch_has_member (o, nic))
		return FALSE;
	g_ptr_array_add (p->missing, g_strdup_printf (
		s->others ? "switch '%s': member %s of its team is not there; "
		"the others carry what was on it until it is"
		: "switch '%s': its network adapter %s is not there; the "
		"switch carries what stays on this host until it is", s->name,
		nic));
	return TRUE;
}

static gboolean
build_uplink (plan *p, const vmnet_switch *s, const char *nic,
	      const char *bridge, GError **error)
{
	const kn_link *l = plan_link (p, nic);
	const kn_link *b = plan_link (p, bridge);

	if (l == NULL)
		return lost_uplink (p, s, nic) ||
			no_such_uplink (p, s, nic, error);
	if (s->teaming && is_team (l))
		return team_of_teams (s, l, error);
	if (l->master && !(b && l->master == b->ifindex))
		return taken (p, s, l, error);
	if (!(l->flags & IFF_UP) && !plan_model_is_down (p->desired, nic))
		step_link_up (p, nic, TRUE, FALSE);
	plan_team_join (p, s, nic, bridge);
	if (l->master == 0) {
		step_link_master (p, nic, bridge, NULL);
		step_ipv6 (p, nic, FALSE);
	}
	plan_team_joined (p, s, nic, bridge);
	return TRUE;
}

static gboolean
build_uplinks (plan *p, const vmnet_switch *s, const char *bridge,
	       GError **error)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++)
		if (!build_uplink (p, s, nic, bridge, error))
			return FALSE;
	return TRUE;
}

static gboolean
foreign (const vmnet_switch *s, const char *name, const kn_link *l,
	 GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "switch '%s': an interface %s (%s) exists already and is "
		     "not ours; choose another name or rename that interface",
		     s->name, name, l->kind ? l->kind : "hardware");
	return FALSE;
}

static gboolean
build_bridge (plan *p, const vmnet_switch *s, const char *name, GError **error)
{
	const vmnet_switch *o = plan_old_switch (p, s);
	g_autofree char *old = o ? names_bridge (o) : NULL;
	const kn_link *l = plan_link (p, name);

	if (old && strcmp (old, name) != 0 && !l && plan_link (p, old)) {
		step_link_rename (p, old, name);
		plan_link_renamed (p, old, name);
		l = plan_link (p, name);
	}
	if (l == NULL) {
		add_bridge (p, s, name);
		return TRUE;
	}
	if (g_strcmp0 (l->kind, "bridge") != 0 ||
	    (!o && g_strcmp0 (l->alias, s->name) != 0))
		return foreign (s, name, l, error);
	if (g_strcmp0 (l->alias, s->name) != 0)
		step_link_alias (p, name, s->name, l->alias);
	if (!(l->flags & IFF_UP))
		step_link_up (p, name, TRUE, FALSE);
	return TRUE;
}

gboolean
plan_switches_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];
		g_autofree char *name = names_bridge (s);

		if (!plan_switch_touched (p, s))
			continue;
		if (!build_bridge (p, s, name, error))
			return FALSE;
		if (!build_uplinks (p, s, name, error))
			return FALSE;
	}
	return TRUE;
}

/* The uplink goes back to what it was without a switch. */
static void
release_uplink (plan *p, const char *nic, const char *bridge)
{
	const kn_link *l = plan_link (p, nic);
	const kn_link *b = plan_link (p, bridge);

	if (l == NULL || b == NULL || l->master != b->ifindex)
		return;
	step_link_master (p, nic, NULL, bridge);
	step_ipv6 (p, nic, TRUE);
	plan_team_left (p, nic);
	/* What comes after sees it free. */
	((kn_link *) l)->master = 0;
}

/* Of those of `s`, which `now` (NULL: nobody) has not any more. */
static void
release_uplinks (plan *p, const vmnet_switch *s, const vmnet_switch *now)
{
	g_autofree char *bridge = names_bridge (s);
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++)
		if (now ? !vmnet_switch_has_member (now, nic)
		    : plan_switch_gone (p, s))
			release_uplink (p, nic, bridge);
}

static void
remove_of (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const vmnet_switch *now =
			vmnet_model_switch (p->desired, s->name);
		g_autofree char *name = names_bridge (s);
		const kn_link *l;

		release_uplinks (p, s, now);
		if (!plan_switch_gone (p, s))
			continue;
		l = plan_link (p, name);
		/* A leftover may never have come so far. */
		if (l && g_strcmp0 (l->kind, "bridge") == 0 &&
		    (m == p->base || g_strcmp0 (l->alias, s->name) == 0)) {
			remove_bridge (p, s, l);
			plan_link_renamed (p, name, NULL);
		}
	}
}

gboolean
plan_switches_remove (plan *p, GError **error)
{
	remove_of (p, p->base);
	remove_of (p, p->leftover);
	return TRUE;
}
