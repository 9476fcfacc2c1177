/*
 * partners.h - the adapters of one VM that its guest may team (-AllowTeaming
 * On): the guest may send by one of them with the address of another, and
 * what is for that address may then be found there. Whatever switches they
 * are on; the host's own adapters are a team likewise.
 */
#ifndef VMNET_MODEL_PARTNERS_H
#define VMNET_MODEL_PARTNERS_H

#include "vmnet.h"

#define VMNET_PARTNERS 7	/* of an adapter, at most */

typedef struct {
	guint n;
	guint8 mac[VMNET_PARTNERS][6];	/* in ascending order */
} vmnet_partners;

/* Those of `a`, without itself; none where it may not be teamed. */
void partners_of (const vmnet_model *m, const vmnet_adapter *a,
		  vmnet_partners *out);
gboolean partners_equal (const vmnet_partners *a, const vmnet_partners *b);
/* May one more of the VM's be teamed? `object` heads the message. */
gboolean partners_ok (const vmnet_model *m, const vmnet_adapter *a,
		      const char *object, GError **error);
/*
 * Does the switch look for the adapter's address behind its partners? Where the
 * card switches between functions, its table says where an address is, and the
 * bridge's entries stay: a card may echo a frame to where it came from.
 */
gboolean partners_roam (const vmnet_model *m, const vmnet_adapter *a);

/*
 * Does the adapter's port learn, in model `m`? Where it may send from other
 * addresses; and on a switch with SR-IOV, where it learns nothing, but a second
 * port that might keeps the bridge from putting all that it knows into the
 * card's filter (Linux net/bridge/br_if.c, br_manage_promisc), which is small.
 */
gboolean partners_learn (const vmnet_model *m, const vmnet_adapter *a);

#endif
