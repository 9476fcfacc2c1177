/*
 * test_lab_live.c - a real lab of a name of its own: entered, used from
 * inside, damaged, entered again, destroyed. Needs root. The tests run in
 * order; the process itself is in the lab's host namespace from the first on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "kernel/sysfs.h"
#include "lab/room.h"
#include "tests/unit/lab_live.h"

#define STREAMS 50

static int
sink_pid (const vmnet_host *h)
{
	g_autofree char *path = g_build_filename (h->run_dir, "outside.pid",
						  NULL);
	g_autofree char *text = NULL;

	assert_true (g_file_get_contents (path, &text, NULL, NULL));
	return atoi (text);
}

/* ---- enter ---- */

static void
entering_makes_it (void **state)
{
	lab_test *t = *state;
	g_autofree char *sys = NULL;

	t->host = live_enter (t->name);
	assert_int_not_equal (kn_ifindex (t->host->nl, "pnic0"), 0);
	assert_int_not_equal (kn_ifindex (t->host->nl, "pnic1"), 0);
	assert_int_equal (kn_ifindex (t->host->nl, "wire0"), 0);
	sys = g_build_filename (t->host->run_dir, "sys/class/net/pnic0",
				NULL);
	assert_true (g_file_test (sys, G_FILE_TEST_EXISTS));
	live_address (t->host, AF_INET, "192.0.2.10", 24);
	live_address (t->host, AF_INET6, "2001:db8::10", 64);
}

static void
outside_answers_ping (void **state)
{
	assert_int_equal (system ("ping -q -c1 -W2 192.0.2.1 >/dev/null"), 0);
	assert_int_equal (system ("ping -q -c1 -W2 2001:db8::1 >/dev/null"),
			  0);
}

static void
adapters_have_four_queues (void **state)
{
	lab_test *t = *state;
	g_autoptr (kn_link) l = kn_link_get (t->host->nl, "pnic0", NULL);

	assert_non_null (l);
	assert_int_equal (l->rx_queues, 4);
	assert_int_equal (l->tx_queues, 4);
	assert_int_equal (l->mtu, 1500);
}

static guint64
packets_of (vmnet_host *h, const char *link)
{
	g_autoptr (kn_link) l = kn_link_get (h->nl, link, NULL);

	assert_non_null (l);
	return l->counters.rx_packets + l->counters.tx_packets;
}

/* The last report of a new address comes some milliseconds after it. */
static void
nobody_speaks_unasked (void **state)
{
	lab_test *t = *state;
	guint64 before = G_MAXUINT64, now = packets_of (t->host, "pnic1");

	for (int i = 0; i < 10 && now != before; i++) {
		before = now;
		g_usleep (300 * 1000);
		now = packets_of (t->host, "pnic1");
	}
	assert_int_equal (now, before);
}

/* ---- the sink ---- */

/* A closed port would answer, and the next send report it. */
static void
sink_takes_udp (void **state)
{
	static const int families[] = { AF_INET, AF_INET6 };
	char payload[512] = "";

	for (int f = 0; f < 2; f++) {
		int fd = live_connect (families[f], SOCK_DGRAM);

		for (int i = 0; i < 200; i++)
			assert_int_equal (send (fd, payload, sizeof payload,
						0), sizeof payload);
		g_usleep (20000);
		assert_int_equal (send (fd, payload, 1, 0), 1);
		close (fd);
	}
}

/* The end of file comes back only after everything was read. */
static void
stream_drain (int fd)
{
	static char payload[256 * 1024];
	char byte;

	assert_int_equal (send (fd, payload, sizeof payload, 0),
			  sizeof payload);
	assert_int_equal (shutdown (fd, SHUT_WR), 0);
	assert_int_equal (recv (fd, &byte, 1, 0), 0);
	close (fd);
}

static void
sink_takes_many_tcp_streams (void **state)
{
	int fd[STREAMS];

	for (int i = 0; i < STREAMS; i++)
		fd[i] = live_connect (i & 1 ? AF_INET6 : AF_INET, SOCK_STREAM);
	for (int i = 0; i < STREAMS; i++)
		stream_drain (fd[i]);
}

/* ---- entering again ---- */

static void
entering_again_finds_it (void **state)
{
	lab_test *t = *state;
	int pid = sink_pid (t->host);
	int index = kn_ifindex (t->host->nl, "pnic0");
	vmnet_host *again = live_enter (t->name);

	assert_int_equal (sink_pid (again), pid);
	assert_int_equal (kn_ifindex (again->nl, "pnic0"), index);
	vmnet_host_free (again);
}

static void
killed_sink_is_started_again (void **state)
{
	lab_test *t = *state;
	int pid = sink_pid (t->host);
	vmnet_host *again;

	assert_int_equal (kill (pid, SIGKILL), 0);
	while (proc_start_time (pid) != 0)
		g_usleep (1000);
	again = live_enter (t->name);
	assert_int_not_equal (sink_pid (again), pid);
	vmnet_host_free (again);
	sink_takes_udp (state);
}

