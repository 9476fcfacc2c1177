/*
 * nat.c - network address translation by nftables: one table of ours with a
 * chain behind routing, and a rule for each inside network, which says in its
 * comment whose it is; and a chain for what is only bridged. Called by
 * plan/nat.c and view/nat.c.
 *
 * The messages are packed here and not by libnftables: that one, and the four
 * libraries that it needs, would be loaded by every start of the shell for five
 * messages.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

#define TABLE "vmnetsh"
#define CHAIN "nat"
#define STATIC "static"
#define DNAT_PRIORITY -100	/* NF_IP_PRI_NAT_DST */
#define SNAT_PRIORITY 100	/* NF_IP_PRI_NAT_SRC */
#define BRIDGED "bridged"
#define RAW_PRIORITY -300	/* NF_IP_PRI_RAW: before tracking */
#define COMMENT 0		/* what nft(8) shows: type, length, text */
#define COMMENT_MAX 200
#define SADDR 12		/* places in the header of IPv4 */
#define DADDR 16

void
kn_nat_free (kn_nat *n)
{
	if (n)
		g_free (n->name);
	g_free (n);
}

static void
nat_free (gpointer n)
{
	kn_nat_free (n);
}

/* ---- messages ---- */

static struct nl_msg *
msg_nft (int type, int flags)
{
	struct nl_msg *m = kn_msg (NFNL_SUBSYS_NFTABLES << 8 | type, flags);
	struct nfgenmsg g = { .nfgen_family = NFPROTO_IPV4,
			      .version = NFNETLINK_V0 };

	nlmsg_append (m, &g, sizeof g, NLMSG_ALIGNTO);
	return m;
}

/* nftables' numbers are in network order. */
static void
put_number (struct nl_msg *m, int attr, guint32 value)
{
	nla_put_u32 (m, attr, g_htonl (value));
}

static struct nl_msg *
msg_table (int type, int flags)
{
	struct nl_msg *m = msg_nft (type, flags);

	nla_put_string (m, NFTA_TABLE_NAME, TABLE);
	return m;
}

