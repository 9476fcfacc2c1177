/*
 * dcb.h - what the rows of DCB share: dcb.c and nicqos.c.
 */
#ifndef VMNET_VIEW_DCB_H
#define VMNET_VIEW_DCB_H

#include "view/view.h"

char *view_priorities_text (guint32 priorities);	/* "0-2,4"; owned */
/* What the others leave; its name is not owned. */
vmnet_traffic_class view_default_class (const vmnet_model *m);
/* Has the adapter a class for it, read back; and its promised bit/s. */
gboolean view_class_told (vmnet_view *v, const kn_link *l,
			  const vmnet_traffic_class *c, guint64 *rate);
/* Adds "lldpad (pid 7)" to a list. */
void view_dcb_agents (vmnet_value *list);

#endif
