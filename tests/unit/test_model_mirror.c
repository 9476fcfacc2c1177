/*
 * test_model_mirror.c - port mirroring in the model: what is refused, what is
 * kept and how it is written, the store, the dump.
 */
#include "model_fixture.h"

#include "model/mirror.h"

#define NIC "Network Adapter"

static const vmnet_mirror_mode none = VMNET_MIRROR_NONE;
static const vmnet_mirror_mode source = VMNET_MIRROR_SOURCE;
static const vmnet_mirror_mode destination = VMNET_MIRROR_DESTINATION;
static const vmnet_tunnel erspan = VMNET_TUNNEL_ERSPAN;

#define SET(...) (vmnet_adapter_change) { .mirror = { __VA_ARGS__ } }

static gboolean
set (vmnet_model *m, vmnet_adapter_change c, GError **error)
{
	return model_adapter_set (m, "web1", NIC, &c, error);
}

static const vmnet_mirror *
now (vmnet_model *m)
{
	return &vmnet_model_adapter (m, "web1", NIC)->mirror;
}

static void
test_kept (void **state)
{
	vmnet_model *m = *state;

	DONE (set (m, SET (.mode = &source, .local = "10.0.0.0/8, FE80::/10",
			   .remote = "any", .snap = { TRUE, 128 },
			   .rate = { TRUE, 1000000 },
			   .to = "2001:DB8:0::1"), E));
	assert_string_equal (now (m)->local, "10.0.0.0/8,fe80::/10");
	assert_null (now (m)->remote);
	assert_int_equal (now (m)->snap, 128);
	assert_string_equal (now (m)->to, "2001:db8::1");
	assert_int_equal (now (m)->session, VMNET_MIRROR_SESSION);
	/* What is not given stays; the same again is no change. */
	SAME (m, set (m, SET (.mode = &source), E));
	DONE (set (m, SET (.session = { TRUE, 0 }), E));
	assert_int_equal (now (m)->session, 0);
	DONE (set (m, SET (.local = "ANY", .snap = { TRUE, 0 },
			   .to = "none"), E));
	assert_null (now (m)->local);
	assert_null (now (m)->to);
	assert_int_equal (now (m)->snap, 0);
	assert_int_equal (now (m)->rate, 1000000);
	/* A source no more: all of it goes. */
	DONE (set (m, SET (.mode = &none), E));
	assert_int_equal (now (m)->rate, 0);
}

static void
test_refused (void **state)
{
	vmnet_model *m = *state;

	REFUSED (m, set (m, SET (.snap = { TRUE, 128 }), E), INVALID,
		 "its -PortMirroring is None");
	REFUSED (m, set (m, SET (.mode = &destination, .to = "192.0.2.1"), E),
		 INVALID, "its -PortMirroring is Destination");
	DONE (set (m, SET (.mode = &source), E));
	REFUSED (m, set (m, SET (.snap = { TRUE, 95 }), E), INVALID,
		 "give 96 to 65535 bytes");
	REFUSED (m, set (m, SET (.snap = { TRUE, 65536 }), E), INVALID,
		 "give 96 to 65535 bytes");
	REFUSED (m, set (m, SET (.rate = { TRUE, 7999 }), E), INVALID,
		 "give 8000 bits");
	REFUSED (m, set (m, SET (.local = "10.0.0.1/8"), E), INVALID,
		 "-MirrorLocalIPAddress: ");
	REFUSED (m, set (m, SET (.remote = "1.1.1.1,,2.2.2.2"), E), INVALID,
		 "-MirrorRemoteIPAddress: ");
	REFUSED (m, set (m, SET (.remote = "::1,::2,::3,::4,::5,::6,::7,::8,"
				 "::9"), E), INVALID, "at most 8");
	REFUSED (m, set (m, SET (.to = "192.0.2.0/24"), E), INVALID,
		 "no IP address");
	REFUSED (m, set (m, SET (.to = "here"), E), INVALID, "no IP address");
	REFUSED (m, set (m, SET (.tunnel = &erspan), E), INVALID,
		 "go with -MirrorDestinationAddress");
	REFUSED (m, set (m, SET (.to = "::1", .tunnel = &erspan), E), INVALID,
		 "IPv4");
	REFUSED (m, set (m, SET (.to = "192.0.2.1", .tunnel = &erspan,
				 .session = { TRUE, 1024 }), E), INVALID,
		 "give 0 to 1023 for Erspan");
	REFUSED (m, set (m, SET (.to = "192.0.2.1",
				 .session = { TRUE, 1 << 24 }), E), INVALID,
		 "give 0 to 16777215 for Vxlan");
}

