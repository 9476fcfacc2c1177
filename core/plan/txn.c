/*
 * txn.c - transactions: lock, edit a copy, plan, apply, store. A commit that
 * is cut off (kill -9) leaves its beginning in the journal: what it may have
 * made is known by that, and the next commit or restore repairs it.
 */
#include "plan/txn.h"

#include "agent/agent.h"
#include "lab/lab.h"
#include "model/edit.h"
#include "model/document.h"
#include "model/pool.h"
#include "plan/confirm.h"
#include "plan/meters.h"
#include "plan/orders.h"
#include "plan/session.h"
#include "plan/step.h"

#define LOCK_WAIT_MS 5000
/* Bytes of journal that are put into the document: a document for every
 * megabyte of lines, however long the script. */
#define JOURNAL_MOST (1 << 20)

static gboolean settle (vmnet_txn *t, GError **error);

/* Counters that are gone (a boot) begin at zero behind what was saved; those
 * that only cannot be read now are left as they are. Once: a boot in between is
 * this process's end. */
static void
check_meters (vmnet_txn *t)
{
	datapath *d = host_datapath_if_there (t->host);

	if (t->host->meters_checked)
		return;
	if (d == NULL && g_file_test (t->host->pin_dir, G_FILE_TEST_IS_DIR))
		return;
	if (meters_take (t->host, t->model))
		t->metered = model_copy (t->model);
	else
		model_meters_began_anew (t->model, txn_read_counter, d);
}

static gboolean
load (vmnet_txn *t, GError **error)
{
	t->base = host_model (t->host, error);
	if (t->base == NULL)
		return FALSE;
	if (!t->host->clean && journal_there (t->host->state_dir))
		t->leftover = journal_leftover (t->host->state_dir, t->base);
	t->host->clean = t->leftover == NULL;
	if (t->host->stamp.journal.size > JOURNAL_MOST && !settle (t, error))
		return FALSE;
	t->model = host_model_edit (t->host, t->base);
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
	host_model_spare (t->host, t->base);
	host_model_spare (t->host, t->model);
	model_free (t->leftover);
	model_free (t->metered);
	model_free (t->mark);
	model_free (t->shown);
	g_clear_pointer (&t->orders, g_ptr_array_unref);
	g_free (t->session);
	g_clear_pointer (&t->seen.links, g_ptr_array_unref);
	g_clear_pointer (&t->seen.guests, g_ptr_array_unref);
	g_free (t);
}

const vmnet_model *
vmnet_txn_model (const vmnet_txn *t)
{
	return t->model;
}

vmnet_model *
txn_own_base (vmnet_txn *t)
{
	vmnet_model *own = model_copy (t->base);

	model_free (t->base);
	t->base = own;
	return own;
}

void
vmnet_txn_mark (vmnet_txn *t)
{
	t->orders_marked = orders_count (t);
	if (t->mark)
		model_assign (t->mark, t->model);
	else
		t->mark = model_copy (t->model);
}

void
vmnet_txn_back (vmnet_txn *t)
{
	if (t->mark)
		model_assign (t->model, t->mark);
	orders_cut (t, t->orders_marked);
}

static plan *
make_plan (vmnet_txn *t, gboolean all, GError **error)
{
	model_team_spread (t->model);
	return plan_make_leaving (t->host, t->base, t->leftover, t->model, all,
				  t->leaving, error);
}

GPtrArray *
vmnet_txn_describe (vmnet_txn *t, GError **error)
{
	g_autoptr (plan) p = make_plan (t, FALSE, error);
	GPtrArray *steps = p ? plan_describe (p) : NULL;

	if (steps)
		orders_describe (t, steps);
	return steps;
}

static void
forget_acls (datapath *d, const vmnet_adapter *was, const vmnet_adapter *now)
{
	g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);

	for (guint i = 0; now && i < now->acls->len; i++)
		g_hash_table_add (ids, GUINT_TO_POINTER
			(((vmnet_acl *) now->acls->pdata[i])->id));
	for (guint i = 0; i < was->acls->len; i++) {
		guint32 id = ((vmnet_acl *) was->acls->pdata[i])->id;

		if (!g_hash_table_contains (ids, GUINT_TO_POINTER (id)))
			datapath_meter_forget (d, id);
	}
}

