/*
 * test_bpf_acl.c - a property test of the port programs: random ACLs, random
 * frames, BPF_PROG_TEST_RUN, and a naive reference that walks all entries.
 * A million frames, and as a fuzzer frames of garbage. The seed is printed;
 * BPF_SEED in the environment changes it, BPF_FRAMES the number of frames. Then
 * the sender's program judges for the receiver, too.
 */
#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf/internal.h"
#include "bpf_random.h"

#define FRAMES 1000		/* of each set of entries */
#define MAX_ACLS 40
#define SLOT 67
#define OTHER_SLOT 68
#define LOOPBACK 1		/* the ifindex of a test run */
#define PASS ((guint32) -1)	/* TC_ACT_UNSPEC */
#define SHOT 2
#define REDIRECT 7
#define VSWITCH 77

static const guint8 own_mac[6] = { 2, 0x15, 0x5d, 0, 0, 1 };
static const guint8 peer_mac[6] = { 2, 0x15, 0x5d, 0, 0, 2 };

typedef struct {
	datapath *d;
	char *pins;
	dice dice;
	gboolean spoofing;
	datapath_drops *reader;
	datapath_totals totals;	/* expected */
	GArray *meters;		/* expected: datapath_count, by id */
	guint32 last_id;
	datapath_drop drop;	/* the last record */
	guint8 drop_data[DP_CAPTURE];
	guint drops;
	guint outcomes[4];	/* by reason; 0: passed */
	guint metered, refused, straight;
	guint32 other;		/* ifindex of the port beside */
} fixture;

/* ---- running them ---- */

static void
on_drop (const datapath_drop *drop, void *user)
{
	fixture *t = user;

	t->drop = *drop;
	assert_true (drop->captured <= DP_CAPTURE);
	memcpy (t->drop_data, drop->data, drop->captured);
	t->drops++;
}

/* FALSE: the kernel does not make a test frame of it. */
static gboolean
run (fixture *t, const frame *f, gboolean inbound, guint32 *verdict,
     guint32 *priority)
{
	struct __sk_buff ctx = { .gso_size = f->gso_size };
	LIBBPF_OPTS (bpf_test_run_opts, opts, .data_in = f->data,
		     .data_size_in = f->len, .ctx_in = &ctx,
		     .ctx_size_in = sizeof ctx, .ctx_out = &ctx,
		     .ctx_size_out = sizeof ctx);
	int r = bpf_prog_test_run_opts (t->d->progs[inbound ? DP_PROG_IN
		: DP_PROG_OUT], &opts);

	if (r == -EINVAL && f->len < 14 + 8 + 40)
		return FALSE;
	assert_int_equal (r, 0);
	*verdict = opts.retval;
	*priority = ctx.priority;
	return TRUE;
}

static void
set_port (fixture *t, gboolean spoofing, guint32 classid)
{
	struct dp_port p = { .slot = SLOT, .classid = classid,
		.flags = spoofing ? DP_PORT_SPOOFING : 0 };

	t->spoofing = spoofing;
	memcpy (p.mac, own_mac, 6);
	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, SLOT,
				       sizeof (struct dp_totals), NULL));
	assert_true (dp_port_write (t->d, LOOPBACK, &p));
}

static void
check_record (const fixture *t, const frame *f, gboolean inbound,
	      const expected *e)
{
	assert_int_equal (t->drop.reason, e->reason);
	assert_int_equal (t->drop.acl, e->acl);
	assert_int_equal (t->drop.slot, SLOT);
	assert_int_equal (t->drop.inbound, inbound);
	assert_int_equal (t->drop.length, e->size.bytes);
	assert_int_equal (t->drop.captured, MIN (f->len, DP_CAPTURE));
	assert_memory_equal (t->drop_data, f->data, t->drop.captured);
}

