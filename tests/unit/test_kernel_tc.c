/* test_kernel_tc.c - queueing disciplines, classes, filters and ethtool,
 * against tc and ethtool. */
#include "config.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_sched.h>
#include <string.h>
#include <unistd.h>

#include "kernel_support.h"

#define GBIT G_GUINT64_CONSTANT (1000000000)
#define MBIT G_GUINT64_CONSTANT (1000000)

typedef struct {
	kn *k;
	int p, q;		/* ifindex of both ends */
} setting;

static int
a_pair (void **state)
{
	setting *s = g_new0 (setting, 1);

	*state = s;
	s->k = kn_open (-1, NULL);
	if (s->k == NULL || geteuid () != 0)
		return s->k ? 0 : -1;
	make_pair (s->k, "p0", "q0");
	s->p = kn_ifindex (s->k, "p0");
	s->q = kn_ifindex (s->k, "q0");
	return 0;
}

static int
no_pair (void **state)
{
	setting *s = *state;

	kn_link_del (s->k, "p0", NULL);
	kn_link_del (s->k, "i0", NULL);
	kn_close (s->k);
	g_free (s);
	return 0;
}

static int
program (enum bpf_prog_type type, int verdict)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load (type, "test", "GPL", code, 2, NULL);

	assert_true (fd >= 0);
	return fd;
}

static char *
output_of (const char *command)
{
	char *out = NULL;

	assert_true (g_spawn_command_line_sync (command, &out, NULL, NULL,
						NULL));
	return out;
}

/* A line of tc that begins so: its classes have no JSON form. */
static void
assert_shown (const char *line)
{
	g_autofree char *out = output_of ("tc class show dev p0");

	if (strstr (out, line) == NULL)
		fail_msg ("not \"%s\" in: %s", line, out);
}

/* ---- HTB, TBF ---- */

static kn_class
class_of (setting *s, guint32 handle)
{
	g_autoptr (GPtrArray) all = NULL;

	worked (all = kn_classes (s->k, s->p, &error));
	for (guint i = 0; i < all->len; i++)
		if (((kn_class *) all->pdata[i])->handle == handle)
			return *(kn_class *) all->pdata[i];
	return (kn_class) { 0 };
}

static void
test_htb (void **state)
{
	setting *s = *state;
	g_autofree kn_class *one = NULL;
	kn_class c;

	need_root ();
	worked (kn_htb_add (s->k, s->p, 0x10000, 0x10002, &error));
	worked (kn_htb_class_set (s->k, s->p, 0x10000, 0x10001, 200 * MBIT,
				  200 * MBIT, 0, 0, 1514, 0, &error));
	worked (kn_htb_class_set (s->k, s->p, 0x10001, 0x10010, 120 * MBIT,
				  160 * MBIT, 30000, 40000, 6000, 3,
				  &error));
	assert_said ("tc -j qdisc show dev p0 root", "$[0].options.default",
		     "0x2");
	assert_shown ("class htb 1:10 parent 1:1 prio 3 rate 120Mbit ceil "
		      "160Mbit burst 30000b cburst 40000b");
	c = class_of (s, 0x10010);
	worked (one = kn_class_get (s->k, s->p, 0x10010, &error));
	assert_memory_equal (one, &c, sizeof c);
	assert_null (kn_class_get (s->k, s->p, 0x10011, NULL));
	assert_true (kn_failed_with (s->k, ENOENT));
	assert_int_equal (c.parent, 0x10001);
	assert_true (c.rate == 120 * MBIT && c.ceil == 160 * MBIT);
	assert_in_range (c.burst, 30000, 30002);
	assert_in_range (c.cburst, 40000, 40002);
	assert_int_equal (c.quantum, 6000);
	assert_int_equal (c.prio, 3);
	/* Changed in place, its counters kept. */
	worked (kn_htb_class_set (s->k, s->p, 0x10001, 0x10010, 40 * MBIT,
				  80 * MBIT, 0, 0, 6000, 3, &error));
	c = class_of (s, 0x10010);
	assert_true (c.rate == 40 * MBIT && c.ceil == 80 * MBIT);
	assert_in_range (c.burst, 65536, 65538);
	worked (kn_class_del (s->k, s->p, 0x10010, &error));
	assert_int_equal (class_of (s, 0x10010).handle, 0);
	worked (kn_qdisc_del (s->k, s->p, TC_H_ROOT, 0x10000, &error));
	assert_said ("tc -j qdisc show dev p0 root", "$[0].kind", "noqueue");
}

