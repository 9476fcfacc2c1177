/*
 * live.h - values that Tab offers where the parameter's type knows none:
 * processors, numbers of what is there, files. Used by complete.c.
 */
#ifndef EDIT_LIVE_H
#define EDIT_LIVE_H

#include "../lang/lang.h"

typedef void (*live_func) (gpointer user, const char *value,
			   const char *help);

/* `in` NULL: nothing that must be looked up in the host. */
void live_values (sh_interp *in, const sh_cmdlet *c, const sh_param *p,
		  live_func add, gpointer user);
/* Files and folders (with '/' at the end) that `half` may become. */
void live_paths (const char *half, live_func add, gpointer user);
/* Is the word, or the parameter, one of a file? */
gboolean live_is_path (const char *word);
gboolean live_takes_path (const sh_param *p);

#endif
