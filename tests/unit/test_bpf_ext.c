/*
 * test_bpf_ext.c - a property test of extended ACLs: random entries, random
 * frames of which the test knows what they are, BPF_PROG_TEST_RUN, and a naive
 * reference that walks all entries by weight and keeps its own connections.
 * BPF_SEED and BPF_FRAMES in the environment change it.
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
#include "bpf_ext_random.h"
#include "model/decide.h"

#define FRAMES 1000		/* of each set of entries */
#define MAX_ENTRIES 40
#define SLOT 71
#define LOOPBACK 1		/* the ifindex of a test run */
#define SHOT 2

static const guint8 own_mac[6] = { 2, 0x15, 0x5d, 0, 0, 1 };
static const guint8 peer_mac[6] = { 2, 0x15, 0x5d, 0, 0, 2 };

typedef struct {
	datapath *d;
	char *pins;
	ext_dice x;
	GHashTable *connections;	/* tuple -> direction + 1 */
	guint answered, refused, allowed, none, broken, explained;
} fixture;

/* ---- the reference ---- */

static gboolean
in_prefix (const vmnet_prefix *p, const guint8 *addr, guint family)
{
	guint i;

	if (!p->given)
		return TRUE;
	if ((p->family == VMNET_ADDR_IPV4) != (family == 4))
		return FALSE;
	for (i = 0; i < p->prefix; i++)
		if ((p->addr[i / 8] ^ addr[i / 8]) & (0x80 >> i % 8))
			return FALSE;
	return TRUE;
}

static gboolean
in_ports (const vmnet_ports *r, gboolean has, guint16 port)
{
	return !r->given || (has && port >= r->first && port <= r->last);
}

static const vmnet_extacl *
decides (const GPtrArray *entries, const packet *p, gboolean inbound)
{
	const vmnet_extacl *best = NULL;
	guint i;

	for (i = 0; i < entries->len; i++) {
		const vmnet_extacl *e = entries->pdata[i];

		if ((e->direction == VMNET_INBOUND) == inbound &&
		    in_prefix (&e->local, p->t.local, p->t.family) &&
		    in_prefix (&e->remote, p->t.remote, p->t.family) &&
		    (!e->protocol.set ||
		     e->protocol.value == p->t.protocol) &&
		    (!e->isolation || e->isolation == p->t.vlan) &&
		    in_ports (&e->local_port, p->has_ports,
			      p->t.local_port) &&
		    in_ports (&e->remote_port, p->has_ports,
			      p->t.remote_port) &&
		    (best == NULL || e->weight > best->weight))
			best = e;
	}
	return best;
}

static gboolean
has_direction (const GPtrArray *entries, gboolean inbound)
{
	guint i;

	for (i = 0; i < entries->len; i++)
		if ((((vmnet_extacl *) entries->pdata[i])->direction ==
		     VMNET_INBOUND) == inbound)
			return TRUE;
	return FALSE;
}

static guint
tuple_hash (gconstpointer key)
{
	const guint8 *p = key;
	guint h = 5381, i;

	for (i = 0; i < sizeof (tuple); i++)
		h = h * 33 + p[i];
	return h;
}

static gboolean
tuple_equal (gconstpointer a, gconstpointer b)
{
	return memcmp (a, b, sizeof (tuple)) == 0;
}

static gboolean
lets_begin (const vmnet_extacl *e)
{
	return e && e->action == VMNET_ACL_ALLOW && e->stateful;
}

