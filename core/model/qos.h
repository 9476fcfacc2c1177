/*
 * qos.h - QoS policies in the model. Callers: edits, store, dump, plan.
 */
#ifndef VMNET_MODEL_QOS_H
#define VMNET_MODEL_QOS_H

#include "model/model.h"

/* As one line of the store, without the name; owned. */
char *qos_policy_write (const vmnet_qos_policy *p);
/* Fills all but the name. FALSE: the line is none. */
gboolean qos_policy_read (const char *line, vmnet_qos_policy *out);

vmnet_qos_policy *qos_policy_find (const vmnet_model *m, const char *name);
gboolean qos_policy_add (vmnet_model *m, const vmnet_qos_policy *p,
			 GError **error);
gboolean qos_policy_set (vmnet_model *m, const char *name,
			 const vmnet_qos_policy *change, guint32 cleared,
			 GError **error);
gboolean qos_policy_remove (vmnet_model *m, const char *name, GError **error);
/* In the order in which they are asked: vmnet_qos_policy *, not owned. */
GPtrArray *qos_policies_in_order (const vmnet_model *m);

#endif
