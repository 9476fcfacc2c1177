/*
 * iov.c - the part of a plan that decides about virtual functions: how many each
 * card of a switch makes, who loses one (before anything else is removed), who gets one
 * (when everything else is there). Called by plan.c.
 */
#include <net/if.h>
#include <string.h>

#include "kernel/sysfs.h"
#include "lab/lab.h"
#include "plan/iov.h"

/* What becomes of one card. */
typedef struct {
	guint have, want;		/* virtual functions */
	gboolean remake;
	gboolean joins;			/* it was no member of the switch */
} card_change;

/* The cards below a desired switch, from their removals to their builds. */
struct plan_cards {
	const vmnet_switch *sw;		/* desired */
	GPtrArray *cards;		/* iov_card *, as they will be */
	GArray *changes;		/* card_change, of each */
	GPtrArray *claims;		/* iov_claim * */
};

static void
plan_cards_free (gpointer data)
{
	plan_cards *c = data;

	g_clear_pointer (&c->claims, g_ptr_array_unref);
	g_ptr_array_unref (c->cards);
	g_array_unref (c->changes);
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

static gboolean
same_nics (plan *p, const vmnet_switch *s)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++)
		if (!same_nic (vmnet_model_nic (p->base, nic),
			       vmnet_model_nic (p->desired, nic)) ||
		    !plan_model_is_down (p->base, nic) !=
		    !plan_model_is_down (p->desired, nic))
			return FALSE;
	return TRUE;
}

