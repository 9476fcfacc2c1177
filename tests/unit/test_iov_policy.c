/*
 * test_iov_policy.c - what of an adapter's policy its virtual function keeps,
 * and what is named as bypassed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "iov/assign.h"
#include "model/edit.h"

/* An adapter with nothing asked of it; the model owns it. */
static vmnet_adapter *
plain (vmnet_model *m)
{
	gboolean yes = TRUE;
	vmnet_adapter_change c = { .spoofing = &yes };

	assert_true (model_vm_add (m, "web1", FALSE, NULL));
	assert_non_null (model_adapter_add (m, "web1", "nic", NULL, &c,
					    NULL));
	return vmnet_model_adapter (m, "web1", "nic");
}

/* `kept` and `not` as lists; empty: none. */
static void
assert_policies (const vmnet_adapter *a, const char *kept, const char *not)
{
	g_autoptr (GPtrArray) all = iov_policies (a);
	g_autoptr (GString) in_nic = g_string_new (NULL);
	static const vmnet_switch sw;
	g_autofree char *bypassed = iov_bypassed (&sw, a);

	for (guint i = 0; i < all->len; i++) {
		const iov_policy *p = all->pdata[i];

		if (p->in_nic)
			g_string_append_printf (in_nic, "%s%s", in_nic->len
						? ", " : "", p->what);
	}
	assert_string_equal (in_nic->str, kept);
	assert_string_equal (bypassed ? bypassed : "", not);
}

static void
test_nothing (void **state)
{
	g_autoptr (vmnet_model) m = model_new ();

	assert_policies (plain (m), "", "");
}

/* A card checks MAC addresses, and looks no further. */
static void
test_guards (void **state)
{
	static const char *const names[VMNET_GUARDS] = {
		[VMNET_GUARD_DHCP] = "DHCP guard",
		[VMNET_GUARD_ROUTER] = "router guard",
		[VMNET_GUARD_NEIGHBOR] = "neighbour guard",
		[VMNET_GUARD_STORM] = "storm limit",
		[VMNET_GUARD_ADDRESSES] = "IP address limit",
	};

	for (guint i = 0; i < VMNET_GUARDS; i++) {
		g_autoptr (vmnet_model) m = model_new ();
		vmnet_adapter *a = plain (m);

		a->guards[i] = 1;
		a->spoofing = FALSE;
		assert_policies (a, "MAC address guard", names[i]);
	}
}

static void
test_acl_and_cap (void **state)
{
	g_autoptr (vmnet_model) m = model_new ();
	vmnet_adapter *a = plain (m);
	vmnet_acl *deny = g_new0 (vmnet_acl, 1), *meter = g_new0 (vmnet_acl, 1);

	deny->action = VMNET_ACL_DENY;
	meter->action = VMNET_ACL_METER;
	g_ptr_array_add (a->acls, deny);
	g_ptr_array_add (a->acls, meter);
	a->max = (vmnet_opt) { TRUE, 5000000 };
	a->vlan.mode = VMNET_VLAN_ACCESS;
	a->guards[VMNET_GUARD_DHCP] = 1;
	assert_policies (a, "cap, access VLAN", "DHCP guard, ACL, meter");
}

/* A team loosens a check: told, but nothing that a software NIC would have
 * to keep instead. */
static void
test_team (void **state)
{
	g_autoptr (vmnet_model) m = model_new ();
	vmnet_adapter *a = plain (m);
	g_autoptr (GPtrArray) all = NULL;

	a->spoofing = FALSE;
	assert_false (iov_any_source (a));
	a->teaming = TRUE;
	assert_true (iov_any_source (a));
	assert_policies (a, "", "");
	all = iov_policies (a);
	assert_int_equal (all->len, 1);
	assert_string_equal (((iov_policy *) all->pdata[0])->what,
			     "MAC address guard of its team");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_nothing),
		cmocka_unit_test (test_guards),
		cmocka_unit_test (test_acl_and_cap),
		cmocka_unit_test (test_team),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
