/*
 * addr.c - addresses and routes of interfaces. Called by plan/ (moving an
 * uplink's addresses to the host adapter), view/ and lab/.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "message.h"

/* What an administrator chooses; the kernel keeps the others itself. */
#define OWN_FLAGS (IFA_F_NODAD | IFA_F_NOPREFIXROUTE)

static int
addr_len (int family)
{
	return family == AF_INET6 ? 16 : 4;
}

static void
parse_bytes (guint8 addr[16], const struct nlattr *a)
{
	memcpy (addr, nla_data (a), MIN ((gsize) nla_len (a), 16));
}

/* ---- addresses ---- */

static void
parse_addr (const struct nlmsghdr *h, gpointer out)
{
	const struct ifaddrmsg *ifa = nlmsg_data (h);
	struct nlattr *t[IFA_MAX + 1], *own;
	kn_addr *a;

	if (h->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *ifa, t, IFA_MAX,
			 NULL) < 0)
		return;
	/* With a peer, IFA_ADDRESS is the peer's and IFA_LOCAL ours. */
	own = t[IFA_LOCAL] ? t[IFA_LOCAL] : t[IFA_ADDRESS];
	if (own == NULL)
		return;
	a = g_new0 (kn_addr, 1);
	a->ifindex = (int) ifa->ifa_index;
	a->family = ifa->ifa_family;
	a->prefix = ifa->ifa_prefixlen;
	a->scope = ifa->ifa_scope;
	a->flags = t[IFA_FLAGS] ? nla_get_u32 (t[IFA_FLAGS]) : ifa->ifa_flags;
	parse_bytes (a->addr, own);
	g_ptr_array_add (out, a);
}

GPtrArray *
kn_addrs (kn *k, GError **error)
{
	struct nl_msg *m = kn_msg (RTM_GETADDR, 0);
	struct ifaddrmsg ifa = { .ifa_family = AF_UNSPEC };

	nlmsg_append (m, &ifa, sizeof ifa, NLMSG_ALIGNTO);
	return kn_dump_array (k, m, parse_addr, g_free, error, "addresses");
}

static struct nl_msg *
msg_addr (int type, int flags, int ifindex, const kn_addr *a)
{
	struct nl_msg *m = kn_msg (type, flags);
	struct ifaddrmsg ifa = {
		.ifa_family = (unsigned char) a->family,
		.ifa_prefixlen = a->prefix,
		.ifa_scope = a->scope,
		.ifa_index = (unsigned) ifindex,
	};
	guint8 last[4];

	nlmsg_append (m, &ifa, sizeof ifa, NLMSG_ALIGNTO);
	nla_put (m, IFA_LOCAL, addr_len (a->family), a->addr);
	nla_put (m, IFA_ADDRESS, addr_len (a->family), a->addr);
	nla_put_u32 (m, IFA_FLAGS, a->flags & OWN_FLAGS);
	if (type == RTM_DELADDR || a->family != AF_INET || a->prefix > 30)
		return m;
	for (int i = 0; i < 4; i++) {
		int host = CLAMP (8 * (i + 1) - a->prefix, 0, 8);

		last[i] = (guint8) (a->addr[i] | ((1 << host) - 1));
	}
	nla_put (m, IFA_BROADCAST, 4, last);
	return m;
}

static gboolean
addr_is_there (kn *k, int ifindex, const kn_addr *a)
{
	g_autoptr (GPtrArray) all = kn_addrs (k, NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *b = all->pdata[i];

		if (b->ifindex == ifindex && b->family == a->family &&
		    b->prefix == a->prefix &&
		    memcmp (a->addr, b->addr, addr_len (a->family)) == 0)
			return TRUE;
	}
	return FALSE;
}

/* "192.0.2.1/24" for messages. */
static const char *
addr_text (const kn_addr *a, char text[INET6_ADDRSTRLEN + 4])
{
	gsize n;

	inet_ntop (a->family, a->addr, text, INET6_ADDRSTRLEN);
	n = strlen (text);
	g_snprintf (text + n, 5, "/%u", a->prefix);
	return text;
}

