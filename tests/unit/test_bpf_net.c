/*
 * test_bpf_net.c - the port programs with real traffic: meters and totals
 * against what was sent and against the interfaces' own counters, to the byte.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bpf_net.h"

#define UDP4 (14 + 20 + 8)
#define UDP6 (14 + 40 + 8)
#define TCP_BYTES (8 << 20)
#define FLOOD 30000

static net *
net_of (void **state)
{
	return *state;
}

static void
set_acls (net *n, guint32 slot, vmnet_acl *first, ...)
{
	g_autoptr (GPtrArray) acls = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GError) e = NULL;
	vmnet_acl *a;
	va_list ap;

	va_start (ap, first);
	for (a = first; a != NULL; a = va_arg (ap, vmnet_acl *))
		g_ptr_array_add (acls, a);
	va_end (ap);
	if (!datapath_acl_set (n->d, slot, acls, &e))
		fail_msg ("%s", e->message);
}

static datapath_count
meter (net *n, guint32 id)
{
	datapath_count c;

	assert_true (datapath_meter_get (n->d, id, &c));
	return c;
}

typedef struct snapshot {
	net *n;
	const struct snapshot *since;
	guint32 slot;
	const char *link;
	datapath_totals t;
	kn_counters c;
} snapshot;

static gboolean
settled (gpointer data)
{
	snapshot *s = data, before;

	before.c = net_counters (s->n, s->link);
	datapath_totals_get (s->n->d, s->slot, &before.t);
	/* Frames may wait in a backlog while their processor is elsewhere. */
	g_usleep (50000);
	s->c = net_counters (s->n, s->link);
	datapath_totals_get (s->n->d, s->slot, &s->t);
	return memcmp (&s->c, &before.c, sizeof s->c) == 0 &&
		memcmp (&s->t, &before.t, sizeof s->t) == 0;
}

static snapshot
snap (net *n, guint32 slot, const char *link)
{
	snapshot s = { .n = n, .slot = slot, .link = link };

	assert_true (net_wait (settled, &s));
	return s;
}

/* The interface counts a frame when it is sent, we when it is looked at. */
static gboolean
caught_up (gpointer data)
{
	snapshot *s = data;

	return settled (s) &&
		s->t.out.packets + s->t.out_dropped.packets -
		s->since->t.out.packets - s->since->t.out_dropped.packets ==
		s->c.rx_packets - s->since->c.rx_packets;
}

static snapshot
snap_after (net *n, guint32 slot, const char *link, const snapshot *since)
{
	snapshot s = { .n = n, .slot = slot, .link = link, .since = since };

	net_wait (caught_up, &s);
	return s;
}

/* Everything that the port's interface counted, the totals have too. */
static void
same_growth (const snapshot *a, const snapshot *b)
{
	assert_int_equal (b->t.out.bytes + b->t.out_dropped.bytes -
			  a->t.out.bytes - a->t.out_dropped.bytes,
			  b->c.rx_bytes - a->c.rx_bytes);
	assert_int_equal (b->t.out.packets + b->t.out_dropped.packets -
			  a->t.out.packets - a->t.out_dropped.packets,
			  b->c.rx_packets - a->c.rx_packets);
	assert_int_equal (b->t.in.bytes - a->t.in.bytes,
			  b->c.tx_bytes - a->c.tx_bytes);
	assert_int_equal (b->t.in.packets - a->t.in.packets,
			  b->c.tx_packets - a->c.tx_packets);
}

