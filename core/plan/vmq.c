/*
 * vmq.c - the part of a plan that gives each VM adapter a queue of its own on
 * the uplink, and the queue a processor. Called by plan.c.
 */
#include <string.h>

#include "plan/team.h"

/* Processors that the adapter's queues may use: first, count. */
static void
allowed (const vmnet_nic *nic, guint *first, guint *count)
{
	guint n = MAX (proc_processors (), 1), last;

	*first = nic->base_processor.set
		? MIN (nic->base_processor.value, n - 1) : 0;
	last = nic->max_processor.set
		? CLAMP (nic->max_processor.value, *first, n - 1) : n - 1;
	*count = last - *first + 1;
	if (nic->max_processors.set && nic->max_processors.value)
		*count = MIN (*count, nic->max_processors.value);
}

/* By which physical adapter it is reached; `t` is kept for the next one. */
static const char *
way_to (plan *p, const vmnet_adapter *a, team *t)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);

	if (s == NULL || !s->teaming)
		return s ? s->uplink : NULL;
	if (t->sw != s)
		plan_team_look (p, s, t);
	return t->members[team_choose (t, a)].nic;
}

/* The host's own traffic stays on the default queue. In a team each adapter has
 * its queue on the member that it goes by. */
static gboolean
has_queue (plan *p, const vmnet_nic *nic, const vmnet_adapter *a, team *t)
{
	return a->vm && a->vmq_weight > 0 &&
		g_strcmp0 (way_to (p, a, t), nic->name) == 0;
}

/* By weight, then by age. */
static int
deal_order (gconstpointer x, gconstpointer y)
{
	const vmnet_adapter *a = *(vmnet_adapter *const *) x;
	const vmnet_adapter *b = *(vmnet_adapter *const *) y;

	if (a->vmq_weight != b->vmq_weight)
		return a->vmq_weight > b->vmq_weight ? -1 : 1;
	return a->slot < b->slot ? -1 : 1;
}

typedef struct {
	GPtrArray *now, *old;	/* datapath_queue *; old NULL: none */
} vmq_data;

static void
vmq_data_free (gpointer data)
{
	vmq_data *x = data;

	g_clear_pointer (&x->now, g_ptr_array_unref);
	g_clear_pointer (&x->old, g_ptr_array_unref);
	g_free (x);
}

static gboolean
put (plan *p, const char *nic, const GPtrArray *queues, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	int ifindex = kn_ifindex (p->h->nl, nic);

	if (d == NULL)
		return FALSE;
	return queues && queues->len
		? datapath_vmq_set (d, p->h->nl, ifindex, queues, error)
		: datapath_vmq_clear (d, p->h->nl, ifindex, error);
}

static gboolean
vmq_apply (plan *p, step *s, GError **error)
{
	return put (p, s->link, ((vmq_data *) s->data)->now, error);
}

static void
vmq_undo (plan *p, step *s)
{
	put (p, s->link, ((vmq_data *) s->data)->old, NULL);
}

static GPtrArray *
queues_now (plan *p, const char *nic)
{
	datapath *d = host_datapath_if_there (p->h);
	const kn_link *l = plan_link (p, nic);
	g_autoptr (GPtrArray) have = NULL;
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	if (d && l && l->xdp_prog_id)
		have = datapath_queues (d, p->h->nl, l->ifindex, NULL);
	for (guint i = 0; have && i < have->len; i++) {
		const datapath_queue_stats *q = have->pdata[i];
		datapath_queue *n = g_new0 (datapath_queue, 1);

		n->slot = q->slot;
		n->cpu = q->cpu;
		memcpy (n->mac, q->mac, 6);
		g_ptr_array_add (out, n);
	}
	return out;
}

/* The processor of each queue is always the same for the same model: they
 * are dealt out round robin over the allowed ones. */
static GPtrArray *
queues_wanted (plan *p, const vmnet_nic *nic)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) with = g_ptr_array_new ();
	guint first, count;
	team t = { 0 };

	if (nic == NULL || !nic->vmq)
		return out;
	for (guint i = 0; i < p->desired->adapters->len; i++)
		if (has_queue (p, nic, p->desired->adapters->pdata[i], &t))
			g_ptr_array_add (with, p->desired->adapters->pdata[i]);
	g_ptr_array_sort (with, deal_order);
	allowed (nic, &first, &count);
	for (guint i = 0; i < with->len; i++) {
		const vmnet_adapter *a = with->pdata[i];
		datapath_queue *q = g_new0 (datapath_queue, 1);

		q->slot = a->slot;
		q->cpu = first + i % count;
		memcpy (q->mac, a->mac, 6);
		g_ptr_array_add (out, q);
	}
	return out;
}

