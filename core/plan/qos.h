/*
 * qos.h - what the rest of plan/ asks of the floors and caps.
 */
#ifndef VMNET_PLAN_QOS_H
#define VMNET_PLAN_QOS_H

#include "plan/step.h"

/* The class of an adapter on its uplink; 0: it has none of its own. */
guint32 qos_classid (plan *p, const vmnet_adapter *a);
/* Has anything changed on its uplink that may give or take its class? */
gboolean qos_touched (const plan *p, const vmnet_adapter *a);
/* Has the adapter a floor or a cap there? */
gboolean qos_asks (const vmnet_switch *s, const vmnet_adapter *a);
/* Does the switch need classes at all? */
gboolean qos_wanted (const vmnet_model *m, const vmnet_switch *s);

/* Is HTB to be on the adapter, for VMs or for QoS? */
gboolean qos_nic_shaped (const vmnet_model *m, const char *nic);

#endif
