/*
 * nicstate.c - the part of a plan that renames interfaces, takes them up and
 * down, and restarts them. Called by plan.c.
 */
#include <net/if.h>
#include <string.h>

#include "model/edit.h"
#include "plan/belongings.h"
#include "plan/step.h"

/* ---- another name ---- */

/* The name that the interface has still, where it has not that of `n` yet. */
static const char *
old_name (plan *p, const vmnet_nic *n)
{
	const char *const was[] = { n->last_name, n->first_name };
	const kn_link *l = plan_link (p, n->name);

	/* Its other names find it, too. */
	if (l && strcmp (l->name, n->name) == 0)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS (was); i++)
		if (was[i] && strcmp (was[i], n->name) != 0 &&
		    plan_link (p, was[i]))
			return was[i];
	return NULL;
}

/* Whoever knows it by the old name finds it: that one stays as another. */
static gboolean
name_apply (plan *p, step *s, GError **error)
{
	kn *k = p->h->nl;

	if (kn_ifindex (k, s->arg))
		kn_link_del_altname (k, s->link, s->arg, NULL);
	if (!plan_rename_link (k, s->link, s->arg, error))
		return FALSE;
	kn_link_add_altname (k, s->arg, s->link, NULL);
	return TRUE;
}

static void
name_undo (plan *p, step *s)
{
	kn *k = p->h->nl;

	kn_link_del_altname (k, s->arg, s->link, NULL);
	plan_rename_link (k, s->arg, s->link, NULL);
}

static void
step_name (plan *p, const char *old, const char *name)
{
	step *s = plan_step (p, name_apply, name_undo,
			     "rename interface %s to %s", old, name);
	kn_link *l = (kn_link *) plan_link (p, old);

	g_hash_table_remove (p->links, name);
	s->link = g_strdup (old);
	s->arg = g_strdup (name);
	plan_link_renamed (p, old, name);
	g_strlcpy (l->name, name, sizeof l->name);
}

static void
rename_in (const vmnet_model **m, vmnet_model **own, const char *old,
	   const char *name)
{
	if (*m == NULL)
		return;
	if (*own == NULL)
		*m = *own = model_copy (*m);
	if (!vmnet_model_nic (*own, name))
		model_nic_rename (*own, old, name);
}

/* What was there before is from here on known by the new names: only the name
 * has changed, not what belongs to the interface. */
gboolean
plan_names_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->nics->len; i++) {
		const vmnet_nic *n = p->desired->nics->pdata[i];
		g_autofree char *old = n->first_name
			? g_strdup (old_name (p, n)) : NULL;

		if (old == NULL)
			continue;
		step_name (p, old, n->name);
		rename_in (&p->base, &p->own[0], old, n->name);
		rename_in (&p->leftover, &p->own[1], old, n->name);
	}
	plan_lbfo_names (p);
	return TRUE;
}

/* ---- up and down ---- */

enum { RESTART };

typedef struct {
	const vmnet_model *m;
	const char *interface;
} owner;

static gboolean
is_own (gconstpointer user, const kn_addr *a, const kn_route *r)
{
	const owner *o = user;

	return a ? plan_address_stored (o->m, o->interface, a)
		: plan_route_stored (o->m, o->interface, r);
}

void
plan_keep_foreign (plan *p, const char *interface, const char *link,
		   const belongings *b)
{
	const owner o = { p->desired, interface };

	belongings_keep (p->h->run_dir, link, b, is_own, &o);
}

static gboolean
down (plan *p, step *s, GError **error)
{
	belongings_note (p->h->nl, kn_ifindex (p->h->nl, s->link), s->data);
	if (!kn_link_set_up (p->h->nl, s->link, FALSE, error))
		return FALSE;
	if (!s->n[RESTART])
		plan_keep_foreign (p, s->arg, s->link, s->data);
	return TRUE;
}

static gboolean
up (plan *p, step *s, GError **error)
{
	if (!kn_link_set_up (p->h->nl, s->link, TRUE, error))
		return FALSE;
	if (!s->n[RESTART])
		belongings_take (p->h->run_dir, s->link, s->data);
	belongings_give (p->h->nl, s->link, s->data);
	return TRUE;
}

static gboolean
state_apply (plan *p, step *s, GError **error)
{
	if (s->n[RESTART])
		return down (p, s, error) && up (p, s, error);
	return s->on ? up (p, s, error) : down (p, s, error);
}

static void
state_undo (plan *p, step *s)
{
	if (s->n[RESTART])
		return;
	if (s->on)
		down (p, s, NULL);
	else
		up (p, s, NULL);
}

static void
belongings_free (gpointer b)
{
	belongings_clear (b);
	g_free (b);
}

static void
step_state (plan *p, const char *name, const char *link, gboolean on,
	    gboolean restart)
{
	step *s = plan_step (p, state_apply, state_undo,
			     restart ? "restart interface %s"
			     : on ? "take interface %s up"
			     : "take interface %s down", link);

	s->link = g_strdup (link);
	if (!on || restart)
		step_cuts (s, link);
	s->arg = g_strdup (name);
	s->on = on;
	s->n[RESTART] = restart;
	s->data = g_new0 (belongings, 1);
	s->data_free = belongings_free;
	if (on && !restart)
		g_hash_table_add (p->forgets, g_strdup (link));
}

/* The kernel forgets routes, and IPv6 addresses, of what goes down. */
gboolean
plan_forgets (const plan *p, const char *link)
{
	return g_hash_table_contains (p->forgets, link);
}

gboolean
plan_model_is_down (const vmnet_model *m, const char *interface)
{
	const vmnet_nic *n = vmnet_model_nic (m, interface);

	return n && n->up.set && !n->up.value;
}

static gboolean
restarts (const plan *p, const vmnet_nic *n)
{
	const vmnet_nic *o = p->base ? vmnet_model_nic (p->base, n->name)
		: NULL;

	return n->restarts > (o ? o->restarts : 0);
}

gboolean
plan_states_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->nics->len; i++) {
		const vmnet_nic *n = p->desired->nics->pdata[i];
		/* That very interface, not who has its addresses. */
		g_autofree char *link = plan_link (p, n->name)
			? g_strdup (n->name)
			: plan_interface (p->desired, n->name);
		const kn_link *l = plan_link (p, link);
		gboolean is_up = l ? l->flags & IFF_UP : TRUE;
		gboolean want = n->up.set ? n->up.value != 0 : is_up;

		if (!n->up.set && !n->restarts)
			continue;
		if (want != is_up)
			step_state (p, n->name, link, want, FALSE);
		else if (l && is_up && restarts (p, n))
			step_state (p, n->name, link, TRUE, TRUE);
	}
	return TRUE;
}
