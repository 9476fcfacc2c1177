/*
 * vm.c - a lab's VMs: network namespaces that see the host's programs. Made
 * and removed by plan/; vmnet_vm_spawn runs something inside one, or on the
 * outside machine, for Invoke-Command.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "lab/room.h"

#define CLOEXEC_ALL (1U << 2)	/* CLOSE_RANGE_CLOEXEC, Linux 5.11 */
#define FIRST_FREE_FD 10	/* above whatever becomes 0, 1, 2 */

gboolean
lab_vm_add (const char *lab, const char *vm, GError **error)
{
	g_autofree char *name = lab_vm_netns_name (lab, vm, error);
	gboolean made, ok;
	int fd;

	if (name == NULL)
		return FALSE;
	if (g_ascii_strcasecmp (vm, LAB_OUTSIDE) == 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "VM '%s': the lab's outside machine has this "
			     "name", vm);
		return FALSE;
	}
	if (!netns_add (name, &made, error))
		return FALSE;
	fd = netns_open (name, error);
	ok = fd >= 0 && wire_prepare_netns (fd, TRUE, error);
	if (fd >= 0)
		close (fd);
	if (!ok && made)
		netns_del (name, NULL);
	return ok;
}

gboolean
lab_vm_remove (const char *lab, const char *vm, GError **error)
{
	g_autofree char *name = lab_vm_netns_name (lab, vm, error);
	g_autofree char *what = g_strdup_printf ("VM '%s'", vm);
	gboolean ok;
	int fd;

	if (name == NULL)
		return FALSE;
	if (!netns_exists (name))
		return TRUE;
	fd = netns_open (name, error);
	if (fd < 0)
		return FALSE;
	ok = process_clear_netns (fd, what, NULL, error);
	close (fd);
	return ok && netns_del (name, error);
}

gboolean
lab_vm_stop (const char *lab, const char *vm, GError **error)
{
	g_autofree char *what = g_strdup_printf ("VM '%s'", vm);
	int fd = lab_vm_netns (lab, vm, error);
	gboolean ok;

	if (fd < 0)
		return FALSE;
	ok = process_clear_netns (fd, what, NULL, error);
	close (fd);
	return ok;
}

gboolean
lab_vm_exists (const char *lab, const char *vm)
{
	g_autofree char *name = lab_vm_netns_name (lab, vm, NULL);

	return name != NULL && netns_exists (name);
}

GPtrArray *
lab_vms (const char *lab)
{
	g_autofree char *prefix = lab_vm_netns_name (lab, "", NULL);
	g_autoptr (GPtrArray) names = netns_names (prefix);
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index (names, i);
		char *vm = g_uri_unescape_string (name + strlen (prefix),
						  NULL);

		if (vm)
			g_ptr_array_add (out, vm);
	}
	return out;
}

/* As it is written, or else the one that differs only in case; owned. */
static char *
vm_find (const char *lab, const char *vm)
{
	g_autofree char *wanted = g_utf8_casefold (vm, -1);
	g_autoptr (GPtrArray) all = NULL;

	if (lab_vm_exists (lab, vm))
		return g_strdup (vm);
	all = lab_vms (lab);
	for (guint i = 0; i < all->len; i++) {
		const char *name = g_ptr_array_index (all, i);
		g_autofree char *folded = g_utf8_casefold (name, -1);

		if (strcmp (folded, wanted) == 0)
			return g_strdup (name);
	}
	return NULL;
}

static void
vm_not_found (const char *lab, const char *vm, GError **error)
{
	g_autoptr (GPtrArray) all = lab_vms (lab);
	g_autoptr (GString) names = g_string_new (NULL);

	for (guint i = 0; i < all->len; i++)
		g_string_append_printf (names, "'%s', ",
					(char *) g_ptr_array_index (all, i));
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "no VM '%s' in lab '%s'; there %s %s'" LAB_OUTSIDE "'",
		     vm, lab, all->len ? "are" : "is", names->str);
}

int
lab_vm_netns (const char *lab, const char *vm, GError **error)
{
	g_autofree char *found = NULL, *name = NULL;

	if (g_ascii_strcasecmp (vm, LAB_OUTSIDE) == 0) {
		name = lab_outside_netns (lab);
		return netns_open (name, error);
	}
	found = vm_find (lab, vm);
	if (found == NULL) {
		vm_not_found (lab, vm, error);
		return -1;
	}
	name = lab_vm_netns_name (lab, found, error);
	return name ? netns_open (name, error) : -1;
}

/* ---- running something inside ---- */

typedef enum {
	STEP_FDS, STEP_NETNS, STEP_MOUNTS, STEP_SYS, STEP_EXEC,
} spawn_step;

static const char *const step_text[] = {
	[STEP_FDS] = "hand over its input and output",
	[STEP_NETNS] = "enter its network namespace",
	[STEP_MOUNTS] = "make its mount namespace",
	[STEP_SYS] = "mount its /sys",
	[STEP_EXEC] = "run the program",
};

typedef struct {
	spawn_step step;
	int error;
} spawn_report;

