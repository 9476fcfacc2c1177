/*
 * test_model_edit.c - every rule of the edits of switches, physical adapters
 * and addresses, and what they say.
 */
#include "model_fixture.h"

#include "model/document.h"

/* ---- names ---- */

static void
test_names (void **state)
{
	vmnet_model *m = *state;
	g_autofree char *long_name = g_strnfill (101, 'x');
	g_autofree char *longest = g_strnfill (100, 'x');

	REFUSED (m, model_vm_add (m, "", FALSE, E), INVALID, "1 to 100 bytes");
	REFUSED (m, model_vm_add (m, long_name, FALSE, E), INVALID, "not 101");
	REFUSED (m, model_vm_add (m, " x", FALSE, E), INVALID, "blank");
	REFUSED (m, model_vm_add (m, "x ", FALSE, E), INVALID, "blank");
	REFUSED (m, model_vm_add (m, "a/b", FALSE, E), INVALID, "no '/'");
	REFUSED (m, model_vm_add (m, "a\nb", FALSE, E), INVALID, "control");
	REFUSED (m, model_vm_add (m, "a\xff", FALSE, E), INVALID, "UTF-8");
	REFUSED (m, model_vm_add (m, "Outside", TRUE, E), INVALID,
		 "the lab's outside machine");
	DONE (model_vm_add (m, "outside", FALSE, E));
	DONE (model_vm_add (m, longest, FALSE, E));
	SAME (m, model_vm_add (m, "WEB1", TRUE, E));
	assert_string_equal (vmnet_model_vm (m, "WEB1")->name, "web1");
}

/* The place is only a beginning: behind the end, before it, behind it. */
static void
test_vm_next (void **state)
{
	vmnet_model *m = *state;
	guint at = 1000;

	DONE (model_vm_add (m, "one", FALSE, E));
	DONE (model_vm_add (m, "two", FALSE, E));
	assert_string_equal (model_vm_next (m, "ONE", &at)->name, "one");
	assert_int_equal (at, m->vms->len - 2);
	assert_string_equal (model_vm_next (m, "two", &at)->name, "two");
	assert_string_equal (model_vm_next (m, "web1", &at)->name, "web1");
	assert_ptr_equal (model_vm_next (m, "web1", &at),
			  vmnet_model_vm (m, "web1"));
	assert_null (model_vm_next (m, "three", &at));
	assert_true (at < m->vms->len);
}

static void
test_not_found_lists (void **state)
{
	vmnet_model *m = *state;
	g_autoptr (vmnet_model) empty = model_new ();

	REFUSED (m, model_switch_remove (m, "sw1", E), NOT_FOUND,
		 "did you mean 'sw0'? there are 'sw0', 'lan', 'dark'");
	REFUSED (m, model_vm_remove (m, "web2", E), NOT_FOUND,
		 "virtual machine 'web2': no such virtual machine; "
		 "there is 'web1'");
	REFUSED (m, model_adapter_remove (m, "web1", "nic", E), NOT_FOUND,
		 "there is 'Network Adapter'");
	REFUSED (m, model_adapter_remove (m, NULL, "nic", E), NOT_FOUND,
		 "there are 'sw0', 'lan'");
	REFUSED (m, model_adapter_remove (m, "db", "nic", E), NOT_FOUND,
		 "virtual machine 'db'");
	REFUSED (empty, model_switch_remove (empty, "x", E), NOT_FOUND,
		 "there is none: make one with New-VMSwitch");
	for (int i = 0; i < 12; i++) {
		g_autofree char *name = g_strdup_printf ("vm%d", i);

		DONE (model_vm_add (m, name, FALSE, E));
	}
	REFUSED (m, model_vm_remove (m, "other", E), NOT_FOUND,
		 "'vm8' and 3 more");
}

/* ---- switches ---- */

static void
test_switch_add_makes_host_adapter (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, NULL, "SW0");

	assert_non_null (a);
	assert_string_equal (a->vswitch, "sw0");
	assert_non_null (vmnet_model_adapter (m, NULL, "lan"));
	assert_null (vmnet_model_adapter (m, NULL, "dark"));
	assert_int_equal (a->slot, 1);
	assert_memory_equal (a->mac, "\x00\x15\x5d", 3);
}

