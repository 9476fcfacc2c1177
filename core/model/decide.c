/*
 * decide.c - which entry of an ACL decides, by looking at all of them: the
 * rule in its plainest form. Test-VMNetworkAdapterAcl explains with it, and
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
