/*
 * edit_lbfo.c - the edits of teams of the host. Called by plan/edits_lbfo.c,
 * which has looked whether the interfaces are there.
 */
#include <string.h>

#include "model/check.h"
#include "model/document.h"
#include "model/edit.h"
#include "model/lbfo.h"

#define WHAT "team"

static vmnet_lbfo *
check_team (const vmnet_model *m, const char *name, GError **error)
{
	vmnet_lbfo *t = vmnet_model_lbfo (m, name);
	GString *there;

	if (t)
		return t;
	there = g_string_new (NULL);
	for (guint i = 0; i < m->lbfos->len; i++)
		g_string_append_printf (there, "%s'%s'", i ? ", " : "",
			((vmnet_lbfo *) m->lbfos->pdata[i])->name);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no " WHAT " '%s'; %s%s", name, there->len
		     ? "there is " : "New-NetLbfoTeam makes one", there->str);
	g_string_free (there, TRUE);
	return NULL;
}

/* ---- members ---- */

/* May team `name` have it? */
static gboolean
member_free (const vmnet_model *m, const char *name, const char *nic,
	     GError **error)
{
	const vmnet_switch *s = lbfo_switch_on (m, nic);
	const vmnet_lbfo *other = lbfo_of_member (m, nic);

	if (strlen (nic) > 15)
		return check_invalid (error, WHAT, name, "'%s' is no "
				      "interface name: it has more than 15 "
				      "bytes", nic);
	if (s)
		return check_invalid (error, WHAT, name, "%s is the network "
				      "adapter of switch '%s'; remove that "
				      "with Remove-VMSwitch, or give another "
				      "adapter", nic, s->name);
	if (other && !model_name_equal (other->name, name))
		return check_invalid (error, WHAT, name, "%s is a member of "
				      "team '%s'; take it out there with "
				      "Remove-NetLbfoTeamMember", nic,
				      other->name);
	if (lbfo_of_interface (m, nic))
		return check_invalid (error, WHAT, name, "%s is a team "
				      "itself; members are physical network "
				      "adapters (Get-NetAdapter)", nic);
	return TRUE;
}

static gboolean
members_ok (const vmnet_model *m, const char *name,
	    const char *const *members, GError **error)
{
	guint n = g_strv_length ((char **) members);

	if (n == 0 || n > VMNET_LBFO_MEMBERS)
		return check_invalid (error, WHAT, name, "%u members: a team "
				      "has 1 to %d", n, VMNET_LBFO_MEMBERS);
	for (guint i = 0; i < n; i++) {
		if (!member_free (m, name, members[i], error))
			return FALSE;
		for (guint j = 0; j < i; j++)
			if (strcmp (members[i], members[j]) == 0)
				return check_invalid (
					error, WHAT, name, "%s is there "
					"twice; give it once", members[i]);
	}
	return TRUE;
}

/* A bond of Linux' has either one that carries, or all of them. */
static gboolean
standby_ok (const char *name, vmnet_lbfo_mode mode, guint members,
	    GError **error)
{
	if (mode != VMNET_LBFO_INDEPENDENT)
		return check_invalid (error, WHAT, name, "a standby member "
				      "goes with -TeamingMode "
				      "SwitchIndependent, not %s: the switch "
				      "outside would send to it; make it "
				      "Active, or change the mode",
				      vmnet_lbfo_modes[mode]);
	if (members != 2)
		return check_invalid (error, WHAT, name, "a standby member "
				      "goes with one active one: of %u, a "
				      "bond of Linux' would let one carry and "
				      "all others wait; make a team of two, "
				      "or all of them Active", members);
	return TRUE;
}

static gboolean
same_members (char *const *a, const char *const *b)
{
	guint n = g_strv_length ((char **) a);

	if (n != g_strv_length ((char **) b))
		return FALSE;
	for (; *b; b++)
		if (!g_strv_contains ((const char *const *) a, *b))
			return FALSE;
	return TRUE;
}

gboolean
model_lbfo_member_set (vmnet_model *m, const char *team, const char *nic,
		       gboolean standby, GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);

	if (t == NULL)
		return FALSE;
	if (!g_strv_contains ((const char *const *) t->members, nic)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     WHAT " '%s': %s is no member; "
			     "Get-NetLbfoTeamMember lists them", t->name,
			     nic);
		return FALSE;
	}
	if (standby && t->standby && strcmp (t->standby, nic) != 0)
		return check_invalid (error, WHAT, t->name, "%s waits "
				      "already, and a team has one standby "
				      "member; make that Active first",
				      t->standby);
	if (standby && !standby_ok (t->name, t->mode,
				    g_strv_length (t->members), error))
		return FALSE;
	if (standby || g_strcmp0 (t->standby, nic) == 0) {
		g_free (t->standby);
		t->standby = standby ? g_strdup (nic) : NULL;
	}
	return TRUE;
}

