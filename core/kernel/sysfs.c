/*
 * sysfs.c - sysfs: attributes, SR-IOV of an adapter and every reason why it
 * has none. Called by model/ and plan/ (switches with SR-IOV) and view/.
 */
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kconfig.h"

#define CONFIG_SIZE 4096	/* PCI Express configuration space */
#define CAP_START 0x100		/* where the extended capabilities begin */
#define CAP_SRIOV 0x0010

/* ---- attributes ---- */

char *
sysfs_read (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	char *text = NULL;

	if (!g_file_get_contents (full, &text, NULL, NULL))
		return NULL;
	text[strcspn (text, "\n")] = '\0';
	return g_strstrip (text);
}

gboolean
sysfs_write (const char *root, const char *path, const char *text,
	     GError **error)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	int fd = open (full, O_WRONLY | O_CLOEXEC), err;
	vmnet_error code = VMNET_ERROR_FAILED;
	ssize_t n = -1;

	if (fd >= 0)
		n = write (fd, text, strlen (text));
	err = errno;
	if (fd >= 0)
		close (fd);
	if (n == (ssize_t) strlen (text))
		return TRUE;
	if (err == EACCES || err == EPERM || err == EROFS)
		code = VMNET_ERROR_PERMISSION;
	else if (fd < 0 && err == ENOENT)
		code = VMNET_ERROR_NOT_FOUND;
	g_set_error (error, VMNET_ERROR, (int) code,
		     "write '%s' to %s: %s%s", text, full, g_strerror (err),
		     code == VMNET_ERROR_PERMISSION ? "; run as root" : "");
	return FALSE;
}

static gboolean
is_there (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);

	return g_file_test (full, G_FILE_TEST_EXISTS);
}

/* Last part of a link's target: the driver, the bus. NULL: no link. */
static char *
link_name (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *target = g_file_read_link (full, NULL);

	return target ? g_path_get_basename (target) : NULL;
}

static gboolean
folder_is_empty (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	GDir *d = g_dir_open (full, 0, NULL);
	gboolean empty = d == NULL || g_dir_read_name (d) == NULL;

	if (d)
		g_dir_close (d);
	return empty;
}

/* ---- SR-IOV ---- */

static char *
device_path (const char *nic, const char *file)
{
	return g_build_filename ("class/net", nic, "device", file, NULL);
}

static int
device_number (const char *root, const char *nic, const char *file)
{
	g_autofree char *path = device_path (nic, file);
	g_autofree char *text = sysfs_read (root, path);
	guint64 n;

	if (text == NULL ||
	    !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &n, NULL))
		return -1;
	return (int) n;
}

int
sysfs_sriov_total (const char *root, const char *nic)
{
	return device_number (root, nic, "sriov_totalvfs");
}

int
sysfs_sriov_count (const char *root, const char *nic)
{
	return device_number (root, nic, "sriov_numvfs");
}

static gboolean
write_count (const char *root, const char *nic, int count, GError **error)
{
	g_autofree char *path = device_path (nic, "sriov_numvfs");
	g_autofree char *text = g_strdup_printf ("%d", count);

	return sysfs_write (root, path, text, error);
}

/* The kernel changes a number that is not zero only by way of zero. */
gboolean
sysfs_sriov_set (const char *root, const char *nic, int count,
		 GError **error)
{
	int now = sysfs_sriov_count (root, nic);

	if (now == count)
		return TRUE;
	if (now > 0 && count > 0 && !write_count (root, nic, 0, error)) {
		g_prefix_error (error, "remove the %d virtual functions of "
				"%s: ", now, nic);
		return FALSE;
	}
	if (write_count (root, nic, count, error))
		return TRUE;
	g_prefix_error (error, "make %d virtual functions of %s (of %d; its "
			"driver must support SR-IOV): ", count, nic,
			sysfs_sriov_total (root, nic));
	return FALSE;
}

/* ---- why there is none ---- */

G_GNUC_PRINTF (2, 3)
static void
reason (GPtrArray *out, const char *format, ...)
{
	va_list ap;

	va_start (ap, format);
	g_ptr_array_add (out, g_strdup_vprintf (format, ap));
	va_end (ap);
}

typedef enum { CAP_UNKNOWN, CAP_NO, CAP_YES } capability;

/* Walks the card's own list; all of it is shown to root only. */
static capability
card_sriov (const char *root, const char *nic)
{
	g_autofree char *path = device_path (nic, "config");
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *text = NULL;
	gsize len = 0, at = CAP_START;
	guint32 head;

	if (!g_file_get_contents (full, &text, &len, NULL) ||
	    len <= CAP_START)
		return len == CAP_START ? CAP_NO : CAP_UNKNOWN;
	/* A broken list may point in circles: no more steps than fit. */
	for (int i = 0; i < CONFIG_SIZE / 8; i++) {
		if (at < CAP_START || at + 4 > len)
			return CAP_NO;
		memcpy (&head, text + at, 4);
		head = GUINT32_FROM_LE (head);
		if ((head & 0xffff) == CAP_SRIOV)
			return CAP_YES;
		at = head >> 20 & 0xffc;
	}
	return CAP_NO;
}

