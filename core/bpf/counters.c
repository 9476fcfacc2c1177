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

static void
add (struct dp_count *to, const struct dp_count *c)
{
	to->bytes += c->bytes;
	to->packets += c->packets;
}

/* The low ones are counted elsewhere; the hash knows which there are. */
gboolean
datapath_meter_get (datapath *d, guint32 acl_id, datapath_count *out)
{
	struct dp_count c, near;
	gboolean there = dp_percpu_sum (d, DP_MAP_METERS, acl_id,
					(guint64 *) &c, 2);

	if (there && dp_percpu_sum (d, DP_MAP_NEAR_METERS, acl_id,
				    (guint64 *) &near, 2))
		add (&c, &near);
	out->bytes = c.bytes;
	out->packets = c.packets;
	return there;
}

guint32
datapath_meters_id (datapath *d)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof info;

	return bpf_obj_get_info_by_fd (d->maps[DP_MAP_METERS], &info, &len)
		== 0 ? info.id : 0;
}

/* Index 0 of a direction are the frames that passed. */
static void
split (const struct dp_count *frames, datapath_count *passed,
       datapath_count *dropped, datapath_count *by_reason)
{
	guint i;

	passed->bytes = frames[0].bytes;
	passed->packets = frames[0].packets;
	for (i = 1; i < DATAPATH_REASONS; i++) {
		by_reason[i].bytes = frames[i].bytes;
		by_reason[i].packets = frames[i].packets;
		dropped->bytes += frames[i].bytes;
		dropped->packets += frames[i].packets;
	}
}

gboolean
datapath_totals_get (datapath *d, guint32 slot, datapath_totals *out)
{
	struct dp_totals t;
	struct dp_passed p;
	gboolean there = dp_percpu_sum (d, DP_MAP_TOTALS, slot,
		(guint64 *) &t, sizeof t / sizeof (guint64));

	memset (out, 0, sizeof *out);
	if (there && dp_percpu_sum (d, DP_MAP_PASSED, slot, (guint64 *) &p,
				    sizeof p / sizeof (guint64))) {
		add (&t.frames[DP_IN][0], &p.frames[DP_IN]);
		add (&t.frames[DP_OUT][0], &p.frames[DP_OUT]);
	}
	split (t.frames[DP_IN], &out->in, &out->in_dropped,
	       out->in_by_reason);
	split (t.frames[DP_OUT], &out->out, &out->out_dropped,
	       out->out_by_reason);
	return there;
}

/* An element of an array is never gone: it is zeroed. */
static void
clear (datapath *d, dp_map map, guint32 key, gsize size)
{
	g_autofree guint8 *zeros = g_malloc0 (size * d->processors);

	bpf_map_update_elem (d->maps[map], &key, zeros, BPF_EXIST);
}

void
datapath_meter_forget (datapath *d, guint32 acl_id)
{
	bpf_map_delete_elem (d->maps[DP_MAP_METERS], &acl_id);
	clear (d, DP_MAP_NEAR_METERS, acl_id, sizeof (struct dp_count));
}

void
datapath_slot_forget (datapath *d, guint32 slot)
{
	bpf_map_delete_elem (d->maps[DP_MAP_TOTALS], &slot);
	clear (d, DP_MAP_PASSED, slot, sizeof (struct dp_passed));
	dp_guards_forget (d, slot);
	dp_mirror_forget (d, slot);
	datapath_acl_set (d, slot, NULL, NULL);
	datapath_ext_set (d, slot, NULL, NULL);
}
