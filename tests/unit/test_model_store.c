/*
 * test_model_store.c - the store: round trip, damage, failing writes, the
 * lock; and the dump.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/edit.h"

typedef struct {
	char *dir;
	char *file;
	vmnet_model *model;
} fixture;

static void
add_acl (vmnet_model *m, const char *vm, const char *adapter,
	 const char *address, vmnet_action action, vmnet_direction direction)
{
	vmnet_acl acl = { .action = action, .direction = direction };
	g_autoptr (GError) error = NULL;

	assert_true (vmnet_acl_parse (address, !strpbrk (address, ".:"), &acl,
				      &error));
	assert_true (model_acl_add (m, vm, adapter, &acl, &error));
}

/* One of everything that a store can hold. */
static vmnet_model *
full_model (void)
{
	static const guint8 mac[6] = { 0x02, 0, 0, 0, 0, 9 };
	const gboolean yes = TRUE;
	vmnet_model *m = model_new ();
	vmnet_switch_spec ext = { "prod net", VMNET_SWITCH_EXTERNAL, "pnic0",
				  "it's \"quoted\"", VMNET_BW_ABSOLUTE, TRUE,
				  FALSE };
	vmnet_switch_spec in = { "lan", VMNET_SWITCH_INTERNAL, NULL, NULL,
				 VMNET_BW_DEFAULT, TRUE, FALSE };
	vmnet_switch_spec iov = { "fast", VMNET_SWITCH_EXTERNAL, "pnic1",
				  NULL, VMNET_BW_DEFAULT, FALSE, TRUE };
	vmnet_adapter_change c = { .mac = mac, .spoofing = &yes,
				   .teaming = &yes,
				   .min_absolute = { TRUE, 1000000 },
				   .max = { TRUE, 2000000 },
				   .vmq_weight = { TRUE, 7 },
				   .guards = {
		[VMNET_GUARD_DHCP] = { TRUE, 1 },
		[VMNET_GUARD_ADDRESSES] = { TRUE, 4 } } };
	vmnet_adapter_change w = { .min_weight = { TRUE, 30 } };
	vmnet_vmq_change q = { .enabled = &yes,
			       .base_processor = { TRUE, 0 },
			       .max_processors = { TRUE, 2 } };
	vmnet_switch_change flow = { .default_flow_absolute = { TRUE, 5000 } };
	vmnet_ipaddress ip = { (char *) "vEthernet (lan)",
			       (char *) "192.0.2.5", 24, (char *) "192.0.2.1" };
	GError *e = NULL;

	assert_true (model_switch_add (m, &ext, &e));
	assert_true (model_switch_add (m, &in, &e));
	assert_true (model_switch_add (m, &iov, &e));
	assert_true (model_switch_set (m, "prod net", &flow, &e));
	assert_true (model_adapter_rename (m, NULL, "lan", "mgmt", &e));
	assert_non_null (model_adapter_add (m, NULL, "backup", "prod net",
					    NULL, &e));
	assert_true (model_vm_add (m, "web1", TRUE, &e));
	assert_true (model_vm_add (m, "Büro ’s", FALSE, &e));
	assert_non_null (model_adapter_add (m, "web1", NULL, "prod net", &c,
					    &e));
	assert_non_null (model_adapter_add (m, "web1", "second", NULL, &w,
					    &e));
	assert_non_null (model_adapter_add (m, "Büro ’s", "only", "lan", &w,
					    &e));
	add_acl (m, "web1", "Network Adapter", "10.0.0.0/8", VMNET_ACL_DENY,
		 VMNET_INBOUND);
	add_acl (m, "web1", "Network Adapter", "00155d010203",
		 VMNET_ACL_ALLOW, VMNET_OUTBOUND);
	add_acl (m, NULL, "backup", "2001:db8::/32", VMNET_ACL_METER,
		 VMNET_INBOUND);
	assert_true (model_vm_set_metering (m, "web1", TRUE, &e));
	assert_true (model_vmq_set (m, "pnic0", &q, &e));
	ip.interface = (char *) "mgmt";
	assert_true (model_address_add (m, &ip, &e));
	m->generation = 12;
	return m;
}

static int
setup (void **state)
{
	fixture *f = g_new0 (fixture, 1);

	f->dir = g_dir_make_tmp ("vmnetsh-store-XXXXXX", NULL);
	f->file = g_build_filename (f->dir, "store.json", NULL);
	f->model = full_model ();
	*state = f;
	return f->dir ? 0 : -1;
}

