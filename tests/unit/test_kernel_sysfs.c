/*
 * test_kernel_sysfs.c - every reason for having no SR-IOV, each in a faked
 * sysfs tree of its own; attributes; guests and threads in procfs.
 */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "kernel_support.h"

#define DEVICE "devices/pci0000:00/0000:00:02.0"

/* ---- a faked tree: $TMP/x/{class,devices,bus,boot,…} ---- */

static void
put (const char *root, const char *path, const char *data, gssize len)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *folder = g_path_get_dirname (full);

	assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
	assert_true (g_file_set_contents (full, data, len, NULL));
}

static void
put_link (const char *root, const char *path, const char *target)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *folder = g_path_get_dirname (full);
	g_autofree char *to = g_build_filename (root, target, NULL);

	assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
	assert_int_equal (g_mkdir_with_parents (to, 0700), 0);
	assert_int_equal (symlink (to, full), 0);
}

static void
remove_in (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);

	assert_int_equal (g_remove (full), 0);
}

/* The kernel's configuration, where the faked tree has it. */
static void
put_config (const char *root, const char *text)
{
	g_autofree char *path = NULL;
	struct utsname u;

	uname (&u);
	path = g_strdup_printf ("boot/config-%s", u.release);
	put (root, path, text, -1);
}

/* A PCI card with SR-IOV, all requirements met: each test breaks one. */
static int
healthy (void **state)
{
	g_autofree char *root = g_dir_make_tmp ("vmnetsh-XXXXXX", NULL);

	put_link (root, "class/net/ens1/device", DEVICE);
	put_link (root, DEVICE "/subsystem", "bus/pci");
	put_link (root, DEVICE "/driver", "bus/pci/drivers/igb");
	put (root, DEVICE "/sriov_totalvfs", "7\n", -1);
	put (root, DEVICE "/sriov_numvfs", "0\n", -1);
	put_link (root, "class/iommu/dmar0", "devices/virtual/iommu/dmar0");
	put_link (root, "kernel/iommu_groups/0/devices/0000:00:02.0", DEVICE);
	put_config (root, "#\nCONFIG_PCI=y\nCONFIG_PCI_IOV=y\n");
	*state = g_steal_pointer (&root);
	return 0;
}

static int
remove_tree (void **state)
{
	const char *argv[] = { "rm", "-rf", *state, NULL };

	g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
		      NULL, NULL, NULL, NULL, NULL);
	g_free (*state);
	return 0;
}

/* The only reason, or the first of `n`. */
static void
assert_reason (const char *root, const char *nic, guint n, const char *text)
{
	g_autoptr (GPtrArray) all = sysfs_sriov_reasons (root, nic);

	if (all->len != n)
		for (guint i = 0; i < all->len; i++)
			print_message ("# %s\n", (char *) all->pdata[i]);
	assert_int_equal (all->len, n);
	if (n)
		assert_string_equal (all->pdata[0], text);
}

/* ---- reasons ---- */

static void
test_healthy (void **state)
{
	assert_reason (*state, "ens1", 0, NULL);
}

static void
test_no_adapter (void **state)
{
	g_autofree char *want = g_strdup_printf
		("There is no adapter ens9 (%s/class/net/ens9 is missing): "
		 "choose one that exists.", (char *) *state);

	assert_reason (*state, "ens9", 1, want);
}

static void
test_virtual (void **state)
{
	put (*state, "class/net/veth0/mtu", "1500\n", -1);
	assert_reason (*state, "veth0", 1,
		       "veth0 is a virtual adapter, not a PCI device "
		       "(class/net/veth0/device is missing): use a physical "
		       "adapter with SR-IOV.");
}

static void
test_other_bus (void **state)
{
	put_link (*state, "class/net/usb0/device", "devices/usb1");
	put_link (*state, "devices/usb1/subsystem", "bus/usb");
	assert_reason (*state, "usb0", 1, "usb0 is on the bus usb and not a "
		       "PCI device (class/net/usb0/device/subsystem): use an "
		       "adapter with SR-IOV.");
}

static void
test_virtual_function (void **state)
{
	put_link (*state, DEVICE "/physfn", "devices/pci0000:00/x");
	assert_reason (*state, "ens1", 1, "ens1 is itself a virtual function "
		       "(class/net/ens1/device/physfn): use the adapter of "
		       "its physical function.");
}

