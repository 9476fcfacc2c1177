/*
 * card.c - the settings of a network card's driver: offloads, rings, queues
 * (generic netlink), the longest frame. Called by plan/ and view/.
 */
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <net/ethernet.h>
#include <string.h>

#include "message.h"

#define DISABLE_IPV6 "ipv6/conf/%s/disable_ipv6"

/* What carries an on-off setting: the first of these that the driver can
 * change, else the first that it has. */
static const char *const features[VMNET_NIC_SETTINGS][3] = {
	[VMNET_NIC_LSO4] = { "tx-tcp-segmentation" },
	[VMNET_NIC_LSO6] = { "tx-tcp6-segmentation" },
	[VMNET_NIC_USO] = { "tx-udp-segmentation" },
	[VMNET_NIC_RSC] = { "rx-gro-hw", "rx-gro" },
	[VMNET_NIC_TX_CHECKSUM] = { "tx-checksum-ip-generic",
				    "tx-checksum-ipv4" },
	[VMNET_NIC_RX_CHECKSUM] = { "rx-checksum" },
};

static const struct { int get, set, header, value, max; } numbers[]
	= {
	[VMNET_NIC_RX_BUFFERS] = { ETHTOOL_MSG_RINGS_GET,
		ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_HEADER,
		ETHTOOL_A_RINGS_RX, ETHTOOL_A_RINGS_RX_MAX },
	[VMNET_NIC_TX_BUFFERS] = { ETHTOOL_MSG_RINGS_GET,
		ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_HEADER,
		ETHTOOL_A_RINGS_TX, ETHTOOL_A_RINGS_TX_MAX },
	[VMNET_NIC_RSS_QUEUES] = { ETHTOOL_MSG_CHANNELS_GET,
		ETHTOOL_MSG_CHANNELS_SET, ETHTOOL_A_CHANNELS_HEADER,
		ETHTOOL_A_CHANNELS_COMBINED_COUNT,
		ETHTOOL_A_CHANNELS_COMBINED_MAX },
};

/* ---- on and off ---- */

typedef struct {
	GHashTable *active, *changeable;	/* names; owned strings */
} feature_sets;

/* The names of the bits that are set. Where the kernel sends a mask, it lists
 * all bits of the mask, and those that are set have a flag. */
static void
take_names (struct nlattr *set, GHashTable *out)
{
	struct nlattr *t[ETHTOOL_A_BITSET_MAX + 1], *bit;
	int left;

	if (set == NULL || nla_parse_nested (t, ETHTOOL_A_BITSET_MAX, set,
					     NULL) < 0
	    || t[ETHTOOL_A_BITSET_BITS] == NULL)
		return;
	nla_for_each_nested (bit, t[ETHTOOL_A_BITSET_BITS], left) {
		struct nlattr *b[ETHTOOL_A_BITSET_BIT_MAX + 1];

		if (nla_parse_nested (b, ETHTOOL_A_BITSET_BIT_MAX, bit,
				      NULL) >= 0
		    && (t[ETHTOOL_A_BITSET_NOMASK]
			|| b[ETHTOOL_A_BITSET_BIT_VALUE])
		    && b[ETHTOOL_A_BITSET_BIT_NAME])
			g_hash_table_add (out, nla_strdup (
				b[ETHTOOL_A_BITSET_BIT_NAME]));
	}
}

static void
parse_features (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[ETHTOOL_A_FEATURES_MAX + 1];
	feature_sets *f = out;

	if (nlmsg_parse ((struct nlmsghdr *) h, GENL_HDRLEN, t,
			 ETHTOOL_A_FEATURES_MAX, NULL) < 0)
		return;
	take_names (t[ETHTOOL_A_FEATURES_ACTIVE], f->active);
	take_names (t[ETHTOOL_A_FEATURES_HW], f->changeable);
}

static void
choose_feature (const feature_sets *f, guint s, kn_card *out)
{
	const char *found = NULL;

	for (guint i = 0; i < 3 && features[s][i]; i++) {
		const char *name = features[s][i];
		gboolean can = g_hash_table_contains (f->changeable, name);

		if (can || (!found
			    && g_hash_table_contains (f->active, name)))
			found = name;
		if (can)
			break;
	}
	if (found == NULL)
		return;
	out->feature[s] = found;
	out->fixed[s] = !g_hash_table_contains (f->changeable, found);
	out->value[s].set = TRUE;
	out->value[s].value = g_hash_table_contains (f->active, found);
	out->max[s] = 1;
}

static void
read_features (kn *k, const char *name, kn_card *out)
{
	struct nl_msg *m = kn_msg_ethtool (k, ETHTOOL_MSG_FEATURES_GET,
					   ETHTOOL_A_FEATURES_HEADER, name);
	g_autoptr (GHashTable) active = g_hash_table_new_full (
		g_str_hash, g_str_equal, free, NULL);
	g_autoptr (GHashTable) changeable = g_hash_table_new_full (
		g_str_hash, g_str_equal, free, NULL);
	feature_sets f = { active, changeable };

	if (m == NULL || !kn_query (k, KN_GENERIC, m, parse_features, &f,
				    NULL, "features of %s", name))
		return;
	for (guint s = 0; s < VMNET_NIC_SETTINGS; s++)
		choose_feature (&f, s, out);
}

/* ---- numbers ---- */

typedef struct {
	guint setting;
	kn_card *card;
} number_of;

static gboolean
is_told (struct nlattr *const *t, int value, int max)
{
	return t[value] && t[max] && nla_get_u32 (t[max]) > 0;
}

