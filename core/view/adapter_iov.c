/*
 * adapter_iov.c - what VMNetworkAdapter tells of its virtual function: asked,
 * given, and the way that is taken now.
 */
#include <stdio.h>
#include <string.h>

#include "iov/assign.h"
#include "iov/pair.h"
#include "iov/tune.h"
#include "view/adapter_iov.h"
#include "view/vf.h"

/* The cards of a switch, looked at once for all its adapters. */
typedef struct {
	GPtrArray *cards, *claims;
} card_set;

static void
card_set_free (gpointer data)
{
	card_set *c = data;

	g_clear_pointer (&c->claims, g_ptr_array_unref);
	g_clear_pointer (&c->cards, g_ptr_array_unref);
	g_free (c);
}

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

/* The switch with SR-IOV that the adapter is on; NULL: none. */
static const vmnet_switch *
switch_of (const vmnet_row *r)
{
	const vmnet_switch *s = of (r)->vswitch
		? vmnet_model_switch (r->view->model, of (r)->vswitch) : NULL;

	return s && s->iov && s->uplink ? s : NULL;
}

static const card_set *
cards_of (const vmnet_row *r, const vmnet_switch *s)
{
	vmnet_view *v = r->view;
	card_set *c;

	if (v->cards == NULL)
		v->cards = g_hash_table_new_full (g_str_hash, g_str_equal,
						  g_free, card_set_free);
	c = g_hash_table_lookup (v->cards, s->name);
	if (c)
		return c;
	c = g_new0 (card_set, 1);
	c->cards = iov_cards (v->h, NULL, s, NULL);
	if (c->cards)
		c->claims = iov_claims (v->h, v->model, s, c->cards);
	g_hash_table_insert (v->cards, g_strdup (s->name), c);
	return c;
}

/* `pf`: the card of it; only written where there is one. */
static const iov_function *
function_of (const vmnet_row *r, const char **pf)
{
	const vmnet_switch *s = of (r)->vm && of (r)->iov_weight
		? switch_of (r) : NULL;
	const iov_card *card = NULL;
	const iov_function *f = s ? iov_function_in (cards_of (r, s)->cards,
						     of (r)->mac, &card)
		: NULL;

	if (f)
		*pf = card->pf;
	return f;
}

const iov_function *
adapter_iov_function (const vmnet_row *r)
{
	const char *pf;

	return function_of (r, &pf);
}

/* As it is now, with its function. */
static iov_pair *
pair_of (const vmnet_row *r)
{
	const vmnet_switch *s = switch_of (r);
	iov_pair *x = iov_pair_new (r->view->model, s, of (r));

	iov_pair_find (x, cards_of (r, s)->cards);
	return x;
}

void
iov_get_weight (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->iov_weight);
}

void
iov_get_pairs_asked (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->iov_queue_pairs);
}

void
iov_get_moderation (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_moderation_text (of (r)->iov_moderation));
}

void
iov_get_policy (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->iov_bypass ? "Bypass" : "Keep");
}

void
iov_get_usage (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, adapter_iov_function (r) ? of (r)->iov_weight : 0);
}

void
iov_get_function (const vmnet_row *r, vmnet_value *v)
{
	const char *pf;
	const iov_function *f = function_of (r, &pf);

	if (f)
		put_take (v, g_strdup_printf ("%s VF %u (%s)", pf, f->vf,
					      f->address));
}

/* Looks into the VM; a pair without the address of a function is software. */
static gboolean
takes_function (const vmnet_row *r, const iov_function *f,
		iov_inside *in)
{
	g_autoptr (iov_pair) x = pair_of (r);
	g_autoptr (kn) vm = NULL;

	vm = iov_pair_open (r->view->h, x, NULL);
	if (vm == NULL)
		return f && iov_pair_is_led (r->view->h, x);
	return iov_inside_read (r->view->h, vm, x, in, NULL) && in->bond && in->vf &&
		in->bond->bond_active == in->vf->ifindex;
}

void
iov_get_path (const vmnet_row *r, vmnet_value *v)
{
	g_auto (iov_inside) in = { 0 };

	if (of (r)->vm == NULL || of (r)->iov_weight == 0 || !switch_of (r))
		return;
	put_text (v, takes_function (r, adapter_iov_function (r), &in)
		  ? "VirtualFunction" : "Software");
}

void
iov_get_pairs_assigned (const vmnet_row *r, vmnet_value *v)
{
	const iov_function *f = adapter_iov_function (r);
	g_auto (iov_inside) in = { 0 };

	if (f == NULL)
		return;
	takes_function (r, f, &in);
	if (in.vf)
		put_int (v, MIN (in.vf->rx_queues, in.vf->tx_queues));
}

void
iov_get_reasons (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_switch *s = of (r)->vm && of (r)->iov_weight
		? switch_of (r) : NULL;
	const iov_claim *c;
	g_auto (iov_past) past = { 0 };
	g_autofree char *key = names_alias (of (r));

	if (of (r)->vm == NULL || of (r)->iov_weight == 0)
		return;
	put_list (v);
	if (s == NULL) {
		put_list_add (v, g_strdup ("it is not on a switch that was "
					   "made with -EnableIov $true"));
		return;
	}
	c = iov_claim_of (cards_of (r, s)->claims, of (r));
	if (c && c->why)
		put_list_add (v, g_strdup (c->why));
	iov_past_get (r->view->h, key, &past);
	if (past.problem)
		put_list_add (v, g_strdup (past.problem));
}

