/*
 * lbfo.h - teams of the host (NetLbfo) in the model: names of interfaces that
 * follow from them, lookups, edits. Called by plan/, view/ and the other edits.
 */
#ifndef VMNET_MODEL_LBFO_H
#define VMNET_MODEL_LBFO_H

#include "model/model.h"

/* The interfaces of a team: its bond, and one of those on it. Owned. */
char *names_lbfo (const vmnet_lbfo *t);
char *names_lbfo_nic (const vmnet_lbfo *t, const vmnet_lbfo_nic *n);
/* "TEAM - VLAN 42"; owned. */
char *lbfo_nic_name (const char *team, guint16 vlan);

vmnet_lbfo *lbfo_by_id (const vmnet_model *m, guint32 id);
/* The team that has the interface as a member, or NULL. */
vmnet_lbfo *lbfo_of_member (const vmnet_model *m, const char *nic);
/* The team whose bond, or interface on it, has that kernel name; or NULL. */
vmnet_lbfo *lbfo_of_interface (const vmnet_model *m, const char *name);
/* The kernel's name of the team's interface that is known by `name`, the given
 * one or the kernel's; owned; NULL: there is none. */
char *lbfo_interface (const vmnet_model *m, const char *name);
/* An interface has a new name. */
void lbfo_rename_member (vmnet_model *m, const char *old,
			 const char *new_name);
/* The switch whose network adapter is that kernel name's, or NULL. */
const vmnet_switch *lbfo_switch_on (const vmnet_model *m, const char *name);
gboolean lbfo_has_switch (const vmnet_model *m, const vmnet_lbfo *t);

/* May switch `name` have the interface? FALSE with error: a team has it. */
gboolean lbfo_uplink_ok (const vmnet_model *m, const char *name,
			 const char *uplink, GError **error);

/* What vmnet_lbfo.h says of the functions of the same names. */
gboolean model_lbfo_add (vmnet_model *m, const vmnet_lbfo_spec *spec,
			 GError **error);
gboolean model_lbfo_set (vmnet_model *m, const char *team,
			 const vmnet_lbfo_change *c, GError **error);
gboolean model_lbfo_rename (vmnet_model *m, const char *team,
			    const char *new_name, GError **error);
gboolean model_lbfo_remove (vmnet_model *m, const char *team, GError **error);
gboolean model_lbfo_member_add (vmnet_model *m, const char *team,
				const char *nic, gboolean standby,
				GError **error);
gboolean model_lbfo_member_set (vmnet_model *m, const char *team,
				const char *nic, gboolean standby,
				GError **error);
gboolean model_lbfo_member_remove (vmnet_model *m, const char *team,
				   const char *nic, GError **error);
const char *model_lbfo_nic_add (vmnet_model *m, const char *team,
				guint16 vlan, const char *name,
				GError **error);
gboolean model_lbfo_nic_set (vmnet_model *m, const char *team,
			     const char *name, guint16 vlan, GError **error);
gboolean model_lbfo_nic_remove (vmnet_model *m, const char *team,
				const char *name, GError **error);

/* An empty one, and one more interface for it: not checked. */
vmnet_lbfo *lbfo_new (const char *name);
void lbfo_add_nic (vmnet_lbfo *t, guint16 vlan, const char *name);
char *lbfo_write (const vmnet_lbfo *t);	/* a line of the store; owned */

#endif
