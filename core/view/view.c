/*
 * view.c - reads the model and what was asked for of the kernel, once, so
 * that all rows of one view are of one moment. Called by shell/ and ui/
 * through vmnet.h.
 */
#include "view/view.h"

#include <unistd.h>

#include "lab/lab.h"
#include "plan/lbfo.h"
#include "plan/plan.h"
#include "plan/txn.h"

static void
list_free (gpointer list)
{
	g_ptr_array_unref (list);
}

/* A script that is one transaction looks a thousand times at a kernel that it
 * does not change; within this time (µs) one look is enough. */
#define SEEN_FOR G_USEC_PER_SEC

static gboolean
is_recent (const GPtrArray *seen, gint64 at)
{
	return seen && g_get_monotonic_time () - at < SEEN_FOR;
}

static void
get_links (vmnet_view *v, vmnet_txn *t, GError **error)
{
	if (t && is_recent (t->seen.links, t->seen.links_at)) {
		v->links = g_ptr_array_ref (t->seen.links);
		v->links_at = t->seen.links_at;
		return;
	}
	v->links = kn_links (v->h->nl, error);
	v->links_at = g_get_monotonic_time ();
	if (t && v->links) {
		g_clear_pointer (&t->seen.links, g_ptr_array_unref);
		t->seen.links = g_ptr_array_ref (v->links);
		t->seen.links_at = v->links_at;
	}
}

static GPtrArray *
get_guests (vmnet_txn *t)
{
	if (t == NULL)
		return proc_guests ();
	if (!is_recent (t->seen.guests, t->seen.guests_at)) {
		g_clear_pointer (&t->seen.guests, g_ptr_array_unref);
		t->seen.guests = proc_guests ();
		t->seen.guests_at = g_get_monotonic_time ();
	}
	return t->seen.guests ? g_ptr_array_ref (t->seen.guests) : NULL;
}

static gboolean
read_links (vmnet_view *v, vmnet_txn *t, GError **error)
{
	get_links (v, t, error);
	if (v->links == NULL)
		return FALSE;
	v->by_name = g_hash_table_new (g_str_hash, g_str_equal);
	v->by_index = g_hash_table_new (NULL, NULL);
	for (guint i = 0; i < v->links->len; i++) {
		kn_link *l = v->links->pdata[i];

		g_hash_table_insert (v->by_name, l->name, l);
		g_hash_table_insert (v->by_index,
				     GINT_TO_POINTER (l->ifindex), l);
	}
	return TRUE;
}

static gboolean
read_classes_of (vmnet_view *v, const kn_link *l, GError **error)
{
	GPtrArray *list = l ? kn_classes (v->h->nl, l->ifindex, error) : NULL;

	if (list == NULL)
		return l == NULL;
	g_ptr_array_add (v->class_lists, list);
	for (guint j = 0; j < list->len; j++) {
		kn_class *c = list->pdata[j];

		/* Slots are unique on the host: the class number is enough,
		 * whatever the uplink. */
		if (c->handle >= PLAN_FIRST_CLASS && c->handle >> 16 == 1)
			g_hash_table_insert (v->classes,
				GUINT_TO_POINTER (c->handle), c);
	}
	return TRUE;
}

static gboolean
read_classes (vmnet_view *v, GError **error)
{
	v->class_lists = g_ptr_array_new_with_free_func (list_free);
	v->classes_at = g_get_monotonic_time ();
	v->classes = g_hash_table_new (NULL, NULL);
	for (guint i = 0; i < v->model->switches->len; i++) {
		const vmnet_switch *s = v->model->switches->pdata[i];
		const char *nic;

		for (guint j = 0; (nic = vmnet_switch_member (s, j)); j++) {
			gboolean ok = read_classes_of (v, view_link (v, nic),
						       error);

			v->classes_end = g_get_monotonic_time ();
			if (!ok)
				return FALSE;
		}
	}
	return TRUE;
}

static void
read_queues (vmnet_view *v)
{
	datapath *d = view_datapath (v);

	v->queues_at = g_get_monotonic_time ();
	v->queues = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					   list_free);
	for (guint i = 0; d && v->links && i < v->links->len; i++) {
		const kn_link *l = v->links->pdata[i];
		GPtrArray *list;

		if (l->xdp_prog_id == 0)
			continue;
		list = datapath_queues (d, v->h->nl, l->ifindex, NULL);
		if (list)
			g_hash_table_insert (v->queues, g_strdup (l->name),
					     list);
	}
}