gboolean
kn_addr_ensure (kn *k, const char *link, const kn_addr *a, GError **error)
{
	int index = kn_ifindex (k, link);
	char text[INET6_ADDRSTRLEN + 4];
	struct nl_msg *m;

	addr_text (a, text);
	if (index == 0)
		return kn_fail (k, ENODEV, error, "add address %s to %s",
				text, link);
	m = msg_addr (RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, a);
	if (kn_request (k, m, error, NULL, "add address %s to %s", text,
			link))
		return TRUE;
	/* IPv6 says so too when the prefix differs: then it is not so. */
	if (!kn_failed_with (k, EEXIST))
		return FALSE;
	if (!addr_is_there (k, index, a)) {
		g_clear_error (error);
		return kn_fail (k, EEXIST, error, "add address %s to %s, "
				"which has it with another prefix length",
				text, link);
	}
	g_clear_error (error);
	return TRUE;
}

gboolean
kn_addr_del (kn *k, const char *link, const kn_addr *a, GError **error)
{
	int index = kn_ifindex (k, link);
	char text[INET6_ADDRSTRLEN + 4];

	addr_text (a, text);
	if (index == 0)
		return kn_fail (k, ENODEV, error, "take address %s from %s",
				text, link);
	return kn_request (k, msg_addr (RTM_DELADDR, 0, index, a), error,
			   NULL, "take address %s from %s", text, link);
}

/* ---- routes ---- */

static void
parse_extras (kn_route *r, struct nlattr *t[RTA_MAX + 1])
{
	r->has_source = t[RTA_PREFSRC] != NULL;
	if (r->has_source)
		parse_bytes (r->source, t[RTA_PREFSRC]);
	r->has_preference = t[RTA_PREF] != NULL;
	if (r->has_preference)
		r->preference = nla_get_u8 (t[RTA_PREF]);
	if (t[RTA_METRICS] &&
	    (gsize) nla_len (t[RTA_METRICS]) <= sizeof r->metrics) {
		r->metrics_len = (guint8) nla_len (t[RTA_METRICS]);
		memcpy (r->metrics, nla_data (t[RTA_METRICS]), r->metrics_len);
	}
}

static void
parse_route (const struct nlmsghdr *h, gpointer out)
{
	const struct rtmsg *rt = nlmsg_data (h);
	struct nlattr *t[RTA_MAX + 1];
	kn_route *r;
	guint32 table;

	if (h->nlmsg_type != RTM_NEWROUTE || (rt->rtm_flags & RTM_F_CLONED) ||
	    (rt->rtm_family != AF_INET && rt->rtm_family != AF_INET6) ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *rt, t, RTA_MAX,
			 NULL) < 0)
		return;
	table = t[RTA_TABLE] ? nla_get_u32 (t[RTA_TABLE]) : rt->rtm_table;
	if (table != RT_TABLE_MAIN)
		return;
	r = g_new0 (kn_route, 1);
	r->family = rt->rtm_family;
	r->table = table;
	r->prefix = rt->rtm_dst_len;
	r->protocol = rt->rtm_protocol;
	r->scope = rt->rtm_scope;
	r->type = rt->rtm_type;
	r->ifindex = t[RTA_OIF] ? (int) nla_get_u32 (t[RTA_OIF]) : 0;
	r->metric = t[RTA_PRIORITY] ? nla_get_u32 (t[RTA_PRIORITY]) : 0;
	r->has_gateway = t[RTA_GATEWAY] != NULL;
	if (t[RTA_DST])
		parse_bytes (r->dst, t[RTA_DST]);
	if (t[RTA_GATEWAY])
		parse_bytes (r->gateway, t[RTA_GATEWAY]);
	r->tos = rt->rtm_tos;
	r->onlink = (rt->rtm_flags & RTNH_F_ONLINK) != 0;
	parse_extras (r, t);
	g_ptr_array_add (out, r);
}

