/*
 * team_card.bpf.h - virtual functions on a switch over several cards: whose
 * address comes by a function, and of which member's card. Part of team.bpf.h;
 * told by team_card.c.
 *
 * A function's frames pass no port of the switch: to software ports they come
 * in by its card, looped inside that, by whichever member those go; to everybody
 * they come by its card and by all others, from the wire. What is sent to it goes
 * to its card, which hands it over without a wire between.
 */
#ifndef VMNET_BPF_TEAM_CARD_H
#define VMNET_BPF_TEAM_CARD_H

#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_helpers.h>

#include "records.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DP_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct dp_team_mac);
	__type(value, __u32);
} team_cards SEC(".maps");

/* ifindex of the member whose card has its function; 0: it has none, or does
 * not go by it. */
static __always_inline __u32
card_of (__u32 vswitch, const __u8 *mac)
{
	struct dp_team_mac key = { .vswitch = vswitch };
	const __u32 *card;

	__builtin_memcpy (key.mac, mac, ETH_ALEN);
	card = bpf_map_lookup_elem (&team_cards, &key);
	return card ? *card : 0;
}

/* Is it for a function of this very card? */
static __always_inline int
goes_to_card (struct __sk_buff *skb, __u32 vswitch, __u32 here)
{
	__u8 to[ETH_ALEN];

	return bpf_skb_load_bytes (skb, 0, to, sizeof to) == 0 &&
		card_of (vswitch, to) == here;
}

#endif