static gboolean
has (const GPtrArray *queues, const datapath_queue *q)
{
	for (guint i = 0; i < queues->len; i++) {
		const datapath_queue *x = queues->pdata[i];

		if (x->slot == q->slot && x->cpu == q->cpu &&
		    memcmp (x->mac, q->mac, 6) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
queues_equal (const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (!has (b, a->pdata[i]))
			return FALSE;
	return TRUE;
}

static void
queues_append (GPtrArray *to, const datapath_queue *q)
{
	g_ptr_array_add (to, g_memdup2 (q, sizeof *q));
}

static GPtrArray *
queues_copy (const GPtrArray *from)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < from->len; i++)
		queues_append (out, from->pdata[i]);
	return out;
}

static void
plan_queues (plan *p, const char *name, const GPtrArray *now,
	     const GPtrArray *want)
{
	vmq_data *x;
	step *s;

	if (queues_equal (now, want))
		return;
	s = want->len
		? plan_step (p, vmq_apply, vmq_undo,
			     "steer %u VM queues on %s", want->len, name)
		: plan_step (p, vmq_apply, vmq_undo,
			     "stop steering VM queues on %s", name);
	x = g_new0 (vmq_data, 1);
	x->now = queues_copy (want);
	x->old = queues_copy (now);
	s->link = g_strdup (name);
	s->data = x;
	s->data_free = vmq_data_free;
}

/* What a physical adapter has, what it is to have, and what it has in between:
 * a queue that goes elsewhere goes last, and keeps its counters. */
typedef struct {
	const char *name;
	GPtrArray *now, *between, *want;
} nic_queues;

static void
nic_queues_clear (gpointer data)
{
	nic_queues *n = data;

	g_ptr_array_unref (n->now);
	g_ptr_array_unref (n->between);
	g_ptr_array_unref (n->want);
}

static const datapath_queue *
of_slot (const GPtrArray *queues, guint32 slot)
{
	for (guint i = 0; i < queues->len; i++) {
		const datapath_queue *q = queues->pdata[i];

		if (q->slot == slot)
			return q;
	}
	return NULL;
}

static gboolean
wanted_somewhere (const GArray *all, guint32 slot)
{
	for (guint i = 0; i < all->len; i++)
		if (of_slot (g_array_index (all, nic_queues, i).want, slot))
			return TRUE;
	return FALSE;
}

static void
keep_leaving (const GArray *all, nic_queues *n)
{
	for (guint i = 0; i < n->now->len; i++) {
		const datapath_queue *q = n->now->pdata[i];

		if (!of_slot (n->want, q->slot) &&
		    wanted_somewhere (all, q->slot))
			queues_append (n->between, q);
	}
}

static GArray *
all_queues (plan *p)
{
	GArray *all = g_array_new (FALSE, FALSE, sizeof (nic_queues));

	g_array_set_clear_func (all, nic_queues_clear);
	for (guint i = 0; i < p->desired->nics->len; i++) {
		const vmnet_nic *nic = p->desired->nics->pdata[i];
		nic_queues n = { .name = nic->name };

		if (!plan_link (p, nic->name))
			continue;
		n.now = queues_now (p, nic->name);
		n.want = queues_wanted (p, nic);
		n.between = queues_copy (n.want);
		g_array_append_val (all, n);
	}
	for (guint i = 0; i < all->len; i++)
		keep_leaving (all, &g_array_index (all, nic_queues, i));
	return all;
}

static void
remove_of (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->nics->len; i++) {
		const vmnet_nic *n = m->nics->pdata[i];
		g_autoptr (GPtrArray) now = NULL, none = NULL;

		if (!n->vmq || vmnet_model_nic (p->desired, n->name) ||
		    !plan_link (p, n->name))
			continue;
		now = queues_now (p, n->name);
		none = g_ptr_array_new ();
		plan_queues (p, n->name, now, none);
	}
}

gboolean
plan_vmq_remove (plan *p, GError **error)
{
	remove_of (p, p->base);
	remove_of (p, p->leftover);
	return TRUE;
}

gboolean
plan_vmq_build (plan *p, GError **error)
{
	g_autoptr (GArray) all = all_queues (p);

	for (guint i = 0; i < all->len; i++) {
		nic_queues *n = &g_array_index (all, nic_queues, i);

		plan_queues (p, n->name, n->now, n->between);
	}
	for (guint i = 0; i < all->len; i++) {
		nic_queues *n = &g_array_index (all, nic_queues, i);

		plan_queues (p, n->name, n->between, n->want);
	}
	return TRUE;
}
