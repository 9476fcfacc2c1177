/*
 * slot.c - reasons that lie between the host and the card: the bridges above
 * it. SR-IOV numbers virtual functions on from the card's own; what a bridge
 * does not forward cannot be reached.
 */
#include "iov/iov.h"

#include <string.h>

#define FUNCTIONS 8		/* without ARI, of one device */

typedef struct {
	const char *root, *nic;
	const pci_sriov *s;
	guint rid;		/* bus, device and function of the card */
	pci_config bridge;	/* the nearest one */
	const char *address;	/* of it */
} slot;

static char *
config_of (const char *address)
{
	return iov_sys_path ("bus/pci/devices/%s/config", address);
}

/* Can the n-th virtual function be reached? Else `why`. */
static gboolean
is_reachable (const slot *t, guint n, iov_kind *why)
{
	guint rid = t->rid + t->s->offset + n * t->s->stride;

	if (rid >> 8 > pci_last_bus (&t->bridge)) {
		*why = IOV_SLOT_NO_BUS;
		return FALSE;
	}
	*why = IOV_SLOT_NO_ARI;
	return rid >> 8 != t->rid >> 8 ||
		(rid & 0xff) < FUNCTIONS || pci_forwards_ari (&t->bridge);
}

static void
add_unreachable (const slot *t, guint first, iov_kind why, GPtrArray *out)
{
	g_autofree char *path = config_of (t->address);
	g_autofree char *text = why == IOV_SLOT_NO_BUS
		? g_strdup_printf ("subordinate bus %02x",
				   pci_last_bus (&t->bridge))
		: g_strdup ("no ARI forwarding");
	iov_reason *r;

	iov_add (out, why, path, text, why == IOV_SLOT_NO_BUS
		 ? "the bridge %s above %s has no bus number for its virtual "
		   "functions from %u on"
		 : "the bridge %s above %s does not reach its virtual "
		   "functions from %u on",
		 t->address, t->nic, first);
	r = out->pdata[out->len - 1];
	r->stops = first == 0 ? IOV_STOPS_VFS : IOV_STOPS_MORE;
}

static void
reasons_of_numbers (const slot *t, GPtrArray *out)
{
	guint total = t->s->total;
	iov_kind why;

	if (t->s->offset == 0 || !pci_is_bridge (&t->bridge) ||
	    !pci_express (&t->bridge))
		return;
	for (guint n = 0; n < total; n++) {
		if (is_reachable (t, n, &why))
			continue;
		add_unreachable (t, n, why, out);
		return;
	}
}

/* Others in its IOMMU group? None: the kernel knows the port to be safe. */
static gboolean
is_alone (const char *root, const char *nic)
{
	g_autofree char *folder = g_strdup_printf
		("%s/class/net/%s/device/iommu_group/devices", root, nic);
	g_autofree char *own = sysfs_pci_address (root, nic);
	GDir *d = g_dir_open (folder, 0, NULL);
	gboolean alone = d != NULL;
	const char *name;

	while (d && (name = g_dir_read_name (d)))
		if (g_strcmp0 (name, own) != 0)
			alone = FALSE;
	if (d)
		g_dir_close (d);
	return alone;
}

static gboolean
forwards_between_devices (const pci_config *c)
{
	int type = pci_port_type (c);

	return (type == PCI_ROOT_PORT || type == PCI_DOWNSTREAM_PORT) &&
		pci_has_extended (c) && pci_extended (c, PCI_EXT_ACS) == 0;
}

/* What is said once for the whole way up: the bridge nearest to the card. */
static void
reasons_of_bridges (const char *root, const char *nic,
		    const GPtrArray *bridges, GPtrArray *out)
{
	g_autofree pci_config *c = g_new (pci_config, 1);
	gboolean acs = is_alone (root, nic);

	for (guint i = 0; i < bridges->len; i++) {
		const char *address = bridges->pdata[i];
		g_autofree char *device = pci_device_path (address);
		g_autofree char *path = config_of (address);
		int type;

		if (!pci_config_read (root, device, c) || c->len <= 64)
			continue;
		type = pci_port_type (c);
		if (type < 0 || type == PCI_TO_CONVENTIONAL) {
			iov_add (out, IOV_SLOT_CONVENTIONAL, path, type < 0
				 ? "no PCI Express capability"
				 : "a bridge to conventional PCI",
				 "the bridge %s above %s is not PCI Express",
				 address, nic);
			return;
		}
		if (!acs && forwards_between_devices (c)) {
			iov_add (out, IOV_SLOT_NO_ACS, path,
				 "no capability 0x000d",
				 "the bridge %s above %s does not keep "
				 "devices apart (ACS)", address, nic);
			acs = TRUE;
		}
	}
}

void
iov_reasons_of_slot (const char *root, const char *nic, GPtrArray *out)
{
	g_autofree char *device = g_strdup_printf ("class/net/%s/device",
						   nic);
	g_autoptr (GPtrArray) bridges = pci_bridges (root, device);
	g_autofree char *address = sysfs_pci_address (root, nic);
	g_autofree pci_config *c = g_new (pci_config, 1);
	g_autofree slot *t = g_new0 (slot, 1);
	g_autofree char *path = NULL;
	pci_sriov s;
	guint domain;

	if (bridges->len == 0 || address == NULL)
		return;
	reasons_of_bridges (root, nic, bridges, out);
	t->root = root;
	t->nic = nic;
	t->s = &s;
	t->address = bridges->pdata[0];
	path = pci_device_path (t->address);
	pci_config_read (root, device, c);
	if (pci_sriov_read (c, &s) &&
	    pci_address_parse (address, &domain, &t->rid) &&
	    pci_config_read (root, path, &t->bridge) && t->bridge.len > 64)
		reasons_of_numbers (t, out);
}