/* The maps, asked from user space, name the same entries. */
static void
check_explained (fixture *t, const expected *e)
{
	guint32 verdict, meter;

	if (e->reason == DATAPATH_DROP_MAC_SPOOFING)
		return;
	assert_true (datapath_acl_ask (t->d, SLOT, &e->ends, &verdict,
				       &meter));
	assert_int_equal (verdict, e->verdict);
	assert_int_equal (meter, e->meter);
}

/* FALSE: it was not run. */
static gboolean
check_frame (fixture *t, const GPtrArray *acls, const frame *f)
{
	gboolean inbound = pick (&t->dice, 2);
	guint32 verdict, priority;
	expected e = reference (acls, f, inbound, t->spoofing ? NULL
		: own_mac);

	if (pick (&t->dice, 8) == 0)
		check_explained (t, &e);
	t->drops = 0;
	if (!run (t, f, inbound, &verdict, &priority)) {
		t->refused++;
		return FALSE;
	}
	datapath_drops_consume (t->reader);
	t->outcomes[e.reason]++;
	assert_int_equal (verdict, e.reason ? SHOT : PASS);
	assert_int_equal (t->drops, e.reason ? 1 : 0);
	expected_count (&e, inbound, &t->totals, t->meters);
	if (e.reason) {
		check_record (t, f, inbound, &e);
		return TRUE;
	}
	assert_int_equal (priority, inbound ? 0 : 0x10011);
	t->metered += e.meter != 0;
	return TRUE;
}

static void
check_counters (fixture *t)
{
	datapath_totals now;
	datapath_count c;
	guint32 id;

	for (id = 1; id <= t->last_id; id++) {
		const datapath_count *want = &g_array_index (t->meters,
			datapath_count, id);

		datapath_meter_get (t->d, id, &c);
		assert_int_equal (c.bytes, want->bytes);
		assert_int_equal (c.packets, want->packets);
	}
	assert_true (datapath_totals_get (t->d, SLOT, &now));
	assert_memory_equal (&now, &t->totals, sizeof now);
	assert_int_equal (datapath_drops_lost (t->reader), 0);
}

/* A new set of entries, and `n` frames that it judges. */
static void
one_set (fixture *t, void (*make) (dice *d, frame *f), guint n)
{
	guint max = pick (&t->dice, 20) ? MAX_ACLS : 10 * MAX_ACLS;
	GPtrArray *acls = random_acls (&t->dice, max, &t->last_id);
	frame f;

	g_array_set_size (t->meters, t->last_id + 1);
	set_port (t, pick (&t->dice, 4) == 0, 0x10011);
	assert_true (datapath_acl_set (t->d, SLOT, acls, NULL));
	assert_true (datapath_acl_get_digest (t->d, SLOT) ==
		     datapath_acl_digest (acls));
	while (n > 0) {
		make (&t->dice, &f);
		n -= check_frame (t, acls, &f);
	}
	g_ptr_array_unref (acls);
}

static void
many_sets (fixture *t, void (*make) (dice *d, frame *f), guint frames)
{
	guint i, made = 0;

	memset (t->outcomes, 0, sizeof t->outcomes);
	t->metered = t->refused = 0;
	t->reader = datapath_drops_open (t->d, on_drop, t, NULL);
	assert_non_null (t->reader);
	for (; made < frames; made += FRAMES)
		one_set (t, make, FRAMES);
	check_counters (t);
	g_clear_pointer (&t->reader, datapath_drops_close);
	printf ("# %u frames: passed %u (metered %u), denied %u, spoofed %u, "
		"malformed %u, no test frame %u\n", made, t->outcomes[0],
		t->metered, t->outcomes[1], t->outcomes[2], t->outcomes[3],
		t->refused);
	for (i = 0; i < G_N_ELEMENTS (t->outcomes); i++)
		assert_true (t->outcomes[i] > made / 1000);
	assert_true (t->metered > made / 40 && t->refused < made / 8);
}

static guint
frames_wanted (void)
{
	return bpf_test_number ("BPF_FRAMES", 1000000);
}

static void
test_random (void **state)
{
	many_sets (*state, random_frame, frames_wanted ());
}

