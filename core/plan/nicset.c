/*
 * nicset.c - the part of a plan that changes settings of a physical adapter's
 * driver: offloads, rings, queues, the longest frame. Called by plan.c.
 */
#include "plan/belongings.h"
#include "plan/step.h"

enum { SETTING, VALUE, OLD };

static gboolean
setting_apply (plan *p, step *s, GError **error)
{
	return kn_card_set (p->h->nl, s->link, s->n[SETTING], s->n[VALUE],
			    error);
}

static void
setting_undo (plan *p, step *s)
{
	kn_card_set (p->h->nl, s->link, s->n[SETTING], s->n[OLD], NULL);
}

/* ---- IPv6 ---- */

static void
noted_free (gpointer b)
{
	belongings_clear (b);
	g_free (b);
}

static gboolean
ipv6_set (plan *p, const step *s, gboolean on, GError **error)
{
	return kn_card_set (p->h->nl, s->link, VMNET_NIC_IPV6, on, error);
}

static gboolean
ipv6_off (plan *p, step *s, GError **error)
{
	belongings_note (p->h->nl, kn_ifindex (p->h->nl, s->link), s->data);
	if (!ipv6_set (p, s, FALSE, error))
		return FALSE;
	plan_keep_foreign (p, s->arg, s->link, s->data);
	return TRUE;
}

static gboolean
ipv6_on (plan *p, step *s, GError **error)
{
	if (!ipv6_set (p, s, TRUE, error))
		return FALSE;
	belongings_take (p->h->run_dir, s->link, s->data);
	belongings_give (p->h->nl, s->link, s->data);
	return TRUE;
}

static gboolean
ipv6_apply (plan *p, step *s, GError **error)
{
	return s->on ? ipv6_on (p, s, error) : ipv6_off (p, s, error);
}

static void
ipv6_undo (plan *p, step *s)
{
	if (s->on)
		ipv6_off (p, s, NULL);
	else
		ipv6_on (p, s, NULL);
}

/* ---- all of them ---- */

/* What an interface is known by: of a host adapter not the name in ip. */
typedef struct {
	const char *name, *link;
	kn_card now;
	gboolean read;
} card;

static gboolean
asked_before (const plan *p, const vmnet_nic *nic, guint i)
{
	const vmnet_nic *old = p->base
		? vmnet_model_nic (p->base, nic->name) : NULL;

	return old && old->settings[i].set
	       && old->settings[i].value == nic->settings[i].value;
}

static char *
value_text (guint i, guint64 value)
{
	guint8 mac[6];

	if (i != VMNET_NIC_MAC)
		return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
	vmnet_nic_mac_bytes (value, mac);
	return vmnet_mac_format (mac, ':');
}

static void
step_setting (plan *p, const card *c, guint i, guint64 value)
{
	g_autofree char *text = value_text (i, value);
	step *s = plan_step (p, setting_apply, setting_undo,
			     "set %s of %s to %s",
			     vmnet_nic_settings[i].keyword, c->link, text);

	s->link = g_strdup (c->link);
	step_cuts (s, c->link);	/* many drivers restart the link for it */
	s->n[SETTING] = i;
	s->n[VALUE] = value;
	s->n[OLD] = c->now.value[i].value;
}

/* Without IPv6 the kernel forgets addresses and routes of it. */
static void
step_ipv6 (plan *p, const card *c, guint64 value)
{
	step *s = plan_step (p, ipv6_apply, ipv6_undo, value
			     ? "bind IPv6 to interface %s"
			     : "take IPv6 off interface %s", c->link);

	s->link = g_strdup (c->link);
	if (value == 0)
		step_cuts (s, c->link);
	s->arg = g_strdup (c->name);
	s->on = value != 0;
	s->data = g_new0 (belongings, 1);
	s->data_free = noted_free;
	if (value)
		g_hash_table_add (p->forgets, g_strdup (c->link));
}

static void
plan_setting (plan *p, card *c, guint i, guint64 value)
{
	if (!c->read)
		kn_card_read (p->h->nl, c->link, &c->now);
	c->read = TRUE;
	if (c->now.value[i].set && c->now.value[i].value == value)
		return;
	if (i == VMNET_NIC_IPV6)
		step_ipv6 (p, c, value);
	else
		step_setting (p, c, i, value);
}

static void
plan_nic (plan *p, card *c, const vmnet_nic *nic)
{
	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++)
		if (nic->settings[i].set
		    && (p->all || !asked_before (p, nic, i))
		    /* Its address is the host adapter's then. */
		    && !(i == VMNET_NIC_MAC
			 && plan_stand_in (p->desired, nic->name)))
			plan_setting (p, c, i, nic->settings[i].value);
}

/* Nobody asks for it any more. */
static void
plan_back (plan *p, card *c, const vmnet_nic *old, const vmnet_nic *nic)
{
	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++)
		if (old->settings[i].set && !(nic && nic->settings[i].set)
		    && old->first[i].set)
			plan_setting (p, c, i, old->first[i].value);
}

static void
each_nic (plan *p, const vmnet_model *m, gboolean back)
{
	for (guint i = 0; m && i < m->nics->len; i++) {
		const vmnet_nic *nic = m->nics->pdata[i];
		g_autofree char *link = plan_interface (p->desired, nic->name);
		card c = { .name = nic->name, .link = link };

		if (!plan_link (p, link))
			continue;
		if (back)
			plan_back (p, &c, nic, vmnet_model_nic (p->desired,
								nic->name));
		else
			plan_nic (p, &c, nic);
	}
}

gboolean
plan_settings_build (plan *p, GError **error)
{
	each_nic (p, p->base, TRUE);
	each_nic (p, p->desired, FALSE);
	return TRUE;
}

gboolean
plan_model_no_ipv6 (const vmnet_model *m, const char *interface)
{
	const vmnet_nic *n = vmnet_model_nic (m, interface);

	return n && n->settings[VMNET_NIC_IPV6].set
	       && !n->settings[VMNET_NIC_IPV6].value;
}
