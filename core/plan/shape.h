/*
 * shape.h - the classes that traffic classes and QoS policies have on a physical
 * adapter, below the link's own: handles and rates. Shared by qos.c (makes
 * them), traffic.c (leads frames there) and view/ (asks what they carry).
 *
 * A traffic class n has 1:(2 + n); the default one is the default flow, 1:2. A
 * policy with a cap or a weight has 1:(ff00 + its place) below the class of its
 * priority; what else that class carries is then in 1:(fe00 + n), since frames
 * wait in leaves alone.
 */
#ifndef VMNET_PLAN_SHAPE_H
#define VMNET_PLAN_SHAPE_H

#include "plan/qos_step.h"

#define SHAPE_CLASS(number) (0x10002u + (number))
#define SHAPE_REST(number) (0x1fe00u + (number))
#define SHAPE_POLICY(place) (0x1ff00u + (place))
#define SHAPE_OURS(handle) (((handle) > 0x10002u && (handle) <= 0x10009u) || \
			    (handle) >= 0x1fe00u)

/* Has the policy a class of its own? 0: no. */
guint32 shape_policy_class (const vmnet_qos_policy *p);
/* Where frames of a priority go on that adapter; 0: the default flow. */
guint32 shape_priority_class (const vmnet_model *m, const char *nic,
			      guint priority);
/* Does anything of QoS need classes on the adapter, whatever VMs have there? */
gboolean shape_wanted (const vmnet_model *m, const char *nic);
/* Percent of the link that its traffic classes have; is one of them Strict? */
guint shape_taken (const vmnet_model *m, const char *nic, gboolean *strict);

/* Promises next to nothing, so that what is Strict goes first. */
void shape_yield (kn_class *c);

typedef struct {
	kn_class c;
	const char *name;	/* whose; not owned */
} shape_class;

/*
 * All of them, parents first; free with g_array_unref. `link`: bit/s; `rest`:
 * what the default flow has, of which policies of the default class take their
 * part: it is lowered; `most`: the largest floor, likewise raised.
 */
GArray *shape_classes (const vmnet_model *m, const char *nic, guint64 link,
		       guint sharers, guint64 *rest, guint64 *most);

#endif
