/*
 * test_iov_vf.c - reasons that lie in one virtual function and in its guest;
 * the list of them; several reasons at once.
 */
#include "config.h"

#include <string.h>

#include "iov/iov.h"
#include "iov/quirk.h"
#include "iov_tree.h"

#define BUS "/sys/bus/pci/devices/"
#define VF BUS "0000:01:10.0/"
#define ONLY_GUESTS "; only guests of QEMU and libvirt need it."

static void
assert_vf (const char *root, unsigned what, const char *want)
{
	g_autoptr (GPtrArray) vfs = sysfs_vfs (root, "ens1");
	g_autoptr (GPtrArray) all = NULL;
	g_autoptr (GPtrArray) lines = NULL;

	assert_int_equal (vfs->len, 1);
	all = iov_reasons_vf (root, 0, vfs->pdata[0], what);
	lines = iov_lines (all, ~0U);
	assert_int_equal (lines->len, want ? 1 : 0);
	if (want)
		assert_string_equal (lines->pdata[0], want);
}

static void
test_vf (void **state)
{
	const char *root = *state;

	tree_vf_count (root, 1);
	tree_vf (root, 0, "igbvf", TRUE);
	assert_vf (root, IOV_STOPS_NAMESPACE | IOV_STOPS_PAIR, NULL);
	assert_vf (root, IOV_STOPS_GUEST, "VfNotBoundToVfio: virtual function "
		   "0 (0000:01:10.0) is not bound to vfio-pci (" VF "driver: "
		   "igbvf): bind it to vfio-pci (driver_override), or give "
		   "libvirt the device with managed='yes'" ONLY_GUESTS);
	tree_kconfig (root, "CONFIG_PCI_IOV=y\n");
	assert_vf (root, IOV_STOPS_NAMESPACE, NULL);
	assert_vf (root, IOV_STOPS_NAMESPACE | IOV_STOPS_PAIR,
		   "GuestNoBonding: a namespace VM cannot pair virtual "
		   "function 0 with its software adapter "
		   "(/sys/module/bonding: missing): boot a kernel with "
		   "CONFIG_BONDING.");
}

static void
test_vf_on_vfio (void **state)
{
	tree_vf_count (*state, 1);
	tree_vf (*state, 0, "vfio-pci", FALSE);
	assert_vf (*state, IOV_STOPS_GUEST, NULL);
	assert_vf (*state, IOV_STOPS_NAMESPACE, "VfBoundToVfio: virtual "
		   "function 0 (0000:01:10.0) has no network adapter (" VF
		   "driver: vfio-pci): unbind it from vfio-pci, clear its "
		   "driver_override and write its address to "
		   "/sys/bus/pci/drivers_probe.");
}

static void
test_vf_unbound (void **state)
{
	tree_vf_count (*state, 1);
	tree_vf (*state, 0, NULL, FALSE);
	assert_vf (*state, IOV_STOPS_NAMESPACE, "VfNoDriver: virtual function "
		   "0 (0000:01:10.0) has no network adapter (" VF "driver: "
		   "missing): load the driver of the virtual function "
		   "(modprobe igbvf, iavf, mlx5_core …) and bind it.");
}

static void
assert_guest (const char *root, const char *args, gsize len,
	      const char *want)
{
	g_autoptr (GPtrArray) vfs = sysfs_vfs (root, "ens1");
	g_autoptr (GPtrArray) all = iov_reasons_guest ("/p/77", args,
						       len, 0, vfs->pdata[0]);
	g_autoptr (GPtrArray) lines = iov_lines (all, ~0U);

	assert_int_equal (lines->len, want ? 1 : 0);
	if (want)
		assert_string_equal (lines->pdata[0], want);
}

#define ARGS(text) text, sizeof text

static void
test_guest (void **state)
{
	tree_config c = { .len = 64 };

	tree_vf_count (*state, 1);
	tree_vf (*state, 0, "vfio-pci", FALSE);
	tree_set16 (&c, 0x04, 0x0006);
	tree_put_config (*state, BRIDGE "/0000:01:10.0", &c);
	assert_guest (*state, ARGS ("qemu\0-name\0web1\0-device\0"
				    "virtio-net-pci,failover=on"), NULL);
	assert_guest (*state, ARGS ("qemu\0-device\0"
				    "{\"driver\":\"virtio-net-pci\","
				    "\"failover\":true}"), NULL);
	assert_guest (*state, ARGS ("qemu\0-name\0web1"),
		      "GuestNoFailover: guest 'web1' has no failover adapter "
		      "for virtual function 0 (/p/77: no "
		      "failover=on): give its virtio adapter failover=on "
		      "(libvirt: <teaming type='persistent'/>) and the "
		      "device its failover_pair_id.");
	tree_set16 (&c, 0x04, 0x0002);
	tree_put_config (*state, BRIDGE "/0000:01:10.0", &c);
	assert_guest (*state, ARGS ("qemu\0-name\0web1\0-device\0"
				    "virtio-net-pci,failover=on"),
		      "GuestNoDriver: no driver in guest 'web1' uses virtual "
		      "function 0 (" VF "config: bus master off): install "
		      "the driver of the virtual function in the guest"
		      ONLY_GUESTS);
}

