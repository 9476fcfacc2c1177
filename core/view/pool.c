/*
 * pool.c - the rows of VMResourcePool and of VMResourcePoolMeteringReport
 * (Measure-VMResourcePool), and of what a pool has counted for one direction
 * and pair of addresses.
 */
#include "view/view.h"

#include "model/pool.h"

#define MEGABYTE 1e6		/* as the reports of VMs */
#define TYPE "Ethernet"

static void
no_rows (vmnet_view *v, GPtrArray *out)
{
}

/* Primordial is there before the model has an object for it. */
static void
add_pools (vmnet_view *v, GPtrArray *out, const vmnet_noun *noun)
{
	view_add (out, v, noun, g_strdup (VMNET_POOL_ALL),
		  vmnet_model_pool (v->model, VMNET_POOL_ALL), NULL, NULL);
	for (guint i = 0; i < v->model->pools->len; i++) {
		const vmnet_pool *p = v->model->pools->pdata[i];

		if (!pool_is_all (p->name))
			view_add (out, v, noun, g_strdup (p->name), p, NULL,
				  NULL);
	}
}

static void
pool_rows (vmnet_view *v, GPtrArray *out)
{
	add_pools (v, out, &vmnet_noun_pool);
}

/* NULL: Primordial, of which nothing was asked yet. */
static const vmnet_pool *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->key);
}

static void
get_type (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, TYPE);
}

static void
get_parents (const vmnet_row *r, vmnet_value *v)
{
	put_list (v);
	for (guint i = 0; of (r) && of (r)->parents[i]; i++)
		put_list_add (v, g_strdup (of (r)->parents[i]));
	if (v->list->len == 0 && !pool_is_all (r->key))
		put_list_add (v, g_strdup (VMNET_POOL_ALL));
}

static void
get_metering (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r) && of (r)->metering);
}

static void
get_switches (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	put_list (v);
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *sw = m->switches->pdata[i];

		if (vmnet_pool_has_switch (m, r->key, sw->name))
			put_list_add (v, g_strdup (sw->name));
	}
}

static void
get_adapters (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	put_list (v);
	for (guint i = 0; i < m->adapters->len; i++)
		if (pool_has (m, r->key, m->adapters->pdata[i]))
			put_list_add (v, view_adapter_key (
				m->adapters->pdata[i]));
}

static const vmnet_field pool_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "its name", get_name,
	  NULL },
	{ "ResourcePoolType", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "Ethernet: network adapters", get_type, NULL },
	{ "ParentName", VMNET_T_LIST, VMNET_U_NONE, 3,
	  "pools that what is in it belongs to as well", get_parents, NULL },
	{ "ResourceMeteringEnabled", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "is the traffic of its adapters metered", get_metering, NULL },
	{ "SwitchName", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "switches that its adapters are connected to when they choose "
	  "themselves", get_switches, NULL },
	{ "VMNetworkAdapters", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "adapters in it and in the pools below it", get_adapters, NULL },
};

const vmnet_noun vmnet_noun_pool = {
	.name = "VMResourcePool",
	.text = "a pool of network adapters, and of switches for them",
	.fields = pool_fields,
	.n_fields = G_N_ELEMENTS (pool_fields),
	.sections = VMNET_S_MODEL,
	.rows = pool_rows,
};

/* ---- one direction and pair of addresses ---- */

static const vmnet_acl *
figure (const vmnet_row *r)
{
	return r->told;
}

static void
get_local (const vmnet_row *r, vmnet_value *v)
{
	put_local_of (v, figure (r));
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_remote_of (v, figure (r));
}

static void
get_direction (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_direction_text (figure (r)->direction));
}

static void
get_traffic (const vmnet_row *r, vmnet_value *v)
{
	put_double (v, figure (r)->carried_bytes / MEGABYTE);
}

static void
get_bytes (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, figure (r)->carried_bytes);
}

static void
get_packets (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, figure (r)->carried_packets);
}