/* Each passes or drops, and is counted exactly once. */
static void
test_garbage (void **state)
{
	many_sets (*state, random_garbage, frames_wanted () / 10);
}

/* ---- the sender's program decides for both ports ---- */

static void
set_straight (fixture *t)
{
	struct dp_port p = { .slot = SLOT, .vswitch = VSWITCH };
	struct dp_port q = { .slot = OTHER_SLOT, .vswitch = VSWITCH };
	struct dp_station s = { .vswitch = VSWITCH };

	memcpy (p.mac, own_mac, 6);
	memcpy (q.mac, peer_mac, 6);
	memcpy (s.mac, peer_mac, 6);
	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, SLOT,
				       sizeof (struct dp_totals), NULL));
	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, OTHER_SLOT,
				       sizeof (struct dp_totals), NULL));
	assert_true (dp_port_write (t->d, LOOPBACK, &p));
	assert_true (dp_port_write (t->d, t->other, &q));
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_STATIONS],
					       &s, &t->other, BPF_ANY), 0);
}

static gboolean
is_tagged (const frame *f)
{
	guint protocol = f->data[12] << 8 | f->data[13];

	return protocol == 0x8100 || protocol == 0x88a8;
}

/* No frame arrives here; what its arrival would count was noted. */
static void
check_handed (fixture *t, const expected *in)
{
	int map = t->d->maps[DP_MAP_HANDED], n = t->d->processors;
	g_autofree struct dp_handed *all = g_new0 (struct dp_handed, n);
	guint32 zero = 0;
	guint found = 0;

	assert_int_equal (bpf_map_lookup_elem (map, &zero, all), 0);
	for (int i = 0; i < n; i++) {
		if (all[i].to == 0)
			continue;
		assert_int_equal (all[i].to, t->other);
		assert_int_equal (all[i].slot, OTHER_SLOT);
		assert_int_equal (all[i].size.bytes, in->size.bytes);
		assert_int_equal (all[i].size.packets, in->size.packets);
		assert_int_equal (all[i].meter, in->meter);
		all[i].to = 0;
		found++;
	}
	assert_int_equal (found, 1);
	assert_int_equal (bpf_map_update_elem (map, &zero, all, BPF_ANY), 0);
}

/* Twice: the second time from the verdicts that are kept. */
static void
check_pair_of_ports (fixture *t, GPtrArray *const acls[2],
		     datapath_totals *receiver)
{
	expected out, in = { 0 };
	guint32 verdict, priority;
	gboolean straight;
	frame f;

	random_frame (&t->dice, &f);
	memcpy (f.data, pick (&t->dice, 8) ? peer_mac : own_mac, 6);
	straight = memcmp (f.data, peer_mac, 6) == 0 && !is_tagged (&f);
	out = reference (acls[0], &f, FALSE, own_mac);
	if (!out.reason && straight)
		in = reference (acls[1], &f, TRUE, NULL);
	for (guint i = 0; i < 2; i++) {
		if (!run (t, &f, FALSE, &verdict, &priority))
			return;
		assert_int_equal (verdict, out.reason || in.reason ? SHOT
				  : straight ? REDIRECT : PASS);
		expected_count (&out, FALSE, &t->totals, t->meters);
		if (out.reason || !straight)
			continue;
		t->straight++;
		if (in.reason)
			expected_count (&in, TRUE, receiver, t->meters);
		else
			check_handed (t, &in);
	}
}

