/*
 * link.c - interfaces: reads them all or one, makes and changes them. Called
 * by plan/, view/, lab/ through netlink.h.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

#include "message.h"

/* ---- reading ---- */

void
kn_link_free (kn_link *l)
{
	if (l == NULL)
		return;
	g_free (l->kind);
	g_free (l->alias);
	g_free (l->parent);
	g_ptr_array_unref (l->altnames);
	g_free (l);
}

static void
parse_mac (guint8 mac[6], const struct nlattr *a)
{
	if (a && nla_len (a) == 6)
		memcpy (mac, nla_data (a), 6);
}

static guint32
u32_or (struct nlattr *a, guint32 otherwise)
{
	return a ? nla_get_u32 (a) : otherwise;
}

static void
parse_altnames (kn_link *l, struct nlattr *list)
{
	struct nlattr *a;
	int left;

	if (list == NULL)
		return;
	nla_for_each_nested (a, list, left)
		if (nla_type (a) == IFLA_ALT_IFNAME)
			g_ptr_array_add (l->altnames,
					 g_strdup (nla_get_string (a)));
}

static void
parse_counters (kn_counters *c, const struct nlattr *a)
{
	struct rtnl_link_stats64 s = { 0 };

	if (a == NULL)
		return;
	memcpy (&s, nla_data (a), MIN ((gsize) nla_len (a), sizeof s));
	*c = (kn_counters) {
		.rx_bytes = s.rx_bytes, .rx_packets = s.rx_packets,
		.rx_dropped = s.rx_dropped, .rx_errors = s.rx_errors,
		.tx_bytes = s.tx_bytes, .tx_packets = s.tx_packets,
		.tx_dropped = s.tx_dropped, .tx_errors = s.tx_errors,
	};
}

static void
parse_port (kn_link *l, struct nlattr *data)
{
	struct nlattr *t[IFLA_BRPORT_MAX + 1];

	if (nla_parse_nested (t, IFLA_BRPORT_MAX, data, NULL) < 0)
		return;
	if (t[IFLA_BRPORT_LEARNING])
		l->port_learning = nla_get_u8 (t[IFLA_BRPORT_LEARNING]) != 0;
	if (t[IFLA_BRPORT_UNICAST_FLOOD])
		l->port_flood = nla_get_u8 (t[IFLA_BRPORT_UNICAST_FLOOD]) != 0;
	if (t[IFLA_BRPORT_ISOLATED])
		l->port_isolated = nla_get_u8 (t[IFLA_BRPORT_ISOLATED]) != 0;
}

static void
parse_bridge (kn_link *l, struct nlattr *data)
{
	struct nlattr *t[IFLA_BR_MAX + 1];

	if (nla_parse_nested (t, IFLA_BR_MAX, data, NULL) < 0)
		return;
	if (t[IFLA_BR_VLAN_FILTERING])
		l->vlan_filtering = nla_get_u8 (t[IFLA_BR_VLAN_FILTERING]) != 0;
	/* Told only by a kernel that has CONFIG_BRIDGE_VLAN_FILTERING. */
	l->has_vlans = t[IFLA_BR_VLAN_DEFAULT_PVID] != NULL;
	if (l->has_vlans)
		l->default_pvid = nla_get_u16 (t[IFLA_BR_VLAN_DEFAULT_PVID]);
}

static void
parse_bond (kn_link *l, struct nlattr *data)
{
	struct nlattr *t[IFLA_BOND_MAX + 1];

	if (nla_parse_nested (t, IFLA_BOND_MAX, data, NULL) == 0)
		l->bond_active = (int) u32_or (t[IFLA_BOND_ACTIVE_SLAVE], 0);
	kn_bond_read (data, &l->bond);
}

