/*
 * lbfo.h - teams of the host in a plan: what the kernel is told of each, and
 * the steps that tell it. lbfo.c decides, lbfo_step.c does; view/ shows both.
 */
#ifndef VMNET_PLAN_LBFO_H
#define VMNET_PLAN_LBFO_H

#include "plan/step.h"

/*
 * The bond that a team of `m` is: mode, policy, fast, dynamic. In
 * SwitchIndependent a member that is not in use would hand every broadcast to
 * the bridge of a switch once more, and a VM's own back to it; balance-tlb
 * writes its own address over a VM's. So a team with a switch on it, one for
 * Hyper-V's ports, and one with a standby member has one that carries.
 */
void lbfo_told (const vmnet_model *m, const vmnet_lbfo *t, kn_bond *out);
gboolean lbfo_is_told (const kn_bond *want, const kn_bond *now);
/* Is it but for the policy, which can be changed while the bond is up? */
gboolean lbfo_live (const kn_bond *want, const kn_bond *now);
/* bit/s of the team whose interface that is, as floors on it are measured by:
 * of all members where they are spread over, else of the one that is to carry,
 * or of the slowest. 0: not known, or no team's. */
guint64 lbfo_speed (vmnet_host *h, const vmnet_model *m, const char *link);
/* Has the team whose interface that is changed? `link` NULL: no. */
gboolean lbfo_touched (const plan *p, const char *link);
/* Its preferred member: the one that does not wait; NULL: none. Not owned. */
const char *lbfo_prefers (const vmnet_lbfo *t);

/* lbfo_step.c. `mac`: the bond's, for ever. */
void lbfo_step_add (plan *p, const char *bond, const char *team,
		    const kn_bond *b, const guint8 mac[6]);
void lbfo_step_remove (plan *p, const kn_link *bond);
void lbfo_step_change (plan *p, const char *bond, const kn_bond *want,
		       const kn_bond *now);
/* `member` NULL: none; `old`: whose number it was, or 0. */
void lbfo_step_prefer (plan *p, const char *bond, const kn_link *member,
		       int old);
/* `l`: the member, as it is; `up`: and is to be. */
void lbfo_step_join (plan *p, const kn_link *l, const char *bond);
void lbfo_step_leave (plan *p, const kn_link *l, const char *bond,
		      gboolean up);
void lbfo_step_vlan_add (plan *p, const char *link, const char *bond,
			 guint16 vlan, const char *name);
void lbfo_step_vlan_remove (plan *p, const kn_link *l, const char *bond);

#endif
