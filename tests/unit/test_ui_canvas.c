/*
 * test_ui_canvas.c - the ground of the dashboard: cells, text of every width,
 * figures, histories, bars.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "format.h"
#include "graph.h"

static void
assert_text (const ui_canvas *c, const char *want)
{
	g_autofree char *got = ui_canvas_text (c);

	assert_string_equal (got, want);
}

static void
test_clips (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (4, 2, FALSE);

	for (int y = -3; y < 6; y++)
		for (int x = -9; x < 9; x++) {
			ui_put (c, x, y, 5, UI_NORMAL, "\xe6\x95\xb0x");
			ui_put_right (c, x, y, 3, UI_NORMAL, "longer");
			ui_bar (c, x, y, 7, UI_GOOD, 0.5);
			ui_heat (c, x, y, 5, 50);
			ui_select (c, x, y, 9);
		}
	ui_fill (c, (ui_rect) { -5, -5, 99, 99 }, UI_NORMAL, '.');
	assert_text (c, "....\n....\n");
	ui_canvas_resize (c, -1, 0);
	assert_text (c, "\n");
}

static void
test_ellipsis (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (6, 3, FALSE);
	g_autoptr (ui_canvas) a = ui_canvas_new (6, 1, TRUE);

	assert_int_equal (ui_put (c, 0, 0, 6, UI_NORMAL, "sixsix"), 6);
	assert_int_equal (ui_put (c, 0, 1, 6, UI_NORMAL, "seven77"), 6);
	assert_int_equal (ui_put (c, 0, 2, 1, UI_NORMAL, "ab"), 1);
	assert_text (c, "sixsix\nseven\xe2\x80\xa6\n\xe2\x80\xa6\n");
	ui_put (a, 0, 0, 6, UI_NORMAL, "seven77");
	assert_text (a, "seven~\n");
	assert_int_equal (ui_put (c, 0, 0, 6, UI_NORMAL, NULL), 0);
	assert_int_equal (ui_put (c, 0, 0, -4, UI_NORMAL, "x"), 0);
}

static void
test_wide (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (8, 1, FALSE);

	assert_int_equal (ui_text_width ("\xe6\x95\xb0\xe6\x8d\xae"), 4);
	assert_int_equal (ui_put (c, 0, 0, 8, UI_NORMAL,
				  "\xe6\x95\xb0\xe6\x8d\xae" "db"), 6);
	assert_text (c, "\xe6\x95\xb0\xe6\x8d\xae" "db\n");
	/* No half character stays when the other half is written over. */
	ui_put_char (c, 1, 0, UI_NORMAL, '|');
	ui_put_char (c, 2, 0, UI_NORMAL, '|');
	assert_text (c, " || db\n");
	/* One that does not fit before the edge is not begun. */
	ui_canvas_clear (c);
	ui_put_char (c, 7, 0, UI_NORMAL, 0x6570);
	assert_text (c, "\n");
	ui_put (c, 0, 0, 3, UI_NORMAL, "\xe6\x95\xb0\xe6\x8d\xae");
	assert_text (c, "\xe6\x95\xb0\xe2\x80\xa6\n");
}

static void
test_marks_and_controls (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (12, 1, FALSE);
	g_autoptr (ui_canvas) a = ui_canvas_new (12, 1, TRUE);

	assert_int_equal (ui_text_width ("u\xcc\x88" "b"), 2);
	ui_put (c, 0, 0, 12, UI_NORMAL, "u\xcc\x88" "b\xe2\x80\x8b" "c");
	assert_text (c, "u\xcc\x88" "bc\n");
	ui_canvas_clear (c);
	ui_put (c, 0, 0, 12, UI_NORMAL, "\x1b[2J\x07\xc2\x9b\xff\xe2\x80");
	assert_text (c, "?[2J?????\n");
	ui_canvas_clear (c);
	/* An override of the direction is not passed on. */
	ui_put (c, 0, 0, 12, UI_NORMAL, "a\xe2\x80\xae" "b");
	assert_text (c, "ab\n");
	ui_put (a, 0, 0, 12, UI_NORMAL, "\xe6\x95\xb0" "x\xc3\xbc");
	assert_text (a, "? x?\n");
}

static void
test_ascii_is_ascii (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (40, 2, TRUE);
	ui_series s = { 0 };
	g_autofree char *text = NULL;

	for (int i = 0; i < UI_N_GLYPHS; i++)
		ui_put_glyph (c, i, 0, UI_NORMAL, i);
	for (int i = 1; i < 20; i++)
		ui_series_push (&s, i, i);
	ui_spark (c, 0, 1, 20, UI_ACCENT, &s, 19, NAN);
	ui_bar (c, 20, 1, 10, UI_ACCENT, 0.47);
	ui_heat (c, 30, 1, 1, 70);
	text = ui_canvas_text (c);
	for (const char *p = text; *p; p++)
		assert_true ((*p >= ' ' && *p < 0x7f) || *p == '\n');
}

