/*
 * netlbfonic.c - Add-, Get-, Set- and Remove-NetLbfoTeamNic: the interfaces on
 * teams of the host, one for each VLAN. Listed in table.c.
 */
#include "netlbfo.h"

#define WHAT "interface on a team"

HANDLER (add_nic);
HANDLER (get_nic);
HANDLER (set_nic);
HANDLER (remove_nic);

/* A VLAN as the model has it; FALSE with error. */
static gboolean
vlan_of (const sh_value *v, guint16 *out, GError **error)
{
	gint64 n = 0;

	sh_to_int (v, &n);
	if (n < 1 || n > VMNET_VLAN_MAX) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "-VlanID %" G_GINT64_FORMAT " is out of range; "
			     "give 1 to %d", n, VMNET_VLAN_MAX);
		return FALSE;
	}
	*out = n;
	return TRUE;
}

static const sh_param add_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Name", &sh_type_string, 0, 3, "ifAlias,InterfaceAlias", NULL,
	  "name of the new interface; without it: TEAM - VLAN NUMBER" },
	{ "Team", &sh_type_lbfo_name, SH_MANDATORY, 1, NULL, NULL,
	  "name of the team" },
	NIC_THROTTLE,
	{ "VlanID", &sh_type_uint32, SH_MANDATORY, 2, NULL, NULL,
	  "its VLAN, 1 to 4094" },
};

const sh_cmdlet cmdlet_add_netlbfoteamnic = {
	"Add-NetLbfoTeamNic", "NetLbfo", NULL, SH_CHANGES, NULL,
	PARAMS (add_params), &vmnet_noun_lbfo_nic,
	"Adds an interface for a VLAN to a team of the host",
	"Add-NetLbfoTeamNic -Team Team1 -VlanID 42 -Confirm:$false",
	"It is a VLAN of the bond's (ip -d link show Team1.42); its name is "
	"another name of that, where Linux takes none like it.",
	NULL, add_nic, NULL,
};

static gboolean
add_nic (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name;
	guint16 vlan;

	if (txn == NULL || !vlan_of (sh_arg (call, "VlanID"), &vlan, error))
		return FALSE;
	name = vmnet_lbfo_nic_add (txn, sh_arg_text (call, "Team"), vlan,
				   sh_arg_text (call, "Name"), error);
	if (name)
		sh_emit (call, sh_row_later (&vmnet_noun_lbfo_nic, name));
	return name != NULL;
}

#define NIC_NAMES(flags) \
	{ "Name", &sh_type_string, SH_LIST | (flags), 1, \
	  "ifAlias,InterfaceAlias", "ByNameOrTeam", \
	  "names of interfaces on teams; * and ? stand for any" }
#define NIC_TEAMS \
	{ "Team", &sh_type_lbfo_name, SH_LIST, 2, NULL, "ByNameOrTeam", \
	  "names of teams; * and ? stand for any" }
#define NIC_OF_TEAM \
	LBFO_OBJECT ("TeamOfTheTeamNic", sh_type_lbfo_object, \
		     "ByTeamOfTheTeamNic", \
		     "all interfaces on an object of Get-NetLbfoTeam")

static const sh_param get_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	NIC_NAMES (SH_PIPE_NAME),
	NIC_TEAMS,
	NIC_OF_TEAM,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netlbfoteamnic = {
	"Get-NetLbfoTeamNic", "NetLbfo", NULL, 0, "ByNameOrTeam",
	PARAMS (get_params), &vmnet_noun_lbfo_nic,
	"Shows the interfaces on teams of the host",
	"Get-NetLbfoTeamNic -Team Team1",
	NULL, NULL, get_nic, NULL,
};

static gboolean
get_nic (sh_call *call, GError **error)
{
	return lbfo_emit (call, &vmnet_noun_lbfo_nic, WHAT, error);
}

