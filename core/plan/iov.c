/*
 * iov.c - the part of a plan that decides about virtual functions: how many a
 * card makes, who loses one (before anything else is removed), who gets one
 * (when everything else is there). Called by plan.c.
 */
#include <string.h>

#include "kernel/sysfs.h"
#include "lab/lab.h"
#include "plan/iov.h"

/* A card below a desired switch, from its removals to its builds. */
struct plan_card {
	const vmnet_switch *sw;		/* desired */
	guint have, want;		/* virtual functions */
	gboolean remake;
	GPtrArray *functions;		/* iov_function *, as they will be */
	GPtrArray *claims;		/* iov_claim * */
};

static void
plan_card_free (gpointer data)
{
	plan_card *c = data;

	g_clear_pointer (&c->functions, g_ptr_array_unref);
	g_clear_pointer (&c->claims, g_ptr_array_unref);
	g_free (c);
}

/* ---- what has changed ---- */

static gboolean
same_nic (const vmnet_nic *a, const vmnet_nic *b)
{
	vmnet_nic none = { 0 };

	a = a ? a : &none;
	b = b ? b : &none;
	return !a->sriov_off == !b->sriov_off &&
		a->num_vfs.set == b->num_vfs.set &&
		a->num_vfs.value == b->num_vfs.value;
}

static gboolean
is_on (const vmnet_switch *s, const vmnet_adapter *a)
{
	return a->vm && model_is_on (s, a);
}

/* Who gets a function depends on everyone on the switch. */
static gboolean
card_touched (plan *p, const vmnet_switch *s)
{
	const vmnet_switch *o = plan_old_switch (p, s);

	if (plan_switch_touched (p, s) || !p->base ||
	    !same_nic (vmnet_model_nic (p->base, s->uplink),
		       vmnet_model_nic (p->desired, s->uplink)))
		return TRUE;
	for (guint i = 0; i < p->desired->adapters->len; i++)
		if (is_on (s, p->desired->adapters->pdata[i]) &&
		    plan_adapter_touched (p, p->desired->adapters->pdata[i]))
			return TRUE;
	for (guint i = 0; o && i < p->base->adapters->len; i++) {
		const vmnet_adapter *a = p->base->adapters->pdata[i];
		const vmnet_adapter *now = g_hash_table_lookup
			(p->desired_slots, GUINT_TO_POINTER (a->slot));

		if (is_on (o, a) && (!now || !is_on (s, now)))
			return TRUE;
	}
	return FALSE;
}

/* ---- taking ---- */

typedef struct {
	const vmnet_model *model;
	const vmnet_adapter *adapter;
	const vmnet_switch *sw;
} owner;

/* Whose address a function has, in one of the models. */
static gboolean
owner_of (const plan *p, const iov_function *f, const char *pf, owner *out)
{
	const vmnet_model *models[] = { p->base, p->leftover, p->desired };

	for (guint i = 0; i < G_N_ELEMENTS (models); i++) {
		out->model = models[i];
		out->adapter = iov_owner (models[i], pf, f->mac,
					  &out->sw);
		if (out->adapter)
			return TRUE;
	}
	return FALSE;
}

static void
take_from (plan *p, const owner *o, iov_function *f)
{
	iov_pair *x = iov_pair_new (o->model, o->sw, o->adapter);

	x->address = g_strdup (f->address);
	x->group = g_strdup (f->group);
	step_vf_take (p, o->adapter, x, f->vf);
	/* What comes after sees it free. */
	memset (f->mac, 0, 6);
	f->busy = FALSE;
}

/* Every function that is ours; `keep`: but those that are claimed again. */
static void
take_ours (plan *p, const char *pf, GPtrArray *functions,
	   const GPtrArray *keep)
{
	for (guint i = 0; i < functions->len; i++) {
		iov_function *f = functions->pdata[i];
		gboolean kept = FALSE;
		owner o;

		for (guint j = 0; keep && j < keep->len && !kept; j++) {
			const iov_claim *c = keep->pdata[j];

			kept = c->vf == (int) f->vf &&
				memcmp (c->adapter->mac, f->mac, 6) == 0;
		}
		if (!kept && owner_of (p, f, pf, &o))
			take_from (p, &o, f);
	}
}

