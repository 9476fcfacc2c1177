/*
 * session.c - does a plan touch the adapter that carries the caller's own
 * session? The session is known by SSH_CONNECTION and its TCP connection; the
 * way that it takes, by the address at which it arrived: the interface that has
 * it, and what that hangs on. Called by txn.c.
 */
#include "plan/session.h"

#include <string.h>
#include <sys/socket.h>

#include "kernel/session.h"
#include "plan/step.h"

char *
session_of (const vmnet_host *h)
{
	kernel_session s = { 0 };

	/* A lab is another host; the agent has no caller. */
	if (h->lab || h->guest || h->in_agent || !kernel_session_find (&s))
		return NULL;
	return s.text;
}

static int
interface_of (plan *p, const guint8 address[16])
{
	g_autoptr (GPtrArray) all = kn_addrs (p->h->nl, NULL);
	static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	gboolean v4 = memcmp (address, mapped, 12) == 0;

	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (v4 ? a->family == AF_INET &&
		    memcmp (a->addr, address + 12, 4) == 0
		    : a->family == AF_INET6 &&
		    memcmp (a->addr, address, 16) == 0)
			return a->ifindex;
	}
	return 0;
}

static const kn_link *
by_index (const GPtrArray *links, int ifindex)
{
	for (guint i = 0; ifindex && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (l->ifindex == ifindex)
			return l;
	}
	return NULL;
}

/* A port that leads to the outside: a card, or what a switch has as uplink. */
static gboolean
leads_out (const plan *p, const kn_link *l)
{
	const vmnet_model *models[] = { p->base, p->desired };

	if (l->kind == NULL || g_str_equal (l->kind, "bond") ||
	    g_str_equal (l->kind, "vlan"))
		return TRUE;
	for (gsize m = 0; m < G_N_ELEMENTS (models); m++)
		for (guint i = 0; models[m] && i < models[m]->switches->len;
		     i++)
			if (vmnet_switch_has_member
			    (models[m]->switches->pdata[i], l->name))
				return TRUE;
	return FALSE;
}

/* The names of `l` and of all that carries what goes by it. */
static void
add_way (const plan *p, const GPtrArray *links, const kn_link *l,
	 GHashTable *way)
{
	gboolean gathers = l && l->kind && (g_str_equal (l->kind, "bridge") ||
					    g_str_equal (l->kind, "bond"));

	if (l == NULL || !g_hash_table_add (way, g_strdup (l->name)))
		return;
	/* The port of a host adapter, the card under a VLAN. */
	if (l->peer && l->link_netnsid < 0)
		add_way (p, links, by_index (links, l->peer), way);
	add_way (p, links, by_index (links, l->master), way);
	for (guint i = 0; gathers && i < links->len; i++) {
		const kn_link *o = links->pdata[i];

		if (o->master == l->ifindex && leads_out (p, o))
			add_way (p, links, o, way);
	}
}

static gboolean
cuts_any (const plan *p)
{
	for (guint i = 0; i < p->steps->len; i++)
		if (((step *) p->steps->pdata[i])->cuts)
			return TRUE;
	return FALSE;
}

static gboolean
cuts_way (plan *p, int ifindex)
{
	g_autoptr (GPtrArray) links = kn_links (p->h->nl, NULL);
	g_autoptr (GHashTable) way = g_hash_table_new_full
		(g_str_hash, g_str_equal, g_free, NULL);

	if (links)
		add_way (p, links, by_index (links, ifindex), way);
	for (guint i = 0; i < p->steps->len; i++) {
		const step *s = p->steps->pdata[i];

		if (s->cuts && g_hash_table_contains (way, s->cuts))
			return TRUE;
	}
	return FALSE;
}

char *
session_cut (plan *p)
{
	kernel_session s = { 0 };
	char *out = NULL;

	if (p->h->lab || p->h->guest || p->h->in_agent || !cuts_any (p) ||
	    !kernel_session_find (&s))
		return NULL;
	if (cuts_way (p, interface_of (p, s.server)))
		out = g_steal_pointer (&s.text);
	kernel_session_clear (&s);
	return out;
}
