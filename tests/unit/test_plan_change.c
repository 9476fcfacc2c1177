/*
 * test_plan_change.c - what is there already and changes: the host adapter
 * comes and goes, switches change their uplink, type and name, links their
 * speed; nothing of the host's is lost on the way.
 */
#include "plan_support.h"

#include <string.h>
#include <unistd.h>

#include "lab/lab.h"

static void
mac_of (fixture *f, const char *link, guint8 mac[6])
{
	g_autoptr (kn_link) l = kn_link_get (f->h->nl, link, NULL);

	assert_non_null (l);
	memcpy (mac, l->mac, 6);
}

static void
has_mac (fixture *f, const char *link, const guint8 mac[6])
{
	guint8 now[6];

	mac_of (f, link, now);
	assert_memory_equal (now, mac, 6);
}

/* What is in force is what was asked: restore finds nothing to do. */
static void
settled (fixture *f)
{
	g_autoptr (GError) error = NULL;
	g_autoptr (GPtrArray) steps = vmnet_restore (f->h, NULL, &error);

	if (steps == NULL)
		fail_msg ("%s", error->message);
	for (guint i = 0; i < steps->len; i++)
		print_message ("# restore would: %s\n",
			       (char *) steps->pdata[i]);
	assert_int_equal (steps->len, 0);
}

static void
make_switch (fixture *f, const char *uplink, gboolean host)
{
	vmnet_switch_spec s = { .name = "sw0", .uplink = uplink,
		.type = uplink ? VMNET_SWITCH_EXTERNAL : VMNET_SWITCH_INTERNAL,
		.allow_management_os = host };
	vmnet_txn *t = begin (f);

	MUST (vmnet_switch_add (t, &s, &error));
	commit (t);
}

static void
change_switch (fixture *f, const vmnet_switch_change *c)
{
	vmnet_txn *t = begin (f);

	MUST (vmnet_switch_set (t, "sw0", c, &error));
	commit (t);
}

static void
remove_switch (fixture *f)
{
	vmnet_txn *t = begin (f);

	MUST (vmnet_switch_remove (t, "sw0", &error));
	commit (t);
}

static void
test_host_adapter_comes_and_goes (void **state)
{
	fixture *f = *state;
	gboolean on = TRUE, off = FALSE;
	vmnet_switch_change with = { .allow_management_os = &on };
	vmnet_switch_change without = { .allow_management_os = &off };
	g_autofree char *before = NULL;
	guint8 mac[6];
	vmnet_txn *t;

	give_address (f, "pnic0");
	mac_of (f, "pnic0", mac);
	make_switch (f, "pnic0", FALSE);
	before = kernel_state (f);
	for (guint i = 0; i < 2; i++) {
		g_autofree char *after = NULL;

		change_switch (f, &with);
		assert_true (has_address (f, "ve-sw0"));
		assert_false (has_address (f, "pnic0"));
		has_mac (f, "ve-sw0", mac);
		settled (f);
		t = begin (f);
		if (i == 0)
			MUST (vmnet_switch_set (t, "sw0", &without, &error));
		else
			MUST (vmnet_adapter_remove (t, NULL, "sw0", &error));
		commit (t);
		after = kernel_state (f);
		assert_string_equal (before, after);
		settled (f);
	}
	remove_switch (f);
	has_mac (f, "pnic0", mac);
}

static void
test_uplink_changes (void **state)
{
	fixture *f = *state;
	vmnet_switch_change other = { .uplink = "pnic1" };
	guint8 first[6], second[6];

	give_address (f, "pnic0");
	mac_of (f, "pnic0", first);
	mac_of (f, "pnic1", second);
	make_switch (f, "pnic0", TRUE);
	change_switch (f, &other);
	/* The host keeps its address, with the new adapter's MAC. */
	assert_true (has_address (f, "ve-sw0"));
	has_mac (f, "pnic0", first);
	has_mac (f, "ve-sw0", second);
	settled (f);
	remove_switch (f);
	has_mac (f, "pnic1", second);
	assert_true (has_address (f, "pnic1"));
}

static void
test_type_changes (void **state)
{
	fixture *f = *state;
	vmnet_switch_type internal = VMNET_SWITCH_INTERNAL;
	vmnet_switch_type external = VMNET_SWITCH_EXTERNAL;
	vmnet_switch_change in = { .type = &internal };
	vmnet_switch_change out = { .type = &external, .uplink = "pnic0" };
	g_autofree char *before = NULL, *after = NULL;
	guint8 mac[6];

	give_address (f, "pnic0");
	before = kernel_state (f);
	mac_of (f, "pnic0", mac);
	make_switch (f, "pnic0", TRUE);
	for (guint i = 0; i < 2; i++) {
		change_switch (f, &in);
		has_mac (f, "pnic0", mac);
		assert_true (has_address (f, "pnic0"));
		assert_false (has_address (f, "ve-sw0"));
		settled (f);
		change_switch (f, &out);
		has_mac (f, "ve-sw0", mac);
		assert_true (has_address (f, "ve-sw0"));
		settled (f);
	}
	remove_switch (f);
	after = kernel_state (f);
	assert_string_equal (before, after);
}

