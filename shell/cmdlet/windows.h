/*
 * windows.h - commands that Windows alone has: one table of what they do
 * here, read by the evaluator where no cmdlet is found and by Get-Help.
 */
#ifndef SH_WINDOWS_H
#define SH_WINDOWS_H

#include <glib.h>

typedef struct {
	const char *name;
	gboolean skipped;	/* a warning, and the script goes on */
	const char *text;	/* what Linux has instead, or why not */
} sh_windows;

/* NULL: it is none of them. */
const sh_windows *sh_windows_find (const char *name);
/* about_windows_only, made of the table; owned. */
char *sh_windows_topic (void);

#endif
