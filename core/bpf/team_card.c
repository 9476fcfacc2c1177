/*
 * team_card.c - tells the team programs (team_card.bpf.h) which addresses go by
 * a virtual function, and of which member's card. Called by core/iov.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

static struct dp_team_mac
key_of (guint32 vswitch, const guint8 mac[6])
{
	struct dp_team_mac key = { .vswitch = vswitch };

	memcpy (key.mac, mac, sizeof key.mac);
	return key;
}

gboolean
datapath_card_set (datapath *d, guint32 vswitch, const guint8 mac[6],
		   guint32 member, GError **error)
{
	struct dp_team_mac key = key_of (vswitch, mac);
	int fd = d->maps[DP_MAP_TEAM_CARDS];

	if (member ? bpf_map_update_elem (fd, &key, &member, BPF_ANY) == 0
	    : bpf_map_delete_elem (fd, &key) == 0 || errno == ENOENT)
		return TRUE;
	return dp_fail (error, errno, "tell the team of switch %u of a virtual "
			"function", vswitch);
}

guint32
datapath_card_get (datapath *d, guint32 vswitch, const guint8 mac[6])
{
	struct dp_team_mac key = key_of (vswitch, mac);
	guint32 member = 0;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_TEAM_CARDS], &key,
				 &member) != 0)
		return 0;
	return member;
}