/* Its pid was lost: the stray one makes room for the new one. */
static void
lost_sink_is_replaced (void **state)
{
	lab_test *t = *state;
	g_autofree char *path = g_build_filename (t->host->run_dir,
						  "outside.pid", NULL);
	int pid = sink_pid (t->host);
	vmnet_host *again;

	assert_int_equal (unlink (path), 0);
	again = live_enter (t->name);
	assert_int_not_equal (sink_pid (again), pid);
	assert_int_equal (proc_start_time (pid), 0);
	vmnet_host_free (again);
}

static void
missing_wire_is_made_again (void **state)
{
	lab_test *t = *state;
	GError *error = NULL;
	vmnet_host *again;

	live_must (kn_link_del (t->host->nl, "pnic1", &error), error);
	again = live_enter (t->name);
	assert_int_not_equal (kn_ifindex (again->nl, "pnic1"), 0);
	vmnet_host_free (again);
}

static pid_t
enter_in_child (const char *lab)
{
	vmnet_options o = { .lab = lab };
	pid_t pid = fork ();

	if (pid == 0)
		_exit (vmnet_host_open (&o, NULL) != NULL ? 0 : 1);
	assert_true (pid > 0);
	return pid;
}

static void
two_may_enter_at_once (void **state)
{
	lab_test *t = *state;
	GError *error = NULL;
	pid_t pid[4];
	int status;

	for (int i = 0; i < 4; i++)
		pid[i] = enter_in_child (t->second);
	for (int i = 0; i < 4; i++) {
		assert_int_equal (waitpid (pid[i], &status, 0), pid[i]);
		assert_int_equal (status, 0);
	}
	live_must (vmnet_lab_destroy (t->second, &error), error);
}

/* Killed at any moment of it; the next one completes it. */
static void
killed_while_entering (void **state)
{
	lab_test *t = *state;
	GError *error = NULL;
	vmnet_host *h;

	for (int i = 0; i < 24; i++) {
		pid_t pid = enter_in_child (t->second);

		g_usleep ((gulong) i * 400);
		kill (pid, SIGKILL);
		waitpid (pid, NULL, 0);
		if (i % 4 == 3)
			vmnet_lab_destroy (t->second, NULL);
	}
	h = live_enter (t->second);
	assert_int_not_equal (kn_ifindex (h->nl, "pnic0"), 0);
	assert_int_not_equal (kn_ifindex (h->nl, "pnic1"), 0);
	live_address (h, AF_INET, "192.0.2.10", 24);
	live_address (h, AF_INET6, "2001:db8::10", 64);
	outside_answers_ping (state);
	sink_takes_udp (state);
	vmnet_host_free (h);
	live_must (vmnet_lab_destroy (t->second, &error), error);
	vmnet_host_free (live_enter (t->name));
}

/* ---- VMs ---- */

static char *
run_in (vmnet_host *h, const char *vm, const char *script)
{
	const char *argv[] = { "sh", "-c", script, NULL };
	g_autoptr (GString) out = g_string_new (NULL);
	GError *error = NULL;
	int fds[2], status;
	char buffer[512];
	ssize_t n;
	GPid pid;

	assert_int_equal (pipe (fds), 0);
	live_must (vmnet_vm_spawn (h, vm, argv, -1, fds[1], -1, &pid, &error),
	      error);
	close (fds[1]);
	while ((n = read (fds[0], buffer, sizeof buffer)) > 0)
		g_string_append_len (out, buffer, n);
	close (fds[0]);
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
	return g_strstrip (g_string_free (g_steal_pointer (&out), FALSE));
}

static void
vm_is_a_namespace_with_its_own_sys (void **state)
{
	lab_test *t = *state;
	g_autoptr (GPtrArray) all = NULL;
	g_autofree char *own = NULL, *outside = NULL, *fds = NULL;
	GError *error = NULL;

	live_must (lab_vm_add (t->name, "web 1/ä", &error), error);
	live_must (lab_vm_add (t->name, "web 1/ä", &error), error);
	all = lab_vms (t->name);
	assert_int_equal (all->len, 1);
	assert_string_equal (g_ptr_array_index (all, 0), "web 1/ä");
	own = run_in (t->host, "WEB 1/ä", "echo $(ls /sys/class/net) "
		      "$(cat /proc/sys/net/ipv6/conf/all/accept_dad) "
		      "$(cat /sys/class/net/lo/operstate)");
	assert_string_equal (own, "lo 0 unknown");
	outside = run_in (t->host, "outside", "echo $(ls /sys/class/net)");
	assert_string_equal (outside, "lan0 lo wire0 wire1");
	fds = run_in (t->host, "outside", "echo $(ls /proc/self/fd)");
	assert_string_equal (fds, "0 1 2 3");
}

