/*
 * lbfo.c - the part of a plan that makes teams of the host: bonds, their
 * members, and the VLANs on them; before the switches that have one as their
 * network adapter. Called by plan.c.
 */
#include "plan/lbfo.h"

#include <net/if.h>
#include <linux/if_bonding.h>
#include <string.h>

#include "model/document.h"
#include "model/lbfo.h"

/* ---- what the kernel is told ---- */

static guint8
policy_of (vmnet_lbfo_algorithm a)
{
	switch (a) {
	case VMNET_LBFO_DYNAMIC:
	case VMNET_LBFO_PORTS:
		return BOND_XMIT_POLICY_LAYER34;
	case VMNET_LBFO_ADDRESSES:
		return BOND_XMIT_POLICY_LAYER23;
	case VMNET_LBFO_MACS:
		return BOND_XMIT_POLICY_LAYER2;
	case VMNET_LBFO_HYPERV:
		return BOND_XMIT_POLICY_VLAN_SRCMAC;
	}
	return BOND_XMIT_POLICY_LAYER2;
}

void
lbfo_told (const vmnet_model *m, const vmnet_lbfo *t, kn_bond *out)
{
	*out = (kn_bond) { .policy = policy_of (t->algorithm), .told = TRUE };
	switch (t->mode) {
	case VMNET_LBFO_LACP:
		out->mode = BOND_MODE_8023AD;
		out->fast = t->fast;
		return;
	case VMNET_LBFO_STATIC:
		out->mode = BOND_MODE_XOR;
		return;
	case VMNET_LBFO_INDEPENDENT:
		break;
	}
	if (t->standby || t->algorithm == VMNET_LBFO_HYPERV ||
	    lbfo_has_switch (m, t)) {
		out->mode = BOND_MODE_ACTIVEBACKUP;
		return;
	}
	out->mode = BOND_MODE_TLB;
	out->dynamic = t->algorithm == VMNET_LBFO_DYNAMIC;
}

gboolean
lbfo_is_told (const kn_bond *want, const kn_bond *now)
{
	return want->policy == now->policy && lbfo_live (want, now);
}

gboolean
lbfo_live (const kn_bond *want, const kn_bond *now)
{
	return want->mode == now->mode &&
		(want->mode != BOND_MODE_8023AD || !want->fast == !now->fast)
		&& (want->mode != BOND_MODE_TLB ||
		    !want->dynamic == !now->dynamic);
}

const char *
lbfo_prefers (const vmnet_lbfo *t)
{
	for (char **m = t->members; t->standby && *m; m++)
		if (strcmp (*m, t->standby) != 0)
			return *m;
	return NULL;
}

guint64
lbfo_speed (vmnet_host *h, const vmnet_model *m, const char *link)
{
	const vmnet_lbfo *t = lbfo_of_interface (m, link);
	const char *carries = t ? lbfo_prefers (t) : NULL;
	guint64 sum = 0, least = 0;
	kn_bond want;

	if (t == NULL)
		return 0;
	if (carries)
		return plan_link_speed (h, carries);
	for (char **nic = t->members; *nic; nic++) {
		guint64 speed = plan_link_speed (h, *nic);

		sum += speed;
		if (speed && (least == 0 || speed < least))
			least = speed;
	}
	lbfo_told (m, t, &want);
	return want.mode == BOND_MODE_ACTIVEBACKUP ? least : sum;
}

/* ---- what there is ---- */

/* The link under that name itself, not under another one of its names. */
static kn_link *
link_named (plan *p, const char *name)
{
	const kn_link *l = plan_link (p, name);

	return l && strcmp (l->name, name) == 0 ? (kn_link *) l : NULL;
}

static const vmnet_lbfo *
old_team (const plan *p, const vmnet_lbfo *t)
{
	const vmnet_lbfo *o = lbfo_by_id (p->base, t->id);

	return o ? o : lbfo_by_id (p->leftover, t->id);
}

/* A link that the plan makes: what comes after sees it. */
static kn_link *
link_planned (plan *p, const char *name, const char *kind,
	      const guint8 *mac)
{
	kn_link *l = g_new0 (kn_link, 1);

	g_strlcpy (l->name, name, sizeof l->name);
	l->kind = g_strdup (kind);
	l->altnames = g_ptr_array_new_with_free_func (g_free);
	l->flags = IFF_UP;
	if (mac)
		memcpy (l->mac, mac, 6);
	g_hash_table_insert (p->links, g_strdup (name), l);
	return l;
}

static gboolean
has_altname (const kn_link *l, const char *name)
{
	for (guint i = 0; i < l->altnames->len; i++)
		if (strcmp (l->altnames->pdata[i], name) == 0)
			return TRUE;
	return FALSE;
}

