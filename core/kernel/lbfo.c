/*
 * lbfo.c - bonds that are teams of the host, and VLANs on them: whether the
 * kernel has such a thing at all, made, changed and read. Called by plan/ and
 * view/ through netlink.h; link.c hands the attributes of each link over.
 */
#include <errno.h>
#include <linux/if_bonding.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/utsname.h>

#include "message.h"

#define MIIMON_MS 100		/* how often a member's link is looked at */
#define AD_RATE_FAST 1		/* LACP: a frame a second, else one in 30 */

/* ---- what the kernel has ---- */

/*
 * Asks without NLM_F_CREATE and with an address that no kind takes: a kernel
 * that has the kind looks at the address first (EINVAL), one that has not looks
 * for a link to change (ENODEV). Nothing is made, no module is loaded.
 */
static gboolean
is_loaded (kn *k, const char *kind)
{
	struct nl_msg *m = kn_msg_link_index (RTM_NEWLINK, 0, 0, AF_UNSPEC);
	struct nlattr *info;

	nla_put_u8 (m, IFLA_ADDRESS, 0);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, kind);
	nla_nest_end (m, info);
	if (kn_request (k, m, NULL, NULL, "look for links of kind %s", kind))
		return TRUE;
	return !kn_failed_with (k, ENODEV) && !kn_failed_with (k, EOPNOTSUPP);
}

/* Would the kernel find a module when the first such link is made? */
static gboolean
has_module (const char *kind)
{
	g_autofree char *path = NULL, *text = NULL, *alias = NULL;
	struct utsname u;

	if (uname (&u) < 0)
		return FALSE;
	path = g_strdup_printf ("/lib/modules/%s/modules.alias", u.release);
	alias = g_strdup_printf ("alias rtnl-link-%s ", kind);
	return g_file_get_contents (path, &text, NULL, NULL) &&
		strstr (text, alias) != NULL;
}

gboolean
kn_kind_there (kn *k, const char *kind, const char *needs, GError **error,
	       const char *what)
{
	if (is_loaded (k, kind) || has_module (kind))
		return TRUE;
	return kn_lacks (k, needs, error, "%s: this kernel has no links of "
			 "kind '%s', nor a module for them", what, kind);
}

/* ---- reading ---- */

void
kn_bond_read (struct nlattr *data, kn_bond *out)
{
	struct nlattr *t[IFLA_BOND_MAX + 1], *ad[IFLA_BOND_AD_INFO_MAX + 1];

	if (nla_parse_nested (t, IFLA_BOND_MAX, data, NULL) < 0)
		return;
	out->told = TRUE;
	if (t[IFLA_BOND_MODE])
		out->mode = nla_get_u8 (t[IFLA_BOND_MODE]);
	if (t[IFLA_BOND_XMIT_HASH_POLICY])
		out->policy = nla_get_u8 (t[IFLA_BOND_XMIT_HASH_POLICY]);
	if (t[IFLA_BOND_AD_LACP_RATE])
		out->fast = nla_get_u8 (t[IFLA_BOND_AD_LACP_RATE]) ==
			AD_RATE_FAST;
	if (t[IFLA_BOND_TLB_DYNAMIC_LB])
		out->dynamic = nla_get_u8 (t[IFLA_BOND_TLB_DYNAMIC_LB]) != 0;
	if (t[IFLA_BOND_PRIMARY])
		out->primary = (int) nla_get_u32 (t[IFLA_BOND_PRIMARY]);
	if (!t[IFLA_BOND_AD_INFO] || nla_parse_nested
	    (ad, IFLA_BOND_AD_INFO_MAX, t[IFLA_BOND_AD_INFO], NULL) < 0)
		return;
	if (ad[IFLA_BOND_AD_INFO_AGGREGATOR])
		out->aggregator = nla_get_u16
			(ad[IFLA_BOND_AD_INFO_AGGREGATOR]);
	if (ad[IFLA_BOND_AD_INFO_PARTNER_MAC])
		nla_memcpy (out->partner, ad[IFLA_BOND_AD_INFO_PARTNER_MAC],
			    sizeof out->partner);
}

void
kn_bond_member_read (struct nlattr *data, kn_bond_member *out)
{
	struct nlattr *t[IFLA_BOND_SLAVE_MAX + 1];

	if (nla_parse_nested (t, IFLA_BOND_SLAVE_MAX, data, NULL) < 0)
		return;
	out->told = TRUE;
	if (t[IFLA_BOND_SLAVE_STATE])
		out->active = nla_get_u8 (t[IFLA_BOND_SLAVE_STATE]) ==
			BOND_STATE_ACTIVE;
	if (t[IFLA_BOND_SLAVE_LINK_FAILURE_COUNT])
		out->failures = nla_get_u32
			(t[IFLA_BOND_SLAVE_LINK_FAILURE_COUNT]);
	if (t[IFLA_BOND_SLAVE_PERM_HWADDR])
		nla_memcpy (out->own_mac, t[IFLA_BOND_SLAVE_PERM_HWADDR],
			    sizeof out->own_mac);
	if (t[IFLA_BOND_SLAVE_AD_AGGREGATOR_ID])
		out->aggregator = nla_get_u16
			(t[IFLA_BOND_SLAVE_AD_AGGREGATOR_ID]);
	if (t[IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE])
		out->partner_state = nla_get_u16
			(t[IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE]);
}

