/*
 * vmq.c - the part of a plan that gives each VM adapter a queue of its own on
 * the uplink, and the queue a processor. Called by plan.c.
 */
#include <string.h>

#include "plan/step.h"

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

static gboolean
has_queue (const vmnet_model *m, const vmnet_nic *nic, const vmnet_adapter *a)
{
	const vmnet_switch *s = plan_switch_of (m, a);

	const char *own = s && s->teaming ? model_team_member (s, a)
		: s ? s->uplink : NULL;

	/* The host's own traffic stays on the default queue. In a team each
	 * adapter has its queue on the member that it belongs to. */
	return a->vm && a->vmq_weight > 0 &&
		g_strcmp0 (own, nic->name) == 0;
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

	if (nic == NULL || !nic->vmq)
		return out;
	for (guint i = 0; i < p->desired->adapters->len; i++)
		if (has_queue (p->desired, nic, p->desired->adapters->pdata[i]))
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
plan_nic (plan *p, const char *name, const vmnet_nic *nic)
{
	g_autoptr (GPtrArray) now = queues_now (p, name);
	g_autoptr (GPtrArray) want = queues_wanted (p, nic);
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
	x->now = g_steal_pointer (&want);
	x->old = g_steal_pointer (&now);
	s->link = g_strdup (name);
	s->data = x;
	s->data_free = vmq_data_free;
}

static void
remove_of (plan *p, const vmnet_model *m)
{
	for (guint i = 0; m && i < m->nics->len; i++) {
		const vmnet_nic *n = m->nics->pdata[i];

		if (n->vmq && !vmnet_model_nic (p->desired, n->name) &&
		    plan_link (p, n->name))
			plan_nic (p, n->name, NULL);
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
	for (guint i = 0; i < p->desired->nics->len; i++) {
		const vmnet_nic *n = p->desired->nics->pdata[i];

		if (plan_link (p, n->name))
			plan_nic (p, n->name, n);
	}
	return TRUE;
}
