/*
 * test_bpf_acl.c - a property test of the port programs: random ACLs, random
 * frames, BPF_PROG_TEST_RUN, and a naive reference that walks all entries.
 * The seed is printed; BPF_SEED in the environment repeats a run.
 */
#include <arpa/inet.h>
#include <errno.h>
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
#include "bpf_reference.h"

#define ROUNDS 100
#define FRAMES 200		/* of each round */
#define MAX_ACLS 40
#define SLOT 67
#define LOOPBACK 1		/* the ifindex of a test run */
#define PASS ((guint32) -1)	/* TC_ACT_UNSPEC */
#define SHOT 2

static const guint8 own_mac[6] = { 2, 0x15, 0x5d, 0, 0, 1 };

typedef struct {
	datapath *d;
	char *pins;
	GRand *r;
	gboolean spoofing;
	datapath_drop drop;	/* the last record */
	guint8 drop_data[DP_CAPTURE];
	guint drops;
	guint outcomes[4];	/* by reason; 0: passed */
	guint metered, refused;
} fixture;

/* ---- random ACLs and frames: few addresses, so that they meet ---- */

static guint
pick (fixture *t, guint n)
{
	return g_rand_int_range (t->r, 0, n);
}

static void
random_ip (fixture *t, guint8 *to, guint n)
{
	static const guint8 bytes[] = { 10, 11, 0, 128, 255 };
	guint i;

	for (i = 0; i < n; i++)
		to[i] = i < 2 || i >= n - 2 ? bytes[pick (t, i ? 5 : 2)] : 0;
}

static void
random_mac (fixture *t, guint8 *to)
{
	memcpy (to, own_mac, 6);
	if (pick (t, 3) == 0)
		to[5] = pick (t, 4);
}

static vmnet_acl *
random_acl (fixture *t, guint32 id)
{
	static const guint8 v4[] = { 0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32 };
	static const guint8 v6[] = { 0, 7, 8, 16, 17, 64, 112, 120, 127, 128 };
	vmnet_acl *a = g_new0 (vmnet_acl, 1);

	a->id = id;
	a->direction = pick (t, 2) ? VMNET_INBOUND : VMNET_OUTBOUND;
	a->action = pick (t, 3);
	a->local = pick (t, 2);
	switch (pick (t, 8)) {
	case 0:
		a->family = VMNET_ADDR_MAC;
		a->prefix = 48;
		random_mac (t, a->addr);
		break;
	case 1: case 2: case 3:
		a->family = VMNET_ADDR_IPV6;
		a->prefix = v6[pick (t, G_N_ELEMENTS (v6))];
		random_ip (t, a->addr, 16);
		break;
	default:
		a->family = VMNET_ADDR_IPV4;
		a->prefix = v4[pick (t, G_N_ELEMENTS (v4))];
		random_ip (t, a->addr, 4);
	}
	return a;
}

static GPtrArray *
random_acls (fixture *t, guint32 *id)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint n = pick (t, MAX_ACLS + 1);

	while (n-- > 0)
		g_ptr_array_add (out, random_acl (t, ++*id));
	return out;
}

static guint
random_ethernet (fixture *t, frame *f)
{
	static const guint16 protocols[] = { 0x0800, 0x0800, 0x0800, 0x86dd,
		0x86dd, 0x0806, 0x88cc, 0x0040 };
	guint at = 12, tags = pick (t, 3) ? 0 : pick (t, 4);
	guint protocol = protocols[pick (t, G_N_ELEMENTS (protocols))];

	random_mac (t, f->data);
	random_mac (t, f->data + 6);
	if (pick (t, 10))
		memcpy (f->data + 6, own_mac, 6);
	while (tags-- > 0) {
		f->data[at] = pick (t, 2) ? 0x81 : 0x88;
		f->data[at + 1] = f->data[at] == 0x81 ? 0 : 0xa8;
		at += 4;
	}
	f->data[at] = protocol >> 8;
	f->data[at + 1] = protocol;
	return at + 2;
}

