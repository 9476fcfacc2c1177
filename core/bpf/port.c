/*
 * port.c - puts the port programs on an interface and tells them whose port
 * it is. Called by plan/ for every port of a switch.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

G_STATIC_ASSERT (DATAPATH_SLOT_MAX < DP_SLOTS);

gboolean
dp_slot_ok (guint32 slot, GError **error)
{
	if (slot >= 1 && slot <= DATAPATH_SLOT_MAX)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "slot %u: 1 to %u", slot, DATAPATH_SLOT_MAX);
	return FALSE;
}

/* A veth's frames are handed over past its own interface. */
static gboolean
attach_pair (datapath *d, kn *k, int ifindex, const int fds[2],
	     gboolean straight, GError **error)
{
	return dp_hook_set (d, k, ifindex, DP_PROG_OUT, fds[1], straight,
			    error) &&
		dp_hook_set (d, k, ifindex, DP_PROG_IN, fds[0], straight,
			     error);
}

/* With the extensions of a bridge in them, or those for all. */
static gboolean
attach (datapath *d, kn *k, int ifindex, const datapath_port *port,
	GError **error)
{
	int fds[] = { d->progs[DP_PROG_IN], d->progs[DP_PROG_OUT] };
	gboolean ok;

	if (!port->extended)
		return attach_pair (d, k, ifindex, fds, !port->peer, error);
	if (!dp_chain_programs (d, port->extended, fds, error))
		return FALSE;
	ok = attach_pair (d, k, ifindex, fds, !port->peer, error);
	close (fds[0]);
	close (fds[1]);
	return ok;
}

/* ---- guards ---- */

G_STATIC_ASSERT (VMNET_ADDRESSES_MAX == DP_ADDRESSES);

static const guint32 guard_flags[VMNET_GUARDS] = {
	[VMNET_GUARD_DHCP] = DP_PORT_DHCP_GUARD,
	[VMNET_GUARD_ROUTER] = DP_PORT_ROUTER_GUARD,
	[VMNET_GUARD_NEIGHBOR] = DP_PORT_NEIGHBOR_GUARD,
};

static guint32
guard_bits (const guint32 *guards)
{
	guint32 flags = 0;

	for (guint i = 0; i < VMNET_GUARDS; i++)
		if (guards[i])
			flags |= guard_flags[i] | DP_PORT_GUARDED;
	return flags;
}

static void
guards_of (const struct dp_port *p, guint32 *guards)
{
	for (guint i = 0; i < VMNET_GUARDS; i++)
		guards[i] = (p->flags & guard_flags[i]) != 0;
	guards[VMNET_GUARD_STORM] = p->storm;
	guards[VMNET_GUARD_ADDRESSES] = p->addresses;
}

/* The addresses that are known stay while there is a limit. */
static gboolean
make_places (datapath *d, const datapath_port *port, GError **error)
{
	static const struct dp_addresses none;
	int map = d->maps[DP_MAP_ADDRESSES];

	return !port->guards[VMNET_GUARD_ADDRESSES] ||
		bpf_map_update_elem (map, &port->slot, &none,
				     BPF_NOEXIST) == 0 || errno == EEXIST ||
		dp_fail (error, errno, "make room for the addresses of slot "
			 "%u", port->slot);
}

void
dp_guards_forget (datapath *d, guint32 slot)
{
	guint64 zero = 0;

	bpf_map_delete_elem (d->maps[DP_MAP_ADDRESSES], &slot);
	bpf_map_delete_elem (d->maps[DP_MAP_PARTNERS], &slot);
	bpf_map_update_elem (d->maps[DP_MAP_STORMS], &slot, &zero, BPF_ANY);
}

/* ---- partners ---- */

G_STATIC_ASSERT (DATAPATH_PARTNERS == DP_PARTNERS);

/* FALSE: none. */
static gboolean
partners_read (datapath *d, guint32 slot, struct dp_partners *out)
{
	*out = (struct dp_partners) { 0 };
	return bpf_map_lookup_elem (d->maps[DP_MAP_PARTNERS], &slot, out) == 0;
}

static void
partners_forget (datapath *d, guint32 slot)
{
	bpf_map_delete_elem (d->maps[DP_MAP_PARTNERS], &slot);
}

