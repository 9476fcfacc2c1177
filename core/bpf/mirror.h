/*
 * mirror.h - the part of datapath.h about port mirroring: whose frames are
 * copied, to whom, and what became of the copies. Called by plan/mirror.c (set)
 * and view/ (counters).
 */
#ifndef VMNET_BPF_MIRROR_H
#define VMNET_BPF_MIRROR_H

#include "bpf/datapath.h"

#define DATAPATH_MIRROR_PORTS 8		/* destinations of one switch */
#define DATAPATH_MIRROR_PREFIXES 8	/* of one side of a filter */

typedef struct {
	vmnet_family family;	/* IPv4 or IPv6 */
	guint8 addr[16], prefix;	/* no bits behind the prefix */
} datapath_prefix;

typedef struct {
	guint n;		/* 0: any address, and what is no IP */
	datapath_prefix p[DATAPATH_MIRROR_PREFIXES];
} datapath_prefixes;

/* What becomes of the frames of a source. */
typedef struct {
	guint32 vswitch;	/* ifindex; its destinations get copies */
	guint32 tunnel;		/* ifindex of one of datapath_tunnel_set; 0: none */
	guint32 snap;		/* bytes of a copy, 0: all */
	guint64 rate;		/* bit/s of copies, 0: any; at least 8000 */
	guint16 vlan;		/* of its frames without a tag; 0: none */
	datapath_prefixes local, remote;
} datapath_mirror;

/* A source is known by its port's slot, or, an uplink, by this number; a team by
 * that of its bridge, which is not told by datapath_uplink_set. */
guint32 datapath_mirror_uplink (int ifindex);
/*
 * NULL: it is a source no more; its counters stay. The port itself is told by
 * `source` of datapath_port, an uplink by datapath_uplink_set.
 */
gboolean datapath_mirror_set (datapath *d, guint32 source,
			      const datapath_mirror *m, GError **error);
gboolean datapath_mirror_get (datapath *d, guint32 source,
			      datapath_mirror *out);
gboolean datapath_mirror_equal (const datapath_mirror *a,
				const datapath_mirror *b);

/* A destination gets the frames of its own VLANs. */
typedef struct {
	int ifindex;
	guint16 untagged;	/* VLAN of what it gets without a tag; 0: none */
	gboolean trunk;		/* gets those of `vlans`, too, with a tag */
	vmnet_vlans vlans;
} datapath_mirror_port;

/* All destinations of a switch at once, at most DATAPATH_MIRROR_PORTS. */
gboolean datapath_mirror_ports_set (datapath *d, guint32 vswitch,
				    const datapath_mirror_port *ports,
				    guint n, GError **error);
/* How many there are; fills `out`, which has room for all that may be. */
guint datapath_mirror_ports_get (datapath *d, guint32 vswitch,
				 datapath_mirror_port *out);

/*
 * The programs that copy what passes an uplink, both ways, are there (`on`) or
 * not. Without them the interface is as it was.
 */
gboolean datapath_uplink_set (datapath *d, kn *k, int ifindex, gboolean on,
			      GError **error);
gboolean datapath_uplink_get (datapath *d, kn *k, int ifindex);
/* Copies and nothing else leave by that interface from now on. */
gboolean datapath_tunnel_set (datapath *d, kn *k, int ifindex,
			      GError **error);
gboolean datapath_tunnel_get (datapath *d, kn *k, int ifindex);

/* Copies since the source was first one; bytes are those of whole frames. */
typedef struct {
	datapath_count sent;
	datapath_count limited;	/* lost: above the rate limit */
	datapath_count uncut;	/* lost: could not be cut */
	datapath_count refused;	/* lost: the destination took no more */
	guint64 away;	/* packets of `sent` that were lost in this host, behind
			 * the tunnel; a large one before it is cut counts 1 */
} datapath_copies;
gboolean datapath_copies_get (datapath *d, guint32 source,
			      datapath_copies *out);

#endif