gboolean
model_lbfo_member_add (vmnet_model *m, const char *team, const char *nic,
		       gboolean standby, GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	guint n;

	if (t == NULL)
		return FALSE;
	n = g_strv_length (t->members);
	if (g_strv_contains ((const char *const *) t->members, nic)) {
		if (!standby == (g_strcmp0 (t->standby, nic) != 0))
			return TRUE;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     WHAT " '%s': %s is a member already, and %s; "
			     "Set-NetLbfoTeamMember changes that", t->name,
			     nic, standby ? "Active" : "Standby");
		return FALSE;
	}
	if (!member_free (m, t->name, nic, error))
		return FALSE;
	if (n >= VMNET_LBFO_MEMBERS)
		return check_invalid (error, WHAT, t->name, "it has %u "
				      "members, which is the most", n);
	if ((standby || t->standby) &&
	    !standby_ok (t->name, t->mode, n + 1, error))
		return FALSE;
	t->members = g_renew (char *, t->members, n + 2);
	t->members[n] = g_strdup (nic);
	t->members[n + 1] = NULL;
	return !standby || model_lbfo_member_set (m, team, nic, TRUE, error);
}

gboolean
model_lbfo_member_remove (vmnet_model *m, const char *team, const char *nic,
			  GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	guint at = 0;

	if (t == NULL || !model_lbfo_member_set (m, team, nic, FALSE, error))
		return FALSE;
	if (t->members[1] == NULL)
		return check_invalid (error, WHAT, t->name, "%s is its last "
				      "member; remove the team with "
				      "Remove-NetLbfoTeam", nic);
	while (strcmp (t->members[at], nic) != 0)
		at++;
	g_free (t->members[at]);
	do
		t->members[at] = t->members[at + 1];
	while (t->members[at++]);
	if (t->members[1] == NULL)
		g_clear_pointer (&t->standby, g_free);
	return TRUE;
}

/* ---- teams ---- */

/* Is the name free, and that of the interface? `mine`: the team itself. */
static gboolean
name_free (const vmnet_model *m, const char *name, const vmnet_lbfo *mine,
	   GError **error)
{
	vmnet_lbfo probe = { .name = (char *) name };
	g_autofree char *bond = NULL;
	const vmnet_lbfo *other = vmnet_model_lbfo (m, name);

	if (!check_name (WHAT, name, error))
		return FALSE;
	if (other == NULL || other == mine) {
		bond = names_lbfo (&probe);
		other = lbfo_of_interface (m, bond);
	}
	if (other && other != mine) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     WHAT " '%s': team '%s' has that name already; "
			     "give another", name, other->name);
		return FALSE;
	}
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		g_autofree char *bridge = names_bridge (s);

		if (strcmp (bridge, bond) == 0)
			return check_invalid (error, WHAT, name, "switch '%s' "
					      "has the interface name %s; "
					      "give another", s->name, bond);
	}
	return TRUE;
}

/* Are the names of interfaces on the teams free? */
static gboolean
nic_name_free (const vmnet_model *m, const char *name, GError **error)
{
	if (!check_name ("team interface", name, error))
		return FALSE;
	for (guint i = 0; i < m->lbfos->len; i++) {
		const vmnet_lbfo *t = m->lbfos->pdata[i];

		if (!vmnet_lbfo_nic_named (t, name))
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "team interface '%s': team '%s' has one of that "
			     "name; give another", name, t->name);
		return FALSE;
	}
	return TRUE;
}

static gboolean
timer_ok (const char *name, vmnet_lbfo_mode mode, gboolean fast,
	  GError **error)
{
	if (mode == VMNET_LBFO_LACP || !fast)
		return TRUE;
	return check_invalid (error, WHAT, name, "-LacpTimer Fast goes with "
			      "-TeamingMode Lacp; in %s nobody speaks LACP",
			      vmnet_lbfo_modes[mode]);
}

static gboolean
differs (const vmnet_lbfo *t, const char *what, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     WHAT " '%s': exists with %s; Set-NetLbfoTeam and "
		     "Add-NetLbfoTeamMember change it, Remove-NetLbfoTeam "
		     "removes it", t->name, what);
	return FALSE;
}

static gboolean
same_team (const vmnet_lbfo *t, const vmnet_lbfo_spec *spec, GError **error)
{
	g_autofree char *members = NULL;

	if (!same_members (t->members, spec->members)) {
		members = g_strjoinv (", ", t->members);
		return differs (t, members, error);
	}
	if (t->mode != spec->mode)
		return differs (t, vmnet_lbfo_modes[t->mode], error);
	if (t->algorithm != spec->algorithm)
		return differs (t, vmnet_lbfo_algorithms[t->algorithm],
				error);
	if (!t->fast != !spec->fast)
		return differs (t, t->fast ? "-LacpTimer Fast"
				: "-LacpTimer Slow", error);
	if (spec->nic && !vmnet_lbfo_nic_named (t, spec->nic))
		return differs (t, "another -TeamNicName", error);
	return TRUE;
}