static struct nl_msg *
msg_chain (const char *name, const char *type, guint32 where, int priority)
{
	struct nl_msg *m = msg_nft (NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	struct nlattr *hook;

	nla_put_string (m, NFTA_CHAIN_TABLE, TABLE);
	nla_put_string (m, NFTA_CHAIN_NAME, name);
	nla_put_string (m, NFTA_CHAIN_TYPE, type);
	hook = nla_nest_start (m, NFTA_CHAIN_HOOK);
	put_number (m, NFTA_HOOK_HOOKNUM, where);
	put_number (m, NFTA_HOOK_PRIORITY, (guint32) priority);
	nla_nest_end (m, hook);
	return m;
}

/* ---- a rule's expressions ---- */

typedef struct {
	struct nl_msg *m;
	struct nlattr *element, *data;
} expression;

static expression
expression_begin (struct nl_msg *m, const char *name)
{
	expression e = { .m = m };

	e.element = nla_nest_start (m, NFTA_LIST_ELEM);
	nla_put_string (m, NFTA_EXPR_NAME, name);
	e.data = nla_nest_start (m, NFTA_EXPR_DATA);
	return e;
}

static void
expression_end (const expression *e)
{
	nla_nest_end (e->m, e->data);
	nla_nest_end (e->m, e->element);
}

static void
put_data (struct nl_msg *m, int attr, gconstpointer bytes, int n)
{
	struct nlattr *a = nla_nest_start (m, attr);

	nla_put (m, NFTA_DATA_VALUE, n, bytes);
	nla_nest_end (m, a);
}

static void
put_bytes (struct nl_msg *m, int attr, const guint8 bytes[4])
{
	put_data (m, attr, bytes, 4);
}

static void
put_load (struct nl_msg *m, guint32 offset)
{
	expression e = expression_begin (m, "payload");

	put_number (m, NFTA_PAYLOAD_DREG, NFT_REG_1);
	put_number (m, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	put_number (m, NFTA_PAYLOAD_OFFSET, offset);
	put_number (m, NFTA_PAYLOAD_LEN, 4);
	expression_end (&e);
}

static void
put_mask (struct nl_msg *m, guint prefix)
{
	static const guint8 none[4];
	guint32 mask = g_htonl (prefix ? G_MAXUINT32 << (32 - prefix) : 0);
	expression e = expression_begin (m, "bitwise");

	put_number (m, NFTA_BITWISE_SREG, NFT_REG_1);
	put_number (m, NFTA_BITWISE_DREG, NFT_REG_1);
	put_number (m, NFTA_BITWISE_LEN, 4);
	put_bytes (m, NFTA_BITWISE_MASK, (const guint8 *) &mask);
	put_bytes (m, NFTA_BITWISE_XOR, none);
	expression_end (&e);
}

static void
put_compare (struct nl_msg *m, guint32 how, const guint8 bytes[4])
{
	expression e = expression_begin (m, "cmp");

	put_number (m, NFTA_CMP_SREG, NFT_REG_1);
	put_number (m, NFTA_CMP_OP, how);
	put_bytes (m, NFTA_CMP_DATA, bytes);
	expression_end (&e);
}

static void
put_network (struct nl_msg *m, guint32 offset, guint32 how, const kn_nat *n)
{
	put_load (m, offset);
	put_mask (m, n->prefix);
	put_compare (m, how, n->addr);
}

/* Came it in by the interface of that name? */
static void
put_came_by (struct nl_msg *m, const char *name)
{
	char padded[IFNAMSIZ] = { 0 };
	struct nlattr *a;
	expression e = expression_begin (m, "meta");

	put_number (m, NFTA_META_DREG, NFT_REG_1);
	put_number (m, NFTA_META_KEY, NFT_META_IIFNAME);
	expression_end (&e);
	g_strlcpy (padded, name, sizeof padded);
	e = expression_begin (m, "cmp");
	put_number (m, NFTA_CMP_SREG, NFT_REG_1);
	put_number (m, NFTA_CMP_OP, NFT_CMP_EQ);
	a = nla_nest_start (m, NFTA_CMP_DATA);
	nla_put (m, NFTA_DATA_VALUE, sizeof padded, padded);
	nla_nest_end (m, a);
	expression_end (&e);
}

static void
put_verb (struct nl_msg *m, const char *name)
{
	expression e = expression_begin (m, name);

	expression_end (&e);
}

/* ---- a port that leads inside ---- */

static void
put_equal (struct nl_msg *m, gconstpointer bytes, int n)
{
	expression e = expression_begin (m, "cmp");

	put_number (m, NFTA_CMP_SREG, NFT_REG_1);
	put_number (m, NFTA_CMP_OP, NFT_CMP_EQ);
	put_data (m, NFTA_CMP_DATA, bytes, n);
	expression_end (&e);
}

static void
put_protocol (struct nl_msg *m, guint8 protocol)
{
	expression e = expression_begin (m, "meta");

	put_number (m, NFTA_META_DREG, NFT_REG_1);
	put_number (m, NFTA_META_KEY, NFT_META_L4PROTO);
	expression_end (&e);
	put_equal (m, &protocol, 1);
}

static void
put_port (struct nl_msg *m, guint16 port)
{
	expression e = expression_begin (m, "payload");
	guint16 value = g_htons (port);

	put_number (m, NFTA_PAYLOAD_DREG, NFT_REG_1);
	put_number (m, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
	put_number (m, NFTA_PAYLOAD_OFFSET, 2);
	put_number (m, NFTA_PAYLOAD_LEN, 2);
	expression_end (&e);
	put_equal (m, &value, 2);
}

/* Any address of this host: what the routes say that it is. */
static void
put_local (struct nl_msg *m)
{
	expression e = expression_begin (m, "fib");
	guint32 type = RTN_LOCAL;

	put_number (m, NFTA_FIB_DREG, NFT_REG_1);
	put_number (m, NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	put_number (m, NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
	expression_end (&e);
	put_equal (m, &type, 4);
}

static void
put_value (struct nl_msg *m, guint32 reg, gconstpointer bytes, int n)
{
	expression e = expression_begin (m, "immediate");

	put_number (m, NFTA_IMMEDIATE_DREG, reg);
	put_data (m, NFTA_IMMEDIATE_DATA, bytes, n);
	expression_end (&e);
}

static void
put_target (struct nl_msg *m, const guint8 addr[4], guint16 port)
{
	guint16 value = g_htons (port);
	expression e;

	put_value (m, NFT_REG_1, addr, 4);
	put_value (m, NFT_REG_2, &value, 2);
	e = expression_begin (m, "nat");
	put_number (m, NFTA_NAT_TYPE, NFT_NAT_DNAT);
	put_number (m, NFTA_NAT_FAMILY, NFPROTO_IPV4);
	put_number (m, NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
	put_number (m, NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	expression_end (&e);
}

static void
put_map (struct nl_msg *m, const char *text)
{
	vmnet_natmap p;
	vmnet_acl remote = { 0 };
	kn_nat from = { 0 };
	guint8 addr[4];

	if (!vmnet_natmap_parse (text, &p))
		return;
	vmnet_acl_parse (p.remote, FALSE, &remote, NULL);
	memcpy (from.addr, remote.addr, sizeof from.addr);
	from.prefix = remote.prefix;
	if (from.prefix)
		put_network (m, SADDR, NFT_CMP_EQ, &from);
	inet_pton (AF_INET, p.external, addr);
	if (memcmp (addr, "\0\0\0", 4) == 0) {
		put_local (m);
	} else {
		put_load (m, DADDR);
		put_compare (m, NFT_CMP_EQ, addr);
	}
	put_protocol (m, p.udp ? IPPROTO_UDP : IPPROTO_TCP);
	put_port (m, p.external_port);
	inet_pton (AF_INET, p.internal, addr);
	put_target (m, addr, p.internal_port);
}

/* "10.0.0.0/24 NAME" */
static void
put_comment (struct nl_msg *m, const kn_nat *n)
{
	guint8 data[2 + COMMENT_MAX] = { COMMENT };
	int length = g_snprintf ((char *) data + 2, COMMENT_MAX,
				 n->bridge ? "%u.%u.%u.%u/%u bridge %s"
				 : n->map ? "%u.%u.%u.%u/%u map %s"
				 : "%u.%u.%u.%u/%u %s", n->addr[0], n->addr[1],
				 n->addr[2], n->addr[3], n->prefix, n->name);

	length = MIN (length, COMMENT_MAX - 1) + 1;
	data[1] = (guint8) length;
	nla_put (m, NFTA_RULE_USERDATA, 2 + length, data);
}

static struct nl_msg *
msg_rule (const kn_nat *n)
{
	struct nl_msg *m = msg_nft (NFT_MSG_NEWRULE,
				    NLM_F_CREATE | NLM_F_APPEND);
	struct nlattr *all;

	nla_put_string (m, NFTA_RULE_TABLE, TABLE);
	nla_put_string (m, NFTA_RULE_CHAIN, n->bridge ? BRIDGED
			: n->map ? STATIC : CHAIN);
	all = nla_nest_start (m, NFTA_RULE_EXPRESSIONS);
	if (n->map) {
		put_map (m, n->name);
	} else if (n->bridge) {
		put_came_by (m, n->name);
		put_verb (m, "notrack");
	} else {
		put_network (m, SADDR, NFT_CMP_EQ, n);
		put_network (m, DADDR, NFT_CMP_NEQ, n);
		put_verb (m, "masq");
	}
	nla_nest_end (m, all);
	put_comment (m, n);
	return m;
}

static void
message_free (gpointer m)
{
	nlmsg_free (m);
}

/* A table is taken away and made anew, in one transaction; it is made before,
 * so that there is one to take away. */
gboolean
kn_nats_set (kn *k, const GPtrArray *all, GError **error)
{
	g_autoptr (GPtrArray) batch =
		g_ptr_array_new_with_free_func (message_free);

	g_ptr_array_add (batch, msg_table (NFT_MSG_NEWTABLE, NLM_F_CREATE));
	g_ptr_array_add (batch, msg_table (NFT_MSG_DELTABLE, 0));
	if (all->len > 0) {
		g_ptr_array_add (batch, msg_table (NFT_MSG_NEWTABLE,
						   NLM_F_CREATE));
		g_ptr_array_add (batch, msg_chain (CHAIN, "nat",
						   NF_INET_POST_ROUTING,
						   SNAT_PRIORITY));
		g_ptr_array_add (batch, msg_chain (BRIDGED, "filter",
						   NF_INET_PRE_ROUTING,
						   RAW_PRIORITY));
		g_ptr_array_add (batch, msg_chain (STATIC, "nat",
						   NF_INET_PRE_ROUTING,
						   DNAT_PRIORITY));
	}
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add (batch, msg_rule (all->pdata[i]));
	return kn_batch (k, batch, error, "set nftables' table " TABLE);
}

/* ---- reads ---- */

/* The comment of a rule of ours, and nothing else, is read. */
static void
parse_rule (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[NFTA_RULE_MAX + 1];
	g_autofree char *text = NULL;
	guint b[4], prefix;
	const guint8 *data;
	kn_nat *n;
	int at = 0;

	if (nlmsg_parse ((struct nlmsghdr *) h, sizeof (struct nfgenmsg), t,
			 NFTA_RULE_MAX, NULL) < 0
	    || !t[NFTA_RULE_TABLE] || !t[NFTA_RULE_USERDATA]
	    || strcmp (nla_get_string (t[NFTA_RULE_TABLE]), TABLE) != 0
	    || nla_len (t[NFTA_RULE_USERDATA]) < 3)
		return;
	data = nla_data (t[NFTA_RULE_USERDATA]);
	text = g_strndup ((const char *) data + 2,
			  MIN (data[1], nla_len (t[NFTA_RULE_USERDATA]) - 2));
	if (data[0] != COMMENT
	    || sscanf (text, "%u.%u.%u.%u/%u %n", &b[0], &b[1], &b[2], &b[3],
		       &prefix, &at) != 5 || at == 0)
		return;
	n = g_new0 (kn_nat, 1);
	for (guint i = 0; i < 4; i++)
		n->addr[i] = (guint8) b[i];
	n->prefix = (guint8) prefix;
	n->bridge = n->prefix == 0 && g_str_has_prefix (text + at, "bridge ");
	n->map = n->prefix == 0 && g_str_has_prefix (text + at, "map ");
	n->name = g_strdup (text + at + (n->bridge ? strlen ("bridge ")
					 : n->map ? strlen ("map ") : 0));
	g_ptr_array_add (out, n);
}

GPtrArray *
kn_nats (kn *k, GError **error)
{
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (nat_free);
	struct nl_msg *m;

	if (!kn_open_netfilter (k)) {
		if (errno != EPERM)
			return g_steal_pointer (&all);
		kn_fail (k, EPERM, error, "list nftables' rules");
		return NULL;
	}
	m = msg_nft (NFT_MSG_GETRULE, NLM_F_DUMP);
	nla_put_string (m, NFTA_RULE_TABLE, TABLE);
	if (kn_query (k, KN_NETFILTER, m, parse_rule, all, error,
		      "list nftables' rules"))
		return g_steal_pointer (&all);
	/* No table, or no nftables at all. */
	if (!kn_failed_with (k, ENOENT) && !kn_failed_with (k, EINVAL)
	    && !kn_failed_with (k, EOPNOTSUPP))
		return NULL;
	g_clear_error (error);
	return g_steal_pointer (&all);
}
