/*
 * test_bpf_wire.c - the property test of test_bpf_acl.c on real ports: VM A
 * sends random frames and garbage to VM B through two ports of a bridge, each
 * with random ACLs. Counters, meters and the frames that arrive equal those of
 * the naive reference. BPF_SEED in the environment changes the seed.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bpf_net.h"
#include "bpf_random.h"

#define SETS 100
#define FRAMES 100		/* of each: what B's socket surely holds */
#define MAX_ACLS 30
#define TRAILER 4		/* the frame's number */

typedef struct {
	net *n;
	dice dice;
	guint8 mac_a[6], mac_b[6];
	int send, receive;
	GPtrArray *acls_a, *acls_b;
	gboolean spoofing;
	datapath_totals want_a, want_b;
	GArray *meters;		/* both ports': datapath_count, by id */
	guint32 last_id, serial;
	guint passed, dropped_a, dropped_b;
} fixture;

static void
write_setting (const char *path, const char *value)
{
	int fd = open (path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;		/* a kernel without the feature */
	assert_int_equal (write (fd, value, strlen (value)), strlen (value));
	close (fd);
}

static void
forget_addresses (net *n, int space)
{
	g_autoptr (GPtrArray) all = kn_addrs (n->k[space], NULL);
	guint i;

	for (i = 0; all != NULL && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->ifindex != 1)
			kn_addr_del (n->k[space], "eth0", a, NULL);
	}
}

/* Nobody but the test sends, and no filter of the bridge's is asked. */
static void
silence (net *n)
{
	int i;

	for (i = 0; i < NET_SPACES; i++) {
		net_enter (n, i);
		write_setting ("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
		write_setting ("/proc/sys/net/bridge/bridge-nf-call-iptables",
			       "0");
		write_setting ("/proc/sys/net/bridge/bridge-nf-call-ip6tables",
			       "0");
		write_setting ("/proc/sys/net/bridge/bridge-nf-call-arptables",
			       "0");
		net_leave (n);
		if (i != NET_HOST)
			forget_addresses (n, i);
	}
}

static int
receiver (net *n)
{
	const int size = 16 << 20;
	int fd;

	net_enter (n, NET_B);
	/* 0x0003 is ETH_P_ALL, in network order. */
	fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		     GUINT16_TO_BE (0x0003));
	net_leave (n);
	assert_true (fd >= 0);
	assert_int_equal (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
				      sizeof size), 0);
	return fd;
}

/* ---- one frame ---- */

/*
 * What a bridge forwards: to B or to everybody, from a unicast MAC that is not
 * B's, and large enough for the kernel to find the tag behind.
 */
static void
make_deliverable (fixture *t, frame *f)
{
	static const guint8 all[6] = { 255, 255, 255, 255, 255, 255 };

	memcpy (f->data, pick (&t->dice, 4) ? t->mac_b : all, 6);
	if (memcmp (f->data + 6, t->mac_a, 6) != 0) {
		memcpy (f->data + 6, t->mac_a, 6);
		f->data[6 + 5] = 0xe0 + pick (&t->dice, 4);
	}
	f->gso_size = 0;
	f->len = CLAMP (f->len, 14 + 4 + 2 + TRAILER, 1500);
	f->data[f->len - 4] = t->serial >> 24;
	f->data[f->len - 3] = t->serial >> 16;
	f->data[f->len - 2] = t->serial >> 8;
	f->data[f->len - 1] = t->serial;
	t->serial++;
}

/* TRUE: it should arrive. */
static gboolean
expect (fixture *t, const frame *f)
{
	expected e = reference (t->acls_a, f, FALSE, t->spoofing ? NULL
		: t->mac_a);

	expected_count (&e, FALSE, &t->want_a, t->meters);
	if (e.reason) {
		t->dropped_a++;
		return FALSE;
	}
	e = reference (t->acls_b, f, TRUE, NULL);
	expected_count (&e, TRUE, &t->want_b, t->meters);
	t->dropped_b += e.reason != 0;
	t->passed += e.reason == 0;
	return e.reason == 0;
}

static void
send_frame (fixture *t, const frame *f)
{
	ssize_t r;

	do
		r = send (t->send, f->data, f->len, 0);
	while (r < 0 && errno == ENOBUFS);
	assert_int_equal (r, f->len);
}

/* ---- a set of entries, a batch of frames ---- */

