/*
 * netbinding.c - Get-, Enable-, Disable- and Set-NetAdapterBinding: what of the
 * kernel works on an interface. Listed in table.c.
 */
#include <string.h>

#include "netcard.h"

/* Components of Windows that scripts name, and what does their work here. */
static const struct {
	const char *id, *why;
} elsewhere[] = {
	{ "ms_server", "files are shared by Samba, which listens where "
	  "'interfaces' of smb.conf says" },
	{ "ms_msclient", "files are mounted by mount.cifs, by any interface" },
	{ "ms_pacer", "qdiscs are on every interface: see tc(8), and floors "
	  "and caps of Set-VMNetworkAdapter" },
	{ "ms_lldp", "LLDP is a daemon's: lldpd(8) says where it works" },
	{ "ms_lltdio", "link-layer topology discovery is Windows' own" },
	{ "ms_rspndr", "link-layer topology discovery is Windows' own" },
	{ "ms_implat", "teams are bonds: see New-VMSwitch with several "
	  "interfaces" },
	{ "ms_bridge", "bridges are switches: New-VMSwitch" },
	{ "ms_netbt", "NetBIOS is nmbd's, which smb.conf tells where" },
	{ "ms_ndiscap", "captures are netsh trace's, on any interface" },
};

static gboolean
component_known (const char *id, GError **error)
{
	static const char *const here[] = { "ms_tcpip", "ms_tcpip6",
					    "vms_pp" };

	if (dom_is_pattern (id))
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS (here); i++)
		if (g_ascii_strcasecmp (id, here[i]) == 0)
			return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS (elsewhere); i++)
		if (g_ascii_strcasecmp (id, elsewhere[i].id) == 0) {
			g_set_error (error, VMNET_ERROR,
				     VMNET_ERROR_UNSUPPORTED,
				     "component '%s': Linux has nothing of "
				     "that kind to bind: %s", id,
				     elsewhere[i].why);
			return FALSE;
		}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no component '%s'; there are 'ms_tcpip', "
		     "'ms_tcpip6', 'vms_pp'", id);
	return FALSE;
}

static gboolean
components_known (sh_call *call, GError **error)
{
	sh_value *ids = sh_arg (call, "ComponentID");

	for (guint i = 0; ids && i < sh_array_length (ids); i++)
		if (!component_known (sh_text (sh_array_get (ids, i)), error))
			return FALSE;
	return TRUE;
}

#define WHICH(sets) \
	{ "AllBindings", &sh_type_switch, SH_SWITCH, 0, NULL, sets, \
	  "all of an interface's: none is hidden" }, \
	{ "ComponentID", &sh_type_string, SH_LIST, 0, NULL, sets, \
	  "ms_tcpip6 and its like; * and ? stand for any" }, \
	{ "DisplayName", &sh_type_string, SH_LIST, 0, NULL, sets, \
	  "what it is called; * and ? stand for any" }

HANDLER (get_binding);
HANDLER (enable_binding);
HANDLER (disable_binding);
HANDLER (set_binding);

static const sh_param get_params[] = {
	NIC_READ_PARAMS,
	WHICH (NULL),
};

const sh_cmdlet cmdlet_get_netadapterbinding = {
	"Get-NetAdapterBinding", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_params), &vmnet_noun_binding,
	"Shows what is bound to interfaces: IPv4, IPv6, a switch",
	"Get-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6",
	NULL, NULL, get_binding, NULL,
};

static gboolean
binding_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *id = dom_field (row, "ComponentID");
	g_autofree char *text = dom_field (row, "DisplayName");

	return dom_wanted (sh_arg (call, "ComponentID"), id)
	       && dom_wanted (sh_arg (call, "DisplayName"), text)
	       && dom_nic_described (call, row);
}

static gboolean
get_binding (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;

	if (!components_known (call, error))
		return FALSE;
	rows = dom_rows (call, &vmnet_noun_binding, error);
	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", binding_wanted, error);
}

/* ---- changes ---- */

