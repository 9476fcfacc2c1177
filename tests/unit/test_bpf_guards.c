/*
 * test_bpf_guards.c - what a guarded VM may not send: frames made by hand, run
 * through the sender's program; each drop is counted under its own reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf/internal.h"

#define SLOT 5
#define LOOPBACK 1		/* the ifindex of a test run */
#define GARBAGE 20000

typedef struct {
	char *pins;
	datapath *d;
} fixture;

typedef struct {
	guint8 data[256];
	guint len;
} frame;

#define OWN "\x02\x15\x5d\0\0\1"
#define OTHER "\x02\x15\x5d\0\0\2"

static void
put (frame *f, const char *bytes, guint n)
{
	memcpy (f->data + f->len, bytes, n);
	f->len += n;
}

/* Text of hexadecimal digits. */
static void
put_hex (frame *f, const char *hex)
{
	for (; *hex; hex++)
		if (*hex != ' ') {
			f->data[f->len++] = g_ascii_xdigit_value (hex[0]) << 4 |
				g_ascii_xdigit_value (hex[1]);
			hex++;
		}
}

static void
ethernet (frame *f, gboolean to_all, const char *protocol)
{
	f->len = 0;
	put (f, to_all ? "\xff\xff\xff\xff\xff\xff" : OTHER, 6);
	put (f, OWN, 6);
	put_hex (f, protocol);
}

/* What is above IP from 10.0.0.HOST; `fragment`: flags and offset. */
static frame
ipv4 (guint8 host, const char *protocol, const char *fragment,
      const char *above)
{
	frame f;

	ethernet (&f, FALSE, "0800");
	put_hex (&f, "45000064 0001");
	put_hex (&f, fragment);
	put_hex (&f, "40");
	put_hex (&f, protocol);
	put_hex (&f, "0000 0a0000");
	f.data[f.len++] = host;
	put_hex (&f, "0a0000fe");
	put_hex (&f, above);
	return f;
}

/* From 2001:db8::HOST, or fe80::HOST; `next` heads `above`. */
static frame
ipv6 (guint8 host, gboolean link_local, const char *next, const char *above)
{
	guint length;
	frame f;

	ethernet (&f, FALSE, "86dd");
	put_hex (&f, "60000000 0000");
	put_hex (&f, next);
	put_hex (&f, "ff");
	put_hex (&f, link_local ? "fe800000" : "20010db8");
	put_hex (&f, "0000000000000000 000000");
	f.data[f.len++] = host;
	put_hex (&f, "20010db8 0000000000000000 000000fe");
	length = f.len;
	put_hex (&f, above);
	length = f.len - length;
	f.data[18] = length >> 8;
	f.data[19] = length;
	return f;
}

static frame
arp (const char *mac, guint8 host)
{
	frame f;

	ethernet (&f, TRUE, "0806");
	put_hex (&f, "0001 0800 06 04 0002");
	put (&f, mac, 6);
	put_hex (&f, "0a0000");
	f.data[f.len++] = host;
	put_hex (&f, "000000000000 0a0000fe");
	return f;
}

/* A neighbour solicitation or advertisement about 2001:db8::HOST. */
static frame
neighbor (const char *type, guint8 host, const char *option)
{
	g_autofree char *above = g_strdup_printf ("%s000000 00000000 20010db8"
		"0000000000000000000000%02x%s", type, host, option);

	return ipv6 (1, FALSE, "3a", above);
}

static frame
tagged (frame f)
{
	memmove (f.data + 16, f.data + 12, f.len - 12);
	memcpy (f.data + 12, "\x81\0\0\5", 4);
	f.len += 4;
	return f;
}

static void
set_port (fixture *t, const datapath_port *asked)
{
	datapath_port port = *asked;
	struct dp_port p = { .slot = SLOT, .storm = port.guards
			     [VMNET_GUARD_STORM], .addresses = port.guards
			     [VMNET_GUARD_ADDRESSES],
			     .flags = DP_PORT_GUARDED };
	static const struct dp_addresses none;
	guint32 slot = SLOT;

	if (port.guards[VMNET_GUARD_DHCP])
		p.flags |= DP_PORT_DHCP_GUARD;
	if (port.guards[VMNET_GUARD_ROUTER])
		p.flags |= DP_PORT_ROUTER_GUARD;
	if (port.guards[VMNET_GUARD_NEIGHBOR])
		p.flags |= DP_PORT_NEIGHBOR_GUARD;
	memcpy (p.mac, OWN, 6);
	dp_guards_forget (t->d, SLOT);
	if (p.addresses)
		assert_int_equal (bpf_map_update_elem (
			t->d->maps[DP_MAP_ADDRESSES], &slot, &none, 0), 0);
	assert_true (dp_percpu_ensure (t->d, DP_MAP_TOTALS, SLOT,
				       sizeof (struct dp_totals), NULL));
	assert_true (dp_port_write (t->d, LOOPBACK, &p));
}