/* Eight of a switch, however they come there. */
static void
test_room (void **state)
{
	vmnet_model *m = *state;
	vmnet_adapter_change to = SET (.mode = &destination);

	for (guint i = 0; i < VMNET_MIRROR_DESTINATIONS; i++) {
		g_autofree char *name = g_strdup_printf ("n%u", i);

		DONE (model_adapter_add (m, "web1", name, "sw0", &to, E));
	}
	SAME (m, model_adapter_set (m, "web1", "n0", &to, E));
	REFUSED (m, set (m, to, E), INVALID, "has 8 mirroring destinations");
	DONE (model_adapter_add (m, "web1", "other", "dark", &to, E));
	REFUSED (m, model_adapter_connect (m, "web1", "other", "sw0", E),
		 INVALID, "has 8 mirroring destinations");
	DONE (model_adapter_connect (m, "web1", "n0", "dark", E));
	DONE (model_adapter_connect (m, "web1", "other", "sw0", E));
}

static void
test_uplink (void **state)
{
	vmnet_model *m = *state;
	vmnet_mirror_change c = { .mode = &source, .snap = { TRUE, 96 } };
	vmnet_switch_type internal = VMNET_SWITCH_INTERNAL;
	vmnet_switch_change change = { .type = &internal };
	const vmnet_switch *sw = vmnet_model_switch (m, "sw0");

	REFUSED (m, model_switch_mirror (m, "lan", &c, E), INVALID,
		 "it has no external port");
	DONE (model_switch_mirror (m, "sw0", &c, E));
	assert_int_equal (sw->mirror.mode, VMNET_MIRROR_SOURCE);
	SAME (m, model_switch_mirror (m, "sw0", &c, E));
	c = (vmnet_mirror_change) { .mode = &destination };
	REFUSED (m, model_switch_mirror (m, "sw0", &c, E), INVALID,
		 "cannot be a mirroring destination");
	/* Without an uplink there is nothing to mirror. */
	DONE (model_switch_set (m, "sw0", &change, E));
	assert_int_equal (sw->mirror.mode, VMNET_MIRROR_NONE);
}

static void
fill (vmnet_model *m)
{
	vmnet_mirror_change c = { .mode = &source, .rate = { TRUE, 8000 },
		.remote = "::/0" };
	vmnet_adapter_change to = SET (.mode = &destination);

	DONE (model_adapter_add (m, "web1", "mon", "sw0", &to, E));
	DONE (model_switch_mirror (m, "sw0", &c, E));
	DONE (set (m, SET (.mode = &source, .local = "10.0.0.0/8",
			   .snap = { TRUE, 128 }, .to = "192.0.2.1",
			   .tunnel = &erspan, .session = { TRUE, 7 }), E));
}

static void
test_store (void **state)
{
	vmnet_model *m = *state;
	g_autoptr (vmnet_model) back = NULL, copy = NULL;
	g_autofree char *text = NULL, *broken = NULL;
	g_auto (GStrv) part = NULL;
	g_autoptr (GError) e = NULL;

	fill (m);
	copy = model_copy (m);
	assert_true (model_equal (m, copy));
	text = store_to_text (m);
	back = store_from_text (text, -1, "f", &e);
	assert_null (e);
	assert_true (model_equal (m, back));
	part = g_strsplit (text, "snap=128", 2);
	broken = g_strconcat (part[0], "snap=12", part[1], NULL);
	assert_null (store_from_text (broken, -1, "f", &e));
	assert_non_null (strstr (e->message, "says nothing of mirroring"));
}

static void
test_dump (void **state)
{
	vmnet_model *m = *state;
	g_autofree char *text = NULL;

	fill (m);
	text = model_dump (m);
	assert_non_null (strstr (text, " -PortMirroring Source "
		"-MirrorLocalIPAddress '10.0.0.0/8' -MirrorSnapLength 128 "
		"-MirrorDestinationAddress '192.0.2.1' -MirrorEncapsulation "
		"Erspan -MirrorSessionId 7\n"));
	assert_non_null (strstr (text, " -PortMirroring Destination\n"));
	assert_non_null (strstr (text, "$f.SettingData.MonitorMode = 2\n"
		"$f.SettingData.MirrorRemoteIPAddress = '::/0'\n"
		"$f.SettingData.MirrorRateLimit = 8000\n"
		"Add-VMSwitchExtensionPortFeature -ExternalPort -SwitchName "
		"sw0 -VMSwitchExtensionFeature $f\n"));
}

#define TEST(f) cmocka_unit_test_setup_teardown (f, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (test_kept), TEST (test_refused), TEST (test_room),
		TEST (test_uplink), TEST (test_store), TEST (test_dump),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
