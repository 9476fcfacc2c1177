/*
 * diff.c - which objects of two models are the same, and which have changed.
 * An adapter is known by its slot, which is never reused; a switch by its
 * name, or, when it was renamed, by everything else.
 */
#include <string.h>

#include "model/guards.h"
#include "model/mirror.h"
#include "plan/step.h"

static gboolean
opt_equal (vmnet_opt a, vmnet_opt b)
{
	return a.set == b.set && (!a.set || a.value == b.value);
}

GHashTable *
plan_slots (const vmnet_model *m)
{
	GHashTable *t = g_hash_table_new (NULL, NULL);

	for (guint i = 0; m && i < m->adapters->len; i++) {
		vmnet_adapter *a = m->adapters->pdata[i];

		g_hash_table_insert (t, GUINT_TO_POINTER (a->slot), a);
	}
	return t;
}

static const vmnet_adapter *
by_slot (GHashTable *slots, guint32 slot)
{
	return g_hash_table_lookup (slots, GUINT_TO_POINTER (slot));
}

static gboolean
same_adapter (const vmnet_adapter *a, const vmnet_adapter *b)
{
	if (a == NULL || b == NULL || !a->vm != !b->vm)
		return FALSE;
	return !a->vm || g_ascii_strcasecmp (a->vm, b->vm) == 0;
}

const vmnet_adapter *
plan_old_adapter (const plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o = by_slot (p->base_slots, a->slot);

	if (!same_adapter (o, a))
		o = by_slot (p->leftover_slots, a->slot);
	return same_adapter (o, a) ? o : NULL;
}

gboolean
plan_adapter_gone (const plan *p, const vmnet_adapter *a)
{
	return !same_adapter (by_slot (p->desired_slots, a->slot), a);
}

static gboolean
same_but_name (const vmnet_switch *a, const vmnet_switch *b)
{
	return a->type == b->type && a->iov == b->iov &&
		a->bw_mode == b->bw_mode &&
		a->teaming == b->teaming &&
		g_strcmp0 (a->uplink, b->uplink) == 0 &&
		model_same_others (a, b);
}

/* The one switch of `there` that `s` of `here` has become by a new name. */
static vmnet_switch *
renamed (const vmnet_model *here, const vmnet_switch *s,
	 const vmnet_model *there)
{
	vmnet_switch *found = NULL;

	for (guint i = 0; i < there->switches->len; i++) {
		vmnet_switch *t = there->switches->pdata[i];

		if (vmnet_model_switch (here, t->name) ||
		    !same_but_name (s, t))
			continue;
		if (found)
			return NULL;
		found = t;
	}
	return found;
}

const vmnet_switch *
plan_old_switch (const plan *p, const vmnet_switch *s)
{
	const vmnet_switch *o = NULL;

	if (p->base)
		o = vmnet_model_switch (p->base, s->name);
	if (o == NULL && p->base)
		o = renamed (p->desired, s, p->base);
	if (o == NULL && p->leftover)
		o = vmnet_model_switch (p->leftover, s->name);
	return o;
}

gboolean
plan_switch_gone (const plan *p, const vmnet_switch *s)
{
	if (vmnet_model_switch (p->desired, s->name))
		return FALSE;
	return !p->base || vmnet_model_switch (p->base, s->name) != s ||
		!renamed (p->base, s, p->desired);
}

vmnet_switch *
plan_switch_of (const vmnet_model *m, const vmnet_adapter *a)
{
	return a->vswitch ? vmnet_model_switch (m, a->vswitch) : NULL;
}

static gboolean
acls_equal (const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++) {
		const vmnet_acl *x = a->pdata[i], *y = b->pdata[i];

		if (x->id != y->id || x->prefix != y->prefix ||
		    x->action != y->action || x->local != y->local ||
		    x->direction != y->direction ||
		    memcmp (x->addr, y->addr, sizeof x->addr) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
adapters_equal (const vmnet_adapter *a, const vmnet_adapter *b)
{
	return g_strcmp0 (a->name, b->name) == 0 &&
		g_strcmp0 (a->vm, b->vm) == 0 &&
		g_strcmp0 (a->vswitch, b->vswitch) == 0 &&
		memcmp (a->mac, b->mac, 6) == 0 &&
		a->spoofing == b->spoofing && a->teaming == b->teaming &&
		guards_equal (a->guards, b->guards) &&
		mirror_equal (&a->mirror, &b->mirror) &&
		opt_equal (a->min_absolute, b->min_absolute) &&
		opt_equal (a->min_weight, b->min_weight) &&
		opt_equal (a->max, b->max) &&
		a->vmq_weight == b->vmq_weight &&
		a->iov_weight == b->iov_weight &&
		opt_equal (a->iov_queue_pairs, b->iov_queue_pairs) &&
		a->iov_moderation == b->iov_moderation &&
		!a->iov_bypass == !b->iov_bypass &&
		model_vlan_equal (&a->vlan, &b->vlan) &&
		model_team_same (a, b) &&
		acls_equal (a->acls, b->acls) &&
		model_extacls_same (a->extacls, b->extacls);
}

gboolean
plan_switch_touched (const plan *p, const vmnet_switch *s)
{
	const vmnet_switch *o;

	if (p->all)
		return TRUE;
	o = plan_old_switch (p, s);
	return !o || !same_but_name (o, s) || strcmp (o->name, s->name) != 0 ||
		!o->spreads != !s->spreads ||
		!model_names_same (o->extensions, s->extensions) ||
		!opt_equal (o->default_flow_absolute,
			    s->default_flow_absolute) ||
		!opt_equal (o->default_flow_weight, s->default_flow_weight);
}

static gboolean
adapter_touched (const plan *p, const vmnet_adapter *a)
{
	const vmnet_adapter *o;
	const vmnet_switch *s;

	o = plan_old_adapter (p, a);
	if (!o || !adapters_equal (o, a))
		return TRUE;
	s = plan_switch_of (p->desired, a);
	return s && plan_switch_touched (p, s);
}

/* Every room asks for every adapter: they are compared once a plan. */
gboolean
plan_adapter_touched (const plan *p, const vmnet_adapter *a)
{
	gpointer known;
	gboolean is;

	if (p->all)
		return TRUE;
	if (g_hash_table_lookup_extended (p->touched, a, NULL, &known))
		return GPOINTER_TO_INT (known);
	is = adapter_touched (p, a);
	g_hash_table_insert (p->touched, (gpointer) a, GINT_TO_POINTER (is));
	return is;
}

gboolean
plan_uses_vm_netns (const plan *p, const vmnet_adapter *a)
{
	const vmnet_vm *v;

	if (a->vm == NULL)
		return FALSE;
	v = vmnet_model_vm (p->desired, a->vm);
	if (v == NULL && p->base)
		v = vmnet_model_vm (p->base, a->vm);
	if (v == NULL && p->leftover)
		v = vmnet_model_vm (p->leftover, a->vm);
	return v && v->namespaced;
}
