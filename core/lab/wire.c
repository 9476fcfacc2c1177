/*
 * wire.c - the interfaces of a lab. In the host namespace pnic0 and pnic1,
 * each one end of a multi-queue veth pair; in the outside namespace their
 * other ends wire0 and wire1 as ports of the bridge lan0, which carries the
 * outside machine's addresses. Called by lab.c and vm.c.
 */
#include "config.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "lab/room.h"

/* Locally administered; the last byte numbers the end. */
#define MAC_NIC(i) { 0x02, 0x76, 0x6d, 0x6e, 0x00, (guint8) (i) }
#define MAC_WIRE(i) { 0x02, 0x76, 0x6d, 0x6e, 0x01, (guint8) (i) }
#define MAC_LAN { 0x02, 0x76, 0x6d, 0x6e, 0x02, 0x00 }

typedef struct {
	const char *key, *value;
} sysctl_setting;

/*
 * Addresses usable at once, and no frame that nobody asked for: a test that
 * counts bytes would count it too. The report interval (ms) keeps the kernel
 * from saying each group membership twice.
 */
static const sysctl_setting quiet[] = {
	{ "accept_dad", "0" },
	{ "dad_transmits", "0" },
	{ "router_solicitations", "0" },
	{ "accept_ra", "0" },
	{ "autoconf", "0" },
	{ "mldv1_unsolicited_report_interval", "2000000000" },
	{ "mldv2_unsolicited_report_interval", "2000000000" },
};

static gboolean
quiet_conf (const char *interface, const char *key, const char *value,
	    GError **error)
{
	g_autofree char *path = g_strdup_printf ("ipv6/conf/%s/%s", interface,
						 key);

	return sysctl_net_write (path, value, error);
}

static gboolean
has_ipv6 (void)
{
	return g_file_test ("/proc/sys/net/ipv6", G_FILE_TEST_IS_DIR);
}

/*
 * Both adapters are on one wire: by default each would answer ARP for the
 * other's address, and traffic come in on the wrong one.
 */
static gboolean
quiet_arp (GError **error)
{
	return sysctl_net_write ("ipv4/conf/all/arp_ignore", "1", error) &&
		sysctl_net_write ("ipv4/conf/all/arp_announce", "2", error);
}

/* accept_dad counts as the larger one of "all" and the interface's own. */
static gboolean
quiet_namespace (gpointer user, GError **error)
{
	gboolean link_local = GPOINTER_TO_INT (user);

	if (!quiet_arp (error))
		return FALSE;
	if (!has_ipv6 ())
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS (quiet); i++)
		if (!quiet_conf ("default", quiet[i].key, quiet[i].value,
				 error))
			return FALSE;
	return quiet_conf ("all", "accept_dad", "0", error) &&
		(link_local || quiet_conf ("default", "addr_gen_mode", "1",
					   error));
}

/*
 * Neighbours that were once resolved are not asked again after some seconds
 * (neighbour unreachability detection): those frames are IPv6, and a meter
 * would count them.
 */
static gboolean
quiet_link (gpointer user, GError **error)
{
	static const char *const families[] = { "ipv4", "ipv6" };
	const char *link = user;

	for (gsize i = 0; i < G_N_ELEMENTS (families); i++) {
		g_autofree char *delay = g_strdup_printf
			("%s/neigh/%s/delay_first_probe_time", families[i],
			 link);
		g_autofree char *reachable = g_strdup_printf
			("%s/neigh/%s/base_reachable_time_ms", families[i],
			 link);

		if (i == 1 && !has_ipv6 ())
			break;
		if (!sysctl_net_write (delay, "86400", error) ||
		    !sysctl_net_write (reachable, "86400000", error))
			return FALSE;
	}
	return TRUE;
}

gboolean
lab_link_quiet (int netns_fd, const char *link, GError **error)
{
	return netns_run (netns_fd, quiet_link, (gpointer) link, error);
}

gboolean
wire_prepare_netns (int fd, gboolean link_local, GError **error)
{
	g_autoptr (kn) k = kn_open (fd, error);

	return k != NULL && kn_link_set_up (k, "lo", TRUE, error) &&
		netns_run (fd, quiet_namespace, GINT_TO_POINTER (link_local),
			   error);
}

static gboolean
lan_address (kn *k, const char *text, int family, guint8 prefix,
	     GError **error)
{
	kn_addr a = { .family = family, .prefix = prefix };

	if (family == AF_INET6)
		a.flags = IFA_F_NODAD;
	inet_pton (family, text, a.addr);
	return kn_addr_ensure (k, LAB_LAN, &a, error);
}

static gboolean
lan_make (lab_room *l, kn *k, GError **error)
{
	static const guint8 mac[6] = MAC_LAN;

	return (kn_ifindex (k, LAB_LAN) || kn_bridge_add (k, LAB_LAN, mac, error)) &&
		lab_link_quiet (l->outside, LAB_LAN, error) &&
		kn_link_set_up (k, LAB_LAN, TRUE, error) &&
		lan_address (k, "192.0.2.1", AF_INET, 24, error) &&
		(!has_ipv6 () ||
		 lan_address (k, "2001:db8::1", AF_INET6, 64, error));
}

/*
 * The outside end sends whole frames with finished checksums, as a wire
 * brings them: a partial checksum is lost when XDP redirects the frame, and
 * without checksum offload the kernel also cuts large segments.
 */
static gboolean
wire_end (kn *outside, const char *wire, GError **error)
{
	return kn_feature_set (outside, wire, "tx-checksum-ip-generic", FALSE,
			       error) &&
		kn_link_set_master (outside, wire, LAB_LAN, error) &&
		kn_link_set_up (outside, wire, TRUE, error);
}

static gboolean
wire_pair (lab_room *l, kn *host, kn *outside, guint i, GError **error)
{
	const guint8 mac[6] = MAC_NIC (i), peer_mac[6] = MAC_WIRE (i);
	g_autofree char *nic = g_strdup_printf ("pnic%u", i);
	g_autofree char *wire = g_strdup_printf ("wire%u", i);

	if (kn_ifindex (outside, wire))
		return wire_end (outside, wire, error);
	return kn_veth_add (host, nic, mac, wire, peer_mac, l->outside,
			    LAB_QUEUES, error) &&
		wire_end (outside, wire, error) &&
		kn_link_set_up (host, nic, TRUE, error);
}

gboolean
wire_make (lab_room *l, GError **error)
{
	g_autoptr (kn) host = kn_open (l->host, error);
	g_autoptr (kn) outside = host ? kn_open (l->outside, error) : NULL;

	if (outside == NULL || !lan_make (l, outside, error))
		return FALSE;
	for (guint i = 0; i < LAB_NICS; i++)
		if (!wire_pair (l, host, outside, i, error))
			return FALSE;
	return TRUE;
}

/* The outside ends stand for the pairs: the other may have been renamed. */
gboolean
wire_complete (lab_room *l)
{
	g_autoptr (kn) k = kn_open (l->outside, NULL);

	return k != NULL && kn_ifindex (k, LAB_LAN) && kn_ifindex (k, "wire0") &&
		kn_ifindex (k, "wire1");
}