static void
test_static_mac_of_host (void **state)
{
	fixture *f = *state;
	const guint8 own[6] = { 0x00, 0x15, 0x5d, 9, 9, 9 };
	vmnet_adapter_change c = { .mac = own };
	guint8 mac[6];
	vmnet_txn *t;

	mac_of (f, "pnic0", mac);
	make_switch (f, "pnic0", TRUE);
	t = begin (f);
	MUST (vmnet_adapter_set (t, NULL, "sw0", &c, &error));
	commit (t);
	has_mac (f, "ve-sw0", own);
	has_mac (f, "pnic0", mac);
	settled (f);
	remove_switch (f);
	has_mac (f, "pnic0", mac);
}

static void
give_stored_address (fixture *f)
{
	vmnet_ipaddress a = { (char *) "vEthernet (sw0)",
		(char *) "192.0.2.5", 24, (char *) "192.0.2.1" };
	vmnet_txn *t = begin (f);

	MUST (vmnet_address_add (t, &a, &error));
	commit (t);
}

static void
test_rename_keeps_addresses (void **state)
{
	fixture *f = *state;
	vmnet_txn *t;

	make_switch (f, NULL, TRUE);
	give_stored_address (f);
	t = begin (f);
	MUST (vmnet_switch_rename (t, "sw0", "front", &error));
	commit (t);
	assert_true (has_address (f, "ve-front"));
	settled (f);
	/* The old name is free again, as alternative name too. */
	make_switch (f, NULL, TRUE);
	assert_int_equal (kn_ifindex (f->h->nl, "vEthernet (front)"),
			  kn_ifindex (f->h->nl, "ve-front"));
	t = begin (f);
	MUST (vmnet_switch_remove (t, "front", &error));
	commit (t);
	remove_switch (f);
}

static void
test_removal_takes_stored_addresses (void **state)
{
	fixture *f = *state;
	g_autofree char *before = NULL, *after = NULL;

	MUST (kn_link_set_up (f->h->nl, "pnic0", TRUE, &error));
	before = kernel_state (f);
	make_switch (f, "pnic0", TRUE);
	give_stored_address (f);
	assert_true (has_address (f, "ve-sw0"));
	remove_switch (f);
	after = kernel_state (f);
	assert_string_equal (before, after);
}

/* One that was given to the adapter before a switch took it. */
static void
test_stored_address_of_uplink (void **state)
{
	fixture *f = *state;
	vmnet_ipaddress a = { (char *) "pnic0", (char *) "192.0.2.5", 24,
		NULL };
	vmnet_txn *t = begin (f);

	MUST (kn_link_set_up (f->h->nl, "pnic0", TRUE, &error));
	MUST (vmnet_address_add (t, &a, &error));
	commit (t);
	make_switch (f, "pnic0", TRUE);
	assert_true (has_address (f, "ve-sw0"));
	settled (f);
	assert_false (has_address (f, "pnic0"));
	remove_switch (f);
	settled (f);
	assert_true (has_address (f, "pnic0"));
}

static guint64
class_rate (fixture *f, const char *nic, guint32 handle)
{
	g_autoptr (GPtrArray) all = kn_classes (f->h->nl,
		kn_ifindex (f->h->nl, nic), NULL);

	for (guint i = 0; all && i < all->len; i++)
		if (((kn_class *) all->pdata[i])->handle == handle)
			return ((kn_class *) all->pdata[i])->rate;
	return 0;
}

static void
test_speed_changes (void **state)
{
	fixture *f = *state;
	vmnet_txn *t;
	g_autoptr (GError) e = NULL;
	g_autofree char *before = NULL, *after = NULL;

	MUST (vmnet_lab_set_speed (f->h, "pnic0", 1000000000, &error));
	t = begin (f);
	edit_all (t);
	commit (t);
	assert_int_equal (class_rate (f, "pnic0", 0x10001), 1000000000);
	MUST (vmnet_lab_set_speed (f->h, "pnic0", 200000000, &error));
	assert_int_equal (class_rate (f, "pnic0", 0x10001), 200000000);
	before = kernel_state (f);
	/* The floor of 120 Mbit/s would be a promise that cannot be kept. */
	assert_false (vmnet_lab_set_speed (f->h, "pnic0", 100000000, &e));
	assert_non_null (strstr (e->message, "120000000"));
	assert_int_equal (lab_speed (f->h->run_dir, "pnic0"), 200000000);
	after = kernel_state (f);
	assert_string_equal (before, after);
	settled (f);
}

/* Somebody pulled the card: what hangs on it can still be changed. */
static void
test_uplink_vanishes (void **state)
{
	fixture *f = *state;
	vmnet_adapter_change c = { .max = { TRUE, 50000000 } };
	vmnet_txn *t;

	MUST (kn_ifb_add (f->h->nl, "card0", &error));
	make_switch (f, "card0", FALSE);
	t = begin (f);
	MUST (vmnet_vm_add (t, "a", &error));
	MUST (vmnet_adapter_add (t, "a", NULL, "sw0", NULL, &error));
	commit (t);
	MUST (kn_link_del (f->h->nl, "card0", &error));
	t = begin (f);
	MUST (vmnet_adapter_set (t, "a", "Network Adapter", &c, &error));
	commit (t);
	t = begin (f);
	MUST (vmnet_vm_remove (t, "a", &error));
	commit (t);
	remove_switch (f);
}

