/*
 * test_view_fields.c - the field tables of all nouns: complete, consistent,
 * and every getter gives what its table says, with the kernel or without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#include "host.h"
#include "model/edit.h"
#include "view/view.h"

typedef struct {
	vmnet_host *host;
} fixture;

/* A host of this test's own: the caller's network, nothing ever configured. */
static vmnet_host *
new_host (void)
{
	vmnet_host *h = g_new0 (vmnet_host, 1);
	GError *error = NULL;

	h->state_dir = g_dir_make_tmp ("vmnetsh-view-XXXXXX", NULL);
	h->run_dir = g_build_filename (h->state_dir, "run", NULL);
	h->pin_dir = g_build_filename (h->state_dir, "pins", NULL);
	h->sysfs_root = g_strdup ("/sys");
	h->nl = kn_open (-1, &error);
	assert_null (error);
	return h;
}

static void
fill (vmnet_model *m)
{
	vmnet_switch_spec ext = { .name = "sw0",
				  .type = VMNET_SWITCH_EXTERNAL,
				  .uplink = "no-such-nic",
				  .allow_management_os = TRUE };
	vmnet_adapter_change c = { .min_weight = { TRUE, 20 },
				   .max = { TRUE, 9000000 } };
	vmnet_acl acl = { .action = VMNET_ACL_METER };
	vmnet_extacl extended = { .protocol = { TRUE, 6 }, .weight = 10,
		.local_port = { TRUE, 80, 90 }, .stateful = TRUE, .idle = 60 };
	GError *e = NULL;

	assert_true (model_switch_add (m, &ext, &e));
	assert_true (model_vm_add (m, "web1", FALSE, &e));
	assert_true (model_vm_add (m, "db", FALSE, &e));
	assert_non_null (model_adapter_add (m, "web1", NULL, "sw0", &c, &e));
	assert_non_null (model_adapter_add (m, "db", "loose", NULL, NULL,
					    &e));
	assert_true (vmnet_acl_parse ("10.0.0.0/8", FALSE, &acl, &e));
	assert_true (model_acl_add (m, "web1", "Network Adapter", &acl, &e));
	acl.local = TRUE;
	acl.action = VMNET_ACL_DENY;
	assert_true (model_acl_add (m, "web1", "Network Adapter", &acl, &e));
	assert_true (model_extacl_add (m, "web1", "Network Adapter",
				       &extended, &e));
	assert_true (model_vm_set_metering (m, "web1", TRUE, &e));
}

static int
setup (void **state)
{
	fixture *f = g_new0 (fixture, 1);
	g_autoptr (vmnet_model) m = model_new ();
	GError *error = NULL;

	f->host = new_host ();
	fill (m);
	assert_true (store_save (f->host->state_dir, m, &error));
	*state = f;
	return 0;
}

static int
teardown (void **state)
{
	fixture *f = *state;
	g_autofree char *file = g_build_filename (f->host->state_dir,
						  "store.json", NULL);

	g_unlink (file);
	g_rmdir (f->host->state_dir);
	vmnet_host_free (f->host);
	g_free (f);
	return 0;
}

static void
check_table (const vmnet_noun *n)
{
	g_autoptr (GHashTable) names = g_hash_table_new_full (
		g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
	guint shown = 0;

	assert_true (n->name && *n->name && n->text && *n->text && n->rows);
	for (size_t i = 0; i < n->n_fields; i++) {
		const vmnet_field *f = &n->fields[i];

		if (!f->name || !f->text || !*f->text || !f->get
		    || f->type == VMNET_T_NONE)
			fail_msg ("%s, field %zu: incomplete", n->name, i);
		if (!g_hash_table_add (names, g_ascii_strdown (f->name, -1)))
			fail_msg ("%s.%s is there twice", n->name, f->name);
		if (f->view && !g_hash_table_add (places,
						  GINT_TO_POINTER (f->view)))
			fail_msg ("%s: place %d is there twice", n->name,
				  f->view);
		shown += f->view != 0;
		assert_ptr_equal (vmnet_noun_field (n, f->name), f);
	}
	assert_true (shown > 0);
	for (guint i = 1; i <= shown; i++)
		if (!g_hash_table_contains (places, GUINT_TO_POINTER (i)))
			fail_msg ("%s: place %u is missing", n->name, i);
	assert_null (vmnet_noun_field (n, "NoSuchField"));
}

static void
test_tables (void **state)
{
	g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash,
							 g_str_equal);

	for (int i = 0; vmnet_nouns[i]; i++) {
		check_table (vmnet_nouns[i]);
		assert_true (g_hash_table_add (names,
					       (char *) vmnet_nouns[i]->name));
	}
	assert_int_equal (g_hash_table_size (names), 51);
}