static int
teardown (void **state)
{
	fixture *f = *state;
	g_autoptr (GDir) d = g_dir_open (f->dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name (d))) {
		g_autofree char *path = g_build_filename (f->dir, name, NULL);

		g_unlink (path);
	}
	g_rmdir (f->dir);
	model_free (f->model);
	g_free (f->dir);
	g_free (f->file);
	g_free (f);
	return 0;
}

static void
test_missing_is_empty (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) error = NULL;
	g_autoptr (vmnet_model) m = store_load (f->dir, &error);

	assert_non_null (m);
	assert_int_equal (m->switches->len, 0);
	assert_int_equal (m->next_slot, 1);
}

static void
test_round_trip (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) error = NULL;
	g_autoptr (vmnet_model) copy = model_copy (f->model);
	g_autoptr (vmnet_model) again = NULL;
	vmnet_adapter *a = vmnet_model_adapter (copy, "web1",
						"network adapter");
	struct stat st;

	copy->generation++;
	assert_true (model_equal (copy, f->model));
	copy->generation--;
	((vmnet_acl *) a->acls->pdata[2])->base_bytes = 1500;
	((vmnet_acl *) a->acls->pdata[2])->base_packets = 10;
	((vmnet_acl *) a->acls->pdata[1])->carried_bytes = 1 << 20;
	assert_false (model_equal (copy, f->model));
	assert_true (store_save (f->dir, copy, &error));
	again = store_load (f->dir, &error);
	assert_non_null (again);
	assert_true (model_equal (again, copy));
	assert_int_equal (again->generation, 12);
	assert_int_equal (stat (f->file, &st), 0);
	assert_int_equal (st.st_mode & 0777, 0644);
}

/* Each changes one thing of the full model. */
static void
change (vmnet_model *m, int what)
{
	vmnet_switch *sw = m->switches->pdata[0];
	vmnet_vm *v = m->vms->pdata[0];
	vmnet_adapter *a = vmnet_model_adapter (m, "web1", "Network Adapter");
	vmnet_acl *acl = a->acls->pdata[0];
	vmnet_nic *n = m->nics->pdata[0];
	vmnet_ipaddress *ip = m->addresses->pdata[0];

	switch (what) {
	case 0: sw->name[0] = 'X'; break;
	case 1: g_clear_pointer (&sw->notes, g_free); break;
	case 2: sw->uplink[0] = 'X'; break;
	case 3: sw->bw_mode = VMNET_BW_NONE; break;
	case 4: sw->iov = TRUE; break;
	case 5: sw->default_flow_absolute.value++; break;
	case 6: sw->default_flow_weight.set = TRUE; break;
	case 7: v->name[0] = 'X'; break;
	case 8: v->metering = FALSE; break;
	case 9: v->metering_since++; break;
	case 10: v->namespaced = FALSE; break;
	case 11: a->name[0] = 'X'; break;
	case 12: g_clear_pointer (&a->vswitch, g_free); break;
	case 13: a->mac[5]++; break;
	case 14: a->mac_static = FALSE; break;
	case 15: a->spoofing = FALSE; break;
	case 16: a->min_absolute.set = FALSE; break;
	case 17: a->min_weight.set = TRUE; break;
	case 18: a->max.value++; break;
	case 19: a->vmq_weight++; break;
	case 20: a->slot += 100; break;
	case 21: acl->id += 100; break;
	case 22: acl->direction = VMNET_OUTBOUND; break;
	case 23: acl->action = VMNET_ACL_ALLOW; break;
	case 24: acl->local = TRUE; break;
	case 25: acl->addr[0]++; break;
	case 26: acl->prefix++; break;
	case 27: acl->base_bytes++; break;
	case 28: acl->base_packets++; break;
	case 29: n->vmq = FALSE; break;
	case 30: n->base_processor.value++; break;
	case 31: n->max_processor.set = TRUE; break;
	case 32: n->max_processors.set = FALSE; break;
	case 33: ip->prefix++; break;
	case 34: g_clear_pointer (&ip->gateway, g_free); break;
	case 35: ip->interface[0] = 'X'; break;
	case 36: ip->address[0] = '9'; break;
	case 37: m->next_acl++; break;
	case 38: m->next_slot++; break;
	case 39: g_ptr_array_remove_index (m->addresses, 0); break;
	case 40: sw->type = VMNET_SWITCH_PRIVATE; break;
	case 41: g_clear_pointer (&a->vm, g_free); break;
	case 42: n->name[0] = 'X'; break;
	case 43: acl->carried_bytes++; break;
	case 44: acl->carried_packets++; break;
	case 45: a->guards[VMNET_GUARD_DHCP] = 0; break;
	case 46: a->guards[VMNET_GUARD_STORM] = 9; break;
	case 47: a->teaming = FALSE; break;
	}
}

