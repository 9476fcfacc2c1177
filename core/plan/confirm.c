/*
 * confirm.c - a commit that takes itself back unless it is confirmed in time:
 * what was before it stands in STATE/unconfirmed till then. The agent has the
 * timer, so it outlives the shell; after a boot restore takes it back at once,
 * for nobody was there to confirm it. Counters of what such a commit removes
 * are kept until it is confirmed. Called by txn.c and the agent.
 */
#include "plan/confirm.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "plan/session.h"

#define FOLDER "unconfirmed"
#define FILE_NAME "until"
#define GROUP "unconfirmed"
#define SESSION "session"

static char *
folder_of (const vmnet_host *h)
{
	return g_build_filename (h->state_dir, FOLDER, NULL);
}

static char *
path_of (const vmnet_host *h, const char *name)
{
	return g_build_filename (h->state_dir, FOLDER, name, NULL);
}

/* Seconds since the boot, suspension included: no clock that can be set. */
static gint64
seconds_up (void)
{
	struct timespec t;

	clock_gettime (CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

/* What is in the folder is whole as soon as the file is there. */
static gboolean
write_until (const vmnet_host *h, guint seconds, const char *session,
	     GError **error)
{
	g_autoptr (GKeyFile) f = g_key_file_new ();
	g_autofree char *path = path_of (h, FILE_NAME), *boot = proc_boot_id ();
	g_autofree char *text = NULL;
	g_autoptr (GError) e = NULL;

	g_key_file_set_string (f, GROUP, "boot", boot);
	g_key_file_set_int64 (f, GROUP, "ends", seconds_up () + seconds);
	g_key_file_set_int64 (f, GROUP, "time", time (NULL) + seconds);
	if (session)
		g_key_file_set_string (f, GROUP, SESSION, session);
	text = g_key_file_to_data (f, NULL, NULL);
	if (g_file_set_contents_full (path, text, -1,
				      G_FILE_SET_CONTENTS_CONSISTENT |
				      G_FILE_SET_CONTENTS_DURABLE, 0644, &e))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "note what was before: %s", e->message);
	return FALSE;
}

gboolean
confirm_begin (vmnet_host *h, const vmnet_model *before, guint seconds,
	       const char *session, GError **error)
{
	g_autofree char *folder = folder_of (h);

	if (store_save (folder, before, error) &&
	    write_until (h, seconds, session, error)) {
		/* What comes may cut off the shell's terminal. */
		agent_reload (h, TRUE);
		return TRUE;
	}
	confirm_forget (h);
	return FALSE;
}

void
confirm_forget (vmnet_host *h)
{
	g_autofree char *until = path_of (h, FILE_NAME);
	g_autofree char *store = path_of (h, "store.json");
	g_autofree char *folder = folder_of (h);

	g_unlink (until);
	g_unlink (store);
	g_rmdir (folder);
}

vmnet_unconfirmed
vmnet_unconfirmed_now (const vmnet_host *h, gint64 *left, gint64 *until)
{
	g_autoptr (GKeyFile) f = g_key_file_new ();
	g_autofree char *path = path_of (h, FILE_NAME);
	g_autofree char *boot = NULL, *now = proc_boot_id ();
	gint64 rest;

	*left = *until = 0;
	if (!g_file_test (path, G_FILE_TEST_EXISTS))
		return VMNET_UNCONFIRMED_NONE;
	/* One that cannot be read was not confirmed. */
	if (!g_key_file_load_from_file (f, path, G_KEY_FILE_NONE, NULL))
		return VMNET_UNCONFIRMED_OVER;
	boot = g_key_file_get_string (f, GROUP, "boot", NULL);
	*until = g_key_file_get_int64 (f, GROUP, "time", NULL);
	rest = g_key_file_get_int64 (f, GROUP, "ends", NULL) - seconds_up ();
	if (g_strcmp0 (boot, now) != 0 || rest <= 0)
		return VMNET_UNCONFIRMED_OVER;
	*left = rest;
	return VMNET_UNCONFIRMED_WAITS;
}

static char *
time_text (gint64 at)
{
	g_autoptr (GDateTime) t = g_date_time_new_from_unix_local (at);

	return t ? g_date_time_format (t, "%H:%M:%S") : g_strdup ("?");
}

/* A script that has touched its own adapter is not at its end there. */
gboolean
confirm_goes_on (const vmnet_host *h)
{
	g_autoptr (GKeyFile) f = g_key_file_new ();
	g_autofree char *path = path_of (h, FILE_NAME);
	g_autofree char *of = NULL, *own = NULL;
	gint64 left, until;

	if (vmnet_unconfirmed_now (h, &left, &until) !=
	    VMNET_UNCONFIRMED_WAITS ||
	    !g_key_file_load_from_file (f, path, G_KEY_FILE_NONE, NULL))
		return FALSE;
	of = g_key_file_get_string (f, GROUP, SESSION, NULL);
	own = of ? session_of (h) : NULL;
	return g_strcmp0 (of, own) == 0 && own != NULL;
}

gboolean
confirm_allows (const vmnet_host *h, GError **error)
{
	gint64 left, until;
	g_autofree char *at = NULL;

	switch (vmnet_unconfirmed_now (h, &left, &until)) {
	case VMNET_UNCONFIRMED_NONE:
		return TRUE;
	case VMNET_UNCONFIRMED_WAITS:
		if (confirm_goes_on (h))
			return TRUE;
		at = time_text (until);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "commit: the change before this one is taken back "
			     "at %s unless it is confirmed; "
			     "Confirm-VMNetworkChange keeps it, "
			     "Undo-VMNetworkChange takes it back now", at);
		return FALSE;
	case VMNET_UNCONFIRMED_OVER:
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "commit: the change before this one was not "
			     "confirmed in time and is being taken back; try "
			     "again, or take it back with vmnetsh restore");
	}
	return FALSE;
}

vmnet_model *
confirm_before (vmnet_host *h, GError **error)
{
	g_autofree char *folder = folder_of (h);

	return store_load (folder, error);
}
