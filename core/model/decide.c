/*
 * decide.c - which entry of an ACL, plain or extended, decides, by looking at
 * all of them: the rule in its plainest form. Test-VMNetworkAdapterAcl explains with it, and
 * the data path, which knows shorter ways, is tested against it.
 */
#include <string.h>

#include "model/decide.h"

static gboolean
prefix_holds (const guint8 *prefix, const guint8 *addr, guint bits)
{
	for (guint i = 0; i < bits; i++)
		if ((prefix[i / 8] ^ addr[i / 8]) & (0x80 >> i % 8))
			return FALSE;
	return TRUE;
}

static gboolean
side_holds (vmnet_family family, const guint8 *addr, guint prefix,
	    const vmnet_end *end)
{
	if (family == VMNET_ADDR_MAC)
		return end->has_mac && memcmp (addr, end->mac, 6) == 0;
	return end->has_ip && end->family == family &&
		prefix_holds (addr, end->ip, prefix);
}

gboolean
model_acl_holds (const vmnet_acl *a, const vmnet_frame *f)
{
	return a->direction == f->direction &&
		side_holds (a->family, a->addr, a->prefix,
			    a->local ? &f->local : &f->remote) &&
		(!a->pair || side_holds (a->remote_family, a->remote,
					 a->remote_prefix, &f->remote));
}

static guint
length_of (vmnet_family family, guint prefix)
{
	/* A MAC is longer than any prefix. */
	return family == VMNET_ADDR_MAC ? 255 : prefix;
}

guint
model_acl_rank (const vmnet_acl *a)
{
	guint x = length_of (a->family, a->prefix);
	guint y = a->pair ? length_of (a->remote_family, a->remote_prefix) : 0;

	return MAX (x, y) << 8 | MIN (x, y);
}

static gboolean
goes_before (const vmnet_acl *a, const vmnet_acl *b)
{
	guint x = model_acl_rank (a), y = model_acl_rank (b);

	if (x != y)
		return x > y;
	if (a->action != b->action)
		return a->action == VMNET_ACL_DENY;
	return a->id < b->id;
}

const vmnet_acl *
model_acl_decides (const GPtrArray *acls, const vmnet_frame *f, gboolean meter,
		   const vmnet_acl *but)
{
	const vmnet_acl *best = NULL;

	for (guint i = 0; i < acls->len; i++) {
		const vmnet_acl *a = acls->pdata[i];

		if (a != but && (a->action == VMNET_ACL_METER) == !!meter &&
		    model_acl_holds (a, f) &&
		    (best == NULL || goes_before (a, best)))
			best = a;
	}
	return best;
}

/* ---- extended entries ---- */

typedef enum { NO, YES, OPEN } answer;

static answer
both (answer a, answer b)
{
	if (a == NO || b == NO)
		return NO;
	return a == OPEN || b == OPEN ? OPEN : YES;
}

static answer
prefix_matches (const vmnet_prefix *p, const vmnet_end *end,
		const vmnet_end *other)
{
	if (!p->given)
		return YES;
	if (!end->has_ip)
		return other->has_ip && other->family != p->family ? NO : OPEN;
	return end->family == p->family &&
		prefix_holds (p->addr, end->ip, p->prefix) ? YES : NO;
}

static answer
ports_match (const vmnet_ports *p, const vmnet_frame *f, const vmnet_end *end)
{
	if (!p->given)
		return YES;
	if (f->has_protocol && !vmnet_protocol_has_ports (f->protocol))
		return NO;
	if (!end->has_port)
		return OPEN;
	return end->port >= p->first && end->port <= p->last ? YES : NO;
}

static answer
matches (const vmnet_extacl *e, const vmnet_frame *f)
{
	answer a = e->direction == f->direction ? YES : NO;

	if (e->protocol.set)
		a = both (a, !f->has_protocol ? OPEN
			  : f->protocol == e->protocol.value ? YES : NO);
	if (e->isolation)
		a = both (a, !f->has_isolation ? OPEN
			  : f->isolation == e->isolation ? YES : NO);
	a = both (a, prefix_matches (&e->local, &f->local, &f->remote));
	a = both (a, prefix_matches (&e->remote, &f->remote, &f->local));
	a = both (a, ports_match (&e->local_port, f, &f->local));
	return both (a, ports_match (&e->remote_port, f, &f->remote));
}

const vmnet_extacl *
model_extacl_decides (const GPtrArray *extacls, const vmnet_frame *f,
		      guint *open)
{
	const vmnet_extacl *best = NULL;

	for (guint i = 0; i < extacls->len; i++) {
		const vmnet_extacl *e = extacls->pdata[i];

		if (matches (e, f) == YES &&
		    (best == NULL || e->weight > best->weight))
			best = e;
	}
	*open = 0;
	for (guint i = 0; i < extacls->len; i++) {
		const vmnet_extacl *e = extacls->pdata[i];

		*open += matches (e, f) == OPEN &&
			(best == NULL || e->weight > best->weight);
	}
	return best;
}
