/*
 * nicqos.c - the rows of NetAdapterQos: what an adapter makes of the host's
 * traffic classes and flow control, read back; by software where its card has
 * no DCB.
 */
#include <string.h>

#include "model/qos.h"
#include "plan/shape.h"
#include "plan/traffic.h"
#include "view/dcb.h"

static gboolean
any (const vmnet_view *v, const kn_link *l)
{
	return TRUE;
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_nic_qos, any);
}

static const char *
nic_of (const vmnet_row *r)
{
	return view_nic_of (r)->link->name;
}

static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, dcb_enabled (r->view->model, nic_of (r)));
}

static gboolean
has_hardware (const vmnet_row *r)
{
	return kn_dcb_has (r->view->h->nl, nic_of (r));
}

static void
get_capabilities (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, has_hardware (r)
		  ? "software: 8 classes of HTB; the card has DCB, which is "
		  "not set from here yet"
		  : "software: 8 classes of HTB; its driver has no DCB");
}

gboolean
view_class_told (vmnet_view *v, const kn_link *l, const vmnet_traffic_class *c,
		 guint64 *rate)
{
	g_autoptr (GPtrArray) have = NULL;
	const kn_class *k;

	if (!dcb_enabled (v->model, l->name) ||
	    v->model->traffic_classes->len == 0)
		return FALSE;
	have = kn_classes (v->h->nl, l->ifindex, NULL);
	k = qos_class_find (have, SHAPE_CLASS (c->number));
	*rate = k ? k->rate : 0;
	return k != NULL;
}

static void
add_class (const vmnet_row *r, vmnet_value *v, const vmnet_traffic_class *c)
{
	g_autofree char *priorities = view_priorities_text (c->priorities);
	g_autofree char *share = c->strict ? g_strdup ("Strict")
		: g_strdup_printf ("ETS %u%%", c->bandwidth);
	g_autofree char *text = NULL;
	guint64 rate;

	if (!view_class_told (r->view, view_nic_of (r)->link, c, &rate))
		return;
	text = view_rate_text (rate);
	put_list_add (v, g_strdup_printf ("%u %s: %s, priorities %s, told %s",
					  c->number, c->name, share,
					  priorities, text));
}

static void
get_classes (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *all = r->view->model->traffic_classes;
	vmnet_traffic_class d = view_default_class (r->view->model);

	put_list (v);
	add_class (r, v, &d);
	for (guint i = 0; i < all->len; i++)
		add_class (r, v, all->pdata[i]);
}

static void
get_flow (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_dcb *d = vmnet_model_dcb (r->view->model, NULL);
	g_autofree char *text = NULL;

	if (d == NULL || d->flow.value == 0) {
		put_text (v, "no priority has it");
		return;
	}
	text = view_priorities_text (d->flow.value);
	put_take (v, g_strdup_printf (
		"not in force (asked: priorities %s): %s", text,
		has_hardware (r) ? "the card's DCB is not set from here yet"
		: "its driver has no DCB, and software cannot pause one "
		"priority on the wire"));
}

static void
get_classifications (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GPtrArray) all = qos_policies_in_order (r->view->model);
	datapath *d = view_datapath (r->view);
	struct dp_qos_nic nic;

	put_list (v);
	if (!d || !datapath_qos_nic_get (d, r->view->h->nl, view_nic_of (r)
					 ->link->ifindex, &nic))
		return;
	for (guint i = 0; i < all->len; i++) {
		const vmnet_qos_policy *p = all->pdata[i];
		vmnet_opt priority = p->n[VMNET_QOS_PRIORITY];

		if (priority.set)
			put_list_add (v, g_strdup_printf (
				"%s: priority %u", p->name,
				(guint) priority.value));
	}
}

static void
get_reasons (const vmnet_row *r, vmnet_value *v)
{
	gboolean enabled = dcb_enabled (r->view->model, nic_of (r));
	gboolean any_class = r->view->model->traffic_classes->len > 0;

	put_list (v);
	if (!enabled)
		put_list_add (v, g_strdup ("not enabled: Enable-NetAdapterQos "
					   "does"));
	if (enabled && !any_class)
		put_list_add (v, g_strdup ("there is no traffic class: "
					   "New-NetQosTrafficClass makes "
					   "one"));
	if (enabled && any_class && !view_link_speed (r->view, nic_of (r)))
		put_list_add (v, g_strdup ("its speed is not known: shares are "
					   "not kept till its link is up"));
	view_dcb_agents (v);
}

/* They set a card behind our back, each by its own book. */
void
view_dcb_agents (vmnet_value *list)
{
	static const char *const names[] = { "lldpad", "dcbd", "mlnx_qos" };

	for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
		int pid = proc_named (names[i]);

		if (pid)
			put_list_add (list, g_strdup_printf (
				"%s (pid %d) runs", names[i], pid));
	}
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  view_nic_get_name, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 2,
	  "were traffic classes asked for on it", get_enabled, NULL },
	{ "Capabilities", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "how it keeps traffic classes", get_capabilities, NULL },
	{ "OperationalTrafficClasses", VMNET_T_LIST, VMNET_U_NONE, 4,
	  "classes as the kernel has them, and their promised rate",
	  get_classes, NULL },
	{ "OperationalFlowControl", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "priorities that it pauses", get_flow, NULL },
	{ "OperationalClassifications", VMNET_T_LIST, VMNET_U_NONE, 6,
	  "policies that give a priority, where its classifier is there",
	  get_classifications, NULL },
	{ "Reasons", VMNET_T_LIST, VMNET_U_NONE, 7,
	  "what keeps it from being as asked, and who else sets it",
	  get_reasons, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind", view_nic_get_description, NULL },
};

const vmnet_noun vmnet_noun_nic_qos = {
	.name = "NetAdapterQos",
	.text = "traffic classes of a physical network adapter",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL | VMNET_S_LINKS,
	.rows = rows,
};
