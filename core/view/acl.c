/*
 * acl.c - the rows of VMNetworkAdapterAcl: one for each entry and direction.
 */
#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];
		g_autofree char *key = view_adapter_key (a);

		for (guint j = 0; j < a->acls->len; j++) {
			const vmnet_acl *acl = a->acls->pdata[j];

			view_add (out, v, &vmnet_noun_acl,
				  g_strdup_printf ("%s#%u", key, acl->id),
				  a, (gpointer) acl, NULL);
		}
	}
}

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

static const vmnet_acl *
entry (const vmnet_row *r)
{
	return r->told;
}

static void
get_vm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->vm ? of (r)->vm : "");
}

static void
get_vm_id (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->vm)
		put_take (v, view_guid ("vm", of (r)->vm));
}

static void
get_adapter (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_adapter_id (const vmnet_row *r, vmnet_value *v)
{
	g_autofree char *key = view_adapter_key (of (r));

	put_take (v, view_guid ("adapter", key));
}

static void
get_direction (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_direction_text (entry (r)->direction));
}

static void
get_address (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_acl_text (entry (r)));
}

static void
get_local (const vmnet_row *r, vmnet_value *v)
{
	if (entry (r)->local)
		put_take (v, vmnet_acl_address (entry (r)));
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, vmnet_acl_remote (entry (r)));
}

static void
get_action (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_action_text (entry (r)->action));
}

static gboolean
count (const vmnet_row *r, datapath_count *c)
{
	return entry (r)->action == VMNET_ACL_METER
		&& view_meter (r->view, entry (r), c);
}

static void
get_bytes (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (count (r, &c))
		put_int (v, c.bytes);
}

static void
get_packets (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (count (r, &c))
		put_int (v, c.packets);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, entry (r)->id);
}

static const vmnet_field fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the VM that it guards",
	  get_vm, NULL },
	{ "VMId", VMNET_T_STRING, VMNET_U_NONE, 0, "GUID of the VM",
	  get_vm_id, NULL },
	{ "AdapterName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "the adapter that it guards", get_adapter, NULL },
	{ "AdapterId", VMNET_T_STRING, VMNET_U_NONE, 0, "GUID of the adapter",
	  get_adapter_id, NULL },
	{ "Direction", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Inbound (to the VM) or Outbound (from it)", get_direction, NULL },
	{ "Address", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "Local or Remote or both, with the prefix", get_address, NULL },
	{ "LocalAddress", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "prefix of the VM's own address", get_local, NULL },
	{ "RemoteAddress", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "prefix of the other address", get_remote, NULL },
	{ "Action", VMNET_T_STRING, VMNET_U_NONE, 5, "Allow, Deny or Meter",
	  get_action, NULL },
	{ "MeteredBytes", VMNET_T_INT, VMNET_U_BYTES, 6,
	  "bytes of frames (Ethernet header and payload, without FCS) since "
	  "the last reset", get_bytes, NULL },
	{ "MeteredPackets", VMNET_T_INT, VMNET_U_PACKETS, 7,
	  "frames since the last reset", get_packets, NULL },
	{ "EntryId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "number of the entry, as drops in a trace name it", get_id, NULL },
};

const vmnet_noun vmnet_noun_acl = {
	.name = "VMNetworkAdapterAcl",
	.text = "one entry of a port ACL, in one direction",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_METERS,
	.rows = rows,
};
