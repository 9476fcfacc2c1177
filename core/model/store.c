/*
 * store.c - the folder of the store: its file, and the lock that lets one
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

store_stamp
store_stamp_now (const char *state_dir)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
	struct stat st;

	if (stat (path, &st) < 0)
		return (store_stamp) { 0 };
	return (store_stamp) { st.st_ino, st.st_size, st.st_mtim.tv_sec,
			       st.st_mtim.tv_nsec };
}

gboolean
store_stamp_equal (const store_stamp *a, const store_stamp *b)
{
	return a->inode != 0 && a->inode == b->inode && a->size == b->size
		&& a->seconds == b->seconds && a->ns == b->ns;
}

gboolean
store_read (const char *state_dir, char **text, gsize *length,
	    GError **error)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
	g_autoptr (GError) cause = NULL;

	*text = NULL;
	*length = 0;
	if (g_file_get_contents (path, text, length, &cause)
	    || g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return TRUE;
	g_set_error (error, VMNET_ERROR,
		     g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_ACCES)
		     ? VMNET_ERROR_PERMISSION : VMNET_ERROR_FAILED,
		     "read the store: %s", cause->message);
	return FALSE;
}

vmnet_model *
store_parse (const char *state_dir, const char *text, gsize length,
	     GError **error)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);

	return text ? store_from_text (text, length, path, error)
		: model_new ();
}

vmnet_model *
store_load (const char *state_dir, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;

	if (!store_read (state_dir, &text, &length, error))
		return NULL;
	return store_parse (state_dir, text, length, error);
}

gboolean
store_write (const char *state_dir, const char *text, gboolean durable,
	     GError **error)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
	g_autoptr (GError) cause = NULL;
	/* The file and, after the rename, its folder are synced; or in place. */
	GFileSetContentsFlags flags = durable ?
		G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE
		: G_FILE_SET_CONTENTS_NONE;

	if (!make_folder (state_dir, error))
		return FALSE;
	if (!g_file_set_contents_full (path, text, -1, flags, 0644, &cause)) {
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
	return TRUE;
}

gboolean
store_save (const char *state_dir, const vmnet_model *m, GError **error)
{
	g_autofree char *text = store_to_text (m);

	return store_write (state_dir, text, TRUE, error);
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
