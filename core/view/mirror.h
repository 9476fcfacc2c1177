/*
 * mirror.h - inside view/: what adapters and switches tell of port mirroring.
 */
#ifndef VMNET_VIEW_MIRROR_H
#define VMNET_VIEW_MIRROR_H

#include "view/view.h"

/* A row of an adapter's port, or of a switch's uplink (`a` NULL): the record
 * behind `Mirroring`. */
void view_put_mirroring (const vmnet_row *r, const vmnet_switch *s,
			 const vmnet_adapter *a, vmnet_value *v);

void mirror_get_mode (const vmnet_row *r, vmnet_value *v);
void mirror_get_mirroring (const vmnet_row *r, vmnet_value *v);

#define ADAPTER_MIRROR_FIELDS \
	{ "PortMirroringMode", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "Source: what it sends and receives is copied; Destination: it gets " \
	  "the copies of its switch; or None", mirror_get_mode, NULL }, \
	{ "Mirroring", VMNET_T_RECORD, VMNET_U_NONE, 0, \
	  "what of it is copied, where to, and what became of the copies", \
	  mirror_get_mirroring, NULL }

#endif
