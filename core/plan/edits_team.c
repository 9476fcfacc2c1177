/*
 * edits_team.c - the public edits of teams: the model's own rules
 * (model/team.c), and whether the adapters are there.
 */
#include "model/edit.h"
#include "plan/txn.h"

typedef gboolean (*team_edit) (vmnet_model *m, const char *sw,
			       const char *const *nics, GError **error);

/* The host's adapter has the address of the first member. */
static gboolean
edit_team (vmnet_txn *t, const char *sw, const char *const *nics,
	   team_edit edit, GError **error)
{
	if (!edit (t->model, sw, nics, error))
		return FALSE;
	txn_adopt_mac (t, sw);
	return TRUE;
}

static gboolean
nics_exist (vmnet_txn *t, const char *sw, const char *const *nics,
	    GError **error)
{
	g_autofree char *what = g_strdup_printf ("switch '%s'", sw);

	return txn_nics_exist (t->host, what, nics, error);
}

gboolean
vmnet_team_set (vmnet_txn *t, const char *sw, const char *const *nics,
		GError **error)
{
	return nics_exist (t, sw, nics, error) &&
		edit_team (t, sw, nics, model_team_set, error);
}

gboolean
vmnet_team_add (vmnet_txn *t, const char *sw, const char *const *nics,
		GError **error)
{
	return nics_exist (t, sw, nics, error) &&
		edit_team (t, sw, nics, model_team_add, error);
}

gboolean
vmnet_team_remove (vmnet_txn *t, const char *sw, const char *const *nics,
		   GError **error)
{
	return edit_team (t, sw, nics, model_team_remove, error);
}

gboolean
vmnet_team_balance (vmnet_txn *t, const char *sw, gboolean spreads,
		    GError **error)
{
	return model_team_balance (t->model, sw, spreads, error);
}

gboolean
vmnet_team_map (vmnet_txn *t, const char *vm, const char *adapter,
		const char *nic, gboolean stays, GError **error)
{
	return model_team_map (t->model, vm, adapter, nic, stays, error);
}
