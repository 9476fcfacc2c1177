/*
 * client.c - the shell's side of the agent: starts it when it is needed, asks,
 * and turns the answer into values and errors. The public trace functions.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/wire.h"

/* One that we start keeps the last trace's figures for so long; one that the
 * system starts stays. */
#define IDLE_SECONDS "120"
#define START_DEADLINE (10 * G_USEC_PER_SEC)
#define ANSWER_MS 60000		/* opening a thousand ports takes a while */
#define SLICE_MS 50

/* ---- asking ------------------------------------------------------------- */

/* -1 without an error: there is no agent. */
static int
dial (vmnet_host *h, GError **error)
{
	g_autofree char *path = wire_path (h, "agent.sock");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	g_strlcpy (addr.sun_path, path, sizeof addr.sun_path);
	fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0
	    && connect (fd, (struct sockaddr *) &addr, sizeof addr) == 0)
		return fd;
	err = errno;
	if (fd >= 0)
		close (fd);
	errno = err;
	if (err != ENOENT && err != ECONNREFUSED)
		wire_fail_errno (error, "connect to", path);
	return -1;
}

static gboolean
send_all (int fd, const char *text)
{
	gsize n = strlen (text);

	while (n > 0) {
		gssize done = send (fd, text, n, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return FALSE;
		text += done;
		n -= done;
	}
	return TRUE;
}

/* NULL: the agent has gone, or says nothing. */
static char *
receive_line (int fd)
{
	g_autoptr (GString) line = g_string_new (NULL);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buffer[16384];

	for (;;) {
		int ready = poll (&p, 1, ANSWER_MS);
		gssize n;

		if (ready < 0 && errno == EINTR)
			continue;
		n = ready > 0 ? recv (fd, buffer, sizeof buffer, 0) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		g_string_append_len (line, buffer, n);
		if (buffer[n - 1] == '\n')
			return g_string_free (g_steal_pointer (&line), FALSE);
	}
}

/*
 * The agent's answer. NULL without an error: there is no agent, or it ended
 * while it was asked.
 */
static JsonObject *
ask (vmnet_host *h, JsonObject *request, GError **error)
{
	g_autofree char *line = wire_line (request), *text = NULL;
	g_autoptr (JsonObject) reply = NULL;
	int fd = dial (h, error);

	if (fd < 0)
		return NULL;
	if (send_all (fd, line))
		text = receive_line (fd);
	close (fd);
	if (text == NULL)
		return NULL;
	reply = wire_parse (text, error);
	if (reply == NULL || !wire_check (reply, error))
		return NULL;
	return g_steal_pointer (&reply);
}

static JsonObject *
request_new (const char *verb)
{
	JsonObject *o = json_object_new ();

	json_object_set_string_member (o, "do", verb);
	return o;
}

/* ---- starting it -------------------------------------------------------- */

static void
child_setup (gpointer user)
{
	setsid ();
}

/*
 * Our own program once more, opened on the same host. `alive`: the end of a
 * pipe whose other end is the agent's standard input, until it is ready or
 * dead.
 */
static gboolean
spawn (vmnet_host *h, int log, int *alive, GError **error)
{
	g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GError) why = NULL;
	int pipe[2];
	gboolean ok;

	g_ptr_array_add (argv, g_strdup ("/proc/self/exe"));
	g_ptr_array_add (argv, g_strdup ("vmnetsh"));
	if (h->lab)
		g_ptr_array_add (argv, g_strconcat ("--lab=", h->lab, NULL));
	g_ptr_array_add (argv, g_strdup ("--state"));
	g_ptr_array_add (argv, g_strdup (h->state_dir));
	g_ptr_array_add (argv, g_strdup ("agent"));
	g_ptr_array_add (argv, g_strdup ("-Idle"));
	g_ptr_array_add (argv, g_strdup (IDLE_SECONDS));
	g_ptr_array_add (argv, NULL);
	if (!g_unix_open_pipe (pipe, FD_CLOEXEC, &why)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "start the agent: %s", why->message);
		return FALSE;
	}
	ok = g_spawn_async_with_fds ("/", (char **) argv->pdata, NULL,
				     G_SPAWN_FILE_AND_ARGV_ZERO, child_setup,
				     NULL, NULL, pipe[0], log, log, &why);
	close (pipe[0]);
	*alive = pipe[1];
	if (ok)
		return TRUE;
	close (pipe[1]);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "start the agent: %s", why->message);
	return FALSE;
}

/* Another shell may be starting one at the same moment. */
static gboolean
lock_is_held (vmnet_host *h)
{
	g_autofree char *path = wire_path (h, "agent.lock");
	int fd = open (path, O_RDWR | O_CLOEXEC);
	gboolean held;

	if (fd < 0)
		return FALSE;
	held = flock (fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	close (fd);
	return held;
}

static gboolean
fail_start (vmnet_host *h, const char *otherwise, GError **error)
{
	g_autofree char *path = wire_path (h, "agent.log"), *text = NULL;
	const char *line;

	g_file_get_contents (path, &text, NULL, NULL);
	g_strchomp (text ? text : (text = g_strdup ("")));
	line = strrchr (text, '\n');
	line = line ? line + 1 : text;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "start the agent: %s (its log is %s)",
		     *line ? line : otherwise, path);
	return FALSE;
}

