/*
 * datapath.c - what a frame from VM to VM costs: the plain bridge, ours, and
 * what else filters at a bridge. All lanes are timed in turn, round by round,
 * so that a busy machine is as bad for one as for the others; the medians of
 * a lane's cost and of its ratio to the bridge of the same round are printed.
 * Cost is processor time: sending, both ports, and what receives. Where the
 * second port is the uplink, it has floors, and the bridge that it is measured
 * by has the same HTB, which nothing has to choose a class for. Then ten
 * thousand entries are replaced under full load. Needs root.
 *
 * datapath [-r ROUNDS] [-m MILLISECONDS] [-l LANE,LANE…]   ("crowd": by name only)
 */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/pkt_sched.h>

#include "bench.h"

#define SLOT_A 11
#define SLOT_B 12
#define REPLACED 10000
#define CROWD 1000
#define LINK_SPEED G_GUINT64_CONSTANT (10000000000)
#define HTB 0x10000u
#define HTB_LINK (HTB | 1)
#define HTB_REST (HTB | 2)
#define HTB_VM (HTB | (0x10 + SLOT_A))
#define HTB_BURST (LINK_SPEED / 8 / 100)	/* ten milliseconds */

/* ---- ours ---- */

static void
add_prefix (GPtrArray *out, guint32 id, gboolean inbound, guint32 net,
	    guint8 prefix, vmnet_action action)
{
	vmnet_acl *a = g_new0 (vmnet_acl, 1);

	a->id = id;
	a->direction = inbound ? VMNET_INBOUND : VMNET_OUTBOUND;
	a->action = action;
	a->family = VMNET_ADDR_IPV4;
	a->prefix = prefix;
	net = g_htonl (net);
	memcpy (a->addr, &net, 4);
	g_ptr_array_add (out, a);
}

/*
 * A meter of everything, Deny for the rest, and `n` prefixes that pass: those
 * of the flows first, then others.
 */
static GPtrArray *
acls_of (guint n, gboolean inbound, guint32 id)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint32 own = inbound ? 0x0a000000 : 0x0a010000;
	guint8 prefix = n < FLOWS ? 16 : 24;

	add_prefix (out, id++, inbound, 0, 0, VMNET_ACL_METER);
	add_prefix (out, id++, inbound, 0, 0, VMNET_ACL_DENY);
	for (guint i = 0; i < n; i++)
		add_prefix (out, id++, inbound, i < FLOWS
			    ? own | i << (32 - prefix)
			    : (0x20000000 + i * 2654435761u % (1u << 30)) &
			    ~255u, prefix, VMNET_ACL_ALLOW);
	return out;
}

static void
set_port (lane *l, const char *name, int ifindex, guint32 slot,
	  gboolean inbound)
{
	g_autoptr (kn_link) port = kn_link_get (l->k[LANE_HOST], name, NULL);
	g_autoptr (GPtrArray) acls = acls_of (l->entries, inbound,
		inbound ? 200000 : 1);
	datapath_port p = { .slot = slot, .peer = l->way == WAY_PEER,
			    .classid = l->classid };

	lane_must (port != NULL, "find the ports", NULL);
	if (l->way != WAY_BRIDGE)
		p.vswitch = port->master;
	memcpy (p.mac, lane_macs[inbound ? LANE_B : LANE_A], 6);
	/* Meters of low numbers, as on a host with thousands of entries. */
	((vmnet_acl *) acls->pdata[0])->id = 1 + inbound;
	LANE_MUST (datapath_port_set (l->d, l->k[LANE_HOST], ifindex, &p,
				      &e));
	if (l->entries > 0)
		LANE_MUST (datapath_acl_set (l->d, slot, acls, &e));
}

static void
open_datapath (lane *l)
{
	l->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/bench-%d-%s",
				   (int) getpid (), l->name);
	LANE_MUST (l->d = datapath_open (l->pins, &e));
}

gboolean
lane_ours (lane *l)
{
	open_datapath (l);
	set_port (l, "vpa", l->port_a, SLOT_A, FALSE);
	set_port (l, "vpb", l->port_b, SLOT_B, TRUE);
	return TRUE;
}