static const vmnet_field figure_fields[] = {
	{ "LocalAddress", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "prefix of the VMs' own addresses", get_local, NULL },
	{ "RemoteAddress", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "prefix of the other addresses", get_remote, NULL },
	{ "Direction", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Inbound (to the VMs) or Outbound (from them)", get_direction,
	  NULL },
	{ "TotalTraffic", VMNET_T_DOUBLE, VMNET_U_NONE, 4,
	  "megabytes (10^6 bytes) since the last reset", get_traffic,
	  "TotalTraffic(MB)" },
	{ "TotalBytes", VMNET_T_INT, VMNET_U_BYTES, 5,
	  "bytes since the last reset", get_bytes, NULL },
	{ "TotalPackets", VMNET_T_INT, VMNET_U_PACKETS, 6,
	  "frames since the last reset", get_packets, NULL },
};

static const vmnet_noun noun_figure = {
	.name = "VMResourcePoolTrafficReport",
	.text = "what a pool has counted for one pair of addresses",
	.fields = figure_fields,
	.n_fields = G_N_ELEMENTS (figure_fields),
	.sections = VMNET_S_METERS,
	.rows = no_rows,
};

/* ---- all of a pool ---- */

static void
measure_rows (vmnet_view *v, GPtrArray *out)
{
	add_pools (v, out, &vmnet_noun_pool_measure);
}

static void
read_counter (guint32 acl, guint64 *bytes, guint64 *packets, gpointer user)
{
	datapath_count c = { 0 };

	if (user)
		datapath_meter_get (user, acl, &c);
	*bytes = c.bytes;
	*packets = c.packets;
}

/* NULL: not metered ever, or the counters cannot be read. */
static GPtrArray *
counted (const vmnet_row *r)
{
	datapath *d = view_datapath (r->view);

	if (of (r) == NULL || of (r)->metering_since == 0
	    || (d == NULL && g_file_test (r->view->h->pin_dir,
					  G_FILE_TEST_IS_DIR)))
		return NULL;
	return pool_counted (r->view->model, of (r), read_counter, d);
}

static void
get_duration (const vmnet_row *r, vmnet_value *v)
{
	if (of (r) && of (r)->metering_since)
		put_double (v, (g_get_real_time () - of (r)->metering_since)
			    / 1e6);
}

static void
put_sum (const vmnet_row *r, vmnet_value *v, vmnet_direction direction)
{
	g_autoptr (GPtrArray) all = counted (r);
	guint64 bytes = 0;

	if (all == NULL)
		return;
	for (guint i = 0; i < all->len; i++) {
		const vmnet_acl *f = g_ptr_array_index (all, i);

		if (f->direction == direction)
			bytes += f->carried_bytes;
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

static void
get_report (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GPtrArray) all = counted (r);

	put_list (v);
	for (guint i = 0; all && i < all->len; i++) {
		vmnet_value *item = g_new0 (vmnet_value, 1);
		vmnet_acl *f = g_memdup2 (all->pdata[i], sizeof *f);

		put_row (item, view_add (NULL, r->view, &noun_figure,
					 g_strdup_printf ("%s#%u", r->key, i),
					 of (r), f, g_free));
		g_ptr_array_add (v->list, item);
	}
}

static const vmnet_field measure_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "the metered pool",
	  get_name, NULL },
	{ "ResourcePoolType", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "Ethernet: network adapters", get_type, NULL },
	{ "ResourcePoolName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the metered pool", get_name, NULL },
	{ "ResourceMeteringEnabled", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "is its traffic metered", get_metering, NULL },
	{ "MeteringDuration", VMNET_T_DOUBLE, VMNET_U_SECONDS, 3,
	  "seconds since metering was enabled or reset", get_duration, NULL },
	MEASURE_NONE_FIELDS,
	{ "NetworkInbound", VMNET_T_DOUBLE, VMNET_U_NONE, 4,
	  "megabytes (10^6 bytes) to its VMs", get_inbound,
	  "NetworkInbound(M)" },
	{ "NetworkOutbound", VMNET_T_DOUBLE, VMNET_U_NONE, 5,
	  "megabytes (10^6 bytes) from its VMs", get_outbound,
	  "NetworkOutbound(M)" },
	{ "NetworkMeteredTrafficReport", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "one record for each direction and pair of addresses", get_report,
	  NULL },
};

const vmnet_noun vmnet_noun_pool_measure = {
	.name = "VMResourcePoolMeteringReport",
	.text = "the metered traffic of one resource pool",
	.fields = measure_fields,
	.n_fields = G_N_ELEMENTS (measure_fields),
	.sections = VMNET_S_METERS,
	.rows = measure_rows,
};
