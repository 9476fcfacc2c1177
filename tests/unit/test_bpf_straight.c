/*
 * test_bpf_straight.c - frames that go from port to port past the bridge: both
 * ports' policy, counters to the frame, and everything that must take the
 * bridge instead. The bridge is made unable to deliver to B: what arrives has
 * come straight.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf_net.h"

#define FRAMES 100
#define FRAME 90
#define FLOOD 20000

typedef struct {
	net *n;
	gboolean peer;
	int gun;		/* packet socket of A */
	guint64 want;		/* what wait_for waits for */
} fixture;

typedef struct {
	datapath_totals a, b;
	guint64 seen;		/* by B's own interface */
} sums;

static void
set_acl (net *n, guint32 slot, vmnet_acl *acl)
{
	g_autoptr (GPtrArray) acls = g_ptr_array_new_with_free_func (g_free);

	if (acl)
		g_ptr_array_add (acls, acl);
	assert_true (datapath_acl_set (n->d, slot, acls, NULL));
}

static guint64
seen_by_b (net *n)
{
	g_autoptr (kn_link) l = kn_link_get (n->k[NET_B], "eth0", NULL);

	return l ? l->counters.rx_packets : 0;
}

static sums
read_sums (net *n)
{
	sums s = { .seen = seen_by_b (n) };

	datapath_totals_get (n->d, SLOT_A, &s.a);
	datapath_totals_get (n->d, SLOT_B, &s.b);
	return s;
}

typedef struct {
	net *n;
	sums s;
} settling;

/* A busy machine handles what was sent a little later. */
static gboolean
settled (gpointer data)
{
	settling *x = data;
	sums before = read_sums (x->n);

	g_usleep (2000);
	x->s = read_sums (x->n);
	return memcmp (&x->s, &before, sizeof before) == 0;
}

static sums
sums_now (fixture *t)
{
	settling x = { .n = t->n };

	assert_true (net_wait (settled, &x));
	return x.s;
}

/* To an address that nobody has: nothing answers. */
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
	f[39] = 56;
}

static void
shoot (fixture *t, const guint8 *f, gsize len, guint count)
{
	while (count-- > 0)
		assert_int_equal (send (t->gun, f, len, 0), len);
}

/* Frames and bytes of `count` ordinary frames; `arrive` of them at B. */
static void
check_shots (fixture *t, guint count, guint arrive)
{
	guint8 f[FRAME];
	sums s, e;

	make_frame (t->n, f);
	s = sums_now (t);
	shoot (t, f, sizeof f, count);
	e = sums_now (t);
	assert_int_equal (e.a.out.packets - s.a.out.packets, count);
	assert_int_equal (e.a.out.bytes - s.a.out.bytes, count * FRAME);
	assert_int_equal (e.b.in.packets - s.b.in.packets, arrive);
	assert_int_equal (e.b.in.bytes - s.b.in.bytes, arrive * FRAME);
	assert_int_equal (e.seen - s.seen, arrive);
}

static void
test_straight (void **state)
{
	check_shots (*state, FRAMES, FRAMES);
}

