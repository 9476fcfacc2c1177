/*
 * port_filter.bpf.h - does anybody filter at the bridge (nftables' family bridge,
 * ebtables; iptables and the like by br_netfilter)? Who keeps state there has to
 * see both directions. Asked by port_outside.bpf.h.
 *
 * br_netfilter hangs there as soon as it is loaded. By itself it does nothing;
 * it shows frames to the hooks of IP, if there are any besides one of its own
 * before routing. Its hooks are those that belong to no chain or table, and it has
 * none on local output; the ebtables of Linux 5.15, which belong to none either,
 * have.
 */
#ifndef VMNET_BPF_PORT_FILTER_H
#define VMNET_BPF_PORT_FILTER_H

#include "port_kernel.bpf.h"
#include "port_parse.bpf.h"

/* Places of the bridge: linux/netfilter_bridge.h is no header for us. */
enum {
	NF_BR_PRE_ROUTING, NF_BR_FORWARD = 2, NF_BR_LOCAL_OUT,
	NF_BR_POST_ROUTING
};

#define MAX_HOOKS 2		/* of br_netfilter at one place */

static __always_inline int
is_of_others (const struct nf_hook_entries *e, __u32 most)
{
	const char *first = (const char *) e +
		bpf_core_field_offset (struct nf_hook_entries, hooks);
	__u32 n = e ? BPF_CORE_READ (e, num_hook_entries) : 0;

	for (__u32 i = 0; i < MAX_HOOKS && i < n; i++) {
		const struct nf_hook_entry *h = (const void *)
			(first + i * sizeof *h);

		if (BPF_CORE_READ (h, priv))
			return 1;
	}
	return n > most;
}

/* Beside br_netfilter's own? Who tracks connections has more than one place. */
static __always_inline int
is_any_of_ip (const struct nf_hook_entries *const *at)
{
	return at[1] || at[2] || at[3] || at[4] || is_of_others (at[0], 1);
}

/* Of a place that cannot be read, somebody may know. */
#define READ_HOOKS(net, what, to) \
	(bpf_core_field_exists ((net)->nf.what) && \
	 bpf_core_read (to, sizeof to, &(net)->nf.what))

STAGE int
is_filtered (struct __sk_buff *skb)
{
	const struct sk_buff *s = (const void *) skb;
	const struct net *net = BPF_CORE_READ (s, dev, nd_net.net);
	const struct nf_hook_entries *at[NETFILTER_HOOKS] = { 0 };
	const struct nf_hook_entries *v4[NETFILTER_HOOKS] = { 0 };
	const struct nf_hook_entries *v6[NETFILTER_HOOKS] = { 0 };

	if (READ_HOOKS (net, hooks_bridge, at))
		return 1;
	if (!at[NF_BR_PRE_ROUTING] && !at[NF_BR_FORWARD] &&
	    !at[NF_BR_POST_ROUTING])
		return 0;
	return at[NF_BR_LOCAL_OUT] ||
		is_of_others (at[NF_BR_PRE_ROUTING], MAX_HOOKS) ||
		is_of_others (at[NF_BR_FORWARD], MAX_HOOKS) ||
		is_of_others (at[NF_BR_POST_ROUTING], MAX_HOOKS) ||
		READ_HOOKS (net, hooks_ipv4, v4) || is_any_of_ip (v4) ||
		READ_HOOKS (net, hooks_ipv6, v6) || is_any_of_ip (v6);
}

#endif
