/* test_lang_features.c - the language feature by feature: each case of
 * tests/data/lang is a small script with what PowerShell prints of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lang_run.h"

typedef struct {
	char *name, *script, *want, *err;
} feature;

/*
 * === name
 * script
 * --- or --- error
 * what it prints, or the start of its first error
 */
static void
feature_parse (const char *text, GArray *out)
{
	g_auto (GStrv) blocks = g_strsplit (text, "\n=== ", -1);

	for (char **b = blocks + 1; *b != NULL; b++) {
		char *script = strchr (*b, '\n');
		char *cut = strstr (*b, "\n---");
		char *want;
		feature f = { 0 };

		assert_non_null (script);
		assert_non_null (cut);
		want = strchr (cut + 1, '\n');
		f.name = g_strndup (*b, (gsize) (script - *b));
		f.script = g_strndup (script, (gsize) (cut - script));
		want = g_strchomp (g_strdup (want ? want + 1 : ""));
		if (g_str_has_prefix (cut + 1, "--- error"))
			f.err = want;
		else
			f.want = want;
		g_array_append_val (out, f);
	}
}

static void
feature_run (void **state)
{
	feature *f = *state;
	lang_result r = lang_run (f->script);
	gboolean good = f->err != NULL
		? strstr (r.err, f->err) != NULL
		: *r.err == '\0' && strcmp (g_strchomp (r.out), f->want) == 0;

	if (!good)
		print_error ("%s\n got: %s\nwant: %s\n err: %s\n", f->script,
			     r.out, f->err ? f->err : f->want, r.err);
	assert_true (good);
	lang_result_clear (&r);
}

static void
feature_clear (gpointer p)
{
	feature *f = p;

	g_free (f->name);
	g_free (f->script);
	g_free (f->want);
	g_free (f->err);
}

static void
read_all (GArray *out)
{
	g_autofree char *dir = g_build_filename (g_getenv ("TESTS_DIR"),
						 "data", "lang", NULL);
	g_autoptr (GDir) d = g_dir_open (dir, 0, NULL);
	const char *name;

	assert_non_null (d);
	while ((name = g_dir_read_name (d)) != NULL) {
		g_autofree char *path = g_build_filename (dir, name, NULL);
		g_autofree char *text = NULL;

		if (!g_str_has_suffix (name, ".txt"))
			continue;
		assert_true (g_file_get_contents (path, &text, NULL, NULL));
		feature_parse (text, out);
	}
}

int
main (void)
{
	g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (feature));
	g_autofree struct CMUnitTest *tests = NULL;
	int failed;

	g_array_set_clear_func (all, feature_clear);
	read_all (all);
	tests = g_new0 (struct CMUnitTest, all->len);
	for (guint i = 0; i < all->len; i++) {
		feature *f = &g_array_index (all, feature, i);

		tests[i].name = f->name;
		tests[i].test_func = feature_run;
		tests[i].initial_state = f;
	}
	failed = _cmocka_run_group_tests ("features", tests, all->len, NULL,
					  NULL);
	return failed;
}
