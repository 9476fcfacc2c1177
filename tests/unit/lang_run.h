/*
 * lang_run.h - runs a text in an interpreter without a host and returns what
 * it printed. Shared by test_lang_*.c.
 */
#ifndef LANG_RUN_H
#define LANG_RUN_H

#include "lang/lang.h"

typedef struct {
	char *out, *err;	/* without the last end of line */
	int status;
} lang_result;

lang_result lang_run (const char *text);
lang_result lang_run_as (const char *text, int format);
void lang_result_clear (lang_result *r);

typedef struct {
	const char *text, *want;
} lang_case;

/* Each text must print what is wanted and nothing to standard error. */
void lang_check (const lang_case *cases, gsize n);
/* Each text must fail with `status`, and its error begins with `want`. */
void lang_check_errors (const lang_case *cases, gsize n, int status);

#endif