static const char *
cap_not_kept (const vmnet_row *r)
{
	const char *pf = switch_of (r)->uplink;

	function_of (r, &pf);
	return iov_cap_not_kept (r->view->h, pf);
}

/* "measured 390 Mbps", or why it is not known; owned. */
static char *
cap_measured (const vmnet_row *r, const iov_function *f)
{
	g_autofree char *text = NULL;
	view_rate rate;

	if (!f->address || !view_vf_rate (r->view, f->address, &rate))
		return g_strdup ("not measured (neither its card nor an "
				 "interface here counts)");
	text = view_rate_text (rate.sent + 0.5);
	return g_strdup_printf ("measured %s", text);
}

static void
put_cap (const vmnet_row *r, const iov_function *f, vmnet_value *v)
{
	const char *why = of (r)->max.set ? cap_not_kept (r) : NULL;
	g_autofree char *measured = NULL;

	if (!of (r)->max.set)
		return;
	measured = cap_measured (r, f);
	put_list_add (v, g_strdup_printf ("cap: asked %" G_GUINT64_FORMAT
		" bit/s, told %u Mbit/s, %s%s%s", of (r)->max.value,
		f->told.max_rate, measured, why ? ", not kept: " : "",
		why ? why : ""));
}

void
adapter_iov_get (const vmnet_row *r, adapter_iov *out)
{
	const iov_function *f = adapter_iov_function (r);
	g_auto (iov_inside) in = { 0 };

	*out = (adapter_iov) { 0 };
	if (f == NULL || f->address == NULL || !takes_function (r, f, &in))
		return;
	out->carries = TRUE;
	out->cap_kept = cap_not_kept (r) == NULL;
	out->told_max = f->told.max_rate;
	g_strlcpy (out->address, f->address, sizeof out->address);
}

void
iov_get_settings (const vmnet_row *r, vmnet_value *v)
{
	const iov_function *f = adapter_iov_function (r);
	const iov_wish wish = { of (r)->iov_queue_pairs,
				of (r)->iov_moderation };
	g_autoptr (iov_pair) x = NULL;
	g_autoptr (GPtrArray) lines = NULL;
	g_autoptr (kn) vm = NULL;
	g_auto (iov_inside) in = { 0 };

	if (of (r)->vm == NULL || of (r)->iov_weight == 0 || !switch_of (r))
		return;
	put_list (v);
	x = pair_of (r);
	vm = iov_pair_open (r->view->h, x, NULL);
	if (vm)
		iov_inside_read (r->view->h, vm, x, &in, NULL);
	lines = iov_tune_lines (r->view->h, vm, x, in.vf, &wish);
	for (guint i = 0; i < lines->len; i++)
		put_list_add (v, g_strdup (lines->pdata[i]));
	if (f)
		put_cap (r, f, v);
}

void
iov_get_enforcement (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GPtrArray) all = iov_policies (of (r));
	g_auto (iov_inside) in = { 0 };
	gboolean vf = switch_of (r) && of (r)->vm && of (r)->iov_weight &&
		takes_function (r, adapter_iov_function (r), &in);

	put_list (v);
	for (guint i = 0; i < all->len; i++) {
		const iov_policy *p = all->pdata[i];

		put_list_add (v, g_strdup_printf ("%s: %s", p->what,
			!vf ? "software"
			: !p->in_nic || (p->cap && cap_not_kept (r))
			? "not enforced" : "in NIC"));
	}
}

static void
past_of (const vmnet_row *r, iov_past *out)
{
	g_autofree char *key = names_alias (of (r));

	*out = (iov_past) { 0 };
	if (of (r)->vm && of (r)->iov_weight)
		iov_past_get (r->view->h, key, out);
}

void
iov_get_switch_overs (const vmnet_row *r, vmnet_value *v)
{
	g_auto (iov_past) past = { 0 };

	past_of (r, &past);
	if (of (r)->vm && of (r)->iov_weight)
		put_int (v, past.switches);
}

void
iov_get_last_reason (const vmnet_row *r, vmnet_value *v)
{
	g_auto (iov_past) past = { 0 };

	past_of (r, &past);
	put_text (v, past.last_reason);
}

void
iov_get_last_ms (const vmnet_row *r, vmnet_value *v)
{
	g_auto (iov_past) past = { 0 };

	past_of (r, &past);
	if (past.switches)
		put_double (v, past.last_ms / 1000);
}

int
adapter_iov_bond (const vmnet_row *r)
{
	g_auto (iov_inside) in = { 0 };

	if (of (r)->iov_weight == 0 || switch_of (r) == NULL)
		return 0;
	takes_function (r, adapter_iov_function (r), &in);
	return in.bond ? in.bond->ifindex : 0;
}
