/*
 * iov_vf.c - the rows of NetAdapterSriovVf, one for each virtual function:
 * whose it is, where it is, what the card was told and has counted. Functions
 * are listed from the card's side, wherever their adapters have gone.
 */
#include <linux/if_link.h>
#include "view/vf.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; v->links && i < v->links->len; i++) {
		const kn_link *l = v->links->pdata[i];
		const GPtrArray *vfs = l->kind ? NULL : view_vfs (v, l->name);

		for (guint j = 0; vfs && j < vfs->len; j++)
			view_add (out, v, &vmnet_noun_vf, g_strdup_printf
				  ("%s#%u", l->name, j), NULL, vfs->pdata[j],
				  NULL);
	}
}

static view_vf *
of (const vmnet_row *r)
{
	return (view_vf *) r->told;
}

static void
get_pf (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->pf->name);
}

static void
get_description (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_description (r->view, of (r)->pf->name));
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->f->vf);
}

static void
get_address (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->f->address);
}

static void
get_vport (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->f->vf + 1);
}

static void
get_switch_id (const vmnet_row *r, vmnet_value *v)
{
	(void) r;
	put_int (v, 0);
}

static void
get_mac (const vmnet_row *r, vmnet_value *v)
{
	put_vf_mac (v, of (r));
}

static void
get_vlan (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->f->told.vlan)
		put_int (v, of (r)->f->told.vlan);
}

/* The VM as Get-VM has it: by name, whoever knows it. */
static const char *
vm_of (const view_vf *f)
{
	return f->owner ? f->owner->vm : f->guest ? f->guest->guest : NULL;
}

static void
get_vm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vm_of (of (r)));
}

static void
get_vm_id (const vmnet_row *r, vmnet_value *v)
{
	if (vm_of (of (r)))
		put_take (v, view_guid ("vm", vm_of (of (r))));
}

static void
get_adapter (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->owner)
		put_text (v, of (r)->owner->name);
}

static void
get_in_use (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, view_vf_in_use (of (r)));
}

static void
get_driver (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->f->driver);
}

static void
get_interface (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = view_vf_link (r->view, of (r));

	if (l)
		put_text (v, l->name);
}

static void
get_group (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->f->group);
}

static void
get_pid (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->guest)
		put_int (v, of (r)->guest->pid);
}

static void
get_spoof (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->f->told.spoofchk);
}

static void
get_trust (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->f->told.trust);
}

static void
put_rate (vmnet_value *v, guint32 mbit)
{
	if (mbit)
		put_int (v, (gint64) mbit * 1000000);
}

static void
get_min_rate (const vmnet_row *r, vmnet_value *v)
{
	put_rate (v, of (r)->f->told.min_rate);
}

static void
get_max_rate (const vmnet_row *r, vmnet_value *v)
{
	put_rate (v, of (r)->f->told.max_rate);
}

static void
get_link_state (const vmnet_row *r, vmnet_value *v)
{
	switch (of (r)->f->told.link_state) {
	case IFLA_VF_LINK_STATE_AUTO:
		put_text (v, "Auto");
		break;
	case IFLA_VF_LINK_STATE_ENABLE:
		put_text (v, "Enabled");
		break;
	case IFLA_VF_LINK_STATE_DISABLE:
		put_text (v, "Disabled");
		break;
	}
}

#define COUNTER(name, field) \
	static void \
	get_##name (const vmnet_row *r, vmnet_value *v) \
	{ \
		const kn_counters *c = view_vf_counters (r->view, \
							 of (r)); \
		if (c) \
			put_int (v, c->field); \
	}

COUNTER (received_bytes, rx_bytes)
COUNTER (received_packets, rx_packets)
COUNTER (received_dropped, rx_dropped)
COUNTER (sent_bytes, tx_bytes)
COUNTER (sent_packets, tx_packets)
COUNTER (sent_dropped, tx_dropped)

static void
put_measured (const vmnet_row *r, vmnet_value *v, gboolean sent)
{
	view_rate rate;

	if (of (r)->f->address &&
	    view_vf_rate (r->view, of (r)->f->address, &rate))
		put_int (v, (sent ? rate.sent : rate.received) + 0.5);
}

static void
get_measured (const vmnet_row *r, vmnet_value *v)
{
	put_measured (r, v, TRUE);
}

static void
get_measured_in (const vmnet_row *r, vmnet_value *v)
{
	put_measured (r, v, FALSE);
}

static gboolean
is_namespaced (const vmnet_row *r)
{
	return of (r)->owner &&
		model_is_namespaced (r->view->model, of (r)->owner);
}

