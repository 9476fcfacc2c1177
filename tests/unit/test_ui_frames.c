/*
 * test_ui_frames.c - golden frames of every view, and what the dashboard
 * promises about its figures. UPDATE=1 in the environment writes the golden
 * files (tests/data/ui) anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui_fake.h"

static void
assert_golden (const char *name, const char *got)
{
	const char *dir = g_getenv ("TESTS_DIR");
	g_autofree char *path = NULL, *want = NULL;

	assert_non_null (dir);
	path = g_build_filename (dir, "data", "ui", name, NULL);
	if (g_getenv ("UPDATE")) {
		assert_true (g_file_set_contents (path, got, -1, NULL));
		return;
	}
	assert_true (g_file_get_contents (path, &want, NULL, NULL));
	if (strcmp (got, want) != 0)
		printf ("# %s differs; got:\n%s", name, got);
	assert_string_equal (got, want);
}

static void
test_golden (void **state)
{
	static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 132, 40 } };

	for (int v = 0; ui_views[v]; v++)
		for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
			for (int ascii = 0; ascii < 2; ascii++) {
				fake_world w = { .vms = 12, .processors = 8,
						 .trace = TRUE };
				const char *view = ui_views[v]->name;
				g_autoptr (ui_app) a =
					fake_app_new (&w, view, 30);
				g_autofree char *frame = fake_frame (
					a, sizes[s][0], sizes[s][1], ascii);
				g_autofree char *name = g_strdup_printf (
					"%s-%dx%d%s.txt", view, sizes[s][0],
					sizes[s][1], ascii ? "-ascii" : "");

				assert_golden (name, frame);
			}
}

static void
test_golden_styles (void **state)
{
	for (int v = 0; ui_views[v]; v++) {
		fake_world w = { .vms = 12, .processors = 8, .trace = TRUE };
		const char *view = ui_views[v]->name;
		g_autoptr (ui_app) a = fake_app_new (&w, view, 30);
		g_autofree char *styles = fake_styles (a, 80, 24);
		g_autofree char *name = g_strconcat (view, "-80x24-styles.txt",
						     NULL);

		assert_golden (name, styles);
	}
}

static void
test_golden_others (void **state)
{
	fake_world w = { .vms = 12, .processors = 96, .wide_names = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 5);
	g_autofree char *wide = fake_frame (a, 80, 16, FALSE);
	g_autofree char *many = NULL, *help = NULL, *small = NULL;

	assert_golden ("wide-80x16.txt", wide);
	ui_app_key (a, '2');
	many = fake_frame (a, 132, 20, FALSE);
	assert_golden ("processors-132x20.txt", many);
	ui_app_key (a, '?');
	help = fake_frame (a, 80, 50, FALSE);
	assert_golden ("help-80x50.txt", help);
	small = fake_frame (a, 40, 10, TRUE);
	assert_golden ("help-40x10-ascii.txt", small);
}

/* Exactly h lines of at most w columns, whatever the size. */
static void
test_sizes (void **state)
{
	fake_world w = { .vms = 40, .processors = 20, .wide_names = TRUE,
			 .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 3);

	for (int v = 0; v < UI_N_VIEWS * 2; v++) {
		for (int h = 1; h < 45; h += 1 + h / 8)
			for (int x = 1; x < 150; x += 1 + x / 8) {
				g_autofree char *f = fake_frame (a, x, h,
								 FALSE);
				g_auto (GStrv) lines = g_strsplit (f, "\n",
								   -1);

				assert_int_equal (g_strv_length (lines),
						  h + 1);
				for (int i = 0; i < h; i++)
					assert_true (ui_text_width (lines[i])
						     <= x);
			}
		ui_app_key (a, v == UI_N_VIEWS - 1 ? '?' : UI_KEY_TAB);
	}
}

