/*
 * plan.c - makes, describes, applies and undoes a plan. Called by txn.c. The
 * parts stand in one file for each kind of object.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "plan/handover.h"
#include "plan/step.h"
#include "plan/txn.h"

static void
step_free (gpointer data)
{
	step *s = data;

	if (s->data_free)
		s->data_free (s->data);
	g_free (s->text);
	g_free (s->link);
	g_free (s->arg);
	g_free (s->old);
	g_free (s->cuts);
	g_free (s);
}

step *
plan_step (plan *p, gboolean (*apply) (plan *, step *, GError **),
	   void (*undo) (plan *, step *), const char *format, ...)
{
	step *s = g_new0 (step, 1);
	va_list ap;

	va_start (ap, format);
	s->text = g_strdup_vprintf (format, ap);
	va_end (ap);
	s->apply = apply;
	s->undo = undo;
	g_ptr_array_add (p->steps, s);
	return s;
}

void
step_cuts (step *s, const char *link)
{
	g_free (s->cuts);
	s->cuts = g_strdup (link);
}

static void
link_free (gpointer l)
{
	if (l)
		kn_link_free (l);
}

const kn_link *
plan_link (plan *p, const char *name)
{
	gpointer found;

	if (!g_hash_table_lookup_extended (p->links, name, NULL, &found)) {
		found = kn_link_get (p->h->nl, name, NULL);
		g_hash_table_insert (p->links, g_strdup (name), found);
	}
	return found;
}

void
plan_link_renamed (plan *p, const char *old, const char *name)
{
	gpointer key, link;

	if (name && g_hash_table_steal_extended (p->links, old, &key, &link)) {
		g_free (key);
		g_hash_table_insert (p->links, g_strdup (name), link);
	}
	g_hash_table_insert (p->links, g_strdup (old), NULL);
}

/* Looking at everything: one dump instead of a question for each link. */
static gboolean
load_links (plan *p, GError **error)
{
	g_autoptr (GPtrArray) all = kn_links (p->h->nl, error);

	if (all == NULL)
		return FALSE;
	g_ptr_array_set_free_func (all, NULL);
	for (guint i = 0; i < all->len; i++) {
		kn_link *l = all->pdata[i];

		g_hash_table_insert (p->links, g_strdup (l->name), l);
	}
	return TRUE;
}

GPtrArray *
plan_addrs_of (plan *p, const char *name, GError **error)
{
	const kn_link *l = plan_link (p, name);
	GPtrArray *out;

	if (p->addrs == NULL && !(p->addrs = kn_addrs (p->h->nl, error)))
		return NULL;
	out = g_ptr_array_new_with_free_func (g_free);
	for (guint i = 0; l && i < p->addrs->len; i++) {
		const kn_addr *a = p->addrs->pdata[i];

		/* Link-local ones belong to the interface, not to us. */
		if (a->ifindex == l->ifindex && a->scope != 253)
			g_ptr_array_add (out, g_memdup2 (a, sizeof *a));
	}
	return out;
}

GPtrArray *
plan_routes_of (plan *p, const char *name, GError **error)
{
	const kn_link *l = plan_link (p, name);
	GPtrArray *out;

	if (p->routes == NULL && !(p->routes = kn_routes (p->h->nl, error)))
		return NULL;
	out = g_ptr_array_new_with_free_func (g_free);
	for (guint i = 0; l && i < p->routes->len; i++) {
		const kn_route *r = p->routes->pdata[i];

		/* Protocol 2: the kernel makes these with the address. */
		if (r->ifindex == l->ifindex && r->protocol != 2)
			g_ptr_array_add (out, g_memdup2 (r, sizeof *r));
	}
	return out;
}

typedef gboolean (*part) (plan *p, GError **error);

static gboolean
make_parts (plan *p, GError **error)
{
	static const part parts[] = {
		plan_mirror_remove,
		plan_iov_remove, plan_vmq_remove, plan_qos_remove,
		plan_adapters_remove, plan_team_remove,
		plan_balance_remove, plan_vlans_remove, plan_switches_remove,
		plan_lbfo_remove, plan_lbfo_build,
		plan_vms_build, plan_switches_build, plan_extensions_build,
		plan_vlans_build, plan_uplinks_lend, plan_policy_arrive,
		plan_adapters_build, plan_uplinks_return,
		plan_policy_build, plan_extensions_remove,
		plan_partners_build, plan_balance_build, plan_team_build,
		plan_qos_build, plan_traffic_build, plan_vmq_build,
		plan_iov_build, plan_settings_build, plan_states_build, plan_power_build,
		plan_ip_build, plan_routes_remove, plan_addresses_build,
		plan_routes_build, plan_dns_build, plan_nats_build,
		plan_mirror_build,
		plan_vms_stop, plan_vms_remove, plan_handover_build,
	};

	for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
		if (!parts[i] (p, error))
			return FALSE;
	return TRUE;
}

