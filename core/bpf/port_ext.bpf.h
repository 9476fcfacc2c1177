/*
 * port_ext.bpf.h - the verdict of a port's extended ACL, and the connections
 * that its stateful entries let begin.
 *
 * A frame is an answer when its connection was opened by one in the other
 * direction: it passes whatever the entries of its own direction say. After a
 * set of entries was replaced, the first answer asks whether the new set would
 * have let the connection begin, too.
 *
 * What loops or branches much are global functions: the verifier looks at each
 * of them once, not once for each way to a call. What they work on is in a map
 * of each processor: the stack of a chain of calls is short.
 */
#ifndef VMNET_BPF_PORT_EXT_H
#define VMNET_BPF_PORT_EXT_H

#include "port_acl.bpf.h"
#include "port_flow.bpf.h"

#define SECOND 1000000000ull

struct ext_work {
	struct flow flow;
	struct dp_count size;
	__u32 untagged;		/* the port's VLAN of such frames */
	struct dp_key key;	/* of the next lookup */
	__u64 word[DP_EXT_WORDS];	/* entries that are left */
	/* What decides; DP_NONE: no entry does. */
	struct dp_ext_rule rule;
	__u32 generation;
	struct dp_conn fresh;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ext_work);
} ext_work SEC(".maps");

static __always_inline struct ext_work *
work_of_cpu (void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem (&ext_work, &zero);
}

/* FALSE: no entry is left. Address and class are in x->key. */
static __always_inline int
narrow_by (struct ext_work *x, __u64 state, __u32 kind, __u32 bits)
{
	const struct dp_ext_value *v;

	x->key.prefixlen = DP_SET_BITS + bits;
	x->key.set = bpf_htonl (DP_SET (x->flow.key.slot,
					DP_STATE_GENERATION (state), kind));
	v = bpf_map_lookup_elem (&ext, &x->key);
	if (!v)
		return 0;
	for (int i = 0; i < DP_EXT_WORDS; i++)
		x->word[i] &= v->match[i];
	return 1;
}

static __always_inline int
narrow (struct ext_work *x, __u64 state, __u32 kind, __u32 bits)
{
	return !(state & 1ull << kind) || narrow_by (x, state, kind, bits);
}

static __always_inline int
narrow_isolation (struct ext_work *x, __u64 state, __u32 dir)
{
	int left;

	if (!(state & DP_EXT_ISOLATED (dir)))
		return 1;
	__builtin_memset (x->key.addr, 0, sizeof x->key.addr);
	x->key.addr[2] = x->flow.key.vlan >> 8;
	x->key.addr[3] = x->flow.key.vlan;
	x->key.pair_class = bpf_htonl (DP_EXT_ISOLATION_CLASS (dir));
	left = narrow_by (x, state, DP_EXT_RULES, 32);
	x->key.pair_class = 0;
	return left;
}

static __always_inline int
narrow_address (struct ext_work *x, __u64 state, __u32 kind4, __u32 kind6,
		const __u8 address[16])
{
	int v6 = x->flow.key.family == DP_IPV6;

	__builtin_memcpy (x->key.addr, address, sizeof x->key.addr);
	return narrow (x, state, v6 ? kind6 : kind4, v6 ? 128 : 32);
}

static __always_inline int
narrow_protocol (struct ext_work *x, __u64 state, __u32 kind)
{
	__builtin_memset (x->key.addr, 0, sizeof x->key.addr);
	x->key.addr[0] = x->flow.key.protocol;
	return narrow (x, state, kind, 8);
}

static __always_inline int
narrow_port (struct ext_work *x, __u64 state, __u32 kind, __u16 port)
{
	__builtin_memset (x->key.addr, 0, sizeof x->key.addr);
	if (x->flow.has_ports) {
		x->key.addr[0] = DP_EXT_HAS_PORT;
		x->key.addr[1] = port;
		x->key.addr[2] = port >> 8;
	}
	return narrow (x, state, kind, 24);
}

