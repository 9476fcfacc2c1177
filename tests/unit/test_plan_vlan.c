/*
 * test_plan_vlan.c - VLANs against a real kernel: what is asked is there,
 * twice is no change, a step that fails anywhere leaves everything as it was.
 * Where the kernel knows no VLANs in bridges: the error, and nothing else.
 */
#include "plan_support.h"

#include <string.h>
#include <unistd.h>

static gboolean
has_vlans (fixture *f)
{
	g_autoptr (kn_link) l = kn_link_get (f->h->nl, "sw0", NULL);

	assert_non_null (l);
	return l->has_vlans;
}

/* Everything of edit_all is there; leaves the test where VLANs are not. */
static void
made (fixture *f)
{
	vmnet_txn *t = begin (f);

	edit_all (t);
	commit (t);
	if (!has_vlans (f))
		skip ();
}

static void
set (vmnet_txn *t, const char *vm, const char *name, vmnet_vlan v)
{
	vmnet_adapter_change c = { .vlan = &v };

	MUST (vmnet_adapter_set (t, vm, name, &c, &error));
}

#define ACCESS(n) ((vmnet_vlan) { .mode = VMNET_VLAN_ACCESS, .access = n })
#define TRUNK(list, n) ((vmnet_vlan) { .mode = VMNET_VLAN_TRUNK, \
				       .native = n, .allowed = (char *) list })
#define NONE ((vmnet_vlan) { .mode = VMNET_VLAN_UNTAGGED })

static void
edit_vlans (vmnet_txn *t)
{
	set (t, "web1", "Network Adapter", ACCESS (10));
	set (t, "web 2 ü", "Net", TRUNK ("10,20-30", 5));
}

/* "10-12 bare 10 pvid 10" of a port. */
static void
port_is (fixture *f, const char *port, const char *members, const char *bare,
	 guint pvid)
{
	g_autoptr (GPtrArray) all = kn_port_vlans_all (f->h->nl, NULL);
	int index = kn_ifindex (f->h->nl, port);

	for (guint i = 0; i < all->len; i++) {
		const kn_port_vlans *v = all->pdata[i];
		g_autofree char *m = vmnet_vlans_text (&v->member);
		g_autofree char *u = vmnet_vlans_text (&v->untagged);

		if (v->ifindex != index)
			continue;
		assert_string_equal (m, members);
		assert_string_equal (u, bare);
		assert_int_equal (v->pvid, pvid);
		return;
	}
	fail_msg ("%s is in no VLAN", port);
}

static gboolean
filters (fixture *f, const char *bridge)
{
	g_autoptr (kn_link) l = kn_link_get (f->h->nl, bridge, NULL);

	return l && l->vlan_filtering;
}

/* How many of the bridge's entries for the port are of that VLAN. */
static guint
entries (fixture *f, const char *port, guint16 vlan)
{
	g_autoptr (GPtrArray) all = kn_fdbs (f->h->nl, NULL);
	int index = kn_ifindex (f->h->nl, port);
	guint n = 0;

	for (guint i = 0; i < all->len; i++) {
		const kn_fdb *e = all->pdata[i];

		n += e->ifindex == index && e->vlan == vlan && e->is_static &&
			!e->is_local;
	}
	return n;
}

static void
nothing_to_restore (fixture *f)
{
	g_autoptr (GPtrArray) steps = vmnet_restore (f->h, NULL, NULL);

	assert_non_null (steps);
	for (guint i = 0; i < steps->len; i++)
		print_message ("# restore would: %s\n",
			       (char *) steps->pdata[i]);
	assert_int_equal (steps->len, 0);
}

/* vp1 is the host's adapter, vp2 web1's, vp3 that of web 2. */
static void
test_there_and_gone (void **state)
{
	fixture *f = *state;
	g_autofree char *before = NULL, *after = NULL;
	vmnet_txn *t;

	made (f);
	before = kernel_state (f);
	t = begin (f);
	edit_vlans (t);
	commit (t);
	assert_true (filters (f, "sw0"));
	port_is (f, "vp1", "4094", "4094", 4094);
	port_is (f, "vp2", "10", "10", 10);
	port_is (f, "vp3", "5,10,20-30", "5", 5);
	port_is (f, "pnic0", "5,10,20-30,4094", "4094", 4094);
	assert_int_equal (entries (f, "vp2", 10), 1);
	assert_int_equal (entries (f, "vp2", 4094), 0);
	assert_int_equal (entries (f, "vp3", 25), 1);
	nothing_to_restore (f);
	t = begin (f);
	set (t, "web1", "Network Adapter", NONE);
	set (t, "web 2 ü", "Net", NONE);
	commit (t);
	assert_false (filters (f, "sw0"));
	assert_int_equal (entries (f, "vp3", 25), 0);
	assert_int_equal (entries (f, "vp3", 4094), 1);
	after = kernel_state (f);
	assert_string_equal (before, after);
	nothing_to_restore (f);
}

