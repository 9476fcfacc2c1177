/* test_kernel_link.c - interfaces, against what ip says. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel_support.h"

static const guint8 mac_a[6] = { 0x02, 0x15, 0x5d, 0, 0, 1 };
static const guint8 mac_b[6] = { 0x02, 0x15, 0x5d, 0, 0, 2 };

static int
open_kn (void **state)
{
	*state = kn_open (-1, NULL);
	return *state ? 0 : -1;
}

static int
close_kn (void **state)
{
	kn *k = *state;
	g_autoptr (GPtrArray) links = kn_links (k, NULL);

	/* A peer may be gone with its pair: failures are no surprise. */
	for (guint i = 0; geteuid () == 0 && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (l->kind)
			kn_link_del (k, l->name, NULL);
	}
	kn_close (k);
	return 0;
}

static void
test_veth (void **state)
{
	kn *k = *state;
	g_autoptr (kn_link) l = NULL;
	const char *show = "ip -d -j link show p0";

	need_root ();
	worked (kn_veth_add (k, "p0", mac_a, "q0", mac_b, -1, 3, &error));
	assert_said (show, "$[0].address", "02:15:5d:00:00:01");
	assert_said (show, "$[0].linkinfo.info_kind", "veth");
	assert_said (show, "$[0].num_tx_queues", "3");
	assert_said (show, "$[0].num_rx_queues", "3");
	assert_said (show, "$[0].link", "q0");
	assert_said ("ip -d -j link show q0", "$[0].address",
		     "02:15:5d:00:00:02");
	assert_said ("ip -d -j link show q0", "$[0].num_rx_queues", "3");
	l = kn_link_get (k, "p0", NULL);
	assert_non_null (l);
	assert_int_equal (l->peer, kn_ifindex (k, "q0"));
	assert_int_equal (l->link_netnsid, -1);
	assert_int_equal (l->rx_queues, 3);
	assert_string_equal (l->kind, "veth");
	assert_memory_equal (l->mac, mac_a, 6);
}

static void
test_veth_across_namespaces (void **state)
{
	kn *k = *state, *other = NULL;
	g_autoptr (kn_link) near = NULL, far = NULL;
	int here = open ("/proc/self/ns/net", O_RDONLY), there;

	need_root ();
	assert_int_equal (unshare (CLONE_NEWNET), 0);
	there = open ("/proc/self/ns/net", O_RDONLY);
	assert_int_equal (setns (here, CLONE_NEWNET), 0);
	worked (kn_veth_add (k, "p0", NULL, "eth0", mac_b, there, 1, &error));
	worked (other = kn_open (there, &error));
	assert_int_equal (kn_ifindex (k, "eth0"), 0);
	near = kn_link_get (k, "p0", NULL);
	far = kn_link_get (other, "eth0", NULL);
	assert_non_null (far);
	assert_memory_equal (far->mac, mac_b, 6);
	assert_int_equal (near->peer, far->ifindex);
	assert_int_not_equal (near->link_netnsid, -1);
	/* A tap is made where the socket lives, not where the caller is. */
	worked (kn_tap_add (other, "t0", mac_a, &error));
	assert_int_equal (kn_ifindex (k, "t0"), 0);
	assert_int_not_equal (kn_ifindex (other, "t0"), 0);
	worked (kn_link_set_netns (other, "t0", here, "t0", &error));
	assert_int_not_equal (kn_ifindex (k, "t0"), 0);
	kn_close (other);
	close (here);
	close (there);
}

static void
test_bridge (void **state)
{
	kn *k = *state;
	const char *show = "ip -d -j link show br0";

	need_root ();
	worked (kn_bridge_add (k, "br0", mac_a, &error));
	make_pair (k, "p0", "q0");
	worked (kn_link_set_master (k, "p0", "br0", &error));
	/* Given, and so kept when ports with lower addresses join. */
	assert_said (show, "$[0].address", "02:15:5d:00:00:01");
	assert_said (show, "$[0].linkinfo.info_data.stp_state", "0");
	assert_said (show, "$[0].linkinfo.info_data.forward_delay", "0");
	assert_said (show, "$[0].linkinfo.info_data.mcast_snooping", "0");
	assert_said ("ip -j link show p0", "$[0].master", "br0");
	worked (kn_link_set_master (k, "p0", NULL, &error));
	assert_null (said ("ip -j link show p0", "$[0].master"));
}

