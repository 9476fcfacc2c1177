/*
 * port.bpf.c - what happens to a frame on a port: the guard of source MACs,
 * the ACL's verdict, meters, the HTB class. vmnet_out is on clsact ingress
 * (the VM sends), vmnet_in on egress. Attached by port.c to many ports; what
 * differs between them is in maps.
 *
 * How an ACL is replaced while packets run: the entries of the new set are
 * written below a new generation number, then one word (acl_state) is changed,
 * then the old entries go. A packet that finds the word changed after its
 * lookups does them again, so it never judges by half of a set. No grace
 * period is waited for: that would cost 9 ms for each change.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "records.h"

enum { DROP_ACL = 1, DROP_MAC_SPOOFING, DROP_MALFORMED };

#define RETRIES 4		/* of a lookup that met a replacement */
#define MAX_TAGS 2
#define MAX_EXTENSIONS 4
#define GSO_BY_FRAGS 0xffff

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct dp_version);
} version SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_port);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DP_SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} acl_state SEC(".maps");

struct trie {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, DP_TRIE_ENTRIES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	/* By size: clang 14 leaves types inside an inner map incomplete. */
	__uint(key_size, sizeof (struct dp_key));
	__uint(value_size, sizeof (struct dp_rule));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, DP_SHARDS);
	__type(key, __u32);
	__array(values, struct trie);
} acl SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1 << 22);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_count);
} meters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_totals);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct dp_reader);
} reader SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, DP_RING);
} drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} drops_lost SEC(".maps");

/* The frame as far as it was looked into. */
struct frame {
	struct ethhdr eth;
	__u32 l3;		/* offset of the IP header */
	__u32 header;		/* its length */
	__u32 l4_protocol;
	__u32 family;		/* DP_IPV4, DP_IPV6; 0: neither */
	__u32 malformed;	/* says that it is IP, but is not */
};

struct decision {
	__u32 action;
	__u32 acl;
	__u32 meter;
	__s32 verdict_length;	/* -1: none yet */
	__s32 meter_length;
};

struct vlan_tag {
	__be16 tci;
	__be16 protocol;
};

static __always_inline int
is_tag (__be16 protocol)
{
	return protocol == bpf_htons (ETH_P_8021Q) ||
		protocol == bpf_htons (ETH_P_8021AD);
}

/* Skips inline tags; the outermost one is mostly in the metadata already. */
static __always_inline __be16
skip_tags (struct __sk_buff *skb, struct frame *f)
{
	__be16 protocol = f->eth.h_proto;
	struct vlan_tag tag;

	f->l3 = ETH_HLEN;
	for (int i = 0; i < MAX_TAGS && is_tag (protocol); i++) {
		if (bpf_skb_load_bytes (skb, f->l3, &tag, sizeof tag))
			return 0;
		protocol = tag.protocol;
		f->l3 += sizeof tag;
	}
	return protocol;
}

static __always_inline void
parse_ipv4 (struct __sk_buff *skb, struct frame *f)
{
	__u8 h[20];

	f->family = DP_IPV4;
	f->malformed = 1;
	if (bpf_skb_load_bytes (skb, f->l3, h, sizeof h))
		return;
	f->header = (h[0] & 0xf) * 4;
	f->l4_protocol = h[9];
	f->malformed = h[0] >> 4 != 4 || f->header < sizeof h ||
		f->l3 + f->header > skb->len;
}

static __always_inline void
parse_ipv6 (struct __sk_buff *skb, struct frame *f)
{
	__u8 h[40];

	f->family = DP_IPV6;
	f->malformed = 1;
	if (bpf_skb_load_bytes (skb, f->l3, h, sizeof h))
		return;
	f->header = sizeof h;
	f->l4_protocol = h[6];
	f->malformed = h[0] >> 4 != 6;
}

static __always_inline void
parse (struct __sk_buff *skb, struct frame *f)
{
	__be16 protocol = skip_tags (skb, f);

	if (protocol == bpf_htons (ETH_P_IP))
		parse_ipv4 (skb, f);
	else if (protocol == bpf_htons (ETH_P_IPV6))
		parse_ipv6 (skb, f);
}

/* Hop-by-hop, routing and destination options before TCP or UDP. */
static __always_inline __u32
skip_extensions (struct __sk_buff *skb, const struct frame *f, __u32 *l4)
{
	__u32 protocol = f->l4_protocol;
	__u8 h[2];

	for (int i = 0; i < MAX_EXTENSIONS; i++) {
		if (protocol != 0 && protocol != 43 && protocol != 60)
			break;
		if (bpf_skb_load_bytes (skb, *l4, h, sizeof h))
			return 0;
		protocol = h[0];
		*l4 += (h[1] + 1) * 8;
	}
	return protocol;
}

