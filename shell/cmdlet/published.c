/*
 * published.c - what the published cmdlets do that have no entry of their own
 * yet: they answer by name. Their entries are generated; see published.h.
 */
#include "published.h"

#include "../lang/lang.h"

gboolean
published_answer (sh_call *call, GError **error)
{
	const sh_cmdlet *c = sh_call_cmdlet (call);

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
		     "%s (%s): published, but not built here yet", c->name,
		     c->module);
	return FALSE;
}

gboolean
published_only (const sh_cmdlet *c)
{
	return c->begin == published_answer;
}

static sh_value *
refuse (const sh_value *given, const char *accepted, GError **error)
{
	g_autofree char *text = sh_to_text (given);

	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "'%s' was given, accepted is %s", text, accepted);
	return NULL;
}

sh_value *
published_object (sh_call *call, const sh_value *given, GError **error)
{
	sh_kind k = sh_value_kind (given);

	if (k == SH_OBJECT || k == SH_HASH)
		return sh_ref ((sh_value *) given);
	return refuse (given, "an object of that kind", error);
}

sh_value *
published_instance (sh_call *call, const sh_value *given, GError **error)
{
	if (sh_value_kind (given) == SH_ROW)
		return sh_ref ((sh_value *) given);
	return published_object (call, given, error);
}