static void
test_every_difference_counts (void **state)
{
	fixture *f = *state;
	g_autofree char *text = store_to_text (f->model);

	for (int what = 0; what <= 47; what++) {
		g_autoptr (vmnet_model) m = model_copy (f->model);
		g_autofree char *other = NULL;

		assert_true (model_equal (m, f->model));
		change (m, what);
		other = store_to_text (m);
		if (model_equal (m, f->model))
			fail_msg ("change %d: still equal", what);
		if (strcmp (other, text) == 0)
			fail_msg ("change %d: not in the store", what);
	}
}

static void
test_store_makes_its_folder (void **state)
{
	fixture *f = *state;
	g_autofree char *dir = g_build_filename (f->dir, "a", "b", NULL);
	g_autofree char *file = g_build_filename (dir, "store.json", NULL);
	g_autofree char *parent = g_path_get_dirname (dir);
	mode_t old = umask (077);
	g_autoptr (GError) error = NULL;
	struct stat st;

	assert_true (store_save (dir, f->model, &error));
	umask (old);
	assert_int_equal (stat (file, &st), 0);
	assert_int_equal (st.st_mode & 0777, 0644);
	assert_int_equal (stat (dir, &st), 0);
	assert_int_equal (st.st_mode & 0777, 0755);
	g_unlink (file);
	g_rmdir (dir);
	g_rmdir (parent);
}

static void
refuse_text (fixture *f, const char *text, const char *says)
{
	g_autoptr (GError) error = NULL;

	assert_true (g_file_set_contents (f->file, text, -1, NULL));
	assert_null (store_load (f->dir, &error));
	assert_int_equal (error->domain, VMNET_ERROR);
	if (!strstr (error->message, says)
	    || !strstr (error->message, f->file)
	    || !strstr (error->message, "move it away"))
		fail_msg ("%s", error->message);
}

static void
test_damaged (void **state)
{
	fixture *f = *state;

	refuse_text (f, "", "store.json");
	refuse_text (f, "[]", "line 1");
	refuse_text (f, "{}", "at version: it is missing");
	refuse_text (f, "{\n \"version\": 1,\n \"gener", "store.json:");
	refuse_text (f, "{\n \"version\": 1,\n \"x\" 3 }", "store.json:3:");
	refuse_text (f, "{\"version\": 2}", "use the newer vmnetsh");
	refuse_text (f, "{\"version\": \"1\"}", "another type");
}

/* Each replaces the first `from` of a good store. */
static const struct { const char *from, *to, *says; } damages[] = {
	{ "\"slot\" : 2", "\"slot\" : 1", "adapters[1].slot: 1 is there twice" },
	{ "\"slot\" : 2", "\"slot\" : 99", "adapters[1].slot" },
	{ "\"slot\" : 2", "\"slot\" : \"2\"", "adapters[1].slot" },
	{ "\"next_slot\" : ", "\"next_slot\" : 6500", "next_slot" },
	{ "\"External\"", "\"external-ish\"", "switches[0].type" },
	{ "\"uplink\" : \"pnic0\",", "", "switches[0].uplink" },
	{ "\"mac\" : \"0", "\"mac\" : \"x", "adapters[0].mac" },
	{ "\"switch\" : \"prod net\"", "\"switch\" : \"gone\"",
	  "there is no 'gone' in switches" },
	{ "\"vm\" : \"web1\"", "\"vm\" : \"gone\"", "no 'gone' in vms" },
	{ " Deny Remote 10.0.0.0/8", " Deny Remote 10.0.0.1/8",
	  "adapters[3].acls" },
	{ " Inbound Deny", " Sideways Deny", "adapters[3].acls" },
	{ "\"name\" : \"second\"", "\"name\" : \"network ADAPTER\"",
	  "adapters[4].name: the VM has it twice" },
	{ "\"name\" : \"fast\"", "\"name\" : \"LAN\"",
	  "switches[2].name: 'LAN' is there twice" },
	{ "\"vms\"", "\"vims\"", "at vms: a list was expected" },
	{ "\"192.0.2.5\"", "\"192.0.2\"", "addresses[0].address" },
	{ "\"max\" : 2000000", "\"max\" : -5", "adapters[3].max" },
	{ "\"dhcp_guard\" : 1", "\"dhcp_guard\" : 2",
	  "adapters[3].dhcp_guard" },
	{ "\"address_limit\" : 4", "\"address_limit\" : 33",
	  "adapters[3].address_limit" },
	{ "\"spoofing\" : true", "\"spoofing\" : 1", "adapters[3].spoofing" },
};

