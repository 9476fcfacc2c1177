/*
 * vlan.c - the rows of VMNetworkAdapterVlan: one for each adapter; also the
 * VlanSetting of a network adapter.
 */
#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];

		view_add (out, v, &vmnet_noun_vlan, view_adapter_key (a), a,
			  NULL, NULL);
	}
}

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_vlan_mode_text (of (r)->vlan.mode));
}

static void
get_list (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_vlan *l = &of (r)->vlan;

	switch (l->mode) {
	case VMNET_VLAN_UNTAGGED:
		put_text (v, "");
		break;
	case VMNET_VLAN_ACCESS:
		put_take (v, g_strdup_printf ("%u", l->access));
		break;
	case VMNET_VLAN_TRUNK:
		put_take (v, g_strdup_printf ("%u,%s", l->native,
					      l->allowed));
		break;
	}
}

static void
get_access (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->vlan.access);
}

static void
get_native (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->vlan.native);
}

static void
get_allowed_text (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->vlan.allowed ? of (r)->vlan.allowed : "");
}

static void
get_allowed (const vmnet_row *r, vmnet_value *v)
{
	vmnet_vlans set = { 0 };

	put_list (v);
	model_vlans_add_list (&set, of (r)->vlan.allowed);
	for (guint i = 1; i <= VMNET_VLAN_MAX; i++) {
		vmnet_value *item;

		if (!vmnet_vlans_has (&set, i))
			continue;
		item = g_new0 (vmnet_value, 1);
		put_int (item, i);
		g_ptr_array_add (v->list, item);
	}
}

static void
get_parent (const vmnet_row *r, vmnet_value *v)
{
	put_row (v, view_add (NULL, r->view, &vmnet_noun_adapter,
			      g_strdup (r->key), r->asked, NULL, NULL));
}

/* The VLANs without a tag in front, as in VlanList. */
static void
get_programmed (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_port (r->view, of (r));
	const kn_link *b = l ? g_hash_table_lookup
		(r->view->by_index, GINT_TO_POINTER (l->master)) : NULL;
	const kn_port_vlans *p = b && b->vlan_filtering
		? view_port_vlans (r->view, l->ifindex) : NULL;
	g_autofree char *own = NULL, *list = NULL;
	vmnet_vlans tagged;

	if (b && !b->vlan_filtering)
		put_text (v, "");
	if (p == NULL)
		return;
	tagged = p->member;
	for (guint i = 0; i < G_N_ELEMENTS (tagged.bits); i++)
		tagged.bits[i] &= ~p->untagged.bits[i];
	own = vmnet_vlans_text (&p->untagged);
	list = vmnet_vlans_text (&tagged);
	put_take (v, g_strconcat (own, *list ? "," : NULL, list, NULL));
}

static const vmnet_field fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "the VM that has the adapter", view_adapter_get_vm, NULL },
	{ "VMNetworkAdapterName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "name of the adapter", view_adapter_get_name, NULL },
	{ "OperationMode", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Untagged, Access or Trunk", get_mode, "Mode" },
	{ "VlanList", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "Access: its VLAN; Trunk: the native one, then those allowed",
	  get_list, NULL },
	{ "AccessVlanId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "VLAN of an adapter in Access mode; else 0", get_access, NULL },
	{ "NativeVlanId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "Trunk: VLAN of frames without a tag; 0: none", get_native, NULL },
	{ "AllowedVlanIdList", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "Trunk: the VLANs that pass with a tag, one by one", get_allowed,
	  NULL },
	{ "AllowedVlanIdListString", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "Trunk: the VLANs that pass with a tag, as ranges",
	  get_allowed_text, NULL },
	{ "ParentAdapter", VMNET_T_RECORD, VMNET_U_NONE, 0,
	  "the network adapter itself", get_parent, NULL },
	{ "ProgrammedVlanList", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "what the kernel's bridge has for the port: the VLAN without a tag "
	  "first; empty: the bridge looks at no VLANs", get_programmed, NULL },
};

const vmnet_noun vmnet_noun_vlan = {
	.name = "VMNetworkAdapterVlan",
	.text = "the VLANs of a network adapter",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};
