/*
 * queue.c - VM queues of an uplink: one cpumap for each queue, and so a kernel
 * thread of its own ("cpumap/CPU/map:ID") on the chosen processor. Called by
 * plan/ (set) and view/ (read).
 *
 * To put a cpumap into the outer map makes the kernel wait for 9 ms; an entry
 * in a cpumap does not. So cpumaps are put in empty, for 64 slots at once, and
 * stay; a queue that moves gets the new processor's entry in the same cpumap,
 * then loses the old one, whose thread empties its ring before it ends.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/sysfs.h"

#define QUEUE_SIZE 2048		/* frames */
#define CPUMAPS 64		/* made at once */

static gboolean
queue_ok (const datapath *d, const datapath_queue *q, GError **error)
{
	if (!dp_slot_ok (q->slot, error))
		return FALSE;
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

/* Its descriptor; -1 with errno. */
static int
make_cpumap (datapath *d, guint32 slot)
{
	int fd = bpf_map_create (BPF_MAP_TYPE_CPUMAP, "vmq", sizeof (guint32),
				 sizeof (guint32), d->processors, NULL);
	struct bpf_map_info info = { 0 };
	guint32 len = sizeof info;
	int saved;

	if (fd < 0)
		return fd;
	if (bpf_obj_get_info_by_fd (fd, &info, &len) == 0 &&
	    bpf_map_update_elem (d->maps[DP_MAP_VMQ_IDS], &info.id, &slot,
				 BPF_ANY) == 0)
		return fd;
	saved = errno;
	close (fd);
	errno = saved;
	return -1;
}

static gboolean
install_cpumaps (datapath *d, guint32 slot, GError **error)
{
	LIBBPF_OPTS (bpf_map_batch_opts, batch);
	guint32 first = slot - slot % CPUMAPS, keys[CPUMAPS], n = CPUMAPS;
	int fds[CPUMAPS], made = 0, r = 0;

	for (; made < CPUMAPS && r == 0; made++) {
		keys[made] = first + made;
		fds[made] = make_cpumap (d, first + made);
		if (fds[made] < 0) {
			r = -errno;
			break;
		}
	}
	if (r == 0)
		r = bpf_map_update_batch (d->maps[DP_MAP_VMQ_QUEUES], keys,
					  fds, &n, &batch);
	while (made > 0)
		close (fds[--made]);
	return r == 0 || dp_fail (error, r, "make the queues' maps");
}

/* Id of the slot's cpumap; 0: not made yet. */
static guint32
cpumap_id (datapath *d, guint32 slot)
{
	guint32 id;

	return bpf_map_lookup_elem (d->maps[DP_MAP_VMQ_QUEUES], &slot,
				    &id) == 0 ? id : 0;
}

/* Ends the threads of a slot but for one; -1: all of them. */
static void
stop_threads (datapath *d, guint32 slot, int but)
{
	guint32 id = cpumap_id (d, slot), cpu, size;
	int fd = id ? bpf_map_get_fd_by_id (id) : -1;

	if (fd < 0)
		return;
	for (cpu = 0; cpu < (guint32) d->processors; cpu++)
		if ((int) cpu != but &&
		    bpf_map_lookup_elem (fd, &cpu, &size) == 0 && size > 0)
			bpf_map_delete_elem (fd, &cpu);
	close (fd);
}

/* A thread that is there is kept. Returns the cpumap's id; 0 with `error`. */
static guint32
start_thread (datapath *d, guint32 slot, guint32 cpu, GError **error)
{
	guint32 id = cpumap_id (d, slot), size;
	int fd, r = 0;

	if (id == 0 && !install_cpumaps (d, slot, error))
		return 0;
	id = cpumap_id (d, slot);
	fd = bpf_map_get_fd_by_id (id);
	if (fd < 0) {
		dp_fail (error, errno, "open queue %u", slot);
		return 0;
	}
	if (bpf_map_lookup_elem (fd, &cpu, &size) != 0 || size == 0) {
		size = QUEUE_SIZE;
		r = bpf_map_update_elem (fd, &cpu, &size, BPF_ANY);
	}
	close (fd);
	if (r != 0) {
		dp_fail (error, r, "start queue %u on processor %u", slot,
			 cpu);
		return 0;
	}
	return id;
}

static gboolean
set_queue (datapath *d, int ifindex, const datapath_queue *q, GError **error)
{
	struct dp_vmq_key key = key_of (ifindex, q->mac);
	struct dp_vmq_queue v = { .slot = q->slot, .cpu = q->cpu };

	if (!dp_percpu_ensure (d, DP_MAP_VMQ_STATS, q->slot,
			       sizeof (struct dp_vmq_stats), error))
		return FALSE;
	v.map_id = start_thread (d, q->slot, q->cpu, error);
	if (v.map_id == 0)
		return FALSE;
	if (bpf_map_update_elem (d->maps[DP_MAP_VMQ_MACS], &key, &v,
				 BPF_ANY) != 0)
		return dp_fail (error, errno, "steer to queue %u", q->slot);
	stop_threads (d, q->slot, q->cpu);
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

/* Does another uplink steer to it? */
static gboolean
is_steered (datapath *d, guint32 slot)
{
	struct dp_vmq_key *from = NULL, key, at;
	struct dp_vmq_queue v;

	while (bpf_map_get_next_key (d->maps[DP_MAP_VMQ_MACS], from,
				     &key) == 0) {
		if (bpf_map_lookup_elem (d->maps[DP_MAP_VMQ_MACS], &key,
					 &v) == 0 && v.slot == slot)
			return TRUE;
		at = key;
		from = &at;
	}
	return FALSE;
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
		if (find_queue (queues, s, FALSE) != NULL ||
		    is_steered (d, s->queue.slot))
			continue;
		stop_threads (d, s->queue.slot, -1);
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

/*
 * The XDP program on a link; 0: none, or no such link. `name`, or NULL: the
 * link's.
 */
static guint32
xdp_on (kn *k, int ifindex, char name[16], GError **error)
{
	g_autoptr (GError) why = NULL;
	g_autoptr (kn_link) l = kn_link_get_index (k, ifindex, &why);

	if (l == NULL) {
		if (!kn_failed_with (k, ENODEV))
			g_propagate_error (error, g_steal_pointer (&why));
		return 0;
	}
	if (name != NULL)
		g_strlcpy (name, l->name, sizeof l->name);
	return l->xdp_prog_id;
}

/* Also one that an older build attached. */
static gboolean
is_ours (const datapath *d, guint32 id)
{
	char name[BPF_OBJ_NAME_LEN];

	if (id == d->prog_ids[DP_PROG_VMQ])
		return TRUE;
	program_name (id, name);
	return strcmp (name, dp_prog_names[DP_PROG_VMQ]) == 0;
}

static gboolean
attach (datapath *d, kn *k, int ifindex, GError **error)
{
	char name[16];
	guint32 there = xdp_on (k, ifindex, name, NULL);

	if (there == d->prog_ids[DP_PROG_VMQ])
		return TRUE;
	if (there == 0 || is_ours (d, there))
		return kn_xdp_set (k, ifindex, d->progs[DP_PROG_VMQ], error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "attach VM queues to %s: another XDP program is there "
		     "(id %u); detach it first", name, there);
	return FALSE;
}

static GPtrArray *
queues_of (datapath *d, int ifindex)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GArray) now = steerings (d, ifindex);
	guint i;

	for (i = 0; i < now->len; i++) {
		const steering *s = &g_array_index (now, steering, i);
		datapath_queue *q = g_new0 (datapath_queue, 1);

		q->slot = s->queue.slot;
		q->cpu = s->queue.cpu;
		memcpy (q->mac, s->key.mac, sizeof q->mac);
		g_ptr_array_add (out, q);
	}
	return out;
}

static gboolean
put_queues (datapath *d, int ifindex, const GPtrArray *queues, GError **error)
{
	guint i;

	for (i = 0; i < queues->len; i++)
		if (!set_queue (d, ifindex, queues->pdata[i], error))
			return FALSE;
	drop_others (d, ifindex, queues);
	return TRUE;
}

gboolean
datapath_vmq_set (datapath *d, kn *k, int ifindex, const GPtrArray *queues,
		  GError **error)
{
	g_autoptr (GPtrArray) old = NULL;
	gboolean was;
	guint i;

	if (queues == NULL || queues->len == 0)
		return datapath_vmq_clear (d, k, ifindex, error);
	for (i = 0; i < queues->len; i++)
		if (!queue_ok (d, queues->pdata[i], error))
			return FALSE;
	was = xdp_on (k, ifindex, NULL, NULL) == d->prog_ids[DP_PROG_VMQ];
	old = queues_of (d, ifindex);
	if (!attach (d, k, ifindex, error))
		return FALSE;
	if (put_queues (d, ifindex, queues, error))
		return TRUE;
	if (was)
		put_queues (d, ifindex, old, NULL);
	else
		datapath_vmq_clear (d, k, ifindex, NULL);
	return FALSE;
}

gboolean
datapath_vmq_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 there = xdp_on (k, ifindex, NULL, NULL);

	if (there != 0 && is_ours (d, there) &&
	    !kn_xdp_set (k, ifindex, -1, error))
		return FALSE;
	drop_others (d, ifindex, NULL);
	return TRUE;
}

