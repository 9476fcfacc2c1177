/*
 * sysfs_vf.c - the virtual functions of a card as PCI devices: their
 * addresses, and which driver has them. Called by iov/ and plan/.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/pci.h"

#define PCI "bus/pci/devices"

static void
vf_free (gpointer data)
{
	sysfs_vf *v = data;

	g_free (v->address);
	g_free (v->driver);
	g_free (v->group);
	g_free (v->interface);
	g_free (v);
}

char *
sysfs_pci_address (const char *root, const char *nic)
{
	g_autofree char *path =
		g_build_filename ("class/net", nic, "device", NULL);

	return sysfs_link_name (root, path);
}

char *
sysfs_pci_driver (const char *root, const char *address)
{
	g_autofree char *path = g_build_filename (PCI, address, "driver", NULL);

	return sysfs_link_name (root, path);
}

/* The first name in a folder; NULL: empty, or not there. */
static char *
first_entry (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	GDir *d = g_dir_open (full, 0, NULL);
	char *name = d ? g_strdup (g_dir_read_name (d)) : NULL;

	if (d)
		g_dir_close (d);
	return name;
}

/* Takes the address. */
static sysfs_vf *
read_vf (const char *root, char *address)
{
	g_autofree char *device = g_build_filename (PCI, address, NULL);
	g_autofree char *group = g_build_filename (device, "iommu_group",
						   NULL);
	g_autofree char *net = g_build_filename (device, "net", NULL);
	g_autofree pci_config *c = g_new (pci_config, 1);
	sysfs_vf *v = g_new0 (sysfs_vf, 1);

	v->address = address;
	v->driver = sysfs_pci_driver (root, address);
	v->group = sysfs_link_name (root, group);
	v->interface = first_entry (root, net);
	pci_config_read (root, device, c);
	v->bus_master = pci_is_bus_master (c);
	return v;
}

GPtrArray *
sysfs_vfs (const char *root, const char *nic)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (vf_free);

	for (guint i = 0;; i++) {
		g_autofree char *path = g_strdup_printf
			("class/net/%s/device/virtfn%u", nic, i);
		char *address = sysfs_link_name (root, path);

		if (address == NULL)
			return out;
		g_ptr_array_add (out, read_vf (root, address));
	}
}

gboolean
sysfs_pci_unbind (const char *root, const char *address, GError **error)
{
	g_autofree char *driver = sysfs_pci_driver (root, address);
	g_autofree char *path = NULL;

	if (driver == NULL)
		return TRUE;
	path = g_build_filename ("bus/pci/drivers", driver, "unbind", NULL);
	if (sysfs_write (root, path, address, error))
		return TRUE;
	g_prefix_error (error, "take %s from driver %s: ", address, driver);
	return FALSE;
}

gboolean
sysfs_pci_bind (const char *root, const char *address, const char *driver,
		GError **error)
{
	g_autofree char *override =
		g_build_filename (PCI, address, "driver_override", NULL);
	g_autofree char *got = NULL;

	/* An empty line takes an earlier override away. */
	if (!sysfs_write (root, override, driver ? driver : "\n", error) ||
	    !sysfs_write (root, "bus/pci/drivers_probe", address, error)) {
		g_prefix_error (error, "give %s to %s: ", address,
				driver ? driver : "its driver");
		return FALSE;
	}
	got = sysfs_pci_driver (root, address);
	if (got && (driver == NULL || strcmp (got, driver) == 0))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "give %s to %s: no driver took it; load its module "
		     "first (modprobe)", address,
		     driver ? driver : "its driver");
	return FALSE;
}

gboolean
sysfs_has_iommu (const char *root)
{
	return !sysfs_is_empty (root, "class/iommu");
}

gboolean
sysfs_sriov_autoprobe (const char *root, const char *nic, gboolean on,
		       GError **error)
{
	g_autofree char *path = g_build_filename
		("class/net", nic, "device/sriov_drivers_autoprobe", NULL);

	return sysfs_write (root, path, on ? "1" : "0", error);
}