/* Of `edit`, applied with a failure in every place. */
static void
fails_anywhere (fixture *f, void (*edit) (vmnet_txn *))
{
	g_autofree char *before = kernel_state (f);
	guint n = 1;

	for (guint at = 0; at <= n; at++) {
		vmnet_txn *t = begin (f);
		g_autofree char *after = NULL;

		edit (t);
		n = fail_at (f, t, at);
		vmnet_txn_free (t);
		after = kernel_state (f);
		assert_string_equal (before, after);
	}
	print_message ("# %u places to fail\n", n + 1);
	assert_true (n > 2);
}

static void
edit_other_vlans (vmnet_txn *t)
{
	set (t, "web1", "Network Adapter", TRUNK ("1-4094", 0));
	set (t, "web 2 ü", "Net", NONE);
	set (t, NULL, "sw0", ACCESS (4094));
}

static void
edit_no_vlans (vmnet_txn *t)
{
	set (t, "web1", "Network Adapter", NONE);
	set (t, "web 2 ü", "Net", NONE);
}

static void
edit_remove (vmnet_txn *t)
{
	MUST (vmnet_switch_remove (t, "sw0", &error));
	MUST (vmnet_vm_remove (t, "web1", &error));
}

static void
edit_uplink (vmnet_txn *t)
{
	vmnet_switch_change c = { .uplink = "pnic1" };

	MUST (vmnet_switch_set (t, "sw0", &c, &error));
	set (t, "web1", "Network Adapter", ACCESS (77));
}

static void
edit_disconnect (vmnet_txn *t)
{
	MUST (vmnet_adapter_connect (t, "web1", "Network Adapter", NULL,
				     &error));
	MUST (vmnet_switch_rename (t, "sw0", "front", &error));
}

static void
test_failure_anywhere (void **state)
{
	fixture *f = *state;
	vmnet_txn *t;

	made (f);
	fails_anywhere (f, edit_vlans);
	t = begin (f);
	edit_vlans (t);
	commit (t);
	fails_anywhere (f, edit_other_vlans);
	fails_anywhere (f, edit_no_vlans);
	fails_anywhere (f, edit_uplink);
	fails_anywhere (f, edit_disconnect);
	fails_anywhere (f, edit_remove);
	nothing_to_restore (f);
}

static void
edit_from_nothing (vmnet_txn *t)
{
	edit_all (t);
	edit_vlans (t);
}

static void
test_all_in_one (void **state)
{
	fixture *f = *state;
	vmnet_txn *t;

	made (f);
	t = begin (f);
	edit_remove (t);
	MUST (vmnet_vm_remove (t, "web 2 ü", &error));
	commit (t);
	fails_anywhere (f, edit_from_nothing);
	t = begin (f);
	edit_from_nothing (t);
	commit (t);
	port_is (f, "pnic0", "5,10,20-30,4094", "4094", 4094);
	assert_true (filters (f, "sw0"));
	nothing_to_restore (f);
	t = begin (f);
	edit_uplink (t);
	commit (t);
	port_is (f, "pnic1", "5,10,20-30,77,4094", "4094", 4094);
	nothing_to_restore (f);
	t = begin (f);
	edit_disconnect (t);
	commit (t);
	/* The VLAN waits with the adapter; the uplink does without it. */
	port_is (f, "pnic1", "5,10,20-30,4094", "4094", 4094);
	t = begin (f);
	MUST (vmnet_adapter_connect (t, "web1", "Network Adapter", "front",
				     &error));
	commit (t);
	port_is (f, "pnic1", "5,10,20-30,77,4094", "4094", 4094);
	nothing_to_restore (f);
}

