/*
 * ext_compile.c - turns the extended ACL entries of one adapter into what the
 * trie `ext` holds: for each kind of question the bits of the entries that an
 * answer satisfies (see records.h). Called by ext.c; no kernel here.
 */
#include "bpf/internal.h"

#include <arpa/inet.h>
#include <string.h>

/* One entry's bit at one prefix of one kind. */
typedef struct {
	guint8 addr[16];
	guint prefix;
	guint bit;
} item;

static void
set_bit (struct dp_ext_value *v, guint bit)
{
	v->match[bit / 64] |= 1ull << bit % 64;
}

static gboolean
covers (const guint8 *above, guint prefix, const guint8 *below)
{
	guint whole = prefix / 8, rest = prefix % 8;

	return memcmp (above, below, whole) == 0 &&
		(rest == 0 || ((above[whole] ^ below[whole]) >> (8 - rest))
		 == 0);
}

/* A prefix comes before everything that it covers. */
static gint
compare (gconstpointer a, gconstpointer b)
{
	const item *x = a, *y = b;
	int r = memcmp (x->addr, y->addr, sizeof x->addr);

	if (r != 0)
		return r;
	return x->prefix < y->prefix ? -1 : x->prefix > y->prefix;
}

/* ---- what one entry asks, of one kind ---- */

static void
add_item (GArray *items, const guint8 *addr, guint n, guint prefix, guint bit)
{
	item i = { .prefix = prefix, .bit = bit };

	if (n > 0)
		memcpy (i.addr, addr, n);
	g_array_append_val (items, i);
}

static void
add_any (GArray *items, guint bit)
{
	add_item (items, NULL, 0, 0, bit);
}

static gboolean
names_family (const vmnet_extacl *e, vmnet_family family)
{
	return (!e->local.given || e->local.family == family) &&
		(!e->remote.given || e->remote.family == family);
}

/* An entry with an address of the other family does not match at all. */
static void
add_address (GArray *items, const vmnet_extacl *e, const vmnet_prefix *p,
	     vmnet_family family, guint bit)
{
	if (!names_family (e, family))
		return;
	if (p->given)
		add_item (items, p->addr, family == VMNET_ADDR_IPV4 ? 4 : 16,
			  p->prefix, bit);
	else
		add_any (items, bit);
}

static void
add_protocol (GArray *items, const vmnet_extacl *e, guint bit)
{
	guint8 number = e->protocol.value;

	if (e->protocol.set)
		add_item (items, &number, 1, 8, bit);
	else
		add_any (items, bit);
}

/* The fewest prefixes that make up the range. */
static void
add_ports (GArray *items, const vmnet_ports *p, guint bit)
{
	guint32 from = p->first, end = (guint32) p->last + 1;

	if (!p->given) {
		add_any (items, bit);
		return;
	}
	while (from < end) {
		guint32 size = from ? from & -from : 0x10000;
		guint8 addr[3] = { DP_EXT_HAS_PORT, from >> 8, from };

		while (size > end - from)
			size /= 2;
		add_item (items, addr, 3, 24 - g_bit_nth_msf (size, -1), bit);
		from += size;
	}
}

static void
add_isolation (GArray *items, const vmnet_extacl *e, guint bit)
{
	guint32 number = htonl (e->isolation);

	if (e->isolation)
		add_item (items, (const guint8 *) &number, 4, 32, bit);
	else
		add_any (items, bit);
}

/* Of entries, not of the trie: its kinds end before. */
#define ISOLATION (DP_EXT_REMOTE_PORT + 1)

static void
add_entry (GArray *items, guint what, const vmnet_extacl *e, guint bit)
{
	switch (what) {
	case DP_EXT_LOCAL4:
		add_address (items, e, &e->local, VMNET_ADDR_IPV4, bit);
		break;
	case DP_EXT_REMOTE4:
		add_address (items, e, &e->remote, VMNET_ADDR_IPV4, bit);
		break;
	case DP_EXT_LOCAL6:
		add_address (items, e, &e->local, VMNET_ADDR_IPV6, bit);
		break;
	case DP_EXT_REMOTE6:
		add_address (items, e, &e->remote, VMNET_ADDR_IPV6, bit);
		break;
	case DP_EXT_PROTOCOL:
		add_protocol (items, e, bit);
		break;
	case DP_EXT_LOCAL_PORT:
		add_ports (items, &e->local_port, bit);
		break;
	case DP_EXT_REMOTE_PORT:
		add_ports (items, &e->remote_port, bit);
		break;
	case ISOLATION:
		add_isolation (items, e, bit);
		break;
	}
}

/* ---- one kind of a set ---- */