/* Until it answers, or both it and any other one are dead. */
static gboolean
wait_ready (vmnet_host *h, int alive, GError **error)
{
	gint64 deadline = g_get_monotonic_time () + START_DEADLINE;
	struct pollfd p = { .fd = alive };
	gboolean done = FALSE;
	int fd;

	while (g_get_monotonic_time () < deadline) {
		if (done)
			g_usleep (SLICE_MS * 1000);
		else
			done = poll (&p, 1, SLICE_MS) > 0;
		fd = dial (h, NULL);
		if (fd >= 0) {
			close (fd);
			return TRUE;
		}
		if (done && !lock_is_held (h))
			return fail_start (h, "it ended at once", error);
	}
	return fail_start (h, "it does not answer", error);
}

static gboolean
start_agent (vmnet_host *h, GError **error)
{
	g_autofree char *path = wire_path (h, "agent.log");
	int log, alive;
	gboolean ok;

	if (g_mkdir_with_parents (h->run_dir, 0755) < 0)
		return wire_fail_errno (error, "create", h->run_dir);
	log = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (log < 0)
		return wire_fail_errno (error, "create", path);
	ok = spawn (h, log, &alive, error);
	close (log);
	if (!ok)
		return FALSE;
	ok = wait_ready (h, alive, error);
	close (alive);
	return ok;
}

void
agent_reload (vmnet_host *h, gboolean needed)
{
	g_autoptr (JsonObject) request = request_new (WIRE_RELOAD);
	g_autoptr (JsonObject) reply = NULL;

	if (h->in_agent)
		return;
	reply = ask (h, request, NULL);
	/* One that has just been started has read it already. */
	if (reply == NULL && needed)
		start_agent (h, NULL);
}

/* ---- the public functions ----------------------------------------------- */

static JsonObject *
start_request (vmnet_host *h, const vmnet_trace_spec *spec, GError **error)
{
	g_autofree char *file = NULL;
	vmnet_trace_spec absolute = *spec;
	JsonObject *request;

	if (spec->file && *spec->file)
		file = g_canonicalize_filename (spec->file, NULL);
	if (file && !g_utf8_validate (file, -1, NULL)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "start trace: the file's name is not UTF-8");
		return NULL;
	}
	absolute.file = file;
	request = request_new (WIRE_TRACE_START);
	wire_put_spec (request, &absolute);
	json_object_set_string_member (request, "state", h->state_dir);
	return request;
}

gboolean
vmnet_trace_start (vmnet_host *host, const vmnet_trace_spec *spec,
		   GError **error)
{
	g_autoptr (JsonObject) request = start_request (host, spec, error);
	g_autoptr (JsonObject) reply = NULL;
	g_autoptr (GError) why = NULL;

	if (request == NULL)
		return FALSE;
	reply = ask (host, request, &why);
	if (reply == NULL && why == NULL && start_agent (host, &why)) {
		reply = ask (host, request, &why);
		if (reply == NULL && why == NULL)
			fail_start (host, "it ended", &why);
	}
	if (why)
		g_propagate_error (error, g_steal_pointer (&why));
	return reply != NULL;
}

gboolean
vmnet_trace_stop (vmnet_host *host, vmnet_trace_status *out, GError **error)
{
	g_autoptr (JsonObject) request = request_new (WIRE_TRACE_STOP);
	g_autoptr (GError) why = NULL;
	g_autoptr (JsonObject) reply = ask (host, request, &why);

	if (reply && out)
		wire_get_status (reply, out);
	if (reply)
		return TRUE;
	if (why)
		g_propagate_error (error, g_steal_pointer (&why));
	else
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "stop trace: none is running");
	return FALSE;
}

gboolean
vmnet_trace_get (vmnet_host *host, vmnet_trace_status *out, GError **error)
{
	g_autoptr (JsonObject) request = request_new (WIRE_TRACE_STATUS);
	g_autoptr (GError) why = NULL;
	g_autoptr (JsonObject) reply = ask (host, request, &why);

	if (why) {
		g_propagate_error (error, g_steal_pointer (&why));
		return FALSE;
	}
	memset (out, 0, sizeof *out);
	if (reply)
		wire_get_status (reply, out);
	return TRUE;
}

GPtrArray *
vmnet_trace_tail (vmnet_host *host, guint64 serial, guint max,
		  GError **error)
{
	g_autoptr (JsonObject) request = request_new (WIRE_TRACE_TAIL);
	g_autoptr (JsonObject) reply = NULL;
	g_autoptr (GError) why = NULL;

	json_object_set_int_member (request, "serial", serial);
	json_object_set_int_member (request, "max", max);
	reply = ask (host, request, &why);
	if (reply)
		return wire_get_packets (reply);
	if (why) {
		g_propagate_error (error, g_steal_pointer (&why));
		return NULL;
	}
	return g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_trace_packet_free);
}
