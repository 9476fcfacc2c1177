/*
 * step.h - inside plan/: one step (describe, apply, undo) and what the files
 * that make steps share. plan.c orders them: every *_remove before every
 * *_build, so that names and queues are free when they are wanted again; but
 * VMs go last: what runs inside one cannot be undone.
 */
#ifndef VMNET_STEP_H
#define VMNET_STEP_H

#include "plan/handover.h"
#include "plan/plan.h"

typedef struct step step;
typedef struct plan_cards plan_cards;
struct step {
	char *text;		/* one line, imperative */
	gboolean (*apply) (plan *p, step *s, GError **error);
	void (*undo) (plan *p, step *s);	/* best effort */
	/* Operands; which are used is the step's own business. */
	char *link, *arg, *old;
	char *cuts;		/* the link whose traffic it may cut; or NULL:
				 * see session.c */
	guint8 mac[6], old_mac[6];
	gboolean on, was;
	guint64 n[6];
	gpointer data;
	GDestroyNotify data_free;
};

struct plan {
	vmnet_host *h;
	const vmnet_model *base;	/* what was desired before */
	const vmnet_model *leftover;	/* or NULL: a commit cut off */
	const vmnet_model *desired;
	GHashTable *base_slots;		/* slot -> vmnet_adapter */
	GHashTable *leftover_slots;
	GHashTable *desired_slots;
	GHashTable *touched;		/* diff.c: adapter -> has it changed */
	gboolean all;			/* look at everything, not at changes */
	gboolean waits;			/* for packets in flight, some step */
	guint ports_going;		/* how many; and the group, a number of
					 * its own, by which they go at once */
	guint32 going;
	const plan_handover *leaving;	/* a VM that goes to another host */
	GPtrArray *steps;		/* step * */
	guint applied;			/* how many have been applied */
	GHashTable *links;		/* name -> kn_link, as planned from */
	GHashTable *vlans;		/* vlan.c: what each switch uses */
	GHashTable *port_vlans;		/* ifindex -> kn_port_vlans, likewise
					 * when first needed */
	GPtrArray *fdbs;		/* kn_fdb *, likewise */
	GPtrArray *addrs;		/* kn_addr *, when first needed */
	GPtrArray *routes;		/* kn_route * */
	GPtrArray *cards;		/* plan_cards *: iov.c's own */
	GHashTable *forgets;		/* names of links of which the kernel
					 * forgets routes, or addresses */
	vmnet_model *own[2];		/* base and leftover with the new names
					 * of interfaces; or NULL */
	GPtrArray *missing;		/* sentences: plan_missing */
	GPtrArray *extensions;		/* those installed, when first needed */
	GHashTable *chains;		/* extension.c's own */
};

/* A new step at the end of the plan; `text` as printf. Not owned. */
step *plan_step (plan *p,
		 gboolean (*apply) (plan *, step *, GError **),
		 void (*undo) (plan *, step *),
		 const char *format, ...) G_GNUC_PRINTF (4, 5);

/* What goes by `link` may be cut by the step. */
void step_cuts (step *s, const char *link);

/* The link as it was when the plan was made; NULL: it was not there. */
const kn_link *plan_link (plan *p, const char *name);
/* Addresses of global scope and routes through `name`; owned arrays. */
GPtrArray *plan_addrs_of (plan *p, const char *name, GError **error);
GPtrArray *plan_routes_of (plan *p, const char *name, GError **error);

GHashTable *plan_slots (const vmnet_model *m);	/* slot -> adapter */
/* The switch or adapter of the old models that is the same object. */
const vmnet_adapter *plan_old_adapter (const plan *p, const vmnet_adapter *a);
const vmnet_switch *plan_old_switch (const plan *p, const vmnet_switch *s);
/* Is it gone from the desired model? */
gboolean plan_switch_gone (const plan *p, const vmnet_switch *s);
gboolean plan_adapter_gone (const plan *p, const vmnet_adapter *a);
/* The desired switch that adapter `a` is connected to, or NULL. */
vmnet_switch *plan_switch_of (const vmnet_model *m, const vmnet_adapter *a);
/* FALSE: nothing about it has changed and it need not be looked at. */
gboolean plan_adapter_touched (const plan *p, const vmnet_adapter *a);
gboolean plan_switch_touched (const plan *p, const vmnet_switch *s);
/* Has the guest other adapters to team `a` with? */
gboolean plan_partners_touched (const plan *p, const vmnet_adapter *a);
gboolean plan_uses_vm_netns (const plan *p, const vmnet_adapter *a);