/* Who gets a function depends on everyone on the switch. */
static gboolean
cards_touched (plan *p, const vmnet_switch *s)
{
	const vmnet_switch *o = plan_old_switch (p, s);

	if (plan_switch_touched (p, s) || !p->base || !same_nics (p, s))
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

/* ---- the cards' own filters ---- */

/* Addresses of adapters that have left switch `o` (or NULL), or have another one
 * on `now`. */
static void
clear_filter (plan *p, const char *nic, const vmnet_switch *o,
	      const vmnet_switch *now)
{
	const kn_link *pf = plan_link (p, nic);
	g_autoptr (GPtrArray) have = kn_filter_macs (p->h->nl, nic, NULL);

	for (guint i = 0; o && p->base && i < p->base->adapters->len; i++) {
		const vmnet_adapter *a = p->base->adapters->pdata[i];
		const vmnet_adapter *then = g_hash_table_lookup
			(p->desired_slots, GUINT_TO_POINTER (a->slot));
		g_autofree char *alias = NULL;

		if (!model_is_on (o, a) ||
		    (then && model_is_on (now, then) &&
		     memcmp (then->mac, a->mac, 6) == 0) ||
		    !card_filter_has (have, pf->ifindex, a->mac))
			continue;
		alias = names_alias (a);
		step_card_filter (p, nic, a->mac, alias, FALSE);
	}
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

/* Its software adapter is to be reached by the cards of the switch that it is
 * on then. */
static void
reach_by (plan *p, iov_pair *x)
{
	const vmnet_adapter *now = g_hash_table_lookup
		(p->desired_slots, GUINT_TO_POINTER (x->slot));
	const vmnet_switch *s = now && now->vm
		? plan_switch_of (p->desired, now) : NULL;
	g_autoptr (iov_pair) then = s && s->iov && s->uplink
		? iov_pair_new (p->desired, s, now) : NULL;

	g_strfreev (x->cards);
	x->cards = then ? g_steal_pointer (&then->cards) : g_new0 (char *, 1);
}

static void
take_from (plan *p, const owner *o, const char *pf, iov_function *f)
{
	iov_pair *x = iov_pair_new (o->model, o->sw, o->adapter);

	iov_pair_have (x, pf, f);
	reach_by (p, x);
	step_vf_take (p, o->adapter, x, f->vf);
	/* What comes after sees it free. */
	memset (f->mac, 0, 6);
	f->busy = FALSE;
}

/* Asks somebody of `s` for a function who has this address? */
static gboolean
is_asked_for (const plan *p, const vmnet_switch *s, const guint8 mac[6])
{
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (iov_asks (s, a) && memcmp (a->mac, mac, 6) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_kept (const GPtrArray *claims, const iov_function *f)
{
	for (guint i = 0; i < claims->len; i++) {
		const iov_claim *c = claims->pdata[i];

		if (c->function == f)
			return memcmp (c->adapter->mac, f->mac, 6) == 0;
	}
	return FALSE;
}

/* Every function that is ours; `s`: but those of whoever asks on it, which are
 * dealt out. How many. */
static guint
take_ours (plan *p, const char *pf, GPtrArray *functions,
	   const vmnet_switch *s)
{
	guint n = 0;

	for (guint i = 0; i < functions->len; i++) {
		iov_function *f = functions->pdata[i];
		owner o;

		if ((s && is_asked_for (p, s, f->mac)) ||
		    !owner_of (p, f, pf, &o))
			continue;
		take_from (p, &o, pf, f);
		n++;
	}
	return n;
}

/* Those that have been dealt to somebody else, or to nobody. */
static void
take_lost (plan *p, const plan_cards *c)
{
	for (guint i = 0; i < c->cards->len; i++) {
		const iov_card *card = c->cards->pdata[i];

		for (guint j = 0; j < card->functions->len; j++) {
			iov_function *f = card->functions->pdata[j];
			owner o;

			if (!is_kept (c->claims, f) &&
			    owner_of (p, f, card->pf, &o))
				take_from (p, &o, card->pf, f);
		}
	}
}

static gboolean
leave_card (plan *p, const vmnet_switch *s, const char *nic, GError **error)
{
	g_autoptr (GPtrArray) functions = iov_functions (p->h, nic, error);

	if (functions == NULL)
		return FALSE;
	take_ours (p, nic, functions, NULL);
	if (model_iov_ours (s, nic) && functions->len > 0)
		step_vf_count (p, nic, 0, functions->len);
	return TRUE;
}

/* Is `nic`, a member of `s`, to be a card of that switch no more? */
static gboolean
leaves (plan *p, const vmnet_switch *s, const char *nic)
{
	const vmnet_switch *now = vmnet_model_switch (p->desired, s->name);

	return plan_link (p, nic) && (now ? !vmnet_switch_has_member (now, nic)
				      : plan_switch_gone (p, s));
}

static gboolean
leave_cards (plan *p, const vmnet_model *m, GError **error)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const char *nic;

		for (guint j = 0; s->iov && (nic = vmnet_switch_member (s, j));
		     j++)
			if (leaves (p, s, nic) &&
			    !leave_card (p, s, nic, error))
				return FALSE;
	}
	return TRUE;
}

static gboolean
joins (const plan *p, const vmnet_switch *s, const char *nic)
{
	const vmnet_switch *o = plan_old_switch (p, s);

	return o == NULL || !vmnet_switch_has_member (o, nic);
}

/* What the plan sets up is taken to have its link then. */
static gboolean
will_be_up (const plan *p, const kn_link *l)
{
	return !plan_model_is_down (p->desired, l->name) &&
		(l->carrier || !(l->flags & IFF_UP));
}

static gboolean
plan_card (plan *p, plan_cards *c, const char *nic, GError **error)
{
	g_autoptr (GPtrArray) functions = iov_functions (p->h, nic, error);
	card_change to = { .joins = joins (p, c->sw, nic) };

	if (functions == NULL ||
	    !iov_count_wanted (p->h, p->desired, nic, &to.want, error))
		return FALSE;
	to.have = functions->len;
	/* Those that somebody else made stay as they are. */
	to.remake = to.have != to.want &&
		(to.have == 0 || model_iov_ours (c->sw, nic));
	take_ours (p, nic, functions, to.remake ? NULL : c->sw);
	if (to.remake) {
		g_ptr_array_unref (functions);
		functions = iov_functions_new (to.want);
	}
	g_ptr_array_add (c->cards, iov_card_new (
		nic, will_be_up (p, plan_link (p, nic)),
		g_steal_pointer (&functions)));
	g_array_append_val (c->changes, to);
	return TRUE;
}

static gboolean
plan_cards_of (plan *p, const vmnet_switch *s, GError **error)
{
	plan_cards *c = g_new0 (plan_cards, 1);
	const char *nic;

	g_ptr_array_add (p->cards, c);
	c->sw = s;
	c->cards = iov_cards_list ();
	c->changes = g_array_new (FALSE, FALSE, sizeof (card_change));
	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++)
		if (plan_link (p, nic) && !plan_card (p, c, nic, error))
			return FALSE;
	c->claims = iov_claims (p->h, p->desired, s, c->cards);
	take_lost (p, c);
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
	p->cards = g_ptr_array_new_with_free_func (plan_cards_free);
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];

		if (s->iov && s->uplink && cards_touched (p, s) &&
		    !plan_cards_of (p, s, error))
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
give_one (plan *p, const plan_cards *cards, const iov_claim *c, gboolean anew)
{
	const vmnet_adapter *a = c->adapter;
	iov_pair *x = iov_pair_new (p->desired, cards->sw, a);

	if (x->vm && !is_paired (p, x))
		step_pair_make (p, iov_pair_new (p->desired, cards->sw, a));
	if (c->function)
		iov_pair_have (x, c->card->pf, c->function);
	if (c->function && !is_given (p, a, x, c->function))
		step_vf_give (p, a, x, c->function->vf);
	else if (anew || !is_joined (p, x) || !iov_pair_is_settled (p->h, x))
		step_pair_settle (p, x);
	else
		iov_pair_free (x);
}

/* Software ports that no function may ever replace. */
static void
fill_filter (plan *p, const vmnet_switch *s, const char *nic)
{
	const kn_link *pf = plan_link (p, nic);
	g_autoptr (GPtrArray) have = kn_filter_macs (p->h->nl, nic, NULL);

	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];
		g_autofree char *alias = NULL;

		if (!model_is_on (s, a) || (a->vm && a->iov_weight) ||
		    memcmp (a->mac, pf->mac, 6) == 0 ||
		    card_filter_has (have, pf->ifindex, a->mac))
			continue;
		alias = names_alias (a);
		step_card_filter (p, nic, a->mac, alias, TRUE);
	}
}

/* When it is a port of the bridge no more: until then the agent may let it take
 * frames for a pair that has lost its function. */
static void
clear_left (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const char *nic;

		for (guint j = 0; s->iov && (nic = vmnet_switch_member (s, j));
		     j++)
			if (leaves (p, s, nic))
				step_card_leave (p, m, s, nic);
	}
}

gboolean
plan_iov_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->cards->len; i++) {
		const plan_cards *c = p->cards->pdata[i];
		gboolean anew = FALSE;

		for (guint j = 0; j < c->cards->len; j++) {
			const card_change *to = &g_array_index
				(c->changes, card_change, j);
			const char *nic = ((iov_card *) c->cards->pdata[j])->pf;

			if (to->remake)
				step_vf_count (p, nic, to->want, to->have);
			clear_filter (p, nic, plan_old_switch (p, c->sw), c->sw);
			fill_filter (p, c->sw, nic);
			anew |= to->joins;
		}
		for (guint j = 0; j < c->claims->len; j++)
			give_one (p, c, c->claims->pdata[j], anew);
	}
	clear_left (p, p->base);
	clear_left (p, p->leftover);
	return TRUE;
}
