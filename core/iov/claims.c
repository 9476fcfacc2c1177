/*
 * claims.c - who of a switch's adapters gets which virtual function of its
 * cards: decided from weights, policy, what each has, and the cards' links.
 */
#include <string.h>

#include "iov/assign.h"
#include "kernel/sysfs.h"

static void
claim_free (gpointer data)
{
	iov_claim *c = data;

	g_free (c->why);
	g_free (c);
}

/* What is dealt out. */
typedef struct {
	const vmnet_switch *sw;
	const GPtrArray *cards;		/* iov_card * */
	const GPtrArray *claims;
	guint left[VMNET_TEAM_MAX];	/* functions, by card */
} deal;

/* ---- what speaks against ---- */

static gboolean
all_off (const vmnet_model *m, const vmnet_switch *sw)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++) {
		const vmnet_nic *n = vmnet_model_nic (m, nic);

		if (n == NULL || !n->sriov_off)
			return FALSE;
	}
	return TRUE;
}

/* What the adapter itself, or what its VM is, speaks against. Owned. */
static char *
objection (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw,
	   const vmnet_adapter *a)
{
	g_autofree char *bypassed = NULL, *cards = NULL;

	if (all_off (m, sw)) {
		cards = iov_cards_text (sw);
		return g_strdup_printf ("SR-IOV of %s is switched off "
					"(Enable-NetAdapterSriov %s switches "
					"it on)", cards, cards);
	}
	/* Their frames are known by the address that the card has. */
	if (vmnet_switch_member (sw, 1) && iov_any_source (a))
		return g_strdup_printf ("its guest may send from addresses of "
					"its own (%s On): a switch over several "
					"cards takes those of a virtual "
					"function for somebody outside",
					a->spoofing ? "-MacAddressSpoofing"
					: "-AllowTeaming");
	bypassed = a->iov_bypass ? NULL
		: iov_bypassed_by (h, sw, a);
	if (bypassed)
		return g_strdup_printf ("a virtual function would bypass its "
					"policy (%s): the software adapter "
					"keeps it; -IovPolicy Bypass chooses "
					"otherwise", bypassed);
	if (!model_is_namespaced (m, a) && !sysfs_has_iommu (h->sysfs_root))
		return g_strdup_printf ("a guest cannot have one without an "
					"IOMMU (%s/class/iommu is empty): "
					"switch on VT-d or AMD-Vi in the "
					"firmware and boot with "
					"intel_iommu=on or without "
					"amd_iommu=off", h->sysfs_root);
	return NULL;
}

/* ---- of which cards ---- */

static gboolean
any_up (const GPtrArray *cards)
{
	for (guint i = 0; i < cards->len; i++)
		if (((iov_card *) cards->pdata[i])->up)
			return TRUE;
	return FALSE;
}

static const char *
mapped_to (const deal *d, const vmnet_adapter *a)
{
	return a->team_mapping &&
		vmnet_switch_has_member (d->sw, a->team_mapping)
		? a->team_mapping : NULL;
}

/* The card with that name; NULL: it is not there. */
static const iov_card *
card_named (const deal *d, const char *nic)
{
	for (guint i = 0; nic && i < d->cards->len; i++) {
		const iov_card *c = d->cards->pdata[i];

		if (strcmp (c->pf, nic) == 0)
			return c;
	}
	return NULL;
}

/* May the adapter have one of that card? */
static gboolean
may_have (const deal *d, const vmnet_adapter *a, const iov_card *card)
{
	const char *mapped = mapped_to (d, a);
	const iov_card *home = card_named (d, mapped);

	if (mapped && (a->team_stays || (home && home->up)))
		return card == home;
	return card->up || !any_up (d->cards);
}

/* ---- who comes first ---- */

/* One that is of no use gives no right to somebody else's. */
static gboolean
has_one (const deal *d, const iov_claim *c)
{
	const iov_card *card;

	return iov_function_in (d->cards, c->adapter->mac, &card) &&
		may_have (d, c->adapter, card);
}

static gint
by_right (gconstpointer pa, gconstpointer pb, gpointer user)
{
	const iov_claim *a = *(iov_claim *const *) pa;
	const iov_claim *b = *(iov_claim *const *) pb;
	gboolean has_a, has_b;

	if (a->adapter->iov_weight != b->adapter->iov_weight)
		return a->adapter->iov_weight > b->adapter->iov_weight ? -1
								       : 1;
	has_a = has_one (user, a);
	has_b = has_one (user, b);
	if (has_a != has_b)
		return has_a ? -1 : 1;
	return a->adapter->slot < b->adapter->slot ? -1 : 1;
}

/* ---- of which card ---- */

/* Of two cards that it may have one of, and which have some left. */
static gboolean
is_better (const deal *d, const iov_claim *c, guint a, guint b)
{
	const iov_card *ca = d->cards->pdata[a], *cb = d->cards->pdata[b];
	const iov_card *home = card_named
		(d, model_team_member (d->sw, c->adapter));
	const iov_card *own = NULL;

	if (ca == home || cb == home)
		return ca == home;
	iov_function_in (d->cards, c->adapter->mac, &own);
	if (ca == own || cb == own)
		return ca == own;
	return d->left[a] > d->left[b];
}

/* One without a link is better than none: it may come back. */
static gboolean
may_keep (const deal *d, const iov_claim *c, const iov_card *card)
{
	const char *mapped = mapped_to (d, c->adapter);

	return (!mapped || strcmp (card->pf, mapped) == 0) &&
		iov_function_of (card->functions, c->adapter->mac);
}