/* A name of ours that somebody else has: nothing stays behind. */
static void
test_altname_is_taken (void **state)
{
	fixture *f = *state;
	vmnet_switch_spec s = { .name = "sw0", .type = VMNET_SWITCH_INTERNAL };
	g_autofree char *before = NULL, *after = NULL;
	g_autoptr (GError) e = NULL;
	vmnet_txn *t;

	MUST (kn_link_add_altname (f->h->nl, "pnic1", "vEthernet (sw0)",
				   &error));
	before = kernel_state (f);
	t = begin (f);
	MUST (vmnet_switch_add (t, &s, &error));
	assert_false (vmnet_txn_commit (t, &e));
	vmnet_txn_free (t);
	after = kernel_state (f);
	assert_string_equal (before, after);
}

static int
end_of (fixture *f, const char *name, guint8 mac[6])
{
	int ns = lab_vm_netns (f->lab, "v", NULL);
	g_autoptr (kn) k = kn_open (ns, NULL);
	g_autoptr (kn_link) l = kn_link_get (k, name, NULL);

	close (ns);
	if (l)
		memcpy (mac, l->mac, 6);
	return l != NULL;
}

static gboolean
refuse (plan *p, step *s, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED, "injected");
	return FALSE;
}

/* Inside the VM, too, everything is as before: eth0 is not eth1. */
static void
test_undo_keeps_names_in_vm (void **state)
{
	fixture *f = *state;
	g_autoptr (plan) p = NULL;
	g_autoptr (GError) e = NULL;
	guint8 mac[2][6], now[6];
	vmnet_txn *t;

	make_switch (f, NULL, TRUE);
	t = begin (f);
	MUST (vmnet_vm_add (t, "v", &error));
	MUST (vmnet_adapter_add (t, "v", "a", "sw0", NULL, &error));
	MUST (vmnet_adapter_add (t, "v", "b", "sw0", NULL, &error));
	commit (t);
	assert_true (end_of (f, "eth0", mac[0]) && end_of (f, "eth1", mac[1]));
	t = begin (f);
	MUST (vmnet_adapter_remove (t, "v", "a", &error));
	MUST (vmnet_adapter_remove (t, "v", "b", &error));
	MUST (p = plan_make (f->h, t->base, NULL, t->model, FALSE, &error));
	plan_step (p, refuse, NULL, "fail here");
	assert_false (plan_apply (p, &e));
	g_clear_pointer (&p, plan_free);
	vmnet_txn_free (t);
	assert_true (end_of (f, "eth0", now));
	assert_memory_equal (now, mac[0], 6);
	assert_true (end_of (f, "eth1", now));
	assert_memory_equal (now, mac[1], 6);
}

/* A commit was cut off, and the next one fails: what the first one made is
 * known even then. */
static void
test_leftover_outlives_failure (void **state)
{
	fixture *f = *state;
	g_autofree char *before = kernel_state (f), *after = NULL;
	g_autoptr (plan) p = NULL;
	g_autoptr (GPtrArray) steps = NULL;
	g_autoptr (GError) e = NULL;
	vmnet_switch_spec s = { .name = "sw1", .type = VMNET_SWITCH_INTERNAL };
	vmnet_txn *t = begin (f);

	edit_all (t);
	t->model->generation++;
	MUST (journal_begin (f->state, t->base, t->model, &error));
	MUST (p = plan_make (f->h, t->base, NULL, t->model, FALSE, &error));
	MUST (plan_apply (p, &error));
	g_clear_pointer (&p, plan_free);
	vmnet_txn_free (t);	/* as after kill -9 */

	MUST (kn_link_add_altname (f->h->nl, "pnic1", "vEthernet (sw1)",
				   &error));
	t = begin (f);
	MUST (vmnet_switch_add (t, &s, &error));
	assert_false (vmnet_txn_commit (t, &e));
	vmnet_txn_free (t);

	MUST (steps = vmnet_restore (f->h, NULL, &error));
	after = kernel_state (f);
	assert_string_equal (before, after);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (test_host_adapter_comes_and_goes),
		TEST (test_uplink_changes),
		TEST (test_type_changes),
		TEST (test_static_mac_of_host),
		TEST (test_rename_keeps_addresses),
		TEST (test_removal_takes_stored_addresses),
		TEST (test_stored_address_of_uplink),
		TEST (test_speed_changes),
		TEST (test_uplink_vanishes),
		TEST (test_altname_is_taken),
		TEST (test_undo_keeps_names_in_vm),
		TEST (test_leftover_outlives_failure),
	};

	if (geteuid () != 0) {
		print_message ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, NULL, NULL);
}
