/*
 * adapter.c - the rows of VMNetworkAdapter: VMs' and the host's own.
 */
#include <arpa/inet.h>
#include <net/if.h>

#include "view/adapter_guard.h"
#include "view/adapter_guest.h"
#include "view/adapter_iov.h"
#include "view/mirror.h"
#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];

		view_add (out, v, &vmnet_noun_adapter, view_adapter_key (a), a,
			  NULL, NULL);
	}
}

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

void
view_adapter_get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_is_host (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->vm == NULL);
}

void
view_adapter_get_vm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->vm ? of (r)->vm : "");
}

void
view_adapter_get_switch (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->vswitch ? of (r)->vswitch : "");
}

static void
get_mac (const vmnet_row *r, vmnet_value *v)
{
	put_mac (v, of (r)->mac, '\0');
}

static void
get_dynamic (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, !of (r)->mac_static);
}

static void
get_status (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_port (r->view, of (r));

	put_list (v);
	if (l == NULL)
		put_list_add (v, g_strdup ("NotPresent"));
	else if (of (r)->vswitch == NULL)
		put_list_add (v, g_strdup ("Disconnected"));
	else if (!l->master)
		put_list_add (v, g_strdup ("Degraded"));
	else
		put_list_add (v, g_strdup (l->carrier ? "Ok" : "NoCarrier"));
	if (of (r)->mirror.mode == VMNET_MIRROR_SOURCE)
		put_list_add (v, g_strdup ("Mirrored"));
	if (of (r)->mirror.mode == VMNET_MIRROR_DESTINATION)
		put_list_add (v, g_strdup ("Monitor"));
}

static void
get_connected (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->vswitch != NULL);
}

static void
add_address (vmnet_value *v, const kn_addr *a)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop (a->family, a->addr, text, sizeof text);
	put_list_add (v, g_strdup (text));
}

static void
add_addresses (vmnet_value *v, const GPtrArray *addrs, int ifindex)
{
	for (guint i = 0; addrs && i < addrs->len; i++) {
		const kn_addr *a = addrs->pdata[i];

		if (a->ifindex == ifindex)
			add_address (v, a);
	}
}

static void
look_into_vm (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *port = view_port (r->view, of (r));
	int bond;

	if (port == NULL || port->peer == 0)
		return;
	bond = adapter_iov_bond (r);
	add_addresses (v, view_guest_addrs (r->view, of (r)->vm),
		       bond ? bond : port->peer);
}

static void
get_addresses (const vmnet_row *r, vmnet_value *v)
{
	g_autofree char *end = NULL;
	const kn_link *l;

	put_list (v);
	if (of (r)->vm) {
		look_into_vm (r, v);
		return;
	}
	end = names_host_adapter (of (r));
	l = view_link (r->view, end);
	if (l)
		add_addresses (v, r->view->addrs, l->ifindex);
}

static void
get_vmq_weight (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->vmq_weight);
}

static void
get_vmq_usage (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_switch *s = of (r)->vswitch
		? vmnet_model_switch (r->view->model, of (r)->vswitch) : NULL;
	const char *nic = s ? view_way (r->view, s, of (r)) : NULL;
	const GPtrArray *q = nic ? view_queues_now (r->view, nic) : NULL;

	for (guint i = 0; q && i < q->len; i++)
		if (((datapath_queue_stats *) q->pdata[i])->slot ==
		    of (r)->slot) {
			put_int (v, 1);
			return;
		}
	put_int (v, 0);
}

static void
get_percentage (const vmnet_row *r, vmnet_value *v)
{
	const kn_class *c = view_class_now (r->view, of (r));
	const vmnet_switch *s = of (r)->vswitch
		? vmnet_model_switch (r->view->model, of (r)->vswitch) : NULL;
	const char *nic = c && s ? view_way (r->view, s, of (r)) : NULL;
	guint64 link = nic ? view_link_speed (r->view, nic) : 0;

	if (link)
		put_int (v, (c->rate * 100 + link / 2) / link);
}

static void
get_acls (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *acls = of (r)->acls;

	put_list (v);
	for (guint i = 0; i < acls->len; i++) {
		const vmnet_acl *a = acls->pdata[i];
		g_autofree char *addresses = vmnet_acl_text (a);

		put_list_add (v, g_strdup_printf ("%s %s %s",
			model_action_text (a->action),
			model_direction_text (a->direction), addresses));
	}
}

static void
get_interface (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, names_port (of (r)));
}

/*
 * What the data path counted; the interface does not see frames that go
 * straight into a namespace. Without it, the port's interface, whose receive
 * side is what the VM sends.
 */
#define COUNTER(name, expression, member) \
static void \
name (const vmnet_row *r, vmnet_value *v) \
{ \
	const datapath_totals *t = view_totals (r->view, of (r)); \
	const kn_link *l = t ? NULL : view_port (r->view, of (r)); \
 \
	if (t) \
		put_int (v, expression); \
	else if (l) \
		put_int (v, l->counters.member); \
}

COUNTER (get_received, t->in.bytes, tx_bytes)
COUNTER (get_sent, t->out.bytes + t->out_dropped.bytes, rx_bytes)
COUNTER (get_packets_received, t->in.packets, tx_packets)
COUNTER (get_packets_sent, t->out.packets + t->out_dropped.packets,
	 rx_packets)

static void
put_drops (const vmnet_row *r, vmnet_value *v, gboolean inbound)
{
	const datapath_totals *t = view_totals (r->view, of (r));

	if (t)
		put_int (v, inbound ? t->in_dropped.packets
			 : t->out_dropped.packets);
}

static void
get_dropped_in (const vmnet_row *r, vmnet_value *v)
{
	put_drops (r, v, TRUE);
}

