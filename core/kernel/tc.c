/*
 * tc.c - queueing disciplines and their classes: HTB (floors and caps), TBF
 * (the lab's line speed), clsact (where BPF programs hang). Called by plan/,
 * view/ and lab/. Filters are in filter.c.
 */
#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "message.h"
#include "sysfs.h"

#define CLSACT_HANDLE 0xFFFF0000U
#define TBF_HANDLE 0x00010000U
/* Too small a burst starves fast classes and those of small packets. */
#define BURST_MIN 65536U
#define BURST_TIME_DIV 100	/* of a second: 10 ms */

struct nl_msg *
kn_msg_tc (int type, int flags, int ifindex, guint32 parent, guint32 handle)
{
	struct nl_msg *m = kn_msg (type, flags);
	struct tcmsg tc = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = parent,
		.tcm_handle = handle,
	};

	nlmsg_append (m, &tc, sizeof tc, NLMSG_ALIGNTO);
	return m;
}

/* ---- reading ---- */

typedef struct {
	guint64 bytes, packets;
	struct gnet_stats_queue queue;
} tc_stats;

/* Kernels since 5.5 add 64-bit packets where 32 bits do not suffice. */
static tc_stats
parse_stats (struct nlattr *stats2)
{
	struct nlattr *t[TCA_STATS_MAX + 1];
	struct gnet_stats_basic b = { 0 };
	tc_stats s = { 0 };

	if (stats2 == NULL ||
	    nla_parse_nested (t, TCA_STATS_MAX, stats2, NULL) < 0)
		return s;
	if (t[TCA_STATS_BASIC])
		nla_memcpy (&b, t[TCA_STATS_BASIC], sizeof b);
	if (t[TCA_STATS_QUEUE])
		nla_memcpy (&s.queue, t[TCA_STATS_QUEUE], sizeof s.queue);
	s.bytes = b.bytes;
	s.packets = t[TCA_STATS_PKT64] ? nla_get_u64 (t[TCA_STATS_PKT64]) :
		b.packets;
	return s;
}

static gboolean
parse_tc (const struct nlmsghdr *h, int type, struct nlattr **t)
{
	return h->nlmsg_type == type &&
		nlmsg_parse ((struct nlmsghdr *) h, sizeof (struct tcmsg), t,
			     TCA_MAX, NULL) >= 0 && t[TCA_KIND];
}

static void
parse_qdisc (const struct nlmsghdr *h, gpointer out)
{
	const struct tcmsg *tc = nlmsg_data (h);
	struct nlattr *t[TCA_MAX + 1];
	kn_qdisc *q;
	tc_stats s;

	if (!parse_tc (h, RTM_NEWQDISC, t))
		return;
	q = g_new0 (kn_qdisc, 1);
	s = parse_stats (t[TCA_STATS2]);
	q->ifindex = tc->tcm_ifindex;
	q->handle = tc->tcm_handle;
	q->parent = tc->tcm_parent;
	nla_strlcpy (q->kind, t[TCA_KIND], sizeof q->kind);
	q->bytes = s.bytes;
	q->packets = s.packets;
	q->drops = s.queue.drops;
	q->overlimits = s.queue.overlimits;
	q->backlog = s.queue.backlog;
	q->qlen = s.queue.qlen;
	g_ptr_array_add (out, q);
}

GPtrArray *
kn_qdiscs (kn *k, GError **error)
{
	return kn_dump_array (k, kn_msg_tc (RTM_GETQDISC, 0, 0, 0, 0),
			      parse_qdisc, g_free, error,
			      "queueing disciplines");
}

GPtrArray *
kn_qdisc_root (kn *k, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	struct nl_msg *m = kn_msg_tc (RTM_GETQDISC, NLM_F_ECHO, ifindex,
				      TC_H_ROOT, 0);
	char name[KN_NAME];

	if (!kn_query (k, KN_ROUTE, m, parse_qdisc, out, error,
		       "read the root queueing discipline of %s",
		       kn_name (k, ifindex, name)))
		return NULL;
	return g_steal_pointer (&out);
}

