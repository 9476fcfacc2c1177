/*
 * dcb.c - the rows of NetQosTrafficClass, NetQosFlowControl and
 * NetQosDcbxSetting: what was asked of the whole host. What an adapter makes of
 * it is told by NetAdapterQos (nicqos.c).
 */
#include <string.h>

#include "model/qos.h"
#include "plan/traffic.h"
#include "view/dcb.h"
#include "view/view.h"

/* "0-2,4-7" */
char *
view_priorities_text (guint32 priorities)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < VMNET_PRIORITIES; i++) {
		guint last = i;

		if (!(priorities & 1u << i))
			continue;
		while (priorities & 1u << (last + 1))
			last++;
		g_string_append_printf (s, "%s%u", s->len ? "," : "", i);
		if (last > i)
			g_string_append_printf (s, "-%u", last);
		i = last;
	}
	return g_string_free (s, FALSE);
}

vmnet_traffic_class
view_default_class (const vmnet_model *m)
{
	vmnet_traffic_class c = { .name = (char *) VMNET_TRAFFIC_DEFAULT,
		.priorities = 0xff };
	gboolean strict;

	for (guint i = 0; i < m->traffic_classes->len; i++)
		c.priorities &= ~((vmnet_traffic_class *)
				  m->traffic_classes->pdata[i])->priorities;
	c.bandwidth = 100 - traffic_shares (m, &strict);
	return c;
}

/* ---- traffic classes ---- */

static void
class_rows (vmnet_view *v, GPtrArray *out)
{
	const GPtrArray *all = v->model->traffic_classes;
	vmnet_traffic_class d = view_default_class (v->model);

	view_add (out, v, &vmnet_noun_traffic, g_strdup (d.name), NULL,
		  g_memdup2 (&d, sizeof d), g_free);
	for (guint i = 0; i < all->len; i++) {
		const vmnet_traffic_class *c = all->pdata[i];

		view_add (out, v, &vmnet_noun_traffic, g_strdup (c->name), c,
			  g_memdup2 (c, sizeof *c), g_free);
	}
}

static const vmnet_traffic_class *
class_of (const vmnet_row *r)
{
	return r->told;
}

static void
get_class_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->key);
}

static void
get_algorithm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, class_of (r)->strict ? "Strict" : "ETS");
}

static void
get_bandwidth (const vmnet_row *r, vmnet_value *v)
{
	if (!class_of (r)->strict)
		put_int (v, class_of (r)->bandwidth);
}

static void
get_priorities (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_priorities_text (class_of (r)->priorities));
}

static void
get_global (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, "Global");
}

/* Of the host: of no interface. */
static void
get_none (const vmnet_row *r, vmnet_value *v)
{
}

static void
get_active_on (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *links = r->view->links;

	put_list (v);
	for (guint i = 0; links && i < links->len; i++) {
		const kn_link *l = links->pdata[i];
		guint64 rate;

		if (traffic_is_physical (r->view->h, r->view->model, l) &&
		    view_class_told (r->view, l, class_of (r), &rate))
			put_list_add (v, g_strdup (l->name));
	}
}

#define OF_HOST(place) \
	{ "PolicySet", VMNET_T_STRING, VMNET_U_NONE, place, \
	  "Global: of the whole host", get_global, NULL }, \
	{ "IfIndex", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "none: it is of no interface alone", get_none, NULL }, \
	{ "IfAlias", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "none: it is of no interface alone", get_none, NULL }

static const vmnet_field class_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "its name",
	  get_class_name, NULL },
	{ "Algorithm", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "ETS: a share; Strict: before all shares", get_algorithm, NULL },
	{ "BandwidthPercentage", VMNET_T_INT, VMNET_U_PERCENT, 3,
	  "its share of a link", get_bandwidth, "Bandwidth(%)" },
	{ "Priority", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "the priorities that are in it", get_priorities, NULL },
	{ "ActiveOn", VMNET_T_LIST, VMNET_U_NONE, 6,
	  "adapters that have it as a class, read back", get_active_on, NULL },
	OF_HOST (5),
};