plan *
plan_make (vmnet_host *h, const vmnet_model *base,
	   const vmnet_model *leftover, const vmnet_model *desired,
	   gboolean all, GError **error)
{
	return plan_make_leaving (h, base, leftover, desired, all, NULL,
				  error);
}

plan *
plan_make_leaving (vmnet_host *h, const vmnet_model *base,
		   const vmnet_model *leftover, const vmnet_model *desired,
		   gboolean all, const plan_handover *leaving, GError **error)
{
	g_autoptr (plan) p = g_new0 (plan, 1);

	p->h = h;
	p->leaving = leaving;
	p->base = base;
	p->leftover = leftover;
	p->desired = desired;
	p->forgets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					   NULL);
	p->all = all || leftover != NULL;
	p->steps = g_ptr_array_new_with_free_func (step_free);
	p->missing = g_ptr_array_new_with_free_func (g_free);
	p->chains = plan_chains_new ();
	p->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					  link_free);
	if ((p->all && !load_links (p, error)) || !plan_names_build (p, error))
		return NULL;
	p->base_slots = plan_slots (p->base);
	p->leftover_slots = plan_slots (p->leftover);
	p->desired_slots = plan_slots (desired);
	p->touched = g_hash_table_new (NULL, NULL);
	p->vlans = plan_vlans_used (p);
	if (!make_parts (p, error))
		return NULL;
	return g_steal_pointer (&p);
}

void
plan_free (plan *p)
{
	if (p == NULL)
		return;
	g_clear_pointer (&p->steps, g_ptr_array_unref);
	g_clear_pointer (&p->links, g_hash_table_unref);
	g_clear_pointer (&p->base_slots, g_hash_table_unref);
	g_clear_pointer (&p->leftover_slots, g_hash_table_unref);
	g_clear_pointer (&p->desired_slots, g_hash_table_unref);
	g_clear_pointer (&p->touched, g_hash_table_unref);
	g_clear_pointer (&p->vlans, g_hash_table_unref);
	g_clear_pointer (&p->port_vlans, g_hash_table_unref);
	g_clear_pointer (&p->fdbs, g_ptr_array_unref);
	g_clear_pointer (&p->addrs, g_ptr_array_unref);
	g_clear_pointer (&p->routes, g_ptr_array_unref);
	g_clear_pointer (&p->cards, g_ptr_array_unref);
	g_clear_pointer (&p->forgets, g_hash_table_unref);
	model_free (p->own[0]);
	model_free (p->own[1]);
	g_clear_pointer (&p->missing, g_ptr_array_unref);
	g_clear_pointer (&p->extensions, g_ptr_array_unref);
	g_clear_pointer (&p->chains, g_hash_table_unref);
	g_free (p);
}

const GPtrArray *
plan_missing (const plan *p)
{
	return p->missing;
}

guint
plan_length (const plan *p)
{
	return p->steps->len;
}

GPtrArray *
plan_describe (const plan *p)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < p->steps->len; i++) {
		const step *s = p->steps->pdata[i];

		g_ptr_array_add (out, g_strdup (s->text));
	}
	return out;
}

/* What makes and removes ports does not wait for packets in flight. */
static kernel_hurry *
hurry (plan *p)
{
	return p->waits ? kernel_hurry_begin (p->h->sysfs_root) : NULL;
}

static void
undo_steps (plan *p)
{
	while (p->applied > 0) {
		step *s = p->steps->pdata[--p->applied];

		if (s->undo)
			s->undo (p, s);
	}
}

void
plan_undo (plan *p)
{
	kernel_hurry *h = hurry (p);

	undo_steps (p);
	kernel_hurry_end (h);
}

static gboolean
apply_steps (plan *p, GError **error)
{
	for (; p->applied < p->steps->len; p->applied++) {
		step *s = p->steps->pdata[p->applied];

		if (s->apply (p, s, error))
			continue;
		g_prefix_error (error, "%s: ", s->text);
		undo_steps (p);
		return FALSE;
	}
	return TRUE;
}

gboolean
plan_apply (plan *p, GError **error)
{
	kernel_hurry *h = hurry (p);
	gboolean ok = apply_steps (p, error);

	kernel_hurry_end (h);
	return ok;
}
