/*
 * agent.c - the process that goes on when no shell is open: it runs the trace
 * and answers on a Unix socket. Called by main for the word `agent`; clients
 * start it by themselves (client.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/watch.h"
#include "agent/wire.h"
#include "plan/meters.h"
#include "trace/capture.h"

#define TAIL_PACKETS 4096	/* kept for the live view */

typedef struct {
	vmnet_host *host;
	GMainLoop *loop;
	char *socket_path;
	struct stat socket;	/* ours, as it was made */
	int lock;
	ring *tail;
	capture *trace;		/* running, or the last one */
	watch *watch;
	gboolean reported;	/* its end, to who asked */
	gboolean quitting;	/* once the answer is out */
	guint idle_seconds;
	gint64 busy;		/* monotonic µs: last request or packet */
} agent;

/* ---- requests ----------------------------------------------------------- */

static gboolean
trace_runs (const agent *a)
{
	return a->trace && capture_running (a->trace);
}

static void
put_trace (agent *a, JsonObject *out)
{
	vmnet_trace_status s = { 0 };

	if (a->trace)
		capture_status (a->trace, &s);
	wire_put_status (out, &s);
	vmnet_trace_status_clear (&s);
}

static gboolean
do_start (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	vmnet_trace_status s = { 0 };
	const char *state_dir = wire_string (in, "state");
	vmnet_trace_spec spec;
	capture *c;

	if (trace_runs (a)) {
		capture_status (a->trace, &s);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "start trace: one runs already, to '%s'; stop it "
			     "first", s.file);
		vmnet_trace_status_clear (&s);
		return FALSE;
	}
	wire_get_spec (in, &spec);
	if (state_dir == NULL)
		state_dir = a->host->state_dir;
	c = capture_start (a->host, state_dir, &spec, a->tail, error);
	if (c == NULL)
		return FALSE;
	capture_free (a->trace);
	a->trace = c;
	a->reported = FALSE;
	return TRUE;
}

static gboolean
do_stop (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	if (a->trace == NULL || (a->reported && !trace_runs (a))) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "stop trace: none is running");
		return FALSE;
	}
	capture_finish (a->trace);
	a->reported = TRUE;
	put_trace (a, out);
	return TRUE;
}

static gboolean
do_status (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	put_trace (a, out);
	return TRUE;
}

static gboolean
do_tail (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	gint64 max = CLAMP (wire_int (in, "max"), 0, TAIL_PACKETS);
	g_autoptr (GPtrArray) packets = NULL;

	packets = ring_tail (a->tail, wire_int (in, "serial"), max);
	wire_put_packets (out, packets);
	return TRUE;
}

static gboolean
do_ping (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	json_object_set_int_member (out, "pid", getpid ());
	return TRUE;
}

static gboolean
do_reload (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	watch_reload (a->watch);
	return TRUE;
}

static gboolean
do_quit (agent *a, JsonObject *in, JsonObject *out, GError **error)
{
	a->quitting = TRUE;
	return TRUE;
}

static const struct {
	const char *name;
	gboolean (*run) (agent *a, JsonObject *in, JsonObject *out,
			 GError **error);
} verbs[] = {
	{ WIRE_TRACE_START, do_start }, { WIRE_TRACE_STOP, do_stop },
	{ WIRE_TRACE_STATUS, do_status }, { WIRE_TRACE_TAIL, do_tail },
	{ WIRE_RELOAD, do_reload }, { WIRE_PING, do_ping }, { WIRE_QUIT, do_quit },
};

static gboolean
run_verb (agent *a, const char *line, JsonObject *out, GError **error)
{
	g_autoptr (JsonObject) in = wire_parse (line, error);
	const char *name;

	if (in == NULL)
		return FALSE;
	name = wire_string (in, "do");
	for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
		if (g_strcmp0 (name, verbs[i].name) == 0)
			return verbs[i].run (a, in, out, error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
		     "the agent does not know '%s'; it may be of another "
		     "version: end it with SIGTERM", name ? name : "");
	return FALSE;
}