static void
test_switch_add_rules (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_spec s = { .name = "new", .type = VMNET_SWITCH_EXTERNAL };

	REFUSED (m, model_switch_add (m, &s, E), INVALID, "-NetAdapterName");
	s.uplink = "pnic0";
	REFUSED (m, model_switch_add (m, &s, E), INVALID,
		 "'pnic0' belongs to switch 'sw0' already");
	s.uplink = "a-name-of-17-byte";
	REFUSED (m, model_switch_add (m, &s, E), INVALID, "15 bytes");
	s.type = VMNET_SWITCH_INTERNAL;
	REFUSED (m, model_switch_add (m, &s, E), INVALID, "not both");
	s.uplink = NULL;
	s.iov = TRUE;
	REFUSED (m, model_switch_add (m, &s, E), INVALID, "-EnableIov needs");
	s.iov = FALSE;
	s.type = VMNET_SWITCH_PRIVATE;
	s.allow_management_os = TRUE;
	REFUSED (m, model_switch_add (m, &s, E), INVALID, "no host adapter");
	DONE (model_adapter_add (m, NULL, "new", "lan", NULL, E));
	s.type = VMNET_SWITCH_INTERNAL;
	REFUSED (m, model_switch_add (m, &s, E), INVALID,
		 "'new' as one of switch 'lan'");
	s.name = "";
	REFUSED (m, model_switch_add (m, &s, E), INVALID, "1 to 100");
}

static void
test_switch_add_again (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_spec s = { .name = "SW0", .type = VMNET_SWITCH_EXTERNAL,
				.uplink = "pnic0",
				.bw_mode = VMNET_BW_ABSOLUTE,
				.allow_management_os = TRUE };
	vmnet_switch_spec in = { .name = "lan", .type = VMNET_SWITCH_INTERNAL,
				 .bw_mode = VMNET_BW_WEIGHT };

	SAME (m, model_switch_add (m, &s, E));
	SAME (m, model_switch_add (m, &in, E));
	s.bw_mode = VMNET_BW_DEFAULT;
	REFUSED (m, model_switch_add (m, &s, E), EXISTS,
		 "MinimumBandwidthMode 'Absolute' (asked: 'Weight')");
	s.bw_mode = VMNET_BW_ABSOLUTE;
	s.uplink = "pnic1";
	REFUSED (m, model_switch_add (m, &s, E), EXISTS,
		 "NetAdapterName 'pnic0' (asked: 'pnic1')");
	s.uplink = "pnic0";
	s.allow_management_os = FALSE;
	REFUSED (m, model_switch_add (m, &s, E), EXISTS,
		 "AllowManagementOS 'True' (asked: 'False')");
	s.allow_management_os = TRUE;
	s.iov = TRUE;
	REFUSED (m, model_switch_add (m, &s, E), EXISTS, "IovEnabled 'False'");
	s.iov = FALSE;
	s.notes = "n";
	REFUSED (m, model_switch_add (m, &s, E), EXISTS, "Notes");
	in.type = VMNET_SWITCH_PRIVATE;
	REFUSED (m, model_switch_add (m, &in, E), EXISTS,
		 "SwitchType 'Internal' (asked: 'Private')");
}

static void
test_bw_mode_resolved (void **state)
{
	vmnet_switch s = { .bw_mode = VMNET_BW_DEFAULT };

	assert_int_equal (vmnet_switch_bw_mode (&s), VMNET_BW_WEIGHT);
	s.iov = TRUE;
	assert_int_equal (vmnet_switch_bw_mode (&s), VMNET_BW_NONE);
	s.bw_mode = VMNET_BW_ABSOLUTE;
	assert_int_equal (vmnet_switch_bw_mode (&s), VMNET_BW_ABSOLUTE);
}

static void
test_switch_set_type (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_type in = VMNET_SWITCH_INTERNAL;
	vmnet_switch_type priv = VMNET_SWITCH_PRIVATE;
	vmnet_switch_type ext = VMNET_SWITCH_EXTERNAL;
	vmnet_switch_change c = { .type = &ext };
	vmnet_switch *lan = vmnet_model_switch (m, "lan");

	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID,
		 "-NetAdapterName");
	c.uplink = "pnic0";
	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID, "belongs");
	c = (vmnet_switch_change) { .type = &in, .uplink = "pnic1" };
	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID, "not both");
	c = (vmnet_switch_change) { .uplink = "pnic1" };
	DONE (model_switch_set (m, "lan", &c, E));
	assert_int_equal (lan->type, VMNET_SWITCH_EXTERNAL);
	assert_string_equal (lan->uplink, "pnic1");
	assert_int_equal (model_host_adapters (m, lan), 1);
	c = (vmnet_switch_change) { .type = &priv };
	DONE (model_switch_set (m, "lan", &c, E));
	assert_null (lan->uplink);
	assert_int_equal (model_host_adapters (m, lan), 0);
	c.allow_management_os = &yes;
	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID, "Private");
	c = (vmnet_switch_change) { .type = &in };
	DONE (model_switch_set (m, "lan", &c, E));
	assert_int_equal (model_host_adapters (m, lan), 1);
	c.allow_management_os = &no;
	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID,
		 "-SwitchType Private");
}

