/*
 * edits_team.c - the public edits of teams: the model's own rules
 * (model/team.c), and whether the adapters are there.
 */
#include "iov/assign.h"
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

/* ---- what leaving members take with them ---- */

static void
add_leaver (vmnet_txn *t, const vmnet_adapter *a, const char *nic,
	    const GPtrArray *claims, GPtrArray *out)
{
	const vmnet_adapter *then = vmnet_model_adapter (t->model, a->vm,
							 a->name);
	const iov_claim *c = then ? iov_claim_of (claims, then) : NULL;
	g_autofree char *alias = names_alias (a);

	if (c && c->function)
		g_ptr_array_add (out, g_strdup_printf (
			"'%s': its virtual function of %s goes with that; it "
			"gets one of %s", alias, nic, c->card->pf));
	else
		g_ptr_array_add (out, g_strdup_printf (
			"'%s': its virtual function of %s goes with that, the "
			"software NIC carries it%s%s", alias, nic,
			c ? ": " : "", c ? c->why : ""));
}

static void
add_leavers (vmnet_txn *t, const char *nic, const GPtrArray *claims,
	     GPtrArray *out)
{
	g_autoptr (GPtrArray) functions = iov_functions (t->host, nic, NULL);

	for (guint i = 0; functions && i < functions->len; i++) {
		const iov_function *f = functions->pdata[i];
		const vmnet_adapter *a = iov_owner (t->base, nic, f->mac, NULL);

		if (a)
			add_leaver (t, a, nic, claims, out);
	}
}

GPtrArray *
vmnet_iov_leave_notes (vmnet_txn *t, const char *name)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	const vmnet_switch *sw = vmnet_model_switch (t->model, name);
	const vmnet_switch *was = vmnet_model_switch (t->base, name);
	g_autoptr (GPtrArray) cards = NULL, claims = NULL;
	const char *nic;

	if (sw == NULL || was == NULL || !sw->iov)
		return out;
	cards = iov_cards (t->host, t->model, sw, NULL);
	claims = cards ? iov_claims (t->host, t->model, sw, cards) : NULL;
	for (guint i = 0; (nic = vmnet_switch_member (was, i)); i++)
		if (!vmnet_switch_has_member (sw, nic))
			add_leavers (t, nic, claims, out);
	return out;
}
