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
	return !(p->flags & DP_PORT_SPOOFING) &&
		!same_mac (f->eth.h_source, p->mac);
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