static void
test_no_driver (void **state)
{
	remove_in (*state, DEVICE "/driver");
	assert_reason (*state, "ens1", 1, "No driver is bound to the card of "
		       "ens1 (class/net/ens1/device/driver is missing): load "
		       "the card's driver.");
}

static void
test_no_firmware (void **state)
{
	put (*state, DEVICE "/sriov_totalvfs", "0\n", -1);
	assert_reason (*state, "ens1", 1, "The firmware gives ens1 0 virtual "
		       "functions (class/net/ens1/device/sriov_totalvfs is "
		       "0): switch SR-IOV on in the card's firmware and the "
		       "BIOS.");
}

/* Configuration space with an extended capability at 0x100, next 0x140. */
static void
put_capabilities (const char *root, guint16 first, guint16 second)
{
	guint8 space[4096] = { 0 };
	guint32 a = GUINT32_TO_LE (first | 1u << 16 | 0x140u << 20);
	guint32 b = GUINT32_TO_LE (second | 1u << 16);

	memcpy (space + 0x100, &a, 4);
	memcpy (space + 0x140, &b, 4);
	put (root, DEVICE "/config", (char *) space, sizeof space);
}

static void
test_card_without (void **state)
{
	remove_in (*state, DEVICE "/sriov_totalvfs");
	put_capabilities (*state, 0x0001, 0x0003);
	assert_reason (*state, "ens1", 1, "The card of ens1 has no SR-IOV (no "
		       "such capability in class/net/ens1/device/config): "
		       "switch it on in the card's firmware and the BIOS, or "
		       "use another adapter.");
}

static void
test_card_only (void **state)
{
	remove_in (*state, DEVICE "/sriov_totalvfs");
	put_capabilities (*state, 0x0001, 0x0010);
	assert_reason (*state, "ens1", 1, "The card of ens1 has SR-IOV but "
		       "the kernel does not offer it "
		       "(class/net/ens1/device/sriov_totalvfs is missing): "
		       "boot a kernel with CONFIG_PCI_IOV.");
}

/* A list of capabilities that goes in circles ends all the same. */
static void
test_card_broken (void **state)
{
	guint8 space[4096] = { 0 };
	guint32 loop = GUINT32_TO_LE (0x0001u | 0x100u << 20);
	g_autoptr (GPtrArray) all = NULL;

	remove_in (*state, DEVICE "/sriov_totalvfs");
	memcpy (space + 0x100, &loop, 4);
	put (*state, DEVICE "/config", (char *) space, sizeof space);
	all = sysfs_sriov_reasons (*state, "ens1");
	assert_int_equal (all->len, 1);
}

static void
test_card_unknown (void **state)
{
	guint8 space[64] = { 0 };

	remove_in (*state, DEVICE "/sriov_totalvfs");
	put (*state, DEVICE "/config", (char *) space, sizeof space);
	assert_reason (*state, "ens1", 1, "The card of ens1 shows no SR-IOV "
		       "(class/net/ens1/device/sriov_totalvfs is missing): "
		       "ask again as root to see whether the card or the "
		       "kernel lacks it.");
}

static void
test_kernel_without (void **state)
{
	g_autofree char *want = NULL;
	struct utsname u;

	uname (&u);
	want = g_strdup_printf ("The kernel is built without SR-IOV "
				"(CONFIG_PCI_IOV is not set in "
				"%s/boot/config-%s): boot one that has it.",
				(char *) *state, u.release);
	put_config (*state, "CONFIG_PCI=y\n# CONFIG_PCI_IOV is not set\n");
	assert_reason (*state, "ens1", 1, want);
}

static void
test_iommu_off (void **state)
{
	const char *root = *state;
	g_autofree char *want = g_strdup_printf
		("The IOMMU is off (%s/class/iommu and kernel/iommu_groups "
		 "are empty): switch on VT-d or AMD-Vi in the firmware and "
		 "boot with intel_iommu=on (Intel) or without amd_iommu=off "
		 "(AMD).", root);

	remove_in (root, "class/iommu/dmar0");
	assert_reason (root, "ens1", 0, NULL);
	remove_in (root, "kernel/iommu_groups/0/devices/0000:00:02.0");
	remove_in (root, "kernel/iommu_groups/0/devices");
	remove_in (root, "kernel/iommu_groups/0");
	assert_reason (root, "ens1", 1, want);
}