static void
reasons_of_kernel (const char *root, GPtrArray *out)
{
	g_autofree char *where = NULL;

	if (kconfig_option (root, "CONFIG_PCI_IOV", &where) == 0)
		reason (out, "The kernel is built without SR-IOV "
			"(CONFIG_PCI_IOV is not set in %s): boot one that "
			"has it.", where);
	if (folder_is_empty (root, "class/iommu") &&
	    folder_is_empty (root, "kernel/iommu_groups"))
		reason (out, "The IOMMU is off (%s/class/iommu and "
			"kernel/iommu_groups are empty): switch on VT-d or "
			"AMD-Vi in the firmware and boot with intel_iommu=on "
			"(Intel) or without amd_iommu=off (AMD).", root);
}

static void
reasons_of_capability (const char *root, const char *nic, GPtrArray *out)
{
	switch (card_sriov (root, nic)) {
	case CAP_YES:
		reason (out, "The card of %s has SR-IOV but the kernel does "
			"not offer it (class/net/%s/device/sriov_totalvfs is "
			"missing): boot a kernel with CONFIG_PCI_IOV.", nic,
			nic);
		break;
	case CAP_NO:
		reason (out, "The card of %s has no SR-IOV (no such "
			"capability in class/net/%s/device/config): switch "
			"it on in the card's firmware and the BIOS, or use "
			"another adapter.", nic, nic);
		break;
	case CAP_UNKNOWN:
		reason (out, "The card of %s shows no SR-IOV "
			"(class/net/%s/device/sriov_totalvfs is missing): "
			"ask again as root to see whether the card or the "
			"kernel lacks it.", nic, nic);
		break;
	}
}

/* A VF is taken when a VM has it (vfio) or its adapter is elsewhere. */
static gboolean
vf_is_free (const char *root, const char *nic, int vf)
{
	g_autofree char *base = g_strdup_printf
		("class/net/%s/device/virtfn%d", nic, vf);
	g_autofree char *driver_path = g_build_filename (base, "driver", NULL);
	g_autofree char *net_path = g_build_filename (base, "net", NULL);
	g_autofree char *driver = link_name (root, driver_path);

	return driver == NULL || !folder_is_empty (root, net_path);
}

static void
reasons_of_functions (const char *root, const char *nic, GPtrArray *out)
{
	int total = sysfs_sriov_total (root, nic);
	int count = sysfs_sriov_count (root, nic);

	if (total == 0) {
		reason (out, "The firmware gives %s 0 virtual functions "
			"(class/net/%s/device/sriov_totalvfs is 0): switch "
			"SR-IOV on in the card's firmware and the BIOS.",
			nic, nic);
		return;
	}
	if (count < total)
		return;
	for (int i = 0; i < count; i++)
		if (vf_is_free (root, nic, i))
			return;
	reason (out, "All %d virtual functions of %s are in use "
		"(class/net/%s/device/sriov_numvfs is %d and each belongs to "
		"a VM): release one.", count, nic, nic, count);
}

static void
reasons_of_pci_device (const char *root, const char *nic, GPtrArray *out)
{
	g_autofree char *driver_path = device_path (nic, "driver");
	g_autofree char *physfn_path = device_path (nic, "physfn");

	if (is_there (root, physfn_path)) {
		reason (out, "%s is itself a virtual function "
			"(class/net/%s/device/physfn): use the adapter of "
			"its physical function.", nic, nic);
		return;
	}
	if (!is_there (root, driver_path))
		reason (out, "No driver is bound to the card of %s "
			"(class/net/%s/device/driver is missing): load the "
			"card's driver.", nic, nic);
	if (sysfs_sriov_total (root, nic) < 0)
		reasons_of_capability (root, nic, out);
	else
		reasons_of_functions (root, nic, out);
}

GPtrArray *
sysfs_sriov_reasons (const char *root, const char *nic)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autofree char *class = g_build_filename ("class/net", nic, NULL);
	g_autofree char *device = device_path (nic, NULL);
	g_autofree char *bus_path = device_path (nic, "subsystem");
	g_autofree char *bus = link_name (root, bus_path);

	if (strchr (nic, '/') || !is_there (root, class)) {
		reason (out, "There is no adapter %s (%s/class/net/%s is "
			"missing): choose one that exists.", nic, root, nic);
		return out;
	}
	if (!is_there (root, device))
		reason (out, "%s is a virtual adapter, not a PCI device "
			"(class/net/%s/device is missing): use a physical "
			"adapter with SR-IOV.", nic, nic);
	else if (g_strcmp0 (bus, "pci") != 0)
		reason (out, "%s is on the bus %s and not a PCI device "
			"(class/net/%s/device/subsystem): use an adapter "
			"with SR-IOV.", nic, bus ? bus : "unknown", nic);
	else
		reasons_of_pci_device (root, nic, out);
	reasons_of_kernel (root, out);
	return out;
}