/* The receiver's ACL, meter and drop reason, where the sender sends. */
static void
test_receiver_policy (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];
	datapath_count c;
	sums s, e;

	datapath_meter_forget (t->n->d, 1);
	set_acl (t->n, SLOT_B, net_acl (1, VMNET_INBOUND, VMNET_ACL_METER,
					"10.9.0.0/16"));
	check_shots (t, FRAMES, FRAMES);
	assert_true (datapath_meter_get (t->n->d, 1, &c));
	assert_int_equal (c.packets, FRAMES);
	assert_int_equal (c.bytes, FRAMES * FRAME);
	set_acl (t->n, SLOT_B, net_acl (2, VMNET_INBOUND, VMNET_ACL_DENY,
					"10.9.0.1/32"));
	s = sums_now (t);
	make_frame (t->n, f);
	shoot (t, f, sizeof f, FRAMES);
	e = sums_now (t);
	assert_int_equal (e.a.out.packets - s.a.out.packets, FRAMES);
	assert_int_equal (e.b.in.packets, s.b.in.packets);
	assert_int_equal (e.b.in_by_reason[DATAPATH_DROP_ACL].packets -
			  s.b.in_by_reason[DATAPATH_DROP_ACL].packets, FRAMES);
	assert_int_equal (e.b.in_dropped.packets - s.b.in_dropped.packets,
			  FRAMES);
	assert_int_equal (e.seen, s.seen);
	set_acl (t->n, SLOT_B, NULL);
	set_acl (t->n, SLOT_A, net_acl (3, VMNET_OUTBOUND, VMNET_ACL_DENY,
					"10.9.0.3/32"));
	s = sums_now (t);
	shoot (t, f, sizeof f, FRAMES);
	e = sums_now (t);
	assert_int_equal (e.a.out_by_reason[DATAPATH_DROP_ACL].packets -
			  s.a.out_by_reason[DATAPATH_DROP_ACL].packets,
			  FRAMES);
	assert_int_equal (e.seen, s.seen);
	set_acl (t->n, SLOT_A, NULL);
}

static void
on_drop (const datapath_drop *d, void *user)
{
	fixture *t = user;

	assert_int_equal (d->ifindex, t->n->port_b);
	assert_int_equal (d->slot, SLOT_B);
	assert_true (d->inbound);
	t->want++;
}

/* A trace sees it where it would have been dropped behind the bridge. */
static void
test_record (void **state)
{
	fixture *t = *state;
	datapath_drops *r = datapath_drops_open (t->n->d, on_drop, t, NULL);
	guint8 f[FRAME];

	assert_non_null (r);
	t->want = 0;
	set_acl (t->n, SLOT_B, net_acl (4, VMNET_INBOUND, VMNET_ACL_DENY,
					"0.0.0.0/0"));
	make_frame (t->n, f);
	shoot (t, f, sizeof f, 5);
	datapath_drops_consume (r);
	assert_int_equal (t->want, 5);
	set_acl (t->n, SLOT_B, NULL);
	/* With somebody looking, captures on the port see what passes. */
	kn_counters before = net_counters (t->n, "vpb");

	check_shots (t, FRAMES, FRAMES);
	assert_int_equal (net_counters (t->n, "vpb").tx_packets -
			  before.tx_packets, FRAMES);
	datapath_drops_close (r);
	before = net_counters (t->n, "vpb");
	check_shots (t, FRAMES, FRAMES);
	assert_int_equal (net_counters (t->n, "vpb").tx_packets -
			  before.tx_packets, t->peer ? 0 : FRAMES);
}

static void
no_arrival (fixture *t, const guint8 *f, gsize len)
{
	sums s = sums_now (t), e;

	shoot (t, f, len, FRAMES);
	e = sums_now (t);
	assert_int_equal (e.b.in.packets, s.b.in.packets);
	assert_int_equal (e.seen, s.seen);
}

/* Tags, other VLANs, foreign sources, ports that left: the bridge's. */
static void
test_bridge_instead (void **state)
{
	fixture *t = *state;
	datapath_port a = net_port (t->n, t->n->port_a), b = a;
	guint8 f[FRAME + 4];

	make_frame (t->n, f);
	memmove (f + 16, f + 12, FRAME - 12);
	memcpy (f + 12, "\x81\x00\x00\x05", 4);
	no_arrival (t, f, sizeof f);
	make_frame (t->n, f);
	b = net_port (t->n, t->n->port_b);
	b.vlan = 20;
	net_port_set (t->n, t->n->port_b, &b);
	no_arrival (t, f, FRAME);
	a.vlan = 20;
	net_port_set (t->n, t->n->port_a, &a);
	check_shots (t, 1, 1);
	a.vlan = b.vlan = 0;
	a.spoofing = TRUE;
	net_port_set (t->n, t->n->port_a, &a);
	net_port_set (t->n, t->n->port_b, &b);
	f[11] ^= 0x40;
	no_arrival (t, f, FRAME);
	f[11] ^= 0x40;
	a.spoofing = FALSE;
	net_port_set (t->n, t->n->port_a, &a);
	check_shots (t, 1, 1);
	assert_true (datapath_port_move (t->n->d, t->n->port_b, 0, NULL));
	no_arrival (t, f, FRAME);
	assert_true (datapath_port_move (t->n->d, t->n->port_b, a.vswitch,
					 NULL));
	check_shots (t, 1, 1);
}