static void
put_vf (const char *root, int n, const char *driver, gboolean has_adapter)
{
	g_autofree char *device = g_strdup_printf
		("devices/pci0000:00/vf%d", n);
	g_autofree char *link = g_strdup_printf (DEVICE "/virtfn%d", n);
	g_autofree char *bound = g_build_filename (device, "driver", NULL);
	g_autofree char *to = g_build_filename ("bus/pci/drivers", driver,
						NULL);
	g_autofree char *net = g_build_filename (device, "net/ens1v/mtu",
						 NULL);

	put_link (root, link, device);
	put_link (root, bound, to);
	if (has_adapter)
		put (root, net, "1500\n", -1);
}

static void
test_all_in_use (void **state)
{
	put (*state, DEVICE "/sriov_totalvfs", "2\n", -1);
	put (*state, DEVICE "/sriov_numvfs", "2\n", -1);
	put_vf (*state, 0, "vfio-pci", FALSE);
	put_vf (*state, 1, "igbvf", FALSE);	/* in another namespace */
	assert_reason (*state, "ens1", 1, "All 2 virtual functions of ens1 "
		       "are in use (class/net/ens1/device/sriov_numvfs is 2 "
		       "and each belongs to a VM): release one.");
}

static void
test_one_free (void **state)
{
	put (*state, DEVICE "/sriov_totalvfs", "2\n", -1);
	put (*state, DEVICE "/sriov_numvfs", "2\n", -1);
	put_vf (*state, 0, "vfio-pci", FALSE);
	put_vf (*state, 1, "igbvf", TRUE);
	assert_reason (*state, "ens1", 0, NULL);
}

/* Several at once: the adapter's first, then the machine's. */
static void
test_several (void **state)
{
	put (*state, "class/net/veth0/mtu", "1500\n", -1);
	put_config (*state, "CONFIG_PCI=y\n");
	remove_in (*state, "class/iommu/dmar0");
	remove_in (*state, "kernel/iommu_groups/0/devices/0000:00:02.0");
	remove_in (*state, "kernel/iommu_groups/0/devices");
	remove_in (*state, "kernel/iommu_groups/0");
	assert_reason (*state, "veth0", 3,
		       "veth0 is a virtual adapter, not a PCI device "
		       "(class/net/veth0/device is missing): use a physical "
		       "adapter with SR-IOV.");
}

/* ---- attributes ---- */

static void
test_attributes (void **state)
{
	const char *root = *state;
	g_autofree char *path = g_build_filename (root, "no/such", NULL);
	g_autofree char *want = g_strdup_printf
		("write '1' to %s: No such file or directory", path);
	g_autofree char *text = NULL;

	put (root, "a", "  one line \nand another\n", -1);
	text = sysfs_read (root, "a");
	assert_string_equal (text, "one line");
	assert_null (sysfs_read (root, "no/such"));
	refused (sysfs_write (root, "no/such", "1", &error),
		 VMNET_ERROR_NOT_FOUND, want);
	assert_int_equal (sysfs_sriov_total (root, "ens1"), 7);
	assert_int_equal (sysfs_sriov_count (root, "ens1"), 0);
	assert_int_equal (sysfs_sriov_total (root, "nosuch"), -1);
	worked (sysfs_sriov_set (root, "ens1", 4, &error));
	assert_int_equal (sysfs_sriov_count (root, "ens1"), 4);
	worked (sysfs_sriov_set (root, "ens1", 4, &error));
	remove_in (root, DEVICE "/sriov_numvfs");
	assert_false (sysfs_sriov_set (root, "ens1", 2, NULL));
}

/* ---- procfs ---- */

static void
assert_guest (const char *args, gsize len, const char *want)
{
	g_autofree char *got = proc_guest_name (args, len);

	if (want == NULL)
		assert_null (got);
	else
		assert_string_equal (got, want);
}

static void
test_guest_name (void **state)
{
#define ARGS(text) text, sizeof text
	assert_guest (ARGS ("qemu\0-name\0guest=web1,debug-threads=on\0-m"),
		      "web1");
	assert_guest (ARGS ("kvm\0-id\0" "100\0-name\0web2,debug-threads=on"),
		      "web2");
	assert_guest (ARGS ("qemu\0-name\0debug-threads=on,guest=a b"),
		      "a b");
	assert_guest (ARGS ("qemu\0-name\0guest=a,,b"), "a,b");
	assert_guest (ARGS ("qemu\0--name\0x"), "x");
	assert_guest (ARGS ("qemu\0-name"), NULL);
	assert_guest (ARGS ("qemu\0-m\0" "512"), NULL);
	assert_guest ("", 0, NULL);
}

