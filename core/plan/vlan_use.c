/*
 * vlan_use.c - which VLANs the adapters of each switch use, and which ones a
 * port is to be in for it. Called by vlan.c.
 */
#include "plan/step.h"
#include "plan/vlan.h"

static void
add_used (switch_vlans *s, const vmnet_vlan *v)
{
	guint16 own = v->mode == VMNET_VLAN_ACCESS ? v->access : v->native;

	model_vlans_add_list (&s->all, v->allowed);
	if (own == 0)
		return;
	vmnet_vlans_add (&s->all, own);
	vmnet_vlans_add (&s->own, own);
}

static guint16
last_free (const vmnet_vlans *used)
{
	guint16 v = VMNET_VLAN_MAX;

	while (v > 0 && vmnet_vlans_has (used, v))
		v--;
	return v;
}

static void
choose_plain (gpointer key, gpointer value, gpointer unused)
{
	switch_vlans *s = value;

	s->plain = last_free (&s->all);
	/* A trunk of all VLANs does without one of them. */
	if (s->plain == 0)
		s->plain = last_free (&s->own);
	vmnet_vlans_remove (&s->all, s->plain);
}

static void
add_model (GHashTable *t, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		vmnet_switch *sw;
		switch_vlans *s;

		if (a->vlan.mode == VMNET_VLAN_UNTAGGED ||
		    !(sw = plan_switch_of (m, a)))
			continue;
		s = g_hash_table_lookup (t, sw);
		if (s == NULL) {
			s = g_new0 (switch_vlans, 1);
			g_hash_table_insert (t, sw, s);
		}
		add_used (s, &a->vlan);
	}
}

GHashTable *
plan_vlans_used (const plan *p)
{
	GHashTable *t = g_hash_table_new_full (NULL, NULL, NULL, g_free);

	add_model (t, p->base);
	add_model (t, p->leftover);
	add_model (t, p->desired);
	g_hash_table_foreach (t, choose_plain, NULL);
	return t;
}

const switch_vlans *
vlans_used_on (const plan *p, const vmnet_switch *sw)
{
	return sw ? g_hash_table_lookup (p->vlans, sw) : NULL;
}

void
vlans_untagged (kn_port_vlans *v, guint16 vlan)
{
	v->pvid = vlan;
	vmnet_vlans_add (&v->member, vlan);
	vmnet_vlans_add (&v->untagged, vlan);
}

kn_port_vlans
vlans_of_adapter (const vmnet_vlan *a, guint16 plain)
{
	kn_port_vlans v = { 0 };
	guint16 own = a->mode == VMNET_VLAN_ACCESS ? a->access : a->native;

	model_vlans_add_list (&v.member, a->allowed);
	vmnet_vlans_remove (&v.member, plain);
	vlans_untagged (&v, own ? own : plain);
	return v;
}

kn_port_vlans
vlans_of_uplink (const switch_vlans *s, guint16 plain)
{
	kn_port_vlans v = { 0 };

	if (s)
		v.member = s->all;
	vlans_untagged (&v, plain);
	return v;
}
