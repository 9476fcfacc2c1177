/*
 * datapath.h - the BPF data path: the only room that includes libbpf. One
 * program for each direction on each port (port.bpf.c), one XDP program on an
 * uplink with VM queues (vmq.bpf.c). Programs are loaded once for a host and
 * pinned under pin_dir; any later process finds them there. Called by plan/
 * (configure), view/ (read counters) and trace/ (drops).
 */
#ifndef VMNET_BPF_DATAPATH_H
#define VMNET_BPF_DATAPATH_H

#include "bpf/marks.h"
#include "bpf/reasons.h"
#include "kernel/netlink.h"

typedef struct datapath datapath;

/*
 * Opens the set of maps and programs pinned under `pin_dir`; loads and pins it
 * where there is none (and mounts a bpf file system on /sys/fs/bpf). A set of
 * another build is replaced; maps of the same layout, so the counters, are
 * kept. Ports and uplinks keep the old programs until they are set again:
 * datapath_port_get and datapath_queues tell of none till then. Errors:
 * VMNET_ERROR_PERMISSION, _UNSUPPORTED, _FAILED with the verifier's last
 * words. Free with datapath_close.
 */
datapath *datapath_open (const char *pin_dir, GError **error);
void datapath_close (datapath *d);		/* the kernel keeps it all */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (datapath, datapath_close)
/* Removes every pin of ours below `pin_dir`. */
gboolean datapath_remove (const char *pin_dir, GError **error);

#define DATAPATH_PARTNERS 7

/* What a port's programs are told. */
typedef struct {
	guint32 slot;		/* the adapter's, 1..DATAPATH_SLOT_MAX */
	guint8 mac[6];
	gboolean spoofing;	/* other source MACs may pass */
	guint n_partners;	/* these may in any case */
	guint8 partners[DATAPATH_PARTNERS][6];
	guint32 guards[VMNET_GUARDS];
	guint32 classid;	/* of the uplink's HTB; 0: none */
	/*
	 * The bridge that it is a port of: frames between two ports of one
	 * bridge and VLAN go straight, decided once for both. 0: all frames
	 * take the bridge.
	 */
	guint32 vswitch;
	guint16 vlan;		/* that of its frames without a tag; 0: none */
	gboolean peer;		/* a veth whose end is in another namespace */
	guint32 extended;	/* the bridge whose extensions are asked about
				 * its frames (bpf/chain.h); 0: none */
	gboolean source;	/* of mirroring: mirror.h says to whom */
	gboolean host;		/* of an adapter of the host's own */
} datapath_port;

/*
 * Attaches both programs to the port and configures it. Idempotent. `k` is a
 * socket in the port's network namespace. On failure the port is as before.
 */
gboolean datapath_port_set (datapath *d, kn *k, int ifindex,
			    const datapath_port *port, GError **error);
/*
 * Can programs hang on the interface without classifiers (tcx, Linux 6.6)? Then
 * those of a port that is no `peer` do, and it needs no clsact.
 */
gboolean datapath_has_lane (kn *k, int ifindex);
/*
 * The port joins or (`vswitch` 0) leaves a bridge: from now on frames reach it
 * straight, or no more. To be called before it leaves, after it has joined.
 * A port that was never set is left alone.
 */
gboolean datapath_port_move (datapath *d, int ifindex, int vswitch,
			     GError **error);
/* What is configured now; FALSE: nothing, or not our programs. */
gboolean datapath_port_get (datapath *d, kn *k, int ifindex,
			    datapath_port *out);
/* Takes both away; succeeds when the port or the interface is gone. */
gboolean datapath_port_clear (datapath *d, kn *k, int ifindex,
			      GError **error);

/*
 * The whole ACL of a slot, replaced atomically: a packet is judged by the old
 * or by the new one, in both directions. Entries' ids name the counters: an id
 * that stays keeps counting. `acls` holds vmnet_acl *, in any order; empty or
 * NULL: everything passes. Works before the slot has a port. On failure the
 * old one stays in force.
 *
 * Verdict: of the entries that name the frame, the one with the longest prefix;
 * among equals the one whose other side's prefix is longer (a side that is not
 * named has length 0), then Deny, then the lower id. A MAC is longer than any
 * prefix. Meter: likewise among the meter entries, by itself. A frame that says
 * it is IP but whose header is cut short or of another version is dropped where
 * the direction has IP entries (DATAPATH_DROP_MALFORMED).
 */