/* Another switch's port does not get it, whoever has that address there. */
static void
test_other_switch (void **state)
{
	fixture *t = *state;
	datapath_port b = net_port (t->n, t->n->port_b);
	guint32 ours = b.vswitch;
	guint8 f[FRAME];

	b.vswitch = 9999;
	net_port_set (t->n, t->n->port_b, &b);
	make_frame (t->n, f);
	no_arrival (t, f, FRAME);
	b.vswitch = ours;
	net_port_set (t->n, t->n->port_b, &b);
	check_shots (t, 1, 1);
}

/* Longer than the receiver takes: as the bridge has it, it goes nowhere. */
static void
test_mtu (void **state)
{
	fixture *t = *state;
	guint8 f[1400] = { 0 };

	make_frame (t->n, f);
	f[16] = 1386 >> 8;
	f[17] = 1386 & 255;
	assert_true (kn_link_set_mtu (t->n->k[NET_HOST], "vpb", 1300, NULL));
	no_arrival (t, f, sizeof f);
	assert_true (kn_link_set_mtu (t->n->k[NET_HOST], "vpb", 1500, NULL));
	check_shots (t, 1, 1);
}

/* tc_index = one of our own marks */
static void
forge (net *n, guint32 mark, int *prog)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2,
		  .imm = mark },
		{ .code = BPF_STX | BPF_MEM | BPF_W, .dst_reg = 1,
		  .src_reg = 2, .off = offsetof (struct __sk_buff,
						 tc_index) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	kn *k = n->k[NET_OUTSIDE];
	int i = kn_ifindex (k, "eth0");

	*prog = bpf_prog_load (BPF_PROG_TYPE_SCHED_CLS, "forge", "GPL", code,
			       G_N_ELEMENTS (code), NULL);
	assert_true (*prog >= 0);
	assert_true (kn_clsact_ensure (k, i, NULL));
	assert_true (kn_filter_bpf_set (k, i, TRUE, 0, *prog, "forge", NULL));
}

static void
check_forged (fixture *t, guint32 mark)
{
	int gun = net_raw (t->n, NET_OUTSIDE), prog;
	guint8 f[FRAME];
	sums s, e;

	forge (t->n, mark, &prog);
	net_mac (t->n, NET_B, f);
	assert_true (kn_fdb_ensure (t->n->k[NET_HOST], "vpb", f, NULL));
	set_acl (t->n, SLOT_B, net_acl (5, VMNET_INBOUND, VMNET_ACL_DENY,
					"0.0.0.0/0"));
	make_frame (t->n, f);
	net_mac (t->n, NET_OUTSIDE, f + 6);
	s = sums_now (t);
	for (guint i = 0; i < FRAMES; i++)
		assert_int_equal (send (gun, f, sizeof f, 0), sizeof f);
	e = sums_now (t);
	assert_int_equal (e.b.in_dropped.packets - s.b.in_dropped.packets,
			  FRAMES);
	assert_int_equal (e.seen, s.seen);
	set_acl (t->n, SLOT_B, NULL);
	net_mac (t->n, NET_B, f);
	assert_true (kn_fdb_del (t->n->k[NET_HOST], "vpb", f, NULL));
	close (gun);
	close (prog);
}

/* Whoever sets our mark outside is judged all the same. */
static void
test_forged_mark (void **state)
{
	check_forged (*state, DATAPATH_MARK_DECIDED);
	check_forged (*state, DATAPATH_MARK_COPY);
	check_forged (*state, DATAPATH_MARK_COPY_AWAY);
}

/* What the port's program says of its sender is never a mark: no port has a
 * slot so high. */