/* Counters of what is gone for ever. */
static void
forget (vmnet_txn *t, const vmnet_model *was)
{
	datapath *d = host_datapath_if_there (t->host);
	g_autoptr (GHashTable) now = plan_slots (t->model);

	for (guint i = 0; d && i < was->adapters->len; i++) {
		const vmnet_adapter *a = was->adapters->pdata[i];
		const vmnet_adapter *b = g_hash_table_lookup
			(now, GUINT_TO_POINTER (a->slot));

		if (b && model_adapter_same (a, b))
			continue;
		forget_acls (d, a, b);
		if (b == NULL)
			datapath_slot_forget (d, a->slot);
	}
}

/* What the commit leaves on disk: all of it, synced; or a line. With an older
 * leftover the journal is in its debt until all is written. */
static gboolean
keep (vmnet_txn *t, GError **error)
{
	const char *dir = t->host->state_dir;

	if (t->host->batch && !t->leftover) {
		t->host->unsettled = TRUE;
		return journal_end (dir, TRUE, error);
	}
	return store_save (dir, t->model, error);
}

static GPtrArray *
copy_pools (const vmnet_model *m)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_pool_free);

	g_ptr_array_extend (out, m->pools, model_pool_copy, NULL);
	return out;
}

static gboolean
was_reset (const vmnet_txn *t)
{
	guint at = 0;

	for (guint i = 0; i < t->model->vms->len; i++) {
		const vmnet_vm *v = t->model->vms->pdata[i];
		const vmnet_vm *o = model_vm_next (t->base, v->name, &at);

		if (o && o->metering_since
		    && o->metering_since != v->metering_since)
			return TRUE;
	}
	return FALSE;
}

/* A saved figure is never below one that something is measured from. */
static void
save_meters (vmnet_txn *t)
{
	g_autoptr (GError) error = NULL;
	model_splice s;

	if ((model_splice_find (MODEL_POOLS, t->base, t->model, &s)
	     || was_reset (t)) && !meters_save (t->host, &error))
		g_message ("%s", error->message);
}

static gboolean
apply_steps (vmnet_txn *t, plan *p, GError **error)
{
	const char *dir = t->host->state_dir;
	gboolean first = !journal_there (dir);

	t->model->generation = t->base->generation + 1;
	/* Before the first step: whatever happens, what may be there is
	 * known. */
	if (!journal_begin (dir, t->base, t->model, error))
		return FALSE;
	if (plan_apply (p, error)) {
		if (keep (t, error)) {
			host_model_written (t->host, t->model);
			save_meters (t);
			if (!t->waits)
				forget (t, t->base);
			return TRUE;
		}
		plan_undo (p);
	}
	/* With an older leftover the kernel is still in its debt. */
	if (t->leftover == NULL && first)
		journal_remove (dir);
	else if (t->leftover == NULL)
		journal_end (dir, FALSE, NULL);
	return FALSE;
}

static gboolean
apply (vmnet_txn *t, plan *p, GError **error)
{
	g_autoptr (GPtrArray) pools = copy_pools (t->model);

	pool_settle (t->metered ? t->metered : t->base, t->model,
		     txn_read_counter, host_datapath_if_there (t->host));
	if (apply_steps (t, p, error))
		return TRUE;
	/* It may be tried again. */
	g_ptr_array_unref (t->model->pools);
	t->model->pools = g_steal_pointer (&pools);
	return FALSE;
}

