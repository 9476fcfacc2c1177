/*
 * test_bpf_load.c - what the kernel's verifier makes of each program: loading
 * them costs every first command after a boot, and minutes where a processor
 * is emulated. A stage that multiplies its branches with those of the others
 * shows here first (STAGE in port_parse.bpf.h is the cure).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf/internal.h"

typedef struct {
	char *pins;
	datapath *d;
} fixture;

/*
 * Instructions that the verifier walked, at most; about a third above the most
 * that Linux 6.1, 6.12 and 6.18 were seen to need. Whoever raises one says why.
 */
static const guint32 bounds[DP_PROGS] = {
	[DP_PROG_IN] = 23000,
	[DP_PROG_OUT] = 35000,
	[DP_PROG_TEAM_IN] = 9000,
	[DP_PROG_TEAM_OUT] = 21000,
	[DP_PROG_UPLINK_IN] = 9000,
	[DP_PROG_UPLINK_OUT] = 9000,
	[DP_PROG_TUNNEL] = 400,
	[DP_PROG_COPY_LOST] = 100,
	[DP_PROG_QOS] = 5200,
	[DP_PROG_FDB_UPDATE] = 5400,
	[DP_PROG_FDB_DELETE] = 160,
	[DP_PROG_FDB_ADD] = 14000,
	[DP_PROG_FDB_EXTERN] = 140,
	[DP_PROG_VMQ] = 80,
	[DP_PROG_VMQ_FULL] = 40,
};

static void
test_verified (void **state)
{
	fixture *t = *state;
	guint over = 0;

	for (int i = 0; i < DP_PROGS; i++) {
		struct bpf_prog_info info = { 0 };
		guint32 len = sizeof info;

		assert_int_equal (bpf_obj_get_info_by_fd (t->d->progs[i],
							  &info, &len), 0);
		printf ("# %s: %u instructions verified of at most %u, "
			"%u bytes of machine code\n", dp_prog_names[i],
			info.verified_insns, bounds[i], info.jited_prog_len);
		/* Linux 5.15 does not tell. */
		if (len > offsetof (struct bpf_prog_info, verified_insns))
			assert_int_not_equal (info.verified_insns, 0);
		over += info.verified_insns > bounds[i];
	}
	assert_int_equal (over, 0);
}

static int
setup (void **state)
{
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;

	t->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-load-%d",
				   (int) getpid ());
	t->d = datapath_open (t->pins, &e);
	if (t->d == NULL)
		printf ("# %s\n", e->message);
	*state = t;
	return t->d ? 0 : -1;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	datapath_close (t->d);
	datapath_remove (t->pins, NULL);
	g_free (t->pins);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_verified),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}
