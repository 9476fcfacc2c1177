/*
 * port_names.c - the part of a plan about the names of a port that is there
 * already: the one that people see, and the one that a tap's opener may use on
 * any host. Called by adapter.c.
 */
#include "plan/step.h"

#include <string.h>

static gboolean
is_named (const kn_link *l, const char *name)
{
	for (guint i = 0; l->altnames && i < l->altnames->len; i++)
		if (strcmp (l->altnames->pdata[i], name) == 0)
			return TRUE;
	return FALSE;
}

void
plan_port_names_free (plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	g_autofree char *port = names_port (a);
	const kn_link *l = plan_link (p, port);
	g_autofree char *was = NULL, *name = NULL, *end = NULL;

	if (o == NULL || l == NULL || (a->vm && plan_uses_vm_netns (p, a)))
		return;
	was = a->vm ? names_tap (o->mac) : names_alias (o);
	name = a->vm ? names_tap (a->mac) : names_alias (a);
	end = a->vm ? g_strdup (port) : names_host_adapter (o);
	if (strcmp (name, was) != 0 && (!a->vm || is_named (l, was)))
		step_link_altname (p, end, was, FALSE);
}

/* Names that people see: only the texts change, never the port. */
void
plan_port_names (plan *p, const vmnet_adapter *o, const vmnet_adapter *a,
		 const char *port, const kn_link *l)
{
	g_autofree char *alias = names_alias (a), *was = names_alias (o);
	g_autofree char *end = NULL, *old_end = NULL, *tap = NULL;

	if (g_strcmp0 (l->alias, alias) != 0)
		step_link_alias (p, port, alias, l->alias);
	tap = a->vm && !plan_uses_vm_netns (p, a) ? names_tap (a->mac) : NULL;
	if (tap && !is_named (l, tap))
		step_link_altname (p, port, tap, TRUE);
	if (a->vm || strcmp (alias, was) == 0)
		return;
	end = names_host_adapter (a);
	old_end = names_host_adapter (o);
	if (strcmp (end, old_end) != 0 && plan_link (p, old_end)) {
		step_link_rename (p, old_end, end);
		plan_link_renamed (p, old_end, end);
	}
	step_link_alias (p, end, alias, was);
	step_link_altname (p, end, alias, TRUE);
}