/* ---- another name ---- */

static void
rename_link (plan *p, const char *old, const char *name)
{
	kn_link *l = link_named (p, old);

	if (strcmp (old, name) == 0 || l == NULL || link_named (p, name))
		return;
	if (has_altname (l, name))
		step_link_altname (p, old, name, FALSE);
	step_link_rename (p, old, name);
	g_hash_table_remove (p->links, name);
	plan_link_renamed (p, old, name);
	g_strlcpy (l->name, name, sizeof l->name);
}

static void
rename_in (const vmnet_model **m, vmnet_model **own, const char *old,
	   const char *name)
{
	if (*own == NULL)
		*m = *own = model_copy (*m);
	model_lbfo_rename (*own, old, name, NULL);
}

void
plan_lbfo_names (plan *p)
{
	for (guint i = 0; i < p->desired->lbfos->len; i++) {
		const vmnet_lbfo *t = p->desired->lbfos->pdata[i];
		const vmnet_lbfo *o = lbfo_by_id (p->base, t->id);
		g_autofree char *bond = names_lbfo (t);
		g_autofree char *was = o ? names_lbfo (o) : NULL;

		if (o == NULL || strcmp (o->name, t->name) == 0)
			continue;
		rename_link (p, was, bond);
		for (guint j = 0; j < o->nics->len; j++) {
			const vmnet_lbfo_nic *n = o->nics->pdata[j];
			g_autofree char *link = names_lbfo_nic (o, n);
			g_autofree char *now = names_lbfo_nic (t, n);

			if (n->vlan)
				rename_link (p, link, now);
		}
		rename_in (&p->base, &p->own[0], o->name, t->name);
	}
}

/* ---- what goes ---- */

/* One of the same VLAN and name. */
static gboolean
has_nic (const vmnet_lbfo *t, const vmnet_lbfo_nic *n)
{
	const vmnet_lbfo_nic *there = t ? vmnet_lbfo_nic_named (t, n->name)
		: NULL;

	return there && there->vlan == n->vlan;
}

static void
remove_nics (plan *p, const vmnet_lbfo *o, const vmnet_lbfo *now,
	     const kn_link *bond)
{
	for (guint i = 0; i < o->nics->len; i++) {
		const vmnet_lbfo_nic *n = o->nics->pdata[i];
		g_autofree char *name = names_lbfo_nic (o, n);
		const kn_link *l = link_named (p, name);

		if (l == NULL || has_nic (now, n) || (n->vlan &&
		    (l->vlan_id != n->vlan || l->peer != bond->ifindex)))
			continue;
		if (has_altname (l, n->name))
			step_link_altname (p, name, n->name, FALSE);
		if (n->vlan == 0)
			continue;
		lbfo_step_vlan_remove (p, l, bond->name);
		plan_link_renamed (p, name, NULL);
	}
}

static void
remove_members (plan *p, const vmnet_lbfo *o, const vmnet_lbfo *now,
		const kn_link *bond)
{
	for (char **m = o->members; *m; m++) {
		kn_link *l = (kn_link *) plan_link (p, *m);

		if (l == NULL || l->master != bond->ifindex ||
		    (now && g_strv_contains ((const char *const *)
					     now->members, *m)))
			continue;
		lbfo_step_leave (p, l, bond->name,
				 !plan_model_is_down (p->desired, *m));
		l->master = 0;
		l->flags |= IFF_UP;
	}
}

/* What others gave to the team goes to what is left of it. */
static gboolean
give_back (plan *p, const vmnet_lbfo *o, const char *bond, GError **error)
{
	const kn_link *l = plan_link (p, o->members[0]);

	return l == NULL || l->master != 0 ||
		step_move_addresses (p, p->base, bond, bond, l->name, error);
}

static gboolean
remove_team (plan *p, const vmnet_lbfo *o, gboolean leftover, GError **error)
{
	const vmnet_lbfo *now = lbfo_by_id (p->desired, o->id);
	g_autofree char *name = names_lbfo (o);
	const kn_link *bond = link_named (p, name);

	if (bond == NULL || !bond->bond.told || bond->ifindex == 0)
		return TRUE;
	/* A leftover may never have come so far. */
	if (leftover && g_strcmp0 (bond->alias, o->name) != 0)
		return TRUE;
	remove_nics (p, o, now, bond);
	remove_members (p, o, now, bond);
	if (now)
		return TRUE;
	if (!give_back (p, o, name, error))
		return FALSE;
	lbfo_step_remove (p, bond);
	plan_link_renamed (p, name, NULL);
	return TRUE;
}

