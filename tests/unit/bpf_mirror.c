/* bpf_mirror.c - see bpf_mirror.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <cmocka.h>

#include "bpf_mirror.h"

/* ---- what is set ---- */

void
set_source (fixture *t, int ifindex, gboolean on, const datapath_mirror *m)
{
	datapath_port p = net_port (t->n, ifindex);
	datapath_mirror plain = { .vswitch = t->bridge };

	p.source = on;
	assert_true (datapath_mirror_set (t->n->d, p.slot,
					  !on ? NULL : m ? m : &plain, NULL));
	net_port_set (t->n, ifindex, &p);
}

void
set_destination (fixture *t, const datapath_mirror_port *x)
{
	datapath_mirror_port plain = { .ifindex = t->n->uplink };

	assert_true (datapath_mirror_ports_set (t->n->d, t->bridge,
						x ? x : &plain, 1, NULL));
}

void
set_none (fixture *t)
{
	net *n = t->n;

	set_source (t, n->port_a, FALSE, NULL);
	set_source (t, n->port_b, FALSE, NULL);
	assert_true (datapath_mirror_ports_set (n->d, t->bridge, NULL, 0,
						NULL));
}

datapath_copies
copies_of (fixture *t, guint32 slot)
{
	datapath_copies c;

	datapath_copies_get (t->n->d, slot, &c);
	return c;
}

/* ---- frames ---- */

gsize
make_frame (fixture *t, guint8 *f, guint from, guint16 tag, gsize length)
{
	memset (f, 0, length);
	net_mac (t->n, from ? NET_A : NET_B, f);
	net_mac (t->n, from ? NET_B : NET_A, f + 6);
	if (tag) {
		f[12] = 0x81;
		f[14] = tag >> 8;
		f[15] = tag;
		f += 4;
	}
	f[12] = MAGIC >> 8;
	f[13] = MAGIC & 0xff;
	return length;
}

void
shoot (fixture *t, guint from, const guint8 *f, gsize length, guint count)
{
	while (count > 0) {
		ssize_t r = send (t->gun[from], f, length, 0);

		if (r == (ssize_t) length)
			count--;
		else
			assert_true (errno == ENOBUFS || errno == EAGAIN);
	}
}

gboolean
see (fixture *t, seen *out, int ms)
{
	struct timeval wait = { ms / 1000, ms % 1000 * 1000 };
	union { struct cmsghdr h; char room[256]; } control;
	struct iovec v = { out->bytes, sizeof out->bytes };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof control };
	ssize_t n;

	setsockopt (t->eye, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	do {
		m.msg_controllen = sizeof control;
		n = recvmsg (t->eye, &m, 0);
		if (n < 0)
			return FALSE;
	} while (n < 34 || ((out->bytes[12] != MAGIC >> 8 ||
		 out->bytes[13] != (MAGIC & 0xff)) &&
		 memcmp (out->bytes + 30, "\x0a\x63", 2) != 0));
	out->length = n;
	out->tag = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR (&m); c; c = CMSG_NXTHDR (&m, c)) {
		const struct tpacket_auxdata *a = (void *) CMSG_DATA (c);

		if (c->cmsg_type == PACKET_AUXDATA &&
		    a->tp_status & TP_STATUS_VLAN_VALID)
			out->tag = a->tp_vlan_tci & 0xfff;
	}
	return TRUE;
}

guint
count_seen (fixture *t, gsize length, int tag)
{
	seen s;
	guint n = 0;

	while (see (t, &s, 200)) {
		assert_int_equal (s.length, length);
		assert_int_equal (s.tag, tag);
		n++;
	}
	return n;
}

/* ---- the network ---- */

/* Its own chatter would be mirrored, too. */
static void
no_ipv6 (net *n, int space)
{
	net_enter (n, space);
	sysctl_net_write ("ipv6/conf/all/disable_ipv6", "1", NULL);
	net_leave (n);
}

int
mirror_setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons (ETH_P_ALL) };
	datapath_port c = { .slot = SLOT_C };
	int yes = 1, room = 8 << 20;

	t->n = net_new ();
	for (int i = 0; i < NET_SPACES; i++)
		no_ipv6 (t->n, i);
	t->gun[0] = net_raw (t->n, NET_A);
	t->gun[1] = net_raw (t->n, NET_B);
	net_mac (t->n, NET_OUTSIDE, c.mac);
	net_port_set (t->n, t->n->uplink, &c);
	net_enter (t->n, NET_OUTSIDE);
	t->eye = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex ("eth0");
	net_leave (t->n);
	setsockopt (t->eye, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	setsockopt (t->eye, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof yes);
	assert_int_equal (bind (t->eye, (struct sockaddr *) &to, sizeof to),
			  0);
	t->bridge = kn_ifindex (t->n->k[NET_HOST], "br0");
	/* Both are known to the bridge: their frames are not flooded to C. */
	{
		kn *k = t->n->k[NET_HOST];
		guint8 mac[6];

		net_mac (t->n, NET_A, mac);
		assert_true (kn_fdb_ensure (k, "vpa", mac, NULL));
		net_mac (t->n, NET_B, mac);
		assert_true (kn_fdb_ensure (k, "vpb", mac, NULL));
	}
	*state = t;
	return 0;
}

int
mirror_teardown (void **state)
{
	fixture *t = *state;

	close (t->eye);
	close (t->gun[0]);
	close (t->gun[1]);
	net_free (t->n);
	g_free (t);
	return 0;
}
