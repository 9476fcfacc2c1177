/*
 * bridge.c - ports and the forwarding table of a bridge. Called by plan/ and
 * view/.
 */
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "message.h"

/* Two flags of a bridge port; NULL: there is no such port. */
static struct nl_msg *
msg_port (kn *k, const char *name, int attr1, gboolean on1, int attr2,
	  gboolean on2, GError **error)
{
	int index = kn_ifindex (k, name);
	struct nlattr *port;
	struct nl_msg *m;

	if (index == 0) {
		kn_fail (k, ENODEV, error, "set bridge port %s", name);
		return NULL;
	}
	m = kn_msg_link_index (RTM_SETLINK, 0, index, AF_BRIDGE);
	port = nla_nest_start (m, IFLA_PROTINFO);
	nla_put_u8 (m, attr1, on1 ? 1 : 0);
	nla_put_u8 (m, attr2, on2 ? 1 : 0);
	nla_nest_end (m, port);
	return m;
}

gboolean
kn_port_set_groups (kn *k, const char *name, gboolean on, GError **error)
{
	struct nl_msg *m = msg_port (k, name, IFLA_BRPORT_BCAST_FLOOD, on,
				     IFLA_BRPORT_MCAST_FLOOD, on, error);

	return m && kn_request (k, m, error, NULL, "set bridge port %s to "
				"broadcast and multicast %s", name,
				on ? "on" : "off");
}

/* Broadcast and multicast still reach a port that is not flooded. */
gboolean
kn_port_set (kn *k, const char *name, gboolean learning, gboolean flood,
	     GError **error)
{
	struct nl_msg *m = msg_port (k, name, IFLA_BRPORT_LEARNING, learning,
				     IFLA_BRPORT_UNICAST_FLOOD, flood, error);

	return m && kn_request (k, m, error, NULL,
			   "set bridge port %s to learning %s, flood %s",
			   name, learning ? "on" : "off",
			   flood ? "on" : "off");
}

/* ---- forwarding table ---- */

static struct nl_msg *
msg_fdb (int type, int flags, int ifindex, const guint8 mac[6])
{
	struct nl_msg *m = kn_msg (type, flags);
	struct ndmsg nd = {
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = ifindex,
		.ndm_state = NUD_NOARP,		/* static */
		/* Else a frame that comes in by a learning port moves it. */
		.ndm_flags = NTF_MASTER | NTF_STICKY,
	};

	nlmsg_append (m, &nd, sizeof nd, NLMSG_ALIGNTO);
	nla_put (m, NDA_LLADDR, 6, mac);
	return m;
}

static gboolean
change_fdb (kn *k, int type, int flags, const char *name,
	    const guint8 mac[6], const char *verb, GError **error)
{
	int index = kn_ifindex (k, name);

	if (index == 0)
		return kn_fail (k, ENODEV, error,
				"%s the bridge's entry for port %s", verb,
				name);
	return kn_request (k, msg_fdb (type, flags, index, mac), error, NULL,
			   "%s the bridge's entry "
			   "%02x:%02x:%02x:%02x:%02x:%02x for port %s", verb,
			   mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
			   name);
}

gboolean
kn_fdb_ensure (kn *k, const char *name, const guint8 mac[6], GError **error)
{
	/* Replaces one that was learned, here or on another port. */
	return change_fdb (k, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE,
			   name, mac, "set", error);
}

gboolean
kn_fdb_del (kn *k, const char *name, const guint8 mac[6], GError **error)
{
	return change_fdb (k, RTM_DELNEIGH, 0, name, mac, "delete", error);
}

static void
parse_fdb (const struct nlmsghdr *h, gpointer out)
{
	const struct ndmsg *nd = nlmsg_data (h);
	struct nlattr *t[NDA_MAX + 1];
	kn_fdb *f;

	if (h->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *nd, t, NDA_MAX,
			 NULL) < 0)
		return;
	/* Without a master: a card's own filter, not a bridge's table. */
	if (t[NDA_MASTER] == NULL || t[NDA_LLADDR] == NULL ||
	    nla_len (t[NDA_LLADDR]) != 6)
		return;
	f = g_new0 (kn_fdb, 1);
	f->ifindex = nd->ndm_ifindex;
	f->is_static = (nd->ndm_state & NUD_NOARP) != 0;
	f->is_local = (nd->ndm_state & NUD_PERMANENT) != 0;
	memcpy (f->mac, nla_data (t[NDA_LLADDR]), 6);
	g_ptr_array_add (out, f);
}

GPtrArray *
kn_fdbs (kn *k, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_GETNEIGH, 0, 0, AF_BRIDGE);

	return kn_dump_array (k, m, parse_fdb, g_free, error,
			      "forwarding entries");
}
