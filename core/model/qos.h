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

char *traffic_class_write (const vmnet_traffic_class *c);
gboolean traffic_class_add (vmnet_model *m, const vmnet_traffic_class *c,
			    GError **error);
gboolean traffic_class_set (vmnet_model *m, const char *name,
			    const vmnet_traffic_change *c, GError **error);
gboolean traffic_class_remove (vmnet_model *m, const char *name,
			       GError **error);
/* The class of a priority; NULL: the default one. */
const vmnet_traffic_class *traffic_class_of (const vmnet_model *m,
					     guint priority);
/* Percent that the classes with a share have together; is any strict? */
guint traffic_shares (const vmnet_model *m, gboolean *strict);
/* The one of that interface (NULL: the host's), made where there is none. */
vmnet_dcb *dcb_of (vmnet_model *m, const char *interface);
/* Were traffic classes asked for on the adapter? */
gboolean dcb_enabled (const vmnet_model *m, const char *nic);
char *dcb_write (const vmnet_dcb *d);	/* a line of the store; owned */
void dump_dcb (GString *s, const vmnet_model *m);	/* of qos.c's dump_qos */

#endif