static void
test_styles (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (4, 1, FALSE);
	g_autofree char *styles = NULL;

	ui_put (c, 0, 0, 4, UI_BAD, "ab");
	ui_put (c, 3, 0, 1, UI_HEAT4, "x");
	ui_select (c, 1, 0, 2);
	styles = ui_canvas_styles (c);
	assert_string_equal (styles, "bB_4\n");
}

static void
test_counts (void **state)
{
	static const struct { double v; const char *want; } cases[] = {
		{ 0, "0" }, { 0.25, "0.2" }, { 7, "7" }, { 9.96, "10" },
		{ 999, "999" }, { 999.4, "999" }, { 999.6, "1.00k" },
		{ 1000, "1.00k" }, { 9994, "9.99k" }, { 9996, "10.0k" },
		{ 99960, "100k" }, { 999499, "999k" }, { 999600, "1.00M" },
		{ 131e6, "131M" }, { 10e9, "10.0G" }, { 1.2e12, "1.20T" },
		{ 1e30, ">999E" }, { -5, "0" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
		ui_text t = ui_format_count (cases[i].v);

		assert_string_equal (t.s, cases[i].want);
		assert_true (ui_text_width (t.s) <= UI_FIGURE);
	}
	assert_string_equal (ui_format_rate (8000, TRUE).s, "1.00k");
	assert_string_equal (ui_format_percent (0).s, "0%");
	assert_string_equal (ui_format_percent (3.14).s, "3.1%");
	assert_string_equal (ui_format_percent (99.7).s, "100%");
	assert_string_equal (ui_format_duration (59).s, "0:59");
	assert_string_equal (ui_format_duration (3723).s, "1:02:03");
	assert_string_equal (ui_format_duration (4 * 86400 + 7200).s,
			     "98:00:00");
	assert_string_equal (ui_format_duration (5 * 86400 + 7200).s,
			     "5d 02h");
}

static void
test_series (void **state)
{
	ui_series s = { 0 };

	assert_true (isnan (ui_series_at (&s, 1)));
	ui_series_push (&s, 1, 10);
	ui_series_push (&s, 4, 40);	/* two were lost */
	assert_true (ui_series_at (&s, 1) == 10);
	assert_true (isnan (ui_series_at (&s, 2)));
	assert_true (isnan (ui_series_at (&s, 3)));
	assert_true (ui_series_at (&s, 4) == 40);
	assert_true (isnan (ui_series_at (&s, 5)));
	assert_true (ui_series_mean (&s, 4, 4) == 25);
	assert_true (ui_series_max (&s, 4, 1) == 40);
	assert_true (isnan (ui_series_max (&s, 3, 2)));
	for (guint64 t = 5; t < 2 * UI_HISTORY; t++)
		ui_series_push (&s, t, t);
	assert_true (isnan (ui_series_at (&s, UI_HISTORY - 1)));
	assert_true (ui_series_at (&s, UI_HISTORY) == UI_HISTORY);
	ui_series_push (&s, 9 * UI_HISTORY, 1);
	assert_true (isnan (ui_series_at (&s, 9 * UI_HISTORY - 1)));
	assert_true (ui_series_max (&s, 9 * UI_HISTORY, UI_HISTORY) == 1);
}

static void
test_born_late (void **state)
{
	ui_series s = { 0 };

	ui_series_push (&s, 3 * UI_HISTORY, 5);
	for (guint64 t = 1; t < 3 * UI_HISTORY; t++)
		assert_true (isnan (ui_series_at (&s, t)));
	assert_true (ui_series_at (&s, 3 * UI_HISTORY) == 5);
}

static void
test_spark (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (8, 1, TRUE);
	ui_series s = { 0 };

	ui_series_push (&s, 1, 0);
	ui_series_push (&s, 2, 1);
	ui_series_push (&s, 4, 50);
	ui_series_push (&s, 5, 100);
	ui_spark (c, 0, 0, 8, UI_ACCENT, &s, 5, 100);
	assert_text (c, "   _. =#\n");
}

static void
test_gauge (void **state)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (10, 1, TRUE);
	ui_gauge g = { .measured = 50, .floor = 30, .floor_asked = 70,
		       .cap = 100, .full = 100 };

	ui_gauge_draw (c, 0, 0, 10, UI_GOOD, &g);
	assert_text (c, "===|=--:-]\n");
	g = (ui_gauge) { NAN, NAN, NAN, NAN, NAN };
	ui_gauge_draw (c, 0, 0, 10, UI_GOOD, &g);
	assert_text (c, "----------\n");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_clips),
		cmocka_unit_test (test_ellipsis),
		cmocka_unit_test (test_wide),
		cmocka_unit_test (test_marks_and_controls),
		cmocka_unit_test (test_ascii_is_ascii),
		cmocka_unit_test (test_styles),
		cmocka_unit_test (test_counts),
		cmocka_unit_test (test_series),
		cmocka_unit_test (test_born_late),
		cmocka_unit_test (test_spark),
		cmocka_unit_test (test_gauge),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
