/*
 * adapter_iov.h - the fields of VMNetworkAdapter that concern its virtual
 * function. Included by adapter.c, whose table they are part of.
 */
#ifndef VMNET_VIEW_ADAPTER_IOV_H
#define VMNET_VIEW_ADAPTER_IOV_H

#include "iov/assign.h"
#include "view/view.h"

void iov_get_weight (const vmnet_row *r, vmnet_value *v);
void iov_get_pairs_asked (const vmnet_row *r, vmnet_value *v);
void iov_get_moderation (const vmnet_row *r, vmnet_value *v);
void iov_get_policy (const vmnet_row *r, vmnet_value *v);
void iov_get_usage (const vmnet_row *r, vmnet_value *v);
void iov_get_function (const vmnet_row *r, vmnet_value *v);
void iov_get_path (const vmnet_row *r, vmnet_value *v);
void iov_get_pairs_assigned (const vmnet_row *r, vmnet_value *v);
void iov_get_reasons (const vmnet_row *r, vmnet_value *v);
void iov_get_enforcement (const vmnet_row *r, vmnet_value *v);
void iov_get_switch_overs (const vmnet_row *r, vmnet_value *v);
void iov_get_last_reason (const vmnet_row *r, vmnet_value *v);
void iov_get_last_ms (const vmnet_row *r, vmnet_value *v);
void iov_get_settings (const vmnet_row *r, vmnet_value *v);

typedef struct {
	gboolean carries;	/* it has one that carries its traffic */
	gboolean cap_kept;	/* by its card, as far as is known */
	guint32 told_max;	/* Mbit/s; 0: no cap */
	char address[16];	/* PCI */
} adapter_iov;
/* `r`: a row of an adapter of a VM. */
void adapter_iov_get (const vmnet_row *r, adapter_iov *out);

/* The function that carries the adapter's address; NULL: none. */
const iov_function *adapter_iov_function (const vmnet_row *r);

/* The pair inside the VM, which has its addresses; 0: there is none. */
int adapter_iov_bond (const vmnet_row *r);

#define ADAPTER_IOV_FIELDS \
	{ "IovWeight", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "claim to a virtual function, 0 to 100; 0: none", iov_get_weight, NULL }, \
	{ "IovUsage", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "the weight with which it has one; 0: it has none", iov_get_usage, \
	  NULL }, \
	{ "IovQueuePairsRequested", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "queue pairs that were asked for", iov_get_pairs_asked, NULL }, \
	{ "IovQueuePairsAssigned", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "queue pairs that the virtual function has", iov_get_pairs_assigned, \
	  NULL }, \
	{ "IovInterruptModeration", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "how long the virtual function waits before it interrupts", \
	  iov_get_moderation, NULL }, \
	{ "IovSettings", VMNET_T_LIST, VMNET_U_NONE, 0, \
	  "what was asked of its virtual function, what that was told, and what " \
	  "it has", iov_get_settings, NULL }, \
	{ "IovPolicy", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "Keep: policy that a virtual function cannot keep holds the adapter " \
	  "on its software NIC; Bypass: not", iov_get_policy, NULL }, \
	{ "IovVirtualFunction", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "the virtual function that has its address", iov_get_function, NULL }, \
	{ "IovReasons", VMNET_T_LIST, VMNET_U_NONE, 0, \
	  "why it has none in spite of its weight", iov_get_reasons, NULL }, \
	{ "NetworkPath", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "the way that is taken now: VirtualFunction or Software", iov_get_path, \
	  NULL }, \
	{ "IovSwitchOvers", VMNET_T_INT, VMNET_U_NONE, 0, \
	  "changes of the way since boot", iov_get_switch_overs, NULL }, \
	{ "IovLastSwitchOver", VMNET_T_DOUBLE, VMNET_U_SECONDS, 0, \
	  "how long the last one took, from looking to leading", iov_get_last_ms, \
	  NULL }, \
	{ "IovLastReason", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "why the way was changed last", iov_get_last_reason, NULL }, \
	{ "PolicyEnforcement", VMNET_T_LIST, VMNET_U_NONE, 0, \
	  "each piece of its policy: software, in NIC or not enforced", \
	  iov_get_enforcement, NULL }

#endif
