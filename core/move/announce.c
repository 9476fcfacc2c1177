/*
 * announce.c - see announce.h. Formats: RFC 826, RFC 903 (RARP), RFC 4861.
 */
#include "move/announce.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/lab.h"

#define RARP_REQUEST 3

typedef struct {
	int fd, ifindex;	/* the uplink */
	const guint8 *mac;
} speaker;

static void
speak (const speaker *s, gconstpointer frame, gsize length)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_ifindex = s->ifindex, .sll_halen = 6 };

	memcpy (to.sll_addr, frame, 6);
	sendto (s->fd, frame, length, MSG_DONTWAIT, (struct sockaddr *) &to,
		sizeof to);
}

/* `ip` NULL: a RARP request, which needs no address. */
static void
speak_arp (const speaker *s, const guint8 *ip)
{
	struct {
		struct ether_header eth;
		struct ether_arp arp;
		guint8 pad[18];
	} __attribute__ ((packed)) f = { 0 };

	memset (f.eth.ether_dhost, 0xff, 6);
	memcpy (f.eth.ether_shost, s->mac, 6);
	f.eth.ether_type = htons (ip ? ETHERTYPE_ARP : ETHERTYPE_REVARP);
	f.arp.arp_hrd = htons (ARPHRD_ETHER);
	f.arp.arp_pro = htons (ETHERTYPE_IP);
	f.arp.arp_hln = 6;
	f.arp.arp_pln = 4;
	f.arp.arp_op = htons (ip ? ARPOP_REQUEST : RARP_REQUEST);
	memcpy (f.arp.arp_sha, s->mac, 6);
	if (ip) {
		memcpy (f.arp.arp_spa, ip, 4);
		memcpy (f.arp.arp_tpa, ip, 4);
	} else {
		memcpy (f.arp.arp_tha, s->mac, 6);
	}
	speak (s, &f, sizeof f);
}

typedef struct {
	struct ether_header eth;
	struct ip6_hdr ip;
	struct nd_neighbor_advert na;
	guint8 option[8];
} __attribute__ ((packed)) advert;

/* Over the pseudo header: addresses, length and protocol. */
static guint16
checksum (const advert *f)
{
	const guint8 *parts[] = { (const guint8 *) &f->ip.ip6_src,
				  (const guint8 *) &f->na };
	gsize lengths[] = { 32, sizeof f->na + sizeof f->option };
	guint32 sum = (guint32) lengths[1] + IPPROTO_ICMPV6;

	for (gsize p = 0; p < 2; p++)
		for (gsize i = 0; i < lengths[p]; i += 2)
			sum += (guint32) parts[p][i] << 8 | parts[p][i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons ((guint16) ~sum);
}

static void
speak_na (const speaker *s, const guint8 *ip)
{
	static const guint8 all[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	advert f = { 0 };

	memcpy (f.eth.ether_dhost, all, 6);
	memcpy (f.eth.ether_shost, s->mac, 6);
	f.eth.ether_type = htons (ETHERTYPE_IPV6);
	f.ip.ip6_vfc = 6 << 4;
	f.ip.ip6_plen = htons (sizeof f.na + sizeof f.option);
	f.ip.ip6_nxt = IPPROTO_ICMPV6;
	f.ip.ip6_hlim = 255;
	memcpy (&f.ip.ip6_src, ip, 16);
	inet_pton (AF_INET6, "ff02::1", &f.ip.ip6_dst);
	f.na.nd_na_type = ND_NEIGHBOR_ADVERT;
	f.na.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE;
	memcpy (&f.na.nd_na_target, ip, 16);
	f.option[0] = ND_OPT_TARGET_LINKADDR;
	f.option[1] = 1;
	memcpy (f.option + 2, s->mac, 6);
	f.na.nd_na_cksum = checksum (&f);
	speak (s, &f, sizeof f);
}

/* The addresses on the interface of the VM that has the MAC; how many. */
static guint
speak_addresses (const speaker *s, kn *vm)
{
	g_autoptr (GPtrArray) links = kn_links (vm, NULL);
	g_autoptr (GPtrArray) addrs = kn_addrs (vm, NULL);
	guint n = 0;

	for (guint i = 0; links && addrs && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		for (guint j = 0; j < addrs->len; j++) {
			const kn_addr *a = addrs->pdata[j];

			if (a->ifindex != l->ifindex ||
			    memcmp (l->mac, s->mac, 6) != 0)
				continue;
			if (a->family == AF_INET)
				speak_arp (s, a->addr);
			else
				speak_na (s, a->addr);
			n++;
		}
	}
	return n;
}

static void
speak_of (const vmnet_adapter *a, int ifindex, int fd, kn *where)
{
	speaker s = { .fd = fd, .ifindex = ifindex, .mac = a->mac };

	if (ifindex && (where == NULL || speak_addresses (&s, where) == 0))
		speak_arp (&s, NULL);
}

/* The physical adapter that it speaks through; 0: none. */
static int
outward (vmnet_host *h, const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_switch *sw =
		a->vswitch ? vmnet_model_switch (m, a->vswitch) : NULL;
	datapath *d = host_datapath_if_there (h);
	datapath_way way;
	guint32 card;

	if (sw == NULL || sw->uplink == NULL)
		return 0;
	if (sw->teaming && d && datapath_way_get (d, a->slot, &way)) {
		card = datapath_card_get (d, way.vswitch, a->mac);
		return card ? card : way.member;
	}
	return kn_ifindex (h->nl, sw->uplink);
}

static int
packet_socket (void)
{
	return socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static kn *
open_vm (vmnet_host *h, const char *vm)
{
	int ns = h->lab ? lab_vm_netns (h->lab, vm, NULL) : -1;
	kn *inside = ns >= 0 ? kn_open (ns, NULL) : NULL;

	if (ns >= 0)
		close (ns);
	return inside;
}

void
announce_adapter (vmnet_host *h, const vmnet_adapter *a, int ifindex)
{
	g_autoptr (kn) inside = a->vm ? open_vm (h, a->vm) : NULL;
	int fd = packet_socket ();

	if (fd < 0)
		return;
	speak_of (a, ifindex, fd, a->vm ? inside : h->nl);
	close (fd);
}

void
announce_vm (vmnet_host *h, const vmnet_model *m, const char *vm)
{
	g_autoptr (kn) inside = open_vm (h, vm);
	int fd = packet_socket ();

	for (guint i = 0; fd >= 0 && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (model_name_equal (a->vm, vm))
			speak_of (a, outward (h, m, a), fd, inside);
	}
	if (fd >= 0)
		close (fd);
}