static void
test_switch_set_management_os (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_change c = { .allow_management_os = &no };
	vmnet_switch *sw = vmnet_model_switch (m, "sw0");
	guint32 slot = m->next_slot;

	DONE (model_adapter_add (m, NULL, "backup", "sw0", NULL, E));
	DONE (model_switch_set (m, "sw0", &c, E));
	assert_int_equal (model_host_adapters (m, sw), 0);
	assert_string_equal (sw->uplink, "pnic0");
	SAME (m, model_switch_set (m, "sw0", &c, E));
	c.allow_management_os = &yes;
	DONE (model_switch_set (m, "sw0", &c, E));
	assert_int_equal (model_host_adapters (m, sw), 1);
	/* a slot is never used again */
	assert_int_equal (vmnet_model_adapter (m, NULL, "sw0")->slot,
			  slot + 1);
}

static void
test_switch_set_flow_and_notes (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_change c = { .default_flow_weight = { TRUE, 5 } };
	vmnet_switch *sw = vmnet_model_switch (m, "sw0");

	REFUSED (m, model_switch_set (m, "sw0", &c, E), INVALID,
		 "needs -MinimumBandwidthMode Weight; this switch has mode "
		 "Absolute");
	DONE (model_switch_set (m, "lan", &c, E));
	c.default_flow_weight.value = 101;
	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID, "1 to 100");
	c = (vmnet_switch_change) { .default_flow_absolute = { TRUE, 10 } };
	REFUSED (m, model_switch_set (m, "lan", &c, E), INVALID,
		 "needs -MinimumBandwidthMode Absolute");
	REFUSED (m, model_switch_set (m, "sw0", &c, E), INVALID,
		 "out of range");
	c.default_flow_absolute.value = 1000;
	c.notes = "hello";
	DONE (model_switch_set (m, "sw0", &c, E));
	assert_int_equal (sw->default_flow_absolute.value, 1000);
	assert_string_equal (sw->notes, "hello");
	c = (vmnet_switch_change) { .default_flow_absolute = { TRUE, 0 },
				    .notes = "" };
	DONE (model_switch_set (m, "sw0", &c, E));
	assert_false (sw->default_flow_absolute.set);
	assert_null (sw->notes);
}

static void
test_iov_is_for_ever (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_spec s = { .name = "fast", .type = VMNET_SWITCH_EXTERNAL,
				.uplink = "pnic1", .iov = TRUE };
	vmnet_switch_type in = VMNET_SWITCH_INTERNAL;
	vmnet_switch_change c = { .type = &in };

	DONE (model_switch_add (m, &s, E));
	SAME (m, model_switch_add (m, &s, E));
	REFUSED (m, model_switch_set (m, "fast", &c, E), INVALID,
		 "-EnableIov and stays External");
}

static void
test_switch_rename (void **state)
{
	vmnet_model *m = *state;
	vmnet_ipaddress ip = { .interface = (char *) "vEthernet (lan)",
			       .address = (char *) "10.0.0.1", .prefix = 8 };

	DONE (model_address_add (m, &ip, E));
	REFUSED (m, model_switch_rename (m, "lan", "SW0", E), EXISTS,
		 "rename switch 'lan' to 'SW0'");
	REFUSED (m, model_switch_rename (m, "lan", "a/b", E), INVALID, "'/'");
	DONE (model_adapter_add (m, NULL, "office", "sw0", NULL, E));
	REFUSED (m, model_switch_rename (m, "lan", "office", E), INVALID,
		 "as one of switch 'sw0'");
	DONE (model_switch_rename (m, "lan", "Lan", E));
	assert_string_equal (vmnet_model_adapter (m, NULL, "lan")->name,
			     "Lan");
	DONE (model_adapter_connect (m, "web1", "Network Adapter", "lan", E));
	DONE (model_switch_rename (m, "lan", "hall", E));
	assert_null (vmnet_model_switch (m, "lan"));
	assert_string_equal (vmnet_model_adapter (m, NULL, "hall")->vswitch,
			     "hall");
	assert_string_equal (vmnet_model_adapter (m, "web1",
				"Network Adapter")->vswitch, "hall");
	assert_string_equal (((vmnet_ipaddress *)
			      m->addresses->pdata[0])->interface,
			     "vEthernet (hall)");
}