/* The second port is an uplink with floors, as plan/qos.c makes them: of the VM,
 * and of everything else. No frame of this benchmark fills it. */
static gboolean
lane_shape (lane *l)
{
	static const guint32 children[] = { HTB_REST, HTB_VM };
	kn *k = l->k[LANE_HOST];
	g_autoptr (GPtrArray) was = kn_qdisc_root (k, l->port_b, NULL);

	LANE_MUST (kn_fdb_del (k, "vpb", lane_macs[LANE_B], &e));
	LANE_MUST (kn_port_set (k, "vpb", TRUE, TRUE, &e));
	l->outside = TRUE;
	/* Ports have none, by our own hand; uplinks do. */
	for (guint i = 0; was && i < was->len; i++) {
		const kn_qdisc *q = was->pdata[i];

		if (q->handle)
			LANE_MUST (kn_qdisc_del (k, l->port_b, TC_H_ROOT,
						 q->handle, &e));
	}
	LANE_MUST (kn_htb_add (k, l->port_b, HTB, HTB_REST & 0xffff, &e));
	LANE_MUST (kn_htb_class_set (k, l->port_b, HTB, HTB_LINK, LINK_SPEED,
				     LINK_SPEED, HTB_BURST, HTB_BURST, 60000,
				     0, &e));
	for (guint i = 0; i < G_N_ELEMENTS (children); i++)
		LANE_MUST (kn_htb_class_set (
			k, l->port_b, HTB_LINK, children[i], LINK_SPEED / 2,
			LINK_SPEED, HTB_BURST / 2, HTB_BURST, 60000, 0, &e));
	return TRUE;
}

static gboolean
lane_shaped (lane *l)
{
	lane_shape (l);
	open_datapath (l);
	l->classid = HTB_VM;
	set_port (l, "vpa", l->port_a, SLOT_A, FALSE);
	return TRUE;
}

/*
 * On a host of a thousand ports more, with ten thousand entries each: what that
 * takes is printed. Some GB, so this lane is run by its name only.
 */
static gboolean
lane_crowd (lane *l)
{
	gint64 t = g_get_monotonic_time ();
	guint64 before = lane_memory ();
	gboolean ok = lane_ours (l);

	for (guint i = 0; i < CROWD; i++) {
		g_autoptr (GPtrArray) acls =
			acls_of (REPLACED - 2, FALSE, 1000000 + i * REPLACED);

		/* Meters have values of each processor; a port needs few. */
		LANE_MUST (datapath_acl_set (l->d, 1000 + i, acls, &e));
	}
	printf ("%d ports with %d entries each: %.1f s, %.2f GB of the "
		"kernel's memory\n", CROWD, REPLACED,
		(g_get_monotonic_time () - t) * 1e-6,
		(before - lane_memory ()) * 1e-9);
	return ok;
}