static void
parse_info (kn_link *l, struct nlattr *info)
{
	struct nlattr *t[IFLA_INFO_MAX + 1], *slave;

	if (info == NULL ||
	    nla_parse_nested (t, IFLA_INFO_MAX, info, NULL) < 0)
		return;
	if (t[IFLA_INFO_KIND])
		l->kind = g_strdup (nla_get_string (t[IFLA_INFO_KIND]));
	if (g_strcmp0 (l->kind, "bond") == 0 && t[IFLA_INFO_DATA])
		parse_bond (l, t[IFLA_INFO_DATA]);
	if (g_strcmp0 (l->kind, "bridge") == 0 && t[IFLA_INFO_DATA])
		parse_bridge (l, t[IFLA_INFO_DATA]);
	if (g_strcmp0 (l->kind, "vlan") == 0 && t[IFLA_INFO_DATA])
		l->vlan_id = kn_vlan_read (t[IFLA_INFO_DATA]);
	slave = t[IFLA_INFO_SLAVE_KIND];
	if (slave && nla_strcmp (slave, "bridge") == 0 &&
	    t[IFLA_INFO_SLAVE_DATA])
		parse_port (l, t[IFLA_INFO_SLAVE_DATA]);
	if (slave && nla_strcmp (slave, "bond") == 0 &&
	    t[IFLA_INFO_SLAVE_DATA]) {
		l->bond_link = kn_bond_sees_link (t[IFLA_INFO_SLAVE_DATA]);
		kn_bond_member_read (t[IFLA_INFO_SLAVE_DATA],
				     &l->bond_member);
	}
}

static guint32
parse_xdp (struct nlattr *xdp)
{
	struct nlattr *t[IFLA_XDP_MAX + 1];

	if (xdp == NULL || nla_parse_nested (t, IFLA_XDP_MAX, xdp, NULL) < 0)
		return 0;
	return u32_or (t[IFLA_XDP_PROG_ID], 0);
}

static void
parse_scalars (kn_link *l, struct nlattr **t)
{
	if (t[IFLA_IFNAME])
		nla_strlcpy (l->name, t[IFLA_IFNAME], sizeof l->name);
	if (t[IFLA_IFALIAS])
		l->alias = g_strdup (nla_get_string (t[IFLA_IFALIAS]));
	if (t[IFLA_PARENT_DEV_NAME])
		l->parent = g_strdup (nla_get_string
				      (t[IFLA_PARENT_DEV_NAME]));
	l->master = (int) u32_or (t[IFLA_MASTER], 0);
	l->peer = (int) u32_or (t[IFLA_LINK], 0);
	l->link_netnsid = (int) u32_or (t[IFLA_LINK_NETNSID], G_MAXUINT32);
	l->mtu = u32_or (t[IFLA_MTU], 0);
	l->rx_queues = u32_or (t[IFLA_NUM_RX_QUEUES], 1);
	l->tx_queues = u32_or (t[IFLA_NUM_TX_QUEUES], 1);
	l->num_vf = u32_or (t[IFLA_NUM_VF], 0);
	if (t[IFLA_OPERSTATE])
		l->operstate = nla_get_u8 (t[IFLA_OPERSTATE]);
	if (t[IFLA_CARRIER])
		l->carrier = nla_get_u8 (t[IFLA_CARRIER]) != 0;
}

static void
parse_link (const struct nlmsghdr *h, gpointer out)
{
	const struct ifinfomsg *ifi = nlmsg_data (h);
	struct nlattr *t[IFLA_MAX + 1];
	kn_link *l;

	if (h->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *ifi, t, IFLA_MAX,
			 NULL) < 0)
		return;
	l = g_new0 (kn_link, 1);
	l->altnames = g_ptr_array_new_with_free_func (g_free);
	l->ifindex = ifi->ifi_index;
	l->flags = ifi->ifi_flags;
	parse_scalars (l, t);
	parse_mac (l->mac, t[IFLA_ADDRESS]);
	parse_mac (l->permanent_mac, t[IFLA_PERM_ADDRESS]);
	parse_altnames (l, t[IFLA_PROP_LIST]);
	parse_info (l, t[IFLA_LINKINFO]);
	parse_counters (&l->counters, t[IFLA_STATS64]);
	l->xdp_prog_id = parse_xdp (t[IFLA_XDP]);
	g_ptr_array_add (out, l);
}

GPtrArray *
kn_links (kn *k, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_GETLINK, 0, 0, AF_UNSPEC);

	nla_put_u32 (m, IFLA_EXT_MASK, RTEXT_FILTER_VF);
	return kn_dump_array (k, m, parse_link,
			      (GDestroyNotify) kn_link_free, error,
			      "interfaces");
}

