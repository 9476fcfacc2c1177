/*
 * qos.c - see qos.h. The program is port_qos.bpf.h.
 */
#include "bpf/qos.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "bpf/internal.h"

static gboolean
read_set (datapath *d, struct dp_qos_set *out)
{
	guint32 zero = 0;

	return bpf_map_lookup_elem (d->maps[DP_MAP_QOS_SET], &zero, out) == 0;
}

static gboolean
has (const struct dp_qos_policy *policies, guint n, guint32 id)
{
	for (guint i = 0; i < n; i++)
		if (policies[i].id == id)
			return TRUE;
	return FALSE;
}

/*
 * Counters of those that are in neither set. One that has just left keeps its
 * own until the next change, since this one may be undone.
 */
static void
forget_others (datapath *d, const struct dp_qos_set *a,
	       const struct dp_qos_set *b)
{
	int map = d->maps[DP_MAP_QOS_COUNTS];
	guint32 key, next;
	gboolean more = bpf_map_get_next_key (map, NULL, &next) == 0;

	while (more) {
		key = next;
		more = bpf_map_get_next_key (map, &key, &next) == 0;
		if (!has (a->at, a->n, key) && !has (b->at, b->n, key))
			bpf_map_delete_elem (map, &key);
	}
}

gboolean
datapath_qos_set (datapath *d, const struct dp_qos_policy *policies, guint n,
		  GError **error)
{
	g_autofree struct dp_qos_set *old = g_new0 (struct dp_qos_set, 1);
	g_autofree struct dp_qos_set *now = g_new0 (struct dp_qos_set, 1);
	guint32 zero = 0;

	read_set (d, old);
	now->n = MIN (n, DP_QOS_POLICIES);
	memcpy (now->at, policies, now->n * sizeof *policies);
	for (guint i = 0; i < now->n; i++)
		if (!dp_percpu_ensure (d, DP_MAP_QOS_COUNTS, now->at[i].id,
				       sizeof (struct dp_count), error))
			return FALSE;
	if (bpf_map_update_elem (d->maps[DP_MAP_QOS_SET], &zero, now,
				 BPF_ANY) != 0)
		return dp_fail (error, errno, "set %u QoS policies", now->n);
	forget_others (d, old, now);
	return TRUE;
}

guint
datapath_qos_get (datapath *d, struct dp_qos_policy *out)
{
	g_autofree struct dp_qos_set *set = g_new0 (struct dp_qos_set, 1);

	if (!read_set (d, set))
		return 0;
	memcpy (out, set->at, set->n * sizeof *out);
	return set->n;
}

gboolean
datapath_qos_count (datapath *d, guint32 id, datapath_count *out)
{
	struct dp_count c = { 0 };
	gboolean there = dp_percpu_sum (d, DP_MAP_QOS_COUNTS, id,
					(guint64 *) &c, sizeof c / 8);

	*out = (datapath_count) { .bytes = c.bytes, .packets = c.packets };
	return there;
}

static gboolean
nic_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 key = ifindex;

	bpf_map_delete_elem (d->maps[DP_MAP_QOS_NICS], &key);
	return dp_hook_clear (d, k, ifindex, DP_PROG_QOS, error) &&
		dp_hook_tidy (k, ifindex, error);
}

gboolean
datapath_qos_nic_set (datapath *d, kn *k, int ifindex,
		      const struct dp_qos_nic *nic, GError **error)
{
	guint32 key = ifindex;

	if (nic == NULL)
		return nic_clear (d, k, ifindex, error);
	if (bpf_map_update_elem (d->maps[DP_MAP_QOS_NICS], &key, nic,
				 BPF_ANY) != 0)
		return dp_fail (error, errno, "tell interface %d its traffic "
				"classes", ifindex);
	if (dp_hook_has (d, k, ifindex, DP_PROG_QOS) ||
	    dp_hook_put (d, k, ifindex, DP_PROG_QOS, error))
		return TRUE;
	nic_clear (d, k, ifindex, NULL);
	return FALSE;
}

gboolean
datapath_qos_nic_get (datapath *d, kn *k, int ifindex, struct dp_qos_nic *out)
{
	guint32 key = ifindex;

	return bpf_map_lookup_elem (d->maps[DP_MAP_QOS_NICS], &key, out) == 0
		&& dp_hook_has (d, k, ifindex, DP_PROG_QOS);
}
