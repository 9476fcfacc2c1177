/*
 * qos_step.h - the steps that make, change and take away HTB on an adapter, and
 * how a class is made of a rate. Used by qos.c and shape.c.
 */
#ifndef VMNET_PLAN_QOS_STEP_H
#define VMNET_PLAN_QOS_STEP_H

#include "plan/step.h"

#define QOS_HANDLE 0x10000u
#define QOS_LINK (QOS_HANDLE | 1)
#define QOS_DEFAULT (QOS_HANDLE | 2)
#define QOS_RATE_MIN 8000
/* Of all but what is Strict, which has 0. Always: one that is changed while a
 * class has frames waiting is in force when it has none once (sch_htb.c). */
#define QOS_PRIO 1

/* A class below the link's: at least r->floor (shared in proportion to `most`,
 * the largest one of the link), at most r->ceil. */
kn_class qos_class (guint32 handle, const plan_rate *r, guint64 most);
/* Of one that is shared in proportion to `share`, whatever its rate. */
guint32 qos_quantum (guint64 share, guint64 most);
/* But for the parent. */
gboolean qos_class_same (const kn_class *a, const kn_class *b);
const kn_class *qos_class_find (const GPtrArray *have, guint32 handle);

/* Is our HTB on the link? A root of somebody else's is `other`. */
gboolean qos_root (plan *p, const kn_link *l, gboolean *ours, gboolean *other,
		   char kind[16], GError **error);
void qos_step_root (plan *p, const char *link);
gboolean qos_step_root_remove (plan *p, const char *link, GError **error);
/* `old` NULL: there is none. Nothing where they are the same. */
void qos_step_class (plan *p, const char *link, const kn_class *now,
		     const kn_class *old, const char *whose);
void qos_step_class_remove (plan *p, const char *link, const kn_class *old);

#endif