static void
test_tap (void **state)
{
	kn *k = *state;
	const char *show = "ip -d -j link show t0";

	need_root ();
	worked (kn_tap_add (k, "t0", mac_a, &error));
	assert_said (show, "$[0].linkinfo.info_data.type", "tap");
	assert_said (show, "$[0].linkinfo.info_data.persist", "TRUE");
	assert_said (show, "$[0].linkinfo.info_data.vnet_hdr", "TRUE");
	assert_said (show, "$[0].linkinfo.info_data.multi_queue", "TRUE");
	assert_said (show, "$[0].linkinfo.info_data.pi", "FALSE");
	assert_said (show, "$[0].address", "02:15:5d:00:00:01");
	refused (kn_tap_add (k, "t0", mac_a, &error), VMNET_ERROR_EXISTS,
		 "add tap t0: File exists");
	worked (kn_link_del (k, "t0", &error));
	assert_int_equal (kn_ifindex (k, "t0"), 0);
}

static void
test_change (void **state)
{
	kn *k = *state;
	const char *show = "ip -j link show p9";

	need_root ();
	make_pair (k, "p0", "q0");
	/* Kernels before 6.2 rename only what is down. */
	worked (kn_link_set_up (k, "p0", FALSE, &error));
	worked (kn_link_set_name (k, "p0", "p9", &error));
	worked (kn_link_set_up (k, "p9", TRUE, &error));
	worked (kn_link_set_mtu (k, "p9", 1400, &error));
	worked (kn_link_set_mac (k, "p9", mac_b, &error));
	worked (kn_link_set_alias (k, "p9", "web1/Network Adapter", &error));
	assert_said (show, "$[0].mtu", "1400");
	assert_said (show, "$[0].address", "02:15:5d:00:00:02");
	assert_said (show, "$[0].ifalias", "web1/Network Adapter");
	assert_said (show, "$[0].operstate", "UP");
	worked (kn_link_set_up (k, "p9", FALSE, &error));
	assert_said (show, "$[0].operstate", "DOWN");
	worked (kn_link_set_alias (k, "p9", NULL, &error));
	assert_null (said (show, "$[0].ifalias"));
}

/* The kernel takes blanks and brackets in an alternative name. */
static void
test_altname (void **state)
{
	kn *k = *state;
	const char *name = "vEthernet (sw0)";
	const char *longer = "vEthernet (a switch with a long name)";
	g_autoptr (kn_link) l = NULL;
	int index;

	need_root ();
	make_pair (k, "p0", "q0");
	index = kn_ifindex (k, "p0");
	worked (kn_link_add_altname (k, "p0", name, &error));
	worked (kn_link_add_altname (k, "p0", longer, &error));
	assert_int_equal (kn_ifindex (k, name), index);
	assert_int_equal (kn_ifindex (k, longer), index);
	assert_said ("ip -j link show 'vEthernet (sw0)'", "$[0].ifname",
		     "p0");
	l = kn_link_get (k, longer, NULL);
	assert_int_equal (l->altnames->len, 2);
	worked (kn_link_set_mtu (k, longer, 1300, &error));
	assert_said ("ip -j link show p0", "$[0].mtu", "1300");
	refused (kn_link_add_altname (k, "q0", name, &error),
		 VMNET_ERROR_EXISTS, "give q0 the name \"vEthernet (sw0)\" "
		 "too: File exists");
	worked (kn_link_del_altname (k, "p0", longer, &error));
	assert_int_equal (kn_ifindex (k, longer), 0);
}

