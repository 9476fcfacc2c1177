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

gboolean
kn_port_set_member (kn *k, const char *name, gboolean isolated,
		    gboolean flood, GError **error)
{
	struct nl_msg *m = msg_port (k, name, IFLA_BRPORT_ISOLATED, isolated,
				     IFLA_BRPORT_UNICAST_FLOOD, flood, error);

	return m && kn_request (k, m, error, NULL, "set bridge port %s to "
				"isolated %s, flood %s", name,
				isolated ? "on" : "off", flood ? "on" : "off")
		&& kn_port_set_groups (k, name, flood, error);
}

/* ---- forwarding table ---- */

/* VLAN 0: all those that the port is in. */
static struct nl_msg *
msg_fdb (int type, int flags, int ifindex, const guint8 mac[6], guint16 vlan,
	 gboolean roams)
{
	struct nl_msg *m = kn_msg (type, flags);
	struct ndmsg nd = {
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = ifindex,
		.ndm_state = NUD_NOARP,		/* static */
		/* Else a frame that comes in by a learning port moves it. */
		.ndm_flags = NTF_MASTER | (roams ? 0 : NTF_STICKY),
	};

	nlmsg_append (m, &nd, sizeof nd, NLMSG_ALIGNTO);
	nla_put (m, NDA_LLADDR, 6, mac);
	if (vlan)
		nla_put_u16 (m, NDA_VLAN, vlan);
	return m;
}

static gboolean
change_fdb (kn *k, int type, int flags, const char *name,
	    const guint8 mac[6], guint16 vlan, gboolean roams,
	    const char *verb, GError **error)
{
	int index = kn_ifindex (k, name);

	if (index == 0)
		return kn_fail (k, ENODEV, error,
				"%s the bridge's entry for port %s", verb,
				name);
	return kn_request (k, msg_fdb (type, flags, index, mac, vlan, roams),
			   error, NULL,
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
			   name, mac, 0, FALSE, "set", error);
}

gboolean
kn_fdb_ensure_roaming (kn *k, const char *name, const guint8 mac[6],
		       GError **error)
{
	return change_fdb (k, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE,
			   name, mac, 0, TRUE, "set", error);
}

gboolean
kn_fdb_del (kn *k, const char *name, const guint8 mac[6], GError **error)
{
	return change_fdb (k, RTM_DELNEIGH, 0, name, mac, 0, FALSE,
			   "delete", error);
}

gboolean
kn_fdb_del_vlan (kn *k, const char *name, const guint8 mac[6], guint16 vlan,
		 GError **error)
{
	return change_fdb (k, RTM_DELNEIGH, 0, name, mac, vlan, FALSE,
			   "delete", error);
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
	f->is_sticky = (nd->ndm_flags & NTF_STICKY) != 0;
	f->is_local = (nd->ndm_state & NUD_PERMANENT) != 0;
	memcpy (f->mac, nla_data (t[NDA_LLADDR]), 6);
	if (t[NDA_VLAN])
		f->vlan = nla_get_u16 (t[NDA_VLAN]);
	g_ptr_array_add (out, f);
}

GPtrArray *
kn_fdbs (kn *k, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_GETNEIGH, 0, 0, AF_BRIDGE);

	return kn_dump_array (k, m, parse_fdb, g_free, error,
			      "forwarding entries");
}

/* ---- VLANs ---- */

#define NEEDS_VLANS "CONFIG_BRIDGE_VLAN_FILTERING"
#define RANGES_IN_MESSAGE 400	/* 16 bytes each, of the 8 KB */

static guint16
vlan_flags (const kn_port_vlans *how, guint vlan)
{
	guint16 flags = 0;

	if (how && vlan == how->pvid)
		flags |= BRIDGE_VLAN_INFO_PVID;
	if (how && vmnet_vlans_has (&how->untagged, vlan))
		flags |= BRIDGE_VLAN_INFO_UNTAGGED;
	return flags;
}

/* The first one of the set from `vlan` on; 0: there is none. */
static guint
next_vlan (const vmnet_vlans *set, guint vlan)
{
	while (vlan <= VMNET_VLAN_MAX && !vmnet_vlans_has (set, vlan))
		vlan++;
	return vlan <= VMNET_VLAN_MAX ? vlan : 0;
}

/* The last one that a range from `first` on may have. */
static guint
range_end (const vmnet_vlans *set, const kn_port_vlans *how, guint first)
{
	guint last = first;

	while (next_vlan (set, last + 1) == last + 1
	       && vlan_flags (how, last + 1) == vlan_flags (how, first))
		last++;
	return last;
}

static void
put_range (struct nl_msg *m, guint16 flags, guint first, guint last)
{
	struct bridge_vlan_info a = { .flags = flags, .vid = first };
	struct bridge_vlan_info b = { .flags = flags, .vid = last };

	if (last > first) {
		a.flags |= BRIDGE_VLAN_INFO_RANGE_BEGIN;
		b.flags |= BRIDGE_VLAN_INFO_RANGE_END;
		nla_put (m, IFLA_BRIDGE_VLAN_INFO, sizeof a, &a);
	}
	nla_put (m, IFLA_BRIDGE_VLAN_INFO, sizeof b, &b);
}

