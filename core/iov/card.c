/*
 * card.c - reasons that lie in the adapter itself: what it is, its driver,
 * its SR-IOV capability, its firmware, its virtual functions.
 */
#include "iov/iov.h"

#include <string.h>

#include "kernel/kconfig.h"

/* Drivers of physical functions without a way to make virtual ones by
 * sriov_numvfs (no sriov_configure in their struct pci_driver). */
static const char *const drivers_without[] = {
	"mlx4_core", "e1000e", "igc", "r8169", "tg3", "ena", "gve", "vmxnet3",
	"atlantic", "alx", "forcedeth", "pci-stub", "uio_pci_generic", NULL
};

static char *
device_file (const char *nic, const char *file)
{
	return g_build_filename ("class/net", nic, "device", file, NULL);
}

static void
reasons_of_driver (const char *root, const char *nic, GPtrArray *out)
{
	g_autofree char *path = device_file (nic, "driver");
	g_autofree char *driver = sysfs_link_name (root, path);
	g_autofree char *shown = iov_sys_path ("%s", path);

	if (driver == NULL)
		iov_add (out, IOV_NO_DRIVER, shown, IOV_MISSING,
			 "no driver is bound to the card of %s", nic);
	else if (g_strv_contains (drivers_without, driver))
		iov_add (out, IOV_DRIVER_NO_SRIOV, shown, driver,
			 "the driver of %s cannot make virtual functions",
			 nic);
}

/*
 * The kernel offers no sriov_totalvfs: does the card have the capability?
 * One that announces no functions is passed over by the kernel.
 */
static void
reasons_of_capability (const char *root, const char *nic,
		       const pci_config *c, GPtrArray *out)
{
	g_autofree char *config = iov_sys_path ("class/net/%s/device/config",
						nic);
	g_autofree char *total = iov_sys_path
		("class/net/%s/device/sriov_totalvfs", nic);
	g_autofree char *where = NULL;
	pci_sriov s;

	if (!pci_has_extended (c) && pci_express (c) == 0 && c->len > 64)
		iov_add (out, IOV_NO_CAPABILITY, config, "conventional PCI",
			 "the card of %s has no SR-IOV", nic);
	else if (!pci_has_extended (c) && c->len > 64)
		iov_add (out, IOV_KERNEL_HIDES_SRIOV, config, "256 bytes",
			 "the kernel does not reach the extended "
			 "configuration of %s (no MCFG table, or pci=nommconf)",
			 nic);
	else if (!pci_has_extended (c))
		iov_add (out, IOV_NOT_READABLE, total, IOV_MISSING,
			 "the card of %s shows no SR-IOV", nic);
	else if (!pci_sriov_read (c, &s))
		iov_add (out, IOV_NO_CAPABILITY, config,
			 "no capability 0x0010",
			 "the card of %s has no SR-IOV", nic);
	else if (s.total == 0)
		iov_add (out, IOV_CARD_FIRMWARE_OFF, config,
			 "TotalVFs 0 in capability 0x0010",
			 "the firmware of %s gives no virtual functions",
			 nic);
	/* Else said once, of the kernel. */
	else if (kconfig_option (root, "CONFIG_PCI_IOV", &where) != 0)
		iov_add (out, IOV_KERNEL_HIDES_SRIOV, total, IOV_MISSING,
			 "the card of %s has SR-IOV but the kernel does not "
			 "offer it", nic);
}

/* Set where a BAR of the virtual functions has got no addresses: the kernel
 * refuses to make any (ENOMEM) then. */
static int
bar_without_space (const char *root, const char *device,
		   const pci_sriov *s)
{
	for (guint i = 0; i < G_N_ELEMENTS (s->bar); i++) {
		gboolean wide = (s->bar[i] & 6) == 4;

		if (s->bar[i] &&
		    pci_resource (root, device, 7 + i) == 0)
			return (int) i;
		i += wide;	/* the next one is its upper half */
	}
	return -1;
}

static void
reasons_of_space (const char *root, const char *nic, const pci_sriov *s,
		  GPtrArray *out)
{
	g_autofree char *device = device_file (nic, NULL);
	g_autofree char *path = device_file (nic, "resource");
	g_autofree char *shown = iov_sys_path ("%s", path);
	g_autofree char *text = NULL;
	int bar = bar_without_space (root, device, s);

	if (bar < 0 || !sysfs_exists (root, path))
		return;
	text = g_strdup_printf ("0 in line %d", 8 + bar);
	iov_add (out, IOV_NO_BAR_SPACE, shown, text,
		 "there is no address space for BAR %d of the virtual "
		 "functions of %s: making them fails with 'Cannot allocate "
		 "memory'", bar, nic);
}

