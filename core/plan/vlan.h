/*
 * vlan.h - what vlan.c asks vlan_use.c.
 */
#ifndef VMNET_PLAN_VLAN_H
#define VMNET_PLAN_VLAN_H

#include "plan/step.h"

/* What the adapters of one switch use. */
typedef struct {
	vmnet_vlans all;	/* with a tag on the uplink */
	vmnet_vlans own;	/* of them, those that a port has untagged */
	guint16 plain;		/* what stands for none inside the bridge */
} switch_vlans;

/* NULL: no adapter of that switch (or NULL) has a VLAN. */
const switch_vlans *vlans_used_on (const plan *p, const vmnet_switch *sw);
/* Adds the VLAN, as that of frames without a tag. */
void vlans_untagged (kn_port_vlans *v, guint16 vlan);
kn_port_vlans vlans_of_adapter (const vmnet_vlan *a, guint16 plain);
/* `s` NULL: no VLANs. */
kn_port_vlans vlans_of_uplink (const switch_vlans *s, guint16 plain);

#endif
