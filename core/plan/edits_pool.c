/*
 * edits_pool.c - the public edits of resource pools: the model's own rules, and
 * what the meters have counted.
 */
#include "model/edit.h"
#include "model/check.h"
#include "plan/txn.h"

gboolean
vmnet_pool_add (vmnet_txn *t, const char *name, const char *const *parents,
		GError **error)
{
	return model_pool_add (t->model, name, parents, error);
}

gboolean
vmnet_pool_set_parents (vmnet_txn *t, const char *name,
			const char *const *parents, GError **error)
{
	return model_pool_set_parents (t->model, name, parents, error);
}

gboolean
vmnet_pool_rename (vmnet_txn *t, const char *name, const char *new_name,
		   GError **error)
{
	return model_pool_rename (t->model, name, new_name, error);
}

gboolean
vmnet_pool_remove (vmnet_txn *t, const char *name, GError **error)
{
	return model_pool_remove (t->model, name, error);
}

gboolean
vmnet_pool_add_switch (vmnet_txn *t, const char *name, const char *vswitch,
		       GError **error)
{
	return model_pool_add_switch (t->model, name, vswitch, error);
}

gboolean
vmnet_pool_remove_switch (vmnet_txn *t, const char *name, const char *vswitch,
			  GError **error)
{
	return model_pool_remove_switch (t->model, name, vswitch, error);
}

gboolean
vmnet_pool_set_metering (vmnet_txn *t, const char *name, gboolean on,
			 GError **error)
{
	return model_pool_set_metering (t->model, name, on, txn_read_counter,
					host_datapath_if_there (t->host),
					error);
}

gboolean
vmnet_pool_reset_metering (vmnet_txn *t, const char *name, GError **error)
{
	return model_pool_reset_metering (t->model, name, txn_read_counter,
					  host_datapath_if_there (t->host),
					  error);
}

gboolean
vmnet_adapter_connect_by_pool (vmnet_txn *t, const char *vm, const char *name,
			       GError **error)
{
	const vmnet_adapter *a = check_adapter (t->model, vm, name, error);
	const char *vswitch = a ? model_pool_choose (t->model, a, error)
				: NULL;

	return vswitch
	       && model_adapter_connect (t->model, vm, name, vswitch, error);
}
