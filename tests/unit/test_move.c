/*
 * test_move.c - a VM's identity as a document: all of it arrives, under the
 * numbers of the other host, and a total is never counted twice.
 */
#include "model_fixture.h"

#include "move/identity.h"

/* Each counter shows ten bytes and one packet for each of its number. */
static void
count (guint32 id, guint64 *bytes, guint64 *packets, gpointer user)
{
	*bytes = 10 * id;
	*packets = id;
}

static void
count_nothing (guint32 id, guint64 *bytes, guint64 *packets, gpointer user)
{
	*bytes = *packets = 0;
}

static vmnet_adapter *
web1 (const vmnet_model *m)
{
	return vmnet_model_adapter (m, "web1", "Network Adapter");
}

static vmnet_acl *
entry (const vmnet_model *m, guint i)
{
	return web1 (m)->acls->pdata[i];
}

static void
add_entry (vmnet_model *m, const char *address, vmnet_action action)
{
	vmnet_acl acl = { .action = action };

	DONE (vmnet_acl_parse (address, FALSE, &acl, E));
	DONE (model_acl_add (m, "web1", "Network Adapter", &acl, E));
}

/* Of the fixture's VM, made rich. */
static vmnet_model *
leaving (vmnet_model *m)
{
	vmnet_adapter_change c = { .max = { TRUE, 5000000 },
				   .min_absolute = { TRUE, 1000000 },
				   .spoofing = &yes, .teaming = &yes,
				   .vmq_weight = { TRUE, 3 },
				   .iov_weight = { TRUE, 50 },
				   .iov_queue_pairs = { TRUE, 2 } };
	g_autofree char *text = NULL;
	vmnet_model *out;

	DONE (model_adapter_set (m, "web1", "Network Adapter", &c, E));
	DONE (model_adapter_add (m, "web1", "Dark", "dark", NULL, E));
	DONE (model_vm_add (m, "other", TRUE, E));
	add_entry (m, "10.0.0.0/8", VMNET_ACL_METER);
	add_entry (m, "192.0.2.0/24", VMNET_ACL_DENY);
	entry (m, 0)->base_bytes = 4;
	entry (m, 0)->carried_bytes = 1000;
	DONE ((text = identity_export (m, "WEB1", count, NULL, E)) != NULL);
	DONE ((out = identity_parse (text, E)) != NULL);
	return out;
}

/* A host with a VM of its own, so that numbers differ. */
static vmnet_model *
arriving (void)
{
	vmnet_model *m;

	setup ((void **) &m);
	DONE (model_vm_remove (m, "web1", E));
	DONE (model_vm_add (m, "own", TRUE, E));
	DONE (model_adapter_add (m, "own", NULL, "sw0", NULL, E));
	m->next_acl = 77;
	return m;
}

/* The numbers of `like`, so that all the rest can be compared. */
static void
renumber (vmnet_model *m, const vmnet_model *like)
{
	m->next_slot = like->next_slot;
	m->next_acl = like->next_acl;
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = m->adapters->pdata[i];
		const vmnet_adapter *b = like->adapters->pdata[i];

		a->slot = b->slot;
		for (guint j = 0; j < a->acls->len; j++)
			((vmnet_acl *) a->acls->pdata[j])->id =
				((vmnet_acl *) b->acls->pdata[j])->id;
	}
}

static void
test_all_of_it (void **state)
{
	g_autoptr (vmnet_model) doc = leaving (*state), m = arriving ();
	g_autoptr (vmnet_model) again = NULL;
	g_autofree char *text = NULL;
	guint32 slot = m->next_slot;

	assert_int_equal (doc->vms->len, 1);
	assert_int_equal (doc->switches->len, 2);
	assert_int_equal (doc->adapters->len, 2);
	DONE (identity_import (m, doc, NULL, E));
	assert_int_equal (web1 (m)->slot, slot);
	assert_int_equal (m->next_slot, slot + 2);
	assert_int_equal (entry (m, 0)->id, 77);
	assert_int_equal (entry (m, 0)->carried_bytes, 1000 + 10 - 4);
	assert_int_equal (entry (m, 0)->carried_packets, 1);
	assert_int_equal (entry (m, 0)->base_bytes, 0);
	DONE ((text = identity_export (m, "web1", count_nothing, NULL, E))
	      != NULL);
	DONE ((again = identity_parse (text, E)) != NULL);
	renumber (again, doc);
	assert_true (model_equal (again, doc));
}

