/*
 * test_bpf_outside.c - frames to addresses that the bridge has learned at an
 * uplink, past the bridge: what it learns, moves and forgets is known at that
 * moment, whatever must take the bridge takes it, and the uplink sees each frame
 * as it did before.
 */
#include <config.h>

#include <linux/pkt_sched.h>
#include <sched.h>
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

#include "bpf_outside.h"

#define CLASS (0x10010 + SLOT_A)

static const outside_fate straight = { TRUE, FRAMES, 0 };
static const outside_fate by_bridge = { FALSE, FRAMES, 0 };
static const outside_fate nowhere = { FALSE, 0, 0 };
static const outside_fate to_b = { FALSE, 0, FRAMES };

/* An unknown address goes by the bridge, which floods it to the uplink. */
static void
test_learned (void **state)
{
	outside_lab *t = *state;

	outside_forget (t);
	outside_check (t, by_bridge);
	outside_learn (t);
	outside_check (t, straight);
	outside_check_to (t, t->there, 1200, straight);
	outside_forget (t);
	outside_check (t, by_bridge);
	outside_learn (t);
}

/* The bridge's own clock. Its least is a second. */
static void
test_aged (void **state)
{
	outside_lab *t = *state;

	outside_learn (t);
	outside_check (t, straight);
	outside_by_hand (t, "ip link set br0 type bridge ageing_time 100");
	for (guint i = 0; i < 6 && !outside_is_forgotten (t); i++)
		net_wait (outside_is_forgotten, t);
	assert_int_equal (outside_known (t), 0);
	outside_by_hand (t, "ip link set br0 type bridge ageing_time 30000");
	outside_check (t, by_bridge);
	outside_learn (t);
	outside_check (t, straight);
}

/* From outside to a guest of B, and back. */
static void
test_moved (void **state)
{
	outside_lab *t = *state;
	datapath_port was = net_port (t->n, t->n->port_b), b = was;
	int gun = net_raw (t->n, NET_B);

	b.spoofing = TRUE;
	net_port_set (t->n, t->n->port_b, &b);
	assert_true (kn_port_set (t->n->k[NET_HOST], "vpb", TRUE, TRUE, NULL));
	outside_learn (t);
	outside_check (t, straight);
	outside_speak (t, gun, t->there);
	outside_wait (outside_is_forgotten, t);
	outside_check (t, to_b);
	outside_learn (t);
	outside_check (t, straight);
	assert_true (kn_port_set (t->n->k[NET_HOST], "vpb", FALSE, FALSE,
				  NULL));
	net_port_set (t->n, t->n->port_b, &was);
	close (gun);
}

/* A VM comes that has the address: from its port on, and from its entry on. */
static void
test_arrives (void **state)
{
	outside_lab *t = *state;
	datapath_port was = net_port (t->n, t->n->port_b), b = was;
	kn *h = t->n->k[NET_HOST];

	outside_learn (t);
	memcpy (b.mac, t->there, 6);
	net_port_set (t->n, t->n->port_b, &b);
	assert_int_equal (outside_known (t), 0);
	outside_check (t, to_b);
	net_port_set (t->n, t->n->port_b, &was);
	outside_forget (t);
	outside_learn (t);
	outside_check (t, straight);
	assert_true (kn_fdb_ensure (h, "vpb", t->there, NULL));
	assert_int_equal (outside_known (t), 0);
	outside_check (t, to_b);
	assert_true (kn_fdb_del (h, "vpb", t->there, NULL));
	outside_check (t, by_bridge);
	/* Written by hand for the uplink: right, and left to the bridge. */
	assert_true (kn_fdb_ensure (h, "pnic0", t->there, NULL));
	outside_check (t, by_bridge);
	assert_true (kn_fdb_del (h, "pnic0", t->there, NULL));
	outside_learn (t);
	outside_check (t, straight);
}

