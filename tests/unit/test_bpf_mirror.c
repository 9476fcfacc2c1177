/*
 * test_bpf_mirror.c - port mirroring on real ports: each frame is at the
 * destination once for each source, both directions; the destination's
 * counters, ACL and guards know nothing of it; VLANs, cutting, rate limit, and
 * every lost copy counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bpf_mirror.h"

static void
test_directions (void **state)
{
	fixture *t = *state;
	net *n = t->n;
	guint8 f[FRAME];
	datapath_totals before, after;
	datapath_copies c = copies_of (t, SLOT_A);
	guint64 sent = c.sent.packets;

	/* What it may not receive, and guards, are not for copies. */
	{
		g_autoptr (GPtrArray) deny = g_ptr_array_new_with_free_func (
			g_free);

		g_ptr_array_add (deny, net_acl (90, VMNET_INBOUND,
						VMNET_ACL_DENY, "0.0.0.0/0"));
		assert_true (datapath_acl_set (n->d, SLOT_C, deny, NULL));
	}
	set_destination (t, NULL);
	set_source (t, n->port_a, TRUE, NULL);
	datapath_totals_get (n->d, SLOT_C, &before);
	for (guint from = 0; from < 2; from++) {
		make_frame (t, f, from, 0, FRAME);
		shoot (t, from, f, FRAME, FRAMES);
		assert_int_equal (count_seen (t, FRAME, 0), FRAMES);
	}
	datapath_totals_get (n->d, SLOT_C, &after);
	assert_memory_equal (&before, &after, sizeof before);
	c = copies_of (t, SLOT_A);
	assert_int_equal (c.sent.packets - sent, 2 * FRAMES);
	assert_int_equal (c.limited.packets + c.uncut.packets +
			  c.refused.packets, 0);
	assert_true (datapath_acl_set (n->d, SLOT_C, NULL, NULL));
	/* Off again: nothing. */
	set_source (t, n->port_a, FALSE, NULL);
	shoot (t, 1, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, FRAME, 0), 0);
	set_none (t);
}

/* What the source's policy drops was not sent. */
static void
test_dropped (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, NULL);
	make_frame (t, f, 0, 0, FRAME);
	f[11] ^= 0x55;			/* from another MAC address */
	shoot (t, 0, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, FRAME, 0), 0);
	set_none (t);
}

static void
test_two_sources (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, NULL);
	set_source (t, t->n->port_b, TRUE, NULL);
	make_frame (t, f, 0, 0, FRAME);
	shoot (t, 0, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, FRAME, 0), 2 * FRAMES);
	set_none (t);
}

/* A destination that were a source would not copy its copies. */
static void
test_no_loop (void **state)
{
	fixture *t = *state;
	guint8 f[FRAME];

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, NULL);
	set_source (t, t->n->uplink, TRUE, NULL);
	make_frame (t, f, 0, 0, FRAME);
	shoot (t, 0, f, FRAME, FRAMES);
	assert_int_equal (count_seen (t, FRAME, 0), FRAMES);
	set_source (t, t->n->uplink, FALSE, NULL);
	set_none (t);
}

static void
test_snap (void **state)
{
	fixture *t = *state;
	datapath_mirror m = { .vswitch = t->bridge, .snap = 128 };
	guint8 f[1514];

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, &m);
	make_frame (t, f, 0, 0, sizeof f);
	shoot (t, 0, f, 1514, FRAMES);
	assert_int_equal (count_seen (t, 128, 0), FRAMES);
	shoot (t, 0, f, 128, FRAMES);
	assert_int_equal (count_seen (t, 128, 0), FRAMES);
	shoot (t, 0, f, 127, FRAMES);
	assert_int_equal (count_seen (t, 127, 0), FRAMES);
	set_none (t);
}

/* The frame itself is whole whatever its copy is. */
static void
test_original (void **state)
{
	fixture *t = *state;
	datapath_mirror m = { .vswitch = t->bridge, .snap = 128 };
	datapath_totals before, after;
	guint8 f[1000];

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, &m);
	make_frame (t, f, 0, 0, sizeof f);
	datapath_totals_get (t->n->d, SLOT_B, &before);
	shoot (t, 0, f, sizeof f, FRAMES);
	assert_int_equal (count_seen (t, 128, 0), FRAMES);
	datapath_totals_get (t->n->d, SLOT_B, &after);
	assert_int_equal (after.in.packets - before.in.packets, FRAMES);
	assert_int_equal (after.in.bytes - before.in.bytes,
			  FRAMES * sizeof f);
	set_none (t);
}

