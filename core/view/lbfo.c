/*
 * lbfo.c - the rows of NetLbfoTeam, of its members and of the interfaces on it:
 * what was asked, what the kernel has, how fast the links are.
 */
#include <net/if.h>
#include <linux/if_bonding.h>
#include <string.h>

#include "model/lbfo.h"
#include "plan/lbfo.h"
#include "view/view.h"

/* LACP's bits of an end that is in the team (IEEE 802.1AX). */
#define LACP_SYNC 0x08

/* A part of a team: a member, or an interface on it. */
typedef struct {
	const vmnet_lbfo *team;
	const char *member;
	const vmnet_lbfo_nic *nic;
	char *link;		/* the kernel's name of it */
} part;

static void
part_free (gpointer data)
{
	g_free (((part *) data)->link);
	g_free (data);
}

static const part *
of (const vmnet_row *r)
{
	return r->told;
}

static const vmnet_lbfo *
team_of (const vmnet_row *r)
{
	return r->told ? of (r)->team : r->asked;
}

/* The bond as it is now; NULL: there is none. */
static const kn_link *
bond_of (const vmnet_row *r)
{
	g_autofree char *name = names_lbfo (team_of (r));
	const kn_link *l = view_link (r->view, name);

	return l && l->bond.told ? l : NULL;
}

static void
put_speed (const vmnet_row *r, const char *link, vmnet_value *v)
{
	guint64 speed = view_link_speed (r->view, link);

	if (speed)
		put_int (v, speed);
}

static void
get_team_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, team_of (r)->name);
}

/* ---- members ---- */

typedef enum { ACTIVE, STANDBY, FAILED } state;

/* 802.3ad: is it in the aggregator in use, and does the other end say so? */
static gboolean
agrees (const kn_link *bond, const kn_link *l)
{
	static const guint8 nobody[6];

	return memcmp (bond->bond.partner, nobody, 6) != 0 &&
		l->bond_member.aggregator == bond->bond.aggregator &&
		l->bond_member.partner_state & LACP_SYNC;
}

/* As the kernel has it; `why`: the published word. */
static state
state_of (vmnet_view *v, const kn_link *bond, const char *nic,
	  const char **why)
{
	const kn_link *l = view_link (v, nic);

	*why = "NoFailure";
	if (l == NULL)
		*why = "NicNotPresent";
	else if (!(l->flags & IFF_UP))
		*why = "AdministrativeDecision";
	else if (bond == NULL || l->master != bond->ifindex)
		*why = "NotInTeam";
	else if (!l->carrier || !l->bond_link)
		*why = "PhysicalMediaDisconnected";
	else if (bond->bond.mode == BOND_MODE_8023AD && !agrees (bond, l))
		*why = "LacpNegotiationIssue";
	else
		return l->bond_member.active ? ACTIVE : STANDBY;
	return FAILED;
}

static void
add_member (vmnet_view *v, GPtrArray *out, const vmnet_lbfo *t,
	    const char *nic)
{
	part *p = g_new0 (part, 1);

	p->team = t;
	p->member = nic;
	p->link = g_strdup (nic);
	view_add (out, v, &vmnet_noun_lbfo_member, g_strdup (nic), t, p,
		  part_free);
}

static void
member_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->lbfos->len; i++) {
		const vmnet_lbfo *t = v->model->lbfos->pdata[i];

		for (char **m = t->members; *m; m++)
			add_member (v, out, t, *m);
	}
}

static void
get_member (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->member);
}

static void
get_description (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_description (r->view, of (r)->link));
}

static void
get_admin_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, g_strcmp0 (of (r)->team->standby, of (r)->member) == 0
		  ? "Standby" : "Active");
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	static const char *const words[] = { "Active", "Standby", "Failed" };
	const char *why;

	put_text (v, words[state_of (r->view, bond_of (r), of (r)->member,
				     &why)]);
}

static void
get_reason (const vmnet_row *r, vmnet_value *v)
{
	const char *why;

	state_of (r->view, bond_of (r), of (r)->member, &why);
	put_text (v, why);
}

static void
get_speed (const vmnet_row *r, vmnet_value *v)
{
	put_speed (r, of (r)->link, v);
}

static void
get_failures (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_link (r->view, of (r)->member);

	if (l && l->bond_member.told)
		put_int (v, l->bond_member.failures);
}

static void
get_received (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_link (r->view, of (r)->link);

	if (l)
		put_int (v, l->counters.rx_bytes);
}

static void
get_sent (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_link (r->view, of (r)->link);

	if (l)
		put_int (v, l->counters.tx_bytes);
}

