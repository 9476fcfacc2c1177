/*
 * guard.c - commits that touch the adapter by which the administrator's own
 * session comes: he is asked whether he still gets here, and what he does not
 * confirm is taken back. Called at the end of statements (interp.c) and of
 * transactions (hold.c).
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "interp.h"

#define PREFERENCE "ConfirmWithinPreference"

/* Seconds; 0: whoever set it so wants none. */
static guint
seconds_of (sh_interp *in)
{
	g_autoptr (sh_value) v = var_get (in, PREFERENCE);
	gint64 n = GUARD_SECONDS;

	if (in->unguarded)
		return 0;
	if (v != NULL && sh_value_kind (v) != SH_NULL && !sh_to_int (v, &n))
		n = GUARD_SECONDS;
	return (guint) CLAMP (n, 0, VMNET_CONFIRM_MAX);
}

static char *
till_when (sh_interp *in, gint64 *left)
{
	g_autoptr (GDateTime) t = NULL;
	gint64 until;

	if (vmnet_unconfirmed_now (sh_host (in), left, &until)
	    != VMNET_UNCONFIRMED_WAITS)
		*left = 0;
	t = g_date_time_new_from_unix_local (until);
	return g_date_time_format (t, "%H:%M:%S");
}

/* A line of the terminal, or none in `ms` (Ctrl-C, the end of input). */
static gboolean
read_answer (sh_interp *in, gint64 ms, char *out, gsize size)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	gint64 end = g_get_monotonic_time () / 1000 + ms;
	gssize n;

	for (;;) {
		gint64 rest = end - g_get_monotonic_time () / 1000;
		int r = sh_interrupted (in) || rest <= 0 ? 0
			: poll (&p, 1, (int) MIN (rest, G_MAXINT));

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return FALSE;
		n = read (STDIN_FILENO, out, size - 1);
		if (n > 0)
			out[n] = '\0';
		return n > 0;
	}
}

static gboolean
taken_back (GError **error, const char *why)
{
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME, "%s: the change is "
		     "taken back", why);
	return FALSE;
}

static gboolean
ask (sh_interp *in, const char *session, GError **error)
{
	gint64 left;
	g_autofree char *at = till_when (in, &left);
	g_autofree char *text = g_strdup_printf (
		"This change touches the adapter that carries your session "
		"(%s).\nIt is taken back at %s unless you keep it.\n", session,
		at);
	char answer[64];

	sh_complain (in, text);
	for (;;) {
		sh_complain (in, "Keep it? [y/n] ");
		till_when (in, &left);
		if (!read_answer (in, left * 1000, answer, sizeof answer))
			break;
		if ((*answer | 0x20) == 'y')
			return vmnet_confirm (sh_host (in), error);
		if ((*answer | 0x20) == 'n')
			return vmnet_revert (sh_host (in), error)
				&& taken_back (error, "not kept");
	}
	sh_complain (in, "\n");
	if (sh_interrupted (in))
		return vmnet_revert (sh_host (in), error)
			&& taken_back (error, "interrupted");
	return taken_back (error, "no answer in time");
}

static void
warn (sh_interp *in, const char *session)
{
	gint64 left;
	g_autofree char *at = till_when (in, &left);
	g_autofree char *line = g_strdup_printf (
		"this change touches the adapter that carries your "
		"session (%s): it, and what follows from there, is taken back "
		"at %s unless Confirm-VMNetworkChange comes before", session,
		at);

	sh_warning (in, line);
}

gboolean
guarded_commit (sh_interp *in, vmnet_txn *txn, GError **error)
{
	const char *session;

	vmnet_txn_guard (txn, seconds_of (in));
	if (!vmnet_txn_commit (txn, error))
		return FALSE;
	session = vmnet_txn_guarded (txn);
	if (session == NULL)
		return TRUE;
	if (in->o.interactive)
		return ask (in, session, error);
	warn (in, session);
	return TRUE;
}