/* More than 32 bits of bytes a second: 34.36 Gbit/s and up. */
static void
test_htb_fast (void **state)
{
	setting *s = *state;
	kn_class c;

	need_root ();
	worked (kn_htb_add (s->k, s->p, 0x10000, 0x10002, &error));
	worked (kn_htb_class_set (s->k, s->p, 0x10000, 0x10001, 34 * GBIT,
				  400 * GBIT, 0, 0, 60000, 0, &error));
	c = class_of (s, 0x10001);
	assert_true (c.rate == 34 * GBIT);
	assert_true (c.ceil == 400 * GBIT);
	assert_shown ("class htb 1:1 root prio 0 rate 34Gbit ceil 400Gbit");
	assert_in_range (c.burst, 42500000, 42510000);	/* 10 ms */
}

static void
test_htb_counts (void **state)
{
	setting *s = *state;
	kn_class c;

	need_root ();
	worked (kn_htb_add (s->k, s->p, 0x10000, 0x10002, &error));
	worked (kn_htb_class_set (s->k, s->p, 0x10000, 0x10002, GBIT, GBIT,
				  0, 0, 1514, 0, &error));
	send_frames (s->k, "p0", 20, 500);
	c = class_of (s, 0x10002);
	/* The kernel's own neighbour discovery may come in between. */
	assert_in_range (c.packets, 20, 24);
	assert_in_range (c.bytes, 10000, 10500);
	assert_int_equal (c.drops, 0);
}

static void
test_htb_refused (void **state)
{
	setting *s = *state;

	need_root ();
	worked (kn_htb_add (s->k, s->p, 0x10000, 0x10002, &error));
	refused (kn_htb_add (s->k, s->p, 0x10000, 0x10002, &error),
		 VMNET_ERROR_EXISTS, "add HTB 1: to p0, which has a root "
		 "queueing discipline of someone's (tc qdisc del dev p0 root "
		 "removes it): File exists");
	refused (kn_class_del (s->k, s->p, 0x10077, &error),
		 VMNET_ERROR_NOT_FOUND,
		 "delete class 1:77 of p0: No such file or directory");
	refused (kn_htb_add (s->k, 9999, 0x10000, 0x10002, &error),
		 VMNET_ERROR_NOT_FOUND,
		 "add HTB 1: to interface 9999: No such device");
}

static void
test_tbf (void **state)
{
	setting *s = *state;
	g_autoptr (GPtrArray) all = NULL;
	const char *show = "tc -j qdisc show dev q0 root";
	int found = 0;

	need_root ();
	worked (kn_tbf_set (s->k, s->q, 200 * MBIT, 20000, 100000, &error));
	assert_said (show, "$[0].options.rate", "25000000");
	assert_said (show, "$[0].options.burst", "20000");
	/* The limit, as the time that it takes beyond the burst. */
	assert_said (show, "$[0].options.lat", "3200");
	worked (kn_tbf_set (s->k, s->q, 100 * GBIT, 0, 100000, &error));
	assert_said (show, "$[0].options.rate", "12500000000");
	worked (all = kn_qdiscs (s->k, &error));
	for (guint i = 0; i < all->len; i++) {
		const kn_qdisc *q = all->pdata[i];

		if (q->ifindex != s->q)
			continue;
		found++;
		assert_string_equal (q->kind, "tbf");
		assert_int_equal (q->parent, TC_H_ROOT);
	}
	assert_int_equal (found, 1);
}

