/*
 * vmq.bpf.c - VM queues of an uplink: a frame for a known MAC goes to the
 * cpumap of its queue, so that the queue's own kernel thread
 * ("cpumap/CPU/map:ID") on the chosen processor does the rest of its way.
 * Everything else takes the normal path. vmnet_vmq is attached by queue.c to
 * uplinks in native mode; vmnet_vmq_full hears of full queues, which the
 * redirect itself does not: it only gathers, the queue is filled later.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_helpers.h>

#include "records.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct dp_vmq_key);
	__type(value, struct dp_vmq_queue);
} vmq_macs SEC(".maps");

struct cpumap {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, DP_SLOTS);
	__type(key, __u32);
	__array(values, struct cpumap);
} vmq_queues SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct dp_vmq_stats);
} vmq_stats SEC(".maps");

/* Slot by id of the cpumap: all that the tracepoint tells. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u32);
} vmq_ids SEC(".maps");

SEC ("xdp")
int
vmnet_vmq (struct xdp_md *ctx)
{
	void *data = (void *) (long) ctx->data;
	void *end = (void *) (long) ctx->data_end;
	struct dp_vmq_key key = { .ifindex = ctx->ingress_ifindex };
	const struct dp_vmq_queue *q;
	struct dp_vmq_stats *s;
	void *queue;
	long answer;

	if (data + sizeof (struct ethhdr) > end)
		return XDP_PASS;
	__builtin_memcpy (key.mac, data, ETH_ALEN);
	q = bpf_map_lookup_elem (&vmq_macs, &key);
	if (!q)
		return XDP_PASS;
	queue = bpf_map_lookup_elem (&vmq_queues, &q->slot);
	if (!queue)
		return XDP_PASS;
	/* The flags are the answer where the processor has no thread. */
	answer = bpf_redirect_map (queue, q->cpu, XDP_PASS);
	s = bpf_map_lookup_elem (&vmq_stats, &q->slot);
	if (s && answer == XDP_REDIRECT) {
		s->packets++;
		s->bytes += end - data;
	}
	return answer;
}

/* xdp_cpumap_enqueue (map_id, processed, drops, to_cpu) */
SEC ("raw_tracepoint/xdp_cpumap_enqueue")
int
vmnet_vmq_full (struct bpf_raw_tracepoint_args *ctx)
{
	__u32 id = ctx->args[0], drops = ctx->args[2];
	const __u32 *slot;
	struct dp_vmq_stats *s;

	if (drops == 0)
		return 0;
	slot = bpf_map_lookup_elem (&vmq_ids, &id);
	s = slot ? bpf_map_lookup_elem (&vmq_stats, slot) : 0;
	if (s)
		s->drops += drops;
	return 0;
}

char LICENSE[] SEC ("license") = "GPL";
