/*
 * test_bpf_extension.c - extensions of a switch on real frames: who is asked,
 * in which order and about what; what each type may say; programs that come
 * and go while frames run.
 */
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

#include <bpf/bpf.h>

#include "bpf/chain.h"
#include "bpf_net.h"
#include "bpf_try.h"

#define FRAME 90
#define FLOOD 200000
#define PASS 0
#define DROP 1
#define TO(port) (0x40000000 | (port))

typedef struct {
	net *n;
	guint32 bridge;
	int gun;		/* packet socket of A */
	GPtrArray *chain;	/* vmnet_switchext *, not owned */
	vmnet_switchext *capture, *filter, *filter2, *forward;
	guint64 want;
} fixture;

#define CHECK(call) do { \
	g_autoptr (GError) e = NULL; \
	if (!(call)) \
		fail_msg ("%s: %s", #call, e ? e->message : "failed"); \
} while (0)

#define seen(t, x) try_seen ((t)->n->d, (t)->bridge, x)
#define says(t, x, verdict) try_says ((t)->n->d, (t)->bridge, x, verdict)
#define told(t, x) try_told ((t)->n->d, (t)->bridge, x)

/* ---- chains, ports, frames ---- */

static void
extend_ports (fixture *t, guint32 bridge)
{
	const int ports[] = { t->n->port_a, t->n->port_b };

	for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
		struct dp_port p;
		datapath_port port;

		assert_true (dp_port_read (t->n->d, ports[i], &p));
		port = (datapath_port) { .slot = p.slot, .classid = p.classid,
			.vswitch = p.vswitch, .vlan = p.vlan,
			.extended = bridge };
		memcpy (port.mac, p.mac, 6);
		net_port_set (t->n, ports[i], &port);
		assert_int_equal (net_port (t->n, ports[i]).extended, bridge);
	}
}

static void
set_chain (fixture *t, ...)
{
	vmnet_switchext *x;
	datapath_port p;
	va_list ap;

	g_ptr_array_set_size (t->chain, 0);
	va_start (ap, t);
	while ((x = va_arg (ap, vmnet_switchext *)) != NULL)
		g_ptr_array_add (t->chain, x);
	va_end (ap);
	if (t->chain->len == 0)
		extend_ports (t, 0);
	CHECK (datapath_chain_set (t->n->d, t->bridge, t->chain, &e));
	if (t->chain->len == 0)
		return;
	/* Ports have the old programs until they are set. */
	assert_false (datapath_port_get (t->n->d, t->n->k[NET_HOST],
					 t->n->port_a, &p) &&
		      p.extended == t->bridge);
	extend_ports (t, t->bridge);
	assert_true (datapath_chain_is (t->n->d, t->bridge, t->chain));
}

/* A datagram of A to B's MAC address, to a host that nobody is. */
static void
make_frame (net *n, guint8 *f)
{
	memset (f, 0, FRAME);
	net_mac (n, NET_B, f);
	net_mac (n, NET_A, f + 6);
	memcpy (f + 12, "\x08\x00\x45\x00\x00\x4c", 6);
	f[22] = 64;
	f[23] = 17;
	memcpy (f + 24, "\x66\x8c", 2);
	memcpy (f + 26, "\x0a\x09\x00\x01\x0a\x09\x00\x03", 8);
	memcpy (f + 34, "\x12\x34\x00\x35\x00\x38", 6);
}

static guint64
arrived (net *n)
{
	g_autoptr (kn_link) l = kn_link_get (n->k[NET_B], "eth0", NULL);

	return l ? l->counters.rx_packets : 0;
}

typedef struct {
	guint64 arrived, out, in, out_dropped, in_dropped;
	guint64 out_drops, in_drops;	/* in all, and by all reasons */
} sums;

static sums
read_sums (fixture *t)
{
	sums s = { .arrived = arrived (t->n) };
	datapath_totals a, b;

	datapath_totals_get (t->n->d, SLOT_A, &a);
	datapath_totals_get (t->n->d, SLOT_B, &b);
	s.out = a.out.packets;
	s.in = b.in.packets;
	s.out_dropped = a.out_by_reason[DATAPATH_DROP_EXTENSION].packets;
	s.in_dropped = b.in_by_reason[DATAPATH_DROP_EXTENSION].packets;
	s.out_drops = a.out_dropped.packets;
	s.in_drops = b.in_dropped.packets;
	return s;
}

typedef struct {
	fixture *t;
	sums s;
} settling;

/* A busy machine handles what was sent a little later. */
static gboolean
settled (gpointer data)
{
	settling *x = data;
	sums before = read_sums (x->t);

	g_usleep (2000);
	x->s = read_sums (x->t);
	return memcmp (&x->s, &before, sizeof before) == 0;
}

