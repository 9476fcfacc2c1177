/*
 * queue.c - VM queues of an uplink: one cpumap for each queue, and so a kernel
 * thread of its own ("cpumap/CPU/map:ID") on the chosen processor. Called by
 * plan/ (set) and view/ (read).
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/sysfs.h"

#define QUEUE_SIZE 2048		/* frames */

static gboolean
queue_ok (const datapath *d, const datapath_queue *q, GError **error)
{
	if (q->slot == 0 || q->slot >= DP_SLOTS) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "queue %u: 1 to %d", q->slot, DP_SLOTS - 1);
		return FALSE;
	}
	if (q->cpu < (guint32) d->processors)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "queue %u: no processor %u; there are 0 to %d", q->slot,
		     q->cpu, d->processors - 1);
	return FALSE;
}

static struct dp_vmq_key
key_of (int ifindex, const guint8 mac[6])
{
	struct dp_vmq_key k = { .ifindex = ifindex };

	memcpy (k.mac, mac, sizeof k.mac);
	return k;
}

/* Id of the new map; 0 with errno. Its thread runs when this returns. */
static guint32
install_cpumap (datapath *d, guint32 slot, guint32 cpu)
{
	int fd = bpf_map_create (BPF_MAP_TYPE_CPUMAP, "vmq", sizeof (guint32),
				 sizeof (guint32), d->processors, NULL);
	struct bpf_map_info info = { 0 };
	guint32 len = sizeof info, size = QUEUE_SIZE;
	int saved;

	if (fd < 0)
		return 0;
	if (bpf_map_update_elem (fd, &cpu, &size, BPF_ANY) != 0 ||
	    bpf_obj_get_info_by_fd (fd, &info, &len) != 0 ||
	    bpf_map_update_elem (d->maps[DP_MAP_VMQ_IDS], &info.id, &slot,
				 BPF_ANY) != 0 ||
	    bpf_map_update_elem (d->maps[DP_MAP_VMQ_QUEUES], &slot, &fd,
				 BPF_ANY) != 0)
		info.id = 0;
	saved = errno;
	close (fd);
	errno = saved;
	return info.id;
}

/* A queue that stays on its processor keeps its thread. */
static gboolean
set_queue (datapath *d, int ifindex, const datapath_queue *q, GError **error)
{
	struct dp_vmq_key key = key_of (ifindex, q->mac);
	struct dp_vmq_queue v = { .slot = q->slot, .cpu = q->cpu }, old;
	gboolean was = bpf_map_lookup_elem (d->maps[DP_MAP_VMQ_MACS], &key,
					    &old) == 0;
	guint32 id;

	if (!dp_percpu_ensure (d, DP_MAP_VMQ_STATS, q->slot,
			       sizeof (struct dp_vmq_stats), error))
		return FALSE;
	if (bpf_map_lookup_elem (d->maps[DP_MAP_VMQ_QUEUES], &q->slot,
				 &id) != 0)
		id = 0;
	v.map_id = id;
	if (!was || old.slot != q->slot || old.cpu != q->cpu ||
	    old.map_id != id || id == 0) {
		v.map_id = install_cpumap (d, q->slot, q->cpu);
		if (v.map_id == 0)
			return dp_fail (error, errno, "make queue %u on "
					"processor %u", q->slot, q->cpu);
		bpf_map_delete_elem (d->maps[DP_MAP_VMQ_IDS], &id);
	}
	if (bpf_map_update_elem (d->maps[DP_MAP_VMQ_MACS], &key, &v,
				 BPF_ANY) != 0)
		return dp_fail (error, errno, "steer to queue %u", q->slot);
	return TRUE;
}

typedef struct {
	struct dp_vmq_key key;
	struct dp_vmq_queue queue;
} steering;

/* What the uplink has now. */
static GArray *
steerings (datapath *d, int ifindex)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (steering));
	struct dp_vmq_key *from = NULL, at;
	steering s;

	while (bpf_map_get_next_key (d->maps[DP_MAP_VMQ_MACS], from,
				     &s.key) == 0) {
		if (s.key.ifindex == (guint32) ifindex &&
		    bpf_map_lookup_elem (d->maps[DP_MAP_VMQ_MACS], &s.key,
					 &s.queue) == 0)
			g_array_append_val (out, s);
		at = s.key;
		from = &at;
	}
	return out;
}

static const datapath_queue *
find_queue (const GPtrArray *queues, const steering *s, gboolean by_mac)
{
	guint i;

	for (i = 0; queues != NULL && i < queues->len; i++) {
		const datapath_queue *q = queues->pdata[i];

		if (by_mac ? memcmp (q->mac, s->key.mac, sizeof q->mac) == 0
		    : q->slot == s->queue.slot)
			return q;
	}
	return NULL;
}

