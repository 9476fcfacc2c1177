/*
 * hardware.c - the rows of NetAdapterHardwareInfo: where a card is on the PCI
 * bus, and what its configuration space says. Interfaces without a PCI device
 * have no row.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel/pci.h"
#include "view/view.h"

#define CAP_MSI 0x05
#define CAP_MSIX 0x11
#define SLOTS "bus/pci/slots"

typedef struct {
	view_nic nic;		/* first: getters of adapters read it */
	char *path;		/* bus/pci/devices/ADDRESS */
	char *address;
	guint domain, rid;
	pci_config config;
} hardware;

static void
hardware_free (gpointer data)
{
	hardware *h = data;

	g_free (h->path);
	g_free (h->address);
	g_free (h);
}

static const hardware *
of (const vmnet_row *r)
{
	return r->told;
}

static void
add_hardware (vmnet_view *v, GPtrArray *out, const vmnet_row *nic)
{
	const view_nic *n = nic->told;
	g_autofree char *address = pci_address_of (v->h->sysfs_root,
						   n->link->name);
	hardware *h;
	guint domain, rid;

	if (address == NULL || !pci_address_parse (address, &domain, &rid))
		return;
	h = g_new0 (hardware, 1);
	h->nic = *n;
	h->path = pci_device_path (address);
	h->address = g_steal_pointer (&address);
	h->domain = domain;
	h->rid = rid;
	pci_config_read (v->h->sysfs_root, h->path, &h->config);
	view_add (out, v, &vmnet_noun_hardware, g_strdup (nic->key), NULL, h,
		  hardware_free);
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) nics = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);

	view_add_nics (v, nics, &vmnet_noun_nic, NULL);
	for (guint i = 0; i < nics->len; i++)
		add_hardware (v, out, nics->pdata[i]);
}

/* ---- where it is ---- */

static void
get_segment (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->domain);
}

static void
get_bus (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->rid >> 8);
}

static void
get_device (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->rid >> 3 & 31);
}

static void
get_function (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->rid & 7);
}

static char *
file (const vmnet_row *r, const char *name)
{
	g_autofree char *path = g_build_filename (of (r)->path, name, NULL);

	return sysfs_read (r->view->h->sysfs_root, path);
}

/* The folder of slots is named by what is printed beside them; each says which
 * device, without the function, is in it. */
static void
get_slot (const vmnet_row *r, vmnet_value *v)
{
	const char *root = r->view->h->sysfs_root;
	g_autofree char *folder = g_build_filename (root, SLOTS, NULL);
	g_autoptr (GDir) d = g_dir_open (folder, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name (d)) != NULL) {
		g_autofree char *path = g_build_filename (SLOTS, name,
							  "address", NULL);
		g_autofree char *address = sysfs_read (root, path);

		if (address && *address
		    && g_str_has_prefix (of (r)->address, address)) {
			put_text (v, name);
			return;
		}
	}
}

/* -1: the machine says nothing of nodes. */
static void
get_node (const vmnet_row *r, vmnet_value *v)
{
	g_autofree char *text = file (r, "numa_node");
	gint64 node;

	if (text && g_ascii_string_to_signed (text, 10, 0, G_MAXINT, &node,
					      NULL))
		put_int (v, node);
}

static void
get_label (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, file (r, "label"));
}

static void
get_location (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->address);
}

/* ---- PCI Express ---- */

/* "8.0 GT/s PCIe"; a machine's emulated card says "Unknown". */
static void
put_speed (const vmnet_row *r, const char *name, vmnet_value *v)
{
	g_autofree char *text = file (r, name);
	char *end = text ? strstr (text, " GT/s") : NULL;

	if (end == NULL)
		return;
	end[strlen (" GT/s")] = '\0';
	put_text (v, text);
}

static void
put_width (const vmnet_row *r, const char *name, vmnet_value *v)
{
	g_autofree char *text = file (r, name);
	guint64 lanes;

	/* 255: the kernel was told nothing. */
	if (text && g_ascii_string_to_unsigned (text, 10, 1, 64, &lanes, NULL))
		put_int (v, lanes);
}

static void
get_speed (const vmnet_row *r, vmnet_value *v)
{
	put_speed (r, "current_link_speed", v);
}

static void
get_max_speed (const vmnet_row *r, vmnet_value *v)
{
	put_speed (r, "max_link_speed", v);
}

static void
get_width (const vmnet_row *r, vmnet_value *v)
{
	put_width (r, "current_link_width", v);
}

static void
get_max_width (const vmnet_row *r, vmnet_value *v)
{
	put_width (r, "max_link_width", v);
}

static guint
express (const vmnet_row *r)
{
	return pci_express (&of (r)->config);
}

static void
get_version (const vmnet_row *r, vmnet_value *v)
{
	if (express (r))
		put_int (v, pci_get16 (&of (r)->config, express (r) + 2) & 15);
}

/* Device Capabilities at 4, Device Control at 8: 128 bytes by powers of two. */
static void
put_payload (const vmnet_row *r, guint at, guint shift, vmnet_value *v)
{
	guint code = pci_get16 (&of (r)->config, express (r) + at) >> shift & 7;

	if (express (r) && code < 6)
		put_int (v, 128 << code);
}

static void
get_max_payload (const vmnet_row *r, vmnet_value *v)
{
	put_payload (r, 4, 0, v);
}

