/*
 * outside.c - the outside machine's sink: a process in the outside namespace
 * that takes and throws away what comes to port 9 (discard, RFC 863), UDP and
 * TCP, IPv4 and IPv6. It outlives the shell; run_dir/outside.pid names it.
 * Ping is answered by the kernel. Called by lab.c.
 *
 * The child of a process with threads may only make system calls, so the sink
 * uses nothing of GLib and allocates nothing.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "lab/room.h"

#define DISCARD_PORT 9
#define BATCH 64
#define RECEIVE_BUFFER (8 << 20)	/* bytes waiting in a UDP socket */
#define CHUNK (1 << 20)			/* bytes thrown away at once */

enum { UDP4, UDP6, TCP4, TCP6, N_SOCKETS };

typedef struct {
	int socket[N_SOCKETS];	/* -1: this kernel has no such family */
	int poll;
	int spare;		/* given up to refuse what is too much */
} sink;

static int
sink_bind (int family, int type)
{
	int fd = socket (family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons (DISCARD_PORT) };
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons (DISCARD_PORT) };
	int on = 1, size = RECEIVE_BUFFER, rc;

	if (fd < 0)
		return -1;
	setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (type == SOCK_DGRAM)
		setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
			    sizeof size);
	if (family == AF_INET6) {
		setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
		rc = bind (fd, (struct sockaddr *) &v6, sizeof v6);
	} else {
		rc = bind (fd, (struct sockaddr *) &v4, sizeof v4);
	}
	if (rc == 0 && type == SOCK_STREAM)
		rc = listen (fd, SOMAXCONN);
	if (rc < 0) {
		close (fd);
		return -1;
	}
	return fd;
}

static int
sink_watch (sink *s, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl (s->poll, EPOLL_CTL_ADD, fd, &ev);
}

/* Returns 0, or the errno of what could not be opened. */
static int
sink_open (sink *s)
{
	static const struct { int family, type; } kinds[N_SOCKETS] = {
		{ AF_INET, SOCK_DGRAM }, { AF_INET6, SOCK_DGRAM },
		{ AF_INET, SOCK_STREAM }, { AF_INET6, SOCK_STREAM },
	};

	s->spare = open ("/dev/null", O_RDONLY | O_CLOEXEC);
	s->poll = epoll_create1 (EPOLL_CLOEXEC);
	if (s->spare < 0 || s->poll < 0)
		return errno;
	for (int i = 0; i < N_SOCKETS; i++) {
		s->socket[i] = sink_bind (kinds[i].family, kinds[i].type);
		if (s->socket[i] < 0 && errno != EAFNOSUPPORT)
			return errno;
		if (s->socket[i] >= 0 && sink_watch (s, s->socket[i]) < 0)
			return errno;
	}
	return 0;
}

