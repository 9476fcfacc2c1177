/*
 * vmnet_vlan.h - a part of vmnet.h: the VLANs of an adapter. Included by vmnet.h
 * alone, in its middle.
 */
#ifndef VMNET_VLAN_H
#define VMNET_VLAN_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	VMNET_VLAN_UNTAGGED, VMNET_VLAN_ACCESS, VMNET_VLAN_TRUNK,
} vmnet_vlan_mode;

#define VMNET_VLAN_MAX 4094

/* One bit for each VLAN. */
typedef struct { guint64 bits[(VMNET_VLAN_MAX + 64) / 64]; } vmnet_vlans;
gboolean vmnet_vlans_has (const vmnet_vlans *set, guint vlan);
void vmnet_vlans_add (vmnet_vlans *set, guint vlan);
void vmnet_vlans_remove (vmnet_vlans *set, guint vlan);
char *vmnet_vlans_text (const vmnet_vlans *set);  /* "10,20-30"; owned */

/* The VLANs of an adapter; members of other modes are zero. */
typedef struct {
	vmnet_vlan_mode mode;
	guint16 access;		/* Access: 1..4094 */
	guint16 native;		/* Trunk: that of frames without a tag; 0:
				 * none, they stay untagged */
	char *allowed;		/* Trunk: "10,20-30", in order; else NULL */
	gboolean isolation;	/* it was asked for as an isolation mode */
} vmnet_vlan;

G_END_DECLS

#endif
