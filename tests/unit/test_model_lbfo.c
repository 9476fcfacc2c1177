/*
 * test_model_lbfo.c - teams of the host in the model: what is refused and why,
 * names of interfaces, the store's document and the dump.
 */
#include "model_fixture.h"

#include "model/lbfo.h"

#define BUSY VMNET_ERROR_BUSY

static const char *const two[] = { "nic0", "nic1", NULL };
static const char *const three[] = { "nic0", "nic1", "nic2", NULL };

static gboolean
add (vmnet_model *m, const char *name, const char *const *members,
     vmnet_lbfo_mode mode, GError **error)
{
	const vmnet_lbfo_spec s = { .name = name, .members = members,
				    .mode = mode };

	return model_lbfo_add (m, &s, error);
}

static int
teamed (void **state)
{
	setup (state);
	DONE (add (*state, "Team1", two, VMNET_LBFO_INDEPENDENT, E));
	return 0;
}

static void
test_made (void **state)
{
	static const char *const taken[] = { "pnic0", NULL };
	static const char *const twice[] = { "nic5", "nic5", NULL };
	static const char *const other[] = { "nic5", NULL };
	static const char *const itself[] = { "Team1", NULL };
	static const char *const turned[] = { "nic1", "nic0", NULL };
	vmnet_model *m = *state;

	SAME (m, add (m, "team1", turned, VMNET_LBFO_INDEPENDENT, E));
	REFUSED (m, add (m, "Team1", two, VMNET_LBFO_LACP, E), EXISTS,
		 "exists with SwitchIndependent");
	REFUSED (m, add (m, "Team1", other, VMNET_LBFO_INDEPENDENT, E),
		 EXISTS, "exists with nic0, nic1");
	REFUSED (m, add (m, "Team2", two, VMNET_LBFO_STATIC, E), INVALID,
		 "nic0 is a member of team 'Team1'");
	REFUSED (m, add (m, "Team2", taken, VMNET_LBFO_STATIC, E), INVALID,
		 "pnic0 is the network adapter of switch 'sw0'");
	REFUSED (m, add (m, "Team2", twice, VMNET_LBFO_STATIC, E), INVALID,
		 "there twice");
	REFUSED (m, add (m, "Team2", itself, VMNET_LBFO_STATIC, E), INVALID,
		 "Team1 is a team itself");
	REFUSED (m, add (m, "Team2", two + 2, VMNET_LBFO_STATIC, E), INVALID,
		 "0 members");
	REFUSED (m, add (m, "sw0", other, VMNET_LBFO_STATIC, E), INVALID,
		 "switch 'sw0' has the interface name sw0");
	DONE (add (m, "Team2", other, VMNET_LBFO_STATIC, E));
}

static void
test_standby (void **state)
{
	const vmnet_lbfo_mode lacp = VMNET_LBFO_LACP;
	const gboolean fast = TRUE;
	const vmnet_lbfo_change mode = { .mode = &lacp };
	const vmnet_lbfo_change timer = { .fast = &fast };
	vmnet_model *m = *state;

	DONE (model_lbfo_member_set (m, "Team1", "nic1", TRUE, E));
	SAME (m, model_lbfo_member_add (m, "Team1", "nic1", TRUE, E));
	REFUSED (m, model_lbfo_member_add (m, "Team1", "nic1", FALSE, E),
		 EXISTS, "a member already, and Standby");
	REFUSED (m, model_lbfo_member_set (m, "Team1", "nic0", TRUE, E),
		 INVALID, "nic1 waits already");
	REFUSED (m, model_lbfo_member_add (m, "Team1", "nic2", FALSE, E),
		 INVALID, "goes with one active one: of 3");
	REFUSED (m, model_lbfo_set (m, "Team1", &mode, E), INVALID,
		 "not Lacp");
	REFUSED (m, model_lbfo_set (m, "Team1", &timer, E), INVALID,
		 "-LacpTimer Fast goes with -TeamingMode Lacp");
	DONE (model_lbfo_member_remove (m, "Team1", "nic0", E));
	assert_null (vmnet_model_lbfo (m, "Team1")->standby);
	REFUSED (m, model_lbfo_member_remove (m, "Team1", "nic1", E),
		 INVALID, "its last member");
	REFUSED (m, model_lbfo_member_remove (m, "Team1", "nic0", E),
		 NOT_FOUND, "nic0 is no member");
	DONE (model_lbfo_set (m, "Team1", &mode, E));
	DONE (model_lbfo_set (m, "Team1", &timer, E));
}

static char *
interface (const vmnet_model *m, const char *name)
{
	return lbfo_interface (m, name);
}

static void
assert_interface (const vmnet_model *m, const char *name, const char *wanted)
{
	g_autofree char *got = interface (m, name);

	assert_string_equal (got ? got : "none", wanted);
}

