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
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf.h>

#include "bench.h"
#include "kernel/sysfs.h"

#define BATCH 64

const guint8 lane_macs[LANE_SPACES][6] = {
	[LANE_HOST] = { 2, 0x15, 0x5d, 8, 0, 0xff },
	[LANE_A] = { 2, 0x15, 0x5d, 8, 0, 1 },
	[LANE_B] = { 2, 0x15, 0x5d, 8, 0, 2 },
};

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

/* A queue of the tap, as QEMU has one. */
static int
hold_tap (lane *l, const char *port)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
					IFF_MULTI_QUEUE };
	int fd;

	lane_must (setns (l->ns[LANE_HOST], CLONE_NEWNET) == 0,
		   "enter the host", NULL);
	fd = open ("/dev/net/tun", O_RDWR | O_CLOEXEC);
	lane_must (setns (l->home, CLONE_NEWNET) == 0, "come home", NULL);
	g_strlcpy (r.ifr_name, port, sizeof r.ifr_name);
	lane_must (fd >= 0 && ioctl (fd, TUNSETIFF, &r) == 0, "hold a tap",
		   NULL);
	return fd;
}

static int
add_machine (lane *l, int space, const char *port)
{
	const guint8 *mac = lane_macs[space];
	kn *h = l->k[LANE_HOST];

	if (l->taps)
		LANE_MUST (kn_tap_add (h, port, NULL, &e));
	else
		LANE_MUST (kn_veth_add (h, port, NULL, "eth0", mac,
					l->ns[space], 1, &e));
	LANE_MUST (kn_link_set_master (h, port, "br0", &e));
	LANE_MUST (kn_port_set (h, port, FALSE, FALSE, &e));
	LANE_MUST (kn_fdb_ensure (h, port, mac, &e));
	LANE_MUST (kn_link_set_up (h, port, TRUE, &e));
	if (l->taps)
		l->tap[space] = hold_tap (l, port);
	else
		LANE_MUST (kn_link_set_up (l->k[space], "eth0", TRUE, &e));
	return kn_ifindex (h, port);
}

/*
 * The receiver throws away: nothing but the way there is timed. A tap's filter
 * does it before the frame is queued for QEMU.
 */
static void
sink (lane *l)
{
	/* r0 = `imm`; exit */
	const struct bpf_insn drop[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .imm = l->taps ? 0 : TC_ACT_SHOT },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int prog = bpf_prog_load (l->taps ? BPF_PROG_TYPE_SOCKET_FILTER
				  : BPF_PROG_TYPE_SCHED_CLS, "sink", "GPL",
				  drop, G_N_ELEMENTS (drop), NULL);
	int ifindex;

	if (l->taps) {
		lane_must (ioctl (l->tap[LANE_B], TUNSETFILTEREBPF,
				  &prog) == 0, "filter a tap", NULL);
	} else {
		ifindex = kn_ifindex (l->k[LANE_B], "eth0");
		LANE_MUST (kn_clsact_ensure (l->k[LANE_B], ifindex, &e));
		LANE_MUST (kn_filter_bpf_set (l->k[LANE_B], ifindex, FALSE, 0,
					      prog, "sink", &e));
	}
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
	LANE_MUST (kn_bridge_add (l->k[LANE_HOST], "br0", lane_macs[LANE_HOST],
				  &e));
	LANE_MUST (kn_link_set_up (l->k[LANE_HOST], "br0", TRUE, &e));
	l->port_a = add_machine (l, LANE_A, "vpa");
	l->port_b = add_machine (l, LANE_B, "vpb");
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

		memcpy (f, lane_macs[LANE_B], 6);
		memcpy (f + 6, lane_macs[LANE_A], 6);
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

static int
packet_socket (lane *l, int space)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd;

	lane_must (setns (l->ns[space], CLONE_NEWNET) == 0, "enter a machine",
		   NULL);
	fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex ("eth0");
	lane_must (setns (l->home, CLONE_NEWNET) == 0, "come home", NULL);
	lane_must (bind (fd, (struct sockaddr *) &to, sizeof to) == 0,
		   "bind", NULL);
	return fd;
}

static void
open_gun (lane *l)
{
	static guint8 no_offloads[10];	/* struct virtio_net_hdr */
	int one = 1;

	make_frames (l);
	for (guint i = 0; i < FLOWS; i++) {
		l->iov[i][0] = (struct iovec) { no_offloads,
						sizeof no_offloads };
		l->iov[i][1] = (struct iovec) { l->frames[i], FRAME };
		l->msgs[i].msg_hdr.msg_iov = &l->iov[i][1];
		l->msgs[i].msg_hdr.msg_iovlen = 1;
	}
	if (l->taps)
		return;
	l->gun = packet_socket (l, LANE_A);
	setsockopt (l->gun, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
}

/* A frame of the receiver's, where that is outside: bridges learn from it, and
 * forget. */
static void
speak (lane *l)
{
	guint8 f[FRAME] = { 0 };
	struct iovec iov[2] = { l->iov[0][0], { f, sizeof f } };
	int fd;

	memcpy (f, lane_macs[LANE_A], 6);
	memcpy (f + 6, lane_macs[LANE_B], 6);
	f[12] = 8;
	if (l->taps) {
		lane_must (writev (l->tap[LANE_B], iov, 2) > 0, "speak", NULL);
		return;
	}
	fd = packet_socket (l, LANE_B);
	lane_must (send (fd, f, sizeof f, 0) == sizeof f, "speak", NULL);
	close (fd);
}

/* Returns how many frames of a batch were taken. */
static int
fire (lane *l, guint at)
{
	int n = 0;

	if (!l->taps)
		return sendmmsg (l->gun, l->msgs + at, BATCH, 0);
	while (n < BATCH && writev (l->tap[LANE_A], l->iov[at + n], 2) > 0)
		n++;
	return n;
}

guint64
lane_arrived (lane *l)
{
	g_autoptr (kn_link) b = l->taps
		? kn_link_get (l->k[LANE_HOST], "vpb", NULL)
		: kn_link_get (l->k[LANE_B], "eth0", NULL);

	return l->taps ? b->counters.tx_dropped : b->counters.rx_packets;
}

guint64
lane_memory (void)
{
	g_autofree char *text = NULL;
	const char *at;

	g_file_get_contents ("/proc/meminfo", &text, NULL, NULL);
	at = text ? strstr (text, "MemAvailable:") : NULL;
	return at ? g_ascii_strtoull (at + strlen ("MemAvailable:"), NULL,
				      10) << 10 : 0;
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
	gint64 start, now;
	guint64 before;
	shot s = { 0 };
	guint at = 0;
	int n;

	if (l->outside)
		speak (l);
	start = g_get_monotonic_time ();
	before = lane_arrived (l);
	s.cpu = -cpu_now ();
	do {
		n = fire (l, at);
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
		if (l->tap[i] > 0)
			close (l->tap[i]);
	}
	if (l->gun > 0)
		close (l->gun);
	if (l->d == NULL)
		return;
	datapath_close (l->d);
	datapath_remove (l->pins, NULL);
	g_free (l->pins);
}
