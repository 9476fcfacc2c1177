/*
 * filter.c - what hangs on clsact: the port programs (BPF, direct action) and
 * the redirect to an ifb. Called by bpf/ and lab/.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <string.h>

#include "message.h"

/* Ours among everyone's: behind 1 to 99, before what has no number; `turn` is
 * added, by which one of ours comes behind another. */
#define OUR_PRIO 100U
#define OUR_TURNS 2U
#define OUR_HANDLE 0x766dU
#define REDIRECT_PRIO 200U
#define REDIRECT_HANDLE 0x80000800U	/* u32's first node: 800::800 */

static struct nl_msg *
msg_filter (int type, int flags, int ifindex, gboolean egress, guint32 prio,
	    guint32 handle)
{
	guint32 side = egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS;
	struct nl_msg *m = kn_msg_tc (type, flags, ifindex,
				      TC_H_MAKE (TC_H_CLSACT, side), handle);
	struct tcmsg *tc = nlmsg_data (nlmsg_hdr (m));

	if (prio)
		tc->tcm_info = TC_H_MAKE (prio << 16, htons (ETH_P_ALL));
	return m;
}

static const char *
side_name (gboolean egress)
{
	return egress ? "egress" : "ingress";
}

gboolean
kn_filter_bpf_set (kn *k, int ifindex, gboolean egress, guint32 turn,
		   int prog_fd, const char *name, GError **error)
{
	struct nl_msg *m = msg_filter (RTM_NEWTFILTER, NLM_F_CREATE, ifindex,
				       egress, OUR_PRIO + turn, OUR_HANDLE);
	struct nlattr *options;
	char link[KN_NAME];

	nla_put_string (m, TCA_KIND, "bpf");
	options = nla_nest_start (m, TCA_OPTIONS);
	nla_put_u32 (m, TCA_BPF_FD, (guint32) prog_fd);
	kn_put_text (m, TCA_BPF_NAME, name);
	nla_put_u32 (m, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	nla_nest_end (m, options);
	return kn_request (k, m, error, "CONFIG_NET_CLS_BPF",
			   "attach BPF program %s to %s of %s", name,
			   side_name (egress), kn_name (k, ifindex, link));
}

gboolean
kn_filter_bpf_del (kn *k, int ifindex, gboolean egress, guint32 turn,
		   GError **error)
{
	struct nl_msg *m = msg_filter (RTM_DELTFILTER, 0, ifindex, egress,
				       OUR_PRIO + turn, OUR_HANDLE);
	char link[KN_NAME];

	nla_put_string (m, TCA_KIND, "bpf");
	return kn_request (k, m, error, NULL,
			   "detach the BPF program from %s of %s",
			   side_name (egress), kn_name (k, ifindex, link));
}

/* ---- reading ---- */

/* Besides filters a dump lists classifiers (0) and u32's hash tables. */
static gboolean
is_filter (const struct tcmsg *tc, const struct nlattr *kind)
{
	if (nla_strcmp (kind, "u32") == 0)
		return TC_U32_KEY (tc->tcm_handle) != 0;
	return tc->tcm_handle != 0;
}

static void
parse_bpf (kn_filter *f, struct nlattr *options)
{
	struct nlattr *t[TCA_BPF_MAX + 1];

	if (nla_parse_nested (t, TCA_BPF_MAX, options, NULL) < 0)
		return;
	if (t[TCA_BPF_ID])
		f->prog_id = nla_get_u32 (t[TCA_BPF_ID]);
	if (t[TCA_BPF_NAME])
		nla_strlcpy (f->name, t[TCA_BPF_NAME], sizeof f->name);
}

static void
parse_filter (const struct nlmsghdr *h, gpointer out)
{
	const struct tcmsg *tc = nlmsg_data (h);
	struct nlattr *t[TCA_MAX + 1];
	kn_filter *f;

	if (h->nlmsg_type != RTM_NEWTFILTER ||
	    nlmsg_parse ((struct nlmsghdr *) h, sizeof *tc, t, TCA_MAX,
			 NULL) < 0 ||
	    t[TCA_KIND] == NULL || !is_filter (tc, t[TCA_KIND]))
		return;
	f = g_new0 (kn_filter, 1);
	f->prio = tc->tcm_info >> 16;
	f->handle = tc->tcm_handle;
	nla_strlcpy (f->name, t[TCA_KIND], sizeof f->name);
	if (nla_strcmp (t[TCA_KIND], "bpf") == 0) {
		f->turn = f->prio - OUR_PRIO;
		f->ours = f->turn < OUR_TURNS && f->handle == OUR_HANDLE;
		if (t[TCA_OPTIONS])
			parse_bpf (f, t[TCA_OPTIONS]);
	}
	g_ptr_array_add (out, f);
}

GPtrArray *
kn_filters (kn *k, int ifindex, gboolean egress, GError **error)
{
	struct nl_msg *m = msg_filter (RTM_GETTFILTER, 0, ifindex, egress, 0,
				       0);

	return kn_dump_array (k, m, parse_filter, g_free, error, "filters");
}

/* ---- redirect ---- */

static void
put_redirect (struct nl_msg *m, int to)
{
	struct tc_mirred mirred = {
		.eaction = TCA_EGRESS_REDIR,
		.action = TC_ACT_STOLEN,
		.ifindex = (guint32) to,
	};
	struct nlattr *actions = nla_nest_start (m, TCA_U32_ACT);
	struct nlattr *first = nla_nest_start (m, 1), *options;

	nla_put_string (m, TCA_ACT_KIND, "mirred");
	options = nla_nest_start (m, TCA_ACT_OPTIONS);
	nla_put (m, TCA_MIRRED_PARMS, sizeof mirred, &mirred);
	nla_nest_end (m, options);
	nla_nest_end (m, first);
	nla_nest_end (m, actions);
}

/* u32 with one key that fits everything: there is no matchall everywhere. */
gboolean
kn_ingress_redirect (kn *k, int from, int to, GError **error)
{
	const struct tc_u32_sel sel = { .flags = TC_U32_TERMINAL, .nkeys = 1 };
	guint8 any[sizeof sel + sizeof (struct tc_u32_key)] = { 0 };
	char a[KN_NAME], b[KN_NAME];
	struct nlattr *options;
	struct nl_msg *m;

	if (!kn_clsact_ensure (k, from, error))
		return FALSE;
	m = msg_filter (RTM_NEWTFILTER, NLM_F_CREATE, from, FALSE,
			REDIRECT_PRIO, REDIRECT_HANDLE);
	nla_put_string (m, TCA_KIND, "u32");
	options = nla_nest_start (m, TCA_OPTIONS);
	memcpy (any, &sel, sizeof sel);
	nla_put (m, TCA_U32_SEL, sizeof any, any);
	put_redirect (m, to);
	nla_nest_end (m, options);
	return kn_request (k, m, error,
			   "CONFIG_NET_CLS_U32 and CONFIG_NET_ACT_MIRRED",
			   "send what comes in on %s through %s",
			   kn_name (k, from, a), kn_name (k, to, b));
}
