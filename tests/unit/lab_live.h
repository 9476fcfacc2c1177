/*
 * lab_live.h - a real lab of the test's own, for the tests that enter one
 * (test_lab_live, test_lab_speed). The process stays in the lab's host
 * namespace from the first live_enter on. Needs root.
 */
#ifndef TEST_LAB_LIVE_H
#define TEST_LAB_LIVE_H

#include "host.h"

#define PORT 9			/* of the outside machine's sink */

typedef struct {
	char name[32], second[32];	/* labs; nobody else's */
	vmnet_host *host;		/* `name`, once it was entered */
} lab_test;

/* Fails the test with the error's message. */
void live_must (gboolean ok, GError *error);
vmnet_host *live_enter (const char *lab);
/* An address of the host's own, on pnic0. */
void live_address (vmnet_host *h, int family, const char *text,
		   guint8 prefix);
/* A socket connected to the sink; waits at most 5 seconds in each call. */
int live_connect (int family, int type);
int live_setup (void **state);		/* *state: a lab_test */
int live_teardown (void **state);	/* both labs are destroyed */

#endif