static sums
sums_now (fixture *t)
{
	settling x = { .t = t };

	assert_true (net_wait (settled, &x));
	return x.s;
}

/* What `count` frames make of the sums. */
static sums
shoot (fixture *t, const guint8 *f, gsize len, guint count)
{
	sums s = sums_now (t), e;

	while (count-- > 0)
		assert_int_equal (send (t->gun, f, len, 0), len);
	e = sums_now (t);
	return (sums) {
		e.arrived - s.arrived, e.out - s.out, e.in - s.in,
		e.out_dropped - s.out_dropped, e.in_dropped - s.in_dropped,
		e.out_drops - s.out_drops, e.in_drops - s.in_drops,
	};
}

static sums
shoot_ten (fixture *t)
{
	guint8 f[FRAME];

	make_frame (t->n, f);
	return shoot (t, f, sizeof f, 10);
}

/* ---- tests ---- */

static void
test_capture (void **state)
{
	fixture *t = *state;
	try_told_of v;
	sums s;

	set_chain (t, t->capture, NULL);
	assert_int_equal (datapath_chain_get (t->n->d, t->bridge)->len, 1);
	says (t, t->capture, DROP);
	s = shoot_ten (t);
	assert_int_equal (s.arrived, 10);
	assert_int_equal (s.out_drops + s.in_drops, 0);
	/* Once for each side, on the straight way, too. */
	assert_int_equal (seen (t, t->capture), 20);
	v = told (t, t->capture);
	assert_int_equal (v.outbound, 0);
	assert_int_equal (v.vswitch, t->bridge);
	assert_int_equal (v.port, t->n->port_b);
	assert_int_equal (v.bytes, FRAME);
	assert_int_equal (v.frames, 1);
	assert_int_equal (v.version, 4);
	assert_int_equal (v.protocol, 17);
	assert_int_equal (v.source, 0x1234);
	assert_int_equal (v.destination, 53);
}

static void
test_filter (void **state)
{
	fixture *t = *state;
	try_told_of v;
	sums s;

	set_chain (t, t->filter, NULL);
	s = shoot_ten (t);
	assert_int_equal (s.arrived, 10);
	says (t, t->filter, DROP);
	s = shoot_ten (t);
	assert_int_equal (s.arrived, 0);
	assert_int_equal (s.out, 0);
	assert_int_equal (s.out_dropped, 10);
	assert_int_equal (s.out_drops, 10);
	assert_int_equal (s.in_drops, 0);
	assert_int_equal (seen (t, t->filter), 20 + 10);
	v = told (t, t->filter);
	assert_int_equal (v.outbound, 1);
	assert_int_equal (v.port, t->n->port_a);
	/* A filter chooses nothing. */
	says (t, t->filter, TO (t->n->port_b));
	assert_int_equal (shoot_ten (t).arrived, 10);
}

/* Who is asked later does not see what was dropped, and what it is told does
 * not depend on what the one before it left behind. */
static void
test_order (void **state)
{
	fixture *t = *state;
	guint64 a, b, c;

	set_chain (t, t->capture, t->filter, t->filter2, NULL);
	says (t, t->filter, DROP);
	says (t, t->filter2, DROP);
	a = seen (t, t->filter);
	b = seen (t, t->filter2);
	c = seen (t, t->capture);
	assert_int_equal (shoot_ten (t).out_dropped, 10);
	assert_int_equal (seen (t, t->filter) - a, 10);
	assert_int_equal (seen (t, t->filter2) - b, 0);
	assert_int_equal (seen (t, t->capture) - c, 10);
	set_chain (t, t->capture, t->filter2, t->filter, NULL);
	assert_int_equal (shoot_ten (t).out_dropped, 10);
	assert_int_equal (seen (t, t->filter) - a, 10);
	assert_int_equal (seen (t, t->filter2) - b, 10);
	says (t, t->filter, PASS);
	says (t, t->filter2, PASS);
	assert_int_equal (shoot_ten (t).arrived, 10);
	assert_int_equal (told (t, t->filter).vswitch, t->bridge);
	assert_int_equal (told (t, t->filter).destination, 53);
	assert_int_equal (told (t, t->capture).frames, 1);
}