static gboolean
partners_write (datapath *d, const datapath_port *port, GError **error)
{
	struct dp_partners t = { 0 };

	for (guint i = 0; i < port->n_partners; i++)
		memcpy (&t.mac[i], port->partners[i], 6);
	return port->n_partners == 0 ||
		bpf_map_update_elem (d->maps[DP_MAP_PARTNERS], &port->slot,
				     &t, BPF_ANY) == 0 ||
		dp_fail (error, errno, "tell the partners of slot %u",
			 port->slot);
}

static void
partners_back (datapath *d, guint32 slot, const struct dp_partners *t)
{
	if (t->mac[0])
		bpf_map_update_elem (d->maps[DP_MAP_PARTNERS], &slot, t,
				     BPF_ANY);
	else
		partners_forget (d, slot);
}

static void
partners_get (datapath *d, datapath_port *out)
{
	struct dp_partners t;

	out->n_partners = 0;
	if (!partners_read (d, out->slot, &t))
		return;
	while (out->n_partners < DP_PARTNERS && t.mac[out->n_partners]) {
		memcpy (out->partners[out->n_partners],
			&t.mac[out->n_partners], 6);
		out->n_partners++;
	}
}

static struct dp_port
port_of (const datapath_port *port)
{
	struct dp_port p = {
		.slot = port->slot, .classid = port->classid,
		.vswitch = port->vswitch, .vlan = port->vlan,
		.flags = (port->spoofing ? DP_PORT_SPOOFING : 0) |
			(port->peer ? DP_PORT_PEER : 0) |
			(port->n_partners ? DP_PORT_PARTNERS : 0) |
			(port->extended ? DP_PORT_EXTENDED : 0) |
			(port->source ? DP_PORT_SOURCE : 0) |
			(port->host ? DP_PORT_HOST : 0) |
			guard_bits (port->guards),
		.storm = port->guards[VMNET_GUARD_STORM],
		.addresses = port->guards[VMNET_GUARD_ADDRESSES],
	};

	memcpy (p.mac, port->mac, sizeof p.mac);
	return p;
}

gboolean
dp_port_read (datapath *d, guint32 ifindex, struct dp_port *out)
{
	dp_map map = ifindex < DP_NEAR_PORTS ? DP_MAP_PORTS
		: DP_MAP_FAR_PORTS;

	return bpf_map_lookup_elem (d->maps[map], &ifindex, out) == 0 &&
		out->slot != 0;
}

gboolean
dp_port_write (datapath *d, guint32 ifindex, const struct dp_port *p)
{
	static const struct dp_port none;

	if (ifindex < DP_NEAR_PORTS)
		return bpf_map_update_elem (d->maps[DP_MAP_PORTS], &ifindex,
					    p ? p : &none, BPF_ANY) == 0;
	if (p)
		return bpf_map_update_elem (d->maps[DP_MAP_FAR_PORTS],
					    &ifindex, p, BPF_ANY) == 0;
	return bpf_map_delete_elem (d->maps[DP_MAP_FAR_PORTS],
				    &ifindex) == 0 || errno == ENOENT;
}

/* ---- where the fast path finds a port ---- */

static struct dp_station
station_of (const struct dp_port *p)
{
	struct dp_station s = { .vswitch = p->vswitch, .vlan = p->vlan };

	memcpy (s.mac, p->mac, sizeof s.mac);
	return s;
}

static gboolean
station_add (datapath *d, guint32 ifindex, const struct dp_port *p,
	     GError **error)
{
	struct dp_station s = station_of (p);

	if (p->vswitch == 0)
		return TRUE;
	if (bpf_map_update_elem (d->maps[DP_MAP_STATIONS], &s, &ifindex,
				 BPF_ANY) != 0)
		return dp_fail (error, errno,
				"make port %u known to its switch", ifindex);
	dp_outside_forget (d, &s);
	return TRUE;
}

/* One that another port has taken over stays that one's. */
static void
station_drop (datapath *d, guint32 ifindex, const struct dp_port *p)
{
	struct dp_station s = station_of (p);
	guint32 whose;

	if (p->vswitch && bpf_map_lookup_elem (d->maps[DP_MAP_STATIONS], &s,
					       &whose) == 0 &&
	    whose == ifindex)
		bpf_map_delete_elem (d->maps[DP_MAP_STATIONS], &s);
}

static gboolean
same_station (const struct dp_port *a, const struct dp_port *b)
{
	return a->vswitch == b->vswitch && a->vlan == b->vlan &&
		memcmp (a->mac, b->mac, sizeof a->mac) == 0;
}

