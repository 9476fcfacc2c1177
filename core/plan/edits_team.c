/*
 * edits_team.c - the public edits of teams: the model's own rules
 * (model/team.c), and whether the adapters are there.
 */
#include "model/document.h"
#include "model/edit.h"
#include "plan/txn.h"

typedef gboolean (*team_edit) (vmnet_model *m, const char *sw,
			       const char *const *nics, GError **error);

/* The host's adapter has the address of the first member. */
static gboolean
edit_team (vmnet_txn *t, const char *sw, const char *const *nics,
	   team_edit edit, GError **error)
{
	const vmnet_switch *s = vmnet_model_switch (t->model, sw);
	vmnet_switch *was = s ? model_switch_copy (s, NULL) : NULL;
	gboolean ok = edit (t->model, sw, nics, error);

	if (ok && s->iov)
		txn_iov_made (t, sw, was);
	if (ok)
		txn_adopt_mac (t, sw);
	model_switch_free (was);
	return ok;
}

/* Those that are to join a switch with SR-IOV have it, too. */
static gboolean
cards_can (vmnet_txn *t, const char *sw, const char *const *nics,
	   GError **error)
{
	g_autofree char *what = g_strdup_printf ("switch '%s'", sw);
	const vmnet_switch *s = vmnet_model_switch (t->model, sw);

	for (; s && s->iov && *nics; nics++)
		if (!vmnet_switch_has_member (s, *nics) &&
		    !txn_iov_possible (t->host, what, *nics, "every member of "
				       "a switch with SR-IOV has it: add "
				       "another one, or mend these first",
				       error))
			return FALSE;
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
		cards_can (t, sw, nics, error) &&
		edit_team (t, sw, nics, model_team_set, error);
}

gboolean
vmnet_team_add (vmnet_txn *t, const char *sw, const char *const *nics,
		GError **error)
{
	return nics_exist (t, sw, nics, error) &&
		cards_can (t, sw, nics, error) &&
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
