/*
 * test_model_text.c - addresses as text, and the names that are derived.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "model/model.h"

typedef struct {
	const char *text;
	gboolean mac;
	const char *again;	/* printed again; NULL: refused */
	const char *says;	/* part of the refusal */
} acl_case;

static const acl_case acl_cases[] = {
	{ "10.0.0.0/8", FALSE, "10.0.0.0/8", NULL },
	{ "192.0.2.1", FALSE, "192.0.2.1", NULL },
	{ "192.0.2.1/32", FALSE, "192.0.2.1", NULL },
	{ "0.0.0.0/0", FALSE, "0.0.0.0/0", NULL },
	{ "::/0", FALSE, "::/0", NULL },
	{ "2001:DB8::/32", FALSE, "2001:db8::/32", NULL },
	{ "2001:db8::1", FALSE, "2001:db8::1", NULL },
	{ "2001:db8:0:8000::/49", FALSE, "2001:db8:0:8000::/49", NULL },
	{ "255.255.255.255", FALSE, "255.255.255.255", NULL },
	{ "00-15-5D-01-02-03", TRUE, "00155D010203", NULL },
	{ "00:15:5d:01:02:03", TRUE, "00155D010203", NULL },
	{ "00155d010203", TRUE, "00155D010203", NULL },
	{ "ffffffffffff", TRUE, "FFFFFFFFFFFF", NULL },
	{ "10.1.2.3/8", FALSE, NULL, "write 10.0.0.0/8 for the network" },
	{ "10.1.2.3/8", FALSE, NULL, "10.1.2.3 for the one address" },
	{ "2001:db8::1/64", FALSE, NULL, "2001:db8::/64" },
	{ "10.0.0.0/33", FALSE, NULL, "from 0 to 32" },
	{ "::/129", FALSE, NULL, "from 0 to 128" },
	{ "10.0.0.0/", FALSE, NULL, "the prefix ''" },
	{ "10.0.0.0/-1", FALSE, NULL, "from 0 to 32" },
	{ "10.0.0.0/8/8", FALSE, NULL, "from 0 to 32" },
	{ "10.0.0.0/ 8", FALSE, NULL, "from 0 to 32" },
	{ "10.0.0", FALSE, NULL, "neither IPv4 nor IPv6" },
	{ "10.0.0.256", FALSE, NULL, "neither" },
	{ "010.0.0.1", FALSE, NULL, "neither" },
	{ "", FALSE, NULL, "neither" },
	{ "ANY", FALSE, NULL, "neither" },
	{ "fe80::1%eth0", FALSE, NULL, "neither" },
	{ "2001:db8:::1", FALSE, NULL, "neither" },
	{ "00155D010203", FALSE, NULL, "-RemoteMacAddress" },
	{ "00-15-5D-01-02-03", FALSE, NULL, "-RemoteMacAddress" },
	{ "00-15-5D-01-02", TRUE, NULL, "twelve hexadecimal digits" },
	{ "00-15-5D-01-02-0g", TRUE, NULL, "twelve" },
	{ "00-15-5D:01-02-03", TRUE, NULL, "twelve" },
	{ "00155D01020", TRUE, NULL, "twelve" },
	{ "00155D0102033", TRUE, NULL, "twelve" },
	{ "10.0.0.1", TRUE, NULL, "twelve" },
	{ "", TRUE, NULL, "twelve" },
};

static void
test_acl_text (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (acl_cases); i++) {
		const acl_case *c = &acl_cases[i];
		g_autoptr (GError) error = NULL;
		g_autofree char *again = NULL;
		vmnet_acl acl = { 0 };

		if (vmnet_acl_parse (c->text, c->mac, &acl, &error))
			again = vmnet_acl_address (&acl);
		if (g_strcmp0 (again, c->again) != 0)
			fail_msg ("'%s': '%s', not '%s'", c->text, again,
				  c->again);
		if (c->says && !strstr (error->message, c->says))
			fail_msg ("'%s': %s", c->text, error->message);
		if (c->says)
			assert_int_equal (error->code, VMNET_ERROR_INVALID);
	}
}

static void
test_acl_refused_changes_nothing (void **state)
{
	vmnet_acl acl, before;

	memset (&acl, 0x5a, sizeof acl);
	before = acl;
	assert_false (vmnet_acl_parse ("10.1.2.3/8", FALSE, &acl, NULL));
	assert_false (vmnet_acl_parse ("00-15", TRUE, &acl, NULL));
	assert_memory_equal (&acl, &before, sizeof acl);
}

