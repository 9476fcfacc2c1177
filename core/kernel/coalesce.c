/*
 * coalesce.c - how long a driver waits before it interrupts (generic netlink).
 * Called by iov/.
 */
#include <linux/ethtool_netlink.h>

#include "message.h"

static void
parse_coalesce (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[ETHTOOL_A_COALESCE_MAX + 1], *a;
	kn_coalesce *c = out;

	if (nlmsg_parse ((struct nlmsghdr *) h, GENL_HDRLEN, t,
			 ETHTOOL_A_COALESCE_MAX, NULL) < 0)
		return;
	a = t[ETHTOOL_A_COALESCE_RX_USECS];
	c->there = a != NULL;
	c->usecs = a ? nla_get_u32 (a) : 0;
	a = t[ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX];
	c->can_adapt = a != NULL;
	c->adaptive = a && nla_get_u8 (a);
}

gboolean
kn_coalesce_read (kn *k, const char *name, kn_coalesce *out, GError **error)
{
	struct nl_msg *m = kn_msg_ethtool (k, ETHTOOL_MSG_COALESCE_GET,
					   ETHTOOL_A_COALESCE_HEADER, name);

	*out = (kn_coalesce) { 0 };
	if (m == NULL)
		return kn_lacks (k, "CONFIG_ETHTOOL_NETLINK", error,
				 "read interrupt moderation of %s", name);
	return kn_query (k, KN_GENERIC, m, parse_coalesce, out, error,
			 "read interrupt moderation of %s", name);
}

gboolean
kn_coalesce_set (kn *k, const char *name, const kn_coalesce *to,
		 GError **error)
{
	struct nl_msg *m = kn_msg_ethtool (k, ETHTOOL_MSG_COALESCE_SET,
					   ETHTOOL_A_COALESCE_HEADER, name);

	if (m == NULL)
		return kn_lacks (k, "CONFIG_ETHTOOL_NETLINK", error,
				 "set interrupt moderation of %s", name);
	if (to->can_adapt)
		nla_put_u8 (m, ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX,
			    to->adaptive != 0);
	if (!to->adaptive)
		nla_put_u32 (m, ETHTOOL_A_COALESCE_RX_USECS, to->usecs);
	return kn_query (k, KN_GENERIC, m, NULL, NULL, error,
			 "set interrupt moderation of %s", name);
}
