/*
 * test_model_team.c - teams in the model: members, which of them each adapter
 * belongs to, and the document with and without them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/edit.h"

#define SWITCH "set0"

static vmnet_model *
team_model (void)
{
	static const char *const others[] = { "pnic1", NULL };
	vmnet_switch_spec spec = {
		.name = SWITCH, .type = VMNET_SWITCH_EXTERNAL,
		.uplink = "pnic0", .others = others, .teaming = TRUE,
	};
	vmnet_model *m = model_new ();

	assert_true (model_switch_add (m, &spec, NULL));
	return m;
}

static void
add_vms (vmnet_model *m, guint from, guint to)
{
	for (guint i = from; i <= to; i++) {
		g_autofree char *name = g_strdup_printf ("vm%u", i);

		assert_true (model_vm_add (m, name, TRUE, NULL));
		assert_non_null (model_adapter_add (m, name, "nic", SWITCH,
						    NULL, NULL));
	}
	model_team_spread (m);
}

static const char *
member_of (const vmnet_model *m, guint vm)
{
	g_autofree char *name = g_strdup_printf ("vm%u", vm);
	const vmnet_adapter *a = vmnet_model_adapter (m, name, "nic");

	return model_team_member (vmnet_model_switch (m, SWITCH), a);
}

/* "010": the numbers of the members of vm1, vm2, vm3; owned. */
static char *
places (const vmnet_model *m, guint n)
{
	GString *s = g_string_new (NULL);

	for (guint i = 1; i <= n; i++)
		g_string_append_c (s, member_of (m, i)[4]);
	return g_string_free (s, FALSE);
}

#define assert_places(m, n, want) do { \
	g_autofree char *is = places (m, n); \
	assert_string_equal (is, want); \
} while (0)

static void
test_spread (void **state)
{
	g_autoptr (vmnet_model) m = team_model ();

	add_vms (m, 1, 4);
	assert_places (m, 4, "0101");
	/* Nobody moves as long as it is even; then one does. */
	assert_true (model_adapter_remove (m, "vm2", "nic", NULL));
	assert_true (model_vm_remove (m, "vm2", NULL));
	model_team_spread (m);
	assert_string_equal (member_of (m, 1), "pnic0");
	assert_string_equal (member_of (m, 3), "pnic0");
	assert_true (model_vm_remove (m, "vm4", NULL));
	model_team_spread (m);
	assert_string_equal (member_of (m, 1), "pnic0");
	assert_string_equal (member_of (m, 3), "pnic1");
}

static void
test_mapping (void **state)
{
	g_autoptr (vmnet_model) m = team_model ();

	add_vms (m, 1, 4);
	assert_true (model_team_map (m, "vm2", "nic", "pnic0", TRUE, NULL));
	model_team_spread (m);
	assert_places (m, 4, "0011");
	assert_false (model_team_map (m, "vm1", "nic", "pnic9", FALSE, NULL));
	assert_true (model_team_map (m, "vm2", "nic", NULL, TRUE, NULL));
	assert_false (vmnet_model_adapter (m, "vm2", "nic")->team_stays);
	model_team_spread (m);
	assert_places (m, 4, "0110");
}

static void
test_members (void **state)
{
	static const char *const one[] = { "pnic1", NULL };
	static const char *const three[] = { "pnic2", "pnic1", "pnic0", NULL };
	static const char *const twice[] = { "pnic2", "pnic2", NULL };
	g_autoptr (vmnet_model) m = team_model ();
	const vmnet_switch *s = vmnet_model_switch (m, SWITCH);

	add_vms (m, 1, 3);
	assert_true (model_team_set (m, SWITCH, three, NULL));
	model_team_spread (m);
	/* The first one has lent the host its address. */
	assert_string_equal (vmnet_switch_member (s, 0), "pnic0");
	assert_string_equal (vmnet_switch_member (s, 1), "pnic2");
	assert_null (vmnet_switch_member (s, 3));
	assert_places (m, 3, "012");
	assert_false (model_team_set (m, SWITCH, twice, NULL));
	assert_false (model_team_remove (m, SWITCH, three, NULL));
	assert_true (model_team_set (m, SWITCH, one, NULL));
	model_team_spread (m);
	assert_string_equal (s->uplink, "pnic1");
	assert_null (s->others);
	assert_places (m, 3, "111");
	model_nic_rename (m, "pnic1", "up9");
	assert_true (vmnet_switch_has_member (s, "up9"));
	assert_string_equal (member_of (m, 1), "up9");
}

static void
test_document (void **state)
{
	g_autoptr (vmnet_model) m = team_model ();
	g_autoptr (vmnet_model) copy = NULL, read = NULL, old = NULL;
	g_autofree char *text = NULL, *before = NULL;
	GError *error = NULL;

	add_vms (m, 1, 2);
	assert_true (model_team_map (m, "vm2", "nic", "pnic0", TRUE, NULL));
	text = store_to_text (m);
	read = store_from_text (text, -1, "store", NULL);
	assert_non_null (read);
	assert_true (model_equal (m, read));
	copy = model_copy (m);
	assert_true (model_equal (m, copy));
	assert_true (model_team_map (copy, "vm2", "nic", "pnic0", FALSE,
				     NULL));
	assert_false (model_equal (m, copy));
	assert_true (model_team_map (copy, "vm2", "nic", "pnic0", TRUE,
				     NULL));
	assert_true (model_equal (m, copy));
	assert_true (model_team_balance (copy, SWITCH, TRUE, NULL));
	assert_false (model_equal (m, copy));
	g_free (text);
	text = store_to_text (copy);
	model_free (read);
	read = store_from_text (text, -1, "store", NULL);
	assert_non_null (read);
	assert_true (vmnet_model_switch (read, SWITCH)->spreads);
	/* As it was written before there were teams. */
	before = g_strdup ("{ \"version\": 1, \"generation\": 4, "
		"\"next_acl\": 1, \"next_slot\": 2, \"switches\": [ { "
		"\"name\": \"sw0\", \"type\": \"External\", "
		"\"uplink\": \"pnic0\", \"bandwidth_mode\": \"Weight\" } ], "
		"\"vms\": [], \"adapters\": [], \"nics\": [], "
		"\"addresses\": [] }");
	old = store_from_text (before, -1, "store", &error);
	if (error)
		fail_msg ("%s", error->message);
	assert_string_equal (vmnet_switch_member (
		vmnet_model_switch (old, "sw0"), 0), "pnic0");
	assert_null (vmnet_switch_member (vmnet_model_switch (old, "sw0"),
					  1));
	assert_false (vmnet_model_switch (old, "sw0")->teaming);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_spread),
		cmocka_unit_test (test_mapping),
		cmocka_unit_test (test_members),
		cmocka_unit_test (test_document),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
