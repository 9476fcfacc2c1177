/*
 * netlink.h - the kernel room: everything core says to rtnetlink, tc and
 * ethtool. Only netlink.c opens sockets; link.c, bridge.c, addr.c, tc.c and
 * ethtool.c build and parse messages. Callers: plan/, view/, bpf/, lab/.
 *
 * Every change waits for the kernel's answer; errors carry the kernel's own
 * extended text: "add veth p0: File exists (RTNETLINK …)". Functions named
 * *_ensure succeed when it is so already. Returned arrays are owned by the
 * caller and free their elements.
 */
#ifndef VMNET_KERNEL_NETLINK_H
#define VMNET_KERNEL_NETLINK_H

#include "vmnet.h"

typedef struct kn kn;

/* A request socket in the network namespace `netns_fd`; -1: the caller's. */
kn *kn_open (int netns_fd, GError **error);
void kn_close (kn *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (kn, kn_close)
/*
 * Calls `f` with the thread in the socket's network namespace: for requests
 * whose interfaces the kernel looks up in the caller's own, as bpf(2) does.
 * FALSE with errno: it cannot be entered, or not be left again.
 */
gboolean kn_inside (kn *k, void (*f) (gpointer), gpointer data);
/* A number of the socket's network namespace that no other one ever has; 0: the
 * kernel does not tell (before Linux 5.14). */
guint64 kn_netns_cookie (kn *k);
/* TRUE when the last failure of `k` was this errno (EEXIST, ENOENT, …). */
gboolean kn_failed_with (const kn *k, int err);

/* ---- events ---- */

/*
 * Hears of every change of an interface in the network namespace `netns_fd`
 * (-1: the caller's), from now on.
 */
typedef struct kn_events kn_events;
kn_events *kn_events_open (int netns_fd, GError **error);
void kn_events_close (kn_events *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (kn_events, kn_events_close)
int kn_events_fd (const kn_events *e);	/* readable: drain */
/* Takes what there is; TRUE: something has changed (or was lost, which means
 * that everything may have). */
gboolean kn_events_drain (kn_events *e);

/* ---- bonds, as the kernel has them (lbfo.c) ---- */

typedef struct {
	gboolean told;		/* it is a bond */
	guint8 mode, policy;	/* BOND_MODE_*, BOND_XMIT_POLICY_* */
	gboolean fast;		/* LACP: a frame a second */
	gboolean dynamic;	/* balance-tlb: by load, not by policy */
	int primary;		/* ifindex of the preferred one; 0: none */
	guint16 aggregator;	/* 802.3ad: the one in use */
	guint8 partner[6];	/* 802.3ad: who answers; zero: nobody */
} kn_bond;
typedef struct {
	gboolean told;		/* it is a bond's member */
	gboolean active;	/* else it waits */
	guint32 failures;	/* how often its link was lost */
	guint8 own_mac[6];	/* that of before it joined */
	guint16 aggregator;	/* 802.3ad: which one it is in */
	guint16 partner_state;	/* 802.3ad: LACP's bits of the other end */
} kn_bond_member;

/* ---- links ---- */

typedef struct {
	guint64 rx_bytes, rx_packets, rx_dropped, rx_errors;
	guint64 tx_bytes, tx_packets, tx_dropped, tx_errors;
} kn_counters;

typedef struct {
	int ifindex;
	int master;		/* ifindex of the bridge; 0: none */
	int link_netnsid;	/* of a veth's peer; -1: here or none */
	int peer;		/* ifindex of the peer there; 0: none */
	char name[16];
	char *kind;		/* "veth", "bridge", "tun"; NULL: hardware */
	char *alias;		/* or NULL */
	GPtrArray *altnames;	/* char * */
	guint8 mac[6];
	guint8 permanent_mac[6];/* zero: none */
	unsigned flags;		/* IFF_* */
	guint8 operstate;	/* IF_OPER_* */
	gboolean carrier;
	guint32 mtu;
	guint32 rx_queues, tx_queues;
	guint32 xdp_prog_id;	/* 0: none */
	guint32 num_vf;
	char *parent;		/* PCI address "0000:02:10.0"; NULL: none */
	int bond_active;	/* ifindex of a bond's active one; 0: none */
	gboolean bond_link;	/* of a bond's member: the bond has seen its
				 * link (miimon), some ms after `carrier` */
	kn_bond bond;
	kn_bond_member bond_member;
	guint16 vlan_id;	/* of a VLAN's link; `peer` is below it */
	gboolean port_learning, port_flood, port_isolated;	/* bridge port */
	/* Of a bridge: FALSE where the kernel knows no VLANs in bridges. */
	gboolean has_vlans;
	gboolean vlan_filtering;
	guint16 default_pvid;	/* VLAN of a new port; 0: none */
	kn_counters counters;
} kn_link;

void kn_link_free (kn_link *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (kn_link, kn_link_free)
GPtrArray *kn_links (kn *k, GError **error);		/* kn_link * */
/*
 * The counters alone of every interface: int ifindex (as a pointer) to
 * kn_counters *, freed with g_hash_table_unref. An eighth of kn_links' cost.
 */
GHashTable *kn_counters_all (kn *k, GError **error);
kn_link *kn_link_get (kn *k, const char *name, GError **error);
/* The one of that PCI device among `links` (kn_link *), not owned, or NULL. */
const kn_link *kn_link_of_parent (const GPtrArray *links,
				  const char *parent);
kn_link *kn_link_get_index (kn *k, int ifindex, GError **error);
int kn_ifindex (kn *k, const char *name);		/* 0: none */

/*
 * No STP, no forwarding delay, no multicast snooping. A port that joins it is
 * in VLAN KN_DEFAULT_PVID, untagged: the last one, since people number theirs
 * from the first.
 */
#define KN_DEFAULT_PVID VMNET_VLAN_MAX
gboolean kn_bridge_add (kn *k, const char *name, const guint8 mac[6],
			GError **error);
/*
 * A pair. `peer_netns_fd` -1: both here. `queues` of each side, at least 1.
 * MACs may be NULL: the kernel's choice.
 */
gboolean kn_veth_add (kn *k, const char *name, const guint8 *mac,
		      const char *peer, const guint8 *peer_mac,
		      int peer_netns_fd, guint queues, GError **error);
gboolean kn_ifb_add (kn *k, const char *name, GError **error);
/*
 * A persistent tap with vnet_hdr, multi-queue (/dev/net/tun), in the network
 * namespace of `k`.
 */
gboolean kn_tap_add (kn *k, const char *name, const guint8 *mac,
		     GError **error);
/*
 * tunnel.c: an interface, down, whose frames go to one other machine, as VXLAN
 * (UDP port 4789) or ERSPAN version 1 (IPv4 only). What is too long for the way
 * goes in fragments.
 */
typedef struct {
	vmnet_tunnel kind;
	int family;		/* AF_INET, AF_INET6 */
	guint8 remote[16];
	guint32 session;	/* VXLAN's network, ERSPAN's session */
} kn_tunnel;
gboolean kn_tunnel_add (kn *k, const char *name, const kn_tunnel *t,
			GError **error);
/* By which interface a packet to `addr` leaves, or is it ours (`here`)? */
typedef struct { int ifindex; gboolean here; } kn_way;
gboolean kn_way_to (kn *k, int family, const guint8 *addr, kn_way *out,
		    GError **error);
gboolean kn_link_del (kn *k, const char *name, GError **error);
/*
 * Each deletion waits 10 to 20 ms, until nobody uses the interface any more;
 * that of a whole group (0: whoever is in none) waits once for all.
 */
gboolean kn_link_set_group (kn *k, const char *name, guint32 group,
			    GError **error);
gboolean kn_links_del_group (kn *k, guint32 group, GError **error);
gboolean kn_link_set_up (kn *k, const char *name, gboolean up, GError **error);
gboolean kn_link_set_master (kn *k, const char *name, const char *master,
			     GError **error);		/* NULL: none */
gboolean kn_link_set_mac (kn *k, const char *name, const guint8 mac[6],
			  GError **error);
gboolean kn_link_set_mtu (kn *k, const char *name, guint mtu, GError **error);
gboolean kn_link_set_name (kn *k, const char *name, const char *new_name,
			   GError **error);
gboolean kn_link_set_alias (kn *k, const char *name, const char *alias,
			    GError **error);
gboolean kn_link_add_altname (kn *k, const char *name, const char *altname,
			      GError **error);
gboolean kn_link_del_altname (kn *k, const char *name, const char *altname,
			      GError **error);
/* `pattern`: its name there, "vf%d" for the next free one of these. */
gboolean kn_link_set_netns (kn *k, const char *name, int netns_fd,
			    const char *pattern, GError **error);
/*
 * Bridge port flags. `flood` is that of unknown unicast: broadcast and
 * multicast reach the port in any case.
 */
gboolean kn_port_set (kn *k, const char *name, gboolean learning,
		      gboolean flood, GError **error);
/* Whether broadcast and multicast reach the port. */
gboolean kn_port_set_groups (kn *k, const char *name, gboolean on,
			     GError **error);
/* Of a member of a team: no frame goes from one isolated port to another; to
 * `flood` it goes what everybody gets, unknown unicast included. */
gboolean kn_port_set_member (kn *k, const char *name, gboolean isolated,
			     gboolean flood, GError **error);
/*
 * A static entry of the bridge's table for the port `name`; one that was
 * learned or made for another port moves here. Sticky: frames with that
 * address that come in elsewhere (an uplink's echo, a forger) do not move it.
 */
gboolean kn_fdb_ensure (kn *k, const char *name, const guint8 mac[6],
			GError **error);
/* One that a frame moves that comes in by another port, if that one learns. */
gboolean kn_fdb_ensure_roaming (kn *k, const char *name, const guint8 mac[6],
				GError **error);
gboolean kn_fdb_del (kn *k, const char *name, const guint8 mac[6],
		     GError **error);
/* In one VLAN; the two above mean all those that the port is in, and none. */
gboolean kn_fdb_del_vlan (kn *k, const char *name, const guint8 mac[6],
			  guint16 vlan, GError **error);
typedef struct {
	int ifindex;		/* of the port */
	guint8 mac[6];
	guint16 vlan;		/* 0: where no VLANs are told apart */
	gboolean is_static;	/* made by someone, ages never */
	gboolean is_sticky;	/* no frame moves it */
	gboolean is_local;	/* the port's or bridge's own address */
} kn_fdb;
GPtrArray *kn_fdbs (kn *k, GError **error);		/* kn_fdb * */

/* ---- VLANs of a bridge and its ports ---- */

typedef struct {
	int ifindex;		/* of the port */
	guint16 pvid;		/* of frames that come without a tag; 0: none */
	vmnet_vlans member;
	vmnet_vlans untagged;	/* those of them that leave without a tag */
} kn_port_vlans;

GPtrArray *kn_port_vlans_all (kn *k, GError **error);	/* kn_port_vlans * */
/* Takes the port into all of them, and sets how; others stay. */
gboolean kn_port_vlans_add (kn *k, const char *port, const kn_port_vlans *v,
			    GError **error);
gboolean kn_port_vlans_del (kn *k, const char *port, const vmnet_vlans *gone,
			    GError **error);
/* From now on a frame passes only between ports that are in its VLAN. */
gboolean kn_bridge_set_filtering (kn *k, const char *bridge, gboolean on,
				  GError **error);
/* The error of a kernel that has none (see has_vlans of kn_link); FALSE. */
gboolean kn_bridge_lacks_vlans (kn *k, const char *bridge, GError **error);

/* ---- SR-IOV: virtual functions, as their physical function has them ---- */

typedef struct {
	guint vf;		/* its number, from 0 */
	guint8 mac[6];		/* zero: the VF chooses */
	guint16 vlan;		/* 0: none */
	guint32 min_rate, max_rate;	/* Mbit/s; 0: none */
	gboolean spoofchk, trust;
	guint32 link_state;	/* IFLA_VF_LINK_STATE_* */
	gboolean has_counters;	/* some drivers count nothing for a VF */
	kn_counters counters;	/* the VF's view: rx is to the VM */
} kn_vf;

GPtrArray *kn_vfs (kn *k, const char *pf, GError **error);	/* kn_vf * */
/* The one of that number, not owned; NULL: there is none. */
const kn_vf *kn_vf_of (const GPtrArray *vfs, guint vf);
gboolean kn_vf_set_mac (kn *k, const char *pf, guint vf, const guint8 mac[6],
			GError **error);
gboolean kn_vf_set_vlan (kn *k, const char *pf, guint vf, guint16 vlan,
			 GError **error);	/* 0: none */
/* Mbit/s; 0: none. */
gboolean kn_vf_set_rate (kn *k, const char *pf, guint vf, guint32 min,
			 guint32 max, GError **error);
gboolean kn_vf_set_spoofchk (kn *k, const char *pf, guint vf, gboolean on,
			     GError **error);
gboolean kn_vf_set_trust (kn *k, const char *pf, guint vf, gboolean on,
			  GError **error);
/*
 * Addresses that the PF itself takes besides its own. A bridge whose only
 * learning port it is puts all of its static entries there by itself, two for
 * each VM, and a driver whose filter is full (igb: 16) then refuses even what is
 * there already.
 */
gboolean kn_filter_mac_ensure (kn *k, const char *pf, const guint8 mac[6],
			       GError **error);
gboolean kn_filter_mac_del (kn *k, const char *pf, const guint8 mac[6],
			    GError **error);	/* gone is fine */
/* Those that are there (kn_fdb *: ifindex and mac); groups too. */
GPtrArray *kn_filter_macs (kn *k, const char *pf, GError **error);

/* ---- a bond of which one is active (active-backup) ---- */

gboolean kn_bond_add (kn *k, const char *name, const guint8 mac[6],
		      GError **error);
gboolean kn_bond_set_active (kn *k, const char *bond, const char *slave,
			     GError **error);

/* ---- teams of the host (lbfo.c) ---- */

/*
 * Has the kernel links of that kind, loaded or as a module? Asked without
 * making or loading anything. FALSE with VMNET_ERROR_UNSUPPORTED: `what`, and
 * the option `needs`.
 */
gboolean kn_kind_there (kn *k, const char *kind, const char *needs,
			GError **error, const char *what);
const char *kn_bond_mode_text (guint8 mode);		/* "802.3ad" */
const char *kn_bond_policy_text (guint8 policy);	/* "layer3+4" */
/* Of `b`: mode, policy, and where the mode has them fast and dynamic. */
gboolean kn_lbfo_add (kn *k, const char *name, const guint8 mac[6],
		      const kn_bond *b, GError **error);
/* The kernel changes the mode only of a bond that is down and has no member, how
 * the mode works of one that is down, the policy always. */
typedef enum { KN_BOND_POLICY, KN_BOND_DOWN, KN_BOND_ALL } kn_bond_part;
gboolean kn_lbfo_set (kn *k, const char *name, const kn_bond *b,
		      kn_bond_part part, GError **error);
/* The one that carries while it has its link; 0: none. Active-backup. */
gboolean kn_lbfo_prefer (kn *k, const char *name, int member,
			 GError **error);
gboolean kn_vlan_add (kn *k, const char *name, const char *lower,
		      guint16 vlan, GError **error);

/* ---- addresses and routes ---- */

typedef struct {
	int ifindex;
	int family;		/* AF_INET, AF_INET6 */
	guint8 addr[16];
	guint8 prefix;
	guint8 scope;		/* RT_SCOPE_* */
	guint32 flags;		/* IFA_F_* */
} kn_addr;

GPtrArray *kn_addrs (kn *k, GError **error);		/* kn_addr * */
gboolean kn_addr_ensure (kn *k, const char *link, const kn_addr *a,
			 GError **error);
gboolean kn_addr_del (kn *k, const char *link, const kn_addr *a,
		      GError **error);

typedef struct {
	int family;
	int ifindex;
	guint8 dst[16]; guint8 prefix;
	gboolean has_gateway; guint8 gateway[16];
	guint32 table, metric; guint8 protocol, scope, type;
	/* Kept as the kernel tells it, so that a route that moves is the same: */
	gboolean has_source; guint8 source[16];	/* preferred source address */
	gboolean onlink, has_preference; guint8 preference;	/* RFC 4191 */
	guint8 tos, metrics_len, metrics[136];	/* RTA_METRICS: MTU and such */
} kn_route;

GPtrArray *kn_routes (kn *k, GError **error);		/* main table */
gboolean kn_route_ensure (kn *k, const kn_route *r, GError **error);
gboolean kn_route_del (kn *k, const kn_route *r, GError **error);

/* ---- settings below /proc/sys/net, as this namespace has them ---- */

/* `path` as vmnet_ip_settings has it. FALSE: there is none, or no number. */
gboolean kn_sysctl_get (kn *k, const char *path, const char *link,
			guint64 *out);
gboolean kn_sysctl_set (kn *k, const char *path, const char *link,
			guint64 value, GError **error);

/* ---- network address translation: nftables, a table of our own ---- */

typedef struct {
	char *name;
	guint8 addr[4]; guint8 prefix;	/* the inside network */
	/* Not that, but a bridge of that name: where the kernel shows bridged
	 * packets to nftables (br_netfilter) they are not tracked there, and
	 * routing sees them as new. Else none of them is ever translated. */
	gboolean bridge;
	gboolean map;		/* not that, but a vmnet_natmap as text */
} kn_nat;

void kn_nat_free (kn_nat *n);
/* Those that are in force; no table is none. */
GPtrArray *kn_nats (kn *k, GError **error);		/* kn_nat * */
/* Exactly these are in force from now on (no network: no table), at one moment:
 * packets from a network to elsewhere leave with the address of the interface
 * that they leave by. Connections that there are stay. */
gboolean kn_nats_set (kn *k, const GPtrArray *all, GError **error);

/* ---- traffic control ---- */

typedef struct {
	int ifindex;
	char kind[16];
	guint32 handle, parent;
	guint64 bytes, packets;
	guint32 drops, overlimits, backlog, qlen;
} kn_qdisc;

typedef struct {
	int ifindex;
	guint32 handle, parent;	/* major << 16 | minor */
	guint64 rate, ceil;	/* bit/s, as the kernel has them */
	guint32 burst, cburst;	/* bytes */
	guint32 quantum;	/* bytes */
	guint32 prio;
	guint64 bytes, packets;
	guint32 drops, overlimits, backlog, qlen;
} kn_class;

GPtrArray *kn_qdiscs (kn *k, GError **error);		/* kn_qdisc * */
/* The interface's own root, as one kn_qdisc; empty: the kernel's default. A dump
 * of all takes the lock of each queue of each tap. */
GPtrArray *kn_qdisc_root (kn *k, int ifindex, GError **error);
/*
 * No queue above the driver's own, as veth has none. A tap has 256 of them
 * otherwise, 6 MB of memory and milliseconds when it comes up, and none ever
 * holds a frame: the tap's ring drops before. To be done while it is down;
 * kn_tap_add does.
 */
gboolean kn_noqueue (kn *k, int ifindex, GError **error);
GPtrArray *kn_classes (kn *k, int ifindex, GError **error); /* kn_class * */
/* One of them; freed with g_free. NULL with ENOENT: there is none. */
kn_class *kn_class_get (kn *k, int ifindex, guint32 handle, GError **error);
gboolean kn_htb_add (kn *k, int ifindex, guint32 handle, guint32 defcls,
		     GError **error);			/* root */
/*
 * Adds or changes; rates in bit/s (the kernel has whole bytes a second);
 * bursts and quantum in bytes. Burst 0: 10 ms of the rate, at least 64 KB;
 * quantum 0: the kernel's (a tenth of the rate in bytes).
 */
gboolean kn_htb_class_set (kn *k, int ifindex, guint32 parent,
			   guint32 handle, guint64 rate, guint64 ceil,
			   guint32 burst, guint32 cburst, guint32 quantum,
			   guint32 prio, GError **error);
gboolean kn_class_del (kn *k, int ifindex, guint32 handle, GError **error);
gboolean kn_qdisc_del (kn *k, int ifindex, guint32 parent, guint32 handle,
		       GError **error);
/* Adds or changes in place the shaper of an interface's whole way out. */
gboolean kn_tbf_set (kn *k, int ifindex, guint64 rate, guint32 burst,
		     guint32 limit_bytes, GError **error); /* root */
/*
 * On an interface that is up this waits for the kernel's packets in flight
 * (0.3 to 1 ms); on one that is down it does not. So does the first filter
 * right behind it: with many ports, first every clsact, then up, then every
 * filter, is five times as fast as port by port.
 */
gboolean kn_clsact_ensure (kn *k, int ifindex, GError **error);
/* With all that hangs there, whoever's it is. */
gboolean kn_clsact_drop (kn *k, int ifindex, GError **error);
/*
 * A BPF program on clsact, direct action, at our own priority and handle:
 * replaced atomically when it is there. `egress`: else ingress. `turn`: 0, or 1
 * for one that comes behind another one of ours.
 */
gboolean kn_filter_bpf_set (kn *k, int ifindex, gboolean egress, guint32 turn,
			    int prog_fd, const char *name, GError **error);
gboolean kn_filter_bpf_del (kn *k, int ifindex, gboolean egress, guint32 turn,
			    GError **error);
typedef struct { guint32 prog_id; char name[64]; guint32 prio, handle;
	gboolean ours; guint32 turn; } kn_filter;
GPtrArray *kn_filters (kn *k, int ifindex, gboolean egress, GError **error);
/*
 * Every packet that comes in on `from` goes through `to` (an ifb) first. Our
 * BPF programs on `from` come before it; what returns from `to` meets none.
 */
gboolean kn_ingress_redirect (kn *k, int from, int to, GError **error);
/* Attach (prog_fd >= 0) or detach (-1) an XDP program in native mode. */
gboolean kn_xdp_set (kn *k, int ifindex, int prog_fd, GError **error);

/* Has the card DCB of its own (dcbnl)? FALSE also where this kernel has none. */
gboolean kn_dcb_has (kn *k, const char *nic);

/* ---- ethtool ---- */

/* bit/s; 0: unknown. */
guint64 kn_link_speed (kn *k, const char *name);
/* Feature by its kernel name: "tx-checksum-ip-generic". */
gboolean kn_feature_set (kn *k, const char *name, const char *feature,
			 gboolean on, GError **error);
char *kn_driver (kn *k, const char *name);	/* "veth"; owned or NULL */

/* The driver's settings as they are (card.c). */
typedef struct {
	vmnet_opt value[VMNET_NIC_SETTINGS];	/* unset: it has none such */
	gboolean fixed[VMNET_NIC_SETTINGS];	/* and cannot change it */
	guint32 max[VMNET_NIC_SETTINGS];	/* 0: not told */
	const char *feature[VMNET_NIC_SETTINGS];	/* that carries it */
	gboolean rx_apart;	/* queues of each direction are counted apart */
} kn_card;

/* Interrupt moderation of what is received (coalesce.c). */
typedef struct {
	gboolean there;		/* the driver tells of it */
	guint32 usecs;
	gboolean can_adapt, adaptive;	/* by the load */
} kn_coalesce;
gboolean kn_coalesce_read (kn *k, const char *name, kn_coalesce *out,
			   GError **error);
gboolean kn_coalesce_set (kn *k, const char *name, const kn_coalesce *to,
			  GError **error);

/* What cannot be asked is left unset. */
void kn_card_read (kn *k, const char *name, kn_card *out);
/* Sets one and reads it back: an error says what the driver made of it. */
gboolean kn_card_set (kn *k, const char *name, vmnet_nic_setting setting,
		      guint64 value, GError **error);

#endif
