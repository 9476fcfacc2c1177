/*
 * test_iov_reasons.c - every reason for having no SR-IOV: one faked sysfs
 * tree for each, which must give that reason with its evidence and its
 * remedy, and no other.
 */
#include "config.h"

#include <string.h>
#include <sys/utsname.h>

#include "iov/iov.h"
#include "iov_tree.h"

#define NET "/sys/class/net/ens1/device/"
#define BUS "/sys/bus/pci/devices/"
#define ONLY_GUESTS "; only guests of QEMU and libvirt need it."

typedef struct {
	const char *what;
	const char *nic;	/* NULL: ens1 */
	void (*break_it) (const char *root);
	unsigned stops;
	const char *line;	/* %s: the kernel's release */
} tree;

/* ---- the adapter ---- */

static void
nothing (const char *root)
{
	(void) root;
}

static void
virtual_adapter (const char *root)
{
	tree_put (root, "class/net/veth0/mtu", "1500\n", -1);
}

static void
usb_adapter (const char *root)
{
	tree_link (root, "class/net/usb0/device", "devices/usb1");
	tree_link (root, "devices/usb1/subsystem", "bus/usb");
}

static void
is_vf (const char *root)
{
	tree_link (root, CARD "/physfn", BRIDGE "/0000:01:00.1");
}

static void
no_driver (const char *root)
{
	tree_remove (root, CARD "/driver");
}

static void
driver_without (const char *root)
{
	tree_remove (root, CARD "/driver");
	tree_link (root, CARD "/driver", "bus/pci/drivers/mlx4_core");
}

static void
another_capability (const char *root, guint32 head)
{
	tree_config c = tree_card_config ();

	tree_remove (root, CARD "/sriov_totalvfs");
	tree_set32 (&c, 0x140, head);
	tree_put_config (root, CARD, &c);
}

static void
no_capability (const char *root)
{
	another_capability (root, 0x00010003);
}

static void
circle (const char *root)
{
	another_capability (root, 0x10010003);
}

static void
conventional_card (const char *root)
{
	tree_config c = { .len = 256 };

	tree_remove (root, CARD "/sriov_totalvfs");
	tree_put_config (root, CARD, &c);
}

static void
cut (const char *root, gsize len)
{
	tree_config c = tree_card_config ();

	tree_remove (root, CARD "/sriov_totalvfs");
	c.len = len;
	tree_put_config (root, CARD, &c);
}

static void
not_readable (const char *root)
{
	cut (root, 64);
}

static void
firmware_zero (const char *root)
{
	tree_put (root, CARD "/sriov_totalvfs", "0\n", -1);
}

static void
capability_zero (const char *root)
{
	tree_config c = tree_card_config ();

	tree_remove (root, CARD "/sriov_totalvfs");
	tree_set16 (&c, 0x14e, 0);
	tree_put_config (root, CARD, &c);
}

static void
no_space (const char *root)
{
	g_autoptr (GString) text = g_string_new (NULL);

	for (int i = 0; i < 13; i++)
		g_string_append_printf (text, "0x%016x 0x%016x 0x%016x\n",
					i == 7 ? 0xfe000000 : 0,
					i == 7 ? 0xfe00ffff : 0x3fff,
					0x14220c);
	tree_put (root, CARD "/resource", text->str, -1);
}

static void
all_taken (const char *root)
{
	tree_vf_count (root, 2);	/* of seven */
	tree_vf (root, 0, "vfio-pci", FALSE);
	tree_vf (root, 1, "igbvf", FALSE);	/* in another namespace */
}

static void
one_free (const char *root)
{
	all_taken (root);
	tree_put (root, BRIDGE "/0000:01:10.1/net/ens1v1/mtu", "1500\n", -1);
}

static void
one_unbound (const char *root)
{
	all_taken (root);
	tree_remove (root, BRIDGE "/0000:01:10.1/driver");
}

/* ---- the slot ---- */

static void
old_bridge (const char *root)
{
	tree_config c = tree_bridge_config ();

	tree_set16 (&c, 0x06, 0);	/* no capabilities */
	tree_put_config (root, BRIDGE, &c);
}

static void
to_conventional (const char *root)
{
	tree_config c = tree_bridge_config ();

	tree_set16 (&c, 0x42, 7 << 4 | 2);
	tree_put_config (root, BRIDGE, &c);
}