gboolean
kn_noqueue (kn *k, int ifindex, GError **error)
{
	struct nl_msg *m = kn_msg_tc (RTM_NEWQDISC, NLM_F_CREATE, ifindex,
				      TC_H_ROOT, 0);
	char name[KN_NAME];

	nla_put_string (m, TCA_KIND, "noqueue");
	return kn_request (k, m, error, NULL, "take the queues off %s",
			   kn_name (k, ifindex, name));
}

static double
ticks_per_second (kn *k)
{
	if (k->ticks == 0)
		k->ticks = proc_psched_ticks ();
	return k->ticks;
}

/* A class while being read: the kernel has its bursts in ticks. */
typedef struct {
	kn *k;
	GPtrArray *out;
} class_sink;

static guint32
burst_bytes (kn *k, guint32 ticks, guint64 rate)
{
	double bytes = ticks / ticks_per_second (k) * (double) (rate / 8);

	return bytes > G_MAXUINT32 ? G_MAXUINT32 : (guint32) (bytes + 0.5);
}

static void
parse_htb_class (kn *k, kn_class *c, struct nlattr *options)
{
	struct nlattr *t[TCA_HTB_MAX + 1];
	struct tc_htb_opt o;

	if (nla_parse_nested (t, TCA_HTB_MAX, options, NULL) < 0 ||
	    t[TCA_HTB_PARMS] == NULL)
		return;
	memset (&o, 0, sizeof o);
	nla_memcpy (&o, t[TCA_HTB_PARMS], sizeof o);
	c->rate = 8 * (t[TCA_HTB_RATE64] ? nla_get_u64 (t[TCA_HTB_RATE64]) :
		       o.rate.rate);
	c->ceil = 8 * (t[TCA_HTB_CEIL64] ? nla_get_u64 (t[TCA_HTB_CEIL64]) :
		       o.ceil.rate);
	c->burst = burst_bytes (k, o.buffer, c->rate);
	c->cburst = burst_bytes (k, o.cbuffer, c->ceil);
	c->quantum = o.quantum;
	c->prio = o.prio;
}

static void
parse_class (const struct nlmsghdr *h, gpointer out)
{
	const class_sink *sink = out;
	const struct tcmsg *tc = nlmsg_data (h);
	struct nlattr *t[TCA_MAX + 1];
	kn_class *c;
	tc_stats s;

	if (!parse_tc (h, RTM_NEWTCLASS, t))
		return;
	c = g_new0 (kn_class, 1);
	s = parse_stats (t[TCA_STATS2]);
	c->ifindex = tc->tcm_ifindex;
	c->handle = tc->tcm_handle;
	c->parent = tc->tcm_parent;
	if (nla_strcmp (t[TCA_KIND], "htb") == 0 && t[TCA_OPTIONS])
		parse_htb_class (sink->k, c, t[TCA_OPTIONS]);
	c->bytes = s.bytes;
	c->packets = s.packets;
	c->drops = s.queue.drops;
	c->overlimits = s.queue.overlimits;
	c->backlog = s.queue.backlog;
	c->qlen = s.queue.qlen;
	g_ptr_array_add (sink->out, c);
}

static void
restart_classes (gpointer out)
{
	g_ptr_array_set_size (((class_sink *) out)->out, 0);
}

GPtrArray *
kn_classes (kn *k, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) a = g_ptr_array_new_with_free_func (g_free);
	class_sink sink = { k, a };

	if (!kn_dump (k, kn_msg_tc (RTM_GETTCLASS, 0, ifindex, 0, 0),
		      parse_class, restart_classes, &sink, error, "classes"))
		return NULL;
	return g_steal_pointer (&a);
}

kn_class *
kn_class_get (kn *k, int ifindex, guint32 handle, GError **error)
{
	g_autoptr (GPtrArray) a = g_ptr_array_new_with_free_func (g_free);
	class_sink sink = { k, a };
	struct nl_msg *m = kn_msg_tc (RTM_GETTCLASS, NLM_F_ECHO, ifindex, 0,
				      handle);
	char name[KN_NAME];

	if (!kn_query (k, KN_ROUTE, m, parse_class, &sink, error,
		       "read class %x:%x of %s", handle >> 16, handle & 0xffff,
		       kn_name (k, ifindex, name)))
		return NULL;
	return a->len ? g_ptr_array_steal_index (a, 0) : NULL;
}