static gboolean
remove_of (plan *p, const vmnet_model *m, gboolean leftover, GError **error)
{
	for (guint i = 0; m && i < m->lbfos->len; i++) {
		const vmnet_lbfo *o = m->lbfos->pdata[i];
		const vmnet_lbfo *now = lbfo_by_id (p->desired, o->id);

		if (!p->all && now && model_lbfo_same (o, now))
			continue;
		if (!remove_team (p, o, leftover, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
plan_lbfo_remove (plan *p, GError **error)
{
	return remove_of (p, p->base, FALSE, error) &&
		remove_of (p, p->leftover, TRUE, error);
}

/* ---- what comes ---- */

/* Was it so before? Then the rest of what is stored must not fail by it. */
static gboolean
was_member (const plan *p, const vmnet_lbfo *t, const char *nic)
{
	const vmnet_lbfo *o = p->all ? old_team (p, t) : NULL;

	return o && g_strv_contains ((const char *const *) o->members, nic);
}

static gboolean
kernel_has (plan *p, const vmnet_lbfo *t, GError **error)
{
	g_autofree char *what = g_strdup_printf ("team '%s'", t->name);

	if (!kn_kind_there (p->h->nl, "bond", "CONFIG_BONDING", error, what))
		return FALSE;
	for (guint i = 0; i < t->nics->len; i++)
		if (((vmnet_lbfo_nic *) t->nics->pdata[i])->vlan)
			return kn_kind_there (p->h->nl, "vlan",
					      "CONFIG_VLAN_8021Q", error,
					      what);
	return TRUE;
}

static gboolean
member_fit (plan *p, const vmnet_lbfo *t, const kn_link *l,
	    const kn_link *bond, GError **error)
{
	g_autoptr (kn_link) m = NULL;

	if (l->bond.told || l->vlan_id || g_strcmp0 (l->kind, "bridge") == 0
	    || g_strcmp0 (l->kind, "team") == 0 || l->flags & IFF_LOOPBACK) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "team '%s': %s is a %s, and members are physical "
			     "network adapters (Get-NetAdapter lists them)",
			     t->name, l->name, l->kind ? l->kind
			     : "loopback");
		return FALSE;
	}
	if (l->master == 0 || (bond->ifindex && l->master == bond->ifindex))
		return TRUE;
	m = kn_link_get_index (p->h->nl, l->master, NULL);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "team '%s': network adapter %s belongs to %s (%s) "
		     "already; take it out there first (ip link set %s "
		     "nomaster)", t->name, l->name, m ? m->name : "another",
		     m && m->kind ? m->kind : "unknown", l->name);
	return FALSE;
}

static gboolean
build_member (plan *p, const vmnet_lbfo *t, const char *nic,
	      const kn_link *bond, GError **error)
{
	kn_link *l = (kn_link *) plan_link (p, nic);

	if (l == NULL && was_member (p, t, nic)) {
		g_ptr_array_add (p->missing, g_strdup_printf (
			"team '%s': its member %s is not there; the others "
			"carry the team until it is", t->name, nic));
		return TRUE;
	}
	if (l == NULL) {
		g_autofree char *names = plan_nic_names (p->h->nl);

		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "team '%s': there is no network adapter '%s'; "
			     "there are: %s", t->name, nic, names);
		return FALSE;
	}
	if (!member_fit (p, t, l, bond, error))
		return FALSE;
	if (l->master)
		return TRUE;
	if (!step_move_addresses (p, p->desired, nic, nic, bond->name, error))
		return FALSE;
	lbfo_step_join (p, l, bond->name);
	l->flags |= IFF_UP;
	/* Anything but 0: it is nobody else's any more. */
	l->master = bond->ifindex ? bond->ifindex : G_MAXINT;
	return TRUE;
}

static const guint8 *
first_mac (plan *p, const vmnet_lbfo *t)
{
	static const guint8 none[6] = { 2 };

	for (char **m = t->members; *m; m++) {
		const kn_link *l = plan_link (p, *m);

		if (l)
			return l->mac;
	}
	return none;
}

static gboolean
foreign (const vmnet_lbfo *t, const kn_link *l, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "team '%s': an interface %s (%s) exists already and is "
		     "not ours; choose another name or rename that interface",
		     t->name, l->name, l->kind ? l->kind : "hardware");
	return FALSE;
}

