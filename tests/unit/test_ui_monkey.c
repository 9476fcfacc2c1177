/*
 * test_ui_monkey.c - random keys, resizes, samples, failures and vanishing
 * rows, each followed by a frame. The seed is printed; SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui_fake.h"

#define STEPS 6000

static int
random_key (GRand *r)
{
	switch (g_rand_int_range (r, 0, 4)) {
	case 0:
		return g_rand_int_range (r, UI_KEY_UP, UI_KEY_END_OF_KEYS);
	case 1:
		return g_rand_int_range (r, 0, 0x80);
	case 2:
		return g_rand_int_range (r, 0, 0x3000);
	}
	return ui_keys[g_rand_int_range (r, 0, ui_n_keys)].keys[0];
}

static void
change_world (GRand *r, fake_world *w)
{
	w->vms = g_rand_int_range (r, 0, 50);
	w->processors = g_rand_int_range (r, 0, 200);
	w->fail = g_rand_int_range (r, 0, 4) == 0;
	w->trace = g_rand_boolean (r);
	w->trace_refused = g_rand_int_range (r, 0, 6) == 0;
	w->nothing_known = g_rand_int_range (r, 0, 4) == 0;
	w->no_rows = g_rand_int_range (r, 0, 6) == 0;
	w->wide_names = g_rand_boolean (r);
	w->step = g_rand_int_range (r, 0, 9) * 700000;
}

static void
step (GRand *r, fake_world *w, ui_app *a, ui_canvas *c)
{
	switch (g_rand_int_range (r, 0, 8)) {
	case 0:
		ui_canvas_resize (c, g_rand_int_range (r, 0, 200),
				  g_rand_int_range (r, 0, 70));
		ui_app_resize (a, c->w, c->h);
		break;
	case 1:
		change_world (r, w);
		ui_app_sample (a);
		break;
	case 2:
		ui_app_sample (a);
		break;
	default:
		ui_app_key (a, random_key (r));
	}
	ui_app_draw (a, c);
}

static void
test_monkey (void **state)
{
	const char *given = g_getenv ("SEED");
	guint32 seed = given ? (guint32) strtoul (given, NULL, 10)
		: (guint32) g_get_real_time ();
	fake_world w = { .vms = 9, .processors = 8, .trace = TRUE };
	g_autoptr (ui_app) a = fake_app_new (&w, "ports", 2);
	g_autoptr (ui_canvas) c = ui_canvas_new (80, 24, FALSE);
	GRand *r = g_rand_new_with_seed (seed);

	printf ("# SEED=%u\n", seed);
	for (int i = 0; i < STEPS; i++) {
		g_autofree char *text = NULL;

		step (r, &w, a, c);
		if (i % 50 != 0)
			continue;
		text = ui_canvas_text (c);
		assert_true (g_utf8_validate (text, -1, NULL));
	}
	g_rand_free (r);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_monkey),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