static void
set_policy (fixture *t)
{
	datapath_port a = { .slot = SLOT_A };

	g_clear_pointer (&t->acls_a, g_ptr_array_unref);
	g_clear_pointer (&t->acls_b, g_ptr_array_unref);
	t->acls_a = random_acls (&t->dice, MAX_ACLS, &t->last_id);
	t->acls_b = random_acls (&t->dice, MAX_ACLS, &t->last_id);
	g_array_set_size (t->meters, t->last_id + 1);
	t->spoofing = a.spoofing = pick (&t->dice, 3) == 0;
	memcpy (a.mac, t->mac_a, 6);
	assert_true (datapath_port_set (t->n->d, t->n->k[NET_HOST],
					t->n->port_a, &a, NULL));
	assert_true (datapath_acl_set (t->n->d, SLOT_A, t->acls_a, NULL));
	assert_true (datapath_acl_set (t->n->d, SLOT_B, t->acls_b, NULL));
}

static void
read_totals (fixture *t, datapath_totals *a, datapath_totals *b)
{
	assert_true (datapath_totals_get (t->n->d, SLOT_A, a));
	assert_true (datapath_totals_get (t->n->d, SLOT_B, b));
}

static gboolean
all_counted (gpointer data)
{
	fixture *t = data;
	datapath_totals a, b;

	read_totals (t, &a, &b);
	return memcmp (&a, &t->want_a, sizeof a) == 0 &&
		memcmp (&b, &t->want_b, sizeof b) == 0;
}

static void
check_counters (fixture *t)
{
	datapath_totals a, b;
	datapath_count c;
	guint32 id;

	net_wait (all_counted, t);
	read_totals (t, &a, &b);
	assert_memory_equal (&a, &t->want_a, sizeof a);
	assert_memory_equal (&b, &t->want_b, sizeof b);
	for (id = 1; id <= t->last_id; id++) {
		const datapath_count *want = &g_array_index (t->meters,
			datapath_count, id);

		datapath_meter_get (t->n->d, id, &c);
		assert_int_equal (c.bytes, want->bytes);
		assert_int_equal (c.packets, want->packets);
	}
}

typedef struct {
	int fd;
	guint32 first;
	gboolean seen[FRAMES];
	guint n;		/* how many of them */
	guint wanted;
} arrivals;

static gboolean
all_arrived (gpointer data)
{
	arrivals *a = data;
	guint8 buffer[2048];
	ssize_t r;

	while ((r = recv (a->fd, buffer, sizeof buffer, 0)) > 0) {
		const guint8 *s = buffer + r - TRAILER;
		guint32 i = ((guint32) s[0] << 24 | s[1] << 16 | s[2] << 8 |
			     s[3]) - a->first;

		assert_true (r > TRAILER && i < FRAMES && !a->seen[i]);
		a->seen[i] = TRUE;
		a->n++;
	}
	return a->n >= a->wanted;
}

static void
one_set (fixture *t, void (*make) (dice *d, frame *f))
{
	arrivals a = { .fd = t->receive, .first = t->serial };
	gboolean wanted[FRAMES];
	guint i;
	frame f;

	set_policy (t);
	for (i = 0; i < FRAMES; i++) {
		make (&t->dice, &f);
		make_deliverable (t, &f);
		wanted[i] = expect (t, &f);
		a.wanted += wanted[i];
		send_frame (t, &f);
	}
	check_counters (t);
	net_wait (all_arrived, &a);
	assert_memory_equal (a.seen, wanted, sizeof wanted);
}

static void
many_sets (fixture *t, void (*make) (dice *d, frame *f))
{
	guint i;

	t->passed = t->dropped_a = t->dropped_b = 0;
	for (i = 0; i < SETS; i++)
		one_set (t, make);
	printf ("# %u frames: %u dropped at A, %u dropped at B, %u arrived\n",
		SETS * FRAMES, t->dropped_a, t->dropped_b, t->passed);
	assert_true (t->passed > SETS * FRAMES / 10);
	assert_true (t->dropped_a > SETS * FRAMES / 20);
	assert_true (t->dropped_b > SETS * FRAMES / 20);
}

static void
test_wire_random (void **state)
{
	many_sets (*state, random_frame);
}

static void
test_wire_garbage (void **state)
{
	many_sets (*state, random_garbage);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);

	t->n = net_new ();
	silence (t->n);
	net_mac (t->n, NET_A, t->mac_a);
	net_mac (t->n, NET_B, t->mac_b);
	t->dice = dice_new (t->mac_a, t->mac_b, 3);
	t->meters = g_array_new (FALSE, TRUE, sizeof (datapath_count));
	t->send = net_raw (t->n, NET_A);
	t->receive = receiver (t->n);
	read_totals (t, &t->want_a, &t->want_b);
	*state = t;
	return 0;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	g_clear_pointer (&t->acls_a, g_ptr_array_unref);
	g_clear_pointer (&t->acls_b, g_ptr_array_unref);
	g_array_unref (t->meters);
	g_rand_free (t->dice.r);
	close (t->send);
	close (t->receive);
	net_free (t->n);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_wire_random),
		cmocka_unit_test (test_wire_garbage),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