static void
get_payload (const vmnet_row *r, vmnet_value *v)
{
	put_payload (r, 8, 5, v);
}

static void
get_read_request (const vmnet_row *r, vmnet_value *v)
{
	put_payload (r, 8, 12, v);
}

/* ---- interrupts and functions ---- */

/* What stands behind the first 64 bytes is root's. */
static gboolean
is_readable (const vmnet_row *r)
{
	return of (r)->config.len > 64;
}

static void
get_msi (const vmnet_row *r, vmnet_value *v)
{
	if (is_readable (r))
		put_bool (v, pci_capability (&of (r)->config, CAP_MSI) != 0);
}

static void
get_msix (const vmnet_row *r, vmnet_value *v)
{
	if (is_readable (r))
		put_bool (v, pci_capability (&of (r)->config, CAP_MSIX) != 0);
}

static void
get_msix_entries (const vmnet_row *r, vmnet_value *v)
{
	guint at = pci_capability (&of (r)->config, CAP_MSIX);

	if (at)
		put_int (v, (pci_get16 (&of (r)->config, at + 2) & 0x7ff) + 1);
}

static void
get_msix_enabled (const vmnet_row *r, vmnet_value *v)
{
	guint at = pci_capability (&of (r)->config, CAP_MSIX);

	if (at)
		put_bool (v, pci_get16 (&of (r)->config, at + 2) >> 15);
}

static void
get_sriov (const vmnet_row *r, vmnet_value *v)
{
	pci_sriov s;

	if (pci_has_extended (&of (r)->config))
		put_bool (v, pci_sriov_read (&of (r)->config, &s));
}

static void
get_vfs (const vmnet_row *r, vmnet_value *v)
{
	int total = sysfs_sriov_total (r->view->h->sysfs_root,
				       of (r)->nic.link->name);

	/* The card's own number may be more than its driver lets it make. */
	if (total >= 0)
		put_int (v, total);
}

/* "8086:10c9" */
static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	const pci_config *c = &of (r)->config;

	if (c->len >= 4)
		put_take (v, g_strdup_printf ("%04x:%04x", pci_get16 (c, 0),
					      pci_get16 (c, 2)));
}

#define NUMBER(name, place, text, get) \
	{ name, VMNET_T_INT, VMNET_U_NONE, place, text, get, NULL }

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  view_nic_get_name, NULL },
	NUMBER ("Segment", 2, "PCI domain", get_segment),
	NUMBER ("Bus", 3, "PCI bus", get_bus),
	NUMBER ("Device", 4, "device on the bus", get_device),
	NUMBER ("Function", 5, "function of the device", get_function),
	{ "Slot", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "slot that it is in, as the machine numbers them", get_slot, NULL },
	NUMBER ("NumaNode", 7, "node whose memory and processors are near",
		get_node),
	{ "PcieLinkSpeed", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "speed of a lane now", get_speed, NULL },
	NUMBER ("PcieLinkWidth", 9, "lanes in use", get_width),
	NUMBER ("Version", 10, "of the PCI Express capability", get_version),
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind", view_nic_get_description, NULL },
	NUMBER ("SegmentNumber", 0, "the same as Segment", get_segment),
	NUMBER ("BusNumber", 0, "the same as Bus", get_bus),
	NUMBER ("DeviceNumber", 0, "the same as Device", get_device),
	NUMBER ("FunctionNumber", 0, "the same as Function", get_function),
	{ "SlotNumber", VMNET_T_STRING, VMNET_U_NONE, 0, "the same as Slot",
	  get_slot, NULL },
	{ "PciExpressCurrentLinkSpeed", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the same as PcieLinkSpeed", get_speed, NULL },
	{ "PciExpressMaxLinkSpeed", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "speed of a lane that the card can do", get_max_speed, NULL },
	NUMBER ("PciExpressCurrentLinkWidth", 0, "the same as PcieLinkWidth",
		get_width),
	NUMBER ("PciExpressMaxLinkWidth", 0, "lanes that the card has",
		get_max_width),
	NUMBER ("PciExpressCurrentPayloadSize", 0, "bytes of one packet now",
		get_payload),
	NUMBER ("PciExpressMaxPayloadSize", 0, "bytes of one packet at most",
		get_max_payload),
	NUMBER ("PciExpressMaxReadRequestSize", 0,
		"bytes that it asks for at once", get_read_request),
	{ "MsiInterruptSupport", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "has it MSI", get_msi, NULL },
	{ "MsiXInterruptSupport", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "has it MSI-X", get_msix, NULL },
	{ "MsiXEnabled", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "does its driver use MSI-X now", get_msix_enabled, NULL },
	NUMBER ("NumMsixTableEntries", 0, "interrupts of MSI-X that it has",
		get_msix_entries),
	{ "SriovSupport", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "has it the SR-IOV capability; see Get-NetAdapterSriov", get_sriov,
	  NULL },
	NUMBER ("NumVFs", 0, "virtual functions that it can make", get_vfs),
	{ "PciDeviceLabelString", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "what the firmware calls it", get_label, NULL },
	{ "LocationInformationString", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "its address as lspci shows it", get_location, NULL },
	{ "PciID", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "numbers of its vendor and its model", get_id, NULL },
};

const vmnet_noun vmnet_noun_hardware = {
	.name = "NetAdapterHardwareInfo",
	.text = "where a network card is on the PCI bus",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};