static void
unknown_vm_lists_those_there_are (void **state)
{
	lab_test *t = *state;
	const char *argv[] = { "true", NULL };
	g_autoptr (GError) error = NULL;
	GPid pid;

	assert_false (vmnet_vm_spawn (t->host, "nope", argv, -1, -1, -1, &pid,
				      &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_NOT_FOUND));
	assert_non_null (strstr (error->message, "'web 1/ä', 'outside'"));
}

static void
missing_program_is_an_error (void **state)
{
	lab_test *t = *state;
	const char *argv[] = { "/no/such/program", NULL };
	g_autoptr (GError) error = NULL;
	GPid pid;

	assert_false (vmnet_vm_spawn (t->host, "outside", argv, -1, -1, -1,
				      &pid, &error));
	assert_non_null (strstr (error->message, "/no/such/program"));
	assert_int_equal (waitpid (-1, NULL, WNOHANG), -1);
}

static void
removing_a_vm_ends_what_runs_in_it (void **state)
{
	lab_test *t = *state;
	const char *argv[] = { "sleep", "600", NULL };
	GError *error = NULL;
	int status;
	GPid pid;

	live_must (vmnet_vm_spawn (t->host, "web 1/ä", argv, -1, -1, -1, &pid,
			      &error), error);
	live_must (lab_vm_remove (t->name, "web 1/ä", &error), error);
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_true (WIFSIGNALED (status));
	assert_false (lab_vm_exists (t->name, "web 1/ä"));
	live_must (lab_vm_remove (t->name, "web 1/ä", &error), error);
	assert_false (lab_vm_add (t->name, "Outside", NULL));
}

/* ---- destroy ---- */

static void
destroy_names_foreign_processes (void **state)
{
	lab_test *t = *state;
	g_autofree char *text = NULL;
	g_autoptr (GError) error = NULL;
	pid_t pid = fork ();

	if (pid == 0) {
		execlp ("sleep", "sleep", "20", NULL);
		_exit (127);
	}
	text = g_strdup_printf ("(pid %d)", (int) pid);
	assert_false (vmnet_lab_destroy (t->name, &error));
	assert_true (g_error_matches (error, VMNET_ERROR, VMNET_ERROR_BUSY));
	assert_non_null (strstr (error->message, text));
	assert_int_equal (kill (pid, SIGKILL), 0);
	waitpid (pid, NULL, 0);
	assert_true (kn_ifindex (t->host->nl, "pnic0") != 0);
	sink_takes_udp (state);
}

static void
destroy_leaves_nothing (void **state)
{
	lab_test *t = *state;
	g_autofree char *prefix = g_strconcat ("vmnetsh-", t->name, NULL);
	g_autofree char *lock = g_strconcat (t->host->run_dir, ".lock", NULL);
	g_autofree char *mounts = NULL;
	g_autoptr (GPtrArray) netns = NULL;
	int pid = sink_pid (t->host);
	GError *error = NULL;

	live_must (lab_vm_add (t->name, "left", &error), error);
	live_must (vmnet_lab_destroy (t->name, &error), error);
	netns = netns_names (prefix);
	assert_int_equal (netns->len, 0);
	assert_true (g_file_get_contents ("/proc/mounts", &mounts, NULL,
					  NULL));
	assert_null (strstr (mounts, t->name));
	assert_int_equal (proc_start_time (pid), 0);
	assert_false (g_file_test (t->host->run_dir, G_FILE_TEST_EXISTS));
	assert_false (g_file_test (t->host->pin_dir, G_FILE_TEST_EXISTS));
	assert_false (g_file_test (t->host->state_dir, G_FILE_TEST_EXISTS));
	assert_false (g_file_test (lock, G_FILE_TEST_EXISTS));
	assert_false (vmnet_lab_destroy (t->name, &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_NOT_FOUND));
	g_clear_error (&error);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (entering_makes_it),
		cmocka_unit_test (outside_answers_ping),
		cmocka_unit_test (adapters_have_four_queues),
		cmocka_unit_test (nobody_speaks_unasked),
		cmocka_unit_test (sink_takes_udp),
		cmocka_unit_test (sink_takes_many_tcp_streams),
		cmocka_unit_test (entering_again_finds_it),
		cmocka_unit_test (killed_sink_is_started_again),
		cmocka_unit_test (lost_sink_is_replaced),
		cmocka_unit_test (missing_wire_is_made_again),
		cmocka_unit_test (two_may_enter_at_once),
		cmocka_unit_test (killed_while_entering),
		cmocka_unit_test (vm_is_a_namespace_with_its_own_sys),
		cmocka_unit_test (unknown_vm_lists_those_there_are),
		cmocka_unit_test (missing_program_is_an_error),
		cmocka_unit_test (removing_a_vm_ends_what_runs_in_it),
		cmocka_unit_test (destroy_names_foreign_processes),
		cmocka_unit_test (destroy_leaves_nothing),
	};

	if (geteuid () != 0) {
		puts ("1..0 # SKIP needs root");
		return 0;
	}
	return cmocka_run_group_tests (tests, live_setup, live_teardown);
}
