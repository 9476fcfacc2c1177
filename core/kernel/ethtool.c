/*
 * ethtool.c - what a network card's driver tells and takes: speed, features
 * (generic netlink), its name (ioctl: netlink does not have it). Called by
 * plan/, view/, bpf/ and lab/.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>

#include "message.h"

#define MEGA 1000000

static struct nl_msg *
msg_genl (int family, int flags, guint8 command)
{
	struct nl_msg *m = kn_msg (family, flags);
	struct genlmsghdr g = { .cmd = command, .version = 1 };

	nlmsg_append (m, &g, sizeof g, NLMSG_ALIGNTO);
	return m;
}

/* ---- the family's number, given at boot ---- */

static void
parse_family (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[CTRL_ATTR_MAX + 1];

	if (nlmsg_parse ((struct nlmsghdr *) h, GENL_HDRLEN, t,
			 CTRL_ATTR_MAX, NULL) >= 0 && t[CTRL_ATTR_FAMILY_ID])
		*(int *) out = nla_get_u16 (t[CTRL_ATTR_FAMILY_ID]);
}

static int
family (kn *k)
{
	struct nl_msg *m;

	if (k->ethtool)
		return k->ethtool;
	k->ethtool = -1;
	m = msg_genl (GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	nla_put_string (m, CTRL_ATTR_FAMILY_NAME, ETHTOOL_GENL_NAME);
	kn_query (k, KN_GENERIC, m, parse_family, &k->ethtool, NULL,
		  "find ethtool");
	return k->ethtool;
}

struct nl_msg *
kn_msg_ethtool (kn *k, guint8 command, int header_attr, const char *name)
{
	int id = family (k);
	struct nlattr *header;
	struct nl_msg *m;

	if (id < 0)
		return NULL;
	m = msg_genl (id, 0, command);
	header = nla_nest_start (m, header_attr);
	kn_put_text (m, ETHTOOL_A_HEADER_DEV_NAME, name);
	nla_nest_end (m, header);
	return m;
}

/* ---- speed ---- */

static void
parse_speed (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[ETHTOOL_A_LINKMODES_MAX + 1], *a;
	guint32 mbit;

	if (nlmsg_parse ((struct nlmsghdr *) h, GENL_HDRLEN, t,
			 ETHTOOL_A_LINKMODES_MAX, NULL) < 0)
		return;
	a = t[ETHTOOL_A_LINKMODES_SPEED];
	mbit = a ? nla_get_u32 (a) : 0;
	if (mbit != G_MAXUINT32)	/* SPEED_UNKNOWN */
		*(guint64 *) out = (guint64) mbit * MEGA;
}

guint64
kn_link_speed (kn *k, const char *name)
{
	struct nl_msg *m = kn_msg_ethtool (k, ETHTOOL_MSG_LINKMODES_GET,
					   ETHTOOL_A_LINKMODES_HEADER, name);
	guint64 bits = 0;

	if (m)
		kn_query (k, KN_GENERIC, m, parse_speed, &bits, NULL,
			  "speed of %s", name);
	return bits;
}

/* ---- features ---- */

/* A set with one bit by name; the mask is that bit alone. */
static void
put_feature (struct nl_msg *m, const char *feature, gboolean on)
{
	struct nlattr *wanted = nla_nest_start (m, ETHTOOL_A_FEATURES_WANTED);
	struct nlattr *bits = nla_nest_start (m, ETHTOOL_A_BITSET_BITS);
	struct nlattr *bit = nla_nest_start (m, ETHTOOL_A_BITSET_BITS_BIT);

	kn_put_text (m, ETHTOOL_A_BITSET_BIT_NAME, feature);
	if (on)
		nla_put_flag (m, ETHTOOL_A_BITSET_BIT_VALUE);
	nla_nest_end (m, bit);
	nla_nest_end (m, bits);
	nla_nest_end (m, wanted);
}

gboolean
kn_feature_set (kn *k, const char *name, const char *feature, gboolean on,
		GError **error)
{
	struct nl_msg *m = kn_msg_ethtool (k, ETHTOOL_MSG_FEATURES_SET,
					   ETHTOOL_A_FEATURES_HEADER, name);

	if (m == NULL)
		return kn_lacks (k, "CONFIG_ETHTOOL_NETLINK", error,
				 "set feature %s of %s", feature, name);
	put_feature (m, feature, on);
	return kn_query (k, KN_GENERIC, m, NULL, NULL, error,
			 "set feature %s of %s %s", feature, name,
			 on ? "on" : "off");
}

/* ---- driver ---- */

char *
kn_driver (kn *k, const char *name)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = { .ifr_data = (char *) &info };

	if (strlen (name) >= sizeof r.ifr_name)
		return NULL;
	g_strlcpy (r.ifr_name, name, sizeof r.ifr_name);
	if (kn_ioctl (k, SIOCETHTOOL, &r) < 0 || info.driver[0] == '\0')
		return NULL;
	return g_strndup (info.driver, sizeof info.driver);
}
