/*
 * team.c - the rows of VMSwitchTeam, of its members and of the mappings of
 * adapters: what was asked, what the kernel has, what was counted.
 */
#include <string.h>

#include "bpf/balance.h"
#include "plan/team.h"
#include "view/view.h"

/* ---- what is in use ---- */

/* The interface with that number among the members. */
static const char *
member_at (vmnet_view *v, const vmnet_switch *s, guint32 ifindex)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++) {
		const kn_link *l = view_link (v, nic);

		if (l && (guint32) l->ifindex == ifindex)
			return nic;
	}
	return NULL;
}

const char *
view_way (vmnet_view *v, const vmnet_switch *s, const vmnet_adapter *a)
{
	datapath *d;
	datapath_way way;

	if (!s->teaming)
		return s->uplink;
	d = view_datapath (v);
	return d && datapath_way_get (d, a->slot, &way)
		? member_at (v, s, way.member) : NULL;
}

/* ---- VMSwitchTeam ---- */

static void
team_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->switches->len; i++) {
		const vmnet_switch *s = v->model->switches->pdata[i];

		if (s->teaming)
			view_add (out, v, &vmnet_noun_team, g_strdup (s->name),
				  s, NULL, NULL);
	}
}

static const vmnet_switch *
of_team (const vmnet_row *r)
{
	return r->asked;
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of_team (r)->name);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("switch", of_team (r)->name));
}

static void
get_descriptions (const vmnet_row *r, vmnet_value *v)
{
	const char *nic;

	put_list (v);
	for (guint i = 0; (nic = vmnet_switch_member (of_team (r), i)); i++)
		put_list_add (v, view_description (r->view, nic));
}

static void
get_members (const vmnet_row *r, vmnet_value *v)
{
	const char *nic;

	put_list (v);
	for (guint i = 0; (nic = vmnet_switch_member (of_team (r), i)); i++)
		put_list_add (v, g_strdup (nic));
}

static void
get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, "SwitchIndependent");
}

static void
get_balancing (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of_team (r)->spreads ? "Dynamic" : "HyperVPort");
}

/* The kernel's number of the switch's bridge; 0: there is none. */
static guint32
bridge_of (const vmnet_row *r)
{
	g_autofree char *name = names_bridge (of_team (r));
	const kn_link *l = view_link (r->view, name);

	return l ? l->ifindex : 0;
}

static void
get_balancing_told (const vmnet_row *r, vmnet_value *v)
{
	datapath *d = view_datapath (r->view);
	datapath_lane lanes[VMNET_TEAM_MAX];

	if (d && bridge_of (r))
		put_text (v, datapath_lanes_get (d, bridge_of (r), lanes)
			  ? "Dynamic" : "HyperVPort");
}

static void
get_moved (const vmnet_row *r, vmnet_value *v)
{
	datapath *d = view_datapath (r->view);
	datapath_balance b;

	if (d && datapath_balance_get (d, bridge_of (r), &b))
		put_int (v, b.moved);
}

/* Why an adapter's flows are not spread; NULL: they are. */
static const char *
why_not (const vmnet_row *r, const vmnet_adapter *a)
{
	datapath *d = view_datapath (r->view);
	datapath_way way;

	if (d && datapath_way_get (d, a->slot, &way) && way.spread)
		return NULL;
	if (a->team_mapping &&
	    vmnet_switch_has_member (of_team (r), a->team_mapping))
		return "mapped to a member";
	return plan_team_spreads (of_team (r), a) ? "not told yet"
		: "a floor or a cap stands on one link";
}

static void
get_not_spread (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *all = r->view->model->adapters;

	if (!of_team (r)->spreads)
		return;
	put_list (v);
	for (guint i = 0; i < all->len; i++) {
		const vmnet_adapter *a = all->pdata[i];
		const char *why = model_is_on (of_team (r), a)
			? why_not (r, a) : NULL;
		g_autofree char *alias = why ? names_alias (a) : NULL;

		if (why)
			put_list_add (v, g_strdup_printf ("%s: %s", alias,
							  why));
	}
}