/* All items of one prefix, from `i` on; returns behind the last one. */
static guint
element_of (const GArray *items, guint i, const dp_ext_element *above,
	    guint kind, guint pair_class, dp_ext_element *out)
{
	const item *first = &g_array_index (items, item, i);

	memset (out, 0, sizeof *out);
	if (above)
		out->value = above->value;
	out->key.prefixlen = DP_SET_BITS + first->prefix;
	out->key.set = kind;
	out->key.pair_class = htonl (pair_class);
	memcpy (out->key.addr, first->addr, sizeof first->addr);
	for (; i < items->len; i++) {
		const item *x = &g_array_index (items, item, i);

		if (compare (x, first) != 0)
			break;
		set_bit (&out->value, x->bit);
	}
	return i;
}

static void
add_elements (GArray *out, GArray *items, guint kind, guint pair_class)
{
	g_autoptr (GArray) above = g_array_new (FALSE, FALSE, sizeof (guint));
	dp_ext_element made;
	guint i = 0;

	g_array_sort (items, compare);
	/* `above`: the chain of elements that cover the present one. */
	while (i < items->len) {
		const item *x = &g_array_index (items, item, i);
		const dp_ext_element *parent = NULL;

		while (above->len > 0 && parent == NULL) {
			parent = &g_array_index (out, dp_ext_element,
				g_array_index (above, guint, above->len - 1));
			if (covers (parent->key.addr, parent->key.prefixlen -
				    DP_SET_BITS, x->addr))
				break;
			parent = NULL;
			g_array_set_size (above, above->len - 1);
		}
		i = element_of (items, i, parent, kind, pair_class, &made);
		g_array_append_val (above, out->len);
		g_array_append_val (out, made);
	}
}

/* Where all entries ask the same nothing there is no need to look. */
static gboolean
differs (const GArray *items, guint entries)
{
	guint i;

	if (items->len != entries)
		return TRUE;
	for (i = 0; i < items->len; i++)
		if (g_array_index (items, item, i).prefix != 0)
			return TRUE;
	return FALSE;
}

static void
add_rule (GArray *out, guint dir, guint bit, const vmnet_extacl *e)
{
	dp_ext_element made = {
		.key = { .prefixlen = DP_SET_BITS + 128, .set = DP_EXT_RULES,
			 .addr = { dir, bit >> 8, bit } },
		.value.rule = {
			.id = e->id, .timeout = e->idle,
			.action = e->action == VMNET_ACL_DENY ? DP_DENY
				: DP_ALLOW,
			.stateful = e->stateful,
		},
	};

	g_array_append_val (out, made);
}

/* `entries`: of that direction, the weightiest first. */
static void
add_direction (GArray *out, guint dir, const GPtrArray *entries,
	       guint32 *state)
{
	guint i, what;

	if (entries->len == 0)
		return;
	*state |= DP_EXT_HAS (dir);
	for (what = DP_EXT_LOCAL4; what <= ISOLATION; what++) {
		g_autoptr (GArray) items = g_array_new (FALSE, TRUE,
							sizeof (item));

		for (i = 0; i < entries->len; i++)
			add_entry (items, what, entries->pdata[i], i);
		if (!differs (items, entries->len))
			continue;
		if (what == ISOLATION) {
			*state |= DP_EXT_ISOLATED (dir);
			add_elements (out, items, DP_EXT_RULES,
				      DP_EXT_ISOLATION_CLASS (dir));
			continue;
		}
		*state |= 1u << DP_EXT_KIND (dir, what);
		add_elements (out, items, DP_EXT_KIND (dir, what), 0);
	}
	for (i = 0; i < entries->len; i++) {
		const vmnet_extacl *e = entries->pdata[i];

		add_rule (out, dir, i, e);
		if (e->stateful)
			*state |= DP_EXT_STATEFUL;
	}
}

static gint
by_weight (gconstpointer a, gconstpointer b)
{
	const vmnet_extacl *x = *(const vmnet_extacl *const *) a;
	const vmnet_extacl *y = *(const vmnet_extacl *const *) b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

GArray *
dp_ext_compile (const GPtrArray *all, guint32 *state)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (dp_ext_element));
	guint dir, i;

	*state = 0;
	for (dir = DP_IN; dir <= DP_OUT; dir++) {
		g_autoptr (GPtrArray) of = g_ptr_array_new ();

		for (i = 0; all != NULL && i < all->len; i++) {
			vmnet_extacl *e = all->pdata[i];

			if ((e->direction == VMNET_INBOUND) == (dir == DP_IN))
				g_ptr_array_add (of, e);
		}
		g_ptr_array_sort (of, by_weight);
		add_direction (out, dir, of, state);
	}
	return out;
}