static void
test_slots_are_no_marks (void **state)
{
	fixture *t = *state;
	datapath_port a = net_port (t->n, t->n->port_a), was = a;
	g_autoptr (GError) e = NULL;
	guint8 f[FRAME];
	sums s;

	for (a.slot = DATAPATH_MARK_COPY; a.slot <= DATAPATH_MARK_DECIDED;
	     a.slot++) {
		assert_false (datapath_port_set (t->n->d, t->n->k[NET_HOST],
						 t->n->port_a, &a, &e));
		assert_true (g_error_matches (e, VMNET_ERROR,
					      VMNET_ERROR_INVALID));
		assert_non_null (strstr (e->message, "1 to 65279"));
		g_clear_error (&e);
	}
	check_shots (t, FRAMES, FRAMES);
	/* The highest, by the bridge, where tc_index says it. */
	a.slot = DATAPATH_SLOT_MAX;
	a.vswitch = 0;
	net_port_set (t->n, t->n->port_a, &a);
	assert_true (kn_port_set (t->n->k[NET_HOST], "vpb", FALSE, TRUE, NULL));
	set_acl (t->n, SLOT_B, net_acl (8, VMNET_INBOUND, VMNET_ACL_DENY,
					"0.0.0.0/0"));
	s = sums_now (t);
	make_frame (t->n, f);
	shoot (t, f, sizeof f, FRAMES);
	assert_int_equal (sums_now (t).b.in_dropped.packets -
			  s.b.in_dropped.packets, FRAMES);
	assert_true (kn_port_set (t->n->k[NET_HOST], "vpb", FALSE, FALSE,
				  NULL));
	set_acl (t->n, SLOT_B, NULL);
	net_port_set (t->n, t->n->port_a, &was);
	datapath_slot_forget (t->n->d, a.slot);
}

/* The port leaves and joins while frames come: each is counted or is not
 * there, none is both. */
static void
test_leave_under_load (void **state)
{
	fixture *t = *state;
	datapath_port b = net_port (t->n, t->n->port_b);
	guint8 f[FRAME];
	guint moves = 0;
	sums s, e;
	int status;
	pid_t pid;

	make_frame (t->n, f);
	s = sums_now (t);
	pid = fork ();
	if (pid == 0) {
		for (guint i = 0; i < FLOOD; i++)
			if (send (t->gun, f, sizeof f, 0) != sizeof f)
				_exit (1);
		_exit (0);
	}
	while (waitpid (pid, &status, WNOHANG) == 0)
		assert_true (datapath_port_move (t->n->d, t->n->port_b,
			moves++ % 2 ? b.vswitch : 0, NULL));
	assert_int_equal (status, 0);
	net_port_set (t->n, t->n->port_b, &b);
	e = sums_now (t);
	printf ("# %u moves during %d frames, %d arrived\n", moves, FLOOD,
		(int) (e.seen - s.seen));
	assert_int_equal (e.a.out.packets - s.a.out.packets, FLOOD);
	assert_int_equal (e.b.in.packets - s.b.in.packets, e.seen - s.seen);
	assert_int_equal (e.b.in_dropped.packets, s.b.in_dropped.packets);
	assert_true (e.seen > s.seen);
}

/* Frames pass when the kernel has told of the carrier, later than it is there. */
static gboolean
has_carrier (gpointer data)
{
	fixture *t = data;
	g_autoptr (kn_link) l = kn_link_get (t->n->k[NET_HOST], "vpb", NULL);

	return l->carrier == (t->want != 0) &&
		(!t->want || l->operstate == IF_OPER_UP);
}

