/*
 * records.h - what the BPF programs and the user side share: keys and values
 * of the maps, records of the ring. Included by the programs and by core/bpf.
 * A change of any struct here needs a new DP_LAYOUT.
 */
#ifndef VMNET_BPF_RECORDS_H
#define VMNET_BPF_RECORDS_H

#include <linux/types.h>

#include "marks.h"
#include "reasons.h"

/* Maps of another layout are never reused by a newer set of programs. */
#define DP_LAYOUT 9

#define DP_SLOTS 65536		/* places; DATAPATH_SLOT_MAX is below */
#define DP_NEAR_SLOTS 4096	/* those below count in an array */
#define DP_NEAR_METERS 16384	/* likewise, of entry ids */
#define DP_NEAR_PORTS 65536	/* likewise, of ifindexes */
#define DP_SHARDS 64		/* tries; a slot's is slot % DP_SHARDS */
#define DP_TRIE_ENTRIES (1 << 24)	/* at most; memory is taken as needed */
#define DP_GENERATIONS 4096	/* of one slot's keys, then from 0 again */
#define DP_CAPTURE 192		/* bytes of a dropped frame */
#define DP_RING (2 << 20)	/* some 8,000 dropped frames */

/* Directions are the VM's. */
enum { DP_IN, DP_OUT };
/* Whose address an ACL entry names. */
enum { DP_LOCAL, DP_REMOTE };
/* Zero is kept for the marker, the first key of every set. */
enum { DP_MARKER, DP_IPV4, DP_IPV6, DP_MAC };

/* Four bits: which of a set's tries-within-the-trie. */
#define DP_KIND(dir, side, family) ((dir) << 3 | (side) << 2 | (family))
/*
 * Entries that name both sides. Of their local prefixes each is a class; what
 * they say of the remote address stands below the kind and the class.
 */
enum {
	DP_IPV4_IPV4, DP_IPV6_IPV6, DP_MAC_IPV4, DP_MAC_IPV6,
	DP_IPV4_MAC, DP_IPV6_MAC, DP_MAC_MAC, DP_PAIRS
};
#define DP_KIND_PAIR(dir) DP_KIND (dir, DP_REMOTE, DP_MARKER)
/* Class 0: the local addresses, whose rule's `verdict` is their class. */
#define DP_CLASS(pair, number) ((__u32) ((pair) + 1) << 24 | (number))
#define DP_CLASSES (1 << 24)

struct dp_version {
	__u32 layout;
	__u32 pad;
	__u64 digest;		/* of the objects' code */
};

/* Bits of dp_port.flags. */
enum {
	DP_PORT_SPOOFING = 1 << 0,	/* other source MACs may pass */
	DP_PORT_PEER = 1 << 1,		/* a veth into another namespace */
	DP_PORT_DHCP_GUARD = 1 << 2,
	DP_PORT_ROUTER_GUARD = 1 << 3,
	DP_PORT_NEIGHBOR_GUARD = 1 << 4,
	DP_PORT_GUARDED = 1 << 5,	/* one of these, or a limit */
	DP_PORT_PARTNERS = 1 << 6,	/* its partners' source MACs may pass */
	DP_PORT_EXTENDED = 1 << 7,	/* its switch has extensions */
	DP_PORT_SOURCE = 1 << 8,	/* `mirrors` says who gets copies */
	DP_PORT_HOST = 1 << 9,		/* the host's own */
};

/* Value of `ports` and `far_ports`, by ifindex. */
struct dp_port {
	__u32 slot;
	__u32 classid;
	__u32 flags;
	__u32 vswitch;		/* 0: every frame takes the bridge */
	__u8 mac[6];
	__u16 vlan;		/* that of its frames without a tag; 0: none */
	__u32 storm;		/* group frames in a second; 0: any number */
	__u32 addresses;	/* IP addresses of its own; 0: any number */
};

/* Value of `partners`, by slot: six bytes each, the rest zero; 0: none. */
#define DP_PARTNERS 7

struct dp_partners {
	__u64 mac[DP_PARTNERS];
};

/* Value of `storms`, by slot: a second, and how many group frames it had. */
#define DP_STORM(second, frames) ((__u64) (second) << 32 | (frames))
#define DP_STORM_SECOND(storm) ((__u32) ((storm) >> 32))

/*
 * Value of `addresses`, by slot: whom the VM said to be; it is there where the
 * port has a limit. An address that was silent for a while gives its place to
 * another.
 */
