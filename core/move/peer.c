/*
 * peer.c - see peer.h.
 */
#include "move/peer.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/lab.h"

#define ANSWER_MS 60000
#define SSH "ssh -oBatchMode=yes"	/* nobody could answer it */
#define SAID_MAX 2000		/* of what the other host's ssh says */

struct peer {
	char *host;
	GPid pid;
	int in, out, said;	/* its standard input, output and error */
	GString *rest;
};

/* ---- lines ---- */

char *
peer_read_line (int fd, GString *rest, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buffer[16384], *end;

	while ((end = memchr (rest->str, '\n', rest->len)) == NULL) {
		int ready = poll (&p, 1, wait_ms);
		gssize n;

		if (ready < 0 && errno == EINTR)
			continue;
		n = ready > 0 ? read (fd, buffer, sizeof buffer) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		g_string_append_len (rest, buffer, n);
	}
	end = g_strndup (rest->str, end - rest->str);
	g_string_erase (rest, 0, strlen (end) + 1);
	return end;
}

gboolean
peer_write (int fd, const char *text)
{
	gsize n = strlen (text);

	while (n > 0) {
		gssize done = write (fd, text, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return FALSE;
		text += done;
		n -= done;
	}
	return TRUE;
}

JsonObject *
peer_request (const char *verb)
{
	JsonObject *o = json_object_new ();

	json_object_set_string_member (o, "do", verb);
	return o;
}

void
peer_put_list (JsonObject *o, const char *name, const char *const *list)
{
	JsonArray *a = json_array_new ();

	for (gsize i = 0; list && list[i]; i++)
		json_array_add_string_element (a, list[i]);
	json_object_set_array_member (o, name, a);
}

GStrv
peer_get_list (JsonObject *o, const char *name)
{
	g_autoptr (GStrvBuilder) out = g_strv_builder_new ();
	JsonNode *n = json_object_get_member (o, name);
	JsonArray *a = n && JSON_NODE_HOLDS_ARRAY (n)
		? json_node_get_array (n) : NULL;

	for (guint i = 0; a && i < json_array_get_length (a); i++) {
		JsonNode *e = json_array_get_element (a, i);

		if (json_node_get_value_type (e) == G_TYPE_STRING)
			g_strv_builder_add (out, json_node_get_string (e));
	}
	return g_strv_builder_end (out);
}

/* ---- starting it ---- */

static gboolean
lab_known (const char *name)
{
	g_auto (GStrv) labs = vmnet_lab_list ();

	return g_strv_contains ((const char *const *) labs, name);
}

/* A lab's hosts are labs of this machine: no network leads to them. */
static gboolean
lab_command (GStrvBuilder *argv, const char *host, const char *path,
	     GError **error)
{
	g_auto (GStrv) labs = NULL;
	g_autofree char *names = NULL, *option = NULL;

	if (lab_known (host)) {
		option = g_strconcat ("--lab=", host, NULL);
		g_strv_builder_add_many (argv, "/proc/self/exe", option,
					 "receive", path, NULL);
		return TRUE;
	}
	labs = vmnet_lab_list ();
	names = g_strjoinv (", ", labs);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "host '%s': from a lab a VM moves to another lab, and "
		     "none has this name; there are: %s", host, names);
	return FALSE;
}

static gboolean
shell_command (GStrvBuilder *argv, const char *transport, const char *host,
	       const char *path, GError **error)
{
	g_auto (GStrv) words = NULL;
	g_autoptr (GError) why = NULL;

	if (!g_shell_parse_argv (transport, NULL, &words, &why)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "VMNETSH_SSH is '%s': %s", transport,
			     why->message);
		return FALSE;
	}
	g_strv_builder_addv (argv, (const char **) words);
	g_strv_builder_add_many (argv, host, "vmnetsh", "receive", path, NULL);
	return TRUE;
}

/* `path` NULL: the conversation; else a guest's memory goes there. */
static GStrv
command (vmnet_host *h, const char *host, const char *path, GError **error)
{
	g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
	const char *transport = g_getenv ("VMNETSH_SSH");
	gboolean given = transport && *transport;

	/* What begins with a dash would be an option of ssh. */
	if (*host == '\0' || *host == '-') {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "host '%s': this is no name of a host", host);
		return NULL;
	}
	if (h->lab && !given ? lab_command (argv, host, path, error)
	    : shell_command (argv, given ? transport : SSH, host, path,
			     error))
		return g_strv_builder_end (argv);
	return NULL;
}

static peer *
dial (vmnet_host *h, const char *host, const char *path, GError **error)
{
	g_auto (GStrv) argv = command (h, host, path, error);
	g_autoptr (GError) why = NULL;
	peer *p;

	if (argv == NULL)
		return NULL;
	p = g_new0 (peer, 1);
	p->host = g_strdup (host);
	p->rest = g_string_new (NULL);
	if (g_spawn_async_with_pipes (NULL, argv, NULL,
				      G_SPAWN_SEARCH_PATH |
				      G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				      &p->pid, &p->in, &p->out, &p->said,
				      &why))
		return p;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "reach host '%s': %s", host, why->message);
	p->in = p->out = p->said = -1;
	peer_close (p);
	return NULL;
}

peer *
peer_dial (vmnet_host *h, const char *host, GError **error)
{
	return dial (h, host, NULL, error);
}

peer *
peer_dial_memory (vmnet_host *h, const char *host, const char *path, int *fd,
		  GError **error)
{
	peer *p = dial (h, host, path, error);

	*fd = p ? p->in : -1;
	if (p)
		p->in = -1;
	return p;
}

void
peer_close (peer *p)
{
	if (p == NULL)
		return;
	if (p->in >= 0)
		close (p->in);
	if (p->pid > 0)
		while (waitpid (p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (p->out >= 0)
		close (p->out);
	if (p->said >= 0)
		close (p->said);
	g_string_free (p->rest, TRUE);
	g_free (p->host);
	g_free (p);
}

/* ---- asking ---- */

/* It has ended, or answers no more: with the last thing that it said. */
static void
gone (peer *p, GError **error)
{
	char text[SAID_MAX + 1] = "";
	struct pollfd said = { .fd = p->said, .events = POLLIN };
	gssize n = 0;

	if (poll (&said, 1, 200) > 0)
		n = read (p->said, text, SAID_MAX);
	text[MAX (n, 0)] = '\0';
	g_strchomp (text);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "reach host '%s': %s; 'ssh %s vmnetsh --version' must "
		     "work there without a question", p->host,
		     *text ? text : "it has ended without an answer",
		     p->host);
}

JsonObject *
peer_ask (peer *p, JsonObject *request, GError **error)
{
	g_autoptr (JsonObject) own = request, reply = NULL;
	g_autofree char *line = wire_line (own), *text = NULL;
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	sigaction (SIGPIPE, &ignore, &before);
	if (peer_write (p->in, line))
		text = peer_read_line (p->out, p->rest, ANSWER_MS);
	sigaction (SIGPIPE, &before, NULL);
	if (text == NULL) {
		gone (p, error);
		return NULL;
	}
	reply = wire_parse (text, error);
	if (reply && wire_check (reply, error))
		return g_steal_pointer (&reply);
	g_prefix_error (error, "host '%s': ", p->host);
	return NULL;
}

void
peer_tell (peer *p, JsonObject *request)
{
	g_autoptr (JsonObject) own = request;
	g_autofree char *line = wire_line (own);

	peer_write (p->in, line);
}