static void
guard (fixture *t, vmnet_guard guard, guint32 value)
{
	datapath_port port = { .slot = SLOT };

	port.guards[guard] = value;
	set_port (t, &port);
}

static void
run (fixture *t, const frame *f, guint gso_size)
{
	struct __sk_buff ctx = { .gso_size = gso_size };
	LIBBPF_OPTS (bpf_test_run_opts, opts, .data_in = f->data,
		     .data_size_in = f->len, .ctx_in = &ctx,
		     .ctx_size_in = sizeof ctx);

	assert_int_equal (bpf_prog_test_run_opts (t->d->progs[DP_PROG_OUT],
						  &opts), 0);
}

/* Passed, and dropped for each reason, of what one frame is; and no more. */
static guint64
outcome (fixture *t, frame f, guint reason)
{
	datapath_totals a, b;
	guint64 all = 0;

	assert_true (datapath_totals_get (t->d, SLOT, &a));
	run (t, &f, 0);
	assert_true (datapath_totals_get (t->d, SLOT, &b));
	for (guint i = 1; i < DATAPATH_REASONS; i++)
		all += b.out_by_reason[i].packets;
	assert_int_equal (all, b.out_dropped.packets);
	assert_int_equal (b.out.packets + b.out_dropped.packets,
			  a.out.packets + a.out_dropped.packets + 1);
	return b.out_by_reason[reason].packets -
		a.out_by_reason[reason].packets;
}

