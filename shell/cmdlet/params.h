/*
 * params.h - looks into entries: the parameters of a cmdlet (its own, then the
 * common ones), found by name, alias or prefix, and its parameter sets.
 * Callers: the binder, completion, help, `vmnetsh complete`.
 */
#ifndef SH_PARAMS_H
#define SH_PARAMS_H

#include "../cmdlet.h"

/* The i-th parameter, own ones first; NULL past the last. */
const sh_param *sh_param_at (const sh_cmdlet *c, guint i);
/* Its place for sh_param_at, by exact name only; -1: there is none. */
int sh_param_index (const sh_cmdlet *c, const char *name);
/*
 * By name, alias or unique prefix. NULL: SH_ERROR_BIND, which names the
 * candidates of an ambiguous prefix, or the nearest names.
 */
const sh_param *sh_param_find (const sh_cmdlet *c, const char *name,
			       GError **error);
/* Not one of the entry's own: has no place in a usage line. */
gboolean sh_param_common (const sh_cmdlet *c, const sh_param *p);
char *sh_param_type_name (const sh_param *p);	/* "String[]"; owned */

/* The sets of a cmdlet, the default one first; owned strings. Empty: the
 * cmdlet has but one way to be called. */
GPtrArray *sh_cmdlet_sets (const sh_cmdlet *c);
gboolean sh_param_in_set (const sh_param *p, const char *set);

/*
 * Up to three of `names` (NULL-terminated) that `word` was probably meant to
 * be, joined with ", "; NULL when none is near. Owned.
 */
char *sh_nearest (const char *word, const char *const *names);

#endif
