/*
 * traffic.c - the part of a plan about QoS policies of the host's own traffic:
 * what the classifier asks and does, and on which adapters it is. Called by
 * plan.c.
 */
#include "plan/traffic.h"

#include <net/if.h>
#include <string.h>

#include "model/document.h"
#include "model/qos.h"
#include "plan/qos.h"
#include "plan/shape.h"

/* ---- a policy as the program has it ---- */

/* The ports of ready-made filters, as published; Cluster's is UDP, too. */
static guint16
template_port (vmnet_qos_template t)
{
	switch (t) {
	case VMNET_QOS_ISCSI:
		return 3260;
	case VMNET_QOS_SMB:
		return 445;
	case VMNET_QOS_NFS:
		return 2049;
	case VMNET_QOS_MIGRATION:
		return 6600;
	case VMNET_QOS_CLUSTER:
		return 3343;
	case VMNET_QOS_CONDITIONS:
	case VMNET_QOS_DEFAULT:
	case VMNET_QOS_FCOE:
	case VMNET_QOS_TEMPLATES:
		break;
	}
	return 0;
}

#define FCOE_TYPE 0x8906

static void
put_template (vmnet_qos_template t, struct dp_qos_policy *out)
{
	out->port = template_port (t);
	if (out->port)
		out->flags |= DP_QOS_PORT | DP_QOS_TCP;
	if (t == VMNET_QOS_CLUSTER)
		out->flags |= DP_QOS_UDP;
	if (t != VMNET_QOS_FCOE)
		return;
	out->flags |= DP_QOS_TYPE;
	out->type = FCOE_TYPE;
}

static void
put_prefix (const char *text, guint32 flag, struct dp_qos_policy *out,
	    guint32 *addr, guint32 *mask)
{
	vmnet_acl ip = { 0 };
	guint8 bits[16] = { 0 };

	if (text == NULL || !vmnet_acl_parse (text, FALSE, &ip, NULL))
		return;
	for (guint i = 0; i < ip.prefix; i++)
		bits[i / 8] |= 0x80 >> i % 8;
	memcpy (addr, ip.addr, 16);
	memcpy (mask, bits, 16);
	out->family = ip.family == VMNET_ADDR_IPV6 ? DP_IPV6 : DP_IPV4;
	out->flags |= flag;
}

static void
put_protocol (guint64 protocol, struct dp_qos_policy *out)
{
	if (protocol == VMNET_QOS_TCP || protocol == VMNET_QOS_BOTH)
		out->flags |= DP_QOS_TCP;
	if (protocol == VMNET_QOS_UDP || protocol == VMNET_QOS_BOTH)
		out->flags |= DP_QOS_UDP;
}

static void
put_range (const vmnet_opt *n, guint32 flag, struct dp_qos_policy *out,
	   guint16 *range)
{
	if (!n->set)
		return;
	out->flags |= flag;
	range[0] = n[0].value;
	range[1] = n[1].value;
}

static void
put_actions (const vmnet_opt *n, struct dp_qos_policy *out)
{
	if (n[VMNET_QOS_DSCP].set) {
		out->flags |= DP_QOS_SET_DSCP;
		out->dscp = n[VMNET_QOS_DSCP].value;
	}
	if (n[VMNET_QOS_PRIORITY].set) {
		out->flags |= DP_QOS_SET_PRIORITY;
		out->priority = n[VMNET_QOS_PRIORITY].value;
	}
}

