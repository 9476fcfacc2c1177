/*
 * port_guard.bpf.h - what a VM may not send whatever its ACL says.
 */
#ifndef VMNET_BPF_PORT_GUARD_H
#define VMNET_BPF_PORT_GUARD_H

#include "port_parse.bpf.h"
#include "records.h"

static __always_inline int
spoofed (const struct frame *f, const struct dp_port *p)
{
	const __u16 *a = (const __u16 *) f->eth.h_source;
	const __u16 *b = (const __u16 *) p->mac;

	return !(p->flags & DP_PORT_SPOOFING) &&
		((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) != 0;
}

/* Returns why the frame is dropped; 0: it goes on. */
static __always_inline __u32
guard (const struct frame *f, const struct dp_port *p, int dir)
{
	if (dir == DP_OUT && spoofed (f, p))
		return DATAPATH_DROP_MAC_SPOOFING;
	return 0;
}

#endif
