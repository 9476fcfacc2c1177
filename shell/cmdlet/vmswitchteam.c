/*
 * vmswitchteam.c - the cmdlets of a switch's team (Switch Embedded Teaming):
 * Get- and Set-VMSwitchTeam, Get-, Add- and Remove-VMSwitchTeamMember. Listed
 * in table.c.
 */
#include "domain.h"

/* ---- physical adapters ---- */

/* The name of the interface with that description; owned. */
static char *
nic_by_description (sh_call *call, const char *text, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic, error);
	g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (sh_value) wanted = sh_string (text);

	if (rows == NULL)
		return NULL;
	for (guint i = 0; i < rows->len; i++) {
		char *d = dom_field (rows->pdata[i], "InterfaceDescription");

		if (d != NULL && dom_like (text, d)) {
			g_free (d);
			return dom_field (rows->pdata[i], "Name");
		}
		if (d != NULL)
			g_ptr_array_add (seen, d);
	}
	if (dom_check ("interface described as", wanted, seen, error))
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "no interface's description is like '%s'", text);
	return NULL;
}

GPtrArray *
dom_uplinks (sh_call *call, GError **error)
{
	sh_value *by_name = sh_arg (call, "NetAdapterName");
	sh_value *v = by_name ? by_name
			      : sh_arg (call, "NetAdapterInterfaceDescription");
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; v != NULL && i < sh_array_length (v); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (v, i));
		char *nic = by_name ? g_strdup (text)
			: nic_by_description (call, text, error);

		if (nic == NULL)
			return NULL;
		g_ptr_array_add (out, nic);
	}
	g_ptr_array_add (out, NULL);
	return g_steal_pointer (&out);
}

/* ---- the team ---- */

HANDLER (get_vmswitchteam);

static const sh_param get_vmswitchteam_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_switch_name, 0, 1, "SwitchName", "Name",
	  "names of switches; * and ? stand for any" },
	{ "VMSwitch", &sh_type_vmswitch, SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "SwitchObject", "switches, as objects of Get-VMSwitch" },
};

const sh_cmdlet cmdlet_get_vmswitchteam = {
	"Get-VMSwitchTeam", "Hyper-V", NULL, 0, "Name",
	PARAMS (get_vmswitchteam_params), &vmnet_noun_team,
	"Shows the teams of physical adapters that switches have",
	"Get-VMSwitchTeam -Name sw*",
	NULL, NULL, get_vmswitchteam, NULL,
};

/* The names of -VMSwitch, or the value of `names`; NULL: all. One
 * reference. */
static sh_value *
switches_wanted (sh_call *call, const char *names)
{
	sh_value *rows = sh_arg (call, "VMSwitch");
	sh_value *list;

	if (rows == NULL) {
		list = sh_arg (call, names);
		return list ? sh_ref (list) : NULL;
	}
	list = sh_array ();
	for (guint i = 0; i < sh_array_length (rows); i++)
		sh_array_add (list, sh_string (sh_row_key (
			sh_array_get (rows, i))));
	return list;
}

static gboolean
get_vmswitchteam (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_team, error);
	g_autoptr (sh_value) wanted = switches_wanted (call, "Name");

	return rows != NULL
	       && dom_emit (call, rows, "Name", wanted, "switch with a team",
			    NULL, error);
}

HANDLER (set_vmswitchteam);

#define SETS_BY_NAME "SwitchName_NetAdapterName," \
	"SwitchName_NetAdapterInterfaceDescription"
#define SETS_BY_OBJECT "SwitchObject_NetAdapterInterfaceDescription," \
	"SwitchObject_NetAdapterName"
#define SETS_OF_DESCRIPTION "SwitchName_NetAdapterInterfaceDescription," \
	"SwitchObject_NetAdapterInterfaceDescription"
#define SETS_OF_NIC "SwitchName_NetAdapterName,SwitchObject_NetAdapterName"

/* In the alphabet, in front of the adapters. */
#define TEAM_REMOTE \
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, NULL, \
	  NULL, REMOTE_TEXT }, \
	{ "ComputerName", &sh_type_string, \
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, "PSComputerName", NULL, \
	  REMOTE_TEXT }, \
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL, \
	  NULL, "who to be on another host: remote hosts come later" }
#define TEAM_NICS(what) \
	{ "NetAdapterInterfaceDescription", &sh_type_string, SH_LIST, 0, \
	  NULL, SETS_OF_DESCRIPTION, \
	  what ", by description as Get-NetAdapter shows it" }, \
	{ "NetAdapterName", &sh_type_nic_name, SH_LIST, 0, "InterfaceAlias", \
	  SETS_OF_NIC, what ", by name" }, \
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on the switch" }
#define TEAM_SWITCH \
	{ "VMSwitch", &sh_type_vmswitch, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, SETS_BY_OBJECT, \
	  "switches, as objects of Get-VMSwitch" }