/* ---- HTB ---- */

gboolean
kn_htb_add (kn *k, int ifindex, guint32 handle, guint32 defcls,
	    GError **error)
{
	struct nl_msg *m = kn_msg_tc (RTM_NEWQDISC,
				      NLM_F_CREATE | NLM_F_EXCL, ifindex,
				      TC_H_ROOT, handle);
	struct tc_htb_glob g = {
		.version = 3, .rate2quantum = 10,
		.defcls = TC_H_MIN (defcls),
	};
	struct nlattr *options;
	char name[KN_NAME];

	nla_put_string (m, TCA_KIND, "htb");
	options = nla_nest_start (m, TCA_OPTIONS);
	nla_put (m, TCA_HTB_INIT, sizeof g, &g);
	nla_nest_end (m, options);
	kn_name (k, ifindex, name);
	if (kn_request (k, m, error, "CONFIG_NET_SCH_HTB",
			"add HTB %x: to %s", handle >> 16, name))
		return TRUE;
	if (!kn_failed_with (k, EEXIST))
		return FALSE;
	g_clear_error (error);
	return kn_fail (k, EEXIST, error, "add HTB %x: to %s, which has a "
			"root queueing discipline of someone's (tc qdisc del "
			"dev %s root removes it)", handle >> 16, name, name);
}

/*
 * A rate as tc has it: bytes a second, in 64 bits apart where 32 are too few
 * (`attr64`). With the link layer named, kernels compute the rate table
 * themselves (since 3.11), so none is sent.
 */
static struct tc_ratespec
put_rate (struct nl_msg *m, int attr64, guint64 bits)
{
	guint64 bytes = MAX (bits / 8, 1);
	struct tc_ratespec r = {
		.linklayer = TC_LINKLAYER_ETHERNET,
		.rate = bytes > G_MAXUINT32 ? G_MAXUINT32 : (guint32) bytes,
	};

	if (bytes > G_MAXUINT32)
		nla_put_u64 (m, attr64, bytes);
	return r;
}

static guint32
burst_ticks (kn *k, guint32 burst, guint64 rate)
{
	double bytes = (double) MAX (rate / 8, 1), ticks;
	double size = burst;

	if (burst == 0)
		size = MAX (bytes / BURST_TIME_DIV, BURST_MIN);
	ticks = size / bytes * ticks_per_second (k);
	if (ticks >= G_MAXUINT32)
		return G_MAXUINT32;
	/* Rounded up: read back, it is never less than what was asked. */
	return (guint32) ticks + (ticks > (guint32) ticks);
}

gboolean
kn_htb_class_set (kn *k, int ifindex, guint32 parent, guint32 handle,
		  guint64 rate, guint64 ceil, guint32 burst, guint32 cburst,
		  guint32 quantum, guint32 prio, GError **error)
{
	struct nl_msg *m = kn_msg_tc (RTM_NEWTCLASS, NLM_F_CREATE, ifindex,
				      parent, handle);
	struct tc_htb_opt o = {
		.buffer = burst_ticks (k, burst, rate),
		.cbuffer = burst_ticks (k, cburst, ceil),
		.quantum = quantum,
		.prio = prio,
	};
	struct nlattr *options;
	char name[KN_NAME];

	nla_put_string (m, TCA_KIND, "htb");
	options = nla_nest_start (m, TCA_OPTIONS);
	o.rate = put_rate (m, TCA_HTB_RATE64, rate);
	o.ceil = put_rate (m, TCA_HTB_CEIL64, ceil);
	nla_put (m, TCA_HTB_PARMS, sizeof o, &o);
	nla_nest_end (m, options);
	return kn_request (k, m, error, "CONFIG_NET_SCH_HTB",
			   "set class %x:%x of %s to %" G_GUINT64_FORMAT
			   " to %" G_GUINT64_FORMAT " bit/s", handle >> 16,
			   TC_H_MIN (handle), kn_name (k, ifindex, name),
			   rate, ceil);
}

