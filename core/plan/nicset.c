/*
 * nicset.c - the part of a plan that changes settings of a physical adapter's
 * driver: offloads, rings, queues, the longest frame. Called by plan.c.
 */
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

static gboolean
asked_before (const plan *p, const vmnet_nic *nic, guint i)
{
	const vmnet_nic *old = p->base
		? vmnet_model_nic (p->base, nic->name) : NULL;

	return old && old->settings[i].set
	       && old->settings[i].value == nic->settings[i].value;
}

static void
plan_setting (plan *p, const char *name, const kn_card *now, guint i,
	      guint64 value)
{
	step *s;

	if (now->value[i].set && now->value[i].value == value)
		return;
	s = plan_step (p, setting_apply, setting_undo,
		       "set %s of %s to %" G_GUINT64_FORMAT,
		       vmnet_nic_settings[i].keyword, name, value);
	s->link = g_strdup (name);
	s->n[SETTING] = i;
	s->n[VALUE] = value;
	s->n[OLD] = now->value[i].value;
}

static void
plan_nic (plan *p, const vmnet_nic *nic)
{
	gboolean read = FALSE;
	kn_card now;

	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++) {
		if (!nic->settings[i].set
		    || (!p->all && asked_before (p, nic, i)))
			continue;
		if (!read)
			kn_card_read (p->h->nl, nic->name, &now);
		read = TRUE;
		plan_setting (p, nic->name, &now, i, nic->settings[i].value);
	}
}

gboolean
plan_settings_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->nics->len; i++) {
		const vmnet_nic *nic = p->desired->nics->pdata[i];

		if (plan_link (p, nic->name))
			plan_nic (p, nic);
	}
	return TRUE;
}