static gboolean
read_sections (vmnet_view *v, vmnet_txn *t, GError **error)
{
	const unsigned need_links = VMNET_S_LINKS | VMNET_S_ADDRS |
		VMNET_S_TC | VMNET_S_QUEUES | VMNET_S_ROUTES |
		VMNET_S_FUNCTIONS;

	if (v->sections & need_links && !read_links (v, t, error))
		return FALSE;
	if (v->sections & VMNET_S_ADDRS &&
	    !(v->addrs = kn_addrs (v->h->nl, error)))
		return FALSE;
	if (v->sections & VMNET_S_ROUTES &&
	    !(v->routes = kn_routes (v->h->nl, error)))
		return FALSE;
	if (v->sections & VMNET_S_TC && !read_classes (v, error))
		return FALSE;
	if (v->sections & VMNET_S_QUEUES)
		read_queues (v);
	if (v->sections & VMNET_S_FUNCTIONS)
		view_vf_read (v);
	if (v->sections & VMNET_S_GUESTS)
		v->guests = get_guests (t);
	return TRUE;
}

/* Who looks once a second need not parse a thousand ports each time. */
static gboolean
read_store (vmnet_view *v, const vmnet_view *before, GError **error)
{
	v->stamp = store_stamp_now (v->h->state_dir);
	if (before && store_stamp_equal (&v->stamp, &before->stamp))
		v->model = model_ref (before->model);
	else
		v->model = host_model (v->h, error);
	return v->model != NULL;
}

/* The edits so far, for a view that stays as it is; of one that nobody holds
 * any more only what differs is copied. */
static vmnet_model *
model_shown (vmnet_txn *t)
{
	if (t->shown && !model_shared (t->shown)) {
		model_assign (t->shown, t->model);
	} else {
		model_free (t->shown);
		t->shown = model_copy (t->model);
	}
	return model_ref (t->shown);
}

vmnet_view *
vmnet_view_new (vmnet_host *h, vmnet_txn *txn, unsigned sections,
		vmnet_view *before, GError **error)
{
	g_autoptr (vmnet_view) v = g_new0 (vmnet_view, 1);

	g_atomic_ref_count_init (&v->refs);
	v->h = h;
	v->sections = sections;
	if (txn)
		v->model = model_shown (txn);
	else if (!read_store (v, before, error))
		return NULL;
	v->time = g_get_monotonic_time ();
	if (!read_sections (v, txn, error))
		return NULL;
	if (before) {
		/* One step back is enough: no chain of old views. */
		g_clear_pointer (&before->before, vmnet_view_unref);
		v->before = vmnet_view_ref (before);
	}
	return g_steal_pointer (&v);
}

vmnet_view *
vmnet_view_ref (vmnet_view *v)
{
	g_atomic_ref_count_inc (&v->refs);
	return v;
}

void
vmnet_view_unref (vmnet_view *v)
{
	if (v == NULL || !g_atomic_ref_count_dec (&v->refs))
		return;
	g_clear_pointer (&v->before, vmnet_view_unref);
	g_clear_pointer (&v->by_vm, g_hash_table_unref);
	g_clear_pointer (&v->host_ends, g_hash_table_unref);
	g_clear_pointer (&v->totals, g_hash_table_unref);
	g_clear_pointer (&v->speeds, g_hash_table_unref);
	g_clear_pointer (&v->guest_addrs, g_hash_table_unref);
	g_clear_pointer (&v->iov, g_hash_table_unref);
	g_clear_pointer (&v->cards, g_hash_table_unref);
	g_clear_pointer (&v->drivers, g_hash_table_unref);
	g_clear_pointer (&v->vfs, g_hash_table_unref);
	g_clear_pointer (&v->vf_bytes, g_hash_table_unref);
	g_clear_pointer (&v->vf_first, g_hash_table_unref);
	g_clear_pointer (&v->port_vlans, g_hash_table_unref);
	g_clear_pointer (&v->by_name, g_hash_table_unref);
	g_clear_pointer (&v->by_index, g_hash_table_unref);
	g_clear_pointer (&v->classes, g_hash_table_unref);
	g_clear_pointer (&v->class_lists, g_ptr_array_unref);
	g_clear_pointer (&v->queues, g_hash_table_unref);
	g_clear_pointer (&v->links, g_ptr_array_unref);
	g_clear_pointer (&v->addrs, g_ptr_array_unref);
	g_clear_pointer (&v->routes, g_ptr_array_unref);
	g_clear_pointer (&v->resolvers, g_ptr_array_unref);
	g_clear_pointer (&v->guests, g_ptr_array_unref);
	model_free (v->model);
	g_free (v);
}

