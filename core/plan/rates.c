/*
 * rates.c - what floor and cap each adapter has on its uplink, from what was
 * asked: the only place where this is computed. Callers: qos.c and view/.
 *
 * Weight: an adapter's floor is link * weight / (sum of weights), the default
 * flow's weight among them (1 where none was given), as the published
 * MinimumBandwidthWeight means it. Absolute: as given; the default flow has
 * what is left, or its own DefaultFlowMinimumBandwidthAbsolute.
 */
#include "plan/step.h"

#define DEFAULT_FLOW_WEIGHT 1

plan_sums
plan_sums_of (const vmnet_model *m, const vmnet_switch *s)
{
	plan_sums sums = { DEFAULT_FLOW_WEIGHT, 0 };

	if (s->default_flow_weight.set)
		sums.weight = s->default_flow_weight.value;
	if (s->default_flow_absolute.set)
		sums.absolute = s->default_flow_absolute.value;
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if ((!a->min_weight.set && !a->min_absolute.set) ||
		    !model_is_on (s, a))
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
admit (const vmnet_switch *s, guint64 sum, guint64 link, GError **error)
{
	if (sum <= link)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "switch '%s': the minimum bandwidths add up to "
		     "%" G_GUINT64_FORMAT " bit/s, and %s has "
		     "%" G_GUINT64_FORMAT " bit/s; lower one of them by at "
		     "least %" G_GUINT64_FORMAT " bit/s", s->name, sum,
		     s->uplink, link, sum - link);
	return FALSE;
}

static gboolean
known (const vmnet_switch *s, guint64 link, GError **error)
{
	if (link > 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "switch '%s': the speed of %s is not known (no link, or "
		     "its driver does not say), so a minimum bandwidth cannot "
		     "be promised; bring the link up first", s->name,
		     s->uplink);
	return FALSE;
}

gboolean
plan_share (const plan_sums *sums, const vmnet_switch *s, guint64 link,
	    const vmnet_adapter *a, plan_rate *out, GError **error)
{
	guint64 sum;

	*out = (plan_rate) { .link = link };
	if (a && a->max.set)
		out->ceil = a->max.value;
	switch (vmnet_switch_bw_mode (s)) {
	case VMNET_BW_WEIGHT:
		sum = sums->weight;
		if (a == NULL)
			out->floor = link * (s->default_flow_weight.set
				? s->default_flow_weight.value
				: DEFAULT_FLOW_WEIGHT) / MAX (sum, 1);
		else if (a->min_weight.set && a->min_weight.value)
			out->floor = link / sum * a->min_weight.value;
		return out->floor == 0 || known (s, link, error);
	case VMNET_BW_ABSOLUTE:
		sum = sums->absolute;
		if (sum && (!known (s, link, error) ||
			    !admit (s, sum, link, error)))
			return FALSE;
		if (a == NULL)
			out->floor = s->default_flow_absolute.set
				? s->default_flow_absolute.value : link - sum;
		else if (a->min_absolute.set)
			out->floor = a->min_absolute.value;
		return TRUE;
	case VMNET_BW_DEFAULT:
	case VMNET_BW_NONE:
		break;
	}
	return TRUE;
}

gboolean
plan_rates (const vmnet_model *m, const vmnet_switch *s, guint64 link,
	    const vmnet_adapter *a, plan_rate *out, GError **error)
{
	plan_sums sums = plan_sums_of (m, s);

	return plan_share (&sums, s, link, a, out, error);
}