/* One on vfio, one elsewhere, one here, one without a driver. */
static void
test_list (void **state)
{
	static const char *const drivers[] = {
		"vfio-pci", "igbvf", "igbvf", NULL
	};
	const char *root = *state;
	g_autoptr (GPtrArray) vfs = NULL;
	g_autoptr (GPtrArray) none = sysfs_vfs (root, "ens1");

	assert_int_equal (none->len, 0);
	tree_vf_count (root, 4);
	for (int i = 0; i < 4; i++)
		tree_vf (root, i, drivers[i], i == 2);
	tree_link (root, BRIDGE "/0000:01:10.0/iommu_group",
		   "kernel/iommu_groups/12");
	vfs = sysfs_vfs (root, "ens1");
	assert_int_equal (vfs->len, 4);
	for (guint i = 0; i < vfs->len; i++) {
		const sysfs_vf *v = vfs->pdata[i];
		g_autofree char *address = g_strdup_printf ("0000:01:10.%u",
							    i);

		assert_string_equal (v->address, address);
		assert_int_equal (g_strcmp0 (v->driver, drivers[i]), 0);
	}
	assert_string_equal (((sysfs_vf *) vfs->pdata[0])->group, "12");
	assert_string_equal (((sysfs_vf *) vfs->pdata[2])->interface,
			     "ens1v2");
}

static void
assert_host_has_none (const char *root)
{
	g_autoptr (GPtrArray) all = iov_reasons (root, NULL, -1);
	g_autofree char *line = iov_reason_line (all->pdata[0]);

	assert_string_equal (line, "NoCapableAdapter: no adapter of this host "
			     "has SR-IOV (/sys/class/net/*/device/"
			     "sriov_totalvfs: missing): add one that has it, "
			     "or mend what Get-NetAdapterSriov says of each "
			     "(SriovSupportReasons).");
}

/* Several at once: the adapter's first, then the machine's; and those
 * of the whole host. */
static void
test_several (void **state)
{
	g_autoptr (GPtrArray) all = NULL;
	g_autoptr (GPtrArray) host = NULL;

	tree_put (*state, "class/net/veth0/mtu", "1500\n", -1);
	tree_kconfig (*state, "\nCONFIG_VFIO_PCI=m\n");
	tree_remove (*state, "class/iommu/dmar0");
	tree_remove (*state, "kernel/iommu_groups/7");
	tree_put (*state, "proc/cmdline", "iommu=off\n", -1);
	all = iov_reasons (*state, "veth0", -1);
	host = iov_reasons (*state, NULL, -1);
	assert_int_equal (all->len, 3);
	assert_int_equal (((iov_reason *) all->pdata[0])->kind, IOV_NOT_PCI);
	assert_int_equal (((iov_reason *) all->pdata[1])->kind,
			  IOV_KERNEL_NO_PCI_IOV);
	assert_int_equal (host->len, 2);
	assert_true (iov_stops (host, IOV_STOPS_VFS));
	assert_true (iov_stops (host, IOV_STOPS_GUEST));
	assert_false (iov_stops (host, IOV_STOPS_MORE));
	tree_remove (*state, CARD "/sriov_totalvfs");
	assert_host_has_none (*state);
}

/* By the driver that a device has now, and by whose card it is. */
static void
test_quirks (void **state)
{
	const char *root = *state;
	const iov_quirk_entry *q;

	tree_vf_count (root, 2);
	tree_vf (root, 0, "igbvf", TRUE);
	tree_vf (root, 1, "vfio-pci", FALSE);
	q = iov_quirk_of (root, "0000:01:10.0", IOV_QUIRK_ADAPTIVE_USECS);
	assert_non_null (q);
	assert_int_equal (q->value, 3);
	assert_non_null (strstr (q->source, "igbvf"));
	assert_null (iov_quirk_of (root, "0000:01:10.0",
				   IOV_QUIRK_CAP_NOT_KEPT));
	assert_null (iov_quirk_of (root, "0000:01:10.1",
				   IOV_QUIRK_ADAPTIVE_USECS));
	assert_null (iov_quirk_of (root, "0000:09:00.0",
				   IOV_QUIRK_ADAPTIVE_USECS));
	assert_null (iov_quirk_of (root, NULL, IOV_QUIRK_ADAPTIVE_USECS));
}

static void
test_quirk_of_subsystem (void **state)
{
	const char *root = *state;

	assert_null (iov_quirk_of (root, "0000:01:00.0",
				   IOV_QUIRK_CAP_NOT_KEPT));
	tree_put (root, CARD "/subsystem_vendor", "0x8086\n", -1);
	assert_null (iov_quirk_of (root, "0000:01:00.0",
				   IOV_QUIRK_CAP_NOT_KEPT));
	tree_put (root, CARD "/subsystem_vendor", "0x1af4\n", -1);
	assert_non_null (iov_quirk_of (root, "0000:01:00.0",
				       IOV_QUIRK_CAP_NOT_KEPT));
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, tree_new, tree_free)
	const struct CMUnitTest tests[] = {
		TEST (test_vf),
		TEST (test_vf_on_vfio),
		TEST (test_vf_unbound),
		TEST (test_guest),
		TEST (test_list),
		TEST (test_several),
		TEST (test_quirks),
		TEST (test_quirk_of_subsystem),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
