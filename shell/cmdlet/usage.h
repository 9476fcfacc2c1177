/*
 * usage.h - what an entry says about itself: usage lines and the help page.
 * Callers: Get-Help, completion (`?`), the tests.
 */
#ifndef SH_USAGE_H
#define SH_USAGE_H

#include "../cmdlet.h"

/* "New-VMSwitch [-Name] <String> -NetAdapterName <String[]> …": one way to
 * call it. `set` NULL: of a cmdlet without sets. Owned. */
char *sh_usage (const sh_cmdlet *c, const char *set);
/* The page: name, synopsis, syntax, parameters, output, example, notes. */
char *sh_help_page (const sh_cmdlet *c);
/* Only its one parameter `p`. */
char *sh_help_param (const sh_param *p);
char *sh_help_examples (const sh_cmdlet *c);
/* Lines of at most 80 columns, each behind `indent`; owned. */
char *sh_wrap (const char *text, const char *indent);

/* What of a page cannot be derived from the entry: help/cmdlets, compiled in.
 * Texts are NULL where the source has none. */
typedef struct {
	const char *title;
	const char *text;	/* "vmnetsh> …" lines and what they print */
	const char *skip;	/* why it cannot run in a lab */
} sh_example;

typedef struct {
	const char *name;	/* "New-VMSwitch" */
	const char *text;	/* the description: paragraphs */
	const char *related;	/* "Get-VMSwitch, about_lab" */
	const char *skip;	/* why the entry's example cannot run in a lab */
	const char *output;	/* what the entry's example prints */
	const sh_example *examples;	/* end with a NULL title */
} sh_page;

extern const sh_page sh_pages[];	/* ends with a NULL name */
const sh_page *sh_page_find (const char *name);

/* An about_ topic: help/about_NAME.txt, compiled in. */
typedef struct {
	const char *name;	/* "about_units" */
	const char *text;
} sh_about;

extern const sh_about sh_abouts[];	/* ends with a NULL name */

#endif