static void
no_ari (const char *root)
{
	tree_config c = tree_bridge_config ();

	tree_set32 (&c, 0x64, 0);
	tree_put_config (root, BRIDGE, &c);
}

/* The first three still fit below function 8. */
static void
no_ari_for_some (const char *root)
{
	tree_config c = tree_card_config ();

	tree_set16 (&c, 0x154, 2);
	tree_put_config (root, CARD, &c);
	no_ari (root);
}

/* Version 1 of the capability has no bit for it. */
static void
no_ari_old (const char *root)
{
	tree_config c = tree_bridge_config ();

	tree_set16 (&c, 0x42, 4 << 4 | 1);
	tree_put_config (root, BRIDGE, &c);
}

static void
no_bus (const char *root)
{
	tree_config c = tree_card_config ();

	tree_set16 (&c, 0x154, 0x180);
	tree_put_config (root, CARD, &c);
}

static void
no_bus_for_some (const char *root)
{
	tree_config c = tree_card_config ();

	tree_set16 (&c, 0x154, 0xfc);
	tree_put_config (root, CARD, &c);
}

static void
next_bus (const char *root)
{
	tree_config card = tree_card_config ();
	tree_config bridge = tree_bridge_config ();

	tree_set16 (&card, 0x154, 0x180);
	tree_put_config (root, CARD, &card);
	bridge.b[0x1a] = 2;
	tree_set32 (&bridge, 0x64, 0);	/* and then ARI is not needed */
	tree_put_config (root, BRIDGE, &bridge);
}

static void
no_acs_but_alone (const char *root)
{
	tree_config c = tree_bridge_config ();

	tree_set32 (&c, 0x100, 0);
	tree_put_config (root, BRIDGE, &c);
}

static void
no_acs (const char *root)
{
	no_acs_but_alone (root);
	tree_link (root, "kernel/iommu_groups/7/devices/0000:02:00.0",
		   "devices/other");
}

/* ---- kernel and firmware ---- */

static void
kernel_without (const char *root)
{
	tree_remove (root, CARD "/sriov_totalvfs");
	tree_kconfig (root, "CONFIG_PCI=y\n# CONFIG_PCI_IOV is not set\n"
		      "CONFIG_VFIO_PCI=m\n");
}

static void
kernel_hides (const char *root)
{
	tree_remove (root, CARD "/sriov_totalvfs");
}

static void
no_mmconfig (const char *root)
{
	cut (root, 256);
}

static void
iommu_gone (const char *root)
{
	tree_remove (root, "class/iommu/dmar0");
	tree_remove (root, CARD "/iommu_group");
	tree_remove (root, "kernel/iommu_groups/7");
}

static void
groups_only (const char *root)
{
	tree_remove (root, "class/iommu/dmar0");
}

static void
firmware_iommu (const char *root)
{
	iommu_gone (root);
	tree_remove (root, "firmware/acpi/tables/DMAR");
	/* No matter then what else is said about it. */
	tree_put (root, "proc/cmdline", "intel_iommu=off\n", -1);
}

static void
cmdline_intel (const char *root)
{
	iommu_gone (root);
	tree_put (root, "proc/cmdline", "quiet intel_iommu=off\n", -1);
}

static void
cmdline_amd (const char *root)
{
	iommu_gone (root);
	tree_remove (root, "firmware/acpi/tables/DMAR");
	tree_put (root, "firmware/acpi/tables/IVRS", "", 0);
	tree_put (root, "proc/cmdline", "amd_iommu=off quiet", -1);
}

static void
kernel_intel (const char *root)
{
	iommu_gone (root);
	tree_kconfig (root, "\nCONFIG_PCI_IOV=y\nCONFIG_AMD_IOMMU=y\n"
		      "CONFIG_VFIO_PCI=m\n");
}

static void
kernel_amd (const char *root)
{
	iommu_gone (root);
	tree_remove (root, "firmware/acpi/tables/DMAR");
	tree_put (root, "firmware/acpi/tables/IVRS", "", 0);
	tree_kconfig (root, "\nCONFIG_PCI_IOV=y\nCONFIG_INTEL_IOMMU=y\n"
		      "CONFIG_VFIO_PCI=m\n");
}

static void
no_vfio (const char *root)
{
	tree_remove (root, "bus/pci/drivers/vfio-pci");
	tree_kconfig (root, "\nCONFIG_PCI_IOV=y\n");
}

/* ---- the table ---- */