static void
test_forwarding (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];
	sums s;

	set_chain (t, t->forward, NULL);
	says (t, t->forward, PASS);
	assert_int_equal (shoot_ten (t).arrived, 10);
	/* An address that no port of the switch has. */
	make_frame (t->n, f);
	f[5] ^= 0x77;
	assert_int_equal (shoot (t, f, sizeof f, 10).arrived, 0);
	says (t, t->forward, TO (t->n->port_b));
	s = shoot (t, f, sizeof f, 10);
	assert_int_equal (s.in, 10);
	assert_int_equal (s.arrived, 10);
	/* To all, but it says to one. */
	memset (f, 0xff, 6);
	assert_int_equal (shoot (t, f, sizeof f, 10).in, 10);
	/* Itself, none of ours, none at all, the outside. */
	says (t, t->forward, TO (t->n->port_a));
	assert_int_equal (shoot_ten (t).out_dropped, 10);
	says (t, t->forward, TO (t->n->uplink));
	assert_int_equal (shoot_ten (t).out_dropped, 10);
	says (t, t->forward, TO (999999));
	assert_int_equal (shoot_ten (t).out_dropped, 10);
	says (t, t->forward, DROP);
	s = shoot_ten (t);
	assert_int_equal (s.out_dropped, 10);
	assert_int_equal (s.arrived, 0);
	says (t, t->forward, PASS);
}

static vmnet_acl *
deny_all (vmnet_direction dir)
{
	return net_acl (7, dir, VMNET_ACL_DENY, "0.0.0.0/0");
}

/* What the receiver's port forbids stays forbidden, and no extension is asked
 * about what the sender's forbids; and not on another VLAN. */
static void
test_policy_first (void **state)
{
	fixture *t = *state;
	g_autoptr (GPtrArray) acls = g_ptr_array_new_with_free_func (g_free);
	datapath_port b = net_port (t->n, t->n->port_b);
	guint64 before;
	sums s;

	set_chain (t, t->forward, NULL);
	says (t, t->forward, TO (t->n->port_b));
	g_ptr_array_add (acls, deny_all (VMNET_INBOUND));
	assert_true (datapath_acl_set (t->n->d, SLOT_B, acls, NULL));
	s = shoot_ten (t);
	assert_int_equal (s.arrived, 0);
	assert_int_equal (s.in_drops, 10);
	assert_int_equal (s.in_dropped, 0);
	assert_true (datapath_acl_set (t->n->d, SLOT_B, NULL, NULL));
	g_ptr_array_set_size (acls, 0);
	g_ptr_array_add (acls, deny_all (VMNET_OUTBOUND));
	assert_true (datapath_acl_set (t->n->d, SLOT_A, acls, NULL));
	before = seen (t, t->forward);
	assert_int_equal (shoot_ten (t).out_drops, 10);
	assert_int_equal (seen (t, t->forward), before);
	assert_true (datapath_acl_set (t->n->d, SLOT_A, NULL, NULL));
	b.vlan = 20;
	net_port_set (t->n, t->n->port_b, &b);
	s = shoot_ten (t);
	assert_int_equal (s.arrived, 0);
	assert_int_equal (s.out_dropped, 10);
	b.vlan = 0;
	net_port_set (t->n, t->n->port_b, &b);
	assert_int_equal (shoot_ten (t).arrived, 10);
	says (t, t->forward, PASS);
}

/* By the bridge, each port's own program asks: once for each side as well. */
static void
test_by_the_bridge (void **state)
{
	fixture *t = *state;
	guint8 mac[6];
	guint64 before;

	set_chain (t, t->capture, NULL);
	net_mac (t->n, NET_B, mac);
	assert_true (kn_fdb_ensure (t->n->k[NET_HOST], "vpb", mac, NULL));
	assert_true (datapath_port_move (t->n->d, t->n->port_b, 0, NULL));
	before = seen (t, t->capture);
	assert_int_equal (shoot_ten (t).arrived, 10);
	assert_int_equal (seen (t, t->capture) - before, 20);
	assert_true (datapath_port_move (t->n->d, t->n->port_b, t->bridge,
					 NULL));
}

/* A chain is a switch's own, and so are the maps. */
static void
test_other_switch (void **state)
{
	fixture *t = *state;
	g_autoptr (GPtrArray) one = g_ptr_array_new ();
	g_autoptr (GPtrArray) none = g_ptr_array_new ();
	g_autoptr (GArray) all = NULL;
	g_autofree char *maps = NULL;
	guint64 before;

	set_chain (t, t->capture, NULL);
	before = seen (t, t->capture);
	g_ptr_array_add (one, t->filter);
	g_ptr_array_add (one, t->capture);
	CHECK (datapath_chain_set (t->n->d, 4711, one, &e));
	assert_int_equal (shoot_ten (t).arrived, 10);
	assert_int_equal (seen (t, t->capture) - before, 20);
	all = datapath_chains (t->n->d);
	assert_int_equal (all->len, 2);
	CHECK (datapath_chain_set (t->n->d, 4711, none, &e));
	assert_int_equal (datapath_chain_get (t->n->d, 4711)->len, 0);
	maps = datapath_chain_maps (t->n->d, 4711, t->capture->digest);
	assert_null (maps);
}