#define DP_ADDRESSES 32		/* places; the highest limit */
#define DP_ADDRESS_IDLE (300 * 1000000000LL)	/* ns */

struct dp_address {
	__u32 addr[4];		/* IPv4: ::ffff:a.b.c.d */
	__u64 used;		/* ns, CLOCK_MONOTONIC; 0: free */
};

struct dp_addresses {
	struct dp_address place[DP_ADDRESSES];
};

/* Key of `stations`; the value is the ifindex of the port. */
struct dp_station {
	__u32 vswitch;		/* ifindex of the bridge */
	__u8 mac[6];
	__u16 vlan;
};

/*
 * Value of `outside`, with the same key: an address that the bridge has learned
 * elsewhere than at a port of ours.
 */
#define DP_OUTSIDE 16384	/* then the least recently used one goes */

struct dp_outside {
	__u32 to;		/* ifindex */
	__u16 vid;		/* the bridge's VLAN; 0: it tells none apart */
	__u16 tag;		/* that frames leave with; 0: none */
};

/* Value of `agreed`, by ifindex % DP_AGREED: who was asked about, and when. */
#define DP_AGREED 64

struct dp_agreed {
	__u64 when;		/* jiffies */
	__u64 who;		/* VLAN, then ifindex */
};

/*
 * Value of `acl_state`, by slot: the number of the set that counts, and which
 * kinds have any entry (bit DP_KIND or DP_PAIR_BIT). One 64-bit word, so that
 * a packet sees all of the old set or all of the new one. Zero: no ACL. The number never
 * comes again, so that a verdict that was kept under it is known to be old.
 */
#define DP_STATE(number, kinds) ((__u64) (number) << 32 | (kinds))
#define DP_STATE_NUMBER(state) ((state) >> 32)
#define DP_STATE_GENERATION(state) \
	((__u32) (DP_STATE_NUMBER (state) % DP_GENERATIONS))
#define DP_STATE_KINDS(state) ((__u32) (state))
#define DP_PAIR_BIT(dir, pair) (16 + (dir) * 8 + (pair))

/* What the tries said of two addresses. */
struct dp_verdict {
	__u64 state;		/* the slot's, when they said so */
	__u32 src[4], dst[4];
	__u32 kind;		/* slot, direction, family */
	__u32 action;
	__u32 acl, meter;
	__u32 to;		/* ifindex of the port that it went to; or 0 */
	__u32 pad;
};

/* Value of `verdicts`, as large as a per-CPU value may be. */
#define DP_VERDICTS 512
#define DP_VERDICT_PAGES 8

struct dp_verdicts {
	struct dp_verdict v[DP_VERDICTS];
};

/* Key of the tries. `set` is big-endian: the trie reads bits from there. */
#define DP_SET(slot, generation, kind) \
	((__u32) (slot) << 16 | (__u32) (generation) << 4 | (kind))
#define DP_SET_BITS 64		/* of the prefix, before the address */

struct dp_key {
	__u32 prefixlen;
	__u32 set;
	__u32 pair_class;	/* DP_CLASS, big-endian; 0: of one side */
	__u8 addr[16];
};

enum { DP_NONE, DP_ALLOW, DP_DENY };
/*
 * The longer prefix of an entry, then the other one; a side that is not named
 * has none. An exact MAC goes before any prefix.
 */
#define DP_RANK(longer, other) ((longer) << 8 | (other))
#define DP_MAC_LENGTH 255

/* What an address comes to: the entries that it inherits included. */
struct dp_rule {
	__u32 verdict;		/* entry id; the marker: digest, low half */
	__u32 meter;		/* entry id, 0: none; the marker: high half */
	__u16 verdict_rank;
	__u16 meter_rank;
	__u32 action;		/* DP_NONE: no verdict */
};

struct dp_count {
	__u64 bytes;
	__u64 packets;
};

/* The frame that this processor hands to a port; `to` 0: none. */
struct dp_handed {
	__u32 to;		/* ifindex */
	__u32 slot;
	struct dp_count size;
	__u32 meter;		/* that counts it where it passes; or 0 */
	__u32 asked;		/* the last port that was up, and when */
};

/*
 * Value of `totals`, by slot. Index: direction, then why the frame was dropped;
 * 0: it passed. So the reasons add up to the drops.
 */
struct dp_totals {
	struct dp_count frames[2][DATAPATH_REASONS];
};

/* Value of `passed`, by slot below DP_NEAR_SLOTS; index: direction. */
struct dp_passed {
	struct dp_count frames[2];
};