static void
test_straight (void **state)
{
	fixture *t = *state;
	datapath_totals receiver = { 0 }, now;
	guint sets = frames_wanted () / FRAMES / 2;

	set_straight (t);
	t->straight = 0;
	t->reader = datapath_drops_open (t->d, on_drop, t, NULL);
	assert_non_null (t->reader);
	for (guint set = 0; set < sets; set++) {
		GPtrArray *acls[] = {
			random_acls (&t->dice, MAX_ACLS, &t->last_id),
			random_acls (&t->dice, MAX_ACLS, &t->last_id) };

		g_array_set_size (t->meters, t->last_id + 1);
		assert_true (datapath_acl_set (t->d, SLOT, acls[0], NULL));
		assert_true (datapath_acl_set (t->d, OTHER_SLOT, acls[1],
					       NULL));
		for (guint i = 0; i < FRAMES / 4; i++)
			check_pair_of_ports (t, acls, &receiver);
		datapath_drops_consume (t->reader);
		g_ptr_array_unref (acls[0]);
		g_ptr_array_unref (acls[1]);
	}
	check_counters (t);
	assert_true (datapath_totals_get (t->d, OTHER_SLOT, &now));
	assert_memory_equal (&now, &receiver, sizeof now);
	g_clear_pointer (&t->reader, datapath_drops_close);
	printf ("# %u frames decided for both ports\n", t->straight);
	assert_true (t->straight > sets * FRAMES / 10);
	datapath_acl_set (t->d, SLOT, NULL, NULL);
	datapath_acl_set (t->d, OTHER_SLOT, NULL, NULL);
	set_port (t, FALSE, 0);
}

static guint
trie_keys (datapath *d, guint32 slot)
{
	guint32 shard = slot % DP_SHARDS, id;
	struct dp_key *from = NULL, key, at;
	guint n = 0;
	int fd;

	assert_int_equal (bpf_map_lookup_elem (d->maps[DP_MAP_ACL], &shard,
					       &id), 0);
	fd = bpf_map_get_fd_by_id (id);
	assert_true (fd >= 0);
	while (bpf_map_get_next_key (fd, from, &key) == 0) {
		at = key;
		from = &at;
		n++;
	}
	close (fd);
	return n;
}

/* Replaced sets leave nothing behind, neighbours in the trie stay. */
static void
test_no_garbage (void **state)
{
	fixture *t = *state;
	guint32 id = 700000, neighbour = SLOT + DP_SHARDS;
	g_autoptr (GPtrArray) acls = NULL;
	g_autoptr (GArray) elements = NULL;
	guint i;

	do {
		g_clear_pointer (&acls, g_ptr_array_unref);
		acls = random_acls (&t->dice, MAX_ACLS, &id);
	} while (acls->len < 5);
	elements = dp_acl_compile (acls);
	for (i = 0; i < 5; i++) {
		assert_true (datapath_acl_set (t->d, SLOT, acls, NULL));
		assert_true (datapath_acl_set (t->d, neighbour, acls, NULL));
	}
	assert_int_equal (trie_keys (t->d, SLOT), 2 * (elements->len + 1));
	assert_true (datapath_acl_set (t->d, SLOT, NULL, NULL));
	assert_int_equal (trie_keys (t->d, SLOT), elements->len + 1);
	assert_int_equal (datapath_acl_get_digest (t->d, SLOT), 0);
	assert_true (datapath_acl_get_digest (t->d, neighbour) ==
		     datapath_acl_digest (acls));
	assert_true (datapath_acl_set (t->d, neighbour, NULL, NULL));
	assert_int_equal (trie_keys (t->d, SLOT), 0);
}

/* The pins outlive the process; an id that stays keeps counting. */
static void
test_meter_survives (void **state)
{
	fixture *t = *state;
	vmnet_acl meter = { .id = 900001, .direction = VMNET_OUTBOUND,
		.action = VMNET_ACL_METER, .family = VMNET_ADDR_IPV4 };
	vmnet_acl other = meter;
	g_autoptr (GPtrArray) acls = g_ptr_array_new ();
	frame f = { .len = 100 };
	guint32 verdict, priority;
	datapath_count c;

	memcpy (f.data + 6, own_mac, 6);
	f.data[12] = 8;
	f.data[14] = 0x45;
	other.id++;
	other.prefix = 8;
	other.addr[0] = 10;
	set_port (t, FALSE, 0);
	g_ptr_array_add (acls, &meter);
	assert_true (datapath_acl_set (t->d, SLOT, acls, NULL));
	assert_true (run (t, &f, FALSE, &verdict, &priority));
	g_ptr_array_add (acls, &other);
	assert_true (datapath_acl_set (t->d, SLOT, acls, NULL));
	datapath_close (t->d);
	t->d = datapath_open (t->pins, NULL);
	assert_non_null (t->d);
	assert_true (run (t, &f, FALSE, &verdict, &priority));
	assert_true (datapath_meter_get (t->d, meter.id, &c));
	assert_int_equal (c.bytes, 200);
	assert_int_equal (c.packets, 2);
	datapath_meter_forget (t->d, meter.id);
	assert_false (datapath_meter_get (t->d, meter.id, &c));
}

