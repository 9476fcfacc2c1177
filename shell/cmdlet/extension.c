/*
 * extension.c - Get-, Enable- and Disable-VMSwitchExtension, and
 * Get-VMSystemSwitchExtension: third parties' programs in the path of a
 * switch's frames. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

HANDLER (get_vmswitchextension);
HANDLER (enable_vmswitchextension);
HANDLER (disable_vmswitchextension);
HANDLER (get_vmsystemswitchextension);

static const sh_param get_vmswitchextension_params[] = {
	{ "CimSession", &sh_type_cim_session,
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, NULL, "SwitchName",
	  REMOTE_TEXT },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0,
	  "PSComputerName", "SwitchName", REMOTE_TEXT },
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL,
	  "SwitchName", "who to be on another host: remote hosts come later" },
	{ "Name", &sh_type_string, SH_LIST, 2, NULL, NULL,
	  "names of extensions; * and ? stand for any" },
	{ "VMSwitch", &sh_type_vmswitch, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE,
	  1, NULL, "SwitchObject", "switches, as objects of Get-VMSwitch" },
	{ "VMSwitchName", &sh_type_switch_name,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "SwitchName",
	  "names of switches; * and ? stand for any" },
};

const sh_cmdlet cmdlet_get_vmswitchextension = {
	"Get-VMSwitchExtension", "Hyper-V", NULL, 0, "SwitchName",
	PARAMS (get_vmswitchextension_params), &vmnet_noun_switchext,
	"Shows the extensions of a switch",
	"Get-VMSwitchExtension -VMSwitchName sw0",
	NULL, NULL, get_vmswitchextension, NULL,
};

static gboolean
is_among (const GPtrArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++)
		if (g_ascii_strcasecmp (names->pdata[i], name) == 0)
			return TRUE;
	return FALSE;
}

static GPtrArray *
switches_given (sh_call *call, GError **error)
{
	return dom_switches (call, sh_arg (call, "VMSwitch"),
			     sh_arg (call, "VMSwitchName"), error);
}

static gboolean
get_vmswitchextension (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) on = switches_given (call, error);
	g_autoptr (GPtrArray) rows = on ? dom_rows (
		call, &vmnet_noun_switchext, error) : NULL;
	g_autoptr (GPtrArray) here = g_ptr_array_new ();

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *name = dom_field (rows->pdata[i],
						   "SwitchName");

		if (is_among (on, name))
			g_ptr_array_add (here, rows->pdata[i]);
	}
	return rows != NULL && dom_emit (call, here, "Name",
					 sh_arg (call, "Name"), "extension",
					 NULL, error);
}

/* ---- changes ---- */

#define CHANGE_PARAMS \
	{ "CimSession", &sh_type_cim_session, \
	  SH_LIST | SH_PIPE_NAME | SH_NOT_YET, 0, NULL, \
	  "ExtensionName,ExtensionNameSwitchName", REMOTE_TEXT }, \
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0, \
	  "PSComputerName", "ExtensionName,ExtensionNameSwitchName", \
	  REMOTE_TEXT }, \
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL, \
	  "ExtensionName,ExtensionNameSwitchName", \
	  "who to be on another host: remote hosts come later" }, \
	{ "Name", &sh_type_string, SH_MANDATORY | SH_LIST, 1, NULL, \
	  "ExtensionName,ExtensionNameSwitchName,ExtensionNameSwitchObject", \
	  "names of extensions; * and ? stand for any" }, \
	{ "VMSwitch", &sh_type_vmswitch, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 2, NULL, \
	  "ExtensionNameSwitchObject", \
	  "switches, as objects of Get-VMSwitch" }, \
	{ "VMSwitchExtension", &sh_type_switchext, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, \
	  "ExtensionObject", "objects of Get-VMSwitchExtension" }, \
	{ "VMSwitchName", &sh_type_switch_name, SH_MANDATORY | SH_LIST, 2, \
	  NULL, "ExtensionNameSwitchName", \
	  "names of switches; * and ? stand for any; without any all switches" }

static const sh_param enable_vmswitchextension_params[] = { CHANGE_PARAMS };

const sh_cmdlet cmdlet_enable_vmswitchextension = {
	"Enable-VMSwitchExtension", "Hyper-V", NULL, SH_CHANGES,
	"ExtensionName", PARAMS (enable_vmswitchextension_params),
	&vmnet_noun_switchext,
	"Asks an extension about each frame on a switch's ports",
	"Enable-VMSwitchExtension -Name 'DNS filter' -VMSwitchName sw0",
	NULL, NULL, enable_vmswitchextension, NULL,
};

static const sh_param disable_vmswitchextension_params[] = { CHANGE_PARAMS };

const sh_cmdlet cmdlet_disable_vmswitchextension = {
	"Disable-VMSwitchExtension", "Hyper-V", NULL, SH_CHANGES,
	"ExtensionName", PARAMS (disable_vmswitchextension_params),
	&vmnet_noun_switchext,
	"Takes an extension out of a switch's path",
	"Enable-VMSwitchExtension 'DNS filter' sw0 | Out-Null; "
	"Disable-VMSwitchExtension -Name 'DNS filter' -VMSwitchName sw0",
	NULL, NULL, disable_vmswitchextension, NULL,
};

typedef gboolean (*change) (sh_call *call, vmnet_txn *txn,
			    const char *vswitch, const char *name,
			    GError **error);