gboolean datapath_acl_set (datapath *d, guint32 slot, const GPtrArray *acls,
			   GError **error);
/*
 * The entries that the kernel's maps have for a frame: ids, 0 for none. A
 * malformed frame and a spoofed one are not looked at here. FALSE: the maps
 * cannot be read.
 */
gboolean datapath_acl_ask (datapath *d, guint32 slot, const vmnet_frame *f,
			   guint32 *verdict, guint32 *meter);
/*
 * A digest of what the slot has now, kept with the entries in the kernel, to
 * compare with datapath_acl_digest (any order of entries). 0: no entries.
 */
guint64 datapath_acl_get_digest (datapath *d, guint32 slot);
guint64 datapath_acl_digest (const GPtrArray *acls);

/*
 * The extended ACL of a slot (vmnet_extacl *), replaced as a whole in the same
 * way. It is asked after the ACL: a frame passes when both let it. The entry of
 * greatest weight that matches decides (DATAPATH_DROP_EXTENDED_ACL); no entry:
 * it passes. Fragments behind the first have no ports. What is no IP passes;
 * IP that is cut short, or has more than six extension headers, is malformed
 * where the direction has entries.
 */
gboolean datapath_ext_set (datapath *d, guint32 slot,
			   const GPtrArray *entries, GError **error);
/*
 * The entry that the kernel's maps have for a frame: its id, 0 for none. What
 * is not known of the frame is not asked. FALSE: the maps cannot be read.
 */
gboolean datapath_ext_ask (datapath *d, guint32 slot, const vmnet_frame *f,
			   guint32 *entry);
guint64 datapath_ext_get_digest (datapath *d, guint32 slot);
guint64 datapath_ext_digest (const GPtrArray *entries);

/*
 * Bytes of frames as they are on the wire, without FCS: VLAN tags included, a
 * GSO frame as its segments (TCP and UDP; one inside a tunnel that the guest
 * leaves to us to segment counts as one frame).
 */
typedef struct { guint64 bytes, packets; } datapath_count;
/* Meter of one entry, since it was made. FALSE and zeros: there is none. */
gboolean datapath_meter_get (datapath *d, guint32 acl_id, datapath_count *out);
/*
 * Everything that passed the port of `slot`, and what was dropped: in all, and
 * by reason (index datapath_drop_reason). FALSE and zeros: the slot never had
 * a port.
 */
typedef struct {
	datapath_count in, out, in_dropped, out_dropped;
	datapath_count in_by_reason[DATAPATH_REASONS];
	datapath_count out_by_reason[DATAPATH_REASONS];
} datapath_totals;
gboolean datapath_totals_get (datapath *d, guint32 slot, datapath_totals *out);
/* The number of the map that meters stand in: another one after it was made
 * anew, unique until the next boot. 0: it cannot be read. */
guint32 datapath_meters_id (datapath *d);
/* A connection that a stateful entry let begin. */
typedef struct {
	guint32 slot, entry;
	gboolean inbound;	/* opened by a frame to the VM */
	gboolean closed;	/* TCP: both ends have said so */
	vmnet_family family;
	guint8 protocol;
	guint8 local[16], remote[16];
	guint16 local_port, remote_port;	/* ICMP: the echo's id */
	datapath_count in, out;
	gint64 age, idle;	/* ns */
	guint32 timeout;	/* seconds */
} datapath_connection;

/* Those that live, of all slots: datapath_connection *, owned. */
GPtrArray *datapath_connections (datapath *d);
/* Counters of entries or slots that are gone for ever. */
void datapath_meter_forget (datapath *d, guint32 acl_id);
void datapath_slot_forget (datapath *d, guint32 slot);

/* ---- Switch Embedded Teaming ---- */

/* A physical adapter that is one of a team. */
typedef struct {
	guint32 vswitch;	/* ifindex of the bridge */
	gboolean receives;	/* takes groups and what nobody here has */
} datapath_member;

/*
 * Attaches the team programs to a member, to be called before it joins the
 * bridge: from the second member on a bridge without them makes a loop. Cleared
 * after it has left. Idempotent; on failure it is no member.
 */
gboolean datapath_member_set (datapath *d, kn *k, int ifindex,
			      const datapath_member *m, GError **error);