static void
test_udp (void **state)
{
	net *n = net_of (state);
	snapshot a0, a1;
	datapath_count c3, c5;

	set_acls (n, SLOT_A,
		  net_acl (1, VMNET_OUTBOUND, VMNET_ACL_METER, "0.0.0.0/0"),
		  net_acl (2, VMNET_OUTBOUND, VMNET_ACL_METER, "10.9.0.2/32"),
		  net_acl (3, VMNET_OUTBOUND, VMNET_ACL_METER, "fd09::2/128"),
		  NULL);
	set_acls (n, SLOT_B,
		  net_acl (4, VMNET_INBOUND, VMNET_ACL_METER, "10.9.0.0/24"),
		  net_acl (5, VMNET_INBOUND, VMNET_ACL_METER, "fd09::1/128"),
		  NULL);
	/* Neighbours are asked for by multicast, which only B's meter has. */
	net_udp (n, NET_A, AF_INET6, 2, 9, 1, 1);
	a0 = snap (n, SLOT_A, "vpa");
	c3 = meter (n, 3);
	c5 = meter (n, 5);
	net_udp (n, NET_A, AF_INET, 2, 9, 500, 100);
	net_udp (n, NET_A, AF_INET, 2, 9, 100, 1472);
	net_udp (n, NET_A, AF_INET, 9, 9, 10, 1);
	net_udp (n, NET_A, AF_INET6, 2, 9, 200, 700);
	a1 = snap_after (n, SLOT_A, "vpa", &a0);
	same_growth (&a0, &a1);
	assert_int_equal (meter (n, 1).bytes, 10 * (UDP4 + 1));
	assert_int_equal (meter (n, 2).packets, 600);
	assert_int_equal (meter (n, 2).bytes, 500 * (UDP4 + 100) +
			  100 * (UDP4 + 1472));
	assert_int_equal (meter (n, 4).bytes, meter (n, 2).bytes);
	assert_int_equal (meter (n, 4).packets, 600);
	/* Give or take a probe of the neighbour. */
	assert_in_range (meter (n, 3).bytes - c3.bytes, 200 * (UDP6 + 700),
			 200 * (UDP6 + 700) + 500);
	assert_int_equal (meter (n, 5).bytes - c5.bytes,
			  meter (n, 3).bytes - c3.bytes);
}

static gboolean
all_fragments_metered (gpointer data)
{
	return meter (data, 10).packets >= 30;
}

/* Fragments count by their own lengths and are judged by their addresses. */
static void
test_fragments (void **state)
{
	net *n = net_of (state);
	const guint size = 4000, payload = size + 8;

	set_acls (n, SLOT_A, net_acl (10, VMNET_OUTBOUND, VMNET_ACL_METER,
				      "10.9.0.2/32"), NULL);
	net_udp (n, NET_A, AF_INET, 2, 9, 10, size);
	net_wait (all_fragments_metered, n);
	assert_int_equal (meter (n, 10).packets, 30);
	assert_int_equal (meter (n, 10).bytes, 10 * (payload + 3 * 34));
}

static void
listen_and_count (net *n, int listener)
{
	char buffer[65536];
	int fd = accept (listener, NULL, NULL);
	ssize_t r, sum = 0;

	while ((r = read (fd, buffer, sizeof buffer)) > 0)
		sum += r;
	_exit (sum == TCP_BYTES ? 0 : 1);
}

static void
transfer (net *n)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons (5001),
		.sin_addr.s_addr = htonl (0x0a090002) };
	int l = net_socket (n, NET_B, AF_INET, SOCK_STREAM), status;
	int fd = net_socket (n, NET_A, AF_INET, SOCK_STREAM);
	g_autofree char *data = g_malloc0 (TCP_BYTES);
	gsize sent = 0;
	ssize_t r;
	pid_t pid;

	assert_int_equal (bind (l, (struct sockaddr *) &to, sizeof to), 0);
	assert_int_equal (listen (l, 1), 0);
	pid = fork ();
	if (pid == 0) {
		close (fd);
		listen_and_count (n, l);
	}
	assert_int_equal (connect (fd, (struct sockaddr *) &to, sizeof to), 0);
	for (; sent < TCP_BYTES; sent += r) {
		r = write (fd, data + sent, TCP_BYTES - sent);
		assert_true (r > 0);
	}
	close (fd);
	close (l);
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
}

/*
 * B's port has no segmentation of its own, so the kernel cuts the frames
 * behind our program: its counters are those of the segments.
 */
