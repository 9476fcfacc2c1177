/*
 * port_rate.bpf.c - an extension as an example, and one to use: capture. Counts
 * frames and bytes by TCP and UDP port; of the two that a frame has, under the
 * lower one, which is the service's. Twice read, it tells rates:
 *
 *	bpftool map dump pinned MAPS/port_rates
 *
 * where MAPS is what Get-VMSwitchExtension shows in that field.
 */
#include "vmnet_extension.h"

VMNET_EXTENSION (VMNET_CAPTURE, "6d0f4f8e-5f0a-4c53-9d0e-0a2b8f7a1c01",
		 "Port rate counter", "vmnetsh", "1.0");

struct port_rate_key {
	__u32 vswitch;		/* ifindex of its bridge */
	__u16 port;
	__u8 protocol;
	__u8 outbound;		/* as the VM sees it */
};

struct port_rate {
	__u64 frames, bytes;
};

struct {
	__uint (type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint (max_entries, 16384);
	__type (key, struct port_rate_key);
	__type (value, struct port_rate);
} port_rates SEC (".maps");

VMNET_FRAME (skb)
{
	struct port_rate first = { 0 }, *rate;
	struct port_rate_key key = { 0 };
	struct vmnet_transport t;

	if (!vmnet_transport (skb, &t))
		return VMNET_PASS;
	key.vswitch = VMNET_SWITCH (skb);
	key.port = t.source < t.destination ? t.source : t.destination;
	key.protocol = t.protocol;
	key.outbound = VMNET_OUTBOUND (skb);
	rate = bpf_map_lookup_elem (&port_rates, &key);
	if (!rate) {
		first.frames = VMNET_FRAMES (skb);
		first.bytes = VMNET_BYTES (skb);
		bpf_map_update_elem (&port_rates, &key, &first, BPF_ANY);
		return VMNET_PASS;
	}
	rate->frames += VMNET_FRAMES (skb);
	rate->bytes += VMNET_BYTES (skb);
	return VMNET_PASS;
}

char LICENSE[] SEC ("license") = "GPL";
