/*
 * test_lab_speed.c - the speed of a lab's adapter: held both ways, taken away
 * again, refused for what is not the lab's. Needs root; the tests run in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/room.h"
#include "tests/unit/lab_live.h"

#define FRAME 1400		/* UDP payload of the blasts */
#define BLAST_MS 1500

static void
blast (int fd)
{
	static char payload[FRAME];
	gint64 end = g_get_monotonic_time () + BLAST_MS * 1000;

	while (g_get_monotonic_time () < end)
		for (int i = 0; i < 32; i++)
			/* Refused by a port nobody listens on: go on. */
			if (send (fd, payload, sizeof payload, 0) < 0 &&
			    errno != ENOBUFS && errno != ECONNREFUSED)
				return;
}

static gboolean
blast_from_outside (gpointer user, GError **error)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons (PORT) };
	int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	inet_pton (AF_INET, "192.0.2.10", &to.sin_addr);
	connect (fd, (void *) &to, sizeof to);
	blast (fd);
	close (fd);
	return TRUE;
}

static gboolean
blast_from_host (gpointer user, GError **error)
{
	int fd = live_connect (AF_INET, SOCK_DGRAM);

	blast (fd);
	close (fd);
	return TRUE;
}

static guint64
received (kn *k, const char *link, guint header)
{
	g_autoptr (kn_link) l = kn_link_get (k, link, NULL);

	assert_non_null (l);
	return l->counters.rx_bytes + l->counters.rx_packets * header;
}

/*
 * bit/s that come in on `link` of `k` in the middle of the blast, where the
 * bucket's first burst is gone. `header`: what the counter leaves out.
 */
static double
measure (kn *k, const char *link, guint header, netns_func func, int netns)
{
	guint64 before, after;
	gint64 start, end;
	pid_t pid = fork ();

	if (pid == 0) {
		netns_run (netns, func, NULL, NULL);
		_exit (0);
	}
	g_usleep (400 * 1000);
	start = g_get_monotonic_time ();
	before = received (k, link, header);
	g_usleep (800 * 1000);
	after = received (k, link, header);
	end = g_get_monotonic_time ();
	waitpid (pid, NULL, 0);
	return (double) (after - before) * 8e6 / (double) (end - start);
}

/*
 * A busy machine may wake the bucket too late, which only makes the link
 * slower: so a slow run may be repeated, a fast one never.
 */
static void
holds_rate (double want, kn *k, const char *link, guint header,
	    netns_func func, int netns)
{
	double got = 0;

	for (int i = 0; i < 10 && got < want * 0.97; i++)
		got = measure (k, link, header, func, netns);
	if (got < want * 0.97 || got > want * 1.03)
		fail_msg ("%.1f Mbit/s instead of %.1f", got / 1e6,
			  want / 1e6);
}

static void
speed_holds_both_ways (void **state)
{
	lab_test *t = *state;
	static const guint64 rates[] = { 50000000, 20000000 };
	g_autofree char *name = lab_outside_netns (t->name);
	int netns = netns_open (name, NULL);
	g_autoptr (kn) outside = kn_open (netns, NULL);
	GError *error = NULL;

	for (int i = 0; i < 2; i++) {
		live_must (vmnet_lab_set_speed (t->host, "pnic0", rates[i],
					   &error), error);
		assert_int_equal (lab_speed (t->host->run_dir, "pnic0"),
				  rates[i]);
		holds_rate ((double) rates[i], outside, "lan0", 14,
			    blast_from_host, -1);
		holds_rate ((double) rates[i], t->host->nl, "pnic0", 0,
			    blast_from_outside, netns);
	}
	close (netns);
}

static void
no_speed_leaves_nothing (void **state)
{
	lab_test *t = *state;
	g_autofree char *name = lab_outside_netns (t->name);
	int netns = netns_open (name, NULL);
	g_autoptr (kn) outside = kn_open (netns, NULL);
	GError *error = NULL;
	g_autoptr (GPtrArray) qdiscs = NULL;

	live_must (vmnet_lab_set_speed (t->host, "PNIC0", 0, &error), error);
	live_must (vmnet_lab_set_speed (t->host, "pnic0", 0, &error), error);
	assert_int_equal (lab_speed (t->host->run_dir, "pnic0"), 0);
	assert_int_equal (kn_ifindex (outside, "ifb0"), 0);
	qdiscs = kn_qdiscs (outside, NULL);
	for (guint i = 0; i < qdiscs->len; i++) {
		const kn_qdisc *q = g_ptr_array_index (qdiscs, i);

		assert_string_not_equal (q->kind, "tbf");
		assert_string_not_equal (q->kind, "clsact");
	}
	assert_int_equal (system ("ping -q -c1 -W2 192.0.2.1 >/dev/null"), 0);
	close (netns);
}

static void
speed_of_what_is_not_the_labs (void **state)
{
	lab_test *t = *state;
	g_autoptr (GError) error = NULL;

	assert_false (vmnet_lab_set_speed (t->host, "eth0", 1000000, &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_NOT_FOUND));
	g_clear_error (&error);
	assert_false (vmnet_lab_set_speed (t->host, "pnic0", 5, &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_INVALID));
}

static int
speed_setup (void **state)
{
	lab_test *t;

	live_setup (state);
	t = *state;
	t->host = live_enter (t->name);
	live_address (t->host, AF_INET, "192.0.2.10", 24);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (speed_holds_both_ways),
		cmocka_unit_test (no_speed_leaves_nothing),
		cmocka_unit_test (speed_of_what_is_not_the_labs),
	};

	if (geteuid () != 0) {
		puts ("1..0 # SKIP needs root");
		return 0;
	}
	return cmocka_run_group_tests (tests, speed_setup, live_teardown);
}