static void
random_packet (fixture *t, frame *f, guint l3)
{
	guint protocol = f->data[l3 - 2] << 8 | f->data[l3 - 1];
	guint words = pick (t, 5) ? 5 : pick (t, 16);
	guint8 *ip = f->data + l3;

	if (protocol == 0x0800) {
		ip[0] = (pick (t, 30) ? 4 : pick (t, 16)) << 4 | words;
		ip[6] = pick (t, 5) ? 0x40 : 0x20;	/* fragments */
		ip[7] = pick (t, 5) ? 0 : 100;
		ip[9] = pick (t, 2) ? 6 : 17;
		random_ip (t, ip + 12, 4);
		random_ip (t, ip + 16, 4);
		ip[words * 4 + 12] = (5 + pick (t, 11)) << 4;
	} else if (protocol == 0x86dd) {
		ip[0] = (pick (t, 30) ? 6 : pick (t, 16)) << 4;
		ip[6] = pick (t, 2) ? 6 : 17;
		random_ip (t, ip + 8, 16);
		random_ip (t, ip + 24, 16);
		ip[40 + 12] = (5 + pick (t, 11)) << 4;
	}
}

static void
random_frame (fixture *t, frame *f)
{
	guint l3;

	memset (f, 0, sizeof *f);
	l3 = random_ethernet (t, f);
	random_packet (t, f, l3);
	f->len = l3 + 60 + pick (t, 1400);
	if (pick (t, 10) == 0)
		f->len = MAX (15, l3 - 4 + pick (t, 50));
	else if (pick (t, 5) == 0)
		f->gso_size = 100 + pick (t, 600);
}

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
add (datapath_count *to, const datapath_count *c)
{
	to->bytes += c->bytes;
	to->packets += c->packets;
}

static void
check_frame (fixture *t, datapath_drops *reader, const GPtrArray *acls,
	     GArray *meters, datapath_totals *totals)
{
	gboolean inbound = pick (t, 2);
	guint32 verdict, priority;
	expected e;
	frame f;

	random_frame (t, &f);
	e = reference (acls, &f, inbound, t->spoofing ? NULL : own_mac);
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
check_counters (fixture *t, const GArray *meters, guint32 last,
		const datapath_totals *totals)
{
	datapath_totals now;
	datapath_count c;
	guint32 id;

	for (id = 1; id <= last; id++) {
		const datapath_count *want = &g_array_index (meters,
			datapath_count, id);

		datapath_meter_get (t->d, id, &c);
		assert_int_equal (c.bytes, want->bytes);
		assert_int_equal (c.packets, want->packets);
	}
	assert_true (datapath_totals_get (t->d, SLOT, &now));
	assert_memory_equal (&now, totals, sizeof now);
}

static void
test_random (void **state)
{
	fixture *t = *state;
	datapath_drops *reader = datapath_drops_open (t->d, on_drop, t, NULL);
	GArray *meters = g_array_new (FALSE, TRUE, sizeof (datapath_count));
	datapath_totals totals = { 0 };
	guint32 id = 0;
	guint round, i;

	assert_non_null (reader);
	for (round = 0; round < ROUNDS; round++) {
		GPtrArray *acls = random_acls (t, &id);

		g_array_set_size (meters, id + 1);
		set_port (t, pick (t, 4) == 0, 0x10011);
		assert_true (datapath_acl_set (t->d, SLOT, acls, NULL));
		assert_true (datapath_acl_get_digest (t->d, SLOT) ==
			     datapath_acl_digest (acls));
		for (i = 0; i < FRAMES; i++)
			check_frame (t, reader, acls, meters, &totals);
		g_ptr_array_unref (acls);
	}
	check_counters (t, meters, id, &totals);
	assert_int_equal (datapath_drops_lost (reader), 0);
	printf ("# passed %u (metered %u), denied %u, spoofed %u, malformed "
		"%u, no test frame %u\n", t->outcomes[0], t->metered,
		t->outcomes[1], t->outcomes[2], t->outcomes[3], t->refused);
	for (i = 0; i < G_N_ELEMENTS (t->outcomes); i++)
		assert_true (t->outcomes[i] > 50);
	assert_true (t->metered > 500 && t->refused < 1500);
	datapath_drops_close (reader);
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
	guint32 id = 100000, neighbour = SLOT + DP_SHARDS;
	g_autoptr (GPtrArray) acls = NULL;
	g_autoptr (GArray) elements = NULL;
	guint i;

	do {
		g_clear_pointer (&acls, g_ptr_array_unref);
		acls = random_acls (t, &id);
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

static int
setup (void **state)
{
	const char *seed = getenv ("BPF_SEED");
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;
	guint32 n = seed ? strtoul (seed, NULL, 0) : 20090722;

	printf ("# seed %u\n", n);
	t->r = g_rand_new_with_seed (n);
	t->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-acl-%d",
				   (int) getpid ());
	t->d = datapath_open (t->pins, &e);
	if (t->d == NULL)
		printf ("# %s\n", e->message);
	*state = t;
	return t->d ? 0 : -1;
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
