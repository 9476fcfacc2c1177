/*
 * compile.c - turns the published ACL entries of one adapter into what the
 * tries hold: for each address the verdict and the meter that count there,
 * with what it inherits from shorter prefixes, so that a packet needs one
 * lookup for each side. Called by acl.c; no kernel here.
 */
#include "bpf/internal.h"

#include <string.h>

typedef struct {
	guint8 kind;		/* DP_KIND */
	guint8 addr[16];	/* host bits are zero */
	guint8 prefix;
	const vmnet_acl *acl;
} entry;

static guint
family_of (const vmnet_acl *a)
{
	switch (a->family) {
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

static entry
entry_of (const vmnet_acl *a)
{
	guint dir = a->direction == VMNET_INBOUND ? DP_IN : DP_OUT;
	entry e = {
		.kind = DP_KIND (dir, a->local ? DP_LOCAL : DP_REMOTE,
				 family_of (a)),
		.prefix = a->family == VMNET_ADDR_MAC ? 48 : a->prefix,
		.acl = a,
	};

	memcpy (e.addr, a->addr, sizeof e.addr);
	clear_host_bits (e.addr, e.prefix);
	return e;
}

/* A prefix comes before everything that it covers. */
static gint
compare (gconstpointer a, gconstpointer b)
{
	const entry *x = a, *y = b;
	int r;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	r = memcmp (x->addr, y->addr, sizeof x->addr);
	if (r != 0)
		return r;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return x->acl->id < y->acl->id ? -1 : x->acl->id > y->acl->id;
}

static gboolean
covers (const dp_acl_element *above, const entry *e)
{
	guint prefix = above->key.prefixlen - DP_SET_BITS;
	guint8 addr[16];

	if (above->key.set != e->kind || prefix > e->prefix)
		return FALSE;
	memcpy (addr, e->addr, sizeof addr);
	clear_host_bits (addr, prefix);
	return memcmp (addr, above->key.addr, sizeof addr) == 0;
}

/* Entries of one address come in the order of their ids. */
static void
apply (struct dp_rule *r, const entry *e, gboolean first_verdict,
       gboolean first_meter)
{
	guint8 length = e->acl->family == VMNET_ADDR_MAC ? DP_MAC_LENGTH
		: e->prefix;
	guint8 action = e->acl->action == VMNET_ACL_DENY ? DP_DENY : DP_ALLOW;

	if (e->acl->action == VMNET_ACL_METER) {
		if (first_meter) {
			r->meter = e->acl->id;
			r->meter_length = length;
		}
		return;
	}
	if (first_verdict || (action == DP_DENY && r->action != DP_DENY)) {
		r->verdict = e->acl->id;
		r->action = action;
		r->verdict_length = length;
	}
}

/* All entries of one address, from `i` on; returns behind the last one. */
static guint
element_of (GArray *entries, guint i, const dp_acl_element *above,
	    dp_acl_element *out)
{
	const entry *first = &g_array_index (entries, entry, i);
	gboolean verdict = FALSE, meter = FALSE;

	memset (out, 0, sizeof *out);
	if (above != NULL)
		out->rule = above->rule;
	out->key.prefixlen = DP_SET_BITS + first->prefix;
	out->key.set = first->kind;
	memcpy (out->key.addr, first->addr, sizeof first->addr);
	for (; i < entries->len; i++) {
		const entry *e = &g_array_index (entries, entry, i);

		if (e->kind != first->kind || e->prefix != first->prefix ||
		    memcmp (e->addr, first->addr, sizeof e->addr) != 0)
			break;
		apply (&out->rule, e, !verdict, !meter);
		if (e->acl->action == VMNET_ACL_METER)
			meter = TRUE;
		else
			verdict = TRUE;
	}
	return i;
}

GArray *
dp_acl_compile (const GPtrArray *acls)
{
	g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (entry));
	g_autoptr (GArray) above = g_array_new (FALSE, FALSE, sizeof (guint));
	GArray *out = g_array_new (FALSE, FALSE, sizeof (dp_acl_element));
	guint i;

	for (i = 0; acls != NULL && i < acls->len; i++) {
		entry e = entry_of (acls->pdata[i]);

		g_array_append_val (entries, e);
	}
	g_array_sort (entries, compare);
	/* `above`: the chain of elements that cover the present address. */
	for (i = 0; i < entries->len;) {
		const entry *e = &g_array_index (entries, entry, i);
		dp_acl_element *parent = NULL, made;

		while (above->len > 0) {
			parent = &g_array_index (out, dp_acl_element,
				g_array_index (above, guint, above->len - 1));
			if (covers (parent, e))
				break;
			parent = NULL;
			g_array_set_size (above, above->len - 1);
		}
		i = element_of (entries, i, parent, &made);
		g_array_append_val (above, out->len);
		g_array_append_val (out, made);
	}
	return out;
}
