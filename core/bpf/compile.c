/*
 * compile.c - turns the published ACL entries of one adapter into what the
 * tries hold: for each address the verdict and the meter that count there,
 * with what it inherits from shorter prefixes, so that a packet needs one
 * lookup for each side. Called by acl.c; no kernel here.
 */
#include "bpf/internal.h"

#include <string.h>

/* One address of an entry: the one that the trie looks for. */
typedef struct {
	guint32 kind;		/* DP_KIND */
	guint32 pair_class;	/* DP_CLASS; 0: the entry names one side */
	guint8 addr[16];	/* host bits are zero */
	guint8 prefix;
	guint16 rank;		/* DP_RANK of the entry */
	const vmnet_acl *acl;
} entry;

static guint
family_of (vmnet_family family)
{
	switch (family) {
	case VMNET_ADDR_IPV4:
		return DP_IPV4;
	case VMNET_ADDR_IPV6:
		return DP_IPV6;
	case VMNET_ADDR_MAC:
		return DP_MAC;
	}
	return DP_MARKER;
}

static void
clear_host_bits (guint8 addr[16], guint prefix)
{
	guint i;

	for (i = prefix; i < 128; i++)
		addr[i / 8] &= ~(0x80 >> i % 8);
}

static void
set_address (entry *e, vmnet_family family, const guint8 *addr, guint prefix)
{
	e->prefix = family == VMNET_ADDR_MAC ? 48 : prefix;
	memcpy (e->addr, addr, sizeof e->addr);
	clear_host_bits (e->addr, e->prefix);
}

static guint
length_of (vmnet_family family, guint prefix)
{
	return family == VMNET_ADDR_MAC ? DP_MAC_LENGTH : prefix;
}

static guint16
rank_of (const vmnet_acl *a)
{
	guint one = length_of (a->family, a->prefix);
	guint other = a->pair ? length_of (a->remote_family, a->remote_prefix)
		: 0;

	return DP_RANK (MAX (one, other), MIN (one, other));
}

static guint
direction_of (const vmnet_acl *a)
{
	return a->direction == VMNET_INBOUND ? DP_IN : DP_OUT;
}

static entry
entry_of (const vmnet_acl *a)
{
	entry e = {
		.kind = DP_KIND (direction_of (a), a->local ? DP_LOCAL
				 : DP_REMOTE, family_of (a->family)),
		.rank = rank_of (a), .acl = a,
	};

	set_address (&e, a->family, a->addr, a->prefix);
	return e;
}

static gint
compare_prefixes (const entry *x, const entry *y)
{
	int r = memcmp (x->addr, y->addr, sizeof x->addr);

	if (r != 0)
		return r;
	return x->prefix < y->prefix ? -1 : x->prefix > y->prefix;
}

/* A prefix comes before everything that it covers. */
static gint
compare (gconstpointer a, gconstpointer b)
{
	const entry *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->pair_class != y->pair_class)
		return x->pair_class < y->pair_class ? -1 : 1;
	return compare_prefixes (x, y);
}

static gboolean
covers (const guint8 *above, guint prefix, const entry *e)
{
	guint8 addr[16];

	if (prefix > e->prefix)
		return FALSE;
	memcpy (addr, e->addr, sizeof addr);
	clear_host_bits (addr, prefix);
	return memcmp (addr, above, sizeof addr) == 0;
}

/* What counts among all that cover an address: see datapath.h. */
static void
apply (struct dp_rule *r, const entry *e)
{
	guint8 action = e->acl->action == VMNET_ACL_DENY ? DP_DENY : DP_ALLOW;
	guint32 id = e->acl->id;

	if (e->acl->action == VMNET_ACL_METER) {
		if (r->meter == 0 || e->rank > r->meter_rank ||
		    (e->rank == r->meter_rank && id < r->meter)) {
			r->meter = id;
			r->meter_rank = e->rank;
		}
		return;
	}
	if (r->action == DP_NONE || e->rank > r->verdict_rank ||
	    (e->rank == r->verdict_rank && (action > r->action ||
	     (action == r->action && id < r->verdict)))) {
		r->verdict = id;
		r->action = action;
		r->verdict_rank = e->rank;
	}
}

static gboolean
same_place (const entry *a, const entry *b)
{
	return a->kind == b->kind && a->pair_class == b->pair_class &&
		compare_prefixes (a, b) == 0;
}

/* All entries of one address, from `i` on; returns behind the last one. */
static guint
element_of (GArray *entries, guint i, const dp_acl_element *above,
	    dp_acl_element *out)
{
	const entry *first = &g_array_index (entries, entry, i);

	memset (out, 0, sizeof *out);
	if (above != NULL)
		out->rule = above->rule;
	out->key.prefixlen = DP_SET_BITS + first->prefix;
	out->key.set = first->kind;
	out->key.pair_class = first->pair_class;
	memcpy (out->key.addr, first->addr, sizeof first->addr);
	for (; i < entries->len; i++) {
		const entry *e = &g_array_index (entries, entry, i);

		if (!same_place (e, first))
			break;
		apply (&out->rule, e);
	}
	return i;
}

