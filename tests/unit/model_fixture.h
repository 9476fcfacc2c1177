/*
 * model_fixture.h - a small model, and how the tests of its edits speak:
 * DONE succeeds, SAME succeeds and changes nothing, REFUSED fails with these
 * words and changes nothing. Included by test_model_*.c.
 */
#ifndef MODEL_FIXTURE_H
#define MODEL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "model/edit.h"

static const gboolean yes = TRUE, no = FALSE;

/* The model before a call that is expected to be refused. */
static vmnet_model *before;

#define REFUSED(m, call, wanted, says) \
	do { \
		GError *e_ = NULL; \
		before = model_copy (m); \
		assert_false (call); \
		refused (m, e_, wanted, says); \
		g_clear_error (&e_); \
	} while (0)
#define E (&e_)

#define DONE(call) \
	do { \
		GError *e_ = NULL; \
		if (!(call)) \
			fail_msg ("%s: %s", #call, e_->message); \
	} while (0)

static void
refused (vmnet_model *m, const GError *e, int code, const char *says)
{
	assert_non_null (e);
	assert_int_equal (e->domain, VMNET_ERROR);
	if (e->code != code || !strstr (e->message, says))
		fail_msg ("%d: %s\nnot %d: %s", e->code, e->message, code,
			  says);
	assert_true (model_equal (m, before));
	assert_int_equal (m->next_slot, before->next_slot);
	g_clear_pointer (&before, model_free);
}

/* Nothing changes. */
#define SAME(m, call) \
	do { \
		g_autoptr (vmnet_model) copy_ = model_copy (m); \
		DONE (call); \
		assert_true (model_equal (m, copy_)); \
	} while (0)

static void
add_switch (vmnet_model *m, const char *name, vmnet_switch_type type,
	    const char *uplink, vmnet_bw_mode mode)
{
	vmnet_switch_spec s = { .name = name, .type = type, .uplink = uplink,
				.bw_mode = mode,
				.allow_management_os =
					type != VMNET_SWITCH_PRIVATE };

	DONE (model_switch_add (m, &s, E));
}

/* sw0: External on pnic0, Absolute; lan: Internal; dark: Private; VM web1
 * with one adapter on sw0. */
static int
setup (void **state)
{
	vmnet_model *m = model_new ();

	add_switch (m, "sw0", VMNET_SWITCH_EXTERNAL, "pnic0",
		    VMNET_BW_ABSOLUTE);
	add_switch (m, "lan", VMNET_SWITCH_INTERNAL, NULL, VMNET_BW_DEFAULT);
	add_switch (m, "dark", VMNET_SWITCH_PRIVATE, NULL, VMNET_BW_NONE);
	DONE (model_vm_add (m, "web1", TRUE, E));
	DONE (model_adapter_add (m, "web1", NULL, "sw0", NULL, E));
	*state = m;
	return 0;
}

static int
teardown (void **state)
{
	model_free (*state);
	return 0;
}

#define INVALID VMNET_ERROR_INVALID
#define EXISTS VMNET_ERROR_EXISTS
#define NOT_FOUND VMNET_ERROR_NOT_FOUND

#endif
