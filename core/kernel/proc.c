/*
 * proc.c - procfs: processor time of kernel threads (queue load), the guests
 * behind taps, sysctl. Called by view/, plan/, lab/ and tc.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proc.h"

#define NSEC 1000000000
#define KTHREAD 0x00200000U	/* PF_KTHREAD in field 9 of stat */

char *
proc_read (int pid, const char *file, gsize *len)
{
	char path[64];
	char *text = NULL;

	g_snprintf (path, sizeof path, "/proc/%d/%s", pid, file);
	return g_file_get_contents (path, &text, len, NULL) ? text : NULL;
}

char *
proc_boot_id (void)
{
	char *text = NULL;

	if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text,
				  NULL, NULL))
		return g_strdup ("");
	return g_strchomp (text);
}

GArray *
proc_numbers (const char *path)
{
	GArray *a = g_array_new (FALSE, FALSE, sizeof (int));
	GDir *d = g_dir_open (path, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name (d))) {
		guint64 n;

		if (g_ascii_string_to_unsigned (name, 10, 0, G_MAXINT, &n,
						NULL)) {
			int i = (int) n;

			g_array_append_val (a, i);
		}
	}
	if (d)
		g_dir_close (d);
	return a;
}

/* ---- kernel threads ---- */

gboolean
proc_stat_field (const char *stat, int n, guint64 *out)
{
	const char *p = strrchr (stat, ')');

	for (int i = 2; p && i < n; i++)
		p = strchr (p + 1, ' ');
	return p && sscanf (p, " %" G_GUINT64_FORMAT, out) == 1;
}

gint64
proc_time (int pid)
{
	g_autofree char *sched = proc_read (pid, "schedstat", NULL);
	g_autofree char *stat = NULL;
	guint64 user, system;

	if (sched)
		return (gint64) g_ascii_strtoull (sched, NULL, 10);
	stat = proc_read (pid, "stat", NULL);
	if (stat == NULL || !proc_stat_field (stat, 14, &user) ||
	    !proc_stat_field (stat, 15, &system))
		return -1;
	return (gint64) ((user + system) *
			 (NSEC / (guint64) sysconf (_SC_CLK_TCK)));
}

static gboolean
is_kernel_thread (int pid)
{
	g_autofree char *stat = proc_read (pid, "stat", NULL);
	guint64 flags;

	return stat && proc_stat_field (stat, 9, &flags) && (flags & KTHREAD);
}

struct proc_scan {
	char *prefix;
	GHashTable *others;	/* pids that are not such threads */
};

proc_scan *
proc_scan_new (const char *prefix)
{
	proc_scan *s = g_new0 (proc_scan, 1);

	s->prefix = g_strdup (prefix);
	s->others = g_hash_table_new (NULL, NULL);
	return s;
}

void
proc_scan_free (proc_scan *s)
{
	if (s == NULL)
		return;
	g_free (s->prefix);
	g_hash_table_unref (s->others);
	g_free (s);
}

static void
thread_free (gpointer p)
{
	proc_thread *t = p;

	g_free (t->name);
	g_free (t);
}

/* NULL: `pid` is not one of those threads. */
static proc_thread *
thread_of (int pid, const char *prefix)
{
	g_autofree char *comm = proc_read (pid, "comm", NULL);
	proc_thread *t;

	if (comm == NULL || !g_str_has_prefix (comm, prefix) ||
	    !is_kernel_thread (pid))
		return NULL;
	t = g_new0 (proc_thread, 1);
	t->pid = pid;
	t->name = g_strchomp (g_steal_pointer (&comm));
	t->time = proc_time (pid);
	return t;
}

/*
 * Opening a file of procfs is what costs, 15 µs each: processes that were
 * none of ours the last time are not asked again while they live.
 */
GPtrArray *
proc_scan_threads (proc_scan *s)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (thread_free);
	GHashTable *others = g_hash_table_new (NULL, NULL);
	g_autoptr (GArray) pids = proc_numbers ("/proc");

	for (guint i = 0; i < pids->len; i++) {
		gpointer pid = GINT_TO_POINTER (g_array_index (pids, int, i));
		proc_thread *t = NULL;

		if (!g_hash_table_contains (s->others, pid))
			t = thread_of (GPOINTER_TO_INT (pid), s->prefix);
		if (t)
			g_ptr_array_add (out, t);
		else
			g_hash_table_add (others, pid);
	}
	g_hash_table_unref (s->others);
	s->others = others;
	return out;
}

/* ---- guests ---- */

void
proc_guest_free (proc_guest *g)
{
	if (g == NULL)
		return;
	g_free (g->guest);
	g_free (g->interface);
	g_free (g);
}

/*
 * The name in the value of QEMU's -name: "guest=web1,debug-threads=on" or
 * "web1,process=x"; two commas stand for one of the name's.
 */
static char *
name_option (const char *value)
{
	g_autoptr (GString) part = g_string_new (NULL);

	for (const char *p = value;; p++) {
		gboolean end = *p == '\0' || (*p == ',' && p[1] != ',');

		if (!end) {
			p += *p == ',';
			g_string_append_c (part, *p);
			continue;
		}
		if (g_str_has_prefix (part->str, "guest="))
			return g_strdup (part->str + 6);
		if (part->len && strchr (part->str, '=') == NULL)
			return g_strdup (part->str);
		g_string_truncate (part, 0);
		if (*p == '\0')
			return NULL;
	}
}