static gboolean
is_above (const dp_acl_element *above, const entry *e)
{
	return above->key.set == e->kind &&
		above->key.pair_class == e->pair_class &&
		covers (above->key.addr, above->key.prefixlen - DP_SET_BITS,
			e);
}

/* Sorts `entries`; appends what each address comes to. */
static void
add_elements (GArray *entries, GArray *out)
{
	g_autoptr (GArray) above = g_array_new (FALSE, FALSE, sizeof (guint));
	guint i;

	g_array_sort (entries, compare);
	/* `above`: the chain of elements that cover the present address. */
	for (i = 0; i < entries->len;) {
		const entry *e = &g_array_index (entries, entry, i);
		dp_acl_element *parent = NULL, made;

		while (above->len > 0) {
			parent = &g_array_index (out, dp_acl_element,
				g_array_index (above, guint, above->len - 1));
			if (is_above (parent, e))
				break;
			parent = NULL;
			g_array_set_size (above, above->len - 1);
		}
		i = element_of (entries, i, parent, &made);
		g_array_append_val (above, out->len);
		g_array_append_val (out, made);
	}
}

/* ---- entries that name both sides ---- */

static const struct {
	vmnet_family local, remote;
} pairs[DP_PAIRS] = {
	[DP_IPV4_IPV4] = { VMNET_ADDR_IPV4, VMNET_ADDR_IPV4 },
	[DP_IPV6_IPV6] = { VMNET_ADDR_IPV6, VMNET_ADDR_IPV6 },
	[DP_MAC_IPV4] = { VMNET_ADDR_MAC, VMNET_ADDR_IPV4 },
	[DP_MAC_IPV6] = { VMNET_ADDR_MAC, VMNET_ADDR_IPV6 },
	[DP_IPV4_MAC] = { VMNET_ADDR_IPV4, VMNET_ADDR_MAC },
	[DP_IPV6_MAC] = { VMNET_ADDR_IPV6, VMNET_ADDR_MAC },
	[DP_MAC_MAC] = { VMNET_ADDR_MAC, VMNET_ADDR_MAC },
};

/* Their local addresses, sorted: equal ones follow each other. */
static GArray *
local_sides (const GPtrArray *acls, guint dir, guint pair)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (entry));
	guint i;

	for (i = 0; i < acls->len; i++) {
		const vmnet_acl *a = acls->pdata[i];
		entry e = { .kind = DP_KIND_PAIR (dir), .acl = a,
			.pair_class = DP_CLASS (pair, 0),
			.rank = rank_of (a) };

		if (!a->pair || direction_of (a) != dir ||
		    a->family != pairs[pair].local ||
		    a->remote_family != pairs[pair].remote)
			continue;
		set_address (&e, a->family, a->addr, a->prefix);
		g_array_append_val (out, e);
	}
	g_array_sort (out, compare);
	return out;
}

static void
add_class (GArray *out, const entry *local, guint number)
{
	dp_acl_element e = {
		.key = { .prefixlen = DP_SET_BITS + local->prefix,
			.set = local->kind, .pair_class = local->pair_class },
		.rule = { .verdict = number },
	};

	memcpy (e.key.addr, local->addr, sizeof e.key.addr);
	g_array_append_val (out, e);
}

static void
add_remote (GArray *out, const entry *local, guint pair, guint number)
{
	entry e = *local;

	e.pair_class = DP_CLASS (pair, number);
	set_address (&e, e.acl->remote_family, e.acl->remote,
		     e.acl->remote_prefix);
	g_array_append_val (out, e);
}

/* A class has its own entries, and those of every wider local prefix. */
static void
add_pairs (const GPtrArray *acls, guint dir, guint pair, GArray *remotes,
	   GArray *out)
{
	g_autoptr (GArray) locals = local_sides (acls, dir, pair);
	g_autoptr (GArray) wider = g_array_new (FALSE, FALSE, sizeof (entry));
	guint i, j, number = 0;

	for (i = 0; i < locals->len && remotes->len <= DP_ELEMENTS_MAX;) {
		const entry first = g_array_index (locals, entry, i);

		while (wider->len > 0) {
			const entry *w = &g_array_index (wider, entry,
							 wider->len - 1);

			if (covers (w->addr, w->prefix, &first))
				break;
			g_array_set_size (wider, wider->len - 1);
		}
		add_class (out, &first, ++number);
		for (; i < locals->len && same_place (&first,
		       &g_array_index (locals, entry, i)); i++)
			g_array_append_val (wider, g_array_index (locals,
				entry, i));
		for (j = 0; j < wider->len; j++)
			add_remote (remotes, &g_array_index (wider, entry, j),
				    pair, number);
	}
}

GArray *
dp_acl_compile (const GPtrArray *acls)
{
	g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (entry));
	GArray *out = g_array_new (FALSE, FALSE, sizeof (dp_acl_element));
	gboolean any_pair = FALSE;
	guint i;

	for (i = 0; acls != NULL && i < acls->len; i++) {
		const vmnet_acl *a = acls->pdata[i];
		entry e = entry_of (a);

		any_pair |= a->pair;
		if (!a->pair)
			g_array_append_val (entries, e);
	}
	for (i = 0; any_pair && i < 2 * DP_PAIRS; i++)
		add_pairs (acls, i & 1, i / 2, entries, out);
	add_elements (entries, out);
	return out;
}