static lane lanes[] = {
	{ .name = "bridge", .title = "the plain bridge", .base = TRUE },
	{ .name = "peer", .title = "ours, 9,000 prefixes a port, meters, "
	  "guard; into a namespace", .prepare = lane_ours,
	  .entries = PREFIXES, .way = WAY_PEER },
	{ .name = "straight", .title = "the same, to the port's interface",
	  .prepare = lane_ours, .entries = PREFIXES, .way = WAY_STRAIGHT },
	{ .name = "by-bridge", .title = "the same, by the bridge",
	  .prepare = lane_ours, .entries = PREFIXES, .way = WAY_BRIDGE },
	{ .name = "acl-0", .title = "ours, no ACL", .prepare = lane_ours,
	  .way = WAY_PEER },
	{ .name = "acl-10", .title = "ours, 10 prefixes a port",
	  .prepare = lane_ours, .entries = 10, .way = WAY_PEER },
	{ .name = "acl-1000", .title = "ours, 1,000 prefixes a port",
	  .prepare = lane_ours, .entries = 1000, .way = WAY_PEER },
	{ .name = "acl-100000", .title = "ours, 100,000 prefixes a port",
	  .prepare = lane_ours, .entries = 100000, .way = WAY_PEER },
	{ .name = "crowd", .title = "ours, 9,000 prefixes, and 1,000 ports "
	  "more with 10,000", .prepare = lane_crowd, .entries = PREFIXES,
	  .way = WAY_PEER, .by_name = TRUE },
	{ .name = "nft-100", .title = "nftables, 100 rules in a row",
	  .prepare = lane_nft_rules, .entries = 100, .needs = "nft" },
	{ .name = "nft-1000", .title = "nftables, 1,000 rules in a row",
	  .prepare = lane_nft_rules, .entries = 1000, .needs = "nft" },
	{ .name = "nft-map", .title = "nftables, interval map of 9,000",
	  .prepare = lane_nft_map, .entries = PREFIXES, .needs = "nft" },
	{ .name = "ebtables", .title = "ebtables, 100 rules",
	  .prepare = lane_ebtables, .entries = 100,
	  .needs = "ebtables-nft-restore" },
	{ .name = "u32", .title = "tc u32, 100 filters", .prepare = lane_u32,
	  .entries = 100, .needs = "tc" },
	{ .name = "bridge-taps", .title = "the plain bridge, between taps",
	  .taps = TRUE, .base = TRUE },
	{ .name = "taps", .title = "ours, 9,000 prefixes a port, meters, "
	  "guard; between taps", .prepare = lane_ours, .entries = PREFIXES,
	  .way = WAY_STRAIGHT, .taps = TRUE },
	{ .name = "bridge-shaped", .title = "the plain bridge, through an "
	  "uplink with HTB", .prepare = lane_shape, .base = TRUE },
	{ .name = "shaped", .title = "ours, 9,000 prefixes, meters, guard, a "
	  "floor; through it", .prepare = lane_shaped, .entries = PREFIXES,
	  .way = WAY_STRAIGHT },
	{ .name = "bridge-shaped-taps", .title = "the plain bridge, from a "
	  "tap through an uplink with HTB", .prepare = lane_shape,
	  .base = TRUE, .taps = TRUE },
	{ .name = "shaped-taps", .title = "ours, 9,000 prefixes, meters, "
	  "guard, a floor; from a tap", .prepare = lane_shaped,
	  .entries = PREFIXES, .way = WAY_STRAIGHT, .taps = TRUE },
};

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return x < y ? -1 : x > y;
}

static double
median (GArray *a)
{
	g_array_sort (a, compare_doubles);
	return g_array_index (a, double, a->len / 2);
}

/* The bridges are always there: the others are measured by them. */
static gboolean
wanted (const lane *l, const char *only)
{
	g_autofree char *path = l->needs ? g_find_program_in_path (l->needs)
		: NULL;
	g_auto (GStrv) names = only ? g_strsplit (only, ",", 0) : NULL;

	if (l->by_name && names == NULL)
		return FALSE;
	if (!l->base && names &&
	    !g_strv_contains ((const char *const *) names, l->name))
		return FALSE;
	if (l->needs && path == NULL)
		printf ("%-62s skipped: no %s here\n", l->title, l->needs);
	return l->needs == NULL || path != NULL;
}

static void
add_lane (GPtrArray *all, lane *l, int home)
{
	if (lane_open (l, home)) {
		g_ptr_array_add (all, l);
		return;
	}
	printf ("%-62s skipped: this kernel has no such thing\n", l->title);
	lane_close (l);
}

static void
one_round (GPtrArray *all, guint milliseconds)
{
	double bridge = 0;

	for (guint i = 0; i < all->len; i++) {
		lane *l = all->pdata[i];
		shot s = lane_shoot (l, milliseconds);
		double cost = s.cpu * 1e9 / MAX (s.arrived, 1), ratio;

		if (l->base)
			bridge = cost;
		ratio = bridge / cost;
		g_array_append_val (l->costs, cost);
		g_array_append_val (l->ratios, ratio);
	}
}

static void
print_lanes (GPtrArray *all)
{
	printf ("%-62s %9s %9s\n", "60-byte frames, VM to VM", "ns/frame",
		"x bridge");
	for (guint i = 0; i < all->len; i++) {
		lane *l = all->pdata[i];

		printf ("%-62s %9.0f %9.2f\n", l->title, median (l->costs),
			median (l->ratios));
	}
}

/* ---- ten thousand entries replaced under full load ---- */

