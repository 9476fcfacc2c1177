/*
 * iov.h - inside plan/: the steps that concern virtual functions (vf.c and
 * pair.c make them, iov.c decides which).
 */
#ifndef VMNET_PLAN_IOV_H
#define VMNET_PLAN_IOV_H

#include "iov/assign.h"
#include "iov/pair.h"
#include "iov/tune.h"
#include "plan/step.h"

/* sriov_numvfs; undo makes as many as there were. */
void step_vf_count (plan *p, const char *pf, guint count, guint was);
/* Takes `x`. The function is programmed for `a`, gets its driver and goes
 * into the VM, or to vfio-pci. One that cannot be had is no failure: the
 * adapter stays on its software NIC and tells why. */
void step_vf_give (plan *p, const vmnet_adapter *a, iov_pair *x, guint vf);
/* Takes `x`. The other way round: the software NIC takes over first. */
void step_vf_take (plan *p, const vmnet_adapter *a, iov_pair *x, guint vf);
/* What it asks of the driver inside the VM. */
iov_wish vf_wish (const vmnet_adapter *a);
/* Does what the card has for it differ from what `a` asks? */
gboolean vf_differs (const vmnet_adapter *a, const kn_vf *told);

/* Takes `x`. A bond inside the VM stands for the software NIC alone (make),
 * or the software NIC for itself (break). */
void step_pair_make (plan *p, iov_pair *x);
void step_pair_break (plan *p, iov_pair *x);
/* Takes `x`. Looks at both ways and takes the better one. */
void step_pair_settle (plan *p, iov_pair *x);

/* Has the filter, as kn_filter_macs gave it, that address? */
gboolean card_filter_has (const GPtrArray *macs, int ifindex,
			  const guint8 mac[6]);
/* `mac` in the own filter of card `pf`, or not. */
void step_card_filter (plan *p, const char *pf, const guint8 mac[6],
		       const char *whose, gboolean on);

/* None of switch `sw` of `m`: the card has left it. */
void step_card_leave (plan *p, const vmnet_model *m, const vmnet_switch *sw,
		      const char *pf);

#endif
