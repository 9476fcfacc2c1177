/*
 * vmnet_lbfo.h - teams of the host's physical adapters (NetLbfo): bonds of the
 * kernel's, and the interfaces on them. A switch may have a team as its network
 * adapter. Included by vmnet.h.
 */
#ifndef VMNET_LBFO_H
#define VMNET_LBFO_H

G_BEGIN_DECLS

#define VMNET_LBFO_MEMBERS 32	/* of a team, as published */

typedef enum {
	VMNET_LBFO_INDEPENDENT,	/* the switches outside know of no team */
	VMNET_LBFO_STATIC,	/* they are set to one by hand */
	VMNET_LBFO_LACP,	/* they agree to one by 802.3ad */
} vmnet_lbfo_mode;

typedef enum {
	VMNET_LBFO_DYNAMIC, VMNET_LBFO_PORTS, VMNET_LBFO_ADDRESSES,
	VMNET_LBFO_MACS, VMNET_LBFO_HYPERV,
} vmnet_lbfo_algorithm;

/* The published words, in the order of the enumerations; NULL at the end. */
extern const char *const vmnet_lbfo_modes[];
extern const char *const vmnet_lbfo_algorithms[];

typedef struct {
	char *name;
	guint16 vlan;		/* 0: the frames of no other's VLAN */
} vmnet_lbfo_nic;

typedef struct {
	char *name;
	guint32 id;		/* lasts while it is renamed */
	char **members;		/* interface names, one at least */
	char *standby;		/* the one that waits; NULL: none */
	vmnet_lbfo_mode mode;
	vmnet_lbfo_algorithm algorithm;
	gboolean fast;		/* LACP's timer */
	GPtrArray *nics;	/* vmnet_lbfo_nic *; the first: primary */
} vmnet_lbfo;

extern const vmnet_noun vmnet_noun_lbfo;	/* NetLbfoTeam */
extern const vmnet_noun vmnet_noun_lbfo_member;	/* NetLbfoTeamMember */
extern const vmnet_noun vmnet_noun_lbfo_nic;	/* NetLbfoTeamNic */

/* Not owned; NULL: there is none. Names without case. */
vmnet_lbfo *vmnet_model_lbfo (const vmnet_model *m, const char *name);
const vmnet_lbfo_nic *vmnet_lbfo_nic_named (const vmnet_lbfo *t,
					    const char *name);

typedef struct {
	const char *name;
	const char *const *members;
	const char *nic;		/* NULL: named as the team */
	vmnet_lbfo_mode mode;
	vmnet_lbfo_algorithm algorithm;
	gboolean fast;
} vmnet_lbfo_spec;

typedef struct {			/* NULL: leave as it is */
	const vmnet_lbfo_mode *mode;
	const vmnet_lbfo_algorithm *algorithm;
	const gboolean *fast;
} vmnet_lbfo_change;

/* VMNET_ERROR_UNSUPPORTED, before anything is changed: the kernel has no bonds
 * (or, for a VLAN, no VLANs on interfaces). Addresses of a member move to the
 * team. */
gboolean vmnet_lbfo_add (vmnet_txn *txn, const vmnet_lbfo_spec *spec,
			 GError **error);
gboolean vmnet_lbfo_set (vmnet_txn *txn, const char *team,
			 const vmnet_lbfo_change *c, GError **error);
gboolean vmnet_lbfo_rename (vmnet_txn *txn, const char *team,
			    const char *new_name, GError **error);
/* VMNET_ERROR_BUSY: a switch has it. */
gboolean vmnet_lbfo_remove (vmnet_txn *txn, const char *team, GError **error);

gboolean vmnet_lbfo_member_add (vmnet_txn *txn, const char *team,
				const char *nic, gboolean standby,
				GError **error);
gboolean vmnet_lbfo_member_set (vmnet_txn *txn, const char *team,
				const char *nic, gboolean standby,
				GError **error);
gboolean vmnet_lbfo_member_remove (vmnet_txn *txn, const char *team,
				   const char *nic, GError **error);

/* `name` NULL: "TEAM - VLAN 42". Returns the interface's name in the model, not
 * owned. */
const char *vmnet_lbfo_nic_add (vmnet_txn *txn, const char *team,
				guint16 vlan, const char *name,
				GError **error);
/* `vlan` 0: of the primary one only. */
gboolean vmnet_lbfo_nic_set (vmnet_txn *txn, const char *team,
			     const char *name, guint16 vlan, GError **error);
gboolean vmnet_lbfo_nic_remove (vmnet_txn *txn, const char *team,
				const char *name, GError **error);

G_END_DECLS

#endif
