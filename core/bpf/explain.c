/*
 * explain.c - what the tries of a slot, plain and extended, say of a frame,
 * asked from user space as the port programs ask. Called by view/ to show that what was asked for is
 * in force.
 */
#include "bpf/internal.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

typedef struct {
	int trie;
	guint32 slot, generation, kinds, dir;
	const vmnet_frame *f;
	struct dp_rule best;
} question;

static void
consider (question *q, const struct dp_rule *r)
{
	struct dp_rule *b = &q->best;

	if (r->action != DP_NONE && (b->action == DP_NONE ||
	    r->verdict_rank > b->verdict_rank ||
	    (r->verdict_rank == b->verdict_rank && (r->action > b->action ||
	     (r->action == b->action && r->verdict < b->verdict))))) {
		b->action = r->action;
		b->verdict = r->verdict;
		b->verdict_rank = r->verdict_rank;
	}
	if (r->meter && (b->meter == 0 || r->meter_rank > b->meter_rank ||
	    (r->meter_rank == b->meter_rank && r->meter < b->meter))) {
		b->meter = r->meter;
		b->meter_rank = r->meter_rank;
	}
}

/* FALSE: the side has no such address, or the trie none that covers it. */
static gboolean
ask (question *q, guint32 kind, guint32 pair_class, guint family,
     const vmnet_end *end, struct dp_rule *r)
{
	struct dp_key key = {
		.set = htonl (DP_SET (q->slot, q->generation, kind)),
		.pair_class = htonl (pair_class),
	};

	if (family == DP_MAC) {
		if (!end->has_mac)
			return FALSE;
		key.prefixlen = DP_SET_BITS + 48;
		memcpy (key.addr, end->mac, 6);
	} else {
		if (!end->has_ip ||
		    (end->family == VMNET_ADDR_IPV4) != (family == DP_IPV4))
			return FALSE;
		key.prefixlen = DP_SET_BITS + (family == DP_IPV4 ? 32 : 128);
		memcpy (key.addr, end->ip, family == DP_IPV4 ? 4 : 16);
	}
	return bpf_map_lookup_elem (q->trie, &key, r) == 0;
}

static void
ask_sides (question *q)
{
	const vmnet_end *ends[] = { &q->f->local, &q->f->remote };
	struct dp_rule r;

	for (guint side = 0; side < 2; side++)
		for (guint family = DP_IPV4; family <= DP_MAC; family++) {
			guint32 kind = DP_KIND (q->dir, side, family);

			if (q->kinds & 1u << kind &&
			    ask (q, kind, 0, family, ends[side], &r))
				consider (q, &r);
		}
}

static void
ask_pairs (question *q)
{
	static const guint8 families[DP_PAIRS][2] = {
		[DP_IPV4_IPV4] = { DP_IPV4, DP_IPV4 },
		[DP_IPV6_IPV6] = { DP_IPV6, DP_IPV6 },
		[DP_MAC_IPV4] = { DP_MAC, DP_IPV4 },
		[DP_MAC_IPV6] = { DP_MAC, DP_IPV6 },
		[DP_IPV4_MAC] = { DP_IPV4, DP_MAC },
		[DP_IPV6_MAC] = { DP_IPV6, DP_MAC },
		[DP_MAC_MAC] = { DP_MAC, DP_MAC },
	};
	struct dp_rule r;

	for (guint pair = 0; pair < DP_PAIRS; pair++)
		if (q->kinds & 1u << DP_PAIR_BIT (q->dir, pair) &&
		    ask (q, DP_KIND_PAIR (q->dir), DP_CLASS (pair, 0),
			 families[pair][0], &q->f->local, &r) &&
		    ask (q, DP_KIND_PAIR (q->dir),
			 DP_CLASS (pair, r.verdict), families[pair][1],
			 &q->f->remote, &r))
			consider (q, &r);
}

gboolean
datapath_acl_ask (datapath *d, guint32 slot, const vmnet_frame *f,
		  guint32 *verdict, guint32 *meter)
{
	question q = { .slot = slot, .f = f,
		.dir = f->direction == VMNET_INBOUND ? DP_IN : DP_OUT };
	guint64 state, after;

	do {
		if (bpf_map_lookup_elem (d->maps[DP_MAP_ACL_STATE], &slot,
					 &state) != 0)
			return FALSE;
		q.best = (struct dp_rule) { 0 };
		q.kinds = DP_STATE_KINDS (state);
		q.generation = DP_STATE_GENERATION (state);
		q.trie = dp_trie_of (d, slot);
		if (q.trie < 0)
			return FALSE;
		ask_sides (&q);
		ask_pairs (&q);
		if (bpf_map_lookup_elem (d->maps[DP_MAP_ACL_STATE], &slot,
					 &after) != 0)
			return FALSE;
	} while (after != state);
	*verdict = q.best.action == DP_NONE ? 0 : q.best.verdict;
	*meter = q.best.meter;
	return TRUE;
}