static guint32
next_id (const vmnet_model *m)
{
	guint32 last = 0;

	for (guint i = 0; i < m->lbfos->len; i++)
		last = MAX (last, ((vmnet_lbfo *) m->lbfos->pdata[i])->id);
	return last + 1;
}

gboolean
model_lbfo_add (vmnet_model *m, const vmnet_lbfo_spec *spec, GError **error)
{
	const char *nic = spec->nic ? spec->nic : spec->name;
	vmnet_lbfo *t = vmnet_model_lbfo (m, spec->name);

	if (t)
		return same_team (t, spec, error);
	if (!name_free (m, spec->name, NULL, error) ||
	    !nic_name_free (m, nic, error) ||
	    !members_ok (m, spec->name, spec->members, error) ||
	    !timer_ok (spec->name, spec->mode, spec->fast, error))
		return FALSE;
	t = lbfo_new (spec->name);
	t->id = next_id (m);
	g_strfreev (t->members);
	t->members = g_strdupv ((char **) spec->members);
	t->mode = spec->mode;
	t->algorithm = spec->algorithm;
	t->fast = spec->fast;
	lbfo_add_nic (t, 0, nic);
	g_ptr_array_add (m->lbfos, t);
	return TRUE;
}

gboolean
model_lbfo_set (vmnet_model *m, const char *team, const vmnet_lbfo_change *c,
		GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	vmnet_lbfo_mode mode;
	gboolean fast;

	if (t == NULL)
		return FALSE;
	mode = c->mode ? *c->mode : t->mode;
	/* The timer goes with the mode that it belongs to. */
	fast = c->fast ? *c->fast : mode == VMNET_LBFO_LACP && t->fast;
	if (!timer_ok (t->name, mode, fast, error) ||
	    (t->standby && !standby_ok (t->name, mode, 2, error)))
		return FALSE;
	t->mode = mode;
	t->fast = fast;
	if (c->algorithm)
		t->algorithm = *c->algorithm;
	return TRUE;
}

/* The kernel's names of a team's interfaces, the bond's first. */
static GPtrArray *
interfaces (const vmnet_lbfo *t)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	g_ptr_array_add (out, names_lbfo (t));
	for (guint i = 0; i < t->nics->len; i++)
		g_ptr_array_add (out, names_lbfo_nic (t, t->nics->pdata[i]));
	return out;
}

gboolean
model_lbfo_rename (vmnet_model *m, const char *team, const char *new_name,
		   GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	g_autoptr (GPtrArray) old = NULL, now = NULL;

	if (t == NULL || !name_free (m, new_name, t, error))
		return FALSE;
	old = interfaces (t);
	g_free (t->name);
	t->name = g_strdup (new_name);
	now = interfaces (t);
	for (guint i = 0; i < old->len; i++) {
		if (strcmp (old->pdata[i], now->pdata[i]) == 0)
			continue;
		for (guint j = 0; j < m->switches->len; j++)
			model_member_rename (m, m->switches->pdata[j],
					     old->pdata[i], now->pdata[i]);
		model_interface_rename (m, old->pdata[i], now->pdata[i]);
	}
	return TRUE;
}

static gboolean
nobody_on (const vmnet_model *m, const vmnet_lbfo *t, const char *interface,
	   GError **error)
{
	const vmnet_switch *s = lbfo_switch_on (m, interface);

	if (s == NULL)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     WHAT " '%s': switch '%s' has %s as its network adapter; "
		     "remove that with Remove-VMSwitch, or give it another "
		     "with Set-VMSwitch -NetAdapterName", t->name, s->name,
		     interface);
	return FALSE;
}

gboolean
model_lbfo_remove (vmnet_model *m, const char *team, GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	g_autoptr (GPtrArray) all = t ? interfaces (t) : NULL;

	for (guint i = 0; t && i < all->len; i++)
		if (!nobody_on (m, t, all->pdata[i], error))
			return FALSE;
	for (guint i = 0; t && i < all->len; i++)
		model_interface_drop (m, all->pdata[i]);
	if (t)
		g_ptr_array_remove (m->lbfos, t);
	return t != NULL;
}

/* ---- interfaces on a team ---- */

static vmnet_lbfo_nic *
nic_of_vlan (const vmnet_lbfo *t, guint16 vlan)
{
	for (guint i = 0; i < t->nics->len; i++) {
		vmnet_lbfo_nic *n = t->nics->pdata[i];

		if (n->vlan == vlan)
			return n;
	}
	return NULL;
}

