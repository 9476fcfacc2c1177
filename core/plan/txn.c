/*
 * txn.c - transactions: lock, edit a copy, plan, apply, store. A commit that
 * is cut off (kill -9, power) leaves its model in state_dir/pending: what it
 * may have made is known by that, and the next commit or restore repairs it.
 */
#include "plan/txn.h"

#include <glib/gstdio.h>
#include <string.h>

#include "agent/agent.h"
#include "lab/lab.h"
#include "model/edit.h"
#include "plan/plan.h"

#define LOCK_WAIT_MS 5000

static char *
pending_dir (const vmnet_host *h)
{
	return g_build_filename (h->state_dir, "pending", NULL);
}

static void
pending_clear (const vmnet_host *h)
{
	g_autofree char *dir = pending_dir (h);
	g_autofree char *file = g_build_filename (dir, "store.json", NULL);

	g_unlink (file);
}

/* Counters that are gone since the last reset (a boot) begin at zero; those
 * that only cannot be read now are left as they are. */
static void
check_meters (vmnet_txn *t)
{
	datapath *d = host_datapath_if_there (t->host);

	if (d || !g_file_test (t->host->pin_dir, G_FILE_TEST_IS_DIR))
		model_meters_began_anew (t->model, txn_read_counter, d);
}

static gboolean
load (vmnet_txn *t, GError **error)
{
	g_autofree char *dir = pending_dir (t->host);
	g_autofree char *file = g_build_filename (dir, "store.json", NULL);

	t->base = host_model (t->host, error);
	if (t->base == NULL)
		return FALSE;
	/* A damaged one was never complete, so nothing was applied from it. */
	if (g_file_test (file, G_FILE_TEST_EXISTS))
		t->leftover = store_load (dir, NULL);
	t->model = model_copy (t->base);
	check_meters (t);
	return TRUE;
}

vmnet_txn *
vmnet_txn_begin (vmnet_host *h, GError **error)
{
	g_autoptr (vmnet_txn) t = g_new0 (vmnet_txn, 1);

	t->host = h;
	t->lock = store_lock (h->state_dir, LOCK_WAIT_MS, error);
	if (t->lock < 0 || !load (t, error))
		return NULL;
	return g_steal_pointer (&t);
}

static void
end (vmnet_txn *t)
{
	if (t->lock >= 0)
		store_unlock (t->lock);
	t->lock = -1;
}

void
vmnet_txn_free (vmnet_txn *t)
{
	if (t == NULL)
		return;
	end (t);
	model_free (t->base);
	model_free (t->leftover);
	model_free (t->model);
	g_free (t);
}

const vmnet_model *
vmnet_txn_model (const vmnet_txn *t)
{
	return t->model;
}

static plan *
make_plan (vmnet_txn *t, gboolean all, GError **error)
{
	return plan_make (t->host, t->base, t->leftover, t->model, all, error);
}

GPtrArray *
vmnet_txn_describe (vmnet_txn *t, GError **error)
{
	g_autoptr (plan) p = make_plan (t, FALSE, error);

	return p ? plan_describe (p) : NULL;
}

/* Counters of what is gone for ever. */
static void
forget (vmnet_txn *t)
{
	datapath *d = host_datapath_if_there (t->host);
	g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);
	g_autoptr (GHashTable) slots = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < t->model->adapters->len; i++) {
		const vmnet_adapter *a = t->model->adapters->pdata[i];

		g_hash_table_add (slots, GUINT_TO_POINTER (a->slot));
		for (guint j = 0; j < a->acls->len; j++)
			g_hash_table_add (ids, GUINT_TO_POINTER
				(((vmnet_acl *) a->acls->pdata[j])->id));
	}
	for (guint i = 0; d && i < t->base->adapters->len; i++) {
		const vmnet_adapter *a = t->base->adapters->pdata[i];

		for (guint j = 0; j < a->acls->len; j++) {
			guint32 id = ((vmnet_acl *) a->acls->pdata[j])->id;

			if (!g_hash_table_contains (ids, GUINT_TO_POINTER (id)))
				datapath_meter_forget (d, id);
		}
		if (!g_hash_table_contains (slots, GUINT_TO_POINTER (a->slot)))
			datapath_slot_forget (d, a->slot);
	}
}