static void
test_one_reader (void **state)
{
	fixture *t = *state;
	g_autoptr (GError) e = NULL;
	datapath_drops *one = datapath_drops_open (t->d, on_drop, t, NULL);

	assert_non_null (one);
	assert_null (datapath_drops_open (t->d, on_drop, t, &e));
	assert_true (g_error_matches (e, VMNET_ERROR, VMNET_ERROR_BUSY));
	datapath_drops_close (one);
	one = datapath_drops_open (t->d, on_drop, t, NULL);
	assert_non_null (one);
	datapath_drops_close (one);
}

/* Another build's set: new programs, the same counters. */
static void
test_replaces_older (void **state)
{
	fixture *t = *state;
	guint32 zero = 0, old_id = t->d->prog_ids[DP_PROG_OUT];
	struct dp_version v = dp_version_built ();
	datapath_count c;

	assert_true (dp_percpu_ensure (t->d, DP_MAP_METERS, 900100,
				       sizeof (struct dp_count), NULL));
	v.digest++;
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_VERSION],
					       &zero, &v, BPF_ANY), 0);
	datapath_close (t->d);
	t->d = datapath_open (t->pins, NULL);
	assert_non_null (t->d);
	assert_int_not_equal (t->d->prog_ids[DP_PROG_OUT], old_id);
	assert_true (datapath_meter_get (t->d, 900100, &c));
	old_id = t->d->prog_ids[DP_PROG_OUT];
	v.layout++;
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_VERSION],
					       &zero, &v, BPF_ANY), 0);
	datapath_close (t->d);
	t->d = datapath_open (t->pins, NULL);
	assert_non_null (t->d);
	assert_int_not_equal (t->d->prog_ids[DP_PROG_OUT], old_id);
	assert_false (datapath_meter_get (t->d, 900100, &c));
}

/* A network of our own, with an interface to send to. */
static gboolean
add_other (fixture *t)
{
	g_autoptr (kn) k = NULL;

	if (unshare (CLONE_NEWNET) != 0 || !(k = kn_open (-1, NULL)) ||
	    !kn_veth_add (k, "other", NULL, "end", NULL, -1, 1, NULL))
		return FALSE;
	t->other = kn_ifindex (k, "other");
	return t->other > LOOPBACK && kn_link_set_up (k, "other", TRUE, NULL);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;

	t->dice = dice_new (own_mac, peer_mac, 3);
	t->meters = g_array_new (FALSE, TRUE, sizeof (datapath_count));
	t->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-acl-%d",
				   (int) getpid ());
	t->d = datapath_open (t->pins, &e);
	if (t->d == NULL)
		printf ("# %s\n", e->message);
	*state = t;
	return t->d && add_other (t) ? 0 : -1;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	datapath_close (t->d);
	datapath_remove (t->pins, NULL);
	g_rand_free (t->dice.r);
	g_array_unref (t->meters);
	g_free (t->pins);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_random),
		cmocka_unit_test (test_garbage),
		cmocka_unit_test (test_straight),
		cmocka_unit_test (test_no_garbage),
		cmocka_unit_test (test_meter_survives),
		cmocka_unit_test (test_one_reader),
		cmocka_unit_test (test_replaces_older),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
