/*
 * test_bpf_vmq.c - VM queues with real traffic: two MACs are handled by two
 * kernel threads on two processors, and what they count is what was sent.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf_net.h"
#include "kernel/sysfs.h"

#define COUNT 3000
#define SIZE 200
#define FRAME (14 + 20 + 8 + SIZE)

static GPtrArray *
queues (net *n, guint32 cpu_a, guint32 cpu_b)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	datapath_queue *q = g_new0 (datapath_queue, 1);

	q->slot = SLOT_A;
	q->cpu = cpu_a;
	net_mac (n, NET_A, q->mac);
	g_ptr_array_add (out, q);
	q = g_new0 (datapath_queue, 1);
	q->slot = SLOT_B;
	q->cpu = cpu_b;
	net_mac (n, NET_B, q->mac);
	g_ptr_array_add (out, q);
	return out;
}

static datapath_queue_stats
stats (net *n, guint32 slot)
{
	g_autoptr (GPtrArray) all = datapath_queues (n->d, n->k[NET_HOST],
						     n->uplink, NULL);
	datapath_queue_stats found = { 0 };
	guint i;

	assert_non_null (all);
	for (i = 0; i < all->len; i++) {
		const datapath_queue_stats *s = all->pdata[i];

		if (s->slot == slot)
			found = *s;
	}
	return found;
}

static void
set (net *n, GPtrArray *q)
{
	g_autoptr (GError) e = NULL;

	if (!datapath_vmq_set (n->d, n->k[NET_HOST], n->uplink, q, &e))
		fail_msg ("%s", e->message);
	if (q != NULL)
		g_ptr_array_unref (q);
}

typedef struct {
	int fd;
	guint got, want;
} receiver;

static receiver
receive (net *n, int space, guint want)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons (9) };
	receiver r = { .want = want };
	int size = 1 << 23;

	r.fd = net_socket (n, space, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK);
	assert_int_equal (bind (r.fd, (struct sockaddr *) &at, sizeof at), 0);
	setsockopt (r.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	return r;
}

static gboolean
received (gpointer data)
{
	receiver *r = data;
	char buffer[2048];

	while (recv (r->fd, buffer, sizeof buffer, 0) == SIZE)
		r->got++;
	return r->got >= r->want;
}

/* In steps that the queue holds, however busy the machine is. */
static void
send_to (net *n, int host, receiver *r)
{
	guint want = r->want;

	for (r->want = 0; r->want < want;) {
		r->want += 100;
		net_udp (n, NET_OUTSIDE, AF_INET, host, 9, 100, SIZE);
		assert_true (net_wait (received, r));
	}
}

static void
test_two_processors (void **state)
{
	net *n = *state;
	receiver a = receive (n, NET_A, COUNT), b = receive (n, NET_B, COUNT);
	datapath_queue_stats a0, b0, a1, b1;

	/* Known neighbours, so that only datagrams are counted below. */
	net_udp (n, NET_OUTSIDE, AF_INET, 1, 8, 1, SIZE);
	net_udp (n, NET_OUTSIDE, AF_INET, 2, 8, 1, SIZE);
	g_usleep (20000);
	set (n, queues (n, 0, 1));
	a0 = stats (n, SLOT_A);
	b0 = stats (n, SLOT_B);
	assert_int_equal (a0.cpu, 0);
	assert_int_equal (b0.cpu, 1);
	assert_true (a0.pid > 0 && b0.pid > 0 && a0.pid != b0.pid);
	send_to (n, 1, &a);
	a1 = stats (n, SLOT_A);
	b1 = stats (n, SLOT_B);
	assert_true (a1.cpu_time > a0.cpu_time);
	assert_in_range (b1.packets - b0.packets, 0, 5);
	send_to (n, 2, &b);
	b1 = stats (n, SLOT_B);
	assert_true (b1.cpu_time > b0.cpu_time);
	printf ("# %d packets each: %.2f ms on processor 0 (pid %d), %.2f ms "
		"on 1 (pid %d)\n", COUNT, (a1.cpu_time - a0.cpu_time) / 1e6,
		a1.pid, (b1.cpu_time - b0.cpu_time) / 1e6, b1.pid);
	assert_in_range (a1.packets - a0.packets, COUNT, COUNT + 5);
	assert_in_range (b1.packets - b0.packets, COUNT, COUNT + 5);
	assert_in_range (b1.bytes - b0.bytes, COUNT * FRAME,
			 COUNT * FRAME + 500);
	assert_int_equal (a1.drops, 0);
	close (a.fd);
	close (b.fd);
}

/* A queue that stays keeps its thread; one that moves gets another. */
static void
test_move (void **state)
{
	net *n = *state;
	datapath_queue_stats a0 = stats (n, SLOT_A), a1;
	datapath_queue_stats b0 = stats (n, SLOT_B), b1;
	receiver b = receive (n, NET_B, 100);

	set (n, queues (n, 0, 0));
	a1 = stats (n, SLOT_A);
	b1 = stats (n, SLOT_B);
	assert_int_equal (a1.pid, a0.pid);
	assert_int_equal (a1.packets, a0.packets);
	assert_int_not_equal (b1.pid, b0.pid);
	assert_int_equal (b1.cpu, 0);
	assert_true (b1.packets >= b0.packets);
	send_to (n, 2, &b);
	assert_true (stats (n, SLOT_B).cpu_time > 0);
	close (b.fd);
}

typedef struct {
	net *n;
	datapath_queue_stats q0, q;
	datapath_totals t0, t;
	guint calls;		/* of net_udp */
} flood;

