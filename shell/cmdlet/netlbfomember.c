/*
 * netlbfomember.c - Add-, Get-, Set- and Remove-NetLbfoTeamMember: the physical
 * adapters of teams of the host. Listed in table.c.
 */
#include "netlbfo.h"

#define WHAT "member of a team"

HANDLER (add_member);
HANDLER (get_member);
HANDLER (set_member);
HANDLER (remove_member);

static gboolean
is_standby (sh_call *call)
{
	return g_strcmp0 (sh_arg_text (call, "AdministrativeMode"),
			  "Standby") == 0;
}

static const sh_param add_params[] = {
	{ "AdministrativeMode", &sh_type_lbfo_admin, 0, 3, "am", NULL,
	  "Active: it carries; Standby: it waits for the other one to fail" },
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Name", &sh_type_wildcard, SH_MANDATORY, 1,
	  "ifAlias,InterfaceAlias", NULL,
	  "name of a physical interface; * and ? stand for any" },
	{ "Team", &sh_type_lbfo_name, SH_MANDATORY, 2, NULL, NULL,
	  "name of the team" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_add_netlbfoteammember = {
	"Add-NetLbfoTeamMember", "NetLbfo", NULL, SH_CHANGES, NULL,
	PARAMS (add_params), &vmnet_noun_lbfo_member,
	"Adds physical interfaces to a team of the host",
	"Add-NetLbfoTeamMember -Name pnic1 -Team Team1",
	"A bond of Linux' has one member that carries, or all of them do: a "
	"standby member goes with one active one, in SwitchIndependent.",
	NULL, add_member, NULL,
};

static gboolean
add_member (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = txn ? lbfo_nics (call, "Name", error)
		: NULL;

	for (guint i = 0; nics && nics->pdata[i]; i++) {
		if (!vmnet_lbfo_member_add (txn, sh_arg_text (call, "Team"),
					    nics->pdata[i],
					    is_standby (call), error))
			return FALSE;
		sh_emit (call, sh_row_later (&vmnet_noun_lbfo_member,
					     nics->pdata[i]));
	}
	return nics != NULL;
}

#define MEMBER_NAMES(flags, position, sets) \
	{ "Name", &sh_type_nic_name, SH_LIST | (flags), position, \
	  "ifAlias,InterfaceAlias", sets, \
	  "names of members; * and ? stand for any" }
#define MEMBER_TEAMS(flags, sets) \
	{ "Team", &sh_type_lbfo_name, SH_LIST | (flags), 2, NULL, sets, \
	  "names of teams; * and ? stand for any" }
#define MEMBER_OF_TEAM \
	LBFO_OBJECT ("TeamOfTheMember", sh_type_lbfo_object, \
		     "ByTeamOfTheMember", \
		     "all members of an object of Get-NetLbfoTeam")

static const sh_param get_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	MEMBER_NAMES (SH_PIPE_NAME, 1, "ByNameAndOrTeam"),
	MEMBER_TEAMS (0, "ByNameAndOrTeam"),
	MEMBER_OF_TEAM,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netlbfoteammember = {
	"Get-NetLbfoTeamMember", "NetLbfo", NULL, 0, "ByNameAndOrTeam",
	PARAMS (get_params), &vmnet_noun_lbfo_member,
	"Shows the members of teams of the host: who carries, who stands by, "
	"who has failed and why",
	"Get-NetLbfoTeamMember -Team Team1",
	NULL, NULL, get_member, NULL,
};

static gboolean
get_member (sh_call *call, GError **error)
{
	return lbfo_emit (call, &vmnet_noun_lbfo_member, WHAT, error);
}

static const sh_param set_params[] = {
	{ "AdministrativeMode", &sh_type_lbfo_admin, 0, 0, "am", NULL,
	  "Active: it carries; Standby: it waits for the other one to fail" },
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_INPUT (sh_type_lbfo_members, "objects of Get-NetLbfoTeamMember"),
	MEMBER_NAMES (SH_PIPE_NAME, 1, "ByNameAndOrTeam"),
	NIC_PASS_THRU,
	MEMBER_TEAMS (0, "ByNameAndOrTeam"),
	MEMBER_OF_TEAM,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_set_netlbfoteammember = {
	"Set-NetLbfoTeamMember", "NetLbfo", NULL, SH_CHANGES,
	"ByNameAndOrTeam", PARAMS (set_params), NULL,
	"Lets a member of a team of the host carry, or stand by",
	"Set-NetLbfoTeamMember -Name pnic1 -AdministrativeMode Standby",
	"A bond of Linux' has one member that carries, or all of them do: a "
	"standby member goes with one active one, in SwitchIndependent.",
	NULL, set_member, NULL,
};

static gboolean
set_member (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = txn ? lbfo_chosen (
		call, &vmnet_noun_lbfo_member, WHAT, error) : NULL;

	for (guint i = 0; rows && i < rows->len; i++) {
		const vmnet_row *row = rows->pdata[i];
		g_autofree char *team = dom_field (row, "Team");

		if (sh_given (call, "AdministrativeMode") &&
		    !vmnet_lbfo_member_set (txn, team, row->key,
					    is_standby (call), error))
			return FALSE;
		lbfo_pass (call, &vmnet_noun_lbfo_member, row->key);
	}
	return rows != NULL;
}

static const sh_param remove_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_INPUT (sh_type_lbfo_members, "objects of Get-NetLbfoTeamMember"),
	MEMBER_NAMES (SH_MANDATORY | SH_PIPE_NAME, 1, "ByTeamAndName"),
	NIC_PASS_THRU,
	MEMBER_TEAMS (SH_MANDATORY | SH_PIPE_NAME, "ByTeamAndName"),
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_remove_netlbfoteammember = {
	"Remove-NetLbfoTeamMember", "NetLbfo", NULL,
	SH_CHANGES | SH_DESTRUCTIVE, "ByTeamAndName", PARAMS (remove_params),
	NULL,
	"Takes physical interfaces out of teams of the host",
	"Remove-NetLbfoTeamMember -Name pnic1 -Team Team1 -Confirm:$false",
	"The last member stays: Remove-NetLbfoTeam removes the team. The team "
	"keeps its MAC address, which is that of the member it was made with.",
	NULL, remove_member, NULL,
};

static gboolean
remove_member (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = txn ? lbfo_chosen (
		call, &vmnet_noun_lbfo_member, WHAT, error) : NULL;

	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		g_autofree char *team = dom_field (row, "Team");

		if (!vmnet_lbfo_member_remove (txn, team, row->key, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return rows != NULL;
}
