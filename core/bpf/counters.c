/*
 * counters.c - meters of ACL entries and totals of slots: per-CPU values of
 * the port programs, added up. Called by view/ on every read.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

gboolean
dp_percpu_ensure (datapath *d, dp_map map, guint32 key, gsize value_size,
		  GError **error)
{
	g_autofree guint8 *zeros = g_malloc0 (value_size * d->processors);

	if (bpf_map_update_elem (d->maps[map], &key, zeros,
				 BPF_NOEXIST) == 0 || errno == EEXIST)
		return TRUE;
	return dp_fail (error, errno, "make counter %u of %s", key,
			dp_map_names[map]);
}

gboolean
dp_percpu_sum (datapath *d, dp_map map, guint32 key, guint64 *words,
	       gsize n_words)
{
	g_autofree guint64 *all = g_new0 (guint64, n_words * d->processors);
	gsize i;

	memset (words, 0, n_words * sizeof *words);
	if (bpf_map_lookup_elem (d->maps[map], &key, all) != 0)
		return FALSE;
	for (i = 0; i < n_words * d->processors; i++)
		words[i % n_words] += all[i];
	return TRUE;
}

gboolean
datapath_meter_get (datapath *d, guint32 acl_id, datapath_count *out)
{
	guint64 w[2];
	gboolean there = dp_percpu_sum (d, DP_MAP_METERS, acl_id, w, 2);

	out->bytes = w[0];
	out->packets = w[1];
	return there;
}

gboolean
datapath_totals_get (datapath *d, guint32 slot, datapath_totals *out)
{
	struct dp_totals t;
	gboolean there = dp_percpu_sum (d, DP_MAP_TOTALS, slot,
		(guint64 *) &t, sizeof t / sizeof (guint64));

	out->in.bytes = t.passed[DP_IN].bytes;
	out->in.packets = t.passed[DP_IN].packets;
	out->out.bytes = t.passed[DP_OUT].bytes;
	out->out.packets = t.passed[DP_OUT].packets;
	out->in_dropped.bytes = t.dropped[DP_IN].bytes;
	out->in_dropped.packets = t.dropped[DP_IN].packets;
	out->out_dropped.bytes = t.dropped[DP_OUT].bytes;
	out->out_dropped.packets = t.dropped[DP_OUT].packets;
	return there;
}

void
datapath_meter_forget (datapath *d, guint32 acl_id)
{
	bpf_map_delete_elem (d->maps[DP_MAP_METERS], &acl_id);
}

void
datapath_slot_forget (datapath *d, guint32 slot)
{
	bpf_map_delete_elem (d->maps[DP_MAP_TOTALS], &slot);
	datapath_acl_set (d, slot, NULL, NULL);
}
