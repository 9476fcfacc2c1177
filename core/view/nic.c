/*
 * nic.c - the rows of NetAdapter (physical adapters and the host's own
 * virtual ones) and of NetAdapterVmq.
 */
#include <net/if.h>
#include <string.h>

#include "plan/traffic.h"
#include "view/view.h"

/* Bridges and ports of ours are parts of switches, not adapters. */
static GHashTable *
inner_links (const vmnet_view *v)
{
	GHashTable *t = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					       NULL);

	for (guint i = 0; i < v->model->switches->len; i++)
		g_hash_table_add (t, names_bridge
				  (v->model->switches->pdata[i]));
	for (guint i = 0; i < v->model->adapters->len; i++)
		g_hash_table_add (t, names_port
				  (v->model->adapters->pdata[i]));
	return t;
}

static gboolean
is_physical (const vmnet_view *v, const kn_link *l)
{
	return traffic_is_physical (v->h, v->model, l);
}

static void
add_rows (vmnet_view *v, GPtrArray *out, const vmnet_noun *noun,
	  gboolean (*wanted) (const vmnet_view *v, const kn_link *l))
{
	g_autoptr (GHashTable) inner = inner_links (v);

	for (guint i = 0; v->links && i < v->links->len; i++) {
		const kn_link *l = v->links->pdata[i];
		view_nic *n;
		char *key;

		if (l->flags & IFF_LOOPBACK ||
		    g_hash_table_contains (inner, l->name))
			continue;
		if (wanted && !(is_physical (v, l) && wanted (v, l)))
			continue;
		n = g_new0 (view_nic, 1);
		n->link = l;
		n->physical = is_physical (v, l);
		n->adapter = view_host_adapter (v, l->name);
		key = n->adapter ? names_alias (n->adapter)
			: g_strdup (l->name);
		view_add (out, v, noun, key, NULL, n, g_free);
	}
}

void
view_add_nics (vmnet_view *v, GPtrArray *out, const vmnet_noun *noun,
	       gboolean (*wanted) (const vmnet_view *v, const kn_link *l))
{
	add_rows (v, out, noun, wanted);
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	add_rows (v, out, &vmnet_noun_nic, NULL);
}

static const view_nic *
of (const vmnet_row *r)
{
	return r->told;
}

const view_nic *
view_nic_of (const vmnet_row *r)
{
	return of (r);
}

void
view_nic_get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->key);
}

void
view_nic_get_description (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->adapter)
		put_text (v, "vmnetsh virtual Ethernet adapter");
	else
		put_take (v, view_description (r->view, of (r)->link->name));
}

static void
get_ifindex (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->link->ifindex);
}

static void
get_status (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = of (r)->link;

	put_text (v, !(l->flags & IFF_UP) ? "Disabled"
		  : l->carrier ? "Up" : "Disconnected");
}

static void
get_mac (const vmnet_row *r, vmnet_value *v)
{
	put_mac (v, of (r)->link->mac, '-');
}

static void
get_permanent (const vmnet_row *r, vmnet_value *v)
{
	static const guint8 none[6];

	if (memcmp (of (r)->link->permanent_mac, none, 6) != 0)
		put_mac (v, of (r)->link->permanent_mac, '\0');
}

static guint64
speed_of (const vmnet_row *r)
{
	const kn_link *l = of (r)->link;

	/* A team's is what its members carry at the moment. */
	return l->bond.told ? kn_link_speed (r->view->h->nl, l->name)
		: view_link_speed (r->view, l->name);
}

static void
get_link_speed (const vmnet_row *r, vmnet_value *v)
{
	guint64 speed = speed_of (r);

	if (speed)
		put_take (v, view_rate_text (speed));
}

static void
get_speed (const vmnet_row *r, vmnet_value *v)
{
	guint64 speed = speed_of (r);

	if (speed)
		put_int (v, speed);
}

static void
get_mtu (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->link->mtu);
}

static void
get_virtual (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, !of (r)->physical);
}

static void
get_hardware (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->physical);
}

static void
get_guid (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("nic", r->key));
}

static const vmnet_switch *
switch_of (const vmnet_row *r)
{
	const vmnet_model *m = r->view->model;

	if (of (r)->adapter)
		return of (r)->adapter->vswitch
			? vmnet_model_switch (m, of (r)->adapter->vswitch)
			: NULL;
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		if (vmnet_switch_has_member (s, of (r)->link->name))
			return s;
	}
	return NULL;
}

void
view_nic_get_switch (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_switch *s = switch_of (r);

	if (s)
		put_text (v, s->name);
}

static void
get_driver (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, kn_driver (r->view->h->nl, of (r)->link->name));
}

static void
get_interface (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->link->name);
}

