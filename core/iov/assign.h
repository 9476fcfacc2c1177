/*
 * assign.h - who has which virtual function of a switch's cards. Claims are made anew
 * each time from what is asked (weights, policy) and from what the card says:
 * nothing of it is stored. Called by plan/, view/ and the agent.
 */
#ifndef VMNET_IOV_ASSIGN_H
#define VMNET_IOV_ASSIGN_H

#include "host.h"

/* One virtual function, as the card has it or is about to have it. */
typedef struct {
	guint vf;		/* its number, from 0 */
	char *address;		/* PCI "0000:02:10.0"; NULL: not made yet */
	char *driver;		/* NULL: none */
	char *group;		/* IOMMU group; NULL: no IOMMU */
	kn_vf told;		/* what the PF has for it */
	guint8 mac[6];		/* whose it is: that of `told`, but for those
				 * whose guest chose another */
	gboolean busy;		/* somebody uses it */
} iov_function;

/* A card of a switch: a member of its team, or its one uplink. */
typedef struct {
	char *pf;
	gboolean up;		/* has its link, or is about to have it */
	GPtrArray *functions;	/* iov_function *, by number */
} iov_card;

/* What adapter asks for one, and what becomes of it. */
typedef struct {
	const vmnet_adapter *adapter;	/* of the model; not owned */
	const iov_card *card;	/* NULL: none */
	const iov_function *function;	/* of that card; NULL: none */
	char *why;		/* why it has none */
} iov_claim;

/* A piece of an adapter's policy, and whether a VF keeps it by itself. */
typedef struct {
	const char *what;	/* "MaximumBandwidth" */
	gboolean in_nic;
	gboolean cap;		/* cards are known that keep none */
	/* What was asked is a loosening: told, and never a reason against a
	 * VF. */
	gboolean by_choice;
} iov_policy;

/* The network namespace in which drivers make a VF's interface. */
kn *iov_birthplace (GError **error);

/* Of the adapter `pf`, by number; iov_function *. */
GPtrArray *iov_functions (vmnet_host *h, const char *pf, GError **error);
/*
 * Is the function, of which the card says `told`, the one that was given to
 * the adapter with this address? A trusted one may have another by now: that
 * it was given is remembered till the next boot (mac NULL: taken away).
 */
gboolean iov_is_his (vmnet_host *h, const char *address, const kn_vf *told,
		     const guint8 mac[6]);
void iov_note_his (vmnet_host *h, const char *address, const guint8 *mac);
/* `n` of them that are yet to be made. */
GPtrArray *iov_functions_new (guint n);
/* The one with that address as its MAC, or NULL. */
iov_function *iov_function_of (const GPtrArray *functions,
			       const guint8 mac[6]);

/* cards.c: takes `functions`. */
iov_card *iov_card_new (const char *pf, gboolean up, GPtrArray *functions);
void iov_card_free (iov_card *c);
/* A list of them, which frees them. */
GPtrArray *iov_cards_list (void);
/*
 * The cards of `sw` that are there, in the order of its members, each with
 * its functions; iov_card *. `m`, or NULL: a card without functions has those
 * that it is about to make for that model.
 */
GPtrArray *iov_cards (vmnet_host *h, const vmnet_model *m,
		      const vmnet_switch *sw, GError **error);
/* The function with that address as its MAC, or NULL. `card`, or NULL: whose it
 * is; only written where there is one. */
iov_function *iov_function_in (const GPtrArray *cards, const guint8 mac[6],
			       const iov_card **card);
/* "pf0, pf1": the members of `sw`; owned. */
char *iov_cards_text (const vmnet_switch *sw);

/*
 * The VM's adapter of `m` on a switch above card `pf` that has this address, or
 * NULL. `sw`, or NULL: that switch; only written where there is one.
 */
const vmnet_adapter *iov_owner (const vmnet_model *m, const char *pf,
				const guint8 mac[6],
				const vmnet_switch **sw);

/* How many functions are to be made of `pf`; FALSE: more than it has. */
gboolean iov_count_wanted (vmnet_host *h, const vmnet_model *m,
			   const char *pf, guint *out, GError **error);

/* Is it a VM's adapter on that switch, with a weight? */
gboolean iov_asks (const vmnet_switch *sw, const vmnet_adapter *a);

/*
 * One claim for each VM adapter on `sw` that has a weight: the heaviest first,
 * at the same weight the one that has one already, then the older adapter. It
 * gets one of the card that its software adapter goes by; where that has none
 * left or no link, of the one where it has one, then of the one with most left.
 * One that is mapped to a card gets none of another while that has its link. One
 * whose card has lost its link keeps its function where there is no better.
 * iov_claim *; the cards, iov_card *, are not changed and outlive them.
 */
GPtrArray *iov_claims (vmnet_host *h, const vmnet_model *m,
		       const vmnet_switch *sw, const GPtrArray *cards);
/* Has every adapter on `sw` the function that it is to have now, or none? */
gboolean iov_is_dealt (vmnet_host *h, const vmnet_model *m,
		       const vmnet_switch *sw);
const iov_claim *iov_claim_of (const GPtrArray *claims,
			       const vmnet_adapter *a);

/* Everything that is asked of the adapter beyond forwarding; iov_policy *. */
GPtrArray *iov_policies (const vmnet_adapter *a);
/* "2 ACL entries, a floor": what a VF would bypass, the extensions of its switch
 * included; NULL: nothing. Owned. */
char *iov_bypassed (const vmnet_switch *sw, const vmnet_adapter *a);
/* The same, known failings of a card of the switch included. */
char *iov_bypassed_by (vmnet_host *h, const vmnet_switch *sw,
		       const vmnet_adapter *a);
/* A cap that the card of `pf` takes, tells, and does not keep: how that is
 * known; NULL: it is kept, as far as anybody knows. */
const char *iov_cap_not_kept (vmnet_host *h, const char *pf);
/* May it send from other addresses than its own? Then the VF is trusted, too:
 * else it may send, but not listen, for them. */
gboolean iov_any_source (const vmnet_adapter *a);

#endif
