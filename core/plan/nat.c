/*
 * nat.c - the part of a plan that translates addresses of inside networks
 * (New-NetNat): the rules, and that this host forwards at all. Called by
 * plan.c.
 */
#include <string.h>

#include "plan/step.h"

static void
nat_free (gpointer n)
{
	kn_nat_free (n);
}

static void
add_bridges (GPtrArray *out, const vmnet_model *m)
{
	for (guint i = 0; i < m->switches->len; i++) {
		kn_nat *k = g_new0 (kn_nat, 1);

		k->name = names_bridge (m->switches->pdata[i]);
		k->bridge = TRUE;
		g_ptr_array_add (out, k);
	}
}

static void
add_maps (GPtrArray *out, const vmnet_nat *n)
{
	for (guint i = 0; n->maps[i]; i++) {
		kn_nat *k = g_new0 (kn_nat, 1);

		k->name = g_strdup (n->maps[i]);
		k->map = TRUE;
		g_ptr_array_add (out, k);
	}
}

/* Those of `m`, as the kernel room has them. */
static GPtrArray *
wanted (const vmnet_model *m)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (nat_free);

	for (guint i = 0; m && i < m->nats->len; i++) {
		const vmnet_nat *n = m->nats->pdata[i];
		vmnet_acl ip = { 0 };
		kn_nat *k = g_new0 (kn_nat, 1);

		vmnet_acl_parse (n->inside, FALSE, &ip, NULL);
		k->name = g_strdup (n->name);
		memcpy (k->addr, ip.addr, sizeof k->addr);
		k->prefix = ip.prefix;
		g_ptr_array_add (out, k);
	}
	if (out->len > 0)
		add_bridges (out, m);
	for (guint i = 0; m && i < m->nats->len; i++)
		add_maps (out, m->nats->pdata[i]);
	return out;
}

static gboolean
same (const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++) {
		const kn_nat *x = a->pdata[i], *y = b->pdata[i];

		if (strcmp (x->name, y->name) != 0 || x->prefix != y->prefix ||
		    !x->bridge != !y->bridge || !x->map != !y->map ||
		    memcmp (x->addr, y->addr, sizeof x->addr) != 0)
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	GPtrArray *want, *had;	/* kn_nat * */
} rules;

static void
rules_free (gpointer data)
{
	rules *r = data;

	g_ptr_array_unref (r->want);
	g_clear_pointer (&r->had, g_ptr_array_unref);
	g_free (r);
}

static gboolean
rules_apply (plan *p, step *s, GError **error)
{
	rules *r = s->data;

	g_clear_pointer (&r->had, g_ptr_array_unref);
	r->had = kn_nats (p->h->nl, error);
	return r->had && kn_nats_set (p->h->nl, r->want, error);
}

static void
rules_undo (plan *p, step *s)
{
	rules *r = s->data;

	kn_nats_set (p->h->nl, r->had, NULL);
}

static char *
text_of (const GPtrArray *all)
{
	GString *out = g_string_new (NULL);

	for (guint i = 0; i < all->len; i++) {
		const kn_nat *n = all->pdata[i];

		if (n->bridge)
			continue;
		if (n->map) {
			g_string_append_printf (out, "%smapping %s",
						out->len ? ", " : "", n->name);
			continue;
		}
		g_string_append_printf (out, "%s%s (%u.%u.%u.%u/%u)",
					out->len ? ", " : "", n->name,
					n->addr[0],
					n->addr[1], n->addr[2], n->addr[3],
					n->prefix);
	}
	return g_string_free (out, FALSE);
}

static gboolean
forwarding_apply (plan *p, step *s, GError **error)
{
	return kn_sysctl_set (p->h->nl, PLAN_FORWARDING, "all", s->on, error);
}

static void
forwarding_undo (plan *p, step *s)
{
	kn_sysctl_set (p->h->nl, PLAN_FORWARDING, "all", !s->on, NULL);
}

static void
step_forwarding (plan *p, gboolean on)
{
	step *s = plan_step (p, forwarding_apply, forwarding_undo,
			     "switch forwarding of IPv4 %s",
			     on ? "on" : "off");

	s->on = on;
}

static gboolean
made_forwarding (const vmnet_model *m)
{
	for (guint i = 0; m && i < m->nats->len; i++)
		if (((vmnet_nat *) m->nats->pdata[i])->forwards)
			return TRUE;
	return FALSE;
}

gboolean
plan_nats_build (plan *p, GError **error)
{
	g_autoptr (GPtrArray) want = NULL, now = NULL;
	g_autofree char *text = NULL;
	guint64 on = 0;
	step *s;
	rules *r;

	if (p->desired->nats->len == 0 && (!p->base || p->base->nats->len == 0))
		return TRUE;
	now = kn_nats (p->h->nl, error);
	if (now == NULL)
		return FALSE;
	want = wanted (p->desired);
	kn_sysctl_get (p->h->nl, PLAN_FORWARDING, "all", &on);
	if (want->len > 0 && !on)
		step_forwarding (p, TRUE);
	if (!same (want, now)) {
		text = text_of (want);
		s = plan_step (p, rules_apply, rules_undo,
			       "translate addresses of %s",
			       *text ? text : "no network");
		r = g_new0 (rules, 1);
		r->want = g_steal_pointer (&want);
		s->data = r;
		s->data_free = rules_free;
	}
	if (p->desired->nats->len == 0 && on && made_forwarding (p->base))
		step_forwarding (p, FALSE);
	return TRUE;
}
