/*
 * port.c - puts the port programs on an interface and tells them whose port
 * it is. Called by plan/ for every port of a switch.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

static gboolean
slot_ok (guint32 slot, GError **error)
{
	if (slot >= 1 && slot < DP_SLOTS)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "slot %u: 1 to %d", slot, DP_SLOTS - 1);
	return FALSE;
}

static gboolean
attach (datapath *d, kn *k, int ifindex, GError **error)
{
	return kn_clsact_ensure (k, ifindex, error) &&
		kn_filter_bpf_set (k, ifindex, FALSE, d->progs[DP_PROG_OUT],
				   dp_prog_names[DP_PROG_OUT], error) &&
		kn_filter_bpf_set (k, ifindex, TRUE, d->progs[DP_PROG_IN],
				   dp_prog_names[DP_PROG_IN], error);
}

gboolean
datapath_port_set (datapath *d, kn *k, int ifindex, const datapath_port *port,
		   GError **error)
{
	struct dp_port p = {
		.slot = port->slot, .classid = port->classid,
		.flags = port->spoofing ? DP_PORT_SPOOFING : 0,
	};
	guint32 key = ifindex;
	struct dp_port before;
	gboolean was;

	memcpy (p.mac, port->mac, sizeof p.mac);
	if (!slot_ok (port->slot, error) ||
	    !dp_percpu_ensure (d, DP_MAP_TOTALS, port->slot,
			       sizeof (struct dp_totals), error))
		return FALSE;
	was = bpf_map_lookup_elem (d->maps[DP_MAP_PORTS], &key, &before) == 0;
	/* First the settings: an attached program without them passes all. */
	if (bpf_map_update_elem (d->maps[DP_MAP_PORTS], &key, &p, BPF_ANY))
		return dp_fail (error, errno, "configure port %d", ifindex);
	if (attach (d, k, ifindex, error))
		return TRUE;
	if (was)
		bpf_map_update_elem (d->maps[DP_MAP_PORTS], &key, &before,
				     BPF_ANY);
	else
		datapath_port_clear (d, k, ifindex, NULL);
	return FALSE;
}

static gboolean
attached (kn *k, int ifindex, gboolean egress, guint32 prog_id)
{
	g_autoptr (GPtrArray) filters = kn_filters (k, ifindex, egress, NULL);
	guint i;

	for (i = 0; filters != NULL && i < filters->len; i++) {
		const kn_filter *f = filters->pdata[i];

		if (f->ours && f->prog_id == prog_id)
			return TRUE;
	}
	return FALSE;
}

gboolean
datapath_port_get (datapath *d, kn *k, int ifindex, datapath_port *out)
{
	guint32 key = ifindex;
	struct dp_port p;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_PORTS], &key, &p) != 0 ||
	    !attached (k, ifindex, FALSE, d->prog_ids[DP_PROG_OUT]) ||
	    !attached (k, ifindex, TRUE, d->prog_ids[DP_PROG_IN]))
		return FALSE;
	out->slot = p.slot;
	out->classid = p.classid;
	out->spoofing = (p.flags & DP_PORT_SPOOFING) != 0;
	memcpy (out->mac, p.mac, sizeof out->mac);
	return TRUE;
}

/* Gone with the interface, or never there: that is what was asked for. */
static gboolean
detach (kn *k, int ifindex, gboolean egress, GError **error)
{
	g_autoptr (GError) e = NULL;

	if (kn_filter_bpf_del (k, ifindex, egress, &e) ||
	    kn_failed_with (k, ENODEV) || kn_failed_with (k, ENOENT) ||
	    kn_failed_with (k, EINVAL))
		return TRUE;
	g_propagate_error (error, g_steal_pointer (&e));
	return FALSE;
}

gboolean
datapath_port_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 key = ifindex;

	if (!detach (k, ifindex, FALSE, error) ||
	    !detach (k, ifindex, TRUE, error))
		return FALSE;
	if (bpf_map_delete_elem (d->maps[DP_MAP_PORTS], &key) != 0 &&
	    errno != ENOENT)
		return dp_fail (error, errno, "forget port %d", ifindex);
	return TRUE;
}
