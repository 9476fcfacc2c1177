/* test_kernel_net.c - bridge ports, addresses and routes, against ip and
 * bridge. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

#include "kernel_support.h"

static const guint8 bridge_mac[6] = { 0x02, 0x15, 0x5d, 0, 0, 1 };
static const guint8 vm_mac[6] = { 0x02, 0x15, 0x5d, 0, 0, 9 };

static int
two_ports (void **state)
{
	kn *k = kn_open (-1, NULL);

	*state = k;
	if (k == NULL || geteuid () != 0)
		return k ? 0 : -1;
	worked (kn_bridge_add (k, "br0", bridge_mac, &error));
	worked (kn_link_set_up (k, "br0", TRUE, &error));
	make_pair (k, "p0", "q0");
	make_pair (k, "p1", "q1");
	worked (kn_link_set_master (k, "p0", "br0", &error));
	worked (kn_link_set_master (k, "p1", "br0", &error));
	return 0;
}

static int
close_kn (void **state)
{
	kn *k = *state;

	kn_link_del (k, "p0", NULL);
	kn_link_del (k, "p1", NULL);
	kn_link_del (k, "br0", NULL);
	kn_close (k);
	return 0;
}

/* ---- bridge ---- */

static void
test_port (void **state)
{
	kn *k = *state;
	const char *show = "bridge -d -j link show dev p0";
	g_autoptr (kn_link) l = NULL;

	need_root ();
	worked (kn_port_set (k, "p0", FALSE, FALSE, &error));
	assert_said (show, "$[0].learning", "FALSE");
	assert_said (show, "$[0].flood", "FALSE");
	assert_said (show, "$[0].mcast_flood", "TRUE");
	assert_said (show, "$[0].bcast_flood", "TRUE");
	l = kn_link_get (k, "p0", NULL);
	assert_false (l->port_learning);
	assert_false (l->port_flood);
	worked (kn_port_set (k, "p0", TRUE, TRUE, &error));
	assert_said (show, "$[0].learning", "TRUE");
	refused (kn_port_set (k, "q0", TRUE, TRUE, &error),
		 VMNET_ERROR_UNSUPPORTED, "set bridge port q0 to learning "
		 "on, flood on: Operation not supported");
}

/* The entry of `mac` in kn_fdbs: its port's index; 0: there is none. */
static int
fdb_port (kn *k, const guint8 mac[6], gboolean *is_static)
{
	g_autoptr (GPtrArray) all = NULL;

	worked (all = kn_fdbs (k, &error));
	for (guint i = 0; i < all->len; i++) {
		const kn_fdb *f = all->pdata[i];

		if (memcmp (f->mac, mac, 6) == 0) {
			*is_static = f->is_static;
			return f->ifindex;
		}
	}
	return 0;
}

static void
test_fdb (void **state)
{
	kn *k = *state;
	gboolean is_static;

	need_root ();
	worked (kn_fdb_ensure (k, "p0", vm_mac, &error));
	worked (kn_fdb_ensure (k, "p0", vm_mac, &error));
	assert_int_equal (fdb_port (k, vm_mac, &is_static),
			  kn_ifindex (k, "p0"));
	assert_true (is_static);
	assert_said ("bridge -j fdb get 02:15:5d:00:00:09 br br0",
		     "$[0].state", "static");
	worked (kn_fdb_ensure (k, "p1", vm_mac, &error));
	assert_said ("bridge -j fdb get 02:15:5d:00:00:09 br br0",
		     "$[0].ifname", "p1");
	refused (kn_fdb_del (k, "p0", vm_mac, &error),
		 VMNET_ERROR_NOT_FOUND, "delete the bridge's entry "
		 "02:15:5d:00:00:09 for port p0: No such file or directory");
	worked (kn_fdb_del (k, "p1", vm_mac, &error));
	assert_int_equal (fdb_port (k, vm_mac, &is_static), 0);
}

/* A learned entry on the wrong port becomes ours. */
static void
test_fdb_learned (void **state)
{
	static const guint8 sender[6] = { 2, 0, 0, 0, 0, 2 };
	kn *k = *state;
	gboolean is_static = TRUE;

	need_root ();
	/* A port that came up waits in no state: forward delay is zero. */
	for (int i = 0; i < 100 && !fdb_port (k, sender, &is_static); i++) {
		send_frames (k, "q1", 1, 100);
		g_usleep (20000);
	}
	assert_int_equal (fdb_port (k, sender, &is_static),
			  kn_ifindex (k, "p1"));
	assert_false (is_static);
	worked (kn_fdb_ensure (k, "p0", sender, &error));
	send_frames (k, "q1", 1, 100);
	assert_int_equal (fdb_port (k, sender, &is_static),
			  kn_ifindex (k, "p0"));
	assert_true (is_static);
}

static void
test_vf_refused (void **state)
{
	need_root ();
	refused (kn_vf_set_mac (*state, "p0", 0, vm_mac, &error),
		 VMNET_ERROR_UNSUPPORTED, "set the address of virtual "
		 "function 0 of p0: Operation not supported");
}

/* ---- addresses ---- */

static kn_addr
addr (const char *text, guint8 prefix)
{
	kn_addr a = { .prefix = prefix, .flags = IFA_F_NODAD };

	a.family = strchr (text, ':') ? AF_INET6 : AF_INET;
	assert_int_equal (inet_pton (a.family, text, a.addr), 1);
	return a;
}

