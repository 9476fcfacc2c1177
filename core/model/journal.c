/*
 * journal.c - what commits have changed since the store's document was
 * written, so that a script's thousand statements write a line each and not a
 * document each; and what a commit that was cut off may have made. See
 * model.h. Called by store.c and plan/txn.c.
 *
 * A line is "+{…}" when a commit begins (what makes the new model of the old
 * one), "=" when it is done, "-" when it was undone.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/document.h"

static char *
path_of (const char *state_dir)
{
	return g_build_filename (state_dir, "journal", NULL);
}

gboolean
journal_there (const char *state_dir)
{
	g_autofree char *path = path_of (state_dir);

	return access (path, F_OK) == 0;
}

void
journal_remove (const char *state_dir)
{
	g_autofree char *path = path_of (state_dir);

	g_unlink (path);
}

static gboolean
failed (const char *path, int err, GError **error)
{
	gboolean denied = err == EACCES || err == EPERM || err == EROFS;

	g_set_error (error, VMNET_ERROR, denied ? VMNET_ERROR_PERMISSION
						: VMNET_ERROR_FAILED,
		     "write the store's journal %s: %s%s", path,
		     g_strerror (err),
		     err == ENOSPC || err == EDQUOT ?
		     "; free some space and try again" : "");
	return FALSE;
}

/* All of the line, or nothing of it. */
static gboolean
append (const char *state_dir, const char *line, GError **error)
{
	g_autofree char *path = path_of (state_dir);
	int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
		       | O_NOFOLLOW, 0644);
	size_t n = strlen (line);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return failed (path, errno, error);
	/* A narrow umask: reads need no privilege. */
	if (fstat (fd, &st) < 0 || (st.st_size == 0
				    && fchmod (fd, 0644) < 0))
		err = errno;
	errno = ENOSPC;		/* what a short write means */
	if (err == 0 && write (fd, line, n) != (ssize_t) n) {
		err = errno;
		if (ftruncate (fd, st.st_size) < 0)
			err = errno;
	}
	close (fd);
	return err == 0 || failed (path, err, error);
}

gboolean
journal_begin (const char *state_dir, const vmnet_model *base,
	       const vmnet_model *m, GError **error)
{
	g_autofree char *delta = document_delta (base, m);
	g_autofree char *line = g_strconcat ("+", delta, "\n", NULL);

	return append (state_dir, line, error);
}

gboolean
journal_end (const char *state_dir, gboolean done, GError **error)
{
	return append (state_dir, done ? "=\n" : "-\n", error);
}

/* ---- reading ---- */

typedef struct {
	vmnet_model *m;		/* to which what is done is applied; or NULL */
	vmnet_model *now;	/* the base of what is open */
	vmnet_model *leftover;	/* of what is open; or NULL */
	const char *file;
	char *open;		/* the last begin's delta, within the text */
} walker;

/* A damaged one was never complete, so nothing was applied from it. */
static void
keep_open (walker *w)
{
	g_autoptr (vmnet_model) made = NULL;

	if (w->now && w->open) {
		made = model_copy (w->now);
		if (document_delta_apply (made, w->open, -1, w->file, NULL)
		    && made->generation > w->now->generation) {
			if (w->leftover)
				model_join (w->leftover, made);
			else
				w->leftover = g_steal_pointer (&made);
		}
	}
	w->open = NULL;
}

static gboolean
walk_line (walker *w, char *line, GError **error)
{
	gboolean ok = TRUE;

	switch (*line) {
	case '+':
		keep_open (w);
		w->open = line + 1;
		break;
	case '=':
		if (w->m && w->open)
			ok = document_delta_apply (w->m, w->open, -1, w->file,
						   error);
		w->open = NULL;
		break;
	case '-':
		w->open = NULL;
		break;
	}
	return ok;
}

/* What has no end of line was cut off while it was written. */
static gboolean
walk (const char *state_dir, walker *w, GError **error)
{
	g_autofree char *path = path_of (state_dir), *text = NULL;
	g_autoptr (GError) cause = NULL;
	char *line, *end;

	w->file = path;
	if (!g_file_get_contents (path, &text, NULL, &cause)) {
		if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return TRUE;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "read the store: %s", cause->message);
		return FALSE;
	}
	for (line = text; (end = strchr (line, '\n')); line = end + 1) {
		*end = '\0';
		if (!walk_line (w, line, error))
			return FALSE;
	}
	keep_open (w);
	return TRUE;
}

gboolean
journal_replay (const char *state_dir, vmnet_model *m, GError **error)
{
	g_autofree char *path = path_of (state_dir);
	guint64 before = m->generation;
	walker w = { .m = m };

	return walk (state_dir, &w, error) &&
		(m->generation == before || document_check (m, path, error));
}

vmnet_model *
journal_leftover (const char *state_dir, const vmnet_model *now)
{
	walker w = { .now = (vmnet_model *) now };

	walk (state_dir, &w, NULL);
	return w.leftover;
}
