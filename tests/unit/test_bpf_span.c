/*
 * test_bpf_span.c - port mirroring of what is not plain: a filter against a
 * naive reference, frames that somebody else segments, those that go past the
 * bridge, an uplink as a source, and random bytes.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bpf_mirror.h"

/* ---- a filter ---- */

static datapath_prefix
random_prefix (void)
{
	datapath_prefix p = { .family = VMNET_ADDR_IPV4,
		.prefix = rand () % 33 };
	guint32 ip = htonl (0x0a630000 | (rand () & 0x7));
	guint32 mask = p.prefix ? htonl (~0u << (32 - p.prefix)) : 0;

	ip &= mask;
	memcpy (p.addr, &ip, 4);
	return p;
}

static gboolean
covers (const datapath_prefixes *all, guint32 ip)
{
	for (guint i = 0; i < all->n; i++) {
		guint32 addr, mask = all->p[i].prefix
			? htonl (~0u << (32 - all->p[i].prefix)) : 0;

		memcpy (&addr, all->p[i].addr, 4);
		if ((ip & mask) == addr)
			return TRUE;
	}
	return all->n == 0;
}

/* Some kernels look at it in a bridge. */
static void
set_checksum (guint8 *ip)
{
	guint32 sum = 0;

	for (guint i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	ip[10] = sum >> 8;
	ip[11] = sum;
}

/* UDP of 10.99.0.x to 10.99.0.y, from A or from B; the VM is A. */
static void
test_filter (void **state)
{
	fixture *t = *state;
	guint8 f[90];

	srand (7);
	set_destination (t, NULL);
	for (guint i = 0; i < 60; i++) {
		datapath_mirror m = { .vswitch = t->bridge };
		guint want = 0, got = 0;
		seen s;

		m.local.n = rand () % 4;
		m.remote.n = rand () % 4;
		for (guint j = 0; j < 4; j++) {
			m.local.p[j] = random_prefix ();
			m.remote.p[j] = random_prefix ();
		}
		set_source (t, t->n->port_a, TRUE, &m);
		for (guint j = 0; j < 20; j++) {
			guint32 src = htonl (0x0a630000 | (rand () & 0x7));
			guint32 dst = htonl (0x0a630000 | (rand () & 0x7));
			guint from = rand () & 1;

			make_frame (t, f, from, 0, sizeof f);
			memcpy (f + 12, "\x08\x00\x45\x00\x00\x4c", 6);
			f[22] = 64;
			f[23] = 17;
			memcpy (f + 26, &src, 4);
			memcpy (f + 30, &dst, 4);
			set_checksum (f + 14);
			shoot (t, from, f, sizeof f, 1);
			want += covers (&m.local, from ? dst : src) &&
				covers (&m.remote, from ? src : dst);
		}
		while (got < want && see (t, &s, 1000))
			got++;
		got += see (t, &s, 5);
		if (got != want)
			fail_msg ("filter %u: %u copies of %u", i, got, want);
	}
	set_none (t);
}

/* ---- frames that somebody else segments ---- */

#define STREAM (1 << 20)

/* A stream of A to B, whole. */
static void
stream (fixture *t)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons (5001),
		.sin_addr.s_addr = htonl (0x0a090002) };
	int listener = net_socket (t->n, NET_B, AF_INET, SOCK_STREAM);
	int out = net_socket (t->n, NET_A, AF_INET, SOCK_STREAM), in;
	g_autofree char *data = g_malloc0 (STREAM);
	gsize sent = 0, got = 0;
	int yes = 1;

	setsockopt (listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	assert_int_equal (bind (listener, (struct sockaddr *) &to,
				sizeof to), 0);
	assert_int_equal (listen (listener, 1), 0);
	assert_int_equal (connect (out, (struct sockaddr *) &to, sizeof to),
			  0);
	in = accept (listener, NULL, NULL);
	assert_true (in >= 0);
	while (got < STREAM) {
		ssize_t r = send (out, data, STREAM - sent, MSG_DONTWAIT);

		sent += MAX (r, 0);
		r = recv (in, data, STREAM, MSG_DONTWAIT);
		got += MAX (r, 0);
	}
	close (in);
	close (out);
	close (listener);
}

/* Marks the bytes of the stream that a copy stands for. TCP may send some of them
 * twice; 'first' is the number of the first one, told by the SYN. */
static void
mark (GByteArray *have, guint32 *first, const guint8 *f, gsize n)
{
	guint32 ip = f[16] << 8 | f[17], header, number;

	if (n < 54 || f[12] != 8 || f[13] || f[23] != 6 ||
	    f[36] != 5001 >> 8 || f[37] != (5001 & 0xff))
		return;
	memcpy (&number, f + 38, 4);
	number = ntohl (number);
	if (f[47] & 2) {
		*first = number + 1;
		return;
	}
	header = (f[14] & 0xf) * 4 + (f[46] >> 4) * 4;
	number -= *first;
	for (guint32 i = number; i < number + ip - header && i < STREAM; i++)
		have->data[i] = 1;
}