static void
find_thread (const GPtrArray *threads, datapath_queue_stats *q, guint32 map_id)
{
	g_autofree char *name = g_strdup_printf ("cpumap/%u/map:%u", q->cpu,
						 map_id);
	guint i;

	q->cpu_time = -1;
	for (i = 0; i < threads->len; i++) {
		const proc_thread *t = threads->pdata[i];

		if (strcmp (t->name, name) == 0) {
			q->cpu_time = t->time;
			q->pid = t->pid;
		}
	}
}

static datapath_queue_stats *
stats_of (datapath *d, const steering *s, const GPtrArray *threads)
{
	datapath_queue_stats *q = g_new0 (datapath_queue_stats, 1);
	guint64 w[3];

	q->slot = s->queue.slot;
	q->cpu = s->queue.cpu;
	memcpy (q->mac, s->key.mac, sizeof q->mac);
	dp_percpu_sum (d, DP_MAP_VMQ_STATS, q->slot, w, 3);
	q->packets = w[0];
	q->bytes = w[1];
	q->drops = w[2];
	find_thread (threads, q, s->queue.map_id);
	return q;
}

GPtrArray *
datapath_queues (datapath *d, kn *k, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) threads = NULL;
	g_autoptr (GArray) now = NULL;
	g_autoptr (GError) e = NULL;
	GPtrArray *out;
	guint32 there = xdp_on (k, ifindex, NULL, &e);
	guint i;

	if (e != NULL) {
		g_propagate_error (error, g_steal_pointer (&e));
		return NULL;
	}
	out = g_ptr_array_new_with_free_func (g_free);
	/* Steered nowhere while the program is not there. */
	if (there != d->prog_ids[DP_PROG_VMQ])
		return out;
	now = steerings (d, ifindex);
	threads = proc_scan_threads (d->threads);
	for (i = 0; i < now->len; i++)
		g_ptr_array_add (out, stats_of (d, &g_array_index (now,
			steering, i), threads));
	return out;
}