/* link.c: steps that change one thing of one link */
void step_link_up (plan *p, const char *link, gboolean up, gboolean was);
void step_link_master (plan *p, const char *link, const char *bridge,
		       const char *old);
void step_link_rename (plan *p, const char *link, const char *name);
void step_link_alias (plan *p, const char *link, const char *alias,
		      const char *old);
void step_link_mac (plan *p, const char *link, const guint8 mac[6],
		    const guint8 old[6]);
void step_link_altname (plan *p, const char *link, const char *name,
			gboolean add);
/* `was`: as it is now. */
void step_port_flags (plan *p, const char *link, gboolean learn,
		      const kn_link *was);
void step_fdb (plan *p, const char *link, const guint8 mac[6]);
void step_fdb_forget (plan *p, const char *link, const guint8 mac[6]);

/* Before all else: what follows knows base and leftover by the new names. */
gboolean plan_names_build (plan *p, GError **error);
/* Takes the names away that a port loses, before another may get them. */
void plan_port_names_free (plan *p, const vmnet_adapter *a);
/* Those of a port that is there (`l`): also of one that an older vmnetsh made. */
void plan_port_names (plan *p, const vmnet_adapter *o, const vmnet_adapter *a,
		      const char *port, const kn_link *l);
/* One room's part of the plan, in the order in which plan.c calls them. */
gboolean plan_iov_remove (plan *p, GError **error);
gboolean plan_vmq_remove (plan *p, GError **error);
gboolean plan_qos_remove (plan *p, GError **error);
gboolean plan_adapters_remove (plan *p, GError **error);
gboolean plan_vlans_remove (plan *p, GError **error);
gboolean plan_switches_remove (plan *p, GError **error);
gboolean plan_vms_build (plan *p, GError **error);
gboolean plan_switches_build (plan *p, GError **error);
gboolean plan_extensions_build (plan *p, GError **error);
gboolean plan_extensions_remove (plan *p, GError **error);
gboolean plan_vlans_build (plan *p, GError **error);
gboolean plan_uplinks_lend (plan *p, GError **error);
gboolean plan_adapters_build (plan *p, GError **error);
gboolean plan_uplinks_return (plan *p, GError **error);
gboolean plan_partners_build (plan *p, GError **error);
gboolean plan_policy_build (plan *p, GError **error);
gboolean plan_qos_build (plan *p, GError **error);
gboolean plan_traffic_build (plan *p, GError **error);
gboolean plan_vmq_build (plan *p, GError **error);
gboolean plan_iov_build (plan *p, GError **error);
gboolean plan_settings_build (plan *p, GError **error);
gboolean plan_states_build (plan *p, GError **error);
gboolean plan_power_build (plan *p, GError **error);
gboolean plan_ip_build (plan *p, GError **error);
gboolean plan_routes_remove (plan *p, GError **error);
gboolean plan_addresses_build (plan *p, GError **error);
gboolean plan_routes_build (plan *p, GError **error);
gboolean plan_dns_build (plan *p, GError **error);
gboolean plan_nats_build (plan *p, GError **error);
/* lbfo.c: teams of the host; their new names first. */
void plan_lbfo_names (plan *p);
gboolean plan_lbfo_remove (plan *p, GError **error);
gboolean plan_lbfo_build (plan *p, GError **error);
gboolean plan_team_remove (plan *p, GError **error);
gboolean plan_team_build (plan *p, GError **error);
gboolean plan_balance_remove (plan *p, GError **error);
gboolean plan_balance_build (plan *p, GError **error);
/* mirror.c: last of all, since a tunnel needs routes. */
gboolean plan_mirror_remove (plan *p, GError **error);
gboolean plan_mirror_build (plan *p, GError **error);
gboolean plan_vms_stop (plan *p, GError **error);
gboolean plan_vms_remove (plan *p, GError **error);