gint64
vmnet_view_time (const vmnet_view *v)
{
	return v->time;
}

GPtrArray *
vmnet_view_rows (vmnet_view *v, const vmnet_noun *noun)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_row_unref);

	noun->rows (v, out);
	return out;
}

vmnet_row *
vmnet_view_row (vmnet_view *v, const vmnet_noun *noun, const char *key)
{
	g_autoptr (GPtrArray) rows = vmnet_view_rows (v, noun);

	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *r = rows->pdata[i];

		if (model_name_equal (r->key, key))
			return vmnet_row_ref (r);
	}
	return NULL;
}

/* ---- what the nouns ask ---- */

const kn_link *
view_link (const vmnet_view *v, const char *name)
{
	return v->by_name ? g_hash_table_lookup (v->by_name, name) : NULL;
}

const kn_link *
view_port (const vmnet_view *v, const vmnet_adapter *a)
{
	g_autofree char *name = names_port (a);

	return view_link (v, name);
}

const kn_class *
view_class_now (vmnet_view *v, const vmnet_adapter *a)
{
	if (v->classes == NULL && (v->links == NULL
				   || !read_classes (v, NULL)))
		return NULL;
	return g_hash_table_lookup (v->classes, GUINT_TO_POINTER
				    (PLAN_CLASS (a->slot)));
}

const kn_class *
view_class (const vmnet_view *v, const vmnet_adapter *a)
{
	return v->sections & VMNET_S_TC
		? view_class_now ((vmnet_view *) v, a) : NULL;
}

const GPtrArray *
view_queues_now (vmnet_view *v, const char *nic)
{
	if (v->queues == NULL)
		read_queues (v);
	return g_hash_table_lookup (v->queues, nic);
}

const GPtrArray *
view_queues (const vmnet_view *v, const char *nic)
{
	return v->sections & VMNET_S_QUEUES
		? view_queues_now ((vmnet_view *) v, nic) : NULL;
}

double
view_elapsed (const vmnet_view *v, unsigned section)
{
	const vmnet_view *b = v->before;

	if (b == NULL || !(b->sections & v->sections & section))
		return 0;
	switch (section) {
	case VMNET_S_LINKS:
		return (v->links_at - b->links_at) / 1e6;
	case VMNET_S_TC:
		return (v->classes_at - b->classes_at) / 1e6;
	case VMNET_S_QUEUES:
		return (v->queues_at - b->queues_at) / 1e6;
	}
	return 0;
}

const GPtrArray *
view_adapters_of (vmnet_view *v, const char *vm)
{
	if (v->by_vm == NULL)
		v->by_vm = model_adapters_by_vm (v->model);
	return g_hash_table_lookup (v->by_vm, vm);
}

static GPtrArray *
read_guest_addrs (const char *lab, const char *vm)
{
	int ns = lab ? lab_vm_netns (lab, vm, NULL) : -1;
	g_autoptr (kn) k = ns >= 0 ? kn_open (ns, NULL) : NULL;
	GPtrArray *addrs = k ? kn_addrs (k, NULL) : NULL;

	if (ns >= 0)
		close (ns);
	return addrs ? addrs : g_ptr_array_new ();
}

