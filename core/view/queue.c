/*
 * queue.c - the rows of NetAdapterVmqQueue: one for each VM queue, with the
 * processor time of its kernel thread.
 */
#include <string.h>

#include "view/view.h"

typedef struct {
	char *nic;
	datapath_queue_stats now;
	gboolean had;		/* and one view ago: */
	datapath_queue_stats then;
} queue;

static void
queue_free (gpointer data)
{
	queue *q = data;

	g_free (q->nic);
	g_free (q);
}

static gint
by_name (gconstpointer a, gconstpointer b)
{
	return strcmp (a, b);
}

static void
find_before (const vmnet_view *v, queue *q)
{
	const GPtrArray *old = v->before ? view_queues (v->before, q->nic)
		: NULL;

	for (guint i = 0; old && i < old->len; i++) {
		const datapath_queue_stats *o = old->pdata[i];

		/* Another thread is another queue: its time begins anew. */
		if (o->slot == q->now.slot && o->pid == q->now.pid) {
			q->had = TRUE;
			q->then = *o;
		}
	}
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GList) names = v->queues
		? g_hash_table_get_keys (v->queues) : NULL;

	names = g_list_sort (names, by_name);
	for (GList *n = names; n; n = n->next) {
		const GPtrArray *list = view_queues (v, n->data);

		for (guint i = 0; i < list->len; i++) {
			queue *q = g_new0 (queue, 1);

			q->nic = g_strdup (n->data);
			q->now = *(datapath_queue_stats *) list->pdata[i];
			find_before (v, q);
			view_add (out, v, &vmnet_noun_queue,
				  g_strdup_printf ("%s#%u", q->nic,
						   q->now.slot),
				  NULL, q, queue_free);
		}
	}
}

static const queue *
of (const vmnet_row *r)
{
	return r->told;
}

static void
get_nic (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->nic);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->now.slot);
}

static void
get_mac (const vmnet_row *r, vmnet_value *v)
{
	put_mac (v, of (r)->now.mac, '-');
}

static void
get_vlan (const vmnet_row *r, vmnet_value *v)
{
	/* Steering is by MAC address alone: no VLAN is part of it. */
	(void) r;
	v->type = VMNET_T_NONE;
}

static void
get_processor (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, g_strdup_printf ("0:%u", of (r)->now.cpu));
}

static void
get_vm (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (a->slot != of (r)->now.slot)
			continue;
		put_text (v, a->vm ? a->vm : "");
		return;
	}
}

static void
get_load (const vmnet_row *r, vmnet_value *v)
{
	const queue *q = of (r);
	double seconds = view_elapsed (r->view, VMNET_S_QUEUES);

	if (q->had && seconds > 0 && q->now.cpu_time >= 0)
		put_double (v, (q->now.cpu_time - q->then.cpu_time) / 1e7 /
			    seconds);
}

static void
get_time (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->now.cpu_time >= 0)
		put_double (v, of (r)->now.cpu_time / 1e9);
}

static void
get_packets (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->now.packets);
}

static void
get_bytes (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->now.bytes);
}

static void
get_rate (const vmnet_row *r, vmnet_value *v)
{
	const queue *q = of (r);
	double seconds = view_elapsed (r->view, VMNET_S_QUEUES);

	if (q->had && seconds > 0)
		put_int (v, (q->now.packets - q->then.packets) / seconds);
}

static void
get_drops (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->now.drops);
}

static void
get_thread (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->now.pid)
		put_int (v, of (r)->now.pid);
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "physical network adapter", get_nic, NULL },
	{ "QueueID", VMNET_T_INT, VMNET_U_NONE, 2, "number of the queue",
	  get_id, NULL },
	{ "MacAddress", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "frames to this address go there", get_mac, NULL },
	{ "VlanID", VMNET_T_INT, VMNET_U_NONE, 4,
	  "nothing: queues are chosen by MAC address, whatever the VLAN",
	  get_vlan, NULL },
	{ "Processor", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "processor that works it off, as group:number", get_processor,
	  NULL },
	{ "VmFriendlyName", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "VM that it serves", get_vm, NULL },
	{ "Load", VMNET_T_DOUBLE, VMNET_U_PERCENT, 7,
	  "processor time of its thread over the time between two readings",
	  get_load, "Load(%)" },
	{ "ProcessorTime", VMNET_T_DOUBLE, VMNET_U_SECONDS, 8,
	  "processor time of its thread since it was made", get_time,
	  "ProcessorTime(s)" },
	{ "Packets", VMNET_T_INT, VMNET_U_PACKETS, 9, "steered to it",
	  get_packets, NULL },
	{ "PacketsPerSecond", VMNET_T_INT, VMNET_U_NONE, 0,
	  "steered to it a second", get_rate, NULL },
	{ "Bytes", VMNET_T_INT, VMNET_U_BYTES, 0, "steered to it", get_bytes,
	  NULL },
	{ "Drops", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "dropped because the queue was full", get_drops, NULL },
	{ "ThreadId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "process number of its kernel thread (ps)", get_thread, NULL },
};

const vmnet_noun vmnet_noun_queue = {
	.name = "NetAdapterVmqQueue",
	.text = "one VM queue",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS | VMNET_S_QUEUES,
	.rows = rows,
};