/* A second process finds all of it; who stays keeps what it counted. */
static void
test_kept (void **state)
{
	fixture *t = *state;
	g_autoptr (datapath) other = datapath_open (t->n->pins, NULL);
	g_autoptr (GPtrArray) there = NULL;
	guint64 before = seen (t, t->capture);

	set_chain (t, t->capture, t->filter2, NULL);
	there = datapath_chain_get (other, t->bridge);
	assert_int_equal (there->len, 2);
	assert_string_equal (((vmnet_switchext *) there->pdata[0])->name,
			     "Try capture");
	assert_true (datapath_chain_is (other, t->bridge, t->chain));
	assert_int_equal (seen (t, t->capture), before);
	assert_int_equal (seen (t, t->filter2), 0);
	shoot_ten (t);
	assert_int_equal (seen (t, t->capture), before + 20);
}

/* Loaded and unloaded again and again while frames run: none is lost. */
static void
test_come_and_go (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];
	guint rounds = 0;
	sums s, e;
	int status;
	pid_t pid;

	set_chain (t, t->capture, NULL);
	make_frame (t->n, f);
	s = sums_now (t);
	pid = fork ();
	if (pid == 0) {
		for (guint i = 0; i < FLOOD; i++)
			if (send (t->gun, f, sizeof f, 0) != sizeof f)
				_exit (1);
		_exit (0);
	}
	while (waitpid (pid, &status, WNOHANG) == 0) {
		set_chain (t, t->capture, t->filter, NULL);
		set_chain (t, NULL);
		rounds++;
	}
	assert_int_equal (status, 0);
	e = sums_now (t);
	printf ("# a filter came and went %u times during %d frames\n", rounds,
		FLOOD);
	assert_int_equal (e.out - s.out, FLOOD);
	assert_int_equal (e.in - s.in, FLOOD);
	assert_int_equal (e.arrived - s.arrived, FLOOD);
	assert_int_equal (e.out_drops + e.in_drops, s.out_drops + s.in_drops);
}

/* More than one function, and as many extensions as there may be. */
static void
test_whole_chain (void **state)
{
	fixture *t = *state;
	g_autoptr (vmnet_switchext) dns = try_read
		("core/bpf/extension", "dns_filter.bpf");
	g_autoptr (vmnet_switchext) rate = try_read
		("core/bpf/extension", "port_rate.bpf");
	g_autoptr (vmnet_switchext) parts = try_read ("tests/extension",
							 "parts");

	set_chain (t, rate, t->capture, dns, t->filter, parts, t->filter2,
		   t->forward, NULL);
	assert_int_equal (shoot_ten (t).arrived, 10);
	assert_int_equal (seen (t, t->forward), 20);
	assert_int_equal (seen (t, parts), 20);
	says (t, parts, DROP);
	assert_int_equal (shoot_ten (t).out_dropped, 10);
	assert_int_equal (seen (t, t->forward), 20);
}

static void
test_gone (void **state)
{
	fixture *t = *state;
	g_autofree char *maps = NULL;

	set_chain (t, NULL);
	assert_int_equal (datapath_chains (t->n->d)->len, 0);
	maps = datapath_chain_maps (t->n->d, t->bridge, t->capture->digest);
	assert_null (maps);
	assert_int_equal (shoot_ten (t).arrived, 10);
}

static void
no_ipv6 (net *n, int space)
{
	net_enter (n, space);
	sysctl_net_write ("ipv6/conf/all/disable_ipv6", "1", NULL);
	net_leave (n);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);

	t->n = net_new ();
	for (int i = 0; i < NET_SPACES; i++)
		no_ipv6 (t->n, i);
	net_straight (t->n, FALSE);
	t->bridge = kn_ifindex (t->n->k[NET_HOST], "br0");
	t->gun = net_raw (t->n, NET_A);
	t->chain = g_ptr_array_new ();
	t->capture = try_read ("tests/extension", "capture");
	t->filter = try_read ("tests/extension", "filter");
	t->filter2 = try_read ("tests/extension", "filter2");
	t->forward = try_read ("tests/extension", "forward");
	*state = t;
	return 0;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	close (t->gun);
	net_free (t->n);
	g_ptr_array_unref (t->chain);
	vmnet_switchext_free (t->capture);
	vmnet_switchext_free (t->filter);
	vmnet_switchext_free (t->filter2);
	vmnet_switchext_free (t->forward);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_capture),
		cmocka_unit_test (test_filter),
		cmocka_unit_test (test_order),
		cmocka_unit_test (test_forwarding),
		cmocka_unit_test (test_policy_first),
		cmocka_unit_test (test_by_the_bridge),
		cmocka_unit_test (test_other_switch),
		cmocka_unit_test (test_kept),
		cmocka_unit_test (test_come_and_go),
		cmocka_unit_test (test_whole_chain),
		cmocka_unit_test (test_gone),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
