/*
 * test_bpf_acl.c - a property test of the port programs: random ACLs, random
 * frames, BPF_PROG_TEST_RUN, and a naive reference that walks all entries.
 * The seed is printed; BPF_SEED in the environment repeats a run, BPF_ROUNDS
 * makes it longer (5000: a million frames).
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

#define ROUNDS 100
#define FRAMES 200		/* of each round */
#define SLOT 67
#define OTHER_SLOT 68
#define LOOPBACK 1		/* the ifindex of a test run */
#define VSWITCH 77
#define PASS ((guint32) -1)	/* TC_ACT_UNSPEC */
#define SHOT 2
#define REDIRECT 7

static const guint8 other_mac[6] = { 2, 0x15, 0x5d, 0, 0, 3 };

typedef struct {
	datapath *d;
	char *pins;
	GRand *r;
	gboolean spoofing;
	datapath_drop drop;	/* the last record */
	guint8 drop_data[DP_CAPTURE];
	guint drops;
	guint outcomes[4];	/* by reason; 0: passed */
	guint metered, refused, straight;
	guint rounds;
	guint32 id;		/* of the last entry */
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
	memcpy (p.mac, random_own_mac, 6);
	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, SLOT,
				       sizeof (struct dp_totals), NULL));
	assert_true (dp_port_write (t->d, LOOPBACK, &p));
}