static void
test_damaged_fields (void **state)
{
	fixture *f = *state;
	g_autofree char *good = store_to_text (f->model);

	for (gsize i = 0; i < G_N_ELEMENTS (damages); i++) {
		const char *at = strstr (good, damages[i].from);
		g_autofree char *bad = NULL;

		if (at == NULL)
			fail_msg ("no %s in %s", damages[i].from, good);
		bad = g_strdup_printf ("%.*s%s%s", (int) (at - good), good,
				       damages[i].to,
				       at + strlen (damages[i].from));
		refuse_text (f, bad, damages[i].says);
	}
}

static void
test_truncated_anywhere (void **state)
{
	fixture *f = *state;
	g_autofree char *good = store_to_text (f->model);
	gsize n = strlen (good);

	/* without its last brace and line feed, or more */
	for (gsize cut = 2; cut < n; cut += 7) {
		g_autoptr (GError) error = NULL;

		assert_null (store_from_text (good, n - cut, "x", &error));
		assert_non_null (error);
	}
}

static void
test_failed_write_leaves_the_old (void **state)
{
	fixture *f = *state;
	g_autoptr (vmnet_model) empty = model_new ();
	g_autoptr (vmnet_model) again = NULL;
	g_autoptr (GError) error = NULL;
	struct rlimit old, small;
	guint files = 0;
	GDir *d;

	assert_true (store_save (f->dir, empty, &error));
	getrlimit (RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 512;	/* bytes: the disk is full after them */
	signal (SIGXFSZ, SIG_IGN);
	setrlimit (RLIMIT_FSIZE, &small);
	assert_false (store_save (f->dir, f->model, &error));
	setrlimit (RLIMIT_FSIZE, &old);
	assert_non_null (strstr (error->message, "the old one is as it was"));
	again = store_load (f->dir, NULL);
	assert_true (model_equal (again, empty));
	d = g_dir_open (f->dir, 0, NULL);
	while (g_dir_read_name (d))
		files++;
	g_dir_close (d);
	assert_int_equal (files, 1);
}

static void
test_write_into_a_file (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) error = NULL;

	assert_true (g_file_set_contents (f->file, "x", -1, NULL));
	assert_false (store_save (f->file, f->model, &error));
	assert_non_null (strstr (error->message, f->file));
}

/* A child that holds the lock until its standard input ends. */
static pid_t
lock_holder (const char *dir, int *hold)
{
	int go[2], held[2];
	char c = 0;
	pid_t pid;

	assert_int_equal (pipe (go), 0);
	assert_int_equal (pipe (held), 0);
	pid = fork ();
	if (pid == 0) {
		int fd = store_lock (dir, 1000, NULL);

		close (go[1]);
		c = fd >= 0;
		if (write (held[1], &c, 1) == 1)
			c = read (go[0], &c, 1);
		_exit (0);
	}
	close (go[0]);
	close (held[1]);
	assert_int_equal (read (held[0], &c, 1), 1);
	assert_int_equal (c, 1);
	close (held[0]);
	*hold = go[1];
	return pid;
}

static void
test_lock_between_processes (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) error = NULL;
	g_autofree char *who = NULL;
	int hold, fd;
	pid_t pid = lock_holder (f->dir, &hold);

	assert_int_equal (store_lock (f->dir, 60, &error), -1);
	assert_true (g_error_matches (error, VMNET_ERROR, VMNET_ERROR_BUSY));
	who = g_strdup_printf ("process %d", (int) pid);
	assert_non_null (strstr (error->message, who));
	/* a lock dies with its process, however that ends */
	kill (pid, SIGKILL);
	waitpid (pid, NULL, 0);
	close (hold);
	fd = store_lock (f->dir, 1000, NULL);
	assert_true (fd >= 0);
	assert_int_equal (store_lock (f->dir, 0, NULL), -1);
	store_unlock (fd);
	fd = store_lock (f->dir, 0, NULL);
	assert_true (fd >= 0);
	store_unlock (fd);
}