/* The lock was given away: is the store still what the edits are based on? */
static gboolean
lock_again (vmnet_txn *t, GError **error)
{
	g_autoptr (vmnet_model) now = NULL;

	if (t->lock >= 0)
		return TRUE;
	t->lock = store_lock (t->host->state_dir, LOCK_WAIT_MS, error);
	now = t->lock < 0 ? NULL : host_model (t->host, error);
	if (now == NULL)
		return FALSE;
	if (now->generation == t->base->generation)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "commit: someone else has changed the configuration "
		     "meanwhile (%" G_GUINT64_FORMAT " commits); abort, and "
		     "make the changes again", now->generation
		     - t->base->generation);
	return FALSE;
}

void
vmnet_txn_unlock (vmnet_txn *t)
{
	end (t);
}

gboolean
vmnet_txn_pending (const vmnet_txn *t)
{
	return orders_count (t) > 0 || !model_equal (t->base, t->model);
}

static gboolean
has_pairs (const vmnet_model *m)
{
	for (guint i = 0; i < m->adapters->len; i++)
		if (((vmnet_adapter *) m->adapters->pdata[i])->iov_weight)
			return TRUE;
	return FALSE;
}

static void
note_missing (vmnet_txn *t, const plan *p)
{
	const GPtrArray *list = plan_missing (p);

	for (guint i = 0; t->missing && i < list->len; i++)
		g_ptr_array_add (t->missing, g_strdup (list->pdata[i]));
}

/* Pairs of virtual function and software NIC are looked after for ever, teams
 * likewise, meters are saved, and a device that is missing is waited for. */
static void
tell_agent (vmnet_txn *t, const plan *p, gboolean all)
{
	gboolean missing = plan_missing (p)->len > 0;
	gboolean teams = model_has_teams (t->model);
	gboolean now = has_pairs (t->model) || teams || missing;
	gboolean changes = plan_length (p) > 0 || missing;
	gboolean meters = meters_any (t->model);

	teams |= model_has_teams (t->base);
	/* By which member an adapter may go some day is in no step. */
	if ((changes && (now || has_pairs (t->base)))
	    || (teams && (all || !model_equal (t->base, t->model)))
	    || meters != meters_any (t->base) || (meters && all))
		agent_reload (t->host, now || meters);
}

static gboolean
apply_within (vmnet_txn *t, plan *p, GError **error)
{
	gboolean goes_on = !t->reverts && confirm_goes_on (t->host);
	guint within = goes_on ? 0 : t->within;

	g_clear_pointer (&t->session, g_free);
	if (!goes_on && !within && t->guard &&
	    (t->session = session_cut (p)))
		within = t->guard;
	t->waits = goes_on || within;
	if (within && !confirm_begin (t->host, t->base, within, t->session,
				      error))
		return FALSE;
	if (apply (t, p, error))
		return TRUE;
	g_clear_pointer (&t->session, g_free);
	if (within)
		confirm_forget (t->host);
	return FALSE;
}

void
vmnet_txn_guard (vmnet_txn *t, guint seconds)
{
	t->guard = MIN (seconds, VMNET_CONFIRM_MAX);
}

const char *
vmnet_txn_guarded (const vmnet_txn *t)
{
	return t->session;
}

/* A restore changes nothing that was asked for. */
static gboolean
allowed (vmnet_txn *t, gboolean all, GError **error)
{
	return all || t->reverts || model_equal (t->base, t->model) ||
		confirm_allows (t->host, error);
}

static gboolean
commit (vmnet_txn *t, gboolean all, GPtrArray **steps, GError **error)
{
	g_autoptr (plan) p = lock_again (t, error) && allowed (t, all, error)
		? make_plan (t, all, error) : NULL;
	gboolean ok = FALSE;

	if (p) {
		if (steps)
			*steps = plan_describe (p);
		ok = plan_length (p) == 0 && !t->leftover &&
			model_equal (t->base, t->model)
			? TRUE : apply_within (t, p, error);
		t->host->meters_checked |= ok;
	}
	end (t);
	if (ok && p)
		note_missing (t, p);
	if (ok && p)
		tell_agent (t, p, all);
	return ok && orders_give (t, error);
}

/* The journal into the document, but what may be left of a commit that was cut
 * off stays known. */