static void
test_nics (void **state)
{
	vmnet_model *m = *state;

	assert_string_equal (model_lbfo_nic_add (m, "Team1", 42, NULL, NULL),
			     "Team1 - VLAN 42");
	assert_non_null (model_lbfo_nic_add (m, "Team1", 7, "storage", NULL));
	SAME (m, model_lbfo_nic_add (m, "Team1", 42, NULL, E));
	REFUSED (m, model_lbfo_nic_add (m, "Team1", 42, "x", E), EXISTS,
		 "VLAN 42 has the interface 'Team1 - VLAN 42'");
	REFUSED (m, model_lbfo_nic_add (m, "Team1", 43, "Storage", E),
		 EXISTS, "team 'Team1' has one of that name");
	REFUSED (m, model_lbfo_nic_add (m, "Team1", 4095, NULL, E), INVALID,
		 "out of range");
	REFUSED (m, model_lbfo_nic_remove (m, "Team1", "Team1", E), INVALID,
		 "its primary interface");
	REFUSED (m, model_lbfo_nic_set (m, "Team1", "storage", 0, E),
		 INVALID, "-Default is for the primary interface 'Team1'");
	assert_interface (m, "Team1", "Team1");
	assert_interface (m, "team1 - vlan 42", "Team1.42");
	assert_interface (m, "storage", "storage");
	assert_interface (m, "nic0", "none");
	DONE (model_lbfo_nic_set (m, "Team1", "Team1", 9, E));
	assert_interface (m, "Team1", "Team1.9");
	DONE (model_lbfo_nic_set (m, "Team1", "Team1", 0, E));
	DONE (model_lbfo_nic_remove (m, "Team1", "storage", E));
	REFUSED (m, model_lbfo_nic_remove (m, "Team1", "storage", E),
		 NOT_FOUND, "no interface 'storage'");
}

static void
test_switch (void **state)
{
	vmnet_model *m = *state;
	vmnet_switch_spec s = { .name = "sw1", .uplink = "nic0" };

	REFUSED (m, model_switch_add (m, &s, E), INVALID,
		 "nic0 is a member of team 'Team1'; give it the team "
		 "(-NetAdapterName Team1)");
	s.name = "Team1";
	s.uplink = "nic9";
	REFUSED (m, model_switch_add (m, &s, E), INVALID,
		 "team 'Team1' has the interface name Team1");
	s.name = "sw1";
	s.uplink = "Team1";
	DONE (model_switch_add (m, &s, E));
	REFUSED (m, model_lbfo_remove (m, "Team1", E), BUSY,
		 "switch 'sw1' has Team1 as its network adapter");
	DONE (model_lbfo_rename (m, "Team1", "Uplink of all", E));
	assert_string_equal (vmnet_model_switch (m, "sw1")->uplink,
			     "uplink-o~25c653");
	REFUSED (m, model_lbfo_rename (m, "Uplink of all", "sw0", E),
		 INVALID, "switch 'sw0' has the interface name");
	DONE (model_switch_remove (m, "sw1", E));
	DONE (model_lbfo_remove (m, "uplink OF all", E));
}

static void
test_text (void **state)
{
	vmnet_model *m = *state;
	g_autoptr (vmnet_model) again = NULL;
	g_autofree char *text = NULL, *dump = NULL, *bad = NULL;
	GError *e = NULL;

	DONE (model_lbfo_member_set (m, "Team1", "nic1", TRUE, E));
	assert_non_null (model_lbfo_nic_add (m, "Team1", 42, NULL, NULL));
	assert_non_null (model_lbfo_nic_add (m, "Team1", 7, "storage", NULL));
	DONE (add (m, "Other", three + 2, VMNET_LBFO_LACP, E));
	DONE (model_lbfo_nic_set (m, "Other", "Other", 5, E));
	text = store_to_text (m);
	again = store_from_text (text, -1, "x", NULL);
	assert_non_null (again);
	assert_true (model_equal (m, again));
	dump = model_dump (m);
	assert_non_null (strstr (dump,
		"New-NetLbfoTeam -Name Team1 -TeamMembers nic0,nic1 "
		"-TeamingMode SwitchIndependent -LoadBalancingAlgorithm "
		"Dynamic -Confirm:$false\n"
		"Set-NetLbfoTeamMember -Name nic1 -Team Team1 "
		"-AdministrativeMode Standby -Confirm:$false\n"
		"Add-NetLbfoTeamNic -Team Team1 -VlanID 42 -Confirm:$false\n"
		"Add-NetLbfoTeamNic -Team Team1 -Name storage -VlanID 7 "
		"-Confirm:$false\n"));
	assert_non_null (strstr (dump, "Set-NetLbfoTeamNic -Team Other -Name "
				 "Other -VlanID 5 -Confirm:$false\n"));
	*strstr (text, "SwitchIndependent") = 'X';
	bad = g_steal_pointer (&text);
	assert_null (store_from_text (bad, -1, "x", &e));
	assert_non_null (strstr (e->message, "it is no team"));
	g_clear_error (&e);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (test_made, teamed, teardown),
		cmocka_unit_test_setup_teardown (test_standby, teamed,
						 teardown),
		cmocka_unit_test_setup_teardown (test_nics, teamed, teardown),
		cmocka_unit_test_setup_teardown (test_switch, teamed,
						 teardown),
		cmocka_unit_test_setup_teardown (test_text, teamed, teardown),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