static void
test_first_none_stale (void **state)
{
	fake_world w = { .vms = 1, .processors = 1 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 0);
	g_autofree char *waiting = fake_frame (a, 60, 6, TRUE);
	g_autofree char *first = NULL, *second = NULL, *stale = NULL;
	g_autofree char *styles = NULL;

	assert_non_null (strstr (waiting, "sampling"));
	ui_app_sample (a);
	first = fake_frame (a, 40, 6, TRUE);
	assert_non_null (strstr (first,
				 "web1                 ~       ~ unknown"));
	ui_app_sample (a);
	second = fake_frame (a, 40, 6, TRUE);
	assert_null (strstr (second, " ~ "));
	w.fail = TRUE;
	ui_app_sample (a);
	stale = fake_frame (a, 40, 6, TRUE);
	assert_non_null (strstr (stale, "not sampled: list links: No bu"));
	styles = fake_styles (a, 40, 6);
	/* The figures are there still, but dim (the row is selected). */
	assert_non_null (strstr (styles, "SSSS____________"));
	assert_non_null (strstr (styles, "DDDDD"));
	w.fail = FALSE;
	ui_app_sample (a);
	assert_null (a->model->problem);
}

static void
test_nothing_known (void **state)
{
	fake_world w = { .vms = 9, .processors = 4, .nothing_known = TRUE,
			 .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 4);

	for (int v = 0; v < UI_N_VIEWS; v++) {
		g_autofree char *f = fake_frame (a, 132, 40, TRUE);

		assert_null (strstr (f, "nan"));
		assert_null (strstr (f, "NAN"));
		ui_app_key (a, UI_KEY_TAB);
	}
}

static void
test_empty_host (void **state)
{
	fake_world w = { .no_rows = TRUE, .trace_refused = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 2);
	g_autofree char *ports = fake_frame (a, 80, 24, TRUE);
	g_autofree char *queues = NULL, *traces = NULL;

	assert_non_null (strstr (ports, "New-VMSwitch makes one"));
	assert_non_null (strstr (ports, "no adapters"));
	ui_app_key (a, '2');
	queues = fake_frame (a, 80, 24, TRUE);
	assert_non_null (strstr (queues, "Enable-NetAdapterVmq"));
	ui_app_key (a, '3');
	traces = fake_frame (a, 80, 24, TRUE);
	assert_non_null (strstr (traces, "agent: connection refused"));
	assert_non_null (strstr (traces, "netsh trace start"));
}

/* A sample that came late leaves a gap; nothing is made up in between. */
static void
test_gaps (void **state)
{
	fake_world w = { .vms = 1 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 4);
	const ui_track *t;

	w.step = 3 * G_USEC_PER_SEC;
	ui_app_sample (a);
	t = ui_model_track (a->model, UI_TRACK_PORT, "web1/Network Adapter");
	assert_non_null (t);
	assert_true (ui_series_at (&t->out, 4) > 0);
	assert_false (ui_series_at (&t->out, 5) > 0);
	assert_false (ui_series_at (&t->out, 6) > 0);
	assert_true (ui_series_at (&t->out, 7) > 0);
}

static void
press (ui_app *a, const char *keys)
{
	for (; *keys; keys++)
		ui_app_key (a, *keys);
}

static void
test_draw_changes_nothing (void **state)
{
	fake_world w = { .vms = 60, .processors = 8, .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 5);

	for (int v = 0; v < UI_N_VIEWS; v++) {
		g_autofree char *one = fake_frame (a, 100, 30, FALSE);
		g_autofree char *two = fake_frame (a, 100, 30, FALSE);

		assert_string_equal (one, two);
		assert_int_equal (w.samples, 5);
		ui_app_key (a, UI_KEY_TAB);
	}
}

static void
test_pause (void **state)
{
	fake_world w = { .vms = 6, .processors = 2, .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 5);
	g_autofree char *before = NULL, *held = NULL, *after = NULL;
	const ui_track *t;

	press (a, "p");
	before = fake_frame (a, 132, 30, FALSE);
	assert_non_null (strstr (before, "PAUSED"));
	for (int i = 0; i < 4; i++)
		ui_app_sample (a);
	t = ui_model_track (a->model, UI_TRACK_PORT, "web1/Network Adapter");
	assert_int_equal (t->out.newest, 9);
	g_clear_pointer (&held, g_free);
	press (a, "3p1p");
	press (a, "p");
	after = fake_frame (a, 132, 30, FALSE);
	assert_null (strstr (after, "PAUSED"));
	assert_string_not_equal (before, after);
}

/* What is held stays as it is while samples come in. */
static void
test_pause_holds (void **state)
{
	fake_world w = { .vms = 6, .processors = 2, .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 5);

	press (a, "p");
	for (int v = 0; v < 2; v++) {
		g_autofree char *one = fake_styles (a, 132, 30);
		g_autofree char *two = NULL;

		ui_app_sample (a);
		ui_app_sample (a);
		two = fake_styles (a, 132, 30);
		assert_string_equal (one, two);
		ui_app_key (a, UI_KEY_TAB);
	}
}