/* Why it is dropped; *id: by which entry. */
static guint
reference_ext (fixture *t, const GPtrArray *entries, const packet *p,
	       guint32 *id)
{
	guint was = GPOINTER_TO_UINT (g_hash_table_lookup (t->connections,
							   &p->t));
	gboolean opposite = was && was != (guint) p->inbound + 1;
	const vmnet_extacl *e;

	*id = 0;
	if (p->broken) {
		t->broken++;
		return has_direction (entries, p->inbound)
			? DATAPATH_DROP_MALFORMED : 0;
	}
	if (opposite && p->answers &&
	    lets_begin (decides (entries, p, !p->inbound))) {
		t->answered++;
		return 0;
	}
	e = decides (entries, p, p->inbound);
	t->none += e == NULL;
	if (e && e->action == VMNET_ACL_DENY) {
		t->refused++;
		*id = e->id;
		return DATAPATH_DROP_EXTENDED_ACL;
	}
	t->allowed += e != NULL;
	if (lets_begin (e) && p->opens)
		g_hash_table_insert (t->connections, g_memdup2 (&p->t,
			sizeof p->t), GUINT_TO_POINTER (p->inbound + 1));
	return 0;
}

/* ---- running them ---- */

static guint32
run (fixture *t, const packet *p)
{
	LIBBPF_OPTS (bpf_test_run_opts, opts, .data_in = p->f.data,
		     .data_size_in = p->f.len);

	assert_int_equal (bpf_prog_test_run_opts (t->d->progs[p->inbound
		? DP_PROG_IN : DP_PROG_OUT], &opts), 0);
	return opts.retval;
}

static void
set_port (fixture *t)
{
	struct dp_port p = { .slot = SLOT, .flags = DP_PORT_SPOOFING,
		.vlan = t->x.untagged };
	guint32 key = LOOPBACK;

	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, SLOT,
				       sizeof (struct dp_totals), NULL));
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_PORTS], &key,
					       &p, BPF_ANY), 0);
}

static datapath_drop last_drop;

static void
on_drop (const datapath_drop *drop, void *user)
{
	last_drop = *drop;
}

static void
set_entries (fixture *t, const GPtrArray *entries)
{
	g_autoptr (GError) e = NULL;

	if (!datapath_ext_set (t->d, SLOT, entries, &e))
		fail_msg ("%s", e->message);
	assert_true (datapath_ext_get_digest (t->d, SLOT) ==
		     datapath_ext_digest (entries));
}

static vmnet_end
end_of (const packet *p, const guint8 *addr, guint16 port)
{
	vmnet_end e = {
		.has_ip = TRUE, .has_port = p->has_ports, .port = port,
		.family = p->t.family == 4 ? VMNET_ADDR_IPV4 : VMNET_ADDR_IPV6,
	};

	memcpy (e.ip, addr, sizeof e.ip);
	return e;
}

/* Explanations say the same: of the maps, and of the entries. Of a fragment
 * there is none. */
static void
explained (fixture *t, const GPtrArray *entries, const packet *p)
{
	vmnet_frame f = {
		.direction = p->inbound ? VMNET_INBOUND : VMNET_OUTBOUND,
		.local = end_of (p, p->t.local, p->t.local_port),
		.remote = end_of (p, p->t.remote, p->t.remote_port),
		.has_protocol = TRUE, .protocol = p->t.protocol,
		.has_isolation = TRUE, .isolation = p->t.vlan,
	};
	const vmnet_extacl *want = decides (entries, p, p->inbound);
	guint32 id;
	guint open;

	if (p->broken ||
	    p->has_ports != vmnet_protocol_has_ports (p->t.protocol))
		return;
	assert_true (datapath_ext_ask (t->d, SLOT, &f, &id));
	assert_int_equal (id, want ? want->id : 0);
	assert_ptr_equal (model_extacl_decides (entries, &f, &open), want);
	assert_int_equal (open, 0);
	t->explained++;
}

static void
one_set (fixture *t, datapath_drops *reader, guint max)
{
	GPtrArray *entries = some_entries (&t->x, max);
	guint i;

	set_entries (t, entries);
	for (i = 0; i < FRAMES; i++) {
		guint32 id, reason, verdict;
		packet p;

		some_packet (&t->x, &p);
		reason = reference_ext (t, entries, &p, &id);
		memset (&last_drop, 0, sizeof last_drop);
		verdict = run (t, &p);
		datapath_drops_consume (reader);
		assert_int_equal (verdict == SHOT, reason != 0);
		assert_int_equal (last_drop.reason, reason);
		assert_int_equal (last_drop.acl, id);
		explained (t, entries, &p);
	}
	g_ptr_array_unref (entries);
}

