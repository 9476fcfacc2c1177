/*
 * lbfo_step.c - the steps that make, change and remove bonds that are teams of
 * the host, and VLANs on them. Used by lbfo.c.
 */
#include <net/if.h>
#include <linux/if_bonding.h>
#include <string.h>

#include "plan/belongings.h"
#include "plan/lbfo.h"

/* ---- a bond comes and goes ---- */

typedef struct {
	kn_bond bond;
	belongings has;		/* addresses and routes of one that goes */
} bond_data;

static void
bond_free (gpointer data)
{
	bond_data *d = data;

	belongings_clear (&d->has);
	g_free (d);
}

static gboolean
bond_make (plan *p, step *s, GError **error)
{
	bond_data *d = s->data;
	kn *k = p->h->nl;

	if (!kn_lbfo_add (k, s->link, s->mac, &d->bond, error))
		return FALSE;
	if (kn_link_set_alias (k, s->link, s->arg, error) &&
	    kn_link_set_up (k, s->link, TRUE, error))
		return TRUE;
	kn_link_del (k, s->link, NULL);
	return FALSE;
}

static gboolean
bond_drop (plan *p, step *s, GError **error)
{
	bond_data *d = s->data;

	belongings_note (p->h->nl, kn_ifindex (p->h->nl, s->link), &d->has);
	return kn_link_del (p->h->nl, s->link, error);
}

/* Of a bond, and of a VLAN. */
static void
link_make_undo (plan *p, step *s)
{
	kn_link_del (p->h->nl, s->link, NULL);
}

static void
bond_drop_undo (plan *p, step *s)
{
	bond_data *d = s->data;

	if (bond_make (p, s, NULL))
		belongings_give (p->h->nl, s->link, &d->has);
}

static void
set_data (step *s, const kn_bond *b, const char *bond, const char *team,
	  const guint8 mac[6])
{
	bond_data *d = g_new0 (bond_data, 1);

	d->bond = *b;
	s->data = d;
	s->data_free = bond_free;
	s->link = g_strdup (bond);
	s->arg = g_strdup (team);
	memcpy (s->mac, mac, 6);
}

/* "802.3ad, layer3+4, LACP each second" */
static char *
bond_text (const kn_bond *b)
{
	return g_strdup_printf ("%s, %s%s", kn_bond_mode_text (b->mode),
				b->mode == BOND_MODE_TLB && b->dynamic
				? "by load" : kn_bond_policy_text (b->policy),
				b->mode != BOND_MODE_8023AD ? ""
				: b->fast ? ", LACP each second"
				: ", LACP each 30 seconds");
}

void
lbfo_step_add (plan *p, const char *bond, const char *team, const kn_bond *b,
	       const guint8 mac[6])
{
	g_autofree char *how = bond_text (b);
	step *s = plan_step (p, bond_make, link_make_undo,
			     "create bond %s for team '%s' (%s)", bond, team,
			     how);

	set_data (s, b, bond, team, mac);
}

void
lbfo_step_remove (plan *p, const kn_link *bond)
{
	step *s = plan_step (p, bond_drop, bond_drop_undo, "remove bond %s",
			     bond->name);

	set_data (s, &bond->bond, bond->name, bond->alias ? bond->alias : "",
		  bond->mac);
	step_cuts (s, bond->name);
}

/* ---- another mode ---- */

typedef struct {
	kn_bond want, now;
} change;

/* What goes down with a bond: itself, its VLANs and what they have. */
typedef struct {
	char *name;
	belongings has;
} upper;

static void
upper_free (gpointer data)
{
	upper *u = data;

	belongings_clear (&u->has);
	g_free (u->name);
	g_free (u);
}

static void
note (plan *p, const kn_link *l, GPtrArray *out)
{
	upper *u = g_new0 (upper, 1);

	u->name = g_strdup (l->name);
	belongings_note (p->h->nl, l->ifindex, &u->has);
	g_ptr_array_add (out, u);
}

static gboolean
set_members (plan *p, const GPtrArray *members, const char *bond,
	     GError **error)
{
	kn *k = p->h->nl;

	for (guint i = 0; i < members->len; i++)
		if ((bond && !kn_link_set_up (k, members->pdata[i], FALSE,
					      error)) ||
		    !kn_link_set_master (k, members->pdata[i], bond, error))
			return FALSE;
	return TRUE;
}

/* Down, without its members where the mode changes, and back. */
static gboolean
set_down (plan *p, const char *bond, const kn_link *l, const kn_bond *want,
	  const GPtrArray *members, GError **error)
{
	kn *k = p->h->nl;
	gboolean mode = want->mode != l->bond.mode;

	if (!kn_link_set_up (k, bond, FALSE, error) ||
	    (mode && !set_members (p, members, NULL, error)) ||
	    !kn_lbfo_set (k, bond, want, mode ? KN_BOND_ALL : KN_BOND_DOWN,
			  error))
		return FALSE;
	/* A bond that its last member left has an address by chance. */
	if (mode && (!kn_link_set_mac (k, bond, l->mac, error) ||
		     !set_members (p, members, bond, error)))
		return FALSE;
	return want->primary == 0 || kn_lbfo_prefer (
		k, bond, want->primary, error);
}

