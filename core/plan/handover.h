/*
 * handover.h - a VM that leaves this host in one transaction. What it is made
 * of is not removed but goes over to another lab of this machine; in the end
 * somebody confirms that the VM lives there. Or one that arrives that way: its
 * ports are there, and get their policy before they are connected. Used by
 * move/.
 */
#ifndef VMNET_HANDOVER_H
#define VMNET_HANDOVER_H

#include "plan/plan.h"

typedef struct {
	const char *vm;
	gboolean arrives;	/* the rest is not used then */
	/* Where it goes; NULL: what it is made of here is removed. */
	const char *lab;
	GHashTable *ports;	/* slot -> name of the port there */
	/* The last step: FALSE undoes everything before it. NULL: none. */
	gboolean (*take) (gpointer user, GError **error);
	void (*untake) (gpointer user);
	gpointer user;
} plan_handover;

/* plan_make with a VM that is handed over; `leaving` outlives the plan. */
plan *plan_make_leaving (vmnet_host *h, const vmnet_model *base,
			 const vmnet_model *leftover,
			 const vmnet_model *desired, gboolean all,
			 const plan_handover *leaving, GError **error);

/* Instead of removing it; FALSE: it is not handed over. */
gboolean plan_hand_over_port (plan *p, const vmnet_adapter *a,
			      const char *port);
gboolean plan_hand_over_vm (plan *p, const char *vm);
gboolean plan_handover_build (plan *p, GError **error);
gboolean plan_leaves (const plan *p, const vmnet_adapter *a);
gboolean plan_arrives (const plan *p, const vmnet_adapter *a);
/* policy.c: before the ports of a VM that arrives are connected. */
gboolean plan_policy_arrive (plan *p, GError **error);

#endif
