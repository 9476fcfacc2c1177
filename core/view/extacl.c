/*
 * extacl.c - the rows of VMNetworkAdapterExtendedAcl: one for each entry; and
 * of VMNetworkAdapterConnection: one for each connection that such an entry
 * let begin and that lives.
 */
#include "view/view.h"

#include <string.h>

#define NS 1000000000

/* ---- entries ---- */

static void
entry_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];
		g_autofree char *key = view_adapter_key (a);

		for (guint j = 0; j < a->extacls->len; j++) {
			const vmnet_extacl *e = a->extacls->pdata[j];

			view_add (out, v, &vmnet_noun_extacl,
				  g_strdup_printf ("%s#%u", key, e->id), a,
				  (gpointer) e, NULL);
		}
	}
}

static const vmnet_extacl *
entry (const vmnet_row *r)
{
	return r->told;
}

static void
get_direction (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_direction_text (entry (r)->direction));
}

static void
get_action (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_action_text (entry (r)->action));
}

static void
get_weight (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, entry (r)->weight);
}

static void
get_protocol (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_protocol_text (entry (r)->protocol));
}

static void
get_local (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_prefix_text (&entry (r)->local));
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_prefix_text (&entry (r)->remote));
}

static void
get_local_port (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_ports_text (&entry (r)->local_port));
}

static void
get_remote_port (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_ports_text (&entry (r)->remote_port));
}

static void
get_stateful (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, entry (r)->stateful);
}

static void
get_idle (const vmnet_row *r, vmnet_value *v)
{
	if (entry (r)->stateful)
		put_int (v, entry (r)->idle);
}

static void
get_isolation (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, entry (r)->isolation);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, entry (r)->id);
}

static const vmnet_field entry_fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the VM that it guards",
	  view_adapter_get_vm, NULL },
	{ "AdapterName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the adapter that it guards", view_adapter_get_name, NULL },
	{ "Direction", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "Inbound (to the VM) or Outbound (from it)", get_direction, NULL },
	{ "Action", VMNET_T_STRING, VMNET_U_NONE, 3, "Allow or Deny",
	  get_action, NULL },
	{ "Weight", VMNET_T_INT, VMNET_U_NONE, 4,
	  "of the entries that match, the greatest decides", get_weight,
	  NULL },
	{ "Protocol", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "name or number of the protocol above IP, or ANY", get_protocol,
	  NULL },
	{ "LocalIPAddress", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "prefix of the VM's own address, or ANY", get_local, "Local" },
	{ "LocalPort", VMNET_T_STRING, VMNET_U_NONE, 7,
	  "the VM's port, a range, or ANY", get_local_port, "Port" },
	{ "RemoteIPAddress", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "prefix of the other address, or ANY", get_remote, "Remote" },
	{ "RemotePort", VMNET_T_STRING, VMNET_U_NONE, 9,
	  "the other side's port, a range, or ANY", get_remote_port,
	  "RemotePort" },
	{ "Stateful", VMNET_T_BOOL, VMNET_U_NONE, 10,
	  "answers pass, whatever their own direction says", get_stateful,
	  NULL },
	{ "IdleSessionTimeout", VMNET_T_INT, VMNET_U_SECONDS, 0,
	  "after which a silent connection is forgotten; none: not stateful",
	  get_idle, NULL },
	{ "IsolationID", VMNET_T_INT, VMNET_U_NONE, 0,
	  "VLAN of the frames that it matches; 0: any", get_isolation, NULL },
	{ "EntryId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "number of the entry, as drops in a trace name it", get_id, NULL },
};

const vmnet_noun vmnet_noun_extacl = {
	.name = "VMNetworkAdapterExtendedAcl",
	.text = "one entry of an extended ACL: protocol, ports, weight",
	.fields = entry_fields,
	.n_fields = G_N_ELEMENTS (entry_fields),
	.sections = VMNET_S_MODEL,
	.rows = entry_rows,
};

/* ---- connections ---- */

typedef struct {
	datapath_connection c;
	guint32 weight;		/* of the entry that let it begin */
} connection;

static const vmnet_extacl *
entry_of (const vmnet_adapter *a, guint32 id)
{
	for (guint i = 0; i < a->extacls->len; i++) {
		const vmnet_extacl *e = a->extacls->pdata[i];

		if (e->id == id)
			return e;
	}
	return NULL;
}

static GHashTable *
adapters_by_slot (const vmnet_model *m)
{
	GHashTable *t = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = m->adapters->pdata[i];

		g_hash_table_insert (t, GUINT_TO_POINTER (a->slot), a);
	}
	return t;
}

