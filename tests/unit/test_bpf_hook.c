/*
 * test_bpf_hook.c - where a port's programs hang: on the interface itself where
 * its frames leave by it and the kernel can (tcx), else on clsact; replaced
 * where they are; the programs of others stay.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_net.h"

#define MOST 8

typedef struct {
	int ifindex, prog;
	enum bpf_attach_type side;
	guint32 ids[MOST], n;
	gboolean ok;
} question;

static void
ask (gpointer data)
{
	question *q = data;

	q->n = MOST;
	q->ok = bpf_prog_query (q->ifindex, q->side, 0, NULL, q->ids,
				&q->n) == 0;
}

static void
attach (gpointer data)
{
	question *q = data;

	q->ok = bpf_prog_attach (q->prog, q->ifindex, q->side, 0) == 0;
}

/* 46: ingress, 47: egress, of tcx. FALSE: the kernel has no such hook. */
static gboolean
on_interface (net *n, int ifindex, int side, question *q)
{
	*q = (question) { .ifindex = ifindex, .side = side };
	assert_true (kn_inside (n->k[NET_HOST], ask, q));
	return q->ok;
}

static guint
classifiers (net *n, int ifindex, guint32 *id)
{
	g_autoptr (GPtrArray) in =
		kn_filters (n->k[NET_HOST], ifindex, FALSE, NULL);

	*id = in && in->len ? ((kn_filter *) in->pdata[0])->prog_id : 0;
	return in ? in->len : 0;
}

static void
need_tcx (net *n)
{
	question q;

	if (on_interface (n, n->port_a, 46, &q))
		return;
	printf ("# this kernel has no tcx\n");
	skip ();
}

/* net_new's ports are veths whose frames take the port's interface. */
static void
test_straight (void **state)
{
	net *n = *state;
	datapath_port p = net_port (n, n->port_a);
	guint32 id;
	question q;

	need_tcx (n);
	assert_true (on_interface (n, n->port_a, 46, &q));
	assert_int_equal (q.n, 1);
	assert_int_equal (q.ids[0], n->d->prog_ids[DP_PROG_OUT]);
	assert_true (on_interface (n, n->port_a, 47, &q));
	assert_int_equal (q.n, 1);
	assert_int_equal (q.ids[0], n->d->prog_ids[DP_PROG_IN]);
	assert_int_equal (classifiers (n, n->port_a, &id), 0);
	/* Twice is once; and it stays there, whatever becomes of the port. */
	p.peer = TRUE;
	net_port_set (n, n->port_a, &p);
	assert_true (on_interface (n, n->port_a, 46, &q));
	assert_int_equal (q.n, 1);
	assert_int_equal (classifiers (n, n->port_a, &id), 0);
	assert_true (datapath_port_get (n->d, n->k[NET_HOST], n->port_a, &p));
}

static void
test_classifier_stays (void **state)
{
	net *n = *state;
	datapath_port p = net_port (n, n->port_b);
	guint32 id;
	question q;

	assert_true (datapath_port_clear (n->d, n->k[NET_HOST], n->port_b,
					  NULL));
	p.peer = TRUE;
	net_port_set (n, n->port_b, &p);
	assert_int_equal (classifiers (n, n->port_b, &id), 1);
	assert_int_equal (id, n->d->prog_ids[DP_PROG_OUT]);
	p.peer = FALSE;
	net_port_set (n, n->port_b, &p);
	assert_int_equal (classifiers (n, n->port_b, &id), 1);
	assert_true (datapath_port_get (n->d, n->k[NET_HOST], n->port_b, &p));
	if (on_interface (n, n->port_b, 46, &q))
		assert_int_equal (q.n, 0);
	assert_true (datapath_port_clear (n->d, n->k[NET_HOST], n->port_b,
					  NULL));
	assert_int_equal (classifiers (n, n->port_b, &id), 0);
}

/* Somebody's program that lets all pass. */
static int
foreign_program (void)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load (BPF_PROG_TYPE_SCHED_CLS, "foreign", "GPL", pass,
			      G_N_ELEMENTS (pass), NULL);
}

/* Another build's programs have the same names; ours come in their places. */
static void
test_another_build (void **state)
{
	net *n = *state;
	g_autofree char *pins = g_strconcat (n->pins, "-other", NULL);
	question q = { .ifindex = n->port_a, .side = 46,
		       .prog = foreign_program () };
	datapath_port p = net_port (n, n->port_a);
	datapath *other;

	need_tcx (n);
	assert_true (kn_inside (n->k[NET_HOST], attach, &q) && q.ok);
	other = datapath_open (pins, NULL);
	assert_non_null (other);
	assert_true (datapath_port_set (other, n->k[NET_HOST], n->port_a, &p,
					NULL));
	assert_false (datapath_port_get (n->d, n->k[NET_HOST], n->port_a,
					 &p));
	assert_true (on_interface (n, n->port_a, 46, &q));
	assert_int_equal (q.n, 2);
	assert_int_equal (q.ids[0], other->prog_ids[DP_PROG_OUT]);
	/* Whoever clears finds them by name, too; the foreign one stays. */
	assert_true (datapath_port_clear (n->d, n->k[NET_HOST], n->port_a,
					  NULL));
	assert_true (on_interface (n, n->port_a, 46, &q));
	assert_int_equal (q.n, 1);
	assert_true (on_interface (n, n->port_a, 47, &q));
	assert_int_equal (q.n, 0);
	datapath_close (other);
	datapath_remove (pins, NULL);
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

#define TEST(f) cmocka_unit_test_setup_teardown (f, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (test_straight),
		TEST (test_classifier_stays),
		TEST (test_another_build),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	cmocka_set_message_output (CM_OUTPUT_TAP);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