/* Before the first step: whatever happens, what may be there is known, and
 * with an older leftover also what that one may have left. Alone it need not be
 * synced: the kernel forgets with the power, too; and one that was cut off
 * while it was written has done nothing yet. */
static gboolean
pending_save (vmnet_txn *t, const char *text, GError **error)
{
	g_autofree char *dir = pending_dir (t->host), *joined = NULL;
	g_autoptr (vmnet_model) both = NULL;

	if (t->leftover) {
		both = model_copy (t->model);
		model_join (both, t->leftover);
		joined = store_to_text (both);
	}
	return store_write (dir, both ? joined : text, both != NULL, error);
}

static gboolean
apply (vmnet_txn *t, plan *p, GError **error)
{
	g_autofree char *text = NULL;

	t->model->generation = t->base->generation + 1;
	text = store_to_text (t->model);
	if (!pending_save (t, text, error))
		return FALSE;
	if (!plan_apply (p, error)) {
		/* With an older leftover the kernel is still in its debt. */
		if (t->leftover == NULL)
			pending_clear (t->host);
		return FALSE;
	}
	if (!store_write (t->host->state_dir, text, TRUE, error)) {
		plan_undo (p);
		if (t->leftover == NULL)
			pending_clear (t->host);
		return FALSE;
	}
	pending_clear (t->host);
	host_model_written (t->host, g_steal_pointer (&text), t->model);
	forget (t);
	return TRUE;
}

static gboolean
has_pairs (const vmnet_model *m)
{
	for (guint i = 0; i < m->adapters->len; i++)
		if (((vmnet_adapter *) m->adapters->pdata[i])->iov_weight)
			return TRUE;
	return FALSE;
}

/* Pairs of virtual function and software NIC are looked after for ever. */
static void
tell_agent (vmnet_txn *t)
{
	gboolean now = has_pairs (t->model);

	if (now || has_pairs (t->base))
		agent_reload (t->host, now);
}

static gboolean
commit (vmnet_txn *t, gboolean all, GPtrArray **steps, GError **error)
{
	g_autoptr (plan) p = make_plan (t, all, error);
	gboolean ok = FALSE;

	if (p) {
		if (steps)
			*steps = plan_describe (p);
		ok = plan_length (p) == 0 && !t->leftover &&
			model_equal (t->base, t->model)
			? TRUE : apply (t, p, error);
	}
	end (t);
	if (ok && p && plan_length (p) > 0)
		tell_agent (t);
	return ok;
}

gboolean
vmnet_txn_commit (vmnet_txn *t, GError **error)
{
	return commit (t, FALSE, NULL, error);
}

GPtrArray *
vmnet_restore (vmnet_host *h, GError **error)
{
	g_autoptr (vmnet_txn) t = vmnet_txn_begin (h, error);
	g_autoptr (GPtrArray) steps = NULL;

	if (t == NULL || !commit (t, TRUE, &steps, error))
		return NULL;
	return g_steal_pointer (&steps);
}

gboolean
vmnet_lab_set_speed (vmnet_host *h, const char *nic, guint64 bits_per_second,
		     GError **error)
{
	g_autoptr (vmnet_txn) t = NULL;
	guint64 was;

	if (h->lab == NULL)
		return lab_speed_set (h, nic, bits_per_second, error);
	t = vmnet_txn_begin (h, error);
	if (t == NULL)
		return FALSE;
	was = lab_speed (h->run_dir, nic);
	if (!lab_speed_set (h, nic, bits_per_second, error))
		return FALSE;
	/* Floors are shares of the link: they follow it, or it stays. */
	if (commit (t, TRUE, NULL, error))
		return TRUE;
	lab_speed_set (h, nic, was, NULL);
	return FALSE;
}
