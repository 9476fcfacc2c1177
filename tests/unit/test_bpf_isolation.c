/*
 * test_bpf_isolation.c - isolation ids of extended entries on real frames: a
 * tag that the kernel took out of the data, one that it left there, and none;
 * at the sender's port and at the receiver's. What test_bpf_ext.c tries with
 * random frames has its tags in the data.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bpf_net.h"

#define FRAMES 20
#define UNTAGGED (~0u)

/* UDP from 10.9.0.1 to 10.9.0.3, whom nobody is; returns its length. */
static gsize
make_frame (net *n, guint8 *f, guint tpid, guint tci)
{
	guint at = 12;

	memset (f, 0, 100);
	net_mac (n, NET_B, f);
	net_mac (n, NET_A, f + 6);
	if (tci != UNTAGGED) {
		f[12] = tpid >> 8;
		f[13] = tpid;
		f[14] = tci >> 8;
		f[15] = tci;
		at = 16;
	}
	memcpy (f + at, "\x08\x00\x45\x00\x00\x4c", 6);
	f[at + 10] = 64;
	f[at + 11] = 17;
	memcpy (f + at + 12, "\x66\x8c", 2);
	memcpy (f + at + 14, "\x0a\x09\x00\x01\x0a\x09\x00\x03", 8);
	f[at + 27] = 56;
	return at + 78;
}

static void
deny (net *n, guint32 slot, vmnet_direction direction, guint32 isolation)
{
	vmnet_extacl e = { .id = 7, .direction = direction, .weight = 1,
		.action = VMNET_ACL_DENY, .isolation = isolation,
		.protocol = { TRUE, 17 } };
	g_autoptr (GPtrArray) entries = g_ptr_array_new ();

	g_ptr_array_add (entries, &e);
	assert_true (datapath_ext_set (n->d, slot, isolation ? entries : NULL,
				       NULL));
}

static void
in_vlan (net *n, int ifindex, guint16 vlan)
{
	datapath_port p = net_port (n, ifindex);

	p.vlan = vlan;
	net_port_set (n, ifindex, &p);
}

typedef struct {
	net *n;
	guint32 slot;
	gboolean inbound;
	guint64 want;
} counted;

/* What the kernel sends by itself is no UDP. */
static guint64
passed (const counted *c)
{
	datapath_count m;

	assert_true (datapath_meter_get (c->n->d, c->slot, &m));
	return m.packets;
}

static guint64
dropped (const counted *c)
{
	datapath_totals t;

	datapath_totals_get (c->n->d, c->slot, &t);
	return (c->inbound ? t.in_by_reason : t.out_by_reason)
		[DATAPATH_DROP_EXTENDED_ACL].packets;
}

static gboolean
all_counted (gpointer data)
{
	const counted *c = data;

	return passed (c) + dropped (c) == c->want;
}

/* Frames with that tag: are all of them dropped, or all let through? */
static gboolean
drops (net *n, guint32 slot, gboolean inbound, guint tpid, guint tci)
{
	counted c = { .n = n, .slot = slot, .inbound = inbound };
	int gun = net_raw (n, NET_A);
	guint64 was;
	guint8 f[100];
	gsize len = make_frame (n, f, tpid, tci);

	was = dropped (&c);
	c.want = passed (&c) + was + FRAMES;
	for (guint i = 0; i < FRAMES; i++)
		assert_int_equal (send (gun, f, len, 0), len);
	close (gun);
	assert_true (net_wait (all_counted, &c));
	assert_true (dropped (&c) == was || dropped (&c) == was + FRAMES);
	return dropped (&c) > was;
}

/* Entries of VLAN 7: what is in it, with a port of VLAN `own`. */
static void
check_port (net *n, guint32 slot, gboolean inbound, int ifindex, guint16 own)
{
	in_vlan (n, ifindex, own);
	deny (n, slot, inbound ? VMNET_INBOUND : VMNET_OUTBOUND, 7);
	assert_true (drops (n, slot, inbound, 0x8100, 7));
	assert_true (drops (n, slot, inbound, 0x8100, 0xe007));
	assert_false (drops (n, slot, inbound, 0x8100, 8));
	assert_false (drops (n, slot, inbound, 0x8100, 0x107));
	assert_int_equal (drops (n, slot, inbound, 0, UNTAGGED), own == 7);
	/* For the priority only; a provider's: the port's own VLAN. */
	assert_int_equal (drops (n, slot, inbound, 0x8100, 0xe000), own == 7);
	assert_int_equal (drops (n, slot, inbound, 0x88a8, 8), own == 7);
	deny (n, slot, inbound ? VMNET_INBOUND : VMNET_OUTBOUND, 5001);
	assert_false (drops (n, slot, inbound, 0x8100, 5001 & 0xfff));
	assert_false (drops (n, slot, inbound, 0, UNTAGGED));
	deny (n, slot, VMNET_INBOUND, 0);
	in_vlan (n, ifindex, 0);
}

static void
test_sender (void **state)
{
	net *n = *state;

	check_port (n, SLOT_A, FALSE, n->port_a, 0);
	check_port (n, SLOT_A, FALSE, n->port_a, 7);
	check_port (n, SLOT_A, FALSE, n->port_a, 9);
}

static void
test_receiver (void **state)
{
	net *n = *state;

	check_port (n, SLOT_B, TRUE, n->port_b, 0);
	check_port (n, SLOT_B, TRUE, n->port_b, 7);
}

/* The sender's program decides for the receiver, too. */
static void
test_straight (void **state)
{
	net *n = *state;

	net_straight (n, FALSE);
	in_vlan (n, n->port_a, 7);
	in_vlan (n, n->port_b, 7);
	deny (n, SLOT_B, VMNET_INBOUND, 7);
	assert_true (drops (n, SLOT_B, TRUE, 0, UNTAGGED));
	deny (n, SLOT_B, VMNET_INBOUND, 8);
	assert_false (drops (n, SLOT_B, TRUE, 0, UNTAGGED));
}

/* A meter of the frames that pass, whose id is the slot's number. */
static void
count_passed (net *n, guint32 slot, vmnet_direction direction,
	      const char *remote)
{
	g_autoptr (GPtrArray) acls = g_ptr_array_new_with_free_func (g_free);

	g_ptr_array_add (acls, net_acl (slot, direction, VMNET_ACL_METER,
					remote));
	assert_true (datapath_acl_set (n->d, slot, acls, NULL));
}

static int
setup (void **state)
{
	net *n = *state = net_new ();

	count_passed (n, SLOT_A, VMNET_OUTBOUND, "10.9.0.3/32");
	count_passed (n, SLOT_B, VMNET_INBOUND, "10.9.0.1/32");
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
		cmocka_unit_test (test_sender),
		cmocka_unit_test (test_receiver),
		cmocka_unit_test (test_straight),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
