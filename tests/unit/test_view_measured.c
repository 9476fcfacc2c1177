/*
 * test_view_measured.c - what is measured between two views: bandwidth,
 * whether a floor was met, the load of a queue. The readings of the kernel
 * are made up here, to the byte.
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

#define SECOND G_GINT64_CONSTANT (1000000)
#define KEY "web1/Network Adapter"

typedef struct {
	vmnet_host *host;
	vmnet_view *before, *view;
} fixture;

/* What the kernel is said to have had at one moment. */
typedef struct {
	gint64 at, took;	/* µs */
	gboolean has_class;
	guint64 class_bytes;
	guint32 backlog;
	guint64 port_bytes;	/* received by the port: sent by the VM */
	int port_ifindex;
	gint64 queue_time;	/* ns */
	guint64 queue_packets;
	int queue_thread;
} reading;

static void
give_links (vmnet_view *v, const reading *r)
{
	kn_link *l = g_new0 (kn_link, 1);

	v->links = g_ptr_array_new_with_free_func (
		(GDestroyNotify) kn_link_free);
	v->by_name = g_hash_table_new (g_str_hash, g_str_equal);
	v->by_index = g_hash_table_new (NULL, NULL);
	g_strlcpy (l->name, "vp1", sizeof l->name);
	l->ifindex = r->port_ifindex;
	l->altnames = g_ptr_array_new_with_free_func (g_free);
	l->counters.rx_bytes = r->port_bytes;
	g_ptr_array_add (v->links, l);
	g_hash_table_insert (v->by_name, l->name, l);
	v->links_at = r->at;
}

static void
list_free (gpointer list)
{
	g_ptr_array_unref (list);
}

static void
give_classes (vmnet_view *v, const reading *r)
{
	GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
	kn_class *c = g_new0 (kn_class, 1);

	v->class_lists = g_ptr_array_new_with_free_func (list_free);
	v->classes = g_hash_table_new (NULL, NULL);
	c->handle = 0x10011;
	c->rate = 1000000;
	c->ceil = 5000000;
	c->cburst = 65536;
	c->bytes = r->class_bytes;
	c->backlog = r->backlog;
	g_ptr_array_add (list, c);
	g_ptr_array_add (v->class_lists, list);
	if (r->has_class)
		g_hash_table_insert (v->classes,
				     GUINT_TO_POINTER (c->handle), c);
	v->classes_at = r->at;
	v->classes_end = r->at + r->took;
}

static void
give_queues (vmnet_view *v, const reading *r)
{
	GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
	datapath_queue_stats *q = g_new0 (datapath_queue_stats, 1);

	v->queues = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					   list_free);
	q->slot = 1;
	q->cpu = 3;
	q->packets = r->queue_packets;
	q->cpu_time = r->queue_time;
	q->pid = r->queue_thread;
	g_ptr_array_add (list, q);
	g_hash_table_insert (v->queues, g_strdup ("pnic0"), list);
	v->queues_at = r->at;
}

static vmnet_view *
new_view (fixture *f, const reading *r, vmnet_view *before)
{
	vmnet_view *v = vmnet_view_new (f->host, NULL, VMNET_S_MODEL, before,
					NULL);

	v->sections = VMNET_S_LINKS | VMNET_S_TC | VMNET_S_QUEUES;
	give_links (v, r);
	give_classes (v, r);
	give_queues (v, r);
	return v;
}

static void
between (fixture *f, const reading *first, const reading *second)
{
	vmnet_view_unref (f->before);
	vmnet_view_unref (f->view);
	f->before = new_view (f, first, NULL);
	f->view = new_view (f, second, f->before);
}

static int
setup (void **state)
{
	fixture *f = g_new0 (fixture, 1);
	g_autoptr (vmnet_model) m = model_new ();
	vmnet_switch_spec in = { .name = "lan", .type = VMNET_SWITCH_PRIVATE,
				 .bw_mode = VMNET_BW_ABSOLUTE };
	vmnet_adapter_change c = { .min_absolute = { TRUE, 1000000 },
				   .max = { TRUE, 5000000 } };
	GError *e = NULL;

	assert_true (model_switch_add (m, &in, &e));
	assert_true (model_vm_add (m, "web1", FALSE, &e));
	assert_non_null (model_adapter_add (m, "web1", NULL, "lan", &c, &e));
	f->host = g_new0 (vmnet_host, 1);
	f->host->state_dir = g_dir_make_tmp ("vmnetsh-view-XXXXXX", NULL);
	f->host->pin_dir = g_strdup ("/nonexistent");
	f->host->nl = kn_open (-1, &e);
	assert_true (store_save (f->host->state_dir, m, &e));
	*state = f;
	return 0;
}

static int
teardown (void **state)
{
	fixture *f = *state;
	g_autofree char *file = g_build_filename (f->host->state_dir,
						  "store.json", NULL);

	vmnet_view_unref (f->view);
	vmnet_view_unref (f->before);
	g_unlink (file);
	g_rmdir (f->host->state_dir);
	vmnet_host_free (f->host);
	g_free (f);
	return 0;
}

static vmnet_value
get (vmnet_view *v, const vmnet_noun *n, const char *key, const char *field)
{
	g_autoptr (vmnet_row) row = vmnet_view_row (v, n, key);
	vmnet_value value = { VMNET_T_NONE };

	assert_non_null (row);
	vmnet_noun_field (n, field)->get (row, &value);
	return value;
}

static void
measured_is (fixture *f, gint64 rate, const char *met)
{
	vmnet_value v = get (f->view, &vmnet_noun_bandwidth, KEY,
			     "MeasuredBandwidth");

	assert_int_equal (v.type, VMNET_T_INT);
	assert_int_equal (v.i, rate);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "FloorMet");
	assert_int_equal (v.type, VMNET_T_STRING);
	assert_string_equal (v.s, met);
	vmnet_value_clear (&v);
}

