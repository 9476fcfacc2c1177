/*
 * vf.h - inside view/: virtual functions as several nouns show them.
 */
#ifndef VMNET_VIEW_VF_H
#define VMNET_VIEW_VF_H

#include "iov/assign.h"
#include "iov/iov.h"
#include "view/view.h"

typedef struct {
	const kn_link *pf;		/* of the view */
	const iov_function *f;
	const sysfs_vf *card;		/* NULL: it has just gone */
	const vmnet_adapter *owner;	/* whose MAC it has; or NULL */
	const proc_guest *guest;	/* who holds its VFIO group; or NULL */
	kn_link *own;			/* its adapter; NULL until looked for */
	gboolean looked;
} view_vf;

/* Those of an adapter, by number: view_vf *; owned by the view. */
const GPtrArray *view_vfs (vmnet_view *v, const char *nic);
/* Somebody has it: a VM of ours, a guest, or who made it. */
gboolean view_vf_in_use (const view_vf *f);
/* The VF's own adapter, in the host's namespace or in its VM's; or NULL. */
const kn_link *view_vf_link (vmnet_view *v, view_vf *f);
/* Each of an adapter's, read anew; nothing of it is kept. */
void view_vf_each (vmnet_view *v, const char *nic,
		   void (*look) (vmnet_view *v, view_vf *f, gpointer user),
		   gpointer user);

/* What it has counted, seen from the VM; NULL: nobody knows. */
const kn_counters *view_vf_counters (vmnet_view *v, view_vf *f);
typedef struct {
	double seconds, sent, received;	/* bit/s, by the VM */
} view_rate;
/*
 * Of the function with that PCI address. Without a view before that has read
 * functions this takes a quarter of a second, once for all functions of the
 * host. FALSE: not known.
 */
gboolean view_vf_rate (vmnet_view *v, const char *address, view_rate *out);

/* The address that the card has for it; nothing where it has none. */
void put_vf_mac (vmnet_value *v, const view_vf *f);
/* Queue pairs of an adapter. */
guint view_queue_pairs (const kn_link *l);
/* The reasons of its adapter (NULL: of the host); owned by the view. */
const GPtrArray *view_iov_reasons (vmnet_view *v, const char *nic);
/* Appends reasons as lines. */
void put_reasons (vmnet_value *v, const GPtrArray *reasons);

#endif