/* The number of the lowest bit, without a branch; `w` is not zero. */
static __always_inline __u32
lowest_bit (__u64 w)
{
	__u64 below = (w & -w) - 1;

	below -= below >> 1 & 0x5555555555555555ull;
	below = (below & 0x3333333333333333ull) +
		(below >> 2 & 0x3333333333333333ull);
	below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return below * 0x0101010101010101ull >> 56;
}

/* DP_EXT_ENTRIES: none. */
static __always_inline __u32
first_entry (const struct ext_work *x)
{
	__u64 word = 0;
	__u32 base = 0;

	for (int i = DP_EXT_WORDS - 1; i >= 0; i--)
		if (x->word[i]) {
			word = x->word[i];
			base = i * 64;
		}
	return word ? base + lowest_bit (word) : DP_EXT_ENTRIES;
}

static __always_inline void
take_rule (struct ext_work *x, __u32 dir, __u32 n)
{
	const struct dp_ext_value *v;

	__builtin_memset (x->key.addr, 0, sizeof x->key.addr);
	x->key.addr[0] = dir;
	x->key.addr[1] = n >> 8;
	x->key.addr[2] = n;
	x->key.prefixlen = DP_SET_BITS + 128;
	x->key.set = bpf_htonl (DP_SET (x->flow.key.slot, x->generation %
					DP_GENERATIONS, DP_EXT_RULES));
	v = bpf_map_lookup_elem (&ext, &x->key);
	if (v)
		x->rule = v->rule;
}

/* What the set of that state says of x->flow; see ext_decide. */
STAGE int
ext_match (__u64 state, __u32 dir)
{
	struct ext_work *x = work_of_cpu ();
	__u32 at = (dir & 1) << 3, n;

	if (!x)
		return 0;
	x->rule.action = DP_NONE;
	x->rule.id = 0;
	x->generation = DP_STATE_NUMBER (state);
	if (!(state & 1ull << at))
		return 0;
	__builtin_memset (x->word, 0xff, sizeof x->word);
	if (!narrow_isolation (x, state, dir & 1) ||
	    !narrow_address (x, state, at | DP_EXT_LOCAL4, at | DP_EXT_LOCAL6,
			     x->flow.key.local) ||
	    !narrow_address (x, state, at | DP_EXT_REMOTE4,
			     at | DP_EXT_REMOTE6, x->flow.key.remote) ||
	    !narrow_protocol (x, state, at | DP_EXT_PROTOCOL) ||
	    !narrow_port (x, state, at | DP_EXT_LOCAL_PORT,
			  x->flow.key.local_port) ||
	    !narrow_port (x, state, at | DP_EXT_REMOTE_PORT,
			  x->flow.key.remote_port))
		return 0;
	n = first_entry (x);
	if (n < DP_EXT_ENTRIES)
		take_rule (x, dir & 1, n);
	return 0;
}

/* As `judge` of port_acl.bpf.h: never by half of a set. */
STAGE int
ext_decide (__u32 slot, __u32 dir)
{
	volatile __u64 *state = bpf_map_lookup_elem (&ext_state, &slot);

	if (!state)
		return 0;
	for (int i = 0; i < RETRIES; i++) {
		__u64 seen = *state;

		ext_match (seen, dir);
		if (*state == seen)
			break;
	}
	return 0;
}

static __always_inline int
expired (const struct dp_conn *c, __u64 now)
{
	__u64 timeout = c->timeout;

	if (c->closed == 3 && timeout > DP_CONN_LINGER)
		timeout = DP_CONN_LINGER;
	/* Another processor may have written a later time. */
	return (__s64) (now - c->last) > (__s64) (timeout * SECOND);
}

static __always_inline void
let_by (struct dp_conn *c, const struct ext_work *x)
{
	c->entry = x->rule.id;
	c->timeout = x->rule.timeout;
	c->generation = x->generation;
}

static __always_inline int
let_begin (const struct ext_work *x)
{
	return x->rule.action == DP_ALLOW && x->rule.stateful;
}

/* An entry of the set that is in force lets it be, too. */
static __always_inline int
still_let (struct ext_work *x, struct dp_conn *c, __u64 state)
{
	if (c->generation == DP_STATE_NUMBER (state))
		return 1;
	ext_decide (x->flow.key.slot, c->dir);
	if (!let_begin (x))
		return 0;
	let_by (c, x);
	return 1;
}

