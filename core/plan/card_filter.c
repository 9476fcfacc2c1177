/*
 * card_filter.c - steps about a card's own filter: the addresses of software
 * adapters, for which it takes frames that its functions send. Called by iov.c.
 */
#include <string.h>

#include "plan/iov.h"

gboolean
card_filter_has (const GPtrArray *macs, int ifindex, const guint8 mac[6])
{
	for (guint i = 0; macs && i < macs->len; i++) {
		const kn_fdb *f = macs->pdata[i];

		if (f->ifindex == ifindex && memcmp (f->mac, mac, 6) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
filter_set (plan *p, const step *s, gboolean on, GError **error)
{
	return on ? kn_filter_mac_ensure (p->h->nl, s->link, s->mac, error)
		: kn_filter_mac_del (p->h->nl, s->link, s->mac, error);
}

static gboolean
filter_apply (plan *p, step *s, GError **error)
{
	return filter_set (p, s, s->on, error);
}

static void
filter_undo (plan *p, step *s)
{
	filter_set (p, s, !s->on, NULL);
}

void
step_card_filter (plan *p, const char *pf, const guint8 mac[6],
		  const char *whose, gboolean on)
{
	step *s = on
		? plan_step (p, filter_apply, filter_undo,
			     "let the card of %s take frames for '%s'", pf,
			     whose)
		: plan_step (p, filter_apply, filter_undo,
			     "let the card of %s take no frames for '%s' any "
			     "more", pf, whose);

	s->link = g_strdup (pf);
	s->on = on;
	memcpy (s->mac, mac, 6);
}

/* ---- a card that has left ---- */

typedef struct {
	GArray *macs;		/* guint8[6] of everybody who was on the switch */
	GArray *cleared;	/* those that it had */
} leave_data;

static void
leave_data_free (gpointer data)
{
	leave_data *x = data;

	g_array_unref (x->macs);
	g_array_unref (x->cleared);
	g_free (x);
}

static gboolean
leave_apply (plan *p, step *s, GError **error)
{
	leave_data *x = s->data;
	g_autoptr (GPtrArray) have = kn_filter_macs (p->h->nl, s->link, error);
	g_autoptr (kn_link) l = kn_link_get (p->h->nl, s->link, NULL);

	for (guint i = 0; have && l && i < x->macs->len; i++) {
		const guint8 *mac = (guint8 *) x->macs->data + i * 6;

		if (memcmp (l->mac, mac, 6) == 0 ||
		    !card_filter_has (have, l->ifindex, mac))
			continue;
		if (!kn_filter_mac_del (p->h->nl, s->link, mac, error))
			return FALSE;
		g_array_append_vals (x->cleared, mac, 1);
	}
	return have != NULL;
}

static void
leave_undo (plan *p, step *s)
{
	leave_data *x = s->data;

	for (guint i = 0; i < x->cleared->len; i++)
		kn_filter_mac_ensure (p->h->nl, s->link,
				      (guint8 *) x->cleared->data + i * 6,
				      NULL);
}

void
step_card_leave (plan *p, const vmnet_model *m, const vmnet_switch *sw,
		 const char *pf)
{
	leave_data *x = g_new0 (leave_data, 1);
	step *s = plan_step (p, leave_apply, leave_undo, "let the card of %s "
			     "take no frames for adapters of switch '%s' any "
			     "more", pf, sw->name);

	x->macs = g_array_new (FALSE, FALSE, 6);
	x->cleared = g_array_new (FALSE, FALSE, 6);
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (model_is_on (sw, a))
			g_array_append_vals (x->macs, a->mac, 1);
	}
	s->link = g_strdup (pf);
	s->data = x;
	s->data_free = leave_data_free;
}
