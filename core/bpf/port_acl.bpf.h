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

/* Returns why the frame is dropped; 0: it goes on. */
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
		return DATAPATH_DROP_ACL;
	if (f->malformed && d->verdict_length != DP_MAC_LENGTH &&
	    DP_STATE_KINDS (seen) & KINDS_IP (dir))
		return DATAPATH_DROP_MALFORMED;
	return 0;
}

#endif