static const sh_param set_vmswitchteam_params[] = {
	TEAM_REMOTE,
	{ "LoadBalancingAlgorithm", &sh_type_balancing, 0, 0, NULL, NULL,
	  "HyperVPort: each adapter of the switch belongs to one member; "
	  "Dynamic: what it sends is spread over all, flow by flow" },
	{ "Name", &sh_type_switch_name, SH_MANDATORY | SH_LIST, 1,
	  "SwitchName", SETS_BY_NAME,
	  "names of switches; * and ? stand for any" },
	TEAM_NICS ("all members that the team is to have"),
	{ "TeamingMode", &sh_type_teaming_mode, 0, 0, NULL, NULL,
	  "SwitchIndependent, the only one of embedded teams" },
	TEAM_SWITCH,
};

const sh_cmdlet cmdlet_set_vmswitchteam = {
	"Set-VMSwitchTeam", "Hyper-V", NULL, SH_CHANGES,
	"SwitchName_NetAdapterName", PARAMS (set_vmswitchteam_params),
	&vmnet_noun_switch,
	"Changes the members of a switch's team, and how they share the load",
	/* Every lab's example has a team of its own. */
	"New-VMSwitch -Name swt -NetAdapterName pnic1 "
	"-EnableEmbeddedTeaming $true -AllowManagementOS $false; "
	"Set-VMSwitchTeam -Name swt -NetAdapterName pnic1 "
	"-LoadBalancingAlgorithm HyperVPort; "
	"Remove-VMSwitch -Name swt -Force",
	"Who is no member any more is free again, and its adapters go by the "
	"others at once.",
	NULL, set_vmswitchteam, NULL,
};

/* The switches that a change of a team is about. */
static GPtrArray *
teams_meant (sh_call *call, const char *name_param, GError **error)
{
	return dom_switches (call, sh_arg (call, "VMSwitch"),
			     sh_arg (call, name_param), error);
}

typedef gboolean (*team_change) (vmnet_txn *txn, const char *sw,
				 const char *const *nics, GError **error);

static void
iov_notes (sh_call *call, vmnet_txn *txn, const char *sw)
{
	g_autoptr (GPtrArray) notes = vmnet_iov_leave_notes (txn, sw);

	for (guint i = 0; i < notes->len; i++)
		sh_warn (call, "switch '%s': %s", sw, (char *) notes->pdata[i]);
}

static gboolean
change_teams (sh_call *call, const char *name_param, team_change change,
	      GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) names = teams_meant (call, name_param, error);
	g_autoptr (GPtrArray) nics = dom_uplinks (call, error);

	if (txn == NULL || names == NULL || nics == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		if (nics->len > 1
		    && !change (txn, names->pdata[i],
				(const char *const *) nics->pdata, error))
			return FALSE;
		iov_notes (call, txn, names->pdata[i]);
		if (sh_arg_on (call, "Passthru"))
			sh_emit (call, sh_row_later (&vmnet_noun_switch,
						     names->pdata[i]));
	}
	return TRUE;
}

/* A switch without a team has no way of working to set, either. */
static gboolean
all_have_teams (sh_call *call, GError **error)
{
	const vmnet_model *m = dom_model (call, error);
	g_autoptr (GPtrArray) names = m ? teams_meant (call, "Name", error)
		: NULL;

	for (guint i = 0; names != NULL && i < names->len; i++) {
		const vmnet_switch *s = vmnet_model_switch (m,
							    names->pdata[i]);

		if (s == NULL || s->teaming)
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "switch '%s': it was made without "
			     "-EnableEmbeddedTeaming $true and has no team",
			     s->name);
		return FALSE;
	}
	return names != NULL;
}

static gboolean
balance_teams (sh_call *call, GError **error)
{
	const char *word = sh_arg_text (call, "LoadBalancingAlgorithm");
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) names = teams_meant (call, "Name", error);

	if (txn == NULL || names == NULL)
		return FALSE;
	for (guint i = 0; word != NULL && i < names->len; i++)
		if (!vmnet_team_balance (txn, names->pdata[i],
					 strcmp (word, "Dynamic") == 0, error))
			return FALSE;
	return TRUE;
}

static gboolean
set_vmswitchteam (sh_call *call, GError **error)
{
	return all_have_teams (call, error) && balance_teams (call, error)
	       && change_teams (call, "Name", vmnet_team_set, error);
}

/* ---- members ---- */

HANDLER (get_vmswitchteammember);

