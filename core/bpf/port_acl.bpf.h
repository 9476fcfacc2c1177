/*
 * port_acl.bpf.h - the verdict and the meter that a port's ACL has for a frame.
 *
 * How an ACL is replaced while packets run: the entries of the new set are
 * written below a new generation number, then one word (acl_state) is changed,
 * then the old entries go. A packet that finds the word changed after its
 * lookups does them again, so it never judges by half of a set. No grace
 * period is waited for: that would cost 9 ms for each change.
 */
#ifndef VMNET_BPF_PORT_ACL_H
#define VMNET_BPF_PORT_ACL_H

#include "port_maps.bpf.h"
#include "port_parse.bpf.h"

#define RETRIES 4		/* of a lookup that met a replacement */

struct decision {
	__u32 action;
	__u32 acl;
	__u32 meter;
	__s32 verdict_length;	/* -1: none yet */
	__s32 meter_length;
	struct dp_verdict *kept;	/* where it is kept; or NULL */
};

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
judge_ip (void *trie, const struct frame *f, __u32 set, __u32 kinds, int dir,
	  int side, struct decision *d)
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
	__builtin_memcpy (key.addr, source ? f->src : f->dst, 16);
	consider (trie, &key, d);
}

static __always_inline void
judge_once (const struct frame *f, void *trie, __u32 slot, __u64 state,
	    int dir, struct decision *d)
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
	judge_ip (trie, f, set, kinds, dir, DP_LOCAL, d);
	judge_ip (trie, f, set, kinds, dir, DP_REMOTE, d);
}

#define KINDS(dir) (0xff << DP_KIND (dir, 0, 0))
#define KINDS_IP(dir) \
	(1 << DP_KIND (dir, DP_LOCAL, DP_IPV4) | \
	 1 << DP_KIND (dir, DP_REMOTE, DP_IPV4) | \
	 1 << DP_KIND (dir, DP_LOCAL, DP_IPV6) | \
	 1 << DP_KIND (dir, DP_REMOTE, DP_IPV6))
#define KINDS_MAC(dir) \
	(1 << DP_KIND (dir, DP_LOCAL, DP_MAC) | \
	 1 << DP_KIND (dir, DP_REMOTE, DP_MAC))

/* ---- verdicts that are kept ----
 *
 * The verdict for a pair of addresses does not change while the set stands, so
 * each processor keeps the last ones: a walk through a trie of thousands costs
 * ten times as much. Not where MACs are asked for, or without addresses. A pair
 * has two places, its own and the one beside it.
 */
static __always_inline int
can_keep (const struct frame *f, __u64 state, int dir)
{
	return f->family != 0 && !f->malformed &&
		!(DP_STATE_KINDS (state) & KINDS_MAC (dir));
}

static __always_inline __u32
place_of (const struct frame *f, __u32 slot, int dir)
{
	__u32 h = (slot << 1 | dir) * 0x9e3779b1;

	if (f->family == DP_IPV6)
		for (int w = 1; w < 4; w++)
			h = (h ^ f->src[w] ^ f->dst[w] << 1) * 0x85ebca6b;
	h = (h ^ f->src[0]) * 0x85ebca6b;
	h = (h ^ h >> 15 ^ f->dst[0]) * 0xc2b2ae35;
	return h ^ h >> 16;
}

static __always_inline __u32
kind_of (const struct frame *f, __u32 slot, int dir)
{
	return slot << 8 | dir << 4 | f->family;
}

static __always_inline int
is_of (const struct dp_verdict *v, const struct frame *f, __u32 slot,
       __u64 state, int dir)
{
	const __u64 *a = (const __u64 *) v->src, *b = (const __u64 *) f->src;

	/* `src` and `dst` follow each other in both. */
	return v->state == state && v->kind == kind_of (f, slot, dir) &&
		((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
		 (a[3] ^ b[3])) == 0;
}

static __always_inline struct dp_verdict *
recall (const struct frame *f, __u32 slot, __u64 state, int dir,
	struct dp_verdict *v, struct decision *d)
{
	if (!is_of (v, f, slot, state, dir))
		return NULL;
	d->action = v->action;
	d->acl = v->acl;
	d->meter = v->meter;
	return v;
}

static __always_inline void
keep (const struct frame *f, __u32 slot, __u64 state, int dir,
      struct dp_verdict *v, struct dp_verdict *beside,
      const struct decision *d)
{
	*beside = *v;
	v->state = state;
	v->kind = kind_of (f, slot, dir);
	__builtin_memcpy (v->src, f->src, sizeof v->src);
	__builtin_memcpy (v->dst, f->dst, sizeof v->dst);
	v->action = d->action;
	v->acl = d->acl;
	v->meter = d->meter;
	v->to = 0;
}

/* From the tries; returns the state that the verdict belongs to. */
static __always_inline __u64
look_up (const struct frame *f, __u32 slot, volatile __u64 *state, int dir,
	 struct decision *d)
{
	__u32 shard = slot % DP_SHARDS;
	void *trie = bpf_map_lookup_elem (&acl, &shard);
	__u64 seen = *state;

	if (!trie)
		return seen;
	for (int i = 0; i < RETRIES; i++) {
		seen = *state;
		judge_once (f, trie, slot, seen, dir, d);
		if (*state == seen)
			break;
	}
	return seen;
}

static __always_inline __u32
verdict_of (const struct frame *f, __u64 state, int dir,
	    const struct decision *d)
{
	if (d->action == DP_DENY)
		return DATAPATH_DROP_ACL;
	if (f->malformed && d->verdict_length != DP_MAC_LENGTH &&
	    DP_STATE_KINDS (state) & KINDS_IP (dir))
		return DATAPATH_DROP_MALFORMED;
	return 0;
}

/* From what is kept, or else from the tries. */
static __always_inline __u64
recall_or_look_up (const struct frame *f, __u32 slot, __u64 seen,
		   volatile __u64 *state, int dir, struct decision *d)
{
	__u32 place = place_of (f, slot, dir);
	__u32 page = place / DP_VERDICTS % DP_VERDICT_PAGES;
	struct dp_verdicts *all = bpf_map_lookup_elem (&verdicts, &page);
	struct dp_verdict *v, *beside;

	if (!all)
		return look_up (f, slot, state, dir, d);
	v = &all->v[place % DP_VERDICTS];
	beside = &all->v[(place ^ 1) % DP_VERDICTS];
	d->kept = recall (f, slot, seen, dir, v, d);
	if (!d->kept)
		d->kept = recall (f, slot, seen, dir, beside, d);
	if (d->kept)
		return seen;
	seen = look_up (f, slot, state, dir, d);
	keep (f, slot, seen, dir, v, beside, d);
	d->kept = v;
	return seen;
}

/* Returns why the frame is dropped; 0: it goes on. */
static __always_inline __u32
judge (const struct frame *f, __u32 slot, int dir, struct decision *d)
{
	volatile __u64 *state = bpf_map_lookup_elem (&acl_state, &slot);
	__u64 seen;

	if (!state)
		return 0;
	seen = *state;
	if (!(DP_STATE_KINDS (seen) & KINDS (dir)))
		return 0;
	if (can_keep (f, seen, dir))
		seen = recall_or_look_up (f, slot, seen, state, dir, d);
	else
		seen = look_up (f, slot, state, dir, d);
	if (d->action == DP_DENY)
		return DATAPATH_DROP_ACL;
	if (f->malformed && d->verdict_length != DP_MAC_LENGTH &&
	    DP_STATE_KINDS (seen) & KINDS_IP (dir))
		return DATAPATH_DROP_MALFORMED;
	return 0;
}

#endif