const char *
kn_bond_mode_text (guint8 mode)
{
	static const char *const words[] = {
		"balance-rr", "active-backup", "balance-xor", "broadcast",
		"802.3ad", "balance-tlb", "balance-alb",
	};

	return mode < G_N_ELEMENTS (words) ? words[mode] : "unknown";
}

const char *
kn_bond_policy_text (guint8 policy)
{
	static const char *const words[] = {
		"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4",
		"vlan+srcmac",
	};

	return policy < G_N_ELEMENTS (words) ? words[policy] : "unknown";
}

/* ---- making and changing ---- */

/* Options that the mode does not know are refused, so they are left out. What
 * the kernel refuses where it may not be changed, it refuses unchanged, too. */
static void
put_options (struct nl_msg *m, const kn_bond *b, kn_bond_part part)
{
	struct nlattr *info = nla_nest_start (m, IFLA_LINKINFO), *data;

	nla_put_string (m, IFLA_INFO_KIND, "bond");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	if (part == KN_BOND_ALL) {
		nla_put_u8 (m, IFLA_BOND_MODE, b->mode);
		nla_put_u32 (m, IFLA_BOND_MIIMON, MIIMON_MS);
	}
	if (part != KN_BOND_POLICY && b->mode == BOND_MODE_8023AD)
		nla_put_u8 (m, IFLA_BOND_AD_LACP_RATE, b->fast);
	if (part != KN_BOND_POLICY && b->mode == BOND_MODE_TLB)
		nla_put_u8 (m, IFLA_BOND_TLB_DYNAMIC_LB, b->dynamic);
	nla_put_u8 (m, IFLA_BOND_XMIT_HASH_POLICY, b->policy);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
}

gboolean
kn_lbfo_add (kn *k, const char *name, const guint8 mac[6], const kn_bond *b,
	     GError **error)
{
	struct nl_msg *m = kn_msg_link_index
		(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, AF_UNSPEC);

	kn_put_text (m, IFLA_IFNAME, name);
	nla_put (m, IFLA_ADDRESS, 6, mac);
	put_options (m, b, KN_BOND_ALL);
	return kn_request (k, m, error, "CONFIG_BONDING", "add bond %s",
			   name);
}

gboolean
kn_lbfo_set (kn *k, const char *name, const kn_bond *b, kn_bond_part part,
	     GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_NEWLINK, 0, name);

	put_options (m, b, part);
	return kn_request (k, m, error, NULL, "set bond %s to %s, %s", name,
			   kn_bond_mode_text (b->mode),
			   kn_bond_policy_text (b->policy));
}

gboolean
kn_lbfo_prefer (kn *k, const char *name, int member, GError **error)
{
	char who[KN_NAME];
	struct nl_msg *m = kn_msg_link (RTM_NEWLINK, 0, name);
	struct nlattr *info = nla_nest_start (m, IFLA_LINKINFO), *data;

	nla_put_string (m, IFLA_INFO_KIND, "bond");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	nla_put_u32 (m, IFLA_BOND_PRIMARY, (guint32) member);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, NULL, "let bond %s prefer %s", name,
			   member ? kn_name (k, member, who) : "none");
}

gboolean
kn_vlan_add (kn *k, const char *name, const char *lower, guint16 vlan,
	     GError **error)
{
	int index = kn_ifindex (k, lower);
	struct nl_msg *m;
	struct nlattr *info, *data;

	if (index == 0)
		return kn_fail (k, ENODEV, error, "add VLAN %u on %s", vlan,
				lower);
	m = kn_msg_link_index (RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
			       AF_UNSPEC);
	kn_put_text (m, IFLA_IFNAME, name);
	nla_put_u32 (m, IFLA_LINK, (guint32) index);
	info = nla_nest_start (m, IFLA_LINKINFO);
	nla_put_string (m, IFLA_INFO_KIND, "vlan");
	data = nla_nest_start (m, IFLA_INFO_DATA);
	nla_put_u16 (m, IFLA_VLAN_ID, vlan);
	nla_nest_end (m, data);
	nla_nest_end (m, info);
	return kn_request (k, m, error, "CONFIG_VLAN_8021Q", "add VLAN %u on "
			   "%s as %s", vlan, lower, name);
}

guint16
kn_vlan_read (struct nlattr *data)
{
	struct nlattr *t[IFLA_VLAN_MAX + 1];

	if (nla_parse_nested (t, IFLA_VLAN_MAX, data, NULL) < 0 ||
	    t[IFLA_VLAN_ID] == NULL)
		return 0;
	return nla_get_u16 (t[IFLA_VLAN_ID]);
}