static gboolean
has_addr (kn *k, const char *link, const kn_addr *a)
{
	g_autoptr (GPtrArray) all = NULL;

	worked (all = kn_addrs (k, &error));
	for (guint i = 0; i < all->len; i++) {
		const kn_addr *b = all->pdata[i];

		if (b->ifindex == kn_ifindex (k, link) &&
		    b->family == a->family && b->prefix == a->prefix &&
		    memcmp (b->addr, a->addr, 16) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
test_addr (void **state)
{
	kn *k = *state;
	kn_addr four = addr ("192.0.2.5", 22);
	kn_addr six = addr ("2001:db8::5", 64);
	kn_addr point = addr ("192.0.2.9", 31);
	const char *show4 = "ip -j -4 addr show q0";
	const char *show6 = "ip -j -6 addr show q0 scope global";

	need_root ();
	worked (kn_addr_ensure (k, "q0", &four, &error));
	worked (kn_addr_ensure (k, "q0", &four, &error));
	worked (kn_addr_ensure (k, "q0", &six, &error));
	worked (kn_addr_ensure (k, "q0", &six, &error));
	worked (kn_addr_ensure (k, "q1", &point, &error));
	assert_said (show4, "$[0].addr_info[0].local", "192.0.2.5");
	assert_said (show4, "$[0].addr_info[0].prefixlen", "22");
	assert_said (show4, "$[0].addr_info[0].broadcast", "192.0.3.255");
	assert_null (said ("ip -j -4 addr show q1",
			   "$[0].addr_info[0].broadcast"));
	assert_said (show6, "$[*].addr_info[0].local", "2001:db8::5");
	assert_said (show6, "$[*].addr_info[0].nodad", "TRUE");
	assert_true (has_addr (k, "q0", &four));
	assert_true (has_addr (k, "q0", &six));
	six.prefix = 48;
	refused (kn_addr_ensure (k, "q0", &six, &error), VMNET_ERROR_EXISTS,
		 "add address 2001:db8::5/48 to q0, which has it with "
		 "another prefix length: File exists");
	six.prefix = 64;
	worked (kn_addr_del (k, "q0", &six, &error));
	worked (kn_addr_del (k, "q0", &four, &error));
	assert_false (has_addr (k, "q0", &four));
	/* "(ipv4: Address not found)" is newer than 6.1. */
	refused_start (kn_addr_del (k, "q0", &four, &error),
		       VMNET_ERROR_INVALID, "take address 192.0.2.5/22 from "
		       "q0: Cannot assign requested address");
	refused (kn_addr_ensure (k, "nosuch", &four, &error),
		 VMNET_ERROR_NOT_FOUND,
		 "add address 192.0.2.5/22 to nosuch: No such device");
}

/* ---- routes ---- */

static gboolean
has_route (kn *k, const kn_route *r)
{
	g_autoptr (GPtrArray) all = NULL;

	worked (all = kn_routes (k, &error));
	for (guint i = 0; i < all->len; i++) {
		const kn_route *b = all->pdata[i];

		assert_int_equal (b->table, RT_TABLE_MAIN);
		if (b->family == r->family && b->prefix == r->prefix &&
		    memcmp (b->dst, r->dst, 16) == 0 &&
		    memcmp (b->gateway, r->gateway, 16) == 0 &&
		    b->ifindex == r->ifindex)
			return TRUE;
	}
	return FALSE;
}

static void
test_route (void **state)
{
	kn *k = *state;
	kn_addr four = addr ("192.0.2.5", 24);
	kn_addr six = addr ("2001:db8::5", 64);
	kn_route r4 = { .family = AF_INET, .has_gateway = TRUE,
			.gateway = { 192, 0, 2, 1 }, .metric = 50 };
	kn_route r6 = { .family = AF_INET6, .has_gateway = TRUE,
			.dst = { 0x20, 0x01, 0x0d, 0xb9 }, .prefix = 32 };

	need_root ();
	inet_pton (AF_INET6, "2001:db8::1", r6.gateway);
	r4.ifindex = r6.ifindex = kn_ifindex (k, "q0");
	worked (kn_addr_ensure (k, "q0", &four, &error));
	worked (kn_addr_ensure (k, "q0", &six, &error));
	worked (kn_route_ensure (k, &r4, &error));
	worked (kn_route_ensure (k, &r4, &error));
	worked (kn_route_ensure (k, &r6, &error));
	worked (kn_route_ensure (k, &r6, &error));
	assert_said ("ip -j route show default", "$[0].gateway", "192.0.2.1");
	assert_said ("ip -j route show default", "$[0].metric", "50");
	assert_said ("ip -j -6 route show 2001:db9::/32", "$[0].gateway",
		     "2001:db8::1");
	assert_true (has_route (k, &r4));
	assert_true (has_route (k, &r6));
	r4.gateway[3] = 2;
	refused (kn_route_ensure (k, &r4, &error), VMNET_ERROR_EXISTS,
		 "add route 0.0.0.0/0, which goes elsewhere already: "
		 "File exists");
	r4.gateway[3] = 1;
	worked (kn_route_del (k, &r4, &error));
	worked (kn_route_del (k, &r6, &error));
	assert_false (has_route (k, &r6));
	refused (kn_route_del (k, &r4, &error), VMNET_ERROR_NOT_FOUND,
		 "delete route 0.0.0.0/0: No such process");
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, two_ports, close_kn)
	const struct CMUnitTest tests[] = {
		TEST (test_port),
		TEST (test_fdb),
		TEST (test_fdb_learned),
		TEST (test_vf_refused),
		TEST (test_addr),
		TEST (test_route),
	};

	return cmocka_run_group_tests (tests, own_network, NULL);
}