/* Records within records: an adapter has VLANs, which have an adapter. */
#define DEEP 3

static void
check_row (const vmnet_row *row, guint depth)
{
	const vmnet_noun *n = row->noun;

	assert_true (row->key && *row->key);
	for (size_t i = 0; i < n->n_fields; i++) {
		vmnet_value v = { VMNET_T_NONE };

		n->fields[i].get (row, &v);
		if (v.type != VMNET_T_NONE && v.type != n->fields[i].type)
			fail_msg ("%s.%s is of type %d, not %d", n->name,
				  n->fields[i].name, v.type,
				  n->fields[i].type);
		if (v.type == VMNET_T_RECORD && depth < DEEP)
			check_row (v.row, depth + 1);
		vmnet_value_clear (&v);
		assert_int_equal (v.type, VMNET_T_NONE);
	}
}

static void
check_rows (fixture *f, const vmnet_noun *n, unsigned sections,
	    gboolean again)
{
	g_autoptr (GError) error = NULL;
	g_autoptr (vmnet_view) before = NULL;
	g_autoptr (vmnet_view) view = NULL;
	g_autoptr (GPtrArray) rows = NULL;

	if (again)
		before = vmnet_view_new (f->host, NULL, sections, NULL,
					 &error);
	view = vmnet_view_new (f->host, NULL, sections, before, &error);
	if (view == NULL)
		fail_msg ("%s: %s", n->name, error->message);
	rows = vmnet_view_rows (view, n);
	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		g_autofree char *upper = g_ascii_strup (row->key, -1);
		g_autoptr (vmnet_row) found = vmnet_view_row (view, n, upper);

		assert_ptr_equal (row->noun, n);
		assert_non_null (found);
		check_row (row, 0);
	}
	assert_null (vmnet_view_row (view, n, "no such key"));
}

static void
test_rows_without_kernel (void **state)
{
	for (int i = 0; vmnet_nouns[i]; i++)
		if (vmnet_nouns[i] != &vmnet_noun_trace)
			check_rows (*state, vmnet_nouns[i], VMNET_S_MODEL,
				    FALSE);
}

static void
test_rows_with_kernel (void **state)
{
	for (int i = 0; vmnet_nouns[i]; i++)
		if (vmnet_nouns[i] != &vmnet_noun_trace)
			check_rows (*state, vmnet_nouns[i],
				    vmnet_nouns[i]->sections, TRUE);
}

/* "Field=value" of the row with that key. */
static char *
show (vmnet_view *v, const vmnet_noun *n, const char *key, const char *field)
{
	g_autoptr (vmnet_row) row = vmnet_view_row (v, n, key);
	vmnet_value value = { VMNET_T_NONE };
	char *text = NULL;

	assert_non_null (row);
	vmnet_noun_field (n, field)->get (row, &value);
	if (value.type == VMNET_T_STRING)
		text = g_strdup (value.s);
	else if (value.type == VMNET_T_BOOL)
		text = g_strdup (value.b ? "True" : "False");
	else if (value.type == VMNET_T_INT)
		text = g_strdup_printf ("%" G_GINT64_FORMAT, value.i);
	else if (value.type == VMNET_T_LIST)
		text = g_strdup_printf ("{%u}", value.list->len);
	vmnet_value_clear (&value);
	return text;
}

