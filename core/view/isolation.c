/*
 * isolation.c - the rows of VMNetworkAdapterIsolation: one for each adapter; also
 * the IsolationSetting of a network adapter. What keeps it apart is its VLAN.
 */
#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];

		view_add (out, v, &vmnet_noun_isolation, view_adapter_key (a),
			  a, NULL, NULL);
	}
}

static const vmnet_vlan *
of (const vmnet_row *r)
{
	return &((const vmnet_adapter *) r->asked)->vlan;
}

static void
get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->isolation ? "Vlan" : "None");
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->isolation ? model_vlan_untagged (of (r)) : 0);
}

static void
get_multi (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->isolation && of (r)->mode == VMNET_VLAN_TRUNK
		  ? "On" : "Off");
}

static void
get_untagged (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, TRUE);
}

static void
get_vlan (const vmnet_row *r, vmnet_value *v)
{
	put_row (v, view_add (NULL, r->view, &vmnet_noun_vlan,
			      g_strdup (r->key), r->asked, NULL, NULL));
}

static const vmnet_field fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "the VM that has the adapter", view_adapter_get_vm, NULL },
	{ "VMNetworkAdapterName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "name of the adapter", view_adapter_get_name, NULL },
	{ "IsolationMode", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Vlan, or None: its VLANs are those of Get-VMNetworkAdapterVlan",
	  get_mode, NULL },
	{ "DefaultIsolationID", VMNET_T_INT, VMNET_U_NONE, 4,
	  "VLAN of frames without a tag; 0: none", get_id, NULL },
	{ "MultiTenantStack", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "On: frames of every VLAN pass with their tag", get_multi, NULL },
	{ "AllowUntaggedTraffic", VMNET_T_BOOL, VMNET_U_NONE, 6,
	  "frames without a tag pass: they always do", get_untagged, NULL },
	{ "VlanSetting", VMNET_T_RECORD, VMNET_U_NONE, 0,
	  "the VLANs that come of it, asked and programmed", get_vlan, NULL },
};

const vmnet_noun vmnet_noun_isolation = {
	.name = "VMNetworkAdapterIsolation",
	.text = "what keeps a network adapter apart",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};