static gboolean
leave_cards (plan *p, const vmnet_model *m, GError **error)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const vmnet_switch *now =
			vmnet_model_switch (p->desired, s->name);
		g_autoptr (GPtrArray) functions = NULL;

		if (!s->iov || !s->uplink || !plan_link (p, s->uplink) ||
		    (now ? g_strcmp0 (now->uplink, s->uplink) == 0
		     : !plan_switch_gone (p, s)))
			continue;
		functions = iov_functions (p->h, s->uplink, error);
		if (functions == NULL)
			return FALSE;
		take_ours (p, s->uplink, functions, NULL);
		if (s->iov_made && functions->len > 0)
			step_vf_count (p, s->uplink, 0, functions->len);
	}
	return TRUE;
}

static gboolean
plan_one_card (plan *p, const vmnet_switch *s, GError **error)
{
	g_autoptr (GPtrArray) functions =
		iov_functions (p->h, s->uplink, error);
	plan_card *c;
	guint want;

	if (functions == NULL ||
	    !iov_count_wanted (p->h, p->desired, s->uplink, &want, error))
		return FALSE;
	c = g_new0 (plan_card, 1);
	g_ptr_array_add (p->cards, c);
	c->sw = s;
	c->have = functions->len;
	c->want = want;
	/* Those that somebody else made stay as they are. */
	c->remake = c->have != want && (c->have == 0 || s->iov_made);
	if (c->remake) {
		take_ours (p, s->uplink, functions, NULL);
		c->functions = iov_functions_new (want);
	} else {
		g_autoptr (GPtrArray) first =
			iov_claims (p->h, p->desired, s, functions);

		take_ours (p, s->uplink, functions, first);
		c->functions = g_steal_pointer (&functions);
	}
	c->claims = iov_claims (p->h, p->desired, s, c->functions);
	return TRUE;
}

/* ---- pairs ---- */

static const vmnet_switch *
iov_switch_of (const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_switch *s = m && a->vm ? plan_switch_of (m, a) : NULL;

	return s && s->iov && s->uplink && a->iov_weight ? s : NULL;
}

/* An adapter that is to be paired no more, or by another address. */
static void
break_pairs (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		const vmnet_switch *s = iov_switch_of (m, a);
		const vmnet_adapter *now;

		/* A VM that moves away keeps its pair: it finds the like
		 * over there, or goes on by its software NIC. */
		if (s == NULL || !model_is_namespaced (m, a) || plan_leaves (p, a) ||
		    !lab_vm_exists (p->h->lab, a->vm))
			continue;
		now = g_hash_table_lookup (p->desired_slots,
					   GUINT_TO_POINTER (a->slot));
		if (now && iov_switch_of (p->desired, now) &&
		    memcmp (now->mac, a->mac, 6) == 0)
			continue;
		step_pair_break (p, iov_pair_new (m, s, a));
	}
}

gboolean
plan_iov_remove (plan *p, GError **error)
{
	p->cards = g_ptr_array_new_with_free_func (plan_card_free);
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];

		if (s->iov && s->uplink && plan_link (p, s->uplink) &&
		    card_touched (p, s) && !plan_one_card (p, s, error))
			return FALSE;
	}
	if (!leave_cards (p, p->base, error) ||
	    !leave_cards (p, p->leftover, error))
		return FALSE;
	break_pairs (p, p->base);
	break_pairs (p, p->leftover);
	return TRUE;
}

/* ---- giving ---- */

/* Is the pair inside its VM complete and the function what is asked? */
static gboolean
is_given (plan *p, const vmnet_adapter *a, const iov_pair *x,
	  const iov_function *f)
{
	const iov_wish wish = vf_wish (a);
	g_autoptr (kn) vm = NULL;
	g_auto (iov_inside) in = { 0 };

	if (memcmp (f->mac, a->mac, 6) != 0 || !f->driver ||
	    vf_differs (a, &f->told))
		return FALSE;
	if (x->vm == NULL)
		return strcmp (f->driver, "vfio-pci") == 0;
	vm = iov_pair_open (p->h, x, NULL);
	return vm && iov_inside_read (p->h, vm, x, &in, NULL) &&
		in.bond && in.vf && in.vf->master == in.bond->ifindex &&
		iov_is_tuned (p->h, vm, x, in.vf, &wish);
}