static void
test_dump (void **state)
{
	fixture *f = *state;
	g_autofree char *text = model_dump (f->model);
	g_autofree char *store = store_to_text (f->model);
	g_autoptr (vmnet_model) again = store_from_text (store, -1, "x",
							 NULL);
	g_autofree char *second = model_dump (again);

	assert_string_equal (text, second);
	assert_string_equal (text,
"New-VMSwitch -Name 'prod net' -NetAdapterName pnic0 -AllowManagementOS $true"
" -MinimumBandwidthMode Absolute -Notes 'it''s \"quoted\"'\n"
"Set-VMSwitch -Name 'prod net' -DefaultFlowMinimumBandwidthAbsolute 5000\n"
"Add-VMNetworkAdapter -ManagementOS -Name backup -SwitchName 'prod net'\n"
"Add-VMNetworkAdapterAcl -ManagementOS -VMNetworkAdapterName backup"
" -Action Meter -Direction Inbound -RemoteIPAddress '2001:db8::/32'\n"
"New-VMSwitch -Name lan -SwitchType Internal\n"
"Add-VMNetworkAdapter -ManagementOS -Name mgmt -SwitchName lan\n"
"Remove-VMNetworkAdapter -ManagementOS -Name lan"
" -ErrorAction SilentlyContinue\n"
"New-VMSwitch -Name fast -NetAdapterName pnic1 -AllowManagementOS $false"
" -EnableIov $true\n"
"New-VM -Name web1 -SwitchName 'prod net'\n"
"Set-VMNetworkAdapter -VMName web1 -Name 'Network Adapter'"
" -StaticMacAddress '02-00-00-00-00-09' -MacAddressSpoofing On"
" -AllowTeaming On -DhcpGuard On -DynamicIPAddressLimit 4"
" -MinimumBandwidthAbsolute 1000000 -MaximumBandwidth 2000000 -VmqWeight 7\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName 'Network Adapter'"
" -Action Deny -Direction Inbound -RemoteIPAddress '10.0.0.0/8'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName 'Network Adapter'"
" -Action Allow -Direction Outbound -RemoteMacAddress '00155D010203'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName 'Network Adapter'"
" -Action Meter -Direction Inbound -RemoteIPAddress '0.0.0.0/0'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName 'Network Adapter'"
" -Action Meter -Direction Outbound -RemoteIPAddress '0.0.0.0/0'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName 'Network Adapter'"
" -Action Meter -Direction Inbound -RemoteIPAddress '::/0'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName 'Network Adapter'"
" -Action Meter -Direction Outbound -RemoteIPAddress '::/0'\n"
"Add-VMNetworkAdapter -VMName web1 -Name second\n"
"Set-VMNetworkAdapter -VMName web1 -Name second -MinimumBandwidthWeight 30\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName second"
" -Action Meter -Direction Inbound -RemoteIPAddress '0.0.0.0/0'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName second"
" -Action Meter -Direction Outbound -RemoteIPAddress '0.0.0.0/0'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName second"
" -Action Meter -Direction Inbound -RemoteIPAddress '::/0'\n"
"Add-VMNetworkAdapterAcl -VMName web1 -VMNetworkAdapterName second"
" -Action Meter -Direction Outbound -RemoteIPAddress '::/0'\n"
"Enable-VMResourceMetering -VMName web1\n"
"New-VM -Name 'Büro ’’s'\n"
"Remove-VMNetworkAdapter -VMName 'Büro ’’s' -Name 'Network Adapter'"
" -ErrorAction SilentlyContinue\n"
"Add-VMNetworkAdapter -VMName 'Büro ’’s' -Name only -SwitchName lan\n"
"Set-VMNetworkAdapter -VMName 'Büro ’’s' -Name only"
" -MinimumBandwidthWeight 30\n"
"Set-NetAdapterVmq -Name pnic0 -Enabled $true -BaseProcessorNumber 0"
" -MaxProcessors 2\n"
"New-NetIPAddress -InterfaceAlias 'vEthernet (mgmt)' -IPAddress '192.0.2.5'"
" -PrefixLength 24 -DefaultGateway '192.0.2.1'\n");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
		T (test_missing_is_empty),
		T (test_round_trip),
		T (test_every_difference_counts),
		T (test_store_makes_its_folder),
		T (test_damaged),
		T (test_damaged_fields),
		T (test_truncated_anywhere),
		T (test_failed_write_leaves_the_old),
		T (test_write_into_a_file),
		T (test_lock_between_processes),
		T (test_dump),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