static void
test_random (void **state)
{
	fixture *t = *state;
	datapath_drops *reader = datapath_drops_open (t->d, on_drop, t, NULL);
	guint n = bpf_test_number ("BPF_FRAMES", 300000), made = 0;

	assert_non_null (reader);
	for (; made < n; made += FRAMES) {
		t->x.untagged = made / FRAMES % 2 ? 7 : 0;
		set_port (t);
		one_set (t, reader, pick (&t->x.dice, 20) ? MAX_ENTRIES : 700);
	}
	t->x.untagged = 0;
	set_port (t);
	printf ("# %u frames: answers %u, allowed %u, denied %u, no entry %u, "
		"cut short or too deep %u, %u connections\n", made,
		t->answered, t->allowed, t->refused, t->none, t->broken,
		g_hash_table_size (t->connections));
	assert_true (t->answered > made / 200 && t->refused > made / 10);
	assert_true (t->allowed > made / 10 && t->broken > made / 200);
	datapath_drops_close (reader);
}

static guint
trie_keys (fixture *t)
{
	struct dp_key *from = NULL, key, at;
	guint n = 0;

	while (bpf_map_get_next_key (t->d->maps[DP_MAP_EXT], from,
				     &key) == 0) {
		at = key;
		from = &at;
		n++;
	}
	return n;
}

static void
test_no_garbage (void **state)
{
	fixture *t = *state;
	guint i;

	set_entries (t, NULL);
	assert_int_equal (trie_keys (t), 0);
	for (i = 0; i < 20; i++) {
		g_autoptr (GPtrArray) entries = some_entries (&t->x, 40);
		guint32 kinds;
		g_autoptr (GArray) e = dp_ext_compile (entries, &kinds);

		set_entries (t, entries);
		assert_int_equal (trie_keys (t), e->len + (e->len > 0));
	}
	datapath_slot_forget (t->d, SLOT);
	set_port (t);
	assert_int_equal (trie_keys (t), 0);
}

/* ---- one connection ---- */

static GPtrArray *
only_answers (guint32 idle)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	vmnet_extacl *deny = g_new0 (vmnet_extacl, 1);
	vmnet_extacl *allow = g_new0 (vmnet_extacl, 1);

	deny->id = 900001;
	deny->action = VMNET_ACL_DENY;
	deny->direction = VMNET_INBOUND;
	allow->id = 900002;
	allow->direction = VMNET_OUTBOUND;
	allow->stateful = TRUE;
	allow->idle = idle;
	g_ptr_array_add (out, deny);
	g_ptr_array_add (out, allow);
	return out;
}

static void
tcp_packet (packet *p, gboolean inbound, guint8 flags)
{
	static const guint8 local[4] = { 10, 0, 0, 1 };
	static const guint8 remote[4] = { 10, 0, 0, 2 };
	guint8 *ip = p->f.data + 14;

	memset (p, 0, sizeof *p);
	p->inbound = inbound;
	p->f.len = 100;
	p->f.data[12] = 8;
	ip[0] = 0x45;
	ip[9] = 6;
	memcpy (ip + 12, inbound ? remote : local, 4);
	memcpy (ip + 16, inbound ? local : remote, 4);
	ip[20 + (inbound ? 2 : 0)] = 0x30;	/* 12288 and 80 */
	ip[20 + (inbound ? 1 : 3)] = 80;
	ip[32] = 0x50;
	ip[33] = flags;
}

static gboolean
passes (fixture *t, gboolean inbound, guint8 flags)
{
	packet p;

	tcp_packet (&p, inbound, flags);
	return run (t, &p) != SHOT;
}

