/*
 * test_journal.c - the store's journal: its lines give what the document
 * would, and tell of commits that were cut off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glib/gstdio.h>

#include "model/edit.h"

typedef struct {
	char *dir;
	vmnet_model *model;	/* switch lan, VM web1 with two adapters */
} fixture;

static int
setup (void **state)
{
	fixture *f = g_new0 (fixture, 1);
	vmnet_switch_spec s = { .name = "lan", .type = VMNET_SWITCH_PRIVATE };
	g_autoptr (GError) e = NULL;

	*state = f;
	f->dir = g_dir_make_tmp ("vmnetsh-journal-XXXXXX", NULL);
	f->model = model_new ();
	f->model->generation = 12;
	return f->dir && model_switch_add (f->model, &s, &e) &&
		model_vm_add (f->model, "web1", TRUE, &e) &&
		model_adapter_add (f->model, "web1", NULL, "lan", NULL, &e) &&
		model_adapter_add (f->model, "web1", "second", "lan", NULL,
				   &e) ? 0 : -1;
}

static int
teardown (void **state)
{
	fixture *f = *state;
	static const char *const names[] = { "store.json", "journal" };

	for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
		g_autofree char *path =
			g_build_filename (f->dir, names[i], NULL);

		g_unlink (path);
	}
	g_rmdir (f->dir);
	model_free (f->model);
	g_free (f->dir);
	g_free (f);
	return 0;
}

static void
make_end (const fixture *f, const vmnet_model *from, vmnet_model *to)
{
	g_autoptr (GError) e = NULL;

	to->generation = from->generation + 1;
	assert_true (journal_begin (f->dir, from, to, &e));
	assert_true (journal_end (f->dir, TRUE, &e));
}

static void
is_stored (const fixture *f, const vmnet_model *m)
{
	g_autoptr (GError) e = NULL;
	g_autoptr (vmnet_model) again = store_load (f->dir, &e);

	assert_non_null (again);
	assert_true (model_equal (again, m));
	assert_int_equal (again->generation, m->generation);
}

/* Each step of the way is a line, and the lines give what the document would:
 * something added, changed in the middle, renamed, taken away. */
static void
test_journal (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) e = NULL;
	g_autoptr (vmnet_model) m = model_copy (f->model), was = NULL;
	vmnet_adapter_change c = { .max = { TRUE, 5000000 } };

	assert_true (store_save (f->dir, f->model, &e));
	assert_true (model_vm_add (m, "db1", TRUE, &e));
	assert_non_null (model_adapter_add (m, "db1", NULL, NULL, NULL, &e));
	make_end (f, f->model, m);
	is_stored (f, m);
	was = model_copy (m);
	assert_true (model_adapter_set (m, "web1", "second", &c, &e));
	assert_true (model_switch_rename (m, "lan", "lan 2", &e));
	make_end (f, was, m);
	is_stored (f, m);
	model_assign (was, m);
	assert_true (model_equal (was, m));
	assert_true (model_vm_remove (m, "web1", &e));
	make_end (f, was, m);
	is_stored (f, m);
	assert_null (journal_leftover (f->dir, m));
	assert_true (store_save (f->dir, m, &e));
	assert_false (journal_there (f->dir));
	is_stored (f, m);
}

/* What was begun and has no end is a leftover, however often; what was undone
 * is none, and nothing of either is stored. */
static void
test_journal_leftover (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) e = NULL;
	g_autoptr (vmnet_model) m = model_copy (f->model);
	g_autoptr (vmnet_model) left = NULL;

	assert_true (store_save (f->dir, f->model, &e));
	m->generation++;
	assert_true (model_vm_add (m, "undone", TRUE, &e));
	assert_true (journal_begin (f->dir, f->model, m, &e));
	assert_true (journal_end (f->dir, FALSE, &e));
	assert_null (journal_leftover (f->dir, f->model));
	model_assign (m, f->model);
	m->generation++;
	assert_true (model_vm_add (m, "first", TRUE, &e));
	assert_true (journal_begin (f->dir, f->model, m, &e));
	model_assign (m, f->model);
	m->generation++;
	assert_true (model_vm_add (m, "second", TRUE, &e));
	assert_true (journal_begin (f->dir, f->model, m, &e));
	is_stored (f, f->model);
	left = journal_leftover (f->dir, f->model);
	assert_non_null (left);
	assert_non_null (vmnet_model_vm (left, "first"));
	assert_non_null (vmnet_model_vm (left, "second"));
	assert_null (vmnet_model_vm (left, "undone"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
		T (test_journal),
		T (test_journal_leftover),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