static void
add (datapath_count *to, const datapath_count *c)
{
	to->bytes += c->bytes;
	to->packets += c->packets;
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

static void
check_frame (fixture *t, datapath_drops *reader, const GPtrArray *acls,
	     GArray *meters, datapath_totals *totals)
{
	gboolean inbound = random_pick (t->r, 2);
	guint32 verdict, priority;
	expected e;
	frame f;

	random_frame (t->r, &f);
	e = reference (acls, &f, inbound, t->spoofing ? NULL : random_own_mac);
	check_explained (t, &e);
	t->drops = 0;
	if (!run (t, &f, inbound, &verdict, &priority)) {
		t->refused++;
		return;
	}
	datapath_drops_consume (reader);
	t->outcomes[e.reason]++;
	t->metered += e.reason == 0 && e.meter != 0;
	assert_int_equal (verdict, e.reason ? SHOT : PASS);
	assert_int_equal (t->drops, e.reason ? 1 : 0);
	if (e.reason) {
		assert_int_equal (t->drop.reason, e.reason);
		assert_int_equal (t->drop.acl, e.acl);
		assert_int_equal (t->drop.slot, SLOT);
		assert_int_equal (t->drop.inbound, inbound);
		assert_int_equal (t->drop.length, e.size.bytes);
		assert_int_equal (t->drop.captured, MIN (f.len, DP_CAPTURE));
		assert_memory_equal (t->drop_data, f.data, t->drop.captured);
		add (inbound ? &totals->in_dropped : &totals->out_dropped,
		     &e.size);
		add (inbound ? &totals->in_by_reason[e.reason]
		     : &totals->out_by_reason[e.reason], &e.size);
		return;
	}
	assert_int_equal (priority, inbound ? 0 : 0x10011);
	add (inbound ? &totals->in : &totals->out, &e.size);
	if (e.meter)
		add (&g_array_index (meters, datapath_count, e.meter),
		     &e.size);
}

static void
check_counters (fixture *t, const GArray *meters, guint32 first, guint32 last)
{
	datapath_count c;
	guint32 id;

	for (id = first; id <= last; id++) {
		const datapath_count *want = &g_array_index (meters,
			datapath_count, id);

		datapath_meter_get (t->d, id, &c);
		assert_int_equal (c.bytes, want->bytes);
		assert_int_equal (c.packets, want->packets);
	}
}

static void
check_totals (fixture *t, guint32 slot, const datapath_totals *want)
{
	datapath_totals now;

	assert_true (datapath_totals_get (t->d, slot, &now));
	assert_memory_equal (&now, want, sizeof now);
}

static void
test_random (void **state)
{
	fixture *t = *state;
	datapath_drops *reader = datapath_drops_open (t->d, on_drop, t, NULL);
	GArray *meters = g_array_new (FALSE, TRUE, sizeof (datapath_count));
	datapath_totals totals = { 0 };
	guint round, i;

	assert_non_null (reader);
	for (round = 0; round < t->rounds; round++) {
		GPtrArray *acls = random_acls (t->r, &t->id);

		g_array_set_size (meters, t->id + 1);
		set_port (t, random_pick (t->r, 4) == 0, 0x10011);
		assert_true (datapath_acl_set (t->d, SLOT, acls, NULL));
		assert_true (datapath_acl_get_digest (t->d, SLOT) ==
			     datapath_acl_digest (acls));
		for (i = 0; i < FRAMES; i++)
			check_frame (t, reader, acls, meters, &totals);
		g_ptr_array_unref (acls);
	}
	check_counters (t, meters, 1, t->id);
	check_totals (t, SLOT, &totals);
	assert_int_equal (datapath_drops_lost (reader), 0);
	printf ("# passed %u (metered %u), denied %u, spoofed %u, malformed "
		"%u, no test frame %u\n", t->outcomes[0], t->metered,
		t->outcomes[1], t->outcomes[2], t->outcomes[3], t->refused);
	for (i = 0; i < G_N_ELEMENTS (t->outcomes); i++)
		assert_true (t->outcomes[i] > 50);
	assert_true (t->metered > 500 && t->refused * 10 < t->rounds * FRAMES);
	datapath_drops_close (reader);
	g_array_unref (meters);
}

/* ---- the sender's program decides for both ports ---- */

static void
set_straight (fixture *t)
{
	struct dp_port p = { .slot = SLOT, .vswitch = VSWITCH };
	struct dp_port q = { .slot = OTHER_SLOT, .vswitch = VSWITCH };
	struct dp_station s = { .vswitch = VSWITCH };

	memcpy (p.mac, random_own_mac, 6);
	memcpy (q.mac, other_mac, 6);
	memcpy (s.mac, other_mac, 6);
	t->spoofing = FALSE;
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

static void
note_side (const expected *e, datapath_count *passed, datapath_count *dropped,
	   datapath_count *by_reason, GArray *meters)
{
	add (e->reason ? dropped : passed, &e->size);
	if (e->reason)
		add (&by_reason[e->reason], &e->size);
	else if (e->meter)
		add (&g_array_index (meters, datapath_count, e->meter),
		     &e->size);
}

/* Twice: the second time from the verdicts that are kept. */
static void
check_pair_of_ports (fixture *t, GPtrArray *const acls[2], GArray *meters,
		     datapath_totals totals[2])
{
	expected out, in = { 0 };
	guint32 verdict, priority;
	gboolean straight;
	frame f;

	random_frame (t->r, &f);
	memcpy (f.data, random_pick (t->r, 8) ? other_mac : random_own_mac, 6);
	straight = memcmp (f.data, other_mac, 6) == 0 && !is_tagged (&f);
	out = reference (acls[0], &f, FALSE, random_own_mac);
	if (!out.reason && straight)
		in = reference (acls[1], &f, TRUE, NULL);
	for (guint i = 0; i < 2; i++) {
		if (!run (t, &f, FALSE, &verdict, &priority))
			return;
		assert_int_equal (verdict, out.reason || in.reason ? SHOT
				  : straight ? REDIRECT : PASS);
		note_side (&out, &totals[0].out, &totals[0].out_dropped,
			   totals[0].out_by_reason, meters);
		if (out.reason || !straight)
			continue;
		t->straight++;
		note_side (&in, &totals[1].in, &totals[1].in_dropped,
			   totals[1].in_by_reason, meters);
	}
}

static void
test_straight (void **state)
{
	fixture *t = *state;
	GArray *meters = g_array_new (FALSE, TRUE, sizeof (datapath_count));
	datapath_totals totals[2] = { 0 };
	guint32 first = t->id + 1;

	datapath_slot_forget (t->d, SLOT);
	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, SLOT,
				       sizeof (struct dp_totals), NULL));
	set_straight (t);
	for (guint round = 0; round < t->rounds; round++) {
		GPtrArray *acls[] = { random_acls (t->r, &t->id),
			random_acls (t->r, &t->id) };

		g_array_set_size (meters, t->id + 1);
		assert_true (datapath_acl_set (t->d, SLOT, acls[0], NULL));
		assert_true (datapath_acl_set (t->d, OTHER_SLOT, acls[1],
					       NULL));
		for (guint i = 0; i < FRAMES / 2; i++)
			check_pair_of_ports (t, acls, meters, totals);
		g_ptr_array_unref (acls[0]);
		g_ptr_array_unref (acls[1]);
	}
	check_counters (t, meters, first, t->id);
	check_totals (t, SLOT, &totals[0]);
	check_totals (t, OTHER_SLOT, &totals[1]);
	printf ("# %u frames decided for both ports\n", t->straight);
	assert_true (t->straight > t->rounds * 50);
	datapath_acl_set (t->d, SLOT, NULL, NULL);
	datapath_acl_set (t->d, OTHER_SLOT, NULL, NULL);
	g_array_unref (meters);
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
	guint32 id = 9000000, neighbour = SLOT + DP_SHARDS;
	g_autoptr (GPtrArray) acls = NULL;
	g_autoptr (GArray) elements = NULL;
	guint i;

	do {
		g_clear_pointer (&acls, g_ptr_array_unref);
		acls = random_acls (t->r, &id);
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
	vmnet_acl meter = { .id = 19000001, .direction = VMNET_OUTBOUND,
		.action = VMNET_ACL_METER, .family = VMNET_ADDR_IPV4 };
	vmnet_acl other = meter;
	g_autoptr (GPtrArray) acls = g_ptr_array_new ();
	frame f = { .len = 100 };
	guint32 verdict, priority;
	datapath_count c;

	memcpy (f.data + 6, random_own_mac, 6);
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

	assert_true (dp_percpu_ensure (t->d, DP_MAP_METERS, 19000100,
				       sizeof (struct dp_count), NULL));
	v.digest++;
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_VERSION],
					       &zero, &v, BPF_ANY), 0);
	datapath_close (t->d);
	t->d = datapath_open (t->pins, NULL);
	assert_non_null (t->d);
	assert_int_not_equal (t->d->prog_ids[DP_PROG_OUT], old_id);
	assert_true (datapath_meter_get (t->d, 19000100, &c));
	old_id = t->d->prog_ids[DP_PROG_OUT];
	v.layout++;
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_VERSION],
					       &zero, &v, BPF_ANY), 0);
	datapath_close (t->d);
	t->d = datapath_open (t->pins, NULL);
	assert_non_null (t->d);
	assert_int_not_equal (t->d->prog_ids[DP_PROG_OUT], old_id);
	assert_false (datapath_meter_get (t->d, 19000100, &c));
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
	const char *seed = getenv ("BPF_SEED");
	const char *rounds = getenv ("BPF_ROUNDS");
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;
	guint32 n = seed ? strtoul (seed, NULL, 0) : 20090722;

	printf ("# seed %u\n", n);
	t->rounds = rounds ? strtoul (rounds, NULL, 0) : ROUNDS;
	t->r = g_rand_new_with_seed (n);
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
	g_rand_free (t->r);
	g_free (t->pins);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_random),
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