static gboolean
configure (datapath *d, guint32 ifindex, const struct dp_port *p,
	   GError **error)
{
	return dp_port_write (d, ifindex, p) ||
		dp_fail (error, errno, "configure port %u", ifindex);
}

gboolean
datapath_port_move (datapath *d, int ifindex, int vswitch, GError **error)
{
	guint32 key = ifindex;
	struct dp_port p;

	if (!dp_port_read (d, key, &p) || p.vswitch == (guint32) vswitch)
		return TRUE;
	station_drop (d, key, &p);
	p.vswitch = vswitch;
	return configure (d, key, &p, error) &&
		station_add (d, key, &p, error);
}

gboolean
datapath_port_set (datapath *d, kn *k, int ifindex, const datapath_port *port,
		   GError **error)
{
	struct dp_port p = port_of (port), before;
	struct dp_partners had;
	guint32 key = ifindex;
	gboolean was;

	if (!dp_slot_ok (port->slot, error) ||
	    !dp_percpu_ensure (d, DP_MAP_TOTALS, port->slot,
			       sizeof (struct dp_totals), error) ||
	    !make_places (d, port, error))
		return FALSE;
	partners_read (d, p.slot, &had);
	was = dp_port_read (d, key, &before);
	if (was && !same_station (&before, &p))
		station_drop (d, key, &before);
	/* First the settings: an attached program without them passes all.
	 * Last the station: nothing comes straight before that. */
	if (partners_write (d, port, error) &&
	    configure (d, key, &p, error) &&
	    attach (d, k, ifindex, port, error) &&
	    station_add (d, key, &p, error)) {
		if (p.vswitch)
			dp_outside_at_home (d, k);
		if (!p.addresses)
			bpf_map_delete_elem (d->maps[DP_MAP_ADDRESSES],
					     &p.slot);
		if (port->n_partners == 0)
			partners_forget (d, p.slot);
		return TRUE;
	}
	partners_back (d, p.slot, &had);
	if (!was) {
		datapath_port_clear (d, k, ifindex, NULL);
	} else if (configure (d, key, &before, NULL)) {
		station_add (d, key, &before, NULL);
	}
	return FALSE;
}

/* Are they programs of now? */
static gboolean
programs_of (datapath *d, kn *k, int ifindex, gboolean straight,
	     guint32 *extended)
{
	guint32 out = dp_hook_id (d, k, ifindex, DP_PROG_OUT, straight);
	guint32 in = out ? dp_hook_id (d, k, ifindex, DP_PROG_IN, straight)
		: 0;

	*extended = 0;
	if (out == d->prog_ids[DP_PROG_OUT] && in == d->prog_ids[DP_PROG_IN])
		return TRUE;
	*extended = in && out ? dp_chain_with (d, in, out) : 0;
	return *extended != 0;
}

gboolean
datapath_port_get (datapath *d, kn *k, int ifindex, datapath_port *out)
{
	struct dp_port p;

	if (!dp_port_read (d, ifindex, &p) ||
	    !programs_of (d, k, ifindex, !(p.flags & DP_PORT_PEER),
			  &out->extended))
		return FALSE;
	out->slot = p.slot;
	out->classid = p.classid;
	out->vswitch = p.vswitch;
	out->vlan = p.vlan;
	out->spoofing = (p.flags & DP_PORT_SPOOFING) != 0;
	out->peer = (p.flags & DP_PORT_PEER) != 0;
	out->source = (p.flags & DP_PORT_SOURCE) != 0;
	out->host = (p.flags & DP_PORT_HOST) != 0;
	guards_of (&p, out->guards);
	memcpy (out->mac, p.mac, sizeof out->mac);
	partners_get (d, out);
	return TRUE;
}

gboolean
datapath_port_clear (datapath *d, kn *k, int ifindex, GError **error)
{
	guint32 key = ifindex;
	struct dp_port p;

	if (dp_port_read (d, key, &p)) {
		station_drop (d, key, &p);
		partners_forget (d, p.slot);
	}
	if (!dp_hook_clear (d, k, ifindex, DP_PROG_OUT, error) ||
	    !dp_hook_clear (d, k, ifindex, DP_PROG_IN, error))
		return FALSE;
	if (!dp_port_write (d, key, NULL))
		return dp_fail (error, errno, "forget port %d", ifindex);
	return TRUE;
}
