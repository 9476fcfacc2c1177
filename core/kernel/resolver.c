/*
 * resolver.c - name servers: the file resolv.conf, and systemd-resolved. See
 * resolver.h.
 */
#include "config.h"

#include "kernel/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/stat.h>

#include "vmnet.h"

#define RESOLVED "/run/systemd/resolve/io.systemd.Resolve"
#define MARK "# vmnetsh "		/* and the interface */
#define KEPT "#vmnetsh# "		/* and the line as it was */
#define SERVER "nameserver"

/* ---- entries ---- */

static void
entry_free (gpointer data)
{
	resolver_entry *e = data;

	g_free (e->interface);
	g_ptr_array_unref (e->servers);
	g_free (e);
}

GPtrArray *
resolver_entries (void)
{
	return g_ptr_array_new_with_free_func (entry_free);
}

resolver_entry *
resolver_entry_new (const char *interface)
{
	resolver_entry *e = g_new0 (resolver_entry, 1);

	e->interface = g_strdup (interface);
	e->servers = g_ptr_array_new_with_free_func (g_free);
	return e;
}

const resolver_entry *
resolver_of (const GPtrArray *entries, const char *interface)
{
	for (guint i = 0; entries && i < entries->len; i++) {
		const resolver_entry *e = entries->pdata[i];

		if (g_strcmp0 (e->interface, interface) == 0)
			return e;
	}
	return NULL;
}

/* ---- the file ---- */

/* "nameserver 192.0.2.1" gives "192.0.2.1", owned; else NULL. */
static char *
server_of (const char *line)
{
	gsize n = strlen (SERVER);

	if (strncmp (line, SERVER, n) != 0 || !g_ascii_isspace (line[n]))
		return NULL;
	return g_strstrip (g_strdup (line + n));
}

GPtrArray *
resolver_parse (const char *text)
{
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
	GPtrArray *out = resolver_entries ();
	resolver_entry *system = resolver_entry_new (NULL), *at = system;

	g_ptr_array_add (out, system);
	for (char **l = lines; *l; l++) {
		gboolean kept = g_str_has_prefix (*l, KEPT);
		char *server = server_of (kept ? *l + strlen (KEPT) : *l);

		if (g_str_has_prefix (*l, MARK)) {
			at = resolver_entry_new (*l + strlen (MARK));
			g_ptr_array_add (out, at);
		} else if (server) {
			g_ptr_array_add ((kept ? system : at)->servers,
					 server);
		} else {
			at = system;
		}
	}
	return out;
}

static void
append_entry (GString *out, const resolver_entry *e)
{
	g_string_append_printf (out, MARK "%s\n", e->interface);
	for (guint i = 0; i < e->servers->len; i++)
		g_string_append_printf (out, SERVER " %s\n",
					(char *) e->servers->pdata[i]);
}

/* Lines of others; their name servers as comments while there are ours. */
static void
append_others (GString *out, const char *text, gboolean ours)
{
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
	gboolean in_entry = FALSE;

	for (char **l = lines; *l; l++) {
		gboolean kept = g_str_has_prefix (*l, KEPT);
		const char *line = kept ? *l + strlen (KEPT) : *l;
		g_autofree char *server = server_of (line);

		if (g_str_has_prefix (*l, MARK))
			in_entry = TRUE;
		else if (kept || server == NULL)
			in_entry = FALSE;
		if (in_entry || (l[1] == NULL && **l == '\0'))
			continue;
		g_string_append_printf (out, "%s%s\n",
					server && ours ? KEPT : "", line);
	}
}

char *
resolver_text (const char *text, const GPtrArray *entries)
{
	GString *out = g_string_new (NULL);

	for (guint i = 0; i < entries->len; i++)
		append_entry (out, entries->pdata[i]);
	append_others (out, text, entries->len > 0);
	return g_string_free (out, FALSE);
}

static gboolean
failed (int err, GError **error, const char *what, const char *path)
{
	g_set_error (error, VMNET_ERROR, err == EACCES || err == EPERM
		     ? VMNET_ERROR_PERMISSION : VMNET_ERROR_FAILED,
		     "%s %s: %s", what, path, g_strerror (err));
	return FALSE;
}

char *
resolver_read (const char *path, GError **error)
{
	g_autoptr (GError) cause = NULL;
	char *text;

	if (g_file_get_contents (path, &text, NULL, &cause))
		return text;
	if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_strdup ("");
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "read name servers: %s", cause->message);
	return NULL;
}

