/*
 * rates.c - what floor and cap each adapter has on its uplink, from what was
 * asked: the only place where this is computed. Callers: qos.c and view/.
 *
 * Weight: an adapter's floor is link * weight / (sum of weights), the default
 * flow's weight among them (1 where none was given), as the published
 * MinimumBandwidthWeight means it. Absolute: as given; the default flow has
 * what is left, or its own DefaultFlowMinimumBandwidthAbsolute.
 */
#include "plan/shape.h"

#define DEFAULT_FLOW_WEIGHT 1

plan_sums
plan_sums_of (const vmnet_model *m, const vmnet_switch *s,
	      plan_counts_func counts, gconstpointer user)
{
	plan_sums sums = { .weight = DEFAULT_FLOW_WEIGHT };

	if (s->default_flow_weight.set)
		sums.weight = s->default_flow_weight.value;
	if (s->default_flow_absolute.set)
		sums.absolute = s->default_flow_absolute.value;
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if ((!a->min_weight.set && !a->min_absolute.set) ||
		    !model_is_on (s, a) || (counts && !counts (user, a)))
			continue;
		sums.weight += a->min_weight.set ? a->min_weight.value : 0;
		sums.absolute += a->min_absolute.set
			? a->min_absolute.value : 0;
	}
	return sums;
}

/* Floors that add up to more than the link cannot all be kept: HTB would send
 * more than the link has. */
static gboolean
admit (const vmnet_switch *s, const char *nic, guint64 sum, guint64 link,
       GError **error)
{
	if (sum <= link)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "switch '%s': the minimum bandwidths add up to "
		     "%" G_GUINT64_FORMAT " bit/s, and %s has "
		     "%" G_GUINT64_FORMAT " bit/s; lower one of them by at "
		     "least %" G_GUINT64_FORMAT " bit/s", s->name, sum,
		     nic, link, sum - link);
	return FALSE;
}

static gboolean
known (const vmnet_switch *s, const char *nic, guint64 link, GError **error)
{
	if (link > 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "switch '%s': the speed of %s is not known (no link, or "
		     "its driver does not say), so a minimum bandwidth cannot "
		     "be promised; bring the link up first", s->name,
		     nic);
	return FALSE;
}

gboolean
plan_share (const plan_sums *sums, const vmnet_switch *s, guint64 link,
	    const vmnet_adapter *a, plan_rate *out, GError **error)
{
	const char *nic = sums->nic || !s ? sums->nic : s->uplink;
	guint64 sum, share;

	*out = (plan_rate) { .link = link };
	/* Floors are of what the host's traffic classes leave. */
	if (sums->taken)
		link = link / 100 * (100 - sums->taken);
	if (a && a->max.set)
		out->ceil = a->max.value;
	if (s == NULL) {
		out->floor = link;
		return TRUE;
	}
	switch (vmnet_switch_bw_mode (s)) {
	case VMNET_BW_WEIGHT:
		sum = sums->weight;
		if (a == NULL)
			out->floor = link * (s->default_flow_weight.set
				? s->default_flow_weight.value
				: DEFAULT_FLOW_WEIGHT) / MAX (sum, 1);
		else if (a->min_weight.set && a->min_weight.value)
			out->floor = link / sum * a->min_weight.value;
		return out->floor == 0 || known (s, nic, link, error);
	case VMNET_BW_ABSOLUTE:
		sum = share = sums->absolute;
		if (sums->squeeze)
			share = MIN (sum, link);
		if (sum && (!known (s, nic, link, error) ||
			    !admit (s, nic, share, link, error)))
			return FALSE;
		if (a && a->min_absolute.set)
			out->floor = a->min_absolute.value;
		else if (a == NULL)
			out->floor = s->default_flow_absolute.set
				? s->default_flow_absolute.value
				: link - share;
		if (share < sum)
			out->floor = (double) out->floor / sum * share;
		return TRUE;
	case VMNET_BW_DEFAULT:
	case VMNET_BW_NONE:
		break;
	}
	return TRUE;
}

typedef struct {
	const vmnet_switch *s;
	const char *nic;
} belonging;

static gboolean
belongs (gconstpointer user, const vmnet_adapter *a)
{
	const belonging *b = user;

	return g_strcmp0 (model_team_member (b->s, a), b->nic) == 0;
}

plan_sums
plan_sums_asked (const vmnet_model *m, const vmnet_switch *s, const char *nic)
{
	belonging b = { s, nic };
	gboolean strict;

	plan_sums sums = plan_sums_of (m, s, s->teaming ? belongs : NULL, &b);

	sums.nic = nic;
	sums.taken = shape_taken (m, nic ? nic : s->uplink, &strict);
	return sums;
}

gboolean
plan_rates (const vmnet_model *m, const vmnet_switch *s, guint64 link,
	    const vmnet_adapter *a, plan_rate *out, GError **error)
{
	plan_sums sums = plan_sums_asked (m, s, a ? model_team_member (s, a)
					  : NULL);

	return plan_share (&sums, s, link, a, out, error);
}