static void
test_rate (void **state)
{
	fixture *t = *state;
	datapath_mirror m = { .vswitch = t->bridge, .rate = 1000000 };
	datapath_copies a = copies_of (t, SLOT_A), b;
	guint8 f[1000];
	guint n = 500, there;

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, &m);
	make_frame (t, f, 0, 0, sizeof f);
	shoot (t, 0, f, sizeof f, n);
	there = count_seen (t, sizeof f, 0);
	b = copies_of (t, SLOT_A);
	assert_int_equal (b.sent.packets - a.sent.packets, there);
	assert_int_equal (b.limited.packets - a.limited.packets, n - there);
	assert_int_equal (b.limited.bytes - a.limited.bytes,
			  (n - there) * sizeof f);
	/* 64 KB at once, and 125 KB in each second after. */
	assert_true (there >= 60 && there < 300);
	set_none (t);
}

static void
test_refused (void **state)
{
	fixture *t = *state;
	datapath_copies a = copies_of (t, SLOT_A), b;
	datapath_mirror_port gone = { .ifindex = 1 << 30 };
	guint8 f[FRAME];

	set_destination (t, NULL);
	set_source (t, t->n->port_a, TRUE, NULL);
	assert_true (kn_link_set_up (t->n->k[NET_HOST], "pnic0", FALSE, NULL));
	make_frame (t, f, 0, 0, FRAME);
	shoot (t, 0, f, FRAME, FRAMES);
	assert_true (kn_link_set_up (t->n->k[NET_HOST], "pnic0", TRUE, NULL));
	set_destination (t, &gone);
	shoot (t, 0, f, FRAME, FRAMES);
	b = copies_of (t, SLOT_A);
	assert_int_equal (b.refused.packets - a.refused.packets, 2 * FRAMES);
	assert_int_equal (b.sent.packets, a.sent.packets);
	set_none (t);
}

/* ---- VLANs ---- */

typedef struct {
	guint16 native;		/* of the source */
	guint16 tag;		/* of its frame */
	gboolean trunk;		/* the destination is one */
	guint16 untagged;	/* of the destination */
	int want;		/* its tag; -1: no copy */
} vlan_case;

static void
test_vlans (void **state)
{
	static const vlan_case cases[] = {
		{ 0, 0, FALSE, 0, 0 }, { 0, 0, FALSE, 10, -1 },
		{ 0, 0, TRUE, 0, 0 }, { 0, 0, TRUE, 10, -1 },
		{ 10, 0, FALSE, 0, -1 }, { 10, 0, FALSE, 10, 0 },
		{ 10, 0, FALSE, 11, -1 }, { 10, 0, TRUE, 0, 10 },
		{ 10, 0, TRUE, 10, 0 }, { 12, 0, TRUE, 0, -1 },
		{ 0, 20, FALSE, 0, -1 }, { 0, 20, FALSE, 20, 0 },
		{ 0, 20, TRUE, 0, 20 }, { 0, 20, TRUE, 20, 0 },
		{ 0, 12, TRUE, 0, -1 }, { 10, 4094, TRUE, 0, 4094 },
		{ 10, 20, FALSE, 10, -1 },
	};
	fixture *t = *state;
	guint8 f[FRAME + 4];

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		const vlan_case *c = &cases[i];
		datapath_mirror m = { .vswitch = t->bridge,
			.vlan = c->native };
		datapath_mirror_port x = { .ifindex = t->n->uplink,
			.trunk = c->trunk, .untagged = c->untagged };
		gsize length = FRAME + (c->tag ? 4 : 0);
		guint got;

		vmnet_vlans_add (&x.vlans, 10);
		vmnet_vlans_add (&x.vlans, 20);
		vmnet_vlans_add (&x.vlans, 4094);
		set_destination (t, &x);
		set_source (t, t->n->port_a, TRUE, &m);
		make_frame (t, f, 0, c->tag, length);
		shoot (t, 0, f, length, 3);
		got = count_seen (t, FRAME, MAX (c->want, 0));
		if (got != (c->want < 0 ? 0 : 3))
			fail_msg ("case %zu: %u copies", i, got);
	}
	set_none (t);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (test_directions), TEST (test_dropped),
		TEST (test_two_sources), TEST (test_no_loop),
		TEST (test_snap), TEST (test_original), TEST (test_rate),
		TEST (test_refused), TEST (test_vlans),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, NULL, NULL);
}