gboolean
kn_class_del (kn *k, int ifindex, guint32 handle, GError **error)
{
	char name[KN_NAME];

	return kn_request (k, kn_msg_tc (RTM_DELTCLASS, 0, ifindex, 0,
					 handle), error, NULL,
			   "delete class %x:%x of %s", handle >> 16,
			   TC_H_MIN (handle), kn_name (k, ifindex, name));
}

gboolean
kn_qdisc_del (kn *k, int ifindex, guint32 parent, guint32 handle,
	      GError **error)
{
	char name[KN_NAME];

	return kn_request (k, kn_msg_tc (RTM_DELQDISC, 0, ifindex, parent,
					 handle), error, NULL,
			   "delete queueing discipline %x: of %s",
			   handle >> 16, kn_name (k, ifindex, name));
}

/* ---- TBF ---- */

gboolean
kn_tbf_set (kn *k, int ifindex, guint64 rate, guint32 burst,
	    guint32 limit_bytes, GError **error)
{
	/* With a handle of its own it is changed in place, queue and all. */
	struct nl_msg *m = kn_msg_tc (RTM_NEWQDISC,
				      NLM_F_CREATE | NLM_F_REPLACE, ifindex,
				      TC_H_ROOT, TBF_HANDLE);
	struct tc_tbf_qopt o = {
		.limit = limit_bytes,
		.buffer = burst_ticks (k, burst, rate),
	};
	struct nlattr *options;
	char name[KN_NAME];

	nla_put_string (m, TCA_KIND, "tbf");
	options = nla_nest_start (m, TCA_OPTIONS);
	o.rate = put_rate (m, TCA_TBF_RATE64, rate);
	nla_put (m, TCA_TBF_PARMS, sizeof o, &o);
	if (burst)
		nla_put_u32 (m, TCA_TBF_BURST, burst);
	nla_nest_end (m, options);
	return kn_request (k, m, error, "CONFIG_NET_SCH_TBF",
			   "shape %s to %" G_GUINT64_FORMAT " bit/s",
			   kn_name (k, ifindex, name), rate);
}

/* ---- clsact ---- */

static void
parse_kind (const struct nlmsghdr *h, gpointer out)
{
	struct nlattr *t[TCA_MAX + 1];

	if (parse_tc (h, RTM_NEWQDISC, t))
		nla_strlcpy (out, t[TCA_KIND], 16);
}

/* The older "ingress" sits at the same place and has no egress side. */
static gboolean
clsact_is_there (kn *k, int ifindex)
{
	struct nl_msg *m = kn_msg_tc (RTM_GETQDISC, NLM_F_ECHO, ifindex,
				      TC_H_CLSACT, 0);
	char kind[16] = "";

	return kn_query (k, KN_ROUTE, m, parse_kind, kind, NULL,
			 "read clsact") && strcmp (kind, "clsact") == 0;
}

gboolean
kn_clsact_ensure (kn *k, int ifindex, GError **error)
{
	struct nl_msg *m = kn_msg_tc (RTM_NEWQDISC,
				      NLM_F_CREATE | NLM_F_EXCL, ifindex,
				      TC_H_CLSACT, CLSACT_HANDLE);
	char name[KN_NAME];

	kn_name (k, ifindex, name);
	nla_put_string (m, TCA_KIND, "clsact");
	if (kn_request (k, m, error, "CONFIG_NET_SCH_INGRESS",
			"add clsact to %s", name))
		return TRUE;
	if (!kn_failed_with (k, EEXIST))
		return FALSE;
	g_clear_error (error);
	if (clsact_is_there (k, ifindex))
		return TRUE;
	return kn_fail (k, EEXIST, error, "add clsact to %s, where another "
			"program's ingress qdisc sits (tc qdisc del dev %s "
			"ingress removes it)", name, name);
}

gboolean
kn_clsact_drop (kn *k, int ifindex, GError **error)
{
	char name[KN_NAME];

	return kn_request (k, kn_msg_tc (RTM_DELQDISC, 0, ifindex,
					 TC_H_CLSACT, CLSACT_HANDLE), error,
			   NULL, "take clsact off %s",
			   kn_name (k, ifindex, name));
}
