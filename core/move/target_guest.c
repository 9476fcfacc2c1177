/*
 * target_guest.c - QEMU on the host that a guest comes to: started with the
 * arguments that it had, it waits at a socket for its memory, which a second
 * `vmnetsh receive` brings there.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "move/guest.h"
#include "move/qmp.h"
#include "move/target.h"

#define START_MS 15000		/* until it waits for its memory */
#define RUN_MS 10000		/* from its last byte until it runs */
#define SLICE_MS 5
#define INCOMING "incoming-"
#define PIECE (256 * 1024)

/* ---- starting it ---- */

static char *
file_of (const target *t, const char *suffix)
{
	g_autofree char *fit = g_uri_escape_string (t->vm, NULL, FALSE);
	g_autofree char *leaf = g_strconcat (INCOMING, fit, suffix, NULL);

	return g_build_filename (t->h->run_dir, leaf, NULL);
}

static void
on_its_own (gpointer user)
{
	setsid ();
}

static GPid
spawn (char **argv, const char *cwd, const char *log, GError **error)
{
	int out = open (log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int in = open ("/dev/null", O_RDONLY | O_CLOEXEC);
	const char *folder = cwd && g_file_test (cwd, G_FILE_TEST_IS_DIR)
		? cwd : "/";
	g_autoptr (GError) why = NULL;
	GPid pid = 0;

	if (out < 0 || in < 0)
		target_refuse (error, VMNET_ERROR_FAILED, "write %s: %s", log,
			       g_strerror (errno));
	else if (!g_spawn_async_with_fds (folder, argv, NULL,
					  G_SPAWN_SEARCH_PATH |
					  G_SPAWN_DO_NOT_REAP_CHILD,
					  on_its_own, NULL, &pid, in, out, out,
					  &why))
		target_refuse (error, VMNET_ERROR_FAILED, "start %s: %s",
			       argv[0], why->message);
	if (out >= 0)
		close (out);
	if (in >= 0)
		close (in);
	return pid;
}

/* One with -daemonize ends with 0 and has left another one behind. */
static gboolean
has_failed (GPid pid)
{
	int status = 0;

	return waitpid (pid, &status, WNOHANG) == pid &&
		!(WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

static gboolean
wait_socket (const target *t, GPid pid, const char *log, GError **error)
{
	g_autofree char *said = NULL;

	for (int waited = 0; waited < START_MS; waited += SLICE_MS) {
		if (g_file_test (t->socket, G_FILE_TEST_EXISTS))
			return TRUE;
		if (has_failed (pid))
			break;
		g_usleep (SLICE_MS * 1000);
	}
	g_file_get_contents (log, &said, NULL, NULL);
	return target_refuse (error, VMNET_ERROR_FAILED,
			      "start the guest '%s': %s", t->vm,
			      said && *said ? g_strchomp (said)
			      : "QEMU does not wait for its memory");
}

gboolean
target_start_guest (target *t, JsonObject *in, JsonObject *out,
		    GError **error)
{
	g_autofree char *log = NULL, *uri = NULL;
	g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
	g_auto (GStrv) given = peer_get_list (in, "argv"), argv = NULL;
	GPid pid;

	if (!t->took || given[0] == NULL)
		return target_refuse (error, VMNET_ERROR_INVALID,
				      "there is no guest to start");
	t->qmp = guest_qmp_path ((const char *const *) given);
	t->socket = file_of (t, ".sock");
	log = file_of (t, ".log");
	g_mkdir_with_parents (t->h->run_dir, 0755);
	g_unlink (t->socket);
	uri = g_strconcat ("unix:", t->socket, NULL);
	g_strv_builder_addv (words, (const char **) given);
	g_strv_builder_add_many (words, "-incoming", uri, NULL);
	argv = g_strv_builder_end (words);
	pid = spawn (argv, wire_string (in, "cwd"), log, error);
	if (pid == 0)
		g_clear_pointer (&t->socket, g_free);
	if (pid == 0 || !wait_socket (t, pid, log, error))
		return FALSE;
	json_object_set_string_member (out, "socket", t->socket);
	return TRUE;
}

/* ---- does it run ---- */

gboolean
target_guest_is_running (const target *t)
{
	g_autoptr (qmp) q = t->socket && t->qmp ? qmp_open (t->qmp, NULL)
						: NULL;
	g_autofree char *status = q ? qmp_status (q, NULL) : NULL;

	return g_strcmp0 (status, "running") == 0;
}

gboolean
target_guest_runs (target *t, GError **error)
{
	g_autoptr (qmp) q = t->qmp ? qmp_open (t->qmp, error) : NULL;

	if (q == NULL)
		return FALSE;
	for (int waited = 0; waited < RUN_MS; waited += SLICE_MS) {
		g_autofree char *status = qmp_status (q, error);

		if (status == NULL)
			return FALSE;
		if (strcmp (status, "running") == 0)
			return TRUE;
		g_usleep (SLICE_MS * 1000);
	}
	return target_refuse (error, VMNET_ERROR_FAILED,
			      "guest '%s' has its memory and does not run",
			      t->vm);
}

void
target_end_guest (target *t)
{
	g_autoptr (qmp) q = t->socket && t->qmp ? qmp_open (t->qmp, NULL)
						: NULL;

	if (q)
		qmp_do (q, "quit", NULL, NULL, NULL);
	if (t->socket)
		g_unlink (t->socket);
	g_clear_pointer (&t->socket, g_free);
}

/* ---- the memory ---- */

static int
dial (const char *path, GError **error)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_strlcpy (to.sun_path, path, sizeof to.sun_path);
	if (fd >= 0 && connect (fd, (struct sockaddr *) &to, sizeof to) == 0)
		return fd;
	target_refuse (error, VMNET_ERROR_FAILED, "connect to %s: %s", path,
		       g_strerror (errno));
	if (fd >= 0)
		close (fd);
	return -1;
}

static gboolean
write_all (int fd, const char *piece, gssize n)
{
	while (n > 0) {
		gssize done = write (fd, piece, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FALSE;
		piece += done;
		n -= done;
	}
	return TRUE;
}

gboolean
vmnet_move_memory (vmnet_host *h, const char *path, int in, GError **error)
{
	g_autofree char *piece = g_malloc (PIECE);
	g_autofree char *own = g_build_filename (h->run_dir, INCOMING, NULL);
	gssize n;
	int fd;

	if (!g_str_has_prefix (path, own) ||
	    strchr (path + strlen (own), '/'))
		return target_refuse (error, VMNET_ERROR_INVALID,
				      "%s is no socket of a guest that comes",
				      path);
	fd = dial (path, error);
	if (fd < 0)
		return FALSE;
	while ((n = read (in, piece, PIECE)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !write_all (fd, piece, n))
			break;
	}
	close (fd);
	return n == 0 || target_refuse (error, VMNET_ERROR_FAILED,
					"hand on the guest's memory: %s",
					g_strerror (errno));
}
