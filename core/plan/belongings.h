/*
 * belongings.h - what an interface has besides itself, noted before it goes or
 * hands its name on, and given to what takes its place. Best effort: used by
 * steps that must go on. Called by adapter.c and pair.c.
 */
#ifndef VMNET_PLAN_BELONGINGS_H
#define VMNET_PLAN_BELONGINGS_H

#include "kernel/netlink.h"

/* All zero: nothing noted. Arrays are owned. */
typedef struct {
	GPtrArray *addrs;	/* kn_addr *, but those of link scope */
	GPtrArray *routes;	/* kn_route *, but the kernel's own */
} belongings;

void belongings_clear (belongings *b);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (belongings, belongings_clear)
/* Instead of what was noted before. */
void belongings_note (kn *k, int ifindex, belongings *b);
void belongings_give (kn *k, const char *link, const belongings *b);

#endif