/* Every interface and field as ip has them. */
static void
test_dump (void **state)
{
	kn *k = *state;
	g_autoptr (GPtrArray) links = NULL;

	need_root ();
	worked (kn_bridge_add (k, "br0", mac_a, &error));
	worked (kn_ifb_add (k, "i0", &error));
	for (int i = 0; i < 20; i++) {
		g_autofree char *a = g_strdup_printf ("p%d", i);
		g_autofree char *b = g_strdup_printf ("q%d", i);

		make_pair (k, a, b);
		worked (kn_link_set_master (k, a, "br0", &error));
	}
	worked (links = kn_links (k, &error));
	assert_int_equal (links->len, 43);	/* and lo */
	for (guint i = 0; i < links->len; i++) {
		const kn_link *l = links->pdata[i];
		g_autofree char *at = g_strdup_printf ("$[%u].ifindex", i);
		g_autofree char *show = g_strdup_printf
			("ip -d -j link show %s", l->name);
		g_autofree char *index = g_strdup_printf ("%d", l->ifindex);
		g_autofree char *mtu = g_strdup_printf ("%u", l->mtu);

		assert_said ("ip -j link show", at, index);
		assert_said (show, "$[0].mtu", mtu);
		if (l->kind)
			assert_said (show, "$[0].linkinfo.info_kind",
				     l->kind);
		assert_int_equal (l->master != 0, l->name[0] == 'p');
		assert_int_equal (l->port_flood, l->name[0] == 'p');
	}
}

static void
test_counters (void **state)
{
	kn *k = *state;
	g_autoptr (GHashTable) all = NULL;
	g_autoptr (kn_link) p = NULL;
	const kn_counters *before, *after;
	g_autoptr (GHashTable) first = NULL;
	gpointer key;

	need_root ();
	make_pair (k, "p0", "q0");
	key = GINT_TO_POINTER (kn_ifindex (k, "p0"));
	worked (first = kn_counters_all (k, &error));
	before = g_hash_table_lookup (first, key);
	send_frames (k, "q0", 10, 1000);
	worked (all = kn_counters_all (k, &error));
	after = g_hash_table_lookup (all, key);
	/* The kernel's own neighbour discovery may come in between. */
	assert_in_range (after->rx_packets - before->rx_packets, 10, 14);
	assert_in_range (after->rx_bytes - before->rx_bytes, 10000, 10500);
	p = kn_link_get (k, "p0", NULL);
	assert_in_range (p->counters.rx_packets - before->rx_packets, 10,
			 14);
	assert_int_equal (g_hash_table_size (all), 3);
}

/* ---- faults ---- */

static void
test_refused (void **state)
{
	kn *k = *state;

	need_root ();
	make_pair (k, "p0", "q0");
	refused (kn_veth_add (k, "p0", NULL, "q1", NULL, -1, 1, &error),
		 VMNET_ERROR_EXISTS, "add veth p0 with q1: File exists");
	assert_true (kn_failed_with (k, EEXIST));
	refused (kn_link_set_up (k, "nosuch", TRUE, &error),
		 VMNET_ERROR_NOT_FOUND, "set nosuch up: No such device");
	assert_true (kn_failed_with (k, ENODEV));
	refused (kn_link_set_master (k, "p0", "nosuch", &error),
		 VMNET_ERROR_NOT_FOUND,
		 "put p0 into bridge nosuch: No such device");
	refused (kn_link_get (k, "nosuch", &error), VMNET_ERROR_NOT_FOUND,
		 "interface nosuch: No such device");
	refused (kn_link_set_mtu (k, "p0", 10, &error), VMNET_ERROR_INVALID,
		 "set the MTU of p0 to 10: Invalid argument "
		 "(mtu less than device minimum)");
	refused (kn_xdp_set (k, kn_ifindex (k, "p0"), 0, &error),
		 VMNET_ERROR_INVALID, "attach an XDP program in native mode "
		 "to p0: Invalid argument");
	refused (kn_bridge_add (k, "a-name-too-long-for-linux", mac_a,
				&error), VMNET_ERROR_INVALID,
		 "add bridge a-name-too-long-for-linux: Numerical result out "
		 "of range (Attribute failed policy validation); give a "
		 "shorter name or smaller number");
	worked (kn_link_set_up (k, "p0", TRUE, &error));
	assert_false (kn_failed_with (k, EINVAL));
}