static void
test_switch_remove (void **state)
{
	vmnet_model *m = *state;
	vmnet_ipaddress ip = { .interface = (char *) "vEthernet (sw0)",
			       .address = (char *) "10.0.0.1", .prefix = 8 };
	vmnet_adapter *a;

	DONE (model_address_add (m, &ip, E));
	DONE (model_switch_remove (m, "SW0", E));
	assert_null (vmnet_model_switch (m, "sw0"));
	assert_null (vmnet_model_adapter (m, NULL, "sw0"));
	assert_int_equal (m->addresses->len, 0);
	a = vmnet_model_adapter (m, "web1", "Network Adapter");
	assert_non_null (a);
	assert_null (a->vswitch);
}

/* ---- physical adapters, addresses ---- */

static void
test_vmq (void **state)
{
	vmnet_model *m = *state;
	vmnet_vmq_change c = { .enabled = &yes, .base_processor = { TRUE, 2 },
			       .max_processor = { TRUE, 1 } };

	REFUSED (m, model_vmq_set (m, "pnic0", &c, E), INVALID,
		 "base processor 2 is above the maximum processor 1");
	c.max_processor.value = 3;
	c.max_processors = (vmnet_opt) { TRUE, 0 };
	REFUSED (m, model_vmq_set (m, "pnic0", &c, E), INVALID,
		 "-MaxProcessors 0");
	c.max_processors.value = 2;
	DONE (model_vmq_set (m, "pnic0", &c, E));
	assert_int_equal (m->nics->len, 1);
	SAME (m, model_vmq_set (m, "pnic0", &c, E));
	c = (vmnet_vmq_change) { .enabled = &no };
	DONE (model_vmq_set (m, "pnic0", &c, E));
	assert_int_equal (vmnet_model_nic (m, "pnic0")->base_processor.value,
			  2);
	c = (vmnet_vmq_change) { .base_processor = { TRUE, 4 } };
	REFUSED (m, model_vmq_set (m, "pnic0", &c, E), INVALID, "above");
	c = (vmnet_vmq_change) { .base_processor = { TRUE, 8192 } };
	REFUSED (m, model_vmq_set (m, "pnic0", &c, E), INVALID,
		 "-BaseProcessorNumber 8192");
}

static vmnet_ipaddress
address (const char *interface, const char *text, guint8 prefix,
	 const char *gateway)
{
	return (vmnet_ipaddress) { (char *) interface, (char *) text, prefix,
				   (char *) gateway };
}

static void
test_addresses (void **state)
{
	vmnet_model *m = *state;
	vmnet_ipaddress a = address ("sw0", "2001:DB8:0::5", 64, NULL);
	const vmnet_ipaddress *own;

	DONE (model_address_add (m, &a, E));
	own = m->addresses->pdata[0];
	assert_string_equal (own->interface, "vEthernet (sw0)");
	assert_string_equal (own->address, "2001:db8::5");
	a = address ("ve-sw0", "2001:db8::5", 64, NULL);
	SAME (m, model_address_add (m, &a, E));
	a.prefix = 63;
	REFUSED (m, model_address_add (m, &a, E), EXISTS,
		 "exists as 2001:db8::5/64 on 'vEthernet (sw0)'");
	a = address ("pnic9", "192.0.2.5", 24, NULL);
	DONE (model_address_add (m, &a, E));
	DONE (model_address_remove (m, "pnic9", "192.0.2.5", E));
	a = address ("sw0", "192.0.2.0/24", 24, NULL);
	REFUSED (m, model_address_add (m, &a, E), INVALID, "-PrefixLength");
	a = address ("sw0", "192.0.2.5", 33, NULL);
	REFUSED (m, model_address_add (m, &a, E), INVALID, "1 to 32");
	a = address ("sw0", "192.0.2.5", 24, "2001:db8::1");
	REFUSED (m, model_address_add (m, &a, E), INVALID,
		 "other IP version");
	a = address ("sw0", "192.0.2", 24, NULL);
	REFUSED (m, model_address_add (m, &a, E), INVALID, "neither");
	REFUSED (m, model_address_remove (m, "sw0", "192.0.2.5", E),
		 NOT_FOUND, "not one that was given");
	REFUSED (m, model_address_remove (m, "lan", "2001:db8::5", E),
		 NOT_FOUND, "not one that was given");
	DONE (model_address_remove (m, "SW0", "2001:db8:0::5", E));
	assert_int_equal (m->addresses->len, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
		T (test_names),
		T (test_vm_next),
		T (test_not_found_lists),
		T (test_switch_add_makes_host_adapter),
		T (test_switch_add_rules),
		T (test_switch_add_again),
		T (test_bw_mode_resolved),
		T (test_switch_set_type),
		T (test_switch_set_management_os),
		T (test_switch_set_flow_and_notes),
		T (test_iov_is_for_ever),
		T (test_switch_rename),
		T (test_switch_remove),
		T (test_vmq),
		T (test_addresses),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