static void
get_received (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->link->counters.rx_bytes);
}

static void
get_sent (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->link->counters.tx_bytes);
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name, or vEthernet (NAME) of a host adapter", view_nic_get_name,
	  NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", view_nic_get_description, NULL },
	{ "ifIndex", VMNET_T_INT, VMNET_U_NONE, 3, "the kernel's number",
	  get_ifindex, NULL },
	{ "Status", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "Up, Disconnected (no carrier) or Disabled", get_status, NULL },
	{ "MacAddress", VMNET_T_STRING, VMNET_U_NONE, 5, "MAC address",
	  get_mac, NULL },
	{ "LinkSpeed", VMNET_T_STRING, VMNET_U_NONE, 6, "speed as text",
	  get_link_speed, NULL },
	{ "Speed", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 0, "speed",
	  get_speed, NULL },
	{ "InterfaceIndex", VMNET_T_INT, VMNET_U_NONE, 0,
	  "the same as ifIndex", get_ifindex, NULL },
	{ "InterfaceAlias", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the same as Name", view_nic_get_name, NULL },
	{ "InterfaceName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the kernel's interface name", get_interface, NULL },
	{ "PermanentAddress", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "MAC address that the card was made with", get_permanent, NULL },
	{ "MtuSize", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "largest payload of a frame", get_mtu, NULL },
	{ "Virtual", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "is it made of software: a host adapter of a switch, a tunnel",
	  get_virtual, NULL },
	{ "HardwareInterface", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "is it a card, or a lab's stand-in for one", get_hardware, NULL },
	{ "ifDesc", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the same as InterfaceDescription", view_nic_get_description, NULL },
	{ "ifAlias", VMNET_T_STRING, VMNET_U_NONE, 0, "the same as Name",
	  view_nic_get_name, NULL },
	{ "InterfaceGuid", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "GUID, derived from the name", get_guid, NULL },
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "switch that it belongs to", view_nic_get_switch, NULL },
	{ "DriverName", VMNET_T_STRING, VMNET_U_NONE, 0, "kernel driver",
	  get_driver, NULL },
	{ "ReceivedBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "received by the interface", get_received, NULL },
	{ "SentBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "sent by the interface", get_sent, NULL },
};

const vmnet_noun vmnet_noun_nic = {
	.name = "NetAdapter",
	.text = "a network adapter of the host",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

/* ---- NetAdapterVmq ---- */

static void
vmq_rows (vmnet_view *v, GPtrArray *out)
{
	add_rows (v, out, &vmnet_noun_vmq, is_physical);
}

static const vmnet_nic *
asked (const vmnet_row *r)
{
	return vmnet_model_nic (r->view->model, r->key);
}

static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, asked (r) && asked (r)->vmq);
}

static void
get_base (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_nic *n = asked (r);

	put_take (v, g_strdup_printf ("0:%" G_GUINT64_FORMAT,
		n && n->base_processor.set ? n->base_processor.value : 0));
}

static void
get_max_processor (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_nic *n = asked (r);

	put_int (v, n && n->max_processor.set ? (gint64) n->max_processor.value
		 : proc_processors () - 1);
}

static void
get_max_processors (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_nic *n = asked (r);

	put_int (v, n && n->max_processors.set
		 ? (gint64) n->max_processors.value : proc_processors ());
}

static void
get_queues (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *q = view_queues (r->view, of (r)->link->name);

	put_int (v, q ? q->len : 0);
}

static void
get_hardware_queues (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->link->rx_queues);
}

static const vmnet_field vmq_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  view_nic_get_name, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", view_nic_get_description, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "were VM queues asked for", get_enabled, NULL },
	{ "BaseVmqProcessor", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "first processor for queues, as group:number", get_base, NULL },
	{ "MaxProcessors", VMNET_T_INT, VMNET_U_NONE, 5,
	  "number of processors for queues", get_max_processors, NULL },
	{ "NumberOfReceiveQueues", VMNET_T_INT, VMNET_U_NONE, 6,
	  "VM queues that the kernel has now, read back", get_queues, NULL },
	{ "MaxProcessorNumber", VMNET_T_INT, VMNET_U_NONE, 0,
	  "last processor for queues", get_max_processor, NULL },
	{ "HardwareReceiveQueues", VMNET_T_INT, VMNET_U_NONE, 0,
	  "receive queues of the adapter itself", get_hardware_queues, NULL },
};

const vmnet_noun vmnet_noun_vmq = {
	.name = "NetAdapterVmq",
	.text = "VM queues of a physical network adapter",
	.fields = vmq_fields,
	.n_fields = G_N_ELEMENTS (vmq_fields),
	.sections = VMNET_S_LINKS | VMNET_S_QUEUES,
	.rows = vmq_rows,
};
