/*
 * mirror_loop.c - refuses mirroring that would feed itself: copies for another
 * machine that leave by a port or an uplink whose frames are copied, or that
 * come to this host. The programs copy no copy whatever the routes are later;
 * this says it when it is asked for. Called by mirror.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "plan/mirror.h"

static gboolean
refuse (const mirror_source *s, const char *why, const char *out,
	GError **error)
{
	g_autofree char *text = mirror_source_text (s);

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: copies for %s would go round: %s; %s", text,
		     s->mirror->to, why, out);
	return FALSE;
}

static gboolean
leaves_by_uplink (plan *p, const vmnet_switch *sw, int ifindex)
{
	const char *nic;

	for (guint i = 0; sw && (nic = vmnet_switch_member (sw, i)); i++)
		if (kn_ifindex (p->h->nl, nic) == ifindex)
			return TRUE;
	return FALSE;
}

/* Is `t` on the way of what leaves by `ifindex`? */
static gboolean
is_on_way (plan *p, const mirror_source *t, int ifindex)
{
	if (t->adapter) {
		g_autofree char *end = t->adapter->vm ? NULL
			: names_host_adapter (t->adapter);

		return end && kn_ifindex (p->h->nl, end) == ifindex;
	}
	if (leaves_by_uplink (p, t->vswitch, ifindex))
		return TRUE;
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];
		g_autofree char *end = NULL;

		if (a->vm || plan_switch_of (p->desired, a) != t->vswitch)
			continue;
		end = names_host_adapter (a);
		if (kn_ifindex (p->h->nl, end) == ifindex)
			return TRUE;
	}
	return FALSE;
}

static gboolean
way_ok (plan *p, const GArray *all, const mirror_source *s, int ifindex,
	GError **error)
{
	for (guint i = 0; i < all->len; i++) {
		const mirror_source *t = &g_array_index (all, mirror_source,
							 i);
		g_autofree char *what = NULL, *why = NULL;

		if (!is_on_way (p, t, ifindex))
			continue;
		what = mirror_source_text (t);
		why = g_strdup_printf ("they leave by the %s, which is a "
				       "source itself", what);
		return refuse (s, why, "send them by another network adapter "
			       "(New-NetRoute), or mirror less", error);
	}
	return TRUE;
}

static gboolean
source_ok (plan *p, const GArray *all, const mirror_source *s,
	   gboolean strict, GError **error)
{
	g_autoptr (GError) e = NULL;
	g_autofree char *text = NULL;
	vmnet_acl ip = { 0 };
	kn_way way;

	vmnet_acl_parse (s->mirror->to, FALSE, &ip, NULL);
	if (!kn_way_to (p->h->nl, ip.family == VMNET_ADDR_IPV6 ? AF_INET6
			: AF_INET, ip.addr, &way, &e)) {
		if (!strict)
			return TRUE;
		text = mirror_source_text (s);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: copies cannot reach %s: %s; give this host "
			     "a route there (New-NetRoute)", text,
			     s->mirror->to, e->message);
		return FALSE;
	}
	if (way.here)
		return refuse (s, "that is an address of this host",
			       "give another machine's", error);
	return way_ok (p, all, s, way.ifindex, error);
}

gboolean
mirror_loops_ok (plan *p, gboolean strict, GError **error)
{
	g_autoptr (GArray) all = mirror_sources (p->desired);

	for (guint i = 0; i < all->len; i++) {
		const mirror_source *s = &g_array_index (all, mirror_source,
							 i);

		if (s->mirror->to && !source_ok (p, all, s, strict, error))
			return FALSE;
	}
	return TRUE;
}