gboolean datapath_member_get (datapath *d, kn *k, int ifindex,
			      datapath_member *out);
gboolean datapath_member_clear (datapath *d, kn *k, int ifindex,
				GError **error);
/* Since it became one; FALSE and zeros: it is none. GSO frames count as their
 * segments in `packets`, and once in `bytes`. */
typedef struct {
	datapath_count sent, received;
	datapath_count echoes;	/* our own, come back from outside: dropped */
	datapath_count others;	/* another member's to take: dropped */
} datapath_member_count;
gboolean datapath_member_counts (datapath *d, int ifindex,
				 datapath_member_count *out);

/* By which member an adapter of a team goes at the moment. */
typedef struct {
	guint32 member;		/* ifindex */
	guint32 vswitch;	/* ifindex of the bridge */
	guint8 mac[6];
	gboolean spread;	/* its flows go by all lanes; see balance.h */
} datapath_way;

gboolean datapath_way_set (datapath *d, guint32 slot, const datapath_way *way,
			   GError **error);
gboolean datapath_way_get (datapath *d, guint32 slot, datapath_way *out);
void datapath_way_clear (datapath *d, guint32 slot);
/*
 * The member (its ifindex) whose card has the virtual function by which the
 * address on that switch (its bridge's) goes at the moment; 0: none.
 */
gboolean datapath_card_set (datapath *d, guint32 vswitch, const guint8 mac[6],
			    guint32 member, GError **error);
guint32 datapath_card_get (datapath *d, guint32 vswitch, const guint8 mac[6]);

/* ---- VM queues of an uplink ---- */

typedef struct {
	guint32 slot;		/* the adapter's; the queue's number */
	guint8 mac[6];
	guint32 cpu;
} datapath_queue;

/*
 * Queues (datapath_queue *) of the uplink, replaced as a whole; attaches the
 * XDP program in native mode. Frames to a queue's MAC are handled by a kernel
 * thread of the queue's own on its processor, all others as without queues. A
 * queue that moves keeps its counters and gets a new thread; the old one first
 * empties its ring. On failure the queues are as before. Errors: an XDP
 * program of somebody else (VMNET_ERROR_EXISTS), no such processor
 * (VMNET_ERROR_INVALID), the driver's refusal. A queue that another uplink
 * steers to as well is the same one, and stays when one of them lets it go.
 */
gboolean datapath_vmq_set (datapath *d, kn *k, int ifindex,
			   const GPtrArray *queues, GError **error);
/* Detaches our program; somebody else's is left alone. */
gboolean datapath_vmq_clear (datapath *d, kn *k, int ifindex, GError **error);

typedef struct {
	guint32 slot;
	guint8 mac[6];
	guint32 cpu;
	guint64 packets, bytes;	/* steered to it */
	guint64 drops;		/* the queue was full */
	gint64 cpu_time;	/* ns of its thread; -1: no thread */
	int pid;		/* of its thread; 0: none */
} datapath_queue_stats;

/* datapath_queue_stats *, owned by the caller; empty: no queues. */
GPtrArray *datapath_queues (datapath *d, kn *k, int ifindex, GError **error);

/* ---- drops, for traces ---- */

typedef struct {
	guint64 time;		/* ns, CLOCK_MONOTONIC */
	int ifindex;
	guint32 slot;
	gboolean inbound;	/* to the VM */
	datapath_drop_reason reason;
	guint32 acl;
	guint32 length;		/* of the frame */
	guint32 captured;
	const guint8 *data;	/* valid during the callback */
} datapath_drop;

typedef struct datapath_drops datapath_drops;
typedef void (*datapath_drop_func) (const datapath_drop *drop, void *user);

/*
 * One reader at a time and host (else VMNET_ERROR_BUSY; a killed one does not
 * count). Records are made only while it is open. `func` is called from
 * datapath_drops_consume.
 */
datapath_drops *datapath_drops_open (datapath *d, datapath_drop_func func,
				     void *user, GError **error);
int datapath_drops_fd (datapath_drops *r);	/* readable: consume */
void datapath_drops_consume (datapath_drops *r);
/* Drops since the opening that found no room for a record. */
guint64 datapath_drops_lost (datapath_drops *r);
void datapath_drops_close (datapath_drops *r);
/* "denied by an ACL entry"; static. */
const char *datapath_drop_text (datapath_drop_reason reason);

#endif