static void
test_asked (void **state)
{
	static const struct {
		const vmnet_noun *noun;
		const char *key, *field, *value;
	} cases[] = {
		{ &vmnet_noun_switch, "SW0", "Name", "sw0" },
		{ &vmnet_noun_switch, "sw0", "SwitchType", "External" },
		{ &vmnet_noun_switch, "sw0", "AllowManagementOS", "True" },
		{ &vmnet_noun_switch, "sw0", "BandwidthReservationMode",
		  "Weight" },
		{ &vmnet_noun_switch, "sw0", "IovEnabled", "False" },
		{ &vmnet_noun_vm, "web1", "ResourceMeteringEnabled", "True" },
		{ &vmnet_noun_vm, "db", "NetworkAdapters", "{1}" },
		{ &vmnet_noun_adapter, "/sw0", "IsManagementOs", "True" },
		{ &vmnet_noun_adapter, "/sw0", "VMName", "" },
		{ &vmnet_noun_adapter, "db/loose", "Connected", "False" },
		{ &vmnet_noun_adapter, "db/loose", "SwitchName", "" },
		{ &vmnet_noun_adapter, "web1/network adapter", "VmqWeight",
		  "100" },
		{ &vmnet_noun_adapter, "web1/network adapter", "IPAddresses",
		  "{0}" },
		{ &vmnet_noun_adapter, "web1/network adapter", "InterfaceName",
		  "vp2" },
		{ &vmnet_noun_acl, "web1/Network Adapter#1", "Address",
		  "Remote 10.0.0.0/8" },
		{ &vmnet_noun_acl, "web1/Network Adapter#1", "Action",
		  "Meter" },
		{ &vmnet_noun_acl, "web1/Network Adapter#2", "LocalAddress",
		  "10.0.0.0/8" },
		{ &vmnet_noun_acl, "web1/Network Adapter#2", "RemoteAddress",
		  NULL },
		{ &vmnet_noun_acl, "web1/Network Adapter#2", "MeteredBytes",
		  NULL },
		{ &vmnet_noun_extacl, "web1/Network Adapter#3", "LocalPort",
		  "80-90" },
		{ &vmnet_noun_extacl, "web1/Network Adapter#3", "Protocol",
		  "TCP" },
		{ &vmnet_noun_extacl, "web1/Network Adapter#3", "LocalIPAddress",
		  "ANY" },
		{ &vmnet_noun_extacl, "web1/Network Adapter#3",
		  "IdleSessionTimeout", "60" },
		{ &vmnet_noun_bandwidth, "web1/Network Adapter",
		  "MaximumBandwidth", "9000000" },
		{ &vmnet_noun_bandwidth, "web1/Network Adapter",
		  "ProgrammedMaximum", NULL },
		{ &vmnet_noun_bandwidth, "web1/Network Adapter",
		  "MeasuredBandwidth", NULL },
		/* no data path: not known, which is not nothing */
		{ &vmnet_noun_meter, "web1/Network Adapter#1", "TotalBytes",
		  NULL },
		{ &vmnet_noun_measure, "web1", "NetworkInbound", NULL },
		{ &vmnet_noun_measure, "web1",
		  "NetworkMeteredTrafficReport", "{1}" },
	};
	fixture *f = *state;
	g_autoptr (vmnet_view) v = vmnet_view_new (f->host, NULL,
						   VMNET_S_MODEL, NULL, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *is = show (v, cases[i].noun, cases[i].key,
					    cases[i].field);

		if (g_strcmp0 (is, cases[i].value) != 0)
			fail_msg ("%s.%s: '%s', not '%s'",
				  cases[i].noun->name, cases[i].field, is,
				  cases[i].value);
	}
}

static void
test_rows_outlive_their_view (void **state)
{
	fixture *f = *state;
	vmnet_view *v = vmnet_view_new (f->host, NULL, VMNET_S_MODEL, NULL,
					NULL);
	GPtrArray *rows = vmnet_view_rows (v, &vmnet_noun_adapter);
	vmnet_row *row = vmnet_row_ref (rows->pdata[0]);

	g_ptr_array_unref (rows);
	vmnet_view_unref (v);
	check_row (row, 0);
	vmnet_row_unref (row);
}

static void
test_damaged_store_is_an_error (void **state)
{
	fixture *f = *state;
	g_autofree char *file = g_build_filename (f->host->state_dir,
						  "store.json", NULL);
	g_autoptr (GError) error = NULL;

	assert_true (g_file_set_contents (file, "{", -1, NULL));
	assert_null (vmnet_view_new (f->host, NULL, VMNET_S_MODEL, NULL,
				     &error));
	assert_non_null (strstr (error->message, file));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
		T (test_tables),
		T (test_rows_without_kernel),
		T (test_rows_with_kernel),
		T (test_asked),
		T (test_rows_outlive_their_view),
		T (test_damaged_store_is_an_error),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
