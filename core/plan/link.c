/*
 * link.c - steps that change one thing of one link. Used by the files that
 * plan switches, adapters and uplinks.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "plan/step.h"

static gboolean
up_apply (plan *p, step *s, GError **error)
{
	return kn_link_set_up (p->h->nl, s->link, s->on, error);
}

static void
up_undo (plan *p, step *s)
{
	kn_link_set_up (p->h->nl, s->link, s->was, NULL);
}

void
step_link_up (plan *p, const char *link, gboolean up, gboolean was)
{
	step *s = plan_step (p, up_apply, up_undo, "set link %s %s", link,
			     up ? "up" : "down");

	s->link = g_strdup (link);
	if (!up)
		step_cuts (s, link);
	s->on = up;
	s->was = was;
}

static gboolean
master_apply (plan *p, step *s, GError **error)
{
	return kn_link_set_master (p->h->nl, s->link, s->arg, error);
}

static void
master_undo (plan *p, step *s)
{
	kn_link_set_master (p->h->nl, s->link, s->old, NULL);
}

void
step_link_master (plan *p, const char *link, const char *bridge,
		  const char *old)
{
	step *s = bridge
		? plan_step (p, master_apply, master_undo,
			     "connect %s to bridge %s", link, bridge)
		: plan_step (p, master_apply, master_undo,
			     "disconnect %s from its bridge", link);

	s->link = g_strdup (link);
	step_cuts (s, link);
	s->arg = g_strdup (bridge);
	s->old = g_strdup (old);
}

/* Kernels before 6.2 rename only what is down. */
gboolean
plan_rename_link (kn *k, const char *from, const char *to, GError **error)
{
	if (kn_link_set_name (k, from, to, NULL))
		return TRUE;
	if (!kn_failed_with (k, EBUSY))
		return kn_link_set_name (k, from, to, error);
	if (!kn_link_set_up (k, from, FALSE, error))
		return FALSE;
	if (!kn_link_set_name (k, from, to, error)) {
		kn_link_set_up (k, from, TRUE, NULL);
		return FALSE;
	}
	return kn_link_set_up (k, to, TRUE, error);
}

static gboolean
rename_apply (plan *p, step *s, GError **error)
{
	return plan_rename_link (p->h->nl, s->link, s->arg, error);
}

static void
rename_undo (plan *p, step *s)
{
	plan_rename_link (p->h->nl, s->arg, s->link, NULL);
}

void
step_link_rename (plan *p, const char *link, const char *name)
{
	step *s = plan_step (p, rename_apply, rename_undo,
			     "rename link %s to %s", link, name);

	s->link = g_strdup (link);
	s->arg = g_strdup (name);
}

static gboolean
alias_apply (plan *p, step *s, GError **error)
{
	return kn_link_set_alias (p->h->nl, s->link, s->arg, error);
}

static void
alias_undo (plan *p, step *s)
{
	kn_link_set_alias (p->h->nl, s->link, s->old ? s->old : "", NULL);
}

void
step_link_alias (plan *p, const char *link, const char *alias, const char *old)
{
	step *s = plan_step (p, alias_apply, alias_undo,
			     "name link %s '%s'", link, alias);

	s->link = g_strdup (link);
	s->arg = g_strdup (alias);
	s->old = g_strdup (old);
}

static gboolean
altname_set (plan *p, const step *s, gboolean add, GError **error)
{
	kn *k = p->h->nl;
	gboolean there = kn_ifindex (k, s->arg) != 0 &&
		kn_ifindex (k, s->arg) == kn_ifindex (k, s->link);

	if (there == add)
		return TRUE;
	return add ? kn_link_add_altname (k, s->link, s->arg, error)
		: kn_link_del_altname (k, s->link, s->arg, error);
}

static gboolean
altname_apply (plan *p, step *s, GError **error)
{
	return altname_set (p, s, s->on, error);
}

static void
altname_undo (plan *p, step *s)
{
	altname_set (p, s, !s->on, NULL);
}

void
step_link_altname (plan *p, const char *link, const char *name, gboolean add)
{
	step *s = plan_step (p, altname_apply, altname_undo,
			     "%s alternative name '%s' of %s",
			     add ? "add" : "remove", name, link);

	s->link = g_strdup (link);
	s->arg = g_strdup (name);
	s->on = add;
}

static gboolean
mac_apply (plan *p, step *s, GError **error)
{
	return kn_link_set_mac (p->h->nl, s->link, s->mac, error);
}

static void
mac_undo (plan *p, step *s)
{
	kn_link_set_mac (p->h->nl, s->link, s->old_mac, NULL);
}

void
step_link_mac (plan *p, const char *link, const guint8 mac[6],
	       const guint8 old[6])
{
	g_autofree char *text = vmnet_mac_format (mac, ':');
	step *s = plan_step (p, mac_apply, mac_undo,
			     "set MAC address of %s to %s", link, text);

	s->link = g_strdup (link);
	step_cuts (s, link);
	memcpy (s->mac, mac, 6);
	memcpy (s->old_mac, old, 6);
}

static gboolean
flags_apply (plan *p, step *s, GError **error)
{
	return kn_port_set (p->h->nl, s->link, s->on, s->on, error);
}

static void
flags_undo (plan *p, step *s)
{
	kn_port_set (p->h->nl, s->link, s->n[0], s->n[1], NULL);
}

void
step_port_flags (plan *p, const char *link, gboolean learn,
		 const kn_link *was)
{
	step *s = plan_step (p, flags_apply, flags_undo, learn
			     ? "let port %s learn MAC addresses and be flooded"
			     : "port %s: no learning, no unknown unicast",
			     link);

	s->link = g_strdup (link);
	s->on = learn;
	s->n[0] = was->port_learning;
	s->n[1] = was->port_flood;
}

static gboolean
fdb_apply (plan *p, step *s, GError **error)
{
	return kn_fdb_ensure (p->h->nl, s->link, s->mac, error);
}

static void
fdb_undo (plan *p, step *s)
{
	kn_fdb_del (p->h->nl, s->link, s->mac, NULL);
}

void
step_fdb (plan *p, const char *link, const guint8 mac[6])
{
	g_autofree char *text = vmnet_mac_format (mac, ':');
	step *s = plan_step (p, fdb_apply, fdb_undo,
			     "forward %s to port %s", text, link);

	s->link = g_strdup (link);
	memcpy (s->mac, mac, 6);
}

char *
plan_nic_names (kn *k)
{
	g_autoptr (GPtrArray) all = kn_links (k, NULL);
	GString *names = g_string_new (NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_link *l = all->pdata[i];

		/* Ours carry an alias; they are no physical adapters, but
		 * teams stand for such. */
		if (l->flags & IFF_LOOPBACK ||
		    (l->alias && !l->bond.told && !l->vlan_id))
			continue;
		g_string_append_printf (names, "%s%s", names->len ? ", " : "",
					l->name);
	}
	return g_string_free (names->len ? names :
			      g_string_append (names, "none"), FALSE);
}

static gboolean
forget_fdb (plan *p, step *s, GError **error)
{
	kn_fdb_del (p->h->nl, s->link, s->mac, NULL);
	return TRUE;
}

static void
forget_fdb_undo (plan *p, step *s)
{
	kn_fdb_ensure (p->h->nl, s->link, s->mac, NULL);
}

void
step_fdb_forget (plan *p, const char *link, const guint8 mac[6])
{
	step *s = plan_step (p, forget_fdb, forget_fdb_undo,
			     "stop forwarding the old MAC address to port %s",
			     link);

	s->link = g_strdup (link);
	memcpy (s->mac, mac, 6);
}
