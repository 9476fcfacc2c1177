/*
 * store.c - the folder of the store: its document, and the lock that lets one
 * transaction in at a time. Called by plan/txn.c and view/.
 */
#include "model/model.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "store.json"
#define JOURNAL_NAME "journal"
#define LOCK_NAME "lock"
#define POLL_MS 20		/* between two tries for the lock */

/* `what` is the attempt: "write the store". Returns FALSE. */
static gboolean
failed (const char *what, const char *path, int err, GError **error)
{
	gboolean denied = err == EACCES || err == EPERM || err == EROFS;

	g_set_error (error, VMNET_ERROR, denied ? VMNET_ERROR_PERMISSION
						: VMNET_ERROR_FAILED,
		     "%s %s: %s%s", what, path, g_strerror (err),
		     denied ? "; run as root, or give a folder of your own "
			      "with --state" :
		     err == ENOSPC || err == EDQUOT ?
		     "; free some space and try again" : "");
	return FALSE;
}

static gboolean
make_folder (const char *state_dir, GError **error)
{
	if (g_file_test (state_dir, G_FILE_TEST_IS_DIR))
		return TRUE;
	/* chmod: the umask of root may be narrow, reads need no privilege */
	if (g_mkdir_with_parents (state_dir, 0755) != 0
	    || chmod (state_dir, 0755) != 0)
		return failed ("make the store's folder", state_dir, errno,
			       error);
	return TRUE;
}

static store_file
file_now (const char *state_dir, const char *name)
{
	g_autofree char *path = g_build_filename (state_dir, name, NULL);
	struct stat st;

	if (stat (path, &st) < 0)
		return (store_file) { 0 };
	return (store_file) { st.st_ino, st.st_size, st.st_mtim.tv_sec,
			      st.st_mtim.tv_nsec };
}

store_stamp
store_stamp_now (const char *state_dir)
{
	return (store_stamp) { file_now (state_dir, FILE_NAME),
			       file_now (state_dir, JOURNAL_NAME) };
}

static gboolean
file_equal (const store_file *a, const store_file *b)
{
	return a->inode == b->inode && a->size == b->size
		&& a->seconds == b->seconds && a->ns == b->ns;
}

gboolean
store_stamp_equal (const store_stamp *a, const store_stamp *b)
{
	return (a->document.inode || a->journal.inode)
		&& file_equal (&a->document, &b->document)
		&& file_equal (&a->journal, &b->journal);
}

static vmnet_model *
load_document (const char *state_dir, GError **error)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
	g_autofree char *text = NULL;
	g_autoptr (GError) cause = NULL;
	gsize length;

	if (g_file_get_contents (path, &text, &length, &cause))
		return store_from_text (text, length, path, error);
	if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return model_new ();
	g_set_error (error, VMNET_ERROR,
		     g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_ACCES)
		     ? VMNET_ERROR_PERMISSION : VMNET_ERROR_FAILED,
		     "read the store: %s", cause->message);
	return NULL;
}

/* Who reads without the lock may read one file from before a save and the other
 * from after it: then the document is another one, and all is read again. */
vmnet_model *
store_load (const char *state_dir, GError **error)
{
	for (guint tries = 0;; tries++) {
		store_file before = file_now (state_dir, FILE_NAME), after;
		g_autoptr (vmnet_model) m = load_document (state_dir, error);
		g_autoptr (GError) e = NULL;
		gboolean ok;

		if (m == NULL)
			return NULL;
		ok = journal_replay (state_dir, m, &e);
		after = file_now (state_dir, FILE_NAME);
		if (tries < 100 && !file_equal (&before, &after))
			continue;
		if (ok)
			return g_steal_pointer (&m);
		g_propagate_error (error, g_steal_pointer (&e));
		return NULL;
	}
}

gboolean
store_save (const char *state_dir, const vmnet_model *m, GError **error)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
	g_autofree char *text = store_to_text (m);
	g_autoptr (GError) cause = NULL;

	if (!make_folder (state_dir, error))
		return FALSE;
	/* The file and, after the rename, its folder are synced. */
	if (!g_file_set_contents_full (path, text, -1,
				       G_FILE_SET_CONTENTS_CONSISTENT |
				       G_FILE_SET_CONTENTS_DURABLE, 0644,
				       &cause)) {
		g_set_error (error, VMNET_ERROR,
			     g_error_matches (cause, G_FILE_ERROR,
					      G_FILE_ERROR_ACCES)
			     ? VMNET_ERROR_PERMISSION : VMNET_ERROR_FAILED,
			     "write the store: %s; the old one is as it was",
			     cause->message);
		return FALSE;
	}
	/* A narrow umask: only the reads of others suffer when this fails. */
	chmod (path, 0644);
	journal_remove (state_dir);
	return TRUE;
}

/* The file holds the process number of the last one that had the lock. */
static void
write_holder (int fd)
{
	g_autofree char *pid = g_strdup_printf ("%d\n", (int) getpid ());

	if (ftruncate (fd, 0) == 0 && pwrite (fd, pid, strlen (pid), 0) < 0)
		return;		/* it only serves a message */
}

static void
held (const char *path, guint wait_ms, GError **error)
{
	g_autofree char *pid = NULL;

	if (!g_file_get_contents (path, &pid, NULL, NULL))
		pid = g_strdup ("");
	g_strstrip (pid);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "lock %s: process %s has held it for more than %u ms; "
		     "wait until it is done and try again", path,
		     *pid ? pid : "unknown", wait_ms);
}

static gboolean
wait_for_lock (int fd, const char *path, guint wait_ms, GError **error)
{
	gint64 end = g_get_monotonic_time () + (gint64) wait_ms * 1000;

	while (flock (fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return failed ("lock", path, errno, error);
		if (g_get_monotonic_time () >= end) {
			held (path, wait_ms, error);
			return FALSE;
		}
		g_usleep (POLL_MS * 1000);
	}
	return TRUE;
}

int
store_lock (const char *state_dir, guint wait_ms, GError **error)
{
	g_autofree char *path = g_build_filename (state_dir, LOCK_NAME, NULL);
	int fd;

	if (!make_folder (state_dir, error))
		return -1;
	fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0) {
		failed ("open the lock", path, errno, error);
		return -1;
	}
	if (!wait_for_lock (fd, path, wait_ms, error)) {
		close (fd);
		return -1;
	}
	write_holder (fd);
	return fd;
}

void
store_unlock (int fd)
{
	if (fd >= 0)
		close (fd);
}
