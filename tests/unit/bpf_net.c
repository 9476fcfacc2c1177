/* bpf_net.c - see bpf_net.h. */
#include <config.h>

#include "bpf_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_addr.h>
#include <linux/if_ether.h>

#include <cmocka.h>

#define CHECK(call) do { \
	GError *e_ = NULL; \
	if (!(call)) \
		fail_msg ("%s: %s", #call, e_ ? e_->message : "failed"); \
} while (0)
#define ERR (&e_)

static const guint8 macs[NET_SPACES][6] = {
	[NET_HOST] = { 2, 0x15, 0x5d, 9, 0, 0xff },
	[NET_A] = { 2, 0x15, 0x5d, 9, 0, 1 },
	[NET_B] = { 2, 0x15, 0x5d, 9, 0, 2 },
	[NET_OUTSIDE] = { 2, 0x15, 0x5d, 9, 0, 9 },
};

void
net_enter (net *n, int space)
{
	assert_int_equal (setns (n->ns[space], CLONE_NEWNET), 0);
}

void
net_leave (net *n)
{
	assert_int_equal (setns (n->home, CLONE_NEWNET), 0);
}

/*
 * Neighbours that are asked again would be frames nobody counts with: on a
 * slow machine. Some kernels have no such setting.
 */
static void
keep_neighbours (const char *family)
{
	g_autofree char *path = g_strdup_printf ("/proc/sys/net/%s/neigh/"
		"default/base_reachable_time_ms", family);
	int fd = open (path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	assert_int_equal (write (fd, "3600000", 7), 7);
	close (fd);
}

static void
add_space (net *n, int space)
{
	assert_int_equal (unshare (CLONE_NEWNET), 0);
	n->ns[space] = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_true (n->ns[space] >= 0);
	keep_neighbours ("ipv4");
	keep_neighbours ("ipv6");
	net_leave (n);
	CHECK ((n->k[space] = kn_open (n->ns[space], ERR)));
	CHECK (kn_link_set_up (n->k[space], "lo", TRUE, ERR));
}

static void
add_address (net *n, int space, guint8 host)
{
	kn_addr v4 = { .family = AF_INET, .addr = { 10, 9, 0, host },
		.prefix = 24 };
	kn_addr v6 = { .family = AF_INET6, .addr = { 0xfd, 0x09 },
		.prefix = 64, .flags = IFA_F_NODAD };

	v6.addr[15] = host;
	CHECK (kn_addr_ensure (n->k[space], "eth0", &v4, ERR));
	CHECK (kn_addr_ensure (n->k[space], "eth0", &v6, ERR));
}

/* Returns the ifindex of the bridge's end. */
static int
add_machine (net *n, int space, const char *port, guint8 host)
{
	kn *h = n->k[NET_HOST];

	CHECK (kn_veth_add (h, port, NULL, "eth0", macs[space], n->ns[space],
			    1, ERR));
	CHECK (kn_link_set_master (h, port, "br0", ERR));
	CHECK (kn_link_set_up (h, port, TRUE, ERR));
	CHECK (kn_link_set_up (n->k[space], "eth0", TRUE, ERR));
	add_address (n, space, host);
	return kn_ifindex (h, port);
}

static void
configure_port (net *n, int ifindex, guint32 slot, const guint8 mac[6])
{
	datapath_port p = { .slot = slot, .classid = 0x10010 + slot };
	datapath_port got = { 0 };

	memcpy (p.mac, mac, 6);
	assert_false (datapath_port_get (n->d, n->k[NET_HOST], ifindex, &got));
	CHECK (datapath_port_set (n->d, n->k[NET_HOST], ifindex, &p, ERR));
	assert_true (datapath_port_get (n->d, n->k[NET_HOST], ifindex, &got));
	assert_int_equal (got.slot, slot);
	assert_int_equal (got.classid, p.classid);
	assert_memory_equal (got.mac, mac, 6);
}

datapath_port
net_port (net *n, int ifindex)
{
	datapath_port p = { 0 };

	assert_true (datapath_port_get (n->d, n->k[NET_HOST], ifindex, &p));
	return p;
}

void
net_port_set (net *n, int ifindex, const datapath_port *p)
{
	CHECK (datapath_port_set (n->d, n->k[NET_HOST], ifindex, p, ERR));
}

void
net_straight (net *n, gboolean peer)
{
	const int ports[] = { n->port_a, n->port_b };
	kn *h = n->k[NET_HOST];

	for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
		datapath_port p = net_port (n, ports[i]);

		p.vswitch = kn_ifindex (h, "br0");
		p.peer = peer;
		net_port_set (n, ports[i], &p);
	}
	CHECK (kn_port_set (h, "vpb", FALSE, FALSE, ERR));
	CHECK (kn_port_set (h, "vpa", FALSE, FALSE, ERR));
}

