/*
 * edits_lbfo.c - the public edits of teams of the host: the model's own rules
 * (model/edit_lbfo.c), and whether the adapters are there.
 */
#include "model/lbfo.h"
#include "plan/txn.h"

static gboolean
nic_exists (vmnet_txn *t, const char *team, const char *nic, GError **error)
{
	g_autofree char *what = g_strdup_printf ("team '%s'", team);

	return txn_nic_exists (t->host, what, nic, error);
}

gboolean
vmnet_lbfo_add (vmnet_txn *t, const vmnet_lbfo_spec *spec, GError **error)
{
	for (const char *const *m = spec->members; *m; m++)
		if (!nic_exists (t, spec->name, *m, error))
			return FALSE;
	return model_lbfo_add (t->model, spec, error);
}

gboolean
vmnet_lbfo_set (vmnet_txn *t, const char *team, const vmnet_lbfo_change *c,
		GError **error)
{
	return model_lbfo_set (t->model, team, c, error);
}

gboolean
vmnet_lbfo_rename (vmnet_txn *t, const char *team, const char *new_name,
		   GError **error)
{
	return model_lbfo_rename (t->model, team, new_name, error);
}

gboolean
vmnet_lbfo_remove (vmnet_txn *t, const char *team, GError **error)
{
	return model_lbfo_remove (t->model, team, error);
}

gboolean
vmnet_lbfo_member_add (vmnet_txn *t, const char *team, const char *nic,
		       gboolean standby, GError **error)
{
	return nic_exists (t, team, nic, error) &&
		model_lbfo_member_add (t->model, team, nic, standby, error);
}

gboolean
vmnet_lbfo_member_set (vmnet_txn *t, const char *team, const char *nic,
		       gboolean standby, GError **error)
{
	return model_lbfo_member_set (t->model, team, nic, standby, error);
}

gboolean
vmnet_lbfo_member_remove (vmnet_txn *t, const char *team, const char *nic,
			  GError **error)
{
	return model_lbfo_member_remove (t->model, team, nic, error);
}

const char *
vmnet_lbfo_nic_add (vmnet_txn *t, const char *team, guint16 vlan,
		    const char *name, GError **error)
{
	return model_lbfo_nic_add (t->model, team, vlan, name, error);
}

gboolean
vmnet_lbfo_nic_set (vmnet_txn *t, const char *team, const char *name,
		    guint16 vlan, GError **error)
{
	return model_lbfo_nic_set (t->model, team, name, vlan, error);
}

gboolean
vmnet_lbfo_nic_remove (vmnet_txn *t, const char *team, const char *name,
		       GError **error)
{
	return model_lbfo_nic_remove (t->model, team, name, error);
}