static gboolean
is_mounted (const char *path)
{
	struct statx st;

	return statx (AT_FDCWD, path, 0, STATX_BASIC_STATS, &st) == 0
	       && st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

gboolean
resolver_write (const char *path, const char *text, GError **error)
{
	g_autofree char *folder = g_path_get_dirname (path);
	g_autoptr (GError) cause = NULL;
	GFileSetContentsFlags how = G_FILE_SET_CONTENTS_CONSISTENT;

	if (g_mkdir_with_parents (folder, 0755) < 0)
		return failed (errno, error, "make folder", folder);
	/* A file that is mounted cannot be replaced. */
	if (is_mounted (path))
		how = G_FILE_SET_CONTENTS_NONE;
	if (g_file_set_contents_full (path, text, -1, how, 0644, &cause))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "write name servers: %s", cause->message);
	return FALSE;
}

gboolean
resolver_writable (const char *path, gboolean own, GError **error)
{
	g_autofree char *target = g_file_read_link (path, NULL);

	if (target) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "%s is a link to %s, which another program "
			     "writes; set the name servers there, or put a "
			     "file in its place", path, target);
		return FALSE;
	}
	if (own && !is_mounted (path)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "%s is that of the whole machine here, and not "
			     "this VM's own", path);
		return FALSE;
	}
	return TRUE;
}

/* ---- systemd-resolved ---- */

gboolean
resolver_is_resolved (void)
{
	g_autofree char *tool = g_find_program_in_path ("resolvectl");

	return tool && g_file_test (RESOLVED, G_FILE_TEST_EXISTS);
}

/* What it printed, owned; NULL with error. */
static char *
run (GPtrArray *argv, GError **error)
{
	g_autofree char *out = NULL, *err = NULL;
	g_autoptr (GError) cause = NULL;
	int status;

	g_ptr_array_add (argv, NULL);
	if (!g_spawn_sync (NULL, (char **) argv->pdata, NULL,
			   G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err,
			   &status, &cause)
	    || !g_spawn_check_wait_status (status, &cause)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "resolvectl %s: %s", (char *) argv->pdata[1],
			     err && *g_strstrip (err) ? err
			     : cause->message);
		return NULL;
	}
	return g_steal_pointer (&out);
}

static GPtrArray *
command (const char *verb, const char *interface)
{
	GPtrArray *argv = g_ptr_array_new ();

	g_ptr_array_add (argv, (char *) "resolvectl");
	g_ptr_array_add (argv, (char *) verb);
	if (interface)
		g_ptr_array_add (argv, (char *) interface);
	return argv;
}

/* "Link 2 (eth0): 192.0.2.1 192.0.2.2", "Global: …". */
static void
parse_link (const char *line, GPtrArray *out)
{
	const char *colon = strstr (line, ": ");
	const char *open = strchr (line, '('), *close = strchr (line, ')');
	gboolean link = open && close && close < colon;
	g_autofree char *name = link
		? g_strndup (open + 1, (gsize) (close - open - 1)) : NULL;
	g_auto (GStrv) words = NULL;
	resolver_entry *e;

	if (colon == NULL)
		return;
	e = resolver_entry_new (name);
	words = g_strsplit (colon + 2, " ", -1);
	for (char **w = words; *w; w++)
		if (**w)
			g_ptr_array_add (e->servers, g_strdup (*w));
	g_ptr_array_add (out, e);
}

GPtrArray *
resolver_ask (const char *interface, GError **error)
{
	g_autoptr (GPtrArray) argv = command ("dns", interface);
	g_autofree char *text = run (argv, error);
	g_auto (GStrv) lines = NULL;
	GPtrArray *out;

	if (text == NULL)
		return NULL;
	out = resolver_entries ();
	lines = g_strsplit (text, "\n", -1);
	for (char **l = lines; *l; l++)
		parse_link (*l, out);
	return out;
}

gboolean
resolver_tell (const char *interface, const char *const *servers,
	       GError **error)
{
	g_autoptr (GPtrArray) argv = command (*servers ? "dns" : "revert",
					      interface);
	g_autofree char *text = NULL;

	for (const char *const *s = servers; *s; s++)
		g_ptr_array_add (argv, (char *) *s);
	text = run (argv, error);
	return text != NULL;
}
