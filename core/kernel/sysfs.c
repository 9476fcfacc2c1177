/*
 * sysfs.c - sysfs: attributes, and the number of an adapter's virtual
 * functions. Called by plan/ (switches with SR-IOV), iov/ and view/.
 */
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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
	errno = err;
	return FALSE;
}

gboolean
sysfs_exists (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);

	return g_file_test (full, G_FILE_TEST_EXISTS);
}

char *
sysfs_link_name (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *target = g_file_read_link (full, NULL);

	return target ? g_path_get_basename (target) : NULL;
}

gboolean
sysfs_is_empty (const char *root, const char *path)
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

/* What the kernel's drivers and its PCI code mean by these. */
static const char *
count_way_out (int err)
{
	switch (err) {
	case ENOENT:
	case ENOSYS:
		return "; its driver makes none this way: use a newer one, or "
			"its module parameter (modinfo)";
	case ENOMEM:
		return "; there is no address space or no bus number for "
			"them: switch on SR-IOV and 'Above 4G Decoding' in "
			"the BIOS, or boot with pci=realloc";
	case EBUSY:
		return "; a VM holds one of them: take it away first";
	case ERANGE:
		return "; the card has not so many";
	}
	return "";
}

static gboolean
count_failed (const char *root, const char *nic, int count, int err,
	      GError **error)
{
	g_autofree char *was = NULL;

	if (error == NULL)
		return FALSE;
	was = (*error)->message;
	(*error)->message = g_strdup_printf
		("make %d virtual functions of %s (of %d): %s%s", count, nic,
		 sysfs_sriov_total (root, nic), was, count_way_out (err));
	return FALSE;
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
	return count_failed (root, nic, count, errno, error);
}