/* ---- clsact ---- */

static void
test_clsact (void **state)
{
	setting *s = *state;

	need_root ();
	worked (kn_clsact_ensure (s->k, s->p, &error));
	worked (kn_clsact_ensure (s->k, s->p, &error));
	assert_said ("tc -j qdisc show dev p0", "$[1].kind", "clsact");
	assert_int_equal (g_spawn_command_line_sync
			  ("tc qdisc add dev q0 ingress", NULL, NULL, NULL,
			   NULL), TRUE);
	refused (kn_clsact_ensure (s->k, s->q, &error), VMNET_ERROR_EXISTS,
		 "add clsact to q0, where another program's ingress qdisc "
		 "sits (tc qdisc del dev q0 ingress removes it): "
		 "File exists");
}

/* The only one of ours on a side; fails where there is none or more. */
static kn_filter
our_filter (setting *s, gboolean egress)
{
	g_autoptr (GPtrArray) all = NULL;
	kn_filter f = { 0 };
	int n = 0;

	worked (all = kn_filters (s->k, s->p, egress, &error));
	for (guint i = 0; i < all->len; i++)
		if (((kn_filter *) all->pdata[i])->ours) {
			f = *(kn_filter *) all->pdata[i];
			n++;
		}
	assert_int_equal (n, 1);
	return f;
}

static void
test_filter (void **state)
{
	setting *s = *state;
	int pass, drop;
	guint32 first;

	need_root ();
	pass = program (BPF_PROG_TYPE_SCHED_CLS, -1);
	drop = program (BPF_PROG_TYPE_SCHED_CLS, 2);
	worked (kn_clsact_ensure (s->k, s->p, &error));
	worked (kn_filter_bpf_set (s->k, s->p, FALSE, 0, pass, "vmnet:out",
				   &error));
	first = our_filter (s, FALSE).prog_id;
	assert_string_equal (our_filter (s, FALSE).name, "vmnet:out");
	/* Replaced: still one, with the other program. */
	worked (kn_filter_bpf_set (s->k, s->p, FALSE, 0, drop, "vmnet:out",
				   &error));
	assert_int_not_equal (our_filter (s, FALSE).prog_id, first);
	worked (kn_filter_bpf_set (s->k, s->p, TRUE, 0, pass, "vmnet:in",
				   &error));
	assert_int_equal (our_filter (s, TRUE).prog_id, first);
	assert_said ("tc -j filter show dev p0 egress",
		     "$[1].options.bpf_name", "vmnet:in");
	worked (kn_filter_bpf_del (s->k, s->p, FALSE, 0, &error));
	assert_said ("tc -j filter show dev p0 ingress", "$", "[]");
	refused (kn_filter_bpf_del (s->k, s->p, FALSE, 0, &error),
		 VMNET_ERROR_NOT_FOUND, "detach the BPF program from ingress "
		 "of p0: No such file or directory (Cannot find specified "
		 "filter chain)");
	refused (kn_filter_bpf_set (s->k, s->q, FALSE, 0, pass, "x", &error),
		 VMNET_ERROR_INVALID, "attach BPF program x to ingress of "
		 "q0: Invalid argument (Parent Qdisc doesn't exists)");
	close (pass);
	close (drop);
}

/* Another's filter is seen as such and survives ours. */
static void
test_filter_foreign (void **state)
{
	setting *s = *state;
	g_autoptr (GPtrArray) all = NULL;
	int pass, status = -1;

	need_root ();
	pass = program (BPF_PROG_TYPE_SCHED_CLS, -1);
	worked (kn_clsact_ensure (s->k, s->p, &error));
	g_spawn_command_line_sync ("tc filter add dev p0 ingress prio 7 "
				   "handle 800::5 protocol all u32 match "
				   "u32 0 0 flowid 1:1", NULL, NULL, &status,
				   NULL);
	assert_int_equal (status, 0);
	worked (kn_filter_bpf_set (s->k, s->p, FALSE, 0, pass, "ours", &error));
	worked (all = kn_filters (s->k, s->p, FALSE, &error));
	assert_int_equal (all->len, 2);
	assert_int_equal (((kn_filter *) all->pdata[0])->prio, 7);
	assert_false (((kn_filter *) all->pdata[0])->ours);
	assert_string_equal (((kn_filter *) all->pdata[0])->name, "u32");
	worked (kn_filter_bpf_del (s->k, s->p, FALSE, 0, &error));
	assert_said ("tc -j filter show dev p0 ingress", "$[0].pref", "7");
	close (pass);
}

