/*
 * team.c - the reason that lies above the adapter: a team of the host. Frames
 * of a virtual function do not pass it, so that they would miss both what it
 * spreads and its fail-over; published as refused. A guest may team its own.
 */
#include "iov/iov.h"

#include <string.h>

static gboolean
is_team (const kn_link *l)
{
	return l && (g_strcmp0 (l->kind, "bond") == 0 ||
		     g_strcmp0 (l->kind, "team") == 0);
}

/* "pf0 pf1": by the kernel's own list of links. Owned. */
static char *
members_of (kn *k, const kn_link *team)
{
	g_autoptr (GPtrArray) all = kn_links (k, NULL);
	g_autoptr (GString) s = g_string_new (NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_link *l = all->pdata[i];

		if (l->master == team->ifindex)
			g_string_append_printf (s, "%s%s", s->len ? " " : "",
						l->name);
	}
	return g_strdup (s->str);
}

/* Before all others: taken out of the team, the adapter may be good. */
static void
put_first (GPtrArray *reasons)
{
	g_ptr_array_insert (reasons, 0, g_ptr_array_steal_index
			    (reasons, reasons->len - 1));
}

void
iov_reasons_of_team (kn *k, const char *nic, GPtrArray *out)
{
	g_autoptr (kn_link) l = nic ? kn_link_get (k, nic, NULL) : NULL;
	g_autoptr (kn_link) master = l && l->master
		? kn_link_get_index (k, l->master, NULL) : NULL;
	g_autofree char *members = NULL, *path = NULL, *text = NULL;

	if (is_team (l)) {
		members = members_of (k, l);
		path = iov_sys_path ("class/net/%s/lower_*", nic);
		text = g_strdup_printf ("%s of %s", l->kind,
					*members ? members : "nothing");
		iov_add (out, IOV_HOST_TEAM, path, text,
			 "%s is a team of the host's, past which virtual "
			 "functions send", nic);
		put_first (out);
	} else if (is_team (master)) {
		path = iov_sys_path ("class/net/%s/master", nic);
		text = g_strdup_printf ("%s, a %s", master->name,
					master->kind);
		iov_add (out, IOV_HOST_TEAM, path, text,
			 "%s is in a team of the host's, past which its "
			 "virtual functions send", nic);
		put_first (out);
	}
}