#define DROPS(f, reason) \
	assert_int_equal (outcome (t, f, DATAPATH_DROP_##reason), 1)
#define PASSES(f) do { \
	datapath_totals before, after; \
	datapath_totals_get (t->d, SLOT, &before); \
	outcome (t, f, 1); \
	datapath_totals_get (t->d, SLOT, &after); \
	assert_int_equal (after.out.packets - before.out.packets, 1); \
} while (0)

#define SERVER "0043 0044 0008 0000"	/* UDP from 67 to 68 */
#define CLIENT "0044 0043 0008 0000"
#define SERVER6 "0223 0222 0008 0000"	/* from 547 */
#define CLIENT6 "0222 0223 0008 0000"
#define PAD "0104000000 00"	/* options of a header of 8 bytes */

static void
test_dhcp (void **state)
{
	fixture *t = *state;

	guard (t, VMNET_GUARD_DHCP, 1);
	DROPS (ipv4 (1, "11", "0000", SERVER), DHCP_GUARD);
	DROPS (tagged (ipv4 (1, "11", "0000", SERVER)), DHCP_GUARD);
	DROPS (ipv4 (1, "11", "2000", SERVER), DHCP_GUARD);
	DROPS (ipv4 (1, "11", "2000", ""), DHCP_GUARD);
	PASSES (ipv4 (1, "11", "2001", SERVER));
	PASSES (ipv4 (1, "11", "0000", CLIENT));
	PASSES (ipv4 (1, "06", "0000", SERVER));
	DROPS (ipv6 (1, TRUE, "11", SERVER6), DHCP_GUARD);
	PASSES (ipv6 (1, TRUE, "11", CLIENT6));
	DROPS (ipv6 (1, FALSE, "00", "3c00" PAD "1100" PAD SERVER6),
	       DHCP_GUARD);
	DROPS (ipv6 (1, FALSE, "2c", "11000001 00000009" SERVER6),
	       DHCP_GUARD);
	PASSES (ipv6 (1, FALSE, "2c", "11000009 00000009" SERVER6));
	/* Behind more headers than it looks at: not seen, not passed. */
	DROPS (ipv6 (1, FALSE, "3c", "3c00" PAD "3c00" PAD "3c00" PAD
		     "3c00" PAD "3c00" PAD "3c00" PAD "1100" PAD CLIENT6),
	       DHCP_GUARD);
	PASSES (neighbor ("86", 1, ""));
	guard (t, VMNET_GUARD_STORM, 100);
	PASSES (ipv4 (1, "11", "0000", SERVER));
	PASSES (ipv6 (1, TRUE, "11", SERVER6));
}

static void
test_router (void **state)
{
	fixture *t = *state;

	guard (t, VMNET_GUARD_ROUTER, 1);
	DROPS (ipv6 (1, TRUE, "3a", "86000000 40000708 00000000 00000000"),
	       ROUTER_GUARD);
	DROPS (ipv6 (1, TRUE, "3a", "89000000 00000000 00000000 00000000"),
	       ROUTER_GUARD);
	DROPS (ipv6 (1, TRUE, "00", "3a00" PAD "86000000 40000708 00000000"),
	       ROUTER_GUARD);
	DROPS (ipv6 (1, TRUE, "2c", "3a000001 00000009 86000000 40000708"),
	       ROUTER_GUARD);
	DROPS (ipv4 (1, "01", "0000", "09000000 00000000"), ROUTER_GUARD);
	DROPS (ipv4 (1, "01", "0000", "05000000 00000000"), ROUTER_GUARD);
	PASSES (ipv6 (1, TRUE, "3a", "85000000 00000000"));
	PASSES (ipv6 (1, FALSE, "3a", "80000000 00010001"));
	PASSES (neighbor ("87", 1, ""));
	PASSES (ipv4 (1, "01", "0000", "08000000 00010001"));
	PASSES (ipv4 (1, "11", "0000", SERVER));
}

static void
test_neighbor (void **state)
{
	fixture *t = *state;

	guard (t, VMNET_GUARD_NEIGHBOR, 1);
	PASSES (arp (OWN, 1));
	DROPS (arp (OTHER, 1), NEIGHBOR_GUARD);
	DROPS (tagged (arp (OTHER, 1)), NEIGHBOR_GUARD);
	PASSES (neighbor ("87", 1, "010102155d000001"));
	DROPS (neighbor ("87", 1, "010102155d000002"), NEIGHBOR_GUARD);
	PASSES (neighbor ("88", 1, "020102155d000001"));
	DROPS (neighbor ("88", 1, "020102155d000002"), NEIGHBOR_GUARD);
	DROPS (neighbor ("88", 1, "0e01000000000000 020102155d000002"),
	       NEIGHBOR_GUARD);
	DROPS (neighbor ("88", 1, "020002155d000001"), NEIGHBOR_GUARD);
	PASSES (neighbor ("88", 1, ""));
	PASSES (ipv6 (1, FALSE, "3a", "80000000 00010001"));
	PASSES (ipv4 (1, "11", "0000", SERVER));
}

/* All addresses were silent for longer than they keep their places, if need be
 * since before the boot. */
static void
grow_old (fixture *t)
{
	int map = t->d->maps[DP_MAP_ADDRESSES];
	struct dp_addresses a;
	guint32 slot = SLOT;

	assert_int_equal (bpf_map_lookup_elem (map, &slot, &a), 0);
	for (guint i = 0; i < DP_ADDRESSES; i++)
		if (a.place[i].used)
			a.place[i].used -= DP_ADDRESS_IDLE + 1000000000;
	assert_int_equal (bpf_map_update_elem (map, &slot, &a, 0), 0);
}

static void
test_addresses (void **state)
{
	fixture *t = *state;

	guard (t, VMNET_GUARD_ADDRESSES, 2);
	PASSES (ipv4 (1, "11", "0000", CLIENT));
	PASSES (ipv6 (1, FALSE, "3a", "80000000 00010001"));
	DROPS (ipv4 (2, "11", "0000", CLIENT), ADDRESS_LIMIT);
	DROPS (ipv6 (2, FALSE, "3a", "80000000 00010001"), ADDRESS_LIMIT);
	DROPS (arp (OWN, 2), ADDRESS_LIMIT);
	PASSES (arp (OWN, 1));
	/* Speaks of an address that is not its own. */
	DROPS (neighbor ("88", 3, ""), ADDRESS_LIMIT);
	PASSES (neighbor ("88", 1, ""));
	PASSES (neighbor ("87", 3, ""));
	PASSES (ipv6 (9, TRUE, "3a", "85000000 00000000"));
	PASSES (ipv4 (1, "11", "0000", CLIENT));
	grow_old (t);
	PASSES (ipv4 (2, "11", "0000", CLIENT));
	PASSES (arp (OWN, 3));
	DROPS (ipv4 (1, "11", "0000", CLIENT), ADDRESS_LIMIT);
	guard (t, VMNET_GUARD_ADDRESSES, DP_ADDRESSES);
	for (guint i = 1; i <= DP_ADDRESSES; i++)
		PASSES (ipv4 (i, "11", "0000", CLIENT));
	DROPS (ipv4 (99, "11", "0000", CLIENT), ADDRESS_LIMIT);
	PASSES (ipv4 (DP_ADDRESSES, "11", "0000", CLIENT));
}

static guint64
second (void)
{
	struct timespec now;

	clock_gettime (CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* How many of `count` frames pass in one second: tried again where the second
 * was over in between. */
static guint64
passed_of (fixture *t, const frame *f, guint count, guint gso_size)
{
	datapath_totals a, b;
	guint64 start;

	do {
		dp_guards_forget (t->d, SLOT);
		datapath_totals_get (t->d, SLOT, &a);
		start = second ();
		for (guint i = 0; i < count; i++)
			run (t, f, gso_size);
		datapath_totals_get (t->d, SLOT, &b);
	} while (second () != start);
	assert_int_equal (b.out_dropped.packets - a.out_dropped.packets,
			  b.out_by_reason[DATAPATH_DROP_STORM_LIMIT].packets -
			  a.out_by_reason[DATAPATH_DROP_STORM_LIMIT].packets);
	return b.out.packets - a.out.packets;
}

static void
test_storm (void **state)
{
	fixture *t = *state;
	frame all = arp (OWN, 1), one = ipv4 (1, "11", "0000", CLIENT);
	frame large = one;

	guard (t, VMNET_GUARD_STORM, 10);
	assert_int_equal (passed_of (t, &all, 40, 0), 10);
	assert_int_equal (passed_of (t, &one, 40, 0), 40);
	/* 42 bytes of headers, and 8, 8 and 4: three frames. */
	large.data[0] = 1;
	memset (large.data + large.len, 0, 20);
	large.len += 20;
	assert_int_equal (passed_of (t, &large, 40, 8), 9);
	guard (t, VMNET_GUARD_STORM, 0);
	assert_int_equal (passed_of (t, &all, 40, 0), 40);
}

/* The next second is another one. */
static void
test_storm_is_over (void **state)
{
	fixture *t = *state;
	guint64 last = DP_STORM (second () - 1, 1000);
	guint32 slot = SLOT;

	guard (t, VMNET_GUARD_STORM, 1000);
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_STORMS],
					       &slot, &last, 0), 0);
	PASSES (arp (OWN, 1));
}

