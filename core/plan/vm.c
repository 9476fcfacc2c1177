/*
 * vm.c - the part of a plan that makes and removes the network namespaces of
 * lab VMs. Called by plan.c.
 */
#include "lab/lab.h"
#include "plan/step.h"

static gboolean
netns_make (plan *p, step *s, GError **error)
{
	return lab_vm_add (p->h->lab, s->arg, error);
}

static gboolean
netns_drop (plan *p, step *s, GError **error)
{
	return lab_vm_remove (p->h->lab, s->arg, error);
}

static void
netns_make_undo (plan *p, step *s)
{
	netns_drop (p, s, NULL);
}

static void
netns_drop_undo (plan *p, step *s)
{
	netns_make (p, s, NULL);
}

gboolean
plan_vms_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->vms->len; i++) {
		const vmnet_vm *v = p->desired->vms->pdata[i];
		step *s;

		if (!v->namespaced ||
		    (!p->all && p->base && vmnet_model_vm (p->base, v->name)) ||
		    lab_vm_exists (p->h->lab, v->name))
			continue;
		s = plan_step (p, netns_make, netns_make_undo,
			       "create VM '%s' as a network namespace",
			       v->name);
		s->arg = g_strdup (v->name);
	}
	return TRUE;
}

static void
remove_of (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->vms->len; i++) {
		const vmnet_vm *v = m->vms->pdata[i];
		step *s;

		if (!v->namespaced || vmnet_model_vm (p->desired, v->name) ||
		    (m != p->base && p->base &&
		     vmnet_model_vm (p->base, v->name)) ||
		    !lab_vm_exists (p->h->lab, v->name) ||
		    plan_hand_over_vm (p, v->name))
			continue;
		s = plan_step (p, netns_drop, netns_drop_undo,
			       "remove VM '%s' and its network namespace",
			       v->name);
		s->arg = g_strdup (v->name);
	}
}

gboolean
plan_vms_remove (plan *p, GError **error)
{
	remove_of (p, p->base);
	if (p->leftover)
		remove_of (p, p->leftover);
	return TRUE;
}