const vmnet_noun vmnet_noun_traffic = {
	.name = "NetQosTrafficClass",
	.text = "priorities that share a link, and their share",
	.fields = class_fields,
	.n_fields = G_N_ELEMENTS (class_fields),
	.sections = VMNET_S_MODEL | VMNET_S_LINKS,
	.rows = class_rows,
};

/* ---- flow control ---- */

static void
flow_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < VMNET_PRIORITIES; i++)
		view_add (out, v, &vmnet_noun_flow, g_strdup_printf ("%u", i),
			  NULL, NULL, NULL);
}

static void
get_priority (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, *r->key - '0');
}

static void
get_flow (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_dcb *d = vmnet_model_dcb (r->view->model, NULL);

	put_bool (v, d && (d->flow.value & 1u << (*r->key - '0')));
}

static void
get_flow_on (const vmnet_row *r, vmnet_value *v)
{
	put_list (v);
}

static const vmnet_field flow_fields[] = {
	{ "Priority", VMNET_T_INT, VMNET_U_NONE, 1, "IEEE 802.1p priority",
	  get_priority, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 2,
	  "was flow control asked for", get_flow, NULL },
	{ "ActiveOn", VMNET_T_LIST, VMNET_U_NONE, 4,
	  "adapters where it is in force: none without DCB in the card, "
	  "Get-NetAdapterQos says why", get_flow_on, NULL },
	OF_HOST (3),
};

const vmnet_noun vmnet_noun_flow = {
	.name = "NetQosFlowControl",
	.text = "priority flow control, as it was asked for",
	.fields = flow_fields,
	.n_fields = G_N_ELEMENTS (flow_fields),
	.sections = VMNET_S_MODEL,
	.rows = flow_rows,
};

/* ---- DCBX ---- */

static void
dcbx_rows (vmnet_view *v, GPtrArray *out)
{
	view_add (out, v, &vmnet_noun_dcbx, g_strdup ("Global"), NULL, NULL,
		  NULL);
}

static gboolean
is_willing (const vmnet_row *r)
{
	const vmnet_dcb *d = vmnet_model_dcb (r->view->model, NULL);

	return d == NULL || !d->willing.set || d->willing.value;
}

static void
get_willing (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, is_willing (r));
}

/* Who else may set a card: one process with its number. */
static void
get_agents (const vmnet_row *r, vmnet_value *v)
{
	put_list (v);
	view_dcb_agents (v);
}

static void
get_note (const vmnet_row *r, vmnet_value *v)
{
	vmnet_value agents = { 0 };
	gboolean any;

	put_list (&agents);
	view_dcb_agents (&agents);
	any = agents.list->len > 0;
	vmnet_value_clear (&agents);
	if (any)
		put_text (v, "an agent of others runs, and does as the network "
			  "says whatever is asked here; stop it, or tell it");
	else if (is_willing (r))
		put_text (v, "nothing on this host listens for what the "
			  "network says: classes are those that are set here");
	else
		put_text (v, "classes are those that are set here");
}

static const vmnet_field dcbx_fields[] = {
	{ "Willing", VMNET_T_BOOL, VMNET_U_NONE, 1,
	  "may the network set DCB, as it was asked", get_willing, NULL },
	OF_HOST (2),
	{ "Agents", VMNET_T_LIST, VMNET_U_NONE, 3,
	  "programs of others that set DCB, running now", get_agents, NULL },
	{ "Note", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "what becomes of it here", get_note, NULL },
};

const vmnet_noun vmnet_noun_dcbx = {
	.name = "NetQosDcbxSetting",
	.text = "whether the network may set DCB",
	.list = TRUE,
	.fields = dcbx_fields,
	.n_fields = G_N_ELEMENTS (dcbx_fields),
	.sections = VMNET_S_MODEL,
	.rows = dcbx_rows,
};