static void
get_dropped_out (const vmnet_row *r, vmnet_value *v)
{
	put_drops (r, v, FALSE);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("adapter", r->key));
}

/* ---- BandwidthSetting: a record of its own ---- */

static void
no_rows (vmnet_view *v, GPtrArray *out)
{
}

static void
get_min_absolute (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->min_absolute);
}

static void
get_min_weight (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->min_weight);
}

static void
get_max (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->max);
}

static const vmnet_field setting_fields[] = {
	{ "MinimumBandwidthAbsolute", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 1,
	  "floor that was asked for", get_min_absolute, NULL },
	{ "MinimumBandwidthWeight", VMNET_T_INT, VMNET_U_NONE, 2,
	  "weight that was asked for", get_min_weight, NULL },
	{ "MaximumBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 3,
	  "cap that was asked for", get_max, NULL },
};

static const vmnet_noun noun_setting = {
	.name = "VMNetworkAdapterBandwidthSetting",
	.text = "what was asked of an adapter's bandwidth",
	.list = TRUE,
	.fields = setting_fields,
	.n_fields = G_N_ELEMENTS (setting_fields),
	.sections = VMNET_S_MODEL,
	.rows = no_rows,
};

static void
get_pool (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->vm)
		put_text (v, of (r)->pool ? of (r)->pool : VMNET_POOL_ALL);
}

static void
get_setting (const vmnet_row *r, vmnet_value *v)
{
	put_row (v, view_add (NULL, r->view, &noun_setting, g_strdup (r->key),
			      r->asked, NULL, NULL));
}

static void
get_vlan (const vmnet_row *r, vmnet_value *v)
{
	put_row (v, view_add (NULL, r->view, &vmnet_noun_vlan,
			      g_strdup (r->key), r->asked, NULL, NULL));
}

static void
get_isolation (const vmnet_row *r, vmnet_value *v)
{
	put_row (v, view_add (NULL, r->view, &vmnet_noun_isolation,
			      g_strdup (r->key), r->asked, NULL, NULL));
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "name of the adapter",
	  view_adapter_get_name, NULL },
	{ "IsManagementOs", VMNET_T_BOOL, VMNET_U_NONE, 2,
	  "is it the host's own", get_is_host, NULL },
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 3, "the VM that has it",
	  view_adapter_get_vm, NULL },
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "switch that it is connected to", view_adapter_get_switch, NULL },
	{ "MacAddress", VMNET_T_STRING, VMNET_U_NONE, 5, "MAC address",
	  get_mac, NULL },
	{ "Status", VMNET_T_LIST, VMNET_U_NONE, 6,
	  "Ok, NoCarrier, Disconnected, Degraded (not at its bridge) or "
	  "NotPresent (not in the kernel); and Mirrored, or Monitor (it gets "
	  "the copies)", get_status, NULL },
	{ "IPAddresses", VMNET_T_LIST, VMNET_U_NONE, 7,
	  "addresses; of VMs only where the host can see them", get_addresses,
	  NULL },
	{ "PoolName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "resource pool; the host's own adapters belong to none", get_pool,
	  NULL },
	{ "Connected", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "is it connected to a switch", get_connected, NULL },
	{ "DynamicMacAddressEnabled", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "is the MAC address derived and not given", get_dynamic, NULL },
	{ "BandwidthSetting", VMNET_T_RECORD, VMNET_U_NONE, 0,
	  "floor and cap that were asked for", get_setting, NULL },
	{ "BandwidthPercentage", VMNET_T_INT, VMNET_U_PERCENT, 0,
	  "programmed floor in percent of the link", get_percentage, NULL },
	{ "VlanSetting", VMNET_T_RECORD, VMNET_U_NONE, 0,
	  "its VLANs", get_vlan, NULL },
	{ "IsolationSetting", VMNET_T_RECORD, VMNET_U_NONE, 0,
	  "what keeps it apart", get_isolation, NULL },
	ADAPTER_GUARD_FIELDS,
	ADAPTER_MIRROR_FIELDS,
	{ "VmqWeight", VMNET_T_INT, VMNET_U_NONE, 0,
	  "weight for a VM queue; 0: none", get_vmq_weight, NULL },
	{ "VmqUsage", VMNET_T_INT, VMNET_U_NONE, 0, "VM queues in use",
	  get_vmq_usage, NULL },
	ADAPTER_IOV_FIELDS,
	ADAPTER_GUEST_FIELDS,
	{ "AclList", VMNET_T_LIST, VMNET_U_NONE, 0, "its ACL entries as text",
	  get_acls, NULL },
	{ "InterfaceName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the kernel's interface at the bridge", get_interface, NULL },
	{ "BytesReceived", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "received by the VM: frames without FCS, GSO as its segments",
	  get_received, NULL },
	{ "BytesSent", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "sent by the VM, what its policy dropped included", get_sent, NULL },
	{ "PacketsReceived", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "received by the VM", get_packets_received, NULL },
	{ "PacketsSent", VMNET_T_INT, VMNET_U_PACKETS, 0, "sent by the VM",
	  get_packets_sent, NULL },
	{ "DroppedInbound", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "dropped by its policy on the way to the VM", get_dropped_in, NULL },
	{ "DroppedOutbound", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "dropped by its policy on the way from the VM", get_dropped_out,
	  NULL },
	ADAPTER_DROP_FIELDS,
	{ "Id", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "GUID, derived from the names", get_id, NULL },
};

const vmnet_noun vmnet_noun_adapter = {
	.name = "VMNetworkAdapter",
	.text = "a network adapter of a VM or of the host",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	/* Classes and queues only where a property needs them. */
	.sections = VMNET_S_LINKS | VMNET_S_ADDRS | VMNET_S_METERS,
	.rows = rows,
};
