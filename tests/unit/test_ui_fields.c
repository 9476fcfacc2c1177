/*
 * test_ui_fields.c - every field that the dashboard reads by name is in the
 * field table of core's noun.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "sample.h"

static void
check_field (ui_rows rows, const char *field, gpointer user)
{
	static const vmnet_noun *const nouns[UI_N_ROWS] = {
		[UI_ROWS_SWITCH] = &vmnet_noun_switch,
		[UI_ROWS_NIC] = &vmnet_noun_nic,
		[UI_ROWS_ADAPTER] = &vmnet_noun_adapter,
		[UI_ROWS_BANDWIDTH] = &vmnet_noun_bandwidth,
		[UI_ROWS_QUEUE] = &vmnet_noun_queue,
	};

	if (vmnet_noun_field (nouns[rows], field) == NULL) {
		printf ("# %s has no field %s\n", nouns[rows]->name, field);
		(*(int *) user)++;
	}
}

static void
test_fields (void **state)
{
	int missing = 0;

	ui_sample_fields (check_field, &missing);
	assert_int_equal (missing, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_fields),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
