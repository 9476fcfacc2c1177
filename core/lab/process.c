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
#include <unistd.h>

#include "agent/wire.h"
#include "kernel/sysfs.h"
#include "lab/room.h"

#define GRACE_MS 1000		/* from SIGTERM to SIGKILL, and after it */
#define NAMED_MAX 8		/* processes that an error names */

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
	if (proc_start_time (pid) != start_time) {
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

static process *
process_new (pid_t pid, pid_t agent)
{
	process *p = g_new0 (process, 1);

	p->pid = pid;
	p->start_time = proc_start_time (pid);
	p->name = proc_name (pid);
	if (p->name == NULL)
		p->name = g_strdup ("?");
	p->ours = pid == agent || proc_has_variable (pid, LAB_MARK) ||
		strcmp (p->name, SINK_NAME) == 0;
	return p;
}

/* `run_dir`: of the lab whose agent counts as ours, or NULL. */
static GPtrArray *
process_list (int netns, const char *run_dir)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (process_free);
	g_autoptr (GArray) pids = proc_in_netns (netns);
	pid_t agent = run_dir ? wire_agent_pid (run_dir) : 0;

	for (guint i = 0; i < pids->len; i++) {
		pid_t pid = g_array_index (pids, int, i);

		if (pid != getpid ())
			g_ptr_array_add (out, process_new (pid, agent));
	}
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
process_check_netns (int fd, const char *what, const char *run_dir,
		     GError **error)
{
	g_autoptr (GPtrArray) list = process_list (fd, run_dir);

	return process_refuse (list, what, error);
}

gboolean
process_end_named (int fd, const char *name)
{
	g_autoptr (GPtrArray) list = process_list (fd, NULL);
	gboolean ok = TRUE;

	for (guint i = 0; i < list->len; i++) {
		const process *p = g_ptr_array_index (list, i);

		if (p->start_time != 0 && strcmp (p->name, name) == 0)
			ok = process_end (p->pid, p->start_time) && ok;
	}
	return ok;
}

gboolean
process_clear_netns (int fd, const char *what, const char *run_dir,
		     GError **error)
{
	g_autoptr (GPtrArray) list = process_list (fd, run_dir);

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
