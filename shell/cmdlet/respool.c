/*
 * respool.c - New-, Get-, Set-, Rename-, Remove- and Measure-VMResourcePool,
 * and Add-VMSwitch. Listed in table.c.
 */
#include "respool.h"

#include <string.h>

gboolean
respool_type_ok (sh_call *call, GError **error)
{
	sh_value *types = sh_arg (call, "ResourcePoolType");
	gboolean list = types && sh_value_kind (types) == SH_ARRAY;
	guint n = types == NULL ? 0 : list ? sh_array_length (types) : 1;

	for (guint i = 0; i < n; i++) {
		const char *word = sh_text (list ? sh_array_get (types, i)
					    : types);

		if (strcmp (word, "Ethernet") == 0)
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
			     "%s: -ResourcePoolType %s: pools of processors, "
			     "memory, disks and devices are published, but not "
			     "built here: vmnetsh does the network; give "
			     "Ethernet", sh_call_cmdlet (call)->name, word);
		return FALSE;
	}
	return TRUE;
}

/* The names of pools that there are; not owned. */
static GPtrArray *
pool_names (const vmnet_model *m)
{
	GPtrArray *out = g_ptr_array_new ();

	g_ptr_array_add (out, (char *) VMNET_POOL_ALL);
	for (guint i = 0; i < m->pools->len; i++) {
		char *name = ((vmnet_pool *) m->pools->pdata[i])->name;

		if (g_ascii_strcasecmp (name, VMNET_POOL_ALL) != 0)
			g_ptr_array_add (out, name);
	}
	return out;
}

GPtrArray *
respool_names (sh_call *call, const char *parameter, GError **error)
{
	const vmnet_model *m = dom_model (call, error);
	sh_value *wanted = sh_arg (call, parameter);
	g_autoptr (GPtrArray) all = m ? pool_names (m) : NULL;
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);

	if (m == NULL
	    || !dom_check ("resource pool", wanted, all, error))
		return NULL;
	for (guint i = 0; i < all->len; i++)
		if (dom_wanted (wanted, all->pdata[i]))
			g_ptr_array_add (out, g_strdup (all->pdata[i]));
	return g_steal_pointer (&out);
}

gboolean
respool_known (sh_call *call, GError **error)
{
	sh_value *wanted = sh_arg (call, "ResourcePoolName");
	g_autoptr (GPtrArray) known = g_ptr_array_new ();
	g_autoptr (GPtrArray) rows = NULL;

	if (wanted == NULL)
		return TRUE;
	rows = dom_rows (call, &vmnet_noun_pool, error);
	for (guint i = 0; rows && i < rows->len; i++)
		g_ptr_array_add (known, ((vmnet_row *) rows->pdata[i])->key);
	return rows && dom_check ("resource pool", wanted, known, error);
}

static gboolean
pass_on (sh_call *call, const char *name)
{
	if (sh_arg_on (call, "Passthru"))
		sh_emit (call, sh_row_later (&vmnet_noun_pool, name));
	return TRUE;
}

/* Of text or a list of it; owned, its strings are not. */
static const char **
texts (const sh_value *list)
{
	guint n = list ? sh_array_length (list) : 0;
	const char **out = g_new0 (const char *, n + 1);

	for (guint i = 0; i < n; i++)
		out[i] = sh_text (sh_array_get (list, i));
	return out;
}

HANDLER (new_vmresourcepool);

static const sh_param new_vmresourcepool_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL,
	  "name of the new pool" },
	{ "ParentName", &sh_type_pool_name, SH_LIST, 3, NULL, NULL,
	  "pools that it belongs to; without it Primordial" },
	{ "Paths", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL, NULL,
	  "folders of a pool of disks: there are pools of network adapters" },
	{ "ResourcePoolType", &sh_type_pool_kind, SH_MANDATORY | SH_LIST, 2,
	  NULL, NULL, "Ethernet: a pool of network adapters" },
};

const sh_cmdlet cmdlet_new_vmresourcepool = {
	"New-VMResourcePool", "Hyper-V", NULL, SH_CHANGES, NULL,
	PARAMS (new_vmresourcepool_params), &vmnet_noun_pool,
	"Makes a pool of network adapters, to be metered together",
	"New-VMResourcePool -Name tenant1 -ResourcePoolType Ethernet",
	"An adapter is put into it by Set-VMNetworkAdapter -ResourcePoolName, "
	"a switch by Add-VMSwitch.",
	NULL, new_vmresourcepool, NULL,
};

static gboolean
new_vmresourcepool (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autofree const char **parents =
		texts (sh_arg (call, "ParentName"));
	const char *name = sh_arg_text (call, "Name");

	if (txn == NULL || !respool_type_ok (call, error)
	    || !vmnet_pool_add (txn, name, parents, error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_pool, name));
	return TRUE;
}

HANDLER (get_vmresourcepool);