static const vmnet_field member_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  get_member, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", get_description, NULL },
	{ "Team", VMNET_T_STRING, VMNET_U_NONE, 3, "its team",
	  get_team_name, NULL },
	{ "AdministrativeMode", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "Active or Standby, as it was asked", get_admin_mode, NULL },
	{ "OperationalStatus", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "Active, Standby or Failed, as the kernel has it", get_state, NULL },
	{ "TransmitLinkSpeed", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 6,
	  "speed of its link to the outside", get_speed, NULL },
	{ "ReceiveLinkSpeed", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 7,
	  "speed of its link from the outside", get_speed, NULL },
	{ "FailureReason", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "why it has failed: NicNotPresent, AdministrativeDecision (it is "
	  "down), PhysicalMediaDisconnected, LacpNegotiationIssue, NotInTeam; "
	  "or NoFailure", get_reason, NULL },
	{ "LinkFailures", VMNET_T_INT, VMNET_U_NONE, 0,
	  "how often the team has seen its link go; a measurement",
	  get_failures, NULL },
	{ "ReceivedBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "received by it; a measurement", get_received, NULL },
	{ "SentBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "sent by it; a measurement", get_sent, NULL },
};

const vmnet_noun vmnet_noun_lbfo_member = {
	.name = "NetLbfoTeamMember",
	.text = "a physical network adapter in a team of the host",
	.list = TRUE,
	.fields = member_fields,
	.n_fields = G_N_ELEMENTS (member_fields),
	.sections = VMNET_S_LINKS,
	.rows = member_rows,
};

/* ---- teams ---- */

static void
team_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->lbfos->len; i++) {
		const vmnet_lbfo *t = v->model->lbfos->pdata[i];

		view_add (out, v, &vmnet_noun_lbfo, g_strdup (t->name), t,
			  NULL, NULL);
	}
}

static void
get_members (const vmnet_row *r, vmnet_value *v)
{
	put_list (v);
	for (char **m = team_of (r)->members; *m; m++)
		put_list_add (v, g_strdup (*m));
}

static void
get_nics (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *nics = team_of (r)->nics;

	put_list (v);
	for (guint i = 0; i < nics->len; i++)
		put_list_add (v, g_strdup (((vmnet_lbfo_nic *)
					    nics->pdata[i])->name));
}

static void
get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vmnet_lbfo_modes[team_of (r)->mode]);
}

static void
get_algorithm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vmnet_lbfo_algorithms[team_of (r)->algorithm]);
}

static void
get_timer (const vmnet_row *r, vmnet_value *v)
{
	if (team_of (r)->mode == VMNET_LBFO_LACP)
		put_text (v, team_of (r)->fast ? "Fast" : "Slow");
}

static void
get_status (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *bond = bond_of (r);
	guint failed = 0, n = 0;
	const char *why;

	for (char **m = team_of (r)->members; *m; m++, n++)
		failed += state_of (r->view, bond, *m, &why) == FAILED;
	put_text (v, bond == NULL || !bond->carrier || failed == n ? "Down"
		  : failed ? "Degraded" : "Up");
}

static void
get_mode_told (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *bond = bond_of (r);

	if (bond)
		put_text (v, kn_bond_mode_text (bond->bond.mode));
}

static void
get_policy_told (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *bond = bond_of (r);

	if (bond == NULL || bond->bond.mode == BOND_MODE_ACTIVEBACKUP)
		return;
	put_text (v, bond->bond.mode == BOND_MODE_TLB && bond->bond.dynamic
		  ? "load" : kn_bond_policy_text (bond->bond.policy));
}

static void
get_timer_told (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *bond = bond_of (r);

	if (bond && bond->bond.mode == BOND_MODE_8023AD)
		put_text (v, bond->bond.fast ? "Fast" : "Slow");
}

static void
get_partner (const vmnet_row *r, vmnet_value *v)
{
	static const guint8 nobody[6];
	const kn_link *bond = bond_of (r);

	if (bond && memcmp (bond->bond.partner, nobody, 6) != 0)
		put_mac (v, bond->bond.partner, '-');
}

static void
get_interface (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, names_lbfo (team_of (r)));
}

static void
get_team_switch (const vmnet_row *r, vmnet_value *v)
{
	g_autofree char *bond = names_lbfo (team_of (r));
	const vmnet_switch *s = lbfo_switch_on (r->view->model, bond);

	if (s)
		put_text (v, s->name);
}