static void
choose_card (deal *d, iov_claim *c)
{
	int best = -1;

	for (guint i = 0; i < d->cards->len; i++)
		if (d->left[i] && may_have (d, c->adapter, d->cards->pdata[i]) &&
		    (best < 0 || is_better (d, c, i, (guint) best)))
			best = (int) i;
	for (guint i = 0; best < 0 && i < d->cards->len; i++)
		if (d->left[i] && may_keep (d, c, d->cards->pdata[i]))
			best = (int) i;
	if (best < 0)
		return;
	d->left[best]--;
	c->card = d->cards->pdata[best];
}

/* ---- which function of it ---- */

static const iov_claim *
claim_with (const GPtrArray *claims, const guint8 mac[6])
{
	for (guint i = 0; i < claims->len; i++) {
		const iov_claim *c = claims->pdata[i];

		if (memcmp (c->adapter->mac, mac, 6) == 0)
			return c;
	}
	return NULL;
}

/* Not those that somebody else uses. */
static gboolean
is_usable (const deal *d, const iov_function *f)
{
	return !f->busy || claim_with (d->claims, f->mac);
}

static void
count_usable (deal *d)
{
	for (guint i = 0; i < d->cards->len; i++) {
		const iov_card *c = d->cards->pdata[i];

		for (guint j = 0; j < c->functions->len; j++)
			d->left[i] += is_usable (d, c->functions->pdata[j]);
	}
}

static gboolean
is_taken (const deal *d, const iov_function *f)
{
	for (guint i = 0; i < d->claims->len; i++)
		if (((iov_claim *) d->claims->pdata[i])->function == f)
			return TRUE;
	return FALSE;
}

/* One that nobody has had, before one that somebody loses. */
static const iov_function *
first_free (const deal *d, const iov_card *card)
{
	const iov_function *lost = NULL;

	for (guint i = 0; i < card->functions->len; i++) {
		const iov_function *f = card->functions->pdata[i];

		if (is_taken (d, f) || !is_usable (d, f))
			continue;
		if (!f->busy)
			return f;
		lost = lost ? lost : f;
	}
	return lost;
}

/* Those that have one of their card keep it, before anyone looks for a free
 * one. */
static void
choose_functions (const deal *d)
{
	for (guint i = 0; i < d->claims->len; i++) {
		iov_claim *c = d->claims->pdata[i];

		if (c->card)
			c->function = iov_function_of (c->card->functions,
						       c->adapter->mac);
	}
	for (guint i = 0; i < d->claims->len; i++) {
		iov_claim *c = d->claims->pdata[i];

		if (c->card && !c->function)
			c->function = first_free (d, c->card);
	}
}

/* ---- why none ---- */

/* "pf0, pf1", of which it may have one; `n`: how many they have. Owned. */
static char *
cards_for (const deal *d, const vmnet_adapter *a, guint *n)
{
	GString *s = g_string_new (NULL);

	*n = 0;
	for (guint i = 0; i < d->cards->len; i++) {
		const iov_card *c = d->cards->pdata[i];

		if (!may_have (d, a, c))
			continue;
		*n += c->functions->len;
		g_string_append_printf (s, "%s%s", s->len ? ", " : "", c->pf);
	}
	return g_string_free (s, FALSE);
}

static char *
why_none (const deal *d, const vmnet_adapter *a)
{
	const char *mapped = mapped_to (d, a);
	guint n;
	g_autofree char *cards = cards_for (d, a, &n);
	const char *bound = mapped && strcmp (cards, mapped) == 0
		? ", to which it is mapped," : "";

	if (*cards == '\0')
		return g_strdup_printf ("%s is not there", mapped ? mapped
					: d->sw->uplink);
	if (n == 0)
		return g_strdup_printf ("%s%s has no virtual functions "
					"(Get-NetAdapterSriov tells)", cards,
					bound);
	return g_strdup_printf ("all %u virtual functions of %s%s are in use, "
				"by adapters of the same or a higher weight or "
				"by somebody else (Get-NetAdapterSriovVf lists "
				"them); a higher -IovWeight goes first", n,
				cards, bound);
}

GPtrArray *
iov_claims (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw,
	    const GPtrArray *cards)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (claim_free);
	deal d = { .sw = sw, .cards = cards, .claims = out };

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		iov_claim *c;

		if (!iov_asks (sw, a))
			continue;
		c = g_new0 (iov_claim, 1);
		c->adapter = a;
		c->why = objection (h, m, sw, a);
		g_ptr_array_add (out, c);
	}
	g_ptr_array_sort_with_data (out, by_right, &d);
	count_usable (&d);
	for (guint i = 0; i < out->len; i++) {
		iov_claim *c = out->pdata[i];

		if (c->why)
			continue;
		choose_card (&d, c);
		if (c->card == NULL)
			c->why = why_none (&d, c->adapter);
	}
	choose_functions (&d);
	return out;
}

const iov_claim *
iov_claim_of (const GPtrArray *claims, const vmnet_adapter *a)
{
	for (guint i = 0; claims && i < claims->len; i++) {
		const iov_claim *c = claims->pdata[i];

		if (c->adapter == a)
			return c;
	}
	return NULL;
}

gboolean
iov_is_dealt (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw)
{
	g_autoptr (GPtrArray) cards = iov_cards (h, m, sw, NULL);
	g_autoptr (GPtrArray) claims = cards ? iov_claims (h, m, sw, cards)
		: NULL;

	for (guint i = 0; claims && i < claims->len; i++) {
		const iov_claim *c = claims->pdata[i];

		if (c->function != iov_function_in (cards, c->adapter->mac,
						    NULL))
			return FALSE;
	}
	return TRUE;
}
