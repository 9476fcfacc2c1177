/*
 * room.c - what every file of the lab room needs: names, errors, the check of
 * privileges, and the lock of a lab.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"
#include "lab/room.h"

#define LOCK_WAIT_MS 30000
#define LOCK_STEP_MS 10

/* ---- names, errors, privilege ---- */

char *
lab_dir (const char *above, const char *lab)
{
	return g_strdup_printf ("%s/lab-%s", above, lab);
}

char *
lab_host_netns (const char *lab)
{
	return g_strconcat (LAB_PREFIX, lab, NULL);
}

char *
lab_outside_netns (const char *lab)
{
	return g_strconcat (LAB_PREFIX, lab, LAB_OUTSIDE_SUFFIX, NULL);
}

/* Percent-encoding is injective, so two VMs never share a namespace. */
char *
lab_vm_netns_name (const char *lab, const char *vm, GError **error)
{
	g_autofree char *fit = g_uri_escape_string (vm, NULL, TRUE);
	char *name = g_strconcat (LAB_PREFIX, lab, LAB_VM_INFIX, fit, NULL);

	if (strlen (name) <= NAME_MAX)
		return name;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "VM '%s': the name is too long for a lab's VM by %zu "
		     "bytes", vm, strlen (name) - NAME_MAX);
	g_free (name);
	return NULL;
}

gboolean
lab_name_check (const char *lab, GError **error)
{
	if (strstr (lab, LAB_VM_INFIX) == NULL &&
	    !g_str_has_suffix (lab, "-vm") &&
	    !g_str_has_suffix (lab, LAB_OUTSIDE_SUFFIX))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "lab name '%s': '-vm' and '-outside' mark the parts of a "
		     "lab and are not for its name", lab);
	return FALSE;
}

static vmnet_error
code_of_errno (int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return VMNET_ERROR_PERMISSION;
	case ENOENT:
		return VMNET_ERROR_NOT_FOUND;
	case EOPNOTSUPP:
	case ENOSYS:
	case ENODEV:
		return VMNET_ERROR_UNSUPPORTED;
	case EBUSY:
		return VMNET_ERROR_BUSY;
	default:
		return VMNET_ERROR_FAILED;
	}
}

gboolean
lab_fail (GError **error, int err, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	g_set_error (error, VMNET_ERROR, code_of_errno (err), "%s: %s", text,
		     g_strerror (err));
	return FALSE;
}

gboolean
lab_privilege (GError **error)
{
	static const struct { int bit; const char *name; } needed[] = {
		{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
		{ CAP_NET_ADMIN, "CAP_NET_ADMIN" },
	};
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	memset (data, 0, sizeof data);
	if (syscall (SYS_capget, &head, data) < 0)
		return lab_fail (error, errno, "read the capabilities");
	for (gsize i = 0; i < G_N_ELEMENTS (needed); i++) {
		if (data[0].effective & (1U << needed[i].bit))
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_PERMISSION,
			     "a lab is made of network namespaces: %s is "
			     "missing; run as root", needed[i].name);
		return FALSE;
	}
	return TRUE;
}

/* ---- the lock ---- */

/* Destroy removes the file while it holds it: then there is a new one. */
static gboolean
lock_is_current (int fd, const char *path)
{
	struct stat held, there;

	return fstat (fd, &held) == 0 && stat (path, &there) == 0 &&
		held.st_ino == there.st_ino;
}

static int
lock_take (const char *path, GError **error)
{
	for (int waited = 0; waited < LOCK_WAIT_MS; waited += LOCK_STEP_MS) {
		int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		if (fd < 0) {
			lab_fail (error, errno, "open %s", path);
			return -1;
		}
		if (flock (fd, LOCK_EX | LOCK_NB) == 0 &&
		    lock_is_current (fd, path))
			return fd;
		close (fd);
		g_usleep (LOCK_STEP_MS * 1000);
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "the lab is being made or destroyed by another process, "
		     "which holds %s", path);
	return -1;
}

gboolean
lab_room_lock (lab_room *l, const char *lab, const char *run_dir,
	       GError **error)
{
	g_autofree char *path = g_strconcat (run_dir, ".lock", NULL);
	g_autofree char *parent = g_path_get_dirname (run_dir);

	l->name = lab;
	l->run_dir = run_dir;
	l->host = l->outside = l->lock = -1;
	if (g_mkdir_with_parents (parent, 0755) < 0)
		return lab_fail (error, errno, "make folder %s", parent);
	l->lock = lock_take (path, error);
	return l->lock >= 0;
}

void
lab_room_close (lab_room *l)
{
	if (l->host >= 0)
		close (l->host);
	if (l->outside >= 0)
		close (l->outside);
	if (l->lock >= 0)
		close (l->lock);
	l->host = l->outside = l->lock = -1;
}

void
lab_room_unlink (lab_room *l)
{
	g_autofree char *path = g_strconcat (l->run_dir, ".lock", NULL);

	unlink (path);
}

gboolean
lab_save_text (const char *path, const char *text, GError **error)
{
	g_autoptr (GError) own = NULL;

	if (g_file_set_contents (path, text, -1, &own))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED, "write %s: %s",
		     path, own->message);
	return FALSE;
}