static const sh_param set_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Default", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "no VLAN any more: the primary interface, for untagged frames" },
	LBFO_INPUT (sh_type_lbfo_nics, "objects of Get-NetLbfoTeamNic"),
	NIC_NAMES (SH_PIPE_NAME),
	NIC_PASS_THRU,
	NIC_TEAMS,
	NIC_OF_TEAM,
	NIC_THROTTLE,
	{ "VlanID", &sh_type_uint32, 0, 0, NULL, NULL,
	  "its VLAN from now on, 1 to 4094" },
};

const sh_cmdlet cmdlet_set_netlbfoteamnic = {
	"Set-NetLbfoTeamNic", "NetLbfo", NULL, SH_CHANGES, "ByNameOrTeam",
	PARAMS (set_params), NULL,
	"Gives an interface on a team of the host another VLAN, or none",
	"Set-NetLbfoTeamNic -Name 'Team1 - VLAN 42' -VlanID 43",
	"Its name stays. The bond itself stays, too, below a primary interface "
	"that has a VLAN.",
	NULL, set_nic, NULL,
};

static gboolean
set_vlan (sh_call *call, guint16 *vlan, GError **error)
{
	gboolean given = sh_given (call, "VlanID");

	if (given != sh_arg_on (call, "Default"))
		return !given || vlan_of (sh_arg (call, "VlanID"), vlan,
					  error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "Set-NetLbfoTeamNic: give -VlanID or -Default%s",
		     given ? ", not both" : "");
	return FALSE;
}

static gboolean
set_nic (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	guint16 vlan = 0;
	g_autoptr (GPtrArray) rows = txn && set_vlan (call, &vlan, error)
		? lbfo_chosen (call, &vmnet_noun_lbfo_nic, WHAT, error)
		: NULL;

	for (guint i = 0; rows && i < rows->len; i++) {
		const vmnet_row *row = rows->pdata[i];
		g_autofree char *team = dom_field (row, "Team");

		if (!vmnet_lbfo_nic_set (txn, team, row->key, vlan, error))
			return FALSE;
		lbfo_pass (call, &vmnet_noun_lbfo_nic, row->key);
	}
	return rows != NULL;
}

static const sh_param remove_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_INPUT (sh_type_lbfo_nics, "objects of Get-NetLbfoTeamNic"),
	NIC_PASS_THRU,
	{ "Team", &sh_type_lbfo_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME,
	  1, NULL, "ByTeamAndVlanID",
	  "names of teams; * and ? stand for any" },
	NIC_THROTTLE,
	{ "VlanID", &sh_type_uint32, SH_MANDATORY | SH_LIST | SH_PIPE_NAME,
	  2, NULL, "ByTeamAndVlanID", "the VLANs of the interfaces" },
};

const sh_cmdlet cmdlet_remove_netlbfoteamnic = {
	"Remove-NetLbfoTeamNic", "NetLbfo", NULL,
	SH_CHANGES | SH_DESTRUCTIVE, "ByTeamAndVlanID",
	PARAMS (remove_params), NULL,
	"Removes interfaces for VLANs from teams of the host",
	"Remove-NetLbfoTeamNic -Team Team1 -VlanID 42 -Confirm:$false",
	"The primary interface goes with the team.",
	NULL, remove_nic, NULL,
};

static gboolean
vlan_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *own = dom_field (row, "VlanID");

	return sh_arg (call, "VlanID") == NULL ||
		(own && dom_wanted (sh_arg (call, "VlanID"), own));
}

static gboolean
remove_nic (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = txn ? lbfo_chosen (
		call, &vmnet_noun_lbfo_nic, WHAT, error) : NULL;
	guint n = 0;

	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		g_autofree char *team = dom_field (row, "Team");

		if (!vlan_wanted (call, row))
			continue;
		if (!vmnet_lbfo_nic_remove (txn, team, row->key, error))
			return FALSE;
		n++;
		if (sh_arg_on (call, "PassThru"))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	if (rows == NULL || n > 0)
		return rows != NULL;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no interface for that VLAN on that team; "
		     "Get-NetLbfoTeamNic lists them");
	return FALSE;
}