static const sh_param get_vmresourcepool_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_pool_name, SH_LIST, 1, NULL, NULL,
	  "names of pools; * and ? stand for any" },
	{ "ResourcePoolType", &sh_type_pool_kind, SH_LIST, 2, NULL, NULL,
	  "only pools of these types: there are those of Ethernet" },
};

const sh_cmdlet cmdlet_get_vmresourcepool = {
	"Get-VMResourcePool", "Hyper-V", NULL, 0, NULL,
	PARAMS (get_vmresourcepool_params), &vmnet_noun_pool,
	"Shows pools of network adapters",
	"Get-VMResourcePool",
	"Primordial is always there, and has every adapter of a VM.",
	NULL, get_vmresourcepool, NULL,
};

static gboolean
get_vmresourcepool (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;

	if (!respool_type_ok (call, error))
		return FALSE;
	rows = dom_rows (call, &vmnet_noun_pool, error);
	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "resource pool", NULL, error);
}

HANDLER (set_vmresourcepool);

static const sh_param set_vmresourcepool_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_pool_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1,
	  NULL, NULL, "names of pools; * and ? stand for any" },
	{ "ParentName", &sh_type_pool_name, SH_MANDATORY | SH_LIST, 3, NULL,
	  NULL, "pools that it belongs to; Primordial: to no other" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "ResourcePoolType", &sh_type_pool_kind,
	  SH_MANDATORY | SH_PIPE_NAME, 2, NULL, NULL,
	  "Ethernet: a pool of network adapters" },
};

const sh_cmdlet cmdlet_set_vmresourcepool = {
	"Set-VMResourcePool", "Hyper-V", NULL, SH_CHANGES, NULL,
	PARAMS (set_vmresourcepool_params), &vmnet_noun_pool,
	"Puts a pool of network adapters below other pools",
	"New-VMResourcePool all Ethernet; New-VMResourcePool part Ethernet; "
	"Set-VMResourcePool -Name part -ResourcePoolType Ethernet "
	"-ParentName all",
	NULL, NULL, set_vmresourcepool, NULL,
};

static gboolean
set_vmresourcepool (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autofree const char **parents =
		texts (sh_arg (call, "ParentName"));
	g_autoptr (GPtrArray) names =
		txn && respool_type_ok (call, error)
		? respool_names (call, "Name", error) : NULL;

	if (names == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		if (!vmnet_pool_set_parents (txn, names->pdata[i], parents,
					     error)
		    || !pass_on (call, names->pdata[i]))
			return FALSE;
	return TRUE;
}

HANDLER (rename_vmresourcepool);

static const sh_param rename_vmresourcepool_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_pool_name,
	  SH_MANDATORY | SH_PIPE_VALUE | SH_PIPE_NAME, 1, NULL, NULL,
	  "name of the pool" },
	{ "NewName", &sh_type_string, SH_MANDATORY, 3, NULL, NULL,
	  "the name that it gets" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "ResourcePoolType", &sh_type_pool_kind,
	  SH_MANDATORY | SH_PIPE_NAME, 2, NULL, NULL,
	  "Ethernet: a pool of network adapters" },
};

const sh_cmdlet cmdlet_rename_vmresourcepool = {
	"Rename-VMResourcePool", "Hyper-V", NULL, SH_CHANGES, NULL,
	PARAMS (rename_vmresourcepool_params), &vmnet_noun_pool,
	"Gives a pool of network adapters another name",
	"New-VMResourcePool old Ethernet; "
	"Rename-VMResourcePool -Name old -ResourcePoolType Ethernet "
	"-NewName new",
	"What it has counted and who belongs to it stay.",
	NULL, rename_vmresourcepool, NULL,
};

static gboolean
rename_vmresourcepool (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *to = sh_arg_text (call, "NewName");

	return txn && respool_type_ok (call, error)
	       && vmnet_pool_rename (txn, sh_arg_text (call, "Name"), to,
				     error)
	       && pass_on (call, to);
}

HANDLER (remove_vmresourcepool);

static const sh_param remove_vmresourcepool_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_pool_name,
	  SH_MANDATORY | SH_PIPE_VALUE | SH_PIPE_NAME, 1, NULL, NULL,
	  "name of the pool; * and ? stand for any" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "ResourcePoolType", &sh_type_pool_kind,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 2, NULL, NULL,
	  "Ethernet: a pool of network adapters" },
};

const sh_cmdlet cmdlet_remove_vmresourcepool = {
	"Remove-VMResourcePool", "Hyper-V", NULL, SH_CHANGES, NULL,
	PARAMS (remove_vmresourcepool_params), &vmnet_noun_pool,
	"Removes a pool that nothing belongs to; its figures go with it",
	"New-VMResourcePool gone Ethernet; "
	"Remove-VMResourcePool -Name gone -ResourcePoolType Ethernet",
	NULL, NULL, remove_vmresourcepool, NULL,
};