static char *
answer (agent *a, const char *line)
{
	g_autoptr (JsonObject) out = json_object_new ();
	g_autoptr (GError) error = NULL;

	a->busy = g_get_monotonic_time ();
	if (run_verb (a, line, out, &error))
		json_object_set_boolean_member (out, "ok", TRUE);
	else
		wire_put_error (out, error);
	return wire_line (out);
}

/* ---- connections -------------------------------------------------------- */

typedef struct {
	agent *a;
	GSocketConnection *stream;
	GDataInputStream *in;
	char *out;		/* the answer on its way */
} client;

static void
client_free (client *c)
{
	g_object_unref (c->in);
	g_object_unref (c->stream);
	g_free (c->out);
	g_free (c);
}

static void read_request (client *c);

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user)
{
	client *c = user;

	if (c->a->quitting)
		g_main_loop_quit (c->a->loop);
	if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source),
					      result, NULL, NULL))
		read_request (c);
	else
		client_free (c);
}

static void
on_request (GObject *source, GAsyncResult *result, gpointer user)
{
	client *c = user;
	g_autofree char *line = NULL;

	line = g_data_input_stream_read_line_finish (c->in, result, NULL,
						     NULL);
	if (line == NULL) {
		client_free (c);
		return;
	}
	g_free (c->out);
	c->out = answer (c->a, line);
	g_output_stream_write_all_async (
		g_io_stream_get_output_stream (G_IO_STREAM (c->stream)),
		c->out, strlen (c->out), G_PRIORITY_DEFAULT, NULL,
		on_answered, c);
}

static void
read_request (client *c)
{
	g_data_input_stream_read_line_async (c->in, G_PRIORITY_DEFAULT, NULL,
					     on_request, c);
}

static gboolean
on_client (GSocketService *service, GSocketConnection *stream,
	   GObject *source, gpointer user)
{
	client *c = g_new0 (client, 1);

	c->a = user;
	c->stream = g_object_ref (stream);
	c->in = g_data_input_stream_new (
		g_io_stream_get_input_stream (G_IO_STREAM (stream)));
	read_request (c);
	return TRUE;
}

/* ---- the socket --------------------------------------------------------- */

/* For who destroys the lab, and for people: who holds the lock. */
static void
write_pid (int fd)
{
	g_autofree char *text = wire_lock_text ();

	if (ftruncate (fd, 0) < 0 || write (fd, text, strlen (text)) < 0)
		g_debug ("no pid in the lock: %s", g_strerror (errno));
}

/* Held until the process ends: who holds it owns the socket's name. */
static gboolean
take_lock (agent *a, GError **error)
{
	g_autofree char *path = wire_path (a->host, "agent.lock");

	if (g_mkdir_with_parents (a->host->run_dir, 0755) < 0)
		return wire_fail_errno (error, "create", a->host->run_dir);
	a->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (a->lock < 0)
		return wire_fail_errno (error, "open", path);
	if (flock (a->lock, LOCK_EX | LOCK_NB) == 0) {
		write_pid (a->lock);
		return TRUE;
	}
	if (errno != EWOULDBLOCK)
		return wire_fail_errno (error, "lock", path);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "start the agent: one runs already for %s",
		     a->host->run_dir);
	return FALSE;
}

/* The mode is set before anyone can connect. */
static int
listen_at (const char *path, GError **error)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (g_strlcpy (addr.sun_path, path, sizeof addr.sun_path)
	    >= sizeof addr.sun_path) {
		errno = ENAMETOOLONG;
		wire_fail_errno (error, "listen at", path);
		return -1;
	}
	unlink (path);
	fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind (fd, (struct sockaddr *) &addr, sizeof addr) == 0
	    && chmod (path, 0600) == 0 && listen (fd, 16) == 0)
		return fd;
	wire_fail_errno (error, "listen at", path);
	if (fd >= 0)
		close (fd);
	return -1;
}

