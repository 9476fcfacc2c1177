/*
 * published.h - the published cmdlets that have no entry of their own yet.
 * Their entries are written at build time by published.awk from
 * published.tsv; each binds its parameters as published, and then says by
 * name that it is not built. Included by table.c and help.c.
 */
#ifndef SH_PUBLISHED_H
#define SH_PUBLISHED_H

#include "../cmdlet.h"

/* The handler of all of them: always the error VMNET_ERROR_NOT_YET. */
gboolean published_answer (sh_call *call, GError **error);
/* Is it one of them? */
gboolean published_only (const sh_cmdlet *c);
/* Parses for CimInstance, which is any object. */
sh_value *published_instance (sh_call *call, const sh_value *given,
			      GError **error);
/* Parses for kinds of objects that nothing here hands out yet: an object, but
 * no row of core, which is of a kind of its own. */
sh_value *published_object (sh_call *call, const sh_value *given,
			    GError **error);

#endif