/*
 * Extended ACLs. The entries of a slot and direction, the weightiest first, are
 * bits; for each thing that an entry may ask of a frame (a "kind") a trie gives
 * the bits of those that the frame's value satisfies, and the first bit that
 * all of them have is the entry that decides. So thousands of ports and
 * prefixes cost a few lookups, whatever they say.
 */
#define DP_EXT_ENTRIES 512	/* of one slot and direction */
#define DP_EXT_WORDS (DP_EXT_ENTRIES / 64)

enum {
	DP_EXT_MARKER,		/* with DP_IN: of both directions */
	DP_EXT_LOCAL4, DP_EXT_REMOTE4, DP_EXT_LOCAL6, DP_EXT_REMOTE6,
	DP_EXT_PROTOCOL,
	DP_EXT_LOCAL_PORT, DP_EXT_REMOTE_PORT,
};
#define DP_EXT_KIND(dir, what) ((dir) << 3 | (what))
/* The rules of both directions; address: direction, then the bit's number. */
#define DP_EXT_RULES DP_EXT_KIND (DP_OUT, DP_EXT_MARKER)
/*
 * There is no kind left for isolation ids: they stand below the rules, in a
 * class (dp_key.pair_class) for each direction. Address: four bytes, big-endian.
 */
#define DP_EXT_ISOLATION_CLASS(dir) (1 + (dir))
/* A port's "address": this, then the port; all zero where a frame has none. */
#define DP_EXT_HAS_PORT 1

/*
 * Value of `ext_state`, by slot: as acl_state. The bit of a kind says that its
 * entries differ in it: else there is nothing to look up. One bit
 * more says that a direction has entries, and one for both:
 */
#define DP_EXT_HAS(dir) (1 << DP_EXT_KIND (dir, DP_EXT_MARKER))
#define DP_EXT_STATEFUL (1 << 16)	/* some entry is */
#define DP_EXT_ISOLATED(dir) (1 << (17 + (dir)))	/* as a kind's bit */

struct dp_ext_rule {
	__u32 id;
	__u32 timeout;		/* seconds; stateful entries */
	__u8 action;
	__u8 stateful;
	__u8 pad[6];
};

/* Value of the trie `ext`. */
struct dp_ext_value {
	union {
		__u64 match[DP_EXT_WORDS];
		struct dp_ext_rule rule;
		__u64 digest;	/* the marker's */
	};
};

#define DP_CONNECTIONS 65536	/* then the least recently used one goes */
#define DP_CONN_LINGER 10	/* seconds at most, once TCP is closed */

/* Key of `connections`; the same for both directions. */
struct dp_conn_key {
	__u32 slot;
	__u8 family;
	__u8 protocol;
	__u16 local_port;	/* network order; ICMP: the echo's id */
	__u16 remote_port;
	__u16 vlan;		/* 0: none */
	__u8 local[16];
	__u8 remote[16];
};

struct dp_conn {
	__u64 begun, last;	/* ns, CLOCK_MONOTONIC */
	struct dp_count frames[2];	/* by direction */
	__u32 entry;		/* that let it begin */
	__u32 timeout;		/* seconds */
	__u32 generation;	/* of the set that let it */
	__u8 dir;		/* of the frame that opened it */
	__u8 closed;		/* bit of each direction that is done */
	__u8 pad[2];
};

/*
 * Extensions of switches: the programs of third parties, linked into port
 * programs of the switch's own. Numbers in the latter that the linker replaces,
 * which are as no other number there: the extensions' types, the first one's in
 * the lowest byte, and the switch.
 */
#define DP_LINK_TYPES 0x8182838485868788
#define DP_LINK_SWITCH 0x5644000056440001
#define DP_TEXT(number) DP_TEXT_OF (number)
#define DP_TEXT_OF(number) #number
#define DP_EXTENSIONS 8		/* of one switch */
#define DP_SWITCHES 4096	/* that have any */

struct dp_extension {
	__u64 digest;		/* of the object's file */
	__u32 type;
	__u32 pad;
	char name[64];
};

/* Value of `chains`, by the bridge's ifindex; only the user side reads it. */
struct dp_chain {
	__u64 build;		/* dp_version.digest of what it was linked to */
	__u32 in, out;		/* ids of the programs */
	__u32 length;
	__u32 pad;
	struct dp_extension at[DP_EXTENSIONS];
};

/* The only element of `reader`. */
struct dp_reader {
	__u32 open;
	__u32 pad;
};

