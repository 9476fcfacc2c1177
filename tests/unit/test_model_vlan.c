/*
 * test_model_vlan.c - VLANs of an adapter: lists, edits, the store, the dump.
 */
#include "model_fixture.h"

static void
list_is (const char *text, const char *wanted)
{
	g_autoptr (GError) error = NULL;
	g_autofree char *list = vmnet_vlan_list (text, &error);

	if (list == NULL)
		fail_msg ("'%s': %s", text, error->message);
	assert_string_equal (list, wanted);
}

static void
test_lists (void **state)
{
	list_is ("10", "10");
	list_is ("1-4094", "1-4094");
	list_is ("20-30,10", "10,20-30");
	list_is (" 20 - 30 , 10 ", "10,20-30");
	list_is ("10,11,12", "10-12");
	list_is ("10-20,15-30,31", "10-31");
	list_is ("63,64,65,127-129", "63-65,127-129");
	list_is ("7-7", "7");
	list_is ("4094,4093", "4093-4094");
	list_is ("10,10", "10");
}

static void
test_bad_lists (void **state)
{
	static const char *const bad[] = {
		"", ",", "10,", ",10", "0", "0-10", "4095", "1-4095",
		"30-20", "10-", "-10", "ten", "10;20", "10 20", "+5", "1-2-3",
		"99999999999999999999", "0x10", " ", "1.5",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		g_autoptr (GError) error = NULL;

		if (vmnet_vlan_list (bad[i], &error))
			fail_msg ("'%s' was taken", bad[i]);
		assert_true (g_error_matches (error, VMNET_ERROR, INVALID));
		assert_non_null (strstr (error->message, "10,20-30"));
	}
	assert_null (vmnet_vlan_list (NULL, NULL));
}

static vmnet_adapter *
web1 (const vmnet_model *m)
{
	return vmnet_model_adapter (m, "web1", "Network Adapter");
}

static gboolean
set (vmnet_model *m, vmnet_vlan v, GError **error)
{
	vmnet_adapter_change c = { .vlan = &v };

	return model_adapter_set (m, "web1", "Network Adapter", &c, error);
}

#define ACCESS(n) ((vmnet_vlan) { .mode = VMNET_VLAN_ACCESS, .access = n })
#define TRUNK(list, n) ((vmnet_vlan) { .mode = VMNET_VLAN_TRUNK, \
				       .native = n, .allowed = (char *) list })

static void
test_edit (void **state)
{
	vmnet_model *m = *state;
	const vmnet_vlan *v = &web1 (m)->vlan;

	assert_int_equal (v->mode, VMNET_VLAN_UNTAGGED);
	DONE (set (m, ACCESS (10), E));
	assert_int_equal (v->mode, VMNET_VLAN_ACCESS);
	assert_int_equal (v->access, 10);
	SAME (m, set (m, ACCESS (10), E));
	DONE (set (m, TRUNK ("30,20", 5), E));
	assert_int_equal (v->access, 0);
	assert_int_equal (v->native, 5);
	assert_string_equal (v->allowed, "20,30");
	SAME (m, set (m, TRUNK ("20, 30", 5), E));
	DONE (set (m, TRUNK ("1-4094", 0), E));
	DONE (set (m, (vmnet_vlan) { 0 }, E));
	assert_int_equal (v->mode, VMNET_VLAN_UNTAGGED);
	assert_int_equal (v->native, 0);
	assert_null (v->allowed);
}

static void
test_refused (void **state)
{
	vmnet_model *m = *state;

	DONE (set (m, TRUNK ("7", 3), E));
	REFUSED (m, set (m, ACCESS (0), E), INVALID,
		 "network adapter 'web1/Network Adapter': -VlanId 0 is no "
		 "VLAN; give 1 to 4094");
	REFUSED (m, set (m, ACCESS (4095), E), INVALID, "-VlanId 4095");
	REFUSED (m, set (m, TRUNK ("10", 4095), E), INVALID,
		 "-NativeVlanId 4095 is no VLAN; give 0 to 4094");
	REFUSED (m, set (m, TRUNK ("10,x", 0), E), INVALID,
		 "-AllowedVlanIdList: 'x' is no VLAN");
	REFUSED (m, set (m, TRUNK (NULL, 0), E), INVALID, "the list is empty");
}