/* On vfio, or with an adapter that is in another network namespace. */
static int
count_taken (const GPtrArray *vfs)
{
	int n = 0;

	for (guint i = 0; i < vfs->len; i++) {
		const sysfs_vf *v = vfs->pdata[i];

		n += v->driver && (v->interface == NULL ||
				   strcmp (v->driver, "vfio-pci") == 0);
	}
	return n;
}

static void
reasons_of_functions (const char *root, const char *nic, int taken,
		      GPtrArray *out)
{
	g_autoptr (GPtrArray) vfs = sysfs_vfs (root, nic);
	int count = (int) vfs->len;
	g_autofree char *shown = iov_sys_path
		("class/net/%s/device/sriov_numvfs", nic);
	g_autofree char *text = g_strdup_printf ("%d", count);

	if (taken < 0)
		taken = count_taken (vfs);
	if (count > 0 && taken >= count)
		iov_add (out, IOV_ALL_VFS_TAKEN, shown, text,
			 "all %d virtual functions of %s belong to VMs",
			 count, nic);
}

static void
reasons_of_pci_device (const char *root, const char *nic, int taken,
		       GPtrArray *out)
{
	g_autofree pci_config *c = g_new (pci_config, 1);
	g_autofree char *device = device_file (nic, NULL);
	g_autofree char *total_path = iov_sys_path
		("class/net/%s/device/sriov_totalvfs", nic);
	int total = sysfs_sriov_total (root, nic);
	pci_sriov s;

	pci_config_read (root, device, c);
	reasons_of_driver (root, nic, out);
	if (total < 0) {
		reasons_of_capability (root, nic, c, out);
		return;
	}
	if (total == 0)
		iov_add (out, IOV_CARD_FIRMWARE_OFF, total_path, "0",
			 "the firmware of %s gives no virtual functions",
			 nic);
	if (pci_sriov_read (c, &s))
		reasons_of_space (root, nic, &s, out);
	reasons_of_functions (root, nic, taken, out);
	iov_reasons_of_slot (root, nic, out);
}

static void
reasons_of_adapter (const char *root, const char *nic, int taken,
		    GPtrArray *out)
{
	g_autofree char *class = iov_sys_path ("class/net/%s", nic);
	g_autofree char *device = device_file (nic, NULL);
	g_autofree char *device_path = iov_sys_path ("%s", device);
	g_autofree char *bus_path = device_file (nic, "subsystem");
	g_autofree char *bus_shown = iov_sys_path ("%s", bus_path);
	g_autofree char *physfn = device_file (nic, "physfn");
	g_autofree char *physfn_shown = iov_sys_path ("%s", physfn);
	g_autofree char *bus = sysfs_link_name (root, bus_path);
	g_autofree char *pf = sysfs_link_name (root, physfn);

	if (*nic == '\0' || strchr (nic, '/') || nic[0] == '.' ||
	    !sysfs_exists (root, class + strlen ("/sys/")))
		iov_add (out, IOV_NO_ADAPTER, class, IOV_MISSING,
			 "there is no adapter '%s'", nic);
	else if (!sysfs_exists (root, device))
		iov_add (out, IOV_NOT_PCI, device_path, IOV_MISSING,
			 "%s is a virtual adapter, not a PCI device", nic);
	else if (g_strcmp0 (bus, "pci") != 0)
		iov_add (out, IOV_NOT_PCI, bus_shown, bus,
			 "%s is on the bus %s and not a PCI device", nic,
			 bus ? bus : "unknown");
	else if (pf)
		iov_add (out, IOV_IS_VF, physfn_shown, pf,
			 "%s is itself a virtual function", nic);
	else
		reasons_of_pci_device (root, nic, taken, out);
}

GPtrArray *
iov_reasons (const char *root, const char *nic, int taken)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) iov_reason_free);

	if (nic)
		reasons_of_adapter (root, nic, taken, out);
	else
		iov_reasons_of_adapters (root, out);
	iov_reasons_of_machine (root, out);
	return out;
}
