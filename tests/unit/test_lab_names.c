/*
 * test_lab_names.c - names of a lab's namespaces and its state file: nothing
 * here needs privilege.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "lab/room.h"

static void
vm_names_are_injective (void **state)
{
	static const char *const vms[] = {
		"web1", "web 1", "web/1", "web%201", "web%2F1", "ä", "..",
		"%", "a\nb", "web1 ", "日本",
	};
	g_autoptr (GHashTable) seen = g_hash_table_new_full
		(g_str_hash, g_str_equal, g_free, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS (vms); i++) {
		char *name = lab_vm_netns_name ("l", vms[i], NULL);
		g_autofree char *back = NULL;

		assert_non_null (name);
		assert_null (strchr (name, '/'));
		assert_null (strchr (name, ' '));
		assert_true (g_str_has_prefix (name, "vmnetsh-l-vm-"));
		back = g_uri_unescape_string (name + strlen ("vmnetsh-l-vm-"),
					      NULL);
		assert_string_equal (back, vms[i]);
		assert_true (g_hash_table_add (seen, name));
	}
}

static void
vm_name_too_long_is_refused (void **state)
{
	g_autofree char *vm = g_strnfill (250, 'x');
	g_autoptr (GError) error = NULL;

	assert_null (lab_vm_netns_name ("l", vm, &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_INVALID));
	assert_non_null (strstr (error->message, "too long"));
}

static void
lab_names_that_collide_are_refused (void **state)
{
	static const char *const bad[] = {
		"a-vm-b", "a-vm", "a-outside", "x-vm-",
	};
	static const char *const good[] = {
		"demo", "vm", "vm-x", "outside", "a-vmx", "outside-a",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		g_autoptr (GError) error = NULL;

		assert_false (lab_name_check (bad[i], &error));
		assert_true (g_error_matches (error, VMNET_ERROR,
					      VMNET_ERROR_INVALID));
	}
	for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
		assert_true (lab_name_check (good[i], NULL));
}

static void
state_is_kept (void **state)
{
	g_autofree char *dir = g_dir_make_tmp ("vmnetsh-XXXXXX", NULL);
	g_autofree char *file = g_build_filename (dir, "lab.json", NULL);

	assert_false (state_complete (dir));
	assert_int_equal (lab_speed (dir, "pnic0"), 0);
	assert_true (state_set_speed (dir, "pnic0", 200000000, NULL));
	assert_true (state_set_complete (dir, NULL));
	assert_true (state_complete (dir));
	assert_int_equal (lab_speed (dir, "pnic0"), 200000000);
	assert_int_equal (lab_speed (dir, "pnic1"), 0);
	assert_true (state_set_speed (dir, "pnic0", 0, NULL));
	assert_int_equal (lab_speed (dir, "pnic0"), 0);
	assert_true (state_complete (dir));
	g_unlink (file);
	g_rmdir (dir);
}

static void
damaged_state_is_an_empty_one (void **state)
{
	static const char *const texts[] = {
		"", "[1]", "{", "null", "{\"speed\":3,\"complete\":\"x\"}",
	};
	g_autofree char *dir = g_dir_make_tmp ("vmnetsh-XXXXXX", NULL);
	g_autofree char *file = g_build_filename (dir, "lab.json", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
		assert_true (lab_save_text (file, texts[i], NULL));
		assert_false (state_complete (dir));
		assert_int_equal (lab_speed (dir, "pnic0"), 0);
		assert_true (state_set_speed (dir, "pnic0", 1000000, NULL));
		assert_int_equal (lab_speed (dir, "pnic0"), 1000000);
	}
	g_unlink (file);
	g_rmdir (dir);
}

static void
destroying_no_lab_lists_labs (void **state)
{
	g_autoptr (GError) error = NULL;

	assert_false (vmnet_lab_destroy ("bad name", &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_INVALID));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (vm_names_are_injective),
		cmocka_unit_test (vm_name_too_long_is_refused),
		cmocka_unit_test (lab_names_that_collide_are_refused),
		cmocka_unit_test (state_is_kept),
		cmocka_unit_test (damaged_state_is_an_empty_one),
		cmocka_unit_test (destroying_no_lab_lists_labs),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