static datapath_connection
the_connection (fixture *t, guint want)
{
	g_autoptr (GPtrArray) all = datapath_connections (t->d);
	datapath_connection found = { 0 };
	guint n = 0, i;

	for (i = 0; i < all->len; i++) {
		const datapath_connection *c = all->pdata[i];

		if (c->entry != 900002)
			continue;
		found = *c;
		n++;
	}
	assert_int_equal (n, want);
	return found;
}

static void
test_counts_and_closes (void **state)
{
	fixture *t = *state;
	g_autoptr (GPtrArray) entries = only_answers (600);
	datapath_connection c;

	set_entries (t, entries);
	the_connection (t, 0);
	assert_false (passes (t, TRUE, 2));
	the_connection (t, 0);
	assert_true (passes (t, FALSE, 2));
	assert_true (passes (t, TRUE, 0x12));
	assert_true (passes (t, FALSE, 0x10));
	c = the_connection (t, 1);
	assert_false (c.inbound || c.closed);
	assert_int_equal (c.slot, SLOT);
	assert_int_equal (c.protocol, 6);
	assert_int_equal (c.local_port, 12288);
	assert_int_equal (c.remote_port, 80);
	assert_int_equal (c.out.packets, 2);
	assert_int_equal (c.out.bytes, 200);
	assert_int_equal (c.in.packets, 1);
	assert_int_equal (c.in.bytes, 100);
	assert_int_equal (c.timeout, 600);
	assert_true (c.idle >= 0 && c.age >= c.idle);
	assert_true (passes (t, FALSE, 0x11));
	assert_false (the_connection (t, 1).closed);
	assert_true (passes (t, TRUE, 0x11));
	assert_true (the_connection (t, 1).closed);
	/* The same ports again. */
	assert_true (passes (t, FALSE, 2));
	c = the_connection (t, 1);
	assert_false (c.closed);
	assert_int_equal (c.out.packets, 1);
}

/* A set without its entry ends a connection, at once. */
static void
test_entry_goes (void **state)
{
	fixture *t = *state;
	g_autoptr (GPtrArray) entries = only_answers (600);

	set_entries (t, entries);
	assert_true (passes (t, FALSE, 2) && passes (t, TRUE, 0x12));
	((vmnet_extacl *) entries->pdata[1])->stateful = FALSE;
	set_entries (t, entries);
	assert_false (passes (t, TRUE, 0x10));
	assert_true (passes (t, FALSE, 0x10));
	((vmnet_extacl *) entries->pdata[1])->stateful = TRUE;
	set_entries (t, entries);
	assert_true (passes (t, TRUE, 0x10));
}

static void
test_idle_ends (void **state)
{
	fixture *t = *state;
	g_autoptr (GPtrArray) entries = only_answers (1);
	gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
	guint n = 1;

	set_entries (t, entries);
	assert_true (passes (t, FALSE, 2));
	/* Looking at it does not keep it alive. */
	while (n > 0 && g_get_monotonic_time () < end) {
		g_autoptr (GPtrArray) all = datapath_connections (t->d);
		guint i;

		for (i = n = 0; i < all->len; i++)
			n += ((datapath_connection *) all->pdata[i])->entry
				== 900002;
		g_usleep (20000);
	}
	assert_int_equal (n, 0);
	assert_false (passes (t, TRUE, 0x10));
	assert_true (passes (t, FALSE, 2));
	the_connection (t, 1);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;

	t->x.dice = dice_new (own_mac, peer_mac, 3);
	t->connections = g_hash_table_new_full (tuple_hash, tuple_equal,
						g_free, NULL);
	t->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-ext-%d",
				   (int) getpid ());
	t->d = datapath_open (t->pins, &e);
	if (t->d == NULL)
		printf ("# %s\n", e->message);
	else
		set_port (t);
	*state = t;
	return t->d ? 0 : -1;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	datapath_close (t->d);
	datapath_remove (t->pins, NULL);
	g_rand_free (t->x.dice.r);
	g_hash_table_unref (t->connections);
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
		cmocka_unit_test (test_counts_and_closes),
		cmocka_unit_test (test_entry_goes),
		cmocka_unit_test (test_idle_ends),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
