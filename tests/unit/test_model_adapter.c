/*
 * test_model_adapter.c - every rule of the edits of network adapters, their
 * ACL entries and metering, and what they say.
 */
#include "model/partners.h"
#include "model_fixture.h"

/* ---- adapters ---- */

static void
test_adapter_add (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter_change c = { .max = { TRUE, 5000 } };

	assert_string_equal (model_adapter_add (m, "WEB1", NULL, "SW0", NULL,
						NULL), "Network Adapter 2");
	assert_string_equal (vmnet_model_adapter (m, "web1",
				"Network Adapter 2")->vm, "web1");
	assert_string_equal (vmnet_model_adapter (m, "web1",
				"Network Adapter 2")->vswitch, "sw0");
	assert_int_equal (vmnet_model_adapter (m, "web1",
				"Network Adapter 2")->vmq_weight, 100);
	SAME (m, model_adapter_add (m, "web1", "network adapter", "sw0", NULL,
				    E));
	REFUSED (m, model_adapter_add (m, "web1", "Network Adapter", "lan",
				       NULL, E), EXISTS,
		 "SwitchName 'sw0' (asked: 'lan')");
	REFUSED (m, model_adapter_add (m, "web1", "Network Adapter", "sw0",
				       &c, E), EXISTS,
		 "MaximumBandwidth 0 (asked: 5000)");
	REFUSED (m, model_adapter_add (m, "web1", "x", "nope", NULL, E),
		 NOT_FOUND, "virtual switch 'nope'");
	REFUSED (m, model_adapter_add (m, "db", NULL, NULL, NULL, E),
		 NOT_FOUND, "'web1'");
	REFUSED (m, model_adapter_add (m, NULL, "x", NULL, NULL, E), INVALID,
		 "give -SwitchName");
	REFUSED (m, model_adapter_add (m, NULL, "x", "dark", NULL, E),
		 INVALID, "Private");
	m->next_slot = MODEL_SLOT_MAX + 1;
	REFUSED (m, model_adapter_add (m, "web1", "x", NULL, NULL, E),
		 INVALID, "slots were used");
}

static void
test_adapter_mac (void **state)
{
	static const guint8 mac[6] = { 0x02, 0, 0, 0, 0, 1 };
	static const guint8 group[6] = { 0x01, 0, 0, 0, 0, 1 };
	static const guint8 zero[6];
	vmnet_model *m = *state;
	vmnet_adapter_change c = { .mac = mac };
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	guint8 dynamic[6];

	memcpy (dynamic, a->mac, 6);
	DONE (model_adapter_set (m, "web1", "Network Adapter", &c, E));
	assert_true (a->mac_static);
	assert_memory_equal (a->mac, mac, 6);
	SAME (m, model_adapter_set (m, "web1", "Network Adapter", &c, E));
	DONE (model_adapter_add (m, "web1", "two", NULL, NULL, E));
	REFUSED (m, model_adapter_set (m, "web1", "two", &c, E), INVALID,
		 "network adapter 'web1/Network Adapter' has the MAC address "
		 "02-00-00-00-00-01");
	REFUSED (m, model_adapter_add (m, "web1", "three", NULL, &c, E),
		 INVALID, "has the MAC address");
	c.mac = group;
	REFUSED (m, model_adapter_set (m, "web1", "two", &c, E), INVALID,
		 "even first byte");
	c.mac = zero;
	REFUSED (m, model_adapter_set (m, "web1", "two", &c, E), INVALID,
		 "even first byte");
	c.mac = mac;
	c.mac_dynamic = TRUE;
	REFUSED (m, model_adapter_set (m, "web1", "Network Adapter", &c, E),
		 INVALID, "not both");
	c.mac = NULL;
	DONE (model_adapter_set (m, "web1", "Network Adapter", &c, E));
	assert_memory_equal (a->mac, dynamic, 6);
	assert_false (a->mac_static);
}