static gboolean
set_bond (plan *p, const char *bond, const kn_bond *want, GError **error)
{
	g_autoptr (GPtrArray) links = kn_links (p->h->nl, error);
	g_autoptr (GPtrArray) members = g_ptr_array_new ();
	g_autoptr (GPtrArray) uppers =
		g_ptr_array_new_with_free_func (upper_free);
	g_autoptr (kn_link) l = kn_link_get (p->h->nl, bond, error);
	gboolean ok;

	if (links == NULL || l == NULL)
		return FALSE;
	if (lbfo_live (want, &l->bond))
		return kn_lbfo_set (p->h->nl, bond, want, KN_BOND_POLICY,
				    error);
	note (p, l, uppers);
	for (guint i = 0; i < links->len; i++) {
		kn_link *o = links->pdata[i];

		if (o->master == l->ifindex)
			g_ptr_array_add (members, o->name);
		if (o->vlan_id && o->peer == l->ifindex)
			note (p, o, uppers);
	}
	ok = set_down (p, bond, l, want, members, error);
	if (!ok)
		set_members (p, members, bond, NULL);
	ok = kn_link_set_up (p->h->nl, bond, TRUE, ok ? error : NULL) && ok;
	for (guint i = 0; i < uppers->len; i++) {
		upper *u = uppers->pdata[i];

		belongings_give (p->h->nl, u->name, &u->has);
	}
	return ok;
}

static gboolean
change_apply (plan *p, step *s, GError **error)
{
	const change *c = s->data;

	return set_bond (p, s->link, &c->want, error);
}

static void
change_undo (plan *p, step *s)
{
	const change *c = s->data;

	set_bond (p, s->link, &c->now, NULL);
}

void
lbfo_step_change (plan *p, const char *bond, const kn_bond *want,
		  const kn_bond *now)
{
	g_autofree char *how = bond_text (want), *was = bond_text (now);
	const change c = { *want, *now };
	step *s = plan_step (p, change_apply, change_undo,
			     "change bond %s from %s to %s", bond, was, how);

	s->link = g_strdup (bond);
	s->data = g_memdup2 (&c, sizeof c);
	s->data_free = g_free;
	step_cuts (s, bond);
}

static gboolean
prefer_apply (plan *p, step *s, GError **error)
{
	return kn_lbfo_prefer (p->h->nl, s->link, s->n[0], error);
}

static void
prefer_undo (plan *p, step *s)
{
	kn_lbfo_prefer (p->h->nl, s->link, s->n[1], NULL);
}

void
lbfo_step_prefer (plan *p, const char *bond, const kn_link *member, int old)
{
	step *s = member
		? plan_step (p, prefer_apply, prefer_undo,
			     "let %s carry bond %s while it has its link",
			     member->name, bond)
		: plan_step (p, prefer_apply, prefer_undo,
			     "let no member of bond %s be preferred", bond);

	s->link = g_strdup (bond);
	s->n[0] = member ? member->ifindex : 0;
	s->n[1] = old;
}

/* ---- members ---- */

/* The kernel takes only what is down, and takes it up itself. */
static gboolean
join (plan *p, step *s, GError **error)
{
	return kn_link_set_up (p->h->nl, s->link, FALSE, error) &&
		kn_link_set_master (p->h->nl, s->link, s->arg, error);
}

static gboolean
leave (plan *p, step *s, GError **error)
{
	return kn_link_set_master (p->h->nl, s->link, NULL, error) &&
		kn_link_set_up (p->h->nl, s->link, s->was, error);
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
}

void
lbfo_step_join (plan *p, const kn_link *l, const char *bond)
{
	step *s = plan_step (p, join, join_undo, "make %s a member of bond %s",
			     l->name, bond);

	s->link = g_strdup (l->name);
	s->arg = g_strdup (bond);
	s->was = (l->flags & IFF_UP) != 0;
	step_cuts (s, l->name);
}

void
lbfo_step_leave (plan *p, const kn_link *l, const char *bond, gboolean up)
{
	step *s = plan_step (p, leave, leave_undo, "take %s out of bond %s",
			     l->name, bond);

	s->link = g_strdup (l->name);
	s->arg = g_strdup (bond);
	s->was = up;
	step_cuts (s, l->name);
}

/* ---- VLANs ---- */

static gboolean
vlan_make (plan *p, step *s, GError **error)
{
	kn *k = p->h->nl;

	if (!kn_vlan_add (k, s->link, s->old, s->n[0], error))
		return FALSE;
	if (kn_link_set_alias (k, s->link, s->arg, error) &&
	    kn_link_set_up (k, s->link, TRUE, error))
		return TRUE;
	kn_link_del (k, s->link, NULL);
	return FALSE;
}

static gboolean
vlan_drop (plan *p, step *s, GError **error)
{
	belongings_note (p->h->nl, kn_ifindex (p->h->nl, s->link), s->data);
	return kn_link_del (p->h->nl, s->link, error);
}

static void
vlan_drop_undo (plan *p, step *s)
{
	if (vlan_make (p, s, NULL))
		belongings_give (p->h->nl, s->link, s->data);
}

static void
has_free (gpointer data)
{
	belongings_clear (data);
	g_free (data);
}

static void
set_vlan (step *s, const char *link, const char *bond, guint16 vlan,
	  const char *name)
{
	s->link = g_strdup (link);
	s->old = g_strdup (bond);
	s->arg = g_strdup (name);
	s->n[0] = vlan;
	s->data = g_new0 (belongings, 1);
	s->data_free = has_free;
}

void
lbfo_step_vlan_add (plan *p, const char *link, const char *bond, guint16 vlan,
		    const char *name)
{
	step *s = plan_step (p, vlan_make, link_make_undo, "create %s for "
			     "VLAN %u of bond %s", link, vlan, bond);

	set_vlan (s, link, bond, vlan, name);
}

void
lbfo_step_vlan_remove (plan *p, const kn_link *l, const char *bond)
{
	step *s = plan_step (p, vlan_drop, vlan_drop_undo, "remove %s, VLAN "
			     "%u of bond %s", l->name, l->vlan_id, bond);

	set_vlan (s, l->name, bond, l->vlan_id, l->alias ? l->alias : "");
	step_cuts (s, l->name);
}
