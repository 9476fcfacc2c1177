/*
 * netstate.c - Enable-, Disable-, Restart- and Rename-NetAdapter: interfaces
 * up and down, and their names. Listed in table.c.
 */
#include "netcard.h"

/* All of Enable-, Disable- and Restart-; Rename- has one more. */
#define STATE_PARAMS \
	NIC_COMMON_PARAMS, \
	NIC_HIDDEN ("ByName,ByInstanceID"), \
	{ "InputObject", &sh_type_cim_card, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject", \
	  "interfaces, as objects of Get-NetAdapter and its like" }, \
	{ "InterfaceDescription", &sh_type_string, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc", "ByInstanceID", \
	  "driver and model of the interface, as Get-NetAdapter shows" }, \
	{ "Name", &sh_type_nic_name, SH_MANDATORY | SH_LIST, 1, \
	  "ifAlias,InterfaceAlias", "ByName", \
	  "names of interfaces; * and ? stand for any" }, \
	NIC_PASS_THRU

static const sh_param state_params[] = { STATE_PARAMS };

HANDLER (enable_netadapter);
HANDLER (disable_netadapter);
HANDLER (restart_netadapter);
HANDLER (rename_netadapter);

const sh_cmdlet cmdlet_enable_netadapter = {
	"Enable-NetAdapter", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (state_params), &vmnet_noun_nic,
	"Takes interfaces up",
	"Enable-NetAdapter -Name pnic1",
	"It is kept over a boot. Addresses and routes that were given here "
	"are given again.",
	NULL, enable_netadapter, NULL,
};

const sh_cmdlet cmdlet_disable_netadapter = {
	"Disable-NetAdapter", "NetAdapter", NULL, SH_CHANGES | SH_DESTRUCTIVE,
	"ByName", PARAMS (state_params), &vmnet_noun_nic,
	"Takes interfaces down",
	"Disable-NetAdapter -Name pnic1 -Confirm:$false; "
	"Enable-NetAdapter -Name pnic1",
	"It is kept over a boot. The kernel forgets the routes through it, "
	"and its IPv6 addresses; Enable-NetAdapter gives them again, those of "
	"others until the next boot.",
	NULL, disable_netadapter, NULL,
};

const sh_cmdlet cmdlet_restart_netadapter = {
	"Restart-NetAdapter", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (state_params), &vmnet_noun_nic,
	"Takes interfaces down and up",
	"Restart-NetAdapter -Name pnic1",
	"Addresses and routes are noted before and given again, whoever gave "
	"them.",
	NULL, restart_netadapter, NULL,
};

typedef gboolean (*nic_change) (sh_call *call, vmnet_txn *txn,
				const char *nic, GError **error);

static gboolean
change (sh_call *call, nic_change f, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = txn ? dom_nics (call, error) : NULL;

	for (guint i = 0; nics != NULL && i < nics->len; i++) {
		if (!f (call, txn, nics->pdata[i], error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_nic,
						     nics->pdata[i]));
	}
	return nics != NULL;
}

static gboolean
take_up (sh_call *call, vmnet_txn *txn, const char *nic, GError **error)
{
	return vmnet_nic_set_up (txn, nic, TRUE, error);
}

static gboolean
take_down (sh_call *call, vmnet_txn *txn, const char *nic, GError **error)
{
	return vmnet_nic_set_up (txn, nic, FALSE, error);
}

static gboolean
restart (sh_call *call, vmnet_txn *txn, const char *nic, GError **error)
{
	return vmnet_nic_restart (txn, nic, error);
}

static gboolean
enable_netadapter (sh_call *call, GError **error)
{
	return change (call, take_up, error);
}

static gboolean
disable_netadapter (sh_call *call, GError **error)
{
	return change (call, take_down, error);
}

static gboolean
restart_netadapter (sh_call *call, GError **error)
{
	return change (call, restart, error);
}

/* ---- another name ---- */

static const sh_param rename_params[] = {
	STATE_PARAMS,
	{ "NewName", &sh_type_string, SH_MANDATORY, 2, NULL, NULL,
	  "1 to 15 bytes without spaces, '/', ':' and '%'" },
};

const sh_cmdlet cmdlet_rename_netadapter = {
	"Rename-NetAdapter", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (rename_params), &vmnet_noun_nic,
	"Gives an interface another name",
	"Rename-NetAdapter -Name pnic1 -NewName spare0; "
	"Rename-NetAdapter -Name spare0 -NewName pnic1",
	"It is the name that ip shows. Switches, addresses and settings go "
	"along; the old name stays as another one by which it is found.",
	NULL, rename_netadapter, NULL,
};

/* A script that runs again: it has that name, and had the other one. */
static gboolean
is_renamed (sh_call *call, vmnet_txn *txn, const char *name)
{
	const vmnet_nic *n = vmnet_model_nic (vmnet_txn_model (txn), name);
	sh_value *names = sh_arg (call, "Name");

	return n != NULL && n->first_name != NULL && names != NULL
	       && sh_array_length (names) == 1
	       && g_ascii_strcasecmp (sh_text (sh_array_get (names, 0)),
				      n->first_name) == 0;
}

static gboolean
rename_netadapter (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name = sh_arg_text (call, "NewName");
	g_autoptr (GPtrArray) nics = NULL;

	if (txn != NULL && is_renamed (call, txn, name))
		return TRUE;
	nics = txn ? dom_nics (call, error) : NULL;
	if (nics == NULL)
		return FALSE;
	if (nics->len != 1) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "Rename-NetAdapter: %u interfaces were meant; "
			     "one can have the name '%s'", nics->len, name);
		return FALSE;
	}
	if (!vmnet_nic_rename (txn, nics->pdata[0], name, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (&vmnet_noun_nic, name));
	return TRUE;
}