/* What the kernel drops there is no frame that passed. */
static void
check_down (fixture *t)
{
	guint8 f[FRAME];
	datapath_count m, n;
	sums s, e;
	datapath_count *was = &s.b.in_by_reason[DATAPATH_DROP_LINK_DOWN];
	datapath_count *now = &e.b.in_by_reason[DATAPATH_DROP_LINK_DOWN];

	make_frame (t->n, f);
	assert_true (datapath_meter_get (t->n->d, 1, &m));
	s = sums_now (t);
	shoot (t, f, sizeof f, FRAMES);
	e = sums_now (t);
	assert_true (datapath_meter_get (t->n->d, 1, &n));
	assert_int_equal (e.a.out.packets - s.a.out.packets, FRAMES);
	assert_int_equal (e.b.in.packets, s.b.in.packets);
	assert_int_equal (e.seen, s.seen);
	assert_int_equal (n.packets, m.packets);
	assert_int_equal (now->packets - was->packets, FRAMES);
	assert_int_equal (now->bytes - was->bytes, FRAMES * FRAME);
	assert_int_equal (e.b.in_dropped.packets - s.b.in_dropped.packets,
			  FRAMES);
}

static void
set_up (fixture *t, int space, const char *link, gboolean up, gboolean carrier)
{
	assert_true (kn_link_set_up (t->n->k[space], link, up, NULL));
	t->want = carrier;
	assert_true (net_wait (has_carrier, t));
}

/* By whoever: the port's own interface, or what is at its other end. */
static void
test_down (void **state)
{
	fixture *t = *state;

	set_acl (t->n, SLOT_B, net_acl (1, VMNET_INBOUND, VMNET_ACL_METER,
					"10.9.0.0/16"));
	check_shots (t, FRAMES, FRAMES);
	set_up (t, NET_HOST, "vpb", FALSE, FALSE);
	check_down (t);
	set_up (t, NET_HOST, "vpb", TRUE, TRUE);
	check_shots (t, FRAMES, FRAMES);
	set_up (t, NET_B, "eth0", FALSE, FALSE);
	check_down (t);
	set_up (t, NET_B, "eth0", TRUE, TRUE);
	check_shots (t, FRAMES, FRAMES);
	set_acl (t->n, SLOT_B, NULL);
}

/* An interface that somebody removed, before anyone told the data path. */
static void
test_gone (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];
	sums s, e;

	assert_true (kn_link_del (t->n->k[NET_HOST], "vpb", NULL));
	make_frame (t->n, f);
	s = sums_now (t);
	shoot (t, f, sizeof f, FRAMES);
	e = sums_now (t);
	assert_int_equal (e.a.out.packets - s.a.out.packets, FRAMES);
	assert_int_equal (e.b.in.packets, s.b.in.packets);
}

/* Without it, nobody speaks but us. */
static void
no_ipv6 (net *n, int space)
{
	net_enter (n, space);
	sysctl_net_write ("ipv6/conf/all/disable_ipv6", "1", NULL);
	net_leave (n);
}

/* From here on past the port's interface, too. */
static void
test_into_namespace (void **state)
{
	fixture *t = *state;

	t->peer = TRUE;
	net_straight (t->n, TRUE);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);
	guint8 mac[6];

	t->n = net_new ();
	for (int i = 0; i < NET_SPACES; i++)
		no_ipv6 (t->n, i);
	net_straight (t->n, FALSE);
	/* It may have learned the address; from here on it learns no more. */
	net_mac (t->n, NET_B, mac);
	kn_fdb_del (t->n->k[NET_HOST], "vpb", mac, NULL);
	t->gun = net_raw (t->n, NET_A);
	*state = t;
	return 0;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	close (t->gun);
	net_free (t->n);
	g_free (t);
	return 0;
}

#define BOTH_WAYS \
	cmocka_unit_test (test_straight), \
	cmocka_unit_test (test_receiver_policy), \
	cmocka_unit_test (test_record), \
	cmocka_unit_test (test_bridge_instead), \
	cmocka_unit_test (test_other_switch), \
	cmocka_unit_test (test_mtu), \
	cmocka_unit_test (test_forged_mark), \
	cmocka_unit_test (test_slots_are_no_marks), \
	cmocka_unit_test (test_leave_under_load)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		BOTH_WAYS,
		cmocka_unit_test (test_down),
		cmocka_unit_test (test_into_namespace),
		BOTH_WAYS,
		cmocka_unit_test (test_gone),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