/* One whose entry was removed ends at its next frame. */
static void
connection_rows (vmnet_view *v, GPtrArray *out)
{
	datapath *d = view_datapath (v);
	g_autoptr (GPtrArray) all = d ? datapath_connections (d) : NULL;
	g_autoptr (GHashTable) slots = adapters_by_slot (v->model);

	for (guint i = 0; all && i < all->len; i++) {
		const datapath_connection *c = all->pdata[i];
		const vmnet_adapter *a = g_hash_table_lookup (
			slots, GUINT_TO_POINTER (c->slot));
		const vmnet_extacl *e = a ? entry_of (a, c->entry) : NULL;
		g_autofree char *key = e ? view_adapter_key (a) : NULL;
		connection *told;

		if (e == NULL)
			continue;
		told = g_new0 (connection, 1);
		told->c = *c;
		told->weight = e->weight;
		view_add (out, v, &vmnet_noun_connection,
			  g_strdup_printf ("%s#%u", key, i), a, told, g_free);
	}
}

static const datapath_connection *
conn (const vmnet_row *r)
{
	return &((const connection *) r->told)->c;
}

static void
get_conn_direction (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_direction_text (conn (r)->inbound ? VMNET_INBOUND
					   : VMNET_OUTBOUND));
}

static void
get_conn_protocol (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_protocol_text ((vmnet_opt) { TRUE,
					  conn (r)->protocol }));
}

static void
put_address (vmnet_value *v, const datapath_connection *c, const guint8 *addr)
{
	vmnet_acl acl = { .family = c->family,
		.prefix = c->family == VMNET_ADDR_IPV4 ? 32 : 128 };

	memcpy (acl.addr, addr, sizeof acl.addr);
	put_take (v, vmnet_acl_address (&acl));
}

static void
get_conn_local (const vmnet_row *r, vmnet_value *v)
{
	put_address (v, conn (r), conn (r)->local);
}

static void
get_conn_remote (const vmnet_row *r, vmnet_value *v)
{
	put_address (v, conn (r), conn (r)->remote);
}

static void
get_conn_local_port (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->local_port);
}

static void
get_conn_remote_port (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->remote_port);
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, conn (r)->closed ? "Closed" : "Open");
}

static void
get_bytes_in (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->in.bytes);
}

static void
get_bytes_out (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->out.bytes);
}

static void
get_packets_in (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->in.packets);
}

static void
get_packets_out (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->out.packets);
}

static void
get_age (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->age / NS);
}

static void
get_silent (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->idle / NS);
}

static void
get_timeout (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->timeout);
}

static void
get_entry_weight (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, ((const connection *) r->told)->weight);
}

static void
get_entry (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, conn (r)->entry);
}

static const vmnet_field connection_fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "the VM at the local end", view_adapter_get_vm, NULL },
	{ "AdapterName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the adapter that it goes through", view_adapter_get_name, NULL },
	{ "Direction", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "of the frame that opened it", get_conn_direction, NULL },
	{ "Protocol", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "name or number of the protocol above IP", get_conn_protocol,
	  NULL },
	{ "LocalAddress", VMNET_T_STRING, VMNET_U_NONE, 4, "the VM's address",
	  get_conn_local, NULL },
	{ "LocalPort", VMNET_T_INT, VMNET_U_NONE, 5,
	  "the VM's port; the number of an ICMP echo", get_conn_local_port,
	  NULL },
	{ "RemoteAddress", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "the other address", get_conn_remote, NULL },
	{ "RemotePort", VMNET_T_INT, VMNET_U_NONE, 7,
	  "the other port; the number of an ICMP echo", get_conn_remote_port,
	  NULL },
	{ "State", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "Open, or Closed: both ends of a TCP connection said so",
	  get_state, NULL },
	{ "BytesReceived", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "to the VM, since it was opened", get_bytes_in, NULL },
	{ "BytesSent", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "from the VM, since it was opened", get_bytes_out, NULL },
	{ "PacketsReceived", VMNET_T_INT, VMNET_U_PACKETS, 9,
	  "to the VM, since it was opened", get_packets_in, "In" },
	{ "PacketsSent", VMNET_T_INT, VMNET_U_PACKETS, 10,
	  "from the VM, since it was opened", get_packets_out, "Out" },
	{ "Age", VMNET_T_INT, VMNET_U_SECONDS, 0, "since it was opened",
	  get_age, NULL },
	{ "Idle", VMNET_T_INT, VMNET_U_SECONDS, 11,
	  "since its last frame", get_silent, NULL },
	{ "IdleSessionTimeout", VMNET_T_INT, VMNET_U_SECONDS, 0,
	  "idle for that long it is forgotten", get_timeout, NULL },
	{ "Weight", VMNET_T_INT, VMNET_U_NONE, 0,
	  "of the entry that let it begin", get_entry_weight, NULL },
	{ "EntryId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "number of the entry that let it begin", get_entry, NULL },
};

const vmnet_noun vmnet_noun_connection = {
	.name = "VMNetworkAdapterConnection",
	.text = "one connection that a stateful extended ACL entry let begin",
	.fields = connection_fields,
	.n_fields = G_N_ELEMENTS (connection_fields),
	.sections = VMNET_S_METERS,
	.rows = connection_rows,
};