static const vmnet_field team_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "name of the switch", get_name, NULL },
	{ "Id", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "GUID of the switch, derived from its name", get_id, NULL },
	{ "NetAdapterInterfaceDescription", VMNET_T_LIST, VMNET_U_NONE, 3,
	  "descriptions of the members", get_descriptions, NULL },
	{ "NetAdapterName", VMNET_T_LIST, VMNET_U_NONE, 4,
	  "interface names of the members", get_members, NULL },
	{ "TeamingMode", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "SwitchIndependent: the switches outside know of no team", get_mode,
	  NULL },
	{ "LoadBalancingAlgorithm", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "HyperVPort: each adapter of the switch belongs to one member; "
	  "Dynamic: what it sends is spread over all, flow by flow",
	  get_balancing, NULL },
	{ "LoadBalancingInUse", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the algorithm that the kernel was told", get_balancing_told, NULL },
	{ "FlowsMoved", VMNET_T_INT, VMNET_U_NONE, 0,
	  "flows that went over to another member, since Dynamic was set; a "
	  "measurement", get_moved, NULL },
	{ "NotSpread", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "adapters that go by one member also with Dynamic, and why",
	  get_not_spread, NULL },
};

const vmnet_noun vmnet_noun_team = {
	.name = "VMSwitchTeam",
	.text = "the team of physical network adapters of a switch",
	.fields = team_fields,
	.n_fields = G_N_ELEMENTS (team_fields),
	.sections = VMNET_S_LINKS,
	.rows = team_rows,
};

/* ---- VMSwitchTeamMember ---- */

typedef struct {
	const char *nic;
	guint number;
	gboolean counted;	/* `counts` was asked for */
	gboolean known;
	datapath_member_count counts;
} member;

static void
member_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->switches->len; i++) {
		const vmnet_switch *s = v->model->switches->pdata[i];
		const char *nic;

		for (guint j = 0; s->teaming &&
		     (nic = vmnet_switch_member (s, j)); j++) {
			member *m = g_new0 (member, 1);

			m->nic = nic;
			m->number = j;
			view_add (out, v, &vmnet_noun_team_member,
				  g_strdup (nic), s, m, g_free);
		}
	}
}

static const member *
of_member (const vmnet_row *r)
{
	return r->told;
}

static void
get_nic (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of_member (r)->nic);
}

static void
put_state (const vmnet_row *r, const char *nic, vmnet_value *v)
{
	const kn_link *l = nic ? view_link (r->view, nic) : NULL;

	if (nic)
		put_text (v, !l ? "Missing" : l->carrier ? "Up" : "Down");
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	put_state (r, of_member (r)->nic, v);
}

/* As the kernel has it. */
static void
get_receives (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_link (r->view, of_member (r)->nic);
	datapath *d = view_datapath (r->view);
	datapath_member m;

	if (l && d && datapath_member_get (d, r->view->h->nl, l->ifindex, &m))
		put_bool (v, m.receives);
}

static void
put_adapters (const vmnet_row *r, gboolean in_use, vmnet_value *v)
{
	const vmnet_switch *s = of_team (r);
	const GPtrArray *all = r->view->model->adapters;

	put_list (v);
	for (guint i = 0; i < all->len; i++) {
		const vmnet_adapter *a = all->pdata[i];
		const char *nic;

		if (!model_is_on (s, a))
			continue;
		nic = in_use ? view_way (r->view, s, a)
			: model_team_member (s, a);
		if (g_strcmp0 (nic, of_member (r)->nic) == 0)
			put_list_add (v, names_alias (a));
	}
}

static void
get_belonging (const vmnet_row *r, vmnet_value *v)
{
	put_adapters (r, FALSE, v);
}

static void
get_using (const vmnet_row *r, vmnet_value *v)
{
	put_adapters (r, TRUE, v);
}

/* Read once for all getters; NULL: there is nothing to read. */
static const datapath_member_count *
counts_of (const vmnet_row *r)
{
	member *m = (member *) r->told;
	const kn_link *l = view_link (r->view, m->nic);
	datapath *d = view_datapath (r->view);

	if (!m->counted)
		m->known = l && d && datapath_member_counts (d, l->ifindex,
							     &m->counts);
	m->counted = TRUE;
	return m->known ? &m->counts : NULL;
}

static void
get_sent (const vmnet_row *r, vmnet_value *v)
{
	if (counts_of (r))
		put_int (v, counts_of (r)->sent.packets);
}

static void
get_received (const vmnet_row *r, vmnet_value *v)
{
	if (counts_of (r))
		put_int (v, counts_of (r)->received.packets);
}

static void
get_echoes (const vmnet_row *r, vmnet_value *v)
{
	if (counts_of (r))
		put_int (v, counts_of (r)->echoes.packets);
}

