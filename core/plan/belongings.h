/*
 * belongings.h - what an interface has besides itself, noted before it goes or
 * hands its name on, and given to what takes its place. Best effort: used by
 * steps that must go on. Called by adapter.c and pair.c.
 */
#ifndef VMNET_PLAN_BELONGINGS_H
#define VMNET_PLAN_BELONGINGS_H

#include "plan/step.h"

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
/*
 * What others gave, until it can be given again by a later command, in a file
 * of run_dir: a boot takes it away, as it takes theirs. Kept besides what is
 * kept of the interface already. Not kept: what is of limited life (a router or
 * DHCP gives it again), and what `own` says is ours.
 */
typedef gboolean (*belongings_own) (gconstpointer user, const kn_addr *a,
				    const kn_route *r);
void belongings_keep (const char *run_dir, const char *link,
		      const belongings *b, belongings_own own,
		      gconstpointer user);
/* Adds it to `b`, and forgets it. */
void belongings_take (const char *run_dir, const char *link, belongings *b);

/* nicstate.c: belongings_keep of what the desired model does not have; the
 * interface by its names in the model and in ip. */
void plan_keep_foreign (plan *p, const char *interface, const char *link,
			const belongings *b);

#endif