static void
test_filter (void **state)
{
	fake_world w = { .vms = 12 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 2);
	g_autofree char *typed = NULL, *done = NULL, *none = NULL;

	press (a, "/BUILD");
	typed = fake_frame (a, 100, 16, TRUE);
	assert_non_null (strstr (typed, "\n/BUILD\n"));
	assert_null (strstr (typed, "web1"));
	ui_app_key (a, UI_KEY_ENTER);
	done = fake_frame (a, 100, 16, TRUE);
	assert_non_null (strstr (done, "/build: 1 of 12"));
	assert_non_null (strstr (done, "build6"));
	press (a, "/q");	/* a letter while typing, not a key */
	none = fake_frame (a, 100, 16, TRUE);
	assert_non_null (strstr (none, "nothing matches"));
	ui_app_key (a, UI_KEY_BACKSPACE);
	assert_int_equal (a->tables[0].rows->len, 1);
	ui_app_key (a, UI_KEY_ESCAPE);
	assert_int_equal (a->tables[0].rows->len, 12);
	ui_app_key (a, 'x');
	ui_app_key (a, UI_KEY_ESCAPE);
	assert_null (a->tables[0].filter);
}

static const char *
label_at (const ui_app *a, guint i)
{
	return ((const ui_port *) a->tables[0].rows->pdata[i])->label;
}

static void
test_sort (void **state)
{
	fake_world w = { .vms = 12 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 3);
	const ui_port *first, *last;

	/* By name, as people count: web2 before web10. */
	assert_string_equal (label_at (a, 0), "(host) sw0");
	assert_string_equal (label_at (a, 1), "build6");
	assert_string_equal (label_at (a, 11), "web12");
	press (a, "I");
	assert_string_equal (label_at (a, 0), "web12");
	press (a, "I>>>");	/* OUT, falling */
	first = a->tables[0].rows->pdata[0];
	last = a->tables[0].rows->pdata[11];
	assert_true (first->out > last->out);
	press (a, "I");
	first = a->tables[0].rows->pdata[0];
	last = a->tables[0].rows->pdata[11];
	assert_true (first->out < last->out);
}

/* The cursor is on a row, not on a line. */
static void
test_selection_by_identity (void **state)
{
	fake_world w = { .vms = 12 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 3);
	const ui_port *p;

	press (a, "jjj");
	p = ui_table_selected (&a->tables[0]);
	assert_string_equal (p->label, "web2");
	press (a, ">>>I");
	ui_app_sample (a);
	p = ui_table_selected (&a->tables[0]);
	assert_string_equal (p->label, "web2");
	w.vms = 1;
	ui_app_sample (a);
	p = ui_table_selected (&a->tables[0]);
	assert_string_equal (p->label, "web1");
}

static void
test_new_rows_are_marked (void **state)
{
	fake_world w = { .vms = 2 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 3);
	g_autofree char *fresh = NULL, *old = NULL;

	w.vms = 3;
	ui_app_sample (a);
	fresh = fake_frame (a, 60, 8, TRUE);
	assert_non_null (strstr (fresh, "+web3"));
	assert_null (strstr (fresh, "+web1"));
	for (int i = 0; i < 6; i++)
		ui_app_sample (a);
	old = fake_frame (a, 60, 8, TRUE);
	assert_non_null (strstr (old, " web3"));
}

static void
test_floor_states (void **state)
{
	ui_port p = { .asked_floor = 100, .floor_met = "met" };

	assert_int_equal (ui_port_floor (&p), UI_FLOOR_MET);
	p.floor_met = "not met";
	assert_int_equal (ui_port_floor (&p), UI_FLOOR_MISSED);
	p.floor_met = "idle";
	assert_int_equal (ui_port_floor (&p), UI_FLOOR_IDLE);
	p.floor_met = NULL;
	assert_int_equal (ui_port_floor (&p), UI_FLOOR_UNKNOWN);
	p.asked_floor = 0;
	assert_int_equal (ui_port_floor (&p), UI_FLOOR_NONE);
}

