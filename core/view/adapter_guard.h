/*
 * adapter_guard.h - the fields of VMNetworkAdapter that concern its guards, and
 * what they and its ACL dropped. Included by adapter.c, whose table they are
 * part of.
 */
#ifndef VMNET_VIEW_ADAPTER_GUARD_H
#define VMNET_VIEW_ADAPTER_GUARD_H

#include "view/view.h"

void guard_get_spoofing (const vmnet_row *r, vmnet_value *v);
void guard_get_teaming (const vmnet_row *r, vmnet_value *v);
void guard_get_dhcp (const vmnet_row *r, vmnet_value *v);
void guard_get_router (const vmnet_row *r, vmnet_value *v);
void guard_get_neighbor (const vmnet_row *r, vmnet_value *v);
void guard_get_storm (const vmnet_row *r, vmnet_value *v);
void guard_get_addresses (const vmnet_row *r, vmnet_value *v);
void guard_get_drops (const vmnet_row *r, vmnet_value *v);

#define ADAPTER_GUARD_FIELDS \
	{ "MacAddressSpoofing", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "may the VM send from other MAC addresses: On or Off", \
	  guard_get_spoofing, NULL }, \
	{ "AllowTeaming", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "may the guest team it with its other adapters: On or Off", \
	  guard_get_teaming, NULL }, \
	{ "DhcpGuard", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "is what a DHCP server in the VM says dropped: On or Off", \
	  guard_get_dhcp, NULL }, \
	{ "RouterGuard", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "are router advertisements and redirects of the VM dropped", \
	  guard_get_router, NULL }, \
	{ "NeighborGuard", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "is ARP and neighbour discovery dropped that names another's MAC", \
	  guard_get_neighbor, NULL }, \
	{ "StormLimit", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "broadcasts and multicasts of the VM in a second; 0: any number", \
	  guard_get_storm, NULL }, \
	{ "DynamicIPAddressLimit", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "IP addresses that the VM may use; 0: any number", \
	  guard_get_addresses, NULL }

#define ADAPTER_DROP_FIELDS \
	{ "Drops", VMNET_T_RECORD, VMNET_U_NONE, 0, \
	  "what its policy dropped in both directions, by reason", \
	  guard_get_drops, NULL }

#endif
