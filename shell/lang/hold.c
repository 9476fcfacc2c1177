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
sh_confirm_seconds (const char *text, guint *out, GError **error)
{
	guint64 n;

	if (text && g_ascii_string_to_unsigned (text, 10, 1, VMNET_CONFIRM_MAX,
						&n, NULL)) {
		*out = (guint) n;
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "-ConfirmWithin %s: give seconds, 1 to %d",
		     text ? text : "", VMNET_CONFIRM_MAX);
	return FALSE;
}

static void
say_till_when (sh_interp *in)
{
	gint64 left, until;
	g_autoptr (GDateTime) t = NULL;
	g_autofree char *at = NULL, *line = NULL;

	if (vmnet_unconfirmed_now (sh_host (in), &left, &until) !=
	    VMNET_UNCONFIRMED_WAITS)
		return;		/* it changed nothing */
	t = g_date_time_new_from_unix_local (until);
	at = g_date_time_format (t, "%H:%M:%S");
	line = g_strdup_printf ("all of it is taken back at %s unless "
				"Confirm-VMNetworkChange comes before", at);
	sh_warning (in, line);
}

gboolean
sh_hold_commit (sh_interp *in, guint within, GError **error)
{
	if (!in->held || in->txn == NULL)
		return TRUE;
	if (within ? !vmnet_txn_commit_within (in->txn, within, error)
	    : !guarded_commit (in, in->txn, error))
		return FALSE;
	if (within)
		say_till_when (in);
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
