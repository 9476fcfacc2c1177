/*
 * sysfs_vf.c - the virtual functions of a card as PCI devices: their
 * addresses, and which driver has them. Called by iov/ and plan/.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sysfs.h"

#define PCI "bus/pci/devices"

static char *
last_of_link (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *target = g_file_read_link (full, NULL);

	return target ? g_path_get_basename (target) : NULL;
}

static void
vf_free (gpointer data)
{
	sysfs_vf *v = data;

	g_free (v->address);
	g_free (v->driver);
	g_free (v->group);
	g_free (v);
}

char *
sysfs_pci_address (const char *root, const char *nic)
{
	g_autofree char *path =
		g_build_filename ("class/net", nic, "device", NULL);

	return last_of_link (root, path);
}

char *
sysfs_pci_driver (const char *root, const char *address)
{
	g_autofree char *path = g_build_filename (PCI, address, "driver", NULL);

	return last_of_link (root, path);
}

GPtrArray *
sysfs_vfs (const char *root, const char *nic)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (vf_free);

	for (guint i = 0;; i++) {
		g_autofree char *path = g_strdup_printf
			("class/net/%s/device/virtfn%u", nic, i);
		g_autofree char *group = NULL;
		char *address = last_of_link (root, path);
		sysfs_vf *v;

		if (address == NULL)
			return out;
		v = g_new0 (sysfs_vf, 1);
		v->address = address;
		v->driver = sysfs_pci_driver (root, address);
		group = g_build_filename (PCI, address, "iommu_group", NULL);
		v->group = last_of_link (root, group);
		g_ptr_array_add (out, v);
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
	g_autofree char *path = g_build_filename (root, "class/iommu", NULL);
	g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

	return dir && g_dir_read_name (dir) != NULL;
}

gboolean
sysfs_sriov_autoprobe (const char *root, const char *nic, gboolean on,
		       GError **error)
{
	g_autofree char *path = g_build_filename
		("class/net", nic, "device/sriov_drivers_autoprobe", NULL);

	return sysfs_write (root, path, on ? "1" : "0", error);
}