/* Each number may be used; what stands for no VLAN makes room. */
static void
test_every_number (void **state)
{
	fixture *f = *state;
	vmnet_txn *t;

	made (f);
	t = begin (f);
	set (t, "web1", "Network Adapter", ACCESS (4094));
	commit (t);
	port_is (f, "vp1", "4093", "4093", 4093);
	port_is (f, "vp2", "4094", "4094", 4094);
	port_is (f, "vp3", "4093", "4093", 4093);
	port_is (f, "pnic0", "4093-4094", "4093", 4093);
	assert_int_equal (entries (f, "vp3", 4093), 1);
	t = begin (f);
	set (t, "web1", "Network Adapter", TRUNK ("1-4094", 0));
	commit (t);
	port_is (f, "vp1", "4094", "4094", 4094);
	port_is (f, "vp2", "1-4094", "4094", 4094);
	t = begin (f);
	set (t, "web1", "Network Adapter", TRUNK ("1-4094", 4094));
	commit (t);
	port_is (f, "vp1", "4093", "4093", 4093);
	port_is (f, "vp2", "1-4092,4094", "4094", 4094);
	nothing_to_restore (f);
}

/* More ranges than one message holds. */
static void
test_every_other (void **state)
{
	fixture *f = *state;
	g_autoptr (GString) list = g_string_new ("1");
	vmnet_txn *t;

	for (guint v = 3; v <= VMNET_VLAN_MAX; v += 2)
		g_string_append_printf (list, ",%u", v);
	made (f);
	t = begin (f);
	set (t, "web1", "Network Adapter", TRUNK (list->str, 1));
	commit (t);
	port_is (f, "vp2", list->str, "1", 1);
	nothing_to_restore (f);
}

static void
test_foreign_stays (void **state)
{
	fixture *f = *state;
	kn_port_vlans foreign = { 0 };
	vmnet_txn *t;

	made (f);
	vmnet_vlans_add (&foreign.member, 99);
	MUST (kn_port_vlans_add (f->h->nl, "vp2", &foreign, &error));
	MUST (kn_port_vlans_add (f->h->nl, "pnic0", &foreign, &error));
	t = begin (f);
	edit_vlans (t);
	commit (t);
	port_is (f, "vp2", "10,99", "10", 10);
	port_is (f, "pnic0", "5,10,20-30,99,4094", "4094", 4094);
	nothing_to_restore (f);
	t = begin (f);
	edit_no_vlans (t);
	commit (t);
	port_is (f, "vp2", "99,4094", "4094", 4094);
	port_is (f, "pnic0", "99,4094", "4094", 4094);
}

/* What someone else broke is mended by restore. */
static void
test_restore_mends (void **state)
{
	fixture *f = *state;
	g_autofree char *before = NULL, *after = NULL;
	vmnet_vlans gone = { 0 };
	vmnet_txn *t;

	made (f);
	t = begin (f);
	edit_vlans (t);
	commit (t);
	before = kernel_state (f);
	vmnet_vlans_add (&gone, 10);
	MUST (kn_port_vlans_del (f->h->nl, "pnic0", &gone, &error));
	MUST (kn_port_vlans_del (f->h->nl, "vp2", &gone, &error));
	MUST (kn_bridge_set_filtering (f->h->nl, "sw0", FALSE, &error));
	g_ptr_array_unref (vmnet_restore (f->h, NULL, NULL));
	after = kernel_state (f);
	assert_string_equal (before, after);
}

/* Names the object and the kernel's option, and changes nothing. */
static void
refused (fixture *f, void (*edit) (vmnet_txn *), const char *object)
{
	g_autofree char *before = kernel_state (f), *after = NULL;
	g_autoptr (GError) error = NULL;
	vmnet_txn *t = begin (f);

	edit (t);
	assert_false (vmnet_txn_commit (t, &error));
	vmnet_txn_free (t);
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_UNSUPPORTED));
	assert_non_null (strstr (error->message, object));
	assert_non_null (strstr (error->message,
				 "CONFIG_BRIDGE_VLAN_FILTERING"));
	after = kernel_state (f);
	assert_string_equal (before, after);
}

static void
test_kernel_without (void **state)
{
	fixture *f = *state;
	vmnet_txn *t = begin (f);

	edit_all (t);
	commit (t);
	if (has_vlans (f))
		skip ();
	refused (f, edit_vlans, "switch 'sw0'");
	t = begin (f);
	edit_remove (t);
	MUST (vmnet_vm_remove (t, "web 2 ü", &error));
	commit (t);
	/* Nor when the bridge is made by the same commit. */
	refused (f, edit_from_nothing, "port pnic0");
}

int
main (void)
{
#define T(f) cmocka_unit_test_setup_teardown (f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T (test_kernel_without),
		T (test_there_and_gone),
		T (test_failure_anywhere),
		T (test_all_in_one),
		T (test_every_number),
		T (test_every_other),
		T (test_foreign_stays),
		T (test_restore_mends),
	};

	if (geteuid () != 0) {
		print_message ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, NULL, NULL);
}