static void
test_tcp_gso (void **state)
{
	net *n = net_of (state);
	kn *h = n->k[NET_HOST];
	snapshot a0, a1, b0, b1;

	assert_true (kn_feature_set (h, "vpb", "tx-tcp-segmentation", FALSE,
				     NULL));
	set_acls (n, SLOT_A, net_acl (20, VMNET_OUTBOUND, VMNET_ACL_METER,
				      "10.9.0.2/32"), NULL);
	set_acls (n, SLOT_B, net_acl (21, VMNET_INBOUND, VMNET_ACL_METER,
				      "10.9.0.1/32"), NULL);
	a0 = snap (n, SLOT_A, "vpa");
	b0 = snap (n, SLOT_B, "vpb");
	transfer (n);
	a1 = snap (n, SLOT_A, "vpa");
	b1 = snap_after (n, SLOT_B, "vpb", &b0);
	same_growth (&b0, &b1);
	assert_int_equal (meter (n, 20).bytes, meter (n, 21).bytes);
	assert_int_equal (meter (n, 20).packets, meter (n, 21).packets);
	/* What the interface saw were frames of many segments. */
	assert_true (a1.c.rx_packets - a0.c.rx_packets <
		     meter (n, 20).packets / 2);
	assert_true (meter (n, 20).bytes > TCP_BYTES);
	printf ("# %d bytes: %u frames at A's interface, %u segments metered, "
		"%u at B's interface\n", TCP_BYTES,
		(guint) (a1.c.rx_packets - a0.c.rx_packets),
		(guint) meter (n, 20).packets,
		(guint) (b1.c.tx_packets - b0.c.tx_packets));
}

static gsize
raw_frame (net *n, guint8 *f, gboolean tagged, gboolean truncated)
{
	gsize at = 12;

	memset (f, 0, 200);
	net_mac (n, NET_B, f);
	net_mac (n, NET_A, f + 6);
	if (tagged) {
		memcpy (f + at, "\x81\x00\x00\x05", 4);
		at += 4;
	}
	memcpy (f + at, "\x08\x00\x45\x00", 4);
	f[at + 2 + 9] = 17;
	memcpy (f + at + 2 + 12, "\x0a\x09\x00\x01\x0a\x09\x00\x02", 8);
	return truncated ? at + 2 + 12 : 150;
}

/* The kernel takes the tag out of the data: it still counts. */
static void
test_vlan_and_malformed (void **state)
{
	net *n = net_of (state);
	int fd = net_raw (n, NET_A), i;
	snapshot a0, a1;
	guint8 f[200];
	gsize len;

	set_acls (n, SLOT_A, net_acl (30, VMNET_OUTBOUND, VMNET_ACL_METER,
				      "10.9.0.2/32"), NULL);
	a0 = snap (n, SLOT_A, "vpa");
	len = raw_frame (n, f, TRUE, FALSE);
	for (i = 0; i < 50; i++)
		assert_int_equal (send (fd, f, len, 0), len);
	len = raw_frame (n, f, FALSE, TRUE);
	for (i = 0; i < 20; i++)
		assert_int_equal (send (fd, f, len, 0), len);
	f[6] ^= 4;
	for (i = 0; i < 5; i++)
		assert_int_equal (send (fd, f, 60, 0), 60);
	a1 = snap_after (n, SLOT_A, "vpa", &a0);
	same_growth (&a0, &a1);
	assert_int_equal (meter (n, 30).packets, 50);
	assert_int_equal (meter (n, 30).bytes, 50 * 150);
	assert_int_equal (a1.t.out_dropped.packets -
			  a0.t.out_dropped.packets, 25);
	assert_int_equal (a1.t.out_dropped.bytes - a0.t.out_dropped.bytes,
			  20 * len + 5 * 60);
	close (fd);
}

static void
swap (net *n, guint i)
{
	if (i % 2)
		set_acls (n, SLOT_A,
			  net_acl (40, VMNET_OUTBOUND, VMNET_ACL_METER,
				   "10.9.0.0/16"),
			  net_acl (41, VMNET_OUTBOUND, VMNET_ACL_DENY,
				   "10.9.0.9/32"), NULL);
	else
		set_acls (n, SLOT_A,
			  net_acl (40, VMNET_OUTBOUND, VMNET_ACL_METER,
				   "10.9.0.0/16"),
			  net_acl (1000 + i, VMNET_OUTBOUND, VMNET_ACL_DENY,
				   "0.0.0.0/0"),
			  net_acl (2000 + i, VMNET_OUTBOUND, VMNET_ACL_ALLOW,
				   "10.9.0.2/32"), NULL);
}

/*
 * Both sets let .2 pass and deny .9: no packet may see a mixture, none may
 * miss its meter.
 */
