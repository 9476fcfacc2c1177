/*
 * edit.h - every change of the desired model. plan/txn.c binds these to the
 * public functions of vmnet.h, where their meaning is documented; each checks
 * everything first, so that on failure the model is as before.
 */
#ifndef VMNET_MODEL_EDIT_H
#define VMNET_MODEL_EDIT_H

#include "model/model.h"

gboolean model_switch_add (vmnet_model *m, const vmnet_switch_spec *spec,
			   GError **error);
gboolean model_switch_set (vmnet_model *m, const char *name,
			   const vmnet_switch_change *c, GError **error);
/* Of its uplink. */
gboolean model_switch_mirror (vmnet_model *m, const char *name,
			      const vmnet_mirror_change *c, GError **error);
/* The host adapter that is named as the switch is renamed with it. */
gboolean model_switch_rename (vmnet_model *m, const char *name,
			      const char *new_name, GError **error);
/* Not checked: is there such an extension, how many of one type. */
gboolean model_switchext_enable (vmnet_model *m, const char *vswitch,
				 const char *name, GError **error);
gboolean model_switchext_disable (vmnet_model *m, const char *vswitch,
				  const char *name, GError **error);
/* Its VM adapters stay, disconnected; its host adapters go. */
gboolean model_switch_remove (vmnet_model *m, const char *name,
			      GError **error);

/* `namespaced`: a lab's VM. */
gboolean model_vm_add (vmnet_model *m, const char *name, gboolean namespaced,
		       GError **error);
gboolean model_vm_remove (vmnet_model *m, const char *name, GError **error);
/* Of a lab's VM. */
gboolean model_vm_set_off (vmnet_model *m, const char *name, gboolean off,
			   GError **error);
/*
 * On: where no adapter of the VM has Meter entries of its own, each gets the
 * four that count everything (0.0.0.0/0 and ::/0, both directions); adapters
 * that are added later get them too. Off: the entries and their counters stay.
 */
gboolean model_vm_set_metering (vmnet_model *m, const char *name,
				gboolean on, GError **error);
/* What the counter of an entry shows now. */
typedef void (*model_count_func) (guint32 acl_id, guint64 *bytes,
				  guint64 *packets, gpointer user);
gboolean model_vm_reset_metering (vmnet_model *m, const char *name,
				  model_count_func count, gpointer user,
				  GError **error);
/*
 * A counter only grows: where it is below what it was at the last reset, it
 * began anew (the host was booted), and so does the meter.
 */
void model_meters_began_anew (vmnet_model *m, model_count_func count,
			      gpointer user);
/* For model_adapter_add: a new adapter of a metered VM is metered too. */
void model_meter_new_adapter (vmnet_model *m, vmnet_adapter *a);

const char *model_adapter_add (vmnet_model *m, const char *vm,
			       const char *name, const char *vswitch,
			       const vmnet_adapter_change *c, GError **error);
gboolean model_adapter_set (vmnet_model *m, const char *vm, const char *name,
			    const vmnet_adapter_change *c, GError **error);
gboolean model_adapter_connect (vmnet_model *m, const char *vm,
				const char *name, const char *vswitch,
				GError **error);
gboolean model_adapter_rename (vmnet_model *m, const char *vm,
			       const char *name, const char *new_name,
			       GError **error);
gboolean model_adapter_remove (vmnet_model *m, const char *vm,
			       const char *name, GError **error);
/* A new one at its end, with a slot and a dynamic MAC; not checked. */
vmnet_adapter *model_adapter_append (vmnet_model *m, const char *vm,
				     const char *name, const char *vswitch);
/* With the addresses that were given to it; not checked. */
void model_adapter_drop (vmnet_model *m, vmnet_adapter *a);
/* With the addresses that were given to it; not checked. */
void model_adapter_rename_to (vmnet_model *m, vmnet_adapter *a,
			      const char *new_name);

/* ---- team.c ---- */

gboolean model_team_set (vmnet_model *m, const char *sw,
			 const char *const *nics, GError **error);
gboolean model_team_add (vmnet_model *m, const char *sw,
			 const char *const *nics, GError **error);
gboolean model_team_remove (vmnet_model *m, const char *sw,
			    const char *const *nics, GError **error);
gboolean model_team_balance (vmnet_model *m, const char *name,
			     gboolean spreads, GError **error);
gboolean model_team_map (vmnet_model *m, const char *vm, const char *adapter,
			 const char *nic, gboolean stays, GError **error);
/*
 * Chooses a member for each adapter of each team that is not mapped to one,
 * evenly by number; who has a place keeps it while that is so. Before each
 * plan: connections change in many edits.
 */
void model_team_spread (vmnet_model *m);
/* Switch `s` and what names its members; not checked. */
void model_member_rename (vmnet_model *m, vmnet_switch *s, const char *old,
			  const char *new_name);
/* What New-VMSwitch asks of further members; `sw` NULL: not made yet. */
gboolean model_team_spec_ok (const vmnet_model *m,
			     const vmnet_switch_spec *spec, GError **error);
/* May the switch `name` have the physical adapter? */
gboolean model_uplink_free (const vmnet_model *m, const char *name,
			    const char *uplink, GError **error);

#define MODEL_ACLS_MAX 16384	/* entries of one adapter */

gboolean model_acl_add (vmnet_model *m, const char *vm, const char *adapter,
			const vmnet_acl *acl, GError **error);
