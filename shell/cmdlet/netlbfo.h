/*
 * netlbfo.h - what the cmdlets of teams of the host share: parameters, and the
 * teams, members or interfaces that a call is about. Used by netlbfo.c,
 * netlbfomember.c and netlbfonic.c.
 */
#ifndef SH_NETLBFO_H
#define SH_NETLBFO_H

#include "domain.h"

/* Their association with a team: one object. */
#define LBFO_OBJECT(name, type, set, what) \
	{ name, &type, SH_PIPE_VALUE, 0, NULL, set, what }
#define LBFO_INPUT(type, what) \
	{ "InputObject", &type, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, \
	  NULL, "InputObject", what }

/*
 * The rows of `noun` that -InputObject, -Name, -Team and the team or the part
 * of one that came as an object select, of those parameters that the cmdlet
 * has; none of them: all. NULL with error: a plain name is not there; `what`
 * is then its kind.
 */
GPtrArray *lbfo_chosen (sh_call *call, const vmnet_noun *noun,
			const char *what, GError **error);
/* Emits them. */
gboolean lbfo_emit (sh_call *call, const vmnet_noun *noun, const char *what,
		    GError **error);
/* After a change of the object of that key: for -PassThru. */
void lbfo_pass (sh_call *call, const vmnet_noun *noun, const char *key);
/* Physical adapters by name or pattern, NULL behind the last one; at least one,
 * or NULL with error. Owned strings. */
GPtrArray *lbfo_nics (sh_call *call, const char *param, GError **error);

#endif
