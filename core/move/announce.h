/*
 * announce.h - tells the wire that a MAC address lives here now: the switches
 * on it send frames elsewhere until they see one from here. Called by
 * target.c when a VM has arrived, and where an adapter goes by another member
 * of its team.
 */
#ifndef VMNET_MOVE_ANNOUNCE_H
#define VMNET_MOVE_ANNOUNCE_H

#include "host.h"

/*
 * For each adapter of the VM on an External switch, out of its uplink: a
 * gratuitous ARP or an unsolicited neighbour advertisement for each address
 * that the lab's VM has, a RARP where none is known. The VM's own meters do
 * not see these. Best effort: the VM's first frame says the same.
 */
void announce_vm (vmnet_host *h, const vmnet_model *m, const char *vm);
/* One adapter (the host's own, too), out of that physical one; it has just
 * moved there from another member of its team. */
void announce_adapter (vmnet_host *h, const vmnet_adapter *a, int ifindex);

#endif
