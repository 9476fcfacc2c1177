/*
 * test_model_edit.c - every rule of the edits, and what they say; a refused
 * edit leaves the model as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "model/edit.h"

static const gboolean yes = TRUE, no = FALSE;

/* The model before a call that is expected to be refused. */
static vmnet_model *before;

#define REFUSED(m, call, wanted, says) \
	do { \
		GError *e_ = NULL; \
		before = model_copy (m); \
		assert_false (call); \
		refused (m, e_, wanted, says); \
		g_clear_error (&e_); \
	} while (0)
#define E (&e_)

#define DONE(call) \
	do { \
		GError *e_ = NULL; \
		if (!(call)) \
			fail_msg ("%s: %s", #call, e_->message); \
	} while (0)

static void
refused (vmnet_model *m, const GError *e, int code, const char *says)
{
	assert_non_null (e);
	assert_int_equal (e->domain, VMNET_ERROR);
	if (e->code != code || !strstr (e->message, says))
		fail_msg ("%d: %s\nnot %d: %s", e->code, e->message, code,
			  says);
	assert_true (model_equal (m, before));
	assert_int_equal (m->next_slot, before->next_slot);
	g_clear_pointer (&before, model_free);
}

/* Nothing changes. */
#define SAME(m, call) \
	do { \
		g_autoptr (vmnet_model) copy_ = model_copy (m); \
		DONE (call); \
		assert_true (model_equal (m, copy_)); \
	} while (0)

static void
add_switch (vmnet_model *m, const char *name, vmnet_switch_type type,
	    const char *uplink, vmnet_bw_mode mode)
{
	vmnet_switch_spec s = { .name = name, .type = type, .uplink = uplink,
				.bw_mode = mode,
				.allow_management_os =
					type != VMNET_SWITCH_PRIVATE };

	DONE (model_switch_add (m, &s, E));
}

/* sw0: External on pnic0, Absolute; lan: Internal; dark: Private; VM web1
 * with one adapter on sw0. */
static int
setup (void **state)
{
	vmnet_model *m = model_new ();

	add_switch (m, "sw0", VMNET_SWITCH_EXTERNAL, "pnic0",
		    VMNET_BW_ABSOLUTE);
	add_switch (m, "lan", VMNET_SWITCH_INTERNAL, NULL, VMNET_BW_DEFAULT);
	add_switch (m, "dark", VMNET_SWITCH_PRIVATE, NULL, VMNET_BW_NONE);
	DONE (model_vm_add (m, "web1", TRUE, E));
	DONE (model_adapter_add (m, "web1", NULL, "sw0", NULL, E));
	*state = m;
	return 0;
}

static int
teardown (void **state)
{
	model_free (*state);
	return 0;
}

#define INVALID VMNET_ERROR_INVALID
#define EXISTS VMNET_ERROR_EXISTS
#define NOT_FOUND VMNET_ERROR_NOT_FOUND

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
		T (test_adapter_add),
		T (test_adapter_mac),
		T (test_dynamic_mac_probes),
		T (test_adapter_floors),
		T (test_iov_has_no_floors),
		T (test_adapter_set_spoofing_and_vmq),
		T (test_adapter_connect),
		T (test_adapter_rename),
		T (test_adapter_remove),
		T (test_acls),
		T (test_acl_limit),
		T (test_metering),
		T (test_metering_with_own_entries),
		T (test_reset_metering),
		T (test_vmq),
		T (test_addresses),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