const kn_port_vlans *
view_port_vlans (vmnet_view *v, int ifindex)
{
	g_autoptr (GPtrArray) all = NULL;

	if (v->port_vlans == NULL) {
		v->port_vlans = g_hash_table_new_full (NULL, NULL, NULL,
						       g_free);
		all = kn_port_vlans_all (v->h->nl, NULL);
	}
	for (guint i = 0; all && i < all->len; i++) {
		const kn_port_vlans *p = all->pdata[i];

		g_hash_table_insert (v->port_vlans,
				     GINT_TO_POINTER (p->ifindex),
				     g_memdup2 (p, sizeof *p));
	}
	return g_hash_table_lookup (v->port_vlans, GINT_TO_POINTER (ifindex));
}

const GPtrArray *
view_guest_addrs (vmnet_view *v, const char *vm)
{
	GPtrArray *addrs;

	if (v->guest_addrs == NULL)
		v->guest_addrs = g_hash_table_new_full
			(g_str_hash, g_str_equal, g_free, list_free);
	addrs = g_hash_table_lookup (v->guest_addrs, vm);
	if (addrs == NULL) {
		addrs = read_guest_addrs (v->h->lab, vm);
		g_hash_table_insert (v->guest_addrs, g_strdup (vm), addrs);
	}
	return addrs;
}

const vmnet_adapter *
view_host_adapter (vmnet_view *v, const char *interface)
{
	const GPtrArray *all = v->model->adapters;

	if (v->host_ends)
		return g_hash_table_lookup (v->host_ends, interface);
	v->host_ends = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					      NULL);
	for (guint i = 0; i < all->len; i++) {
		vmnet_adapter *a = all->pdata[i];

		if (a->vm == NULL)
			g_hash_table_insert (v->host_ends,
					     names_host_adapter (a), a);
	}
	return g_hash_table_lookup (v->host_ends, interface);
}

guint64
view_link_speed (vmnet_view *v, const char *nic)
{
	guint64 *known;

	if (v->speeds == NULL)
		v->speeds = g_hash_table_new_full (g_str_hash, g_str_equal,
						   g_free, g_free);
	known = g_hash_table_lookup (v->speeds, nic);
	if (known)
		return *known;
	known = g_new0 (guint64, 1);
	*known = lbfo_speed (v->h, v->model, nic);
	if (*known == 0)
		*known = plan_link_speed (v->h, nic);
	g_hash_table_insert (v->speeds, g_strdup (nic), known);
	return *known;
}

datapath *
view_datapath (vmnet_view *v)
{
	/* Once: without privilege each try would fail anew. */
	if (!v->dp_asked)
		v->dp = host_datapath_if_there (v->h);
	v->dp_asked = TRUE;
	return v->dp;
}

const datapath_totals *
view_totals (vmnet_view *v, const vmnet_adapter *a)
{
	datapath *d = view_datapath (v);
	gpointer key = GUINT_TO_POINTER (a->slot), found;
	datapath_totals t;

	if (v->totals == NULL)
		v->totals = g_hash_table_new_full (NULL, NULL, NULL, g_free);
	if (!g_hash_table_lookup_extended (v->totals, key, NULL, &found)) {
		found = d && datapath_totals_get (d, a->slot, &t)
			? g_memdup2 (&t, sizeof t) : NULL;
		g_hash_table_insert (v->totals, key, found);
	}
	return found;
}

char *
view_adapter_key (const vmnet_adapter *a)
{
	return g_strconcat (a->vm ? a->vm : "", "/", a->name, NULL);
}

char *
view_guid (const char *kind, const char *key)
{
	g_autofree char *low = g_utf8_strdown (key, -1);
	g_autofree char *seed = g_strconcat (kind, ":", low, NULL);
	g_autofree char *sum =
		g_compute_checksum_for_string (G_CHECKSUM_SHA256, seed, -1);

	return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", sum, sum + 8,
				sum + 12, sum + 16, sum + 20);
}

vmnet_row *
view_add (GPtrArray *out, vmnet_view *v, const vmnet_noun *noun, char *key,
	  gconstpointer asked, gpointer told, GDestroyNotify told_free)
{
	vmnet_row *r = g_new0 (vmnet_row, 1);

	g_atomic_ref_count_init (&r->refs);
	r->noun = noun;
	r->key = key;
	r->view = vmnet_view_ref (v);
	r->asked = asked;
	r->told = told;
	r->told_free = told_free;
	if (out)
		g_ptr_array_add (out, r);
	return r;
}