/* The payload is cut off at one byte: nothing is copied. */
static void
sink_datagrams (int fd)
{
	struct mmsghdr m[BATCH];
	struct iovec iov[BATCH];
	char byte[BATCH];

	memset (m, 0, sizeof m);
	for (int i = 0; i < BATCH; i++) {
		iov[i].iov_base = &byte[i];
		iov[i].iov_len = 1;
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	while (recvmmsg (fd, m, BATCH, MSG_DONTWAIT, NULL) == BATCH)
		;
}

static void
sink_accept (sink *s, int listener)
{
	int fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		if (sink_watch (s, fd) < 0)
			close (fd);
		return;
	}
	if (errno != EMFILE && errno != ENFILE)
		return;
	/* Refuse it with the descriptor kept for that, or it waits for ever
	 * and the loop never sleeps. */
	close (s->spare);
	fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close (fd);
	s->spare = open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* MSG_TRUNC on TCP throws away without copying (Linux, tcp(7)). */
static void
sink_stream (int fd)
{
	ssize_t n = recv (fd, NULL, CHUNK, MSG_TRUNC | MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close (fd);
}

static void
sink_event (sink *s, int fd)
{
	if (fd == s->socket[UDP4] || fd == s->socket[UDP6])
		sink_datagrams (fd);
	else if (fd == s->socket[TCP4] || fd == s->socket[TCP6])
		sink_accept (s, fd);
	else
		sink_stream (fd);
}

static void
sink_loop (sink *s)
{
	struct epoll_event ev[BATCH];

	for (;;) {
		int n = epoll_wait (s->poll, ev, BATCH, -1);

		if (n < 0 && errno != EINTR)
			return;
		for (int i = 0; i < n; i++)
			sink_event (s, ev[i].data.fd);
	}
}

/* No descriptor, signal handler, terminal or folder of the parent stays. */
static void
sink_detach (int report)
{
	struct rlimit files;
	sigset_t none;
	int null = open ("/dev/null", O_RDWR);

	setsid ();
	for (int i = 0; i < 3; i++)
		dup2 (null, i);
	dup2 (report, 3);
	fcntl (3, F_SETFD, FD_CLOEXEC);
	syscall (SYS_close_range, 4, ~0U, 0);
	for (int i = 1; i < NSIG; i++)
		signal (i, SIG_DFL);
	sigemptyset (&none);
	sigprocmask (SIG_SETMASK, &none, NULL);
	if (chdir ("/") < 0)
		return;
	if (getrlimit (RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit (RLIMIT_NOFILE, &files);
	}
	prctl (PR_SET_NAME, SINK_NAME);
}

typedef struct {
	pid_t pid;
	int error;		/* errno of the sink's start; 0: it runs */
} sink_report;

static void
sink_main (int report)
{
	sink_report r = { getpid (), 0 };
	sink s;

	sink_detach (report);
	r.error = sink_open (&s);
	if (write (3, &r, sizeof r) != sizeof r || r.error)
		_exit (1);
	close (3);
	sink_loop (&s);
	_exit (1);
}

/* In the outside namespace; forked twice, so that init is its parent. */
static gboolean
sink_fork (gpointer user, GError **error)
{
	sink_report *r = user;
	int fds[2];
	ssize_t n;
	pid_t pid;

	if (pipe2 (fds, O_CLOEXEC) < 0)
		return lab_fail (error, errno, "start the outside machine");
	pid = fork ();
	if (pid == 0) {
		if (fork () == 0)
			sink_main (fds[1]);
		_exit (0);
	}
	close (fds[1]);
	if (pid < 0) {
		close (fds[0]);
		return lab_fail (error, errno, "start the outside machine");
	}
	while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
		;
	do
		n = read (fds[0], r, sizeof *r);
	while (n < 0 && errno == EINTR);
	close (fds[0]);
	if (n == sizeof *r && r->error == 0)
		return TRUE;
	return lab_fail (error, n == sizeof *r ? r->error : ECHILD,
			 "start the outside machine's sink on port %d",
			 DISCARD_PORT);
}

static char *
pid_path (const char *run_dir)
{
	return g_build_filename (run_dir, "outside.pid", NULL);
}

/*
 * FALSE: none was ever started, it is gone, or the file is damaged. The name
 * is looked at too, for where /run survives a reboot: pid and start time may
 * by chance be those of another process then.
 */
static gboolean
pid_load (const char *run_dir, int *pid, guint64 *start_time)
{
	g_autofree char *path = pid_path (run_dir);
	g_autofree char *text = NULL, *name = NULL;

	if (!g_file_get_contents (path, &text, NULL, NULL) ||
	    sscanf (text, "%d %" G_GUINT64_FORMAT, pid, start_time) != 2 ||
	    *pid <= 1 || *start_time == 0 ||
	    proc_start_time (*pid) != *start_time)
		return FALSE;
	name = proc_name (*pid);
	return g_strcmp0 (name, SINK_NAME) == 0;
}

static gboolean
outside_running (const char *run_dir)
{
	guint64 start_time;
	int pid;

	return pid_load (run_dir, &pid, &start_time);
}

gboolean
outside_start (lab_room *l, GError **error)
{
	g_autofree char *path = pid_path (l->run_dir);
	g_autofree char *text = NULL;
	sink_report r;

	if (outside_running (l->run_dir))
		return TRUE;
	/* One whose pid was never written, or that lost its sockets. */
	process_end_named (l->outside, SINK_NAME);
	if (!netns_run (l->outside, sink_fork, &r, error))
		return FALSE;
	text = g_strdup_printf ("%d %" G_GUINT64_FORMAT "\n", (int) r.pid,
				proc_start_time (r.pid));
	return lab_save_text (path, text, error);
}

gboolean
outside_stop (const char *run_dir, GError **error)
{
	g_autofree char *path = pid_path (run_dir);
	guint64 start_time;
	int pid;

	if (pid_load (run_dir, &pid, &start_time) &&
	    !process_end (pid, start_time)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "the outside machine's sink (pid %d) does not "
			     "end", pid);
		return FALSE;
	}
	unlink (path);
	return TRUE;
}
