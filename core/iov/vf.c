/*
 * vf.c - reasons that lie in one virtual function and in whoever gets it:
 * its driver, and what its guest has.
 */
#include "iov/iov.h"

#include <string.h>

#include "kernel/kconfig.h"

static void
reasons_of_binding (guint vf, const sysfs_vf *v, gboolean guest, GPtrArray *out)
{
	g_autofree char *path = iov_sys_path ("bus/pci/devices/%s/driver",
					      v->address);
	gboolean vfio = g_strcmp0 (v->driver, "vfio-pci") == 0;

	if (guest && !vfio)
		iov_add (out, IOV_VF_NOT_ON_VFIO, path, v->driver,
			 "virtual function %u (%s) is not bound to vfio-pci",
			 vf, v->address);
	if (!guest && vfio)
		iov_add (out, IOV_VF_ON_VFIO, path, v->driver,
			 "virtual function %u (%s) has no network adapter",
			 vf, v->address);
	if (!guest && v->driver == NULL)
		iov_add (out, IOV_VF_NO_DRIVER, path, IOV_MISSING,
			 "virtual function %u (%s) has no network adapter",
			 vf, v->address);
}

GPtrArray *
iov_reasons_vf (const char *root, guint vf, const sysfs_vf *v, unsigned what)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) iov_reason_free);
	gboolean guest = (what & IOV_STOPS_GUEST) != 0;
	g_autofree char *where = NULL;

	reasons_of_binding (vf, v, guest, out);
	if (!guest && what & IOV_STOPS_PAIR &&
	    !sysfs_exists (root, "module/bonding") &&
	    kconfig_option (root, "CONFIG_BONDING", &where) == 0)
		iov_add (out, IOV_GUEST_NO_BONDING, "/sys/module/bonding",
			 IOV_MISSING, "a namespace VM cannot pair virtual "
			 "function %u with its software adapter", vf);
	return out;
}

/* One argument that has `word` in it, "virtio-net-pci,failover=on,…". */
static gboolean
has_argument (const char *args, gsize len, const char *word)
{
	const char *end = args + len;

	for (const char *a = args; a < end; a += strlen (a) + 1)
		if (strstr (a, word))
			return TRUE;
	return FALSE;
}

GPtrArray *
iov_reasons_guest (const char *where, const char *args, gsize len,
		   guint vf, const sysfs_vf *v)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) iov_reason_free);
	g_autofree char *guest = proc_guest_name (args, len);
	g_autofree char *config = iov_sys_path ("bus/pci/devices/%s/config",
						v->address);
	const char *name = guest ? guest : "without a name";

	/* Drivers switch it on when they begin; vfio switches it off. */
	if (!v->bus_master)
		iov_add (out, IOV_GUEST_NO_DRIVER, config, "bus master off",
			 "no driver in guest '%s' uses virtual function %u",
			 name, vf);
	if (!has_argument (args, len, "failover=on") &&
	    !has_argument (args, len, "\"failover\":true"))
		iov_add (out, IOV_GUEST_NO_FAILOVER, where,
			 "no failover=on",
			 "guest '%s' has no failover adapter for virtual "
			 "function %u", name, vf);
	return out;
}
