/*
 * vmhost.c - Get-VMHost: this machine. Listed in table.c.
 */
#include "domain.h"

HANDLER (get_vmhost);

static const sh_param get_vmhost_params[] = {
	{ "CimSession", &sh_type_cim_session,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 1, NULL,
	  "CimSession", REMOTE_TEXT },
	{ "ComputerName", &sh_type_string,
	  SH_LIST | SH_PIPE_VALUE | SH_NOT_YET, 1, NULL, "ComputerName",
	  REMOTE_TEXT },
	{ "Credential", &sh_type_credential,
	  SH_LIST | SH_PIPE_VALUE | SH_NOT_YET, 2, NULL, "ComputerName",
	  "who to be on another host: remote hosts come later" },
};

const sh_cmdlet cmdlet_get_vmhost = {
	"Get-VMHost", "Hyper-V", NULL, 0, "ComputerName",
	PARAMS (get_vmhost_params), &vmnet_noun_host,
	"Shows this host: processors, memory, whether it can have SR-IOV",
	"Get-VMHost | Format-List Name, *Iov*",
	NULL, NULL, get_vmhost, NULL,
};

static gboolean
get_vmhost (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_host, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", NULL, "host", NULL, error);
}
