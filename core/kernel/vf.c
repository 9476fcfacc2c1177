/*
 * vf.c - what a physical function (PF) programs for its virtual ones (VF),
 * and the PF's own filter of unicast addresses. Called by plan/, iov/, view/.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "message.h"

/* ---- reading ---- */

static guint64
vf_stat (struct nlattr **t, int attr)
{
	return t[attr] ? nla_get_u64 (t[attr]) : 0;
}

static void
parse_vf_stats (kn_vf *v, struct nlattr *stats)
{
	struct nlattr *t[IFLA_VF_STATS_MAX + 1];

	if (stats == NULL ||
	    nla_parse_nested (t, IFLA_VF_STATS_MAX, stats, NULL) < 0)
		return;
	v->has_counters = TRUE;
	v->counters = (kn_counters) {
		.rx_bytes = vf_stat (t, IFLA_VF_STATS_RX_BYTES),
		.rx_packets = vf_stat (t, IFLA_VF_STATS_RX_PACKETS),
		.rx_dropped = vf_stat (t, IFLA_VF_STATS_RX_DROPPED),
		.tx_bytes = vf_stat (t, IFLA_VF_STATS_TX_BYTES),
		.tx_packets = vf_stat (t, IFLA_VF_STATS_TX_PACKETS),
		.tx_dropped = vf_stat (t, IFLA_VF_STATS_TX_DROPPED),
	};
}

/* Attributes of the kernel's structs may grow: what is there is taken. */
#define TAKE(t, attr, s) \
	(t[attr] && memcpy (&(s), nla_data (t[attr]), \
			    MIN ((gsize) nla_len (t[attr]), sizeof (s))))

static void
parse_vf (kn_vf *v, struct nlattr **t)
{
	struct ifla_vf_mac mac = { 0 };
	struct ifla_vf_vlan vlan = { 0 };
	struct ifla_vf_rate rate = { 0 };
	struct ifla_vf_spoofchk spoofchk = { 0 };
	struct ifla_vf_trust trust = { 0 };
	struct ifla_vf_link_state state = { 0 };

	if (TAKE (t, IFLA_VF_MAC, mac)) {
		v->vf = mac.vf;
		memcpy (v->mac, mac.mac, 6);
	}
	if (TAKE (t, IFLA_VF_VLAN, vlan))
		v->vlan = (guint16) vlan.vlan;
	if (TAKE (t, IFLA_VF_RATE, rate)) {
		v->min_rate = rate.min_tx_rate;
		v->max_rate = rate.max_tx_rate;
	}
	/* A card without it says -1. */
	if (TAKE (t, IFLA_VF_SPOOFCHK, spoofchk))
		v->spoofchk = spoofchk.setting == 1;
	if (TAKE (t, IFLA_VF_TRUST, trust))
		v->trust = trust.setting == 1;
	if (TAKE (t, IFLA_VF_LINK_STATE, state))
		v->link_state = state.link_state;
	parse_vf_stats (v, t[IFLA_VF_STATS]);
}

static void
parse_vfs (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *list, *info, *t[IFLA_VF_MAX + 1];
	int left;

	list = nlmsg_find_attr ((struct nlmsghdr *) h,
				sizeof (struct ifinfomsg), IFLA_VFINFO_LIST);
	if (list == NULL)
		return;
	nla_for_each_nested (info, list, left) {
		kn_vf *v;

		if (nla_type (info) != IFLA_VF_INFO ||
		    nla_parse_nested (t, IFLA_VF_MAX, info, NULL) < 0)
			continue;
		v = g_new0 (kn_vf, 1);
		parse_vf (v, t);
		g_ptr_array_add (out, v);
	}
}

GPtrArray *
kn_vfs (kn *k, const char *pf, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	struct nl_msg *m = kn_msg_link (RTM_GETLINK, 0, pf);

	nla_put_u32 (m, IFLA_EXT_MASK, RTEXT_FILTER_VF);
	if (!kn_query (k, KN_ROUTE, m, parse_vfs, out, error,
		       "virtual functions of %s", pf))
		return NULL;
	return g_steal_pointer (&out);
}

const kn_vf *
kn_vf_of (const GPtrArray *vfs, guint vf)
{
	for (guint i = 0; vfs && i < vfs->len; i++)
		if (((kn_vf *) vfs->pdata[i])->vf == vf)
			return vfs->pdata[i];
	return NULL;
}

/* ---- programming ---- */

static gboolean
set_vf (kn *k, const char *pf, guint vf, int attr, gconstpointer data,
	int size, const char *what, GError **error)
{
	struct nl_msg *m = kn_msg_link (RTM_SETLINK, 0, pf);
	struct nlattr *list = nla_nest_start (m, IFLA_VFINFO_LIST);
	struct nlattr *info = nla_nest_start (m, IFLA_VF_INFO);

	nla_put (m, attr, size, data);
	nla_nest_end (m, info);
	nla_nest_end (m, list);
	return kn_request (k, m, error, NULL,
			   "set %s of virtual function %u of %s", what, vf,
			   pf);
}

gboolean
kn_vf_set_mac (kn *k, const char *pf, guint vf, const guint8 mac[6],
	       GError **error)
{
	struct ifla_vf_mac v = { .vf = vf };

	memcpy (v.mac, mac, 6);
	return set_vf (k, pf, vf, IFLA_VF_MAC, &v, sizeof v, "the address",
		       error);
}