#define IOMMU_OFF \
	"): boot with intel_iommu=on (Intel) or without amd_iommu=off (AMD) " \
	"and iommu=off" ONLY_GUESTS
#define FIRMWARE \
	"): switch SR-IOV on in the card's firmware (the maker's tool: " \
	"mstconfig, bnxtnvm, niccli …) and the BIOS, then reboot."
#define NO_CAPABILITY \
	"NoCapability: the card of ens1 has no SR-IOV (" NET "config: no " \
	"capability 0x0010): switch SR-IOV on in the card's firmware and " \
	"the BIOS, or use another adapter."
#define NO_ARI \
	"SlotNoAri: the bridge 0000:00:1c.0 above ens1 does not reach its " \
	"virtual functions from 0 on (" BUS "0000:00:1c.0/config: no ARI " \
	"forwarding): switch on ARI in the BIOS, or use another slot."

static const tree trees[] = {
	{ "all is well", NULL, nothing, 0, NULL },
	{ "one of two is free", NULL, one_free, 0, NULL },
	{ "one has no driver and is free", NULL, one_unbound, 0, NULL },
	{ "bus numbers behind the bridge instead of ARI", NULL, next_bus, 0,
	  NULL },
	{ "a port without ACS that the kernel knows to be safe", NULL,
	  no_acs_but_alone, 0, NULL },
	{ "IOMMU groups without a class", NULL, groups_only, 0, NULL },

	{ "no such adapter", "ens9", nothing, IOV_STOPS_VFS,
	  "NoAdapter: there is no adapter 'ens9' (/sys/class/net/ens9: "
	  "missing): choose one that exists (Get-NetAdapter)." },
	{ "not a name at all", "../net/ens1", nothing, IOV_STOPS_VFS,
	  "NoAdapter: there is no adapter '../net/ens1' "
	  "(/sys/class/net/../net/ens1: missing): choose one that exists "
	  "(Get-NetAdapter)." },
	{ "a virtual adapter", "veth0", virtual_adapter, IOV_STOPS_VFS,
	  "NotPci: veth0 is a virtual adapter, not a PCI device "
	  "(/sys/class/net/veth0/device: missing): use a PCI Express adapter "
	  "with SR-IOV." },
	{ "another bus", "usb0", usb_adapter, IOV_STOPS_VFS,
	  "NotPci: usb0 is on the bus usb and not a PCI device "
	  "(/sys/class/net/usb0/device/subsystem: usb): use a PCI Express "
	  "adapter with SR-IOV." },
	{ "a virtual function", NULL, is_vf, IOV_STOPS_VFS,
	  "IsVirtualFunction: ens1 is itself a virtual function (" NET
	  "physfn: 0000:01:00.1): use the adapter of its physical "
	  "function." },
	{ "no driver", NULL, no_driver, IOV_STOPS_VFS,
	  "NoDriver: no driver is bound to the card of ens1 (" NET "driver: "
	  "missing): load the card's driver (modprobe) or bind it "
	  "(/sys/bus/pci/drivers_probe)." },
	{ "a driver without SR-IOV", NULL, driver_without, IOV_STOPS_VFS,
	  "DriverNoSriov: the driver of ens1 cannot make virtual functions ("
	  NET "driver: mlx4_core): use a newer driver of the card's maker, "
	  "or the driver's own module parameter (modinfo)." },
	{ "no capability", NULL, no_capability, IOV_STOPS_VFS,
	  NO_CAPABILITY },
	{ "a list of capabilities in a circle", NULL, circle, IOV_STOPS_VFS,
	  NO_CAPABILITY },
	{ "a conventional card", NULL, conventional_card, IOV_STOPS_VFS,
	  "NoCapability: the card of ens1 has no SR-IOV (" NET "config: "
	  "conventional PCI): switch SR-IOV on in the card's firmware and "
	  "the BIOS, or use another adapter." },
	{ "without privilege", NULL, not_readable, IOV_STOPS_VFS,
	  "NotReadable: the card of ens1 shows no SR-IOV (" NET
	  "sriov_totalvfs: missing): ask again as root to see whether the "
	  "card or the kernel lacks it." },
	{ "the card's firmware took them all", NULL, firmware_zero,
	  IOV_STOPS_VFS,
	  "CardFirmwareOff: the firmware of ens1 gives no virtual functions ("
	  NET "sriov_totalvfs: 0" FIRMWARE },
	{ "the card's firmware announces none", NULL, capability_zero,
	  IOV_STOPS_VFS,
	  "CardFirmwareOff: the firmware of ens1 gives no virtual functions ("
	  NET "config: TotalVFs 0 in capability 0x0010" FIRMWARE },
	{ "no address space", NULL, no_space, IOV_STOPS_VFS,
	  "NoBarSpace: there is no address space for BAR 3 of the virtual "
	  "functions of ens1: making them fails with 'Cannot allocate "
	  "memory' (" NET "resource: 0 in line 11): switch on SR-IOV and "
	  "'Above 4G Decoding' in the BIOS, or boot with pci=realloc." },
	{ "all taken", NULL, all_taken, IOV_STOPS_MORE,
	  "AllVfsTaken: all 2 virtual functions of ens1 belong to VMs (" NET
	  "sriov_numvfs: 2): release one, or make more where the card has "
	  "more (Set-NetAdapterSriov -NumVFs)." },

	{ "a bridge of old", NULL, old_bridge, IOV_STOPS_VFS,
	  "SlotConventional: the bridge 0000:00:1c.0 above ens1 is not PCI "
	  "Express (" BUS "0000:00:1c.0/config: no PCI Express capability): "
	  "put the card into a PCI Express slot." },
	{ "a bridge to an old slot", NULL, to_conventional, IOV_STOPS_VFS,
	  "SlotConventional: the bridge 0000:00:1c.0 above ens1 is not PCI "
	  "Express (" BUS "0000:00:1c.0/config: a bridge to conventional "
	  "PCI): put the card into a PCI Express slot." },
	{ "no ARI", NULL, no_ari, IOV_STOPS_VFS,
	  NO_ARI },
	{ "no ARI, version 1", NULL, no_ari_old, IOV_STOPS_VFS,
	  NO_ARI },
	{ "no ARI, which some need", NULL, no_ari_for_some, IOV_STOPS_MORE,
	  "SlotNoAri: the bridge 0000:00:1c.0 above ens1 does not reach its "
	  "virtual functions from 3 on (" BUS "0000:00:1c.0/config: no ARI "
	  "forwarding): switch on ARI in the BIOS, or use another slot." },
	{ "no bus number", NULL, no_bus, IOV_STOPS_VFS,
	  "SlotNoBusNumbers: the bridge 0000:00:1c.0 above ens1 has no bus "
	  "number for its virtual functions from 0 on (" BUS
	  "0000:00:1c.0/config: subordinate bus 01): switch on SR-IOV in the "
	  "BIOS, or boot with pci=assign-busses." },
	{ "no bus number for some", NULL, no_bus_for_some, IOV_STOPS_MORE,
	  "SlotNoBusNumbers: the bridge 0000:00:1c.0 above ens1 has no bus "
	  "number for its virtual functions from 2 on (" BUS
	  "0000:00:1c.0/config: subordinate bus 01): switch on SR-IOV in the "
	  "BIOS, or boot with pci=assign-busses." },
	{ "no ACS", NULL, no_acs, IOV_STOPS_GUEST,
	  "SlotNoAcs: the bridge 0000:00:1c.0 above ens1 does not keep "
	  "devices apart (ACS) (" BUS "0000:00:1c.0/config: no capability "
	  "0x000d): switch on ACS in the BIOS, or use another slot"
	  ONLY_GUESTS },

	{ "kernel without PCI IOV", NULL, kernel_without, IOV_STOPS_VFS,
	  "KernelNoPciIov: the kernel is built without SR-IOV "
	  "(/boot/config-%s: CONFIG_PCI_IOV is not set): boot a kernel that "
	  "has it." },
	{ "kernel that hides it", NULL, kernel_hides, IOV_STOPS_VFS,
	  "KernelHidesSriov: the card of ens1 has SR-IOV but the kernel does "
	  "not offer it (" NET "sriov_totalvfs: missing): see what the "
	  "kernel said about the card (dmesg)." },
	{ "no extended configuration", NULL, no_mmconfig, IOV_STOPS_VFS,
	  "KernelHidesSriov: the kernel does not reach the extended "
	  "configuration of ens1 (no MCFG table, or pci=nommconf) (" NET
	  "config: 256 bytes): see what the kernel said about the card "
	  "(dmesg)." },
	{ "no IOMMU in the firmware", NULL, firmware_iommu, IOV_STOPS_GUEST,
	  "FirmwareNoIommu: the firmware offers no IOMMU "
	  "(/sys/firmware/acpi/tables: no DMAR, no IVRS): switch on VT-d or "
	  "AMD-Vi in the BIOS (inside a VM: give it an IOMMU)" ONLY_GUESTS },
	{ "intel_iommu=off", NULL, cmdline_intel, IOV_STOPS_GUEST,
	  "IommuOff: the IOMMU is switched off (/proc/cmdline: "
	  "intel_iommu=off" IOMMU_OFF },
	{ "amd_iommu=off", NULL, cmdline_amd, IOV_STOPS_GUEST,
	  "IommuOff: the IOMMU is switched off (/proc/cmdline: "
	  "amd_iommu=off" IOMMU_OFF },
	{ "IOMMU off by default", NULL, iommu_gone, IOV_STOPS_GUEST,
	  "IommuOff: the IOMMU is off (/sys/class/iommu: empty" IOMMU_OFF },
	{ "kernel without Intel's IOMMU", NULL, kernel_intel,
	  IOV_STOPS_GUEST,
	  "KernelNoIommu: the kernel is built without Intel's IOMMU "
	  "(/boot/config-%s: CONFIG_INTEL_IOMMU is not set): boot a kernel "
	  "that has it" ONLY_GUESTS },
	{ "kernel without AMD's IOMMU", NULL, kernel_amd, IOV_STOPS_GUEST,
	  "KernelNoIommu: the kernel is built without AMD's IOMMU "
	  "(/boot/config-%s: CONFIG_AMD_IOMMU is not set): boot a kernel that "
	  "has it" ONLY_GUESTS },
	{ "kernel without vfio-pci", NULL, no_vfio, IOV_STOPS_GUEST,
	  "KernelNoVfio: the kernel is built without vfio-pci, by which a "
	  "guest gets a virtual function (/boot/config-%s: CONFIG_VFIO_PCI "
	  "is not set): boot a kernel that has it" ONLY_GUESTS },
};