/* A kernel without taps: an empty /dev/net, in a mount namespace. */
static void
test_no_tun (void **state)
{
	kn *k = *state;
	int status;
	pid_t pid;

	need_root ();
	pid = fork ();
	if (pid == 0) {
		g_autoptr (GError) error = NULL;

		if (unshare (CLONE_NEWNS) < 0 ||
		    mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		    mount ("none", "/dev/net", "tmpfs", 0, NULL) < 0)
			_exit (2);
		if (kn_tap_add (k, "t0", mac_a, &error) ||
		    error->code != VMNET_ERROR_UNSUPPORTED ||
		    strcmp (error->message, "add tap t0: open /dev/net/tun: "
			    "Operation not supported; a kernel with "
			    "CONFIG_TUN is needed") != 0)
			_exit (3);
		_exit (0);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
}

/* Runs as nobody; the parent asserts what it wrote. */
static void
test_no_privilege (void **state)
{
	kn *k = *state;
	char text[256] = "";
	int fds[2], status;
	pid_t pid;

	need_root ();
	make_pair (k, "p0", "q0");
	assert_int_equal (pipe (fds), 0);
	pid = fork ();
	if (pid == 0) {
		g_autoptr (GError) error = NULL;
		kn *own;
		gboolean read_ok;

		if (setresuid (65534, 65534, 65534) < 0)
			_exit (2);
		own = kn_open (-1, NULL);
		read_ok = own && kn_links (own, NULL);
		if (kn_link_set_up (own, "p0", FALSE, &error))
			_exit (3);
		dprintf (fds[1], "%d %d %s", read_ok, error->code,
			 error->message);
		_exit (0);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
	assert_true (read (fds[0], text, sizeof text - 1) > 0);
	assert_string_equal (text, "1 4 set p0 down: Operation not permitted; "
			     "run as root (CAP_NET_ADMIN)");
	assert_int_equal (VMNET_ERROR_PERMISSION, 4);
	close (fds[0]);
	close (fds[1]);
}

static void
churn (void)
{
	kn *k = kn_open (-1, NULL);

	for (int i = 0; i < 150; i++) {
		kn_veth_add (k, "x0", NULL, "y0", NULL, -1, 1, NULL);
		kn_link_del (k, "x0", NULL);
	}
	_exit (0);
}

/* What changes while it is read: nothing twice, nothing lost. */
static void
test_interrupted (void **state)
{
	kn *k = *state;
	int status, dumps = 0, good = 0;
	pid_t pid;

	need_root ();
	for (int i = 0; i < 60; i++) {
		g_autofree char *a = g_strdup_printf ("p%d", i);
		g_autofree char *b = g_strdup_printf ("q%d", i);

		worked (kn_veth_add (k, a, NULL, b, NULL, -1, 1, &error));
	}
	pid = fork ();
	if (pid == 0)
		churn ();
	while (waitpid (pid, &status, WNOHANG) == 0) {
		g_autoptr (GError) error = NULL;
		g_autoptr (GPtrArray) links = kn_links (k, &error);
		g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
		int ours = 0;

		dumps++;
		if (links == NULL) {
			assert_true (kn_failed_with (k, EINTR));
			continue;
		}
		good++;
		for (guint i = 0; i < links->len; i++) {
			const kn_link *l = links->pdata[i];

			ours += l->name[0] == 'p';
			assert_true (g_hash_table_add (seen, GINT_TO_POINTER
						       (l->ifindex)));
		}
		assert_int_equal (ours, 60);
	}
	assert_int_equal (status, 0);
	assert_true (good > 0);
	print_message ("# %d of %d dumps complete\n", good, dumps);
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, open_kn, close_kn)
	const struct CMUnitTest tests[] = {
		TEST (test_veth),
		TEST (test_veth_across_namespaces),
		TEST (test_bridge),
		TEST (test_tap),
		TEST (test_change),
		TEST (test_altname),
		TEST (test_dump),
		TEST (test_counters),
		TEST (test_refused),
		TEST (test_no_tun),
		TEST (test_no_privilege),
		TEST (test_interrupted),
	};

	return cmocka_run_group_tests (tests, own_network, NULL);
}
