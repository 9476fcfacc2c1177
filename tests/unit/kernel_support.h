/*
 * kernel_support.h - for the tests of core/kernel: a network namespace of
 * their own, and what ip, tc and bridge say from outside.
 */
#ifndef TESTS_KERNEL_SUPPORT_H
#define TESTS_KERNEL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-glib/json-glib.h>

#include "kernel/netlink.h"

/* Group set-up: leaves the machine's network for an empty one. */
int own_network (void **state);
/* First line of a test: skips it visibly without root. */
void need_root (void);

/*
 * The text at a JSONPath in what `command` prints: said ("ip -j link show
 * p0", "$[0].address"). NULL when there is nothing. Owned.
 */
char *said (const char *command, const char *path);
void assert_said (const char *command, const char *path, const char *want);

/* Asserts success, or fails the test with the error's text. */
#define worked(call) do { \
	g_autoptr (GError) error = NULL; \
	if (!(call)) \
		fail_msg ("%s: %s", #call, error ? error->message : "?"); \
} while (0)

/* Asserts a failure with this code and this whole message. */
#define refused(call, want_code, want_text) do { \
	g_autoptr (GError) error = NULL; \
	if (call) \
		fail_msg ("%s: succeeded", #call); \
	assert_non_null (error); \
	assert_string_equal (error->message, want_text); \
	assert_int_equal (error->code, want_code); \
	assert_true (error->domain == VMNET_ERROR); \
} while (0)

/* The same, where older kernels leave out words of their own at the end. */
#define refused_start(call, want_code, want_text) do { \
	g_autoptr (GError) error = NULL; \
	if (call) \
		fail_msg ("%s: succeeded", #call); \
	assert_non_null (error); \
	if (!g_str_has_prefix (error->message, want_text)) \
		assert_string_equal (error->message, want_text); \
	assert_int_equal (error->code, want_code); \
	assert_true (error->domain == VMNET_ERROR); \
} while (0)

/* A pair in this namespace, both ends up. */
void make_pair (kn *k, const char *a, const char *b);
/* Sends `count` frames of `length` bytes out of an interface. */
void send_frames (kn *k, const char *name, int count, size_t length);

#endif
