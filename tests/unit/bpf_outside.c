/* bpf_outside.c - see bpf_outside.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf_outside.h"

#define METER 60
#define WAITS 6			/* of five seconds each */

/* In the host, by another hand than ours. */
void
outside_by_hand (outside_lab *t, const char *command)
{
	int status;
	pid_t pid;

	net_enter (t->n, NET_HOST);
	pid = fork ();
	if (pid == 0) {
		execl ("/bin/sh", "sh", "-c", command, NULL);
		_exit (127);
	}
	net_leave (t->n);
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
}

/* ---- what was sent, and where it came ---- */

static outside_sums
read_sums (net *n)
{
	g_autoptr (kn_link) o = kn_link_get (n->k[NET_OUTSIDE], "eth0", NULL);
	g_autoptr (kn_link) b = kn_link_get (n->k[NET_B], "eth0", NULL);
	outside_sums s = { .outside = o->counters.rx_packets,
		   .b = b->counters.rx_packets };

	datapath_totals_get (n->d, SLOT_A, &s.a);
	datapath_meter_get (n->d, METER, &s.meter);
	return s;
}

typedef struct {
	net *n;
	outside_sums s;
} settling;

static gboolean
settled (gpointer data)
{
	settling *x = data;
	outside_sums before = read_sums (x->n);

	g_usleep (2000);
	x->s = read_sums (x->n);
	return memcmp (&x->s, &before, sizeof before) == 0;
}

outside_sums
outside_sums_now (outside_lab *t)
{
	settling x = { .n = t->n };

	outside_wait (settled, &x);
	return x.s;
}

/* A UDP datagram that nobody answers, from one address to another. */
void
outside_make_frame (guint8 *f, const guint8 *from, const guint8 *to)
{
	memset (f, 0, FRAME);
	memcpy (f, to, 6);
	memcpy (f + 6, from, 6);
	memcpy (f + 12, "\x08\x00\x45\x00\x00\x4c", 6);
	f[22] = 64;
	f[23] = 17;
	memcpy (f + 24, "\x66\x83", 2);
	memcpy (f + 26, "\x0a\x09\x00\x01\x0a\x09\x00\x0c", 8);
	f[39] = 56;
}

static struct dp_agreed *
agreed_of (outside_lab *t, guint32 *place)
{
	struct dp_agreed *all = g_new0 (struct dp_agreed, t->n->d->processors);

	*place = (guint32) t->n->port_a % DP_AGREED;
	return all;
}

void
outside_forget_agreed (outside_lab *t)
{
	guint32 place;
	g_autofree struct dp_agreed *all = agreed_of (t, &place);

	assert_int_equal (bpf_map_update_elem (t->n->d->maps[DP_MAP_AGREED],
					       &place, all, BPF_ANY), 0);
}

gboolean
outside_went_straight (outside_lab *t)
{
	guint32 place;
	g_autofree struct dp_agreed *all = agreed_of (t, &place);

	assert_int_equal (bpf_map_lookup_elem (t->n->d->maps[DP_MAP_AGREED],
					       &place, all), 0);
	for (int i = 0; i < t->n->d->processors; i++)
		if (all[i].when)
			return TRUE;
	return FALSE;
}

/* What becomes of A's frames to an address. */
void
outside_check_to (outside_lab *t, const guint8 *mac, gsize len, outside_fate want)
{
	guint8 f[1514] = { 0 };
	outside_sums s, e;

	outside_make_frame (f, t->here, mac);
	f[16] = (len - 14) >> 8;
	f[17] = (len - 14) & 255;
	outside_forget_agreed (t);
	s = outside_sums_now (t);
	for (guint i = 0; i < FRAMES; i++)
		assert_int_equal (send (t->gun, f, len, 0), len);
	e = outside_sums_now (t);
	assert_int_equal (outside_went_straight (t), want.straight);
	assert_int_equal (e.outside - s.outside, want.outside);
	assert_int_equal (e.b - s.b, want.b);
	assert_int_equal (e.a.out.packets - s.a.out.packets, FRAMES);
	assert_int_equal (e.a.out.bytes - s.a.out.bytes, FRAMES * len);
	assert_int_equal (e.meter.packets - s.meter.packets, FRAMES);
	assert_int_equal (e.meter.bytes - s.meter.bytes, FRAMES * len);
	assert_int_equal (e.a.out_dropped.packets, s.a.out_dropped.packets);
}

void
outside_check (outside_lab *t, outside_fate want)
{
	outside_check_to (t, t->there, FRAME, want);
}

/* ---- what the bridge knows ---- */

/* By the uplink, as far as our map says; 0: not known. */
guint32
outside_known (outside_lab *t)
{
	struct dp_station s = { .vlan = t->vlan };
	struct dp_outside o;

	s.vswitch = kn_ifindex (t->n->k[NET_HOST], "br0");
	memcpy (s.mac, t->there, 6);
	if (bpf_map_lookup_elem (t->n->d->maps[DP_MAP_OUTSIDE], &s, &o) != 0)
		return 0;
	return o.to;
}

/* One frame from an address there, so that the bridge learns it. */
void
outside_speak (outside_lab *t, int from, const guint8 *mac)
{
	guint8 f[FRAME];

	outside_make_frame (f, mac, t->here);
	assert_int_equal (send (from, f, sizeof f, 0), sizeof f);
}

gboolean
outside_is_known (gpointer data)
{
	outside_lab *t = data;

	return outside_known (t) == (guint32) t->n->uplink;
}

gboolean
outside_is_forgotten (gpointer data)
{
	return outside_known (data) == 0;
}

static gboolean
has_spoken (gpointer data)
{
	outside_lab *t = data;

	outside_speak (t, t->far, t->there);
	return outside_is_known (t);
}

void
outside_wait (gboolean (*condition) (gpointer data), gpointer data)
{
	for (guint i = 0; i < WAITS; i++)
		if (net_wait (condition, data))
			return;
	fail_msg ("waited in vain");
}

void
outside_learn (outside_lab *t)
{
	/* What comes before the bridge has its port is not learned. */
	outside_wait (has_spoken, t);
}

void
outside_forget (outside_lab *t)
{
	kn_fdb_del (t->n->k[NET_HOST], "pnic0", t->there, NULL);
	outside_wait (outside_is_forgotten, t);
}

/* Without it, nobody speaks but us. */
static void
no_ipv6 (net *n, int space)
{
	net_enter (n, space);
	sysctl_net_write ("ipv6/conf/all/disable_ipv6", "1", NULL);
	net_leave (n);
}

int
outside_setup (void **state)
{
	outside_lab *t = g_new0 (outside_lab, 1);
	g_autoptr (GPtrArray) acls = g_ptr_array_new_with_free_func (g_free);

	t->n = net_new ();
	for (int i = 0; i < NET_SPACES; i++)
		no_ipv6 (t->n, i);
	net_straight (t->n, FALSE);
	net_mac (t->n, NET_A, t->here);
	net_mac (t->n, NET_OUTSIDE, t->there);
	t->gun = net_raw (t->n, NET_A);
	t->far = net_raw (t->n, NET_OUTSIDE);
	g_ptr_array_add (acls, net_acl (METER, VMNET_OUTBOUND, VMNET_ACL_METER,
					"10.9.0.0/16"));
	assert_true (datapath_acl_set (t->n->d, SLOT_A, acls, NULL));
	*state = t;
	return 0;
}

int
outside_teardown (void **state)
{
	outside_lab *t = *state;

	close (t->gun);
	close (t->far);
	net_free (t->n);
	g_free (t);
	return 0;
}
