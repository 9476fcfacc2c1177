/*
 * table.c - all cmdlets, in order: what there is to type. Each entry stands
 * above its handlers in the file of its own; published cmdlets that have none
 * come from the published table.
 */
#include <string.h>

#include "core.h"
#include "domain.h"
#include "published.h"
#include "published_entries.h"

const sh_cmdlet *const sh_cmdlets[] = {
	DOMAIN_CMDLETS,
	CORE_CMDLETS,
	PUBLISHED_CMDLETS
	NULL,
};

static gboolean
has_alias (const sh_cmdlet *c, const char *name)
{
	gsize n = strlen (name);

	for (const char *p = c->aliases; p != NULL && *p != '\0'; ) {
		gsize length = strcspn (p, ",");

		if (length == n && g_ascii_strncasecmp (p, name, n) == 0)
			return TRUE;
		p += length + (p[length] == ',');
	}
	return FALSE;
}

const sh_cmdlet *
sh_cmdlet_find (const char *name)
{
	for (guint i = 0; sh_cmdlets[i] != NULL; i++)
		if (g_ascii_strcasecmp (sh_cmdlets[i]->name, name) == 0
		    || has_alias (sh_cmdlets[i], name))
			return sh_cmdlets[i];
	return NULL;
}
