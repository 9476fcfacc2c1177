/*
 * test_model_extacl.c - entries of extended ACLs: their texts, every rule of
 * their edits, the store, the dump.
 */
#include "model_fixture.h"

#define NIC "Network Adapter"

/* "DIRECTION ACTION WEIGHT PROTOCOL LOCAL REMOTE LPORT RPORT IDLE" as the
 * store has it. */
static vmnet_extacl
entry (const char *text)
{
	g_autofree char *line = g_strdup_printf ("1 %s 0", text);
	g_autofree vmnet_extacl *e = model_extacl_read (line);

	if (e == NULL)
		fail_msg ("'%s' is no entry", text);
	return *e;
}

static void
test_ports (void **state)
{
	static const char *const bad[] = { "", "-", "80-", "-80", "65536",
		"80-70", "http", "80,90", "80-90-100", " 80", "0x50", "1.5",
		"+80", "99999999999999999999" };
	static const struct { const char *in, *out; } good[] = {
		{ "80", "80" }, { "80-90", "80-90" }, { "0", "0" },
		{ "80-80", "80" }, { "0-65535", "0-65535" }, { "any", "ANY" },
		{ "*", "ANY" },
	};
	vmnet_ports p;

	for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
		g_autofree char *text = NULL;

		DONE (vmnet_ports_parse (good[i].in, &p, E));
		text = vmnet_ports_text (&p);
		assert_string_equal (text, good[i].out);
	}
	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		g_autoptr (GError) e = NULL;

		if (vmnet_ports_parse (bad[i], &p, &e))
			fail_msg ("port '%s' was taken", bad[i]);
		assert_true (g_error_matches (e, VMNET_ERROR,
					      VMNET_ERROR_INVALID));
	}
}

static void
test_protocols (void **state)
{
	static const char *const bad[] = { "", "256", "-1", "TCPP", "6.0" };
	static const struct { const char *in, *out; } good[] = {
		{ "tcp", "TCP" }, { "6", "TCP" }, { "udp", "UDP" },
		{ "ICMP", "ICMP" }, { "icmpv4", "ICMP" }, { "1", "ICMP" },
		{ "ICMPv6", "ICMPv6" }, { "0", "0" }, { "255", "255" },
		{ "Any", "ANY" },
	};
	vmnet_opt p;

	for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
		g_autofree char *text = NULL;

		DONE (vmnet_protocol_parse (good[i].in, &p, E));
		text = vmnet_protocol_text (p);
		assert_string_equal (text, good[i].out);
	}
	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
		assert_false (vmnet_protocol_parse (bad[i], &p, NULL));
}

static void
test_add (void **state)
{
	vmnet_model *m = *state;
	const vmnet_adapter *a = vmnet_model_adapter (m, "web1", NIC);
	vmnet_extacl e = entry ("Inbound Allow 10 TCP ANY 10.0.0.0/8 80 ANY "
				"300"), other;
	guint32 next = m->next_acl;

	DONE (model_extacl_add (m, "WEB1", NIC, &e, E));
	assert_int_equal (a->extacls->len, 1);
	assert_int_equal (((vmnet_extacl *) a->extacls->pdata[0])->id, next);
	SAME (m, model_extacl_add (m, "web1", NIC, &e, E));
	other = e;
	other.local_port.last = 81;
	REFUSED (m, model_extacl_add (m, "web1", NIC, &other, E), EXISTS,
		 "extended ACL entry Inbound Allow weight 10 protocol TCP "
		 "local ANY port 80 remote 10.0.0.0/8 port ANY stateful, idle "
		 "300 s: exists (asked: Inbound Allow weight 10 protocol TCP "
		 "local ANY port 80-81 ");
	other.direction = VMNET_OUTBOUND;
	DONE (model_extacl_add (m, "web1", NIC, &other, E));
	REFUSED (m, model_extacl_add (m, "nobody", NIC, &e, E), NOT_FOUND,
		 "nobody");
}

static void
test_contradictions (void **state)
{
	static const struct { const char *entry, *says; } bad[] = {
		{ "Inbound Deny 1 ANY 10.0.0.0/8 2001:db8::/32 ANY ANY 0",
		  "one address is IPv4 and the other IPv6" },
		{ "Inbound Deny 1 ICMP ANY 2001:db8::/32 ANY ANY 0",
		  "-Protocol ICMPv6" },
		{ "Inbound Deny 1 58 10.0.0.1 ANY ANY ANY 0",
		  "-Protocol ICMP" },
		{ "Inbound Deny 1 ANY ANY ANY 80 ANY 0", "have ports" },
		{ "Inbound Deny 1 GRE ANY ANY ANY 80 0", "have ports" },
		{ "Inbound Deny 1 ANY ANY ANY ANY ANY 5",
		  "what is denied has no answers" },
	};
	vmnet_model *m = *state;
	vmnet_extacl e;

	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		e = entry (bad[i].entry);
		REFUSED (m, model_extacl_add (m, "web1", NIC, &e, E), INVALID,
			 bad[i].says);
	}
	e = entry ("Inbound Allow 1 ANY ANY ANY ANY ANY 0");
	e.idle = 5;
	REFUSED (m, model_extacl_add (m, "web1", NIC, &e, E), INVALID,
		 "-Stateful $true");
	e.stateful = TRUE;
	e.idle = 0;
	REFUSED (m, model_extacl_add (m, "web1", NIC, &e, E), INVALID,
		 "1 to 604800 seconds");
	e.idle = VMNET_IDLE_MAX + 1;
	REFUSED (m, model_extacl_add (m, "web1", NIC, &e, E), INVALID,
		 "seconds");
}

