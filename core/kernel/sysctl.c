/*
 * sysctl.c - numbers below /proc/sys/net, as a network namespace has them: the
 * process that opens such a file sees those of its own. Called by plan/ and
 * view/.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

#define NUMBER 32		/* bytes of any */

/* "ipv6/conf/%s/mtu" of that interface; a name with a slash is no file's. */
static char *
path_of (const char *path, const char *link)
{
	g_auto (GStrv) parts = g_strsplit (path, "%s", 2);

	if (strchr (link, '/') || link[0] == '.')
		return NULL;
	return g_strconcat ("/proc/sys/net/", parts[0], link, parts[1], NULL);
}

gboolean
kn_sysctl_get (kn *k, const char *path, const char *link, guint64 *out)
{
	g_autofree char *file = path_of (path, link);
	char text[NUMBER];
	ssize_t n;
	int fd = file ? kn_open_file (k, file, O_RDONLY) : -1;

	if (fd < 0)
		return FALSE;
	n = read (fd, text, sizeof text - 1);
	close (fd);
	if (n <= 0)
		return FALSE;
	text[n] = '\0';
	return g_ascii_string_to_unsigned (g_strstrip (text), 10, 0,
					   G_MAXUINT64, out, NULL);
}

gboolean
kn_sysctl_set (kn *k, const char *path, const char *link, guint64 value,
	       GError **error)
{
	g_autofree char *file = path_of (path, link);
	char text[NUMBER];
	int length = g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT,
				 value);
	int fd = file ? kn_open_file (k, file, O_WRONLY) : -1;
	ssize_t n = fd < 0 ? -1 : write (fd, text, (gsize) length);
	int err = n < 0 ? errno : 0;

	if (fd >= 0)
		close (fd);
	return n == length
	       || kn_fail (k, file ? err : EINVAL, error, "write %s to %s",
			   text, file ? file : link);
}
