/*
 * bond.c - the pair of a virtual function and a software adapter inside a VM:
 * a bond of which one is active. Called by plan/.
 */
#include <errno.h>
#include <linux/if_bonding.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "message.h"

#define MIIMON_MS 10		/* how often a slave's link is looked at */

gboolean
kn_bond_sees_link (struct nlattr *member)
{
	struct nlattr *t[IFLA_BOND_SLAVE_MAX + 1], *mii;

	if (nla_parse_nested (t, IFLA_BOND_SLAVE_MAX, member, NULL) < 0)
		return FALSE;
	mii = t[IFLA_BOND_SLAVE_MII_STATUS];
	return mii && nla_get_u8 (mii) == BOND_LINK_UP;
}

gboolean
kn_bond_add (kn *k, const char *name, const guint8 mac[6], GError **error)
{
	struct nl_msg *m = kn_msg_link_index
		(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, AF_UNSPEC);
	struct nlattr *info, *data;

	kn_put_text (m, IFLA_IFNAME, name);
	nla_put (m, IFLA_ADDRESS, 6, mac);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, "bond");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	nla_put_u8 (m, IFLA_BOND_MODE, BOND_MODE_ACTIVEBACKUP);
	nla_put_u32 (m, IFLA_BOND_MIIMON, MIIMON_MS);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, "CONFIG_BONDING", "add bond %s",
			   name);
}

gboolean
kn_bond_set_active (kn *k, const char *bond, const char *slave,
		    GError **error)
{
	int index = kn_ifindex (k, bond), active = kn_ifindex (k, slave);
	struct nl_msg *m;
	struct nlattr *info, *data;

	if (index == 0 || active == 0)
		return kn_fail (k, ENODEV, error, "make %s the active one of "
				"%s", slave, bond);
	m = kn_msg_link_index (RTM_NEWLINK, 0, index, AF_UNSPEC);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, "bond");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	nla_put_u32 (m, IFLA_BOND_ACTIVE_SLAVE, (guint32) active);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, NULL,
			   "make %s the active one of %s", slave, bond);
}
