/*
 * try.bpf.c - extensions that tests try: one source, an object for each TRY_*.
 * Most count what they are asked about, keep what they were told of the last
 * frame, and say what `says` holds; some must be refused.
 */
#include "vmnet_extension.h"

#define ID(n) "0e0e0e0e-0000-4000-8000-00000000000" n

#ifdef TRY_capture
VMNET_EXTENSION (VMNET_CAPTURE, ID ("1"), "Try capture", "tests", "1");
#elif defined TRY_filter
VMNET_EXTENSION (VMNET_FILTER, ID ("2"), "Try filter", "tests", "2.1");
#elif defined TRY_filter2
VMNET_EXTENSION (VMNET_FILTER, ID ("3"), "Try filter 2", "tests", "2.2");
#elif defined TRY_forward
VMNET_EXTENSION (VMNET_FORWARDING, ID ("4"), "Try forwarding", "tests", "3");
#elif defined TRY_forward2
VMNET_EXTENSION (VMNET_FORWARDING, ID ("5"), "Try forwarding 2", "tests",
		 "3");
#elif defined TRY_parts
VMNET_EXTENSION (VMNET_FILTER, ID ("7"), "Try parts", "tests", "5");
#elif defined TRY_writes || defined TRY_marks || defined TRY_tc || \
	defined TRY_calls || defined TRY_loops
VMNET_EXTENSION (VMNET_FILTER, ID ("6"), "Try too much", "tests", "4");
#endif

/* What it was told. */
struct told {
	__u32 outbound, vswitch, port, bytes, frames, version, protocol;
	__u32 source, destination;
};

struct {
	__uint (type, BPF_MAP_TYPE_ARRAY);
	__uint (max_entries, 1);
	__type (key, __u32);
	__type (value, __u64);
} seen SEC (".maps");

struct {
	__uint (type, BPF_MAP_TYPE_ARRAY);
	__uint (max_entries, 1);
	__type (key, __u32);
	__type (value, struct told);
} told SEC (".maps");

struct {
	__uint (type, BPF_MAP_TYPE_ARRAY);
	__uint (max_entries, 1);
	__type (key, __u32);
	__type (value, __u32);
} says SEC (".maps");

#ifdef TRY_parts
/* A function of its own, which the program calls. */
#define PART __attribute__ ((noinline))
#else
#define PART __always_inline
#endif

#ifdef TRY_calls
struct {
	__uint (type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint (max_entries, 1);
	__type (key, __u32);
	__type (value, __u32);
} others SEC (".maps");
#endif

static PART void
note (struct __sk_buff *skb, struct told *to)
{
	struct vmnet_transport t = { 0 };

	to->outbound = VMNET_OUTBOUND (skb);
	to->vswitch = VMNET_SWITCH (skb);
	to->port = VMNET_PORT (skb);
	to->bytes = VMNET_BYTES (skb);
	to->frames = VMNET_FRAMES (skb);
	to->version = VMNET_IP_VERSION (skb);
	to->protocol = VMNET_IP_PROTOCOL (skb);
	if (!vmnet_transport (skb, &t))
		t.source = t.destination = 0;
	to->source = t.source;
	to->destination = t.destination;
}

#ifdef TRY_tc
SEC ("tc") int vmnet_frame (struct __sk_buff *skb)
#else
VMNET_FRAME (skb)
#endif
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem (&seen, &zero);
	struct told *t = bpf_map_lookup_elem (&told, &zero);
	__u32 *said = bpf_map_lookup_elem (&says, &zero);

	if (!n || !t || !said)
		return VMNET_PASS;
	__sync_fetch_and_add (n, 1);
	note (skb, t);
	/* The next one must not read this. */
	skb->cb[0] = skb->cb[1] = skb->cb[2] = skb->cb[3] = skb->cb[4] = ~0;
#ifdef TRY_writes
	bpf_skb_store_bytes (skb, 0, t, 6, 0);
#elif defined TRY_marks
	skb->mark = 1;
#elif defined TRY_calls
	bpf_tail_call (skb, &others, 0);
#elif defined TRY_loops
	while (*n)
		__sync_fetch_and_add (n, 1);
#endif
	return *said;
}

char LICENSE[] SEC ("license") = "GPL";