static const sh_param get_vmswitchteammember_params[] = {
	{ "NetAdapterName", &sh_type_nic_name, SH_LIST, 0,
	  "Name,InterfaceAlias", NULL,
	  "names of members; * and ? stand for any" },
	{ "VMSwitch", &sh_type_vmswitch, SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "SwitchObject", "switches, as objects of Get-VMSwitch" },
	{ "VMSwitchName", &sh_type_switch_name, SH_LIST, 1, "SwitchName",
	  "Name", "names of switches; * and ? stand for any" },
};

const sh_cmdlet cmdlet_get_vmswitchteammember = {
	"Get-VMSwitchTeamMember", "Hyper-V", NULL, 0, "Name",
	PARAMS (get_vmswitchteammember_params), &vmnet_noun_team_member,
	"Shows the members of teams: their links, who goes by them, and what "
	"they have carried",
	"Get-VMSwitchTeamMember",
	"Hyper-V has no such cmdlet; on Windows the counters are those of "
	"Get-NetAdapterStatistics.", NULL, get_vmswitchteammember, NULL,
};

static gboolean
member_wanted (sh_call *call, const vmnet_row *row)
{
	g_autoptr (sh_value) wanted = switches_wanted (call, "VMSwitchName");
	g_autofree char *name = dom_field (row, "SwitchName");

	return dom_wanted (wanted, name ? name : "");
}

static gboolean
get_vmswitchteammember (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_team_member,
					       error);

	return rows != NULL
	       && dom_emit (call, rows, "NetAdapterName",
			    sh_arg (call, "NetAdapterName"),
			    "member of a team", member_wanted, error);
}

HANDLER (add_vmswitchteammember);

#define TEAM_SWITCH_NAME \
	{ "VMSwitchName", &sh_type_switch_name, SH_MANDATORY | SH_LIST, 1, \
	  "SwitchName", SETS_BY_NAME, \
	  "names of switches; * and ? stand for any" }

static const sh_param add_vmswitchteammember_params[] = {
	TEAM_REMOTE,
	TEAM_NICS ("physical interfaces that join the team"),
	TEAM_SWITCH,
	TEAM_SWITCH_NAME,
};

const sh_cmdlet cmdlet_add_vmswitchteammember = {
	"Add-VMSwitchTeamMember", "Hyper-V", NULL, SH_CHANGES,
	"SwitchName_NetAdapterName", PARAMS (add_vmswitchteammember_params),
	&vmnet_noun_switch,
	"Adds physical adapters to a switch's team",
	"New-VMSwitch -Name swt -NetAdapterName pnic1 "
	"-EnableEmbeddedTeaming $true -AllowManagementOS $false; "
	"Add-VMSwitchTeamMember -VMSwitchName swt -NetAdapterName pnic1; "
	"Remove-VMSwitch -Name swt -Force",
	"The switch must have been made with -EnableEmbeddedTeaming $true.",
	NULL, add_vmswitchteammember, NULL,
};

static gboolean
some_nic (sh_call *call, GError **error)
{
	if (sh_given (call, "NetAdapterName")
	    || sh_given (call, "NetAdapterInterfaceDescription"))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: nothing to do: give -NetAdapterName",
		     sh_call_cmdlet (call)->name);
	return FALSE;
}

static gboolean
add_vmswitchteammember (sh_call *call, GError **error)
{
	return some_nic (call, error)
	       && change_teams (call, "VMSwitchName", vmnet_team_add, error);
}

HANDLER (remove_vmswitchteammember);

static const sh_param remove_vmswitchteammember_params[] = {
	TEAM_REMOTE,
	TEAM_NICS ("members that leave the team"),
	TEAM_SWITCH,
	TEAM_SWITCH_NAME,
};

const sh_cmdlet cmdlet_remove_vmswitchteammember = {
	"Remove-VMSwitchTeamMember", "Hyper-V", NULL, SH_CHANGES,
	"SwitchName_NetAdapterName", PARAMS (remove_vmswitchteammember_params),
	&vmnet_noun_switch,
	"Removes physical adapters from a switch's team",
	"Remove-VMSwitch -Name sw0 -Force; "
	"New-VMSwitch -Name swt -NetAdapterName pnic0, pnic1; "
	"Remove-VMSwitchTeamMember -VMSwitchName swt -NetAdapterName pnic0 "
	"-Passthru",
	"The last member stays: a switch without one is removed, or made "
	"Internal with Set-VMSwitch.",
	NULL, remove_vmswitchteammember, NULL,
};

static gboolean
remove_vmswitchteammember (sh_call *call, GError **error)
{
	return some_nic (call, error)
	       && change_teams (call, "VMSwitchName", vmnet_team_remove,
				error);
}