/* Bits of the directions in which the frame ends a TCP connection. */
static __always_inline __u8
closes (const struct flow *w, __u32 dir)
{
	if (w->tcp_flags & FLOW_RST)
		return 3;
	return w->tcp_flags & FLOW_FIN ? 1 << dir : 0;
}

static __always_inline void
seen_on (struct dp_conn *c, const struct ext_work *x, __u32 dir, __u64 now)
{
	struct dp_count *to = &c->frames[dir];

	c->last = now;
	__sync_fetch_and_add (&to->bytes, x->size.bytes);
	__sync_fetch_and_add (&to->packets, x->size.packets);
	c->closed |= closes (&x->flow, dir);
}

static __always_inline void
open_connection (struct ext_work *x, __u32 dir, __u64 now)
{
	struct dp_conn *c = &x->fresh;

	__builtin_memset (c, 0, sizeof *c);
	c->begun = now;
	c->dir = dir;
	let_by (c, x);
	seen_on (c, x, dir, now);
	bpf_map_update_elem (&connections, &x->flow.key, c, BPF_ANY);
}

/* The same ports again, after the end. */
static __always_inline int
begins_anew (const struct flow *w, const struct dp_conn *c)
{
	return c->closed == 3 &&
		(w->tcp_flags & (FLOW_SYN | FLOW_ACK)) == FLOW_SYN;
}

/* Why x->flow is dropped; 0: it goes on. */
static __always_inline __u32
judge_flow (struct ext_work *x, __u64 state, __u32 dir)
{
	__u64 now = bpf_ktime_get_ns ();
	struct dp_conn *c = NULL;

	if (state & DP_EXT_STATEFUL)
		c = bpf_map_lookup_elem (&connections, &x->flow.key);
	if (c && expired (c, now))
		c = NULL;
	if (c && c->dir != dir) {
		if (x->flow.answers && still_let (x, c, state)) {
			seen_on (c, x, dir, now);
			return 0;
		}
		c = NULL;
	}
	ext_decide (x->flow.key.slot, dir);
	if (x->rule.action == DP_DENY)
		return DATAPATH_DROP_EXTENDED_ACL;
	if (!let_begin (x) || !x->flow.opens)
		return 0;
	if (!c || begins_anew (&x->flow, c)) {
		open_connection (x, dir, now);
		return 0;
	}
	let_by (c, x);
	seen_on (c, x, dir, now);
	return 0;
}

STAGE int
ext_judge (struct __sk_buff *skb, const struct frame *f, __u64 state,
	   __u32 slot, __u32 dir)
{
	struct ext_work *x = work_of_cpu ();

	dir &= 1;
	if (!f || !x)
		return 0;
	__builtin_memset (&x->flow, 0, sizeof x->flow);
	x->rule.id = 0;
	x->flow.key.slot = slot;
	x->flow.key.vlan = vlan_of_frame (skb, f, x->untagged);
	if (f->malformed || read_flow (skb, f, &x->flow, dir == DP_OUT))
		return state & 1ull << (dir << 3) ? DATAPATH_DROP_MALFORMED
			: 0;
	return judge_flow (x, state, dir);
}

/* Returns why the frame is dropped; 0: it goes on. *id: the entry. */
static __always_inline __u32
judge_ext (struct __sk_buff *skb, const struct frame *f,
	   const struct dp_port *p, int dir, const struct dp_count *size,
	   __u32 *id)
{
	__u32 slot = p->slot;
	const __u64 *state = bpf_map_lookup_elem (&ext_state, &slot);
	struct ext_work *x;
	__u32 reason;

	if (!state || f->family == 0 ||
	    !(*state & (DP_EXT_HAS (dir) | DP_EXT_STATEFUL)))
		return 0;
	x = work_of_cpu ();
	if (!x)
		return 0;
	x->size = *size;
	x->untagged = p->vlan;
	reason = ext_judge (skb, f, *state, slot, dir);
	*id = x->rule.id;
	return reason;
}

#endif
