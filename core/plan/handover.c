/*
 * handover.c - the part of a plan that hands a VM over to another host, see
 * handover.h. Called by plan.c, adapter.c and vm.c.
 */
#include "plan/handover.h"

#include <unistd.h>

#include "lab/lab.h"
#include "plan/step.h"

static gboolean
leaves (const plan *p, const char *vm)
{
	return p->leaving && p->leaving->lab && vm &&
		model_name_equal (p->leaving->vm, vm);
}

gboolean
plan_leaves (const plan *p, const vmnet_adapter *a)
{
	return leaves (p, a->vm);
}

gboolean
plan_arrives (const plan *p, const vmnet_adapter *a)
{
	return p->leaving && p->leaving->arrives && a->vm &&
		model_name_equal (p->leaving->vm, a->vm);
}

static gboolean
port_give (plan *p, step *s, GError **error)
{
	return lab_port_give (p->h->nl, s->link, p->leaving->lab, s->arg,
			      error);
}

static void
port_give_undo (plan *p, step *s)
{
	int ns = lab_host_open (p->leaving->lab, NULL);
	g_autoptr (kn) there = ns >= 0 ? kn_open (ns, NULL) : NULL;

	/* The other host may have given it back by itself. */
	if (there && kn_ifindex (p->h->nl, s->link) == 0)
		lab_port_give (there, s->arg, p->h->lab, s->link, NULL);
	if (ns >= 0)
		close (ns);
}

gboolean
plan_hand_over_port (plan *p, const vmnet_adapter *a, const char *port)
{
	g_autofree char *alias = NULL;
	const char *there;
	step *s;

	if (!leaves (p, a->vm))
		return FALSE;
	alias = names_alias (a);
	there = g_hash_table_lookup (p->leaving->ports,
				     GUINT_TO_POINTER (a->slot));
	s = plan_step (p, port_give, port_give_undo,
		       "give port %s of '%s' to host '%s' as %s", port, alias,
		       p->leaving->lab, there);
	s->link = g_strdup (port);
	s->arg = g_strdup (there);
	return TRUE;
}

static gboolean
vm_give (plan *p, step *s, GError **error)
{
	return lab_vm_give (p->h->lab, s->arg, p->leaving->lab, error);
}

static void
vm_give_undo (plan *p, step *s)
{
	if (!lab_vm_exists (p->h->lab, s->arg))
		lab_vm_give (p->leaving->lab, s->arg, p->h->lab, NULL);
}

gboolean
plan_hand_over_vm (plan *p, const char *vm)
{
	step *s;

	if (!leaves (p, vm))
		return FALSE;
	s = plan_step (p, vm_give, vm_give_undo,
		       "give VM '%s' and what runs in it to host '%s'", vm,
		       p->leaving->lab);
	s->arg = g_strdup (vm);
	return TRUE;
}

static gboolean
take (plan *p, step *s, GError **error)
{
	return p->leaving->take (p->leaving->user, error);
}

static void
take_undo (plan *p, step *s)
{
	p->leaving->untake (p->leaving->user);
}

gboolean
plan_handover_build (plan *p, GError **error)
{
	if (p->leaving && p->leaving->take)
		plan_step (p, take, take_undo,
			   "have VM '%s' taken over by its new host",
			   p->leaving->vm);
	return TRUE;
}