static void
parse_stats (const struct nlmsghdr *h, gpointer out)
{
	const struct if_stats_msg *msg = nlmsg_data (h);
	struct nlattr *a;
	kn_counters *c;

	if (h->nlmsg_type != RTM_NEWSTATS)
		return;
	a = nlmsg_find_attr ((struct nlmsghdr *) h, sizeof *msg,
			     IFLA_STATS_LINK_64);
	c = g_new0 (kn_counters, 1);
	parse_counters (c, a);
	g_hash_table_insert (out, GINT_TO_POINTER ((int) msg->ifindex), c);
}

static void
empty_table (gpointer out)
{
	g_hash_table_remove_all (out);
}

GHashTable *
kn_counters_all (kn *k, GError **error)
{
	g_autoptr (GHashTable) all = g_hash_table_new_full (NULL, NULL, NULL,
							    g_free);
	struct nl_msg *m = kn_msg (RTM_GETSTATS, 0);
	struct if_stats_msg want = {
		.filter_mask = IFLA_STATS_FILTER_BIT (IFLA_STATS_LINK_64),
	};

	nlmsg_append (m, &want, sizeof want, NLMSG_ALIGNTO);
	if (!kn_dump (k, m, parse_stats, empty_table, all, error,
		      "counters"))
		return NULL;
	return g_steal_pointer (&all);
}

const kn_link *
kn_link_of_parent (const GPtrArray *links, const char *parent)
{
	for (guint i = 0; links && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (g_strcmp0 (l->parent, parent) == 0)
			return l;
	}
	return NULL;
}

/* Takes the message; `what` names the interface in errors. */
static kn_link *
query_link (kn *k, struct nl_msg *m, const char *what, GError **error)
{
	g_autoptr (GPtrArray) a = g_ptr_array_new_with_free_func
		((GDestroyNotify) kn_link_free);

	nla_put_u32 (m, IFLA_EXT_MASK, RTEXT_FILTER_VF);
	if (!kn_query (k, KN_ROUTE, m, parse_link, a, error,
		       "interface %s", what))
		return NULL;
	if (a->len == 0) {
		kn_fail (k, ENODEV, error, "interface %s", what);
		return NULL;
	}
	return g_ptr_array_steal_index (a, 0);
}

kn_link *
kn_link_get (kn *k, const char *name, GError **error)
{
	return query_link (k, kn_msg_link (RTM_GETLINK, 0, name), name,
			   error);
}

kn_link *
kn_link_get_index (kn *k, int ifindex, GError **error)
{
	char what[16];

	g_snprintf (what, sizeof what, "%d", ifindex);
	return query_link (k, kn_msg_link_index (RTM_GETLINK, 0, ifindex,
						 AF_UNSPEC), what, error);
}

/* The ioctl needs no lock of the kernel's, but knows short names only. */
int
kn_ifindex (kn *k, const char *name)
{
	g_autoptr (kn_link) l = NULL;
	struct ifreq r = { 0 };

	if (strlen (name) < IFNAMSIZ) {
		g_strlcpy (r.ifr_name, name, sizeof r.ifr_name);
		return kn_ioctl (k, SIOCGIFINDEX, &r) < 0 ? 0 : r.ifr_ifindex;
	}
	l = kn_link_get (k, name, NULL);
	return l ? l->ifindex : 0;
}

const char *
kn_name (kn *k, int ifindex, char name[KN_NAME])
{
	struct ifreq r = { .ifr_ifindex = ifindex };

	if (kn_ioctl (k, SIOCGIFNAME, &r) == 0)
		g_strlcpy (name, r.ifr_name, KN_NAME);
	else
		g_snprintf (name, KN_NAME, "interface %d", ifindex);
	return name;
}

/* ---- making ---- */

static struct nl_msg *
msg_add (const char *name, const guint8 *mac)
{
	struct nl_msg *m = kn_msg_link_index
		(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, AF_UNSPEC);

	kn_put_text (m, IFLA_IFNAME, name);
	if (mac)
		nla_put (m, IFLA_ADDRESS, 6, mac);
	return m;
}