typedef struct {
	int netns, report;
	int fd[3];
	char *const *argv;
	char *const *envp;
	const char *resolver;	/* its /etc/resolv.conf; or NULL */
} spawn;

/* In any order, also when they are among 0, 1, 2 themselves. */
static int
spawn_fds (spawn *s)
{
	for (int i = 0; i < 3; i++) {
		int fd = s->fd[i] < 0 ? open ("/dev/null", O_RDWR) : s->fd[i];

		s->fd[i] = fcntl (fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
		if (s->fd[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (dup2 (s->fd[i], i) < 0)
			return -1;
	return 0;
}

static void
spawn_signals (void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal (i, SIG_DFL);
	sigemptyset (&none);
	sigprocmask (SIG_SETMASK, &none, NULL);
}

/* System calls only: the parent may have threads. Returns what failed. */
static spawn_step
spawn_enter (spawn *s)
{
	int report = fcntl (s->report, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	int netns = fcntl (s->netns, F_DUPFD_CLOEXEC, FIRST_FREE_FD);

	if (report >= 0)
		s->report = report;
	if (report < 0 || netns < 0 || spawn_fds (s) < 0)
		return STEP_FDS;
	spawn_signals ();
	if (setns (netns, CLONE_NEWNET) < 0)
		return STEP_NETNS;
	/* Slave: what is mounted below must not show on the host. */
	if (unshare (CLONE_NEWNS) < 0 ||
	    mount ("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return STEP_MOUNTS;
	if (mount ("sysfs", "/sys", "sysfs", 0, NULL) < 0)
		return STEP_SYS;
	/* Without one of its own a program sees the machine's. */
	if (s->resolver)
		(void) !mount (s->resolver, "/etc/resolv.conf", "none",
			       MS_BIND, NULL);
	syscall (SYS_close_range, 3, ~0U, CLOEXEC_ALL);
	execvpe (s->argv[0], s->argv, s->envp);
	return STEP_EXEC;
}

static void
spawn_child (spawn *s)
{
	spawn_report r;

	r.step = spawn_enter (s);
	r.error = errno;
	if (write (s->report, &r, sizeof r) != sizeof r)
		_exit (126);
	_exit (127);
}

/* The pipe closes when the program starts; a report comes when it cannot. */
static gboolean
spawn_wait (int fd, pid_t pid, const char *vm, const char *program,
	    GError **error)
{
	spawn_report r;
	ssize_t n;

	do
		n = read (fd, &r, sizeof r);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return TRUE;
	while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (n != sizeof r)
		return lab_fail (error, EIO, "run '%s' in VM '%s'", program,
				 vm);
	if (r.step == STEP_EXEC)
		return lab_fail (error, r.error, "run '%s' in VM '%s'",
				 program, vm);
	return lab_fail (error, r.error, "run '%s' in VM '%s': %s", program,
			 vm, step_text[r.step]);
}

static gboolean
spawn_start (spawn *s, const char *vm, GPid *pid, GError **error)
{
	int fds[2];
	gboolean ok;

	if (pipe2 (fds, O_CLOEXEC) < 0)
		return lab_fail (error, errno, "run '%s' in VM '%s'",
				 s->argv[0], vm);
	s->report = fds[1];
	*pid = fork ();
	if (*pid == 0)
		spawn_child (s);
	close (fds[1]);
	if (*pid < 0)
		ok = lab_fail (error, errno, "run '%s' in VM '%s'",
			       s->argv[0], vm);
	else
		ok = spawn_wait (fds[0], *pid, vm, s->argv[0], error);
	close (fds[0]);
	return ok;
}

static gboolean
is_off (vmnet_host *host, const char *vm)
{
	g_autoptr (vmnet_model) m = host_model (host, NULL);
	const vmnet_vm *v = m ? vmnet_model_vm (m, vm) : NULL;

	return v && v->off;
}

gboolean
vmnet_vm_spawn (vmnet_host *host, const char *vm, const char *const *argv,
		int in, int out, int err, GPid *pid, GError **error)
{
	spawn s = { .fd = { in, out, err }, .argv = (char *const *) argv };
	g_auto (GStrv) env = g_get_environ ();
	g_autofree char *resolver = NULL;
	gboolean ok;

	if (host->lab == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "run a program in VM '%s': only a lab's VMs share "
			     "the host's programs; start with --lab", vm);
		return FALSE;
	}
	if (argv[0] == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "run a program in VM '%s': none was given", vm);
		return FALSE;
	}
	if (is_off (host, vm)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "run a program in VM '%s': it is off; Start-VM "
			     "starts it", vm);
		return FALSE;
	}
	s.netns = lab_vm_netns (host->lab, vm, error);
	if (s.netns < 0)
		return FALSE;
	env = g_environ_setenv (env, LAB_MARK, vm, TRUE);
	s.envp = env;
	resolver = lab_vm_resolver (host->run_dir, vm);
	s.resolver = resolver;
	ok = spawn_start (&s, vm, pid, error);
	close (s.netns);
	return ok;
}
