/*
 * test_iov_fuzz.c - sysfs trees whose files are cut short or hold garbage:
 * every answer is still a list of well-formed lines. Under ASan and UBSan
 * nothing is read beyond what is there. VMNETSH_FUZZ_SEED repeats a run.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "iov/iov.h"
#include "iov_tree.h"

#define ROUNDS 1000

static const char *const files[] = {
	CARD "/config", CARD "/config", CARD "/resource",
	CARD "/sriov_totalvfs", CARD "/sriov_numvfs", BRIDGE "/config",
	BRIDGE "/0000:01:10.0/config", "proc/cmdline",
};
static const char *const links[] = {
	CARD "/driver", CARD "/subsystem", CARD "/virtfn0", CARD "/virtfn1",
	CARD "/iommu_group", "class/net/ens1/device",
	"bus/pci/devices/0000:00:1c.0", BRIDGE "/0000:01:10.0/driver",
};

static void
randomise (GRand *r, guint8 *bytes, gsize from, gsize to)
{
	for (gsize i = from; i < to; i++)
		bytes[i] = (guint8) g_rand_int_range (r, 0, 256);
}

/* Cut short, a few bytes changed, or all of it noise. */
static void
spoil (GRand *r, const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	g_autofree char *text = NULL;
	guint8 bytes[8192] = { 0 };
	gsize len = 0;

	g_file_get_contents (full, &text, &len, NULL);
	len = MIN (len, sizeof bytes);
	if (len)
		memcpy (bytes, text, len);
	switch (g_rand_int_range (r, 0, 4)) {
	case 0:
		len = len ? (gsize) g_rand_int_range (r, 0, (int) len) : 0;
		break;
	case 1:
		len = (gsize) g_rand_int_range (r, 0, sizeof bytes);
		randomise (r, bytes, 0, len);
		break;
	case 2:		/* noise where the extended capabilities are */
		if (len > 0x100)
			randomise (r, bytes, 0x100, len);
		break;
	default:
		for (int i = 0; len && i < 8; i++)
			bytes[g_rand_int_range (r, 0, (int) len)] =
				(guint8) g_rand_int_range (r, 0, 256);
	}
	tree_put (root, path, (char *) bytes, (gssize) len);
}

/* A link to nowhere, to itself, or to a name full of noise. */
static void
bend (GRand *r, const char *root, const char *path)
{
	g_autofree char *full = g_build_filename (root, path, NULL);
	char noise[40];

	for (gsize i = 0; i + 1 < sizeof noise; i++)
		noise[i] = (char) g_rand_int_range (r, 1, 256);
	noise[sizeof noise - 1] = '\0';
	g_unlink (full);
	switch (g_rand_int_range (r, 0, 3)) {
	case 0:
		assert_int_equal (symlink ("nowhere", full), 0);
		break;
	case 1:
		assert_int_equal (symlink (full, full), 0);
		break;
	default:
		assert_int_equal (symlink (noise, full), 0);
	}
}

static void
assert_lines (const GPtrArray *all)
{
	g_autoptr (GPtrArray) lines = iov_lines (all, ~0U);

	assert_int_equal (lines->len, all->len);
	for (guint i = 0; i < lines->len; i++) {
		const iov_reason *r = all->pdata[i];
		const char *line = lines->pdata[i];

		assert_true (g_utf8_validate (line, -1, NULL));
		assert_null (strpbrk (line, "\n\r\t\x1b"));
		assert_true (g_str_has_prefix (line, r->name));
		assert_true (r->stops != 0 && r->path != NULL);
	}
}

static void
ask_everything (const char *root)
{
	g_autoptr (GPtrArray) all = iov_reasons (root, "ens1", -1);
	g_autoptr (GPtrArray) vfs = sysfs_vfs (root, "ens1");

	assert_lines (all);
	for (guint i = 0; i < vfs->len; i++) {
		g_autoptr (GPtrArray) a = iov_reasons_vf
			(root, i, vfs->pdata[i], IOV_STOPS_GUEST);
		g_autoptr (GPtrArray) b = iov_reasons_vf
			(root, i, vfs->pdata[i],
			 IOV_STOPS_NAMESPACE | IOV_STOPS_PAIR);
		g_autoptr (GPtrArray) c = iov_reasons_guest
			("", "q", 2, i, vfs->pdata[i]);

		assert_lines (a);
		assert_lines (b);
		assert_lines (c);
	}
}

static void
assert_lines_empty (const char *root)
{
	g_autoptr (GPtrArray) all = iov_reasons (root, "ens1", -1);

	assert_int_equal (all->len, 0);
}

/* What was spoilt, as it was. */
typedef struct {
	char *text[G_N_ELEMENTS (files)];
	gsize len[G_N_ELEMENTS (files)];
	char *target[G_N_ELEMENTS (links)];
} pristine;

static void
keep (pristine *p, const char *root)
{
	for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
		g_autofree char *full = g_build_filename (root, files[i],
							  NULL);

		assert_true (g_file_get_contents (full, &p->text[i],
						  &p->len[i], NULL));
	}
	for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
		g_autofree char *full = g_build_filename (root, links[i],
							  NULL);

		p->target[i] = g_file_read_link (full, NULL);
		assert_non_null (p->target[i]);
	}
}

/* The links first: files are reached through none of them. */
static void
mend (const pristine *p, const char *root)
{
	for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
		g_autofree char *full = g_build_filename (root, links[i],
							  NULL);

		g_unlink (full);
		assert_int_equal (symlink (p->target[i], full), 0);
	}
	for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
		tree_put (root, files[i], p->text[i], (gssize) p->len[i]);
}

static void
forget (pristine *p)
{
	for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
		g_free (p->text[i]);
	for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
		g_free (p->target[i]);
}

static void
one_round (GRand *r, const char *root)
{
	for (int n = g_rand_int_range (r, 1, 5); n > 0; n--)
		spoil (r, root, files[g_rand_int_range
				      (r, 0, G_N_ELEMENTS (files))]);
	if (g_rand_int_range (r, 0, 3) == 0)
		bend (r, root, links[g_rand_int_range
				     (r, 0, G_N_ELEMENTS (links))]);
	ask_everything (root);
}

static void
test_garbage (void **state)
{
	const char *given = g_getenv ("VMNETSH_FUZZ_SEED");
	guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
		: g_random_int ();
	GRand *r = g_rand_new_with_seed (seed);
	const char *root = *state;
	tree_config vf = { .len = 64 };
	pristine p;

	print_message ("# VMNETSH_FUZZ_SEED=%u\n", seed);
	tree_vf_count (root, 2);
	tree_vf (root, 0, "igbvf", TRUE);
	tree_vf (root, 1, "vfio-pci", FALSE);
	tree_put_config (root, BRIDGE "/0000:01:10.0", &vf);
	keep (&p, root);
	for (int i = 0; i < ROUNDS; i++) {
		one_round (r, root);
		mend (&p, root);
	}
	/* Mended, it is what it was. */
	assert_lines_empty (root);
	forget (&p);
	g_rand_free (r);
}

/* Every length of a configuration space, byte by byte around each border. */
static void
test_lengths (void **state)
{
	tree_config card = tree_card_config ();
	tree_config bridge = tree_bridge_config ();

	for (gsize len = 0; len <= 0x180; len++) {
		card.len = bridge.len = len;
		tree_put_config (*state, CARD, &card);
		tree_put_config (*state, BRIDGE, &bridge);
		ask_everything (*state);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (test_garbage, tree_new,
						 tree_free),
		cmocka_unit_test_setup_teardown (test_lengths, tree_new,
						 tree_free),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