/* The bond, made or brought to what is wanted; NULL with error. */
static kn_link *
build_bond (plan *p, const vmnet_lbfo *t, const kn_bond *want,
	    GError **error)
{
	const vmnet_lbfo *o = old_team (p, t);
	g_autofree char *name = names_lbfo (t);
	kn_link *l = link_named (p, name);

	if (l == NULL) {
		lbfo_step_add (p, name, t->name, want, first_mac (p, t));
		l = link_planned (p, name, "bond", first_mac (p, t));
		l->bond = *want;
		return l;
	}
	if (!l->bond.told || (!o && g_strcmp0 (l->alias, t->name) != 0)) {
		foreign (t, l, error);
		return NULL;
	}
	if (g_strcmp0 (l->alias, t->name) != 0)
		step_link_alias (p, name, t->name, l->alias);
	if (!lbfo_is_told (want, &l->bond))
		lbfo_step_change (p, name, want, &l->bond);
	if (!(l->flags & IFF_UP) && !plan_model_is_down (p->desired, name))
		step_link_up (p, name, TRUE, FALSE);
	return l;
}

static void
build_altname (plan *p, const kn_link *l, const char *name)
{
	/* What it is named itself, it is found by. */
	if (strcmp (l->name, name) != 0 && !has_altname (l, name))
		step_link_altname (p, l->name, name, TRUE);
}

static gboolean
build_nic (plan *p, const vmnet_lbfo *t, const vmnet_lbfo_nic *n,
	   const kn_link *bond, GError **error)
{
	g_autofree char *name = names_lbfo_nic (t, n);
	kn_link *l = link_named (p, name);

	if (l == NULL) {
		lbfo_step_vlan_add (p, name, bond->name, n->vlan, n->name);
		l = link_planned (p, name, "vlan", bond->mac);
		l->vlan_id = n->vlan;
	} else if (l->vlan_id != n->vlan || l->peer != bond->ifindex)
		return foreign (t, l, error);
	else if (!(l->flags & IFF_UP) &&
		 !plan_model_is_down (p->desired, name))
		step_link_up (p, name, TRUE, FALSE);
	/* The primary one may be named as the bond. */
	if (strcmp (bond->name, n->name) != 0)
		build_altname (p, l, n->name);
	return TRUE;
}

static void
build_preference (plan *p, const vmnet_lbfo *t, const kn_bond *want,
		  const kn_link *bond)
{
	const char *wanted = lbfo_prefers (t);
	const kn_link *l = wanted ? plan_link (p, wanted) : NULL;

	/* A change of the mode forgets who was preferred. */
	if (want->mode != BOND_MODE_ACTIVEBACKUP || (wanted && l == NULL))
		return;
	if ((l ? l->ifindex : 0) != bond->bond.primary ||
	    (l && want->mode != bond->bond.mode))
		lbfo_step_prefer (p, bond->name, l, bond->bond.primary);
}

static gboolean
build_team (plan *p, const vmnet_lbfo *t, GError **error)
{
	kn_bond want;
	kn_link *bond;

	if (!kernel_has (p, t, error))
		return FALSE;
	lbfo_told (p->desired, t, &want);
	bond = build_bond (p, t, &want, error);
	for (char **m = t->members; bond && *m; m++)
		if (!build_member (p, t, *m, bond, error))
			return FALSE;
	if (bond == NULL)
		return FALSE;
	build_preference (p, t, &want, bond);
	for (guint i = 0; i < t->nics->len; i++) {
		const vmnet_lbfo_nic *n = t->nics->pdata[i];

		if (n->vlan == 0)
			build_altname (p, bond, n->name);
		else if (!build_nic (p, t, n, bond, error))
			return FALSE;
	}
	return TRUE;
}

/* A switch that comes or goes changes what the kernel is told, too. */
static gboolean
touched (const plan *p, const vmnet_lbfo *t)
{
	const vmnet_lbfo *o = p->all ? NULL : lbfo_by_id (p->base, t->id);
	kn_bond was, want;

	/* Under new names the old model says the same. */
	if (p->own[0])
		return TRUE;
	if (o == NULL || !model_lbfo_same (o, t))
		return TRUE;
	lbfo_told (p->base, o, &was);
	lbfo_told (p->desired, t, &want);
	return !lbfo_is_told (&want, &was);
}

gboolean
lbfo_touched (const plan *p, const char *link)
{
	const vmnet_lbfo *t = link ? lbfo_of_interface (p->desired, link)
		: NULL;

	return t && touched (p, t);
}

gboolean
plan_lbfo_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->lbfos->len; i++) {
		const vmnet_lbfo *t = p->desired->lbfos->pdata[i];
		g_autoptr (GError) why = NULL;

		if (!touched (p, t) || build_team (p, t, &why))
			continue;
		/* Another kernel was booted: the rest is restored. */
		if (p->all && old_team (p, t) &&
		    why->code == VMNET_ERROR_UNSUPPORTED) {
			g_ptr_array_add (p->missing, g_strdup (why->message));
			continue;
		}
		g_propagate_error (error, g_steal_pointer (&why));
		return FALSE;
	}
	return TRUE;
}