void
traffic_policy (const vmnet_qos_policy *p, struct dp_qos_policy *out)
{
	const vmnet_opt *n = p->n;

	memset (out, 0, sizeof *out);
	out->id = p->id;
	out->classid = shape_policy_class (p);
	if (n[VMNET_QOS_TEMPLATE].set)
		put_template (n[VMNET_QOS_TEMPLATE].value, out);
	if (n[VMNET_QOS_PROTOCOL].set)
		put_protocol (n[VMNET_QOS_PROTOCOL].value, out);
	if (n[VMNET_QOS_PORT].set) {
		out->flags |= DP_QOS_PORT;
		out->port = n[VMNET_QOS_PORT].value;
	}
	if (n[VMNET_QOS_RDMA_PORT].set) {
		out->flags |= DP_QOS_RDMA;
		out->port = n[VMNET_QOS_RDMA_PORT].value;
	}
	put_range (&n[VMNET_QOS_SPORT_FIRST], DP_QOS_SPORT, out, out->sport);
	put_range (&n[VMNET_QOS_DPORT_FIRST], DP_QOS_DPORT, out, out->dport);
	put_prefix (p->text[VMNET_QOS_SRC], DP_QOS_SRC, out, out->src,
		    out->src_mask);
	put_prefix (p->text[VMNET_QOS_DST], DP_QOS_DST, out, out->dst,
		    out->dst_mask);
	if (n[VMNET_QOS_UID].set) {
		out->flags |= DP_QOS_USER;
		out->user = n[VMNET_QOS_UID].value;
	}
	put_actions (n, out);
}

/* ---- where ---- */

/* One that was renamed keeps its first name as another one. */
static gboolean
is_lab_nic (const kn_link *l)
{
	if (g_str_has_prefix (l->name, "pnic"))
		return TRUE;
	for (guint i = 0; l->altnames && i < l->altnames->len; i++)
		if (g_str_has_prefix (l->altnames->pdata[i], "pnic"))
			return TRUE;
	return FALSE;
}

gboolean
traffic_is_physical (const vmnet_host *h, const vmnet_model *m,
		     const kn_link *l)
{
	if (l->flags & IFF_LOOPBACK)
		return FALSE;
	if (l->kind == NULL || (h->lab && is_lab_nic (l)))
		return TRUE;
	for (guint i = 0; i < m->switches->len; i++)
		if (vmnet_switch_has_member (m->switches->pdata[i], l->name))
			return TRUE;
	return FALSE;
}

/* ---- steps ---- */

typedef struct {
	struct dp_qos_policy now[DATAPATH_QOS_POLICIES];
	struct dp_qos_policy old[DATAPATH_QOS_POLICIES];
	guint n, n_old;
} policies;

static gboolean
policies_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	policies *x = s->data;

	return d && datapath_qos_set (d, x->now, x->n, error);
}

static void
policies_undo (plan *p, step *s)
{
	datapath *d = host_datapath (p->h, NULL);
	policies *x = s->data;

	if (d)
		datapath_qos_set (d, x->old, x->n_old, NULL);
}

static void
build_policies (plan *p)
{
	g_autoptr (GPtrArray) all = qos_policies_in_order (p->desired);
	g_autoptr (GString) names = g_string_new (NULL);
	datapath *d = host_datapath_if_there (p->h);
	policies *x = g_new0 (policies, 1);
	step *s;

	for (; x->n < all->len && x->n < DATAPATH_QOS_POLICIES; x->n++) {
		const vmnet_qos_policy *q = all->pdata[x->n];

		traffic_policy (q, &x->now[x->n]);
		g_string_append_printf (names, "%s%s", x->n ? ", " : "",
					q->name);
	}
	x->n_old = d ? datapath_qos_get (d, x->old) : 0;
	if (x->n == x->n_old && memcmp (x->now, x->old,
					x->n * sizeof *x->now) == 0) {
		g_free (x);
		return;
	}
	s = x->n ? plan_step (p, policies_apply, policies_undo,
			      "the host's own frames meet the QoS policies %s",
			      names->str)
		: plan_step (p, policies_apply, policies_undo,
			     "the host's own frames meet no QoS policy");
	s->data = x;
	s->data_free = g_free;
}

typedef struct {
	struct dp_qos_nic now, old;
	gboolean on, had;
} nic_data;

