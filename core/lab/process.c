/*
 * process.c - which processes are in a network namespace, and ending those
 * that are ours. A process is known by pid and start time, and signalled
 * through a pidfd, so that a recycled pid never hits a stranger. Called by
 * lab.c, vm.c and outside.c.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/room.h"

#define GRACE_MS 1000		/* from SIGTERM to SIGKILL, and after it */
#define NAMED_MAX 8		/* processes that an error names */

guint64
process_start_time (pid_t pid)
{
	g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
	g_autofree char *text = NULL;
	g_auto (GStrv) field = NULL;
	char *rest;

	if (!g_file_get_contents (path, &text, NULL, NULL))
		return 0;
	/* The second field is the name, which may hold anything. */
	rest = strrchr (text, ')');
	if (rest == NULL)
		return 0;
	field = g_strsplit (rest + 2, " ", 21);
	if (g_strv_length (field) < 21 || field[0][0] == 'Z' ||
	    field[0][0] == 'X')
		return 0;
	return g_ascii_strtoull (field[19], NULL, 10);
}

static gboolean
process_gone (int pidfd, int wait_ms)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	return poll (&p, 1, wait_ms) == 1;
}

gboolean
process_end (pid_t pid, guint64 start_time)
{
	int fd = pidfd_open (pid, 0);
	gboolean gone = FALSE;

	if (fd < 0)
		return errno == ESRCH;
	if (process_start_time (pid) != start_time) {
		close (fd);
		return TRUE;
	}
	for (int i = 0; i < 2 && !gone; i++) {
		if (pidfd_send_signal (fd, i ? SIGKILL : SIGTERM, NULL,
				       0) < 0 && errno != ESRCH)
			break;
		gone = process_gone (fd, GRACE_MS);
	}
	close (fd);
	return gone;
}

typedef struct {
	pid_t pid;
	guint64 start_time;
	char *name;		/* comm */
	gboolean ours;
} process;

static void
process_free (gpointer data)
{
	process *p = data;

	g_free (p->name);
	g_free (p);
}

static gboolean
process_in_netns (const char *pid, const struct stat *ns)
{
	g_autofree char *path = g_build_filename ("/proc", pid, "ns/net",
						  NULL);
	struct stat st;

	return stat (path, &st) == 0 && st.st_ino == ns->st_ino &&
		st.st_dev == ns->st_dev;
}

static char *
process_read (const char *pid, const char *file, gsize *length)
{
	g_autofree char *path = g_build_filename ("/proc", pid, file, NULL);
	char *text = NULL;

	g_file_get_contents (path, &text, length, NULL);
	return text;
}

/* One of its strings, each ended by a zero byte. */
static gboolean
process_has (const char *pid, const char *file, const char *string,
	     gboolean as_prefix)
{
	gsize n = 0;
	g_autofree char *text = process_read (pid, file, &n);

	for (gsize at = 0; text && at < n; at += strlen (text + at) + 1)
		if (as_prefix ? g_str_has_prefix (text + at, string) :
		    strcmp (text + at, string) == 0)
			return TRUE;
	return FALSE;
}

/* The lab's agent; its file may have been replaced since it was started. */
static gboolean
process_is_agent (const char *pid)
{
	gsize n = 0;
	g_autofree char *text = process_read (pid, "cmdline", &n);

	return text != NULL && strcmp (text, "vmnetsh") == 0 &&
		process_has (pid, "cmdline", "agent", FALSE);
}

gboolean
process_is_named (pid_t pid, const char *name)
{
	g_autofree char *number = g_strdup_printf ("%d", (int) pid);
	g_autofree char *comm = process_read (number, "comm", NULL);

	return comm != NULL && strcmp (g_strstrip (comm), name) == 0;
}

static process *
process_new (const char *pid)
{
	process *p = g_new0 (process, 1);
	char *name = process_read (pid, "comm", NULL);

	p->pid = (pid_t) g_ascii_strtoll (pid, NULL, 10);
	p->start_time = process_start_time (p->pid);
	p->name = g_strstrip (name ? name : g_strdup ("?"));
	p->ours = process_has (pid, "environ", LAB_MARK "=", TRUE) ||
		process_is_agent (pid) || strcmp (p->name, SINK_NAME) == 0;
	return p;
}

static GPtrArray *
process_list (int netns)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (process_free);
	g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
	struct stat ns;
	const char *pid;

	if (dir == NULL || fstat (netns, &ns) < 0)
		return out;
	while ((pid = g_dir_read_name (dir)) != NULL)
		if (g_ascii_isdigit (pid[0]) &&
		    g_ascii_strtoll (pid, NULL, 10) != getpid () &&
		    process_in_netns (pid, &ns))
			g_ptr_array_add (out, process_new (pid));
	return out;
}

static gboolean
process_refuse (const GPtrArray *list, const char *what, GError **error)
{
	g_autoptr (GString) names = g_string_new (NULL);
	guint n = 0;

	for (guint i = 0; i < list->len; i++) {
		const process *p = g_ptr_array_index (list, i);

		if (p->ours || p->start_time == 0 || n++ >= NAMED_MAX)
			continue;
		g_string_append_printf (names, "%s%s (pid %d)",
					names->len ? ", " : "", p->name,
					(int) p->pid);
	}
	if (n == 0)
		return TRUE;
	if (n > NAMED_MAX)
		g_string_append_printf (names, " and %u more", n - NAMED_MAX);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "%s is in use by %s; end %s first", what, names->str,
		     n == 1 ? "it" : "them");
	return FALSE;
}

gboolean
process_check_netns (int fd, const char *what, GError **error)
{
	g_autoptr (GPtrArray) list = process_list (fd);

	return process_refuse (list, what, error);
}

gboolean
process_end_named (int fd, const char *name)
{
	g_autoptr (GPtrArray) list = process_list (fd);
	gboolean ok = TRUE;

	for (guint i = 0; i < list->len; i++) {
		const process *p = g_ptr_array_index (list, i);

		if (p->start_time != 0 && strcmp (p->name, name) == 0)
			ok = process_end (p->pid, p->start_time) && ok;
	}
	return ok;
}

gboolean
process_clear_netns (int fd, const char *what, GError **error)
{
	g_autoptr (GPtrArray) list = process_list (fd);

	if (!process_refuse (list, what, error))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const process *p = g_ptr_array_index (list, i);

		if (p->start_time == 0 || process_end (p->pid, p->start_time))
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "%s is in use by %s (pid %d), which does not end",
			     what, p->name, (int) p->pid);
		return FALSE;
	}
	return TRUE;
}
