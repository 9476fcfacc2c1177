/*
 * measure.c - the rows of VMNetworkTrafficReport (one meter) and of
 * VMMeteringReport (Measure-VM: all meters of one VM).
 */
#include "view/view.h"

#define MEGABYTE 1e6		/* as the published reports count */

/* ---- one meter ---- */

void
view_meters_of (vmnet_view *v, const vmnet_adapter *a, GPtrArray *out)
{
	g_autofree char *key = view_adapter_key (a);

	for (guint j = 0; j < a->acls->len; j++) {
		const vmnet_acl *acl = a->acls->pdata[j];

		if (acl->action == VMNET_ACL_METER)
			view_add (out, v, &vmnet_noun_meter,
				  g_strdup_printf ("%s#%u", key, acl->id), a,
				  (gpointer) acl, NULL);
	}
}

static void
meter_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++)
		view_meters_of (v, v->model->adapters->pdata[i], out);
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

gboolean
view_meter (vmnet_view *v, const vmnet_acl *acl, datapath_count *c)
{
	datapath *d = view_datapath (v);

	*c = (datapath_count) { 0 };
	if ((d == NULL || !datapath_meter_get (d, acl->id, c))
	    && acl->carried_packets == 0)
		return FALSE;
	model_meter_total (acl, &c->bytes, &c->packets);
	return TRUE;
}

static void
get_vm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->vm ? of (r)->vm : "");
}

static void
get_adapter (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_local (const vmnet_row *r, vmnet_value *v)
{
	put_local_of (v, entry (r));
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_remote_of (v, entry (r));
}

static void
get_direction (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_direction_text (entry (r)->direction));
}

static void
get_traffic (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (view_meter (r->view, entry (r), &c))
		put_double (v, c.bytes / MEGABYTE);
}

static void
get_bytes (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (view_meter (r->view, entry (r), &c))
		put_int (v, c.bytes);
}

static void
get_packets (const vmnet_row *r, vmnet_value *v)
{
	datapath_count c;

	if (view_meter (r->view, entry (r), &c))
		put_int (v, c.packets);
}

static const vmnet_field meter_fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the metered VM", get_vm,
	  NULL },
	{ "AdapterName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "the metered adapter", get_adapter, NULL },
	{ "VMNetworkAdapter", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the metered adapter, by its published name", get_adapter, NULL },
	{ "LocalAddress", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "prefix of the VM's own address", get_local, NULL },
	{ "RemoteAddress", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "prefix of the other address", get_remote, NULL },
	{ "Direction", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "Inbound (to the VM) or Outbound (from it)", get_direction, NULL },
	{ "TotalTraffic", VMNET_T_DOUBLE, VMNET_U_NONE, 6,
	  "megabytes (10^6 bytes) since the last reset", get_traffic,
	  "TotalTraffic(MB)" },
	{ "TotalBytes", VMNET_T_INT, VMNET_U_BYTES, 7,
	  "bytes since the last reset", get_bytes, NULL },
	{ "TotalPackets", VMNET_T_INT, VMNET_U_PACKETS, 8,
	  "frames since the last reset", get_packets, NULL },
};

const vmnet_noun vmnet_noun_meter = {
	.name = "VMNetworkTrafficReport",
	.text = "what one Meter entry has counted",
	.fields = meter_fields,
	.n_fields = G_N_ELEMENTS (meter_fields),
	.sections = VMNET_S_METERS,
	.rows = meter_rows,
};

/* ---- all meters of one VM ---- */

void
view_not_measured (const vmnet_row *r, vmnet_value *v)
{
}

static void
measure_rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->vms->len; i++) {
		const vmnet_vm *m = v->model->vms->pdata[i];

		view_add (out, v, &vmnet_noun_measure, g_strdup (m->name), m,
			  NULL, NULL);
	}
}

static GPtrArray *
report (const vmnet_row *r)
{
	const GPtrArray *own = view_adapters_of (r->view, r->key);
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_row_unref);

	for (guint i = 0; own && i < own->len; i++)
		view_meters_of (r->view, own->pdata[i], out);
	return out;
}

static void
get_vm_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->key);
}

static void
get_vm_id (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("vm", r->key));
}

static void
get_metering (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, ((const vmnet_vm *) r->asked)->metering);
}

static void
get_duration (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_vm *m = r->asked;

	if (m->metering_since)
		put_double (v, (g_get_real_time () - m->metering_since) / 1e6);
}

static void
get_report (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GPtrArray) meters = report (r);

	put_list (v);
	for (guint i = 0; i < meters->len; i++) {
		vmnet_value *item = g_new0 (vmnet_value, 1);

		put_row (item, vmnet_row_ref (meters->pdata[i]));
		g_ptr_array_add (v->list, item);
	}
}

static void
put_sum (const vmnet_row *r, vmnet_value *v, vmnet_direction direction)
{
	g_autoptr (GPtrArray) meters = report (r);
	guint64 bytes = 0;
	datapath_count c;

	for (guint i = 0; i < meters->len; i++) {
		const vmnet_acl *acl = entry (meters->pdata[i]);

		if (acl->direction != direction)
			continue;
		if (!view_meter (r->view, acl, &c))
			return;
		bytes += c.bytes;
	}
	put_double (v, bytes / MEGABYTE);
}

static void
get_inbound (const vmnet_row *r, vmnet_value *v)
{
	put_sum (r, v, VMNET_INBOUND);
}

static void
get_outbound (const vmnet_row *r, vmnet_value *v)
{
	put_sum (r, v, VMNET_OUTBOUND);
}

static const vmnet_field measure_fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the metered VM",
	  get_vm_name, NULL },
	{ "ResourceMeteringEnabled", VMNET_T_BOOL, VMNET_U_NONE, 2,
	  "is its traffic metered", get_metering, NULL },
	{ "MeteringDuration", VMNET_T_DOUBLE, VMNET_U_SECONDS, 3,
	  "seconds since metering was enabled or reset", get_duration, NULL },
	{ "VMId", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "GUID of the VM, derived from its name", get_vm_id, NULL },
	MEASURE_NONE_FIELDS,
	{ "NetworkInbound", VMNET_T_DOUBLE, VMNET_U_NONE, 4,
	  "megabytes (10^6 bytes) to the VM, of all its meters", get_inbound,
	  "NetworkInbound(M)" },
	{ "NetworkOutbound", VMNET_T_DOUBLE, VMNET_U_NONE, 5,
	  "megabytes (10^6 bytes) from the VM, of all its meters",
	  get_outbound, "NetworkOutbound(M)" },
	{ "NetworkMeteredTrafficReport", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "one record for each meter", get_report, NULL },
};

const vmnet_noun vmnet_noun_measure = {
	.name = "VMMeteringReport",
	.text = "the metered traffic of one VM",
	.fields = measure_fields,
	.n_fields = G_N_ELEMENTS (measure_fields),
	.sections = VMNET_S_METERS,
	.rows = measure_rows,
};