static void
test_full (void **state)
{
	vmnet_model *m = *state;
	vmnet_extacl e = entry ("Inbound Allow 0 ANY ANY ANY ANY ANY 0");

	for (e.weight = 1; e.weight <= VMNET_EXTACLS_MAX; e.weight++)
		DONE (model_extacl_add (m, "web1", NIC, &e, E));
	REFUSED (m, model_extacl_add (m, "web1", NIC, &e, E), INVALID,
		 "at most 512");
	e.direction = VMNET_OUTBOUND;
	DONE (model_extacl_add (m, "web1", NIC, &e, E));
}

static void
test_remove (void **state)
{
	vmnet_model *m = *state;
	const vmnet_adapter *a = vmnet_model_adapter (m, "web1", NIC);
	vmnet_extacl e = entry ("Inbound Allow 10 ANY ANY ANY ANY ANY 0");

	REFUSED (m, model_extacl_remove (m, "web1", NIC, VMNET_INBOUND, 10, E),
		 NOT_FOUND, "no extended ACL entry Inbound of weight 10; "
		 "there is none");
	DONE (model_extacl_add (m, "web1", NIC, &e, E));
	REFUSED (m, model_extacl_remove (m, "web1", NIC, VMNET_INBOUND, 11, E),
		 NOT_FOUND, "there are weights 10");
	REFUSED (m, model_extacl_remove (m, "web1", NIC, VMNET_OUTBOUND, 10,
					 E), NOT_FOUND, "there is none");
	DONE (model_extacl_remove (m, "web1", NIC, VMNET_INBOUND, 10, E));
	assert_int_equal (a->extacls->len, 0);
}

static void
add_some (vmnet_model *m)
{
	static const char *const lines[] = {
		"Inbound Allow 10 TCP 2001:db8::/32 ANY 80-90 ANY 77",
		"Outbound Deny 2147483647 UDP ANY 10.0.0.0/8 ANY 53 0",
		"Outbound Allow 0 ANY ANY ANY ANY ANY 0",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
		vmnet_extacl e = entry (lines[i]);

		e.isolation = i;
		DONE (model_extacl_add (m, "web1", NIC, &e, E));
	}
}

static void
test_store (void **state)
{
	vmnet_model *m = *state;
	g_autofree char *text = NULL, *broken = NULL;
	g_autoptr (vmnet_model) back = NULL;
	g_autoptr (GError) e = NULL;
	g_auto (GStrv) part = NULL;

	add_some (m);
	text = store_to_text (m);
	back = store_from_text (text, -1, "f", &e);
	assert_null (e);
	assert_true (model_equal (m, back));
	part = g_strsplit (text, "Inbound Allow 10 TCP", 2);
	broken = g_strconcat (part[0], "Inbound Allow 10 TPC", part[1], NULL);
	assert_null (store_from_text (broken, -1, "f", &e));
	assert_non_null (strstr (e->message, "adapters["));
	assert_non_null (strstr (e->message, ".extended_acls: '"));
	assert_non_null (strstr (e->message, "is no entry"));
}

/* Numbers are shared with the other entries, and there once. */
static void
test_numbers (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", NIC);
	g_autofree char *text = NULL;
	g_autoptr (GError) e = NULL;
	vmnet_acl acl = { .prefix = 0 };

	add_some (m);
	DONE (model_acl_add (m, "web1", NIC, &acl, E));
	((vmnet_extacl *) a->extacls->pdata[0])->id =
		((vmnet_acl *) a->acls->pdata[0])->id;
	text = store_to_text (m);
	assert_null (store_from_text (text, -1, "f", &e));
	assert_non_null (strstr (e->message, "is there twice"));
}

static void
test_dump (void **state)
{
	vmnet_model *m = *state;
	g_autofree char *text = NULL;

	add_some (m);
	text = model_dump (m);
	assert_non_null (strstr (text, "\nAdd-VMNetworkAdapterExtendedAcl "
		"-VMName web1 -VMNetworkAdapterName 'Network Adapter' "
		"-Action Allow -Direction Inbound -Weight 10 -LocalIPAddress "
		"'2001:db8::/32' -LocalPort '80-90' -Protocol TCP -Stateful "
		"$true -IdleSessionTimeout 77\n"));
	assert_non_null (strstr (text, "-Action Deny -Direction Outbound "
		"-Weight 2147483647 -RemoteIPAddress '10.0.0.0/8' "
		"-RemotePort '53' -Protocol UDP -IsolationID 1\n"));
	assert_non_null (strstr (text, "-Action Allow -Direction Outbound "
		"-Weight 0 -IsolationID 2\n"));
}

#define TEST(f) cmocka_unit_test_setup_teardown (f, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (test_ports), TEST (test_protocols), TEST (test_add),
		TEST (test_contradictions), TEST (test_full),
		TEST (test_remove), TEST (test_store), TEST (test_numbers),
		TEST (test_dump),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