/* Extended entries go along, and keep their number when they come again. */
static void
test_extended (void **state)
{
	vmnet_extacl e = { .protocol = { TRUE, 6 }, .weight = 10,
		.local_port = { TRUE, 80, 90 }, .stateful = TRUE, .idle = 60 };
	g_autoptr (vmnet_model) doc = NULL, m = arriving ();
	const vmnet_extacl *there;

	DONE (model_extacl_add (*state, "web1", "Network Adapter", &e, E));
	doc = leaving (*state);
	DONE (identity_import (m, doc, NULL, E));
	assert_int_equal (web1 (m)->extacls->len, 1);
	there = web1 (m)->extacls->pdata[0];
	assert_true (vmnet_extacl_equal (there, &e));
	assert_int_equal (there->id, 79);
	DONE (identity_import (m, doc, NULL, E));
	there = web1 (m)->extacls->pdata[0];
	assert_int_equal (there->id, 79);
	assert_int_equal (m->next_acl, 80);
}

static void
test_totals_once (void **state)
{
	g_autoptr (vmnet_model) doc = leaving (*state), m = arriving ();
	g_autoptr (vmnet_model) again = NULL, home = NULL;
	g_autofree char *text = NULL;

	DONE (identity_import (m, doc, NULL, E));
	/* Settled with the last figures: they stand for the first ones. */
	entry (doc, 0)->carried_bytes = 5000;
	DONE (identity_import (m, doc, NULL, E));
	assert_int_equal (entry (m, 0)->id, 77);
	assert_int_equal (m->next_acl, 79);
	assert_int_equal (entry (m, 0)->carried_bytes, 5000);
	/* What was counted there goes along when it moves on. */
	DONE ((text = identity_export (m, "web1", count, NULL, E)) != NULL);
	DONE ((again = identity_parse (text, E)) != NULL);
	assert_int_equal (entry (again, 0)->carried_bytes, 5770);
	home = arriving ();
	DONE (identity_import (home, again, NULL, E));
	g_clear_pointer (&text, g_free);
	DONE ((text = identity_export (home, "web1", count_nothing, NULL, E))
	      != NULL);
	assert_non_null (strstr (text, "10.0.0.0/8 0 0 5770 78"));
}

static void
test_switches_there (void **state)
{
	g_autoptr (vmnet_model) doc = leaving (*state), m = arriving ();
	static const char *const pairs[] = { "SW0=far", "dark=lan", NULL };
	static const char *const one[] = { "far", NULL };

	add_switch (m, "far", VMNET_SWITCH_EXTERNAL, "pnic1",
		    VMNET_BW_ABSOLUTE);
	DONE (identity_import (m, doc, pairs, E));
	assert_string_equal (web1 (m)->vswitch, "far");
	assert_string_equal (vmnet_model_adapter (m, "web1", "Dark")->vswitch,
			     "lan");
	DONE (identity_import (m, doc, one, E));
	assert_string_equal (vmnet_model_adapter (m, "web1", "Dark")->vswitch,
			     "far");
	identity_disconnect (m, "web1");
	assert_null (web1 (m)->vswitch);
}

static void
test_refused (void **state)
{
	g_autoptr (vmnet_model) doc = leaving (*state), m = arriving ();
	static const char *const weights[] = { "sw0=w", NULL };
	static const char *const none[] = { "sw0=nope", NULL };
	g_autoptr (GError) e = NULL;

	add_switch (m, "w", VMNET_SWITCH_EXTERNAL, "pnic1", VMNET_BW_WEIGHT);
	REFUSED (m, identity_import (m, doc, none, E), NOT_FOUND, "'nope'");
	REFUSED (m, identity_import (m, doc, weights, E), INVALID,
		 "MinimumBandwidthAbsolute");
	memcpy (vmnet_model_adapter (m, "own", "Network Adapter")->mac,
		web1 (doc)->mac, 6);
	REFUSED (m, identity_import (m, doc, NULL, E), EXISTS,
		 "has the MAC address");
	assert_null (identity_export (m, "nope", count, NULL, &e));
	assert_non_null (strstr (e->message, "no such virtual machine"));
	g_clear_error (&e);
	assert_null (identity_parse ("{}", &e));
	g_clear_error (&e);
	g_ptr_array_set_size (doc->adapters, 0);
	g_ptr_array_set_size (doc->vms, 0);
	{
		g_autofree char *text = store_to_text (doc);

		assert_null (identity_parse (text, &e));
		assert_non_null (strstr (e->message, "0 VMs"));
	}
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST (test_all_of_it),
		TEST (test_extended),
		TEST (test_totals_once),
		TEST (test_switches_there),
		TEST (test_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