static void
test_drops_only (void **state)
{
	fake_world w = { .vms = 2, .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "traces", 3);
	guint all = a->tables[2].rows->len;

	press (a, "x");
	assert_true (a->tables[2].rows->len < all);
	for (guint i = 0; i < a->tables[2].rows->len; i++) {
		const vmnet_trace_packet *p = a->tables[2].rows->pdata[i];

		assert_non_null (p->verdict);
	}
}

/* The last packet is followed until one looks further up, and again from G. */
static void
test_follow (void **state)
{
	fake_world w = { .vms = 2, .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "traces", 3);
	const vmnet_trace_packet *p = ui_table_selected (&a->tables[2]);

	assert_int_equal (p->serial, w.serial);
	press (a, "kk");
	ui_app_sample (a);
	p = ui_table_selected (&a->tables[2]);
	assert_int_equal (p->serial, w.serial - 11);
	press (a, "G");
	ui_app_sample (a);
	p = ui_table_selected (&a->tables[2]);
	assert_int_equal (p->serial, w.serial);
}

static void
test_bytes (void **state)
{
	fake_world w = { .vms = 1 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 3);
	g_autofree char *bits = fake_frame (a, 100, 12, TRUE);
	g_autofree char *bytes = NULL;

	assert_non_null (strstr (bits, "200M"));
	press (a, "b");
	bytes = fake_frame (a, 100, 12, TRUE);
	assert_non_null (strstr (bytes, "25.0M"));
	assert_non_null (strstr (bytes, "byte/s"));
}

/* The help names every key and every column, because it is made of them. */
static void
test_help_is_complete (void **state)
{
	fake_world w = { .vms = 1 };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 2);
	g_autofree char *help = NULL;

	press (a, "?");
	help = fake_frame (a, 100, 70, TRUE);
	for (int i = 0; i < ui_n_keys; i++) {
		assert_non_null (strstr (help, ui_keys[i].label));
		assert_non_null (strstr (help, ui_keys[i].text));
	}
	for (int v = 0; ui_views[v]; v++) {
		const ui_table_class *t = ui_views[v]->table;

		assert_true (t->n_columns <= UI_MAX_COLUMNS);
		for (guint i = 0; i < t->n_columns; i++)
			assert_true (t->columns[i].text
				     && *t->columns[i].text);
	}
	press (a, "j");
	assert_true (a->help);
	press (a, "q");
	assert_true (a->help);
	ui_app_key (a, UI_KEY_ESCAPE);
	assert_false (a->help);
}

static void
test_keys_are_unique (void **state)
{
	for (int i = 0; i < ui_n_keys; i++)
		for (size_t k = 0; k < G_N_ELEMENTS (ui_keys[i].keys); k++)
			if (ui_keys[i].keys[k] != 0)
				assert_int_equal (
					ui_key_action (ui_keys[i].keys[k]),
					ui_keys[i].action);
	for (int v = 0; ui_views[v]; v++)
		assert_int_equal (ui_key_action (ui_views[v]->key),
				  UI_DO_NOTHING);
}

static void
check_fake_field (ui_rows rows, const char *field, gpointer user)
{
	assert_true (fake_has_field (rows, field));
}

static void
test_fake_has_all_fields (void **state)
{
	ui_sample_fields (check_fake_field, NULL);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_golden),
		cmocka_unit_test (test_golden_styles),
		cmocka_unit_test (test_golden_others),
		cmocka_unit_test (test_sizes),
		cmocka_unit_test (test_first_none_stale),
		cmocka_unit_test (test_nothing_known),
		cmocka_unit_test (test_empty_host),
		cmocka_unit_test (test_gaps),
		cmocka_unit_test (test_draw_changes_nothing),
		cmocka_unit_test (test_pause),
		cmocka_unit_test (test_pause_holds),
		cmocka_unit_test (test_filter),
		cmocka_unit_test (test_sort),
		cmocka_unit_test (test_selection_by_identity),
		cmocka_unit_test (test_new_rows_are_marked),
		cmocka_unit_test (test_floor_states),
		cmocka_unit_test (test_drops_only),
		cmocka_unit_test (test_follow),
		cmocka_unit_test (test_bytes),
		cmocka_unit_test (test_help_is_complete),
		cmocka_unit_test (test_keys_are_unique),
		cmocka_unit_test (test_fake_has_all_fields),
	};

	g_setenv ("TZ", "UTC", TRUE);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
