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

/* Another adapter of the host is to have its name, or has the one that it gets. */
static gboolean
in_the_way (plan *p, const vmnet_adapter *a, const char *old_end,
	    const char *end)
{
	if (plan_link (p, end))
		return TRUE;
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *b = p->desired->adapters->pdata[i];
		g_autofree char *other = b == a || b->vm
			? NULL : names_host_adapter (b);

		if (g_strcmp0 (other, old_end) == 0)
			return TRUE;
	}
	return FALSE;
}

static char *
spare_name (const vmnet_adapter *a)
{
	return g_strdup_printf ("ve.%u", a->slot);
}

static void
rename_end (plan *p, const char *from, const char *to)
{
	step_link_rename (p, from, to);
	plan_link_renamed (p, from, to);
}

void
plan_port_names_free (plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = plan_old_adapter (p, a);
	g_autofree char *port = names_port (a);
	const kn_link *l = plan_link (p, port);
	g_autofree char *was = NULL, *name = NULL, *end = NULL;
	g_autofree char *new_end = NULL;

	if (o == NULL || l == NULL || (a->vm && plan_uses_vm_netns (p, a)))
		return;
	was = a->vm ? names_tap (o->mac) : names_alias (o);
	name = a->vm ? names_tap (a->mac) : names_alias (a);
	end = a->vm ? g_strdup (port) : names_host_adapter (o);
	if (strcmp (name, was) != 0 && (!a->vm || is_named (l, was)))
		step_link_altname (p, end, was, FALSE);
	new_end = a->vm ? g_strdup (end) : names_host_adapter (a);
	if (strcmp (end, new_end) != 0 && plan_link (p, end) &&
	    in_the_way (p, a, end, new_end)) {
		g_autofree char *spare = spare_name (a);

		rename_end (p, end, spare);
	}
}

/* Names that people see: only the texts change, never the port. */
void
plan_port_names (plan *p, const vmnet_adapter *o, const vmnet_adapter *a,
		 const char *port, const kn_link *l)
{
	g_autofree char *alias = names_alias (a), *was = names_alias (o);
	g_autofree char *end = NULL, *old_end = NULL, *tap = NULL, *spare = NULL;

	if (g_strcmp0 (l->alias, alias) != 0)
		step_link_alias (p, port, alias, l->alias);
	tap = a->vm && !plan_uses_vm_netns (p, a) ? names_tap (a->mac) : NULL;
	if (tap && !is_named (l, tap))
		step_link_altname (p, port, tap, TRUE);
	if (a->vm || strcmp (alias, was) == 0)
		return;
	end = names_host_adapter (a);
	spare = spare_name (a);
	old_end = plan_link (p, spare) ? g_strdup (spare)
		: names_host_adapter (o);
	if (strcmp (end, old_end) != 0 && plan_link (p, old_end))
		rename_end (p, old_end, end);
	step_link_alias (p, end, alias, was);
	step_link_altname (p, end, alias, TRUE);
}
