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

/* What the tries say. */
struct finding {
	__u32 action;
	__u32 acl;
	__u32 meter;
	__u32 verdict_rank;
	__u32 meter_rank;
};

struct decision {
	struct finding found;
	__u32 to;		/* where the last such frame went; or 0 */
	__u32 place;		/* where the verdict is kept; or NOT_KEPT */
	__u32 chosen;		/* by an extension: the port that it goes to */
	struct dp_count size;
};

#define NOT_KEPT (~0u)
#define UNDECIDED { .place = NOT_KEPT }

/* The higher rank wins; at the same Deny, then the older entry. */
static __always_inline void
consider (void *trie, const struct dp_key *key, struct finding *d)
{
	const struct dp_rule *r = bpf_map_lookup_elem (trie, key);

	if (!r)
		return;
	if (r->action != DP_NONE && (d->action == DP_NONE ||
	    r->verdict_rank > d->verdict_rank ||
	    (r->verdict_rank == d->verdict_rank &&
	     (r->action > d->action ||
	      (r->action == d->action && r->verdict < d->acl))))) {
		d->action = r->action;
		d->acl = r->verdict;
		d->verdict_rank = r->verdict_rank;
	}
	if (r->meter && (!d->meter || r->meter_rank > d->meter_rank ||
	    (r->meter_rank == d->meter_rank && r->meter < d->meter))) {
		d->meter = r->meter;
		d->meter_rank = r->meter_rank;
	}
}

/* The address of one side, as a key of `family`. */
static __always_inline void
key_address (struct dp_key *key, const struct frame *f, int dir, int side,
	     __u32 family)
{
	int source = (dir == DP_OUT) == (side == DP_LOCAL);

	if (family == DP_MAC) {
		__builtin_memset (key->addr, 0, sizeof key->addr);
		__builtin_memcpy (key->addr, source ? f->eth.h_source
				  : f->eth.h_dest, ETH_ALEN);
		key->prefixlen = DP_SET_BITS + 48;
		return;
	}
	__builtin_memcpy (key->addr, source ? f->src : f->dst, 16);
	key->prefixlen = DP_SET_BITS + (family == DP_IPV4 ? 32 : 128);
}

static __always_inline void
judge_side (void *trie, const struct frame *f, __u32 set, __u32 kinds, int dir,
	    int side, __u32 family, struct finding *d)
{
	__u32 kind = DP_KIND (dir, side, family);
	struct dp_key key = { 0 };

	if (!(kinds & 1 << kind))
		return;
	key.set = bpf_htonl (set | kind);
	key_address (&key, f, dir, side, family);
	consider (trie, &key, d);
}

static __always_inline void
judge_pair (void *trie, const struct frame *f, __u32 set, __u32 kinds, int dir,
	    __u32 pair, __u32 local, __u32 remote, struct finding *d)
{
	const struct dp_rule *r;
	struct dp_key key = { 0 };

	if (!(kinds & 1u << DP_PAIR_BIT (dir, pair)))
		return;
	key.set = bpf_htonl (set | DP_KIND_PAIR (dir));
	key.pair_class = bpf_htonl (DP_CLASS (pair, 0));
	key_address (&key, f, dir, DP_LOCAL, local);
	r = bpf_map_lookup_elem (trie, &key);
	if (!r)
		return;
	key.pair_class = bpf_htonl (DP_CLASS (pair, r->verdict));
	key_address (&key, f, dir, DP_REMOTE, remote);
	consider (trie, &key, d);
}

