/*
 * plan_support.h - what the tests of plans share: a lab of the test's own,
 * transactions that must succeed, and the kernel's state as text.
 */
#ifndef PLAN_SUPPORT_H
#define PLAN_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "host.h"
#include "plan/step.h"
#include "plan/txn.h"

typedef struct {
	vmnet_host *h;
	char *lab, *state;
} fixture;

#define MUST(call) do { g_autoptr (GError) error = NULL; \
	if (!(call)) fail_msg ("%s: %s", #call, \
			       error ? error->message : "no error"); } while (0)

int setup (void **state);
int teardown (void **state);
vmnet_txn *begin (fixture *f);
/* Commits, frees. */
void commit (vmnet_txn *t);
/* A switch, two VMs with a floor, a cap and ACLs, and queues. */
void edit_all (vmnet_txn *t);
/* Everything of the kernel that a plan may change, as text; owned. */
char *kernel_state (fixture *f);
/* Applies `t` with a step that fails in the place of number `at`; returns how
 * many steps it has. */
guint fail_at (fixture *f, vmnet_txn *t, guint at);
/* 192.0.2.5/24. */
void give_address (fixture *f, const char *link);
gboolean has_address (fixture *f, const char *link);

#endif