static frame
from (frame f, const char *mac)
{
	memcpy (f.data + 6, mac, 6);
	return f;
}

static void
test_partners (void **state)
{
	fixture *t = *state;
	struct dp_port p = { .slot = SLOT, .flags = DP_PORT_PARTNERS };
	struct dp_partners all = { 0 };
	guint32 slot = SLOT;
	frame f = ipv4 (1, "11", "0000", CLIENT);

	guard (t, VMNET_GUARD_STORM, 0);
	memcpy (p.mac, OWN, 6);
	assert_true (dp_port_write (t->d, LOOPBACK, &p));
	DROPS (from (f, OTHER), MAC_SPOOFING);
	DROPS (from (f, "\0\0\0\0\0\0"), MAC_SPOOFING);
	memcpy (&all.mac[DP_PARTNERS - 1], OTHER, 6);
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_PARTNERS],
					       &slot, &all, 0), 0);
	PASSES (from (f, OTHER));
	PASSES (f);
	DROPS (from (f, "\x02\x15\x5d\0\0\3"), MAC_SPOOFING);
	DROPS (from (f, "\0\0\0\0\0\0"), MAC_SPOOFING);
	/* Who has none asks nobody. */
	p.flags = 0;
	assert_true (dp_port_write (t->d, LOOPBACK, &p));
	DROPS (from (f, OTHER), MAC_SPOOFING);
	dp_guards_forget (t->d, SLOT);
	assert_int_not_equal (bpf_map_lookup_elem (
		t->d->maps[DP_MAP_PARTNERS], &slot, &all), 0);
}

/* Every frame passes or drops, and is counted once. */
static void
test_garbage (void **state)
{
	fixture *t = *state;
	GRand *r = g_rand_new_with_seed (20090722);
	datapath_port port = { .slot = SLOT };
	static const char *const starts[] = {
		"0800 45", "0800 46", "86dd 60", "0806 0001 0800 06 04",
		"8100 0005 86dd 60", "88a8 0001 8100 0002 0800 45" };

	for (guint i = 0; i < VMNET_GUARDS; i++)
		port.guards[i] = 1 + i;
	set_port (t, &port);
	for (guint i = 0; i < GARBAGE; i++) {
		frame f;

		ethernet (&f, g_rand_boolean (r),
			  starts[g_rand_int_range (r, 0, 6)]);
		while (f.len < 60 || g_rand_int_range (r, 0, 64)) {
			static const guint8 some[] = { 0, 1, 44, 58, 60, 17,
				134, 136, 43, 51, 6, 255 };

			if (f.len == sizeof f.data)
				break;
			f.data[f.len++] = some[g_rand_int_range (r, 0, 12)];
		}
		outcome (t, f, 1);
	}
	g_rand_free (r);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;

	t->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-guards-%d",
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
	g_free (t->pins);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_dhcp),
		cmocka_unit_test (test_router),
		cmocka_unit_test (test_neighbor),
		cmocka_unit_test (test_addresses),
		cmocka_unit_test (test_storm),
		cmocka_unit_test (test_storm_is_over),
		cmocka_unit_test (test_partners),
		cmocka_unit_test (test_garbage),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