/* Bytes that each segment of a GSO frame repeats; 0: not known. */
static __always_inline __u32
repeated_header (struct __sk_buff *skb, const struct frame *f)
{
	__u32 l4 = f->l3 + f->header, protocol = f->l4_protocol;
	__u8 offset;

	if (f->family == 0 || f->malformed)
		return 0;
	if (f->family == DP_IPV6)
		protocol = skip_extensions (skb, f, &l4);
	if (protocol == 17)
		return l4 + 8;
	if (protocol != 6 || bpf_skb_load_bytes (skb, l4 + 12, &offset, 1))
		return 0;
	return l4 + (offset >> 4) * 4;
}

/* As the frames leave: with tag, a GSO frame as all its segments. */
static __always_inline void
measure (struct __sk_buff *skb, const struct frame *f, struct dp_count *c)
{
	__u32 tag = skb->vlan_present ? 4 : 0;
	__u32 len = skb->len, size = skb->gso_size, header, segments;

	c->bytes = len + tag;
	c->packets = 1;
	if (size == 0 || size == GSO_BY_FRAGS)
		return;
	header = repeated_header (skb, f);
	if (header == 0 || header >= len)
		return;
	segments = (len - header + size - 1) / size;
	c->packets = segments;
	c->bytes += (__u64) (segments - 1) * (header + tag);
}

/* Longest wins; at the same length Deny, and the older meter. */
static __always_inline void
consider (void *trie, const struct dp_key *key, struct decision *d)
{
	const struct dp_rule *r = bpf_map_lookup_elem (trie, key);
	__s32 length;

	if (!r)
		return;
	length = r->verdict_length;
	if (r->action != DP_NONE && (length > d->verdict_length ||
	    (length == d->verdict_length && r->action == DP_DENY &&
	     d->action != DP_DENY))) {
		d->action = r->action;
		d->acl = r->verdict;
		d->verdict_length = length;
	}
	length = r->meter_length;
	if (r->meter && (length > d->meter_length ||
	    (length == d->meter_length && r->meter < d->meter))) {
		d->meter = r->meter;
		d->meter_length = length;
	}
}

static __always_inline void
judge_mac (void *trie, const struct frame *f, __u32 set, __u32 kinds, int dir,
	   int side, struct decision *d)
{
	struct dp_key key = { 0 };
	__u32 kind = DP_KIND (dir, side, DP_MAC);

	if (!(kinds & 1 << kind))
		return;
	key.prefixlen = DP_SET_BITS + 48;
	key.set = bpf_htonl (set | kind);
	if ((dir == DP_OUT) == (side == DP_LOCAL))
		__builtin_memcpy (key.addr, f->eth.h_source, ETH_ALEN);
	else
		__builtin_memcpy (key.addr, f->eth.h_dest, ETH_ALEN);
	consider (trie, &key, d);
}

static __always_inline void
judge_ip (struct __sk_buff *skb, void *trie, const struct frame *f, __u32 set,
	  __u32 kinds, int dir, int side, struct decision *d)
{
	int source = (dir == DP_OUT) == (side == DP_LOCAL);
	struct dp_key key = { 0 };
	__u32 kind;

	if (f->family == DP_IPV4) {
		kind = DP_KIND (dir, side, DP_IPV4);
		key.prefixlen = DP_SET_BITS + 32;
	} else {
		kind = DP_KIND (dir, side, DP_IPV6);
		key.prefixlen = DP_SET_BITS + 128;
	}
	if (!(kinds & 1 << kind))
		return;
	key.set = bpf_htonl (set | kind);
	if (f->family == DP_IPV4)
		bpf_skb_load_bytes (skb, f->l3 + (source ? 12 : 16),
				    key.addr, 4);
	else
		bpf_skb_load_bytes (skb, f->l3 + (source ? 8 : 24),
				    key.addr, 16);
	consider (trie, &key, d);
}

static __always_inline void
judge_once (struct __sk_buff *skb, const struct frame *f, void *trie,
	    __u32 slot, __u64 state, int dir, struct decision *d)
{
	__u32 set = DP_SET (slot, DP_STATE_GENERATION (state), 0);
	__u32 kinds = DP_STATE_KINDS (state);

	d->action = DP_NONE;
	d->acl = d->meter = 0;
	d->verdict_length = d->meter_length = -1;
	judge_mac (trie, f, set, kinds, dir, DP_LOCAL, d);
	judge_mac (trie, f, set, kinds, dir, DP_REMOTE, d);
	if (f->family == 0 || f->malformed)
		return;
	judge_ip (skb, trie, f, set, kinds, dir, DP_LOCAL, d);
	judge_ip (skb, trie, f, set, kinds, dir, DP_REMOTE, d);
}

#define KINDS(dir) (0xff << DP_KIND (dir, 0, 0))
#define KINDS_IP(dir) \
	(1 << DP_KIND (dir, DP_LOCAL, DP_IPV4) | \
	 1 << DP_KIND (dir, DP_REMOTE, DP_IPV4) | \
	 1 << DP_KIND (dir, DP_LOCAL, DP_IPV6) | \
	 1 << DP_KIND (dir, DP_REMOTE, DP_IPV6))