static GSocketService *
serve (agent *a, GError **error)
{
	g_autoptr (GSocketService) service = g_socket_service_new ();
	g_autoptr (GSocket) s = NULL;
	int fd = listen_at (a->socket_path, error);

	if (fd < 0)
		return NULL;
	stat (a->socket_path, &a->socket);
	s = g_socket_new_from_fd (fd, error);
	if (s == NULL || !g_socket_listener_add_socket (
		    G_SOCKET_LISTENER (service), s, NULL, error))
		return NULL;
	g_signal_connect (service, "incoming", G_CALLBACK (on_client), a);
	return g_steal_pointer (&service);
}

/* ---- life --------------------------------------------------------------- */

static gboolean
on_signal (gpointer user)
{
	agent *a = user;

	g_main_loop_quit (a->loop);
	return G_SOURCE_CONTINUE;
}

/* The lab, or who replaced us, has taken our socket away. */
static gboolean
socket_is_ours (agent *a)
{
	struct stat st;

	return stat (a->socket_path, &st) == 0
		&& st.st_ino == a->socket.st_ino
		&& st.st_dev == a->socket.st_dev;
}

static void
save_meters (agent *a)
{
	g_autoptr (GError) error = NULL;

	if (!meters_save (a->host, &error))
		g_message ("save what meters have counted: %s",
			   error->message);
}

static gboolean
on_minute (gpointer user)
{
	save_meters (user);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_second (gpointer user)
{
	agent *a = user;
	gint64 now = g_get_monotonic_time ();

	if (trace_runs (a) || watch_has_work (a->watch))
		a->busy = now;
	if (!socket_is_ours (a)
	    || (a->idle_seconds > 0
		&& now - a->busy >= a->idle_seconds * G_USEC_PER_SEC))
		g_main_loop_quit (a->loop);
	return G_SOURCE_CONTINUE;
}

/*
 * Who started us holds the other end of standard input and sees from its end
 * that we are ready (client.c).
 */
static void
tell_ready (void)
{
	int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

	if (null > 0) {
		dup2 (null, STDIN_FILENO);
		close (null);
	}
}

static void
run_loop (agent *a)
{
	guint sources[] = {
		g_unix_signal_add (SIGTERM, on_signal, a),
		g_unix_signal_add (SIGINT, on_signal, a),
		g_unix_signal_add (SIGHUP, on_signal, a),
		g_timeout_add_seconds (1, on_second, a),
		g_timeout_add_seconds (METERS_SAVE_SECONDS, on_minute, a),
	};

	/* Started as /proc/self/exe, it would be "exe" to ps. */
	prctl (PR_SET_NAME, "vmnetsh-agent");
	a->busy = g_get_monotonic_time ();
	a->loop = g_main_loop_new (NULL, FALSE);
	tell_ready ();
	g_main_loop_run (a->loop);
	save_meters (a);
	for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
		g_source_remove (sources[i]);
	g_main_loop_unref (a->loop);
}

gboolean
vmnet_agent_run (vmnet_host *host, guint idle_seconds, GError **error)
{
	g_autoptr (GSocketService) service = NULL;
	agent a = { .host = host, .lock = -1, .idle_seconds = idle_seconds };

	if (take_lock (&a, error)) {
		a.socket_path = wire_path (host, "agent.sock");
		a.tail = ring_new (TAIL_PACKETS);
		service = serve (&a, error);
	}
	if (service) {
		host->in_agent = TRUE;
		a.watch = watch_new (host);
		run_loop (&a);
		watch_free (a.watch);
		g_socket_service_stop (service);
		g_socket_listener_close (G_SOCKET_LISTENER (service));
		if (a.trace)
			capture_finish (a.trace);
		if (socket_is_ours (&a))
			unlink (a.socket_path);
	}
	capture_free (a.trace);
	ring_free (a.tail);
	g_free (a.socket_path);
	if (a.lock >= 0)
		close (a.lock);
	return service != NULL;
}
