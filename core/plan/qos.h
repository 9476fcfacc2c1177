/*
 * qos.h - what the rest of plan/ asks of the floors and caps.
 */
#ifndef VMNET_PLAN_QOS_H
#define VMNET_PLAN_QOS_H

#include "plan/step.h"
#include "plan/team.h"

/* The class of an adapter on its uplink; 0: it has none of its own. */
guint32 qos_classid (plan *p, const vmnet_adapter *a);
/* Has anything changed on its uplink that may give or take its class? */
gboolean qos_touched (const plan *p, const vmnet_adapter *a);
/* Has the adapter a floor or a cap there? */
gboolean qos_asks (const vmnet_switch *s, const vmnet_adapter *a);
/* Does the switch need classes at all? */
gboolean qos_wanted (const vmnet_model *m, const vmnet_switch *s);

/* Has it a floor? */
gboolean qos_asks_floor (const vmnet_switch *s, const vmnet_adapter *a);

/* Is HTB to be on the adapter, for VMs or for QoS? */
gboolean qos_nic_shaped (const vmnet_model *m, const char *nic);

/* One physical adapter, of a switch or (`s` NULL) of none. */
typedef struct {
	const vmnet_switch *s;
	const char *nic;
	team t;
	guint number;		/* in the team */
} qos_uplink;

typedef struct {
	kn_class c;		/* as it is wanted */
	const vmnet_adapter *a;	/* whose it is; NULL: `name` says so */
	const char *name;
} qos_want;

/* Does the adapter go by it? A plan_counts_func. */
gboolean qos_goes_by (gconstpointer user, const vmnet_adapter *a);
/* What `m` asks for there, qos_want: the link, everything else, traffic classes
 * and policies (parents first), adapters. */
GArray *qos_classes (const vmnet_model *m, const qos_uplink *u, guint64 link,
		     GError **error);
/* handle -> qos_want *, of the list. */
GHashTable *qos_by_handle (const GArray *list);
/*
 * The classes that the kernel has, kn_class: of a change those alone are read
 * that differ from what was asked for before, or they would cost as much as all
 * ports of the uplink. The link's and the default's tell whether to believe
 * that; where they are others, all are read, as for a restore.
 */
GPtrArray *qos_have (plan *p, const qos_uplink *u, guint64 link, int ifindex,
		     const GArray *now, GError **error);

#endif