static void
test_mac_format (void **state)
{
	static const guint8 mac[6] = { 0x00, 0x15, 0x5d, 0x0a, 0xff, 0x03 };
	g_autofree char *plain = vmnet_mac_format (mac, '\0');
	g_autofree char *dashes = vmnet_mac_format (mac, '-');

	assert_string_equal (plain, "00155D0AFF03");
	assert_string_equal (dashes, "00-15-5D-0A-FF-03");
}

typedef struct {
	const char *name, *uplink, *bridge;	/* NULL: a slug with '~' */
} bridge_case;

static const bridge_case bridge_cases[] = {
	{ "sw0", NULL, "sw0" },
	{ "Prod-Net_1.2", NULL, "Prod-Net_1.2" },
	{ "fifteen-bytes-x", NULL, "fifteen-bytes-x" },
	{ "sixteen-bytes-xx", NULL, NULL },
	{ "my switch", NULL, NULL },
	{ "my-switch", NULL, "my-switch" },
	{ "Büro", NULL, NULL },
	{ "a:b", NULL, NULL },
	{ "lo", NULL, NULL },
	{ "all", NULL, NULL },
	{ "default", NULL, NULL },
	{ ".", NULL, NULL },
	{ "..", NULL, NULL },
	{ "-x", NULL, NULL },
	{ "vp3", NULL, NULL },
	{ "vpn", NULL, "vpn" },
	{ "ve-sw0", NULL, NULL },
	{ "eth1", "eth1", NULL },
	{ "eth1", "eth2", "eth1" },
	{ "sw~0", NULL, NULL },
	{ "???", NULL, NULL },
};

static void
test_bridge_names (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (bridge_cases); i++) {
		const bridge_case *c = &bridge_cases[i];
		vmnet_switch sw = { .name = (char *) c->name,
				    .uplink = (char *) c->uplink };
		g_autofree char *name = names_bridge (&sw);
		g_autofree char *again = names_bridge (&sw);

		assert_in_range (strlen (name), 1, 15);
		assert_string_equal (name, again);
		if (c->bridge)
			assert_string_equal (name, c->bridge);
		else
			assert_non_null (strchr (name, '~'));
	}
}

static void
test_bridge_names_differ (void **state)
{
	g_autoptr (GHashTable) seen = g_hash_table_new_full (
		g_str_hash, g_str_equal, g_free, NULL);

	for (int i = 0; i < 2000; i++) {
		g_autofree char *name = g_strdup_printf ("my switch %d", i);
		vmnet_switch sw = { .name = name };

		g_hash_table_add (seen, names_bridge (&sw));
	}
	assert_int_equal (g_hash_table_size (seen), 2000);
}

static void
test_adapter_names (void **state)
{
	vmnet_adapter host = { .name = (char *) "sw0", .slot = 3 };
	vmnet_adapter long_name = { .name = (char *) "Management Network 1" };
	vmnet_adapter vm = { .vm = (char *) "web1",
			     .name = (char *) "Network Adapter", .slot = 64999 };
	g_autofree char *port = names_port (&vm);
	g_autofree char *end = names_host_adapter (&host);
	g_autofree char *hashed = names_host_adapter (&long_name);
	g_autofree char *alias = names_alias (&host);
	g_autofree char *vm_alias = names_alias (&vm);

	assert_string_equal (port, "vp64999");
	assert_string_equal (end, "ve-sw0");
	assert_in_range (strlen (hashed), 4, 15);
	assert_true (g_str_has_prefix (hashed, "ve-"));
	assert_string_equal (alias, "vEthernet (sw0)");
	assert_string_equal (vm_alias, "web1/Network Adapter");
}

static void
test_names_without_case (void **state)
{
	assert_true (model_name_equal ("Sw0", "sW0"));
	assert_true (model_name_equal ("BÜRO", "büro"));
	assert_true (model_name_equal ("aÜ", "Aü"));
	assert_false (model_name_equal ("sw0", "sw01"));
	assert_false (model_name_equal ("sw01", "sw0"));
	assert_false (model_name_equal ("ü", "u"));
	assert_true (model_name_equal (NULL, NULL));
	assert_false (model_name_equal (NULL, ""));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_acl_text),
		cmocka_unit_test (test_acl_refused_changes_nothing),
		cmocka_unit_test (test_mac_format),
		cmocka_unit_test (test_bridge_names),
		cmocka_unit_test (test_bridge_names_differ),
		cmocka_unit_test (test_adapter_names),
		cmocka_unit_test (test_names_without_case),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