/* Returns why the frame is dropped; 0: it passes. */
static __always_inline __u32
judge (struct __sk_buff *skb, struct frame *f, __u32 slot, int dir,
       struct decision *d)
{
	volatile __u64 *state = bpf_map_lookup_elem (&acl_state, &slot);
	__u32 shard = slot % DP_SHARDS;
	__u64 seen;
	void *trie;

	if (!state || !(DP_STATE_KINDS (*state) & KINDS (dir)))
		return 0;
	trie = bpf_map_lookup_elem (&acl, &shard);
	if (!trie)
		return 0;
	for (int i = 0; i < RETRIES; i++) {
		seen = *state;
		judge_once (skb, f, trie, slot, seen, dir, d);
		if (*state == seen)
			break;
	}
	if (d->action == DP_DENY)
		return DROP_ACL;
	if (f->malformed && d->verdict_length != DP_MAC_LENGTH &&
	    DP_STATE_KINDS (seen) & KINDS_IP (dir))
		return DROP_MALFORMED;
	return 0;
}

static __always_inline void
add (struct dp_count *to, const struct dp_count *c)
{
	to->bytes += c->bytes;
	to->packets += c->packets;
}

static __always_inline void
lost (void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem (&drops_lost, &zero);

	if (n)
		*n += 1;
}

static __always_inline void
record (struct __sk_buff *skb, __u32 slot, int dir, __u32 reason, __u32 acl_id,
	const struct dp_count *c)
{
	__u64 n = skb->len;
	__u32 zero = 0;
	const struct dp_reader *open = bpf_map_lookup_elem (&reader, &zero);
	struct dp_drop *r;

	if (!open || !open->open)
		return;
	r = bpf_ringbuf_reserve (&drops, sizeof *r, 0);
	if (!r) {
		lost ();
		return;
	}
	r->time = bpf_ktime_get_ns ();
	r->ifindex = skb->ifindex;
	r->slot = slot;
	r->direction = dir;
	r->reason = reason;
	r->acl = acl_id;
	r->length = c->bytes;
	r->pad = 0;
	if (n > DP_CAPTURE)
		n = DP_CAPTURE;
	/*
	 * Verifiers before 6.8 want to see that the length is not zero, in
	 * the register that is passed: the compiler may not touch it between.
	 */
	asm volatile ("" : "+r" (n));
	if (n < ETH_HLEN || bpf_skb_load_bytes (skb, 0, r->data, n))
		n = 0;
	r->captured = n;
	bpf_ringbuf_submit (r, 0);
}

static __always_inline int
spoofed (const struct frame *f, const struct dp_port *p)
{
	const __u16 *a = (const __u16 *) f->eth.h_source;
	const __u16 *b = (const __u16 *) p->mac;

	return !p->spoofing &&
		((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) != 0;
}

static __always_inline void
count (__u32 slot, int dir, __u32 reason, __u32 meter,
       const struct dp_count *c)
{
	struct dp_totals *t = bpf_map_lookup_elem (&totals, &slot);
	struct dp_count *m;

	if (t)
		add (reason ? &t->dropped[dir] : &t->passed[dir], c);
	if (reason || !meter)
		return;
	m = bpf_map_lookup_elem (&meters, &meter);
	if (m)
		add (m, c);
}

static __always_inline int
port (struct __sk_buff *skb, int dir)
{
	__u32 ifindex = skb->ifindex, reason = 0;
	const struct dp_port *p = bpf_map_lookup_elem (&ports, &ifindex);
	struct decision d = { 0 };
	struct frame f = { 0 };
	struct dp_count c;

	if (!p)
		return TC_ACT_UNSPEC;
	if (bpf_skb_load_bytes (skb, 0, &f.eth, sizeof f.eth))
		return TC_ACT_SHOT;
	parse (skb, &f);
	if (dir == DP_OUT && spoofed (&f, p))
		reason = DROP_MAC_SPOOFING;
	else
		reason = judge (skb, &f, p->slot, dir, &d);
	measure (skb, &f, &c);
	count (p->slot, dir, reason, d.meter, &c);
	if (reason) {
		record (skb, p->slot, dir, reason,
			reason == DROP_ACL ? d.acl : 0, &c);
		return TC_ACT_SHOT;
	}
	if (dir == DP_OUT && p->classid)
		skb->priority = p->classid;
	/* Not OK: filters of others behind ours have their say. */
	return TC_ACT_UNSPEC;
}

SEC ("tc")
int
vmnet_out (struct __sk_buff *skb)
{
	return port (skb, DP_OUT);
}

SEC ("tc")
int
vmnet_in (struct __sk_buff *skb)
{
	return port (skb, DP_IN);
}

char LICENSE[] SEC ("license") = "GPL";