/* vlan.c: for every switch of the models that has adapters with VLANs. */
GHashTable *plan_vlans_used (const plan *p);
/* What the port of `a` in `m` is in when it has joined the bridge: the data of
 * that step, freed with g_free; NULL: the switch has no VLANs. */
gpointer plan_vlans_of (plan *p, const vmnet_model *m, const vmnet_adapter *a,
			const char *bridge);
gboolean plan_vlans_join (plan *p, const step *s, GError **error);

/*
 * extension.c: will the switch have port programs with extensions in them;
 * `changes`: others than now. Those that a bridge had come back, if the plan
 * has changed them: before its ports are undone.
 */
gboolean plan_is_extended (plan *p, const vmnet_switch *s, gboolean *changes);
void plan_extensions_back (plan *p, int bridge);
GHashTable *plan_chains_new (void);

/* policy.c: an adapter that goes takes its programs and ACL along. */
void plan_policy_clear (plan *p, const vmnet_adapter *a, const char *port);
/* Do frames reach the port without the bridge? */
gboolean plan_policy_straight (plan *p, const char *port);
/* Not a step: the port has joined `bridge`, or (NULL) is about to leave. */
gboolean plan_policy_move (plan *p, const char *port, const char *bridge,
			   GError **error);

/*
 * uplink.c: addresses, routes and MAC move between an uplink and the host
 * adapter that stands for it. With `alias`, what model `stored` gives to that
 * name is left where it is.
 */
gboolean step_move_addresses (plan *p, const vmnet_model *stored,
			      const char *alias, const char *from,
			      const char *to, GError **error);
/* The host adapter that stands for `nic` in `m` (or NULL), or NULL. */
const vmnet_adapter *plan_stand_in (const vmnet_model *m, const char *nic);
/* Overwrites `mac` where in `m` a host adapter has the address of `nic`. */
void plan_original_mac (const vmnet_model *m, const kn_link *nic,
			guint8 mac[6]);

/* address.c: does `m` give `addr` to the interface of that very name? */
gboolean plan_address_stored (const vmnet_model *m, const char *interface,
			      const kn_addr *addr);
gboolean plan_route_stored (const vmnet_model *m, const char *interface,
			    const kn_route *route);
/* The interface that stands under that name in `m`; owned. "vEthernet (sw0)" is
 * that of the host adapter; so is the uplink that it stands for: an address
 * there would be out of reach. */
char *plan_interface (const vmnet_model *m, const char *name);
/* FALSE: it is a host adapter's, which goes. */
gboolean plan_interface_stays (plan *p, const char *name);

/* route.c */
void plan_route_parse (const vmnet_route *r, kn_route *out);
gboolean plan_route_is (const kn_route *a, const kn_route *b);

/* nicstate.c: must routes, or addresses, that are there be given again because
 * of what the plan does with the link; is it to be down? */
gboolean plan_forgets (const plan *p, const char *link);
gboolean plan_model_is_down (const vmnet_model *m, const char *interface);
/* nicset.c: is IPv6 not bound to it? */
gboolean plan_model_no_ipv6 (const vmnet_model *m, const char *interface);
/* link.c: also where the kernel renames only what is down. */
gboolean plan_rename_link (kn *k, const char *from, const char *to,
			   GError **error);

/* nat.c: of all interfaces, which is the host's own; for kn_sysctl_get. */
#define PLAN_FORWARDING "ipv4/conf/%s/forwarding"

/* ipset.c: the file of name servers; owned. Are they systemd-resolved's? */
char *plan_resolver_file (const vmnet_host *h);
char *plan_resolver_text (const vmnet_host *h, const char *path,
			  GError **error);	/* what it says; owned */
gboolean plan_by_resolved (const vmnet_host *h);

/* plan.c: from here on the link has another name, or none (NULL). */
void plan_link_renamed (plan *p, const char *old, const char *name);
/* link.c: "eth0, eth1": what may be an uplink, for messages; owned. */
char *plan_nic_names (kn *k);

#endif