GPtrArray *
kn_routes (kn *k, GError **error)
{
	struct nl_msg *m = kn_msg (RTM_GETROUTE, 0);
	struct rtmsg rt = { .rtm_family = AF_UNSPEC };

	nlmsg_append (m, &rt, sizeof rt, NLMSG_ALIGNTO);
	return kn_dump_array (k, m, parse_route, g_free, error, "routes");
}

static struct nl_msg *
msg_route (int type, int flags, const kn_route *r)
{
	struct nl_msg *m = kn_msg (type, flags);
	guint32 table = r->table ? r->table : RT_TABLE_MAIN;
	struct rtmsg rt = {
		.rtm_family = (unsigned char) r->family,
		.rtm_dst_len = r->prefix,
		.rtm_table = (unsigned char) (table < 256 ? table :
					      RT_TABLE_COMPAT),
		.rtm_protocol = r->protocol ? r->protocol : RTPROT_STATIC,
		.rtm_scope = r->scope,
		.rtm_type = r->type ? r->type : RTN_UNICAST,
		.rtm_tos = r->tos,
		.rtm_flags = r->onlink ? RTNH_F_ONLINK : 0,
	};

	nlmsg_append (m, &rt, sizeof rt, NLMSG_ALIGNTO);
	nla_put_u32 (m, RTA_TABLE, table);
	if (r->prefix)
		nla_put (m, RTA_DST, addr_len (r->family), r->dst);
	if (r->has_gateway)
		nla_put (m, RTA_GATEWAY, addr_len (r->family), r->gateway);
	if (r->ifindex)
		nla_put_u32 (m, RTA_OIF, (guint32) r->ifindex);
	if (r->metric)
		nla_put_u32 (m, RTA_PRIORITY, r->metric);
	if (r->has_source)
		nla_put (m, RTA_PREFSRC, addr_len (r->family), r->source);
	if (r->has_preference)
		nla_put_u8 (m, RTA_PREF, r->preference);
	if (r->metrics_len)
		nla_put (m, RTA_METRICS, r->metrics_len, r->metrics);
	return m;
}

static gboolean
same_route (const kn_route *a, const kn_route *b)
{
	int n = addr_len (a->family);

	/* The kernel gives IPv6 routes without a metric one: 1024. */
	return a->family == b->family && a->prefix == b->prefix &&
		(a->ifindex == b->ifindex || a->ifindex == 0) &&
		a->has_gateway == b->has_gateway &&
		(a->metric == b->metric || a->metric == 0) &&
		memcmp (a->dst, b->dst, n) == 0 &&
		(!a->has_gateway || memcmp (a->gateway, b->gateway, n) == 0);
}

static gboolean
route_is_there (kn *k, const kn_route *r)
{
	g_autoptr (GPtrArray) all = kn_routes (k, NULL);

	for (guint i = 0; all && i < all->len; i++)
		if (same_route (r, all->pdata[i]))
			return TRUE;
	return FALSE;
}

/* "10.0.0.0/8" for messages. */
static const char *
route_text (const kn_route *r, char text[INET6_ADDRSTRLEN + 4])
{
	kn_addr a = { .family = r->family, .prefix = r->prefix };

	memcpy (a.addr, r->dst, sizeof a.addr);
	return addr_text (&a, text);
}

gboolean
kn_route_ensure (kn *k, const kn_route *r, GError **error)
{
	char text[INET6_ADDRSTRLEN + 4];
	struct nl_msg *m = msg_route (RTM_NEWROUTE,
				      NLM_F_CREATE | NLM_F_EXCL, r);

	route_text (r, text);
	if (kn_request (k, m, error, NULL, "add route %s", text))
		return TRUE;
	if (!kn_failed_with (k, EEXIST))
		return FALSE;
	g_clear_error (error);
	if (route_is_there (k, r))
		return TRUE;
	return kn_fail (k, EEXIST, error, "add route %s, which goes "
			"elsewhere already", text);
}

gboolean
kn_route_del (kn *k, const kn_route *r, GError **error)
{
	char text[INET6_ADDRSTRLEN + 4];

	return kn_request (k, msg_route (RTM_DELROUTE, 0, r), error, NULL,
			   "delete route %s", route_text (r, text));
}
