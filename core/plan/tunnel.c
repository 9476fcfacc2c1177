/*
 * tunnel.c - the part of a plan that makes and removes the tunnels by which
 * copies go to another machine: one for each machine and session, whoever its
 * sources are. Called by mirror.c.
 */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "bpf/mirror.h"
#include "plan/mirror.h"

static char *
alias_of (const vmnet_mirror *x)
{
	return g_strdup_printf ("mirroring to %s, %s %u", x->to,
				vmnet_tunnels[x->tunnel], x->session);
}

static kn_tunnel
tunnel_of (const vmnet_mirror *x)
{
	kn_tunnel t = { .kind = x->tunnel, .session = x->session };
	vmnet_acl ip = { 0 };

	vmnet_acl_parse (x->to, FALSE, &ip, NULL);
	t.family = ip.family == VMNET_ADDR_IPV6 ? AF_INET6 : AF_INET;
	memcpy (t.remote, ip.addr, sizeof t.remote);
	return t;
}

static gboolean
start (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	kn *k = p->h->nl;
	g_autofree char *key = NULL;

	/* It says nothing of its own, to nobody. */
	key = g_strdup_printf ("ipv6/conf/%s/disable_ipv6", s->link);
	sysctl_net_write (key, "1", NULL);
	return d && kn_link_set_alias (k, s->link, s->arg, error) &&
		datapath_tunnel_set (d, k, kn_ifindex (k, s->link), error) &&
		kn_link_set_up (k, s->link, TRUE, error);
}

static gboolean
make (plan *p, step *s, GError **error)
{
	if (!kn_tunnel_add (p->h->nl, s->link, s->data, error))
		return FALSE;
	if (start (p, s, error))
		return TRUE;
	kn_link_del (p->h->nl, s->link, NULL);
	return FALSE;
}

static gboolean
drop (plan *p, step *s, GError **error)
{
	return kn_link_del (p->h->nl, s->link, error);
}

static void
make_undo (plan *p, step *s)
{
	drop (p, s, NULL);
}

static void
drop_undo (plan *p, step *s)
{
	make (p, s, NULL);
}

/* Names of the tunnels that sources of `m` need, as a set. */
static GHashTable *
tunnels_of (const vmnet_model *m)
{
	g_autoptr (GArray) all = mirror_sources (m);
	GHashTable *t = g_hash_table_new_full (g_str_hash, g_str_equal,
					       g_free, NULL);

	for (guint i = 0; i < all->len; i++) {
		const vmnet_mirror *x =
			g_array_index (all, mirror_source, i).mirror;

		if (x->to)
			g_hash_table_insert (t, names_tunnel (x),
					     (gpointer) x);
	}
	return t;
}

static void
operands (step *s, const char *name, const vmnet_mirror *x)
{
	kn_tunnel t = tunnel_of (x);

	s->link = g_strdup (name);
	s->arg = alias_of (x);
	s->data = g_memdup2 (&t, sizeof t);
	s->data_free = g_free;
}

static gboolean
is_ours (const kn_link *l, const vmnet_mirror *x)
{
	g_autofree char *alias = alias_of (x);

	return g_strcmp0 (l->alias, alias) == 0;
}

static gboolean
is_whole (plan *p, const kn_link *l)
{
	datapath *d = host_datapath_if_there (p->h);

	return l->flags & IFF_UP && d &&
		datapath_tunnel_get (d, p->h->nl, l->ifindex);
}

/* The kernel has one VXLAN device for each network of a family, whoever its other
 * end is. */
static gboolean
is_in_way (const vmnet_mirror *a, const vmnet_mirror *b)
{
	return tunnel_of (a).family == tunnel_of (b).family &&
		a->tunnel == VMNET_TUNNEL_VXLAN && a->tunnel == b->tunnel &&
		a->session == b->session && strcmp (a->to, b->to) != 0;
}

/* Those that nobody wants any more; `instead_of`: only those that it cannot be
 * made beside. */
static void
remove_of (plan *p, const vmnet_model *m, GHashTable *want,
	   const vmnet_mirror *instead_of)
{
	g_autoptr (GHashTable) have = tunnels_of (m);
	GHashTableIter i;
	gpointer name, x;
	step *s;

	g_hash_table_iter_init (&i, have);
	while (g_hash_table_iter_next (&i, &name, &x)) {
		const kn_link *l = plan_link (p, name);

		if (!l || !is_ours (l, x) ||
		    g_hash_table_contains (want, name) ||
		    (instead_of && !is_in_way (instead_of, x)))
			continue;
		s = plan_step (p, drop, drop_undo, "remove tunnel %s to %s",
			       (char *) name,
			       ((const vmnet_mirror *) x)->to);
		operands (s, name, x);
		plan_link_renamed (p, name, NULL);
	}
}

static gboolean
only_one (GHashTable *want, const vmnet_mirror *x, GError **error)
{
	GHashTableIter i;
	gpointer other;

	g_hash_table_iter_init (&i, want);
	while (g_hash_table_iter_next (&i, NULL, &other)) {
		const vmnet_mirror *o = other;

		if (!is_in_way (x, o))
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "mirroring to %s: copies for %s go by VXLAN's "
			     "network %u already, and the kernel has one of "
			     "each; give another -MirrorSessionId", x->to,
			     o->to, x->session);
		return FALSE;
	}
	return TRUE;
}

static gboolean
build (plan *p, GHashTable *want, const char *name, const vmnet_mirror *x,
       GError **error)
{
	const kn_link *l = plan_link (p, name);
	step *s;

	if (!only_one (want, x, error))
		return FALSE;
	if (l && !is_ours (l, x)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "mirroring to %s: an interface %s exists already "
			     "and is not ours; rename that interface", x->to,
			     name);
		return FALSE;
	}
	if (l && is_whole (p, l))
		return TRUE;
	remove_of (p, p->base, want, x);
	remove_of (p, p->leftover, want, x);
	s = plan_step (p, l ? start : make, l ? NULL : make_undo,
		       "%s %s tunnel %s to %s, session %u, for copies",
		       l ? "mend" : "create", vmnet_tunnels[x->tunnel], name,
		       x->to, x->session);
	operands (s, name, x);
	return TRUE;
}

gboolean
plan_tunnels_build (plan *p, GError **error)
{
	g_autoptr (GHashTable) want = tunnels_of (p->desired);
	GHashTableIter i;
	gpointer name, x;

	g_hash_table_iter_init (&i, want);
	while (g_hash_table_iter_next (&i, &name, &x))
		if (!build (p, want, name, x, error))
			return FALSE;
	return TRUE;
}

void
plan_tunnels_remove (plan *p)
{
	g_autoptr (GHashTable) want = tunnels_of (p->desired);

	remove_of (p, p->base, want, NULL);
	remove_of (p, p->leftover, want, NULL);
}