static const vmnet_field team_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "its name",
	  get_team_name, NULL },
	{ "Members", VMNET_T_LIST, VMNET_U_NONE, 2,
	  "physical network adapters in it", get_members, NULL },
	{ "TeamNics", VMNET_T_LIST, VMNET_U_NONE, 3,
	  "interfaces on it, the primary one first", get_nics, NULL },
	{ "TeamingMode", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "SwitchIndependent, Static or Lacp, as it was asked", get_mode,
	  NULL },
	{ "LoadBalancingAlgorithm", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "what decides by which member a frame leaves, as it was asked",
	  get_algorithm, NULL },
	{ "Status", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "Up, Degraded (a member has failed) or Down", get_status, NULL },
	{ "BondMode", VMNET_T_STRING, VMNET_U_NONE, 7,
	  "the bond's mode, as the kernel has it", get_mode_told, NULL },
	{ "HashPolicy", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "what the kernel was told to spread by: addresses and ports, or the "
	  "load; none where one member carries", get_policy_told, NULL },
	{ "LacpTimer", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "Fast (each second) or Slow (each 30), as it was asked", get_timer,
	  NULL },
	{ "LacpTimerInUse", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the same, as the kernel has it", get_timer_told, NULL },
	{ "LacpPartner", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "MAC address of who answers at the other end; none: nobody",
	  get_partner, NULL },
	{ "InterfaceName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the bond's name, for ip and for -NetAdapterName", get_interface,
	  NULL },
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "switch whose network adapter it is", get_team_switch, NULL },
};

const vmnet_noun vmnet_noun_lbfo = {
	.name = "NetLbfoTeam",
	.text = "a team of the host's physical network adapters",
	.list = TRUE,
	.fields = team_fields,
	.n_fields = G_N_ELEMENTS (team_fields),
	.sections = VMNET_S_LINKS,
	.rows = team_rows,
};

/* ---- interfaces on teams ---- */

static void
nic_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->lbfos->len; i++) {
		const vmnet_lbfo *t = v->model->lbfos->pdata[i];

		for (guint j = 0; j < t->nics->len; j++) {
			part *p = g_new0 (part, 1);

			p->team = t;
			p->nic = t->nics->pdata[j];
			p->link = names_lbfo_nic (t, p->nic);
			view_add (out, v, &vmnet_noun_lbfo_nic,
				  g_strdup (p->nic->name), t, p, part_free);
		}
	}
}

static void
get_nic (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->nic->name);
}

static void
get_vlan (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->nic->vlan)
		put_int (v, of (r)->nic->vlan);
}

static void
get_primary (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->nic == of (r)->team->nics->pdata[0]);
}

static void
get_default (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->nic->vlan == 0);
}

/* Of those that carry, as the kernel has it. */
static void
get_nic_speed (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *bond = bond_of (r);
	guint64 sum = 0;
	const char *why;

	for (char **m = of (r)->team->members; *m; m++)
		if (state_of (r->view, bond, *m, &why) == ACTIVE)
			sum += view_link_speed (r->view, *m);
	if (bond)
		put_int (v, sum);
}

static void
get_link (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->link);
}

static void
get_nic_status (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_link (r->view, of (r)->link);

	if (l)
		put_text (v, !(l->flags & IFF_UP) ? "Disabled" : l->carrier
			  ? "Up" : "Disconnected");
}

static const vmnet_field nic_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "its name; ip finds it by that, too", get_nic, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", get_description, NULL },
	{ "Team", VMNET_T_STRING, VMNET_U_NONE, 3, "its team",
	  get_team_name, NULL },
	{ "VlanID", VMNET_T_INT, VMNET_U_NONE, 4,
	  "its VLAN; none: frames without a tag", get_vlan, NULL },
	{ "Primary", VMNET_T_BOOL, VMNET_U_NONE, 5,
	  "is it the one that came with the team", get_primary, NULL },
	{ "Default", VMNET_T_BOOL, VMNET_U_NONE, 6,
	  "has it no VLAN: a switch belongs there", get_default, NULL },
	{ "TransmitLinkSpeed", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 7,
	  "speed of the members that carry, together", get_nic_speed, NULL },
	{ "ReceiveLinkSpeed", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 8,
	  "the same", get_nic_speed, NULL },
	{ "InterfaceName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the kernel's name of it", get_link, NULL },
	{ "Status", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "Up, Disconnected (no member carries) or Disabled; none: it is not "
	  "there", get_nic_status, NULL },
};

const vmnet_noun vmnet_noun_lbfo_nic = {
	.name = "NetLbfoTeamNic",
	.text = "an interface on a team of the host",
	.list = TRUE,
	.fields = nic_fields,
	.n_fields = G_N_ELEMENTS (nic_fields),
	.sections = VMNET_S_LINKS,
	.rows = nic_rows,
};