gboolean
kn_vf_set_vlan (kn *k, const char *pf, guint vf, guint16 vlan,
		GError **error)
{
	struct ifla_vf_vlan v = { .vf = vf, .vlan = vlan };

	return set_vf (k, pf, vf, IFLA_VF_VLAN, &v, sizeof v, "the VLAN",
		       error);
}

gboolean
kn_vf_set_rate (kn *k, const char *pf, guint vf, guint32 min, guint32 max,
		GError **error)
{
	struct ifla_vf_rate v = { .vf = vf, .min_tx_rate = min,
				  .max_tx_rate = max };

	return set_vf (k, pf, vf, IFLA_VF_RATE, &v, sizeof v, "the rate",
		       error);
}

gboolean
kn_vf_set_spoofchk (kn *k, const char *pf, guint vf, gboolean on,
		    GError **error)
{
	struct ifla_vf_spoofchk v = { .vf = vf, .setting = on ? 1 : 0 };

	return set_vf (k, pf, vf, IFLA_VF_SPOOFCHK, &v, sizeof v,
		       "the check of source addresses", error);
}

gboolean
kn_vf_set_trust (kn *k, const char *pf, guint vf, gboolean on,
		 GError **error)
{
	struct ifla_vf_trust v = { .vf = vf, .setting = on ? 1 : 0 };

	return set_vf (k, pf, vf, IFLA_VF_TRUST, &v, sizeof v, "trust",
		       error);
}

/* ---- the PF's own filter ---- */

/*
 * A card switches between its functions by the addresses that it knows: what
 * a VF sends to a port of the bridge reaches the PF only when the address
 * stands in the PF's filter, in spite of its promiscuous mode.
 */
static gboolean
change_filter (kn *k, int type, int flags, const char *pf,
	       const guint8 mac[6], const char *verb, GError **error)
{
	struct ndmsg nd = {
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = kn_ifindex (k, pf),
		.ndm_state = NUD_PERMANENT,
		.ndm_flags = NTF_SELF,
	};
	struct nl_msg *m;

	if (nd.ndm_ifindex == 0)
		return kn_fail (k, ENODEV, error, "%s the filter of %s", verb,
				pf);
	m = kn_msg (type, flags);
	nlmsg_append (m, &nd, sizeof nd, NLMSG_ALIGNTO);
	nla_put (m, NDA_LLADDR, 6, mac);
	return kn_request (k, m, error, NULL,
			   "%s %02x:%02x:%02x:%02x:%02x:%02x, the filter of "
			   "%s", verb, mac[0], mac[1], mac[2], mac[3], mac[4],
			   mac[5], pf);
}

/* TRUE also where the kernel says that it is so already. */
static gboolean
ensure_filter (kn *k, int type, int flags, const char *pf,
	       const guint8 mac[6], const char *verb, int already,
	       GError **error)
{
	g_autoptr (GError) e = NULL;

	if (change_filter (k, type, flags, pf, mac, verb, &e) ||
	    kn_failed_with (k, already))
		return TRUE;
	g_propagate_error (error, g_steal_pointer (&e));
	return FALSE;
}

static gboolean
has_filter_mac (kn *k, const char *pf, const guint8 mac[6], guint *n)
{
	g_autoptr (GPtrArray) all = kn_filter_macs (k, pf, NULL);
	int ifindex = kn_ifindex (k, pf);
	gboolean found = FALSE;

	*n = 0;
	for (guint i = 0; all && i < all->len; i++) {
		const kn_fdb *f = all->pdata[i];

		*n += f->ifindex == ifindex;
		found |= f->ifindex == ifindex &&
			memcmp (f->mac, mac, 6) == 0;
	}
	return found;
}

gboolean
kn_filter_mac_ensure (kn *k, const char *pf, const guint8 mac[6],
		      GError **error)
{
	g_autoptr (GError) e = NULL;
	guint n;

	if (ensure_filter (k, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, pf,
			   mac, "add to", EEXIST, &e) ||
	    has_filter_mac (k, pf, mac, &n))
		return TRUE;
	g_set_error (error, e->domain, e->code,
		     "%s; it has %u addresses, and its driver may take no more: "
		     "give adapters virtual functions (-IovWeight), or connect "
		     "them to a switch without SR-IOV", e->message, n);
	return FALSE;
}

gboolean
kn_filter_mac_del (kn *k, const char *pf, const guint8 mac[6],
		   GError **error)
{
	return ensure_filter (k, RTM_DELNEIGH, 0, pf, mac, "delete from",
			      ENOENT, error);
}

static void
parse_filter (const struct nlmsghdr *h, gpointer out)
{
	const struct ndmsg *nd = nlmsg_data (h);
	struct nlattr *t[NDA_MAX + 1];
	kn_fdb *f;

	if (h->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *nd, t, NDA_MAX,
			 NULL) < 0)
		return;
	if (!(nd->ndm_flags & NTF_SELF) || t[NDA_MASTER] != NULL ||
	    t[NDA_LLADDR] == NULL || nla_len (t[NDA_LLADDR]) != 6)
		return;
	f = g_new0 (kn_fdb, 1);
	f->ifindex = nd->ndm_ifindex;
	memcpy (f->mac, nla_data (t[NDA_LLADDR]), 6);
	g_ptr_array_add (out, f);
}

GPtrArray *
kn_filter_macs (kn *k, const char *pf, GError **error)
{
	struct nl_msg *m = kn_msg_link_index (RTM_GETNEIGH, 0,
					      kn_ifindex (k, pf), AF_BRIDGE);

	return kn_dump_array (k, m, parse_filter, g_free, error,
			      "the adapter's filter");
}