static void
parse_number (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[32] = { NULL };
	number_of *n = out;
	int value = numbers[n->setting].value, max = numbers[n->setting].max;

	if (nlmsg_parse ((struct nlmsghdr *) h, GENL_HDRLEN, t,
			 G_N_ELEMENTS (t) - 1, NULL) < 0)
		return;
	if (n->setting == VMNET_NIC_RSS_QUEUES && !is_told (t, value, max)) {
		value = ETHTOOL_A_CHANNELS_RX_COUNT;
		max = ETHTOOL_A_CHANNELS_RX_MAX;
		n->card->rx_apart = TRUE;
	}
	if (!is_told (t, value, max))
		return;
	n->card->value[n->setting].set = TRUE;
	n->card->value[n->setting].value = nla_get_u32 (t[value]);
	n->card->max[n->setting] = nla_get_u32 (t[max]);
}

static void
read_number (kn *k, const char *name, guint s, kn_card *out)
{
	number_of n = { s, out };
	struct nl_msg *m = kn_msg_ethtool (k, (guint8) numbers[s].get,
					   numbers[s].header, name);

	if (m != NULL)
		kn_query (k, KN_GENERIC, m, parse_number, &n, NULL,
			  "settings of %s", name);
}

/* The longest frame: the header is part of it here, the kernel's MTU is what
 * follows the header. */
static void
read_link (kn *k, const char *name, kn_card *out)
{
	g_autoptr (kn_link) l = kn_link_get (k, name, NULL);

	if (l == NULL)
		return;
	out->value[VMNET_NIC_JUMBO].set = TRUE;
	out->value[VMNET_NIC_JUMBO].value = l->mtu + ETHER_HDR_LEN;
	out->value[VMNET_NIC_MAC].set = TRUE;
	out->value[VMNET_NIC_MAC].value = vmnet_nic_mac_number (l->mac);
}

/* The kernel's switch says when it is off. */
static void
read_ipv6 (kn *k, const char *name, kn_card *out)
{
	guint64 off;

	if (!kn_sysctl_get (k, DISABLE_IPV6, name, &off))
		return;
	out->value[VMNET_NIC_IPV6].set = TRUE;
	out->value[VMNET_NIC_IPV6].value = off == 0;
}

void
kn_card_read (kn *k, const char *name, kn_card *out)
{
	memset (out, 0, sizeof *out);
	read_link (k, name, out);
	read_ipv6 (k, name, out);
	read_features (k, name, out);
	for (guint s = 0; s < G_N_ELEMENTS (numbers); s++)
		if (numbers[s].get)
			read_number (k, name, s, out);
}

/* ---- changes ---- */

static int
attribute_of (kn *k, const char *name, guint s)
{
	kn_card now = { .rx_apart = FALSE };

	if (s == VMNET_NIC_RSS_QUEUES)
		read_number (k, name, s, &now);
	return now.rx_apart ? ETHTOOL_A_CHANNELS_RX_COUNT : numbers[s].value;
}

static gboolean
set_number (kn *k, const char *name, guint s, guint64 value, GError **error)
{
	int attribute = attribute_of (k, name, s);
	struct nl_msg *m = kn_msg_ethtool (k, (guint8) numbers[s].set,
					   numbers[s].header, name);
	const char *keyword = vmnet_nic_settings[s].keyword;

	if (m == NULL)
		return kn_lacks (k, "CONFIG_ETHTOOL_NETLINK", error,
				 "set %s of %s", keyword, name);
	nla_put_u32 (m, attribute, (guint32) value);
	return kn_query (k, KN_GENERIC, m, NULL, NULL, error,
			 "set %s of %s to %" G_GUINT64_FORMAT, keyword, name,
			 value);
}

static gboolean
set_feature (kn *k, const char *name, guint s, gboolean on, GError **error)
{
	kn_card now;

	kn_card_read (k, name, &now);
	if (now.feature[s] == NULL)
		return kn_fail (k, EOPNOTSUPP, error, "set %s of %s",
				vmnet_nic_settings[s].keyword, name);
	if (!kn_feature_set (k, name, now.feature[s], on, error))
		return FALSE;
	return strcmp (now.feature[s], "tx-checksum-ipv4") != 0
	       || kn_feature_set (k, name, "tx-checksum-ipv6", on, error);
}

static gboolean
set_one (kn *k, const char *name, guint s, guint64 value, GError **error)
{
	guint8 mac[6];

	if (s == VMNET_NIC_JUMBO)
		return kn_link_set_mtu (k, name,
					(guint) (value - ETHER_HDR_LEN),
					error);
	if (s == VMNET_NIC_MAC) {
		vmnet_nic_mac_bytes (value, mac);
		return kn_link_set_mac (k, name, mac, error);
	}
	if (s == VMNET_NIC_IPV6)
		return kn_sysctl_set (k, DISABLE_IPV6, name, !value, error);
	if (vmnet_nic_settings[s].on_off)
		return set_feature (k, name, s, value != 0, error);
	return set_number (k, name, s, value, error);
}

gboolean
kn_card_set (kn *k, const char *name, vmnet_nic_setting setting,
	     guint64 value, GError **error)
{
	kn_card now;

	if (!set_one (k, name, setting, value, error))
		return FALSE;
	kn_card_read (k, name, &now);
	if (now.value[setting].set && now.value[setting].value == value)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "set %s of %s to %" G_GUINT64_FORMAT ": its driver keeps "
		     "it at %" G_GUINT64_FORMAT,
		     vmnet_nic_settings[setting].keyword, name, value,
		     now.value[setting].value);
	return FALSE;
}