static gboolean
remove_vmresourcepool (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) names =
		txn && respool_type_ok (call, error)
		? respool_names (call, "Name", error) : NULL;

	if (names == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		if (!vmnet_pool_remove (txn, names->pdata[i], error)
		    || !pass_on (call, names->pdata[i]))
			return FALSE;
	return TRUE;
}

HANDLER (measure_vmresourcepool);

static const sh_param measure_vmresourcepool_params[] = {
	REMOTE_PARAMS (NULL),
	{ "Name", &sh_type_pool_name,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE | SH_PIPE_NAME, 1,
	  "ResourcePoolName", NULL, "names of pools; * and ? stand for any" },
	{ "ResourcePoolType", &sh_type_pool_kind, SH_LIST | SH_PIPE_NAME, 2,
	  NULL, NULL, "Ethernet: pools of network adapters" },
};

const sh_cmdlet cmdlet_measure_vmresourcepool = {
	"Measure-VMResourcePool", "Hyper-V", NULL, 0, NULL,
	PARAMS (measure_vmresourcepool_params), &vmnet_noun_pool_measure,
	"Shows what was measured of pools since metering began or was reset",
	"Enable-VMResourceMetering -ResourcePoolName Primordial; "
	"Measure-VMResourcePool -Name Primordial",
	"Bytes are those of Ethernet frames without FCS; see about_units.",
	NULL, measure_vmresourcepool, NULL,
};

static gboolean
measure_pool (sh_call *call, vmnet_row *row, gboolean plain, GError **error)
{
	if (dom_field_on (row, "ResourceMeteringEnabled")) {
		sh_emit_row (call, vmnet_row_ref (row));
		return TRUE;
	}
	if (!plain)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "resource pool '%s' is not metered; "
		     "Enable-VMResourceMetering -ResourcePoolName '%s' starts "
		     "it", row->key, row->key);
	return FALSE;
}

static gboolean
measure_vmresourcepool (sh_call *call, GError **error)
{
	sh_value *names = sh_arg (call, "Name");
	g_autoptr (GPtrArray) rows = NULL;
	g_autoptr (GPtrArray) known = g_ptr_array_new ();

	if (!respool_type_ok (call, error))
		return FALSE;
	rows = dom_rows (call, &vmnet_noun_pool_measure, error);
	for (guint i = 0; rows && i < rows->len; i++)
		g_ptr_array_add (known, ((vmnet_row *) rows->pdata[i])->key);
	if (rows == NULL
	    || !dom_check ("resource pool", names, known, error))
		return FALSE;
	for (guint i = 0; i < sh_array_length (names); i++) {
		const char *name = sh_text (sh_array_get (names, i));

		for (guint k = 0; k < rows->len; k++)
			if (dom_like (name, known->pdata[k])
			    && !measure_pool (call, rows->pdata[k],
					      !dom_is_pattern (name), error))
				return FALSE;
	}
	return TRUE;
}

HANDLER (add_vmswitch);

static const sh_param add_vmswitch_params[] = {
	REMOTE_PARAMS ("NetworkByName"),
	{ "Name", &sh_type_switch_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE,
	  1, "SwitchName", "NetworkByName",
	  "names of switches; * and ? stand for any" },
	{ "ResourcePoolName", &sh_type_pool_name, SH_MANDATORY | SH_LIST, 2,
	  NULL, NULL, "pools of network adapters" },
	{ "VMSwitch", &sh_type_vmswitch, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE,
	  1, NULL, "NetworkByObject", "switches, as objects of Get-VMSwitch" },
};

const sh_cmdlet cmdlet_add_vmswitch = {
	"Add-VMSwitch", "Hyper-V", NULL, 0, "NetworkByName",
	PARAMS (add_vmswitch_params), NULL,
	"Adds a switch to a pool of network adapters",
	"New-VMResourcePool tenant1 Ethernet; "
	"Add-VMSwitch -Name sw0 -ResourcePoolName tenant1",
	"Adapters of the pool that are connected with "
	"Connect-VMNetworkAdapter -UseAutomaticConnection go to one of its "
	"switches.",
	NULL, add_vmswitch, NULL,
};

gboolean
respool_each_switch (sh_call *call, vmnet_txn *txn, const GPtrArray *switches,
		     respool_switch_func func, GError **error)
{
	g_autoptr (GPtrArray) pools =
		respool_names (call, "ResourcePoolName", error);

	for (guint i = 0; pools && i < pools->len; i++)
		for (guint k = 0; k < switches->len; k++)
			if (!func (txn, pools->pdata[i], switches->pdata[k],
				   error))
				return FALSE;
	return pools != NULL;
}

static gboolean
add_vmswitch (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) switches = txn ? dom_switches (
		call, sh_arg (call, "VMSwitch"), sh_arg (call, "Name"), error)
		: NULL;

	return switches && respool_each_switch (
		call, txn, switches, vmnet_pool_add_switch, error);
}
