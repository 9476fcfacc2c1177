/*
 * test_plan.c - plans against a real kernel in a lab of the test's own: what
 * was made is there, twice is no change, and a step that fails anywhere
 * leaves the kernel as it was before.
 */
#include "plan_support.h"

#include <string.h>
#include <unistd.h>

static void
test_build_and_remove (void **state)
{
	fixture *f = *state;
	g_autofree char *before = NULL, *after = NULL, *end = NULL;
	g_autoptr (GPtrArray) steps = NULL;
	vmnet_txn *t;

	give_address (f, "pnic0");
	before = kernel_state (f);
	t = begin (f);
	edit_all (t);
	end = names_host_adapter (vmnet_model_adapter (t->model, NULL, "sw0"));
	commit (t);
	assert_true (has_address (f, end));
	assert_false (has_address (f, "pnic0"));

	/* The same again: no step at all. */
	t = begin (f);
	edit_all (t);
	steps = vmnet_txn_describe (t, NULL);
	assert_int_equal (steps->len, 0);
	vmnet_txn_free (t);
	g_clear_pointer (&steps, g_ptr_array_unref);
	steps = vmnet_restore (f->h, NULL, NULL);
	assert_non_null (steps);
	for (guint i = 0; i < steps->len; i++)
		print_message ("# restore would: %s\n",
			       (char *) steps->pdata[i]);
	assert_int_equal (steps->len, 0);

	t = begin (f);
	MUST (vmnet_switch_remove (t, "sw0", &error));
	MUST (vmnet_vm_remove (t, "web1", &error));
	MUST (vmnet_vm_remove (t, "web 2 ü", &error));
	commit (t);
	after = kernel_state (f);
	assert_string_equal (before, after);
	assert_true (has_address (f, "pnic0"));
}

static void
test_failure_anywhere (void **state)
{
	fixture *f = *state;
	g_autofree char *before = NULL;
	guint n = 1;

	give_address (f, "pnic0");
	before = kernel_state (f);
	for (guint at = 0; at <= n; at++) {
		vmnet_txn *t = begin (f);
		g_autofree char *after = NULL;

		edit_all (t);
		n = fail_at (f, t, at);
		vmnet_txn_free (t);
		after = kernel_state (f);
		assert_string_equal (before, after);
	}
	print_message ("# %u places to fail\n", n + 1);
	assert_true (n > 10);
}

static void
test_failure_of_removal (void **state)
{
	fixture *f = *state;
	g_autofree char *before = NULL;
	vmnet_txn *t = begin (f);
	guint n = 1;

	edit_all (t);
	commit (t);
	before = kernel_state (f);
	for (guint at = 0; at <= n; at++) {
		g_autofree char *after = NULL;

		t = begin (f);
		MUST (vmnet_switch_remove (t, "sw0", &error));
		MUST (vmnet_vm_remove (t, "web1", &error));
		n = fail_at (f, t, at);
		vmnet_txn_free (t);
		after = kernel_state (f);
		assert_string_equal (before, after);
	}
	t = begin (f);
	MUST (vmnet_switch_remove (t, "sw0", &error));
	MUST (vmnet_vm_remove (t, "web1", &error));
	MUST (vmnet_vm_remove (t, "web 2 ü", &error));
	commit (t);
}

static void
test_floors_are_admitted (void **state)
{
	fixture *f = *state;
	vmnet_switch_spec s = { .name = "sw1", .uplink = "pnic1",
		.type = VMNET_SWITCH_EXTERNAL, .bw_mode = VMNET_BW_ABSOLUTE };
	vmnet_adapter_change c = { .min_absolute = { TRUE, 150000000 } };
	g_autoptr (GError) error = NULL;
	g_autofree char *before = kernel_state (f), *after = NULL;
	vmnet_txn *t;

	assert_true (vmnet_lab_set_speed (f->h, "pnic1", 200000000, NULL));
	t = begin (f);
	assert_true (vmnet_switch_add (t, &s, NULL));
	assert_true (vmnet_vm_add (t, "a", NULL));
	assert_true (vmnet_vm_add (t, "b", NULL));
	assert_non_null (vmnet_adapter_add (t, "a", NULL, "sw1", &c, NULL));
	assert_non_null (vmnet_adapter_add (t, "b", NULL, "sw1", &c, NULL));
	assert_false (vmnet_txn_commit (t, &error));
	assert_non_null (strstr (error->message, "300000000"));
	assert_non_null (strstr (error->message, "200000000"));
	vmnet_txn_free (t);
	after = kernel_state (f);
	assert_string_equal (before, after);
}

static void
test_rename_keeps_ports (void **state)
{
	fixture *f = *state;
	vmnet_txn *t = begin (f);
	int port;

	edit_all (t);
	port = vmnet_model_adapter (t->model, "web1", "Network Adapter")->slot;
	commit (t);
	t = begin (f);
	MUST (vmnet_switch_rename (t, "sw0", "front", &error));
	commit (t);
	{
		g_autofree char *name = g_strdup_printf ("vp%d", port);
		g_autoptr (kn_link) l = kn_link_get (f->h->nl, name, NULL);

		assert_non_null (l);
		assert_int_equal (l->master, kn_ifindex (f->h->nl, "front"));
	}
	t = begin (f);
	MUST (vmnet_switch_remove (t, "front", &error));
	MUST (vmnet_vm_remove (t, "web1", &error));
	MUST (vmnet_vm_remove (t, "web 2 ü", &error));
	commit (t);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (test_build_and_remove,
						 setup, teardown),
		cmocka_unit_test_setup_teardown (test_failure_anywhere,
						 setup, teardown),
		cmocka_unit_test_setup_teardown (test_failure_of_removal,
						 setup, teardown),
		cmocka_unit_test_setup_teardown (test_floors_are_admitted,
						 setup, teardown),
		cmocka_unit_test_setup_teardown (test_rename_keeps_ports,
						 setup, teardown),
	};

	if (geteuid () != 0) {
		print_message ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, NULL, NULL);
}
