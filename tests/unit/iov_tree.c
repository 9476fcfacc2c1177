/*
 * iov_tree.c - makes the faked sysfs trees of the SR-IOV tests.
 */
#include "iov_tree.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

void
tree_put (const char *root, const char *path, const char *data, gssize len)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *folder = g_path_get_dirname (full);

	gsize n = len < 0 ? strlen (data) : (gsize) len;
	FILE *f;

	assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
	/* A file that is cut short and written anew goes to the disk. */
	g_unlink (full);
	f = fopen (full, "w");
	assert_non_null (f);
	assert_int_equal (fwrite (data, 1, n, f), n);
	assert_int_equal (fclose (f), 0);
}

void
tree_link (const char *root, const char *path, const char *target)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *folder = g_path_get_dirname (full);
	g_autofree char *to = g_build_filename (root, target, NULL);

	assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
	assert_int_equal (g_mkdir_with_parents (to, 0700), 0);
	assert_int_equal (symlink (to, full), 0);
}

void
tree_remove (const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	const char *argv[] = { "rm", "-rf", full, NULL };

	assert_true (g_file_test (full, G_FILE_TEST_EXISTS |
				  G_FILE_TEST_IS_SYMLINK));
	assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
				   G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
				   NULL, NULL, NULL));
}

/* The kernel's configuration, where a tree has it. */
void
tree_kconfig (const char *root, const char *text)
{
	g_autofree char *path = NULL;
	struct utsname u;

	uname (&u);
	path = g_strdup_printf ("boot/config-%s", u.release);
	tree_put (root, path, text, -1);
}

/* ---- configuration space ---- */

void
tree_set16 (tree_config *c, guint at, guint value)
{
	c->b[at] = value & 0xff;
	c->b[at + 1] = value >> 8 & 0xff;
}

void
tree_set32 (tree_config *c, guint at, guint32 value)
{
	tree_set16 (c, at, value & 0xffff);
	tree_set16 (c, at + 2, value >> 16);
}

/* With a PCI Express capability of that port type at 0x40. */
static tree_config
express (guint type)
{
	tree_config c = { .len = sizeof c.b };

	tree_set16 (&c, 0x06, 0x0010);
	c.b[0x34] = 0x40;
	c.b[0x40] = 0x10;
	tree_set16 (&c, 0x42, type << 4 | 2);
	return c;
}

tree_config
tree_bridge_config (void)
{
	tree_config c = express (4);

	c.b[0x0e] = 1;
	c.b[0x19] = c.b[0x1a] = 1;	/* bus 1, and no other, is behind */
	tree_set32 (&c, 0x64, 0x20);	/* forwards ARI */
	tree_set32 (&c, 0x100, 0x0001000d);	/* ACS */
	return c;
}

/* The numbers of Intel's 82576: 7 functions from 01:10.0 on, every other. */
tree_config
tree_card_config (void)
{
	tree_config c = express (0);

	tree_set32 (&c, 0x100, 0x1401000e);	/* ARI; next at 0x140 */
	tree_set32 (&c, 0x140, 0x00010010);	/* SR-IOV */
	tree_set16 (&c, 0x14c, 7);
	tree_set16 (&c, 0x14e, 7);
	tree_set16 (&c, 0x154, 0x80);
	tree_set16 (&c, 0x156, 2);
	tree_set32 (&c, 0x164, 0xfe00000c);	/* BAR 0, 64 bits wide */
	tree_set32 (&c, 0x170, 0xfe20000c);	/* BAR 3 */
	return c;
}

void
tree_put_config (const char *root, const char *device, const tree_config *c)
{
	g_autofree char *path = g_build_filename (device, "config", NULL);

	tree_put (root, path, (const char *) c->b, (gssize) c->len);
}

/* ---- the tree ---- */

void
tree_vf (const char *root, int n, const char *driver, gboolean has_adapter)
{
	g_autofree char *device = g_strdup_printf
		(BRIDGE "/0000:01:10.%d", n);
	g_autofree char *link = g_strdup_printf (CARD "/virtfn%d", n);
	g_autofree char *bound = g_build_filename (device, "driver", NULL);
	g_autofree char *net = g_strdup_printf ("%s/net/ens1v%d/mtu", device,
						n);
	g_autofree char *bus = g_strdup_printf
		("bus/pci/devices/0000:01:10.%d", n);
	g_autofree char *to = NULL;

	tree_link (root, link, device);
	tree_link (root, bus, device);
	if (driver) {
		to = g_build_filename ("bus/pci/drivers", driver, NULL);
		tree_link (root, bound, to);
	}
	if (has_adapter)
		tree_put (root, net, "1500\n", -1);
}

void
tree_vf_count (const char *root, int count)
{
	g_autofree char *text = g_strdup_printf ("%d\n", count);

	tree_put (root, CARD "/sriov_numvfs", text, -1);
}

static void
put_card (const char *root)
{
	tree_config c = tree_card_config ();
	g_autoptr (GString) resource = g_string_new (NULL);

	for (int i = 0; i < 13; i++)
		g_string_append_printf (resource, "0x%016x 0x%016x 0x%016x\n",
					i == 7 || i == 10 ? 0xfe000000 : 0,
					i == 7 || i == 10 ? 0xfe00ffff : 0,
					i == 7 || i == 10 ? 0x14220c : 0);
	tree_put_config (root, CARD, &c);
	tree_put (root, CARD "/resource", resource->str, -1);
	tree_put (root, CARD "/sriov_totalvfs", "7\n", -1);
	tree_vf_count (root, 0);
	tree_link (root, CARD "/subsystem", "bus/pci");
	tree_link (root, CARD "/driver", "bus/pci/drivers/igb");
	tree_link (root, CARD "/iommu_group", "kernel/iommu_groups/7");
	tree_link (root, "class/net/ens1/device", CARD);
	tree_link (root, "kernel/iommu_groups/7/devices/0000:01:00.0", CARD);
	tree_link (root, "bus/pci/devices/0000:01:00.0", CARD);
}

int
tree_new (void **state)
{
	g_autofree char *tmp = g_dir_make_tmp ("vmnetsh-iov-XXXXXX", NULL);
	tree_config bridge = tree_bridge_config ();

	put_card (tmp);
	tree_put_config (tmp, BRIDGE, &bridge);
	tree_link (tmp, "bus/pci/devices/0000:00:1c.0", BRIDGE);
	tree_link (tmp, "bus/pci/drivers/vfio-pci/x", "bus");
	tree_link (tmp, "class/iommu/dmar0", "devices/virtual/iommu/dmar0");
	tree_put (tmp, "firmware/acpi/tables/DSDT", "", 0);
	tree_put (tmp, "firmware/acpi/tables/DMAR", "", 0);
	tree_put (tmp, "proc/cmdline", "quiet intel_iommu=on\n", -1);
	tree_kconfig (tmp, "#\nCONFIG_PCI_IOV=y\nCONFIG_INTEL_IOMMU=y\n"
		      "CONFIG_AMD_IOMMU=y\nCONFIG_VFIO_PCI=m\n"
		      "CONFIG_BONDING=m\n");
	*state = g_steal_pointer (&tmp);
	return 0;
}

int
tree_free (void **state)
{
	tree_remove (*state, "");
	g_free (*state);
	return 0;
}
