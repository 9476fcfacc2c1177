/*
 * test_bpf_outside_vlan.c - as test_bpf_outside.c, where the kernel's bridge tells
 * VLANs apart: frames that go straight leave with the tag, or without one, as
 * the bridge sends them.
 */
#include <config.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "bpf_outside.h"

#define VLAN 30

static const outside_fate straight = { TRUE, FRAMES, 0 };
static const outside_fate by_bridge = { FALSE, FRAMES, 0 };
static const outside_fate nowhere = { FALSE, 0, 0 };

/* Sees what comes outside, with its tags. */
static int
open_eye (outside_lab *t)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons (ETH_P_ALL) };
	int fd, one = 1;

	net_enter (t->n, NET_OUTSIDE);
	fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	net_leave (t->n);
	assert_true (fd >= 0);
	to.sll_ifindex = kn_ifindex (t->n->k[NET_OUTSIDE], "eth0");
	assert_int_equal (setsockopt (fd, SOL_PACKET, PACKET_AUXDATA, &one,
				      sizeof one), 0);
	assert_int_equal (bind (fd, (struct sockaddr *) &to, sizeof to), 0);
	return fd;
}

/* The VLAN of the tag that a frame of A's has; 0: none; -1: not A's. */
static int
tag_seen (outside_lab *t, struct msghdr *m, const guint8 *f)
{
	struct cmsghdr *c = CMSG_FIRSTHDR (m);
	struct tpacket_auxdata aux;

	if (memcmp (f + 6, t->here, 6) != 0)
		return -1;
	assert_non_null (c);
	memcpy (&aux, CMSG_DATA (c), sizeof aux);
	return aux.tp_status & TP_STATUS_VLAN_VALID ? aux.tp_vlan_tci & 0xfff
		: 0;
}

/* All frames of A's that have come have this tag. */
static void
check_tags (outside_lab *t, int eye, int tag)
{
	guint8 f[FRAME + 4];
	char control[256];
	struct iovec iov = { f, sizeof f };
	guint n = 0;
	int seen;

	for (;;) {
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
				    .msg_control = control,
				    .msg_controllen = sizeof control };

		if (recvmsg (eye, &m, MSG_DONTWAIT) < 0)
			break;
		seen = tag_seen (t, &m, f);
		if (seen < 0)
			continue;
		assert_int_equal (seen, tag);
		n++;
	}
	assert_int_equal (n, FRAMES);
}

static void
put_in_vlan (outside_lab *t, const char *port, guint16 vlan, gboolean untagged,
	     gboolean pvid)
{
	kn_port_vlans v = { .pvid = pvid ? vlan : 0 };

	vmnet_vlans_add (&v.member, vlan);
	if (untagged)
		vmnet_vlans_add (&v.untagged, vlan);
	assert_true (kn_port_vlans_add (t->n->k[NET_HOST], port, &v, NULL));
}

static void
take_from_vlan (outside_lab *t, const char *port, guint16 vlan)
{
	vmnet_vlans v = { 0 };

	vmnet_vlans_add (&v, vlan);
	assert_true (kn_port_vlans_del (t->n->k[NET_HOST], port, &v, NULL));
}

/* Outside speaks in a VLAN that is tagged there. */
static void
learn_in_vlan (outside_lab *t)
{
	guint8 f[FRAME + 4];

	outside_make_frame (f, t->there, t->here);
	memmove (f + 16, f + 12, FRAME - 12);
	memcpy (f + 12, "\x81\x00\x00", 3);
	f[15] = VLAN;
	assert_int_equal (send (t->far, f, sizeof f, 0), sizeof f);
	outside_wait (outside_is_known, t);
}

static void
set_vlan (outside_lab *t, guint16 vlan)
{
	datapath_port a = net_port (t->n, t->n->port_a);

	a.vlan = t->vlan = vlan;
	net_port_set (t->n, t->n->port_a, &a);
}

/* That of frames without a tag; 0: the bridge has no VLANs. */
static guint16
plain_vlan (kn *k)
{
	g_autoptr (kn_link) l = kn_link_get (k, "br0", NULL);

	return l->has_vlans ? l->default_pvid : 0;
}

/*
 * An access port to an uplink that has the VLAN with a tag, to one that has it
 * without, and one without a VLAN: each as the bridge sends it. An uplink that
 * leaves the VLAN is no way any more.
 */
static void
test_vlan (void **state)
{
	outside_lab *t = *state;
	kn *h = t->n->k[NET_HOST];
	guint16 plain = plain_vlan (h);
	int eye;

	if (!plain)
		skip ();
	eye = open_eye (t);
	outside_learn (t);
	assert_true (kn_bridge_set_filtering (h, "br0", TRUE, NULL));
	/* What was learned without VLANs is not for one of them. */
	outside_check (t, by_bridge);
	check_tags (t, eye, 0);
	outside_forget (t);
	outside_learn (t);
	outside_check (t, straight);
	check_tags (t, eye, 0);
	put_in_vlan (t, "vpa", VLAN, TRUE, TRUE);
	put_in_vlan (t, "pnic0", VLAN, FALSE, FALSE);
	/* Another hand moved the port; we were not told. */
	outside_check (t, by_bridge);
	check_tags (t, eye, VLAN);
	set_vlan (t, VLAN);
	outside_check (t, by_bridge);
	check_tags (t, eye, VLAN);
	learn_in_vlan (t);
	outside_check (t, straight);
	check_tags (t, eye, VLAN);
	kn_fdb_del_vlan (h, "pnic0", t->there, VLAN, NULL);
	outside_wait (outside_is_forgotten, t);
	put_in_vlan (t, "pnic0", VLAN, TRUE, FALSE);
	learn_in_vlan (t);
	outside_check (t, straight);
	check_tags (t, eye, 0);
	take_from_vlan (t, "pnic0", VLAN);
	outside_wait (outside_is_forgotten, t);
	outside_check (t, nowhere);
	put_in_vlan (t, "vpa", plain, TRUE, TRUE);
	set_vlan (t, 0);
	outside_check (t, straight);
	check_tags (t, eye, 0);
	take_from_vlan (t, "vpa", VLAN);
	assert_true (kn_bridge_set_filtering (h, "br0", FALSE, NULL));
	outside_forget (t);
	outside_learn (t);
	outside_check (t, straight);
	close (eye);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_vlan),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, outside_setup,
					outside_teardown);
}
