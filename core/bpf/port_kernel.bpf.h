/*
 * port_kernel.bpf.h - of the kernel's own records, what the port programs read.
 * Each field is found by the kernel's description of itself (BTF), so only the
 * names count here.
 */
#ifndef VMNET_BPF_PORT_KERNEL_H
#define VMNET_BPF_PORT_KERNEL_H

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define OF_KERNEL __attribute__ ((preserve_access_index))

struct nf_hook_entry {
	void *hook;
	void *priv;		/* the chain or table that it belongs to */
} OF_KERNEL;

struct nf_hook_entries {
	__u16 num_hook_entries;
	struct nf_hook_entry hooks[];
} OF_KERNEL;

#define NETFILTER_HOOKS 5	/* places of a family */

struct netns_nf {
	struct nf_hook_entries *hooks_ipv4[NETFILTER_HOOKS];
	struct nf_hook_entries *hooks_ipv6[NETFILTER_HOOKS];
	struct nf_hook_entries *hooks_bridge[NETFILTER_HOOKS];
} OF_KERNEL;

struct net {
	__u64 net_cookie;
	struct netns_nf nf;
} OF_KERNEL;

struct net_device {
	unsigned long state;
	unsigned int flags;
	int ifindex;
	void *rx_handler_data;	/* of a port of a bridge: net_bridge_port */
	struct {
		struct net *net;
	} nd_net;
} OF_KERNEL;

struct sk_buff {
	struct net_device *dev;
	__s64 tstamp;
	__u16 tc_index;
} OF_KERNEL;

struct list_head {
	struct list_head *next;
} OF_KERNEL;

struct net_bridge_vlan {
	__u16 vid;
	__u16 flags;		/* BRIDGE_VLAN_INFO_* */
	struct list_head vlist;
} OF_KERNEL;

struct net_bridge_vlan_group {
	struct list_head vlan_list;
	__u16 pvid;
} OF_KERNEL;

struct net_bridge {
	struct net_device *dev;
	unsigned long options;
	__be16 vlan_proto;
	enum { BR_NO_STP } stp_enabled;
} OF_KERNEL;

struct net_bridge_port {
	struct net_bridge *br;
	struct net_device *dev;
	unsigned long flags;
	__u8 state;		/* BR_STATE_* */
	/* Only where the bridge can filter VLANs. */
	struct net_bridge_vlan_group *vlgrp;
} OF_KERNEL;

struct mac_addr {
	unsigned char addr[6];
} OF_KERNEL;

struct net_bridge_fdb_key {
	struct mac_addr addr;
	__u16 vlan_id;
} OF_KERNEL;

struct net_bridge_fdb_entry {
	struct net_bridge_fdb_key key;
} OF_KERNEL;

/* The first bit of net_bridge.options since there are any (4.20). A kernel whose
 * bridge is a module does not describe it. */
#define BROPT_VLAN_ENABLED 0
#define LINK_LISTENS (1 << 8)	/* IFF_PROMISC */

/* Of the kernel's own linux/if_bridge.h, which is no header for us. */
#define BR_ISOLATED (1UL << 16)
#define BR_PORT_LOCKED (1UL << 21)

#endif