static gboolean
is_paired (plan *p, const iov_pair *x)
{
	g_autoptr (kn) vm = lab_vm_exists (p->h->lab, x->vm)
		? iov_pair_open (p->h, x, NULL) : NULL;
	g_auto (iov_inside) in = { 0 };

	return vm && plan_link (p, x->port) &&
		iov_inside_read (p->h, vm, x, &in, NULL) && in.bond;
}

/* Joining a bridge leads the address to the port. */
static gboolean
is_joined (plan *p, const iov_pair *x)
{
	const kn_link *l = plan_link (p, x->port);

	return l && l->master;
}

static void
give_one (plan *p, const plan_card *card, const iov_claim *c)
{
	const vmnet_adapter *a = c->adapter;
	iov_pair *x = iov_pair_new (p->desired, card->sw, a);
	const iov_function *f =
		c->vf >= 0 ? card->functions->pdata[c->vf] : NULL;

	if (x->vm && !is_paired (p, x))
		step_pair_make (p, iov_pair_new (p->desired, card->sw, a));
	if (f) {
		x->address = g_strdup (f->address);
		x->group = g_strdup (f->group);
	}
	if (f && !is_given (p, a, x, f))
		step_vf_give (p, a, x, f->vf);
	else if (!is_joined (p, x) || !iov_pair_is_settled (p->h, x))
		step_pair_settle (p, x);
	else
		iov_pair_free (x);
}

static gboolean
has_mac (const GPtrArray *macs, int ifindex, const guint8 mac[6])
{
	for (guint i = 0; macs && i < macs->len; i++) {
		const kn_fdb *f = macs->pdata[i];

		if (f->ifindex == ifindex && memcmp (f->mac, mac, 6) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Software ports that no function may ever replace. */
static void
fill_filter (plan *p, const plan_card *card)
{
	const kn_link *pf = plan_link (p, card->sw->uplink);
	g_autoptr (GPtrArray) have =
		kn_filter_macs (p->h->nl, card->sw->uplink, NULL);

	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];
		g_autofree char *alias = NULL;

		if (!model_is_on (card->sw, a) ||
		    (a->vm && a->iov_weight) ||
		    memcmp (a->mac, pf->mac, 6) == 0 ||
		    has_mac (have, pf->ifindex, a->mac))
			continue;
		alias = names_alias (a);
		step_card_filter (p, card->sw->uplink, a->mac, alias, TRUE);
	}
}

/* Addresses of adapters that have left, or have another one now. */
static void
clear_filter (plan *p, const plan_card *card)
{
	const kn_link *pf = plan_link (p, card->sw->uplink);
	const vmnet_switch *o = plan_old_switch (p, card->sw);
	g_autoptr (GPtrArray) have =
		kn_filter_macs (p->h->nl, card->sw->uplink, NULL);

	for (guint i = 0; o && p->base && i < p->base->adapters->len; i++) {
		const vmnet_adapter *a = p->base->adapters->pdata[i];
		const vmnet_adapter *now = g_hash_table_lookup
			(p->desired_slots, GUINT_TO_POINTER (a->slot));
		g_autofree char *alias = NULL;

		if (!model_is_on (o, a) ||
		    (now && model_is_on (card->sw, now) &&
		     memcmp (now->mac, a->mac, 6) == 0) ||
		    !has_mac (have, pf->ifindex, a->mac))
			continue;
		alias = names_alias (a);
		step_card_filter (p, card->sw->uplink, a->mac, alias, FALSE);
	}
}

gboolean
plan_iov_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->cards->len; i++) {
		const plan_card *c = p->cards->pdata[i];

		if (c->remake)
			step_vf_count (p, c->sw->uplink, c->want, c->have);
		clear_filter (p, c);
		fill_filter (p, c);
		for (guint j = 0; j < c->claims->len; j++)
			give_one (p, c, c->claims->pdata[j]);
	}
	return TRUE;
}