char *
proc_guest_name (const char *args, gsize len)
{
	const char *end = args + len;

	for (const char *a = args; a < end; a += strlen (a) + 1) {
		const char *value = a + strlen (a) + 1;

		if ((strcmp (a, "-name") == 0 || strcmp (a, "--name") == 0) &&
		    value < end)
			return name_option (value);
	}
	return NULL;
}

/* No name among its arguments: the program's and the process's number. */
static char *
guest_of (int pid)
{
	gsize len = 0;
	g_autofree char *args = proc_read (pid, "cmdline", &len);
	g_autofree char *comm = NULL;
	char *name = args ? proc_guest_name (args, len) : NULL;

	if (name)
		return name;
	comm = proc_read (pid, "comm", NULL);
	return g_strdup_printf ("%s-%d", comm ? g_strchomp (comm) : "process",
				pid);
}

/* Where a descriptor leads to, in `target`; FALSE: it is gone. */
static gboolean
target_of (int pid, int fd, char target[64])
{
	char path[64];
	ssize_t n;

	g_snprintf (path, sizeof path, "/proc/%d/fd/%d", pid, fd);
	n = readlink (path, target, 63);
	target[MAX (n, 0)] = '\0';
	return n > 0;
}

/* The tap behind a descriptor of /dev/net/tun, or NULL. */
static char *
tap_of (int pid, int fd)
{
	char path[64], target[64];
	g_autofree char *info = NULL;
	const char *iff;

	if (!target_of (pid, fd, target) ||
	    strcmp (target, "/dev/net/tun") != 0)
		return NULL;
	g_snprintf (path, sizeof path, "fdinfo/%d", fd);
	info = proc_read (pid, path, NULL);
	iff = info ? strstr (info, "iff:\t") : NULL;
	return iff ? g_strndup (iff + 5, strcspn (iff + 5, "\n")) : NULL;
}

/* The group behind a descriptor of /dev/vfio/GROUP, or NULL. */
static char *
group_of (int pid, int fd)
{
	char target[64];

	return target_of (pid, fd, target) &&
		g_str_has_prefix (target, "/dev/vfio/")
		? g_strdup (target + strlen ("/dev/vfio/")) : NULL;
}

static gboolean
has_guest (const GPtrArray *a, int pid, const char *interface)
{
	for (guint i = 0; i < a->len; i++) {
		const proc_guest *g = a->pdata[i];

		if (g->pid == pid && strcmp (g->interface, interface) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Each queue of a tap is a descriptor; the tap is listed once. */
static void
add_guests_of (GPtrArray *out, int pid, char *(*held) (int pid, int fd))
{
	g_autoptr (GArray) fds = NULL;
	char path[64];

	g_snprintf (path, sizeof path, "/proc/%d/fd", pid);
	fds = proc_numbers (path);
	for (guint i = 0; i < fds->len; i++) {
		g_autofree char *what = held (pid,
					      g_array_index (fds, int, i));
		proc_guest *g;

		if (what == NULL || *what == '\0' ||
		    has_guest (out, pid, what))
			continue;
		g = g_new0 (proc_guest, 1);
		g->pid = pid;
		g->guest = guest_of (pid);
		g->interface = g_steal_pointer (&what);
		g_ptr_array_add (out, g);
	}
}

/* `ns`: only those in that network namespace; or NULL. */
static GPtrArray *
guests_that (char *(*held) (int pid, int fd), const struct stat *ns)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) proc_guest_free);
	g_autoptr (GArray) pids = proc_numbers ("/proc");

	for (guint i = 0; i < pids->len; i++) {
		int pid = g_array_index (pids, int, i);

		if (ns == NULL || proc_is_in_netns (pid, ns))
			add_guests_of (out, pid, held);
	}
	return out;
}

GPtrArray *
proc_guests (void)
{
	struct stat ns;

	if (stat ("/proc/thread-self/ns/net", &ns) < 0)
		return guests_that (tap_of, NULL);
	return guests_that (tap_of, &ns);
}

GPtrArray *
proc_vfio_guests (void)
{
	return guests_that (group_of, NULL);
}

/* ---- the machine ---- */

int
proc_processors (void)
{
	return (int) sysconf (_SC_NPROCESSORS_ONLN);
}

/* net/psched: ns per tick as a fraction, then clock ticks a second. */
double
proc_psched_ticks (void)
{
	g_autofree char *text = NULL;
	unsigned ns, ticks, resolution;

	if (g_file_get_contents ("/proc/net/psched", &text, NULL, NULL) &&
	    sscanf (text, "%x %x %x", &ns, &ticks, &resolution) == 3 &&
	    ns && ticks && resolution)
		return (double) ns / ticks * resolution;
	return NSEC / 64.0;	/* of every kernel since 2.6.31 */
}

gboolean
sysctl_net_write (const char *key, const char *value, GError **error)
{
	g_autofree char *path = g_strconcat ("net/", key, NULL);

	return sysfs_write ("/proc/sys", path, value, error);
}

char *
sysctl_net_read (const char *key)
{
	g_autofree char *path = g_strconcat ("/proc/sys/net/", key, NULL);
	char *text = NULL;

	g_file_get_contents (path, &text, NULL, NULL);
	return text ? g_strchomp (text) : NULL;
}
