/*
 * machine.c - reasons that lie in the kernel and in the firmware: built
 * without, switched off, not offered.
 */
#include "iov/iov.h"

#include <string.h>

#include "kernel/kconfig.h"

#define TABLES "firmware/acpi/tables"

/* As the host names a file that was read below `root`; owned. */
static char *
shown (const char *root, const char *file)
{
	const char *base = kconfig_files_of (root);

	return g_strdup (strcmp (base, "/") != 0 &&
			 g_str_has_prefix (file, base)
			 ? file + strlen (base) : file);
}

/* Is this option known not to be there? Says so. */
static gboolean
lacks (const char *root, const char *option, iov_kind kind,
       const char *problem, GPtrArray *out)
{
	g_autofree char *where = NULL, *path = NULL, *text = NULL;

	if (kconfig_option (root, option, &where) != 0)
		return FALSE;
	path = shown (root, where);
	text = g_strdup_printf ("%s is not set", option);
	iov_add (out, kind, path, text, "%s", problem);
	return TRUE;
}

static gboolean
has_table (const char *root, const char *name)
{
	g_autofree char *path = g_build_filename (TABLES, name, NULL);

	return sysfs_exists (root, path);
}

/* The word of the command line that switches the IOMMU off, owned. */
static char *
word_off (const char *root)
{
	static const char *const words[] = {
		"intel_iommu=off", "amd_iommu=off", "iommu=off", NULL
	};
	g_autofree char *path = g_build_filename (kconfig_files_of (root),
						  "proc/cmdline", NULL);
	g_autofree char *text = NULL;
	g_auto (GStrv) given = NULL;

	if (!g_file_get_contents (path, &text, NULL, NULL))
		return NULL;
	given = g_strsplit_set (text, " \n", -1);
	for (char **w = given; *w; w++)
		if (g_strv_contains (words, *w))
			return g_strdup (*w);
	return NULL;
}

static void
reasons_of_iommu (const char *root, GPtrArray *out)
{
	g_autofree char *off = word_off (root);
	gboolean intel = has_table (root, "DMAR");
	gboolean amd = has_table (root, "IVRS");

	if (!sysfs_is_empty (root, "class/iommu") ||
	    !sysfs_is_empty (root, "kernel/iommu_groups"))
		return;
	if (!intel && !amd && !has_table (root, "IORT") &&
	    !has_table (root, "VIOT") && !sysfs_is_empty (root, TABLES))
		iov_add (out, IOV_FIRMWARE_NO_IOMMU, "/sys/" TABLES,
			 "no DMAR, no IVRS",
			 "the firmware offers no IOMMU");
	else if (off)
		iov_add (out, IOV_IOMMU_OFF, "/proc/cmdline", off,
			 "the IOMMU is switched off");
	else if (!(intel && lacks (root, "CONFIG_INTEL_IOMMU",
				   IOV_KERNEL_NO_IOMMU, "the kernel is built "
				   "without Intel's IOMMU", out)) &&
		 !(amd && lacks (root, "CONFIG_AMD_IOMMU",
				 IOV_KERNEL_NO_IOMMU, "the kernel is built "
				 "without AMD's IOMMU", out)))
		iov_add (out, IOV_IOMMU_OFF, "/sys/class/iommu", "",
			 "the IOMMU is off");
}

void
iov_reasons_of_adapters (const char *root, GPtrArray *out)
{
	g_autofree char *folder = g_build_filename (root, "class/net", NULL);
	GDir *d = g_dir_open (folder, 0, NULL);
	gboolean found = FALSE;
	const char *name;

	while (d && !found && (name = g_dir_read_name (d)))
		found = sysfs_sriov_total (root, name) > 0;
	if (d)
		g_dir_close (d);
	if (!found)
		iov_add (out, IOV_NO_CAPABLE_ADAPTER,
			 "/sys/class/net/*/device/sriov_totalvfs",
			 IOV_MISSING, "no adapter of this host has SR-IOV");
}

void
iov_reasons_of_machine (const char *root, GPtrArray *out)
{
	lacks (root, "CONFIG_PCI_IOV", IOV_KERNEL_NO_PCI_IOV,
	       "the kernel is built without SR-IOV", out);
	reasons_of_iommu (root, out);
	if (!sysfs_exists (root, "bus/pci/drivers/vfio-pci"))
		lacks (root, "CONFIG_VFIO_PCI", IOV_KERNEL_NO_VFIO,
		       "the kernel is built without vfio-pci, by which a "
		       "guest gets a virtual function", out);
}
