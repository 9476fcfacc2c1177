/*
 * vmnet_team.h - Switch Embedded Teaming: a switch with several physical
 * adapters, its members. Each adapter of the switch speaks through one of them;
 * when that one loses its link, through another. Included by vmnet.h.
 */
#ifndef VMNET_TEAM_H
#define VMNET_TEAM_H

G_BEGIN_DECLS

#define VMNET_TEAM_MAX 8	/* members of a team, as published */

/* One for each member; one for each adapter with a mapping. */
extern const vmnet_noun vmnet_noun_team, vmnet_noun_team_member,
	vmnet_noun_team_mapping;

/* The physical adapters of a switch, `n` from 0 on; NULL: no more. Not
 * owned. */
const char *vmnet_switch_member (const vmnet_switch *sw, guint n);
gboolean vmnet_switch_has_member (const vmnet_switch *sw, const char *nic);

/*
 * The team of `sw` has these members from now on, 1 to VMNET_TEAM_MAX, in that
 * order; NULL-terminated. VMNET_ERROR_INVALID: the switch was made without a
 * team, or one of them is another switch's.
 */
gboolean vmnet_team_set (vmnet_txn *txn, const char *sw,
			 const char *const *nics, GError **error);
/* Likewise, these besides those that it has; or without these. */
gboolean vmnet_team_add (vmnet_txn *txn, const char *sw,
			 const char *const *nics, GError **error);
gboolean vmnet_team_remove (vmnet_txn *txn, const char *sw,
			    const char *const *nics, GError **error);
/*
 * `spreads`: what an adapter sends goes by all members, flow by flow, as each is
 * loaded (-LoadBalancingAlgorithm Dynamic); else by its own. VMNET_ERROR_INVALID
 * as above.
 */
gboolean vmnet_team_balance (vmnet_txn *txn, const char *sw, gboolean spreads,
			     GError **error);
/*
 * The adapter (vm NULL: the host's) speaks through member `nic` while that has
 * its link; `stays`: through no other ever. `nic` NULL: any, as chosen here.
 */
gboolean vmnet_team_map (vmnet_txn *txn, const char *vm, const char *adapter,
			 const char *nic, gboolean stays, GError **error);

G_END_DECLS

#endif