static char *
expected (const tree *t)
{
	g_auto (GStrv) parts = g_strsplit (t->line, "%s", 2);
	struct utsname u;

	uname (&u);
	return g_strjoinv (u.release, parts);
}

static void
test_tree (void **state)
{
	/* cmocka hands the row on in place of the state: make one's own. */
	const tree *t = *state;
	void *root = NULL;
	g_autoptr (GPtrArray) all = NULL;
	g_autoptr (GPtrArray) lines = NULL;
	g_autofree char *want = NULL;

	tree_new (&root);
	t->break_it (root);
	all = iov_reasons (root, t->nic ? t->nic : "ens1", -1);
	lines = iov_lines (all, ~0U);
	for (guint i = 0; i < lines->len; i++)
		if (t->line == NULL || i > 0)
			fail_msg ("%s: also %s", t->what,
				  (char *) lines->pdata[i]);
	if (t->line) {
		want = expected (t);
		assert_int_equal (lines->len, 1);
		assert_string_equal (lines->pdata[0], want);
		assert_int_equal (((iov_reason *) all->pdata[0])->stops,
				  t->stops);
	}
	tree_free (&root);
}

/* Every kind has a name of its own, and a tree or a test above. */
static void
test_names (void **state)
{
	g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash,
							 g_str_equal);

	(void) state;
	for (int k = 0; k < IOV_N_KINDS; k++) {
		assert_non_null (iov_kind_name ((iov_kind) k));
		assert_true (g_hash_table_add
			     (names, (char *) iov_kind_name ((iov_kind) k)));
	}
	for (gsize i = 0; i < G_N_ELEMENTS (trees); i++)
		if (trees[i].line) {
			g_auto (GStrv) w = g_strsplit (trees[i].line, ":", 2);

			g_hash_table_remove (names, w[0]);
		}
	/* Six need a virtual function and one a host: test_iov_vf.c; one is a
	 * command's, and one a bond's: tests/vm/teams.test.sh. */
	assert_int_equal (g_hash_table_size (names), 9);
}

int
main (void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test (test_names),
	};
	struct CMUnitTest tests[G_N_ELEMENTS (trees) +
				G_N_ELEMENTS (single)];

	for (gsize i = 0; i < G_N_ELEMENTS (trees); i++)
		tests[i] = (struct CMUnitTest) {
			.name = trees[i].what, .test_func = test_tree,
			.initial_state = (void *) &trees[i],
		};
	memcpy (tests + G_N_ELEMENTS (trees), single, sizeof single);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