/* Whoever looks at the bridge, or has it decide where frames may go. */
static void
test_bridge_instead (void **state)
{
	outside_lab *t = *state;
	guint8 f[FRAME];

	outside_learn (t);
	outside_by_hand (t, "ip link set br0 promisc on");
	outside_check (t, by_bridge);
	outside_by_hand (t, "ip link set br0 promisc off");
	outside_check (t, straight);
	outside_by_hand (t, "bridge link set dev vpa isolated on; "
		 "bridge link set dev pnic0 isolated on");
	outside_check (t, nowhere);
	outside_by_hand (t, "bridge link set dev pnic0 isolated off");
	outside_check (t, by_bridge);
	outside_by_hand (t, "bridge link set dev vpa isolated off");
	outside_check (t, straight);
	/* A loop may be what it waits to see. */
	outside_by_hand (t, "ip link set br0 type bridge stp_state 1");
	outside_forget_agreed (t);
	outside_make_frame (f, t->here, t->there);
	assert_int_equal (send (t->gun, f, sizeof f, 0), sizeof f);
	outside_sums_now (t);
	assert_int_equal (outside_known (t), t->n->uplink);
	assert_false (outside_went_straight (t));
	outside_by_hand (t, "ip link set br0 type bridge stp_state 0");
	outside_forget (t);
	outside_learn (t);
	outside_check (t, straight);
}

/* A filter of others keeps state, perhaps: it sees both directions, or none. */
static void
test_filtered (void **state)
{
	outside_lab *t = *state;
	gboolean shown;

	if (system ("nft --version >/dev/null 2>&1") != 0) {
		skip ();
		return;
	}
	outside_learn (t);
	outside_check (t, straight);
	outside_by_hand (t, "nft add table bridge x; nft 'add chain bridge x c "
			 "{ type filter hook forward priority 0; }'");
	outside_check (t, by_bridge);
	outside_by_hand (t, "nft add rule bridge x c drop");
	outside_check (t, nowhere);
	outside_by_hand (t, "nft delete table bridge x");
	outside_check (t, straight);
	/* Rules of IP are asked where br_netfilter is. */
	shown = system ("test -e /proc/sys/net/bridge/"
			"bridge-nf-call-iptables") == 0;
	outside_by_hand (t, "nft add table ip x; nft 'add chain ip x c "
			 "{ type filter hook forward priority 0; }'");
	outside_check (t, shown ? by_bridge : straight);
	outside_by_hand (t, "nft delete table ip x");
	outside_check (t, straight);
}

static void
test_mtu (void **state)
{
	outside_lab *t = *state;

	outside_learn (t);
	assert_true (kn_link_set_mtu (t->n->k[NET_HOST], "pnic0", 1000, NULL));
	outside_check_to (t, t->there, 1200, nowhere);
	outside_check_to (t, t->there, 1000, straight);
	assert_true (kn_link_set_mtu (t->n->k[NET_HOST], "pnic0", 1500, NULL));
	outside_check_to (t, t->there, 1200, straight);
}

/*
 * A host of its own, whose bridge and port have the numbers of ours, learns an
 * address, and forgets it if it is to; lives till it is killed. Returns once
 * that is done.
 */
static pid_t
start_other (outside_lab *t, gboolean forgets)
{
	kn *h = t->n->k[NET_HOST];
	g_autofree char *script = g_strdup_printf (
		"exec 2>&1; ip link add br9 index %d type bridge && "
		"ip link add p9 index %d type veth peer name q9 && "
		"ip link set q9 address %02x:%02x:%02x:%02x:%02x:%02x up && "
		"ip link set p9 master br9 up && ip link set br9 up && "
		"until bridge fdb show br br9 | grep -v permanent | "
		"grep -q 'dev p9'; do "
		"ip link set q9 down; ip link set q9 up; sleep 0.1; done; "
		"%s echo; exec sleep 60", kn_ifindex (h, "br0"),
		t->n->uplink, t->there[0], t->there[1], t->there[2],
		t->there[3], t->there[4], t->there[5],
		forgets ? "ip link set p9 down;" : "");
	int said[2];
	char c = 0;
	pid_t pid;

	assert_int_equal (pipe (said), 0);
	pid = fork ();
	if (pid == 0) {
		dup2 (said[1], 1);
		if (unshare (CLONE_NEWNET) == 0)
			execl ("/bin/sh", "sh", "-c", script, NULL);
		_exit (127);
	}
	close (said[1]);
	assert_int_equal (read (said[0], &c, 1), 1);
	close (said[0]);
	assert_int_equal (c, '\n');
	return pid;
}

static void
stop (pid_t pid)
{
	assert_int_equal (kill (pid, SIGKILL), 0);
	assert_int_equal (waitpid (pid, NULL, 0), pid);
}