static void
large (fixture *t, guint32 snap)
{
	datapath_mirror m = { .vswitch = t->bridge, .snap = snap };
	struct timeval wait = { 0, 300000 };
	g_autofree guint8 *f = g_malloc (1 << 17);
	datapath_copies a = copies_of (t, SLOT_A), b;
	g_autoptr (GByteArray) have = g_byte_array_new ();
	gsize longest = 0;
	guint32 first = 0;
	gssize n;

	g_byte_array_set_size (have, STREAM);
	memset (have->data, 0, STREAM);
	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, &m);
	stream (t);
	setsockopt (t->eye, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	while ((n = recv (t->eye, f, 1 << 17, 0)) >= 0) {
		mark (have, &first, f, n);
		longest = MAX (longest, (gsize) n);
	}
	b = copies_of (t, SLOT_A);
	assert_null (memchr (have->data, 0, STREAM));
	/* A slow machine sends two segments at a time. */
	assert_true (snap ? longest <= snap : longest > 1514);
	assert_int_equal (b.uncut.packets + b.refused.packets,
			  a.uncut.packets + a.refused.packets);
	/* As the segments that leave: 1,448 bytes of the stream in each. */
	assert_true (b.sent.packets - a.sent.packets >= STREAM / 1448);
	assert_true (b.sent.bytes - a.sent.bytes > STREAM + STREAM / 1448 * 66);
	set_none (t);
}

static void
test_large (void **state)
{
	large (*state, 0);
	large (*state, 96);
	net_straight (((fixture *) *state)->n, TRUE);
	large (*state, 0);
}

/* ---- past the bridge ---- */

static void
straight (fixture *t, gboolean peer)
{
	datapath_mirror m = { .vswitch = t->bridge, .snap = 100 };
	guint8 f[FRAME];

	net_straight (t->n, peer);
	set_destination (t, NULL);
	make_frame (t, f, 0, 0, FRAME);
	/* The receiver's side, decided where it was sent. */
	set_source (t, t->n->port_b, TRUE, &m);
	shoot (t, 0, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, 100, 0), FRAMES);
	/* Both. */
	set_source (t, t->n->port_a, TRUE, &m);
	shoot (t, 0, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, 100, 0), 2 * FRAMES);
	set_none (t);
}

static void
test_straight (void **state)
{
	straight (*state, FALSE);
	straight (*state, TRUE);
}

/* ---- an uplink as a source, and ports that go under load ---- */

static void
test_uplink (void **state)
{
	fixture *t = *state;
	net *n = t->n;
	kn *k = n->k[NET_HOST];
	guint32 source = datapath_mirror_uplink (n->port_b);
	datapath_mirror m = { .vswitch = t->bridge };
	datapath_copies c;
	guint8 f[FRAME];

	/* B's port has no program of ours then: it is the uplink. */
	assert_true (datapath_port_clear (n->d, k, n->port_b, NULL));
	set_destination (t, NULL);
	assert_false (datapath_uplink_get (n->d, k, n->port_b));
	assert_true (datapath_mirror_set (n->d, source, &m, NULL));
	assert_true (datapath_uplink_set (n->d, k, n->port_b, TRUE, NULL));
	assert_true (datapath_uplink_get (n->d, k, n->port_b));
	assert_true (kn_port_set (k, "vpb", FALSE, TRUE, NULL));
	for (guint from = 0; from < 2; from++) {
		make_frame (t, f, from, 0, FRAME);
		shoot (t, from, f, FRAME, FRAMES);
		assert_int_equal (count_seen (t, FRAME, 0), FRAMES);
	}
	assert_true (datapath_copies_get (n->d, source, &c));
	assert_int_equal (c.sent.packets, 2 * FRAMES);
	assert_true (datapath_uplink_set (n->d, k, n->port_b, FALSE, NULL));
	assert_false (datapath_uplink_get (n->d, k, n->port_b));
	shoot (t, 1, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, FRAME, 0), 0);
}

static void
test_random_bytes (void **state)
{
	fixture *t = *state;
	datapath_mirror m = { .vswitch = t->bridge, .snap = 96 };
	datapath_copies a = copies_of (t, SLOT_A), b;
	datapath_totals before, after;
	guint8 f[300];

	m.remote.n = 1;
	m.remote.p[0].family = VMNET_ADDR_IPV6;
	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, &m);
	datapath_totals_get (t->n->d, SLOT_A, &before);
	for (guint i = 0; i < 3000; i++) {
		gsize length = 14 + rand () % 200;

		make_frame (t, f, 0, 0, sizeof f);
		for (guint j = 12; j < sizeof f; j++)
			f[j] = rand ();
		if (i % 3 == 0)
			memcpy (f + 12, "\x86\xdd\x60", 3);
		shoot (t, 0, f, length, 1);
	}
	datapath_totals_get (t->n->d, SLOT_A, &after);
	b = copies_of (t, SLOT_A);
	/* Whole IPv6 headers at least. Those of which the kernel knows more
	 * headers than that cannot be cut so short, and say so. */
	assert_true (b.sent.packets - a.sent.packets > 500);
	assert_int_equal (b.refused.packets, a.refused.packets);
	assert_true (b.uncut.packets - a.uncut.packets < 100);
	assert_int_equal (after.out.packets - before.out.packets, 3000);
	set_none (t);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (test_filter), TEST (test_large), TEST (test_straight),
		TEST (test_uplink), TEST (test_random_bytes),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, NULL, NULL);
}
