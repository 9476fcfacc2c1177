/*
 * tunnel.c - interfaces that carry whole frames to another machine, VXLAN and
 * ERSPAN, and the question which way an address is. Called by plan/mirror.c.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

#include "message.h"

#define VXLAN_PORT 4789		/* IANA's; the kernel's own default is older */
#define TTL 64
/* No frame is cut to fit: the packets around them are, into fragments. */
#define TUNNEL_MTU 9000

static void
put_vxlan (struct nl_msg *m, const kn_tunnel *t)
{
	nla_put_u32 (m, IFLA_VXLAN_ID, t->session);
	if (t->family == AF_INET6)
		nla_put (m, IFLA_VXLAN_GROUP6, 16, t->remote);
	else
		nla_put (m, IFLA_VXLAN_GROUP, 4, t->remote);
	nla_put_u16 (m, IFLA_VXLAN_PORT, htons (VXLAN_PORT));
	nla_put_u8 (m, IFLA_VXLAN_TTL, TTL);
	nla_put_u8 (m, IFLA_VXLAN_LEARNING, 0);
}

/* Version 1: the session is GRE's key. */
static void
put_erspan (struct nl_msg *m, const kn_tunnel *t)
{
	nla_put (m, IFLA_GRE_REMOTE, 4, t->remote);
	nla_put_u16 (m, IFLA_GRE_IFLAGS, GRE_KEY | GRE_SEQ);
	nla_put_u16 (m, IFLA_GRE_OFLAGS, GRE_KEY | GRE_SEQ);
	nla_put_u32 (m, IFLA_GRE_IKEY, htonl (t->session));
	nla_put_u32 (m, IFLA_GRE_OKEY, htonl (t->session));
	nla_put_u8 (m, IFLA_GRE_TTL, TTL);
	nla_put_u8 (m, IFLA_GRE_PMTUDISC, 0);
	nla_put_u8 (m, IFLA_GRE_ERSPAN_VER, 1);
}

gboolean
kn_tunnel_add (kn *k, const char *name, const kn_tunnel *t, GError **error)
{
	struct nl_msg *m = kn_msg_link_index
		(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, AF_UNSPEC);
	gboolean erspan = t->kind == VMNET_TUNNEL_ERSPAN;
	struct nlattr *info, *data;

	kn_put_text (m, IFLA_IFNAME, name);
	nla_put_u32 (m, IFLA_MTU, TUNNEL_MTU);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, erspan ? "erspan" : "vxlan");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	if (erspan)
		put_erspan (m, t);
	else
		put_vxlan (m, t);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error,
			   erspan ? "CONFIG_NET_IPGRE" : "CONFIG_VXLAN",
			   "add %s tunnel %s, session %u",
			   erspan ? "ERSPAN" : "VXLAN", name, t->session);
}

/* ---- which way ---- */

static void
parse_way (const struct nlmsghdr *h, gpointer out)
{
	const struct rtmsg *r = nlmsg_data (h);
	struct nlattr *t[RTA_MAX + 1];
	kn_way *w = out;

	if (h->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *r, t, RTA_MAX,
			 NULL) < 0)
		return;
	w->here = r->rtm_type == RTN_LOCAL;
	if (t[RTA_OIF])
		w->ifindex = (int) nla_get_u32 (t[RTA_OIF]);
}

gboolean
kn_way_to (kn *k, int family, const guint8 *addr, kn_way *out, GError **error)
{
	gsize bytes = family == AF_INET6 ? 16 : 4;
	struct rtmsg r = { .rtm_family = (guint8) family,
		.rtm_dst_len = (guint8) (bytes * 8) };
	struct nl_msg *m = kn_msg (RTM_GETROUTE, 0);

	memset (out, 0, sizeof *out);
	nlmsg_append (m, &r, sizeof r, NLMSG_ALIGNTO);
	nla_put (m, RTA_DST, (int) bytes, addr);
	return kn_query (k, KN_ROUTE, m, parse_way, out, error,
			 "look for the way there");
}
