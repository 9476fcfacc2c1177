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

/* An about_ topic: help/about_NAME.txt, compiled in. */
typedef struct {
	const char *name;	/* "about_units" */
	const char *text;
} sh_about;

extern const sh_about sh_abouts[];	/* ends with a NULL name */

#endif