static void
test_replace_under_traffic (void **state)
{
	net *n = net_of (state);
	snapshot a0, a1;
	guint i = 0;
	int status;
	pid_t pid;

	set_acls (n, SLOT_A, net_acl (40, VMNET_OUTBOUND, VMNET_ACL_METER,
				      "10.9.0.0/16"), NULL);
	net_udp (n, NET_A, AF_INET, 9, 9, 1, 1);
	swap (n, 0);
	a0 = snap (n, SLOT_A, "vpa");
	pid = fork ();
	if (pid == 0) {
		for (i = 0; i < FLOOD / 100; i++) {
			net_udp (n, NET_A, AF_INET, 2, 9, 50, 64);
			net_udp (n, NET_A, AF_INET, 9, 9, 50, 64);
		}
		_exit (0);
	}
	while (waitpid (pid, &status, WNOHANG) == 0)
		swap (n, ++i);
	assert_int_equal (status, 0);
	a1 = snap_after (n, SLOT_A, "vpa", &a0);
	same_growth (&a0, &a1);
	printf ("# %u sets during %d packets\n", i, FLOOD);
	assert_true (i > 20);
	assert_int_equal (a1.t.out_dropped.packets -
			  a0.t.out_dropped.packets, FLOOD / 2);
	assert_int_equal (meter (n, 40).packets, FLOOD / 2 + 1);
	assert_int_equal (meter (n, 40).bytes,
			  FLOOD / 2 * (UDP4 + 64) + UDP4 + 1);
}

static guint64
class_bytes (net *n, guint32 handle)
{
	g_autoptr (GPtrArray) all = kn_classes (n->k[NET_HOST], n->uplink,
						NULL);
	guint i;

	assert_non_null (all);
	for (i = 0; i < all->len; i++) {
		const kn_class *c = all->pdata[i];

		if (c->handle == handle)
			return c->bytes;
	}
	return 0;
}

/* The port's program chooses the class on the way out of the uplink. */
static void
test_class (void **state)
{
	net *n = net_of (state);
	kn *h = n->k[NET_HOST];
	const guint64 rate = 1000000000;
	const guint32 burst = 1 << 20;
	guint32 handles[] = { 0x10001, 0x10002, 0x10010 + SLOT_A };
	guint i;

	assert_true (kn_htb_add (h, n->uplink, 0x10000, 2, NULL));
	for (i = 0; i < G_N_ELEMENTS (handles); i++)
		assert_true (kn_htb_class_set (h, n->uplink, i ? 0x10001
			: 0x10000, handles[i], rate, rate, burst, burst,
			60000, 0, NULL));
	set_acls (n, SLOT_A, net_acl (50, VMNET_OUTBOUND, VMNET_ACL_METER,
				      "10.9.0.9/32"), NULL);
	net_udp (n, NET_A, AF_INET, 9, 9, 300, 500);
	assert_int_equal (meter (n, 50).bytes, 300 * (UDP4 + 500));
	assert_in_range (class_bytes (n, 0x10010 + SLOT_A),
			 300 * (UDP4 + 500), 300 * (UDP4 + 500) + 500);
}

static void
test_port_clear (void **state)
{
	net *n = net_of (state);
	datapath_port p;
	GError *e = NULL;
	kn *h = n->k[NET_HOST];

	assert_true (datapath_port_clear (n->d, h, n->port_a, &e));
	assert_false (datapath_port_get (n->d, h, n->port_a, &p));
	assert_true (datapath_port_clear (n->d, h, n->port_a, &e));
	assert_true (datapath_port_clear (n->d, h, 999999, &e));
	p = (datapath_port) { .slot = 77 };
	assert_false (datapath_port_set (n->d, h, 999999, &p, &e));
	assert_non_null (e);
	printf ("# %s\n", e->message);
	g_clear_error (&e);
	p.slot = 0;
	assert_false (datapath_port_set (n->d, h, n->port_b, &p, &e));
	assert_true (g_error_matches (e, VMNET_ERROR, VMNET_ERROR_INVALID));
	g_clear_error (&e);
}

static int
setup (void **state)
{
	*state = net_new ();
	return 0;
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
		cmocka_unit_test (test_udp),
		cmocka_unit_test (test_fragments),
		cmocka_unit_test (test_tcp_gso),
		cmocka_unit_test (test_vlan_and_malformed),
		cmocka_unit_test (test_replace_under_traffic),
		cmocka_unit_test (test_class),
		cmocka_unit_test (test_port_clear),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
