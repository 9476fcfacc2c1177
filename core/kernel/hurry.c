/*
 * hurry.c - a plan that makes or removes ports makes the kernel wait for the
 * packets in flight, some ms for each program; told to hurry (rcu_expedited),
 * it asks the processors instead and waits 0.1 ms. That is a setting of the
 * whole machine, so it is given back as soon as the plan is through: by a
 * process of its own where ours was killed. Called by plan/.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sysfs.h"

struct kernel_hurry {
	int file;
	int alive;		/* closed when we end, in whatever way */
	pid_t keeper;
};

static gboolean
say (int file, char what)
{
	return pwrite (file, &what, 1, 0) == 1;
}

/* The end of the process that hurries is the end of its haste. */
static void
keep (int file, int alive)
{
	sigset_t all;
	char none;

	sigfillset (&all);
	sigprocmask (SIG_SETMASK, &all, NULL);
	while (read (alive, &none, 1) < 0 && errno == EINTR)
		;
	_exit (say (file, '0') ? 0 : 1);
}

static gboolean
start (kernel_hurry *h)
{
	int ends[2];

	if (pipe (ends) < 0)
		return FALSE;
	fcntl (ends[1], F_SETFD, FD_CLOEXEC);
	h->keeper = fork ();
	if (h->keeper == 0) {
		close (ends[1]);
		keep (h->file, ends[0]);
	}
	close (ends[0]);
	h->alive = ends[1];
	if (h->keeper > 0 && say (h->file, '1'))
		return TRUE;
	close (h->alive);
	if (h->keeper > 0)
		waitpid (h->keeper, NULL, 0);
	return FALSE;
}

kernel_hurry *
kernel_hurry_begin (const char *sysfs_root)
{
	g_autofree char *path = g_build_filename (sysfs_root, "kernel",
						  "rcu_expedited", NULL);
	kernel_hurry h = { .file = open (path, O_RDWR | O_CLOEXEC) };
	char now = '1';

	/* Somebody else's haste is not ours to end. */
	if (h.file >= 0 && pread (h.file, &now, 1, 0) == 1 && now == '0' &&
	    start (&h))
		return g_memdup2 (&h, sizeof h);
	if (h.file >= 0)
		close (h.file);
	return NULL;
}

void
kernel_hurry_end (kernel_hurry *h)
{
	if (h == NULL)
		return;
	say (h->file, '0');
	close (h->alive);
	while (waitpid (h->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	close (h->file);
	g_free (h);
}
