/*
 * hold.c - a transaction of many statements. Called by main.c (-Transaction)
 * and by netsh (set mode offline, commit, abort).
 */
#include "interp.h"

void
sh_hold (sh_interp *in, gboolean wait)
{
	in->held = TRUE;
	in->hold_waits = wait;
}

gboolean
sh_held (const sh_interp *in)
{
	return in->held;
}

gboolean
sh_hold_pending (const sh_interp *in)
{
	return in->held && in->txn != NULL && vmnet_txn_pending (in->txn);
}

GPtrArray *
sh_hold_describe (sh_interp *in, GError **error)
{
	if (in->held && in->txn != NULL)
		return vmnet_txn_describe (in->txn, error);
	return g_ptr_array_new_with_free_func (g_free);
}

gboolean
sh_hold_commit (sh_interp *in, GError **error)
{
	if (!in->held || in->txn == NULL)
		return TRUE;
	if (!vmnet_txn_commit (in->txn, error))
		return FALSE;
	sh_hold_drop (in);
	return TRUE;
}

void
sh_hold_drop (sh_interp *in)
{
	if (!in->held)
		return;
	drop_view (in);
	g_clear_pointer (&in->txn, vmnet_txn_free);
	in->marked = FALSE;
}

void
sh_hold_end (sh_interp *in)
{
	sh_hold_drop (in);
	in->held = FALSE;
}
