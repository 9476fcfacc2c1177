/*
 * power.c - the part of a plan that stops and starts VMs of a lab: they lose their
 * links and then their programs. Called by plan.c; what cannot be undone comes
 * last.
 */
#include <net/if.h>

#include "lab/lab.h"
#include "model/document.h"
#include "plan/step.h"

static gboolean
was_off (const plan *p, const vmnet_vm *v, guint *at)
{
	const vmnet_vm *o = p->base ? model_vm_next (p->base, v->name, at)
				    : NULL;

	return o && o->off;
}

/* A port that the plan makes, or connects, comes up with that. */
static void
pull (plan *p, const vmnet_adapter *a)
{
	g_autofree char *port = names_port (a);
	const kn_link *l = plan_link (p, port);

	if (l == NULL || l->flags & IFF_UP ||
	    (!p->all && plan_adapter_touched (p, a)))
		step_link_up (p, port, FALSE, l != NULL && l->flags & IFF_UP);
}

static void
plug (plan *p, const vmnet_adapter *a)
{
	g_autofree char *port = names_port (a);
	const kn_link *l = plan_link (p, port);

	if (l && !(l->flags & IFF_UP))
		step_link_up (p, port, TRUE, FALSE);
}

gboolean
plan_power_build (plan *p, GError **error)
{
	guint at = 0, at_base = 0;

	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];
		const vmnet_vm *v = a->vm && a->vswitch
			? model_vm_next (p->desired, a->vm, &at) : NULL;

		if (v && v->off)
			pull (p, a);
		else if (v && was_off (p, v, &at_base))
			plug (p, a);
	}
	return TRUE;
}

static gboolean
lab_stop_apply (plan *p, step *s, GError **error)
{
	return lab_vm_stop (p->h->lab, s->arg, error);
}

gboolean
plan_vms_stop (plan *p, GError **error)
{
	guint at = 0;

	for (guint i = 0; i < p->desired->vms->len; i++) {
		const vmnet_vm *v = p->desired->vms->pdata[i];
		step *s;

		if (!v->off || p->all || was_off (p, v, &at))
			continue;
		s = plan_step (p, lab_stop_apply, NULL,
			       "end what runs in VM '%s'", v->name);
		s->arg = g_strdup (v->name);
	}
	return TRUE;
}
