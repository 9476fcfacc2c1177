/*
 * iov.c - SR-IOV of an adapter as the rows of a view tell it, asked once for
 * every field that shows it; the rows of NetAdapterSriov.
 */
#include <string.h>

#include "view/vf.h"

/* ---- reasons ---- */

static void
reasons_free (gpointer reasons)
{
	g_ptr_array_unref (reasons);
}

static int
count_in_use (vmnet_view *v, const char *nic)
{
	const GPtrArray *vfs = view_vfs (v, nic);
	int n = 0;

	for (guint i = 0; i < vfs->len; i++)
		n += view_vf_in_use (vfs->pdata[i]);
	return n;
}

static GPtrArray *
ask (vmnet_view *v, const char *nic)
{
	GPtrArray *all = iov_reasons (v->h->sysfs_root, nic,
				      nic ? count_in_use (v, nic) : -1);
	const vmnet_nic *n = nic ? vmnet_model_nic (v->model, nic) : NULL;
	g_autofree char *store = g_build_filename (v->h->state_dir,
						   "store.json", NULL);

	iov_reasons_of_team (v->h->nl, nic, all);
	if (n && n->sriov_off)
		iov_add (all, IOV_SWITCHED_OFF, store, "sriov_off",
			 "SR-IOV of %s is switched off", nic);
	return all;
}

const GPtrArray *
view_iov_reasons (vmnet_view *v, const char *nic)
{
	const char *key = nic ? nic : "";
	GPtrArray *all;

	if (v->iov == NULL)
		v->iov = g_hash_table_new_full (g_str_hash, g_str_equal,
						g_free, reasons_free);
	all = g_hash_table_lookup (v->iov, key);
	if (all == NULL) {
		all = ask (v, nic);
		g_hash_table_insert (v->iov, g_strdup (key), all);
	}
	return all;
}

void
put_reasons (vmnet_value *v, const GPtrArray *reasons)
{
	g_autoptr (GPtrArray) lines = iov_lines (reasons, ~0U);

	for (guint i = 0; i < lines->len; i++)
		put_list_add (v, g_strdup (lines->pdata[i]));
}

gboolean
view_iov_can (vmnet_view *v, const char *nic)
{
	return !iov_stops (view_iov_reasons (v, nic), IOV_STOPS_VFS);
}

void
view_iov_put_reasons (vmnet_view *v, const char *nic, vmnet_value *out)
{
	put_list (out);
	put_reasons (out, view_iov_reasons (v, nic));
}

static gboolean
has_line (const vmnet_value *list, const char *line)
{
	for (guint i = 0; i < list->list->len; i++) {
		const vmnet_value *item = list->list->pdata[i];

		if (strcmp (item->s, line) == 0)
			return TRUE;
	}
	return FALSE;
}

void
view_iov_add_reasons (vmnet_view *v, const char *nic, vmnet_value *out)
{
	g_autoptr (GPtrArray) lines = iov_lines (view_iov_reasons (v, nic),
						 ~0U);

	for (guint i = 0; i < lines->len; i++)
		if (!has_line (out, lines->pdata[i]))
			put_list_add (out, g_strdup (lines->pdata[i]));
}

gint64
view_iov_count (vmnet_view *v, const char *nic, gboolean in_use)
{
	return in_use ? count_in_use (v, nic) : (gint64) view_vfs (v, nic)->len;
}

/* The functions of a card are all alike: one that cannot be seen (a guest has
 * it, or nobody) counts as one that can. */
gint64
view_iov_pairs (vmnet_view *v, const char *nic, gboolean in_use)
{
	const GPtrArray *vfs = view_vfs (v, nic);
	const kn_link *seen = NULL;
	guint n = in_use ? (guint) count_in_use (v, nic) : vfs->len;

	for (guint i = 0; i < vfs->len && seen == NULL; i++)
		seen = view_vf_link (v, vfs->pdata[i]);
	if (n && !seen)
		return -1;
	return seen ? (gint64) n * view_queue_pairs (seen) : 0;
}

/* ---- NetAdapterSriov ---- */

/* Virtual functions have rows of their own. */
static gboolean
is_no_vf (const vmnet_view *v, const kn_link *l)
{
	g_autofree char *path = g_build_filename
		("class/net", l->name, "device/physfn", NULL);

	return !sysfs_exists (v->h->sysfs_root, path);
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_sriov, is_no_vf);
}

static const char *
nic_of (const vmnet_row *r)
{
	return view_nic_of (r)->link->name;
}

static const vmnet_nic *
asked (const vmnet_row *r)
{
	return vmnet_model_nic (r->view->model, nic_of (r));
}

static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, view_iov_can (r->view, nic_of (r)));
}

/* The published words where they fit, else the name of our reason. */
static void
get_support (const vmnet_row *r, vmnet_value *v)
{
	const iov_reason *why = iov_first
		(view_iov_reasons (r->view, nic_of (r)), IOV_STOPS_VFS);

	if (why == NULL)
		put_text (v, "Supported");
	else if (why->kind == IOV_NO_DRIVER ||
		 why->kind == IOV_DRIVER_NO_SRIOV)
		put_text (v, "MissingPfDriver");
	else if (why->kind == IOV_SLOT_NO_BUS)
		put_text (v, "NoBusResources");
	else
		put_text (v, why->name);
}

static void
get_reasons (const vmnet_row *r, vmnet_value *v)
{
	view_iov_put_reasons (r->view, nic_of (r), v);
}

static void
get_count (const vmnet_row *r, vmnet_value *v)
{
	int n = sysfs_sriov_count (r->view->h->sysfs_root, nic_of (r));

	put_int (v, MAX (n, 0));
}

static void
get_max (const vmnet_row *r, vmnet_value *v)
{
	int n = sysfs_sriov_total (r->view->h->sysfs_root, nic_of (r));

	put_int (v, MAX (n, 0));
}

static void
get_asked (const vmnet_row *r, vmnet_value *v)
{
	if (asked (r))
		put_opt (v, asked (r)->num_vfs);
}

static void
get_in_use (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, view_iov_count (r->view, nic_of (r), TRUE));
}

static void
get_address (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, view_nic_of (r)->link->parent);
}

static void
get_driver (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, kn_driver (r->view->h->nl, nic_of (r)));
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  view_nic_get_name, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", view_nic_get_description, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "can virtual functions be made of it now", get_enabled, NULL },
	{ "SriovSupport", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "Supported, or the name of the first reason why not", get_support,
	  NULL },
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "switch that it belongs to", view_nic_get_switch, NULL },
	{ "NumVFs", VMNET_T_INT, VMNET_U_NONE, 6,
	  "virtual functions that are there now", get_count, NULL },
	{ "MaxVFs", VMNET_T_INT, VMNET_U_NONE, 0,
	  "virtual functions that the card can have", get_max, NULL },
	{ "RequestedVFs", VMNET_T_INT, VMNET_U_NONE, 0,
	  "virtual functions that were asked for; nothing: all", get_asked,
	  NULL },
	{ "VFsInUse", VMNET_T_INT, VMNET_U_NONE, 0,
	  "virtual functions that somebody has", get_in_use, NULL },
	{ "SriovSupportReasons", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "every reason why it cannot, or not for every VM", get_reasons,
	  NULL },
	{ "PciAddress", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "where the card is, as domain:bus:device.function", get_address,
	  NULL },
	{ "DriverName", VMNET_T_STRING, VMNET_U_NONE, 0, "kernel driver",
	  get_driver, NULL },
};

const vmnet_noun vmnet_noun_sriov = {
	.name = "NetAdapterSriov",
	.text = "SR-IOV of a physical network adapter",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};