/* Making what is there compares the VLAN, too. */
static void
test_add_again (void **state)
{
	vmnet_model *m = *state;
	vmnet_vlan v = TRUNK ("3,2", 0), other = ACCESS (9);
	vmnet_adapter_change c = { .vlan = &v };

	DONE (model_adapter_add (m, "web1", "b", "sw0", &c, E));
	SAME (m, model_adapter_add (m, "web1", "b", "sw0", &c, E));
	c.vlan = &other;
	REFUSED (m, model_adapter_add (m, "web1", "b", "sw0", &c, E), EXISTS,
		 "VLAN Trunk 2-3 native 0 (asked: Access 9)");
}

static vmnet_model *
reread (const vmnet_model *m)
{
	g_autofree char *text = store_to_text (m);
	g_autoptr (GError) error = NULL;
	vmnet_model *back = store_from_text (text, -1, "x", &error);

	if (back == NULL)
		fail_msg ("%s", error->message);
	return back;
}

static void
test_store (void **state)
{
	vmnet_model *m = *state;
	vmnet_vlan all[] = { ACCESS (1), ACCESS (4094), TRUNK ("1-9,11", 0),
			     TRUNK ("4094", 4094), { 0 } };

	for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
		g_autoptr (vmnet_model) back = NULL, copy = NULL;

		DONE (set (m, all[i], E));
		back = reread (m);
		assert_true (model_equal (m, back));
		assert_true (model_vlan_equal (&web1 (back)->vlan, &all[i]));
		copy = model_copy (m);
		assert_true (model_equal (m, copy));
		DONE (set (copy, ACCESS (77), E));
		assert_false (model_equal (m, copy));
	}
}

static void
damaged (vmnet_model *m, const char *from, const char *to, const char *says)
{
	g_autofree char *text = store_to_text (m);
	g_auto (GStrv) parts = g_strsplit (text, from, 2);
	g_autofree char *bad = g_strjoinv (to, parts);
	g_autoptr (GError) error = NULL;

	assert_non_null (parts[1]);
	assert_null (store_from_text (bad, -1, "x", &error));
	if (!strstr (error->message, says))
		fail_msg ("%s\nnot: %s", error->message, says);
}

static void
test_damaged_store (void **state)
{
	vmnet_model *m = *state;

	DONE (set (m, ACCESS (10), E));
	damaged (m, "\"vlan_access\" : 10", "\"vlan_access\" : 0",
		 "adapters[2].vlan_access: 0 is out of range");
	damaged (m, "\"Access\"", "\"Private\"", "not one of the accepted");
	damaged (m, "\"vlan_access\"", "\"unknown\"", "it is missing");
	DONE (set (m, TRUNK ("10", 4), E));
	damaged (m, "\"vlan_allowed\" : \"10\"", "\"vlan_allowed\" : \"9-\"",
		 "'9-' is no list of VLANs");
}

static void
test_dump (void **state)
{
	vmnet_model *m = *state;
	vmnet_vlan v = ACCESS (20);
	vmnet_adapter_change c = { .vlan = &v };
	g_autofree char *text = NULL, *none = model_dump (m);

	assert_null (strstr (none, "Vlan"));
	DONE (set (m, TRUNK ("10,20-30", 5), E));
	DONE (model_adapter_set (m, NULL, "sw0", &c, E));
	text = model_dump (m);
	assert_non_null (strstr (text, "Set-VMNetworkAdapterVlan "
				 "-ManagementOS -VMNetworkAdapterName sw0 "
				 "-Access -VlanId 20\n"));
	assert_non_null (strstr (text, "Set-VMNetworkAdapterVlan -VMName web1 "
				 "-VMNetworkAdapterName 'Network Adapter' "
				 "-Trunk -AllowedVlanIdList '10,20-30' "
				 "-NativeVlanId 5\n"));
}

int
main (void)
{
#define T(f) cmocka_unit_test_setup_teardown (f, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_lists),
		cmocka_unit_test (test_bad_lists),
		T (test_edit),
		T (test_refused),
		T (test_add_again),
		T (test_store),
		T (test_damaged_store),
		T (test_dump),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