static gboolean
nic_put (plan *p, step *s, const struct dp_qos_nic *nic, GError **error)
{
	datapath *d = host_datapath (p->h, error);

	/* By its number: the plan may rename it. */
	return d && datapath_qos_nic_set (d, p->h->nl, s->n[0], nic, error);
}

static gboolean
nic_apply (plan *p, step *s, GError **error)
{
	nic_data *x = s->data;

	return nic_put (p, s, x->on ? &x->now : NULL, error);
}

static void
nic_undo (plan *p, step *s)
{
	nic_data *x = s->data;

	nic_put (p, s, x->had ? &x->old : NULL, NULL);
}

/* What its frames are led to. */
static struct dp_qos_nic
classes_of (const vmnet_model *m, const char *nic)
{
	struct dp_qos_nic out = { .shaped = qos_nic_shaped (m, nic) };

	for (guint i = 0; i < DP_QOS_PRIORITIES; i++)
		out.classid[i] = shape_priority_class (m, nic, i);
	return out;
}

static void
build_nic (plan *p, const kn_link *l, gboolean on)
{
	datapath *d = host_datapath_if_there (p->h);
	nic_data *x = g_new0 (nic_data, 1);
	step *s;

	x->on = on;
	x->now = classes_of (p->desired, l->name);
	x->had = d && datapath_qos_nic_get (d, p->h->nl, l->ifindex, &x->old);
	if (!x->on == !x->had &&
	    (!on || memcmp (&x->now, &x->old, sizeof x->now) == 0)) {
		g_free (x);
		return;
	}
	s = on ? plan_step (p, nic_apply, nic_undo,
			    "classify what %s sends", l->name)
		: plan_step (p, nic_apply, nic_undo,
			     "classify what %s sends no more", l->name);
	s->n[0] = l->ifindex;
	s->data = x;
	s->data_free = g_free;
}

static gboolean
says (const vmnet_model *m)
{
	return m && (m->qos_policies->len || m->traffic_classes->len ||
		     m->dcb->len);
}

static gboolean
same_switches (const plan *p)
{
	const GPtrArray *a = p->base->switches, *b = p->desired->switches;

	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < b->len; i++)
		if (plan_switch_touched (p, b->pdata[i]) ||
		    (vmnet_model_switch (p->base, ((vmnet_switch *)
						   b->pdata[i])->name) &&
		     !qos_wanted (p->base, a->pdata[i]) !=
		     !qos_wanted (p->desired, b->pdata[i])))
			return FALSE;
	return TRUE;
}

gboolean
traffic_touched (const plan *p)
{
	const vmnet_model *a = p->base, *b = p->desired;

	if (!says (a) && !says (b) && !says (p->leftover))
		return FALSE;
	return p->all || a == NULL ||
		!model_list_same (a->qos_policies, b->qos_policies,
			    model_qos_policy_same) ||
		!model_list_same (a->traffic_classes, b->traffic_classes,
			    model_traffic_class_same) ||
		!model_list_same (a->dcb, b->dcb, model_dcb_same) ||
		!same_switches (p);
}

GPtrArray *
traffic_nics (plan *p, GError **error)
{
	GPtrArray *all = kn_links (p->h->nl, error);

	for (guint i = all ? all->len : 0; i > 0; i--) {
		const kn_link *l = all->pdata[i - 1];

		if (!traffic_is_physical (p->h, p->desired, l) &&
		    !(p->base && traffic_is_physical (p->h, p->base, l)))
			g_ptr_array_remove_index (all, i - 1);
	}
	return all;
}

gboolean
plan_traffic_build (plan *p, GError **error)
{
	g_autoptr (GPtrArray) nics = NULL;

	if (!traffic_touched (p))
		return TRUE;
	nics = traffic_nics (p, error);
	if (nics == NULL)
		return FALSE;
	build_policies (p);
	for (guint i = 0; i < nics->len; i++)
		build_nic (p, nics->pdata[i], p->desired->qos_policies->len &&
			   traffic_is_physical (p->h, p->desired,
						nics->pdata[i]));
	return TRUE;
}