/* ---- extended entries ---- */

typedef struct {
	int trie;
	guint32 slot, generation;
	guint64 state;
	guint64 word[DP_EXT_WORDS];	/* entries that are left */
} ext_question;

/* The entries that an answer leaves; none where the trie has no such. */
static void
narrow_by (ext_question *q, guint32 kind, guint32 pair_class,
	   const guint8 *addr, guint bytes)
{
	struct dp_key key = {
		.prefixlen = DP_SET_BITS + bytes * 8,
		.set = htonl (DP_SET (q->slot, q->generation, kind)),
		.pair_class = htonl (pair_class),
	};
	struct dp_ext_value v;

	memcpy (key.addr, addr, bytes);
	if (bpf_map_lookup_elem (q->trie, &key, &v) != 0)
		memset (&v, 0, sizeof v);
	for (guint i = 0; i < DP_EXT_WORDS; i++)
		q->word[i] &= v.match[i];
}

static void
narrow (ext_question *q, guint32 kind, const guint8 *addr, guint bytes)
{
	if (q->state & 1ull << kind)
		narrow_by (q, kind, 0, addr, bytes);
}

static void
narrow_isolation (ext_question *q, const vmnet_frame *f, guint32 dir)
{
	guint32 number = htonl (f->isolation);

	if (f->has_isolation && q->state & DP_EXT_ISOLATED (dir))
		narrow_by (q, DP_EXT_RULES, DP_EXT_ISOLATION_CLASS (dir),
			   (const guint8 *) &number, sizeof number);
}

static void
narrow_end (ext_question *q, const vmnet_frame *f, const vmnet_end *end,
	    guint32 kind4, guint32 kind6, guint32 port)
{
	gboolean v4 = end->family == VMNET_ADDR_IPV4;
	guint8 with_port[3] = { DP_EXT_HAS_PORT, end->port >> 8, end->port };
	static const guint8 no_port[3];

	if (end->has_ip)
		narrow (q, v4 ? kind4 : kind6, end->ip, v4 ? 4 : 16);
	if (f->has_protocol && !vmnet_protocol_has_ports (f->protocol))
		narrow (q, port, no_port, sizeof no_port);
	else if (end->has_port)
		narrow (q, port, with_port, sizeof with_port);
}

/* The id of the first entry that is left; 0: none. */
static guint32
first_left (const ext_question *q, guint32 dir)
{
	struct dp_key key = {
		.prefixlen = DP_SET_BITS + 128,
		.set = htonl (DP_SET (q->slot, q->generation, DP_EXT_RULES)),
		.addr = { dir },
	};
	struct dp_ext_value v;
	guint i = 0;

	while (i < DP_EXT_ENTRIES && !(q->word[i / 64] & 1ull << i % 64))
		i++;
	key.addr[1] = i >> 8;
	key.addr[2] = i;
	return i < DP_EXT_ENTRIES &&
		bpf_map_lookup_elem (q->trie, &key, &v) == 0 ? v.rule.id : 0;
}

gboolean
datapath_ext_ask (datapath *d, guint32 slot, const vmnet_frame *f,
		  guint32 *entry)
{
	guint32 dir = f->direction == VMNET_INBOUND ? DP_IN : DP_OUT;
	guint32 at = DP_EXT_KIND (dir, 0);
	ext_question q = { .trie = d->maps[DP_MAP_EXT], .slot = slot };
	int states = d->maps[DP_MAP_EXT_STATE];
	guint64 after;

	do {
		if (bpf_map_lookup_elem (states, &slot, &q.state) != 0)
			return FALSE;
		q.generation = DP_STATE_GENERATION (q.state);
		memset (q.word, 0xff, sizeof q.word);
		narrow_isolation (&q, f, dir);
		narrow_end (&q, f, &f->local, at | DP_EXT_LOCAL4,
			    at | DP_EXT_LOCAL6, at | DP_EXT_LOCAL_PORT);
		narrow_end (&q, f, &f->remote, at | DP_EXT_REMOTE4,
			    at | DP_EXT_REMOTE6, at | DP_EXT_REMOTE_PORT);
		if (f->has_protocol)
			narrow (&q, at | DP_EXT_PROTOCOL, &f->protocol, 1);
		*entry = q.state & DP_EXT_HAS (dir) ? first_left (&q, dir) : 0;
		if (bpf_map_lookup_elem (states, &slot, &after) != 0)
			return FALSE;
	} while (after != q.state);
	return TRUE;
}