static gboolean
vlan_ok (const vmnet_lbfo *t, guint16 vlan, GError **error)
{
	if (vlan >= 1 && vlan <= VMNET_VLAN_MAX)
		return TRUE;
	return check_invalid (error, WHAT, t->name, "-VlanID %u is out of "
			      "range; give 1 to %d", vlan, VMNET_VLAN_MAX);
}

const char *
model_lbfo_nic_add (vmnet_model *m, const char *team, guint16 vlan,
		    const char *name, GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	g_autofree char *usual = t ? lbfo_nic_name (t->name, vlan) : NULL;
	const vmnet_lbfo_nic *there;

	if (t == NULL || !vlan_ok (t, vlan, error))
		return NULL;
	if (name == NULL)
		name = usual;
	there = nic_of_vlan (t, vlan);
	if (there && model_name_equal (there->name, name))
		return there->name;
	if (there) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     WHAT " '%s': VLAN %u has the interface '%s' "
			     "already; remove that with "
			     "Remove-NetLbfoTeamNic", t->name, vlan,
			     there->name);
		return NULL;
	}
	if (!nic_name_free (m, name, error))
		return NULL;
	lbfo_add_nic (t, vlan, name);
	return ((vmnet_lbfo_nic *) t->nics->pdata[t->nics->len - 1])->name;
}

static vmnet_lbfo_nic *
check_nic (const vmnet_lbfo *t, const char *name, GError **error)
{
	const vmnet_lbfo_nic *n = vmnet_lbfo_nic_named (t, name);

	if (n == NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     WHAT " '%s': it has no interface '%s'; "
			     "Get-NetLbfoTeamNic lists them", t->name, name);
	return (vmnet_lbfo_nic *) n;
}

gboolean
model_lbfo_nic_set (vmnet_model *m, const char *team, const char *name,
		    guint16 vlan, GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	vmnet_lbfo_nic *n = t ? check_nic (t, name, error) : NULL;
	g_autofree char *interface = n ? names_lbfo_nic (t, n) : NULL;

	if (n == NULL || n->vlan == vlan)
		return n != NULL;
	if (vlan == 0 && n != t->nics->pdata[0])
		return check_invalid (error, WHAT, t->name, "-Default is for "
				      "the primary interface '%s'; remove "
				      "this one with Remove-NetLbfoTeamNic",
				      ((vmnet_lbfo_nic *)
				       t->nics->pdata[0])->name);
	if (vlan && !vlan_ok (t, vlan, error))
		return FALSE;
	if (vlan && nic_of_vlan (t, vlan))
		return check_invalid (error, WHAT, t->name, "VLAN %u has the "
				      "interface '%s' already", vlan,
				      nic_of_vlan (t, vlan)->name);
	if (!nobody_on (m, t, interface, error))
		return FALSE;
	n->vlan = vlan;
	return TRUE;
}

gboolean
model_lbfo_nic_remove (vmnet_model *m, const char *team, const char *name,
		       GError **error)
{
	vmnet_lbfo *t = check_team (m, team, error);
	vmnet_lbfo_nic *n = t ? check_nic (t, name, error) : NULL;
	g_autofree char *interface = n ? names_lbfo_nic (t, n) : NULL;

	if (n == NULL)
		return FALSE;
	if (n == t->nics->pdata[0])
		return check_invalid (error, WHAT, t->name, "'%s' is its "
				      "primary interface, which goes with the "
				      "team; Set-NetLbfoTeamNic -VlanID gives "
				      "it a VLAN", n->name);
	if (!nobody_on (m, t, interface, error))
		return FALSE;
	model_interface_drop (m, interface);
	g_ptr_array_remove (t->nics, n);
	return TRUE;
}

/* ---- switches ---- */

gboolean
lbfo_uplink_ok (const vmnet_model *m, const char *name, const char *uplink,
		GError **error)
{
	const vmnet_lbfo *t = lbfo_of_member (m, uplink);
	vmnet_switch probe = { .name = (char *) name,
		.uplink = (char *) uplink };
	g_autofree char *bridge = names_bridge (&probe);
	const vmnet_lbfo *other;

	if (t) {
		g_autofree char *bond = names_lbfo (t);

		return check_invalid (error, "switch", name, "%s is a member "
				      "of team '%s'; give it the team "
				      "(-NetAdapterName %s), or take it out "
				      "with Remove-NetLbfoTeamMember", uplink,
				      t->name, bond);
	}
	other = lbfo_of_interface (m, bridge);
	if (other == NULL)
		return TRUE;
	return check_invalid (error, "switch", name, "team '%s' has the "
			      "interface name %s; give another name",
			      other->name, bridge);
}