/* Of `drops`, a ring. */
struct dp_drop {
	__u64 time;
	__u32 ifindex;
	__u32 slot;
	__u32 direction;
	__u32 reason;		/* datapath_drop_reason */
	__u32 acl;
	__u32 length;
	__u32 captured;
	__u32 pad;
	__u8 data[DP_CAPTURE];
};

/* Value of `team_members`, by ifindex of the physical adapter. */
struct dp_member {
	__u32 vswitch;		/* ifindex of the bridge */
	__u32 receives;		/* what is for everybody, and for nobody here */
};

/* Value of `team_ports`, by slot: the way of an adapter of a team. */
struct dp_way {
	__u32 member;		/* ifindex of the one in use */
	__u32 vswitch;
	__u8 mac[6];
	__u8 spread;		/* its flows go by all members; see team_lanes */
	__u8 pad;
};

/*
 * Key of `team_macs`, whose value is the slot, or DP_TEAM_OWN: a member's own
 * address, which frames have that it takes for others; of `team_cards`, whose
 * value is the ifindex of a member; and of `team_guests`.
 */
#define DP_TEAM_OWN DP_SLOTS

struct dp_team_mac {
	__u32 vswitch;
	__u8 mac[6];
	__u8 pad[2];
};

/* A source address that a VM with -MacAddressSpoofing On has brought. */
#define DP_GUESTS 8192		/* then the least recently used one goes */
#define DP_GUEST_ECHO (1000000000LL)	/* ns: its frame may come back */
#define DP_GUEST_KNOWN (300 * 1000000000LL)

struct dp_guest {
	__u64 used;		/* ns, CLOCK_MONOTONIC */
	__u32 slot;
	__u32 pad;
};

/* Value of `team_counts`, by ifindex of the member. */
struct dp_member_count {
	struct dp_count sent, received;
	struct dp_count echoes;	/* came back from outside: dropped */
	struct dp_count others;	/* another member's to take: dropped */
};

/*
 * -LoadBalancingAlgorithm Dynamic. Value of `team_lanes`, by the bridge's
 * ifindex: the members, in their order.
 */
#define DP_LANES 8

struct dp_lane {
	__u32 ifindex;
	__u8 mac[6];		/* its own; never that of an adapter */
	__u8 up;		/* has its link */
	__u8 pad;
};

struct dp_lanes {
	__u32 n;
	struct dp_lane lane[DP_LANES];
};

/*
 * Value of `team_loads`, by ifindex of the member: how long what it sent took on
 * its wire, in ns; half of that is forgotten with each epoch.
 */
#define DP_EPOCH_SHIFT 27	/* of ns: 134 ms */
#define DP_LOAD_MARGIN (1 << (DP_EPOCH_SHIFT - 6))
#define DP_COST_UNIT 10		/* dp_load.cost is for 1 << DP_COST_UNIT bytes */

struct dp_load {
	__u64 epoch;
	__u64 busy;		/* ns */
	__u64 until;		/* its wire has taken all, CLOCK_MONOTONIC */
	__u32 cost;		/* ns */
	__u32 pad;
};

/*
 * Value of `team_flows`, by the bridge's ifindex. A flow is a bucket, chosen by
 * the hash of its addresses and ports. It goes by another member only behind a
 * gap: what it has sent before has left by then. (5 ms were seen to be too few
 * where the processors of this host are themselves kept waiting.)
 */
#define DP_BUCKETS 1024
#define DP_FLOWLET_GAP 50000000LL	/* ns, and what waits for the wire */
#define DP_WAIT_MOST 200000000LL	/* ns: no queue is longer */

struct dp_bucket {
	__u64 last;		/* ns, CLOCK_MONOTONIC */
	__u64 load;		/* bytes, forgotten as dp_load.busy is */
	__u32 epoch;
	__u32 member;		/* ifindex; 0: none yet */
};

struct dp_flows {
	__u64 moved;		/* flows that went over to another member */
	struct dp_bucket bucket[DP_BUCKETS];
};

/* Key and value of `vmq_macs`. */
struct dp_vmq_key {
	__u32 ifindex;
	__u8 mac[6];
	__u8 pad[2];
};

struct dp_vmq_queue {
	__u32 slot;
	__u32 cpu;
	__u32 map_id;		/* of its cpumap; names the thread */
};

/* Value of `vmq_stats`, by slot. */
struct dp_vmq_stats {
	__u64 packets;
	__u64 bytes;
	__u64 drops;
};

#endif