static gboolean
settle (vmnet_txn *t, GError **error)
{
	const char *dir = t->host->state_dir;

	if (t->leftover || !journal_there (dir))
		return TRUE;
	if (!store_save (dir, t->base, error))
		return FALSE;
	host_model_written (t->host, t->base);
	return TRUE;
}

gboolean
vmnet_host_batch (vmnet_host *h, gboolean on, GError **error)
{
	g_autoptr (vmnet_txn) t = NULL;

	h->batch = on;
	if (on || !h->unsettled)
		return TRUE;
	h->unsettled = FALSE;
	t = vmnet_txn_begin (h, error);
	return t && settle (t, error);
}

gboolean
vmnet_txn_commit (vmnet_txn *t, GError **error)
{
	return commit (t, FALSE, NULL, error);
}

gboolean
vmnet_txn_commit_within (vmnet_txn *t, guint seconds, GError **error)
{
	gboolean ok;

	if (seconds < 1 || seconds > VMNET_CONFIRM_MAX) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "commit: to be confirmed within %u seconds: give "
			     "1 to %d", seconds, VMNET_CONFIRM_MAX);
		return FALSE;
	}
	t->within = seconds;
	ok = commit (t, FALSE, NULL, error);
	t->within = 0;
	return ok;
}

/* A transaction on what waits, and what was before it. */
static vmnet_txn *
begin_on_unconfirmed (vmnet_host *h, vmnet_model **before, GError **error)
{
	g_autoptr (vmnet_txn) t = vmnet_txn_begin (h, error);
	gint64 left, until;

	if (t && vmnet_unconfirmed_now (h, &left, &until) ==
	    VMNET_UNCONFIRMED_NONE) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "nothing waits to be confirmed");
		return NULL;
	}
	*before = t ? confirm_before (h, error) : NULL;
	return *before ? g_steal_pointer (&t) : NULL;
}

gboolean
vmnet_confirm (vmnet_host *h, GError **error)
{
	g_autoptr (vmnet_model) before = NULL;
	g_autoptr (vmnet_txn) t = begin_on_unconfirmed (h, &before, error);
	gint64 left, until;

	if (t == NULL)
		return FALSE;
	if (vmnet_unconfirmed_now (h, &left, &until) ==
	    VMNET_UNCONFIRMED_OVER)
		return confirm_allows (h, error);
	confirm_forget (h);
	forget (t, before);
	end (t);
	agent_reload (h, FALSE);
	return TRUE;
}

/* `all`: nothing may be there, as after a boot. */
static gboolean
revert (vmnet_host *h, gboolean all, GPtrArray *missing, GPtrArray **steps,
	GError **error)
{
	g_autoptr (vmnet_model) before = NULL;
	g_autoptr (vmnet_txn) t = begin_on_unconfirmed (h, &before, error);

	if (t == NULL)
		return FALSE;
	/* Numbers are never given twice. */
	before->next_acl = MAX (before->next_acl, t->model->next_acl);
	before->next_slot = MAX (before->next_slot, t->model->next_slot);
	model_assign (t->model, before);
	t->reverts = TRUE;
	t->missing = missing;
	if (!commit (t, all, steps, error))
		return FALSE;
	confirm_forget (h);
	agent_reload (h, FALSE);
	return TRUE;
}

gboolean
vmnet_revert (vmnet_host *h, GError **error)
{
	return revert (h, FALSE, NULL, NULL, error);
}

GPtrArray *
vmnet_restore (vmnet_host *h, GPtrArray *missing, GError **error)
{
	g_autoptr (GPtrArray) steps = NULL;
	g_autoptr (vmnet_txn) t = NULL;
	gint64 left, until;

	/* After a boot, or without an agent. */
	if (vmnet_unconfirmed_now (h, &left, &until) == VMNET_UNCONFIRMED_OVER)
		return revert (h, TRUE, missing, &steps, error)
			? g_steal_pointer (&steps) : NULL;
	t = vmnet_txn_begin (h, error);
	if (t)
		t->missing = missing;
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