/* Both sets deny every fourth flow and let the others pass. */
static GPtrArray *
replacement (guint which)
{
	GPtrArray *out = acls_of (REPLACED - 2, FALSE, 1000 + which * REPLACED);

	for (guint i = 0; i < FLOWS; i += 4)
		((vmnet_acl *) out->pdata[2 + i])->action = VMNET_ACL_DENY;
	((vmnet_acl *) out->pdata[0])->id = 1;
	return out;
}

static GArray *
replace_while (lane *l, GPtrArray *const sets[2], pid_t pid, int *status)
{
	GArray *times = g_array_new (FALSE, FALSE, sizeof (double));

	for (guint i = 0; waitpid (pid, status, WNOHANG) == 0; i++) {
		gint64 t = g_get_monotonic_time ();
		double ms;

		LANE_MUST (datapath_acl_set (l->d, SLOT_A, sets[i % 2], &e));
		ms = (g_get_monotonic_time () - t) / 1000.0;
		g_array_append_val (times, ms);
	}
	return times;
}

static void
print_replaced (lane *l, const shot *s, GArray *times)
{
	datapath_totals a, b;
	datapath_count meter;
	guint64 wrong;

	datapath_totals_get (l->d, SLOT_A, &a);
	datapath_totals_get (l->d, SLOT_B, &b);
	datapath_meter_get (l->d, 1, &meter);
	wrong = ABS ((gint64) (a.out_dropped.packets - s->fourth));
	printf ("10,000 entries replaced %u times under load, %.0f ms each: "
		"%" G_GUINT64_FORMAT " frames, %" G_GUINT64_FORMAT
		" to be dropped, %" G_GUINT64_FORMAT " misjudged, %"
		G_GINT64_FORMAT " lost, %" G_GINT64_FORMAT " not metered\n",
		times->len, median (times), s->sent, s->fourth, wrong,
		(gint64) (s->sent - s->fourth - b.in.packets),
		(gint64) (a.out.packets - meter.packets));
}

static void
replace_under_load (int home, guint milliseconds)
{
	lane l = { .name = "replace", .prepare = lane_ours, .entries = 0,
		.way = WAY_PEER };
	GPtrArray *sets[] = { replacement (0), replacement (1) };
	int to[2], status;
	GArray *times;
	shot s;
	pid_t pid;

	lane_open (&l, home);
	datapath_slot_forget (l.d, SLOT_A);
	datapath_slot_forget (l.d, SLOT_B);
	set_port (&l, "vpa", l.port_a, SLOT_A, FALSE);
	set_port (&l, "vpb", l.port_b, SLOT_B, TRUE);
	LANE_MUST (datapath_acl_set (l.d, SLOT_A, sets[1], &e));
	lane_must (pipe (to) == 0, "make a pipe", NULL);
	pid = fork ();
	if (pid == 0) {
		s = lane_shoot (&l, milliseconds);
		_exit (write (to[1], &s, sizeof s) != sizeof s);
	}
	times = replace_while (&l, sets, pid, &status);
	lane_must (status == 0 && read (to[0], &s, sizeof s) == sizeof s,
		   "shoot", NULL);
	lane_wait (&l);
	print_replaced (&l, &s, times);
	g_ptr_array_unref (sets[0]);
	g_ptr_array_unref (sets[1]);
	g_array_unref (times);
	lane_close (&l);
}

int
main (int argc, char **argv)
{
	GPtrArray *all = g_ptr_array_new ();
	guint rounds = 21, ms = 100;
	int home = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), c;
	const char *only = NULL;

	while ((c = getopt (argc, argv, "r:m:l:")) != -1) {
		if (c == 'r')
			rounds = atoi (optarg);
		else if (c == 'm')
			ms = atoi (optarg);
		else if (c == 'l')
			only = optarg;
		else
			return 2;
	}
	for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
		if (wanted (&lanes[i], only))
			add_lane (all, &lanes[i], home);
	for (guint i = 0; i < rounds; i++)
		one_round (all, ms);
	print_lanes (all);
	replace_under_load (home, 3000);
	for (guint i = 0; i < all->len; i++)
		lane_close (all->pdata[i]);
	g_ptr_array_unref (all);
	close (home);
	return 0;
}