/* Every frame that was steered came through the queue or was dropped. */
static gboolean
accounted (gpointer data)
{
	flood *f = data;
	guint64 steered, arrived;

	f->q = stats (f->n, SLOT_B);
	assert_true (datapath_totals_get (f->n->d, SLOT_B, &f->t));
	steered = f->q.packets - f->q0.packets;
	arrived = f->t.in.packets - f->t0.in.packets +
		f->q.drops - f->q0.drops;
	/* Broadcasts come to the port, too, and what asks for a neighbour
	 * before each flood. */
	return arrived >= steered && arrived <= steered + 20 + f->calls;
}

static void
test_full_queue (void **state)
{
	flood f = { .n = *state };

	f.q0 = stats (f.n, SLOT_B);
	assert_true (datapath_totals_get (f.n->d, SLOT_B, &f.t0));
	for (; f.calls < 20 && stats (f.n, SLOT_B).drops == 0; f.calls++)
		net_udp (f.n, NET_OUTSIDE, AF_INET, 2, 8, 20000, 18);
	assert_true (net_wait (accounted, &f));
	printf ("# %u steered, %u dropped by the full queue, %u at the port\n",
		(guint) (f.q.packets - f.q0.packets),
		(guint) (f.q.drops - f.q0.drops),
		(guint) (f.t.in.packets - f.t0.in.packets));
}

static void
test_unknown_passes (void **state)
{
	net *n = *state;
	g_autoptr (GPtrArray) q = queues (n, 0, 1);
	receiver b = receive (n, NET_B, 100);
	datapath_queue_stats s;

	g_ptr_array_set_size (q, 1);
	set (n, g_ptr_array_ref (q));
	s = stats (n, SLOT_B);
	assert_int_equal (s.slot, 0);
	send_to (n, 2, &b);
	close (b.fd);
}

static gboolean
no_thread (gpointer data)
{
	g_autoptr (proc_scan) s = proc_scan_new (data);
	g_autoptr (GPtrArray) threads = proc_scan_threads (s);

	for (guint i = 0; i < threads->len; i++)
		if (strcmp (((proc_thread *) threads->pdata[i])->name,
			    data) == 0)
			return FALSE;
	return TRUE;
}

static void
test_clear (void **state)
{
	net *n = *state;
	kn *h = n->k[NET_HOST];
	receiver a = receive (n, NET_A, 100);
	g_autoptr (GPtrArray) q = NULL;
	g_autofree char *name = NULL;
	guint32 slot = SLOT_A, id;

	assert_int_equal (bpf_map_lookup_elem (n->d->maps[DP_MAP_VMQ_QUEUES],
					       &slot, &id), 0);
	name = g_strdup_printf ("cpumap/0/map:%u", id);
	assert_false (no_thread (name));
	assert_true (datapath_vmq_clear (n->d, h, n->uplink, NULL));
	assert_true (net_wait (no_thread, name));
	q = datapath_queues (n->d, h, n->uplink, NULL);
	assert_int_equal (q->len, 0);
	assert_true (datapath_vmq_clear (n->d, h, n->uplink, NULL));
	send_to (n, 1, &a);
	close (a.fd);
}

static void
test_refusals (void **state)
{
	net *n = *state;
	kn *h = n->k[NET_HOST];
	g_autoptr (GPtrArray) q = queues (n, 0, 4000);
	g_autoptr (GError) e = NULL;

	assert_false (datapath_vmq_set (n->d, h, n->uplink, q, &e));
	assert_true (g_error_matches (e, VMNET_ERROR, VMNET_ERROR_INVALID));
	printf ("# %s\n", e->message);
	g_clear_error (&e);
	((datapath_queue *) q->pdata[1])->cpu = 1;
	assert_false (datapath_vmq_set (n->d, h, 999999, q, &e));
	assert_non_null (e);
	printf ("# %s\n", e->message);
}

/* A program of somebody else is neither replaced nor detached. */
static void
test_foreign_program (void **state)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	net *n = *state;
	kn *h = n->k[NET_HOST];
	g_autoptr (GPtrArray) q = queues (n, 0, 1);
	g_autoptr (GError) e = NULL;
	kn_link *l;
	int fd = bpf_prog_load (BPF_PROG_TYPE_XDP, "theirs", "GPL", pass,
				G_N_ELEMENTS (pass), NULL);

	assert_true (fd >= 0);
	assert_true (kn_xdp_set (h, n->uplink, fd, NULL));
	assert_false (datapath_vmq_set (n->d, h, n->uplink, q, &e));
	assert_true (g_error_matches (e, VMNET_ERROR, VMNET_ERROR_EXISTS));
	printf ("# %s\n", e->message);
	assert_true (datapath_vmq_clear (n->d, h, n->uplink, NULL));
	l = kn_link_get (h, "pnic0", NULL);
	assert_non_null (l);
	assert_int_not_equal (l->xdp_prog_id, 0);
	kn_link_free (l);
	assert_true (kn_xdp_set (h, n->uplink, -1, NULL));
	close (fd);
}

static int
setup (void **state)
{
	net *n = net_new ();

	*state = n;
	/* As in the lab: a checksum left to hardware is lost on a redirect. */
	return kn_feature_set (n->k[NET_OUTSIDE], "eth0",
			       "tx-checksum-ip-generic", FALSE, NULL) ? 0 : -1;
}

static int
teardown (void **state)
{
	net_free (*state);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_two_processors),
		cmocka_unit_test (test_move),
		cmocka_unit_test (test_full_queue),
		cmocka_unit_test (test_unknown_passes),
		cmocka_unit_test (test_clear),
		cmocka_unit_test (test_refusals),
		cmocka_unit_test (test_foreign_program),
	};

	if (getuid () != 0 || proc_processors () < 2) {
		printf ("1..0 # SKIP needs root and two processors\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