static __always_inline void
judge_pairs (void *trie, const struct frame *f, __u32 set, __u32 kinds,
	     int dir, int ip, struct finding *d)
{
#define PAIR(local, remote) \
	judge_pair (trie, f, set, kinds, dir, DP_##local##_##remote, \
		    DP_##local, DP_##remote, d)
	PAIR (MAC, MAC);
	if (ip && f->family == DP_IPV4) {
		PAIR (IPV4, IPV4);
		PAIR (MAC, IPV4);
		PAIR (IPV4, MAC);
	} else if (ip) {
		PAIR (IPV6, IPV6);
		PAIR (MAC, IPV6);
		PAIR (IPV6, MAC);
	}
#undef PAIR
}

#define KINDS_PAIR(dir) (0xffu << DP_PAIR_BIT (dir, 0))

/* From the tries, as the set `state` has it. */
STAGE int
judge_once (const struct frame *f, __u32 slot, __u64 state, int dir,
	    struct finding *d)
{
	__u32 set = DP_SET (slot, DP_STATE_GENERATION (state), 0);
	__u32 kinds = DP_STATE_KINDS (state), shard = slot % DP_SHARDS;
	void *trie = bpf_map_lookup_elem (&acl, &shard);
	int ip;

	if (!f || !d || !trie)
		return 0;
	ip = f->family != 0 && !f->malformed;
	dir = dir ? DP_OUT : DP_IN;
	d->action = DP_NONE;
	d->acl = d->meter = 0;
	judge_side (trie, f, set, kinds, dir, DP_LOCAL, DP_MAC, d);
	judge_side (trie, f, set, kinds, dir, DP_REMOTE, DP_MAC, d);
	if (ip) {
		judge_side (trie, f, set, kinds, dir, DP_LOCAL, f->family, d);
		judge_side (trie, f, set, kinds, dir, DP_REMOTE, f->family, d);
	}
	if (kinds & KINDS_PAIR (dir))
		judge_pairs (trie, f, set, kinds, dir, ip, d);
	return 0;
}

#define KINDS(dir) (0xffu << DP_KIND (dir, 0, 0) | KINDS_PAIR (dir))
#define KINDS_MAC(dir) \
	(1u << DP_KIND (dir, DP_LOCAL, DP_MAC) | \
	 1u << DP_KIND (dir, DP_REMOTE, DP_MAC) | \
	 0x7cu << DP_PAIR_BIT (dir, 0))	/* all but IP with IP */
#define KINDS_IP(dir) \
	(1u << DP_KIND (dir, DP_LOCAL, DP_IPV4) | \
	 1u << DP_KIND (dir, DP_REMOTE, DP_IPV4) | \
	 1u << DP_KIND (dir, DP_LOCAL, DP_IPV6) | \
	 1u << DP_KIND (dir, DP_REMOTE, DP_IPV6) | \
	 0x3fu << DP_PAIR_BIT (dir, 0))	/* all but MAC with MAC */

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

/* The verdict that is kept in a place; any number is one. */
static __always_inline struct dp_verdict *
kept_at (__u32 place)
{
	__u32 page = place / DP_VERDICTS % DP_VERDICT_PAGES;
	struct dp_verdicts *all = bpf_map_lookup_elem (&verdicts, &page);

	return all ? &all->v[place % DP_VERDICTS] : NULL;
}

static __always_inline int
recall (const struct dp_verdict *v, __u32 place, struct decision *d)
{
	d->found.action = v->action;
	d->found.acl = v->acl;
	d->found.meter = v->meter;
	d->to = v->to;
	d->place = place;
	return 1;
}

static __always_inline void
keep (const struct frame *f, __u32 slot, __u64 state, int dir,
      struct dp_verdict *v, struct dp_verdict *beside,
      const struct finding *d)
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

/* Returns the state that the finding belongs to. */
static __always_inline __u64
look_up (const struct frame *f, __u32 slot, volatile __u64 *state, int dir,
	 struct finding *d)
{
	__u64 seen = *state;

	for (int i = 0; i < RETRIES; i++) {
		judge_once (f, slot, seen, dir, d);
		if (*state == seen)
			break;
		seen = *state;
	}
	return seen;
}

/* From what is kept, or else from the tries. */
static __always_inline __u64
recall_or_look_up (const struct frame *f, __u32 slot, volatile __u64 *state,
		   int dir, struct decision *d)
{
	__u32 place = place_of (f, slot, dir);
	struct dp_verdict *v = kept_at (place), *beside;
	__u64 seen = *state;

	if (!v)
		return look_up (f, slot, state, dir, &d->found);
	if (is_of (v, f, slot, seen, dir) && recall (v, place, d))
		return seen;
	beside = kept_at (place ^ 1);
	if (!beside)
		return look_up (f, slot, state, dir, &d->found);
	if (is_of (beside, f, slot, seen, dir) && recall (beside, place ^ 1, d))
		return seen;
	seen = look_up (f, slot, state, dir, &d->found);
	keep (f, slot, seen, dir, v, beside, &d->found);
	d->place = place;
	return seen;
}

/* Returns why the frame is dropped; 0: it goes on. */
STAGE int
judge (const struct frame *f, __u32 slot, int dir, struct decision *d)
{
	volatile __u64 *state = bpf_map_lookup_elem (&acl_state, &slot);
	__u64 seen;

	if (!state || !f || !d)
		return 0;
	seen = *state;
	dir = dir ? DP_OUT : DP_IN;
	if (!(DP_STATE_KINDS (seen) & KINDS (dir)))
		return 0;
	if (can_keep (f, seen, dir))
		seen = recall_or_look_up (f, slot, state, dir, d);
	else
		seen = look_up (f, slot, state, dir, &d->found);
	if (d->found.action == DP_DENY)
		return DATAPATH_DROP_ACL;
	/* Only a MAC can have allowed it. */
	if (f->malformed && d->found.action == DP_NONE &&
	    DP_STATE_KINDS (seen) & KINDS_IP (dir))
		return DATAPATH_DROP_MALFORMED;
	return 0;
}

#endif