static void
test_redirect (void **state)
{
	setting *s = *state;
	g_autoptr (kn_link) ifb = NULL;

	need_root ();
	worked (kn_ifb_add (s->k, "i0", &error));
	worked (kn_link_set_up (s->k, "i0", TRUE, &error));
	worked (kn_ingress_redirect (s->k, s->p, kn_ifindex (s->k, "i0"),
				     &error));
	worked (kn_ingress_redirect (s->k, s->p, kn_ifindex (s->k, "i0"),
				     &error));
	send_frames (s->k, "q0", 10, 300);
	ifb = kn_link_get (s->k, "i0", NULL);
	assert_in_range (ifb->counters.rx_packets, 10, 14);
}

static void
test_xdp (void **state)
{
	setting *s = *state;
	g_autoptr (kn_link) with = NULL, without = NULL;
	int pass;

	need_root ();
	pass = program (BPF_PROG_TYPE_XDP, 2);
	worked (kn_xdp_set (s->k, s->q, pass, &error));
	with = kn_link_get (s->k, "q0", NULL);
	assert_int_not_equal (with->xdp_prog_id, 0);
	assert_said ("ip -d -j link show q0", "$[0].xdp.mode", "1");
	worked (kn_xdp_set (s->k, s->q, -1, &error));
	without = kn_link_get (s->k, "q0", NULL);
	assert_int_equal (without->xdp_prog_id, 0);
	close (pass);
}

/* ---- ethtool ---- */

static void
test_ethtool (void **state)
{
	setting *s = *state;
	g_autofree char *driver = NULL, *features = NULL, *tool = NULL;

	need_root ();
	assert_true (kn_link_speed (s->k, "p0") == 10 * GBIT);
	assert_true (kn_link_speed (s->k, "lo") == 0);
	assert_true (kn_link_speed (s->k, "nosuch") == 0);
	driver = kn_driver (s->k, "p0");
	assert_string_equal (driver, "veth");
	assert_null (kn_driver (s->k, "nosuch"));
	worked (kn_feature_set (s->k, "p0", "tx-checksum-ip-generic", FALSE,
				&error));
	refused (kn_feature_set (s->k, "p0", "nosuch", FALSE, &error),
		 VMNET_ERROR_UNSUPPORTED, "set feature nosuch of p0 off: "
		 "Operation not supported (bit name not found)");
	refused (kn_feature_set (s->k, "nosuch", "rx-gro", FALSE, &error),
		 VMNET_ERROR_NOT_FOUND, "set feature rx-gro of nosuch off: "
		 "No such device (no device matches name)");
	tool = g_find_program_in_path ("ethtool");
	if (tool == NULL)
		skip ();
	features = output_of ("ethtool -k p0");
	assert_non_null (strstr (features, "tx-checksum-ip-generic: off"));
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, a_pair, no_pair)
	const struct CMUnitTest tests[] = {
		TEST (test_htb),
		TEST (test_htb_fast),
		TEST (test_htb_counts),
		TEST (test_htb_refused),
		TEST (test_tbf),
		TEST (test_clsact),
		TEST (test_filter),
		TEST (test_filter_foreign),
		TEST (test_redirect),
		TEST (test_xdp),
		TEST (test_ethtool),
	};

	return cmocka_run_group_tests (tests, own_network, NULL);
}