gboolean
kn_bridge_add (kn *k, const char *name, const guint8 mac[6], GError **error)
{
	struct nl_msg *m = msg_add (name, mac);
	struct nlattr *info = nla_nest_start (m, IFLA_LINKINFO), *data;

	nla_put_string (m, IFLA_INFO_KIND, "bridge");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	nla_put_u32 (m, IFLA_BR_FORWARD_DELAY, 0);
	nla_put_u32 (m, IFLA_BR_STP_STATE, 0);
	/* Snooping sends reports of its own, which meters would count. */
	nla_put_u8 (m, IFLA_BR_MCAST_SNOOPING, 0);
	/* A kernel that knows no VLANs in bridges passes over it. */
	nla_put_u16 (m, IFLA_BR_VLAN_DEFAULT_PVID, KN_DEFAULT_PVID);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, "CONFIG_BRIDGE", "add bridge %s",
			   name);
}

static void
put_queues (struct nl_msg *m, guint queues)
{
	nla_put_u32 (m, IFLA_NUM_TX_QUEUES, MAX (queues, 1));
	nla_put_u32 (m, IFLA_NUM_RX_QUEUES, MAX (queues, 1));
}

static void
put_peer (struct nl_msg *m, const char *peer, const guint8 *mac,
	  int netns_fd, guint queues)
{
	struct nlattr *info = nla_nest_start (m, VETH_INFO_PEER);
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };

	nlmsg_append (m, &ifi, sizeof ifi, NLMSG_ALIGNTO);
	kn_put_text (m, IFLA_IFNAME, peer);
	if (mac)
		nla_put (m, IFLA_ADDRESS, 6, mac);
	if (netns_fd >= 0)
		nla_put_u32 (m, IFLA_NET_NS_FD, (guint32) netns_fd);
	put_queues (m, queues);
	nla_nest_end (m, info);
}

gboolean
kn_veth_add (kn *k, const char *name, const guint8 *mac, const char *peer,
	     const guint8 *peer_mac, int peer_netns_fd, guint queues,
	     GError **error)
{
	struct nl_msg *m = msg_add (name, mac);
	struct nlattr *info, *data;

	put_queues (m, queues);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, "veth");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	put_peer (m, peer, peer_mac, peer_netns_fd, queues);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, "CONFIG_VETH", "add veth %s with %s",
			   name, peer);
}

gboolean
kn_ifb_add (kn *k, const char *name, GError **error)
{
	struct nl_msg *m = msg_add (name, NULL);
	struct nlattr *info = nla_nest_start (m, IFLA_LINKINFO);

	nla_put_string (m, IFLA_INFO_KIND, "ifb");
	nla_nest_end (m, info);
	return kn_request (k, m, error, "CONFIG_IFB", "add ifb %s", name);
}

gboolean
kn_link_del (kn *k, const char *name, GError **error)
{
	return kn_request (k, kn_msg_link (RTM_DELLINK, 0, name), error, NULL,
			   "delete interface %s", name);
}

gboolean
kn_link_set_group (kn *k, const char *name, guint32 group, GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_SETLINK, 0, name);

	nla_put_u32 (m, IFLA_GROUP, group);
	return kn_request (k, m, error, NULL, "put %s into group %u", name,
			   group);
}

gboolean
kn_links_del_group (kn *k, guint32 group, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_DELLINK, 0, 0, AF_UNSPEC);

	nla_put_u32 (m, IFLA_GROUP, group);
	return kn_request (k, m, error, NULL, "delete the interfaces of group "
			   "%u", group);
}

/* ---- changing ---- */

gboolean
kn_link_set_up (kn *k, const char *name, gboolean up, GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_SETLINK, 0, name);
	struct ifinfomsg *ifi = nlmsg_data (nlmsg_hdr (m));

	ifi->ifi_change = IFF_UP;
	ifi->ifi_flags = up ? IFF_UP : 0;
	return kn_request (k, m, error, NULL, "set %s %s", name,
			   up ? "up" : "down");
}

gboolean
kn_link_set_master (kn *k, const char *name, const char *master,
		    GError **error)
{
	int index = master ? kn_ifindex (k, master) : 0;
	struct nl_msg *m;

	if (master && index == 0)
		return kn_fail (k, ENODEV, error, "put %s into bridge %s",
				name, master);
	m = kn_msg_link (RTM_SETLINK, 0, name);
	nla_put_u32 (m, IFLA_MASTER, (guint32) index);
	if (master == NULL)
		return kn_request (k, m, error, NULL,
				   "take %s out of its bridge", name);
	return kn_request (k, m, error, NULL, "put %s into bridge %s", name,
			   master);
}