/* Bridges of other namespaces have the same numbers, and say nothing here. */
static void
test_other_namespace (void **state)
{
	outside_lab *t = *state;
	pid_t pid;

	outside_learn (t);
	pid = start_other (t, TRUE);
	assert_int_equal (outside_known (t), t->n->uplink);
	outside_check (t, straight);
	stop (pid);
	outside_forget (t);
	pid = start_other (t, FALSE);
	assert_int_equal (outside_known (t), 0);
	outside_check (t, by_bridge);
	stop (pid);
	outside_learn (t);
}

/* A data path that comes later knows what the bridge knew by then. */
static void
test_known_before (void **state)
{
	outside_lab *t = *state;
	g_autofree char *pins = g_strconcat (t->n->pins, "-late", NULL);
	datapath *was = t->n->d;
	datapath_port a = net_port (t->n, t->n->port_a);

	outside_learn (t);
	t->n->d = datapath_open (pins, NULL);
	assert_non_null (t->n->d);
	assert_int_equal (outside_known (t), 0);
	net_port_set (t->n, t->n->port_a, &a);
	assert_int_equal (outside_known (t), t->n->uplink);
	outside_forget_agreed (t);
	outside_speak (t, t->gun, t->here);
	outside_forget (t);
	outside_learn (t);
	datapath_close (t->n->d);
	assert_true (datapath_remove (pins, NULL));
	t->n->d = was;
	net_port_set (t->n, t->n->port_a, &a);
	outside_check (t, straight);
}

static gboolean
has_carrier (gpointer data)
{
	outside_lab *t = data;
	g_autoptr (kn_link) l = kn_link_get (t->n->k[NET_HOST], "pnic0", NULL);

	return l->carrier == t->up && (!t->up || l->operstate == 6);
}

static void
set_up (outside_lab *t, int space, const char *link, gboolean up)
{
	assert_true (kn_link_set_up (t->n->k[space], link, up, NULL));
	t->up = up;
	outside_wait (has_carrier, t);
}

/* Down here, or at the other end: as by the bridge, frames go nowhere. */
static void
test_down (void **state)
{
	outside_lab *t = *state;

	outside_learn (t);
	set_up (t, NET_HOST, "pnic0", FALSE);
	outside_wait (outside_is_forgotten, t);
	outside_check (t, nowhere);
	set_up (t, NET_HOST, "pnic0", TRUE);
	outside_learn (t);
	outside_check (t, straight);
	set_up (t, NET_OUTSIDE, "eth0", FALSE);
	outside_wait (outside_is_forgotten, t);
	outside_check (t, nowhere);
	set_up (t, NET_OUTSIDE, "eth0", TRUE);
	outside_learn (t);
	outside_check (t, straight);
}

static guint64
class_bytes (net *n, guint32 handle)
{
	g_autofree kn_class *c = kn_class_get (n->k[NET_HOST], n->uplink,
					       handle, NULL);

	assert_non_null (c);
	return c->bytes;
}

/* The adapter's class has each frame; the one for the rest has none. */
static void
test_class (void **state)
{
	outside_lab *t = *state;
	kn *h = t->n->k[NET_HOST];
	const guint64 rate = 1000000000;
	const guint32 burst = 1 << 20;
	guint32 handles[] = { 0x10001, 0x10002, CLASS };

	outside_learn (t);
	assert_true (kn_htb_add (h, t->n->uplink, 0x10000, 2, NULL));
	for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
		assert_true (kn_htb_class_set (h, t->n->uplink, i ? 0x10001
			: 0x10000, handles[i], rate, rate, burst, burst,
			60000, 0, NULL));
	outside_check (t, straight);
	assert_int_equal (class_bytes (t->n, CLASS), FRAMES * FRAME);
	assert_int_equal (class_bytes (t->n, 0x10002), 0);
	assert_true (kn_qdisc_del (h, t->n->uplink, TC_H_ROOT, 0x10000, NULL));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_learned),
		cmocka_unit_test (test_aged),
		cmocka_unit_test (test_moved),
		cmocka_unit_test (test_arrives),
		cmocka_unit_test (test_bridge_instead),
		cmocka_unit_test (test_filtered),
		cmocka_unit_test (test_mtu),
		cmocka_unit_test (test_other_namespace),
		cmocka_unit_test (test_known_before),
		cmocka_unit_test (test_class),
		cmocka_unit_test (test_down),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, outside_setup,
					outside_teardown);
}