static void
test_class_counts (void **state)
{
	fixture *f = *state;
	reading a = { .at = SECOND, .has_class = TRUE, .class_bytes = 1000,
		      .port_ifindex = 7 };
	reading b = { .at = 3 * SECOND, .has_class = TRUE,
		      .class_bytes = 251000, .port_bytes = 9999999,
		      .port_ifindex = 7 };

	between (f, &a, &b);
	measured_is (f, 1000000, "met");
	b.class_bytes = 126000;
	between (f, &a, &b);
	measured_is (f, 500000, "idle");
	b.backlog = 1514;
	between (f, &a, &b);
	measured_is (f, 500000, "not met");
	b.class_bytes = 1000 + 243000;	/* 97.2 % of the floor */
	between (f, &a, &b);
	measured_is (f, 972000, "met");
}

static void
cap_is (fixture *f, guint64 bytes, gint64 took, const char *kept)
{
	reading a = { .at = SECOND, .has_class = TRUE };
	reading b = { .at = 3 * SECOND, .took = took, .has_class = TRUE,
		      .class_bytes = bytes };
	vmnet_value v;

	between (f, &a, &b);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "CapKept");
	assert_int_equal (v.type, VMNET_T_STRING);
	assert_string_equal (v.s, kept);
	vmnet_value_clear (&v);
}

/* 5 Mbit/s are 1,250,000 bytes in two seconds. */
static void
test_a_burst_is_within_the_cap (void **state)
{
	fixture *f = *state;

	cap_is (f, 0, 0, "kept");
	cap_is (f, 1312000 + 65536, 0, "kept");
	cap_is (f, 1313000 + 65536, 0, "exceeded");
	cap_is (f, 1313000 + 65536, SECOND / 10, "kept");
	cap_is (f, 1400000 + 65536, SECOND / 10, "exceeded");
}

static void
test_port_counts_without_class (void **state)
{
	fixture *f = *state;
	reading a = { .at = SECOND, .port_bytes = 500, .port_ifindex = 7 };
	reading b = { .at = 2 * SECOND, .port_bytes = 125500,
		      .port_ifindex = 7 };
	vmnet_value v;

	between (f, &a, &b);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "MeasuredBandwidth");
	assert_int_equal (v.i, 1000000);
	/* another interface of that name, or counters that began anew */
	b.port_ifindex = 8;
	between (f, &a, &b);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "MeasuredBandwidth");
	assert_int_equal (v.type, VMNET_T_NONE);
	b.port_ifindex = 7;
	b.port_bytes = 400;
	between (f, &a, &b);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "MeasuredBandwidth");
	assert_int_equal (v.type, VMNET_T_NONE);
}

static void
test_told_is_read_back (void **state)
{
	fixture *f = *state;
	reading a = { .at = SECOND, .has_class = TRUE, .backlog = 77 };
	vmnet_value v;

	between (f, &a, &a);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "ProgrammedMinimum");
	assert_int_equal (v.i, 1000000);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "ProgrammedMaximum");
	assert_int_equal (v.i, 5000000);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "MinimumBandwidth");
	assert_int_equal (v.i, 1000000);
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "Backlog");
	assert_int_equal (v.i, 77);
	/* no time has passed: nothing was measured */
	v = get (f->view, &vmnet_noun_bandwidth, KEY, "MeasuredBandwidth");
	assert_int_equal (v.type, VMNET_T_NONE);
	v = get (f->before, &vmnet_noun_bandwidth, KEY, "FloorMet");
	assert_int_equal (v.type, VMNET_T_NONE);
}

static void
test_queue_load (void **state)
{
	fixture *f = *state;
	reading a = { .at = SECOND, .queue_time = 1000000000,
		      .queue_packets = 10, .queue_thread = 42 };
	reading b = { .at = 3 * SECOND, .queue_time = 1500000000,
		      .queue_packets = 2010, .queue_thread = 42 };
	vmnet_value v;

	between (f, &a, &b);
	v = get (f->view, &vmnet_noun_queue, "pnic0#1", "Load");
	assert_int_equal (v.type, VMNET_T_DOUBLE);
	assert_true (v.d > 24.99 && v.d < 25.01);
	v = get (f->view, &vmnet_noun_queue, "pnic0#1", "PacketsPerSecond");
	assert_int_equal (v.i, 1000);
	v = get (f->view, &vmnet_noun_queue, "pnic0#1", "VmFriendlyName");
	assert_string_equal (v.s, "web1");
	vmnet_value_clear (&v);
	v = get (f->before, &vmnet_noun_queue, "pnic0#1", "Load");
	assert_int_equal (v.type, VMNET_T_NONE);
	/* another thread: its time began anew */
	b.queue_thread = 43;
	between (f, &a, &b);
	v = get (f->view, &vmnet_noun_queue, "pnic0#1", "Load");
	assert_int_equal (v.type, VMNET_T_NONE);
}

static void
test_views_are_no_chain (void **state)
{
	fixture *f = *state;
	reading r = { .at = SECOND };
	vmnet_view *last = NULL;

	for (int i = 0; i < 5; i++) {
		vmnet_view *next = new_view (f, &r, last);

		vmnet_view_unref (last);
		last = next;
	}
	assert_non_null (last->before);
	assert_null (last->before->before);
	vmnet_view_unref (last);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
		T (test_class_counts),
		T (test_a_burst_is_within_the_cap),
		T (test_port_counts_without_class),
		T (test_told_is_read_back),
		T (test_queue_load),
		T (test_views_are_no_chain),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