static void
put_guest_reasons (const view_vf *f, vmnet_value *v)
{
	g_autofree char *where = NULL;
	gsize len = 0;
	g_autofree char *args = proc_args (f->guest->pid, &len, &where);
	g_autoptr (GPtrArray) why = iov_reasons_guest
		(where, args ? args : "", len, f->f->vf, f->card);

	if (args)
		put_reasons (v, why);
}

static void
get_reasons (const vmnet_row *r, vmnet_value *v)
{
	const view_vf *f = of (r);
	g_autoptr (GPtrArray) why = NULL;

	put_list (v);
	if (f->card == NULL || !view_vf_in_use (f))
		return;
	if (f->owner) {
		why = iov_reasons_vf (r->view->h->sysfs_root, f->f->vf,
				      f->card, is_namespaced (r)
				      ? IOV_STOPS_NAMESPACE | IOV_STOPS_PAIR
				      : IOV_STOPS_GUEST);
		put_reasons (v, why);
	}
	if (f->guest)
		put_guest_reasons (f, v);
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "physical network adapter", get_pf, NULL },
	{ "FunctionID", VMNET_T_INT, VMNET_U_NONE, 2,
	  "number of the virtual function, from 0", get_id, NULL },
	{ "VPortID", VMNET_T_INT, VMNET_U_NONE, 3,
	  "number of its port in the card's switch; 0 is the card's own",
	  get_vport, NULL },
	{ "MacAddress", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "address that the card has for it; nothing: none", get_mac, NULL },
	{ "VmID", VMNET_T_STRING, VMNET_U_NONE, 5, "GUID of the VM that has it",
	  get_vm_id, NULL },
	{ "VmFriendlyName", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "VM that has it: by its MAC, or by its VFIO group", get_vm, NULL },
	{ "VMNetworkAdapterName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the VM's adapter that has it", get_adapter, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind of the physical network adapter", get_description,
	  NULL },
	{ "PciAddress", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "where it is, as domain:bus:device.function", get_address, NULL },
	{ "SwitchID", VMNET_T_INT, VMNET_U_NONE, 0,
	  "switch within the card: there is one, 0", get_switch_id, NULL },
	{ "VlanID", VMNET_T_INT, VMNET_U_NONE, 0,
	  "the card tags its frames with this; nothing: none", get_vlan,
	  NULL },
	{ "InUse", VMNET_T_BOOL, VMNET_U_NONE, 0, "has somebody got it",
	  get_in_use, NULL },
	{ "DriverName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "kernel driver; vfio-pci: it is for a guest", get_driver, NULL },
	{ "InterfaceName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "its own interface, here or in its VM; nothing: not to be seen",
	  get_interface, NULL },
	{ "IommuGroup", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "number of its IOMMU group", get_group, NULL },
	{ "ProcessId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "process that holds its VFIO group", get_pid, NULL },
	{ "SpoofCheck", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "does the card drop frames from other addresses", get_spoof, NULL },
	{ "Trust", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "may it change its address and hear everything", get_trust, NULL },
	{ "MinimumBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 0,
	  "floor that the card gives it", get_min_rate, NULL },
	{ "MaximumBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 0,
	  "cap that the card puts on it", get_max_rate, NULL },
	{ "MeasuredBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 0,
	  "what the VM sends by it now, measured over a quarter of a second",
	  get_measured, NULL },
	{ "MeasuredInbound", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 0,
	  "what comes to the VM by it now", get_measured_in, NULL },
	{ "LinkState", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "Auto (as the card's own link), Enabled or Disabled",
	  get_link_state, NULL },
	{ "ReceivedBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "to the VM: as the card counts, else as its own interface does",
	  get_received_bytes, NULL },
	{ "ReceivedPackets", VMNET_T_INT, VMNET_U_PACKETS, 0, "to the VM",
	  get_received_packets, NULL },
	{ "ReceivedDiscards", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "dropped on the way to the VM", get_received_dropped, NULL },
	{ "SentBytes", VMNET_T_INT, VMNET_U_BYTES, 0, "from the VM",
	  get_sent_bytes, NULL },
	{ "SentPackets", VMNET_T_INT, VMNET_U_PACKETS, 0, "from the VM",
	  get_sent_packets, NULL },
	{ "SentDiscards", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "dropped on the way from the VM", get_sent_dropped, NULL },
	{ "Reasons", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "what is in the way of the VM that has it", get_reasons, NULL },
};

const vmnet_noun vmnet_noun_vf = {
	.name = "NetAdapterSriovVf",
	.text = "one virtual function of a physical network adapter",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};
