/*
 * proc_process.c - procfs about one process: when it started, its name, its
 * environment, the network namespace that it is in. Called by lab/ and agent/.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "proc.h"

#define STAT_START 22		/* the field of stat */

guint64
proc_start_time (int pid)
{
	g_autofree char *stat = proc_read (pid, "stat", NULL);
	const char *name_end = stat ? strrchr (stat, ')') : NULL;
	guint64 start;
	char state;

	if (name_end == NULL || sscanf (name_end, ") %c", &state) != 1 ||
	    state == 'Z' || state == 'X' ||
	    !proc_stat_field (stat, STAT_START, &start))
		return 0;
	return start;
}

char *
proc_name (int pid)
{
	char *name = proc_read (pid, "comm", NULL);

	return name ? g_strchomp (name) : NULL;
}

char *
proc_args (int pid, gsize *len, char **where)
{
	*where = g_strdup_printf ("/proc/%d/cmdline", pid);
	return proc_read (pid, "cmdline", len);
}

char *
proc_cwd (int pid)
{
	char path[64];

	g_snprintf (path, sizeof path, "/proc/%d/cwd", pid);
	return g_file_read_link (path, NULL);
}

char *
proc_variable (int pid, const char *variable)
{
	gsize n = 0, length = strlen (variable);
	g_autofree char *text = proc_read (pid, "environ", &n);

	for (gsize at = 0; text && at < n; at += strlen (text + at) + 1)
		if (strncmp (text + at, variable, length) == 0 &&
		    text[at + length] == '=')
			return g_strdup (text + at + length + 1);
	return NULL;
}

gboolean
proc_has_variable (int pid, const char *variable)
{
	g_autofree char *value = proc_variable (pid, variable);

	return value != NULL;
}

gboolean
proc_is_in_netns (int pid, const struct stat *ns)
{
	char path[64];
	struct stat st;

	g_snprintf (path, sizeof path, "/proc/%d/ns/net", pid);
	return stat (path, &st) == 0 && st.st_ino == ns->st_ino &&
		st.st_dev == ns->st_dev;
}

GArray *
proc_in_netns (int netns)
{
	g_autoptr (GArray) all = proc_numbers ("/proc");
	GArray *out = g_array_new (FALSE, FALSE, sizeof (int));
	struct stat ns;

	if (fstat (netns, &ns) < 0)
		return out;
	for (guint i = 0; i < all->len; i++) {
		int pid = g_array_index (all, int, i);

		if (proc_is_in_netns (pid, &ns))
			g_array_append_val (out, pid);
	}
	return out;
}

gboolean
proc_holds_vfio (const char *group)
{
	g_autofree char *file = g_build_filename ("/dev/vfio", group, NULL);
	g_autoptr (GPtrArray) all = NULL;

	/* Without the group's file no process can have it open. */
	if (!g_file_test (file, G_FILE_TEST_EXISTS))
		return FALSE;
	all = proc_vfio_guests ();
	for (guint i = 0; i < all->len; i++)
		if (strcmp (((proc_guest *) all->pdata[i])->interface,
			    group) == 0)
			return TRUE;
	return FALSE;
}

int
proc_named (const char *name)
{
	g_autoptr (GArray) pids = proc_numbers ("/proc");
	int found = 0;

	for (guint i = 0; pids && i < pids->len && !found; i++) {
		int pid = g_array_index (pids, int, i);
		gsize len;
		g_autofree char *comm = proc_read (pid, "comm", &len);

		if (comm && g_strcmp0 (g_strchomp (comm), name) == 0)
			found = pid;
	}
	return found;
}