static void
test_dynamic_mac_probes (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	vmnet_adapter like = { .vm = (char *) "WEB1",
			       .name = (char *) "network ADAPTER" };

	/* the same name again: the next address after the taken one */
	names_derive_mac (m, &like);
	assert_memory_equal (like.mac, a->mac, 5);
	assert_int_equal (like.mac[5], (guint8) (a->mac[5] + 1));
}

static void
test_adapter_floors (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter_change c = { .min_weight = { TRUE, 30 } };
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	const char *nic = "Network Adapter";

	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "-MinimumBandwidthWeight needs a switch of "
		 "-MinimumBandwidthMode Weight; switch 'sw0' has mode "
		 "Absolute");
	c = (vmnet_adapter_change) { .min_absolute = { TRUE, 2000 },
				     .max = { TRUE, 1000 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "the floor of 2000 bits per second is above the cap of 1000");
	c.max.value = 2000;
	DONE (model_adapter_set (m, "web1", nic, &c, E));
	c = (vmnet_adapter_change) { .max = { TRUE, 1500 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "above the cap of 1500");
	c = (vmnet_adapter_change) { .max = { TRUE, 999 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "-MaximumBandwidth 999 is out of range; give 1000 to");
	c = (vmnet_adapter_change) { .min_absolute = { TRUE, 1ull << 62 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "-MinimumBandwidthAbsolute");
	REFUSED (m, model_adapter_connect (m, "web1", nic, "lan", E), INVALID,
		 "switch 'lan' has mode Weight");
	REFUSED (m, model_adapter_connect (m, "web1", nic, "dark", E),
		 INVALID, "make the switch anew");
	c = (vmnet_adapter_change) { .min_absolute = { TRUE, 0 },
				     .max = { TRUE, 0 } };
	DONE (model_adapter_set (m, "web1", nic, &c, E));
	assert_false (a->min_absolute.set);
	assert_false (a->max.set);
	DONE (model_adapter_connect (m, "web1", nic, "lan", E));
	c = (vmnet_adapter_change) { .min_weight = { TRUE, 101 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "-MinimumBandwidthWeight 101 is out of range; give 0 to 100");
	c.min_weight.value = 100;
	DONE (model_adapter_set (m, "web1", nic, &c, E));
	DONE (model_adapter_connect (m, "web1", nic, NULL, E));
	c = (vmnet_adapter_change) { .min_absolute = { TRUE, 5000 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "exclude each other");
	c = (vmnet_adapter_change) { .vmq_weight = { TRUE, 101 } };
	REFUSED (m, model_adapter_set (m, "web1", nic, &c, E), INVALID,
		 "-VmqWeight 101");
}

static void
test_iov_has_no_floors (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_spec s = { .name = "fast", .type = VMNET_SWITCH_EXTERNAL,
				.uplink = "pnic1", .iov = TRUE };
	vmnet_adapter_change c = { .min_weight = { TRUE, 10 } };

	DONE (model_switch_add (m, &s, E));
	REFUSED (m, model_adapter_add (m, "web1", "x", "fast", &c, E),
		 INVALID, "has mode None because it was made with -EnableIov");
}

static void
test_adapter_set_spoofing_and_vmq (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter_change c = { .spoofing = &yes,
				   .vmq_weight = { TRUE, 0 } };
	vmnet_adapter *a = vmnet_model_adapter (m, NULL, "sw0");

	DONE (model_adapter_set (m, NULL, "sw0", &c, E));
	assert_true (a->spoofing);
	assert_int_equal (a->vmq_weight, 0);
	c = (vmnet_adapter_change) { 0 };
	SAME (m, model_adapter_set (m, NULL, "sw0", &c, E));
	REFUSED (m, model_adapter_set (m, NULL, "nope", &c, E), NOT_FOUND,
		 "host adapter 'nope'");
}

static void
test_adapter_teaming (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter_change on = { .teaming = &yes };
	vmnet_partners one, two, none;

	for (int i = 0; i <= VMNET_PARTNERS; i++) {
		g_autofree char *name = g_strdup_printf ("t%d", i);

		DONE (model_adapter_add (m, "web1", name, NULL, &on, E));
	}
	REFUSED (m, model_adapter_add (m, "web1", "ninth", NULL, &on, E),
		 INVALID, "8 others of the same VM");
	DONE (model_adapter_set (m, "web1", "t0", &on, E));
	partners_of (m, vmnet_model_adapter (m, "web1", "t0"), &one);
	partners_of (m, vmnet_model_adapter (m, "web1", "t1"), &two);
	assert_int_equal (one.n, VMNET_PARTNERS);
	assert_false (partners_equal (&one, &two));
	for (guint i = 1; i < one.n; i++)
		assert_true (memcmp (one.mac[i - 1], one.mac[i], 6) < 0);
	/* One that has it Off is nobody's partner, nor has it any. */
	partners_of (m, vmnet_model_adapter (m, "web1", "Network Adapter"),
		     &none);
	assert_int_equal (none.n, 0);
	assert_false (partners_roam (m, vmnet_model_adapter (m, "web1",
							     "t0")));
	DONE (model_adapter_connect (m, "web1", "t0", "sw0", E));
	assert_true (partners_roam (m, vmnet_model_adapter (m, "web1",
							    "t0")));
}

static void
test_adapter_guards (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter_change c = { .guards = {
		[VMNET_GUARD_ROUTER] = { TRUE, 1 },
		[VMNET_GUARD_STORM] = { TRUE, 500 } } };
	vmnet_adapter *a = vmnet_model_adapter (m, NULL, "sw0");

	DONE (model_adapter_set (m, NULL, "sw0", &c, E));
	assert_int_equal (a->guards[VMNET_GUARD_ROUTER], 1);
	assert_int_equal (a->guards[VMNET_GUARD_STORM], 500);
	assert_int_equal (a->guards[VMNET_GUARD_DHCP], 0);
	/* What is not given stays. */
	c = (vmnet_adapter_change) { .guards = {
		[VMNET_GUARD_STORM] = { TRUE, 0 } } };
	DONE (model_adapter_set (m, NULL, "sw0", &c, E));
	assert_int_equal (a->guards[VMNET_GUARD_ROUTER], 1);
	assert_int_equal (a->guards[VMNET_GUARD_STORM], 0);
	c.guards[VMNET_GUARD_ADDRESSES] = (vmnet_opt) { TRUE, 33 };
	REFUSED (m, model_adapter_set (m, NULL, "sw0", &c, E), INVALID,
		 "-DynamicIPAddressLimit 33 is out of range; give 1 to 32");
}

static void
test_adapter_connect (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");

	SAME (m, model_adapter_connect (m, "web1", a->name, "SW0", E));
	assert_string_equal (a->vswitch, "sw0");
	DONE (model_adapter_connect (m, "web1", a->name, NULL, E));
	assert_null (a->vswitch);
	SAME (m, model_adapter_connect (m, "web1", a->name, NULL, E));
	REFUSED (m, model_adapter_connect (m, "web1", a->name, "sw9", E),
		 NOT_FOUND, "'sw9'");
	REFUSED (m, model_adapter_connect (m, NULL, "sw0", NULL, E), INVALID,
		 "connected always");
	REFUSED (m, model_adapter_connect (m, NULL, "sw0", "dark", E),
		 INVALID, "Private");
}

static void
test_adapter_rename (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	guint8 mac[6];
	guint32 slot = a->slot;

	memcpy (mac, a->mac, 6);
	DONE (model_adapter_add (m, "web1", "two", NULL, NULL, E));
	REFUSED (m, model_adapter_rename (m, "web1", "two",
					  "NETWORK adapter", E), EXISTS,
		 "rename network adapter 'web1/two' to 'NETWORK adapter'");
	REFUSED (m, model_adapter_rename (m, "web1", "two", "", E), INVALID,
		 "1 to 100");
	DONE (model_adapter_rename (m, "web1", "network adapter", "front",
				    E));
	assert_ptr_equal (vmnet_model_adapter (m, "web1", "front"), a);
	assert_memory_equal (a->mac, mac, 6);
	assert_int_equal (a->slot, slot);
}

static void
test_adapter_remove (void **state)
{
	vmnet_model *m = *state;

	REFUSED (m, model_adapter_remove (m, NULL, "lan", E), INVALID,
		 "the last one of the Internal switch 'lan'");
	DONE (model_adapter_add (m, NULL, "mgmt", "lan", NULL, E));
	DONE (model_adapter_remove (m, NULL, "lan", E));
	DONE (model_adapter_remove (m, NULL, "sw0", E));
	DONE (model_vm_remove (m, "Web1", E));
	assert_int_equal (m->adapters->len, 1);
	assert_int_equal (m->vms->len, 0);
}

/* ---- ACL entries ---- */

static vmnet_acl
entry (const char *address, vmnet_action action)
{
	vmnet_acl acl = { .action = action };

	assert_true (vmnet_acl_parse (address, FALSE, &acl, NULL));
	return acl;
}

static void
test_acls (void **state)
{
	vmnet_model *m = *state;
	const char *nic = "Network Adapter";
	vmnet_acl deny = entry ("10.0.0.0/8", VMNET_ACL_DENY);
	vmnet_acl allow = entry ("10.0.0.0/8", VMNET_ACL_ALLOW);
	vmnet_acl meter = entry ("10.0.0.0/8", VMNET_ACL_METER);
	vmnet_acl out = deny;
	GPtrArray *acls = vmnet_model_adapter (m, "web1", nic)->acls;

	out.direction = VMNET_OUTBOUND;
	REFUSED (m, model_acl_remove (m, "web1", nic, &deny, E), NOT_FOUND,
		 "no such entry; there is none");
	DONE (model_acl_add (m, "web1", nic, &deny, E));
	SAME (m, model_acl_add (m, "web1", nic, &deny, E));
	REFUSED (m, model_acl_add (m, "web1", nic, &allow, E), EXISTS,
		 "ACL entry Inbound Deny Remote 10.0.0.0/8: exists and says "
		 "the opposite");
	DONE (model_acl_add (m, "web1", nic, &meter, E));
	DONE (model_acl_add (m, "web1", nic, &out, E));
	assert_int_equal (acls->len, 3);
	assert_int_equal (((vmnet_acl *) acls->pdata[2])->id, 3);
	DONE (model_acl_remove (m, "web1", nic, &out, E));
	REFUSED (m, model_acl_remove (m, "web1", nic, &out, E), NOT_FOUND,
		 "there are 'Inbound Deny Remote 10.0.0.0/8', 'Inbound Meter "
		 "Remote 10.0.0.0/8'");
	DONE (model_acl_add (m, "web1", nic, &out, E));
	/* an id is never used again */
	assert_int_equal (((vmnet_acl *) acls->pdata[2])->id, 4);
	REFUSED (m, model_acl_add (m, "web1", "x", &out, E), NOT_FOUND, "'x'");
}

static void
test_acl_limit (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, NULL, "sw0");
	vmnet_acl e = entry ("192.0.2.1", VMNET_ACL_DENY);

	for (int i = 0; i < MODEL_ACLS_MAX; i++) {
		vmnet_acl one = entry ("10.0.0.1", VMNET_ACL_DENY);

		one.addr[1] = i >> 16;
		one.addr[2] = i >> 8;
		one.addr[3] = i;
		model_acl_append (m, a, &one);
	}
	REFUSED (m, model_acl_add (m, NULL, "sw0", &e, E), INVALID,
		 "at most 16384 entries");
}

/* ---- metering ---- */

static void
test_metering (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	vmnet_acl deny = entry ("10.0.0.0/8", VMNET_ACL_DENY);

	DONE (model_acl_add (m, "web1", a->name, &deny, E));
	DONE (model_vm_set_metering (m, "web1", TRUE, E));
	assert_int_equal (a->acls->len, 5);
	assert_true (vmnet_model_vm (m, "web1")->metering_since > 0);
	SAME (m, model_vm_set_metering (m, "web1", TRUE, E));
	/* adapters added later are metered too */
	DONE (model_adapter_add (m, "web1", "two", NULL, NULL, E));
	a = vmnet_model_adapter (m, "web1", "two");
	assert_int_equal (a->acls->len, 4);
	DONE (model_vm_set_metering (m, "web1", FALSE, E));
	assert_int_equal (a->acls->len, 4);
	DONE (model_adapter_add (m, "web1", "three", NULL, NULL, E));
	a = vmnet_model_adapter (m, "web1", "three");
	assert_int_equal (a->acls->len, 0);
	DONE (model_vm_set_metering (m, "web1", TRUE, E));
	assert_int_equal (a->acls->len, 4);
	assert_int_equal (vmnet_model_adapter (m, NULL, "sw0")->acls->len, 0);
	REFUSED (m, model_vm_set_metering (m, "x", TRUE, E), NOT_FOUND, "'x'");
}

static void
test_metering_with_own_entries (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	vmnet_acl own = entry ("0.0.0.0/0", VMNET_ACL_METER);

	DONE (model_acl_add (m, "web1", a->name, &own, E));
	DONE (model_adapter_add (m, "web1", "two", NULL, NULL, E));
	DONE (model_vm_set_metering (m, "web1", TRUE, E));
	assert_int_equal (a->acls->len, 1);
	assert_int_equal (vmnet_model_adapter (m, "web1", "two")->acls->len,
			  0);
	DONE (model_adapter_add (m, "web1", "three", NULL, NULL, E));
	assert_int_equal (vmnet_model_adapter (m, "web1", "three")->acls->len,
			  0);
}

static void
count_it (guint32 id, guint64 *bytes, guint64 *packets, gpointer user)
{
	*bytes = 100 * id;
	*packets = id;
	++*(guint *) user;
}

static void
test_reset_metering (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	vmnet_acl deny = entry ("10.0.0.0/8", VMNET_ACL_DENY);
	const vmnet_acl *last;
	guint calls = 0;

	DONE (model_acl_add (m, "web1", a->name, &deny, E));
	REFUSED (m, model_vm_reset_metering (m, "web1", count_it, &calls, E),
		 INVALID, "Enable-VMResourceMetering");
	DONE (model_vm_set_metering (m, "web1", TRUE, E));
	DONE (model_vm_reset_metering (m, "web1", count_it, &calls, E));
	assert_int_equal (calls, 4);
	last = a->acls->pdata[4];
	assert_int_equal (last->base_bytes, 100 * last->id);
	assert_int_equal (last->base_packets, last->id);
	assert_int_equal (((vmnet_acl *) a->acls->pdata[0])->base_bytes, 0);
}

static void
half_is_gone (guint32 id, guint64 *bytes, guint64 *packets, gpointer user)
{
	*bytes = id < 3 ? 99 : 1000;
	*packets = 1000;
}

static void
test_meters_began_anew (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	guint calls = 0;

	DONE (model_vm_set_metering (m, "web1", TRUE, E));
	DONE (model_vm_reset_metering (m, "web1", count_it, &calls, E));
	/* counters at 100 * id then; those of 1 and 2 are at 99 now */
	model_meters_began_anew (m, half_is_gone, NULL);
	assert_int_equal (((vmnet_acl *) a->acls->pdata[0])->base_bytes, 0);
	assert_int_equal (((vmnet_acl *) a->acls->pdata[1])->base_packets, 0);
	assert_int_equal (((vmnet_acl *) a->acls->pdata[2])->base_bytes, 300);
	assert_int_equal (((vmnet_acl *) a->acls->pdata[3])->base_packets, 4);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
		T (test_adapter_add),
		T (test_adapter_mac),
		T (test_dynamic_mac_probes),
		T (test_adapter_floors),
		T (test_iov_has_no_floors),
		T (test_adapter_set_spoofing_and_vmq),
		T (test_adapter_teaming),
		T (test_adapter_guards),
		T (test_adapter_connect),
		T (test_adapter_rename),
		T (test_adapter_remove),
		T (test_acls),
		T (test_acl_limit),
		T (test_metering),
		T (test_metering_with_own_entries),
		T (test_reset_metering),
		T (test_meters_began_anew),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
