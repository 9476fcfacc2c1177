/*
 * pair.h - a software adapter and a virtual function with one MAC address:
 * which of the two carries the traffic. Called by plan/ (when something is
 * changed) and by the agent (when something happens).
 *
 * Inside a namespaced VM the two are a bond of which one is active; a guest
 * decides by itself (virtio failover) and has its VF when it holds the VFIO
 * group. The host's side follows: the bridge sends the MAC to the port or to
 * the uplink, and the card's own filter has it or has it not.
 */
#ifndef VMNET_IOV_PAIR_H
#define VMNET_IOV_PAIR_H

#include "iov/assign.h"

typedef struct {
	char *key;		/* "web1/Network Adapter" */
	char *vm;		/* whose namespace has the bond; NULL: guest */
	char *pf;		/* the card of its function; the uplink where it
				 * has none */
	char **cards;		/* all of its switch, which are to take frames
				 * for the software adapter */
	char *bridge;		/* of a switch over several cards; else NULL */
	guint32 slot;
	char *port;		/* of the software adapter, at the bridge */
	guint8 mac[6];
	char *address;		/* PCI of the VF; NULL: it has none now */
	char *group;		/* IOMMU group of the VF; NULL: none */
} iov_pair;

iov_pair *iov_pair_new (const vmnet_model *m, const vmnet_switch *sw,
			const vmnet_adapter *a);
void iov_pair_free (iov_pair *x);
/* It has that function, of card `pf`; NULL: none. */
void iov_pair_have (iov_pair *x, const char *pf, const iov_function *f);
/* The same, of whichever of these cards (iov_card *) has its address. */
void iov_pair_find (iov_pair *x, const GPtrArray *cards);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (iov_pair, iov_pair_free)

/*
 * Every pair of the model that is there: adapters with a weight on switches
 * with SR-IOV. New array of iov_pair *.
 */
GPtrArray *iov_pairs (vmnet_host *h, const vmnet_model *m);

/* What is inside the VM; interfaces are owned copies, NULL: not there. */
typedef struct {
	kn_link *bond, *software, *vf;
} iov_inside;
void iov_inside_clear (iov_inside *in);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (iov_inside, iov_inside_clear)
/*
 * `vm`: a socket in the VM's namespace. What is inside is the guest's, who may
 * give it other names and addresses: the VF is known by its PCI address, the
 * software NIC by the port at its other end, the bond by having it; only where
 * there is no such, by the MAC address.
 */
gboolean iov_inside_read (vmnet_host *h, kn *vm, const iov_pair *x,
			  iov_inside *out, GError **error);
/* A socket in the namespace of the pair's VM; NULL without error: guest. */
kn *iov_pair_open (vmnet_host *h, const iov_pair *x, GError **error);

/*
 * Looks at both ways and takes the better one: the VF where it and its card
 * have a link, else the software adapter. Idempotent; `vm` as above or NULL.
 * `out`, or NULL: the way that is taken now, TRUE: the VF.
 */
gboolean iov_pair_settle (vmnet_host *h, kn *vm, const iov_pair *x,
			  gboolean *out, GError **error);
/* Would it change anything? */
gboolean iov_pair_is_settled (vmnet_host *h, const iov_pair *x);
/* Does the bridge lead the address to its card? */
gboolean iov_pair_is_led (vmnet_host *h, const iov_pair *x);
/* The host's side alone; `vf`: by its card. */
gboolean iov_pair_lead (vmnet_host *h, const iov_pair *x, gboolean vf,
			GError **error);
/* Its frames come by the card (`vf`) or by none; told to the programs of a
 * switch over several. */
gboolean iov_pair_tell (vmnet_host *h, const iov_pair *x, gboolean vf,
			GError **error);
/* The switches outside learn where it is now. One card: they know. */
void iov_pair_announce (vmnet_host *h, const iov_pair *x, gboolean vf);

/* ---- what is known of the past: run_dir/iov.json ---- */

typedef struct {
	gboolean vf;		/* the way that was taken last */
	guint64 switches;	/* since boot */
	double last_ms;		/* how long the last one took */
	char *last_reason;	/* "pf0 has no link"; NULL: none yet */
	gint64 since;		/* µs since the epoch; 0: never */
	char *problem;		/* why a claimed VF is not there, or NULL */
} iov_past;

void iov_past_clear (iov_past *p);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (iov_past, iov_past_clear)
void iov_past_get (const vmnet_host *h, const char *key, iov_past *out);
/* Best effort: a record that cannot be written stops nothing. */
void iov_past_switched (const vmnet_host *h, const char *key, gboolean vf,
			double ms, const char *reason);
void iov_past_problem (const vmnet_host *h, const char *key,
		       const char *problem);
/* A text of tune.c's, "member" of the pair; NULL: none. */
void iov_past_note (const vmnet_host *h, const char *key, const char *member,
		    const char *text);
char *iov_past_noted (const vmnet_host *h, const char *key,
		      const char *member);
void iov_past_forget (const vmnet_host *h, const char *key);

#endif