gboolean
kn_link_set_mac (kn *k, const char *name, const guint8 mac[6],
		 GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_SETLINK, 0, name);

	nla_put (m, IFLA_ADDRESS, 6, mac);
	return kn_request (k, m, error, NULL,
			   "set the address of %s to "
			   "%02x:%02x:%02x:%02x:%02x:%02x", name, mac[0],
			   mac[1], mac[2], mac[3], mac[4], mac[5]);
}

gboolean
kn_link_set_mtu (kn *k, const char *name, guint mtu, GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_SETLINK, 0, name);

	nla_put_u32 (m, IFLA_MTU, mtu);
	return kn_request (k, m, error, NULL, "set the MTU of %s to %u", name,
			   mtu);
}

/* By index: in such a message the name is the new one. */
gboolean
kn_link_set_name (kn *k, const char *name, const char *new_name,
		  GError **error)
{
	int index = kn_ifindex (k, name);
	struct nl_msg *m;

	if (index == 0)
		return kn_fail (k, ENODEV, error, "rename %s to %s", name,
				new_name);
	m = kn_msg_link_index (RTM_SETLINK, 0, index, AF_UNSPEC);
	kn_put_text (m, IFLA_IFNAME, new_name);
	return kn_request (k, m, error, NULL, "rename %s to %s", name,
			   new_name);
}

gboolean
kn_link_set_alias (kn *k, const char *name, const char *alias,
		   GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_SETLINK, 0, name);

	kn_put_text (m, IFLA_IFALIAS, alias ? alias : "");
	return kn_request (k, m, error, NULL, "set the alias of %s to \"%s\"",
			   name, alias ? alias : "");
}

static struct nl_msg *
msg_altname (int type, int flags, const char *name, const char *altname)
{
	struct nl_msg *m = kn_msg_link (type, flags, name);
	struct nlattr *list = nla_nest_start (m, IFLA_PROP_LIST);

	kn_put_text (m, IFLA_ALT_IFNAME, altname);
	nla_nest_end (m, list);
	return m;
}

gboolean
kn_link_add_altname (kn *k, const char *name, const char *altname,
		     GError **error)
{
	int flags = NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;

	return kn_request (k, msg_altname (RTM_NEWLINKPROP, flags, name,
					   altname), error, NULL,
			   "give %s the name \"%s\" too", name, altname);
}

gboolean
kn_link_del_altname (kn *k, const char *name, const char *altname,
		     GError **error)
{
	return kn_request (k, msg_altname (RTM_DELLINKPROP, 0, name, altname),
			   error, NULL, "take the name \"%s\" from %s",
			   altname, name);
}

gboolean
kn_link_set_netns (kn *k, const char *name, int netns_fd,
		   const char *pattern, GError **error)
{
	int index = kn_ifindex (k, name);
	struct nl_msg *m;

	if (index == 0)
		return kn_fail (k, ENODEV, error, "move %s to another network "
				"namespace", name);
	m = kn_msg_link_index (RTM_SETLINK, 0, index, AF_UNSPEC);
	kn_put_text (m, IFLA_IFNAME, pattern);
	nla_put_u32 (m, IFLA_NET_NS_FD, (guint32) netns_fd);
	return kn_request (k, m, error, NULL,
			   "move %s to another network namespace", name);
}

gboolean
kn_xdp_set (kn *k, int ifindex, int prog_fd, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_SETLINK, 0, ifindex,
					      AF_UNSPEC);
	struct nlattr *xdp = nla_nest_start (m, IFLA_XDP);
	char name[KN_NAME];

	nla_put_u32 (m, IFLA_XDP_FD, (guint32) prog_fd);
	nla_put_u32 (m, IFLA_XDP_FLAGS, XDP_FLAGS_DRV_MODE);
	nla_nest_end (m, xdp);
	return kn_request (k, m, error, NULL, "%s %s",
			   prog_fd < 0 ? "detach the XDP program of" :
			   "attach an XDP program in native mode to",
			   kn_name (k, ifindex, name));
}