#define CHANGE_PARAMS \
	NIC_COMMON_PARAMS, \
	NIC_HIDDEN ("ByName,ByInstanceID"), \
	{ "InputObject", &sh_type_cim_card, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject", \
	  "objects of Get-NetAdapterBinding" }, \
	NIC_DESCRIPTION, \
	NIC_NAME (SH_MANDATORY), \
	NIC_PASS_THRU, \
	WHICH ("ByName,ByInstanceID")

static const sh_param change_params[] = { CHANGE_PARAMS };
static const sh_param set_params[] = {
	CHANGE_PARAMS,
	{ "Enabled", &sh_type_bool, 0, 0, NULL, NULL, "bind it, or not" },
};

#define KEPT "It is kept, and set again at boot. IPv4 and switches are not " \
	"bound here: the error says where."

const sh_cmdlet cmdlet_enable_netadapterbinding = {
	"Enable-NetAdapterBinding", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (change_params), &vmnet_noun_binding,
	"Binds IPv6 to interfaces",
	"Enable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6",
	KEPT, NULL, enable_binding, NULL,
};

const sh_cmdlet cmdlet_disable_netadapterbinding = {
	"Disable-NetAdapterBinding", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (change_params), &vmnet_noun_binding,
	"Takes IPv6 off interfaces",
	"Disable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6; "
	"Enable-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6",
	KEPT, NULL, disable_binding, NULL,
};

const sh_cmdlet cmdlet_set_netadapterbinding = {
	"Set-NetAdapterBinding", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (set_params), &vmnet_noun_binding,
	"Says whether IPv6 is bound to interfaces",
	"Set-NetAdapterBinding -Name pnic1 -ComponentID ms_tcpip6 "
	"-Enabled $true",
	KEPT, NULL, set_binding, NULL,
};

static gboolean
elsewhere_error (const char *nic, const char *id, gboolean on, GError **error)
{
	const char *out = strcmp (id, "ms_tcpip") == 0
		? "Linux has no switch for IPv4 of one interface; without an "
		  "address it has none: Remove-NetIPAddress"
		: on ? "an interface is bound to a switch by New-VMSwitch "
		       "-NetAdapterName, or Set-VMSwitch -NetAdapterName"
		     : "an interface is let go by Remove-VMSwitch, or by "
		       "Set-VMSwitch with another one or -SwitchType Internal";

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "network adapter '%s': %s %s: %s", nic,
		     on ? "bind" : "unbind", id, out);
	return FALSE;
}

/* By the key of a row: "NIC/COMPONENT". */
static gboolean
change_row (sh_call *call, const vmnet_row *row, gboolean on, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autofree char *nic = dom_field (row, "Name");
	g_autofree char *id = dom_field (row, "ComponentID");

	if (txn == NULL)
		return FALSE;
	if (strcmp (id, "ms_tcpip6") == 0) {
		if (!vmnet_nic_set (txn, nic, VMNET_NIC_IPV6, on, error))
			return FALSE;
	} else if (dom_field_on (row, "Enabled") != on)
		return elsewhere_error (nic, id, on, error);
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (&vmnet_noun_binding, row->key));
	return TRUE;
}

static gboolean
change_objects (sh_call *call, const GPtrArray *rows, gboolean on,
		GError **error)
{
	sh_value *objects = sh_arg (call, "InputObject");

	for (guint i = 0; i < sh_array_length (objects); i++) {
		const char *key = sh_row_key (sh_array_get (objects, i));
		const vmnet_row *row = NULL;

		for (guint k = 0; row == NULL && k < rows->len; k++)
			if (strcmp (((vmnet_row *) rows->pdata[k])->key, key)
			    == 0)
				row = rows->pdata[k];
		if (row == NULL) {
			g_set_error (error, SH_ERROR, SH_ERROR_BIND,
				     "%s takes objects of "
				     "Get-NetAdapterBinding",
				     sh_call_cmdlet (call)->name);
			return FALSE;
		}
		if (!change_row (call, row, on, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
change_named (sh_call *call, const GPtrArray *rows, gboolean on,
	      GError **error)
{
	g_autoptr (GPtrArray) nics = dom_nics (call, error);

	for (guint n = 0; nics != NULL && n < nics->len; n++)
		for (guint i = 0; i < rows->len; i++) {
			g_autofree char *nic = dom_field (rows->pdata[i],
							  "Name");

			if (g_ascii_strcasecmp (nic, nics->pdata[n]) == 0
			    && binding_wanted (call, rows->pdata[i])
			    && !change_row (call, rows->pdata[i], on, error))
				return FALSE;
		}
	return nics != NULL;
}

static gboolean
change (sh_call *call, gboolean on, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;

	if (!sh_given (call, "InputObject")
	    && !sh_given (call, "ComponentID")
	    && !sh_given (call, "DisplayName")
	    && !sh_arg_on (call, "AllBindings")) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "%s needs -ComponentID, -DisplayName or "
			     "-AllBindings", sh_call_cmdlet (call)->name);
		return FALSE;
	}
	if (!components_known (call, error))
		return FALSE;
	rows = dom_rows (call, &vmnet_noun_binding, error);
	if (rows == NULL)
		return FALSE;
	return sh_given (call, "InputObject")
	       ? change_objects (call, rows, on, error)
	       : change_named (call, rows, on, error);
}

static gboolean
enable_binding (sh_call *call, GError **error)
{
	return change (call, TRUE, error);
}

static gboolean
disable_binding (sh_call *call, GError **error)
{
	return change (call, FALSE, error);
}

static gboolean
set_binding (sh_call *call, GError **error)
{
	if (sh_given (call, "Enabled"))
		return change (call, sh_arg_on (call, "Enabled"), error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-NetAdapterBinding needs -Enabled");
	return FALSE;
}
