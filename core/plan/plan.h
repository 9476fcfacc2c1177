/*
 * plan.h - from the desired model and what the kernel has now to ordered
 * steps. The very same plan is described (-WhatIf), applied and undone.
 */
#ifndef VMNET_PLAN_H
#define VMNET_PLAN_H

#include "host.h"
#include "model/model.h"

typedef struct plan plan;

/*
 * Reads the kernel; never changes it. `base`: what was desired before (or
 * NULL), `leftover`: of a commit that was cut off (or NULL): what is in one of
 * them is ours, and goes when it is not desired. `all`: compare everything
 * with the kernel, not only what changed. The models must outlive the plan.
 * NULL with error when the model asks for
 * what this host cannot do (sum of floors, no such adapter, …). */
plan *plan_make (vmnet_host *h, const vmnet_model *base,
		 const vmnet_model *leftover, const vmnet_model *desired,
		 gboolean all, GError **error);
/* What is asked for and waits for a device that is not there: sentences. */
const GPtrArray *plan_missing (const plan *p);
guint plan_length (const plan *p);
/* One line for each step; new array of owned strings. */
GPtrArray *plan_describe (const plan *p);
/* Applies in order; when one fails, undoes those before it, newest first. */
gboolean plan_apply (plan *p, GError **error);
/* Undoes an applied plan: the store could not be written. */
void plan_undo (plan *p);
void plan_free (plan *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan, plan_free)

/* bit/s of a link: the lab's own word, else the driver's; 0: unknown. */
guint64 plan_link_speed (vmnet_host *h, const char *nic);

/* The HTB class of an adapter on its uplink: 1:(0x10 + slot). */
#define PLAN_FIRST_CLASS 0x10010u
#define PLAN_CLASS(slot) (PLAN_FIRST_CLASS + (slot))

/*
 * The floor and cap of each adapter on one uplink, from what was asked and the
 * link's speed: the only place where this is computed (plan and view use it).
 */
typedef struct {
	guint64 link;		/* bit/s of the uplink; 0: unknown */
	guint64 floor, ceil;	/* bit/s; 0: none */
} plan_rate;
/* What the adapters that share a link ask for together. */
typedef struct {
	guint64 weight, absolute;
	const char *nic;	/* the link; NULL: the switch's only one */
	guint taken;		/* percent that traffic classes have of it */
	gboolean squeeze;	/* floors above the link shrink, all alike:
				 * another member of the team has lost its */
} plan_sums;
typedef gboolean (*plan_counts_func) (gconstpointer user,
				      const vmnet_adapter *a);
/* `counts` NULL: all adapters of the switch. */
plan_sums plan_sums_of (const vmnet_model *m, const vmnet_switch *sw,
			plan_counts_func counts, gconstpointer user);
/* Of those that belong to that member where the switch has a team. */
plan_sums plan_sums_asked (const vmnet_model *m, const vmnet_switch *sw,
			   const char *nic);
/* `a` NULL: the default flow, for everything without a class of its own. */
gboolean plan_share (const plan_sums *sums, const vmnet_switch *sw,
		     guint64 link, const vmnet_adapter *a, plan_rate *out,
		     GError **error);
/* The same for one; of many, sum up once. */
gboolean plan_rates (const vmnet_model *m, const vmnet_switch *sw,
		     guint64 link, const vmnet_adapter *a, plan_rate *out,
		     GError **error);

#endif