/* Puts what fits; returns where to go on, 0: that was all. */
static guint
put_vlans (struct nl_msg *m, const vmnet_vlans *set,
	   const kn_port_vlans *how, guint vlan)
{
	struct nlattr *spec = nla_nest_start (m, IFLA_AF_SPEC);

	for (guint n = 0; vlan && n < RANGES_IN_MESSAGE; n++) {
		guint last = range_end (set, how, vlan);

		put_range (m, vlan_flags (how, vlan), vlan, last);
		vlan = next_vlan (set, last + 1);
	}
	nla_nest_end (m, spec);
	return vlan;
}

/* A trunk of every other VLAN is longer than one message. */
static gboolean
change_vlans (kn *k, int type, const char *port, const vmnet_vlans *set,
	      const kn_port_vlans *how, GError **error)
{
	const char *verb = type == RTM_SETLINK ? "put" : "take";
	const char *to = type == RTM_SETLINK ? "into" : "out of";
	int index = kn_ifindex (k, port);
	guint vlan = next_vlan (set, 1);

	if (index == 0)
		return kn_fail (k, ENODEV, error, "%s port %s %s its VLANs",
				verb, port, to);
	while (vlan) {
		struct nl_msg *m = kn_msg_link_index (type, 0, index,
						      AF_BRIDGE);

		vlan = put_vlans (m, set, how, vlan);
		if (!kn_request (k, m, error, NEEDS_VLANS,
				 "%s port %s %s its VLANs", verb, port, to))
			return FALSE;
	}
	return TRUE;
}

gboolean
kn_port_vlans_add (kn *k, const char *port, const kn_port_vlans *v,
		   GError **error)
{
	return change_vlans (k, RTM_SETLINK, port, &v->member, v, error);
}

gboolean
kn_port_vlans_del (kn *k, const char *port, const vmnet_vlans *gone,
		   GError **error)
{
	return change_vlans (k, RTM_DELLINK, port, gone, NULL, error);
}

static void
parse_vlan (kn_port_vlans *v, const struct bridge_vlan_info *i, guint *begin)
{
	guint first = i->vid;

	if (i->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
		*begin = i->vid;
		return;
	}
	if (i->flags & BRIDGE_VLAN_INFO_RANGE_END)
		first = *begin;
	for (guint n = first; n <= i->vid && n <= VMNET_VLAN_MAX; n++) {
		vmnet_vlans_add (&v->member, n);
		if (i->flags & BRIDGE_VLAN_INFO_UNTAGGED)
			vmnet_vlans_add (&v->untagged, n);
	}
	if (i->flags & BRIDGE_VLAN_INFO_PVID)
		v->pvid = i->vid;
}

static void
parse_port_vlans (const struct nlmsghdr *h, gpointer out)
{
	const struct ifinfomsg *ifi = nlmsg_data (h);
	struct nlattr *spec, *a;
	kn_port_vlans *v;
	guint begin = 0;
	int left;

	if (h->nlmsg_type != RTM_NEWLINK)
		return;
	spec = nlmsg_find_attr ((struct nlmsghdr *) h, sizeof *ifi,
				IFLA_AF_SPEC);
	if (spec == NULL)
		return;
	v = g_new0 (kn_port_vlans, 1);
	v->ifindex = ifi->ifi_index;
	nla_for_each_nested (a, spec, left)
		if (nla_type (a) == IFLA_BRIDGE_VLAN_INFO &&
		    nla_len (a) >= (int) sizeof (struct bridge_vlan_info))
			parse_vlan (v, nla_data (a), &begin);
	g_ptr_array_add (out, v);
}

GPtrArray *
kn_port_vlans_all (kn *k, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_GETLINK, 0, 0, AF_BRIDGE);

	nla_put_u32 (m, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
	return kn_dump_array (k, m, parse_port_vlans, g_free, error,
			      "VLANs of bridge ports");
}

gboolean
kn_bridge_lacks_vlans (kn *k, const char *bridge, GError **error)
{
	return kn_lacks (k, NEEDS_VLANS, error, "filter VLANs of bridge %s",
			 bridge);
}

static gboolean
set_filtering (kn *k, const char *bridge, gboolean on, GError **error)
{
	int index = kn_ifindex (k, bridge);
	struct nlattr *info, *data;
	struct nl_msg *m;

	if (index == 0)
		return kn_fail (k, ENODEV, error, "filter VLANs of bridge %s",
				bridge);
	m = kn_msg_link_index (RTM_NEWLINK, 0, index, AF_UNSPEC);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, "bridge");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	nla_put_u8 (m, IFLA_BR_VLAN_FILTERING, on ? 1 : 0);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, NEEDS_VLANS,
			   "filter VLANs of bridge %s", bridge);
}

gboolean
kn_bridge_set_filtering (kn *k, const char *bridge, gboolean on,
			 GError **error)
{
	g_autoptr (kn_link) l = NULL;

	if (!set_filtering (k, bridge, on, error))
		return FALSE;
	l = kn_link_get (k, bridge, error);
	if (l == NULL || !l->vlan_filtering == !on)
		return l != NULL;
	/* A kernel says yes to what it does not know. */
	return kn_bridge_lacks_vlans (k, bridge, error);
}
