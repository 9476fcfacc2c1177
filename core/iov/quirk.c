/*
 * quirk.c - the table of quirks, see quirk.h.
 */
#include "iov/quirk.h"

static const iov_quirk_entry table[] = {
	{ "igbvf", NULL, IOV_QUIRK_ADAPTIVE_USECS, 3,
	  "Linux igbvf/ethtool.c: rx-usecs 2 and 3 begin the dynamic mode; it "
	  "has no adaptive-rx" },
	{ "igbvf", NULL, IOV_QUIRK_OFF_READS_USECS, 1,
	  "Linux igbvf/ethtool.c: rx-usecs 0 is told to the card as the "
	  "smallest interval that it has" },
	{ "ixgbevf", NULL, IOV_QUIRK_ADAPTIVE_USECS, 1,
	  "Linux ixgbevf/ethtool.c: rx-usecs 1 begins the dynamic mode; it has "
	  "no adaptive-rx" },
	{ "igb", "0x1af4", IOV_QUIRK_CAP_NOT_KEPT, 0,
	  "QEMU hw/net/igb_core.c has no registers of the rate scheduler "
	  "(RTTDQSEL, RTTBCNRC): what the driver writes there is dropped" },
};

const iov_quirk_entry *
iov_quirk_of (const char *root, const char *address, iov_quirk quirk)
{
	g_autofree char *driver =
		address ? sysfs_pci_driver (root, address) : NULL;
	g_autofree char *path = g_strdup_printf (
		"bus/pci/devices/%s/subsystem_vendor", address);
	g_autofree char *subsystem = driver ? sysfs_read (root, path) : NULL;

	for (gsize i = 0; driver && i < G_N_ELEMENTS (table); i++) {
		const iov_quirk_entry *q = &table[i];

		if (q->quirk == quirk && g_str_equal (q->driver, driver) &&
		    (q->subsystem == NULL ||
		     g_strcmp0 (q->subsystem, subsystem) == 0))
			return q;
	}
	return NULL;
}
