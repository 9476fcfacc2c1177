/*
 * test_bpf_object.c - the object files of extensions: what they say of
 * themselves, and those that are refused, each by its own words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <glib/gstdio.h>

#include "bpf/chain.h"
#include "bpf_try.h"

#define CHECK(call) do { \
	g_autoptr (GError) e = NULL; \
	if (!(call)) \
		fail_msg ("%s: %s", #call, e ? e->message : "failed"); \
} while (0)

static void
test_descriptions (void **state)
{
	g_autoptr (vmnet_switchext) filter = try_read ("tests/extension",
						       "filter");
	g_autoptr (vmnet_switchext) dns = try_read
		("core/bpf/extension", "dns_filter.bpf");
	g_autoptr (vmnet_switchext) rate = try_read
		("core/bpf/extension", "port_rate.bpf");

	assert_null (dns->problem);
	assert_string_equal (dns->name, "DNS filter");
	assert_int_equal (dns->type, VMNET_SWITCHEXT_FILTER);
	assert_string_equal (rate->name, "Port rate counter");
	assert_int_equal (rate->type, VMNET_SWITCHEXT_CAPTURE);
	assert_string_equal (filter->version, "2.1");
	assert_string_equal (filter->vendor, "tests");
	CHECK (datapath_extension_check (dns, &e));
	CHECK (datapath_extension_check (rate, &e));
}

/* Each by its own words; nothing is loaded. */
static void
test_refused (void **state)
{
	static const struct { const char *name, *says; } cases[] = {
		{ "nothing", "no description" },
		{ "tc", "wrong type: section \"tc\"" },
		{ "calls", "map others" },
		{ "writes", "verifier refuses" },
		{ "marks", "invalid bpf_context access" },
		{ "loops", "verifier refuses" },
	};
	datapath *d = *state;

	for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autoptr (vmnet_switchext) x = try_read
			("tests/extension", cases[i].name);
		g_autoptr (GPtrArray) one = g_ptr_array_new ();
		g_autoptr (GError) e = NULL, e2 = NULL;
		const char *why = x->problem;

		if (why == NULL) {
			assert_false (datapath_extension_check (x, &e));
			assert_int_equal (e->code, VMNET_ERROR_INVALID);
			g_ptr_array_add (one, x);
			assert_false (datapath_chain_set (d, 4711,
							  one, &e2));
			why = e->message;
		}
		if (strstr (why, cases[i].says) == NULL)
			fail_msg ("%s: %s", cases[i].name, why);
		assert_int_equal (datapath_chain_get (d, 4711)->len, 0);
	}
}

static void
problem_is (const char *path, const char *says)
{
	g_autoptr (vmnet_switchext) x = datapath_extension_read (path);

	if (x->problem == NULL || strstr (x->problem, says) == NULL)
		fail_msg ("%s: %s", path, x->problem);
}

static void
test_files (void **state)
{
	g_autofree char *dir = g_dir_make_tmp ("vmnetsh-XXXXXX", NULL);
	g_autofree char *path = g_build_filename (dir, "x.o", NULL);

	problem_is (path, "No such file");
	assert_true (g_file_set_contents (path, "what", 4, NULL));
	chmod (path, 0644);
	problem_is (path, "no object file");
	assert_true (g_file_set_contents (path, "\177ELF\2\1\1", 7, NULL));
	chmod (path, 0644);
	problem_is (path, "libbpf cannot read it");
	chmod (path, 0666);
	problem_is (path, "others than root may write");
	chmod (path, 0644);
	chmod (dir, 0777);
	problem_is (path, "others than root may write");
	g_unlink (path);
	g_rmdir (dir);
}

static char *
pins (void)
{
	return g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-object-%d",
				(int) getpid ());
}

static int
setup (void **state)
{
	g_autofree char *path = pins ();

	*state = datapath_open (path, NULL);
	return *state ? 0 : -1;
}

static int
teardown (void **state)
{
	g_autofree char *path = pins ();

	datapath_close (*state);
	datapath_remove (path, NULL);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_descriptions),
		cmocka_unit_test (test_refused),
		cmocka_unit_test (test_files),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
