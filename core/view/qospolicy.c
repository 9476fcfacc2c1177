/*
 * qospolicy.c - the rows of NetQosPolicy: what was asked, what the classifier
 * was told, and what it has counted.
 */
#include <string.h>

#include "model/qos.h"
#include "plan/traffic.h"
#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->qos_policies->len; i++) {
		const vmnet_qos_policy *p = v->model->qos_policies->pdata[i];

		view_add (out, v, &vmnet_noun_qos_policy, g_strdup (p->name),
			  p, NULL, NULL);
	}
}

static const vmnet_qos_policy *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_owner (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, "vmnetsh");
}

static void
get_profile (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, "All");
}

static void
get_template (const vmnet_row *r, vmnet_value *v)
{
	vmnet_opt t = of (r)->n[VMNET_QOS_TEMPLATE];

	put_text (v, vmnet_qos_templates[t.set ? t.value : 0]);
}

static void
get_protocol (const vmnet_row *r, vmnet_value *v)
{
	vmnet_opt t = of (r)->n[VMNET_QOS_PROTOCOL];

	if (t.set)
		put_text (v, vmnet_qos_protocols[t.value]);
}

#define NUMBER(name, which) \
	static void \
	get_##name (const vmnet_row *r, vmnet_value *v) \
	{ \
		put_opt (v, of (r)->n[which]); \
	}

NUMBER (precedence, VMNET_QOS_PRECEDENCE)
NUMBER (port, VMNET_QOS_PORT)
NUMBER (sport_first, VMNET_QOS_SPORT_FIRST)
NUMBER (sport_last, VMNET_QOS_SPORT_LAST)
NUMBER (dport_first, VMNET_QOS_DPORT_FIRST)
NUMBER (dport_last, VMNET_QOS_DPORT_LAST)
NUMBER (rdma_port, VMNET_QOS_RDMA_PORT)
NUMBER (priority, VMNET_QOS_PRIORITY)
NUMBER (dscp, VMNET_QOS_DSCP)
NUMBER (throttle, VMNET_QOS_THROTTLE)
NUMBER (weight, VMNET_QOS_WEIGHT)

#define TEXT(name, which) \
	static void \
	get_##name (const vmnet_row *r, vmnet_value *v) \
	{ \
		put_text (v, of (r)->text[which]); \
	}

TEXT (src, VMNET_QOS_SRC)
TEXT (dst, VMNET_QOS_DST)
TEXT (user, VMNET_QOS_USER)

/* Has the classifier this very policy, whatever its place? */
static gboolean
is_told (const vmnet_row *r)
{
	g_autofree struct dp_qos_policy *have =
		g_new (struct dp_qos_policy, DATAPATH_QOS_POLICIES);
	datapath *d = view_datapath (r->view);
	struct dp_qos_policy want;
	guint n = d ? datapath_qos_get (d, have) : 0;

	traffic_policy (of (r), &want);
	for (guint i = 0; i < n; i++)
		if (memcmp (&have[i], &want, sizeof want) == 0)
			return TRUE;
	return FALSE;
}

static void
get_active_on (const vmnet_row *r, vmnet_value *v)
{
	datapath *d = view_datapath (r->view);
	const GPtrArray *links = r->view->links;
	struct dp_qos_nic nic;

	put_list (v);
	for (guint i = 0; d && links && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (is_told (r) && datapath_qos_nic_get (
			    d, r->view->h->nl, l->ifindex, &nic))
			put_list_add (v, g_strdup (l->name));
	}
}

static gboolean
count_of (const vmnet_row *r, datapath_count *out)
{
	datapath *d = view_datapath (r->view);

	return d && datapath_qos_count (d, of (r)->id, out);
}

static void
get_packets (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (count_of (r, &c))
		put_int (v, c.packets);
}

static void
get_bytes (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (count_of (r, &c))
		put_int (v, c.bytes);
}

static void
get_note (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->n[VMNET_QOS_RDMA_PORT].set)
		put_text (v, "seen of it: iWARP (TCP) by its port, RoCE by its "
			  "own whatever the Network Direct port is; what a "
			  "card sends past the kernel is not seen");
	else if (of (r)->n[VMNET_QOS_UID].set)
		put_text (v, "frames of sockets of that user, of this host's "
			  "own programs");
}

#define CONDITION(name, type, text, get) \
	{ name, type, VMNET_U_NONE, 0, text, get, NULL }

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "its name", get_name,
	  NULL },
	{ "Owner", VMNET_T_STRING, VMNET_U_NONE, 2, "who keeps it",
	  get_owner, NULL },
	{ "NetworkProfile", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "on which networks: all", get_profile, NULL },
	{ "Precedence", VMNET_T_INT, VMNET_U_NONE, 4,
	  "of two that fit, the greater one is taken", get_precedence, NULL },
	{ "Template", VMNET_T_STRING, VMNET_U_NONE, 5, "ready-made filter",
	  get_template, NULL },
	{ "IPProtocol", VMNET_T_STRING, VMNET_U_NONE, 6, "TCP, UDP or both",
	  get_protocol, NULL },
	{ "IPPort", VMNET_T_INT, VMNET_U_NONE, 7,
	  "port of either side", get_port, NULL },
	{ "IPSrcPrefix", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "addresses of the sender", get_src, NULL },
	{ "IPDstPrefix", VMNET_T_STRING, VMNET_U_NONE, 9,
	  "addresses of the receiver", get_dst, NULL },
	{ "NetDirectPort", VMNET_T_INT, VMNET_U_NONE, 10,
	  "port of RDMA", get_rdma_port, NULL },
	{ "PriorityValue", VMNET_T_INT, VMNET_U_NONE, 11,
	  "IEEE 802.1p priority that frames get", get_priority, NULL },
	{ "DSCPValue", VMNET_T_INT, VMNET_U_NONE, 12,
	  "DSCP that packets get", get_dscp, NULL },
	{ "ThrottleRate", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 13,
	  "most that it may send by one adapter", get_throttle, NULL },
	{ "MinBandwidthWeight", VMNET_T_INT, VMNET_U_NONE, 14,
	  "its part, beside the weights of others", get_weight, NULL },
	{ "ActiveOn", VMNET_T_LIST, VMNET_U_NONE, 15,
	  "adapters whose classifier has it, read back", get_active_on, NULL },
	{ "MatchedPackets", VMNET_T_INT, VMNET_U_PACKETS, 16,
	  "frames that it was taken for, since it was made", get_packets,
	  NULL },
	{ "MatchedBytes", VMNET_T_INT, VMNET_U_BYTES, 17,
	  "their bytes", get_bytes, NULL },
	CONDITION ("IPSrcPortStart", VMNET_T_INT, "first port of the sender",
		   get_sport_first),
	CONDITION ("IPSrcPortEnd", VMNET_T_INT, "last port of the sender",
		   get_sport_last),
	CONDITION ("IPDstPortStart", VMNET_T_INT, "first port of the receiver",
		   get_dport_first),
	CONDITION ("IPDstPortEnd", VMNET_T_INT, "last port of the receiver",
		   get_dport_last),
	CONDITION ("User", VMNET_T_STRING, "whose sockets", get_user),
	CONDITION ("Note", VMNET_T_STRING,
		   "what of the traffic is seen, where that is not all of it",
		   get_note),
};

const vmnet_noun vmnet_noun_qos_policy = {
	.name = "NetQosPolicy",
	.text = "a QoS policy of this host's own traffic",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL | VMNET_S_LINKS,
	.rows = rows,
};