/* Takes away what `queues` does not have: first the way, then the queue. */
static void
drop_others (datapath *d, int ifindex, const GPtrArray *queues)
{
	g_autoptr (GArray) now = steerings (d, ifindex);
	guint i;

	for (i = 0; i < now->len; i++) {
		steering *s = &g_array_index (now, steering, i);

		if (find_queue (queues, s, TRUE) == NULL)
			bpf_map_delete_elem (d->maps[DP_MAP_VMQ_MACS],
					     &s->key);
		if (find_queue (queues, s, FALSE) != NULL)
			continue;
		bpf_map_delete_elem (d->maps[DP_MAP_VMQ_QUEUES],
				     &s->queue.slot);
		bpf_map_delete_elem (d->maps[DP_MAP_VMQ_IDS],
				     &s->queue.map_id);
		bpf_map_delete_elem (d->maps[DP_MAP_VMQ_STATS],
				     &s->queue.slot);
	}
}

/* Name of a program by id, "" when it is not to be had. */
static void
program_name (guint32 id, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = { 0 };
	guint32 len = sizeof info;
	int fd = bpf_prog_get_fd_by_id (id);

	name[0] = '\0';
	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd (fd, &info, &len) == 0)
		g_strlcpy (name, info.name, BPF_OBJ_NAME_LEN);
	close (fd);
}

/* The XDP program on a link; 0: none, or no such link. */
static guint32
xdp_on (kn *k, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) links = kn_links (k, error);
	guint i;

	for (i = 0; links != NULL && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (l->ifindex == ifindex)
			return l->xdp_prog_id;
	}
	return 0;
}

static gboolean
attach (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 there = xdp_on (k, ifindex, NULL);
	char name[BPF_OBJ_NAME_LEN];

	if (there == d->prog_ids[DP_PROG_VMQ])
		return TRUE;
	if (there != 0) {
		/* An older build's: ours to replace. */
		program_name (there, name);
		if (strcmp (name, dp_prog_names[DP_PROG_VMQ]) != 0) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
				     "attach VM queues to link %d: another "
				     "XDP program is there (id %u, '%s'); "
				     "detach it first", ifindex, there, name);
			return FALSE;
		}
	}
	return kn_xdp_set (k, ifindex, d->progs[DP_PROG_VMQ], error);
}

gboolean
datapath_vmq_set (datapath *d, kn *k, int ifindex, const GPtrArray *queues,
		  GError **error)
{
	guint i;

	if (queues == NULL || queues->len == 0)
		return datapath_vmq_clear (d, k, ifindex, error);
	for (i = 0; i < queues->len; i++)
		if (!queue_ok (d, queues->pdata[i], error))
			return FALSE;
	if (!attach (d, k, ifindex, error))
		return FALSE;
	for (i = 0; i < queues->len; i++)
		if (!set_queue (d, ifindex, queues->pdata[i], error))
			return FALSE;
	drop_others (d, ifindex, queues);
	return TRUE;
}

gboolean
datapath_vmq_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 there = xdp_on (k, ifindex, NULL);

	if (there != 0 && there == d->prog_ids[DP_PROG_VMQ] &&
	    !kn_xdp_set (k, ifindex, -1, error))
		return FALSE;
	drop_others (d, ifindex, NULL);
	return TRUE;
}

static datapath_queue_stats *
stats_of (datapath *d, const steering *s)
{
	datapath_queue_stats *q = g_new0 (datapath_queue_stats, 1);
	g_autofree char *thread = g_strdup_printf ("cpumap/%u/map:%u",
		s->queue.cpu, s->queue.map_id);
	guint64 w[3];

	q->slot = s->queue.slot;
	q->cpu = s->queue.cpu;
	memcpy (q->mac, s->key.mac, sizeof q->mac);
	dp_percpu_sum (d, DP_MAP_VMQ_STATS, q->slot, w, 3);
	q->packets = w[0];
	q->bytes = w[1];
	q->drops = w[2];
	q->cpu_time = proc_thread_time (thread, &q->pid);
	return q;
}

GPtrArray *
datapath_queues (datapath *d, kn *k, int ifindex, GError **error)
{
	g_autoptr (GArray) now = steerings (d, ifindex);
	g_autoptr (GError) e = NULL;
	GPtrArray *out;
	guint32 there = xdp_on (k, ifindex, &e);
	guint i;

	if (e != NULL) {
		g_propagate_error (error, g_steal_pointer (&e));
		return NULL;
	}
	out = g_ptr_array_new_with_free_func (g_free);
	/* Steered nowhere while the program is not there. */
	if (there != d->prog_ids[DP_PROG_VMQ])
		return out;
	for (i = 0; i < now->len; i++)
		g_ptr_array_add (out, stats_of (d, &g_array_index (now,
			steering, i)));
	return out;
}