/* This process holds a tap with two queues: it is listed once. */
static void
test_guests (void **state)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI |
					IFF_MULTI_QUEUE };
	g_autoptr (GPtrArray) all = NULL;
	int a, b, found = 0;

	need_root ();
	a = open ("/dev/net/tun", O_RDWR);
	b = open ("/dev/net/tun", O_RDWR);
	assert_true (a >= 0 && b >= 0);
	strcpy (r.ifr_name, "vmtap0");
	assert_int_equal (ioctl (a, TUNSETIFF, &r), 0);
	assert_int_equal (ioctl (b, TUNSETIFF, &r), 0);
	all = proc_guests ();
	for (guint i = 0; i < all->len; i++) {
		const proc_guest *g = all->pdata[i];

		if (g->pid != getpid ())
			continue;
		found++;
		assert_string_equal (g->interface, "vmtap0");
		assert_non_null (strchr (g->guest, '-'));
	}
	assert_int_equal (found, 1);
	close (a);
	close (b);
}

/* The first processor's, which every machine has. */
static const proc_thread *
find (const GPtrArray *threads, const char *name)
{
	for (guint i = 0; i < threads->len; i++)
		if (strcmp (((proc_thread *) threads->pdata[i])->name,
			    name) == 0)
			return threads->pdata[i];
	return NULL;
}

static void
test_threads (void **state)
{
	g_autoptr (proc_scan) s = proc_scan_new ("ksoftirqd/");
	g_autoptr (proc_scan) none = proc_scan_new ("test_kernel_sys");
	g_autoptr (GPtrArray) first = proc_scan_threads (s), again = NULL;
	g_autoptr (GPtrArray) nothing = proc_scan_threads (none);
	const proc_thread *a = find (first, "ksoftirqd/0"), *b;

	if (a == NULL)
		skip ();	/* in a container of its own pids */
	again = proc_scan_threads (s);
	b = find (again, "ksoftirqd/0");
	assert_non_null (b);
	assert_int_equal (first->len, again->len);
	assert_int_equal (a->pid, b->pid);
	assert_true (a->time > 0 && b->time >= a->time);
	/* A program may take any name; it is no kernel thread. */
	assert_int_equal (nothing->len, 0);
	assert_int_equal (proc_time (G_MAXINT), -1);
	assert_true (proc_time (getpid ()) > 0);
	assert_true (proc_processors () > 0);
}

static void
test_sysctl (void **state)
{
	kn *k;
	g_autofree char *text = NULL;

	need_root ();
	worked (k = kn_open (-1, &error));
	worked (kn_ifb_add (k, "i0", &error));
	worked (sysctl_net_write ("ipv6/conf/i0/accept_dad", "0", &error));
	text = sysfs_read ("/proc/sys", "net/ipv6/conf/i0/accept_dad");
	assert_string_equal (text, "0");
	refused (sysctl_net_write ("ipv6/conf/i9/accept_dad", "0", &error),
		 VMNET_ERROR_NOT_FOUND, "write '0' to "
		 "/proc/sys/net/ipv6/conf/i9/accept_dad: No such file or "
		 "directory");
	kn_close (k);
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, healthy, remove_tree)
	const struct CMUnitTest tests[] = {
		TEST (test_healthy),
		TEST (test_no_adapter),
		TEST (test_virtual),
		TEST (test_other_bus),
		TEST (test_virtual_function),
		TEST (test_no_driver),
		TEST (test_no_firmware),
		TEST (test_card_without),
		TEST (test_card_only),
		TEST (test_card_broken),
		TEST (test_card_unknown),
		TEST (test_kernel_without),
		TEST (test_iommu_off),
		TEST (test_all_in_use),
		TEST (test_one_free),
		TEST (test_several),
		TEST (test_attributes),
		cmocka_unit_test (test_guest_name),
		cmocka_unit_test (test_guests),
		cmocka_unit_test (test_threads),
		cmocka_unit_test (test_sysctl),
	};

	return cmocka_run_group_tests (tests, own_network, NULL);
}