net *
net_new (void)
{
	net *n = g_new0 (net, 1);
	int i;

	n->home = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	for (i = 0; i < NET_SPACES; i++)
		add_space (n, i);
	n->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-net-%d",
				   (int) getpid ());
	CHECK ((n->d = datapath_open (n->pins, ERR)));
	CHECK (kn_bridge_add (n->k[NET_HOST], "br0", macs[NET_HOST], ERR));
	CHECK (kn_link_set_up (n->k[NET_HOST], "br0", TRUE, ERR));
	n->port_a = add_machine (n, NET_A, "vpa", 1);
	n->port_b = add_machine (n, NET_B, "vpb", 2);
	n->uplink = add_machine (n, NET_OUTSIDE, "pnic0", 9);
	configure_port (n, n->port_a, SLOT_A, macs[NET_A]);
	configure_port (n, n->port_b, SLOT_B, macs[NET_B]);
	return n;
}

void
net_free (net *n)
{
	int i;

	if (n == NULL)
		return;
	for (i = 0; i < NET_SPACES; i++) {
		kn_close (n->k[i]);
		close (n->ns[i]);
	}
	close (n->home);
	datapath_close (n->d);
	datapath_remove (n->pins, NULL);
	g_free (n->pins);
	g_free (n);
}

int
net_socket (net *n, int space, int family, int type)
{
	int fd;

	net_enter (n, space);
	fd = socket (family, type | SOCK_CLOEXEC, 0);
	net_leave (n);
	assert_true (fd >= 0);
	return fd;
}

int
net_raw (net *n, int space)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd;

	net_enter (n, space);
	fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex ("eth0");
	net_leave (n);
	assert_true (fd >= 0);
	assert_int_equal (bind (fd, (struct sockaddr *) &to, sizeof to), 0);
	return fd;
}

kn_counters
net_counters (net *n, const char *link)
{
	kn_link *l = kn_link_get (n->k[NET_HOST], link, NULL);
	kn_counters c;

	assert_non_null (l);
	c = l->counters;
	kn_link_free (l);
	return c;
}

void
net_mac (net *n, int space, guint8 mac[6])
{
	memcpy (mac, macs[space], 6);
}

void
net_udp (net *n, int from, int family, int host, int port, guint count,
	 guint size)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons (port),
		.sin_addr.s_addr = htonl (0x0a090000 | host) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons (port),
		.sin6_addr.s6_addr = { 0xfd, 0x09 } };
	int fd = net_socket (n, from, family, SOCK_DGRAM);
	g_autofree char *data = g_malloc0 (size);
	ssize_t r;

	v6.sin6_addr.s6_addr[15] = host;
	while (count > 0) {
		if (family == AF_INET)
			r = sendto (fd, data, size, 0,
				    (struct sockaddr *) &v4, sizeof v4);
		else
			r = sendto (fd, data, size, 0,
				    (struct sockaddr *) &v6, sizeof v6);
		if (r == (ssize_t) size)
			count--;
		else
			assert_true (errno == ENOBUFS || errno == EAGAIN);
	}
	close (fd);
}

gboolean
net_wait (gboolean (*condition) (gpointer data), gpointer data)
{
	gint64 end = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

	while (!condition (data)) {
		if (g_get_monotonic_time () > end)
			return FALSE;
		g_usleep (5000);
	}
	return TRUE;
}

vmnet_acl *
net_acl (guint32 id, vmnet_direction dir, vmnet_action action,
	 const char *prefix)
{
	vmnet_acl *a = g_new0 (vmnet_acl, 1);
	g_auto (GStrv) part = g_strsplit (prefix, "/", 2);

	a->id = id;
	a->direction = dir;
	a->action = action;
	a->family = strchr (prefix, ':') ? VMNET_ADDR_IPV6 : VMNET_ADDR_IPV4;
	a->prefix = atoi (part[1]);
	assert_int_equal (inet_pton (a->family == VMNET_ADDR_IPV6 ? AF_INET6
		: AF_INET, part[0], a->addr), 1);
	return a;
}
