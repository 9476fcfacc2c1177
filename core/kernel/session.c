/* session.c - who is connected to us from afar: see session.h. */
#include "kernel/session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/proc.h"

#define VARIABLE "SSH_CONNECTION"
#define STAT_PARENT 4		/* the field of stat */
#define ESTABLISHED 1		/* TCP_ESTABLISHED, as procfs says it */
#define ABOVE_MOST 64		/* processes above this one */

typedef struct {
	guint8 addr[16];
	guint port;
} endpoint;

static gboolean
parse_endpoint (char *address, const char *port, endpoint *out)
{
	guint64 n;

	address[strcspn (address, "%")] = '\0';	/* fe80::1%eth0 */
	memset (out, 0, sizeof *out);
	out->addr[10] = out->addr[11] = 0xff;
	if (inet_pton (AF_INET, address, out->addr + 12) != 1 &&
	    inet_pton (AF_INET6, address, out->addr) != 1)
		return FALSE;
	if (!g_ascii_string_to_unsigned (port, 10, 1, 65535, &n, NULL))
		return FALSE;
	out->port = (guint) n;
	return TRUE;
}

/* An address in tcp and tcp6 of procfs: words in the machine's own order. */
static gboolean
parse_hex (const char *text, endpoint *out)
{
	const char *colon = strchr (text, ':');
	gsize words = colon ? (gsize) (colon - text) / 8 : 0;

	memset (out, 0, sizeof *out);
	if (words != 1 && words != 4)
		return FALSE;
	out->addr[10] = out->addr[11] = words == 1 ? 0xff : 0;
	for (gsize i = 0; i < words; i++) {
		guint32 w;

		if (sscanf (text + 8 * i, "%8x", &w) != 1)
			return FALSE;
		memcpy (out->addr + 4 * (words == 1 ? 3 : i), &w, 4);
	}
	return sscanf (colon, ":%x", &out->port) == 1;
}

static gboolean
same (const endpoint *a, const endpoint *b)
{
	return a->port == b->port && memcmp (a->addr, b->addr, 16) == 0;
}

static gboolean
is_listed (const char *file, const endpoint *here, const endpoint *there)
{
	g_autofree char *text = proc_read ((int) getpid (), file, NULL);
	g_auto (GStrv) lines = g_strsplit (text ? text : "", "\n", -1);

	for (char **l = lines; *l != NULL; l++) {
		char local[64], remote[64];
		endpoint a, b;
		guint state;

		if (sscanf (*l, " %*d: %63s %63s %x", local, remote, &state)
		    == 3 && state == ESTABLISHED && parse_hex (local, &a) &&
		    parse_hex (remote, &b) && same (&a, here) &&
		    same (&b, there))
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_established (const endpoint *here, const endpoint *there)
{
	return is_listed ("net/tcp", here, there) ||
		is_listed ("net/tcp6", here, there);
}

/* Of the nearest process, this one first; owned, or NULL. */
static char *
find_variable (void)
{
	const char *own = g_getenv (VARIABLE);
	guint64 pid = (guint64) getppid ();

	if (own)
		return g_strdup (own);
	for (guint i = 0; pid > 1 && i < ABOVE_MOST; i++) {
		g_autofree char *stat = proc_read ((int) pid, "stat", NULL);
		char *found = proc_variable ((int) pid, VARIABLE);

		if (found)
			return found;
		if (stat == NULL || !proc_stat_field (stat, STAT_PARENT, &pid))
			break;
	}
	return NULL;
}

gboolean
kernel_session_find (kernel_session *out)
{
	g_autofree char *text = find_variable ();
	g_auto (GStrv) words = g_strsplit (text ? text : "", " ", -1);
	endpoint there, here;

	if (g_strv_length (words) != 4 ||
	    !parse_endpoint (words[0], words[1], &there) ||
	    !parse_endpoint (words[2], words[3], &here) ||
	    !is_established (&here, &there))
		return FALSE;
	out->text = g_steal_pointer (&text);
	memcpy (out->server, here.addr, 16);
	return TRUE;
}

void
kernel_session_clear (kernel_session *s)
{
	g_clear_pointer (&s->text, g_free);
}
