/*
 * rdma.c - the rows of NetAdapterRdma: interfaces whose driver has made an RDMA
 * device, which the kernel keeps beside the interface of the same card.
 */
#include "view/view.h"

#define DEVICES "infiniband"

/* The first RDMA device of the card; NULL: none. Owned. */
static char *
device_of (const vmnet_view *v, const char *nic)
{
	g_autofree char *path = g_build_filename (
		v->h->sysfs_root, "class/net", nic, "device", DEVICES, NULL);
	g_autoptr (GDir) d = g_dir_open (path, 0, NULL);

	return d ? g_strdup (g_dir_read_name (d)) : NULL;
}

static gboolean
has_device (const vmnet_view *v, const kn_link *l)
{
	g_autofree char *device = device_of (v, l->name);

	return device != NULL;
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_rdma, has_device);
}

static void
get_device (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, device_of (r->view, view_nic_of (r)->link->name));
}

static char *
port_state (const vmnet_row *r)
{
	g_autofree char *device =
		device_of (r->view, view_nic_of (r)->link->name);
	g_autofree char *path = device
		? g_build_filename ("class", DEVICES, device, "ports/1/state",
				    NULL) : NULL;

	return path ? sysfs_read (r->view->h->sysfs_root, path) : NULL;
}

/* "4: ACTIVE" */
static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	g_autofree char *state = port_state (r);

	if (state)
		put_bool (v, g_str_has_prefix (state, "4"));
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, port_state (r));
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  view_nic_get_name, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", view_nic_get_description, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "is the port of its RDMA device active", get_enabled, NULL },
	{ "RdmaDevice", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "the kernel's RDMA device, as rdma(8) shows it", get_device, NULL },
	{ "PortState", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "state of the port in the kernel's words", get_state, NULL },
};

const vmnet_noun vmnet_noun_rdma = {
	.name = "NetAdapterRdma",
	.text = "a network adapter with remote direct memory access",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};