gboolean model_acl_remove (vmnet_model *m, const char *vm,
			   const char *adapter, const vmnet_acl *acl,
			   GError **error);
/* A copy of `acl` with an id of its own; not checked. */
void model_acl_append (vmnet_model *m, vmnet_adapter *a,
		       const vmnet_acl *acl);

gboolean model_extacl_add (vmnet_model *m, const char *vm,
			   const char *adapter, const vmnet_extacl *e,
			   GError **error);
gboolean model_extacl_remove (vmnet_model *m, const char *vm,
			      const char *adapter, vmnet_direction direction,
			      guint32 weight, GError **error);

/* What vmnet_pool.h says of the functions of the same names. */
gboolean model_pool_add (vmnet_model *m, const char *name,
			 const char *const *parents, GError **error);
gboolean model_pool_set_parents (vmnet_model *m, const char *name,
				 const char *const *parents, GError **error);
gboolean model_pool_rename (vmnet_model *m, const char *name,
			    const char *new_name, GError **error);
gboolean model_pool_remove (vmnet_model *m, const char *name, GError **error);
gboolean model_pool_add_switch (vmnet_model *m, const char *name,
				const char *vswitch, GError **error);
gboolean model_pool_remove_switch (vmnet_model *m, const char *name,
				   const char *vswitch, GError **error);
gboolean model_pool_set_metering (vmnet_model *m, const char *name,
				  gboolean on, model_count_func count,
				  gpointer user, GError **error);
gboolean model_pool_reset_metering (vmnet_model *m, const char *name,
				    model_count_func count, gpointer user,
				    GError **error);
/* The switch that an adapter of the pool is connected to; NULL with error:
 * there is none in the pool. Not owned. */
const char *model_pool_choose (const vmnet_model *m, const vmnet_adapter *a,
			       GError **error);
/* A switch is renamed, or (`new_name` NULL) goes. */
void model_pools_switch (vmnet_model *m, const char *name,
			 const char *new_name);
/* Meters for what is metered and has none. */
void model_meter_adapter (vmnet_model *m, vmnet_adapter *a);

gboolean model_vmq_set (vmnet_model *m, const char *nic,
			const vmnet_vmq_change *c, GError **error);
void model_nic_set (vmnet_model *m, const char *nic,
		    vmnet_nic_setting setting, guint64 value);
/* What it was; kept from the first time on. */
void model_nic_first (vmnet_model *m, const char *nic,
		      vmnet_nic_setting setting, guint64 value);
/* Nobody asks for it any more. FALSE: nobody did. */
gboolean model_nic_reset (vmnet_model *m, const char *nic,
			  vmnet_nic_setting setting);
gboolean model_sriov_set (vmnet_model *m, const char *nic,
			  const vmnet_sriov_change *c, GError **error);
/* The one of that name, new where there is none yet. */
vmnet_nic *model_nic_of (vmnet_model *m, const char *name);
void model_nic_set_up (vmnet_model *m, const char *nic, gboolean up);
void model_nic_restart (vmnet_model *m, const char *nic);
/* Everything that names the interface; not checked. */
void model_nic_rename (vmnet_model *m, const char *nic,
		       const char *new_name);

/* What was given of IP to an interface that goes, or gets another name. */
void model_interface_drop (vmnet_model *m, const char *interface);
void model_interface_rename (vmnet_model *m, const char *interface,
			     const char *new_name);
/* The one way to write an address: "2001:DB8:0::1" becomes "2001:db8::1"; and
 * a host adapter's alias; of any other interface the name as it was given:
 * that it is there has been seen by plan/, which reads the kernel. Owned. */
char *model_canonical (const char *text);
char *model_interface_alias (const vmnet_model *m, const char *interface);
gboolean model_address_set (vmnet_model *m, const char *interface,
			    const char *address, guint prefix,
			    GError **error);
gboolean model_route_add (vmnet_model *m, const vmnet_route *r,
			  GError **error);
gboolean model_route_set (vmnet_model *m, const vmnet_route *r,
			  GError **error);
gboolean model_route_remove (vmnet_model *m, const char *interface,
			     const char *destination, const char *next_hop,
			     GError **error);
/* The one of that destination and next hop in canonical form, or NULL. */
vmnet_route *model_route_find (const vmnet_model *m, const char *interface,
			       const char *destination,
			       const char *next_hop);
void model_ip_set (vmnet_model *m, const char *interface, gboolean v6,
		   vmnet_ip_setting setting, guint64 value);
gboolean model_nat_add (vmnet_model *m, const char *name, const char *inside,
			gboolean forwards, GError **error);
gboolean model_nat_remove (vmnet_model *m, const char *name, GError **error);
gboolean model_natmap_add (vmnet_model *m, const char *nat, vmnet_natmap *p,
			   GError **error);
gboolean model_natmap_remove (vmnet_model *m, guint32 id, GError **error);
vmnet_nat *model_nat_find (const vmnet_model *m, const char *name);
gboolean model_dns_set (vmnet_model *m, const char *interface,
			const char *const *servers, GError **error);

/* Only for interfaces of ours: the host's adapters. */
gboolean model_address_add (vmnet_model *m, const vmnet_ipaddress *a,
			    GError **error);
gboolean model_address_remove (vmnet_model *m, const char *interface,
			       const char *address, GError **error);

#endif
