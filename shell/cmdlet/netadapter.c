/*
 * netadapter.c - Get-NetAdapter: the host's interfaces. Listed in table.c.
 */
#include "domain.h"

HANDLER (get_netadapter);

static const sh_param get_netadapter_params[] = {
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0,
	  "Session", NULL, REMOTE_TEXT },
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also interfaces of ours that are hidden otherwise" },
	{ "InterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc", "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "InterfaceIndex", &sh_type_uint32,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifIndex", "ByIfIndex",
	  "number of the interface" },
	{ "Name", &sh_type_nic_name, SH_LIST, 1, "ifAlias,InterfaceAlias",
	  "ByName", "names of interfaces; * and ? stand for any" },
	{ "Physical", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only physical interfaces" },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
};

const sh_cmdlet cmdlet_get_netadapter = {
	"Get-NetAdapter", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadapter_params), &vmnet_noun_nic,
	"Shows the interfaces of the host",
	"Get-NetAdapter -Name pnic*",
	NULL, NULL, get_netadapter, NULL,
};

static gboolean
nic_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *text = dom_field (row, "InterfaceDescription");
	g_autofree char *index = dom_field (row, "ifIndex");

	if (sh_arg_on (call, "Physical")
	    && dom_field_on (row, "Virtual"))
		return FALSE;
	return dom_wanted (sh_arg (call, "InterfaceDescription"),
			   text ? text : "")
	       && dom_wanted (sh_arg (call, "InterfaceIndex"),
			      index ? index : "");
}

static gboolean
get_netadapter (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", nic_wanted, error);
}