static void
get_others (const vmnet_row *r, vmnet_value *v)
{
	if (counts_of (r))
		put_int (v, counts_of (r)->others.packets);
}

static void
get_flows (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_link (r->view, of_member (r)->nic);
	datapath *d = view_datapath (r->view);
	datapath_balance b;

	if (!l || !d || !datapath_balance_get (d, bridge_of (r), &b))
		return;
	for (guint i = 0; i < b.n; i++)
		if (b.lanes[i].ifindex == (guint32) l->ifindex)
			put_int (v, b.lanes[i].flows);
}

static const vmnet_field member_fields[] = {
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "switch whose team it is", get_name, NULL },
	{ "NetAdapterName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "interface name of the member", get_nic, NULL },
	{ "LinkState", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Up, Down, or Missing", get_state, NULL },
	{ "TakesBroadcasts", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "is it the one that takes what comes for everybody, and for nobody "
	  "here", get_receives, NULL },
	{ "Adapters", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "adapters that belong to it, as mapped or as dealt out",
	  get_belonging, NULL },
	{ "AdaptersInUse", VMNET_T_LIST, VMNET_U_NONE, 5,
	  "adapters that go by it now, as the kernel has it", get_using,
	  NULL },
	{ "SentPackets", VMNET_T_INT, VMNET_U_PACKETS, 6,
	  "sent by it since it joined", get_sent, NULL },
	{ "ReceivedPackets", VMNET_T_INT, VMNET_U_PACKETS, 7,
	  "received and taken", get_received, NULL },
	{ "Flows", VMNET_T_INT, VMNET_U_NONE, 0,
	  "with Dynamic: flows that went by it within the last second; those "
	  "of one hash are one", get_flows, NULL },
	{ "EchoPackets", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "of adapters of this switch, come back from outside: dropped",
	  get_echoes, NULL },
	{ "OtherMemberPackets", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "another member's to take: dropped", get_others, NULL },
};

const vmnet_noun vmnet_noun_team_member = {
	.name = "VMSwitchTeamMember",
	.text = "a physical network adapter of a team: what it carries",
	.fields = member_fields,
	.n_fields = G_N_ELEMENTS (member_fields),
	.sections = VMNET_S_LINKS,
	.rows = member_rows,
};

/* ---- VMNetworkAdapterTeamMapping ---- */

static void
mapping_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];

		if (a->team_mapping)
			view_add (out, v, &vmnet_noun_team_mapping,
				  view_adapter_key (a), a, NULL, NULL);
	}
}

static const vmnet_adapter *
of_mapping (const vmnet_row *r)
{
	return r->asked;
}

static void
get_mapped (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of_mapping (r)->team_mapping);
}

static void
get_stays (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of_mapping (r)->team_stays ? "On" : "Off");
}

static const char *
in_use (const vmnet_row *r)
{
	const vmnet_adapter *a = of_mapping (r);
	const vmnet_switch *s = a->vswitch
		? vmnet_model_switch (r->view->model, a->vswitch) : NULL;

	return s && s->teaming ? view_way (r->view, s, a) : NULL;
}

static void
get_in_use (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, in_use (r));
}

static void
get_mapped_state (const vmnet_row *r, vmnet_value *v)
{
	put_state (r, of_mapping (r)->team_mapping, v);
}

static const vmnet_field mapping_fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the VM",
	  view_adapter_get_vm, NULL },
	{ "VMNetworkAdapterName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "its adapter", view_adapter_get_name, NULL },
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "switch that it is connected to", view_adapter_get_switch, NULL },
	{ "NetAdapterName", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "member that was asked for", get_mapped, NULL },
	{ "NetAdapterNameInUse", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "member that it goes by now, as the kernel has it", get_in_use,
	  NULL },
	{ "LinkState", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "of the member that was asked for: Up, Down, or Missing",
	  get_mapped_state, NULL },
	{ "DisableFailover", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "On: it goes by no other member, also without a link", get_stays,
	  NULL },
};

const vmnet_noun vmnet_noun_team_mapping = {
	.name = "VMNetworkAdapterTeamMapping",
	.text = "the member of a team that an adapter was mapped to",
	.fields = mapping_fields,
	.n_fields = G_N_ELEMENTS (mapping_fields),
	.sections = VMNET_S_LINKS,
	.rows = mapping_rows,
};
