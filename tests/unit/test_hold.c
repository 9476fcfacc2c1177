/* test_hold.c - merging by time, and joining drops to what the tap saw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trace/hold.h"

#define MS 1000000ll

/* What came out, as text: "a10 b12 a13!7". */
static void
note (const held *r, gpointer owner, gpointer user)
{
	GString *out = user;

	g_string_append_printf (out, "%s%s%d", out->len ? " " : "",
				(const char *) owner, (int) (r->time / MS));
	if (r->reason)
		g_string_append_printf (out, "!%u", r->acl);
}

typedef struct {
	GString *out;
	hold *h;
	hold_source *a, *b;
} fixture;

static int
setup (void **state)
{
	fixture *f = g_new0 (fixture, 1);

	f->out = g_string_new (NULL);
	f->h = hold_new (note, f->out);
	f->a = hold_source_new (f->h, "a");
	f->b = hold_source_new (f->h, "b");
	*state = f;
	return 0;
}

static int
teardown (void **state)
{
	fixture *f = *state;

	hold_free (f->h);
	g_string_free (f->out, TRUE);
	g_free (f);
	return 0;
}

static void
packet (fixture *f, hold_source *s, int ms, const char *data)
{
	hold_packet (f->h, s, ms * MS, 100, strlen (data),
		     (const guint8 *) data);
}

static void
drop (fixture *f, hold_source *s, int ms, const char *data, guint acl,
      gboolean seen)
{
	const hold_drop d = {
		.time = ms * MS, .length = 100, .captured = strlen (data),
		.data = (const guint8 *) data, .reason = 1, .acl = acl,
		.seen = seen,
	};

	hold_add_drop (f->h, s, &d);
}

static void
test_merge (void **state)
{
	fixture *f = *state;

	packet (f, f->a, 10, "x");
	packet (f, f->a, 13, "x");
	packet (f, f->a, 40, "x");
	packet (f, f->b, 11, "x");
	packet (f, f->b, 12, "x");
	hold_release (f->h, 13 * MS);
	assert_string_equal (f->out->str, "a10 b11 b12 a13");
	hold_release (f->h, G_MAXINT64 / 2);
	assert_string_equal (f->out->str, "a10 b11 b12 a13 a40");
	assert_int_equal (hold_bytes (f->h), 0);
}

static void
test_join_nearest (void **state)
{
	fixture *f = *state;

	/* The first one passed, before the ACL came. */
	packet (f, f->a, 10, "same");
	packet (f, f->a, 20, "same");
	packet (f, f->a, 21, "else");
	packet (f, f->a, 30, "same");
	drop (f, f->a, 20, "same", 7, TRUE);
	hold_release (f->h, 100 * MS);
	assert_string_equal (f->out->str, "a10 a20!7 a21 a30");
}

static void
test_join_each_once (void **state)
{
	fixture *f = *state;

	packet (f, f->a, 10, "same");
	packet (f, f->a, 11, "same");
	drop (f, f->a, 12, "same", 1, TRUE);
	drop (f, f->a, 12, "same", 2, TRUE);
	drop (f, f->a, 12, "same", 3, TRUE);
	hold_release (f->h, 100 * MS);
	assert_string_equal (f->out->str, "a10!2 a11!1 a12!3");
}

static void
test_join_needs_equal (void **state)
{
	fixture *f = *state;

	packet (f, f->a, 10, "other");
	packet (f, f->b, 10, "same");	/* another point */
	packet (f, f->a, 60, "same");	/* later than the drop */
	drop (f, f->a, 11, "same", 4, TRUE);
	drop (f, f->a, 50, "other", 5, TRUE);	/* too long ago */
	hold_release (f->h, 100 * MS);
	assert_string_equal (f->out->str, "a10 b10 a11!4 a50!5 a60");
}

static void
test_unseen (void **state)
{
	fixture *f = *state;

	packet (f, f->a, 10, "same");
	drop (f, f->a, 10, "same", 6, FALSE);
	hold_release (f->h, 100 * MS);
	assert_string_equal (f->out->str, "a10 a10!6");
}

/* A drop is longer than what the capture kept of the packet. */
static void
test_snaplen (void **state)
{
	fixture *f = *state;

	packet (f, f->a, 10, "sa");
	drop (f, f->a, 10, "same", 8, TRUE);
	hold_release (f->h, 100 * MS);
	assert_string_equal (f->out->str, "a10!8");
}

static void
test_trim (void **state)
{
	fixture *f = *state;
	g_autofree char *big = g_strnfill (60000, 'x');

	for (int i = 0; i < 10; i++)
		packet (f, i % 2 ? f->a : f->b, i, big);
	hold_trim (f->h, 5 * 64 * 1024);
	assert_string_equal (f->out->str, "b0 a1 b2 a3 b4");
}

typedef struct { gint64 last; guint seen, joined; } order;

static void
check_order (const held *r, gpointer owner, gpointer user)
{
	order *o = user;

	assert_true (r->time >= o->last);
	o->last = r->time;
	o->seen++;
	o->joined += r->reason != 0;
}

/* Many sources, random times, a drop for every third packet. */
static void
test_random (void **state)
{
	g_autoptr (GRand) rand = g_rand_new_with_seed (7);
	order o = { 0 };
	g_autoptr (hold) h = hold_new (check_order, &o);
	hold_source *s[40];
	gint64 time = 0;

	for (guint i = 0; i < G_N_ELEMENTS (s); i++)
		s[i] = hold_source_new (h, NULL);
	for (guint32 i = 0; i < 30000; i++) {
		hold_source *to = s[g_rand_int_range (rand, 0, 40)];
		hold_drop d = {
			.length = 60, .captured = sizeof i, .reason = 1,
			.data = (const guint8 *) &i, .seen = TRUE,
		};

		time += g_rand_int_range (rand, 0, 100000);
		hold_packet (h, to, time, 60, sizeof i, (guint8 *) &i);
		d.time = time + 50;
		if (i % 3 == 0)
			hold_add_drop (h, to, &d);
		if (i % 100 == 0)
			hold_release (h, time - 30 * MS);
	}
	hold_release (h, G_MAXINT64 / 2);
	assert_int_equal (o.seen, 30000);
	assert_int_equal (o.joined, 10000);
	assert_int_equal (hold_bytes (h), 0);
}

#define T(f) cmocka_unit_test_setup_teardown (f, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		T (test_merge), T (test_join_nearest),
		T (test_join_each_once), T (test_join_needs_equal),
		T (test_unseen), T (test_snaplen), T (test_trim),
		cmocka_unit_test (test_random),
	};

	return cmocka_run_group_tests_name ("hold", tests, NULL, NULL);
}
