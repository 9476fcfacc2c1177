/*
 * dcb.c - what a card has of DCB in hardware (dcbnl). Called by view/.
 */
#include <linux/dcbnl.h>
#include <linux/rtnetlink.h>

#include "message.h"

static void
parse_dcb (const struct nlmsghdr *h, gpointer out)
{
	*(gboolean *) out |= h->nlmsg_type == RTM_GETDCB;
}

gboolean
kn_dcb_has (kn *k, const char *nic)
{
	const struct dcbmsg dcb = { .cmd = DCB_CMD_IEEE_GET };
	struct nl_msg *m = kn_msg (RTM_GETDCB, 0);
	gboolean has = FALSE;

	nlmsg_append (m, (void *) &dcb, sizeof dcb, NLMSG_ALIGNTO);
	kn_put_text (m, DCB_ATTR_IFNAME, nic);
	return kn_query (k, KN_ROUTE, m, parse_dcb, &has, NULL,
			 "ask %s for its DCB", nic) && has;
}
