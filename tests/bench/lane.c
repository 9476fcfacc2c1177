/* lane.c - see bench.h. */
#include <config.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>

#include <bpf/bpf.h>

#include "bench.h"
#include "kernel/sysfs.h"

#define BATCH 64

static const guint8 mac_a[6] = { 2, 0x15, 0x5d, 8, 0, 1 };
static const guint8 mac_b[6] = { 2, 0x15, 0x5d, 8, 0, 2 };
static const guint8 mac_br[6] = { 2, 0x15, 0x5d, 8, 0, 0xff };

void
lane_must (gboolean ok, const char *what, const GError *e)
{
	if (ok)
		return;
	fprintf (stderr, "datapath: %s: %s\n", what, e ? e->message
		 : "failed");
	exit (1);
}

/* ---- a lane's machines ---- */

static int
new_space (lane *l)
{
	int fd;

	lane_must (unshare (CLONE_NEWNET) == 0, "make a network namespace",
		   NULL);
	/* Nobody speaks but us, and nothing else is timed. */
	sysctl_net_write ("ipv6/conf/all/disable_ipv6", "1", NULL);
	sysctl_net_write ("ipv6/conf/default/disable_ipv6", "1", NULL);
	fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	lane_must (setns (l->home, CLONE_NEWNET) == 0, "come home", NULL);
	return fd;
}

gboolean
lane_run (lane *l, const char *command)
{
	int status;
	pid_t pid = fork ();

	if (pid == 0) {
		if (setns (l->ns[LANE_HOST], CLONE_NEWNET) == 0)
			execl ("/bin/sh", "sh", "-c", command, NULL);
		_exit (127);
	}
	waitpid (pid, &status, 0);
	return status == 0;
}

static int
add_machine (lane *l, int space, const char *port, const guint8 mac[6])
{
	kn *h = l->k[LANE_HOST];

	LANE_MUST (kn_veth_add (h, port, NULL, "eth0", mac, l->ns[space], 1, &e));
	LANE_MUST (kn_link_set_master (h, port, "br0", &e));
	LANE_MUST (kn_port_set (h, port, FALSE, FALSE, &e));
	LANE_MUST (kn_fdb_ensure (h, port, mac, &e));
	LANE_MUST (kn_link_set_up (h, port, TRUE, &e));
	LANE_MUST (kn_link_set_up (l->k[space], "eth0", TRUE, &e));
	return kn_ifindex (h, port);
}

/* The receiver throws away: nothing but the way there is timed. */
static void
sink (lane *l)
{
	/* r0 = TC_ACT_SHOT; exit */
	const struct bpf_insn drop[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 2 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int prog = bpf_prog_load (BPF_PROG_TYPE_SCHED_CLS, "sink", "GPL", drop,
				  G_N_ELEMENTS (drop), NULL);
	int ifindex = kn_ifindex (l->k[LANE_B], "eth0");

	LANE_MUST (kn_clsact_ensure (l->k[LANE_B], ifindex, &e));
	LANE_MUST (kn_filter_bpf_set (l->k[LANE_B], ifindex, FALSE, prog, "sink",
				 &e));
	close (prog);
}

static void
lane_network (lane *l)
{
	for (int i = 0; i < LANE_SPACES; i++) {
		l->ns[i] = new_space (l);
		LANE_MUST (l->k[i] = kn_open (l->ns[i], &e));
	}
	/* A module that some firewalls load would be timed along. */
	lane_run (l, "for f in /proc/sys/net/bridge/bridge-nf-call-*; do "
		  "[ ! -w $f ] || echo 0 >$f; done");
	LANE_MUST (kn_bridge_add (l->k[LANE_HOST], "br0", mac_br, &e));
	LANE_MUST (kn_link_set_up (l->k[LANE_HOST], "br0", TRUE, &e));
	l->port_a = add_machine (l, LANE_A, "vpa", mac_a);
	l->port_b = add_machine (l, LANE_B, "vpb", mac_b);
	sink (l);
}

/* ---- the frames: 60 bytes of UDP, many flows ---- */

static void
make_frames (lane *l)
{
	for (guint i = 0; i < FLOWS; i++) {
		guint8 *f = l->frames[i];
		guint32 src = g_htonl (0x0a000000 | i << 8 | 1);
		guint32 dst = g_htonl (0x0a010000 | i << 8 | 2), sum = 0;

		memcpy (f, mac_b, 6);
		memcpy (f + 6, mac_a, 6);
		f[12] = 8;
		f[14] = 0x45;
		f[17] = 46;
		f[22] = 64;
		f[23] = 17;
		memcpy (f + 26, &src, 4);
		memcpy (f + 30, &dst, 4);
		for (guint w = 14; w < 34; w += 2)
			sum += f[w] << 8 | f[w + 1];
		sum = ~((sum & 0xffff) + (sum >> 16));
		f[24] = sum >> 8;
		f[25] = sum;
		f[37] = 9;
		f[39] = 26;
	}
}

static void
open_gun (lane *l)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int one = 1;

	lane_must (setns (l->ns[LANE_A], CLONE_NEWNET) == 0, "enter A", NULL);
	l->gun = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex ("eth0");
	lane_must (setns (l->home, CLONE_NEWNET) == 0, "come home", NULL);
	lane_must (bind (l->gun, (struct sockaddr *) &to, sizeof to) == 0,
	      "bind", NULL);
	setsockopt (l->gun, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
	make_frames (l);
	for (guint i = 0; i < FLOWS; i++) {
		l->iov[i] = (struct iovec) { l->frames[i], FRAME };
		l->msgs[i].msg_hdr.msg_iov = &l->iov[i];
		l->msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

guint64
lane_arrived (lane *l)
{
	g_autoptr (kn_link) b = kn_link_get (l->k[LANE_B], "eth0", NULL);

	return b->counters.rx_packets;
}

static double
cpu_now (void)
{
	struct timespec t;

	clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

shot
lane_shoot (lane *l, guint milliseconds)
{
	gint64 start = g_get_monotonic_time (), now;
	guint64 before = lane_arrived (l);
	shot s = { .cpu = -cpu_now () };
	guint at = 0;
	int n;

	do {
		n = sendmmsg (l->gun, l->msgs + at, BATCH, 0);
		for (int i = 0; i < n; i++)
			s.fourth += (at + i) % 4 == 0;
		s.sent += MAX (n, 0);
		at = (at + BATCH) % FLOWS;
		now = g_get_monotonic_time ();
	} while (now - start < milliseconds * 1000);
	s.cpu += cpu_now ();
	s.seconds = (now - start) * 1e-6;
	s.arrived = lane_arrived (l) - before;
	return s;
}

void
lane_wait (lane *l)
{
	guint64 before;

	do {
		before = lane_arrived (l);
		g_usleep (20000);
	} while (lane_arrived (l) != before);
}

gboolean
lane_open (lane *l, int home)
{
	l->home = home;
	lane_network (l);
	if (l->prepare && !l->prepare (l))
		return FALSE;
	open_gun (l);
	l->costs = g_array_new (FALSE, FALSE, sizeof (double));
	l->ratios = g_array_new (FALSE, FALSE, sizeof (double));
	lane_shoot (l, 20);
	lane_wait (l);
	return TRUE;
}

void
lane_close (lane *l)
{
	for (int i = 0; i < LANE_SPACES; i++) {
		kn_close (l->k[i]);
		close (l->ns[i]);
	}
	if (l->gun > 0)
		close (l->gun);
	if (l->d == NULL)
		return;
	datapath_close (l->d);
	datapath_remove (l->pins, NULL);
	g_free (l->pins);
}