/* Its virtual functions' frames, it will not see. */
static void
warn_of_functions (sh_call *call, vmnet_txn *txn, const char *vswitch)
{
	const vmnet_model *m = vmnet_txn_model (txn);

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (a->vm && a->iov_weight && a->vswitch &&
		    g_ascii_strcasecmp (a->vswitch, vswitch) == 0)
			dom_iov_notes (call, txn, a->vm, a->name);
	}
}

static gboolean
enable_one (sh_call *call, vmnet_txn *txn, const char *vswitch,
	    const char *name, GError **error)
{
	const vmnet_switch *s = vmnet_model_switch (vmnet_txn_model (txn),
						    vswitch);

	if (s && vmnet_switchext_enabled (s, name)) {
		sh_warn (call, "switch '%s': extension '%s' is enabled "
			 "already; nothing changes", vswitch, name);
		return TRUE;
	}
	if (!vmnet_switchext_enable (txn, vswitch, name, error))
		return FALSE;
	warn_of_functions (call, txn, vswitch);
	return TRUE;
}

static gboolean
disable_one (sh_call *call, vmnet_txn *txn, const char *vswitch,
	     const char *name, GError **error)
{
	const vmnet_switch *s = vmnet_model_switch (vmnet_txn_model (txn),
						    vswitch);

	if (s == NULL || vmnet_switchext_enabled (s, name))
		return vmnet_switchext_disable (txn, vswitch, name, error);
	sh_warn (call, "switch '%s': extension '%s' is not enabled; nothing "
		 "changes", vswitch, name);
	return TRUE;
}

static gboolean
change_row (sh_call *call, vmnet_txn *txn, const char *key, change f,
	    GError **error)
{
	const char *slash = strrchr (key, '/');
	g_autofree char *vswitch = g_strndup (key, slash - key);

	if (!f (call, txn, vswitch, slash + 1, error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_switchext, key));
	return TRUE;
}

static void
add_name (GPtrArray *names, const char *name)
{
	if (!is_among (names, name))
		g_ptr_array_add (names, g_strdup (name));
}

/*
 * Names of the extensions that are wanted: those that are there or asked for.
 * Where others are to be enabled, core tells where it looks for them.
 */
static GPtrArray *
names_given (sh_call *call, gboolean enable, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_switchext,
					       error);
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	sh_value *wanted = sh_arg (call, "Name");

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *name = dom_field (rows->pdata[i], "Name");

		add_name (all, name);
	}
	if (rows == NULL ||
	    (!enable && !dom_check ("extension", wanted, all, error)))
		return NULL;
	for (guint i = 0; i < all->len; i++)
		if (dom_wanted (wanted, all->pdata[i]))
			add_name (out, all->pdata[i]);
	for (guint i = 0; i < sh_array_length (wanted); i++) {
		g_autofree char *name = sh_to_text (sh_array_get (wanted, i));

		if (!dom_is_pattern (name))
			add_name (out, name);
	}
	return g_steal_pointer (&out);
}

/* In the order in which they were named: so they will be asked. */
static gint
place_in (const sh_value *wanted, const char *name)
{
	for (guint i = 0; i < sh_array_length (wanted); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (wanted, i));

		if (dom_like (text, name))
			return i;
	}
	return G_MAXINT;
}

static gint
as_named (gconstpointer a, gconstpointer b, gpointer wanted)
{
	return place_in (wanted, *(const char *const *) a) -
		place_in (wanted, *(const char *const *) b);
}

static gboolean
change_named (sh_call *call, vmnet_txn *txn, change f, GError **error)
{
	g_autoptr (GPtrArray) on = switches_given (call, error);
	g_autoptr (GPtrArray) names = on ? names_given (call, f == enable_one, error)
		: NULL;

	if (names == NULL)
		return FALSE;
	g_ptr_array_sort_with_data (names, as_named, sh_arg (call, "Name"));
	for (guint i = 0; i < on->len; i++)
		for (guint n = 0; n < names->len; n++) {
			g_autofree char *key = g_strdup_printf (
				"%s/%s", (char *) on->pdata[i],
				(char *) names->pdata[n]);

			if (!change_row (call, txn, key, f, error))
				return FALSE;
		}
	return TRUE;
}

static gboolean
change_all (sh_call *call, change f, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "VMSwitchExtension");

	if (txn == NULL)
		return FALSE;
	if (objects == NULL)
		return change_named (call, txn, f, error);
	for (guint i = 0; i < sh_array_length (objects); i++)
		if (!change_row (call, txn, sh_row_key (
			sh_array_get (objects, i)), f, error))
			return FALSE;
	return TRUE;
}

static gboolean
enable_vmswitchextension (sh_call *call, GError **error)
{
	return change_all (call, enable_one, error);
}

static gboolean
disable_vmswitchextension (sh_call *call, GError **error)
{
	return change_all (call, disable_one, error);
}

/* ---- those of the host ---- */

static const sh_param get_vmsystemswitchextension_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "names of extensions; * and ? stand for any" },
};

const sh_cmdlet cmdlet_get_vmsystemswitchextension = {
	"Get-VMSystemSwitchExtension", "Hyper-V", NULL, 0, NULL,
	PARAMS (get_vmsystemswitchextension_params),
	&vmnet_noun_system_switchext,
	"Shows the extensions that this host has",
	"Get-VMSystemSwitchExtension",
	NULL, NULL, get_vmsystemswitchextension, NULL,
};

static gboolean
get_vmsystemswitchextension (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (
		call, &vmnet_noun_system_switchext, error);

	return rows != NULL && dom_emit (call, rows, "Name",
					 sh_arg (call, "Name"), "extension",
					 NULL, error);
}
