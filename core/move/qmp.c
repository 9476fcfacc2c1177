/*
 * qmp.c - see qmp.h. One JSON object a line; events come between answers.
 */
#include "move/qmp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "move/peer.h"

#define ANSWER_MS 10000
#define GLANCE_MS 200

struct qmp {
	int fd;
	int patience;		/* ms, for an answer */
	char *path;
	GString *rest;
	char *migration;	/* the last state that an event told; or NULL */
};

static gboolean
fail (const qmp *q, GError **error, const char *what, const char *why)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "QEMU at %s: %s: %s", q->path, what, why);
	return FALSE;
}

/* An event of the migration is kept, for whoever waits for it. */
static void
note_event (qmp *q, JsonObject *o)
{
	JsonObject *data;
	const char *name = wire_string (o, "event");
	JsonNode *n = json_object_get_member (o, "data");

	if (g_strcmp0 (name, "MIGRATION") != 0 || n == NULL ||
	    !JSON_NODE_HOLDS_OBJECT (n))
		return;
	data = json_node_get_object (n);
	g_free (q->migration);
	q->migration = g_strdup (wire_string (data, "status"));
}

/* The next object; an event when `event`, else an answer. */
static JsonObject *
next (qmp *q, gboolean event, const char *what, GError **error)
{
	for (;;) {
		g_autofree char *line = peer_read_line (
			q->fd, q->rest, event ? -1 : q->patience);
		g_autoptr (JsonObject) o = NULL;

		if (line == NULL) {
			fail (q, error, what, "it gave no answer; another "
			      "program may use the socket");
			return NULL;
		}
		o = wire_parse (line, error);
		if (o == NULL)
			return NULL;
		if (!json_object_has_member (o, "event"))
			return g_steal_pointer (&o);
		note_event (q, o);
		if (event)
			return g_steal_pointer (&o);
	}
}

static gboolean
check (const qmp *q, JsonObject *o, const char *what, GError **error)
{
	JsonNode *n = json_object_get_member (o, "error");
	const char *why;

	if (n == NULL)
		return TRUE;
	why = JSON_NODE_HOLDS_OBJECT (n)
		? wire_string (json_node_get_object (n), "desc") : NULL;
	return fail (q, error, what, why ? why : "it refused");
}

/* With a descriptor beside the first byte where `fd` is one. */
static gboolean
send_line (const qmp *q, const char *line, int fd)
{
	char control[CMSG_SPACE (sizeof fd)] = { 0 };
	struct iovec io = { (void *) line, strlen (line) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1 };
	struct cmsghdr *c;
	gssize n;

	if (fd >= 0) {
		m.msg_control = control;
		m.msg_controllen = sizeof control;
		c = CMSG_FIRSTHDR (&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN (sizeof fd);
		memcpy (CMSG_DATA (c), &fd, sizeof fd);
	}
	do
		n = sendmsg (q->fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (gssize) io.iov_len;
}

static gboolean
run (qmp *q, const char *command, JsonObject *arguments, int fd,
     JsonObject **reply, GError **error)
{
	g_autoptr (JsonObject) o = json_object_new (), answer = NULL;
	g_autofree char *line = NULL;
	JsonNode *n;

	json_object_set_string_member (o, "execute", command);
	if (arguments)
		json_object_set_object_member (o, "arguments", arguments);
	line = wire_line (o);
	if (!send_line (q, line, fd))
		return fail (q, error, command, g_strerror (errno));
	answer = next (q, FALSE, command, error);
	if (answer == NULL || !check (q, answer, command, error))
		return FALSE;
	n = json_object_get_member (answer, "return");
	if (reply)
		*reply = n && JSON_NODE_HOLDS_OBJECT (n)
			? json_node_dup_object (n) : json_object_new ();
	return TRUE;
}

gboolean
qmp_do (qmp *q, const char *command, JsonObject *arguments,
	JsonObject **reply, GError **error)
{
	return run (q, command, arguments, -1, reply, error);
}

gboolean
qmp_give_fd (qmp *q, const char *name, int fd, GError **error)
{
	JsonObject *o = json_object_new ();

	json_object_set_string_member (o, "fdname", name);
	return run (q, "getfd", o, fd, NULL, error);
}

static gboolean
greet (qmp *q, GError **error)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	g_autoptr (JsonObject) hello = NULL;

	g_strlcpy (to.sun_path, q->path, sizeof to.sun_path);
	q->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (q->fd < 0 ||
	    connect (q->fd, (struct sockaddr *) &to, sizeof to) < 0)
		return fail (q, error, "connect", g_strerror (errno));
	hello = next (q, FALSE, "connect", error);
	return hello && qmp_do (q, "qmp_capabilities", NULL, NULL, error);
}

static qmp *
open_within (const char *path, int patience, GError **error)
{
	g_autoptr (qmp) q = g_new0 (qmp, 1);

	q->fd = -1;
	q->patience = patience;
	q->path = g_strdup (path);
	q->rest = g_string_new (NULL);
	return greet (q, error) ? g_steal_pointer (&q) : NULL;
}

qmp *
qmp_open (const char *path, GError **error)
{
	return open_within (path, ANSWER_MS, error);
}

qmp *
qmp_glance (const char *path)
{
	return open_within (path, GLANCE_MS, NULL);
}

void
qmp_close (qmp *q)
{
	if (q == NULL)
		return;
	if (q->fd >= 0)
		close (q->fd);
	g_string_free (q->rest, TRUE);
	g_free (q->migration);
	g_free (q->path);
	g_free (q);
}

char *
qmp_status (qmp *q, GError **error)
{
	g_autoptr (JsonObject) o = NULL;

	if (!qmp_do (q, "query-status", NULL, &o, error))
		return NULL;
	return g_strdup (wire_string (o, "status"));
}

char *
qmp_wait_migration (qmp *q, const char *but, GError **error)
{
	static const char *const wanted[] = {
		"pre-switchover", "completed", "failed", "cancelled", NULL };

	for (;;) {
		g_autoptr (JsonObject) event = NULL;

		if (q->migration && g_strcmp0 (q->migration, but) != 0 &&
		    g_strv_contains (wanted, q->migration))
			return g_strdup (q->migration);
		event = next (q, TRUE, "migrate", error);
		if (event == NULL)
			return NULL;
	}
}
